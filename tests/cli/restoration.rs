//! `restore`: puts a copy of the ledger's folder back in its place. Nothing is
//! ever deleted, and nothing is changed by what is refused.

use crate::shop::{Shop, copy};
use std::path::Path;

const SEGMENT: &str = "journal/000000000000.seg";

fn bought(shop: &Shop, key: &str) {
    let line = format!("purchase --member card:1 --total 4.00 --key {key} --enrol");
    shop.run(&line).ends(0);
}

/// A ledger with one purchase, and a copy of its folder from then.
fn with_backup() -> Shop {
    let shop = Shop::cafe();
    bought(&shop, "k1");
    copy(&shop.path("ledger"), &shop.path("backup"));
    shop
}

/// Returns the journal's bytes, and asserts that no files of a restoration are left.
#[track_caller]
fn untouched(shop: &Shop, before: &[u8]) {
    assert!(shop.read(&format!("ledger/{SEGMENT}")) == before);
    assert!(!shop.path("ledger.before-1").exists());
    assert!(!shop.path("ledger.restoring").exists());
}

#[test]
fn a_copy_that_continues_what_was_signed_needs_nothing() {
    let shop = with_backup();
    std::fs::remove_dir_all(shop.path("ledger")).unwrap();
    shop.run("restore backup")
        .ends(0)
        .says(&["the copy is in place"]);
    assert!(!shop.path("ledger.before-1").exists());
    bought(&shop, "k2");
    // The ledger grew since: the newer one is put aside, not deleted.
    copy(&shop.path("ledger"), &shop.path("newer"));
    let told = shop.run("--json restore newer").ends(0).json();
    assert_eq!(told["accepted"], false, "{told}");
    assert_eq!(told["set_aside"], "ledger.before-1", "{told}");
    assert!(shop.path(&format!("ledger.before-1/{SEGMENT}")).exists());
    bought(&shop, "k3");
    shop.run("audit verify").ends(0);
    shop.run("recover").ends(0);
}

#[test]
fn an_older_copy_is_put_in_place_by_name_and_with_a_reason_only() {
    let shop = with_backup();
    bought(&shop, "k2");
    shop.run("member enrol --alias card:9 --birthday 05-04")
        .ends(0);
    // A member whose key is destroyed must not be reported as missing in the
    // older copy.
    shop.run("member erase card:9 --reason asked --yes").ends(0);
    let before = shop.read(&format!("ledger/{SEGMENT}"));
    for (flags, missing) in [
        ("", "--set-aside --accept --reason TEXT"),
        ("--set-aside", "--set-aside --accept --reason TEXT"),
        (
            "--accept --reason lost",
            "--set-aside --accept --reason TEXT",
        ),
    ] {
        shop.run(format!("restore backup {flags}").trim_end())
            .ends(1)
            .says(&["nothing was changed", missing, "lost          entries"]);
        untouched(&shop, &before);
    }
    shop.run("restore backup --accept").ends(2);
    let done = shop.run("restore backup --set-aside --accept --reason 'disk lost'");
    done.ends(0)
        .says(&["ledger.before-1", "goes on under", "new card"]);
    assert!(shop.read(&format!("ledger.before-1/{SEGMENT}")) == before);
    bought(&shop, "k2");
    shop.run("audit verify").ends(0);
    shop.run("recover").ends(0);
    shop.run("rebuild").ends(0);
    // Once more: another name for the old folder, and another incarnation.
    shop.run("restore ledger.before-1 --set-aside --accept --reason 'the other after all'")
        .ends(0)
        .says(&["ledger.before-2", "/3"]);
    bought(&shop, "k4");
    shop.run("audit verify").ends(0);
}

#[test]
fn a_copy_that_is_damaged_foreign_or_none_is_refused() {
    let shop = with_backup();
    let before = shop.read(&format!("ledger/{SEGMENT}"));
    let restored = |code: i32, words: &[&str]| {
        let line = "restore backup --set-aside --accept --reason lost";
        shop.run(line).ends(code).says(words);
        untouched(&shop, &before);
    };
    let path = format!("backup/{SEGMENT}");
    let sound = shop.read(&path);
    // After the first page, within the written part.
    let len = sound.iter().rposition(|b| *b != 0).unwrap();
    let mut flipped = sound.clone();
    flipped[len - 100] ^= 1;
    shop.write(&path, &flipped);
    restored(1, &["does not verify", "chained", "nothing was changed"]);
    shop.write(&path, &sound);
    let checkpoint = shop.read("backup/checkpoint");
    shop.write("backup/checkpoint", "garbage");
    restored(1, &["does not verify", "signed", "holds no checkpoint"]);
    shop.write("backup/checkpoint", checkpoint);
    let other = Shop::cafe();
    std::fs::remove_dir_all(shop.path("backup")).unwrap();
    copy(&other.path("ledger"), &shop.path("backup"));
    restored(2, &["a copy of another ledger"]);
    std::fs::remove_dir_all(shop.path("backup/journal")).unwrap();
    restored(2, &["no copy of a ledger's folder"]);
    shop.run("restore ledger").ends(2).says(&["not apart"]);
    shop.run("restore nowhere").ends(2);
    untouched(&shop, &before);
}

#[cfg(unix)]
#[test]
fn a_link_in_a_copy_is_not_followed() {
    let shop = with_backup();
    let before = shop.read(&format!("ledger/{SEGMENT}"));
    let path = shop.path(&format!("backup/{SEGMENT}"));
    std::fs::rename(&path, shop.path("elsewhere.seg")).unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere.seg"), &path).unwrap();
    shop.run("restore backup")
        .ends(2)
        .says(&["a symbolic link"]);
    untouched(&shop, &before);
}

#[test]
fn a_ledger_in_use_is_not_replaced() {
    let shop = with_backup();
    let before = shop.read(&format!("ledger/{SEGMENT}"));
    let mut session = shop.begin("session");
    let mut out = std::io::BufReader::new(session.stdout.take().unwrap());
    let mut stdin = session.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"{\"ask\":\"balance\",\"member\":\"card:1\"}\n")
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    shop.run("restore backup").ends(4).says(&["in use"]);
    untouched(&shop, &before);
    drop(stdin);
    session.wait().unwrap();
}

/// Leaves a shop as a kill after some step leaves it.
type Cut<'a> = &'a dyn Fn(&Shop);

/// States that each step leaves when the process is killed after it.
#[test]
fn a_restoration_that_is_cut_short_is_run_again() {
    let whole = with_backup();
    bought(&whole, "k2");
    let line = "restore backup --set-aside --accept --reason lost";
    let half = |shop: &Shop, len: usize| {
        let bytes = shop.read(&format!("backup/{SEGMENT}"));
        shop.write(&format!("ledger.restoring/{SEGMENT}"), &bytes[..len]);
        shop.write(
            "ledger.restoring/lock",
            "pid 1\npurpose restore\nstate dirty\n",
        );
    };
    let rename = |shop: &Shop, from: &str, to: &str| {
        std::fs::rename(shop.path(from), shop.path(to)).unwrap();
    };
    let cuts: [(&str, Cut<'_>); 4] = [
        ("within the copying", &|shop| half(shop, 700)),
        ("behind the copying", &|shop| {
            half(
                shop,
                65_536.min(shop.read(&format!("backup/{SEGMENT}")).len()),
            )
        }),
        ("between the renames", &|shop| {
            half(shop, 1024);
            rename(shop, "ledger", "ledger.before-1");
        }),
        ("before the acceptance", &|shop| {
            rename(shop, "ledger", "ledger.before-1");
            copy(&shop.path("backup"), &shop.path("ledger"));
        }),
    ];
    for (at, cut) in cuts {
        let shop = whole.copied();
        cut(&shop);
        let ran = shop.run(line);
        assert_eq!(ran.code, Some(0), "{at}: {} {}", ran.out, ran.err);
        let is_kept = |name: &str| Path::new(&shop.path(name)).exists();
        assert!(
            is_kept("ledger.before-1") && !is_kept("ledger.restoring"),
            "{at}"
        );
        bought(&shop, "k3");
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn between_the_two_renames_it_is_told_that_restore_goes_on() {
    let shop = Shop::cafe();
    copy(&shop.path("ledger"), &shop.path("backup"));
    let (from, to) = (shop.path("ledger/journal"), shop.path("ledger.restoring"));
    std::fs::create_dir(&to).unwrap();
    copy(&from, &to.join("journal"));
    std::fs::rename(shop.path("ledger"), shop.path("ledger.before-1")).unwrap();
    let line = "purchase --member card:1 --total 1.00 --key k --enrol";
    shop.run(line)
        .ends(2)
        .says(&[".restoring", "stampbook restore"]);
    shop.run("restore backup").ends(0);
    shop.run(line).ends(0);
}
