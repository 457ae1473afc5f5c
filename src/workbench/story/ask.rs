//! Command of a story's line: one of the forms, read like JSON.

use super::forms::{self, Form};
use super::pattern::{Object, Said, WordReader, push, wall};
use super::words::{Read, Words, suggest};
use super::{Asked, Holding, Scene, Start};
use crate::command::{self, Means, Request, TenderGiven, Verb};
use crate::model::{Key, Money, Programme};
use crate::policy::Diagnostic;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Fields of a ticket itself, rather than of its sale.
const OF_TICKET: [&str; 10] = [
    "do", "key", "member", "at", "store", "terminal", "channel", "receipt", "returns", "operator",
];

/// Reads lines, and keeps each member's last commands.
pub(super) struct Asker<'p> {
    reader: WordReader<'p>,
    /// Key of each member's last command, by its kind and the member's name.
    latest: HashMap<(&'static str, String), Key>,
}

impl<'p> Asker<'p> {
    pub fn new(programme: &'p Programme) -> Asker<'p> {
        Asker {
            reader: WordReader { programme },
            latest: HashMap::new(),
        }
    }

    /// Reads the verb and the rest of the line: the member's name and the command.
    pub fn ask(
        &mut self,
        words: &mut Words,
        details: &mut [Words],
    ) -> Read<(Option<String>, Asked)> {
        // Verbs in the order of the table, then the words that are not commands.
        let mut verbs: Vec<&str> = forms::lines().iter().map(|form| form.word).collect();
        verbs.dedup();
        verbs.extend(["given", "activate", "quote"]);
        let mut verb = words.one_of("what is done", &verbs)?;
        let is_quote = verb == "quote";
        match verb.as_str() {
            "given" => return self.given(words),
            "activate" => return Ok((None, self.activate(words)?)),
            "quote" => {
                let verbs = ["redeem", "return", "purchase"];
                let said = verbs.into_iter().find(|verb| words.take(verb));
                verb = said.unwrap_or("purchase").to_owned();
            }
            _ => {}
        }
        let (form, mut said) = self.form(&verb, words)?;
        for detail in details {
            self.detail(form, detail, &mut said)?;
        }
        let name = said.name.clone();
        let request = Box::new(self.request(form, said, words)?);
        if is_quote {
            return Ok((name, Asked::Quote(request)));
        }
        self.note(name.as_deref(), &request);
        Ok((name, Asked::Command(request)))
    }

    /// The first form of a verb that the words fit; if none does, the error of
    /// the one that got furthest.
    fn form(&self, verb: &str, words: &mut Words) -> Read<(&'static Form, Said)> {
        let mut furthest: Option<Diagnostic> = None;
        for form in forms::lines().iter().filter(|form| form.word == verb) {
            let (mut tried, mut said) = (words.clone(), Said::default());
            let read = self.reader.read(&form.pattern, &mut tried, &mut said);
            match read.and_then(|()| self.options(form, &mut tried, &mut said)) {
                Ok(()) => {
                    *words = tried;
                    return Ok((form, said));
                }
                Err(wrong) if furthest.as_ref().is_none_or(|f| f.column < wrong.column) => {
                    furthest = Some(wrong);
                }
                Err(_) => {}
            }
        }
        Err(furthest.unwrap_or_else(|| words.wrong("what is done")))
    }

    /// Reads options to the end of the words.
    fn options(&self, form: &Form, words: &mut Words, said: &mut Said) -> Read<()> {
        while let Some(word) = words.peek() {
            let allowed = form.options.iter().find(|(known, _)| *known == word);
            let choice = forms::words().iter().find(|choice| choice.word == word);
            let (Some((_, field)), Some(choice)) = (allowed, choice) else {
                let known: Vec<&str> = form.options.iter().map(|o| o.0).collect();
                let wrong = words.wrong(&format!("{} or ->", known.join(", ")));
                return Err(suggest(wrong, Some(word), &known));
            };
            words.next();
            self.choice(choice, field, words, said)?;
        }
        Ok(())
    }

    /// Reads one option, into the field that the form names or into a list.
    fn choice(&self, choice: &Form, field: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        if choice.list.is_empty() && field.is_empty() {
            return self.reader.read(&choice.pattern, words, said);
        }
        let mut own = Said::default();
        self.reader.read(&choice.pattern, words, &mut own)?;
        if choice.list.is_empty() {
            let value = own.fields.into_iter().next().map(|(_, value)| value);
            said.fields.extend(value.map(|value| (field.into(), value)));
            return Ok(());
        }
        own.fields.extend(fields_of(&choice.fixed));
        self.price(&mut own.fields);
        push(&mut said.fields, choice.list, Value::Object(own.fields));
        Ok(())
    }

    /// Fills in the value of points as a tender by the programme, unless the
    /// line states it.
    fn price(&self, tender: &mut Object) {
        let is_points = tender.get("kind").is_some_and(|kind| kind == "points");
        if !is_points || tender.contains_key("amount") {
            return;
        }
        let text = |field: &str| tender.get(field).and_then(Value::as_str);
        let programme = self.reader.programme;
        let worth = || {
            let unit = programme.unit_named(text("unit")?)?;
            programme.worth(unit.number, unit.parts(text("points")?.parse().ok()?)?)
        };
        let worth = worth().unwrap_or(Money::ZERO).display(programme.digits);
        tender.insert("amount".into(), worth.into());
    }

    /// Reads an indented line: a position of the bill, or options.
    fn detail(&self, form: &Form, detail: &mut Words, said: &mut Said) -> Read<()> {
        if !form.has_lines() {
            return Err(detail.wrong("no indented line here: only purchases have lines"));
        }
        let position = forms::words().iter().find(|choice| choice.word == "-");
        match position.filter(|_| detail.peek_after() == Some("x")) {
            Some(position) => {
                self.choice(position, "", detail, said)?;
                detail.end("tag, or the line's end")
            }
            None => self.options(form, detail, said),
        }
    }

    /// Reads the command in the same way as all commands.
    fn request(&self, form: &Form, mut said: Said, words: &Words) -> Read<Request> {
        let name = said.name.unwrap_or_default();
        let mut names = ["of", "receipt", "order"].iter();
        let is_named = names.any(|field| said.fields.contains_key(*field));
        if !form.latest.is_empty() && !is_named {
            let what = form.latest;
            let key = self.latest.get(&(what, name.clone())).ok_or_else(|| {
                let message =
                    format!("{name} has no {what} before this line; name one with 'of KEY'");
                words.finding(words.column(), message)
            })?;
            said.fields.insert("of".into(), key.as_str().into());
        }
        if said.is_unnamed {
            said.fields.remove("member");
        }
        let mut fields = fields_of(&form.defaults);
        fields.extend(fields_of(&form.fixed));
        fields.insert("do".into(), form.command.into());
        fields.insert("key".into(), format!("line-{}", words.line).into());
        fields.append(&mut said.fields);
        if form.command == "ticket" {
            nest(&mut fields);
        }
        let json = Value::Object(fields).to_string();
        let mut request = command::parse(json.as_bytes(), self.reader.programme.digits)
            .map_err(|bad| words.finding(1, bad.to_string()))?;
        match &mut request.verb {
            Verb::Purchase(sale) => with_the_rest(&mut sale.tenders, Some(sale.total)),
            Verb::Amend(amend) => with_the_rest(&mut amend.change.tenders, amend.change.total),
            _ => {}
        }
        Ok(request)
    }

    fn note(&mut self, name: Option<&str>, request: &Request) {
        let Some(name) = name else { return };
        let kind = match &request.verb {
            Verb::Enrol(_) | Verb::Void { .. } => return,
            Verb::Purchase(_) => Some("purchase"),
            Verb::Merge { .. } => Some("merge"),
            Verb::Hold { .. } | Verb::HoldVoucher { .. } => Some("hold"),
            _ => None,
        };
        for kind in kind.into_iter().chain(["entry"]) {
            self.latest.insert((kind, name.into()), request.key.clone());
        }
    }

    /// Reads `activate corner-cafe from 2026-12-01 08:00`; a day alone is its beginning.
    fn activate(&self, words: &mut Words) -> Read<Asked> {
        let name = words.need("a programme beside this one")?.text.to_owned();
        let start = if words.take("at") {
            Start::InStore(words.need("a store")?.text.to_owned())
        } else if words.take("for") {
            Start::WithTag(words.need("a label")?.text.to_owned())
        } else if words.take("from") {
            let (day, programme) = (words.day()?, self.reader.programme);
            Start::At(match words.time() {
                Some(second) => wall(programme, day, second),
                None => programme.calendar.start_of(day),
            })
        } else {
            Start::Now
        };
        words.end("at, for, from or ->")?;
        Ok(Asked::Activate(name, start))
    }

    /// Reads `given alice silver, 500 star until 2026-12-31`.
    fn given(&self, words: &mut Words) -> Read<(Option<String>, Asked)> {
        words.trim_commas();
        let name = words.need("a member's name")?.text.to_owned();
        let mut scene = Scene::default();
        while let Some(word) = words.peek() {
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                scene.holdings.push(Holding {
                    points: words.count()?,
                    unit: words.unit(self.reader.programme)?,
                    until: words.take("until").then(|| words.day()).transpose()?,
                });
            } else if scene.tier.is_none() {
                scene.tier = Some(word.to_owned());
                words.next();
            } else {
                return Err(words.wrong("points such as '500 star'"));
            }
        }
        Ok((Some(name), Asked::Given(scene)))
    }
}

/// Fields with their values.
fn fields_of(pairs: &[(&str, &str)]) -> Object {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

/// Moves the sale of a ticket under `sale`, and returned lines under their return.
fn nest(fields: &mut Object) {
    let all = std::mem::take(fields).into_iter();
    let (own, sale): (Object, Object) = all.partition(|(name, _)| OF_TICKET.contains(&&**name));
    *fields = own;
    if !sale.is_empty() {
        fields.insert("sale".into(), Value::Object(sale));
    }
    let Some(Value::Array(returns)) = fields.get_mut("returns") else {
        return;
    };
    let named = returns.iter_mut().filter_map(Value::as_object_mut);
    for back in named.filter(|back| !back.contains_key("without_slip")) {
        let line = ["line", "qty"]
            .iter()
            .filter_map(|name| back.remove_entry(*name));
        let line: Object = line.collect();
        match line.is_empty() {
            true => back.insert("all".into(), true.into()),
            false => back.insert("lines".into(), json!([line])),
        };
    }
}

/// Adds the rest in cash if only points, rewards and vouchers are named.
fn with_the_rest(tenders: &mut Vec<TenderGiven>, total: Option<Money>) {
    let is_own = |t: &TenderGiven| t.means.is_own();
    let amounts: Option<Vec<Money>> = tenders.iter().map(|t| t.amount).collect();
    let paid = amounts.and_then(Money::sum);
    let rest = paid.and_then(|paid| total?.minus(paid));
    let rest = rest.filter(|rest| rest.is_positive());
    if let Some(rest) = rest.filter(|_| !tenders.is_empty() && tenders.iter().all(is_own)) {
        tenders.push(TenderGiven {
            means: Means::Cash,
            amount: Some(rest),
            lines: Vec::new(),
        });
    }
}
