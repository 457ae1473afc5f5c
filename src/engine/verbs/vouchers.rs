//! Vouchers by their codes, and the codes shown again to those who hold the secrets.

use crate::answer::CodeShown;
use crate::command::{OwnVoucher, Request, TenderGiven, Verb, VoucherAsked, VoucherRef, Who};
use crate::engine::Records;
use crate::engine::commit::entry_keys::code_key_of;
use crate::engine::error::Error;
use crate::engine::staging::name_resolver;
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::codes::{Making, PrintedCode};
use crate::engine::verbs::openers::{self, before_merges, locate};
use crate::engine::verbs::order_claim;
use crate::model::{
    Act, Code, CodeKind, Effect, Entry, Instant, Key, LotId, MemberId, Money, Refusal, Tender,
    TenderKind, Terms, UnitKind, to_u16,
};
use crate::rules::case::VoucherFound;
use crate::rules::state::Lot;

/// Hash for a text that is not a code: it belongs to nobody.
const NO_CODE: [u8; 32] = [0; 32];

/// Hash of a code as it was typed.
pub(in crate::engine) fn typed_hash(kind: CodeKind, text: &str) -> [u8; 32] {
    PrintedCode::parse(text).map_or(NO_CODE, |code| code.hash(kind))
}

/// Loads the vouchers that pay for a purchase, with their holders. If the
/// sale is booked without tenders that cannot pay, an unknown code is
/// skipped.
pub(in crate::engine) fn vouchers_of(
    records: &mut Records,
    act: &Act,
) -> Result<Vec<VoucherFound>, Stop> {
    let Act::Purchase(purchase) = act else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for (n, tender) in purchase.tenders.iter().enumerate() {
        if let Some(code) = tender.kind.voucher() {
            match voucher(records, code)? {
                Some(found) => all.push(found),
                None if purchase.book_if_short => {}
                None => return Err(unknown().at_tender(n).into()),
            }
        }
    }
    Ok(all)
}

/// The voucher of a code's hash, if there is one; its holder is loaded.
pub(in crate::engine) fn voucher(
    records: &mut Records,
    code: &[u8; 32],
) -> Result<Option<VoucherFound>, Error> {
    let Some(seq) = records.find(&code_key_of(CodeKind::Voucher, code))? else {
        return Ok(None);
    };
    let Some(entry) = records.entry(seq)? else {
        return Ok(None);
    };
    let Some(mut found) = traced(&entry, code, |seq| records.entry(seq))? else {
        return Ok(None);
    };
    let first = found.holder;
    if let Some(holder) = records.resolve(&crate::command::Who::Id(first))? {
        found.holder = holder;
    }
    if !is_with(records, &mut found)? {
        find_parted(records, &mut found, first, seq)?;
    }
    Ok(Some(found))
}

/// True if a voucher is with the holder that was found; sets its lot.
fn is_with(records: &mut Records, found: &mut VoucherFound) -> Result<bool, Error> {
    let unit = found.unit;
    let lots: Vec<Lot> = match records.member(found.holder)? {
        Some(member) => member.lots_of(unit).cloned().collect(),
        None => Vec::new(),
    };
    locate(found, &lots, |seq| records.entry(seq))
}

/// Finds the holder of a voucher after an unmerge: a member who paid with
/// it while merged and returned the goods after the separation has it
/// again.
fn find_parted(
    records: &mut Records,
    found: &mut VoucherFound,
    first: MemberId,
    seq: u64,
) -> Result<(), Error> {
    for holder in once_one(records, first, seq)? {
        let mut with = VoucherFound {
            holder,
            ..found.clone()
        };
        if is_with(records, &mut with)? {
            *found = with;
            break;
        }
    }
    Ok(())
}

/// Members that were merged with a member at some time since an entry, as
/// they are now.
pub(in crate::engine) fn once_one(
    records: &mut Records,
    id: MemberId,
    seq: u64,
) -> Result<Vec<MemberId>, Error> {
    let mut history = |id, seq| records.history_since(id, seq);
    let all = openers::once_one(id, seq, &mut history)?.into_iter();
    let all = all.map(|id| records.resolve(&crate::command::Who::Id(id)));
    let all: Result<Vec<_>, Error> = all.collect();
    Ok(all?.into_iter().flatten().collect())
}

/// Converts a voucher to a tender, which pays its value if the till leaves
/// the amount to the ledger. `before` are the effects of earlier tenders.
pub(in crate::engine) fn voucher_tender(
    records: &mut Records,
    kind: TenderKind,
    given: &TenderGiven,
    bill: &crate::model::Purchase,
    before: &mut Vec<Effect>,
) -> Result<Tender, Stop> {
    let code = kind.voucher().copied().unwrap_or(NO_CODE);
    let tender = |amount| Tender {
        kind: kind.clone(),
        amount,
        lines: given.lines.clone(),
    };
    let found = match (voucher(records, &code)?, given.amount) {
        (Some(found), _) => found,
        // The decision refuses an unknown code.
        (None, Some(amount)) => return Ok(tender(amount)),
        (None, None) => return Err(unknown().into()),
    };
    let programme = records.programme()?;
    let sku = found.sku.as_deref();
    let gone = || Refusal::new(Code::CodeLapsed, "code: its unit is gone");
    let unit = programme.unit(found.unit).ok_or_else(gone);
    let worth = unit.and_then(|unit| {
        crate::rules::reward::voucher::worth(programme, unit, sku, bill, &given.lines, before)
    });
    let amount = match (given.amount, &worth) {
        (Some(amount), _) => amount,
        (None, Ok((_, most))) => *most,
        (None, Err(refusal)) => return Err(refusal.clone().into()),
    };
    if let Ok((paid, _)) = worth {
        before.push(Effect::VoucherUsed {
            who: 0,
            unit: found.unit,
            lot: found.lot,
            line: paid.line,
            amount,
        });
    }
    Ok(tender(amount))
}

/// Hash of the code of a voucher that the named member uses without it.
pub(in crate::engine) fn own_voucher(
    records: &mut Records,
    which: &OwnVoucher,
    member: Option<&Who>,
    (key, n): (&Key, usize),
) -> Result<[u8; 32], Stop> {
    let wanted = match which {
        OwnVoucher::Unit(id) => Some(name_resolver::names(records)?.unit(id)?),
        OwnVoucher::Lot(_) => None,
    };
    let is_it = |unit, lot: &LotId| match which {
        OwnVoucher::Unit(_) => wanted == Some(unit),
        OwnVoucher::Lot(wanted) => wanted == lot,
    };
    if let Some(TenderKind::Voucher { code }) = order_claim::tender_booked(records, key, n)?
        && let Some(found) = voucher(records, &code)?
        && is_it(found.unit, &found.lot)
    {
        return Ok(code);
    }
    let missing = "member: name who holds the voucher, or send its code";
    let who = member.ok_or_else(|| Refusal::new(Code::UnknownMember, missing))?;
    let id = records.resolve(who)?;
    let (now, programme) = (Instant(records.clock.now_micros()), records.programme()?);
    let member = id.and_then(|id| records.cache.state().members.get(&id));
    let lots = member.map_or(&[][..], |member| &member.lots[..]);
    let is_voucher = |l: &&Lot| programme.is_kind(l.unit, UnitKind::Voucher);
    let own = || {
        lots.iter()
            .filter(is_voucher)
            .filter(|l| is_it(l.unit, &l.id))
    };
    let is_open = |l: &&Lot| !l.is_dead(now) && !l.is_pending(now) && !l.held.is_positive();
    let found = own().filter(is_open).min_by_key(|l| l.spend_order());
    // One that cannot be used now is named nevertheless, so that the answer
    // gives the reason.
    let found = found.or_else(|| own().next());
    let none = "tenders: the member holds no such voucher";
    let found = found.ok_or_else(|| Refusal::new(Code::CodeUsed, none))?;
    let unit = programme.unit(found.unit);
    if !unit.is_some_and(|unit| unit.voucher.is_open_to_holder) {
        let id = unit.map_or("it", |unit| &unit.id);
        let detail = format!(
            "tenders: {id} is used by its code, which a story writes as `voucher {id}`; with \
             `without_code = true` in programme.toml it is used without"
        );
        return no(Code::BadInput, detail);
    }
    let lot = found.id;
    let code = code_hash_of(records, lot)?;
    Ok(code.ok_or_else(unknown)?)
}

/// Hash of the code of a member's voucher, by its lot.
pub(in crate::engine) fn code_hash_of(
    records: &mut Records,
    lot: LotId,
) -> Result<Option<[u8; 32]>, Error> {
    let code = code_of(records, lot)?;
    Ok(code.map(|code| code.hash(CodeKind::Voucher)))
}

/// Converts a command about a voucher to an act, with the holder.
pub(in crate::engine) fn voucher_act(
    records: &mut Records,
    asked: &VoucherAsked,
    request: &Request,
    member: Option<MemberId>,
) -> Result<(Act, Option<MemberId>), Stop> {
    match asked {
        VoucherAsked::Issue {
            unit,
            expires,
            reason,
        } => {
            let calendar = &records.programme()?.calendar;
            let act = Act::VoucherIssued {
                unit: name_resolver::names(records)?.unit(unit)?,
                code: code_hash(records, CodeKind::Voucher, request),
                expires: expires.map(|day| calendar.start_of(day.plus_days(1))),
                reason: reason.clone(),
            };
            Ok((act, None))
        }
        VoucherAsked::Void { which, reason } => {
            let (lot, holder) = lot_of(records, which, member)?;
            let reason = reason.clone();
            Ok((Act::VoucherVoided { lot, reason }, holder))
        }
        VoucherAsked::Give { which } => {
            let (lot, holder) = lot_of(records, which, member)?;
            let act = Act::VoucherGiven {
                lot,
                token: code_hash(records, CodeKind::Gift, request),
                until: Instant::default(),
            };
            Ok((act, holder))
        }
        VoucherAsked::Claim { token } => {
            let of = gift(records, token, true)?;
            let act = Act::VoucherClaimed {
                of,
                code: code_hash(records, CodeKind::Voucher, request),
            };
            Ok((act, None))
        }
    }
}

/// An act about a voucher, with the lot that it was before any merge.
pub(in crate::engine) fn with_first_lot(
    records: &mut Records,
    act: &Act,
) -> Result<Option<Act>, Error> {
    let mut first = |lot: &LotId| before_merges(*lot, |seq| records.entry(seq));
    Ok(match act {
        Act::VoucherVoided { lot, reason } => Some(Act::VoucherVoided {
            lot: first(lot)?,
            reason: reason.clone(),
        }),
        Act::VoucherHeld { lot, until, note } => Some(Act::VoucherHeld {
            lot: first(lot)?,
            until: *until,
            note: note.clone(),
        }),
        Act::VoucherGiven { lot, token, until } => Some(Act::VoucherGiven {
            lot: first(lot)?,
            token: *token,
            until: *until,
        }),
        _ => None,
    })
}

/// The lot that a command names; if by its code, it must be the named
/// member's, if one is named.
pub(in crate::engine) fn lot_of(
    records: &mut Records,
    which: &VoucherRef,
    member: Option<MemberId>,
) -> Result<(LotId, Option<MemberId>), Stop> {
    let text = match which {
        VoucherRef::Lot(lot) => return Ok((*lot, None)),
        VoucherRef::Code(text) => text,
    };
    let code = typed_hash(CodeKind::Voucher, text);
    let found = voucher(records, &code)?;
    let found = found.filter(|found| member.is_none_or(|id| id == found.holder));
    let found = found.ok_or_else(unknown)?;
    let holder = records.cache.member(found.holder);
    let lot = holder.and_then(|m| m.lots.iter().find(|l| l.code.as_deref() == Some(&code)));
    Ok((lot.map_or(found.lot, |l| l.id), Some(found.holder)))
}

/// The purchase that a slip's claim code claims.
pub(in crate::engine) fn claimed(records: &mut Records, text: &str) -> Result<u64, Stop> {
    let hash = typed_hash(CodeKind::Claim, text);
    let found = records.find(&code_key_of(CodeKind::Claim, &hash))?;
    found.ok_or_else(|| unknown().into())
}

/// Adds a claim code to a purchase without a member, if the programme
/// allows claims.
pub(in crate::engine) fn make_claimable(
    records: &mut Records,
    request: &Request,
    act: &mut Act,
) -> Result<(), Stop> {
    let is_nobody = request.member.is_none() && request.key.is_some();
    if let (Act::Purchase(purchase), true) = (act, is_nobody)
        && records.programme()?.claim_days > 0
        && purchase.total.is_positive()
    {
        let of_till = match &request.verb {
            Verb::Purchase(sale) => sale.claim,
            _ => None,
        };
        if let Some(hash) = &of_till {
            check_claim_of_till(records, request, hash)?;
        }
        purchase.claim = of_till.or_else(|| Some(code_hash(records, CodeKind::Claim, request)));
    }
    Ok(())
}

/// Refuses the hash of a code that a till made if it is that of another sale,
/// which could no longer be claimed.
fn check_claim_of_till(
    records: &mut Records,
    request: &Request,
    hash: &[u8; 32],
) -> Result<(), Stop> {
    // A command that was carried out before is compared with its entry.
    if records.booked_under(&request.key)?.is_some() {
        return Ok(());
    }
    match records.find_standing(&code_key_of(CodeKind::Claim, hash))? {
        Some(seq) => no(
            Code::CodeUsed,
            format!("claim_hash: the code is that of entry {seq}; make another"),
        ),
        None => Ok(()),
    }
}

/// Claim code on the slip of a purchase.
pub fn claim_code(records: &Records, entry: &Entry) -> Option<String> {
    let Act::Purchase(purchase) = &entry.act else {
        return None;
    };
    let making = Making::of(&records.alias_key, &entry.head.key, entry.seq);
    let code = making.code(CodeKind::Claim, 0);
    // A till that made the code itself has printed it.
    (purchase.claim? == code.hash(CodeKind::Claim)).then(|| code.to_string())
}

/// Codes that an entry made, for those who may see them: the answer to its
/// command, and to a repeat of it.
pub(in crate::engine) fn codes_shown(records: &Records, entry: &Entry) -> Vec<CodeShown> {
    let mut made = None;
    let names = &records.global().names;
    let unit = |number| names.text(crate::model::NameKind::Unit, number);
    let (mut codes, mut gifts) = (0, 0);
    let mut shown = Vec::new();
    for effect in &entry.effects {
        let (kind, number, n) = match effect {
            Effect::Voucher { unit, .. } => (CodeKind::Voucher, *unit, &mut codes),
            Effect::LotMoved {
                unit,
                code: Some(_),
                ..
            } => (CodeKind::Voucher, *unit, &mut codes),
            Effect::HoldOpened {
                unit,
                token: Some(_),
                ..
            } => (CodeKind::Gift, *unit, &mut gifts),
            _ => continue,
        };
        *n += 1;
        let making =
            made.get_or_insert_with(|| Making::of(&records.alias_key, &entry.head.key, entry.seq));
        shown.push(CodeShown {
            kind: match kind {
                CodeKind::Gift => "gift".into(),
                _ => "voucher".into(),
            },
            unit: unit(number),
            code: making.code(kind, *n - 1).to_string(),
        });
    }
    shown
}

/// Code of a voucher that a member holds, computed again.
pub fn code_of(records: &mut Records, lot: LotId) -> Result<Option<PrintedCode>, Error> {
    let mut id = lot;
    loop {
        let Some(entry) = records.entry(id.seq)? else {
            return Ok(None);
        };
        match entry.opener(id) {
            // A merge moves vouchers with their codes.
            Some(Effect::LotMoved {
                lot, code: None, ..
            }) => id = *lot,
            _ => return Ok(code_in(&records.alias_key, &entry, id)),
        }
    }
}

/// All vouchers a member holds, with their codes.
pub fn vouchers(records: &mut Records, id: MemberId) -> Result<Vec<(Lot, PrintedCode)>, Error> {
    let lots = match records.member(id)? {
        Some(member) => member.lots.to_vec(),
        None => Vec::new(),
    };
    let mut all = Vec::new();
    for lot in lots {
        let programme = records.programme()?;
        if programme.is_kind(lot.unit, UnitKind::Voucher)
            && let Some(code) = code_of(records, lot.id)?
        {
            all.push((lot, code));
        }
    }
    all.sort_by_key(|(lot, _)| lot.spend_order());
    Ok(all)
}

pub(in crate::engine) fn unknown() -> Refusal {
    Refusal::new(
        Code::UnknownCode,
        "code: it is nobody's; look at it again, letter by letter",
    )
}

/// The voucher of a code that an entry gave, with the terms and the article of
/// the entry that gave it first; other entries are fetched by their sequence.
pub fn traced<E>(
    entry: &Entry,
    code: &[u8; 32],
    mut fetch: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<Option<VoucherFound>, E> {
    let Some(mut found) = found_in(entry, code) else {
        return Ok(None);
    };
    let (mut entry, mut lot) = (entry.clone(), found.lot);
    while let Some(Effect::LotMoved { lot: from, .. }) = entry.opener(lot) {
        lot = *from;
        match fetch(lot.seq)? {
            Some(earlier) => entry = earlier,
            None => return Ok(Some(found)),
        }
    }
    if let Some(Effect::Voucher { terms, .. }) = entry.opener(lot) {
        found.terms = *terms;
    }
    found.sku = sku_of(&entry, lot);
    Ok(Some(found))
}

/// The one article that an entry bound a voucher to.
fn sku_of(entry: &Entry, voucher: LotId) -> Option<String> {
    entry.effects.iter().find_map(|effect| match effect {
        Effect::VoucherBound { lot, sku, .. } if *lot == voucher => Some(sku.clone()),
        _ => None,
    })
}

/// The voucher of a code among those that an entry gave.
fn found_in(entry: &Entry, wanted: &[u8; 32]) -> Option<VoucherFound> {
    let openers = entry.effects.iter().filter(|e| e.opens_lot());
    for (n, effect) in (0u16..).zip(openers) {
        let (who, unit, code, terms) = match effect {
            Effect::Voucher {
                who,
                unit,
                code,
                terms,
                ..
            } => (*who, *unit, Some(code), *terms),
            Effect::LotMoved { to, unit, code, .. } => {
                (*to, *unit, code.as_ref(), Terms::default())
            }
            _ => continue,
        };
        if code == Some(wanted) {
            let lot = LotId { seq: entry.seq, n };
            return Some(VoucherFound {
                code: *wanted,
                holder: entry.touched.get(usize::from(who))?.member,
                lot,
                unit,
                terms,
                sku: sku_of(entry, lot),
            });
        }
    }
    None
}

/// Code that an entry gave to one of its vouchers.
fn code_in(
    secret: &crate::storage::vault::Secret,
    entry: &Entry,
    lot: LotId,
) -> Option<PrintedCode> {
    let coded = |effect: &&Effect| {
        matches!(
            effect,
            Effect::Voucher { .. } | Effect::LotMoved { code: Some(_), .. }
        )
    };
    let own = entry.opener(lot)?;
    let n = entry
        .effects
        .iter()
        .filter(coded)
        .position(|effect| std::ptr::eq(effect, own))?;
    let making = Making::of(secret, &entry.head.key, entry.seq);
    Some(making.code(CodeKind::Voucher, to_u16(n)))
}

/// Adds the rest of a purchase that names only vouchers, as paid by means that
/// the till does not state: so a quote shows the amount that a voucher takes
/// off.
pub(in crate::engine) fn with_rest(mut tenders: Vec<Tender>, total: Money) -> Vec<Tender> {
    let is_own = |t: &Tender| crate::rules::purchase::bill::is_own(&t.kind);
    let is_voucher = |t: &Tender| t.kind.voucher().is_some() || t.kind.hold().is_some();
    let paid = Money::sum(tenders.iter().map(|t| t.amount));
    let rest = paid.and_then(|paid| total.minus(paid));
    let rest = rest.filter(|rest| rest.is_positive());
    if let Some(amount) = rest
        && tenders.iter().any(is_voucher)
        && tenders.iter().all(is_own)
    {
        let kind = TenderKind::Other("rest".into());
        tenders.push(Tender {
            kind,
            amount,
            lines: Vec::new(),
        });
    }
    tenders
}

/// Hash of the code of a kind that a command makes.
pub(in crate::engine) fn code_hash(
    records: &Records,
    kind: CodeKind,
    request: &Request,
) -> [u8; 32] {
    let making = Making::of(&records.alias_key, &request.key, 0);
    making.code(kind, 0).hash(kind)
}

/// The entry of the gift that a token claims: a voucher, or points.
pub(in crate::engine) fn gift(
    records: &mut Records,
    text: &str,
    is_voucher: bool,
) -> Result<u64, Stop> {
    let hash = typed_hash(CodeKind::Gift, text);
    let found = records.find(&code_key_of(CodeKind::Gift, &hash))?;
    let seq = found.ok_or_else(unknown)?;
    let entry = records.entry(seq)?.ok_or_else(unknown)?;
    let is_given = matches!(entry.act, Act::VoucherGiven { .. });
    match is_given == is_voucher {
        true => Ok(seq),
        false => Err(unknown().into()),
    }
}
