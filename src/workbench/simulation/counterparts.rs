//! Counterparts in the simulation: how an entry of the past is decided again,
//! and which entries and lots of the simulation stand for those it names.

use crate::model::{
    Act, CampaignStatus, Discount, Draft, Effect, Entry, LotId, MemberId, Money, Number, Tender,
    TenderKind,
};
use std::collections::HashMap;

/// Distance of the sequences of two entries that were booked one after the
/// other: room for entries that only the simulation has.
const STRIDE: u64 = 1 << 20;

/// Way in which an entry of the past is treated.
pub(super) enum Treatment {
    /// The command is decided again.
    Again,
    /// Books due events of its member up to its instant.
    Settle,
    /// It is booked as it was.
    AsRecorded,
    /// The campaign is reviewed.
    Review(Number),
    /// Left out: the simulation books its own, or nothing depends on it.
    LeftOut,
}

/// Places of entries in another order than that of their booking.
#[derive(Default)]
pub(super) struct Places {
    /// Place of each entry, by its distance from the first.
    places: Vec<u64>,
    /// Distance of the entry at each place.
    distances: Vec<u64>,
}

impl Places {
    /// The places of entries, which are all from a first one on, in their new order.
    pub fn new(entries: &[Entry]) -> Places {
        let first = entries.iter().map(|entry| entry.seq).min().unwrap_or(0);
        let distances: Vec<u64> = entries.iter().map(|entry| entry.seq - first).collect();
        let mut places = vec![0; distances.len()];
        for (place, distance) in (0..).zip(&distances) {
            if let Some(at) = at(&mut places, *distance) {
                *at = place;
            }
        }
        Places { places, distances }
    }
}

fn at(list: &mut [u64], index: u64) -> Option<&mut u64> {
    list.get_mut(usize::try_from(index).ok()?)
}

/// Sequences of the past and of the simulation.
#[derive(Default)]
pub(super) struct Sequences {
    /// The first entry that the simulation decided again.
    pub fork: u64,
    /// Places of the entries since, if they are decided in another order.
    pub places: Places,
}

impl Sequences {
    /// Sequence in the simulation of an entry of the past.
    pub fn simulated(&self, seq: u64) -> u64 {
        match seq.checked_sub(self.fork) {
            None => seq,
            Some(after) => {
                let place = looked_up(&self.places.places, after);
                self.fork + place.saturating_mul(STRIDE)
            }
        }
    }

    /// The entry of the past whose counterpart has a sequence in the simulation.
    pub fn past(&self, seq: u64) -> u64 {
        match seq.checked_sub(self.fork) {
            None => seq,
            Some(after) => self.fork + looked_up(&self.places.distances, after / STRIDE),
        }
    }
}

/// The number at an index, or the index itself if there is none.
fn looked_up(list: &[u64], index: u64) -> u64 {
    let found = usize::try_from(index).ok().and_then(|at| list.get(at));
    found.copied().unwrap_or(index)
}

/// True for entries about the ledger itself, whenever they were booked.
pub(super) fn is_of_ledger(act: &Act) -> bool {
    matches!(
        act,
        Act::Genesis(_)
            | Act::PolicyActivated(_)
            | Act::PolicyScheduled(_)
            | Act::ScheduleCancelled { .. }
            | Act::StoriesKept { .. }
            | Act::TermsAnnounced(_)
            | Act::AnnouncementWithdrawn { .. }
            | Act::KeyRotated { .. }
            | Act::Restored { .. }
            | Act::Recovered { .. }
    )
}

/// True for what the ledger books because its time has come.
pub(super) fn is_due(act: &Act) -> bool {
    matches!(
        act,
        Act::Due { .. }
            | Act::Release {
                is_timeout: true,
                ..
            }
            | Act::VoucherReturned { .. }
            | Act::TransferReturned { .. }
    )
}

/// Hashes of the codes of vouchers that an entry made.
pub(super) fn codes_of(entry: &Entry) -> impl Iterator<Item = &[u8; 32]> {
    entry.effects.iter().filter_map(|effect| match effect {
        Effect::Voucher { code, .. }
        | Effect::LotMoved {
            code: Some(code), ..
        } => Some(code),
        _ => None,
    })
}

/// Money of an entry's sale that points, rewards and vouchers paid, in minor units.
pub(super) fn own_money(entry: &Entry) -> i128 {
    let Act::Purchase(purchase) = &entry.act else {
        return 0;
    };
    let own = purchase.tenders.iter().filter(|t| t.kind.is_own());
    let own: i128 = own.map(|t| i128::from(t.amount.0)).sum();
    let left_out = entry.effects.iter().filter_map(|effect| match effect {
        Effect::TenderLeftOut { amount, .. } => Some(i128::from(amount.0)),
        _ => None,
    });
    own - left_out.sum::<i128>()
}

/// Has a sale paid in cash what points, rewards and vouchers cannot pay any more;
/// false if the act is no such sale.
pub(super) fn pay_in_cash(act: &mut Act) -> bool {
    let Act::Purchase(purchase) = act else {
        return false;
    };
    if !purchase.tenders.iter().any(|t| t.kind.is_own()) {
        return false;
    }
    if !purchase.book_if_short {
        purchase.book_if_short = true;
        return true;
    }
    for tender in &mut purchase.tenders {
        if tender.kind.is_own() {
            tender.kind = TenderKind::Cash;
            tender.lines.clear();
        }
    }
    true
}

/// The sale as it is paid if the till gives the money off that the draft proposes:
/// None if it is the same, or the till did not give what was proposed then, so that
/// nobody can say what it would do.
pub(super) fn repriced(draft: &Draft, past: &Entry) -> Option<Act> {
    let Act::Purchase(purchase) = &draft.act else {
        return None;
    };
    let is_differing = |effect: &Effect| matches!(effect, Effect::DiscountDiffers { .. });
    let differed = past.effects.iter().any(is_differing);
    if differed || purchase.foreign.is_some() {
        return None;
    }
    let proposed: Vec<Discount> = draft.effects.iter().filter_map(proposal).collect();
    let before: Vec<Discount> = past.effects.iter().filter_map(proposal).collect();
    let (by_campaigns, own): (Vec<Discount>, Vec<Discount>) = purchase
        .discounts
        .iter()
        .cloned()
        .partition(|discount| discount.campaign != 0);
    let gist = |discounts: &[Discount]| -> Vec<(Number, i64)> {
        let mut gist: Vec<_> = discounts.iter().map(|d| (d.campaign, d.amount.0)).collect();
        gist.sort_unstable();
        gist
    };
    if gist(&proposed) == gist(&before) {
        return None;
    }
    let sum = |discounts: &[Discount]| discounts.iter().map(|d| d.amount.0).sum::<i64>();
    let less = sum(&proposed).checked_sub(sum(&by_campaigns))?;
    let mut purchase = purchase.clone();
    purchase.total = Money(purchase.total.0.checked_sub(less)?);
    purchase.discounts = own.into_iter().chain(proposed).collect();
    pay_less(&mut purchase.tenders, less)?;
    Some(Act::Purchase(purchase))
}

fn proposal(effect: &Effect) -> Option<Discount> {
    let Effect::Discounted {
        campaign,
        amount,
        why,
        lines,
    } = effect
    else {
        return None;
    };
    Some(Discount {
        campaign: *campaign,
        why: why.clone(),
        amount: *amount,
        lines: lines.clone(),
    })
}

/// Takes money off the tenders that are no points, rewards or vouchers, the last first; if
/// it is below 0 adds it to the last of them. None if they are not enough.
fn pay_less(tenders: &mut [Tender], less: i64) -> Option<()> {
    if tenders.is_empty() {
        return Some(());
    }
    let mut left = less;
    for tender in tenders
        .iter_mut()
        .rev()
        .filter(|tender| !tender.kind.is_own())
    {
        let taken = left.min(tender.amount.0);
        tender.amount = Money(tender.amount.0.checked_sub(taken)?);
        left -= taken;
        if left <= 0 {
            return Some(());
        }
    }
    (left == 0).then_some(())
}

/// The same part of another total, rounded down.
pub(super) fn scaled(amount: Money, (then, now): (Money, Money)) -> Money {
    let scaled = i128::from(amount.0) * i128::from(now.0) / i128::from(then.0).max(1);
    Money(i64::try_from(scaled).unwrap_or(amount.0))
}

/// Chooses the treatment of an entry.
pub(super) fn treatment(entry: &Entry) -> Treatment {
    match &entry.act {
        act if is_due(act) => Treatment::Settle,
        Act::CampaignTuned { campaign, .. } => Treatment::Review(*campaign),
        Act::CampaignChanged(changed) if !changed.figures.is_empty() => {
            Treatment::Review(changed.campaign)
        }
        Act::CampaignChanged(changed)
            if changed.status == CampaignStatus::Closed && changed.reason == "budget" =>
        {
            Treatment::LeftOut
        }
        Act::Refused(_)
        | Act::ClockCorrected { .. }
        | Act::PeriodClosed { .. }
        | Act::CampaignTargeted { .. }
        | Act::ProfileChanged { .. } => Treatment::AsRecorded,
        act if is_of_ledger(act) => Treatment::LeftOut,
        Act::Followed { .. }
        | Act::GoalSet { .. }
        | Act::CostBooked { .. }
        | Act::AlertChanged(_)
        | Act::OrderSentAgain { .. }
        | Act::OutboxAcknowledged { .. }
        | Act::GuessingLocked { .. }
        | Act::GuessingUnlocked { .. }
        | Act::CodeTried { .. } => Treatment::LeftOut,
        _ => Treatment::Again,
    }
}

/// Replaces the entries that an act names by those of the simulation.
pub(super) fn renumber(act: &mut Act, to: &Sequences) {
    match act {
        Act::Return { of, .. }
        | Act::Reversal { of, .. }
        | Act::Capture { of, .. }
        | Act::Release { of, .. }
        | Act::Unmerged { of }
        | Act::Claim { of }
        | Act::VoucherClaimed { of, .. }
        | Act::TransferClaimed { of } => *of = to.simulated(*of),
        Act::Adjustment(adjustment) => {
            adjustment.of = adjustment.of.map(|of| to.simulated(of));
        }
        Act::Purchase(purchase) => {
            for Tender { kind, .. } in &mut purchase.tenders {
                if let TenderKind::Held { hold, .. } = kind {
                    *hold = to.simulated(*hold);
                }
            }
        }
        _ => {}
    }
}

/// The lot that an act names, if it names one.
pub(super) fn lot_of(act: &mut Act) -> Option<&mut LotId> {
    match act {
        Act::VoucherGiven { lot, .. }
        | Act::VoucherVoided { lot, .. }
        | Act::VoucherHeld { lot, .. } => Some(lot),
        _ => None,
    }
}

/// The second member that an act itself names.
pub(super) fn other_of(entry: &Entry) -> Option<MemberId> {
    let second = entry.touched.get(1);
    let second = second.filter(|_| entry.act.is_between_members());
    second.map(|touched| touched.member)
}

/// Origin of a lot: unit, campaign, and its place among the lots of both that
/// the same entry opened.
pub(super) type LotOrigin = (Number, Number, usize);

/// Unit and campaign of the lots that an entry opened, in their order.
fn opened(entry: &Entry) -> impl Iterator<Item = (Number, Number)> + '_ {
    let openers = entry.effects.iter().filter(|e| e.opens_lot());
    openers.map(|effect| match effect {
        Effect::Award { unit, campaign, .. } | Effect::Voucher { unit, campaign, .. } => {
            (*unit, *campaign)
        }
        Effect::LotMoved { unit, .. } => (*unit, 0),
        _ => (0, 0),
    })
}

/// Origin of a lot that an entry opened.
pub(super) fn origin(entry: &Entry, lot: LotId) -> Option<LotOrigin> {
    let n = usize::from(lot.n);
    let (unit, campaign) = opened(entry).nth(n)?;
    let before = opened(entry).take(n);
    let same = before.filter(|of| *of == (unit, campaign)).count();
    Some((unit, campaign, same))
}

/// The lot of an origin among those that an entry opened.
pub(super) fn lot_in(entry: &Entry, (unit, campaign, same): LotOrigin) -> Option<LotId> {
    let mut of = (0u16..)
        .zip(opened(entry))
        .filter(|(_, of)| *of == (unit, campaign));
    of.nth(same).map(|(n, _)| LotId { seq: entry.seq, n })
}

/// Gives the vouchers of a draft the codes that their counterparts had.
pub(super) fn keep_codes(effects: &mut [Effect], past: &Entry) {
    let mut had: HashMap<(Number, Number), Vec<[u8; 32]>> = HashMap::new();
    for effect in past.effects.iter().rev() {
        if let Effect::Voucher {
            unit,
            campaign,
            code,
            ..
        } = effect
        {
            had.entry((*unit, *campaign)).or_default().push(*code);
        }
    }
    for effect in effects {
        if let Effect::Voucher {
            unit,
            campaign,
            code,
            ..
        } = effect
            && let Some(kept) = had.get_mut(&(*unit, *campaign)).and_then(Vec::pop)
        {
            *code = kept;
        }
    }
}
