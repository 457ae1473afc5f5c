//! Checks of state after a line, if it asks for any.

use super::outcome::Check;
use crate::answer::Answer;
use crate::model::{
    CampaignStatus, Effect, Entry, Instant, Money, Number, Points, Policy, Programme, Window,
    wide_money,
};
use crate::rules::state::{LedgerState, Lot, Member, PassHeld};
use rust_decimal::Decimal;

/// State that checks read.
pub(super) struct View<'a> {
    pub global: &'a LedgerState,
    pub policy: &'a dyn Policy,
    pub member: Option<&'a Member>,
    pub answer: Option<&'a Answer>,
    pub discount: Money,
    /// States of campaigns that were paused, resumed or closed.
    pub states: &'a [(Number, CampaignStatus)],
    pub entries: &'a [Entry],
    pub at: Instant,
}

impl View<'_> {
    /// The same check with its actual result.
    pub fn answer_to(&self, check: &Check) -> Check {
        match check {
            Check::Balance(unit, _) => Check::Balance(
                unit.clone(),
                self.sum(unit, |m, n| m.available(n, self.at).0),
            ),
            Check::Pending(unit, _) => {
                Check::Pending(unit.clone(), self.sum(unit, |m, n| m.pending(n, self.at).0))
            }
            Check::Held(unit, _) => {
                let held = |m: &Member, n| m.lots_of(n).map(|l| l.held.0).sum();
                Check::Held(unit.clone(), self.sum(unit, held))
            }
            Check::Qualifying(unit, _) => {
                let window = self
                    .programme()
                    .unit_named(unit)
                    .map_or(Window::Year, |u| u.window);
                let day = self.programme().calendar.day_of(self.at);
                let sum = |m: &Member, n| m.window(window, day, |f| f.unit(n));
                Check::Qualifying(unit.clone(), self.sum(unit, sum))
            }
            Check::Tier(_) => Check::Tier(self.tier()),
            Check::Lots(unit, _) => self.lots(unit),
            Check::Pass(unit, _) => {
                let held = self.pass(unit);
                let end = held.and_then(|(_, lot)| lot.terms.expires);
                let last = end.map(|at| self.programme().calendar.last_day(at));
                Check::Pass(unit.clone(), last)
            }
            Check::Owes(partner, _) => Check::Owes(partner.clone(), self.owes(partner)),
            Check::Pool(pool, _) => Check::Pool(pool.clone(), self.holds(pool)),
            Check::Uses(unit, _) => {
                let day = self.programme().calendar.day_of(self.at);
                let uses = self.pass(unit).map_or(0, |(held, _)| held.uses(day).into());
                Check::Uses(unit.clone(), uses)
            }
            Check::Warns(_) => Check::Warns(self.warnings()),
            Check::Tags(_) => Check::Tags(self.member.map_or_else(Vec::new, |m| m.tags.to_vec())),
            Check::Gives(_) => Check::Gives(self.gives()),
            Check::Collects(_) => Check::Collects(self.collects()),
            Check::Campaign(id, _) => Check::Campaign(id.clone(), self.state(id)),
            Check::Sends(_) => Check::Sends(self.messages()),
            Check::Discount(_) => Check::Discount(self.discount.display(self.programme().digits)),
        }
    }

    fn owes(&self, id: &str) -> String {
        let programme = self.programme();
        let found = programme.partners.iter().find(|p| p.id == id);
        let mut books = self.global.partners.iter();
        let book = found.and_then(|p| books.find(|b| b.partner == p.number));
        wide_money(book.map_or(0, |b| b.balance), programme.digits)
    }

    fn holds(&self, id: &str) -> String {
        let found = self.programme().pools.iter().find(|p| p.id == id);
        let digits = found.map_or(0, |p| p.digits);
        let balance = found.and_then(|p| self.global.pool(p.number));
        wide_money(balance.map_or(0, |b| b.balance), digits)
    }

    fn pass(&self, unit: &str) -> Option<(&PassHeld, &Lot)> {
        let number = self.programme().unit_named(unit)?.number;
        self.member?.pass(number, self.at)
    }

    fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    fn sum(&self, unit: &str, of: impl Fn(&Member, Number) -> i64) -> Decimal {
        let unit = self.programme().unit_named(unit);
        let sum = self.member.zip(unit).map(|(member, unit)| {
            let sum = Points(of(member, unit.number));
            unit.decimal(sum)
        });
        sum.unwrap_or_default()
    }

    fn tier(&self) -> Option<String> {
        let held = self.member?.tier?.tier;
        self.policy.tiers()?.name(held).map(str::to_owned)
    }

    fn lots(&self, unit: &str) -> Check {
        let number = self.programme().unit_named(unit).map_or(0, |u| u.number);
        let lots = self.member.into_iter().flat_map(|m| m.lots_of(number));
        let mut open: Vec<_> = lots
            .filter(|l| l.remaining.is_positive() && !l.is_dead(self.at))
            .collect();
        open.sort_by_key(|lot| lot.spend_order());
        let calendar = &self.programme().calendar;
        let last = |at| calendar.last_day(at);
        let shown = open.iter().map(|l| {
            let amount = self.programme().decimal(number, l.remaining);
            (amount, l.terms.expires.map(last))
        });
        Check::Lots(unit.to_owned(), shown.collect())
    }

    fn warnings(&self) -> Vec<String> {
        match self.answer {
            Some(Answer::Accepted(done)) => done.warnings.iter().map(|w| w.code.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn state(&self, id: &str) -> String {
        let campaign = self.policy.campaigns().iter().find(|c| c.id == id);
        let found = campaign.map(|c| self.states.iter().find(|s| s.0 == c.number));
        match found {
            Some(state) => state
                .map_or(CampaignStatus::Running, |s| s.1)
                .as_str()
                .into(),
            None => "unknown".into(),
        }
    }

    /// Messages to the member, in the order of the entries.
    fn messages(&self) -> Vec<(String, bool)> {
        let Some(id) = self.member.map(|m| m.id) else {
            return Vec::new();
        };
        let sent = |entry: &'_ Entry| -> Vec<(String, bool)> {
            let is_to = |who: u8| entry.touched.get(usize::from(who)).map(|t| t.member) == Some(id);
            let message = |effect: &Effect| match effect {
                Effect::Message {
                    who,
                    template,
                    is_suppressed,
                    ..
                } if is_to(*who) => Some((template.clone(), *is_suppressed)),
                _ => None,
            };
            entry.effects.iter().filter_map(message).collect()
        };
        self.entries.iter().flat_map(sent).collect()
    }

    fn collects(&self) -> String {
        match self.answer {
            Some(Answer::Accepted(done)) => done.collect.as_ref().map(|c| c.money.clone()),
            _ => None,
        }
        .unwrap_or_else(|| "nothing".into())
    }

    fn gives(&self) -> String {
        match self.answer {
            Some(Answer::Accepted(done)) => done.give_back.as_ref().map(|g| g.money.clone()),
            _ => None,
        }
        .unwrap_or_else(|| "nothing".into())
    }
}
