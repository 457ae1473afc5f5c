//! `stampbook rebuild`

use clap::Args;

/// Makes the book again from the journal; the old one is moved aside.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook rebuild")]
pub struct RebuildArgs {}
