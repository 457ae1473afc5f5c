//! Entries of a shop, made by hand: what the ledger would have booked.

use stampbook::insight::models::lifetime::LastEstimate;
use stampbook::insight::{
    Asked, Conditions, Dimension, Facts, Outcome, Shop, Source, Unit, figure, relative,
};
use stampbook::model::{
    Account, Act, Calendar, Channel, Day, Effect, Enrolled, Entry, Exact, Extent, Head, Identified,
    Instant, Key, Line, LotId, MemberId, Money, NameKind, Names, Origin, Place, Points, Purchase,
    Qty, Standing, Terms, Touched, Value,
};
use stampbook::policy::{Bundle, Compiled, compile};
use std::collections::BTreeMap;

const PROGRAMME: &str = r#"[programme]
name = "figures"
currency = "EUR"
zone = "UTC"
purposes = ["public_credit"]

[unit.point]
kind = "spendable"

[pool.earth]
digits = 4

[activity.nps]
fields = { score = "whole" }

[activity.csat]
fields = { score = "whole" }

[activity.ces]
fields = { score = "whole" }

[activity.try_on]

[activity.suggestion_accepted]

[activity.case_opened]
fields = { case = "text" }

[activity.case_closed]
fields = { case = "text" }

[activity.contact]
fields = { channel = "text" }

[activity.emotion]
fields = { label = "text" }

[activity.intent]
fields = { score = "whole" }

[activity.survey]
fields = { price = "whole" }

[lapsing]
category = { phone = { active = "1278 days", lapsed = "1278 days" } }
"#;

const BASE: &str = r#"campaign(#{ id: "base", role: "base" });
fn on_purchase(purchase, member) { award("point", purchase.earning); }
"#;

const TIERS: &str = r#"tiers(#{ levels: ["silver", "gold"] });
fn qualify(member) { member.tier }
"#;

/// A day.
pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A shop's entries, folded as they come.
pub struct Life {
    pub facts: Facts,
    pub conditions: Conditions,
    pub names: Names,
    /// Channel of the entries from now on.
    pub channel: Channel,
    policy: Compiled,
    people: Vec<MemberId>,
    next: u64,
}

/// A figure that was made.
pub struct Made {
    pub outcome: Outcome,
    unit: Unit,
}

impl Made {
    /// The value as it is printed; empty for none.
    pub fn value(&self) -> String {
        let value = self.outcome.measure.as_ref().unwrap().value;
        value.map_or(String::new(), |value| self.unit.render(value, 2))
    }

    /// The notes in English.
    pub fn notes(&self) -> Vec<String> {
        let notes = self.outcome.notes.iter();
        notes.map(|note| note.english.clone()).collect()
    }

    /// The same as those see it who may not see small cells.
    pub fn suppressed(mut self) -> Made {
        self.outcome.suppress();
        self
    }

    /// The rows of the table as they are printed; what is not shown is `<5`.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let table = self.outcome.table.as_ref().unwrap();
        let cell =
            |(column, cell): (&stampbook::insight::Column, &stampbook::insight::Cell)| match cell {
                stampbook::insight::Cell::Text(text) => text.clone(),
                stampbook::insight::Cell::Value(value) => column.unit.render(*value, 2),
                stampbook::insight::Cell::Small => "<5".into(),
                stampbook::insight::Cell::None => String::new(),
            };
        let rows = table.rows.iter();
        rows.map(|row| table.columns.iter().zip(&row.cells).map(cell).collect())
            .collect()
    }

    /// The change in per cent since another figure, with its sign.
    pub fn change_since(&self, before: &Made) -> String {
        let value = |made: &Made| made.outcome.measure.as_ref().unwrap().value.unwrap();
        let change = relative(value(self), value(before)).unwrap();
        let text = Unit::Percent.render(change, 2);
        if text.starts_with('-') {
            text
        } else {
            format!("+{text}")
        }
    }
}

impl Life {
    pub fn new() -> Life {
        let files = vec![
            ("programme.toml".to_owned(), PROGRAMME.as_bytes().to_vec()),
            ("campaigns/base.rhai".to_owned(), BASE.as_bytes().to_vec()),
            ("tiers.rhai".to_owned(), TIERS.as_bytes().to_vec()),
        ];
        let bundle = Bundle::new(files).unwrap();
        let mut names = Names::default();
        let policy = compile(&bundle, &mut names, Calendar::utc().zone).unwrap();
        Life {
            facts: Facts::default(),
            conditions: Conditions::default(),
            names,
            channel: Channel::default(),
            policy,
            people: Vec::new(),
            next: 0,
        }
    }

    /// Books an entry that touches a member.
    pub fn book(&mut self, on: &str, who: Option<u32>, act: Act, effects: Vec<Effect>) -> u64 {
        self.book_at(on, Place::Unsaid, who, act, effects)
    }

    pub fn book_at(
        &mut self,
        on: &str,
        place: Place,
        who: Option<u32>,
        act: Act,
        effects: Vec<Effect>,
    ) -> u64 {
        let seq = self.next;
        self.next += 1;
        let touched = who.map(|who| Touched {
            member: self.people[who as usize],
            previous: None,
        });
        let start = Calendar::utc().start_of(day(on));
        let entry = Entry {
            seq,
            head: Head {
                effective: Instant(start.0 + seq as i64),
                recorded_lag: 0,
                occurred: None,
                day: day(on),
                origin: Origin {
                    place,
                    channel: self.channel.clone(),
                    ..Origin::default()
                },
                key: Key::none(),
                bundle: 1,
            },
            touched: touched.into_iter().collect(),
            act,
            given: Vec::new(),
            given_review: Vec::new(),
            effects,
            after: Vec::new(),
            outstanding: Vec::new(),
        };
        self.facts.add(&entry);
        seq
    }

    /// A member joins.
    pub fn join(&mut self, on: &str, source: &str) -> u32 {
        let who = self.people.len() as u32;
        let mut id = [0u8; 16];
        id[..4].copy_from_slice(&(who + 1).to_le_bytes());
        self.people.push(MemberId(id));
        let act = Act::Enrolled(Enrolled {
            profile: None,
            referrer: None,
            source: source.into(),
            consents: Vec::new(),
        });
        let standing = Effect::Standing {
            who: 0,
            standing: Standing::Active,
        };
        self.book(on, Some(who), act, vec![standing]);
        who
    }

    /// A member's standing changes.
    pub fn stand(&mut self, who: u32, on: &str, standing: Standing) {
        let act = Act::Erased {
            reason: "asked".into(),
        };
        self.book(
            on,
            Some(who),
            act,
            vec![Effect::Standing { who: 0, standing }],
        );
    }

    fn sale(cents: i64) -> Act {
        Act::Purchase(Box::new(Purchase {
            total: Money(cents),
            ..Purchase::default()
        }))
    }

    /// A member buys.
    pub fn buy(&mut self, who: u32, on: &str, cents: i64) -> u64 {
        self.buy_at(who, on, Place::Unsaid, cents)
    }

    pub fn buy_at(&mut self, who: u32, on: &str, place: Place, cents: i64) -> u64 {
        let visited = Effect::Visited {
            who: 0,
            day: day(on),
            visits: 1,
            spend: Money(cents),
        };
        self.book_at(on, place, Some(who), Life::sale(cents), vec![visited])
    }

    /// A member buys one article.
    pub fn buy_goods(&mut self, who: u32, on: &str, (category, cents): (&str, i64)) -> u64 {
        let line = Line {
            sku: String::new(),
            category: category.into(),
            tags: Vec::new(),
            qty: Qty(1000),
            amount: Money(cents),
            detail: None,
        };
        let sale = Purchase {
            total: Money(cents),
            lines: vec![line],
            ..Purchase::default()
        };
        self.book(on, Some(who), Act::Purchase(Box::new(sale)), Vec::new())
    }

    /// A member turns out to have been brought by another.
    pub fn refer(&mut self, who: u32, on: &str, referrer: u32) {
        let referred = Effect::Referred {
            who: 0,
            referrer: self.people[referrer as usize],
        };
        self.book(on, Some(who), Act::Due { day: day(on) }, vec![referred]);
    }

    /// A cost is booked.
    pub fn pay(&mut self, on: &str, kind: &str, cents: i64) {
        let act = Act::CostBooked {
            kind: kind.into(),
            amount: Money(cents),
            campaign: 0,
            note: String::new(),
        };
        self.book(on, None, act, Vec::new());
    }

    /// A part of a sale comes back.
    pub fn back(&mut self, who: u32, on: &str, of: u64, cents: i64) {
        let effects = vec![
            Effect::Returned {
                of,
                lines: Vec::new(),
                amount: Money(cents),
                money: Money(cents),
                taken: Vec::new(),
            },
            Effect::Visited {
                who: 0,
                day: day(on),
                visits: 0,
                spend: Money(-cents),
            },
        ];
        let act = Act::Return {
            of,
            extent: Extent::Amount(Money(cents)),
            receipt: String::new(),
        };
        self.book(on, Some(who), act, effects);
    }

    /// Points are given.
    pub fn award(&mut self, who: u32, on: &str, points: i64) -> LotId {
        self.award_within(who, on, points, Terms::default())
    }

    pub fn award_within(&mut self, who: u32, on: &str, points: i64, terms: Terms) -> LotId {
        let award = Effect::Award {
            who: 0,
            unit: 1,
            amount: Points(points),
            fills: Points(0),
            from: Account::Issuance,
            campaign: 1,
            exact: Exact::default(),
            line: 0,
            terms,
            why: String::new(),
        };
        let seq = self.book(on, Some(who), Act::Due { day: day(on) }, vec![award]);
        LotId { seq, n: 0 }
    }

    /// Points leave a lot.
    pub fn debit(&mut self, who: u32, on: &str, lot: LotId, points: i64, to: Account) {
        let debit = Effect::Debit {
            who: 0,
            unit: 1,
            lot,
            amount: Points(points),
            to,
        };
        self.book(on, Some(who), Act::Due { day: day(on) }, vec![debit]);
    }

    /// A member redeems something, whatever it costs.
    pub fn spend(&mut self, who: u32, on: &str) {
        let act = Act::Redemption {
            reward: 0,
            unit: 1,
            points: Points(1),
            note: String::new(),
            by: Identified::Unsaid,
        };
        self.book(on, Some(who), act, Vec::new());
    }

    /// A member gets a tier.
    pub fn rise(&mut self, who: u32, on: &str, (from, to): (&str, &str)) {
        let tier = |name| self.names.number(NameKind::Tier, name).unwrap_or(0);
        let moved = Effect::Tier {
            who: 0,
            tier: tier(to),
            since: day(on),
            review: None,
            was: (tier(from), day(on), None),
        };
        self.book(on, Some(who), Act::Due { day: day(on) }, vec![moved]);
    }

    /// A member does an activity.
    pub fn act(&mut self, who: u32, on: &str, activity: &str, fields: &[(&str, Value)]) -> u64 {
        self.act_at(who, on, Place::Unsaid, activity, fields)
    }

    pub fn act_at(
        &mut self,
        who: u32,
        on: &str,
        place: Place,
        activity: &str,
        fields: &[(&str, Value)],
    ) -> u64 {
        let activity = self.names.number(NameKind::Activity, activity).unwrap();
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let act = Act::Activity {
            activity,
            fields: fields.collect(),
            by: Identified::Unsaid,
        };
        let acted = Effect::Acted {
            who: 0,
            activity,
            day: day(on),
            times: 1,
        };
        self.book_at(on, place, Some(who), act, vec![acted])
    }

    /// Makes a figure.
    pub fn figure(
        &self,
        id: &str,
        (from, to): (&str, &str),
        by: Option<&str>,
        set: &[(&str, &str)],
    ) -> Made {
        let figure = figure(id).unwrap();
        let by = by.map(|by| {
            let found = Dimension::ALL.into_iter().find(|known| known.word() == by);
            found.unwrap()
        });
        let set: BTreeMap<String, String> = (set.iter())
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let shop = Shop {
            policy: &self.policy,
            names: &self.names,
        };
        let days = (day(from), day(to));
        let lifetime = LastEstimate::default();
        let source = Source::new(&self.facts, shop, (&lifetime, &self.conditions));
        let asked = Asked::new(figure.parameters, &source, days, by, &set);
        Made {
            outcome: (figure.make)(&asked).unwrap(),
            unit: figure.unit,
        }
    }
}
