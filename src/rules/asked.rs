//! Acts as they were asked for: what the ledger works out itself is no part of
//! the question, so a command that is sent again is the same command.

use crate::model::{Act, Day, Instant, Money};

/// Whether two acts ask for the same, whatever the ledger worked out for them.
pub fn is_same(one: &Act, other: &Act) -> bool {
    as_asked(one.clone()) == as_asked(other.clone())
}

/// An act as it was asked for, without what the ledger works out.
fn as_asked(mut act: Act) -> Act {
    match &mut act {
        Act::PassStarted { anchor, until, .. } => {
            (*anchor, *until) = (Day::default(), Instant::default());
        }
        Act::PassRenewed { until, .. } => *until = Instant::default(),
        Act::PassCancelled { refund, .. } => *refund = Money::ZERO,
        // Whether a purchase may be claimed is the programme's to say.
        Act::Purchase(purchase) => purchase.claim = None,
        Act::Settled { amount, .. } => *amount = Money::ZERO,
        Act::PeriodClosed { from, .. } => *from = Day::default(),
        Act::PartnerChanged { terms, .. } => terms.clear(),
        Act::VoucherGiven { until, .. } => *until = Instant::default(),
        _ => {}
    }
    act
}
