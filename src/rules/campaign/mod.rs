//! Rules of campaigns: when they run, what they may give, and how they are judged.

mod addressed;
mod earn;
pub(super) mod earner;
pub(super) mod grants;
pub mod limits;
pub(super) mod outcome;
pub mod redecide;
pub mod review;
mod taken;
pub mod target;
pub mod trigger;
