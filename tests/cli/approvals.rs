//! A second person: asked for where the programme says so, proven by a PIN, and kept.

use crate::shop::Shop;

const PROGRAMME: &str = r#"[programme]
name = "a"
currency = "EUR"
zone = "UTC"
returns_without_slip = "base_rate"

[approval]
void = true
return_without_slip = true
adjust_above = 100

[unit.point]
kind = "spendable"
"#;

const BASE: &str = r#"campaign(#{ id: "base" });
fn on_purchase(purchase, member) { award("point", purchase.earning); }
"#;

// proves: KEEP16
#[test]
fn what_needs_a_second_person_is_not_decided_without_one_and_keeps_who_it_was() {
    let shop = Shop::of(&[("programme.toml", PROGRAMME), ("campaigns/base.rhai", BASE)]);
    shop.run("purchase --member card:1 --total 30.00 --key p1 --enrol")
        .ends(0);
    shop.run("purchase --member card:1 --total 20.00 --key p2")
        .ends(0);
    let adjust = "adjust --member card:1 --unit point --reason gift --points";
    // Below the limit, of either sign, nobody is asked.
    shop.run(&format!("{adjust} 100 --key a1")).ends(0);
    shop.run(&format!("{adjust} -100 --key a2")).ends(0);
    // Behind them, so that nothing of it is spent.
    shop.run("purchase --member card:1 --total 10.00 --key p3")
        .ends(0);
    let asked = [
        "void --of p3 --reason wrong --key v1".to_owned(),
        format!("{adjust} 101 --key a3"),
        format!("{adjust} -101 --key a4"),
        "return --without-slip --amount 2.00 --member card:1 --key r1".to_owned(),
    ];
    for line in &asked {
        shop.run(line)
            .ends(1)
            .says(&["approval_needed", "second person"]);
    }
    let pin = shop.run("--json supervisor add s-7").ends(0).json();
    let pin = pin["pin"].as_str().unwrap().to_owned();
    assert_eq!(shop.run("supervisor list").ends(0).out.trim(), "s-7");
    // Kept only as a hash.
    let kept = shop.read("ledger-secrets/supervisors");
    assert!(!String::from_utf8_lossy(&kept).contains(&pin));
    let entries = |shop: &Shop| shop.run("--json statement card:1").ends(0).out;
    let before = entries(&shop);
    for wrong in [
        "s-7".to_owned(),
        "s-8:1".to_owned(),
        format!("s-7:{pin}1"),
        ":".into(),
    ] {
        shop.run(&format!("{} --approval {wrong}", asked[0]))
            .ends(1)
            .says(&["approval_needed"]);
    }
    // Nobody approves what they do themselves.
    shop.run(&format!("{} --operator s-7 --approval s-7:{pin}", asked[0]))
        .ends(1)
        .says(&["cannot approve what s-7 does"]);
    assert_eq!(entries(&shop), before, "a refusal was booked");
    for line in &asked {
        let line = format!("--json {line} --operator c-1 --approval s-7:{pin}");
        let told = shop.run(&line).ends(0).json();
        let explained = shop
            .run(&format!("--json explain {}", told["seq"]))
            .ends(0)
            .json();
        assert_eq!(explained["approver"], "s-7", "{explained}");
        assert_eq!(explained["operator"], "c-1", "{explained}");
    }
    // Sent again without it, after a lost answer, it is answered as it was.
    let again = shop.run(&format!("--json {}", asked[0])).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    // The PIN is in no file of the ledger.
    let journal = shop.read("ledger/journal/000000000000.seg");
    assert!(
        !journal
            .windows(pin.len())
            .any(|part| part == pin.as_bytes())
    );
    shop.run("supervisor remove s-7").ends(0);
    shop.run(&format!(
        "void --of p2 --reason x --key v2 --approval s-7:{pin}"
    ))
    .ends(1);
    shop.run("supervisor remove s-7").ends(2);
    shop.run("supervisor add a:b").ends(2);
    shop.run("audit verify").ends(0);
}

#[test]
fn five_wrong_pins_lock_a_person_whoever_opens_the_ledger() {
    let shop = Shop::of(&[("programme.toml", PROGRAMME), ("campaigns/base.rhai", BASE)]);
    for (card, key) in [("card:1", "p1"), ("card:2", "p2")] {
        shop.run(&format!(
            "purchase --member {card} --total 30.00 --key {key} --enrol"
        ))
        .ends(0);
    }
    let pin_of = |id: &str| {
        let told = shop.run(&format!("--json supervisor add {id}")).ends(0);
        told.json()["pin"].as_str().unwrap().to_owned()
    };
    let (pin, other) = (pin_of("s-7"), pin_of("s-8"));
    let void = |key: &str, approval: &str| {
        let line = format!("void --of p1 --reason x --key {key} --approval {approval}");
        shop.run(&line)
    };
    // A right one in between forgives the wrong ones.
    for n in 0..4 {
        void(&format!("a{n}"), "s-7:1").ends(1);
    }
    void("v1", &format!("s-7:{pin}")).ends(0);
    let reassign = "reassign --of p2 --to card:1 --reason x --key m1";
    shop.run(reassign)
        .ends(1)
        .says(&["approval_needed", "which voids a sale"]);
    shop.run("amend --of p2 --total 31.00 --reason x --key m2")
        .ends(1)
        .says(&["approval_needed", "which voids a sale"]);
    for n in 0..5 {
        void(&format!("b{n}"), "s-7:1").ends(1);
    }
    shop.run(&format!("{reassign} --approval s-7:{pin}"))
        .ends(1)
        .says(&["too many wrong PINs"]);
    // Somebody else may; and so may they, with a new PIN.
    shop.run(&format!("{reassign} --approval s-8:{other}"))
        .ends(0);
    let again = "adjust --member card:1 --unit point --points 101 --reason x --key a9";
    let pin = pin_of("s-7");
    shop.run(&format!("{again} --approval s-7:{pin}")).ends(0);
}

// proves: PC75
#[test]
fn one_person_drafts_a_programme_and_another_activates_it() {
    let shop = Shop::cafe();
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    let path = "programme/programme.toml";
    let manifest = String::from_utf8(shop.read(path)).unwrap();
    shop.write(path, format!("{manifest}\n[approval]\nprogramme = true\n"));
    shop.run("policy activate").ends(0);
    let pin = |id: &str| {
        let added = shop
            .run(&format!("--json supervisor add {id}"))
            .ends(0)
            .json();
        added["pin"].as_str().unwrap().to_owned()
    };
    let (anna, ben) = (pin("anna"), pin("ben"));
    shop.write(
        path,
        format!("{manifest}# more\n\n[approval]\nprogramme = true\nvoid = true\n"),
    );
    for (flags, words) in [
        (String::new(), "drafter: one person drafts"),
        (
            "--drafter anna".into(),
            "approval: another than the drafter",
        ),
        (
            format!("--drafter anna --approval anna:{anna}"),
            "cannot activate what anna drafted",
        ),
        (
            format!("--drafter anna --approval ben:{anna}"),
            "the PIN is wrong",
        ),
        (format!("--drafter anna --approval {ben}"), "ID:PIN"),
    ] {
        for at in ["", "--at 2036-12-01"] {
            let flags: Vec<&str> = [at, &flags].into_iter().filter(|f| !f.is_empty()).collect();
            let command = ["policy activate"].into_iter().chain(flags);
            shop.run(&command.collect::<Vec<_>>().join(" "))
                .ends(2)
                .says(&[words]);
        }
    }
    let both = format!("--drafter anna --approval ben:{ben}");
    let seq = shop
        .run(&format!("--json policy activate {both}"))
        .ends(0)
        .json()["seq"]
        .clone();
    let told = shop.run(&format!("--json explain {seq}")).ends(0).json();
    assert_eq!(told["approver"], "ben");
    let list = shop.run("--json policy list").ends(0).json();
    assert_eq!(list["programmes"][2]["drafter"], "anna");
    shop.run("policy rollback").ends(2).says(&["drafter"]);
    shop.run(&format!("policy rollback {both}")).ends(0);
    shop.run("audit verify").ends(0);
}

/// Replaces a text in a file of the programme.
fn edit(shop: &Shop, file: &str, was: &str, is: &str) {
    let path = format!("programme/{file}");
    let text = String::from_utf8(shop.read(&path)).unwrap();
    assert!(text.contains(was), "{text}");
    shop.write(&path, text.replace(was, is));
}

/// Puts a notice of 30 days in force, and raises a price in the draft.
fn make_dearer_with_notice(shop: &Shop) {
    let named = "currency = \"EUR\"";
    let promised = format!("{named}\nnotice = \"30 days\"");
    edit(shop, "programme.toml", named, &promised);
    shop.run("policy activate").ends(0);
    edit(shop, "rewards.rhai", "points: 60", "points: 80");
}

// proves: PC78
#[test]
fn worse_terms_are_refused_before_the_notice_and_told_to_members() {
    let shop = Shop::cafe();
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    shop.run("purchase --member card:1 --total 3.00 --key p1 --enrol")
        .ends(0);
    make_dearer_with_notice(&shop);
    let refused = ["30 days", "points 60 becomes 80", "--at "];
    for words in ["", "--dry-run", "--at 2036-11-30 --accept-clock"] {
        let ran = shop.run(format!("policy activate {words}").trim_end());
        match words.starts_with("--at") {
            true => ran.ends(0).says(&["members are told", "terms-change"]),
            false => ran.ends(2).says(&refused),
        };
    }
    let told = shop.run("--json outbox").ends(0).out;
    assert!(
        told.contains("terms-change") && told.contains("points 60 becomes 80"),
        "{told}"
    );
    edit(&shop, "rewards.rhai", "points: 80", "points: 40");
    shop.run("policy activate").ends(0);
    // To go back to the dearer one needs the notice as well.
    shop.run("policy rollback")
        .ends(2)
        .says(&["points 40 becomes 60", "--at "]);
    shop.run("policy rollback --at 2036-12-01").ends(0);
    shop.run("audit verify").ends(0);
}

// proves: PC85
#[test]
fn a_cancelled_change_is_taken_back_from_those_it_was_announced_to() {
    let shop = Shop::cafe();
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    make_dearer_with_notice(&shop);
    for n in 1..3 {
        shop.run(&format!("member enrol --alias card:{n} --key e{n}"))
            .ends(0);
    }
    shop.run("policy activate --at 2036-11-30").ends(0);
    shop.run("policy cancel --reason typo").ends(2).says(&[
        "2 messages `terms-change`",
        "--told",
        "--untold",
    ]);
    shop.run("policy cancel --reason typo --told --untold")
        .ends(2);
    shop.run("policy cancel --reason typo --untold")
        .ends(0)
        .says(&["2 messages `terms-change` withdrawn; nobody is told"]);
    assert_eq!(shop.run("--json outbox").ends(0).out, "");
    shop.run("policy activate --at 2036-11-30").ends(0);
    let sent = shop.run("--json outbox --limit 1").ends(0).json();
    let position = sent["position"].as_str().unwrap().to_owned();
    shop.run(&format!("outbox acknowledge mailer {position}"))
        .ends(0);
    let cancelled = shop.run("--json policy cancel").ends(0).json();
    for (name, value) in [("announced", 2), ("acknowledged", 1)] {
        assert_eq!(cancelled[name], value, "{cancelled}");
    }
    let left = shop.run("--json outbox --consumer mailer").ends(0).out;
    assert_eq!(left.matches("terms-kept").count(), 2, "{left}");
    assert!(!left.contains("terms-change"), "{left}");
    let all = shop.run("--json outbox --suppressed").ends(0).out;
    assert_eq!(all.matches("\"is_withdrawn\":true").count(), 4, "{all}");
    shop.run("audit verify").ends(0);
}
