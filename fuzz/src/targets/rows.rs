//! Files to import: a byte of options, then a map, and the file after an empty line.

use super::Outcome;
use super::check_message;
use stampbook::command::import::{
    ColumnMap, Format, KeyBy, MapFile, Options, RowError, Rows, Sorting, encoding,
};
use stampbook::model::Calendar;

pub fn run(input: &[u8]) -> Outcome {
    let (options, rest) = input.split_first().unwrap_or((&0, &[]));
    let split = rest.windows(2).position(|pair| pair == b"\n\n");
    let (map, file) = match split {
        Some(at) => (&rest[..at], &rest[at + 2..]),
        None => (&[][..], rest),
    };
    let map = String::from_utf8_lossy(map);
    let read = MapFile::parse(&map);
    let mut shape = match &read {
        Ok(_) => String::new(),
        Err(bad) => bad.to_string(),
    };
    check_message(&shape);
    let map = read.unwrap_or_default();
    let short = ColumnMap::parse([&*shape], ["store=mitte"]);
    assert!(short.is_err() || shape.contains('='));
    if let Ok(rows) = Rows::open(file, options_of(*options, map)) {
        let ends = file.iter().filter(|byte| matches!(byte, b'\n' | b'\r'));
        let lines = ends.count();
        shape += &read_all(rows, lines);
    }
    Outcome::of(&[&shape])
}

fn read_all(rows: Rows<&[u8]>, lines: usize) -> String {
    let mut shape = String::new();
    let mut count = 0;
    for row in rows {
        count += 1;
        assert!(count <= lines + 2, "more rows than lines");
        match row {
            Ok(row) => {
                let mut requests = row.requests.iter().chain(row.enrolment.as_deref());
                assert!(requests.all(|request| request.key.is_some()));
                shape.push('.');
            }
            Err(RowError::Bad(bad)) => {
                check_message(&bad.to_string());
                shape += &bad.bad.message;
            }
            Err(RowError::Io(error) | RowError::Scratch(error)) => {
                panic!("bytes in memory: {error}")
            }
        }
    }
    shape
}

fn options_of(bits: u8, map: MapFile) -> Options {
    let formats = [
        None,
        Some(Format::Json),
        Some(Format::Csv(',')),
        Some(Format::Csv('\t')),
        Some(Format::Columns),
        None,
        None,
        None,
    ];
    let encodings = ["utf-8", "gbk", "windows-1252", "shift_jis"];
    Options {
        format: formats[usize::from(bits & 7)],
        map: map.map,
        encoding: (bits & 8 != 0)
            .then(|| encoding(encodings[usize::from(bits >> 4 & 3)]).ok())
            .flatten(),
        source: map.source.unwrap_or_else(|| "rows.csv".into()),
        key: match bits & 64 {
            0 => KeyBy::Line,
            _ => KeyBy::Content { secret: [4; 32] },
        },
        separator: None,
        digits: 2,
        currency: "EUR".into(),
        currencies: Vec::new(),
        calendar: Calendar::utc(),
        is_enrolling: bits & 128 != 0,
        is_history: bits & 128 != 0,
        is_setting_balances: bits & 64 != 0,
        shown: usize::from(bits & 3),
        sorting: Sorting::in_memory(),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    const MAP: &str = "source = \"pos\"\nkey = \"line\"\n[columns]\nmember = \"customer:card:\"\nat = \"day:%Y%m%d\"\ntotal = \"value:comma\"\n[set]\nstore = \"mitte\"";
    let sample = include_str!("../../../tests/data/cdnow_sample.txt");
    let sample: String = sample
        .lines()
        .take(8)
        .map(|line| format!("{line}\n"))
        .collect();
    let files = [
        (
            0,
            MAP,
            "customer;day;value\n69001;20261124;1.234,50\n69002;20260229;0,01\n\n;;\n",
        ),
        (
            2,
            "",
            "do,key,member,at,total,store,line_sku,line_amount\npurchase,k1,card:1,2026-11-24T10:00:00Z,12.00,mitte,\"A,\"\"B\",12.00\n",
        ),
        (
            3,
            "",
            "member\tat\ttotal\ncard:1\t2026-11-24\t12.00\ncard:2\t2026-11-24\t-3\n",
        ),
        (
            1,
            "",
            "{\"do\":\"purchase\",\"member\":\"card:1\",\"total\":\"1.00\"}\n{\"do\":\"enrol\",\"aliases\":[\"card:2\"]}\n",
        ),
        (
            4,
            "[columns]\nmember = \"id:id:\"\nat = \"date:%Y%m%d\"\ntotal = \"sum\"",
            "id date sum\n1 19970101 12.00\n2 19970102 77.50\n",
        ),
        (
            0x80,
            "group = \"bill\"\nskip = \"kind=tip\"\nnegative = \"return\"\n[columns]\norder = \"bill\"\nmember = \"card:card:\"\nat = \"day + time:%d.%m.%Y %H:%M\"\ntotal = \"sum(n * price)\"\nsku = \"kind\"\nline_amount = \"n * price\"",
            "sep=;\nMitte\nbill;card;day;time;kind;n;price\nA;1;3.10.2026;8:05;tea;2;1,50\n;;;;\"a\ncake\";1;(2,00)\nSumme;;;;;;1,00\n",
        ),
        (
            0x88,
            "[columns]\nmember = \"id:id:\"\npoints = \"n\"\nunit = \"u\"\nexpires = \"until:%d.%m.%Y\"",
            "id,n,u,until\n1,100,star,31.12.2026\n",
        ),
    ];
    let mut all: Vec<Vec<u8>> = files
        .iter()
        .map(|(bits, map, file)| [&[*bits][..], map.as_bytes(), b"\n\n", file.as_bytes()].concat())
        .collect();
    all.push([b"\x44\n\n", sample.as_bytes()].concat());
    all
}

pub fn words() -> Vec<&'static str> {
    let mut words = vec![
        "[columns]\n",
        "[set]\n",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        " = ",
        "\"a:comma\"",
        "\"day:%Y%m%d\"",
        "\"x:card:\"",
        "%H",
        "%",
        "source = ",
        "format = \"csv\"\n",
        "key = \"content\"\n",
    ];
    words.extend([
        "member",
        "alias",
        "total",
        "at",
        "sku",
        "qty",
        "line_amount",
        "charges.tip",
        "tenders[1].amount",
        "do",
        "refunded",
        "sum(",
        "round(",
        " + ",
        " * ",
        "group = ",
        "only = ",
        "negative = \"return\"\n",
        "%D{1=2026-01-01}",
        "(1.234,50)",
        "12.50-",
        "\u{20ac}",
        "sep=;\n",
        "Summe",
    ]);
    words
}
