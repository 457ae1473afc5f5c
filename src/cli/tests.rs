use super::{args::*, print::*, *};
use crate::answer::{Answer, Denied, Did, summed};
use crate::chain::hash::Hash;
use crate::chain::stamp::Slip;
use crate::command::Raw;
use crate::command::{self, Figure, Request, Verb, from_raw};
use crate::model::{Calendar, Code, Extent, Money};
use clap::{CommandFactory, Parser};
use serde_json::json;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// Splits a typed line like a shell, as far as our examples need.
fn words_of(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            // Where the output goes is the shell's business.
            (None, '>') => {
                words.pop();
                break;
            }
            (None, ' ') => words.push(String::new()),
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

#[test]
fn a_bound_on_memory_that_does_not_hold_is_refused() {
    let bound = |size| Arguments::try_parse_from(["stampbook", "rebuild", "--memory", size]);
    assert_eq!(bound("512MiB").unwrap().cli.memory, Some(512 << 20));
    for less in ["511MiB", "64MiB", "0"] {
        let refused = bound(less).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("at least 512MiB"), "{refused}");
    }
}

fn typed(line: &str) -> Arguments {
    Arguments::try_parse_from(words_of(line)).unwrap_or_else(|e| panic!("{line}\n{e}"))
}

fn leaves(command: &clap::Command, path: &str, found: &mut Vec<(String, String)>) {
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    found.push((path.to_owned(), help));
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        leaves(sub, &format!("{path} {}", sub.get_name()), found);
    }
}

#[test]
fn every_command_has_examples_of_itself_that_parse() {
    Arguments::command().debug_assert();
    let mut found = Vec::new();
    leaves(&Arguments::command(), "stampbook", &mut found);
    assert!(found.len() > 35);
    for (path, help) in found {
        let examples: Vec<&str> = help
            .lines()
            .map(str::trim)
            .filter(|l| l.starts_with("stampbook "))
            .collect();
        assert!(!examples.is_empty(), "{path} has no example");
        for example in examples {
            assert!(example.starts_with(&path), "{path}: {example}");
            typed(example);
        }
    }
}

#[test]
fn the_help_shows_every_form_of_a_tender() {
    let purchase = Arguments::command();
    let purchase = purchase.find_subcommand("purchase").unwrap();
    let tender = purchase
        .get_arguments()
        .find(|arg| arg.get_id() == "tenders");
    let help = tender.and_then(clap::Arg::get_help).unwrap().to_string();
    let forms = help.split('`').skip(1).step_by(2);
    let forms: Vec<&str> = forms.filter(|form| form.contains(':')).collect();
    for form in &forms {
        typed(&format!("stampbook purchase --total 42.50 --tender {form}"));
    }
    for part in ["hold:KEY:points=40:final", "voucher:lot=", "voucher:unit="] {
        assert!(forms.iter().any(|form| form.starts_with(part)), "{help}");
    }
}

#[test]
fn other_spellings_are_understood() {
    let plain = typed("stampbook purchase --member card:1 --total 1.00 --enrol");
    assert_eq!(
        typed("stampbook sale --member card:1 --total 1.00 --enroll"),
        plain
    );
    let plain = typed("stampbook init --programme corner-cafe");
    assert_eq!(typed("stampbook init --program corner-cafe"), plain);
    let plain = typed("stampbook --ledger there member enrol --alias card:1");
    assert_eq!(
        typed("stampbook member enroll --alias card:1 --ledger there"),
        plain
    );
}

fn request(line: &str) -> Result<Request, command::Bad> {
    let raw: Raw = match typed(line).command {
        Command::Purchase(verb) => (*verb).into(),
        Command::Ticket(verb) => (*verb).into(),
        Command::Return(verb) => verb.into(),
        Command::Redeem(verb) => verb.into(),
        Command::Hold(verb) => verb.into(),
        Command::Capture(verb) => verb.into(),
        Command::Release(verb) => verb.into(),
        Command::Transfer(args) => args.verb().into(),
        Command::Void(verb) => verb.into(),
        Command::Amend(verb) => (*verb).into(),
        Command::Adjust(verb) => verb.into(),
        Command::Campaign(args) => args.verb().expect("a change").into(),
        Command::Member(command) => match command {
            member::MemberCommand::Enrol(verb) => verb.into(),
            member::MemberCommand::Profile(args) => args.raw()?,
            member::MemberCommand::Erase(args) => args.raw()?,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    from_raw(raw, 2)
}

#[test]
fn flags_make_the_same_requests_as_json() {
    for (line, json) in [
        (
            "stampbook purchase --member card:1 --total 42.50 --key k --line LATTE:coffee:2:29.00 --line SCONE:13.50 --tender points:star:100:5.00 --tender reward:free-coffee --tender cash:37.50 --charge rounding:-0.01 --discount 1.00 --discount tue:2.00 --store mitte --counter 7 --by typed --code SPRING",
            r#"{"do":"purchase","member":"card:1","total":"42.50","key":"k","lines":[{"sku":"LATTE","category":"coffee","qty":2,"amount":"29.00"},{"sku":"SCONE","amount":"13.50"}],"tenders":[{"kind":"points","unit":"star","points":100,"amount":"5.00"},{"kind":"reward","reward":"free-coffee"},{"kind":"cash","amount":"37.50"}],"charges":[{"kind":"rounding","amount":"-0.01"}],"discounts":[{"amount":"1.00"},{"campaign":"tue","amount":"2.00"}],"store":"mitte","counter":7,"by":"typed","codes":["SPRING"]}"#,
        ),
        (
            "stampbook return --of a --line 1 --line 2:0.5 --key k",
            r#"{"do":"return","of":"a","lines":[{"line":1},{"line":2,"qty":"0.5"}],"key":"k"}"#,
        ),
        (
            "stampbook redeem --member card:1 --unit star --points 60 --key k",
            r#"{"do":"redeem","member":"card:1","unit":"star","points":60,"key":"k"}"#,
        ),
        (
            "stampbook void --seq 17 --reason r --key k",
            r#"{"do":"void","seq":17,"reason":"r","key":"k"}"#,
        ),
        (
            "stampbook amend --order T7 --total -12.80 --line SCONE:12.80 --discount 1.00@1 --charge tip:1.00 --tender cash:12.80 --reason r --key k",
            r#"{"do":"amend","order":"T7","total":"-12.80","lines":[{"sku":"SCONE","amount":"12.80"}],"discounts":[{"amount":"1.00","line":1}],"charges":[{"kind":"tip","amount":"1.00"}],"tenders":[{"kind":"cash","amount":"12.80"}],"reason":"r","key":"k"}"#,
        ),
        (
            "stampbook adjust --member card:1 --unit star --points -20 --reason r --key k",
            r#"{"do":"adjust","member":"card:1","unit":"star","points":-20,"reason":"r","key":"k"}"#,
        ),
        (
            "stampbook campaign resume tue --reason r --key k",
            r#"{"do":"campaign","campaign":"tue","action":"resume","reason":"r","key":"k"}"#,
        ),
        (
            "stampbook member enrol --alias card:1 --alias phone:2 --name Ann --birthday 02-29 --consent marketing --key k",
            r#"{"do":"enrol","aliases":["card:1","phone:2"],"name":"Ann","birthday":"02-29","consents":["marketing"],"key":"k"}"#,
        ),
        (
            "stampbook member profile card:1 --birthday '' --alias-remove phone:2 --key k",
            r#"{"do":"profile","member":"card:1","birthday":"","aliases_remove":["phone:2"],"key":"k"}"#,
        ),
        (
            "stampbook member erase card:1 --reason r --yes --key k",
            r#"{"do":"erase","member":"card:1","reason":"r","key":"k"}"#,
        ),
    ] {
        let of_json = command::parse(json.as_bytes(), 2).unwrap();
        assert_eq!(request(line).unwrap(), of_json, "{line}");
    }
}

#[test]
fn a_part_in_a_wrong_form_is_told_with_its_flag_and_the_right_one() {
    for (line, flag, words) in [
        (
            "stampbook purchase --total 1 --line a:b:c",
            "--line",
            "invalid value 'a:b:c' for '--line <SKU[:CATEGORY:QTY]:AMOUNT>': not of the form LATTE:coffee:2:29.00 or LATTE:29.00",
        ),
        (
            "stampbook purchase --total 1 --tender cash",
            "--tender",
            "not of the form cash:42.50",
        ),
        (
            "stampbook purchase --total 1 --tender points:star:x:1",
            "--tender",
            "not a whole number, or a decimal such as 0.6",
        ),
        (
            "stampbook purchase --total 1 --tender points:5",
            "--tender",
            "not of the form",
        ),
        (
            "stampbook return --of a --line x",
            "--line",
            "not of the form 2, 2:1.5 or 2=5.00",
        ),
        (
            "stampbook activity run --member card:1 --field km",
            "--field",
            "not of the form NAME=VALUE",
        ),
        (
            "stampbook redeem --points 5 --unit star",
            "--member",
            "required arguments were not provided",
        ),
    ] {
        let error = Arguments::try_parse_from(words_of(line)).unwrap_err();
        let bad = bad_flags(&error);
        assert_eq!(bad.field, flag, "{line}");
        assert!(bad.message.contains(words), "{line}: {bad}");
        assert!(!bad.message.contains("Usage"), "{bad}");
    }
}

#[test]
fn bad_flags_name_the_flag_and_the_form() {
    for (line, words) in [
        (
            "stampbook purchase --total 1.005",
            "total: '1.005' has 3 decimals",
        ),
        (
            "stampbook redeem --member card:1 --points -5 --unit star",
            "points: is -5",
        ),
        (
            "stampbook member erase card:1 --reason r",
            "--yes: is missing",
        ),
    ] {
        let bad = request(line).unwrap_err().to_string();
        assert!(bad.contains(words), "{line}: {bad}");
    }
    for line in [
        "stampbook find",
        "stampbook audit verify --level 5",
        "stampbook policy",
        "stampbook redecide --campaign c --from a --to b --book",
    ] {
        assert_eq!(
            Arguments::try_parse_from(words_of(line))
                .unwrap_err()
                .exit_code(),
            2,
            "{line}"
        );
    }
}

#[test]
fn a_return_by_flags_is_whole_or_an_amount() {
    let extent = |line: &str| match request(line).unwrap().verb {
        Verb::Return(back) => back.extent,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        extent("stampbook return --receipt 7 --store mitte --all"),
        Extent::All
    );
    assert_eq!(
        extent("stampbook return --of a --amount 3.20"),
        Extent::Amount(Money(320))
    );
    let Verb::Adjust(adjust) =
        request("stampbook adjust --member card:1 --unit star --points=-7 --reason r")
            .unwrap()
            .verb
    else {
        panic!("an adjustment");
    };
    assert_eq!(adjust.points, (-7).into());
}

#[test]
fn flags_go_before_the_map_file() {
    let Command::Import(args) =
        typed("stampbook import data/export.csv --map total=B --set store=west --key content")
            .command
    else {
        panic!("an import");
    };
    let setting = || import::Setting {
        digits: 2,
        currency: "EUR".into(),
        currencies: Vec::new(),
        calendar: Calendar::utc(),
        secret: [7; 32],
        sorting: crate::command::import::Sorting::in_memory(),
    };
    let file = "format = \"csv\"\nencoding = \"gbk\"\nkey = \"line\"\n[columns]\ntotal = \"A\"\nmember = \"C:card:\"\n[set]\nstore = \"mitte\"\nterminal = \"t\"\n";
    let (options, _) = args.options(file, setting()).unwrap();
    assert_eq!(options.source, "export.csv");
    assert_eq!(
        options
            .map
            .columns
            .iter()
            .map(|c| c.source.as_str())
            .collect::<Vec<_>>(),
        ["C:card:", "B"]
    );
    assert_eq!(options.map.constants.len(), 2);
    assert!(options.key == crate::command::import::KeyBy::Content { secret: [7; 32] });
    assert_eq!(options.encoding.unwrap().name(), "GBK");
    assert!(args.options("key = \"row\"", setting()).is_err());
}

/// An output that a test can read.
#[derive(Clone, Default)]
pub(super) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        anstream::adapter::strip_str(&text).to_string()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn printer(is_json: bool) -> (Printer, Paper, Paper) {
    let (out, err) = (Paper::default(), Paper::default());
    (
        Printer::into(is_json, Box::new(out.clone()), Box::new(err.clone())),
        out,
        err,
    )
}

const ACCEPTED: &str = r#"{"ok":true,"key":"k","seq":4711,"did":[{"effect":"award","unit":"star","amount":43,"campaign":"base","expires_at":"2027-01-01T00:00:00+01:00"}],"after":{"star":143},"now":{"seq":4711,"balance":{"star":{"available":143,"pending":0,"held":0,"expiring":{"amount":143,"at":"2027-01-01T00:00:00+01:00","last_day":"2026-12-31","keeps":"half"}}},"tier":{"name":"silver","until":"2027-12-31","next":{"name":"gold","needs":{"year-star":120}}}},"warnings":[{"code":"discount_differs","message":"given 2.00, expected 1.00"}],"stamp":{"seq":4711,"size":4712,"root":"...","slip":"SB1 4711"}}"#;

#[test]
fn people_see_words_and_tables_and_programs_see_json() {
    let answer: Answer = serde_json::from_str(ACCEPTED).unwrap();
    let (mut people, out, err) = printer(false);
    assert_eq!(people.answer(&answer), Ok(Exit::Done));
    for part in [
        "booked as entry 4711, key k",
        "+43",
        "base",
        "143",
        "keeps half",
        "tier silver until 2027-12-31; gold needs 120 year-star",
        "143 after 2026-12-31, keeps half",
        "SB1 4711",
    ] {
        assert!(out.text().contains(part), "{part}\n{}", out.text());
    }
    assert!(err.text().contains("warning (discount_differs)"));
    let (mut program, out, err) = printer(true);
    program.answer(&answer).unwrap();
    program.line("for people").unwrap();
    assert_eq!((out.text().trim_end(), err.text().as_str()), (ACCEPTED, ""));
}

#[test]
fn a_no_goes_to_stderr_with_its_exit_code() {
    for (code, exit) in [
        (Code::InsufficientPoints, Exit::Refused),
        (Code::UnknownMember, Exit::Refused),
        (Code::BadInput, Exit::BadInput),
        (Code::ClockAhead, Exit::BadInput),
    ] {
        let (mut people, out, err) = printer(false);
        let answer = Answer::from(Denied::new("k", code, "because"));
        assert_eq!(people.answer(&answer), Ok(exit));
        assert_eq!(out.text(), "");
        assert!(err.text().contains(code.as_str()) && err.text().contains("because"));
    }
}

#[test]
fn failures_say_what_and_what_to_do() {
    let failure = Failure::busy("the ledger is held by process 7").hint("wait, or ask serve");
    let (mut people, out, err) = printer(false);
    assert_eq!(people.failure(&failure), Exit::Busy);
    assert_eq!(out.text(), "");
    assert_eq!(
        err.text(),
        "error: the ledger is held by process 7\nhint: wait, or ask serve\n"
    );
    let (mut program, out, _) = printer(true);
    program.failure(&failure);
    assert!(out.text().contains(r#""class":"busy","code":"busy","message":"the ledger is held by process 7; wait, or ask serve","retry":"same_key""#), "{}", out.text());
    let exits: Vec<u8> = [
        Exit::Done,
        Exit::Refused,
        Exit::BadInput,
        Exit::NotEstablished,
        Exit::Busy,
        Exit::Trouble,
    ]
    .map(|e| e as u8)
    .into();
    assert_eq!(exits, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_reader_that_is_gone_changes_no_exit_code_and_a_full_disk_does() {
    struct Gone;
    impl io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let mut unheard = Printer::into(true, Box::new(Gone), Box::new(io::sink()));
    assert_eq!(unheard.unread(), None);
    for _ in 0..3 {
        unheard.json(&"x").unwrap();
        unheard.flush().unwrap();
    }
    assert_eq!(unheard.unread(), Some(3));
    let (mut people, _, err) = printer(false);
    let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
    assert_eq!(people.failure(&full), Exit::Trouble);
    assert!(err.text().starts_with("error: "));
}

#[test]
fn the_schema_command_prints_json() {
    let (mut people, out, _) = printer(false);
    let run = |line: &str, printer: &mut Printer| match typed(line).command {
        Command::Schema(args) => args.run(printer),
        other => panic!("{other:?}"),
    };
    assert_eq!(run("stampbook schema", &mut people), Ok(Exit::Done));
    let all: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
    assert_eq!(all["oneOf"].as_array().unwrap().len(), command::VERBS.len());
    let failure = run("stampbook schema purchas", &mut people).unwrap_err();
    assert_eq!(failure.exit(), Exit::BadInput);
    assert!(failure.message.contains("did you mean 'purchase'?"));
}

#[test]
fn tables_keep_their_columns_in_wide_letters_too() {
    let rows = [
        vec!["星".to_owned(), "7".into()],
        vec!["star".into(), "143".into()],
    ];
    let text = table(&["unit", "available"], &rows);
    assert!(
        text.lines()
            .any(|l| l.contains("星") && l.trim_end_matches([' ', '│']).ends_with("  7")),
        "{text}"
    );
}

#[test]
fn fresh_keys_are_keys() {
    let key = desk::key_fresh([0xff; 8]);
    assert!(crate::model::Key::parse(&key).is_ok());
    assert_ne!(key, desk::key_fresh([0xfe; 8]));
}

#[test]
fn people_see_points_summed_over_lots() {
    let did = |json: serde_json::Value| serde_json::from_value::<Did>(json).unwrap();
    let spent = |n: i64| did(json!({"effect": "redeem", "unit": "star", "amount": n}));
    let erased = did(json!({"effect": "erase"}));
    let told = summed(&[spent(-50), spent(-10), erased, spent(-1)]);
    let amounts: Vec<Option<Figure>> = told.iter().map(|d| d.amount).collect();
    let whole = |n| Some(Figure::Whole(n));
    assert_eq!(amounts, [whole(-60), None, whole(-1)]);
}

#[test]
fn what_is_printed_as_a_stamp_is_a_slip() {
    let made = Slip::new(4711, 4712, &Hash([7; 32]), None).unwrap();
    let answer = ACCEPTED.replace("SB1 4711", &made.to_string());
    let (mut people, out, _) = printer(false);
    people
        .answer(&serde_json::from_str(&answer).unwrap())
        .unwrap();
    let text = out.text();
    assert_eq!(Slip::parse(text.lines().last().unwrap()), Ok(made));
}
