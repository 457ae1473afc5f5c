//! Terms of a programme that another makes worse for members, by a table of all words
//! (words/terms.txt): what each field is to a member, and so which change of it is worse.

use super::bundle::Bundle;
use super::described::{Part, described};
use super::expiry::span;
use super::manifest::FILE;
use super::words::Word;
use crate::model::Day;
use rust_decimal::Decimal;
use std::fmt;

/// Kinds of terms, each with the change that makes it worse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TermKind {
    /// The part itself: worse if it is gone.
    Gone,
    /// Worse if it changes at all, since nobody can tell which way.
    Any,
    /// A condition or a limit in words: worse if it is set or changes.
    Bound,
    /// A limit: worse if it is set or gets less.
    Cap,
    /// A price or a threshold: worse if it is set or gets more.
    Floor,
    /// A good for members: worse if it gets less, loses a value or is gone.
    Worth,
    /// Worse if it becomes false.
    On,
    /// Worse if it becomes true.
    Off,
    /// A choice that restricts: worse if it is set or loses a value.
    Only,
    /// Exceptions: worse if they gain a value.
    Except,
    /// The functions of a file: worse unless nothing but rates got better.
    Script,
    /// Never a member's term.
    Never,
}

const KINDS: [(&str, TermKind, &str); 12] = [
    ("gone", TermKind::Gone, "it is gone"),
    ("any", TermKind::Any, "it changes, whichever way"),
    ("bound", TermKind::Bound, "it is set or changes"),
    ("cap", TermKind::Cap, "it is set or gets less"),
    ("floor", TermKind::Floor, "it is set or gets more"),
    ("worth", TermKind::Worth, "it gets less or is gone"),
    ("on", TermKind::On, "it becomes false"),
    ("off", TermKind::Off, "it becomes true"),
    ("only", TermKind::Only, "it is set or loses a value"),
    ("except", TermKind::Except, "it gains a value"),
    (
        "script",
        TermKind::Script,
        "its functions change, except where nothing but factors of `award` get greater, divisors there smaller, or thresholds (`>= n`) of tiers lower",
    ),
    ("never", TermKind::Never, "never"),
];

/// Sections without which less is restricted: a new one is judged field by field.
const RESTRICTIONS: [&str; 3] = ["spend", "discount", "limit"];

/// A row of the table: a field, or a part as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// The section.
    pub section: &'static str,
    /// The field; the section again for the part as a whole and its functions.
    pub field: &'static str,
    /// Its kind.
    pub kind: TermKind,
    /// The change that is worse, in words.
    pub worse_if: &'static str,
}

/// All rows of the table.
pub fn terms() -> Vec<Term> {
    let mut found = Vec::new();
    let mut section = "";
    for line in include_str!("words/terms.txt").lines() {
        if let Some(title) = line.strip_prefix('[') {
            section = title.trim_end_matches(']');
            continue;
        }
        let (word, fields) = line.split_once(": ").unwrap_or_default();
        for (_, kind, worse_if) in KINDS.iter().filter(|kind| kind.0 == word) {
            found.extend(fields.split(", ").map(|field| Term {
                section,
                field,
                kind: *kind,
                worse_if,
            }));
        }
    }
    found
}

/// A term that gets worse for members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorseTerm {
    /// `campaign`, `unit`, `reward`, ...
    pub section: String,
    /// Its name; empty if there is only one.
    pub id: String,
    /// The field; None for the part as a whole.
    pub field: Option<String>,
    /// The field's name in Chinese; may be empty.
    pub field_zh: &'static str,
    /// Its value before; None if it was not set.
    pub was: Option<String>,
    /// Its value behind; None if it is not set any more.
    pub is: Option<String>,
}

impl fmt::Display for WorseTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.section)?;
        if !self.id.is_empty() {
            write!(f, " {}", self.id)?;
        }
        match (&self.field, &self.was, &self.is) {
            (None, _, None) => write!(f, " is gone"),
            (None, _, Some(_)) => write!(f, ": its script does something else"),
            (Some(field), None, Some(is)) => write!(f, ": {field} is {is}"),
            (Some(field), Some(was), None) => write!(f, ": {field} {was} is gone"),
            (Some(field), was, is) => {
                let (was, is) = (was.as_deref(), is.as_deref());
                write!(
                    f,
                    ": {field} {} becomes {}",
                    was.unwrap_or(""),
                    is.unwrap_or("")
                )
            }
        }
    }
}

impl WorseTerm {
    /// A part that is gone, or whose functions changed.
    fn whole(part: &Part, is: Option<String>) -> WorseTerm {
        WorseTerm {
            section: part.section.clone(),
            id: part.id.clone(),
            field: None,
            field_zh: "",
            was: Some(String::new()),
            is,
        }
    }

    /// The same in Simplified Chinese.
    pub fn zh(&self) -> String {
        let section = match self.section.as_str() {
            "programme" => "方案",
            "campaign" => "活动",
            "reward" => "奖品",
            "unit" => "单位",
            "tiers" => "等级",
            "spend" => "积分支付",
            "limit" => "上限",
            "transfer" => "转赠",
            "activity" => "行为",
            "household" => "家庭",
            "currency" => "货币",
            "discount" => "折扣",
            other => other,
        };
        let id = match self.id.as_str() {
            "" => String::new(),
            id => format!(" {id} "),
        };
        let field = self.field.as_deref().map(|field| match self.field_zh {
            "" => field,
            name => name,
        });
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "无".into());
        match (field, &self.is) {
            (None, None) => format!("{section}{id}取消"),
            (None, Some(_)) => format!("{section}{id}规则改变"),
            (Some(field), _) => {
                let (was, is) = (value(&self.was), value(&self.is));
                format!("{section}{id}{field}：{was} → {is}")
            }
        }
    }
}

/// Terms that the second programme makes worse for members than the first, where it takes
/// effect on a day. New campaigns, rewards and units never do; a campaign that is a draft or
/// over by then is no term.
pub fn worse_terms(was: &Bundle, is: &Bundle, on: Day) -> Vec<WorseTerm> {
    let terms = terms();
    let (before, behind) = (described(was), described(is));
    let judged = Judged { terms: &terms, on };
    let mut found = Vec::new();
    for (nth, part) in before.iter().enumerate() {
        if is_off(part, on) {
            continue;
        }
        match same_part(&behind, part, on) {
            None => found.extend(judged.gone(part)),
            Some(now) => {
                judged.fields(part, now, &mut found);
                // The first declaration of a file stands for its functions.
                let is_first = before[..nth].iter().all(|other| other.file != part.file);
                if is_first {
                    found.extend(judged.script(part, now));
                }
            }
        }
    }
    for part in &behind {
        let is_restriction = RESTRICTIONS.contains(&part.section.as_str());
        if is_restriction && same_part(&before, part, on).is_none() {
            let none = Part {
                settings: Vec::new(),
                ..part.clone()
            };
            judged.fields(&none, part, &mut found);
        }
    }
    found
}

/// The part of that name among those of another programme.
fn same_part<'a>(all: &'a [Part], part: &Part, on: Day) -> Option<&'a Part> {
    let is_it = |p: &&Part| (&p.section, &p.id) == (&part.section, &part.id) && !is_off(p, on);
    all.iter().find(is_it)
}

/// True for a campaign that is only a draft, or over by that day.
fn is_off(part: &Part, on: Day) -> bool {
    let is_over = || {
        let to = part.get("to").map(|to| Day::parse(unquoted(to)));
        matches!(to, Some(Ok(to)) if to < on)
    };
    part.section == "campaign" && (part.get("draft") == Some("true") || is_over())
}

/// Judges parts by the table.
struct Judged<'a> {
    terms: &'a [Term],
    on: Day,
}

impl Judged<'_> {
    fn kind(&self, section: &str, field: &str, is_whole: bool) -> TermKind {
        let is_it = |term: &&Term| {
            let is_part = matches!(term.kind, TermKind::Gone | TermKind::Script);
            term.section == section && term.field == field && is_part == is_whole
        };
        let found = self.terms.iter().find(is_it);
        found.map_or(TermKind::Never, |term| term.kind)
    }

    fn gone(&self, part: &Part) -> Option<WorseTerm> {
        let is_term = self.kind(&part.section, &part.section, true) == TermKind::Gone;
        is_term.then(|| WorseTerm::whole(part, None))
    }

    fn script(&self, was: &Part, is: &Part) -> Option<WorseTerm> {
        let is_worse = was.file != FILE && is_script_worse(was, is);
        is_worse.then(|| WorseTerm::whole(was, Some(String::new())))
    }

    fn fields(&self, was: &Part, is: &Part, found: &mut Vec<WorseTerm>) {
        let both = was.settings.iter().chain(&is.settings);
        let mut names: Vec<&String> = both.map(|(field, _)| field).collect();
        names.sort();
        names.dedup();
        for field in names {
            let (before, behind) = (was.get(field), is.get(field));
            let Some(word) = was.word(field) else {
                continue;
            };
            let kind = self.kind(&was.section, word.name, false);
            let values = Values {
                was: before.or_else(|| default(word)),
                is: behind.or_else(|| default(word)),
                is_map_gone: has_outer(was, field) && !has_outer(is, field),
                on: matches!(word.name, "from" | "opens").then_some(self.on),
            };
            if values.are_worse(kind) {
                found.push(WorseTerm {
                    section: was.section.clone(),
                    id: was.id.clone(),
                    field: Some(field.clone()),
                    field_zh: word.zh.split('：').next().unwrap_or_default(),
                    was: values.was.map(str::to_owned),
                    is: values.is.map(str::to_owned),
                });
            }
        }
    }
}

/// True if a part sets a field of the same map as a field within one.
fn has_outer(part: &Part, field: &str) -> bool {
    field.rsplit_once('.').is_some_and(|(outer, _)| {
        let mut settings = part.settings.iter();
        settings.any(|(name, _)| name.rsplit_once('.').is_some_and(|(o, _)| o == outer))
    })
}

/// The default of a field as it would be written; None for none.
fn default(word: &Word) -> Option<&'static str> {
    let written = word.default.strip_prefix('`')?;
    written.split('`').next()
}

/// Values of a field in both programmes.
struct Values<'a> {
    was: Option<&'a str>,
    is: Option<&'a str>,
    /// True if the map that the field stood in is gone.
    is_map_gone: bool,
    /// The day the second takes effect, of a field that is an instant before which nothing is.
    on: Option<Day>,
}

impl Values<'_> {
    fn are_worse(&self, kind: TermKind) -> bool {
        if self.was == self.is {
            return false;
        }
        let order = || Some(measure(self.was?)?.cmp(&measure(self.is?)?));
        let is_list = [self.was, self.is]
            .into_iter()
            .flatten()
            .any(|value| value.starts_with('['));
        match kind {
            TermKind::Any => !self.is_map_gone,
            TermKind::Bound => self.is.is_some() && !self.is_map_gone,
            TermKind::Cap => self.is.is_some() && order().is_none_or(|order| order.is_gt()),
            TermKind::Floor => {
                let begun = self.on.and_then(|on| measure(&on.to_string()));
                let is = self.is.and_then(measure);
                let has_begun = begun.is_some() && is.is_some() && is <= begun;
                self.is.is_some() && !has_begun && order().is_none_or(|order| order.is_lt())
            }
            TermKind::Worth if is_list => self.loses(),
            TermKind::Worth => {
                self.was.is_some()
                    && !self.is_map_gone
                    && (self.is.is_none() || order().is_none_or(|order| order.is_gt()))
            }
            TermKind::On => self.is == Some("false"),
            TermKind::Off => self.is == Some("true"),
            TermKind::Only => self.is.is_some() && (self.was.is_none() || self.loses()),
            TermKind::Except => {
                let was = list(self.was);
                list(self.is).iter().any(|value| !was.contains(value))
            }
            TermKind::Gone | TermKind::Script | TermKind::Never => false,
        }
    }

    fn loses(&self) -> bool {
        let is = list(self.is);
        list(self.was).iter().any(|value| !is.contains(value))
    }
}

/// Values of a list; of a single value, that.
fn list(value: Option<&str>) -> Vec<&str> {
    let Some(value) = value else {
        return Vec::new();
    };
    let within = value.trim_start_matches('[').trim_end_matches(']');
    let values = within.split(", ").map(|value| unquoted(value.trim()));
    values.filter(|value| !value.is_empty()).collect()
}

fn unquoted(value: &str) -> &str {
    value.trim_matches('"')
}

/// A number, a part, a time or a day as a number to compare; None for anything else.
/// Months have 30 days: `"12 months"` and `"365 days"` are told apart, never mistaken.
fn measure(value: &str) -> Option<Decimal> {
    let value = unquoted(value);
    let percent = value.strip_suffix('%');
    let number = percent.unwrap_or(value).trim_end().replace('_', "");
    if let Ok(number) = number.parse::<Decimal>() {
        return Some(match percent {
            Some(_) => number / Decimal::ONE_HUNDRED,
            None => number,
        });
    }
    if let Some((months, days)) = span(value) {
        return Some((u64::from(months) * 30 + u64::from(days)).into());
    }
    let (day, time) = value.split_once('T').unwrap_or((value, "00:00"));
    Day::parse(day).ok()?;
    // As digits, which stand in the order of time.
    let digits: String = (day.chars().chain(time.chars()))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// True if a script differs from another in more than rates that got better.
fn is_script_worse(was: &Part, is: &Part) -> bool {
    let (before, behind) = (tokens(&was.script), tokens(&is.script));
    if before == behind {
        return false;
    }
    if before.len() != behind.len() {
        return true;
    }
    let mut both = before.iter().zip(&behind).enumerate();
    both.any(|(at, (was_token, is_token))| {
        was_token != is_token && !is_better(&was.section, &before, at, was_token, is_token)
    })
}

/// True for a number that is better than the one in its place.
fn is_better(section: &str, tokens: &[&str], at: usize, was: &str, is: &str) -> bool {
    let number = |text: &str| text.replace('_', "").parse::<Decimal>().ok();
    let (Some(was), Some(is)) = (number(was), number(is)) else {
        return false;
    };
    let previous = at.checked_sub(1).map_or("", |at| tokens[at]);
    if section == "tiers" {
        return previous == ">=" && is < was;
    }
    let Some(call) = call_of(tokens, at) else {
        return false;
    };
    // Less of what is taken off is more, and nothing tells by how much.
    if tokens[call].contains(&"-") {
        return false;
    }
    match previous {
        "/" => is < was,
        _ => is > was,
    }
}

/// Tokens of the call of `award` that a token stands in.
fn call_of(tokens: &[&str], at: usize) -> Option<std::ops::Range<usize>> {
    let start = tokens[..at].iter().rposition(|token| *token == "award")?;
    let mut depth = 0;
    for (nth, token) in tokens.iter().enumerate().skip(start + 1) {
        depth += i32::from(*token == "(") - i32::from(*token == ")");
        if depth == 0 {
            return (nth > at).then_some(start..nth);
        }
    }
    None
}

/// A script as words, numbers, texts and signs.
fn tokens(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = script.trim_start();
    while let Some(first) = rest.chars().next() {
        let while_in = |is_in: &dyn Fn(char) -> bool| {
            let end = rest.find(|c| !is_in(c));
            end.unwrap_or(rest.len())
        };
        let len = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            c if c.is_ascii_digit() => while_in(&|c| c.is_ascii_digit() || matches!(c, '.' | '_')),
            c if c.is_alphanumeric() || c == '_' => while_in(&|c| c.is_alphanumeric() || c == '_'),
            '<' | '>' | '=' | '!' | '&' | '|' => while_in(&|c| "<>=!&|".contains(c)),
            c => c.len_utf8(),
        };
        found.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::cafe;
    use crate::policy::words::{self, WordKind};

    /// Both ways of a change: terms that get worse there, and back.
    fn told(path: &str, was: &str, is: &str) -> (Vec<String>, Vec<String>) {
        let (before, behind) = (cafe(&[]), cafe(&[(path, was, is)]));
        let on = Day::parse("2026-11-28").unwrap();
        let words = |found: Vec<WorseTerm>| found.iter().map(WorseTerm::to_string).collect();
        (
            words(worse_terms(&before, &behind, on)),
            words(worse_terms(&behind, &before, on)),
        )
    }

    fn one(text: &str) -> Vec<String> {
        vec![text.to_owned()]
    }

    /// A new field must say what it is to a member.
    #[test]
    fn every_field_of_the_tables_has_one_row() {
        let terms = terms();
        let is_field = |word: &&Word| {
            matches!(word.kind, WordKind::HeaderField | WordKind::ManifestKey)
                && !matches!(word.of, "map" | "table")
        };
        for word in words::words().iter().filter(is_field) {
            let rows = terms.iter().filter(|term| {
                let is_whole = matches!(term.kind, TermKind::Gone | TermKind::Script);
                !is_whole && (term.section, term.field) == (word.section, word.name)
            });
            assert_eq!(rows.count(), 1, "{} {}", word.section, word.name);
        }
        for term in terms {
            let is_whole = matches!(term.kind, TermKind::Gone | TermKind::Script);
            let mut words = words::words().iter();
            let is_word = words.any(|w| (w.section, w.name) == (term.section, term.field));
            assert_eq!(is_word, !is_whole, "{term:?}");
        }
    }

    #[test]
    fn a_price_a_rate_and_a_condition_get_worse_one_way_only() {
        let (worse, back) = told("rewards.rhai", "points: 60", "points: 80");
        assert_eq!(worse.len(), 1, "{worse:?}");
        assert!(worse[0].ends_with(": points 60 becomes 80"), "{worse:?}");
        assert_eq!(back, Vec::<String>::new());
        let base = "campaigns/base.rhai";
        let (worse, back) = told(base, "(\"star\", purchase", "(\"star\", 2 * purchase");
        // Without a factor on one side nobody can tell which way.
        let other = one("campaign base: its script does something else");
        assert_eq!((worse, back), (other.clone(), other.clone()));
        let (double, triple) = (
            cafe(&[(base, "(\"star\", purchase", "(\"star\", 2 * purchase")]),
            cafe(&[(base, "(\"star\", purchase", "(\"star\", 3 * purchase")]),
        );
        let on = Day::parse("2026-11-28").unwrap();
        assert_eq!(worse_terms(&double, &triple, on), []);
        assert_eq!(worse_terms(&triple, &double, on)[0].to_string(), other[0]);
        let tuesday = "campaigns/double-tuesday.rhai";
        let (worse, back) = told(tuesday, "[\"Tue\"]", "[\"Tue\", \"Thu\"]");
        assert_eq!(worse, Vec::<String>::new());
        let lost = "campaign double-tuesday: when.weekday [\"Tue\", \"Thu\"] becomes [\"Tue\"]";
        assert_eq!(back, one(lost));
    }

    #[test]
    fn what_goes_is_worse_and_what_is_over_or_new_is_not() {
        let on = Day::parse("2026-11-28").unwrap();
        let (was, mut is) = (cafe(&[]), cafe(&[]));
        is.files
            .retain(|f| f.path != "campaigns/double-tuesday.rhai");
        let gone = worse_terms(&was, &is, on);
        assert_eq!(gone.len(), 1, "{gone:?}");
        assert_eq!(gone[0].to_string(), "campaign double-tuesday is gone");
        assert_eq!(gone[0].zh(), "活动 double-tuesday 取消");
        assert_eq!(worse_terms(&is, &was, on), []);
        let tuesday = "campaigns/double-tuesday.rhai";
        let over = cafe(&[(tuesday, "id: ", "to: \"2026-11-27\", id: ")]);
        assert_eq!(worse_terms(&over, &is, on), []);
        assert_eq!(worse_terms(&was, &over, on), gone);
    }

    #[test]
    fn times_limits_and_promises_are_compared_by_what_they_are() {
        let manifest = "programme.toml";
        let named = "currency = \"EUR\"";
        let with = |more: &str| cafe(&[(manifest, named, &format!("{named}\n{more}"))]);
        let on = Day::parse("2026-11-28").unwrap();
        let (long, short) = (with("notice = \"30 days\""), with("notice = \"1 week\""));
        assert_eq!(worse_terms(&short, &long, on), []);
        let worse = worse_terms(&long, &short, on);
        let words = "programme: notice \"30 days\" becomes \"1 week\"";
        assert_eq!(worse[0].to_string(), words);
        assert_eq!(worse_terms(&long, &cafe(&[]), on).len(), 1);
        // The default stands for what is not written.
        assert_eq!(worse_terms(&cafe(&[]), &with("claim_days = 30"), on), []);
        assert_eq!(
            worse_terms(&cafe(&[]), &with("claim_days = 14"), on).len(),
            1
        );
        // A restriction that is new.
        let mut limited = cafe(&[]);
        let file = limited
            .files
            .iter_mut()
            .find(|f| f.path == manifest)
            .unwrap();
        file.text.push_str("\n[limit.year-star]\nmax = 500\n");
        let worse = worse_terms(&cafe(&[]), &limited, on);
        assert_eq!(worse[0].to_string(), "limit year-star: max is 500");
        assert_eq!(worse_terms(&limited, &cafe(&[]), on), []);
    }

    #[test]
    fn thresholds_of_tiers_are_worse_higher() {
        let tiers = |least: &str| Part {
            section: "tiers".into(),
            id: String::new(),
            file: "tiers.rhai".into(),
            settings: Vec::new(),
            script: format!(
                "fn qualify(m) {{ if m.x >= {least} {{ \"gold\" }} else {{ \"a\" }} }}"
            ),
        };
        assert!(is_script_worse(&tiers("5_00"), &tiers("600")));
        assert!(!is_script_worse(&tiers("500"), &tiers("400")));
        assert!(is_script_worse(&tiers("500"), &tiers("400 + 0")));
    }
}
