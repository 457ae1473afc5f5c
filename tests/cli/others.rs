//! Passes, partners and pools, as typed, and verified by an auditor.

use crate::shop::Shop;

fn with(programme: &str) -> Shop {
    let shop = Shop::empty();
    let line = format!("init --programme {programme} --currency CNY --zone Asia/Shanghai");
    shop.run(&line).ends(0);
    shop.run("member enrol --alias card:1").ends(0);
    shop
}

/// Asserts that the rebuilt book is the same, and that every decision can be
/// made again.
fn is_sound(shop: &Shop, show: &str) {
    let before = shop.run(show).ends(0).json();
    shop.run("rebuild").ends(0);
    assert_eq!(shop.run(show).ends(0).json(), before);
    shop.run("audit verify --level 2").ends(0);
}

// proves: PT4
#[test]
fn a_payment_out_of_a_pool_can_be_checked_by_anybody() {
    let shop = with("one-percent");
    shop.run("purchase --total 600000.00 --key a").ends(0);
    shop.run("purchase --member card:1 --total 100.00 --key b")
        .ends(0);
    shop.run("return --of b --amount 40.00 --key c").ends(0);
    let pay = "pool pay earth 5000.00 --to forest-fund --key p1";
    shop.run(pay).ends(0);
    let again = shop.run(&format!("{pay} --json")).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    shop.run("pool pay earth 5000.00 --to forest-fund --key p2")
        .ends(1)
        .says(&["1000.6000"]);
    let told = shop.run("pool show --json").ends(0).json();
    let pool = &told["pools"][0];
    assert_eq!(pool["balance"], "1000.6000", "{told}");
    assert_eq!(pool["years"][0]["given"], "6000.6000", "{told}");
    let paid = &pool["payments"][0];
    assert_eq!(paid["to"], "forest-fund");
    let raw = shop
        .run(&format!("audit raw {} --json", paid["seq"]))
        .ends(0)
        .json();
    assert_eq!(raw["hash"], paid["hash"], "{raw}");
    is_sound(&shop, "pool show --json");
}

#[test]
fn partners_accounts_and_the_programmes_own_add_up_to_nothing() {
    let shop = with("air-miles");
    shop.run("purchase --member card:1 --total 4000.00 --store office --key a")
        .ends(0);
    shop.run("purchase --member card:1 --total 500.00 --store clothes-ginza --key b")
        .ends(0);
    shop.run("redeem --member card:1 --reward coffee-month --key c")
        .ends(0);
    shop.run("return --of b --amount 100.00 --store clothes-ginza --key d")
        .ends(0);
    let told = shop.run("partner show --json").ends(0).json();
    assert_eq!(told["partners"][0]["owes"], "8.00", "{told}");
    assert_eq!(told["partners"][1]["owes"], "-180.00", "{told}");
    assert_eq!(told["programme"], "172.00", "{told}");
    shop.run("partner settle nobody --month 2026-01 --key e")
        .ends(2)
        .says(&["unknown_partner"]);
    shop.run("partner settle coffee-house --month 2001-01 --key f")
        .ends(1)
        .says(&["already_so"]);
    shop.run("partner settle coffee-house --month May --key g")
        .ends(2)
        .says(&["2026-11"]);
    shop.run("partner suspend clothes-shop --reason arrears --key h")
        .ends(0);
    shop.run("purchase --member card:1 --total 5.00 --store clothes-ginza --key i")
        .ends(1)
        .says(&["partner_suspended"]);
    is_sound(&shop, "partner show --json");
}

#[test]
fn a_pass_is_started_once_used_and_paid_back() {
    let shop = with("paid-membership");
    let start = "pass start prime --member card:1 --key a";
    shop.run(start).ends(0);
    let again = shop.run(&format!("{start} --json")).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    shop.run("pass start prime --member card:1 --paid 1.00 --key a")
        .ends(1)
        .says(&["key_conflict"]);
    let bought = r#"{"do":"purchase","key":"b","member":"card:1","total":"10.00",
        "lines":[{"amount":"10.00"}],"charges":[{"kind":"delivery","amount":"12.00"}],
        "discounts":[{"campaign":"free-delivery","amount":"12.00"}]}"#;
    shop.say(&bought.replace('\n', " ")).ends(0);
    let told = shop.run("pass show --member card:1 --json").ends(0).json();
    assert_eq!(told["passes"]["prime"]["uses"], 1, "{told}");
    is_sound(&shop, "pass show --member card:1 --json");
    shop.run("pass renew prime --member card:1 --key c").ends(0);
    let cancel = "pass cancel prime --member card:1 --reason moved --key d --json";
    let told = shop.run(cancel).ends(0).json();
    assert_eq!(
        told["give_back"]["money"], "598.00",
        "all of it: it began today"
    );
    assert_eq!(shop.run(cancel).ends(0).json()["repeated"], true);
    shop.run("pass cancel prime --member card:1 --reason moved --key e")
        .ends(1)
        .says(&["pass_required"]);
    is_sound(&shop, "pass show --member card:1 --json");
}
