//! `stampbook recover`

use super::desk::{close_signed, secrets_alone};
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine::{Ledger, Standing, VaultStanding};
use clap::Args;
use serde_json::json;

/// Go on with a ledger that does not continue what it last signed.
/// Says what was last signed, what the journal holds, what is lost and what nothing
/// proves to be this ledger's own. With --accept it goes on from what is there: that
/// is kept as an entry with the reason, and checkpoints have a new incarnation from
/// then on, so that nobody takes them for the old ones. Nothing is removed from the
/// journal. Where the vault is lost, or an older one, it says whose keys are missing:
/// accepted, these members keep their points, by their id, and their profile and
/// aliases are reported as lost.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Exit code 0: nothing to recover, or accepted; 1: there is something to accept.

Examples:
  stampbook recover
  stampbook recover --accept --reason 'disk replaced, copy of 24 November put back'")]
pub struct RecoverArgs {
    /// Go on from what is there.
    #[arg(long, requires = "reason")]
    pub accept: bool,
    /// Reason, for whoever audits the ledger.
    #[arg(long, requires = "accept")]
    pub reason: Option<String>,
}

impl RecoverArgs {
    /// Reports the ledger's standing, and continues if that is accepted.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        secrets_alone(cli)?;
        let standing = Standing::survey(&cli.folders())?;
        let keys = VaultStanding::survey(&cli.folders())?;
        out.lines(standing.lines().into_iter().chain(keys.lines(LISTED_MAX)))?;
        if !self.accept {
            return tell(&standing, &keys, out);
        }
        let reason = self.reason.as_deref().unwrap_or_default();
        let ledger = Ledger::recover(&cli.folders(), cli.options("recover")?, reason)?;
        let (size, origin) = close_signed(ledger, out)?;
        out.line(format!(
            "accepted; the ledger goes on with {size} entries under {origin}: give your auditor a new card (`stampbook audit card`)"
        ))?;
        out.done(&json!({
            "ok": true, "entries": size, "origin": origin, "lost_keys": ids(&keys),
        }))
    }
}

/// Most members listed on a terminal.
const LISTED_MAX: usize = 20;

fn ids(keys: &VaultStanding) -> Vec<String> {
    keys.lost.iter().map(|(id, _)| id.to_string()).collect()
}

fn tell(standing: &Standing, keys: &VaultStanding, out: &mut Printer) -> Result<Exit, Failure> {
    let is_continued = standing.is_continued() && keys.is_whole();
    out.line(match is_continued {
        true => "there is nothing to recover",
        false if standing.broken.is_some() => {
            "it cannot be gone on with as it is: put a copy of the ledger's folder in its place with `stampbook restore BACKUP`"
        }
        false if standing.is_continued() => {
            "put the newest copy of the secrets folder's vault back, if there is one; to go on without the keys: `stampbook recover --accept --reason TEXT`"
        }
        false => {
            "to go on from what is there: `stampbook recover --accept --reason TEXT`; where a newer copy exists, put it in the ledger's place first: `stampbook restore BACKUP`"
        }
    })?;
    let mut found = standing.lines();
    found.extend(keys.lines(0));
    out.done(&json!({
        "ok": is_continued, "found": found, "lost_keys": ids(keys),
        "accepted_lost_keys": keys.accepted,
    }))?;
    Ok(match is_continued {
        true => Exit::Done,
        false => Exit::Refused,
    })
}
