//! Vouchers in stories. Codes are secrets that no story can know, so a story
//! names a voucher by its unit, and by its holder where that is somebody else;
//! the ledger's own secrets tell the code when the line is run.

use super::options::Options;
use super::run::Runner;
use super::words::{Read, Words};
use crate::command::{Means, Request, TenderGiven, Verb, VoucherAsked, VoucherRef};
use crate::engine::{Error, Ledger};
use crate::model::{Day, MemberId, NameKind, Programme, UnitKind};
use std::collections::BTreeMap;

/// How a voucher stands in a request until the line is run.
const STANDS_FOR: &str = "story:";
/// How the slip of a purchase does.
const SLIP: &str = "slip:";
/// A code of the right form that is nobody's.
pub(super) const WRONG: &str = "0000-0000-0000-0000-0000";

/// Another such code for each line.
pub(super) fn wrong(words: &Words) -> String {
    format!("0000-0000-0000-0000-{:04}", words.line)
}

/// Codes that were in somebody's hands at some time.
#[derive(Default)]
pub(super) struct Wallet {
    /// By holder and unit, the newest last.
    codes: BTreeMap<(String, String), Vec<String>>,
    /// The code that was used last.
    last: String,
}

/// `voucher free-drink`, `voucher free-drink from bob`, `voucher again` (the
/// code used last), `voucher wrong` (nobody's); `worth 3.00` where the till says it.
pub(super) fn tender(words: &mut Words, programme: &Programme) -> Read<TenderGiven> {
    let text = match words.peek() {
        Some("again") => [STANDS_FOR, "again"].concat(),
        Some("wrong") => wrong(words),
        _ => String::new(),
    };
    let code = match text.is_empty() {
        false => {
            words.next();
            text
        }
        true => {
            let unit = unit(words, programme)?;
            let holder = match words.take("from") {
                true => words.need("a member's name")?.text,
                false => "",
            };
            stands_for(holder, &unit)
        }
    };
    let amount = match words.take("worth") {
        true => Some(super::options::money(words, programme)?),
        false => None,
    };
    Ok(TenderGiven {
        means: Means::Voucher(code),
        amount,
    })
}

pub(super) fn stands_for(holder: &str, unit: &str) -> String {
    format!("{STANDS_FOR}{holder}:{unit}")
}

/// The id of a unit of vouchers.
pub(super) fn unit(words: &mut Words, programme: &Programme) -> Read<String> {
    let vouchers = programme.units.iter();
    let vouchers = vouchers.filter(|u| u.kind == UnitKind::Voucher);
    let ids: Vec<&str> = vouchers.map(|u| u.id.as_str()).collect();
    words.one_of("a voucher", &ids)
}

/// What is asked of vouchers: `issue alice free-drink`, `withdraw alice free-drink`.
pub(super) fn asked(
    verb: &str,
    name: &str,
    words: &mut Words,
    programme: &Programme,
) -> Read<(Verb, Options)> {
    let unit = unit(words, programme)?;
    let expires = match words.take("until") {
        true => Some(words.read("a date such as 2026-12-31", Day::parse)?),
        false => None,
    };
    let mut options = Options::default();
    options.read(words, programme, &["because"])?;
    let reason = match options.because.as_str() {
        "" => "story".to_owned(),
        because => because.to_owned(),
    };
    let asked = match verb {
        "issue" => VoucherAsked::Issue {
            unit,
            expires,
            reason,
        },
        _ => VoucherAsked::Void {
            which: VoucherRef::Code(stands_for(name, &unit)),
            reason,
        },
    };
    Ok((Verb::Voucher(asked), options))
}

/// `claim alice slip KEY`: the purchase that was made under a key without a member.
pub(super) fn claimed(words: &mut Words, programme: &Programme) -> Read<(Verb, Options)> {
    let code = match words.take("wrong") {
        true => wrong(words),
        false => match words.one_of("what is claimed", &["slip", "gift", "points"])? {
            slip if slip == "slip" => {
                format!("{SLIP}{}", words.need("the key of a purchase")?.text)
            }
            what => return super::gifts::claimed(&what, words, programme),
        },
    };
    let mut options = Options::default();
    options.read(words, programme, &[])?;
    Ok((Verb::Claim { code }, options))
}

impl Runner<'_> {
    /// The request with codes in the place of what stands for them.
    pub(super) fn with_codes(
        &mut self,
        request: &Request,
        name: Option<&str>,
    ) -> Result<Request, Error> {
        self.gather()?;
        let mut request = request.clone();
        let wallet = &mut self.wallet;
        match &mut request.verb {
            Verb::Purchase(purchase) => {
                for tender in &mut purchase.tenders {
                    if let Means::Voucher(code) = &mut tender.means {
                        wallet.fill(code, name);
                    }
                }
            }
            Verb::Voucher(
                VoucherAsked::Void {
                    which: VoucherRef::Code(code),
                    ..
                }
                | VoucherAsked::Give {
                    which: VoucherRef::Code(code),
                },
            ) => wallet.fill(code, name),
            Verb::Voucher(VoucherAsked::Claim { token }) | Verb::ClaimPoints { token } => {
                self.fill_token(token)?;
            }
            Verb::Claim { code } => {
                if let Some(key) = code.strip_prefix(SLIP) {
                    let entry = self.ledger.find_key(key)?;
                    let shown = entry.and_then(|entry| self.ledger.claim_code(&entry));
                    *code = shown.unwrap_or_else(|| WRONG.into());
                }
            }
            _ => {}
        }
        Ok(request)
    }

    /// Learns the codes of everybody's vouchers.
    fn gather(&mut self) -> Result<(), Error> {
        for (name, id) in &self.members {
            for (unit, code) in codes(&mut self.ledger, *id)? {
                let known = self.wallet.codes.entry((name.clone(), unit)).or_default();
                // What can be used now stands at the end, the soonest to end last.
                known.retain(|k| *k != code);
                known.push(code);
            }
        }
        Ok(())
    }
}

/// A member's vouchers that could be used, the soonest to end last.
fn codes(ledger: &mut Ledger, id: MemberId) -> Result<Vec<(String, String)>, Error> {
    let mut vouchers = ledger.vouchers(id)?;
    vouchers.retain(|(lot, _)| !lot.held.is_positive());
    vouchers.reverse();
    let names = &ledger.house().names;
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
