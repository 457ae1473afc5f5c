//! Facts, helpers and proposals of scripts.

use super::*;
use crate::model::{BaseAward, Exact, Sent, TenderFacts, Window};

// proves: B0.14
#[test]
fn helpers_reckon_exactly() {
    for (expression, expected) in [
        ("floor(2.9)", "2"),
        ("floor(purchase.total)", "42"),
        ("ceil(2.1)", "3"),
        ("half_up(2.5)", "3"),
        ("half_even(2.5)", "2"),
        ("half_even(3.5)", "4"),
        ("half_up(7)", "7"),
        ("percent_of(42.50, 10)", "4.25"),
        ("percent_of(200, 2.5)", "5"),
        ("steps(42.50, 2.50)", "17"),
        ("steps(2.4, 0.8)", "3"),
        ("steps(19.99, 10)", "1"),
        ("zhe(85)", "0.85"),
        ("zhe(8.5)", "0.85"),
        ("zhe(\"8.5\")", "0.85"),
        ("zhe(80)", "0.8"),
        ("zhe(8)", "0.8"),
        ("zhe(\"8.0\")", "0.8"),
        ("zhe(9)", "0.9"),
        ("100 * zhe(75)", "75"),
        ("0.1 + 0.2", "0.3"),
        ("max(floor(1.5), 7)", "7"),
        ("min(1.5, 0.5)", "0.5"),
        ("min(purchase.total, 40)", "40"),
        ("max(2, 1.5)", "2"),
        ("days_after(purchase.date, 30).len()", "10"),
    ] {
        assert_eq!(
            awarded(&format!("award(\"star\", {expression})")),
            decimal(expected),
            "{expression}"
        );
    }
}

/// Checks a condition in a scene with base, tenders and the given facts.
fn holds(condition: &str, change: impl Fn(&mut Scene)) -> bool {
    let policy = with_body(&format!("if {condition} {{ award(\"star\", 1) }}"));
    let mut scene = scene(&policy);
    change(&mut scene);
    let proposals = policy.run(0, Hook::OnPurchase, &Arc::new(scene), &Steps::default());
    !proposals
        .unwrap_or_else(|failure| panic!("{condition}: {failure:?}"))
        .is_empty()
}

#[test]
fn every_property_of_a_purchase_reads() {
    for condition in [
        "purchase.total == 42.50",
        "purchase.earning == 42.5",
        "purchase.lines.len() == 2",
        "purchase.lines[0].number == 1",
        "purchase.lines[1].sku == \"SCONE\"",
        "purchase.lines[0].category == \"coffee\"",
        "\"new\" in purchase.lines[0].tags",
        "purchase.lines[0].qty == 2",
        "purchase.lines[0].amount == 29",
        "purchase.lines[0].earning == 29.00",
        "purchase.lines[1].base(\"star\") == 13.5",
        "purchase.tenders[0].kind == \"cash\"",
        "purchase.tenders[0].amount == 42.50",
        "purchase.store == \"mitte\"",
        "purchase.terminal == \"\"",
        "purchase.channel == \"shop\"",
        "\"SPRING\" in purchase.codes",
        "purchase.date == \"2026-11-24\"",
        "purchase.date < \"2026-12-01\"",
        "purchase.weekday == \"Tue\"",
        "purchase.hour == 10",
        "purchase.minute == 3",
        "purchase.base(\"star\") == 42.5",
        "purchase.base(\"year-star\") == 0",
        "purchase.earning_in(\"coffee\") == 29",
        "purchase.count_in(\"coffee\") == 2",
        "purchase.count_in(\"tea\") == 0",
        "purchase.lines.filter(|line| line.amount > 20).len() == 1",
        "days_after(purchase.date, 7) == \"2026-12-01\"",
        "months_after(\"2026-01-31\", 1) == \"2026-02-28\"",
        "member.is_known",
    ] {
        let is_so = holds(condition, |scene| {
            scene.purchase.tenders = vec![TenderFacts {
                kind: "cash".into(),
                amount: Money(4250),
            }];
            scene.base = vec![BaseAward {
                unit: "star".into(),
                amount: decimal("42.5"),
                lines: vec![decimal("29"), decimal("13.5")],
            }];
        });
        assert!(is_so, "{condition}");
    }
}

#[test]
fn every_fact_of_a_member_is_asked_for_and_reads() {
    let text = |s: &str| Value::Text(s.into());
    let window = Window::Months(12);
    for (condition, fact, value) in [
        ("member.tier == \"silver\"", Fact::Tier, text("silver")),
        (
            "member.balance(\"star\") == 7",
            Fact::Balance("star".into()),
            Value::Int(7),
        ),
        (
            "member.qualifying(\"year-star\") > 6",
            Fact::Qualifying("year-star".into()),
            Value::Int(7),
        ),
        (
            "member.visits(\"month\") == 3",
            Fact::Visits(Window::Month),
            Value::Int(3),
        ),
        (
            "member.spend(\"12 months\") == 9.5",
            Fact::Spend(window),
            Value::Decimal(Exact::from(decimal("9.50"))),
        ),
        (
            "member.earned(\"star\", \"day\") == 1",
            Fact::Earned("star".into(), Window::Day),
            Value::Int(1),
        ),
        (
            "member.days_since_purchase == 40",
            Fact::DaysSincePurchase,
            Value::Int(40),
        ),
        (
            "member.birthday_today == true",
            Fact::BirthdayToday,
            Value::Bool(true),
        ),
        (
            "member.birthday_this_month != true",
            Fact::BirthdayThisMonth,
            Value::Unit,
        ),
        (
            "member.months_enrolled >= 12",
            Fact::MonthsEnrolled,
            Value::Int(12),
        ),
        (
            "member.has_tag(\"vip\")",
            Fact::HasTag("vip".into()),
            Value::Bool(true),
        ),
        (
            "member.consents(\"marketing\")",
            Fact::Consents("marketing".into()),
            Value::Bool(true),
        ),
        (
            "member.memo(\"last\") == \"2026-01-01\"",
            Fact::Memo {
                campaign: "test".into(),
                key: "last".into(),
            },
            Value::Day(Day::parse("2026-01-01").unwrap()),
        ),
    ] {
        let policy = with_body(&format!("if {condition} {{ award(\"star\", 1) }}"));
        assert_eq!(policy.facts(), [fact], "{condition}");
        assert!(
            holds(condition, |scene| scene.given = vec![value.clone()]),
            "{condition}"
        );
    }
}

#[test]
fn facts_are_sorted_once_each_and_told_apart_by_place() {
    let policy = with_body(
        "let a = member.visits(\"month\"); let b = member.balance(\"star\");
         let c = visits(member, \"month\"); let d = if a > b { member.tier } else { () };",
    );
    let expected = [
        Fact::Tier,
        Fact::Balance("star".into()),
        Fact::Visits(Window::Month),
    ];
    assert_eq!(policy.facts(), expected);
    assert_eq!(
        policy.facts_review(),
        [Fact::Qualifying("year-star".into())]
    );
}

#[test]
fn a_purchase_without_a_member_reads_nothing_known() {
    let unknown = |scene: &mut Scene| {
        scene.has_member = false;
        scene.given = Vec::new();
    };
    assert!(holds(
        "!member.is_known && member.tier == () && member.balance(\"star\") == ()",
        unknown
    ));
}

#[test]
fn every_proposal_arrives_as_it_was_made() {
    let day = |text| Some(Day::parse(text).unwrap());
    let body = "
        award(\"star\", 1.5, \"why\", #{ expires: \"2026-12-31\", available: \"2026-12-01\", line: 2 });
        award(\"star\", 0);
        discount(2.50, \"off\");
        discount(0);
        discount(1, \"lines\", #{ lines: [2, 1, 2] });
        remember(\"k\", 1.50);
        forget(\"j\");
        tag(\"vip\");
        untag(\"new\");
        message(\"hello\", #{ name: \"x\", n: 1 });
        refuse(\"closed\", \"not today\");";
    let expected = [
        Proposal::Award {
            unit: "star".into(),
            amount: decimal("1.5"),
            why: "why".into(),
            line: 2,
            expires: day("2026-12-31"),
            available: day("2026-12-01"),
        },
        Proposal::Discount {
            amount: decimal("2.50"),
            why: "off".into(),
            lines: Vec::new(),
        },
        Proposal::Discount {
            amount: decimal("1"),
            why: "lines".into(),
            lines: vec![1, 2],
        },
        Proposal::Remember {
            key: "k".into(),
            value: Value::Decimal(Exact::from(decimal("1.5"))),
        },
        Proposal::Remember {
            key: "j".into(),
            value: Value::Unit,
        },
        Proposal::Tag {
            tag: "vip".into(),
            is_on: true,
        },
        Proposal::Tag {
            tag: "new".into(),
            is_on: false,
        },
        Proposal::Message {
            template: "hello".into(),
            vars: vec![
                ("n".into(), Value::Int(1)),
                ("name".into(), Value::Text("x".into())),
            ],
            channel: Sent::Plain,
        },
        Proposal::Refuse {
            code: "closed".into(),
            text: "not today".into(),
        },
    ];
    assert_eq!(proposed(body), expected);
}

#[test]
fn constants_are_read_by_functions_and_functions_call_each_other() {
    let text = format!(
        "{HEADER}\nconst RATE = 1 + 1;\nconst UNIT = \"star\";\n\
         fn twice(x) {{ x * global::RATE }}\n\
         fn on_purchase(purchase, member) {{ award(global::UNIT, twice(purchase.total)) }}"
    );
    let policy = with_campaign(&text).unwrap_or_else(|found| panic!("{}", listed(&found)));
    let Proposal::Award { amount, .. } = &run(&policy).unwrap()[0] else {
        panic!("no award");
    };
    assert_eq!(*amount, decimal("85"));
}

// proves: PC50
#[test]
fn a_reward_that_there_is_none_of_is_told() {
    for (body, is_wrong) in [
        (
            "if redemption.reward == \"cke\" { refuse(\"a\", \"b\") }",
            true,
        ),
        (
            "let id = \"cke\"; if redemption.reward != id { refuse(\"a\", \"b\") }",
            true,
        ),
        (
            "if redemption.reward == \"cake\" { refuse(\"a\", \"b\") }",
            false,
        ),
    ] {
        let rewards = format!(
            "reward(#{{ id: \"cake\", unit: \"star\", points: 30 }});\nfn on_redeem(redemption, member) {{ {body} }}"
        );
        let found = match judged(&[("programme.toml", PLAIN), ("rewards.rhai", &rewards)]) {
            Ok(compiled) => listed(compiled.warnings()),
            Err(found) => listed(&found),
        };
        let said = "there is no reward 'cke' in this programme (did you mean 'cake'?)";
        assert_eq!(found.contains(said), is_wrong, "{body}: {found}");
    }
}

#[test]
fn a_redemption_can_be_refused_by_rewards() {
    let rewards = "
        reward(#{ id: \"cake\", unit: \"star\", points: 30, per_member: 1, each: \"month\" });
        fn on_redeem(redemption, member) {
            if redemption.hour < 12 && redemption.reward == \"cake\" && redemption.points == 30
                && redemption.unit == \"star\" && redemption.store == \"mitte\"
                && redemption.date == \"2026-11-24\" && redemption.weekday == \"Tue\" {
                refuse(\"too_early\", \"cake is for the afternoon\");
            }
        }";
    let policy = judged(&[("programme.toml", PLAIN), ("rewards.rhai", rewards)]);
    let policy = policy.unwrap_or_else(|found| panic!("{}", listed(&found)));
    assert_eq!(
        policy.rewards()[0].per_member,
        Some((1, crate::model::Period::Month))
    );
    assert_eq!(policy.campaigns()[0].id, "rewards");
    let redeem = |hour| {
        let redemption = RedemptionFacts {
            amount: None,
            reward: "cake".into(),
            unit: "star".into(),
            points: Value::Int(30),
            store: "mitte".into(),
            day: Day::parse("2026-11-24").unwrap(),
            hour,
        };
        let scene = Scene {
            redemption,
            ..scene(&policy)
        };
        policy
            .run(0, Hook::OnRedeem, &Arc::new(scene), &Steps::default())
            .unwrap()
            .len()
    };
    assert_eq!((redeem(11), redeem(12)), (1, 0));
}

#[test]
fn a_hook_that_is_not_defined_proposes_nothing() {
    let policy = with_body("award(\"star\", 1)");
    let scene = Arc::new(scene(&policy));
    assert_eq!(
        policy.run(0, Hook::OnReturn, &scene, &Steps::default()),
        Ok(Vec::new())
    );
    assert_eq!(
        policy.run(9, Hook::OnPurchase, &scene, &Steps::default()),
        Ok(Vec::new())
    );
}

#[test]
fn every_name_in_the_tables_exists() {
    use crate::policy::host::{names, sandbox::ENGINE};
    for name in names::functions() {
        // `call` and `type_of` are the language's own.
        if matches!(name, "call" | "type_of") {
            continue;
        }
        let is_known = names::arguments(name)
            .unwrap()
            .all(|count| exists(name, count));
        assert!(is_known, "{name}");
    }
    for kind in names::KINDS.iter() {
        for (property, _) in &kind.properties {
            let source = format!("fn f({0}) {{ {0}.{property} }}", kind.name);
            assert!(ENGINE.compile(source).is_ok(), "{}.{property}", kind.name);
        }
    }
}

/// True if a call with that many arguments reaches a function.
fn exists(name: &str, count: usize) -> bool {
    use crate::policy::host::sandbox::ENGINE;
    let values = [
        "1", "1.5", "\"a\"", "'a'", "[1]", "#{a: 1}", "|x| x", "|x, y| x", "P", "M", "A", "F",
        "0..1",
    ];
    let mut scope = rhai::Scope::new();
    let shared = Arc::new(Scene::default());
    let desk = crate::policy::host::facts::Desk {
        facts: Vec::new(),
        campaign: String::new(),
        tiers: Vec::new(),
    };
    scope.push(
        "P",
        crate::policy::host::facts::PurchaseView(shared.clone()),
    );
    let activity = crate::policy::host::activity::ActivityView(shared.clone());
    scope.push("A", activity);
    let figures = crate::policy::host::own::FiguresView(shared.clone());
    scope.push("F", figures);
    scope.push(
        "M",
        crate::policy::host::facts::MemberView {
            scene: shared,
            desk: Arc::new(desk),
        },
    );
    let count_all = values.len().pow(count as u32);
    (0..count_all).any(|mut n| {
        let pick = |_| {
            let value = values[n % values.len()];
            n /= values.len();
            value
        };
        let arguments: Vec<&str> = (0..count).map(pick).collect();
        let call = format!("{name}({})", arguments.join(", "));
        match ENGINE.eval_with_scope::<rhai::Dynamic>(&mut scope, &call) {
            Ok(_) => true,
            Err(error) => !matches!(*error, rhai::EvalAltResult::ErrorFunctionNotFound(..)),
        }
    })
}
