//! Rules of campaigns: when they run, what they may give, and how they are judged.

pub(in crate::rules) mod addressed;
pub mod earn;
pub mod limits;
pub mod redecide;
pub mod review;
pub(in crate::rules) mod taken;
pub mod tally;
pub mod target;
pub mod trigger;
