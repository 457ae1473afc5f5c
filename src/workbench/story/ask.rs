//! Command of a story's line: one of the forms, read like JSON.

use super::forms::{self, CHOICES, FORMS, Form, POSITION};
use super::pattern::{Object, Said, WordReader, push, wall};
use super::words::{Read, Words};
use super::{Asked, Holding, Scene, Start};
use crate::command::{self, Alias, Means, Request, TenderGiven, Verb, Who};
use crate::model::{Day, Key, Money, Programme};
use crate::policy::Diagnostic;
use serde_json::Value;
use std::collections::HashMap;

/// Reads lines, and keeps each member's last commands.
pub(super) struct Asker<'p> {
    reader: WordReader<'p>,
    forms: Vec<Form>,
    choices: Vec<Form>,
    position: Form,
    /// Key of each member's last command, by its kind and the member's name.
    latest: HashMap<(&'static str, String), Key>,
}

/// Alias for a name of a story.
pub(super) fn alias(name: &str) -> Result<Who, String> {
    Alias::parse(&format!("story:{name}")).map(Who::Alias)
}

impl<'p> Asker<'p> {
    pub fn new(programme: &'p Programme) -> Asker<'p> {
        Asker {
            reader: WordReader { programme },
            forms: forms::read(FORMS),
            choices: forms::read(CHOICES),
            position: forms::form(POSITION),
            latest: HashMap::new(),
        }
    }

    /// Reads the verb and the rest of the line: the member's name and the command.
    pub fn ask(
        &mut self,
        words: &mut Words,
        details: &mut [Words],
    ) -> Read<(Option<String>, Asked)> {
        let mut verb = words.one_of("what is done", &self.verbs())?;
        match verb.as_str() {
            "given" => return self.given(words),
            "activate" => return self.activate(words),
            _ => {}
        }
        let is_quote = verb == "quote";
        if is_quote {
            verb = quoted(words);
        }
        let (form, mut said) = self.form(&verb, words)?;
        self.details(form, details, &mut said)?;
        let request = self.request(form, &mut said, words)?;
        if !is_quote {
            self.note(said.name.as_deref(), &request);
        }
        let asked = match is_quote {
            true => Asked::Quote(Box::new(request)),
            false => Asked::Command(Box::new(request)),
        };
        Ok((said.name, asked))
    }

    /// Verbs in the order of the table, then the words that are not commands.
    fn verbs(&self) -> Vec<&'static str> {
        let mut verbs: Vec<&str> = self.forms.iter().map(|form| form.word).collect();
        verbs.dedup();
        verbs.extend(["given", "activate", "quote"]);
        verbs
    }

    /// The first form of a verb that the words fit; if none does, the error of
    /// the one that got furthest.
    fn form(&self, verb: &str, words: &mut Words) -> Read<(&Form, Said)> {
        let mut furthest: Option<Diagnostic> = None;
        for form in self.forms.iter().filter(|form| form.word == verb) {
            let (mut tried, mut said) = (words.clone(), Said::default());
            let read = self.reader.read(form.reads, &mut tried, &mut said);
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
            let choice = self.choices.iter().find(|choice| choice.word == word);
            let (Some((_, field)), Some(choice)) = (allowed, choice) else {
                let known: Vec<&str> = form.options.iter().map(|o| o.0).collect();
                return Err(words.wrong(&format!("{} or ->", known.join(", "))));
            };
            words.next();
            self.choice(choice, field, words, said)?;
        }
        Ok(())
    }

    /// Reads one option, into the field that the form names or into a list.
    fn choice(&self, choice: &Form, field: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        if choice.list.is_empty() && field.is_empty() {
            return self.reader.read(choice.reads, words, said);
        }
        let mut own = Said::default();
        self.reader.read(choice.reads, words, &mut own)?;
        if choice.list.is_empty() {
            let value = own.fields.into_iter().next().map(|(_, value)| value);
            said.fields.extend(value.map(|value| (field.into(), value)));
            return Ok(());
        }
        let fixed = choice.fixed.iter();
        own.fields
            .extend(fixed.map(|(name, value)| ((*name).into(), (*value).into())));
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

    /// Reads the indented lines.
    fn details(&self, form: &Form, details: &mut [Words], said: &mut Said) -> Read<()> {
        for detail in details {
            if !form.has_lines() {
                return Err(detail.wrong("no indented line here: only purchases have lines"));
            }
            match detail.peek_after() {
                Some("x") => {
                    self.choice(&self.position, "", detail, said)?;
                    detail.end("tag, or the line's end")?;
                }
                _ => self.options(form, detail, said)?,
            }
        }
        Ok(())
    }

    /// Reads the command in the same way as all commands.
    fn request(&self, form: &Form, said: &mut Said, words: &Words) -> Read<Request> {
        let name = said.name.clone().unwrap_or_default();
        let is_named = ["of", "receipt", "order"]
            .iter()
            .any(|f| said.fields.contains_key(*f));
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
        let mut fields = Object::new();
        fields.insert("do".into(), form.command.into());
        fields.insert("key".into(), format!("line-{}", words.line).into());
        let all = form.defaults.iter().chain(&form.fixed);
        fields.extend(all.map(|(name, value)| ((*name).into(), (*value).into())));
        fields.append(&mut said.fields);
        if form.command == "ticket" {
            super::ticket::nest(&mut fields);
        }
        let json = Value::Object(fields).to_string();
        let digits = self.reader.programme.digits;
        let mut request = command::parse(json.as_bytes(), digits)
            .map_err(|bad| words.finding(1, bad.to_string()))?;
        match &mut request.verb {
            Verb::Purchase(sale) => with_the_rest(&mut sale.tenders, Some(sale.total)),
            Verb::Amend(amend) => {
                with_the_rest(&mut amend.change.tenders, amend.change.total);
            }
            _ => {}
        }
        Ok(request)
    }

    fn note(&mut self, name: Option<&str>, request: &Request) {
        let Some(name) = name else { return };
        let mut note = |latest| {
            self.latest
                .insert((latest, name.into()), request.key.clone())
        };
        match &request.verb {
            Verb::Purchase(_) => drop(note("purchase")),
            Verb::Merge { .. } => drop(note("merge")),
            Verb::Hold { .. } | Verb::HoldVoucher { .. } => drop(note("hold")),
            Verb::Enrol(_) | Verb::Void { .. } => return,
            _ => {}
        }
        note("entry");
    }

    /// Reads `activate corner-cafe from 2026-12-01 08:00`; a day alone is its beginning.
    fn activate(&self, words: &mut Words) -> Read<(Option<String>, Asked)> {
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
        Ok((None, Asked::Activate(name, start)))
    }

    /// Reads `given alice silver, 500 star until 2026-12-31`.
    fn given(&self, words: &mut Words) -> Read<(Option<String>, Asked)> {
        let name = words.need("a member's name")?.text.to_owned();
        let mut scene = Scene::default();
        while let Some(word) = words.peek() {
            match word.starts_with(|c: char| c.is_ascii_digit()) {
                true => scene.holdings.push(self.holding(words)?),
                false if scene.tier.is_none() => {
                    words.next();
                    scene.tier = Some(word.trim_end_matches(',').to_owned());
                }
                false => return Err(words.wrong("points such as '500 star'")),
            }
        }
        Ok((Some(name), Asked::Given(scene)))
    }

    fn holding(&self, words: &mut Words) -> Read<Holding> {
        let points = words.count()?;
        let units = &self.reader.programme.units;
        let ids: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
        let unit = words.read(&format!("a unit ({})", ids.join(", ")), |text| {
            let id = text.trim_end_matches(',');
            ids.iter()
                .find(|known| **known == id)
                .map(|id| id.to_string())
                .ok_or(())
        })?;
        let is_dated = words.take("until");
        let until = match is_dated {
            true => Some(words.read("a date such as 2026-12-31", |text| {
                Day::parse(text.trim_end_matches(','))
            })?),
            false => None,
        };
        Ok(Holding {
            unit,
            points,
            until,
        })
    }
}

/// Verb that a quote is about: a purchase, unless stated.
fn quoted(words: &mut Words) -> String {
    let mut said = ["redeem", "return", "purchase"].into_iter();
    let said = said.find(|verb| words.take(verb));
    said.unwrap_or("purchase").to_owned()
}

/// Adds the rest in cash if only points, rewards and vouchers are named.
fn with_the_rest(tenders: &mut Vec<TenderGiven>, total: Option<Money>) {
    let is_own = |t: &TenderGiven| t.means.is_own();
    let amounts: Option<Vec<Money>> = tenders.iter().map(|t| t.amount).collect();
    let paid = amounts.and_then(Money::sum);
    let rest = paid
        .and_then(|paid| total?.minus(paid))
        .filter(|rest| rest.is_positive());
    if let Some(rest) = rest.filter(|_| !tenders.is_empty() && tenders.iter().all(is_own)) {
        tenders.push(TenderGiven {
            means: Means::Cash,
            amount: Some(rest),
            lines: Vec::new(),
        });
    }
}
