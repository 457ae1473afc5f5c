//! Small cells: what speaks of fewer than five members is not shown, nor told by the rest.

use crate::life::{Life, Made};
use stampbook::insight::Cell;
use stampbook::model::Purchase;
use stampbook::model::{Act, Effect, Line, Money};

const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");

// proves: GF5 S182
#[test]
fn cells_of_fewer_than_five_are_not_shown_and_not_told_by_the_rest() {
    let mut life = Life::new();
    for (source, members) in [("web", 40), ("poster", 7), ("friend", 2)] {
        for _ in 0..members {
            let who = life.join("2026-01-01", source);
            life.buy(who, "2026-01-02", 100);
        }
    }
    let made = life.figure("repurchase", YEAR, Some("source"), &[]);
    // Friends are two; posters would tell of them by what is missing to the total.
    assert_eq!(
        made.suppressed().rows(),
        [
            ["friend", "<5", "<5", "<5", "<5", "<5"],
            ["poster", "<5", "<5", "<5", "<5", "<5"],
            ["web", "0.0", "0", "40", "0.0", "8.8"],
        ]
    );
}

/// A shop with so many members in each tier, all of whom held another before.
fn tiers(members: [(&str, usize); 3], risen: usize) -> Made {
    let mut life = Life::new();
    for (tier, count) in members {
        for _ in 0..count {
            let who = life.join("2026-01-01", "");
            if tier != "none" {
                life.rise(who, "2026-01-02", ("none", tier));
            }
        }
    }
    // Some went up, and back.
    for who in 0..risen {
        let who = u32::try_from(who).unwrap();
        life.rise(who, "2026-02-01", ("none", "silver"));
        life.rise(who, "2026-02-02", ("silver", "none"));
    }
    life.figure("tiers", ("2026-02-01", "2026-12-31"), None, &[])
}

// proves: GF5 S182
#[test]
fn what_is_hidden_is_not_told_by_a_headline_or_by_other_counts() {
    // Members in a tier less those in gold are the two in silver.
    let made = tiers([("none", 3), ("silver", 2), ("gold", 40)], 0);
    assert_eq!(made.value(), "42");
    let made = made.suppressed();
    assert_eq!(made.value(), "");
    assert_eq!(made.rows()[0][..2], ["none", "<5"]);
    assert_eq!(made.rows()[1][..2], ["silver", "<5"]);
    assert_eq!(made.rows()[2][..2], ["gold", "40"]);
    assert!(made.notes()[0].contains("fewer than five members"));
    // Where nothing is hidden the headline is shown.
    let made = tiers([("none", 30), ("silver", 20), ("gold", 40)], 0).suppressed();
    assert_eq!((made.value(), made.notes()), ("60".into(), Vec::new()));

    // A tier that nobody holds does not tell that one has left it.
    let made = tiers([("none", 30), ("silver", 0), ("gold", 40)], 1).suppressed();
    for row in &made.rows()[..2] {
        assert_eq!(row[3..], ["<5", "<5", "<5"], "{row:?}");
    }
    assert_eq!(made.value(), "40");

    // Two of forty who bought again are as few as two of two, and so are all but two.
    for again in [2, 38] {
        let mut life = Life::new();
        for (source, members, again) in [("web", 40, again), ("poster", 60, 30), ("flyer", 50, 0)] {
            for n in 0..members {
                let who = life.join("2026-01-01", source);
                life.buy(who, "2026-01-02", 100);
                if n < again {
                    life.buy(who, "2026-01-09", 100);
                }
            }
        }
        let made = life.figure("repurchase", YEAR, Some("source"), &[]);
        let rows = made.suppressed().rows();
        assert_eq!(rows[0][..4], ["flyer", "0.0", "0", "50"]);
        assert_eq!(rows[1], ["poster", "<5", "<5", "60", "<5", "<5"]);
        assert_eq!(rows[2], ["web", "<5", "<5", "40", "<5", "<5"]);
        let made = life.figure("growth", YEAR, Some("source"), &[]);
        let rows = made.suppressed().rows();
        assert_eq!(rows[2], ["web", "40", "40", "100.0", "<5", "<5", "0"]);
    }

    // All but one segment have none: the total would tell of that one.
    let mut life = Life::new();
    for (source, again) in [("web", 2), ("poster", 0)] {
        for n in 0..10 {
            let who = life.join("2026-01-01", source);
            life.buy(who, "2026-01-02", 100);
            if n < again {
                life.buy(who, "2026-01-09", 100);
            }
        }
    }
    let made = life.figure("repurchase", YEAR, Some("source"), &[]);
    for row in made.suppressed().rows() {
        assert_eq!(row[2..4], ["<5", "10"], "{row:?}");
    }
}

/// A member buys goods of a category.
fn buy_goods(life: &mut Life, who: u32, on: &str, category: &str) {
    let line = Line {
        category: category.into(),
        amount: Money(100),
        ..Line::default()
    };
    let act = Act::Purchase(Box::new(Purchase {
        total: Money(100),
        lines: vec![line],
        ..Purchase::default()
    }));
    let visited = Effect::Visited {
        who: 0,
        day: crate::life::day(on),
        visits: 1,
        spend: Money(100),
    };
    life.book(on, Some(who), act, vec![visited]);
}

// proves: GF5 S182
#[test]
fn a_parameter_that_picks_few_members_hides_what_they_did() {
    let mut life = Life::new();
    for n in 0..30 {
        let who = life.join("2026-01-01", "");
        let category = if n < 2 { "insulin" } else { "coffee" };
        buy_goods(&mut life, who, "2026-12-02", category);
        buy_goods(&mut life, who, "2026-12-09", category);
    }
    let figure = |id: &str, category: &str| {
        let set = [("category", category)];
        life.figure(id, YEAR, None, &set).suppressed()
    };
    // Who buys insulin is not told by who does not.
    let made = figure("active_members", "insulin");
    assert_eq!(made.value(), "");
    let cells = made.outcome.table.as_ref().unwrap().rows.iter();
    let hidden = cells.filter(|row| row.cells[1] == Cell::Small).count();
    assert_eq!(hidden, 2, "{:?}", made.rows());
    let made = figure("interval", "insulin");
    assert_eq!(made.value(), "");
    assert!(!made.notes().join("\n").contains("2 members"));
    assert_eq!(figure("active_members", "coffee").value(), "");
    assert_eq!(figure("interval", "coffee").value(), "7");
    // Of all members, the headline is no segment's.
    let made = life.figure("active_members", YEAR, None, &[]).suppressed();
    assert_eq!(made.value(), "30");
}

// proves: GF5 S182
#[test]
fn a_way_that_few_went_to_its_end_does_not_say_how_few() {
    let mut life = Life::new();
    for n in 0..20 {
        let who = life.join("2026-01-01", "");
        life.act(who, "2026-02-01", "try_on", &[]);
        if n < 2 {
            life.buy(who, "2026-02-08", 5000);
        }
    }
    for by in [None, Some("store")] {
        let set = [("steps", "try_on,purchase"), ("within", "7")];
        let made = life.figure("funnel", YEAR, by, &set);
        assert_eq!(made.value(), "10.0");
        assert_eq!(made.suppressed().value(), "");
    }
}
