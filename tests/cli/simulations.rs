//! `policy simulate`, as text, JSON and a page, on the ledger's past and on a file.

use crate::shop::Shop;
use serde_json::Value;

const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"USD\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\n";
const WINDOW: &str = "--from 2020-01-01 --to 2099-12-31";

fn base(amount: &str) -> String {
    format!(
        "campaign(#{{ id: \"base\", role: \"base\" }});\nfn on_purchase(purchase, member) {{ award(\"point\", {amount}, \"purchase\"); }}\n"
    )
}

/// A shop with the programme `x` and the draft `y`, which gives twice as much.
fn shop() -> Shop {
    let shop = Shop::empty();
    for (name, amount) in [("x", "purchase.earning"), ("y", "2 * purchase.earning")] {
        shop.write(&format!("{name}/programme.toml"), PROGRAMME);
        shop.write(&format!("{name}/campaigns/base.rhai"), base(amount));
    }
    shop
}

fn points(told: &Value) -> [Value; 3] {
    let points = &told["campaigns"][0]["points"];
    ["then", "draft", "difference"].map(|side| points[side].clone())
}

#[test]
fn a_draft_is_told_beside_what_was_in_force_as_text_json_and_page() {
    let shop = shop();
    shop.run("init --programme x").ends(0);
    shop.run("purchase --enrol --member card:1 --total 30.00 --key a")
        .ends(0);
    let json = shop
        .run(&format!("policy simulate y {WINDOW} --json"))
        .ends(0)
        .json();
    assert_eq!(points(&json), [30, 60, 30].map(Value::from));
    assert_eq!(json["campaigns"][0]["value"]["difference"], "0.30");
    assert_eq!(json["replies"], "as-they-were");
    let same = shop
        .run(&format!("policy backtest x {WINDOW} --json"))
        .ends(0)
        .json();
    assert_eq!(points(&same), [30, 30, 0].map(Value::from));
    assert_eq!(same["most"], Value::Array(Vec::new()));
    let text = shop.run(&format!("policy simulate y {WINDOW}")).ends(0);
    let text = text.says(&[
        "Given, by campaign",
        "cannot be known",
        "Spending as it was",
    ]);
    drop(text);
    let cash = shop
        .run(&format!("policy simulate y {WINDOW} --replies cash"))
        .ends(0);
    drop(cash.says(&["Spending in cash"]));
    let page = shop
        .run(&format!("policy simulate y {WINDOW} --format html"))
        .ends(0);
    let page = page.says(&[
        "<!doctype html>",
        "prefers-color-scheme",
        "Given, by campaign",
    ]);
    drop(page.lacks(&["http:", "https:", "<script", "<link"]));
    let page = shop
        .run(&format!(
            "policy simulate y {WINDOW} --format html --language zh"
        ))
        .ends(0);
    let page = page.says(&["lang=\"zh", "各活动的发放", "无从得知", "期内入会", "草稿"]);
    drop(page.lacks(&["Given, by campaign", "cannot be known", "joined in"]));
    // Nothing was booked.
    let balance = shop.run("balance card:1 --json").json();
    assert_eq!(
        balance["now"]["balance"]["point"]["available"], 30,
        "{balance}"
    );
}

#[test]
fn a_window_that_ends_before_it_begins_is_refused() {
    let shop = shop();
    shop.run("init --programme x").ends(0);
    let wrong = "policy simulate y --from 2026-03-02 --to 2026-03-01";
    drop(shop.run(wrong).ends(2).says(&["--from", "after --to"]));
    drop(
        shop.run("policy simulate y --from March --to 2026-03-01")
            .ends(2)
            .says(&["--from"]),
    );
    drop(
        shop.run("policy simulate none --from 2026-03-01 --to 2026-03-01")
            .ends(2)
            .says(&["none"]),
    );
}

#[test]
fn the_sales_of_a_file_need_no_ledger() {
    let shop = shop();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cdnow_sample.txt");
    shop.write("sales.txt", std::fs::read(sample).unwrap());
    let map = "--map member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value";
    let on = format!("--from 1997-01-01 --to 1998-06-30 --on sales.txt {map} --json");
    let told = shop.run(&format!("policy simulate y {on}")).ends(0).json();
    // Cents of every sale, floored, twice; by hand from the file.
    let text = std::fs::read_to_string(sample).unwrap();
    let cents = text.lines().skip(1).map(|line| {
        let amount = line.split_whitespace().nth(3).unwrap().replace('.', "");
        amount.parse::<i64>().unwrap()
    });
    let doubled: i64 = cents.clone().map(|cents| 2 * cents / 100).sum();
    let plain: i64 = cents.map(|cents| cents / 100).sum();
    assert_eq!(points(&told), [0, doubled, doubled].map(Value::from));
    assert!(
        told["most"][0]["member"]
            .as_str()
            .unwrap()
            .starts_with("id:"),
        "{told}"
    );
    let told = shop
        .run(&format!("policy simulate y --against x {on}"))
        .ends(0)
        .json();
    assert_eq!(
        points(&told),
        [plain, doubled, doubled - plain].map(Value::from)
    );
    assert!(!shop.path("ledger").exists(), "no ledger is left");
}

// proves: S167
#[test]
fn activate_tells_what_the_last_days_would_have_cost_before_it_takes_effect() {
    let shop = shop();
    shop.run("init --programme x").ends(0);
    shop.run("purchase --enrol --member card:1 --total 30.00 --key a")
        .ends(0);
    let told = shop
        .run("policy activate y --simulate 30d --dry-run")
        .ends(0);
    drop(told.says(&[
        "Earned: 0.30 USD then, 0.60 by the draft (+0.30)",
        "Given, by campaign",
        "policy simulate y --from",
        "nothing was booked",
    ]));
    for wrong in ["0d", "30h", "many", "99999d"] {
        let told = shop.run(&format!("policy activate y --simulate {wrong}"));
        drop(told.ends(2).says(&["such as 30d"]));
    }
    let plain = shop
        .run("policy activate y --dry-run --json")
        .ends(0)
        .json();
    assert!(plain["simulation"].is_null(), "{plain}");
    let json = shop
        .run("policy activate y --simulate 1d --json")
        .ends(0)
        .json();
    assert_eq!(points(&json["simulation"]), [30, 60, 30].map(Value::from));
    assert!(json["seq"].is_u64(), "{json}");
    let status = shop.run("policy status y --json").ends(0).json();
    assert_eq!(status["number"], 2, "{status}");
}
