//! Commands that come late: limits by the day hold on every day they may come from.

use super::whole::Cafe;
use super::*;
use crate::policy::Bundle;

const CAPPED: &str = r#"campaign(#{ id: "base", role: "base", per_member: #{ star: 10, each: "day" }, budget: #{ growth: 30, each: "day" } });

fn on_purchase(purchase, member) {
    award("star", 10, "purchase");
    award("growth", 10, "purchase");
}
"#;

fn manifest(late: &str) -> String {
    format!(
        r#"
[programme]
name = "late"
currency = "EUR"
zone = "UTC"
late_window = "{late}"

[unit.star]
kind = "spendable"

[unit.growth]
kind = "qualifying"

[transfer.star]
max_day = 10
"#
    )
}

fn bundle(late: &str) -> Bundle {
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", &manifest(late)),
        file("campaigns/base.rhai", CAPPED),
    ];
    Bundle::new(files).unwrap()
}

fn shop(late: &str) -> Cafe {
    let mut shop = Cafe::with(&bundle(late));
    for n in 0..2 {
        assert!(shop.say(&format!(r#"{{"do":"enrol","aliases":["card:{n}"]}}"#)));
    }
    shop
}

/// Noon, that many days ago.
fn noon(shop: &Cafe, days_ago: i32) -> String {
    let day = Calendar::utc().day_of(shop.now()).plus_days(-days_ago);
    format!("{day}T08:00:00Z")
}

fn buys(shop: &mut Cafe, days_ago: i32) {
    let at = noon(shop, days_ago);
    assert!(shop.say(&format!(
        r#"{{"do":"purchase","at":"{at}","member":"card:0","total":"1.00","tenders":[{{"kind":"cash","amount":"1.00"}}]}}"#
    )));
}

fn given(shop: &Cafe, unit: Number) -> i64 {
    let entries = shop.entries();
    let effects = entries.iter().flat_map(|entry| &entry.effects);
    let amounts = effects.map(|effect| match effect {
        Effect::Award {
            unit: u, amount, ..
        }
        | Effect::Qualify {
            unit: u, amount, ..
        } if *u == unit => amount.0,
        _ => 0,
    });
    amounts.sum()
}

fn holds(shop: &Cafe) {
    let report = verified(&shop.options());
    assert_eq!(report.outcome(), Outcome::Held, "{report}");
}

#[test]
fn a_daily_limit_holds_for_late_purchases_on_every_day_of_the_window() {
    for (late, days) in [("3 weeks", 20), ("62 days", 61)] {
        let mut shop = shop(late);
        shop.pass_days(100);
        for _ in 0..4 {
            // The newest day first, so that the oldest has the most entries after it.
            for ago in 0..=days {
                buys(&mut shop, ago);
            }
        }
        let shop = shop.closed();
        let each_day = i64::from(days + 1);
        assert_eq!(given(&shop, 2), 10 * each_day, "{late}: of the member");
        assert_eq!(given(&shop, 1), 30 * each_day, "{late}: of the campaign");
        holds(&shop);
    }
}

#[test]
fn what_may_be_sent_in_a_day_holds_when_days_are_named_in_turns() {
    let mut shop = shop("3 weeks");
    let adjust = r#"{"do":"adjust","member":"card:0","unit":"star","points":1000,"reason":"test"}"#;
    assert!(shop.say(adjust));
    shop.pass_days(30);
    let mut sent = 0;
    for _ in 0..4 {
        for ago in [0, 5, 20, 1, 19] {
            let at = noon(&shop, ago);
            let done = shop.say(&format!(
                r#"{{"do":"transfer","at":"{at}","member":"card:0","to":"card:1","unit":"star","points":6}}"#
            ));
            sent += u32::from(done);
        }
    }
    assert_eq!(sent, 5, "one a day, of five days");
    holds(&shop.closed());
}
