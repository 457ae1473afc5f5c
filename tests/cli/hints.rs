//! Mistakes of people who do not know the verbs yet: the message names the
//! mistake and the remedy, and lists only what exists.

use crate::shop::Shop;
use crate::vouchers;

#[test]
fn a_question_that_names_nothing_is_not_answered_with_it_may_be_sent() {
    let shop = Shop::plain();
    for question in [r#"{"ask":"find"}"#, r#"{"ask":"find","store":"mitte"}"#] {
        let told = shop.pipe("do -", question).ends(2);
        assert_eq!(told.json()["code"], "bad_input");
        told.says(&["key", "receipt", "order"]);
    }
    let told = shop.pipe("session", r#"{"do":"balance","member":"card:1"}"#);
    told.says(&["no verb but a question", r#"\"ask\":\"balance\""#]);
}

#[test]
fn an_entry_from_before_the_first_programme_can_be_named() {
    let shop = Shop::plain();
    for seq in [0, 1] {
        let capture = shop.run(&format!("capture --seq {seq}")).ends(1);
        capture.says(&[&format!("entry {seq} holds no points")]);
    }
    shop.run("void --seq 1 --reason slip")
        .ends(1)
        .says(&["undone"]);
}

#[test]
fn what_is_not_there_is_named_with_what_there_is() {
    let shop = Shop::plain();
    for command in ["policy check nowhere", "policy test nowhere"] {
        shop.run(command)
            .ends(2)
            .says(&["nowhere", "there is no programme here", "init"]);
    }
    shop.run("partner show --month 11")
        .ends(2)
        .says(&["'11' is no month", "2026-11"]);
}

#[test]
fn nobody_is_enrolled_on_the_way_to_what_cannot_be_booked() {
    let shop = Shop::plain();
    shop.run("purchase --total 2.00 --key used").ends(0);
    let wrong = [
        "--total 3.00 --currency JPY",
        "--total 3.00 --line A:2.00",
        "--total 3.00 --tender cash:2.00",
        "--total 3.00 --tender reward:none",
        "--total 3.00 --key used",
    ];
    for (n, words) in wrong.iter().enumerate() {
        let ran = shop.run(&format!("purchase --enrol --member card:{n} {words}"));
        assert!(matches!(ran.code, Some(1 | 2)), "{words}\n{}", ran.out);
        shop.run(&format!("balance card:{n}"))
            .ends(1)
            .says(&["nobody is known"]);
    }
    shop.run("purchase --enrol --member card:0 --total 3.00")
        .ends(0);
}

#[test]
fn a_balance_that_cannot_be_brought_brings_no_member() {
    let shop = Shop::plain();
    let rows = "card:1,point,5,\ncard:2,point,-5,\ncard:3,point,5,2025-01-01\n";
    shop.write("old.csv", format!("member,unit,points,expires\n{rows}"));
    let told = shop.run("import old.csv --opening --enrol").ends(2);
    told.says(&["1 booked", "1 new member;"]);
    shop.run("import old.csv --map-file none.toml")
        .ends(2)
        .says(&["none.toml", "there is no such file"]);
    shop.run("member profile card:1 --alias-remove phone:1")
        .ends(2)
        .says(&["aliases_remove", "phone"]);
}

#[test]
fn of_many_bad_rows_a_hundred_are_told() {
    let shop = Shop::plain();
    shop.write("many.csv", format!("member\n{}", "card:1\n".repeat(150)));
    let told = shop.run("import many.csv").ends(2);
    assert_eq!(told.err.matches("total: is missing").count(), 100);
    told.says(&["more than 100 rows", "150 bad"]);
}

#[test]
fn a_state_that_is_so_already_is_named() {
    let shop = Shop::cafe();
    let pause = "campaign pause double-tuesday --reason test";
    shop.run(pause).ends(0).says(&["double-tuesday   paused"]);
    shop.run(pause).ends(1).says(&["paused already"]);
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("pass start star --member card:1 --key p")
        .ends(2)
        .says(&["star is no pass"]);
    shop.run("policy test programme --only nothing")
        .ends(2)
        .says(&["'nothing'", "stories/tuesday.story"]);
}

#[test]
fn a_voucher_that_was_given_away_is_shown_as_given() {
    let shop = vouchers::shop(vouchers::PROGRAMME);
    let code = vouchers::issued(&shop, "i1", "five-off");
    shop.run(&format!("voucher give --code {code}")).ends(0);
    let shown = shop.run("voucher show card:6900012345").ends(0);
    shown.says(&["vouchers: 1", "given"]);
    let told = shop.run("voucher show card:6900012345 --json").json();
    assert_eq!(told["vouchers"][0]["is_given"], true, "{told}");
}

#[test]
fn help_puts_a_commands_own_flags_first() {
    let help = Shop::empty().run("hold --help").ends(0).out;
    let at = |words: &str| {
        help.find(words)
            .unwrap_or_else(|| panic!("{words}\n{help}"))
    };
    assert!(at("--until") < at("--key"));
    assert!(at("--key") < at("--ledger"));
}

#[test]
fn a_commands_help_says_more_of_it_than_the_list() {
    let list = Shop::empty().run("--help").ends(0).out;
    assert!(list.contains("Rebuild the book (the state of all members) from the journal\n"));
    let help = Shop::empty().run("rebuild --help").ends(0).out;
    assert!(help.contains("the old one is removed"), "{help}");
}

#[test]
fn a_package_gets_completions_and_a_page_of_the_manual_for_each_command() {
    let shop = Shop::empty();
    let bash = shop.run("completions bash").ends(0);
    assert!(
        bash.out.contains("stampbook__subcmd__purchase")
            || bash.out.contains("stampbook__purchase"),
        "{}",
        bash.out
    );
    shop.run("man man1").ends(0).says(&["man1"]);
    let page = String::from_utf8(shop.read("man1/stampbook-serve.1")).unwrap();
    assert!(page.contains("Opens the ledger and serves it"), "{page}");
    assert!(shop.path("man1/stampbook.1").is_file());
}
