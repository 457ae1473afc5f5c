//! Programmes over time: what is in force since when, what is scheduled, going back.

use crate::shop::Shop;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A café with a second programme, of three stars in place of one, and a third story.
fn of_two() -> Shop {
    let shop = Shop::cafe();
    stars(&shop, "3 * ");
    shop.run("policy activate --without-stories --reason tried --note three")
        .ends(0);
    shop
}

/// Has the base give stars by another formula.
fn stars(shop: &Shop, becomes: &str) {
    let path = "programme/campaigns/base.rhai";
    let script = String::from_utf8(shop.read(path)).unwrap();
    let start = script.find("award(\"star\", ").unwrap() + "award(\"star\", ".len();
    let end = start + script[start..].find("purchase").unwrap();
    shop.write(
        path,
        format!("{}{becomes}{}", &script[..start], &script[end..]),
    );
}

fn in_two_seconds() -> String {
    let micros = jiff::Timestamp::now().as_microsecond() + 2_000_000;
    jiff::Timestamp::from_microsecond(micros)
        .unwrap()
        .to_string()
}

#[test]
fn status_says_which_files_differ_and_since_when_the_others_are_in_force() {
    let shop = of_two();
    shop.run("policy status").ends(0).says(&[
        "programme 2",
        "in force since 20",
        "programme is the same",
    ]);
    let first = shop.run("--json policy list").ends(0).json();
    let at = first["programmes"][0]["at"].as_str().unwrap().to_owned();
    let rewards = [shop.read("programme/rewards.rhai"), b"// more\n".to_vec()].concat();
    shop.write("programme/rewards.rhai", rewards);
    stars(&shop, "4 * ");
    shop.write("programme/campaigns/new.rhai", "// to come\n");
    let told = shop.run("--json policy status").ends(0).json();
    let of = |file: &str| {
        let all = told["differences"].as_array().unwrap();
        let found = all.iter().find(|d| d["file"] == file).unwrap();
        (
            found["how"].clone(),
            found["since"].clone(),
            found["at"].clone(),
        )
    };
    assert_eq!(of("rewards.rhai").0, "changed");
    assert_eq!(
        (of("rewards.rhai").1, of("rewards.rhai").2),
        (1.into(), at.into())
    );
    assert_eq!(of("campaigns/base.rhai").1, 2, "as it was activated second");
    shop.run("policy status").ends(0).says(&[
        "rewards.rhai changed; in force as it was since programme 1",
        "campaigns/new.rhai new; not in force",
        "`stampbook policy activate programme` lets it take effect",
    ]);
}

#[test]
fn a_better_story_is_kept_with_the_programme_in_force() {
    let shop = Shop::cafe();
    let story = [
        shop.read("programme/stories/coffee.story"),
        b"# told better\n".to_vec(),
    ]
    .concat();
    shop.write("programme/stories/coffee.story", story);
    shop.run("policy status").ends(0).says(&[
        "stories/coffee.story changed",
        "has other stories",
        "keeps them with programme 1",
    ]);
    shop.run("policy activate --dry-run")
        .ends(0)
        .says(&["but its stories; nothing was booked"]);
    shop.run("policy activate")
        .ends(0)
        .says(&["kept with programme 1"]);
    shop.run("policy activate")
        .ends(0)
        .says(&["nothing differs from the active programme"])
        .lacks(&["stories"]);
    shop.run("policy status").ends(0).says(&["is the same"]);
    shop.run("policy show --file stories/coffee.story")
        .ends(0)
        .says(&["# told better"]);
    let list = shop.run("--json policy list").ends(0).json();
    assert_eq!(list["programmes"].as_array().unwrap().len(), 1);
    shop.run("audit verify").ends(0);
}

// proves: PC53 S204
#[test]
fn rollback_goes_back_to_any_programme_with_its_stories() {
    let shop = Shop::cafe();
    shop.run("policy rollback")
        .ends(2)
        .says(&["there is no earlier programme"]);
    stars(&shop, "3 * ");
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run("policy rollback 2")
        .ends(2)
        .says(&["in force already"]);
    shop.run("policy rollback 9")
        .ends(2)
        .says(&["there are 1 to 2"]);
    shop.run("policy rollback --dry-run")
        .ends(0)
        .says(&["script in campaigns/base.rhai", "nothing was booked"]);
    shop.run("policy rollback --note 'too dear'")
        .ends(0)
        .says(&["programme 3", "is active"]);
    shop.run("policy list")
        .ends(0)
        .says(&["back to programme 1: too dear"]);
    let was = shop.run("--json policy show 1").ends(0).json();
    let is = shop.run("--json policy show").ends(0).json();
    assert_eq!(was["files"], is["files"]);
    assert!(was["files"]["stories/coffee.story"].is_string(), "{was}");
    // The second programme's stories do not hold under it.
    shop.run("policy rollback 2")
        .ends(2)
        .says(&["stories do not hold"]);
    shop.run("policy rollback 2 --without-stories --reason 'we know'")
        .ends(0);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_scheduled_programme_is_shown_cancelled_and_takes_effect_with_nobody_there() {
    let shop = Shop::cafe();
    stars(&shop, "3 * ");
    let activate = "policy activate --without-stories --reason tried --note soon --at";
    shop.run(&format!("{activate} 2001-01-01"))
        .ends(2)
        .says(&["is past", "--at"]);
    // Before the stories, which do not hold, and where it is only tried.
    for flag in ["", " --dry-run"] {
        shop.run(&format!("policy activate --at 2001-01-01{flag}"))
            .ends(2)
            .says(&["is past", "--at"])
            .lacks(&["stories"]);
    }
    shop.run(&format!("{activate} soon"))
        .ends(2)
        .says(&["--at: 'soon' is neither a day"]);
    shop.run("policy cancel")
        .ends(2)
        .says(&["nothing is scheduled"]);
    let day = "2100-01-01";
    shop.run(&format!("{activate} {day} --dry-run"))
        .ends(0)
        .says(&["nothing was booked"]);
    shop.run(&format!("{activate} {day}"))
        .ends(0)
        .says(&["takes effect on 2100-01-01T00:00:00", "policy cancel"]);
    shop.run("policy status").ends(0).says(&[
        "programme 1",
        "replaces it on 2100-01-01T00:00:00",
        ": soon",
    ]);
    shop.run("policy show --at 2100-06-01 --file campaigns/base.rhai")
        .ends(0)
        .says(&["3 * purchase", "that entry"]);
    shop.run("policy show --at 2001-06-01")
        .ends(2)
        .says(&["no programme was in force at 2001-06-01"]);
    shop.run("policy cancel 1")
        .ends(2)
        .says(&["entry 1 schedules no programme"]);
    shop.run("policy cancel --reason 'no posters'")
        .ends(0)
        .says(&["does not take effect on 2100-01-01"]);
    shop.run("policy cancel")
        .ends(2)
        .says(&["nothing is scheduled"]);
    shop.run("policy show --at 2100-06-01 --file campaigns/base.rhai")
        .ends(0)
        .lacks(&["3 * purchase"]);

    // Now for good: nothing runs at the instant.
    let at = in_two_seconds();
    shop.run(&format!("{activate} {at}")).ends(0);
    let patience = Instant::now() + Duration::from_secs(60);
    let status = loop {
        let status = shop.run("--json policy status").ends(0).json();
        if status["number"] == 2 || Instant::now() > patience {
            break status;
        }
    };
    assert_eq!(status["number"], 2, "{status}");
    let list = shop.run("--json policy list").ends(0).json();
    let taken = &list["programmes"][1];
    let told: jiff::Timestamp = taken["at"].as_str().unwrap().parse().unwrap();
    assert_eq!(told, at.parse::<jiff::Timestamp>().unwrap());
    assert!(taken["scheduled"].is_u64(), "{taken}");
    let json = shop
        .run("--json purchase --member card:1 --enrol --total 2.00")
        .ends(0)
        .json();
    // On a Tuesday there are more.
    assert!(json["after"]["star"].as_i64().unwrap() >= 6, "{json}");
    shop.run("audit verify").ends(0);
}

// proves: PC54
#[test]
fn two_programmes_are_compared_in_words_by_baskets_and_by_lines() {
    let shop = Shop::cafe();
    shop.run("policy diff")
        .ends(0)
        .says(&["programme 1 and programme are the same"]);
    let path = "programme/campaigns/double-tuesday.rhai";
    let text = String::from_utf8(shop.read(path)).unwrap();
    shop.write(path, text.replace("\"Tue\"", "\"Thu\""));
    let words = [
        "from programme 1 to programme",
        "campaign double-tuesday (",
        "when.weekday: was [\"Tue\"], is [\"Thu\"] (Mon Tue Wed Thu Fri Sat Sun)",
        "for example",
        "before: +",
        "after:  +",
        "campaigns/double-tuesday.rhai changed",
    ];
    shop.run("policy diff").ends(0).says(&words);
    let json = shop.run("--json policy diff programme").ends(0).json();
    let example = &json["examples"][0];
    assert_ne!(example["was"], example["is"], "{json}");
    assert_eq!(json["parts"][0]["fields"][0]["field"], "when.weekday");
    shop.run("policy activate --dry-run --without-stories --reason tried")
        .ends(0)
        .says(&["when.weekday: was [\"Tue\"], is [\"Thu\"]"]);
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run("policy diff 1 2")
        .ends(0)
        .says(&["from programme 1 to programme 2"]);
    shop.run("policy diff 2 1")
        .ends(0)
        .says(&["was [\"Thu\"], is [\"Tue\"]"]);
    shop.run("policy diff 1")
        .ends(0)
        .says(&["from programme 1 to programme 2"]);
    shop.run("policy diff 2100-01-01 1")
        .ends(0)
        .says(&["from programme 2 to programme 1"]);
    shop.run("policy diff 7 1")
        .ends(2)
        .says(&["there are 1 to 2"]);
    shop.run("policy diff 2001-01-01 1")
        .ends(2)
        .says(&["no programme was in force"]);
    shop.run("policy diff nowhere")
        .ends(2)
        .says(&["'nowhere' is no folder"]);
    shop.write(path, "campaign(#{");
    shop.run("policy diff")
        .ends(2)
        .says(&["double-tuesday.rhai"]);
    // Without any ledger.
    let empty = Shop::empty();
    empty
        .run("policy diff corner-cafe coffee-stars")
        .ends(0)
        .says(&[
            "from the shipped corner-cafe to the shipped coffee-stars",
            "new",
            "gone",
        ]);
    empty.run("policy diff").ends(2).says(&["programme"]);
}

#[test]
fn a_promotion_is_made_from_a_template_with_its_story() {
    let shop = Shop::empty();
    shop.run("policy templates")
        .ends(0)
        .says(&["stamp-card", "cheapest-free", "corner-cafe"]);
    shop.run("policy templates stamp-card").ends(0).says(&[
        "--set count=10: stamps for a free one",
        "=== campaigns/stamp-card.rhai",
        "+1 free-coffee until",
    ]);
    let json = shop.run("--json policy templates").ends(0).json();
    assert!(json["templates"].as_array().unwrap().len() >= 24);
    shop.run("policy new").ends(2).says(&["policy templates"]);
    shop.run("policy new stampcard").ends(2).says(&[
        "there is no template 'stampcard'",
        "did you mean 'stamp-card'?",
    ]);
    // Without a folder it is a programme of its own, which a ledger can begin with.
    shop.run("policy new threshold --set minimum=40 --set points=15")
        .ends(0)
        .says(&["programme/campaigns/threshold.rhai", "+40 point, +15 point"]);
    shop.run("policy test programme").ends(0).says(&["as told"]);
    shop.run("init --programme programme").ends(0);
    // Another joins it, and takes effect.
    shop.run("policy new product-bonus --id oat --set sku=OAT")
        .ends(0)
        .says(&[
            "programme/campaigns/oat.rhai",
            "programme/stories/oat.story",
        ]);
    shop.run("policy diff").ends(0).says(&["campaign oat new"]);
    shop.run("policy activate")
        .ends(0)
        .says(&["campaign oat on"]);
    for (words, told) in [
        ("--id oat", "there is a campaigns/oat.rhai already"),
        (
            "--set price=1",
            "has no parameter 'price'; it has sku, points",
        ),
        ("--set price", "'price' is not NAME=VALUE"),
        ("--id other --set points=many", "many"),
        ("--id other --unit heart", "heart"),
    ] {
        shop.run(&format!("policy new product-bonus {words}"))
            .ends(2)
            .says(&[told]);
    }
    assert!(!shop.path("programme/campaigns/other.rhai").exists());
    shop.write("programme/programme.toml", "[programme]\n");
    shop.run("policy new welcome")
        .ends(2)
        .says(&["programme.toml"]);
    // A shipped programme is looked at without a ledger.
    Shop::empty()
        .run("policy show coffee-stars --file programme.toml")
        .ends(0)
        .says(&["Coffee stars"]);
    shop.run("policy show nothing")
        .ends(2)
        .says(&["'nothing' is neither a number"]);
}

#[test]
fn a_schedule_that_could_not_take_effect_is_told_until_somebody_activates() {
    let shop = Shop::empty();
    for unit in ["point", "star"] {
        shop.write(
            &format!("{unit}s/programme.toml"),
            format!(
                "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.{unit}]\nkind = \"spendable\"\n"
            ),
        );
        shop.write(
            &format!("{unit}s/campaigns/base.rhai"),
            format!(
                "campaign(#{{ id: \"base\", title: \"x\", role: \"base\" }});\nfn on_purchase(purchase, member) {{ award(\"{unit}\", purchase.earning); }}\n"
            ),
        );
    }
    shop.run("init --programme points").ends(0);
    // Nobody has a point yet, so they may go; by then somebody does.
    let at = in_two_seconds();
    shop.run(&format!("policy activate stars --at {at}"))
        .ends(0);
    shop.run("purchase --member card:1 --enrol --total 30.00")
        .ends(0);
    let patience = Instant::now() + Duration::from_secs(60);
    let status = loop {
        let status = shop.run("--json policy status points").ends(0).json();
        if status["scheduled"] == serde_json::json!([]) || Instant::now() > patience {
            break status;
        }
    };
    assert_eq!(status["number"], 1, "{status}");
    assert_eq!(status["warnings"][0]["code"], "schedule_failed", "{status}");
    let words = ["schedule_failed", "cannot take effect", "still hold some"];
    shop.run("policy status points").ends(0).says(&words);
    shop.run("daily").ends(0).says(&words);
    shop.write("points/campaigns/more.rhai", "campaign(#{ id: \"more\", title: \"y\" });\nfn on_purchase(purchase, member) { award(\"point\", 1); }\n");
    shop.run("policy activate points").ends(0);
    shop.run("daily").ends(0).lacks(&["schedule_failed"]);
}

/// The café with a second shop, and a draft of three stars for one.
fn two_shops() -> Shop {
    let shop = Shop::cafe();
    let manifest = String::from_utf8(shop.read("programme/programme.toml")).unwrap();
    let second = "\n[[store]]\nid = \"nord\"\n\n# What members spend.";
    let manifest = manifest.replacen("\n# What members spend.", second, 1);
    shop.write("programme/programme.toml", manifest);
    // It is Tuesday now and then, which the stories know.
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    std::fs::remove_file(shop.path("programme/campaigns/double-tuesday.rhai")).unwrap();
    shop.run("policy activate --without-stories --reason shops")
        .ends(0);
    stars(&shop, "3 * ");
    shop
}

#[test]
fn a_pilot_is_begun_compared_and_widened_or_ended() {
    let shop = two_shops();
    let without = "--without-stories --reason tried";
    shop.run("policy pilot status")
        .ends(2)
        .says(&["no pilot runs"]);
    shop.run(&format!("policy activate --pilot store=west {without}"))
        .ends(2)
        .says(&["no store 'west'", "mitte, nord"]);
    shop.run(&format!("policy activate --pilot nord {without}"))
        .ends(2)
        .says(&["neither store=NAME"]);
    let pilot = format!("policy activate --pilot store=nord --pilot-name triple {without}");
    shop.run(&format!("{pilot} --dry-run"))
        .ends(0)
        .says(&["nothing was booked"]);
    shop.run(&pilot).ends(0).says(&[
        "programme 3 is tried as pilot \"triple\" for the store nord",
        "programme 2 decides the rest",
    ]);
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 4.00 --store nord")
        .ends(0)
        .says(&["+12 "]);
    shop.run("purchase --member card:1 --total 4.00 --store mitte")
        .ends(0)
        .says(&["+4 "]);
    shop.run("quote --member card:1 --total 4.00 --store nord")
        .ends(0)
        .says(&["+12 "]);
    let told = shop.run("--json purchase --member card:1 --total 4.00 --store nord --key named");
    assert_eq!(told.ends(0).json()["programme"], 3);
    shop.run("void --of named --reason tried").ends(0);
    shop.run("purchase --member card:1 --total 4.00 --key back")
        .ends(0);
    shop.run("return --of back --all").ends(0);
    for command in ["policy status", "policy show", "campaign list"] {
        shop.run(command).ends(0).says(&["pilot \"triple\""]);
    }
    shop.run("policy list").ends(0).says(&["the store nord"]);
    let told = shop.run("--json policy pilot status").ends(0).json();
    let of = |group: &str, figure: &str| told["pilot"][group][figure].clone();
    let star = |group: &str, figure: &str| {
        let units = told["pilot"][group]["units"].as_array().unwrap();
        let star = units.iter().find(|sums| sums["unit"] == "star").unwrap();
        star[figure].as_i64().unwrap()
    };
    for (figure, one, rest) in [("given", 24, 8), ("taken_back", 12, 4)] {
        assert_eq!((star("pilot", figure), star("rest", figure)), (one, rest));
        assert_eq!(star("total", figure), one + rest);
    }
    let counts = |figure: &str| ["pilot", "rest", "total"].map(|group| of(group, figure));
    assert_eq!(counts("purchases"), [2, 2, 4].map(Value::from));
    assert_eq!(counts("members"), [1, 1, 1].map(Value::from));
    assert_eq!(counts("sales"), ["8.00", "8.00", "16.00"].map(Value::from));
    // A star costs two cents.
    assert_eq!(counts("cost"), ["0.24", "0.08", "0.32"].map(Value::from));
    assert_eq!(told["pilot"]["members_in_both"], 1);
    shop.run("policy pilot status")
        .ends(0)
        .says(&["purchases", "cost"]);
    // Nobody ends it unsaid.
    for command in ["policy activate", "policy rollback"] {
        shop.run(&format!("{command} {without}"))
            .ends(2)
            .says(&["runs", "policy pilot widen"]);
    }
    shop.run("policy pilot end --reason 'too dear' --dry-run")
        .ends(0)
        .says(&["nothing was booked"]);
    shop.run("policy pilot end --reason 'too dear'")
        .ends(0)
        .says(&["is over"]);
    shop.run("purchase --member card:1 --total 4.00 --store nord")
        .ends(0)
        .says(&["+4 "]);
    shop.run(&pilot).ends(0);
    shop.run("policy pilot widen --reason 'they like it'")
        .ends(0)
        .says(&["programme 6"]);
    shop.run("purchase --member card:1 --total 4.00 --store mitte")
        .ends(0)
        .says(&["+12 "]);
    shop.run("policy list")
        .ends(0)
        .says(&["pilot triple widened: they like it"]);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_local_time_is_one_of_the_programmes_zone() {
    let shop = two_shops();
    let at = |time: &str| {
        let command =
            format!("policy activate --without-stories --reason x --dry-run --at '{time}'");
        shop.run(&command)
    };
    at("2036-12-01 06:00").ends(0);
    at("2036-12-01T06:00:30").ends(0);
    at("2036-03-30 02:30").ends(2).says(&["Europe/Berlin skip"]);
    at("2036-10-26 02:30")
        .ends(2)
        .says(&["show twice", "+02:00", "+01:00"]);
    at("2036-13-01 06:00").ends(2).says(&["neither a day"]);
}

#[test]
fn a_reason_needs_no_stories_left_out_and_no_change_is_told_twice() {
    let shop = two_shops();
    let told = shop
        .run("policy activate --without-stories --reason tried")
        .ends(0);
    let told = told.out;
    assert_eq!(told.matches("campaigns/base.rhai").count(), 1, "{told}");
    shop.run("policy rollback --reason 'too dear'").ends(0);
    shop.run("policy list")
        .ends(0)
        .says(&["back to programme 2: too dear"]);
}

// proves: PC76
#[test]
fn the_calendar_tells_what_runs_overlaps_and_leaves_days_without_any() {
    let shop = Shop::cafe();
    let campaign = |id: &str, rest: &str| {
        let path = format!("programme/campaigns/{id}.rhai");
        let text = format!(
            "campaign(#{{ id: \"{id}\", title: \"{id}\", {rest} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 1, \"more\"); }}\n"
        );
        shop.write(&path, text);
    };
    for there in ["birthday-double", "double-tuesday"] {
        std::fs::remove_file(shop.path(&format!("programme/campaigns/{there}.rhai"))).unwrap();
    }
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    campaign("advent", "from: \"2036-12-01\", to: \"2036-12-10\"");
    campaign(
        "monday",
        "from: \"2036-12-05\", to: \"2036-12-20\", when: #{ weekday: [\"Mon\"] }",
    );
    campaign(
        "tuesday",
        "from: \"2036-12-05\", to: \"2036-12-20\", when: #{ weekday: [\"Tue\"] }",
    );
    shop.run("policy activate").ends(0);
    campaign("later", "from: \"2036-12-24\"");
    shop.run("policy activate --at 2036-12-22").ends(0);
    let days = "--from 2036-11-28 --to 2036-12-31";
    let told = shop
        .run(&format!("--json policy calendar {days}"))
        .ends(0)
        .json();
    let runs: Vec<[&str; 3]> = told["promotions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| ["campaign", "from", "to"].map(|field| run[field].as_str().unwrap()))
        .collect();
    assert_eq!(
        runs,
        [
            ["advent", "2036-12-01", "2036-12-10"],
            ["monday", "2036-12-05", "2036-12-20"],
            ["tuesday", "2036-12-05", "2036-12-20"],
            ["later", "2036-12-24", "2036-12-31"],
        ]
    );
    // Monday and Tuesday never meet; 8 and 9 December are a Monday and a Tuesday.
    let pairs: Vec<&Value> = told["overlaps"].as_array().unwrap().iter().collect();
    let names: Vec<&Value> = pairs.iter().map(|pair| &pair["campaigns"]).collect();
    assert_eq!(
        names,
        [
            &serde_json::json!(["advent", "monday"]),
            &serde_json::json!(["advent", "tuesday"])
        ]
    );
    let gaps: Vec<[&str; 2]> = told["without"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| ["from", "to"].map(|field| gap[field].as_str().unwrap()))
        .collect();
    assert_eq!(
        gaps,
        [
            ["2036-11-28", "2036-11-30"],
            ["2036-12-11", "2036-12-14"],
            ["2036-12-17", "2036-12-23"],
        ]
    );
    shop.run(&format!("policy calendar {days}")).ends(0).says(&[
        "advent and monday overlap from 2036-12-05 to 2036-12-10: both give",
        "nothing runs from 2036-12-17 to 2036-12-23",
    ]);
    shop.run("policy calendar --from 2036-12-31 --to 2036-12-01")
        .ends(2)
        .says(&["is not one of the"]);
}

// proves: PC77
#[test]
fn a_price_list_gives_lines_their_category_where_the_till_sends_none() {
    let shop = Shop::cafe();
    std::fs::remove_dir_all(shop.path("programme/stories")).unwrap();
    std::fs::remove_file(shop.path("programme/campaigns/double-tuesday.rhai")).unwrap();
    shop.write(
        "programme/campaigns/bread.rhai",
        "campaign(#{ id: \"bread\", title: \"Bread\", when: #{ category: [\"bread\"] } });\nfn on_purchase(purchase, member) { award(\"star\", 7, \"bread\"); }\n",
    );
    shop.write("programme/goods.csv", "sku;category\nB1;bread\nB1;tea\n");
    shop.run("policy check programme")
        .ends(2)
        .says(&["goods.csv:3", "two categories"]);
    shop.write(
        "programme/goods.csv",
        "sku;name;category;price\nB1;\"Rye; dark\";bread;3,00\nT1;Green;tea;4,00\n",
    );
    shop.run("policy activate").ends(0);
    shop.run("member enrol --alias card:1").ends(0);
    let given = |key: &str, line: &str| {
        let sale = format!(
            r#"{{"do":"purchase","key":"{key}","member":"card:1","total":"3.00","lines":[{{{line},"amount":"3.00"}}]}}"#
        );
        let told = shop.say(&sale).json();
        let did = told["did"]
            .as_array()
            .unwrap_or_else(|| panic!("{told}"))
            .clone();
        did.iter().any(|did| did["campaign"] == "bread")
    };
    assert!(given("a", r#""sku":"B1""#));
    assert!(!given("b", r#""sku":"T1""#));
    assert!(!given("c", r#""sku":"X9""#));
    // What the till says itself counts.
    assert!(!given("d", r#""sku":"B1","category":"tea""#));
    assert!(given("e", r#""sku":"T1","category":"bread""#));
    // Another list later: the sale sent again is the same, and comes back as it was sold.
    shop.write("programme/goods.csv", "sku,category\nB1,tea\n");
    shop.run("policy activate").ends(0);
    assert!(given("a", r#""sku":"B1""#));
    assert!(!given("f", r#""sku":"B1""#));
    shop.run("return --of a --all").ends(0).says(&["-10 "]);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_story_tries_a_programme_in_a_store() {
    let shop = two_shops();
    for file in [
        "programme.toml",
        "tiers.rhai",
        "rewards.rhai",
        "campaigns/base.rhai",
    ] {
        shop.write(
            &format!("triple/{file}"),
            shop.read(&format!("programme/{file}")),
        );
    }
    stars(&shop, "");
    std::fs::remove_file(shop.path("programme/campaigns/birthday-double.rhai")).unwrap();
    shop.write(
        "programme/stories/pilot.story",
        "programme corner-cafe\n\
         2026-01-05 enrol alice -> nothing\n\
         2026-01-06 activate triple at nord -> nothing\n\
         2026-01-07 09:00 purchase alice 4.00 at nord key one -> +12 star until 2026-12-31, +4 year-star\n\
         2026-01-07 10:00 purchase alice 4.00 at mitte -> +4 star until 2026-12-31, +4 year-star\n\
         2026-01-08 return alice all of one -> -12 star, -4 year-star\n",
    );
    shop.run("policy test programme").ends(0);
}

// proves: PC60 S155
#[test]
fn a_goal_is_for_a_segment_that_there_is() {
    let shop = Shop::empty();
    let programme = "[programme]\nname = \"P\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\n";
    shop.write("club/programme.toml", programme);
    let base = "campaign(#{ id: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", 1); TAG }";
    shop.write("club/campaigns/base.rhai", base.replace("TAG", ""));
    shop.run("init --programme ./club").ends(0);
    let goal = |segment: &str, key: &str| {
        shop.run(&format!(
            "goal set repurchase --from 40 --to 50 --unit pp --by 2099-12-31 --segment {segment} --key {key}"
        ))
    };
    goal("vip", "a")
        .ends(2)
        .says(&["unknown segment 'vip'", "no tiers, labels or attributes"]);
    let labelled = base.replace(
        "TAG",
        "tag(\"vip\"); if purchase.total > 100 { tag(\"large\"); }",
    );
    shop.write("club/campaigns/base.rhai", &labelled);
    let activate = "policy activate club --without-stories --reason test";
    shop.run(activate).ends(0);
    goal("vip", "b").ends(0);
    goal("gold", "c")
        .ends(2)
        .says(&["unknown segment 'gold'", "known: large, vip"]);
    // Labels that are computed can be any.
    let computed = base.replace("TAG", "tag(\"at-\" + purchase.weekday);");
    shop.write("club/campaigns/base.rhai", &computed);
    shop.run(activate).ends(0);
    goal("at-monday", "d").ends(0);
}
