//! Campaigns for purchases that took no part in one, and the reasons.

use super::View;
use super::effect::Described;
use crate::model::{Campaign, Entry, Fact, Hook, NameKind, Policy, Purchase, Role, WEEKDAYS};
use schemars::JsonSchema;
use serde::Serialize;

/// Campaign that took no part in a purchase.
#[derive(Serialize, JsonSchema)]
pub struct NotRun {
    /// Campaign.
    pub campaign: String,
    /// First condition of its header that the purchase did not meet, in words.
    pub why: String,
    /// That condition's word in the header; empty if it is none of those.
    #[serde(skip)]
    pub condition: &'static str,
}

/// Campaigns for purchases that had no effect in this one.
pub(super) fn not_run(
    view: &View<'_>,
    sale: (&Entry, &Purchase),
    effects: &[Described<'_>],
    policy: &dyn Policy,
) -> Vec<NotRun> {
    let idle = policy.campaigns().iter().filter(|campaign| {
        let is_for_purchases = campaign.hooks.contains(&Hook::OnPurchase);
        is_for_purchases && !effects.iter().any(|e| e.is_of(campaign.number))
    });
    let told = idle.map(|campaign| {
        let (condition, why) = why_not(view, sale, policy, campaign);
        NotRun {
            campaign: campaign.id.clone(),
            why,
            condition,
        }
    });
    told.collect()
}

/// First condition of a header that a purchase did not meet: its word, and in words.
fn why_not(
    view: &View<'_>,
    (entry, purchase): (&Entry, &Purchase),
    policy: &dyn Policy,
    campaign: &Campaign,
) -> (&'static str, String) {
    let (day, when, origin) = (entry.head.day, &campaign.when, &entry.head.origin);
    let local = policy.programme().calendar.local(entry.head.occurred_at());
    let minutes = u16::from(local.hour) * 60 + u16::from(local.minute);
    let store = view.store(&origin.place);
    let tiers = when.tiers.iter().map(|t| view.name(NameKind::Tier, *t));
    let tiers: Vec<String> = tiers.collect();
    let tier = policy.facts().iter().position(|f| *f == Fact::Tier);
    let tier = tier.and_then(|at| entry.given.get(at));
    let tier = tier.map(|tier| tier.to_string());
    let monthly: Vec<String> = when.monthly.iter().map(ToString::to_string).collect();
    let has_tag = |tag: &String| purchase.lines.iter().any(|l| l.tags.contains(tag));
    let has_category = |c: &String| purchase.lines.iter().any(|l| l.category == *c);
    let lacks = |list: &[String], is_met: &dyn Fn(&String) -> bool| {
        !list.is_empty() && !list.iter().any(is_met)
    };
    let listed = |words: &str, list: &[String]| format!("{words} {}", list.join(", "));
    let (from, to) = (campaign.from.unwrap_or(day), campaign.to.unwrap_or(day));
    let conditions = [
        ("", campaign.is_draft, "it is a draft".into()),
        ("from", day < from, format!("it begins on {from}")),
        ("to", to < day, format!("it was over on {to}")),
        (
            "weekday",
            !when.is_weekday(day),
            format!("not on a {}", WEEKDAYS[day.weekday()]),
        ),
        (
            "monthly",
            !when.is_monthly(day),
            listed("each month only on", &monthly),
        ),
        (
            "hours",
            !when.is_at(minutes),
            format!("not at {:02}:{:02}", local.hour, local.minute),
        ),
        (
            "tier",
            tier.is_some_and(|tier| lacks(&tiers, &|t| *t == tier)),
            listed("only for", &tiers),
        ),
        (
            "store",
            lacks(&when.stores, &|s| *s == store),
            listed("only in", &when.stores),
        ),
        (
            "channel",
            lacks(&when.channels, &|c| c == origin.channel.name()),
            listed("only by", &when.channels),
        ),
        (
            "category",
            lacks(&when.categories, &has_category),
            listed("no line of", &when.categories),
        ),
        (
            "tag",
            lacks(&when.tags, &has_tag),
            listed("no line marked", &when.tags),
        ),
        (
            "code",
            lacks(&when.codes, &|c| purchase.codes.contains(c)),
            listed("without the code", &when.codes),
        ),
        (
            "",
            entry.member().is_none() && !campaign.is_for_everybody,
            "nobody was named".into(),
        ),
        (
            "",
            campaign.role == Role::Base && has_taken(entry),
            "the bill earns less than 0 and takes points at the rate of base campaigns".into(),
        ),
    ];
    let unmet = conditions.into_iter().find(|(_, is_unmet, _)| *is_unmet);
    let otherwise = "its script gave nothing, or it was paused, or not for this member, or below \
                     its minimum";
    unmet.map_or_else(|| ("", otherwise.into()), |(word, _, why)| (word, why))
}

/// True if a purchase took points back, as one does that earns less than 0.
fn has_taken(entry: &Entry) -> bool {
    entry
        .effects
        .iter()
        .any(|effect| effect.taken_back().is_some())
}
