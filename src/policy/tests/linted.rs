//! Every finding of `check`, with its remedy.

use super::*;

// proves: S13
#[test]
fn paying_for_a_score_is_a_habit_that_is_told() {
    let is_told = |body: &str| {
        let head = "campaign(#{ id: \"a\", title: \"A\" });";
        let text = format!("{head}\nfn on_activity(activity, member) {{ {body} }}");
        wrong(&text).contains("good marks can be bought")
    };
    assert!(is_told(
        "if activity.field(\"score\") >= 9 { award(\"star\", 20) }"
    ));
    for body in [
        "award(\"star\", 20)",
        "if activity.field(\"score\") <= 6 { tag(\"unhappy\") }",
        "if activity.field(\"km\") > 1 { award(\"star\", 20) }",
    ] {
        assert!(!is_told(body), "{body}");
    }
}

#[test]
fn names_that_do_not_exist_are_found_before_they_are_run() {
    for (body, said) in [
        (
            "if false { awrd(\"star\", 1) }",
            "there is no function 'awrd' (did you mean 'award'?)",
        ),
        (
            "let limit = 5; let more = 1; let l = purchase.lines.filter(|x| x.amount > limit + more);",
            "cannot use 'limit' and 'more' from outside of it, only its own parameters (write a loop",
        ),
        (
            "award(\"star\")",
            "award(..) takes 2 or 3 or 4 arguments, not 1",
        ),
        (
            "award(\"star\", purchase.totl)",
            "purchase has no 'totl' (did you mean 'total'?)",
        ),
        (
            "award(\"star\", purchase.bse(\"star\"))",
            "did you mean 'base'?",
        ),
        (
            "award(\"star\", purchase.base)",
            "needs an argument (write purchase.base(\"..\"))",
        ),
        (
            "award(\"star\", purchase.total())",
            "is no function (write purchase.total without",
        ),
        (
            "purchase.total = 5;",
            "purchase.total cannot be changed (facts are only read",
        ),
        (
            "let t = member.teir;",
            "member has no 'teir' (did you mean 'tier'?)",
        ),
        (
            "for line in purchase.lines { let x = line.amout; }",
            "line has no 'amout'",
        ),
        (
            "let x = purchase.lines.lenn();",
            "there is no function 'lenn'",
        ),
        (
            "award(\"star\", round(purchase.total))",
            "half_up, half_even, floor or ceil",
        ),
        (
            "let x = purchase.total.round();",
            "there is no function 'round'",
        ),
        (
            "award(\"star\", rate)",
            "there is no variable 'rate' (a text stands in quotes: \"rate\"; a constant of this file",
        ),
        (
            "switch purchase.hour { 1 => 2, _ => nothing() }",
            "there is no function 'nothing'",
        ),
        (
            "let f = |x| missing(x); f.call(1);",
            "there is no function 'missing'",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
        assert!(
            found.starts_with("error: campaigns/test.rhai:3:"),
            "{body}: {found}"
        );
    }
}

#[test]
fn what_scripts_name_must_be_in_the_programme() {
    for (body, said) in [
        (
            "award(\"stars\", 1)",
            "there is no unit 'stars' in this programme (did you mean 'star'?)",
        ),
        (
            "award(\"star\", purchase.base(\"sta\"))",
            "there is no unit 'sta'",
        ),
        (
            "let b = member.balance(\"year-star\");",
            "no spendable unit 'year-star'",
        ),
        (
            "let b = member.qualifying(\"star\");",
            "no qualifying unit 'star'",
        ),
        (
            "let b = member.earned(\"point\", \"month\");",
            "no unit 'point'",
        ),
        ("let b = member.consents(\"email\");", "no purpose 'email'"),
        (
            "let b = balance(member, \"point\");",
            "no spendable unit 'point'",
        ),
        (
            "let b = member.tier == \"sliver\";",
            "no tier 'sliver' in this programme (did you mean 'silver'?)",
        ),
        ("let b = \"mite\" != purchase.store;", "no store 'mite'"),
        (
            "let b = purchase.weekday == \"Tuesday\";",
            "no day of the week 'Tuesday'",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}

#[test]
fn facts_need_literal_arguments() {
    for (body, said) in [
        (
            "let w = \"month\"; let v = member.visits(w);",
            "visits(..) needs literal texts",
        ),
        ("let v = member.visits(\"week\");", "'week' is not a window"),
        (
            "let v = member.memo(\"a\" + \"b\");",
            "memo(..) needs literal texts",
        ),
        (
            "let m = member; let v = m.spend(purchase.store);",
            "spend(..) needs literal texts",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}

#[test]
fn habits_are_warned_of() {
    for (body, said) in [
        ("award(\"star\", 7 / 2)", "whole numbers are divided"),
        (
            "award(\"star\", floor(purchase.total) / 2)",
            "whole numbers are divided",
        ),
        (
            "award(\"star\", purchase.hour / 2)",
            "whole numbers are divided",
        ),
        ("award(\"star\", 1 << 3)", "'<<' moves bits"),
        ("award(\"star\", 8 >> 1)", "'>>' moves bits"),
        ("tag(\"5\" + 3)", "glued together"),
        ("tag(floor(1.5) + \"5\")", "glued together"),
        (
            "tag(\"+49 170 1234567\")",
            "looks like a phone or card number",
        ),
        (
            "if member.birthday_today { award(\"star\", 1) }",
            "write member.birthday_today == true",
        ),
        (
            "if !member.birthday_this_month { award(\"star\", 1) }",
            "neither yes nor no",
        ),
    ] {
        let found = wrong_body(body);
        assert!(
            found.starts_with("warning: campaigns/test.rhai:3:"),
            "{body}: {found}"
        );
        assert!(found.contains(said), "{body}: {found}");
    }
    for body in [
        "award(\"star\", 7 / 2.0)",
        "award(\"star\", purchase.total / 2)",
        "if member.birthday_today == true { award(\"star\", 1) }",
        "tag(`hour ${purchase.hour}`)",
        "tag(\"2026-11-24\")",
        "tag(\"spring\" + \"26\")",
    ] {
        assert_eq!(wrong_body(body), "", "{body}");
    }
}

#[test]
fn lookalike_characters_are_named_with_the_one_to_write() {
    for (body, said) in [
        (
            "award（\"star\", 1)",
            "'（' (U+FF08) means nothing here (write (",
        ),
        (
            "award(\"star\"， 1)",
            "'，' (U+FF0C) means nothing here (write ,",
        ),
        (
            "award(“star”, 1)",
            "'“' (U+201C) means nothing here (write \"",
        ),
        ("award(\"star\", １)", "(write 1 "),
        (
            "award(\"star\",\u{a0}1)",
            "U+00A0 means nothing here (write an ordinary blank)",
        ),
        ("award(\"star\", 1)；", "(write ; "),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
        assert!(!found.contains("Syntax"), "{body}: {found}");
    }
    let fine =
        "// 注释，“可以”\n/* （也） */ award(\"star\", 1, \"双倍，星期二\"); tag(`“a” ${1}`)";
    assert_eq!(wrong_body(fine), "");
    let toml = PLAIN.replace("currency = \"EUR\"", "currency ＝ “EUR”  # “fine”");
    let found = judged(&[("programme.toml", &toml)]).err().unwrap();
    assert_eq!(found.len(), 3, "{}", listed(&found));
    assert!(found[0].message.contains("'＝'") && found[0].help.starts_with("write = "));
}

#[test]
fn hooks_must_be_ones_that_are_called() {
    let with = |function: &str| wrong(&format!("{HEADER}\n{function}"));
    for (function, said) in [
        (
            "fn on_purchse(purchase, member) { }",
            ":2:1: nothing calls a function 'on_purchse' (did you mean",
        ),
        (
            "fn on_purchase(purchase) { }",
            "called with 2 arguments (write fn on_purchase(purchase, m",
        ),
        ("fn on_enrol(member, x) { }", "called with 1 arguments"),
        (
            "fn on_day(member) { }",
            "called with 2 arguments (write fn on_day(day, member))",
        ),
        (
            "fn on_day(day, member) { }",
            "on_day is missing: it says on which days fn on_day runs (write birthday: true, quiet",
        ),
        (
            "fn on_activity(member) { }",
            "write fn on_activity(activity, member)",
        ),
        (
            "fn qualify(member) { \"silver\" }",
            "qualify is not called in this file",
        ),
        (
            "fn helper() { 1 }",
            "the campaign does nothing: it has no function",
        ),
    ] {
        let found = with(function);
        assert!(found.contains(said), "{function}: {found}");
    }
    let header = HEADER.replace("title", "on: [\"purchase\", \"return\"], title");
    let listed_only = wrong(&format!("{header}\nfn on_purchase(purchase, member) {{ }}"));
    assert!(
        listed_only.contains("on lists on_return, but there is no such"),
        "{listed_only}"
    );
    let header = HEADER.replace("title", "on: \"return\", title");
    let defined_only = wrong(&format!(
        "{header}\nfn on_purchase(purchase, member) {{ }}\nfn on_return(purchase, member) {{ }}"
    ));
    assert!(
        defined_only.contains("on does not list on_purchase"),
        "{defined_only}"
    );
}

#[test]
fn files_must_declare_what_belongs_into_them() {
    let function = "fn on_purchase(purchase, member) { }";
    for (text, said) in [
        (
            function.to_string(),
            "the file declares no campaign (it begins with campaign(",
        ),
        (
            format!("{HEADER}\n{HEADER}\n{function}"),
            "campaigns/test.rhai:2:1: a second campaign(..)",
        ),
        (
            format!("tiers(#{{ levels: [\"a\"] }});\n{HEADER}\n{function}"),
            "tiers(..) does not belong",
        ),
        (
            format!("{HEADER}\nlet x = 1;\n{function}"),
            ":2:1: outside of functions only constants",
        ),
        (
            format!("{HEADER}\nif true {{ award(\"star\", 1) }}\n{function}"),
            ":2:1: outside of",
        ),
        (
            format!("{HEADER}\naward(\"star\", 1);\n{function}"),
            ":2:1: outside of functions",
        ),
    ] {
        let found = wrong(&text);
        assert!(found.contains(said), "{text}: {found}");
    }
    let found = judged(&[("programme.toml", PLAIN), ("campaign/x.rhai", HEADER)])
        .err()
        .unwrap();
    assert!(
        found[0].message.contains("no part of a programme"),
        "{}",
        listed(&found)
    );
    let found = judged(&[("tiers.rhai", TIERS)]).err().unwrap();
    assert!(
        found[0].message.contains("no programme.toml"),
        "{}",
        listed(&found)
    );
    let bare = "tiers(#{ levels: [\"a\"] });";
    let found = judged(&[("programme.toml", PLAIN), ("tiers.rhai", bare)])
        .err()
        .unwrap();
    assert!(
        found[0].message.contains("no fn qualify(member)"),
        "{}",
        listed(&found)
    );
}

fn two(first: &str, second: &str) -> String {
    let campaign = |fields: &str| {
        format!(
            "campaign(#{{ {fields} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 1) }}"
        )
    };
    let (a, b) = (campaign(first), campaign(second));
    let files = [
        ("programme.toml", PLAIN),
        ("campaigns/a.rhai", &a),
        ("campaigns/b.rhai", &b),
    ];
    judged(&files).map_or_else(|found| listed(&found), |_| String::new())
}

#[test]
fn ties_are_refused_where_the_order_decides() {
    let tied = "have the same priority, but their order decides";
    assert!(two("id: \"a\", stack: \"best\"", "id: \"b\", stack: \"best\"").contains(tied));
    assert!(
        two(
            "id: \"a\", stack: \"stop\", group: \"x\"",
            "id: \"b\", group: \"x\""
        )
        .contains(tied)
    );
    for (a, b) in [
        ("id: \"a\"", "id: \"b\""),
        (
            "id: \"a\", stack: \"best\"",
            "id: \"b\", stack: \"best\", priority: 1",
        ),
        (
            "id: \"a\", stack: \"best\"",
            "id: \"b\", stack: \"best\", group: \"x\"",
        ),
        (
            "id: \"a\", stack: \"best\"",
            "id: \"b\", stack: \"best\", role: \"base\"",
        ),
        (
            "id: \"a\", stack: \"best\"",
            "id: \"b\", stack: \"best\", draft: true",
        ),
        (
            "id: \"a\", stack: \"best\", to: \"2026-01-31\"",
            "id: \"b\", stack: \"best\", from: \"2026-02-01\"",
        ),
    ] {
        assert_eq!(two(a, b), "", "{a} / {b}");
    }
    let twice = two("id: \"a\"", "id: \"a\"");
    assert!(twice.contains("campaigns/b.rhai: the id 'a' is that of campaigns/a.rhai already"));
}

#[test]
fn what_a_hook_does_not_carry_out_is_found_before_it_is_run() {
    let said = |function: &str, body: &str, more: &str| {
        let header = match function.starts_with("on_day") {
            true => "campaign(#{ id: \"a\", title: \"A\", on_day: #{ birthday: true } });",
            false => HEADER,
        };
        wrong(&format!("{header}\nfn {function} {{ {body} }}\n{more}"))
    };
    let refer = said("on_day(day, member)", "refer(\"star\", 5);", "");
    assert!(
        refer.contains("refer(..) does nothing in on_day (on_day may award, issue,"),
        "{refer}"
    );
    for (function, body) in [
        ("on_day(day, member)", "discount(1, \"off\")"),
        ("on_activity(activity, member)", "discount(1, \"off\")"),
        ("on_return(purchase, member)", "refer(\"star\", 5)"),
        ("on_redeem(redemption, member)", "award(\"star\", 5)"),
        ("on_purchase(purchase, member)", "tune(\"rate\", 5)"),
    ] {
        let text = said(function, body, "");
        assert!(
            text.contains("does nothing in"),
            "{function} {body}: {text}"
        );
    }
    let helper = "fn off() { discount(1, \"off\") }";
    let text = said("on_day(day, member)", "off();", helper);
    assert!(
        text.contains("discount(..) does nothing in on_day"),
        "{text}"
    );
    // If one hook that calls a helper carries it out, the call is meant for that hook.
    let both = format!("{helper}\nfn on_purchase(purchase, member) {{ off(); }}");
    let text = said("on_day(day, member)", "off();", &both);
    assert!(!text.contains("does nothing"), "{text}");
}

// proves: EVERY2
#[test]
fn a_campaign_for_everybody_asks_nothing_of_a_member_it_may_not_have() {
    let found = |fields: &str, body: &str| {
        wrong(&format!(
            "campaign(#{{ id: \"a\", {fields} }});\nfn on_purchase(purchase, member) {{ {body} }}"
        ))
    };
    let all = "for: \"everybody\"";
    for (body, said) in [
        (
            "if member.visits(\"month\") >= 3 { discount(1.00) }",
            "visits needs a member",
        ),
        (
            "if member.tier == \"silver\" { discount(1.00) }",
            "tier needs a member",
        ),
        ("tag(\"seen\"); discount(1.00);", "tag needs a member"),
    ] {
        assert!(
            found(all, body).contains(said),
            "{body}: {}",
            found(all, body)
        );
        assert!(found("title: \"A\"", body).is_empty(), "{body}");
        let guarded = format!("if member.is_known {{ {body} }}");
        assert!(
            found(all, &guarded).is_empty(),
            "{guarded}: {}",
            found(all, &guarded)
        );
    }
    assert_eq!(
        found(
            all,
            "discount(percent_of(purchase.total, 10)); award(\"star\", 1);"
        ),
        ""
    );
    let enrol =
        "campaign(#{ id: \"a\", for: \"everybody\" });\nfn on_enrol(member) { award(\"star\", 1) }";
    assert!(wrong(enrol).contains("for is about sales, and there is no fn on_purchase"));
}
