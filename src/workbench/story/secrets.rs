//! Vouchers, gifts and slips in stories. Their codes are secrets that no story can know, so a
//! story names a voucher by its unit, and by its holder if that is another member, a gift or a
//! slip by the key of its line; codes are computed with the ledger's secrets when a line is run.

use super::pattern::{GIFT, SLIP, STANDS_FOR};
use super::run::Runner;
use crate::command::Request;
use crate::engine;
use crate::engine::Error;
use crate::model::{Entry, GuessedCode, NameKind};
use std::collections::BTreeMap;

/// An unknown code of the right form.
const WRONG: &str = "0000-0000-0000-0000-0000";

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
            let code = match kind {
                GuessedCode::Voucher => self.wallet.code(secret, name),
                GuessedCode::Gift => self.shown(secret, GIFT, engine::gift_token)?,
                GuessedCode::Claim => self.shown(secret, SLIP, engine::claim_code)?,
                GuessedCode::Activity => None,
            };
            if let Some(code) = code {
                *secret = code;
            }
        }
        Ok(request)
    }

    /// The code of the entry whose key a placeholder names.
    fn shown(
        &mut self,
        placeholder: &str,
        prefix: &str,
        code: impl Fn(&engine::Records, &Entry) -> Option<String>,
    ) -> Result<Option<String>, Error> {
        let Some(key) = placeholder.strip_prefix(prefix) else {
            return Ok(None);
        };
        let entry = self.ledger.find_key(key)?;
        let shown = entry.and_then(|entry| code(&self.ledger, &entry));
        Ok(Some(shown.unwrap_or_else(|| WRONG.into())))
    }

    /// Collects the codes of all members' vouchers.
    fn gather(&mut self) -> Result<(), Error> {
        for (name, id) in &self.members {
            let mut vouchers = engine::vouchers(&mut self.ledger, *id)?;
            vouchers.retain(|(lot, _)| !lot.held.is_positive());
            let names = &self.ledger.global().names;
            // Those that can be used now come last, the one that expires first at the end.
            for (lot, code) in vouchers.iter().rev() {
                let unit = names.text(NameKind::Unit, lot.unit);
                let known = self.wallet.codes.entry((name.clone(), unit)).or_default();
                let code = code.to_string();
                known.retain(|known| *known != code);
                known.push(code);
            }
        }
        Ok(())
    }
}

impl Wallet {
    /// The code that a placeholder `story:HOLDER:UNIT` stands for, or the one used last.
    fn code(&mut self, placeholder: &str, name: Option<&str>) -> Option<String> {
        let meant = placeholder.strip_prefix(STANDS_FOR)?;
        if let Some((holder, unit)) = meant.split_once(':') {
            let holder = match holder {
                "" => name.unwrap_or_default(),
                holder => holder,
            };
            let held = self.codes.get(&(holder.to_owned(), unit.to_owned()));
            let found = held.and_then(|codes| codes.last());
            self.last = found.cloned().unwrap_or_else(|| WRONG.into());
        }
        Some(self.last.clone())
    }
}
