//! The plain way of a command: looked up, due events booked, decided, sealed.

use crate::command::{Request, Verb};
use crate::engine::commit::entry_keys::once_hash;
use crate::engine::commit::open_page;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{
    admit, booking, daily_run, deciding, named, naming, precedence, recorded, timeouts,
};
use crate::engine::stop::Stop;
use crate::engine::verbs::gifts::takes_gift;
use crate::engine::verbs::{
    erasure, gifts, office, order_claim, privacy, standing_sale, transfers, vouchers,
};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Entry, MemberId, Origin, Refusal};
use crate::rules::DecisionInputs;

pub(in crate::engine) fn stage_plain(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    let member = member_of(ledger, request, mode, &origin)?;
    let other = transfers::other_of(ledger, request)?;
    let (act, holder) = naming::coded_act(ledger, request, &origin, member)?;
    let act = order_claim::as_claim(ledger, request, member, act)?;
    let member = member.or(holder);
    let named = named::load_named(ledger, &act)?;
    let claim = named::claim_of(ledger, named.as_ref())?;
    // The decision checks the present holder of a claimed gift.
    let is_claim = matches!(act, Act::Claim { .. }) || takes_gift(&act);
    let owner = claim.as_ref().or(named.as_ref()).filter(|_| !is_claim);
    let member = transfers::party(ledger, member, owner)?;
    if let Some(again) = recorded::recorded(ledger, request, member, &act)? {
        if again.is_other_key {
            order_claim::note_other_key(ledger, request, &again.entry)?;
        }
        transfers::check_other(ledger, &again.entry, &act, other)?;
        return Ok(Staged::again(again.entry, request));
    }
    office::check_alert(ledger, &act)?;
    check_party(ledger, owner, member)?;
    transfers::check_loop(ledger, request)?;
    transfers::check_history(ledger, mode, member)?;
    let head = admit::head(ledger, request, mode, origin, member)?;
    if let Act::CampaignChanged(_) | Act::PeriodClosed { .. } = act {
        daily_run::daily_staged(ledger)?;
    }
    let vouchers = vouchers::vouchers_of(ledger, &act)?;
    let held = transfers::held_of(ledger, &act)?;
    let giver = gifts::giver(ledger, named.as_ref().filter(|_| takes_gift(&act)))?;
    let holders = vouchers.iter().map(|found| found.holder);
    let parties = member.into_iter().chain(other).chain(giver).chain(holders);
    timeouts::settle_all(ledger, parties.collect(), &head)?;
    open_page::make_room(ledger)?;
    named::load_passes(ledger, member)?;
    transfers::load_absorbed(ledger, member, &act)?;
    erasure::erase_ahead(ledger, member, &act, &head)?;
    let head = admit::after_last(ledger, head);
    let since = named::since(ledger, named.as_ref(), claim.as_ref(), &act)?;
    let counted = match once_hash(member, &act) {
        Some(hash) => ledger.find(&hash)?,
        None => None,
    };
    let inputs = DecisionInputs {
        other: other.or(giver),
        counted,
        vouchers: &vouchers,
        held: &held,
        claim: claim.as_ref(),
        ..since.inputs(named.as_ref())
    };
    let is_capture = matches!(request.verb, Verb::Capture { .. }) || !held.is_empty();
    let behind = is_capture.then(|| head.clone());
    let taker = gifts::taker(ledger, member, &act);
    let entry = match deciding::decided(ledger, head, taker, act, inputs)? {
        Ok(draft) => booking::seal_followed(ledger, draft)?,
        Err(declined) => {
            // Rare enough to resolve all names again, which saves a copy of each
            // act.
            let (act, _) = naming::coded_act(ledger, request, &declined.head.origin, member)?;
            let act = order_claim::as_claim(ledger, request, member, act)?;
            booking::seal_refused(ledger, *declined, (member, other), act)?
        }
    };
    if let Some(head) = behind {
        transfers::behind(ledger, request, member, &entry, head)?;
    }
    Ok(Staged::booked(entry))
}

/// The member that a command names; enrolled on the way if it asks for that.
fn member_of(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: &Origin,
) -> Result<Option<MemberId>, Stop> {
    let Some(who) = &request.member else {
        return Ok(None);
    };
    if let Some(id) = ledger.resolve(who)? {
        return Ok(Some(id));
    }
    match (mode.enrols(request), who) {
        (true, crate::command::Who::Alias(alias)) => {
            precedence::check_before_enrolling(ledger, request, origin)?;
            Ok(Some(privacy::enrol_alias(
                ledger, alias, request, mode, origin,
            )?))
        }
        _ => {
            let detail = crate::engine::stop::unknown_member(&request.verb);
            Err(Refusal::new(Code::UnknownMember, detail).into())
        }
    }
}

fn check_party(
    records: &mut Records,
    named: Option<&Entry>,
    member: Option<MemberId>,
) -> Result<(), Stop> {
    let Some(party) = named.and_then(Entry::member) else {
        return Ok(());
    };
    let party = records.resolve(&crate::command::Who::Id(party))?;
    if party != member {
        let was = match named {
            Some(entry) => standing_sale::reassigned_from(records, entry.seq)?,
            None => None,
        };
        let detail = match (was, named) {
            (Some(was), Some(entry)) => format!(
                "member: the sale of entry {was} went to another member's card as entry {}; name that member, or none",
                entry.seq
            ),
            _ => "member: the entry is another member's".into(),
        };
        return Err(Refusal::new(Code::WrongMember, detail).into());
    }
    Ok(())
}
