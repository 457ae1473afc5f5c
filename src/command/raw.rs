//! Verbs as they are sent: the fields of the schema, with texts still texts.
//! The doc comments are the descriptions that `stampbook schema` prints.

use super::Figure;
use super::scalar::{Amount, Plain, Quantity, Text, Whole};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Heading in help of the options that all booking commands have.
#[cfg(feature = "cli")]
const OF_BOOKING: &str = "Options of all that is booked";

/// A struct that flags fill too, where there is a command line: its attributes `arg` and
/// `command` are clap's, and count with the feature `cli` only.
macro_rules! flags {
    (
        $(#[doc = $doc:literal])*
        $(#[derive $derive:tt])*
        $(#[command $command:tt])*
        $(#[serde $serde:tt])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[serde $field_serde:tt])*
                $(#[schemars $schemars:tt])*
                $(#[arg $arg:tt])*
                $(#[command $field_command:tt])*
                pub $field:ident: $type:ty,
            )*
        }
    ) => {
        $(#[doc = $doc])*
        $(#[derive $derive])*
        #[cfg_attr(feature = "cli", derive(clap::Args))]
        $(#[cfg_attr(feature = "cli", command $command)])*
        $(#[serde $serde])*
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[serde $field_serde])*
                $(#[schemars $schemars])*
                $(#[cfg_attr(feature = "cli", arg $arg)])*
                $(#[cfg_attr(feature = "cli", command $field_command)])*
                pub $field: $type,
            )*
        }
    };
}
pub(crate) use flags;

/// The common fields are written out by a macro, not by `serde(flatten)`,
/// which would buffer every command and stop naming unknown fields.
///
/// `{ .. } slip { .. }` has the fields that name a sale by its slip in between.
macro_rules! verb {
    ($(#[doc = $doc:literal])* $(#[command $command:tt])? $name:ident $word:literal $member:tt { $($body:tt)* } slip { $($more:tt)* }) => {
        verb!($(#[doc = $doc])* $(#[command $command])? $name $word $member {
            $($body)*
            /// The sale's slip number. Where several sales have it, the answer is `ambiguous_slip`
            /// with all of them.
            #[arg(long)]
            pub receipt: Option<Text>,
            /// The business day of the sale, where slips of one number are of several days:
            /// `2026-11-24`.
            #[arg(long, value_name = "DAY")]
            pub sale_day: Option<Text>,
            /// The terminal of the sale, where several have that number.
            #[arg(long, value_name = "TERMINAL")]
            pub sale_terminal: Option<Text>,
            /// The store of the sale; absent: `store`, and with neither any.
            #[arg(long, value_name = "STORE")]
            pub sale_store: Option<Text>,
            $($more)*
        });
    };
    ($(#[doc = $doc:literal])* $(#[command $command:tt])? $name:ident $word:literal (#[arg $member:tt]) { $($body:tt)* }) => {
        flags! {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
        $(#[command $command])?
        #[serde(deny_unknown_fields, expecting = "a command as one JSON object")]
        pub struct $name {
            /// The verb.
            #[serde(rename = "do")]
            #[schemars(extend("const" = $word))]
            #[arg(skip)]
            pub verb: Text,
            /// An alias such as `card:6900012345` or a member id `m-...`.
            #[arg $member]
            pub member: Option<Text>,
            $($body)*
            /// Idempotency key: names this attempt for ever, at most 64 bytes. A repeat gets the
            /// recorded answer. Without one, a command line makes one.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub key: Option<Text>,
            /// When it happened, with offset: `2026-11-24T10:03:00+01:00`. Absent: now.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING, value_name = "INSTANT")]
            pub at: Option<Text>,
            /// The store's id.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub store: Option<Text>,
            /// The terminal's id.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub terminal: Option<Text>,
            /// The terminal's own gap-free counter.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub counter: Option<Whole>,
            /// The shop's own id of the person at the till; no name.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub operator: Option<Text>,
            /// Where the programme asks for a second person: their id and PIN, as
            /// `stampbook supervisor add` gave it. The id is kept in the entry, the PIN nowhere.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING, value_name = "ID:PIN")]
            pub approval: Option<Text>,
            /// `till` (default), `app`, `web`, `mini_program`, `office`, or another word.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub channel: Option<Text>,
            /// Accepts that the ledger's clock is more than 31 days past the last entry
            /// (`clock_jumped`), as the flag `--accept-clock` does.
            #[serde(default)]
            #[arg(skip)]
            pub accept_clock: bool,
            /// For training: it is decided and nothing is booked; the answer says what would
            /// come of it, with `"training": true`. A wrong code counts all the same.
            #[serde(default)]
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING)]
            pub training: bool,
            /// An id of the sender's own for this message, a text or a whole number: it comes
            /// back in the answer and is not kept. It names no attempt: that is `key`.
            #[arg(skip)]
            pub id: Option<crate::command::ClientId>,
            /// Prints a slip with the answer: `en` or `zh`, `42` or `32` columns, and what else is
            /// wanted of `escpos`, `escpos-gb18030`, `qr`, `svg`, `png`, such as `en:42:escpos`. It
            /// is no part of the command.
            #[arg(long, help_heading = $crate::command::raw::OF_BOOKING, value_name = "LANG:COLUMNS")]
            pub slip: Option<Text>,
        }
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
                    approval: self.approval.take(),
                    channel: self.channel.take(),
                    accept_clock: self.accept_clock,
                    training: self.training,
                    id: self.id.take(),
                    slip: self.slip.take(),
                    verb: Text::default(),
                }
            }

            /// Puts in what every verb may carry.
            pub fn with_head(self, head: Head) -> Self {
                let Head { key, member, at, store, terminal, counter, operator, approval, channel, accept_clock, training, id, slip, verb: _ } = head;
                Self { key, member, at, store, terminal, counter, operator, approval, channel, accept_clock, training, id, slip, ..self }
            }
        }
    };
}

/// A part of a command: an object with these fields, and words for its shape.
macro_rules! part {
    ($(#[doc = $doc:literal])* $name:ident $shape:literal { $($body:tt)* }) => {
        flags! {
            $(#[doc = $doc])*
            #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                $($body)*
            }
        }

        impl Part for $name {
            const SHAPE: &str = $shape;
        }
    };
}

/// Hands the fields of a sale to a macro, behind what it is given: a purchase and the sale of a
/// ticket have the same, but for the tenders' description.
macro_rules! sale {
    ($make:ident!($($given:tt)*) required $needed:literal, tenders $(#[doc = $tenders:literal])*, $($own:tt)*) => {
        $make!($($given)* {
            /// Amount owed after all discounts, tax included, without tips and change. Negative
            /// where the bill pays out, as for bottles taken back; what it earns is never below 0.
            #[arg(long, required = $needed, allow_negative_numbers = true)]
            pub total: Amount,
            /// ISO 4217 code of all amounts, where it is not the programme's: one that has a rate there.
            #[arg(long)]
            pub currency: Option<Text>,
            /// The positions, at most 500. As a flag: `LATTE:coffee:2:29.00` or `LATTE:29.00`, once for
            /// each; behind it `:name=..`, `:tax=..`, `:unit_price=..`, `:id=..` and `:tag=..`.
            #[serde(default, deserialize_with = "objects")]
            #[arg(long = "line", value_name = "SKU[:CATEGORY:QTY]:AMOUNT")]
            pub lines: Vec<Line>,
            /// Amounts owed besides the lines. As a flag: `tax:1.20`, once for each.
            #[serde(default, deserialize_with = "objects")]
            #[arg(long = "charge", value_name = "KIND:AMOUNT")]
            pub charges: Vec<Charge>,
            /// Discounts, on the whole or on lines. As a flag: `CAMPAIGN:1.00`, or `1.00` for the shop's
            /// own; with the lines it was for: `1.00@2` or `1.00@2,3`.
            #[serde(default, deserialize_with = "objects")]
            #[arg(long = "discount", value_name = "[CAMPAIGN:]AMOUNT[@LINES]")]
            pub discounts: Vec<Discount>,
            $(#[doc = $tenders])*
            #[serde(default, deserialize_with = "objects")]
            #[arg(long = "tender", value_name = "KIND:..")]
            pub tenders: Vec<Tender>,
            /// How the member was identified: `scanned`, `typed`, `app`, `staff`.
            #[arg(long)]
            pub by: Option<Text>,
            /// The order number; within what it is unique, `orders` of programme.toml says.
            #[arg(long)]
            pub order: Option<Text>,
            /// Promotion codes that the customer gave.
            #[serde(default)]
            #[arg(long = "code", value_name = "CODE")]
            pub codes: Vec<Text>,
            /// `book`: a tender in points, reward or voucher that falls short is left out, and the
            /// answer says what is still to be collected; `refuse` (default): the command is refused.
            #[arg(long, value_name = "book|refuse")]
            pub if_short: Option<Text>,
            /// Enrol the member if nobody owns the alias.
            #[serde(default)]
            #[arg(long, alias = "enroll")]
            pub enrol: bool,
            $($own)*
        });
    };
}

mod object;
mod office;
mod ticket;
mod transfers;
pub use object::object;
use object::{Part, objects};
pub use office::{Alert, Cost, Goal, Opening, Period};
pub use ticket::{Ticket, TicketReturn, TicketSale};
pub use transfers::{Capture, Hold, Household, Merge, Release, Transfer, Unmerge};

verb!(
    /// Fields that every verb may carry.
    Head "" (#[arg(skip)]) {}
);

part!(
    /// One position of a purchase.
    Line "an object with sku, qty and amount" {
        /// The shop's article number.
        pub sku: Option<Text>,
        /// The shop's category.
        pub category: Option<Text>,
        /// Further labels.
        #[serde(default)]
        pub tags: Vec<Text>,
        /// Quantity; default 1, at most three decimals. Negative for what is taken back on
        /// the bill, such as a deposit; 0 for a mere note.
        pub qty: Option<Quantity>,
        /// Price of the line in all, after discounts on the line; negative for money given back, as
        /// for bottles. It comes back by itself, so money off the goods is a discount instead.
        pub amount: Amount,
        /// The till's own id of the line; comes back in answers.
        pub id: Option<Text>,
        /// Name of the article; comes back in answers.
        pub name: Option<Text>,
        /// Price of one piece, kilogram or litre; comes back in answers.
        pub unit_price: Option<Amount>,
        /// Tax that `amount` contains; comes back in answers, and does not earn where the programme
        /// says so (`earns.line_tax`).
        pub tax: Option<Amount>,
    }
);

impl Part for Purchase {
    const SHAPE: &str = "a purchase as one JSON object";
}

part!(
    /// An amount that is owed besides the lines.
    Charge "an object with kind and amount" {
        /// `tax`, `delivery`, `deposit`, `rounding` (cash rounding) or another word such as `tip`.
        /// Of every kind, `-` and capitals make no difference: `Service-Fee` is `service_fee`.
        pub kind: Text,
        /// Amount; negative for what is given back.
        pub amount: Amount,
    }
);

part!(
    /// A discount besides those on lines' own prices, as the till gave it.
    Discount "an object with campaign and amount" {
        /// The campaign that `quote` named; absent for the shop's own.
        pub campaign: Option<Text>,
        /// Amount, positive.
        pub amount: Amount,
        /// Text that the till printed.
        pub why: Option<Text>,
        /// The line it was for, by its number from 1.
        pub line: Option<Whole>,
        /// The lines it was for, where there are several; none of both: the whole bill.
        #[serde(default)]
        pub lines: Vec<Whole>,
    }
);

part!(
    /// One means of payment and its share of the total.
    Tender "an object with kind and amount" {
        /// `cash`, `card`, `mobile`, `gift_card`, `points`, `reward`, `voucher` or another word;
        /// `-` and capitals make no difference.
        pub kind: Text,
        /// Amount that it paid; negative for money paid out, but not of points, a reward or a voucher.
        /// Only a reward, a voucher or a hold may leave it out.
        pub amount: Option<Amount>,
        /// With `points`: which unit. With `voucher`: the one of this unit that ends first, of the
        /// member named, where the programme lets its holder use it without its code.
        pub unit: Option<Text>,
        /// With `points`: how many.
        pub points: Option<Figure>,
        /// With `reward`: which.
        pub reward: Option<Text>,
        /// With `voucher`: its code.
        pub code: Option<Text>,
        /// With `voucher`: its lot such as `4711.0`, of the member named, likewise.
        pub lot: Option<Text>,
        /// Key of a hold, which is captured. `points` of them, or all that are
        /// left; what is left then stays held. `kind` is `hold`, or what is held.
        pub hold: Option<Text>,
        /// With `hold`: what is left of it is set free.
        #[serde(default, rename = "final")]
        pub is_final: bool,
        /// The line it pays for, by its number from 1.
        pub line: Option<Whole>,
        /// The lines it pays for, where there are several; none of both: the whole bill.
        #[serde(default)]
        pub lines: Vec<Whole>,
    }
);

part!(
    /// Part of a line that comes back; neither qty nor amount means all of it.
    LineExtent "an object with line, and qty or amount" {
        /// The line's number, from 1.
        pub line: Whole,
        /// By quantity, more than 0: so much of what the line has, also of a negative one.
        pub qty: Option<Quantity>,
        /// By amount: money that was paid for it, after discounts and what points, a reward or a
        /// voucher paid. Its share of the quantity comes back with it, and every later part of the
        /// line gives back its share of what is left.
        pub amount: Option<Amount>,
    }
);

sale!(verb!(
    /// A sale: `lines + charges - discounts = total = tenders`, where given.
    #[command(after_help = "\
Examples:
  stampbook purchase --member card:6900012345 --total 42.50 --key till-1/000817
  stampbook purchase --member card:6900012345 --total 42.50 --line LATTE:coffee:2:29.00 --line SCONE:food:1:13.50 --tender points:star:100:5.00 --tender cash:37.50")]
    Purchase "purchase" (#[arg(long)])
) required true, tenders
    /// Means of payment. As a flag: `cash:42.50`, `points:star:500:5.00`,
    /// `reward:free-coffee`, `voucher:CODE`, `voucher:lot=4711.0`, `voucher:unit=mug`,
    /// `hold:KEY`, `hold:KEY:points=40:final`, once for each; with the lines it pays for:
    /// `reward:free-coffee@2`.
,
    /// The shop's own slip number, unique per store, terminal and business day.
    #[arg(long)]
    pub receipt: Option<Text>,
    /// Of a sale without a member that a till made offline (`stampbook queue`): hash of the code
    /// on its slip, in 64 hexadecimal digits. Without it the ledger makes the code.
    #[arg(skip)]
    pub claim_hash: Option<Text>,
);

verb!(
    /// Goods come back. Name the purchase by `of`, or by `receipt` and, where that is not enough,
    /// `sale_day`, `sale_terminal` and `sale_store`. `store`, `terminal` and `at` say where and
    /// when the goods come back.
    #[command(after_help = "\
Examples:
  stampbook return --of till-1/000812 --line 2 --key till-1/000813
  stampbook return --receipt 000812 --sale-day 2026-11-24 --store mitte --all --key till-1/000814
  stampbook return --receipt 000812 --sale-day 2026-11-24 --sale-terminal till-1 --store mitte --terminal till-2 --all --key till-2/000071
  stampbook return --without-slip --amount 5.00 --member card:6900012345 --key till-3/000072")]
    Return "return" (#[arg(long)]) {
        /// The purchase's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
    } slip {
        /// Nobody can name the sale. Where the programme takes such goods back, points are
        /// taken from the `member` at the base rate for the `amount` given.
        #[serde(default)]
        #[arg(long)]
        pub without_slip: bool,
        /// All that is left comes back.
        #[serde(default)]
        #[arg(long)]
        pub all: bool,
        /// This much of the total comes back, of whichever lines. What points, rewards and vouchers
        /// paid of it goes back as such, the rest in money.
        #[arg(long)]
        pub amount: Option<Amount>,
        /// These lines come back: each gives back what was paid for it, and one that gave money, such
        /// as a deposit, takes it back. As a flag: `2`, by quantity `2:1.5`, by money that was paid
        /// for it `2=5.00`.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "line", value_name = "NUMBER[:QTY|=AMOUNT]")]
        pub lines: Vec<LineExtent>,
        /// Currency of the amounts: the programme's (default) or that of the sale. The answer says
        /// what is given back in that of the sale.
        #[arg(long, value_name = "CODE")]
        pub currency: Option<Text>,
        /// The slip number of the return itself, unique like that of a sale and apart from it.
        #[arg(long, value_name = "RECEIPT")]
        pub return_receipt: Option<Text>,
    }
);

verb!(
    /// A person joins.
    #[command(after_help = "\
Example:
  stampbook member enrol --alias card:6900012345 --alias phone:+493012345 --birthday 02-29 --consent marketing")]
    Enrol "enrol" (#[arg(skip)]) {
        /// Aliases such as `card:6900012345`, `phone:+49301234567`; sealed.
        #[serde(default)]
        #[arg(long = "alias", value_name = "SCHEME:VALUE")]
        pub aliases: Vec<Text>,
        /// The name; sealed.
        #[arg(long)]
        pub name: Option<Text>,
        /// Month and day, `02-29`; sealed.
        #[arg(long, value_name = "MM-DD")]
        pub birthday: Option<Text>,
        /// Member who brought them: an alias or a member id.
        #[arg(long, value_name = "MEMBER")]
        pub referrer: Option<Text>,
        /// Where they came from (a poster, a campaign).
        #[arg(long)]
        pub source: Option<Text>,
        /// Purposes consented to.
        #[serde(default)]
        #[arg(long = "consent", value_name = "PURPOSE")]
        pub consents: Vec<Text>,
        /// Version of the notice that was shown.
        #[arg(long)]
        pub notice: Option<Text>,
    }
);

verb!(
    /// Changes what is known of a member. What is not named stays.
    Profile "profile" (#[arg(required = true)]) {
        /// The new name; empty takes it away.
        #[arg(long)]
        pub name: Option<Text>,
        /// The new birthday; empty takes it away.
        #[arg(long, value_name = "MM-DD")]
        pub birthday: Option<Text>,
        /// Aliases to add.
        #[serde(default)]
        #[arg(long = "alias-add", value_name = "SCHEME:VALUE")]
        pub aliases_add: Vec<Text>,
        /// Aliases to take away.
        #[serde(default)]
        #[arg(long = "alias-remove", value_name = "SCHEME:VALUE")]
        pub aliases_remove: Vec<Text>,
        /// Attributes of programme.toml; an empty value takes one away. Sealed.
        #[serde(default)]
        #[arg(skip)]
        pub attributes: BTreeMap<String, Text>,
    }
);

verb!(
    /// Keeps a remark on a member, for a purpose that the member agreed to.
    #[command(after_help = "\
Example:
  stampbook note card:6900012345 --purpose marketing 'asks for new beans' --key till-1/000818")]
    Note "note" (#[arg(required = true)]) {
        /// The remark, at most 500 bytes; sealed.
        pub text: Text,
        /// Purpose that it is kept for, as programme.toml lists it.
        #[arg(long)]
        pub purpose: Text,
    }
);

verb!(
    /// Destroys a member's key: nobody can be told any more who it was.
    Erase "erase" (#[arg(required = true)]) {
        /// Why, in words without personal data.
        #[arg(long)]
        pub reason: Text,
    }
);

verb!(
    /// Spends points without a purchase: `unit` and `points`, or `reward`.
    #[command(after_help = "\
Examples:
  stampbook redeem --member card:6900012345 --reward free-coffee --key till-1/000815
  stampbook redeem --member card:6900012345 --points 60 --unit star --key till-1/000816")]
    Redeem "redeem" (#[arg(long, required = true)]) {
        /// Which unit.
        #[arg(long)]
        pub unit: Option<Text>,
        /// Number of points; a decimal in quotes for a unit with subunits.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Option<Figure>,
        /// Which reward.
        #[arg(long)]
        pub reward: Option<Text>,
        /// Note of the till.
        #[arg(long)]
        pub note: Option<Text>,
        /// How the member was identified: `scanned`, `typed`, `app`, `staff`.
        #[arg(long)]
        pub by: Option<Text>,
    }
);

verb!(
    /// Books an activity that programme.toml declares.
    Activity "activity" (#[arg(long, required_unless_present = "message")]) {
        /// Which.
        pub activity: Text,
        /// Its fields, by the names that the programme gives.
        #[serde(default)]
        #[arg(skip)]
        pub fields: BTreeMap<String, Plain>,
        /// The message of the outbox that this is a result of, by its `id`: opened, clicked,
        /// bounced. The member is then its recipient, and fields `message`, `campaign` and
        /// `template` that the programme declares are filled in.
        #[arg(long, value_name = "ID")]
        pub message: Option<Text>,
        /// How the member was identified: `scanned`, `typed`, `app`, `staff`.
        #[arg(long)]
        pub by: Option<Text>,
    }
);

verb!(
    /// Gives or withdraws consents, with effect at once.
    Consent "consent" (#[arg(long, required = true)]) {
        /// `give` or `withdraw`.
        #[arg(skip)]
        pub action: Text,
        /// The purposes, as programme.toml lists them.
        #[serde(default)]
        #[arg(long = "purpose", value_name = "PURPOSE")]
        pub purposes: Vec<Text>,
        /// Version of the notice that was shown.
        #[arg(long)]
        pub notice: Option<Text>,
    }
);

verb!(
    /// Undoes an entry's effects; the key of a ticket undoes all of the ticket. Name it by
    /// `of` or `seq`, a sale also by `receipt`.
    #[command(after_help = "\
Examples:
  stampbook void --of till-1/000812 --reason 'rung up twice'
  stampbook void --receipt 000812 --sale-day 2026-11-24 --store mitte --reason 'rung up twice'")]
    Void "void" (#[arg(skip)]) {
        /// The entry's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The entry's sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
    } slip {
        /// Why.
        #[arg(long)]
        pub reason: Text,
    }
);

verb!(
    /// Puts right a sale that was booked on the wrong card: undoes it and books it on the right
    /// one, under the same slip and order and of the same time, both or neither. Name the sale by
    /// `of` or `seq`, or by `receipt`. From then on it is known by this command's key, and by the one it had.
    #[command(after_help = "\
Examples:
  stampbook reassign --of till-1/000812 --to card:6900054321 --reason 'wrong card scanned' --key office/31
  stampbook reassign --receipt 000812 --sale-day 2026-11-24 --store mitte --to card:6900054321 --reason 'wrong card scanned'")]
    Reassign "reassign" (#[arg(skip)]) {
        /// The sale's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The sale's sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
    } slip {
        /// Whose sale it is: an alias or a member id.
        #[arg(long, value_name = "MEMBER")]
        pub to: Text,
        /// Why, in words without personal data.
        #[arg(long)]
        pub reason: Text,
    }
);

verb!(
    /// Books the final amount of a sale, such as an order weighed at pick-up: undoes it and
    /// books it as it is now, of the same member, slip, order, place and time, both or neither.
    /// What is given takes the place of what the sale had, and all else stays; points are decided
    /// again. Name the sale by `of` or `seq`, by `receipt`, or by `order`. From then on it is
    /// known by this command's key, and by the one it had. The answer's `amended` says what is
    /// still to be paid, or (negative) paid out.
    #[command(after_help = "\
Examples:
  stampbook amend --of till-1/000812 --total 43.10 --line LATTE:coffee:2:29.00 --line SCONE:food:1:14.10 --reason 'weighed at pick-up' --key till-1/000815
  stampbook amend --order W-7 --total 12.80 --reason 'weighed at pick-up' --key till-1/000816")]
    Amend "amend" (#[arg(skip)]) {
        /// The sale's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The sale's sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
        /// The sale's order number; with `sale_store` where stores count their own.
        #[arg(long)]
        pub order: Option<Text>,
    } slip {
        /// Amount owed now, as that of a purchase.
        #[arg(long, allow_negative_numbers = true)]
        pub total: Option<Amount>,
        /// ISO 4217 code of the amounts: that of the sale, where it was paid in another currency
        /// than the programme's. All parts of such a sale are sent again.
        #[arg(long)]
        pub currency: Option<Text>,
        /// All positions as they are now, as those of a purchase. A reward or a voucher then pays
        /// what it is worth on them.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "line", value_name = "SKU[:CATEGORY:QTY]:AMOUNT")]
        pub lines: Vec<Line>,
        /// All amounts owed besides the lines.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "charge", value_name = "KIND:AMOUNT")]
        pub charges: Vec<Charge>,
        /// All discounts.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "discount", value_name = "[CAMPAIGN:]AMOUNT[@LINES]")]
        pub discounts: Vec<Discount>,
        /// All means of payment. Without them those of the sale pay again, and the only one in
        /// money, if there is one, pays the difference.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "tender", value_name = "KIND:..")]
        pub tenders: Vec<Tender>,
        /// Why, in words without personal data.
        #[arg(long)]
        pub reason: Text,
    }
);

verb!(
    /// Corrects a balance by hand.
    #[command(after_help = "\
Examples:
  stampbook adjust --member card:6900012345 --points 20 --unit star --reason goodwill
  stampbook adjust --member card:6900012345 --points -20 --unit star --reason 'booked twice' --of till-1/000812")]
    Adjust "adjust" (#[arg(long, required = true)]) {
        /// Which unit.
        #[arg(long)]
        pub unit: Text,
        /// Number, signed; of a unit with subunits also a decimal in quotes.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Figure,
        /// Why.
        #[arg(long)]
        pub reason: Text,
        /// The key of the entry it corrects.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// Or its sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
        /// The campaign it corrects.
        #[arg(long)]
        pub campaign: Option<Text>,
        /// Person who approved it.
        #[arg(long)]
        pub approver: Option<Text>,
    }
);

verb!(
    /// Pauses, resumes, closes or opens a campaign at once, without touching a
    /// file, or chooses whom it addresses.
    Campaign "campaign" (#[arg(skip)]) {
        /// The campaign's id.
        pub campaign: Text,
        /// `pause`, `resume`, `close`, `open` or `target`.
        #[arg(skip)]
        pub action: Text,
        /// Why; needed but for `target`.
        #[arg(long)]
        pub reason: Option<Text>,
        /// With `target`: how many members; absent: as the header says.
        #[arg(long, value_name = "N")]
        pub quota: Option<Whole>,
        /// With `target`: who does not want to; the next one is chosen.
        #[arg(long, value_name = "MEMBER")]
        pub decline: Option<Text>,
    }
);

verb!(
    /// Starts, renews or cancels a pass.
    Pass "pass" (#[arg(long, required = true)]) {
        /// The pass: a unit of programme.toml.
        pub pass: Text,
        /// `start`, `renew` or `cancel`.
        #[arg(skip)]
        pub action: Text,
        /// Amount paid; absent: the price in programme.toml.
        #[arg(long)]
        pub paid: Option<Amount>,
        /// Why it is cancelled.
        #[arg(long)]
        pub reason: Option<Text>,
    }
);

verb!(
    /// Suspends, resumes or settles with a partner.
    Partner "partner" (#[arg(skip)]) {
        /// The partner's id.
        pub partner: Text,
        /// `suspend`, `resume` or `settle`.
        #[arg(skip)]
        pub action: Text,
        /// With `settle`: which month, `2026-11`.
        #[arg(long)]
        pub month: Option<Text>,
        /// Why it is suspended or resumed.
        #[arg(long)]
        pub reason: Option<Text>,
    }
);

verb!(
    /// Pays somebody out of a pool.
    Pool "pool" (#[arg(skip)]) {
        /// The pool's id.
        pub pool: Text,
        /// Amount.
        pub amount: Amount,
        /// To whom; public, so no private person's name.
        #[arg(long)]
        pub to: Text,
        /// Hash of the evidence: 64 hexadecimal digits.
        #[arg(long)]
        pub evidence: Option<Text>,
    }
);

verb!(
    /// Books what fell due and no command has booked yet.
    Daily "daily" (#[arg(skip)]) {}
);

verb!(
    /// Issues a voucher by hand, takes one back for good, gives one away or
    /// claims one that was given.
    Voucher "voucher" (#[arg(long)]) {
        /// `issue`, `void`, `give` or `claim`.
        #[arg(skip)]
        pub action: Text,
        /// With `issue`: which unit.
        #[arg(long)]
        pub unit: Option<Text>,
        /// With `issue`: the last day it is good, `2026-12-31`; absent: as the unit says.
        #[arg(long)]
        pub expires: Option<Text>,
        /// With `claim`: the token of the gift.
        #[arg(long)]
        pub token: Option<Text>,
        /// With `void` or `give`: its code.
        #[arg(long)]
        pub code: Option<Text>,
        /// Or its lot, `4711.0`, of the member named.
        #[arg(long)]
        pub lot: Option<Text>,
        /// Why.
        #[arg(long)]
        pub reason: Option<Text>,
    }
);

verb!(
    /// Claims a purchase that was made without a member, by the code on its slip.
    #[command(after_help = "\
Example:
  stampbook claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900012345")]
    Claim "claim" (#[arg(long, required = true)]) {
        /// The code on the slip.
        pub code: Text,
    }
);

verb!(
    /// Says that a sender of messages has dealt with the outbox up to a position: what it
    /// pulls next comes after it.
    #[command(after_help = "\
Example:
  stampbook outbox acknowledge mailer 4711.2")]
    Acknowledge "acknowledge" (#[arg(skip)]) {
        /// The sender's name: letters, digits, and `. _ - /`.
        pub consumer: Text,
        /// The position of the last message it has dealt with, or `next` of the reply.
        pub position: Text,
    }
);

verb!(
    /// Lifts a lock that too many wrong codes of a kind have set: at a terminal,
    /// for the member named, or, where neither is named, on the channels. `store`
    /// says where; without it, in every store.
    #[command(after_help = "\
Examples:
  stampbook unlock --codes voucher --locked-terminal till-1 --reason 'a torn voucher was typed five times'
  stampbook unlock --codes claim --member card:6900012345 --reason 'the slip was hard to read'")]
    Unlock "unlock" (#[arg(long)]) {
        /// Which codes: `voucher`, `gift`, `claim` or `activity`.
        #[arg(long, value_name = "KIND")]
        pub codes: Text,
        /// The terminal where they are locked.
        #[arg(long, value_name = "TERMINAL")]
        pub locked_terminal: Option<Text>,
        /// Why.
        #[arg(long)]
        pub reason: Text,
    }
);
