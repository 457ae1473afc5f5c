//! No script takes more than its budget, whatever it calls.

use super::{listed, scene, with_body, zone};
use crate::model::{DECISION_STEPS_MAX, Hook, Money, Names, Policy, Steps, TenderFacts, Value};
use crate::policy::host::price::{self, Price};
use crate::policy::host::sandbox::{ENGINE, OPERATIONS_MAX};
use crate::policy::host::{names, offered};
use crate::policy::{Bundle, compile, examine};
use rhai::Dynamic;
use std::collections::BTreeSet;
use std::sync::Arc;

#[path = "../../../benches/scripts/bodies.rs"]
mod bodies;

const BIG: &str = "let big = []; for i in range(0, 900) { big.push(i); }";
const LISTS: &str =
    "let a = []; let i = 0; while i < 200 { a.push(i); i += 1; } let b = a; let c = a;";
const TEXT: &str = "let text = \"x\"; while text.len() < 2000 { text += text; }";
const NEST: &str = "let nest = []; for i in range(0, 24) { let row = []; for j in range(0, 20) { row.push([i]); } nest.push(row); }";
const MAP: &str = "let m = #{}; for i in range(0, 150) { m[`k${i}`] = i; }";
/// Functions that call back, and pay for each round.
const BY_ROUND: &[&str] = &[
    "all", "filter", "find", "index_of", "map", "reduce", "some", "sort",
];
/// Message of a script that was stopped, or ended by itself.
const STEPS: &str = "Too many operations";
/// The same where the steps of all scripts together are used up.
const ALL_STEPS: &str = "steps together";

/// Scripts that try to run long, each in another way.
const HOSTILE: &[(&str, &str)] = &[
    ("", "loop { }"),
    ("", "while true { }"),
    ("", "for i in range(0, 1_000_000_000) { }"),
    ("", "for i in 0..1_000_000_000 { }"),
    ("", "let x = 0; do { x += 1; } while true"),
    (LISTS, "a.map(|x| b.map(|y| c.map(|z| x + y + z)).len())"),
    (LISTS, "a.filter(|x| b.some(|y| y == x + 1_000_000))"),
    (LISTS, "a.reduce(|sum, x| b.reduce(|s, y| s + y, 0) + x, 0)"),
    (LISTS, "a.all(|x| b.all(|y| c.all(|z| true)))"),
    (LISTS, "a.find(|x| b.find(|y| false) == 1)"),
    (LISTS, "a.index_of(|x| b.index_of(|y| false) == 1)"),
    (LISTS, "loop { a.map(|x| { b.sort(); x }); }"),
    (LISTS, "loop { a.map(|x| b.index_of(-1)); }"),
    (LISTS, "loop { a.map(|x| b == c); }"),
    (BIG, "loop { big.sort(|a, b| b - a); }"),
    (LISTS, "loop { a.sort(|x, y| { b.sort(); 1 }); }"),
    (BIG, "loop { big.sort(); }"),
    (BIG, "loop { big.reverse(); }"),
    (BIG, "loop { big.index_of(-1); }"),
    (BIG, "loop { big.contains(-1); }"),
    (BIG, "loop { if -1 in big { } }"),
    (BIG, "let other = big; loop { big == other; }"),
    (BIG, "let other = big; loop { big != other; }"),
    (BIG, "loop { let copy = big; }"),
    (BIG, "loop { big.len(); }"),
    (BIG, "loop { big.is_empty(); }"),
    (BIG, "loop { let x = big[899]; }"),
    (BIG, "loop { big[899] = 1; }"),
    (BIG, "loop { big.push(1); big.pop(); }"),
    (BIG, "loop { big.insert(0, 1); big.shift(); }"),
    (BIG, "loop { big.remove(0); big.push(1); }"),
    (LISTS, "loop { let x = a.to_string(); }"),
    (BIG, "loop { for x in big { break; } }"),
    (BIG, "loop { let nested = [big]; }"),
    (BIG, "loop { let held = #{ a: big }; }"),
    (BIG, "let f = |x| x; loop { f.call(big); }"),
    (BIG, "loop { switch big { 1 => 2, _ => 3 } }"),
    (BIG, "loop { try { big.missing(); } catch { } }"),
    (BIG, "let f = || big.len(); loop { f.call(); }"),
    (BIG, "loop { let a = []; a += big; }"),
    (TEXT, "let other = text + \"\"; loop { text == other; }"),
    (TEXT, "let other = text + \"\"; loop { text < other; }"),
    (TEXT, "loop { let t = text + text; }"),
    (TEXT, "loop { let t = `${text}${text}`; }"),
    (TEXT, "loop { text.index_of(\"y\"); }"),
    (TEXT, "loop { text.contains(\"xxxxxxy\"); }"),
    (TEXT, "loop { text.replace(\"y\", \"z\"); }"),
    (TEXT, "loop { for c in text { break; } }"),
    (TEXT, "loop { text.chars; }"),
    (TEXT, "loop { try { throw text + text; } catch (e) { } }"),
    (TEXT, "loop { text.to_upper(); }"),
    (TEXT, "loop { text.to_lower(); }"),
    (TEXT, "loop { text.trim(); }"),
    (TEXT, "loop { text.split(\"y\"); }"),
    (TEXT, "loop { text.sub_string(1, 1990); }"),
    (TEXT, "loop { text.starts_with(text); }"),
    (TEXT, "loop { text.len(); }"),
    (TEXT, "loop { let t = text - \"y\"; }"),
    (TEXT, "loop { try { parse_int(text); } catch { } }"),
    (TEXT, "loop { try { parse_decimal(text); } catch { } }"),
    (TEXT, "loop { try { throw text; } catch (e) { } }"),
    (MAP, "loop { m.keys(); }"),
    (MAP, "loop { m.values(); }"),
    (MAP, "let n = m; loop { m == n; }"),
    (MAP, "loop { let n = m; }"),
    (MAP, "loop { m.k149; }"),
    (MAP, "loop { m.contains(\"k149\"); }"),
    (MAP, "loop { m.to_string(); }"),
    (
        "",
        "let x = 1.234567890123456789; loop { let y = x / 3.7; }",
    ),
    (TEXT, "loop { text[1] = 'y'; }"),
    (NEST, "loop { let copy = nest; }"),
    (NEST, "loop { try { throw nest; } catch (e) { } }"),
    (BIG, "big.reduce(|s, x| [s], 0); big.reduce(|s, x| [s], 0)"),
    ("", "loop { try { award(\"none\", 1); } catch { } }"),
    ("", "loop { days_after(\"2026-01-01\", 40_000); }"),
];

/// Evaluates a script with one budget; its end and the steps it took.
fn evaluate(script: &str) -> (Result<Dynamic, String>, u64) {
    let run = || ENGINE.eval::<Dynamic>(script).map_err(|e| e.to_string());
    price::within(OPERATIONS_MAX, run)
}

#[test]
fn whatever_does_not_end_is_ended_by_its_budget() {
    let mut stopped = 0;
    for (before, body) in HOSTILE {
        let script = format!("{before} {body}");
        let (end, steps) = evaluate(&script);
        let said = end.err().unwrap_or_default();
        // Some are too large, or use a list while it is in use, before they run long.
        let is_other = said.contains("too large") || said.contains("Data race");
        if !is_other {
            let is_stopped = said.contains(STEPS) || said.contains("terminated");
            assert!(is_stopped, "{body}: '{said}' after {steps} steps");
            assert_eq!(steps, OPERATIONS_MAX, "{body}");
            stopped += 1;
        }
        assert_eq!(evaluate(&script).1, steps, "{body}");
    }
    assert!(stopped >= 60, "{stopped}");
}

/// Steps of one round of a loop with this body.
fn round(before: &str, body: &str) -> u64 {
    let steps = |rounds: u32| {
        evaluate(&format!(
            "{before} for r in range(0, {rounds}) {{ {body} }}"
        ))
        .1
    };
    steps(3) - steps(2)
}

// Each took 5 to 40 times as long for its steps as plain ones do.
#[test]
fn what_no_function_does_is_paid_for_too() {
    // A text is made anew when one of its letters is replaced.
    assert!(round(TEXT, "text[1] = 'y';") > 500);
    // 504 lists are copied and given back.
    assert!(round(NEST, "let copy = nest;") > 500);
    // 200 functions are as much memory each.
    let functions = "let list = []; for i in range(0, 200) { list.push(|x| x); }";
    assert!(round(functions, "let copy = list;") > 200);
    let texts = "let list = []; for i in range(0, 200) { list.push(`${i}`); }";
    assert!(round(texts, "let copy = list;") > 70);
    let deep = evaluate(&format!("{BIG} big.reduce(|s, x| [s], 0)"));
    assert!(deep.1 == OPERATIONS_MAX, "{deep:?}");
    // Reading a variable costs the same however many there are.
    let many: String = (0..60).map(|n| format!("let a{n} = 1;")).collect();
    assert_eq!(round(&many, "a0;"), round("let a0 = 1;", "a0;"));
}

#[test]
fn a_text_that_would_grow_by_itself_is_refused_before_it_is_made() {
    let (end, steps) = evaluate(&format!("{TEXT} text.replace(\"x\", text + text + \"y\");"));
    assert!(end.is_err() && steps <= OPERATIONS_MAX, "{end:?}");
}

#[test]
fn every_function_that_the_engine_has_is_priced() {
    let mut unpriced = BTreeSet::new();
    for (name, _) in price::natives(&ENGINE) {
        let is_priced = price::of(&name).is_some()
            || offered::of(&name).is_some()
            || BY_ROUND.contains(&name.as_str())
            || name == "range";
        if !is_priced {
            unpriced.insert(name);
        }
    }
    assert!(unpriced.is_empty(), "without a price: {unpriced:?}");
    // A function without a price is not registered, and would be missing here.
    for kind in names::KINDS.iter() {
        let methods = kind.methods.iter().map(|(name, ..)| (*name).to_owned());
        let getters = kind
            .properties
            .iter()
            .map(|(name, _)| format!("get${name}"));
        for name in methods.chain::<Vec<String>>(getters.collect()) {
            assert!(offered::of(&name).is_some(), "{}: {name}", kind.name);
        }
    }
    // A function of the language that a script may call is registered by its price.
    let language: BTreeSet<String> = names::functions().into_iter().map(Into::into).collect();
    let had: BTreeSet<String> = price::natives(&ENGINE).into_iter().map(|n| n.0).collect();
    let special = ["type_of", "call"];
    let missing: Vec<_> = language.difference(&had).collect();
    let missing: Vec<_> = missing
        .iter()
        .filter(|n| !special.contains(&n.as_str()))
        .collect();
    assert!(missing.is_empty(), "offered, but not there: {missing:?}");
}

/// Steps of the shop's functions that a script calls once: no more than there
/// are nodes in the call would mean that the price is not taken.
#[test]
fn the_shops_functions_take_their_price() {
    let steps = |body: &str| {
        let policy = with_body(body);
        let steps = Steps::default();
        let scene = Arc::new(scene(&policy));
        let ran = policy.run(0, Hook::OnPurchase, &scene, &steps);
        assert!(ran.is_ok(), "{body}: {ran:?}");
        DECISION_STEPS_MAX - steps.left()
    };
    let nothing = steps("let x = 1;");
    for (body, name) in [
        ("let x = member.visits(\"month\");", "visits"),
        ("let x = purchase.date;", "get$date"),
        ("award(\"star\", 1);", "award"),
        ("let x = half_up(1.5);", "half_up"),
    ] {
        let price = offered::of(name).unwrap();
        assert!(steps(body) >= nothing + price, "{body}: {}", steps(body));
    }
    // A text costs by its length.
    let long = format!("award(\"star\", 1, \"{}\");", "x".repeat(200));
    assert!(steps(&long) >= steps("award(\"star\", 1, \"x\");") + 12);
}

#[test]
fn one_budget_holds_for_all_scripts_of_a_decision() {
    let policy = with_body("loop { }");
    let scene = Arc::new(scene(&policy));
    let steps = Steps::new(250_000);
    let mut said = Vec::new();
    for _ in 0..4 {
        let failure = policy.run(0, Hook::OnPurchase, &scene, &steps).unwrap_err();
        said.push((failure.message, steps.left()));
    }
    assert!(said[0].0.contains("more than 100000 steps"), "{said:?}");
    assert_eq!((said[0].1, said[1].1), (150_000, 50_000), "{said:?}");
    for (message, left) in &said[2..] {
        assert!(message.contains("together"), "{said:?}");
        assert_eq!(*left, 0);
    }
}

#[test]
fn a_tier_takes_its_steps_whether_it_was_judged_before_or_not() {
    let policy = with_body("let x = 1;");
    let given = vec![Value::Unit; policy.facts_review().len()];
    let judge = |steps: Steps| {
        let tier = policy.qualify(&given, &steps);
        (tier, steps.left())
    };
    let first = judge(Steps::new(10_000));
    assert!(first.1 < 10_000);
    assert_eq!(judge(Steps::new(10_000)), first);
    let taken = 10_000 - first.1;
    for left in [taken - 1, taken, 0] {
        assert_eq!(judge(Steps::new(left)), judge(Steps::new(left)));
    }
    assert!(judge(Steps::new(taken - 1)).0.is_err());
}

/// The bench measures every function that has a price.
#[test]
fn every_price_is_measured() {
    let measured: BTreeSet<&str> = bodies::BODIES.iter().map(|body| body.of).collect();
    let language = price::PRICES.iter().map(|(name, _)| *name);
    let all = language
        .chain(offered::PRICES.iter().map(|(name, _)| *name))
        .chain(BY_ROUND.iter().copied());
    let missing: BTreeSet<&str> = all
        .filter(|name| !measured.contains(name) && !bodies::OUT_OF_REACH.contains(name))
        .collect();
    assert!(missing.is_empty(), "not measured: {missing:?}");
    for name in bodies::OUT_OF_REACH {
        assert!(names::arguments(name).is_none(), "{name} can be reached");
    }
    assert!(!bodies::campaign(&bodies::PLAIN).is_empty());
}

/// Each loop of the bench runs until its steps are used up.
#[test]
fn every_measured_loop_runs() {
    let loops = bodies::BODIES.iter().chain([&bodies::PLAIN]);
    let wrong: Vec<String> = loops
        .filter_map(|one| {
            let stop = stop(one);
            (!stop.contains(ALL_STEPS)).then(|| format!("{} {}: {stop}", one.of, one.body))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Message that ends a loop of the bench.
fn stop(one: &bodies::Body) -> String {
    let bundle = Bundle::new(bodies::files(one)).unwrap();
    let policy = match compile(&bundle, &mut Names::default(), zone("UTC")) {
        Ok(policy) => policy,
        Err(found) => return listed(&found),
    };
    let hook = Hook::ALL.into_iter().find(|hook| hook.name() == one.hook);
    let steps = Steps::new(20_000);
    let mut scene = scene(&policy);
    scene.seed = Some([3; 32]);
    scene.purchase.tenders.push(TenderFacts {
        kind: "cash".into(),
        amount: Money(1),
    });
    let ran = policy.run(0, hook.unwrap(), &Arc::new(scene), &steps);
    format!("{ran:?}")
}

/// What no step pays for is bounded when a programme is checked.
#[test]
fn what_would_be_free_is_refused() {
    let check = |top: &str, body: &str| {
        let one = bodies::Body {
            of: "",
            hook: "on_purchase",
            before: "",
            body: "",
        };
        let mut files = bodies::files(&one);
        for (path, text) in &mut files {
            if path.starts_with("campaigns/") {
                *text = format!(
                    "campaign(#{{ id: \"c\", role: \"base\" }});\n{top}\nfn on_purchase(purchase, member) {{ {body} }}\n"
                )
                .into_bytes();
            }
        }
        let bundle = Bundle::new(files).unwrap();
        match examine(&bundle, &mut Names::default(), zone("UTC")) {
            Ok(_) => String::new(),
            Err(found) => listed(&found),
        }
    };
    let flat = |len: usize| format!("const LIST = [{}];", "1,".repeat(len));
    let nested = |len: usize| format!("const LIST = [{}];", "[1],".repeat(len));
    let ranges = |len: usize| {
        let each = |n: usize| format!("{}..{} => 1,", 40 * n, 40 * n + 30);
        let all: String = (0..len).map(each).collect();
        format!("let x = switch purchase.total {{ {all} _ => 2 }};")
    };
    let conditions = |len: usize| {
        let all = "7 if purchase.total == 1 => 1,".repeat(len);
        format!("let x = switch 7 {{ {all} _ => 2 }};")
    };
    let use_list = "let x = global::LIST;";
    assert_eq!(check(&flat(64), use_list), "");
    assert_eq!(check(&nested(6), use_list), "");
    assert_eq!(check("", &ranges(40)), "");
    assert_eq!(check("", &conditions(41)), "");
    for (top, body, said) in [
        (
            flat(65),
            use_list.to_owned(),
            "constant LIST has 73 elements",
        ),
        (
            nested(7),
            use_list.to_owned(),
            "constant LIST has 78 elements",
        ),
        (
            format!("const LIST = \"{}\".split(\",\");", "a,".repeat(99)),
            use_list.to_owned(),
            "constant LIST has 108 elements",
        ),
        (String::new(), ranges(41), "compares 41 ranges"),
        (String::new(), conditions(42), "compares 41 ranges"),
        (
            String::new(),
            "try { let x = [1]; x[2]; } catch { }".to_owned(),
            "an error cannot be caught",
        ),
    ] {
        let found = check(&top, &body);
        assert!(found.contains(said), "{said}: {found}");
    }
}

#[test]
fn a_price_is_written_once() {
    let names: BTreeSet<_> = price::PRICES.iter().map(|p| p.0).collect();
    assert_eq!(names.len(), price::PRICES.len());
    let names: BTreeSet<_> = offered::PRICES.iter().map(|p| p.0).collect();
    assert_eq!(names.len(), offered::PRICES.len());
    assert_eq!(price::of("abs"), Some(Price::Flat(1)));
    assert_eq!(price::of("eval"), None);
}

#[test]
fn callbacks_answer_as_they_did() {
    for (script, wanted) in [
        ("[1, 2, 3].map(|x| x * 2)", "[2, 4, 6]"),
        ("[1, 2, 3].map(|x, i| x * i)", "[0, 2, 6]"),
        ("[1, 2, 3].map(|| this + 1)", "[2, 3, 4]"),
        ("[1, 2, 3].filter(|x| x > 1)", "[2, 3]"),
        (
            "[1, 2, 3].reduce(|sum, x| (if sum == () { 0 } else { sum }) + x)",
            "6",
        ),
        ("[1, 2, 3].reduce(|sum, x, i| sum + x * i, 10)", "18"),
        ("[1, 2, 3].some(|x| x == 2)", "true"),
        ("[1, 2, 3].all(|x| x < 3)", "false"),
        ("[1, 2, 3].find(|x| x > 1)", "2"),
        ("[1, 2, 3].index_of(|x| x > 1)", "1"),
        ("[1, 2, 3].index_of(9)", "-1"),
        ("let a = [3, 1, 2]; a.sort(|a, b| a - b); a", "[1, 2, 3]"),
        ("let a = [3, 1, 2]; a.sort(|a, b| a > b); a", "[3, 2, 1]"),
        ("let a = [3, 1, 2]; a.sort(); a", "[1, 2, 3]"),
        ("let a = []; a.sort(|a, b| a - b); a", "[]"),
        (
            "let a = [1]; a.push(2); a.insert(0, 9); a.pop(); a",
            "[9, 1]",
        ),
        ("let s = \"abc\"; s.replace(\"b\", \"x\"); s", "axc"),
        (
            "const LIMIT = 2; [1, 2, 3].filter(|x| x > global::LIMIT)",
            "[3]",
        ),
        ("\"a,b\".split(\",\")", "[\"a\", \"b\"]"),
        ("1.5 + 2", "3.5"),
        ("-5 + abs(-2)", "-3"),
        ("\"n\" + 1", "n1"),
        ("`${[1, 2]} ${1.50}`", "[1, 2] 1.50"),
        ("let s = 0; for c in \"abc\" { s += 1; } s", "3"),
        ("let s = 0; for i in range(0, 10, 3) { s += i; } s", "18"),
        ("[1, [2]] == [1, [2]]", "true"),
        ("#{ a: 1 } == #{ a: 1 }", "true"),
        ("3 in [1, 2, 3]", "true"),
        ("\"k\" in #{ k: 1 }", "true"),
    ] {
        let (end, _) = evaluate(script);
        let found = end.map(|value| value.to_string());
        assert_eq!(found.as_deref(), Ok(wanted), "{script}");
    }
}
