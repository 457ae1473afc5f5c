//! Lookup of a member for a till: standing, payment options and quote, read together.

use crate::answer::{self, Answer, Now, View};
use crate::command::Request;
use crate::engine::Ledger;
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::{payment, quoting};
use crate::model::{Instant, MemberId};
use crate::rules::purchase::foreign::BillCurrency;
use crate::rules::purchase::payment_options::{self, PaymentOptions};
use crate::rules::state::Member;

/// A member as a till sees them.
pub struct LookedUp {
    /// Standing of the member now.
    pub now: Now,
    /// State of the member, with everything due by now booked.
    pub member: Member,
    /// Quote of the bill: points it would earn, and discounts to give; None
    /// without a bill.
    pub quote: Option<Answer>,
    /// Payment options of the bill after its discounts; without a bill that can
    /// be sold, the rewards that could be redeemed.
    pub options: PaymentOptions,
    /// Currency that the bill is paid in, if it is not the programme's.
    pub paid_in: Option<BillCurrency>,
}

/// Reads a member and the payment options for a bill. Tenders of the bill
/// are left out, since they are the question, and a lookup must not serve
/// to guess codes. Books and counts nothing. None if there is no such
/// member. Complexity: one quote, one check for each reward, voucher and
/// unit, and the entries that gave the vouchers.
///
/// # Errors
/// I/O errors.
pub fn lookup(
    ledger: &mut Ledger,
    id: MemberId,
    bill: Option<&Request>,
) -> Result<Option<LookedUp>, Error> {
    let bill = bill.map(payment::without_tenders);
    let (quote, sold) = match &bill {
        None => (None, None),
        Some(request) => {
            let (answer, sold) = quoting::quoted_in_the_end(ledger, request)?;
            let sold = answer
                .is_ok()
                .then(|| sold.unwrap_or_else(|| request.clone()));
            (Some(answer), sold)
        }
    };
    ledger.commit()?;
    let paid_in = bill
        .as_ref()
        .and_then(|bill| payment::bill_currency(ledger, bill));
    open_page::dry_run(ledger, |ledger| {
        if ledger.member(id)?.is_none() {
            return Ok(None);
        }
        let own = ledger.ledger_head();
        let options = payment::options(ledger, id, &own, sold.as_ref(), payment_options::of);
        let options = payment::unless_refused(options)?;
        let view = View {
            global: ledger.global(),
            policy: ledger.policy()?.as_ref(),
            checkpoint: None,
            now: Instant(ledger.clock.now_micros()).max(own.effective),
        };
        let member = ledger.cache.member(id);
        Ok(member.map(|member| LookedUp {
            now: answer::standing(&view, member),
            member: member.clone(),
            quote,
            options,
            paid_in,
        }))
    })
}
