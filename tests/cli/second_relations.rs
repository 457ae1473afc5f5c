//! Figures of partners, passes, donations, goods and what members do with one another, made
//! again by a slow, obvious count over what was sent and over exported tables.

use super::figures::cents;
use super::relations::{
    MEMBERS, PROGRAMME, Sale, WINDOWS, Year, card, cells, day_number, money, share, text, within,
    year,
};
use super::shop::Shop;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

// proves: S89 S192
#[test]
fn partners_and_donations_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_201);
    for window in WINDOWS {
        let mut bought: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (who, sale) in year.standing(window) {
            if let Some(partner) = sale.store.strip_suffix("-1") {
                bought.entry(partner).or_default().insert(who);
            }
        }
        let all: BTreeSet<&usize> = bought.values().flatten().collect();
        let both = bought["clothes"].intersection(&bought["coffee"]).count();
        let told = year.made("partners", window);
        assert!(both > 0 && both < all.len());
        assert_eq!(told["result"]["numerator"], both.to_string(), "{window:?}");
        assert_eq!(told["result"]["denominator"], all.len().to_string());
        let cells = cells(&told);
        for partner in ["clothes", "coffee"] {
            // What it owes, by the kind of the entry that says so.
            let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
            for owes in year
                .of_kind("partner_owes")
                .filter(|one| one["name"] == partner)
            {
                let entry = year
                    .entries
                    .iter()
                    .find(|one| one["seq"] == owes["seq"])
                    .unwrap();
                let amount = cents(&owes["money"]);
                let column = match &*entry["kind"] {
                    _ if entry["day"].as_str() > window.1 => continue,
                    _ if entry["day"].as_str() < window.0 => "opening",
                    "settled" => "settled",
                    "purchase" if amount < 0 => "redeemed",
                    "purchase" => "earned",
                    _ => "undone",
                };
                *sums.entry(column).or_default() += amount;
                *sums.entry("owes").or_default() += amount;
            }
            for column in ["opening", "earned", "redeemed", "undone", "settled", "owes"] {
                let told = cents(&cells[&(partner.into(), column.into())]);
                let sum = sums.get(column).copied().unwrap_or(0);
                assert_eq!(told, sum, "{partner} {column} {window:?}");
            }
            let members = &cells[&(partner.into(), "members".into())];
            assert_eq!(*members, bought[partner].len().to_string());
        }
        // One per cent of net sales, to a hundredth of a cent.
        let (mut before, mut came) = (0, 0);
        let mut add = |day: &str, amount: i64| match day {
            day if day > window.1 => {}
            day if day < window.0 => before += amount,
            _ => came += amount,
        };
        for sale in &year.sent.sales {
            add(sale.day(), sale.total);
            if sale.back() > 0 {
                add(&sale.back_on, -sale.back());
            }
        }
        let (mut paid, mut rows) = (0, 0);
        for (day, amount) in &year.sent.payouts {
            add(day, -amount * 100);
            if within(day, window) {
                (paid, rows) = (paid + amount * 100, rows + 1);
            }
        }
        let told = year.made("donations", window);
        let exact = |units: i64| format!("{}.{:04}", units / 10_000, units % 10_000);
        let note = told["notes"][0].as_str().unwrap();
        let expected = format!(
            "carried in {} + contributed {} - paid {} = carried {}",
            exact(before),
            exact(came + paid),
            exact(paid),
            exact(before + came)
        );
        assert!(note.starts_with(&expected), "{note}\n{expected}");
        assert!(rows > 0 && rows == told["rows"].as_array().unwrap().len());
    }
}

// proves: S149
#[test]
fn passes_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_202);
    for window in WINDOWS {
        let told = year.made("passes", window);
        let told_cells = cells(&told);
        let mut all = BTreeSet::new();
        for (pass, price) in [("prime", 2990), ("guest", 900)] {
            let (mut holders, mut charges, mut refunded) = (BTreeSet::new(), 0, 0);
            let own = year.sent.passes.iter().filter(|one| one.pass == pass);
            for done in own.clone().filter(|one| within(&one.day, window)) {
                if done.action == "cancel" {
                    // Days that are left of the year, rounded down to the cent.
                    let mut begun = own.clone().filter(|one| one.who == done.who);
                    let from = &begun.next().unwrap().day;
                    let until = format!("2026{}", &from[4..]);
                    let [from, until, today] =
                        [from, &until, &done.day].map(|day| i64::from(day_number(day)));
                    refunded += price * (until - today) / (until - from);
                } else {
                    holders.insert(year.sent.person(done.who));
                    charges += 1;
                }
            }
            // Benefits of sales that stand.
            let (mut uses, mut value) = (0, 0);
            for used in year.of_kind("benefit").filter(|one| one["unit"] == pass) {
                let sale = year.sale_of(&used["seq"]);
                if let Some(sale) = sale.filter(|s| within(s.day(), window) && s.stands()) {
                    assert_eq!(sale.at, year.at(&used["seq"]));
                    (uses, value) = (uses + 1, value + cents(&used["money"]));
                }
            }
            let standing = year.standing(window);
            let orders = standing
                .iter()
                .filter(|(who, _)| holders.contains(who))
                .count();
            let each = orders as f64 / holders.len() as f64;
            let expected = [
                ("value", holders.len().to_string()),
                ("charges", charges.to_string()),
                ("paid", money(charges * price)),
                ("refunded", money(refunded)),
                ("benefits", uses.to_string()),
                ("benefit_value", money(value)),
                ("orders_each", format!("{each:.2}")),
            ];
            for (column, expected) in expected {
                let told = &told_cells[&(pass.to_owned(), column.to_owned())];
                assert_eq!(*told, expected, "{pass} {column} {window:?}");
            }
            assert!(uses > 0 && charges > 0);
            all.extend(holders);
        }
        assert_eq!(told["result"]["value"], all.len().to_string());
    }
    let undone = year
        .of_kind("benefit")
        .filter(|one| one["money"].starts_with('-'));
    assert!(undone.count() > 0, "no benefit was undone");
}

// proves: S59 S65 S142 S251
#[test]
fn who_brought_whom_and_goods_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_203);
    for window in WINDOWS {
        let brought = year.brought(window);
        let there = year.sent.joined.iter().filter(|(who, (day, _))| {
            day.as_str() <= window.1 && !year.sent.merged.contains_key(who)
        });
        let there = there.count();
        let told = year.made("advocacy --by participant", window);
        assert_eq!(
            told["result"]["numerator"],
            brought.len().to_string(),
            "{window:?}"
        );
        assert_eq!(told["result"]["denominator"], there.to_string());
        let counted = cells(&told);
        let referrers: BTreeSet<usize> = brought.iter().map(|pair| pair.1).collect();
        let sum = |column: &str| -> usize {
            let own = counted.iter().filter(|((_, of), _)| of == column);
            own.map(|(_, cell)| cell.parse::<usize>().unwrap()).sum()
        };
        let sums = [sum("brought"), sum("referrers"), sum("members")];
        assert_eq!(sums, [brought.len(), referrers.len(), there]);
        // Lots that somebody sent: a merge moves lots too, and sends none.
        let sent = year.of_kind("send").filter(|one| {
            let at = year.at(&one["seq"]);
            let is_merge = at.starts_with("2025-12-30");
            !is_merge && within(&at[..10], window)
        });
        let told = year.made("network", window);
        let counted = cells(&told);
        let lots = sent.count();
        let told_lots = &counted[&(
            "lots that moved from member to member".into(),
            "value".into(),
        )];
        assert_eq!(*told_lots, lots.to_string(), "{window:?}");
        assert_eq!(told["result"]["value"], (lots + brought.len()).to_string());
        let transfers = year.sent.sent.iter().filter(|day| within(day, window));
        assert!(lots >= transfers.count() && lots > 0);

        let mut sums: BTreeMap<String, (i64, BTreeSet<usize>)> = BTreeMap::new();
        let mut categories = sums.clone();
        let mut all = 0;
        for (who, sale) in year.standing(window) {
            for line in sale.lines.iter().filter(|line| !line.is_back) {
                let keys = [
                    format!("{}/{}", line.category, line.sku),
                    line.category.into(),
                ];
                for (sums, key) in [&mut sums, &mut categories].into_iter().zip(keys) {
                    let sum = sums.entry(key).or_default();
                    sum.0 += line.cents;
                    sum.1.insert(who);
                }
                all += line.cents;
            }
        }
        let articles = cells(&year.made("preferences", window));
        let by_category = cells(&year.made("preferences --by category", window));
        assert_eq!((sums.len(), categories.len()), (7, 4));
        for (counted, sums, tail) in [(articles, sums, ""), (by_category, categories, "/")] {
            for (key, (cents, members)) in sums {
                let of = |column: &str| &counted[&(format!("{key}{tail}"), column.to_owned())];
                assert_eq!(*of("amount"), money(cents), "{key} {window:?}");
                assert_eq!(*of("value"), share(cents as usize, all as usize), "{key}");
                assert_eq!(*of("members"), members.len().to_string(), "{key}");
            }
        }
    }
    let whole = year
        .sent
        .sales
        .iter()
        .filter(|sale| !sale.is_void && !sale.stands());
    assert!(whole.count() > 0, "no sale came back as a whole");
}

/// A step that somebody took: day, sequence and store.
type Step<'a> = (&'a str, u64, &'a str);

impl Year {
    /// Steps of a kind by person.
    fn steps<'y>(&'y self, word: &str) -> BTreeMap<usize, Vec<Step<'y>>> {
        let seq_of = |at: &str| -> u64 {
            let found = self.entries.iter().find(|one| one["occurred"] == at);
            found.unwrap()["seq"].parse().unwrap()
        };
        let mut found: BTreeMap<usize, Vec<Step<'y>>> = BTreeMap::new();
        let mut add = |who: usize, step: Step<'y>| {
            found.entry(self.sent.person(who)).or_default().push(step);
        };
        match word {
            "purchase" => {
                for sale in self.sent.sales.iter().filter(|sale| sale.stands()) {
                    add(sale.who, (sale.day(), seq_of(&sale.at), sale.store));
                }
            }
            "voucher.issue" | "voucher.use" => {
                let kind = if word == "voucher.use" {
                    "voucher"
                } else {
                    "issue"
                };
                for one in self.of_kind(kind) {
                    let sale = self.sale_of(&one["seq"]).unwrap();
                    if !sale.is_void {
                        add(
                            sale.who,
                            (sale.day(), one["seq"].parse().unwrap(), sale.store),
                        );
                    }
                }
            }
            activity => {
                for one in self.sent.acted.iter().filter(|one| !one.is_void) {
                    if one.activity == activity {
                        add(one.who, (&one.at[..10], seq_of(&one.at), one.store));
                    }
                }
            }
        }
        found
    }
}

/// The most steps of a way that can be taken one after another, whichever are chosen.
fn reached<'a>(
    words: &[&'a str],
    own: &BTreeMap<&'a str, Vec<Step<'a>>>,
    taken: &mut Vec<(&'a str, u64)>,
    (after, until): ((i32, u64), i32),
) -> usize {
    let Some((word, rest)) = words.split_first() else {
        return 0;
    };
    let mut most = 0;
    for (day, seq, _) in own.get(word).into_iter().flatten() {
        let at = (day_number(day), *seq);
        if at < after || at.0 > until || taken.contains(&(*word, *seq)) {
            continue;
        }
        taken.push((*word, *seq));
        most = most.max(1 + reached(rest, own, taken, (at, until)));
        taken.pop();
    }
    most
}

// proves: S98 S100 S101
#[test]
fn ways_of_members_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_204);
    for window in WINDOWS {
        for (way, days) in [
            ("try_on,purchase", 14),
            ("voucher.issue,voucher.use", 90),
            ("purchase,voucher.issue,voucher.use,purchase", 60),
            ("purchase,purchase", 30),
        ] {
            let words: Vec<&str> = way.split(',').collect();
            let all: BTreeMap<&str, _> =
                words.iter().map(|word| (*word, year.steps(word))).collect();
            let mut counts = vec![0; words.len()];
            let mut stores: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for (who, own) in &all[words[0]] {
                let first = own.iter().filter(|step| within(step.0, window));
                let first = first.min_by_key(|step| (step.0, step.1));
                let Some((day, seq, store)) = first.copied() else {
                    continue;
                };
                let own: BTreeMap<&str, Vec<Step<'_>>> = (all.iter())
                    .map(|(word, people)| (*word, people.get(who).cloned().unwrap_or_default()))
                    .collect();
                let begun = (day_number(day), seq);
                let until = begun.0 + days;
                let mut taken = vec![(words[0], seq)];
                let steps = 1 + reached(&words[1..], &own, &mut taken, (begun, until));
                counts[..steps].iter_mut().for_each(|count| *count += 1);
                let row = stores.entry(store).or_default();
                *row = (row.0 + 1, row.1 + usize::from(steps == words.len()));
            }
            let question = format!("funnel --set steps={way} --set within={days}");
            let told = year.made(&question, window);
            let members: Vec<String> = (told["rows"].as_array().unwrap().iter())
                .map(|row| text(&row[1]))
                .collect();
            let expected: Vec<String> = counts.iter().map(usize::to_string).collect();
            assert_eq!(members, expected, "{way} {window:?}");
            let (began, ended) = (counts[0], counts[words.len() - 1]);
            assert!(began > ended && ended > 0, "{way} says nothing: {counts:?}");
            assert_eq!(told["result"]["value"], share(ended, began), "{way}");
            let by_store = cells(&year.made(&format!("{question} --by store"), window));
            assert_eq!(by_store.len(), stores.len() * 3, "{way} {by_store:?}");
            for (store, (began, ended)) in stores {
                let of = |column: &str| &by_store[&(store.to_owned(), column.to_owned())];
                assert_eq!(
                    *of("started"),
                    began.to_string(),
                    "{way} {store} {window:?}"
                );
                assert_eq!(*of("ended"), ended.to_string(), "{way} {store}");
            }
        }
    }
}

// proves: S221 S222 S223
#[test]
fn kinds_of_loyalty_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_205);
    for window in WINDOWS {
        let given = year.with_bonus();
        let brought = year.brought(window);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for who in 0..MEMBERS {
            let own = year.standing(window).into_iter().filter(|one| one.0 == who);
            let own: Vec<&Sale> = own.map(|one| one.1).collect();
            if own.len() < 3 {
                continue;
            }
            let rewarded = own
                .iter()
                .filter(|s| s.is_own_paid || given.contains(&*s.at));
            let is_rewarded = rewarded.count() as f64 > own.len() as f64 / 2.0;
            let acted = year.sent.acted.iter().any(|one| {
                year.sent.person(one.who) == who && !one.is_void && within(&one.at[..10], window)
            });
            let stores: BTreeSet<&str> = own.iter().map(|sale| sale.store).collect();
            let days: BTreeSet<i32> = own.iter().map(|sale| day_number(sale.day())).collect();
            let days: Vec<i32> = days.into_iter().collect();
            let mut gaps: Vec<i32> = days.windows(2).map(|two| two[1] - two[0]).collect();
            gaps.sort_unstable();
            let is_regular = gaps.last().is_some_and(|longest| {
                // Twice the median is the sum of the two in the middle.
                *longest <= gaps[(gaps.len() - 1) / 2] + gaps[gaps.len() / 2]
            });
            let kind = if is_rewarded {
                "reward"
            } else if acted || brought.iter().any(|pair| pair.1 == who) {
                "true"
            } else if stores.len() == 1 && !own.iter().any(|s| s.is_own_paid) && is_regular {
                "habitual"
            } else {
                "none of them"
            };
            *counts.entry(kind).or_default() += 1;
        }
        let counted = cells(&year.made("loyalty_types", window));
        let told: BTreeMap<&str, usize> = (counted.iter())
            .filter(|((_, column), _)| column == "value")
            .map(|((kind, _), cell)| (kind.as_str(), cell.parse().unwrap()))
            .collect();
        assert_eq!(told, counts, "{window:?}");
        assert!(counts.len() > 1, "{counts:?}");
    }
}

/// The segment of two digits: recency, and the mean of frequency and money.
fn segment(recency: usize, value: usize) -> &'static str {
    match (recency, value) {
        (5, 4..) => "champions",
        (3.., 4..) => "loyal",
        (4.., 2..) => "potential_loyalists",
        (5, _) => "new",
        (4, _) => "promising",
        (3, 3) => "need_attention",
        (3, _) => "about_to_sleep",
        (_, 5) => "cannot_lose",
        (_, 3..) => "at_risk",
        (1, 1) => "lost",
        _ => "hibernating",
    }
}

// proves: S58
#[test]
fn each_segment_comes_to_a_count_over_what_was_sent() {
    let year = year(20_261_206);
    for window in [("2025-01-01", "2025-12-31"), ("2025-05-10", "2025-08-20")] {
        /// Days of purchases, and what was spent.
        type Person<'a> = (BTreeSet<&'a str>, i64);
        let mut people: BTreeMap<usize, Person> = BTreeMap::new();
        for (who, sale) in year.standing(window) {
            let person = people.entry(who).or_default();
            person.0.insert(sale.day());
            person.1 += sale.total - sale.back();
        }
        let people: Vec<Person> = people.into_values().collect();
        let recency = |one: &Person| i64::from(day_number(one.0.last().unwrap()));
        let often = |one: &Person| one.0.len() as i64;
        let spent = |one: &Person| one.1;
        // The fifth of the middle of those who are equal.
        let digit = |of: &dyn Fn(&Person) -> i64, one: &Person| {
            let below = people.iter().filter(|other| of(other) < of(one)).count();
            let equal = people.iter().filter(|other| of(other) == of(one)).count();
            1 + 5 * (2 * below + equal) / (2 * people.len())
        };
        let mut segments: BTreeMap<&str, (usize, usize, i64)> = BTreeMap::new();
        for one in &people {
            let value = digit(&often, one) + digit(&spent, one);
            let row = segments.entry(segment(digit(&recency, one), value.div_ceil(2)));
            let row = row.or_default();
            *row = (row.0 + 1, row.1 + one.0.len(), row.2 + one.1);
        }
        let told = year.made("rfm", window);
        let rows: BTreeMap<String, (usize, usize, i64)> = (told["rows"].as_array().unwrap().iter())
            .map(|row| {
                let number = |at: usize| text(&row[at]).parse::<usize>().unwrap();
                (text(&row[0]), (number(3), number(5), cents(&text(&row[6]))))
            })
            .collect();
        let segments: BTreeMap<String, _> = segments
            .into_iter()
            .map(|(name, row)| (name.to_owned(), row))
            .collect();
        assert_eq!(rows, segments, "{window:?}");
        assert!(segments.len() > 4);
    }
}

#[test]
fn late_sales_and_erased_members_change_no_figure_of_relations() {
    let year = year(20_261_207);
    let shop = &year.shop;
    let before = |hours: u64| {
        let now = std::time::SystemTime::now();
        let at = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() - hours * 3600;
        let day = stampbook::model::Day((at / 86_400) as i32);
        let (hour, minute, second) = (at / 3600 % 24, at / 60 % 60, at % 60);
        format!("{day}T{hour:02}:{minute:02}:{second:02}Z")
    };
    // One bought before and sent it late, one before trying on, one after.
    let late = before(48);
    for line in [
        "activity try_on --member card:5 --store north --key live-1".to_owned(),
        format!("purchase --member card:5 --total 3.00 --store north --at {late} --key live-2"),
        "purchase --member card:6 --total 3.00 --store north --key live-3".to_owned(),
        "activity try_on --member card:6 --store north --key live-4".to_owned(),
        "activity try_on --member card:8 --store north --key live-5".to_owned(),
        "purchase --member card:8 --total 3.00 --store north --key live-6".to_owned(),
    ] {
        shop.run(&line).ends(0);
    }
    let way = "funnel --set steps=try_on,purchase --set within=14";
    let told = year.made(way, (&before(1)[..10], "2099-12-31"));
    assert_eq!(
        (&told["result"]["numerator"], &told["result"]["denominator"]),
        (&json!("1"), &json!("3"))
    );
    let questions = [
        "partners",
        "passes",
        "donations",
        "network",
        "advocacy --by participant",
        "preferences",
        "loyalty_types",
        way,
        "rfm",
        "funnel --set steps=voucher.issue,voucher.use --set within=90",
    ];
    let all = |window| -> Vec<(Value, Value)> {
        let told = questions.map(|question| year.made(question, window));
        told.map(|told| (told["result"].clone(), told["rows"].clone()))
            .into()
    };
    let known: Vec<_> = WINDOWS.map(all).into();
    for who in [9, 16, 21] {
        shop.run(&format!("member erase {} --reason asked --yes", card(who)))
            .ends(0);
    }
    assert_eq!(known, Vec::from(WINDOWS.map(all)));
}

// proves: S140
#[test]
fn a_statement_tells_what_the_member_has_received() {
    let shop = Shop::of(PROGRAMME);
    let delivered = |key: &str| {
        json!({"do": "purchase", "total": "20.00", "key": key,
            "lines": [{"sku": "BEAN", "amount": "20.00"}],
            "charges": [{"kind": "delivery", "amount": "4.90"}],
            "discounts": [{"campaign": "delivery", "amount": "4.90"}]})
    };
    let paid =
        |total: &str, tenders: Value| json!({"do": "purchase", "total": total, "tenders": tenders});
    let start = |pass: &str| json!({"do": "pass", "pass": pass, "action": "start"});
    for (n, mut command) in [
        json!({"do": "purchase", "total": "70.00", "enrol": true}),
        start("prime"),
        delivered("kept"),
        delivered("void"),
        delivered("half"),
        delivered("back"),
        json!({"do": "void", "of": "void", "reason": "wrong"}),
        json!({"do": "return", "of": "half", "amount": "10.00"}),
        json!({"do": "return", "of": "back", "all": true}),
        paid(
            "15.00",
            json!([{"kind": "voucher", "unit": "ten-off", "amount": "10.00"},
                {"kind": "cash", "amount": "5.00"}]),
        ),
        paid(
            "20.00",
            json!([{"kind": "points", "unit": "point", "points": 50, "amount": "0.50"},
                {"kind": "cash", "amount": "19.50"}]),
        ),
        json!({"do": "redeem", "unit": "point", "points": 10}),
        json!({"do": "hold", "unit": "point", "points": 10, "key": "held",
            "until": "2099-01-01T00:00:00Z"}),
        json!({"do": "capture", "of": "held"}),
        start("guest"),
        json!({"do": "purchase", "total": "10.00"}),
    ]
    .into_iter()
    .enumerate()
    {
        if command.get("of").is_none() {
            (command["member"], command["store"]) = (json!("card:1"), json!("clothes-1"));
        }
        if command.get("key").is_none() {
            command["key"] = json!(format!("n{n}"));
        }
        shop.say(&command.to_string()).ends(0);
    }
    let told = shop.run("--json statement card:1").ends(0).json();
    let expected = json!({"discounts": "7.35", "paid": "10.50", "redeemed": "0.20",
        "benefits": "1.50", "total": "19.55"});
    assert_eq!(told["received"], expected);
    let text = shop.run("statement card:1").ends(0);
    text.says(&["received so far: 19.55 (off bills 7.35,"]);
    let last = shop.run("--json statement card:1 --last 2").ends(0).json();
    assert_eq!(last["received"], Value::Null, "not all entries were read");
}

impl Year {
    /// Vouchers issued in a window: all, open, used and taken back; the earliest is used first.
    fn vouchers(&self, window: (&str, &str)) -> [usize; 4] {
        let mut lots: BTreeMap<usize, Vec<(&str, bool, bool)>> = BTreeMap::new();
        for sale in self.sent.sales.iter().filter(|sale| sale.total >= 6000) {
            let own = lots.entry(sale.who).or_default();
            own.push((sale.day(), false, sale.is_void));
        }
        let uses = self.of_kind("voucher");
        for who in uses.map(|one| self.sale_of(&one["seq"]).unwrap().who) {
            let mut own = lots.get_mut(&who).unwrap().iter_mut();
            own.find(|lot| !lot.1 && !lot.2).unwrap().1 = true;
        }
        let own: Vec<_> = lots.values().flatten().collect();
        let own: Vec<_> = own
            .into_iter()
            .filter(|lot| within(lot.0, window))
            .collect();
        let used = own.iter().filter(|lot| lot.1).count();
        let voided = own.iter().filter(|lot| lot.2).count();
        [own.len(), own.len() - used - voided, used, voided]
    }

    /// Cents that a window cost: points at a cent each, vouchers, and money off delivery.
    fn costs(&self, window: (&str, &str)) -> [i64; 3] {
        let mut costs = [0; 3];
        let mut add = |at: usize, day: &str, cents: i64| {
            costs[at] += if within(day, window) { cents } else { 0 };
        };
        for (command, sale) in self.commands().filter_map(|one| Some((one.0, one.1?))) {
            let tender = command["tenders"][0]["kind"].as_str().unwrap_or_default();
            match tender {
                "points" => add(0, sale.day(), 50),
                "voucher" => add(1, sale.day(), 1000),
                _ => {}
            }
            if command["discounts"].is_array() {
                add(2, sale.day(), 490);
                if sale.is_void {
                    add(2, &sale.back_on, -490);
                }
            }
        }
        costs
    }

    /// Commands, each with the sale that it is.
    fn commands(&self) -> impl Iterator<Item = (&Value, Option<&Sale>)> {
        self.sent.lines.iter().map(|command| {
            let mut sales = self.sent.sales.iter();
            (
                command,
                sales.find(|sale| command["key"] == sale.key.as_str()),
            )
        })
    }
}

// proves: S27 S119 S127 S139 S161
#[test]
fn parts_of_a_year_come_to_a_count_over_what_was_sent() {
    let year = year(20_261_208);
    for window in WINDOWS {
        let counted = cells(&year.made("vouchers", window));
        let of = |column: &str| &counted[&("ten-off/thanks".to_owned(), column.to_owned())];
        let vouchers = year.vouchers(window);
        for (column, count) in ["issued", "open", "used", "voided"].iter().zip(vouchers) {
            assert_eq!(*of(column), count.to_string(), "{column} {window:?}");
            assert!(count > 0, "{column} says nothing");
        }
        assert_eq!(*of("paid"), money(vouchers[2] as i64 * 1000));
        assert_eq!(*of("value"), share(vouchers[2], vouchers[0] - vouchers[3]));

        let counted = cells(&year.made("cost", window));
        for (kind, cost) in ["redeemed point", "vouchers", "discounts"]
            .iter()
            .zip(year.costs(window))
        {
            let told = &counted[&((*kind).to_owned(), "value".to_owned())];
            assert_eq!(*told, money(cost), "{kind} {window:?}");
        }

        let given = year.with_bonus();
        let (mut promoted, mut all, mut orders) = (0, 0, 0);
        let mut doers = BTreeSet::new();
        let mut goods: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
        for (who, sale) in year.standing(window) {
            let net = sale.total - sale.back();
            (all, orders) = (all + net, orders + 1);
            promoted += if given.contains(&*sale.at) { net } else { 0 };
            doers.insert(who);
            for line in sale.lines.iter().filter(|line| !line.is_back) {
                let sum = goods.entry(line.category).or_default();
                *sum = (sum.0 + line.cents, sum.1 + 1);
            }
        }
        let told = year.made("promotion_share", window);
        assert_eq!(
            told["result"]["value"],
            share(promoted as usize, all as usize)
        );
        let told = year.made("average_order", window);
        assert_eq!(
            told["result"]["denominator"],
            orders.to_string(),
            "{window:?}"
        );
        let counted = cells(&year.made("sales --by category", window));
        for (category, (cents, lines)) in goods {
            let of = |column: &str| &counted[&(category.to_owned(), column.to_owned())];
            assert_eq!(
                (of("value"), of("lines")),
                (&money(cents), &lines.to_string())
            );
        }
        let acted = year.sent.acted.iter().filter(|one| !one.is_void);
        let acted = acted.filter(|one| within(&one.at[..10], window));
        doers.extend(acted.map(|one| year.sent.person(one.who)));
        let told = year.made("engagement", window);
        assert_eq!(
            told["result"]["numerator"],
            doers.len().to_string(),
            "{window:?}"
        );
        // Sales of the window, less what came back in it of any sale.
        let sold = year
            .sent
            .sales
            .iter()
            .filter(|sale| within(sale.day(), window));
        let sold: i64 = sold.map(|sale| sale.total).sum();
        let back = year
            .sent
            .sales
            .iter()
            .filter(|sale| within(&sale.back_on, window));
        let back: i64 = back.map(Sale::back).sum();
        assert_eq!(
            year.made("sales", window)["result"]["value"],
            money(sold - back)
        );
    }
}
