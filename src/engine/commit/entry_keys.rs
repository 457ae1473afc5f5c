//! Keys under which entries are indexed: idempotency keys, slips, orders, unique values, codes.

use crate::chain::hash::{Hash, key_hash_joined};
use crate::engine::verbs::codes;
use crate::model::{
    self, Act, CodeKind, Effect, Entry, MemberId, OrderScope, Orders, Origin, Place,
};
use crate::storage::keys::KeyHash;

/// Hash under which an idempotency key, a slip or an order is indexed.
pub fn key_hash_of(domain: &str, text: &str) -> KeyHash {
    key_hash_joined(&[domain.as_bytes(), b":", text.as_bytes()])
}

/// All keys under which an entry is indexed: its own, its slip, and a purchase's order.
pub fn keys_of(entry: &Entry) -> Vec<KeyHash> {
    keys_with(entry, |key| key_hash_of("key", key))
}

/// Computes [`keys_of`] with a given function for the hash of the idempotency key.
pub(in crate::engine) fn keys_with(
    entry: &Entry,
    key_hash: impl FnOnce(&str) -> KeyHash,
) -> Vec<KeyHash> {
    let mut keys = Vec::with_capacity(1);
    if entry.head.key.is_some() {
        keys.push(key_hash(entry.head.key.as_str()));
    }
    keys.extend(once_hash(entry.member(), &entry.act));
    if !entry.act.receipt().is_empty() {
        let (origin, day) = (&entry.head.origin, entry.head.day);
        keys.push(receipt_hash(origin, day, entry.act.receipt()));
    }
    if let Act::Purchase(purchase) = &entry.act
        && !purchase.order.is_empty()
    {
        keys.push(order_hash(purchase));
    }
    keys.extend(code_keys_of(entry));
    keys
}

/// Hash under which a purchase's order number is indexed, within its scope.
pub(in crate::engine) fn order_hash(purchase: &model::Purchase) -> KeyHash {
    let (order, scope) = (&purchase.order, &purchase.order_scope);
    let text = match scope {
        OrderScope::Programme => order.clone(),
        OrderScope::Store(place) => format!("{order}\0store\0{}", place_text(place)),
        OrderScope::Channel(channel) => format!("{order}\0channel\0{}", channel.name()),
    };
    key_hash_of("order", &text)
}

/// Scope of an order number from such an origin in a programme.
pub(in crate::engine) fn order_scope(orders: Orders, origin: &Origin) -> OrderScope {
    match orders {
        Orders::Programme => OrderScope::Programme,
        Orders::Store => OrderScope::Store(origin.place.clone()),
        Orders::Channel => OrderScope::Channel(origin.channel.clone()),
    }
}

/// Hash under which the unique value of an activity is indexed.
pub fn once_hash(member: Option<MemberId>, act: &Act) -> Option<KeyHash> {
    let Act::Activity {
        activity, fields, ..
    } = act
    else {
        return None;
    };
    let (value, is_for_all) = model::unique_value(fields)?;
    let whose = member.filter(|_| !is_for_all);
    let whose = whose.map_or_else(String::new, |id| id.to_string());
    Some(key_hash_of(
        "activity",
        &format!("{activity}\0{whose}\0{value}"),
    ))
}

fn place_text(place: &Place) -> String {
    match place {
        Place::Unsaid => String::new(),
        Place::Store(number) => format!("#{number}"),
        Place::Named(name) => name.clone(),
    }
}

/// Hash of the slip of a purchase or a return, which is unique for its store,
/// terminal and business day.
pub fn receipt_hash(origin: &Origin, day: model::Day, receipt: &str) -> KeyHash {
    slip_hash(&origin.place, &origin.terminal, day, receipt)
}

/// Hash of the slip of a store, a terminal and a business day.
pub(in crate::engine) fn slip_hash(
    place: &Place,
    terminal: &str,
    day: model::Day,
    receipt: &str,
) -> KeyHash {
    let (place, day) = (place_text(place), day.0.to_string());
    let text = [&*place, terminal, &day, receipt].join("\0");
    key_hash_of("receipt", &text)
}

/// Index key of a code's hash.
pub fn code_key_of(kind: CodeKind, hash: &[u8; 32]) -> KeyHash {
    key_hash_of(codes::word(kind), &Hash(*hash).to_hex())
}

/// Index keys of all codes that an entry made.
pub fn code_keys_of(entry: &Entry) -> impl Iterator<Item = KeyHash> + '_ {
    let of_effects = entry.effects.iter().filter_map(|effect| match effect {
        Effect::Voucher { code, .. } => Some((CodeKind::Voucher, code)),
        Effect::LotMoved {
            code: Some(code), ..
        } => Some((CodeKind::Voucher, code)),
        Effect::HoldOpened {
            token: Some(token), ..
        } => Some((CodeKind::Gift, token)),
        _ => None,
    });
    let of_purchase = match &entry.act {
        Act::Purchase(purchase) => purchase.claim.as_ref(),
        _ => None,
    };
    let all = of_effects.chain(of_purchase.map(|code| (CodeKind::Claim, code)));
    all.map(|(kind, hash)| code_key_of(kind, hash))
}
