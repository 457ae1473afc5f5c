//! Allowances: points that the ledger has set aside for a member, and that this terminal may
//! spend while it cannot reach the ledger. An allowance is a hold, so whatever becomes of the
//! queue and of copies of it, the ledger lets nobody spend more than it set aside.

use super::entry::{Allowance, Entry};
use super::{Queue, QueueError, Queued, Setup, drawn_letters};
use crate::answer::{Answer, Class};
use crate::command::{Bad, EntryRef, Means, Purchase};
use crate::model::Instant;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::str::FromStr;

/// Time for which the ledger keeps points aside after the end of an allowance, so that what
/// was spent in time is there for a late drain, in microseconds.
const KEPT_MICROS: i64 = 30 * 86_400 * 1_000_000;

/// The allowance that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The member, as commands name them.
    pub member: String,
    /// The unit.
    pub unit: String,
    /// Points in whole units.
    pub points: String,
    /// Instant up to which the terminal may spend them.
    pub until: String,
}

impl Allowance {
    /// The command that has the ledger give it; the same each time.
    fn command(&self, setup: &Setup) -> String {
        let until = Instant::parse(&self.until).map_or(Instant(0), |(until, _)| until);
        let (terminal, end) = (&setup.terminal, &self.until);
        let mut command = json!({
            "do": "hold",
            "key": self.key,
            "member": self.member,
            "unit": self.unit,
            "points": self.points,
            "until": Instant(until.0.saturating_add(KEPT_MICROS)).display(0),
            "terminal": terminal,
            "note": format!("offline allowance of {terminal} until {end}"),
        });
        if !setup.store.is_empty() {
            command["store"] = setup.store.clone().into();
        }
        command.to_string()
    }

    fn is_of(&self, wanted: &Wanted, until: Instant) -> bool {
        (&self.member, &self.unit, &self.points) == (&wanted.member, &wanted.unit, &wanted.points)
            && self.until == until.display(0)
    }

    fn whole(&self) -> Decimal {
        Decimal::from_str(&self.points).unwrap_or_default()
    }

    /// True if it may be spent from at an instant.
    pub fn is_open(&self, now: Instant) -> bool {
        Instant::parse(&self.until).is_ok_and(|(until, _)| now <= until)
    }
}

/// Points of a number in JSON.
fn points_of(value: Option<&Value>) -> Decimal {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(number) => number.to_string(),
        None => String::new(),
    };
    Decimal::from_str(&text).unwrap_or_default()
}

/// Points that tenders of a sale take from a hold.
fn spent(command: &Map<String, Value>, key: &str) -> Decimal {
    let tenders = command.get("tenders").and_then(Value::as_array);
    let tenders = tenders.into_iter().flatten();
    let of_it = tenders.filter(|tender| tender["hold"] == key);
    of_it.map(|tender| points_of(tender.get("points"))).sum()
}

impl Queue {
    /// Notes that an allowance is asked for, and returns the command that asks the ledger. One
    /// that was asked for in the same words, and whose answer was lost, is asked for again: the
    /// ledger gives it once. Durable on return.
    ///
    /// # Errors
    /// The instant cannot be read, or is past; the queue cannot be written.
    pub fn ask_allowance(
        &mut self,
        wanted: &Wanted,
        now: Instant,
    ) -> Result<(Allowance, String), QueueError> {
        let (until, _) = Instant::parse(&wanted.until).map_err(|e| Bad::new("until", e))?;
        if until <= now {
            return Err(Bad::new("until", "it is over already; name a later instant").into());
        }
        let before = self.unanswered.iter().find(|a| a.is_of(wanted, until));
        let asked = match before {
            Some(before) => before.clone(),
            None => {
                let asked = Allowance {
                    key: format!("allow/{}/{}", self.setup.terminal, drawn_letters()?),
                    seq: None,
                    member: wanted.member.clone(),
                    unit: wanted.unit.clone(),
                    points: wanted.points.clone(),
                    until: until.display(0),
                    asked: now.display(0),
                    stamp: None,
                };
                self.append(&[Entry::Asked(asked.clone())])?;
                asked
            }
        };
        let command = asked.command(&self.setup);
        Ok((asked, command))
    }

    /// Keeps the ledger's answer to an allowance; returns the allowance if it gave it. Durable on
    /// return.
    ///
    /// # Errors
    /// The answer is of a ledger to practise with, or concerns the caller; the queue cannot be
    /// written.
    pub fn keep_allowance(
        &mut self,
        asked: Allowance,
        answer: &Answer,
    ) -> Result<Option<Allowance>, QueueError> {
        match answer {
            answer if answer.is_training() => Err(QueueError::for_training()),
            Answer::Accepted(done) => {
                let given = Allowance {
                    seq: done.seq,
                    stamp: done.stamp.as_ref().map(|stamp| stamp.slip.clone()),
                    ..asked
                };
                self.append(&[Entry::Allowed(given.clone())])?;
                Ok(Some(given))
            }
            Answer::Refused(no) => {
                if let Some(denied) = QueueError::not_admitted(no) {
                    return Err(denied);
                }
                if matches!(no.class, Class::Refused | Class::Invalid) {
                    self.append(&[Entry::NotAllowed { key: asked.key }])?;
                }
                Ok(None)
            }
        }
    }

    /// Allowances that were asked for and have no answer: the ledger may have given them.
    pub fn unanswered(&self) -> &[Allowance] {
        &self.unanswered
    }

    /// The latest instant that the queue knows: a clock that shows less was put back, and an
    /// allowance does not begin again by that.
    fn latest(&self) -> Instant {
        let booked = self.queued.iter().filter(|queued| !queued.is_dead());
        let booked = booked.map(|queued| queued.field("at"));
        let asked = self.allowances.iter().map(|given| given.asked.as_str());
        let all = booked.chain(asked).filter_map(|at| Instant::parse(at).ok());
        all.map(|(at, _)| at).max().unwrap_or(Instant(i64::MIN))
    }

    /// Allowances that the ledger has given, oldest first.
    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// Points that may still be spent of an allowance.
    pub fn left_of(&self, allowance: &Allowance) -> Decimal {
        let booked = self.queued.iter().filter(|queued| !queued.is_dead());
        let spent: Decimal = booked
            .map(|queued| spent(&queued.command, &allowance.key))
            .sum();
        allowance.whole() - spent
    }

    /// Has points of a sale at an instant paid from allowances: each tender of points is to name
    /// how many, and gets the hold that covers them.
    ///
    /// # Errors
    /// Something is spent that no allowance covers.
    pub(super) fn spend(
        &self,
        fields: &mut Map<String, Value>,
        sale: &Purchase,
        at: Instant,
    ) -> Result<(), Bad> {
        let now = at.max(self.latest());
        let member = fields.get("member").and_then(Value::as_str);
        let member = member.unwrap_or_default().to_owned();
        for (n, tender) in sale.tenders.iter().enumerate() {
            if !tender.means.is_own() {
                continue;
            }
            let place = |name: &str| format!("tenders[{n}].{name}");
            let spending = Spending::of(&tender.means, place)?;
            let found = self.covering(fields, &member, &spending, now);
            let key = found.map_err(|most| {
                let clock = match now > at {
                    true => format!("; the queue has come to {} already", now.display(0)),
                    false => String::new(),
                };
                let text = format!(
                    "points are spent without the ledger only within an allowance (`stampbook queue allow`): for {member} {most} are left{clock}"
                );
                Bad::new(place("points"), text)
            })?;
            let tenders = fields.get_mut("tenders");
            if let Some(Value::Object(tender)) = tenders.and_then(|tenders| tenders.get_mut(n)) {
                tender.insert("hold".into(), key.into());
            }
        }
        Ok(())
    }

    /// Key of an allowance that covers points of a sale besides those that its fields take
    /// from it already.
    ///
    /// # Errors
    /// None does: the points that are left of the first that could be spent from.
    fn covering(
        &self,
        fields: &Map<String, Value>,
        member: &str,
        spending: &Spending<'_>,
        now: Instant,
    ) -> Result<String, Decimal> {
        let left = |allowance: &Allowance| self.left_of(allowance) - spent(fields, &allowance.key);
        let mut fit = self.allowances.iter().filter(|allowance| {
            allowance.member == member
                && spending.key.is_none_or(|key| allowance.key == key)
                && spending.unit.is_none_or(|unit| allowance.unit == unit)
                && allowance.is_open(now)
        });
        // A tender that names its hold is among those that take from it.
        let own = spending.key.map_or(Decimal::ZERO, |_| spending.points);
        let mut all = fit.clone();
        match all.find(|allowance| left(allowance) + own >= spending.points) {
            Some(found) => Ok(found.key.clone()),
            None => Err(fit.next().map(left).unwrap_or_default()),
        }
    }
}

/// Points of a tender that an allowance is to cover.
struct Spending<'a> {
    /// Key of the allowance, if the tender names it.
    key: Option<&'a str>,
    /// Unit, if the tender names that.
    unit: Option<&'a str>,
    points: Decimal,
}

impl<'a> Spending<'a> {
    fn of(means: &'a Means, place: impl Fn(&str) -> String) -> Result<Spending<'a>, Bad> {
        let (key, unit, points) = match means {
            Means::Points { unit, points } => (None, Some(unit.as_str()), Some(*points)),
            Means::Held {
                of: EntryRef::Key(key),
                points,
                ..
            } => (Some(key.as_str()), None, *points),
            _ => {
                let text = "without the ledger only points of an allowance are spent";
                return Err(Bad::new(place("kind"), text));
            }
        };
        let missing = || Bad::missing(&place("points"), "say how many of the allowance");
        let points = points.ok_or_else(missing)?;
        Ok(Spending { key, unit, points })
    }
}

impl Queued {
    /// True if it was refused for good, so that it spends nothing.
    fn is_dead(&self) -> bool {
        matches!(self.fate, super::Fate::Refused(_)) && !self.is_open()
    }
}
