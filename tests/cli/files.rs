//! Files in the formats that shops export (tests/data/files), with the maps
//! that a person would write.

use crate::reassign::points;
use crate::shop::Shop;
use serde_json::Value;

/// A ledger with a programme in its own currency and zone, and a file beside it.
fn shop(programme: &str, currency: &str, zone: &str, file: &str) -> Shop {
    let shop = Shop::empty();
    shop.run(&format!(
        "init --programme {programme} --currency {currency} --zone {zone}"
    ))
    .ends(0);
    let path = format!("{}/tests/data/files/{file}", env!("CARGO_MANIFEST_DIR"));
    shop.write(file, std::fs::read(path).unwrap());
    shop
}

fn berlin(file: &str) -> Shop {
    shop("one-for-one", "EUR", "Europe/Berlin", file)
}

/// Runs an import, holds it to its exit code, and returns its answer.
#[track_caller]
fn told(shop: &Shop, line: &str, code: i32) -> Value {
    shop.run(&format!("--json import {line}")).ends(code).json()
}

/// Balance of a member in a unit; none if nobody is known by that name.
fn has(shop: &Shop, who: &str, unit: &str) -> Option<i64> {
    let ran = shop.run(&format!("--json balance {who}"));
    let found = ran.json();
    let balance = found.get("now")?.get("balance")?;
    balance
        .get(unit)
        .map_or(Some(0), |held| held["available"].as_i64())
}

/// The messages about rows, by line.
fn lines(sum: &Value) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = sum["told"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            (
                t["line"].as_u64().unwrap(),
                t["message"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    lines.sort();
    lines
}

// proves: IMP1 IMP2
#[test]
fn orders_of_a_web_shop() {
    let shop = berlin("web-shop-orders.csv");
    let import = "web-shop-orders.csv --preset web-shop-orders --enrol --history";
    let sum = told(&shop, import, 2);
    assert_eq!(
        sum["did"],
        serde_json::json!({"purchase": 5, "return": 1}),
        "{sum}"
    );
    let counts = ["rows", "bills", "booked", "bad", "bad_rows", "skipped"].map(|name| &sum[name]);
    assert_eq!(counts, [10, 6, 6, 1, 1, 2], "{sum}");
    let said = lines(&sum);
    assert!(said.len() == 1 && said[0].1.contains("USD"), "{said:?}");
    for (who, points) in [
        ("ada", Some(65)),
        ("bo", Some(25)),
        ("ed", Some(1250)),
        ("ED", Some(1250)),
        ("cy", None),
        ("di", None),
        ("fi", None),
    ] {
        assert_eq!(
            has(&shop, &format!("email:{who}@example.org"), "point"),
            points,
            "{who}"
        );
    }
    // 55 for the order of three pieces in two lines.
    let order = shop.run("--json find --order '#1001'").ends(0).json();
    assert!(order.to_string().contains("55"), "{order}");
    // The order without a member can be claimed.
    shop.run("find --order '#1004'")
        .ends(0)
        .says(&["booked before, as entry 8"]);
    let again = told(&shop, import, 2);
    assert_eq!(
        (&again["booked"], &again["repeated"]),
        (&0.into(), &6.into()),
        "{again}"
    );
    shop.run("audit verify --level 2").ends(0);
}

// proves: PC42
#[test]
fn a_summary_tells_rows_and_bills_apart() {
    let shop = berlin("web-shop-orders.csv");
    let mut text =
        "bill,card,total,sku,amt,kind\nA,1,5.00,X,2.00,\nA,1,5.00,X,3.00,\nC,1,1.00,X,1.00,tip\n"
            .to_owned();
    (0..600).for_each(|n| text.push_str(&format!("B,1,600.00,S{n},1.00,\n")));
    text.push_str("D,2,x,X,1.00,\nD,2,x,X,1.00,\n");
    shop.write("bills.csv", &text);
    let map = "--map member=card:card:,total=total,sku=sku,line_amount=amt --skip kind=tip";
    let import = format!("import bills.csv --group bill --enrol {map}");
    let told = shop.run(&import).ends(2);
    let words = "605 rows, 3 bills: 1 booked, 0 booked before, 0 refused, 2 bad (602 rows), 1 row passed over";
    assert!(told.out.contains(words), "{}", told.out);
    let sum = shop.run(&format!("--json {import}")).ends(2).json();
    let names = [
        "rows", "bills", "booked", "repeated", "bad", "bad_rows", "skipped",
    ];
    assert_eq!(
        names.map(|name| &sum[name]),
        [605, 3, 0, 1, 2, 602, 1],
        "{sum}"
    );
}

// proves: IMP3 IMP4
#[test]
fn a_german_till() {
    let shop = berlin("german-till.csv");
    let import = "german-till.csv --encoding iso-8859-15 --enrol --history";
    let sum = told(&shop, &format!("{import} --preset german-till"), 2);
    assert_eq!(
        sum["did"],
        serde_json::json!({"purchase": 4, "return": 2}),
        "{sum}"
    );
    let said = lines(&sum);
    assert!(
        said.len() == 1
            && said[0].0 == 7
            && said[0].1.contains("Betrag brutto")
            && said[0].1.contains("12.50"),
        "{said:?}"
    );
    // 12, and 1224 of the later sale, of which ten euros came back.
    assert_eq!(has(&shop, "card:69001", "point"), Some(1236));
    assert_eq!(has(&shop, "card:69002", "point"), Some(1234));
    assert_eq!(has(&shop, "card:69003", "point"), None);
    assert_eq!(has(&shop, "card:69004", "point"), Some(12));
    let entries = shop.run("--json statement card:69004").ends(0).json();
    assert!(
        entries.to_string().contains("2026-10-03T08:10:00+02:00"),
        "{entries}"
    );
    // A map without returns and without decimal commas: both are reported.
    let other = berlin("german-till.csv");
    let map = "--map 'member=Kundenkarte:card:,receipt=Bon,at=Datum + Zeit:%d.%m.%Y %H:%M,total=Betrag brutto'";
    let sum = told(&other, &format!("{import} {map}"), 2);
    let said = lines(&sum);
    let at: Vec<u64> = said.iter().map(|s| s.0).collect();
    assert_eq!((at, &sum["booked"]), (vec![5, 6, 7], &4.into()), "{sum}");
    assert!(said[0].1.contains("--negative return"), "{said:?}");
    assert!(
        sum["notes"]
            .to_string()
            .contains("1.234,50, told from line 2"),
        "{sum}"
    );
}

// proves: IMP5
#[test]
fn a_comma_and_a_colon_in_names_of_columns() {
    let shop = berlin("comma-in-header.csv");
    let map =
        "--map 'member=Kunde:card:,total=Betrag, brutto:comma,at=Datum: Uhrzeit:%d.%m.%Y %H:%M'";
    told(
        &shop,
        &format!("comma-in-header.csv --enrol --history {map}"),
        0,
    );
    assert_eq!(has(&shop, "card:31", "point"), Some(12));
    let named = berlin("comma-in-header.csv");
    told(
        &named,
        &format!("comma-in-header.csv --separator semicolon --enrol --history {map}"),
        0,
    );
    assert_eq!(has(&named, "card:31", "point"), Some(12));
}

// proves: IMP6
#[test]
fn a_chinese_till() {
    let shop = shop("one-for-one", "CNY", "Asia/Shanghai", "chinese-till.csv");
    let map = "--map 'store=门店编号,receipt=小票号,at=交易时间:%Y/%m/%d %H:%M,member=会员卡号:card:,total=实收金额(元)' --negative return";
    let sum = told(
        &shop,
        &format!("chinese-till.csv --encoding gbk --enrol --history {map}"),
        0,
    );
    assert_eq!(
        sum["did"],
        serde_json::json!({"purchase": 4, "return": 1}),
        "{sum}"
    );
    // 12 and 35; the 12 was returned.
    assert_eq!(has(&shop, "card:139001", "point"), Some(35));
    assert_eq!(has(&shop, "card:139002", "point"), Some(1288));
    assert_eq!(has(&shop, "card:139003", "point"), Some(35));
    let entries = shop.run("--json statement card:139002").ends(0).json();
    assert!(
        entries.to_string().contains("2026-10-03T18:05:33+08:00"),
        "{entries}"
    );
}

// proves: IMP7
#[test]
fn baskets_over_rows() {
    let shop = berlin("baskets-over-rows.csv");
    let map = "--map 'member=household_key:id:,at=DAY + TRANS_TIME,total=sum(SALES_VALUE),sku=PRODUCT_ID,qty=QUANTITY,line_amount=SALES_VALUE' --group BASKET_ID";
    let sum = told(
        &shop,
        &format!("baskets-over-rows.csv --enrol --history {map}"),
        2,
    );
    assert!(lines(&sum)[0].1.contains("'1 0040' is not a date"), "{sum}");
    let sum = told(
        &shop,
        "baskets-over-rows.csv --preset basket-lines --enrol --history",
        0,
    );
    assert_eq!(
        (&sum["rows"], &sum["booked"]),
        (&4.into(), &2.into()),
        "{sum}"
    );
    assert_eq!(has(&shop, "id:8101", "point"), Some(10));
    assert_eq!(has(&shop, "id:8102", "point"), Some(4));
    let entries = shop.run("--json statement id:8101").ends(0).json();
    assert!(
        entries.to_string().contains("2026-01-01T00:40:00+01:00"),
        "{entries}"
    );
    // A total repeated on each row of a bill counts once, and only if the rows agree.
    let plain = told(
        &berlin("baskets-over-rows.csv"),
        "baskets-over-rows.csv --enrol --history --map 'member=household_key:id:,total=SALES_VALUE' --group BASKET_ID",
        2,
    );
    assert!(lines(&plain)[0].1.contains("sum(SALES_VALUE)"), "{plain}");
}

// proves: IMP8
#[test]
fn receipts_newest_first_come_to_the_same_as_oldest_first() {
    let import = "newest-first.csv --preset till-receipts --enrol --history";
    let mut found = Vec::new();
    for is_turned in [false, true] {
        let shop = shop("corner-cafe", "EUR", "Europe/Berlin", "newest-first.csv");
        if is_turned {
            let text = String::from_utf8(shop.read("newest-first.csv")).unwrap();
            let mut rows: Vec<&str> = text.lines().collect();
            rows[1..].reverse();
            shop.write("newest-first.csv", rows.join("\n") + "\n");
        }
        let sum = told(&shop, import, 0);
        assert_eq!(
            sum["did"],
            serde_json::json!({"purchase": 5, "return": 1}),
            "{sum}"
        );
        assert_eq!(
            sum["notes"].to_string().contains("out of order"),
            !is_turned,
            "{sum}"
        );
        let now = shop
            .run("--json balance phone:+4915123456789")
            .ends(0)
            .json()["now"]
            .clone();
        assert_eq!(now["tier"]["name"], "gold", "{now}");
        assert_eq!(now["tier"]["until"], "2026-12-31", "{now}");
        found.push((now["balance"].clone(), now["tier"].clone()));
    }
    assert_eq!(found[0], found[1]);
}

// proves: IMP9 IMP10
#[test]
fn customers_with_balances_in_one_pass() {
    let shop = berlin("customers-with-balances.csv");
    shop.run("import customers-with-balances.csv --preset customers-with-balances --enrol")
        .ends(2)
        .says(&["'points' does not belong to 'purchase'", "--opening"]);
    let import = "customers-with-balances.csv --preset customers-with-balances --opening --enrol --set unit=point";
    let sum = told(&shop, import, 2);
    assert_eq!(
        sum["did"],
        serde_json::json!({"enrol": 6, "opening": 2}),
        "{sum}"
    );
    let said = lines(&sum);
    assert!(
        said.len() == 2 && (said[0].0, said[1].0) == (2, 5) && said[0].1.contains("12.5"),
        "{said:?}"
    );
    for (who, points) in [
        ("card:ADA-1", 0),
        ("email:ada@example.org", 0),
        ("phone:+4915100000001", 0),
        ("card:BO-2", 0),
        ("email:cy@example.org", 1052),
        ("card:DI-4", 0),
        ("email:fi@example.org", 0),
        ("phone:+4915100000007", 120),
    ] {
        assert_eq!(has(&shop, who, "point"), Some(points), "{who}");
    }
    shop.run("member show card:CY-3")
        .ends(0)
        .says(&["Cy Example", "05-17"]);
    let again = told(&shop, import, 2);
    assert_eq!(
        (&again["booked"], &again["members_new"]),
        (&0.into(), &0.into()),
        "{again}"
    );
    shop.run("audit verify --level 2").ends(0);
}

// proves: IMP11
#[test]
fn balances_are_added_or_set_and_a_repeat_does_neither() {
    let shop = Shop::plain();
    for (card, points) in [(1, 30), (2, 80)] {
        shop.run(&format!("member enrol --alias card:{card}"))
            .ends(0);
        let line =
            format!("opening --member card:{card} --unit point --points {points} --source s");
        shop.run(&line).ends(0);
    }
    shop.write(
        "b.csv",
        "member,unit,points\ncard:1,point,50\ncard:2,point,50\ncard:3,point,50\n",
    );
    let set = "b.csv --opening --enrol --balances set";
    let sum = told(&shop, set, 0);
    assert_eq!(
        sum["did"],
        serde_json::json!({"adjust": 1, "opening": 2}),
        "{sum}"
    );
    for card in 1..=3 {
        assert_eq!(
            has(&shop, &format!("card:{card}"), "point"),
            Some(50),
            "{card}"
        );
    }
    shop.run("purchase --member card:1 --total 7.00").ends(0);
    let again = told(&shop, set, 0);
    assert_eq!(
        (&again["booked"], &again["repeated"]),
        (&0.into(), &3.into()),
        "{again}"
    );
    assert_eq!(has(&shop, "card:1", "point"), Some(57));
    // The same file for another purpose has other keys, and adds.
    let add = told(&shop, "b.csv --opening --source second", 0);
    assert_eq!(add["booked"], 3, "{add}");
    assert_eq!(has(&shop, "card:1", "point"), Some(107));
}

// proves: IMP12
#[test]
fn a_dry_run_shows_everything_and_books_nothing() {
    let shop = berlin("german-till.csv");
    let journal = shop.read("ledger/journal/000000000000.seg");
    let import =
        "import german-till.csv --preset german-till --encoding iso-8859-15 --enrol --history";
    let ran = shop.run(&format!("{import} --dry-run")).ends(2);
    ran.says(&[
        "header on line 1, ';' between columns, ISO-8859-15",
        "Datum, Zeit",
        "dates as in %d.%m.%Y %H:%M",
        "numbers as in 1.234,50",
        "{\"do\":\"purchase\",\"at\":\"2026-10-03T08:05:00+02:00\",\"currency\":\"EUR\",\"member\":\"card:69001\",",
        "\"of\":\"german-till.csv/4/purchase\"",
        "6 would be booked",
        "1 bad (purchase 4, return 2, bad_input 1)",
    ]);
    assert!(journal == shop.read("ledger/journal/000000000000.seg"));
    shop.run("balance card:69001").ends(1);
    shop.run(import).ends(2).says(&["6 booked"]);
    // As JSON, the same.
    let sum = told(
        &shop,
        "german-till.csv --preset german-till --encoding iso-8859-15 --history --dry-run",
        2,
    );
    assert_eq!(
        (&sum["dry_run"], &sum["repeated"]),
        (&true.into(), &6.into()),
        "{sum}"
    );
    assert_eq!(sum["commands"].as_array().unwrap().len(), 5, "{sum}");
}

#[test]
fn presets_are_listed_and_printed_to_be_copied() {
    let shop = berlin("german-till.csv");
    shop.run("import --presets")
        .ends(0)
        .says(&["web-shop-orders", "Shopify"]);
    let text = shop.run("import --presets german-till").ends(0).out;
    shop.write("mine.toml", text.replace("%d.%m.%Y", "%d/%m/%Y"));
    let import = "german-till.csv --map-file mine.toml --encoding iso-8859-15 --enrol --history";
    assert_eq!(told(&shop, import, 2)["booked"], 6);
    shop.run("import x.csv --preset german-tell")
        .ends(2)
        .says(&["did you mean 'german-till'"]);
    shop.run("import").ends(2);
}

// proves: IMP13
#[test]
fn rows_that_name_members_in_several_ways_introduce_them_once() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.write(
        "s.csv",
        "card,mail,who,sum\n1,Ann@X.de,Ann,5.00\n2,bob@x.de,Bob,6.00\n2,bob@x.de,Bob,7.00\n2,ann@x.de,?,1.00\n",
    );
    let import = "s.csv --enrol --map 'card=card,email=mail,name=who,total=sum'";
    let sum = told(&shop, import, 1);
    assert_eq!(
        sum["did"],
        serde_json::json!({"enrol": 1, "profile": 1, "purchase": 3}),
        "{sum}"
    );
    let said = lines(&sum);
    assert!(
        said[0].0 == 5 && said[0].1.contains("different members"),
        "{said:?}"
    );
    assert_eq!(has(&shop, "email:ann@x.de", "point"), Some(5));
    assert_eq!(has(&shop, "email:bob@x.de", "point"), Some(13));
    assert!(sum["notes"].to_string().contains("known before"), "{sum}");
    let again = told(&shop, import, 1);
    assert_eq!(
        (&again["booked"], &again["repeated"]),
        (&0.into(), &3.into()),
        "{again}"
    );
}

/// File with one order of the web shop, and the amount refunded so far.
fn refunded(shop: &Shop, file: &str, total: &str, refunded: &str) {
    let titles = "Name,Email,Financial Status,Paid at,Currency,Shipping,Total,Discount Code,Discount Amount,Lineitem quantity,Lineitem price,Lineitem sku,Refunded Amount";
    let row = format!(
        "#1,a@x.de,partially_refunded,2026-11-20 10:15:00 +0100,EUR,0.00,{total},,0.00,2,20.00,V,{refunded}"
    );
    shop.write(file, format!("{titles}\n{row}\n"));
}

// proves: ROW1
#[test]
fn a_refund_that_grew_between_two_exports_comes_back_by_what_it_grew() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone Europe/Berlin").ends(0);
    let points = |file: &str, refund: &str| {
        refunded(&shop, file, "40.00", refund);
        shop.run(&format!(
            "import {file} --preset web-shop-orders --enrol --history"
        ))
        .ends(0);
        points(&shop, "email:a@x.de")
    };
    assert_eq!(points("monday.csv", "10.00"), 30);
    assert_eq!(points("friday.csv", "30.00"), 10);
    assert_eq!(points("friday.csv", "30.00"), 10, "once more");
    assert_eq!(points("monday.csv", "10.00"), 10, "an older export");
    assert_eq!(points("sunday.csv", "40.00"), 0);
    shop.run("audit verify").ends(0);
}

// proves: ROW2
#[test]
fn files_of_old_spreadsheets_and_lists_are_told_as_what_they_are() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    shop.write("cr.csv", "card,total\r15,1.00\r16,2.00\r");
    let map = "--enrol --map member=card:card:,total=total:point";
    shop.run(&format!("import cr.csv {map}"))
        .ends(0)
        .says(&["2 rows: 2 booked"]);
    shop.write(
        "list.jsonl",
        r#"[{"do":"purchase","member":"card:1","total":"5.00","key":"k1"}]"#,
    );
    shop.run("import list.jsonl")
        .ends(2)
        .says(&["it is a list", "one JSON object a line"]);
    shop.write("list.json", "[\n  {\"do\":\"purchase\"}\n]\n");
    shop.run("import list.json").ends(2).says(&["it is a list"]);
    shop.write(
        "cells.csv",
        "card,total\n=\"0045\",5.00\n47.0,2.00\n58 und 59,9.00\n54 55,8.00\n",
    );
    shop.run(&format!("import cells.csv {map}")).ends(2).says(&[
        "2 booked",
        "line 3",
        "a spreadsheet made",
        "line 4",
        "more than one value",
    ]);
    shop.run("balance card:0045").ends(0);
    shop.write("marks.csv", "card,total\n11,12.50\n12,\"12,50\"\n");
    shop.run("import marks.csv --enrol --map member=card:card:,total=total")
        .ends(2)
        .says(&["12.50 on line 2 and 12,50 on line 3"]);
}

// proves: ROW3
#[test]
fn a_row_is_the_same_whatever_its_other_columns_say_by_then() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    let import = |file: &str, rows: &str| {
        shop.write(file, format!("card,total,at,status\n{rows}"));
        let map = "--key content --enrol --history --map member=card:card:,total=total:point,at=at";
        shop.run(&format!("import {file} {map}")).ends(0);
        points(&shop, "card:50")
    };
    let at = "2026-01-25 10:00";
    assert_eq!(import("a.csv", &format!("50,5.00,{at},new\n")), 5);
    assert_eq!(import("b.csv", &format!("50,5.00,{at},done\n")), 5);
    assert_eq!(
        import("c.csv", &format!("50,5,{at},\n")),
        5,
        "written otherwise"
    );
    let two = format!("50,5.00,{at},A\n50,5.00,{at},B\n50,5.00,{at},B\n");
    assert_eq!(import("d.csv", &two), 10, "two sales of the same minute");
    assert_eq!(import("e.csv", &two), 10, "once more");
}

// proves: ROW4
#[test]
fn signed_amounts_are_returns_beside_lines_signs_name_currencies_and_balances_may_be_0() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    shop.write(
        "c.csv",
        "bill,card,total,sku,qty,amt,cur\nB1,3,13.00,X,1,10.00,€\nB1,3,13.00,Y,1,3.00,€\nB2,3,-10.00,X,-1,-10.00,eur\n",
    );
    let map =
        "member=card:card:,total=total:point,sku=sku,qty=qty,line_amount=amt:point,currency=cur";
    shop.run(&format!(
        "import c.csv --enrol --group bill --negative return --map {map}"
    ))
    .ends(0);
    assert_eq!(points(&shop, "card:3"), 3);
    shop.write("pts.csv", "card,pts\n3,0\n");
    let openings = "--opening --balances set --set unit=point --map member=card:card:,points=pts";
    shop.run(&format!("import pts.csv {openings}"))
        .ends(0)
        .says(&["1 booked"]);
    assert_eq!(points(&shop, "card:3"), 0);
    shop.write(
        "sum.csv",
        "product,total\nApple,5.00\nBread,1.00\nSumme,6.00\n",
    );
    shop.run("import sum.csv --map total=total:point")
        .ends(0)
        .says(&["2 booked", "line 4 is a total"]);
}

#[test]
fn the_member_of_an_enrolment_is_the_one_who_is_enrolled() {
    let shop = Shop::plain();
    shop.write("own.csv", "who,name\ncard:1,Ann\nemail:bo@x.de,Bo\n");
    shop.run("import own.csv --set do=enrol --map member=who --map name=name")
        .ends(0)
        .says(&["2 new members"]);
    shop.run("balance email:bo@x.de").ends(0);
    // Mere numbers are of no kind; it is said how to name one.
    shop.write("bare.csv", "nr\n17\n");
    for map in [
        "do=enrol --map member=nr",
        "do=purchase --set total=5.00 --map member=nr",
    ] {
        shop.run(&format!("import bare.csv --set {map}"))
            .ends(2)
            .says(&["column nr (member)", "card=nr, phone=nr or email=nr"]);
    }
    shop.run("import bare.csv --set do=enrol --map card=nr")
        .ends(0);
    shop.run("balance card:17").ends(0);
}
