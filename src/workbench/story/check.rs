//! Values of checks: state after a line, if it asks for any.

use super::items::{discounts, member};
use super::outcome::{Check, listed};
use super::run::Did;
use crate::answer::{Accepted, Answer};
use crate::model::{
    CampaignStatus, Effect, Instant, Number, Points, Policy, Programme, Window, wide_money,
};
use crate::rules::state::{LedgerState, Lot, Member, PassHeld};

/// State that checks read.
pub(super) struct View<'a> {
    pub global: &'a LedgerState,
    pub policy: &'a dyn Policy,
    pub member: Option<&'a Member>,
    pub did: &'a Did,
    pub at: Instant,
}

impl View<'_> {
    /// The same check with its actual value.
    pub fn answer_to(&self, check: &Check) -> Check {
        Check {
            value: self.value(check.word, &check.about),
            ..check.clone()
        }
    }

    /// The value of a check, by its word and what it is about.
    fn value(&self, word: &str, about: &str) -> String {
        let day = self.programme().calendar.day_of(self.at);
        match word {
            "balance" => self.sum(about, |m, n| m.available(n, self.at).0),
            "pending" => self.sum(about, |m, n| m.pending(n, self.at).0),
            "held" => self.sum(about, |m, n| m.lots_of(n).map(|lot| lot.held.0).sum()),
            "qualifying" => {
                let unit = self.programme().unit_named(about);
                let window = unit.map_or(Window::Year, |unit| unit.window);
                self.sum(about, |m, n| m.window(window, day, |f| f.unit(n)))
            }
            "tier" => self.tier().unwrap_or("none").into(),
            "lots" => self.lots(about),
            "pass" => {
                let end = self.pass(about).and_then(|(_, lot)| lot.terms.expires);
                end.map_or("none".into(), |end| self.until(end))
            }
            "uses" => {
                let uses = self.pass(about).map_or(0, |(held, _)| held.uses(day));
                uses.to_string()
            }
            "owes" => self.owes(about),
            "pool" => self.holds(about),
            "campaign" => self.state(about).into(),
            "warns" => {
                let warnings = self.accepted().into_iter().flat_map(|done| &done.warnings);
                listed(warnings.map(|warning| &warning.code), ", ", "nothing")
            }
            "tags" => {
                let tags = self
                    .member
                    .into_iter()
                    .flat_map(|member| member.tags.iter());
                listed(tags, ", ", "nothing")
            }
            "sends" => listed(self.messages().iter(), ", ", "nothing"),
            "gives" => {
                let back = self.accepted().and_then(|done| done.give_back.as_ref());
                back.map_or("nothing".into(), |back| back.money.clone())
            }
            "collects" => {
                let rest = self.accepted().and_then(|done| done.collect.as_ref());
                rest.map_or("nothing".into(), |rest| rest.money.clone())
            }
            "discount" => discounts(&self.did.entries).display(self.programme().digits),
            _ => String::new(),
        }
    }

    fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    fn accepted(&self) -> Option<&Accepted> {
        match &self.did.answer {
            Some(Answer::Accepted(done)) => Some(done),
            _ => None,
        }
    }

    fn sum(&self, unit: &str, of: impl Fn(&Member, Number) -> i64) -> String {
        let unit = self.programme().unit_named(unit);
        let sum = self.member.zip(unit);
        let sum = sum.map(|(member, unit)| unit.decimal(Points(of(member, unit.number))));
        sum.unwrap_or_default().to_string()
    }

    fn tier(&self) -> Option<&str> {
        self.policy.tiers()?.name(self.member?.tier?.tier)
    }

    fn lots(&self, unit: &str) -> String {
        let number = self.programme().unit_named(unit).map_or(0, |u| u.number);
        let lots = self.member.into_iter().flat_map(|m| m.lots_of(number));
        let mut open: Vec<&Lot> = lots
            .filter(|lot| lot.remaining.is_positive() && !lot.is_dead(self.at))
            .collect();
        open.sort_by_key(|lot| lot.spend_order());
        let lots = open.iter().map(|lot| {
            let amount = self.programme().decimal(number, lot.remaining);
            let end = lot.terms.expires.map(|end| format!(" {}", self.until(end)));
            format!("{amount}{}", end.unwrap_or_default())
        });
        listed(lots, ", ", "none")
    }

    fn until(&self, end: Instant) -> String {
        format!("until {}", self.programme().calendar.last_day(end))
    }

    fn pass(&self, unit: &str) -> Option<(&PassHeld, &Lot)> {
        let number = self.programme().unit_named(unit)?.number;
        self.member?.pass(number, self.at)
    }

    fn owes(&self, id: &str) -> String {
        let programme = self.programme();
        let found = programme.partners.iter().find(|p| p.id == id);
        let account = found.and_then(|partner| self.global.partner(partner.number));
        wide_money(
            account.map_or(0, |account| account.balance),
            programme.digits,
        )
    }

    fn holds(&self, id: &str) -> String {
        let found = self.programme().pools.iter().find(|p| p.id == id);
        let pool = found.and_then(|pool| self.global.pool(pool.number));
        let digits = found.map_or(0, |pool| pool.digits);
        wide_money(pool.map_or(0, |pool| pool.balance), digits)
    }

    fn state(&self, id: &str) -> &'static str {
        let campaign = self.policy.campaigns().iter().find(|c| c.id == id);
        let status = campaign.map(|campaign| self.global.status(campaign.number));
        status.map_or("unknown", CampaignStatus::as_str)
    }

    /// Messages to the member, in the order of the entries.
    fn messages(&self) -> Vec<String> {
        let mut sent = Vec::new();
        for entry in &self.did.entries {
            let is_own = |who| {
                self.member
                    .is_some_and(|own| member(entry, who) == Some(own.id))
            };
            let mut message = |template: &str, is_suppressed: bool| {
                let suppressed = if is_suppressed { " suppressed" } else { "" };
                sent.push(format!("{template}{suppressed}"));
            };
            for effect in &entry.effects {
                match effect {
                    Effect::Message {
                        who,
                        template,
                        is_suppressed,
                        ..
                    } if is_own(*who) => message(template, *is_suppressed),
                    _ => {}
                }
            }
        }
        sent
    }
}
