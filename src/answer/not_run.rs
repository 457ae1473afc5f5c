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
    let is_tier = |known: &String| tier.is_none_or(|tier| tier.to_string() == *known);
    let monthly: Vec<String> = when.monthly.iter().map(ToString::to_string).collect();
    let has_tag = |tag: &String| purchase.lines.iter().any(|l| l.tags.contains(tag));
    let has_category = |c: &String| purchase.lines.iter().any(|l| l.category == *c);
    let listed = |words: &str, list: &[String]| format!("{words} {}", list.join(", "));
    let of_list = |word, words: &str, list: &[String], is_met: &dyn Fn(&String) -> bool| {
        let is_unmet = !list.is_empty() && !list.iter().any(is_met);
        (word, is_unmet, listed(words, list))
    };
    let is_channel = |channel: &String| channel == origin.channel.name();
    let is_code = |code: &String| purchase.codes.contains(code);
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
        of_list("tier", "only for", &tiers, &is_tier),
        of_list("store", "only in", &when.stores, &|s| *s == store),
        of_list("channel", "only by", &when.channels, &is_channel),
        of_list("category", "no line of", &when.categories, &has_category),
        of_list("tag", "no line marked", &when.tags, &has_tag),
        of_list("code", "without the code", &when.codes, &is_code),
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
