//! Sales as tills send them: bills that give something back.

use crate::shop::Shop;
use serde_json::Value;

/// One point for each euro that earns; deposits do not earn.
const PROGRAMME: &str = "[programme]
name = \"grocer\"
currency = \"EUR\"
zone = \"UTC\"
earns = { except = [\"deposit\"] }

[unit.point]
kind = \"spendable\"
expires = \"never\"
value = \"0.10\"
";
const BASE: &str = "campaign(#{ id: \"base\", role: \"base\" });
fn on_purchase(purchase, member) { award(\"point\", purchase.earning, \"purchase\"); }
";

fn grocer() -> Shop {
    Shop::of(&[("programme.toml", PROGRAMME), ("campaigns/base.rhai", BASE)])
}

/// The points that an answer says were given.
fn given(answer: &Value) -> i64 {
    let did = answer["did"].as_array().unwrap();
    let awards = did.iter().filter(|did| did["effect"] == "award");
    awards.map(|did| did["amount"].as_i64().unwrap()).sum()
}

// proves: SALE1 SALE2
#[test]
fn zero_and_negative_lines_are_booked_and_nobody_earns_less_than_nothing() {
    let shop = grocer();
    let till = include_str!("../data/zero-and-negative-lines.jsonl");
    shop.write("till.jsonl", till);
    let told = shop.run("import till.jsonl --history --enrol").ends(0);
    told.says(&["4 booked, 0 booked before, 0 refused, 0 bad"]);
    for (command, points) in till.lines().zip([4, 10, 0, 3]) {
        let told = shop.say(command).ends(0).json();
        assert_eq!(
            (&told["repeated"], given(&told)),
            (&true.into(), points),
            "{told}"
        );
    }
    let balance = shop.run("--json balance card:1").ends(0).json();
    assert_eq!(
        balance["now"]["balance"]["point"]["available"], 17,
        "{balance}"
    );
    shop.run("audit verify").ends(0);
}

#[test]
fn a_bill_that_pays_out_is_typed_as_flags_and_as_json() {
    let shop = grocer();
    shop.run("member enrol --alias card:1").ends(0);
    let bottles = "purchase --member card:1 --total -1.50 --line PFAND:deposit:-6:-1.50 --tender cash:-1.50 --key b";
    let told = shop.run(&format!("--json {bottles}")).ends(0).json();
    assert_eq!(given(&told), 0, "{told}");
    let again = shop
        .say(r#"{"do":"purchase","key":"b","member":"card:1","total":"-1.50","lines":[{"sku":"PFAND","category":"deposit","qty":-6,"amount":"-1.50"}],"tenders":[{"kind":"cash","amount":"-1.50"}]}"#)
        .ends(0)
        .json();
    assert_eq!(again["repeated"], true, "{again}");
    shop.run(
        "purchase --member card:1 --total 9.00 --line BEER:drinks:6:10.00 --charge deposit:-1.00",
    )
    .ends(0)
    .says(&["award      +10   point"]);
    shop.run("audit verify").ends(0);
}

#[test]
fn own_points_pay_for_goods_and_are_never_paid_out() {
    let shop = grocer();
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 100.00").ends(0);
    for total in ["0.00", "-1.00", "4.99"] {
        let cash = match total {
            "0.00" => "-5.00",
            "-1.00" => "-6.00",
            _ => "-0.01",
        };
        let line = format!(
            "--json purchase --member card:1 --total {total} --tender points:point:50:5.00 --tender cash:{cash}"
        );
        let no = shop.run(&line).ends(1).json();
        assert_eq!(no["code"], "wrong_tender_value", "{no}");
    }
    shop.run("purchase --member card:1 --total 5.00 --tender points:point:50:5.00")
        .ends(0);
}

#[test]
fn a_file_of_rows_takes_no_negative_total_for_a_sale() {
    let shop = grocer();
    shop.write("rows.csv", "member,total\ncard:1,5.00\ncard:1,-5.00\n");
    let told = shop.run("import rows.csv --enrol --map member=member,total=total");
    told.ends(2)
        .says(&["1 booked", "1 bad", "'-5.00' is negative"]);
}

#[test]
fn a_tender_that_falls_short_is_left_out_and_told_alike_for_ever() {
    let shop = grocer();
    shop.run("member enrol --alias card:1").ends(0);
    let sale = "purchase --member card:1 --total 10.00 --tender points:point:40:4.00 --tender card:6.00 --key q1";
    let told = shop.run(&format!("--json {sale} --if-short book")).ends(0);
    let told = told.json();
    assert_eq!(given(&told), 10, "{told}");
    let collect = &told["collect"];
    assert_eq!(collect["money"], "4.00", "{told}");
    assert_eq!(collect["tenders"][0]["tender"], 1);
    assert_eq!(collect["tenders"][0]["code"], "insufficient_points");
    let again = shop
        .say(r#"{"do":"purchase","key":"q1","member":"card:1","total":"10.00","if_short":"book","tenders":[{"kind":"points","unit":"point","points":40,"amount":"4.00"},{"kind":"card","amount":"6.00"}]}"#)
        .ends(0)
        .json();
    assert_eq!(
        (&again["repeated"], &again["collect"]),
        (&true.into(), collect)
    );
    // Without `if_short` the same key asks for something else.
    shop.run(sale).ends(1).says(&["key_conflict"]);
    shop.run("purchase --member card:1 --total 1.00 --if-short sell")
        .ends(2)
        .says(&["if_short", "refuse, book"]);
    shop.run("return --of q1 --all")
        .ends(0)
        .says(&["give back 10.00"]);
    shop.run("audit verify").ends(0);
}

// proves: FIND1
#[test]
fn a_ticket_is_one_command_with_one_answer_and_all_or_nothing() {
    let shop = grocer();
    shop.run("member enrol --alias card:1").ends(0);
    let sold = "purchase --member card:1 --total 30.00 --line CAKE:food:2:10.00 --line PIE:20.00 --key first";
    shop.run(sold).ends(0);
    let ticket = "ticket --member card:1 --return first#1:1 --return first#2 --total 12.00 --line TART:12.00 --tender cash:-13.00 --store mitte --receipt 7 --key t";
    let told = shop.run(&format!("--json {ticket}")).ends(0).json();
    assert_eq!(told["ticket"]["to_pay"], "-13.00", "{told}");
    assert_eq!(told["give_back"]["money"], "25.00", "{told}");
    let keys: Vec<&str> = told["ticket"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["t~1", "t~2", "t"]);
    assert_eq!(told["now"]["balance"]["point"]["available"], 17, "{told}");
    let json = r#"{"do":"ticket","key":"t","member":"card:1","store":"mitte","receipt":"7","returns":[{"of":"first","lines":[{"line":1,"qty":1}]},{"of":"first","lines":[{"line":2}]}],"sale":{"total":"12.00","lines":[{"sku":"TART","amount":"12.00"}],"tenders":[{"kind":"cash","amount":"-13.00"}]}}"#;
    let again = shop.say(json).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    assert_eq!(again["ticket"], told["ticket"]);
    for find in ["--key t", "--receipt 7 --store mitte"] {
        let found = shop.run(&format!("--json find {find}")).ends(0).json();
        for part in ["ticket", "give_back", "did", "after", "repeated"] {
            assert_eq!(found[part], again[part], "{find}: {found}");
        }
    }
    // The same key for another ticket, or for one command of this one.
    for other in [
        "ticket --member card:1 --return first#1:1 --total 12.00 --line TART:12.00 --key t",
        "ticket --return first --key t",
        "purchase --member card:1 --total 12.00 --line TART:12.00 --key t",
        "purchase --member card:1 --total 12.00 --key t~2",
    ] {
        shop.run(other).ends(1).says(&["key_conflict"]);
    }
    // A refused ticket books nothing: the return is still possible. What the rules
    // refuse is recorded under its key.
    for (n, (wrong, code)) in [
        (
            "--return first#1:1 --total 5.00 --tender cash:5.01",
            "does_not_add_up",
        ),
        ("--return first#1:9 --total 5.00", "too_much_returned"),
        (
            "--return first#1:1 --return nothing --total 5.00",
            "unknown_purchase",
        ),
        (
            "--return first#1:1 --total 50.00 --tender points:point:500:50.00",
            "insufficient_points",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let line = format!("--json ticket --member card:1 {wrong} --key w{n}");
        let no = shop.run(&line);
        let no = no.ends(if code == "does_not_add_up" { 2 } else { 1 });
        let no = no.json();
        let is_recorded = matches!(code, "too_much_returned" | "insufficient_points");
        assert_eq!(
            (&no["code"], no["seq"].is_u64()),
            (&code.into(), is_recorded)
        );
        if is_recorded {
            let again = shop.run(&line).ends(1).json();
            assert_eq!(
                (&again["seq"], &again["repeated"]),
                (&no["seq"], &true.into())
            );
        }
    }
    shop.run("ticket --return first#1:1 --key w")
        .ends(0)
        .says(&["pay out 5.00"]);
    shop.run("ticket --member card:1")
        .ends(2)
        .says(&["sale", "returns"]);
    shop.run("audit verify").ends(0);
    shop.run("rebuild").ends(0);
    let again = shop.say(json).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
}

#[test]
fn a_repeat_may_say_more_and_a_void_that_is_refused_says_what_to_do() {
    let shop = grocer();
    shop.run("member enrol --alias card:1").ends(0);
    let sale = "--json purchase --member card:1 --total 10.00 --key a";
    shop.run(sale).ends(0);
    for by in ["--by scanned", "--by typed", "--by app"] {
        let again = shop.run(&format!("{sale} {by}")).ends(0).json();
        assert_eq!(again["repeated"], true, "{by}: {again}");
    }
    let other = sale.replace("--key a", "--key b --by scanned");
    shop.run(&other).ends(0);
    shop.run(&other.replace("scanned", "typed"))
        .ends(1)
        .says(&["key_conflict"]);
    shop.run("redeem --member card:1 --unit point --points 12 --key r")
        .ends(0);
    shop.run("void --of b --reason slip --key v")
        .ends(1)
        .says(&["has_dependents", "come back with 'return' instead"]);
    shop.run("return --of b --all --key back").ends(0);
}

#[test]
fn a_list_of_commands_is_told_as_one() {
    let shop = grocer();
    let list = r#"[{"do":"purchase","key":"k","total":"1.00"}]"#;
    for line in ["do -", "session"] {
        let told = shop.pipe(line, list).json();
        let message = told["message"].as_str().unwrap();
        assert!(message.contains("it is a list"), "{line}: {told}");
    }
}

#[test]
fn one_quote_shows_the_points_of_the_sale_as_it_is_sold() {
    let shop = grocer();
    let third = "campaign(#{ id: \"third\" });
fn on_purchase(purchase, member) { discount(purchase.subtotal / 10, \"10 % off\"); }
";
    shop.write("own/campaigns/third.rhai", third);
    shop.run("policy activate own").ends(0);
    shop.run("member enrol --alias card:1").ends(0);
    let sale = "--member card:1 --total 100.00 --line BOX:toys:1:100.00";
    let quoted = shop.run(&format!("--json quote {sale}")).ends(0).json();
    assert_eq!(
        (given(&quoted), &quoted["to_pay"]),
        (90, &"90.00".into()),
        "{quoted}"
    );
    let asked = r#"{"do":"purchase","member":"card:1","total":"100.00","tenders":[{"kind":"card","amount":"100.00"}]}"#;
    let told = shop.pipe("do - --quote", asked).ends(0).json();
    assert_eq!((given(&told), &told["to_pay"]), (90, &"90.00".into()));
    // Booked as quoted.
    let sold = "purchase --member card:1 --total 90.00 --line BOX:toys:1:100.00 --discount third:10.00 --key a";
    let booked = shop.run(&format!("--json {sold}")).ends(0).json();
    assert_eq!(
        (given(&booked), &booked["warnings"]),
        (90, &serde_json::json!([]))
    );
    // A sale that states its discounts already is quoted unchanged.
    let told = shop.run("--json quote --member card:1 --total 90.00 --line BOX:toys:1:100.00 --discount third:10.00");
    let told = told.ends(0).json();
    assert_eq!((given(&told), &told["to_pay"]), (90, &Value::Null));
}
