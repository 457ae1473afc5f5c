//! `stampbook init`

use super::options::Cli;
use super::policy::activate::{failing_stories, hold};
use super::print::{ErrorCode, Exit, Failure, Printer};
use super::programme::{self, Files};
use super::serve::BACK_UP;
use super::trouble::of_bundle;
use crate::chain::note::VerifierKey;
use crate::engine::{
    self, ActivationNote, Folders, Ledger, TRAINING, first_origin, is_for_training,
};
use crate::model::Act;
use crate::policy::shipped_files;
use crate::storage::entropy::Entropy;
use crate::storage::files;
use crate::storage::secrets::{self, Secrets};
use crate::workbench::Folder;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Begins a ledger: makes its folder and its secrets, copies the programme to
/// a folder you can edit, and activates it.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook init --programme corner-cafe --currency EUR --zone Europe/Berlin")]
pub struct InitArgs {
    /// A shipped programme (one-for-one, corner-cafe and others) or a folder.
    #[arg(
        long,
        visible_alias = "program",
        value_name = "NAME|DIR",
        default_value = "one-for-one"
    )]
    pub programme: String,
    /// ISO 4217 code, such as EUR; default: the programme's own.
    #[arg(long)]
    pub currency: Option<String>,
    /// IANA name, such as Europe/Berlin; default: the programme's own.
    #[arg(long)]
    pub zone: Option<String>,
    /// Folder to which the programme is copied.
    #[arg(long, value_name = "DIR", default_value = "programme")]
    pub folder: PathBuf,
    /// The checkpoint origin, such as example.org/stars; default: a random one.
    #[arg(long)]
    pub origin: Option<String>,
    /// Begins a ledger to practise with: its origin begins with `training/`, and all its
    /// answers and slips say that nothing counts.
    #[arg(long)]
    pub training: bool,
}

/// Result of init.
#[derive(Serialize)]
struct Made {
    ledger: PathBuf,
    secrets: PathBuf,
    programme: PathBuf,
    origin: String,
    verifier: String,
}

impl InitArgs {
    /// Makes ledger, secrets and programme.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        refuse_existing(&folders)?;
        let mut files = programme::named(&self.programme)?;
        programme::set_texts(
            &mut files,
            &[("currency", &self.currency), ("zone", &self.zone)],
        );
        self.refuse_other_programme(&files)?;
        let bundle = programme::bundle_of(files.clone())?;
        let origin = self.origin_whole()?;
        of_bundle(&bundle, engine::check_programme(&bundle))?;
        // The stories of shipped programmes are written for their own currency.
        if shipped_files(&self.programme).is_none() {
            let mut folder = Folder::read(Path::new(&self.programme))?;
            folder.bundle = bundle.clone();
            let hint = "mend the programme or the story; `stampbook policy test DIR` runs them, --fill writes what comes out";
            hold(&failing_stories(&folder)?, hint, out)?;
        }
        // Written before the ledger, so that an interrupted init can be run
        // again: existing files of the same programme are taken for its own.
        programme::write(&self.folder, &files)?;
        let written = Folder::of(&self.folder, files.clone(), BTreeMap::new())?;
        let said_of = ActivationNote {
            stories: written.kept_stories(),
            ..ActivationNote::default()
        };
        let options = cli.options("init")?;
        let created = Ledger::create_with(&folders, &origin, &bundle, said_of, options);
        let mut ledger = of_bundle(&bundle, created)?;
        out.notes(ledger.notes());
        let verifier = verifier_of(&mut ledger)?;
        ledger.close()?;
        let made = Made {
            ledger: folders.ledger,
            secrets: folders.secrets,
            programme: self.folder.clone(),
            origin,
            verifier,
        };
        tell(&made, &flags_of(cli), out)?;
        out.done(&made)
    }

    /// Origin under which checkpoints are signed, with its first incarnation.
    fn origin_whole(&self) -> Result<String, Failure> {
        let name = match &self.origin {
            Some(origin) => origin.clone(),
            None => {
                let random = u64::from_be_bytes(Entropy::from_os()?.draw());
                format!("stampbook.local/{random:016x}")
            }
        };
        Ok(match self.training && !is_for_training(&name) {
            true => first_origin(&format!("{TRAINING}{name}")),
            false => first_origin(&name),
        })
    }

    /// Refuses a folder with edited files, which must not be overwritten.
    fn refuse_other_programme(&self, files: &Files) -> Result<(), Failure> {
        let folder = &self.folder;
        let is_itself = Path::new(&self.programme)
            .canonicalize()
            .is_ok_and(|p| folder.canonicalize().is_ok_and(|f| f == p));
        let names = files::list_named(folder).unwrap_or_default();
        let is_free = names.iter().all(|path| is_part_of(path, files))
            && (!folder.exists() || Folder::files(folder).is_ok_and(|f| is_within(&f, files)));
        if is_free || is_itself {
            return Ok(());
        }
        let message = format!(
            "{} is there already and holds something else",
            folder.display()
        );
        Err(Failure::bad_input(message).hint(format!(
            "begin with what it holds (--programme {0}), or copy to another folder (--folder DIR)",
            folder.display()
        )))
    }
}

/// Prints the result and the next steps; `flags` let the next commands find the ledger.
fn tell(made: &Made, flags: &str, out: &mut Printer) -> Result<(), Failure> {
    let show = |path: &Path| path.display().to_string();
    out.line(format!("ledger     {}", show(&made.ledger)))?;
    out.line(format!(
        "secrets    {}   signing key, alias key and members' keys (the vault)",
        show(&made.secrets)
    ))?;
    out.line(format!("to back up {BACK_UP}"))?;
    out.line(format!(
        "programme  {}   yours to edit",
        show(&made.programme)
    ))?;
    out.line(format!("verifier   {}", made.verifier))?;
    out.line(format!("           for your auditor: `stampbook audit card{flags} --out card.txt` prints it with size and root"))?;
    out.line("")?;
    out.line("next:")?;
    for next in [
        "member enrol --alias card:6900012345",
        "purchase --member card:6900012345 --total 42.50",
        "balance card:6900012345",
    ] {
        out.line(format!("  stampbook {next}{flags}"))?;
    }
    Ok(())
}

/// Flags that name these folders to another command; empty for the default ones.
fn flags_of(cli: &Cli) -> String {
    let flag = |name: &str, path: &Path| format!(" --{name} '{}'", path.display());
    let ledger = (cli.ledger != Path::new("ledger")).then(|| flag("ledger", &cli.ledger));
    let secrets = cli.secrets.as_deref().map(|path| flag("secrets", path));
    ledger.into_iter().chain(secrets).collect()
}

/// True if all found files are among some files, byte for byte.
fn is_within(found: &Files, files: &Files) -> bool {
    found.iter().all(|file| files.contains(file))
}

/// True if a file or folder at the top of a programme's folder may be the
/// result of writing some files, perhaps interrupted.
fn is_part_of(path: &Path, files: &Files) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".part").unwrap_or(&name);
    files
        .iter()
        .any(|(file, _)| file.split('/').next() == Some(name))
}

fn refuse_existing(folders: &Folders) -> Result<(), Failure> {
    for folder in [&folders.ledger, &folders.secrets] {
        if folder.exists() && !folder.is_dir() {
            let message = format!("{} is not a folder", folder.display());
            return Err(Failure::bad_input(message).hint(
                "name folders that are empty or not there yet, with --ledger and --secrets",
            ));
        }
    }
    let is_again = Secrets::has_unfinished_init(&folders.secrets, &folders.ledger)?;
    if is_again {
        return Ok(());
    }
    if !folders.ledger.join("journal").exists() {
        return Ok(secrets::check_free(&folders.secrets)?);
    }
    let message = format!(
        "{} is a ledger already; it was not touched",
        folders.ledger.display()
    );
    let hint = "name another folder with --ledger, or change the programme with `stampbook policy activate`";
    Err(Failure::new(ErrorCode::LedgerExists, message).hint(hint))
}

/// The verifier key, as an auditor pins it.
pub(super) fn verifier_of(ledger: &mut Ledger) -> Result<String, Failure> {
    match ledger.entry(0)?.map(|entry| entry.act) {
        Some(Act::Genesis(genesis)) => {
            let key = VerifierKey::new(&genesis.origin, &genesis.verifier);
            Ok(key
                .map_err(|e| Failure::internal(e.to_string()))?
                .to_string())
        }
        _ => Err(Failure::internal("the ledger does not begin with Genesis")),
    }
}
