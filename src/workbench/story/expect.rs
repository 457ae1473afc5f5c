//! Reads the expected outcome after an arrow.

use super::outcome::{Check, Item, MemberOutcome, Moved};
use super::words::{Read, Words};
use crate::answer::Flow;
use crate::command::{Figure, figure_of};
use crate::model::{CampaignStatus, Day, Money, Programme, UnitKind};
use rust_decimal::Decimal;

/// First words of checks, for messages.
pub(super) const CHECKS: &[&str] = &[
    "balance",
    "pending",
    "held",
    "qualifying",
    "tier",
    "lots",
    "warns",
    "tags",
    "gives",
    "collects",
    "discount",
    "pass",
    "uses",
    "owes",
    "pool",
    "sends",
    "campaign",
];

/// Checks: word, form, example, meaning, and Chinese; for the reference.
pub(super) const CHECK_FORMS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "balance",
        "balance <points> [<unit>]",
        "balance 29 star",
        "What can be spent",
        "余额：可用积分",
    ),
    (
        "pending",
        "pending <points> [<unit>]",
        "pending 10 star",
        "What cannot be spent yet",
        "待生效：尚不可用",
    ),
    (
        "held",
        "held <points> [<unit>]",
        "held 50 star",
        "What is set aside",
        "冻结：已预留",
    ),
    (
        "qualifying",
        "qualifying <points> [<unit>]",
        "qualifying 50 year-star",
        "The sum in the unit's window",
        "定级积分：统计期合计",
    ),
    (
        "tier",
        "tier <tier>",
        "tier gold",
        "The tier held, or `none`",
        "等级：当前等级",
    ),
    (
        "lots",
        "lots [<unit>] <points> [until <day>], ..",
        "lots star 29 until 2026-12-31",
        "The open lots, the soonest end first, or `none`",
        "批次：未用完的批次",
    ),
    (
        "warns",
        "warns <code>, ..",
        "warns promotion_unknown",
        "The warnings, or `nothing`",
        "警告：警告代码",
    ),
    (
        "tags",
        "tags <tag>, ..",
        "tags vip",
        "The labels, or `nothing`",
        "标签：会员标签",
    ),
    (
        "gives",
        "gives <amount>",
        "gives 29.00",
        "The money that goes back",
        "退款：退回的钱",
    ),
    (
        "collects",
        "collects <amount>",
        "collects 4.00",
        "What is still to be collected of the bill",
        "应收：还要收的钱",
    ),
    (
        "discount",
        "discount <amount>",
        "discount 2.90",
        "The discounts that are proposed",
        "折扣：建议的折扣",
    ),
    (
        "pass",
        "pass <unit> [until <day>]",
        "pass prime until 2026-12-31",
        "A pass and its last day, or `none`",
        "会籍：会籍及到期日",
    ),
    (
        "uses",
        "uses <count> [<pass>]",
        "uses 1 prime",
        "Benefits used",
        "权益：已用次数",
    ),
    (
        "owes",
        "owes <partner> <amount>",
        "owes clothes-shop 0.80",
        "What a partner owes",
        "欠款：合作方欠多少",
    ),
    (
        "pool",
        "pool <pool> <amount>",
        "pool earth 0.29",
        "What a pool holds",
        "资金池：池中金额",
    ),
    (
        "sends",
        "sends <template> [suppressed], ..",
        "sends welcome",
        "Messages for the outbox, or `nothing`",
        "消息：待发消息",
    ),
    (
        "campaign",
        "campaign <campaign> running, paused or closed",
        "campaign base running",
        "What a campaign is doing",
        "活动状态：活动在做什么",
    ),
];

/// Reads one part: `[member] items; checks`. `has_member` tells whether the
/// line itself is about a member, so that none needs to be named.
pub(super) fn part(
    words: &mut Words,
    programme: &Programme,
    has_member: bool,
) -> Read<MemberOutcome> {
    let mut part = MemberOutcome::default();
    if !is_item(words) && words.peek().is_some() {
        part.member = Some(words.need("a member")?.text.to_owned());
    }
    let is_nothing = words.take("nothing");
    if !is_nothing {
        items(words, programme, &mut part)?;
    }
    let needs_name = !has_member && part.member.is_none();
    if needs_name && part.items.iter().any(|item| matches!(item, Item::Moved(_))) {
        let message = "whose? The line names no member, so begin with the name".into();
        return Err(words.finding(words.column(), message));
    }
    while words.take(";") {
        part.checks.push(check(words, programme)?);
    }
    words.end("',', ';' or the line's end")?;
    Ok(part)
}

fn is_item(words: &Words) -> bool {
    let starts = |text: &str| text.starts_with(['+', '-']) && text.len() > 1;
    let verbs = ["nothing", "refused", "repeated", "failed"];
    words
        .peek()
        .is_some_and(|text| starts(text) || verbs.contains(&text))
}

fn items(words: &mut Words, programme: &Programme, part: &mut MemberOutcome) -> Read<()> {
    loop {
        part.items.push(item(words, programme)?);
        if !words.take(",") {
            return Ok(());
        }
    }
}

fn item(words: &mut Words, programme: &Programme) -> Read<Item> {
    match words.peek() {
        Some("refused") => {
            words.next();
            let code = words.need("the code of a refusal, such as insufficient_points")?;
            Ok(Item::Refused(code.text.into()))
        }
        Some("failed") => {
            words.next();
            Ok(Item::Failed(
                words.need("the campaign that fails")?.text.into(),
            ))
        }
        Some("repeated") => {
            words.next();
            Ok(Item::Repeated)
        }
        _ => moved(words, programme).map(Item::Moved),
    }
}

fn moved(words: &mut Words, programme: &Programme) -> Read<Moved> {
    let what =
        "what must come of it, such as '+29 star', 'refused insufficient_points' or 'nothing'";
    let amount = words.read(what, signed)?;
    let mut moved = Moved {
        unit: words.unit(programme)?,
        amount,
        flow: flow(words),
        from: None,
        until: None,
    };
    if words.take("from") {
        moved.from = Some(words.day()?);
    }
    if words.take("until") {
        moved.until = Some(words.day()?);
    }
    Ok(moved)
}

fn flow(words: &mut Words) -> Flow {
    let mut marked = Flow::MARKED.into_iter();
    let found = marked.find(|flow| words.take(flow.as_str()));
    found.unwrap_or(Flow::Plain)
}

/// A number with its sign.
fn signed(text: &str) -> Result<Decimal, ()> {
    let has_sign = text.starts_with(['+', '-']);
    if has_sign { whole(text) } else { Err(()) }
}

fn whole(text: &str) -> Result<Decimal, ()> {
    let figure = figure_of(&text.replace('_', ""));
    figure.map(Figure::to_decimal).ok_or(())
}

fn check(words: &mut Words, programme: &Programme) -> Read<Check> {
    let word = words.one_of("what to look at", CHECKS)?;
    Ok(match word.as_str() {
        "balance" => {
            let amount = words.read("a number", whole)?;
            Check::Balance(unit_or_only(words, programme, UnitKind::Spendable)?, amount)
        }
        "pending" => {
            let amount = words.read("a number", whole)?;
            Check::Pending(unit_or_only(words, programme, UnitKind::Spendable)?, amount)
        }
        "held" => {
            let amount = words.read("a number", whole)?;
            Check::Held(unit_or_only(words, programme, UnitKind::Spendable)?, amount)
        }
        "qualifying" => {
            let amount = words.read("a number", whole)?;
            Check::Qualifying(
                unit_or_only(words, programme, UnitKind::Qualifying)?,
                amount,
            )
        }
        "tier" => Check::Tier(
            Some(words.need("a tier, or none")?.text.to_owned()).filter(|t| t != "none"),
        ),
        "lots" => lots(words, programme)?,
        "warns" => Check::Warns(codes(words)?),
        "tags" => Check::Tags(codes(words)?),
        "gives" => Check::Gives(money(words, programme)?),
        "collects" => Check::Collects(money(words, programme)?),
        "campaign" => {
            let campaign = words.need("a campaign")?.text.to_owned();
            let states = CampaignStatus::ALL.map(CampaignStatus::as_str);
            Check::Campaign(campaign, words.one_of("what it does", &states)?)
        }
        "pass" => {
            let unit = words.unit(programme)?;
            let day = match words.take("none") {
                true => None,
                false => {
                    words.take("until");
                    Some(words.day()?)
                }
            };
            Check::Pass(unit, day)
        }
        "owes" | "pool" => {
            let name = words.need("a partner or a pool")?.text.to_owned();
            let decimal = |text: &str| text.parse::<rust_decimal::Decimal>();
            let amount = words.read("an amount of money", decimal)?.to_string();
            match word.as_str() {
                "owes" => Check::Owes(name, amount),
                _ => Check::Pool(name, amount),
            }
        }
        "uses" => {
            let uses = words.read("a whole number", |text| text.parse::<i64>().map_err(drop))?;
            Check::Uses(unit_or_only(words, programme, UnitKind::Pass)?, uses)
        }
        "sends" => Check::Sends(templates(words)?),
        _ => Check::Discount(money(words, programme)?),
    })
}

/// Money in its printed form, whatever its spelling.
fn money(words: &mut Words, programme: &Programme) -> Read<String> {
    let digits = programme.digits;
    let money = words.read("an amount of money", |text| {
        Money::parse_signed(text, digits)
    })?;
    Ok(money.display(digits))
}

/// The named unit, or the only one of its kind.
fn unit_or_only(words: &mut Words, programme: &Programme, kind: UnitKind) -> Read<String> {
    let mut of_kind = programme.units.iter().filter(|u| u.kind == kind);
    match (words.peek(), of_kind.next(), of_kind.next()) {
        (None | Some(";"), Some(only), None) => Ok(only.id.clone()),
        _ => words.unit(programme),
    }
}

fn lots(words: &mut Words, programme: &Programme) -> Read<Check> {
    let is_unit = |text| programme.unit_named(text).is_some();
    let unit = match words.peek().is_some_and(is_unit) {
        true => words.unit(programme)?,
        false => match programme
            .units
            .iter()
            .find(|u| u.kind == UnitKind::Spendable)
        {
            Some(unit) => unit.id.clone(),
            None => return Err(words.wrong("a unit")),
        },
    };
    let mut lots: Vec<(Decimal, Option<Day>)> = Vec::new();
    if words.take("none") {
        return Ok(Check::Lots(unit, lots));
    }
    loop {
        let amount = words.read("a number", whole)?;
        let until = if words.take("until") {
            Some(words.day()?)
        } else {
            None
        };
        lots.push((amount, until));
        if !words.take(",") {
            return Ok(Check::Lots(unit, lots));
        }
    }
}

/// Templates of messages; a message that must not be sent is `suppressed`.
fn templates(words: &mut Words) -> Read<Vec<(String, bool)>> {
    let mut templates = Vec::new();
    if words.take("nothing") {
        return Ok(templates);
    }
    loop {
        let template = words.need("the template of a message")?.text.to_owned();
        templates.push((template, words.take("suppressed")));
        if !words.take(",") {
            return Ok(templates);
        }
    }
}

fn codes(words: &mut Words) -> Read<Vec<String>> {
    let mut codes = Vec::new();
    if words.take("nothing") {
        return Ok(codes);
    }
    loop {
        codes.push(
            words
                .need("the code of a warning, or a label")?
                .text
                .to_owned(),
        );
        if !words.take(",") {
            return Ok(codes);
        }
    }
}
