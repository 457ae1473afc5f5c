//! Sales named by their slips.

use crate::shop::Shop;
use serde_json::Value;

/// Two tills of mitte with the same slip numbers, over two days, and one of nord.
fn tills() -> Shop {
    let programme = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\n";
    let base = "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning, \"purchase\"); }\n";
    let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    for (key, total, store, terminal, ago) in [
        ("a", "10.00", "mitte", "till-1", 2),
        ("b", "20.00", "mitte", "till-2", 2),
        ("c", "30.00", "mitte", "till-1", 1),
        ("d", "40.00", "nord", "till-1", 1),
    ] {
        let at = format!("{}T10:00:00Z", day(ago));
        let sale = format!(
            "purchase --member card:1 --total {total} --store {store} --terminal {terminal} --receipt 000812 --at {at} --key {key}"
        );
        shop.run(&sale).ends(0);
    }
    shop
}

/// The day so many days ago.
pub fn day(ago: i32) -> String {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400;
    stampbook::model::Day(i32::try_from(since).unwrap() - ago).to_string()
}

fn keys(no: &Value) -> Vec<&str> {
    let candidates = no["candidates"].as_array().unwrap();
    candidates
        .iter()
        .map(|c| c["key"].as_str().unwrap())
        .collect()
}

// proves: SLIP1
#[test]
fn a_slip_that_several_sales_have_is_refused_with_all_of_them() {
    let shop = tills();
    let back = "--json return --receipt 000812 --all --store mitte --terminal till-3 --key";
    let no = shop.run(&format!("{back} r1")).ends(1).json();
    assert_eq!(
        (&no["code"], &no["retry"], &no["seq"]),
        (&"ambiguous_slip".into(), &"never".into(), &Value::Null),
        "{no}"
    );
    assert_eq!(keys(&no), ["c", "b", "a"], "{no}");
    let (first, message) = (&no["candidates"][0], no["message"].as_str().unwrap());
    assert_eq!(
        (
            &first["day"],
            &first["store"],
            &first["terminal"],
            &first["total"]
        ),
        (
            &day(1).into(),
            &"mitte".into(),
            &"till-1".into(),
            &"30.00".into()
        )
    );
    assert!(
        message.contains(&format!("of {} at till-2 of mitte, 20.00", day(2))),
        "{message}"
    );
    let of_day = format!("{back} r1 --sale-day {}", day(2));
    assert_eq!(keys(&shop.run(&of_day).ends(1).json()), ["b", "a"]);
    let told = shop
        .run(&format!("{of_day} --sale-terminal till-1"))
        .ends(0)
        .json();
    assert_eq!(told["give_back"]["money"], "10.00", "{told}");
    // The same command gets the same answer; without a store all are searched.
    let again = shop
        .run(&format!("{of_day} --sale-terminal till-1"))
        .ends(0)
        .json();
    assert_eq!(again["repeated"], true, "{again}");
    let anywhere = "--json return --receipt 000812 --all --key r2";
    assert_eq!(
        keys(&shop.run(anywhere).ends(1).json()),
        ["d", "c", "b", "a"]
    );
    let elsewhere = "--json return --receipt 000812 --all --store mitte --sale-store nord --key r2";
    let told = shop.run(elsewhere).ends(0).json();
    assert_eq!(told["give_back"]["money"], "40.00", "{told}");
    shop.run("return --receipt 000813 --all --store mitte --key r3")
        .ends(1)
        .says(&["unknown_purchase", "no sale of store mitte has slip 000813"]);
    shop.run("return --of a --sale-day 2026-01-01 --all --key r4")
        .ends(2)
        .says(&["sale_day", "belongs to a sale named by 'receipt'"]);
    shop.run("audit verify").ends(0);
}

// proves: PC45
#[test]
fn a_ticket_is_undone_as_a_whole_and_its_slip_is_free_again() {
    let shop = tills();
    let balance = || crate::reassign::points(&shop, "card:1");
    let before = balance();
    let ticket = |key: &str| {
        format!(
            "--json ticket --member card:1 --store mitte --terminal till-1 --receipt 900 --total 6.00 --order X --return a --return b --key {key}"
        )
    };
    let told = shop.run(&ticket("t")).ends(0).json();
    assert_eq!(told["ticket"]["to_pay"], "-24.00", "{told}");
    let void = "--json void --of t --reason mistyped --key v";
    let undone = shop.run(void).ends(0).json();
    assert_eq!(undone["ticket"]["to_pay"], "24.00", "{undone}");
    let parts = undone["ticket"]["parts"].as_array().unwrap();
    let money: Vec<&Value> = parts.iter().map(|part| &part["money"]).collect();
    assert_eq!(money, ["-6.00", "20.00", "10.00"], "{undone}");
    assert!(parts.iter().all(|part| part["part"] == "void"), "{undone}");
    assert_eq!(balance(), before);
    let again = shop.run(void).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["ticket"]),
        (&true.into(), &undone["ticket"])
    );
    let found = shop.run("--json find --key v").ends(0).json();
    assert_eq!(found["ticket"], undone["ticket"]);
    shop.run("void --of d --reason mistyped --key v")
        .ends(1)
        .says(&["key_conflict"]);
    shop.run("void --of t --reason mistyped --key w")
        .ends(1)
        .says(&["already_voided"]);
    // All of it can be booked again, on the same slip; a part is undone by its own key.
    shop.run(&ticket("u")).ends(0);
    shop.run("void --of u~1 --reason kept --key x").ends(0);
    let rest = shop
        .run("--json void --of u --reason mistyped --key y")
        .ends(0)
        .json();
    assert_eq!(rest["ticket"]["to_pay"], "14.00", "{rest}");
    assert_eq!(balance(), before);
    // Where a part cannot be undone, none is.
    shop.run(&ticket("z")).ends(0);
    shop.run("return --of z --amount 1.00 --key back").ends(0);
    let held = balance();
    shop.run("void --of z --reason mistyped --key no")
        .ends(1)
        .says(&["has_dependents"]);
    assert_eq!(balance(), held);
    shop.run("audit verify --level 2").ends(0);
}

// proves: SLIP2
#[test]
fn a_void_a_ticket_and_a_row_name_a_slip_alike() {
    let shop = tills();
    let no = shop
        .run("--json void --receipt 000812 --store mitte --reason twice --key v")
        .ends(1)
        .json();
    assert_eq!(keys(&no), ["c", "b", "a"], "{no}");
    shop.run("void --receipt 000812 --sale-terminal till-2 --reason twice --key v")
        .ends(0);
    // A voided sale is no candidate.
    let ticket = format!(
        "--json ticket --store mitte --return slip:000812;day={} --key t",
        day(2)
    );
    let told = shop.run(&ticket).ends(0).json();
    assert_eq!(told["ticket"]["to_pay"], "-10.00", "{told}");
    let no = shop.say(r#"{"do":"ticket","key":"u","store":"mitte","returns":[{"receipt":"000812","all":true}]}"#).ends(1).json();
    assert_eq!(keys(&no), ["c", "a"], "{no}");
    let rows = format!(
        "do,key,of_receipt,sale_day,sale_terminal,store,amount\nreturn,i,000812,{},till-1,mitte,5.00\nreturn,j,000812,,,mitte,5.00\n",
        day(1)
    );
    shop.write("back.csv", &rows);
    shop.run("import back.csv")
        .ends(1)
        .says(&["1 booked", "1 refused", "ambiguous_slip"]);
    let found = format!(
        "--json find --receipt 000812 --store mitte --day {}",
        day(1)
    );
    let found = shop.run(&found).ends(0).json();
    assert_eq!(found["key"], "c", "{found}");
    let no = shop.run("--json find --receipt 000812").ends(1).json();
    assert_eq!(keys(&no), ["d", "c"], "{no}");
    shop.run("audit verify").ends(0);
    shop.run("rebuild").ends(0);
    let again = shop
        .run("--json void --receipt 000812 --sale-terminal till-2 --reason twice --key v")
        .ends(0)
        .json();
    assert_eq!(again["repeated"], true, "{again}");
}

// proves: SLIP3
#[test]
fn a_slip_stands_for_one_sale_or_return() {
    let shop = tills();
    let at = "--store mitte --terminal till-3";
    let back = format!("--json return --of a --amount 1.00 {at}");
    let first = shop
        .run(&format!("{back} --return-receipt 7 --key r1"))
        .ends(0)
        .json();
    let found = format!("--json find --receipt 7 {at}");
    let told = shop.run(&found).ends(0).json();
    assert_eq!(
        (&told["key"], &told["give_back"]["money"]),
        (&"r1".into(), &"1.00".into()),
        "{told}"
    );
    let again = shop
        .run(&format!("{back} --return-receipt 7 --key r1"))
        .ends(0)
        .json();
    assert_eq!(
        (&again["repeated"], &again["seq"]),
        (&true.into(), &first["seq"])
    );
    let others = [
        format!("{back} --return-receipt 7"),
        format!("--json purchase --total 3.00 {at} --receipt 7"),
        format!("--json ticket --return a {at} --receipt 7"),
        format!("--json ticket --total 3.00 --return b {at} --receipt 7"),
    ];
    let is_taken = |why: &str| {
        for other in &others {
            let no = shop.run(other).ends(1).json();
            assert_eq!(
                (&no["code"], &no["retry"]),
                (&"receipt_conflict".into(), &"never".into()),
                "{why}: {other}: {no}"
            );
        }
    };
    is_taken("given back");
    shop.run("rebuild").ends(0);
    is_taken("rebuilt");
    // In another store it is another slip.
    shop.run(
        "return --of b --amount 1.00 --store mitte --terminal till-2 --return-receipt 7 --key r2",
    )
    .ends(0);
    let no = shop
        .run("--json find --receipt 7 --store mitte")
        .ends(1)
        .json();
    assert_eq!(keys(&no), ["r2", "r1"], "{no}");
    assert_eq!(no["candidates"][0]["total"], "-1.00", "{no}");
    // A void sets the slip's number free; a slip of returns names no sale.
    shop.run("void --of r1 --reason twice --key v").ends(0);
    shop.run(&format!("{back} --return-receipt 7 --key r3"))
        .ends(0);
    shop.run(&format!("return --receipt 7 --all {at} --key r4"))
        .ends(1)
        .says(&["no sale"]);
    // A ticket is one slip.
    let ticket = format!("--json ticket --return a --return c {at} --receipt 8 --key t");
    shop.run(&ticket).ends(0);
    assert_eq!(shop.run(&ticket).ends(0).json()["repeated"], true);
    let told = shop
        .run(&format!("--json find --receipt 8 {at}"))
        .ends(0)
        .json();
    assert_eq!(told["key"], "t", "{told}");
    let taken = format!("--json ticket --return d {at} --receipt 8 --key u");
    assert_eq!(shop.run(&taken).ends(1).json()["code"], "receipt_conflict");
    shop.run(&format!("purchase --total 3.00 {at} --receipt 8"))
        .ends(1)
        .says(&["receipt_conflict"]);
    let even = format!("--json ticket --total 3.00 --return d {at} --receipt 9 --key w");
    shop.run(&even).ends(0);
    assert_eq!(shop.run(&even).ends(0).json()["repeated"], true);
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
}

// proves: SLIP4
#[test]
fn goods_without_a_slip_are_refused_or_taken_at_the_base_rate() {
    let shop = tills();
    let back = "--json return --without-slip --amount 5.00 --member card:1 --key w";
    let no = shop.run(back).ends(1).json();
    assert_eq!(
        (&no["code"], &no["retry"]),
        (&"slip_required".into(), &"never".into()),
        "{no}"
    );
    shop.run("return --amount 5.00 --member card:1 --key w")
        .ends(2)
        .says(&["without_slip", "--without-slip"]);
    shop.run("return --without-slip --amount 5.00 --key w")
        .ends(2)
        .says(&["member: is missing", "whose points"]);
    shop.run("return --without-slip --all --member card:1 --key w")
        .ends(2)
        .says(&["amount: is missing"]);
    let programme = String::from_utf8(shop.read("own/programme.toml")).unwrap();
    let taken = "currency = \"EUR\"\nreturns_without_slip = \"base_rate\"";
    shop.write(
        "own/programme.toml",
        programme.replace("currency = \"EUR\"", taken),
    );
    let twice = "campaign(#{ id: \"twice\", role: \"bonus\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.base(\"point\"), \"twice\"); }\n";
    shop.write("own/campaigns/twice.rhai", twice);
    shop.run("policy activate own --without-stories --reason test")
        .ends(0);
    let told = shop.run(back).ends(0).json();
    assert_eq!(
        (&told["give_back"]["money"], &told["after"]["point"]),
        (&"5.00".into(), &95.into()),
        "{told}"
    );
    let again = shop.run(back).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    // On a ticket the money back pays for the goods sold; points that are no
    // longer there are owed.
    let ticket = r#"{"do":"ticket","key":"t","member":"card:1","sale":{"total":"8.00"},"returns":[{"without_slip":true,"amount":"3.00"}]}"#;
    let told = shop.say(ticket).ends(0).json();
    assert_eq!(told["ticket"]["to_pay"], "5.00", "{told}");
    assert_eq!(told["after"]["point"], 108, "{told}");
    let typed = "--json ticket --member card:1 --return amount:200.00 --key u";
    let told = shop.run(typed).ends(0).json();
    assert_eq!(told["after"]["point"], -92, "{told}");
    shop.run("statement card:1")
        .ends(0)
        .says(&["return without slip", "200.00 given without a slip"]);
    shop.run("explain 8").ends(0).says(&["without a slip"]);
    shop.run("void --of u --reason slip --key uv").ends(0);
    let rows = "do,key,member,without_slip,amount\nreturn,x,card:1,true,8.00\n";
    shop.write("back.csv", rows);
    shop.run("import back.csv").ends(0).says(&["1 booked"]);
    let balance = shop.run("--json balance card:1").ends(0).json();
    assert_eq!(
        balance["now"]["balance"]["point"]["available"], 100,
        "{balance}"
    );
    shop.run("audit verify").ends(0);
    shop.run("rebuild").ends(0);
    shop.run("audit verify").ends(0);
}
