//! Scripts that go wrong at the till: the sale stands, the answer says what
//! failed and where, and nothing else is given.

use crate::shop::Shop;

const HEAD: &str = "campaign(#{ id: \"base\", title: \"t\", role: \"base\" });\n";

fn script(body: &str) -> String {
    format!("{HEAD}fn on_purchase(purchase, member) {{\n    {body}\n}}\n")
}

fn with(body: &str) -> Shop {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.write("programme/campaigns/base.rhai", script(body));
    shop
}

#[test]
fn what_only_shows_at_the_till_does_not_lose_the_sale() {
    for (body, word) in [
        ("let n = 0; loop { n += 1; }", "steps"),
        ("on_purchase(purchase, member);", ""),
        ("let s = \"x\"; for i in 0..60 { s += s; }", ""),
        ("let a = []; for i in 0..100000 { a.push(i); }", ""),
        (
            "award(\"point\", 1 / (purchase.lines.len() - purchase.lines.len()), \"\");",
            "",
        ),
    ] {
        let shop = with(body);
        shop.run("policy activate").ends(0);
        let bought = shop
            .run("--json purchase --member card:1 --total 5.00 --key k")
            .ends(0);
        let warning = &bought.json()["warnings"][0];
        assert_eq!(warning["code"], "campaign_failed", "{body}: {}", bought.out);
        let message = warning["message"].as_str().unwrap();
        assert!(message.contains("campaigns/base.rhai"), "{body}: {message}");
        assert!(message.contains(word), "{body}: {message}");
        let now = shop.run("--json balance card:1").ends(0).json();
        assert_eq!(now["now"]["balance"]["point"]["available"], 0, "{body}");
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn absurd_awards_are_cut_or_failed_never_booked() {
    for body in [
        "award(\"star\", 99999999999999, \"\");",
        "award(\"star\", -5, \"\");",
        "award(\"star\", 9223372036854775807, \"\"); award(\"star\", 9223372036854775807, \"\");",
    ] {
        let shop = Shop::cafe();
        shop.run("member enrol --alias card:1").ends(0);
        shop.write("programme/campaigns/base.rhai", script(body));
        shop.run("policy activate").ends(0);
        let buy = "--json purchase --member card:1 --total 5.00 --key k";
        let bought = shop.run(buy).ends(0).json();
        let is_told = !bought["warnings"].as_array().unwrap().is_empty()
            || bought["did"].to_string().contains("cut");
        assert!(is_told, "{body}: {bought}");
        // The programme's own limit is 10,000 for one entry.
        let held = bought["after"]["star"].as_i64().unwrap_or(0);
        assert!((0..=10_000).contains(&held), "{body}: {bought}");
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn what_cannot_work_does_not_take_effect() {
    for (body, word) in [
        (
            "award(\"point\", purchase.totl, \"\");",
            "did you mean 'total'?",
        ),
        ("award(\"pont\", 1, \"\");", "point"),
        ("awrd(\"point\", 1, \"\");", "award"),
        ("award(\"point\", 1, \"\")}", "campaigns/base.rhai:"),
        ("award（\"point\", 1, \"\");", "campaigns/base.rhai:3:"),
    ] {
        let shop = with(body);
        shop.run("policy check").ends(2).says(&[word, "^"]);
        shop.run("policy activate").ends(2).says(&[word, "^"]);
        let bought = shop
            .run("--json purchase --member card:1 --total 5.00")
            .ends(0);
        assert_eq!(bought.json()["after"]["point"], 5);
    }
}
