//! Sequences of purchases, returns and the like that a search tries.

use super::{Chance, Hole};
use crate::model::{Campaign, Day, FieldKind, Money, Policy, Programme, UnitKind};
use crate::policy::{Bundle, Compiled};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write;

/// Most amounts that a search tries.
const AMOUNTS_MAX: usize = 24;
/// Bills into which one is split.
const PIECES: usize = 10;
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
    code: Option<String>,
    tier: Option<String>,
    is_birthday: bool,
}

impl Context {
    fn plain(programme: &Programme) -> Context {
        Context {
            day: Day::parse("2026-03-03").unwrap_or(Day(0)),
            minute: 600,
            store: programme.stores.first().map(|store| store.id.clone()),
            channel: None,
            category: None,
            tag: None,
            code: None,
            tier: None,
            is_birthday: false,
        }
    }

    /// The plain one, a birthday, midnight of a leap day, and one for each campaign.
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
            ..plain
        });
        let mut seen: Vec<Context> = Vec::new();
        for context in all {
            if !seen.contains(&context) {
                seen.push(context);
            }
        }
        seen
    }

    fn for_campaign(&self, campaign: &Campaign, policy: &Compiled) -> Context {
        let when = &campaign.when;
        let first = campaign.from.unwrap_or(self.day).max(self.day);
        let last = campaign.to.unwrap_or(first.plus_days(366));
        let first = if first > last {
            campaign.from.unwrap_or(last)
        } else {
            first
        };
        let fits = |day: &Day| {
            let weekday = day.weekday();
            when.weekdays.is_empty() || when.weekdays.iter().any(|w| usize::from(*w) == weekday)
        };
        let day = (0..7)
            .map(|n| first.plus_days(n))
            .find(|day| fits(day) && *day <= last);
        let hour = when.hours.first().map(|(from, _)| u32::from(*from));
        let tiers = policy.tiers();
        let tier = when.tiers.first().and_then(|number| {
            let at = tiers?.levels.iter().position(|level| level == number)?;
            tiers?.names.get(at).cloned()
        });
        Context {
            day: day.unwrap_or(first),
            minute: hour.unwrap_or(self.minute),
            store: when.stores.first().cloned().or_else(|| self.store.clone()),
            channel: when.channels.first().cloned(),
            category: when.categories.first().cloned(),
            tag: when.tags.first().cloned(),
            code: when.codes.first().cloned(),
            tier: tier.or_else(|| self.tier.clone()),
            is_birthday: false,
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
}

/// One line of a scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Enrol {
        who: &'static str,
        from: Option<&'static str>,
    },
    /// The member has points to begin with.
    Given(String),
    /// A bill of these lines, in the smallest parts of the currency.
    Buy {
        lines: Vec<i64>,
        pays: Pays,
        is_gift_card: bool,
    },
    /// Goods of the n-th purchase come back: all, or so much.
    Return { of: usize, amount: Option<i64> },
    /// An activity with its fields, as a story has it.
    Activity(String),
}

/// A sequence, and its circumstances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Scenario {
    pub context: Context,
    pub steps: Vec<Step>,
}

const ALICE: Step = Step::Enrol {
    who: "alice",
    from: None,
};

fn buy(lines: Vec<i64>) -> Step {
    Step::Buy {
        lines,
        pays: Pays::Cash,
        is_gift_card: false,
    }
}

fn all_of(of: usize) -> Step {
    Step::Return { of, amount: None }
}

impl Scenario {
    /// The sequence as a story.
    pub fn story(&self, name: &str, programme: &Programme) -> String {
        let mut text = format!("programme {name}\n");
        let mut bills = 0;
        for (n, step) in (0..).zip(&self.steps) {
            let minute = self.context.minute + n;
            let days = i32::try_from(minute / 1440).unwrap_or(0);
            let day = self.context.day.plus_days(days);
            let time = minute % 1440;
            let _ = write!(text, "{day} {:02}:{:02}  ", time / 60, time % 60);
            self.line(step, &mut bills, programme, &mut text);
            text.push('\n');
        }
        text
    }

    fn line(&self, step: &Step, bills: &mut usize, programme: &Programme, text: &mut String) {
        let money = |amount: i64| Money(amount).display(programme.digits);
        let context = &self.context;
        match step {
            Step::Enrol { who, from } => {
                let _ = write!(text, "enrol {who}");
                if context.is_birthday {
                    let day = context.day.to_string();
                    let _ = write!(text, " born {}", &day[day.len() - 5..]);
                }
                for (_, purpose) in &programme.purposes {
                    let _ = write!(text, " consent {purpose}");
                }
                if let Some(from) = from {
                    let _ = write!(text, " from {from}");
                }
                if let Some(tier) = &context.tier {
                    let _ = write!(text, "\n{} given {who} {tier}", context.day);
                }
            }
            Step::Given(unit) => {
                let _ = write!(text, "given alice {GIVEN} {unit}");
            }
            Step::Buy {
                lines,
                pays,
                is_gift_card,
            } => {
                *bills += 1;
                let total: i64 = lines.iter().sum();
                let _ = write!(text, "purchase alice {} key bill-{bills}", money(total));
                let places = [
                    ("at", &context.store),
                    ("via", &context.channel),
                    ("code", &context.code),
                ];
                for (word, value) in places {
                    if let Some(value) = value {
                        let _ = write!(text, " {word} {value}");
                    }
                }
                match pays {
                    Pays::Cash => {}
                    Pays::GiftCard => {
                        let _ = write!(text, " pays gift_card {}", money(total));
                    }
                    Pays::Points(unit, points) => {
                        let _ = write!(text, " paid {points} {unit}");
                    }
                }
                let category = match is_gift_card {
                    true => "gift_card",
                    false => context.category.as_deref().unwrap_or("goods"),
                };
                for line in lines {
                    let _ = write!(text, "\n    1 x {category} A-1 {}", money(*line));
                    if let Some(tag) = &context.tag {
                        let _ = write!(text, " tag {tag}");
                    }
                }
            }
            Step::Return { of, amount } => {
                let what = amount.map_or("all".into(), money);
                let _ = write!(text, "return alice {what} of bill-{}", of + 1);
            }
            Step::Activity(fields) => {
                let _ = write!(text, "activity alice {fields}");
            }
        }
    }

    fn bills(&self) -> impl Iterator<Item = (&Vec<i64>, &Pays, bool)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Buy {
                lines,
                pays,
                is_gift_card,
            } => Some((lines, pays, *is_gift_card)),
            _ => None,
        })
    }

    /// Money of all purchases.
    pub fn paid(&self, digits: u8) -> Decimal {
        let all: i64 = self.bills().flat_map(|(lines, ..)| lines).sum();
        Money(all).to_decimal(digits)
    }

    /// Points that members had to begin with.
    pub fn given(&self) -> Decimal {
        let given = self
            .steps
            .iter()
            .filter(|step| matches!(step, Step::Given(_)));
        Decimal::from(given.count()) * Decimal::from(GIVEN)
    }

    /// True if everything that was bought came back.
    fn comes_back(&self) -> bool {
        let bills: Vec<i64> = self.bills().map(|(lines, ..)| lines.iter().sum()).collect();
        let is_back = |(n, total): (usize, &i64)| {
            let mut back = 0;
            for step in &self.steps {
                match step {
                    Step::Return { of, amount: None } if *of == n => return true,
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
        let only_cash = self
            .bills()
            .all(|(_, pays, card)| *pays == Pays::Cash && !card);
        is_joined
            && match hole {
                Hole::KeptAfterReturns => self.comes_back(),
                Hole::PaidBackMore => bills > 0,
                Hole::Splitting => bills == steps.len() - 1 && bills > 1 && only_cash,
                Hole::MoreForLess | Hole::WorthMoreThanPaid => {
                    bills == 1 && steps.len() == 2 && only_cash
                }
                Hole::ByJoining => {
                    steps.len() > 1
                        && bills == 0
                        && !steps
                            .iter()
                            .any(|s| matches!(s, Step::Activity(_) | Step::Given(_)))
                }
                Hole::GiftCardTwice => bills == 2 && steps.len() == 3,
                Hole::PointsToMoney => bills == 1 && steps.len() == 3,
                Hole::ActivityAgain => {
                    steps.len() > 2
                        && steps[1..]
                            .iter()
                            .all(|s| matches!(s, Step::Activity(_)) && *s == steps[1])
                }
                Hole::Remembered => {
                    matches!(
                        steps,
                        [
                            _,
                            Step::Buy { .. },
                            Step::Return {
                                of: 0,
                                amount: None
                            },
                            Step::Buy { .. }
                        ]
                    ) && only_cash
                }
            }
    }

    /// The sequence with which the hole is compared; None if with nothing.
    pub fn reference(&self, hole: Hole) -> Option<Scenario> {
        let steps = match hole {
            Hole::Splitting => {
                let lines = self.bills().flat_map(|(lines, ..)| lines.clone());
                vec![ALICE, buy(lines.collect())]
            }
            Hole::MoreForLess => {
                let amount: i64 = self.bills().flat_map(|(lines, ..)| lines).sum();
                vec![ALICE, buy(vec![(amount - 1).max(1)])]
            }
            Hole::ByJoining => vec![ALICE],
            Hole::GiftCardTwice => vec![ALICE, buy(self.bills().next()?.0.clone())],
            Hole::ActivityAgain => self.steps[..2].to_vec(),
            Hole::Remembered => vec![ALICE, self.steps.last()?.clone()],
            _ => return None,
        };
        Some(Scenario {
            context: self.context.clone(),
            steps,
        })
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
        with_context(&|context| context.code = None);
        with_context(&|context| context.tag = None);
        with_context(&|context| context.channel = None);
        with_context(&|context| context.category = None);
        with_context(&|context| context.is_birthday = false);
        with_context(&|context| context.store = None);
        with_context(&|context| context.minute = 600);
        for n in (1..self.steps.len()).rev() {
            let mut steps = self.steps.clone();
            let gone = steps.remove(n);
            if let Step::Buy { .. } = gone {
                let before = self.steps[..n]
                    .iter()
                    .filter(|s| matches!(s, Step::Buy { .. }));
                let number = before.count();
                steps.retain(|step| !matches!(step, Step::Return { of, .. } if *of == number));
                for step in &mut steps {
                    if let Step::Return { of, .. } = step
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

/// The sequences that are tried first, in this order.
pub(super) fn systematic(
    bundle: &Bundle,
    policy: &Compiled,
    contexts: &[Context],
    amounts: &[i64],
) -> Vec<(Hole, Scenario)> {
    // Whoever sells no gift cards need not keep points away from them.
    let mut texts = bundle.files.iter().map(|file| &file.text);
    let has_gift_cards =
        texts.any(|text| text.contains("\"gift_card\"") || text.contains("\"gift-card\""));
    let programme = policy.programme();
    let mut all = Vec::new();
    let Some(plain) = contexts.first() else {
        return all;
    };
    let mut add = |hole, context: &Context, steps: Vec<Step>| {
        let context = context.clone();
        all.push((hole, Scenario { context, steps }));
    };
    let one = 10_i64.pow(u32::from(programme.digits));
    add(
        Hole::ByJoining,
        plain,
        vec![ALICE, friend("bob"), friend("carla")],
    );
    for activity in activities(programme) {
        let steps = std::iter::once(ALICE).chain(vec![Step::Activity(activity); 5]);
        add(Hole::ActivityAgain, plain, steps.collect());
    }
    let card = |pays, is_gift_card| Step::Buy {
        lines: vec![50 * one],
        pays,
        is_gift_card,
    };
    add(
        Hole::GiftCardTwice,
        plain,
        vec![ALICE, card(Pays::Cash, true), card(Pays::GiftCard, false)],
    );
    for unit in programme
        .units
        .iter()
        .filter(|u| u.kind == UnitKind::Spendable)
    {
        let value = unit.value.as_ref().and_then(|value| value.to_decimal());
        let Some(price) = value.and_then(|v| v.checked_mul(Decimal::from(100 * one))) else {
            continue;
        };
        let Some(price) = price.to_i64().filter(|price| *price > 0) else {
            continue;
        };
        let paid = |is_gift_card| Step::Buy {
            lines: vec![price],
            pays: Pays::Points(unit.id.clone(), 100),
            is_gift_card,
        };
        let given = Step::Given(unit.id.clone());
        if has_gift_cards {
            let steps = vec![ALICE, given.clone(), paid(true)];
            add(Hole::PointsToMoney, plain, steps);
        }
        add(
            Hole::KeptAfterReturns,
            plain,
            vec![ALICE, given, paid(false), all_of(0)],
        );
    }
    for context in contexts {
        for hole in [
            Hole::KeptAfterReturns,
            Hole::MoreForLess,
            Hole::WorthMoreThanPaid,
            Hole::Splitting,
        ] {
            for amount in amounts {
                let steps = match hole {
                    Hole::Splitting => split(&[*amount; PIECES]),
                    Hole::KeptAfterReturns => vec![ALICE, buy(vec![*amount]), all_of(0)],
                    _ => vec![ALICE, buy(vec![*amount])],
                };
                add(hole, context, steps);
            }
        }
        let large = amounts.iter().copied().max().unwrap_or(one);
        add(
            Hole::Remembered,
            context,
            vec![ALICE, buy(vec![large]), all_of(0), buy(vec![one])],
        );
        let half = large / 2;
        let in_pieces = [half, large - half].map(|amount| Step::Return {
            of: 0,
            amount: Some(amount),
        });
        let steps = [ALICE, buy(vec![large])].into_iter().chain(in_pieces);
        add(Hole::KeptAfterReturns, context, steps.clone().collect());
        add(Hole::PaidBackMore, context, steps.collect());
    }
    all
}

fn friend(who: &'static str) -> Step {
    Step::Enrol {
        who,
        from: Some("alice"),
    }
}

fn split(amounts: &[i64]) -> Vec<Step> {
    let bills = amounts.iter().map(|amount| buy(vec![*amount]));
    std::iter::once(ALICE).chain(bills).collect()
}

/// Activities with fields that are possible, as stories have them; those that
/// need a code are left out.
fn activities(programme: &Programme) -> Vec<String> {
    let all = programme.activities.iter();
    let all = all.filter(|a| a.fields.iter().all(|f| f.kind != FieldKind::Secret));
    let told = all.map(|activity| {
        let mut text = activity.id.clone();
        for field in &activity.fields {
            let least = field.min.or(field.max).unwrap_or(Decimal::ONE);
            let value = match field.kind {
                FieldKind::Whole => least.ceil().to_string(),
                FieldKind::Decimal => least.to_string(),
                FieldKind::Bool => "true".into(),
                FieldKind::Day => "2026-03-03".into(),
                _ => field.values.first().cloned().unwrap_or_else(|| "a".into()),
            };
            let _ = write!(text, " {}={value}", field.name);
        }
        text
    });
    told.collect()
}

/// A sequence by chance.
pub(super) fn random(
    chance: &mut Chance,
    policy: &Compiled,
    context: &Context,
    amounts: &[i64],
) -> (Hole, Scenario) {
    let one = 10_i64.pow(u32::from(policy.programme().digits));
    let amount = |chance: &mut Chance| match chance.below(2) {
        0 => chance.pick(amounts).copied().unwrap_or(one),
        _ => i64::try_from(chance.below(30_000)).unwrap_or(0) + 1,
    };
    let (hole, steps) = match chance.below(4) {
        0 => {
            let count = 2 + chance.below(PIECES);
            let lines: Vec<i64> = (0..count).map(|_| amount(chance)).collect();
            (Hole::Splitting, split(&lines))
        }
        1 => (Hole::MoreForLess, vec![ALICE, buy(vec![amount(chance)])]),
        2 => {
            let (first, last) = (amount(chance), amount(chance));
            (
                Hole::Remembered,
                vec![ALICE, buy(vec![first]), all_of(0), buy(vec![last])],
            )
        }
        _ => {
            let mut steps = vec![ALICE];
            let mut left = Vec::new();
            for _ in 0..=chance.below(3) {
                let total = amount(chance);
                steps.push(buy(vec![total]));
                left.push(total);
            }
            // In pieces, in any order.
            while let Some(total) = left.iter().copied().max().filter(|total| *total > 0) {
                let at = chance.below(left.len());
                let rest = left[at];
                if rest == 0 {
                    continue;
                }
                let piece = match chance.below(3) {
                    0 => rest,
                    _ => {
                        i64::try_from(chance.below(usize::try_from(total).unwrap_or(1)))
                            .unwrap_or(0)
                            + 1
                    }
                };
                let piece = piece.min(rest);
                // A long sequence comes to its end.
                let piece = if steps.len() > 12 { rest } else { piece };
                left[at] -= piece;
                steps.push(Step::Return {
                    of: at,
                    amount: Some(piece),
                });
            }
            (Hole::KeptAfterReturns, steps)
        }
    };
    let context = context.clone();
    (hole, Scenario { context, steps })
}
