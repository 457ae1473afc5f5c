use super::*;
use crate::model::{MemberId, Purpose};

fn drawn(policy: &Compiled, seed: u8) -> Vec<Proposal> {
    let scene = Arc::new(Scene {
        seed: Some([seed; 32]),
        has_member: true,
        given: vec![Value::Unit; policy.facts().len()],
        ..Scene::default()
    });
    policy.run(0, Hook::OnPurchase, &scene).unwrap()
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
    let failure = policy.run(0, Hook::OnPurchase, &scene).unwrap_err();
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
