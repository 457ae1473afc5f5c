//! Coverage of a programme by its stories: the hooks, lines, conditions of headers,
//! rewards and tiers that none of them reaches.

use crate::answer::explanation;
use crate::engine::{Error, Ledger};
use crate::model::{Act, Campaign, Effect, Entry, Hook, MemberId, NameKind, Number, Policy};
use crate::policy::{Bundle, Compiled, Diagnostic, Reach, Spot, Spots};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of a programme that stories reached.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Coverage {
    hooks: BTreeMap<(String, Hook), Reach>,
    rewards: BTreeSet<String>,
    tiers: BTreeSet<String>,
    /// Campaigns that purchases were left out of, by the condition's word.
    unmet: BTreeSet<(String, &'static str)>,
    /// Places of scripts, by file.
    spots: BTreeMap<String, Spots>,
}

impl Coverage {
    /// Adds the hooks that a programme was run for.
    pub(super) fn add_hooks(&mut self, policy: &Compiled) {
        for (n, campaign) in policy.campaigns().iter().enumerate() {
            for hook in &campaign.hooks {
                let key = (campaign.id.clone(), *hook);
                let most = self.hooks.entry(key).or_default();
                *most = policy.reach(n, *hook).max(*most);
            }
        }
        self.add_spots(policy.spots());
    }

    fn add_spots(&mut self, spots: BTreeMap<String, Spots>) {
        for (file, spots) in spots {
            let known = self.spots.entry(file).or_default();
            for (spot, is_reached) in spots {
                *known.entry(spot).or_default() |= is_reached;
            }
        }
    }

    /// Adds the rewards and tiers that occur in the entries, and with `is_traced` the
    /// conditions of headers that purchases did not meet. An entry keeps the member's tier
    /// only where a script reads it, so tiers are followed from the first entry on.
    ///
    /// # Errors
    /// An entry or its programme cannot be read.
    pub(super) fn add_entries(
        &mut self,
        ledger: &mut Ledger,
        is_traced: bool,
    ) -> Result<(), Error> {
        let mut tiers = BTreeMap::new();
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
            if let (true, Act::Purchase(_)) = (is_traced, &entry.act) {
                let policy = ledger.programme_of(entry.head.bundle)?;
                let view = ledger.view()?;
                let explained = explanation(&view, &entry, Some(&*policy), Vec::new());
                let member = entry.member();
                let tier = member.map(|id| tiers.get(&id).copied().unwrap_or(0));
                let unmet = explained.not_run.into_iter().map(|idle| {
                    let mut campaigns = policy.campaigns().iter();
                    let campaign = campaigns.find(|campaign| campaign.id == idle.campaign);
                    let is_by_tier = idle.condition.is_empty()
                        && campaign.is_some_and(|campaign| leaves_out(campaign, tier));
                    let condition = if is_by_tier { "tier" } else { idle.condition };
                    (idle.campaign, condition)
                });
                self.unmet.extend(unmet);
            }
            tiers.extend(tiers_set(&entry));
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
        self.unmet.extend(other.unmet);
        self.add_spots(other.spots);
    }

    /// The parts of a programme that were not reached, each with its place, and
    /// the number of all parts.
    pub fn gaps(&self, policy: &Compiled, bundle: &Bundle) -> (Vec<Diagnostic>, usize) {
        let mut gaps = Gaps {
            bundle,
            found: Vec::new(),
            parts: 0,
        };
        let campaigns = policy.campaigns().iter();
        // A draft runs for nobody, so no story can reach it.
        for campaign in campaigns.filter(|c| !c.is_draft) {
            self.find_hooks(campaign, &mut gaps);
            self.find_conditions(campaign, &mut gaps);
        }
        for reward in policy.rewards() {
            let (id, is_reached) = (&reward.id, self.rewards.contains(&reward.id));
            let message = format!("no story takes the reward '{id}'");
            let help = "tell a story in which a member takes it";
            let at = ("rewards.rhai", format!("\"{id}\""));
            gaps.look(is_reached, at, message, help);
        }
        for name in policy.tiers().iter().flat_map(|tiers| &tiers.names) {
            let message = format!("no story has a member who comes to the tier '{name}'");
            let help = "tell a story in which a member reaches it";
            let at = ("tiers.rhai", format!("\"{name}\""));
            gaps.look(self.tiers.contains(name), at, message, help);
        }
        for (file, spots) in &self.spots {
            let campaign = policy.campaigns().iter().find(|c| c.file == *file);
            if campaign.is_none_or(|c| !c.is_draft) {
                self.find_lines(file, spots, campaign, &mut gaps);
            }
        }
        (gaps.found, gaps.parts)
    }

    /// Finds the functions of a campaign that no story reaches, or of which nothing comes.
    fn find_hooks(&self, campaign: &Campaign, gaps: &mut Gaps) {
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
            gaps.look(
                is_reached,
                (&campaign.file, format!("fn {name}")),
                message,
                help,
            );
        }
    }

    /// Finds the conditions of a campaign that no purchase fails to meet.
    fn find_conditions(&self, campaign: &Campaign, gaps: &mut Gaps) {
        for word in conditions(campaign) {
            let id = &campaign.id;
            let is_reached = self.unmet.contains(&(id.clone(), word));
            let message = format!("no story has a purchase that '{id}' leaves out by its {word}");
            let help = "tell a purchase that would count but for it";
            let at = (campaign.file.as_str(), format!("{word}:"));
            gaps.look(is_reached, at, message, help);
        }
    }

    /// Finds the lines of a script that no story reaches, but those of functions that never
    /// run, which are found as such.
    fn find_lines(&self, file: &str, spots: &Spots, campaign: Option<&Campaign>, gaps: &mut Gaps) {
        let is_idle = |spot: &Spot| {
            let hooks = campaign.into_iter().flat_map(|c| &c.hooks);
            let mut hooks = hooks.filter(|hook| hook.name() == spot.function);
            hooks.any(|hook| !self.is_called(campaign.map_or("", |c| &c.id), *hook))
        };
        gaps.parts += spots.len();
        let missing = spots
            .iter()
            .filter(|(spot, is_reached)| !**is_reached && !is_idle(spot));
        let missing: Vec<&Spot> = missing.map(|(spot, _)| spot).collect();
        let groups = missing.chunk_by(|a, b| {
            b.line.saturating_sub(a.line) <= 1 && !a.is_otherwise && !b.is_otherwise
        });
        let found = groups.filter_map(|group| unreached(file, group));
        gaps.found.extend(found);
    }

    fn is_called(&self, campaign: &str, hook: Hook) -> bool {
        let reach = self.hooks.get(&(campaign.to_owned(), hook));
        reach.is_some_and(|reach| *reach != Reach::Never)
    }

    /// The files with lines that were not reached, marked: `+` stories reach it, `-` they
    /// do not, `~` only a part of it.
    pub fn marked(&self, bundle: &Bundle) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (file, spots) in self.spots.iter().filter(|(_, s)| s.values().any(|is| !is)) {
            let mut lines: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
            for (spot, is_reached) in spots {
                let line = lines.entry(spot.line).or_default();
                line.0 |= is_reached;
                line.1 |= !is_reached;
            }
            let text = bundle.text(file).unwrap_or_default().lines().zip(1..);
            let marked = text.map(|(text, n)| {
                let mark = match lines.get(&n) {
                    Some((true, true)) => '~',
                    Some((true, false)) => '+',
                    Some(_) => '-',
                    None => ' ',
                };
                format!("{mark} {n:>3} | {text}\n")
            });
            files.push((file.clone(), marked.collect()));
        }
        files
    }
}

/// Parts of a programme that no story reaches, while they are looked for.
struct Gaps<'a> {
    bundle: &'a Bundle,
    found: Vec<Diagnostic>,
    /// Number of all parts, reached or not.
    parts: usize,
}

impl Gaps<'_> {
    /// Counts a part; if it is not reached, it is a gap at the first such words of its file.
    fn look(&mut self, is_reached: bool, at: (&str, String), message: String, help: &str) {
        self.parts += 1;
        if !is_reached {
            let (file, words) = at;
            let text = self.bundle.text(file).unwrap_or_default();
            let gap = Diagnostic::gap(file, text, &words, message).help(help);
            self.found.push(gap);
        }
    }
}

/// True if a campaign is not for the tier that a member holds (0: none); nobody named
/// is left out for another reason.
fn leaves_out(campaign: &Campaign, tier: Option<Number>) -> bool {
    let tiers = &campaign.when.tiers;
    tier.is_some_and(|tier| !tiers.is_empty() && !tiers.contains(&tier))
}

/// Tiers that an entry sets, by member.
fn tiers_set(entry: &Entry) -> impl Iterator<Item = (MemberId, Number)> {
    entry.effects.iter().filter_map(|effect| match effect {
        Effect::Tier { who, tier, .. } => {
            let member = entry.touched.get(usize::from(*who))?.member;
            Some((member, *tier))
        }
        _ => None,
    })
}

/// Words of the conditions in a campaign's header of which entries tell that they left a
/// purchase out.
fn conditions(campaign: &Campaign) -> impl Iterator<Item = &'static str> {
    let from = campaign.from.map(|_| "from");
    let to = campaign.to.map(|_| "to");
    let asked = campaign.when.asked();
    let told = asked.filter(|word| !matches!(*word, "minimum" | "pass" | "activity"));
    let is_for_purchases = campaign.hooks.contains(&Hook::OnPurchase);
    let all = from.into_iter().chain(to).chain(told);
    all.filter(move |_| is_for_purchases)
}

/// The finding of places one below the other that no story reaches.
fn unreached(file: &str, group: &[&Spot]) -> Option<Diagnostic> {
    let (first, last) = (group.first()?, group.last()?);
    let (message, help) = match (first.is_otherwise, last.line - first.line) {
        (true, _) => (
            "in every story the condition of this `if` holds".to_owned(),
            "tell a story in which it does not",
        ),
        (false, 0) => (
            "no story reaches this line".to_owned(),
            "tell a story that does",
        ),
        (false, _) => (
            format!("no story reaches lines {} to {}", first.line, last.line),
            "tell a story that does",
        ),
    };
    let place = (first.line, first.column);
    Some(Diagnostic::warning(file, place, message).help(help))
}
