//! Versions of a programme that a command names: by number, or by an instant.

use crate::chain::hash::Hash;
use crate::cli::print::Failure;
use crate::engine::{self, Ledger, StoriesFound};
use crate::model::{BundleFile, Day, Instant};
use crate::policy::Bundle;

/// A programme of a ledger: one that was active, or one that is scheduled.
pub(in crate::cli) struct Version {
    /// Its number; None if it has yet to take effect.
    pub(in crate::cli) number: Option<u32>,
    /// The entry that activated or scheduled it.
    pub(in crate::cli) seq: u64,
    /// Instant at which it took or takes effect.
    pub(in crate::cli) at: Instant,
    /// Its files.
    pub(in crate::cli) bundle: Bundle,
    /// Its stories.
    pub(in crate::cli) stories: StoriesFound,
    /// Digest of its files.
    pub(in crate::cli) digest: [u8; 32],
}

impl Version {
    /// A programme that was active, by its number.
    ///
    /// # Errors
    /// There is none of that number; I/O errors.
    pub(in crate::cli) fn numbered(ledger: &mut Ledger, number: u32) -> Result<Version, Failure> {
        let (entry, active) = engine::activation(ledger, number)?;
        Ok(Version {
            number: Some(number),
            seq: entry.seq,
            at: entry.head.occurred_at(),
            bundle: Bundle::recorded(&active.files),
            stories: engine::stories_of(ledger, number)?,
            digest: active.digest,
        })
    }

    /// The programme that was in force at an instant, or will be as far as is scheduled.
    ///
    /// # Errors
    /// The instant is before the first; I/O errors.
    pub(in crate::cli) fn at(ledger: &mut Ledger, at: Instant) -> Result<Version, Failure> {
        let scheduled = ledger.global().scheduled.iter();
        let due = scheduled
            .filter(|s| s.at <= at)
            .max_by_key(|s| (s.at, s.seq));
        if let Some(next) = due.cloned() {
            let (entry, schedule) = engine::scheduled(ledger, next.seq)?;
            return Ok(Version {
                number: None,
                seq: entry.seq,
                at: schedule.at,
                bundle: Bundle::recorded(&schedule.files),
                stories: engine::scheduled_stories(ledger, next.seq)?,
                digest: schedule.digest,
            });
        }
        let mut number = ledger.global().next_activation();
        while number > 1 {
            number -= 1;
            let is_pilot = engine::activation(ledger, number)?.1.pilot.is_some();
            let version = Version::numbered(ledger, number)?;
            if version.at <= at && !is_pilot {
                return Ok(version);
            }
            if number == 1 {
                let (at, first) = (display(ledger, at)?, display(ledger, version.at)?);
                return Err(Failure::bad_input(format!(
                    "no programme was in force at {at}; the first took effect at {first}"
                )));
            }
        }
        Err(Failure::bad_input("no programme is active yet"))
    }

    /// Its name in sentences.
    pub(in crate::cli) fn name(&self) -> String {
        match self.number {
            Some(number) => format!("programme {number}"),
            None => format!("the programme that entry {} schedules", self.seq),
        }
    }

    /// All its files that are known: those that decide, and its stories.
    pub(in crate::cli) fn files(&self) -> Vec<BundleFile> {
        let mut files = self.bundle.files.clone();
        if let StoriesFound::Kept(stories) = &self.stories {
            files.extend(stories.iter().cloned());
        }
        files
    }
}

/// An instant as the programme's calendar displays it.
///
/// # Errors
/// No programme can be run.
pub(in crate::cli) fn display(ledger: &Ledger, at: Instant) -> Result<String, Failure> {
    Ok(ledger.programme()?.calendar.display(at))
}

/// Parses an instant, a local time of the programme's zone, or the beginning of a day, in a
/// flag.
///
/// # Errors
/// It is neither.
pub(in crate::cli) fn instant_or_start(
    ledger: &Ledger,
    flag: &str,
    text: &str,
) -> Result<Instant, Failure> {
    if let Ok((at, _)) = Instant::parse(text) {
        return Ok(at);
    }
    let calendar = &ledger.programme()?.calendar;
    if let Some(read) = calendar.parse_local(text) {
        return read.map_err(|wrong| Failure::bad_input(format!("{flag}: {wrong}")));
    }
    match Day::parse(text) {
        Ok(day) => Ok(calendar.start_of(day)),
        Err(_) => Err(Failure::bad_input(format!(
            "{flag}: '{text}' is neither a day such as 2026-11-24, nor a time such as 2026-11-24T10:03 in {}, nor an instant such as 2026-11-24T10:03:00+01:00",
            calendar.zone.name
        ))),
    }
}

/// The first bytes of a digest, as people compare them.
pub(in crate::cli) fn short(digest: &[u8; 32]) -> String {
    digest[..6].iter().map(|b| format!("{b:02x}")).collect()
}

/// A digest in hexadecimal.
pub(in crate::cli) fn hex(digest: &[u8; 32]) -> String {
    Hash(*digest).to_hex()
}
