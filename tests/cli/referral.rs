//! Referrals as typed at a prompt, and decided again by an auditor.

use crate::shop::Shop;

#[test]
fn what_a_friend_did_stands_on_the_statement_and_is_decided_again_alike() {
    let shop = Shop::empty();
    shop.run("init --programme referral").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    shop.run("member enrol --alias card:2 --referrer card:1 --key e2")
        .ends(0);
    shop.run("member enrol --alias card:1 --referrer card:2 --key e3")
        .ends(1)
        .says(&["referral_ring"]);
    shop.run("member enrol --alias card:1 --referrer card:2 --key e3")
        .ends(1)
        .says(&["referral_ring"]);
    shop.run("purchase --member card:2 --total 60.00 --key k1")
        .ends(0)
        .says(&["100"]);
    shop.run("statement card:1")
        .ends(0)
        .says(&["followed", "200", "entry"]);
    shop.run("return --of k1 --all --key r1").ends(0);
    shop.run("balance card:1").ends(0).says(&["0"]);
    shop.run("statement card:1").ends(0).says(&["-200"]);
    shop.run("purchase --member card:2 --total 70.00 --key k2")
        .ends(0);
    shop.run("void --of k2 --reason test --key v2").ends(0);
    shop.run("audit verify --level 2").ends(0);
}
