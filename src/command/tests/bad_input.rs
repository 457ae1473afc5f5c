use crate::command::{self, *};
use proptest::prelude::*;

/// Input, the field it must name, and words that its message must contain.
type Case<'a> = (&'a str, &'a str, &'a [&'a str]);

fn bad(json: &[u8]) -> Bad {
    match parse(json, 2) {
        Ok(request) => panic!("taken: {request:?}"),
        Err(bad) => bad,
    }
}

fn check(cases: &[Case<'_>]) {
    for (json, field, words) in cases {
        let bad = bad(json.as_bytes());
        assert_eq!(bad.field, *field, "{json}\n{bad}");
        for word in *words {
            assert!(bad.message.contains(word), "{json}\n{bad}\nlacks {word}");
        }
    }
}

// proves: PC19
#[test]
fn a_goal_is_for_a_figure_that_there_is() {
    let goal = |metric: &str| {
        format!(
            r#"{{"do":"goal","key":"k","metric":"{metric}","from":"4","to":"5","unit":"pp","by":"2027-12-31"}}"#
        )
    };
    check(&[
        (
            r#"{"do":"goal","key":"k","metric":"retention","from":"4","to":"4.0","unit":"pp","by":"2027-12-31"}"#,
            "to",
            &["stands already"],
        ),
        (
            r#"{"do":"goal","key":"k","metric":"retention","from":"0","to":"5","unit":"rel","by":"2027-12-31"}"#,
            "unit",
            &["say pp"],
        ),
        (
            &goal("repurchse"),
            "metric",
            &["did you mean 'repurchase'?"],
        ),
        (&goal("Wetter"), "metric", &["Wetter", "nps", "utilisation"]),
    ]);
}

#[test]
fn a_hash_has_one_spelling_of_its_digits() {
    let claim = |hash: &str| {
        format!(r#"{{"do":"purchase","key":"k","total":"1.00","claim_hash":"{hash}"}}"#)
    };
    let pool = |hash: &str| {
        format!(
            r#"{{"do":"pool","key":"k","pool":"trees","amount":"1.00","to":"x","evidence":"{hash}"}}"#
        )
    };
    let words: &[&str] = &["64 hexadecimal digits"];
    for hash in [
        "+1".repeat(32),
        "ab".repeat(31),
        "ab".repeat(33),
        "xy".repeat(32),
    ] {
        check(&[
            (&claim(&hash), "claim_hash", words),
            (&pool(&hash), "evidence", words),
        ]);
    }
    for hash in ["ab".repeat(32), "AB".repeat(32)] {
        assert!(parse(claim(&hash).as_bytes(), 2).is_ok(), "{hash}");
        assert!(parse(pool(&hash).as_bytes(), 2).is_ok(), "{hash}");
    }
}

#[test]
fn names_that_are_unknown_missing_or_doubled() {
    check(&[
        (
            r#"{"do":"purchase","key":"k","totl":"1.00"}"#,
            "totl",
            &["unknown field 'totl'", "did you mean 'total'?"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00"},{"amout":"2.00"}]}"#,
            "lines[1].amout",
            &["did you mean 'amount'?"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00"},{"sku":"A"}]}"#,
            "lines[1].amount",
            &["is missing"],
        ),
        (
            r#"{"do":"purchase","key":"k","lines":[{"amount":"1.00"}]}"#,
            "total",
            &["is missing"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","total":"2.00"}"#,
            "total",
            &["given twice"],
        ),
        (
            r#"{"do":"purchase","do":"return","key":"k","total":"1.00"}"#,
            "do",
            &["given twice"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00","qty":"1","qty":"2"}]}"#,
            "lines[0].qty",
            &["given twice"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00","colour":"red"}]}"#,
            "lines[0].colour",
            &["known: sku, category, tags, qty, amount"],
        ),
        (
            r#"{"do":"purchase","total":"1.00"}"#,
            "key",
            &["is missing", "name of its own"],
        ),
        (
            r#"{"do":"purchas","total":"1.00"}"#,
            "do",
            &["unknown verb 'purchas'", "did you mean 'purchase'?"],
        ),
        (
            r#"{"total":"1.00"}"#,
            "do",
            &["is missing", "\"do\":\"purchase\""],
        ),
        (
            r#"{"do":"redeem","key":"k","unit":"star","points":5}"#,
            "member",
            &["is missing"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star"}"#,
            "points",
            &["is missing"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","points":5,"reward":"x"}"#,
            "",
            &["'unit' and 'points', or 'reward'"],
        ),
        (
            r#"{"do":"return","key":"k","all":true}"#,
            "of",
            &["is missing", "or by 'receipt'"],
        ),
        (
            r#"{"do":"return","key":"k","of":"a","receipt":"b","all":true}"#,
            "of",
            &["exclude each other"],
        ),
        (
            r#"{"do":"return","key":"k","of":"a","sale_day":"2026-11-24","all":true}"#,
            "sale_day",
            &["belongs to a sale named by 'receipt'"],
        ),
        (
            r#"{"do":"return","key":"k","of":"a"}"#,
            "",
            &["exactly one of"],
        ),
        (
            r#"{"do":"enrol","key":"k","member":"card:1"}"#,
            "member",
            &["does not belong"],
        ),
        (
            r#"{"do":"profile","key":"k","member":"card:1"}"#,
            "",
            &["nothing to change"],
        ),
    ]);
}

#[test]
fn values_of_the_wrong_kind() {
    check(&[
        (
            r#"{"do":"purchase","key":"k","total":42.5}"#,
            "total",
            &["floating point", "a decimal in quotes such as \"42.50\""],
        ),
        (
            r#"{"do":"purchase","key":"k","total":42}"#,
            "total",
            &["integer `42`", "in quotes"],
        ),
        (
            r#"{"do":"purchase","key":7,"total":"1.00"}"#,
            "key",
            &["integer `7`", "a text in quotes"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00"},{"amount":2}]}"#,
            "lines[1].amount",
            &["in quotes"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":{"amount":"1.00"}}"#,
            "lines",
            &["expected a list [..]"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":["1.00"]}"#,
            "lines[0]",
            &["an object with sku, qty and amount"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[{"amount":"1.00","qty":1.5}]}"#,
            "lines[0].qty",
            &["a decimal in quotes"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":"five"}"#,
            "points",
            &["without quotes"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":5.0}"#,
            "points",
            &["a whole number"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":9007199254740992}"#,
            "points",
            &["below 2^53"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":9223372036854775808}"#,
            "points",
            &["below 2^53"],
        ),
        (
            r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":0}"#,
            "points",
            &["more than 0"],
        ),
        (
            r#"{"do":"adjust","key":"k","member":"card:1","unit":"star","points":0,"reason":"r"}"#,
            "points",
            &["is 0"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","enrol":"yes"}"#,
            "enrol",
            &["a boolean"],
        ),
        (r#"["do"]"#, "", &["a list", "one JSON object"]),
        (
            r#"[{"do":"purchase","key":"k","total":"1.00"}]"#,
            "",
            &["a list", "one JSON object", "session"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":[["LATTE","1.00"]]}"#,
            "lines[0]",
            &["wrong type: a list, expected an object with sku, qty and amount"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","lines":{"amount":"1.00"}}"#,
            "lines",
            &["wrong type: an object, expected a list"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":["1.00"]}"#,
            "total",
            &["wrong type: a list, expected a decimal in quotes"],
        ),
        (r#""purchase""#, "", &["one JSON object"]),
    ]);
}

#[test]
fn amounts_instants_and_names_out_of_bounds() {
    check(&[
        (
            r#"{"do":"purchase","key":"k","total":"--1.00"}"#,
            "total",
            &["not a decimal number such as 42.50"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"9223372036854775808"}"#,
            "total",
            &["too large"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.005"}"#,
            "total",
            &["3 decimals, at most 2"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":""}"#,
            "total",
            &["is empty"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1,50"}"#,
            "total",
            &["not a decimal number such as 42.50"],
        ),
        (
            r#"{"do":"return","key":"k","of":"j","lines":[{"line":1,"qty":-1}]}"#,
            "lines[0].qty",
            &["negative"],
        ),
        (
            r#"{"do":"return","key":"k","of":"j","lines":[{"line":1,"qty":"0"}]}"#,
            "lines[0].qty",
            &["is 0"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","tenders":[{"kind":"points","unit":"star","points":5,"amount":"-1.00"}]}"#,
            "tenders[0].amount",
            &["negative"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","tenders":[{"kind":"cash"}]}"#,
            "tenders[0].amount",
            &["is missing"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","tenders":[{"kind":"cash","amount":"1.00","points":5}]}"#,
            "tenders[0].points",
            &["kind 'points' only"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","at":"2026-02-30T10:00:00Z"}"#,
            "at",
            &["does not exist"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","at":"2026-02-03 10:00"}"#,
            "at",
            &["not an instant such as"],
        ),
        (
            r#"{"do":"enrol","key":"k","birthday":"02-30"}"#,
            "birthday",
            &["not a month and day such as 02-29"],
        ),
        (
            r#"{"do":"enrol","key":"k","aliases":["card:1","Card 2"]}"#,
            "aliases[1]",
            &["not an alias such as card:6900012345"],
        ),
        (
            r#"{"do":"erase","key":"k","member":"m-123","reason":"r"}"#,
            "member",
            &["32 hexadecimal digits"],
        ),
        (
            r#"{"do":"erase","key":"k","member":"6900012345","reason":"r"}"#,
            "member",
            &["not an alias"],
        ),
        (
            r#"{"do":"purchase","key":"","total":"1.00"}"#,
            "key",
            &["empty"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","by":"scaned"}"#,
            "by",
            &["did you mean 'scanned'?"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","store":"a\nb"}"#,
            "store",
            &["control character"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","counter":0}"#,
            "counter",
            &["more than 0"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","channel":"house"}"#,
            "channel",
            &["the ledger itself"],
        ),
        (
            r#"{"do":"return","key":"k","of":"a","lines":[{"line":0}]}"#,
            "lines[0].line",
            &["count from 1"],
        ),
        (
            r#"{"do":"campaign","key":"k","campaign":"c","action":"stop","reason":"r"}"#,
            "action",
            &["known: pause, resume"],
        ),
        (
            r#"{"do":"void","key":"k","seq":-1,"reason":"r"}"#,
            "seq",
            &["negative"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","enrol":true}"#,
            "enrol",
            &["an alias"],
        ),
    ]);
}

#[test]
fn text_that_is_no_json() {
    check(&[
        (
            r#"{"do":"purchase","key":"k","total":"1.00""#,
            "total",
            &["ends too early", "line 1"],
        ),
        (
            "{\"do\":\"purchase\",\"key\":\"k\",\n",
            "",
            &["ends too early"],
        ),
        ("\n", "", &["nothing came"]),
        (
            r#"{"do":"purchase","key":"k","total":"1.00"}x"#,
            "",
            &["trailing characters"],
        ),
        (
            r#"{"do":"purchase","key":"k","total":"1.00",}"#,
            "",
            &["not valid JSON at line 1", "trailing comma"],
        ),
        (
            "{\"do\":\"purchase\",\n\"key\":'k'}",
            "key",
            &["not valid JSON at line 2"],
        ),
        ("", "", &["nothing came"]),
        ("do purchase", "", &["not valid JSON at line 1"]),
        (
            r#"{"do":"purchase","key":"k","total":"1.00","x\u0041`, expected":1}"#,
            "xA",
            &["unknown field"],
        ),
    ]);
    assert!(bad(b"\xff\xfe{\0").message.contains("UTF-16"));
    let not_utf8 = bad(b"{\"do\":\"purchase\",\"key\":\"\xc4\"}");
    assert!(not_utf8.message.contains("byte 24 (0xc4)"), "{not_utf8}");
    assert!(not_utf8.message.contains("--encoding"), "{not_utf8}");
}

#[test]
fn sizes_are_bounded_and_messages_stay_short() {
    let key = format!(
        r#"{{"do":"purchase","total":"1","key":"{}"}}"#,
        "x".repeat(65)
    );
    let line = r#"{"amount":"1"},"#.repeat(501);
    let lines = format!(
        r#"{{"do":"purchase","key":"k","total":"501","lines":[{}]}}"#,
        line.trim_end_matches(',')
    );
    let store = format!(r#"{{"do":"daily","store":"{}"}}"#, "x".repeat(1001));
    let total = format!(
        r#"{{"do":"purchase","key":"k","total":"{}"}}"#,
        "9".repeat(100_000)
    );
    let field = format!(r#"{{"do":"purchase","{}":1}}"#, "y".repeat(100_000));
    let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
    let points = format!(r#"{{"do":"adjust","points":"{}"}}"#, "z".repeat(100_000));
    let long = " ".repeat(LINE_LEN_MAX + 1);
    check(&[
        (&key, "key", &["65 bytes, at most 64"]),
        (&lines, "lines", &["501 items, at most 500"]),
        (&store, "store", &["1001 bytes, at most 1000"]),
        (&total, "total", &["too long for a number"]),
        (&long, "", &["at most 1048576"]),
    ]);
    for json in [key, lines, store, total, field, deep, points, long] {
        let said = bad(json.as_bytes()).to_string();
        assert!(said.len() < 1500, "{said}");
    }
}

#[test]
fn the_answer_to_bad_input_names_its_key_if_it_can() {
    assert_eq!(
        command::names_in(br#"{"do":"purchase","totl":1,"id":[1],"key":"k7"}"#).0,
        "k7"
    );
    for none in [&br#"{"key":7}"#[..], b"{", b"\xff", br#"{"do":"daily"}"#] {
        assert_eq!(command::names_in(none).0, "");
    }
}

#[test]
fn a_door_may_fill_in_the_key() {
    assert_eq!(
        command::parse_keyless(br#"{"do":"purchase","total":"1"}"#, 2)
            .unwrap()
            .key
            .as_str(),
        ""
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_panic(bytes: Vec<u8>) {
        let _ = parse(&bytes, 2);
    }

    #[test]
    fn no_mutation_of_a_command_makes_it_panic(at in 0usize..200, byte: u8, cut in 0usize..200) {
        let mut json = br#"{"do":"purchase","key":"k\u00e4","lines":[{"sku":"A","tags":["x"],"qty":2,"amount":"1.00"},{"amount":"1"}],"tenders":[{"kind":"points","unit":"star","points":5,"amount":"2"}],"total":"2.00"}"#.to_vec();
        let len = json.len();
        json[at % len] = byte;
        let _ = parse(&json, 2);
        let _ = parse(&json[..cut.min(len)], 0);
    }
}

#[test]
fn control_characters_are_shown_and_not_obeyed() {
    let told = bad(br#"{"do":"purchase","key":"k","total":"a\u001b[31m\u0000"}"#);
    assert_eq!(told.field, "total");
    assert!(
        told.message.starts_with("'a\\u{1b}[31m\\u{0}' is not"),
        "{told}"
    );
    let told = bad(br#"{"do":"purchase","key":"k","to\u009btal":"1.00"}"#);
    assert!(!told.to_string().contains(char::is_control), "{told}");
}

// A list of the right length was read by position.
#[test]
fn a_list_in_the_place_of_an_object_is_told_as_one() {
    for (field, command) in [
        (
            "lines[0]",
            r#""do":"purchase","total":"3.00","lines":[["A","",[],1,"3.00"]]"#,
        ),
        (
            "charges[0]",
            r#""do":"purchase","total":"3.00","charges":[["tax","3.00"]]"#,
        ),
        (
            "discounts[0]",
            r#""do":"purchase","total":"3.00","discounts":[[null,"3.00",null,null,[]]]"#,
        ),
        (
            "tenders[0]",
            r#""do":"purchase","total":"3.00","tenders":[["cash","3.00",null,null,null,null,null,[]]]"#,
        ),
        ("lines[0]", r#""do":"return","of":"k","lines":[[1,1,null]]"#),
        (
            "sale.lines[0]",
            r#""do":"ticket","sale":{"total":"3.00","lines":[["A","",[],1,"3.00"]]}"#,
        ),
        (
            "returns[0]",
            r#""do":"ticket","returns":[["k",null,null,null,null,true,null,[]]]"#,
        ),
    ] {
        let told = bad(format!(r#"{{"key":"x",{command}}}"#).as_bytes());
        assert_eq!(told.field, field, "{told}");
        assert!(
            told.message.contains("a list, expected an object with"),
            "{told}"
        );
    }
}
