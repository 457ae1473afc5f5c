//! Converts a ticket of a story to the structure of the command.

use super::pattern::Object;
use serde_json::{Value, json};

/// Fields of a ticket itself, rather than of its sale.
const OF_THE_WHOLE: [&str; 10] = [
    "do", "key", "member", "at", "store", "terminal", "channel", "receipt", "returns", "operator",
];

/// Moves the sale under `sale`, and returned lines under their return.
pub(super) fn nest(fields: &mut Object) {
    let is_whole = |name: &String| OF_THE_WHOLE.contains(&name.as_str());
    let of_sale: Vec<String> = fields
        .keys()
        .filter(|name| !is_whole(name))
        .cloned()
        .collect();
    let sale: Object = of_sale
        .into_iter()
        .filter_map(|name| fields.remove_entry(&name))
        .collect();
    if !sale.is_empty() {
        fields.insert("sale".into(), Value::Object(sale));
    }
    let Some(Value::Array(returns)) = fields.get_mut("returns") else {
        return;
    };
    let named = returns.iter_mut().filter_map(Value::as_object_mut);
    for back in named.filter(|back| !back.contains_key("without_slip")) {
        let mut line = Object::new();
        line.extend(
            ["line", "qty"]
                .iter()
                .filter_map(|name| back.remove_entry(*name)),
        );
        match line.is_empty() {
            true => back.insert("all".into(), true.into()),
            false => back.insert("lines".into(), json!([line])),
        };
    }
}
