//! `stampbook terminal`: enrolling, replacing and revoking tills.

use super::desk::secrets_alone;
use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use super::till_place;
use crate::serve::roles::Role;
use crate::serve::tokens::{Place, Token, TokenFile};
use clap::{Args, Subcommand};
use serde_json::json;
use std::fmt::{self, Display, Formatter};

/// Gives tills their tokens without anybody copying one: a code is shown here, typed
/// into the till within a quarter of an hour, and exchanged by it for a token of its own
/// (`POST /v1/enrol {"code":"..."}`), bound to its store and terminal. A terminal has one
/// token at a time.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook terminal enrol --store mitte --terminal till-1
  stampbook terminal list")]
pub enum TerminalCommand {
    /// Shows a code for a terminal that has no token.
    #[command(after_help = "Example:\n  stampbook terminal enrol --store mitte --terminal till-1")]
    Enrol(TillArgs),
    /// Shows a code for the terminal that takes another's place: the old one's token ends
    /// when the new one has its own.
    #[command(
        after_help = "Example:\n  stampbook terminal replace --store mitte --terminal till-1"
    )]
    Replace(TillArgs),
    /// Ends a terminal's token and code at once, such as a stolen till's.
    #[command(after_help = "Example:\n  stampbook terminal revoke --store mitte --terminal till-1")]
    Revoke(TillArgs),
    /// Shows the terminals that have a token or a code.
    #[command(after_help = "Example:\n  stampbook terminal list")]
    List,
}

/// A till.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct TillArgs {
    /// The store.
    #[arg(long)]
    pub store: String,
    /// The terminal.
    #[arg(long)]
    pub terminal: String,
}

impl Display for TillArgs {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.store, self.terminal)
    }
}

impl TillArgs {
    fn place(&self) -> Place {
        Place {
            store: Some(self.store.clone()),
            terminal: Some(self.terminal.clone()),
        }
    }
}

impl TerminalCommand {
    /// Changes or shows the file of tokens; needs no lock of the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let file = TokenFile::new(&secrets_alone(cli)?);
        match self {
            TerminalCommand::Enrol(till) => invite(&file, till, false, (cli, out)),
            TerminalCommand::Replace(till) => invite(&file, till, true, (cli, out)),
            TerminalCommand::Revoke(till) => match file.revoke_at(&till.place())? {
                0 => Err(
                    Failure::bad_input(format!("{till} has neither token nor code"))
                        .hint("`stampbook terminal list` shows those that have"),
                ),
                ended => {
                    out.line(format!("{till} opens nothing any more"))?;
                    out.note("what its queue still holds is drained by the office: `stampbook queue drain --queue FOLDER` here, or with `--to` and a token of the office");
                    out.done(&json!({"ok": true, "revoked": ended}))
                }
            },
            TerminalCommand::List => list(&file, out),
        }
    }
}

fn invite(
    file: &TokenFile,
    till: &TillArgs,
    is_replacing: bool,
    (cli, out): (&Cli, &mut Printer),
) -> Result<Exit, Failure> {
    till_place::check(&till.place(), cli, out)?;
    let Some((token, code)) = file.invite(Role::Till, till.place(), is_replacing)? else {
        return Err(Failure::bad_input(format!("{till} has a token already"))
            .hint("another till in its place: `stampbook terminal replace`; a stolen one: `stampbook terminal revoke`"));
    };
    let until = token.until.unwrap_or_default();
    out.line(&code)?;
    if !out.is_json() {
        let remark = format!("to be typed into {till} until {until}; it is valid once");
        out.note(remark);
    }
    out.done(&json!({"ok": true, "code": code, "until": until}))
}

fn list(file: &TokenFile, out: &mut Printer) -> Result<Exit, Failure> {
    let mut tills = file.list()?;
    tills.retain(|token| token.terminal.is_some());
    let rows = tills.iter().map(|t| {
        let has = if t.is_code { "a code" } else { "a token" };
        let [store, terminal, until] = [&t.store, &t.terminal, &t.until].map(|t| cell(t.as_ref()));
        row(&[&store, &terminal, &has, &t.id, &t.created, &until])
    });
    let head = ["store", "terminal", "has", "id", "created", "until"];
    out.table_or("no terminal has a token or a code", &head, rows)?;
    let told: Vec<_> = tills.iter().map(Token::shown).collect();
    out.done(&json!({"ok": true, "terminals": told}))
}
