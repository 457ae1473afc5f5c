//! Sales that were booked wrongly: each is voided and booked again, on the right
//! card or as it is after all, as if the till had sent the two commands one after
//! the other.

use crate::answer::{Answer, Corrected, CorrectedPart, ForeignMoney};
use crate::command::{
    DiscountGiven, EntryRef, Means, Purchase, Request, SaleChange, SaleRef, Source, TenderGiven,
    Verb, Who,
};
use crate::engine::commit::entry_answer;
use crate::engine::error::Error;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{name_resolver, naming, recorded};
use crate::engine::stop::{Stop, key_conflict, no};
use crate::engine::verbs::foreign::paid_of;
use crate::engine::verbs::standing_sale::part_key;
use crate::engine::verbs::{amend, slips, standing_sale, tickets, vouchers};
use crate::engine::{Ledger, Records};
use crate::model::{
    self, Act, Code, Entry, MemberId, Money, NameKind, Operator, TenderKind, minutes_of,
};
use crate::rules::purchase::bill;

/// Change to a sale that was booked wrongly.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Correction<'a> {
    /// It belongs to another member.
    Member(&'a Who),
    /// Its amounts or goods are others.
    Sale(&'a SaleChange),
}

impl Correction<'_> {
    /// Remedy for a refusal to correct a sale; None if it says enough.
    fn remedy(self, seq: u64, code: Code) -> Option<String> {
        match self {
            Correction::Member(_) => remedy(seq, code),
            Correction::Sale(change) => amend::remedy(change, code),
        }
    }
}

/// Voids a sale and books it again, corrected: both, or neither. A refusal is
/// recorded where that of a ticket is.
pub(in crate::engine) fn stage_correction(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    (of, reason): (&SaleRef, &str),
    correction: Correction<'_>,
) -> Result<Staged, Stop> {
    if let Correction::Member(to) = correction
        && ledger.resolve(to)?.is_none()
    {
        let detail = "to: nobody is known by that; enrol them first";
        return no(Code::UnknownMember, detail);
    }
    if let Some(entries) = corrected_before(ledger, request, (of, reason), correction)? {
        return Ok(Staged::Together {
            entries,
            repeats: Some(request.key.clone()),
        });
    }
    let seq = naming::sale_ref(ledger, request, of)?;
    let entry = ledger.entry(seq)?;
    let entry = entry.ok_or_else(|| Error::damage(format!("entry {seq} cannot be read back")))?;
    let book = booked_again(ledger, request, &entry, correction)?;
    let undo = Request {
        key: part_key(&request.key, 0)?,
        verb: Verb::Void {
            of: SaleRef::Entry(EntryRef::Seq(seq)),
            reason: reason.to_owned(),
        },
        ..request.clone()
    };
    // The sale was in time; only this was unknown.
    let mode = Mode {
        is_late: true,
        ..*mode
    };
    let parts = [undo, book];
    let staged = match tickets::refused_before(ledger, request, &mode, &parts)? {
        Some(refused) => Ok(refused),
        None => tickets::stage_together(ledger, request, &mode, &parts),
    };
    advised(staged, |code| correction.remedy(seq, code))
}

/// The command that books a sale again, corrected.
fn booked_again(
    ledger: &mut Ledger,
    request: &Request,
    entry: &Entry,
    correction: Correction<'_>,
) -> Result<Request, Stop> {
    let Act::Purchase(sale) = &entry.act else {
        let detail = format!(
            "of: entry {} is {}, and only a sale can be {}",
            entry.seq,
            entry.act.kind(),
            match correction {
                Correction::Member(_) => "moved",
                Correction::Sale(_) => "amended",
            }
        );
        return no(Code::NotReversible, detail);
    };
    let member = entry.member();
    let (member, sale) = match correction {
        Correction::Member(to) => {
            if let Some(id) = member
                && ledger.resolve(&Who::Id(id))? == ledger.resolve(to)?
            {
                return no(Code::AlreadySo, "to: the sale is that member's already");
            }
            let sent = as_sent(ledger, sale, |ledger, kind| {
                means_on_other_card(ledger, (entry.seq, member), kind)
            })?;
            (Some(to.clone()), sent)
        }
        Correction::Sale(change) => {
            // What fell short was collected otherwise, and stays so.
            let booked = bill::booked(sale, &entry.effects);
            let sent = as_sent(ledger, &booked, |ledger, kind| means_again(ledger, kind))?;
            let before = Purchase {
                claim: sale.claim,
                ..sent
            };
            let own = ledger.programme()?.currency.as_str();
            let sale = amend::amended(&before, change, own)?;
            if is_standing(ledger, entry.seq)?
                && (sale == before || is_paid_so(ledger, request, &booked, &sale)?)
            {
                let detail = format!("of: entry {} is so already", entry.seq);
                return no(Code::AlreadySo, detail);
            }
            (member.map(Who::Id), sale)
        }
    };
    Ok(Request {
        key: request.key.clone(),
        member,
        at: Some(when(entry, &ledger.programme()?.calendar)),
        source: source_of(ledger, request, entry),
        is_clock_accepted: request.is_clock_accepted,
        is_training: false,
        id: None,
        slip: None,
        verb: Verb::Purchase(Box::new(sale)),
    })
}

/// True if a sale in another currency than the programme's is booked as it is
/// sent, once its amounts are converted.
fn is_paid_so(
    records: &mut Records,
    request: &Request,
    booked: &model::Purchase,
    sent: &Purchase,
) -> Result<bool, Stop> {
    if sent.currency.is_none() {
        return Ok(false);
    }
    let mut sent = match naming::purchase(records, sent, request) {
        // What cannot be booked is refused when it is booked again.
        Err(Stop::No(_)) => return Ok(false),
        sent => sent?,
    };
    (sent.order_scope, sent.claim) = (booked.order_scope.clone(), booked.claim);
    Ok(sent == *booked)
}

/// True if an entry was not undone.
fn is_standing(records: &mut Records, seq: u64) -> Result<bool, Error> {
    let after = records.aftermath(seq)?;
    Ok(after.is_none_or(|after| after.voided.is_none()))
}

/// The two entries of the same command, if it was carried out before; None also
/// if it was refused.
fn corrected_before(
    ledger: &mut Ledger,
    request: &Request,
    (of, reason): (&SaleRef, &str),
    correction: Correction<'_>,
) -> Result<Option<Vec<Entry>>, Stop> {
    if !request.key.is_some() {
        return Ok(None);
    }
    let undo = part_key(&request.key, 0)?;
    let (undone, booked) = (
        ledger.find_by_key(undo.as_str())?,
        ledger.find_by_key(request.key.as_str())?,
    );
    let Some(used) = booked.or(undone) else {
        return Ok(None);
    };
    let both = match (undone, booked) {
        (Some(undone), Some(booked)) => (ledger.entry(undone)?, ledger.entry(booked)?),
        _ => (None, None),
    };
    let (Some(undone), Some(booked)) = both else {
        let used_by = ledger.entry(used)?;
        return match used_by.is_some_and(|entry| matches!(entry.act, Act::Refused(_))) {
            true => Ok(None),
            false => Err(key_conflict(used).into()),
        };
    };
    let sold = match &undone.act {
        Act::Reversal { of, reason: given } if given == reason => ledger.entry(*of)?,
        _ => None,
    };
    let is_same = match sold {
        Some(sold) => {
            matches!(booked.act, Act::Purchase(_))
                && is_named(ledger, of, &sold)?
                && is_corrected_so(ledger, request, (&sold, &booked), correction)?
        }
        None => false,
    };
    match is_same {
        true => Ok(Some(vec![undone, booked])),
        false => Err(key_conflict(used).into()),
    }
}

/// True if a command names a sale, by whatever it is known by.
fn is_named(records: &mut Records, of: &SaleRef, sold: &Entry) -> Result<bool, Stop> {
    Ok(match of {
        SaleRef::Entry(of) => {
            let seq = name_resolver::entry_ref(records, of)?;
            standing_sale::sales_of(records, seq)?.contains(&sold.seq)
        }
        SaleRef::Slip(slip) => slips::is_of_slip(records, sold, slip),
        SaleRef::Order(named) => {
            matches!(&sold.act, Act::Purchase(sale) if sale.order == named.order)
        }
    })
}

/// True if a sale was booked again as a command asks for.
fn is_corrected_so(
    ledger: &mut Ledger,
    request: &Request,
    (sold, booked): (&Entry, &Entry),
    correction: Correction<'_>,
) -> Result<bool, Stop> {
    if let Correction::Member(to) = correction {
        return Ok(match booked.member() {
            Some(id) => ledger.resolve(&Who::Id(id))? == ledger.resolve(to)?,
            None => false,
        });
    }
    let again = match booked_again(ledger, request, sold, correction) {
        Err(Stop::No(_)) => return Ok(false),
        again => again?,
    };
    let member = again.member.as_ref();
    let member = member.map(|who| ledger.resolve(who)).transpose()?.flatten();
    let (act, _) = naming::coded_act(ledger, &again, &booked.head.origin, member)?;
    Ok(recorded::is_same(ledger, booked, &again, member, &act)?)
}

/// Source of a sale, with the operator who corrects it.
fn source_of(records: &Records, request: &Request, sale: &Entry) -> Source {
    let origin = &sale.head.origin;
    let of_sale = |by: &Operator| by.id.clone();
    let operator = match request.source.operator.as_str() {
        "" => origin.operator.as_ref().map_or_else(String::new, of_sale),
        said => said.to_owned(),
    };
    Source {
        store: slips::store_of(records, &origin.place),
        terminal: origin.terminal.clone(),
        counter: None,
        operator,
        approval: request.source.approval.clone(),
        channel: origin.channel.clone(),
    }
}

/// Reconstructs a sale as the till sent it; `means` are those that a tender of a
/// kind has when it pays again.
fn as_sent(
    ledger: &mut Ledger,
    sale: &model::Purchase,
    means: impl Fn(&mut Ledger, &TenderKind) -> Result<Means, Stop>,
) -> Result<Purchase, Stop> {
    let names = &ledger.global().names;
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
            means: means(ledger, &tender.kind)?,
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

/// Means of payment of the same member. What was held is in the member's hands
/// again once the sale is undone, and pays as such.
fn means_again(records: &Records, kind: &TenderKind) -> Result<Means, Stop> {
    if let Some(code) = kind.voucher() {
        return Ok(Means::UsedVoucher(*code));
    }
    let names = &records.global().names;
    if let Some(reward) = kind.reward() {
        return Ok(Means::Reward(names.text(NameKind::Reward, reward)));
    }
    if let Some((unit, points)) = kind.points() {
        return Ok(Means::Points {
            unit: names.text(NameKind::Unit, unit),
            points: records.programme()?.decimal(unit, points),
        });
    }
    Ok(match kind {
        TenderKind::Card => Means::Card,
        TenderKind::Mobile => Means::Mobile,
        TenderKind::GiftCard => Means::GiftCard,
        TenderKind::Other(name) => Means::Other(name.clone()),
        _ => Means::Cash,
    })
}

/// Means of payment on another card than that of the sale. A voucher pays for
/// whoever brings its code, so it pays again.
fn means_on_other_card(
    records: &mut Records,
    (seq, member): (u64, Option<MemberId>),
    kind: &TenderKind,
) -> Result<Means, Stop> {
    let is_own = match kind {
        TenderKind::Voucher { code } => is_used_without_code(records, code, member)?,
        TenderKind::Held { .. } => true,
        _ => false,
    };
    match is_own {
        true => of_other_card(seq),
        false => means_again(records, kind),
    }
}

/// True if a voucher may have been used because of the card that was
/// scanned, rather than by its code.
fn is_used_without_code(
    records: &mut Records,
    code: &[u8; 32],
    member: Option<MemberId>,
) -> Result<bool, Stop> {
    let Some(found) = vouchers::voucher(records, code)? else {
        return Ok(false);
    };
    let member = records.present(member)?;
    let unit = records.programme()?.unit(found.unit);
    let is_open = unit.is_some_and(|unit| unit.voucher.is_open_to_holder);
    Ok(is_open && member == Some(found.holder))
}

/// Answer of the two entries: that of the sale, and both parts.
pub(in crate::engine) fn answer_correction(
    records: &mut Records,
    entries: &[Entry],
    is_repeated: bool,
) -> Result<Answer, Error> {
    let missing = || Error::internal("a sale that was corrected has two parts");
    let [undone, booked] = entries else {
        return Err(missing());
    };
    let Act::Reversal { of, .. } = undone.act else {
        return Err(missing());
    };
    let (first, last) = (
        entry_answer::answer_of(records, undone, is_repeated)?,
        entry_answer::answer_of(records, booked, is_repeated)?,
    );
    let (Answer::Accepted(first), Answer::Accepted(mut last)) = (first, last) else {
        return Err(missing());
    };
    let is_booked = !records.writer.is_dry_run;
    let part = |part: &crate::answer::Accepted| CorrectedPart {
        key: part.key.clone(),
        seq: part.seq.filter(|_| is_booked),
        member: part.member.clone(),
        did: part.did.clone(),
        after: part.after.clone(),
    };
    let mut told = Corrected {
        of,
        undone: part(&first),
        booked: part(&last),
        to_pay: None,
        foreign: None,
    };
    last.warnings.splice(0..0, first.warnings);
    if undone.member() == booked.member() {
        let sold = records.entry(of)?.ok_or_else(missing)?;
        let more = money_of(booked) - money_of(&sold);
        told.to_pay = Some(Money(more).display(records.programme()?.digits));
        told.foreign = paid_more(&sold, booked);
        last.amended = Some(told);
    } else {
        last.reassigned = Some(told);
    }
    Ok(Answer::Accepted(last))
}

/// Money that a sale was paid with, in minor units.
fn money_of(sale: &Entry) -> i64 {
    match &sale.act {
        Act::Purchase(sold) => bill::money(&bill::booked(sold, &sale.effects)),
        _ => 0,
    }
}

/// Money that a sale came to more in its currency, if that is another than the
/// programme's.
fn paid_more(sold: &Entry, booked: &Entry) -> Option<ForeignMoney> {
    let (before, (currency, after)) = (paid_of(sold)?.1, paid_of(booked)?);
    Some(ForeignMoney::new(&currency, Money(after.0 - before.0)))
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

/// Adds the remedy of its code to a refusal, recorded or not.
fn advised(
    staged: Result<Staged, Stop>,
    remedy: impl Fn(Code) -> Option<String>,
) -> Result<Staged, Stop> {
    match staged {
        Err(Stop::No(mut refusal)) => {
            if let Some(remedy) = remedy(refusal.code) {
                refusal.detail = format!("{}; {remedy}", refusal.detail);
            }
            Err(refusal.into())
        }
        Ok(Staged::Sealed { entry, repeats }) => {
            let remedy = match &entry.act {
                Act::Refused(refused) => remedy(refused.refusal.code),
                _ => None,
            };
            let staged = Staged::Sealed { entry, repeats };
            Ok(match remedy {
                Some(remedy) => Staged::Advised {
                    remedy,
                    staged: Box::new(staged),
                },
                None => staged,
            })
        }
        staged => staged,
    }
}

/// Remedy for a refusal to move a sale to another card.
fn remedy(seq: u64, code: Code) -> Option<String> {
    Some(match code {
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
        _ => return None,
    })
}
