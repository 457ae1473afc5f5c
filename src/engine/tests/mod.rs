//! The ledger as its callers use it.

mod attributes;
mod concurrency;
mod continuity;
mod daily;
mod derived;
mod erasure;
mod failing;
mod idle;
mod instants;
mod lag;
mod lookup;
mod many_lots;
mod money_back;
mod other_keys;
mod page_committer;
mod plans;
mod precedence;
mod secrets;
mod short_codes;
mod sizes;
mod stock;
mod stored_programmes;
mod whole;
