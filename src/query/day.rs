//! Figures of a business day, to be reconciled with the total that a till
//! prints at its end.

use super::past::Past;
use super::{Ask, Day, Error, day_named};
use crate::answer::{Described, EffectKind, Name, Sum, describe};
use crate::chain::part_key::is_correction;
use crate::command::{Bad, Figure, Whole};
use crate::engine::{AHEAD_MAX, Ledger};
use crate::model::{
    self, Act, Code, Effect, Entry, Instant, MemberId, Money, NameKind, Number, Points, Programme,
    Purchase, UnitKind, wide_money,
};
use crate::rules::purchase::bill::{booked, tender_name};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Kind of the rest of a sale for which the till stated no tender.
const UNSAID: &str = "unsaid";

/// Figures of a business day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct DayReply {
    /// Always true.
    pub ok: bool,
    /// The business day, in the programme's zone.
    pub day: String,
    /// The store, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// The terminal, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// Sales as they were rung up, those that were undone later included.
    pub sales: Total,
    /// Goods that came back, by their share of the sale's total.
    pub returns: Total,
    /// Money that was paid out for returns, as a decimal.
    pub paid_out: String,
    /// Sales of any day that were undone on this one.
    pub voided_sales: Total,
    /// Returns of any day that were undone on this one.
    pub voided_returns: Total,
    /// Sales less returns, both less the undone ones, and amendments, as a decimal.
    pub net: String,
    /// Sales that were moved to another member's card: they count as sales of the day they
    /// were rung up, and move no money.
    pub reassigned: Total,
    /// Sales of any day that were amended on this one, and what they came to more or (negative)
    /// less: as sales they count on the day they were rung up, with what they came to then.
    pub amended: Total,
    /// Passes that were paid for ...
    pub passes: Total,
    /// ... and refunded.
    pub pass_refunds: Total,
    /// Means that sales were paid with, and those by which amended ones were paid more or less.
    /// `unsaid` is what sales came to beyond the tenders stated by the till, `unpaid` what was
    /// to be collected for a tender that fell short.
    pub tenders: Vec<TenderSum>,
    /// Points, by spendable unit.
    pub units: Vec<UnitSum>,
    /// Vouchers, by unit.
    pub vouchers: Vec<VoucherSum>,
    /// Refusals on record, by code.
    pub refusals: BTreeMap<String, u64>,
    /// Terminals' own counters.
    pub counters: Vec<CounterSum>,
    /// Entries of all kinds.
    pub entries: BTreeMap<String, u64>,
    /// First and last entry of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<(u64, u64)>,
    /// Entries that were read to find those of the day: all since its beginning.
    pub looked_at: u64,
}

/// A number of something, and the money it comes to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Total {
    /// Number.
    pub count: u64,
    /// Money, as a decimal.
    pub money: String,
}

/// A means of payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TenderSum {
    /// `cash`, `card`, `mobile`, `gift_card`, `points`, `reward`, `voucher`, or the till's word.
    pub kind: String,
    /// Payments.
    pub count: u64,
    /// Money, as a decimal.
    pub money: String,
    /// Money of sales that were undone on this day, as a decimal.
    pub voided: String,
    /// Money less that of undone sales, as a decimal.
    pub net: String,
}

/// Points of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct UnitSum {
    /// The unit's id.
    pub unit: String,
    /// Given.
    pub earned: Figure,
    /// Taken back after returns and voids.
    pub taken_back: Figure,
    /// Spent.
    pub spent: Figure,
    /// Spent ones, and ones taken back wrongly, that went back.
    pub put_back: Figure,
    /// Corrected by hand, or brought from another system; signed.
    pub corrected: Figure,
    /// Expired.
    pub expired: Figure,
}

/// Vouchers of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct VoucherSum {
    /// The unit's id.
    pub unit: String,
    /// Vouchers that were given.
    pub given: u64,
    /// Vouchers that paid.
    pub used: u64,
    /// Used ones that went back to their holder.
    pub put_back: u64,
    /// Money that they paid, as a decimal.
    pub money: String,
}

/// The counter of a terminal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CounterSum {
    /// The store; empty if none was stated.
    pub store: String,
    /// The terminal.
    pub terminal: String,
    /// The day's first number ...
    pub first: u64,
    /// ... and its last, in the order in which they were booked.
    pub last: u64,
    /// Numbers that are missing, in all.
    pub missing: u64,
    /// Ranges that are missing.
    pub gaps: Vec<Gap>,
}

/// Numbers missing before one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Gap {
    /// The number behind them.
    pub before: u64,
    /// Number of missing ones.
    pub missing: u64,
    /// The entry of the number behind them.
    pub seq: u64,
}

impl Ask for Day {
    type Reply = DayReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<DayReply, Error> {
        self.begin(ledger)?.tell()
    }
}

/// A day or a shift, with all that its figures are made from: that takes long, and needs no
/// ledger any more.
pub struct DayBasis {
    asked: Day,
    past: Past,
    day: model::Day,
    /// The first entry that can be of it.
    from: u64,
}

impl DayBasis {
    /// Makes the figures.
    ///
    /// # Errors
    /// I/O errors.
    pub fn tell(self) -> Result<DayReply, Error> {
        let (past, asked) = (&self.past, &self.asked);
        let mut sums = Sums::default();
        for entry in past.view.entries_from(self.from)? {
            let entry = entry?;
            sums.looked_at += 1;
            let is_of_it = asked.since.is_some() || entry.head.day == self.day;
            let is_asked = is_of_it && asked.is_here(past, &entry);
            sums.add(past, &entry, is_asked)?;
        }
        Ok(DayReply {
            day: self.day.to_string(),
            store: asked.store.as_deref().map(str::to_owned),
            terminal: asked.terminal.as_deref().map(str::to_owned),
            ..sums.told(past)
        })
    }
}

impl Day {
    /// Does the part that needs the ledger.
    ///
    /// # Errors
    /// As [`Ask::answer`].
    pub(super) fn begin(&self, ledger: &mut Ledger) -> Result<DayBasis, Error> {
        let calendar = &ledger.programme()?.calendar;
        let day = match &self.date {
            Some(text) => day_named("date", text)?,
            None => calendar.day_of(ledger.view()?.now),
        };
        let begin = Instant(calendar.start_of(day).0.saturating_sub(AHEAD_MAX));
        self.check_place(ledger.programme()?)?;
        let from = match self.behind()? {
            Some(since) => since.saturating_add(1),
            None => ledger.first_recorded(begin)?,
        };
        Ok(DayBasis {
            asked: self.clone(),
            past: Past::of(ledger)?,
            day,
            from,
        })
    }

    /// The entry behind which it is asked for, instead of a day.
    fn behind(&self) -> Result<Option<u64>, Error> {
        let Some(Whole(since)) = self.since else {
            return Ok(None);
        };
        let bad = |text: &str| Err(Bad::new("since", text).into());
        match (u64::try_from(since), &self.date) {
            (_, Some(_)) => bad("either a day or an entry is named, not both"),
            (Err(_), None) => bad("an entry's number is 0 or more"),
            (Ok(since), None) => Ok(Some(since)),
        }
    }

    /// Refuses a store or a terminal that the programme does not list.
    fn check_place(&self, programme: &Programme) -> Result<(), Error> {
        let Some(store) = self
            .store
            .as_deref()
            .filter(|_| !programme.stores.is_empty())
        else {
            return Ok(());
        };
        let stores: Vec<&str> = programme.stores.iter().map(|s| s.id.as_str()).collect();
        let Some(found) = programme.stores.iter().find(|s| s.id == store) else {
            let bad = Bad::unknown("store", "store", store, &stores);
            return Err(Error::no(Code::UnknownStore, bad.to_string()));
        };
        let terminals: Vec<&str> = found.terminals.iter().map(String::as_str).collect();
        match self.terminal.as_deref() {
            Some(terminal) if !terminals.is_empty() && !terminals.contains(&terminal) => {
                let bad = Bad::unknown("terminal", "terminal", terminal, &terminals);
                Err(Error::no(Code::UnknownTerminal, bad.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn is_here(&self, past: &Past, entry: &Entry) -> bool {
        let origin = &entry.head.origin;
        let is_store = |store: &str| past.store_of(&origin.place) == store;
        self.store.as_deref().is_none_or(is_store)
            && self
                .terminal
                .as_deref()
                .is_none_or(|t| origin.terminal == t)
    }
}

/// A count, and its sum in minor units.
#[derive(Clone, Copy, Default)]
struct Running {
    count: u64,
    money: i128,
}

impl Running {
    fn add(&mut self, money: Money) {
        self.count += 1;
        self.money += i128::from(money.0);
    }

    fn take(&mut self, money: Money) {
        self.count = self.count.saturating_sub(1);
        self.money -= i128::from(money.0);
    }
}

#[derive(Default)]
struct UnitRunning {
    earned: i128,
    taken_back: i128,
    spent: i128,
    put_back: i128,
    corrected: i128,
    expired: i128,
}

impl UnitRunning {
    fn told(&self, id: String, unit: Option<&model::Unit>) -> UnitSum {
        let figure = |points| Figure::of_sum(unit, points);
        UnitSum {
            unit: id,
            earned: figure(self.earned),
            taken_back: figure(self.taken_back),
            spent: figure(self.spent),
            put_back: figure(self.put_back),
            corrected: figure(self.corrected),
            expired: figure(self.expired),
        }
    }
}

#[derive(Default)]
struct VoucherRunning {
    given: u64,
    used: u64,
    put_back: u64,
    money: i128,
}

/// Void of a sale that may be the first half of its correction.
struct Undone {
    key: String,
    recorded: Instant,
    member: Option<MemberId>,
    is_asked: bool,
    sale: Purchase,
}

#[derive(Default)]
struct Sums {
    looked_at: u64,
    span: Option<(u64, u64)>,
    sales: Running,
    returns: Running,
    paid_out: i128,
    voided_sales: Running,
    voided_returns: Running,
    reassigned: Running,
    amended: Running,
    passes: Running,
    pass_refunds: Running,
    /// Payments and voided amounts, by kind.
    tenders: BTreeMap<String, (Running, i128)>,
    units: BTreeMap<Number, UnitRunning>,
    vouchers: BTreeMap<Number, VoucherRunning>,
    refusals: BTreeMap<String, u64>,
    counters: BTreeMap<(Number, String), CounterSum>,
    entries: BTreeMap<String, u64>,
    undone: Option<Undone>,
}

impl Sums {
    fn add(&mut self, past: &Past, entry: &Entry, is_asked: bool) -> Result<(), Error> {
        if is_asked {
            self.note(entry, past);
        }
        if self.is_corrected(entry, is_asked) {
            return Ok(());
        }
        if let Act::Reversal { of, .. } = &entry.act {
            self.undo(past, entry, *of, is_asked)?;
        }
        if !is_asked {
            return Ok(());
        }
        match &entry.act {
            Act::Purchase(sale) => {
                self.sales.add(sale.total);
                for (kind, money) in paid(sale, &entry.effects) {
                    self.tenders.entry(kind).or_default().0.add(money);
                }
            }
            Act::Return { .. } | Act::ReturnedWithoutSlip { .. } => {
                let (goods, money) = returned(entry);
                self.returns.add(goods);
                self.paid_out += i128::from(money.0);
            }
            Act::PassStarted { paid, .. } | Act::PassRenewed { paid, .. } => self.passes.add(*paid),
            Act::PassCancelled { refund, .. } => self.pass_refunds.add(*refund),
            Act::Refused(refused) => {
                let code = refused.refusal.code.as_str();
                *self.refusals.entry(code.into()).or_default() += 1;
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts an entry of the day with its effects on points, vouchers and counters.
    fn note(&mut self, entry: &Entry, past: &Past) {
        let first = self.span.map_or(entry.seq, |span| span.0);
        self.span = Some((first, entry.seq));
        *self.entries.entry(entry.act.kind().into()).or_default() += 1;
        let programme = past.programme();
        for effect in &entry.effects {
            self.count(programme, entry, &describe(entry, effect));
            if let Effect::Terminal {
                store,
                terminal,
                counter,
                missing,
            } = effect
            {
                let place = match store {
                    0 => String::new(),
                    store => past.global.names.text(NameKind::Store, *store),
                };
                let whose = (*store, place, terminal.as_str());
                self.number(whose, (*counter, *missing), entry.seq);
            }
        }
    }

    /// Counts an effect on points or vouchers.
    fn count(&mut self, programme: &Programme, entry: &Entry, effect: &Described) {
        let Some(kind) = effect.kind else { return };
        if let (Some(Name::Of(NameKind::Unit, unit)), EffectKind::Voucher) = (effect.name, kind) {
            let sums = self.vouchers.entry(unit).or_default();
            sums.used += 1;
            if let Some(Sum::Money(money)) = effect.sum {
                sums.money += i128::from(money.0);
            }
        }
        let (Some(unit), Some(Points(amount))) = (effect.unit, effect.amount) else {
            return;
        };
        if programme.is_kind(unit, UnitKind::Voucher) {
            let sums = self.vouchers.entry(unit).or_default();
            match kind {
                EffectKind::Issue => sums.given += 1,
                EffectKind::Restore => sums.put_back += 1,
                _ => {}
            }
        }
        if !programme.is_kind(unit, UnitKind::Spendable) {
            return;
        }
        let is_by_hand = matches!(entry.act, Act::Adjustment(_) | Act::BalanceOpened { .. });
        let (sums, amount) = (self.units.entry(unit).or_default(), i128::from(amount));
        match kind {
            EffectKind::Award | EffectKind::Debit if is_by_hand => sums.corrected += amount,
            EffectKind::Award => sums.earned += amount,
            EffectKind::Redeem | EffectKind::Donate | EffectKind::Debit => sums.spent -= amount,
            EffectKind::TakeBack | EffectKind::Owe => sums.taken_back -= amount,
            EffectKind::Restore => sums.put_back += amount,
            EffectKind::Expire => sums.expired -= amount,
            _ => {}
        }
    }

    fn number(
        &mut self,
        (store, place, terminal): (Number, String, &str),
        (counter, missing): (u64, u64),
        seq: u64,
    ) {
        let sums = self.counters.entry((store, terminal.to_owned()));
        let sums = sums.or_insert_with(|| CounterSum {
            store: place,
            terminal: terminal.to_owned(),
            first: counter,
            last: counter,
            missing: 0,
            gaps: Vec::new(),
        });
        sums.last = counter;
        sums.missing = sums.missing.saturating_add(missing);
        if missing > 0 {
            sums.gaps.push(Gap {
                before: counter,
                missing,
                seq,
            });
        }
    }

    /// Counts a void, and keeps it: it may be half of a correction.
    fn undo(&mut self, past: &Past, entry: &Entry, of: u64, is_asked: bool) -> Result<(), Error> {
        let Some(named) = past.view.entry(of)? else {
            return Ok(());
        };
        match &named.act {
            Act::Purchase(sale) => {
                let sale = booked(sale, &named.effects).into_owned();
                if is_asked {
                    self.voided_sales.add(sale.total);
                    for (kind, money) in paid(&sale, &[]) {
                        self.tenders.entry(kind).or_default().1 += i128::from(money.0);
                    }
                }
                self.undone = Some(Undone {
                    key: entry.head.key.to_string(),
                    recorded: entry.head.recorded_at(),
                    member: entry.member(),
                    is_asked,
                    sale,
                });
            }
            Act::Return { .. } | Act::ReturnedWithoutSlip { .. } if is_asked => {
                let (goods, money) = returned(&named);
                self.voided_returns.add(goods);
                self.paid_out -= i128::from(money.0);
            }
            _ => {}
        }
        Ok(())
    }

    /// True if an entry is the second half of a correction, which counts instead:
    /// the first half then no longer counts as a void.
    fn is_corrected(&mut self, entry: &Entry, is_asked: bool) -> bool {
        let Act::Purchase(sale) = &entry.act else {
            return false;
        };
        let is_half = |void: &mut Undone| is_correction((&void.key, void.recorded), &entry.head);
        let Some(undone) = self.undone.take_if(is_half) else {
            return false;
        };
        let before = paid(&undone.sale, &[]);
        if undone.is_asked {
            self.voided_sales.take(undone.sale.total);
            for (kind, money) in &before {
                self.tenders.entry(kind.clone()).or_default().1 -= i128::from(money.0);
            }
        }
        if entry.member() != undone.member {
            if undone.is_asked || is_asked {
                self.reassigned.add(undone.sale.total);
            }
        } else if undone.is_asked {
            self.amend((&undone.sale, before), (sale, paid(sale, &entry.effects)));
        }
        true
    }

    /// Counts what an amended sale came to more or less, and by which means.
    fn amend(
        &mut self,
        (was, before): (&Purchase, Vec<(String, Money)>),
        (now, after): (&Purchase, Vec<(String, Money)>),
    ) {
        self.amended.add(Money(now.total.0 - was.total.0));
        let mut more: BTreeMap<String, i64> = BTreeMap::new();
        for (kind, money) in after {
            *more.entry(kind).or_default() += money.0;
        }
        for (kind, money) in before {
            *more.entry(kind).or_default() -= money.0;
        }
        for (kind, money) in more.into_iter().filter(|(_, money)| *money != 0) {
            self.tenders.entry(kind).or_default().0.add(Money(money));
        }
    }

    /// Sales less returns, both less the undone ones, and amendments.
    fn net(&self) -> i128 {
        let sales = self.sales.money - self.voided_sales.money;
        let returns = self.returns.money - self.voided_returns.money;
        sales - returns + self.amended.money
    }

    fn told(self, past: &Past) -> DayReply {
        let programme = past.programme();
        let money = |minor: i128| wide_money(minor, programme.digits);
        let net = money(self.net());
        let sum = |running: Running| Total {
            count: running.count,
            money: money(running.money),
        };
        let unit = |number: Number| past.global.names.text(NameKind::Unit, number);
        let tenders = self.tenders.into_iter();
        let tenders = tenders.filter(|(_, (paid, voided))| paid.count > 0 || *voided != 0);
        let tenders = tenders.map(|(kind, (paid, voided))| TenderSum {
            kind,
            count: paid.count,
            money: money(paid.money),
            voided: money(voided),
            net: money(paid.money - voided),
        });
        let units = self.units.into_iter();
        let units = units.map(|(number, sums)| sums.told(unit(number), programme.unit(number)));
        let vouchers = self.vouchers.into_iter();
        let vouchers = vouchers.map(|(number, sums)| VoucherSum {
            unit: unit(number),
            given: sums.given,
            used: sums.used,
            put_back: sums.put_back,
            money: money(sums.money),
        });
        DayReply {
            ok: true,
            sales: sum(self.sales),
            returns: sum(self.returns),
            paid_out: money(self.paid_out),
            voided_sales: sum(self.voided_sales),
            voided_returns: sum(self.voided_returns),
            net,
            reassigned: sum(self.reassigned),
            amended: sum(self.amended),
            passes: sum(self.passes),
            pass_refunds: sum(self.pass_refunds),
            tenders: tenders.collect(),
            units: units.collect(),
            vouchers: vouchers.collect(),
            refusals: self.refusals,
            counters: self.counters.into_values().collect(),
            entries: self.entries,
            span: self.span,
            looked_at: self.looked_at,
            ..DayReply::default()
        }
    }
}

/// Tenders of a sale, and the rest for which the till stated none.
fn paid(sale: &Purchase, effects: &[Effect]) -> Vec<(String, Money)> {
    let sale = booked(sale, effects);
    let tenders = sale.tenders.iter();
    let mut all: Vec<(String, Money)> = tenders
        .map(|tender| (tender_name(&tender.kind).into_owned(), tender.amount))
        .collect();
    let stated: i64 = all.iter().map(|(_, money)| money.0).sum();
    if sale.total.0 != stated {
        all.push((UNSAID.into(), Money(sale.total.0 - stated)));
    }
    all
}

/// Goods of a return by their share of the sale's total, and the money paid out.
fn returned(entry: &Entry) -> (Money, Money) {
    if let Act::ReturnedWithoutSlip { amount, .. } = &entry.act {
        return (*amount, *amount);
    }
    let found = entry.effects.iter().find_map(|effect| match effect {
        Effect::Returned { amount, money, .. } => Some((*amount, *money)),
        _ => None,
    });
    found.unwrap_or_default()
}
