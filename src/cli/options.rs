//! The options that all commands have.

use super::print::ColorWhen;
use crate::storage::memory;
use clap::Args;
use std::path::PathBuf;

/// Heading in help of the options that all commands have, so that a command's
/// own come first.
const OF_ALL: &str = "Options of all commands";

/// Options of all commands.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct Cli {
    /// The ledger's folder.
    #[arg(
        long,
        global = true,
        help_heading = OF_ALL,
        value_name = "DIR",
        env = "STAMPBOOK_LEDGER",
        default_value = "ledger"
    )]
    pub ledger: PathBuf,
    /// The folder of keys and vault; default: beside the ledger.
    #[arg(
        long,
        global = true,
        help_heading = OF_ALL,
        value_name = "DIR",
        env = "STAMPBOOK_SECRETS"
    )]
    pub secrets: Option<PathBuf>,
    /// Print JSON instead of text and tables.
    #[arg(long, global = true, help_heading = OF_ALL)]
    pub json: bool,
    /// Use of colour.
    #[arg(
        long,
        global = true,
        help_heading = OF_ALL,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: ColorWhen,
    /// Accept once that the clock is more than 31 days past the last entry.
    #[arg(long, global = true, help_heading = OF_ALL)]
    pub accept_clock: bool,
    /// Most memory that the process may take, such as 512MiB or 2GiB. The least is
    /// 512MiB, which holds for a million members; default: a quarter of the machine's,
    /// from 512 MiB to 2 GiB. With less, results are the same and take longer.
    #[arg(
        long,
        global = true,
        help_heading = OF_ALL,
        value_name = "SIZE",
        value_parser = memory_size
    )]
    pub memory: Option<u64>,
}

/// Parses a size such as `512MiB` to bytes.
fn memory_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return Err("a size is a number of KiB, MiB or GiB, such as 512MiB".into()),
    };
    let bytes = digits.parse::<u64>().ok();
    let bytes = bytes.and_then(|n| n.checked_mul(1 << shift));
    let bytes = bytes.ok_or("a size is a whole number, such as 512MiB")?;
    match bytes < memory::BOUND_MIN {
        true => Err("with many members more is needed; give it at least 512MiB".into()),
        false => Ok(bytes),
    }
}
