//! `init`: what it says to do next works as it stands, and one that was cut
//! short can be begun again.

use crate::shop::Shop;

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
        .ends(5)
        .says(&["file/programme"]);
    assert!(!shop.path("ledger").exists());
    shop.run("init").ends(0);
}

/// A limit on the length of files cuts it short while the first page is written.
#[cfg(unix)]
#[test]
fn one_that_was_cut_short_says_how_to_begin_again() {
    let shop = Shop::empty();
    let ran = shop.shell("trap '' XFSZ; ulimit -f 32; \"$STAMPBOOK\" init");
    assert_eq!(ran.code, Some(5), "{}{}", ran.out, ran.err);
    let remedy = ["remove ledger and ledger-secrets"];
    shop.run("daily").ends(2).says(&remedy);
    shop.run("init").ends(2).says(&remedy);
    shop.run("audit verify")
        .ends(3)
        .says(&["there are no entries"]);
    for folder in ["ledger", "ledger-secrets"] {
        std::fs::remove_dir_all(shop.path(folder)).unwrap();
    }
    shop.run("init").ends(0);
    let again = shop.run("init").ends(2).says(&["policy activate"]);
    assert!(!again.err.contains("remove"), "{}", again.err);
}
