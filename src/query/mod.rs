//! Questions: read-only, over the engine's ledger. A question has one type,
//! which flags, a line of a session and HTTP fill, and one typed reply; the
//! schemas of both are derived from the types. Every reply states the last
//! entry it takes into account.

mod alerts;
mod balance;
mod conditions;
mod daily;
mod day;
mod error;
mod explain;
mod facts;
mod find;
mod lookup;
mod members;
mod named;
mod outbox;
mod past;
mod policy;
mod question;
mod quote;
mod received;
mod report;
mod schema;
mod slip;
pub mod spreadsheet;
mod statement;
mod tables;
mod usual;

pub use crate::insight::{Condition, Conditions};
pub use alerts::{alert_commands, look_for_alert};
pub use balance::BalanceReply;
pub use daily::LastDailyReply;
pub use day::{CounterSum, DayBasis, DayReply, Gap, TenderSum, Total, UnitSum, VoucherSum};
pub use error::Error;
pub use facts::{Basis, look_beside};
pub use lookup::{BillTold, LookupReply, RewardTold, SetAside, VoucherTold};
pub use members::{MemberTold, columns as member_columns, each_of, units as member_units};
pub use named::{day_named, days_named, instant_named, member_named};
pub use outbox::{ConsumerTold, ConsumersReply, OutboxReply};
pub use past::Past;
pub use policy::{PolicyReply, StoreTold, UnitTold};
pub use question::{
    Balance, Consumers, Day, Explain, Find, LastDaily, Lookup, Outbox, Policy, Quote, Report, Slip,
    Statement, WORDS, may_book, schema,
};
pub use received::ReceivedTold;
pub use report::{
    Change, ColumnTold, ElsewhereTold, FigureTold, LeftOut, Made, MeasureTold, ParameterTold,
    ReportReply, lacking_zh,
};
pub use schema::member_schema;
pub use slip::SlipReply;
pub use statement::StatementReply;
pub use tables::{Standings, TABLES, TableRows, TableTold, table_rows};
pub use usual::Usual;

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::command::{Request, Whole, names_in, parse, text_of};
use crate::engine::{self, Ledger};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A question of a ledger.
pub trait Question {
    /// Least sequence that the ledger must have reached.
    fn at_least(&self) -> Option<Whole>;
}

/// A question and its reply.
pub trait Ask: Question {
    /// The reply.
    type Reply: Serialize + JsonSchema;

    /// Answers from durable entries; books nothing.
    ///
    /// # Errors
    /// The question is malformed, there is no answer to it, or the ledger could
    /// not be read.
    fn answer(&self, ledger: &mut Ledger) -> Result<Self::Reply, Error>;
}

/// A reply, with the last entry it takes into account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read<R> {
    /// The reply.
    pub reply: R,
    /// Sequence of the last entry when the ledger was read.
    pub read_at: u64,
}

impl<R: Serialize> Read<R> {
    /// The reply as JSON, with `read_at` beside its own fields.
    ///
    /// # Errors
    /// [`engine::Error::Internal`] if it cannot be written as JSON.
    pub fn to_json(&self) -> Result<Value, engine::Error> {
        as_read(&self.reply, self.read_at)
    }
}

/// Asks a question of a ledger in which nothing is staged.
///
/// # Errors
/// As [`Ask::answer`]; [`ErrorCode::Behind`] if the ledger has not reached the
/// least sequence asked for.
pub fn ask<Q: Ask>(ledger: &mut Ledger, question: &Q) -> Result<Read<Q::Reply>, Error> {
    check_reached(ledger, question)?;
    let reply = question.answer(ledger)?;
    let read_at = last_of(ledger);
    Ok(Read { reply, read_at })
}

/// Does the part of a report that needs the ledger: its basis, if a figure is named, and the
/// last entry it takes into account.
///
/// # Errors
/// As [`ask`].
pub fn begin_ask(ledger: &mut Ledger, report: &Report) -> Result<(Option<Basis>, u64), Error> {
    check_reached(ledger, report)?;
    Ok((report.basis(ledger)?, last_of(ledger)))
}

/// Does the part of a day's figures that needs the ledger, and tells the last entry that they
/// take into account.
///
/// # Errors
/// As [`ask`].
pub fn begin_day(ledger: &mut Ledger, day: &Day) -> Result<(DayBasis, u64), Error> {
    check_reached(ledger, day)?;
    Ok((day.begin(ledger)?, last_of(ledger)))
}

/// Refuses a question that asks for more entries than there are.
fn check_reached(ledger: &Ledger, question: &impl Question) -> Result<(), Error> {
    let last = last_of(ledger);
    if let Some(Whole(least)) = question.at_least()
        && i128::from(least) > i128::from(last)
    {
        let message = format!("at_least: the ledger has come to entry {last}, not yet to {least}");
        return Err(Error::no(ErrorCode::Behind, message));
    }
    Ok(())
}

/// Answers a question that is one JSON object, such as
/// `{"ask":"balance","member":"card:6900012345"}`. Nothing may be staged. A
/// question that cannot be read or has no answer is answered with `"ok":
/// false`.
///
/// # Errors
/// Errors of reading the ledger.
pub fn answer(ledger: &mut Ledger, line: &[u8]) -> Result<Value, engine::Error> {
    match begin(ledger, line)? {
        Begun::Answered(told) => Ok(told),
        Begun::Left(rest) => rest(),
    }
}

/// A question whose part that needs the ledger is done.
pub enum Begun {
    /// The answer.
    Answered(Value),
    /// The rest of the work, which takes long and needs no ledger: a service does it on
    /// another thread.
    Left(Box<dyn FnOnce() -> Result<Value, engine::Error> + Send>),
}

/// Does that part of [`answer`] that needs the ledger.
///
/// # Errors
/// As [`answer`].
pub fn begin(ledger: &mut Ledger, line: &[u8]) -> Result<Begun, engine::Error> {
    let read_at = last_of(ledger);
    let (begun, line) = (begin_long(ledger, line), line.to_vec());
    Ok(match begun {
        Err(error) => Begun::Answered(finished(&line, Err(error), read_at)?),
        Ok(Some(LongQuestion::Report(asked))) => Begun::Left(Box::new(move || {
            let (report, basis) = *asked;
            let made = report.make_from(&basis);
            let told = made.and_then(|made| Ok(as_read(&made, read_at)?));
            finished(&line, told, read_at)
        })),
        Ok(Some(LongQuestion::Day(basis))) => Begun::Left(Box::new(move || {
            let told = basis.tell();
            let told = told.and_then(|told| Ok(as_read(&told, read_at)?));
            finished(&line, told, read_at)
        })),
        Ok(None) => {
            let told = question::answer(ledger, &line);
            Begun::Answered(finished(&line, told, last_of(ledger))?)
        }
    })
}

/// A question that walks the journal, with what it needs of the ledger.
enum LongQuestion {
    Report(Box<(Report, Basis)>),
    Day(Box<DayBasis>),
}

/// Takes what a long question needs from the ledger; None for other questions.
fn begin_long(ledger: &mut Ledger, line: &[u8]) -> Result<Option<LongQuestion>, Error> {
    if let Some(day) = question::day(line)? {
        let (basis, _) = begin_day(ledger, &day)?;
        return Ok(Some(LongQuestion::Day(Box::new(basis))));
    }
    let Some(report) = question::report(line)? else {
        return Ok(None);
    };
    let (basis, _) = begin_ask(ledger, &report)?;
    Ok(basis.map(|basis| LongQuestion::Report(Box::new((report, basis)))))
}

/// An answer, or the reason why there is none, with the sender's own id.
fn finished(line: &[u8], told: Result<Value, Error>, read_at: u64) -> Result<Value, engine::Error> {
    let mut told = match told {
        Ok(told) => told,
        Err(error) => as_read(&error.denied()?, read_at)?,
    };
    if let (Some(id), Value::Object(fields)) = (names_in(line).1, &mut told) {
        fields.insert("id".into(), as_json(&id)?);
    }
    Ok(told)
}

/// A line of a session, read.
#[derive(Debug)]
pub enum SessionLine {
    /// A command.
    Command(Box<Request>),
    /// A question, for [`answer`].
    Question,
    /// Neither; the answer says why.
    Bad(Box<Denied>),
}

/// Reads a line of a session; `digits` are the decimals of the programme's currency.
pub fn read_line(line: &[u8], digits: u8) -> SessionLine {
    match parse(line, digits) {
        Ok(request) => SessionLine::Command(Box::new(request)),
        Err(_) if is_question(line) => SessionLine::Question,
        Err(bad) => SessionLine::Bad(Box::new(Denied::bad_json(line, &bad))),
    }
}

/// True if a line is a question: an object with a field `ask`.
pub fn is_question(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Found {
        #[serde(rename = "ask")]
        _ask: serde::de::IgnoredAny,
    }
    // A list would be read as the fields of an object, by position.
    let text = text_of(line).unwrap_or_default();
    text.trim_ascii_start().starts_with('{') && serde_json::from_str::<Found>(text).is_ok()
}

fn last_of(ledger: &Ledger) -> u64 {
    ledger.global().next_seq.saturating_sub(1)
}

fn as_read(reply: &impl Serialize, read_at: u64) -> Result<Value, engine::Error> {
    let mut told = as_json(reply)?;
    if let Value::Object(fields) = &mut told {
        fields.insert("read_at".into(), read_at.into());
    }
    Ok(told)
}

fn as_json(value: &impl Serialize) -> Result<Value, engine::Error> {
    serde_json::to_value(value).map_err(|e| engine::Error::internal(e.to_string()))
}
