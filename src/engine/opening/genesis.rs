//! The first entry of a journal, and the key that signs.

use crate::chain::codec;
use crate::chain::note::SigningKey;
use crate::engine::error::Error;
use crate::engine::opening::folders::{Folders, journal_dir};
use crate::model::{Act, Genesis};
use crate::storage::error::StorageError;
use crate::storage::journal::{JournalReader, Piece, Position};
use crate::storage::secrets::Secrets;

/// The first entry, which names the ledger, its origin and its key.
pub(in crate::engine) fn genesis_of(folders: &Folders) -> Result<Genesis, Error> {
    let first = JournalReader::at(&journal_dir(folders))
        .pages_from(Position::START, None)?
        .next()
        .transpose()?;
    let unreadable = || {
        let finding = "the journal does not begin with a readable entry; `stampbook audit verify` says what still holds";
        StorageError::foreign(&folders.ledger, finding)
    };
    let stored = match first.ok_or_else(unreadable)? {
        Piece::Page(stored) => stored,
        Piece::Finding(finding) if finding.is_tail => return Err(unreadable().into()),
        Piece::Finding(finding) => return Err(finding.to_trouble(&journal_dir(folders)).into()),
    };
    let view = stored.view();
    let bytes = view.entries().next().ok_or_else(unreadable)?;
    let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq: 0, source })?;
    match entry.act {
        Act::Genesis(genesis) => Ok(genesis),
        _ => Err(unreadable().into()),
    }
}

/// The signing key under an origin.
pub(in crate::engine) fn key_under(origin: &str, secrets: &Secrets) -> Result<SigningKey, Error> {
    let seed = secrets.signing_key()?;
    SigningKey::new(origin, &seed).map_err(|e| Error::damage(e.to_string()))
}
