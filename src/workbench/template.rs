//! Templates of the usual promotions: each makes a campaign (or a reward) and its story in a
//! programme's folder.

use super::{Folder, judge, story};
use crate::engine::Error;
use crate::model::{Policy, Programme, UnitKind};
use crate::policy::{Bundle, Compiled, Diagnostic};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

const TEXT: &str = include_str!("templates.txt");

/// Texts of a programme's files and stories, by path within the folder.
type Files = BTreeMap<String, String>;

/// The template of the base rate, which a new programme begins with.
const BASE: &str = "base-rate";

/// The path that stands for the template's story.
const STORY: &str = "story";

/// The manifest of a folder that is made.
const MANIFEST: &str = "[programme]
name = \"My programme\"
currency = \"{currency}\"
zone = \"{zone}\"

[unit.point]
kind = \"spendable\"
";

/// A template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// Its purpose in one line.
    pub gist: &'static str,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its files: path and text, in which parameters stand in braces.
    files: Vec<(&'static str, String)>,
}

/// A parameter of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its default.
    pub default: &'static str,
    /// Its meaning.
    pub means: &'static str,
    /// Values that it takes.
    kind: ValueKind,
}

/// Values that a parameter takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ValueKind {
    /// A number above 0.
    Number,
    /// A number above 1.
    Times,
    /// A whole number from 1.
    Whole,
    /// A name: it becomes a part of ids, scripts and stories.
    Word,
    /// A text whose sense the check of the programme judges.
    Text,
}

/// Words for kinds that do not follow from the default.
const KINDS: [(&str, ValueKind); 3] = [
    ("whole", ValueKind::Whole),
    ("times", ValueKind::Times),
    ("text", ValueKind::Text),
];

impl Parameter {
    /// A parameter of a row `name = default | meaning` or `name = default | kind | meaning`.
    fn read(row: &'static str) -> Option<Parameter> {
        let (set, means) = row.split_once(" | ")?;
        let (name, default) = set.split_once(" = ")?;
        let said = means.split_once(" | ").and_then(|(word, means)| {
            let kind = KINDS.iter().find(|(known, _)| *known == word)?.1;
            Some((kind, means))
        });
        let kind = match default.parse::<Decimal>() {
            Ok(_) => ValueKind::Number,
            Err(_) if is_word(default) => ValueKind::Word,
            Err(_) => ValueKind::Text,
        };
        let (kind, means) = said.unwrap_or((kind, means));
        Some(Parameter {
            name,
            default,
            means,
            kind,
        })
    }

    /// A text with a value in its place: as it is, as an amount (`{minimum.00}`), and a cent
    /// less (`{minimum-0.01}`).
    fn set(&self, text: &str, value: &str) -> String {
        let name = self.name;
        let mut text = text.replace(&format!("{{{name}}}"), value);
        if let Ok(number) = value.parse::<Decimal>() {
            let less = number - Decimal::new(1, 2);
            text = text.replace(&format!("{{{name}.00}}"), &format!("{number:.2}"));
            text = text.replace(&format!("{{{name}-0.01}}"), &format!("{less:.2}"));
        }
        text
    }

    /// Checks a value for it.
    ///
    /// # Errors
    /// Says what it takes.
    pub fn check(&self, value: &str) -> Result<(), String> {
        let number: Option<Decimal> = value.parse().ok();
        let is_above = |least: u32| number.is_some_and(|number| number > Decimal::from(least));
        let is_whole = number.is_some_and(|number| number.fract().is_zero());
        let (is_good, needs) = match self.kind {
            ValueKind::Number => (is_above(0), "a number above 0"),
            ValueKind::Times => (is_above(1), "a number above 1"),
            ValueKind::Whole => (is_above(0) && is_whole, "a whole number from 1"),
            ValueKind::Word => (
                is_word(value),
                "a word of letters, digits, '-', '_' and '.'",
            ),
            ValueKind::Text => (
                !value.is_empty() && !value.contains(['"', '\\', '\n']),
                "a text without quotes",
            ),
        };
        let comma = match value.replace(',', ".").parse::<Decimal>() {
            Ok(point) if value.contains(',') => {
                format!(": a decimal is written with a point, {point}")
            }
            _ => String::new(),
        };
        match is_good {
            true => Ok(()),
            false => Err(format!("{} needs {needs}, not '{value}'{comma}", self.name)),
        }
    }
}

fn is_word(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(is_plain)
}

/// The wishes of a person for what a template makes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Wishes {
    /// Id of the campaign; empty for the template's name.
    pub id: String,
    /// Unit of points; empty for the programme's first.
    pub unit: String,
    /// Currency of a programme that is made.
    pub currency: String,
    /// Time zone of a programme that is made.
    pub zone: String,
    /// Values of parameters by name.
    pub values: BTreeMap<String, String>,
}

/// The files that a template made: path within the folder, and the whole text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// New files, and those that were changed.
    pub files: Vec<(String, String)>,
    /// Path of the story among them.
    pub story: String,
    /// Stories that were there and now come out differently.
    pub differing: Vec<String>,
}

/// Reason why a template cannot be used.
#[derive(Debug)]
pub enum NotMade {
    /// A wish is impossible, in words.
    Wish(String),
    /// The programme would have errors.
    Programme(Box<Bundle>, Vec<Diagnostic>),
    /// The story does not run; its text.
    Story(String, Vec<Diagnostic>),
    /// An error of the disk.
    Error(Error),
}

impl From<Error> for NotMade {
    fn from(error: Error) -> NotMade {
        NotMade::Error(error)
    }
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let first = TEXT.strip_prefix("== ").unwrap_or(TEXT);
    first.split("\n== ").filter_map(read).collect()
});

/// All templates.
pub fn templates() -> &'static [Template] {
    &TEMPLATES
}

fn read(text: &'static str) -> Option<Template> {
    let (head, rest) = text.split_once('\n')?;
    let (name, gist) = head.split_once(" | ")?;
    let mut parameters = Vec::new();
    let mut files: Vec<(&'static str, String)> = Vec::new();
    for line in rest.lines() {
        if let Some(path) = line.strip_prefix("-- ") {
            files.push((path, String::new()));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        } else if let Some(parameter) = line.strip_prefix(": ") {
            parameters.push(Parameter::read(parameter)?);
        }
    }
    Some(Template {
        name,
        gist,
        parameters,
        files,
    })
}

impl Template {
    /// The template of a name.
    pub fn find(name: &str) -> Option<&'static Template> {
        templates().iter().find(|template| template.name == name)
    }

    /// Makes the campaign and its story in a programme's folder, or with a programme of its
    /// own. The right sides of the story are what happens under that programme. Nothing is
    /// written.
    ///
    /// # Errors
    /// A wish is impossible, or the programme would have errors.
    pub fn make(&self, into: Option<&Folder>, wishes: &Wishes) -> Result<Made, NotMade> {
        let id = self.checked_id(wishes)?;
        let before = into.map(files_of).unwrap_or_default();
        let mut files = match into {
            Some(_) => before.clone(),
            None => self.new_programme(wishes)?,
        };
        let (_, known) = judged(&files)?;
        let unit = match wishes.unit.as_str() {
            "" => first_unit(known.programme())?,
            unit => unit.to_owned(),
        };
        let names = (id, unit.as_str(), known.programme().digits);
        let told = self.add(&mut files, names, &wishes.values)?;
        let (bundle, policy) = judged(&files)?;
        let story = format!("stories/{id}.story");
        let text = format!("programme {id}\n# {}.\n{told}", self.gist);
        let filled = filled(&story, &text, &bundle, policy.programme())?;
        let differing = match into {
            Some(folder) => differing(folder, &bundle, policy.programme())?,
            None => Vec::new(),
        };
        files.insert(story.clone(), filled);
        files.retain(|path, text| before.get(path) != Some(text));
        Ok(Made {
            files: files.into_iter().collect(),
            story,
            differing,
        })
    }

    /// Checks the values of parameters and the id, and returns the id.
    fn checked_id<'a>(&self, wishes: &'a Wishes) -> Result<&'a str, NotMade> {
        let known = |name: &String| self.parameters.iter().any(|p| p.name == name.as_str());
        if let Some(unknown) = wishes.values.keys().find(|name| !known(name)) {
            let all: Vec<&str> = self.parameters.iter().map(|p| p.name).collect();
            return Err(NotMade::Wish(format!(
                "{} has no parameter '{unknown}'; it has {}",
                self.name,
                all.join(", ")
            )));
        }
        for parameter in &self.parameters {
            if let Some(value) = wishes.values.get(parameter.name) {
                parameter.check(value).map_err(NotMade::Wish)?;
            }
        }
        match wishes.id.as_str() {
            "" => Ok(self.name),
            id if is_word(id) => Ok(id),
            id => Err(NotMade::Wish(format!(
                "the id needs letters, digits, '-', '_' and '.', not '{id}'"
            ))),
        }
    }

    /// Files of a programme of its own: a manifest, and the base rate unless it is that.
    fn new_programme(&self, wishes: &Wishes) -> Result<Files, NotMade> {
        let manifest = MANIFEST.replace("{currency}", &wishes.currency);
        let manifest = manifest.replace("{zone}", &wishes.zone);
        let mut files = Files::from([("programme.toml".into(), manifest)]);
        if let (true, Some(base)) = (self.name != BASE, Template::find(BASE)) {
            base.add(&mut files, ("base", "point", 2), &BTreeMap::new())?;
        }
        Ok(files)
    }

    /// Adds its files but the story, whose text is returned without right sides.
    fn add(
        &self,
        files: &mut Files,
        (id, unit, digits): (&str, &str, u8),
        values: &BTreeMap<String, String>,
    ) -> Result<String, NotMade> {
        let set = |text: &str| {
            let text = text.replace("{id}", id).replace("{unit}", unit);
            self.parameters.iter().fold(text, |text, parameter| {
                let value = values.get(parameter.name).cloned();
                let value = value.unwrap_or_else(|| in_digits(parameter.default, digits, 0));
                parameter.set(&text, &value)
            })
        };
        let mut told = String::new();
        for (path, text) in &self.files {
            let (path, text) = (set(path), set(text));
            match path.as_str() {
                // Nobody pays a part of a yen.
                STORY => told = in_digits(&without_outcomes(&text), digits, 1),
                "programme.toml" => {
                    let manifest = files.entry(path).or_default();
                    append_tables(manifest, &in_digits(&text, digits, 0));
                }
                "rewards.rhai" => {
                    let rewards = files.entry(path).or_default();
                    if !rewards.is_empty() {
                        rewards.push('\n');
                    }
                    rewards.push_str(&text);
                }
                _ if files.contains_key(&path) => {
                    return Err(NotMade::Wish(format!(
                        "there is a {path} already; name another by --id"
                    )));
                }
                _ => {
                    files.insert(path, text);
                }
            }
        }
        Ok(told)
    }
}

/// Appends the tables that a manifest does not have yet.
fn append_tables(manifest: &mut String, tables: &str) {
    for table in tables.split("\n\n").map(str::trim) {
        let heading = table.lines().next().unwrap_or_default();
        if !manifest.lines().any(|line| line.trim() == heading) {
            manifest.push_str(&format!("\n{table}\n"));
        }
    }
}

/// A text whose amounts have two digits, for a currency of so many: one that has none gets the
/// whole part, and `least` or nothing else in place of 0.
fn in_digits(text: &str, digits: u8, least: u64) -> String {
    if digits >= 2 {
        return text.to_owned();
    }
    let word = |word: &str| {
        let plain = word.trim_matches('"');
        let whole = plain.split_once('.').filter(|(_, part)| part.len() == 2);
        let whole = whole.filter(|(_, part)| part.parse::<u8>().is_ok());
        let whole = whole.and_then(|(whole, _)| whole.parse::<u64>().ok());
        match whole.map(|whole| whole.max(least)) {
            Some(whole) if digits == 0 && whole > 0 => word.replace(plain, &whole.to_string()),
            _ => word.to_owned(),
        }
    };
    let words = text.split_inclusive([' ', '\n']);
    let set = words.map(|part| {
        let end = part.trim_end_matches([' ', '\n']);
        word(end) + &part[end.len()..]
    });
    set.collect()
}

/// A story without what is after its arrows.
fn without_outcomes(story: &str) -> String {
    let mut lines = Vec::new();
    for line in story.lines() {
        let asked = line.split_once("->").map_or(line, |(asked, _)| asked);
        if !asked.trim().is_empty() {
            lines.push(asked.trim_end());
        }
    }
    lines.join("\n") + "\n"
}

/// Files of a folder, with its stories.
fn files_of(folder: &Folder) -> Files {
    let own = folder.bundle.files.iter();
    let own = own.map(|file| (file.path.clone(), file.text.clone()));
    own.chain(folder.stories.iter().cloned()).collect()
}

/// The programme of files, compiled without errors.
fn judged(files: &Files) -> Result<(Bundle, Compiled), NotMade> {
    let all = files.iter();
    let all = all.map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    let wrong = |bundle: Bundle, found| NotMade::Programme(Box::new(bundle), found);
    let bundle =
        Bundle::new(all.collect()).map_err(|found| wrong(Bundle { files: Vec::new() }, found))?;
    match judge(&bundle) {
        Ok(policy) => Ok((bundle, policy)),
        Err(found) => Err(wrong(bundle, found)),
    }
}

fn first_unit(programme: &Programme) -> Result<String, NotMade> {
    let mut units = programme.units.iter();
    let points = units.find(|unit| unit.kind == UnitKind::Spendable);
    let none = || NotMade::Wish("the programme has no unit of points; name one".into());
    points.map(|unit| unit.id.clone()).ok_or_else(none)
}

/// Stories of a folder that come out differently under another bundle.
fn differing(
    folder: &Folder,
    bundle: &Bundle,
    programme: &Programme,
) -> Result<Vec<String>, Error> {
    let mut differing = Vec::new();
    for (file, text) in &folder.stories {
        let is_alike = match story::parse(file, text, programme) {
            Ok(story) => {
                let told = story::run(&story, bundle, &|name| folder.beside(name))?;
                told.findings.is_empty()
            }
            Err(_) => false,
        };
        if !is_alike {
            differing.push(file.clone());
        }
    }
    Ok(differing)
}

/// The story with what happens under a programme.
fn filled(
    file: &str,
    text: &str,
    bundle: &Bundle,
    programme: &Programme,
) -> Result<String, NotMade> {
    let wrong = |found| NotMade::Story(text.to_owned(), found);
    let read = story::parse(file, text, programme).map_err(wrong)?;
    let told = story::run(&read, bundle, &|name| Err(format!("there is no {name}")))?;
    match told.findings.iter().any(|found| found.is_failure) {
        false => Ok(story::fill(text, &told).0),
        true => Err(wrong(
            told.findings.into_iter().map(|f| f.diagnostic).collect(),
        )),
    }
}

/// The folder of files that were made, for a test of it.
///
/// # Errors
/// The files are no acceptable programme.
pub fn folder_of(files: &[(String, String)]) -> Result<Folder, Error> {
    let files = files.iter();
    let files = files.map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    Folder::of(Path::new("programme"), files.collect(), BTreeMap::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> Wishes {
        Wishes {
            currency: "EUR".into(),
            zone: "Europe/Berlin".into(),
            ..Wishes::default()
        }
    }

    fn made(template: &Template) -> Made {
        template.make(None, &wishes()).unwrap_or_else(|wrong| {
            let told = match &wrong {
                NotMade::Programme(bundle, found) => {
                    found.iter().map(|f| bundle.render(f)).collect()
                }
                NotMade::Story(text, found) => found.iter().map(|f| f.render(text)).collect(),
                other => format!("{other:?}"),
            };
            panic!("{}: {told}", template.name)
        })
    }

    // proves: PC55
    /// Makes each, checks it without a finding, and runs its story, which comes to what the
    /// template says: something on one line at least, and nothing of it on another.
    #[test]
    fn each_template_makes_a_sound_campaign_whose_story_holds() {
        let mut differing = String::new();
        for template in templates() {
            let made = made(template);
            let folder = folder_of(&made.files).unwrap();
            let policy = judge(&folder.bundle).unwrap();
            let warnings: Vec<String> = policy
                .warnings()
                .iter()
                .map(|w| folder.bundle.render(w))
                .collect();
            assert!(warnings.is_empty(), "{}: {warnings:?}", template.name);
            let (file, text) = folder.stories.iter().find(|s| s.0 == made.story).unwrap();
            let read = story::parse(file, text, policy.programme()).unwrap();
            let told = story::run(&read, &folder.bundle, &|_| Err(String::new())).unwrap();
            assert!(
                told.findings.is_empty(),
                "{}: {:?}",
                template.name,
                told.findings
            );
            let (_, written) = template.files.iter().find(|f| f.0 == STORY).unwrap();
            let body: Vec<&str> = text.lines().skip(2).collect();
            let set = written
                .replace("{id}", template.name)
                .replace("{unit}", "point");
            let set = template
                .parameters
                .iter()
                .fold(set, |set, parameter| parameter.set(&set, parameter.default));
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            if words(&set) != words(&body.join("\n")) {
                differing.push_str(&format!("== {}\n{}\n", template.name, body.join("\n")));
            }
        }
        assert!(differing.is_empty(), "{differing}");
        assert!(templates().len() >= 24);
    }

    #[test]
    fn a_template_joins_a_programme_that_is_there() {
        let files = crate::policy::shipped_files("corner-cafe").unwrap();
        let cafe = Folder::of(Path::new("cafe"), files, BTreeMap::new()).unwrap();
        for template in templates() {
            let named = Wishes {
                id: format!("mine-{}", template.name),
                ..Wishes::default()
            };
            let made = match template.make(Some(&cafe), &named) {
                Ok(made) => made,
                // A second base and a store that the café does not have are told.
                Err(NotMade::Programme(_, found)) => {
                    let told = format!("{found:?}");
                    let is_expected = ["coalition-partner", BASE].contains(&template.name);
                    assert!(is_expected, "{}: {told}", template.name);
                    continue;
                }
                Err(wrong) => {
                    assert!(template.name == BASE, "{}: {wrong:?}", template.name);
                    continue;
                }
            };
            let written: Vec<&str> = made.files.iter().map(|f| f.0.as_str()).collect();
            assert!(written.contains(&made.story.as_str()), "{written:?}");
            let is_ours = |path: &&str| path.contains("mine-") || !path.contains('/');
            assert!(written.iter().all(is_ours), "{written:?}");
        }
        let taken = Wishes {
            id: "double-tuesday".into(),
            ..Wishes::default()
        };
        let threshold = Template::find("threshold").unwrap();
        let wrong = threshold.make(Some(&cafe), &taken).unwrap_err();
        assert!(matches!(wrong, NotMade::Wish(text) if text.contains("already")));
        let mut unknown = wishes();
        unknown.values.insert("maximum".into(), "5".into());
        let wrong = threshold.make(None, &unknown).unwrap_err();
        assert!(matches!(wrong, NotMade::Wish(text) if text.contains("minimum, points")));
    }

    #[test]
    fn a_template_is_made_in_a_currency_without_cents() {
        for template in templates() {
            for (currency, zone) in [("JPY", "Asia/Tokyo"), ("KWD", "Asia/Kuwait")] {
                let wishes = Wishes {
                    currency: currency.into(),
                    zone: zone.into(),
                    ..Wishes::default()
                };
                let made = template.make(None, &wishes);
                assert!(made.is_ok(), "{} {currency}: {made:?}", template.name);
            }
        }
    }

    #[test]
    fn a_story_tells_the_amount_that_was_asked_for() {
        let mut asked = wishes();
        asked.values.insert("minimum".into(), "12.5".into());
        let made = Template::find("threshold").unwrap().make(None, &asked);
        let made = made.unwrap();
        let story = &made
            .files
            .iter()
            .find(|file| file.0 == made.story)
            .unwrap()
            .1;
        for words in ["alice 12.49", "alice 12.50"] {
            assert!(story.contains(words), "{story}");
        }
    }

    #[test]
    fn a_value_that_a_parameter_cannot_take_is_told_in_its_words() {
        for (template, set, told) in [
            (
                "stamp-card",
                "count=0",
                "count needs a whole number from 1, not '0'",
            ),
            ("stamp-card", "count=2.5", "a whole number"),
            ("stamp-card", "count=five", "not 'five'"),
            ("stamp-card", "category=hot drinks", "category needs a word"),
            ("multiplier", "factor=1", "factor needs a number above 1"),
            ("multiplier", "factor=1,5", "written with a point, 1.5"),
            ("multiplier", "hours=\"7\"", "a text without quotes"),
            ("next-time", "value=0", "value needs a number above 0"),
        ] {
            let (name, value) = set.split_once('=').unwrap();
            let mut asked = wishes();
            asked.values.insert(name.into(), value.into());
            let wrong = Template::find(template).unwrap().make(None, &asked);
            match wrong.unwrap_err() {
                NotMade::Wish(text) => assert!(text.contains(told), "{set}: {text}"),
                wrong => panic!("{set}: {wrong:?}"),
            }
        }
        let named = Wishes {
            id: "big basket".into(),
            ..wishes()
        };
        let wrong = Template::find("threshold").unwrap().make(None, &named);
        assert!(matches!(wrong, Err(NotMade::Wish(text)) if text.contains("not 'big basket'")));
    }
}
