//! `init`: the next step that it prints works as printed, and one that was cut
//! short can be begun again.

use crate::shop::{Shop, ran};
use std::time::{Duration, Instant};

#[test]
fn the_next_commands_find_the_ledger_wherever_it_is() {
    for flags in [
        "",
        " --ledger 'my books/café'",
        " --ledger shop --secrets 'the keys'",
    ] {
        let shop = Shop::empty();
        let said = shop.run(&format!("init{flags}")).ends(0).out;
        let (_, next) = said.split_once("next:\n").unwrap();
        let lines: Vec<&str> = next.lines().map(str::trim).collect();
        assert_eq!(lines.len(), 3);
        for line in lines {
            let line = line.strip_prefix("stampbook ").unwrap();
            shop.run(line).ends(0);
        }
    }
}

#[test]
fn what_cannot_be_made_is_told_before_there_is_a_ledger() {
    let shop = Shop::empty();
    shop.write("file", "not a folder");
    shop.run("init --ledger file")
        .ends(2)
        .says(&["file is not a folder"]);
    shop.run("init --secrets file")
        .ends(2)
        .says(&["file is not a folder"]);
    shop.run("init --folder file/programme")
        .ends(2)
        .says(&["file/programme"]);
    assert!(!shop.path("ledger").exists());
    shop.run("init").ends(0);
}

#[test]
fn a_story_that_does_not_hold_is_told_with_what_init_can_do() {
    let shop = Shop::empty();
    shop.run("init").ends(0);
    shop.write(
        "programme/stories/wrong.story",
        "programme programme\n2026-11-24 enrol alice -> +5 star\n",
    );
    let told = shop
        .run("init --programme programme --ledger other")
        .ends(2);
    assert!(told.err.contains("--fill"), "{}", told.err);
    assert!(!told.err.contains("--without-stories"), "{}", told.err);
}

/// A limit on the length of files cuts it short while something is written.
#[cfg(unix)]
#[test]
fn one_that_was_cut_short_is_begun_again() {
    for blocks in [1, 2, 4, 8, 16, 32, 64] {
        let shop = Shop::empty();
        let cut = format!("trap '' XFSZ; ulimit -f {blocks}; \"$STAMPBOOK\" init");
        let ran = shop.shell(&cut);
        if ran.code == Some(0) {
            continue;
        }
        assert_eq!(ran.code, Some(5), "{}{}", ran.out, ran.err);
        shop.run("daily").ends(2).says(&["init"]);
        shop.run("init").ends(0);
        shop.run("member enrol --alias card:1").ends(0);
        shop.run("audit verify").ends(0);
        shop.run("init").ends(2).says(&["policy activate"]);
    }
}

#[test]
fn one_that_was_killed_at_any_moment_is_begun_again() {
    let mut cut = 0;
    for step in 0..40 {
        let shop = Shop::empty();
        let mut child = shop.begin("init --programme corner-cafe");
        // Any moment will do: the assertions hold at each.
        let end = Instant::now() + Duration::from_micros(400 * step);
        while Instant::now() < end {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        let _ = ran(child);
        if step % 2 == 1 {
            // Whatever it prints, it must not prevent the next `init`.
            let found = shop.run("daily");
            assert!(matches!(found.code, Some(0 | 2)), "{}", found.err);
            assert!(
                found.code == Some(0) || found.err.contains("init"),
                "{}",
                found.err
            );
        }
        let again = shop.run("init --programme corner-cafe");
        match again.code {
            Some(0) => cut += 1,
            // It was complete; only its output is missing.
            _ => drop(again.ends(2).says(&["is a ledger already"])),
        }
        shop.run("member enrol --alias card:1").ends(0);
        shop.run("balance card:1").ends(0);
        shop.run("audit verify").ends(0);
        assert!(!shop.path("ledger-secrets/init-unfinished").exists());
    }
    assert!(cut > 0, "every kill came too late");
}

#[test]
fn no_key_of_another_ledger_is_taken_for_a_rest() {
    let shop = Shop::plain();
    let before = shop.read("ledger-secrets/signing.key");
    shop.run("init --ledger second --secrets ledger-secrets --folder other")
        .ends(2)
        .says(&["signing.key", "--secrets"]);
    assert!(!shop.path("other").exists());
    assert_eq!(before, shop.read("ledger-secrets/signing.key"));
    shop.run("daily").ends(0);
}

#[cfg(unix)]
#[test]
fn secrets_that_others_may_read_are_told_at_every_door() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::plain();
    let path = shop.path("ledger-secrets/vault");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    for door in ["daily", "audit verify", "rebuild"] {
        shop.run(door)
            .ends(0)
            .says(&["vault 644", "chmod -R go-rwx"]);
    }
    shop.shell("chmod -R go-rwx ledger-secrets").ends(0);
    let quiet = shop.run("daily").ends(0);
    assert!(!quiet.err.contains("chmod"), "{}", quiet.err);
}

/// Nothing fails like a disk where there is only nothing yet.
#[test]
fn commands_before_there_is_a_ledger_say_what_is_missing() {
    for line in [
        "recover",
        "token create --role office",
        "token list",
        "terminal list",
        "webhook list",
        "webhook resend",
        "supervisor add s-1",
        "supervisor list",
    ] {
        let shop = Shop::empty();
        let told = shop.run(line).ends(2);
        told.says(&["there is no secrets folder ledger-secrets"]);
        assert_eq!(std::fs::read_dir(shop.path("")).unwrap().count(), 0);
    }
    let shop = Shop::empty();
    shop.write("ledger-secrets/lock", "");
    shop.run("recover")
        .ends(2)
        .says(&["there is no ledger here"]);
}
