//! Size of a plain purchase in the journal: a known member, two lines, one
//! tender, under `corner-cafe`.

use super::whole::{cafe, folders, say};
use crate::chain::page::ALIGN;
use crate::command::parse;
use crate::engine::{Ledger, Mode};
use crate::storage::journal::{JournalReader, Piece};

const MEMBERS: u64 = 100;
const PURCHASES: u64 = 1000;

/// Pseudorandom numbers, the same in every run, distributed like those of a real day.
fn spread(n: u64) -> u64 {
    let hash = blake3::hash(&n.to_le_bytes());
    u64::from_le_bytes(std::array::from_fn(|at| hash.as_bytes()[at]))
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn purchase(n: u64) -> String {
    let (first, second) = (100 + spread(n) % 2900, 100 + spread(n + 7) % 1900);
    let (member, till) = (spread(n + 13) % MEMBERS, 1 + n % 2);
    let total = money(first + second);
    format!(
        r#"{{"do":"purchase","key":"{:016x}","member":"card:{member:010}","by":"scanned","store":"mitte","terminal":"till-{till}","total":"{total}",
        "lines":[{{"sku":"LATTE","category":"coffee","qty":"2","amount":"{}"}},{{"sku":"SCONE","category":"food","qty":"1","amount":"{}"}}],
        "tenders":[{{"kind":"cash","amount":"{total}"}}]}}"#,
        spread(n + 29),
        money(first),
        money(second)
    )
}

fn known_members(ledger: &mut Ledger) {
    for n in 0..MEMBERS {
        let enrol = format!(r#"{{"do":"enrol","key":"e{n}","aliases":["card:{n:010}"]}}"#);
        assert!(say(ledger, &enrol).is_ok());
    }
}

/// Length and number of entries of the newest page.
fn page_newest(dir: &tempfile::TempDir) -> (usize, u32) {
    let reader = JournalReader::open(&folders(dir).ledger.join("journal")).unwrap();
    let pages = reader.pages().unwrap().map(|piece| match piece.unwrap() {
        Piece::Page(stored) => (stored.page.bytes.len(), stored.page.header.count),
        Piece::Finding(finding) => panic!("{finding:?}"),
    });
    pages.last().unwrap()
}

#[test]
fn a_plain_purchase_alone_fits_one_sector() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    known_members(&mut ledger);
    for n in 0..20 {
        assert!(say(&mut ledger, &purchase(n)).is_ok());
        assert_eq!(page_newest(&dir), (ALIGN, 1), "purchase {n}");
    }
}

#[test]
fn a_thousand_plain_purchases_take_at_most_200_bytes_each() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    known_members(&mut ledger);
    for n in 0..PURCHASES {
        let request = parse(purchase(n).as_bytes(), 2).unwrap();
        ledger.stage(&request, Mode::default()).unwrap();
    }
    let answers = ledger.commit().unwrap();
    assert!(answers.iter().all(crate::answer::Answer::is_ok));
    let (len, count) = page_newest(&dir);
    assert_eq!(u64::from(count), PURCHASES);
    println!("{} bytes each", len as u64 / PURCHASES);
    assert!(len as u64 <= 200 * PURCHASES, "{len}");
}
