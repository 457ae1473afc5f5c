//! The interface between rules and policies: calls that the rules make, and
//! proposals that a policy may return. The rules do not know that policies are
//! scripts.

use super::{
    Campaign, Fact, Given, MemberId, Number, Programme, Reward, Scene, Steps, Tiers, Value,
    time::Day,
};
use bincode::{Decode, Encode};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Event on which a campaign's script is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Hook {
    /// A member joined.
    OnEnrol,
    /// A purchase was made.
    OnPurchase,
    /// Something other than a purchase was done.
    OnActivity,
    /// A reward or points are to be redeemed.
    OnRedeem,
    /// Goods came back.
    OnReturn,
    /// A declared day has come.
    OnDay,
    /// A campaign's own figures are reviewed.
    OnReview,
    /// A tier is judged.
    Qualify,
}

impl Hook {
    /// The script function's name.
    pub fn name(self) -> &'static str {
        match self {
            Hook::OnEnrol => "on_enrol",
            Hook::OnPurchase => "on_purchase",
            Hook::OnActivity => "on_activity",
            Hook::OnRedeem => "on_redeem",
            Hook::OnReturn => "on_return",
            Hook::OnDay => "on_day",
            Hook::OnReview => "on_review",
            Hook::Qualify => "qualify",
        }
    }

    /// All of them.
    pub const ALL: [Hook; 8] = [
        Hook::OnEnrol,
        Hook::OnPurchase,
        Hook::OnActivity,
        Hook::OnRedeem,
        Hook::OnReturn,
        Hook::OnDay,
        Hook::OnReview,
        Hook::Qualify,
    ];

    /// Names of the proposals that take effect in this hook; others are ignored.
    pub fn carries_out(self) -> &'static [&'static str] {
        match self {
            Hook::OnPurchase => &[
                "award",
                "issue",
                "grant",
                "benefit",
                "contribute",
                "remember",
                "tag",
                "message",
                "refer",
                "refuse",
                "discount",
            ],
            Hook::OnActivity => &Hook::OnPurchase.carries_out()[..10],
            Hook::OnEnrol => &Hook::OnPurchase.carries_out()[..9],
            Hook::OnDay => &Hook::OnPurchase.carries_out()[..8],
            Hook::OnReturn => &["award", "issue", "take_back", "remember", "tag", "message"],
            Hook::OnRedeem => &["refuse"],
            Hook::OnReview => &["tune", "pause"],
            Hook::Qualify => &[],
        }
    }

    /// Name of the proposal that a script function makes, if it makes one.
    pub fn word(function: &str) -> Option<&'static str> {
        match function {
            "forget" => return Some("remember"),
            "untag" => return Some("tag"),
            _ => {}
        }
        let mut all = Hook::ALL.iter().flat_map(|hook| hook.carries_out());
        all.find(|word| **word == function).copied()
    }
}

impl Proposal {
    /// Its name, which is that of the script function.
    pub fn word(&self) -> &'static str {
        match self {
            Proposal::Award { .. } => "award",
            Proposal::Issue { .. } => "issue",
            Proposal::Discount { .. } => "discount",
            Proposal::Remember { .. } => "remember",
            Proposal::Tag { .. } => "tag",
            Proposal::Message { .. } => "message",
            Proposal::Refer { .. } => "refer",
            Proposal::Drawn { .. } => "chance",
            Proposal::Tune { .. } => "tune",
            Proposal::Pause { .. } => "pause",
            Proposal::Grant { .. } => "grant",
            Proposal::Benefit { .. } => "benefit",
            Proposal::Contribute { .. } => "contribute",
            Proposal::Refuse { .. } => "refuse",
            Proposal::TakeBack { .. } => "take_back",
        }
    }

    /// Reason why it has no effect in a hook, if it has none. Draws are only noted.
    pub fn in_vain(&self, hook: Hook) -> Option<String> {
        let word = self.word();
        let is_carried_out = word == "chance" || hook.carries_out().contains(&word);
        (!is_carried_out).then(|| format!("{word}(..) does nothing in {}", hook.name()))
    }
}

/// Consent that a message needs.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Sent {
    /// Consent to `marketing`, if the programme has that purpose.
    #[default]
    Plain,
    /// Consent to this purpose, which may name a channel: `marketing/sms`.
    For(String),
    /// None: it tells members about points of their own.
    Service,
}

/// Proposal of a script. The ledger decides whether it takes effect.
#[derive(Clone, PartialEq, Debug)]
pub enum Proposal {
    /// Points for the member.
    Award {
        /// The unit's id.
        unit: Arc<str>,
        /// Amount, exact; rounded once per purchase and unit.
        amount: Decimal,
        /// Text for the statement; may be empty.
        why: String,
        /// Line that they are for; 0 for the whole purchase.
        line: u16,
        /// Last day on which they are good, if the campaign sets its own.
        expires: Option<Day>,
        /// First day on which they can be spent, if that is later.
        available: Option<Day>,
    },
    /// A voucher for the member.
    Issue {
        /// The unit's id.
        unit: Arc<str>,
        /// Text for the statement; may be empty.
        why: String,
        /// Last day on which it is good, if the campaign sets its own.
        expires: Option<Day>,
        /// First day on which it can be used, if that is later.
        available: Option<Day>,
        /// The one article that it is good for, if it is limited to one.
        sku: Option<String>,
    },
    /// Money off this purchase.
    Discount {
        /// Amount, in whole currency units, exact.
        amount: Decimal,
        /// Text for the slip; may be empty.
        why: String,
        /// Lines that it applies to; empty for the whole bill.
        lines: Vec<u16>,
    },
    /// A value to keep for this campaign and member; [`Value::Unit`] forgets it.
    Remember {
        /// Name of the memory.
        key: String,
        /// The value.
        value: Value,
    },
    /// A label to put on the member, or to take off.
    Tag {
        /// The label.
        tag: String,
        /// True to put it on.
        is_on: bool,
    },
    /// A message for the outbox.
    Message {
        /// Name of the template.
        template: String,
        /// Its variables.
        vars: Vec<(String, Value)>,
        /// Consent that it needs.
        channel: Sent,
    },
    /// Points for the member's referrer.
    Refer {
        /// The unit's id.
        unit: Arc<str>,
        /// Amount, exact.
        amount: Decimal,
        /// Text for the statement; may be empty.
        why: String,
        /// Last day on which they are good, if the campaign sets its own.
        expires: Option<Day>,
        /// First day on which they can be spent, if that is later.
        available: Option<Day>,
    },
    /// A draw of random numbers, seeded with this.
    Drawn {
        /// The seed of the entry.
        seed: [u8; 32],
    },
    /// New value of a parameter.
    Tune {
        /// Name of the parameter.
        name: String,
        /// Its value.
        value: Decimal,
    },
    /// A pause of the campaign until a person resumes it.
    Pause {
        /// Reason, in words.
        reason: String,
    },
    /// Withdrawal of the campaign's points of a unit that are not spendable yet.
    TakeBack {
        /// The unit's id.
        unit: Arc<str>,
    },
    /// A pass, or an extension of it, up to a last day.
    Grant {
        /// The pass's id.
        pass: Arc<str>,
        /// The last day.
        until: Day,
        /// Text for the statement; may be empty.
        why: String,
    },
    /// A benefit of a pass that the member holds was used.
    Benefit {
        /// The pass's id.
        pass: Arc<str>,
        /// Value of the benefit, in whole currency units; may be zero.
        amount: Decimal,
    },
    /// Money for a pool.
    Contribute {
        /// The pool's id.
        pool: String,
        /// Amount, in whole currency units, exact.
        amount: Decimal,
    },
    /// A refusal.
    Refuse {
        /// A stable code.
        code: String,
        /// Text for the till's screen.
        text: String,
    },
}

/// Purpose of a campaign's order of members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Choice of the held-out control group.
    HoldOut,
    /// Choice of the members addressed first.
    Target,
}

/// A script that ended in an error.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Failure {
    /// The file within the programme's folder.
    pub file: String,
    /// Counted from 1; 0 if unknown.
    pub line: u16,
    /// Counted from 1; 0 if unknown.
    pub column: u16,
    /// The error's message.
    pub message: String,
}

/// A compiled programme.
pub trait Policy: Send + Sync {
    /// The declarations of programme.toml.
    fn programme(&self) -> &Programme;

    /// The campaigns in order of priority, then id; bases before bonuses.
    fn campaigns(&self) -> &[Campaign];

    /// The tiers, if the programme has any.
    fn tiers(&self) -> Option<&Tiers>;

    /// The rewards of the programme.
    fn rewards(&self) -> &[Reward];

    /// The member facts that hooks read, sorted; `Scene::given` is in this order.
    fn facts(&self) -> &[Fact];

    /// The member facts that `qualify` reads, sorted.
    fn facts_review(&self) -> &[Fact];

    /// Runs one campaign's hook; `campaign` is its position in
    /// [`Policy::campaigns`]. The steps it takes are subtracted from `steps`;
    /// it ends where they run out.
    ///
    /// # Errors
    /// The failure of the script.
    fn run(
        &self,
        campaign: usize,
        hook: Hook,
        scene: &Arc<Scene>,
        steps: &Steps,
    ) -> Result<Vec<Proposal>, Failure>;

    /// A member's place in a campaign's own order of all members: pseudorandom,
    /// and the same at every call. Each purpose has an order of its own.
    fn order(&self, campaign: usize, member: MemberId, purpose: Purpose) -> [u8; 32];

    /// The tier that a member has earned, by the facts of
    /// [`Policy::facts_review`]. A call takes the same number of `steps`
    /// whether or not its result is cached.
    ///
    /// # Errors
    /// The failure of the script.
    fn qualify(&self, given: &Given, steps: &Steps) -> Result<Number, Failure>;
}

/// Lookup of compiled programmes by the number of their activation.
pub trait Policies {
    /// The programme of that activation, counted from 1.
    fn policy(&self, number: u32) -> Option<Arc<dyn Policy>>;
}
