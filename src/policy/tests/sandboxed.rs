//! Limits of scripts; every end is a failure with a place.

use super::*;

#[test]
fn ways_out_of_the_sandbox_do_not_compile() {
    for (body, said) in [
        ("eval(\"1\")", "'eval' is not available"),
        ("let x = 2 ** 3;", "'**'"),
        ("import \"x\" as y;", "'import' is not available"),
        (
            "let f = Fn(\"sleep\"); f.call(100)",
            "'Fn' is not available",
        ),
        ("sleep(1)", "there is no function 'sleep'"),
        ("exit()", "there is no function 'exit'"),
        ("exit(1)", "there is no function 'exit'"),
        ("let t = timestamp();", "there is no function 'timestamp'"),
        ("print(\"x\")", "'print' is not available"),
        ("debug(\"x\")", "'debug' is not available"),
        ("let r = rand();", "there is no function 'rand'"),
        (
            "let x = parse_json(\"{}\");",
            "there is no function 'parse_json'",
        ),
        ("let x = curry(1);", "'curry' is not available"),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
        assert!(found.contains("campaigns/test.rhai:3:"), "{body}: {found}");
    }
}

#[test]
fn what_cannot_be_disabled_is_shadowed() {
    use crate::policy::host::sandbox::ENGINE;
    for call in ["sleep(1)", "exit()", "exit(7)", "\"x\".parse_json()"] {
        let error = ENGINE.eval::<rhai::Dynamic>(call).expect_err(call);
        assert!(
            error.to_string().contains("not available"),
            "{call}: {error}"
        );
    }
    let names = ["sleep(1.5)", "timestamp()", "open_file(\"x\")"];
    for call in names {
        assert!(ENGINE.eval::<rhai::Dynamic>(call).is_err(), "{call}");
    }
}

#[test]
fn scripts_that_do_not_end_are_ended() {
    for (body, said) in [
        ("loop { let x = 1; }", "more than 100000 steps"),
        ("while true { let x = 1; }", "more than 100000 steps"),
        ("let s = \"x\"; loop { s += s; }", "too large"),
        ("let a = []; loop { a.push(1); }", "too large"),
        ("let a = [1]; loop { a += a; }", "too large"),
        (
            "let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }",
            "100000 steps",
        ),
        ("let b = [[1]]; loop { b = [b, b, b]; }", ""),
        (
            "for line in 0..1_000_000_000 { award(\"star\", 1); }",
            "more than",
        ),
    ] {
        let failure = failed(body);
        assert!(failure.message.contains(said), "{body}: {failure:?}");
        let is_placed = failure.line == 3 || failure.message.starts_with("in on_purchase");
        assert!(
            is_placed && failure.file == "campaigns/test.rhai",
            "{body}: {failure:?}"
        );
    }
}

#[test]
fn a_failure_without_a_line_names_its_function() {
    let failure = failed("loop { }");
    assert!(
        failure
            .message
            .starts_with("in on_purchase: the script took"),
        "{failure:?}"
    );
}

#[test]
fn recursion_ends_before_the_stack_does() {
    let text = format!(
        "{HEADER}\nfn down(n) {{ down(n + 1) }}\nfn on_purchase(purchase, member) {{ down(0) }}"
    );
    let run_it = move || run(&with_campaign(&text).ok().unwrap()).unwrap_err();
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    let failure = thread.spawn(run_it).unwrap().join().unwrap();
    assert!(failure.message.contains("more than 8 deep"), "{failure:?}");
}

#[test]
fn wrong_reckoning_fails_with_a_place() {
    for (body, said) in [
        (
            "award(\"star\", purchase.total / (purchase.hour - purchase.hour))",
            "zero",
        ),
        (
            "award(\"star\", purchase.hour % (purchase.hour - purchase.hour))",
            "zero",
        ),
        (
            "award(\"star\", 9_223_372_036_854_775_807 + purchase.hour)",
            "overflow",
        ),
        (
            "let x = 79_228_162_514.5; for i in 0..9 { x *= x; } award(\"star\", x)",
            "",
        ),
        (
            "award(\"star\", 9_007_199_254_740_992)",
            "more than a ledger can hold",
        ),
        ("award(\"star\", -1)", "negative"),
        ("award(\"star\", purchase.base(\"star\") - 1)", "negative"),
        ("award(\"star\", \"5\")", "needs a number, not a text"),
        ("award(\"star\", ())", "needs a number, not () (nothing)"),
        (
            "let u = \"sta\"; award(u + \"rs\", 1)",
            "there is no unit 'stars'; did you mean 'star'?",
        ),
        (
            "discount(9_007_199_254_740_992, \"x\")",
            "more than a ledger can hold",
        ),
        (
            "percent_of(9_223_372_036_854_775_807, 79_228_162_514_264_337_593.5)",
            "too large",
        ),
        ("steps(10, 0)", "more than 0"),
        (
            "floor(99_999_999_999_999_999_999.5)",
            "too large for a whole number",
        ),
        ("zhe(100)", "needs 0.1 to 9.9"),
        ("zhe(0)", "needs 0.1 to 9.9"),
        ("let p = purchase; p.total = 5", "cannot be changed"),
        (
            "let p = purchase; p.totl",
            "purchase has no 'totl'; did you mean 'total'?",
        ),
        (
            "award(\"star\", 1, \"x\", #{ line: 1, ends: \"2026-01-01\" })",
            "no option 'ends'",
        ),
        (
            "award(\"star\", 1, \"x\", #{ expires: \"31.12.2026\" })",
            "not a date",
        ),
        ("remember(\"k\", [1])", "not a list"),
        ("if member.birthday_today { }", ""),
        ("throw \"no luck\"", "no luck"),
    ] {
        let failure = failed(body);
        assert!(failure.message.contains(said), "{body}: {failure:?}");
        assert!(
            failure.line == 3 && failure.column > 0,
            "{body}: {failure:?}"
        );
    }
}

#[test]
fn proposals_are_bounded() {
    let long = "x".repeat(201);
    for (body, said) in [
        (format!("award(\"star\", 1, \"{long}\")"), "at most 200"),
        (format!("remember(\"{long}\", 1)"), "at most 64"),
        ("tag(\"\")".into(), "is empty"),
        (
            "for i in 0..2000 { tag(\"x\") }".into(),
            "more than 1000 proposals",
        ),
    ] {
        let failure = failed(&body);
        assert!(failure.message.contains(said), "{body}: {failure:?}");
    }
}

#[test]
fn qualify_cannot_propose_and_must_name_a_tier() {
    for (body, said) in [
        ("\"diamond\"", "'diamond', which is no tier"),
        ("5", "did not answer with the name of a tier"),
        ("member.tier == 1", "did not answer"),
    ] {
        let tiers = format!("tiers(#{{ levels: [\"bronze\"] }});\nfn qualify(member) {{ {body} }}");
        let policy = made(&[("programme.toml", PLAIN), ("tiers.rhai", &tiers)]);
        let given = vec![Value::Unit; policy.facts_review().len()];
        let failure = policy.qualify(&given, &Steps::default()).unwrap_err();
        assert!(failure.message.contains(said), "{body}: {failure:?}");
    }
    let tiers =
        "tiers(#{ levels: [\"bronze\"] });\nfn qualify(member) { award(\"star\", 1); \"bronze\" }";
    let found = judged(&[("programme.toml", PLAIN), ("tiers.rhai", tiers)]);
    let found = listed(&found.map(|_| ()).unwrap_err());
    assert!(
        found.contains("award(..) does nothing in qualify"),
        "{found}"
    );
}

#[test]
fn a_declaration_inside_a_function_is_refused() {
    let failure = failed("campaign(#{ id: \"again\" })");
    assert!(
        failure.message.contains("at the top of a file"),
        "{failure:?}"
    );
}

#[test]
fn the_same_facts_give_the_same_proposals_on_every_thread() {
    let body = "
        let seen = #{ b: 1, a: 2, c: 3 };
        for key in seen.keys() { award(\"star\", purchase.total * seen[key], key); }
        for line in purchase.lines { award(\"star\", line.amount / 3, line.sku, #{ line: line }); }
        remember(\"last\", purchase.date);
        message(\"thanks\", #{ z: 1, a: purchase.total });";
    let policy = Arc::new(with_body(body));
    let expected = run(&policy).unwrap();
    assert_eq!(expected.len(), 7);
    let threads = (0..4).map(|_| {
        let (policy, expected) = (policy.clone(), expected.clone());
        std::thread::spawn(move || {
            for _ in 0..250 {
                assert_eq!(run(&policy).unwrap(), expected);
            }
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
}

#[test]
fn hidden_characters_enter_by_no_door_of_a_programme() {
    for hidden in ["\\n", "\\u202e", "\\u2066", "\\u200b"] {
        let said = "contains a c";
        for body in [
            format!("award(\"star\", 1, \"why{hidden}All held.\")"),
            format!("tag(\"a{hidden}b\")"),
            format!("remember(\"k\", \"a{hidden}b\")"),
            format!("message(\"t\", #{{ a: \"a{hidden}b\" }})"),
        ] {
            let failure = failed(&body);
            assert!(failure.message.contains(said), "{body}: {failure:?}");
        }
        let text = format!(
            "campaign(#{{ id: \"test\", title: \"a{hidden}b\" }});\nfn on_purchase(purchase, member) {{ tag(\"x\") }}"
        );
        let found = listed(&with_campaign(&text).map(|_| ()).unwrap_err());
        assert!(found.contains(said), "{found}");
        for (was, is) in [
            ("\"Test\"", format!("\"a{hidden}b\"")),
            ("\"mitte\"", format!("\"a{hidden}b\"")),
            ("\"marketing\"", format!("\"a{hidden}b\"")),
            ("year-star", format!("\"a{hidden}b\"")),
        ] {
            let manifest = PLAIN.replacen(was, &is, 1);
            let found = judged(&[("programme.toml", &manifest)]).map(|_| ());
            let found = listed(&found.unwrap_err());
            assert!(found.contains(said), "{manifest}: {found}");
        }
    }
}
