//! Rules of campaigns: when they run, what they may give, and how they are judged.

mod applicability;
mod earn;
pub(super) mod earner;
pub(super) mod grants;
pub mod limits;
pub(super) mod outcome;
mod proposals;
pub mod redecide;
pub mod review;
pub mod target;
pub mod trigger;
