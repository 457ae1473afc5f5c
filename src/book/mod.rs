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
mod kept_again;
pub mod limits;
pub mod lots;
pub mod on_return;
pub mod partner;
pub mod pass;
pub mod pool;
pub mod purchase;
pub mod redecide;
pub mod referral;
pub mod returns;
pub mod share;
pub mod spend;
pub mod state;
mod table;
mod taken;
pub mod tier;
pub mod trigger;
pub mod undo;
pub mod voucher;

pub use case::{Case, Papers};
pub use decide::decide;
pub use fold::{Contradiction, fold, seal};
pub use state::State;
pub use trigger::Outlook;
