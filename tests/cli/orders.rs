//! Orders that arrive under more than one key.

use crate::shop::Shop;

const ORDER: &str = "purchase --member card:1 --total 10.00 --order A-1 --key";

fn sold() -> Shop {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.run(&format!("{ORDER} first")).ends(0);
    let again = shop.run(&format!("--json {ORDER} second")).ends(0).json();
    assert_eq!(again["repeated"], true);
    assert_eq!(
        (&again["key"], &again["first_key"]),
        (&"second".into(), &"first".into())
    );
    shop
}

#[test]
fn a_return_may_name_any_key_that_the_order_came_in_under() {
    let shop = sold();
    shop.run("find --key second")
        .ends(0)
        .says(&["booked before"]);
    let back = "return --of second --amount 4.00 --key r";
    shop.run(back).ends(0).says(&["give back 4.00"]);
    shop.run("void --of second --reason slip --key v")
        .ends(1)
        .says(&["has_dependents"]);
    shop.run("return --of third --all --key r2")
        .ends(1)
        .says(&["unknown_purchase"]);
    shop.run("audit verify").ends(0);
}

#[test]
fn the_other_key_of_an_order_is_taken() {
    let shop = sold();
    shop.run(&format!("{ORDER} second"))
        .ends(0)
        .says(&["booked before"]);
    for other in [
        "purchase --member card:1 --total 10.00 --order A-2 --key second",
        "redeem --member card:1 --unit star --points 1 --key second",
        "member enrol --alias card:2 --key second",
    ] {
        shop.run(other).ends(1).says(&["key_conflict"]);
    }
}

#[test]
fn another_key_of_an_order_outlives_a_rebuild_and_a_lost_book() {
    let shop = sold();
    shop.run("rebuild").ends(0);
    shop.run("find --key second").ends(0);
    std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
    shop.run("find --key second").ends(0);
    shop.run(&format!("{ORDER} second"))
        .ends(0)
        .says(&["booked before"]);
    shop.run("void --of second --reason slip --key v").ends(0);
}

#[test]
fn a_quote_of_an_order_takes_no_key() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.run(&format!("{ORDER} first")).ends(0);
    shop.run("quote --member card:1 --total 10.00 --order A-1 --key second")
        .ends(0);
    shop.run("find --key second").ends(1);
}

#[test]
fn an_order_number_swallows_no_other_sale() {
    let shop = Shop::cafe();
    for card in ["card:1", "card:2"] {
        shop.run(&format!("member enrol --alias {card}")).ends(0);
    }
    let lines = "--line LATTE:4.00 --line SCONE:6.00";
    let order = "--total 10.00 --order T7 --key";
    shop.run(&format!("purchase --member card:1 {lines} {order} a"))
        .ends(0);
    for other in [
        "purchase --member card:2 --total 45.00 --order T7 --key b",
        "purchase --member card:2 --total 10.00 --order T7 --key c",
        "purchase --member card:1 --total 10.01 --order T7 --key d",
        "purchase --member card:1 --total 10.00 --line LATTE:5.00 --line SCONE:5.00 --order T7 --key e",
        "purchase --total 10.00 --order T7 --key f",
    ] {
        let no = shop.run(&format!("--json {other}")).ends(1).json();
        assert_eq!(no["code"], "order_conflict", "{other}: {no}");
        assert!(!no.to_string().contains("m-"), "nobody is shown: {no}");
    }
    // At pick-up: another store, channel, tender and time, lines in another sequence or none.
    for same in [
        "--store mitte --terminal till-1 --tender cash:10.00",
        "--channel app --line SCONE:6.00 --line LATTE:4.00",
        "--at 2026-11-20T10:00:00+01:00",
    ] {
        let key = same.len();
        let again = format!("--json purchase --member card:1 {same} {order} again-{key}");
        let told = shop.run(&again).ends(0).json();
        assert_eq!(
            (&told["repeated"], &told["seq"]),
            (&true.into(), &4.into()),
            "{told}"
        );
    }
    shop.run("audit verify").ends(0);
}

#[test]
fn an_order_number_of_nobody_shows_nobody_its_claim_code() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:2").ends(0);
    let first = shop.run("--json purchase --total 10.00 --order T8 --key a");
    let code = first.ends(0).json()["claim"].as_str().unwrap().to_owned();
    let other = shop.run("--json purchase --member card:2 --total 10.00 --order T8 --key b");
    assert!(!other.ends(0).out.contains(&code), "it is theirs now");
    let other = shop.run("--json purchase --total 11.00 --order T8 --key c");
    assert!(!other.ends(1).out.contains(&code));
}

// proves: PC44
#[test]
fn the_programme_says_how_wide_an_order_number_counts() {
    for (scope, first, other) in [
        ("store", "--store mitte", "--store nord"),
        ("channel", "--channel web", "--channel webshop-2"),
    ] {
        let programme = format!(
            "[programme]\nname = \"Shops\"\ncurrency = \"EUR\"\nzone = \"Europe/Berlin\"\norders = \"{scope}\"\n[[store]]\nid = \"mitte\"\n[[store]]\nid = \"nord\"\n[unit.point]\nkind = \"spendable\"\n"
        );
        let shop = Shop::of(&[("programme.toml", &programme)]);
        shop.run("member enrol --alias card:1").ends(0);
        let sale = |place: &str, total: &str, key: &str| {
            format!("purchase --member card:1 {place} --total {total} --order 9 --key {key}")
        };
        shop.run(&sale(first, "10.00", "a")).ends(0);
        shop.run(&sale(other, "20.00", "b")).ends(0);
        shop.run(&sale(first, "20.00", "c"))
            .ends(1)
            .says(&["order_conflict"]);
        shop.run(&sale(first, "10.00", "d"))
            .ends(0)
            .says(&["booked before"]);
        // Whoever asks without naming one is told of all, and of the only one there is.
        if scope == "store" {
            let asked = shop.run("--json find --order 9").ends(1).json();
            assert_eq!(asked["candidates"].as_array().unwrap().len(), 2, "{asked}");
        }
        let remedy = format!("name yours by {scope}");
        shop.run("find --order 10").ends(1).says(&[&remedy]);
        shop.run("void --of b --reason twice --key v").ends(0);
        let asked = shop.run("--json find --order 9").ends(0).json();
        assert_eq!(asked["key"], "a", "{asked}");
        shop.run("audit verify").ends(0);
    }
}

/// A sale of the café under a slip and an order number.
fn numbered(card: &str, total: &str, key: &str) -> String {
    let from = "--store mitte --terminal till-1 --receipt r-7 --order T7";
    let member = match card {
        "" => String::new(),
        card => format!("--member card:{card} "),
    };
    format!("--json purchase {member}--total {total} {from} --key {key}")
}

// proves: A2.1
#[test]
fn what_is_voided_gives_back_its_slip_and_order_and_never_its_key() {
    let shop = Shop::cafe();
    for card in ["1", "2"] {
        shop.run(&format!("member enrol --alias card:{card}"))
            .ends(0);
    }
    shop.run(&numbered("1", "30.00", "a")).ends(0);
    let conflict = shop.run(&numbered("2", "45.00", "b")).ends(1);
    conflict.says(&["order_conflict"]);
    // Another key of the same order is answered with the first sale, at once
    // and after the void.
    let again = shop.run(&numbered("1", "30.00", "a2")).ends(0).json();
    assert_eq!(
        (&again["seq"], &again["repeated"]),
        (&4.into(), &true.into())
    );
    let void = shop
        .run("--json void --of a --reason 'wrong card' --key v")
        .ends(0)
        .json();
    let right = shop.run(&numbered("2", "45.00", "b")).ends(0).json();
    assert!(right["repeated"] != true, "{right}");
    shop.run("rebuild").ends(0);
    for key in ["a", "a2"] {
        let first = shop.run(&numbered("1", "30.00", key)).ends(0).json();
        assert_eq!(first["seq"], 4, "{key}: {first}");
        assert_eq!(first["repeated"], true, "{key}: {first}");
        assert_eq!(first["undone_by"], void["seq"], "{key}: {first}");
    }
    let second = shop.run(&numbered("2", "45.00", "b")).ends(0).json();
    assert_eq!(
        (&second["seq"], &second["undone_by"]),
        (&right["seq"], &serde_json::Value::Null)
    );
    // The numbers of the order and the slip are in use again.
    shop.run(&numbered("1", "30.00", "c"))
        .ends(1)
        .says(&["order_conflict"]);
    let slip = numbered("2", "45.00", "d").replace("--order T7", "--order T8");
    shop.run(&slip).ends(1).says(&["receipt_conflict"]);
    let found = shop.run("find --receipt r-7 --store mitte --terminal till-1");
    found.says(&[&format!("entry {}", right["seq"])]);
    let back = "return --receipt r-7 --store mitte --terminal till-1 --all --key r";
    shop.run(back).ends(0).says(&["give back 45.00"]);
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
}

// proves: A2.2 CLAIM1
#[test]
fn an_order_that_comes_in_again_with_a_member_is_their_claim() {
    let shop = Shop::cafe();
    for card in ["1", "2"] {
        shop.run(&format!("member enrol --alias card:{card}"))
            .ends(0);
    }
    shop.run(&numbered("", "30.00", "a")).ends(0);
    shop.run(&numbered("1", "31.00", "b"))
        .ends(1)
        .says(&["order_conflict"]);
    let claim = shop.run(&numbered("1", "30.00", "b")).ends(0).json();
    assert!(claim["repeated"] != true, "{claim}");
    assert_eq!(claim["after"]["star"], 30, "{claim}");
    for key in ["b", "c", "c"] {
        let again = shop.run(&numbered("1", "30.00", key)).ends(0).json();
        assert_eq!(
            (&again["repeated"], &again["seq"]),
            (&true.into(), &claim["seq"]),
            "{key}"
        );
        assert_eq!(again["after"]["star"], 30, "{again}");
    }
    let unnamed = shop.run(&numbered("", "30.00", "a")).ends(0).json();
    assert_eq!(unnamed["repeated"], true);
    // The keys that named the member refer to the sale.
    for (key, back) in [("b", "b"), ("c", "rc")] {
        let back = format!("--json return --of {key} --amount 5.00 --key r{back}");
        let back = shop.run(&back).ends(0).json();
        assert_eq!(back["give_back"]["money"], "5.00", "{key}: {back}");
    }
    let ticket = shop
        .run("--json ticket --total 2.00 --return c --key t")
        .ends(0)
        .json();
    assert_eq!(ticket["give_back"]["money"], "20.00", "{ticket}");
    for key in ["b", "c"] {
        let found = shop.run(&format!("--json find --key {key}")).ends(0).json();
        assert_eq!(
            (&found["seq"], &found["key"]),
            (&claim["seq"], &key.into()),
            "{found}"
        );
        let told: Vec<&str> = found["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w["code"].as_str().unwrap())
            .collect();
        assert_eq!(told, ["returned_since"], "{found}");
        shop.run(&format!("void --of {key} --reason twice --key v{key}"))
            .ends(1)
            .says(&["has_dependents", "claimed it"]);
    }
    shop.run(&numbered("2", "30.00", "d"))
        .ends(1)
        .says(&["order_conflict"]);
    let newcomer = format!("{} --enrol", numbered("3", "30.00", "e"));
    shop.run(&newcomer).ends(1).says(&["order_conflict"]);
    shop.run("member show card:3").ends(1);
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
}

// proves: NUMBER1
#[test]
fn blanks_are_no_order_number_and_no_slip_and_belong_to_none() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    for (n, blank) in [" ", "\\u00a0", "\\u3000 ", "\\u200b"].iter().enumerate() {
        for (field, place) in [("order", ""), ("receipt", r#","store":"m","terminal":"t""#)] {
            for total in ["8.00", "8.00", "9.00"] {
                let key = format!("{n}{field}{total}");
                let sale = format!(
                    r#"{{"do":"purchase","member":"card:1","total":"{total}","{field}":"{blank}"{place},"key":"{key}"}}"#
                );
                let answer = shop.say(&sale).ends(0).json();
                assert_eq!(answer["ok"], true, "{sale}: {answer}");
            }
        }
    }
    let sale = |order: &str, key: &str| {
        let sale = format!(
            r#"{{"do":"purchase","member":"card:1","total":"7.00","order":"{order}","receipt":" 77{order}","store":"m ","terminal":"t","key":"{key}"}}"#
        );
        shop.say(&sale).ends(0).json()
    };
    assert_eq!(sale("T7", "o1")["repeated"], serde_json::Value::Null);
    for (n, spelt) in ["T7 ", "\\u00a0T7", "Ｔ７", "T\\u200b7"].iter().enumerate() {
        let again = sale(spelt, &format!("again{n}"));
        assert_eq!(
            (&again["repeated"], &again["first_key"]),
            (&true.into(), &"o1".into())
        );
    }
    shop.run("find --order ' T7'").ends(0).says(&["o1"]);
}

#[test]
fn who_asks_for_an_order_of_several_channels_is_told_of_all() {
    let shop = Shop::of(&[(
        "programme.toml",
        "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\norders = \"channel\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\n",
    )]);
    for (member, channel, key) in [
        ("card:1", "web", "a"),
        ("card:2", "till", "b"),
        ("card:3", "kiosk", "c"),
    ] {
        shop.run(&format!("member enrol --alias {member} --key e{key}"))
            .ends(0);
        shop.run(&format!(
            "purchase --member {member} --total 10.00 --order 1001 --channel {channel} --key {key}"
        ))
        .ends(0);
    }
    let no = shop.run("--json find --order 1001").ends(1).json();
    assert_eq!(no["code"], "ambiguous_slip", "{no}");
    let keys: Vec<_> = no["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["key"])
        .collect();
    assert_eq!(keys, ["b", "a"]);
    for (channel, key) in [("web", "a"), ("till", "b"), ("kiosk", "c")] {
        let found = shop
            .run(&format!("--json find --order 1001 --channel {channel}"))
            .ends(0)
            .json();
        assert_eq!(found["key"], key);
    }
    let asked = r#"{"ask":"find","order":"1001","channel":"web"}"#;
    shop.say(asked).ends(0).says(&["\"key\":\"a\""]);
    shop.run("find --order 1002")
        .ends(1)
        .says(&["unknown_entry"]);
}

#[test]
fn a_ticket_takes_keys_of_any_length_that_others_take() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    shop.run("purchase --total 10.00 --key p").ends(0);
    let key = "k".repeat(64);
    let ticket = format!(
        r#"{{"do":"ticket","key":"{key}","sale":{{"total":"5.00"}},"returns":[{{"of":"p","all":true}}]}}"#
    );
    let first = shop.say(&ticket).ends(0).json();
    assert_eq!(
        (&first["ok"], &first["key"]),
        (&true.into(), &key.as_str().into()),
        "{first}"
    );
    let again = shop.say(&ticket).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
}

// proves: D1.1
#[test]
fn another_key_of_an_order_is_never_booked_again_whatever_is_lost_or_put_back() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1").ends(0);
    let first = shop.run(&numbered("1", "30.00", "a")).ends(0).json();
    let second = shop.run(&numbered("1", "30.00", "a2")).ends(0).json();
    assert_eq!(
        (&second["seq"], &second["first_key"]),
        (&first["seq"], &"a".into())
    );
    // The other key refers to the sale.
    shop.run("return --of a2 --all --key r").ends(0);
    shop.run("void --of r --reason mistake").ends(0);
    shop.run("void --of a2 --reason mistake").ends(0);
    crate::shop::copy(&shop.path("ledger"), &shop.path("backup"));
    let check = || {
        // The order's number is free again; its other key is not.
        let again = shop.run(&numbered("1", "30.00", "a2")).ends(0).json();
        assert_eq!(again["repeated"], true, "{again}");
        assert_eq!(again["seq"], first["seq"], "{again}");
        assert!(again["undone_by"].is_u64(), "{again}");
        let other = shop.run(&numbered("1", "31.00", "a2")).ends(1);
        other.says(&["key_conflict"]);
    };
    check();
    std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
    check();
    shop.run("rebuild").ends(0);
    check();
    std::fs::remove_dir_all(shop.path("ledger")).unwrap();
    shop.run("restore backup").ends(0);
    check();
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
}
