//! Sales booked on the wrong card are reassigned to the right one.

use crate::shop::Shop;
use serde_json::Value;

const SALE: &str = r#"{"do":"purchase","key":"s","member":"card:1","store":"mitte","terminal":"till-1","channel":"till","operator":"ann","at":"AT","receipt":"000812","order":"W-7","total":"42.50","by":"scanned","lines":[{"sku":"LATTE","category":"coffee","qty":"2","amount":"29.00"},{"sku":"SCONE","amount":"14.50"}],"discounts":[{"amount":"1.00","line":2}],"tenders":[{"kind":"cash","amount":"42.50"}],"codes":["SPRING"]}"#;
const MOVE: &str = "--json reassign --of s --to card:2 --reason 'wrong card' --key m";

/// One point for a euro, two in gold; a sale of 42.50 on card:1 that belongs to card:2.
fn sold() -> Shop {
    let programme = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\nvalue = \"0.10\"\n";
    let base = "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) {\n    let times = if member.has_tag(\"staff\") { 2 } else { 1 };\n    award(\"point\", purchase.earning * times, \"purchase\");\n}\n";
    let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
    for card in ["card:1", "card:2"] {
        shop.run(&format!("member enrol --alias {card} --key {card}"))
            .ends(0);
    }
    shop.say(&SALE.replace("AT", &format!("{}T10:03:00+01:00", crate::slips::day(1))))
        .ends(0);
    shop
}

/// Points that a card has available.
pub fn points(shop: &Shop, card: &str) -> Value {
    let told = shop.run(&format!("--json balance {card}")).ends(0).json();
    told["now"]["balance"]["point"]["available"].clone()
}

// proves: MOVE1
#[test]
fn a_sale_goes_to_the_right_card_under_its_own_slip_and_order() {
    let shop = sold();
    assert_eq!(
        (points(&shop, "card:1"), points(&shop, "card:2")),
        (42.into(), 0.into())
    );
    let told = shop.run(MOVE).ends(0).json();
    let (moved, undone) = (&told["reassigned"], &told["reassigned"]["undone"]);
    assert_eq!(
        (&moved["of"], &undone["key"], &undone["seq"]),
        (&4.into(), &"m~1".into(), &5.into()),
        "{told}"
    );
    assert_eq!(
        (
            &undone["after"]["point"],
            &moved["booked"]["after"]["point"]
        ),
        (&0.into(), &42.into()),
        "{told}"
    );
    assert_eq!(
        (&told["key"], &told["seq"], &told["after"]["point"]),
        (&"m".into(), &6.into(), &42.into()),
        "{told}"
    );
    assert_ne!(undone["member"], moved["booked"]["member"]);
    assert_eq!(
        (points(&shop, "card:1"), points(&shop, "card:2")),
        (0.into(), 42.into())
    );
    // Sent again it gets the same answer, however the sale is named.
    let again = shop.run(MOVE).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["reassigned"]),
        (&true.into(), moved),
        "{again}"
    );
    let by_slip = MOVE.replace("--of s", "--receipt 000812 --sale-terminal till-1");
    assert_eq!(shop.run(&by_slip).ends(0).json()["repeated"], true);
    shop.run(&MOVE.replace("card:2", "card:1"))
        .ends(1)
        .says(&["key_conflict"]);
    // Slip and order lead to the sale as it stands, which keeps its day and place.
    let found = shop.run("--json find --order W-7").ends(0).json();
    assert_eq!(found["seq"], 6, "{found}");
    let told = shop.run("--json explain 6").ends(0).json();
    assert!(told.to_string().contains(&crate::slips::day(1)), "{told}");
    let back = format!(
        "--json return --receipt 000812 --sale-day {} --store mitte --terminal till-3 --line 1 --key r",
        crate::slips::day(1)
    );
    let back = shop.run(&back).ends(0).json();
    assert_eq!(back["give_back"]["money"], "29.00", "{back}");
    assert_eq!(points(&shop, "card:2"), 13);
    shop.run("audit verify").ends(0);
}

// proves: MOVE2
#[test]
fn what_cannot_be_undone_stays_where_it_is_and_the_answer_says_what_to_do() {
    let shop = sold();
    let mut tries = 0;
    let mut no = |line: &str, words: &[&str]| {
        tries += 1;
        let line = line.replace("--key m", &format!("--key m{tries}"));
        shop.run(&line).ends(1).says(words);
        assert_eq!(points(&shop, "card:2"), 0);
    };
    no(&MOVE.replace("card:2", "card:1"), &["already_so"]);
    no(
        &MOVE.replace("card:2", "card:3"),
        &["unknown_member", "to: nobody"],
    );
    no(
        &MOVE.replace("--of s", "--of card:1"),
        &["not_reversible", "only a sale can be moved"],
    );
    shop.run("return --of s --line 2 --key r").ends(0);
    no(MOVE, &["has_dependents", "'adjust' on both cards"]);
    shop.run("void --of r --reason slip --key rv").ends(0);
    shop.run("redeem --member card:1 --unit point --points 2 --key p")
        .ends(0);
    no(MOVE, &["has_dependents", "spent", "'adjust' on both cards"]);
    shop.run("void --of p --reason slip --key pv").ends(0);
    shop.run("purchase --member card:1 --total 5.00 --tender points:point:10:1.00 --tender cash:4.00 --key q").ends(0);
    no(
        &MOVE.replace("--of s", "--of q"),
        &["insufficient_points", "void entry"],
    );
    shop.run("void --of q --reason slip --key qv").ends(0);
    no(
        &MOVE.replace("--of s", "--of q"),
        &["already_voided", "book the sale on the right card"],
    );
    // No refusal moved anything.
    shop.run(MOVE).ends(0);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_sale_of_nobody_and_a_row_of_a_file_go_to_a_card_too() {
    let shop = sold();
    shop.run("purchase --total 7.00 --receipt 9 --store mitte --key n")
        .ends(0);
    shop.write("rows.csv", "do,key,of,to,reason\nreassign,m1,n,card:2,the card was not scanned\nreassign,m2,s,card:2,wrong card\n");
    shop.run("import rows.csv").ends(0).says(&["2 booked"]);
    assert_eq!(
        (points(&shop, "card:1"), points(&shop, "card:2")),
        (0.into(), 49.into())
    );
    let quoted = shop
        .say(r#"{"do":"reassign","key":"z","seq":4,"to":"card:2","reason":"x"}"#)
        .ends(1)
        .json();
    assert_eq!(quoted["code"], "already_so", "{quoted}");
    shop.run("rebuild").ends(0);
    shop.run("audit verify").ends(0);
    assert_eq!(points(&shop, "card:2"), 49);
}

// proves: MOVE3
#[test]
fn the_old_key_stands_for_the_sale_on_its_new_card() {
    let shop = sold();
    shop.run(MOVE).ends(0);
    shop.run("--json find --key s")
        .ends(0)
        .says(&["went to another member's card as entry 6"]);
    // Whoever names the card it was on is told where it is now.
    shop.run("--json return --of s --member card:1 --line 2 --key x")
        .ends(1)
        .says(&["wrong_member", "the sale of entry 4 went to", "as entry 6"]);
    let line = "--json return --of s --line 2 --key r";
    let back = shop.run(line).ends(0).json();
    assert_eq!(back["give_back"]["money"], "13.50", "{back}");
    assert_eq!(
        back["moved_sale"],
        serde_json::json!({"of": 6, "was": 4}),
        "{back}"
    );
    assert_eq!(points(&shop, "card:2"), 29);
    let again = shop.run(line).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["moved_sale"]),
        (&true.into(), &back["moved_sale"])
    );
    shop.run("return --of s --line 1 --key r2")
        .ends(0)
        .says(&["which was entry 4"]);
    // In a ticket, by the slip, and by a row of a file the same goods come back once.
    let ticket = r#"{"do":"ticket","key":"t","member":"card:2","returns":[{"of":"s","lines":[{"line":1}]}],"sale":{"total":"1.00"}}"#;
    shop.say(ticket).ends(1).says(&["too_much_returned"]);
    shop.write("rows.csv", "do,key,of,total\nreturn,f1,s,5.00\n");
    shop.run("import rows.csv").says(&["1 refused"]);
    assert_eq!(points(&shop, "card:2"), 0);
    shop.run("rebuild").ends(0);
    shop.run("audit verify").ends(0);
}

// proves: MOVE3
#[test]
fn a_sale_moves_again_and_is_undone_by_its_first_key() {
    let shop = sold();
    shop.run("member enrol --alias card:3 --key e3").ends(0);
    // What was said of the sale before it moved stays so when it is said again.
    shop.run("return --of s --line 2 --key r").ends(0);
    shop.run("void --of r --reason slip --key rv").ends(0);
    shop.run(MOVE).ends(0);
    let again = shop
        .run("--json return --of s --line 2 --key r")
        .ends(0)
        .json();
    assert_eq!(again["repeated"], true, "{again}");
    let further = "--json reassign --of s --to card:3 --reason 'wrong again' --key m2";
    shop.run(further).ends(0);
    assert_eq!(shop.run(further).ends(0).json()["repeated"], true);
    assert_eq!(
        (points(&shop, "card:2"), points(&shop, "card:3")),
        (0.into(), 42.into())
    );
    shop.run("void --of s --reason 'never sold' --key v")
        .ends(0);
    assert_eq!(points(&shop, "card:3"), 0);
    shop.run("void --of s --reason 'never sold' --key v2")
        .ends(1)
        .says(&["already_voided"]);
    shop.run("audit verify").ends(0);
}

// proves: MOVE4
#[test]
fn a_voucher_pays_again_for_the_sale_on_the_right_card() {
    let shop = crate::vouchers::shop("tests/programmes/goods");
    shop.run("member enrol --alias card:2 --key e2").ends(0);
    let code = crate::vouchers::issued(&shop, "v", "mug");
    let sale = format!(
        r#"{{"do":"purchase","key":"s","member":"card:6900012345","total":"20.00","lines":[{{"sku":"CAKE","category":"food","amount":"20.00"}}],"tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
    );
    shop.say(&sale).ends(0);
    shop.run("reassign --of s --to card:2 --reason 'wrong card' --key m")
        .ends(0);
    // Its code is used up, and comes back with the goods.
    shop.say(&sale.replace("\"s\"", "\"s2\""))
        .ends(1)
        .says(&["code_used"]);
    let back = shop
        .run("--json return --of s --all --key r")
        .ends(0)
        .json();
    assert_eq!(back["give_back"]["money"], "15.00", "{back}");
    shop.say(&sale.replace("\"s\"", "\"s3\"")).ends(0);
    // One that the scanned card holds, used without a code, is that card's own.
    crate::vouchers::issued(&shop, "w", "tenth");
    let own = sale
        .replace("\"s\"", "\"o\"")
        .replace(&format!("\"code\":\"{code}\""), "\"unit\":\"tenth\"");
    shop.say(&own).ends(0);
    shop.run("reassign --of o --to card:2 --reason 'wrong card' --key m3")
        .ends(1)
        .says(&[
            "wrong_member",
            "void entry",
            "book it again on the right card",
        ]);
    shop.run("audit verify --level 2").ends(0);
}
