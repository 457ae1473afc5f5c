//! `stampbook audit`

use super::new_file::write_new;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Mood, Printer, colored};
use super::progress::Progress;
use crate::audit::{self, Anchor, NoCard, Options, Outcome, Report, SecretsFolder, Verdict};
use crate::chain::note::VerifierKey;
use crate::engine::Error;
use crate::model::Instant;
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// For auditors: reads the journal only, changes no byte, needs no secret.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit verify --card card.txt")]
pub enum AuditCommand {
    /// Verify the claims 0, 1 and 3, and print what an auditor should keep.
    Card(CardArgs),
    /// Verify claim by claim: held, failed, or not checked and why.
    Verify(VerifyArgs),
    /// Stamps: proofs that an entry is in the ledger.
    #[command(subcommand)]
    Stamp(StampCommand),
    /// An entry's bytes and fields as they are stored.
    Raw(RawArgs),
}

/// Verifies the claims 0, 1 and 3, and prints what an auditor should keep:
/// origin, key, size, root, date, and what was verified. A ledger that does not
/// verify gets no card.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit card --out card.txt")]
pub struct CardArgs {
    /// File to write it to; default: stdout. A card kept there is not replaced.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The verifier key, as an older card prints it; default: the ledger's own,
    /// which the card says.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// A card for `--json`.
#[derive(Serialize)]
struct CardTold {
    origin: String,
    key: String,
    genesis: String,
    size: u64,
    root: String,
    date: String,
    is_own_key: bool,
}

impl From<&audit::Card> for CardTold {
    fn from(card: &audit::Card) -> CardTold {
        CardTold {
            origin: card.key.name().to_string(),
            key: card.key.to_string(),
            genesis: card.genesis.to_string(),
            size: card.size,
            root: card.root.to_string(),
            date: card.date.clone(),
            is_own_key: card.is_own_key,
        }
    }
}

/// Verifies the ledger claim by claim.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Where the secrets are at hand (beside the ledger, or named), keys and vault are compared with the journal as well: whether a member's key is gone without an erasure.

Claims: 0 chained, 1 state, 2 reperformed, 3 signed (without --key or --card by the ledger's own key only, which the verdict says; with --level 3 that is not enough), 4 anchored (needs a card, checkpoint or stamp kept earlier).

Examples:
  stampbook audit verify
  stampbook audit verify --card card.txt --level 4")]
pub struct VerifyArgs {
    /// A card kept earlier; may be repeated.
    #[arg(long = "card", value_name = "FILE")]
    pub cards: Vec<PathBuf>,
    /// A signed checkpoint kept earlier; may be repeated.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<PathBuf>,
    /// A stamp kept earlier; may be repeated.
    #[arg(long = "stamp", value_name = "FILE")]
    pub stamps: Vec<PathBuf>,
    /// The verifier key, as a card prints it.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Claim up to which is verified; default: the highest whose needs are given.
    #[arg(long, value_name = "0-4", value_parser = clap::value_parser!(u8).range(0..=4))]
    pub level: Option<u8>,
    /// Number of threads; default: as many as there are processors.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// Stamps.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit stamp check slip.txt")]
pub enum StampCommand {
    /// Check stamps against the ledger.
    Check(StampCheckArgs),
}

/// Checks stamps against the ledger.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit stamp check slip-1.txt slip-2.txt")]
pub struct StampCheckArgs {
    /// Stamps (`.tlog-proof`), or slips as they were printed, whole or from STAMP on.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The verifier key, as a card prints it; default: the ledger's own.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// An entry as it is stored.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook audit raw 4711")]
pub struct RawArgs {
    /// The entry's sequence.
    pub seq: u64,
}

impl AuditCommand {
    /// Audits the ledger in a folder, or a copy of it.
    pub fn run(&self, cli: &Cli, printer: &mut Printer) -> Result<Exit, Failure> {
        let ledger = &*cli.ledger;
        match self {
            AuditCommand::Card(args) => args.run(ledger, printer),
            AuditCommand::Verify(args) => args.run(cli, printer),
            AuditCommand::Stamp(StampCommand::Check(args)) => args.run(ledger, printer),
            AuditCommand::Raw(args) => args.run(ledger, printer),
        }
    }
}

impl CardArgs {
    fn run(&self, ledger: &Path, printer: &mut Printer) -> Result<Exit, Failure> {
        let now = Instant(SystemClock.now_micros());
        let key = self.key.as_deref().map(parse_key).transpose()?;
        let card = audit::card(ledger, threads(), key.as_ref(), now).map_err(no_card)?;
        match &self.out {
            None if printer.is_json() => printer.json(&CardTold::from(&card))?,
            None => printer.verbatim(&card.to_string())?,
            Some(path) => {
                let remedy = "an older card proves more: keep it, and give this one another name";
                write_new(path, &card.to_string(), remedy)?;
                printer.done(&CardTold::from(&card))?;
                printer.note(format!(
                    "the card is in {}; keep it where the shop cannot reach it",
                    path.display()
                ));
            }
        }
        Ok(Exit::Done)
    }
}

/// A report with its outcome, for `--json`.
#[derive(Serialize)]
struct Told<'a> {
    outcome: Outcome,
    #[serde(flatten)]
    report: &'a Report,
}

impl VerifyArgs {
    /// Options of the verification, with the files that were kept.
    fn options(&self, cli: &Cli) -> Result<Options, Failure> {
        let usual = Options::new(&cli.ledger);
        let secrets = SecretsFolder {
            dir: cli.folders().secrets,
            is_named: cli.secrets.is_some(),
        };
        let kept = self
            .cards
            .iter()
            .chain(&self.checkpoints)
            .chain(&self.stamps);
        Ok(Options {
            level: self.level,
            key: self.key.as_deref().map(parse_key).transpose()?,
            anchors: kept.map(|path| kept_in(path)).collect::<Result<_, _>>()?,
            threads: self.threads.map_or_else(threads, usize::from),
            memory: cli.memory.unwrap_or(usual.memory),
            secrets: (secrets.is_named || secrets.dir.is_dir()).then_some(secrets),
            ..usual
        })
    }

    fn run(&self, cli: &Cli, printer: &mut Printer) -> Result<Exit, Failure> {
        let options = self.options(cli)?;
        let mut bar: Option<Progress> = None;
        let report = audit::verify(&options, |done, all| {
            bar.get_or_insert_with(|| Progress::of_bytes(all)).at(done);
        });
        drop(bar);
        let report = report.map_err(|e| trouble(e.into()))?;
        let outcome = report.outcome();
        match printer.is_json() {
            true => printer.json(&Told {
                outcome,
                report: &report,
            })?,
            false => {
                printer.verbatim(&report.to_string())?;
                printer.line(last_line(&report))?;
            }
        }
        Ok(match outcome {
            Outcome::Held => Exit::Done,
            Outcome::Failed => Exit::Refused,
            Outcome::NotEstablished => Exit::NotEstablished,
        })
    }
}

/// Outcome, and advice on the next step.
fn last_line(report: &Report) -> String {
    let is_anchored = report.claim(4).is_some_and(|c| c.verdict == Verdict::Held);
    match report.outcome() {
        Outcome::Failed => colored(Mood::Bad, "This ledger does not verify."),
        Outcome::NotEstablished => colored(
            Mood::Doubtful,
            "Not all that was asked could be established.",
        ),
        Outcome::Held if is_anchored => colored(Mood::Good, "All that was asked held."),
        Outcome::Held => format!(
            "{} Nothing kept from before was compared: a cut end or a rewritten history shows only with a card.",
            colored(Mood::Good, "All that was asked held.")
        ),
    }
}

impl StampCheckArgs {
    fn run(&self, ledger: &Path, printer: &mut Printer) -> Result<Exit, Failure> {
        let key = self.key.as_deref().map(parse_key).transpose()?;
        let kept = self
            .files
            .iter()
            .map(|path| kept_in(path))
            .collect::<Result<Vec<_>, _>>()?;
        let checked =
            audit::stamp_check(ledger, threads(), &kept, key.as_ref()).map_err(trouble)?;
        for stamp in &checked {
            let word = match stamp.verdict {
                Verdict::Held => colored(Mood::Good, "held"),
                Verdict::NotChecked => colored(Mood::Doubtful, "not checked"),
                Verdict::Failed => colored(Mood::Bad, "FAILED"),
            };
            let index = stamp
                .index
                .map_or_else(String::new, |index| format!(" entry {index} of"));
            printer.line(format!(
                "{word}  {}:{index} size {}: {}",
                stamp.name, stamp.size, stamp.what
            ))?;
        }
        printer.done(&checked)?;
        let has = |verdict| checked.iter().any(|stamp| stamp.verdict == verdict);
        Ok(match (has(Verdict::Failed), has(Verdict::NotChecked)) {
            (true, _) => Exit::Refused,
            (false, true) => Exit::NotEstablished,
            (false, false) => Exit::Done,
        })
    }
}

/// An entry as it is stored, for `--json`.
#[derive(Serialize)]
struct RawTold {
    seq: u64,
    place: audit::JournalPlace,
    page: (u64, u64),
    prev: String,
    hash: String,
    bytes: String,
    entry: String,
}

impl RawArgs {
    fn run(&self, ledger: &Path, printer: &mut Printer) -> Result<Exit, Failure> {
        let Some(raw) = audit::raw(ledger, self.seq).map_err(trouble)? else {
            let message = format!("no page that can be read holds entry {}", self.seq);
            return Err(Failure::not_established(message).hint("run `stampbook audit verify`"));
        };
        match printer.is_json() {
            false => printer.verbatim(&raw.to_string())?,
            true => printer.json(&RawTold {
                seq: raw.seq,
                place: raw.place,
                page: raw.page,
                prev: raw.prev.to_hex(),
                hash: raw.hash.to_hex(),
                bytes: data_encoding::HEXLOWER.encode(&raw.bytes),
                entry: match &raw.entry {
                    Ok(entry) => format!("{entry:?}"),
                    Err(error) => error.to_string(),
                },
            })?,
        }
        Ok(Exit::Done)
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Explains why a ledger gets no card, with the first finding.
fn no_card(error: NoCard) -> Failure {
    let report = match error {
        NoCard::Error(error) => return trouble(error),
        NoCard::Unverified(report) => report,
    };
    let is_failed = report.outcome() == Outcome::Failed;
    let (code, wanted) = match is_failed {
        true => (ErrorCode::NotVerified, Verdict::Failed),
        false => (ErrorCode::NotEstablished, Verdict::NotChecked),
    };
    let claim = report
        .claims
        .iter()
        .find(|claim| claim.is_asked && claim.verdict == wanted);
    let why = claim.map_or_else(String::new, |claim| match claim.findings.first() {
        Some(finding) => format!(": claim {} {}: {finding}", claim.level, claim.name),
        None => format!(": claim {} {}: {}", claim.level, claim.name, claim.because),
    });
    let message = format!("the ledger does not verify, so it gets no card{why}");
    Failure::new(code, message).hint("run `stampbook audit verify`")
}

fn kept_in(path: &Path) -> Result<Anchor, Failure> {
    let bytes = files::read_named(path, limit::NOTE)
        .map_err(|trouble| Failure::new(ErrorCode::BadFile, trouble.to_string()))?;
    let name = path.display().to_string();
    Anchor::parse(&name, &bytes).map_err(|flaw| Failure::bad_file(path, &flaw.to_string()))
}

fn parse_key(text: &str) -> Result<VerifierKey, Failure> {
    VerifierKey::parse(text.trim()).map_err(|flaw| {
        Failure::new(ErrorCode::BadKey, format!("--key: {flaw}"))
            .hint("copy the whole line 'key' of a card: name+hash+key")
    })
}

fn trouble(error: Error) -> Failure {
    let is_absent = match &error {
        Error::StorageError(StorageError::Absent { .. } | StorageError::Foreign { .. }) => true,
        Error::StorageError(StorageError::Io { source, .. }) => {
            source.kind() == ErrorKind::NotFound
        }
        _ => false,
    };
    match &error {
        _ if is_absent => Failure::new(ErrorCode::NoLedger, error.to_string())
            .hint("name the ledger's folder with --ledger"),
        Error::StorageError(_) => error.into(),
        _ => Failure::not_established(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::args::{Arguments, Command};
    use super::*;
    use crate::cli::tests::Paper;
    use crate::engine::{Folders, Ledger};
    use crate::policy::{Bundle, shipped_files};
    use clap::Parser;

    fn run(ledger: &Path, is_json: bool, args: &[&str]) -> (Exit, String) {
        let named = ["stampbook", "--ledger", ledger.to_str().unwrap(), "audit"];
        let line = Arguments::try_parse_from([&named, args].concat()).unwrap();
        let Command::Audit(args) = &line.command else {
            panic!("it is an audit");
        };
        let paper = Paper::default();
        let (out, err) = (Box::new(paper.clone()), Box::new(paper.clone()));
        let mut printer = Printer::into(is_json, out, err);
        let exit = args.run(&line.cli, &mut printer);
        let exit = exit.unwrap_or_else(|failure| printer.failure(&failure));
        (exit, paper.text())
    }

    fn plain(dir: &Path) -> PathBuf {
        let folders = Folders {
            ledger: dir.join("ledger"),
            secrets: dir.join("secrets"),
        };
        let bundle = Bundle::new(shipped_files("one-for-one").unwrap()).unwrap();
        let options = crate::engine::Options::new("test").unwrap();
        let ledger = Ledger::create(&folders, "shop.example/1", &bundle, options).unwrap();
        ledger.close().unwrap();
        folders.ledger
    }

    #[test]
    fn a_card_is_made_kept_and_catches_what_changed() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = plain(dir.path());
        let card = dir.path().join("card.txt");
        let card = card.to_str().unwrap();
        assert_eq!(run(&ledger, false, &["card", "--out", card]).0, Exit::Done);
        let verify = ["verify", "--card", card, "--threads", "1"];
        let (exit, text) = run(&ledger, false, &verify);
        assert_eq!(exit, Exit::Done, "{text}");
        assert!(text.contains("entries     2/2 valid"), "{text}");
        let (exit, text) = run(&ledger, true, &verify);
        assert_eq!(exit, Exit::Done);
        let told: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(told["outcome"], "held", "{told}");
        assert_eq!(told["claims"][4]["verdict"], "held", "{told}");
        assert_eq!(run(&ledger, false, &["stamp", "check", card]).0, Exit::Done);
        let segment = ledger.join("journal/000000000000.seg");
        let mut bytes = std::fs::read(&segment).unwrap();
        bytes[200] ^= 1;
        std::fs::write(&segment, bytes).unwrap();
        let (exit, text) = run(&ledger, false, &verify);
        assert_eq!(exit, Exit::Refused, "{text}");
        assert!(text.contains("000000000000.seg at byte 0"), "{text}");
        assert_eq!(run(&ledger, false, &["card"]).0, Exit::Refused);
    }

    #[test]
    fn what_cannot_be_used_is_bad_input() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = plain(dir.path());
        let junk = dir.path().join("junk");
        std::fs::write(&junk, "hello").unwrap();
        let junk = junk.to_str().unwrap();
        for args in [
            &["verify", "--card", junk][..],
            &["verify", "--card", "nowhere"],
            &["verify", "--key", "a+b+c"],
            &["stamp", "check", junk],
        ] {
            let (exit, text) = run(&ledger, false, args);
            assert_eq!(exit, Exit::BadInput, "{args:?}: {text}");
        }
        assert_eq!(run(dir.path(), false, &["verify"]).0, Exit::BadInput);
        let (exit, text) = run(&ledger, false, &["raw", "1"]);
        assert_eq!(exit, Exit::Done);
        assert!(text.contains("PolicyActivated"), "{text}");
        assert_eq!(run(&ledger, true, &["raw", "77"]).0, Exit::NotEstablished);
        assert_eq!(
            run(&ledger, true, &["verify", "--level", "3"]).0,
            Exit::NotEstablished
        );
    }
}
