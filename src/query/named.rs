//! Members, days and instants named in questions.

use super::Error;
use crate::command::{Bad, Text, Who};
use crate::engine::Ledger;
use crate::model::{Code, Day, Instant, MemberId};

/// Finds the member of an alias or an id.
///
/// # Errors
/// It is neither; there is no such member ([`Code::UnknownMember`]); I/O errors.
pub fn member_named(ledger: &mut Ledger, text: &str) -> Result<MemberId, Error> {
    let who = Who::parse(text).map_err(|why| Bad::new("member", format!("'{text}' {why}")))?;
    ledger.resolve(&who)?.ok_or_else(|| {
        let message = format!("member: nobody is known by '{text}'");
        Error::no(Code::UnknownMember, message)
    })
}

/// Parses the day in a field.
///
/// # Errors
/// It is not a day.
pub fn day_named(field: &str, text: &str) -> Result<Day, Bad> {
    Day::parse(text).map_err(|why| Bad::new(field, why))
}

/// Parses the first and the last day in `from` and `to`.
///
/// # Errors
/// One is not a day; the first is after the last.
pub fn days_named(
    from: Option<&Text>,
    to: Option<&Text>,
) -> Result<(Option<Day>, Option<Day>), Bad> {
    let day = |field, text: Option<&Text>| text.map(|text| day_named(field, text)).transpose();
    match (day("from", from)?, day("to", to)?) {
        (Some(from), Some(to)) if from > to => Err(Bad::new(
            "from",
            format!("{from} is after the last day, {to}"),
        )),
        days => Ok(days),
    }
}

/// Parses an instant, or the end of a day, in a field.
///
/// # Errors
/// It is neither; no programme defines the end of a day.
pub fn instant_named(ledger: &Ledger, field: &str, text: &str) -> Result<Instant, Error> {
    if let Ok((at, _)) = Instant::parse(text) {
        return Ok(at);
    }
    match Day::parse(text) {
        Ok(day) => {
            let next = ledger.programme()?.calendar.start_of(day.plus_days(1));
            Ok(next.after(-1))
        }
        Err(_) => Err(Bad::new(field, format!(
            "'{text}' is neither an instant such as 2026-11-24T10:03:00+01:00 nor a day such as 2026-11-24"
        )).into()),
    }
}
