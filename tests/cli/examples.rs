//! Every example of every `--help` does what it says.

use crate::shop::{self, Shop};
use crate::vouchers;
use clap::CommandFactory;
use stampbook::chain::hash::Hash;
use stampbook::chain::stamp::Slip;
use stampbook::cli::Arguments;

/// A purchase of last year, whose slip is looked for by its day.
const LAST_YEAR: &str = r#"{"do":"purchase","key":"old-1","member":"card:6900012345","at":"2025-11-24T10:00:00+01:00","store":"mitte","terminal":"till-1","receipt":"000812","total":"9.00"}"#;

const TODAY: &str = r#"{"do":"adjust","key":"a1","member":"card:6900012345","unit":"star","points":400,"reason":"a gift"}
{"do":"purchase","key":"till-1/000812","member":"card:6900012345","store":"mitte","terminal":"till-1","receipt":"000812","total":"42.50","lines":[{"sku":"LATTE","category":"coffee","qty":"2","amount":"29.00"},{"sku":"SCONE","category":"food","qty":"1","amount":"13.50"}]}
"#;

/// The code that stands in examples: a real one takes its place.
const CODE: &str = "7KQ2-9FXN-04RM-VB8T-W5HC";

const TILL_TOML: &str = "format = \"csv\"\n[columns]\nmember = \"卡号:card:\"\ntotal = \"金额\"\n";

const CLUB: &str = r#"
[programme]
name = "Club"
currency = "EUR"
zone = "Europe/Berlin"

[unit.point]
kind = "spendable"

[activity.run]
fields = { id = "text", km = "decimal" }
unique = "id"

[activity.check-in]
"#;

const PURCHASE: &str =
    r#"{"do":"purchase","key":"till-1/000900","member":"card:6900012345","total":"3.00"}"#;

const BLIND_TEST: &str = "campaign(#{ id: \"blind-test\", target: #{} });\nfn on_purchase(purchase, member) { award(\"star\", 1); }\n";

fn slip(answer: &serde_json::Value) -> String {
    let stamp = &answer["stamp"];
    let root = data_encoding::BASE64
        .decode(stamp["root"].as_str().unwrap().as_bytes())
        .unwrap();
    let root = Hash::from(<[u8; 32]>::try_from(root).unwrap());
    let (seq, size) = (
        stamp["seq"].as_u64().unwrap(),
        stamp["size"].as_u64().unwrap(),
    );
    Slip::new(seq, size, &root, None).unwrap().to_string()
}

/// Ledger whose members do more than buy.
fn club() -> Shop {
    let shop = Shop::empty();
    shop.write("club/programme.toml", CLUB);
    shop.run("init --programme ./club").ends(0);
    shop.run("member enrol --alias card:6900012345").ends(0);
    shop
}

/// A ledger with more than 4,711 entries, and the files that examples name.
fn furnish() -> Shop {
    let shop = Shop::cafe();
    shop.write("last-year.jsonl", format!("{LAST_YEAR}\n"));
    shop.run("import last-year.jsonl --history --enrol").ends(0);
    shop.pipe("session", TODAY).ends(0);
    let many = |n: u32| {
        let card = n % 100;
        format!(
            r#"{{"do":"purchase","key":"m{n}","member":"card:{card}","total":"3.00","enrol":true}}"#
        )
    };
    let many: Vec<String> = (0..4800).map(many).collect();
    shop.pipe("session", many.join("\n")).ends(0);
    shop.write("purchases.jsonl", format!("{PURCHASE}\n"));
    shop.write("purchase.json", PURCHASE);
    shop.write("CDNOW_master.txt", include_str!("../data/cdnow_sample.txt"));
    let (export, _, _) = encoding_rs::GBK.encode("卡号,金额\r\n6900012345,12.50\r\n");
    shop.write("export.csv", export);
    shop.write("till.toml", TILL_TOML);
    let orders = include_str!("../data/files/web-shop-orders.csv").split_inclusive('\n');
    shop.write("orders.csv", orders.take(5).collect::<String>());
    shop.write(
        "balances.csv",
        "CARD,BALANCE,SINCE\n6900012345,500,2026-03-01\n",
    );
    shop.run("audit card --out card.txt").ends(0);
    let answer = shop.say(r#"{"do":"purchase","key":"s1","member":"card:1","total":"1.00"}"#);
    for name in ["slip.txt", "slip-1.txt", "slip-2.txt"] {
        shop.write(name, slip(&answer.json()));
    }
    shop
}

/// Ledgers of programmes with passes, partners and a pool.
fn elsewhere() -> [Shop; 3] {
    ["paid-membership", "air-miles", "one-percent"].map(|programme| {
        let shop = Shop::empty();
        let init = format!("init --programme {programme} --currency CNY --zone Asia/Shanghai");
        shop.run(&init).ends(0);
        if programme != "air-miles" {
            shop.run("member enrol --alias card:6900012345").ends(0);
        } else {
            let sale = r#"{"do":"purchase","key":"old","member":"card:6900012345","total":"500.00","store":"clothes-ginza","at":"2026-10-10T10:00:00+08:00"}"#;
            shop.write("old.jsonl", format!("{sale}\n"));
            shop.run("import old.jsonl --history --enrol").ends(0);
        }
        if programme == "one-percent" {
            shop.run("purchase --total 500000.00").ends(0);
        }
        shop
    })
}

/// Prepares the ledger for an example that could not do otherwise what it shows.
fn prepare(shop: &Shop, example: &str) {
    if example.starts_with("policy pilot") || example.contains("--pilot") {
        let path = "programme/campaigns/base.rhai";
        let script = String::from_utf8(shop.read(path)).unwrap();
        shop.write(
            path,
            script.replacen("award(\"star\", ", "award(\"star\", 1 * ", 1),
        );
    }
    if example.starts_with("policy pilot") {
        shop.run("policy activate --pilot store=mitte").ends(0);
    }
    if example.contains("audit card") {
        let _ = std::fs::remove_file(shop.path("card.txt"));
    }
    if example.starts_with("pass renew") || example.starts_with("pass cancel") {
        shop.run("pass start prime --member card:6900012345")
            .ends(0);
    }
    if example.starts_with("partner resume") {
        shop.run("partner suspend clothes-shop --reason test")
            .ends(0);
    }
    let begins = |words: &str| example.starts_with(words);
    if example.contains("--code-file") || begins("backup usb/shop --sealed") {
        std::fs::create_dir(shop.path("safe")).unwrap();
    }
    if example.contains("--code-file") {
        let sealed = shop.run("--json backup usb/shop --sealed-secrets safe/secrets.sealed");
        let code = sealed.ends(0).json()["recovery_code"].clone();
        shop.write("code.txt", code.as_str().unwrap());
    }
    if begins("restore usb/shop") {
        std::fs::remove_dir_all(shop.path("ledger")).unwrap();
        std::fs::remove_dir_all(shop.path("ledger-secrets")).unwrap();
    }
    if begins("restore backup") {
        shop::copy(&shop.path("ledger"), &shop.path("backup"));
    }
    if begins("restore backup --set-aside") {
        let late = "purchase --member card:6900012345 --total 1.00";
        shop.run(late).ends(0);
    }
    if begins("queue") && !begins("queue init") {
        shop.run("queue init --terminal till-1 --store mitte")
            .ends(0);
        let sale = "{\"do\":\"purchase\",\"total\":\"4.20\"}\n";
        shop.write("sale.json", sale.repeat(3));
        shop.run("queue add sale.json").ends(0);
    }
    if begins("supervisor remove") {
        shop.run("supervisor add s-7").ends(0);
    }
    if begins("terminal revoke") {
        shop.run("terminal enrol --store mitte --terminal till-1")
            .ends(0);
    }
    if begins("recover --accept") {
        std::fs::remove_file(shop.path("ledger-secrets/writer-state")).unwrap();
    }
    if begins("amend --order") {
        shop.run("purchase --member card:6900012345 --total 12.40 --order W-7")
            .ends(0);
    }
    if begins("unlock") {
        let member = "--member card:6900012345 --terminal till-1";
        for n in 0..5 {
            let code = format!("0000-0000-0000-0000-000{n}");
            let claim = format!("claim {code} {member} --key c{n}");
            shop.run(&claim).ends(1);
            let sale = format!("purchase --total 5.00 {member} --tender voucher:{code}:5.00");
            shop.run(&sale).ends(1);
        }
    }
    if begins("note") {
        shop.run("consent give --member card:6900012345 --purpose marketing")
            .ends(0);
    }
    if begins("capture") || begins("release") {
        let hold = "hold --member card:6900012345 --points 60 --unit star --key web/77";
        shop.run(&format!("{hold} --until 2036-11-24T12:00:00+01:00"))
            .ends(0);
    }
    let is_between = [
        "transfer",
        "household",
        "member merge",
        "member unmerge",
        "reassign",
    ];
    if is_between.iter().any(|words| begins(words)) {
        shop.run("member enrol --alias card:6900054321").ends(0);
    }
    if begins("transfer") || begins("household") {
        let path = shop.path("programme/programme.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let more = "\n[household]\n[transfer.star]\n";
        std::fs::write(&path, format!("{text}{more}")).unwrap();
        shop.run("policy activate programme").ends(0);
    }
    if example.contains("--without-slip") {
        let path = shop.path("programme/programme.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let rule = "[programme]\nreturns_without_slip = \"base_rate\"";
        std::fs::write(&path, text.replacen("[programme]", rule, 1)).unwrap();
        shop.run("policy activate programme").ends(0);
    }
    if begins("household leave") || begins("household show") {
        shop.run("household join --member card:6900012345 --with card:6900054321")
            .ends(0);
    }
    if begins("member unmerge") {
        let merge = "member merge card:6900012345 card:6900054321 --reason test";
        shop.run(&format!("{merge} --key office/12")).ends(0);
    }
    if begins("policy cancel") {
        shop.run("policy activate --at 2036-12-01").ends(0);
    }
    if begins("policy rollback") {
        let path = shop.path("programme/rewards.rhai");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}// The second.\n")).unwrap();
        shop.run("policy activate").ends(0);
    }
    if example.contains("campaign resume") {
        shop.run("campaign pause double-tuesday --reason test")
            .ends(0);
    }
    if example.contains("campaign open") {
        shop.run("campaign close double-tuesday --reason test")
            .ends(0);
    }
    if example.contains("campaign target") {
        shop.write("programme/campaigns/blind-test.rhai", BLIND_TEST);
        shop.run("policy activate").ends(0);
    }
    if example.contains("--decline") {
        shop.run("campaign target blind-test --quota 200").ends(0);
    }
}

/// The code that an example takes: a voucher's, a slip's, or the token of a gift.
fn code_for(shop: &Shop, example: &str, voucher: &str, slip: &str) -> String {
    let gift = match () {
        () if example.starts_with("voucher claim") => {
            if example.contains("card:6900054321") {
                shop.run("member enrol --alias card:6900054321").ends(0);
            }
            format!("--json voucher give --code {voucher}")
        }
        () if example.starts_with("transfer claim") => {
            "--json transfer --from card:6900012345 --token --points 10 --unit star".into()
        }
        () if example.starts_with("claim") => return slip.into(),
        () => return voucher.into(),
    };
    vouchers::code_in(&shop.run(&gift).ends(0).json())
}

/// Id of a webhook in examples.
const WEBHOOK: &str = "4f1c09ab";

fn collect(command: &clap::Command, found: &mut Vec<String>) {
    let help = command.get_after_help().map(ToString::to_string);
    for line in help.unwrap_or_default().lines() {
        if let Some(example) = line.trim().strip_prefix("stampbook ") {
            // Where the output goes is the shell's business.
            let (example, _) = example.split_once(" > ").unwrap_or((example, ""));
            found.push(example.to_owned());
        }
    }
    for sub in command.get_subcommands() {
        collect(sub, found);
    }
}

#[test]
fn every_example_runs() {
    let mut found = Vec::new();
    collect(&Arguments::command(), &mut found);
    found.sort();
    found.dedup();
    // A service runs until it is told to stop, a token's id is drawn, and a webhook wants
    // a receiver; tests/serve.rs tries them.
    let tried = ["serve", "token revoke", "webhook test"];
    let is_tried = |e: &String| tried.iter().any(|words| e.starts_with(words));
    found.retain(|example| !is_tried(example));
    assert!(found.len() > 50, "{}", found.len());
    let elsewhere = elsewhere();
    let (empty, fresh, full) = (Shop::empty(), Shop::cafe(), furnish());
    let vouchers = vouchers::shop(vouchers::PROGRAMME);
    let code = vouchers::issued(&vouchers, "i1", "five-off");
    let slip = vouchers.say(r#"{"do":"purchase","key":"p1","total":"30.00"}"#);
    let slip = slip.json()["claim"].as_str().unwrap().to_owned();
    let club = club();
    for example in &found {
        let begins = |words: &str| example.starts_with(words);
        let shop = match () {
            () if begins("init") || begins("demo") => empty.copied(),
            () if begins("member enrol") => fresh.copied(),
            () if begins("pass") => elsewhere[0].copied(),
            () if begins("partner") => elsewhere[1].copied(),
            () if begins("pool") => elsewhere[2].copied(),
            () if begins("voucher") || begins("claim") => vouchers.copied(),
            () if begins("activity") => club.copied(),
            () => full.copied(),
        };
        prepare(&shop, example);
        let code = match example.contains(CODE) {
            true => code_for(&shop, example, &code, &slip),
            false => String::new(),
        };
        let today = jiff::Timestamp::now()
            .in_tz("Europe/Berlin")
            .unwrap()
            .date();
        let today = format!("--sale-day {today}");
        let id = match example.contains(WEBHOOK) {
            true => {
                let added = shop.run("--json webhook add https://shop.example/points");
                let id = added.ends(0).json()["id"].clone();
                id.as_str().expect("it has an id").to_owned()
            }
            false => String::new(),
        };
        let example = &example
            .replace(WEBHOOK, &id)
            .replace(CODE, &code)
            .replace("--sale-day 2026-11-24", &today);
        let ran = shop.pipe(example, PURCHASE);
        let said = format!("{}\n{}", ran.out, ran.err);
        if begins("correct-clock") {
            // This machine's clock is right, so the command says so.
            assert!(said.contains("there is nothing to put right"), "{said}");
            continue;
        }
        assert_eq!(ran.code, Some(0), "stampbook {example}\n{said}");
    }
}
