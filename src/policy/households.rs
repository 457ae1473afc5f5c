//! `[household]` and `pooled`: reading and checking.

use super::manifest::{Manifest, UnitText};
use super::reader::Reader;

/// Default number of members of a household.
const SIZE: u32 = 6;

/// Most members of a household; None without the table.
pub(super) fn size(reader: &mut Reader<'_>, manifest: &Manifest) -> Option<u32> {
    let pooled = manifest.unit.values().find_map(|u| u.pooled.as_ref());
    match (&manifest.household, pooled) {
        (Some(text), _) => Some(reader.within(text.size.as_ref(), SIZE, 2..=20)),
        (None, Some(at)) => {
            let help = "add [household] with size = 6";
            reader.wrong(at, "there are no households to pool it", help);
            None
        }
        (None, None) => None,
    }
}

/// True if members of a household may spend each other's.
pub(super) fn is_pooled(reader: &mut Reader<'_>, unit: &UnitText) -> bool {
    let Some(at) = &unit.pooled else {
        return false;
    };
    if unit.kind.get_ref() != "spendable" {
        reader.wrong(at, "only points that are spent can be pooled", "");
    }
    *at.get_ref()
}
