//! Access tokens: made once, shown once, kept as hashes in the secrets folder.

use super::roles::{Caller, Role};
use crate::model::Instant;
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::secret_document::SecretDocument;
use crate::storage::secret_file::Kind;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;

/// Context of a token's hash, so that no other hash is taken for one.
const CONTEXT: &str = "stampbook 2026-11 access token v1";
/// Random bytes of a token: too many to guess, so that a plain hash suffices.
const SECRET_LEN: usize = 20;
/// Random bytes of a code that is typed in: too many to guess in its time.
const CODE_LEN: usize = 10;
/// Time in which a code is valid, in microseconds.
const CODE_MICROS: i64 = 15 * 60 * 1_000_000;
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
    /// True for a code that a terminal changes for a token: it opens nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_code: bool,
    /// BLAKE3 hash of the secret, in hexadecimal.
    hash: String,
}

impl Token {
    /// The token as lists show it: without the hash of its secret.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "role": self.role,
            "store": self.store,
            "terminal": self.terminal,
            "is_code": self.is_code,
            "created": self.created,
            "until": self.until,
        })
    }

    fn is_valid(&self, now: i64) -> bool {
        let until = self.until.as_ref().map(|until| Instant::parse(until));
        match until {
            None => true,
            Some(until) => until.is_ok_and(|(until, _)| now < until.0),
        }
    }

    fn new(role: Role, place: Place, until: Option<String>, secret: &str) -> Token {
        let hash = hash_of(secret);
        Token {
            id: hash[..ID_LEN].to_owned(),
            role,
            store: place.store,
            terminal: place.terminal,
            created: Instant(SystemClock.now_micros()).display(0),
            until,
            is_code: false,
            hash,
        }
    }

    /// True if it is bound to a terminal of a store.
    fn is_at(&self, place: &Place) -> bool {
        self.store == place.store && self.terminal == place.terminal
    }
}

/// Draws random bytes, and writes them in letters and digits that are easy to type.
///
/// # Errors
/// The system gave no random bytes.
pub(super) fn random_letters<const N: usize>() -> Result<String, StorageError> {
    let random: [u8; N] = Entropy::from_os()?.draw();
    Ok(BASE32_NOPAD.encode(&random).to_lowercase())
}

/// Makes the text that a token's bearer sends.
fn secret_of(role: Role) -> Result<String, StorageError> {
    let letters = random_letters::<SECRET_LEN>()?;
    Ok(format!("sb-{role}-{letters}"))
}

fn hash_of(secret: &str) -> String {
    HEXLOWER.encode(&blake3::derive_key(CONTEXT, secret.as_bytes()))
}

/// File of tokens in a secrets folder.
#[derive(Clone, Debug)]
pub struct TokenFile {
    document: SecretDocument<Vec<Token>>,
}

impl TokenFile {
    /// The file in a secrets folder; it need not exist.
    pub fn new(dir: &Path) -> TokenFile {
        TokenFile {
            document: SecretDocument::new(dir, Kind::Tokens),
        }
    }

    /// All tokens, oldest first.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn list(&self) -> Result<Vec<Token>, StorageError> {
        Ok(self.document.read()?.to_vec())
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
        let secret = secret_of(role)?;
        let token = Token::new(role, place, until, &secret);
        self.edit(|tokens| tokens.push(token.clone()))?;
        Ok((token, secret))
    }

    /// Makes a code by which a terminal gets its token, once and within a quarter
    /// of an hour; None if the terminal has a token that is not to be replaced. An
    /// older code of the terminal is valid no more.
    ///
    /// # Errors
    /// As [`TokenFile::create`].
    pub fn invite(
        &self,
        role: Role,
        place: Place,
        is_replacing: bool,
    ) -> Result<Option<(Token, String)>, StorageError> {
        let letters = random_letters::<CODE_LEN>()?;
        let parts: Vec<&str> = (0..letters.len())
            .step_by(4)
            .map(|at| &letters[at..at + 4])
            .collect();
        let now = SystemClock.now_micros();
        let until = Instant(now.saturating_add(CODE_MICROS)).display(0);
        let token = Token {
            is_code: true,
            ..Token::new(role, place.clone(), Some(until), &letters)
        };
        let is_made = self.edit(|tokens| {
            let is_taken = |t: &Token| t.is_at(&place) && !t.is_code && t.is_valid(now);
            if !is_replacing && tokens.iter().any(is_taken) {
                return false;
            }
            tokens.retain(|t| !(t.is_at(&place) && t.is_code));
            tokens.push(token.clone());
            true
        })?;
        Ok(is_made.then(|| (token, parts.join("-"))))
    }

    /// Changes a code for a token, which takes the place of the terminal's others;
    /// None if the code is not valid (any more).
    ///
    /// # Errors
    /// As [`TokenFile::create`].
    pub fn exchange(&self, code: &str) -> Result<Option<(Token, String)>, StorageError> {
        let letters = code.chars().filter(|c| c.is_ascii_alphanumeric());
        let (hash, now) = (
            hash_of(&letters.collect::<String>().to_lowercase()),
            SystemClock.now_micros(),
        );
        let secret = secret_of(Role::Till)?;
        self.edit(|tokens| {
            let is_it = |t: &&Token| t.is_code && t.hash == hash && t.is_valid(now);
            let found = tokens.iter().find(is_it)?;
            let place = Place {
                store: found.store.clone(),
                terminal: found.terminal.clone(),
            };
            let token = Token::new(found.role, place.clone(), None, &secret);
            tokens.retain(|t| !t.is_at(&place));
            tokens.push(token.clone());
            Some((token, secret))
        })
    }

    /// Makes all tokens and codes of a terminal invalid, and returns their number.
    ///
    /// # Errors
    /// As [`TokenFile::create`].
    pub fn revoke_at(&self, place: &Place) -> Result<usize, StorageError> {
        self.edit(|tokens| {
            let before = tokens.len();
            tokens.retain(|token| !token.is_at(place));
            before - tokens.len()
        })
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

    fn edit<T>(&self, change: impl FnOnce(&mut Vec<Token>) -> T) -> Result<T, StorageError> {
        self.document.edit(change)
    }

    /// Bearer of a token that is valid now. The file is checked each time, so
    /// that a revoked token is refused at once.
    pub(super) fn caller(&self, secret: &str) -> Result<Option<Caller>, StorageError> {
        let (tokens, hash) = (self.document.read()?, hash_of(secret));
        let now = SystemClock.now_micros();
        let found = tokens
            .iter()
            .find(|token| token.hash == hash && !token.is_code);
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
        let (tokens, now) = (self.document.read()?, SystemClock.now_micros());
        let found = tokens.iter().find(|token| token.id == id);
        Ok(found.is_some_and(|token| token.is_valid(now)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_until_it_is_revoked_or_ends_and_is_nowhere_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        assert_eq!(file.caller("sb-till-x").unwrap(), None);
        let place = Place {
            store: Some("mitte".into()),
            terminal: None,
        };
        let (token, secret) = file.create(Role::Till, place, None).unwrap();
        let caller = file.caller(&secret).unwrap().unwrap();
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
        assert_eq!(file.caller(&ended).unwrap(), None);
        assert!(file.caller(&secret).unwrap().is_some());
        assert!(file.revoke(&token.id).unwrap() && !file.revoke(&token.id).unwrap());
        assert_eq!(file.caller(&secret).unwrap(), None);
        assert_eq!(file.list().unwrap().len(), 1);
    }

    #[test]
    fn a_code_is_changed_once_for_the_terminals_only_token() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        let place = Place {
            store: Some("mitte".into()),
            terminal: Some("till-1".into()),
        };
        let invite = |is_replacing| {
            file.invite(Role::Till, place.clone(), is_replacing)
                .unwrap()
        };
        let (_, first) = invite(false).unwrap();
        // A second code takes the first one's place, and no code opens anything.
        let (_, code) = invite(false).unwrap();
        assert!(file.exchange(&first).unwrap().is_none());
        assert_eq!(file.caller(&code.replace('-', "")).unwrap(), None);
        let (_, old) = file
            .exchange(&format!(" {} ", code.to_uppercase()))
            .unwrap()
            .unwrap();
        assert!(file.exchange(&code).unwrap().is_none());
        assert!(file.caller(&old).unwrap().is_some());
        assert!(invite(false).is_none());
        // The old till sells until the new one is there.
        let (_, code) = invite(true).unwrap();
        assert!(file.caller(&old).unwrap().is_some());
        let (_, new) = file.exchange(&code).unwrap().unwrap();
        assert_eq!(file.caller(&old).unwrap(), None);
        assert_eq!(file.caller(&new).unwrap().unwrap().terminal, place.terminal);
        assert_eq!(file.revoke_at(&place).unwrap(), 1);
        assert_eq!(file.caller(&new).unwrap(), None);
    }

    #[test]
    fn a_damaged_file_opens_to_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        let (_, secret) = file.create(Role::Till, Place::default(), None).unwrap();
        std::fs::write(dir.path().join("tokens"), "[]").unwrap();
        assert!(file.caller(&secret).is_err());
    }
}
