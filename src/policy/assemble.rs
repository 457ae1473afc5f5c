//! Assembly of a programme from its files.

use super::compiled::{Compiled, Judged, Script};
use super::diagnostic::Diagnostic;
use super::draft::{Draft, Drafts, TIERS};
use super::fields::Fields;
use super::headers;
use super::host::facts::Desk;
use super::host::header::Header;
use super::known::Known;
use super::reach::Reached;
use super::source::{self, Argument, Top, Use};
use super::words::WordKind;
use super::{check, setting, wanted};
use crate::model::{
    Campaign, Fact, Hook, NameKind, Names, Programme, RIPE_DAYS, Reward, Role, Stack, Tiers, When,
};
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

/// Depth of the checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    /// Enough to run it.
    Use,
    /// All checks, for a person.
    Examination,
}

/// Name of the campaign that stands for `on_redeem` of rewards.rhai.
const REWARDS: &str = "rewards";

/// A campaign and its file.
type Pair<'a> = (Campaign, &'a Draft);

/// A file and its uses with the texts that its names stand for.
type WithTexts<'a> = (&'a Draft, Vec<Use>);

/// Checks the files together and assembles them.
pub(super) fn assemble(
    programme: Programme,
    drafts: Drafts,
    names: &mut Names,
    depth: Depth,
    found: &mut Vec<Diagnostic>,
) -> Option<Compiled> {
    let tiers = drafts
        .tiers
        .as_ref()
        .and_then(|draft| tiers(draft, names, found));
    let mut known = Known {
        programme: &programme,
        tiers: match (&tiers, drafts.is_left_out(TIERS)) {
            (Some(tiers), _) => Some(tiers.names.clone()),
            (None, true) => None,
            (None, false) => Some(Vec::new()),
        },
        rewards: Vec::new(),
        names,
    };
    let mut pairs: Vec<Pair> = Vec::new();
    for draft in &drafts.campaigns {
        pairs.extend(campaign(draft, &mut known, found).map(|c| (c, draft)));
    }
    let mut rewards = Vec::new();
    if let Some(draft) = &drafts.rewards {
        rewards = all_rewards(draft, &mut known, found);
        known.rewards = rewards.iter().map(|reward| reward.id.clone()).collect();
        pairs.extend(redeeming(draft, &mut known, found).map(|c| (c, draft)));
    }
    let texts = drafts.all();
    let texts = texts.map(|draft| (draft, source::with_texts(&draft.uses, &draft.ast)));
    let texts: Vec<WithTexts> = texts.collect();
    check_together(&texts, &pairs, &known, found);
    if depth == Depth::Examination {
        found.extend(drafts.all().flat_map(check::costs));
    }
    if depth == Depth::Examination && drafts.are_sound() {
        let tiers = tiers.as_ref();
        check_reach(&drafts, &texts, &pairs, &programme, tiers, &rewards, found);
    }
    // Bases before bonuses; then by priority, then by id.
    pairs.sort_by(|(a, _), (b, _)| {
        (a.role, -i64::from(a.priority), &a.id).cmp(&(b.role, -i64::from(b.priority), &b.id))
    });
    let facts = gather_facts(&pairs, drafts.tiers.as_ref(), found);
    Some(finish(
        programme,
        tiers,
        rewards,
        pairs,
        drafts.tiers.as_ref(),
        facts,
    ))
}

fn check_together(texts: &[WithTexts], pairs: &[Pair], known: &Known, found: &mut Vec<Diagnostic>) {
    let campaigns: Vec<&Campaign> = pairs.iter().map(|(c, _)| c).collect();
    found.extend(check::ties(&campaigns));
    for (draft, uses) in texts {
        found.extend(check::literals(&draft.file, uses, known));
        found.extend(check::unset(&draft.file, &draft.uses, known.programme));
    }
}

/// Finds tiers and units that nobody reaches, and rewards that cost more than
/// they bring.
fn check_reach(
    drafts: &Drafts,
    texts: &[WithTexts],
    pairs: &[Pair],
    programme: &Programme,
    tiers: Option<&Tiers>,
    rewards: &[Reward],
    found: &mut Vec<Diagnostic>,
) {
    use check::{exclusions, reach};
    let pairs: Vec<(&Campaign, &Draft)> = pairs.iter().map(|(c, draft)| (c, *draft)).collect();
    let labels = exclusions::labels_given(drafts.all());
    let bases = pairs.iter().filter(|(c, _)| c.role == Role::Base);
    let bases: Option<Vec<_>> = bases.map(|(_, draft)| reach::given(&draft.uses)).collect();
    let bases = bases.map(|units| units.into_iter().flatten().collect());
    for (campaign, draft) in pairs.iter().filter(|(c, _)| c.id != REWARDS) {
        let labels = labels.as_ref();
        found.extend(check::campaign(draft, campaign, programme, labels));
    }
    let campaigns: Vec<&Campaign> = pairs.iter().map(|(c, _)| *c).collect();
    for (draft, uses) in texts {
        found.extend(check::targets(&draft.file, uses, &campaigns));
        let (labels, bases) = (labels.as_ref(), bases.as_ref());
        found.extend(exclusions::unmade(draft, uses, labels, bases));
        found.extend(exclusions::empty_lists(draft));
    }
    if let (Some(draft), Some(tiers)) = (&drafts.tiers, tiers) {
        found.extend(reach::tiers(draft, tiers));
    }
    found.extend(reach::units(drafts, programme, rewards));
    found.extend(reach::rewards(drafts, &pairs, programme, rewards));
    if let Some(draft) = &drafts.rewards {
        found.extend(exclusions::rewards(draft, rewards));
    }
    found.extend(exclusions::programme(&drafts.manifest, programme));
}

/// Reads the fields of a declaration with their places.
fn with_fields<T>(
    draft: &Draft,
    header: &Header,
    found: &mut Vec<Diagnostic>,
    read: impl FnOnce(Fields) -> T,
) -> T {
    let at = source::place(header.at);
    let places = source::fields(&draft.ast, at).into_iter().collect();
    let settings = setting::of_header(&header.map, "", &places, at);
    let faults = RefCell::new(Vec::new());
    let kind = (WordKind::HeaderField, draft.file.as_str());
    let answer = read(Fields::new(kind, header.word, settings, at, &faults));
    found.extend(faults.into_inner());
    answer
}

fn tiers(draft: &Draft, names: &mut Names, found: &mut Vec<Diagnostic>) -> Option<Tiers> {
    let has_qualify = hooks(draft, &[Hook::Qualify], found).contains(&Hook::Qualify);
    if !has_qualify && draft.is_sound {
        found.push(
            Diagnostic::error(&draft.file, (0, 0), "the file has no fn qualify(member)")
                .help("it says which tier a member has earned"),
        );
    }
    let header = draft.headers.first()?;
    let tiers = with_fields(draft, header, found, |f| headers::tiers(f, names));
    let (file, map) = (&draft.file, &header.map);
    found.extend(check::levels(file, &draft.uses, map, &tiers.names));
    Some(tiers)
}

const CAMPAIGN_HOOKS: &[Hook] = &[
    Hook::OnEnrol,
    Hook::OnPurchase,
    Hook::OnActivity,
    Hook::OnRedeem,
    Hook::OnReturn,
    Hook::OnDay,
    Hook::OnReview,
];

fn campaign(draft: &Draft, known: &mut Known, found: &mut Vec<Diagnostic>) -> Option<Campaign> {
    let hooks = hooks(draft, CAMPAIGN_HOOKS, found);
    if hooks.is_empty() && draft.is_sound {
        found.push(
            Diagnostic::error(
                &draft.file,
                (0, 0),
                "the campaign does nothing: it has no function",
            )
            .help("write fn on_purchase(purchase, member) { .. }"),
        );
    }
    let header = draft.headers.first()?;
    let file = &draft.file;
    let made = with_fields(draft, header, found, |f| {
        headers::campaign(f, known, &hooks, file)
    });
    found.extend(check::own(file, &draft.uses, &made));
    found.extend(check::everybody(file, &draft.uses, &made));
    let has_call = |name| draft.uses.iter().any(|each| each.is_call_of(&[name]));
    Some(Campaign {
        has_refer: has_call("refer"),
        is_drawing: has_call("chance"),
        promotions: promotions(&draft.uses, &made.when.codes),
        ..made
    })
}

/// Promotion codes that a campaign knows: those of its header, and those that
/// its script asks for by name. None if it reads codes in another way.
fn promotions(uses: &[Use], of_header: &[String]) -> Option<Vec<String>> {
    let is_read = |each: &&Use| each.is_property(&["codes"]);
    let mut known = of_header.to_vec();
    // `"SPRING" in purchase.codes` is a call of `contains`.
    let asked = uses.iter().filter_map(|each| match &each.arguments[..] {
        [Argument::Named(list), Argument::Text(code)]
            if each.name == "contains" && list == "codes" =>
        {
            Some(code.clone())
        }
        _ => None,
    });
    let asked: Vec<String> = asked.collect();
    let is_plain = uses.iter().filter(is_read).count() == asked.len();
    known.extend(asked);
    is_plain.then_some(known)
}

fn all_rewards(draft: &Draft, known: &mut Known, found: &mut Vec<Diagnostic>) -> Vec<Reward> {
    let mut rewards: Vec<Reward> = Vec::new();
    for header in &draft.headers {
        let reward = with_fields(draft, header, found, |f| headers::reward(f, known));
        if rewards.iter().any(|r| r.id == reward.id) {
            let message = format!("the reward '{}' is there twice", reward.id);
            found.push(Diagnostic::error(
                &draft.file,
                source::place(header.at),
                message,
            ));
        }
        rewards.push(reward);
    }
    rewards
}

/// `on_redeem` of rewards.rhai as a campaign of its own.
fn redeeming(draft: &Draft, known: &mut Known, found: &mut Vec<Diagnostic>) -> Option<Campaign> {
    let hooks = hooks(draft, &[Hook::OnRedeem], found);
    (!hooks.is_empty()).then(|| Campaign {
        number: known.names.add(NameKind::Campaign, REWARDS),
        id: REWARDS.into(),
        title: "Rewards".into(),
        role: Role::Base,
        hooks,
        from: None,
        to: None,
        when: When::default(),
        stack: Stack::Add,
        group: String::new(),
        priority: 0,
        budget: Vec::new(),
        per_purchase: Vec::new(),
        per_member: Vec::new(),
        per_household: Vec::new(),
        cost_to: None,
        per_referrer: None,
        has_refer: false,
        requires_consent: None,
        trigger: None,
        pause_when: None,
        ripe_days: RIPE_DAYS,
        tunable: Vec::new(),
        is_drawing: false,
        promotions: Some(Vec::new()),
        hold_out: 0,
        target: None,
        is_for_everybody: false,
        is_draft: false,
        file: draft.file.clone(),
    })
}

/// Hooks among the functions of a file.
fn hooks(draft: &Draft, possible: &[Hook], found: &mut Vec<Diagnostic>) -> Vec<Hook> {
    let (hooks, more) = check::hooks(&draft.file, &draft.text, &draft.ast, possible);
    found.extend(more);
    hooks
}

/// Facts that hooks read, and facts that `qualify` reads.
type Facts = (Vec<Fact>, Vec<Fact>);

fn gather_facts(pairs: &[Pair], tiers: Option<&Draft>, found: &mut Vec<Diagnostic>) -> Facts {
    let mut facts = Vec::new();
    for (campaign, draft) in pairs {
        // Asked by the header itself: a return asks it again as of the purchase.
        let passes = campaign.when.passes.iter().cloned();
        facts.extend(passes.map(Fact::HasPass));
        facts.extend(wanted::facts(&draft.file, &draft.uses, &campaign.id, found));
    }
    let mut review = Vec::new();
    if let Some(draft) = tiers {
        review = wanted::facts(&draft.file, &draft.uses, "", found);
    }
    for list in [&mut facts, &mut review] {
        list.sort();
        list.dedup();
    }
    (facts, review)
}

fn finish(
    programme: Programme,
    tiers: Option<Tiers>,
    rewards: Vec<Reward>,
    pairs: Vec<Pair>,
    tiers_draft: Option<&Draft>,
    (facts, facts_review): Facts,
) -> Compiled {
    let looks = |(c, draft): &Pair| check::channels(&draft.file, &draft.uses, c);
    let channels = pairs.iter().flat_map(looks).collect();
    let drafts = pairs.iter().map(|(_, draft)| *draft).chain(tiers_draft);
    let labels = drafts.flat_map(|draft| source::labels(&draft.uses));
    let labels = labels.collect();
    let levels = tiers.as_ref().map(|t| t.names.clone()).unwrap_or_default();
    let desk = |facts: &[Fact], campaign: &str| Desk {
        facts: facts.to_vec(),
        campaign: campaign.into(),
        tiers: levels.clone(),
    };
    let scripts = pairs
        .iter()
        .map(|(c, draft)| script(draft, desk(&facts, &c.id)));
    let scripts = scripts.collect();
    let qualify = tiers_draft.map(|draft| script(draft, desk(&facts_review, "")));
    let units: Vec<Arc<str>> = programme.units.iter().map(|u| (*u.id).into()).collect();
    Compiled {
        reached: Reached::new(pairs.len()),
        units: units.into(),
        campaigns: pairs.into_iter().map(|(campaign, _)| campaign).collect(),
        scripts,
        tiers,
        qualify,
        rewards,
        facts,
        facts_review,
        programme,
        warnings: Vec::new(),
        channels,
        labels,
        judged: Judged::default(),
        trace: OnceLock::new(),
    }
}

fn script(draft: &Draft, desk: Desk) -> Script {
    let tops = source::tops(&draft.ast);
    Script {
        file: draft.file.clone(),
        has_constants: tops.iter().any(|top| matches!(top, Top::Constant(_))),
        ast: Arc::new(source::without_declarations(&draft.ast)),
        desk: Arc::new(desk),
    }
}
