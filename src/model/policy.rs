//! What the rules need of a policy, and what a policy may propose. The rules
//! do not know that policies are scripts.

use super::{
    Campaign, Fact, Given, MemberId, Number, Programme, Reward, Scene, Steps, Tiers, Value,
    time::Day,
};
use bincode::{Decode, Encode};
use rust_decimal::Decimal;
use std::sync::Arc;

/// When a campaign's script is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Hook {
    /// A member joined.
    OnEnrol,
    /// A purchase was made.
    OnPurchase,
    /// Something other than a purchase was done.
    OnActivity,
    /// A reward or points are about to be spent.
    OnRedeem,
    /// Goods came back.
    OnReturn,
    /// A declared day has come.
    OnDay,
    /// A campaign's own figures are looked at.
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

    /// The words of the proposals that are carried out; of any other nothing
    /// would come.
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

    /// The word of what a script function proposes, if it proposes anything.
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
    /// Its word, which is the script function's name.
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

    /// Why nothing comes of it in a hook, if nothing does. Draws are only noted.
    pub fn in_vain(&self, hook: Hook) -> Option<String> {
        let word = self.word();
        let is_carried_out = word == "chance" || hook.carries_out().contains(&word);
        (!is_carried_out).then(|| format!("{word}(..) does nothing in {}", hook.name()))
    }
}

/// What a message needs a consent to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Sent {
    /// To `marketing`, where the programme has that purpose.
    #[default]
    Plain,
    /// To this purpose, which may name a channel: `marketing/sms`.
    For(String),
    /// To none: it says what the member must know about points of their own.
    Service,
}

/// What a script asks for. The ledger decides what becomes of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Proposal {
    /// Points for the member.
    Award {
        /// The unit's id.
        unit: Arc<str>,
        /// How many, exactly; rounded once per purchase and unit.
        amount: Decimal,
        /// For the statement; may be empty.
        why: String,
        /// The line they are for; 0 for the whole.
        line: u16,
        /// The last day they are good, where the campaign sets its own.
        expires: Option<Day>,
        /// The first day they can be spent, where that is later.
        available: Option<Day>,
    },
    /// A voucher for the member.
    Issue {
        /// The unit's id.
        unit: Arc<str>,
        /// For the statement; may be empty.
        why: String,
        /// The last day it is good, where the campaign sets its own.
        expires: Option<Day>,
        /// The first day it can be used, where that is later.
        available: Option<Day>,
        /// The one article it is good for, where it is for one only.
        sku: Option<String>,
    },
    /// Money off this purchase.
    Discount {
        /// How much, in whole currency units, exactly.
        amount: Decimal,
        /// For the slip; may be empty.
        why: String,
        /// The lines it is for; none: the whole bill.
        lines: Vec<u16>,
    },
    /// A value to keep for this campaign and member; [`Value::Unit`] forgets it.
    Remember {
        /// Under which name.
        key: String,
        /// What.
        value: Value,
    },
    /// A label to put on the member, or to take off.
    Tag {
        /// Which.
        tag: String,
        /// On, or off.
        is_on: bool,
    },
    /// A message for the outbox.
    Message {
        /// Which template.
        template: String,
        /// Its variables.
        vars: Vec<(String, Value)>,
        /// What it needs a consent to.
        channel: Sent,
    },
    /// Points for whoever brought the member.
    Refer {
        /// The unit's id.
        unit: Arc<str>,
        /// How many, exactly.
        amount: Decimal,
        /// For the statement; may be empty.
        why: String,
        /// The last day they are good, where the campaign sets its own.
        expires: Option<Day>,
        /// The first day they can be spent, where that is later.
        available: Option<Day>,
    },
    /// Chance was asked, seeded with this.
    Drawn {
        /// The seed of the entry.
        seed: [u8; 32],
    },
    /// A parameter's value from here on.
    Tune {
        /// Which parameter.
        name: String,
        /// Its value.
        value: Decimal,
    },
    /// The campaign is to give nothing until a person resumes it.
    Pause {
        /// Why, in words.
        reason: String,
    },
    /// What the campaign gave of a unit, as far as it is still on its way.
    TakeBack {
        /// The unit's id.
        unit: Arc<str>,
    },
    /// A pass, or more of it, to a last day.
    Grant {
        /// The pass's id.
        pass: Arc<str>,
        /// The last day.
        until: Day,
        /// For the statement; may be empty.
        why: String,
    },
    /// A benefit of a pass that the member holds was used.
    Benefit {
        /// The pass's id.
        pass: Arc<str>,
        /// What it was worth, in whole currency units; may be nothing.
        amount: Decimal,
    },
    /// Money for a pool.
    Contribute {
        /// The pool's id.
        pool: String,
        /// How much, in whole currency units, exactly.
        amount: Decimal,
    },
    /// No.
    Refuse {
        /// A stable code.
        code: String,
        /// For the till's screen.
        text: String,
    },
}

/// What a campaign's order of members is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Who is left out, to compare with.
    HoldOut,
    /// Who is addressed first.
    Target,
}

/// A script that ended in an error.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Failure {
    /// The file within the programme's folder.
    pub file: String,
    /// From 1; 0 if unknown.
    pub line: u16,
    /// From 1; 0 if unknown.
    pub column: u16,
    /// What happened.
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

    /// The rewards that can be had for points.
    fn rewards(&self) -> &[Reward];

    /// The member facts that hooks read, sorted; `Scene::given` is in this order.
    fn facts(&self) -> &[Fact];

    /// The member facts that `qualify` reads, sorted.
    fn facts_review(&self) -> &[Fact];

    /// Runs one campaign's hook; the campaign is its position in [`Policy::campaigns`].
    /// What it takes is taken off `steps`, and there it ends where they do.
    fn run(
        &self,
        campaign: usize,
        hook: Hook,
        scene: &Arc<Scene>,
        steps: &Steps,
    ) -> Result<Vec<Proposal>, Failure>;

    /// Where a member stands in a campaign's own order of all members: random,
    /// and the same whenever it is asked. Two purposes have two orders.
    fn order(&self, campaign: usize, member: MemberId, purpose: Purpose) -> [u8; 32];

    /// The tier a member has earned, by the facts of [`Policy::facts_review`], for
    /// as many of `steps` however often it was asked before.
    fn qualify(&self, given: &Given, steps: &Steps) -> Result<Number, Failure>;
}

/// Where compiled programmes are found, by the number of their activation.
pub trait Policies {
    /// The programme of that activation, counted from 1.
    fn policy(&self, number: u32) -> Option<Arc<dyn Policy>>;
}
