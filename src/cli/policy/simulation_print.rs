//! A simulation as text and as a page, from the same tables. They are made in English;
//! a page in Chinese has their words translated by one list.

use crate::cli::print::{Failure, Printer, cell, row};
use crate::model::counted;
use crate::page::{Cell, Document, Lang, Part, Series, View, grouped, plot};
use crate::workbench::simulation::{Compared, GroupRow, ReachedTold, Report, StoryRow};
use rust_decimal::prelude::ToPrimitive;

/// A table of a simulation.
pub(in crate::cli) struct SimulationTable {
    id: &'static str,
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Labels and values to be drawn, with the heading of the axis.
    drawn: Option<(String, Vec<(String, f64)>)>,
}

/// The three cells of a comparison.
fn cells(compared: &Compared) -> [String; 3] {
    [
        compared.then.to_string(),
        compared.draft.to_string(),
        difference_text(compared),
    ]
}

/// The difference with its sign.
fn difference_text(compared: &Compared) -> String {
    let more = compared.difference.to_decimal();
    let sign = if more > 0.into() { "+" } else { "" };
    format!("{sign}{}", compared.difference)
}

fn table(
    id: &'static str,
    title: impl Into<String>,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> SimulationTable {
    SimulationTable {
        id,
        title: title.into(),
        head: head.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
        drawn: None,
    }
}

/// A table of comparisons, each with its names in front.
fn comparison<const N: usize>(
    id: &'static str,
    title: impl Into<String>,
    names: [&str; N],
    rows: impl Iterator<Item = Vec<String>>,
) -> SimulationTable {
    let head: Vec<&str> = names.into_iter().chain(SIDES).collect();
    table(id, title, &head, rows)
}

/// The campaign of a row; points that were brought, corrected or kept at a year's end
/// have none.
fn campaign(id: &str) -> &str {
    match id {
        "" => "(none)",
        id => id,
    }
}

/// True if there is anything on either side.
fn is_some(compared: &Compared) -> bool {
    compared.then != 0 || compared.draft != 0
}

fn difference(compared: &Compared) -> f64 {
    compared
        .difference
        .to_decimal()
        .to_f64()
        .unwrap_or_default()
}

/// A row of names and comparisons.
fn compared(names: &[&str], compared: &[&Compared]) -> Vec<String> {
    let names = names.iter().map(|name| (*name).to_owned());
    let compared = compared.iter().flat_map(|c| cells(c));
    names.chain(compared).collect()
}

const SIDES: [&str; 3] = ["then", "draft", "difference"];

/// All tables, those without rows left out.
pub(in crate::cli) fn tables(told: &Report, stories: &[StoryRow]) -> Vec<SimulationTable> {
    let measure = &told.measure;
    let deciles = format!(
        "Winners and losers in tenths by what they bought, the first most ({measure} earned)"
    );
    let segments = format!("Winners and losers by segment ({measure} earned)");
    let mut all = vec![given(told), open(told), units(told), discounts(told)];
    all.extend(tiers(told));
    all.push(groups("deciles", deciles, "tenth", &told.deciles));
    all.push(groups("segments", segments, "segment", &told.segments));
    all.extend([most(told), limits(told)]);
    let stories = stories
        .iter()
        .map(|s| row(&[&s.story, &s.line, &s.expected, &s.happened]));
    all.push(table(
        "stories",
        "Stories of the programme in force that would differ",
        &["story", "line", "it says", "would be"],
        stories,
    ));
    let refused = told.refused.iter();
    all.push(table(
        "refused",
        "Commands that were accepted and would be refused",
        &["code", "commands"],
        refused.map(|r| row(&[&r.code, &r.commands])),
    ));
    let missing = told.missing.iter();
    all.push(table(
        "missing",
        "Spent although the draft had not given it",
        &["unit", "points", "members"],
        missing.map(|m| row(&[&m.unit, &m.points, &m.members])),
    ));
    all.retain(|table| !table.rows.is_empty());
    all
}

fn discounts(told: &Report) -> SimulationTable {
    let title = format!("Money off that campaigns propose ({})", told.currency);
    let rows = told.discounts.iter();
    let rows = rows.map(|d| compared(&[&d.campaign], &[&d.money]));
    comparison("discounts", title, ["campaign"], rows)
}

/// Members by tier, and their changes of tier.
fn tiers(told: &Report) -> [SimulationTable; 2] {
    let tiers = told.tiers.iter();
    let tiers = tiers.map(|t| compared(&[&t.tier], &[&t.members]));
    let moves = told.tier_moves.iter();
    let moves = moves.map(|m| compared(&[&m.from, &m.to], &[&m.times]));
    [
        comparison("tiers", "Members by tier at the end", ["tier"], tiers),
        comparison(
            "moves",
            "Changes of tier in the window",
            ["from", "to"],
            moves,
        ),
    ]
}

fn most(told: &Report) -> SimulationTable {
    let title = format!("Members who change most ({} earned)", told.measure);
    let rows = told.most.iter().map(|m| {
        let mut row = compared(&[&m.member], &[&m.earned]);
        row.extend([m.tier.clone(), m.tier_draft.clone()]);
        row
    });
    let mut made = comparison("most", title, ["member"], rows);
    made.head
        .extend(["tier then", "tier by the draft"].map(str::to_owned));
    made
}

fn units(told: &Report) -> SimulationTable {
    let rows = told.units.iter().flat_map(|u| {
        let movements = [
            ("given", &u.given),
            ("taken back", &u.taken_back),
            ("spent", &u.spent),
            ("expired", &u.expired),
            ("open at the end", &u.open),
        ];
        let moved = movements.into_iter().filter(|(_, c)| is_some(c));
        moved.map(move |(what, c)| compared(&[&u.unit, what], &[c]))
    });
    comparison("units", "Points by unit", ["unit", "movement"], rows)
}

fn given(told: &Report) -> SimulationTable {
    let given = || told.campaigns.iter().filter(|c| is_some(&c.points));
    let rows = given().map(|c| {
        let mut row = compared(&[campaign(&c.campaign), &c.unit], &[&c.points]);
        let [value, cost] = [&c.value, &c.cost].map(|money| money.as_ref().map(difference_text));
        row.extend([cell(value), cell(cost), difference_text(&c.times)]);
        row
    });
    let mut made = comparison("given", "Given, by campaign", ["campaign", "unit"], rows);
    made.head.extend([
        format!("difference in value ({})", told.currency),
        format!("difference in cost ({})", told.currency),
        "difference in times".into(),
    ]);
    let drawn = given().map(|c| {
        let name = format!("{} {}", campaign(&c.campaign), c.unit);
        (name, difference(&c.points))
    });
    made.drawn = Some(("difference (points)".into(), drawn.collect()));
    made
}

fn open(told: &Report) -> SimulationTable {
    let open = told.campaigns.iter().filter(|c| is_some(&c.open));
    let rows = open.map(|c| {
        let mut row = compared(&[campaign(&c.campaign), &c.unit], &[&c.open]);
        row.extend(c.liability.as_ref().map(cells).unwrap_or_default());
        row
    });
    let title = "Open at the end, by the campaign that gave it";
    let mut made = comparison("open", title, ["campaign", "unit"], rows);
    made.head
        .extend(SIDES.map(|side| format!("liability {side} ({})", told.currency)));
    made
}

fn groups(id: &'static str, title: String, group: &str, rows: &[GroupRow]) -> SimulationTable {
    let told = rows.iter().map(|g| {
        let mut row = row(&[&g.group, &g.members, &g.winners, &g.losers]);
        row.extend(cells(&g.earned));
        row
    });
    let mut made = comparison(id, title, [group, "members", "winners", "losers"], told);
    let drawn = rows
        .iter()
        .map(|g| (g.group.clone(), difference(&g.earned)));
    made.drawn = Some(("difference".into(), drawn.collect()));
    made
}

fn limits(told: &Report) -> SimulationTable {
    let side = |reached: &Option<ReachedTold>| match reached {
        None => "not reached".into(),
        Some(r) => format!(
            "from {}, {}, {}",
            r.first,
            counted(r.times, "time", "times"),
            counted(r.members, "member", "members")
        ),
    };
    let rows = told.limits.iter().map(|l| {
        let (then, draft) = (side(&l.then), side(&l.draft));
        row(&[&campaign(&l.campaign), &l.unit, &l.limit, &then, &draft])
    });
    let head = ["campaign", "unit", "limit", "then", "by the draft"];
    table(
        "limits",
        "Budgets and limits that were reached",
        &head,
        rows,
    )
}

/// Sentences that stand before the tables.
pub(in crate::cli) fn lead(told: &Report) -> Vec<String> {
    let (all, measure) = (&told.members, &told.measure);
    let change = &all.earned;
    let mut lead = vec![
        format!(
            "From {} to {}: {}, {} {}.",
            told.from,
            told.to,
            counted(told.purchases, "purchase", "purchases"),
            told.sales.then,
            told.currency
        ),
        format!(
            "Earned: {} {measure} then, {} by the draft ({}). Of {}, {} would have more and {} less.",
            change.then,
            change.draft,
            difference_text(change),
            counted(all.members, "member", "members"),
            all.winners,
            all.losers
        ),
    ];
    let sales = [
        (
            &told.in_cash,
            "would be paid in cash where points, rewards or vouchers had paid",
            "",
        ),
        (
            &told.repriced,
            "would cost something else by the draft's money off",
            " less in all",
        ),
    ];
    for ((count, amount), what, end) in sales.into_iter().filter(|(sales, ..)| sales.0 > 0) {
        let sales = counted(*count, "sale", "sales");
        lead.push(format!("{sales} {what}: {amount} {}{end}.", told.currency));
    }
    lead
}

/// Prints a simulation as text.
pub(in crate::cli) fn print(
    told: &Report,
    stories: &[StoryRow],
    out: &mut Printer,
) -> Result<(), Failure> {
    print_some(told, tables(told, stories), out)
}

/// Prints the part of a simulation that says what the draft costs.
pub(in crate::cli) fn print_cost(told: &Report, out: &mut Printer) -> Result<(), Failure> {
    let mut all = tables(told, &[]);
    all.retain(|table| ["given", "open", "discounts", "limits"].contains(&table.id));
    print_some(told, all, out)
}

fn print_some(
    told: &Report,
    tables: Vec<SimulationTable>,
    out: &mut Printer,
) -> Result<(), Failure> {
    out.lines(lead(told))?;
    for table in tables {
        out.line("")?;
        out.line(&table.title)?;
        let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
        out.table(&head, table.rows)?;
    }
    out.line("")?;
    out.lines(&told.notes)?;
    Ok(())
}

/// A simulation as one HTML file.
pub(in crate::cli) fn document(
    told: &Report,
    stories: &[StoryRow],
    origin: Vec<(String, String)>,
    lang: Lang,
) -> Document {
    let origin = origin
        .into_iter()
        .map(|(name, value)| (said(lang, &name), value));
    let lead = match lang {
        Lang::English => lead(told),
        Lang::Chinese => lead_in_chinese(told),
    };
    let notes = told.notes.iter().map(|note| said(lang, note));
    Document {
        lang,
        title: match lang {
            Lang::English => format!("Simulation, {} to {}", told.from, told.to),
            Lang::Chinese => format!("模拟：{} 至 {}", told.from, told.to),
        },
        lead: lead.into_iter().chain(notes).collect(),
        origin: origin.collect(),
        parts: vec![part(told, stories, lang)],
        left_out: Vec::new(),
    }
}

/// The tables and plots of a simulation, as a part of any page.
pub(super) fn part(told: &Report, stories: &[StoryRow], lang: Lang) -> Part {
    let tables = tables(told, stories).into_iter();
    let views = tables.map(|table| view(in_language(table, told, lang), lang));
    Part {
        id: "simulation".into(),
        title: lang
            .say("As it was, and by the draft", "当时，与按草稿")
            .into(),
        views: views.collect(),
    }
}

/// The sentences before the tables, in Chinese.
fn lead_in_chinese(told: &Report) -> Vec<String> {
    let (all, measure, currency) = (&told.members, &told.measure, &told.currency);
    let change = &all.earned;
    let mut lead = vec![
        format!(
            "{} 至 {}：{} 笔购买，{} {currency}。",
            told.from, told.to, told.purchases, told.sales.then
        ),
        format!(
            "所得：当时 {} {measure}，按草稿 {}（{}）。{} 位会员中，{} 位会更多，{} 位会更少。",
            change.then,
            change.draft,
            difference_text(change),
            all.members,
            all.winners,
            all.losers
        ),
    ];
    if told.in_cash.0 > 0 {
        let (sales, money) = &told.in_cash;
        lead.push(format!(
            "{sales} 笔原用积分、奖品或券支付的销售将改付现金：{money} {currency}。"
        ));
    }
    if told.repriced.0 > 0 {
        let (sales, money) = &told.repriced;
        lead.push(format!(
            "{sales} 笔销售按草稿的折扣价格不同，合计少付 {money} {currency}。"
        ));
    }
    lead
}

/// Words of tables and notes in Chinese. What is not in it, such as ids, stays.
const CHINESE: &[(&str, &str)] = &[
    ("Draft", "草稿"),
    ("Entries", "条目数"),
    ("Last hash", "末条哈希"),
    ("then", "当时"),
    ("draft", "草稿"),
    ("difference", "差额"),
    ("by the draft", "按草稿"),
    ("campaign", "活动"),
    ("unit", "单位"),
    ("movement", "变动"),
    ("given", "发放"),
    ("taken back", "收回"),
    ("spent", "花掉"),
    ("expired", "过期"),
    ("open at the end", "期末未用"),
    ("tier", "等级"),
    ("from", "从"),
    ("to", "到"),
    ("tenth", "十分位"),
    ("segment", "分群"),
    ("members", "会员"),
    ("winners", "获益"),
    ("losers", "受损"),
    ("member", "会员"),
    ("tier then", "当时等级"),
    ("tier by the draft", "草稿等级"),
    ("story", "案例"),
    ("line", "行"),
    ("it says", "写着"),
    ("would be", "将是"),
    ("code", "代码"),
    ("commands", "命令"),
    ("points", "积分"),
    ("limit", "限额"),
    ("budget", "预算"),
    ("per member", "每位会员"),
    ("per purchase", "每笔购买"),
    ("stock", "库存"),
    ("not reached", "未达到"),
    ("none", "无"),
    ("(none)", "（无）"),
    ("erased", "已抹除"),
    ("joined before", "此前入会"),
    ("joined in the window", "期内入会"),
    ("difference in times", "次数差"),
    ("difference (points)", "差额（积分）"),
    ("Points by unit", "各单位的积分"),
    ("Members by tier at the end", "期末各等级会员"),
    ("Changes of tier in the window", "期内等级变动"),
    ("Given, by campaign", "各活动的发放"),
    (
        "Open at the end, by the campaign that gave it",
        "期末未用，按发放的活动",
    ),
    ("Budgets and limits that were reached", "达到的预算与限额"),
    (
        "Stories of the programme in force that would differ",
        "当前生效方案中结果会不同的案例",
    ),
    (
        "Commands that were accepted and would be refused",
        "当时接受、草稿会拒绝的命令",
    ),
    (
        "Spent although the draft had not given it",
        "草稿未曾发放却已花掉的",
    ),
    (
        "These are the sales that were made. Whether people would have bought more, less or something else under the draft cannot be known from them.",
        "这些是实际发生的销售。按草稿人们会不会多买、少买或买别的，无从得知。",
    ),
    (
        "Spending as it was: what members spent then is spent here too. Where the draft had not given them enough, the rest is lent and repaid by what they earn later.",
        "花费照旧：会员当时花掉的，这里也花掉。草稿没有给够的部分先借出，由以后所得偿还。",
    ),
    (
        "Spending in cash: what the draft had not given is not spent; sales are paid in cash instead, and redemptions are not made.",
        "改付现金：草稿没有给的就不花；销售改付现金，兑换不发生。",
    ),
    (
        "What was refused then stays refused.",
        "当时拒绝的仍然拒绝。",
    ),
    (
        "Money off: where the till gave what campaigns proposed then, it gives here what the draft proposes, the sale costs that much less or more, and points are given on that. Sales at which the till gave something else, and those in another currency, cost what they cost.",
        "折扣：当时收银台按活动的建议打折的，这里按草稿的建议打折，价格相应增减，积分按新价计算。当时打了别的折扣的销售，以及外币销售，价格不变。",
    ),
];

/// A word or note in a language.
fn said(lang: Lang, text: &str) -> String {
    let known = CHINESE.iter().find(|(english, _)| *english == text);
    match (lang, known, text.strip_prefix("tier ")) {
        (Lang::English, ..) => text.into(),
        (_, Some((_, chinese)), _) => (*chinese).into(),
        (_, None, Some(tier)) => format!("等级 {tier}"),
        (_, None, None) => text.into(),
    }
}

/// A table in a language: its title, its headings, and cells of columns that hold words.
fn in_language(mut table: SimulationTable, told: &Report, lang: Lang) -> SimulationTable {
    if lang == Lang::English {
        return table;
    }
    let (measure, currency) = (&told.measure, &told.currency);
    table.title = match table.id {
        "discounts" => format!("各活动建议的折扣（{currency}）"),
        "deciles" => format!("按购买额十分位的获益与受损，第一位最多（所得 {measure}）"),
        "segments" => format!("各分群的获益与受损（所得 {measure}）"),
        "most" => format!("变化最大的会员（所得 {measure}）"),
        _ => said(lang, &table.title),
    };
    let worded =
        ["difference in value", "difference in cost"].map(|name| format!("{name} ({currency})"));
    for name in &mut table.head {
        let side = name
            .strip_prefix("liability ")
            .and_then(|rest| rest.split(' ').next());
        *name = match side {
            Some(side) => format!("负债 {}（{currency}）", said(lang, side)),
            None if *name == worded[0] => format!("价值差（{currency}）"),
            None if *name == worded[1] => format!("成本差（{currency}）"),
            None => said(lang, name),
        };
    }
    // Ids and what stories say stay as they are written.
    let columns: &[usize] = match table.id {
        "units" => &[1],
        "limits" => &[2, 3, 4],
        "segments" | "given" | "open" | "tiers" => &[0],
        "moves" => &[0, 1],
        "most" => &[0, 4, 5],
        _ => &[],
    };
    for row in &mut table.rows {
        for at in columns {
            if let Some(cell) = row.get_mut(*at) {
                *cell = said(lang, cell);
            }
        }
    }
    if let Some((axis, drawn)) = &mut table.drawn {
        *axis = said(lang, axis);
        drawn
            .iter_mut()
            .for_each(|(label, _)| *label = said(lang, label));
    }
    table
}

/// A table as a page shows it, without its empty columns.
fn view(mut table: SimulationTable, lang: Lang) -> View {
    let is_used = |at: usize| {
        let mut cells = table.rows.iter().filter_map(|row| row.get(at));
        cells.any(|cell| !cell.is_empty())
    };
    let used: Vec<bool> = (0..table.head.len()).map(is_used).collect();
    for row in table.rows.iter_mut().chain([&mut table.head]) {
        let mut used = used.iter();
        row.retain(|_| used.next() == Some(&true));
    }
    let is_number = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.".contains(c))
    };
    let is_text = |at: usize| {
        !table
            .rows
            .iter()
            .any(|row| row.get(at).is_some_and(|c| is_number(c)))
    };
    let columns = table.head.iter().enumerate();
    let columns = columns
        .map(|(at, name)| (name.clone(), is_text(at)))
        .collect();
    let cell = |text: &String| Cell {
        text: match is_number(text) {
            true => match text.strip_prefix('+') {
                Some(more) => format!("+{}", grouped(more)),
                None => grouped(text),
            },
            false => text.clone(),
        },
        kind: if is_number(text) { "number" } else { "word" },
        heat: String::new(),
    };
    let rows = table.rows.iter().map(|row| row.iter().map(cell).collect());
    let drawn = table.drawn.as_ref().and_then(|(axis, rows)| {
        let series = Series {
            title: &table.title,
            axis,
            across: table.head.first().map_or("", String::as_str),
            unit: "",
            rows,
            is_time: false,
        };
        plot(lang, &series)
    });
    View {
        id: table.id.into(),
        name: table.title.clone(),
        columns,
        rows: rows.collect(),
        plot: drawn,
        is_table: true,
        ..View::default()
    }
}
