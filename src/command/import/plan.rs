//! The map joined with the header: the field and verb of each cell. A field
//! that a verb does not take is an error here, before the first row.

use super::date::{Dates, Pattern};
use super::expression::Expression;
use super::field::{Field, Fields, Kind};
use super::filter::Filter;
use super::map::{Column, ColumnMap, Negative, is_list};
use super::number::Mark;
use super::{Options, scheme_is_known};
use crate::command::verbs;
use crate::command::{Bad, bad::shortened, who::NO_ALIAS};

/// Word for rows that are to be skipped.
pub const SKIP: &str = "skip";

/// Fields of an enrolment that rows of any verb may have.
const OF_ENROLMENT: [&str; 9] = [
    "alias", "aliases", "card", "phone", "email", "name", "birthday", "referrer", "notice",
];

/// Target of a mapped column or a constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Nothing, for this verb.
    Unused,
    /// The verb itself.
    Verb,
    /// A field of the verb.
    Own(Field),
    /// A field of the enrolment that goes before it.
    Enrol(Field),
    /// Amount of the sale given back since.
    Refunded,
    /// Time of giving it back.
    RefundedAt,
}

/// Source of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// From the map.
    Constant(String),
    /// From columns.
    Columns(Expression),
}

/// A mapped column or a constant.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The field, as named in the map.
    pub field: String,
    /// Source of its value.
    pub source: Source,
    /// Alias scheme to put before its value, `card:`.
    pub scheme: String,
    /// Patterns of its dates.
    pub dates: Dates,
    /// The decimal mark, if stated.
    pub mark: Option<Mark>,
    /// Meanings of its cells.
    pub values: Vec<(String, String)>,
}

impl Entry {
    /// The column for display: its name, or the expression's columns.
    pub fn column(&self) -> String {
        match &self.source {
            Source::Constant(value) => format!("--set {}={value}", self.field),
            Source::Columns(expression) => {
                let names: Vec<&str> = expression.columns().into_iter().map(|c| c.1).collect();
                names.join(", ")
            }
        }
    }

    /// True if its value comes from the file.
    pub fn is_of_file(&self) -> bool {
        matches!(self.source, Source::Columns(_))
    }

    /// Columns that it reads.
    pub fn positions(&self) -> Vec<usize> {
        match &self.source {
            Source::Constant(_) => Vec::new(),
            Source::Columns(expression) => expression.columns().iter().map(|c| c.0).collect(),
        }
    }
}

/// A verb, with the target of each entry of the plan.
#[derive(Clone, Debug)]
pub struct VerbPlan {
    /// The verb.
    pub word: String,
    /// Targets, by the plan's entries.
    pub targets: Vec<Target>,
}

impl VerbPlan {
    /// Position of the entry that fills a field of the verb itself.
    pub fn entry_of(&self, path: &str) -> Option<usize> {
        let is_it = |t: &Target| matches!(t, Target::Own(field) if field.is(path));
        self.targets.iter().position(is_it)
    }
}

/// The map joined with the header.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Columns of the header.
    pub names: Vec<String>,
    /// Mapped columns and constants.
    pub entries: Vec<Entry>,
    /// The verbs that rows may have.
    pub verbs: Vec<VerbPlan>,
    /// Entry that states the verb; None if all rows have the first.
    pub verb_entry: Option<usize>,
    /// True if the map names all verbs that rows may have.
    pub is_closed: bool,
    /// The column whose equal cells make rows one bill.
    pub group: Option<usize>,
    /// Filter of rows.
    pub filter: Filter,
    /// Meaning of a negative total.
    pub negative: Option<Negative>,
    /// The decimal mark of each column, stated or detected.
    pub marks: Vec<Option<Mark>>,
}

/// True if a header names every column by a field.
pub fn is_by_name(names: &[String]) -> bool {
    let fields: Vec<Fields> = verbs::WORDS.iter().filter_map(|w| Fields::of(w)).collect();
    let is_known =
        |name: &String| is_special(name) || fields.iter().any(|f| f.find(name).is_some());
    !names.is_empty() && names.iter().all(is_known)
}

fn is_special(name: &str) -> bool {
    name == "do" || name == "refunded" || name == "refunded_at" || OF_ENROLMENT.contains(&name)
}

/// The map of a header that names every column by its field.
pub fn by_name(names: &[String], map: &ColumnMap) -> ColumnMap {
    let mut map = map.clone();
    for name in names {
        map.add(name, name);
    }
    map
}

/// The verbs that rows of a map may have.
struct Verbs {
    all: Vec<Fields>,
    /// True if the map names them all.
    is_closed: bool,
}

impl Verbs {
    fn of(map: &ColumnMap) -> Result<Verbs, Bad> {
        let mut verbs = Verbs {
            all: Vec::new(),
            is_closed: true,
        };
        let constant = map.constants.iter().find(|c| c.0 == "do");
        let column = map.columns.iter().find(|c| c.field == "do");
        match (constant, column) {
            (Some((_, word)), None) => verbs.add("set", word)?,
            (None, None) => verbs.add("map", "purchase")?,
            (Some(_), Some(_)) => {
                let message = "do is said by a column and by --set; leave one of them out";
                return Err(Bad::new("map", message));
            }
            (None, Some(column)) => {
                let values = values_of(column);
                verbs.is_closed = !values.is_empty();
                let every = if verbs.is_closed { &[] } else { verbs::WORDS };
                for (_, word) in values.iter().filter(|v| v.1 != SKIP) {
                    verbs.add("map", word)?;
                }
                for word in every {
                    verbs.add("map", word)?;
                }
            }
        }
        if map.negative == Some(Negative::Return) && verbs.has("purchase") {
            verbs.add("map", "return")?;
        }
        Ok(verbs)
    }

    fn has(&self, word: &str) -> bool {
        self.all.iter().any(|fields| fields.verb == word)
    }

    fn add(&mut self, flag: &str, word: &str) -> Result<(), Bad> {
        let fields = Fields::of(word);
        let fields = fields.ok_or_else(|| Bad::unknown(flag, "verb", word, verbs::WORDS))?;
        if !self.has(&fields.verb) {
            self.all.push(fields);
        }
        Ok(())
    }
}

/// Meanings of cells: from a table, or `Sale=purchase|Refund=return` after the column.
fn values_of(column: &Column) -> Vec<(String, String)> {
    if !column.values.is_empty() {
        return column.values.clone();
    }
    let how = column.how.as_deref();
    let how = how.or_else(|| column.source.split_once(':').map(|(_, how)| how));
    pairs(how.unwrap_or("")).unwrap_or_default()
}

fn pairs(how: &str) -> Option<Vec<(String, String)>> {
    let pair = |part: &str| {
        let (cell, value) = part.split_once('=')?;
        Some((cell.trim().to_owned(), value.trim().to_owned()))
    };
    how.split('|').map(pair).collect()
}

/// Checks the parts of a map that need no file: fields and verbs.
///
/// # Errors
/// A field that no verb of the map takes, or one that is stated twice.
pub fn check(map: &ColumnMap, options: &Options) -> Result<(), Bad> {
    let verbs = Verbs::of(map)?;
    let fields = map
        .columns
        .iter()
        .map(|c| ("map", &c.field, format!("the column '{}'", c.source)));
    let constants = map.constants.iter();
    let constants =
        constants.map(|(field, value)| ("set", field, format!("the constant {field}={value}")));
    let mut said: Vec<(&str, String)> = Vec::new();
    for (flag, field, by) in fields.chain(constants) {
        let first = said.iter().find(|s| s.0 == field && !is_list(field));
        if let Some((_, first)) = first {
            let message = format!(
                "{first} and {by} both say {field}; leave one of them out (--map names the columns that count)"
            );
            return Err(Bad::new("map", message));
        }
        said.push((field, by));
        let takes = |fields| matches!(target(field, fields, options), Ok(t) if t != Target::Unused);
        if !verbs.all.iter().any(takes) {
            return Err(not_taken(flag, field, &verbs, options));
        }
    }
    Ok(())
}

fn not_taken(flag: &str, field: &str, verbs: &Verbs, options: &Options) -> Bad {
    let mut said = verbs
        .all
        .iter()
        .filter_map(|fields| target(field, fields, options).err());
    if let Some(said) = said.next() {
        return said;
    }
    let is_other = |word: &&&str| {
        !verbs.has(word) && Fields::of(word).is_some_and(|f| f.find(field).is_some())
    };
    let others: Vec<&str> = verbs::WORDS.iter().filter(is_other).copied().collect();
    if verbs.is_closed && !others.is_empty() {
        let remedy = match others.contains(&"opening") {
            true => "say with do what the rows are (--opening: balances brought from elsewhere)",
            false => "say with do what the rows are",
        };
        let words: Vec<&str> = verbs
            .all
            .iter()
            .map(|fields| fields.verb.as_str())
            .collect();
        let message = format!(
            "'{field}' does not belong to '{}', but to {}; leave it out, or {remedy}",
            words.join("', '"),
            others.join(", ")
        );
        return Bad::new(flag, message);
    }
    let mut known: Vec<String> = verbs.all.iter().flat_map(Fields::paths).collect();
    let short = [
        "do",
        "alias",
        "card",
        "phone",
        "email",
        "name",
        "birthday",
        "sku",
        "category",
        "qty",
        "line_amount",
        "tender",
        "code",
        "consent",
        "earned",
        "refunded",
    ];
    known.extend(short.map(str::to_owned));
    known.sort();
    known.dedup();
    let of_line = format!("lines.{field}");
    if known.contains(&of_line) {
        let message = format!("unknown field '{field}'; did you mean '{of_line}'?");
        return Bad::new(flag, message);
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Bad::unknown(flag, "field", field, &known)
}

/// Meaning of a field's name for a verb.
fn target(name: &str, fields: &Fields, options: &Options) -> Result<Target, Bad> {
    let word = fields.verb.as_str();
    match name {
        "do" => return Ok(Target::Verb),
        "refunded" if word == "purchase" => return Ok(Target::Refunded),
        "refunded_at" if word == "purchase" => return Ok(Target::RefundedAt),
        // The amount that came back is that of a return.
        "total" if word == "return" => {
            return Ok(fields.find("amount").map_or(Target::Unused, Target::Own));
        }
        _ => {}
    }
    // The member of an enrolment is the one who is enrolled.
    let is_alias =
        matches!(name, "card" | "phone" | "email") || (name, word) == ("member", "enrol");
    let looked_up = if is_alias { "aliases" } else { name };
    if let Some(field) = fields.find(looked_up) {
        return Ok(Target::Own(field));
    }
    if !OF_ENROLMENT.contains(&name) && !matches!(name, "consent" | "consents") {
        return Ok(Target::Unused);
    }
    let enrolment = Fields::of("enrol").and_then(|f| f.find(looked_up));
    let field = enrolment.ok_or_else(|| Bad::unknown("map", "field", name, &OF_ENROLMENT))?;
    let is_name = field.is("aliases");
    match is_name || options.is_enrolling {
        true => Ok(Target::Enrol(field)),
        false => Err(Bad::new(
            "map",
            format!(
                "'{name}' belongs to an enrolment, and '{word}' makes none; say --enrol, or leave it out"
            ),
        )),
    }
}

impl Plan {
    /// Joins a map with a header.
    ///
    /// # Errors
    /// A column that the header lacks or has twice, or a format that does not
    /// fit its field.
    pub fn new(map: &ColumnMap, names: Vec<String>, options: &Options) -> Result<Plan, Bad> {
        let verbs = Verbs::of(map)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut targets = vec![Vec::new(); verbs.all.len()];
        let columns = map
            .columns
            .iter()
            .map(|column| (column.field.as_str(), Some(column), ""));
        let constants = map
            .constants
            .iter()
            .map(|c| (c.0.as_str(), None, c.1.as_str()));
        for (field, column, value) in constants.chain(columns) {
            let of = |fields| target(field, fields, options).unwrap_or(Target::Unused);
            let found: Vec<Target> = verbs.all.iter().map(of).collect();
            let kind = found.iter().find_map(kind_of).unwrap_or(Kind::Text);
            for (targets, target) in targets.iter_mut().zip(found) {
                targets.push(target);
            }
            entries.push(match column {
                Some(column) => entry(column, kind, &names)?,
                None => constant(field, value),
            });
        }
        let mut plan = Plan {
            verb_entry: entries
                .iter()
                .position(|e| e.field == "do" && e.is_of_file()),
            marks: vec![None; names.len()],
            group: map
                .group
                .as_deref()
                .map(|g| position(g, &names, "group"))
                .transpose()?,
            filter: Filter::new(map, &names)?,
            negative: map.negative,
            is_closed: verbs.is_closed,
            verbs: verbs
                .all
                .into_iter()
                .zip(targets)
                .map(|(Fields { verb: word, .. }, targets)| VerbPlan { word, targets })
                .collect(),
            entries,
            names,
        };
        plan.check_twice()?;
        plan.check_aliases(options)?;
        plan.note_marks()?;
        Ok(plan)
    }

    /// Checks that a column that is read is in the header only once.
    fn check_twice(&self) -> Result<(), Bad> {
        let used = self
            .entries
            .iter()
            .flat_map(Entry::positions)
            .chain(self.group);
        for at in used {
            let name = &self.names[at];
            if self.names.iter().filter(|n| *n == name).count() > 1 {
                return Err(Bad::new(
                    "map",
                    format!("the header has the column '{name}' twice"),
                ));
            }
        }
        Ok(())
    }

    /// Refuses several names of a member, except for an enrolment.
    fn check_aliases(&self, options: &Options) -> Result<(), Bad> {
        let is_alias = |t: &&Target| matches!(t, Target::Enrol(field) if field.is("aliases"));
        for verb in &self.verbs {
            let aliases = verb.targets.iter().filter(is_alias).count();
            let has_member = verb.entry_of("member").is_some();
            if aliases + usize::from(has_member) > 1 && !options.is_enrolling {
                let message = "several names of a member are for an enrolment; say --enrol, or map one of them";
                return Err(Bad::new("map", message));
            }
        }
        Ok(())
    }

    /// Copies the stated decimal marks to their columns.
    fn note_marks(&mut self) -> Result<(), Bad> {
        for entry in &self.entries {
            let Some(mark) = entry.mark else { continue };
            for at in entry.positions() {
                if self.marks[at].is_some_and(|other| other != mark) {
                    let message = format!(
                        "the column '{}' is said to be 'comma' and 'point'",
                        self.names[at]
                    );
                    return Err(Bad::new("map", message));
                }
                self.marks[at] = Some(mark);
            }
        }
        Ok(())
    }

    /// A verb that rows may have, by its word.
    ///
    /// # Errors
    /// The word, and those that there are.
    pub fn verb(&self, word: &str) -> Result<&VerbPlan, Bad> {
        let verb = self.verbs.iter().find(|verb| verb.word == word);
        verb.ok_or_else(|| {
            let known: Vec<&str> = self.verbs.iter().map(|verb| verb.word.as_str()).collect();
            let (word, known) = (shortened(word), known.join(", "));
            let message = format!(
                "unknown verb '{word}'; say with the column what it stands for, do=COLUMN:{word}=return, or {word}=skip; verbs: {known}"
            );
            Bad::new("do", message)
        })
    }

    /// Columns that hold numbers, by the entries that read them.
    pub fn number_columns(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let mut kinds = self.verbs.iter().filter_map(|v| kind_of(&v.targets[at]));
            if kinds.any(Kind::is_number) {
                found.extend(entry.positions());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Fields that some of the verbs do not take, by verb, to be reported.
    pub fn unused(&self) -> Vec<String> {
        let mut told = Vec::new();
        let is_several = self.is_closed && self.verbs.len() > 1;
        for verb in self.verbs.iter().filter(|_| is_several) {
            let fields = self.entries.iter().zip(&verb.targets);
            let fields = fields.filter(|(e, t)| **t == Target::Unused && e.is_of_file());
            let fields: Vec<&str> = fields.map(|(e, _)| e.field.as_str()).collect();
            if !fields.is_empty() {
                told.push(format!(
                    "rows that are '{}' do not take {}: those cells are not used there",
                    verb.word,
                    fields.join(", ")
                ));
            }
        }
        told
    }

    /// Adds the column to an error about a field, since people see the column.
    pub fn placed(&self, mut bad: Bad, verb: &VerbPlan) -> Bad {
        let path = without_positions(&bad.field);
        let fills = |target: &Target| match target {
            Target::Own(field) | Target::Enrol(field) => field.is(&path),
            Target::Verb => path == "do",
            Target::Refunded => path == "refunded",
            _ => false,
        };
        let of_member = path == "member";
        let fills_member = |target: &Target| {
            of_member && matches!(target, Target::Enrol(field) if field.is("aliases"))
        };
        let find = |is_it: &dyn Fn(&Target) -> bool| {
            let entries = self.entries.iter().zip(&verb.targets);
            let mut entries = entries.filter(|(e, t)| e.is_of_file() && is_it(t));
            entries.next().map(|(entry, _)| entry)
        };
        if let Some(entry) = find(&fills).or_else(|| find(&fills_member)) {
            bad.field = format!("column {} ({})", entry.column(), entry.field);
            if bad.message == NO_ALIAS && entry.scheme.is_empty() {
                let column = entry.column();
                bad.message += &format!(
                    "; a column of mere numbers is mapped as what they are, card={column}, phone={column} or email={column}"
                );
            }
        }
        bad
    }
}

/// Converts `lines[0].amount` to `lines.amount`.
fn without_positions(path: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0;
    for c in path.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

fn kind_of(target: &Target) -> Option<Kind> {
    match target {
        Target::Own(field) | Target::Enrol(field) => Some(field.kind),
        Target::Refunded => Some(Kind::Number),
        Target::RefundedAt => Some(Kind::Instant),
        Target::Verb | Target::Unused => None,
    }
}

/// The position of a column by its name.
pub fn position(wanted: &str, names: &[String], flag: &str) -> Result<usize, Bad> {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let at = names.iter().position(|name| name == wanted.trim());
    at.ok_or_else(|| Bad::unknown(flag, "column", wanted, &known))
}

fn constant(field: &str, value: &str) -> Entry {
    Entry {
        field: field.into(),
        source: Source::Constant(value.into()),
        scheme: scheme_of(field).into(),
        dates: Dates::new(Vec::new()),
        mark: Some(Mark::Point),
        values: Vec::new(),
    }
}

/// Scheme implied by a field's name.
fn scheme_of(field: &str) -> &'static str {
    match field {
        "card" => "card:",
        "phone" => "phone:",
        "email" => "email:",
        _ => "",
    }
}

/// True if a field names a member.
fn is_member(field: &str) -> bool {
    matches!(
        field,
        "member"
            | "alias"
            | "aliases"
            | "aliases_add"
            | "aliases_remove"
            | "referrer"
            | "to"
            | "into"
            | "with"
            | "decline"
    )
}

fn entry(column: &Column, kind: Kind, names: &[String]) -> Result<Entry, Bad> {
    let (expression, rest) = Expression::parse(&column.source, names)?;
    let behind = rest
        .strip_prefix(':')
        .map(str::trim)
        .filter(|how| !how.is_empty());
    let how = column.how.as_deref().or(behind);
    if !kind.is_number() && !expression.is_text() {
        let message = format!(
            "'{}' is worked out as a number, and {} is none",
            column.source, column.field
        );
        return Err(Bad::new("map", message));
    }
    let mut entry = Entry {
        source: Source::Columns(expression),
        mark: None,
        values: column.values.clone(),
        ..constant(&column.field, "")
    };
    let Some(how) = how else {
        return Ok(entry);
    };
    if column.values.is_empty()
        && !kind.is_date()
        && let Some(values) = pairs(how)
    {
        entry.values = values;
        return Ok(entry);
    }
    let (is_right, example) = match kind {
        Kind::Instant | Kind::Day | Kind::Birthday => {
            let patterns: Option<Vec<Pattern>> = how.split('|').map(Pattern::parse).collect();
            let is_right = patterns.is_some();
            entry.dates = Dates::new(patterns.unwrap_or_default());
            (is_right, format!("a date pattern of {}, such as at=date:%Y%m%d", super::date::PARTS))
        }
        Kind::Number | Kind::Whole => {
            entry.mark = Mark::parse(how);
            let example = "'comma' for numbers such as 1.234,50 or 'point' for 1,234.50, as in total=betrag:comma";
            (entry.mark.is_some(), example.into())
        }
        _ if is_member(&column.field) => {
            entry.scheme = how.to_owned();
            let example = "an alias scheme with its colon, such as member=customer_id:id:";
            (scheme_is_known(how), example.into())
        }
        _ => (false, "the column's name alone, or what its cells stand for, as in Sale=purchase|Refund=return".into()),
    };
    match is_right {
        true => Ok(entry),
        false => Err(Bad::new(
            "map",
            format!(
                "'{}' does not fit {}; expected {example}",
                shortened(how),
                column.field
            ),
        )),
    }
}
