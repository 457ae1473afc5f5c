//! The outbox: messages that campaigns want sent, in the order of the journal. A sender
//! pulls from a position, and acknowledges what it has dealt with by an entry of its own,
//! so that its position survives whatever the journal survives.

use crate::command::Who;
use crate::engine::error::Error;
use crate::engine::reading::alias_owner;
use crate::engine::{Ledger, Records};
use crate::model::{
    Act, AlertChange, AlertChanged, Effect, Entry, MemberId, NameKind, Number, OutboxPosition,
    Value,
};
use crate::rules::announcement::ANNOUNCED;
use crate::rules::member::consent::agrees;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Entries that one pull reads at most, so that nobody waits long for it.
const ENTRIES_MAX: usize = 5_000;

/// Template of the message that an alert began.
const ALERT: &str = "alert";

/// A message to be sent.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Outgoing {
    /// Its position, `4711.2`: the next pull begins after it.
    pub position: String,
    /// Id of the message in this and every other history of the ledger: whoever has sent
    /// it before need not send it again.
    pub id: String,
    /// Time of the entry.
    pub at: String,
    /// Recipient: `stampbook member show` has their addresses. Empty for an alert, which is
    /// for the shop itself.
    pub member: String,
    /// Campaign that sends it; empty if none.
    pub campaign: String,
    /// Name of the template.
    pub template: String,
    /// Its variables.
    pub vars: BTreeMap<String, serde_json::Value>,
    /// True if it must not be sent, only counted: the consent is missing, or it was withdrawn.
    pub is_suppressed: bool,
    /// True if it was withdrawn, since what it announces does not come.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_withdrawn: bool,
    /// Instant of booking, in microseconds.
    #[serde(skip)]
    #[schemars(skip)]
    pub recorded: i64,
}

impl Outgoing {
    /// True if it can be withdrawn, so that one that was pulled is looked up again before it
    /// is sent.
    pub fn can_be_withdrawn(&self) -> bool {
        self.template == ANNOUNCED
    }
}

/// Facts of a message that its results refer to.
pub(in crate::engine) struct MessageFacts {
    /// Member it was written for.
    pub recipient: MemberId,
    /// Campaign that sends it; empty if none.
    pub campaign: String,
    /// Name of the template.
    pub template: String,
}

/// Answer to a pull.
#[derive(Clone, PartialEq, Debug)]
pub struct Pulled {
    /// The messages, oldest first.
    pub messages: Vec<Outgoing>,
    /// Position up to which everything was told: that of the last message, or further on.
    pub next: Option<OutboxPosition>,
    /// True if there is nothing after it at present.
    pub is_end: bool,
}

/// At most `count_max` messages after a position, oldest first; suppressed ones only
/// if asked for. Consents are those of now, not of when the message came about, a
/// message that was withdrawn since is suppressed, and those to erased members are left
/// out. Complexity: reads up to 5,000 entries
/// from the position on; the reply says where to continue.
///
/// # Errors
/// The journal could not be read.
pub fn outbox(
    ledger: &mut Ledger,
    after: Option<OutboxPosition>,
    count_max: usize,
    has_suppressed: bool,
) -> Result<Pulled, Error> {
    ledger.commit()?;
    let from = after.map_or(0, |after| after.seq);
    let mut pulled = Pulled {
        messages: Vec::new(),
        next: after,
        is_end: false,
    };
    for (entry, entries_read) in ledger.entries_from(from)?.zip(0..) {
        let entry = entry?;
        if entries_read == ENTRIES_MAX {
            return Ok(pulled);
        }
        for (position, message) in messages_of(ledger, &entry)? {
            if Some(position) <= after || message.is_suppressed && !has_suppressed {
                continue;
            }
            if pulled.messages.len() == count_max {
                return Ok(pulled);
            }
            pulled.next = Some(position);
            pulled.messages.push(message);
        }
        pulled.next = pulled.next.max(Some(OutboxPosition::behind(entry.seq)));
    }
    pulled.is_end = true;
    Ok(pulled)
}

fn messages_of(
    records: &mut Records,
    entry: &Entry,
) -> Result<Vec<(OutboxPosition, Outgoing)>, Error> {
    if let Act::AlertChanged(changed) = &entry.act {
        return Ok(alert_message(records, entry, changed)?
            .into_iter()
            .collect());
    }
    let is_withdrawn = is_withdrawn(records, &entry.act);
    let mut found = Vec::new();
    let effects = entry.effects.iter().zip(0..);
    for (effect, index) in effects {
        let Effect::Message {
            who,
            campaign,
            template,
            vars,
            is_suppressed,
        } = effect
        else {
            continue;
        };
        let party = entry.touched.get(usize::from(*who)).map(|t| t.member);
        let Some(party) = party
            .map(|id| recipient(records, id))
            .transpose()?
            .flatten()
        else {
            continue;
        };
        let needed = match entry.effects.get(index as usize + 1) {
            Some(Effect::MessageFor { purpose }) => Some(*purpose),
            _ => None,
        };
        let position = OutboxPosition {
            seq: entry.seq,
            index,
        };
        let var = |(name, value): &(String, Value)| (name.clone(), json(value));
        let message = Outgoing {
            member: party.to_string(),
            campaign: campaign_text(records, *campaign),
            template: template.clone(),
            vars: vars.iter().map(var).collect(),
            is_suppressed: *is_suppressed || is_withdrawn || !may_send(records, party, needed)?,
            is_withdrawn,
            ..blank_message(records, entry, position)?
        };
        found.push((position, message));
    }
    Ok(found)
}

/// The message that an alert began; None for another change of one.
fn alert_message(
    records: &Records,
    entry: &Entry,
    changed: &AlertChanged,
) -> Result<Option<(OutboxPosition, Outgoing)>, Error> {
    if changed.change != AlertChange::Raised {
        return Ok(None);
    }
    let position = OutboxPosition {
        seq: entry.seq,
        index: 0,
    };
    let value = changed.value.map(|value| value.to_string());
    let vars = [
        ("alert", Some(&changed.alert)),
        ("value", value.as_ref()),
        ("text", Some(&changed.text)),
        ("text_zh", Some(&changed.text_zh)),
    ];
    let var =
        |(name, value): (&str, Option<&String>)| Some((name.to_owned(), value?.as_str().into()));
    let message = Outgoing {
        template: ALERT.into(),
        vars: vars.into_iter().filter_map(var).collect(),
        ..blank_message(records, entry, position)?
    };
    Ok(Some((position, message)))
}

/// A message at a position, to nobody and without content.
fn blank_message(
    records: &Records,
    entry: &Entry,
    position: OutboxPosition,
) -> Result<Outgoing, Error> {
    let calendar = &records.programme()?.calendar;
    Ok(Outgoing {
        position: position.to_string(),
        id: message_id(entry, position),
        at: calendar.display(entry.head.occurred_at()),
        member: String::new(),
        campaign: String::new(),
        template: String::new(),
        vars: BTreeMap::new(),
        is_suppressed: false,
        is_withdrawn: false,
        recorded: entry.head.effective.0,
    })
}

/// The member that a message goes to: that into whom its own was merged; None for one
/// who was erased.
fn recipient(records: &mut Records, id: MemberId) -> Result<Option<MemberId>, Error> {
    let Some(id) = records.resolve(&Who::Id(id))? else {
        return Ok(None);
    };
    Ok((!alias_owner::is_erased(records, id)).then_some(id))
}

/// True of an announcement that was withdrawn.
fn is_withdrawn(records: &Records, act: &Act) -> bool {
    let Act::TermsAnnounced(announced) = act else {
        return false;
    };
    let known = records.global().announcements.of(announced.of);
    known.is_some_and(|known| known.is_withdrawn)
}

/// True if a member agrees to a purpose now.
fn may_send(records: &Records, id: MemberId, purpose: Option<Number>) -> Result<bool, Error> {
    let Some(purpose) = purpose else {
        return Ok(true);
    };
    let purpose = records.global().names.text(NameKind::Purpose, purpose);
    let policy = records.policy()?;
    let agreed = records
        .cache
        .look(id, |member| agrees(&**policy, member, &purpose))?;
    Ok(agreed == Some(true))
}

/// Facts of the message of an id; None if there is none.
pub(in crate::engine) fn message_named(
    records: &mut Records,
    id: &str,
) -> Result<Option<MessageFacts>, Error> {
    let position = || {
        let mut parts = id.strip_prefix("msg_")?.splitn(3, '_');
        let seq = parts.next()?.parse().ok()?;
        let index = parts.next()?.parse().ok()?;
        Some(OutboxPosition { seq, index })
    };
    let Some(position) = position() else {
        return Ok(None);
    };
    let Some(entry) = records.entry(position.seq)? else {
        return Ok(None);
    };
    let effect = usize::try_from(position.index).map(|index| entry.effects.get(index));
    let Ok(Some(Effect::Message {
        who,
        campaign,
        template,
        ..
    })) = effect
    else {
        return Ok(None);
    };
    let touched = entry.touched.get(usize::from(*who));
    Ok(touched
        .filter(|_| message_id(&entry, position) == id)
        .map(|touched| MessageFacts {
            recipient: touched.member,
            campaign: campaign_text(records, *campaign),
            template: template.clone(),
        }))
}

/// A campaign by its number; empty if none.
fn campaign_text(records: &Records, number: Number) -> String {
    match number {
        0 => String::new(),
        number => records.global().names.text(NameKind::Campaign, number),
    }
}

/// Id of a message: position and a hash of who is meant and when, since a position
/// can come to mean something else after an older copy was restored.
fn message_id(entry: &Entry, position: OutboxPosition) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 message id v1");
    hasher.update(&position.seq.to_le_bytes());
    hasher.update(&position.index.to_le_bytes());
    hasher.update(&entry.head.effective.0.to_le_bytes());
    hasher.update(entry.head.key.as_str().as_bytes());
    for touched in &entry.touched {
        hasher.update(&touched.member.0);
    }
    let hash = hasher.finalize().to_hex();
    format!("msg_{}_{}_{}", position.seq, position.index, &hash[..16])
}

/// Converts a value to JSON: whole numbers to numbers, exact decimals to texts.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unit => serde_json::Value::Null,
        Value::Bool(x) => (*x).into(),
        Value::Int(x) => (*x).into(),
        other => other.to_string().into(),
    }
}
