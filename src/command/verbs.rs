//! The verbs by their words: the struct of each as it is sent, its conversion, and the
//! request that it becomes. Every source of commands uses this table.

use super::bad::Bad;
use super::convert::leaf::{
    channel, client_id, given_out, instant, key, optional, positive, slip_form, text, who,
};
use super::convert::{
    self, Context, office, partners, passes, person, ticket, transfers, vouchers,
};
use super::raw;
use super::request::{Office, Request, Return, Source, Verb, VoucherAsked, VoucherRef};
use super::scalar::Text;
use super::schema::schema_read;
use super::who::Who;
use crate::model::Key;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Rule about the member of a command, by its verb.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MemberRule {
    /// One must be named; the schema says so too.
    Needed,
    /// One may be named; see `member_missing` for when one must.
    Optional,
    /// None may be named.
    Unfit,
}

macro_rules! table {
    ($($word:literal => $name:ident, $convert:path, $member:ident, $asked:pat,)*) => {
        /// The verbs, as `do` spells them.
        pub const WORDS: &[&str] = &[$($word),*];

        /// A verb as it was sent.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Raw {
            $(#[doc = concat!("`", $word, "`")] $name(Box<raw::$name>),)*
        }

        $(impl From<raw::$name> for Raw {
            fn from(verb: raw::$name) -> Raw {
                Raw::$name(Box::new(verb))
            }
        })*

        impl Raw {
            /// Takes out the fields that every verb may carry.
            fn head(&mut self) -> raw::Head {
                match self {
                    $(Raw::$name(verb) => verb.head(),)*
                }
            }

            /// Converts the verb's own fields.
            fn convert(self, context: &Context<'_>) -> Result<Verb, Bad> {
                match self {
                    $(Raw::$name(verb) => $convert(*verb, context),)*
                }
            }
        }

        impl Verb {
            /// The verb as `do` spells it.
            pub fn word(&self) -> &'static str {
                match self {
                    $($asked => $word,)*
                }
            }

            fn member_rule(&self) -> MemberRule {
                match self {
                    $($asked => MemberRule::$member,)*
                }
            }
        }

        /// Reads the fields of a verb; none if there is no such verb.
        pub fn read<'de, D: Deserializer<'de>>(word: &str, from: D) -> Option<Result<Raw, D::Error>> {
            match spelt(word) {
                $($word => Some(raw::$name::deserialize(from).map(Raw::from)),)*
                _ => None,
            }
        }

        /// The JSON Schema of a verb; none if there is no such verb.
        pub fn schema(word: &str) -> Option<Value> {
            match spelt(word) {
                $($word => Some(with_rule(schema_read::<raw::$name>(), MemberRule::$member)),)*
                _ => None,
            }
        }
    };
}

// Word, struct as sent, its conversion, rule about the member, and what it becomes.
table! {
    "purchase" => Purchase, convert::purchase, Optional, Verb::Purchase(_),
    "return" => Return, convert::goods_back, Optional, Verb::Return(_),
    "ticket" => Ticket, ticket::ticket, Optional, Verb::Ticket(_),
    "redeem" => Redeem, convert::redeem, Needed, Verb::Redeem { .. },
    "hold" => Hold, transfers::hold, Optional, Verb::Hold { .. } | Verb::HoldVoucher { .. },
    "capture" => Capture, transfers::capture, Optional, Verb::Capture { .. },
    "release" => Release, transfers::release, Optional, Verb::Release { .. },
    "transfer" => Transfer, transfers::transfer, Needed, Verb::Transfer { .. } | Verb::ClaimPoints { .. },
    "household" => Household, transfers::household, Needed, Verb::Household(_),
    "activity" => Activity, person::activity, Optional, Verb::Activity(_),
    "consent" => Consent, person::consent, Needed, Verb::Consent(_),
    "merge" => Merge, transfers::merge, Needed, Verb::Merge { .. },
    "unmerge" => Unmerge, transfers::unmerge, Optional, Verb::Unmerge { .. },
    "void" => Void, convert::void, Optional, Verb::Void { .. },
    "reassign" => Reassign, convert::reassign, Optional, Verb::Reassign { .. },
    "amend" => Amend, convert::amend, Optional, Verb::Amend(_),
    "adjust" => Adjust, convert::adjust, Needed, Verb::Adjust(_),
    "enrol" => Enrol, convert::enrol, Unfit, Verb::Enrol(_),
    "profile" => Profile, convert::profile, Needed, Verb::Profile(_),
    "note" => Note, person::note, Needed, Verb::Note { .. },
    "erase" => Erase, person::erase, Needed, Verb::Erase { .. },
    "campaign" => Campaign, convert::campaign, Unfit, Verb::Campaign { .. },
    "goal" => Goal, office::goal, Unfit, Verb::Office(Office::Goal { .. }),
    "cost" => Cost, office::cost, Unfit, Verb::Office(Office::Cost { .. }),
    "alert" => Alert, office::alert, Unfit, Verb::Office(Office::Alert(_)),
    "close_period" => Period, office::close, Unfit, Verb::Office(Office::Close { .. }),
    "opening" => Opening, office::opening, Needed, Verb::Office(Office::Opening { .. }),
    "daily" => Daily, convert::daily, Unfit, Verb::Daily,
    "claim" => Claim, person::claim, Needed, Verb::Claim { .. },
    "voucher" => Voucher, vouchers::voucher, Optional, Verb::Voucher(_),
    "pass" => Pass, passes::pass, Needed, Verb::Pass(_),
    "partner" => Partner, partners::partner, Unfit, Verb::Partner(_),
    "pool" => Pool, partners::pool, Unfit, Verb::Pool(_),
    "unlock" => Unlock, vouchers::unlock, Optional, Verb::Unlock { .. },
    "acknowledge" => Acknowledge, convert::acknowledge, Unfit, Verb::Acknowledge { .. },
}

/// Canonical spelling of a verb.
pub fn spelt(word: &str) -> &str {
    match word {
        "sale" => "purchase",
        "enroll" => "enrol",
        "close-period" => "close_period",
        other => other,
    }
}

/// Adds the rule about the member to a verb's schema.
fn with_rule(mut schema: Value, member: MemberRule) -> Value {
    if let (MemberRule::Needed, Some(required)) = (member, schema["required"].as_array_mut()) {
        required.push("member".into());
    }
    schema
}

/// Rule about the key: required, or filled in by the receiver.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRule {
    Needed,
    Optional,
}

/// Converts a verb to a request. Digits are those of amounts that state no currency.
pub(super) fn request(mut raw: Raw, digits: u8, rule: KeyRule) -> Result<Request, Bad> {
    let head = raw.head();
    let store = given_out("store", head.store)?;
    let context = Context {
        digits,
        store: &store,
    };
    let verb = raw.convert(&context)?;
    let request = Request {
        key: key_of(head.key, &verb, rule)?,
        member: optional("member", head.member, who)?,
        at: optional("at", head.at, instant)?,
        source: Source {
            store,
            terminal: given_out("terminal", head.terminal)?,
            counter: optional("counter", head.counter, positive)?.map(i64::unsigned_abs),
            operator: text("operator", head.operator)?,
            approval: text("approval", head.approval)?,
            channel: channel(head.channel)?,
        },
        is_clock_accepted: head.accept_clock,
        is_training: head.training,
        id: optional("id", head.id, client_id)?,
        slip: optional("slip", head.slip, slip_form)?,
        verb,
    };
    is_whole(request)
}

/// Checks the common fields that one verb needs, and those that it excludes.
fn is_whole(request: Request) -> Result<Request, Bad> {
    let (verb, member) = (&request.verb, &request.member);
    if member.is_none()
        && let Some(remedy) = member_missing(verb)
    {
        return Err(Bad::missing("member", remedy));
    }
    if member.is_some() && verb.member_rule() == MemberRule::Unfit {
        let message = format!("does not belong to '{}'", verb.word());
        return Err(Bad::new("member", message));
    }
    let (field, sale) = match verb {
        Verb::Purchase(sale) => ("enrol", Some(&**sale)),
        Verb::Ticket(ticket) => ("sale.enrol", ticket.sale.as_ref()),
        _ => return Ok(request),
    };
    let is_enrolling = sale.is_some_and(|sale| sale.is_enrolling);
    if is_enrolling && !matches!(member, Some(Who::Alias(_))) {
        let message = "needs a member named by an alias, such as card:6900012345";
        return Err(Bad::new(field, message));
    }
    Ok(request)
}

/// Remedy for a command that names no member and must; None if it need not.
fn member_missing(verb: &Verb) -> Option<&'static str> {
    let is_without_slip = |back: &Return| back.of.is_none();
    match verb {
        Verb::Unmerge { of: None, .. } => Some(
            "name one of the two members, for example \"member\":\"card:6900012345\", or the merge by 'of' (its key) or 'seq'",
        ),
        Verb::Claim { .. } => Some("say who claims, for example \"member\":\"card:6900012345\""),
        Verb::Return(back) if is_without_slip(back) => Some(WHOSE_POINTS),
        Verb::Ticket(ticket) if ticket.returns.iter().any(is_without_slip) => Some(WHOSE_POINTS),
        Verb::Activity(activity) if activity.message.is_empty() => Some(NAME_THE_MEMBER),
        // A code alone identifies the holder.
        Verb::Hold { .. }
        | Verb::HoldVoucher {
            which: VoucherRef::Lot(_),
            ..
        }
        | Verb::Voucher(
            VoucherAsked::Issue { .. }
            | VoucherAsked::Void {
                which: VoucherRef::Lot(_),
                ..
            }
            | VoucherAsked::Give {
                which: VoucherRef::Lot(_),
            },
        ) => Some(NAME_THE_MEMBER),
        verb if verb.member_rule() == MemberRule::Needed => Some(NAME_THE_MEMBER),
        _ => None,
    }
}

const NAME_THE_MEMBER: &str = "name the member, for example \"member\":\"card:6900012345\"";
const WHOSE_POINTS: &str = "without a slip, name whose points are taken";

fn key_of(stated: Option<Text>, verb: &Verb, rule: KeyRule) -> Result<Key, Bad> {
    match stated {
        Some(text) => key("key", text),
        None if rule == KeyRule::Optional || *verb == Verb::Daily => Ok(Key::none()),
        None => Err(Bad::missing(
            "key",
            "give every attempt a name of its own, such as \"till-1/000812\"",
        )),
    }
}
