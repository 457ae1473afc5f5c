//! Gifts as tills and members use them: the token is shown once and to a
//! repeat, and nobody who reads the whole ledger can claim anything.

use crate::shop::Shop;
use crate::vouchers::{code_in, shop};
use std::path::PathBuf;

const GIFTS: &str = "scripts/gift-a-coffee";

const DRINK: &str = r#"{"do":"purchase","key":"p1","member":"card:6900012345","total":"32.00","lines":[{"sku":"LATTE","category":"gift-drink","amount":"32.00"}]}"#;

/// Buys a drink and gives it; its code and the token.
fn given(shop: &Shop) -> (String, String) {
    let code = code_in(&shop.say(DRINK).ends(0).json());
    let give = format!("--json voucher give --code {code} --key g1");
    let token = code_in(&shop.run(&give).ends(0).json());
    assert_eq!(code_in(&shop.run(&give).ends(0).json()), token, "a repeat");
    (code, token)
}

fn claim(token: &str, key: &str) -> String {
    format!("--json voucher claim {token} --key {key}")
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(path)),
            false => found.push(path),
        }
    }
    found
}

/// Every text of a ledger that looks like a hash, to be tried as a code.
fn hashes(shop: &Shop) -> Vec<String> {
    let mut found = Vec::new();
    for seq in 0..8 {
        let raw = shop.run(&format!("audit raw {seq}"));
        let word = |w: &str| w.len() >= 20 && w.chars().all(|c| c.is_ascii_alphanumeric());
        let words = raw.out.split(|c: char| !c.is_ascii_alphanumeric());
        found.extend(words.filter(|w| word(w)).map(str::to_owned));
    }
    found
}

// proves: G1, G3, S26
#[test]
fn who_reads_the_whole_ledger_cannot_claim() {
    let shop = shop(GIFTS);
    let (code, token) = given(&shop);
    let plain = [&code, &token].map(|text| text.replace('-', ""));
    let all = files(shop.path("ledger"));
    assert!(all.len() > 2);
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        for text in [&code, &token, &plain[0], &plain[1]] {
            let is_found = bytes.windows(text.len()).any(|w| w == text.as_bytes());
            assert!(!is_found, "a code stands in {}", path.display());
        }
    }
    let tried = hashes(&shop);
    for (n, hash) in tried.iter().enumerate() {
        let till = format!("--terminal t{n}");
        for guess in [hash.as_str(), &hash[..20]] {
            shop.run(&format!(
                "{} {till}",
                claim(guess, &format!("h{n}{}", guess.len()))
            ))
            .ends(1)
            .says(&["unknown_code"]);
        }
    }
    shop.run(&claim(&code, "c0"))
        .ends(1)
        .says(&["unknown_code"]);
    shop.run(&claim(&token, "c1")).ends(0);
    shop.run("audit verify --level 2").ends(0);
}

// proves: G2, G5
#[test]
fn whoever_is_no_member_gets_a_code_and_stays_unknown() {
    let shop = shop(GIFTS);
    let (old, token) = given(&shop);
    let typed = token.to_lowercase();
    let claimed = shop.run(&claim(&typed, "c1")).ends(0).json();
    let code = code_in(&claimed);
    let again = shop.run(&claim(&token, "c1")).ends(0).json();
    assert_eq!(
        (code_in(&again), &again["repeated"]),
        (code.clone(), &true.into())
    );
    assert_eq!(again["member"], claimed["member"]);
    shop.run(&claim(&token, "c2")).ends(1).says(&["code_used"]);
    shop.run("rebuild").ends(0);
    shop.run(&claim(&token, "c3")).ends(1).says(&["code_used"]);
    let id = claimed["member"].as_str().unwrap();
    let known = shop.run(&format!("member show {id}")).ends(0).out;
    assert!(!known.contains("alias"), "{known}");
    let paid = |key: &str, code: &str| {
        format!(
            r#"{{"do":"purchase","key":"{key}","total":"32.00","lines":[{{"category":"coffee","amount":"32.00"}}],"tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
        )
    };
    shop.say(&paid("u1", &old)).ends(1).says(&["code_used"]);
    shop.say(&paid("u2", &code)).ends(0);
    shop.say(&paid("u3", &code)).ends(1).says(&["code_used"]);
    shop.run("audit verify --level 2").ends(0);
}

#[test]
fn tokens_are_guessed_in_vain() {
    let shop = shop(GIFTS);
    let (_, token) = given(&shop);
    for n in 0..5 {
        let wrong = format!("0000-0000-0000-0000-000{n}");
        shop.run(&claim(&wrong, &format!("w{n}")))
            .ends(1)
            .says(&["unknown_code"]);
    }
    shop.run(&claim(&token, "c1"))
        .ends(1)
        .says(&["code_locked"]);
    shop.run(&format!("{} --terminal t2", claim(&token, "c2")))
        .ends(0);
}

#[test]
fn an_action_takes_its_own_fields_only() {
    let shop = shop(GIFTS);
    let cases = [
        (r#""do":"voucher","action":"give","lot":"3.0""#, "member"),
        (
            r#""do":"voucher","action":"give","code":"x","reason":"y""#,
            "reason",
        ),
        (r#""do":"voucher","action":"claim""#, "token"),
        (
            r#""do":"voucher","action":"claim","token":"x","code":"y""#,
            "code",
        ),
        (r#""do":"transfer","action":"claim","token":"x""#, "member"),
        (
            r#""do":"transfer","member":"card:6900012345","unit":"star","points":1"#,
            "to",
        ),
        (
            r#""do":"transfer","action":"send_token","member":"card:6900012345","to":"card:1","unit":"star","points":1"#,
            "to",
        ),
        (
            r#""do":"household","action":"join","member":"card:6900012345""#,
            "with",
        ),
        (r#""do":"household","action":"leave""#, "member"),
    ];
    for (n, (fields, named)) in cases.iter().enumerate() {
        let command = format!(r#"{{{fields},"key":"k{n}"}}"#);
        shop.say(&command).ends(2).says(&[named]);
    }
}
