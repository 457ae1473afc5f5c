//! A till's day.

use crate::shop::{Shop, ran};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};

#[test]
fn a_session_answers_in_order_one_by_one_and_all_at_once() {
    let shop = Shop::cafe();
    let mut child = shop.begin("session");
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut say = |line: &str| -> Value {
        writeln!(stdin, "{line}").unwrap();
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    let enrolled = say(r#"{"do":"enrol","key":"e","aliases":["card:1"]}"#);
    assert_eq!(enrolled["ok"], true);
    assert_eq!(say("not json")["class"], "invalid");
    let bought = say(r#"{"do":"purchase","key":"k","member":"card:1","total":"10.00"}"#);
    let again = say(r#"{"do":"purchase","key":"k","member":"card:1","total":"10.0"}"#);
    assert_eq!(
        (&again["seq"], &again["repeated"]),
        (&bought["seq"], &Value::Bool(true))
    );
    let all: String = (0..500)
        .map(|n| format!("{{\"do\":\"purchase\",\"key\":\"n{n}\",\"member\":\"card:1\",\"total\":\"1.00\"}}\n"))
        .collect();
    stdin.write_all(all.as_bytes()).unwrap();
    for n in 0..500 {
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["key"], format!("n{n}"));
    }
    drop(stdin);
    assert!(answers.next().is_none());
    ran(child).ends(0);
    shop.run("audit verify").ends(0);
}

#[test]
fn tills_that_buy_at_the_same_moment_wait_for_one_another() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1").ends(0);
    let words = |n: usize| format!("purchase --member card:1 --total 1.00 --key k{n}");
    let tills: Vec<_> = (0..4).map(|n| shop.begin(&words(n))).collect();
    for till in tills {
        ran(till).ends(0);
    }
}

#[test]
fn the_second_process_is_told_soon_who_holds_the_ledger() {
    let shop = Shop::cafe();
    let mut child = shop.begin("session");
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "?").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let begun = std::time::Instant::now();
    let pid = child.id().to_string();
    let busy = shop.run("--json purchase --total 1.00").ends(4);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
    let json = busy.json();
    assert_eq!(
        (&json["class"], &json["retry"]),
        (&"busy".into(), &"same_key".into())
    );
    assert!(json["message"].as_str().unwrap().contains(&pid), "{json}");
    shop.run("balance card:1").ends(4).says(&[&pid, "session"]);
    drop(stdin);
    ran(child).ends(0);
    shop.run("purchase --total 1.00").ends(0);
}

// proves: S22 S64 S190
#[test]
fn the_book_is_read_as_people_read_it() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --name Ann --birthday 02-29")
        .ends(0);
    shop.run("purchase --member card:1 --total 42.50 --key k --line A:29.00 --line B:13.50")
        .ends(0);
    shop.run("return --of k --line 2 --key r")
        .ends(0)
        .says(&["give back 13.50"]);
    shop.run("redeem --member card:1 --unit star --points 400 --key x")
        .ends(1);
    shop.run("find --key x")
        .ends(1)
        .says(&["insufficient_points"]);
    shop.run("find --key y")
        .ends(1)
        .says(&["nothing was booked"]);
    shop.run("find --key k")
        .ends(0)
        .says(&["booked before", "base"]);
    shop.run("statement card:1")
        .ends(0)
        .says(&["of entry", "refused"]);
    shop.run("statement card:1 --last 1")
        .ends(0)
        .says(&["1 entry"]);
    shop.run("explain 3")
        .ends(0)
        .says(&["bill", "rounded once", "decided by programme 1", "base"]);
    shop.run("explain 99")
        .ends(1)
        .says(&["there is no entry 99"]);
    shop.run("member show card:1")
        .ends(0)
        .says(&["Ann", "02-29", "card:1"]);
    let all = shop.run("--json member export card:1").ends(0).json();
    assert_eq!(all["profile"]["name"], "Ann");
    assert!(all["entries"].as_array().unwrap().len() >= 4);
    let then = shop
        .run("--json balance card:1 --as-of 1999-01-01")
        .ends(0)
        .json();
    assert_eq!(then["balance"], serde_json::json!({}));
    let now = shop.run("--json balance card:1").ends(0).json();
    let star = &now["now"]["balance"]["star"]["available"];
    let told = shop.run("--json statement card:1").ends(0).json();
    let entries = told["entries"].as_array().unwrap();
    let last = entries
        .iter()
        .rev()
        .find(|e| !e["after"]["star"].is_null())
        .unwrap();
    assert_eq!(star, &last["after"]["star"]);
    shop.run("balance card:2").ends(1).says(&["card:2"]);
    shop.run("daily").ends(0);
}

#[test]
fn a_quote_with_the_draft_on_the_desk_books_nothing() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    let script = String::from_utf8(shop.read("programme/campaigns/base.rhai")).unwrap();
    shop.write(
        "programme/campaigns/base.rhai",
        script.replace("floor(purchase", "floor(3 * purchase"),
    );
    let draft = shop
        .run("--json quote --member card:1 --total 2.00 --with programme")
        .ends(0);
    assert_eq!(draft.json()["after"]["point"], 6);
    let active = shop
        .run("--json quote --member card:1 --total 2.00")
        .ends(0);
    assert_eq!(active.json()["after"]["point"], 2);
    shop.run("policy status")
        .ends(0)
        .says(&["campaigns/base.rhai changed", "differs"]);
    shop.run("policy activate --without-stories --reason tried --dry-run")
        .ends(0)
        .says(&["nothing was booked"]);
    shop.run("policy activate --without-stories --reason tried --note three")
        .ends(0)
        .says(&["programme 2"]);
    shop.run("policy activate")
        .ends(2)
        .says(&["stories do not hold"]);
    shop.run("policy activate --without-stories --reason tried")
        .ends(0)
        .says(&["nothing differs"]);
    shop.run("policy list").ends(0).says(&["three"]);
    shop.run("policy show 1 --file campaigns/base.rhai")
        .ends(0)
        .says(&["floor(purchase"]);
    shop.run("policy show 7")
        .ends(2)
        .says(&["there are 1 to 2"]);
    let bought = shop
        .run("--json purchase --member card:1 --total 2.00")
        .ends(0);
    assert_eq!(bought.json()["after"]["point"], 6);
    shop.run("audit verify").ends(0);
}

#[test]
fn what_a_campaign_failed_to_give_is_settled_later() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 7.00 --key k")
        .ends(0);
    let script = String::from_utf8(shop.read("programme/campaigns/base.rhai")).unwrap();
    shop.write(
        "programme/campaigns/base.rhai",
        script.replace("floor(purchase", "floor(2 * purchase"),
    );
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    let ask = "redecide --campaign base --from 2020-01-01 --to 2199-12-31";
    shop.run(ask)
        .ends(0)
        .says(&["+7", "1 difference; nothing was booked"]);
    shop.run(&format!("{ask} --book --reason 'rate was wrong'"))
        .ends(0)
        .says(&["1 adjustment booked"]);
    shop.run(ask).ends(0).says(&["nothing differs"]);
    shop.run("statement card:1")
        .ends(0)
        .says(&["rate was wrong", "14 point"]);
    shop.run("campaign pause base --reason test").ends(0);
    let paused = shop
        .run("--json purchase --member card:1 --total 7.00")
        .ends(0);
    assert_eq!(paused.json()["did"], serde_json::json!([]));
    shop.run("campaign show base")
        .says(&["until it was paused on "]);
    shop.run("campaign resume base --reason test").ends(0);
    shop.run("campaign show base")
        .says(&["since it resumed on "]);
    shop.run("campaign resume base --reason test").ends(1);
}

// proves: S169
#[test]
fn an_entry_says_who_did_it_where_and_why() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1").ends(0);
    let bought = shop.run(
        "--json purchase --member card:1 --total 10.00 --store mitte --terminal till-1 --operator op-7",
    );
    let seq = bought.ends(0).json()["seq"].as_u64().unwrap();
    shop.run(&format!("audit raw {seq}"))
        .ends(0)
        .says(&["op-7", "till-1"]);
    let adjusted = shop.run(
        "--json adjust --member card:1 --unit star --points 5 --reason goodwill --operator op-9",
    );
    let seq = adjusted.ends(0).json()["seq"].as_u64().unwrap();
    shop.run(&format!("audit raw {seq}"))
        .ends(0)
        .says(&["op-9", "goodwill"]);
}
