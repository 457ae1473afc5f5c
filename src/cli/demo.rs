//! `stampbook demo`

use clap::Args;
use std::path::PathBuf;

/// Shows till, merchant and auditor at work, offline, every command printed as
/// one could type it; its folder is left behind.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook demo --folder stampbook-demo")]
pub struct DemoArgs {
    /// A folder that does not exist yet.
    #[arg(long, value_name = "DIR", default_value = "stampbook-demo")]
    pub folder: PathBuf,
}
