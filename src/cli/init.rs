//! `stampbook init`

use clap::Args;
use std::path::PathBuf;

/// Begins a ledger: makes its folder and its secrets, copies the programme to
/// a folder you can edit, and activates it.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook init --programme corner-cafe --currency EUR --zone Europe/Berlin")]
pub struct InitArgs {
    /// A shipped programme (corner-cafe, one-for-one) or a folder.
    #[arg(
        long,
        visible_alias = "program",
        value_name = "NAME|DIR",
        default_value = "one-for-one"
    )]
    pub programme: String,
    /// ISO 4217 code, such as EUR; default: the programme's own.
    #[arg(long)]
    pub currency: Option<String>,
    /// IANA name, such as Europe/Berlin; default: the programme's own.
    #[arg(long)]
    pub zone: Option<String>,
    /// Where the programme is copied to.
    #[arg(long, value_name = "DIR", default_value = "programme")]
    pub folder: PathBuf,
    /// The checkpoint origin, such as example.org/stars; default: a random one.
    #[arg(long)]
    pub origin: Option<String>,
}
