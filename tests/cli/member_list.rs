//! All members in one list: each as `balance` tells them.

use crate::shop::Shop;
use serde_json::Value;

const PROGRAMME: &str = r#"[programme]
name = "a"
currency = "EUR"
zone = "UTC"

[unit.zeal]
kind = "spendable"

[unit.point]
kind = "spendable"
expires = { after = "12 months", at = "day end" }
"#;

// proves: C12.6
#[test]
fn every_member_is_listed_as_balance_tells_them() {
    let shop = Shop::of(&[
        ("programme.toml", PROGRAMME),
        (
            "campaigns/base.rhai",
            r#"campaign(#{ id: "base" });
fn on_purchase(purchase, member) { award("point", purchase.earning); award("zeal", 1); }
"#,
        ),
    ]);
    let (mut ids, mut rows) = (Vec::new(), String::from("member,total,at,key\n"));
    for n in 0..6 {
        let told = shop.run(&format!("--json member enrol --alias card:{n} --name Ann"));
        ids.push(told.ends(0).json()["member"].as_str().unwrap().to_owned());
        shop.run(&format!(
            "purchase --member card:{n} --total {n}.00 --key p{n}"
        ))
        .ends(0);
    }
    // What was earned two years ago has ended, although nothing was booked for it since.
    rows.push_str("card:old,50.00,2024-01-05T10:00:00Z,old\n");
    shop.write("old.csv", rows);
    shop.run("import old.csv --enrol --history --map 'member=member,total=total,at=at,key=key'")
        .ends(0);
    shop.run("hold --member card:3 --unit point --points 2 --until 2099-01-01T00:00:00Z")
        .ends(0);
    shop.run("member merge card:4 card:5 --reason same").ends(0);
    shop.run("member erase card:2 --reason asked --yes").ends(0);
    let before = shop.run("--json balance card:1").ends(0).json()["read_at"].clone();
    let json = shop.run("members --format json").ends(0).out;
    let told: Vec<Value> = json
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(told.len(), 7, "{json}");
    assert!(!json.contains("Ann") && !json.contains("card:"));
    let standing = |n: usize| {
        let found = told.iter().find(|member| member["member"] == ids[n]);
        found.unwrap()["standing"].clone()
    };
    assert_eq!(
        (standing(1), standing(4)),
        ("active".into(), "merged".into())
    );
    assert_eq!(standing(2), "erased");
    for member in told.iter().filter(|member| member["standing"] == "active") {
        let id = member["member"].as_str().unwrap();
        let own = shop.run(&format!("--json balance {id}")).ends(0).json();
        assert_eq!(member["balance"], own["now"]["balance"], "{id}");
    }
    // The list books nothing.
    assert_eq!(
        shop.run("--json balance card:1").ends(0).json()["read_at"],
        before
    );
    let csv = shop.run("members").ends(0).out;
    let mut lines = csv.split("\r\n");
    let head = lines.next().unwrap();
    assert!(head.starts_with(
        "member,standing,enrolled,last_purchase,tier,point,point_pending,point_held,"
    ));
    let of_three = lines.find(|line| line.starts_with(&ids[3])).unwrap();
    let cells: Vec<&str> = of_three.split(',').collect();
    assert_eq!((cells[1], &cells[5..8]), ("active", &["1", "0", "2"][..]));
    assert_eq!(cells.len(), head.split(',').count());
    assert_eq!(csv.lines().count(), 8);
}
