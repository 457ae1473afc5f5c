//! Access tokens: made once, shown once, kept as hashes in the secrets folder.

use super::roles::{Caller, Role};
use crate::model::Instant;
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::entropy::Entropy;
use crate::storage::error::{At, StorageError};
use crate::storage::files;
use crate::storage::secret_file::{self, Kind};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// Context of a token's hash, so that no other hash is taken for one.
const CONTEXT: &str = "stampbook 2026-11 access token v1";
/// Random bytes of a token: too many to guess, so that a plain hash suffices.
const SECRET_LEN: usize = 20;
/// Hexadecimal digits of a token's id.
const ID_LEN: usize = 8;

/// Token without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Id in lists and logs.
    pub id: String,
    /// Role of its bearer.
    pub role: Role,
    /// Store that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// Terminal that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// Instant at which it was made.
    pub created: String,
    /// Instant from which it is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// BLAKE3 hash of the secret, in hexadecimal.
    hash: String,
}

impl Token {
    fn is_valid(&self, now: i64) -> bool {
        let until = self.until.as_ref().map(|until| Instant::parse(until));
        match until {
            None => true,
            Some(until) => until.is_ok_and(|(until, _)| now < until.0),
        }
    }
}

fn hash_of(secret: &str) -> String {
    HEXLOWER.encode(&blake3::derive_key(CONTEXT, secret.as_bytes()))
}

/// File of tokens in a secrets folder.
#[derive(Clone, Debug)]
pub struct TokenFile {
    dir: PathBuf,
}

impl TokenFile {
    /// The file in a secrets folder; it need not exist.
    pub fn new(dir: &Path) -> TokenFile {
        TokenFile {
            dir: dir.to_path_buf(),
        }
    }

    /// All tokens, oldest first.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn list(&self) -> Result<Vec<Token>, StorageError> {
        let content = match secret_file::read(&self.dir, Kind::Tokens) {
            Err(trouble) if trouble.is_absent() => return Ok(Vec::new()),
            content => content?,
        };
        serde_json::from_slice(&content).map_err(|error| {
            let finding = format!("its tokens cannot be read: {error}");
            StorageError::secret_damage(&Kind::Tokens.path(&self.dir), finding)
        })
    }

    /// Makes a token; returns the text that its bearer sends, which is kept nowhere.
    ///
    /// # Errors
    /// As [`TokenFile::list`]; the file cannot be written.
    pub fn create(
        &self,
        role: Role,
        place: Place,
        until: Option<String>,
    ) -> Result<(Token, String), StorageError> {
        let random: [u8; SECRET_LEN] = Entropy::from_os()?.draw();
        let letters = BASE32_NOPAD.encode(&random).to_lowercase();
        let secret = format!("sb-{role}-{letters}");
        let hash = hash_of(&secret);
        let token = Token {
            id: hash[..ID_LEN].to_owned(),
            role,
            store: place.store,
            terminal: place.terminal,
            created: Instant(SystemClock.now_micros()).display(0),
            until,
            hash,
        };
        self.edit(|tokens| tokens.push(token.clone()))?;
        Ok((token, secret))
    }

    /// Makes a token invalid; false if none has that id.
    ///
    /// # Errors
    /// As [`TokenFile::create`].
    pub fn revoke(&self, id: &str) -> Result<bool, StorageError> {
        self.edit(|tokens| {
            let before = tokens.len();
            tokens.retain(|token| token.id != id);
            tokens.len() < before
        })
    }

    /// Changes the file under a lock, so that of two concurrent changes none is lost.
    fn edit<T>(&self, change: impl FnOnce(&mut Vec<Token>) -> T) -> Result<T, StorageError> {
        let path = self.dir.join("tokens.lock");
        let lock = files::edit_or_create(&path)?;
        lock.lock().at("lock", &path)?;
        let mut tokens = self.list()?;
        let told = change(&mut tokens);
        let content = serde_json::to_vec(&tokens).unwrap_or_default();
        secret_file::write(&self.dir, Kind::Tokens, &content)?;
        Ok(told)
    }
}

/// Place that a token is bound to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Store.
    pub store: Option<String>,
    /// Terminal in the store.
    pub terminal: Option<String>,
}

/// Tokens of the file, read again after it was replaced.
#[derive(Debug)]
pub(super) struct Tokens {
    file: TokenFile,
    seen: RwLock<Seen>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    /// Time and length of the file.
    version: Option<(SystemTime, u64)>,
    tokens: Arc<Vec<Token>>,
}

impl Tokens {
    pub(super) fn new(file: TokenFile) -> Tokens {
        Tokens {
            file,
            seen: RwLock::default(),
        }
    }

    /// Bearer of a token that is valid now. The file is checked each time, so
    /// that a revoked token is refused at once.
    pub(super) fn caller(&self, secret: &str) -> Result<Option<Caller>, StorageError> {
        let (tokens, hash, now) = (self.now()?, hash_of(secret), SystemClock.now_micros());
        let found = tokens.iter().find(|token| token.hash == hash);
        let valid = found.filter(|token| token.is_valid(now));
        Ok(valid.map(|token| Caller {
            role: token.role,
            token: Some(token.id.clone()),
            store: token.store.clone(),
            terminal: token.terminal.clone(),
        }))
    }

    /// True if the token of an id is valid now.
    pub(super) fn is_valid(&self, id: &str) -> Result<bool, StorageError> {
        let (tokens, now) = (self.now()?, SystemClock.now_micros());
        let found = tokens.iter().find(|token| token.id == id);
        Ok(found.is_some_and(|token| token.is_valid(now)))
    }

    fn now(&self) -> Result<Arc<Vec<Token>>, StorageError> {
        let path = Kind::Tokens.path(&self.file.dir);
        let found = path.metadata().ok();
        let version = found.and_then(|found| Some((found.modified().ok()?, found.len())));
        let seen = self
            .seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if seen.version == version {
            return Ok(seen.tokens);
        }
        let tokens = Arc::new(self.file.list()?);
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Seen {
            version,
            tokens: Arc::clone(&tokens),
        };
        Ok(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_until_it_is_revoked_or_ends_and_is_nowhere_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        let tokens = Tokens::new(file.clone());
        assert_eq!(tokens.caller("sb-till-x").unwrap(), None);
        let place = Place {
            store: Some("mitte".into()),
            terminal: None,
        };
        let (token, secret) = file.create(Role::Till, place, None).unwrap();
        let caller = tokens.caller(&secret).unwrap().unwrap();
        assert_eq!(
            (caller.role, caller.store.as_deref()),
            (Role::Till, Some("mitte"))
        );
        let bytes = std::fs::read(dir.path().join("tokens")).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(&secret) && !text.contains(&secret[8..]),
            "{text}"
        );
        let past = Some("2020-01-01T00:00:00Z".to_owned());
        let (_, ended) = file.create(Role::Office, Place::default(), past).unwrap();
        assert_eq!(tokens.caller(&ended).unwrap(), None);
        assert!(tokens.caller(&secret).unwrap().is_some());
        assert!(file.revoke(&token.id).unwrap() && !file.revoke(&token.id).unwrap());
        assert_eq!(tokens.caller(&secret).unwrap(), None);
        assert_eq!(file.list().unwrap().len(), 1);
    }

    #[test]
    fn a_damaged_file_opens_to_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        let (_, secret) = file.create(Role::Till, Place::default(), None).unwrap();
        std::fs::write(dir.path().join("tokens"), "[]").unwrap();
        assert!(Tokens::new(file).caller(&secret).is_err());
    }
}
