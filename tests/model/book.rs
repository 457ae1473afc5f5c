//! The model: the rules once more, slowly, over plain maps.

use super::sale::{Extent, Line, Sale, allocate, earn, earning};
use super::transfers::Happened;
use super::voucher::{Gift, LARGE, Voucher};
use super::words::{Command, DAY, Deed, Lot, LotId, MINUTE, Made, Member, Move, Times};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default, Debug)]
pub struct Book {
    pub members: BTreeMap<usize, Member>,
    pub sales: BTreeMap<String, Sale>,
    pub made: BTreeMap<String, (usize, Made)>,
    pub voided: BTreeSet<String>,
    /// Instant at which each lot ever opened expires.
    pub gone: BTreeMap<LotId, i64>,
    /// Merges by which a lot came.
    pub trails: BTreeMap<LotId, Vec<u64>>,
    pub numbers: BTreeMap<String, u64>,
    pub entries: u64,
    /// Debt that each merge brought.
    pub came_owed: BTreeMap<u64, i64>,
    /// Entries that booked expiries and other amounts due.
    pub settled: u64,
    pub vouchers: Vec<Voucher>,
    pub gifts: Vec<Gift>,
}

/// Codes of refusals that are recorded under their key.
pub const STICKY: [&str; 8] = [
    "code_used",
    "code_lapsed",
    "already_voided",
    "has_dependents",
    "too_much_returned",
    "over_limit",
    "insufficient_points",
    "hold_ended",
];

pub type Outcome = Result<(Made, Vec<Move>), &'static str>;

/// The instant at which the year of an instant ends (days since 1970, by counting).
fn year_end(at: i64) -> i64 {
    let (mut year, mut start) = (1970, 0);
    loop {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        start += DAY * if is_leap { 366 } else { 365 };
        year += 1;
        if start > at {
            return start;
        }
    }
}

pub fn take(lots: &[(LotId, i64)], mut amount: i64, moves: &mut Vec<Move>) -> i64 {
    for (id, left) in lots {
        let part = amount.min(*left);
        if part > 0 {
            moves.push(Move::Take(*id, part));
            amount -= part;
        }
    }
    amount
}

/// Refusal of a command for the time at which it is said to have happened, if any.
fn clock(command: &Command, times: Times) -> Option<&'static str> {
    let at = command.at?;
    if at > times.recorded + 10 * MINUTE {
        return Some("clock_ahead");
    }
    (at < times.recorded - 3 * DAY).then_some("too_late")
}

/// Deeds that are refused for the first reason in FORMAT.md's order.
fn is_looked_at_twice(deed: &Deed) -> bool {
    matches!(
        deed,
        Deed::Purchase(..)
            | Deed::Redeem(_)
            | Deed::Hold(..)
            | Deed::Transfer(..)
            | Deed::Return(..)
    )
}

impl Book {
    /// Member whose entry a key made.
    pub fn owner(&self, key: &str) -> Option<usize> {
        self.made.get(key).map(|m| self.resolve(m.0))
    }

    /// Carries out a command that has a key of its own: the member's balance
    /// after it, or the code of the refusal.
    pub fn tell(&mut self, command: &Command, times: Times) -> Result<i64, &'static str> {
        let clock = clock(command, times);
        let who = self.party(command);
        // If both are wrong, these deeds are refused for the clock first.
        let who = match (who, clock) {
            (Err(_), Some(code)) if is_looked_at_twice(&command.deed) => return Err(code),
            (who, _) => who?,
        };
        if let Some(code) = clock {
            return Err(code);
        }
        self.settle(who, times.effective);
        for other in [self.other(command), self.beside(command)] {
            other
                .into_iter()
                .for_each(|other| self.settle(other, times.effective));
        }
        self.entries += 1;
        let number = self.entries;
        let at = command.at.unwrap_or(times.effective);
        let earned = (at, if command.at.is_some() { 0 } else { number });
        self.numbers.insert(command.key.clone(), number);
        let outcome = self.decide(command, who, at, times.effective, number);
        match outcome {
            Ok((made, moves)) => {
                moves.iter().for_each(|m| self.post(who, m, earned));
                self.made.insert(command.key.clone(), (who, made));
                Ok(self.members[&who].balance())
            }
            Err(code) if STICKY.contains(&code) => {
                self.made.insert(command.key.clone(), (who, Made::Final));
                Err(code)
            }
            Err(code) => Err(code),
        }
    }

    fn party(&mut self, command: &Command) -> Result<usize, &'static str> {
        match &command.deed {
            Deed::Enrol if self.members.contains_key(&command.who) => Err("alias_taken"),
            Deed::Enrol => {
                self.members.insert(command.who, Member::default());
                Ok(command.who)
            }
            Deed::Return(of, _) => self.owner(of).ok_or("unknown_purchase"),
            Deed::Void(of) => self.owner(of).ok_or("unknown_entry"),
            Deed::Capture(..) | Deed::Release(_) | Deed::Unmerge(_) => self.party_named(command),
            Deed::VoidVoucher(_) | Deed::Give(_) | Deed::Claim(_) => self.holder(command),
            _ if !self.members.contains_key(&command.who) => Err("unknown_member"),
            Deed::Transfer(..) | Deed::Merge(_) => self.party_of_two(command),
            _ => Ok(self.resolve(command.who)),
        }
    }

    fn decide(&mut self, command: &Command, who: usize, at: i64, now: i64, n: u64) -> Outcome {
        let mut moves = Vec::new();
        match &command.deed {
            Deed::Enrol => return Ok((Made::Final, moves)),
            Deed::Purchase(lines, total, points, code) => {
                let paid = (*points, code.as_deref());
                return self.purchase((&command.key, who), (lines, *total, paid), at, now, n);
            }
            Deed::Return(of, extent) => return self.give_back(&command.key, of, extent, now, n),
            Deed::Void(of) => return self.void(of),
            Deed::Redeem(points) => self.spend(who, points.unwrap_or(20), at, now, &mut moves)?,
            Deed::Adjust(points) if *points > 0 => moves.push(self.award(who, *points, (n, 0), at)),
            Deed::Adjust(points) => {
                let member = &self.members[&who];
                if member.available(now).max(0) < -points {
                    return Err("insufficient_points");
                }
                take(&member.spendable(now), -points, &mut moves);
            }
            Deed::Issue | Deed::VoidVoucher(_) | Deed::Give(_) | Deed::Claim(_) | Deed::Visit => {
                return self.decide_voucher(command, who, at, now, n);
            }
            _ => return self.decide_between(command, who, at, now, n),
        }
        Ok((Made::Plain(moves.clone()), moves))
    }

    /// Gives so many points, which expire at the end of the year.
    pub fn award(&self, who: usize, amount: i64, id: LotId, at: i64) -> Move {
        Move::Give {
            amount,
            fills: self.members[&who].owed.min(amount),
            id,
            gone: year_end(at),
        }
    }

    fn spend(
        &self,
        who: usize,
        points: i64,
        at: i64,
        now: i64,
        moves: &mut Vec<Move>,
    ) -> Result<(), &'static str> {
        self.check_spend(who, points, at, now)?;
        let (member, day) = (&self.members[&who], at.div_euclid(DAY));
        take(&member.spendable(now), points, moves);
        moves.push(Move::Spend(day, points));
        Ok(())
    }

    pub fn check_spend(
        &self,
        who: usize,
        points: i64,
        at: i64,
        now: i64,
    ) -> Result<(), &'static str> {
        let (member, day) = (&self.members[&who], at.div_euclid(DAY));
        if member.spent.get(&day).unwrap_or(&0) + points > 60 {
            return Err("over_limit");
        }
        match member.available(now) < points {
            true => Err("insufficient_points"),
            false => Ok(()),
        }
    }

    fn purchase(
        &mut self,
        (key, who): (&str, usize),
        (lines, total, (points, code)): (&[Line], i64, (i64, Option<&str>)),
        at: i64,
        now: i64,
        n: u64,
    ) -> Outcome {
        let mut moves = Vec::new();
        // A code that is no longer valid is refused before too few points.
        let used = code.map(|code| self.usable(code, now)).transpose()?;
        if points > 0 {
            self.spend(who, points, at, now, &mut moves)?;
        }
        let paid = moves.iter().filter_map(|m| match m {
            Move::Take(id, amount) => Some((*id, *amount)),
            _ => None,
        });
        let paid = paid.collect();
        let mut own = vec![points * 5];
        if let Some(used) = used {
            moves.push(Move::Use(used));
            own.push(Book::takes_off(total, points * 5));
        }
        let parts = allocate(lines, total, &own);
        let awards = earn(lines, total, &parts);
        let is_large = earning(lines, total, &parts).iter().sum::<i64>() >= LARGE;
        let sale = Sale {
            lines: lines.to_vec(),
            total,
            own,
            paid,
            used,
            has_drink: is_large,
            given: awards.iter().sum(),
            gone: year_end(at),
            ..Sale::default()
        };
        let (mut owed, mut lot) = (self.members[&who].owed, 0);
        for amount in awards {
            let fills = owed.min(amount);
            owed -= fills;
            moves.push(Move::Give {
                amount,
                fills,
                id: (n, lot),
                gone: sale.gone,
            });
            lot += u16::from(amount > fills);
        }
        if is_large {
            moves.push(self.issue(who, at, (n, 0), Some(key)));
        }
        self.sales.insert(key.into(), sale);
        Ok((Made::Sale(moves.clone()), moves))
    }

    fn give_back(&mut self, key: &str, of: &str, extent: &Extent, now: i64, n: u64) -> Outcome {
        let sale = self.sales.get(of).ok_or("unknown_purchase")?;
        if sale.is_voided {
            return Err("already_voided");
        }
        let back = sale.back_after(extent).ok_or("too_much_returned")?;
        let mut moves = Vec::new();
        for (id, amount) in &sale.paid {
            let points = sale.paid_back(*amount, &back) - sale.paid_back(*amount, &sale.back);
            if points > 0 {
                moves.push(Move::PutBack(*id, points));
            }
        }
        if sale.is_voucher_back(&back) && !sale.is_voucher_back(&sale.back) {
            moves.extend(sale.used.map(|used| self.back(used)));
        }
        let (before, mut sale) = (sale.clone(), sale.clone());
        let difference = sale.given - sale.taken - sale.owed(&back);
        sale.taken += difference;
        sale.back = back;
        sale.returns.push(key.into());
        let who = self.resolve(self.made[of].0);
        let member = &self.members[&who];
        if difference < 0 {
            let fills = member.owed.min(-difference);
            moves.push(Move::Give {
                amount: -difference,
                fills,
                id: (n, 0),
                gone: sale.gone,
            });
        }
        if difference > 0 {
            let (is_own, expired) = self.since(of);
            let own = member.lots.iter().filter(|(id, _)| is_own(id));
            let open: i64 = own.clone().map(|(_, l)| l.left).sum();
            let counts = (expired - sale.counted).min(difference - open).max(0);
            sale.counted += counts;
            let own = own.filter(|(_, l)| l.gone > now);
            let own: Vec<_> = own.map(|(id, l)| (*id, l.free())).collect();
            let left = take(&own, difference - counts, &mut moves);
            let mut others = member.spendable(now);
            others.retain(|(id, _)| !is_own(id));
            let left = take(&others, left, &mut moves);
            if left > 0 {
                moves.push(Move::Owe(left));
            }
        }
        if sale.has_drink && !sale.is_large() {
            sale.has_drink = false;
            moves.extend(self.drink_of(of, who).map(Move::Use));
        }
        self.sales.insert(of.into(), sale);
        Ok((
            Made::Return(of.into(), Box::new(before), moves.clone()),
            moves,
        ))
    }

    pub fn post(&mut self, who: usize, posted: &Move, earned: (i64, u64)) {
        self.post_voucher(posted);
        let member = self.members.get_mut(&who).unwrap();
        match *posted {
            Move::Visit(day, times) => *member.visits.entry(day).or_default() += times,
            Move::Issue(_) | Move::Use(_) | Move::Back(..) => {}
            Move::Give {
                amount,
                fills,
                id,
                gone,
            } => {
                member.owed -= fills;
                if amount > fills {
                    self.gone.insert(id, gone);
                    let left = amount - fills;
                    let held = 0;
                    let lot = Lot {
                        left,
                        held,
                        earned,
                        gone,
                    };
                    member.lots.insert(id, lot);
                }
            }
            Move::Take(id, amount) => {
                member.lots.get_mut(&id).unwrap().left -= amount;
                member.lots.retain(|_, l| l.left > 0);
            }
            Move::PutBack(id, amount) => {
                let gone = self.gone[&id];
                let new = Lot {
                    left: 0,
                    held: 0,
                    earned,
                    gone,
                };
                member.lots.entry(id).or_insert(new).left += amount;
            }
            Move::Owe(amount) => member.owed += amount,
            Move::Spend(day, points) => *member.spent.entry(day).or_default() += points,
        }
    }

    /// Settles everything due, one after the other: holds that time out, then
    /// the year's end.
    fn settle(&mut self, who: usize, now: i64) {
        loop {
            let member = &self.members[&who];
            let ends = member.lots.values().filter(|l| l.free() > 0);
            let end = ends.map(|l| l.gone).filter(|g| *g <= now).min();
            let over = member.holds.iter().map(|h| (h.until, h.number));
            let over = over.filter(|h| h.0 <= now).min();
            let voucher = self.voucher_due(who, now);
            match (over, end) {
                _ if voucher.is_some() => self.voucher_over(voucher.unwrap().1),
                (Some((until, hold)), end) if end.is_none_or(|end| until <= end) => {
                    self.set_free(who, hold);
                }
                (_, Some(end)) => self.end_year(who, end),
                _ => return,
            }
            self.settled += 1;
        }
    }

    /// At each year's end half of the expiring points continue, rounded in the
    /// member's favour.
    fn end_year(&mut self, who: usize, end: i64) {
        let lots = &self.members[&who].lots;
        let is_ended = |l: &Lot| l.gone <= end && l.free() > 0;
        let mut ended: Vec<_> = lots.iter().filter(|(_, l)| is_ended(l)).collect();
        ended.sort_by_key(|(id, l)| (l.gone, l.earned, **id));
        let ended: Vec<(LotId, i64)> = ended.into_iter().map(|(id, l)| (*id, l.free())).collect();
        let sum: i64 = ended.iter().map(|l| l.1).sum();
        let (mut lost, keeps) = (sum / 2, sum - sum / 2);
        self.entries += 1;
        for (id, free) in ended {
            let part = lost.min(free);
            lost -= part;
            self.note(who, Happened::Expired(id, part));
            self.post(who, &Move::Take(id, free), (end, 0));
        }
        let goes_on = Move::Give {
            amount: keeps,
            fills: 0,
            id: (self.entries, 0),
            gone: year_end(end),
        };
        self.post(who, &goes_on, (end, 0));
    }

    /// Settles everybody, some before the others.
    pub fn daily(&mut self, first: Vec<usize>, now: i64) {
        let all: Vec<usize> = self.members.keys().copied().collect();
        first
            .into_iter()
            .chain(all)
            .for_each(|who| self.settle(who, now));
    }
}
