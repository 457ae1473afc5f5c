//! Tallies: awards of each campaign since it was last resumed, and their
//! further course. They follow from effects, whatever the programme uses them
//! for.

use super::at_or_new;
use crate::model::{Account, Day, Number};
use bincode::{Decode, Encode};

/// Days for which a tally has separate amounts.
pub const DAYS_MAX: usize = 32;

/// Awards of a campaign in one unit.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Tally {
    /// The campaign.
    pub campaign: Number,
    /// The unit.
    pub unit: Number,
    /// Points given.
    pub issued: i128,
    /// Points spent, less those that came back.
    pub used: i128,
    /// Points taken back.
    pub voided: i128,
    /// Points expired.
    pub lapsed: i128,
    /// Last days with awards: the day, its first entry, the amount not taken
    /// back. Days never go back here, so an entry's day follows from its
    /// sequence.
    days: Vec<(Day, u64, i128)>,
}

impl Tally {
    /// Points given at least `after` days before a day, and not taken back.
    pub fn matured(&self, day: Day, after: u32) -> i128 {
        let ripe = day.days_before(after);
        let green = self.days.iter().filter(|d| d.0 > ripe);
        green.fold(self.issued.saturating_sub(self.voided), |n, d| {
            n.saturating_sub(d.2)
        })
    }

    fn issue(&mut self, day: Day, seq: u64, amount: i128) {
        self.issued = self.issued.saturating_add(amount);
        match self.days.last_mut() {
            Some(last) if last.0 >= day => last.2 = last.2.saturating_add(amount),
            _ => {
                self.days.push((day, seq, amount));
                if self.days.len() > DAYS_MAX {
                    self.days.remove(0);
                }
            }
        }
    }

    fn void(&mut self, opened: u64, amount: i128) {
        self.voided = self.voided.saturating_add(amount);
        let at = self.days.partition_point(|d| d.1 <= opened);
        if let Some(day) = at.checked_sub(1).and_then(|at| self.days.get_mut(at)) {
            day.2 = day.2.saturating_sub(amount);
        }
    }
}

/// Tallies of all campaigns.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Tallies {
    /// Since each campaign was last resumed.
    resumed: Vec<Tally>,
    /// Since each campaign began, whenever it was resumed.
    ever: Vec<Tally>,
}

impl Tallies {
    /// Tallies of a campaign since it was last resumed.
    pub fn since_resumed(&self, campaign: Number) -> impl Iterator<Item = &Tally> {
        self.resumed.iter().filter(move |t| t.campaign == campaign)
    }

    /// Tallies of a campaign since it began.
    pub fn ever(&self, campaign: Number) -> impl Iterator<Item = &Tally> {
        self.ever.iter().filter(move |t| t.campaign == campaign)
    }

    /// Changes both tallies of a campaign and unit; nothing where no campaign gave.
    fn change(&mut self, (campaign, unit): (Number, Number), change: impl Fn(&mut Tally)) {
        if campaign == 0 {
            return;
        }
        for tallies in [&mut self.resumed, &mut self.ever] {
            let is_it = |t: &Tally| (t.campaign, t.unit) == (campaign, unit);
            let at = tallies.iter().position(is_it);
            change(at_or_new(tallies, at, || Tally {
                campaign,
                unit,
                ..Tally::default()
            }));
        }
    }

    /// Adds an award of a campaign, in a unit.
    pub(in crate::rules) fn issue(
        &mut self,
        of: (Number, Number),
        day: Day,
        seq: u64,
        amount: i64,
    ) {
        self.change(of, |tally| tally.issue(day, seq, amount.into()));
    }

    /// Records that points of a campaign left a lot that an entry had opened.
    pub(in crate::rules) fn leave(
        &mut self,
        of: (Number, Number),
        opened: u64,
        to: Account,
        amount: i64,
    ) {
        let amount = i128::from(amount);
        self.account(of, to, amount, |tally| tally.void(opened, amount));
    }

    /// Records that points of a campaign came back to their lot.
    pub(in crate::rules) fn come_back(&mut self, of: (Number, Number), from: Account, amount: i64) {
        let amount = -i128::from(amount);
        self.account(of, from, amount, |tally| {
            tally.voided = tally.voided.saturating_add(amount);
        });
    }

    /// Adds points that left lots, or (negative) came back, to the sum of the account on the
    /// other side.
    fn account(
        &mut self,
        of: (Number, Number),
        with: Account,
        amount: i128,
        void: impl Fn(&mut Tally),
    ) {
        self.change(of, |tally| match with {
            Account::Redemption | Account::Partner(_) | Account::Pool(_) => {
                tally.used = tally.used.saturating_add(amount)
            }
            Account::Breakage => tally.lapsed = tally.lapsed.saturating_add(amount),
            Account::Clawback | Account::Issuance | Account::Correction => void(tally),
            _ => {}
        });
    }

    /// Begins the tallies of a campaign anew: it is judged by its awards from here on.
    pub(in crate::rules) fn resume(&mut self, campaign: Number) {
        self.resumed.retain(|t| t.campaign != campaign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_leaves_the_day_it_was_given_on() {
        let mut tallies = Tallies::default();
        let of = (1, 1);
        tallies.issue(of, Day(100), 5, 40);
        tallies.issue(of, Day(100), 6, 10);
        tallies.issue(of, Day(107), 9, 30);
        tallies.leave(of, 6, Account::Correction, 10);
        tallies.leave(of, 9, Account::Clawback, 5);
        tallies.leave(of, 5, Account::Redemption, 20);
        tallies.come_back(of, Account::Redemption, 1);
        tallies.leave(of, 5, Account::Breakage, 3);
        let tally = tallies.since_resumed(1).next().unwrap();
        assert_eq!((tally.issued, tally.used), (80, 19));
        assert_eq!((tally.voided, tally.lapsed), (15, 3));
        assert_eq!(tally.matured(Day(106), 7), 0);
        assert_eq!(tally.matured(Day(107), 7), 40);
        assert_eq!(tally.matured(Day(114), 7), 65);
    }

    #[test]
    fn days_are_bounded_and_never_go_back() {
        let mut tallies = Tallies::default();
        for day in 0..100 {
            tallies.issue((1, 1), Day(day), day as u64, 1);
        }
        tallies.issue((1, 1), Day(3), 100, 1);
        tallies.issue((0, 1), Day(3), 101, 1);
        assert_eq!(tallies.resumed.len(), 1);
        let tally = tallies.since_resumed(1).next().unwrap();
        assert_eq!(tally.days.len(), DAYS_MAX);
        assert_eq!(tally.matured(Day(99), 7), 93);
        assert_eq!(tally.matured(Day(99), 0), 101);
    }
}
