//! `stampbook restore`

use super::args::Cli;
use super::desk::PATIENCE;
use super::print::{ErrorCode, Exit, Failure, Printer};
use crate::audit::{self, Verdict};
use crate::engine::{Ledger, StagedBackup, Standing};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Put a copy of the ledger's folder back in its place.
/// The copy is verified first (chained, state and signed, by the key in the secrets).
/// Nothing is deleted: the folder that lies in the ledger's place is put aside as
/// LEDGER.before-N, and where it may hold entries that the copy lacks, only with
/// --set-aside. A copy that is older than what was last signed needs --accept and a
/// reason, as `stampbook recover` does: that is kept as an entry, and checkpoints bear
/// a new incarnation from then on. What derives from the journal is made anew. The
/// secrets stay as they are.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Exit code 0: in place; 1: the copy does not verify, or --set-aside or --accept is needed, and nothing was changed.

Examples:
  stampbook restore backup
  stampbook restore backup --set-aside --accept --reason 'disk lost, newest copy is of yesterday'")]
pub struct RestoreArgs {
    /// A copy of the ledger's folder.
    #[arg(value_name = "BACKUP")]
    pub backup: PathBuf,
    /// Put the present folder aside although it may hold entries that the copy lacks.
    #[arg(long)]
    pub set_aside: bool,
    /// Go on from the copy although it does not hold all that was signed.
    #[arg(long, requires = "reason")]
    pub accept: bool,
    /// Why, for whoever audits the ledger.
    #[arg(long, requires = "accept")]
    pub reason: Option<String>,
}

impl RestoreArgs {
    /// Verifies the copy, puts it in place and opens it.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        if !folders.secrets.is_dir() {
            let message = format!("there is no secrets folder {}", folders.secrets.display());
            return Err(Failure::new(ErrorCode::NoSecrets, message)
                .hint("name it with --secrets; put it back from its own backup first"));
        }
        let staged = StagedBackup::copy(&self.backup, &folders, PATIENCE)?;
        let standing = match self.judge(&staged, out) {
            Ok(standing) => standing,
            Err(failure) => {
                staged.discard()?;
                return Err(failure);
            }
        };
        let aside = staged.put_in_place()?;
        let options = cli.options("restore")?;
        let ledger = match standing.is_continued() {
            true => Ledger::open(&folders, options)?,
            false => {
                let reason = self.reason.as_deref().unwrap_or_default();
                Ledger::recover(&folders, options, reason)?
            }
        };
        for note in ledger.notes() {
            out.note(format!("note: {note}"));
        }
        let checkpoint = ledger.checkpoint();
        let origin = checkpoint.checkpoint().origin().to_owned();
        let size = checkpoint.checkpoint().size();
        ledger.close()?;
        tell(out, &standing, (size, &origin), aside.as_deref())?;
        Ok(Exit::Done)
    }

    /// Decides whether the copy may be put in place; otherwise fails with the
    /// reason and the remedy.
    fn judge(&self, staged: &StagedBackup, out: &mut Printer) -> Result<Standing, Failure> {
        self.verify(staged)?;
        let standing = staged.standing()?;
        let missing = staged.missing()?;
        if !standing.is_continued() && !out.is_json() {
            for line in standing.lines() {
                out.line(line)?;
            }
        }
        let needs_accept = !standing.is_continued() && !self.accept;
        let needs_aside = missing.is_some() && !self.set_aside;
        let mut why = Vec::new();
        if let Some(missing) = missing.filter(|_| needs_aside) {
            why.push(format!("the folder in the ledger's place: {missing}"));
        }
        if needs_accept {
            why.push("the copy does not continue what was last signed".to_owned());
        }
        if why.is_empty() {
            return Ok(standing);
        }
        let mut flags = String::new();
        if self.set_aside || needs_aside {
            flags.push_str(" --set-aside");
        }
        if self.accept || needs_accept {
            flags.push_str(" --accept --reason TEXT");
        }
        let message = format!("{}; nothing was changed", why.join("; "));
        let backup = self.backup.display();
        Err(Failure::new(ErrorCode::NotAccepted, message).hint(format!(
            "a newer copy would lose less; to put this one in place: `stampbook restore {backup}{flags}`"
        )))
    }

    /// Verifies claims 0, 1 and 3 of the copy.
    fn verify(&self, staged: &StagedBackup) -> Result<(), Failure> {
        let options = audit::Options {
            key: Some(staged.key().clone()),
            is_reperformed: false,
            ..audit::Options::new(staged.dir())
        };
        let report = audit::verify(&options, |_, _| ())?;
        let failed = report
            .claims
            .iter()
            .find(|claim| claim.is_asked && claim.verdict != Verdict::Held);
        let Some(claim) = failed else {
            return Ok(());
        };
        let finding = claim.findings.first().map(|finding| finding.what.clone());
        let message = format!(
            "{} does not verify ({}: {}); nothing was changed",
            self.backup.display(),
            claim.name,
            finding.unwrap_or_else(|| claim.because.clone())
        );
        let hint = format!(
            "name another copy; `stampbook audit verify --ledger {}` says all that is wrong with this one",
            self.backup.display()
        );
        Err(Failure::new(ErrorCode::BackupUnsound, message).hint(hint))
    }
}

fn tell(
    out: &mut Printer,
    standing: &Standing,
    (size, origin): (u64, &str),
    aside: Option<&Path>,
) -> Result<(), Failure> {
    let is_accepted = !standing.is_continued();
    let aside = aside.map(|aside| aside.display().to_string());
    if out.is_json() {
        out.json(&json!({
            "ok": true, "entries": size, "origin": origin,
            "accepted": is_accepted, "set_aside": aside,
        }))?;
        return Ok(());
    }
    out.line(format!("the copy is in place, with {size} entries"))?;
    if let Some(aside) = aside {
        out.line(format!("the folder that lay there is {aside} now"))?;
    }
    if is_accepted {
        out.line(format!(
            "the ledger goes on under {origin}: give your auditor a new card (`stampbook audit card`)"
        ))?;
    }
    Ok(())
}
