//! Folding of effects on points and vouchers. Every movement has an account on
//! the other side, so the sums are those of the ledger's own accounts.

use super::campaigns::touch;
use super::touched;
use crate::insight::facts::{Facts, add_row};
use crate::insight::rows::{End, Flow, FlowKey, Lot};
use crate::model::{Account, Act, Effect, Entry, LotId, Number, Terms};
use std::collections::BTreeMap;

/// Movements of points between members and accounts.
type Flows = BTreeMap<FlowKey, Flow>;

/// Applies an effect; `n` lots were opened by the entry before it.
pub(super) fn apply(facts: &mut Facts, entry: &Entry, effect: &Effect, n: u16) {
    match effect {
        Effect::Award { .. } | Effect::Voucher { .. } => give(facts, entry, effect, n),
        Effect::Debit {
            unit,
            lot,
            amount,
            to,
            ..
        } => leave(facts, entry, (*unit, *lot), *to, amount.0),
        Effect::Restore {
            unit,
            lot,
            amount,
            from,
            terms,
            ..
        } => put_back(facts, entry, (*unit, *lot), (*from, amount.0), terms),
        Effect::Owe {
            unit, amount, with, ..
        } => {
            *facts.owing.entry(*unit).or_default() += i128::from(amount.0);
            flow(&mut facts.flows, entry, (*unit, 0, 0), *with, -amount.0);
        }
        Effect::LotMoved {
            to, lot, amount, ..
        } => move_lot(facts, entry, *to, *lot, (n, amount.0)),
        Effect::Moved {
            unit,
            from,
            to,
            amount,
        } => {
            *facts.aside.entry((*unit, *from)).or_default() -= i128::from(amount.0);
            *facts.aside.entry((*unit, *to)).or_default() += i128::from(amount.0);
        }
        Effect::Extended { lot, expires, .. } => {
            if let Some(at) = facts.lot_at(*lot) {
                facts.lots[at].expires = *expires;
            }
        }
        Effect::VoucherUsed { lot, amount, .. } => {
            if let Some(at) = facts.lot_at(*lot) {
                facts.lots[at].paid += amount.0;
            }
        }
        _ => {}
    }
}

/// Notes points and vouchers that were given, and the lot with which they came.
fn give(facts: &mut Facts, entry: &Entry, effect: &Effect, n: u16) {
    let month = entry.head.day.month_count();
    match effect {
        Effect::Award {
            who,
            unit,
            amount,
            fills,
            from,
            campaign,
            terms,
            ..
        } => {
            let opens = amount.0 - fills.0;
            let flows = &mut facts.flows;
            flow(flows, entry, (*unit, *campaign, month), *from, opens);
            flow(flows, entry, (*unit, *campaign, 0), *from, fills.0);
            *facts.owing.entry(*unit).or_default() -= i128::from(fills.0);
            if opens > 0 {
                open(facts, entry, *who, (*unit, *campaign), (n, opens), terms);
            }
            touch(facts, entry, *who, *campaign);
        }
        Effect::Voucher {
            who,
            unit,
            campaign,
            terms,
            ..
        } => {
            let of = (*unit, *campaign, month);
            flow(&mut facts.flows, entry, of, Account::Issuance, 1);
            open(facts, entry, *who, (*unit, *campaign), (n, 1), terms);
            touch(facts, entry, *who, *campaign);
        }
        _ => {}
    }
}

/// Notes points that came to members from an account, or (negative) went there: of a unit,
/// by a campaign, earned in a month.
fn flow(
    flows: &mut Flows,
    entry: &Entry,
    (unit, campaign, earned): (Number, Number, i32),
    account: Account,
    amount: i64,
) {
    if amount == 0 {
        return;
    }
    let key = FlowKey {
        day: entry.head.day,
        unit,
        account,
        campaign,
        earned,
    };
    let flow = flows.entry(key).or_default();
    match amount >= 0 {
        true => flow.given += i128::from(amount),
        false => flow.taken -= i128::from(amount),
    }
}

fn open(
    facts: &mut Facts,
    entry: &Entry,
    who: u8,
    (unit, campaign): (Number, Number),
    (n, amount): (u16, i64),
    terms: &Terms,
) {
    let day = entry.head.day;
    let lot = Lot {
        id: (entry.seq, n),
        unit,
        campaign,
        who: touched(facts, entry, who),
        day,
        expires: terms.expires,
        given: amount,
        left: amount,
        end: (End::None, day, entry.seq),
        paid: 0,
        is_moved: false,
    };
    add_row(&mut facts.lots, lot);
}

/// Notes points that came to a lot from an account, or (negative) went there. Returns the
/// lot's row.
fn flow_of_lot<'a>(
    facts: &'a mut Facts,
    entry: &Entry,
    (unit, lot): (Number, LotId),
    account: Account,
    amount: i64,
) -> Option<&'a mut Lot> {
    let at = facts.lot_at(lot);
    let found = at.map(|at| &mut facts.lots[at]);
    let of = found.as_ref();
    let (campaign, month) = of.map_or((0, 0), |lot| (lot.campaign, lot.day.month_count()));
    let of = (unit, campaign, month);
    flow(&mut facts.flows, entry, of, account, amount);
    found
}

fn leave(facts: &mut Facts, entry: &Entry, of: (Number, LotId), to: Account, amount: i64) {
    let Some(lot) = flow_of_lot(facts, entry, of, to, -amount) else {
        return;
    };
    lot.left -= amount;
    let end = match to {
        Account::Redemption | Account::Partner(_) | Account::Pool(_) => End::Used,
        Account::Breakage => End::Lapsed,
        Account::Transit => End::None,
        _ => End::Voided,
    };
    if lot.left == 0 {
        lot.end = (end, entry.head.day, entry.seq);
    }
}

fn put_back(
    facts: &mut Facts,
    entry: &Entry,
    of: (Number, LotId),
    (from, amount): (Account, i64),
    terms: &Terms,
) {
    let Some(lot) = flow_of_lot(facts, entry, of, from, amount) else {
        return;
    };
    lot.left += amount;
    lot.expires = terms.expires;
    if lot.end.0 == End::Used {
        lot.paid = 0;
    }
    lot.end = (End::None, entry.head.day, entry.seq);
}

fn move_lot(facts: &mut Facts, entry: &Entry, to: u8, lot: LotId, (n, amount): (u16, i64)) {
    let Some(at) = facts.lot_at(lot) else {
        return;
    };
    let who = touched(facts, entry, to);
    let old = &mut facts.lots[at];
    old.left -= amount;
    let new = Lot {
        id: (entry.seq, n),
        who,
        given: amount,
        left: amount,
        is_moved: true,
        ..old.clone()
    };
    if !matches!(entry.act, Act::Merged { .. } | Act::Unmerged { .. }) {
        let sent = facts.sent.entry((entry.head.day, new.unit)).or_default();
        (sent.points, sent.lots) = (sent.points + i128::from(amount), sent.lots + 1);
    }
    add_row(&mut facts.lots, new);
}
