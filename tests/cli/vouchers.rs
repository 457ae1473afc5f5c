//! Vouchers as tills and the office use them: codes are shown once and stay
//! valid, and nobody finds one in the ledger.

use crate::shop::Shop;
use serde_json::Value;
use std::path::Path;

/// A ledger under a programme of the tests, with one member.
pub fn shop(programme: &str) -> Shop {
    let shop = Shop::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(programme);
    shop.run(&format!("init --programme {}", folder.display()))
        .ends(0);
    shop.say(r#"{"do":"enrol","key":"e1","aliases":["card:6900012345"]}"#)
        .ends(0);
    shop
}

pub const PROGRAMME: &str = "tests/programmes/vouchers";

/// The code of a voucher issued by hand.
pub fn issued(shop: &Shop, key: &str, unit: &str) -> String {
    let issue = format!(
        r#"{{"do":"voucher","action":"issue","key":"{key}","member":"card:6900012345","unit":"{unit}","reason":"a test"}}"#
    );
    let answer = shop.say(&issue).ends(0).json();
    code_in(&answer)
}

/// The code that an answer shows.
pub fn code_in(answer: &Value) -> String {
    let code = answer["codes"][0]["code"].as_str();
    code.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn paid(key: &str, code: &str, total: &str) -> String {
    format!(
        r#"{{"do":"purchase","key":"{key}","total":"{total}","tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
    )
}

#[test]
fn a_code_is_shown_again_to_a_repeat_and_pays_once() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    assert_eq!(
        issued(&shop, "i1", "five-off"),
        code,
        "a repeat shows it again"
    );
    assert_ne!(issued(&shop, "i2", "five-off"), code);
    shop.run("voucher show card:6900012345")
        .ends(0)
        .says(&[&code]);
    let quote = format!("--json quote --total 20.00 --tender voucher:{code}");
    let quote = shop.run(&quote).ends(0).json();
    assert_eq!(quote["did"][1]["money"], "5.00", "{quote}");
    assert!(quote.get("codes").is_none());
    let typed = code.to_lowercase().replace('-', " ");
    let used = shop.say(&paid("p1", &typed, "20.00")).ends(0).json();
    assert_eq!(used["did"][1]["money"], "5.00", "{used}");
    assert!(used.get("member").is_none(), "the buyer is nobody known");
    shop.say(&paid("p2", &code, "20.00"))
        .ends(1)
        .says(&["code_used"]);
    shop.say(&paid("p2", &code, "20.00"))
        .ends(1)
        .says(&["\"repeated\":true"]);
    shop.run("rebuild").ends(0);
    shop.say(&paid("p3", &code, "20.00"))
        .ends(1)
        .says(&["code_used"]);
    shop.say(&paid("p1", &code, "20.00"))
        .ends(0)
        .says(&["\"repeated\":true"]);
    shop.run("audit verify --level 2").ends(0);
}

#[test]
fn who_reads_the_whole_ledger_finds_no_code() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    shop.say(&paid("p1", &code, "20.00")).ends(0);
    let plain = code.replace('-', "");
    let mut seen = 0;
    let mut folders = vec![shop.path("ledger")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for text in [&code, &plain] {
                let is_found = bytes.windows(text.len()).any(|w| w == text.as_bytes());
                assert!(!is_found, "the code stands in {}", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 2);
}

#[test]
fn one_of_several_is_taken_back_by_its_code_or_its_lot() {
    let shop = shop(PROGRAMME);
    let codes = ["i1", "i2"].map(|key| issued(&shop, key, "five-off"));
    let void = |key: &str, which: &str| {
        format!(r#"{{"do":"voucher","action":"void","key":"{key}",{which},"reason":"a test"}}"#)
    };
    let by_code = format!(r#""code":"{}""#, codes[0]);
    shop.say(&void("v1", &by_code)).ends(0);
    shop.say(&void("v2", &by_code)).ends(1).says(&["code_used"]);
    shop.say(&paid("p1", &codes[0], "20.00"))
        .ends(1)
        .says(&["code_used"]);
    let held = shop.run("--json balance card:6900012345").ends(0).json();
    let lot = held["now"]["vouchers"][0]["lot"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(held["now"]["vouchers"].as_array().unwrap().len(), 1);
    let by_lot = format!(r#""lot":"{lot}""#);
    shop.say(&void("v3", &by_lot)).ends(2).says(&["member"]);
    shop.say(&void(
        "v3",
        &format!(r#"{by_lot},"member":"card:6900012345""#),
    ))
    .ends(0);
    shop.run("audit verify --level 2").ends(0);
}

// proves: AM8, PR8, S32
#[test]
fn two_tills_never_sell_the_last_one_twice() {
    const STOCK: usize = 2;
    let shop = shop("scripts/catalogue");
    shop.say(r#"{"do":"adjust","key":"a1","member":"card:6900012345","unit":"point","points":9000,"reason":"a test"}"#)
        .ends(0);
    let wins = std::thread::scope(|scope| {
        let tills: Vec<_> = (0..8)
            .map(|till| {
                let shop = &shop;
                scope.spawn(move || buys(shop, till))
            })
            .collect();
        tills
            .into_iter()
            .map(|t| t.join().unwrap())
            .filter(|won| *won)
            .count()
    });
    assert_eq!(wins, STOCK);
    shop.run("audit verify --level 2").ends(0);
}

/// One till's attempt, for a member of its own: repeated while another till
/// holds the ledger.
fn buys(shop: &Shop, till: usize) -> bool {
    let commands = [
        format!(
            r#"{{"do":"purchase","key":"p{till}","member":"card:{till}","enrol":true,"total":"1000.00"}}"#
        ),
        format!(r#"{{"do":"redeem","key":"r{till}","member":"card:{till}","reward":"concert"}}"#),
    ];
    let mut won = false;
    for command in commands {
        won = loop {
            let ran = shop.say(&command);
            match ran.code {
                Some(0) => break true,
                Some(4) => std::thread::yield_now(),
                _ => break !ran.says(&["out_of_stock"]).out.contains("out_of_stock"),
            }
        };
    }
    won
}

// proves: S15
#[test]
fn a_slip_is_claimed_by_its_code_once() {
    let shop = shop(PROGRAMME);
    let bought = r#"{"do":"purchase","key":"p1","total":"30.00"}"#;
    let code = |answer: Value| answer["claim"].as_str().unwrap().to_owned();
    let slip = code(shop.say(bought).ends(0).json());
    let again = shop.say(bought).ends(0).says(&["\"repeated\":true"]);
    assert_eq!(code(again.json()), slip);
    let quote = shop.run("--json quote --total 30.00").ends(0).json();
    assert!(quote.get("claim").is_none());
    shop.run("rebuild").ends(0);
    let claim = format!("claim {slip} --member card:6900012345 --key c1");
    shop.run(&claim).ends(0).says(&["30"]);
    shop.run(&claim).ends(0);
    shop.run(&claim.replace("c1", "c2"))
        .ends(1)
        .says(&["code_used"]);
    let back = r#"{"do":"return","key":"r1","of":"p1","all":true}"#;
    let back = shop.say(back).ends(0).json();
    assert_eq!(back["after"]["star"], 0, "{back}");
    shop.run("audit verify --level 2").ends(0);
}

// proves: CC4
#[test]
fn who_guesses_is_locked_out_in_every_process() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    for n in 0..5 {
        let wrong = format!("0000-0000-0000-0000-000{n}");
        let guess = paid(&format!("g{n}"), &wrong, "20.00");
        shop.say(&guess).ends(1).says(&["unknown_code"]);
    }
    shop.say(&paid("p1", &code, "20.00"))
        .ends(1)
        .says(&["code_locked"]);
    let quote = format!("quote --total 20.00 --tender voucher:{code}");
    shop.run(&quote).ends(1).says(&["code_locked"]);
    let elsewhere = format!("{quote} --terminal t2");
    shop.run(&elsewhere).ends(0);
    shop.run("purchase --total 20.00").ends(0);
    shop.run("audit verify --level 2").ends(0);
}
