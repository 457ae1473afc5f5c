//! Fields that tills send besides figures: words of lines, ids of messages, training.

use crate::shop::Shop;
use serde_json::json;

const TV: &str = r#""sku":"TV","category":"tv","qty":2,"amount":"238.00""#;
const WORDS: &str = r#""id":"L-1","name":"A fine TV","unit_price":"119.00","tax":"38.00""#;

// proves: SALE5
#[test]
fn words_of_lines_come_back_in_every_answer_and_decide_nothing() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    let sale = |line: &str| {
        format!(
            r#"{{"do":"purchase","key":"k","member":"card:1","total":"238.00","lines":[{{{line}}}]}}"#
        )
    };
    let told = json!([{"line": 1, "id": "L-1", "sku": "TV", "name": "A fine TV", "qty": "2",
        "amount": "238.00", "unit_price": "119.00", "tax": "38.00"}]);
    let full = sale(&[TV, ",", WORDS].concat());
    let first = shop.say(&full).ends(0).json();
    assert_eq!(first["lines"], told, "{first}");
    // With other words it is the same sale; with another tax it is another sale.
    let bare = sale(&[TV, r#","tax":"38.00""#].concat());
    let again = shop.say(&bare).ends(0).json();
    assert_eq!((&again["repeated"], &again["lines"]), (&true.into(), &told));
    let other = sale(&[TV, r#","tax":"37.00""#].concat());
    assert_eq!(shop.say(&other).ends(1).json()["code"], "key_conflict");
    // Flags and columns fill the same fields.
    let flags = "purchase --member card:1 --total 238.00 --key f --line TV:tv:2:238.00:id=L-1:unit_price=119.00:tax=38.00:tag=loud:name=TV";
    let typed = shop.run(&["--json ", flags].concat()).ends(0).json();
    assert_eq!(typed["lines"][0]["tax"], "38.00", "{typed}");
    shop.write(
        "rows.csv",
        "card,total,sku,title,tax\ncard:1,11.90,MUG,A mug,1.90\n",
    );
    shop.run("import rows.csv --set do=purchase --map member=card --map total=total --map sku=sku --map lines.name=title --map lines.tax=tax")
        .ends(0)
        .says(&["1 booked"]);
    let seq = first["seq"].as_u64().unwrap();
    shop.run(&format!("explain {seq}"))
        .ends(0)
        .says(&["A fine TV"]);
    for (wrong, field) in [
        (r#""tax":"238.01""#, "lines[0].tax"),
        (r#""tax":"-1.00""#, "lines[0].tax"),
        (r#""unit_price":"1.005""#, "lines[0].unit_price"),
    ] {
        let wrong = sale(&[TV, ",", wrong].concat()).replace("\"k\"", "\"w\"");
        assert_eq!(shop.say(&wrong).ends(2).json()["field"], field);
    }
    shop.run("audit verify").ends(0);
}

// proves: SALE8
#[test]
fn an_id_of_the_sender_comes_back_and_training_books_nothing() {
    let shop = Shop::plain();
    let lines = [
        r#"{"do":"enrol","key":"e","id":1,"aliases":["card:1"]}"#,
        r#"{"do":"purchase","key":"a","id":"two","member":"card:1","total":"5.00"}"#,
        r#"{"do":"purchase","key":"a","id":"three","member":"card:1","total":"5.00"}"#,
        r#"{"do":"purchase","key":"b","id":4,"member":"card:9","total":"5.00"}"#,
        r#"{"do":"purchase","key":"b","id":"five","totl":"5.00"}"#,
        r#"{"ask":"balance","id":6,"member":"card:1"}"#,
        r#"{"ask":"balance","id":7,"member":"card:9"}"#,
        r#"{"do":"purchase","key":"c","id":8,"member":"card:1","total":"7.00","training":true}"#,
        r#"{"do":"enrol","key":"d","id":9,"aliases":["card:2"],"training":true}"#,
        r#"{"do":"erase","key":"e2","id":10,"member":"card:1","reason":"x","training":true}"#,
        r#"{"do":"ticket","key":"t","id":11,"member":"card:1","sale":{"total":"1.00"},"training":true}"#,
        r#"{"do":"purchase","key":"c","member":"card:1","total":"8.00"}"#,
        r#"{"do":"purchase","key":"f","id":[13],"member":"card:1","total":"8.00"}"#,
    ];
    let told = shop.pipe("session", lines.join("\n")).ends(0);
    let told: Vec<serde_json::Value> = (told.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<&serde_json::Value> = told.iter().map(|answer| &answer["id"]).collect();
    let wanted = json!([1, "two", "three", 4, "five", 6, 7, 8, 9, 10, 11, null, null]);
    assert_eq!(json!(ids), wanted);
    for (n, answer) in told.iter().enumerate() {
        let is_training = (7..=10).contains(&n);
        assert_eq!(answer["training"] == true, is_training, "{answer}");
        assert!(!is_training || answer.get("seq").is_none(), "{answer}");
    }
    // A key used in training is free; a wrong id does not hide the key.
    assert_eq!(
        (&told[11]["ok"], &told[11].get("repeated")),
        (&true.into(), &None)
    );
    assert_eq!(
        (&told[12]["ok"], &told[12]["key"]),
        (&false.into(), &json!("f"))
    );
    let typed = shop
        .run("purchase --member card:1 --total 3.00 --training")
        .ends(0);
    typed.says(&["training: nothing was booked"]);
    shop.run("balance card:1").ends(0);
    shop.run("--json member show card:2").ends(1);
    shop.run("audit verify").ends(0);
}
