//! `backup`, and `restore` of what it made: what is said, what is refused, and
//! what a place holds after a run that was cut short.

use crate::shop::{Shop, copy};
use stampbook::engine::{Folders, Ledger, Options};
use stampbook::policy::Bundle;
use stampbook::query::{Report, ask};
use stampbook::storage::clock::SteppingClock;
use stampbook::storage::derived::{from_derived_bytes, to_derived_bytes};
use std::path::Path;
use std::sync::Arc;

const SEGMENT: &str = "journal/000000000000.seg";

fn bought(shop: &Shop, key: &str) {
    let line = format!("purchase --member card:1 --total 4.00 --key {key} --enrol");
    shop.run(&line).ends(0);
}

fn sales(shop: &Shop, from: usize, to: usize) {
    let sale = |n: usize| {
        format!(
            "{{\"do\":\"purchase\",\"key\":\"s{n}\",\"member\":\"card:{}\",\"total\":\"2.00\",\"enrol\":true}}\n",
            n % 50
        )
    };
    let lines: String = (from..to).map(sale).collect();
    shop.pipe("session --page-max 10", lines).ends(0);
}

/// Files of a folder by their path in it, the lock left out.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for inside in ["", "journal"] {
        for path in std::fs::read_dir(dir.join(inside)).unwrap() {
            let path = path.unwrap().path();
            if path.is_file() && !path.ends_with("lock") {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_backup_copies_what_is_new_and_a_lost_disk_loses_nothing() {
    let shop = Shop::cafe();
    bought(&shop, "k1");
    let first = shop.run("--json backup usb/shop").ends(0).json();
    assert_eq!(first["entries_before"], 0, "{first}");
    let told = shop.run("backup usb/shop").ends(0);
    told.says(&["copied     0 entries in 0 bytes", "not copied"]);
    bought(&shop, "k2");
    let next = shop.run("--json backup usb/shop").ends(0).json();
    assert_eq!(next["entries_before"], first["entries"], "{next}");
    assert_eq!(next["bytes_copied"], 512, "one page: {next}");
    assert_ne!(next["last_hash"], first["last_hash"]);
    shop.run("audit verify --ledger usb/shop").ends(0);
    let before = files(&shop.path("usb/shop"));
    shop.run("restore usb/shop --check")
        .ends(0)
        .says(&["would lose nothing"]);
    bought(&shop, "k3");
    shop.run("restore usb/shop --check")
        .ends(0)
        .says(&["lost          entries", "nothing was touched"]);
    assert!(files(&shop.path("usb/shop")) == before);
    shop.run("backup usb/shop").ends(0);
    // The disk is lost, and the place is the ledger again.
    let balance = shop.run("balance card:1").ends(0).out;
    std::fs::remove_dir_all(shop.path("ledger")).unwrap();
    shop.run("restore usb/shop").ends(0);
    assert_eq!(shop.run("balance card:1").ends(0).out, balance);
    shop.run("audit verify").ends(0);
    // The place goes on with the ledger that came from it.
    bought(&shop, "k4");
    shop.run("backup usb/shop")
        .ends(0)
        .says(&["copied     1 entry"]);
    // No secret and nothing that can be made again is in it.
    let names: Vec<String> = files(&shop.path("usb/shop"))
        .into_iter()
        .map(|f| f.0)
        .collect();
    assert_eq!(names, ["backup", "checkpoint", SEGMENT]);
}

// proves: KEEP3
#[test]
fn a_place_that_is_not_apart_or_holds_something_else_is_refused_untouched() {
    let shop = Shop::cafe();
    bought(&shop, "k1");
    shop.run("backup usb/shop").ends(0);
    shop.write("own/letter.txt", "dear");
    shop.write("file", "x");
    for (place, why) in [
        ("ledger", "not apart"),
        ("ledger/backup", "not apart"),
        ("ledger-secrets/backup", "not apart"),
        (".", "not apart"),
        ("own", "holds something else"),
        ("usb", "holds something else"),
        ("file", "file"),
    ] {
        let ran = shop.run(&format!("backup {place}"));
        assert!(
            matches!(ran.code, Some(2 | 5)),
            "{place}: {:?} {}",
            ran.code,
            ran.err
        );
        ran.says(&[why]);
    }
    #[cfg(unix)]
    {
        // A link to the ledger's folder is the ledger's folder.
        std::os::unix::fs::symlink(shop.path("ledger"), shop.path("link")).unwrap();
        shop.run("backup link/new").ends(2).says(&["not apart"]);
    }
    assert_eq!(shop.read("own/letter.txt"), b"dear");
    shop.run("audit verify").ends(0);
    let before = files(&shop.path("usb/shop"));
    // Another ledger's place, and a ledger that was put back behind it.
    let other = Shop::cafe();
    copy(&shop.path("usb/shop"), &other.path("usb"));
    other
        .run("backup usb")
        .ends(2)
        .says(&["another ledger's backup"]);
    assert!(files(&other.path("usb")) == before);
    copy(&shop.path("ledger"), &shop.path("old"));
    bought(&shop, "k2");
    shop.run("backup usb/shop").ends(0);
    let before = files(&shop.path("usb/shop"));
    shop.run("restore old --set-aside --accept --reason lost")
        .ends(0);
    bought(&shop, "k3");
    shop.run("backup usb/shop")
        .ends(2)
        .says(&["put back to an older state"]);
    assert!(files(&shop.path("usb/shop")) == before);
    // A backup is neither backed up nor booked in.
    shop.run("backup usb/new --ledger usb/shop --secrets ledger-secrets")
        .ends(2)
        .says(&["it is a backup"]);
    shop.run("purchase --total 1.00 --ledger usb/shop --secrets ledger-secrets")
        .ends(2)
        .says(&["stampbook restore"]);
    assert!(files(&shop.path("usb/shop")) == before);
    shop.run("restore usb/shop --check").ends(0);
    // A damaged statement, and a page that changed, are not built on.
    let path = "usb/shop/backup";
    let mut statement = shop.read(path);
    statement[20] ^= 1;
    shop.write(path, statement);
    shop.run("backup usb/shop")
        .ends(2)
        .says(&["does not verify"]);
    shop.run("backup nowhere --ledger none")
        .ends(2)
        .says(&["no ledger"]);
    assert!(!shop.path("nowhere").exists());
}

// proves: KEEP5
#[test]
fn the_drill_finds_damage_and_touches_nothing() {
    let shop = Shop::cafe();
    sales(&shop, 0, 200);
    shop.run("backup usb").ends(0);
    let path = format!("usb/{SEGMENT}");
    let sound = shop.read(&path);
    for at in [700, sound.len() / 2, sound.len() - 600] {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        shop.write(&path, &bytes);
        let before = files(&shop.path("usb"));
        shop.run("restore usb --check")
            .ends(1)
            .says(&["does not verify"]);
        assert!(files(&shop.path("usb")) == before);
    }
    shop.write(&path, &sound[..sound.len() - 512]);
    shop.run("restore usb --check")
        .ends(1)
        .says(&["does not verify"]);
    shop.write(&path, &sound);
    shop.run("restore usb --check").ends(0);
    shop.run("restore nowhere --check").ends(2);
}

/// What is behind the statement counts for nothing, whatever a cut left there.
// proves: KEEP2
#[test]
fn a_backup_that_is_cut_short_holds_what_it_held() {
    let shop = Shop::cafe();
    sales(&shop, 0, 100);
    shop.run("backup usb").ends(0);
    let held = shop.run("--json restore usb --check").ends(0).json()["entries"].clone();
    let path = format!("usb/{SEGMENT}");
    let (old, old_note) = (shop.read(&path), shop.read("usb/checkpoint"));
    let old_statement = shop.read("usb/backup");
    sales(&shop, 100, 200);
    shop.run("backup usb").ends(0);
    let (new, new_statement) = (shop.read(&path), shop.read("usb/backup"));
    let whole = files(&shop.path("usb"));
    let steps: [(&str, &[u8], &[u8]); 5] = [
        ("before the first page", &old, &old_statement),
        ("within a page", &new[..old.len() + 700], &old_statement),
        ("behind a page", &new[..old.len() + 1024], &old_statement),
        ("behind the pages", &new, &old_statement),
        ("before the checkpoint", &new, &new_statement),
    ];
    for (at, segment, statement) in steps {
        let shop = shop.copied();
        shop.write(&path, segment);
        shop.write("usb/backup", statement);
        shop.write("usb/checkpoint", &old_note);
        // It can be restored as it lies.
        let broken = shop.copied();
        std::fs::remove_dir_all(broken.path("ledger")).unwrap();
        let ran = broken.run("--json restore usb --accept --reason lost");
        assert_eq!(ran.code, Some(0), "{at}: {}{}", ran.out, ran.err);
        let entries = ran.json()["entries"].as_u64().unwrap();
        assert!(
            entries >= held.as_u64().unwrap(),
            "{at}: {entries} of {held}"
        );
        broken.run("audit verify").ends(0);
        // And the next run makes it whole.
        shop.run("backup usb").ends(0);
        assert!(files(&shop.path("usb")) == whole, "{at}");
    }
    // The first one, cut short before its first page.
    shop.write("new/backup", shop.read("usb/backup"));
    std::fs::remove_file(shop.path("new/backup")).unwrap();
    shop.write("new/lock", "pid 1\npurpose backup\nstate dirty\n");
    shop.run("backup new").ends(0);
}

#[cfg(unix)]
#[test]
fn backups_that_are_killed_lose_nothing_and_are_run_again() {
    let seed = 12;
    let mut random: u64 = seed;
    let mut shop = Shop::plain();
    sales(&shop, 0, 20);
    shop.run("backup usb").ends(0);
    let mut least = 0;
    for round in 0..12 {
        let at = 20 + round * 150;
        sales(&shop, at, at + 150);
        let mut child = shop.begin("backup usb");
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Not to be right by it: any moment is as good as another.
        std::thread::sleep(std::time::Duration::from_micros((random >> 33) % 60_000));
        let _ = child.kill();
        child.wait().unwrap();
        let again = shop.copied();
        std::fs::remove_dir_all(again.path("ledger")).unwrap();
        let told = again.run("--json restore usb --accept --reason killed");
        // Where it had been finished, there is nothing to accept.
        let told = match told.code {
            Some(0) => told,
            _ => again.run("--json restore usb"),
        };
        let entries = told.ends(0).json()["entries"].as_u64().unwrap();
        assert!(
            entries >= least,
            "seed {seed}, round {round}: {entries} of {least}"
        );
        let whole = shop.run("--json backup usb").ends(0).json();
        least = whole["entries"].as_u64().unwrap();
        shop.run("audit verify --level 1 --ledger usb").ends(0);
    }
    shop = shop.copied();
    shop.run("restore usb --check")
        .ends(0)
        .says(&["lose nothing"]);
}

/// A limit on the length of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_at_the_place_leaves_it_as_it_was() {
    let shop = Shop::plain();
    sales(&shop, 0, 20);
    shop.run("backup usb").ends(0);
    let held = shop.run("--json restore usb --check").ends(0).json()["entries"].clone();
    sales(&shop, 20, 900);
    for blocks in [0, 1, 40, 80, 120] {
        // The ledger itself is not written to: nothing is new in it.
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; \"$STAMPBOOK\" backup usb");
        let ran = shop.shell(&line);
        assert!(
            ran.code == Some(5),
            "{blocks}: {:?} {}{}",
            ran.code,
            ran.out,
            ran.err
        );
        let again = shop.copied();
        std::fs::remove_dir_all(again.path("ledger")).unwrap();
        let told = again
            .run("--json restore usb --accept --reason full")
            .ends(0)
            .json();
        // One more: the acceptance itself.
        let entries = told["entries"].as_u64().unwrap();
        assert_eq!(entries, held.as_u64().unwrap() + 1, "{blocks} blocks");
    }
    shop.run("backup usb").ends(0);
    shop.run("restore usb --check")
        .ends(0)
        .says(&["lose nothing"]);
}

#[test]
fn a_session_that_has_the_ledger_open_does_not_hinder_a_backup() {
    let shop = Shop::cafe();
    let mut session = shop.begin("session");
    let mut out = std::io::BufReader::new(session.stdout.take().unwrap());
    let mut stdin = session.stdin.take().unwrap();
    let sale = r#"{"do":"purchase","key":"k1","member":"card:1","total":"3.00","enrol":true}"#;
    std::io::Write::write_all(&mut stdin, format!("{sale}\n").as_bytes()).unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    shop.run("backup usb").ends(0).says(&["usb holds"]);
    shop.run("audit verify --level 1 --ledger usb").ends(0);
    drop(stdin);
    session.wait().unwrap();
}

// proves: KEEP4
#[test]
fn a_stolen_laptop_is_replaced_from_a_backup_and_sealed_secrets() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --name Ada --birthday 05-04")
        .ends(0);
    bought(&shop, "k1");
    shop.run("backup usb --sealed-secrets safe/seal")
        .ends(2)
        .says(&["--sealed-secrets: there is no folder safe", "make it first"]);
    std::fs::create_dir(shop.path("safe")).unwrap();
    // The seal lies in none of the three folders, and over no other file.
    for file in ["usb/s", "ledger/s", "ledger-secrets/s"] {
        shop.run(&format!("backup usb --sealed-secrets {file}"))
            .ends(2)
            .says(&["not apart"]);
    }
    shop.write("safe/letter", "dear");
    shop.run("backup usb --sealed-secrets safe/letter")
        .ends(2)
        .says(&["no sealed copy"]);
    assert_eq!(shop.read("safe/letter"), b"dear");
    let told = shop
        .run("--json backup usb --sealed-secrets safe/seal")
        .ends(0)
        .json();
    let code = told["recovery_code"].as_str().unwrap().to_owned();
    shop.write("code", &code);
    // Nothing of the secrets is in clear, and the code is kept nowhere.
    let seal = shop.read("safe/seal");
    let key = &shop.read("ledger-secrets/signing.key")[20..52].to_vec();
    assert!(!seal.windows(32).any(|part| part == key));
    shop.run("member enrol --alias card:2 --name Bo").ends(0);
    shop.run("backup usb --sealed-secrets safe/seal --code-file code")
        .ends(0)
        .lacks(&["sbr-"]);
    let drill = "restore usb --check --sealed-secrets safe/seal";
    shop.run(&format!("{drill} --code-file code"))
        .ends(0)
        .says(&["the sealed secrets open", "lose nothing"]);
    // Another machine, with nothing but the three.
    let new = Shop::empty();
    copy(&shop.path("usb"), &new.path("usb"));
    copy(&shop.path("safe"), &new.path("safe"));
    new.write("code", format!("{code}\n"));
    new.write(
        "wrong",
        code.replace(&code[5..6], if &code[5..6] == "a" { "b" } else { "a" }),
    );
    new.run(&format!("{drill} --code-file wrong"))
        .ends(2)
        .says(&["recovery code"]);
    new.run(&format!("{drill} --code-file usb/backup"))
        .ends(2)
        .says(&["no recovery code"]);
    new.run(&format!("{drill} --code-file code"))
        .ends(0)
        .says(&["new incarnation"]);
    let put = "restore usb --sealed-secrets safe/seal --code-file code";
    new.run(put).ends(1).says(&["--accept"]);
    assert!(!new.path("ledger").exists() && !new.path("ledger-secrets").exists());
    new.run(&format!("{put} --accept --reason stolen"))
        .ends(0)
        .says(&["goes on under", "/2"]);
    new.run("member show card:1").ends(0).says(&["Ada"]);
    new.run("member show card:2").ends(0).says(&["Bo"]);
    bought(&new, "k2");
    new.run("audit verify").ends(0);
    // Secrets that are there are never replaced.
    new.run(&format!("{put} --accept --reason again"))
        .ends(2)
        .says(&["not replaced"]);
    // A seal that is older than the backup tells whose names are lost.
    let path = shop.path("safe/seal");
    std::fs::write(&path, &seal).unwrap();
    shop.run(&format!("{drill} --code-file code"))
        .ends(0)
        .says(&["1 member's name would be lost"]);
    for len in [0, 7, 31, seal.len() - 1] {
        std::fs::write(&path, &seal[..len]).unwrap();
        shop.run(&format!("{drill} --code-file code")).ends(2);
    }
}

/// Two at once: the second is told, and the place is whole.
#[test]
fn two_backups_into_one_place_do_not_meet() {
    let shop = Shop::plain();
    sales(&shop, 0, 400);
    let held = std::fs::create_dir_all(shop.path("usb")).map(|()| shop.path("usb/lock"));
    let lock = std::fs::File::create(held.unwrap()).unwrap();
    lock.lock().unwrap();
    shop.run("backup usb").ends(4).says(&["in use"]);
    drop(lock);
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut child = shop.begin("backup usb");
            child.stdout.take();
            child
        })
        .collect();
    for mut child in children {
        assert!(matches!(child.wait().unwrap().code(), Some(0 | 4)));
    }
    shop.run("backup usb").ends(0);
    shop.run("restore usb --check").ends(0);
}

/// Ids of the alerts that are open, but for that of the disk that the test runs on.
fn alerts(shop: &Shop) -> Vec<String> {
    let told = shop.run("--json alert list").ends(0).json();
    let told = told["alerts"].as_array().unwrap().iter();
    let ids = told.map(|one| one["id"].as_str().unwrap().to_owned());
    ids.filter(|id| id != "disk").collect()
}

/// Makes the note of the last backup older by days.
fn age(shop: &Shop, days: i64) {
    let layout = b"STAMPLB1";
    let bytes = shop.read("ledger/last-backup");
    let (point, content) = from_derived_bytes(layout, &bytes).unwrap();
    let at = i64::from_le_bytes(content.try_into().unwrap()) - days * 86_400_000_000;
    shop.write(
        "ledger/last-backup",
        to_derived_bytes(layout, &point, &at.to_le_bytes()),
    );
}

// proves: KEEP27
#[test]
fn an_old_backup_is_an_alert_once_something_came_since() {
    let shop = Shop::cafe();
    bought(&shop, "a");
    assert_eq!(alerts(&shop), Vec::<String>::new(), "the ledger is new");
    shop.run("backup usb").ends(0);
    age(&shop, 9);
    assert_eq!(alerts(&shop), Vec::<String>::new(), "it holds everything");
    bought(&shop, "b");
    assert_eq!(alerts(&shop), ["backup"]);
    let told = "the last backup is 9 days old, and ";
    shop.run("daily").ends(0).says(&[told, "stampbook backup"]);
    shop.run("report alerts --lang zh")
        .ends(0)
        .says(&["上次备份在 9 天前"]);
    // A note that cannot be read is none, and the ledger is not old enough.
    let note = shop.read("ledger/last-backup");
    shop.write("ledger/last-backup", &note[..note.len() - 1]);
    assert_eq!(alerts(&shop), Vec::<String>::new());
    shop.write("ledger/last-backup", note);
    assert_eq!(alerts(&shop), ["backup"]);
    shop.run("backup usb").ends(0).lacks(&["note:"]);
    bought(&shop, "c");
    assert_eq!(alerts(&shop), Vec::<String>::new());
    // How old is too old is the programme's to say.
    age(&shop, 9);
    let file = shop.path("programme/programme.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + "\n[alerts]\nbackup_days = 30\n").unwrap();
    shop.run("policy activate programme").ends(0);
    assert_eq!(alerts(&shop), Vec::<String>::new());
    // One of each is told as one.
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("backup_days = 30", "backup_days = 1")).unwrap();
    shop.run("policy activate programme").ends(0);
    shop.run("backup usb").ends(0);
    age(&shop, 1);
    bought(&shop, "d");
    shop.run("report alerts")
        .ends(0)
        .says(&["the last backup is 1 day old, and 1 entry came since"]);
    // A folder that takes no note does not spoil the backup.
    std::fs::remove_file(shop.path("ledger/last-backup")).unwrap();
    std::fs::create_dir_all(shop.path("ledger/last-backup/x")).unwrap();
    let told = shop.run("backup usb").ends(0);
    told.says(&["backup is whole, but its age will not be told"]);
    shop.run("restore usb --check").ends(0);
}

#[test]
fn a_ledger_without_a_backup_is_an_alert_once_it_is_old() {
    let dir = tempfile::tempdir().unwrap();
    let folders = Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    };
    let programme = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\n[alerts]\ndisk_below = 0\n";
    let files = vec![("programme.toml".to_owned(), programme.as_bytes().to_vec())];
    let bundle = Bundle::new(files).unwrap();
    let clock = Arc::new(SteppingClock::new(1_767_225_600_000_000, 0));
    let options = Options {
        clock: Arc::clone(&clock) as _,
        ..Options::new("test").unwrap()
    };
    let mut ledger = Ledger::create(&folders, "shop.example/1", &bundle, options).unwrap();
    let question = Report {
        name: Some("alerts".into()),
        ..Report::default()
    };
    let mut rows = |days: i64| {
        clock.set(1_767_225_600_000_000 + days * 86_400_000_000);
        let made = ask(&mut ledger, &question).unwrap().reply.made.unwrap();
        made.rows
    };
    assert_eq!(rows(7), Vec::<Vec<Option<String>>>::new());
    let told = rows(8);
    assert_eq!(told[0][0].as_deref(), Some("backup"), "{told:?}");
    let text = told[0][10].as_deref().unwrap();
    assert!(text.starts_with("the ledger is 8 days old"), "{text}");
}
