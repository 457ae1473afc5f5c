//! The verbs: what a line asks of the ledger.

use super::options::{Options, money};
use super::words::{Read, Words};
use super::{Asked, Holding, Scene};
use super::{bill, others};
use crate::command::{
    Adjust, Alias, CampaignAction, Enrol, EntryRef, Figure, Office, PassAction, PassAsked,
    PurchaseRef, Redeemed, Request, Return, Source, Verb, Who, figure_of,
};
use crate::model::{CampaignStatus, Extent, Identified, Key, Money, Programme};
use std::collections::HashMap;

const VERBS: &[&str] = &[
    "enrol",
    "purchase",
    "return",
    "redeem",
    "activity",
    "consent",
    "pass",
    "void",
    "adjust",
    "daily",
    "pause",
    "resume",
    "given",
    "activate",
    "erase",
    "close",
    "open",
    "target",
    "period",
    "opening",
    "partner",
    "pool",
    "hold",
    "capture",
    "release",
    "transfer",
    "merge",
    "unmerge",
    "issue",
    "withdraw",
    "claim",
    "profile",
    "give",
    "household",
    "quote",
];

/// Reads verbs, and knows what each member did last.
pub(super) struct Asker<'p> {
    pub(super) programme: &'p Programme,
    pub(super) holds: HashMap<String, Key>,
    pub(super) merges: HashMap<String, Key>,
    purchases: HashMap<String, Key>,
    last: HashMap<String, Key>,
}

/// The alias that stands for a name of a story.
pub(super) fn alias(name: &str) -> Result<Who, String> {
    Alias::parse(&format!("story:{name}")).map(Who::Alias)
}

impl<'p> Asker<'p> {
    pub fn new(programme: &'p Programme) -> Asker<'p> {
        Asker {
            programme,
            holds: HashMap::new(),
            merges: HashMap::new(),
            purchases: HashMap::new(),
            last: HashMap::new(),
        }
    }

    /// Reads the verb and all that follows it: the member's name, and what is asked.
    pub fn ask(
        &mut self,
        words: &mut Words,
        details: &mut [Words],
    ) -> Read<(Option<String>, Asked)> {
        let mut verb = words.one_of("what is done", VERBS)?;
        let is_quote = verb == "quote";
        if is_quote {
            verb = quoted(words);
        }
        match verb.as_str() {
            "given" => return self.given(words),
            "activate" => {
                let folder = words.need("a programme beside this one")?.text.to_owned();
                words.end("->")?;
                return Ok((None, Asked::Activate(folder)));
            }
            _ => {}
        }
        let name = self.name(&verb, words)?;
        let (verb, options) = self.verb(&verb, name.as_deref(), words, details)?;
        let key = match options.key {
            Some(key) => key,
            None => Key::parse(&format!("line-{}", words.line)).map_err(|m| words.finding(1, m))?,
        };
        if !is_quote {
            self.note(name.as_deref(), &verb, &key);
        }
        let member = match &name {
            Some(name) => Some(alias(name).map_err(|m| words.finding(1, format!("{name} {m}")))?),
            None => None,
        };
        let is_nameless = matches!(
            verb,
            Verb::Enrol(_)
                | Verb::Void { .. }
                | Verb::Capture { .. }
                | Verb::Release { .. }
                | Verb::Unmerge { .. }
        );
        let member = member.filter(|_| !is_nameless && !options.is_unnamed);
        let offset = |at| (self.programme.calendar.offset_at(at) / 60) as i16;
        let request = Request {
            key,
            member,
            at: options.happened.map(|at| (at, offset(at))),
            source: Source {
                store: options.store,
                terminal: options.terminal,
                channel: options.channel,
                ..Source::default()
            },
            is_clock_accepted: false,
            verb,
        };
        let asked = match is_quote {
            true => Asked::Quote(Box::new(request)),
            false => Asked::Command(Box::new(request)),
        };
        Ok((name, asked))
    }

    /// The member's name, where the verb has one. A purchase may have none.
    fn name(&self, verb: &str, words: &mut Words) -> Read<Option<String>> {
        let digits = self.programme.digits;
        let is_money = words
            .peek()
            .is_some_and(|text| Money::parse_signed(text, digits).is_ok());
        match verb {
            "daily" | "pause" | "resume" | "close" | "open" | "target" | "period" | "partner"
            | "pool" => Ok(None),
            "purchase" if is_money => Ok(None),
            _ => Ok(Some(words.need("a member's name")?.text.to_owned())),
        }
    }

    fn verb(
        &self,
        verb: &str,
        name: Option<&str>,
        words: &mut Words,
        details: &mut [Words],
    ) -> Read<(Verb, Options)> {
        match verb {
            "purchase" => {
                let (purchase, options) = bill::purchase(words, details, self.programme)?;
                Ok((Verb::Purchase(Box::new(purchase)), options))
            }
            _ => {
                if let Some(detail) = details.first() {
                    return Err(detail.wrong("no indented line here: only purchases have lines"));
                }
                self.plain(verb, name, words)
            }
        }
    }

    fn plain(&self, verb: &str, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        match verb {
            "enrol" => self.enrol(name, words),
            "return" => self.give_back(name, words),
            "redeem" => self.redeem(words),
            "activity" => self.activity(words),
            "consent" => self.consent(words),
            "profile" => self.profile(words),
            "void" => self.void(name, words),
            "adjust" => self.adjust(words),
            "erase" => {
                let options = self.options(words, &["because"])?;
                Ok((
                    Verb::Erase {
                        reason: options.because.clone(),
                    },
                    options,
                ))
            }
            "hold" => self.hold(words),
            "capture" => self.capture(name, words),
            "release" => self.release(name, words),
            "transfer" => self.transfer(words),
            "household" => self.household(words),
            "give" => super::gifts::given(name.unwrap_or_default(), words, self.programme),
            "merge" => self.merge(words),
            "unmerge" => self.unmerge(name, words),
            "pass" => self.pass(words),
            "partner" => others::partner(words, self.programme),
            "pool" => others::pool(words, self.programme),
            "daily" => Ok((Verb::Daily, self.options(words, &[])?)),
            "period" => {
                let through = words.day()?;
                let close = Verb::Office(Office::Close { through });
                Ok((close, self.options(words, &[])?))
            }
            "opening" => {
                let points = words.count()?;
                let unit = words.unit(self.programme)?;
                let opening = Verb::Office(Office::Opening {
                    unit,
                    points,
                    source: "story".into(),
                    expires: None,
                });
                Ok((opening, self.options(words, &[])?))
            }
            "claim" => super::vouchers::claimed(words, self.programme),
            "issue" | "withdraw" => {
                super::vouchers::asked(verb, name.unwrap_or_default(), words, self.programme)
            }
            _ => self.campaign(verb, words),
        }
    }

    pub(super) fn options(
        &self,
        words: &mut Words,
        allowed: super::options::Allowed,
    ) -> Read<Options> {
        let mut options = Options::default();
        options.read(words, self.programme, allowed)?;
        Ok(options)
    }

    fn enrol(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let mut options = self.options(words, &["born", "consent", "from"])?;
        let alias = Alias::parse(&format!("story:{}", name.unwrap_or_default()));
        let enrol = Enrol {
            aliases: vec![alias.map_err(|m| words.finding(1, m))?],
            birthday: options.birthday,
            consents: std::mem::take(&mut options.consents),
            referrer: options.referrer.take(),
            ..Enrol::default()
        };
        Ok((Verb::Enrol(Box::new(enrol)), options))
    }

    /// `all`, an amount, or lines; of the member's last purchase unless another is named.
    fn give_back(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let mut extent = match words.peek() {
            Some("line") => Extent::Lines(Vec::new()),
            Some("all") => {
                words.next();
                Extent::All
            }
            _ => Extent::Amount(money(words, self.programme)?),
        };
        let mut options = self.options(words, &["line", "of", "receipt"])?;
        if let Extent::Lines(lines) = &mut extent {
            *lines = std::mem::take(&mut options.extents);
        }
        let of = match (&options.of, options.receipt.as_str()) {
            (None, receipt) if !receipt.is_empty() => PurchaseRef::Receipt(receipt.into()),
            _ => {
                PurchaseRef::Key(self.known(&self.purchases, &options, name, words, "purchase")?)
            }
        };
        let receipt = String::new();
        Ok((
            Verb::Return(Return {
                of,
                extent,
                receipt,
            }),
            options,
        ))
    }

    fn redeem(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let what = self.redeemed(words)?;
        let options = self.options(words, &["by"])?;
        let by: Identified = options.by;
        Ok((
            Verb::Redeem {
                what,
                note: String::new(),
                by,
            },
            options,
        ))
    }

    /// `60 star`, or a reward.
    pub(super) fn redeemed(&self, words: &mut Words) -> Read<Redeemed> {
        let is_count = words
            .peek()
            .is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        Ok(match is_count {
            true => {
                let points = words.count()?;
                Redeemed::Points {
                    unit: words.unit(self.programme)?,
                    points,
                }
            }
            false => Redeemed::Reward(words.need("points or a reward")?.text.into()),
        })
    }

    fn void(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let options = self.options(words, &["of", "because"])?;
        let of = EntryRef::Key(self.known(&self.last, &options, name, words, "entry")?);
        let reason = reason(&options);
        Ok((Verb::Void { of, reason }, options))
    }

    fn adjust(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let points = words.read("points with a sign, such as +50", |text| {
            let has_sign = text.starts_with(['+', '-']);
            let figure = figure_of(&text.replace('_', "")).filter(|_| has_sign);
            figure.map(Figure::to_decimal).ok_or(())
        })?;
        let unit = words.unit(self.programme)?;
        let options = self.options(words, &["because"])?;
        let adjust = Adjust {
            unit,
            points,
            reason: reason(&options),
            of: None,
            campaign: String::new(),
            approver: String::new(),
        };
        Ok((Verb::Adjust(adjust), options))
    }

    /// `pass alice start prime`, `pass alice renew prime price 199.00`
    fn pass(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let action = words.one_of("what is done", &["start", "renew", "cancel"])?;
        let action = match action.as_str() {
            "start" => PassAction::Start,
            "renew" => PassAction::Renew,
            _ => PassAction::Cancel,
        };
        let pass = words.unit(self.programme)?;
        let paid = match words.take("price") {
            true => Some(money(words, self.programme)?),
            false => None,
        };
        let options = self.options(words, &["because"])?;
        let reason = match action {
            PassAction::Cancel => reason(&options),
            _ => String::new(),
        };
        let asked = PassAsked {
            pass,
            action,
            paid,
            reason,
        };
        Ok((Verb::Pass(asked), options))
    }

    /// `pause double-tuesday`, `target blind-test 3`, `target blind-test decline alice`
    fn campaign(&self, verb: &str, words: &mut Words) -> Read<(Verb, Options)> {
        let campaign = words.need("a campaign")?.text.to_owned();
        let action = match verb {
            "pause" => CampaignAction::Becomes(CampaignStatus::Paused),
            "resume" | "open" => CampaignAction::Becomes(CampaignStatus::Running),
            "close" => CampaignAction::Becomes(CampaignStatus::Closed),
            _ => target(words)?,
        };
        let options = self.options(words, &["because"])?;
        let reason = reason(&options);
        Ok((
            Verb::Campaign {
                campaign,
                action,
                reason,
            },
            options,
        ))
    }

    /// The key that `of` names, or that of what the member did last.
    pub(super) fn known(
        &self,
        list: &HashMap<String, Key>,
        options: &Options,
        name: Option<&str>,
        words: &Words,
        what: &str,
    ) -> Read<Key> {
        let last = || name.and_then(|name| list.get(name)).cloned();
        options.of.clone().or_else(last).ok_or_else(|| {
            let name = name.unwrap_or_default();
            let message = format!("{name} has no {what} before this line; name one with 'of KEY'");
            words.finding(words.column(), message)
        })
    }

    fn note(&mut self, name: Option<&str>, verb: &Verb, key: &Key) {
        let Some(name) = name else { return };
        if matches!(verb, Verb::Purchase(_)) {
            self.purchases.insert(name.into(), key.clone());
        }
        if matches!(verb, Verb::Merge { .. }) {
            self.merges.insert(name.into(), key.clone());
        }
        if matches!(verb, Verb::Hold { .. }) {
            self.holds.insert(name.into(), key.clone());
        }
        if !matches!(verb, Verb::Enrol(_) | Verb::Void { .. }) {
            self.last.insert(name.into(), key.clone());
        }
    }

    /// `given alice silver, 500 star until 2026-12-31`
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
        let ids: Vec<&str> = self.programme.units.iter().map(|u| u.id.as_str()).collect();
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
                crate::model::Day::parse(text.trim_end_matches(','))
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

/// What a quote is of: a purchase, unless said.
fn quoted(words: &mut Words) -> String {
    let mut said = ["redeem", "return", "purchase"].into_iter();
    let said = said.find(|verb| words.take(verb));
    said.unwrap_or("purchase").to_owned()
}

fn target(words: &mut Words) -> Read<CampaignAction> {
    let count = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0).ok_or(());
    let is_count = words.peek().is_some_and(|text| count(text).is_ok());
    let quota = match is_count {
        true => Some(words.read("how many", count)?),
        false => None,
    };
    let decline = match words.take("decline") {
        true => Some(words.read("a member's name", alias)?),
        false => None,
    };
    Ok(CampaignAction::Target { quota, decline })
}

fn reason(options: &Options) -> String {
    match options.because.as_str() {
        "" => "story".into(),
        because => because.into(),
    }
}
