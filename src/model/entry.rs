//! The entry: one line of the journal, and the head of a command on its way
//! to becoming one.

use super::{
    Act, Effect, Enrolled, Given, Key, LotId, MemberId, Number, Points, Standing,
    time::{Day, Instant, OffsetMinutes},
};
use bincode::{Decode, Encode};

/// Where a command came in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum Channel {
    /// A till in a store.
    #[default]
    Till,
    /// The shop's app.
    App,
    /// The shop's site.
    Web,
    /// A program inside another app.
    MiniProgram,
    /// The office.
    Office,
    /// The ledger itself.
    House,
    /// Anything else, named.
    Other(String),
}

impl Channel {
    /// The channel's name as commands spell it.
    pub fn name(&self) -> &str {
        match self {
            Channel::Till => "till",
            Channel::App => "app",
            Channel::Web => "web",
            Channel::MiniProgram => "mini_program",
            Channel::Office => "office",
            Channel::House => "house",
            Channel::Other(name) => name,
        }
    }
}

/// Where in the shop.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum Place {
    /// Not said.
    #[default]
    Unsaid,
    /// A store of the programme.
    Store(Number),
    /// A store by name, where the programme lists none.
    Named(String),
}

/// Who pressed the button.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Operator {
    /// The shop's own id for them; no name of a person.
    pub id: String,
    /// Shown by a token, rather than merely said.
    pub is_proven: bool,
}

/// Where an entry came from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Origin {
    /// The channel.
    pub channel: Channel,
    /// The store.
    pub place: Place,
    /// The terminal; empty if none.
    pub terminal: String,
    /// The operator, if any.
    pub operator: Option<Operator>,
    /// The terminal's own gap-free counter.
    pub counter: Option<u64>,
    /// Imported from before the member's first live entry.
    pub is_history: bool,
    /// A second person who approved it, if any.
    pub approver: Option<Operator>,
    /// Sequence of the offline allowance that a queued command spends from, if any.
    pub allowance: Option<u64>,
}

/// When the till says it happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Occurred {
    /// Microseconds later (negative: earlier) than `effective`.
    pub lag: i64,
    /// The till's offset from UTC, in minutes.
    pub offset: OffsetMinutes,
}

/// What is settled about a command before it is decided.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Head {
    /// The ledger's own instant: later than that of any live entry before it.
    pub effective: Instant,
    /// How much later (negative: earlier) the clock was read, in microseconds.
    pub recorded_lag: i64,
    /// When it happened, if the command said so; else it is `effective`.
    pub occurred: Option<Occurred>,
    /// The programme's day on which it happened.
    pub day: Day,
    /// Where it came from.
    pub origin: Origin,
    /// The command's key.
    pub key: Key,
    /// Number of the activation in force; 0 before the first.
    pub bundle: u32,
}

impl Head {
    /// When it happened.
    pub fn occurred_at(&self) -> Instant {
        self.occurred
            .map_or(self.effective, |o| self.effective.after(o.lag))
    }

    /// When the clock was read.
    pub fn recorded_at(&self) -> Instant {
        self.effective.after(self.recorded_lag)
    }
}

/// A member that an entry concerns, and the entry before it that did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Touched {
    /// The member.
    pub member: MemberId,
    /// Sequence of the member's previous entry.
    pub previous: Option<u64>,
}

/// What a member holds after an entry, in a unit that the entry moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct After {
    /// Position among the touched members.
    pub who: u8,
    /// Which unit.
    pub unit: Number,
    /// Lots (pending and held ones included) less deficit; for a qualifying
    /// unit the sum of all its buckets.
    pub balance: Points,
}

/// What all members together hold after an entry, in a unit that it moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Outstanding {
    /// Which unit.
    pub unit: Number,
    /// Lots less deficits. No sum of amounts overflows it.
    pub total: i128,
}

/// What was decided, before it has a place in the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Instants, origin, key.
    pub head: Head,
    /// The members concerned; the command's own first.
    pub members: Vec<MemberId>,
    /// What was asked.
    pub act: Act,
    /// The facts it was decided from.
    pub given: Given,
    /// The facts the tier was judged by; empty if it was not judged.
    pub given_review: Given,
    /// What it does.
    pub effects: Vec<Effect>,
}

/// One line of the journal. The order of the fields is the order of the bytes.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Entry {
    /// Gap-free, from 0.
    pub seq: u64,
    /// Instants, origin, key.
    pub head: Head,
    /// The members concerned; the command's own first.
    pub touched: Vec<Touched>,
    /// What was asked.
    pub act: Act,
    /// The facts it was decided from.
    pub given: Given,
    /// The facts the tier was judged by; empty if it was not judged.
    pub given_review: Given,
    /// What it did.
    pub effects: Vec<Effect>,
    /// What the members hold now.
    pub after: Vec<After>,
    /// What all hold together now.
    pub outstanding: Vec<Outstanding>,
}

impl Entry {
    /// The member whose profile the entry seals under a key of their own, if it does.
    pub fn sealed_for(&self) -> Option<MemberId> {
        match &self.act {
            Act::Enrolled(Enrolled { profile, .. }) | Act::ProfileChanged { profile } => {
                profile.as_ref().and(self.member())
            }
            _ => None,
        }
    }

    /// Members that the entry erases. Others of a household are touched as well,
    /// and stay.
    pub fn erases(&self) -> impl Iterator<Item = MemberId> {
        let erased = self.effects.iter().filter_map(|effect| match effect {
            Effect::Standing { who, standing } if *standing == Standing::Erased => Some(*who),
            _ => None,
        });
        let touched = erased.filter_map(|who| self.touched.get(usize::from(who)));
        touched.map(|touched| touched.member)
    }

    /// The member the command named, if any.
    pub fn member(&self) -> Option<MemberId> {
        let first = self.touched.first().map(|t| t.member);
        first.filter(|id| *id != MemberId::NOBODY)
    }

    /// The effect that opened a lot; nothing if another entry opened it.
    pub fn opener(&self, lot: LotId) -> Option<&Effect> {
        let mut openers = self.effects.iter().filter(|e| e.opens_lot());
        let is_own = lot.seq == self.seq;
        is_own.then(|| openers.nth(lot.n.into())).flatten()
    }

    /// The decision this entry keeps, as it was before it had a place.
    pub fn to_draft(&self) -> Draft {
        Draft {
            head: self.head.clone(),
            members: self.touched.iter().map(|t| t.member).collect(),
            act: self.act.clone(),
            given: self.given.clone(),
            given_review: self.given_review.clone(),
            effects: self.effects.clone(),
        }
    }
}
