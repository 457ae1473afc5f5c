//! Gifts in stories. A token is a secret that no story can know, so a story
//! names the gift by the key of the line that gave it.

use super::options::Options;
use super::run::Runner;
use super::vouchers::{WRONG, stands_for, unit, wrong};
use super::words::{Read, Words};
use crate::answer::Answer;
use crate::command::{Request, Verb, VoucherAsked, VoucherRef};
use crate::engine::Error;
use crate::model::Programme;

/// How a token stands in a request until the line is run.
const GIFT: &str = "gift:";

/// `give alice free-drink key g1`
pub(super) fn given(name: &str, words: &mut Words, programme: &Programme) -> Read<(Verb, Options)> {
    let unit = unit(words, programme)?;
    let mut options = Options::default();
    options.read(words, programme, &[])?;
    let which = VoucherRef::Code(stands_for(name, &unit));
    Ok((Verb::Voucher(VoucherAsked::Give { which }), options))
}

/// `claim bob gift g1`, `claim bob gift wrong`, `claim bob points t1`; with
/// `unnamed`, whoever the story calls bob is no member.
pub(super) fn claimed(
    what: &str,
    words: &mut Words,
    programme: &Programme,
) -> Read<(Verb, Options)> {
    let token = token(words)?;
    let is_unnamed = words.take("unnamed");
    let mut options = Options {
        is_unnamed,
        ..Options::default()
    };
    options.read(words, programme, &[])?;
    let verb = match what {
        "gift" => Verb::Voucher(VoucherAsked::Claim { token }),
        _ => Verb::ClaimPoints { token },
    };
    Ok((verb, options))
}

fn token(words: &mut Words) -> Read<String> {
    match words.take("wrong") {
        true => Ok(wrong(words)),
        false => Ok([GIFT, words.need("the key of a gift")?.text].concat()),
    }
}

impl Runner<'_> {
    /// Puts the token of a gift in the place of what stands for it.
    pub(super) fn fill_token(&mut self, token: &mut String) -> Result<(), Error> {
        let Some(key) = token.strip_prefix(GIFT) else {
            return Ok(());
        };
        let entry = self.ledger.find_key(key)?;
        let shown = entry.and_then(|entry| self.ledger.gift_token(&entry));
        *token = shown.unwrap_or_else(|| WRONG.into());
        Ok(())
    }

    /// Learns who claimed a gift without a name.
    pub(super) fn meet_unnamed(
        &mut self,
        name: Option<&String>,
        request: &Request,
        answer: &Answer,
    ) {
        let is_claim = matches!(request.verb, Verb::Voucher(VoucherAsked::Claim { .. }));
        if let (Some(name), Answer::Accepted(done), true, None) =
            (name, answer, is_claim, &request.member)
        {
            let id = done
                .member
                .as_deref()
                .and_then(crate::model::MemberId::parse);
            self.members.extend(id.map(|id| (name.clone(), id)));
        }
    }
}
