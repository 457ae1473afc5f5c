//! `stampbook return`

use super::args::{HeadArgs, ToRaw, parts, text};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::Args;

/// Books goods that come back. Name the purchase by --of, or by --receipt and
/// --store; say what comes back by --all, --amount or --line.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook return --of till-1/000812 --line 2 --key till-1/000813
  stampbook return --receipt 000812 --store mitte --all --key till-1/000814")]
pub struct ReturnArgs {
    /// The purchase's key.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// The purchase's slip number; with --store.
    #[arg(long)]
    pub receipt: Option<String>,
    /// The member, if it is to be checked.
    #[arg(long)]
    pub member: Option<String>,
    /// All that is left.
    #[arg(long)]
    pub all: bool,
    /// This much, of whichever lines.
    #[arg(long)]
    pub amount: Option<String>,
    /// A line by its number, wholly (2) or by quantity (2:1.5); may be repeated.
    #[arg(long = "line", value_name = "NUMBER[:QTY]")]
    pub lines: Vec<String>,
    /// The slip number of the return itself.
    #[arg(long, value_name = "RECEIPT")]
    pub return_receipt: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ReturnArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let back = raw::Return {
            of: text(&self.of),
            receipt: text(&self.receipt),
            all: self.all,
            amount: self.amount.as_deref().map(Into::into),
            lines: self
                .lines
                .iter()
                .map(|l| line(l))
                .collect::<Result<_, _>>()?,
            return_receipt: text(&self.return_receipt),
            ..raw::Return::default()
        };
        Ok(Raw::Return(
            back.with_head(self.head.head(self.member.as_deref())),
        ))
    }
}

fn line(flag: &str) -> Result<raw::LineExtent, Bad> {
    let found = parts("--line", flag, &[1, 2], "2 or 2:1.5")?;
    let wrong = |_| Bad::new("--line", format!("'{flag}' is not of the form 2 or 2:1.5"));
    Ok(raw::LineExtent {
        line: Whole(found[0].parse().map_err(wrong)?),
        qty: found.get(1).map(|qty| (*qty).into()),
        amount: None,
    })
}
