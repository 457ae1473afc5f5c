//! `stampbook balance`

use super::print::{Failure, Printer, row};
use crate::query::BalanceReply;

/// Shows the member's balances, now or at an instant.
pub(super) fn print(told: &BalanceReply, out: &mut Printer) -> Result<(), Failure> {
    let member = &told.member;
    if let Some(now) = &told.now {
        out.line(format!("member {member}"))?;
        super::show::balances(out, now)?;
    }
    let (Some(as_of), Some(balance)) = (&told.as_of, &told.balance) else {
        return Ok(());
    };
    out.line(format!("member {member} at {as_of}"))?;
    let rows = balance.iter().map(|(unit, n)| row(&[unit, n]));
    out.table_or("nothing had been booked yet", &["unit", "balance"], rows)?;
    super::show::locks(out, &told.locks)?;
    if told.is_ahead {
        out.note(
            "note: this lies ahead: what falls due until then is counted by the programme in force",
        );
    }
    Ok(())
}
