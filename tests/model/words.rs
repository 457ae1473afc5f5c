//! Vocabulary of the model: commands, members with their lots, postings.

use super::sale::{Extent, Line, Sale};
use super::transfers::{Happened, Hold};
use std::collections::BTreeMap;

pub const MINUTE: i64 = 60_000_000;
pub const DAY: i64 = 1440 * MINUTE;
/// A lot: the number of the entry that opened it, and its index among the lots
/// of that entry.
pub type LotId = (u64, u16);

#[derive(Clone, Debug)]
pub enum Deed {
    Enrol,
    /// Lines, total in cents, points paid, the code of a voucher.
    Purchase(Vec<Line>, i64, i64, Option<String>),
    Return(String, Extent),
    /// Points; None: the reward.
    Redeem(Option<i64>),
    Void(String),
    Adjust(i64),
    /// Points, and the instant until which they are held.
    Hold(i64, i64),
    /// Key of the hold, points, and true if the rest is released.
    Capture(String, Option<i64>, bool),
    Release(String),
    /// Receiver and points.
    Transfer(usize, i64),
    /// Member to merge into.
    Merge(usize),
    Unmerge(String),
    /// Issues a voucher by hand.
    Issue,
    /// Code of the voucher.
    VoidVoucher(String),
    Give(String),
    /// Token of the gift.
    Claim(String),
    Visit,
}

/// A command; `who` is the member's number. Returns and voids name none,
/// since the entry they name does.
#[derive(Clone, Debug)]
pub struct Command {
    pub key: String,
    pub who: usize,
    pub at: Option<i64>,
    pub deed: Deed,
}

/// Reading of the clock, and the ledger's own time.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub recorded: i64,
    pub effective: i64,
}

#[derive(Clone, Debug)]
pub struct Lot {
    pub left: i64,
    pub held: i64,
    /// Time at which it was earned; entries at the ledger's own time never tie.
    pub earned: (i64, u64),
    pub gone: i64,
}

impl Lot {
    pub fn free(&self) -> i64 {
        self.left - self.held
    }
}

#[derive(Default, Debug)]
pub struct Member {
    pub lots: BTreeMap<LotId, Lot>,
    pub owed: i64,
    /// Points spent on each day.
    pub spent: BTreeMap<i64, i64>,
    pub holds: Vec<Hold>,
    /// Number of visits on each day.
    pub visits: BTreeMap<i64, i64>,
    /// Member into whom they were merged, and by which entry.
    pub merged: Option<(usize, u64)>,
    /// Member into whom they were merged, the entry of the merge, and the entry
    /// that undid it.
    pub stays: Vec<(usize, u64, u64)>,
    pub happened: Vec<(u64, Happened)>,
}

impl Member {
    /// Rest and expiry of each lot, oldest lot first.
    pub fn lots(&self) -> Vec<(i64, i64)> {
        self.lots.values().map(|l| (l.left, l.gone)).collect()
    }

    /// Expiry of each hold, and its parts.
    pub fn held(&self) -> Vec<(i64, Vec<i64>)> {
        let parts = |hold: &Hold| hold.lots.iter().map(|l| l.1).collect();
        self.holds.iter().map(|h| (h.until, parts(h))).collect()
    }

    pub fn balance(&self) -> i64 {
        self.lots.values().map(|l| l.left).sum::<i64>() - self.owed
    }

    pub fn available(&self, now: i64) -> i64 {
        let live = self.lots.values().filter(|l| l.gone > now);
        live.map(Lot::free).sum::<i64>() - self.owed
    }

    /// Lots that can be spent, in spending order.
    pub fn spendable(&self, now: i64) -> Vec<(LotId, i64)> {
        let mut live: Vec<_> = self.lots.iter().filter(|(_, l)| l.gone > now).collect();
        live.sort_by_key(|(id, l)| (l.gone, l.earned, **id));
        live.into_iter().map(|(id, l)| (*id, l.free())).collect()
    }
}

/// One posting.
#[derive(Clone, Debug)]
pub enum Move {
    /// A new lot, after part of the points has filled the deficit.
    Give {
        amount: i64,
        fills: i64,
        id: LotId,
        gone: i64,
    },
    Take(LotId, i64),
    PutBack(LotId, i64),
    Owe(i64),
    Spend(i64, i64),
    /// Voucher issued, used, or given back, by its place.
    Issue(usize),
    Use(usize),
    Back(usize, LotId),
    Visit(i64, i64),
}

/// Outcome of the command with a key.
#[derive(Debug)]
pub enum Made {
    Plain(Vec<Move>),
    Sale(Vec<Move>),
    /// Key of the sale, the sale before the return, and the moves.
    Return(String, Box<Sale>, Vec<Move>),
    Hold,
    /// Merge of a member; true once it was undone.
    Merge(usize, bool),
    /// Cannot be undone.
    Final,
}
