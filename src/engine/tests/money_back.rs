//! Any split of returns, by line, by piece and by amount, of any mix of
//! discounts, coupons, rewards, vouchers, points, paid directly or set aside
//! before, and negative parts, in any currency and named in either, never pays back
//! more than was paid, in money and by negative parts that are kept, and ends where
//! the purchase began; the same once it was amended.

use super::whole::{folders, options, say};
use crate::answer::{Accepted, Answer};
use crate::dice::Dice;
use crate::engine::Ledger;
use crate::model::{Effect, Money};
use crate::policy::Bundle;
use serde_json::{Value, json};

const PROGRAMME: &str = r#"
[programme]
name = "money-back"
currency = "EUR"
zone = "UTC"
returns = "RETURNS"
earns = { below_zero = BELOW }
[currency.USD]
rate = "0.92"
[unit.point]
kind = "spendable"
expires = "never"
value = "0.05"
[unit.three]
kind = "voucher"
value = "3.00"
[unit.drink]
kind = "voucher"
category = ["coffee"]
[unit.tenth]
kind = "voucher"
percent = "10"
"#;

const BASE: &str = r#"
campaign(#{ id: "base", role: "base" });
fn on_purchase(purchase, member) { award("point", purchase.earning, "purchase"); }
"#;

/// Three for two: of three pieces of a line of food, one is free.
const FREE: &str = r#"
campaign(#{ id: "three", role: "bonus", when: #{ code: "THREE" } });
fn on_purchase(purchase, member) {
    for line in purchase.lines {
        if line.category == "food" && line.qty >= 3 {
            discount(line.amount / line.qty, "three for two", #{ line: line });
        }
    }
}
"#;

const REWARDS: &str = r#"
reward(#{ id: "free-coffee", unit: "point", points: 7, category: "coffee" });
reward(#{ id: "two-off", unit: "point", points: 9, value: 2.00 });
"#;

fn bundle(returns: &str, below_zero: bool) -> Bundle {
    let file = |path: &str, text: String| (path.to_owned(), text.into_bytes());
    let programme = PROGRAMME.replace("RETURNS", returns);
    let programme = programme.replace("BELOW", &below_zero.to_string());
    let files = vec![
        file("programme.toml", programme),
        file("campaigns/base.rhai", BASE.into()),
        file("campaigns/three.rhai", FREE.into()),
        file("rewards.rhai", REWARDS.into()),
    ];
    Bundle::new(files).unwrap()
}

fn money(cents: i64) -> String {
    Money(cents).display(2)
}

fn cents(text: &str) -> i64 {
    Money::parse_signed(text, 2).unwrap().0
}

/// A bill, the part of it paid in money (negative: paid out), the amount that
/// negative parts gave, and the number of vouchers that pay.
struct Bill {
    json: Value,
    paid: i64,
    given: i64,
    points: i64,
    vouchers: usize,
    lines: usize,
    /// True if it is paid in dollars, which is then what comes back.
    is_foreign: bool,
}

struct Shop {
    ledger: Ledger,
    dice: Dice,
    keys: usize,
    /// Number of balance queries.
    seen: i64,
    /// Number of holds that paid.
    held: usize,
    /// Number of sales in another currency.
    foreign: usize,
    /// Number of returns that name it for their amounts.
    in_dollars: usize,
    /// Number of sales that were amended before goods came back.
    amended: usize,
}

impl Shop {
    fn key(&mut self) -> String {
        self.keys += 1;
        format!("k{}", self.keys)
    }

    fn say(&mut self, mut command: Value) -> Answer {
        let key = self.key();
        command["key"] = json!(key);
        say(&mut self.ledger, &command.to_string())
    }

    fn voucher(&mut self, unit: &str) -> String {
        let issue = json!({"do": "voucher", "action": "issue", "member": "card:1", "unit": unit, "reason": "test"});
        match self.say(issue) {
            Answer::Accepted(accepted) => accepted.codes[0].code.clone(),
            Answer::Refused(denied) => panic!("{denied:?}"),
        }
    }

    /// A tender, which every other time captures what was set aside before.
    fn tender(&mut self, what: Value, amount: i64) -> Value {
        let mut tender = what.clone();
        if self.dice.is_one_in(2) {
            let mut hold = what;
            (hold["do"], hold["until"]) = (json!("hold"), json!("2026-02-01T00:00:00Z"));
            if let Some(fields) = hold.as_object_mut() {
                fields.remove("kind");
            }
            if hold.get("code").is_none() {
                hold["member"] = json!("card:1");
            }
            if self.say(hold).is_ok() {
                self.held += 1;
                tender = json!({"kind": "hold", "hold": format!("k{}", self.keys)});
            }
        }
        tender["amount"] = json!(money(amount));
        tender
    }

    fn lines(&mut self) -> (Vec<Value>, i64, i64) {
        let (mut lines, mut sum, mut room) = (Vec::new(), 0, 0);
        for _ in 0..self.dice.upto(4) {
            let category = ["coffee", "food", "goods", "deposit"][self.dice.upto(3) as usize];
            let qty = ["1", "2", "3", "0.355", "2.5", "0", "-2", "-0.75"];
            let qty = qty[self.dice.upto(7) as usize];
            let amount = match self.dice.upto(9) {
                0 => -self.dice.upto(150),
                1 if qty.starts_with('-') => -self.dice.upto(3000),
                1 => self.dice.upto(3),
                _ => self.dice.upto(3000),
            };
            lines.push(json!({"category": category, "qty": qty, "amount": money(amount)}));
            (sum, room) = (sum + amount, room + amount.max(0));
        }
        (lines, sum, room)
    }

    fn bill(&mut self) -> Bill {
        let (lines, mut total, mut room) = self.lines();
        let count = lines.len();
        let mut bill = json!({"do": "purchase", "member": "card:1", "lines": lines});
        if count == 0 {
            total = self.dice.upto(5000);
        }
        let mut charges = Vec::new();
        for kind in ["tax", "delivery", "rounding", "deposit"] {
            if count > 0 && self.dice.is_one_in(3) {
                let amount = match kind {
                    "rounding" => self.dice.upto(4) - 2,
                    "deposit" => self.dice.upto(200) - 150,
                    _ => self.dice.upto(600),
                };
                charges.push(json!({"kind": kind, "amount": money(amount)}));
                total += amount;
            }
        }
        bill["charges"] = json!(charges);
        let mut discounts = Vec::new();
        while count > 0 && room > 0 && self.dice.is_one_in(2) {
            let amount = 1 + self.dice.upto(room / 2);
            (room, total) = (room - amount, total - amount);
            let mut discount = json!({"amount": money(amount)});
            if self.dice.is_one_in(2) {
                discount["campaign"] = json!("three");
            }
            if self.dice.is_one_in(2) {
                discount["lines"] = json!([1 + self.dice.upto(count as i64 - 1)]);
            }
            discounts.push(discount);
        }
        (bill["discounts"], bill["codes"]) = (json!(discounts), json!(["THREE"]));
        let (tenders, own, points, vouchers) = self.tenders(&bill, total);
        bill["total"] = json!(money(total));
        bill["tenders"] = tenders;
        // What the ledger itself holds is worth euros.
        let is_foreign = own == 0 && self.dice.is_one_in(2);
        if is_foreign {
            bill["currency"] = json!("USD");
        }
        let amounts = |parts: &str, by: &str| {
            let parts = bill[parts].as_array().unwrap();
            parts
                .iter()
                .filter(|part| part[by] == "deposit")
                .map(|part| cents(part["amount"].as_str().unwrap()))
                .filter(|amount| *amount < 0)
                .sum::<i64>()
        };
        Bill {
            given: -amounts("lines", "category") - amounts("charges", "kind"),
            json: bill,
            paid: total - own,
            points,
            vouchers,
            lines: count,
            is_foreign,
        }
    }

    fn tenders(&mut self, bill: &Value, total: i64) -> (Value, i64, i64, usize) {
        let (mut tenders, mut own, mut points, mut vouchers) = (Vec::new(), 0, 0, 0);
        let lines = bill["lines"].as_array().unwrap();
        if self.dice.is_one_in(3) && total >= 5 {
            let part = 1 + self.dice.upto((total / 5).min(60) - 1);
            (own, points) = (own + part * 5, points + part);
            let what = json!({"kind": "points", "unit": "point", "points": part});
            tenders.push(self.tender(what, part * 5));
            if !lines.is_empty() && self.dice.is_one_in(2) {
                let line = 1 + self.dice.upto(lines.len() as i64 - 1);
                tenders[0]["line"] = json!(line);
            }
        }
        let coffee = lines
            .iter()
            .find(|l| l["category"] == "coffee" && l["qty"] == "1");
        let coffee = coffee.map(|l| l["amount"].as_str().unwrap());
        let coffee = coffee
            .filter(|text| !text.starts_with('-'))
            .map_or(0, cents);
        if coffee > 0 && coffee <= total - own && self.dice.is_one_in(2) {
            (own, points) = (own + coffee, points + 7);
            let what = json!({"kind": "reward", "reward": "free-coffee"});
            tenders.push(self.tender(what, coffee));
        }
        if total - own >= 200 && self.dice.is_one_in(4) {
            (own, points) = (own + 200, points + 9);
            let what = json!({"kind": "reward", "reward": "two-off"});
            tenders.push(self.tender(what, 200));
        }
        for unit in ["three", "tenth", "drink"] {
            if total - own >= 1 && self.dice.is_one_in(4) {
                let off = 1 + self.dice.upto((total - own).min(300) - 1);
                (own, vouchers) = (own + off, vouchers + 1);
                let code = self.voucher(unit);
                tenders.push(self.tender(json!({"kind": "voucher", "code": code}), off));
            }
        }
        if !tenders.is_empty() || self.dice.is_one_in(2) {
            tenders.push(json!({"kind": "cash", "amount": money(total - own)}));
        }
        (json!(tenders), own, points, vouchers)
    }

    /// A part of a bill; its amounts in the currency of the sale or the programme's, which
    /// is said or not.
    fn extent(&mut self, bill: &Bill) -> Value {
        let mut extent = self.part(bill.lines);
        let has_amounts = extent.to_string().contains("amount");
        if has_amounts && !self.dice.is_one_in(3) {
            let is_of_sale = bill.is_foreign && !self.dice.is_one_in(3);
            extent["currency"] = json!(if is_of_sale { "USD" } else { "EUR" });
            self.in_dollars += usize::from(is_of_sale);
        }
        extent
    }

    fn part(&mut self, lines: usize) -> Value {
        let line = 1 + self.dice.upto(lines as i64 - 1);
        let amount = match self.dice.is_one_in(3) {
            true => 1 + self.dice.upto(10),
            false => 1 + self.dice.upto(2000),
        };
        match self.dice.upto(5) {
            _ if lines == 0 => json!({"amount": money(amount)}),
            0 => json!({"lines": [{"line": line}]}),
            1 => json!({"lines": [{"line": line, "qty": "1"}]}),
            2 => json!({"lines": [{"line": line, "qty": "0.2"}]}),
            3 | 4 => json!({"lines": [{"line": line, "amount": money(amount)}]}),
            _ => json!({"amount": money(amount)}),
        }
    }

    fn give_back(&mut self, of: &str, extent: Value) -> Option<Accepted> {
        let mut command = extent;
        (command["do"], command["member"]) = (json!("return"), json!("card:1"));
        command["of"] = json!(of);
        match self.say(command.clone()) {
            Answer::Accepted(accepted) => Some(*accepted),
            Answer::Refused(denied) => {
                let is_of_given = denied.message.contains("gave money on the bill");
                let is_too_much = denied.code == "too_much_returned";
                assert!(is_too_much || is_of_given, "{command}: {denied:?}");
                None
            }
        }
    }

    /// Amends a line of a bill, as when it is weighed again; what its tenders in money
    /// pay more follows from the answer.
    fn amend(&mut self, bill: &mut Bill, of: &str) {
        let mut lines = bill.json["lines"].as_array().unwrap().clone();
        let amount = |line: &Value| cents(line["amount"].as_str().unwrap());
        let Some(line) = lines.iter_mut().find(|line| amount(line) > 0) else {
            return;
        };
        let more = self.dice.upto(600) - amount(line).min(300);
        line["amount"] = json!(money(amount(line) + more));
        let total = cents(bill.json["total"].as_str().unwrap()) + more;
        let command = json!({"do": "amend", "of": of, "total": money(total), "lines": lines, "reason": "weighed"});
        match self.say(command) {
            Answer::Accepted(accepted) => {
                let to_pay = accepted.amended.unwrap().to_pay.unwrap();
                bill.paid += cents(&to_pay);
                bill.json["lines"] = json!(lines);
                self.amended += 1;
            }
            // Discounts, or what the member pays with, may be more than it comes to now.
            Answer::Refused(_) => {}
        }
    }

    /// Sells, returns in parts and then the rest; false if the sale was refused.
    fn round(&mut self) -> bool {
        let mut bill = self.bill();
        let before = self.balance();
        let of = format!("k{}", self.keys + 1);
        if !self.say(bill.json.clone()).is_ok() {
            return false;
        }
        if !bill.is_foreign && self.dice.is_one_in(2) {
            self.amend(&mut bill, &of);
        }
        self.foreign += usize::from(bill.is_foreign);
        let (mut paid, mut given, mut points, mut vouchers) = (0, bill.given, 0, 0);
        let mut told = Vec::new();
        let parts = self.dice.upto(7);
        for n in 0..=parts {
            let extent = match n == parts {
                true => json!({"all": true}),
                false => self.extent(&bill),
            };
            let Some(accepted) = self.give_back(&of, extent.clone()) else {
                continue;
            };
            let back = accepted.give_back.unwrap();
            told.push(format!("{extent} -> {back:?}"));
            let line = |l: &crate::answer::LineBack| cents(&l.money);
            let of_lines: i64 = back.lines.iter().map(line).sum();
            let is_loose = back.lines.is_empty();
            assert!(
                is_loose || of_lines == cents(&back.money),
                "{bill} {told:#?}",
                bill = bill.json
            );
            paid += match (&back.foreign, bill.is_foreign) {
                (Some(foreign), true) => cents(&foreign.money),
                (None, false) => cents(&back.money),
                other => panic!("{other:?} {bill}", bill = bill.json),
            };
            let is_deposit = |l: &&crate::answer::LineBack| {
                bill.json["lines"][usize::from(l.line) - 1]["category"] == "deposit"
            };
            let deposits = back.lines.iter().filter(is_deposit);
            given += deposits.map(line).map(|m| m.min(0)).sum::<i64>();
            for (unit, n) in &back.points {
                match unit.as_str() {
                    "point" => points += n.whole(),
                    _ => vouchers += usize::try_from(n.whole()).unwrap(),
                }
            }
            // A negative part that is kept is told in euros.
            let is_told = !bill.is_foreign || bill.given == 0;
            let is_within = (!is_told || paid <= (bill.paid + given).max(0))
                && points <= bill.points
                && vouchers <= bill.vouchers;
            assert!(is_within, "{bill} {told:#?}", bill = bill.json);
        }
        let all = (paid, points, vouchers, self.balance());
        let expected = (bill.paid, bill.points, bill.vouchers, before);
        assert_eq!(all, expected, "{bill} {told:#?}", bill = bill.json);
        true
    }

    fn balance(&mut self) -> i64 {
        let issue = json!({"do": "adjust", "member": "card:1", "unit": "point", "points": 1, "reason": "test"});
        match self.say(issue) {
            // Each query gives one.
            Answer::Accepted(accepted) => accepted.after["point"].whole() - self.looks(),
            Answer::Refused(denied) => panic!("{denied:?}"),
        }
    }

    fn looks(&mut self) -> i64 {
        self.seen += 1;
        self.seen
    }
}

// proves: BACK5 AMEND4
#[test]
fn no_split_of_returns_pays_back_more_than_was_paid() {
    let seeds = match std::env::var("STAMPBOOK_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => {
            let count = std::env::var("STAMPBOOK_SEEDS").map(|count| count.parse().unwrap());
            (1..=count.unwrap_or(6)).collect::<Vec<u64>>()
        }
    };
    let (mut in_dollars, is_one) = (0, seeds.len() == 1);
    for seed in seeds {
        for returns in ["allocation", "recompute"] {
            eprintln!("STAMPBOOK_SEED={seed} with returns = \"{returns}\"");
            let dir = tempfile::tempdir().unwrap();
            let options = options("2026-01-05T10:00:00Z");
            let bundle = bundle(returns, seed % 2 == 0);
            let ledger = Ledger::create(&folders(&dir), "back.example/1", &bundle, options);
            let mut shop = Shop {
                ledger: ledger.unwrap(),
                dice: Dice::new(seed),
                keys: 0,
                seen: 0,
                held: 0,
                foreign: 0,
                in_dollars: 0,
                amended: 0,
            };
            assert!(
                shop.say(json!({"do": "enrol", "aliases": ["card:1"]}))
                    .is_ok()
            );
            let many = json!({"do": "adjust", "member": "card:1", "unit": "point", "points": 100_000, "reason": "test"});
            assert!(shop.say(many).is_ok());
            let sold = (0..60).filter(|_| shop.round()).count();
            assert!(sold > 30, "{sold} of 60 sales were booked");
            let (held, foreign) = (shop.held, shop.foreign);
            assert!(
                held > 5 && foreign > 0,
                "{held} holds, {foreign} in dollars"
            );
            assert!(shop.amended > 5, "{} amended", shop.amended);
            in_dollars += shop.in_dollars;
        }
    }
    assert!(
        is_one || in_dollars > 10,
        "{in_dollars} returns named dollars"
    );
}

/// Money that each return of a bill gives back, one after another, and the
/// member's visits and spending at the end.
fn given_back(bill: Value, returns: &[Value]) -> (Vec<String>, (i64, i64)) {
    let dir = tempfile::tempdir().unwrap();
    let options = options("2026-01-05T10:00:00Z");
    let bundle = bundle("allocation", false);
    let ledger = Ledger::create(&folders(&dir), "back.example/1", &bundle, options);
    let mut shop = Shop {
        ledger: ledger.unwrap(),
        dice: Dice::new(1),
        keys: 0,
        seen: 0,
        held: 0,
        foreign: 0,
        in_dollars: 0,
        amended: 0,
    };
    assert!(
        shop.say(json!({"do": "enrol", "aliases": ["card:1"]}))
            .is_ok()
    );
    let sold = shop.say(bill);
    assert!(sold.is_ok(), "{sold:?}");
    let (of, mut told) = (format!("k{}", shop.keys), Vec::new());
    for extent in returns {
        let accepted = shop.give_back(&of, extent.clone()).unwrap();
        told.push(accepted.give_back.unwrap().money);
    }
    let mut figures = (0, 0);
    for seq in 0..shop.ledger.global().next_seq {
        for effect in shop.ledger.entry(seq).unwrap().unwrap().effects {
            if let Effect::Visited { visits, spend, .. } = effect {
                figures = (figures.0 + i64::from(visits), figures.1 + spend.0);
            }
        }
    }
    (told, figures)
}

// proves: BACK10
#[test]
fn a_deposit_comes_back_by_itself_and_not_with_the_goods() {
    let all = json!({"all": true});
    let line = |n: u16| json!({"lines": [{"line": n}]});
    let bill = |lines: Value, charges: Value, total: &str| json!({"do": "purchase", "member": "card:1", "lines": lines, "charges": charges, "total": total});
    let beer = json!({"sku": "BEER", "amount": "10.00"});
    let deposit = json!({"sku": "EMPTIES", "category": "deposit", "qty": -2, "amount": "-0.50"});
    let lines = bill(json!([beer, deposit]), json!([]), "9.50");
    let back = |bill: &Value, returns: &[Value]| given_back(bill.clone(), returns).0;
    assert_eq!(back(&lines, &[line(1), line(2)]), ["10.00", "-0.50"]);
    assert_eq!(back(&lines, &[line(2), line(1)]), ["-0.50", "10.00"]);
    assert_eq!(back(&lines, std::slice::from_ref(&all)), ["9.50"]);
    let one = json!({"lines": [{"line": 2, "qty": 1}]});
    let parts = [one, line(1), all.clone()];
    assert_eq!(back(&lines, &parts), ["-0.25", "10.00", "-0.25"]);
    let loose = [json!({"amount": "9.50"})];
    assert_eq!(back(&lines, &loose), ["9.50"]);
    let charge = json!([{"kind": "deposit", "amount": "-0.25"}]);
    let charged = bill(json!([beer]), charge, "9.75");
    assert_eq!(back(&charged, &[line(1), all.clone()]), ["10.00", "-0.25"]);
    // Cash rounding is for the goods: it comes back with the last of them.
    let rounded = json!([{"kind": "rounding", "amount": "-0.02"}]);
    let odd = json!({"sku": "BEER", "amount": "10.02"});
    assert_eq!(
        back(&bill(json!([odd]), rounded, "10.00"), &[line(1)]),
        ["10.00"]
    );
}

// proves: BACK13
#[test]
fn goods_take_their_share_of_a_coupon_along() {
    let all = json!({"all": true});
    let line = |n: u16| json!({"lines": [{"line": n}]});
    let coffee = json!({"sku": "COFFEE", "qty": 2, "amount": "10.00"});
    let cake = json!({"sku": "CAKE", "amount": "10.00"});
    let coupon = json!({"sku": "FOUR-OFF", "category": "coupon", "qty": -1, "amount": "-4.00"});
    let bottle = json!({"sku": "BOTTLE", "category": "deposit", "qty": -1, "amount": "-0.25"});
    let bill = json!({"do": "purchase", "member": "card:1", "total": "15.75",
        "lines": [coffee, cake, coupon, bottle]});
    let back = |returns: &[Value]| given_back(bill.clone(), returns);
    assert_eq!(back(&[line(1), line(2)]).0, ["8.00", "8.00"]);
    assert_eq!(back(&[line(2), all.clone()]).0, ["8.00", "7.75"]);
    let piece = json!({"lines": [{"line": 1, "qty": 1}]});
    assert_eq!(
        back(&[piece.clone(), piece.clone(), line(2)]).0,
        ["4.00", "4.00", "8.00"]
    );
    let both = json!({"lines": [{"line": 1}, {"line": 2}]});
    assert_eq!(back(&[both]).0, ["16.00"]);
    // An amount within a line is money that was paid for it, after the coupon.
    let part = |amount: &str| json!({"lines": [{"line": 1, "amount": amount}]});
    assert_eq!(
        back(&[part("3.33"), part("4.67"), line(2)]).0,
        ["3.33", "4.67", "8.00"]
    );
    assert_eq!(
        back(&[part("8.00"), line(4), all.clone()]),
        (vec!["8.00".into(), "-0.25".into(), "8.00".into()], (0, 0))
    );
    // The coupon alone is given up: what it took off is paid after all.
    assert_eq!(
        back(&[line(3), line(1), line(2)]).0,
        ["-4.00", "10.00", "10.00"]
    );
    // One that is worth more than the goods: nobody pays for bringing them back.
    let much = json!({"category": "coupon", "amount": "-12.00"});
    let tea = json!({"sku": "TEA", "amount": "10.00"});
    let cheap =
        json!({"do": "purchase", "member": "card:1", "total": "-2.00", "lines": [tea, much]});
    assert_eq!(
        given_back(cheap, &[line(1), all.clone()]).0,
        ["0.00", "-2.00"]
    );
    // As a charge it limits what comes back in all.
    let charged = json!({"do": "purchase", "member": "card:1", "total": "16.00", "lines": [coffee, cake],
        "charges": [{"kind": "coupon", "amount": "-4.00"}]});
    let told = given_back(charged, &[line(1), line(2)]).0;
    let sum: i64 = told.iter().map(|money| cents(money)).sum();
    assert_eq!(sum, 1600, "{told:?}");
}

// proves: BACK11
#[test]
fn a_bill_that_paid_out_is_undone_by_its_return() {
    let bottles = json!({"sku": "EMPTIES", "category": "deposit", "amount": "-4.00"});
    let milk = json!({"sku": "MILK", "amount": "1.00"});
    let bill =
        json!({"do": "purchase", "member": "card:1", "total": "-3.00", "lines": [bottles, milk]});
    let plain = json!({"do": "purchase", "member": "card:1", "total": "-3.00"});
    let all = json!({"all": true});
    let milk_back = json!({"lines": [{"line": 2}]});
    for (bill, returns, expected) in [
        (bill.clone(), vec![all.clone()], vec!["-3.00".to_owned()]),
        (
            bill,
            vec![milk_back, all.clone()],
            vec!["1.00".into(), "-4.00".into()],
        ),
        (plain, vec![all], vec!["-3.00".into()]),
    ] {
        let (told, figures) = given_back(bill, &returns);
        assert_eq!((told, figures), (expected, (0, 0)));
    }
}
