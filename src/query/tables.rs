//! The ledger as tables of rows, from which other programs make the same figures.

use super::past::Past;
use crate::answer::{Name, Sum, describe};
use crate::engine;
use crate::model::{Act, Day, Effect, Entry, MemberId, NameKind, Policy, Role, Standing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A column: name, type, meaning.
type Column = (&'static str, &'static str, &'static str);

/// Columns, each with its name, its type and its meaning.
macro_rules! columns {
    ($($name:ident $kind:ident $meaning:literal)*) => {
        &[$((stringify!($name), stringify!($kind), $meaning),)*]
    };
}

/// A table: its name, its meaning, and its columns with theirs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableTold {
    /// Name of the table.
    pub name: &'static str,
    /// Meaning of a row.
    pub meaning: &'static str,
    /// Columns: name, `integer`, `decimal`, `day`, `instant`, `bool` or `text`, meaning.
    pub columns: &'static [Column],
}

/// The tables, in the order in which they are handed over.
pub const TABLES: [TableTold; 4] = [
    TableTold {
        name: "entries",
        meaning: "an entry of the journal",
        columns: columns! {
            seq integer "sequence of the entry"
            day day "business day of the event"
            occurred instant "instant of the event"
            recorded instant "instant at which the clock was read"
            kind text "kind of the act"
            member text "random id of the member that the command named; empty if none"
            store text "store; empty if none"
            channel text "channel"
            terminal text "terminal; empty if none"
            total decimal "total of a sale; empty for others"
            source text "source of a member who joined; empty for others"
            of integer "earlier entry that it refers to; empty if none"
        },
    },
    TableTold {
        name: "effects",
        meaning: "an effect of an entry",
        columns: columns! {
            seq integer "sequence of the entry"
            n integer "position among its effects, from 1"
            kind text "kind of the effect"
            member text "random id of the member; empty if none"
            unit text "unit; empty if none"
            amount decimal "points, signed as the member sees them; empty if none"
            money decimal "money; empty if none"
            campaign text "campaign; empty if none"
            lot text "lot, if it concerns a whole one; empty otherwise"
            name text "tier, reward, purpose, partner or pool; empty if none"
            of integer "earlier entry that it refers to; empty if none"
            returned decimal "share of the sale's total that came back; empty if none"
            visits integer "purchases added to the member's; negative if taken off; empty if none"
        },
    },
    TableTold {
        name: "members",
        meaning: "a member, by a random id",
        columns: columns! {
            member text "random id"
            joined day "day of joining"
            source text "source; empty if none"
            standing text "active, merged or erased"
            merged_into text "random id of the member into whom it was merged; empty if none"
        },
    },
    TableTold {
        name: "campaigns",
        meaning: "a campaign of the programme in force",
        columns: columns! {
            campaign text "id"
            title text "title"
            role text "base or bonus"
            from day "first day; empty if none"
            to day "last day; empty if none"
            status text "running, paused or closed"
        },
    },
];

/// Position of a table in [`TABLES`].
const ENTRIES: usize = 0;
const EFFECTS: usize = 1;
const MEMBERS: usize = 2;
const CAMPAIGNS: usize = 3;

/// Rows made from a run of entries, each with its table's position in [`TABLES`]. Rows of
/// members are changes, which [`Standings`] puts together.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TableRows {
    /// The entry to go on with.
    pub next: u64,
    /// The entry at which the export ends: the one behind the last when it began.
    pub end: u64,
    /// The rows.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Rows of at most `count` entries from one on; behind the last one, those of campaigns.
/// Without an `end`, that is the ledger's.
///
/// # Errors
/// The ledger could not be read.
pub fn table_rows(
    past: &Past,
    from: u64,
    end: Option<u64>,
    count: usize,
) -> Result<TableRows, engine::Error> {
    let end = end.unwrap_or(past.view.point().count);
    let mut told = TableRows {
        next: from,
        end,
        rows: Vec::new(),
    };
    for entry in past.view.entries_from(from)?.take(count) {
        let entry = entry?;
        if entry.seq >= end {
            break;
        }
        told.next = entry.seq + 1;
        told.rows.push((ENTRIES, entry_row(past, &entry)));
        for (n, effect) in entry.effects.iter().enumerate() {
            if let Effect::Standing { who, standing } = effect {
                let changed = stand(&entry, *who, standing);
                told.rows.extend(changed.map(|row| (MEMBERS, row)));
            }
            let row = effect_row(past, &entry, (n + 1, effect));
            told.rows.extend(row.map(|row| (EFFECTS, row)));
        }
    }
    if told.next >= end {
        told.rows.extend(campaigns(past));
    }
    Ok(told)
}

fn campaigns(past: &Past) -> Vec<(usize, Vec<String>)> {
    let day = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
    let campaigns = past.policy.campaigns().iter().map(|campaign| {
        let role = match campaign.role {
            Role::Base => "base",
            Role::Bonus => "bonus",
        };
        let status = past.global.status(campaign.number).as_str();
        let cells = vec![
            campaign.id.clone(),
            campaign.title.clone(),
            role.into(),
            day(campaign.from),
            day(campaign.to),
            status.into(),
        ];
        (CAMPAIGNS, cells)
    });
    campaigns.collect()
}

/// Members as of the changes so far. Memory: some 100 bytes a member.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standings(BTreeMap<String, Vec<String>>);

impl Standings {
    /// Takes a row: one of members changes what is known of the member, any other is
    /// returned.
    pub fn take(&mut self, (table, mut row): (usize, Vec<String>)) -> Option<(usize, Vec<String>)> {
        if table != MEMBERS {
            return Some((table, row));
        }
        let id = row.first().cloned()?;
        if let Some(known) = self.0.get(&id) {
            // Day and source are those of joining.
            for (own, known) in row.iter_mut().zip(known).skip(1).take(2) {
                own.clone_from(known);
            }
        }
        self.0.insert(id, row);
        None
    }

    /// The rows of members.
    pub fn into_rows(self) -> impl Iterator<Item = (usize, Vec<String>)> {
        self.0.into_values().map(|row| (MEMBERS, row))
    }
}

/// The member at a position of the entry's touched ones.
fn touched(entry: &Entry, who: u8) -> Option<MemberId> {
    let found = entry.touched.get(usize::from(who));
    found.map(|touched| touched.member)
}

/// The member's row after a change of its standing.
fn stand(entry: &Entry, who: u8, standing: &Standing) -> Option<Vec<String>> {
    let id = touched(entry, who)?;
    let (word, into) = match standing {
        Standing::Active => ("active", String::new()),
        Standing::Erased => ("erased", String::new()),
        Standing::MergedInto(other) => (
            "merged",
            touched(entry, *other).map_or(String::new(), |id| id.to_string()),
        ),
    };
    let source = match &entry.act {
        Act::Enrolled(enrolled) => enrolled.source.clone(),
        _ => String::new(),
    };
    Some(vec![
        id.to_string(),
        entry.head.day.to_string(),
        source,
        word.into(),
        into,
    ])
}

fn entry_row(past: &Past, entry: &Entry) -> Vec<String> {
    let programme = past.programme();
    let (head, calendar) = (&entry.head, &programme.calendar);
    let total = match &entry.act {
        Act::Purchase(sale) => sale.total.display(programme.digits),
        _ => String::new(),
    };
    let source = match &entry.act {
        Act::Enrolled(enrolled) => enrolled.source.clone(),
        _ => String::new(),
    };
    vec![
        entry.seq.to_string(),
        head.day.to_string(),
        calendar.display(head.occurred_at()),
        calendar.display(head.recorded_at()),
        entry.act.kind().into(),
        entry.member().map_or(String::new(), |id| id.to_string()),
        past.store_of(&head.origin.place),
        head.origin.channel.name().into(),
        head.origin.terminal.clone(),
        total,
        source,
        entry.act.named().map_or(String::new(), |of| of.to_string()),
    ]
}

fn effect_row(past: &Past, entry: &Entry, (n, effect): (usize, &Effect)) -> Option<Vec<String>> {
    let (names, programme) = (&past.global.names, past.programme());
    let told = describe(entry, effect);
    let (returned, visits) = match effect {
        Effect::Returned { amount, .. } => (amount.display(programme.digits), String::new()),
        Effect::Visited { visits, .. } => (String::new(), visits.to_string()),
        _ => Default::default(),
    };
    if told.kind.is_none() && returned.is_empty() && visits.is_empty() {
        return None;
    }
    let text = |kind: NameKind, number: u16| match number {
        0 => String::new(),
        number => names.text(kind, number),
    };
    let member = told.parties.who.and_then(|who| touched(entry, who));
    let unit = told.unit.unwrap_or(0);
    Some(vec![
        entry.seq.to_string(),
        n.to_string(),
        told.kind.map_or("bookkeeping", |kind| kind.as_str()).into(),
        member.map_or(String::new(), |id| id.to_string()),
        text(NameKind::Unit, unit),
        told.amount.map_or(String::new(), |points| {
            programme.decimal(unit, points).normalize().to_string()
        }),
        match told.sum {
            Some(Sum::Money(money)) => money.display(programme.digits),
            Some(Sum::Exact(exact)) => exact.display(programme.digits),
            None => String::new(),
        },
        text(NameKind::Campaign, told.campaign),
        told.lot.map_or(String::new(), |lot| lot.to_string()),
        match told.name {
            Some(Name::Of(kind, number)) => text(kind, number),
            _ => String::new(),
        },
        told.of.map_or(String::new(), |of| of.to_string()),
        returned,
        visits,
    ])
}
