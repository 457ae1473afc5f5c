//! `stampbook audit`

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// For auditors: reads the journal only, changes no byte, needs no secret.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit verify --card card.txt")]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What to audit.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum AuditCommand {
    /// Print what an auditor should keep: origin, key, size, root, date.
    Card(CardArgs),
    /// Verify claim by claim: held, failed, or not checked and why.
    Verify(VerifyArgs),
    /// Stamps: proofs that an entry is in the ledger.
    Stamp(StampArgs),
    /// An entry's bytes and fields as they are stored.
    Raw(RawArgs),
}

/// Prints what an auditor should keep.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit card --out card.txt")]
pub struct CardArgs {
    /// Where to write it; default: stdout.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Verifies the ledger claim by claim.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Claims: 0 chained, 1 state, 2 reperformed, 3 signed (needs the key), 4 anchored (needs my old card, checkpoint or stamps).

Examples:
  stampbook audit verify
  stampbook audit verify --card card.txt --level 4")]
pub struct VerifyArgs {
    /// A card kept earlier; may be repeated.
    #[arg(long = "card", value_name = "FILE")]
    pub cards: Vec<PathBuf>,
    /// A signed checkpoint kept earlier; may be repeated.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<PathBuf>,
    /// A stamp kept earlier; may be repeated.
    #[arg(long = "stamp", value_name = "FILE")]
    pub stamps: Vec<PathBuf>,
    /// The verifier key, as a card prints it.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Up to which claim; default: the highest whose needs are given.
    #[arg(long, value_name = "0-4", value_parser = clap::value_parser!(u8).range(0..=4))]
    pub level: Option<u8>,
    /// How many threads; default: as many as there are processors.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Stamps.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit stamp check slip.tlog-proof")]
pub struct StampArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StampCommand,
}

/// What to do with stamps.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum StampCommand {
    /// Check stamps against the ledger.
    Check(StampCheckArgs),
}

/// Checks stamps against the ledger.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit stamp check slip-1.tlog-proof slip-2.tlog-proof")]
pub struct StampCheckArgs {
    /// The stamps.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The verifier key, as a card prints it; default: the ledger's own.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// An entry as it is stored.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit raw 4711")]
pub struct RawArgs {
    /// The entry's sequence.
    pub seq: u64,
}
