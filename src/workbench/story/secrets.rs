//! Vouchers, gifts and slips in stories. Their codes are secrets that no story can know, so a
//! story names a voucher by its unit, and by its holder if that is another member, a gift or a
//! slip by the key of its line; codes are computed with the ledger's secrets when a line is run.

use super::pattern::{GIFT, SLIP, STANDS_FOR};
use crate::command::Request;
use crate::engine::{self, Error, Ledger, Records};
use crate::model::{Entry, GuessedCode, MemberId, NameKind};
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

impl Wallet {
    /// The request of a member with codes in place of placeholders.
    pub fn with_codes(
        &mut self,
        (request, name): (&Request, Option<&str>),
        ledger: &mut Ledger,
        members: &BTreeMap<String, MemberId>,
    ) -> Result<Request, Error> {
        self.gather(ledger, members)?;
        let mut request = request.clone();
        for (kind, secret) in request.verb.secrets() {
            let code = match kind {
                GuessedCode::Voucher => self.code(secret, name),
                GuessedCode::Gift => shown(ledger, secret.strip_prefix(GIFT), engine::gift_token)?,
                GuessedCode::Claim => shown(ledger, secret.strip_prefix(SLIP), engine::claim_code)?,
                GuessedCode::Activity => None,
            };
            if let Some(code) = code {
                *secret = code;
            }
        }
        Ok(request)
    }

    /// Collects the codes of all members' vouchers.
    fn gather(
        &mut self,
        ledger: &mut Ledger,
        members: &BTreeMap<String, MemberId>,
    ) -> Result<(), Error> {
        for (name, id) in members {
            let mut vouchers = engine::vouchers(ledger, *id)?;
            vouchers.retain(|(lot, _)| !lot.held.is_positive());
            let names = &ledger.global().names;
            // Those that can be used now come last, the one that expires first at the end.
            for (lot, code) in vouchers.iter().rev() {
                let unit = names.text(NameKind::Unit, lot.unit);
                let known = self.codes.entry((name.clone(), unit)).or_default();
                let code = code.to_string();
                known.retain(|known| *known != code);
                known.push(code);
            }
        }
        Ok(())
    }

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

/// The code of the entry of a key, if a placeholder names one.
fn shown(
    ledger: &mut Ledger,
    key: Option<&str>,
    code: impl Fn(&Records, &Entry) -> Option<String>,
) -> Result<Option<String>, Error> {
    let Some(key) = key else {
        return Ok(None);
    };
    let entry = ledger.find_key(key)?;
    let shown = entry.and_then(|entry| code(ledger, &entry));
    Ok(Some(shown.unwrap_or_else(|| WRONG.into())))
}
