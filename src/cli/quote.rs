//! `stampbook quote`

use super::desk::request_of;
use super::input;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::trouble::of_bundle;
use crate::command::raw;
use crate::engine;
use clap::Args;
use std::path::PathBuf;

/// Decides a purchase without booking it: what it would earn, and which discounts
/// the till should give. With --at it may be for a time to come: the member is
/// then as known today, with what falls due until then.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook quote --member card:6900012345 --total 42.50 --with programme
  stampbook quote --member card:6900012345 --total 42.50 --at 2027-01-04T09:00:00+01:00")]
pub struct QuoteArgs {
    /// Decide with the programme in this folder instead of the active one.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
    /// The purchase.
    #[command(flatten)]
    pub purchase: raw::Purchase,
}

impl QuoteArgs {
    /// Decides the purchase and discards it.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let draft = self.with.as_deref().map(|path| input::programme(out, path));
        let draft = draft.transpose()?.map(|folder| folder.bundle);
        cli.reading("quote", out, |ledger, out| {
            let with = match &draft {
                Some(bundle) => Some(of_bundle(bundle, engine::try_bundle(ledger, bundle))?),
                None => None,
            };
            let request = request_of(ledger, self.purchase.clone().into())?;
            let answer = engine::quote_ahead(ledger, &request, with)?;
            out.answer(&answer)
        })
    }
}
