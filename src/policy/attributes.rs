//! `[attribute.sweetness]`: attributes of a member that may be kept, their
//! purpose, and their retention.

use super::expiry;
use super::manifest::Manifest;
use super::reader::Reader;
use crate::model::Attribute;

/// Months for which an attribute is kept by default.
const KEEP_MONTHS: u32 = 24;

pub(super) fn read(reader: &mut Reader<'_>, manifest: &Manifest) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for (id, text) in &manifest.attribute {
        reader.check_plain("an attribute's name", id);
        if text.values.is_empty() {
            reader.wrong(
                id,
                "an attribute needs its values",
                "write values = [\"low\", \"high\"]",
            );
        }
        let purpose = reader.purpose_named(&text.purpose, manifest);
        let keep_months =
            text.keep
                .as_ref()
                .map_or(KEEP_MONTHS, |at| match expiry::span(at.get_ref()) {
                    Some((months @ 1..=120, 0)) => months,
                    _ => {
                        let message = format!("'{}' is not so many months", at.get_ref());
                        reader.wrong(at, message, "write \"24 months\", at most \"120 months\"");
                        KEEP_MONTHS
                    }
                });
        attributes.push(Attribute {
            id: id.get_ref().clone(),
            values: text.values.clone(),
            purpose: purpose.unwrap_or(0),
            keep_months,
        });
    }
    attributes
}
