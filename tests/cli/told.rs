//! Words and figures that people and programs read besides answers.

use crate::shop::Shop;

#[test]
fn a_card_is_json_where_json_is_asked_for_and_never_replaced() {
    let shop = Shop::plain();
    let card = shop.run("audit card --json").ends(0).json();
    assert_eq!(card["size"], 2, "{card}");
    assert!(
        card["key"]
            .as_str()
            .unwrap()
            .starts_with(card["origin"].as_str().unwrap())
    );
    shop.run("audit card --out card.txt").ends(0);
    let first = shop.read("card.txt");
    shop.run("member enrol --alias card:1").ends(0);
    let again = shop.run("audit card --out card.txt").ends(2);
    again.says(&["card.txt", "already", "another name"]);
    assert_eq!(shop.read("card.txt"), first);
}

#[test]
fn find_says_what_became_of_an_entry() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 9.00 --key a")
        .ends(0);
    shop.run("purchase --member card:1 --total 8.00 --key b")
        .ends(0);
    shop.run("return --of a --amount 2.50").ends(0);
    shop.run("void --of b --reason slip").ends(0);
    shop.run("find --key a")
        .ends(0)
        .says(&["2.50 of it came back"]);
    let told = shop.run("find --key b --json").ends(0).json();
    assert_eq!(told["warnings"][0]["code"], "voided_since", "{told}");
    assert_eq!(told["repeated"], true);
}

#[test]
fn a_file_that_is_not_there_and_nothing_at_all_are_bad_input() {
    let shop = Shop::plain();
    for line in ["do none.json", "import none.jsonl"] {
        shop.run(line)
            .ends(2)
            .says(&["none.json", "there is no such file"]);
    }
    shop.pipe("do -", "").ends(2).says(&["nothing came"]);
}

#[test]
fn one_is_told_as_one() {
    let shop = Shop::plain();
    let row = r#"{"do":"purchase","key":"k","member":"card:1","total":"1.00"}"#;
    shop.write("one.jsonl", format!("{row}\n"));
    let told = shop.run("import one.jsonl --enrol").ends(0);
    told.says(&["1 row:", "1 new member;"]);
}

#[test]
fn a_check_without_findings_says_so_in_json() {
    let shop = Shop::plain();
    let told = shop.run("policy check programme --json").ends(0).json();
    assert_eq!(told["ok"], true, "{told}");
    assert_eq!(told["campaigns"], 1, "{told}");
}

#[test]
fn words_that_look_like_a_number_of_a_person_are_warned_of() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    let line = "adjust --member card:1 --unit point --points 5 --json --reason";
    let told = shop.run(&format!("{line} '+49 30 1234567 called'")).ends(0);
    assert_eq!(told.json()["warnings"][0]["code"], "personal_words");
    let told = shop.run(&format!("{line} 'as of 2026-11-24'")).ends(0);
    assert_eq!(told.json()["warnings"], serde_json::json!([]));
}

#[test]
fn a_session_answers_questions_between_commands() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    let purchase = r#"{"do":"purchase","key":"k","member":"card:1","total":"7.00"}"#;
    let lines = [
        r#"{"ask":"quote","command":{"do":"purchase","member":"card:1","total":"5.00"}}"#,
        purchase,
        r#"{"ask":"balance","member":"card:1"}"#,
        r#"{"ask":"quote","command":{"do":"campaign","campaign":"base","action":"pause","reason":"x"}}"#,
        r#"{"ask":"find","key":"k"}"#,
        r#"{"ask":"balance","member":"card:2"}"#,
        r#"{"ask":"weather"}"#,
        r#"{"ask":"balance","membr":"card:1"}"#,
    ];
    let ran = shop.pipe("session", lines.join("\n")).ends(0);
    let told: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), lines.len(), "{}", ran.out);
    assert_eq!(
        (&told[0]["after"]["point"], &told[0]["seq"]),
        (&5.into(), &().into())
    );
    assert_eq!(told[1]["after"]["point"], 7, "the quote left nothing");
    assert_eq!(told[2]["now"]["balance"]["point"]["available"], 7);
    assert_eq!(told[3]["ok"], true);
    assert_eq!(told[4]["repeated"], true);
    assert_eq!(told[5]["code"], "unknown_member");
    assert!(told[6]["message"].as_str().unwrap().contains("quote"));
    assert!(told[7]["message"].as_str().unwrap().contains("membr"));
    let campaigns = shop.run("policy status --json").ends(0);
    assert!(!campaigns.out.contains("paused"), "{}", campaigns.out);
    shop.run("audit verify").ends(0);
    shop.pipe("do -", lines[2]).ends(0).says(&["available"]);
}

pub const LETTERS: &str = r#"
campaign(#{ id: "letters", role: "base" });
fn on_purchase(purchase, member) {
    award("point", purchase.total);
    message("points-changed", #{ points: purchase.total }, #{ service: true });
    message("news");
}
"#;

pub const LETTERS_TOML: &str = r#"
[programme]
name = "Letters"
currency = "EUR"
zone = "Europe/Berlin"
purposes = ["marketing"]
[unit.point]
kind = "spendable"
"#;

// proves: S40
#[test]
fn the_outbox_is_read_from_where_one_stopped_and_counts_what_is_not_sent() {
    let shop = Shop::empty();
    shop.write("letters/programme.toml", LETTERS_TOML);
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    let buy = "purchase --member card:1 --total 10.00 --key";
    shop.run(&format!("{buy} k1")).ends(0);
    let told = |line: &str| {
        let out = shop.run(line).ends(0).out;
        let lines = out.lines().map(|l| serde_json::from_str(l).unwrap());
        lines.collect::<Vec<serde_json::Value>>()
    };
    let first = told("outbox");
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0]["template"], "points-changed");
    assert_eq!(told("outbox --suppressed").len(), 2);
    shop.run(&format!("{buy} k2")).ends(0);
    let after = first[0]["position"].as_str().unwrap();
    let next = told(&format!("outbox --after {after}"));
    assert_eq!(next.len(), 1, "{next:?}");
    assert_ne!(next[0]["position"], first[0]["position"]);
}

#[test]
fn what_is_not_sent_does_not_stop_the_outbox_before_what_is() {
    let shop = Shop::empty();
    shop.write("letters/programme.toml", LETTERS_TOML);
    let news =
        "campaign(#{ id: \"news\" });\nfn on_purchase(purchase, member) { message(\"news\"); }";
    shop.write("letters/campaigns/news.rhai", news);
    let letters = LETTERS.replace("role: \"base\"", "role: \"base\", when: #{ minimum: 20 }");
    let letters = letters.replace("message(\"news\");", "");
    shop.write("letters/campaigns/letters.rhai", letters);
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    for (key, total) in [("k1", "10.00"), ("k2", "10.00"), ("k3", "30.00")] {
        shop.run(&format!(
            "purchase --member card:1 --total {total} --key {key}"
        ))
        .ends(0);
    }
    let told = shop.run("outbox --limit 1").ends(0).json();
    assert_eq!(told["template"], "points-changed", "{told}");
}

#[test]
fn a_campaign_that_only_writes_had_its_part_in_a_purchase() {
    let shop = Shop::empty();
    let news = |id: &str, when: &str| {
        let code = format!("campaign(#{{ id: \"{id}\"{when} }});\n");
        code + "fn on_purchase(purchase, member) { message(\"news\"); }"
    };
    shop.write("letters/programme.toml", LETTERS_TOML);
    shop.write("letters/campaigns/news.rhai", news("news", ""));
    let dear = news("dear", ", when: #{ category: [\"wine\"] }");
    shop.write("letters/campaigns/dear.rhai", dear);
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    let buy = "purchase --member card:1 --total 10.00 --key k1 --json";
    let seq = shop.run(buy).ends(0).json()["seq"].clone();
    let told = shop.run(&format!("explain {seq} --json")).ends(0).json();
    let idle = &told["not_run"];
    assert_eq!(idle.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(idle[0]["campaign"], "dear", "{told}");
    assert_eq!(idle[0]["why"], "no line of wine", "{told}");
    assert_eq!(told["did"][0]["campaign"], "news", "{told}");
}

#[test]
fn a_claim_says_which_entry_it_goes_on_from() {
    let shop = Shop::empty();
    let claimable = LETTERS_TOML.replace("purposes", "claim_days = 30\npurposes");
    shop.write("letters/programme.toml", claimable);
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    let sale = shop
        .run("purchase --total 10.00 --key k1 --json")
        .ends(0)
        .json();
    let claim = format!(
        "claim {} --member card:1 --key c1",
        sale["claim"].as_str().unwrap()
    );
    shop.run(&claim).ends(0);
    let of = format!("of entry {}", sale["seq"]);
    shop.run("statement card:1").ends(0).says(&["claim", &of]);
}

#[test]
fn a_purchase_is_the_same_whether_or_not_it_may_be_claimed_by_now() {
    let shop = Shop::empty();
    let claimable = LETTERS_TOML.replace("purposes", "claim_days = 30\npurposes");
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    shop.write("letters/programme.toml", &claimable);
    shop.run("init --programme ./letters").ends(0);
    let buy = "purchase --total 10.00 --key";
    shop.run(&format!("{buy} k1")).ends(0);
    shop.write("letters/programme.toml", LETTERS_TOML);
    shop.run("policy activate ./letters").ends(0);
    shop.run(&format!("{buy} k1"))
        .ends(0)
        .says(&["booked before"]);
    shop.run(&format!("{buy} k2")).ends(0);
    shop.write("letters/programme.toml", &claimable);
    shop.run("policy activate ./letters").ends(0);
    shop.run(&format!("{buy} k2"))
        .ends(0)
        .says(&["booked before"]);
}

// proves: S160
#[test]
fn what_a_reward_cost_is_what_it_cost_then() {
    let shop = Shop::empty();
    shop.write("letters/programme.toml", LETTERS_TOML);
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    let reward = |cost: &str| {
        format!("reward(#{{ id: \"mug\", unit: \"point\", points: 1, cost: {cost} }});\n")
    };
    shop.write("letters/rewards.rhai", reward("4.20"));
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    shop.run("purchase --member card:1 --total 10.00 --key k1")
        .ends(0);
    let redeem = |key: &str| {
        let line = format!("redeem --member card:1 --reward mug --key {key} --json");
        shop.run(&line).ends(0).json()["seq"].clone()
    };
    let first = redeem("r1");
    shop.write("letters/rewards.rhai", reward("5.10"));
    shop.run("policy activate ./letters").ends(0);
    let second = redeem("r2");
    let cost = |seq| shop.run(&format!("explain {seq} --json")).ends(0).json()["costs"].clone();
    assert_eq!(cost(first)[0]["amount"], "4.20");
    assert_eq!(cost(second.clone())[0]["amount"], "5.10");
    shop.run(&format!("explain {second}"))
        .ends(0)
        .says(&["costs the shop 5.10 (mug)"]);

    // A hold costs nothing yet; captured, it costs as much as when it was promised.
    let seq = |line: &str| shop.run(&format!("{line} --json")).ends(0).json()["seq"].clone();
    let held = seq("hold --member card:1 --reward mug --until 2099-01-01T00:00:00Z --key h1");
    shop.write("letters/rewards.rhai", reward("6.30"));
    shop.run("policy activate ./letters").ends(0);
    let captured = seq(&format!("capture --seq {held} --key c1"));
    assert!(cost(held).is_null());
    assert_eq!(cost(captured)[0]["amount"], "5.10");
    let held =
        seq("hold --member card:1 --points 1 --unit point --until 2099-01-01T00:00:00Z --key h2");
    let captured = seq(&format!("capture --seq {held} --key c2"));
    assert!(cost(captured).is_null());
}

#[test]
fn a_draft_that_was_paused_is_told_alike_by_both_lists() {
    let shop = Shop::empty();
    shop.run("init --programme spend-and-win").ends(0);
    let states = || {
        let list = shop.run("campaign list").ends(0).out;
        let status = shop.run("policy status").ends(0).out;
        let line = |text: &str| {
            let found = text.lines().find(|l| l.contains("single-slip")).unwrap();
            ["draft", "paused", "running", "closed"].map(|word| found.contains(word))
        };
        assert_eq!(line(&list), line(&status), "{list}{status}");
        line(&list)
    };
    assert_eq!(states(), [true, false, false, false]);
    shop.run("campaign pause single-slip --reason test").ends(0);
    assert_eq!(states(), [false, true, false, false]);
}

#[test]
fn an_end_for_want_of_activity_is_told_and_that_it_moves_on() {
    let shop = Shop::empty();
    let programme = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programmes/stillness");
    shop.run(&format!("init --programme {programme}")).ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    let buy = "purchase --member card:1 --total 100.00 --key k";
    let told = shop.run(&format!("--json {buy}")).ends(0).json();
    let (award, ending) = (
        &told["did"][0],
        &told["now"]["balance"]["point"]["expiring"],
    );
    assert_eq!(
        (&award["moves_on"], &ending["moves_on"]),
        (&true.into(), &true.into()),
        "{told}"
    );
    assert_eq!(award["expires_at"], ending["at"]);
    assert_eq!(award["amount"], ending["amount"]);
    shop.run(buy).ends(0).says(&["or later"]);
    shop.run("balance card:1")
        .ends(0)
        .says(&["activity moves it on"]);
    // An expiry that the lot has itself does not move.
    let cafe = Shop::cafe();
    cafe.run("member enrol --alias card:1 --key e").ends(0);
    let told = cafe.run(&format!("--json {buy}")).ends(0).json();
    assert!(told["did"][0]["expires_at"].is_string(), "{told}");
    assert!(!told.to_string().contains("moves_on"), "{told}");
}

const FAILING: &str = r#"
campaign(#{ id: "boost", role: "bonus" });
fn on_purchase(purchase, member) { award("star", 1) }
fn on_review(figures) {
    let left = 100 / (2 - figures.given("star"));
    if left < 0 { pause("done") }
}
"#;

#[test]
fn a_review_that_fails_is_told_wherever_somebody_looks() {
    let shop = Shop::cafe();
    shop.write("programme/campaigns/boost.rhai", FAILING);
    shop.run("policy activate --without-stories --reason tried")
        .ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    let quiet = shop.run("--json daily").ends(0).json();
    assert_eq!(quiet["warnings"], serde_json::json!([]));
    for key in ["a", "b"] {
        shop.run(&format!(
            "purchase --member card:1 --total 5.00 --key {key}"
        ))
        .ends(0);
    }
    let words = ["review_failed", "campaigns/boost.rhai:5", "on_review"];
    shop.run("daily").ends(0).says(&words);
    shop.run("policy status").ends(0).says(&words);
    for line in ["--json daily", "--json policy status"] {
        let told = shop.run(line).ends(0).json();
        assert_eq!(told["warnings"][0]["code"], "review_failed", "{told}");
    }
    let told = shop.say(r#"{"do":"daily"}"#).ends(0).says(&words).json();
    assert_eq!(told["warnings"].as_array().map(Vec::len), Some(1), "{told}");
}

// proves: PC25
#[test]
fn where_days_begin_at_four_the_last_day_is_the_same_wherever_it_is_told() {
    let shop = Shop::empty();
    let programme = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programmes/night");
    shop.run(&format!("init --programme {programme}")).ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    let buy = "purchase --member card:1 --total 9.00 --key k";
    // People read days, never the hour at which the programme's day begins.
    let tells = |line: &str, words: &[&str]| {
        shop.run(line).ends(0).says(words).lacks(&["T04:00"]);
    };
    tells(buy, &["2099-12-31", "2099-12-30"]);
    tells("pass start prime --member card:1 --key q", &["prime until"]);
    tells("explain 3", &["2099-12-31"]);
    let balance = "9 after 2099-12-31";
    tells(
        "balance card:1",
        &[balance, "open until 2099-12-30", "prime until"],
    );
    tells("voucher show card:1", &["2099-12-30"]);
    tells("pass show --member card:1", &["prime until"]);
    let told = shop.run(&format!("--json {buy}")).ends(0).json();
    let award = &told["did"][0];
    assert_eq!(award["expires_at"], "2100-01-01T04:00:00+01:00");
    let ending = &told["now"]["balance"]["point"]["expiring"];
    for point in [award, ending] {
        assert_eq!(point["last_day"], "2099-12-31", "{told}");
    }
    let vouchers = shop.run("--json voucher show card:1").ends(0).json();
    let exported = shop.run("member export card:1").ends(0);
    let exported: serde_json::Value = serde_json::from_str(&exported.out).unwrap();
    let explained = shop.run("--json explain 3").ends(0).json();
    let lots = exported["held"]["lots"].as_array().unwrap();
    let lot = lots.iter().find(|lot| lot["unit"] == "round").unwrap();
    for round in [
        &told["did"][1],
        &told["now"]["vouchers"][0],
        &vouchers["vouchers"][0],
        lot,
    ] {
        assert_eq!(round["last_day"], "2099-12-30", "{round}");
    }
    assert_eq!(
        explained["awards"][0]["last_day"], "2099-12-31",
        "{explained}"
    );
    // A story shows the same: 02:00 of 1 November is still 31 October.
    let story = "programme x\n2026-11-01 02:00 enrol alice -> nothing\n2026-11-01 02:00 purchase alice 9.00 -> +9 point until 2099-12-31, +1 round until 2099-12-30\n";
    shop.write("programme/a.story", story);
    shop.run("policy test programme").ends(0);
}
