//! Outcome of a line: the expected and the actual one have the same form, so
//! that they can be compared and are written alike.

use crate::answer::Flow;
use crate::model::Day;
use rust_decimal::Decimal;
use std::fmt;

/// Outcome of a line, by member.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct LineOutcome {
    pub parts: Vec<MemberOutcome>,
}

/// Outcome of a line for one member.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct MemberOutcome {
    /// The member's name in the story; None for the line's own member.
    pub member: Option<String>,
    /// Items.
    pub items: Vec<Item>,
    /// State afterwards.
    pub checks: Vec<Check>,
}

/// One item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Item {
    /// Points came or went.
    Moved(Moved),
    /// The command was refused.
    Refused(String),
    /// The recorded answer was given again.
    Repeated,
    /// A campaign's script failed.
    Failed(String),
}

/// Points that came or went.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moved {
    pub unit: String,
    pub amount: Decimal,
    pub flow: Flow,
    /// The first day, if that is later.
    pub from: Option<Day>,
    /// The last day, if there is one.
    pub until: Option<Day>,
}

/// A check of state afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Check {
    /// Spendable points less debts: unit, amount.
    Balance(String, Decimal),
    /// Points not spendable yet.
    Pending(String, Decimal),
    /// Held points.
    Held(String, Decimal),
    /// The sum of a qualifying unit in its window.
    Qualifying(String, Decimal),
    /// The tier held; None for none.
    Tier(Option<String>),
    /// All lots of a unit, in spending order: points, last day.
    Lots(String, Vec<(Decimal, Option<Day>)>),
    /// The codes of all warnings.
    Warns(Vec<String>),
    /// All labels.
    Tags(Vec<String>),
    /// Money that a return pays out.
    Gives(String),
    /// Money that is still to be collected.
    Collects(String),
    /// Discount that the campaigns would give.
    Discount(String),
    /// State of a campaign.
    Campaign(String, String),
    /// A pass held: unit, last day; None if it is not held.
    Pass(String, Option<Day>),
    /// Amount that a partner owes; negative is owed to it.
    Owes(String, String),
    /// Balance of a pool.
    Pool(String, String),
    /// Benefits of a pass used in the current period.
    Uses(String, i64),
    /// The templates of all messages to the member, and whether each was suppressed.
    Sends(Vec<(String, bool)>),
}

impl MemberOutcome {
    /// True if equal, in whatever order the items are listed.
    pub fn is_like(&self, other: &MemberOutcome) -> bool {
        let sorted = |part: &MemberOutcome| {
            let mut items = part.items.clone();
            items.sort();
            items
        };
        self.checks == other.checks && sorted(self) == sorted(other)
    }

    /// True if an item of this unit is named.
    pub fn names(&self, unit: &str) -> bool {
        self.items
            .iter()
            .any(|item| matches!(item, Item::Moved(m) if m.unit == unit))
    }
}

impl fmt::Display for LineOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parts.is_empty() {
            return f.write_str("nothing");
        }
        joined(f, &self.parts, " -> ")
    }
}

impl fmt::Display for MemberOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.member {
            write!(f, "{name} ")?;
        }
        match self.items.is_empty() {
            true => f.write_str("nothing")?,
            false => joined(f, &self.items, ", ")?,
        }
        self.checks
            .iter()
            .try_for_each(|check| write!(f, "; {check}"))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Moved(moved) => moved.fmt(f),
            Item::Refused(code) => write!(f, "refused {code}"),
            Item::Repeated => f.write_str("repeated"),
            Item::Failed(campaign) => write!(f, "failed {campaign}"),
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} {}", self.amount, self.unit)?;
        if self.flow != Flow::Plain {
            write!(f, " {}", self.flow.as_str())?;
        }
        if let Some(day) = self.from {
            write!(f, " from {day}")?;
        }
        match self.until {
            Some(day) => write!(f, " until {day}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Balance(unit, amount) => write!(f, "balance {amount} {unit}"),
            Check::Pending(unit, amount) => write!(f, "pending {amount} {unit}"),
            Check::Held(unit, amount) => write!(f, "held {amount} {unit}"),
            Check::Qualifying(unit, amount) => write!(f, "qualifying {amount} {unit}"),
            Check::Tier(tier) => write!(f, "tier {}", tier.as_deref().unwrap_or("none")),
            Check::Lots(unit, lots) => {
                write!(f, "lots {unit} ")?;
                match lots.is_empty() {
                    true => f.write_str("none"),
                    false => joined(
                        f,
                        &lots.iter().map(|l| LotText(*l)).collect::<Vec<_>>(),
                        ", ",
                    ),
                }
            }
            Check::Warns(codes) if codes.is_empty() => f.write_str("warns nothing"),
            Check::Warns(codes) => write!(f, "warns {}", codes.join(", ")),
            Check::Tags(tags) if tags.is_empty() => f.write_str("tags nothing"),
            Check::Tags(tags) => write!(f, "tags {}", tags.join(", ")),
            Check::Gives(money) => write!(f, "gives {money}"),
            Check::Collects(money) => write!(f, "collects {money}"),
            Check::Discount(money) => write!(f, "discount {money}"),
            Check::Campaign(campaign, state) => write!(f, "campaign {campaign} {state}"),
            Check::Pass(unit, Some(day)) => write!(f, "pass {unit} until {day}"),
            Check::Pass(unit, None) => write!(f, "pass {unit} none"),
            Check::Owes(partner, money) => write!(f, "owes {partner} {money}"),
            Check::Pool(pool, money) => write!(f, "pool {pool} {money}"),
            Check::Uses(unit, uses) => write!(f, "uses {uses} {unit}"),
            Check::Sends(list) if list.is_empty() => f.write_str("sends nothing"),
            Check::Sends(list) => {
                let text = |(template, is_suppressed): &(String, bool)| match is_suppressed {
                    true => format!("{template} suppressed"),
                    false => template.clone(),
                };
                let texts: Vec<String> = list.iter().map(text).collect();
                write!(f, "sends {}", texts.join(", "))
            }
        }
    }
}

struct LotText((Decimal, Option<Day>));

impl fmt::Display for LotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            (amount, Some(day)) => write!(f, "{amount} until {day}"),
            (amount, None) => amount.fmt(f),
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, list: &[T], by: &str) -> fmt::Result {
    for (n, item) in list.iter().enumerate() {
        if n > 0 {
            f.write_str(by)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
