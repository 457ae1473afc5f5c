//! Sales and returns by their slips. Two tills may use the same numbers and
//! slips may restart each day, so a number alone can belong to several sales:
//! then nothing is guessed.

use crate::answer::{Denied, SaleNamed};
use crate::command::{OrderRef, Request, SaleRef, SlipRef};
use crate::engine::Records;
use crate::engine::commit::denial;
use crate::engine::commit::entry_keys::{order_hash, order_scope, receipt_hash, slip_hash};
use crate::engine::error::Error;
use crate::engine::staging::admit;
use crate::engine::staging::staged::Mode;
use crate::engine::stop::{Stop, no};
use crate::model::{
    Act, Channel, Code, Day, Effect, Entry, Money, NameKind, Orders, Origin, Place, Purchase,
    Refusal,
};

/// Days for which slips are searched if no day is stated.
const SLIP_DAYS: i32 = 400;
/// Most sales that a refusal describes in words.
const TOLD_MAX: usize = 5;
/// Most sales that a refusal lists.
const CANDIDATES_MAX: usize = 50;

/// Channels whose orders are searched if none is named.
const CHANNELS: [Channel; 5] = [
    Channel::Till,
    Channel::App,
    Channel::Web,
    Channel::MiniProgram,
    Channel::Office,
];

/// Refuses a slip that belongs to a sale or return which was not voided.
pub(in crate::engine) fn check_slip(
    records: &mut Records,
    request: &Request,
    act: &Act,
) -> Result<(), Stop> {
    let receipt = act.receipt();
    if receipt.is_empty() {
        return Ok(());
    }
    let origin = admit::origin(records, request, &Mode::default())?;
    let hash = receipt_hash(&origin, admit::request_day(records, request), receipt);
    match records.find_standing(&hash)? {
        Some(seq) => no(
            Code::ReceiptConflict,
            format!("receipt: slip {receipt} was booked as entry {seq} under another key"),
        ),
        None => Ok(()),
    }
}

/// Those entries that were not undone.
fn standing_of(records: &mut Records, found: &[u64]) -> Result<Vec<u64>, Error> {
    let mut standing = Vec::with_capacity(found.len());
    for seq in found {
        if records.is_standing(*seq)? {
            standing.push(*seq);
        }
    }
    Ok(standing)
}

/// The sale that a slip names.
///
/// # Errors
/// There is none, or there are several; I/O errors.
pub(in crate::engine) fn sale_of_slip(
    records: &mut Records,
    request: &Request,
    slip: &SlipRef,
) -> Result<u64, Stop> {
    check_store_of(records, slip)?;
    let found = sales_of_slip(records, slip, admit::request_day(records, request))?;
    // A command that was carried out stays the same, whatever was sold since.
    if let Some(of) = named_before(records, request)?
        && let Some(sale) = records.entry(of)?
        && is_of_slip(records, &sale, slip)
    {
        return Ok(of);
    }
    let standing = standing_of(records, &found)?;
    match (&standing[..], &found[..]) {
        ([one], _) | ([], [one, ..]) => Ok(*one),
        ([], []) => no(Code::UnknownPurchase, not_found(slip)),
        (several, _) => Err(ambiguous(records, slip, several)?.into()),
    }
}

/// Sales that a slip could belong to, as [`entries_of_slip`] finds them.
fn sales_of_slip(records: &mut Records, slip: &SlipRef, today: Day) -> Result<Vec<u64>, Error> {
    let mut sales = Vec::new();
    for seq in entries_of_slip(records, slip, today)? {
        let is_sale = |entry: Entry| matches!(entry.act, Act::Purchase(_));
        if records.entry(seq)?.is_some_and(is_sale) {
            sales.push(seq);
        }
    }
    Ok(sales)
}

/// Sales and returns that a slip could belong to, voided ones included,
/// newest first: of its day, or of a day and those before it.
fn entries_of_slip(records: &mut Records, slip: &SlipRef, today: Day) -> Result<Vec<u64>, Error> {
    let places = places_of(records, slip);
    let (last, days) = match slip.day {
        Some(day) => (day, 0),
        None => (today, SLIP_DAYS),
    };
    let mut found = Vec::new();
    for back in 0..=days {
        let day = last.plus_days(-back);
        for (place, terminal) in &places {
            found.extend(records.find(&slip_hash(place, terminal, day, &slip.receipt))?);
        }
    }
    found.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
    Ok(found)
}

/// Stores and terminals that could have issued a slip.
fn places_of(records: &Records, slip: &SlipRef) -> Vec<(Place, String)> {
    let is_of = |(place, terminal): &&(Place, String)| {
        let is_there = slip.store.is_empty() || store_of(records, place) == slip.store;
        is_there && (slip.terminal.is_empty() || *terminal == slip.terminal)
    };
    let places = records.global().slip_places.iter();
    places.filter(is_of).cloned().collect()
}

/// Id of a store; empty if not stated.
pub fn store_of(records: &Records, place: &Place) -> String {
    place.store(&records.global().names)
}

/// True if a slip refers to a sale, possibly among others.
pub(in crate::engine) fn is_of_slip(records: &Records, sale: &Entry, slip: &SlipRef) -> bool {
    let (head, origin) = (&sale.head, &sale.head.origin);
    matches!(&sale.act, Act::Purchase(sold) if sold.receipt == slip.receipt)
        && (slip.store.is_empty() || store_of(records, &origin.place) == slip.store)
        && (slip.terminal.is_empty() || origin.terminal == slip.terminal)
        && slip.day.is_none_or(|day| head.day == day)
}

/// Refuses a store that never existed.
fn check_store_of(records: &Records, slip: &SlipRef) -> Result<(), Stop> {
    let stores = &records.programme()?.stores;
    let names = &records.global().names;
    let is_known = names.number(NameKind::Store, &slip.store).is_some();
    let any = SlipRef {
        terminal: String::new(),
        ..slip.clone()
    };
    if slip.store.is_empty() || is_known || !places_of(records, &any).is_empty() {
        return Ok(());
    }
    if stores.is_empty() {
        return no(Code::UnknownPurchase, not_found(slip));
    }
    let known: Vec<&str> = stores.iter().map(|s| s.id.as_str()).collect();
    let detail = format!(
        "sale_store: the programme has no store '{}'; it has {}",
        slip.store,
        known.join(", ")
    );
    no(Code::UnknownStore, detail)
}

/// The entry that a command referred to when it was carried out before, if it was.
pub(in crate::engine) fn named_before(
    records: &mut Records,
    request: &Request,
) -> Result<Option<u64>, Error> {
    let before = records.booked_under(&request.key)?;
    Ok(before.and_then(|entry| match &entry.act {
        Act::Refused(refused) => refused.act.named(),
        act => act.named(),
    }))
}

fn ambiguous(records: &mut Records, slip: &SlipRef, several: &[u64]) -> Result<Refusal, Error> {
    let told = sales_named(records, several.iter().take(TOLD_MAX).copied())?;
    let told: Vec<String> = told.iter().map(in_words).collect();
    let more = match several.len() - told.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let detail = format!(
        "receipt: {} entries have slip {}: {}{more}; say which one by sale_day, sale_terminal or sale_store, or by its key",
        several.len(),
        slip.receipt,
        told.join("; ")
    );
    Ok(Refusal::new(Code::AmbiguousSlip, detail))
}

/// Candidates for the first ambiguous slip of a command.
pub(in crate::engine) fn candidates(
    records: &mut Records,
    request: &Request,
) -> Result<Vec<SaleNamed>, Error> {
    let today = admit::request_day(records, request);
    for of in request.verb.sales() {
        let found = match of {
            SaleRef::Slip(slip) => sales_of_slip(records, slip, today)?,
            SaleRef::Order(named) => sales_of_order(records, named, None)?,
            SaleRef::Entry(_) => continue,
        };
        let standing = standing_of(records, &found)?;
        if standing.len() > 1 {
            return sales_named(records, standing.into_iter().take(CANDIDATES_MAX));
        }
    }
    Ok(Vec::new())
}

fn sales_named(
    records: &mut Records,
    seqs: impl Iterator<Item = u64>,
) -> Result<Vec<SaleNamed>, Error> {
    let digits = records.programme()?.digits;
    let mut sales = Vec::new();
    for seq in seqs {
        let Some(entry) = records.entry(seq)? else {
            continue;
        };
        let total = match &entry.act {
            Act::Purchase(sale) => sale.total,
            _ => Money(-given_back(&entry).0),
        };
        sales.push(SaleNamed {
            seq,
            key: entry.head.key.to_string(),
            day: entry.head.day.to_string(),
            store: store_of(records, &entry.head.origin.place),
            terminal: entry.head.origin.terminal.clone(),
            total: total.display(digits),
        });
    }
    Ok(sales)
}

/// The purchase of an order number, for queries.
///
/// # Errors
/// Several stores or channels have that order and none is named; I/O errors.
pub fn find_order(
    records: &mut Records,
    order: &str,
    store: &str,
    channel: Option<&Channel>,
) -> Result<Result<Option<Entry>, Box<Denied>>, Error> {
    let named = OrderRef {
        order: order.into(),
        store: store.into(),
    };
    let found = sales_of_order(records, &named, channel)?;
    match found[..] {
        [] => Ok(Ok(None)),
        [seq] => Ok(Ok(records.entry(seq)?)),
        _ => {
            let by = match records.programme()?.orders {
                Orders::Store => "by store",
                _ => "by channel",
            };
            let refusal = ambiguous_order(order, found.len(), by);
            let mut denied = denial::denied(records, "", &refusal);
            denied.candidates = sales_named(records, found.into_iter())?;
            Ok(Err(denied.into()))
        }
    }
}

/// The sale that an order number names.
///
/// # Errors
/// There is none, or there are several; I/O errors.
pub(in crate::engine) fn sale_of_order(
    records: &mut Records,
    named: &OrderRef,
) -> Result<u64, Stop> {
    match sales_of_order(records, named, None)?[..] {
        [seq] => Ok(seq),
        [] => {
            let store = match named.store.as_str() {
                "" => String::new(),
                store => format!(" of store {store}"),
            };
            let detail = format!(
                "order: no sale{store} has order {}; name the store that it was placed at by sale_store, or the sale by its key or slip",
                named.order
            );
            no(Code::UnknownPurchase, detail)
        }
        ref several => {
            let by = "by sale_store, or by its key or slip";
            Err(ambiguous_order(&named.order, several.len(), by).into())
        }
    }
}

/// Sales of an order number: in the whole programme one, and where orders are
/// counted by store or channel those of the named one or of each. If one
/// stands, those that were undone are left out.
fn sales_of_order(
    records: &mut Records,
    named: &OrderRef,
    channel: Option<&Channel>,
) -> Result<Vec<u64>, Error> {
    let OrderRef { order, store } = named;
    let orders = records.programme()?.orders;
    let places = match (store.as_str(), orders) {
        ("", Orders::Store) => {
            let stores = records.programme()?.stores.iter();
            let stores = stores.map(|store| records.place_named(&store.id));
            [records.place_named("")]
                .into_iter()
                .chain(stores)
                .collect()
        }
        _ => vec![records.place_named(store)],
    };
    let channels = match (channel, orders) {
        (Some(channel), _) => std::slice::from_ref(channel),
        (None, Orders::Channel) => &CHANNELS[..],
        // Whatever the channel, there is one sale.
        (None, _) => &CHANNELS[..1],
    };
    let mut found = Vec::new();
    let scopes = channels
        .iter()
        .flat_map(|channel| places.iter().map(move |place| (channel, place)));
    for (channel, place) in scopes {
        let origin = Origin {
            channel: channel.clone(),
            place: place.clone(),
            ..Origin::default()
        };
        let asked = Purchase {
            order: order.clone(),
            order_scope: order_scope(orders, &origin),
            ..Purchase::default()
        };
        let seq = records.find(&order_hash(&asked))?;
        found.extend(seq.filter(|seq| !found.contains(seq)));
    }
    if found.len() > 1 {
        let standing = standing_of(records, &found)?;
        // What was undone is no candidate beside what stands.
        if !standing.is_empty() {
            found = standing;
        }
    }
    Ok(found)
}

/// The newest sale or return of a slip, for queries.
///
/// # Errors
/// Several tills issued that slip on its newest day; I/O errors.
pub fn find_slip(
    records: &mut Records,
    slip: &SlipRef,
) -> Result<Result<Option<Entry>, Box<Denied>>, Error> {
    let today = records.day_of(crate::model::Instant(records.clock.now_micros()));
    let found = entries_of_slip(records, slip, today)?;
    let Some(newest) = found.first().copied() else {
        return Ok(Ok(None));
    };
    let Some(entry) = records.entry(newest)? else {
        return Ok(Ok(None));
    };
    let mut of_day = Vec::new();
    for seq in found {
        let is_of_day = |e: Entry| e.head.day == entry.head.day;
        if records.entry(seq)?.is_some_and(is_of_day) {
            of_day.push(seq);
        }
    }
    match of_day.len() {
        1 => Ok(Ok(Some(entry))),
        _ => {
            let refusal = ambiguous(records, slip, &of_day)?;
            let mut denied = denial::denied(records, "", &refusal);
            denied.candidates = sales_named(records, of_day.into_iter().take(CANDIDATES_MAX))?;
            Ok(Err(denied.into()))
        }
    }
}

/// The refusal of an order number that several sales have.
fn ambiguous_order(order: &str, count: usize, by: &str) -> Refusal {
    let detail = format!("order: {count} sales have order {order}; say which one {by}");
    Refusal::new(Code::AmbiguousSlip, detail)
}

fn not_found(slip: &SlipRef) -> String {
    let of = |what: &str, said: &str| match said {
        "" => String::new(),
        said => format!(" {what} {said}"),
    };
    let (store, terminal) = (of("of store", &slip.store), of("at", &slip.terminal));
    let when = match slip.day {
        Some(day) => format!("on {day}"),
        None => format!("in {SLIP_DAYS} days"),
    };
    format!(
        "receipt: no sale{store}{terminal} has slip {} {when}; name the sale's own sale_store, sale_terminal and sale_day, or its key",
        slip.receipt
    )
}

fn in_words(sale: &SaleNamed) -> String {
    let at = match (sale.store.as_str(), sale.terminal.as_str()) {
        ("", "") => String::new(),
        ("", terminal) => format!(" at {terminal}"),
        (store, "") => format!(" in {store}"),
        (store, terminal) => format!(" at {terminal} of {store}"),
    };
    format!("entry {} of {}{at}, {}", sale.seq, sale.day, sale.total)
}

/// Money that an entry pays back.
pub(in crate::engine) fn given_back(entry: &Entry) -> Money {
    if let Act::ReturnedWithoutSlip { amount, .. } = entry.act {
        return amount;
    }
    let money = entry.effects.iter().map(|effect| match effect {
        Effect::Returned { money, .. } => *money,
        _ => Money::ZERO,
    });
    Money::sum(money).unwrap_or_default()
}
