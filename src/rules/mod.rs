//! The rules: lots, accounts, tiers, due events. [`decide`] proposes an entry
//! for a command, [`fold`] applies it; both are pure.

pub mod announcement;
pub mod asked;
pub mod campaign;
pub mod case;
pub mod decide;
pub mod due;
pub mod facts;
pub mod fold;
pub mod guessing;
pub mod lots;
pub mod member;
mod member_table;
pub mod office;
pub mod outbox;
mod overflow;
pub mod partner;
pub mod pilot;
mod prefetch;
pub mod purchase;
pub mod returns;
pub mod reward;
pub mod share;
pub mod state;
pub mod undo;

pub use campaign::trigger::Outlook;
pub use case::{Case, DecisionInputs, FailedScript};
pub use decide::decide;
pub use fold::{Contradiction, fold, seal};
pub use prefetch::{AHEAD, prefetch};
pub use state::State;
