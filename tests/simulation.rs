//! Simulations: what happened, decided again with the programme that was in force,
//! comes to what happened; and drafts make exactly the difference that they should.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "support/story_folders.rs"]
mod story_folders;

use stampbook::answer::Answer;
use stampbook::command::parse;
use stampbook::engine::{self, Folders, Ledger, Mode, Options};
use stampbook::model::{Day, Instant, Money, Policy};
use stampbook::policy::Bundle;
use stampbook::rules::state::Member;
use stampbook::storage::clock::SteppingClock;
use stampbook::workbench::simulation::{
    Compared, Replies, Report, Simulation, Window, simulate, simulate_within,
};
use stampbook::workbench::{Folder, judge, story};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use story_folders::{folders, root, with_stack};

fn opened(ledger: &Path) -> Ledger {
    let folders = Folders {
        ledger: ledger.to_owned(),
        secrets: ledger.with_file_name("secrets"),
    };
    let options = Options {
        is_clock_accepted: true,
        ..Options::new("simulation").unwrap()
    };
    Ledger::open(&folders, options).unwrap()
}

/// Days of the ledger's entries, each once, in order.
fn days(ledger: &Ledger) -> Vec<Day> {
    let calendar = &ledger.programme().unwrap().calendar;
    let entries = ledger.entries_from(0).unwrap();
    let days = entries.map(|entry| calendar.day_of(entry.unwrap().head.effective));
    let mut days: Vec<Day> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn simulated(ledger: &mut Ledger, draft: &Bundle, from: Day, to: Day) -> Simulation {
    let window = Window { from, to };
    simulate(
        ledger,
        draft,
        window,
        Replies::AsTheyWere,
        &mut |_, _, _| Ok(()),
    )
    .unwrap()
}

/// The same with no memory for members: each is read from a file for each entry.
fn packed(ledger: &mut Ledger, draft: &Bundle, from: Day, to: Day) -> Simulation {
    let window = Window { from, to };
    let replies = Replies::AsTheyWere;
    simulate_within(ledger, draft, window, replies, 0, &mut |_, _, _| Ok(())).unwrap()
}

fn json(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// A member without the numbers of entries, which a simulation has of its own.
fn told(member: Option<&Member>) -> String {
    let Some(m) = member else {
        return "nobody".into();
    };
    let lots = m.lots.iter().map(|l| {
        let (remaining, held) = (l.remaining, l.held);
        format!(
            "{}:{remaining}/{held} {:?} {:?} {}",
            l.unit, l.terms, l.code, l.campaign
        )
    });
    let holds = m.holds.iter().map(|h| format!("{} {:?}", h.unit, h.until));
    format!(
        "{:?} {:?} lots {:?} owed {:?} holds {:?} counters {:?} memo {:?} tags {:?} months {:?} fired {:?} deadlines {:?} passes {:?}",
        m.status,
        m.tier,
        lots.collect::<Vec<_>>(),
        m.owed,
        holds.collect::<Vec<_>>(),
        m.counters,
        m.memo,
        m.tags,
        m.months,
        m.fired,
        m.deadlines,
        m.passes
            .iter()
            .map(|p| (p.unit, p.uses(Day(0))))
            .collect::<Vec<_>>(),
    )
}

/// Differences between what happened and a simulation.
fn differences(made: &Simulation) -> Vec<String> {
    let mut found = Vec::new();
    if made.then != made.drafted {
        found.push(format!("sums: {:?}\n  {:?}", made.then, made.drafted));
    }
    let mut compare = |then: Option<&Member>, draft: Option<&Member>| {
        let (a, b) = (told(then), told(draft));
        if a != b {
            found.push(format!(
                "member {:?}:\n  {a}\n  {b}",
                then.or(draft).map(|m| m.id)
            ));
        }
    };
    made.each_member(&mut compare).unwrap();
    if made.unlike != Default::default() {
        found.push(format!("{:?}", made.unlike));
    }
    found
}

/// Runs the stories of programmes, and simulates what they leave with their own programme.
fn identical(programmes: &'static str, stories: Option<&'static str>) {
    let wrong = with_stack(move || {
        let mut wrong = Vec::new();
        for path in folders(programmes) {
            let folder = Folder::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let told = match stories {
                Some(stories) => {
                    Folder::read(&root(stories).join(&name)).map_or(Vec::new(), |f| f.stories)
                }
                None => folder.stories.clone(),
            };
            let Ok(policy) = judge(&folder.bundle) else {
                continue;
            };
            for (file, text) in told {
                let file = format!("{name}/{file}");
                let story = story::parse(&file, &text, policy.programme()).unwrap();
                if text.contains(" activate ") {
                    continue;
                }
                let look = |ledger: &Path| {
                    let mut ledger = opened(ledger);
                    let days = days(&ledger);
                    let (first, last) = (days[0], days[days.len() - 1]);
                    for from in [first, days[days.len() / 2], last] {
                        let made = simulated(&mut ledger, &folder.bundle, from, last);
                        let found = differences(&made);
                        if !found.is_empty() {
                            wrong.push(format!("{file} from {from}:\n {}", found.join("\n ")));
                        }
                    }
                    // No member stays in memory from one entry to the next.
                    let from = days[days.len() / 2];
                    let mut packed = packed(&mut ledger, &folder.bundle, from, last);
                    let found = differences(&packed);
                    if !found.is_empty() {
                        wrong.push(format!("{file} packed:\n {}", found.join("\n ")));
                    }
                    let mut whole = simulated(&mut ledger, &folder.bundle, from, last);
                    if json(&packed.report().unwrap()) != json(&whole.report().unwrap()) {
                        wrong.push(format!("{file}: the figures depend on the memory"));
                    }
                    ledger.close().unwrap();
                };
                let beside = |name: &str| folder.beside(name);
                story::run_then(&story, &folder.bundle, &beside, look).unwrap();
            }
        }
        wrong
    });
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_the_stories_of_the_shipped_programmes_leave_comes_to_the_same_again() {
    identical("scripts", None);
}

#[test]
fn what_the_stories_of_the_rules_leave_comes_to_the_same_again() {
    identical("tests/programmes", Some("tests/stories"));
}

const MANIFEST: &str = "[programme]\nname = \"Shop\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n\
    [unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\ncost = \"0.005\"\n\n\
    [spend.point]\nstep = 1\n";
const REWARDS: &str = "reward(#{ id: \"cup\", unit: \"point\", points: 30 });\n";

/// A programme with one campaign, of that header and that amount for a purchase.
fn programme(header: &str, amount: &str) -> Bundle {
    let base = format!(
        "campaign(#{{ id: \"base\", role: \"base\"{header} }});\n\
         fn on_purchase(purchase, member) {{ award(\"point\", {amount}, \"base\"); }}\n"
    );
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", MANIFEST),
        file("campaigns/base.rhai", &base),
        file("rewards.rhai", REWARDS),
    ];
    Bundle::new(files).unwrap()
}

/// A ledger in a folder of its own, with a clock that the test sets.
struct Shop {
    _dir: tempfile::TempDir,
    clock: Arc<SteppingClock>,
    ledger: Ledger,
    number: u64,
}

impl Shop {
    fn new(bundle: &Bundle, begins: &str) -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let at = Instant::parse(begins).unwrap().0;
        let clock = Arc::new(SteppingClock::new(at.0, 0));
        let folders = Folders {
            ledger: dir.path().join("ledger"),
            secrets: dir.path().join("secrets"),
        };
        let options = Options {
            clock: Arc::clone(&clock) as _,
            is_clock_accepted: true,
            ..Options::new("simulation").unwrap()
        };
        let ledger = Ledger::create(&folders, "shop.example/1", bundle, options).unwrap();
        Shop {
            _dir: dir,
            clock,
            ledger,
            number: 0,
        }
    }

    /// Sends a command at an instant of the clock; true if it was accepted.
    fn at(&mut self, at: &str, json: &str) -> bool {
        self.clock.set(Instant::parse(at).unwrap().0.0);
        self.send(json, Mode::default())
    }

    fn send(&mut self, json: &str, mode: Mode) -> bool {
        self.number += 1;
        let json = json.replacen('{', &format!("{{\"key\":\"k{}\",", self.number), 1);
        let request = parse(json.as_bytes(), 2).unwrap();
        self.ledger.stage(&request, mode).unwrap();
        let answers = self.ledger.commit().unwrap();
        let Answer::Accepted(_) = &answers[0] else {
            return false;
        };
        true
    }

    fn simulate(&mut self, draft: &Bundle, replies: Replies) -> Report {
        let day = |text| Day::parse(text).unwrap();
        let window = Window {
            from: day("2026-03-02"),
            to: day("2026-03-31"),
        };
        let made = simulate(&mut self.ledger, draft, window, replies, &mut |_, _, _| {
            Ok(())
        });
        let told = made.unwrap().report().unwrap();
        // The same with every bound on memory: with some, states are in memory at the fork.
        for memory in [0, 1 << 10, 4 << 10, 32 << 10] {
            let ledger = &mut self.ledger;
            let made =
                simulate_within(
                    ledger,
                    draft,
                    window,
                    replies,
                    memory,
                    &mut |_, _, _| Ok(()),
                );
            let bounded = made.unwrap().report().unwrap();
            assert_eq!(json(&bounded), json(&told), "within {memory} bytes");
        }
        told
    }
}

/// Three customers and what they buy in March; the first two days are before the window.
fn march() -> Shop {
    let mut shop = Shop::new(
        &programme("", "floor(purchase.earning)"),
        "2026-03-01T08:00:00Z",
    );
    for (day, who, total) in [
        ("01", "ann", "20.00"),
        ("02", "ann", "10.50"),
        ("03", "ben", "40.00"),
        ("05", "ann", "7.00"),
        ("09", "cid", "3.99"),
        ("20", "ben", "0.50"),
    ] {
        let json = format!(
            "{{\"do\":\"purchase\",\"member\":\"id:{who}\",\"enrol\":true,\"total\":\"{total}\"}}"
        );
        assert!(shop.at(&format!("2026-03-{day}T10:00:00Z"), &json));
    }
    shop
}

// proves: S166
#[test]
fn a_draft_with_double_points_makes_exactly_the_difference() {
    with_stack(|| {
        let mut shop = march();
        let told = shop.simulate(
            &programme("", "2 * floor(purchase.earning)"),
            Replies::AsTheyWere,
        );
        let row = &told.campaigns[0];
        // 10 + 40 + 7 + 3 + 0 in the window.
        assert_eq!(
            (row.campaign.as_str(), row.unit.as_str()),
            ("base", "point")
        );
        let figures = |c: &Compared| {
            (
                c.then.to_string(),
                c.draft.to_string(),
                c.difference.to_string(),
            )
        };
        let texts = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(figures(&row.points), texts("60", "120", "60"));
        assert_eq!(
            figures(row.value.as_ref().unwrap()),
            texts("0.60", "1.20", "0.60")
        );
        assert_eq!(
            figures(row.cost.as_ref().unwrap()),
            texts("0.30", "0.60", "0.30")
        );
        // The 20 of the day before the window are open on both sides.
        assert_eq!(figures(&row.open), texts("80", "140", "60"));
        assert_eq!(
            figures(row.liability.as_ref().unwrap()),
            texts("0.40", "0.70", "0.30")
        );
        let members = (
            told.members.members,
            told.members.winners,
            told.members.losers,
        );
        assert_eq!((members, told.purchases), ((3, 3, 0), 5));
        let most: Vec<String> = told
            .most
            .iter()
            .map(|m| m.earned.difference.to_string())
            .collect();
        assert_eq!(most, ["0.40", "0.17", "0.03"]);
        // What tills sell meanwhile is not part of the past.
        let window = Window {
            from: Day::parse("2026-03-02").unwrap(),
            to: Day::parse("2026-03-31").unwrap(),
        };
        let draft = programme("", "floor(purchase.earning)");
        let was = shop.simulate(&draft, Replies::Cash);
        shop.clock
            .set(Instant::parse("2026-04-02T10:00:00Z").unwrap().0.0);
        let mut sold = 0;
        let beside = simulate(
            &mut shop.ledger,
            &draft,
            window,
            Replies::Cash,
            &mut |ledger, _, _| {
                sold += 1;
                let sale = format!(
                    r#"{{"do":"purchase","key":"beside{sold}","member":"id:ann","total":"9.00"}}"#
                );
                let answer = ledger.submit(&parse(sale.as_bytes(), 2).unwrap())?;
                assert!(answer.is_ok(), "{answer:?}");
                Ok(())
            },
        );
        assert_eq!(beside.unwrap().report().unwrap(), was);
        assert!(sold > 0);
        let same = shop.simulate(&programme("", "floor(purchase.earning)"), Replies::Cash);
        assert_eq!(figures(&same.campaigns[0].points), texts("60", "60", "0"));
        assert!(same.most.is_empty() && same.limits.is_empty(), "{same:?}");
    });
}

#[test]
fn a_budget_and_a_limit_tell_when_they_ran_out() {
    with_stack(|| {
        let mut shop = march();
        let budget = programme(", budget: #{ point: 45 }", "floor(purchase.earning)");
        let told = shop.simulate(&budget, Replies::AsTheyWere);
        // 10, then 35 of 40, and nothing more.
        assert_eq!(told.campaigns[0].points.draft.to_string(), "45");
        let row = &told.limits[0];
        assert_eq!(
            (row.campaign.as_str(), row.limit, &row.then),
            ("base", "budget", &None)
        );
        let reached = row.draft.as_ref().unwrap();
        assert!(reached.first.starts_with("2026-03-03"), "{reached:?}");
        assert_eq!((reached.times, reached.members), (3, 3));

        let each = programme(
            ", per_member: #{ point: 15, each: \"month\" }",
            "floor(purchase.earning)",
        );
        let told = shop.simulate(&each, Replies::AsTheyWere);
        // Ann has 15 of 17, Ben 15 of 40; what the first of March gave counts for no limit.
        assert_eq!(told.campaigns[0].points.draft.to_string(), "33");
        assert_eq!(told.limits[0].limit, "per member");
        let reached = told.limits[0].draft.as_ref().unwrap();
        assert_eq!((reached.times, reached.members), (2, 2));
    });
}

#[test]
fn what_was_spent_is_lent_or_paid_in_cash() {
    with_stack(|| {
        let mut shop = march();
        let redeemed = "{\"do\":\"redeem\",\"member\":\"id:ben\",\"reward\":\"cup\"}";
        assert!(shop.at("2026-03-21T10:00:00Z", redeemed));
        let paid = "{\"do\":\"purchase\",\"member\":\"id:ann\",\"total\":\"5.00\",\"tenders\":[{\"kind\":\"points\",\"unit\":\"point\",\"points\":37,\"amount\":\"0.37\"},{\"kind\":\"cash\",\"amount\":\"4.63\"}]}";
        assert!(shop.at("2026-03-22T10:00:00Z", paid));
        // A tenth of the points: Ben has 4 of 30, Ann 20 and 1 of 37.
        let poor = programme("", "floor(purchase.earning / 10)");
        let told = shop.simulate(&poor, Replies::AsTheyWere);
        let missing = &told.missing[0];
        assert_eq!(
            (missing.points.to_string(), missing.members),
            ("42".into(), 2)
        );
        let spent = &told.units[0].spent;
        assert_eq!(
            (spent.then.to_string(), spent.draft.to_string()),
            ("67".into(), "67".into())
        );
        assert_eq!((told.in_cash.0, told.refused.len()), (0, 0));

        let told = shop.simulate(&poor, Replies::Cash);
        assert_eq!(told.missing, []);
        assert_eq!(told.in_cash, (1, "0.37".into()));
        let refused: Vec<_> = told.refused.iter().map(|r| (r.code, r.commands)).collect();
        assert_eq!(refused, [("insufficient_points", 1)]);
        assert_eq!(told.units[0].spent.draft.to_string(), "0");
    });
}

#[test]
fn money_off_makes_sales_cheaper_and_points_are_given_on_what_is_paid() {
    with_stack(|| {
        let mut shop = march();
        // Ben brings half of his 40.00 back.
        let back = "{\"do\":\"return\",\"member\":\"id:ben\",\"of\":\"k3\",\"amount\":\"20.00\"}";
        assert!(shop.at("2026-03-21T10:00:00Z", back));
        let mut draft = programme("", "floor(purchase.earning)");
        let off = "campaign(#{ id: \"off\" });\nfn on_purchase(purchase, member) { discount(percent_of(purchase.discountable, 10), \"off\"); }\n";
        let files = draft.files.drain(..).map(|f| (f.path, f.text.into_bytes()));
        let more = ("campaigns/off.rhai".to_owned(), off.as_bytes().to_vec());
        let draft = Bundle::new(files.chain([more]).collect()).unwrap();
        let told = shop.simulate(&draft, Replies::AsTheyWere);
        // 1.05, 4.00, 0.70, 0.40 and 0.05 of 10.50, 40.00, 7.00, 3.99 and 0.50.
        let texts = |c: &Compared| (c.then.to_string(), c.draft.to_string());
        let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(texts(&told.discounts[0].money), of("0.00", "6.20"));
        assert_eq!(told.repriced, (5, "6.20".into()));
        assert_eq!(texts(&told.sales), of("61.99", "55.79"));
        // 9 + 36 + 6 + 3 + 0 rather than 10 + 40 + 7 + 3 + 0.
        assert_eq!(texts(&told.campaigns[0].points), of("60", "54"));
        // Half of it is 18.00 of 36.00.
        assert_eq!(texts(&told.units[0].taken_back), of("20", "18"));
        assert!(told.refused.is_empty(), "{:?}", told.refused);
    });
}

#[test]
fn an_erased_member_is_one_of_the_erased_and_of_no_other_group() {
    with_stack(|| {
        let mut shop = march();
        shop.clock
            .set(Instant::parse("2026-03-22T10:00:00Z").unwrap().0.0);
        let erase =
            "{\"do\":\"erase\",\"key\":\"e1\",\"member\":\"id:ben\",\"reason\":\"asked for\"}";
        let request = parse(erase.as_bytes(), 2).unwrap();
        drop(engine::erase(&mut shop.ledger, &request).unwrap());
        let told = shop.simulate(
            &programme("", "2 * floor(purchase.earning)"),
            Replies::AsTheyWere,
        );
        let groups: Vec<_> = told
            .segments
            .iter()
            .map(|g| (g.group.as_str(), g.members))
            .collect();
        assert_eq!(
            groups,
            [
                ("joined before", 1),
                ("joined in the window", 1),
                ("erased", 1)
            ]
        );
        assert_eq!(told.members.members, 3);
        assert_eq!(told.most[0].member, "erased");
    });
}

/// A sale of the sample: customer, day, cents.
fn cdnow() -> Vec<(String, Day, i64)> {
    let text = include_str!("data/cdnow_sample.txt");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let (y, m, d) = (&cells[1][..4], &cells[1][4..6], &cells[1][6..]);
        let day = Day::parse(&format!("{y}-{m}-{d}")).unwrap();
        (
            cells[0].to_owned(),
            day,
            Money::parse(cells[3], 2).unwrap().0,
        )
    });
    rows.collect()
}

#[test]
fn three_programmes_over_the_sample_come_to_what_arithmetic_comes_to() {
    with_stack(|| {
        let rows = cdnow();
        let base = programme("", "floor(purchase.earning)");
        let mut shop = Shop::new(&base, "1996-12-31T08:00:00Z");
        shop.clock
            .set(Instant::parse("2026-01-01T00:00:00Z").unwrap().0.0);
        let mode = Mode {
            is_history: true,
            is_enrolling: true,
            ..Mode::default()
        };
        for (who, day, cents) in &rows {
            let json = format!(
                "{{\"do\":\"purchase\",\"member\":\"id:{who}\",\"at\":\"{day}T12:00:00Z\",\"total\":\"{}\"}}",
                Money(*cents).display(2)
            );
            assert!(shop.send(&json, mode), "{json}");
        }
        let (from, to) = (
            Day::parse("1997-02-01").unwrap(),
            Day::parse("1997-12-31").unwrap(),
        );
        let within = |day: &Day| (from..=to).contains(day);
        let plain: i64 = rows
            .iter()
            .filter(|r| within(&r.1))
            .map(|r| r.2 / 100)
            .sum();
        let weekday = |day: &Day| match day.weekday() {
            1 => 2,
            _ => 1,
        };
        let tuesdays: i64 = rows
            .iter()
            .filter(|r| within(&r.1))
            .map(|r| weekday(&r.1) * (r.2 / 100))
            .sum();
        let large: i64 = rows
            .iter()
            .filter(|r| within(&r.1) && r.2 >= 3000)
            .map(|r| r.2 / 100)
            .sum();
        // At most 40 a member and month, of sales in the order in which they were made.
        let mut months: BTreeMap<(&str, i32), i64> = BTreeMap::new();
        for (who, day, cents) in rows.iter().filter(|r| within(&r.1)) {
            *months.entry((who, day.month_count())).or_default() += cents / 100;
        }
        let capped: i64 = months.values().map(|sum| sum.min(&40)).sum();
        let tuesday = "if purchase.weekday == \"Tue\" { 2 * floor(purchase.earning) } else { floor(purchase.earning) }";
        let drafts = [
            (programme("", tuesday), tuesdays),
            (
                programme(", when: #{ minimum: 30 }", "floor(purchase.earning)"),
                large,
            ),
            (
                programme(
                    ", per_member: #{ point: 40, each: \"month\" }",
                    "floor(purchase.earning)",
                ),
                capped,
            ),
        ];
        for (n, (draft, expected)) in drafts.iter().enumerate() {
            let made = simulated(&mut shop.ledger, draft, from, to)
                .report()
                .unwrap();
            let bounded = packed(&mut shop.ledger, draft, from, to).report().unwrap();
            assert_eq!(
                json(&bounded),
                json(&made),
                "with no memory for members, {n}"
            );
            let points = &made.campaigns[0].points;
            assert_eq!(points.then, plain, "as it was, {n}");
            assert_eq!(points.draft, *expected, "by the draft, {n}");
            let groups: i64 = made.deciles.iter().map(|d| d.members as i64).sum();
            let bought: BTreeSet<&str> = rows
                .iter()
                .filter(|r| within(&r.1) && r.2 > 0)
                .map(|r| r.0.as_str())
                .collect();
            assert_eq!(
                groups,
                bought.len() as i64,
                "the tenths hold everybody who bought"
            );
        }
        let made = simulated(&mut shop.ledger, &base, from, to);
        assert_eq!(differences(&made), Vec::<String>::new());
    });
}
