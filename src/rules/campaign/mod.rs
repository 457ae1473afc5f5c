//! Rules of campaigns: when they run, what they may give, and how they are judged.

pub(super) mod addressed;
pub mod earn;
pub mod earner;
pub(super) mod grants;
pub mod limits;
pub mod outcome;
pub mod redecide;
pub mod review;
pub(super) mod taken;
pub mod target;
pub mod trigger;
