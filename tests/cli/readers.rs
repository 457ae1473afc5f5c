//! Readers of stdout or stderr that close the pipe, or write to a full disk.

use crate::shop::{Shop, words};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

fn command(shop: &Shop, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampbook"));
    command
        .args(words(line))
        .current_dir(shop.path(""))
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS")
        .stdin(Stdio::null());
    command
}

fn bought() -> Shop {
    let shop = Shop::plain();
    shop.run("purchase --member card:1 --enrol --total 5.00 --key k1")
        .ends(0);
    shop
}

/// Commands with their exit code, which does not depend on the reader of the output.
const COMMANDS: [(&str, i32); 13] = [
    ("balance card:1", 0),
    ("--json balance card:1", 0),
    ("balance card:2", 1),
    ("statement card:1", 0),
    ("explain --key k1", 0),
    ("member show card:1", 0),
    ("policy check programme", 0),
    ("policy show", 0),
    ("audit verify", 0),
    ("audit verify --level 4", 3),
    ("schema", 0),
    ("completions bash", 0),
    ("--help", 0),
];

fn code_of(shop: &Shop, line: &str) -> i32 {
    shop.run(line).code.unwrap()
}

#[test]
fn a_reader_that_is_gone_changes_no_exit_code() {
    let shop = bought();
    for (line, _) in COMMANDS {
        let wanted = code_of(&shop, line);
        for is_stderr in [false, true] {
            let mut command = command(&shop, line);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            drop(child.stdout.take());
            if is_stderr {
                drop(child.stderr.take());
            }
            let said = child.wait_with_output().unwrap();
            let err = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(wanted), "{line}: {err}");
            assert!(!err.contains("panicked"), "{line}: {err}");
        }
    }
}

/// A claim that does not hold is reported by the exit code even if nobody reads
/// the words.
#[test]
fn an_audit_that_nobody_reads_still_fails() {
    let shop = bought();
    let mut bytes = shop.read("ledger/journal/000000000000.seg");
    bytes[600] ^= 1;
    shop.write("ledger/journal/000000000000.seg", bytes);
    let mut child = command(&shop, "audit verify")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_session_whose_reader_went_away_says_how_many_answers_were_not_read() {
    let shop = Shop::plain();
    let line = |n: usize| {
        format!(
            "{{\"do\":\"purchase\",\"key\":\"k{n}\",\"member\":\"card:1\",\"total\":\"2.00\",\"enrol\":true}}\n"
        )
    };
    let mut child = command(&shop, "session --page-max 4")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    stdin.write_all(line(0).as_bytes()).unwrap();
    let mut first = String::new();
    answers.read_line(&mut first).unwrap();
    assert!(first.contains("\"ok\":true"), "{first}");
    drop(answers);
    let three: String = (1..4).map(line).collect();
    stdin.write_all(three.as_bytes()).unwrap();
    drop(stdin);
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(5), "{err}");
    let told = [
        "1 answer was not read",
        "2 answers were not read",
        "3 answers were not read",
    ];
    assert!(told.iter().any(|words| err.contains(words)), "{err}");
    let all: String = (0..4).map(line).collect();
    let again = shop.pipe("session", all).ends(0);
    assert_eq!(again.out.matches("\"ok\":true").count(), 4);
    assert!(
        again.out.matches("\"repeated\":true").count() >= 2,
        "{}",
        again.out
    );
    shop.run("audit verify").ends(0);
}

#[cfg(target_os = "linux")]
#[test]
fn answers_that_cannot_be_written_are_trouble() {
    let shop = bought();
    for line in [
        "balance card:1",
        "statement card:1",
        "audit verify",
        "session",
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        shop.write("asks", "{\"ask\":\"balance\",\"member\":\"card:1\"}\n");
        let said = command(&shop, line)
            .stdin(File::open(shop.path("asks")).unwrap())
            .stdout(full)
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(5), "{line}: {err}");
        assert!(
            err.contains("stdout") && !err.contains("panicked"),
            "{line}: {err}"
        );
    }
    shop.run("balance card:1").ends(0);
}
