//! One person is one member, however a number or an address is written.

use crate::shop::Shop;

const PLAIN: &str = r#"
[programme]
name = "Club"
currency = "EUR"
zone = "Europe/Berlin"

[unit.point]
kind = "spendable"
"#;

const FORMS: &str = r#"
[alias.phone]
form = "phone"
country = "DE"

[alias.email]
form = "email"
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "all", role: "base" });
fn on_purchase(purchase, member) { award("point", 1) }
"#;

fn club(forms: &str) -> Shop {
    let shop = Shop::empty();
    write(&shop, forms);
    shop.run("init --programme ./club").ends(0);
    shop
}

fn write(shop: &Shop, forms: &str) {
    shop.write("club/programme.toml", format!("{PLAIN}{forms}"));
    shop.write("club/campaigns/all.rhai", CAMPAIGN);
}

fn member(shop: &Shop, alias: &str) -> String {
    let shown = shop.run(&format!("--json balance '{alias}'")).ends(0);
    shown.json()["member"].as_str().unwrap().to_owned()
}

// proves: WHO1
#[test]
fn however_a_number_or_an_address_is_written_it_leads_to_one_member() {
    let shop = club(FORMS);
    shop.run("member enrol --alias phone:0049-30-111 --alias 'email:Ann@X.de' --key e1")
        .ends(0);
    let id = member(&shop, "phone:+4930111");
    for alias in [
        "phone:+49 30 111",
        "phone:030/111",
        "phone:(030) 111",
        "phone:\u{a0}0049 30 111\u{200b}",
        "email:ann@x.de",
        "email: ANN@x.DE ",
    ] {
        assert_eq!(member(&shop, alias), id, "{alias}");
    }
    let sold = shop.run("--json purchase --member 'phone:0049 30 111' --total 5.00 --key p1");
    assert_eq!(sold.ends(0).json()["member"], id.as_str());
    // Sent again in another spelling, the enrolment is a repeat; another person
    // cannot have the number.
    shop.run("member enrol --alias phone:+4930111 --alias email:ann@x.de --key e1")
        .ends(0)
        .says(&["booked before"]);
    shop.run("member enrol --alias phone:030111 --key e2")
        .ends(1)
        .says(&["alias_taken"]);
    shop.run("member profile phone:030111 --alias-remove email:ANN@X.DE --key c1")
        .ends(0);
    shop.run("balance email:ann@x.de").ends(1);
    shop.run("audit verify").ends(0);
}

#[test]
fn what_is_no_single_number_or_address_is_refused_and_enrols_nobody() {
    let shop = club(FORMS);
    for (alias, words) in [
        ("phone:4.91512E+12", "spreadsheet"),
        ("card:6900012345; 6900012346", "more than one"),
        ("phone:hello", "no telephone number"),
        ("email:ann", "no email address"),
    ] {
        let line = format!("purchase --member '{alias}' --enrol --total 5.00");
        let ran = shop.run(&line);
        assert!(ran.code != Some(0), "{alias}: {}", ran.out);
        ran.says(&[words]);
    }
    shop.run("audit verify").ends(0).says(&["members: 0"]);
}

// proves: WHO2
#[test]
fn aliases_from_before_are_brought_into_form_and_survive_a_rebuild() {
    let shop = club("");
    for (alias, key) in [
        ("phone:030 111", "a"),
        ("phone:0151/23456789", "b"),
        ("card:1", "c"),
    ] {
        shop.run(&format!("member enrol --alias '{alias}' --key {key}"))
            .ends(0);
    }
    let ids = ["phone:030111", "phone:015123456789", "card:1"].map(|alias| member(&shop, alias));
    shop.run("balance phone:+4930111").ends(1);
    write(&shop, FORMS);
    shop.run("policy activate ./club").ends(0);
    for _ in 0..2 {
        let now = ["phone:+49 30 111", "phone:0049 151 23456789", "card:1"];
        assert_eq!(now.map(|alias| member(&shop, alias)), ids);
        let typed = ["phone:030 111", "phone:0151 23456789", "card:1"];
        assert_eq!(typed.map(|alias| member(&shop, alias)), ids);
        shop.run("audit verify").ends(0);
        shop.run("rebuild").ends(0);
    }
    // The same forms again change no profile again.
    let entries = |shop: &Shop| shop.run("--json audit verify").ends(0).json()["counts"].clone();
    let before = entries(&shop)["entries"].as_u64().unwrap();
    write(&shop, &format!("{FORMS}# the same\n"));
    shop.run("policy activate ./club").ends(0);
    assert_eq!(entries(&shop)["entries"], before + 1);
}

// proves: WHO5
#[test]
fn aliases_that_do_not_fit_a_form_are_told_and_stay() {
    let shop = club("");
    for (alias, key) in [
        ("phone:030 111", "a"),
        ("phone:hello", "b"),
        ("phone:12", "c"),
    ] {
        shop.run(&format!("member enrol --alias '{alias}' --key {key}"))
            .ends(0);
    }
    let ids = ["phone:hello", "phone:12"].map(|alias| member(&shop, alias));
    write(&shop, FORMS);
    for flag in [" --dry-run", ""] {
        let told = shop.run(&format!("policy activate ./club{flag}")).ends(0);
        let told = told.out.clone();
        for said in [
            "2 members with a phone that does not fit its form",
            &ids[0],
            &ids[1],
        ] {
            assert!(told.contains(said), "{told}");
        }
        assert!(!told.contains("hello"), "{told}");
    }
    assert_eq!(
        ["phone:hello", "phone:12"].map(|alias| member(&shop, alias)),
        ids
    );
    write(&shop, &format!("{FORMS}# the same\n"));
    let told = shop.run("policy activate ./club").ends(0);
    assert!(!told.out.contains("fit"), "{}", told.out);
}

#[test]
fn a_number_that_somebody_has_twice_is_kept_once_in_its_form() {
    let shop = club("");
    shop.run("member enrol --alias phone:030111 --alias card:1 --alias phone:+4930111 --key a")
        .ends(0);
    write(&shop, FORMS);
    shop.run("policy activate ./club").ends(0);
    let shown = shop.run("--json member show card:1").ends(0);
    assert_eq!(shown.out.matches("+4930111").count(), 1, "{}", shown.out);
    shop.run("member profile card:1 --alias-remove phone:030111 --key b")
        .ends(0);
    shop.run("balance phone:+4930111").ends(1);
}

// proves: WHO3
#[test]
fn a_form_that_would_make_two_members_one_does_not_take_effect() {
    let shop = club("");
    shop.run("member enrol --alias phone:030111 --key a")
        .ends(0);
    shop.run("member enrol --alias phone:+4930111 --key b")
        .ends(0);
    let (one, two) = (
        member(&shop, "phone:030111"),
        member(&shop, "phone:+4930111"),
    );
    write(&shop, FORMS);
    shop.run("policy activate ./club")
        .ends(2)
        .says(&[&one, &two, "phone"]);
    shop.run(&format!("member merge {two} {one} --reason 'one person'"))
        .ends(0);
    shop.run("policy activate ./club").ends(0);
    for alias in ["phone:030111", "phone:+49 30 111"] {
        assert_eq!(member(&shop, alias), one);
    }
    shop.run("audit verify").ends(0);
}

// proves: WHO4
#[test]
fn an_address_in_the_letters_of_its_host_is_the_one_in_ascii() {
    let shop = club("");
    // Sealed before the form was declared.
    shop.run("member enrol --alias email:old@b\u{fc}cher.de --key o")
        .ends(0);
    let old = member(&shop, "email:old@b\u{fc}cher.de");
    write(&shop, "[alias.email]\nform = \"email\"\n");
    shop.run("policy activate ./club").ends(0);
    shop.run("member enrol --alias email:ann@b\u{fc}cher.de --key a")
        .ends(0);
    let ann = member(&shop, "email:ann@b\u{fc}cher.de");
    for typed in [
        "ann@xn--bcher-kva.de",
        "Ann@B\u{dc}CHER.de",
        "ann@bu\u{308}cher.de",
        "ann@XN--BCHER-KVA.DE",
    ] {
        assert_eq!(member(&shop, &format!("email:{typed}")), ann, "{typed}");
    }
    for typed in ["old@b\u{fc}cher.de", "old@xn--bcher-kva.de"] {
        assert_eq!(member(&shop, &format!("email:{typed}")), old, "{typed}");
    }
    let sale = r#"{"do":"purchase","key":"p","member":"email:ann@xn--bcher-kva.de","total":"5.00","enrol":true}"#;
    assert_eq!(shop.say(sale).ends(0).json()["member"], ann.as_str());
    shop.run("member enrol --alias email:ann@xn--b\u{fc}.de --key w")
        .ends(2)
        .says(&["email"]);
    shop.run("audit verify").ends(0);
}
