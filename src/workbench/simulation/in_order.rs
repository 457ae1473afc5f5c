//! The past in order of time: a replay without a draft. Commands that came late, such as
//! those of an offline queue, are decided again where they belong, and what one till
//! without a queue would have come to is compared with what was booked.

use super::counterparts::{self, Places};
use super::replay::{BothEnds, Replay, Unlike};
use super::tally::CampaignGain;
use crate::engine::{Error, Ledger, Redecided, is_order_correction};
use crate::model::{
    Act, Day, Effect, Entry, Instant, LotId, MemberId, Number, Occurred, Points, TenderKind, Unit,
    UnitKind,
};
use crate::rules::State;
use crate::rules::state::{Member, Status};
use std::collections::{BTreeMap, BTreeSet};

/// A member's vouchers of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VoucherDifference {
    /// The member.
    pub member: MemberId,
    /// The unit.
    pub unit: Number,
    /// Vouchers that are missing; negative: too many.
    pub count: i64,
    /// Of those that are too many, the ones that can be taken back.
    pub lots: Vec<LotId>,
}

/// A member whose tier would be another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TierDifference {
    /// The member.
    pub member: MemberId,
    /// Number of the tier; 0 for none.
    pub tier: Number,
    /// Number of the tier in order of time.
    pub in_order: Number,
}

/// The past in order of time, compared with the ledger.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct InOrder {
    /// Commands that came late.
    pub late: u64,
    /// Entries that were decided again: those since the first instant of a late command.
    pub entries: u64,
    /// Points that are missing, or too many.
    pub points: Vec<Redecided>,
    /// Vouchers that are missing, or too many.
    pub vouchers: Vec<VoucherDifference>,
    /// Tiers, before anything is put right.
    pub tiers: Vec<TierDifference>,
    /// Commands that the order makes impossible.
    pub unlike: Unlike,
}

/// Decides the entries since the first late command of a span again, in order of the
/// instants at which they happened. Changes nothing. Memory: all members, and the entries
/// decided again.
///
/// # Errors
/// [`Error::Limit`] if history was imported since; I/O errors.
pub fn in_order(ledger: &mut Ledger, from: Instant, to: Instant) -> Result<InOrder, Error> {
    ledger.commit()?;
    let Some(late) = Late::of(ledger, from, to)? else {
        return Ok(InOrder::default());
    };
    let entries = ledger.entries_from(0)?;
    let mut replay = Replay::without_draft(ledger, late.first)?;
    // Days of the programmes' activations, by number from 1.
    let mut activated: Vec<Day> = Vec::new();
    let (mut again, mut bundle) = (Vec::new(), 0);
    for entry in entries {
        let entry = entry?;
        if let Act::PolicyActivated(_) = &entry.act {
            activated.push(entry.head.day);
        }
        if again.is_empty() && entry.head.effective < late.first {
            bundle = activated.len();
            replay.take_as_it_is(&entry)?;
            continue;
        }
        if entry.head.origin.is_history {
            let text = "history was imported since the first late command; name a later --from";
            return Err(Error::Limit(text.into()));
        }
        again.push(entry);
    }
    let ordered = in_order_of_time(&again);
    replay.fork_in_order(Places::new(&ordered))?;
    for entry in &again {
        replay.take_as_it_is(entry)?;
    }
    let mut last = late.first.after(-1);
    for entry in &ordered {
        if let Act::PolicyActivated(_) = &entry.act {
            bundle += 1;
        }
        // What happened before the first programme took effect is decided by it.
        let number = bundle.max(1);
        let day = activated.get(number - 1).copied();
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if !is_order_correction(entry) {
            let moved = moved(entry, &mut last);
            replay.again_under(&moved, (number, day.unwrap_or(Day(0))))?;
        }
    }
    let ends = replay.end_in_order(&again)?;
    let mut told = compare(&ends, &again);
    (told.late, told.unlike) = (late.count, ends.unlike);
    Ok(told)
}

/// Commands that came late.
struct Late {
    /// Instant at which the first of them happened.
    first: Instant,
    count: u64,
}

impl Late {
    /// Those that happened between two instants; None if there are none.
    fn of(ledger: &mut Ledger, from: Instant, to: Instant) -> Result<Option<Late>, Error> {
        let mut last = Instant(i64::MIN);
        let mut late: Option<Late> = None;
        for entry in ledger.entries_from(0)? {
            let entry = entry?;
            let at = entry.head.occurred_at();
            let is_live = !entry.head.origin.is_history && !is_own(&entry);
            if is_live && at < last && (from..=to).contains(&at) {
                let late = late.get_or_insert(Late {
                    first: at,
                    count: 0,
                });
                late.first = late.first.min(at);
                late.count += 1;
            }
            if !entry.head.origin.is_history {
                last = entry.head.effective;
            }
        }
        Ok(late)
    }
}

/// True for entries that have no time but that of their booking.
fn is_own(entry: &Entry) -> bool {
    counterparts::is_due(&entry.act)
        || counterparts::is_of_ledger(&entry.act)
        || is_order_correction(entry)
}

/// Instant at which an entry has its place.
fn time_of(entry: &Entry) -> Instant {
    match is_own(entry) {
        true => entry.head.effective,
        false => entry.head.occurred_at(),
    }
}

/// Sorts entries by the instants at which they happened. One that names another stays
/// after it.
fn in_order_of_time(entries: &[Entry]) -> Vec<Entry> {
    let first = entries.first().map_or(0, |entry| entry.seq);
    // What happened to members before the entry that enrolled them, since another queue
    // that sold to them first was drained later, comes right after it.
    let mut first_of: BTreeMap<MemberId, Instant> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !is_own(entry)) {
        for touched in &entry.touched {
            let first = first_of.entry(touched.member).or_insert(Instant(i64::MAX));
            *first = time_of(entry).min(*first);
        }
    }
    let mut times: Vec<Instant> = Vec::with_capacity(entries.len());
    for entry in entries {
        let own = match (&entry.act, entry.member()) {
            (Act::Enrolled(_), Some(id)) => first_of.get(&id).copied().unwrap_or(Instant(0)),
            _ => time_of(entry),
        };
        let named = entry.act.named().and_then(|of| of.checked_sub(first));
        let named = named.and_then(|at| times.get(usize::try_from(at).ok()?));
        times.push(named.map_or(own, |named| own.max(*named)));
    }
    let mut timed: Vec<(Instant, &Entry)> = times.into_iter().zip(entries).collect();
    timed.sort_by_key(|(at, entry)| (*at, entry.seq));
    timed.into_iter().map(|(_, entry)| entry.clone()).collect()
}

/// An entry as it would have been booked in its place, right after `last`.
fn moved(entry: &Entry, last: &mut Instant) -> Entry {
    let mut entry = entry.clone();
    let (at, place) = (entry.head.occurred_at(), time_of(&entry));
    // An enrolment may come before its time, and what follows keeps its own.
    let effective = match entry.act {
        Act::Enrolled(_) => last.after(1),
        _ => place.max(last.after(1)),
    };
    *last = effective;
    let head = &mut entry.head;
    (head.effective, head.recorded_lag) = (effective, 0);
    head.occurred = head.occurred.map(|said| Occurred {
        lag: at.0 - effective.0,
        ..said
    });
    // What was left out was collected otherwise, and stays so.
    if let Act::Purchase(sale) = &mut entry.act {
        for effect in &entry.effects {
            let Effect::TenderLeftOut { tender, .. } = effect else {
                continue;
            };
            let at = usize::from(*tender).wrapping_sub(1);
            if let Some(tender) = sale.tenders.get_mut(at) {
                tender.kind = TenderKind::Cash;
                tender.lines.clear();
            }
        }
    }
    entry
}

/// Points that campaigns gave by one entry more than by another, by member, unit and campaign.
type Gains = BTreeMap<(MemberId, Number, Number), i64>;

/// Adds points that campaigns gave by an entry.
fn add_gains(gains: &mut Gains, entry: &Entry, state: &State, sign: i64) {
    for gain in entry.effects.iter().filter_map(CampaignGain::of) {
        if let Some(touched) = entry.touched.get(usize::from(gain.who)) {
            let of = (state.resolve(touched.member), gain.unit, gain.campaign);
            *gains.entry(of).or_default() += sign * gain.points.0;
        }
    }
}

/// Corrections of sales, by member and unit.
type SaleCorrections = BTreeMap<(MemberId, Number), Vec<Redecided>>;

fn compare(ends: &BothEnds, entries: &[Entry]) -> InOrder {
    let mut told = InOrder {
        entries: entries.len() as u64,
        ..InOrder::default()
    };
    let touched = entries.iter().flat_map(|entry| &entry.touched);
    let ids: BTreeSet<MemberId> = touched
        .map(|touched| ends.state_then.resolve(touched.member))
        .collect();
    let mut of_sales = sale_corrections(ends, entries);
    for id in ids {
        let then = ends.state_then.members.get(&id);
        let in_order = ends.state_in_order.members.get(&id);
        if let (Some(then), Some(in_order)) = (then, in_order)
            && then.status == Status::Active
        {
            let units = &ends.policy.programme().units;
            told.add_member(units, then, in_order, &mut of_sales);
        }
    }
    told
}

/// Points that sales of which nothing came back would have given in order, less those that
/// they gave and those that earlier corrections put right.
fn sale_corrections(ends: &BothEnds, entries: &[Entry]) -> SaleCorrections {
    let corrected = corrected(entries);
    let mut found = SaleCorrections::new();
    for entry in entries {
        let is_source = matches!(entry.act, Act::Purchase(_) | Act::Activity { .. });
        let after = ends.state_then.aftermath.get(&entry.seq);
        let is_whole = after.is_none_or(|after| after.returns.is_empty() && after.voided.is_none());
        let in_order = ends.in_order.get(&entry.seq);
        let Some(in_order) = in_order.filter(|_| is_source && is_whole) else {
            continue;
        };
        let mut gains = Gains::new();
        add_gains(&mut gains, in_order, &ends.state_then, 1);
        add_gains(&mut gains, entry, &ends.state_then, -1);
        for ((member, unit, campaign), points) in gains {
            let points = points - corrected.get(&(entry.seq, unit, campaign)).unwrap_or(&0);
            if points != 0 {
                found.entry((member, unit)).or_default().push(Redecided {
                    of: Some(entry.seq),
                    member,
                    unit,
                    campaign,
                    points: Points(points),
                });
            }
        }
    }
    found
}

/// Points that earlier corrections gave for sales: by sale, unit and campaign.
fn corrected(entries: &[Entry]) -> BTreeMap<(u64, Number, Number), i64> {
    let mut points = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is_order_correction(entry)) {
        if let Act::Adjustment(a) = &entry.act
            && let Some(of) = a.of
        {
            *points.entry((of, a.unit, a.campaign)).or_default() += a.points.0;
        }
    }
    points
}

impl InOrder {
    /// Adds the differences of a member: those of sales are taken out of `of_sales`.
    fn add_member(
        &mut self,
        units: &[Unit],
        then: &Member,
        in_order: &Member,
        of_sales: &mut SaleCorrections,
    ) {
        for unit in units {
            let held = |member: &Member| match unit.kind {
                UnitKind::Qualifying => member.lifetime.unit(unit.number),
                _ => member.balance(unit.number).0,
            };
            match unit.kind {
                UnitKind::Voucher => self.vouchers.extend(vouchers(unit.number, then, in_order)),
                UnitKind::Pass => {}
                _ => {
                    let of = (then.id, unit.number);
                    let points = held(in_order) - held(then);
                    let of_sales = of_sales.remove(&of).unwrap_or_default();
                    self.points.extend(corrections(of, points, of_sales));
                }
            }
        }
        let tier = |member: &Member| member.tier.as_ref().map_or(0, |tier| tier.tier);
        if tier(then) != tier(in_order) {
            self.tiers.push(TierDifference {
                member: then.id,
                tier: tier(then),
                in_order: tier(in_order),
            });
        }
    }
}

/// Corrections of a member's points of a unit, which come to `points`: those of sales, and
/// what they leave over. If these do not all go the same way, sales only shared the points
/// among them otherwise, and one correction says what it comes to.
fn corrections(
    (member, unit): (MemberId, Number),
    points: i64,
    mut of_sales: Vec<Redecided>,
) -> Vec<Redecided> {
    let of_member = |points: i64| Redecided {
        of: None,
        member,
        unit,
        campaign: 0,
        points: Points(points),
    };
    let sum: i64 = of_sales.iter().map(|one| one.points.0).sum();
    if points != sum {
        of_sales.push(of_member(points - sum));
    }
    let is_one_way = of_sales
        .iter()
        .all(|one| one.points.0.signum() == points.signum());
    match (points, is_one_way) {
        (0, _) => Vec::new(),
        (_, true) => of_sales,
        (points, false) => vec![of_member(points)],
    }
}

fn vouchers(unit: Number, then: &Member, in_order: &Member) -> Option<VoucherDifference> {
    let open = |member: &Member| {
        let lots = member.lots_of(unit);
        lots.filter(|lot| lot.remaining.is_positive()).count()
    };
    let count = i64::try_from(open(in_order)).ok()? - i64::try_from(open(then)).ok()?;
    if count == 0 {
        return None;
    }
    let mut lots: Vec<LotId> = then
        .lots_of(unit)
        .filter(|lot| lot.remaining.is_positive() && lot.held.0 == 0)
        .map(|lot| lot.id)
        .collect();
    // The last that were given are the ones too many.
    lots.reverse();
    lots.truncate(usize::try_from(-count).unwrap_or_default());
    Some(VoucherDifference {
        member: then.id,
        unit,
        count,
        lots,
    })
}
