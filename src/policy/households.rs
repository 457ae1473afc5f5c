//! `[household]` and `pooled`: reading and checking.

use super::manifest::{Manifest, UnitText};
use super::programme::Reader;

/// Default number of members of a household.
const SIZE: u32 = 6;

impl Reader<'_> {
    /// Most members of a household; None without the table.
    pub(super) fn household_size(&mut self, manifest: &Manifest) -> Option<u32> {
        let pooled = manifest.unit.values().find_map(|u| u.pooled.as_ref());
        match (&manifest.household, pooled) {
            (Some(text), _) => Some(self.within(text.size.as_ref(), SIZE, 2..=20)),
            (None, Some(at)) => {
                let help = "add [household] with size = 6";
                self.wrong(at, "there are no households to pool it", help);
                None
            }
            (None, None) => None,
        }
    }

    /// True if members of a household may spend each other's.
    pub(super) fn is_pooled(&mut self, unit: &UnitText) -> bool {
        let Some(at) = &unit.pooled else {
            return false;
        };
        if unit.kind.get_ref() != "spendable" {
            self.wrong(at, "only points that are spent can be pooled", "");
        }
        *at.get_ref()
    }
}
