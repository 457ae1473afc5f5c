//! Vouchers in stories. Codes are secrets that no story can know, so a story
//! names a voucher by its unit, and by its holder if that is another member;
//! the code is computed with the ledger's secrets when the line is run.

use super::pattern::{SLIP, STANDS_FOR};
use super::run::Runner;
use crate::command::Request;
use crate::engine::{Error, Ledger};
use crate::model::{GuessedCode, MemberId, NameKind};
use std::collections::BTreeMap;

/// An unknown code of the right form.
pub(super) const WRONG: &str = "0000-0000-0000-0000-0000";

/// Codes that members held at some time.
#[derive(Default)]
pub(super) struct Wallet {
    /// By holder and unit, the newest last.
    codes: BTreeMap<(String, String), Vec<String>>,
    /// Code that was used last.
    last: String,
}

impl Runner<'_> {
    /// The request with codes in place of placeholders.
    pub(super) fn with_codes(
        &mut self,
        request: &Request,
        name: Option<&str>,
    ) -> Result<Request, Error> {
        self.gather()?;
        let mut request = request.clone();
        for (kind, secret) in request.verb.secrets() {
            match kind {
                GuessedCode::Voucher => self.wallet.fill(secret, name),
                GuessedCode::Gift => self.fill_token(secret)?,
                GuessedCode::Claim => self.fill_claim(secret)?,
                GuessedCode::Activity => {}
            }
        }
        Ok(request)
    }

    fn fill_claim(&mut self, code: &mut String) -> Result<(), Error> {
        if let Some(key) = code.strip_prefix(SLIP) {
            let entry = self.ledger.find_key(key)?;
            let shown = entry.and_then(|entry| self.ledger.claim_code(&entry));
            *code = shown.unwrap_or_else(|| WRONG.into());
        }
        Ok(())
    }

    /// Collects the codes of all members' vouchers.
    fn gather(&mut self) -> Result<(), Error> {
        for (name, id) in &self.members {
            for (unit, code) in codes(&mut self.ledger, *id)? {
                let known = self.wallet.codes.entry((name.clone(), unit)).or_default();
                // Those that can be used now come last, the one that expires first at
                // the end.
                known.retain(|k| *k != code);
                known.push(code);
            }
        }
        Ok(())
    }
}

/// A member's usable vouchers, the one that expires first at the end.
fn codes(ledger: &mut Ledger, id: MemberId) -> Result<Vec<(String, String)>, Error> {
    let mut vouchers = ledger.vouchers(id)?;
    vouchers.retain(|(lot, _)| !lot.held.is_positive());
    vouchers.reverse();
    let names = &ledger.global().names;
    let named = vouchers
        .iter()
        .map(|(lot, code)| (names.text(NameKind::Unit, lot.unit), code.to_string()));
    Ok(named.collect())
}

impl Wallet {
    fn fill(&mut self, code: &mut String, name: Option<&str>) {
        let Some(meant) = code.strip_prefix(STANDS_FOR) else {
            return;
        };
        if let Some((holder, unit)) = meant.split_once(':') {
            let holder = if holder.is_empty() {
                name.unwrap_or_default()
            } else {
                holder
            };
            let held = self.codes.get(&(holder.to_owned(), unit.to_owned()));
            let found = held.and_then(|codes| codes.last());
            self.last = found.cloned().unwrap_or_else(|| WRONG.into());
        }
        code.clone_from(&self.last);
    }
}
