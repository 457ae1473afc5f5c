//! The work of `stampbook explain`: an entry with all inputs of its decision.

use super::args::Cli;
use super::costing::{Cost, costs};
use super::explain::ExplainArgs;
use super::print::{Exit, Failure, Printer};
use super::telling::{after_line, did_line};
use crate::command::Figure;
use crate::engine::Ledger;
use crate::model::{
    Act, Campaign, Code, CutBy, Effect, Entry, Fact, Hook, Money, NameKind, Number, Place, Points,
    Policy, Purchase, TenderKind, WEEKDAYS, Window,
};
use crate::query::{Told, told};
use crate::rules::bill::charge_name;
use crate::rules::limits::campaign_of;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// An entry with its reasons.
#[derive(Serialize)]
struct Explained {
    ok: bool,
    #[serde(flatten)]
    told: Told,
    /// The ledger's own instant, which decides balance, tier and expiry.
    effective: String,
    /// Reading of the clock.
    recorded: String,
    /// The programme's day.
    day: String,
    channel: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    store: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    terminal: String,
    is_history: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// Number of the deciding programme.
    programme: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bill: Vec<Position>,
    /// Facts that scripts read, with their values at the time.
    given: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    awards: Vec<Award>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<Cut>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rounding: Vec<Rounded>,
    /// Campaigns for purchases that took no part in this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_run: Vec<NotRun>,
    /// Costs of what was given, as far as the programme declares them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    costs: Vec<Cost>,
}

/// One position of a bill: a line, a charge, a discount, a tender.
#[derive(Serialize)]
struct Position {
    what: String,
    of: String,
    qty: String,
    amount: String,
}

/// One award: the proposal, and its result.
#[derive(Serialize)]
struct Award {
    campaign: String,
    unit: String,
    line: u16,
    exact: String,
    amount: Figure,
    /// Part of it that filled the member's deficit.
    fills: Figure,
    /// Instant of expiry.
    until: String,
    last_day: String,
    why: String,
}

/// A reduction of a proposal.
#[derive(Serialize)]
struct Cut {
    campaign: String,
    unit: String,
    asked: String,
    granted: String,
    by: &'static str,
}

/// A campaign that took no part in a purchase.
#[derive(Serialize)]
struct NotRun {
    campaign: String,
    why: String,
}

/// The one rounding of a unit.
#[derive(Serialize)]
struct Rounded {
    unit: String,
    exact: String,
    amount: Figure,
    how: String,
}

impl ExplainArgs {
    /// Explains the entry.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("explain", out, |ledger, out| {
            let Some(entry) = ledger.entry(self.seq)? else {
                let last = ledger.house().next_seq.saturating_sub(1);
                let message = format!("there is no entry {}; the last is {last}", self.seq);
                return Err(Failure::new(Code::UnknownEntry, message));
            };
            let explained = explained(ledger, &entry)?;
            match out.is_json() {
                true => out.json(&explained)?,
                false => print(&explained, out)?,
            }
            Ok(Exit::Done)
        })
    }
}

fn explained(ledger: &mut Ledger, entry: &Entry) -> Result<Explained, Failure> {
    let given = given(ledger, entry)?;
    let costs = costs(ledger, entry)?;
    let awards = awards(ledger, entry)?;
    let not_run = match &entry.act {
        Act::Purchase(purchase) => not_run(ledger, entry, purchase),
        _ => Vec::new(),
    };
    let programme = ledger.programme()?;
    let at = |at| programme.calendar.display(at);
    Ok(Explained {
        not_run,
        store: match &entry.head.origin.place {
            Place::Unsaid => String::new(),
            Place::Named(name) => name.clone(),
            Place::Store(number) => ledger.house().names.text(NameKind::Store, *number),
        },
        terminal: entry.head.origin.terminal.clone(),
        ok: true,
        told: told(ledger, entry)?,
        effective: at(entry.head.effective),
        recorded: at(entry.head.recorded_at()),
        day: entry.head.day.to_string(),
        channel: entry.head.origin.channel.name().into(),
        is_history: entry.head.origin.is_history,
        member: entry.member().map(|id| id.to_string()),
        programme: entry.head.bundle,
        bill: match &entry.act {
            Act::Purchase(purchase) => bill(ledger, purchase)?,
            _ => Vec::new(),
        },
        given,
        costs,
        cuts: cuts(ledger, entry),
        rounding: rounding(ledger, &awards)?,
        awards,
    })
}

/// Campaigns for purchases that gave and changed nothing, with the first reason
/// in their header.
fn not_run(ledger: &mut Ledger, entry: &Entry, purchase: &Purchase) -> Vec<NotRun> {
    let Ok(policy) = ledger.programme_of(entry.head.bundle) else {
        return Vec::new();
    };
    let took_part = |number: Number| {
        let mut effects = entry.effects.iter();
        effects.any(|effect| {
            let of = match effect {
                Effect::Failed { campaign, .. }
                | Effect::Drawn { campaign, .. }
                | Effect::Remembered { campaign, .. }
                | Effect::BenefitUsed { campaign, .. } => *campaign,
                effect => campaign_of(effect),
            };
            of == number
        })
    };
    let campaigns = policy.campaigns().iter();
    let idle = campaigns
        .filter(|c| c.hooks.contains(&Hook::OnPurchase) && !took_part(c.number))
        .map(|c| NotRun {
            campaign: c.id.clone(),
            why: why_not(ledger, entry, purchase, &*policy, c),
        });
    idle.collect()
}

/// The first condition of a header that a purchase did not meet.
fn why_not(
    ledger: &Ledger,
    entry: &Entry,
    purchase: &Purchase,
    policy: &dyn Policy,
    campaign: &Campaign,
) -> String {
    let (day, when) = (entry.head.day, &campaign.when);
    let names = &ledger.house().names;
    let local = policy.programme().calendar.local(entry.head.occurred_at());
    let minutes = u16::from(local.hour) * 60 + u16::from(local.minute);
    let in_hours = |(from, to): &(u16, u16)| match from <= to {
        true => (*from..*to).contains(&minutes),
        false => minutes >= *from || minutes < *to,
    };
    let store = match &entry.head.origin.place {
        Place::Unsaid => String::new(),
        Place::Named(name) => name.clone(),
        Place::Store(number) => names.text(NameKind::Store, *number),
    };
    let lacks = |list: &[String], is_met: &dyn Fn(&String) -> bool| {
        !list.is_empty() && !list.iter().any(is_met)
    };
    let has_category = |c: &String| purchase.lines.iter().any(|l| l.category == *c);
    let has_tag = |t: &String| purchase.lines.iter().any(|l| l.tags.contains(t));
    let tiers = when.tiers.iter().map(|t| names.text(NameKind::Tier, *t));
    let tiers: Vec<String> = tiers.collect();
    let tier = policy.facts().iter().position(|f| *f == Fact::Tier);
    let tier = tier.and_then(|at| entry.given.get(at));
    let has_tier = tier.is_none_or(|t| tiers.contains(&t.to_string()));
    let weekday = WEEKDAYS[day.weekday()];
    let is_weekday = when
        .weekdays
        .iter()
        .any(|d| usize::from(*d) == day.weekday());
    match campaign {
        c if c.is_draft => "it is a draft".into(),
        c if c.from.is_some_and(|from| day < from) => {
            format!("it begins on {}", c.from.unwrap_or(day))
        }
        c if c.to.is_some_and(|to| to < day) => format!("it was over on {}", c.to.unwrap_or(day)),
        _ if !when.weekdays.is_empty() && !is_weekday => format!("not on a {weekday}"),
        _ if !when.hours.is_empty() && !when.hours.iter().any(in_hours) => {
            format!("not at {:02}:{:02}", local.hour, local.minute)
        }
        _ if !tiers.is_empty() && !has_tier => format!("only for {}", tiers.join(", ")),
        _ if lacks(&when.stores, &|s| *s == store) => {
            format!("only in {}", when.stores.join(", "))
        }
        _ if lacks(&when.channels, &|c| *c == entry.head.origin.channel.name()) => {
            format!("only by {}", when.channels.join(", "))
        }
        _ if lacks(&when.categories, &has_category) => {
            format!("no line of {}", when.categories.join(", "))
        }
        _ if lacks(&when.tags, &has_tag) => format!("no line marked {}", when.tags.join(", ")),
        _ if lacks(&when.codes, &|c| purchase.codes.contains(c)) => {
            format!("without the code {}", when.codes.join(", "))
        }
        _ if entry.member().is_none() => "nobody was named".into(),
        _ => "its script gave nothing, or it was paused, or not for this member, or below its \
              minimum"
            .into(),
    }
}

/// Facts by the names that scripts use.
fn given(ledger: &mut Ledger, entry: &Entry) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    if entry.given.is_empty() && entry.given_review.is_empty() {
        return Ok(found);
    }
    let policy = ledger.programme_of(entry.head.bundle)?;
    let pairs = policy.facts().iter().zip(&entry.given);
    let review = policy.facts_review().iter().zip(&entry.given_review);
    found.extend(pairs.map(|(fact, value)| (fact_text(fact), value.to_string())));
    found.extend(review.map(|(fact, value)| {
        (
            format!("{} (for the tier)", fact_text(fact)),
            value.to_string(),
        )
    }));
    Ok(found)
}

fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::Tier => "member.tier".into(),
        Fact::Balance(unit) => format!("member.balance(\"{unit}\")"),
        Fact::Qualifying(unit) => format!("member.qualifying(\"{unit}\")"),
        Fact::Visits(window) => format!("member.visits({})", window_text(*window)),
        Fact::Spend(window) => format!("member.spend({})", window_text(*window)),
        Fact::Earned(unit, window) => {
            format!("member.earned(\"{unit}\", {})", window_text(*window))
        }
        Fact::DaysSincePurchase => "member.days_since_purchase".into(),
        Fact::BirthdayToday => "member.birthday_today".into(),
        Fact::BirthdayThisMonth => "member.birthday_this_month".into(),
        Fact::MonthsEnrolled => "member.months_enrolled".into(),
        Fact::HasTag(tag) => format!("member.has_tag(\"{tag}\")"),
        Fact::Consents(purpose) => format!("member.consents(\"{purpose}\")"),
        Fact::Memo { campaign, key } => format!("member.memo(\"{key}\") of {campaign}"),
        Fact::HasPass(unit) => format!("member.has_pass(\"{unit}\")"),
        Fact::PassUses(unit) => format!("member.pass_uses(\"{unit}\")"),
        Fact::Attribute(name) => format!("member.attribute(\"{name}\")"),
        Fact::IsTargeted(campaign) => format!("member.is_targeted(\"{campaign}\")"),
        Fact::Rfm => "member.rfm".into(),
        Fact::MonthsActive(count) => format!("member.months_active({count})"),
        Fact::WasReferred => "member.was_referred".into(),
        Fact::Activities(name, days) => format!("member.activities(\"{name}\", {days})"),
        Fact::MonthsSinceFirstPurchase => "member.months_since_first_purchase".into(),
        Fact::Tuned { campaign, name } => format!("tuned(\"{name}\") of {campaign}"),
    }
}

fn window_text(window: Window) -> String {
    match window {
        Window::Months(n) => format!("\"{n} months\""),
        Window::Days(n) => format!("\"{n} days\""),
        other => format!("\"{}\"", format!("{other:?}").to_lowercase()),
    }
}

fn campaign_name(ledger: &Ledger, number: Number) -> String {
    match number {
        0 => String::new(),
        number => ledger.house().names.text(NameKind::Campaign, number),
    }
}

fn unit_name(ledger: &Ledger, number: Number) -> String {
    ledger.house().names.text(NameKind::Unit, number)
}

fn bill(ledger: &Ledger, purchase: &Purchase) -> Result<Vec<Position>, Failure> {
    let digits = ledger.programme()?.digits;
    let position = |what: &str, of: String, qty: String, amount: Money| Position {
        what: what.into(),
        of,
        qty,
        amount: amount.display(digits),
    };
    let mut bill = Vec::new();
    for (line, n) in purchase.lines.iter().zip(1..) {
        let name = line.detail.as_ref().map_or("", |detail| &detail.name);
        let of = [line.sku.as_str(), line.category.as_str(), name].join(" ");
        bill.push(position(
            &format!("line {n}"),
            of.trim().into(),
            line.qty.to_string(),
            line.amount,
        ));
    }
    for charge in &purchase.charges {
        let kind = charge_name(&charge.kind).to_owned();
        bill.push(position("charge", kind, String::new(), charge.amount));
    }
    for discount in &purchase.discounts {
        let of = [
            campaign_name(ledger, discount.campaign),
            discount.why.clone(),
        ]
        .join(" ");
        bill.push(position(
            "discount",
            of.trim().into(),
            String::new(),
            discount.amount.negated(),
        ));
    }
    bill.push(position(
        "total",
        String::new(),
        String::new(),
        purchase.total,
    ));
    for tender in &purchase.tenders {
        bill.push(position(
            "paid",
            tender_text(ledger, &tender.kind),
            String::new(),
            tender.amount,
        ));
    }
    Ok(bill)
}

fn tender_text(ledger: &Ledger, kind: &TenderKind) -> String {
    match kind {
        TenderKind::Cash => "cash".into(),
        TenderKind::Card => "card".into(),
        TenderKind::Mobile => "mobile".into(),
        TenderKind::GiftCard => "gift card".into(),
        TenderKind::Points { unit, points } => {
            let points = ledger
                .programme()
                .map_or_else(|_| points.0.into(), |p| p.decimal(*unit, *points));
            format!("{points} {}", unit_name(ledger, *unit))
        }
        TenderKind::Reward { reward } => ledger.house().names.text(NameKind::Reward, *reward),
        TenderKind::Voucher { .. } => "voucher".into(),
        TenderKind::Other(name) => name.clone(),
        TenderKind::Held {
            hold,
            unit,
            points,
            reward,
            code,
        } => {
            let names = &ledger.house().names;
            let what = match (code, reward) {
                (Some(_), _) => names.text(NameKind::Unit, *unit),
                (None, 0) => {
                    let unit_id = names.text(NameKind::Unit, *unit);
                    format!("{} {unit_id}", ledger.figure(*unit, *points))
                }
                (None, reward) => names.text(NameKind::Reward, *reward),
            };
            format!("{what}, of hold {hold}")
        }
    }
}

fn awards(ledger: &Ledger, entry: &Entry) -> Result<Vec<Award>, Failure> {
    let programme = ledger.programme()?;
    let calendar = &programme.calendar;
    let figure = |unit, points| Figure::of_number(programme, unit, points);
    let award = |effect: &Effect| match effect {
        Effect::Award {
            unit,
            amount,
            fills,
            campaign,
            exact,
            line,
            terms,
            why,
            ..
        } => Some(Award {
            campaign: campaign_name(ledger, *campaign),
            unit: unit_name(ledger, *unit),
            line: *line,
            exact: exact.to_string(),
            amount: figure(*unit, *amount),
            fills: figure(*unit, *fills),
            until: terms
                .expires
                .map_or_else(String::new, |at| calendar.display(at)),
            last_day: terms
                .expires
                .map_or_else(String::new, |at| calendar.last_day(at).to_string()),
            why: why.clone(),
        }),
        Effect::Qualify {
            unit,
            amount,
            campaign,
            exact,
            ..
        } => Some(Award {
            campaign: campaign_name(ledger, *campaign),
            unit: unit_name(ledger, *unit),
            line: 0,
            exact: exact.to_string(),
            amount: figure(*unit, *amount),
            fills: figure(*unit, Points::ZERO),
            until: String::new(),
            last_day: String::new(),
            why: String::new(),
        }),
        _ => None,
    };
    Ok(entry.effects.iter().filter_map(award).collect())
}

fn cuts(ledger: &Ledger, entry: &Entry) -> Vec<Cut> {
    let cut = |effect: &Effect| match effect {
        Effect::Cut {
            campaign,
            unit,
            asked,
            granted,
            by,
        } => Some(Cut {
            campaign: campaign_name(ledger, *campaign),
            unit: unit_name(ledger, *unit),
            asked: asked.to_string(),
            granted: granted.to_string(),
            by: match by {
                CutBy::Budget => "the campaign's budget",
                CutBy::PerMember => "the campaign's limit for each member",
                CutBy::AwardLimit => "the limit for one entry",
                CutBy::Best => "another campaign of its group gave more",
                CutBy::Stop => "a campaign before it stops the others",
                CutBy::HeldOut => "the member is held out, to compare with",
                CutBy::OutOfStock => "nothing was left of it",
                CutBy::Partner => "the partner does not take part",
            },
        }),
        _ => None,
    };
    entry.effects.iter().filter_map(cut).collect()
}

/// Sums by unit, which are rounded.
fn rounding(ledger: &Ledger, awards: &[Award]) -> Result<Vec<Rounded>, Failure> {
    let how = format!("{:?}", ledger.programme()?.rounding);
    let mut sums: BTreeMap<&str, (Decimal, Figure)> = BTreeMap::new();
    for award in awards {
        let sum = sums.entry(&award.unit).or_default();
        let exact = award.exact.parse().unwrap_or_default();
        sum.0 = sum.0.checked_add(exact).unwrap_or(sum.0);
        sum.1 = sum.1.plus(award.amount);
    }
    let rounded = sums.into_iter().map(|(unit, (exact, amount))| Rounded {
        unit: unit.into(),
        exact: exact.normalize().to_string(),
        amount,
        how: how.to_lowercase(),
    });
    Ok(rounded.collect())
}

fn print(explained: &Explained, out: &mut Printer) -> Result<(), Failure> {
    let told = &explained.told;
    let kind = told.kind.replace('_', " ");
    out.line(format!("entry {}: {kind} {}", told.seq, told.what).trim_end())?;
    let named = [
        ("happened", &told.at),
        ("effective", &explained.effective),
        ("recorded", &explained.recorded),
        ("day", &explained.day),
        ("channel", &explained.channel),
        ("store", &explained.store),
        ("terminal", &explained.terminal),
        ("key", &told.key),
    ];
    for (name, value) in named.iter().filter(|n| !n.1.is_empty()) {
        out.line(format!("{name:<10}{value}"))?;
    }
    if let Some(member) = &explained.member {
        out.line(format!("member    {member}"))?;
    }
    let history = if explained.is_history {
        ", as history"
    } else {
        ""
    };
    // The first entries come before any programme.
    if explained.programme > 0 {
        out.line(format!(
            "decided by programme {}{history}",
            explained.programme
        ))?;
    }
    print_reasons(explained, out)?;
    for warning in &told.warnings {
        out.line(format!("warning ({}): {}", warning.code, warning.message))?;
    }
    for (name, text) in [("did", did_line(told)), ("after", after_line(told))] {
        if !text.is_empty() {
            out.line(format!("{name}: {text}"))?;
        }
    }
    Ok(())
}

fn print_reasons(explained: &Explained, out: &mut Printer) -> Result<(), Failure> {
    let bill = explained.bill.iter();
    let bill = bill.map(|p| {
        vec![
            p.what.clone(),
            p.of.clone(),
            p.qty.clone(),
            p.amount.clone(),
        ]
    });
    out.table(&["bill", "of", "qty", "amount"], &bill.collect::<Vec<_>>())?;
    let given = explained.given.iter();
    let given = given.map(|(fact, value)| vec![fact.clone(), value.clone()]);
    out.table(&["fact", "was"], &given.collect::<Vec<_>>())?;
    let awards = explained.awards.iter().map(award_row);
    let head = ["campaign", "unit", "line", "exact", "given", "until", "why"];
    out.table(&head, &awards.collect::<Vec<_>>())?;
    for cut in &explained.cuts {
        let (campaign, unit) = (&cut.campaign, &cut.unit);
        out.line(format!(
            "cut: {campaign} proposed {} {unit}, {} were possible: {}",
            cut.asked, cut.granted, cut.by
        ))?;
    }
    let idle = explained.not_run.iter();
    let idle = idle.map(|c| vec![c.campaign.clone(), c.why.clone()]);
    out.table(&["had no part", "because"], &idle.collect::<Vec<_>>())?;
    for sum in &explained.rounding {
        out.line(format!(
            "rounded once: {} {} in all, {} given ({})",
            sum.exact, sum.unit, sum.amount, sum.how
        ))?;
    }
    for cost in &explained.costs {
        out.line(format!("costs the shop {} ({})", cost.amount, cost.what))?;
    }
    Ok(())
}

fn award_row(award: &Award) -> Vec<String> {
    let line = match award.line {
        0 => String::new(),
        line => line.to_string(),
    };
    let mut why = award.why.clone();
    if award.fills.to_decimal() > Decimal::ZERO {
        why.push_str(&format!(" ({} fill what was owed)", award.fills));
    }
    vec![
        award.campaign.clone(),
        award.unit.clone(),
        line,
        award.exact.clone(),
        format!("{:+}", award.amount),
        award.last_day.clone(),
        why,
    ]
}
