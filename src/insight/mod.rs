//! Figures: what the ledger says about the shop.

pub mod models;
