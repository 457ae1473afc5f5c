//! The rules: lots, accounts, tiers, what falls due. [`decide`] proposes an
//! entry for a command, [`fold`] books it; both are pure.

pub mod acted;
pub mod activity;
pub mod bill;
pub mod case;
pub mod catalogue;
pub mod claim;
pub mod consent;
pub mod decide;
pub mod discount;
pub mod due;
pub mod earn;
pub mod facts;
pub mod fold;
pub mod limits;
pub mod lots;
pub mod partner;
pub mod pass;
pub mod pool;
pub mod purchase;
pub mod redecide;
pub mod returns;
pub mod share;
pub mod spend;
pub mod state;
mod table;
pub mod tier;
pub mod trigger;
pub mod undo;
pub mod voucher;

pub use case::{Case, Papers};
pub use decide::decide;
pub use fold::{Contradiction, fold, seal};
pub use state::State;
pub use trigger::Outlook;

use crate::model::Policy;
use state::Member;

/// The consent that messages need, where the programme knows it.
const MARKETING: &str = "marketing";

/// Whether a member may be sent messages: with the consent `marketing`, or
/// where the programme asks for none.
fn may_message(policy: &dyn Policy, member: &Member) -> bool {
    let purposes = &policy.programme().purposes;
    let purpose = purposes.iter().find(|p| p.1 == MARKETING);
    purpose.is_none_or(|p| facts::has_consent(member, p.0))
}
