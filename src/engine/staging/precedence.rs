//! Choice of the refusal by precedence if several apply. Accepted commands
//! never get here: a refused command is examined once more, each check by
//! itself.

use crate::command::{Purchase, Request, Verb};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::staging::submit::Mode;
use crate::engine::verbs::foreign::check_sums;
use crate::model::{Act, Code, Day, Instant, MemberId, Number, Origin, Points, Refusal};
use crate::rules::office;
use crate::rules::state::Status;

/// Refusals that apply, as far as they are known.
struct Refusals(Vec<Refusal>);

impl Refusals {
    /// The result of a check that passed; a refusal is collected.
    fn take<T>(&mut self, checked: Result<T, Stop>) -> Result<Option<T>, Error> {
        match checked {
            Ok(found) => Ok(Some(found)),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::No(refusal)) => {
                self.0.push(refusal);
                Ok(None)
            }
        }
    }
}

impl Ledger {
    /// The first refusal by precedence of those that a command causes, one of
    /// which was found. The examination changes nothing.
    pub(in crate::engine) fn first_no(
        &mut self,
        request: &Request,
        mode: &Mode,
        found: Refusal,
    ) -> Result<Refusal, Error> {
        if found.code.precedence() == 0 || !has_one_way(&request.verb) {
            return Ok(found);
        }
        let mut refusals = Refusals(vec![found]);
        let origin = refusals
            .take(self.origin(request, mode))?
            .unwrap_or_default();
        let member = self.member_again(request, mode, &mut refusals)?;
        refusals.take(self.other_of(request))?;
        if let Some(head) = refusals.take(self.head(request, mode, origin, member))? {
            let open = office::check_day(self.global(), head.day);
            refusals.take(open.map_err(Stop::from))?;
        }
        refusals.take(self.check_history(mode, member))?;
        let act = match &request.verb {
            Verb::Purchase(purchase) => self.purchase_again(request, purchase, &mut refusals)?,
            _ => refusals.take(self.act(request))?,
        };
        self.key_again(request, member, act.as_ref(), &mut refusals)?;
        let first = refusals.0.into_iter().min_by_key(|no| no.code.precedence());
        first.ok_or_else(|| Error::internal("a refusal was lost"))
    }

    /// Checks what can be checked without a member before one is enrolled on
    /// the way, so that nobody is enrolled by a command that cannot be booked.
    pub(in crate::engine) fn check_before_enrolling(
        &mut self,
        request: &Request,
        origin: &Origin,
    ) -> Result<(), Stop> {
        let (act, _) = self.coded_act(request, origin, None)?;
        self.recorded(request, None, &act)?;
        let mut refusals = Refusals(Vec::new());
        if let Verb::Purchase(purchase) = &request.verb {
            self.check_sums(purchase, &mut refusals)?;
        }
        if let Some((unit, points, last)) = opened(&act) {
            let today = self.day_of(Instant(self.clock.now_micros()));
            let unit = self.programme()?.unit(unit);
            unit.map_or(Ok(()), |unit| {
                office::check_opening(unit, points, last, today)
            })?;
        }
        refusals.0.pop().map_or(Ok(()), |no| Err(no.into()))
    }

    /// The member, if active.
    fn member_again(
        &mut self,
        request: &Request,
        mode: &Mode,
        refusals: &mut Refusals,
    ) -> Result<Option<MemberId>, Error> {
        let Some(who) = &request.member else {
            return Ok(None);
        };
        let id = self.resolve(who)?;
        if id.is_none() && !mode.enrols(request) {
            let detail = crate::engine::verbs::erasure::unknown_member(&request.verb);
            refusals.0.push(Refusal::new(Code::UnknownMember, detail));
        }
        let member = id.and_then(|id| self.cache.member(id));
        if member.is_some_and(|m| m.status == Status::Erased) {
            refusals.0.push(crate::rules::decide::erased());
        }
        Ok(id)
    }

    /// Checks the names of a purchase, each by itself, and its sums.
    fn purchase_again(
        &mut self,
        request: &Request,
        purchase: &Purchase,
        refusals: &mut Refusals,
    ) -> Result<Option<Act>, Error> {
        for (n, tender) in purchase.tenders.iter().enumerate() {
            let alone = Purchase {
                tenders: vec![tender.clone()],
                discounts: Vec::new(),
                currency: None,
                ..purchase.clone()
            };
            let known = refusals.0.len();
            if let Some(bought) = refusals.take(self.purchase(&alone, request))? {
                refusals.take(self.vouchers_of(&Act::Purchase(Box::new(bought))))?;
            }
            for no in refusals.0.iter_mut().skip(known) {
                no.detail = no
                    .detail
                    .replacen("tenders[0]", &format!("tenders[{n}]"), 1);
            }
        }
        let plain = Purchase {
            tenders: Vec::new(),
            ..purchase.clone()
        };
        for discount in &purchase.discounts {
            refusals.take(self.campaign_or_none(&discount.campaign))?;
        }
        let without = Purchase {
            discounts: Vec::new(),
            currency: None,
            ..plain
        };
        refusals.take(self.foreign_currency(purchase).map(|_| ()))?;
        refusals.take(self.purchase(&without, request))?;
        self.check_sums(purchase, refusals)?;
        let act = self.act(request);
        refusals.take(act)
    }

    /// Checks that a purchase adds up, whatever its names mean.
    fn check_sums(&self, purchase: &Purchase, refusals: &mut Refusals) -> Result<(), Error> {
        let digits = refusals.take(self.digits_of(purchase))?;
        // Amounts in an unknown currency are read with the programme's decimals.
        let digits = digits.unwrap_or(self.programme()?.digits);
        refusals.take(check_sums(purchase, digits).map_err(Stop::from))?;
        Ok(())
    }

    /// Checks whether the key or the slip belongs to something else.
    fn key_again(
        &mut self,
        request: &Request,
        member: Option<MemberId>,
        act: Option<&Act>,
        refusals: &mut Refusals,
    ) -> Result<(), Error> {
        if let Some(act) = act {
            refusals.take(self.recorded(request, member, act))?;
            return Ok(());
        }
        // A command that cannot be named was never carried out, so the key was
        // another's.
        if request.key.is_some()
            && let Some(seq) = self.find_by_key(request.key.as_str())?
        {
            refusals
                .0
                .push(crate::engine::staging::submit::key_conflict(seq));
        }
        Ok(())
    }
}

/// An imported balance: the unit, the points, and the last day.
fn opened(act: &Act) -> Option<(Number, Points, Option<Day>)> {
    match act {
        Act::Imported { opening, .. } => opening.map(|(unit, points)| (unit, points, None)),
        Act::BalanceOpened {
            unit, points, last, ..
        } => Some((*unit, *points, Some(*last))),
        _ => None,
    }
}

/// True if a command is decided in the plain way.
fn has_one_way(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Purchase(_)
            | Verb::Redeem { .. }
            | Verb::Hold { .. }
            | Verb::Transfer { .. }
            | Verb::Return(_)
    )
}
