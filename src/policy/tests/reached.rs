//! Unreachable parts of programmes, and remedies that state the right form.

use super::*;

fn warned(files: &[(&str, &str)]) -> String {
    judged(files).map_or_else(|found| listed(&found), |made| listed(made.warnings()))
}

fn with_tiers(tiers: &str) -> String {
    let base = format!(
        "{HEADER}\nfn on_purchase(purchase, member) {{ award(\"star\", 1); award(\"year-star\", 1) }}"
    );
    warned(&[
        ("programme.toml", PLAIN),
        ("campaigns/a.rhai", &base),
        ("tiers.rhai", tiers),
    ])
}

// proves: PC5
#[test]
fn tiers_that_nobody_reaches_are_found() {
    let tiers = |levels: &str, body: &str| {
        with_tiers(&format!(
            "tiers(#{{ levels: [{levels}] }});\nfn qualify(member) {{ let n = member.qualifying(\"year-star\"); {body} }}"
        ))
    };
    let three = "\"bronze\", \"silver\", \"gold\"";
    let fine = "if n >= 50 { \"gold\" } else if n >= 10 { \"silver\" } else { \"bronze\" }";
    assert_eq!(tiers(three, fine), "");
    let never = "if n >= 10 { \"silver\" } else { \"bronze\" }";
    let found = tiers(three, never);
    assert!(
        found.starts_with("warning: tiers.rhai:1:39: nobody reaches 'gold': qualify never answers"),
        "{found}"
    );
    let covered = "if n >= 10 { \"silver\" } else if n >= 50 { \"gold\" } else { \"bronze\" }";
    let found = tiers(three, covered);
    assert!(
        found.starts_with("error: tiers.rhai:2:")
            && found.contains("whoever has 50 was answered 'silver' before (ask for the highest"),
        "{found}"
    );
    let found = tiers("\"gold\", \"silver\", \"bronze\"", fine);
    assert!(
        found
            .contains("'gold' takes more than 'silver', but levels has it below (write the lowest"),
        "{found}"
    );
    let returned = "if n >= 10 { return \"silver\"; } if n >= 50 { return \"gold\"; } \"bronze\"";
    let found = tiers(three, returned);
    assert!(
        found.contains("whoever has 50 was answered 'silver' before"),
        "{found}"
    );
    let fine = "if n >= 50 { return \"gold\"; } if n >= 10 { return \"silver\"; } \"bronze\"";
    assert_eq!(tiers(three, fine), "");
    // Another fact is another condition.
    let other = "if n >= 10 { \"silver\" } else if member.visits(\"year\") >= 50 { \"gold\" } else { \"bronze\" }";
    assert_eq!(tiers(three, other), "");
    // A concatenated name is not searched for.
    let made = tiers(three, "let a = \"go\"; let b = \"ld\"; a + b");
    assert!(!made.contains("nobody reaches"), "{made}");
}

// proves: PC6
#[test]
fn units_that_are_counted_and_never_given_are_found() {
    let files = |body: &str| {
        let base = format!("{HEADER}\nfn on_purchase(purchase, member) {{ {body} }}");
        warned(&[
            ("programme.toml", PLAIN),
            ("campaigns/a.rhai", &base),
            ("tiers.rhai", TIERS),
        ])
    };
    let found = files("award(\"star\", 1)");
    assert_eq!(
        found,
        "warning: programme.toml:11:1: no campaign awards 'year-star', which is counted on (write award(\"year-star\", ..) in a campaign)\n"
    );
    assert_eq!(
        files("award(\"year-star\", 1)"),
        "warning: programme.toml:9:1: no campaign awards 'star' (write award(\"star\", ..) in a campaign)\n"
    );
    assert_eq!(files("award(\"year-star\", 1); award(\"star\", 1)"), "");
    // The unit is known only at run time.
    assert_eq!(files("let unit = \"year-star\"; award(unit, 1)"), "");
}

// proves: PC7
#[test]
fn a_reward_worth_more_than_its_points_cost_is_found() {
    let files = |amount: &str, reward: &str| {
        let base = format!(
            "{HEADER}\nfn on_purchase(purchase, member) {{ award(\"year-star\", 1); award(\"star\", {amount}, \"purchase\") }}"
        );
        let rewards = format!("reward(#{{ id: \"off\", unit: \"star\", {reward} }});");
        warned(&[
            ("programme.toml", PLAIN),
            ("campaigns/a.rhai", &base),
            ("rewards.rhai", &rewards),
        ])
    };
    let found = files("floor(purchase.earning)", "points: 10, value: 20.00");
    assert!(
        found.starts_with("warning: rewards.rhai:1:1: 'off' is worth 20.00, but its 10 star are earned by paying 10"),
        "{found}"
    );
    let found = files("purchase.earning * 10", "points: 10, cost: 1.50");
    assert!(found.contains("earned by paying 1 "), "{found}");
    for (amount, reward) in [
        ("floor(purchase.earning)", "points: 10, value: 5.00"),
        ("purchase.earning / 10", "points: 10, value: 20.00"),
        ("steps(purchase.earning, 5)", "points: 10, value: 20.00"),
        (
            "floor(purchase.earning)",
            "points: 10, category: \"coffee\"",
        ),
        ("member.visits(\"year\")", "points: 10, value: 20.00"),
    ] {
        assert_eq!(files(amount, reward), "", "{amount} {reward}");
    }
}

// proves: PC8
#[test]
fn headers_that_keep_everything_away_are_found() {
    let header = |fields: &str| {
        wrong(&format!(
            "campaign(#{{ id: \"a\", {fields} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 1) }}"
        ))
    };
    for (fields, said) in [
        (
            "budget: #{ star: 0 }",
            "a limit of 0 star: nothing is ever given",
        ),
        (
            "per_member: #{ \"year-star\": 5 }",
            "a limit of year-star, but the campaign gives none of it (it gives: star)",
        ),
        (
            "per_referrer: #{ count: 1 }",
            "per_referrer, but nothing is given by refer(..)",
        ),
    ] {
        let found = header(fields);
        assert!(
            found.starts_with("warning: ") && found.contains(said),
            "{fields}: {found}"
        );
    }
    for fields in [
        "budget: #{ star: 1 }",
        "per_member: #{ star: 5 }",
        "hold_out: \"10%\"",
    ] {
        assert_eq!(header(fields), "", "{fields}");
    }
    for (fields, said) in [
        (
            "when: #{ minimum: \"10,50\" }",
            "(a decimal is written with a point: \"10.50\")",
        ),
        (
            "budget: #{ star: \"1,5\" }",
            "(a decimal is written with a point: \"1.5\")",
        ),
    ] {
        let found = header(fields);
        assert!(found.contains(said), "{fields}: {found}");
    }
    let toml = format!("{PLAIN}value = \"0,05\"\n");
    let toml = toml.replace("[unit.year-star]\nkind = \"qualifying\"\n", "");
    let found = warned(&[("programme.toml", &toml)]);
    assert!(
        found.contains("(a decimal is written with a point: \"0.05\")"),
        "{found}"
    );
}

// proves: PC9
#[test]
fn campaigns_that_are_over_are_told() {
    let over = |fields: &str, today: &str| {
        let text = format!(
            "campaign(#{{ id: \"a\", {fields} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 1) }}"
        );
        let policy = with_campaign(&text).unwrap_or_else(|found| panic!("{}", listed(&found)));
        listed(&crate::policy::past(
            &policy,
            &Bundle::new(vec![("campaigns/test.rhai".into(), text.into_bytes())]).unwrap(),
            Day::parse(today).unwrap(),
        ))
    };
    let to = "to: \"2026-11-29\"";
    assert_eq!(over(to, "2026-11-29"), "");
    let found = over(to, "2026-11-30");
    assert!(
        found.starts_with(
            "warning: campaigns/test.rhai:1:1: 'a' is over since 2026-11-29: it never runs"
        ),
        "{found}"
    );
    assert_eq!(over("to: \"2026-11-29\", draft: true", "2026-11-30"), "");
    assert_eq!(over("from: \"2026-11-29\"", "2030-01-01"), "");
}

// proves: PC93
#[test]
fn what_is_given_until_a_day_that_is_past_is_told() {
    let told = |header: &str, body: &str| {
        let toml = format!(
            "{PLAIN}[unit.mug]\nkind = \"voucher\"\n[unit.club]\nkind = \"pass\"\nperiod = \"12 months\"\n"
        );
        let text = format!(
            "campaign(#{{ id: \"a\"{header} }});\nconst END = \"2026-03-01\";\nfn on_purchase(purchase, member) {{ {body} }}"
        );
        let files = [("programme.toml", &*toml), ("campaigns/a.rhai", &*text)];
        let policy = judged(&files).unwrap_or_else(|found| panic!("{}", listed(&found)));
        let bundle = Bundle::new(vec![]).unwrap();
        listed(&crate::policy::past(
            &policy,
            &bundle,
            Day::parse("2026-11-29").unwrap(),
        ))
    };
    for body in [
        "award(\"star\", 1, \"x\", #{ expires: \"2026-11-28\" })",
        "issue(\"mug\", \"x\", #{ expires: \"2020-01-01\" })",
        "refer(\"star\", 1, \"x\", #{ expires: global::END })",
        "if purchase.total > 5 { let end = \"2026-11-28\"; grant(\"club\", end) }",
    ] {
        let found = told("", body);
        assert!(
            found.starts_with("warning: campaigns/a.rhai:3:"),
            "{body}: {found}"
        );
        assert!(
            found.contains("which is past: nobody can use it"),
            "{body}: {found}"
        );
        assert_eq!(told(", draft: true", body), "", "{body}");
    }
    for fine in [
        "award(\"star\", 1, \"x\", #{ expires: \"2026-11-29\", available: \"2026-01-01\" })",
        "award(\"star\", 1, \"x\", #{ expires: days_after(purchase.date, 9) })",
    ] {
        assert_eq!(told("", fine), "", "{fine}");
    }
}

// proves: PC10
#[test]
fn remedies_say_what_to_write() {
    for (text, said) in [
        ("campaign({ id: \"a\" });", "(write campaign(#{ .. });)"),
        ("campaign(id: \"a\");", "(write campaign(#{ .. });)"),
        (
            "campaign(#{ id: 'abc' });",
            "(a text stands in double quotes: \"abc\")",
        ),
    ] {
        let found = wrong(text);
        assert!(found.contains(said), "{text}: {found}");
    }
    for (body, said) in [
        ("award(star, 1)", "(a text stands in quotes: \"star\""),
        (
            "award(year-star, 1)",
            "(a text stands in quotes: \"year-star\"",
        ),
        (
            "if member.tier == silver { }",
            "(a text stands in quotes: \"silver\"",
        ),
        ("award \"star\", 1", "(write award(..), with brackets)"),
        (
            "if member.visits(30 days) > 1 { }",
            "(a span stands in quotes: \"30 days\")",
        ),
        (
            "if member.visits(30) > 1 { }",
            "(write \"30 days\" or \"30 months\", in quotes)",
        ),
        (
            "if purchase.total > 5 and purchase.hour > 3 { }",
            "(write && for and)",
        ),
        (
            "if purchase.total > 5 or purchase.hour > 3 { }",
            "(write || for or)",
        ),
        ("if not purchase.total > 5 { }", "(write ! for not)"),
        (
            "if purchase.weekday is \"Sat\" { }",
            "(write == to compare)",
        ),
        ("if true { } elif true { }", "(write } else if .. {)"),
        (
            "award('star', 1)",
            "(a text stands in double quotes: \"star\")",
        ),
        ("award(\"star\", 10%)", "(write percent_of(amount, 10))"),
        ("if purchase.store <> \"x\" { }", "(write != for unequal)"),
        ("award(\"star\", null)", "(write () for nothing)"),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}
