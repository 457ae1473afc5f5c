//! A simulation as text and as a page, from the same tables.

use crate::cli::print::{Failure, Printer, counted};
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
    let more = compared.difference.to_decimal();
    let sign = if more > 0.into() { "+" } else { "" };
    [
        compared.then.to_string(),
        compared.draft.to_string(),
        format!("{sign}{}", compared.difference),
    ]
}

fn table(
    (id, title): (&'static str, String),
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> SimulationTable {
    SimulationTable {
        id,
        title,
        head: head.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
        drawn: None,
    }
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

fn row<const N: usize>(names: [&str; N], compared: &[&Compared]) -> Vec<String> {
    let names = names.iter().map(|name| (*name).to_owned());
    names
        .chain(compared.iter().flat_map(|c| cells(c)))
        .collect()
}

const SIDES: [&str; 3] = ["then", "draft", "difference"];

/// All tables, those without rows left out.
pub(in crate::cli) fn tables(told: &Report, stories: &[StoryRow]) -> Vec<SimulationTable> {
    let measure = &told.measure;
    let mut all = vec![given(told), open(told)];
    all.push(units(told));
    all.push(table(
        (
            "discounts",
            format!("Money off that campaigns propose ({})", told.currency),
        ),
        &["campaign", SIDES[0], SIDES[1], SIDES[2]],
        told.discounts
            .iter()
            .map(|d| row([d.campaign.as_str()], &[&d.money])),
    ));
    all.push(table(
        ("tiers", "Members by tier at the end".into()),
        &["tier", SIDES[0], SIDES[1], SIDES[2]],
        told.tiers
            .iter()
            .map(|t| row([t.tier.as_str()], &[&t.members])),
    ));
    all.push(table(
        ("moves", "Changes of tier in the window".into()),
        &["from", "to", SIDES[0], SIDES[1], SIDES[2]],
        told.tier_moves
            .iter()
            .map(|m| row([m.from.as_str(), m.to.as_str()], &[&m.times])),
    ));
    let deciles = format!(
        "Winners and losers in tenths by what they bought, the first most ({measure} earned)"
    );
    all.push(groups(("deciles", deciles), "tenth", &told.deciles));
    let segments = format!("Winners and losers by segment ({measure} earned)");
    all.push(groups(("segments", segments), "segment", &told.segments));
    all.push(table(
        (
            "most",
            format!("Members who change most ({measure} earned)"),
        ),
        &[
            "member",
            SIDES[0],
            SIDES[1],
            SIDES[2],
            "tier then",
            "tier by the draft",
        ],
        told.most.iter().map(|m| {
            let mut row = row([m.member.as_str()], &[&m.earned]);
            row.extend([m.tier.clone(), m.tier_draft.clone()]);
            row
        }),
    ));
    all.push(limits(told));
    all.push(table(
        (
            "stories",
            "Stories of the programme in force that would differ".into(),
        ),
        &["story", "line", "it says", "would be"],
        stories.iter().map(|s| {
            vec![
                s.story.clone(),
                s.line.to_string(),
                s.expected.clone(),
                s.happened.clone(),
            ]
        }),
    ));
    all.push(table(
        (
            "refused",
            "Commands that were accepted and would be refused".into(),
        ),
        &["code", "commands"],
        told.refused
            .iter()
            .map(|r| vec![r.code.into(), r.commands.to_string()]),
    ));
    all.push(table(
        (
            "missing",
            "Spent although the draft had not given it".into(),
        ),
        &["unit", "points", "members"],
        told.missing
            .iter()
            .map(|m| vec![m.unit.clone(), m.points.to_string(), m.members.to_string()]),
    ));
    all.retain(|table| !table.rows.is_empty());
    all
}

fn units(told: &Report) -> SimulationTable {
    table(
        ("units", "Points by unit".into()),
        &["unit", "movement", SIDES[0], SIDES[1], SIDES[2]],
        told.units.iter().flat_map(|u| {
            let movements = [
                ("given", &u.given),
                ("taken back", &u.taken_back),
                ("spent", &u.spent),
                ("expired", &u.expired),
                ("open at the end", &u.open),
            ];
            let moved = movements.into_iter().filter(|(_, c)| is_some(c));
            moved
                .map(|(what, c)| row([u.unit.as_str(), what], &[c]))
                .collect::<Vec<_>>()
        }),
    )
}

fn given(told: &Report) -> SimulationTable {
    let given = told.campaigns.iter().filter(|c| is_some(&c.points));
    let rows = given.clone().map(|c| {
        let mut row = row([campaign(&c.campaign), c.unit.as_str()], &[&c.points]);
        let money = |compared: &Option<Compared>| {
            compared
                .as_ref()
                .map_or_else(Default::default, |c| cells(c)[2].clone())
        };
        row.extend([money(&c.value), money(&c.cost), cells(&c.times)[2].clone()]);
        row
    });
    let (value, cost) = (
        format!("difference in value ({})", told.currency),
        format!("difference in cost ({})", told.currency),
    );
    let head = [
        "campaign",
        "unit",
        SIDES[0],
        SIDES[1],
        SIDES[2],
        &value,
        &cost,
        "difference in times",
    ];
    let mut made = table(("given", "Given, by campaign".into()), &head, rows);
    let drawn = given.map(|c| {
        (
            format!("{} {}", campaign(&c.campaign), c.unit),
            difference(&c.points),
        )
    });
    made.drawn = Some(("difference (points)".into(), drawn.collect()));
    made
}

fn open(told: &Report) -> SimulationTable {
    let open = told.campaigns.iter().filter(|c| is_some(&c.open));
    let rows = open.map(|c| {
        let mut row = row([campaign(&c.campaign), c.unit.as_str()], &[&c.open]);
        match &c.liability {
            Some(liability) => row.extend(cells(liability)),
            None => row.extend([String::new(), String::new(), String::new()]),
        }
        row
    });
    let money = SIDES.map(|side| format!("liability {side} ({})", told.currency));
    let head = [
        "campaign", "unit", SIDES[0], SIDES[1], SIDES[2], &money[0], &money[1], &money[2],
    ];
    table(
        (
            "open",
            "Open at the end, by the campaign that gave it".into(),
        ),
        &head,
        rows,
    )
}

fn groups((id, title): (&'static str, String), group: &str, rows: &[GroupRow]) -> SimulationTable {
    let told = rows.iter().map(|g| {
        let counts = [g.members, g.winners, g.losers].map(|n| n.to_string());
        let mut row = vec![g.group.clone()];
        row.extend(counts);
        row.extend(cells(&g.earned));
        row
    });
    let head = [
        group, "members", "winners", "losers", SIDES[0], SIDES[1], SIDES[2],
    ];
    let mut made = table((id, title), &head, told);
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
        vec![
            campaign(&l.campaign).into(),
            l.unit.clone(),
            l.limit.into(),
            side(&l.then),
            side(&l.draft),
        ]
    });
    table(
        ("limits", "Budgets and limits that were reached".into()),
        &["campaign", "unit", "limit", "then", "by the draft"],
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
            cells(change)[2],
            counted(all.members, "member", "members"),
            all.winners,
            all.losers
        ),
    ];
    if told.in_cash.0 > 0 {
        lead.push(format!(
            "{} would be paid in cash where points, rewards or vouchers had paid: {} {}.",
            counted(told.in_cash.0, "sale", "sales"),
            told.in_cash.1,
            told.currency
        ));
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
    for line in lead(told) {
        out.line(line)?;
    }
    for table in tables {
        out.line("")?;
        out.line(&table.title)?;
        let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
        out.table(&head, &table.rows)?;
    }
    out.line("")?;
    for note in &told.notes {
        out.line(note)?;
    }
    Ok(())
}

/// A simulation as one HTML file.
pub(in crate::cli) fn document(
    told: &Report,
    stories: &[StoryRow],
    origin: Vec<(String, String)>,
) -> Document {
    let views = tables(told, stories).into_iter().map(view);
    let part = Part {
        id: "simulation".into(),
        title: "As it was, and by the draft".into(),
        views: views.collect(),
    };
    Document {
        lang: Lang::English,
        title: format!("Simulation, {} to {}", told.from, told.to),
        lead: lead(told).into_iter().chain(told.notes.clone()).collect(),
        origin,
        parts: vec![part],
        left_out: Vec::new(),
    }
}

/// A table as a page shows it, without its empty columns.
fn view(mut table: SimulationTable) -> View {
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
        plot(Lang::English, &series)
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
