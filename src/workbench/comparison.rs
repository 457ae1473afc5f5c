//! Two programmes compared: in words, by lines, and by baskets that come out differently.

use super::story::StoryResult;
use super::{judge, story};
use crate::engine::Error;
use crate::model::{BundleFile, Campaign, Day, Instant, Policy, UnitKind};
use crate::policy::{Bundle, Compiled, Diagnostic, Part, described};
use serde::Serialize;
use similar::TextDiff;
use std::collections::BTreeSet;
use std::ops::Range;

/// Most baskets shown.
const EXAMPLES_MAX: usize = 3;
/// Lines around a changed one.
const CONTEXT: usize = 2;

/// A field that two programmes set differently.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldChange {
    /// The field, with the names of outer tables.
    pub field: String,
    /// Its value before, as written; None if it was not set.
    pub was: Option<String>,
    /// Its value after.
    pub is: Option<String>,
    /// Its default, if it has one.
    pub default: &'static str,
    /// Its meaning.
    pub means: &'static str,
}

/// A part of a programme that is new, gone or changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PartChange {
    /// `campaign`, `unit`, `reward`, ...
    pub section: String,
    /// Its name; empty if there is only one.
    pub id: String,
    /// The file it stands in.
    pub file: String,
    /// `new`, `gone` or `changed`.
    pub how: &'static str,
    /// Conditions under which it applies; empty for always and everybody.
    pub applies: String,
    /// Its fields that differ; of a part that is new or gone, all.
    pub fields: Vec<FieldChange>,
    /// True if its script does something else.
    pub is_script_changed: bool,
}

/// A file that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileChange {
    /// Its path.
    pub file: String,
    /// `new`, `gone` or `changed`.
    pub how: &'static str,
    /// The lines that differ, as a unified diff.
    pub lines: String,
}

/// A basket that comes out differently.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Example {
    /// The member, the basket and the time, as lines of a story.
    pub story: String,
    /// Its outcome under the first programme.
    pub was: Vec<String>,
    /// Its outcome under the second.
    pub is: Vec<String>,
}

/// Differences between two programmes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Comparison {
    /// Differences by part.
    pub parts: Vec<PartChange>,
    /// Differences by file; stories are none.
    pub files: Vec<FileChange>,
}

/// Compares two programmes in words and by lines.
pub fn compare(was: &Bundle, is: &Bundle) -> Comparison {
    Comparison {
        parts: parts(&described(was), &described(is)),
        files: files(&was.files, &is.files),
    }
}

fn parts(was: &[Part], is: &[Part]) -> Vec<PartChange> {
    let find = |all: &[Part], part: &Part| {
        let mut all = all.iter();
        all.find(|p| (&p.section, &p.id) == (&part.section, &part.id))
            .cloned()
    };
    let mut found = Vec::new();
    for part in is {
        let before = find(was, part);
        let fields = fields(before.as_ref(), Some(part));
        let is_script_changed = before.as_ref().is_some_and(|b| b.script != part.script);
        let how = match before {
            None => "new",
            Some(_) => "changed",
        };
        // Only the first declaration of a file stands for its script.
        let is_first = is
            .iter()
            .find(|other| other.file == part.file)
            .is_some_and(|first| first.id == part.id);
        let is_script_changed = is_script_changed && is_first;
        if how == "new" || !fields.is_empty() || is_script_changed {
            found.push(change(part, how, fields, is_script_changed));
        }
    }
    let gone = was.iter().filter(|part| find(is, part).is_none());
    found.extend(gone.map(|part| change(part, "gone", fields(Some(part), None), false)));
    found
}

fn change(
    part: &Part,
    how: &'static str,
    fields: Vec<FieldChange>,
    is_script_changed: bool,
) -> PartChange {
    PartChange {
        section: part.section.clone(),
        id: part.id.clone(),
        file: part.file.clone(),
        how,
        applies: applies(part),
        fields,
        is_script_changed,
    }
}

/// Conditions of a campaign or a reward, in its own words.
fn applies(part: &Part) -> String {
    let is_condition = |field: &str| {
        let words = [
            "from",
            "to",
            "for",
            "requires_consent",
            "tier",
            "draft",
            "opens",
        ];
        let is_within = field.starts_with("when.") || field.starts_with("target.");
        is_within || field.starts_with("on_day.") || words.contains(&field)
    };
    let conditions = part
        .settings
        .iter()
        .filter(|(field, _)| part.file.ends_with(".rhai") && is_condition(field));
    let told = conditions.map(|(field, value)| {
        let field = field.strip_prefix("when.").unwrap_or(field);
        format!("{field} {}", value.trim_matches(['[', ']']))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn fields(was: Option<&Part>, is: Option<&Part>) -> Vec<FieldChange> {
    let both = [was, is].into_iter().flatten();
    let names = both.flat_map(|part| part.settings.iter().map(|(field, _)| field.clone()));
    let names: BTreeSet<String> = names.collect();
    let mut found = Vec::new();
    for field in names {
        let value = |part: Option<&Part>| part.and_then(|p| p.get(&field)).map(str::to_owned);
        let (before, after) = (value(was), value(is));
        let word = is.or(was).and_then(|part| part.word(&field));
        let default = word.map_or("", |word| word.default.trim_matches('`'));
        let meant = |value: &Option<String>| value.clone().unwrap_or_else(|| default.into());
        // Of a part that is new or gone every field is told, of others not what is left out and
        // the same by default.
        let is_alike = was.is_some() && is.is_some() && meant(&before) == meant(&after);
        if before == after || is_alike {
            continue;
        }
        found.push(FieldChange {
            default: word.map_or("", |word| word.default),
            means: word.map_or("", |word| word.gist()),
            field,
            was: before,
            is: after,
        });
    }
    found
}

fn files(was: &[BundleFile], is: &[BundleFile]) -> Vec<FileChange> {
    let paths = was.iter().chain(is).map(|file| file.path.as_str());
    let paths: BTreeSet<&str> = paths.collect();
    let text = |files: &[BundleFile], path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.map(|file| file.text.clone())
    };
    let mut found = Vec::new();
    for path in paths {
        let (before, after) = (text(was, path), text(is, path));
        if before == after {
            continue;
        }
        let how = match (&before, &after) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        };
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let diff = TextDiff::from_lines(&before, &after);
        let lines = diff.unified_diff().context_radius(CONTEXT).to_string();
        found.push(FileChange {
            file: path.into(),
            how,
            lines,
        });
    }
    found
}

/// A line of a story that both programmes are asked.
struct Basket {
    day: Day,
    /// Minute of the day.
    minute: u16,
    /// The member's name.
    member: String,
    /// The words after `quote`, with `{}` for the member.
    words: String,
    /// Positions of the bill.
    lines: Vec<String>,
}

/// Baskets and redemptions that come out differently under two programmes, at most a few:
/// first those that the conditions of the changed campaigns ask for, then plain ones. They
/// are quoted on a fresh ledger of each programme; the same two programmes and day always
/// give the same.
///
/// # Errors
/// I/O errors.
pub fn examples(
    was: &Bundle,
    is: &Bundle,
    changes: &Comparison,
    today: Day,
) -> Result<Vec<Example>, Error> {
    let (Ok(one), Ok(other)) = (judge(was), judge(is)) else {
        return Ok(Vec::new());
    };
    let search = Search {
        one: &one,
        other: &other,
        today,
    };
    let mut baskets = search.baskets(changes);
    // The first round finds the baskets that one of them cannot read.
    for _ in 0..2 {
        let (text, lines) = search.story(&baskets);
        match [&one, &other].map(|p| story::parse("diff.story", &text, p.programme())) {
            [Ok(first), Ok(second)] => {
                let none = |name: &str| Err(format!("there is no {name}"));
                let was = story::run(&first, was, &none)?;
                let is = story::run(&second, is, &none)?;
                return Ok(differing(&baskets, &lines, &was, &is));
            }
            read => {
                let found = read.into_iter().filter_map(Result::err).flatten();
                drop_unreadable(&mut baskets, &lines, found);
            }
        }
    }
    Ok(Vec::new())
}

/// Drops the baskets in whose lines something was found.
fn drop_unreadable(
    baskets: &mut Vec<(usize, Basket)>,
    lines: &[Range<usize>],
    found: impl Iterator<Item = Diagnostic>,
) {
    let wrong: Vec<usize> = found.map(|finding| finding.line).collect();
    let mut lines = lines.iter();
    baskets.retain(|_| {
        let own = lines.next();
        own.is_none_or(|own| !wrong.iter().any(|line| own.contains(line)))
    });
}

/// The first baskets that come out differently, by rank.
fn differing(
    baskets: &[(usize, Basket)],
    lines: &[Range<usize>],
    was: &StoryResult,
    is: &StoryResult,
) -> Vec<Example> {
    let mut found = Vec::new();
    for ((rank, basket), lines) in baskets.iter().zip(lines) {
        let (was, is) = (outcome(was, lines.start), outcome(is, lines.start));
        if was != is {
            let story = basket.text();
            found.push((rank, basket, Example { story, was, is }));
        }
    }
    found.sort_by_key(|(rank, ..)| **rank);
    // The same basket on another day says something new only where it comes to something else.
    let mut shown = BTreeSet::new();
    found.retain(|(_, basket, example)| {
        let asked = (&basket.member, &basket.words, &basket.lines);
        shown.insert((asked, example.was.clone(), example.is.clone()))
    });
    let found = found.into_iter().map(|(.., example)| example);
    found.take(EXAMPLES_MAX).collect()
}

/// Outcome of a line of a story, in parts.
fn outcome(told: &StoryResult, line: usize) -> Vec<String> {
    let found = told.findings.iter().find(|f| f.diagnostic.line == line);
    let parts = found.map_or("", |found| &found.happened).split(" -> ");
    let parts = parts.filter(|part| !matches!(*part, "" | "nothing"));
    parts.map(str::to_owned).collect()
}

struct Search<'a> {
    one: &'a Compiled,
    other: &'a Compiled,
    today: Day,
}

impl Basket {
    fn text(&self) -> String {
        let (hour, minute) = (self.minute / 60, self.minute % 60);
        let words = self.words.replace("{}", &self.member);
        let mut text = format!("{} {hour:02}:{minute:02} quote {words}\n", self.day);
        for line in &self.lines {
            text.push_str(&format!("    {line}\n"));
        }
        text
    }
}

impl Search<'_> {
    /// Baskets in the order of their instants, each with its rank.
    fn baskets(&self, changes: &Comparison) -> Vec<(usize, Basket)> {
        let mut all = Vec::new();
        let changed = |id: &str| {
            let mut parts = changes.parts.iter();
            parts.any(|part| part.section == "campaign" && part.id == id)
        };
        for total in ["29.00", "100.00"] {
            for policy in [self.other, self.one] {
                let campaigns = policy.campaigns().iter().filter(|c| changed(&c.id));
                all.extend(campaigns.map(|campaign| self.meant_for(policy, campaign, total)));
            }
        }
        for part in changes.parts.iter().filter(|part| part.section == "reward") {
            all.push(self.plain(&format!("redeem {{}} {}", part.id), None));
        }
        let mut members = vec![None];
        members.extend(self.tiers().map(Some));
        for total in ["10.00", "29.00", "100.00"] {
            for tier in &members {
                all.push(self.plain(&format!("purchase {{}} {total}"), tier.as_deref()));
            }
        }
        for category in self.categories() {
            all.push(Basket {
                lines: vec![format!(
                    "- 1 x {category} {} 29.00",
                    category.to_uppercase()
                )],
                ..self.plain("purchase {} 29.00", None)
            });
        }
        for weekday in 1..7 {
            let plain = self.plain("purchase {} 29.00", None);
            all.push(Basket {
                day: plain.day.plus_days(weekday),
                ..plain
            });
        }
        let mut all: Vec<(usize, Basket)> = all.into_iter().enumerate().collect();
        all.sort_by_key(|(_, basket)| (basket.day, basket.minute));
        all
    }

    fn plain(&self, words: &str, tier: Option<&str>) -> Basket {
        Basket {
            day: self.today,
            minute: 12 * 60,
            member: member_of(tier),
            words: words.into(),
            lines: Vec::new(),
        }
    }

    /// A basket that meets a campaign's conditions.
    fn meant_for(&self, policy: &Compiled, campaign: &Campaign, total: &str) -> Basket {
        let when = &campaign.when;
        let mut words = format!("purchase {{}} {total}");
        let mut option = |word: &str, values: &[String]| {
            if let Some(value) = values.first() {
                words.push_str(&format!(" {word} {value}"));
            }
        };
        option("at", &when.stores);
        option("via", &when.channels);
        option("code", &when.codes);
        let category = when.categories.first().cloned();
        let mut lines = Vec::new();
        if category.is_some() || !when.tags.is_empty() {
            let category = category.unwrap_or_else(|| "food".into());
            let tag = when
                .tags
                .first()
                .map_or(String::new(), |tag| format!(" tag {tag}"));
            let sku = category.to_uppercase();
            lines.push(format!("- 1 x {category} {sku} {total}{tag}"));
        }
        let tier = when.tiers.first().zip(policy.tiers());
        let tier = tier.and_then(|(tier, tiers)| tiers.name(*tier));
        Basket {
            day: campaign.first_day(self.today),
            minute: when.hours.first().map_or(12 * 60, |hours| hours.0),
            member: member_of(tier),
            words,
            lines,
        }
    }

    /// The story of all baskets, and the lines of each.
    fn story(&self, baskets: &[(usize, Basket)]) -> (String, Vec<Range<usize>>) {
        let day = baskets.iter().map(|(_, basket)| basket.day).min();
        let day = day.unwrap_or(self.today).plus_days(-1);
        let mut text = "programme compared\n".to_owned();
        let held = self.holdings();
        text.push_str(&match held.as_str() {
            "" => format!("{day} 09:00 enrol somebody\n"),
            held => format!("{day} 09:00 given somebody{held}\n"),
        });
        for tier in self.tiers() {
            let member = member_of(Some(&tier));
            text.push_str(&format!("{day} 09:00 given {member} {tier}{held}\n"));
        }
        let mut spans = Vec::new();
        for (_, basket) in baskets {
            let start = text.lines().count() + 1;
            text.push_str(&basket.text());
            spans.push(start..text.lines().count() + 1);
        }
        (text, spans)
    }

    /// Points that everybody has: as many as the dearest rewards cost.
    fn holdings(&self) -> String {
        let mut held = String::new();
        let units = &self.one.programme().units;
        for unit in units.iter().filter(|unit| unit.kind == UnitKind::Spendable) {
            let mut others = self.other.programme().units.iter();
            let Some(same) = others.find(|other| other.id == unit.id) else {
                continue;
            };
            let prices = |policy: &Compiled, number| {
                let rewards = policy.rewards().iter().filter(move |r| r.unit == number);
                rewards.map(|r| r.points.0).max().unwrap_or_default()
            };
            let most = prices(self.one, unit.number).max(prices(self.other, same.number));
            if most > 0 {
                let points = unit.decimal(crate::model::Points(most));
                held.push_str(&format!(" {points} {}", unit.id));
            }
        }
        held
    }

    /// Tiers that both have.
    fn tiers(&self) -> impl Iterator<Item = String> {
        let names = |policy: &Compiled| policy.tiers().map_or_else(Vec::new, |t| t.names.clone());
        let others = names(self.other);
        let both = names(self.one).into_iter();
        both.filter(move |tier| others.contains(tier))
    }

    /// Categories that conditions, rewards or units name.
    fn categories(&self) -> BTreeSet<String> {
        let of = |policy: &Compiled| {
            let campaigns = policy
                .campaigns()
                .iter()
                .flat_map(|c| c.when.categories.clone());
            let rewards = policy.rewards().iter().flat_map(|r| r.categories.clone());
            campaigns.chain(rewards).collect::<Vec<_>>()
        };
        of(self.one).into_iter().chain(of(self.other)).collect()
    }
}

fn member_of(tier: Option<&str>) -> String {
    match tier {
        Some(tier) => format!("{tier}-member"),
        None => "somebody".into(),
    }
}

/// The day of an instant in a programme's calendar.
pub fn day_in(bundle: &Bundle, at: Instant) -> Day {
    let calendar = judge(bundle).map(|policy| policy.programme().calendar.clone());
    calendar
        .unwrap_or_else(|_| crate::model::Calendar::utc())
        .day_of(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::cafe;

    fn today() -> Day {
        Day::parse("2026-11-28").unwrap()
    }

    fn found(was: &Bundle, is: &Bundle) -> (Comparison, Vec<Example>) {
        let told = compare(was, is);
        let examples = examples(was, is, &told, today()).unwrap();
        (told, examples)
    }

    #[test]
    fn a_campaign_that_changed_is_told_with_its_basket() {
        let was = cafe(&[]);
        let is = cafe(&[("campaigns/double-tuesday.rhai", "\"Tue\"", "\"Thu\"")]);
        let (told, examples) = found(&was, &is);
        assert_eq!(told.parts.len(), 1, "{:?}", told.parts);
        let part = &told.parts[0];
        assert_eq!((part.id.as_str(), part.how), ("double-tuesday", "changed"));
        let field = &part.fields[0];
        assert_eq!(field.field, "when.weekday");
        assert!(field.means.contains("Mon Tue"), "{field:?}");
        assert!(!examples.is_empty());
        for example in &examples {
            assert_ne!(example.was, example.is);
        }
        // A Thursday in the week after the day that was named.
        assert!(examples[0].story.starts_with("2026-12-03"), "{examples:?}");
        assert_eq!(found(&was, &is).1, examples, "always the same");
        assert_eq!(found(&was, &was), (compare(&was, &was), Vec::new()));
    }

    #[test]
    fn a_day_of_the_month_is_found_and_a_default_that_is_left_out_is_no_change() {
        let was = cafe(&[]);
        let tuesday = "weekday: [\"Tue\"]";
        let monthly = "monthly: \"last Fri\"";
        let is = cafe(&[("campaigns/double-tuesday.rhai", tuesday, monthly)]);
        let (told, examples) = found(&was, &is);
        assert_eq!(told.parts[0].fields[0].field, "when.monthly");
        let mut stories = examples.iter().map(|example| example.story.as_str());
        assert!(
            stories.any(|story| story.starts_with("2026-12-25")),
            "{examples:?}"
        );
        let is = cafe(&[("programme.toml", "deficit = \"carry\"", "")]);
        let told = compare(&was, &is);
        assert_eq!((told.parts.len(), told.files.len()), (0, 1), "{told:?}");
    }

    #[test]
    fn no_basket_is_told_twice() {
        let was = cafe(&[]);
        let is = cafe(&[(
            "campaigns/base.rhai",
            "(\"star\", purchase",
            "(\"star\", 3 * purchase",
        )]);
        for (was, is) in [(&was, &is), (&is, &was)] {
            let (_, examples) = found(was, is);
            assert!(examples.len() > 1, "{examples:?}");
            let told = examples.iter().map(|example| {
                // Without day and time.
                let (_, basket) = example.story.split_once(" quote ").unwrap();
                (basket, &example.was, &example.is)
            });
            let told: Vec<_> = told.collect();
            let once: BTreeSet<_> = told.iter().collect();
            assert_eq!(once.len(), told.len(), "{examples:#?}");
        }
    }

    #[test]
    fn a_rate_and_a_price_are_told_with_both_outcomes() {
        let was = cafe(&[]);
        let rate = cafe(&[(
            "campaigns/base.rhai",
            "(\"star\", purchase",
            "(\"star\", 3 * purchase",
        )]);
        let (told, examples) = found(&was, &rate);
        assert!(told.parts[0].is_script_changed && told.parts[0].fields.is_empty());
        assert!(
            told.files[0].lines.contains("+    award(\"star\", 3 *"),
            "{told:?}"
        );
        assert!(examples[0].was[0].contains("+29 star"), "{examples:?}");
        assert!(examples[0].is[0].contains("+87 star"), "{examples:?}");
        // A comment is a difference of lines, and none of what it does.
        let comment = cafe(&[("campaigns/base.rhai", "// One star", "// A star")]);
        let (told, examples) = found(&was, &comment);
        assert_eq!(
            (told.parts.len(), told.files.len(), examples.len()),
            (0, 1, 0)
        );
        let price = cafe(&[("rewards.rhai", "points: 60", "points: 80")]);
        let (told, examples) = found(&was, &price);
        let field = &told.parts[0].fields[0];
        let values = (field.was.as_deref(), field.is.as_deref());
        assert_eq!(
            (field.field.as_str(), values),
            ("points", (Some("60"), Some("80")))
        );
        let redeemed = examples
            .iter()
            .find(|e| e.story.contains("redeem"))
            .unwrap();
        assert!(redeemed.was[0].contains("-60 star") && redeemed.is[0].contains("-80 star"));
    }

    #[test]
    fn parts_that_come_and_go_are_told_whole() {
        let was = cafe(&[]);
        let mut is = was.clone();
        is.files
            .retain(|f| f.path != "campaigns/double-tuesday.rhai");
        let (told, examples) = found(&was, &is);
        assert_eq!(told.parts[0].how, "gone");
        assert!(
            told.parts[0].applies.contains("weekday \"Tue\""),
            "{told:?}"
        );
        assert!(examples[0].was.len() + examples[0].was[0].len() > examples[0].is[0].len());
        let (back, _) = found(&is, &was);
        assert_eq!(back.parts[0].how, "new");
        assert!(
            back.parts[0]
                .fields
                .iter()
                .all(|f| f.was.is_none() && f.is.is_some())
        );
    }
}
