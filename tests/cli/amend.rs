//! Sales that came to something else after all, as when an order is weighed at pick-up.

use crate::reassign::points;
use crate::shop::Shop;
use crate::slips::day;
use serde_json::{Value, json};

const ORDER: &str = r#"{"do":"purchase","key":"s","member":"card:1","store":"mitte","terminal":"till-1","channel":"app","operator":"ann","at":"AT","receipt":"000812","order":"T7","total":"12.40","lines":[{"sku":"APPLES","category":"fruit","qty":"1.000","amount":"10.00"},{"sku":"BREAD","amount":"3.40"}],"discounts":[{"amount":"1.00","line":2}],"tenders":[{"kind":"card","amount":"12.40"}],"codes":["SPRING"]}"#;
const WEIGHED: &str = "--json amend --order T7 --total 13.90 --line APPLES:fruit:1.150:11.50 --line BREAD:3.40 --store mitte --terminal till-2 --operator bob --reason 'weighed at pick-up' --key m";

/// One point for a euro, and an order of yesterday on card:1.
fn ordered() -> Shop {
    ordered_on(&day(1))
}

/// [`ordered`], with the day of the order.
fn ordered_on(yesterday: &str) -> Shop {
    let programme = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\nvalue = \"0.10\"\n\n[currency.USD]\nrate = \"0.50\"\n";
    let base = "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) {\n    award(\"point\", floor(purchase.earning), \"purchase\");\n}\n";
    let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
    for card in ["card:1", "card:2"] {
        shop.run(&format!("member enrol --alias {card} --key {card}"))
            .ends(0);
    }
    shop.say(&ORDER.replace("AT", &format!("{yesterday}T10:03:00+01:00")))
        .ends(0);
    shop
}

/// A refusal, with its words; nothing is booked.
#[track_caller]
fn no(shop: &Shop, line: &str, words: &[&str]) {
    let before = shop.run("--json balance card:1").ends(0).json()["now"].clone();
    let invalid = ["does_not_add_up", "bad_input", "unknown_currency"];
    let is_invalid = words.iter().any(|word| invalid.contains(word));
    shop.run(line).ends(1 + i32::from(is_invalid)).says(words);
    let after = shop.run("--json balance card:1").ends(0).json()["now"].clone();
    assert_eq!(before["balance"], after["balance"], "{line}");
}

// proves: AMEND1
#[test]
fn an_order_is_booked_as_it_was_weighed_at_pick_up() {
    let yesterday = day(1);
    let shop = ordered_on(&yesterday);
    assert_eq!(points(&shop, "card:1"), 12);
    // The same order with another total is no second sale; the refusal names the way.
    let pick_up = "--json purchase --member card:1 --order T7 --total 13.90 --key p";
    let conflict = shop.run(pick_up).ends(1).json();
    assert_eq!(conflict["code"], "order_conflict", "{conflict}");
    assert!(
        conflict["message"].to_string().contains("amend"),
        "{conflict}"
    );
    // A quote books nothing.
    let quote = json!({"ask": "quote", "command": {"do": "amend", "order": "T7", "total": "13.40",
        "lines": [{"sku": "APPLES", "amount": "11.00"}, {"sku": "BREAD", "amount": "3.40"}], "reason": "x"}});
    let quoted = shop.say(&quote.to_string()).ends(0).json();
    assert_eq!(quoted["amended"]["to_pay"], "1.00", "{quoted}");
    assert_eq!(quoted["amended"]["booked"].get("seq"), None, "{quoted}");
    assert_eq!(points(&shop, "card:1"), 12);

    let told = shop.run(WEIGHED).ends(0).json();
    let (amended, undone) = (&told["amended"], &told["amended"]["undone"]);
    assert_eq!(
        (&amended["of"], &undone["key"], &undone["seq"], &told["seq"]),
        (&4.into(), &"m~1".into(), &5.into(), &6.into()),
        "{told}"
    );
    assert_eq!(amended["to_pay"], "1.50", "{told}");
    assert_eq!(undone["member"], amended["booked"]["member"]);
    assert_eq!(told.get("reassigned"), None);
    assert_eq!(points(&shop, "card:1"), 13);
    // Sent again it has the same answer, however the sale is named.
    for again in [
        WEIGHED.to_owned(),
        WEIGHED.replace("--order T7", "--of s"),
        WEIGHED.replace("--order T7", "--receipt 000812 --sale-terminal till-1"),
    ] {
        let again = shop.run(&again).ends(0).json();
        assert_eq!(
            (&again["repeated"], &again["amended"]),
            (&true.into(), amended),
            "{again}"
        );
    }
    for other in [
        WEIGHED.replace("13.90", "13.91"),
        WEIGHED.replace("BREAD:3.40", "ROLLS:3.40"),
        WEIGHED.replace("weighed at pick-up", "counted"),
    ] {
        shop.run(&other).ends(1).says(&["key_conflict"]);
    }
    // All else stayed, and the pick-up's own purchase is that sale now.
    let order = shop.run("--json find --order T7").ends(0).json();
    assert_eq!(
        (&order["seq"], &order["amended"]),
        (&6.into(), amended),
        "{order}"
    );
    let explained = shop.run("--json explain 6").ends(0).json().to_string();
    for kept in [&*yesterday, "SPRING", "000812", "app", "13.90", "1.15"] {
        assert!(explained.contains(kept), "{kept} {explained}");
    }
    shop.run("explain 4")
        .ends(0)
        .says(&["booked again as entry 6"]);
    shop.run("explain 5").ends(0).says(&["weighed at pick-up"]);
    shop.run("explain 6").ends(0).says(&["in place of entry 4"]);
    let explained = |seq: u64| shop.run(&format!("--json explain {seq}")).ends(0).json();
    assert_eq!(
        (&explained(4)["corrected_as"], &explained(6)["corrects"]),
        (&6.into(), &4.into())
    );
    assert_eq!(explained(6).get("corrected_as"), None);
    shop.run("find --key s")
        .ends(0)
        .says(&["it was amended as entry 6"]);
    let same = shop
        .run(&pick_up.replace("--key p", "--key q"))
        .ends(0)
        .json();
    assert_eq!(
        (&same["repeated"], &same["seq"]),
        (&true.into(), &6.into()),
        "{same}"
    );
    shop.run(WEIGHED.trim_start_matches("--json "))
        .ends(0)
        .says(&["to pay 1.50", "entry 4, of m-", "is undone"]);
    // What comes back is what was paid in the end, by the first key too.
    let back = shop
        .run("--json return --of s --line 1 --key r1")
        .ends(0)
        .json();
    assert_eq!(back["give_back"]["money"], "11.50", "{back}");
    assert_eq!(back["moved_sale"], json!({"of": 6, "was": 4}));
    let rest = shop
        .run("--json return --of m --all --key r2")
        .ends(0)
        .json();
    assert_eq!(rest["give_back"]["money"], "2.40", "{rest}");
    assert_eq!(points(&shop, "card:1"), 0);
    shop.run("rebuild").ends(0);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND2
#[test]
fn a_sale_is_amended_again_and_undone_by_its_first_key() {
    let shop = ordered();
    shop.run(WEIGHED).ends(0);
    let less = "--json amend --of s --total 9.10 --line APPLES:fruit:0.670:6.70 --line BREAD:3.40 --reason 'weighed again' --key m2";
    let told = shop.run(less).ends(0).json();
    assert_eq!(
        (&told["amended"]["of"], &told["amended"]["to_pay"]),
        (&6.into(), &"-4.80".into()),
        "{told}"
    );
    assert_eq!(points(&shop, "card:1"), 9);
    assert_eq!(shop.run(less).ends(0).json()["repeated"], true);
    assert_eq!(shop.run(WEIGHED).ends(0).json()["repeated"], true);
    // It is so already, whichever way it is said.
    no(&shop, &less.replace("m2", "m3"), &["already_so"]);
    no(
        &shop,
        "amend --order T7 --total 9.10 --reason x --key m4",
        &["already_so", "entry 8"],
    );
    for nothing in [
        "amend --order T7 --reason x --key m5",
        "amend --total 1.00 --reason x --key m5",
    ] {
        shop.run(nothing).ends(2).says(&["is missing"]);
    }
    shop.run("amend --order T7 --of s --total 1.00 --reason x --key m5")
        .ends(2)
        .says(&["exclude each other"]);
    shop.run("reassign --of s --to card:2 --reason 'wrong card' --key w")
        .ends(0);
    assert_eq!(
        (points(&shop, "card:1"), points(&shop, "card:2")),
        (0.into(), 9.into())
    );
    shop.run("void --of s --reason 'never picked up' --key v")
        .ends(0);
    assert_eq!(points(&shop, "card:2"), 0);
    no(
        &shop,
        &less.replace("m2", "m6"),
        &["already_voided", "as a purchase"],
    );
    // Its number is free again.
    shop.run("purchase --member card:1 --order T7 --total 5.00 --key again")
        .ends(0);
    shop.write(
        "rows.csv",
        "do,key,order,total,reason\namend,f,T7,8.00,weighed\n",
    );
    shop.run("import rows.csv").ends(0).says(&["1 booked"]);
    assert_eq!(points(&shop, "card:1"), 8);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND3
#[test]
fn what_cannot_be_amended_is_refused_and_the_answer_says_what_to_do() {
    let shop = ordered();
    let more = "amend --order T7 --total 13.90 --reason x --key m";
    no(
        &shop,
        more,
        &["does_not_add_up", "lines", "send it as it is now too"],
    );
    no(
        &shop,
        &more.replace("T7", "T8"),
        &["unknown_purchase", "no sale has order T8"],
    );
    no(
        &shop,
        &more.replace("--order T7", "--of card:1"),
        &["not_reversible", "only a sale can be amended"],
    );
    // The discount was for the bread, which is the first line now.
    let turned = "amend --order T7 --total 13.90 --line BREAD:3.40 --line APPLES:fruit:1.150:11.50 --reason x --key m";
    no(&shop, turned, &["bad_input", "discounts: ", "line 2"]);
    shop.run(
        &turned
            .replace("--reason", "--discount 1.00@1 --reason")
            .replace("--key m", "--key m1"),
    )
    .ends(0);
    no(
        &shop,
        "amend --order T7 --total 13.90 --currency USD --reason x --key m",
        &["unknown_currency", "EUR"],
    );
    shop.run("amend --order T7 --total 13.90 --currency XXX --reason x --key m")
        .ends(2);
    // Of two tenders in money nobody knows which one paid more.
    shop.run(
        "purchase --member card:1 --total 10.00 --tender cash:4.00 --tender card:6.00 --key two",
    )
    .ends(0);
    let two = "amend --of two --total 11.00 --reason x --key m";
    no(&shop, two, &["does_not_add_up", "tenders"]);
    let told = shop
        .run(&format!(
            "--json {two} --tender cash:4.00 --tender card:7.00"
        ))
        .ends(0)
        .json();
    assert_eq!(told["amended"]["to_pay"], "1.00", "{told}");
    // Points that are spent, and goods that came back.
    shop.run("redeem --member card:1 --unit point --points 12 --key p")
        .ends(0);
    let once_more = "amend --order T7 --total 14.90 --line BREAD:3.40 --line APPLES:fruit:1.250:12.50 --reason x --key z";
    no(
        &shop,
        once_more,
        &["has_dependents", "spent", "a sale of its own"],
    );
    shop.run("void --of p --reason x --key pv").ends(0);
    shop.run("return --of s --line 1 --key r").ends(0);
    no(
        &shop,
        &once_more.replace("--key z", "--key z2"),
        &[
            "has_dependents",
            "is a return of it",
            "undo that if it can be",
        ],
    );
    shop.run("void --of r --reason x --key rv").ends(0);
    // A refusal for good is recorded under its key; nothing else is.
    no(&shop, once_more, &["has_dependents", "spent"]);
    shop.run(&once_more.replace("--key z", "--key z3")).ends(0);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND3
#[test]
fn a_sale_in_another_currency_is_amended_in_it_at_its_rate() {
    let shop = ordered();
    shop.run("purchase --member card:1 --currency USD --total 20.00 --line TEA:20.00 --tender card:20.00 --key d").ends(0);
    assert_eq!(points(&shop, "card:1"), 22);
    let manifest = String::from_utf8(shop.read("own/programme.toml")).unwrap();
    shop.write("own/programme.toml", manifest.replace("0.50", "0.80"));
    shop.run("policy activate own --without-stories --reason rate")
        .ends(0);
    let line = "amend --of d --total 24.00 --line TEA:24.00 --reason weighed --key m";
    no(&shop, line, &["unknown_currency", "USD"]);
    let line = format!("{line} --currency USD");
    no(&shop, &line, &["bad_input", "tenders: ", "USD"]);
    let line = format!("--json {line} --tender card:24.00");
    let told = shop.run(&line).ends(0).json();
    let paid = json!({"currency": "USD", "total": "24.00", "rate": "0.50", "counted": "12.00"});
    assert_eq!(told["foreign"]["counted"], paid["counted"], "{told}");
    assert_eq!(told["foreign"]["total"], paid["total"], "{told}");
    assert_eq!(told["amended"]["to_pay"], "2.00", "{told}");
    assert_eq!(
        told["amended"]["foreign"],
        json!({"currency": "USD", "money": "4.00"}),
        "{told}"
    );
    assert_eq!(points(&shop, "card:1"), 24);
    assert_eq!(shop.run(&line).ends(0).json()["repeated"], true);
    shop.run(line.trim_start_matches("--json "))
        .ends(0)
        .says(&["to pay 2.00, in USD to pay 4.00"]);
    no(&shop, &line.replace("--key m", "--key m2"), &["already_so"]);
    let back = shop
        .run("--json return --of d --all --key r")
        .ends(0)
        .json();
    assert_eq!(back["give_back"]["foreign"]["money"], "24.00", "{back}");
    shop.run("audit verify --level 2").ends(0);
}

/// Stars of a card.
fn stars(shop: &Shop) -> (Value, Value) {
    let told = shop.run("--json balance card:6900012345").ends(0).json();
    let star = &told["now"]["balance"]["star"];
    (star["available"].clone(), star["held"].clone())
}

// proves: AMEND5
#[test]
fn what_the_member_paid_with_pays_again_as_far_as_the_goods_do() {
    let card = "card:6900012345";
    let shop = crate::vouchers::shop("tests/programmes/goods");
    shop.run(&format!(
        "adjust --member {card} --unit star --points 300 --reason gift --approver ann --key a"
    ))
    .ends(0);
    let code = crate::vouchers::issued(&shop, "v", "mug");
    crate::vouchers::issued(&shop, "w", "tenth");
    shop.run(&format!(
        "hold --member {card} --unit star --points 40 --until 2099-01-01T00:00:00Z --key h"
    ))
    .ends(0);
    // 20.00 of food: 2.00 by points, 4.00 by what was held, a loaf (3.00), a mug (5.00), and a
    // tenth of the rest without its code.
    let sale = format!(
        r#"{{"do":"purchase","key":"s","member":"{card}","total":"40.00","lines":[{{"sku":"LOAF","category":"bread","amount":"3.00"}},{{"sku":"CAKE","category":"food","amount":"37.00"}}],"tenders":[{{"kind":"points","unit":"star","points":20,"amount":"2.00"}},{{"kind":"points","hold":"h","unit":"star","amount":"4.00","final":true}},{{"kind":"reward","reward":"piece","line":1}},{{"kind":"voucher","code":"{code}","amount":"5.00"}},{{"kind":"cash","amount":"26.00"}}]}}"#
    );
    shop.say(&sale).ends(0);
    let (available, held) = stars(&shop);
    assert_eq!(held, 0);
    // The loaf is heavier: its reward pays the loaf as it is, and cash the rest.
    let line = "--json amend --of s --total 42.20 --line LOAF:bread:1:3.20 --line CAKE:food:1:39.00 --reason weighed --key m";
    let told = shop.run(line).ends(0).json();
    assert_eq!(told["amended"]["to_pay"], "2.00", "{told}");
    let after = stars(&shop);
    assert_eq!(
        (
            after.1,
            after.0.as_i64().unwrap() - available.as_i64().unwrap()
        ),
        (0.into(), 2),
        "{told}"
    );
    assert_eq!(shop.run(line).ends(0).json()["repeated"], true);
    // The voucher is used up, and comes back with the goods, as all else does.
    let other = format!(
        r#"{{"do":"purchase","key":"o","total":"9.00","tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
    );
    shop.say(&other).ends(1).says(&["code_used"]);
    let back = shop
        .run("--json return --of s --all --key r")
        .ends(0)
        .json();
    assert_eq!(back["give_back"]["money"], "28.00", "{back}");
    assert_eq!(stars(&shop), (300.into(), 0.into()));
    // Used by its holder without a code it pays again too.
    let own = format!("purchase --member {card} --total 20.00 --line CAKE:food:1:20.00 --key t");
    let tenth = format!(
        r#"{{"do":"purchase","key":"t","member":"{card}","total":"20.00","lines":[{{"sku":"CAKE","category":"food","amount":"20.00"}}],"tenders":[{{"kind":"voucher","unit":"tenth"}}]}}"#
    );
    shop.say(&tenth).ends(0);
    shop.run(&own).ends(1).says(&["key_conflict"]);
    let told = shop
        .run("--json amend --of t --total 30.00 --line CAKE:food:1:30.00 --reason weighed --key n")
        .ends(0)
        .json();
    assert_eq!(told["amended"]["to_pay"], "9.00", "{told}");
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND5
#[test]
fn the_code_on_the_slip_of_a_sale_of_nobody_still_claims() {
    let shop = crate::vouchers::shop(crate::vouchers::PROGRAMME);
    let sold = shop
        .say(r#"{"do":"purchase","key":"s","order":"T7","total":"60.00"}"#)
        .ends(0)
        .json();
    let code = sold["claim"].as_str().unwrap();
    let told = shop
        .run("--json amend --order T7 --total 70.00 --reason weighed --key m")
        .ends(0)
        .json();
    assert_eq!(
        (&told["amended"]["to_pay"], told.get("member")),
        (&"10.00".into(), None),
        "{told}"
    );
    let claim = format!("claim {code} --member card:6900012345 --key c");
    shop.run(&claim).ends(0);
    shop.run("amend --order T7 --total 80.00 --reason x --key m2")
        .ends(1)
        .says(&["has_dependents", "claimed", "a sale of its own"]);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND5
#[test]
fn what_was_sent_before_an_amendment_is_repeated_with_the_code_that_its_till_made() {
    let shop = crate::vouchers::shop(crate::vouchers::PROGRAMME);
    let hash = "5e".repeat(32);
    let sale = format!(
        r#"{{"do":"purchase","key":"k1","order":"T7","total":"60.00","claim_hash":"{hash}"}}"#
    );
    let seq = shop.say(&sale).ends(0).json()["seq"].clone();
    let more = |total: &str, key: &str| {
        shop.run(&format!(
            "--json amend --of k1 --total {total} --reason weighed --key {key}"
        ))
        .ends(0)
        .json()
    };
    let first = more("70.00", "k2");
    // The queue has had no answer, and sends it again.
    let again = shop.say(&sale).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["seq"]),
        (&true.into(), &seq),
        "{again}"
    );
    more("80.00", "k3");
    let again = more("70.00", "k2");
    assert_eq!(
        (&again["repeated"], &again["seq"]),
        (&true.into(), &first["seq"]),
        "{again}"
    );
    assert_eq!(shop.say(&sale).ends(0).json()["repeated"], true);
    // The code of another sale is refused as ever.
    shop.say(&sale.replace("k1", "k4").replace("T7", "T8"))
        .ends(1)
        .says(&["code_used"]);
    shop.say(&sale.replace("60.00", "61.00"))
        .ends(1)
        .says(&["key_conflict"]);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AMEND2
#[test]
fn a_sale_went_to_another_card_only_if_another_member_has_it() {
    let moved = "another member's card";
    let shop = ordered();
    shop.run("member enrol --alias card:3 --key card:3").ends(0);
    // Too little for a point, which the merge would have moved.
    shop.run("purchase --member card:1 --total 0.40 --key z")
        .ends(0);
    shop.run("member merge card:1 card:2 --reason 'one person' --key one")
        .ends(0);
    shop.run("amend --of z --total 0.60 --reason weighed --key m")
        .ends(0);
    shop.run("find --key z")
        .ends(0)
        .says(&["it was amended as entry"])
        .lacks(&[moved]);
    shop.run("return --of z --all --member card:3 --key r")
        .ends(1)
        .says(&["wrong_member"])
        .lacks(&[moved]);

    let shop = ordered();
    shop.run("reassign --of s --to card:2 --reason 'wrong card' --key w")
        .ends(0);
    shop.run(WEIGHED).ends(0);
    shop.run("find --key s")
        .ends(0)
        .says(&[moved, "as entry 8"]);
    shop.run("find --key w")
        .ends(0)
        .says(&["it was amended as entry 8"]);
    shop.run("return --of s --all --member card:1 --key r")
        .ends(1)
        .says(&[
            "wrong_member",
            "the sale of entry 4 went to another member's card as entry 8",
        ]);
    shop.run("return --of s --all --member card:2 --key r2")
        .ends(0);
}

/// What was done within one day, told today and yesterday; begun again if the day changed
/// meanwhile.
fn within_a_day<T>(done: impl Fn(&str, &str) -> T) -> T {
    loop {
        let (today, yesterday) = (day(0), day(1));
        let what = done(&today, &yesterday);
        if day(0) == today {
            return what;
        }
    }
}

/// A shop in which two sales were amended and one of them undone, and what it told of its days.
struct Told {
    shop: Shop,
    today: String,
    yesterday: String,
    ordered: Value,
    amended: Value,
    first_till: Value,
    second_till: Value,
    undone: Value,
}

fn told(today: &str, yesterday: &str) -> Told {
    let shop = ordered_on(yesterday);
    let sale = "--member card:1 --store mitte --terminal till-1 --total 20.00 --tender cash:20.00";
    shop.run(&format!("purchase {sale} --key b")).ends(0);
    shop.run(WEIGHED).ends(0);
    let paid = "--tender cash:15.00 --tender mobile:2.00";
    shop.run(&format!(
        "amend --of b --total 17.00 {paid} --store mitte --terminal till-2 --reason x --key n"
    ))
    .ends(0);
    let day = |flags: &str| shop.run(&format!("--json day{flags}")).ends(0).json();
    let ordered = day(&format!(" --date {yesterday}"));
    let amended = day("");
    let first_till = day(" --store mitte --terminal till-1");
    let second_till = day(" --store mitte --terminal till-2");
    shop.run("void --of b --reason x --key v").ends(0);
    let undone = day("");
    Told {
        shop,
        today: today.into(),
        yesterday: yesterday.into(),
        ordered,
        amended,
        first_till,
        second_till,
        undone,
    }
}

// proves: AMEND6
#[test]
fn days_and_figures_count_an_amended_sale_once() {
    let told = within_a_day(told);
    let sum = |count: u64, money: &str| json!({"count": count, "money": money});
    let tender = |told: &Value, kind: &str| {
        let all = told["tenders"].as_array().unwrap();
        let found = all.iter().find(|tender| tender["kind"] == kind);
        found.map_or(Value::Null, |found| found["net"].clone())
    };
    // Yesterday is as its till closed it.
    let before = &told.ordered;
    assert_eq!(
        (&before["sales"], &before["net"]),
        (&sum(1, "12.40"), &"12.40".into()),
        "{before}"
    );
    assert_eq!(before["amended"], sum(0, "0.00"));
    assert_eq!(tender(before, "card"), "12.40");
    // Today a sale, 1.50 more by card and 3.00 less: 5.00 out of the drawer, 2.00 by phone.
    let today = &told.amended;
    assert_eq!(today["day"], told.today);
    assert_eq!(
        (&today["sales"], &today["amended"]),
        (&sum(1, "20.00"), &sum(2, "-1.50")),
        "{today}"
    );
    assert_eq!(
        (&today["voided_sales"], &today["reassigned"]),
        (&sum(0, "0.00"), &sum(0, "0.00"))
    );
    assert_eq!(today["net"], "18.50");
    for (kind, net) in [("card", "1.50"), ("cash", "15.00"), ("mobile", "2.00")] {
        assert_eq!(tender(today, kind), net, "{today}");
    }
    // What was paid more or less, was so at the second till.
    let first = &told.first_till;
    assert_eq!(
        (&first["net"], tender(first, "cash")),
        (&"20.00".into(), "20.00".into()),
        "{first}"
    );
    let second = &told.second_till;
    assert_eq!(
        (&second["sales"], &second["net"]),
        (&sum(0, "0.00"), &"-1.50".into()),
        "{second}"
    );
    assert_eq!(tender(second, "cash"), "-5.00");
    // One that is undone after all is a void of what it came to.
    let today = &told.undone;
    assert_eq!(
        (&today["voided_sales"], &today["net"]),
        (&sum(1, "17.00"), &"1.50".into()),
        "{today}"
    );
    let shop = &told.shop;
    shop.run("void --of v --reason x --key vv").ends(1);
    // Figures say the same.
    let (from, to) = (&told.yesterday, &told.today);
    let figure =
        |question: &str| crate::figures::made(shop, &format!("{question} --from {from} --to {to}"));
    let sales = figure("sales");
    assert_eq!(sales["result"]["value"], "13.90", "{sales}");
    let by_day = figure("sales --by participant");
    assert!(by_day.to_string().contains("32.40"), "sold: {by_day}");
    let one = crate::figures::made(shop, &format!("sales --from {from} --to {from}"));
    assert_eq!(one["result"]["value"], "12.40", "{one}");
    let basket = figure("average_order");
    assert!(basket.to_string().contains("13.90"), "{basket}");
    shop.run("rebuild").ends(0);
    assert_eq!(figure("sales")["result"], sales["result"]);
    shop.run("audit verify --level 2").ends(0);
}
