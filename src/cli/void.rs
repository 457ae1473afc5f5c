//! `stampbook void`

use super::args::{HeadArgs, ToRaw, text};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::Args;

/// Undoes an entry's effects exactly, as an entry of its own; refused once
/// anything depends on it.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook void --of till-1/000812 --reason 'wrong card'")]
pub struct VoidArgs {
    /// The entry's key.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// Or its sequence.
    #[arg(long)]
    pub seq: Option<i64>,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for VoidArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let void = raw::Void {
            of: text(&self.of),
            seq: self.seq.map(Whole),
            reason: self.reason.as_str().into(),
            ..raw::Void::default()
        };
        Ok(Raw::Void(void.with_head(self.head.head(None))))
    }
}
