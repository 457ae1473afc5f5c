//! Verbs as they are sent: the fields of the schema, with texts still texts.
//! The doc comments are the descriptions that `stampbook schema` prints.

use super::Figure;
use super::scalar::{Amount, Plain, Quantity, Text, Whole};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What every verb may carry.
#[derive(Default, Debug)]
pub struct Head<'a> {
    /// See the verbs.
    pub key: Option<Text<'a>>,
    /// See the verbs.
    pub member: Option<Text<'a>>,
    /// See the verbs.
    pub at: Option<Text<'a>>,
    /// See the verbs.
    pub store: Option<Text<'a>>,
    /// See the verbs.
    pub terminal: Option<Text<'a>>,
    /// See the verbs.
    pub counter: Option<Whole>,
    /// See the verbs.
    pub operator: Option<Text<'a>>,
    /// See the verbs.
    pub channel: Option<Text<'a>>,
}

/// The common fields are written out by a macro, not by `serde(flatten)`,
/// which would buffer every command and stop naming unknown fields.
macro_rules! verb {
    ($(#[$meta:meta])* $name:ident<$a:lifetime> $word:literal { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, expecting = "a command as one JSON object")]
        pub struct $name<$a> {
            /// The verb.
            #[serde(rename = "do", borrow)]
            #[schemars(extend("const" = $word))]
            pub verb: Text<$a>,
            /// Names this attempt for ever; at most 64 bytes. A repeat gets the recorded answer.
            #[serde(borrow)]
            pub key: Option<Text<$a>>,
            /// An alias such as `card:6900012345` or a member id `m-...`.
            #[serde(borrow)]
            pub member: Option<Text<$a>>,
            /// When it happened, with offset: `2026-11-24T10:03:00+01:00`. Absent: now.
            #[serde(borrow)]
            pub at: Option<Text<$a>>,
            /// The store's id.
            #[serde(borrow)]
            pub store: Option<Text<$a>>,
            /// The terminal's id.
            #[serde(borrow)]
            pub terminal: Option<Text<$a>>,
            /// The terminal's own gap-free counter.
            pub counter: Option<Whole>,
            /// The shop's own id of whoever pressed the button; no name.
            #[serde(borrow)]
            pub operator: Option<Text<$a>>,
            /// `till` (default), `app`, `web`, `mini_program`, `office`, or another word.
            #[serde(borrow)]
            pub channel: Option<Text<$a>>,
            $($body)*
        }

        impl<$a> $name<$a> {
            /// Takes out what every verb may carry.
            pub fn head(&mut self) -> Head<$a> {
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
            pub fn with_head(self, head: Head<$a>) -> Self {
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
pub struct Line<'a> {
    /// The shop's article number.
    #[serde(borrow)]
    pub sku: Option<Text<'a>>,
    /// The shop's category.
    #[serde(borrow)]
    pub category: Option<Text<'a>>,
    /// Further labels.
    #[serde(borrow, default)]
    pub tags: Vec<Text<'a>>,
    /// How much of it; default 1, at most three decimals.
    #[serde(borrow)]
    pub qty: Option<Quantity<'a>>,
    /// What the line costs in all, after discounts on the line.
    #[serde(borrow)]
    pub amount: Amount<'a>,
}

/// An amount that is owed besides the lines.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with kind and amount")]
pub struct Charge<'a> {
    /// `tax`, `delivery`, `deposit`, `rounding` (cash rounding, may be negative) or another word.
    #[serde(borrow)]
    pub kind: Text<'a>,
    /// How much.
    #[serde(borrow)]
    pub amount: Amount<'a>,
}

/// A discount on the whole purchase, as the till gave it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with campaign and amount")]
pub struct Discount<'a> {
    /// The campaign that `quote` named; absent for the shop's own.
    #[serde(borrow)]
    pub campaign: Option<Text<'a>>,
    /// How much, as a positive amount.
    #[serde(borrow)]
    pub amount: Amount<'a>,
    /// What the till printed.
    #[serde(borrow)]
    pub why: Option<Text<'a>>,
}

/// One means of payment and its share of the total.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with kind and amount")]
pub struct Tender<'a> {
    /// `cash`, `card`, `mobile`, `gift_card`, `points`, `reward`, `voucher` or another word.
    #[serde(borrow)]
    pub kind: Text<'a>,
    /// What it paid. Only a reward or a voucher may leave it out.
    #[serde(borrow)]
    pub amount: Option<Amount<'a>>,
    /// With `points`: which unit.
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
    /// With `points`: how many.
    pub points: Option<Figure>,
    /// With `reward`: which.
    #[serde(borrow)]
    pub reward: Option<Text<'a>>,
    /// With `voucher`: its code.
    #[serde(borrow)]
    pub code: Option<Text<'a>>,
}

/// How much of one line comes back; neither qty nor amount means all of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with line, and qty or amount"
)]
pub struct LineExtent<'a> {
    /// The line's number, from 1.
    pub line: Whole,
    /// By quantity.
    #[serde(borrow)]
    pub qty: Option<Quantity<'a>>,
    /// By amount.
    #[serde(borrow)]
    pub amount: Option<Amount<'a>>,
}

verb!(
    /// A sale: `lines + charges - discounts = total = tenders`, where given.
    Purchase<'a> "purchase" {
        /// What is owed after all discounts, tax included, without tips and change.
        #[serde(borrow)]
        pub total: Amount<'a>,
        /// ISO 4217 code; must be the programme's where given.
        #[serde(borrow)]
        pub currency: Option<Text<'a>>,
        /// The positions, at most 500.
        #[serde(borrow, default)]
        pub lines: Vec<Line<'a>>,
        /// What is owed besides the lines.
        #[serde(borrow, default)]
        pub charges: Vec<Charge<'a>>,
        /// Discounts on the whole.
        #[serde(borrow, default)]
        pub discounts: Vec<Discount<'a>>,
        /// What was paid with.
        #[serde(borrow, default)]
        pub tenders: Vec<Tender<'a>>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        #[serde(borrow)]
        pub by: Option<Text<'a>>,
        /// The shop's own slip number, unique per store, terminal and business day.
        #[serde(borrow)]
        pub receipt: Option<Text<'a>>,
        /// An order number that holds on every channel.
        #[serde(borrow)]
        pub order: Option<Text<'a>>,
        /// Promotion codes named by the buyer.
        #[serde(borrow, default)]
        pub codes: Vec<Text<'a>>,
        /// Enrol the member if nobody owns the alias.
        #[serde(default)]
        pub enrol: bool,
    }
);

verb!(
    /// Goods come back. Name the purchase by `of`, or by `receipt` and `store`.
    Return<'a> "return" {
        /// The purchase's key.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// The purchase's slip number, with `store`.
        #[serde(borrow)]
        pub receipt: Option<Text<'a>>,
        /// `true`: all that is left comes back.
        #[serde(default)]
        pub all: bool,
        /// This much comes back, of whichever lines.
        #[serde(borrow)]
        pub amount: Option<Amount<'a>>,
        /// These lines come back.
        #[serde(borrow, default)]
        pub lines: Vec<LineExtent<'a>>,
        /// The slip number of the return itself.
        #[serde(borrow)]
        pub return_receipt: Option<Text<'a>>,
    }
);

verb!(
    /// A person joins.
    Enrol<'a> "enrol" {
        /// Aliases such as `card:6900012345`, `phone:+49301234567`; sealed.
        #[serde(borrow, default)]
        pub aliases: Vec<Text<'a>>,
        /// The name; sealed.
        #[serde(borrow)]
        pub name: Option<Text<'a>>,
        /// Month and day, `02-29`; sealed.
        #[serde(borrow)]
        pub birthday: Option<Text<'a>>,
        /// Who brought them: an alias or a member id.
        #[serde(borrow)]
        pub referrer: Option<Text<'a>>,
        /// Where they came from (a poster, a campaign).
        #[serde(borrow)]
        pub source: Option<Text<'a>>,
        /// Purposes consented to.
        #[serde(borrow, default)]
        pub consents: Vec<Text<'a>>,
        /// Version of the notice that was shown.
        #[serde(borrow)]
        pub notice: Option<Text<'a>>,
    }
);

verb!(
    /// Changes what is known of a member. What is not named stays.
    Profile<'a> "profile" {
        /// The new name; empty takes it away.
        #[serde(borrow)]
        pub name: Option<Text<'a>>,
        /// The new birthday; empty takes it away.
        #[serde(borrow)]
        pub birthday: Option<Text<'a>>,
        /// Aliases to add.
        #[serde(borrow, default)]
        pub aliases_add: Vec<Text<'a>>,
        /// Aliases to take away.
        #[serde(borrow, default)]
        pub aliases_remove: Vec<Text<'a>>,
        /// Attributes of programme.toml; an empty value takes one away. Sealed.
        #[serde(borrow, default)]
        pub attributes: BTreeMap<String, Text<'a>>,
    }
);

verb!(
    /// Destroys a member's key: nobody can be told any more who it was.
    Erase<'a> "erase" {
        /// Why, in words without personal data.
        #[serde(borrow)]
        pub reason: Text<'a>,
    }
);

verb!(
    /// Spends points without a purchase: `unit` and `points`, or `reward`.
    Redeem<'a> "redeem" {
        /// Which unit.
        #[serde(borrow)]
        pub unit: Option<Text<'a>>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Which reward.
        #[serde(borrow)]
        pub reward: Option<Text<'a>>,
        /// What the till notes.
        #[serde(borrow)]
        pub note: Option<Text<'a>>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        #[serde(borrow)]
        pub by: Option<Text<'a>>,
    }
);

verb!(
    /// Something that is no purchase was done, as programme.toml declares it.
    Activity<'a> "activity" {
        /// Which.
        #[serde(borrow)]
        pub activity: Text<'a>,
        /// What it carries, by the names that the programme gives.
        #[serde(borrow, default)]
        pub fields: BTreeMap<String, Plain<'a>>,
        /// How the member was known: `scanned`, `typed`, `app`, `staff`.
        #[serde(borrow)]
        pub by: Option<Text<'a>>,
    }
);

verb!(
    /// Gives or withdraws consents, with effect at once.
    Consent<'a> "consent" {
        /// `give` or `withdraw`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// The purposes, as programme.toml lists them.
        #[serde(borrow, default)]
        pub purposes: Vec<Text<'a>>,
        /// Version of the notice that was shown.
        #[serde(borrow)]
        pub notice: Option<Text<'a>>,
    }
);

verb!(
    /// Undoes an entry's effects. Name it by `of` or `seq`.
    Void<'a> "void" {
        /// The entry's key.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// The entry's sequence.
        pub seq: Option<Whole>,
        /// Why.
        #[serde(borrow)]
        pub reason: Text<'a>,
    }
);

verb!(
    /// Corrects a balance by hand.
    Adjust<'a> "adjust" {
        /// Which unit.
        #[serde(borrow)]
        pub unit: Text<'a>,
        /// How many, signed; of a unit with subunits also a decimal in quotes.
        pub points: Figure,
        /// Why.
        #[serde(borrow)]
        pub reason: Text<'a>,
        /// The key of the entry it corrects.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// Or its sequence.
        pub seq: Option<Whole>,
        /// The campaign it makes good.
        #[serde(borrow)]
        pub campaign: Option<Text<'a>>,
        /// Who approved it.
        #[serde(borrow)]
        pub approver: Option<Text<'a>>,
    }
);

verb!(
    /// Pauses, resumes, closes or opens a campaign at once, without touching a
    /// file, or chooses whom it addresses.
    Campaign<'a> "campaign" {
        /// The campaign's id.
        #[serde(borrow)]
        pub campaign: Text<'a>,
        /// `pause`, `resume`, `close`, `open` or `target`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// Why; needed but for `target`.
        #[serde(borrow)]
        pub reason: Option<Text<'a>>,
        /// With `target`: how many members; absent: as the header says.
        pub quota: Option<Whole>,
        /// With `target`: who does not want to; the next one is chosen.
        #[serde(borrow)]
        pub decline: Option<Text<'a>>,
    }
);

verb!(
    /// Starts, renews or cancels a pass.
    Pass<'a> "pass" {
        /// The pass: a unit of programme.toml.
        #[serde(borrow)]
        pub pass: Text<'a>,
        /// `start`, `renew` or `cancel`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// What was paid; absent: the price in programme.toml.
        #[serde(borrow)]
        pub paid: Option<Amount<'a>>,
        /// Why it is cancelled.
        #[serde(borrow)]
        pub reason: Option<Text<'a>>,
    }
);

verb!(
    /// Suspends, resumes or settles with a partner.
    Partner<'a> "partner" {
        /// The partner's id.
        #[serde(borrow)]
        pub partner: Text<'a>,
        /// `suspend`, `resume` or `settle`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// With `settle`: which month, `2026-11`.
        #[serde(borrow)]
        pub month: Option<Text<'a>>,
        /// Why it is suspended or resumed.
        #[serde(borrow)]
        pub reason: Option<Text<'a>>,
    }
);

verb!(
    /// Pays somebody out of a pool.
    Pool<'a> "pool" {
        /// The pool's id.
        #[serde(borrow)]
        pub pool: Text<'a>,
        /// How much.
        #[serde(borrow)]
        pub amount: Amount<'a>,
        /// To whom; public, so no private person's name.
        #[serde(borrow)]
        pub to: Text<'a>,
        /// Hash of the evidence: 64 hexadecimal digits.
        #[serde(borrow)]
        pub evidence: Option<Text<'a>>,
    }
);

verb!(
    /// Books what fell due for members whom nobody touched.
    Daily<'a> "daily" {}
);

verb!(
    /// Issues a voucher by hand, takes one back for good, gives one away or
    /// claims one that was given.
    Voucher<'a> "voucher" {
        /// `issue`, `void`, `give` or `claim`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// With `issue`: which unit.
        #[serde(borrow)]
        pub unit: Option<Text<'a>>,
        /// With `issue`: the last day it is good, `2026-12-31`; absent: as the unit says.
        #[serde(borrow)]
        pub expires: Option<Text<'a>>,
        /// With `claim`: the token of the gift.
        #[serde(borrow)]
        pub token: Option<Text<'a>>,
        /// With `void` or `give`: its code.
        #[serde(borrow)]
        pub code: Option<Text<'a>>,
        /// Or its lot, `4711.0`, of the member named.
        #[serde(borrow)]
        pub lot: Option<Text<'a>>,
        /// Why.
        #[serde(borrow)]
        pub reason: Option<Text<'a>>,
    }
);

verb!(
    /// Claims a purchase that was made without a member, by the code on its slip.
    Claim<'a> "claim" {
        /// The code on the slip.
        #[serde(borrow)]
        pub code: Text<'a>,
    }
);

/// A verb as sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Raw<'a> {
    /// A sale.
    Purchase(Box<Purchase<'a>>),
    /// Goods come back.
    Return(Return<'a>),
    /// A person joins.
    Enrol(Enrol<'a>),
    /// What is known of a member changes.
    Profile(Profile<'a>),
    /// A member's key is destroyed.
    Erase(Erase<'a>),
    /// Points are spent.
    Redeem(Redeem<'a>),
    /// Points are set aside.
    Hold(Hold<'a>),
    /// Held points are spent.
    Capture(Capture<'a>),
    /// Held points are set free.
    Release(Release<'a>),
    /// Points go to another member.
    Transfer(Transfer<'a>),
    /// A household changes.
    Household(Household<'a>),
    /// Something that is no purchase was done.
    Activity(Activity<'a>),
    /// Consents are given or withdrawn.
    Consent(Consent<'a>),
    /// A member turns out to be another.
    Merge(Merge<'a>),
    /// A merge is undone.
    Unmerge(Unmerge<'a>),
    /// An entry is undone.
    Void(Void<'a>),
    /// A balance is corrected.
    Adjust(Adjust<'a>),
    /// A campaign is paused or resumed.
    Campaign(Campaign<'a>),
    /// What is due is booked.
    Daily(Daily<'a>),
    /// A goal is set.
    Goal(Goal<'a>),
    /// A cost is booked.
    Cost(Cost<'a>),
    /// A period is closed.
    Period(Period<'a>),
    /// A balance comes from another system.
    Opening(Opening<'a>),
    /// Something is done with a voucher.
    Voucher(Voucher<'a>),
    /// A purchase made without a member is claimed.
    Claim(Claim<'a>),
    /// A pass is started, renewed or cancelled.
    Pass(Pass<'a>),
    /// A partner is suspended, resumed or settled with.
    Partner(Partner<'a>),
    /// A pool pays.
    Pool(Pool<'a>),
}
