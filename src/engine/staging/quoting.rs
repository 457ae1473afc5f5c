//! Quotes: a command is decided and discarded. For a sale one quote returns the
//! discounts to give and the points to announce.

use crate::answer::{Accepted, Answer};
use crate::command::{DiscountGiven, Means, Purchase, Request, TenderGiven, Verb};
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::programmes::taking_effect;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{payment, submit};
use crate::engine::verbs::guessing::has_wrong_code;
use crate::engine::verbs::{foreign, guessing};
use crate::engine::{Ledger, Records};
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

/// Decides a command, returns its answer, and discards its effects; `with`
/// another programme than the one in force.
///
/// # Errors
/// Errors; a refusal is an answer.
pub fn quote(
    ledger: &mut Ledger,
    request: &Request,
    with: Option<Compiled>,
) -> Result<Answer, Error> {
    Ok(quote_told(ledger, request, with)?.0)
}

/// [`quote`], with the entries that would be made.
///
/// # Errors
/// The same.
pub fn quote_told(
    ledger: &mut Ledger,
    request: &Request,
    with: Option<Compiled>,
) -> Result<(Answer, Vec<Entry>), Error> {
    let told = quoting(ledger, with, |ledger| tried_out(ledger, request, false))?;
    count_guess(ledger, request, &told.answer)?;
    Ok((told.answer, told.entries))
}

/// Counts a wrong code in a quote like one in a sale, unless the disk is read-only.
fn count_guess(ledger: &mut Ledger, request: &Request, answer: &Answer) -> Result<(), Error> {
    if has_wrong_code(answer) && !ledger.options.is_reading && !ledger.writer.is_back() {
        guessing::note_guess(ledger, request, &Mode::default())?;
        ledger.commit()?;
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
    ledger: &mut Ledger,
    request: &Request,
    with: Option<Compiled>,
) -> Result<Answer, Error> {
    let answer = quoting(ledger, with, |ledger| quoted_usable(ledger, request))?;
    count_guess(ledger, request, &answer)?;
    Ok(answer)
}

/// Quotes like [`quote_discounted`]. If the command is for an instant to
/// come, the ledger is as it will be then, as far as known: what falls due for its
/// members until then is booked first, under `with`, or under the programme that is
/// scheduled by then, or under the one in force.
///
/// # Errors
/// The same.
pub fn quote_ahead(
    ledger: &mut Ledger,
    request: &Request,
    with: Option<Compiled>,
) -> Result<Answer, Error> {
    let now = ledger.clock.now_micros();
    let Some((at, _)) = request.at.filter(|(at, _)| at.0 > now) else {
        return quote_discounted(ledger, request, with);
    };
    ledger.commit()?;
    taking_effect::take_schedules(ledger)?;
    let with = match with {
        Some(draft) => Some(draft),
        None => taking_effect::scheduled_by(ledger, at)?,
    };
    let then = Arc::new(SteppingClock::new(at.0, 0));
    let clock = std::mem::replace(&mut ledger.clock, then);
    let was_accepted = std::mem::replace(&mut ledger.options.is_clock_accepted, true);
    let told = with_programme(ledger, with, |ledger| quoted_usable(ledger, request));
    ledger.clock = clock;
    ledger.options.is_clock_accepted = was_accepted;
    let answer = told?;
    count_guess(ledger, request, &answer)?;
    Ok(answer)
}

fn quoted_usable(ledger: &mut Ledger, request: &Request) -> Result<Answer, Error> {
    Ok(quoted(ledger, request, true)?.0)
}

/// Quotes like [`quote_discounted`], but counts no wrong code; also
/// returns the sale with the discounts of campaigns, if they propose any.
pub(in crate::engine) fn quoted_in_the_end(
    ledger: &mut Ledger,
    request: &Request,
) -> Result<(Answer, Option<Request>), Error> {
    quoting(ledger, None, |ledger| quoted(ledger, request, false))
}

fn quoted(
    ledger: &mut Ledger,
    request: &Request,
    is_usable_told: bool,
) -> Result<(Answer, Option<Request>), Error> {
    let plain = tried_out(ledger, request, is_usable_told)?;
    if let Some((discounted, total)) = discounted(ledger, request, &plain.entries) {
        let mut told = tried_out(ledger, &discounted, is_usable_told)?;
        if let Answer::Accepted(answer) = &mut told.answer {
            tell_to_pay(ledger, answer, &discounted, total)?;
            return Ok((with_usable(ledger, told, &discounted)?, Some(discounted)));
        }
    }
    Ok((with_usable(ledger, plain, request)?, None))
}

/// Adds to the answer about a sale the most points that could pay for it.
fn with_usable(records: &Records, tried: TriedOut, sold: &Request) -> Result<Answer, Error> {
    let mut answer = tried.answer;
    if let Answer::Accepted(accepted) = &mut answer {
        let (view, paid_in) = (records.view()?, payment::bill_currency(records, sold));
        let usable = tried.usable.iter();
        let usable = usable.map(|option| view.usable(option, paid_in.as_ref()));
        accepted.usable = usable.collect();
    }
    Ok(answer)
}

/// Sets the amount to pay for a sale with proposed discounts: `total`, in
/// the currency of the sale.
fn tell_to_pay(
    records: &Records,
    answer: &mut Accepted,
    discounted: &Request,
    total: Money,
) -> Result<(), Error> {
    let own = records.programme()?.digits;
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
    ledger: &mut Ledger,
    with: Option<Compiled>,
    ask: impl FnOnce(&mut Ledger) -> Result<T, Error>,
) -> Result<T, Error> {
    ledger.commit()?;
    taking_effect::take_schedules(ledger)?;
    with_programme(ledger, with, ask)
}

/// Runs some work with a programme in place of the one in force.
fn with_programme<T>(
    ledger: &mut Ledger,
    with: Option<Compiled>,
    work: impl FnOnce(&mut Ledger) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(draft) = with else {
        return work(ledger);
    };
    let real = ledger.policy.replace(Arc::new(draft));
    ledger.is_pilot_off = true;
    let told = work(ledger);
    (ledger.policy, ledger.is_pilot_off) = (real, false);
    told
}

/// Decides a command in a dry run; `is_usable_told` asks for payment options as well.
fn tried_out(
    ledger: &mut Ledger,
    request: &Request,
    is_usable_told: bool,
) -> Result<TriedOut, Error> {
    let before = ledger.global().next_seq;
    open_page::dry_run(ledger, |ledger| {
        let usable = match is_usable_told {
            true => payment::usable(ledger, request)?,
            false => Vec::new(),
        };
        let answer = submit::stage_for_quote(ledger, request, Mode::default())?;
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
fn discounted(records: &Records, request: &Request, entries: &[Entry]) -> Option<(Request, Money)> {
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
    let names = &records.global().names;
    let proposed = entries.iter().flat_map(|entry| &entry.effects);
    let currency = foreign::foreign_currency(records, sale).ok()?;
    let by = currency.map(|currency| foreign::conversion(records, currency, currency.rate));
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
