//! From a command to a sealed entry: admission, names, decision, limits, quotes.

pub(super) mod admit;
pub(super) mod batch;
pub(super) mod booking;
pub(super) mod brief;
pub(super) mod chance;
pub(super) mod clock_correction;
pub(super) mod daily_run;
pub(super) mod deciding;
pub(super) mod due_run;
pub(super) mod fitting;
pub(super) mod follow;
pub(super) mod name_resolver;
pub(super) mod named;
pub(super) mod names_in_force;
pub(super) mod naming;
pub(super) mod payment;
pub(super) mod plain;
pub(super) mod precedence;
pub(super) mod quoting;
pub(super) mod recorded;
pub(super) mod staged;
pub(super) mod submit;
pub(super) mod timeouts;
pub(super) mod together;
