//! Verbs as they are sent: the fields of the schema, with texts still texts.
//! The doc comments are the descriptions that `stampbook schema` prints.

use super::Figure;
use super::scalar::{Amount, Plain, Quantity, Text, Whole};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What every verb may carry.
#[derive(Default, Debug)]
pub struct Head {
    /// See the verbs.
    pub key: Option<Text>,
    /// See the verbs.
    pub member: Option<Text>,
    /// See the verbs.
    pub at: Option<Text>,
    /// See the verbs.
    pub store: Option<Text>,
    /// See the verbs.
    pub terminal: Option<Text>,
    /// See the verbs.
    pub counter: Option<Whole>,
    /// See the verbs.
    pub operator: Option<Text>,
    /// See the verbs.
    pub channel: Option<Text>,
}

/// The common fields are written out by a macro, not by `serde(flatten)`,
/// which would buffer every command and stop naming unknown fields.
macro_rules! verb {
    ($(#[$meta:meta])* $name:ident $word:literal { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, expecting = "a command as one JSON object")]
        pub struct $name {
            /// The verb.
            #[serde(rename = "do")]
            #[schemars(extend("const" = $word))]
            pub verb: Text,
            /// Names this attempt for ever; at most 64 bytes. A repeat gets the recorded answer.
            pub key: Option<Text>,
            /// An alias such as `card:6900012345` or a member id `m-...`.
            pub member: Option<Text>,
            /// When it happened, with offset: `2026-11-24T10:03:00+01:00`. Absent: now.
            pub at: Option<Text>,
            /// The store's id.
            pub store: Option<Text>,
            /// The terminal's id.
            pub terminal: Option<Text>,
            /// The terminal's own gap-free counter.
            pub counter: Option<Whole>,
            /// The shop's own id of whoever pressed the button; no name.
            pub operator: Option<Text>,
            /// `till` (default), `app`, `web`, `mini_program`, `office`, or another word.
            pub channel: Option<Text>,
            $($body)*
        }

        impl $name {
            /// Takes out what every verb may carry.
            pub fn head(&mut self) -> Head {
                Head {
                    key: self.key.take(),
                    member: self.member.take(),
                    at: self.at.take(),
                    store: self.store.take(),
                    terminal: self.terminal.take(),
                    counter: self.counter.take(),
                    operator: self.operator.take(),
                    channel: self.channel.take(),
                }
            }

            /// Puts in what every verb may carry.
            pub fn with_head(self, head: Head) -> Self {
                let Head { key, member, at, store, terminal, counter, operator, channel } = head;
                Self { key, member, at, store, terminal, counter, operator, channel, ..self }
            }
        }
    };
}

mod between;
mod office;
pub use between::{Capture, Hold, Household, Merge, Release, Transfer, Unmerge};
pub use office::{Cost, Goal, Opening, Period};

/// One position of a purchase.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with sku, qty and amount")]
pub struct Line {
    /// The shop's article number.
    pub sku: Option<Text>,
    /// The shop's category.
    pub category: Option<Text>,
    /// Further labels.
    #[serde(default)]
    pub tags: Vec<Text>,
    /// How much of it; default 1, at most three decimals.
    pub qty: Option<Quantity>,
    /// What the line costs in all, after discounts on the line.
    pub amount: Amount,
}

/// An amount that is owed besides the lines.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with kind and amount")]
pub struct Charge {
    /// `tax`, `delivery`, `deposit`, `rounding` (cash rounding, may be negative) or another word.
    pub kind: Text,
    /// How much.
    pub amount: Amount,
}

/// A discount on the whole purchase, as the till gave it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with campaign and amount")]
pub struct Discount {
    /// The campaign that `quote` named; absent for the shop's own.
    pub campaign: Option<Text>,
    /// How much, as a positive amount.
    pub amount: Amount,
    /// What the till printed.
    pub why: Option<Text>,
}

/// One means of payment and its share of the total.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with kind and amount")]
pub struct Tender {
    /// `cash`, `card`, `mobile`, `gift_card`, `points`, `reward`, `voucher` or another word.
    pub kind: Text,
    /// What it paid. Only a reward or a voucher may leave it out.
    pub amount: Option<Amount>,
    /// With `points`: which unit.
    pub unit: Option<Text>,
    /// With `points`: how many.
    pub points: Option<Figure>,
    /// With `reward`: which.
    pub reward: Option<Text>,
    /// With `voucher`: its code.
    pub code: Option<Text>,
}

/// How much of one line comes back; neither qty nor amount means all of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with line, and qty or amount"
)]
pub struct LineExtent {
    /// The line's number, from 1.
    pub line: Whole,
    /// By quantity.
    pub qty: Option<Quantity>,
    /// By amount.
    pub amount: Option<Amount>,
}

verb!(
    /// A sale: `lines + charges - discounts = total = tenders`, where given.
    Purchase "purchase" {
        /// What is owed after all discounts, tax included, without tips and change.
        pub total: Amount,
        /// ISO 4217 code; must be the programme's where given.
        pub currency: Option<Text>,
        /// The positions, at most 500.
        #[serde(default)]
        pub lines: Vec<Line>,
        /// What is owed besides the lines.
        #[serde(default)]
        pub charges: Vec<Charge>,
        /// Discounts on the whole.
        #[serde(default)]
        pub discounts: Vec<Discount>,
        /// What was paid with.
        #[serde(default)]
        pub tenders: Vec<Tender>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        pub by: Option<Text>,
        /// The shop's own slip number, unique per store, terminal and business day.
        pub receipt: Option<Text>,
        /// An order number that holds on every channel.
        pub order: Option<Text>,
        /// Promotion codes named by the buyer.
        #[serde(default)]
        pub codes: Vec<Text>,
        /// Enrol the member if nobody owns the alias.
        #[serde(default)]
        pub enrol: bool,
    }
);

verb!(
    /// Goods come back. Name the purchase by `of`, or by `receipt` and `store`.
    Return "return" {
        /// The purchase's key.
        pub of: Option<Text>,
        /// The purchase's slip number, with `store`.
        pub receipt: Option<Text>,
        /// `true`: all that is left comes back.
        #[serde(default)]
        pub all: bool,
        /// This much comes back, of whichever lines.
        pub amount: Option<Amount>,
        /// These lines come back.
        #[serde(default)]
        pub lines: Vec<LineExtent>,
        /// The slip number of the return itself.
        pub return_receipt: Option<Text>,
    }
);

verb!(
    /// A person joins.
    Enrol "enrol" {
        /// Aliases such as `card:6900012345`, `phone:+49301234567`; sealed.
        #[serde(default)]
        pub aliases: Vec<Text>,
        /// The name; sealed.
        pub name: Option<Text>,
        /// Month and day, `02-29`; sealed.
        pub birthday: Option<Text>,
        /// Who brought them: an alias or a member id.
        pub referrer: Option<Text>,
        /// Where they came from (a poster, a campaign).
        pub source: Option<Text>,
        /// Purposes consented to.
        #[serde(default)]
        pub consents: Vec<Text>,
        /// Version of the notice that was shown.
        pub notice: Option<Text>,
    }
);

verb!(
    /// Changes what is known of a member. What is not named stays.
    Profile "profile" {
        /// The new name; empty takes it away.
        pub name: Option<Text>,
        /// The new birthday; empty takes it away.
        pub birthday: Option<Text>,
        /// Aliases to add.
        #[serde(default)]
        pub aliases_add: Vec<Text>,
        /// Aliases to take away.
        #[serde(default)]
        pub aliases_remove: Vec<Text>,
        /// Attributes of programme.toml; an empty value takes one away. Sealed.
        #[serde(default)]
        pub attributes: BTreeMap<String, Text>,
    }
);

verb!(
    /// Destroys a member's key: nobody can be told any more who it was.
    Erase "erase" {
        /// Why, in words without personal data.
        pub reason: Text,
    }
);

verb!(
    /// Spends points without a purchase: `unit` and `points`, or `reward`.
    Redeem "redeem" {
        /// Which unit.
        pub unit: Option<Text>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Which reward.
        pub reward: Option<Text>,
        /// What the till notes.
        pub note: Option<Text>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        pub by: Option<Text>,
    }
);

verb!(
    /// Something that is no purchase was done, as programme.toml declares it.
    Activity "activity" {
        /// Which.
        pub activity: Text,
        /// What it carries, by the names that the programme gives.
        #[serde(default)]
        pub fields: BTreeMap<String, Plain>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        pub by: Option<Text>,
    }
);

verb!(
    /// Gives or withdraws consents, with effect at once.
    Consent "consent" {
        /// `give` or `withdraw`.
        pub action: Text,
        /// The purposes, as programme.toml lists them.
        #[serde(default)]
        pub purposes: Vec<Text>,
        /// Version of the notice that was shown.
        pub notice: Option<Text>,
    }
);

verb!(
    /// Undoes an entry's effects. Name it by `of` or `seq`.
    Void "void" {
        /// The entry's key.
        pub of: Option<Text>,
        /// The entry's sequence.
        pub seq: Option<Whole>,
        /// Why.
        pub reason: Text,
    }
);

verb!(
    /// Corrects a balance by hand.
    Adjust "adjust" {
        /// Which unit.
        pub unit: Text,
        /// How many, signed; of a unit with subunits also a decimal in quotes.
        pub points: Figure,
        /// Why.
        pub reason: Text,
        /// The key of the entry it corrects.
        pub of: Option<Text>,
        /// Or its sequence.
        pub seq: Option<Whole>,
        /// The campaign it makes good.
        pub campaign: Option<Text>,
        /// Who approved it.
        pub approver: Option<Text>,
    }
);

verb!(
    /// Pauses, resumes, closes or opens a campaign at once, without touching a
    /// file, or chooses whom it addresses.
    Campaign "campaign" {
        /// The campaign's id.
        pub campaign: Text,
        /// `pause`, `resume`, `close`, `open` or `target`.
        pub action: Text,
        /// Why; needed but for `target`.
        pub reason: Option<Text>,
        /// With `target`: how many members; absent: as the header says.
        pub quota: Option<Whole>,
        /// With `target`: who does not want to; the next one is chosen.
        pub decline: Option<Text>,
    }
);

verb!(
    /// Starts, renews or cancels a pass.
    Pass "pass" {
        /// The pass: a unit of programme.toml.
        pub pass: Text,
        /// `start`, `renew` or `cancel`.
        pub action: Text,
        /// What was paid; absent: the price in programme.toml.
        pub paid: Option<Amount>,
        /// Why it is cancelled.
        pub reason: Option<Text>,
    }
);

verb!(
    /// Suspends, resumes or settles with a partner.
    Partner "partner" {
        /// The partner's id.
        pub partner: Text,
        /// `suspend`, `resume` or `settle`.
        pub action: Text,
        /// With `settle`: which month, `2026-11`.
        pub month: Option<Text>,
        /// Why it is suspended or resumed.
        pub reason: Option<Text>,
    }
);

verb!(
    /// Pays somebody out of a pool.
    Pool "pool" {
        /// The pool's id.
        pub pool: Text,
        /// How much.
        pub amount: Amount,
        /// To whom; public, so no private person's name.
        pub to: Text,
        /// Hash of the evidence: 64 hexadecimal digits.
        pub evidence: Option<Text>,
    }
);

verb!(
    /// Books what fell due for members whom nobody touched.
    Daily "daily" {}
);

verb!(
    /// Issues a voucher by hand, takes one back for good, gives one away or
    /// claims one that was given.
    Voucher "voucher" {
        /// `issue`, `void`, `give` or `claim`.
        pub action: Text,
        /// With `issue`: which unit.
        pub unit: Option<Text>,
        /// With `issue`: the last day it is good, `2026-12-31`; absent: as the unit says.
        pub expires: Option<Text>,
        /// With `claim`: the token of the gift.
        pub token: Option<Text>,
        /// With `void` or `give`: its code.
        pub code: Option<Text>,
        /// Or its lot, `4711.0`, of the member named.
        pub lot: Option<Text>,
        /// Why.
        pub reason: Option<Text>,
    }
);

verb!(
    /// Claims a purchase that was made without a member, by the code on its slip.
    Claim "claim" {
        /// The code on the slip.
        pub code: Text,
    }
);

/// A verb as sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Raw {
    /// A sale.
    Purchase(Box<Purchase>),
    /// Goods come back.
    Return(Return),
    /// A person joins.
    Enrol(Enrol),
    /// What is known of a member changes.
    Profile(Profile),
    /// A member's key is destroyed.
    Erase(Erase),
    /// Points are spent.
    Redeem(Redeem),
    /// Points are set aside.
    Hold(Hold),
    /// Held points are spent.
    Capture(Capture),
    /// Held points are set free.
    Release(Release),
    /// Points go to another member.
    Transfer(Transfer),
    /// A household changes.
    Household(Household),
    /// Something that is no purchase was done.
    Activity(Activity),
    /// Consents are given or withdrawn.
    Consent(Consent),
    /// A member turns out to be another.
    Merge(Merge),
    /// A merge is undone.
    Unmerge(Unmerge),
    /// An entry is undone.
    Void(Void),
    /// A balance is corrected.
    Adjust(Adjust),
    /// A campaign is paused or resumed.
    Campaign(Campaign),
    /// What is due is booked.
    Daily(Daily),
    /// A goal is set.
    Goal(Goal),
    /// A cost is booked.
    Cost(Cost),
    /// A period is closed.
    Period(Period),
    /// A balance comes from another system.
    Opening(Opening),
    /// Something is done with a voucher.
    Voucher(Voucher),
    /// A purchase made without a member is claimed.
    Claim(Claim),
    /// A pass is started, renewed or cancelled.
    Pass(Pass),
    /// A partner is suspended, resumed or settled with.
    Partner(Partner),
    /// A pool pays.
    Pool(Pool),
}
