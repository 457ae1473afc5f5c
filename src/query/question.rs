//! Questions as they are sent. The doc comments are the descriptions that
//! `stampbook schema` and `--help` print.

use super::schema::of_reply;
use super::{Ask, Error, Question};
use crate::command::{Bad, ClientId, Plain, Text, Whole, place, raw, schema_read, text_of};
use crate::engine::Ledger;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The common fields are written out by a macro, not by `serde(flatten)`, which
/// would stop naming unknown fields.
macro_rules! questions {
    ($($(#[doc = $doc:literal])* $(#[command $command:tt])* $name:ident $word:literal { $($body:tt)* })*) => {
        $(
            raw::flags! {
            $(#[doc = $doc])*
            #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
            $(#[command $command])*
            #[serde(deny_unknown_fields, expecting = "a question as one JSON object")]
            pub struct $name {
                /// The question.
                #[schemars(extend("const" = $word))]
                #[arg(skip)]
                pub ask: Text,
                $($body)*
                /// Answers only if the ledger has come to this entry; else the code is `behind`.
                #[arg(long, value_name = "SEQ")]
                pub at_least: Option<Whole>,
                /// An id of the sender's own, a text or a whole number: it comes back in the
                /// answer and is not kept.
                #[arg(skip)]
                pub id: Option<ClientId>,
            }
            }

            impl Question for $name {
                fn at_least(&self) -> Option<Whole> {
                    self.at_least
                }
            }
        )*

        /// The questions, as `ask` spells them.
        pub const WORDS: &[&str] = &[$($word),*];

        /// Reads a question and answers it.
        fn answer_as(ledger: &mut Ledger, word: &str, json: &str) -> Result<Value, Error> {
            match word {
                $($word => told(ledger, &read::<$name>(json)?),)*
                _ => Err(Bad::unknown("ask", "question", word, WORDS).into()),
            }
        }

        /// The JSON Schemas of a question and of its reply; none where there is no such question.
        fn schemas(word: &str) -> Option<(Value, Value)> {
            Some(match word {
                $($word => (schema_read::<$name>(), of_reply::<<$name as Ask>::Reply>()),)*
                _ => return None,
            })
        }
    };
}

questions! {
    /// Decides a purchase without booking it: what it would earn, and which discounts
    /// the till should give.
    Quote "quote" {
        /// The command, as it would be booked; it needs no key.
        #[arg(skip)]
        pub command: Value,
    }

    /// Balance of a member by unit, with what ends next and the tier.
    #[command(after_help = "\
Examples:
  stampbook balance card:6900012345
  stampbook balance card:6900012345 --as-of 2026-12-31T23:59:59+01:00")]
    Balance "balance" {
        /// An alias or a member id.
        pub member: Text,
        /// As it stood then: an instant, or a day (its end, in the programme's zone). Whoever
        /// was merged into another is that other, before the merge too: with what that other
        /// alone had then.
        #[arg(long, value_name = "INSTANT|DAY")]
        pub as_of: Option<Text>,
    }

    /// All that a till needs after a scan: who it is (with consent), balance and what ends next,
    /// tier, vouchers, passes, rewards, and what a bill would earn and could be paid with.
    /// Books and counts nothing.
    Lookup "lookup" {
        /// An alias or a member id.
        #[arg(id = "who", value_name = "MEMBER")]
        pub member: Text,
        /// The bill that is rung up: a purchase without key and tenders.
        #[serde(default, deserialize_with = "raw::object")]
        #[command(flatten)]
        pub command: Option<raw::Purchase>,
    }

    /// The slip of a booked command for the customer: what was earned and spent, the balance and
    /// what ends next, tier, vouchers, codes and stamp.
    #[command(group = clap::ArgGroup::new("which").required(true).args(["seq", "key"]))]
    #[command(after_help = "\
Examples:
  stampbook slip 4711
  stampbook slip --key till-1/000812 --form zh:32 --reprint
  stampbook slip 4711 --form en:42:escpos")]
    Slip "slip" {
        /// The entry's sequence.
        pub seq: Option<Whole>,
        /// The entry, by its key.
        #[arg(long)]
        pub key: Option<Text>,
        /// `en` or `zh`, `42` or `32` columns, and what else is wanted of `escpos`,
        /// `escpos-gb18030`, `qr`, `svg`, `png`; default: `en:42`.
        #[arg(long, value_name = "LANG:COLUMNS")]
        pub form: Option<Text>,
        /// Marks the slip as a reprint.
        #[serde(default)]
        #[arg(long)]
        pub reprint: bool,
    }

    /// A member's entries, oldest first, with what each did and the balance after.
    #[command(after_help = "\
Example:
  stampbook statement card:6900012345 --from 2026-11-01 --to 2026-11-30")]
    Statement "statement" {
        /// An alias or a member id.
        pub member: Text,
        /// The first day.
        #[arg(long, value_name = "DAY")]
        pub from: Option<Text>,
        /// The last day, included.
        #[arg(long, value_name = "DAY")]
        pub to: Option<Text>,
        /// At most this many entries, the newest ones.
        #[arg(long, value_name = "N")]
        pub last: Option<Whole>,
    }

    /// Why an entry is as it is: the facts, the campaigns, the limits, the rounding.
    #[command(after_help = "\
Example:
  stampbook explain 4711")]
    Explain "explain" {
        /// The entry's sequence.
        pub seq: Whole,
    }

    /// Figures of a business day, to reconcile with the total that a till prints at its end:
    /// sales, returns, tenders, points, vouchers, refusals and missing counters. What was undone
    /// on the day stands apart. All entries since the day began are read.
    #[command(after_help = "\
Examples:
  stampbook day
  stampbook day --store mitte --terminal till-1 --date 2026-11-24")]
    Day "day" {
        /// Only of this store.
        #[arg(long)]
        pub store: Option<Text>,
        /// Only of this terminal.
        #[arg(long)]
        pub terminal: Option<Text>,
        /// The business day, in the programme's zone; default: today.
        #[arg(long, value_name = "DAY")]
        pub date: Option<Text>,
        /// Instead of a day: all that came after this entry, such as the last of the shift
        /// before.
        #[arg(long, value_name = "SEQ", conflicts_with = "date")]
        pub since: Option<Whole>,
    }

    /// The programme in force: number, digest, units, stores, tiers, campaigns, rewards.
    Policy "policy" {}

    /// The recorded answer to a command.
    #[command(group = clap::ArgGroup::new("what").required(true).args(["key", "receipt", "order"]))]
    #[command(after_help = "\
Examples:
  stampbook find --key till-1/000812
  stampbook find --receipt 000812 --store mitte --terminal till-1 --day 2025-11-24")]
    Find "find" {
        /// By its key.
        #[arg(long)]
        pub key: Option<Text>,
        /// By its slip number.
        #[arg(long)]
        pub receipt: Option<Text>,
        /// By its order number.
        #[arg(long)]
        pub order: Option<Text>,
        /// The store of the slip, or of an order where each store counts its own.
        #[arg(long, conflicts_with = "key")]
        pub store: Option<Text>,
        /// The order's channel, where each channel counts its own.
        #[arg(long, requires = "order")]
        pub channel: Option<Text>,
        /// The slip's terminal.
        #[arg(long, requires = "receipt")]
        pub terminal: Option<Text>,
        /// The slip's business day; default: the latest.
        #[arg(long, requires = "receipt", value_name = "DAY")]
        pub day: Option<Text>,
    }

    /// Messages that campaigns want sent, oldest first. A consent that is missing now
    /// holds a message back, and those to erased members are gone.
    Outbox "outbox" {
        /// The sender's name: from where it has acknowledged.
        #[arg(long, value_name = "NAME", conflicts_with = "after")]
        pub consumer: Option<Text>,
        /// The position of the last message that was dealt with; default: from the beginning.
        #[arg(long, value_name = "POSITION")]
        pub after: Option<Text>,
        /// At most so many messages; absent: 1000.
        #[arg(long, value_name = "N")]
        pub limit: Option<Whole>,
        /// Also those that are not to be sent: a consent is missing, or they were withdrawn.
        #[serde(default)]
        #[arg(long)]
        pub suppressed: bool,
    }

    /// Senders of messages, and the position up to which each has acknowledged.
    Consumers "consumers" {}

    /// Record of the last daily run.
    LastDaily "last_daily" {}
    /// A figure: its value, the numbers it is made from, the table behind it, and its
    /// definition; without a name, the definitions of all figures. It says as of which
    /// entry it is made, so that anybody can make it again.
    #[command(after_help = "\
Examples:
  stampbook report --list
  stampbook report repurchase --period 2026Q1 --compare previous
  stampbook report repurchase --by source --format csv
  stampbook report repurchase --set days=3 --explain")]
    Report "report" {
        /// The figure's id, or `all`.
        pub name: Option<Text>,
        /// The first day counted; default: as the figure says.
        #[arg(long, value_name = "DAY")]
        pub from: Option<Text>,
        /// The last day counted; default: that of the last entry.
        #[arg(long, value_name = "DAY")]
        pub to: Option<Text>,
        /// A year, a quarter or a month instead: 2026, 2026Q1, 2026-03.
        #[arg(long, value_name = "PERIOD", conflicts_with_all = ["from", "to"])]
        pub period: Option<Text>,
        /// As it was known then, by entries up to that instant, or to the end of that day.
        #[arg(long, value_name = "INSTANT|DAY")]
        pub as_of: Option<Text>,
        /// Dimension: month, source, tier, store, channel ..., as the figure says;
        /// of all figures, those that can be.
        #[arg(long, value_name = "DIMENSION")]
        pub by: Option<Text>,
        /// Says the change since `previous`, as many days before, or since a `year` before.
        #[arg(long, value_name = "TIME")]
        pub compare: Option<Text>,
        /// Values of the figure's parameters, by name.
        #[serde(default)]
        #[arg(skip)]
        pub set: BTreeMap<String, Plain>,
        /// Shows segments of fewer than five members too; only the office may.
        #[serde(default)]
        #[arg(long)]
        pub small: bool,
    }
}

/// The schemas of all questions and of their replies, by the word of the question.
/// A reply to a question that has no answer is the `answer` of commands with `"ok": false`.
pub fn schema() -> (Map<String, Value>, Map<String, Value>) {
    let all = WORDS
        .iter()
        .filter_map(|word| Some(((*word).to_owned(), schemas(word)?)));
    let all = all.map(|(word, (question, reply))| ((word.clone(), question), (word, reply)));
    all.unzip()
}

/// Answers a question that is one JSON object.
pub(super) fn answer(ledger: &mut Ledger, line: &[u8]) -> Result<Value, Error> {
    let (ask, json) = asked(line)?;
    answer_as(ledger, &ask, json)
}

/// Reads a question for a report; None if it is another one.
pub(super) fn report(line: &[u8]) -> Result<Option<Report>, Bad> {
    let (ask, json) = asked(line)?;
    (&*ask == "report").then(|| read(json)).transpose()
}

/// Reads a question for a day; None if it is another one.
pub(super) fn day(line: &[u8]) -> Result<Option<Day>, Bad> {
    let (ask, json) = asked(line)?;
    (&*ask == "day").then(|| read(json)).transpose()
}

/// True for a question whose answer may count a wrong code, which is booked.
pub fn may_book(line: &[u8]) -> bool {
    asked(line).is_ok_and(|(ask, _)| &*ask == "quote")
}

/// Word and text of a question.
fn asked(line: &[u8]) -> Result<(Text, &str), Bad> {
    /// The field `ask`, in any place.
    #[derive(Deserialize)]
    struct Asked {
        ask: Text,
    }
    let json = text_of(line)?;
    let asked: Asked = read(json)?;
    Ok((asked.ask, json))
}

fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, Bad> {
    serde_json::from_str(json).map_err(|e| place::explain(&e, json))
}

fn told(ledger: &mut Ledger, question: &impl Ask) -> Result<Value, Error> {
    let read = super::ask(ledger, question)?;
    Ok(read.to_json()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_a_question_is_told_of_as_one() {
        assert_eq!(WORDS, crate::command::QUESTIONS);
    }
}
