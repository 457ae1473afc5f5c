//! Answers to bad input say what is wrong, where, and what would be right.

use crate::shop::Shop;
use serde_json::Value;

/// A command, the exit code, the answer's code, and words of its message.
const TABLE: &[(&str, i32, &str, &[&str])] = &[
    (
        r#"{"do":"purchase","key":"k","member":"card:1","totl":"1.00"}"#,
        2,
        "bad_input",
        &["totl", "total"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1"}"#,
        2,
        "bad_input",
        &["total"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":7,"total":"1.00"}"#,
        2,
        "bad_input",
        &["member"],
    ),
    (
        r#"{"do":"purchase","member":"card:1","total":"1.00"}"#,
        2,
        "bad_input",
        &["key"],
    ),
    (
        r#"{"do":"purchse","key":"k"}"#,
        2,
        "bad_input",
        &["purchse", "purchase"],
    ),
    (r#"{"key":"k"}"#, 2, "bad_input", &["do"]),
    ("", 2, "bad_input", &[]),
    ("[1,2]", 2, "bad_input", &[]),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"--1.00"}"#,
        2,
        "bad_input",
        &["total"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"9223372036854775808"}"#,
        2,
        "bad_input",
        &["total"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"1.001"}"#,
        2,
        "bad_input",
        &["total", "decimal"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":1.5}"#,
        2,
        "bad_input",
        &["total"],
    ),
    (
        r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":9007199254740993}"#,
        2,
        "bad_input",
        &["points"],
    ),
    (
        r#"{"do":"redeem","key":"k","member":"card:1","unit":"star","points":9223372036854775808}"#,
        2,
        "bad_input",
        &["points"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","lines":[{"amount":"3.00"},{"amount":"1.50"}]}"#,
        2,
        "does_not_add_up",
        &["0.50"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","tenders":[{"kind":"cash","amount":"4.00"}]}"#,
        2,
        "does_not_add_up",
        &["1.00"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","currency":"USD"}"#,
        2,
        "unknown_currency",
        &["USD", "EUR"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","store":"mite"}"#,
        2,
        "unknown_store",
        &["mite", "mitte"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","store":"mitte","terminal":"till-9"}"#,
        2,
        "unknown_terminal",
        &["till-9", "till-1"],
    ),
    (
        r#"{"do":"redeem","key":"k","member":"card:1","unit":"sta","points":1}"#,
        2,
        "unknown_unit",
        &["star"],
    ),
    (
        r#"{"do":"redeem","key":"k","member":"card:1","reward":"tea"}"#,
        2,
        "unknown_reward",
        &["free-coffee"],
    ),
    (
        r#"{"do":"campaign","key":"k","campaign":"monday","action":"pause","reason":"r"}"#,
        2,
        "unknown_campaign",
        &["double-tuesday"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","at":"2026-02-30T10:00:00+01:00"}"#,
        2,
        "bad_input",
        &["at", "2026-02-30", "does not exist"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","at":"2026-01-30T10:00:00"}"#,
        2,
        "bad_input",
        &["at"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","at":"2199-01-01T10:00:00+01:00"}"#,
        2,
        "clock_ahead",
        &["2199"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:1","total":"5.00","at":"2001-01-01T10:00:00+01:00"}"#,
        2,
        "too_late",
        &["7 days"],
    ),
    (
        r#"{"do":"purchase","key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","member":"card:1","total":"5.00"}"#,
        2,
        "bad_input",
        &["65", "64"],
    ),
    (
        r#"{"do":"purchase","key":"k","member":"card:2","total":"5.00"}"#,
        1,
        "unknown_member",
        &["enrol"],
    ),
    (
        r#"{"do":"purchase","key":"used","member":"card:1","total":"5.01"}"#,
        1,
        "key_conflict",
        &["new key"],
    ),
    (
        r#"{"do":"enrol","key":"k","aliases":["card:1"]}"#,
        1,
        "alias_taken",
        &["card"],
    ),
    (
        r#"{"do":"enrol","key":"k","aliases":["card:3"],"birthday":"02-30"}"#,
        2,
        "bad_input",
        &["birthday"],
    ),
    (
        r#"{"do":"return","key":"k","of":"nothing","all":true}"#,
        1,
        "unknown_purchase",
        &[],
    ),
    (
        r#"{"do":"void","key":"k","seq":99999,"reason":"r"}"#,
        1,
        "unknown_entry",
        &[],
    ),
];

fn shop() -> Shop {
    let shop = Shop::cafe();
    shop.say(r#"{"do":"enrol","key":"e","aliases":["card:1"]}"#)
        .ends(0);
    shop.say(r#"{"do":"purchase","key":"used","member":"card:1","total":"5.00"}"#)
        .ends(0);
    shop
}

#[track_caller]
fn check(answer: &Value, row: &(&str, i32, &str, &[&str])) {
    let (sent, exit, code, words) = row;
    assert_eq!(answer["ok"], false, "{sent}\n{answer}");
    assert_eq!(answer["code"], *code, "{sent}\n{answer}");
    let class = if *exit == 2 { "invalid" } else { "refused" };
    assert_eq!(answer["class"], class, "{sent}\n{answer}");
    for word in *words {
        assert!(answer.to_string().contains(word), "{word}: {answer}");
    }
}

#[test]
fn every_row_of_the_table_is_answered_with_its_place_and_code() {
    let shop = shop();
    let journal = shop.read("ledger/journal/000000000000.seg");
    for row in TABLE {
        let ran = shop.say(row.0).ends(row.1);
        check(&ran.json(), row);
    }
    assert!(
        journal == shop.read("ledger/journal/000000000000.seg"),
        "nothing was booked"
    );
}

#[test]
fn a_session_goes_on_after_each_of_them() {
    let shop = shop();
    let rows: Vec<_> = TABLE.iter().filter(|r| !r.0.is_empty()).collect();
    let lines: Vec<&str> = rows.iter().map(|r| r.0).collect();
    let good = r#"{"do":"purchase","key":"good","member":"card:1","total":"5.00"}"#;
    let ran = shop
        .pipe("session", format!("{}\n{good}", lines.join("\n")))
        .ends(0);
    let answers: Vec<Value> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(answers.len(), rows.len() + 1);
    answers
        .iter()
        .zip(&rows)
        .for_each(|(answer, row)| check(answer, row));
    assert_eq!(answers[rows.len()]["ok"], true);
}

#[test]
fn bytes_that_are_no_text_marks_and_line_ends() {
    let shop = shop();
    let plain = br#"{"do":"purchase","key":"b","member":"card:1","total":"5.00"}"#;
    shop.pipe(
        "do -",
        [b"\xef\xbb\xbf".as_slice(), plain, b"\r\n"].concat(),
    )
    .ends(0);
    let ran = shop
        .pipe("do -", [plain.as_slice(), b"\xff"].concat())
        .ends(2);
    assert!(
        ran.json()["message"].as_str().unwrap().contains("UTF-8"),
        "{}",
        ran.out
    );
    let two = [
        b"\xef\xbb\xbf".as_slice(),
        plain,
        b"\r\n\xff\xfe\n",
        plain,
        b"\r\n",
    ]
    .concat();
    let ran = shop.pipe("session", two).ends(0);
    let ok: Vec<bool> = ran.out.lines().map(|l| l.contains("\"ok\":true")).collect();
    assert_eq!(ok, [true, false, true]);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_skipped_by_session_and_import() {
    let shop = shop();
    let mut input = vec![b'x'; 100 << 20];
    input.extend_from_slice(
        b"\n{\"do\":\"purchase\",\"key\":\"h\",\"member\":\"card:1\",\"total\":\"5.00\"}\n",
    );
    let ran = shop.pipe("session", &input).ends(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("104857600 bytes") && lines[1].contains("\"ok\":true"));
    shop.pipe("import - --format jsonl", &input)
        .ends(2)
        .says(&["line 1:", "1 booked before, 0 refused, 1 bad"]);
    shop.pipe("do -", &input).ends(2);
}

#[test]
fn flags_and_files_are_named_when_they_are_wrong() {
    let shop = shop();
    shop.run("purchase --member card:1 --total 1.00 --line A:B:C")
        .ends(2)
        .says(&["--line", "LATTE"]);
    shop.run("purchase --member card --total 1.00")
        .ends(2)
        .says(&["member", "card:6900012345"]);
    shop.run("purchase --totl 1.00").ends(2).says(&["--total"]);
    shop.run("balance card:1 --as-of tomorrow")
        .ends(2)
        .says(&["as_of: ", "2026-11-24"]);
    shop.run("statement card:1 --from 2026-02-30")
        .ends(2)
        .says(&["from: "]);
    shop.run("import nothing.csv")
        .ends(2)
        .says(&["nothing.csv"]);
    shop.write("a.csv", "karte,total\n1,2.00\n1,x\n");
    shop.run("import a.csv")
        .ends(2)
        .says(&["line 1:", "--map", "karte, total"]);
    shop.run("import a.csv --map member=karte:card:,total=totl")
        .ends(2)
        .says(&["totl", "total"]);
    shop.run("import a.csv --map member=karte:card:,total=total")
        .ends(2)
        .says(&["line 3:", "column total", "1 booked"]);
    shop.run("init --programme corner-caff --ledger other")
        .ends(2)
        .says(&["corner-cafe"]);
    shop.run("init --programme corner-cafe --currency USD --ledger other")
        .ends(2)
        .says(&["programme is there already", "--folder"]);
    shop.run("init --programme one-for-one --zone Mars/Olympus --ledger other --folder p2")
        .ends(2)
        .says(&["Mars/Olympus", "Europe/Berlin"]);
}

#[test]
fn a_folder_is_no_file_to_read() {
    let shop = Shop::cafe();
    for line in [
        "import programme",
        "do programme",
        "import a.csv --map-file programme",
    ] {
        shop.write("a.csv", "member,total\n");
        shop.run(line).ends(2).says(&["programme: it is a folder"]);
    }
}
