use crate::command::*;
use crate::model::{Extent, Instant, Money, Qty};

const PURCHASE: &str = r#"{"do":"purchase","key":"till-1/000812","member":"card:6900012345","by":"scanned","at":"2026-11-24T10:03:00+01:00","store":"mitte","terminal":"till-1","receipt":"000812",
 "total":"42.50","lines":[{"sku":"LATTE","category":"coffee","qty":"2","amount":"29.00"},{"sku":"SCONE","category":"food","qty":"1","amount":"13.50"}],"tenders":[{"kind":"cash","amount":"42.50"}]}"#;

fn read(json: &str) -> Request {
    parse(json.as_bytes(), 2).unwrap_or_else(|bad| panic!("{json}: {bad}"))
}

fn purchase(json: &str) -> Purchase {
    match read(json).verb {
        Verb::Purchase(purchase) => *purchase,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_designs_purchase_is_read_in_full() {
    let request = read(PURCHASE);
    assert_eq!(request.key.as_str(), "till-1/000812");
    let (at, offset) = request.at.unwrap();
    assert_eq!((at, offset), (Instant(1_795_510_980_000_000), 60));
    assert_eq!(request.source.terminal, "till-1");
    let Some(Who::Alias(alias)) = &request.member else {
        panic!("an alias");
    };
    assert_eq!((alias.scheme(), alias.value()), ("card", "6900012345"));
    let bought = purchase(PURCHASE);
    assert_eq!(bought.total, Money(4250));
    assert_eq!(bought.lines[0].qty, Qty(2000));
    assert_eq!(bought.lines[1].amount, Money(1350));
    assert_eq!(bought.tenders[0].means, Means::Cash);
}

#[test]
fn the_same_values_are_the_same_request_however_they_are_spelt() {
    let plain =
        read(r#"{"do":"purchase","key":"k","total":"5.00","lines":[{"amount":"5.00","qty":"1"}]}"#);
    for other in [
        r#"{"key":"k","total":"5.00","lines":[{"amount":"5.00","qty":"1"}],"do":"purchase"}"#,
        r#"{"do":"purchase","key":"k","total":"5","lines":[{"amount":"5.0"}]}"#,
        r#"{"do":"purchase","key":"\u006b","total":"05.00","lines":[{"amount":"5.00","qty":1}]}"#,
        "\u{feff}{\"\\u0064o\":\"sale\",\"key\":\"k\",\"member\":null,\"total\":\"5.00\",\r\n\"lines\":[{\"amount\":\"5.00\",\"qty\":\"1.000\"}]}\r\n",
    ] {
        assert_eq!(read(other), plain, "{other}");
    }
}

#[test]
fn one_person_spelt_twice_is_one_alias() {
    for (a, b) in [
        ("card:6900 0123 45", "card:6900012345"),
        ("phone:+49 (30) 123-45", "phone:+493012345"),
        ("email:Ann@Example.org", "email:ann@example.org"),
    ] {
        assert_eq!(Alias::parse(a), Alias::parse(b));
    }
    assert_ne!(Alias::parse("id:1-23"), Alias::parse("id:12-3"));
    let hidden = format!("{:?}", Alias::parse("card:6900012345"));
    assert!(!hidden.contains("6900"), "{hidden}");
}

#[test]
fn points_and_rewards_are_tenders() {
    let bought = purchase(
        r#"{"do":"purchase","key":"k","member":"card:1","total":"9.50","tenders":[
        {"kind":"points","unit":"star","points":500,"amount":"5.00"},
        {"kind":"reward","reward":"free-coffee"},{"kind":"alipay","amount":"4.50"}],
        "charges":[{"kind":"rounding","amount":"-0.02"}],
        "discounts":[{"campaign":"double-tuesday","amount":"1.00"}]}"#,
    );
    let points = Means::Points {
        unit: "star".into(),
        points: 500.into(),
    };
    assert_eq!(bought.tenders[0].means, points);
    assert_eq!(bought.tenders[1].amount, None);
    assert_eq!(bought.tenders[2].means, Means::Other("alipay".into()));
    assert_eq!(bought.charges[0].amount, Money(-2));
    assert_eq!(bought.discounts[0].campaign, "double-tuesday");
}

#[test]
fn a_flag_captures_a_part_of_what_is_held() {
    let read = |text: &str| text.parse::<crate::command::raw::Tender>();
    let whole = read("hold:h").unwrap();
    assert!(whole.points.is_none() && whole.amount.is_none() && !whole.is_final);
    let part = read("hold:h:points=40:final:3.00@2").unwrap();
    assert_eq!(part.hold.as_deref(), Some("h"));
    assert!(part.points.is_some() && part.amount.is_some() && part.is_final);
    assert_eq!(part.lines.len(), 1);
    assert!(read("hold:h:final").unwrap().is_final);
    assert!(read("hold:h:3.00").unwrap().amount.is_some());
    for wrong in ["hold:h:points=x", "hold:h:3.00:final", "hold:h:3.00:4.00"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_verb_is_read() {
    for (json, word) in [
        (
            r#"{"do":"enroll","key":"e","aliases":["card:1","card:1","phone:2"],"name":"Ann","birthday":"02-29","referrer":"card:9","source":"poster","consents":["marketing"]}"#,
            "enrol",
        ),
        (
            r#"{"do":"profile","key":"p","member":"card:1","birthday":"","aliases_remove":["phone:2"]}"#,
            "profile",
        ),
        (
            r#"{"do":"erase","key":"x","member":"m-00112233445566778899aabbccddeeff","reason":"asked for"}"#,
            "erase",
        ),
        (r#"{"do":"return","key":"r","of":"k","all":true}"#, "return"),
        (
            r#"{"do":"return","key":"r","store":"mitte","receipt":"000812","lines":[{"line":1,"qty":1}],"return_receipt":"7"}"#,
            "return",
        ),
        (
            r#"{"do":"redeem","key":"s","member":"card:1","unit":"star","points":60}"#,
            "redeem",
        ),
        (
            r#"{"do":"redeem","key":"s","member":"card:1","reward":"free-coffee","note":"to go"}"#,
            "redeem",
        ),
        (
            r#"{"do":"void","key":"v","seq":17,"reason":"wrong card"}"#,
            "void",
        ),
        (
            r#"{"do":"adjust","key":"a","member":"card:1","unit":"star","points":-5,"reason":"goodwill","of":"k"}"#,
            "adjust",
        ),
        (
            r#"{"do":"campaign","key":"c","campaign":"double-tuesday","action":"pause","reason":"too dear"}"#,
            "campaign",
        ),
        (r#"{"do":"daily"}"#, "daily"),
    ] {
        assert_eq!(read(json).verb.word(), word);
        assert!(VERBS.contains(&word));
    }
}

#[test]
fn what_a_return_and_an_enrolment_say_arrives() {
    let Verb::Return(back) = read(r#"{"do":"return","key":"r","of":"k","amount":"3.20"}"#).verb
    else {
        panic!("a return");
    };
    assert_eq!(back.extent, Extent::Amount(Money(320)));
    let Verb::Enrol(joined) =
        read(r#"{"do":"enrol","key":"e","aliases":["card:1","card: 1","phone:2"]}"#).verb
    else {
        panic!("an enrolment");
    };
    assert_eq!(joined.aliases.len(), 2, "repeats leave");
}

#[test]
fn the_schema_requires_the_member_of_verbs_that_always_need_one() {
    let requires = |word: &str| {
        let schema = verbs::schema(word).unwrap();
        let required = schema["required"].as_array().unwrap();
        required.iter().any(|name| name == "member")
    };
    let needing: Vec<&str> = VERBS
        .iter()
        .copied()
        .filter(|word| requires(word))
        .collect();
    let known = [
        "redeem",
        "transfer",
        "household",
        "consent",
        "merge",
        "adjust",
        "profile",
        "note",
        "erase",
        "opening",
        "claim",
        "pass",
    ];
    assert_eq!(needing, known);
}
