use super::*;
use crate::model::{MemberId, Purpose};

fn drawn(policy: &Compiled, seed: u8) -> Vec<Proposal> {
    let scene = Arc::new(Scene {
        seed: Some([seed; 32]),
        has_member: true,
        given: vec![Value::Unit; policy.facts().len()],
        ..Scene::default()
    });
    policy
        .run(0, Hook::OnPurchase, &scene, &Steps::default())
        .unwrap()
}

#[test]
fn chance_is_even_repeatable_and_says_that_it_was_asked() {
    let policy = with_body("award(\"star\", 1 + chance(3));");
    assert!(policy.campaigns()[0].is_drawing);
    let mut counts = [0; 3];
    for seed in 0..=u8::MAX {
        let proposals = drawn(&policy, seed);
        assert_eq!(proposals, drawn(&policy, seed));
        let [
            Proposal::Drawn { seed: said },
            Proposal::Award { amount, .. },
        ] = &proposals[..]
        else {
            panic!("{proposals:?}");
        };
        assert_eq!(*said, [seed; 32]);
        let outcome = (1u32..=3).find(|n| *amount == Decimal::from(*n)).unwrap();
        counts[outcome as usize - 1] += 1;
    }
    assert!(counts.iter().all(|n| (55..=115).contains(n)), "{counts:?}");
}

#[test]
fn without_a_seed_nothing_is_drawn() {
    let policy = with_body("award(\"star\", chance(3));");
    let scene = Arc::new(Scene::default());
    let failure = policy
        .run(0, Hook::OnPurchase, &scene, &Steps::default())
        .unwrap_err();
    assert!(
        failure.message.contains("nothing to draw from"),
        "{}",
        failure.message
    );
}

#[test]
fn two_orders_of_one_campaign_have_nothing_in_common() {
    let policy = with_body("award(\"star\", 1);");
    let order = |n: u8, purpose| policy.order(0, MemberId([n; 16]), purpose);
    assert_eq!(order(1, Purpose::Target), order(1, Purpose::Target));
    assert_ne!(order(1, Purpose::Target), order(1, Purpose::HoldOut));
    assert_ne!(order(1, Purpose::Target), order(2, Purpose::Target));
}

#[test]
fn parameters_are_declared_with_their_limits() {
    for (header, said) in [
        ("tunable: #{ rate: 1 }", "tunable.rate needs its limits"),
        (
            "tunable: #{ rate: #{ min: 2, max: 1 } }",
            "needs its limits",
        ),
        (
            "tunable: #{ rate: #{ min: 1, max: 2 } }",
            "no tunable 'rat' (did you mean 'rate'?)",
        ),
        (
            "pause_when: #{ used_below: \"30\" }",
            "cannot be '30' (write \"30%\")",
        ),
        (
            "pause_when: #{ used_below: \"30%\", after: \"2 months\" }",
            "at most \"31 days\"",
        ),
        (
            "pause_when: #{ matured_at_least: 5 }",
            "used_below is missing",
        ),
        ("hold_out: 10", "needs a text in quotes"),
        ("target: #{ quota: 0 }", "above 0"),
    ] {
        let text = format!(
            "campaign(#{{ id: \"x\", {header} }});\nfn on_review(figures) {{ tune(\"rat\", 1); }}"
        );
        let found = wrong(&text);
        assert!(found.contains(said), "{header}: {found}");
    }
}

// proves: UQ5
#[test]
fn a_bonus_for_one_channel_is_declared_or_found() {
    let body = "fn on_purchase(purchase, member) { if purchase.channel == \"app\" { award(\"star\", 1); } }";
    let channels = |when: &str| {
        let text = format!("campaign(#{{ id: \"x\"{when} }});\n{body}");
        let policy = with_campaign(&text).unwrap_or_else(|found| panic!("{}", listed(&found)));
        listed(policy.channels())
    };
    let found = channels("");
    assert!(found.contains("campaigns/test.rhai:2:"), "{found}");
    assert!(
        found.contains("x looks at the channel, which its header does not say"),
        "{found}"
    );
    assert_eq!(channels(", when: #{ channel: \"app\" }"), "");
}

#[test]
fn what_can_only_fail_is_found_before_the_till() {
    let found = wrong(&format!(
        "{HEADER}\nfn on_purchase(purchase, member) {{ award(\"star\", purchase.total / 0); }}"
    ));
    assert!(found.contains("this divides by zero"), "{found}");
    let tiers = "tiers(#{ levels: [\"bronze\", \"gold\"], review: \"12 months\" });\n\
        fn qualify(member) { if member.tier == \"gold\" { \"golden\" } else { \"bronze\" } }";
    let body = format!("{HEADER}\nfn on_purchase(purchase, member) {{ award(\"star\", 1); }}");
    let files = [
        ("programme.toml", PLAIN),
        ("campaigns/test.rhai", &body),
        ("tiers.rhai", tiers),
    ];
    let found = judged(&files).map_or_else(|found| listed(&found), |p| listed(p.warnings()));
    assert!(
        found.contains("'golden' is no level of tiers(..) (did you mean 'gold'?)"),
        "{found}"
    );
}
