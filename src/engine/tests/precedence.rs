//! Precedence of refusals: any two faults that one command can have, and the
//! one that FORMAT.md puts first.

use super::whole::{folders, options, say};
use crate::answer::Answer;
use crate::command::{Who, parse};
use crate::engine::{self, Ledger, Options};
use crate::model::PRECEDENCE;
use crate::policy::Bundle;
use serde_json::{Value, json};
use std::fmt::Write;

const MANIFEST: &str = r#"
[programme]
name = "faults"
currency = "EUR"
zone = "UTC"
late_window = "7 days"
guess = { tries = 1000, minutes = 1, lock = 1 }

[[store]]
id = "mitte"
terminals = ["till-1"]

[[store]]
id = "guest"
partner = "gone"

[partner.gone]

[unit.point]
kind = "spendable"
value = "0.10"

[unit.poor]
kind = "spendable"
value = "0.10"

[unit.five-off]
kind = "voucher"
value = "5.00"

[spend.point]
step = 10
min = 20
max = 100

[transfer.point]
max = 50

[transfer.poor]
max = 50
"#;

/// Faults of a reward, each with its form in the header.
const REWARD_FAULTS: [(&str, &str); 6] = [
    ("partner_suspended", "partner: \"gone\""),
    ("tier_required", "tier: \"gold\""),
    ("too_soon", "opens: \"2030-01-01T10:00\""),
    ("policy_refused", "title: \"shut\""),
    ("out_of_stock", "stock: 0"),
    ("insufficient_points", ""),
];

/// A reward with one fault or two, by their numbers.
fn reward_id(one: usize, two: usize) -> String {
    format!("r-{one}-{two}")
}

fn rewards() -> String {
    let mut text = String::from(
        "reward(#{ id: \"cake\", unit: \"point\", points: 5, category: \"cake\" });\n",
    );
    for one in 0..REWARD_FAULTS.len() {
        for two in one..REWARD_FAULTS.len() {
            let faults = [one, two].map(|n| REWARD_FAULTS[n]);
            let points = if two == 5 { 1_000_000 } else { 5 };
            let mut header = format!(
                "id: \"{}\", unit: \"point\", points: {points}",
                reward_id(one, two)
            );
            let mut fields: Vec<&str> = faults.iter().map(|f| f.1).collect();
            fields.dedup();
            fields.retain(|f| !f.is_empty());
            fields
                .iter()
                .for_each(|field| write!(header, ", {field}").unwrap());
            writeln!(text, "reward(#{{ {header} }});").unwrap();
        }
    }
    let shut: Vec<String> = (0..6)
        .flat_map(|one| (one..6).map(move |two| (one, two)))
        .filter(|pair| pair.0 == 3 || pair.1 == 3)
        .map(|(one, two)| format!("redemption.reward == \"{}\"", reward_id(one, two)))
        .collect();
    write!(
        text,
        "fn on_redeem(redemption, member) {{ if {} {{ refuse(\"shut\", \"not today\"); }} }}",
        shut.join(" || ")
    )
    .unwrap();
    text
}

struct Shop {
    ledger: Ledger,
    erased: String,
    used: String,
    _dir: tempfile::TempDir,
}

fn shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", MANIFEST),
        file("rewards.rhai", &rewards()),
        file(
            "tiers.rhai",
            "tiers(#{ levels: [\"plain\", \"gold\"], review: \"12 months\" });\nfn qualify(member) { \"plain\" }",
        ),
    ];
    let bundle = Bundle::new(files).unwrap();
    let options = Options {
        is_clock_accepted: true,
        ..options("2026-03-10T10:00:00Z")
    };
    let made = Ledger::create(&folders(&dir), "shop.example/1", &bundle, options);
    let mut ledger = made.unwrap_or_else(|error| panic!("{error:?}"));
    let mut done = |json: Value| {
        let answer = say(&mut ledger, &json.to_string());
        let Answer::Accepted(done) = answer else {
            panic!("{json}: {}", answer.to_json())
        };
        done
    };
    for n in 1..=3 {
        done(json!({"do":"enrol","key":format!("e{n}"),"aliases":[format!("card:{n}")]}));
    }
    done(
        json!({"do":"adjust","key":"a","member":"card:1","unit":"point","points":1000,"reason":"given"}),
    );
    done(json!({"do":"partner","key":"p","partner":"gone","action":"suspend","reason":"arrears"}));
    let issued = done(
        json!({"do":"voucher","action":"issue","key":"v","member":"card:1","unit":"five-off","reason":"given"}),
    );
    let used = issued.codes[0].code.clone();
    done(
        json!({"do":"purchase","key":"taken","member":"card:1","store":"mitte","terminal":"till-1","receipt":"77",
        "total":"10.00","tenders":[{"kind":"voucher","code":used,"amount":"5.00"},{"kind":"cash","amount":"5.00"}]}),
    );
    done(json!({"do":"close_period","key":"c","through":"2026-03-08"}));
    let third = Who::parse("card:3").unwrap();
    let erased = ledger.resolve(&third).unwrap().unwrap().to_string();
    let erase = json!({"do":"erase","key":"x","member":"card:3","reason":"asked"}).to_string();
    engine::erase(&mut ledger, &parse(erase.as_bytes(), 2).unwrap()).unwrap();
    Shop {
        ledger,
        erased,
        used,
        _dir: dir,
    }
}

/// Resources that a fault needs for itself: two faults that need the same
/// cannot be combined.
type Needs = &'static [&'static str];

struct Fault {
    code: &'static str,
    needs: Needs,
    make: Box<dyn Fn(&mut Value)>,
}

fn fault(code: &'static str, needs: Needs, make: impl Fn(&mut Value) + 'static) -> Fault {
    let make = Box::new(make);
    Fault { code, needs, make }
}

fn set(code: &'static str, needs: Needs, fields: Value) -> Fault {
    fault(code, needs, move |command| {
        for (name, value) in fields.as_object().unwrap() {
            command[name] = value.clone();
        }
    })
}

/// Makes a tender that takes cents from the cash.
fn tender(code: &'static str, cents: i64, mut made: Value) -> Fault {
    made["amount"] = json!(money(cents));
    fault(code, &[], move |command| {
        let tenders = command["tenders"].as_array_mut().unwrap();
        let cash = tenders[0]["amount"].as_str().unwrap().replace('.', "");
        tenders[0]["amount"] = json!(money(cash.parse::<i64>().unwrap() - cents));
        tenders.push(made.clone());
    })
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Faults of store, time and key, which any command may have.
fn of_all(erased: &str) -> Vec<Fault> {
    vec![
        set("bad_input", &["field"], json!({"colour": 1})),
        set(
            "unknown_store",
            &["store"],
            json!({"store": "nowhere", "terminal": ""}),
        ),
        set(
            "unknown_terminal",
            &["store"],
            json!({"store": "mitte", "terminal": "till-9"}),
        ),
        set(
            "clock_ahead",
            &["at"],
            json!({"at": "2026-03-11T10:00:00Z"}),
        ),
        set("too_late", &["at"], json!({"at": "2026-01-11T10:00:00Z"})),
        set(
            "period_closed",
            &["at"],
            json!({"at": "2026-03-07T10:00:00Z"}),
        ),
        set("unknown_member", &["member"], json!({"member": "card:99"})),
        set("member_erased", &["member"], json!({"member": erased})),
        set("key_conflict", &["key"], json!({"key": "taken"})),
    ]
}

fn of_a_purchase(shop: &Shop) -> Vec<Fault> {
    let mut all = of_all(&shop.erased);
    let points =
        |unit: &str, points: i64| json!({"kind": "points", "unit": unit, "points": points});
    let reward = |n: usize| json!({"kind": "reward", "reward": reward_id(n, n)});
    all.extend([
        set(
            "receipt_conflict",
            &["store", "at", "key"],
            json!({"receipt": "77"}),
        ),
        set(
            "partner_suspended",
            &["store"],
            json!({"store": "guest", "terminal": ""}),
        ),
        set(
            "unknown_currency",
            &["currency"],
            json!({"currency": "XXX"}),
        ),
        fault("does_not_add_up", &["sum"], |command| {
            command["lines"][0]["amount"] = json!("200.01");
        }),
        fault("unknown_campaign", &["sum"], |command| {
            command["lines"][0]["amount"] = json!("201.00");
            command["discounts"] = json!([{"campaign": "nope", "amount": "1.00"}]);
        }),
        tender("unknown_unit", 100, points("nope", 10)),
        tender(
            "unknown_reward",
            100,
            json!({"kind": "reward", "reward": "nope"}),
        ),
        tender(
            "unknown_code",
            500,
            json!({"kind": "voucher", "code": "0000-0000-0000-0000-0000"}),
        ),
        tender(
            "code_used",
            500,
            json!({"kind": "voucher", "code": shop.used}),
        ),
        tender(
            "nothing_to_reward",
            100,
            json!({"kind": "reward", "reward": "cake"}),
        ),
        tender("wrong_tender_value", 201, points("point", 20)),
        tender("not_in_steps", 250, points("point", 25)),
        tender("below_minimum", 100, points("point", 10)),
        tender("over_limit", 1100, points("point", 110)),
        tender("insufficient_points", 500, points("poor", 50)),
    ]);
    for (n, (code, _)) in REWARD_FAULTS.iter().enumerate().take(5) {
        all.push(tender(code, 100, reward(n)));
    }
    all
}

fn of_a_transfer(shop: &Shop) -> Vec<Fault> {
    let mut all = of_all(&shop.erased);
    all.extend([
        set("unknown_member", &["to"], json!({"to": "card:98"})),
        set("same_member", &["to", "member"], json!({"to": "card:1"})),
        set("unknown_unit", &["unit"], json!({"unit": "nope"})),
        set("bad_input", &["points"], json!({"points": 0})),
        set("over_limit", &["points"], json!({"points": 51})),
        set("insufficient_points", &["unit"], json!({"unit": "poor"})),
    ]);
    all
}

fn place(code: &str) -> usize {
    PRECEDENCE.iter().position(|c| c.as_str() == code).unwrap()
}

/// Code with which a command is refused, by a quote: nothing is kept.
fn refused(ledger: &mut Ledger, command: &Value) -> String {
    let Ok(request) = parse(command.to_string().as_bytes(), 2) else {
        return "bad_input".into();
    };
    match engine::quote(ledger, &request, None).unwrap() {
        Answer::Accepted(_) => "accepted".into(),
        Answer::Refused(denied) => denied.code,
    }
}

/// Checks every pair of faults that one command can have, and each alone.
fn wrong(shop: &mut Shop, plain: &Value, faults: &[Fault]) -> String {
    let mut wrong = String::new();
    for (n, one) in faults.iter().enumerate() {
        for (m, two) in faults.iter().enumerate().skip(n) {
            if n != m && one.needs.iter().any(|need| two.needs.contains(need)) {
                continue;
            }
            let mut command = plain.clone();
            (one.make)(&mut command);
            if n != m {
                (two.make)(&mut command);
            }
            let first = match place(one.code) <= place(two.code) {
                true => one.code,
                false => two.code,
            };
            let came = refused(&mut shop.ledger, &command);
            if came != first {
                writeln!(wrong, "{} + {}: {came}, not {first}", one.code, two.code).unwrap();
            }
        }
    }
    wrong
}

#[test]
fn of_two_faults_of_a_purchase_the_earlier_is_said() {
    let mut shop = shop();
    let plain = json!({"do":"purchase","key":"k","member":"card:1","store":"mitte","terminal":"till-1",
        "total":"200.00","lines":[{"sku":"LATTE","category":"coffee","qty":"1","amount":"200.00"}],
        "tenders":[{"kind":"cash","amount":"200.00"}]});
    assert_eq!(refused(&mut shop.ledger, &plain), "accepted");
    let faults = of_a_purchase(&shop);
    let wrong = wrong(&mut shop, &plain, &faults);
    assert_eq!(wrong, "", "\n{wrong}");
}

#[test]
fn of_two_faults_of_a_redemption_or_a_hold_the_earlier_is_said() {
    let mut shop = shop();
    for plain in [
        json!({"do":"redeem","key":"k","member":"card:1","reward":"cake"}),
        json!({"do":"hold","key":"k","member":"card:1","reward":"cake","until":"2026-03-12T10:00:00Z"}),
    ] {
        assert_eq!(refused(&mut shop.ledger, &plain), "accepted");
        let mut faults = of_all(&shop.erased);
        faults.push(set(
            "unknown_reward",
            &["reward"],
            json!({"reward": "nope"}),
        ));
        for (n, (code, _)) in REWARD_FAULTS.iter().enumerate() {
            faults.push(set(code, &["reward"], json!({"reward": reward_id(n, n)})));
        }
        let mut wrong = wrong(&mut shop, &plain, &faults);
        for one in 0..REWARD_FAULTS.len() {
            for two in one + 1..REWARD_FAULTS.len() {
                let mut command = plain.clone();
                command["reward"] = json!(reward_id(one, two));
                let codes = [one, two].map(|n| REWARD_FAULTS[n].0);
                let first = codes.iter().min_by_key(|code| place(code)).unwrap();
                let came = refused(&mut shop.ledger, &command);
                if came != **first {
                    writeln!(wrong, "{codes:?} of one reward: {came}").unwrap();
                }
            }
        }
        assert_eq!(wrong, "", "{plain}\n{wrong}");
    }
}

#[test]
fn of_two_faults_of_a_transfer_the_earlier_is_said() {
    let mut shop = shop();
    let plain = json!({"do":"transfer","key":"k","member":"card:1","to":"card:2","unit":"point","points":10});
    assert_eq!(refused(&mut shop.ledger, &plain), "accepted");
    let faults = of_a_transfer(&shop);
    let wrong = wrong(&mut shop, &plain, &faults);
    assert_eq!(wrong, "", "\n{wrong}");
}

#[test]
fn each_key_of_an_order_is_taken_for_what_cannot_even_be_named() {
    let mut shop = shop();
    for key in ["ordered", "again"] {
        let order =
            json!({"do":"purchase","key":key,"member":"card:2","total":"1.00","order":"o-1"});
        assert!(say(&mut shop.ledger, &order.to_string()).is_ok());
        let back = json!({"do":"return","key":key,"of":"nothing","all":true});
        assert_eq!(refused(&mut shop.ledger, &back), "key_conflict", "{key}");
    }
}
