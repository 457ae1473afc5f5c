//! Claim 3: page signatures over the tree before each page, and the newest
//! signed checkpoint.

use super::report::{DeviationKind, Findings, JournalPlace};
use super::signers::Signers;
use crate::chain::checkpoint::{Checkpoint, Signed};
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// Signatures verified at once, on all threads.
const BATCH_LEN: usize = 1024;

struct Job {
    key: VerifierKey,
    size: u64,
    root: Hash,
    signature: [u8; 64],
    place: JournalPlace,
}

/// Verifies page signatures.
pub(super) struct Signatures {
    threads: usize,
    jobs: Vec<Job>,
    /// Number verified.
    pub count: u64,
    /// The largest tree that was signed.
    pub size_max: u64,
    pub findings: Findings,
}

impl Signatures {
    pub fn new(threads: usize) -> Signatures {
        Signatures {
            threads: threads.max(1),
            jobs: Vec::new(),
            count: 0,
            size_max: 0,
            findings: Findings::default(),
        }
    }

    /// Queues a page's signature over the tree before it.
    pub fn page(
        &mut self,
        key: &VerifierKey,
        (size, root): (u64, Hash),
        signature: [u8; 64],
        place: JournalPlace,
    ) {
        self.jobs.push(Job {
            key: key.clone(),
            size,
            root,
            signature,
            place,
        });
        if self.jobs.len() >= BATCH_LEN {
            self.verify();
        }
    }

    /// Verifies the queued signatures.
    pub fn verify(&mut self) {
        let jobs = std::mem::take(&mut self.jobs);
        let bad = self.bad(&jobs);
        for job in &bad {
            let what = format!(
                "the signature over the first {} entries does not verify",
                job.size
            );
            let entries = Some((job.size, job.size));
            self.findings
                .add(DeviationKind::Signature, entries, Some(job.place), what);
        }
        self.count += jobs.len() as u64;
        if bad.len() < jobs.len() {
            let is_bad = |size| bad.iter().any(|job| job.size == size);
            let good = jobs
                .iter()
                .map(|job| job.size)
                .filter(|size| !is_bad(*size));
            self.size_max = self.size_max.max(good.max().unwrap_or_default());
        }
    }

    /// Signatures that do not verify. Starting threads costs more than verifying a few.
    fn bad<'a>(&self, jobs: &'a [Job]) -> Vec<&'a Job> {
        let check =
            |jobs: &'a [Job]| -> Vec<&'a Job> { jobs.iter().filter(|job| !is_good(job)).collect() };
        if jobs.len() <= 16 {
            return check(jobs);
        }
        std::thread::scope(|scope| {
            let parts = jobs.chunks(jobs.len().div_ceil(self.threads));
            let parts: Vec<_> = parts
                .map(|part| (part, scope.spawn(|| check(part))))
                .collect();
            // A thread that died has verified nothing.
            let all = |part: &'a [Job]| part.iter().collect();
            parts
                .into_iter()
                .flat_map(|(part, run)| run.join().unwrap_or_else(|_| all(part)))
                .collect()
        })
    }

    /// Verifies the checkpoint file; `root` returns that of the journal's tree
    /// of a size.
    pub fn checkpoint(
        &mut self,
        signers: &Signers,
        file: &CheckpointFile,
        root: impl FnOnce(u64) -> Option<Hash>,
    ) {
        match file {
            CheckpointFile::Missing => {}
            CheckpointFile::Unread(why) => self.findings.doubt(why.clone()),
            CheckpointFile::Unsound(why) => {
                let what = format!("the checkpoint file: {why}");
                self.findings
                    .add(DeviationKind::Signature, None, None, what);
            }
            CheckpointFile::Parsed(signed) => {
                self.parsed(signers, signed, root(signed.claim().size()));
            }
        }
    }

    fn parsed(&mut self, signers: &Signers, signed: &Signed, root: Option<Hash>) {
        let claim = signed.claim();
        let Some(key) = signers.of(claim) else {
            let what = format!("the checkpoint file is of {}", claim.origin());
            return self
                .findings
                .add(DeviationKind::Signature, None, None, what);
        };
        let wrong = match signed.verify(key) {
            Err(flaw) => flaw.to_string(),
            Ok(_) if root == Some(claim.root()) => {
                self.size_max = self.size_max.max(claim.size());
                return;
            }
            Ok(_) if root.is_none() => format!(
                "it knows {} entries, of which not all can be read",
                claim.size()
            ),
            Ok(_) => format!("the first {} entries have another root", claim.size()),
        };
        let what = format!("the checkpoint file: {wrong}");
        self.findings
            .add(DeviationKind::Signature, None, None, what);
    }
}

fn is_good(job: &Job) -> bool {
    let checkpoint = Checkpoint::new(job.key.name(), job.size, job.root);
    checkpoint.is_ok_and(|c| job.key.verify(&c.body(), &job.signature).is_ok())
}

/// Content of the newest checkpoint's file beside the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CheckpointFile {
    /// There is none; it is never synced, so a power cut may have taken it.
    Missing,
    /// It could not be read, for this reason.
    Unread(String),
    /// It is not a checkpoint, for this reason.
    Unsound(String),
    /// A checkpoint with an unverified signature.
    Parsed(Signed),
}

/// Most reads of a file that is not a checkpoint: a writer may be writing it.
const READS_MAX: usize = 5;
/// Pause between two such reads.
const READ_PAUSE: Duration = Duration::from_millis(2);

impl CheckpointFile {
    /// Reads the file of a ledger, repeatedly if a writer may be writing it.
    pub fn read(ledger: &Path) -> CheckpointFile {
        let mut file = CheckpointFile::read_once(ledger);
        for _ in 1..READS_MAX {
            if !matches!(file, CheckpointFile::Unsound(_)) {
                break;
            }
            std::thread::sleep(READ_PAUSE);
            file = CheckpointFile::read_once(ledger);
        }
        file
    }

    fn read_once(ledger: &Path) -> CheckpointFile {
        let bytes = match files::read(&ledger.join("checkpoint"), limit::NOTE) {
            Ok(bytes) => bytes,
            Err(StorageError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return CheckpointFile::Missing;
            }
            Err(trouble @ StorageError::Io { .. }) => {
                return CheckpointFile::Unread(trouble.to_string());
            }
            Err(unfit) => return CheckpointFile::Unsound(unfit.to_string()),
        };
        let flaw = match Signed::parse(&bytes) {
            Ok(signed) => return CheckpointFile::Parsed(signed),
            Err(_) if bytes.is_empty() => "it is empty".to_owned(),
            Err(flaw) => format!("it holds no checkpoint: {flaw}"),
        };
        CheckpointFile::Unsound(format!(
            "{flaw}; where a power cut left it so, the ledger's next command writes it anew"
        ))
    }

    /// The checkpoint, if the file has one.
    pub fn parsed(&self) -> Option<&Signed> {
        match self {
            CheckpointFile::Parsed(signed) => Some(signed),
            _ => None,
        }
    }
}
