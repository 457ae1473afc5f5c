//! Names of what the programmes in force have: campaigns, rewards.

use crate::engine::Records;
use crate::engine::reading::alias_owner::each_once;
use crate::engine::staging::{deciding, name_resolver};
use crate::engine::stop::Stop;
use crate::model::{Code, NameKind, Number, Policy};

pub(in crate::engine) fn campaign(records: &Records, id: &str) -> Result<Number, Stop> {
    let campaigns = deciding::in_force(records)?.flat_map(|policy| policy.campaigns());
    let known = each_once(campaigns.map(|c| c.id.as_str()));
    name_resolver::names(records)?.number(NameKind::Campaign, id, Code::UnknownCampaign, known)
}

/// The same; 0 if none is named.
pub(in crate::engine) fn campaign_or_none(records: &Records, id: &str) -> Result<Number, Stop> {
    match id {
        "" => Ok(0),
        id => campaign(records, id),
    }
}

pub(in crate::engine) fn reward(records: &Records, id: &str) -> Result<Number, Stop> {
    let rewards = deciding::in_force(records)?.flat_map(|policy| policy.rewards());
    let known = each_once(rewards.map(|r| r.id.as_str()));
    name_resolver::names(records)?.number(NameKind::Reward, id, Code::UnknownReward, known)
}
