//! Tallies: awards of each campaign since it was last resumed, and their
//! further course. They follow from effects, whatever the programme uses them
//! for.

use super::LedgerState;
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

impl LedgerState {
    /// The tallies of a campaign.
    pub fn tallies(&self, campaign: Number) -> impl Iterator<Item = &Tally> {
        self.tallies.iter().filter(move |t| t.campaign == campaign)
    }

    /// Tallies of a campaign since it began, whenever it was resumed.
    pub fn tallies_ever(&self, campaign: Number) -> impl Iterator<Item = &Tally> {
        let ever = self.tallies_ever.iter();
        ever.filter(move |t| t.campaign == campaign)
    }

    /// Changes both tallies of a campaign: since it was resumed, and since it began.
    fn tally(&mut self, (campaign, unit): (Number, Number), change: impl Fn(&mut Tally)) {
        for tallies in [&mut self.tallies, &mut self.tallies_ever] {
            let is_it = |t: &Tally| (t.campaign, t.unit) == (campaign, unit);
            let at = tallies.iter().position(is_it).unwrap_or_else(|| {
                tallies.push(Tally {
                    campaign,
                    unit,
                    ..Tally::default()
                });
                tallies.len() - 1
            });
            change(&mut tallies[at]);
        }
    }

    /// Adds an award of a campaign.
    pub(in crate::rules) fn tally_issued(
        &mut self,
        of: (Number, Number),
        day: Day,
        seq: u64,
        amount: i64,
    ) {
        if of.0 != 0 {
            self.tally(of, |tally| tally.issue(day, seq, amount.into()));
        }
    }

    /// Records that points of a campaign left a lot that an entry had opened.
    pub(in crate::rules) fn tally_left(
        &mut self,
        of: (Number, Number),
        opened: u64,
        to: Account,
        amount: i64,
    ) {
        if of.0 == 0 {
            return;
        }
        let amount = i128::from(amount);
        self.tally(of, |tally| match to {
            Account::Redemption | Account::Partner(_) | Account::Pool(_) => {
                tally.used = tally.used.saturating_add(amount)
            }
            Account::Breakage => tally.lapsed = tally.lapsed.saturating_add(amount),
            Account::Clawback | Account::Issuance | Account::Correction => {
                tally.void(opened, amount);
            }
            _ => {}
        });
    }

    /// Records that points of a campaign came back to their lot.
    pub(in crate::rules) fn tally_back(
        &mut self,
        of: (Number, Number),
        from: Account,
        amount: i64,
    ) {
        if of.0 == 0 {
            return;
        }
        let amount = i128::from(amount);
        self.tally(of, |tally| match from {
            Account::Redemption | Account::Partner(_) | Account::Pool(_) => {
                tally.used = tally.used.saturating_sub(amount)
            }
            Account::Breakage => tally.lapsed = tally.lapsed.saturating_sub(amount),
            Account::Clawback | Account::Issuance | Account::Correction => {
                tally.voided = tally.voided.saturating_sub(amount)
            }
            _ => {}
        });
    }

    /// Resets a campaign's tallies: it is judged by its awards from here on.
    pub(in crate::rules) fn tally_anew(&mut self, campaign: Number) {
        self.tallies.retain(|t| t.campaign != campaign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_leaves_the_day_it_was_given_on() {
        let mut global = LedgerState::default();
        let of = (1, 1);
        global.tally_issued(of, Day(100), 5, 40);
        global.tally_issued(of, Day(100), 6, 10);
        global.tally_issued(of, Day(107), 9, 30);
        global.tally_left(of, 6, Account::Correction, 10);
        global.tally_left(of, 9, Account::Clawback, 5);
        global.tally_left(of, 5, Account::Redemption, 20);
        global.tally_back(of, Account::Redemption, 1);
        global.tally_left(of, 5, Account::Breakage, 3);
        let tally = global.tallies(1).next().unwrap();
        assert_eq!((tally.issued, tally.used), (80, 19));
        assert_eq!((tally.voided, tally.lapsed), (15, 3));
        assert_eq!(tally.matured(Day(106), 7), 0);
        assert_eq!(tally.matured(Day(107), 7), 40);
        assert_eq!(tally.matured(Day(114), 7), 65);
    }

    #[test]
    fn days_are_bounded_and_never_go_back() {
        let mut global = LedgerState::default();
        for day in 0..100 {
            global.tally_issued((1, 1), Day(day), day as u64, 1);
        }
        global.tally_issued((1, 1), Day(3), 100, 1);
        global.tally_issued((0, 1), Day(3), 101, 1);
        assert_eq!(global.tallies.len(), 1);
        let tally = global.tallies(1).next().unwrap();
        assert_eq!(tally.days.len(), DAYS_MAX);
        assert_eq!(tally.matured(Day(99), 7), 93);
        assert_eq!(tally.matured(Day(99), 0), 101);
    }
}
