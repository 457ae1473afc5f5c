//! Seeds of draws: they follow from the entries before and the command, and
//! everybody can compute them afterwards.

use crate::chain::hash::Hash;
use crate::engine::commit::writer::Writer;
use crate::engine::error::Error;
use crate::model::{Day, Head, Key, MemberId, Policy};

impl Writer {
    /// Seed for the draws of the entry being decided; None for a quote. An
    /// entry that refers to an earlier one may be decided by the programme of
    /// that one.
    pub(in crate::engine) fn draw(
        &mut self,
        policy: &dyn Policy,
        head: &Head,
        member: Option<MemberId>,
        names_another: bool,
    ) -> Result<Option<[u8; 32]>, Error> {
        let is_drawing = names_another || policy.campaigns().iter().any(|c| c.is_drawing);
        if !is_drawing || self.is_dry_run {
            return Ok(None);
        }
        let before = self.last_hash();
        Ok(Some(draw_seed(&before, &head.key, member, head.day)))
    }
}

/// The seed of an entry's draws, from the chain hash of the entry before it,
/// the command's key, the member and the day. None of it depends on the entries
/// that share a page, so that the same commands in the same order draw the
/// same.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a key has at most KEY_LEN_MAX bytes"
)]
pub fn draw_seed(before: &Hash, key: &Key, member: Option<MemberId>, day: Day) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 draw v1");
    hasher.update(before.as_bytes());
    hasher.update(&[key.as_str().len() as u8]);
    hasher.update(key.as_str().as_bytes());
    hasher.update(&member.map_or([0; 16], |id| id.0));
    hasher.update(&day.0.to_le_bytes());
    *hasher.finalize().as_bytes()
}
