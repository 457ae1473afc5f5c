//! The plain way of a command: looked up, due events booked, decided, sealed.

use crate::command::{Request, Verb};
use crate::engine::commit::entry_keys::once_hash;
use crate::engine::commit::open_page;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{
    admit, booking, daily_run, deciding, named, naming, precedence, recorded, timeouts,
};
use crate::engine::stop::{Stop, no, unknown_member};
use crate::engine::verbs::gifts::takes_gift;
use crate::engine::verbs::{
    erasure, gifts, office, order_claim, privacy, standing_sale, transfers, vouchers,
};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Entry, Head, MemberId, Origin};
use crate::rules::DecisionInputs;
use crate::rules::case::VoucherFound;

/// A command, looked up: its members, its act, and the entries that it refers to.
struct Asked {
    member: Option<MemberId>,
    /// The second member, of a command that concerns two.
    other: Option<MemberId>,
    act: Act,
    named: Option<Entry>,
    /// The entry that claimed the named purchase.
    claim: Option<Entry>,
}

impl Asked {
    /// The entry whose member has to be that of the command.
    fn owner(&self) -> Option<&Entry> {
        // The decision checks the present holder of a claimed gift.
        let is_claim = matches!(self.act, Act::Claim { .. }) || takes_gift(&self.act);
        let owner = self.claim.as_ref().or(self.named.as_ref());
        owner.filter(|_| !is_claim)
    }
}

/// What a command takes from others: vouchers and holds that pay, a gift from its giver.
struct Taken {
    vouchers: Vec<VoucherFound>,
    held: Vec<Entry>,
    giver: Option<MemberId>,
}

/// Stages a command that becomes one entry.
pub(in crate::engine) fn stage_plain(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    let member = member_of(ledger, request, mode, &origin)?;
    let asked = looked_up(ledger, request, &origin, member)?;
    if let Some(again) = recorded::recorded(ledger, request, asked.member, &asked.act)? {
        if again.is_other_key {
            note_other_key(ledger, request, &again.entry)?;
        }
        transfers::check_other(ledger, &again.entry, &asked.act, asked.other)?;
        return Ok(Staged::again(again.entry, request));
    }
    let head = admitted(ledger, request, mode, origin, &asked)?;
    let taken = settled(ledger, &asked, &head)?;
    let member = asked.member;
    let head = admit::after_last(ledger, head);
    let is_capture = matches!(request.verb, Verb::Capture { .. }) || !taken.held.is_empty();
    let behind = is_capture.then(|| head.clone());
    let entry = booked(ledger, request, asked, &taken, head)?;
    if let (Some(head), Some(id)) = (behind, member) {
        for of in transfers::holds_used_up(request, &entry) {
            timeouts::finish_hold(ledger, id, of, head.clone())?;
        }
    }
    Ok(Staged::booked(entry))
}

/// Looks up what a command names. `member` is the one that it states.
fn looked_up(
    records: &mut Records,
    request: &Request,
    origin: &Origin,
    member: Option<MemberId>,
) -> Result<Asked, Stop> {
    let other = transfers::other_of(records, request)?;
    let (act, holder) = naming::coded_act(records, request, origin, member)?;
    let act = order_claim::as_claim(records, request, member, act)?;
    let named = named::load_named(records, &act)?;
    let claim = named::claim_of(records, named.as_ref())?;
    let mut asked = Asked {
        member: member.or(holder),
        other,
        act,
        named,
        claim,
    };
    asked.member = transfers::party(records, asked.member, asked.owner())?;
    Ok(asked)
}

/// Records that an order's entry has the command's key as well.
fn note_other_key(ledger: &mut Ledger, request: &Request, first: &Entry) -> Result<(), Stop> {
    let head = order_claim::other_key_head(ledger, request)?;
    open_page::make_room(ledger)?;
    let act = Act::OrderSentAgain { of: first.seq };
    booking::book(ledger, head, None, act, Some(first))?;
    Ok(())
}

/// Checks that the command may be decided, and when; returns the head of its entry.
fn admitted(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
    asked: &Asked,
) -> Result<Head, Stop> {
    match asked.act {
        Act::AlertChanged(_) => office::check_alert(ledger, &asked.act)?,
        Act::Merged { .. } => transfers::check_loop(ledger, request)?,
        _ => {}
    }
    check_party(ledger, asked.owner(), asked.member)?;
    transfers::check_history(ledger, mode, asked.member)?;
    admit::head(ledger, request, mode, origin, asked.member)
}

/// Books what has fallen due for the members concerned, and leaves room for the entry.
fn settled(ledger: &mut Ledger, asked: &Asked, head: &Head) -> Result<Taken, Stop> {
    let act = &asked.act;
    if let Act::CampaignChanged(_) | Act::PeriodClosed { .. } = act {
        daily_run::daily_staged(ledger)?;
    }
    let gift = asked.named.as_ref().filter(|_| takes_gift(act));
    let taken = Taken {
        vouchers: vouchers::vouchers_of(ledger, act)?,
        held: transfers::held_of(ledger, act)?,
        giver: gifts::giver(ledger, gift)?,
    };
    let holders = taken.vouchers.iter().map(|found| found.holder);
    let named = [asked.member, asked.other, taken.giver];
    let parties = named.into_iter().flatten().chain(holders).collect();
    timeouts::settle_all(ledger, parties, head)?;
    open_page::make_room(ledger)?;
    named::load_passes(ledger, asked.member)?;
    if let Act::Erased { .. } = act {
        transfers::load_absorbed(ledger, asked.member)?;
        while let Some(part) = erasure::part_before(ledger, asked.member, act, head)? {
            open_page::seal(ledger, part)?;
            open_page::make_room(ledger)?;
        }
    }
    Ok(taken)
}

/// Decides the command, and seals its entry and those that follow from it.
fn booked(
    ledger: &mut Ledger,
    request: &Request,
    asked: Asked,
    taken: &Taken,
    head: Head,
) -> Result<Entry, Stop> {
    let Asked {
        member, other, act, ..
    } = asked;
    let (named, claim) = (asked.named.as_ref(), asked.claim.as_ref());
    let since = named::since(ledger, named, claim, &act)?;
    let counted = match once_hash(member, &act) {
        Some(hash) => ledger.find(&hash)?,
        None => None,
    };
    let inputs = DecisionInputs {
        other: other.or(taken.giver),
        counted,
        vouchers: &taken.vouchers,
        held: &taken.held,
        claim,
        ..since.inputs(named)
    };
    let taker = gifts::taker(ledger, member, &act);
    // Whose a voucher was is not found again once it has lapsed.
    let is_of_voucher = matches!(request.verb, Verb::Voucher(_) | Verb::HoldVoucher { .. });
    let kept = is_of_voucher.then(|| act.clone());
    match deciding::decided(ledger, head, taker, act, inputs)? {
        Ok(draft) => booking::seal_followed(ledger, draft),
        Err(declined) => {
            // Rare enough to resolve all names again, which saves a copy of each
            // other act.
            let act = match kept {
                Some(act) => act,
                None => {
                    let origin = &declined.head.origin;
                    let (act, _) = naming::coded_act(ledger, request, origin, member)?;
                    order_claim::as_claim(ledger, request, member, act)?
                }
            };
            booking::seal_refused(ledger, *declined, (member, other), act)
        }
    }
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
            let detail = unknown_member(&request.verb);
            no(Code::UnknownMember, detail)
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
        return no(Code::WrongMember, detail);
    }
    Ok(())
}
