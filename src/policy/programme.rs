//! programme.toml from text to `model::Programme`, with checks.

use super::diagnostic::{Diagnostic, suggest};
use super::fields::Fields;
use super::{activities, aliases, attributes, expiry, manifest, partners, passes, rfm, vouchers};
use crate::model::{
    AlertRule, ApprovalRule, AwardLimit, Calendar, Currency, Deficit, Earns, Lapsing, LapsingRule,
    LeapRule, NameKind, Names, Orders, PassTerms, Points, Programme, Returns, Rounding, SpendLimit,
    Store, TransferRule, Unit, UnitKind, WAIT_DAYS_MAX, WHOLE, Window, WithoutSlip, Zone,
    currency_digits, kind_word, parse_minutes,
};

/// Reads the programme; faults are added to `found`.
pub(super) fn read(
    text: &str,
    names: &mut Names,
    zone: Zone,
    found: &mut Vec<Diagnostic>,
) -> Option<Programme> {
    match manifest::read(text, found, |root| programme(root, names, zone)) {
        Ok(programme) => programme,
        Err(diagnostic) => {
            found.push(diagnostic);
            None
        }
    }
}

fn programme(mut root: Fields, names: &mut Names, zone: Zone) -> Option<Programme> {
    if !root.has("programme") {
        root.missing("programme", (1, 1));
        root.rest();
        return None;
    }
    let mut head = root.table("programme");
    let currency = head.text("currency").unwrap_or_default();
    let digits = match head.has("currency") {
        true => digits(&head, &currency),
        false => 2,
    };
    let (units, passes) = units(&mut root, names, digits);
    let rounding = head.word_set("rounding", &ROUNDINGS);
    let currencies = root.tables("currency").into_iter();
    let currencies = currencies.filter_map(|(code, table)| further(table, code, &currency));
    let mut programme = Programme {
        name: head.text("name").unwrap_or_default(),
        digits,
        currencies: currencies.collect(),
        calendar: calendar(&mut head, zone),
        rounding: rounding.unwrap_or(Rounding::Floor),
        // As of points if the programme sets it; otherwise halves go up.
        discount_rounding: rounding.unwrap_or(Rounding::HalfUp),
        returns: head.word("returns", &RETURNS),
        deposits: match head.has("deposits") {
            true => head.texts("deposits"),
            false => vec!["deposit".into()],
        },
        without_slip: head.word("returns_without_slip", &WITHOUT_SLIP),
        deficit: head.word("deficit", &DEFICITS),
        orders: head.word("orders", &ORDERS),
        late_days: wait_days(&mut head, "late_window", 7),
        restore_grace_days: days(&mut head, "restore_grace", 0),
        notice_days: days(&mut head, "notice", 0),
        leap: head.word("birthday_29_february", &LEAPS),
        earns: earns(head.map("earns")),
        stores: stores(&mut root, names),
        spend: of_units(&mut root, "spend", &units, spend_limit),
        not_discounted: root.table("discount").goods("not_for"),
        award: of_units(&mut root, "limit", &units, award_limit),
        transfer: of_units(&mut root, "transfer", &units, transfer),
        reasons: head.texts("reasons"),
        aliases: aliases::read(&mut root),
        purposes: Vec::new(),
        claim_days: head.number("claim_days"),
        guess: vouchers::guess(head.map("guess")),
        activities: Vec::new(),
        attributes: Vec::new(),
        passes,
        partners: Vec::new(),
        pools: Vec::new(),
        rfm: rfm::read(&mut root, digits),
        household_size: root
            .has("household")
            .then(|| root.table("household").number("size")),
        approval: approval(root.table("approval")),
        alerts: alerts(root.table("alerts")),
        lapsing: lapsing(root.table("lapsing")),
        // A file of its own.
        goods: Vec::new(),
        units,
        currency,
    };
    declare(&mut programme, root, head, names);
    Some(programme)
}

/// Reads what is declared by name besides units and stores. New names are numbered in this
/// order.
fn declare(programme: &mut Programme, mut root: Fields, mut head: Fields, names: &mut Names) {
    for reason in &programme.reasons {
        names.add(NameKind::Reason, reason);
    }
    let purposes = head.texts("purposes").into_iter();
    let purposes = purposes.map(|text| (names.add(NameKind::Purpose, &text), text));
    programme.purposes = purposes.collect();
    programme.activities = activities::read(&mut root, names, &programme.purposes);
    programme.attributes = attributes::read(&mut root, &programme.purposes);
    programme.partners = partners::partners(&mut root, names);
    programme.pools = partners::pools(&mut root, names, programme.digits);
}

/// Reads the units, with the terms of those that are passes.
fn units(root: &mut Fields, names: &mut Names, digits: u8) -> (Vec<Unit>, Vec<PassTerms>) {
    let is_pooling = root.has("household");
    let (mut units, mut passes) = (Vec::new(), Vec::new());
    for (id, table) in root.tables("unit") {
        let (unit, pass) = unit(table, id, names, digits, is_pooling);
        units.push(unit);
        passes.extend(pass);
    }
    if units.is_empty() {
        let help = "add [unit.point] with kind = \"spendable\"";
        root.nowhere("the programme has no unit", help);
    }
    (units, passes)
}

fn alerts(mut f: Fields) -> AlertRule {
    AlertRule {
        utilisation_below: f.number("utilisation_below"),
        voucher_use_below: f.number("voucher_use_below"),
        sample: f.number("sample"),
        budget_above: f.number("budget_above"),
        purchases_a_day: f.number("purchases_a_day"),
        by_hand_a_month: f.number("by_hand_a_month"),
        lapsing_above: f.number("lapsing_above"),
        disk_below: f.number("disk_below"),
        backup_days: f.number("backup_days"),
    }
}

fn lapsing(mut f: Fields) -> LapsingRule {
    let all = lapsing_days(&mut f, Lapsing::default());
    let categories = f.map("category").each().into_iter();
    LapsingRule {
        all,
        categories: categories
            .map(|(name, mut days)| (name, lapsing_days(&mut days, all)))
            .collect(),
    }
}

fn lapsing_days(f: &mut Fields, otherwise: Lapsing) -> Lapsing {
    let read = Lapsing {
        active: days(f, "active", otherwise.active),
        lapsed: days(f, "lapsed", otherwise.lapsed),
    };
    let is_rising = 0 < read.active && read.active <= read.lapsed;
    let mut named = ["active", "lapsed"].into_iter();
    if let Some(name) = named.find(|name| f.has(name)).filter(|_| !is_rising) {
        let message = format!(
            "a member is active for {} days and has lapsed after {}",
            read.active, read.lapsed
        );
        let help = "write 1 day and more for `active`, and no fewer for `lapsed`";
        f.fault(name, message, help);
    }
    read
}

fn approval(mut f: Fields) -> ApprovalRule {
    ApprovalRule {
        voids: f.is("void"),
        without_slip: f.is("return_without_slip"),
        adjust_above: f.number_set("adjust_above"),
        programmes: f.is("programme"),
    }
}

/// Reads a further currency, with the rate at which its sales count.
fn further(mut f: Fields, code: String, own: &str) -> Option<Currency> {
    if code == own {
        let message = format!("{own} is the programme's own currency");
        f.wrong_here(message, "leave this table out");
    }
    let digits = currency_digits(&code);
    if digits.is_none() {
        f.wrong_here(no_currency(&code), CURRENCY_HELP);
    }
    let rounding = f.word_set("rounding", &ROUNDINGS);
    let rate = f.exact("rate")?;
    if rate.to_decimal().is_none_or(|rate| rate.is_zero()) {
        let help = format!("what one {code} counts, such as \"0.92\"");
        f.wrong_help("rate", "needs a number above 0, in quotes", help);
    }
    Some(Currency {
        digits: digits.unwrap_or(2),
        code,
        rate,
        rounding: rounding.unwrap_or(Rounding::HalfUp),
    })
}

const CURRENCY_HELP: &str = "write it with three capitals, such as \"EUR\"";

fn no_currency(code: &str) -> String {
    format!("'{code}' is no ISO 4217 currency")
}

fn digits(f: &Fields, currency: &str) -> u8 {
    currency_digits(currency).unwrap_or_else(|| {
        f.fault("currency", no_currency(currency), CURRENCY_HELP);
        2
    })
}

fn calendar(f: &mut Fields, zone: Zone) -> Calendar {
    if let Some(named) = f.text("zone").filter(|named| *named != zone.name) {
        let message = format!("the zone is '{named}' here, '{}' was looked up", zone.name);
        f.fault("zone", message, "");
    }
    let starts = f.text("day_starts");
    let starts = starts.and_then(|text| f.sound("day_starts", parse_minutes(&text)));
    Calendar {
        zone,
        day_starts: starts.unwrap_or(0),
    }
}

fn days(f: &mut Fields, name: &str, default: u32) -> u32 {
    let Some(text) = f.text(name) else {
        return default;
    };
    match expiry::span(&text) {
        Some((0, days)) if days <= 3660 => days,
        _ => {
            f.fault(
                name,
                format!("'{text}' is not so many days"),
                "write \"7 days\"",
            );
            default
        }
    }
}

/// Reads a wait within which limits by the day must still be known.
fn wait_days(f: &mut Fields, name: &str, default: u32) -> u32 {
    let days = days(f, name, default);
    if days <= WAIT_DAYS_MAX {
        return days;
    }
    let text = f.written(name);
    let message = format!("'{text}' is longer than limits by the day are known for");
    f.fault(
        name,
        message,
        format!("write \"{WAIT_DAYS_MAX} days\" at most"),
    );
    default
}

fn stores(root: &mut Fields, names: &mut Names) -> Vec<Store> {
    let partners = root.names("partner");
    let mut stores: Vec<Store> = Vec::new();
    for mut row in root.rows("store") {
        let id = row.text("id").unwrap_or_default();
        if row.has("id") && (id.is_empty() || stores.iter().any(|s| s.id == id)) {
            row.fault(
                "id",
                format!("the store '{id}' is empty or there twice"),
                "",
            );
        }
        stores.push(Store {
            partner: partners::partner_of(&mut row, names, &partners),
            number: names.add(NameKind::Store, &id),
            id,
            terminals: row.texts("terminals"),
        });
    }
    stores
}

/// Reads a unit, with its terms if it is a pass.
fn unit(
    mut f: Fields,
    id: String,
    names: &mut Names,
    digits: u8,
    is_pooling: bool,
) -> (Unit, Option<PassTerms>) {
    f.check_plain("a unit's name", &id);
    if matches!(id.as_str(), "each" | "last" | "per") {
        let message = "'each', 'last' and 'per' have a meaning in budgets and name no unit";
        f.wrong_here(message, "");
    }
    let number = names.add(NameKind::Unit, &id);
    let kind = kind(&mut f);
    let (expires, keep, inactivity) = expires(&mut f);
    let unit = Unit {
        number,
        id,
        kind,
        expires,
        keep,
        inactivity,
        is_lost_with_tier: f.is("lost_with_tier"),
        value: f.exact("value"),
        cost: f.exact("cost"),
        window: f.window("window", Window::Year, ""),
        subunits: subunits(&mut f),
        voucher: vouchers::terms(&mut f, kind, digits),
        is_pooled: is_pooled(&mut f, kind, is_pooling),
    };
    (unit, passes::terms(&mut f, number, kind, digits))
}

/// True if members of a household may spend each other's.
fn is_pooled(f: &mut Fields, kind: UnitKind, is_pooling: bool) -> bool {
    if f.has("pooled") && kind != UnitKind::Spendable {
        f.fault("pooled", "only points that are spent can be pooled", "");
    }
    if f.has("pooled") && !is_pooling {
        let help = "add [household] with size = 6";
        f.fault("pooled", "there are no households to pool it", help);
    }
    f.is("pooled")
}

fn kind(f: &mut Fields) -> UnitKind {
    let Some(word) = f.text("kind") else {
        return UnitKind::Spendable;
    };
    let found = KINDS.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let message = format!("'{word}' is no kind of unit");
        f.fault(
            "kind",
            message,
            "known: spendable, qualifying, voucher, pass",
        );
    }
    found.map_or(UnitKind::Spendable, |(_, kind)| *kind)
}

fn expires(f: &mut Fields) -> expiry::ExpiryTerms {
    let read = f.take("expires").map(|value| expiry::read(&value));
    let read = read.unwrap_or(Ok(expiry::NEVER));
    read.unwrap_or_else(|message| {
        f.fault("expires", message, expiry::HELP);
        expiry::NEVER
    })
}

fn subunits(f: &mut Fields) -> i64 {
    match f.whole("subunits") {
        None => 1,
        Some(per @ 1..=1_000_000) => {
            if !is_exact(per) {
                let message = format!("one divided by {per} has no end as a decimal");
                let help = "use 10, 100, 20000 or another product of 2s and 5s";
                f.fault("subunits", message, help);
            }
            per
        }
        Some(_) => {
            f.fault("subunits", "subunits go from 1 to 1000000", "");
            1
        }
    }
}

/// Reads the tables of a section that are named after units.
fn of_units<T>(
    root: &mut Fields,
    section: &'static str,
    units: &[Unit],
    read: impl Fn(&mut Fields, &Unit) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    for (id, mut table) in root.tables(section) {
        match units.iter().find(|unit| unit.id == id) {
            Some(unit) => all.push(read(&mut table, unit)),
            None => {
                let known = units.iter().map(|unit| &unit.id);
                let message = format!("there is no unit '{id}'");
                table.wrong_here(message, &suggest(&id, known));
                table.rest();
            }
        }
    }
    all
}

/// Reads a limit, written in whole units.
fn points(f: &mut Fields, unit: &Unit, name: &str) -> Option<Points> {
    let whole = f.whole(name)?;
    let points = unit.parts(whole.into()).filter(|points| points.0 >= 0);
    Some(points.unwrap_or_else(|| {
        let most = match unit.subunits {
            1 => "2^53 - 1".into(),
            per => (crate::model::AMOUNT_MAX / per).to_string(),
        };
        f.fault(name, format!("{whole} is not from 0 to {most}"), "");
        Points::ZERO
    }))
}

fn spend_limit(f: &mut Fields, unit: &Unit) -> SpendLimit {
    let step = points(f, unit, "step").unwrap_or(Points(1));
    if step == Points(0) {
        f.fault("step", "a step is at least 1", "");
    }
    SpendLimit {
        unit: unit.number,
        step,
        min: points(f, unit, "min").unwrap_or(Points::ZERO),
        max: points(f, unit, "max"),
        max_day: points(f, unit, "max_day"),
        bill_share: bill_share(f),
        max_typed: points(f, unit, "max_typed"),
        not_for: f.goods("not_for"),
    }
}

fn bill_share(f: &mut Fields) -> u16 {
    let Some(value) = f.take("bill_share") else {
        return WHOLE;
    };
    expiry::part(&value).unwrap_or_else(|| {
        let needs = "needs a part from 0 to 1, in quotes";
        f.wrong_help("bill_share", needs, "write \"0.5\" or \"50%\" for half");
        WHOLE
    })
}

fn award_limit(f: &mut Fields, unit: &Unit) -> AwardLimit {
    AwardLimit {
        unit: unit.number,
        max: points(f, unit, "max").unwrap_or_default(),
    }
}

fn transfer(f: &mut Fields, unit: &Unit) -> TransferRule {
    if unit.kind != UnitKind::Spendable {
        f.wrong_here(format!("'{}' cannot be sent to others", unit.id), "");
    }
    TransferRule {
        unit: unit.number,
        max: points(f, unit, "max"),
        max_day: points(f, unit, "max_day"),
        fee: points(f, unit, "fee").unwrap_or_default(),
        claim_days: f.number("claim_days"),
    }
}

const KINDS: [(&str, UnitKind); 4] = [
    ("spendable", UnitKind::Spendable),
    ("qualifying", UnitKind::Qualifying),
    ("voucher", UnitKind::Voucher),
    ("pass", UnitKind::Pass),
];
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

fn earns(mut f: Fields) -> Earns {
    let charges = f.texts("except_charges");
    Earns {
        is_tax: f.is_or("tax", true),
        is_delivery: f.is("delivery"),
        is_gift_cards: f.is("gift_cards"),
        is_line_tax: f.is_or("line_tax", true),
        except: f.texts("except"),
        except_charges: charges.iter().map(|kind| kind_word(kind)).collect(),
        is_below_zero: f.is("below_zero"),
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
