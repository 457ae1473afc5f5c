//! The member's facts, which scripts may read, computed from the state.

use super::case::Case;
use super::state::{Figures, LedgerState, Member, PassHeld};
use crate::model::{
    Day, Effect, Fact, Given, Instant, LeapRule, Money, MonthDay, NameKind, Names, Period, Points,
    Policy, Rfm, Value, Window,
};
use rust_decimal::Decimal;

/// Reader of one member's facts.
#[derive(Clone, Copy)]
pub struct FactReader<'a> {
    /// The member.
    pub member: &'a Member,
    /// Effects of the entry that is being decided.
    pub pending: &'a [Effect],
    /// The programme in force.
    pub policy: &'a dyn Policy,
    /// The names behind numbers.
    pub names: &'a Names,
    /// The global state, for parameters that campaigns changed.
    pub global: &'a LedgerState,
    /// Last day of windows.
    pub day: Day,
    /// Instant of balances.
    pub at: Instant,
    /// The birthday, if known.
    pub birthday: Option<MonthDay>,
    /// Attributes of the member that are not too old, by id.
    pub attributes: &'a [(String, String)],
}

impl Case<'_> {
    /// Reader of a member's facts, as of now.
    pub fn reader<'b>(&'b self, member: &'b Member) -> FactReader<'b> {
        FactReader {
            member,
            pending: &[],
            policy: &*self.policy,
            names: &self.state.global.names,
            global: &self.state.global,
            day: self.day(),
            at: self.now(),
            birthday: self.inputs.birthday,
            attributes: self.inputs.attributes,
        }
    }
}

impl FactReader<'_> {
    /// Values of a list of facts, in its order.
    pub fn read(&self, facts: &[Fact]) -> Given {
        facts.iter().map(|fact| self.value(fact)).collect()
    }

    fn value(&self, fact: &Fact) -> Value {
        match fact {
            Fact::Tier => self.tier(),
            Fact::Balance(unit) => self.balance(unit),
            Fact::Qualifying(unit) => self.qualifying(unit),
            Fact::Visits(window) => Value::Int(self.sum(*window, |f| f.visits, visits_of)),
            Fact::Spend(window) => self.spend(*window),
            Fact::Earned(unit, window) => self.earned(unit, *window),
            Fact::DaysSincePurchase => match self.member.purchased {
                Some((_, last)) => Value::Int(i64::from((self.day.0 - last.0).max(0))),
                None => Value::Unit,
            },
            Fact::BirthdayToday => self.birthday_in(Period::Day),
            Fact::BirthdayThisMonth => self.birthday_in(Period::Month),
            Fact::MonthsEnrolled => Value::Int(i64::from(
                self.day.months_since(self.member.enrolled).max(0),
            )),
            Fact::HasTag(tag) => Value::Bool(self.member.tags.iter().any(|t| t == tag)),
            Fact::Consents(purpose) => Value::Bool(self.consents(purpose)),
            Fact::Memo { campaign, key } => self.memo(campaign, key),
            Fact::MonthsActive(count) => Value::Int(self.months_active(*count)),
            Fact::MonthsSinceFirstPurchase => match self.member.purchased {
                Some((first, _)) => Value::Int(i64::from(self.day.months_since(first).max(0))),
                None => Value::Unit,
            },
            Fact::Activities(activity, days) => self.activities(activity, *days),
            Fact::WasReferred => Value::Bool(self.member.referrer.is_some()),
            Fact::HasPass(pass) => Value::Bool(self.pass(pass).is_some()),
            Fact::PassUses(pass) => {
                Value::Int(self.pass(pass).map_or(0, |p| p.uses(self.day).into()))
            }
            Fact::Attribute(id) => self.attribute(id),
            Fact::Rfm => self.rfm(),
            Fact::IsTargeted(campaign) => {
                let number = self.names.number(NameKind::Campaign, campaign);
                let is_it = |n| self.member.targeted.contains(&(n, false));
                Value::Bool(number.is_some_and(is_it))
            }
            Fact::Tuned { campaign, name } => {
                crate::rules::campaign::review::tuned(self.global, campaign, name)
            }
        }
    }

    /// RFM score; `()` before the first purchase.
    fn rfm(&self) -> Value {
        let bounds = self.policy.programme().rfm.as_ref();
        let (Some(bounds), Some((_, last))) = (bounds, self.member.purchased) else {
            return Value::Unit;
        };
        self.score(bounds, last)
    }

    fn score(&self, bounds: &Rfm, last: Day) -> Value {
        let days = i64::from((self.day.0 - last.0).max(0));
        let purchases = self.sum(bounds.window, |f| f.visits, visits_of);
        let spent = self.sum(bounds.window, |f| f.spend.0, spend_of);
        Value::Text(bounds.score(days, purchases, Money(spent)))
    }

    /// Number of the last calendar months, this one included, with a purchase.
    fn months_active(&self, count: u8) -> i64 {
        let last = self.day.month_count();
        let is_active = |back: i32| {
            let month = last - back;
            let known = self.member.months.iter().find(|m| m.0 == month);
            let pending = self.pending.iter().filter_map(visits_of);
            let pending = pending.filter(|(day, _)| day.month_count() == month);
            known.map_or(0, |m| m.1.visits) + pending.map(|(_, n)| n).sum::<i64>() > 0
        };
        (0..i32::from(count))
            .map(|back| i64::from(is_active(back)))
            .sum()
    }

    /// Value of an attribute; `()` without the consent it is kept by.
    fn attribute(&self, id: &str) -> Value {
        let declared = &self.policy.programme().attributes;
        let declared = declared.iter().find(|a| a.id == id);
        let is_allowed = declared.is_some_and(|a| has_consent(self.member, a.purpose));
        let kept = self.attributes.iter().find(|a| a.0 == id);
        let told = kept.filter(|_| is_allowed);
        told.map_or(Value::Unit, |(_, value)| Value::Text(value.clone()))
    }

    fn activities(&self, activity: &str, days: u16) -> Value {
        let number = self.names.number(NameKind::Activity, activity).unwrap_or(0);
        let acted = &self.member.acted;
        Value::Int(crate::rules::state::activity_log::times(
            acted, number, self.day, days,
        ))
    }

    fn tier(&self) -> Value {
        match self.member.tier {
            Some(held) => Value::Text(self.names.text(NameKind::Tier, held.tier)),
            None => Value::Unit,
        }
    }

    fn pass(&self, id: &str) -> Option<&PassHeld> {
        let number = self.names.number(NameKind::Unit, id)?;
        self.member.pass(number, self.at).map(|(held, _)| held)
    }

    fn balance(&self, unit: &str) -> Value {
        let number = self.names.number(NameKind::Unit, unit).unwrap_or(0);
        self.shown(number, self.member.available(number, self.at).0)
    }

    fn qualifying(&self, unit: &str) -> Value {
        let Some(unit) = self.policy.programme().unit_named(unit) else {
            return Value::Int(0);
        };
        let sum = self.sum(
            unit.window,
            |f| f.unit(unit.number),
            |effect| match effect {
                Effect::Qualify {
                    unit: u,
                    day,
                    amount,
                    ..
                } if *u == unit.number => Some((*day, amount.0)),
                _ => None,
            },
        );
        self.shown(unit.number, sum)
    }

    /// An amount as scripts see it: a whole number, or an exact decimal for a
    /// unit with subunits.
    fn shown(&self, unit: u16, points: i64) -> Value {
        let unit = self.policy.programme().unit(unit);
        unit.map_or(Value::Int(points), |unit| unit.value_of(Points(points)))
    }

    fn spend(&self, window: Window) -> Value {
        let sum = self.sum(window, |f| f.spend.0, spend_of);
        let digits = u32::from(self.policy.programme().digits);
        Value::Decimal(Decimal::new(sum, digits).into())
    }

    fn earned(&self, unit: &str, window: Window) -> Value {
        let number = self.names.number(NameKind::Unit, unit).unwrap_or(0);
        let day = self.day;
        let sum = self.sum(
            window,
            |f| f.unit(number),
            |effect| match effect {
                Effect::Award { unit, amount, .. } if *unit == number => Some((day, amount.0)),
                _ => None,
            },
        );
        self.shown(number, sum)
    }

    /// Sum over a window, including the effects that are being decided.
    fn sum(
        &self,
        window: Window,
        sum: impl Fn(&Figures) -> i64,
        pending: impl Fn(&Effect) -> Option<(Day, i64)>,
    ) -> i64 {
        let more = self.pending.iter().filter_map(pending);
        let more = more
            .filter(|(day, _)| is_within(window, *day, self.day))
            .map(|(_, n)| n);
        self.member.window(window, self.day, sum) + more.sum::<i64>()
    }

    fn birthday_in(&self, period: Period) -> Value {
        let Some(birthday) = self.birthday else {
            return Value::Unit;
        };
        let leap: LeapRule = self.policy.programme().leap;
        let this_year = birthday.in_year(self.day.year(), leap);
        Value::Bool(this_year.is_some_and(|d| d.start_of(period) == self.day.start_of(period)))
    }

    fn consents(&self, purpose: &str) -> bool {
        crate::rules::member::consent::agrees(self.policy, self.member, purpose)
    }

    fn memo(&self, campaign: &str, key: &str) -> Value {
        let number = self.names.number(NameKind::Campaign, campaign).unwrap_or(0);
        let found = self
            .member
            .memo
            .iter()
            .find(|m| m.0 == number && m.1 == key);
        found.map_or(Value::Unit, |m| m.2.clone())
    }
}

/// True if the member consents to a purpose now.
pub fn has_consent(member: &Member, purpose: u16) -> bool {
    member.consents.contains(&(purpose, true))
}

fn visits_of(effect: &Effect) -> Option<(Day, i64)> {
    match effect {
        Effect::Visited { day, visits, .. } => Some((*day, i64::from(*visits))),
        _ => None,
    }
}

fn spend_of(effect: &Effect) -> Option<(Day, i64)> {
    match effect {
        Effect::Visited { day, spend, .. } => Some((*day, spend.0)),
        _ => None,
    }
}

/// True if a day is in the window that ends with another.
fn is_within(window: Window, day: Day, end: Day) -> bool {
    let period = match window {
        Window::Lifetime => return true,
        Window::Months(n) => {
            let first = end.month_count() + 1 - i32::from(n);
            return (first..=end.month_count()).contains(&day.month_count());
        }
        Window::Days(n) => {
            return (end.plus_days(1 - i32::from(n))..=end).contains(&day);
        }
        Window::Day => Period::Day,
        Window::Month => Period::Month,
        Window::Quarter => Period::Quarter,
        Window::Year => Period::Year,
    };
    day <= end.plus_days(31) && day.start_of(period) == end.start_of(period)
}
