use super::*;
use crate::model::{BaseAward, Expiry, Period, Role, UnitKind};
use crate::policy::{shipped, shipped_files};

fn load(name: &str) -> Compiled {
    let (_, files) = shipped().iter().find(|(known, _)| *known == name).unwrap();
    judged(files).unwrap_or_else(|found| panic!("{}", listed(&found)))
}

#[test]
fn every_shipped_programme_compiles_without_a_warning() {
    for (name, _) in shipped() {
        assert_eq!(listed(load(name).warnings()), "", "{name}");
    }
}

#[test]
fn every_file_of_the_scripts_folder_is_shipped() {
    for (name, files) in shipped() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scripts")
            .join(name);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let found = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                assert!(
                    files.iter().any(|(known, _)| *known == found),
                    "{name}/{found}"
                );
            }
        }
    }
}

#[test]
fn every_programme_of_the_scripts_folder_is_shipped() {
    let scripts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let folders = std::fs::read_dir(scripts).unwrap().map(|e| e.unwrap());
    let folders = folders.filter(|e| e.path().is_dir());
    let mut found: Vec<String> = folders
        .map(|e| e.file_name().into_string().unwrap())
        .collect();
    found.sort();
    let listed: Vec<&str> = shipped().iter().map(|s| s.0).collect();
    assert_eq!(
        listed, found,
        "src/policy/shipped.rs lists scripts/ by name"
    );
    let readme = include_str!("../../../scripts/README.md");
    let is_told = |name: &&str| readme.contains(&format!("\n| `{name}` |"));
    let untold: Vec<&str> = listed.into_iter().filter(|n| !is_told(n)).collect();
    assert!(untold.is_empty(), "scripts/README.md: {untold:?}");
}

#[test]
fn corner_cafe_declares_what_its_files_say() {
    let policy = load("corner-cafe");
    let programme = policy.programme();
    assert_eq!((programme.currency.as_str(), programme.digits), ("EUR", 2));
    assert_eq!(programme.calendar.zone.name, "Europe/Berlin");
    let star = programme.unit_named("star").unwrap();
    assert_eq!(
        (star.expires, star.keep),
        (Expiry::PeriodEnd(Period::Year), 5000)
    );
    assert_eq!(
        programme.unit_named("year-star").unwrap().kind,
        UnitKind::Qualifying
    );
    assert_eq!(
        programme
            .spend_limit(star.number)
            .unwrap()
            .max_typed
            .unwrap()
            .0,
        100
    );
    let ids: Vec<&str> = policy.campaigns().iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["base", "birthday-double", "double-tuesday"]);
    assert_eq!(policy.campaigns()[0].role, Role::Base);
    assert_eq!(policy.campaigns()[2].when.weekdays, [1]);
    assert_eq!(policy.facts(), [Fact::BirthdayToday]);
    assert_eq!(
        policy.facts_review(),
        [Fact::Qualifying("year-star".into())]
    );
    assert_eq!(policy.rewards()[0].points.0, 60);
    assert_eq!(policy.tiers().unwrap().names, ["bronze", "silver", "gold"]);
}

#[test]
fn corner_cafe_gives_the_base_and_as_much_again() {
    let policy = load("corner-cafe");
    let base = run(&policy).unwrap();
    let star = |unit: &str, why: &str| Proposal::Award {
        unit: unit.into(),
        amount: decimal("42.50"),
        why: why.into(),
        line: 0,
        expires: None,
        available: None,
    };
    assert_eq!(
        base,
        [star("star", "purchase"), star("year-star", "purchase")]
    );
    let mut scene = scene(&policy);
    scene.base = vec![BaseAward {
        unit: "star".into(),
        amount: decimal("42.50"),
        lines: Vec::new(),
    }];
    let tuesday = policy.run(
        2,
        Hook::OnPurchase,
        &Arc::new(scene.clone()),
        &Steps::default(),
    );
    assert_eq!(tuesday.unwrap(), [star("star", "Tuesday")]);
    for (given, expected) in [
        (Value::Unit, 0),
        (Value::Bool(false), 0),
        (Value::Bool(true), 1),
    ] {
        scene.given = vec![given];
        let birthday = policy.run(
            1,
            Hook::OnPurchase,
            &Arc::new(scene.clone()),
            &Steps::default(),
        );
        assert_eq!(birthday.unwrap().len(), expected);
    }
}

#[test]
fn corner_cafe_tiers_begin_at_their_thresholds() {
    let policy = load("corner-cafe");
    for (stars, tier) in [(0, 0), (149, 0), (150, 1), (499, 1), (500, 2), (9999, 2)] {
        let number = policy.tiers().unwrap().levels[tier];
        assert_eq!(
            policy.qualify(&vec![Value::Int(stars)], &Steps::default()),
            Ok(number),
            "{stars}"
        );
    }
}

#[test]
fn one_for_one_gives_whole_units_and_drops_the_rest() {
    let policy = load("one-for-one");
    assert_eq!(policy.campaigns().len(), 1);
    for (cents, points) in [(0, None), (99, None), (100, Some(1)), (1177, Some(11))] {
        let mut scene = scene(&policy);
        scene.purchase.earning = Money(cents);
        scene.has_member = false;
        let proposals = policy
            .run(0, Hook::OnPurchase, &Arc::new(scene), &Steps::default())
            .unwrap();
        let amounts = proposals.iter().map(|p| match p {
            Proposal::Award { amount, .. } => *amount,
            other => panic!("{other:?}"),
        });
        assert_eq!(
            amounts.collect::<Vec<_>>(),
            Vec::from_iter(points.map(Decimal::from))
        );
    }
}

/// Payouts of a ladder for up to 20,000 points, by taking the highest available
/// rung first, and the best possible, in hundreds of points.
fn paid(rungs: &[(usize, i64)]) -> Vec<(i64, i64)> {
    let mut paid: Vec<(i64, i64)> = vec![(0, 0)];
    for points in 1..=200 {
        let reached = rungs.iter().filter(|rung| rung.0 <= points);
        let first = reached.clone().max_by_key(|rung| rung.0);
        let greedy = first.map_or(0, |rung| paid[points - rung.0].0 + rung.1);
        let best = reached.map(|rung| paid[points - rung.0].1 + rung.1).max();
        paid.push((greedy, best.unwrap_or(0)));
    }
    paid
}

// proves: B4
#[test]
fn the_highest_rung_first_is_the_best_way_down_the_ladder() {
    let policy = load("ladder-redemption");
    let rung = |reward: &crate::model::Reward| {
        let value = reward.value.unwrap().0 / 100;
        (usize::try_from(reward.points.0 / 100).unwrap(), value)
    };
    let mut rungs: Vec<(usize, i64)> = policy.rewards().iter().map(rung).collect();
    let is_best = |rungs: &[(usize, i64)]| paid(rungs).iter().all(|p| p.0 == p.1);
    assert!(is_best(&rungs));
    assert_eq!(paid(&rungs)[37], (47, 47));
    // The same ladder with a rung that is worth too little is found.
    rungs.iter_mut().find(|r| r.0 == 50).unwrap().1 = 60;
    assert!(!is_best(&rungs));
}

#[test]
fn numbers_are_given_once_and_kept() {
    let bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
    let mut names = Names::default();
    examine(&bundle, &mut names, zone("Europe/Berlin")).unwrap();
    let once = names.clone();
    examine(&bundle, &mut names, zone("Europe/Berlin")).unwrap();
    assert_eq!(names, once);
    assert!(
        examine(&bundle, &mut names, zone("UTC")).is_err(),
        "the table of another zone"
    );
    assert_eq!(names, once);
}
