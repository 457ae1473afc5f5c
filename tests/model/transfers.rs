//! Holds of the model, and commands that concern two members.

use super::book::{Book, Outcome};
use super::words::{Command, DAY, Deed, Lot, LotId, Made, Move};
use std::collections::BTreeSet;

/// Points set aside: by which entry, until when, and how many of each lot.
#[derive(Clone, Debug)]
pub struct Hold {
    pub number: u64,
    pub until: i64,
    pub lots: Vec<(LotId, i64)>,
}

impl Hold {
    fn left(&self) -> i64 {
        self.lots.iter().map(|l| l.1).sum()
    }
}

/// Event that may matter to a purchase later.
#[derive(Clone, Debug)]
pub enum Happened {
    /// So many points of a lot expired.
    Expired(LotId, i64),
    /// A lot, or a part of it, continues as another.
    Moved(LotId, LotId),
}

/// A command that was answered, and who it was about.
#[derive(Clone)]
pub struct Asked {
    pub command: Command,
    who: Option<usize>,
    other: Option<usize>,
}

impl Book {
    pub fn asked(&self, command: &Command) -> Asked {
        let named = match &command.deed {
            Deed::Return(of, _) | Deed::Void(of) | Deed::Capture(of, ..) => Some(of),
            Deed::Release(of) | Deed::Unmerge(of) => Some(of),
            _ => None,
        };
        let holder = self.holder(command).ok();
        let who = named.map_or(Some(self.resolve(command.who)), |of| self.owner(of));
        let who = holder.or(who);
        Asked {
            command: command.clone(),
            who,
            other: self.other(command),
        }
    }

    /// True if a command still concerns the members whom it concerned when it
    /// was answered.
    pub fn is_still(&self, asked: &Asked) -> bool {
        let now = self.asked(&asked.command);
        let resolved = |who: Option<usize>| who.map(|who| self.resolve(who));
        (now.who, now.other) == (resolved(asked.who), resolved(asked.other))
    }

    /// Member that a member is by now, through merges.
    pub fn resolve(&self, who: usize) -> usize {
        match self.members.get(&who).and_then(|m| m.merged) {
            Some((into, _)) => self.resolve(into),
            None => who,
        }
    }

    pub fn party_named(&self, command: &Command) -> Result<usize, &'static str> {
        let (Deed::Capture(of, ..) | Deed::Release(of) | Deed::Unmerge(of)) = &command.deed else {
            return Err("none named");
        };
        let who = self.owner(of).ok_or("unknown_entry")?;
        let is_hold = matches!(self.made[of].1, Made::Hold);
        match &command.deed {
            Deed::Capture(_, Some(_), _) if !is_hold => Err("unknown_entry"),
            _ => Ok(who),
        }
    }

    pub fn party_of_two(&self, command: &Command) -> Result<usize, &'static str> {
        let (Deed::Transfer(to, _) | Deed::Merge(to)) = command.deed else {
            return Err("no two");
        };
        if !self.members.contains_key(&to) {
            return Err("unknown_member");
        }
        let who = self.resolve(command.who);
        let is_loop = who == self.resolve(to) && to != command.who;
        match command.deed {
            Deed::Merge(_) if is_loop => Err("merge_loop"),
            _ => Ok(who),
        }
    }

    /// Second member of a command that concerns two.
    pub fn other(&self, command: &Command) -> Option<usize> {
        match &command.deed {
            Deed::Transfer(to, _) | Deed::Merge(to) => Some(self.resolve(*to)),
            _ => None,
        }
    }

    pub fn decide_between(
        &mut self,
        command: &Command,
        who: usize,
        at: i64,
        now: i64,
        n: u64,
    ) -> Outcome {
        match &command.deed {
            Deed::Hold(_, until) if *until <= now => return Err("bad_input"),
            Deed::Hold(points, until) => {
                self.check_spend(who, *points, at, now)?;
                self.hold(who, *points, *until, now, n);
                return Ok((Made::Hold, Vec::new()));
            }
            Deed::Capture(of, points, is_final) => {
                return self.capture(who, of, *points, *is_final, at);
            }
            Deed::Release(of) => {
                let hold = self.named(who, of)?;
                self.set_free(who, hold);
            }
            Deed::Transfer(to, points) => self.transfer(who, self.resolve(*to), *points, now, n)?,
            Deed::Merge(into) => {
                let into = self.resolve(*into);
                if into == who {
                    return Err("same_member");
                }
                self.merge(who, into, n);
                return Ok((Made::Merge(who, false), Vec::new()));
            }
            Deed::Unmerge(of) => self.unmerge(who, of, n)?,
            _ => return Err("no deed between two"),
        }
        Ok((Made::Final, Vec::new()))
    }

    fn hold(&mut self, who: usize, points: i64, until: i64, now: i64, number: u64) {
        let member = self.members.get_mut(&who).unwrap();
        let (mut left, mut lots) = (points, Vec::new());
        for (id, free) in member.spendable(now) {
            let part = left.min(free);
            if part > 0 {
                member.lots.get_mut(&id).unwrap().held += part;
                lots.push((id, part));
                left -= part;
            }
        }
        member.holds.push(Hold {
            number,
            until,
            lots,
        });
    }

    /// The number of an open hold that a key names.
    fn named(&self, who: usize, of: &str) -> Result<u64, &'static str> {
        let number = self.numbers[of];
        let mut holds = self.members[&who].holds.iter();
        match (holds.any(|h| h.number == number), &self.made[of].1) {
            (true, _) => Ok(number),
            (false, Made::Hold) => Err("hold_ended"),
            _ => Err("unknown_entry"),
        }
    }

    /// Sets points of a hold free, first held first; returns the lots they were from.
    fn loosen(&mut self, who: usize, number: u64, mut points: i64) -> Vec<(LotId, i64)> {
        let member = self.members.get_mut(&who).unwrap();
        let hold = member.holds.iter_mut().find(|h| h.number == number);
        let hold = hold.unwrap();
        let mut freed = Vec::new();
        for (id, held) in &mut hold.lots {
            let part = points.min(*held);
            *held -= part;
            points -= part;
            member.lots.get_mut(id).unwrap().held -= part;
            freed.push((*id, part));
        }
        hold.lots.retain(|l| l.1 > 0);
        member.holds.retain(|h| !h.lots.is_empty());
        freed
    }

    /// Ends a hold.
    pub fn set_free(&mut self, who: usize, number: u64) {
        self.entries += 1;
        self.loosen(who, number, i64::MAX);
    }

    fn capture(
        &mut self,
        who: usize,
        of: &str,
        points: Option<i64>,
        is_final: bool,
        at: i64,
    ) -> Outcome {
        let number = self.named(who, of)?;
        let mut holds = self.members[&who].holds.iter();
        let left = holds.find(|h| h.number == number).unwrap().left();
        let points = points.unwrap_or(left);
        if points > left {
            return Err("insufficient_points");
        }
        let freed = self.loosen(who, number, points);
        let taken = freed.iter().filter(|f| f.1 > 0);
        let mut moves: Vec<Move> = taken.map(|(id, n)| Move::Take(*id, *n)).collect();
        moves.push(Move::Spend(at.div_euclid(DAY), points));
        if is_final && points < left {
            self.set_free(who, number);
        }
        Ok((Made::Plain(moves.clone()), moves))
    }

    fn transfer(
        &mut self,
        who: usize,
        to: usize,
        points: i64,
        now: i64,
        n: u64,
    ) -> Result<(), &'static str> {
        if who == to {
            return Err("same_member");
        }
        if points > 50 {
            return Err("over_limit");
        }
        let member = &self.members[&who];
        if member.available(now) < points {
            return Err("insufficient_points");
        }
        let mut left = points;
        let mut lot = 0;
        for (id, free) in member.spendable(now) {
            let part = left.min(free);
            if part > 0 {
                self.carry(who, to, id, part, (n, lot));
                lot += 1;
                left -= part;
            }
        }
        Ok(())
    }

    /// Moves some or all of a lot to another member with its terms; with all of
    /// it, its holds move too.
    fn carry(&mut self, who: usize, to: usize, id: LotId, points: i64, new: LotId) {
        let giver = self.members.get_mut(&who).unwrap();
        let lot = giver.lots.get_mut(&id).unwrap();
        let mut moved = Lot {
            left: points,
            held: 0,
            ..lot.clone()
        };
        let mut held: Vec<Hold> = Vec::new();
        if points == lot.left {
            moved.held = lot.held;
            giver.lots.remove(&id);
            for hold in &mut giver.holds {
                let parts = hold.lots.iter().filter(|l| l.0 == id);
                let lots = parts.map(|l| (new, l.1)).collect();
                held.push(Hold {
                    lots,
                    ..hold.clone()
                });
                hold.lots.retain(|l| l.0 != id);
            }
            giver.holds.retain(|h| !h.lots.is_empty());
        } else {
            lot.left -= points;
        }
        self.gone.insert(new, moved.gone);
        let taker = self.members.get_mut(&to).unwrap();
        taker.lots.insert(new, moved);
        for hold in held.into_iter().filter(|h| !h.lots.is_empty()) {
            match taker.holds.iter_mut().find(|h| h.number == hold.number) {
                Some(found) => found.lots.extend(hold.lots),
                None => taker.holds.push(hold),
            }
        }
        for who in [who, to] {
            self.note_at(new.0, who, Happened::Moved(id, new));
        }
    }

    /// Moves all lots of a member to another by a merge; or, when it is undone,
    /// those that came by it, perhaps through other merges.
    fn carry_all(&mut self, who: usize, to: usize, n: u64, merge: Option<u64>) {
        let lots = self.members[&who].lots.iter();
        let lots = lots.filter(|l| self.has_come(l.0, merge));
        let lots: Vec<(LotId, i64)> = lots.map(|(id, l)| (*id, l.left)).collect();
        self.carry_vouchers(who, to, n, merge);
        for (lot, (id, left)) in lots.into_iter().enumerate() {
            let new = (n, lot as u16);
            self.trace(id, new);
            self.carry(who, to, id, left, new);
        }
    }

    /// Replaces a lot by another, by a merge or its undoing.
    pub fn trace(&mut self, id: LotId, new: LotId) {
        let trail = self.trails.get(&id).cloned().unwrap_or_default();
        self.trails
            .insert(new, trail.into_iter().chain([new.0]).collect());
    }

    /// True if a lot came by the merge named, or if none is named.
    pub fn has_come(&self, id: &LotId, merge: Option<u64>) -> bool {
        let trail = self.trails.get(id);
        merge.is_none_or(|merge| trail.is_some_and(|t| t.contains(&merge)))
    }

    fn merge(&mut self, from: usize, into: usize, n: u64) {
        self.carry_all(from, into, n, None);
        let absorbed = self.members.get_mut(&from).unwrap();
        absorbed.merged = Some((into, n));
        absorbed.stays.push((into, n, u64::MAX));
        let (owed, spent) = (std::mem::take(&mut absorbed.owed), absorbed.spent.clone());
        self.came_owed.insert(n, owed);
        let member = self.members.get_mut(&into).unwrap();
        member.owed += owed;
        for (day, points) in spent {
            *member.spent.entry(day).or_default() += points;
        }
        self.add_visits(from, into, 1);
    }

    fn add_visits(&mut self, from: usize, into: usize, sign: i64) {
        let visits = self.members[&from].visits.clone();
        let member = self.members.get_mut(&into).unwrap();
        for (day, times) in visits {
            *member.visits.entry(day).or_default() += sign * times;
        }
    }

    fn unmerge(&mut self, into: usize, of: &str, n: u64) -> Result<(), &'static str> {
        let Made::Merge(from, is_undone) = self.made[of].1 else {
            return Err("not_reversible");
        };
        if is_undone {
            return Err("already_voided");
        }
        let number = self.numbers[of];
        if self.members[&from].merged != Some((into, number)) {
            return Err("has_dependents");
        }
        self.made.get_mut(of).unwrap().1 = Made::Merge(from, true);
        self.carry_all(into, from, n, Some(number));
        let member = self.members.get_mut(&into).unwrap();
        let owed = self.came_owed[&number].min(member.owed);
        member.owed -= owed;
        let again = self.members.get_mut(&from).unwrap();
        (again.merged, again.owed) = (None, owed);
        again.stays.last_mut().unwrap().2 = n;
        let spent = again.spent.clone();
        let member = self.members.get_mut(&into).unwrap();
        for (day, points) in spent {
            *member.spent.entry(day).or_default() -= points;
        }
        self.add_visits(from, into, -1);
        Ok(())
    }

    pub fn note(&mut self, who: usize, what: Happened) {
        self.note_at(self.entries, who, what);
    }

    fn note_at(&mut self, number: u64, who: usize, what: Happened) {
        let member = self.members.get_mut(&who).unwrap();
        member.happened.push((number, what));
    }

    /// Events of a member between two entries: their own, and, while they were
    /// merged into another, those of that member.
    fn between(&self, who: usize, from: u64, to: u64) -> Vec<(u64, Happened)> {
        let is_in = |number: u64| from < number && number < to;
        let member = &self.members[&who];
        let own = member.happened.iter().filter(|h| is_in(h.0));
        let mut all: Vec<_> = own.cloned().collect();
        for (into, merged, parted) in member.stays.iter().filter(|s| is_in(s.1)) {
            all.extend(self.between(*into, *merged, to.min(*parted)));
        }
        all.sort_by_key(|h| h.0);
        all
    }

    /// Lots that stem from a purchase by now, and how many of its points expired.
    pub fn since(&self, of: &str) -> (impl Fn(&LotId) -> bool + use<>, i64) {
        let number = self.numbers[of];
        let (mut own, mut expired) = (BTreeSet::new(), 0);
        for (_, what) in self.between(self.made[of].0, number, u64::MAX) {
            let is_own = |id: &LotId| id.0 == number || own.contains(id);
            match what {
                Happened::Expired(id, points) if is_own(&id) => expired += points,
                Happened::Moved(id, new) if is_own(&id) => drop(own.insert(new)),
                _ => {}
            }
        }
        (
            move |id: &LotId| id.0 == number || own.contains(id),
            expired,
        )
    }
}
