//! Auditing: the claims that can be proven from the journal alone, one by one,
//! by somebody who trusts neither the shop nor its book.
//!
//! Nothing here takes a lock or changes a byte; scratch files are outside the
//! ledger. A claim that could not be checked is reported as not checked, never
//! as held.

mod anchor;
mod anchored;
mod anchored_entries;
mod chained;
mod codes;
mod head;
mod index;
mod options;
mod pilot;
mod reperformed;
mod report;
mod schedule;
mod scratch;
mod secrets;
mod signed;
mod signers;
mod state;
mod survey;
mod targeting;
mod text;
mod uniques;
mod verify;
mod walk;

#[cfg(test)]
mod tests;

pub use anchor::{Anchor, AnchorFlaw, Card};
pub use anchored::StampVerdict;
pub use options::Options;
pub use report::{
    Claim, Counts, DeviationKind, Finding, HeadLine, JournalPlace, Outcome, Report, SecretsVerdict,
    Verdict,
};
pub use secrets::SecretsFolder;
pub use survey::{NoCard, Raw, card, raw, stamp_check};
pub use verify::verify;
