//! Rules of one member: activities, consents, tiers, passes, households, merges.

pub mod activity;
pub mod consent;
pub mod erasure;
pub mod household;
pub mod merge;
pub(super) mod note;
pub mod pass;
pub mod referral;
pub mod tier;
