//! Types that all rooms share: quantities, identities, time, the programme, the
//! command, the facts, the effects and the entry.
//!
//! This room imports no other. Its [`Entry`] *is* the stored form: the field
//! order and the enum order here are the bytes of FORMAT.md, so a change of
//! either is a new format version.

pub mod act;
pub mod activity;
mod alias;
pub mod campaign;
pub mod currency;
pub mod effect;
pub mod entry;
pub mod fact;
pub mod id;
pub mod measure;
pub mod number;
mod outbox;
pub mod partner;
pub mod party;
pub mod pass;
pub mod policy;
pub mod posting;
pub mod programme;
pub mod purchase;
pub mod refusal;
pub mod review;
pub mod rfm;
pub mod steps;
pub mod time;
pub mod trigger;
pub mod voucher;
pub mod warning;
mod words;

pub use act::*;
pub use activity::*;
pub use alias::*;
pub use campaign::*;
pub use currency::*;
pub use effect::*;
pub use entry::*;
pub use fact::*;
pub use id::*;
pub use measure::*;
pub use number::*;
pub use outbox::*;
pub use partner::*;
pub use party::*;
pub use pass::*;
pub use policy::*;
pub use posting::*;
pub use programme::*;
pub use purchase::*;
pub use refusal::*;
pub use review::*;
pub use rfm::*;
pub use steps::*;
pub use time::*;
pub use trigger::*;
pub use voucher::*;
pub use warning::*;
pub use words::*;
