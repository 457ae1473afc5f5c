//! The entry, one record of the journal, and the head of a command that becomes one.

use super::{
    Act, Effect, Enrolled, Given, Key, LotId, MemberId, Money, NameKind, Names, Number, Points,
    Standing,
    time::{Day, Instant, OffsetMinutes},
};
use bincode::{Decode, Encode};

/// Channel through which a command came in.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Encode, Decode)]
pub enum Channel {
    /// A till in a store.
    #[default]
    Till,
    /// The shop's app.
    App,
    /// The shop's site.
    Web,
    /// A mini program inside another app.
    MiniProgram,
    /// The office.
    Office,
    /// The ledger itself.
    House,
    /// Any other, by name.
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

/// Store in which a command was entered.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Encode, Decode)]
pub enum Place {
    /// Not stated.
    #[default]
    Unsaid,
    /// A store of the programme.
    Store(Number),
    /// A store by name, where the programme lists none.
    Named(String),
}

impl Place {
    /// Id of the store; empty if none is stated.
    pub fn store(&self, names: &Names) -> String {
        match self {
            Place::Unsaid => String::new(),
            Place::Named(name) => name.clone(),
            Place::Store(number) => names.text(NameKind::Store, *number),
        }
    }
}

/// Person who operated the terminal.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Operator {
    /// Id that the shop gave them; never a person's name.
    pub id: String,
    /// True if shown by a token, rather than merely stated.
    pub is_proven: bool,
}

/// Source of an entry.
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
    /// True if imported as history from before the member's first live entry.
    pub is_history: bool,
    /// A second person who approved it, if any.
    pub approver: Option<Operator>,
    /// Sequence of the offline allowance that a queued command spends from, if any.
    pub allowance: Option<u64>,
}

/// Time of an event as the till states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Occurred {
    /// Microseconds after (negative: before) `effective`.
    pub lag: i64,
    /// The till's offset from UTC, in minutes.
    pub offset: OffsetMinutes,
}

/// Part of a command that is settled before it is decided.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Head {
    /// The ledger's own instant: later than that of any live entry before it.
    pub effective: Instant,
    /// Reading of the clock relative to `effective`, in microseconds; negative
    /// is earlier.
    pub recorded_lag: i64,
    /// Time of the event, if the command stated it; otherwise it is `effective`.
    pub occurred: Option<Occurred>,
    /// Programme's day of the event.
    pub day: Day,
    /// Source of the command.
    pub origin: Origin,
    /// The command's key.
    pub key: Key,
    /// Number of the activation in force; 0 before the first.
    pub bundle: u32,
}

impl Head {
    /// Instant of the event.
    pub fn occurred_at(&self) -> Instant {
        self.occurred
            .map_or(self.effective, |o| self.effective.after(o.lag))
    }

    /// Instant at which the clock was read.
    pub fn recorded_at(&self) -> Instant {
        self.effective.after(self.recorded_lag)
    }
}

/// A member that an entry concerns, and that member's previous entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Touched {
    /// The member.
    pub member: MemberId,
    /// Sequence of the member's previous entry.
    pub previous: Option<u64>,
}

/// A member's balance after an entry, in a unit that the entry moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct After {
    /// Position among the touched members.
    pub who: u8,
    /// The unit.
    pub unit: Number,
    /// Lots (pending and held ones included) less deficit; for a qualifying
    /// unit the sum of all its buckets.
    pub balance: Points,
}

/// Balance of all members together after an entry, in a unit that it moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Outstanding {
    /// The unit.
    pub unit: Number,
    /// Lots less deficits. An `i128`, which no sum of amounts overflows.
    pub total: i128,
}

/// A decision that has no place in the journal yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Instants, source, key.
    pub head: Head,
    /// Members concerned; the command's own first.
    pub members: Vec<MemberId>,
    /// The act that was asked for.
    pub act: Act,
    /// Facts it was decided from.
    pub given: Given,
    /// Facts that the tier was judged by; empty if it was not judged.
    pub given_review: Given,
    /// Its effects.
    pub effects: Vec<Effect>,
}

impl Draft {
    /// A draft that is decided from no facts.
    pub fn new(head: Head, members: Vec<MemberId>, act: Act, effects: Vec<Effect>) -> Draft {
        Draft {
            head,
            members,
            act,
            given: Given::new(),
            given_review: Given::new(),
            effects,
        }
    }

    /// The entry at a place of the journal, without the balances after it.
    pub fn into_entry(self, seq: u64, touched: Vec<Touched>) -> Entry {
        Entry {
            seq,
            head: self.head,
            touched,
            act: self.act,
            given: self.given,
            given_review: self.given_review,
            effects: self.effects,
            after: Vec::new(),
            outstanding: Vec::new(),
        }
    }
}

/// One record of the journal. The order of the fields is the order of the bytes.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Entry {
    /// Sequence number: gap-free, from 0.
    pub seq: u64,
    /// Instants, source, key.
    pub head: Head,
    /// Members concerned; the command's own first.
    pub touched: Vec<Touched>,
    /// The act that was asked for.
    pub act: Act,
    /// Facts it was decided from.
    pub given: Given,
    /// Facts that the tier was judged by; empty if it was not judged.
    pub given_review: Given,
    /// Its effects.
    pub effects: Vec<Effect>,
    /// Balances of the members afterwards.
    pub after: Vec<After>,
    /// Balances of all members together afterwards.
    pub outstanding: Vec<Outstanding>,
}

impl Entry {
    /// Member whose profile, or a remark on whom, the entry seals under a key of their
    /// own, if any.
    pub fn sealed_for(&self) -> Option<MemberId> {
        match &self.act {
            Act::Enrolled(Enrolled { profile, .. }) | Act::ProfileChanged { profile } => {
                profile.as_ref().and(self.member())
            }
            Act::Noted { .. } => self.member(),
            _ => None,
        }
    }

    /// Members that the entry erases. Other members of a household are touched
    /// as well, but not erased.
    pub fn erases(&self) -> impl Iterator<Item = MemberId> {
        let erased = self.effects.iter().filter_map(|effect| match effect {
            Effect::Standing { who, standing } if *standing == Standing::Erased => Some(*who),
            _ => None,
        });
        let touched = erased.filter_map(|who| self.touched.get(usize::from(who)));
        touched.map(|touched| touched.member)
    }

    /// Member named by the command, if any.
    pub fn member(&self) -> Option<MemberId> {
        let first = self.touched.first().map(|t| t.member);
        first.filter(|id| *id != MemberId::NOBODY)
    }

    /// Effect of this entry that opened a lot; None if another entry opened it.
    pub fn opener(&self, lot: LotId) -> Option<&Effect> {
        let mut openers = self.effects.iter().filter(|e| e.opens_lot());
        let is_own = lot.seq == self.seq;
        is_own.then(|| openers.nth(lot.n.into())).flatten()
    }

    /// Refund of a return in the currency of its sale, by its ISO 4217 code;
    /// None if that is the programme's.
    pub fn refunded_as(&self) -> Option<(&str, Money)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::RefundedAs { currency, money } => Some((currency.as_str(), *money)),
            _ => None,
        })
    }

    /// The decision as it was before it had a place in the journal.
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
