//! A member's present standing: balances, vouchers, passes, tier and locked codes.

use super::{
    Balance, ByUnit, CodesLocked, Expiring, Now, PassNow, TierNext, TierNow, View, VoucherNow,
    keeps_text,
};
use crate::command::Figure;
use crate::model::{Instant, MemberId, NameKind, Number, Points, UnitKind};
use crate::rules::facts::FactReader;
use crate::rules::member::tier;
use crate::rules::state::{Guesser, LedgerState, Lot, Member};
use std::collections::BTreeMap;

/// A member's present standing.
pub fn standing(view: &View<'_>, member: &Member) -> Now {
    Now {
        seq: view.global.next_seq.saturating_sub(1),
        balance: balances(view, member),
        vouchers: vouchers(view, member),
        tier: tier_now(view, member),
        passes: passes(view, member),
        locks: locks(view, view.global, member.id, view.now),
    }
}

/// A member's present balances by spendable unit.
pub fn balances(view: &View<'_>, member: &Member) -> BTreeMap<String, Balance> {
    let units = view.programme().units.iter();
    let spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
    spendable
        .map(|unit| (unit.id.clone(), balance(view, member, unit.number)))
        .collect()
}

/// Kinds of codes that were locked for a member at an instant, by the state
/// of that time.
pub fn locks(
    view: &View<'_>,
    then: &LedgerState,
    member: MemberId,
    at: Instant,
) -> Vec<CodesLocked> {
    let own = Guesser::Member(member);
    let locked = then.guessing.all();
    let locked = locked.filter(|g| g.guesser == own && g.is_locked(at));
    let told = locked.filter_map(|g| {
        Some(CodesLocked {
            codes: g.kind.as_str().into(),
            until: view.at(g.locked_until?),
        })
    });
    told.collect()
}

fn vouchers(view: &View<'_>, member: &Member) -> Vec<VoucherNow> {
    let units = view.programme().units.iter();
    let vouchers = units.filter(|u| u.kind == UnitKind::Voucher);
    let lots = vouchers.flat_map(|u| member.lots_of(u.number));
    let mut lots: Vec<&Lot> = lots.filter(|lot| !lot.is_dead(view.now)).collect();
    lots.sort_by_key(|lot| lot.spend_order());
    let is_held = |lot: &Lot| {
        let mut holds = member.holds.iter().filter(|hold| hold.token.is_none());
        holds.any(|hold| hold.lots.iter().any(|part| part.0 == lot.id))
    };
    let state = |lot: &Lot| match (lot.is_pending(view.now), lot.held.is_positive()) {
        (true, _) => "pending",
        (_, true) if is_held(lot) => "held",
        (_, true) => "given",
        _ => "open",
    };
    let told = lots.into_iter().map(|lot| VoucherNow {
        unit: view.unit(lot.unit),
        lot: lot.id.to_string(),
        state: state(lot).into(),
        available_at: lot.terms.available.map(|at| view.at(at)),
        expires_at: lot.terms.expires.map(|at| view.at(at)),
        last_day: lot.terms.expires.map(|at| view.last_day(at)),
    });
    told.collect()
}

fn passes(view: &View<'_>, member: &Member) -> BTreeMap<String, PassNow> {
    let day = view.programme().calendar.day_of(view.now);
    let held = member.passes.iter().filter_map(|p| {
        let (held, lot) = member.pass(p.unit, view.now)?;
        let pass = PassNow {
            expires_at: lot.terms.expires.map(|at| view.at(at)),
            last_day: lot.terms.expires.map(|at| view.last_day(at)),
            uses: held.uses(day),
        };
        Some((view.unit(p.unit), pass))
    });
    held.collect()
}

/// Balance of a member in a unit.
fn balance(view: &View<'_>, member: &Member, unit: Number) -> Balance {
    let figure = |points| view.figure(unit, points);
    let available = figure(member.available(unit, view.now));
    Balance {
        available,
        pending: figure(member.pending(unit, view.now)),
        // Held points outlive their lot: they can be captured until the hold ends.
        held: figure(Points(member.sums(unit).held)),
        shown: matches!(available, Figure::Exact(_)).then(|| available.whole()),
        expiring: expiring(view, member, unit),
    }
}

/// The lots of a unit that end next, together.
fn expiring(view: &View<'_>, member: &Member, unit: Number) -> Option<Expiring> {
    let deadline = member.deadline(unit);
    let end = |lot: &Lot| lot.terms.expires.into_iter().chain(deadline).min();
    let alive = || member.lots_of(unit).filter(|lot| !lot.is_dead(view.now));
    let first = alive().filter_map(end).min()?;
    let ending: Vec<&Lot> = alive().filter(|lot| end(lot) == Some(first)).collect();
    let is_own = |lot: &Lot| lot.terms.expires == Some(first);
    let kept = ending.first().filter(|lot| is_own(lot));
    Some(Expiring {
        amount: view.figure(unit, Points(ending.iter().map(|l| l.remaining.0).sum())),
        at: view.at(first),
        last_day: view.last_day(first),
        keeps: kept.and_then(|lot| keeps_text(lot.terms.keep)),
        moves_on: !ending.iter().all(|lot| is_own(lot)),
    })
}

fn tier_now(view: &View<'_>, member: &Member) -> Option<TierNow> {
    let held = member.tier?;
    let tiers = view.policy.tiers()?;
    let rank = tiers.rank(held.tier);
    let next = tiers.names.get(rank).filter(|_| rank > 0);
    Some(TierNow {
        name: view.name(NameKind::Tier, held.tier),
        until: held.review.map(|day| day.plus_days(-1).to_string()),
        next: next.map(|name| TierNext {
            name: name.clone(),
            needs: needs(view, member, rank + 1),
        }),
    })
}

/// Points of each qualifying unit by which alone a member would reach a rank of tiers today.
fn needs(view: &View<'_>, member: &Member, rank: usize) -> ByUnit {
    let reader = FactReader {
        member,
        pending: &[],
        policy: view.policy,
        names: &view.global.names,
        global: view.global,
        day: view.programme().calendar.day_of(view.now),
        at: view.now,
        birthday: None,
        attributes: &[],
    };
    let units = view.programme().units.iter();
    let qualifying = units.filter(|unit| unit.kind == UnitKind::Qualifying);
    let needs = qualifying.filter_map(|unit| {
        let more = tier::missing_to(rank, unit.number, &reader)?;
        Some((unit.id.clone(), Figure::of(Some(unit), more)))
    });
    needs.collect()
}
