//! Rows as commands: the rows of one bill (mostly one row) fill a verb's
//! fields, and those of an enrolment before it or a return after it.

use super::date::Moment;
use super::expression::{Expression, Over, Values};
use super::field::{Field, Kind, Place};
use super::form::{Form, Node};
use super::map::Negative;
use super::plan::{Entry, Plan, SKIP, Source, Target, VerbPlan};
use super::record::Record;
use super::sales::{Buyer, Sales};
use super::{KeyBy, Options, Row, check_key, number};
use crate::command::verbs;
use crate::command::{Alias, Bad, Request, bad::shortened, json::from_raw};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::cell::Cell;

/// Commands of a bill's rows, and an oddity of its time.
type Asked = (Row, Option<&'static str>);

/// Reads the rows of a file.
pub struct Reader<'p> {
    /// The joined map.
    plan: &'p Plan,
    /// Options for reading the file.
    options: &'p Options,
}

/// Cells of a bill, read by the map.
struct Cells<'p, 'r> {
    reader: &'p Reader<'p>,
    rows: &'r [Record],
    odd: Cell<Option<&'static str>>,
}

/// A labelled item of a list: a charge, a tender.
struct Item<'c> {
    list: &'c str,
    label: &'c str,
    form: Form<'c>,
    /// True if a column has a value for it.
    has_value: bool,
}

impl Values for Reader<'_> {
    fn number(&self, record: &Record, column: usize) -> Result<Option<Decimal>, Bad> {
        let cell = record.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let place =
            |message: String| Bad::new(format!("column {}", self.plan.names[column]), message);
        let plain = number::read(cell, self.plan.marks[column], &self.options.currency);
        let plain = plain.map_err(place)?;
        let number = plain
            .parse()
            .map_err(|_| place(format!("'{}' is too large", shortened(cell))))?;
        Ok(Some(number))
    }

    fn digits(&self) -> u32 {
        self.options.digits.into()
    }
}

impl<'p> Reader<'p> {
    /// A reader by a map that was joined with its columns.
    pub fn new(plan: &'p Plan, options: &'p Options) -> Reader<'p> {
        Reader { plan, options }
    }

    /// Makes a bill's commands, and tells an oddity of its time; None if its rows are to be
    /// skipped.
    ///
    /// # Errors
    /// The fault in a cell, or in the command made of it.
    pub fn asked(&self, rows: &[Record], sales: &mut Sales) -> Result<Option<Asked>, Bad> {
        let cells = self.cells(rows);
        let Some(verb) = cells.verb()? else {
            return Ok(None);
        };
        match cells.asked(verb, sales) {
            Ok(row) => Ok(Some((row, cells.odd.get()))),
            Err(bad) => Err(self.plan.placed(bad, verb)),
        }
    }

    fn cells<'c>(&'c self, rows: &'c [Record]) -> Cells<'c, 'c> {
        Cells {
            reader: self,
            rows,
            odd: Cell::new(None),
        }
    }

    /// Member and time of a bill, for sorting bills.
    pub fn place_in_time(&self, rows: &[Record]) -> Option<(String, i64)> {
        let verb = self.plan.verbs.first()?;
        let cells = self.cells(rows);
        let at = &self.plan.entries[verb.entry_of("at")?];
        let cell = cells.text(at).ok()??;
        let at = at.dates.instant(&cell, &self.options.calendar).ok()?;
        let names_member = |target: &Target| match target {
            Target::Own(field) => field.is("member"),
            Target::Enrol(field) => field.is("aliases"),
            _ => false,
        };
        let member = match verb.targets.iter().position(names_member) {
            Some(entry) => cells.text(&self.plan.entries[entry]).ok()?,
            None => None,
        };
        let member = member.unwrap_or_default().to_lowercase();
        Some((member, at.at.0))
    }

    /// Key of a command without one: by the row's content rather than its spelling, so that
    /// an unmapped column, or 5.0 for 5.00, makes no other row.
    fn key(&self, rows: &[Record], verb: &str, form: &Form) -> Result<String, Bad> {
        let line = rows.first().map_or(0, |row| row.line);
        self.options.key_of(line, verb, || form.to_json(verb))
    }
}

impl<'p, 'r: 'p> Cells<'p, 'r> {
    /// Verb of the rows; None if they are to be skipped.
    fn verb(&self) -> Result<Option<&'p VerbPlan>, Bad> {
        let plan = self.reader.plan;
        let verb = match (plan.verb_entry, plan.verbs.first()) {
            (None, Some(first)) => first,
            (None, None) => plan.verb("purchase")?,
            (Some(at), _) => {
                let word = self.word(&plan.entries[at])?;
                if word == SKIP {
                    return Ok(None);
                }
                plan.verb(&word)?
            }
        };
        let total = verb.entry_of("total").map(|at| &plan.entries[at]);
        let Some(total) = total.filter(|_| verb.word == "purchase") else {
            return Ok(Some(verb));
        };
        let number = self.number(total);
        let number = number.map_err(|bad| plan.placed(bad.of("total"), verb))?;
        let is_negative = number.is_some_and(|plain| plain.starts_with('-'));
        match plan.negative.filter(|_| is_negative) {
            Some(Negative::Return) => plan.verb("return").map(Some),
            None if is_negative => {
                let cell = self.text(total).ok().flatten().unwrap_or_default();
                let message = format!(
                    "'{}' is negative; say --negative return where goods came back, or --negative sale where a sale paid out",
                    shortened(&cell)
                );
                Err(plan.placed(Bad::new("total", message), verb))
            }
            Some(Negative::Sale) | None => Ok(Some(verb)),
        }
    }

    /// The word for the verb in a column.
    fn word(&self, entry: &'p Entry) -> Result<String, Bad> {
        let place = |message: String| Bad::new(format!("column {} (do)", entry.column()), message);
        let said = self.text(entry).map_err(|bad| place(bad.message))?;
        let said = said.ok_or_else(|| place("is blank, and says what the row is".into()))?;
        Ok(match entry.values.is_empty() {
            true => verbs::spelt(&said.to_lowercase()).to_owned(),
            false => verbs::spelt(&said).to_owned(),
        })
    }

    fn asked(&self, verb: &'p VerbPlan, sales: &mut Sales) -> Result<Row, Bad> {
        let plan = self.reader.plan;
        let word = verb.word.as_str();
        let mut form = Form::default();
        let mut enrolment = Form::default();
        let mut items: Vec<Item> = Vec::new();
        let (mut refunded, mut refunded_at) = (None, None);
        for (entry, target) in plan.entries.iter().zip(&verb.targets) {
            match target {
                Target::Verb => {}
                Target::Unused => self.check_unused(entry, word)?,
                Target::Own(field) if field.is_of_line() => {}
                Target::Own(field) => self.own_field(entry, field, &mut form, &mut items)?,
                Target::Enrol(field) => self.fill(entry, field, &mut enrolment)?,
                Target::Refunded => refunded = self.number(entry).map_err(|b| b.of("refunded"))?,
                Target::RefundedAt => refunded_at = self.moment(entry)?,
            }
        }
        if word == "return"
            && let Some(Node::Text(amount)) = form.take("amount")
        {
            form.set("amount", amount.trim_start_matches('-').to_owned());
        }
        self.lines(verb, &mut form)?;
        self.put_items(items, &mut form);
        self.complete(verb, &mut form, &mut enrolment)?;
        if word == "return" {
            sales.find(&mut form, &self.reader.options.currency)?;
        }
        let mut asked = Row {
            line: self.rows.first().map_or(0, |row| row.line),
            rows: self.rows.len() as u64,
            ..Row::default()
        };
        if self.reader.options.is_enrolling {
            self.enrolment(word, &form, enrolment, &mut asked)?;
        }
        let is_balance = word != "opening" || !self.is_no_balance(&form);
        if is_balance {
            self.own(word, form, sales, &mut asked, (refunded, refunded_at))?;
        } else if asked.enrolment.is_none() {
            return Err(Bad::new(
                "points",
                "is blank or 0, and nobody is to be enrolled; say --enrol, or leave such rows out",
            ));
        }
        Ok(asked)
    }

    /// Makes the command itself, and the return of the amount given back of a sale.
    fn own(
        &self,
        word: &str,
        mut form: Form<'_>,
        sales: &mut Sales,
        asked: &mut Row,
        (refunded, refunded_at): (Option<String>, Option<String>),
    ) -> Result<(), Bad> {
        let key = match form.text("key") {
            Some(key) => key.to_owned(),
            None => {
                let key = self.reader.key(self.rows, word, &form)?;
                match self.reader.options.key {
                    KeyBy::Line => key,
                    KeyBy::Content { .. } => match sales.numbered(key, self.rows) {
                        Ok(key) => check_key(key)?,
                        Err(error) => {
                            let bad = Bad::new("key", error.to_string());
                            sales.trouble = Some(error);
                            return Err(bad);
                        }
                    },
                }
            }
        };
        form.set("key", key.clone());
        let [at, member, store, total, currency] = ["at", "member", "store", "total", "currency"]
            .map(|name| form.text(name).map(str::to_owned));
        let request = self.request(word, form, &mut asked.shown)?;
        asked.requests.push(request);
        let refunded = refunded.filter(|amount| !number::is_zero(amount));
        if word == "purchase"
            && let (Some(member), Some(total)) = (&member, &total)
        {
            let buyer = Buyer::new(member, currency.as_deref(), &self.reader.options.currency);
            sales.note(&buyer, &key, total, refunded.as_deref());
        }
        let Some(refunded) = refunded else {
            return Ok(());
        };
        let mut back = Form::default();
        let own_key = match self.reader.options.key {
            KeyBy::Line if key.ends_with("/purchase") => {
                self.reader.key(self.rows, "return", &back)?
            }
            _ => check_key(format!("{key}/return"))?,
        };
        back.set("of", key);
        back.set("amount", refunded.trim_start_matches('-').to_owned());
        back.set("key", own_key);
        for (name, value) in [
            ("at", refunded_at.or(at)),
            ("member", member),
            ("store", store),
            ("currency", currency),
        ] {
            if let Some(value) = value {
                back.set(name, value);
            }
        }
        let request = self.request("return", back, &mut asked.shown);
        let request = request.map_err(|bad| bad.of("refunded"))?;
        asked.requests.push(request);
        asked.is_refund_in_all = true;
        Ok(())
    }

    fn request(&self, word: &str, form: Form<'_>, shown: &mut Vec<String>) -> Result<Request, Bad> {
        if self.reader.options.shown > 0 {
            shown.push(form.to_json(word));
        }
        let options = self.reader.options;
        let request = from_raw(form.into_raw(word)?, options.digits)?;
        Ok(options.enrolling(request))
    }

    /// Makes an enrolment: if more is known than one name, or if there is
    /// nothing else to do.
    fn enrolment(
        &self,
        word: &str,
        form: &Form<'p>,
        mut enrolment: Form<'p>,
        asked: &mut Row,
    ) -> Result<(), Bad> {
        let member = form.text("member").filter(|m| Alias::parse(m).is_ok());
        let is_alone = word == "opening" && self.is_no_balance(form);
        if word == "enrol" || (enrolment.is_empty() && !(is_alone && member.is_some())) {
            return Ok(());
        }
        let mut aliases: Vec<Cow<str>> = member
            .map(|m| Cow::Owned(m.to_owned()))
            .into_iter()
            .collect();
        if let Some(Node::Texts(texts)) = enrolment.take("aliases") {
            aliases.extend(texts.into_iter().filter(|t| Some(&**t) != member));
        }
        let is_plain = aliases.len() == 1 && enrolment.is_empty() && !is_alone;
        if aliases.is_empty() || is_plain {
            return match enrolment.is_empty() || is_plain {
                true => Ok(()),
                false => Err(Bad::new(
                    "member",
                    "is blank, and the row names somebody to be enrolled; leave the name out, or give the row a card, phone or email",
                )),
            };
        }
        enrolment.set("aliases", Node::Texts(aliases));
        let key = self.reader.key(self.rows, "enrol", &enrolment)?;
        enrolment.set("key", key);
        let is_then = word != "opening" || self.reader.options.is_history;
        for name in ["at", "store", "channel"] {
            if let Some(value) = form.text(name).filter(|_| name != "at" || is_then) {
                enrolment.set(name, value.to_owned());
            }
        }
        let request = self.request("enrol", enrolment, &mut asked.shown)?;
        asked.enrolment = Some(Box::new(request));
        Ok(())
    }

    fn is_no_balance(&self, form: &Form) -> bool {
        let points = form.text("points").unwrap_or("");
        match self.reader.options.is_setting_balances {
            // Zero is a possible target of a balance.
            true => points.is_empty(),
            false => number::is_zero(points),
        }
    }

    /// Fills in fields that a verb needs besides the mapped ones.
    fn complete(
        &self,
        verb: &VerbPlan,
        form: &mut Form<'p>,
        enrolment: &mut Form<'p>,
    ) -> Result<(), Bad> {
        let word = verb.word.as_str();
        if word != "enrol"
            && !form.has("member")
            && let Some(Node::Texts(aliases)) = enrolment.get("aliases")
            && let Some(first) = aliases.first()
        {
            form.set("member", Node::Text(first.clone()));
        }
        if word == "opening" {
            if !form.has("member") {
                return Err(Bad::new("member", "is missing or empty"));
            }
            if !form.has("source") {
                form.set("source", self.reader.options.source.clone());
            }
        }
        // A time that is mapped and blank never means now.
        if let Some(at) = verb.entry_of("at").filter(|_| !form.has("at")) {
            let entry = &self.reader.plan.entries[at];
            let message = "is blank; a row without its time is never booked as of now";
            return Err(Bad::new(
                format!("column {} ({})", entry.column(), entry.field),
                message,
            ));
        }
        Ok(())
    }

    /// Makes the lines of a bill, one for each row.
    fn lines(&self, verb: &'p VerbPlan, form: &mut Form<'p>) -> Result<(), Bad> {
        let plan = self.reader.plan;
        let fields = || {
            plan.entries
                .iter()
                .zip(&verb.targets)
                .filter_map(|(entry, target)| match target {
                    Target::Own(field) if field.is_of_line() => Some((entry, field)),
                    _ => None,
                })
        };
        // Lines of a sale may be mapped although a negative total is a return:
        // nothing tells which of the sale's lines they are, and the amount
        // states the part that came back.
        let is_named = verb.word != "return" || fields().any(|(_, field)| field.name == "line");
        if fields().next().is_none() || !is_named {
            return Ok(());
        }
        let mut lines = Vec::new();
        for row in self.rows {
            let one = self.reader.cells(std::slice::from_ref(row));
            let (mut line, mut has_value) = (Form::default(), false);
            for (entry, field) in fields() {
                let before = line.has(&field.name);
                one.fill(entry, field, &mut line)?;
                has_value |= entry.is_of_file() && line.has(&field.name) && !before;
            }
            if !has_value {
                continue;
            }
            if !line.has("amount") {
                let total = form.text("total").filter(|_| self.rows.len() == 1);
                let Some(total) = total else {
                    return Err(Bad::new(
                        "lines.amount",
                        "is missing: a line of several needs its own amount, in a column that is mapped as line_amount",
                    ));
                };
                line.set("amount", total.to_owned());
            }
            lines.push(line);
        }
        if !lines.is_empty() {
            form.set("lines", Node::Items(lines));
        }
        Ok(())
    }

    /// Fills a field of the verb, or of an item of a list of it.
    fn own_field(
        &self,
        entry: &'p Entry,
        field: &'p Field,
        form: &mut Form<'p>,
        items: &mut Vec<Item<'p>>,
    ) -> Result<(), Bad> {
        let Place::Item {
            list,
            label,
            implied,
        } = &field.place
        else {
            return self.fill(entry, field, form);
        };
        let same = |item: &Item| item.list == list && item.label == label;
        let at = items.iter().position(same);
        let at = at.unwrap_or_else(|| {
            items.push(Item {
                list,
                label,
                form: Form::default(),
                has_value: false,
            });
            items.len() - 1
        });
        let item = &mut items[at];
        if let Some(kind) = implied
            && !item.form.has("kind")
        {
            item.form.set("kind", Node::Text(kind.into()));
        }
        let before = item.form.has(&field.name);
        self.fill(entry, field, &mut item.form)?;
        let is_filled = item.form.has(&field.name) && !before;
        item.has_value |= is_filled && entry.is_of_file();
        Ok(())
    }

    /// Adds the items of lists, except those without any value and those of zero.
    fn put_items(&self, items: Vec<Item<'p>>, form: &mut Form<'p>) {
        let mut lists: Vec<(&'p str, Vec<Form<'p>>)> = Vec::new();
        for mut item in items {
            let is_constant = item.label.is_empty() && item.form.has("kind");
            if !item.has_value && !is_constant {
                continue;
            }
            if item.list == "tenders"
                && !item.form.has("amount")
                && let Some(total) = form.text("total")
            {
                item.form.set("amount", total.to_owned());
            }
            let amount = item.form.text("amount");
            if amount.is_some_and(number::is_zero) && !is_constant {
                continue;
            }
            match lists.iter_mut().find(|l| l.0 == item.list) {
                Some(list) => list.1.push(item.form),
                None => lists.push((item.list, vec![item.form])),
            }
        }
        for (name, mut forms) in lists {
            if let Some(Node::Items(before)) = form.take(name) {
                forms.splice(0..0, before);
            }
            form.set(name, Node::Items(forms));
        }
    }

    /// Refuses a value for a field that the row's verb does not take, if the
    /// map could not be checked before.
    fn check_unused(&self, entry: &'p Entry, word: &str) -> Result<(), Bad> {
        let is_said = self.reader.plan.is_closed || !entry.is_of_file();
        match is_said || self.text(entry)?.is_none() {
            true => Ok(()),
            false => Err(Bad::new(
                format!("column {} ({})", entry.column(), entry.field),
                format!("a row that is '{word}' does not take it"),
            )),
        }
    }

    /// Fills a field with an entry's value, if there is one.
    fn fill(&self, entry: &'p Entry, field: &'p Field, form: &mut Form<'p>) -> Result<(), Bad> {
        let value = match field.kind {
            Kind::Number => self.number(entry).map(|plain| plain.map(Node::from)),
            Kind::Whole => self.whole(entry),
            Kind::Instant => self.moment(entry).map(|text| text.map(Node::from)),
            Kind::Text | Kind::Flag | Kind::Day | Kind::Birthday => {
                let text = self.text(entry);
                text.and_then(|text| text.map(|text| self.read(entry, field, text)).transpose())
            }
        };
        let value = value.map_err(|bad| match bad.field.is_empty() {
            true => bad.of(&field.path()),
            false => bad,
        });
        let Some(value) = value? else { return Ok(()) };
        match (&field.place, value) {
            (Place::Texts, Node::Text(text)) => form.push(&field.name, text),
            (Place::Named(outer), value) => {
                let mut named = match form.take(outer) {
                    Some(Node::Named(named)) => named,
                    _ => Form::default(),
                };
                named.set(&field.name, value);
                form.set(outer, Node::Named(named));
            }
            (Place::Item { .. }, Node::Text(text)) if field.name == "tags" => {
                form.push("tags", text)
            }
            (_, value) => form.set(&field.name, value),
        }
        Ok(())
    }

    fn read(&self, entry: &'p Entry, field: &Field, text: Cow<'p, str>) -> Result<Node<'p>, Bad> {
        let wrong = |message: String| Bad::new(field.path(), message);
        let calendar = &self.reader.options.calendar;
        Ok(match field.kind {
            Kind::Day => {
                let day = entry.dates.day(&text, calendar).map_err(wrong)?;
                Node::from(day.to_string())
            }
            Kind::Birthday => {
                let birthday = entry.dates.birthday(&text).map_err(wrong)?;
                Node::from(birthday.to_string())
            }
            Kind::Flag => match text.to_lowercase().as_str() {
                "true" | "yes" | "1" | "y" | "ja" => Node::Flag(true),
                "false" | "no" | "0" | "n" | "nein" => Node::Flag(false),
                _ => {
                    let message = format!("'{}' is neither yes nor no", shortened(&text));
                    return Err(wrong(message));
                }
            },
            Kind::Text if field.is("currency") => {
                let own = &self.reader.options.currency;
                let mut known = std::iter::once(own).chain(&self.reader.options.currencies);
                match known.find(|code| number::is_currency(&text, code)) {
                    Some(code) => Node::from(code.clone()),
                    None => Node::Text(text),
                }
            }
            _ => Node::Text(text),
        })
    }

    fn whole(&self, entry: &'p Entry) -> Result<Option<Node<'p>>, Bad> {
        let plain = self.number(entry)?;
        let whole = plain.map(|plain| {
            let wrong = |_| Bad::new("", format!("'{}' is not a whole number", shortened(&plain)));
            plain.parse().map(Node::Whole).map_err(wrong)
        });
        whole.transpose()
    }

    fn moment(&self, entry: &'p Entry) -> Result<Option<String>, Bad> {
        let Some(text) = self.text(entry)? else {
            return Ok(None);
        };
        let found = entry.dates.instant(&text, &self.reader.options.calendar);
        let Moment { text, odd, .. } = found.map_err(|message| Bad::new("", message))?;
        self.odd.set(self.odd.get().or(odd));
        Ok(Some(text))
    }

    /// The number of an entry as a plain decimal; None if it is blank.
    fn number(&self, entry: &'p Entry) -> Result<Option<String>, Bad> {
        let read = |text: &str, mark| {
            let read = number::read(text, mark, &self.reader.options.currency);
            read.map(Some).map_err(|message| Bad::new("", message))
        };
        let expression = match &entry.source {
            Source::Constant(value) => return read(value, entry.mark),
            Source::Columns(expression) => expression,
        };
        if let Some(column) = expression.single() {
            let Some(cell) = self.text(entry)? else {
                return Ok(None);
            };
            return read(&cell, self.reader.plan.marks[column]);
        }
        if self.rows.len() > 1 && !expression.is_over_rows() {
            self.check_same(entry, expression)?;
        }
        let number = expression.number(self.rows, self.reader)?;
        Ok(number.map(number::plain))
    }

    /// The text of an entry; None if it is blank. For several rows it is the
    /// first row's that has one, and no row may have another.
    fn text(&self, entry: &'p Entry) -> Result<Option<Cow<'p, str>>, Bad> {
        let expression = match &entry.source {
            Source::Constant(value) if entry.scheme.is_empty() => {
                return Ok(Some(value.as_str().into()));
            }
            Source::Constant(value) => {
                return Ok(Some(format!("{}{value}", entry.scheme).into()));
            }
            Source::Columns(expression) => expression,
        };
        if self.rows.len() > 1 && !expression.is_over_rows() {
            self.check_same(entry, expression)?;
        }
        let texts = self.rows.iter().map(|row| expression.text(row));
        let mut texts = texts.filter(|text| !text.is_empty());
        let text = match expression {
            Expression::Rows(Over::Last, _) => texts.next_back(),
            _ => texts.next(),
        };
        let Some(text) = text else { return Ok(None) };
        let text = match entry.values.is_empty() {
            true => text,
            false => stands_for(entry, &text)?,
        };
        match entry.scheme.is_empty() {
            true => Ok(Some(text)),
            false => Ok(Some(format!("{}{}", entry.scheme, name_of(&text)?).into())),
        }
    }

    fn check_same(&self, entry: &Entry, expression: &Expression) -> Result<(), Bad> {
        let said = self.rows.iter().map(|row| (row.line, expression.text(row)));
        let mut said = said.filter(|(_, text)| !text.is_empty());
        let Some((_, first)) = said.next() else {
            return Ok(());
        };
        let Some((line, other)) = said.find(|s| s.1 != first) else {
            return Ok(());
        };
        let (first, other) = (shortened(&first), shortened(&other));
        let column = entry.column();
        let numbers = self.reader.plan.number_columns();
        let sum = match entry.positions().iter().all(|at| numbers.contains(at)) {
            true => format!("sum({column}), "),
            false => String::new(),
        };
        let message = format!(
            "the rows of one bill say '{first}' and, on line {line}, '{other}'; say which: {field}={sum}first({column}), last({column})",
            field = entry.field
        );
        Err(Bad::new(
            format!("column {column} ({})", entry.field),
            message,
        ))
    }
}

/// Cleans a cell with a name. A spreadsheet marks texts with an apostrophe
/// before them, and changes long numbers.
fn name_of(cell: &str) -> Result<&str, Bad> {
    // Written as a formula, so that the spreadsheet keeps leading zeros.
    let formula = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    let cell = formula.unwrap_or(cell);
    let is_digit = |c: char| c.is_ascii_digit();
    let (mantissa, exponent) = cell.split_once(['E', 'e']).unwrap_or((cell, ""));
    let is_mantissa = mantissa.contains(['.', ',']) && mantissa.starts_with(is_digit);
    let is_exponent = exponent
        .strip_prefix('+')
        .is_some_and(|e| !e.is_empty() && e.chars().all(is_digit));
    if is_mantissa && is_exponent {
        let message = format!(
            "'{}' is a number that a spreadsheet has rounded, and nobody's any more; save the file with that column as text",
            shortened(cell)
        );
        return Err(Bad::new("", message));
    }
    let marked = cell.strip_prefix('\'');
    Ok(marked
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '+'))
        .unwrap_or(cell))
}

fn stands_for<'e>(entry: &'e Entry, cell: &str) -> Result<Cow<'e, str>, Bad> {
    let wanted = cell.to_lowercase();
    let found = entry.values.iter().find(|v| v.0.to_lowercase() == wanted);
    let known: Vec<&str> = entry.values.iter().map(|v| v.0.as_str()).collect();
    match found {
        Some((_, value)) => Ok(Cow::Borrowed(value.as_str())),
        None => {
            let mut bad = Bad::unknown("", "value", cell, &known);
            if entry.field == "do" {
                let cell = shortened(cell);
                bad.message += &format!("; say what it stands for, or {cell}=skip");
            }
            Err(bad)
        }
    }
}

impl Bad {
    /// Adds a field to an error that names none.
    fn of(mut self, field: &str) -> Bad {
        if self.field.is_empty() || self.field == "amount" {
            self.field = field.to_owned();
        }
        self
    }
}
