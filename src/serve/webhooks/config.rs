//! Webhooks and dead letters: a file in the secrets folder, since it holds the secrets
//! that messages are signed with.

use super::reach::Reach;
use crate::model::Instant;
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::secret_document::SecretDocument;
use crate::storage::secret_file::Kind;
use axum::http::Uri;
use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Random bytes of a secret: 192 bits, within the 24 to 64 bytes that Standard
/// Webhooks asks for.
const SECRET_LEN: usize = 24;
/// Beginning of a secret's text.
const SECRET_PREFIX: &str = "whsec_";
/// Most webhooks.
const WEBHOOKS_MAX: usize = 32;
/// Most dead letters that are kept: while there are so many, no other message is given up.
const DEAD_MAX: usize = 10_000;

/// A webhook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Address that messages are sent to.
    pub url: String,
    /// Templates of messages that are sent; empty for all.
    pub events: Vec<String>,
    /// Instant of its creation.
    pub created: String,
    /// Instant from which messages are sent, in microseconds; `i64::MIN` for all.
    pub since: i64,
    /// True if nothing is sent.
    pub is_disabled: bool,
    /// Attempts after which a message becomes a dead letter.
    pub attempts_max: u32,
    /// Seconds before the second attempt; each later pause is four times as long.
    pub retry_after: u32,
    /// Seconds within which an attempt must be answered.
    pub timeout: u32,
    /// Addresses that it may connect to.
    pub reach: Reach,
    secret: String,
}

impl Webhook {
    /// Name under which it acknowledges the outbox.
    pub fn consumer(&self) -> String {
        format!("webhook/{}", self.id)
    }

    /// The webhook as lists show it: without its secret.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "url": self.url,
            "events": self.events,
            "created": self.created,
            "is_disabled": self.is_disabled,
        })
    }

    /// True if messages by a template are sent.
    pub fn wants(&self, template: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|event| event == template)
    }

    /// A webhook with a secret that everybody knows.
    #[cfg(test)]
    pub(super) fn to(url: &str, reach: Reach) -> Webhook {
        Webhook {
            id: "test".into(),
            url: url.into(),
            events: Vec::new(),
            created: String::new(),
            since: i64::MIN,
            is_disabled: false,
            attempts_max: 1,
            retry_after: 1,
            timeout: 5,
            reach,
            secret: format!("{SECRET_PREFIX}{}", BASE64.encode(&[7; SECRET_LEN])),
        }
    }

    /// Key of the signature.
    pub(super) fn key(&self) -> Vec<u8> {
        let text = self.secret.strip_prefix(SECRET_PREFIX);
        let key = text.and_then(|text| BASE64.decode(text.as_bytes()).ok());
        key.unwrap_or_default()
    }
}

/// A message that was given up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The webhook.
    pub webhook: String,
    /// Its position in the outbox.
    pub position: String,
    /// Id of the message.
    pub message: String,
    /// Name of the template.
    pub template: String,
    /// Instant at which it was given up.
    pub at: String,
    /// Number of attempts.
    pub attempts: u32,
    /// Reason why the last one failed.
    pub why: String,
    /// True if it is to be sent again.
    pub is_waiting: bool,
}

impl DeadLetter {
    /// True if both are of the same message to the same webhook.
    fn is_same(&self, other: &DeadLetter) -> bool {
        (&self.webhook, &self.position) == (&other.webhook, &other.position)
    }
}

/// Settings of a new webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// Address that messages are sent to.
    pub url: String,
    /// Templates; empty for all.
    pub events: Vec<String>,
    /// True if messages from before it was made are sent too.
    pub has_earlier: bool,
    /// True if `http` to this machine is allowed.
    pub allows_http: bool,
    /// True if addresses of private networks and of this machine are allowed.
    pub allows_private: bool,
    /// Attempts.
    pub attempts_max: u32,
    /// Seconds before the second attempt.
    pub retry_after: u32,
    /// Seconds within which an attempt must be answered.
    pub timeout: u32,
}

/// Content of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::serve) struct Content {
    pub(in crate::serve) webhooks: Vec<Webhook>,
    pub(in crate::serve) dead: Vec<DeadLetter>,
}

/// File of webhooks in a secrets folder.
#[derive(Clone, Debug)]
pub struct WebhookFile {
    document: SecretDocument<Content>,
}

impl WebhookFile {
    /// The file in a secrets folder; it need not exist.
    pub fn new(dir: &Path) -> WebhookFile {
        WebhookFile {
            document: SecretDocument::new(dir, Kind::Webhooks),
        }
    }

    /// All webhooks, oldest first.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn list(&self) -> Result<Vec<Webhook>, StorageError> {
        Ok(self.content()?.webhooks.clone())
    }

    /// All dead letters, oldest first.
    ///
    /// # Errors
    /// As [`WebhookFile::list`].
    pub fn dead(&self) -> Result<Vec<DeadLetter>, StorageError> {
        Ok(self.content()?.dead.clone())
    }

    /// Makes a webhook; returns the secret that its receiver checks signatures with.
    ///
    /// # Errors
    /// The outer one as [`WebhookFile::list`], or the file cannot be written; the inner
    /// one is the reason why there cannot be such a webhook.
    pub fn add(&self, wish: Wish) -> Result<Result<(Webhook, String), String>, StorageError> {
        let reach = match reach_of(&wish.url, wish.allows_http, wish.allows_private) {
            Ok(reach) => reach,
            Err(why) => return Ok(Err(why)),
        };
        let mut entropy = Entropy::from_os()?;
        let (id, random): ([u8; 4], [u8; SECRET_LEN]) = (entropy.draw(), entropy.draw());
        let secret = format!("{SECRET_PREFIX}{}", BASE64.encode(&random));
        let now = SystemClock.now_micros();
        let webhook = Webhook {
            id: HEXLOWER.encode(&id),
            url: wish.url,
            events: wish.events,
            created: Instant(now).display(0),
            since: if wish.has_earlier { i64::MIN } else { now },
            is_disabled: false,
            attempts_max: wish.attempts_max,
            retry_after: wish.retry_after,
            timeout: wish.timeout,
            reach,
            secret: secret.clone(),
        };
        self.edit(|content| {
            if content.webhooks.len() >= WEBHOOKS_MAX {
                return Err(format!(
                    "there are {WEBHOOKS_MAX} webhooks; remove one first"
                ));
            }
            content.webhooks.push(webhook.clone());
            Ok((webhook, secret))
        })
    }

    /// Removes a webhook with its dead letters; false if none has that id.
    ///
    /// # Errors
    /// As [`WebhookFile::add`].
    pub fn remove(&self, id: &str) -> Result<bool, StorageError> {
        self.edit(|content| {
            let before = content.webhooks.len();
            content.webhooks.retain(|webhook| webhook.id != id);
            content.dead.retain(|letter| letter.webhook != id);
            content.webhooks.len() < before
        })
    }

    /// Has a webhook send nothing, or send again; false if none has that id.
    ///
    /// # Errors
    /// As [`WebhookFile::add`].
    pub fn disable(&self, id: &str, is_disabled: bool) -> Result<bool, StorageError> {
        self.edit(|content| {
            let found = content.webhooks.iter_mut().find(|webhook| webhook.id == id);
            found
                .map(|webhook| webhook.is_disabled = is_disabled)
                .is_some()
        })
    }

    /// Keeps a message that was given up; false if there are too many.
    ///
    /// # Errors
    /// As [`WebhookFile::add`].
    pub(super) fn bury(&self, letter: DeadLetter) -> Result<bool, StorageError> {
        self.edit(|content| {
            content.dead.retain(|known| !known.is_same(&letter));
            let has_room = content.dead.len() < DEAD_MAX;
            if has_room {
                content.dead.push(letter);
            }
            has_room
        })
    }

    /// Forgets a dead letter: it was delivered, or its member was erased.
    ///
    /// # Errors
    /// As [`WebhookFile::add`].
    pub(super) fn forget(&self, letter: &DeadLetter) -> Result<(), StorageError> {
        self.edit(|content| {
            content.dead.retain(|known| !known.is_same(letter));
        })
    }

    /// Marks dead letters to be sent again: of one webhook or of all, one position or
    /// all. Returns their number.
    ///
    /// # Errors
    /// As [`WebhookFile::add`].
    pub fn resend(
        &self,
        webhook: Option<&str>,
        position: Option<&str>,
    ) -> Result<usize, StorageError> {
        self.edit(|content| {
            let mut count = 0;
            for letter in &mut content.dead {
                let is_meant = webhook.is_none_or(|id| letter.webhook == id)
                    && position.is_none_or(|at| letter.position == at);
                letter.is_waiting |= is_meant;
                count += usize::from(is_meant);
            }
            count
        })
    }

    /// Both at once; the file is read only if it was replaced since the last time.
    ///
    /// # Errors
    /// As [`WebhookFile::list`].
    pub(in crate::serve) fn content(&self) -> Result<Arc<Content>, StorageError> {
        self.document.read()
    }

    fn edit<T>(&self, change: impl FnOnce(&mut Content) -> T) -> Result<T, StorageError> {
        self.document.edit(change)
    }
}

/// Checks a URL: `https`, or `http` to this machine where that is allowed, so that
/// nobody can make the service talk to what only this machine reaches. Returns the
/// addresses that its host may lead to, which are checked at each connection.
fn reach_of(url: &str, allows_http: bool, allows_private: bool) -> Result<Reach, String> {
    let parsed: Uri = url.parse().map_err(|_| "is no URL".to_owned())?;
    let (scheme, host) = (
        parsed.scheme_str().unwrap_or(""),
        parsed.host().unwrap_or(""),
    );
    let authority = parsed.authority().map_or("", |a| a.as_str());
    if host.is_empty() || authority.contains('@') || url.contains('#') {
        return Err("is no plain URL, such as https://shop.example/stampbook".into());
    }
    let is_loopback = ["127.0.0.1", "[::1]", "localhost"].contains(&host);
    let reach = match (scheme, is_loopback) {
        ("https", _) if allows_private => Reach::Private,
        ("https", _) => Reach::Public,
        ("http", true) if allows_http => Reach::ThisMachine,
        ("http", true) => {
            return Err("is http; to this machine that is possible with --allow-http".into());
        }
        _ => return Err("must begin with https://".into()),
    };
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    match literal.parse::<IpAddr>() {
        Ok(ip) => reach.check(ip).map(|()| reach),
        Err(_) => Ok(reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_talked_to() {
        for (url, plain, local) in [
            ("https://shop.example/hook?x=1", true, true),
            ("http://127.0.0.1:9/hook", false, true),
            ("http://localhost/hook", false, true),
            ("http://[::1]:8080/", false, true),
            ("http://shop.example/hook", false, false),
            ("http://127.0.0.1.shop.example/", false, false),
            ("http://user@127.0.0.1/", false, false),
            ("https://user:word@shop.example/", false, false),
            ("ftp://127.0.0.1/", false, false),
            ("file:///etc/passwd", false, false),
            ("https://127.0.0.1/", false, false),
            ("https://[::ffff:10.0.0.1]/", false, false),
            ("https://169.254.169.254/latest/meta-data/", false, false),
            ("shop.example", false, false),
            ("", false, false),
        ] {
            let is_ok = |http| reach_of(url, http, false).is_ok();
            assert_eq!((is_ok(false), is_ok(true)), (plain, local), "{url}");
        }
        for (url, is_ok) in [
            ("https://10.0.0.9/hook", true),
            ("https://[fd12::1]/hook", true),
            ("https://169.254.169.254/", false),
            ("http://10.0.0.9/hook", false),
        ] {
            assert_eq!(reach_of(url, true, true).is_ok(), is_ok, "{url}");
        }
    }
}
