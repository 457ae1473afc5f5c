//! Sequences of purchases, returns and the like that a search tries.

use super::Hole;
use crate::model::{Campaign, Day, Money, MonthDay, Number, Policy, Programme, UnitKind};
use crate::policy::{Bundle, Compiled};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write;

/// Most amounts that a search tries.
const AMOUNTS_MAX: usize = 24;
/// Bills into which one is split.
pub(super) const PIECES: usize = 10;
/// Points that somebody has who pays with them.
const GIVEN: i64 = 1000;

/// Circumstances in which a campaign runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Context {
    day: Day,
    minute: u32,
    store: Option<String>,
    channel: Option<String>,
    category: Option<String>,
    tag: Option<String>,
    codes: Vec<String>,
    tier: Option<String>,
    is_birthday: bool,
    /// Bills at one minute, in turn at two tills, and in two stores where there are some.
    has_two_tills: bool,
}

impl Context {
    /// The day of the first step.
    pub fn day(&self) -> Day {
        self.day
    }

    fn plain(programme: &Programme) -> Context {
        Context {
            day: Day::parse("2026-03-03").unwrap_or(Day(0)),
            minute: 600,
            store: programme.stores.first().map(|store| store.id.clone()),
            channel: None,
            category: None,
            tag: None,
            codes: Vec::new(),
            tier: None,
            is_birthday: false,
            has_two_tills: false,
        }
    }

    /// The plain one, a birthday, midnight of a leap day, two tills at once, one for each
    /// campaign, and one with the codes of all of them.
    pub fn all(policy: &Compiled) -> Vec<Context> {
        // Who has the highest tier cannot come to a better one between two bills.
        let highest = policy.tiers().and_then(|tiers| tiers.names.last().cloned());
        let plain = Context {
            tier: highest,
            ..Context::plain(policy.programme())
        };
        let mut all = vec![plain.clone()];
        let running = policy.campaigns().iter().filter(|c| !c.is_draft);
        all.extend(running.map(|campaign| plain.for_campaign(campaign, policy)));
        all.push(Context {
            is_birthday: true,
            ..plain.clone()
        });
        all.push(Context {
            day: Day::parse("2028-02-29").unwrap_or(plain.day),
            minute: 23 * 60 + 57,
            is_birthday: true,
            ..plain.clone()
        });
        all.push(Context {
            has_two_tills: true,
            ..plain.clone()
        });
        all.push(plain.for_all(policy));
        let mut seen: Vec<Context> = Vec::new();
        for context in all {
            if !seen.contains(&context) {
                seen.push(context);
            }
        }
        seen
    }

    /// One in which as many campaigns as possible run, by their codes and goods.
    fn for_all(&self, policy: &Compiled) -> Context {
        let running = policy.campaigns().iter().filter(|c| !c.is_draft);
        let each: Vec<Context> = running.map(|c| self.for_campaign(c, policy)).collect();
        let with_category = each.iter().find(|context| context.category.is_some());
        let mut codes: Vec<String> = Vec::new();
        for code in each.iter().flat_map(|context| &context.codes) {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
        Context {
            codes,
            tag: each.iter().find_map(|context| context.tag.clone()),
            ..with_category.unwrap_or(self).clone()
        }
    }

    /// True if the member has the birthday.
    pub fn is_birthday(&self) -> bool {
        self.is_birthday
    }

    /// True if the member has one of some tiers.
    pub fn has_tier(&self, tiers: &[Number], policy: &Compiled) -> bool {
        let name = |tier: &Number| policy.tiers().and_then(|tiers| tiers.name(*tier));
        let mut names = tiers.iter().filter_map(name);
        names.any(|name| self.tier.as_deref() == Some(name))
    }

    /// Number of conditions of campaigns that it meets by codes and goods.
    pub fn campaigns(&self) -> usize {
        self.codes.len() + usize::from(self.category.is_some())
    }

    fn for_campaign(&self, campaign: &Campaign, policy: &Compiled) -> Context {
        let when = &campaign.when;
        let hour = when.hours.first().map(|(from, _)| u32::from(*from));
        let tier = when.tiers.first().zip(policy.tiers());
        let tier = tier.and_then(|(tier, tiers)| tiers.name(*tier).map(str::to_owned));
        Context {
            day: campaign.first_day(self.day),
            minute: hour.unwrap_or(self.minute),
            store: when.stores.first().cloned().or_else(|| self.store.clone()),
            channel: when.channels.first().cloned(),
            category: when.categories.first().cloned(),
            tag: when.tags.first().cloned(),
            codes: when.codes.first().cloned().into_iter().collect(),
            tier: tier.or_else(|| self.tier.clone()),
            is_birthday: false,
            has_two_tills: false,
        }
    }
}

/// Means of payment of a purchase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Pays {
    Cash,
    GiftCard,
    /// Points of a unit.
    Points(String, i64),
    /// A voucher of a unit.
    Voucher(String),
}

impl Pays {
    /// The unit that pays, and how much of it.
    pub fn by_unit(&self) -> Option<(&str, i64)> {
        match self {
            Pays::Points(unit, points) => Some((unit, *points)),
            Pays::Voucher(unit) => Some((unit, 1)),
            Pays::Cash | Pays::GiftCard => None,
        }
    }
}

/// One line of a scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Enrol {
        who: &'static str,
        from: Option<&'static str>,
    },
    /// The member has points to begin with, or a voucher.
    Given(String),
    /// Somebody buys.
    Buy(Bill),
    /// Goods of the n-th purchase come back: all, or so much.
    Return { of: usize, amount: Option<i64> },
    /// The n-th purchase is voided.
    Void(usize),
    /// A part of Alice's points goes to Bob.
    Transfer(String),
    /// Alice has a reward.
    Redeem(String),
    /// Bob's account becomes a part of Alice's.
    Merge,
    /// Bob joins Alice's household.
    Household,
    /// The next day begins; on it Alice has her birthday if so.
    NextDay { is_birthday: bool },
    /// The daily run of a day to come.
    Daily(Day),
    /// An activity with its fields, as a story has it.
    Activity(String),
}

/// What somebody buys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bill {
    pub who: &'static str,
    /// Lines in the smallest parts of the currency; one below 0 is a deposit that is given back.
    pub lines: Vec<i64>,
    /// Pieces of each line.
    pub pieces: usize,
    pub pays: Pays,
    pub is_gift_card: bool,
}

impl Bill {
    /// A bill that Alice pays in cash.
    pub fn of(lines: Vec<i64>) -> Bill {
        Bill {
            who: "alice",
            lines,
            pieces: 1,
            pays: Pays::Cash,
            is_gift_card: false,
        }
    }

    fn total(&self) -> i64 {
        self.lines.iter().sum()
    }

    fn is_cash(&self) -> bool {
        self.pays == Pays::Cash && !self.is_gift_card
    }
}

/// A sequence, and its circumstances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Scenario {
    pub context: Context,
    pub steps: Vec<Step>,
}

pub(super) const ALICE: Step = Step::Enrol {
    who: "alice",
    from: None,
};

pub(super) fn buy(lines: Vec<i64>) -> Step {
    Step::Buy(Bill::of(lines))
}

pub(super) fn bought_by(who: &'static str, lines: Vec<i64>) -> Step {
    let bill = Bill::of(lines);
    Step::Buy(Bill { who, ..bill })
}

pub(super) fn all_of(of: usize) -> Step {
    Step::Return { of, amount: None }
}

impl Step {
    /// True if a bill, or a part of it, comes back.
    fn is_undone(&self) -> bool {
        matches!(self, Step::Return { .. } | Step::Void(_))
    }

    /// True if it puts two members' points together.
    fn is_moved(&self) -> bool {
        matches!(self, Step::Transfer(_) | Step::Merge | Step::Household)
    }
}

impl Scenario {
    /// The sequence as a story.
    pub fn story(&self, name: &str, programme: &Programme) -> String {
        let mut text = format!("programme {name}\n");
        let (mut bills, mut first) = (0, self.context.day);
        for (n, step) in (0..).zip(&self.steps) {
            // Two tills at once: all in the minute behind the first.
            let n = if self.context.has_two_tills {
                n.min(1)
            } else {
                n
            };
            let minute = self.context.minute + n;
            let days = i32::try_from(minute / 1440).unwrap_or(0);
            match step {
                Step::NextDay { .. } => first = first.plus_days(1),
                Step::Daily(day) => first = day.plus_days(-days),
                Step::Buy(_) => bills += 1,
                _ => {}
            }
            let (day, time) = (first.plus_days(days), minute % 1440);
            if let Some(line) = self.line(step, (bills, day), programme) {
                let _ = writeln!(text, "{day} {:02}:{:02}  {line}", time / 60, time % 60);
            }
        }
        text
    }

    /// A step as a line of a story behind its time; None if nothing is said of it.
    fn line(&self, step: &Step, (bill, day): (usize, Day), of: &Programme) -> Option<String> {
        let context = &self.context;
        Some(match step {
            Step::Enrol { who, from } => {
                let mut text = format!("enrol {who}");
                if context.is_birthday {
                    text += &format!(" born {}", month_day(context.day));
                }
                for (_, purpose) in &of.purposes {
                    text += &format!(" consent {purpose}");
                }
                if let Some(from) = from {
                    text += &format!(" from {from}");
                }
                if let Some(tier) = &context.tier {
                    text += &format!("\n{} given {who} {tier}", context.day);
                }
                text
            }
            Step::Given(unit) => match of.unit_named(unit).map(|unit| unit.kind) {
                Some(UnitKind::Voucher) => format!("issue alice {unit}"),
                _ => format!("given alice {GIVEN} {unit}"),
            },
            Step::Buy(one) => self.purchase(one, bill, of),
            Step::Return { of: n, amount } => {
                let amount = amount.map(|amount| Money(amount).display(of.digits));
                let (who, what) = (self.buyer(*n), amount.unwrap_or("all".into()));
                format!("return {who} {what} of bill-{}", n + 1)
            }
            Step::Void(n) => format!("void {} of bill-{}", self.buyer(*n), n + 1),
            Step::Transfer(unit) => format!("transfer alice {} {unit} to bob", GIVEN / 2),
            Step::Redeem(reward) => format!("redeem alice {reward}"),
            Step::Merge => "merge bob into alice".into(),
            Step::Household => "household bob join alice".into(),
            Step::NextDay { is_birthday } => {
                return is_birthday.then(|| format!("profile alice born {}", month_day(day)));
            }
            Step::Daily(_) => "daily".into(),
            Step::Activity(fields) => format!("activity alice {fields}"),
        })
    }

    /// The n-th purchase as a line of a story, with the lines of its bill.
    fn purchase(&self, bill: &Bill, n: usize, programme: &Programme) -> String {
        let context = &self.context;
        let money = |amount: i64| Money(amount).display(programme.digits);
        let total = money(bill.total());
        let mut text = format!("purchase {} {total} key bill-{n}", bill.who);
        let is_second = context.has_two_tills && n.is_multiple_of(2);
        let second = programme.stores.get(1).filter(|_| is_second);
        let store = second.map(|store| &store.id).or(context.store.as_ref());
        let codes = context.codes.iter().map(|code| ("code", code));
        let at = store.map(|store| ("at", store));
        let via = context.channel.as_ref().map(|channel| ("via", channel));
        for (word, what) in at.into_iter().chain(via).chain(codes) {
            text += &format!(" {word} {what}");
        }
        text += &match &bill.pays {
            Pays::Cash => String::new(),
            Pays::GiftCard => format!(" pays gift_card {total}"),
            Pays::Points(unit, points) => format!(" paid {points} {unit}"),
            Pays::Voucher(unit) => format!(" voucher {unit}"),
        };
        let goods = context.category.as_deref().unwrap_or("goods");
        for line in &bill.lines {
            let category = match (bill.is_gift_card, *line < 0) {
                (_, true) => "deposit",
                (true, _) => "gift_card",
                _ => goods,
            };
            text += &format!("\n    {} x {category} A-1 {}", bill.pieces, money(*line));
            if let Some(tag) = &context.tag {
                text += &format!(" tag {tag}");
            }
        }
        text
    }

    fn bills(&self) -> impl Iterator<Item = &Bill> {
        self.steps.iter().filter_map(|step| match step {
            Step::Buy(bill) => Some(bill),
            _ => None,
        })
    }

    /// Buyer of the n-th bill.
    fn buyer(&self, n: usize) -> &'static str {
        self.bills().nth(n).map_or("alice", |bill| bill.who)
    }

    /// Money of all purchases.
    pub fn paid(&self, digits: u8) -> Decimal {
        Money(self.total()).to_decimal(digits)
    }

    fn total(&self) -> i64 {
        self.bills().map(Bill::total).sum()
    }

    /// Points of a unit that somebody has to begin with.
    pub fn given(&self, unit: &str) -> Decimal {
        let is_given = |step: &&Step| matches!(step, Step::Given(of) if of == unit);
        Decimal::from(GIVEN) * Decimal::from(self.steps.iter().filter(is_given).count())
    }

    /// True if everything that was bought came back.
    fn comes_back(&self) -> bool {
        let bills: Vec<i64> = self.bills().map(Bill::total).collect();
        let is_back = |(n, total): (usize, &i64)| {
            let mut back = 0;
            for step in &self.steps {
                match step {
                    Step::Return { of, amount: None } | Step::Void(of) if *of == n => return true,
                    Step::Return {
                        of,
                        amount: Some(amount),
                    } if *of == n => back += amount,
                    _ => {}
                }
            }
            back == *total
        };
        !bills.is_empty() && bills.iter().enumerate().all(is_back)
    }

    /// True if the sequence has the form in which the hole is measured.
    pub fn is_of(&self, hole: Hole) -> bool {
        let steps = &self.steps[..];
        let is_joined = steps.first() == Some(&ALICE);
        let bills = self.bills().count();
        let only_cash = self.bills().all(Bill::is_cash);
        is_joined
            && match hole {
                Hole::KeptAfterReturns => self.comes_back(),
                Hole::PaidBackMore => bills > 0,
                Hole::Splitting => bills == steps.len() - 1 && bills > 1 && only_cash,
                Hole::MoreForLess => bills == 1 && steps.len() == 2 && only_cash,
                Hole::WorthMoreThanPaid => {
                    bills == 1 && only_cash && matches!(steps.last(), Some(Step::Buy(_)))
                }
                Hole::Reset => bills > 1 && steps.iter().any(Step::is_undone) && only_cash,
                Hole::Moving => steps.iter().any(Step::is_moved),
                Hole::NegativeLine => {
                    let mut lines = self.bills().flat_map(|bill| &bill.lines);
                    bills == 1 && steps.len() == 2 && lines.any(|line| *line < 0)
                }
                Hole::BirthdayAgain => {
                    let is_changed = |s: &Step| *s == Step::NextDay { is_birthday: true };
                    bills == 2 && self.context.is_birthday && steps.iter().any(is_changed)
                }
                Hole::ByLine => bills == 1 && steps.len() == 2 && only_cash,
                Hole::FreeReward => {
                    let is_had = |s: &Step| matches!(s, Step::Redeem(_));
                    self.comes_back() && steps.iter().any(is_had) && only_cash
                }
                Hole::CostsNothing => bills == 1 && steps.len() == 2 && only_cash,
                Hole::ByJoining => {
                    steps.len() > 1
                        && bills == 0
                        && !steps
                            .iter()
                            .any(|s| matches!(s, Step::Activity(_) | Step::Given(_)))
                }
                Hole::EarnsOnItself => match steps {
                    [_, Step::Given(unit), Step::Buy(bill)] => {
                        bill.pays.by_unit().is_some_and(|(by, _)| by == unit)
                    }
                    _ => false,
                },
                Hole::GiftCardTwice => bills == 2 && steps.len() == 3,
                Hole::PointsToMoney => bills == 1 && steps.len() == 3,
                Hole::ActivityAgain => {
                    steps.len() > 2
                        && steps[1..]
                            .iter()
                            .all(|s| matches!(s, Step::Activity(_)) && *s == steps[1])
                }
                Hole::Remembered => self.ends_after_returns() && only_cash,
            }
    }

    /// True if each bill but the last came back whole at once.
    fn ends_after_returns(&self) -> bool {
        let [_, back @ .., Step::Buy(_)] = &self.steps[..] else {
            return false;
        };
        let is_back = |(n, pair): (usize, &[Step])| match pair {
            [Step::Buy(_), Step::Return { of, amount: None }] => *of == n,
            _ => false,
        };
        !back.is_empty() && back.chunks(2).enumerate().all(is_back)
    }

    /// The sequence with which the hole is compared; None if with nothing.
    pub fn reference(&self, hole: Hole) -> Option<Scenario> {
        let steps = match hole {
            Hole::Splitting => {
                let lines = self.bills().flat_map(|bill| bill.lines.clone());
                vec![ALICE, buy(lines.collect())]
            }
            Hole::MoreForLess => vec![ALICE, buy(vec![(self.total() - 1).max(1)])],
            // A day comes for whoever does nothing as well.
            Hole::ByJoining => {
                let is_alone = |s: &&Step| **s == ALICE || matches!(s, Step::Daily(_));
                self.steps.iter().filter(is_alone).cloned().collect()
            }
            Hole::KeptAfterReturns | Hole::WorthMoreThanPaid => self.without(|step| {
                !matches!(step, Step::Enrol { .. } | Step::Given(_) | Step::Daily(_))
            }),
            Hole::Reset => self.without(Step::is_undone),
            Hole::Moving => self.without(Step::is_moved),
            Hole::ByLine => {
                let bill = self.bills().next()?;
                let in_one = Bill::of(vec![bill.total()]);
                let pieces = bill.lines.len();
                vec![ALICE, Step::Buy(Bill { pieces, ..in_one })]
            }
            Hole::NegativeLine => vec![ALICE, buy(vec![self.total()])],
            Hole::BirthdayAgain => {
                let step = |step: &Step| match step {
                    Step::NextDay { .. } => Step::NextDay { is_birthday: false },
                    other => other.clone(),
                };
                self.steps.iter().map(step).collect()
            }
            Hole::GiftCardTwice => vec![ALICE, buy(self.bills().next()?.lines.clone())],
            Hole::ActivityAgain | Hole::EarnsOnItself => self.steps[..2].to_vec(),
            Hole::Remembered => vec![ALICE, self.steps.last()?.clone()],
            _ => return None,
        };
        Some(Scenario {
            context: self.context.clone(),
            steps,
        })
    }

    /// True if its last step is on another day than its first.
    pub fn is_over_midnight(&self) -> bool {
        let steps = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        self.context.minute.saturating_add(steps) > 1440 && !self.context.has_two_tills
    }

    /// The steps but some.
    fn without(&self, is_left_out: fn(&Step) -> bool) -> Vec<Step> {
        let steps = self.steps.iter().filter(|step| !is_left_out(step));
        steps.cloned().collect()
    }

    /// Smaller sequences, the smallest first.
    pub fn smaller(&self) -> Vec<Scenario> {
        let mut all = Vec::new();
        let mut with_context = |change: &dyn Fn(&mut Context)| {
            let mut context = self.context.clone();
            change(&mut context);
            if context != self.context {
                let steps = self.steps.clone();
                all.push(Scenario { context, steps });
            }
        };
        with_context(&|context| context.codes.clear());
        with_context(&|context| context.has_two_tills = false);
        with_context(&|context| context.tag = None);
        with_context(&|context| context.channel = None);
        with_context(&|context| context.category = None);
        with_context(&|context| context.is_birthday = false);
        with_context(&|context| context.store = None);
        with_context(&|context| context.minute = 600);
        for n in (1..self.steps.len()).rev() {
            let mut steps = self.steps.clone();
            let gone = steps.remove(n);
            if let Step::Buy(_) = gone {
                let before = self.steps[..n].iter().filter(|s| matches!(s, Step::Buy(_)));
                let number = before.count();
                let names = |step: &Step| matches!(step, Step::Return { of, .. } | Step::Void(of) if *of == number);
                steps.retain(|step| !names(step));
                for step in &mut steps {
                    if let Step::Return { of, .. } | Step::Void(of) = step
                        && *of > number
                    {
                        *of -= 1;
                    }
                }
            }
            let context = self.context.clone();
            all.push(Scenario { context, steps });
        }
        all
    }
}

/// A birthday as stories have it: `03-08`.
fn month_day(day: Day) -> String {
    MonthDay::of(day).to_string()
}

/// Amounts around every number that the programme names, in the smallest parts
/// of its currency.
pub(super) fn amounts(bundle: &Bundle, policy: &Compiled) -> Vec<i64> {
    let digits = policy.programme().digits;
    let one = 10_i64.pow(u32::from(digits));
    let minimum = policy.campaigns().iter().filter_map(|c| c.when.minimum);
    let mut named: Vec<i64> = minimum.map(|money| money.0).collect();
    for file in bundle
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rhai"))
    {
        let words = file
            .text
            .split(|c: char| !c.is_ascii_digit() && c != '.' && c != '_');
        for word in words {
            let number = word
                .replace('_', "")
                .trim_matches('.')
                .parse::<Decimal>()
                .ok();
            let scaled = number.and_then(|n| n.checked_mul(one.into()));
            named.extend(
                scaled
                    .and_then(|n| n.to_i64())
                    .filter(|n| (1..=one * 100_000).contains(n)),
            );
        }
    }
    named.sort_unstable();
    named.dedup();
    let mut all = vec![one, one * 10, one * 100 - 1, one * 1000];
    for amount in named {
        all.extend([amount, amount - 1, amount + 1]);
    }
    let mut seen = Vec::new();
    for amount in all {
        if amount > 0 && !seen.contains(&amount) {
            seen.push(amount);
        }
    }
    seen.truncate(AMOUNTS_MAX);
    seen
}
