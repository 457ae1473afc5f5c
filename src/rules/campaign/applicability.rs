//! Applicability of a campaign to a member, and the seed of its draws.

use crate::model::{Campaign, Effect, Number, WarningCode};
use crate::rules::campaign::earner::{Earner, Limits};

impl Earner<'_> {
    /// True if a campaign applies to this member: addressed, if it addresses
    /// only some, and not held out as a control. Earlier decisions stay as they
    /// were.
    pub(in crate::rules) fn is_addressed(&self, n: usize) -> bool {
        let campaign = &self.policy.campaigns()[n];
        let is_target = || self.member.targeted.contains(&(campaign.number, false));
        if !matches!(self.limits, Limits::Now | Limits::None) {
            return true;
        }
        (campaign.target.is_none() || is_target())
            && !crate::rules::campaign::target::is_held_out(self.policy, n, self.member.id)
    }

    /// True unless a campaign draws and has no seed. A quote has none: it
    /// leaves such campaigns out and warns of it.
    pub(in crate::rules) fn may_draw(
        &self,
        campaign: &Campaign,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let may = !campaign.is_drawing || self.seed(campaign.number).is_some();
        if !may && matches!(self.limits, Limits::Now) {
            let text = format!("{}: what it draws shows when it is booked", campaign.title);
            effects.push(Effect::warned(WarningCode::DrawLeftOut, text));
        }
        may
    }

    /// Seed of a campaign's draws: the entry's own, or the one that an earlier
    /// decision used.
    pub(in crate::rules) fn seed(&self, campaign: Number) -> Option<[u8; 32]> {
        match self.limits {
            Limits::Now => self.draw,
            Limits::None | Limits::Taken { .. } => None,
            Limits::AsDecided { effects, .. } | Limits::Open { effects, .. } => {
                drawn(effects, campaign)
            }
        }
    }
}

/// Seed that a campaign drew with.
fn drawn(effects: &[Effect], campaign: Number) -> Option<[u8; 32]> {
    effects.iter().find_map(|effect| match effect {
        Effect::Drawn { campaign: c, seed } if *c == campaign => Some(*seed),
        _ => None,
    })
}
