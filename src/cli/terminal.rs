//! `stampbook terminal`: enrolling, replacing and revoking tills.

use super::args::Cli;
use super::desk::check_secrets_alone;
use super::print::{Exit, Failure, Printer, table};
use super::till_place;
use crate::serve::roles::Role;
use crate::serve::tokens::{Place, TokenFile};
use clap::{Args, Subcommand};
use serde_json::json;

/// Gives tills their tokens without anybody copying one: a code is shown here, typed
/// into the till within a quarter of an hour, and exchanged by it for a token of its own
/// (`POST /v1/enrol {"code":"..."}`), bound to its store and terminal. A terminal has one
/// token at a time.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook terminal enrol --store mitte --terminal till-1
  stampbook terminal list")]
pub struct TerminalArgs {
    /// Subcommand.
    #[command(subcommand)]
    pub command: TerminalCommand,
}

/// Subcommands for terminals.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
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

impl TillArgs {
    fn place(&self) -> Place {
        Place {
            store: Some(self.store.clone()),
            terminal: Some(self.terminal.clone()),
        }
    }
}

impl TerminalArgs {
    /// Changes or shows the file of tokens; needs no lock of the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        check_secrets_alone(&folders)?;
        let file = TokenFile::new(&folders.secrets);
        match &self.command {
            TerminalCommand::Enrol(till) => {
                till_place::check(&till.place(), cli, out)?;
                invite(&file, till, false, out)
            }
            TerminalCommand::Replace(till) => {
                till_place::check(&till.place(), cli, out)?;
                invite(&file, till, true, out)
            }
            TerminalCommand::Revoke(till) => match file.revoke_at(&till.place())? {
                0 => Err(Failure::bad_input(format!(
                    "{} {} has neither token nor code",
                    till.store, till.terminal
                ))
                .hint("`stampbook terminal list` shows those that have")),
                ended => {
                    match out.is_json() {
                        true => out.json(&json!({"ok": true, "revoked": ended}))?,
                        false => out.line(format!(
                            "{} {} opens nothing any more",
                            till.store, till.terminal
                        ))?,
                    }
                    out.note("what its queue still holds is drained by the office: `stampbook queue drain --queue FOLDER` here, or with `--to` and a token of the office");
                    Ok(Exit::Done)
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
    out: &mut Printer,
) -> Result<Exit, Failure> {
    let Some((token, code)) = file.invite(Role::Till, till.place(), is_replacing)? else {
        let message = format!("{} {} has a token already", till.store, till.terminal);
        return Err(Failure::bad_input(message)
            .hint("another till in its place: `stampbook terminal replace`; a stolen one: `stampbook terminal revoke`"));
    };
    let until = token.until.unwrap_or_default();
    if out.is_json() {
        out.json(&json!({"ok": true, "code": code, "until": until}))?;
        return Ok(Exit::Done);
    }
    out.line(&code)?;
    out.note(format!(
        "to be typed into {} {} until {until}; it is valid once",
        till.store, till.terminal
    ));
    Ok(Exit::Done)
}

fn list(file: &TokenFile, out: &mut Printer) -> Result<Exit, Failure> {
    let tokens = file.list()?;
    let tills = tokens.iter().filter(|token| token.terminal.is_some());
    if out.is_json() {
        let told: Vec<_> = tills
            .map(|t| json!({"store": t.store, "terminal": t.terminal, "id": t.id, "role": t.role, "is_code": t.is_code, "created": t.created, "until": t.until}))
            .collect();
        out.json(&json!({"ok": true, "terminals": told}))?;
        return Ok(Exit::Done);
    }
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows: Vec<Vec<String>> = tills
        .map(|t| {
            let has = if t.is_code { "a code" } else { "a token" };
            vec![
                said(&t.store),
                said(&t.terminal),
                has.to_owned(),
                t.id.clone(),
                t.created.clone(),
                said(&t.until),
            ]
        })
        .collect();
    match rows.is_empty() {
        true => out.line("no terminal has a token or a code")?,
        false => out.line(table(
            &["store", "terminal", "has", "id", "created", "until"],
            &rows,
        ))?,
    }
    Ok(Exit::Done)
}
