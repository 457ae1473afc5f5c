//! Sessions of people in a browser: begun with a token or a one-time link, kept
//! in memory, ended by time, by signing out or by revoking the token.

use crate::serve::roles::Caller;
use crate::serve::tokens::{TokenFile, random_letters};
use crate::storage::error::StorageError;
use cookie::time::Duration as CookieDuration;
use cookie::{Cookie, SameSite};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Name of the session's cookie.
const COOKIE: &str = "stampbook_session";
/// Longest session.
const LASTS: Duration = Duration::from_secs(12 * 3600);
/// Longest pause within one.
const IDLE: Duration = Duration::from_secs(3600);
/// Time in which a one-time link is to be opened.
const LINK_LASTS: Duration = Duration::from_secs(600);
/// Most sessions at a time; the oldest ends for a new one.
const SESSIONS_MAX: usize = 1000;

/// Secret of a session or link; kept as a hash, like a token.
fn hash(secret: &str) -> [u8; 32] {
    blake3::derive_key("stampbook 2026-11 dashboard session v1", secret.as_bytes())
}

/// A secret too long to guess.
///
/// # Errors
/// The system gave no random bytes.
pub(super) fn new_secret() -> Result<String, StorageError> {
    random_letters::<20>()
}

/// A person who has signed in.
#[derive(Clone, Debug)]
pub(in crate::serve) struct Session {
    /// Rights, as of the token.
    pub caller: Caller,
    /// Text that each form of the session carries, which other sites cannot know.
    pub csrf: String,
    begun: Instant,
    seen: Instant,
}

#[derive(Default)]
struct Held {
    sessions: BTreeMap<[u8; 32], Session>,
    /// One-time links, with the instant of their making.
    links: BTreeMap<[u8; 32], Instant>,
}

/// All sessions.
#[derive(Default)]
pub(in crate::serve) struct Sessions {
    held: Arc<Mutex<Held>>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions(..)")
    }
}

/// Makes one-time links into a running service.
#[derive(Clone)]
pub struct SignInLinks {
    held: Arc<Mutex<Held>>,
}

impl fmt::Debug for SignInLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInLinks(..)")
    }
}

impl SignInLinks {
    /// Path and query of a link that signs its first visitor in as the office, within
    /// ten minutes.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn link(&self) -> Result<String, StorageError> {
        let secret = new_secret()?;
        lock(&self.held).links.insert(hash(&secret), Instant::now());
        Ok(format!("{}/open?code={secret}", super::ROOT))
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sessions {
    pub(in crate::serve) fn sign_in_links(&self) -> SignInLinks {
        SignInLinks {
            held: Arc::clone(&self.held),
        }
    }

    /// Uses up a link; true if it was good.
    pub(super) fn take_link(&self, code: &str, now: Instant) -> bool {
        let made = lock(&self.held).links.remove(&hash(code));
        made.is_some_and(|made| now.duration_since(made) < LINK_LASTS)
    }

    /// Begins a session; returns the secret for the browser.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub(super) fn begin(&self, caller: Caller, now: Instant) -> Result<String, StorageError> {
        let (secret, csrf) = (new_secret()?, new_secret()?);
        let mut held = lock(&self.held);
        held.sessions.retain(|_, session| session.is_open(now));
        if held.sessions.len() >= SESSIONS_MAX {
            let oldest = held.sessions.iter().min_by_key(|(_, session)| session.seen);
            if let Some(oldest) = oldest.map(|(hash, _)| *hash) {
                held.sessions.remove(&oldest);
            }
        }
        held.sessions.insert(
            hash(&secret),
            Session {
                caller,
                csrf,
                begun: now,
                seen: now,
            },
        );
        Ok(secret)
    }

    /// The session of a secret, if it is open and its token still valid. `is_visit` is
    /// false where a page only follows the ledger, which keeps no session open.
    pub(super) fn find(
        &self,
        secret: &str,
        tokens: &TokenFile,
        now: Instant,
        is_visit: bool,
    ) -> Option<Session> {
        let hash = hash(secret);
        let token = lock(&self.held).sessions.get(&hash)?.caller.token.clone();
        // The file of tokens is read without the lock, so that no other session waits.
        let is_valid = token.is_none_or(|id| tokens.is_valid(&id).unwrap_or(false));
        let mut held = lock(&self.held);
        let session = held.sessions.get_mut(&hash)?;
        if !is_valid || !session.is_open(now) {
            held.sessions.remove(&hash);
            return None;
        }
        if is_visit {
            session.seen = now;
        }
        Some(session.clone())
    }

    pub(super) fn end(&self, secret: &str) {
        lock(&self.held).sessions.remove(&hash(secret));
    }
}

impl Session {
    fn is_open(&self, now: Instant) -> bool {
        now.duration_since(self.begun) < LASTS && now.duration_since(self.seen) < IDLE
    }
}

/// The cookie that keeps a session in a browser, or with an empty secret removes it.
pub(super) fn cookie(secret: &str, is_tls: bool) -> String {
    let lasts = match secret {
        "" => CookieDuration::ZERO,
        _ => CookieDuration::seconds(LASTS.as_secs().cast_signed()),
    };
    let cookie = Cookie::build((COOKIE, secret.to_owned()))
        .path(super::ROOT)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_tls)
        .max_age(lasts);
    cookie.build().to_string()
}

/// The cookie that keeps a choice of language or appearance in a browser for a year.
pub(super) fn choice(name: &str, word: &str) -> String {
    let cookie = Cookie::build((name.to_owned(), word.to_owned()))
        .path(super::ROOT)
        .same_site(SameSite::Strict)
        .max_age(CookieDuration::days(365));
    cookie.build().to_string()
}

/// The secret that a request's cookies hold.
pub(super) fn secret_in(cookies: &str) -> Option<String> {
    value_in(cookies, COOKIE)
}

/// The value of a cookie among a request's cookies.
pub(super) fn value_in(cookies: &str, name: &str) -> Option<String> {
    let found = Cookie::split_parse(cookies.to_owned()).flatten();
    let mut found = found.filter(|cookie| cookie.name() == name);
    found.next().map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::roles::Role;
    use crate::serve::tokens::{Place, TokenFile};

    #[test]
    fn a_session_ends_by_time_by_pause_by_signing_out_and_with_its_token() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path());
        let (token, secret) = file.create(Role::Merchant, Place::default(), None).unwrap();
        let caller = file.caller(&secret).unwrap().unwrap();
        let sessions = Sessions::default();
        let now = Instant::now();
        let begin = || sessions.begin(caller.clone(), now).unwrap();
        let is_open = |of: &str, at: Instant| sessions.find(of, &file, at, true).is_some();
        let one = begin();
        assert!(is_open(&one, now + IDLE / 2) && is_open(&one, now + IDLE));
        assert!(!is_open(&one, now + IDLE * 3), "a long pause ends it");
        let one = begin();
        let mut at = now;
        while at < now + LASTS {
            assert!(is_open(&one, at));
            at += IDLE / 2;
        }
        assert!(!is_open(&one, at), "it lasts no longer than half a day");
        let (one, other) = (begin(), begin());
        assert_ne!(one, other);
        sessions.end(&one);
        assert!(!is_open(&one, now) && is_open(&other, now));
        file.revoke(&token.id).unwrap();
        assert!(!is_open(&other, now), "with the token, its sessions end");
        assert!(!is_open("", now));
    }

    #[test]
    fn a_link_opens_once_and_not_for_long() {
        let sessions = Sessions::default();
        let link = || sessions.sign_in_links().link().unwrap();
        let code = |link: &str| link.split_once("code=").unwrap().1.to_owned();
        let (one, late) = (code(&link()), code(&link()));
        let now = Instant::now();
        assert!(sessions.take_link(&one, now) && !sessions.take_link(&one, now));
        assert!(!sessions.take_link(&late, now + LINK_LASTS));
        assert!(!sessions.take_link("x", now));
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let set = cookie("abc", true);
        for part in [
            "HttpOnly",
            "SameSite=Strict",
            "Secure",
            "Path=/dashboard",
            "Max-Age=43200",
        ] {
            assert!(set.contains(part), "{part}: {set}");
        }
        assert!(!cookie("abc", false).contains("Secure"));
        assert!(cookie("", true).contains("Max-Age=0"));
        assert_eq!(
            secret_in("a=b; stampbook_session=xyz").as_deref(),
            Some("xyz")
        );
        assert_eq!(secret_in("a=b"), None);
    }
}
