//! `stampbook restore`

use super::backup::code_in;
use super::desk::{PATIENCE, close_signed, no_secrets};
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer};
use crate::audit::{self, Verdict};
use crate::chain::note::VerifierKey;
use crate::engine::{Folders, Ledger, StagedBackup, Standing, VaultStanding, check_is_copy};
use crate::model::counted;
use crate::storage::sealed_secrets::Unsealed;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Puts a backup, or another copy of the ledger's folder, back in its place.
/// The copy is verified first (chained, state and signed, by the key in the secrets).
/// Nothing is deleted: the folder that lies in the ledger's place is put aside as
/// LEDGER.before-N, and where it may hold entries that the copy lacks, only with
/// --set-aside. A copy that is older than what was last signed needs --accept and a
/// reason, as `stampbook recover` does: that is kept as an entry, and checkpoints bear
/// a new incarnation from then on. What derives from the journal is made anew. The
/// secrets stay as they are; where they are lost too, --sealed-secrets puts back those
/// that `stampbook backup` sealed.
///
/// With --check nothing is touched: it is said whether the copy verifies, whether the
/// sealed secrets open and belong to it, and what putting it in place would lose. That
/// works beside a running service, and is the drill to be done every month.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Exit code 0: in place, or with --check sound; 1: the copy does not verify, or --set-aside or --accept is needed, and nothing was changed.

Examples:
  stampbook restore backup --check
  stampbook restore backup
  stampbook restore usb/shop --sealed-secrets safe/secrets.sealed --code-file code.txt --accept --reason 'laptop stolen'
  stampbook restore backup --set-aside --accept --reason 'disk lost, newest copy is of yesterday'")]
pub struct RestoreArgs {
    /// A backup, or another copy of the ledger's folder.
    #[arg(value_name = "BACKUP")]
    pub backup: PathBuf,
    /// Only try it: change nothing, and say what it would come to.
    #[arg(long, conflicts_with_all = ["set_aside", "accept"])]
    pub check: bool,
    /// Put back the secrets that `stampbook backup` sealed in this file; there must be
    /// none in their place.
    #[arg(long, value_name = "FILE", requires = "code_file")]
    pub sealed_secrets: Option<PathBuf>,
    /// The recovery code that they were sealed under.
    #[arg(long, value_name = "FILE", requires = "sealed_secrets")]
    pub code_file: Option<PathBuf>,
    /// Put the present folder aside although it may hold entries that the copy lacks.
    #[arg(long)]
    pub set_aside: bool,
    /// Go on from the copy although it does not hold all that was signed.
    #[arg(long, requires = "reason")]
    pub accept: bool,
    /// Reason, for whoever audits the ledger.
    #[arg(long, requires = "accept")]
    pub reason: Option<String>,
}

impl RestoreArgs {
    /// Verifies the copy, puts it in place and opens it.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        let sealed = self.unsealed()?;
        if self.check {
            return self.try_out(&folders, sealed.as_ref(), out);
        }
        if let Some(sealed) = sealed {
            if !self.accept {
                let message = "sealed secrets do not say how much was signed; nothing was changed";
                return Err(Failure::new(ErrorCode::NotAccepted, message).hint(
                    "to go on from the copy, under a new incarnation: add --accept --reason TEXT",
                ));
            }
            check_is_copy(&self.backup)?;
            self.verify(&self.backup, None)?;
            self.check_sealed(&sealed)?;
            sealed.put(&folders.secrets)?;
            out.note(format!(
                "note: the secrets are in {} again",
                folders.secrets.display()
            ));
        }
        if !folders.secrets.is_dir() {
            return Err(lost_secrets(&folders));
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
                // The sealed secrets have no writer state, which this makes.
                Ledger::recover(&folders, options, reason)?
            }
        };
        let (size, origin) = close_signed(ledger, out)?;
        tell(out, &standing, (size, &origin), aside.as_deref())
    }

    fn unsealed(&self) -> Result<Option<Unsealed>, Failure> {
        let Some((file, code)) = self.sealed_secrets.as_ref().zip(self.code_file.as_ref()) else {
            return Ok(None);
        };
        Ok(Some(Unsealed::open(file, &code_in(code)?)?))
    }

    /// Checks that unsealed secrets are those of the copy.
    fn check_sealed(&self, sealed: &Unsealed) -> Result<VaultStanding, Failure> {
        let scratch = tempfile::Builder::new()
            .prefix("stampbook-restore-")
            .tempdir()?;
        let secrets = scratch.path().join("secrets");
        sealed.write_into(&secrets)?;
        let folders = Folders {
            ledger: self.backup.clone(),
            secrets,
        };
        Standing::survey(&folders)?;
        Ok(VaultStanding::survey(&folders)?)
    }

    /// Says what putting the copy in place would come to.
    fn try_out(
        &self,
        folders: &Folders,
        sealed: Option<&Unsealed>,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let has_secrets = folders.secrets.is_dir();
        if !has_secrets && sealed.is_none() {
            return Err(lost_secrets(folders));
        }
        check_is_copy(&self.backup)?;
        self.verify(&self.backup, None)?;
        let keyless = match sealed {
            Some(sealed) => self.check_sealed(sealed)?.lost.len(),
            None => 0,
        };
        let standing = match has_secrets {
            true => Some(Standing::survey(&Folders {
                ledger: self.backup.clone(),
                secrets: folders.secrets.clone(),
            })?),
            false => None,
        };
        let lines = standing.as_ref().map(Standing::lines).unwrap_or_default();
        let is_continued = standing.as_ref().is_some_and(Standing::is_continued);
        out.line(format!(
            "{} verifies: chained, state and signed",
            self.backup.display()
        ))?;
        out.lines(&lines)?;
        if sealed.is_some() {
            out.line(match keyless {
                0 => "the sealed secrets open, and are those of this copy".to_owned(),
                lost => format!(
                    "the sealed secrets open, and are older: {} would be lost",
                    counted(lost as u64, "member's name", "members' names")
                ),
            })?;
        }
        out.line(match (is_continued, has_secrets) {
            (true, _) => "put in place it would lose nothing; nothing was touched",
            (false, true) => "put in place it would lose what is said above, and asks for --accept --reason; nothing was touched",
            (false, false) => "put in place it would go on under a new incarnation (--accept --reason): nothing here says how much was signed; nothing was touched",
        })?;
        out.done(&json!({
            "ok": true, "verified": ["chained", "state", "signed"],
            "entries": standing.as_ref().map(|standing| standing.size),
            "continues": is_continued, "found": lines,
            "sealed_secrets_open": sealed.map(|_| keyless == 0),
            "members_without_key": sealed.map(|_| keyless),
        }))
    }

    /// Decides whether the copy may be put in place; otherwise fails with the
    /// reason and the remedy.
    fn judge(&self, staged: &StagedBackup, out: &mut Printer) -> Result<Standing, Failure> {
        self.verify(staged.dir(), Some(staged.key().clone()))?;
        let standing = staged.standing()?;
        let missing = staged.missing()?;
        if !standing.is_continued() {
            out.lines(standing.lines())?;
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

    /// Verifies claims 0, 1 and 3 of the copy in a folder.
    fn verify(&self, dir: &Path, key: Option<VerifierKey>) -> Result<(), Failure> {
        let options = audit::Options {
            key,
            is_reperformed: false,
            ..audit::Options::new(dir)
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

fn lost_secrets(folders: &Folders) -> Failure {
    no_secrets(folders).hint("name it with --secrets, put it back from its own backup, or from a sealed one (--sealed-secrets FILE --code-file FILE)")
}

fn tell(
    out: &mut Printer,
    standing: &Standing,
    (size, origin): (u64, &str),
    aside: Option<&Path>,
) -> Result<Exit, Failure> {
    let is_accepted = !standing.is_continued();
    let aside = aside.map(|aside| aside.display().to_string());
    out.line(format!("the copy is in place, with {size} entries"))?;
    if let Some(aside) = &aside {
        out.line(format!("the folder that lay there is {aside} now"))?;
    }
    if is_accepted {
        out.line(format!(
            "the ledger goes on under {origin}: give your auditor a new card (`stampbook audit card`)"
        ))?;
    }
    out.done(&json!({
        "ok": true, "entries": size, "origin": origin,
        "accepted": is_accepted, "set_aside": aside,
    }))
}
