//! Guessing at codes: after some wrong ones a till, or a member's name, may
//! name no code for a while. What was tried stands in the book beside the
//! state, not in the journal: it is nobody's business later, and a book that is
//! made again without the old one has forgotten it.

use super::Ledger;
use super::admit::key_hash_of;
use super::error::Error;
use crate::command::{Activity, Means, Request, TenderGiven, Verb, VoucherAsked, VoucherRef};
use crate::model::{Code, Instant, MINUTE, Programme, Refusal, SECOND};
use crate::storage::book::Batch;
use crate::storage::keys::KeyHash;
use bincode::{Decode, Encode};

/// The first byte of a party's key in the book.
pub(super) const GUESS: u8 = b'g';

/// What one party tried.
#[derive(Default, Encode, Decode)]
struct Tried {
    /// When which codes were wrong, oldest first: the same typed again is no
    /// other guess.
    wrong: Vec<(i64, [u8; 16])>,
    /// No code is looked at before this.
    locked_until: i64,
}

/// The codes that a command names, as they were typed; empty if there is none
/// that somebody could guess.
fn codes_of(request: &Request, programme: &Programme) -> String {
    match &request.verb {
        Verb::Purchase(purchase) => {
            let code = |tender: &TenderGiven| match &tender.means {
                Means::Voucher(code) => Some(code.clone()),
                _ => None,
            };
            let codes: Vec<String> = purchase.tenders.iter().filter_map(code).collect();
            codes.join(",")
        }
        Verb::Claim { code }
        | Verb::ClaimPoints { token: code }
        | Verb::Voucher(
            VoucherAsked::Void {
                which: VoucherRef::Code(code),
                ..
            }
            | VoucherAsked::Give {
                which: VoucherRef::Code(code),
            }
            | VoucherAsked::Claim { token: code },
        ) => code.clone(),
        Verb::Activity(activity) => listed_codes(activity, programme),
        _ => String::new(),
    }
}

/// The secrets of an activity that are looked up in a list of codes.
fn listed_codes(given: &Activity, programme: &Programme) -> String {
    let known = programme.activities.iter();
    let fields = known.filter(|a| a.id == given.activity);
    let fields: Vec<_> = fields.flat_map(|a| &a.fields).collect();
    let is_listed = |name: &str| fields.iter().any(|f| f.name == name && !f.codes.is_empty());
    let codes = given.fields.iter().filter(|(name, _)| is_listed(name));
    let codes: Vec<&str> = codes.map(|(_, code)| code.as_str()).collect();
    codes.join(",")
}

impl Ledger {
    /// Refuses a command with a code while its till or its member is locked,
    /// whatever the code: no answer tells whether it exists.
    pub(super) fn check_guesses(&mut self, request: &Request) -> Result<Option<Refusal>, Error> {
        // A ledger without a programme refuses everything by itself.
        let Ok(programme) = self.programme() else {
            return Ok(None);
        };
        let codes = codes_of(request, programme);
        if codes.is_empty() {
            return Ok(None);
        }
        let now = self.clock.now_micros();
        let code = super::profile::text_hash(&self.alias_key, &codes);
        for party in self.guessers(request)? {
            let tried = self.tried(&party)?;
            let until = tried.locked_until;
            // The same wrong code again learns nothing new.
            let is_known = tried.wrong.iter().any(|(_, known)| *known == code);
            if until > now && !is_known {
                // To the second, and not before it is so.
                let until = Instant(until - until.rem_euclid(SECOND) + SECOND);
                let until = self.programme()?.calendar.display(until);
                let detail =
                    format!("code: too many were wrong; codes are taken again from {until}");
                return Ok(Some(Refusal::new(Code::CodeLocked, detail)));
            }
        }
        Ok(None)
    }

    /// Counts a wrong code, and locks where there are too many.
    pub(super) fn note_guess(&mut self, request: &Request) -> Result<(), Error> {
        let programme = self.programme()?;
        let limit = programme.guess;
        let codes = codes_of(request, programme);
        let now = self.clock.now_micros();
        let code = super::profile::text_hash(&self.alias_key, &codes);
        let mut batch = Batch::default();
        for party in self.guessers(request)? {
            let mut tried = self.tried(&party)?;
            let oldest = now - i64::from(limit.minutes) * MINUTE;
            tried
                .wrong
                .retain(|(at, known)| (oldest..=now).contains(at) && *known != code);
            tried.wrong.push((now, code));
            if tried.wrong.len() >= limit.tries as usize {
                tried.locked_until = now + i64::from(limit.lock_minutes) * MINUTE;
            }
            let bytes = bincode::encode_to_vec(&tried, bincode::config::standard())
                .expect("instants are plain data, which always encodes");
            batch.put(&[&[GUESS], &party[..]].concat(), &bytes);
        }
        self.settle_book()?;
        self.book.apply(batch)?;
        // Whoever guesses in one process after the other is counted as well.
        Ok(self.book.flush()?)
    }

    /// Who guesses: the till (or the channel, where no till is named), and
    /// whoever is named as the member. An activity always names its member, so
    /// that one who guesses in an app does not shut out everybody else in it.
    fn guessers(&mut self, request: &Request) -> Result<Vec<KeyHash>, Error> {
        let source = &request.source;
        let till = match source.terminal.as_str() {
            "" => format!("channel:{}:{}", source.store, source.channel.name()),
            terminal => format!("till:{}:{terminal}", source.store),
        };
        let is_of_channel = source.terminal.is_empty();
        let is_left_out = is_of_channel && matches!(request.verb, Verb::Activity(_));
        let mut parties = Vec::new();
        if !is_left_out {
            parties.push(key_hash_of("guess", &till));
        }
        if let Some(who) = &request.member
            && let Some(id) = self.resolve(who)?
        {
            parties.push(key_hash_of("guess", &id.to_string()));
        }
        Ok(parties)
    }

    fn tried(&self, party: &KeyHash) -> Result<Tried, Error> {
        let bytes = self.book.get(&[&[GUESS], &party[..]].concat())?;
        let tried = bytes.and_then(|bytes| {
            let read = bincode::decode_from_slice(&bytes, bincode::config::standard());
            read.ok().map(|(tried, _)| tried)
        });
        Ok(tried.unwrap_or_default())
    }
}
