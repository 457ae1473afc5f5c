//! Slips for customers.

use crate::shop::Shop;
use data_encoding::BASE64;
use serde_json::Value;

fn cafe() -> Shop {
    let programme = "[programme]\nname = \"Café 咖啡\"\ncurrency = \"EUR\"\nzone = \"UTC\"\npurposes = [\"recognise_in_store\"]\n\n[unit.star]\nkind = \"spendable\"\nexpires = { at = \"year end\" }\n";
    let base = "campaign(#{ id: \"base\", title: \"每消费一欧元得一颗星，周二双倍，节假日除外\" });\nfn on_purchase(purchase, member) { award(\"star\", purchase.earning, \"x\"); }\n";
    Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)])
}

fn sale(shop: &Shop, fields: &str) -> Value {
    let json = format!(r#"{{"do":"purchase","total":"12.00",{fields}}}"#);
    shop.say(&json).ends(0).json()
}

/// Columns of a line: a test of its own kind, by bytes of UTF-8.
fn columns(line: &str) -> usize {
    line.chars()
        .map(|c| if c.len_utf8() == 3 { 2 } else { 1 })
        .sum()
}

// proves: C12.61
#[test]
fn one_answer_has_the_slip_and_its_stamp_is_found_in_the_ledger() {
    let shop = cafe();
    shop.run("member enrol --alias card:1 --name Ann").ends(0);
    for (key, form) in [
        ("a", "en:42"),
        ("b", "en:32"),
        ("c", "zh:42"),
        ("d", "zh:32"),
    ] {
        let fields =
            format!(r#""key":"{key}","member":"card:1","receipt":"{key}1","slip":"{form}""#);
        let answer = sale(&shop, &fields);
        let slip = &answer["slip"];
        assert_eq!(slip["form"], form);
        let text = slip["text"].as_str().unwrap();
        let width: usize = form[3..].parse().unwrap();
        for line in text.lines() {
            assert!(columns(line) <= width, "{form}: {line}");
        }
        let balance = answer["now"]["balance"]["star"]["available"].to_string();
        let word = if form.starts_with("en") {
            "BALANCE"
        } else {
            "余额"
        };
        let line = text.lines().find(|line| line.starts_with(word)).unwrap();
        assert!(line.ends_with(&format!(" {balance} star")), "{line}");
        assert!(
            text.contains("+12 star") && text.contains("-12-31"),
            "{text}"
        );
        assert!(!text.contains("Ann"), "no consent: {text}");
        // The stamp on the paper, however it was wrapped.
        let at = text.find("STAMP").unwrap();
        shop.write("slip.txt", &text[at..]);
        shop.run("audit stamp check slip.txt").ends(0);
        // So is the paper as a whole, and what was changed on it is noticed.
        shop.write("slip.txt", text);
        shop.run("audit stamp check slip.txt").ends(0);
        let whole = text.trim_end();
        let digit = if whole.ends_with('0') { "1" } else { "0" };
        shop.write("slip.txt", [&whole[..whole.len() - 1], digit].concat());
        shop.run("audit stamp check slip.txt").ends(2);
        shop.write("slip.txt", &text[..at]);
        shop.run("audit stamp check slip.txt").ends(2);
    }
    // The same command again without a slip is the same command.
    let again = sale(&shop, r#""key":"a","member":"card:1","receipt":"a1""#);
    assert_eq!(again["repeated"], true);
    assert!(again.get("slip").is_none());
    let wrong = shop.say(r#"{"do":"purchase","key":"z","total":"1.00","slip":"de:42"}"#);
    wrong
        .ends(2)
        .says(&["slip: 'de' is no language of slips: en or zh"]);
}

// proves: C12.62
#[test]
fn a_slip_says_what_it_is_and_names_nobody_without_consent() {
    let shop = cafe();
    shop.run("member enrol --alias card:1 --name Ann").ends(0);
    let trained = sale(
        &shop,
        r#""key":"t","member":"card:1","training":true,"slip":"en:42""#,
    );
    let text = trained["slip"]["text"].as_str().unwrap();
    assert!(text.contains("TRAINING - NOTHING WAS BOOKED"), "{text}");
    assert!(!text.contains("STAMP") && !text.contains("Entry"), "{text}");
    sale(&shop, r#""key":"k","member":"card:1""#);
    sale(&shop, r#""key":"l","member":"card:1""#);
    let first = shop.run("slip --key k").ends(0);
    first
        .says(&["BALANCE on", "24 star", "+12 star"])
        .lacks(&["REPRINT", "Ann"]);
    shop.run("consent give --member card:1 --purpose recognise_in_store")
        .ends(0);
    shop.run("slip --key k --reprint")
        .ends(0)
        .says(&["*** REPRINT ***", "Ann"]);
    shop.run("slip --key k --reprint --form zh:32")
        .ends(0)
        .says(&["*** 补打 ***"]);
    for (line, code, words) in [
        ("slip 999", 1, "there is no entry 999"),
        (
            "slip --key none",
            1,
            "there is no entry with the key 'none'",
        ),
        (
            "slip --key k --form en:40",
            2,
            "form: '40' is no width of a slip",
        ),
        ("slip", 2, "<SEQ"),
    ] {
        shop.run(line).ends(code).says(&[words]);
    }
}

// proves: C12.63
#[test]
fn an_anonymous_slip_has_a_code_that_is_claimed_once() {
    let shop = cafe();
    shop.run("member enrol --alias card:1").ends(0);
    let answer = sale(&shop, r#""key":"k","slip":"zh:32:qr:svg:png""#);
    let claim = answer["claim"].as_str().unwrap();
    let slip = &answer["slip"];
    assert_eq!(slip["qr"], claim);
    let text = slip["text"].as_str().unwrap();
    assert!(text.contains(claim) && text.contains("█▀"), "{text}");
    assert!(slip["svg"].as_str().unwrap().starts_with("<?xml"));
    let png = BASE64
        .decode(slip["png"].as_str().unwrap().as_bytes())
        .unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() < 4000);
    shop.run("slip --key k").ends(0).says(&[claim]);
    shop.run(&format!("claim --member card:1 {claim}")).ends(0);
    shop.run("slip --key k").ends(0).lacks(&[claim]);
}

// proves: C12.64
#[test]
fn bytes_for_a_printer_have_bold_a_code_and_a_cut() {
    let shop = cafe();
    shop.run("member enrol --alias card:1").ends(0);
    let escpos = |form: &str| {
        let fields = format!(r#""key":"{form}","member":"card:1","slip":"{form}""#);
        let answer = sale(&shop, &fields);
        let bytes = answer["slip"]["escpos"].as_str().unwrap().to_owned();
        let code = answer["slip"]["qr"].as_str().unwrap().to_owned();
        (BASE64.decode(bytes.as_bytes()).unwrap(), code)
    };
    let has = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
    let (utf8, code) = escpos("zh:42:escpos");
    assert!(utf8.starts_with(b"\x1b@\x1c(C\x02\x000\x02"));
    assert!(has(&utf8, "\x1bE\x01余额".as_bytes()));
    let len = u16::try_from(code.len() + 3).unwrap().to_le_bytes();
    let stored = [&b"\x1d(k"[..], &len, b"1P0", code.as_bytes()].concat();
    assert!(has(&utf8, &stored) && has(&utf8, b"\x1d(k\x03\x001Q0"));
    assert!(utf8.ends_with(b"\x1dVB\x03"));
    let (gb, _) = escpos("zh:42:escpos-gb18030");
    // 余额 in GB 18030.
    assert!(gb.starts_with(b"\x1b@\x1c&") && has(&gb, b"\x1bE\x01\xd3\xe0\xb6\xee"));
    // The command prints the same bytes, also through a service.
    let again = shop
        .run("slip --key zh:42:escpos --form zh:42:escpos")
        .ends(0);
    assert!(again.out.starts_with("\u{1b}@\u{1c}(C"), "{:?}", again.out);
}
