//! Figures made again by a slow, obvious count over exported tables, or over what was sent.

use super::figures::{cents, generated_year, made, table};
use super::shop::Shop;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PROGRAMME: &[(&str, &str)] = &[
    (
        "programme.toml",
        r#"[programme]
name = "All that is counted"
currency = "EUR"
zone = "UTC"

[unit.point]
kind = "spendable"
value = "0.01"
cost = "0.005"

[unit.year-point]
kind = "qualifying"

[unit.ten-off]
kind = "voucher"
value = "10.00"
without_code = true

[activity.nps]
fields = { score = "whole" }

[activity.csat]
fields = { score = "whole" }

[activity.ces]
fields = { score = "whole" }
"#,
    ),
    (
        "campaigns/base.rhai",
        r#"campaign(#{ id: "base", role: "base" });
fn on_purchase(purchase, member) {
    award("point", floor(purchase.earning));
    award("year-point", floor(purchase.earning));
}
"#,
    ),
    (
        "campaigns/thanks.rhai",
        r#"campaign(#{ id: "thanks", when: #{ minimum: 70 } });
fn on_purchase(purchase, member) { issue("ten-off"); }
"#,
    ),
    (
        "campaigns/app.rhai",
        r#"campaign(#{ id: "app", when: #{ channel: ["app"] } });
fn on_purchase(purchase, member) { award("point", 10); }
"#,
    ),
    (
        "campaigns/letter.rhai",
        r#"campaign(#{ id: "letter", hold_out: "40%", target: #{ tier: ["silver", "gold"] } });
fn on_purchase(purchase, member) { discount(1.25, "you got a letter"); }
"#,
    ),
    (
        "rewards.rhai",
        r#"reward(#{ id: "mug", unit: "point", points: 30, cost: 2.00 });
reward(#{ id: "tote", unit: "point", points: 20, cost: 0.75 });
"#,
    ),
    (
        "tiers.rhai",
        r#"tiers(#{ levels: ["bronze", "silver", "gold"], applies: "at once" });
fn qualify(member) {
    let points = member.qualifying("year-point");
    if points >= 700 { "gold" } else if points >= 300 { "silver" } else { "bronze" }
}
"#,
    ),
];

/// All days, of which small cells are shown.
const ALL: &str = "--from 2025-01-01 --to 2099-12-31 --small";

/// A shop after a year, with what was sent to it on its last day.
struct Year {
    shop: Shop,
    /// Commands that were booked, with the answers.
    sent: Vec<(Value, Value)>,
    entries: Vec<BTreeMap<String, String>>,
    effects: Vec<BTreeMap<String, String>>,
}

/// Commands of the last day: what is bought, undone, redeemed, paid for and answered.
fn last_day() -> Vec<Value> {
    let mut lines = Vec::new();
    for n in 0..30u64 {
        let (card, cents) = (format!("card:{n}"), 1000 + n * 317);
        let channel = if n % 3 == 0 { "app" } else { "till" };
        let total = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
        lines.push(
            json!({"do": "purchase", "member": card, "total": total(cents),
            "channel": channel, "key": format!("p{n}")}),
        );
        match n % 5 {
            0 => lines.push(
                json!({"do": "void", "of": format!("p{n}"), "reason": "wrong", "key": format!("u{n}")}),
            ),
            1 => lines.push(
                json!({"do": "return", "of": format!("p{n}"), "amount": "4.00", "key": format!("b{n}")}),
            ),
            _ => {}
        }
    }
    for n in 0..30u64 {
        let card = format!("card:{n}");
        let reward = if n % 2 == 0 { "mug" } else { "tote" };
        lines.push(
            json!({"do": "redeem", "member": card, "reward": reward, "key": format!("r{n}")}),
        );
        if n % 3 == 1 {
            lines.push(json!({"do": "purchase", "member": card, "total": "15.00",
                "tenders": [{"kind": "voucher", "unit": "ten-off", "amount": "10.00"},
                    {"kind": "cash", "amount": "5.00"}], "key": format!("v{n}")}));
        }
        for (activity, scale) in [("nps", 11), ("csat", 5), ("ces", 5)] {
            let score = n * 7 % scale + u64::from(scale == 5);
            lines.push(
                json!({"do": "activity", "member": card, "activity": activity,
                "fields": {"score": score}, "key": format!("{activity}{n}")}),
            );
        }
    }
    for (n, (kind, amount, campaign)) in [
        ("media", "20.00", "letter"),
        ("media", "7.50", "thanks"),
        ("staff", "99.99", "letter"),
    ]
    .into_iter()
    .enumerate()
    {
        lines.push(json!({"do": "cost", "kind": kind, "amount": amount,
            "campaign": campaign, "key": format!("c{n}")}));
    }
    lines
}

fn year(seed: u64) -> Year {
    println!("seed {seed}");
    let shop = Shop::of(PROGRAMME);
    shop.write("year.csv", generated_year(seed));
    let map = "'member=member,total=total,at=at,key=key,channel=channel'";
    shop.run(&format!("import year.csv --enrol --history --map {map}"))
        .ends(0);
    shop.run("campaign target letter").ends(0);
    let lines = last_day();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let answers = shop.pipe("session", text).out;
    let answers = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sent: Vec<(Value, Value)> = (lines.into_iter().zip(answers))
        .filter(|(_, answer)| answer["ok"] == true)
        .collect();
    shop.run("export tables out").ends(0);
    let (entries, effects) = (table(&shop, "entries"), table(&shop, "effects"));
    Year {
        shop,
        sent,
        entries,
        effects,
    }
}

/// What a value of a count or of cents is.
fn count(cell: &Value) -> i64 {
    cell.as_str().unwrap().parse().unwrap()
}

impl Year {
    fn made(&self, question: &str) -> Value {
        made(&self.shop, &format!("{question} {ALL}"))
    }

    /// The cells of a table by its first column, as whole numbers or cents.
    fn rows(&self, question: &str, columns: &[&str]) -> BTreeMap<String, Vec<i64>> {
        let made = self.made(question);
        let at = |id: &&str| {
            let known = made["columns"].as_array().unwrap();
            known.iter().position(|column| column["id"] == *id).unwrap()
        };
        let at: Vec<usize> = columns.iter().map(at).collect();
        let rows = made["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            let cell = |at: &usize| cents(row[*at].as_str().unwrap_or("0"));
            (
                row[0].as_str().unwrap().to_owned(),
                at.iter().map(cell).collect(),
            )
        })
        .collect()
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &BTreeMap<String, String>> {
        self.effects.iter().filter(move |one| one["kind"] == kind)
    }

    fn is_void(&self, seq: &str) -> bool {
        self.of_kind("void").any(|one| one["of"] == seq)
    }

    fn sent(&self, verb: &str) -> impl Iterator<Item = &Value> {
        let sent = self.sent.iter().map(|(line, _)| line);
        sent.filter(move |line| line["do"] == verb)
    }

    /// What a sale came to after what came back of it, in cents.
    fn net(&self, sale: &BTreeMap<String, String>) -> i64 {
        if self.is_void(&sale["seq"]) {
            return 0;
        }
        let back = self
            .effects
            .iter()
            .filter(|one| one["of"] == sale["seq"] && !one["returned"].is_empty());
        cents(&sale["total"]) - back.map(|one| cents(&one["returned"])).sum::<i64>()
    }

    /// Member of an effect, or the one whom its entry is about.
    fn member_of<'a>(&'a self, effect: &'a BTreeMap<String, String>) -> &'a str {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry["seq"] == effect["seq"]).unwrap();
        match effect["member"].as_str() {
            "" => &entry["member"],
            member => member,
        }
    }

    /// Money off on what has not come back, in cents.
    fn discounts(&self) -> i64 {
        let kept = self.of_kind("discount").map(|one| {
            let sale = self.sales().find(|sale| sale["seq"] == one["seq"]).unwrap();
            cents(&one["money"]) * self.net(sale) / cents(&sale["total"])
        });
        kept.sum()
    }

    fn sales(&self) -> impl Iterator<Item = &BTreeMap<String, String>> {
        self.entries.iter().filter(|one| one["kind"] == "purchase")
    }

    /// Costs of campaigns that were sent, in cents.
    fn booked(&self, campaign: &str) -> i64 {
        let of = self
            .sent("cost")
            .filter(|cost| cost["campaign"] == campaign);
        of.map(|cost| cents(cost["amount"].as_str().unwrap())).sum()
    }
}

#[test]
fn tiers_and_vouchers_come_to_a_count_over_exported_rows() {
    let year = year(20_261_129);
    let mut held: BTreeMap<&str, &str> = BTreeMap::new();
    let mut moved: BTreeMap<&str, [i64; 3]> = BTreeMap::new();
    let rank = |tier: &str| {
        ["", "bronze", "silver", "gold"]
            .iter()
            .position(|t| *t == tier)
    };
    for tier in year.of_kind("tier") {
        let (from, to) = (
            held.get(&*tier["member"]).copied().unwrap_or(""),
            &*tier["name"],
        );
        held.insert(&tier["member"], to);
        if from != to {
            let is_up = rank(to) > rank(from);
            moved.entry(to).or_default()[usize::from(!is_up)] += 1;
            moved.entry(from).or_default()[2] += 1;
        }
    }
    let columns = ["value", "risen_to", "fallen_to", "left"];
    let rows = year.rows("tiers", &columns);
    for tier in ["bronze", "silver", "gold"] {
        let members = held.values().filter(|of| **of == tier).count() as i64;
        let [risen, fallen, left] = moved.get(tier).copied().unwrap_or_default();
        assert_eq!(rows[tier], [members, risen, fallen, left], "{tier}");
        assert!(risen > 0, "{tier} says nothing");
    }
    assert_eq!(
        count(&year.made("tiers")["result"]["value"]),
        held.len() as i64
    );

    // Vouchers: a sale that is undone takes them back.
    let issued: Vec<_> = year.of_kind("issue").collect();
    let voided = issued
        .iter()
        .filter(|one| year.is_void(&one["seq"]))
        .count() as i64;
    let used: Vec<_> = year.of_kind("voucher").collect();
    let paid: i64 = used.iter().map(|one| cents(&one["money"])).sum();
    let (issued, used) = (issued.len() as i64, used.len() as i64);
    assert!(voided > 0 && used > 0, "{voided} {used}");
    let columns = ["issued", "open", "used", "lapsed", "voided", "paid"];
    let open = issued - used - voided;
    assert_eq!(
        year.rows("vouchers", &columns)["ten-off"],
        [issued, open, used, 0, voided, paid]
    );
}

// proves: S130 S161 S162
#[test]
fn campaigns_and_costs_come_to_a_count_over_exported_rows() {
    let year = year(20_261_130);
    let columns = [
        "invited",
        "held_out",
        "members",
        "issued",
        "vouchers",
        "vouchers_used",
    ];
    let rows = year.rows("campaigns", &columns);
    for campaign in ["base", "app", "thanks", "letter"] {
        let of = |kind: &'static str, column: &'static str| {
            let found = year.of_kind(kind);
            found.filter(move |one| one[column] == campaign)
        };
        let reached: BTreeSet<&str> = (year.effects.iter())
            .filter(|one| {
                ["award", "issue", "discount"].contains(&&*one["kind"])
                    && one["campaign"] == campaign
            })
            .map(|one| year.member_of(one))
            .collect();
        let points = of("award", "campaign")
            .filter(|one| one["unit"] == "point" && !year.is_void(&one["seq"]))
            .map(|one| cents(&one["amount"]))
            .sum::<i64>();
        let used = match campaign {
            "thanks" => year.of_kind("voucher").count() as i64,
            _ => 0,
        };
        let vouchers = of("issue", "campaign").count() as i64;
        let expected = [
            of("targeted", "name").count() as i64,
            of("left_out", "name").count() as i64,
            reached.len() as i64,
            points,
            vouchers,
            used,
        ];
        assert_eq!(rows[campaign], expected, "{campaign}");
    }
    // Costs in tenths of a cent, by kind: a point costs half a cent.
    let redeemed: i64 = (year.of_kind("redeem"))
        .filter(|one| one["unit"] == "point" && !year.is_void(&one["seq"]))
        .map(|one| -cents(&one["amount"]))
        .sum();
    let vouchers: i64 = year
        .of_kind("voucher")
        .map(|one| cents(&one["money"]))
        .sum();
    let discounts = year.discounts();
    let costs = year.rows("cost", &["value"]);
    assert!(redeemed > 0 && vouchers > 0 && discounts > 0);
    // An odd half of a cent is rounded up.
    assert_eq!(costs["redeemed point"], [(redeemed + 1) / 2]);
    assert_eq!(costs["vouchers"], [vouchers]);
    assert_eq!(costs["discounts"], [discounts]);
    assert_eq!((costs["media"][0], costs["staff"][0]), (2750, 9999));
    let of_campaigns = year.rows("campaigns", &["value"]);
    assert_eq!(of_campaigns["thanks"], [vouchers + year.booked("thanks")]);
    assert_eq!(of_campaigns["letter"], [discounts + year.booked("letter")]);

    // What was redeemed, as it was sent.
    let rewards = year.rows("redemptions", &["value", "cost"]);
    for (reward, cost) in [("mug", 200), ("tote", 75)] {
        let sent = year.sent("redeem").filter(|line| line["reward"] == reward);
        let times = sent.count() as i64;
        assert_eq!(rewards[reward], [times, times * cost], "{reward}");
    }
}

// proves: S137 S153
#[test]
fn what_a_campaign_brought_comes_to_a_count_over_exported_rows() {
    let year = year(20_261_131);
    let mut arms = BTreeMap::new();
    for (kind, arm) in [("targeted", "addressed"), ("left_out", "held out")] {
        let (mut members, mut bought, mut net) = (0, 0, 0);
        for chosen in year.of_kind(kind) {
            members += 1;
            let after = year.sales().filter(|sale| {
                sale["member"] == chosen["member"]
                    && sale["seq"].parse::<u64>().unwrap() > chosen["seq"].parse::<u64>().unwrap()
            });
            let own: Vec<i64> = after.map(|sale| year.net(sale)).collect();
            bought += i64::from(own.iter().any(|net| *net != 0));
            net += own.iter().sum::<i64>();
        }
        assert!(members >= 5 && bought > 0, "{arm}: {bought} of {members}");
        arms.insert(arm, (members, bought, net));
    }
    let question = "--set campaign=letter";
    let rows = year.rows(&format!("uplift {question}"), &["bought", "members"]);
    for (arm, (members, bought, _)) in &arms {
        assert_eq!(rows[*arm], [*bought, *members], "{arm}");
    }
    let (addressed, held_out) = (arms["addressed"], arms["held out"]);
    let share = |arm: (i64, i64, i64)| 100.0 * arm.1 as f64 / arm.0 as f64;
    let value = |made: Value| {
        made["result"]["value"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    let uplift = value(year.made(&format!("uplift {question}")));
    assert!((uplift - (share(addressed) - share(held_out))).abs() < 0.051);
    let discounts = year.discounts();
    let cost = (discounts + year.booked("letter")) as f64;
    let each = |arm: (i64, i64, i64)| arm.2 as f64 / arm.0 as f64;
    let more = (each(addressed) - each(held_out)) * addressed.0 as f64 * 0.35;
    let expected = 100.0 * (more - cost) / cost;
    let told = value(year.made(&format!("return {question} --set margin=35")));
    assert!((told - expected).abs() < 0.051, "{told} {expected}");
}

// proves: S58 S196 S198 S199
#[test]
fn answers_and_segments_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_132);
    let scores = |activity: &str| -> Vec<i64> {
        let sent = year.sent("activity");
        let sent = sent.filter(|line| line["activity"] == activity);
        sent.map(|line| line["fields"]["score"].as_i64().unwrap())
            .collect()
    };
    let value = |id: &str| {
        year.made(id)["result"]["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let nps = scores("nps");
    let promoters = nps.iter().filter(|n| **n >= 9).count() as f64;
    let detractors = nps.iter().filter(|n| **n <= 6).count() as f64;
    let expected = 100.0 * (promoters - detractors) / nps.len() as f64;
    assert!((value("nps").parse::<f64>().unwrap() - expected).abs() < 0.0051);
    for id in ["csat", "ces"] {
        let scores = scores(id);
        let mean = scores.iter().sum::<i64>() as f64 / scores.len() as f64;
        assert!(
            (value(id).parse::<f64>().unwrap() - mean).abs() < 0.0051,
            "{id}"
        );
    }
    // Every buyer is in one segment, with all days and all money.
    let mut days: BTreeSet<(&str, &str)> = BTreeSet::new();
    let (mut buyers, mut net) = (BTreeSet::new(), 0);
    for sale in year.sales().filter(|sale| year.net(sale) != 0) {
        days.insert((&sale["member"], &sale["day"]));
        buyers.insert(&sale["member"]);
        net += year.net(sale);
    }
    let rows = year.rows("rfm", &["members", "purchase_days", "spent"]);
    let sum = |at: usize| rows.values().map(|row| row[at]).sum::<i64>();
    assert_eq!(
        [sum(0), sum(1), sum(2)],
        [buyers.len() as i64, days.len() as i64, net]
    );
}

#[test]
fn deferred_revenue_comes_to_a_count_over_exported_rows() {
    let year = year(20_261_133);
    let entries: BTreeMap<&str, &BTreeMap<String, String>> = (year.entries.iter())
        .map(|one| (&*one["seq"], one))
        .collect();
    let this = &year.entries.last().unwrap()["day"][..4];
    assert_ne!(this, "2025");
    let in_year =
        |one: &BTreeMap<String, String>, of: &str| entries[&*one["seq"]]["day"].starts_with(of);
    let points = |kinds: &[&str], of: &str| -> i64 {
        let found = (year.effects.iter()).filter(|one| {
            one["unit"] == "point" && kinds.contains(&&*one["kind"]) && in_year(one, of)
        });
        found.map(|one| cents(&one["amount"])).sum()
    };
    // Of ten points nine are expected to be redeemed, each worth a cent.
    let granted = |of: &str, issued: i64| {
        let sales = year.sales().filter(|sale| in_year(sale, of));
        let sales: f64 = sales.map(|sale| year.net(sale) as f64).sum();
        let alone = issued as f64 * 0.9;
        (sales, (sales * alone / (sales + alone)).round())
    };
    let gone = (year.effects.iter())
        .filter(|one| one["unit"] == "point" && in_year(one, this) && one["kind"] != "redeem")
        .map(|one| cents(&one["amount"]))
        .sum::<i64>();
    let issued = points(&["award"], "2025");
    let redeemed = -points(&["redeem"], this);
    let (sales, first) = granted("2025", issued);
    let (sales_now, second) = granted(this, gone);
    // Points of the first year are spent first.
    let recognised = (first * redeemed as f64 / (issued as f64 * 0.9)).round();
    let columns = ["sales", "granted", "recognised", "closing", "open_points"];
    let question = "deferred_revenue --by year --set expected=90";
    let rows = year.rows(question, &columns);
    let whole = |cents: f64| cents as i64;
    assert_eq!(
        rows["2025"],
        [whole(sales), whole(first), 0, whole(first), issued]
    );
    assert_eq!(
        rows[this],
        [
            whole(sales_now),
            whole(second),
            whole(recognised),
            whole(first + second - recognised),
            issued + gone - redeemed
        ]
    );
    assert!(redeemed > 0 && gone > 0);
}
