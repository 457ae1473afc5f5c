//! `[attribute.sweetness]`: attributes of a member that may be kept, their
//! purpose, and their retention.

use super::expiry;
use super::fields::Fields;
use crate::model::{Attribute, Number};

/// Months for which an attribute is kept by default.
const KEEP_MONTHS: u32 = 24;
const KEEP_HELP: &str = "write \"24 months\", at most \"120 months\"";

pub(super) fn read(root: &mut Fields, purposes: &[(Number, String)]) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for (id, mut f) in root.tables("attribute") {
        f.check_plain("an attribute's name", &id);
        let values = f.texts("values");
        if values.is_empty() {
            let help = "write values = [\"low\", \"high\"]";
            f.wrong_here("an attribute needs its values", help);
        }
        attributes.push(Attribute {
            id,
            values,
            purpose: f.purpose("purpose", purposes).unwrap_or(0),
            keep_months: expiry::months(&mut f, "keep", KEEP_MONTHS, 120, "", KEEP_HELP),
        });
    }
    attributes
}
