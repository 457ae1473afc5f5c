//! The rules: lots, accounts, tiers, due events. [`decide`] proposes an entry
//! for a command, [`fold`] applies it; both are pure.

mod ahead;
pub mod announcement;
pub mod asked;
pub mod campaign;
pub mod case;
pub mod decide;
pub mod due;
mod extremes;
pub mod facts;
pub mod fold;
pub mod guessing;
pub mod lots;
pub mod member;
pub mod office;
pub mod outbox;
pub mod partner;
pub mod pilot;
pub mod purchase;
pub mod returns;
pub mod reward;
pub mod share;
pub mod state;
mod table;
pub mod undo;

pub use ahead::{AHEAD, look_at};
pub use campaign::trigger::Outlook;
pub use case::{Case, DecisionInputs, FailedScript};
pub use decide::decide;
pub use fold::{Contradiction, fold, seal};
pub use state::State;
