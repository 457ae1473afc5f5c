//! What the office books, named.

use super::Ledger;
use super::admit::Stop;
use crate::command::Office;
use crate::model::{Act, Day};
use rust_decimal::Decimal;

/// What the source of an opening balance is hashed by.
const SOURCE: &str = "stampbook 2026-11 source v1";

impl Ledger {
    /// Turns what the office books into an act.
    pub(super) fn office_act(&self, asked: &Office) -> Result<Act, Stop> {
        Ok(match asked {
            Office::Goal {
                metric,
                from,
                to,
                is_points,
                by,
                segment,
            } => Act::GoalSet {
                metric: metric.clone(),
                base: *from,
                target: *to,
                is_points: *is_points,
                deadline: *by,
                segment: segment.clone(),
            },
            Office::Cost {
                kind,
                amount,
                campaign,
                note,
            } => Act::CostBooked {
                kind: kind.clone(),
                amount: *amount,
                campaign: match campaign.as_str() {
                    "" => 0,
                    campaign => self.campaign(campaign)?,
                },
                note: note.clone(),
            },
            Office::Close { through } => Act::PeriodClosed {
                from: self.house().open_from,
                to: through.plus_days(1),
            },
            Office::Opening {
                unit,
                points,
                source,
                expires: Some(last),
            } => self.balance(unit, *points, source, *last)?,
            Office::Opening {
                unit,
                points,
                source,
                expires: None,
            } => Act::Imported {
                opening: Some(self.amount(unit, *points)?),
                source: source.clone(),
                digest: blake3::derive_key(SOURCE, source.as_bytes()),
                rows: 1,
            },
        })
    }

    /// A balance that keeps the end it had in the other system.
    fn balance(&self, unit: &str, points: Decimal, source: &str, last: Day) -> Result<Act, Stop> {
        let (unit, points) = self.amount(unit, points)?;
        Ok(Act::BalanceOpened {
            unit,
            points,
            last,
            source: source.to_owned(),
            digest: blake3::derive_key(SOURCE, source.as_bytes()),
        })
    }
}
