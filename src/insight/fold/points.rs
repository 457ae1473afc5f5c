//! Folding of effects on points and vouchers. Every movement has an account on
//! the other side, so the sums are those of the ledger's own accounts.

use crate::insight::facts::{Facts, add_row};
use crate::insight::rows::{End, FlowKey, Lot};
use crate::model::{Account, Act, Effect, Entry, LotId, Number, Terms};

impl Facts {
    pub(super) fn apply_points(&mut self, entry: &Entry, effect: &Effect, lots: u16) {
        match effect {
            Effect::Award {
                who,
                unit,
                amount,
                fills,
                from,
                campaign,
                terms,
                ..
            } => {
                let month = entry.head.day.month_count();
                let opens = amount.0 - fills.0;
                self.flow(entry, (*unit, *campaign, month), *from, opens);
                self.flow(entry, (*unit, *campaign, 0), *from, fills.0);
                *self.owing.entry(*unit).or_default() -= i128::from(fills.0);
                if opens > 0 {
                    self.open(entry, *who, (*unit, *campaign), (lots, opens), terms);
                }
                self.touch(entry, *who, *campaign);
            }
            Effect::Voucher {
                who,
                unit,
                campaign,
                terms,
                ..
            } => {
                let month = entry.head.day.month_count();
                self.flow(entry, (*unit, *campaign, month), Account::Issuance, 1);
                self.open(entry, *who, (*unit, *campaign), (lots, 1), terms);
                self.touch(entry, *who, *campaign);
            }
            Effect::Debit {
                unit,
                lot,
                amount,
                to,
                ..
            } => self.leave(entry, (*unit, *lot), *to, amount.0),
            Effect::Restore {
                unit,
                lot,
                amount,
                from,
                terms,
                ..
            } => self.put_back(entry, (*unit, *lot), (*from, amount.0), terms),
            Effect::Owe {
                unit, amount, with, ..
            } => {
                *self.owing.entry(*unit).or_default() += i128::from(amount.0);
                self.flow(entry, (*unit, 0, 0), *with, -amount.0);
            }
            Effect::LotMoved {
                to, lot, amount, ..
            } => self.move_lot(entry, *to, *lot, (lots, amount.0)),
            Effect::Moved {
                unit,
                from,
                to,
                amount,
            } => {
                *self.aside.entry((*unit, *from)).or_default() -= i128::from(amount.0);
                *self.aside.entry((*unit, *to)).or_default() += i128::from(amount.0);
            }
            Effect::Extended { lot, expires, .. } => {
                if let Some(at) = self.lot_at(*lot) {
                    self.lots[at].expires = *expires;
                }
            }
            Effect::VoucherUsed { lot, amount, .. } => {
                if let Some(at) = self.lot_at(*lot) {
                    self.lots[at].paid += amount.0;
                }
            }
            _ => {}
        }
    }

    /// Notes points that came to members from an account, or (negative) went there.
    fn flow(&mut self, entry: &Entry, of: (Number, Number, i32), account: Account, amount: i64) {
        if amount == 0 {
            return;
        }
        let key = FlowKey {
            day: entry.head.day,
            unit: of.0,
            account,
            campaign: of.1,
            earned: of.2,
        };
        let flow = self.flows.entry(key).or_default();
        match amount >= 0 {
            true => flow.given += i128::from(amount),
            false => flow.taken -= i128::from(amount),
        }
    }

    fn open(
        &mut self,
        entry: &Entry,
        who: u8,
        of: (Number, Number),
        (n, amount): (u16, i64),
        terms: &Terms,
    ) {
        let day = entry.head.day;
        let lot = Lot {
            id: (entry.seq, n),
            unit: of.0,
            campaign: of.1,
            who: self.touched(entry, who),
            day,
            expires: terms.expires,
            given: amount,
            left: amount,
            end: (End::None, day, entry.seq),
            paid: 0,
            is_moved: false,
        };
        add_row(&mut self.lots, lot);
    }

    /// Notes points that came to a lot from an account, or (negative) went there. Returns the
    /// lot's position.
    fn flow_of_lot(
        &mut self,
        entry: &Entry,
        (unit, lot): (Number, LotId),
        account: Account,
        amount: i64,
    ) -> Option<usize> {
        let at = self.lot_at(lot);
        let found = at.map(|at| &self.lots[at]);
        let (campaign, month) = found.map_or((0, 0), |lot| (lot.campaign, lot.day.month_count()));
        self.flow(entry, (unit, campaign, month), account, amount);
        at
    }

    fn leave(&mut self, entry: &Entry, of: (Number, LotId), to: Account, amount: i64) {
        let Some(at) = self.flow_of_lot(entry, of, to, -amount) else {
            return;
        };
        let lot = &mut self.lots[at];
        lot.left -= amount;
        let end = match to {
            Account::Redemption | Account::Partner(_) | Account::Pool(_) => End::Used,
            Account::Breakage => End::Lapsed,
            Account::Transit => End::None,
            _ => End::Voided,
        };
        if lot.left == 0 {
            lot.end = (end, entry.head.day, entry.seq);
        }
    }

    fn put_back(
        &mut self,
        entry: &Entry,
        of: (Number, LotId),
        (from, amount): (Account, i64),
        terms: &Terms,
    ) {
        let Some(at) = self.flow_of_lot(entry, of, from, amount) else {
            return;
        };
        let lot = &mut self.lots[at];
        lot.left += amount;
        lot.expires = terms.expires;
        if lot.end.0 == End::Used {
            lot.paid = 0;
        }
        lot.end = (End::None, entry.head.day, entry.seq);
    }

    fn move_lot(&mut self, entry: &Entry, to: u8, lot: LotId, (n, amount): (u16, i64)) {
        let Some(at) = self.lot_at(lot) else {
            return;
        };
        let who = self.touched(entry, to);
        let old = &mut self.lots[at];
        old.left -= amount;
        let new = Lot {
            id: (entry.seq, n),
            who,
            given: amount,
            left: amount,
            is_moved: true,
            ..old.clone()
        };
        if !matches!(entry.act, Act::Merged { .. } | Act::Unmerged { .. }) {
            let sent = self.sent.entry((entry.head.day, new.unit)).or_default();
            (sent.points, sent.lots) = (sent.points + i128::from(amount), sent.lots + 1);
        }
        add_row(&mut self.lots, new);
    }
}
