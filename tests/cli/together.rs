//! Many tills at the same moment.

use crate::shop::Shop;
use std::sync::Barrier;

const TILLS: usize = 20;

/// One till: sends the command again with the same key while another till holds
/// the ledger.
fn redeem(shop: &Shop, till: usize) -> Option<i32> {
    let line = format!("redeem --member card:1 --unit point --points 100 --key till-{till}");
    loop {
        let ran = shop.run(&line);
        if ran.code != Some(4) {
            return ran.code;
        }
        std::thread::yield_now();
    }
}

// proves: C1.8-1
#[test]
fn of_twenty_that_take_a_hundred_from_a_hundred_one_succeeds() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("purchase --member card:1 --total 100.00").ends(0);
    let together = Barrier::new(TILLS);
    let codes: Vec<Option<i32>> = std::thread::scope(|scope| {
        let (shop, together) = (&shop, &together);
        let till = |n| {
            scope.spawn(move || {
                together.wait();
                redeem(shop, n)
            })
        };
        let tills: Vec<_> = (0..TILLS).map(till).collect();
        tills.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let ended = |code| codes.iter().filter(|c| **c == Some(code)).count();
    assert_eq!((ended(0), ended(1)), (1, TILLS - 1), "{codes:?}");
    let balance = shop.run("--json balance card:1").ends(0).json();
    assert_eq!(balance["now"]["balance"]["point"]["available"], 0);
    shop.run("audit verify").ends(0);
}
