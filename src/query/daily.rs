//! Record of the last daily run.

use super::{Ask, Error, LastDaily};
use crate::engine::{self, DailyTold, Ledger};
use schemars::JsonSchema;
use serde::Serialize;

/// Record of the last daily run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LastDailyReply {
    /// Always true.
    pub ok: bool,
    /// The run; absent if there was none, or the book was made again since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily: Option<DailyTold>,
}

impl Ask for LastDaily {
    type Reply = LastDailyReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<LastDailyReply, Error> {
        let daily = engine::last_daily(ledger)?;
        Ok(LastDailyReply { ok: true, daily })
    }
}
