//! Scripts made up of everything that scripts are offered: each compiles or is
//! refused with a reason, ends within its budget, and ends alike when run
//! again. An input is the choices that the maker of scripts takes, byte after
//! byte.

use super::super::mutation::Dice;
use super::Outcome;
use super::check_message;
use stampbook::model::DECISION_STEPS_MAX;
use stampbook::model::time::Day;
use stampbook::model::{Failure, Hook, LineFacts, Money, Policy, Proposal, PurchaseFacts, Qty};
use stampbook::model::{Scene, Steps, Value};
use stampbook::policy::{Bundle, Compiled, OPERATIONS_MAX, WordKind, words};
use stampbook::workbench::judge;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

const PROGRAMME: &str = r#"
[programme]
name = "Fuzzed"
currency = "EUR"
zone = "UTC"
purposes = ["marketing"]
[[store]]
id = "mitte"
[unit.star]
kind = "spendable"
[unit.year-star]
kind = "qualifying"
"#;
const HEADER: &str = r#"campaign(#{ id: "x", title: "X", role: "base" });"#;

/// Each function with the fewest arguments that it takes, by the table of words.
static FUNCTIONS: LazyLock<Vec<(&'static str, usize)>> = LazyLock::new(|| {
    let functions = words()
        .iter()
        .filter(|word| word.kind == WordKind::Function);
    let found: Vec<_> = functions
        .filter_map(|word| {
            let parameters = word.parameters?.split(',').map(str::trim);
            let needed = parameters.filter(|p| !p.is_empty() && !p.contains("?:"));
            Some((word.name, needed.count()))
        })
        .collect();
    assert!(found.len() > 60, "{} functions", found.len());
    found
});

pub fn run(input: &[u8]) -> Outcome {
    let script = script(input);
    let files = [
        ("programme.toml", PROGRAMME),
        ("campaigns/x.rhai", script.as_str()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let judged = Bundle::new(files.to_vec()).and_then(|bundle| judge(&bundle));
    let policy = match judged {
        Ok(policy) => policy,
        Err(found) => {
            check_message(&found[0].message);
            return Outcome::of(&[&found[0].message]);
        }
    };
    let first = call(&policy, input);
    assert_eq!(first, call(&policy, input), "another end:\n{script}");
    match first.0 {
        Ok(proposals) => Outcome::of(&["ran", &format!("{:.40?}", proposals.first())]),
        Err(failure) => {
            check_message(&failure.message);
            Outcome::of(&[&failure.message])
        }
    }
}

fn call(policy: &Compiled, input: &[u8]) -> (Result<Vec<Proposal>, Failure>, u64) {
    let lines = match input.first() {
        Some(255) => 500,
        _ => 3,
    };
    let scene = Scene {
        purchase: purchase(lines),
        has_member: true,
        given: vec![Value::Unit; policy.facts().len()],
        ..Scene::default()
    };
    let steps = Steps::default();
    let ran = policy.run(0, Hook::OnPurchase, &Arc::new(scene), &steps);
    let taken = DECISION_STEPS_MAX - steps.left();
    assert!(taken <= OPERATIONS_MAX, "{taken} steps");
    (ran, taken)
}

fn purchase(lines: u16) -> PurchaseFacts {
    let line = |number| LineFacts {
        is_discountable: true,
        number,
        sku: "LATTE".into(),
        category: "coffee".into(),
        tags: vec!["new".into()],
        qty: Qty(2000),
        free: Qty(0),
        amount: Money(2900),
        earning: Money(2900),
        returned: Qty(0),
    };
    PurchaseFacts {
        total: Money(4250),
        earning: Money(4250),
        digits: 2,
        lines: (1..=lines).map(line).collect(),
        store: "mitte".into(),
        channel: "shop".into(),
        codes: vec!["SPRING".into()],
        day: Day::parse("2026-11-24").expect("a day"),
        hour: 10,
        ..PurchaseFacts::default()
    }
}

/// Takes choices from an input; after its end the first choice is taken.
struct Maker<'a> {
    choices: std::slice::Iter<'a, u8>,
    text: String,
    depth: usize,
}

/// The longest script that is made.
const LEN_MAX: usize = 4_000;
const DEPTH_MAX: usize = 5;
const VARIABLES: &[&str] = &["a", "b", "n", "d", "t", "u", "m", "x", "y"];
const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "in", "**", "??",
];

fn script(input: &[u8]) -> String {
    let mut maker = Maker {
        choices: input.iter(),
        text: format!("{HEADER}\nfn on_purchase(purchase, member) {{\n"),
        depth: 0,
    };
    maker.text += "let a = [1, 2, 3]; let b = [3, 1, 2]; let n = 7; let d = 2.50; \
                   let t = \"x, y\"; let u = \"abc\"; let m = #{ k: 1 }; let x = 0; let y = ();\n";
    while maker.choices.len() > 0 && maker.text.len() < LEN_MAX {
        maker.statement();
    }
    maker.text += "}\n";
    maker.text
}

impl Maker<'_> {
    fn choose(&mut self, end: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0)) % end
    }

    fn pick(&mut self, from: &[&str]) {
        let chosen = from[self.choose(from.len())];
        self.text += chosen;
    }

    fn block(&mut self) {
        self.text += "{ ";
        self.depth += 1;
        for _ in 0..1 + self.choose(3) {
            self.statement();
        }
        self.depth -= 1;
        self.text += "} ";
    }

    fn statement(&mut self) {
        if self.depth >= DEPTH_MAX || self.text.len() > LEN_MAX {
            return self.text.push_str("n += 1; ");
        }
        match self.choose(12) {
            0 => {
                self.text += "loop ";
                self.block();
            }
            1 => {
                self.text += "for z in ";
                self.pick(&[
                    "a",
                    "b",
                    "t",
                    "range(0, 100_000)",
                    "0..1000",
                    "m.keys()",
                    "purchase.lines",
                ]);
                self.text += " ";
                self.block();
            }
            2 => {
                self.text += "while ";
                self.expression();
                self.text += " ";
                self.block();
            }
            3 => {
                self.text += "if ";
                self.expression();
                self.text += " ";
                self.block();
            }
            4 => {
                self.text += "try ";
                self.block();
                self.text += "catch (e) ";
                self.block();
            }
            5 => {
                self.pick(&["break; ", "continue; ", "return; ", "throw t; ", "n += 1; "]);
            }
            6 | 7 => {
                self.pick(VARIABLES);
                self.pick(&[" = ", " += ", " -= "]);
                self.expression();
                self.text += "; ";
            }
            _ => {
                self.expression();
                self.text += "; ";
            }
        }
    }

    fn expression(&mut self) {
        if self.depth >= DEPTH_MAX || self.text.len() > LEN_MAX {
            return self.pick(VARIABLES);
        }
        self.depth += 1;
        match self.choose(12) {
            0..=2 => self.pick(VARIABLES),
            3 => {
                let number = self.choose(256).pow(2);
                let _ = write!(self.text, "{number}");
            }
            4 => self.pick(&[
                "\"\"",
                "\"star\"",
                "\"month\"",
                "`${t}${a}`",
                "1.5",
                "()",
                "true",
                "-1",
                "[]",
                "#{}",
            ]),
            5 => {
                self.expression();
                self.text += " ";
                self.pick(OPERATORS);
                self.text += " ";
                self.expression();
            }
            6 => {
                self.text += "[";
                self.expression();
                self.text += ", ";
                self.expression();
                self.text += "]";
            }
            7 => {
                self.pick(VARIABLES);
                self.text += "[";
                self.expression();
                self.text += "]";
            }
            8 => self.pick(&[
                "purchase.total",
                "purchase.lines",
                "member.tier",
                "purchase.codes",
                "member.visits(\"month\")",
                "purchase.base(\"star\")",
            ]),
            9 => self.call(false),
            _ => self.call(true),
        }
        self.depth -= 1;
    }

    fn call(&mut self, is_method: bool) {
        let (name, least) = &FUNCTIONS[self.choose(FUNCTIONS.len())];
        let mut count = *least + usize::from(self.choose(8) == 7);
        if is_method && count > 0 {
            self.pick(VARIABLES);
            self.text += ".";
            count -= 1;
        }
        self.text += name;
        self.text += "(";
        for n in 0..count {
            if n > 0 {
                self.text += ", ";
            }
            match self.choose(4) {
                0 if is_method => {
                    self.pick(&["|p| ", "|p, q| ", "|| "]);
                    self.expression();
                }
                _ => self.expression(),
            }
        }
        self.text += ")";
    }
}

/// Choices by chance, always the same.
pub fn seeds() -> Vec<Vec<u8>> {
    let one = |n: u64| {
        let mut dice = Dice::new(n);
        let len = 8 + dice.below(120);
        (0..len).map(|_| dice.next() as u8).collect()
    };
    (0..40).map(one).collect()
}
