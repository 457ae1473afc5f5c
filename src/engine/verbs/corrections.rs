//! Sales that were booked wrongly: each is voided and booked again, on the right
//! card or as it is after all, as if the till had sent the two commands one after
//! the other.

use crate::command::{
    DiscountGiven, EntryRef, Means, Purchase, Request, SaleChange, SaleRef, Source, TenderGiven,
    Verb, Who,
};
use crate::engine::Records;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{name_resolver, naming, recorded};
use crate::engine::stop::{Stop, key_conflict, no};
use crate::engine::verbs::standing_sale::part_key;
use crate::engine::verbs::tickets::Parts;
use crate::engine::verbs::{amend, slips, standing_sale, tickets, vouchers};
use crate::model::{self, Act, Code, Entry, MemberId, NameKind, Operator, TenderKind, minutes_of};
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
    pub(in crate::engine) fn remedy(self, seq: u64, code: Code) -> Option<String> {
        match self {
            Correction::Member(_) => remedy(seq, code),
            Correction::Sale(change) => amend::remedy(change, code),
        }
    }
}

/// The commands that void a sale and book it again, corrected, and the entry of the sale.
pub(in crate::engine) fn parts_of(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
    (of, reason): (&SaleRef, &str),
    correction: Correction<'_>,
) -> Result<(u64, Parts), Stop> {
    if let Correction::Member(to) = correction
        && records.resolve(to)?.is_none()
    {
        let detail = "to: nobody is known by that; enrol them first";
        return no(Code::UnknownMember, detail);
    }
    if let Some((seq, entries)) = corrected_before(records, request, (of, reason), correction)? {
        let repeats = Some(request.key.clone());
        return Ok((seq, Parts::Answered(Staged::Together { entries, repeats })));
    }
    let seq = naming::sale_ref(records, request, of)?;
    let entry = records.recorded(seq)?;
    let book = booked_again(records, request, &entry, correction)?;
    let undo = Request {
        key: part_key(&request.key, 0)?,
        verb: Verb::Void {
            of: SaleRef::Entry(EntryRef::Seq(seq)),
            reason: reason.to_owned(),
        },
        ..request.clone()
    };
    let parts = vec![undo, book];
    let refused = tickets::refused_before(records, request, mode, &parts)?;
    Ok((seq, refused.map_or(Parts::New(parts), Parts::Answered)))
}

/// The command that books a sale again, corrected.
fn booked_again(
    records: &mut Records,
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
    let (member, sale) = match correction {
        Correction::Member(to) => (Some(to.clone()), moved(records, (entry, sale), to)?),
        Correction::Sale(change) => (
            entry.member().map(Who::Id),
            amended(records, request, (entry, sale), change)?,
        ),
    };
    Ok(Request {
        key: request.key.clone(),
        member,
        at: Some(when(entry, &records.programme()?.calendar)),
        source: source_of(records, request, entry),
        is_clock_accepted: request.is_clock_accepted,
        is_training: false,
        id: None,
        slip: None,
        verb: Verb::Purchase(Box::new(sale)),
    })
}

/// A sale as it is sent again for another member.
fn moved(
    records: &mut Records,
    (entry, sale): (&Entry, &model::Purchase),
    to: &Who,
) -> Result<Purchase, Stop> {
    let member = entry.member();
    if member.is_some() && records.present(member)? == records.resolve(to)? {
        return no(Code::AlreadySo, "to: the sale is that member's already");
    }
    as_sent(records, sale, |records, kind| {
        means_on_other_card(records, (entry.seq, member), kind)
    })
}

/// A sale as it is sent again with a change.
fn amended(
    records: &mut Records,
    request: &Request,
    (entry, sale): (&Entry, &model::Purchase),
    change: &SaleChange,
) -> Result<Purchase, Stop> {
    // What fell short was collected otherwise, and stays so.
    let booked = bill::booked(sale, &entry.effects);
    let sent = as_sent(records, &booked, |records, kind| means_again(records, kind))?;
    let before = Purchase {
        claim: sale.claim,
        ..sent
    };
    let own = records.programme()?.currency.as_str();
    let sale = amend::amended(&before, change, own)?;
    if records.is_standing(entry.seq)?
        && (sale == before || is_paid_so(records, request, &booked, &sale)?)
    {
        let detail = format!("of: entry {} is so already", entry.seq);
        return no(Code::AlreadySo, detail);
    }
    Ok(sale)
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

/// The sale and the two entries of the same command, if it was carried out before; None
/// also if it was refused.
fn corrected_before(
    records: &mut Records,
    request: &Request,
    (of, reason): (&SaleRef, &str),
    correction: Correction<'_>,
) -> Result<Option<(u64, Vec<Entry>)>, Stop> {
    let undo = part_key(&request.key, 0)?;
    let (undone, booked) = (
        records.booked_under(&undo)?,
        records.booked_under(&request.key)?,
    );
    let (undone, booked) = match (undone, booked) {
        (Some(undone), Some(booked)) => (undone, booked),
        (undone, booked) => {
            let used = booked.or(undone);
            return match used.filter(|entry| !matches!(entry.act, Act::Refused(_))) {
                Some(used) => Err(key_conflict(used.seq).into()),
                None => Ok(None),
            };
        }
    };
    let sold = match &undone.act {
        Act::Reversal { of, reason: given } if given == reason => records.entry(*of)?,
        _ => None,
    };
    if let Some(sold) = sold
        && matches!(booked.act, Act::Purchase(_))
        && is_named(records, of, &sold)?
        && is_corrected_so(records, request, (&sold, &booked), correction)?
    {
        return Ok(Some((sold.seq, vec![undone, booked])));
    }
    Err(key_conflict(booked.seq).into())
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
    records: &mut Records,
    request: &Request,
    (sold, booked): (&Entry, &Entry),
    correction: Correction<'_>,
) -> Result<bool, Stop> {
    if let Correction::Member(to) = correction {
        return Ok(match booked.member() {
            Some(id) => records.resolve(&Who::Id(id))? == records.resolve(to)?,
            None => false,
        });
    }
    let again = match booked_again(records, request, sold, correction) {
        Err(Stop::No(_)) => return Ok(false),
        again => again?,
    };
    let member = records.named(again.member.as_ref())?;
    let (act, _) = naming::coded_act(records, &again, &booked.head.origin, member)?;
    Ok(recorded::is_same(records, booked, &again, member, &act)?)
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
    records: &mut Records,
    sale: &model::Purchase,
    means: impl Fn(&mut Records, &TenderKind) -> Result<Means, Stop>,
) -> Result<Purchase, Stop> {
    let names = &records.global().names;
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
            means: means(records, &tender.kind)?,
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
pub(in crate::engine) fn advised(
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
