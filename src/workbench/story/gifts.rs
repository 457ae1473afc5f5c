//! Gifts in stories. A token is a secret that no story can know, so a story
//! names the gift by the key of the line that gave it.

use super::pattern::GIFT;
use super::run::Runner;
use super::vouchers::WRONG;
use crate::answer::Answer;
use crate::command::{Request, Verb, VoucherAsked};
use crate::engine::Error;

impl Runner<'_> {
    /// Replaces the placeholder of a gift with its token.
    pub(super) fn fill_token(&mut self, token: &mut String) -> Result<(), Error> {
        let Some(key) = token.strip_prefix(GIFT) else {
            return Ok(());
        };
        let entry = self.ledger.find_key(key)?;
        let shown = entry.and_then(|entry| self.ledger.gift_token(&entry));
        *token = shown.unwrap_or_else(|| WRONG.into());
        Ok(())
    }

    /// Records an unnamed claimer of a gift.
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
