//! Every story passes: those of the shipped programmes, and those that check
//! the ledger's own rules.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "support/dice.rs"]
mod dice;
#[path = "support/story_folders.rs"]
mod story_folders;

use dice::Dice;
use stampbook::audit;
use stampbook::model::Policy;
use stampbook::workbench::{Folder, judge, story};
use std::fmt::Write;
use std::path::Path;
use story_folders::{folders, root, with_stack};

/// Report of a story's failures; empty if it passes.
fn wrong(folder: &Folder, file: &str, text: &str) -> String {
    let policy = match judge(&folder.bundle) {
        Ok(policy) => policy,
        Err(found) => return found.iter().map(|d| folder.bundle.render(d)).collect(),
    };
    let mut wrong = String::new();
    let told = match story::parse(file, text, policy.programme()) {
        Ok(story) => {
            let beside = |name: &str| folder.beside(name);
            let look = |ledger: &Path| wrong = unverified(file, ledger);
            story::run_then(&story, &folder.bundle, &beside, look).unwrap()
        }
        Err(found) => return found.iter().map(|d| d.render(text)).collect(),
    };
    let findings = told.findings.iter().map(|f| f.render(text));
    findings.chain([wrong]).collect()
}

/// Findings of an auditor in the ledger that a story left: every decision is
/// made again.
fn unverified(file: &str, ledger: &Path) -> String {
    let options = audit::Options {
        level: Some(2),
        threads: 1,
        ..audit::Options::new(ledger)
    };
    let report = audit::verify(&options, |_, _| ()).unwrap();
    let found = report.claims.iter().flat_map(|claim| &claim.findings);
    let found: Vec<String> = found.map(|f| format!("{f:?}")).collect();
    match report.outcome() {
        audit::Outcome::Failed => format!(
            "{file}: the ledger it leaves does not verify\n{}\n",
            found.join("\n")
        ),
        // A refusal that a birthday may have decided cannot be made again.
        _ => String::new(),
    }
}

/// Runs all stories of all programmes in a folder; the stories may be in another.
fn tell_all(programmes: &'static str, stories: Option<&'static str>, at_least: usize) {
    let (count, wrong) = with_stack(move || {
        let (mut count, mut all) = (0, String::new());
        for path in folders(programmes) {
            let folder = Folder::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            let told = match stories {
                Some(stories) => {
                    Folder::read(&root(stories).join(name)).map_or(Vec::new(), |f| f.stories)
                }
                None => folder.stories.clone(),
            };
            for (file, text) in told {
                count += 1;
                let named = text.lines().find(|l| l.starts_with("programme "));
                if named != Some(&format!("programme {name}")) {
                    writeln!(all, "{name}/{file} is not told of its own programme").unwrap();
                }
                all.push_str(&self::wrong(&folder, &format!("{name}/{file}"), &text));
            }
        }
        (count, all)
    });
    assert_eq!(wrong, "", "\n{wrong}");
    assert!(count >= at_least, "only {count} stories were found");
}

/// The findings of a story under a shipped programme.
fn findings(programme: &'static str, text: &'static str) -> String {
    with_stack(move || {
        let folder = Folder::read(&root("scripts").join(programme)).unwrap();
        wrong(&folder, "wrong.story", text)
    })
}

#[test]
fn a_wrong_line_says_what_was_expected_and_what_happened() {
    let text = "\
programme corner-cafe
2026-01-05        enrol     alice              -> nothing
2026-01-05 13:00  purchase  alice 29.00        -> +28 star until 2026-12-31; balance 29; tier silver
2026-01-06        redeem    alice 30 star      -> -30 star
2026-01-07        redeem    alice 9 star       -> -9 star; balance 20
2027-01-01        daily                        -> alice -9 star expired; balance 11
2027-01-01        redeem    alice 1 star
";
    assert_eq!(
        findings("corner-cafe", text),
        "\
error: wrong.story:3:51: it came out differently
  3 | 2026-01-05 13:00  purchase  alice 29.00        -> +28 star until 2026-12-31; balance 29; tier silver
    |                                                   ^
  expected: +28 star until 2026-12-31; balance 29 star; tier silver
  happened: +29 star until 2026-12-31; balance 29 star; tier bronze
  missing:  +28 star until 2026-12-31; tier silver
  besides:  +29 star until 2026-12-31; tier bronze
error: wrong.story:4:51: it came out differently
  4 | 2026-01-06        redeem    alice 30 star      -> -30 star
    |                                                   ^
  expected: -30 star
  happened: refused insufficient_points
  because: 29 star available, 30 asked
error: wrong.story:6:51: it came out differently
  6 | 2027-01-01        daily                        -> alice -9 star expired; balance 11
    |                                                   ^
  expected: alice -9 star expired; balance 11 star
  happened: alice -10 star expired; balance 10 star
error: wrong.story:7: nothing is said of what must come of it; `policy test --fill` writes it
  7 | 2027-01-01        redeem    alice 1 star
  happened: -1 star
"
    );
}

/// The stories in the tutorial's part on stories come out as they stand there.
#[test]
fn the_stories_of_the_tutorial_hold() {
    let page = include_str!("../scripts/README.md");
    let (_, part) = page.split_once("\n## How a story is written\n").unwrap();
    let part = part.split("\n## ").next().unwrap();
    let told = part.split("```text\n").skip(1);
    let told: Vec<&str> = told.filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(findings("corner-cafe", told[0]), "");
    assert_eq!(findings("coffee-stars", told[1]), "");
}

/// What a reward does not pay is said by the line itself.
#[test]
fn a_reward_that_pays_a_part_of_a_bill_is_told_with_the_rest() {
    let text = "\
programme corner-cafe
2026-01-05  given     alice 100 star
2026-01-05  purchase  alice 9.00 reward free-coffee -> nothing
    2 x coffee LATTE 9.00
";
    let found = findings("corner-cafe", text);
    for said in [
        "happened: refused does_not_add_up",
        "add the tender that pays the other 4.50",
        "add `pays cash 4.50`, or write `worth 4.50` behind what pays, and the rest is cash",
    ] {
        assert!(found.contains(said), "{said}: {found}");
    }
}

#[test]
fn a_scheduled_programme_that_cannot_take_effect_is_told() {
    let text = "\
programme corner-cafe
2026-03-01 activate survey-thanks from 2026-03-02 -> nothing
2026-03-01 given alice 10 star
2026-03-03 purchase alice 1.00 -> +1 star until 2026-12-31
";
    let found = findings("corner-cafe", text);
    let first = found.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("error: wrong.story:4:35: it cannot take effect: "),
        "{found}"
    );
}

#[test]
fn a_misspelt_word_is_told_with_the_one_that_is_like_it() {
    for (text, like) in [
        ("programme x\n2026-02-03 enrole a -> nothing", "enrol"),
        (
            "programme x\n2026-02-03 purchase a 2.99 recipt 7 -> nothing",
            "receipt",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> +2 stars",
            "star",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> nothing; ballance 3",
            "balance",
        ),
    ] {
        let found = findings("corner-cafe", text);
        assert!(
            found.contains(&format!("did you mean '{like}'?")),
            "{found}"
        );
    }
}

#[test]
fn a_line_that_cannot_be_read_says_where_and_what_was_expected() {
    let cases = [
        (
            "2026-01-05 enrol alice -> nothing",
            "1:1: expected 'programme' and its name on the first line, found '2026-01-05'",
        ),
        ("programme x\n", "1: the story tells nothing"),
        (
            "programme x\n2026-02-30 enrol a -> nothing",
            "2:1: expected a date such as 2026-01-10, found '2026-02-30'",
        ),
        (
            "programme x\n2026-02-03 enrole a -> nothing",
            "2:12: expected what is done (enrol, purchase, .., found 'enrole'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.999 -> nothing",
            "2:23: expected an amount of money such as 29.00, found '2.999'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 on x -> nothing",
            "2:28: expected at, till, .. or ->, found 'on'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> +2 stars",
            "2:34: expected a unit (star, year-star), found 'stars'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> +2 star, 3 star",
            "2:40: expected what must come of it, such as '+29 star', 'refused insufficient_points' or 'nothing', found '3'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> nothing; ballance 3",
            "2:40: expected what to look at (balance, .., found 'ballance'",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> ; balance 3",
            "2:31: write what comes of it before the checks, as in 'nothing; balance 29', or leave all behind the arrow empty for `policy test --fill`",
        ),
        (
            "programme x\n2026-02-03 purchase a 2.99 -> refused",
            "2:38: expected the code of a refusal, such as insufficient_points (`policy help refusals` tells them all), the line ends",
        ),
        (
            "programme x\n2026-02-03 daily -> a nothing; b balance 3",
            "2:32: what comes of 'b' stands on an indented line below, which begins with -> and the name: '-> b nothing; balance 29'",
        ),
        (
            "programme x\n2026-02-03 daily -> -3 star",
            "2:28: whose? The line names no member, so begin with the name",
        ),
        (
            "programme x\n2026-02-03 enrol a -> nothing\n2026-02-02 daily -> nothing",
            "3:1: the line is on an earlier day than the one before: put the lines in order of time, or tell a second story; what was sent late says 'happened DATE TIME' and stands where it was sent",
        ),
        (
            "programme x\n2026-02-03 return a all -> nothing",
            "2:25: a has no purchase before this line; name one with 'of KEY'",
        ),
        (
            "programme x\n2026-02-03 enrol a -> nothing\n    1 x coffee LATTE 3.00",
            "3:5: expected no indented line here: only purchases have lines, found '1'",
        ),
        (
            "programme x\n2026-02-03 given a 5 star -> nothing",
            "2:30: setting the scene has no outcome",
        ),
        (
            "programme x\n2026-02-03 activate members-day from tomorrow -> nothing",
            "2:38: expected a date such as 2026-01-10, found 'tomorrow'",
        ),
        (
            "programme x\n2026-02-03 activate members-day until 2026-02-04 -> nothing",
            "2:33: expected at, for, from or ->, found 'until'",
        ),
        (
            "programme x\n2026-02-03 activate x from 2026-02-01 -> nothing",
            "2:39: 'from' names an instant to come; without it, it takes effect at once",
        ),
        (
            "programme x\n2026-02-03 activate members-day -> nothing",
            "2:36: programme.toml: the currency was EUR, now CNY; programme.toml: the zone was Europe/Berlin, now Asia/Shanghai",
        ),
    ];
    for (text, expected) in cases {
        let found = findings("corner-cafe", text);
        let first = found.lines().next().unwrap_or_default();
        // Lists of words grow, so "(a, b, .." is compared by its beginning.
        let expected = format!("error: wrong.story:{expected}");
        match expected.split_once("..") {
            Some((start, end)) => {
                assert!(first.starts_with(start) && first.ends_with(end), "{first}");
            }
            None => assert_eq!(first, expected, "{text}"),
        }
    }
}

#[test]
fn filling_in_makes_a_story_that_comes_out_as_told() {
    let text = "\
programme corner-cafe
2026-01-05 enrol alice
2026-01-05 enrol bob ->
2026-01-06 purchase alice 29.00 at mitte
    2 x coffee LATTE 29.00
2026-01-06 purchase bob 10.00 ->   # in the café
2026-01-06 redeem alice 60 star
2027-01-01 daily
";
    let filled = with_stack(move || {
        let folder = Folder::read(&root("scripts").join("corner-cafe")).unwrap();
        let policy = judge(&folder.bundle).unwrap();
        let story = story::parse("fill.story", text, policy.programme()).unwrap();
        let told = story::run(&story, &folder.bundle, &|name| folder.beside(name)).unwrap();
        let (filled, _) = story::fill(text, &told);
        assert_eq!(wrong(&folder, "fill.story", &filled), "");
        filled
    });
    let behind: Vec<&str> = filled
        .lines()
        .filter_map(|l| l.split_once("-> "))
        .map(|l| l.1)
        .collect();
    assert_eq!(
        behind,
        [
            "nothing; tier bronze",
            "nothing; tier bronze",
            "+29 star until 2026-12-31, +29 year-star, +29 star until 2026-12-31",
            "+10 star until 2026-12-31, +10 year-star, +10 star until 2026-12-31 # in the café",
            "refused insufficient_points",
            "alice -29 star expired",
            "bob -10 star expired",
        ]
    );
}

#[test]
fn shipped_stories_come_out_as_told() {
    tell_all("scripts", None, 8);
}

#[test]
fn the_rules_come_out_as_told() {
    tell_all("tests/programmes", Some("tests/stories"), 40);
}

#[test]
fn the_rules_are_programmes_without_a_finding() {
    let wrong = with_stack(|| {
        let mut all = String::new();
        for path in folders("tests/programmes") {
            let folder = Folder::read(&path).unwrap();
            let found = match judge(&folder.bundle) {
                Ok(policy) => policy.warnings().to_vec(),
                Err(found) => found,
            };
            // Their members begin with points (`given`, `opening`), and one leaves all out.
            let meant = ["no campaign awards", "hold_out leaves everybody out"];
            let is_meant = |message: &str| meant.iter().any(|begin| message.starts_with(begin));
            let shown = found
                .iter()
                .filter(|d| !is_meant(&d.message))
                .map(|d| format!("{}: {}", path.display(), folder.bundle.render(d)));
            all.extend(shown);
        }
        all
    });
    assert_eq!(wrong, "", "\n{wrong}");
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The balances of the lines that ask for one (and expect nonsense, so that
/// every line of them is a finding).
fn balances(folder: &Folder, text: &str) -> Vec<String> {
    let policy = judge(&folder.bundle).unwrap();
    let story = story::parse("split.story", text, policy.programme()).unwrap();
    let told = story::run(&story, &folder.bundle, &|name| folder.beside(name)).unwrap();
    let asked = |f: &&story::Mismatch| f.expected.contains("balance");
    let balance = |f: &story::Mismatch| f.happened.rsplit("; ").next().unwrap().to_owned();
    told.findings.iter().filter(asked).map(balance).collect()
}

/// Two members buy the same; one returns a part at once, the other in two steps.
struct Split {
    programme: &'static str,
    total: i64,
    part: i64,
    first: i64,
    points: i64,
}

impl Split {
    fn roll(programme: &'static str, dice: &mut Dice) -> Split {
        let total = 1 + dice.upto(9_000);
        let part = 1 + dice.upto(total - 1);
        let (first, points) = (dice.upto(part - 1), dice.upto((total / 100).min(40)));
        // Only in programmes in which a point pays one whole unit of money.
        let pays = ["recompute", "prorate", "returns"].contains(&programme);
        let points = if pays { points } else { 0 };
        Split {
            programme,
            total,
            part,
            first,
            points,
        }
    }

    fn story(&self) -> String {
        let mut text = format!("programme {}\n", self.programme);
        let paid = match self.points {
            0 => String::new(),
            points => format!(" paid {points} point"),
        };
        for name in ["whole", "split"] {
            writeln!(text, "2026-01-05 given {name} 40 point").unwrap();
            let bought = money(self.total);
            writeln!(text, "2026-01-05 purchase {name} {bought}{paid} code LARGE").unwrap();
        }
        let mut give_back = |name: &str, what: &str, asks: &str| {
            writeln!(text, "2026-01-06 return {name} {what}{asks}").unwrap();
        };
        let asks = " -> nothing; balance -99999";
        give_back("whole", &money(self.part), asks);
        if self.first > 0 {
            give_back("split", &money(self.first), "");
        }
        give_back("split", &money(self.part - self.first), asks);
        if self.part < self.total {
            give_back("whole", "all", asks);
            give_back("split", "all", asks);
        }
        text
    }
}

/// A return never depends on its split, and a full one leaves nothing (N9, R4).
// proves: C1.6-3
#[test]
fn how_a_return_is_split_makes_no_difference() {
    let wrong = with_stack(|| {
        let mut all = String::new();
        let programmes = ["recompute", "prorate", "returns", "half-up", "carry"];
        for (n, programme) in programmes.into_iter().enumerate() {
            let folder = Folder::read(&root("tests/programmes").join(programme)).unwrap();
            for seed in 1..=6 {
                let text = Split::roll(programme, &mut Dice::new(seed * 7919 + n as u64)).story();
                let found = balances(&folder, &text);
                let is_same = found.len() >= 2 && found[0] == found[1];
                if !is_same || found[2..].iter().any(|b| b != "balance 40 point") {
                    writeln!(all, "{programme}, seed {seed}: {found:?}\n{text}").unwrap();
                }
            }
        }
        all
    });
    assert_eq!(wrong, "", "\n{wrong}");
}

/// Programmes that somebody wrote for the briefs, from the tutorial alone.
#[test]
fn what_was_written_for_the_briefs_passes_their_marks() {
    tell_all("tests/data/briefs", None, 8);
}
