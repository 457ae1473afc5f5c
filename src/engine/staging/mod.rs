//! From a command to a sealed entry: admission, names, decision, limits, quotes.

pub(in crate::engine) mod admit;
pub(in crate::engine) mod batch;
pub(in crate::engine) mod brief;
pub(in crate::engine) mod chance;
pub(in crate::engine) mod deciding;
pub(in crate::engine) mod fitting;
pub(in crate::engine) mod follow;
pub(in crate::engine) mod named;
pub(in crate::engine) mod naming;
pub(in crate::engine) mod precedence;
pub(in crate::engine) mod quoting;
pub(in crate::engine) mod submit;
pub(in crate::engine) mod timeouts;
