//! An order that comes in under more than one key.

use crate::shop::Shop;

const ORDER: &str = "purchase --member card:1 --total 10.00 --order A-1 --key";

fn sold() -> Shop {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.run(&format!("{ORDER} first")).ends(0);
    let again = shop.run(&format!("--json {ORDER} second")).ends(0).json();
    assert_eq!(
        (&again["repeated"], &again["key"]),
        (&true.into(), &"first".into())
    );
    shop
}

#[test]
fn a_return_may_name_any_key_that_the_order_came_in_under() {
    let shop = sold();
    shop.run("find --key second")
        .ends(0)
        .says(&["booked before"]);
    let back = "return --of second --amount 4.00 --key r";
    shop.run(back).ends(0).says(&["give back 4.00"]);
    shop.run("void --of second --reason slip --key v")
        .ends(1)
        .says(&["has_dependents"]);
    shop.run("return --of third --all --key r2")
        .ends(1)
        .says(&["unknown_purchase"]);
    shop.run("audit verify").ends(0);
}

#[test]
fn the_other_key_of_an_order_is_taken() {
    let shop = sold();
    shop.run(&format!("{ORDER} second"))
        .ends(0)
        .says(&["booked before"]);
    for other in [
        "purchase --member card:1 --total 10.00 --order A-2 --key second",
        "redeem --member card:1 --unit star --points 1 --key second",
        "member enrol --alias card:2 --key second",
    ] {
        shop.run(other).ends(1).says(&["key_conflict"]);
    }
}

#[test]
fn another_key_of_an_order_outlives_a_rebuild_and_is_learnt_again_from_the_order() {
    let shop = sold();
    shop.run("rebuild").ends(0);
    shop.run("find --key second").ends(0);
    std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
    shop.run("find --key second").ends(1);
    shop.run(&format!("{ORDER} second"))
        .ends(0)
        .says(&["booked before"]);
    shop.run("void --of second --reason slip --key v").ends(0);
}

#[test]
fn a_quote_of_an_order_takes_no_key() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.run(&format!("{ORDER} first")).ends(0);
    shop.run("quote --member card:1 --total 10.00 --order A-1 --key second")
        .ends(0);
    shop.run("find --key second").ends(1);
}
