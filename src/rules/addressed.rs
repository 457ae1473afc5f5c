//! Whether a campaign is for a member, and what it may draw from.

use super::earn::Earner;
use super::limits::Limits;
use crate::model::{Campaign, Effect, Number, WarningCode};

impl Earner<'_> {
    /// Whether a campaign is for this member: addressed where it addresses
    /// some only, and not held out to compare with. What was decided before
    /// stays as it was.
    pub(super) fn is_addressed(&self, n: usize) -> bool {
        let campaign = &self.policy.campaigns()[n];
        let is_target = || self.member.targeted.contains(&(campaign.number, false));
        if !matches!(self.limits, Limits::Now) {
            return true;
        }
        (campaign.target.is_none() || is_target())
            && !super::target::is_held_out(self.policy, n, self.member.id)
    }

    /// Whether a campaign that asks for chance has any. A quote has none: it
    /// leaves such campaigns out and says so.
    pub(super) fn may_draw(&self, campaign: &Campaign, effects: &mut Vec<Effect>) -> bool {
        let may = !campaign.is_drawing || self.seed(campaign.number).is_some();
        if !may && matches!(self.limits, Limits::Now) {
            let text = format!("{}: what it draws shows when it is booked", campaign.title);
            effects.push(Effect::warned(WarningCode::DrawLeftOut, text));
        }
        may
    }

    /// What a campaign's draws are seeded with: the entry's own seed, or the
    /// one that it was decided with.
    pub(super) fn seed(&self, campaign: Number) -> Option<[u8; 32]> {
        match self.limits {
            Limits::Now => self.draw,
            Limits::None => None,
            Limits::AsDecided { effects, .. } | Limits::Open { effects, .. } => {
                drawn(effects, campaign)
            }
        }
    }
}

/// The seed that a campaign drew with.
fn drawn(effects: &[Effect], campaign: Number) -> Option<[u8; 32]> {
    effects.iter().find_map(|effect| match effect {
        Effect::Drawn { campaign: c, seed } if *c == campaign => Some(*seed),
        _ => None,
    })
}
