//! Coverage of a programme by its stories: the hooks, rewards and tiers that
//! none of them reaches.

use crate::engine::{Error, Ledger};
use crate::model::{Act, Effect, Hook, NameKind, Policy};
use crate::policy::{Bundle, Compiled, Diagnostic, Reach};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of a programme that stories reached.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Coverage {
    hooks: BTreeMap<(String, Hook), Reach>,
    rewards: BTreeSet<String>,
    tiers: BTreeSet<String>,
}

impl Coverage {
    /// Adds the hooks that the programme in force was run for.
    ///
    /// # Errors
    /// The ledger has no programme.
    pub(super) fn add_hooks(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let policy = ledger.policy()?;
        for (n, campaign) in policy.campaigns().iter().enumerate() {
            for hook in &campaign.hooks {
                let key = (campaign.id.clone(), *hook);
                let most = self.hooks.entry(key).or_default();
                *most = policy.reach(n, *hook).max(*most);
            }
        }
        Ok(())
    }

    /// Adds the rewards and tiers that occur in the entries.
    ///
    /// # Errors
    /// An entry cannot be read.
    pub(super) fn add_entries(&mut self, ledger: &mut Ledger) -> Result<(), Error> {
        for seq in 0..ledger.global().next_seq {
            let Some(entry) = ledger.entry(seq)? else {
                continue;
            };
            let names = &ledger.global().names;
            if let Act::Redemption { reward, .. } | Act::RewardHeld { reward, .. } = entry.act {
                self.rewards.insert(names.text(NameKind::Reward, reward));
            }
            for effect in &entry.effects {
                match effect {
                    Effect::RewardUsed { reward, .. } => {
                        self.rewards.insert(names.text(NameKind::Reward, *reward));
                    }
                    Effect::Tier { tier, .. } => {
                        self.tiers.insert(names.text(NameKind::Tier, *tier));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Adds the parts that other stories reached.
    pub fn add(&mut self, other: Coverage) {
        for (key, reach) in other.hooks {
            let most = self.hooks.entry(key).or_default();
            *most = reach.max(*most);
        }
        self.rewards.extend(other.rewards);
        self.tiers.extend(other.tiers);
    }

    /// The parts of a programme that were not reached, each with its place, and
    /// the number of all parts.
    pub fn gaps(&self, policy: &Compiled, bundle: &Bundle) -> (Vec<Diagnostic>, usize) {
        let mut gaps = Vec::new();
        let mut parts = 0;
        let mut look = |is_reached: bool, file: &str, at: &str, message: String, help: &str| {
            parts += 1;
            if !is_reached {
                let text = bundle.text(file).unwrap_or_default();
                gaps.push(Diagnostic::gap(file, text, at, message).help(help));
            }
        };
        let campaigns = policy.campaigns().iter();
        // A draft runs for nobody, so no story can reach it.
        for campaign in campaigns.filter(|c| !c.is_draft) {
            let file = &campaign.file;
            for hook in &campaign.hooks {
                let (id, name) = (&campaign.id, hook.name());
                let reach = self.hooks.get(&(id.clone(), *hook)).copied();
                let (message, help) = match reach.unwrap_or_default() {
                    Reach::Never => (
                        format!("no story reaches {name} of '{id}'"),
                        "tell a story in which it takes part",
                    ),
                    _ => (
                        format!("stories reach {name} of '{id}', and nothing ever comes of it"),
                        "tell a story in which it gives something",
                    ),
                };
                let is_reached = reach == Some(Reach::Proposed);
                look(is_reached, file, &format!("fn {name}"), message, help);
            }
        }
        for reward in policy.rewards() {
            let (id, is_reached) = (&reward.id, self.rewards.contains(&reward.id));
            let message = format!("no story takes the reward '{id}'");
            let help = "tell a story in which a member takes it";
            look(
                is_reached,
                "rewards.rhai",
                &format!("\"{id}\""),
                message,
                help,
            );
        }
        for name in policy.tiers().iter().flat_map(|tiers| &tiers.names) {
            let message = format!("no story has a member who comes to the tier '{name}'");
            let help = "tell a story in which a member reaches it";
            let is_reached = self.tiers.contains(name);
            look(
                is_reached,
                "tiers.rhai",
                &format!("\"{name}\""),
                message,
                help,
            );
        }
        (gaps, parts)
    }
}
