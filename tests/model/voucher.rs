//! The model's vouchers: drinks, each with a code; and visits.

use super::book::{Book, Outcome};
use super::words::{Command, DAY, Deed, LotId, Made, Move};

/// Amount that a drink takes off a bill, in cents.
const WORTH: i64 = 300;
/// Least amount of a bill, in cents, that gives a drink.
pub const LARGE: i64 = 3_000;
const VISITS_A_DAY: i64 = 2;

/// Stage of a voucher's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Open,
    /// Waits as a gift until an instant.
    Given(i64),
    /// Paid with, taken back, or handed on under another code.
    Gone,
    /// Expired.
    Lapsed,
}

#[derive(Clone, Debug)]
pub struct Voucher {
    pub code: String,
    /// Member who has it, or had it last.
    pub who: usize,
    /// Member to whom it was given under its code.
    first: usize,
    pub lot: LotId,
    pub gone: i64,
    pub stage: Stage,
    /// The purchase that gave it.
    pub sale: Option<String>,
}

impl Voucher {
    pub fn is_there(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Given(_))
    }
}

/// A gift: its token, and which voucher waits.
#[derive(Clone, Debug)]
pub struct Gift {
    pub token: String,
    /// Member who gave it.
    by: usize,
    voucher: usize,
    /// Instant from which nobody can claim it.
    until: i64,
    is_open: bool,
}

/// Start of the day so many days after that of an instant.
fn day_after(at: i64, days: i64) -> i64 {
    (at.div_euclid(DAY) + days) * DAY
}

impl Book {
    /// Voucher of a code, and its holder.
    pub fn voucher(&self, code: &str) -> Option<usize> {
        self.vouchers.iter().position(|v| v.code == code)
    }

    /// Amount that a voucher takes off a bill of which so much is paid otherwise.
    pub fn takes_off(total: i64, own: i64) -> i64 {
        WORTH.min(total - own)
    }

    /// Member whom a command about a voucher concerns.
    pub fn holder(&self, command: &Command) -> Result<usize, &'static str> {
        match &command.deed {
            Deed::VoidVoucher(code) | Deed::Give(code) => {
                let found = self.voucher(code).ok_or("unknown_code")?;
                Ok(self.named_by(found))
            }
            Deed::Claim(_) if !self.members.contains_key(&command.who) => Err("unknown_member"),
            Deed::Claim(token) => {
                let found = self.gift(token).ok_or("unknown_code");
                found.map(|_| self.resolve(command.who))
            }
            _ => Err("no voucher"),
        }
    }

    fn gift(&self, token: &str) -> Option<usize> {
        self.gifts.iter().position(|g| g.token == token)
    }

    /// Giver of the gift that a command claims, or holder of the voucher that
    /// it pays with.
    pub fn beside(&self, command: &Command) -> Option<usize> {
        match &command.deed {
            Deed::Claim(token) => {
                let gift = &self.gifts[self.gift(token)?];
                let holder = self.vouchers[gift.voucher].who;
                Some(self.resolve(if gift.is_open { holder } else { gift.by }))
            }
            Deed::Purchase(.., Some(code)) => self.voucher(code).map(|v| self.named_by(v)),
            _ => None,
        }
    }

    /// Member whom a code leads to: its holder, or its first holder if nobody
    /// has the voucher.
    fn named_by(&self, voucher: usize) -> usize {
        let voucher = &self.vouchers[voucher];
        self.resolve(if voucher.is_there() {
            voucher.who
        } else {
            voucher.first
        })
    }

    /// Opens a voucher and returns it; its code is known once the command was answered.
    pub fn issue(&mut self, who: usize, at: i64, lot: LotId, sale: Option<&str>) -> Move {
        self.vouchers.push(Voucher {
            code: String::new(),
            who,
            first: who,
            lot,
            gone: day_after(at, 31),
            stage: Stage::Open,
            sale: sale.map(Into::into),
        });
        Move::Issue(self.vouchers.len() - 1)
    }

    /// Codes that an answer showed, of vouchers that a command made.
    pub fn learn(&mut self, codes: Vec<(String, String)>) {
        for (kind, code) in codes {
            let gift = self.gifts.iter_mut().find(|g| g.token.is_empty());
            let voucher = self.vouchers.iter_mut().find(|v| v.code.is_empty());
            match kind.as_str() {
                "gift" => gift.expect("a gift was made").token = code,
                _ => voucher.expect("a voucher was made").code = code,
            }
        }
        let is_known = self.vouchers.iter().all(|v| !v.code.is_empty());
        assert!(is_known && self.gifts.iter().all(|g| !g.token.is_empty()));
    }

    /// Voucher of a code that can be used now.
    pub fn usable(&self, code: &str, now: i64) -> Result<usize, &'static str> {
        let found = self.voucher(code).ok_or("unknown_code")?;
        let voucher = &self.vouchers[found];
        match voucher.stage {
            Stage::Lapsed => Err("code_lapsed"),
            // Used or not, it has expired.
            Stage::Gone if voucher.gone <= now => Err("code_lapsed"),
            Stage::Open => Ok(found),
            _ => Err("code_used"),
        }
    }

    pub fn decide_voucher(
        &mut self,
        command: &Command,
        who: usize,
        at: i64,
        now: i64,
        n: u64,
    ) -> Outcome {
        let moves = match &command.deed {
            Deed::Issue => vec![self.issue(who, at, (n, 0), None)],
            Deed::VoidVoucher(code) => match self.usable(code, now) {
                Ok(found) => vec![Move::Use(found)],
                Err(_) => return Err("code_used"),
            },
            Deed::Give(code) => {
                self.give(code, at)?;
                return Ok((Made::Final, Vec::new()));
            }
            Deed::Claim(token) => {
                self.claim(token, who, now, n)?;
                return Ok((Made::Final, Vec::new()));
            }
            Deed::Visit => {
                let (member, day) = (&self.members[&who], at.div_euclid(DAY));
                if member.visits.get(&day).is_some_and(|v| *v >= VISITS_A_DAY) {
                    return Err("over_limit");
                }
                vec![Move::Visit(day, 1), self.award(who, 3, (n, 0), at)]
            }
            _ => return Err("no deed of vouchers"),
        };
        Ok((Made::Plain(moves.clone()), moves))
    }

    fn give(&mut self, code: &str, at: i64) -> Result<(), &'static str> {
        let found = self.voucher(code).ok_or("unknown_code")?;
        let voucher = &mut self.vouchers[found];
        if voucher.stage != Stage::Open {
            return Err("code_used");
        }
        let until = voucher.gone.min(day_after(at, 7));
        voucher.stage = Stage::Given(until);
        self.gifts.push(Gift {
            token: String::new(),
            by: voucher.who,
            voucher: found,
            until,
            is_open: true,
        });
        Ok(())
    }

    fn claim(&mut self, token: &str, who: usize, now: i64, n: u64) -> Result<(), &'static str> {
        let found = self.gift(token).ok_or("unknown_code")?;
        let gift = &mut self.gifts[found];
        if !gift.is_open {
            let is_over = gift.until <= now;
            return Err(if is_over { "code_lapsed" } else { "code_used" });
        }
        let given = gift.voucher;
        if self.resolve(self.vouchers[given].who) == who {
            return Err("same_member");
        }
        self.gifts[found].is_open = false;
        let mut taken = self.vouchers[given].clone();
        self.vouchers[given].stage = Stage::Gone;
        (taken.code, taken.lot) = (String::new(), (n, 0));
        (taken.who, taken.first, taken.sale) = (who, who, None);
        taken.stage = Stage::Open;
        self.vouchers.push(taken);
        Ok(())
    }

    /// Reopens a voucher, as the lot it was.
    pub fn back(&self, voucher: usize) -> Move {
        Move::Back(voucher, self.vouchers[voucher].lot)
    }

    /// Ends the wait of a gift that was not claimed.
    pub fn end_gift(&mut self, voucher: usize) {
        let mut gifts = self.gifts.iter_mut();
        if let Some(gift) = gifts.find(|g| g.voucher == voucher && g.is_open) {
            gift.is_open = false;
            self.vouchers[voucher].stage = Stage::Open;
        }
    }

    /// Drink that a sale gave, if it still belongs to the sale's member.
    pub fn drink_of(&self, sale: &str, who: usize) -> Option<usize> {
        let is_it = |v: &Voucher| v.sale.as_deref() == Some(sale) && v.who == who && v.is_there();
        self.vouchers.iter().position(is_it)
    }

    /// Moves vouchers with their holder.
    pub fn carry_vouchers(&mut self, from: usize, to: usize, n: u64, merge: Option<u64>) {
        for at in 0..self.vouchers.len() {
            let voucher = &self.vouchers[at];
            let is_own = voucher.who == from && voucher.is_there();
            if is_own && self.has_come(&voucher.lot, merge) {
                // After the merge's lots of points.
                let new = (n, u16::MAX - at as u16);
                self.trace(voucher.lot, new);
                (self.vouchers[at].who, self.vouchers[at].lot) = (to, new);
            }
        }
    }

    /// Expiry of each of a member's vouchers, and true if it waits as a gift.
    pub fn drinks(&self, who: usize) -> Vec<(i64, bool)> {
        let own = self
            .vouchers
            .iter()
            .filter(|v| v.who == who && v.is_there());
        let mut own: Vec<_> = own.map(|v| (v.gone, v.stage != Stage::Open)).collect();
        own.sort_unstable();
        own
    }

    /// Codes of a member's vouchers.
    pub fn codes(&self, who: usize) -> Vec<String> {
        let own = self
            .vouchers
            .iter()
            .filter(|v| v.who == who && v.is_there());
        let mut own: Vec<_> = own.map(|v| v.code.clone()).collect();
        own.sort_unstable();
        own
    }

    /// Next of a member's vouchers that is due: its instant and its place.
    pub fn voucher_due(&self, who: usize, now: i64) -> Option<(i64, usize)> {
        let end = |(n, v): (usize, &Voucher)| match v.stage {
            Stage::Open => Some((v.gone, n)),
            Stage::Given(until) => Some((until, n)),
            _ => None,
        };
        let own = self
            .vouchers
            .iter()
            .enumerate()
            .filter(|(_, v)| v.who == who);
        own.filter_map(end).filter(|end| end.0 <= now).min()
    }

    /// Returns a gift to its giver, or expires a voucher.
    pub fn voucher_over(&mut self, voucher: usize) {
        match self.vouchers[voucher].stage {
            Stage::Given(_) => self.end_gift(voucher),
            _ => self.vouchers[voucher].stage = Stage::Lapsed,
        }
    }

    /// Move that undoes a move of a voucher, if nothing depends on it.
    pub fn turn_voucher(&self, posted: &Move, who: usize, n: u64) -> Option<Move> {
        let is_open = |v: usize| self.vouchers[v].stage == Stage::Open;
        match *posted {
            Move::Issue(v) => {
                let voucher = &self.vouchers[v];
                let is_as_issued = voucher.lot.0 == n && voucher.who == who;
                (is_open(v) && is_as_issued).then_some(Move::Use(v))
            }
            Move::Use(v) => Some(self.back(v)),
            Move::Back(v, lot) => {
                let is_same = is_open(v) && self.vouchers[v].lot == lot;
                is_same.then_some(Move::Use(v))
            }
            _ => None,
        }
    }

    pub fn post_voucher(&mut self, posted: &Move) {
        match *posted {
            Move::Use(v) => {
                // A gift that is taken back does not wait any more.
                self.end_gift(v);
                self.vouchers[v].stage = Stage::Gone;
            }
            Move::Back(v, _) => {
                let who = self.resolve(self.vouchers[v].who);
                self.vouchers[v].who = who;
                self.vouchers[v].stage = Stage::Open;
            }
            _ => {}
        }
    }
}
