//! Households: a member is loaded with the others of their household.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::model::MemberId;

impl Ledger {
    /// Members, followed by the others of their households, all loaded.
    pub(in crate::engine) fn with_housemates(
        &mut self,
        ids: Vec<MemberId>,
    ) -> Result<Vec<MemberId>, Error> {
        let mut all = ids;
        for n in 0..all.len() {
            let id = all[n];
            self.cache.load(id)?;
            let member = self.cache.member(id);
            let mates = member.map(|m| m.housemates()).unwrap_or_default();
            for mate in mates {
                self.cache.load(mate)?;
                if !all.contains(&mate) {
                    all.push(mate);
                }
            }
        }
        Ok(all)
    }

    /// The members of a member's household, the member included; none without one.
    pub fn household(&mut self, id: MemberId) -> Result<Vec<MemberId>, Error> {
        let member = self.member(id)?;
        let found = member.and_then(|m| m.household.as_ref());
        Ok(found.map(|h| h.members.clone()).unwrap_or_default())
    }
}
