//! `stampbook statement`

use super::print::{Failure, Printer, row};
use crate::answer::to_second;
use crate::model::counted;
use crate::query::StatementReply;

/// Shows the member's entries.
pub(super) fn print(told: &StatementReply, out: &mut Printer) -> Result<(), Failure> {
    let entries = counted(told.entries.len() as u64, "entry", "entries");
    out.line(format!("member {}, {entries}", told.member))?;
    let rows = told.entries.iter().map(|told| {
        let (at, kind) = (to_second(&told.at), told.kind.replace('_', " "));
        let (did, after) = (told.did_text(), told.after_text());
        row(&[&told.seq, &at, &kind, &told.what, &did, &after])
    });
    out.table(&["entry", "when", "what", "why", "did", "after"], rows)?;
    if let Some(received) = told.received.as_ref().filter(|sums| !sums.is_none()) {
        let parts = [
            ("off bills", &received.discounts),
            ("paid with points, rewards and vouchers", &received.paid),
            ("redeemed", &received.redeemed),
            ("other benefits", &received.benefits),
        ];
        let parts = parts.map(|(what, amount)| format!("{what} {amount}"));
        out.line(format!(
            "received so far: {} ({})",
            received.total,
            parts.join(", ")
        ))?;
    }
    Ok(())
}
