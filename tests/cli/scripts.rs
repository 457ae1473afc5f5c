//! Scripts that go wrong at the till: the sale stands, the answer says what
//! failed and where, and nothing else is given.

use crate::shop::Shop;

const HEAD: &str = "campaign(#{ id: \"base\", title: \"t\", role: \"base\" });\n";

fn script(body: &str) -> String {
    format!("{HEAD}fn on_purchase(purchase, member) {{\n    {body}\n}}\n")
}

fn with(body: &str) -> Shop {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.write("programme/campaigns/base.rhai", script(body));
    shop
}

#[test]
fn what_only_shows_at_the_till_does_not_lose_the_sale() {
    for (body, word) in [
        ("let n = 0; loop { n += 1; }", "steps"),
        ("on_purchase(purchase, member);", ""),
        ("let s = \"x\"; for i in 0..60 { s += s; }", ""),
        ("let a = []; for i in 0..100000 { a.push(i); }", ""),
        (
            "award(\"point\", 1 / (purchase.lines.len() - purchase.lines.len()), \"\");",
            "",
        ),
    ] {
        let shop = with(body);
        shop.run("policy activate --without-stories --reason tried")
            .ends(0);
        let bought = shop
            .run("--json purchase --member card:1 --total 5.00 --key k")
            .ends(0);
        let warning = &bought.json()["warnings"][0];
        assert_eq!(warning["code"], "campaign_failed", "{body}: {}", bought.out);
        let message = warning["message"].as_str().unwrap();
        assert!(message.contains("campaigns/base.rhai"), "{body}: {message}");
        assert!(message.contains(word), "{body}: {message}");
        let now = shop.run("--json balance card:1").ends(0).json();
        assert_eq!(now["now"]["balance"]["point"]["available"], 0, "{body}");
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn absurd_awards_are_cut_or_failed_never_booked() {
    for body in [
        "award(\"star\", 99999999999999, \"\");",
        "award(\"star\", purchase.total - 100, \"\");",
        "award(\"star\", 9223372036854775807, \"\"); award(\"star\", 9223372036854775807, \"\");",
    ] {
        let shop = Shop::cafe();
        shop.run("member enrol --alias card:1").ends(0);
        shop.write("programme/campaigns/base.rhai", script(body));
        shop.run("policy activate --without-stories --reason tried")
            .ends(0);
        let buy = "--json purchase --member card:1 --total 5.00 --key k";
        let bought = shop.run(buy).ends(0).json();
        let is_told = !bought["warnings"].as_array().unwrap().is_empty()
            || bought["did"].to_string().contains("cut");
        assert!(is_told, "{body}: {bought}");
        // The programme's own limit is 10,000 for one entry.
        let held = bought["after"]["star"].as_i64().unwrap_or(0);
        assert!((0..=10_000).contains(&held), "{body}: {bought}");
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn what_cannot_work_does_not_take_effect() {
    for (body, word) in [
        (
            "award(\"point\", purchase.totl, \"\");",
            "did you mean 'total'?",
        ),
        ("award(\"pont\", 1, \"\");", "point"),
        ("awrd(\"point\", 1, \"\");", "award"),
        ("award(\"point\", 1, \"\")}", "campaigns/base.rhai:"),
        ("award（\"point\", 1, \"\");", "campaigns/base.rhai:3:"),
    ] {
        let shop = with(body);
        shop.run("policy check").ends(2).says(&[word, "^"]);
        shop.run("policy activate --without-stories --reason tried")
            .ends(2)
            .says(&[word, "^"]);
        let bought = shop
            .run("--json purchase --member card:1 --total 5.00")
            .ends(0);
        assert_eq!(bought.json()["after"]["point"], 5);
    }
}

/// A programme of one campaign and one story, which holds while a point is a euro.
fn with_story() -> Shop {
    let shop = Shop::plain();
    let story = "programme plain\n2026-01-05 enrol alice -> nothing\n2026-01-06 purchase alice 5.00 -> +5 point\n";
    for old in std::fs::read_dir(shop.path("programme/stories")).unwrap() {
        std::fs::remove_file(old.unwrap().path()).unwrap();
    }
    shop.write("programme/stories/five.story", story);
    shop
}

// proves: PC11
#[test]
fn a_programme_whose_story_fails_does_not_take_effect() {
    let shop = with_story();
    let base = |points: &str| script(&format!("award(\"point\", {points}, \"\");"));
    shop.write(
        "programme/campaigns/base.rhai",
        base("floor(purchase.earning) * 2"),
    );
    for dry in ["", " --dry-run"] {
        shop.run(&format!("policy activate{dry}")).ends(2).says(&[
            "stories do not hold: stories/five.story; nothing took effect",
            "happened: +10 point",
            "--without-stories --reason",
        ]);
    }
    shop.run("--json policy activate")
        .ends(2)
        .says(&["stories_failed"]);
    let list = shop.run("--json policy list").ends(0).json();
    assert_eq!(list["programmes"].as_array().unwrap().len(), 1);
    shop.run("policy activate --without-stories")
        .ends(2)
        .says(&["--reason"]);
    shop.run("policy activate --without-stories --reason ''")
        .ends(2);
    shop.run("policy activate --without-stories --reason 'prices were wrong'")
        .ends(0);
    let list = shop.run("--json policy list").ends(0).json();
    assert_eq!(
        list["programmes"][1]["without_stories"],
        "prices were wrong"
    );
    shop.run("policy list").ends(0).says(&["prices were wrong"]);
    let seq = &list["programmes"][1]["seq"];
    shop.run(&format!("explain {seq}"))
        .ends(0)
        .says(&["without its stories (prices were wrong)"]);
    // A ledger does not begin with what an active one would refuse.
    shop.run("init --programme programme --ledger other --secrets other-secrets")
        .ends(2)
        .says(&["stories do not hold"]);
    assert!(!shop.path("other").exists());
    // A programme whose story holds is recorded with the hash of its stories.
    shop.write(
        "programme/campaigns/base.rhai",
        base("floor(purchase.earning) + 0"),
    );
    shop.run("policy activate").ends(0);
    let list = shop.run("--json policy list").ends(0).json();
    assert_eq!(list["programmes"][2]["without_stories"], "");
    assert_eq!(list["programmes"][2]["stories"].as_str().unwrap().len(), 64);
    std::fs::remove_file(shop.path("programme/stories/five.story")).unwrap();
    shop.write(
        "programme/campaigns/base.rhai",
        base("floor(purchase.earning) + 1"),
    );
    let dry = shop.run("--json policy activate --dry-run").ends(0).json();
    assert_eq!(dry["stories"], 0, "{dry}");
    shop.run("policy activate")
        .ends(0)
        .says(&["has no stories"]);
    let list = shop.run("--json policy list").ends(0).json();
    assert!(list["programmes"][3]["stories"].is_null());
    shop.run("audit verify").ends(0);
}

// proves: PC12
#[test]
fn a_campaign_that_fails_at_the_till_shows_where_people_look() {
    let shop = with("award(\"point\", 1 / (purchase.lines.len() - purchase.lines.len()), \"\");");
    shop.run("daily").ends(0).lacks(&["script_failed"]);
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    for n in 1..=3 {
        shop.run(&format!("purchase --member card:1 --total 5.00 --key k{n}"))
            .ends(0);
    }
    let list = shop.run("--json campaign list").ends(0).json();
    let failed = &list[0]["failed"];
    assert_eq!(failed["count"], 3, "{list}");
    assert!(
        failed["place"]
            .as_str()
            .unwrap()
            .starts_with("campaigns/base.rhai:3:")
    );
    assert!(
        failed["message"].as_str().unwrap().contains("zero"),
        "{list}"
    );
    shop.run("campaign list")
        .ends(0)
        .says(&["failed 3x, last in entry"]);
    shop.run("daily")
        .ends(0)
        .says(&["script_failed", "base: failed 3 times"]);
    // The same after a rebuild, and gone with the next programme.
    shop.run("rebuild").ends(0);
    shop.run("daily").ends(0).says(&["base: failed 3 times"]);
    shop.write(
        "programme/campaigns/base.rhai",
        script("award(\"point\", 5, \"\");"),
    );
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run("daily").ends(0).lacks(&["script_failed"]);
    let list = shop.run("--json campaign list").ends(0).json();
    assert!(list[0]["failed"].is_null(), "{list}");
}

// proves: PC27
#[test]
fn tiers_that_fail_show_beside_the_campaigns() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.write(
        "programme/tiers.rhai",
        "tiers(#{ levels: [\"low\", \"high\"] });\nfn qualify(member) { let x = []; if x[3] > 3 { \"high\" } else { \"low\" } }\n",
    );
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run("purchase --member card:1 --total 5.00 --key k")
        .ends(0)
        .says(&["campaign_failed"]);
    shop.run("campaign list")
        .ends(0)
        .says(&["tiers: running (tiers.rhai); failed 1x", "tiers.rhai:2:39"]);
    shop.run("daily").ends(0).says(&["tiers: failed once"]);
}

// proves: PC30
#[test]
fn redecide_leaves_alone_what_came_back_and_what_a_pause_kept_out() {
    let shop = Shop::plain();
    let bonus = |points: u8| {
        let text = format!(
            "campaign(#{{ id: \"bonus\" }});\nfn on_purchase(purchase, member) {{ award(\"point\", {points}, \"b\"); }}\n"
        );
        shop.write("programme/campaigns/bonus.rhai", text);
        shop.run("policy activate --without-stories --reason tried")
            .ends(0);
    };
    bonus(10);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    let buy = |key: &str| {
        shop.run(&format!(
            "purchase --member card:1 --total 5.00 --key {key}"
        ))
        .ends(0);
    };
    buy("returned");
    shop.run("return --of returned --all --key r").ends(0);
    shop.run("campaign pause bonus --reason test").ends(0);
    buy("paused");
    shop.run("campaign resume bonus --reason test").ends(0);
    buy("kept");
    let points = || {
        shop.run("--json balance card:1").ends(0).json()["now"]["balance"]["point"]["available"]
            .clone()
    };
    assert_eq!(points(), 20, "5, 5 and 10");
    let redecide = "redecide --campaign bonus --from 2020-01-01 --to 2199-12-31";
    bonus(4);
    let booked = format!("{redecide} --book --take-back --reason test");
    shop.run(&booked).ends(0).says(&["-6"]);
    assert_eq!(points(), 14, "4 instead of 10 for what was kept");
    bonus(12);
    shop.run(&booked).ends(0).says(&["+8"]);
    assert_eq!(points(), 22);
    shop.run(redecide).ends(0).says(&["nothing differs"]);
    shop.run("audit verify").ends(0);
}

// proves: PC30
#[test]
fn redecide_looks_at_activities_and_enrolments_too() {
    let shop = Shop::plain();
    shop.write(
        "programme/programme.toml",
        "[programme]\nname = \"plain\"\ncurrency = \"USD\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\n[activity.run]\nfields = { km = \"decimal\" }\n",
    );
    let bonus = |points: u8, least: u8| {
        let text = format!(
            "campaign(#{{ id: \"bonus\" }});
fn on_enrol(member) {{ award(\"point\", {points}, \"welcome\"); }}
fn on_activity(activity, member) {{
    if activity.field(\"km\") < {least} {{ refuse(\"short\", \"too short\"); }}
    award(\"point\", {points} * 2, \"run\");
}}\n"
        );
        shop.write("programme/campaigns/bonus.rhai", text);
        shop.run("policy activate --without-stories --reason tried")
            .ends(0);
    };
    bonus(5, 1);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    for (key, km) in [("short", 2), ("long", 8)] {
        shop.run(&format!(
            "activity run --member card:1 --field km={km} --key {key}"
        ))
        .ends(0);
    }
    let points = || {
        shop.run("--json balance card:1").ends(0).json()["now"]["balance"]["point"]["available"]
            .clone()
    };
    assert_eq!(points(), 25, "5, and twice 10");
    let booked = "redecide --campaign bonus --from 2020-01-01 --to 2199-12-31 --book --take-back --reason test";
    bonus(4, 5);
    shop.run(booked)
        .ends(0)
        .says(&["-1 ", "-10 ", "-2 ", "3 differences; 3 adjustments"]);
    assert_eq!(points(), 12, "4, nothing for the short one, 8");
    shop.run(booked).ends(0).says(&["nothing differs"]);
    std::fs::remove_file(shop.path("programme/campaigns/bonus.rhai")).unwrap();
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run(booked)
        .ends(0)
        .says(&["2 differences; 2 adjustments"]);
    assert_eq!(points(), 0);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_story_that_alone_differs_is_run_before_anything_is_said() {
    let shop = Shop::plain();
    shop.write(
        "programme/stories/wrong.story",
        "programme one-for-one\n2026-01-05 enrol alice -> +1 point\n",
    );
    for line in ["policy activate", "policy activate --dry-run"] {
        shop.run(line)
            .ends(2)
            .says(&["stories do not hold: stories/wrong.story"]);
    }
    shop.run("policy activate --without-stories --reason tried")
        .ends(0)
        .says(&["nothing differs"]);
}

/// A failing hook, the command that runs it, and the words of the message.
const FAILING: [(&str, &str, &str, bool); 6] = [
    (
        "on_redeem(redemption, member)",
        "redeem --member card:1 --unit point --points 1 --key f",
        "index",
        false,
    ),
    (
        "on_redeem(redemption, member)",
        "hold --member card:1 --unit point --points 1 --until 2099-01-01T00:00:00Z --key f",
        "index",
        false,
    ),
    (
        "on_redeem(redemption, member)",
        "purchase --member card:1 --total 5.00 --tender points:point:100:1.00 --tender cash:4.00 --key f",
        "index",
        false,
    ),
    (
        "on_redeem(redemption, member)",
        "purchase --member card:1 --total 5.00 --if-short book --tender points:point:100:1.00 --tender cash:4.00 --key f",
        "index",
        true,
    ),
    (
        "on_enrol(member)",
        "member enrol --alias card:9 --key f",
        "index",
        true,
    ),
    (
        "on_return(back, member)",
        "return --of s --all --key f",
        "index",
        true,
    ),
];

// proves: FAIL1
#[test]
fn every_hook_that_fails_is_counted_for_its_campaign_and_told_daily() {
    for (hook, command, word, is_done) in FAILING {
        let shop = Shop::empty();
        shop.write("x/programme.toml", "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\nvalue = \"0.01\"\n");
        shop.write(
            "x/campaigns/base.rhai",
            script("award(\"point\", purchase.earning * 100);"),
        );
        let fails = format!(
            "campaign(#{{ id: \"odd\", title: \"odd\" }});\nfn {hook} {{\n    let a = [1];\n    let n = a[a.len() + 1];\n}}\n"
        );
        shop.write("x/campaigns/odd.rhai", fails);
        shop.run("init --programme x").ends(0);
        shop.run("member enrol --alias card:1").ends(0);
        shop.run("purchase --member card:1 --total 5.00 --key s")
            .ends(0);
        shop.run(command).ends(if is_done { 0 } else { 1 });
        let list = shop.run("--json campaign list").ends(0).json();
        let odd = list
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["campaign"] == "odd")
            .unwrap();
        // A member who joins before the purchase failed as well.
        let times = if hook.starts_with("on_enrol") { 2 } else { 1 };
        assert_eq!(odd["failed"]["count"], times, "{command}: {list}");
        let place = odd["failed"]["place"].as_str().unwrap();
        assert!(
            place.starts_with("campaigns/odd.rhai:4:"),
            "{command}: {place}"
        );
        let message = odd["failed"]["message"].as_str().unwrap().to_lowercase();
        assert!(message.contains(word), "{command}: {message}");
        // The same command again is the same failure.
        shop.run(command).ends(if is_done { 0 } else { 1 });
        shop.run("daily")
            .ends(0)
            .says(&["odd: failed", "campaigns/odd.rhai:4:"]);
        shop.run("rebuild").ends(0);
        let again = shop.run("--json campaign list").ends(0).json();
        assert_eq!(again, list, "{command}");
        shop.run("audit verify --level 2").ends(0);
    }
}
