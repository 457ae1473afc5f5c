//! Queues of tills that cannot reach the ledger.

use crate::reassign::points;
use crate::shop::{Ran, Shop};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::time::Duration;

/// All orders in which three queues can be drained.
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

fn till(shop: &Shop, name: &str) {
    shop.run(&format!(
        "queue init --queue {name} --terminal {name} --shop Café"
    ))
    .ends(0);
}

fn queue(shop: &Shop, name: &str, commands: &[Value]) -> Vec<Value> {
    let lines: Vec<String> = commands.iter().map(Value::to_string).collect();
    let ran = shop
        .pipe(&format!("queue add - --queue {name}"), lines.join("\n"))
        .ends(0);
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn drain(shop: &Shop, name: &str) -> Value {
    shop.run(&format!("--json queue drain --queue {name}"))
        .ends(0)
        .json()
}

fn sale(member: &str, total: &str) -> Value {
    json!({"do": "purchase", "member": member, "total": total})
}

// proves: C12.51
#[test]
fn what_was_sold_offline_is_carried_out_once_with_its_instant_and_its_code() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    till(&shop, "till-1");
    let told = queue(
        &shop,
        "till-1",
        &[
            sale("card:1", "7.00"),
            json!({"do": "purchase", "total": "5.00", "slip": "zh:32"}),
        ],
    );
    let claim = told[1]["claim"].as_str().unwrap();
    let slip = told[1]["slip"]["text"].as_str().unwrap();
    assert!(slip.contains(claim) && slip.contains("待入账"), "{slip}");
    assert_eq!(told[0]["state"], "waiting");
    let again = shop.run("queue slip 2 --queue till-1").ends(0);
    again.says(&[claim, "PENDING - POINTS ARE BOOKED LATER"]);
    // The code is nowhere in the queue's journal, only its hash.
    let journal = shop.read("till-1/journal/000000000000.seg");
    assert!(!journal.windows(24).any(|part| part == claim.as_bytes()));
    let copy = shop.path("copied");
    std::fs::create_dir_all(copy.join("journal")).unwrap();
    for file in ["terminal.key", "journal/000000000000.seg"] {
        std::fs::copy(shop.path("till-1").join(file), copy.join(file)).unwrap();
    }
    let sold_at = told[0]["at"].as_str().unwrap();
    let drained = drain(&shop, "till-1");
    assert_eq!(
        (&drained["done"], &drained["repeated"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(drain(&shop, "till-1")["done"], 0);
    // A copy of the queue gives nothing twice.
    let copied = drain(&shop, "copied");
    assert_eq!(
        (&copied["done"], &copied["repeated"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(points(&shop, "card:1"), 7);
    let key = told[0]["key"].as_str().unwrap();
    let entry = shop.run(&format!("--json find --key {key}")).ends(0).json();
    let told = shop
        .run(&format!("--json explain {}", entry["seq"]))
        .ends(0)
        .json();
    assert_eq!(told["terminal"], "till-1");
    // Minutes and seconds, whatever the zone.
    assert_eq!(&told["at"].as_str().unwrap()[14..19], &sold_at[14..19]);
    shop.run(&format!("claim --member card:1 {claim}")).ends(0);
    assert_eq!(points(&shop, "card:1"), 12);
    shop.run(&format!("claim --member card:1 {claim}")).ends(1);
    shop.run("audit verify").ends(0);
}

// proves: C12.52
#[test]
fn queues_drained_in_any_order_give_the_same_balances() {
    let shop = Shop::plain();
    let members = ["card:1", "card:2", "card:3"];
    for member in members {
        shop.run(&format!("member enrol --alias {member}")).ends(0);
    }
    let tills = ["till-1", "till-2", "till-3"];
    for (n, name) in tills.iter().enumerate() {
        till(&shop, name);
        let mut sales: Vec<Value> = (0..3)
            .map(|m| sale(members[(n + m) % 3], &format!("{}.50", 3 * n + m + 1)))
            .collect();
        // One that enrols its member on the way.
        sales.push(json!({"do": "purchase", "member": "card:9", "total": "2.00", "enrol": true}));
        queue(&shop, name, &sales);
    }
    let mut balances = Vec::new();
    for order in ORDERS {
        let copy = shop.copied();
        for n in order {
            let drained = drain(&copy, tills[n]);
            assert_eq!(drained["done"], 4, "{drained}");
            assert_eq!(drained["refused"], json!([]), "{drained}");
        }
        let all: Vec<Value> = members
            .iter()
            .chain(&["card:9"])
            .map(|m| points(&copy, m))
            .collect();
        balances.push(all);
    }
    assert!(
        balances.iter().all(|all| *all == balances[0]),
        "{balances:?}"
    );
    // A point for each whole unit of every sale: 1, 6 and 8 of card:1, and so on.
    assert_eq!(balances[0], [json!(15), json!(15), json!(15), json!(6)]);
}

// proves: C12.53
#[test]
fn what_the_ledger_refuses_is_kept_with_its_remedy() {
    let shop = Shop::plain();
    till(&shop, "q");
    queue(
        &shop,
        "q",
        &[
            sale("card:1", "7.00"),
            json!({"do": "purchase", "total": "1.00", "at": "2020-01-01T00:00:00Z"}),
        ],
    );
    let drained = drain(&shop, "q");
    let codes: Vec<&Value> = drained["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|no| &no["code"])
        .collect();
    assert_eq!(codes, ["unknown_member", "too_late"], "{drained}");
    shop.run("queue list --refused --queue q")
        .ends(0)
        .says(&["unknown_member", "nobody is known"]);
    // Once the reason is gone, the next drain carries it out.
    shop.run("member enrol --alias card:1").ends(0);
    assert_eq!(drain(&shop, "q")["done"], 1);
    assert_eq!(points(&shop, "card:1"), 7);
    let status = shop.run("--json queue status --queue q").ends(0).json();
    assert_eq!(
        (&status["done"], &status["refused"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn a_queue_takes_only_what_can_wait() {
    let shop = Shop::empty();
    shop.run("queue status")
        .ends(2)
        .says(&["no queue is there", "queue init"]);
    till(&shop, "q");
    shop.run("queue init --queue q --terminal x")
        .ends(2)
        .says(&["a queue is here already"]);
    for (command, words) in [
        (
            json!({"do": "redeem", "member": "card:1", "reward": "x"}),
            "needs the ledger's answer",
        ),
        (
            json!({"do": "purchase", "member": "card:1", "total": "1.00", "tenders": [{"kind": "points", "unit": "point", "points": 1, "amount": "1.00"}]}),
            "tenders[0].points",
        ),
        (
            json!({"do": "purchase", "total": "x"}),
            "'x' is not a decimal",
        ),
        (
            json!({"do": "purchase", "total": "1.00", "training": true}),
            "training",
        ),
        (
            json!({"do": "purchase", "total": "1.00", "slip": "de"}),
            "no language",
        ),
    ] {
        let ran: Ran = shop.pipe("queue add - --queue q", command.to_string());
        ran.ends(2).says(&[words]);
    }
    // The same command under its key is queued once, another one not at all.
    let first = json!({"do": "purchase", "key": "k", "total": "1.00"});
    let told = queue(&shop, "q", &[first.clone(), first]);
    assert_eq!(told[0], told[1]);
    let other = json!({"do": "purchase", "key": "k", "total": "2.00"});
    shop.pipe("queue add - --queue q", other.to_string())
        .ends(2)
        .says(&["another command in the queue has it"]);
    let dry = shop.run("queue drain --dry-run --queue q").ends(0);
    assert_eq!(dry.out.lines().count(), 1);
}

// proves: PC43
#[test]
fn a_stream_is_read_to_its_end_and_each_line_is_answered_at_once() {
    let shop = Shop::plain();
    till(&shop, "q");
    let mut child = shop.begin("queue add - --queue q");
    let (mut input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(output).lines();
    let mut answer = move || -> Value {
        let line = answers.next().unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    };
    writeln!(input, "{}", sale("card:1", "1.00")).unwrap();
    assert_eq!(answer()["queued"], 1);
    // More than all commands together may have had in memory, then one as before.
    let blank = [b'\n'; 1 << 20];
    for _ in 0..70 {
        input.write_all(&blank).unwrap();
    }
    writeln!(input, "{}", sale("card:1", "2.00")).unwrap();
    assert_eq!(answer()["queued"], 2);
    // A line longer than any command is told, and the next is kept.
    input.write_all(&vec![b'x'; 2 << 20]).unwrap();
    write!(input, "\n{}", sale("card:1", "3.00")).unwrap();
    drop(input);
    let long = answer();
    let message = long["message"].as_str().unwrap();
    assert!(message.contains("has 2097152 bytes"), "{message}");
    assert_eq!(answer()["queued"], 3);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let status = shop.run("--json queue status --queue q").ends(0).json();
    assert_eq!(status["waiting"], 3);
}

// proves: C12.54
#[test]
fn a_drain_killed_anywhere_goes_on_and_counts_everything_once() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    till(&shop, "q");
    let sales: Vec<Value> = (0..400).map(|_| sale("card:1", "1.00")).collect();
    queue(&shop, "q", &sales);
    let mut kills = 0;
    for after in [30, 60, 90, 120, 150, 200] {
        let mut child = shop.begin("queue drain --queue q");
        std::thread::sleep(Duration::from_millis(after));
        child.kill().unwrap();
        kills += usize::from(!child.wait().unwrap().success());
    }
    drain(&shop, "q");
    let status = shop.run("--json queue status --queue q").ends(0).json();
    assert_eq!(
        (&status["waiting"], &status["done"]),
        (&json!(0), &json!(400)),
        "{kills} kills"
    );
    assert_eq!(points(&shop, "card:1"), 400);
}

// proves: C12.55
#[test]
fn an_unfinished_write_is_cut_off_and_damage_is_told() {
    let shop = Shop::plain();
    till(&shop, "q");
    queue(&shop, "q", &[json!({"do": "purchase", "total": "1.00"})]);
    queue(&shop, "q", &[json!({"do": "purchase", "total": "2.00"})]);
    let name = "q/journal/000000000000.seg";
    let whole = shop.read(name);
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    // The last page is cut short: its command was answered, and its end is gone.
    let mut torn = whole.clone();
    torn[end - 300..].fill(0);
    shop.write(name, &torn);
    shop.run("queue status --queue q")
        .ends(5)
        .says(&["its end is lost", "has 2 entries, and 3 were written"]);
    // Cut off by now, it looks whole; still it is known.
    shop.run("queue status --queue q").ends(5);
    // A write that nobody was answered is another thing.
    let end = shop.read("q/end");
    shop.write(name, &torn);
    shop.write("q/end", 2_u64.to_le_bytes());
    let told = shop.run("queue status --queue q").ends(0);
    told.says(&["unfinished write", "1 waiting"]);
    shop.write("q/end", &end);
    let mut damaged = whole.clone();
    damaged[700] ^= 1;
    shop.write(name, &damaged);
    shop.run("queue status --queue q")
        .ends(5)
        .says(&["damaged"]);
    shop.write(name, &whole);
    shop.run("queue status --queue q")
        .ends(0)
        .says(&["2 waiting"]);
    // Another terminal's key has not written it.
    till(&shop, "r");
    std::fs::copy(shop.path("r/terminal.key"), shop.path("q/terminal.key")).unwrap();
    shop.run("queue status --queue q")
        .ends(5)
        .says(&["was not written by this terminal"]);
    // The key is the queue's own, and no ledger's: its copies are the folder's.
    let mut key = shop.read("q/terminal.key");
    key[30] ^= 1;
    shop.write("q/terminal.key", &key);
    shop.run("queue status --queue q")
        .ends(5)
        .says(&["the queue is damaged", "terminal.key", "its newest copy"])
        .lacks(&["secrets"]);
}

// proves: C12.56
#[test]
fn points_are_spent_offline_within_an_allowance_and_no_copy_spends_them_again() {
    let programme = "[programme]\nname = \"a\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\n";
    let base = "campaign(#{ id: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning); }\n";
    let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 100.00 --key p1")
        .ends(0);
    till(&shop, "q");
    let allow = "--json queue allow --queue q --member card:1 --unit point";
    // What the member does not have, nobody is given.
    shop.run(&format!(
        "{allow} --points 101 --until 2099-01-01T00:00:00Z"
    ))
    .ends(1)
    .says(&["insufficient_points"]);
    let told = shop
        .run(&format!("{allow} --points 60 --until 2099-01-01T00:00:00Z"))
        .ends(0)
        .json();
    let key = told["allowance"]["key"].as_str().unwrap().to_owned();
    assert_eq!(points(&shop, "card:1"), 40);
    let spends = |member: &str, points: Value, key: &str| {
        let number: u32 = points.to_string().trim_matches('"').parse().unwrap();
        let worth = format!("0.{number:02}");
        json!({"do": "purchase", "key": key, "member": member, "total": worth,
            "tenders": [{"kind": "points", "unit": "point", "points": points, "amount": worth}]})
    };
    let copy = shop.path("copied");
    let copied = || {
        std::fs::create_dir_all(copy.join("journal")).unwrap();
        for file in ["terminal.key", "journal/000000000000.seg"] {
            std::fs::copy(shop.path("q").join(file), copy.join(file)).unwrap();
        }
    };
    copied();
    let told = queue(
        &shop,
        "q",
        &[
            spends("card:1", json!(20), "s1"),
            spends("card:1", json!("40"), "s2"),
        ],
    );
    assert!(told.iter().all(|told| told["ok"] == true), "{told:?}");
    // The same again is the same; beyond it, for others, and by other means, nothing.
    let again = queue(&shop, "q", &[spends("card:1", json!(20), "s1")]);
    assert_eq!(again[0]["queued"], told[0]["queued"]);
    let refused = |command: Value, word: &str| {
        let ran = shop
            .pipe("queue add - --queue q", command.to_string())
            .ends(2);
        ran.says(&[word]);
    };
    refused(spends("card:1", json!(1), "s3"), "0 are left");
    refused(spends("card:2", json!(1), "s3"), "card:2");
    let reward = json!({"do": "purchase", "member": "card:1", "total": "5.00",
        "tenders": [{"kind": "reward", "reward": "x"}]});
    refused(reward, "only points of an allowance");
    let status = shop.run("--json queue status --queue q").ends(0).json();
    assert_eq!(status["allowances"][0]["left"], "0", "{status}");
    // The copy believes that it may spend them too.
    let told = queue(&shop, "copied", &[spends("card:1", json!(50), "c1")]);
    assert_eq!(told[0]["ok"], true, "{told:?}");
    let drained = drain(&shop, "q");
    assert_eq!(
        (&drained["done"], &drained["short"]),
        (&json!(2), &json!([]))
    );
    let balance = || points(&shop, "card:1").as_i64().unwrap();
    let after = balance();
    assert_eq!(
        after, 40,
        "sixty of the hundred are spent, and nothing was earned"
    );
    let drained = drain(&shop, "copied");
    assert_eq!(drained["done"], 1, "{drained}");
    assert_eq!(drained["short"].as_array().unwrap().len(), 1, "{drained}");
    // The sale is booked, what the points were for is to be collected, and none are spent.
    let found = shop.run("--json find --key c1").ends(0).json();
    assert!(found["collect"].is_object(), "{found}");
    assert_eq!(balance(), after, "points were spent twice");
    shop.run(&format!("{allow} --points 5 --until 2020-01-01T00:00:00Z"))
        .ends(2)
        .says(&["until", "over already"]);
    shop.run(&format!("release --of {key} --key r")).ends(1);
    shop.run("audit verify").ends(0);
}

/// Copies that want more of one allowance than there is: whatever the order of draining, each
/// sale is booked once, those that come too late without the points, and no point is spent twice.
// proves: C12.56
#[test]
fn an_allowance_in_three_queues_is_spent_once_in_every_order_of_draining() {
    let programme = "[programme]\nname = \"a\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\n";
    let base = "campaign(#{ id: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning); }\n";
    let wanted = [50, 40, 20];
    for order in ORDERS {
        let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
        shop.run("member enrol --alias card:1").ends(0);
        shop.run("purchase --member card:1 --total 100.00 --key p1")
            .ends(0);
        till(&shop, "q0");
        let told = shop
            .run("--json queue allow --queue q0 --member card:1 --unit point --points 60 --until 2099-01-01T00:00:00Z")
            .ends(0)
            .json();
        let stamp = told["allowance"]["stamp"].as_str().unwrap();
        assert!(stamp.starts_with("STAMP "), "{told}");
        for copy in ["q1", "q2"] {
            crate::shop::copy(&shop.path("q0"), &shop.path(copy));
        }
        for (n, points) in wanted.iter().enumerate() {
            let worth = format!("0.{points}");
            let sale = json!({"do": "purchase", "key": format!("s{n}"), "member": "card:1", "total": worth,
                "tenders": [{"kind": "points", "unit": "point", "points": points, "amount": worth}]});
            assert_eq!(queue(&shop, &format!("q{n}"), &[sale])[0]["ok"], true);
        }
        let mut left = 60;
        for n in order {
            let is_short = wanted[n] > left;
            left -= if is_short { 0 } else { wanted[n] };
            let drained = drain(&shop, &format!("q{n}"));
            let short = drained["short"].as_array().unwrap();
            assert_eq!(
                (&drained["done"], short.len()),
                (&json!(1), usize::from(is_short)),
                "{order:?} {drained}"
            );
        }
        assert_eq!(points(&shop, "card:1"), 40, "{order:?}");
        let key = told["allowance"]["key"].as_str().unwrap();
        shop.run(&format!("release --of {key} --key r"))
            .ends(i32::from(left == 0));
        assert_eq!(points(&shop, "card:1"), 40 + left, "{order:?}");
        shop.run("audit verify").ends(0);
    }
}

/// A programme in which the order of sales matters: a budget that one sale uses up, a
/// voucher for the first two, and a tier that doubles.
const IN_ORDER: &str = r#"[programme]
name = "order"
currency = "EUR"
zone = "UTC"
[unit.point]
kind = "spendable"
value = "0.01"
[unit.mark]
kind = "qualifying"
window = "calendar year"
[unit.mug]
kind = "voucher"
value = "5.00"
stock = 2
"#;

const IN_ORDER_CAMPAIGNS: [(&str, &str); 4] = [
    (
        "tiers.rhai",
        "tiers(#{ levels: [\"plain\", \"gold\"], review: \"calendar year\", down: \"one step\" });\nfn qualify(member) { if member.qualifying(\"mark\") >= 30 { \"gold\" } else { \"plain\" } }\n",
    ),
    (
        "campaigns/base.rhai",
        "campaign(#{ id: \"base\" });\nfn on_purchase(purchase, member) { award(\"mark\", purchase.earning);\n  award(\"point\", if member.tier == \"gold\" { 2 * purchase.earning } else { purchase.earning }); }\n",
    ),
    (
        "campaigns/extra.rhai",
        "campaign(#{ id: \"extra\", budget: #{ point: 50 } });\nfn on_purchase(purchase, member) { award(\"point\", 20); }\n",
    ),
    (
        "campaigns/mugs.rhai",
        "campaign(#{ id: \"mugs\" });\nfn on_purchase(purchase, member) { if purchase.total >= 10 { issue(\"mug\"); } }\n",
    ),
];

// proves: C12.57
#[test]
fn drained_queues_come_to_what_one_till_in_order_would_have_given() {
    let mut files = vec![("programme.toml", IN_ORDER)];
    files.extend(IN_ORDER_CAMPAIGNS);
    let empty = Shop::of(&files);
    let members = ["card:1", "card:2", "card:3", "card:4", "card:9"];
    for member in &members[..4] {
        empty.run(&format!("member enrol --alias {member}")).ends(0);
    }
    // Sales of three tills, of which two are offline, each a moment behind the one before.
    let start = jiff::Timestamp::now();
    let at = |n: i64| (start + jiff::SignedDuration::from_millis(n)).to_string();
    let day = [
        (0, "card:1", "12.00"),
        (1, "card:2", "15.00"),
        (0, "card:3", "31.00"),
        (2, "card:2", "18.00"),
        (1, "card:9", "10.00"),
        (0, "card:4", "11.00"),
        (1, "card:4", "25.00"),
        (2, "card:1", "20.00"),
        (0, "card:9", "9.00"),
        (1, "card:1", "4.00"),
    ];
    let sale = |n: usize| {
        let (_, member, total) = day[n];
        json!({"do": "purchase", "key": format!("s{n}"), "member": member, "total": total,
            "enrol": true, "at": at(i64::try_from(n).unwrap())})
    };
    // Balances, vouchers and tiers.
    let plain = |shop: &Shop| -> Vec<String> {
        let told = members.map(|member| {
            let told = shop.run(&format!("--json balance {member}")).ends(0).json();
            let now = &told["now"];
            let vouchers = now["vouchers"].as_array().map_or(0, Vec::len);
            json!([now["balance"], now["tier"], vouchers]).to_string()
        });
        told.to_vec()
    };
    let one = empty.copied();
    for n in 0..day.len() {
        one.say(&sale(n).to_string()).ends(0);
    }
    let right = plain(&one);
    let orders: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let mut wrong = 0;
    for order in orders {
        let shop = empty.copied();
        for till_of in order {
            let sales: Vec<Value> = (0..day.len())
                .filter(|n| day[*n].0 == till_of)
                .map(sale)
                .collect();
            match till_of {
                2 => sales.iter().for_each(|sale| {
                    shop.say(&sale.to_string()).ends(0);
                }),
                _ => {
                    let name = format!("q{till_of}");
                    till(&shop, &name);
                    queue(&shop, &name, &sales);
                    let drained = drain(&shop, &name);
                    let again = drained["redecide"].as_str().unwrap();
                    assert!(again.contains("--by occurred"), "{drained}");
                }
            }
        }
        wrong += usize::from(plain(&shop) != right);
        let ask = format!("--json redecide --by occurred --from {}", at(-1));
        let shown = shop.run(&ask).ends(0).json();
        let before = plain(&shop);
        assert_eq!(shown["booked"], json!([]));
        let told = shop
            .run(&format!("{ask} --book --reason tills-were-offline"))
            .ends(0)
            .json();
        assert_eq!(told["differences"], shown["differences"]);
        assert_eq!(told["not_booked"], json!([]), "{order:?}: {told}");
        assert_eq!(plain(&shop), right, "{order:?}: {before:#?} {told:#}");
        // Nothing is left to be put right, and once more books nothing.
        let again = shop
            .run(&format!("{ask} --book --reason tills-were-offline"))
            .ends(0)
            .json();
        for what in ["differences", "vouchers", "tiers", "booked"] {
            assert_eq!(again[what], json!([]), "{order:?}: {again}");
        }
        shop.run("audit verify").ends(0);
    }
    assert!(wrong >= 4, "the order made no difference: {wrong}");
}

// proves: C12.56
#[test]
fn copies_of_a_queue_that_spend_and_drain_at_once_spend_an_allowance_once() {
    let programme = "[programme]\nname = \"a\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\n";
    let base = "campaign(#{ id: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning); }\n";
    let shop = Shop::of(&[("programme.toml", programme), ("campaigns/base.rhai", base)]);
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 100.00 --key p1")
        .ends(0);
    let copies = ["q0", "q1", "q2"];
    till(&shop, "q0");
    shop.run("queue allow --queue q0 --member card:1 --unit point --points 60 --until 2099-01-01T00:00:00Z")
        .ends(0);
    for copy in &copies[1..] {
        std::fs::create_dir_all(shop.path(copy).join("journal")).unwrap();
        for file in ["terminal.key", "end", "journal/000000000000.seg"] {
            std::fs::copy(shop.path("q0").join(file), shop.path(copy).join(file)).unwrap();
        }
    }
    for copy in copies {
        let sale = json!({"do": "purchase", "member": "card:1", "total": "0.50",
            "tenders": [{"kind": "points", "unit": "point", "points": 50, "amount": "0.50"}]});
        assert_eq!(queue(&shop, copy, &[sale])[0]["ok"], true);
    }
    let told: Vec<Value> = std::thread::scope(|scope| {
        let drains = copies.map(|copy| {
            let shop = &shop;
            // A drain that finds the ledger in use is tried again.
            scope.spawn(move || {
                loop {
                    let ran = shop.run(&format!("--json queue drain --queue {copy}"));
                    if ran.code != Some(4) {
                        return ran.ends(0).json();
                    }
                }
            })
        });
        drains.map(|one| one.join().unwrap()).into_iter().collect()
    });
    let short = |told: &Value| told["short"].as_array().unwrap().len();
    assert_eq!(told.iter().map(short).sum::<usize>(), 2, "{told:?}");
    assert!(told.iter().all(|told| told["done"] == 1), "{told:?}");
    // Fifty are spent, forty are free, and ten of the allowance are left.
    assert_eq!(points(&shop, "card:1"), 40);
    for copy in copies {
        assert_eq!(drain(&shop, copy)["done"], 0);
    }
    shop.run("audit verify").ends(0);
}

/// A ledger to practise with, filled from the shop's, says on every answer and slip that
/// nothing counts, and takes nothing that was really sold.
// proves: C12.72
#[test]
fn a_ledger_to_practise_with_is_never_taken_for_the_real_one() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1 --name Ann").ends(0);
    shop.run("purchase --member card:1 --total 9.00").ends(0);
    let made = shop
        .run("--json init --training --ledger practice --programme programme --folder trained")
        .ends(0)
        .json();
    let origin = made["origin"].as_str().unwrap();
    assert!(origin.starts_with("training/"), "{made}");
    let own = shop.read("ledger-secrets/signing.key");
    assert_ne!(own, shop.read("practice-secrets/signing.key"));
    let members = shop.run("members").ends(0).out;
    assert!(
        !members.contains("Ann") && !members.contains("card:1"),
        "{members}"
    );
    shop.write("members.csv", &members);
    shop.run("import members.csv --ledger practice --opening --enrol --map member=member:card:,points=point --set unit=point")
        .ends(0)
        .says(&["1 booked"]);
    let id = members.lines().nth(1).unwrap().split(',').next().unwrap();
    let sell = format!("purchase --ledger practice --member card:{id} --total 2.00 --key k");
    let told = shop
        .run(&format!("--json {sell} --slip zh:32"))
        .ends(0)
        .json();
    assert_eq!(
        (&told["training"], &told["after"]["point"]),
        (&json!(true), &json!(11))
    );
    let slip = told["slip"]["text"].as_str().unwrap();
    assert!(slip.contains("培训"), "{slip}");
    // Neither a repeat, a reprint nor a refusal looks like the shop's.
    let again = shop.run(&format!("--json {sell}")).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["training"]),
        (&json!(true), &json!(true))
    );
    shop.run(&sell).ends(0).says(&["training: entry"]);
    shop.run("slip --ledger practice --key k --form en:42")
        .ends(0)
        .says(&["TRAINING - NOTHING WAS BOOKED"]);
    let refused = "--json redeem --ledger practice --unit point --points 999 --member";
    let refused = shop.run(&format!("{refused} card:{id}")).ends(1).json();
    assert_eq!(refused["training"], true, "{refused}");
    // Sales of a queue are the shop's: the other ledger does not swallow them.
    till(&shop, "q");
    queue(
        &shop,
        "q",
        &[sale("card:1", "1.00"), sale("card:7", "1.00")],
    );
    shop.run("queue drain --queue q --ledger practice")
        .ends(2)
        .says(&["a ledger to practise with"]);
    let status = shop.run("--json queue status --queue q").ends(0).json();
    assert_eq!(status["waiting"], 2, "{status}");
    assert_eq!(drain(&shop, "q")["done"], 1);
    assert_eq!(points(&shop, "card:1"), 10);
    let real = shop
        .run("--json purchase --member card:1 --total 1.00")
        .ends(0)
        .json();
    assert_eq!(real["training"], Value::Null, "{real}");
    shop.run("audit verify --ledger practice").ends(0);
}
