//! programme.toml from text to `model::Programme`, with checks.

use super::diagnostic::{Diagnostic, suggest};
use super::host::names::parse_window;
use super::manifest::{
    self, AlertsText, At, CurrencyText, DaysText, FILE, LapsingText, Manifest, ProgrammeSection,
    SpendText, UnitText,
};
use super::reader::{Reader, goods};
use super::{activities, aliases, attributes, expiry, households, partners, passes, rfm, vouchers};
use crate::model::{
    AlertRule, ApprovalRule, AwardLimit, Calendar, Currency, Deficit, Earns, Lapsing, LapsingRule,
    LeapRule, NameKind, Names, Number, Orders, Points, Programme, Returns, Rounding, SpendLimit,
    Store, TransferRule, Unit, UnitKind, WAIT_DAYS_MAX, WHOLE, Window, WithoutSlip, Zone,
    currency_digits, kind_word, parse_minutes,
};
use std::ops::RangeInclusive;

/// Reads the programme; faults are added to `found`.
pub(super) fn read(
    text: &str,
    names: &mut Names,
    zone: Zone,
    found: &mut Vec<Diagnostic>,
) -> Option<Programme> {
    let manifest = match manifest::parse(text) {
        Ok(manifest) => manifest,
        Err(diagnostic) => {
            found.push(diagnostic);
            return None;
        }
    };
    Some(Reader { text, names, found }.programme(manifest, zone))
}

impl Reader<'_> {
    fn programme(mut self, manifest: Manifest, zone: Zone) -> Programme {
        let head = &manifest.programme;
        let digits = self.digits(&head.currency);
        let units: Vec<Unit> = manifest
            .unit
            .iter()
            .map(|(id, unit)| self.unit(id, unit, digits))
            .collect();
        if units.is_empty() {
            let none = Diagnostic::error(FILE, (0, 0), "the programme has no unit");
            self.found
                .push(none.help("add [unit.point] with kind = \"spendable\""));
        }
        Programme {
            name: head.name.clone(),
            currency: head.currency.get_ref().clone(),
            digits,
            currencies: manifest
                .currency
                .iter()
                .filter_map(|(code, text)| self.currency(code, text, head.currency.get_ref()))
                .collect(),
            calendar: self.calendar(head, zone),
            rounding: self.rounding(head),
            discount_rounding: self.discount_rounding(head),
            returns: self.word(&head.returns, &RETURNS),
            deposits: match &head.deposits {
                Some(named) => named.clone(),
                None => vec!["deposit".into()],
            },
            without_slip: self.word(&head.returns_without_slip, &WITHOUT_SLIP),
            deficit: self.word(&head.deficit, &DEFICITS),
            orders: self.word(&head.orders, &ORDERS),
            late_days: self.wait_days(&head.late_window, 7),
            restore_grace_days: self.days(&head.restore_grace, 0),
            notice_days: self.days(&head.notice, 0),
            leap: self.word(&head.birthday_29_february, &LEAPS),
            earns: earns(head),
            stores: self.stores(&manifest),
            spend: self.spend(&manifest, &units),
            not_discounted: goods(&manifest.discount.not_for),
            award: self.award(&manifest, &units),
            transfer: self.transfer(&manifest, &units),
            units,
            reasons: self.reasons(head),
            aliases: aliases::read(&mut self, &manifest),
            purposes: self.purposes(head),
            claim_days: self.within(head.claim_days.as_ref(), 30, 0..=WAIT_DAYS_MAX.into()),
            guess: vouchers::guess(&mut self, head),
            activities: activities::read(&mut self, &manifest),
            attributes: attributes::read(&mut self, &manifest),
            passes: passes::read(&mut self, &manifest, digits),
            partners: partners::partners(&mut self, &manifest),
            pools: partners::pools(&mut self, &manifest, digits),
            rfm: rfm::read(&mut self, &manifest, digits),
            household_size: households::size(&mut self, &manifest),
            approval: self.approval(&manifest),
            alerts: self.alerts(&manifest.alerts),
            lapsing: self.lapsing(&manifest.lapsing),
            // A file of its own.
            goods: Vec::new(),
        }
    }

    fn alerts(&mut self, text: &AlertsText) -> AlertRule {
        let usual = AlertRule::default();
        let share = 0..=100;
        let count = 0..=1_000_000_000;
        let mut read = |at: &Option<At<i64>>, default, bounds: &RangeInclusive<i64>| {
            self.within(at.as_ref(), default, bounds.clone())
        };
        AlertRule {
            utilisation_below: read(&text.utilisation_below, usual.utilisation_below, &share),
            voucher_use_below: read(&text.voucher_use_below, usual.voucher_use_below, &share),
            sample: read(&text.sample, usual.sample, &count),
            budget_above: read(&text.budget_above, usual.budget_above, &(1..=100)),
            purchases_a_day: read(&text.purchases_a_day, usual.purchases_a_day, &count),
            by_hand_a_month: read(&text.by_hand_a_month, usual.by_hand_a_month, &count),
            lapsing_above: read(&text.lapsing_above, usual.lapsing_above, &count),
            disk_below: read(&text.disk_below, usual.disk_below, &share),
            backup_days: read(&text.backup_days, usual.backup_days, &(0..=3660)),
        }
    }

    fn lapsing(&mut self, text: &LapsingText) -> LapsingRule {
        let all = self.lapsing_days((&text.active, &text.lapsed), Lapsing::default());
        let mut own = |(name, days): (&String, &DaysText)| {
            let days = self.lapsing_days((&days.active, &days.lapsed), all);
            (name.clone(), days)
        };
        LapsingRule {
            all,
            categories: text.category.iter().map(&mut own).collect(),
        }
    }

    fn lapsing_days(
        &mut self,
        (active, lapsed): (&Option<At<String>>, &Option<At<String>>),
        otherwise: Lapsing,
    ) -> Lapsing {
        let read = Lapsing {
            active: self.days(active, otherwise.active),
            lapsed: self.days(lapsed, otherwise.lapsed),
        };
        let is_rising = 0 < read.active && read.active <= read.lapsed;
        if let Some(at) = active.as_ref().or(lapsed.as_ref()).filter(|_| !is_rising) {
            let message = format!(
                "a member is active for {} days and has lapsed after {}",
                read.active, read.lapsed
            );
            self.wrong(
                at,
                message,
                "write 1 day and more for `active`, and no fewer for `lapsed`",
            );
        }
        read
    }

    fn approval(&mut self, manifest: &Manifest) -> ApprovalRule {
        let Some(text) = &manifest.approval else {
            return ApprovalRule::default();
        };
        let above = text.adjust_above.as_ref();
        ApprovalRule {
            voids: text.void,
            without_slip: text.return_without_slip,
            adjust_above: above.map(|at| self.within(Some(at), 0, 0..=1_000_000_000)),
            programmes: text.programme,
        }
    }

    fn rounding(&mut self, head: &ProgrammeSection) -> Rounding {
        self.word(&head.rounding, &ROUNDINGS)
    }

    /// Rounding of discounts: as of points if the programme sets it; otherwise
    /// halves go up.
    fn discount_rounding(&mut self, head: &ProgrammeSection) -> Rounding {
        let named = head.rounding.as_ref().map(At::get_ref);
        let found = ROUNDINGS
            .iter()
            .find(|(word, _)| named.is_some_and(|n| kind_word(n) == kind_word(word)));
        found.map_or(Rounding::HalfUp, |(_, rounding)| *rounding)
    }

    /// Reads a further currency, with the rate at which its sales count.
    fn currency(&mut self, code: &At<String>, text: &CurrencyText, own: &str) -> Option<Currency> {
        if code.get_ref() == own {
            let message = format!("{own} is the programme's own currency");
            self.wrong(code, message, "leave this table out");
        }
        let digits = self.digits(code);
        let rate = self.exact(&text.rate)?;
        let currency = Currency {
            code: code.get_ref().clone(),
            digits,
            rate,
            rounding: match &text.rounding {
                None => Rounding::HalfUp,
                named => self.word(named, &ROUNDINGS),
            },
        };
        if rate.to_decimal().is_none_or(|rate| rate.is_zero()) {
            let message = "this needs a number above 0, in quotes";
            self.wrong(
                &text.rate,
                message,
                format!("what one {} counts, such as \"0.92\"", code.get_ref()),
            );
        }
        Some(currency)
    }

    fn digits(&mut self, currency: &At<String>) -> u8 {
        currency_digits(currency.get_ref()).unwrap_or_else(|| {
            let message = format!("'{}' is no ISO 4217 currency", currency.get_ref());
            let help = "write it with three capitals, such as \"EUR\"";
            self.wrong(currency, message, help);
            2
        })
    }

    fn calendar(&mut self, head: &ProgrammeSection, zone: Zone) -> Calendar {
        if zone.name != *head.zone.get_ref() {
            let message = format!(
                "the zone is '{}' here, '{}' was looked up",
                head.zone.get_ref(),
                zone.name
            );
            self.wrong(&head.zone, message, "");
        }
        let day_starts = head.day_starts.as_ref().map_or(0, |at| {
            parse_minutes(at.get_ref()).unwrap_or_else(|message| {
                self.wrong(at, message, "");
                0
            })
        });
        Calendar { zone, day_starts }
    }

    fn days(&mut self, at: &Option<At<String>>, default: u32) -> u32 {
        let Some(at) = at else {
            return default;
        };
        match expiry::span(at.get_ref()) {
            Some((0, days)) if days <= 3660 => days,
            _ => {
                self.wrong(
                    at,
                    format!("'{}' is not so many days", at.get_ref()),
                    "write \"7 days\"",
                );
                default
            }
        }
    }

    /// Reads a wait within which limits by the day must still be known.
    fn wait_days(&mut self, at: &Option<At<String>>, default: u32) -> u32 {
        let days = self.days(at, default);
        match at {
            Some(at) if days > WAIT_DAYS_MAX => {
                self.wrong(
                    at,
                    format!(
                        "'{}' is longer than limits by the day are known for",
                        at.get_ref()
                    ),
                    format!("write \"{WAIT_DAYS_MAX} days\" at most"),
                );
                default
            }
            _ => days,
        }
    }

    fn stores(&mut self, manifest: &Manifest) -> Vec<Store> {
        let mut stores: Vec<Store> = Vec::new();
        for store in &manifest.store {
            let id = store.id.get_ref();
            if id.is_empty() || stores.iter().any(|s| s.id == *id) {
                self.wrong(
                    &store.id,
                    format!("the store '{id}' is empty or there twice"),
                    "",
                );
            }
            let partner = partners::partner_of(self, store.partner.as_ref(), manifest);
            stores.push(Store {
                partner,
                number: self.names.add(NameKind::Store, id),
                id: id.clone(),
                terminals: store.terminals.clone(),
            });
        }
        stores
    }

    fn unit(&mut self, id: &At<String>, unit: &UnitText, digits: u8) -> Unit {
        self.check_unit_id(id);
        let (expires, keep, inactivity) = match &unit.expires {
            Some(at) => self.expires(at),
            None => (crate::model::Expiry::Never, 0, None),
        };
        Unit {
            number: self.names.add(NameKind::Unit, id.get_ref()),
            id: id.get_ref().clone(),
            kind: self.kind(&unit.kind),
            expires,
            keep,
            inactivity,
            is_lost_with_tier: unit.lost_with_tier,
            value: unit.value.as_ref().and_then(|at| self.exact(at)),
            cost: unit.cost.as_ref().and_then(|at| self.exact(at)),
            window: self.window(unit.window.as_ref()),
            subunits: self.subunits(unit.subunits.as_ref()),
            voucher: vouchers::terms(self, unit, digits),
            is_pooled: households::is_pooled(self, unit),
        }
    }

    fn check_unit_id(&mut self, id: &At<String>) {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let text = id.get_ref();
        if text.is_empty() || text.len() > 32 || !text.chars().all(is_plain) {
            self.wrong(
                id,
                "a unit's name has letters, digits, '-' and '_', at most 32 bytes",
                "",
            );
        }
        if matches!(text.as_str(), "each" | "last" | "per") {
            self.wrong(
                id,
                "'each', 'last' and 'per' have a meaning in budgets and name no unit",
                "",
            );
        }
    }

    fn kind(&mut self, at: &At<String>) -> UnitKind {
        match at.get_ref().as_str() {
            "spendable" => UnitKind::Spendable,
            "qualifying" => UnitKind::Qualifying,
            "voucher" => UnitKind::Voucher,
            "pass" => UnitKind::Pass,
            word => {
                let message = format!("'{word}' is no kind of unit");
                self.wrong(at, message, "known: spendable, qualifying, voucher, pass");
                UnitKind::Spendable
            }
        }
    }

    fn expires(&mut self, at: &At<toml::Value>) -> expiry::ExpiryTerms {
        expiry::read(at.get_ref()).unwrap_or_else(|message| {
            self.wrong(at, message, expiry::HELP);
            expiry::NEVER
        })
    }

    fn window(&mut self, at: Option<&At<String>>) -> Window {
        let Some(at) = at else {
            return Window::Year;
        };
        parse_window(at.get_ref()).unwrap_or_else(|message| {
            self.wrong(at, message, "");
            Window::Year
        })
    }

    fn subunits(&mut self, at: Option<&At<i64>>) -> i64 {
        match at {
            None => 1,
            Some(at) if (1..=1_000_000).contains(at.get_ref()) => {
                let per = *at.get_ref();
                if !is_exact(per) {
                    let message = format!("one divided by {per} has no end as a decimal");
                    self.wrong(
                        at,
                        message,
                        "use 10, 100, 20000 or another product of 2s and 5s",
                    );
                }
                per
            }
            Some(at) => {
                self.wrong(at, "subunits go from 1 to 1000000", "");
                1
            }
        }
    }

    fn unit_named<'u>(&mut self, id: &At<String>, units: &'u [Unit]) -> Option<&'u Unit> {
        let found = units.iter().find(|u| u.id == *id.get_ref());
        if found.is_none() {
            let known: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
            let help = suggest(id.get_ref(), &known);
            self.wrong(id, format!("there is no unit '{}'", id.get_ref()), help);
        }
        found
    }

    /// Reads a limit, written in whole units.
    fn points(&mut self, unit: &Unit, at: Option<&At<i64>>) -> Option<Points> {
        let at = at?;
        let whole = *at.get_ref();
        match unit.parts(whole.into()).filter(|points| points.0 >= 0) {
            Some(points) => Some(points),
            None => {
                let most = match unit.subunits {
                    1 => "2^53 - 1".into(),
                    per => (crate::model::AMOUNT_MAX / per).to_string(),
                };
                self.wrong(at, format!("{whole} is not from 0 to {most}"), "");
                Some(Points::ZERO)
            }
        }
    }

    fn spend(&mut self, manifest: &Manifest, units: &[Unit]) -> Vec<SpendLimit> {
        let mut limits = Vec::new();
        for (id, limit) in &manifest.spend {
            if let Some(unit) = self.unit_named(id, units) {
                limits.push(self.spend_limit(unit, limit));
            }
        }
        limits
    }

    fn spend_limit(&mut self, unit: &Unit, limit: &SpendText) -> SpendLimit {
        let bill_share = limit.bill_share.as_ref().map_or(WHOLE, |at| self.part(at));
        let step = self.points(unit, limit.step.as_ref()).unwrap_or(Points(1));
        if let (Points(0), Some(at)) = (step, &limit.step) {
            self.wrong(at, "a step is at least 1", "");
        }
        SpendLimit {
            unit: unit.number,
            step,
            min: self
                .points(unit, limit.min.as_ref())
                .unwrap_or(Points::ZERO),
            max: self.points(unit, limit.max.as_ref()),
            max_day: self.points(unit, limit.max_day.as_ref()),
            bill_share,
            max_typed: self.points(unit, limit.max_typed.as_ref()),
            not_for: goods(&limit.not_for),
        }
    }

    fn part(&mut self, at: &At<toml::Value>) -> u16 {
        let part = expiry::part(at.get_ref());
        part.unwrap_or_else(|| {
            let needs = "this needs a part from 0 to 1, in quotes";
            self.wrong(at, needs, "write \"0.5\" or \"50%\" for half");
            WHOLE
        })
    }

    fn award(&mut self, manifest: &Manifest, units: &[Unit]) -> Vec<AwardLimit> {
        let mut limits = Vec::new();
        for (id, limit) in &manifest.limit {
            if let Some(unit) = self.unit_named(id, units) {
                let max = self.points(unit, Some(&limit.max)).unwrap_or_default();
                let unit = unit.number;
                limits.push(AwardLimit { unit, max });
            }
        }
        limits
    }

    fn transfer(&mut self, manifest: &Manifest, units: &[Unit]) -> Vec<TransferRule> {
        let mut rules = Vec::new();
        for (id, rule) in &manifest.transfer {
            if let Some(unit) = self.unit_named(id, units) {
                if unit.kind != UnitKind::Spendable {
                    self.wrong(id, format!("'{}' cannot be sent to others", unit.id), "");
                }
                rules.push(TransferRule {
                    unit: unit.number,
                    max: self.points(unit, rule.max.as_ref()),
                    max_day: self.points(unit, rule.max_day.as_ref()),
                    fee: self.points(unit, rule.fee.as_ref()).unwrap_or_default(),
                    claim_days: vouchers::waits(self, rule.claim_days.as_ref()),
                });
            }
        }
        rules
    }

    fn reasons(&mut self, head: &ProgrammeSection) -> Vec<String> {
        let reasons: Vec<String> = head.reasons.iter().map(|at| at.get_ref().clone()).collect();
        for reason in &reasons {
            self.names.add(NameKind::Reason, reason);
        }
        reasons
    }

    fn purposes(&mut self, head: &ProgrammeSection) -> Vec<(Number, String)> {
        let number = |at: &At<String>| {
            let number = self.names.add(NameKind::Purpose, at.get_ref());
            (number, at.get_ref().clone())
        };
        head.purposes.iter().map(number).collect()
    }
}

const RETURNS: [(&str, Returns); 3] = [
    ("allocation", Returns::Allocation),
    ("recompute", Returns::Recompute),
    ("prorate", Returns::Prorate),
];
const ORDERS: [(&str, Orders); 3] = [
    ("programme", Orders::Programme),
    ("store", Orders::Store),
    ("channel", Orders::Channel),
];

const WITHOUT_SLIP: [(&str, WithoutSlip); 2] = [
    ("refuse", WithoutSlip::Refuse),
    ("base_rate", WithoutSlip::BaseRate),
];
const DEFICITS: [(&str, Deficit); 3] = [
    ("carry", Deficit::Carry),
    ("clamp", Deficit::Clamp),
    ("refuse", Deficit::Refuse),
];
const LEAPS: [(&str, LeapRule); 2] = [
    ("28 february", LeapRule::Feb28),
    ("1 march", LeapRule::Mar1),
];
const ROUNDINGS: [(&str, Rounding); 4] = [
    ("floor", Rounding::Floor),
    ("half up", Rounding::HalfUp),
    ("half even", Rounding::HalfEven),
    ("ceil", Rounding::Ceil),
];

fn earns(head: &ProgrammeSection) -> Earns {
    Earns {
        is_tax: head.earns.tax,
        is_delivery: head.earns.delivery,
        is_gift_cards: head.earns.gift_cards,
        is_line_tax: head.earns.line_tax,
        except: head.earns.except.clone(),
        except_charges: head
            .earns
            .except_charges
            .iter()
            .map(|kind| kind_word(kind))
            .collect(),
        is_below_zero: head.earns.below_zero,
    }
}

/// True if parts of one are exact decimals: a product of 2s and 5s.
fn is_exact(mut per: i64) -> bool {
    for factor in [2, 5] {
        while per % factor == 0 {
            per /= factor;
        }
    }
    per == 1
}
