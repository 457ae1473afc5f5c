//! Approval by a second person: who may give it, and which commands need it.
//!
//! A command that lacks it is not decided and leaves no entry; one that has it
//! keeps the person's id in its entry, as proven. PINs are kept as hashes
//! under the alias key.

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::command::{Request, Verb};
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::programmes::activation_note::ActivationNote;
use crate::engine::staging::admit;
use crate::model::{ApprovalRule, Operator, unprintable};
use crate::storage::error::StorageError;
use crate::storage::secret_document::SecretDocument;
use crate::storage::secret_file::Kind;
use crate::storage::secrets::Secrets;
use crate::storage::vault::Secret;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Wrong PINs of a person after which none is taken for a while.
const WRONG_MAX: u32 = 5;
/// That while, in microseconds.
const LOCKED_MICROS: i64 = 15 * 60 * 1_000_000;
/// Greatest length of an id, in bytes.
const ID_LEN_MAX: usize = 64;

/// A person who may approve.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Supervisor {
    /// Hash of the PIN.
    hash: String,
    /// Number of wrong PINs since the last right one.
    wrong: u32,
    /// Instant of the last wrong one, in microseconds.
    last_wrong: i64,
}

impl Supervisor {
    /// True if no PIN is taken now.
    fn is_locked(&self, now: i64) -> bool {
        self.wrong >= WRONG_MAX && now < self.last_wrong.saturating_add(LOCKED_MICROS)
    }
}

/// Persons who may approve, by id, in the secrets folder.
#[derive(Debug)]
pub struct Supervisors {
    document: SecretDocument<BTreeMap<String, Supervisor>>,
    hash_key: [u8; 32],
}

/// Result of comparing a PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum PinCheck {
    Right,
    Wrong,
    /// Too many were wrong before.
    Locked,
}

impl Supervisors {
    /// Those of a secrets folder; their file need not exist.
    ///
    /// # Errors
    /// The alias key cannot be read.
    pub fn open(secrets: &Path) -> Result<Supervisors, StorageError> {
        Ok(Supervisors::under(
            secrets,
            &Secrets::open(secrets)?.alias_key()?,
        ))
    }

    pub(in crate::engine) fn under(secrets: &Path, alias_key: &Secret) -> Supervisors {
        Supervisors {
            document: SecretDocument::new(secrets, Kind::Supervisors),
            hash_key: blake3::derive_key("stampbook 2026-11 supervisor v1", &**alias_key),
        }
    }

    /// Their ids.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn ids(&self) -> Result<Vec<String>, StorageError> {
        Ok(self.document.read()?.keys().cloned().collect())
    }

    /// Adds a person, or gives them another PIN.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an id that is empty, too long or has a colon; I/O
    /// errors.
    pub fn add(&self, id: &str, pin: &str) -> Result<(), Error> {
        let is_good = !id.is_empty() && id.len() <= ID_LEN_MAX && !id.contains([':', '\n']);
        if !is_good {
            return Err(Error::misuse("an id has 1 to 64 bytes and no colon"));
        }
        let supervisor = Supervisor {
            hash: self.hash(id, pin),
            ..Supervisor::default()
        };
        let added = self.document.edit(|known| {
            known.insert(id.to_owned(), supervisor);
        });
        Ok(added?)
    }

    /// Removes a person; false if there was none of that id.
    ///
    /// # Errors
    /// I/O errors.
    pub fn remove(&self, id: &str) -> Result<bool, Error> {
        Ok(self.document.edit(|known| known.remove(id).is_some())?)
    }

    /// Compares a PIN, and counts a wrong one in the file, so that no restart gives
    /// further tries.
    fn check(&self, id: &str, pin: &str, now: i64) -> Result<PinCheck, StorageError> {
        let known = self.document.read()?;
        let Some(supervisor) = known.get(id) else {
            return Ok(PinCheck::Wrong);
        };
        if supervisor.is_locked(now) {
            return Ok(PinCheck::Locked);
        }
        let is_right = supervisor.hash == self.hash(id, pin);
        if is_right && supervisor.wrong == 0 {
            return Ok(PinCheck::Right);
        }
        self.document.edit(|known| {
            if let Some(supervisor) = known.get_mut(id) {
                let wrong = supervisor.wrong.saturating_add(1);
                (supervisor.wrong, supervisor.last_wrong) = match is_right {
                    true => (0, 0),
                    false => (wrong, now),
                };
            }
        })?;
        Ok(match is_right {
            true => PinCheck::Right,
            false => PinCheck::Wrong,
        })
    }

    /// Checks the approval that a command brings; returns the denial of a wrong one.
    pub(in crate::engine) fn check_command(
        &self,
        request: &Request,
        now: i64,
    ) -> Result<Option<Denied>, StorageError> {
        let source = &request.source;
        let denied = |text: &str| Ok(Some(denied(request, text)));
        let Some((id, pin)) = source.approval.split_once(':') else {
            return denied("it is an id and a PIN, ID:PIN");
        };
        if id == source.operator {
            return denied(&format!(
                "{id} cannot approve what {id} does; it needs a second person"
            ));
        }
        match self.check(id, pin, now)? {
            PinCheck::Right => Ok(None),
            PinCheck::Wrong => denied("that person may not approve, or the PIN is wrong"),
            PinCheck::Locked => denied("too many wrong PINs; try again in a quarter of an hour"),
        }
    }

    /// Checks the person who activates a programme: another than the one who drafted it, if
    /// that is asked for. Returns that person, if one is named.
    pub(in crate::engine) fn check_activator(
        &self,
        said_of: &ActivationNote,
        is_asked: bool,
        now: i64,
    ) -> Result<Option<Operator>, Error> {
        let (drafter, approval) = (&said_of.drafter, &said_of.approval);
        if drafter.len() > ID_LEN_MAX || unprintable(drafter).is_some() {
            return Err(Error::misuse(
                "drafter: it is an id of at most 64 bytes that can be printed",
            ));
        }
        if is_asked && drafter.trim().is_empty() {
            return Err(Error::misuse(
                "drafter: one person drafts a programme and another activates it; say who drafted it (--drafter ID)",
            ));
        }
        let Some((id, pin)) = approval.split_once(':') else {
            return match (is_asked, approval.is_empty()) {
                (false, true) => Ok(None),
                (true, true) => Err(Error::misuse(
                    "approval: another than the drafter activates a programme; send their id and PIN (--approval ID:PIN)",
                )),
                (_, false) => Err(Error::misuse("approval: it is an id and a PIN, ID:PIN")),
            };
        };
        if id == drafter {
            return Err(Error::misuse(format!(
                "approval: {id} cannot activate what {id} drafted; it needs a second person"
            )));
        }
        match self.check(id, pin, now)? {
            PinCheck::Right => Ok(admit::approver(approval)),
            PinCheck::Wrong => Err(Error::misuse(
                "approval: that person may not approve, or the PIN is wrong",
            )),
            PinCheck::Locked => Err(Error::misuse(
                "approval: too many wrong PINs; try again in a quarter of an hour",
            )),
        }
    }

    fn hash(&self, id: &str, pin: &str) -> String {
        let text = format!("{id}\0{pin}");
        blake3::keyed_hash(&self.hash_key, text.as_bytes()).to_string()
    }
}

/// The denial of a command for its approval.
fn denied(request: &Request, text: &str) -> Denied {
    let text = format!("approval: {text}");
    Denied::new(request.key.as_str(), ErrorCode::ApprovalNeeded, text)
}

/// The denial of a command that brings no approval and needs one.
pub(in crate::engine) fn unapproved(request: &Request, what: &str) -> Denied {
    let text = format!("{what} needs a second person: send their id and PIN, ID:PIN");
    denied(request, &text)
}

/// The words for a command that the programme wants approved.
pub(in crate::engine) fn needs_approval(
    rule: &ApprovalRule,
    request: &Request,
) -> Option<&'static str> {
    let is_without_slip = |back: &crate::command::Return| back.of.is_none();
    match &request.verb {
        Verb::Void { .. } if rule.voids => Some("a void"),
        Verb::Reassign { .. } if rule.voids => Some("a reassignment, which voids a sale,"),
        Verb::Amend(_) if rule.voids => Some("an amendment, which voids a sale,"),
        Verb::Return(back) if rule.without_slip && is_without_slip(back) => {
            Some("a return without a slip")
        }
        Verb::Ticket(ticket) if rule.without_slip && ticket.returns.iter().any(is_without_slip) => {
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

/// Persons who may approve.
pub(in crate::engine) fn supervisors(records: &Records) -> Supervisors {
    Supervisors::under(&records.folders.secrets, &records.alias_key)
}
