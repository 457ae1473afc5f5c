//! A sale that was booked on the wrong card: it is voided and booked on the
//! right one, as if the till had sent the two commands one after the other.

use crate::answer::{Answer, Reassigned, ReassignedPart};
use crate::command::{
    DiscountGiven, EntryRef, Means, Purchase, Request, SaleRef, Source, TenderGiven, Verb, Who,
};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::{Stop, no};
use crate::engine::staging::submit::{Mode, Staged, key_conflict};
use crate::engine::verbs::tickets::{is_first_part, part_key};
use crate::model::{
    self, Act, Code, Entry, MemberId, NameKind, Operator, Refusal, TenderKind, minutes_of,
};

impl Ledger {
    /// Voids a sale and books it on another member's card: both, or neither.
    pub(in crate::engine) fn stage_reassignment(
        &mut self,
        request: &Request,
        mode: &Mode,
        (of, to, reason): (&SaleRef, &Who, &str),
    ) -> Result<Staged, Stop> {
        let Some(right) = self.resolve(to)? else {
            let detail = "to: nobody is known by that; enrol them first";
            return no(Code::UnknownMember, detail);
        };
        if let Some(entries) = self.reassigned_before(request, (of, to, reason))? {
            return Ok(Staged::Together {
                entries,
                repeats: Some(request.key.clone()),
            });
        }
        let seq = self.sale_ref(request, of)?;
        let entry = self.entry(seq)?;
        let entry =
            entry.ok_or_else(|| Error::damage(format!("entry {seq} cannot be read back")))?;
        let Act::Purchase(sale) = &entry.act else {
            let detail = format!(
                "of: entry {seq} is {}, and only a sale can be moved",
                entry.act.kind()
            );
            return no(Code::NotReversible, detail);
        };
        if let Some(id) = entry.member()
            && self.resolve(&Who::Id(id))? == Some(right)
        {
            return no(Code::AlreadySo, "to: the sale is that member's already");
        }
        let undo = Request {
            key: part_key(&request.key, 0)?,
            verb: Verb::Void {
                of: SaleRef::Entry(EntryRef::Seq(seq)),
                reason: reason.to_owned(),
            },
            ..request.clone()
        };
        let book = Request {
            key: request.key.clone(),
            member: Some(to.clone()),
            at: Some(when(&entry, &self.programme()?.calendar)),
            source: self.source_of(request, &entry),
            is_clock_accepted: request.is_clock_accepted,
            is_training: false,
            id: None,
            slip: None,
            verb: Verb::Purchase(Box::new(self.as_sent((seq, entry.member()), sale)?)),
        };
        // The sale was in time; only its member was unknown.
        let mode = Mode {
            is_late: true,
            ..*mode
        };
        self.stage_together(request, &mode, &[undo, book])
            .map_err(|stop| match stop {
                Stop::No(refusal) => with_remedy(seq, refusal).into(),
                stop => stop,
            })
    }

    /// The two entries of the same command, if it was carried out before.
    fn reassigned_before(
        &mut self,
        request: &Request,
        (of, to, reason): (&SaleRef, &Who, &str),
    ) -> Result<Option<Vec<Entry>>, Stop> {
        if !request.key.is_some() {
            return Ok(None);
        }
        let undo = part_key(&request.key, 0)?;
        let (undone, booked) = (
            self.find_by_key(undo.as_str())?,
            self.find_by_key(request.key.as_str())?,
        );
        let Some(used) = booked.or(undone) else {
            return Ok(None);
        };
        let both = match (undone, booked) {
            (Some(undone), Some(booked)) => (self.entry(undone)?, self.entry(booked)?),
            _ => (None, None),
        };
        let (Some(undone), Some(booked)) = both else {
            return Err(key_conflict(used).into());
        };
        let Act::Reversal {
            of: sale,
            reason: given,
        } = &undone.act
        else {
            return Err(key_conflict(used).into());
        };
        let is_same_sale = match of {
            SaleRef::Entry(of) => {
                let seq = self.entry_ref(of)?;
                self.sales_of(seq)?.contains(sale)
            }
            SaleRef::Slip(slip) => {
                let sold = self.entry(*sale)?;
                sold.is_some_and(|sold| self.is_of_slip(&sold, slip))
            }
        };
        let is_same_member = match booked.member() {
            Some(id) => self.resolve(&Who::Id(id))? == self.resolve(to)?,
            None => false,
        };
        let is_sale = matches!(booked.act, Act::Purchase(_));
        match is_sale && is_same_sale && is_same_member && given == reason {
            true => Ok(Some(vec![undone, booked])),
            false => Err(key_conflict(used).into()),
        }
    }

    /// Source of a sale, with the operator who corrects it.
    fn source_of(&self, request: &Request, sale: &Entry) -> Source {
        let origin = &sale.head.origin;
        let of_sale = |by: &Operator| by.id.clone();
        let operator = match request.source.operator.as_str() {
            "" => origin.operator.as_ref().map_or_else(String::new, of_sale),
            said => said.to_owned(),
        };
        Source {
            store: self.store_of(&origin.place),
            terminal: origin.terminal.clone(),
            counter: None,
            operator,
            approval: request.source.approval.clone(),
            channel: origin.channel.clone(),
        }
    }

    /// Reconstructs a sale as the till sent it.
    fn as_sent(
        &mut self,
        (seq, member): (u64, Option<MemberId>),
        sale: &model::Purchase,
    ) -> Result<Purchase, Stop> {
        let names = &self.global().names;
        let discount = |d: &model::Discount| DiscountGiven {
            campaign: match d.campaign {
                0 => String::new(),
                number => names.text(NameKind::Campaign, number),
            },
            amount: d.amount,
            why: d.why.clone(),
            lines: d.lines.clone(),
        };
        let discounts = sale.discounts.iter().map(discount).collect();
        let mut tenders = Vec::with_capacity(sale.tenders.len());
        for tender in &sale.tenders {
            tenders.push(TenderGiven {
                means: self.means_of((seq, member), &tender.kind)?,
                amount: Some(tender.amount),
                lines: tender.lines.clone(),
            });
        }
        Ok(Purchase {
            claim: None,
            total: sale.total,
            currency: None,
            foreign: sale.foreign.clone(),
            lines: sale.lines.clone(),
            charges: sale.charges.clone(),
            discounts,
            tenders,
            by: sale.by,
            receipt: sale.receipt.clone(),
            order: sale.order.clone(),
            codes: sale.codes.clone(),
            books_if_short: sale.book_if_short,
            is_enrolling: false,
        })
    }

    /// Means of payment as the till sent it. A voucher pays for whoever brings
    /// its code, so it pays again.
    fn means_of(
        &mut self,
        (seq, member): (u64, Option<MemberId>),
        kind: &TenderKind,
    ) -> Result<Means, Stop> {
        if let TenderKind::Voucher { code } = kind {
            return match self.is_used_without_code(code, member)? {
                true => of_other_card(seq),
                false => Ok(Means::UsedVoucher(*code)),
            };
        }
        let names = &self.global().names;
        Ok(match kind {
            TenderKind::Cash => Means::Cash,
            TenderKind::Card => Means::Card,
            TenderKind::Mobile => Means::Mobile,
            TenderKind::GiftCard => Means::GiftCard,
            TenderKind::Points { unit, points } => Means::Points {
                unit: names.text(NameKind::Unit, *unit),
                points: self.programme()?.decimal(*unit, *points),
            },
            TenderKind::Reward { reward } => Means::Reward(names.text(NameKind::Reward, *reward)),
            TenderKind::Voucher { .. } | TenderKind::Held { .. } => return of_other_card(seq),
            TenderKind::Other(name) => Means::Other(name.clone()),
        })
    }

    /// True if a voucher may have been used because of the card that was
    /// scanned, rather than by its code.
    fn is_used_without_code(
        &mut self,
        code: &[u8; 32],
        member: Option<MemberId>,
    ) -> Result<bool, Stop> {
        let Some(found) = self.voucher(code)? else {
            return Ok(false);
        };
        let member = member.map(|id| self.resolve(&Who::Id(id))).transpose()?;
        let unit = self.programme()?.unit(found.unit);
        let is_open = unit.is_some_and(|unit| unit.voucher.is_open_to_holder);
        Ok(is_open && member.flatten() == Some(found.holder))
    }

    /// The sale that an entry stands for: the one that it claims, or that was
    /// booked in its place on another card.
    ///
    /// # Errors
    /// I/O errors.
    pub fn standing_sale(&mut self, seq: u64) -> Result<u64, Error> {
        let sales = self.sales_of(seq)?;
        Ok(sales.last().copied().unwrap_or(seq))
    }

    /// The sale of an entry, and those that were booked in its place one after
    /// the other.
    fn sales_of(&mut self, seq: u64) -> Result<Vec<u64>, Error> {
        let mut seq = self.claimed_sale(seq)?;
        let mut sales = vec![seq];
        while let Some(next) = self.moved_to(seq)? {
            sales.push(next);
            seq = next;
        }
        Ok(sales)
    }

    /// [`Ledger::standing_sale`] for a command; one that was carried out before
    /// stays with the sale that it named then.
    pub(in crate::engine) fn standing_sale_for(
        &mut self,
        request: &Request,
        seq: u64,
    ) -> Result<u64, Stop> {
        let sales = self.sales_of(seq)?;
        let named = match sales.len() > 1 {
            true => self.named_before(request)?,
            false => None,
        };
        let named = named.filter(|named| sales.contains(named));
        Ok(named.or(sales.last().copied()).unwrap_or(seq))
    }

    /// The sale that was booked in place of a sale, on another card.
    fn moved_to(&mut self, sale: u64) -> Result<Option<u64>, Error> {
        let undone = self.aftermath(sale)?.and_then(|after| after.voided);
        let undone = undone.map(|seq| self.entry(seq)).transpose()?.flatten();
        let Some(undone) = undone.filter(|entry| entry.head.key.as_str().ends_with("~1")) else {
            return Ok(None);
        };
        let mut seq = undone.seq + 1;
        while let Some(entry) = self.entry(seq)?
            && entry.head.recorded_at() == undone.head.recorded_at()
        {
            let is_sale = matches!(entry.act, Act::Purchase(_));
            if is_sale && is_first_part(undone.head.key.as_str(), &entry.head.key) {
                return Ok(Some(seq));
            }
            seq += 1;
        }
        Ok(None)
    }

    /// The sale that was undone for a sale, if that was moved to another card.
    pub(in crate::engine) fn moved_from(&mut self, sale: u64) -> Result<Option<u64>, Error> {
        let Some(entry) = self.entry(sale)? else {
            return Ok(None);
        };
        let parts = self.booked_with(entry)?;
        Ok(match parts.first().map(|part| &part.act) {
            Some(Act::Reversal { of, .. }) if parts.len() > 1 => Some(*of),
            _ => None,
        })
    }

    /// Answer of the two entries: that of the sale, and both parts.
    pub(in crate::engine) fn answer_reassignment(
        &mut self,
        entries: &[Entry],
        is_repeated: bool,
    ) -> Result<Answer, Error> {
        let missing = || Error::internal("a sale that went to another member has two parts");
        let [undone, booked] = entries else {
            return Err(missing());
        };
        let Act::Reversal { of, .. } = undone.act else {
            return Err(missing());
        };
        let (first, last) = (
            self.answer_of(undone, is_repeated)?,
            self.answer_of(booked, is_repeated)?,
        );
        let (Answer::Accepted(first), Answer::Accepted(mut last)) = (first, last) else {
            return Err(missing());
        };
        let is_booked = !self.writer.is_dry_run;
        let part = |part: &crate::answer::Accepted| ReassignedPart {
            key: part.key.clone(),
            seq: part.seq.filter(|_| is_booked),
            member: part.member.clone(),
            did: part.did.clone(),
            after: part.after.clone(),
        };
        last.reassigned = Some(Reassigned {
            of,
            undone: part(&first),
            booked: part(&last),
        });
        last.warnings.splice(0..0, first.warnings);
        Ok(Answer::Accepted(last))
    }
}

/// Time of a sale, as its till would state it.
fn when(sale: &Entry, calendar: &model::Calendar) -> (model::Instant, model::OffsetMinutes) {
    let at = sale.head.occurred_at();
    let offset = sale.head.occurred.map(|occurred| occurred.offset);
    (
        at,
        offset.unwrap_or_else(|| minutes_of(calendar.offset_at(at))),
    )
}

/// The refusal to move a sale that was paid with what the other card holds.
fn of_other_card<T>(seq: u64) -> Result<T, Stop> {
    let detail = format!(
        "of: what the other card holds paid for the sale; void entry {seq} and book it again on the right card with what is paid then"
    );
    no(Code::WrongMember, detail)
}

/// Adds the remedy to a refusal.
fn with_remedy(seq: u64, mut refusal: Refusal) -> Refusal {
    let remedy = match refusal.code {
        Code::HasDependents => {
            "undo that first, or leave the sale where it is and put the points right with 'adjust' on both cards".into()
        }
        Code::PeriodClosed => {
            "leave the sale where it is and put the points right with 'adjust' on both cards".into()
        }
        Code::AlreadyVoided => "book the sale on the right card as a purchase".into(),
        code if code.is_of_tender() => format!(
            "the sale was paid with points, a reward or a voucher that do not pay on the right card; void entry {seq} and book it again on the right card with what is paid then"
        ),
        _ => return refusal,
    };
    refusal.detail = format!("{}; {remedy}", refusal.detail);
    refusal
}
