//! Ledgers that do not continue from what was last signed: refused with a
//! message that names both sides, accepted only by an explicit command, and
//! never refused after an honest kill.

use crate::shop::{Shop, copy};
use serde_json::Value;
use stampbook::chain::page::{Page, PageBuilder, PageKey};
use stampbook::storage::journal::{JournalReader, Piece};
use std::io::{BufRead, BufReader, Write};

const SEGMENT: &str = "ledger/journal/000000000000.seg";

fn bought(shop: &Shop, key: &str) {
    shop.run(&purchase(key)).ends(0);
}

fn purchase(key: &str) -> String {
    format!("purchase --member card:1 --total 4.00 --key {key} --enrol")
}

/// The key line of a card, which an auditor brings along.
fn card_key(shop: &Shop) -> String {
    let card = shop.run("audit card").ends(0).out;
    let line = card.lines().find_map(|line| line.strip_prefix("key"));
    line.unwrap().trim_matches([':', ' ']).to_owned()
}

fn pages(shop: &Shop) -> Vec<Page> {
    let reader = JournalReader::open(&shop.path("ledger/journal")).unwrap();
    let pages = reader.pages().unwrap().map(|piece| match piece.unwrap() {
        Piece::Page(stored) => stored.page,
        Piece::Finding(finding) => panic!("{finding:?}"),
    });
    pages.collect()
}

/// Next purchase refused, naming both sides; nothing changes.
fn refused(shop: &Shop, words: &[&str]) {
    let before = shop.read(SEGMENT);
    shop.run(&purchase("refused"))
        .ends(5)
        .says(&["by the writer state", "stampbook recover"])
        .says(words);
    assert!(before == shop.read(SEGMENT));
}

#[test]
fn a_folder_that_was_put_back_goes_on_once_the_loss_is_accepted() {
    let shop = Shop::cafe();
    bought(&shop, "k1");
    copy(&shop.path("ledger"), &shop.path("old"));
    bought(&shop, "k2");
    let key = card_key(&shop);
    shop.run("audit card --out card.txt").ends(0);
    std::fs::remove_dir_all(shop.path("ledger")).unwrap();
    copy(&shop.path("old"), &shop.path("ledger"));
    let (old, lost) = (pages(&shop).last().unwrap().header.next_seq(), "k2");
    refused(
        &shop,
        &["entries were signed", &format!("ends with {old} entries")],
    );
    shop.run("recover").ends(1).says(&[
        "last signed",
        &format!("lost          entries {old} to"),
        "--accept",
    ]);
    let told = shop.run("--json recover").ends(1).json();
    assert_eq!(told["ok"], false, "{told}");
    shop.run("recover --accept").ends(2).says(&["--reason"]);
    shop.run("recover --accept --reason 'disk replaced'")
        .ends(0)
        .says(&["accepted", "/2"]);
    bought(&shop, lost);
    shop.run("recover").ends(0).says(&["nothing to recover"]);
    shop.run("recover --accept --reason again").ends(2);
    shop.run(&format!("audit verify --key {key}")).ends(0);
    // The auditor's card shows that entries were lost.
    shop.run("audit verify --card card.txt").ends(1);
}

#[test]
fn a_page_that_was_appended_without_the_key_is_refused_until_it_is_accepted() {
    let shop = Shop::cafe();
    bought(&shop, "k1");
    shop.run("audit card --out card.txt").ends(0);
    let key = card_key(&shop);
    // An attacker's page: a correction, well formed; the pages before it are
    // signed by the checkpoint in the folder.
    let forger = shop.copied();
    forger
        .run("adjust --member card:1 --unit star --points 500 --reason gift")
        .ends(0);
    let (sound, forged) = (pages(&shop), pages(&forger));
    let page = &forged[sound.len()];
    let mut builder = PageBuilder::new(page.header.first_seq, page.header.prev, usize::MAX);
    for entry in Page::parse(&page.bytes).unwrap().entries() {
        builder.push(entry).unwrap();
    }
    let page = builder
        .seal(page.header.signature, &PageKey::derive(&[0x66; 32]))
        .unwrap();
    let mut bytes = shop.read(SEGMENT);
    let end: usize = sound.iter().map(|page| page.bytes.len()).sum();
    bytes[end..end + page.bytes.len()].copy_from_slice(&page.bytes);
    shop.write(SEGMENT, bytes);
    refused(&shop, &["its tag does not verify"]);
    shop.run("rebuild")
        .ends(5)
        .says(&["its tag does not verify"]);
    let first = page.header.first_seq;
    shop.run("recover").ends(1).says(&[&format!(
        "unproven      entries {first} to {first}: its tag does not verify"
    )]);
    shop.run("recover --accept --reason 'looked at, it is ours'")
        .ends(0);
    bought(&shop, "k2");
    shop.run("rebuild").ends(0);
    // After the acceptance the entry is the ledger's own: nothing was lost.
    shop.run(&format!("audit verify --key {key}")).ends(0);
    shop.run("audit verify --card card.txt").ends(0);
}

#[test]
fn after_a_kill_nothing_has_to_be_recovered_however_old_the_writer_state() {
    let shop = Shop::cafe();
    for round in 0..6 {
        let state = shop.read("ledger-secrets/writer-state");
        let mut child = shop.begin("session");
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        // Each answer is awaited before the next command is sent: a page for each.
        for n in 0..3 + round {
            let card = round * 10 + n;
            writeln!(
                stdin,
                "{{\"do\":\"purchase\",\"key\":\"r{round}-{n}\",\"member\":\"card:{card}\",\"total\":\"2.00\",\"enrol\":true}}"
            )
            .unwrap();
            let told: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
            assert_eq!(told["ok"], true, "{told}");
        }
        let unread = format!(
            "{{\"do\":\"purchase\",\"key\":\"u{round}\",\"member\":\"card:7\",\"total\":\"2.00\",\"enrol\":true}}\n"
        );
        stdin.write_all(unread.as_bytes()).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        if round % 2 == 1 {
            // State left by a power cut: pages are synced, the writer state is not yet.
            shop.write("ledger-secrets/writer-state", state);
        }
        shop.pipe("session", unread).ends(0);
        shop.run("recover").ends(0).says(&["nothing to recover"]);
        shop.run("audit verify").ends(0);
    }
}
