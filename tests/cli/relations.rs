//! A year of partners, passes, donations, goods and what members do with one another, by
//! chance from a seed, and what is known of it without the product.

use super::figures::{made, table};
use super::shop::Shop;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const PROGRAMME: &[(&str, &str)] = &[
    (
        "programme.toml",
        r#"[programme]
name = "All that moves"
currency = "EUR"
zone = "UTC"

[[store]]
id = "office"
[[store]]
id = "north"
[[store]]
id = "clothes-1"
partner = "clothes"
[[store]]
id = "coffee-1"
partner = "coffee"

[unit.point]
kind = "spendable"
value = "0.01"

[unit.prime]
kind = "pass"
period = "12 months"
price = "29.90"

[unit.guest]
kind = "pass"
period = "3 months"
price = "9.00"
starts = "first use"

[unit.ten-off]
kind = "voucher"
value = "10.00"
without_code = true

[partner.clothes]
earns = "0.08"

[partner.coffee]
earns = "0.02"
redeems = "0.06"

[transfer.point]

[pool.earth]

[activity.try_on]

[activity.workshop]
"#,
    ),
    (
        "campaigns/base.rhai",
        r#"campaign(#{ id: "base", role: "base", cost_to: "store" });
fn on_purchase(purchase, member) { award("point", floor(purchase.earning)); }
"#,
    ),
    (
        "campaigns/earth.rhai",
        r#"campaign(#{ id: "earth" });
fn on_purchase(purchase, member) { contribute("earth", percent_of(purchase.total, 1)); }
"#,
    ),
    (
        "campaigns/thanks.rhai",
        r#"campaign(#{ id: "thanks", when: #{ minimum: 60 } });
fn on_purchase(purchase, member) { issue("ten-off"); }
"#,
    ),
    (
        "campaigns/delivery.rhai",
        r#"campaign(#{ id: "delivery", when: #{ pass: "prime" } });
fn on_purchase(purchase, member) { discount(purchase.charge("delivery"), "free delivery"); }
"#,
    ),
    (
        "campaigns/guests.rhai",
        r#"campaign(#{ id: "guests", when: #{ pass: "guest" } });
fn on_purchase(purchase, member) { benefit("guest", 1.50); }
"#,
    ),
];

/// Windows: everything, and one that begins and ends in the middle.
pub const WINDOWS: [(&str, &str); 2] = [("2025-01-01", "2099-12-31"), ("2025-05-10", "2025-08-20")];

/// Members; the first ten see sales undone and spend nothing, so that nothing depends on them.
pub const MEMBERS: usize = 40;
pub const SPENDERS: usize = 10;

pub const STORES: [&str; 4] = ["north", "office", "clothes-1", "coffee-1"];

/// Articles with their categories.
pub const GOODS: [(&str, &str); 5] = [
    ("TEA", "drinks"),
    ("BEAN", "drinks"),
    ("CUP", "things"),
    ("BAG", "things"),
    ("CAKE", "food"),
];

/// A line of a sale, in cents.
pub struct Line {
    pub sku: &'static str,
    pub category: &'static str,
    pub cents: i64,
    pub is_back: bool,
}

/// A sale that was sent, and what became of it.
pub struct Sale {
    pub key: String,
    pub at: String,
    pub who: usize,
    pub store: &'static str,
    pub total: i64,
    pub lines: Vec<Line>,
    pub is_own_paid: bool,
    pub is_void: bool,
    /// Day on which it came back or was undone.
    pub back_on: String,
}

impl Sale {
    pub fn day(&self) -> &str {
        &self.at[..10]
    }

    pub fn back(&self) -> i64 {
        match self.is_void {
            true => self.total,
            false => (self.lines.iter().filter(|line| line.is_back))
                .map(|line| line.cents)
                .sum(),
        }
    }

    pub fn stands(&self) -> bool {
        self.back() != self.total
    }
}

/// An activity that was sent.
pub struct Acted {
    pub key: String,
    pub at: String,
    pub who: usize,
    pub store: &'static str,
    pub activity: &'static str,
    pub is_void: bool,
}

/// What was done with a pass: `start`, `renew` or `cancel`, and the day.
pub struct PassDone {
    pub who: usize,
    pub pass: &'static str,
    pub action: &'static str,
    pub day: String,
}

/// All that was sent, and what is known of it without the product.
#[derive(Default)]
pub struct Sent {
    pub lines: Vec<Value>,
    pub joined: BTreeMap<usize, (String, Option<usize>)>,
    pub merged: BTreeMap<usize, usize>,
    pub sales: Vec<Sale>,
    pub acted: Vec<Acted>,
    pub passes: Vec<PassDone>,
    /// Day and points of transfers.
    pub sent: Vec<String>,
    /// Day and cents paid out of the pool.
    pub payouts: Vec<(String, i64)>,
    /// Points and vouchers of each, with room to spare.
    pub points: Vec<i64>,
    pub vouchers: Vec<i64>,
    pub chance: u64,
    pub minute: u64,
}

pub fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

pub fn card(who: usize) -> String {
    format!("card:{who}")
}

impl Sent {
    pub fn draw(&mut self, below: usize) -> usize {
        self.chance = (self.chance)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) as usize % below
    }

    /// Sends a command on a day, at a minute of its own; returns its key and instant.
    pub fn send(&mut self, day: &str, mut command: Value) -> (String, String) {
        self.minute += 1;
        let (hour, minute) = (8 + self.minute / 60, self.minute % 60);
        let at = format!("{day}T{hour:02}:{minute:02}:00Z");
        let key = format!("k{}", self.lines.len());
        command["at"] = json!(at);
        command["key"] = json!(key);
        self.lines.push(command);
        (key, at)
    }

    pub fn holds(&self, who: usize, pass: &str) -> bool {
        let mut own = self
            .passes
            .iter()
            .filter(|one| (one.who, one.pass) == (who, pass));
        own.next_back().is_some_and(|one| one.action != "cancel")
    }

    /// Person that a card belongs to in the end.
    pub fn person(&self, who: usize) -> usize {
        self.merged.get(&who).copied().unwrap_or(who)
    }

    pub fn buy(&mut self, day: &str, who: usize) {
        let store = STORES[self.draw(STORES.len())];
        let kind = self.draw(6);
        let mut command = json!({"do": "purchase", "member": card(who), "store": store});
        let mut is_own_paid = false;
        let mut lines = Vec::new();
        let mut line = |(sku, category): (&'static str, &'static str), cents| {
            lines.push(Line {
                sku,
                category,
                cents,
                is_back: false,
            });
        };
        match kind {
            0 => {
                line(("COAT", "clothes"), 6500 + self.draw(3000) as i64);
                line(("BELT", "clothes"), 500 + self.draw(400) as i64);
                self.vouchers[who] += 1;
            }
            1 if who >= 20 && self.vouchers[who] > 0 => {
                line(("CUP", "things"), 1500);
                command["tenders"] = json!([
                    {"kind": "voucher", "unit": "ten-off", "amount": "10.00"},
                    {"kind": "cash", "amount": "5.00"}]);
                (self.vouchers[who], is_own_paid) = (self.vouchers[who] - 1, true);
            }
            2 if who >= SPENDERS && self.points[who] >= 100 => {
                line(("BEAN", "drinks"), 2000);
                command["tenders"] = json!([
                    {"kind": "points", "unit": "point", "points": 50, "amount": "0.50"},
                    {"kind": "cash", "amount": "19.50"}]);
                (self.points[who], is_own_paid) = (self.points[who] - 50, true);
            }
            3 if self.holds(who, "prime") => {
                line(("BEAN", "drinks"), 2000);
                command["charges"] = json!([{"kind": "delivery", "amount": "4.90"}]);
                command["discounts"] = json!([{"campaign": "delivery", "amount": "4.90"}]);
            }
            _ => {
                for _ in 0..2 {
                    let goods = GOODS[self.draw(GOODS.len())];
                    line(goods, 100 + self.draw(2300) as i64);
                }
            }
        }
        let total: i64 = lines.iter().map(|line| line.cents).sum();
        let told = lines.iter().map(
            |line| json!({"sku": line.sku, "category": line.category, "amount": money(line.cents)}),
        );
        command["lines"] = told.collect();
        command["total"] = json!(money(total));
        // Partners pay for points, so that there are none elsewhere; ten are left out for
        // what points and vouchers paid.
        if store.ends_with("-1") {
            self.points[who] += total / 100 - 11;
        }
        let (key, at) = self.send(day, command);
        self.sales.push(Sale {
            key,
            at,
            who,
            store,
            total,
            lines,
            is_own_paid,
            is_void: false,
            back_on: String::new(),
        });
    }

    /// Undoes the last sale of one who spends nothing.
    pub fn undo_sale(&mut self, day: &str) {
        let is_it = |sale: &Sale| sale.who < SPENDERS && !sale.is_void;
        let Some(at) = self.sales.iter().rposition(is_it) else {
            return;
        };
        self.sales[at].is_void = true;
        self.sales[at].back_on = day.into();
        let of = self.sales[at].key.clone();
        self.send(day, json!({"do": "void", "of": of, "reason": "wrong"}));
    }

    /// Has a line, or all lines, of a small sale come back.
    pub fn bring_back(&mut self, day: &str) {
        let is_it = |sale: &Sale| {
            sale.who >= SPENDERS && sale.lines.len() == 2 && sale.total < 6000 && sale.back() == 0
        };
        let Some(at) = self.sales.iter().rposition(is_it) else {
            return;
        };
        let count = 1 + self.draw(2);
        self.points[self.sales[at].who] -= self.sales[at].total / 100 + 1;
        let sale = &mut self.sales[at];
        sale.back_on = day.into();
        let lines: Vec<Value> = (1..=count).map(|line| json!({"line": line})).collect();
        sale.lines
            .iter_mut()
            .take(count)
            .for_each(|line| line.is_back = true);
        let of = sale.key.clone();
        self.send(day, json!({"do": "return", "of": of, "lines": lines}));
    }

    pub fn act(&mut self, day: &str, who: usize, activity: &'static str) {
        let store = STORES[self.draw(STORES.len())];
        let command = json!({"do": "activity", "activity": activity,
            "member": card(who), "store": store});
        let (key, at) = self.send(day, command);
        self.acted.push(Acted {
            key,
            at,
            who,
            store,
            activity,
            is_void: false,
        });
    }

    pub fn undo_activity(&mut self, day: &str) {
        if let Some(last) = self.acted.iter_mut().rfind(|one| !one.is_void) {
            last.is_void = true;
            let of = last.key.clone();
            self.send(day, json!({"do": "void", "of": of, "reason": "wrong"}));
        }
    }

    pub fn pass(&mut self, day: &str, who: usize, pass: &'static str, action: &'static str) {
        let mut command = json!({"do": "pass", "pass": pass, "action": action,
            "member": card(who)});
        if action == "cancel" {
            command["reason"] = json!("asked");
        }
        self.send(day, command);
        let day = day.into();
        self.passes.push(PassDone {
            who,
            pass,
            action,
            day,
        });
    }

    /// What happens on a day.
    pub fn live(&mut self, n: usize, day: &str) {
        self.minute = 0;
        if n.is_multiple_of(5) && n / 5 < MEMBERS {
            let who = n / 5;
            let referrer = (who > 0 && who.is_multiple_of(3)).then_some(who / 2);
            let mut command = json!({"do": "enrol", "aliases": [card(who)]});
            if let Some(referrer) = referrer {
                command["referrer"] = json!(card(referrer));
            }
            self.send(day, command);
            self.joined.insert(who, (day.into(), referrer));
        }
        let there = self.joined.len();
        for _ in 0..self.draw(5) {
            let who = self.draw(there);
            self.buy(day, who);
        }
        match n % 5 {
            1 => self.undo_sale(day),
            2 => self.bring_back(day),
            3 => {
                let who = self.draw(there);
                self.act(day, who, "try_on");
                // Some buy what they tried on.
                if n.is_multiple_of(2) {
                    self.buy(day, who);
                }
            }
            _ => {}
        }
        match n % 20 {
            7 => {
                let who = self.draw(there);
                self.act(day, who, "workshop");
            }
            11 => self.undo_activity(day),
            _ => {}
        }
        if n % 7 == 5 {
            let (from, to) = (self.draw(there), self.draw(there));
            if from != to && from >= SPENDERS && self.points[from] >= 60 {
                self.points[from] -= 20;
                self.send(
                    day,
                    json!({"do": "transfer", "member": card(from),
                    "unit": "point", "points": 20, "to": card(to)}),
                );
                self.sent.push(day.into());
            }
        }
        // Passes begin some days after joining, and some are renewed or cancelled.
        for who in 0..there {
            match (who % 4, n as i64 - who as i64 * 5) {
                (0, 10) => self.pass(day, who, "prime", "start"),
                (0, 60) if who % 8 == 4 => self.pass(day, who, "prime", "renew"),
                (0, 100) if who % 8 == 0 => self.pass(day, who, "prime", "cancel"),
                (1, 12) => self.pass(day, who, "guest", "start"),
                _ => {}
            }
        }
        if n % 50 == 40 {
            let to = format!("River trust {n}");
            self.send(
                day,
                json!({"do": "pool", "pool": "earth", "amount": "1.25", "to": to}),
            );
            self.payouts.push((day.into(), 125));
        }
        if n % 28 == 5 && n > 28 {
            let month = format!("2025-{:02}", n / 28);
            self.send(
                day,
                json!({"do": "partner", "partner": "clothes",
                "action": "settle", "month": month}),
            );
        }
    }

    pub fn merge(&mut self, day: &str, from: usize, into: usize) {
        self.send(
            day,
            json!({"do": "merge", "member": card(from), "into": card(into),
            "reason": "two cards of one person"}),
        );
        self.merged.insert(from, into);
    }
}

/// A shop after such a year.
pub struct Year {
    pub shop: Shop,
    pub sent: Sent,
    pub entries: Vec<BTreeMap<String, String>>,
    pub effects: Vec<BTreeMap<String, String>>,
}

pub fn year(seed: u64) -> Year {
    println!("seed {seed}");
    let mut sent = Sent {
        chance: seed,
        points: vec![0; MEMBERS],
        vouchers: vec![0; MEMBERS],
        ..Sent::default()
    };
    for n in 0..330 {
        sent.live(n, &format!("2025-{:02}-{:02}", n / 28 + 1, n % 28 + 1));
    }
    // One of them was brought by oneself, as it turns out.
    sent.minute = 0;
    for (from, into) in [(33, 16), (39, 2), (24, 7)] {
        sent.merge("2025-12-30", from, into);
    }
    let shop = Shop::of(PROGRAMME);
    let text: String = sent.lines.iter().map(|line| format!("{line}\n")).collect();
    shop.write("year.jsonl", text);
    shop.run("import year.jsonl --history").ends(0);
    shop.run("export tables out").ends(0);
    let (entries, effects) = (table(&shop, "entries"), table(&shop, "effects"));
    Year {
        shop,
        sent,
        entries,
        effects,
    }
}

/// Cells of a figure's rows by the row's words and the column's id.
pub fn cells(made: &Value) -> BTreeMap<(String, String), String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let columns = list(&made["columns"]);
    let mut found = BTreeMap::new();
    for row in list(&made["rows"]) {
        let texts = list(&row).into_iter().zip(&columns);
        let words = texts.clone().filter(|(_, column)| column["unit"] == "text");
        let words: Vec<String> = words.map(|(cell, _)| text(&cell)).collect();
        for (cell, column) in texts.filter(|(_, column)| column["unit"] != "text") {
            found.insert((words.join("/"), text(&column["id"])), text(&cell));
        }
    }
    found
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn day_number(text: &str) -> i32 {
    stampbook::model::Day::parse(text).unwrap().0
}

impl Year {
    pub fn made(&self, question: &str, (from, to): (&str, &str)) -> Value {
        made(
            &self.shop,
            &format!("{question} --from {from} --to {to} --small"),
        )
    }

    /// Instant of an entry.
    pub fn at(&self, seq: &str) -> &str {
        let found = self.entries.iter().find(|one| one["seq"] == seq);
        &found.unwrap()["occurred"]
    }

    /// Instants of entries in which a campaign gave more than the base.
    pub fn with_bonus(&self) -> BTreeSet<&str> {
        let bonus = ["thanks", "delivery", "guests"];
        let given = self.effects.iter();
        let given = given.filter(|one| bonus.contains(&&*one["campaign"]));
        given.map(|one| self.at(&one["seq"])).collect()
    }

    pub fn sale_of(&self, seq: &str) -> Option<&Sale> {
        let at = self.at(seq);
        self.sent.sales.iter().find(|sale| sale.at == at)
    }

    pub fn of_kind<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a BTreeMap<String, String>> {
        self.effects.iter().filter(move |one| one["kind"] == kind)
    }

    /// Standing sales of a window, each with its person.
    pub fn standing(&self, window: (&str, &str)) -> Vec<(usize, &Sale)> {
        let own = self.sent.sales.iter().filter(|sale| sale.stands());
        let own = own.filter(|sale| within(sale.day(), window));
        own.map(|sale| (self.sent.person(sale.who), sale)).collect()
    }

    /// Members who were brought within a window by somebody else, with whom.
    pub fn brought(&self, window: (&str, &str)) -> Vec<(usize, usize)> {
        let joined = self.sent.joined.iter();
        let own = joined
            .filter(|(who, (day, _))| within(day, window) && !self.sent.merged.contains_key(who));
        let brought = own.filter_map(|(who, (_, by))| Some((*who, self.sent.person((*by)?))));
        brought.filter(|(who, by)| who != by).collect()
    }
}

pub fn within(day: &str, (from, to): (&str, &str)) -> bool {
    from <= day && day <= to
}

/// A share in per cent as figures print it.
pub fn share(part: usize, of: usize) -> String {
    let tenths = (part as f64 * 1000.0 / of as f64).round() / 10.0;
    format!("{tenths:.1}")
}
