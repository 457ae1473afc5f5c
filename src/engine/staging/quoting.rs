//! Quotes: a command is decided and discarded. For a sale one quote returns the
//! discounts to give and the points to announce.

use crate::answer::{Accepted, Answer};
use crate::command::{DiscountGiven, Means, Purchase, Request, TenderGiven, Verb};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::submit::Mode;
use crate::engine::verbs::guessing::has_wrong_code;
use crate::model::{Effect, Entry, Money, NameKind, currency_digits};
use crate::policy::Compiled;
use crate::rules::purchase::payment_options::PointsOption;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;

/// Outcome of a command in a dry run.
struct TriedOut {
    answer: Answer,
    /// Entries that would be made.
    entries: Vec<Entry>,
    /// Units that could pay for the sale, as of before it.
    usable: Vec<PointsOption>,
}

impl Ledger {
    /// Decides a command, returns its answer, and discards its effects; `with`
    /// another programme than the one in force.
    ///
    /// # Errors
    /// Errors; a refusal is an answer.
    pub fn quote(&mut self, request: &Request, with: Option<Compiled>) -> Result<Answer, Error> {
        Ok(self.quote_told(request, with)?.0)
    }

    /// [`Ledger::quote`], with the entries that would be made.
    ///
    /// # Errors
    /// The same.
    pub fn quote_told(
        &mut self,
        request: &Request,
        with: Option<Compiled>,
    ) -> Result<(Answer, Vec<Entry>), Error> {
        let told = self.quoting(with, |ledger| ledger.tried_out(request, false))?;
        self.count_guess(request, &told.answer)?;
        Ok((told.answer, told.entries))
    }

    /// Counts a wrong code in a quote like one in a sale, unless the disk is read-only.
    fn count_guess(&mut self, request: &Request, answer: &Answer) -> Result<(), Error> {
        if has_wrong_code(answer) && !self.options.is_reading && !self.writer.is_back() {
            self.note_guess(request, &Mode::default())?;
            self.commit()?;
        }
        Ok(())
    }

    /// Quotes a sale as it will be sold: with the discounts that its campaigns
    /// propose, if it has none of theirs yet, so that its points are those it
    /// will earn. `to_pay` in the answer is the total after them.
    ///
    /// # Errors
    /// The same.
    pub fn quote_discounted(
        &mut self,
        request: &Request,
        with: Option<Compiled>,
    ) -> Result<Answer, Error> {
        let answer = self.quoting(with, |ledger| ledger.quoted_usable(request))?;
        self.count_guess(request, &answer)?;
        Ok(answer)
    }

    /// Quotes like [`Ledger::quote_discounted`]. If the command is for an instant to
    /// come, the ledger is as it will be then, as far as known: what falls due for its
    /// members until then is booked first, under `with`, or under the programme that is
    /// scheduled by then, or under the one in force.
    ///
    /// # Errors
    /// The same.
    pub fn quote_ahead(
        &mut self,
        request: &Request,
        with: Option<Compiled>,
    ) -> Result<Answer, Error> {
        let now = self.clock.now_micros();
        let Some((at, _)) = request.at.filter(|(at, _)| at.0 > now) else {
            return self.quote_discounted(request, with);
        };
        self.commit()?;
        self.take_schedules()?;
        let with = match with {
            Some(draft) => Some(draft),
            None => self.scheduled_by(at)?,
        };
        let then = Arc::new(SteppingClock::new(at.0, 0));
        let clock = std::mem::replace(&mut self.clock, then);
        let was_accepted = std::mem::replace(&mut self.options.is_clock_accepted, true);
        let told = self.with_programme(with, |ledger| ledger.quoted_usable(request));
        self.clock = clock;
        self.options.is_clock_accepted = was_accepted;
        let answer = told?;
        self.count_guess(request, &answer)?;
        Ok(answer)
    }

    fn quoted_usable(&mut self, request: &Request) -> Result<Answer, Error> {
        Ok(self.quoted(request, true)?.0)
    }

    /// Quotes like [`Ledger::quote_discounted`], but counts no wrong code; also
    /// returns the sale with the discounts of campaigns, if they propose any.
    pub(in crate::engine) fn quoted_in_the_end(
        &mut self,
        request: &Request,
    ) -> Result<(Answer, Option<Request>), Error> {
        self.quoting(None, |ledger| ledger.quoted(request, false))
    }

    fn quoted(
        &mut self,
        request: &Request,
        is_usable_told: bool,
    ) -> Result<(Answer, Option<Request>), Error> {
        let plain = self.tried_out(request, is_usable_told)?;
        if let Some((discounted, total)) = self.discounted(request, &plain.entries) {
            let mut told = self.tried_out(&discounted, is_usable_told)?;
            if let Answer::Accepted(answer) = &mut told.answer {
                self.tell_to_pay(answer, &discounted, total)?;
                return Ok((self.with_usable(told, &discounted)?, Some(discounted)));
            }
        }
        Ok((self.with_usable(plain, request)?, None))
    }

    /// Adds to the answer about a sale the most points that could pay for it.
    fn with_usable(&self, tried: TriedOut, sold: &Request) -> Result<Answer, Error> {
        let mut answer = tried.answer;
        if let Answer::Accepted(accepted) = &mut answer {
            let (view, paid_in) = (self.view()?, self.bill_currency(sold));
            let usable = tried.usable.iter();
            let usable = usable.map(|option| view.usable(option, paid_in.as_ref()));
            accepted.usable = usable.collect();
        }
        Ok(answer)
    }

    /// Sets the amount to pay for a sale with proposed discounts: `total`, in
    /// the currency of the sale.
    fn tell_to_pay(
        &self,
        answer: &mut Accepted,
        discounted: &Request,
        total: Money,
    ) -> Result<(), Error> {
        let own = self.programme()?.digits;
        let (Some(paid), Verb::Purchase(sale)) = (&mut answer.foreign, &discounted.verb) else {
            answer.to_pay = Some(total.display(own));
            return Ok(());
        };
        let digits = currency_digits(&paid.currency).unwrap_or(own);
        let proposed = sale.discounts.iter().filter(|d| !d.campaign.is_empty());
        paid.discounts = proposed.map(|d| d.amount.display(digits)).collect();
        paid.to_pay = Some(total.display(digits));
        answer.to_pay = Some(paid.counted.clone());
        Ok(())
    }

    /// Runs a quote with a programme in place of the one in force.
    fn quoting<T>(
        &mut self,
        with: Option<Compiled>,
        ask: impl FnOnce(&mut Ledger) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.commit()?;
        self.take_schedules()?;
        self.with_programme(with, ask)
    }

    /// Runs some work with a programme in place of the one in force.
    fn with_programme<T>(
        &mut self,
        with: Option<Compiled>,
        work: impl FnOnce(&mut Ledger) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(draft) = with else {
            return work(self);
        };
        let real = self.policy.replace(Arc::new(draft));
        self.is_pilot_off = true;
        let told = work(self);
        (self.policy, self.is_pilot_off) = (real, false);
        told
    }

    /// Decides a command in a dry run; `is_usable_told` asks for payment options as well.
    fn tried_out(&mut self, request: &Request, is_usable_told: bool) -> Result<TriedOut, Error> {
        let before = self.global().next_seq;
        self.dry_run(|ledger| {
            let usable = match is_usable_told {
                true => ledger.usable(request)?,
                false => Vec::new(),
            };
            let answer = ledger.stage_for_quote(request, Mode::default())?;
            let entries = (before..ledger.global().next_seq).map(|seq| ledger.entry(seq));
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            Ok(TriedOut {
                answer,
                entries: entries.into_iter().flatten().collect(),
                usable,
            })
        })
    }

    /// A sale with the discounts that its entries propose, and its total after
    /// them; None if they propose none, or it has some of theirs already.
    fn discounted(&self, request: &Request, entries: &[Entry]) -> Option<(Request, Money)> {
        let Verb::Purchase(sale) = &request.verb else {
            return None;
        };
        if sale
            .discounts
            .iter()
            .any(|given| !given.campaign.is_empty())
        {
            return None;
        }
        let names = &self.global().names;
        let proposed = entries.iter().flat_map(|entry| &entry.effects);
        let currency = self.foreign_currency(sale).ok()?;
        let by = currency.map(|currency| self.conversion(currency, currency.rate));
        let by = by.transpose().ok()?;
        let in_its_currency = |counted| match &by {
            Some(by) => by.paid(counted).unwrap_or(Money::ZERO),
            None => counted,
        };
        let proposed: Vec<DiscountGiven> = proposed
            .filter_map(|effect| match effect {
                Effect::Discounted {
                    campaign,
                    amount,
                    why,
                    lines,
                } if amount.is_positive() => Some(DiscountGiven {
                    campaign: names.text(NameKind::Campaign, *campaign),
                    amount: in_its_currency(*amount),
                    why: why.clone(),
                    lines: lines.clone(),
                }),
                _ => None,
            })
            .collect();
        let off = Money::sum(proposed.iter().map(|given| given.amount))?;
        let total = sale.total.minus(off).filter(|_| !proposed.is_empty())?;
        let discounts = sale.discounts.iter().cloned().chain(proposed);
        let sale = Purchase {
            total,
            discounts: discounts.collect(),
            tenders: paid_in_the_end(sale, total)?,
            ..(**sale).clone()
        };
        let verb = Verb::Purchase(Box::new(sale));
        let request = Request {
            verb,
            ..request.clone()
        };
        Some((request, total))
    }
}

/// The member's own tenders of a sale, and the rest of another total in money;
/// None if the sale states no tenders, or they pay more.
fn paid_in_the_end(sale: &Purchase, total: Money) -> Option<Vec<TenderGiven>> {
    let is_own = |t: &&TenderGiven| t.means.is_own();
    let mut tenders: Vec<TenderGiven> = sale.tenders.iter().filter(is_own).cloned().collect();
    if tenders.is_empty() {
        return Some(tenders);
    }
    // If the amount of a reward or a voucher is left to the ledger, so is the rest.
    if let Some(paid) = tenders.iter().map(|t| t.amount).collect::<Option<Vec<_>>>() {
        let rest = total.minus(Money::sum(paid)?)?;
        if rest < Money::ZERO {
            return None;
        }
        tenders.push(TenderGiven {
            means: Means::Cash,
            amount: Some(rest),
            lines: Vec::new(),
        });
    }
    Some(tenders)
}
