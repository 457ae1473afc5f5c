//! Comparisons with a constant result, and calls that always fail.

use super::*;

/// Findings of bodies of `on_purchase`, and bodies beside them that are fine.
fn found_and_not(cases: &[(&str, &str, &str)]) {
    for (body, said, fine) in cases {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
        assert!(
            found.starts_with("error: campaigns/test.rhai:3:"),
            "{body}: {found}"
        );
        assert_eq!(wrong_body(fine), "", "{fine}");
    }
}

// proves: PC49
#[test]
fn what_functions_of_ones_own_return_has_a_type() {
    for (rest, said) in [
        (
            "award(\"star\", rate()) }\nfn rate() { \"2\" }",
            "award(..): amount is a number, and this is a text",
        ),
        (
            "if rate(purchase) { award(\"star\", 1) } }\nfn rate(p) { if p.hour > 9 { return 2; } 3 }",
            "a condition is true or false, and this is a whole number",
        ),
        (
            "if first(purchase) == 5 { award(\"star\", 1) } }\nfn first(p) { second(p) }\nfn second(p) { p.store }",
            "a text is compared with a whole number",
        ),
        (
            "award(\"star\", nothing(purchase)) }\nfn nothing(p) { for l in p.lines { l.qty; } }",
            "this is () (nothing)",
        ),
    ] {
        let text = format!("{HEADER}\nfn on_purchase(purchase, member) {{ {rest}");
        let found = wrong(&text);
        assert!(found.contains(said), "{rest}: {found}");
    }
    for rest in [
        "award(\"star\", rate(purchase)) }\nfn rate(p) { if p.hour > 9 { return 2; } 3.5 }",
        "if both(purchase) == 5 { award(\"star\", 1) } }\nfn both(p) { if p.hour > 9 { return \"x\"; } 5 }",
        "award(\"star\", down(purchase.total)) }\nfn down(n) { if n < 1 { 0 } else { 1 + down(n - 1) } }",
    ] {
        let text = format!("{HEADER}\nfn on_purchase(purchase, member) {{ {rest}");
        assert_eq!(wrong(&text), "", "{rest}");
    }
    let swapped = wrong_body("discount(percent_of(10, purchase.total), \"ten\")");
    assert!(
        swapped.contains("so many per cent of the first"),
        "{swapped}"
    );
}

// proves: PC1
#[test]
fn a_text_is_never_compared_with_a_number() {
    found_and_not(&[
        (
            "if purchase.hour == \"17\" { award(\"star\", 1) }",
            "a whole number is compared with a text: '==' is always false (write 17, without",
            "if purchase.hour == 17 { award(\"star\", 1) }",
        ),
        (
            "if purchase.earning > \"20\" { award(\"star\", 1) }",
            "a number is compared with a text: '>' is always false (write 20, without quotes)",
            "if purchase.earning > 20 { award(\"star\", 1) }",
        ),
        (
            "if purchase.store == 5 { award(\"star\", 1) }",
            "a text is compared with a whole number: '==' is always false (write \"5\", in quotes)",
            "if purchase.store == \"mitte\" { award(\"star\", 1) }",
        ),
        (
            "if \"10,50\" <= purchase.total { award(\"star\", 1) }",
            "(write 10.50, without quotes)",
            "if 10.50 <= purchase.total { award(\"star\", 1) }",
        ),
        (
            "let total = purchase.earning; if total == \"20\" { award(\"star\", 1) }",
            "a number is compared with a text",
            "let total = purchase.earning; total = \"20\"; if total == \"20\" { award(\"star\", 1) }",
        ),
        (
            "for l in purchase.lines { if l.qty == \"2\" { award(\"star\", 1) } }",
            "a number is compared with a text",
            "for l in purchase.lines { if l.qty == 2 { award(\"star\", 1) } }",
        ),
        (
            "if purchase.codes == \"SPRING\" { award(\"star\", 1) }",
            "(write \"SPRING\" in purchase.codes)",
            "if \"SPRING\" in purchase.codes { award(\"star\", 1) }",
        ),
        (
            "if member.visits(\"month\") != \"0\" { award(\"star\", 1) }",
            "'!=' is always true",
            "if member.visits(\"month\") != () { award(\"star\", 1) }",
        ),
        (
            "if purchase.total { award(\"star\", 1) }",
            "a condition is true or false, and this is a number",
            "tag(\"vip\"); if member.has_tag(\"vip\") { award(\"star\", 1) }",
        ),
        (
            "award(\"star\", purchase.total * \"2\")",
            "'*' of a number and a text fails (write 2, without quotes)",
            "award(\"star\", purchase.total * 2)",
        ),
        (
            "for l in purchase.lines { award(\"star\", l.amout) }",
            "line has no 'amout' (did you mean 'amount'?)",
            "for l in purchase.lines { award(\"star\", l.amount) }",
        ),
    ]);
}

// proves: PC2
#[test]
fn what_is_never_true_is_found() {
    found_and_not(&[
        (
            "if purchase.hour >= 24 { award(\"star\", 1) }",
            "hour goes from 0 to 23: this is never true",
            "if purchase.hour >= 23 { award(\"star\", 1) }",
        ),
        (
            "if purchase.minute == 60 { award(\"star\", 1) }",
            "minute goes from 0 to 59",
            "if purchase.minute == 59 { award(\"star\", 1) }",
        ),
        (
            "if member.visits(\"month\") < 0 { award(\"star\", 1) }",
            "visits is never below 0",
            "if member.visits(\"month\") < 1 { award(\"star\", 1) }",
        ),
        (
            "if purchase.hour >= 22 && purchase.hour < 2 { award(\"star\", 1) }",
            "purchase.hour cannot be both: this is never true (write ||",
            "if purchase.hour >= 22 || purchase.hour < 2 { award(\"star\", 1) }",
        ),
        (
            "if purchase.weekday == \"Sat\" && purchase.weekday == \"Sun\" { award(\"star\", 1) }",
            "purchase.weekday cannot be both",
            "if purchase.weekday == \"Sat\" || purchase.weekday == \"Sun\" { award(\"star\", 1) }",
        ),
        (
            "if purchase.date == \"24.12.2026\" { award(\"star\", 1) }",
            "'24.12.2026'",
            "if purchase.date == \"2026-12-24\" { award(\"star\", 1) }",
        ),
        (
            "if purchase.date > \"2026-02-30\" { award(\"star\", 1) }",
            "2026-02-30",
            "if purchase.date > \"2026-02-28\" { award(\"star\", 1) }",
        ),
        (
            "if member.tier >= \"silver\" { award(\"star\", 1) }",
            "letters of tiers' names, not their order (write member.tier_at_least(\"silver\"))",
            "if member.tier_at_least(\"silver\") { award(\"star\", 1) }",
        ),
        (
            "if \"silver\" > member.tier { award(\"star\", 1) }",
            "(write !member.tier_at_least(\"silver\"))",
            "if !member.tier_at_least(\"silver\") { award(\"star\", 1) }",
        ),
        (
            "if member.tier_at_least(\"sliver\") { award(\"star\", 1) }",
            "no tier 'sliver' in this programme (did you mean 'silver'?)",
            "if member.tier == \"silver\" { award(\"star\", 1) }",
        ),
    ]);
}

// proves: PC3
#[test]
fn arguments_have_their_places_and_types() {
    found_and_not(&[
        (
            "award(5, \"star\")",
            "award(..): unit and amount have changed places (write award(unit, amount, why, opt",
            "award(\"star\", 5)",
        ),
        (
            "award(\"star\", \"5\")",
            "award(..): amount is a number, and this is a text (write 5, without quotes)",
            "award(\"star\", 5, \"5\")",
        ),
        (
            "award(\"star\", 1,5)",
            "(a decimal is written with a point: 1.5)",
            "award(\"star\", 1.5)",
        ),
        (
            "message(\"hi\", #{ five-off: 1, each: \"quarter\" })",
            "(a name with a hyphen is quoted in a map: \"five-off\": 1)",
            "message(\"hi\", #{ \"five-off\": 1 })",
        ),
        (
            "discount(2,50)",
            "(a decimal is written with a point: 2.50)",
            "discount(2.50, \"50\")",
        ),
        (
            "award(\"star\", -5)",
            "amount cannot be negative",
            "award(\"star\", 5)",
        ),
        (
            "remember(purchase.total, \"last\")",
            "remember(..): key and value have changed places",
            "remember(\"last\", purchase.total)",
        ),
        (
            "message(#{ a: 1 }, \"hello\")",
            "message(..): template and values have changed places",
            "message(\"hello\", #{ a: 1 })",
        ),
        (
            "remember(\"d\", days_after(3, purchase.date))",
            "days_after(..): date and days have changed places",
            "remember(\"d\", days_after(purchase.date, 3))",
        ),
        (
            "remember(\"d\", days_after(purchase.date, 1.5))",
            "days is a whole number, and this is a number",
            "remember(\"d\", days_after(purchase.date, floor(1.5)))",
        ),
        (
            "remember(\"d\", days_after(\"1.2.2026\", 3))",
            "days_after(..): date: '1.2.2026' is no date",
            "remember(\"d\", days_after(\"2026-02-01\", 3))",
        ),
        (
            "award(\"star\", 1, \"x\", #{ expire: \"2026-12-31\" })",
            "award has no option 'expire' (did you mean 'expires'?)",
            "award(\"star\", 1, \"x\", #{ expires: \"2026-12-31\" })",
        ),
        (
            "award(\"star\", 1, \"x\", #{ expires: \"31.12.26\" })",
            "expires: '31.12.26' is no date",
            "award(\"star\", 1, \"x\", #{ expires: days_after(purchase.date, 3) })",
        ),
        (
            "award(\"star\", 1, \"x\", #{ expires: 30 })",
            "expires is a date, and this is a whole number",
            "for line in purchase.lines { award(\"star\", 1, \"x\", #{ line: line }) }",
        ),
        (
            "message(\"hello\", #{}, #{ puprose: \"marketing\" })",
            "message has no option 'puprose' (did you mean 'purpose'?)",
            "message(\"hello\", #{}, #{ purpose: \"marketing\" })",
        ),
        (
            "refuse(\"The machine is off\", \"closed\")",
            "refuse(..): code and text have changed places",
            "refuse(\"closed\", \"The machine is off\")",
        ),
        (
            "award(\"star\", zhe(\"8,5\"))",
            "'8,5' is no number (write 8.5",
            "award(\"star\", zhe(\"8.5\"))",
        ),
        (
            "award(\"star\", zhe(150))",
            "zhe(150) is not possible",
            "award(\"star\", zhe(85))",
        ),
        (
            "award(\"star\", steps(purchase.total, 0))",
            "the step must be more than 0",
            "award(\"star\", steps(purchase.total, 2.50))",
        ),
        (
            "award(\"star\", chance(0))",
            "n is 1 or more",
            "award(\"star\", chance(6))",
        ),
        (
            "award(\"star\", member.balance(\"star\").floor(1))",
            "floor(..) takes 1 arguments",
            "award(\"star\", member.balance(\"star\").floor())",
        ),
    ]);
    let steps = wrong_body("award(\"star\", steps(2.50, purchase.total))");
    assert!(steps.starts_with("warning: "), "{steps}");
}

// proves: PC4
#[test]
fn a_tier_is_compared_by_its_level() {
    let body = |tier: &str| format!("if member.tier_at_least(\"{tier}\") {{ award(\"star\", 1) }}");
    let given = |tier: &str, held: Value| {
        let policy = with_body(&body(tier));
        let at = policy.facts().iter().position(|f| *f == Fact::Tier);
        let mut scene = scene(&policy);
        scene.given[at.unwrap()] = held;
        let proposed = policy.run(0, Hook::OnPurchase, &Arc::new(scene), &Steps::default());
        !proposed.unwrap().is_empty()
    };
    let held = |tier: &str| Value::Text(tier.into());
    assert!(given("silver", held("silver")));
    assert!(given("bronze", held("silver")));
    assert!(!given("silver", held("bronze")));
    assert!(!given("bronze", Value::Unit), "somebody without a tier");
    let policy = with_body(&body("bronze"));
    let nobody = Scene {
        has_member: false,
        ..scene(&policy)
    };
    let proposed = policy.run(0, Hook::OnPurchase, &Arc::new(nobody), &Steps::default());
    assert_eq!(proposed, Ok(Vec::new()), "nobody");
}

#[test]
fn fields_of_activities_have_their_declared_types() {
    let toml = format!(
        "{PLAIN}[activity.run]\nfields = {{ km = \"decimal\", on = \"date\", easy = \"yes or no\" }}\n"
    );
    let found = |body: &str| {
        let text = format!("{HEADER}\nfn on_activity(activity, member) {{ {body} }}");
        let files = [
            ("programme.toml", &*toml),
            ("campaigns/a.rhai", &*text),
            ("campaigns/units.rhai", UNITS),
        ];
        judged(&files).map_or_else(|found| listed(&found), |made| listed(made.warnings()))
    };
    let wrong = found("if activity.field(\"km\") > \"5\" { award(\"star\", 1) }");
    assert!(
        wrong.contains("a number is compared with a text"),
        "{wrong}"
    );
    let wrong = found("if activity.field(\"on\") == \"1 May\" { award(\"star\", 1) }");
    assert!(wrong.contains("'1 May', which is no date"), "{wrong}");
    let wrong = found("if activity.field(\"easy\") == \"yes\" { award(\"star\", 1) }");
    assert!(wrong.contains("write true or false"), "{wrong}");
    let fine =
        "if activity.field(\"km\") > 5 && activity.field(\"easy\") == true { award(\"star\", 1) }";
    assert_eq!(found(fine), "");
}

// proves: PC20
#[test]
fn types_are_known_in_lists_cases_and_functions_of_ones_own() {
    found_and_not(&[
        (
            "if purchase.hour in [17, \"18\"] { award(\"star\", 1) }",
            "a whole number is compared with a text: '==' is always false (write 18, without",
            "if purchase.hour in [17, 18] { award(\"star\", 1) }",
        ),
        (
            "if purchase.weekday in [\"Sat\", \"Sunday\"] { award(\"star\", 1) }",
            "there is no day of the week 'Sunday'",
            "if purchase.weekday in [\"Sat\", \"Sun\"] { award(\"star\", 1) }",
        ),
        (
            "switch purchase.hour { 16 | \"17\" => award(\"star\", 1), _ => () }",
            "a whole number is compared with a text",
            "switch purchase.hour { 16 | 17 => award(\"star\", 1), _ => () }",
        ),
        (
            "switch purchase.weekday { \"Sat\" => { award(\"star\", 1) } \"Sunday\" => () }",
            "there is no day of the week 'Sunday'",
            "switch purchase.weekday { \"Sat\" => { award(\"star\", 1, \"Sunday\") } \"Sun\" => () }",
        ),
        (
            "if \"tea\" in purchase.lines { award(\"star\", 1) }",
            "(write purchase.count_in(\"tea\") > 0 for a category)",
            "if \"tea\" in purchase.codes { award(\"star\", 1) }",
        ),
        (
            "if purchase.codes.contains(5) { award(\"star\", 1) }",
            "a whole number is looked for in a list of texts: it is never there (write \"5\"",
            "if purchase.codes.contains(\"5\") { award(\"star\", 1) }",
        ),
        (
            "if purchase.lines.some(|l| l.qty > \"2\") { award(\"star\", 1) }",
            "a number is compared with a text",
            "if purchase.lines.some(|l| l.qty > 2) { award(\"star\", 1) }",
        ),
        (
            "award(\"star\", purchase.lines.filter(|l| { l.categori == \"x\" }).len())",
            "line has no 'categori' (did you mean 'category'?)",
            "award(\"star\", purchase.lines.filter(|l| { l.category == \"x\" }).len())",
        ),
        (
            "let n = 0; for line in purchase.lines { n += line.sku; } award(\"star\", n)",
            "'n' is a number, and this is a text",
            "let n = 0; for line in purchase.lines { n += line.qty; } award(\"star\", n)",
        ),
        (
            "award(\"star\", purchase[\"earning\"])",
            "(write purchase.earning)",
            "award(\"star\", purchase.earning)",
        ),
        (
            "if purchase.date >= \"2026-12-27\" && purchase.date <= \"2026-12-24\" { award(\"star\", 1) }",
            "purchase.date cannot be both",
            "if purchase.date >= \"2026-12-24\" && purchase.date <= \"2026-12-27\" { award(\"star\", 1) }",
        ),
        (
            "if purchase.returned > 0 { award(\"star\", 1) }",
            "returned is told in on_return only",
            "if purchase.total > 0 { award(\"star\", 1) }",
        ),
        (
            "if member.is_targeted(\"nobody\") { award(\"star\", 1) }",
            "there is no campaign 'nobody' with `target` in its header",
            "if member.is_known { award(\"star\", 1) }",
        ),
        (
            "message(\"x\", #{}, #{ purpose: \"marketin\" })",
            "there is no purpose 'marketin'",
            "message(\"x\", #{}, #{ purpose: \"marketing/sms\" })",
        ),
        (
            "if purchase.date.day <= 7 { award(\"star\", 1) }",
            "has no 'day' (write parse_int(purchase.date.sub_string(8)), or in the header when: #{ monthly: 1 })",
            "if parse_int(purchase.date.sub_string(8)) <= 7 { award(\"star\", 1) }",
        ),
        (
            "award(\"star\", 5 - 6)",
            "amount cannot be negative",
            "award(\"star\", 6 - 5)",
        ),
    ]);
    for (text, said) in [
        (
            "fn on_purchase(p, m) { if m.tier >= \"silver\" { award(\"star\", p.earnings) } }",
            "purchase has no 'earnings'",
        ),
        (
            "fn on_purchase(p, m) { if m.tier >= \"silver\" { award(\"star\", 1) } }",
            "(write member.tier_at_least(\"silver\"))",
        ),
        (
            "fn on_purchase(member, purchase) { award(\"star\", 1) }",
            "stands in another's place (write fn on_purchase(purchase, member))",
        ),
        (
            "fn late(h) { h >= \"17\" }\nfn on_purchase(purchase, member) { if late(purchase.hour) { award(\"star\", 1) } }",
            "a whole number is compared with a text",
        ),
        (
            "fn give(x) { award(\"star\", x) }\nfn on_purchase(purchase, member) { give(\"5\") }",
            "amount is a number, and this is a text",
        ),
    ] {
        let found = wrong(&format!("{HEADER}\n{text}"));
        assert!(found.contains(said), "{text}: {found}");
    }
    // One that is called with both types has no known type.
    let both =
        "fn id(x) { x }\nfn on_purchase(purchase, member) { award(\"star\", id(5), id(\"why\")) }";
    assert_eq!(wrong(&format!("{HEADER}\n{both}")), "");
}

// proves: PC21
#[test]
fn every_function_and_option_knows_its_types() {
    use crate::policy::host::names::{Type, function, functions};
    // Each parameter for a number, a text or a date refuses a literal of another type.
    for name in functions() {
        let (_, needed, parameters, _) = function(name).unwrap();
        let right = |of: Type| match of {
            Type::Whole | Type::Number | Type::Amount | Type::Decimal => "1",
            Type::Text => "\"star\"",
            Type::Day => "\"2026-12-31\"",
            Type::Map => "#{}",
            _ => "1",
        };
        for (n, (parameter, of)) in parameters.iter().enumerate().take(*needed) {
            let bad = match of {
                Type::Whole | Type::Number | Type::Amount => "\"x\"",
                Type::Text | Type::Day | Type::Map => "true",
                _ => continue,
            };
            let arguments: Vec<&str> = parameters[..*needed]
                .iter()
                .enumerate()
                .map(|(i, (_, of))| if i == n { bad } else { right(*of) })
                .collect();
            let body = format!("{name}({})", arguments.join(", "));
            let found = wrong_body(&body);
            let told = format!("{name}(..)");
            assert!(
                found.contains(&told) && found.contains("error:"),
                "{body} ({parameter}): {found}"
            );
        }
    }
    for (body, said) in [
        (
            "award(\"star\", 5, \"x\", #{ expires: 30 })",
            "days_after(purchase.date, 30)",
        ),
        ("grant(\"prime\", 12)", "days_after(purchase.date, 12)"),
        (
            "discount(5, \"x\", #{ lines: 3 })",
            "(write lines: [line, line], or line: line)",
        ),
        (
            "discount(5, \"x\", #{ line: \"LATTE\" })",
            "(write line: line, in for line in purchase.lines)",
        ),
        (
            "message(\"x\", #{}, #{ service: \"true\" })",
            "(write true or false, without quotes)",
        ),
        (
            "award(\"star\", purchase.earning * 1,5)",
            "(a decimal is written with a point: 1.5)",
        ),
        (
            "award(\"star\", 1.000,50)",
            "(a decimal is written with a point: 1000.50)",
        ),
        (
            "if purchase.total > 10,50 { }",
            "(a decimal is written with a point: 10.50)",
        ),
        ("award(\"star\", .5)", "(write 0.5)"),
        ("award(\"star\", 1.5e3)", "no exponent"),
        (
            "if purchase.date == 2026-12-24 { }",
            "(a date stands in quotes: \"2026-12-24\")",
        ),
        ("award(\"star\" 5)", "(write a comma between arguments)"),
        (
            "award(\"star\", 1) award(\"star\", 2)",
            "(end the statement before with ;)",
        ),
        (
            "award(\"star\", member.visits(\"week\"))",
            "(write \"7 days\")",
        ),
        (
            "award(\"star\", member.spend(\"100 days\"))",
            "(write \"4 months\")",
        ),
        (
            "award(\"star\", member.months_active(99))",
            "(write months_active(12))",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}

// proves: PC28
#[test]
fn a_variable_in_between_hides_nothing() {
    found_and_not(&[
        (
            "let d = \"2026-6-1\"; if purchase.date >= d { award(\"star\", 1) }",
            "a date is compared with '2026-6-1', which is no date",
            "let d = \"2026-06-01\"; if purchase.date >= d { award(\"star\", 1) }",
        ),
        (
            "let t = member.tier; if t >= \"gold\" { award(\"star\", 1) }",
            "(write member.tier_at_least(\"gold\"))",
            "let t = member.tier; if t == \"gold\" { award(\"star\", 1) }",
        ),
        (
            "let day = purchase.weekday; if day == \"Tuesday\" { award(\"star\", 1) }",
            "there is no day of the week 'Tuesday'",
            "let day = purchase.weekday; if day == \"Tue\" { award(\"star\", 1) }",
        ),
        (
            "let h = purchase.hour; let late = 25; if h > late { award(\"star\", 1) }",
            "hour goes from 0 to 23",
            "let h = purchase.hour; let late = 25; late = 20; if h > late { award(\"star\", 1) }",
        ),
        (
            "if purchase.hour == global::LATE { award(\"star\", 1) }",
            "this file has no constant 'LATE' (write const LATE = ..; at the top",
            "if purchase.hour == 17 { award(\"star\", 1) }",
        ),
    ]);
}

// proves: PC28
#[test]
fn words_that_no_till_sends_are_told() {
    found_and_not(&[
        (
            "for t in purchase.tenders { if t.kind == \"Gift-Card\" { award(\"star\", 1) } }",
            "a kind of tender is never 'Gift-Card' (write \"gift_card\")",
            "for t in purchase.tenders { if t.kind == \"gift_card\" { award(\"star\", 1) } }",
        ),
        (
            "if purchase.charge(\"service charge\") > 0 { award(\"star\", 1) }",
            "(write \"service_charge\")",
            "if purchase.charge(\"service_charge\") > 0 { award(\"star\", 1) }",
        ),
        (
            "if purchase.hour >= 17.30 { award(\"star\", 1) }",
            "hour is a whole number, and 17.30 is none",
            "if purchase.hour >= 17 && purchase.minute >= 30 { award(\"star\", 1) }",
        ),
        (
            "if purchase.date >= 20260601 { award(\"star\", 1) }",
            "(a date stands in quotes: \"2026-12-24\")",
            "if purchase.date >= \"2026-06-01\" { award(\"star\", 1) }",
        ),
        (
            "award(\"star\", 1, \"\", #{ expires: \"2026-01-31\", available: \"2026-02-01\" });",
            "it ends on 2026-01-31, before it can be used on 2026-02-01",
            "award(\"star\", 1, \"\", #{ expires: \"2026-02-01\", available: \"2026-02-01\" });",
        ),
    ]);
    // Kinds of the shop's own are fine; one that resembles a kind of the ledger
    // may be a typing error.
    for (body, help) in [
        (
            "for t in purchase.tenders { if t.kind == \"crypto\" { award(\"star\", 1) } }",
            "",
        ),
        (
            "for t in purchase.tenders { if t.kind == \"vouchr\" { award(\"star\", 1) } }",
            "'voucher'",
        ),
        (
            "if purchase.charge(\"delivry\") > 0 { award(\"star\", 1) }",
            "'delivery'",
        ),
    ] {
        let found = wrong_body(body);
        let is_told = found.contains("did you mean") && found.contains(help);
        assert_eq!(is_told, !help.is_empty(), "{body}: {found}");
        assert!(!found.contains("error"), "{found}");
    }
}

#[test]
fn a_name_behind_a_variable_is_looked_up_too() {
    for (text, said) in [
        (
            "fn on_purchase(purchase, member) { let u = \"strs\"; award(u, 1) }",
            "there is no unit 'strs'",
        ),
        (
            "const U = \"strs\";\nfn on_purchase(purchase, member) { award(global::U, 1) }",
            "there is no unit 'strs'",
        ),
        (
            "const U = \"strs\";\nfn on_purchase(purchase, member) { let u = global::U; let v = u; if v != \"\" { award(v, 1) } }",
            "there is no unit 'strs'",
        ),
        (
            "fn on_purchase(purchase, member) { let t = \"silvr\"; if member.tier_at_least(t) { award(\"star\", 1) } }",
            "there is no tier 'silvr'",
        ),
        (
            "fn on_purchase(purchase, member) { let t = \"silvr\"; if member.tier == t { award(\"star\", 1) } }",
            "there is no tier 'silvr'",
        ),
        (
            "fn on_purchase(purchase, member) { let c = \"nobody\"; if member.is_targeted(c) { award(\"star\", 1) } }",
            "there is no campaign 'nobody'",
        ),
        (
            "fn on_purchase(purchase, member) { let d = \"mondy\"; if purchase.weekday == d { award(\"star\", 1) } }",
            "there is no day of the week 'mondy'",
        ),
    ] {
        let told = wrong(&format!("{HEADER}\n{text}"));
        assert!(told.contains(said), "{text}: {told}");
    }
    for text in [
        "fn on_purchase(purchase, member) { let u = \"strs\"; u = \"star\"; award(u, 1) }",
        "fn give(u) { award(u, 1) }\nfn on_purchase(purchase, member) { give(\"star\") }",
        "fn on_purchase(purchase, member) { for u in [\"star\"] { award(u, 1) } }",
        "fn on_purchase(purchase, member) { let u = \"star\"; award(u, 1) }",
    ] {
        let told = wrong(&format!("{HEADER}\n{text}"));
        assert!(!told.contains("there is no"), "{text}: {told}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_the_only_finding() {
    let base = format!(
        "{HEADER}\nfn on_purchase(purchase, member) {{ if member.tier_at_least(\"silver\") || member.is_targeted(\"b\") {{ award(\"star\", 1) }} }}"
    );
    for (path, text) in [
        ("tiers.rhai", "tiers(#{ names: [\"silver\" });"),
        (
            "tiers.rhai",
            "fn qualify(member) { membr.qualifying(\"x\"); nothing() }\ntiers(#{ names: [\"silver\"] });",
        ),
        ("campaigns/b.rhai", "campaign(#{ id: \"b\", target: 3 };"),
        ("rewards.rhai", "reward(#{ id: \"x\" unit: \"star\" });"),
    ] {
        let mut files = vec![
            ("programme.toml", PLAIN),
            ("campaigns/test.rhai", base.as_str()),
            ("campaigns/units.rhai", UNITS),
        ];
        if path != "tiers.rhai" {
            files.push(("tiers.rhai", TIERS));
        }
        files.push((path, text));
        let found = judged(&files).err().unwrap();
        assert!(
            found.iter().all(|f| f.file == path),
            "{path}: {}",
            listed(&found)
        );
    }
}
