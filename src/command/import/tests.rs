mod order;

use super::*;
use crate::model::{Instant, Money, Qty};

const CDNOW: &str = " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n 00002 19970112  5   77.00\r\n";
const CDNOW_MAP: &str =
    "member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value";

fn options(map: &str) -> Options {
    Options {
        format: None,
        separator: None,
        map: ColumnMap::parse([map].into_iter().filter(|m| !m.is_empty()), []).unwrap(),
        encoding: None,
        source: "sample.txt".into(),
        key: KeyBy::Line,
        digits: 2,
        currency: "EUR".into(),
        currencies: Vec::new(),
        calendar: Calendar::utc(),
        is_enrolling: true,
        is_history: false,
        is_setting_balances: false,
        shown: 0,
        sorting: Sorting::in_memory(),
    }
}

fn bad_only(error: RowError) -> BadRow {
    match error {
        RowError::Bad(bad) => bad,
        RowError::Io(e) | RowError::Scratch(e) => panic!("{e}"),
    }
}

fn rows(text: &[u8], options: Options) -> Vec<Result<Row, BadRow>> {
    Rows::open(text, options).map_err(bad_only).map_or_else(
        |bad| vec![Err(bad)],
        |rows| rows.map(|r| r.map_err(bad_only)).collect(),
    )
}

/// All notes besides the rows.
fn notes(text: &[u8], options: Options) -> String {
    let mut rows = Rows::open(text, options).unwrap();
    let mut notes = rows.take_notes();
    rows.by_ref().for_each(drop);
    notes.extend(rows.last_notes());
    notes.join("\n")
}

fn good(text: &[u8], options: Options) -> Vec<Row> {
    let found = rows(text, options).into_iter();
    found
        .map(|r| r.unwrap_or_else(|bad| panic!("{bad}")))
        .collect()
}

fn said(text: &[u8], options: Options) -> Vec<String> {
    let found = rows(text, options).into_iter();
    found
        .filter_map(Result::err)
        .map(|bad| bad.to_string())
        .collect()
}

fn purchase(row: &Row) -> &command::Purchase {
    match &row.requests[0].verb {
        Verb::Purchase(purchase) => purchase,
        other => panic!("{other:?}"),
    }
}

/// The commands of a file as JSON, with bad rows in between.
fn commands(text: &str, options: Options) -> Vec<String> {
    let shown = Options {
        shown: 100,
        ..options
    };
    let each = |row: Result<Row, BadRow>| match row {
        Ok(row) => row.shown,
        Err(bad) => vec![bad.to_string()],
    };
    rows(text.as_bytes(), shown)
        .into_iter()
        .flat_map(each)
        .collect()
}

#[test]
fn real_columns_become_purchases() {
    let found = good(CDNOW.as_bytes(), options(CDNOW_MAP));
    assert_eq!(found.len(), 3);
    assert_eq!(
        (found[0].line, found[0].requests[0].key.as_str()),
        (2, "sample.txt/2/purchase")
    );
    let Some(Who::Alias(alias)) = &found[0].requests[0].member else {
        panic!("an alias");
    };
    assert_eq!(alias.as_str(), "id:00001");
    let noon = Instant::parse("1997-01-01T12:00:00Z").unwrap();
    assert_eq!(found[0].requests[0].at, Some(noon));
    let bought = purchase(&found[2]);
    assert!(bought.is_enrolling);
    assert_eq!(
        (bought.total, bought.lines[0].qty),
        (Money(7700), Qty(5000))
    );
    assert_eq!(bought.lines[0].amount, Money(7700));
}

#[test]
fn a_last_row_without_line_end_is_read_and_told_and_a_cut_one_is_named() {
    for cut in CDNOW.find("00002").unwrap() + 1..CDNOW.len() {
        let text = &CDNOW[..cut];
        let whole = text.matches('\n').count() - 1;
        let last = text.lines().last().unwrap_or("");
        let cells = last.split_whitespace().count();
        let is_read = !text.ends_with('\n') && cells == 4;
        let found = rows(text.as_bytes(), options(CDNOW_MAP));
        let good = found.iter().filter(|r| r.is_ok()).count();
        let bad = found.into_iter().find_map(Result::err);
        match bad {
            // Cut off after the point it is not a number.
            Some(bad) if cells == 4 => assert!(last.ends_with('.'), "{bad}"),
            Some(bad) => {
                assert_eq!((bad.line, bad.is_partial), (whole as u64 + 2, true));
                assert!(bad.to_string().contains("import it again"), "{bad}");
            }
            None => {
                assert_eq!(good, whole + usize::from(is_read), "cut at {cut}");
                let told = notes(text.as_bytes(), options(CDNOW_MAP));
                assert_eq!(
                    told.contains("no line end"),
                    is_read,
                    "cut at {cut}: {told}"
                );
            }
        }
    }
}

#[test]
fn what_follows_a_bad_row_is_read() {
    let text = "card;date;value\n1;2026-01-05;3.00\n2;2026-02-30;3.00\n3;2026-01-05;x\n4;2026-01-05\n5;2026-01-05;3,00\n\n6;2026-01-05;4.00\n7;;4.00\n";
    let map = "member=card:card:,at=date,total=value";
    let found = rows(text.as_bytes(), options(map));
    assert_eq!(found.iter().filter(|r| r.is_ok()).count(), 2);
    assert_eq!(
        said(text.as_bytes(), options(map)),
        [
            "line 3: column date (at): '2026-02-30' is not a date as in 2026-11-24, 2026-11-24 10:03 or 2026-11-24T10:03:00+01:00",
            "line 4: column value (total): 'x' is not a number such as 42, 42.50 or 1,234.50",
            "line 5: the row has 2 columns, the header has 3",
            "line 6: column value (total): '3,00' is not a number as in 1,234.50, which the column's others are",
            "line 9: column date (at): is blank; a row without its time is never booked as of now",
        ]
    );
}

#[test]
fn quotes_marks_and_numbers_of_other_houses() {
    let text = "\u{feff}\"card\",\"what, exactly\",value,no\r\n 1 ,\"say \"\"cheese\"\"\" ,\"1.234,50\",A-7\r\n";
    let map = "member=card:card:,total=value:comma,sku=what, exactly,key=no";
    let mut options = options(map);
    options.map.set("store", "mitte");
    options.map.set("tender", "cash");
    let found = good(text.as_bytes(), options);
    let request = &found[0].requests[0];
    assert_eq!(request.key.as_str(), "A-7");
    assert_eq!(request.source.store, "mitte");
    let bought = purchase(&found[0]);
    assert_eq!(bought.total, Money(123_450));
    assert_eq!(bought.lines[0].sku, "say \"cheese\"");
    assert_eq!(bought.tenders[0].amount, Some(Money(123_450)));
    for (row, word) in [
        ("1,\"a,b,c\n", "not closed"),
        ("1,\"a\"b,c,d\n", "follows a closing quote"),
    ] {
        let text = format!("card,sku,value,no\n{row}");
        let bad = said(
            text.as_bytes(),
            super::tests::options("member=card:card:,total=value"),
        );
        assert!(bad[0].contains(word), "{bad:?}");
    }
}

#[test]
fn gbk_is_read_as_gbk_and_refused_as_utf8() {
    let (bytes, _, is_lossy) =
        encoding_rs::GBK.encode("卡号,金额,品类\r\n1,12.50,咖啡\r\n2,3.00,\u{4e32}\u{7c}\r\n");
    assert!(!is_lossy);
    let map = "member=卡号:card:,total=金额,category=品类";
    let gbk = Options {
        encoding: Some(encoding("gbk").unwrap()),
        ..options(map)
    };
    let found = good(&bytes, gbk);
    assert_eq!(purchase(&found[0]).lines[0].category, "咖啡");
    let bad = said(&bytes, options(map));
    assert!(
        bad[0].starts_with("line 1: not UTF-8 at byte 0") && bad[0].contains("--encoding"),
        "{bad:?}"
    );
    assert!(encoding("gkb").unwrap_err().message.contains("gbk"));
    assert!(encoding("utf-16").is_ok());
    let wide: Vec<u8> = "\u{feff}卡号;金额\r\n7;12,50\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let found = good(&wide, options("member=卡号:card:,total=金额"));
    assert_eq!(purchase(&found[0]).total, Money(1250));
}

#[test]
fn maps_say_what_is_wrong_with_them() {
    let text = "card,date,value,shop\n1,2026-01-05,3.00,x\n";
    for (map, words) in [
        ("membr=card", "did you mean 'member'?"),
        ("at=date:%Q", "date pattern"),
        ("at=date:%Y-%m", "date pattern"),
        ("member=card:Card", "alias scheme"),
        ("total=value:x", "comma"),
        ("store=shop:x", "column's name alone"),
        ("total=vale", "did you mean 'value'?"),
        ("total=value,total=card", "both say total"),
        ("points=value", "does not belong to 'purchase', but to"),
        ("total=value,sku=card * value", "is worked out as a number"),
        ("do=shop:a=sale|b=refnd", "unknown verb 'refnd'"),
    ] {
        let bad = said(text.as_bytes(), options(map));
        assert!(bad.len() == 1 && bad[0].contains(words), "{map}: {bad:?}");
    }
    assert!(
        ColumnMap::parse(["member"], [])
            .unwrap_err()
            .to_string()
            .contains("member=customer_id")
    );
    let unknown = said(CDNOW.as_bytes(), options("total=dolar_value"));
    assert!(
        unknown[0]
            .contains("line 1: map: unknown column 'dolar_value'; did you mean 'dollar_value'?"),
        "{unknown:?}"
    );
    let none = said(CDNOW.as_bytes(), options(""));
    assert!(
        none[0].contains("--map") && none[0].contains("customer_id, date"),
        "{none:?}"
    );
    let mut plain = options("member=card:card:,name=shop,total=value");
    plain.is_enrolling = false;
    let bad = said(text.as_bytes(), plain);
    assert!(
        bad[0].contains("'name' belongs to an enrolment") && bad[0].contains("--enrol"),
        "{bad:?}"
    );
}

#[test]
fn a_map_file_says_the_same_as_flags() {
    let file = MapFile::parse(
        "format = \"columns\"\n[columns]\nmember = \"customer_id:id:\"\ncode = [\"a\", \"b\"]\n[set]\nstore = \"web\"\n",
    )
    .unwrap();
    let flags = ColumnMap::parse(["code=a,code=b,member=customer_id:id:"], ["store=web"]).unwrap();
    assert_eq!((file.map, file.format.as_deref()), (flags, Some("columns")));
    let bad = MapFile::parse("format = \"csv\"\ncolums = 1\n").unwrap_err();
    assert!(
        bad.message.contains("line 2") && bad.message.contains("colums"),
        "{bad}"
    );
}

#[test]
fn json_lines_keep_their_keys_or_get_one() {
    let text = "{\"do\":\"purchase\",\"key\":\"k\",\"total\":\"1.00\"}\r\n\r\n{\"do\":\"purchase\",\"member\":\"card:1\",\"total\":\"2.00\"}\n{\"do\":\"purchase\",\"total\":\"3.00\"}";
    let found = good(text.as_bytes(), options(""));
    let keys: Vec<&str> = found.iter().map(|r| r.requests[0].key.as_str()).collect();
    assert_eq!(
        keys,
        ["k", "sample.txt/3/purchase", "sample.txt/4/purchase"]
    );
    assert!(!purchase(&found[0]).is_enrolling && purchase(&found[1]).is_enrolling);
    let cut = rows(&text.as_bytes()[..text.len() - 1], options(""));
    let bad = cut.into_iter().find_map(Result::err).unwrap();
    assert_eq!((bad.line, bad.is_partial), (4, true));
    let mapped = said(text.as_bytes(), options("total=value"));
    assert!(mapped[0].contains("name their own fields"), "{mapped:?}");
}

#[test]
fn keys_by_content_are_the_rows_own_and_keys_stay_short() {
    let by = |secret| Options {
        key: KeyBy::Content { secret },
        ..options(CDNOW_MAP)
    };
    let keys = |text: &str, secret| -> Vec<String> {
        let found = good(text.as_bytes(), by(secret));
        found
            .iter()
            .map(|r| r.requests[0].key.to_string())
            .collect()
    };
    let all = keys(CDNOW, [1; 32]);
    let (header, rest) = CDNOW.split_once('\n').unwrap();
    let later = rest.split_once('\n').unwrap().1;
    assert_eq!(keys(&format!("{header}\n{later}"), [1; 32]), all[1..]);
    assert_ne!(keys(CDNOW, [2; 32]), all, "the secret is in it");
    let long = Options {
        source: "x".repeat(63),
        ..options(CDNOW_MAP)
    };
    assert!(said(CDNOW.as_bytes(), long)[0].contains("--source"));
}

#[test]
fn equal_rows_are_told_apart_in_bounded_memory() {
    let mut text = String::from("card,total,at,note\n");
    for n in 0..6000 {
        // Three of one content; the third is spelled like the first.
        let note = ["a", "b", "a"][n % 3];
        text += &format!("{},1.00,2026-01-05T10:00:00Z,{note}\n", n / 3);
    }
    let keys = |sorting| -> Vec<String> {
        let options = Options {
            key: KeyBy::Content { secret: [1; 32] },
            sorting,
            ..options("member=card:card:,total=total,at=at")
        };
        let found = good(text.as_bytes(), options);
        let keys = found.iter().map(|r| r.requests[0].key.to_string());
        keys.collect()
    };
    let all = keys(Sorting::in_memory());
    for three in all.chunks(3) {
        assert_eq!(three[1], format!("{}-2", three[0]));
        assert_eq!(three[2], three[0]);
    }
    let scratch = || Ok(Box::new(std::io::Cursor::new(Vec::new())) as Box<dyn Scratch>);
    let bounded = Sorting {
        memory_max: 1 << 14,
        scratch: std::sync::Arc::new(scratch),
    };
    assert_eq!(keys(bounded), all);
}

#[test]
fn members_are_enrolled_from_columns() {
    let text = "card,phone,name,born\n1,+49 30 1,Ann,02-29\n2,,Bob,\n";
    let mut options = options("alias=card:card:,alias=phone:phone:,name=name,birthday=born");
    options.map.set("do", "enrol");
    let found = good(text.as_bytes(), options);
    let Verb::Enrol(ann) = &found[0].requests[0].verb else {
        panic!("an enrolment");
    };
    assert_eq!(ann.aliases[1].as_str(), "phone:+49301");
    assert_eq!(ann.birthday.unwrap().to_string(), "02-29");
}

#[test]
fn every_field_of_a_row_goes_where_json_has_it() {
    let text = "card,n,kind,a,b,tip,cash,coupon,extra\n1,2.5,TEA,3.00,4.50,0.50,7.00,X1,5\n";
    let mut map = options(
        "card=card,counter=extra,sku=kind,qty=n,line_amount=a * 2.5,total=round(b * 1.6666),charges.tip=tip,tenders.cash=cash,code=coupon",
    );
    map.map.set("tag", "hot");
    map.map.set("discounts[1].amount", "0.50");
    map.map.set("discounts[1].campaign", "");
    let found = commands(text, map);
    assert_eq!(
        found[0],
        "{\"do\":\"purchase\",\"counter\":5,\"total\":\"7.50\",\"codes\":[\"X1\"],\"lines\":[{\"tags\":[\"hot\"],\"sku\":\"TEA\",\"qty\":\"2.50\",\"amount\":\"7.50\"}],\"charges\":[{\"kind\":\"tip\",\"amount\":\"0.50\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"7\"}],\"member\":\"card:1\",\"key\":\"sample.txt/2/purchase\"}",
    );
    let text = "what,card,unit,n,why\nadjust,1,star,5,goodwill\nredeem,1,star,2,\nredeem,1,star,2,no field of it\n";
    let found = commands(
        text,
        options("do=what,card=card,unit=unit,points=n,reason=why"),
    );
    assert!(
        found[0].starts_with("{\"do\":\"adjust\"") && found[0].contains("\"reason\":\"goodwill\""),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("{\"do\":\"redeem\"") && !found[1].contains("reason"),
        "{found:?}"
    );
    assert_eq!(
        found[2],
        "line 4: column why (reason): a row that is 'redeem' does not take it"
    );
}

#[test]
fn rows_of_a_bill_stand_together_and_apart() {
    let text = "bill,card,sum,sku,price,n\nA,1,9.00,X,2.00,3\nB,2,4.00,Y,4.00,1\nA,,,Z,3.00,1\n,,,W,1.00,1\n";
    let mut map =
        options("order=bill,member=card:card:,total=sum,sku=sku,qty=n,line_amount=price * n");
    map.map.group = Some("bill".into());
    let found = commands(text, map.clone());
    assert_eq!(found.len(), 2, "{found:?}");
    for sku in ["X", "Z", "W"] {
        assert!(
            found[0].contains(&format!("\"sku\":\"{sku}\"")),
            "{}",
            found[0]
        );
    }
    assert!(found[0].contains("\"total\":\"9\"") && found[1].contains("\"total\":\"4\""));
    let clash = text.replace("A,,,Z", "A,,3.00,Z");
    let found = commands(&clash, map.clone());
    assert_eq!(
        found[0],
        "line 2: column sum (total): the rows of one bill say '9.00' and, on line 4, '3.00'; say which: total=sum(sum), first(sum), last(sum)"
    );
    map.map.only = vec!["sku=X|Y".into()];
    let found = commands(text, map);
    assert!(
        !found[0].contains("\"Z\"") && found[1].contains("\"Y\""),
        "{found:?}"
    );
}

#[test]
fn titles_totals_hints_and_repeated_headers_are_told() {
    let text = "sep=;\nKasse Mitte\nOktober 2026;;\n\nKarte;Betrag;Art;\n1;12,50;Verkauf;\n\nKarte;Betrag;Art;\n2;1.234,50;Storno;\nSumme;1.247,00;;\n3 Belege\n";
    let mut map = options("member=Karte:card:,total=Betrag");
    map.map.skip = vec!["Art=storno".into(), "Art=Trinkgeld".into()];
    let found = good(text.as_bytes(), map.clone());
    assert_eq!((found.len(), found[0].line), (1, 6));
    assert_eq!(purchase(&found[0]).total, Money(1250));
    let told = notes(text.as_bytes(), map.clone());
    for words in [
        "lines 2 to 4 stand above the header",
        "line 8 is the header once more",
        "line 10 is a total and no row: Summe 1.247,00",
        "line 11 is a remark and no row: 3 Belege",
        "numbers as in 1.234,50, told from line 6: 12,50",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // Of several values those that no row has.
    assert!(told.contains("no row has Art=Trinkgeld;"), "{told}");
    assert!(!told.contains("storno;"), "{told}");
    map.map.only = vec!["Art=Verkuaf".into()];
    let told = notes(text.as_bytes(), map);
    assert!(told.contains("no row has Art=Verkuaf"), "{told}");
    let unclear = said(
        b"a;b\n1;1.234\n2;2.345\n",
        options("member=a:card:,total=b"),
    );
    assert!(
        unclear[0].contains("b:comma") && unclear[0].contains("b:point"),
        "{unclear:?}"
    );
}

#[test]
fn negative_totals_are_what_the_map_says() {
    let text = "card,sum,slip\n1,20.00,a\n1,5.00,b\n1,-5.00,c\n1,-4.00,d\n2,-4.00,e\n";
    let map = options("member=card:card:,total=sum,receipt=slip");
    let found = commands(text, map.clone());
    assert!(
        found[2]
            .starts_with("line 4: column sum (total): '-5.00' is negative; say --negative return"),
        "{found:?}"
    );
    let mut back = map;
    back.map.negative = Some(Negative::Return);
    let found = commands(text, back.clone());
    assert!(
        found[2].contains("\"of\":\"sample.txt/3/purchase\"")
            && found[2].contains("\"amount\":\"5\""),
        "{found:?}"
    );
    assert!(
        found[3].contains("\"of\":\"sample.txt/2/purchase\"")
            && found[3].contains("\"return_receipt\":\"d\""),
        "{found:?}"
    );
    assert!(
        found[4].starts_with("line 6: column sum (total): is a return, and no sale"),
        "{found:?}"
    );
    let told = notes(text.as_bytes(), back);
    assert!(told.contains("latest sale in the file"), "{told}");
}

#[test]
fn history_is_put_in_order_by_member() {
    let text = "card,day,sum\n1,2026-03-03,3.00\n2,2026-03-02,2.00\n1,2026-03-01,1.00\n1,x,1.00\n2,2026-03-02,4.00\n";
    let mut map = options("member=card:card:,at=day,total=sum");
    let lines = |options: &Options| -> Vec<u64> {
        let found = rows(text.as_bytes(), options.clone()).into_iter();
        found
            .map(|row| row.map_or_else(|bad| bad.line, |row| row.line))
            .collect()
    };
    assert_eq!(lines(&map), [2, 3, 4, 5, 6]);
    assert!(notes(text.as_bytes(), map.clone()).contains("newest first"));
    map.is_history = true;
    // Of rows of one instant in a file sorted newest first, the later one is earlier.
    assert_eq!(lines(&map), [4, 6, 2, 5, 3]);
    assert!(notes(text.as_bytes(), map).contains("in the order of their times"));
}

#[test]
fn names_that_a_spreadsheet_has_changed_are_bad_rows() {
    let text = "phone,sum\n4.91512E+12,3.00\n'+4915112345,3.00\n";
    let found = commands(text, options("phone=phone,total=sum"));
    assert!(found[0].contains("spreadsheet has rounded"), "{found:?}");
    assert!(found[1].contains("\"phone:+4915112345\""), "{found:?}");
}

// proves: PC48
#[test]
fn two_values_in_a_cell_are_told_from_one_in_groups() {
    let text = "card;phone;sum\n6900 0123 45;030 / 111;1.00\n6900012345 6900012346;030111;1.00\n1;030111/030222;1.00\n2;+4930111 +4930222;1.00\n3;0151/0234567;1.00\n";
    let said = said(text.as_bytes(), options("card=card,phone=phone,total=sum"));
    let lines: Vec<&str> = said.iter().map(|bad| &bad[..7]).collect();
    assert_eq!(lines, ["line 3:", "line 4:", "line 5:"], "{said:?}");
    assert!(
        said.iter().all(|bad| bad.contains("more than one value")),
        "{said:?}"
    );
    let padded = Alias::parse(" \u{feff}card:12 ").unwrap();
    assert_eq!(padded.as_str(), "card:12");
}

#[test]
fn a_field_of_lines_is_suggested_by_its_path() {
    let found = said(
        b"card,sum,each\n1,2.00,1.00\n",
        options("member=card:card:,total=sum,unit_price=each"),
    );
    assert!(
        found[0].contains("did you mean 'lines.unit_price'?"),
        "{found:?}"
    );
}

// proves: PC29
#[test]
fn a_bad_bill_counts_all_its_rows() {
    let mut text = "bill,card,total,sku,amt\nA,1,5.00,X,5.00\n".to_owned();
    for n in 0..600 {
        text.push_str(&format!("B,1,600.00,S{n},1.00\n"));
    }
    let map = "member=card:card:,total=total,sku=sku,line_amount=amt";
    let mut of_bills = options(map);
    of_bills.map.group = Some("bill".into());
    let found = rows(text.as_bytes(), of_bills);
    let [Ok(first), Err(bad)] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!((first.rows, bad.rows, bad.line), (1, 600, 3));
    assert!(bad.to_string().contains("at most 500"), "{bad}");
}
