//! `stampbook session`

use clap::Args;

/// Reads JSON commands from stdin, one a line, and answers each on stdout, in
/// order, once it is durable. A bad line is answered too; the session goes on.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook session --page-max 1000")]
pub struct SessionArgs {
    /// Commands that wait on stdin share a page, at most this many.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub page_max: u16,
}
