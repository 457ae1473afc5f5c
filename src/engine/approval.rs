//! Approval by a second person: who may give it, and which commands need it.
//!
//! A command that lacks it is not decided and leaves no entry; one that has it
//! keeps the person's id in its entry, as proven. PINs are kept as hashes
//! under the alias key.

use super::Ledger;
use super::error::Error;
use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::command::{Request, Verb};
use crate::model::Operator;
use crate::storage::error::StorageError;
use crate::storage::secret_file::{self, Kind};
use crate::storage::secrets::Secrets;
use crate::storage::vault::Secret;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Wrong PINs of a person after which none is taken for a while.
const WRONG_MAX: u32 = 5;
/// That while, in microseconds.
const LOCKED_MICROS: i64 = 15 * 60 * 1_000_000;
/// Greatest length of an id, in bytes.
const ID_LEN_MAX: usize = 64;

/// Number of wrong PINs by person, and the instant of the last.
pub(super) type WrongPins = BTreeMap<String, (u32, i64)>;

/// Persons who may approve, in the secrets folder.
#[derive(Debug)]
pub struct Supervisors {
    dir: PathBuf,
    hash_key: [u8; 32],
    /// Hash of the PIN by id.
    known: BTreeMap<String, String>,
}

impl Supervisors {
    /// Reads the file; it need not exist.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn read(secrets: &Path) -> Result<Supervisors, StorageError> {
        Supervisors::under(secrets, &Secrets::open(secrets)?.alias_key()?)
    }

    fn under(secrets: &Path, alias_key: &Secret) -> Result<Supervisors, StorageError> {
        let known = match secret_file::read(secrets, Kind::Supervisors) {
            Err(trouble) if trouble.is_absent() => BTreeMap::new(),
            content => serde_json::from_slice(&content?).map_err(|error| {
                let finding = format!("it cannot be read: {error}");
                StorageError::secret_damage(&Kind::Supervisors.path(secrets), finding)
            })?,
        };
        Ok(Supervisors {
            dir: secrets.to_path_buf(),
            hash_key: blake3::derive_key("stampbook 2026-11 supervisor v1", &**alias_key),
            known,
        })
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// Adds a person, or gives them another PIN.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an id that is empty, too long or has a colon; I/O
    /// errors.
    pub fn add(&mut self, id: &str, pin: &str) -> Result<(), Error> {
        let is_good = !id.is_empty() && id.len() <= ID_LEN_MAX && !id.contains([':', '\n']);
        if !is_good {
            return Err(Error::misuse("an id has 1 to 64 bytes and no colon"));
        }
        self.known.insert(id.to_owned(), self.hash(id, pin));
        self.write()
    }

    /// Removes a person; false if there was none of that id.
    ///
    /// # Errors
    /// I/O errors.
    pub fn remove(&mut self, id: &str) -> Result<bool, Error> {
        let was_there = self.known.remove(id).is_some();
        self.write()?;
        Ok(was_there)
    }

    fn write(&self) -> Result<(), Error> {
        let content = serde_json::to_vec(&self.known).unwrap_or_default();
        Ok(secret_file::write(&self.dir, Kind::Supervisors, &content)?)
    }

    fn is_theirs(&self, id: &str, pin: &str) -> bool {
        self.known
            .get(id)
            .is_some_and(|hash| *hash == self.hash(id, pin))
    }

    fn hash(&self, id: &str, pin: &str) -> String {
        let text = format!("{id}\0{pin}");
        blake3::keyed_hash(&self.hash_key, text.as_bytes()).to_string()
    }
}

/// The person of an approval that was checked.
pub(super) fn approver(approval: &str) -> Option<Operator> {
    let (id, _) = approval.split_once(':')?;
    Some(Operator {
        id: id.to_owned(),
        is_proven: true,
    })
}

impl Ledger {
    /// Checks the approval of a command, or that it needs none; returns the
    /// denial otherwise. A repeated command gets its recorded answer.
    pub(super) fn check_approval(&mut self, request: &Request) -> Result<Option<Denied>, Error> {
        let source = &request.source;
        let denied = |text: String| {
            let key = request.key.as_str();
            Some(Denied::new(
                key,
                ErrorCode::ApprovalNeeded,
                format!("approval: {text}"),
            ))
        };
        if source.approval.is_empty() {
            let Some(what) = self.needs_approval(request) else {
                return Ok(None);
            };
            let is_repeated =
                request.key.is_some() && self.find_key(request.key.as_str())?.is_some();
            return Ok(match is_repeated {
                true => None,
                false => denied(format!(
                    "{what} needs a second person: send their id and PIN, ID:PIN"
                )),
            });
        }
        let Some((id, pin)) = source.approval.split_once(':') else {
            return Ok(denied("it is an id and a PIN, ID:PIN".into()));
        };
        if id == source.operator {
            return Ok(denied(format!(
                "{id} cannot approve what {id} does; it needs a second person"
            )));
        }
        let now = self.clock.now_micros();
        let (wrong, last) = self.wrong_pins.get(id).copied().unwrap_or_default();
        if wrong >= WRONG_MAX && now < last.saturating_add(LOCKED_MICROS) {
            return Ok(denied(
                "too many wrong PINs; try again in a quarter of an hour".into(),
            ));
        }
        if Supervisors::under(&self.folders.secrets, &self.alias_key)?.is_theirs(id, pin) {
            self.wrong_pins.remove(id);
            return Ok(None);
        }
        // Made-up ids must not fill the memory.
        if self.wrong_pins.len() < 1000 {
            self.wrong_pins
                .insert(id.to_owned(), (wrong.saturating_add(1), now));
        }
        Ok(denied(
            "that person may not approve, or the PIN is wrong".into(),
        ))
    }

    /// The words for a command that the programme wants approved.
    fn needs_approval(&self, request: &Request) -> Option<&'static str> {
        let rule = &self.programme().ok()?.approval;
        let is_without_slip = |back: &crate::command::Return| back.of.is_none();
        match &request.verb {
            Verb::Void { .. } if rule.voids => Some("a void"),
            Verb::Return(back) if rule.without_slip && is_without_slip(back) => {
                Some("a return without a slip")
            }
            Verb::Ticket(ticket)
                if rule.without_slip && ticket.returns.iter().any(is_without_slip) =>
            {
                Some("a return without a slip")
            }
            Verb::Adjust(adjust) => {
                let above = rule.adjust_above?;
                (adjust.points.abs() > Decimal::from(above))
                    .then_some("an adjustment of so many points")
            }
            _ => None,
        }
    }
}
