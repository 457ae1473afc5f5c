//! `stampbook token`: access tokens of the service.

use super::desk::secrets_alone;
use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use super::till_place;
use crate::model::Instant;
use crate::serve::roles::Role;
use crate::serve::tokens::{Place, Token, TokenFile};
use crate::storage::clock::{Clock, SystemClock};
use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

/// Makes, lists and revokes the tokens that clients of `stampbook serve` send
/// (`Authorization: Bearer TOKEN`). What is made or revoked holds from the next
/// request on, also while the service runs. Only hashes are kept, in the secrets folder.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook token create --role till --store mitte --terminal till-1
  stampbook token list")]
pub enum TokenCommand {
    /// Makes a token, and shows it this once.
    #[command(after_help = "\
Examples:
  stampbook token create --role till --store mitte --terminal till-1
  stampbook token create --role auditor --until 2036-12-31T23:59:59+01:00

Roles: a till sells, takes back and knows its members; a merchant also corrects and
runs campaigns; an auditor asks and does nothing; the office does everything.")]
    Create(CreateArgs),
    /// Lists the tokens, without their secret part.
    #[command(after_help = "Example:\n  stampbook token list")]
    List,
    /// Makes a token invalid at once.
    #[command(after_help = "Example:\n  stampbook token revoke 4f1c09ab")]
    Revoke {
        /// The token's id, as `token list` shows it.
        id: String,
    },
}

/// The token to be made.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct CreateArgs {
    /// Role of its bearer.
    #[arg(long)]
    pub role: Role,
    /// The store that it is bound to: filled into its commands, and no other is taken.
    #[arg(long)]
    pub store: Option<String>,
    /// The terminal that it is bound to, in the same way.
    #[arg(long, requires = "store")]
    pub terminal: Option<String>,
    /// It is not valid from this instant on.
    #[arg(long, value_name = "INSTANT")]
    pub until: Option<String>,
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Role] {
        &Role::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl TokenCommand {
    /// Changes or shows the file of tokens; needs no lock of the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let file = TokenFile::new(&secrets_alone(cli)?);
        match self {
            TokenCommand::Create(args) => args.run(&file, cli, out),
            TokenCommand::List => list(&file, out),
            TokenCommand::Revoke { id } => match file.revoke(id)? {
                true => {
                    out.line(format!("{id} is not valid any more"))?;
                    out.done(&json!({"ok": true, "revoked": id}))
                }
                false => Err(Failure::bad_input(format!("no token has the id {id}"))
                    .hint("`stampbook token list` shows the ids")),
            },
        }
    }
}

impl CreateArgs {
    fn run(&self, file: &TokenFile, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        if let Some(until) = &self.until {
            let (parsed, _) = Instant::parse(until)
                .map_err(|why| Failure::bad_input(format!("--until: {why}")))?;
            if parsed <= Instant(SystemClock.now_micros()) {
                return Err(Failure::bad_input(format!("--until: {until} is past")));
            }
        }
        let place = Place {
            store: self.store.clone(),
            terminal: self.terminal.clone(),
        };
        till_place::check(&place, cli, out)?;
        let (token, secret) = file.create(self.role, place, self.until.clone())?;
        out.line(&secret)?;
        out.note(format!(
            "the token of {} (id {}), shown this once: only its hash is kept",
            token.role, token.id
        ));
        out.done(&json!({"ok": true, "id": token.id, "token": secret}))
    }
}

fn list(file: &TokenFile, out: &mut Printer) -> Result<Exit, Failure> {
    let tokens = file.list()?;
    let rows = tokens.iter().map(|t| {
        let role = match t.is_code {
            true => format!("{} (a code)", t.role),
            false => t.role.to_string(),
        };
        let [store, terminal, until] = [&t.store, &t.terminal, &t.until].map(|t| cell(t.as_ref()));
        row(&[&t.id, &role, &store, &terminal, &t.created, &until])
    });
    let head = ["id", "role", "store", "terminal", "created", "until"];
    out.table_or("there is no token", &head, rows)?;
    let told: Vec<_> = tokens.iter().map(Token::shown).collect();
    out.done(&json!({"ok": true, "tokens": told}))
}
