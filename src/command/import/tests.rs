use super::*;
use crate::model::{Instant, Money, Qty, Zone, ZoneChange};

const CDNOW: &str = " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n 00002 19970112  5   77.00\r\n";
const CDNOW_MAP: &str =
    "member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value";

fn options(map: &str) -> Options {
    Options {
        format: None,
        map: ColumnMap::parse([map].into_iter().filter(|m| !m.is_empty()), []).unwrap(),
        encoding: None,
        source: "sample.txt".into(),
        key: KeyBy::Line,
        digits: 2,
        calendar: Calendar::utc(),
        is_enrolling: true,
    }
}

fn rows(text: &[u8], options: Options) -> Vec<Result<Row, BadRow>> {
    let bad_only = |e| match e {
        RowError::Bad(bad) => bad,
        RowError::Io(e) => panic!("{e}"),
    };
    Rows::open(text, options).map_err(bad_only).map_or_else(
        |bad| vec![Err(bad)],
        |rows| rows.map(|r| r.map_err(bad_only)).collect(),
    )
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
    match &row.request.verb {
        Verb::Purchase(purchase) => purchase,
        other => panic!("{other:?}"),
    }
}

#[test]
fn real_columns_become_purchases() {
    let found = good(CDNOW.as_bytes(), options(CDNOW_MAP));
    assert_eq!(found.len(), 3);
    assert_eq!(
        (found[0].line, found[0].request.key.as_str()),
        (2, "sample.txt/2")
    );
    let Some(Who::Alias(alias)) = &found[0].request.member else {
        panic!("an alias");
    };
    assert_eq!(alias.as_str(), "id:00001");
    let noon = Instant::parse("1997-01-01T12:00:00Z").unwrap();
    assert_eq!(found[0].request.at, Some(noon));
    let bought = purchase(&found[2]);
    assert!(bought.is_enrolling);
    assert_eq!(
        (bought.total, bought.lines[0].qty),
        (Money(7700), Qty(5000))
    );
    assert_eq!(bought.lines[0].amount, Money(7700));
}

#[test]
fn a_cut_row_is_named_and_never_given_out_wherever_it_is_cut() {
    for cut in CDNOW.find("00002").unwrap() + 1..CDNOW.len() {
        let whole = CDNOW[..cut].matches('\n').count() - 1;
        let found = rows(&CDNOW.as_bytes()[..cut], options(CDNOW_MAP));
        assert_eq!(
            found.iter().filter(|r| r.is_ok()).count(),
            whole,
            "cut at {cut}"
        );
        if let Some(bad) = found.into_iter().find_map(Result::err) {
            assert_eq!((bad.line, bad.is_partial), (whole as u64 + 2, true));
            assert!(bad.to_string().contains("import it again"), "{bad}");
        }
    }
}

#[test]
fn what_follows_a_bad_row_is_read() {
    let text = "card;date;value\n1;2026-01-05;3.00\n2;2026-02-30;3.00\n3;2026-01-05;x\n4;2026-01-05\n5;2026-01-05;3,00\n\n6;2026-01-05;4.00\n";
    let found = rows(
        text.as_bytes(),
        options("member=card:card:,at=date,total=value"),
    );
    assert_eq!(found.iter().filter(|r| r.is_ok()).count(), 2);
    assert_eq!(
        said(
            text.as_bytes(),
            options("member=card:card:,at=date,total=value")
        ),
        [
            "line 3: column date (at): '2026-02-30' is not a date as in 2026-11-24, 2026-11-24 10:03 or 2026-11-24T10:03:00+01:00",
            "line 4: column value (total): 'x' is not a decimal number such as 42.50",
            "line 5: the row has 2 columns, the header has 3",
            "line 6: column value (total): '3,00' is not a decimal number such as 42.50",
        ]
    );
}

#[test]
fn quotes_marks_and_numbers_of_other_houses() {
    let text = "\u{feff}\"card\",\"what, exactly\",value,no\r\n 1 ,\"say \"\"cheese\"\"\" ,\"1.234,50\",A-7\r\n";
    let map = "member=card:card:,total=value:comma,sku=what, exactly";
    assert!(
        ColumnMap::parse([map], []).is_err(),
        "a comma separates pairs"
    );
    let mut options = options("member=card:card:,total=value:comma,key=no");
    options.map.add("sku", "what, exactly").unwrap();
    options.map.set("store", "mitte").unwrap();
    options.map.set("tender", "cash").unwrap();
    let found = good(text.as_bytes(), options);
    assert_eq!(found[0].request.key.as_str(), "A-7");
    assert_eq!(found[0].request.source.store, "mitte");
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
    // 卡号,金额,品类 / 1,12.50,咖啡 and the letter whose second byte is a bar.
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
    assert!(
        encoding("utf-16le")
            .unwrap_err()
            .message
            .contains("save the file as UTF-8")
    );
    assert!(encoding("gkb").unwrap_err().message.contains("gbk"));
}

#[test]
fn local_times_are_the_programmes() {
    let berlin = Calendar {
        zone: Zone {
            name: "Europe/Berlin".into(),
            offset: 3600,
            changes: vec![ZoneChange {
                at: 1_774_746_000,
                offset: 7200,
            }],
        },
        day_starts: 240,
    };
    for (cell, pattern, expected) in [
        ("2026-03-28", None, "2026-03-28T12:00:00+01:00"),
        ("2026-03-30 09:30", None, "2026-03-30T09:30:00+02:00"),
        ("2026-03-28 02:30:15", None, "2026-03-28T02:30:15+01:00"),
        (
            "2026-03-28T02:30:15+05:00",
            None,
            "2026-03-28T02:30:15+05:00",
        ),
        (
            "28.03.26 23:59",
            Some("%d.%m.%y %H:%M"),
            "2026-03-28T23:59:00+01:00",
        ),
    ] {
        assert_eq!(cell::instant(cell, pattern, &berlin).unwrap(), expected);
    }
    assert!(cell::instant("20260328", Some("%Y-%m-%d"), &berlin).is_err());
    assert!(cell::instant("2026-03-28 24:00", None, &berlin).is_err());
}

#[test]
fn maps_say_what_is_wrong_with_them() {
    for (map, words) in [
        ("membr=card", "did you mean 'member'?"),
        ("member", "not a pair such as member=customer_id"),
        ("at=date:%Q", "date pattern"),
        ("at=date:%Y-%m", "date pattern"),
        ("member=card:Card", "alias scheme"),
        ("total=value:x", "comma"),
        ("store=shop:x", "column's name alone"),
    ] {
        let bad = ColumnMap::parse([map], []).unwrap_err();
        assert!(bad.to_string().contains(words), "{map}: {bad}");
    }
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
    let keys: Vec<&str> = found.iter().map(|r| r.request.key.as_str()).collect();
    assert_eq!(keys, ["k", "sample.txt/3", "sample.txt/4"]);
    assert!(!purchase(&found[0]).is_enrolling && purchase(&found[1]).is_enrolling);
    let cut = rows(&text.as_bytes()[..text.len() - 1], options(""));
    let bad = cut.into_iter().find_map(Result::err).unwrap();
    assert_eq!((bad.line, bad.is_partial), (4, true));
}

#[test]
fn keys_by_content_are_the_rows_own_and_keys_stay_short() {
    let by = |secret| Options {
        key: KeyBy::Content { secret },
        ..options(CDNOW_MAP)
    };
    let keys = |text: &str, secret| -> Vec<String> {
        let found = good(text.as_bytes(), by(secret));
        found.iter().map(|r| r.request.key.to_string()).collect()
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
fn members_are_enrolled_from_columns() {
    let text = "card,phone,name,born\n1,+49 30 1,Ann,02-29\n2,,Bob,\n";
    let mut options = options("alias=card:card:,alias=phone:phone:,name=name,birthday=born");
    options.map.set("do", "enrol").unwrap();
    let found = good(text.as_bytes(), options);
    let Verb::Enrol(ann) = &found[0].request.verb else {
        panic!("an enrolment");
    };
    assert_eq!(ann.aliases[1].as_str(), "phone:+49301");
    assert_eq!(ann.birthday.unwrap().to_string(), "02-29");
}
