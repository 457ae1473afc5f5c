//! Description of an entry in the words of a till.

use super::effect::describe;
use super::warning::warning;
use crate::answer::{
    Accepted, Balance, ByUnit, CodesLocked, Collect, Did, EffectKind, Expiring, ForeignMoney,
    GiveBack, LineBack, LineTold, No, Now, PaidInForeign, PassNow, PointsTold, Quantity,
    StampBrief, StatementEntry, TenderLeftOut, TierNext, TierNow, VoucherNow, is_told_to,
    keeps_text, phrase, seen_by,
};
use crate::chain::checkpoint::Checkpoint;
use crate::chain::stamp::Slip;
use crate::command::Figure;
use crate::model::{
    AMOUNT_MAX, Act, Effect, Entry, Exact, Instant, MemberId, Money, NameKind, Number, Place,
    Points, Policy, Steps, UnitKind, currency_digits,
};
use crate::rules::facts::FactReader;
use crate::rules::purchase::foreign::{self, BillCurrency};
use crate::rules::purchase::payment_options::PointsOption;
use crate::rules::state::{Guesser, LedgerState, Lot, Member};
use std::collections::BTreeMap;

/// Formats an amount in minor units of a currency as a decimal.
pub(super) fn in_currency(code: &str, money: Money) -> String {
    money.display(currency_digits(code).unwrap_or(2))
}

impl ForeignMoney {
    /// Money in a currency, by its ISO 4217 code.
    pub fn new(code: &str, money: Money) -> ForeignMoney {
        ForeignMoney {
            currency: code.into(),
            money: in_currency(code, money),
        }
    }
}

/// Context in which an answer is made.
pub struct View<'a> {
    /// Names and totals.
    pub global: &'a LedgerState,
    /// The programme in force.
    pub policy: &'a dyn Policy,
    /// Tree of the stamp.
    pub checkpoint: Option<&'a Checkpoint>,
    /// The present instant.
    pub now: Instant,
}

impl View<'_> {
    pub(super) fn store(&self, place: &Place) -> String {
        place.store(&self.global.names)
    }

    pub(super) fn campaign(&self, number: Number) -> Option<String> {
        (number != 0).then(|| self.name(NameKind::Campaign, number))
    }

    pub(super) fn name(&self, kind: NameKind, number: Number) -> String {
        self.global.names.text(kind, number)
    }

    /// A unit's id.
    pub fn unit(&self, number: Number) -> String {
        self.name(NameKind::Unit, number)
    }

    /// An amount in whole units.
    pub fn figure(&self, unit: Number, points: Points) -> Figure {
        Figure::of_number(self.policy.programme(), unit, points)
    }

    /// An instant in the programme's zone.
    pub fn at(&self, at: Instant) -> String {
        self.policy.programme().calendar.display(at)
    }

    pub(super) fn last_day(&self, gone: Instant) -> String {
        self.policy.programme().calendar.last_day(gone).to_string()
    }

    /// An amount of a bill as a decimal: in the currency that it is paid in, or in the
    /// programme's.
    pub fn money_of_bill(&self, money: Money, paid_in: Option<&BillCurrency>) -> String {
        paid_in.map_or_else(|| self.money(money), |paid_in| paid_in.display(money))
    }

    /// The most points of a unit that pay for a bill, and its amount in the currency that
    /// the bill is paid in.
    pub fn usable(&self, option: &PointsOption, paid_in: Option<&BillCurrency>) -> PointsTold {
        let pays = option.pays.as_ref();
        let (most, money) = pays.map_or((Points::ZERO, Money::ZERO), |pays| *pays);
        PointsTold {
            unit: self.unit(option.unit),
            most: self.figure(option.unit, most),
            pays: self.money_of_bill(money, paid_in),
            no: pays.err().map(No::from),
        }
    }

    /// Money in the programme's currency, as a decimal.
    pub fn money(&self, money: Money) -> String {
        money.display(self.policy.programme().digits)
    }

    /// Makes the answer of an entry, with the member's present balances.
    pub fn accepted(&self, entry: &Entry, member: Option<&Member>) -> Accepted {
        let mut answer = Accepted::new(entry.head.key.as_str(), Some(entry.seq));
        answer.member = entry.member().map(|id| id.to_string());
        answer.programme = self.in_doubt(entry);
        answer.did = entry
            .effects
            .iter()
            .filter_map(|e| self.did(&describe(entry, e)))
            .collect();
        // A qualifying unit counts only within its window; its sum over all
        // time is irrelevant.
        let programme = self.policy.programme();
        let is_plain = |unit| !programme.is_kind(unit, UnitKind::Qualifying);
        let own = entry.after.iter().filter(|a| a.who == 0);
        for after in own.filter(|a| is_plain(a.unit)) {
            let figure = self.figure(after.unit, after.balance);
            answer.after.insert(self.unit(after.unit), figure);
        }
        answer.warnings = entry
            .effects
            .iter()
            .filter_map(|e| warning(self, e))
            .collect();
        answer.lines = self.lines(entry);
        answer.give_back = self.give_back(entry, &answer.did);
        answer.collect = self.collect(entry);
        answer.foreign = self.foreign(entry);
        answer.now = member.map(|m| self.standing(m));
        answer.stamp = self.checkpoint.map(|c| StampBrief {
            seq: entry.seq,
            size: c.size(),
            root: data_encoding::BASE64.encode(c.root().as_bytes()),
            slip: slip(entry.seq, c),
        });
        answer
    }

    /// Number of the programme that decided an entry, where that might be in doubt.
    fn in_doubt(&self, entry: &Entry) -> Option<u32> {
        let head = &entry.head;
        let came_in = self.policy.programme().calendar.day_of(head.effective);
        let is_pilots = self.global.pilots.contains(&head.bundle);
        (is_pilots || head.day < came_in).then_some(head.bundle)
    }

    /// Lines of a purchase with the till's further details.
    fn lines(&self, entry: &Entry) -> Vec<LineTold> {
        let Act::Purchase(purchase) = &entry.act else {
            return Vec::new();
        };
        if purchase.lines.iter().all(|line| line.detail.is_none()) {
            return Vec::new();
        }
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let lines = (1u16..).zip(&purchase.lines);
        let told = lines.map(|(number, line)| {
            let detail = line.detail.as_deref();
            LineTold {
                line: number,
                id: detail.and_then(|d| some(&d.id)),
                sku: some(&line.sku),
                name: detail.and_then(|d| some(&d.name)),
                qty: line.qty.to_string(),
                amount: self.money(line.amount),
                unit_price: detail.and_then(|d| d.unit_price).map(|m| self.money(m)),
                tax: detail.and_then(|d| d.tax).map(|m| self.money(m)),
            }
        });
        told.collect()
    }

    fn foreign(&self, entry: &Entry) -> Option<PaidInForeign> {
        let Act::Purchase(sale) = &entry.act else {
            return None;
        };
        let paid = sale.foreign.as_ref()?;
        Some(PaidInForeign {
            currency: paid.currency.clone(),
            total: in_currency(&paid.currency, paid.total),
            rate: paid.rate.to_string(),
            counted: self.money(sale.total),
            ..PaidInForeign::default()
        })
    }

    fn collect(&self, entry: &Entry) -> Option<Collect> {
        let mut left = Money::ZERO;
        let mut tenders = Vec::new();
        for effect in &entry.effects {
            if let Effect::TenderLeftOut {
                tender,
                amount,
                refusal,
            } = effect
            {
                left = left.plus(*amount).unwrap_or(left);
                tenders.push(TenderLeftOut {
                    tender: *tender,
                    money: self.money(*amount),
                    code: refusal.code.as_str().into(),
                    message: refusal.detail.clone(),
                    quantity: Quantity::of(refusal, Some(self.policy.programme())),
                });
            }
        }
        let Act::Purchase(sale) = &entry.act else {
            return None;
        };
        let foreign = sale.foreign.as_ref().map(|paid| {
            let part = foreign::refunded(paid, sale.total, (Money::ZERO, left));
            ForeignMoney::new(&paid.currency, part)
        });
        (!tenders.is_empty()).then(|| Collect {
            money: self.money(left),
            foreign,
            tenders,
        })
    }

    fn give_back(&self, entry: &Entry, did: &[Did]) -> Option<GiveBack> {
        if let Act::PassCancelled { refund: money, .. }
        | Act::ReturnedWithoutSlip { amount: money, .. } = &entry.act
        {
            return Some(GiveBack {
                money: self.money(*money),
                ..GiveBack::default()
            });
        }
        if entry
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Voided { .. }))
        {
            return None;
        }
        let (money, lines) = entry.effects.iter().find_map(|e| match e {
            Effect::Returned { money, lines, .. } => Some((*money, lines)),
            _ => None,
        })?;
        let mut points = ByUnit::new();
        for back in did.iter().filter(|did| did.effect == EffectKind::Restore) {
            if let (Some(unit), Some(amount)) = (&back.unit, back.amount) {
                let sum = points.get(unit).map_or(amount, |n: &Figure| n.plus(amount));
                points.insert(unit.clone(), sum);
            }
        }
        let foreign = entry.refunded_as();
        let foreign = foreign.map(|(currency, money)| ForeignMoney::new(currency, money));
        Some(GiveBack {
            money: self.money(money),
            foreign,
            points,
            lines: lines
                .iter()
                .map(|line| LineBack {
                    line: line.line,
                    qty: line.qty.to_string(),
                    money: self.money(line.paid),
                })
                .collect(),
        })
    }

    /// A member's present balances.
    pub fn standing(&self, member: &Member) -> Now {
        let mut now = Now {
            seq: self.global.next_seq.saturating_sub(1),
            ..Now::default()
        };
        now.balance = self.balances(member);
        now.vouchers = self.vouchers(member);
        now.tier = self.tier(member);
        now.passes = self.passes(member);
        now.locks = self.locks(self.global, member.id, self.now);
        now
    }

    /// A member's present balances by spendable unit.
    pub fn balances(&self, member: &Member) -> BTreeMap<String, Balance> {
        let units = self.policy.programme().units.iter();
        let spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
        spendable
            .map(|unit| (unit.id.clone(), self.balance(member, unit.number)))
            .collect()
    }

    /// Kinds of codes that were locked for a member at an instant, by the state
    /// of that time.
    pub fn locks(&self, global: &LedgerState, member: MemberId, at: Instant) -> Vec<CodesLocked> {
        let own = Guesser::Member(member);
        let locked = global.guessing.all();
        let locked = locked.filter(|g| g.guesser == own && g.is_locked(at));
        let told = locked.filter_map(|g| {
            Some(CodesLocked {
                codes: g.kind.as_str().into(),
                until: self.at(g.locked_until?),
            })
        });
        told.collect()
    }

    fn vouchers(&self, member: &Member) -> Vec<VoucherNow> {
        let units = self.policy.programme().units.iter();
        let vouchers = units.filter(|u| u.kind == UnitKind::Voucher);
        let lots = vouchers.flat_map(|u| member.lots_of(u.number));
        let mut lots: Vec<&Lot> = lots.filter(|lot| !lot.is_dead(self.now)).collect();
        lots.sort_by_key(|lot| lot.spend_order());
        let is_held = |lot: &Lot| {
            let mut holds = member.holds.iter().filter(|hold| hold.token.is_none());
            holds.any(|hold| hold.lots.iter().any(|part| part.0 == lot.id))
        };
        let voucher = |lot: &Lot| VoucherNow {
            unit: self.unit(lot.unit),
            lot: lot.id.to_string(),
            state: match (lot.is_pending(self.now), lot.held.is_positive()) {
                (true, _) => "pending".into(),
                (_, true) if is_held(lot) => "held".into(),
                (_, true) => "given".into(),
                _ => "open".into(),
            },
            available_at: lot.terms.available.map(|at| self.at(at)),
            expires_at: lot.terms.expires.map(|at| self.at(at)),
            last_day: lot.terms.expires.map(|at| self.last_day(at)),
        };
        lots.into_iter().map(voucher).collect()
    }

    fn passes(&self, member: &Member) -> BTreeMap<String, PassNow> {
        let day = self.policy.programme().calendar.day_of(self.now);
        let held = member.passes.iter().filter_map(|p| {
            let (held, lot) = member.pass(p.unit, self.now)?;
            let pass = PassNow {
                expires_at: lot.terms.expires.map(|at| self.at(at)),
                last_day: lot.terms.expires.map(|at| self.last_day(at)),
                uses: held.uses(day),
            };
            Some((self.unit(p.unit), pass))
        });
        held.collect()
    }

    /// Balance of a member in a unit.
    pub fn balance(&self, member: &Member, unit: Number) -> Balance {
        let deadline = member.deadline(unit);
        let end = |l: &Lot| l.terms.expires.into_iter().chain(deadline).min();
        let mut first = None;
        let mut ending: Vec<&Lot> = Vec::new();
        for lot in member.lots_of(unit).filter(|l| !l.is_dead(self.now)) {
            let end = end(lot);
            if end.is_some() && (first.is_none() || end < first) {
                (first, ending) = (end, Vec::new());
            }
            if first.is_some() && end == first {
                ending.push(lot);
            }
        }
        let available = member.available(unit, self.now);
        // Held points outlive their lot: they can be captured until the hold ends.
        let held = member.sums(unit).held;
        let figure = |points| self.figure(unit, points);
        let is_exact = matches!(figure(available), Figure::Exact(_));
        let shown = is_exact.then(|| figure(available).whole());
        Balance {
            available: figure(available),
            pending: figure(member.pending(unit, self.now)),
            held: figure(Points(held)),
            shown,
            expiring: first.map(|at| Expiring {
                amount: figure(Points(ending.iter().map(|l| l.remaining.0).sum())),
                at: self.at(at),
                last_day: self.last_day(at),
                keeps: ending
                    .first()
                    .filter(|l| l.terms.expires == first)
                    .and_then(|l| keeps_text(l.terms.keep)),
                moves_on: ending.iter().any(|l| l.terms.expires != first),
            }),
        }
    }

    fn tier(&self, member: &Member) -> Option<TierNow> {
        let held = member.tier?;
        let tiers = self.policy.tiers()?;
        let rank = tiers.rank(held.tier);
        let next = tiers.names.get(rank).filter(|_| rank > 0);
        Some(TierNow {
            name: self.name(NameKind::Tier, held.tier),
            until: held.review.map(|day| day.plus_days(-1).to_string()),
            next: next.map(|name| TierNext {
                name: name.clone(),
                needs: self.needs(member, name),
            }),
        })
    }

    /// Rest to a tier: the least amount of a single qualifying unit with which
    /// `qualify` returns it, found by trying.
    fn needs(&self, member: &Member, tier: &str) -> ByUnit {
        let number = self.global.names.number(NameKind::Tier, tier).unwrap_or(0);
        let rank = |tier| self.policy.tiers().map_or(0, |tiers| tiers.rank(tier));
        let units = self.policy.programme().units.iter();
        let qualifying = units.filter(|unit| unit.kind == UnitKind::Qualifying);
        let needs = qualifying.filter_map(|unit| {
            let reached = |more| self.forecast(member, unit.number, more);
            let reaches = |more| reached(more).is_some_and(|to| rank(to) >= rank(number).max(1));
            let more = Figure::of(Some(unit), Points(least(reaches)?));
            Some((unit.id.clone(), more))
        });
        needs.collect()
    }

    /// The tier a member would have with that many more of a qualifying unit today.
    fn forecast(&self, member: &Member, unit: Number, more: i64) -> Option<Number> {
        let day = self.policy.programme().calendar.day_of(self.now);
        let pending = [Effect::Qualify {
            who: 0,
            unit,
            day,
            amount: Points(more),
            campaign: 0,
            exact: Exact::default(),
        }];
        let reader = FactReader {
            member,
            pending: &pending,
            policy: self.policy,
            names: &self.global.names,
            global: self.global,
            day,
            at: self.now,
            birthday: None,
            attributes: &[],
        };
        let given = reader.read(self.policy.facts_review());
        self.policy.qualify(&given, &Steps::default()).ok()
    }

    /// Describes an entry.
    pub fn told(&self, entry: &Entry) -> StatementEntry {
        let accepted = self.accepted(entry, None);
        StatementEntry {
            seq: entry.seq,
            at: self.at(entry.head.occurred_at()),
            kind: entry.act.kind(),
            what: phrase(&entry.act, self.policy.programme().digits),
            key: accepted.key,
            did: accepted.did,
            after: accepted.after,
            warnings: accepted.warnings,
        }
    }

    /// Describes an entry to one of its members: only the parts that are theirs.
    pub fn told_to(&self, entry: &Entry, id: MemberId) -> StatementEntry {
        let mut told = self.told(&seen_by(entry, id));
        if !is_told_to(entry, id) {
            told.what = "in another name".into();
        }
        told
    }
}

/// The stamp as a line for a customer's slip. Without a balance: the till
/// decides whether that is printed.
fn slip(seq: u64, checkpoint: &Checkpoint) -> String {
    let slip = Slip::new(seq, checkpoint.size(), &checkpoint.root(), None);
    slip.map_or_else(|_| String::new(), |slip| slip.to_string())
}

/// The least number for which a monotonic condition is true.
fn least(holds: impl Fn(i64) -> bool) -> Option<i64> {
    let mut high = 1i64;
    while !holds(high) {
        high = high.checked_mul(4).filter(|h| *h < AMOUNT_MAX)?;
    }
    let mut low = high / 4;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle
        } else {
            low = middle
        }
    }
    Some(high)
}
