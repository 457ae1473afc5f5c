//! Balances imported from another system's export.

use crate::shop::Shop;
use serde_json::json;

const EXPORT: &str = "\
CARD;BALANCE;SINCE;KIND
1;1.500;01.03.2026;star
2;40;02.03.2026;year-star
1;7,5;02.03.2026;star
;10;02.03.2026;star
4;10;31.02.2026;star
5;-3;02.03.2026;star
6;10;02.03.2026;stars
7;;02.03.2026;star
";

const MAP: &str = "--map 'alias=CARD:card:,points=BALANCE:comma,earned=SINCE:%d.%m.%Y,unit=KIND'";

fn told(shop: &Shop, line: &str, code: i32) -> serde_json::Value {
    shop.run(&format!("--json {line}")).ends(code).json()
}

#[test]
fn an_export_becomes_openings_and_every_bad_line_is_named() {
    let shop = Shop::cafe();
    shop.write("old.csv", EXPORT);
    let line = format!("import old.csv --opening --enrol {MAP}");
    let sum = told(&shop, &line, 2);
    // The last one has no balance, and is enrolled nevertheless.
    assert_eq!(sum["booked"], 3, "{sum}");
    let mut bad: Vec<(u64, String)> = sum["told"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["line"].as_u64().unwrap(), t["message"].to_string()))
        .collect();
    bad.sort();
    let words = [
        "no whole number",
        "CARD",
        "SINCE",
        "more than none",
        "star, year-star",
    ];
    assert_eq!(bad.len(), words.len(), "{sum}");
    // What only the ledger can refuse is told with its column as well.
    assert!(
        bad[0]
            .1
            .contains("column BALANCE (points): 7.5 is no whole"),
        "{sum}"
    );
    for ((line, message), (expected, word)) in bad.iter().zip((4..).zip(words)) {
        assert_eq!(*line, expected);
        assert!(message.contains(word), "{line}: {message}");
    }
    let now = told(&shop, "balance card:1", 0);
    assert_eq!(now["now"]["balance"]["star"]["available"], 1500, "{now}");
    // It expires as if it had been earned here on that day: at the end of the year.
    let ends = now["now"]["balance"]["star"]["expiring"]["at"]
        .as_str()
        .unwrap();
    assert!(ends.starts_with("2027-01-01"), "{ends}");
    let again = told(&shop, &line, 2);
    assert_eq!(
        (&again["booked"], &again["repeated"]),
        (&0.into(), &3.into())
    );
    let entries = told(&shop, "statement card:1", 0);
    assert_eq!(entries["entries"][1]["what"], "from old.csv");
    shop.run("audit verify --level 2").ends(0);
}

#[test]
fn a_header_of_the_fields_own_names_needs_no_map() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1").ends(0);
    shop.write("own.csv", "member,unit,points,earned,source\ncard:1,star,500,2026-03-01,stamps-2024\ncard:9,star,5,2026-03-01,\n");
    let sum = told(&shop, "import own.csv --opening", 1);
    assert_eq!(
        (&sum["booked"], &sum["refused"]),
        (&1.into(), &1.into()),
        "{sum}"
    );
    assert_eq!(sum["told"][0]["code"], "unknown_member");
    let entries = told(&shop, "statement card:1", 0);
    assert_eq!(entries["entries"][1]["what"], "from stamps-2024");
    assert_eq!(entries["entries"][1]["after"], json!({"star": 500}));
    shop.write(
        "odd.csv",
        "member,unit,points,since\ncard:1,star,500,2026-03-01\n",
    );
    shop.run("import odd.csv --opening")
        .ends(2)
        .says(&["which column is what", "since"]);
}

#[test]
fn what_had_an_end_of_its_own_keeps_it() {
    let shop = Shop::cafe();
    shop.write(
        "ends.csv",
        "member,unit,points,earned,expires\n\
         card:1,star,500,2026-03-01,2037-06-30\n\
         card:1,star,30,2026-03-01,\n\
         card:2,star,5,2020-03-01,2020-12-31\n\
         card:3,year-star,5,2026-03-01,2037-12-31\n\
         card:4,star,5,2026-03-01,2037-02-30\n",
    );
    let sum = told(&shop, "import ends.csv --opening --enrol", 2);
    assert_eq!(
        (&sum["booked"], &sum["bad"]),
        (&2.into(), &3.into()),
        "{sum}"
    );
    let said = sum["told"].to_string();
    for words in ["2020-12-31 is over", "no end of its own", "column expires"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let all = shop.run("member export card:1").ends(0);
    let all: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    let ends: Vec<&str> = all["held"]["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| &lot["expires_at"].as_str().unwrap()[..10])
        .collect();
    assert_eq!(ends, ["2037-07-01", "2027-01-01"]);
    let typed =
        "opening --member card:1 --unit star --points 7 --source s --expires 2037-01-31 --key o";
    shop.run(typed).ends(0).says(&["2037-01-31"]);
    shop.run("audit verify --level 2").ends(0);
}

/// Qualifying amounts are judged when they are imported, whenever they were
/// earned; amounts in a window that is over lift nobody.
#[test]
fn tiers_are_judged_by_what_was_brought_or_corrected() {
    let shop = Shop::cafe();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let year = 1970 + now / 31_556_952;
    shop.write(
        "old.csv",
        format!(
            "member,unit,points,earned\n\
             card:1,year-star,520,{year}-01-02\n\
             card:2,year-star,520,{}-12-31\n\
             card:3,star,520,{year}-01-02\n",
            year - 1
        ),
    );
    let sum = told(&shop, "import old.csv --opening --enrol", 0);
    assert_eq!(sum["booked"], 3, "{sum}");
    shop.run("member enrol --alias card:4").ends(0);
    let adjust = "adjust --member card:4 --unit year-star --points 160 --reason goodwill --key a";
    shop.run(adjust).ends(0);
    for (card, tier) in [(1, "gold"), (2, "bronze"), (3, "bronze"), (4, "silver")] {
        let now = told(&shop, &format!("balance card:{card}"), 0);
        assert_eq!(now["now"]["tier"]["name"], tier, "card {card}: {now}");
    }
    // Voiding the adjustment takes the tier back too.
    shop.run("void --of a --reason mistake").ends(0);
    let now = told(&shop, "balance card:4", 0);
    assert_eq!(now["now"]["tier"]["name"], "bronze", "{now}");
    shop.run("audit verify --level 2").ends(0);
}

#[test]
fn one_file_with_balances_in_two_units_is_told_how_to_be_read_twice() {
    let shop = Shop::cafe();
    shop.write("old.csv", "CARD,STARS,YEAR\n1,30,40\n2,50,60\n");
    let map = |column: &str| format!("--map 'alias=CARD:card:,points={column}'");
    let stars = format!(
        "import old.csv --opening --enrol --set unit=star {}",
        map("STARS")
    );
    told(&shop, &stars, 0);
    let year = format!(
        "import old.csv --opening --set unit=year-star {}",
        map("YEAR")
    );
    shop.run(&year)
        .ends(1)
        .says(&["key_conflict", "--source NAME"]);
    let sum = told(&shop, &format!("{year} --source year"), 0);
    assert_eq!(sum["booked"], 2, "{sum}");
    assert_eq!(told(&shop, &stars, 0)["repeated"], 2);
}
