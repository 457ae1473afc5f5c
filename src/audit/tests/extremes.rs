//! Commands with extreme figures: each gets an answer or a refusal, never an
//! error, and all claims about the ledger hold.

use super::whole::Cafe;
use super::*;
use crate::answer::Answer;
use crate::dice::Dice;
use crate::policy::Bundle;

const MANIFEST: &str = r#"
[programme]
name = "extremes"
currency = "EUR"
zone = "Europe/Berlin"
late_window = "7 days"

[[store]]
id = "mitte"
terminals = ["till-1"]

[[store]]
id = "guest"
partner = "gone"

[partner.gone]
earns = "0.9"
redeems = "0.9"

[pool.trees]
digits = 2

[unit.star]
kind = "spendable"
value = "0.01"
expires = { after = "1 month" }

[unit.growth]
kind = "qualifying"

[transfer.star]
"#;

const BASE: &str = r#"campaign(#{ id: "base", role: "base", budget: #{ star: 9007199254740991, each: "month" } });

fn on_purchase(purchase, member) {
    award("star", purchase.earning, "purchase");
    award("growth", purchase.earning, "purchase");
    contribute("trees", purchase.earning / 10);
    refer("star", purchase.earning, "thanks");
}
"#;

const YEARLY: &str = r#"campaign(#{ id: "yearly", on_day: #{ anniversary: "enrolment" } });

fn on_day(day, member) { award("star", 9007199254740991, "years"); }
"#;

/// Figures at and near every bound.
const FIGURES: [i64; 9] = [
    1,
    1200,
    1 << 40,
    1 << 52,
    (1 << 52) + 1,
    AMOUNT_MAX - 1,
    AMOUNT_MAX,
    AMOUNT_MAX / 2,
    9_000_000_000_000_000,
];

fn shop() -> Cafe {
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let tiers = "tiers(#{ levels: [\"plain\", \"gold\"], review: \"12 months\" });\nfn qualify(member) { if member.qualifying(\"growth\") > 1000 { \"gold\" } else { \"plain\" } }";
    let files = vec![
        file("programme.toml", MANIFEST),
        file("tiers.rhai", tiers),
        file("campaigns/base.rhai", BASE),
        file("campaigns/yearly.rhai", YEARLY),
    ];
    Cafe::with(&Bundle::new(files).unwrap())
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A purchase of a member, or without one if `member` is empty.
fn purchase(member: &str, store: &str, cents: i64) -> String {
    let total = money(cents);
    format!(
        r#"{{"do":"purchase",{member}"store":"{store}","total":"{total}","tenders":[{{"kind":"cash","amount":"{total}"}}]}}"#
    )
}

impl Dice {
    fn figure(&mut self) -> i64 {
        FIGURES[self.below(FIGURES.len())]
    }

    /// Makes a command; `sent` keys were used before.
    fn command(&mut self, sent: u32) -> String {
        let (one, two) = (self.below(4), self.below(4));
        let member = format!(r#""member":"card:{one}","#);
        let (figure, of) = (self.figure(), 1 + self.below(sent.max(1) as usize));
        let sign = ["", "-"][self.below(2)];
        match self.below(12) {
            0..=2 => purchase(&member, ["mitte", "guest"][self.below(2)], figure),
            3 => purchase("", "guest", figure),
            4 | 5 => {
                let unit = ["star", "growth"][self.below(2)];
                format!(
                    r#"{{"do":"adjust",{member}"unit":"{unit}","points":{sign}{figure},"reason":"test"}}"#
                )
            }
            6 => format!(r#"{{"do":"redeem",{member}"unit":"star","points":{figure}}}"#),
            7 => format!(
                r#"{{"do":"transfer",{member}"to":"card:{two}","unit":"star","points":{figure}}}"#
            ),
            8 => format!(r#"{{"do":"return","of":"k{of}","all":true}}"#),
            9 => format!(r#"{{"do":"void","of":"k{of}","reason":"test"}}"#),
            10 => format!(
                r#"{{"do":"return","of":"k{of}","amount":"{}"}}"#,
                money(figure)
            ),
            _ => match self.below(8) {
                0 => format!(r#"{{"do":"merge",{member}"into":"card:{two}","reason":"test"}}"#),
                1 => format!(r#"{{"do":"unmerge","of":"k{of}"}}"#),
                2 => r#"{"do":"daily"}"#.into(),
                _ => format!(
                    r#"{{"do":"hold",{member}"unit":"star","points":{figure},"until":"2027-06-01T10:00:00+01:00"}}"#
                ),
            },
        }
    }
}

fn joined() -> Cafe {
    let mut shop = shop();
    assert!(shop.say(r#"{"do":"enrol","aliases":["card:0"]}"#));
    for n in 1..4 {
        let json = format!(r#"{{"do":"enrol","aliases":["card:{n}"],"referrer":"card:0"}}"#);
        assert!(shop.say(&json), "{json}");
    }
    shop
}

fn holds(shop: Cafe) {
    let shop = shop.closed();
    let report = verified(&shop.options());
    assert_eq!(report.outcome(), Outcome::Held, "{report}");
}

#[test]
fn extreme_figures_are_answered_or_refused_and_the_ledger_holds() {
    let (mut accepted, mut too_large) = (0, 0);
    for seed in 0..12u64 {
        println!("seed {seed}");
        let mut dice = Dice::new(seed);
        let mut shop = joined();
        for step in 0..150 {
            let json = dice.command(shop.sent());
            println!("{step}: {json}");
            match shop.answer(&json) {
                Answer::Refused(denied) => too_large += u32::from(denied.code == "too_large"),
                _ => accepted += 1,
            }
            if dice.below(12) == 0 {
                shop.pass_days(1 + dice.below(40) as i64);
            }
        }
        shop.pass_days(400);
        shop.answer(r#"{"do":"daily"}"#);
        holds(shop);
    }
    println!("{accepted} accepted, {too_large} too large");
    assert!(accepted > 600 && too_large > 100, "{accepted} {too_large}");
}

#[test]
fn a_balance_that_would_not_fit_is_refused_by_code_with_its_figures() {
    let mut shop = joined();
    let adjust = r#"{"do":"adjust","member":"card:1","unit":"star","points":9007199254740991,"reason":"test"}"#;
    assert!(shop.say(adjust), "it fits once");
    let Answer::Refused(denied) = shop.answer(adjust) else {
        panic!("it fits twice")
    };
    assert_eq!(denied.code, "too_large", "{denied:?}");
    assert!(denied.message.contains("9007199254740991"), "{denied:?}");
    // The next command of the same member and of others succeeds.
    let small = r#"{"do":"adjust","member":"card:1","unit":"star","points":-1,"reason":"test"}"#;
    assert!(shop.say(small));
    assert!(shop.say(&purchase(r#""member":"card:2","#, "mitte", 1200)));
    holds(shop);
}

#[test]
fn one_members_figures_never_refuse_anothers_sale() {
    let mut shop = joined();
    for n in 0..100 {
        let json = format!(r#"{{"do":"enrol","aliases":["rich:{n}"]}}"#);
        assert!(shop.say(&json));
        let who = format!(r#""member":"rich:{n}","#);
        assert!(shop.say(&purchase(&who, ["mitte", "guest"][n % 2], AMOUNT_MAX)));
        assert!(shop.say(&purchase("", "guest", AMOUNT_MAX)));
    }
    assert!(shop.say(&purchase(r#""member":"card:2","#, "guest", 1200)));
    assert!(shop.say(&purchase(r#""member":"card:2","#, "mitte", 1200)));
    holds(shop);
}
