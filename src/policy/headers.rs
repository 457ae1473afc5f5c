//! Reads declarations into the model: campaigns, tiers, rewards.

use super::expiry::span;
use super::fields::Fields;
use super::known::{Known, tiers_named, unit_number};
use super::setting::with_point;
use super::{partners, reviews, triggers};
use crate::model::{
    Campaign, Cap, Day, Down, Hook, Last, NameKind, Names, Number, Period, Points, Review, Reward,
    Role, Stack, Tiers, UnitKind, WEEKDAYS, When, kind_word, parse_minutes,
};

mod catalogue;

const PERIODS: [(&str, Period); 6] = [
    ("ever", Period::Ever),
    ("year", Period::Year),
    ("quarter", Period::Quarter),
    ("month", Period::Month),
    ("week", Period::Week),
    ("day", Period::Day),
];

/// Reads a campaign's header.
pub(super) fn campaign(mut f: Fields, known: &mut Known, hooks: &[Hook], file: &str) -> Campaign {
    let id = id(&mut f);
    let (from, to) = (f.day("from"), f.day("to"));
    check_span(&mut f, from, to);
    check_hooks(&mut f, hooks);
    let role = f.word("role", &[("bonus", Role::Bonus), ("base", Role::Base)]);
    let mut per_member = caps(&mut f, known, "per_member", Period::Ever);
    per_member.extend(caps(&mut f, known, "per_day", Period::Day));
    let per_household = caps(&mut f, known, "per_household", Period::Ever);
    check_households(&mut f, known, !per_household.is_empty());
    let (pause_when, ripe_days) = reviews::pause_when(&mut f, known);
    let when = when(&mut f, known, from, to);
    let campaign = Campaign {
        promotions: Some(when.codes.clone()),
        number: known.names.add(NameKind::Campaign, &id),
        title: f.text("title").unwrap_or_else(|| id.clone()),
        id,
        role,
        hooks: hooks.to_vec(),
        from,
        to,
        when,
        stack: stack(&mut f),
        group: f.text("group").unwrap_or_default(),
        priority: priority(&mut f),
        budget: caps(&mut f, known, "budget", Period::Ever),
        per_purchase: caps(&mut f, known, "per_purchase", Period::Day),
        per_member,
        per_household,
        cost_to: partners::cost_to(&mut f, known),
        per_referrer: per_referrer(&mut f),
        has_refer: false,
        requires_consent: consent(&mut f, known),
        trigger: triggers::read(&mut f, known, hooks),
        pause_when,
        ripe_days,
        tunable: reviews::tunable(&mut f, hooks),
        is_drawing: false,
        hold_out: reviews::percent(&mut f, "hold_out").unwrap_or(0),
        target: reviews::target(&mut f, known),
        is_for_everybody: f.word("for", &[("members", false), ("everybody", true)]),
        is_draft: f.is("draft"),
        file: file.into(),
    };
    check_everybody(&mut f, &campaign);
    if f.misplaced("until") {
        f.wrong_help("until", "is no field", "the last day of a campaign is `to`");
    }
    campaign
}

/// Reads an id: short, without blanks, so that it can be typed at a prompt.
fn id(f: &mut Fields) -> String {
    let id = f.text_needed("id");
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.len() > 64 || !id.chars().all(is_plain) {
        let rule = "may have letters, digits, '-', '_' and '.', at most 64 bytes";
        f.wrong("id", rule);
    }
    id
}

fn check_span(f: &mut Fields, from: Option<Day>, to: Option<Day>) {
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        f.wrong("to", format!("({to}) lies before from ({from})"));
    }
}

fn check_hooks(f: &mut Fields, hooks: &[Hook]) {
    let has_list = f.texts("on");
    if has_list.is_empty() {
        return;
    }
    let listed: Vec<String> = has_list
        .iter()
        .map(|name| format!("on_{}", name.trim_start_matches("on_")))
        .collect();
    for hook in hooks.iter().map(|h| h.name()) {
        if !listed.iter().any(|l| l == hook) {
            f.wrong(
                "on",
                format!("does not list {hook}, which the file defines"),
            );
        }
    }
    for name in listed {
        if !hooks.iter().any(|h| h.name() == name) {
            f.wrong(
                "on",
                format!("lists {name}, but there is no such function here"),
            );
        }
    }
}

/// Refuses limits for households where there are none.
fn check_households(f: &mut Fields, known: &Known, is_limited: bool) {
    if is_limited && known.programme.household_size.is_none() {
        let help = "add [household] with size = 6 to programme.toml";
        f.wrong_help("per_household", ": there are no households", help);
    }
}

/// Refuses conditions that a sale without a member never meets.
fn check_everybody(f: &mut Fields, campaign: &Campaign) {
    if !campaign.is_for_everybody {
        return;
    }
    if !campaign.hooks.contains(&Hook::OnPurchase) {
        let message = "is about sales, and there is no fn on_purchase(purchase, member)";
        f.wrong("for", message);
    }
    let asks = [
        ("when.tier", !campaign.when.tiers.is_empty()),
        ("when.pass", !campaign.when.passes.is_empty()),
        ("requires_consent", campaign.requires_consent.is_some()),
        ("target", campaign.target.is_some()),
        ("hold_out", campaign.hold_out > 0),
    ];
    for (name, _) in asks.into_iter().filter(|(_, is_there)| *is_there) {
        let message = format!("is \"everybody\", but `{name}` asks about a member");
        f.wrong_help(
            "for",
            message,
            "leave one of them out, or write two campaigns",
        );
    }
}

fn stack(f: &mut Fields) -> Stack {
    let words = [
        ("add", Stack::Add),
        ("best", Stack::Best),
        ("stop", Stack::Stop),
        ("on_rest", Stack::OnRest),
    ];
    f.word("stack", &words)
}

fn priority(f: &mut Fields) -> i32 {
    let asked = f.whole("priority").unwrap_or(0);
    i32::try_from(asked).unwrap_or_else(|_| {
        f.wrong("priority", "is too large");
        0
    })
}

fn consent(f: &mut Fields, known: &Known) -> Option<Number> {
    let asked = f.text("requires_consent")?;
    let purposes = &known.programme.purposes;
    let texts: Vec<&str> = purposes.iter().map(|(_, text)| text.as_str()).collect();
    f.check_known(
        "requires_consent",
        "purpose of programme.toml",
        &asked,
        &texts,
    );
    let found = purposes.iter().find(|(_, text)| *text == asked);
    found.map(|(number, _)| *number)
}

/// Reads `#{ star: 300, each: "day", last: "part" }`.
fn caps(f: &mut Fields, known: &Known, name: &'static str, each: Period) -> Vec<Cap> {
    let Some(mut inner) = f.inner(name) else {
        return Vec::new();
    };
    let mut periods = PERIODS;
    // The first of the words is the default.
    periods.sort_by_key(|(_, period)| *period != each);
    if name == "per_purchase" && inner.misplaced("each") {
        let message = "is for budget, per_member and per_household: what one purchase may bring has no period";
        inner.wrong("each", message);
    }
    let each = inner.word("each", &periods);
    let last = inner.word("last", &[("part", Last::Part), ("none", Last::None)]);
    let is_per_store = name == "budget" && inner.word("per", &[("", false), ("store", true)]);
    let mut caps = Vec::new();
    for (unit, value) in inner.rest() {
        let number = unit_number(&mut inner, known, &unit, &unit);
        match (number, value.points()) {
            (Some(unit), Some(points)) => caps.push(Cap {
                unit,
                points: parts(known, unit, points),
                each,
                last,
                is_per_store,
            }),
            (Some(_), None) => {
                let help = value.text().and_then(with_point);
                let message = "needs a whole number from 0";
                inner.wrong_help(&unit, message, help.unwrap_or_default());
            }
            (None, _) => {}
        }
    }
    caps
}

/// Reads `#{ count: 10, each: "month" }`.
fn per_referrer(f: &mut Fields) -> Option<(u32, Period)> {
    let mut inner = f.inner("per_referrer")?;
    let each = inner.word("each", &PERIODS);
    let count = inner.count("count");
    if !inner.has("count") {
        inner.wrong("count", "needs a whole number above 0");
    }
    count.map(|count| (count, each))
}

/// Converts whole units to their smallest parts.
fn parts(known: &Known, unit: Number, whole: i64) -> Points {
    let unit = known.programme.unit(unit);
    let parts = unit.and_then(|unit| unit.parts(whole.into()));
    parts.unwrap_or(Points(crate::model::AMOUNT_MAX))
}

fn when(f: &mut Fields, known: &Known, from: Option<Day>, to: Option<Day>) -> When {
    let Some(mut inner) = f.inner("when") else {
        return When::default();
    };
    let when = When {
        weekdays: weekdays(&mut inner),
        monthly: triggers::monthly_days(&mut inner),
        hours: hours(&mut inner),
        tiers: tiers_named(&mut inner, known, "tier"),
        stores: stores(&mut inner, known),
        channels: channels(&mut inner),
        categories: inner.texts("category"),
        tags: inner.texts("tag"),
        minimum: inner.money("minimum", known.programme.digits),
        codes: inner.texts("code"),
        passes: inner.known_names(
            "pass",
            "pass of programme.toml",
            &super::passes::ids(known.programme),
        ),
        activities: activities(&mut inner, known),
    };
    check_days(&mut inner, &when, from, to);
    when
}

/// Refuses days of which none ever comes.
fn check_days(f: &mut Fields, when: &When, from: Option<Day>, to: Option<Day>) {
    let from = from.unwrap_or_default();
    let is_no_span = to.is_some_and(|to| from > to);
    if is_no_span || when.first_on(from, to).is_some() {
        return;
    }
    let name = match when.weekdays.is_empty() {
        true => "monthly",
        false => "weekday",
    };
    let message = match when.first_on(from, None) {
        Some(_) => "never comes between from and to: the campaign cannot run",
        None => "never comes on a day of `monthly`: the campaign cannot run",
    };
    f.wrong(name, message);
}

/// Reads channels, each in its canonical spelling.
fn channels(f: &mut Fields) -> Vec<String> {
    f.texts("channel")
        .iter()
        .map(|word| kind_word(word))
        .collect()
}

fn activities(f: &mut Fields, known: &Known) -> Vec<String> {
    let activities = known.programme.activities.iter();
    let ids: Vec<&str> = activities.map(|a| a.id.as_str()).collect();
    f.known_names("activity", "activity of programme.toml", &ids)
}

fn weekdays(f: &mut Fields) -> Vec<u8> {
    let names = f.known_names("weekday", "day of the week", &WEEKDAYS);
    let known = (0..).zip(WEEKDAYS);
    let number = |name: &String| Some(known.clone().find(|(_, w)| w == name)?.0);
    names.iter().filter_map(number).collect()
}

fn hours(f: &mut Fields) -> Vec<(u16, u16)> {
    let mut hours = Vec::new();
    for text in f.texts("hours") {
        match span_of_hours(&text) {
            Ok((from, to)) if from == to => f.wrong("hours", format!("'{text}' is no time at all")),
            Ok(span) => hours.push(span),
            Err(message) => {
                f.wrong_help("hours", format!(": {message}"), "write \"07:00-10:00\"");
            }
        }
    }
    hours
}

fn span_of_hours(text: &str) -> Result<(u16, u16), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, ""));
    let to = match to.trim() {
        "24:00" => 1440,
        to => parse_minutes(to)?,
    };
    Ok((parse_minutes(from.trim())?, to))
}

fn stores(f: &mut Fields, known: &Known) -> Vec<String> {
    let stores = known.programme.stores.iter();
    let ids: Vec<&str> = stores.map(|s| s.id.as_str()).collect();
    match ids.is_empty() {
        true => f.texts("store"),
        false => f.known_names("store", "store of programme.toml", &ids),
    }
}

/// Reads the tiers.
pub(super) fn tiers(mut f: Fields, names: &mut Names) -> Tiers {
    let levels = f.texts("levels");
    if levels.is_empty() {
        f.wrong("levels", "needs at least one name, the lowest first");
    }
    if levels
        .iter()
        .enumerate()
        .any(|(i, name)| levels[..i].contains(name))
    {
        f.wrong("levels", "has a name twice");
    }
    Tiers {
        levels: levels
            .iter()
            .map(|name| names.add(NameKind::Tier, name))
            .collect(),
        names: levels,
        review: review(&mut f),
        down: f.word(
            "down",
            &[
                ("one step", Down::OneStep),
                ("to earned", Down::ToEarned),
                ("never", Down::Never),
            ],
        ),
        grace_months: grace(&mut f),
        is_at_once: f.word("applies", &[("next purchase", false), ("at once", true)]),
    }
}

fn review(f: &mut Fields) -> Review {
    let text = f.text("review").unwrap_or_else(|| "calendar year".into());
    let months = months_of(&text).and_then(|months| u8::try_from(months).ok());
    match (text.as_str(), months) {
        ("calendar year", _) => Review::CalendarYear,
        ("anniversary", _) => Review::Anniversary,
        ("never", _) => Review::Never,
        (_, Some(months @ 1..=60)) => Review::Months(months),
        _ => {
            f.wrong_help(
                "review",
                format!("cannot be '{text}'"),
                "known: calendar year, anniversary, never, or a span from the day the tier was \
                 reached: \"12 months\" (1 to 60), \"1 month\", \"1 year\"",
            );
            Review::Never
        }
    }
}

/// Months of a span such as `1 month`, `12 months` or `1 year`.
fn months_of(text: &str) -> Option<u32> {
    match span(text)? {
        (months, 0) => Some(months),
        _ => None,
    }
}

fn grace(f: &mut Fields) -> u8 {
    let text = f.text("grace").unwrap_or_else(|| "0 months".into());
    let months = match text.as_str() {
        "0 months" | "0 month" => Some(0),
        text => months_of(text).filter(|months| *months <= 24),
    };
    let months = months.and_then(|months| u8::try_from(months).ok());
    months.unwrap_or_else(|| {
        f.wrong(
            "grace",
            format!("cannot be '{text}': write \"1 month\", at most \"24 months\""),
        );
        0
    })
}

/// Reads a reward.
pub(super) fn reward(mut f: Fields, known: &mut Known) -> Reward {
    let id = id(&mut f);
    let unit = f.text_needed("unit");
    let unit = unit_number(&mut f, known, "unit", &unit).unwrap_or(0);
    let kind = known.programme.unit(unit).map(|unit| unit.kind);
    if kind.is_some_and(|kind| kind != UnitKind::Spendable) {
        let help = "name a unit of kind = \"spendable\"";
        f.wrong_help("unit", "cannot be spent", help);
    }
    let points = f
        .take("points")
        .and_then(|value| value.points())
        .filter(|p| *p > 0);
    if points.is_none() {
        f.wrong("points", "needs a whole number above 0");
    }
    let is_each = f.has("each");
    let each = f.word("each", &PERIODS);
    let per_member = f.count("per_member");
    let per_household = f.count("per_household");
    check_households(&mut f, known, per_household.is_some());
    if is_each && per_member.or(per_household).is_none() {
        f.wrong_help(
            "each",
            "means nothing without per_member or per_household",
            "write per_member: 1",
        );
    }
    let (partner, pool) = partners::of_reward(&mut f, known);
    let reward = Reward {
        partner,
        pool,
        number: known.names.add(NameKind::Reward, &id),
        title: f.text("title").unwrap_or_else(|| id.clone()),
        id,
        unit,
        points: parts(known, unit, points.unwrap_or(1)),
        value: f.money("value", known.programme.digits),
        pieces: f.count("pieces").map_or(1, |count| count.max(1)),
        cost: f.money("cost", known.programme.digits),
        tiers: tiers_named(&mut f, known, "tier"),
        categories: f.texts("category"),
        not_for: f.goods("not_for"),
        per_member: per_member.map(|count| (count, each)),
        per_household: per_household.map(|count| (count, each)),
        gives: catalogue::gives(&mut f, known),
        stock: catalogue::stock(&mut f),
        opens: catalogue::opens(&mut f, known),
        early: catalogue::early(&mut f, known),
    };
    if reward.value.is_some() && reward.pieces != 1 {
        f.wrong("pieces", "and 'value' exclude each other; give one");
    }
    catalogue::check(&mut f, &reward);
    if reward.pool != 0 && reward.value.is_none() {
        let help = "say how much money goes into the pool";
        f.wrong_help("value", "is missing", help);
    }
    reward
}
