//! Folders that do not exist, belong to others, cannot be written, are full, or
//! are damaged.

use crate::shop::Shop;

const SAMPLE: &str = include_str!("../data/cdnow_sample.txt");
const IMPORT: &str = "import sample.txt --history --enrol --map 'member=customer_id:id:,at=date:%Y%m%d,total=dollar_value'";

fn bought() -> Shop {
    let shop = Shop::plain();
    shop.write("sample.txt", SAMPLE);
    shop.run(IMPORT).ends(0);
    for n in 0..3 {
        shop.run(&format!(
            "purchase --member id:00003 --total 1.00 --key k{n}"
        ))
        .ends(0);
    }
    shop
}

fn points(shop: &Shop) -> i64 {
    let now = shop.run("--json balance id:00003").ends(0).json();
    now["now"]["balance"]["point"]["available"]
        .as_i64()
        .unwrap()
}

#[test]
fn absent_and_foreign_folders_are_named() {
    let shop = Shop::empty();
    shop.run("balance card:1")
        .ends(2)
        .says(&["ledger", "stampbook init"]);
    shop.write("ledger/journal/readme.txt", "not yours");
    shop.run("balance card:1").ends(2).says(&["journal"]);
    assert_eq!(shop.read("ledger/journal/readme.txt"), b"not yours");
    shop.run("init").ends(2).says(&["is a ledger already"]);
    let shop = Shop::plain();
    shop.run("init")
        .ends(2)
        .says(&["is a ledger already", "policy activate"]);
    std::fs::remove_dir_all(shop.path("ledger-secrets")).unwrap();
    shop.run("daily").ends(2).says(&["ledger-secrets"]);
    shop.run("audit verify").ends(0);
}

#[test]
fn another_ledgers_secrets_are_refused() {
    let (shop, other) = (Shop::plain(), Shop::plain());
    crate::shop::copy(&other.path("ledger-secrets"), &shop.path("other"));
    shop.run("daily --secrets other")
        .ends(2)
        .says(&["signing key is not this ledger's"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_trouble() {
    use std::os::unix::fs::PermissionsExt;
    let shop = bought();
    let set = |mode| {
        let paths = [shop.path("ledger/lock"), shop.path("ledger")];
        for path in paths {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(path, permissions).unwrap();
        }
    };
    set(0o555);
    if std::fs::write(shop.path("ledger/lock"), "").is_ok() {
        set(0o755);
        eprintln!("skipped: this user may write whatever the permissions say");
        return;
    }
    shop.run("purchase --member id:00003 --total 1.00")
        .ends(5)
        .says(&["ledger"]);
    set(0o755);
    shop.run("purchase --member id:00003 --total 1.00").ends(0);
}

/// A limit on the length of files stands in for a full disk: writing fails in
/// the middle of things, at other places with each limit.
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_loses_nothing_acknowledged() {
    let full = bought();
    let whole = points(&full);
    for blocks in [1, 8, 64, 120, 136, 200, 400] {
        let shop = Shop::plain();
        shop.write("sample.txt", SAMPLE);
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; \"$STAMPBOOK\" {IMPORT}");
        let ran = shop.shell(&line);
        assert!(
            matches!(ran.code, Some(0 | 5)),
            "{blocks}: {:?}\n{}\n{}",
            ran.code,
            ran.out,
            ran.err
        );
        assert!(ran.code == Some(0) || !ran.err.is_empty());
        shop.run(IMPORT).ends(0).says(&["0 refused, 0 bad"]);
        for n in 0..3 {
            shop.run(&format!(
                "purchase --member id:00003 --total 1.00 --key k{n}"
            ))
            .ends(0);
        }
        assert_eq!(points(&shop), whole, "with {blocks} blocks");
        shop.run("audit verify").ends(0);
    }
}

#[cfg(unix)]
#[test]
fn a_session_on_a_full_disk_says_so_and_keeps_what_it_acknowledged() {
    use serde_json::Value;
    let line = |n: usize| {
        let card = n % 5;
        format!(
            "{{\"do\":\"purchase\",\"key\":\"k{n}\",\"member\":\"card:{card}\",\"total\":\"2.00\",\"enrol\":true}}\n"
        )
    };
    let lines: String = (0..2400).map(line).collect();
    let parse = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
    let mut failed = 0;
    for blocks in [64, 128, 129, 160, 256] {
        let shop = Shop::plain();
        shop.write("commands.jsonl", &lines);
        let session = "\"$STAMPBOOK\" session --page-max 50";
        let ran = shop.shell(&format!(
            "trap '' XFSZ; ulimit -f {blocks}; cat commands.jsonl | {session}"
        ));
        let answers: Vec<Value> = ran.out.lines().map(parse).collect();
        match ran.code {
            Some(0) => assert_eq!(answers.len(), 2400),
            Some(5) => {
                failed += 1;
                assert!(!ran.err.is_empty());
                let last = answers.iter().find(|a| a["ok"] == false);
                assert!(last.is_none_or(|a| a["class"] == "trouble" && a["retry"] == "same_key"));
            }
            other => panic!("{blocks}: {other:?} {}", ran.err),
        }
        let again = shop.pipe("session", &lines).ends(0);
        for (before, after) in answers.iter().zip(again.out.lines().map(parse)) {
            assert_eq!(after["ok"], true);
            if before["ok"] == true {
                assert_eq!(
                    (&after["repeated"], &after["seq"]),
                    (&true.into(), &before["seq"])
                );
            }
        }
        shop.run("audit verify").ends(0);
    }
    assert!(failed > 0, "no limit was too small");
}

#[test]
fn the_book_can_be_deleted_or_damaged_at_any_time() {
    let shop = bought();
    let whole = points(&shop);
    std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
    assert_eq!(points(&shop), whole);
    std::fs::remove_dir_all(shop.path("ledger/keys")).unwrap();
    assert_eq!(points(&shop), whole);
    shop.run("purchase --member id:00003 --total 1.00 --key k1")
        .ends(0)
        .says(&["booked before"]);
    shop.write("ledger/book/snap.0000000000000042.generating", "half");
    assert_eq!(points(&shop), whole);
    for name in std::fs::read_dir(shop.path("ledger/book")).unwrap() {
        let path = name.unwrap().path();
        if path.is_file() {
            std::fs::write(path, b"nonsense").unwrap();
        }
    }
    shop.run("balance id:00003")
        .ends(0)
        .says(&["the book could not be opened", "book.broken-1 was removed"]);
    assert!(!shop.path("ledger/book.broken-1").exists());
    assert_eq!(points(&shop), whole);
    shop.run("rebuild").ends(0).says(&["96 members"]);
    assert_eq!(points(&shop), whole);
}

#[test]
fn a_second_copy_that_was_lost_is_made_again_by_the_next_write() {
    let shop = bought();
    let segment = "ledger/journal/000000000000.seg";
    let good = shop.read(segment);
    std::fs::remove_dir_all(shop.path("ledger/copies")).unwrap();
    shop.run("purchase --member id:00003 --total 2.00 --key k9")
        .ends(0);
    let mut bytes = shop.read(segment);
    bytes[5000] ^= 0x40;
    shop.write(segment, &bytes);
    // Rebuilding reads every page, and has the copies to heal them from.
    let whole = points(&shop);
    shop.run("rebuild").ends(0).says(&["96 members"]);
    assert_eq!(points(&shop), whole);
    shop.run("audit verify --level 1").ends(0);
    assert_eq!(shop.read(segment)[..20_000], good[..20_000]);
}

#[test]
fn a_byte_that_changed_in_the_journal_is_healed_or_refused() {
    let shop = bought();
    let whole = points(&shop);
    let segment = "ledger/journal/000000000000.seg";
    let good = shop.read(segment);
    for at in [600, 1100, 5000, 20000] {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        shop.write(segment, &bytes);
        shop.run("audit verify").ends(1).says(&["FAILED"]);
        // Opening a journal at its end need not read there; rebuilding reads all of it.
        std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
        let ran = shop.run("balance id:00003");
        assert!(ran.err.contains("healed"), "{at}: {}", ran.err);
        ran.ends(0);
        assert!(shop.read(segment) == good, "{at}");
        shop.write(segment, &bytes);
        for copy in ["ledger/book", "ledger/copies"] {
            std::fs::remove_dir_all(shop.path(copy)).unwrap();
        }
        let ran = shop.run("balance id:00003");
        assert!(
            matches!(ran.code, Some(2 | 5)),
            "{at}: {:?} {}",
            ran.code,
            ran.err
        );
        shop.write(segment, &good);
        assert_eq!(points(&shop), whole);
    }
}

#[test]
fn a_lost_tail_is_not_taken_for_the_end() {
    let shop = bought();
    let segment = "ledger/journal/000000000000.seg";
    let good = shop.read(segment);
    let used = good.iter().rposition(|b| *b != 0).unwrap();
    let mut cut = good.clone();
    cut[used / 512 * 512 - 512..].fill(0);
    let book = shop.copied();
    book.write(segment, &cut);
    let ran = book.run("balance id:00003");
    assert!(
        ran.code == Some(5) || ran.err.contains("healed"),
        "{:?} {} {}",
        ran.code,
        ran.out,
        ran.err
    );
    shop.run("audit card --out card.txt").ends(0);
    shop.write(segment, &cut);
    std::fs::remove_file(shop.path("ledger/checkpoint")).unwrap();
    shop.run("audit verify --card card.txt")
        .ends(1)
        .says(&["4 anchored     FAILED"]);
}

#[cfg(unix)]
#[test]
fn a_card_that_cannot_be_written_leaves_no_half_one() {
    let shop = Shop::plain();
    let ran = shop.shell("trap '' XFSZ; ulimit -f 0; \"$STAMPBOOK\" audit card --out card.txt");
    ran.ends(5).says(&["card.txt"]);
    assert!(!shop.path("card.txt").exists());
    shop.run("audit card --out nowhere/card.txt")
        .ends(2)
        .says(&["nowhere/card.txt: there is no such folder"]);
    shop.run("audit card --out card.txt").ends(0);
}

#[test]
fn a_folder_that_is_no_ledger_is_left_as_it_is_by_rebuild() {
    let shop = Shop::plain();
    shop.run("rebuild --ledger nowhere")
        .ends(2)
        .says(&["there is no ledger here"]);
    for name in ["home/keys/house.txt", "home/book/chapter-1.txt"] {
        shop.write(name, "mine");
    }
    let rebuild = "rebuild --ledger home --secrets ledger-secrets";
    shop.run(rebuild)
        .ends(2)
        .says(&["home: there is no ledger here"]);
    // A folder of dated notes named `journal` is no journal of ours either.
    shop.write("home/journal/2026-11-22.txt", "rain");
    shop.run(rebuild).ends(2);
    for name in ["home/keys/house.txt", "home/book/chapter-1.txt"] {
        assert_eq!(shop.read(name), b"mine");
    }
    assert!(!shop.path("home/lock").exists());
}

#[test]
fn a_lost_segment_is_healed_or_refused() {
    let shop = bought();
    let whole = points(&shop);
    let segment = "ledger/journal/000000000000.seg";
    let good = shop.read(segment);
    let lost = |copies: &[&str]| {
        let lost = shop.copied();
        std::fs::remove_file(lost.path(segment)).unwrap();
        for copy in copies {
            std::fs::remove_dir_all(lost.path(copy)).unwrap();
        }
        lost
    };
    for copies in [&[][..], &["ledger/book"]] {
        let shop = lost(copies);
        shop.run("balance id:00003")
            .ends(0)
            .says(&["healed from the second copy"]);
        assert_eq!(points(&shop), whole);
        let used = good.iter().rposition(|b| *b != 0).unwrap();
        assert_eq!(shop.read(segment)[..used], good[..used]);
        shop.run("audit verify").ends(0);
    }
    let shop = lost(&["ledger/book", "ledger/copies"]);
    for command in ["balance id:00003", "daily", "rebuild"] {
        shop.run(command)
            .ends(5)
            .says(&["entries were signed", "newest copy"]);
    }
    shop.write(segment, &good);
    assert_eq!(points(&shop), whole);
}
