//! Guessing at codes: wrong codes are entries, a lock is for one kind of codes
//! at one terminal or for one member, and a person lifts it with a reason.

use crate::shop::{Shop, copy};
use crate::vouchers::{PROGRAMME, issued, shop};

fn paid(key: &str, code: &str, from: &str) -> String {
    format!(
        r#"{{"do":"purchase","key":"{key}","total":"20.00",{from}"tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
    )
}

fn wrong(n: usize) -> String {
    format!("0000-0000-0000-0000-000{n}")
}

/// Tries so many different wrong vouchers at a terminal or for a member.
fn guess(shop: &Shop, from: &str, numbers: std::ops::Range<usize>) {
    for n in numbers {
        let key = format!("g{n}{}", from.len());
        let tried = paid(&key, &wrong(n), from);
        shop.say(&tried).ends(1).says(&["unknown_code"]);
    }
}

const TILL: &str = r#""terminal":"t1","#;
const MEMBER: &str = r#""channel":"app","member":"card:6900012345","#;

/// Verifies every claim that needs no key.
fn verify(shop: &Shop) {
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
}

// proves: G9.1
#[test]
fn a_lock_is_of_one_kind_of_codes_at_one_terminal() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    guess(&shop, TILL, 0..5);
    let locked = shop.say(&paid("p1", &code, TILL)).ends(1);
    locked.says(&[
        "code_locked",
        "voucher codes",
        "terminal t1",
        "stampbook unlock",
    ]);
    // Claims, other terminals, and sales without a code are not locked.
    let claim = r#"{"do":"claim","key":"c1","member":"card:6900012345","terminal":"t1","code":"0000-0000-0000-0000-0001"}"#;
    shop.say(claim).ends(1).says(&["unknown_code"]);
    shop.run("purchase --total 3.00 --terminal t1").ends(0);
    shop.say(&paid("p2", &code, r#""terminal":"t2","#)).ends(0);
    verify(&shop);
}

// proves: G9.2
#[test]
fn a_lock_is_lifted_by_a_command_with_a_reason() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    guess(&shop, TILL, 0..5);
    shop.say(&paid("p1", &code, TILL))
        .ends(1)
        .says(&["code_locked"]);
    let unlock = "unlock --codes voucher --locked-terminal t1";
    shop.run(unlock).ends(2).says(&["--reason"]);
    let elsewhere = "unlock --codes voucher --locked-terminal t2 --reason torn";
    shop.run(elsewhere).ends(1).says(&["already_so"]);
    let other = "unlock --codes gift --locked-terminal t1 --reason torn";
    shop.run(other).ends(1).says(&["already_so"]);
    shop.run("unlock --codes coupons --locked-terminal t1 --reason torn")
        .ends(2)
        .says(&["voucher", "gift", "claim", "activity"]);
    let lifted = shop
        .run(&format!("{unlock} --reason torn --operator 7"))
        .ends(0);
    lifted.says(&["unlock", "voucher codes at t1"]);
    shop.run(&format!("{unlock} --reason torn"))
        .ends(1)
        .says(&["already_so"]);
    shop.say(&paid("p1", &code, TILL)).ends(0);
    // Lifting the lock also resets the count.
    guess(&shop, TILL, 5..9);
    let json =
        r#"{"do":"unlock","key":"u9","codes":"voucher","locked_terminal":"t1","reason":"torn"}"#;
    shop.say(json).ends(1).says(&["already_so"]);
    verify(&shop);
}

// proves: G9.3
#[test]
fn a_member_who_guesses_in_an_app_shuts_out_nobody_else_there() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    shop.run("member enrol --alias card:2").ends(0);
    guess(&shop, MEMBER, 0..5);
    shop.say(&paid("p1", &code, MEMBER))
        .ends(1)
        .says(&["code_locked", "for the member"]);
    let shown = shop.run("balance card:6900012345").ends(0);
    shown.says(&["voucher codes are locked until"]);
    shop.run("balance card:6900012345 --as-of 2100-01-01")
        .ends(0);
    let statement = shop.run("statement card:6900012345").ends(0);
    statement.says(&[
        "code tried",
        "guessing locked",
        "lock voucher codes for the member until",
    ]);
    let other = MEMBER.replace("6900012345", "2");
    shop.say(&paid("p2", &code, &other)).ends(0);
    let unlock = "unlock --codes voucher --member card:6900012345 --reason 'it was a child'";
    shop.run(unlock).ends(0);
    let shown = shop.run("balance card:6900012345").ends(0).out;
    assert!(!shown.contains("locked"), "{shown}");
    let explained = shop.run("statement card:6900012345").ends(0);
    explained.says(&["it was a child", "unlock voucher codes for the member"]);
    verify(&shop);
}

// proves: G9.4
#[test]
fn counts_of_wrong_codes_survive_the_loss_of_the_book_a_rebuild_and_a_restore() {
    let shop = shop(PROGRAMME);
    let code = issued(&shop, "i1", "five-off");
    guess(&shop, TILL, 0..2);
    std::fs::remove_dir_all(shop.path("ledger/book")).unwrap();
    guess(&shop, TILL, 2..3);
    shop.run("rebuild").ends(0);
    // A quote counts as a guess like a sale; the same code again does not.
    let quote = |n| {
        format!(
            "quote --total 20.00 --terminal t1 --tender voucher:{}",
            wrong(n)
        )
    };
    for n in [3, 3, 3] {
        shop.run(&quote(n)).ends(1).says(&["unknown_code"]);
    }
    copy(&shop.path("ledger"), &shop.path("backup"));
    shop.run("restore backup --set-aside").ends(0);
    guess(&shop, TILL, 4..5);
    shop.say(&paid("p1", &code, TILL))
        .ends(1)
        .says(&["code_locked"]);
    copy(&shop.path("ledger"), &shop.path("backup2"));
    shop.run("restore backup2 --set-aside").ends(0);
    shop.run("rebuild").ends(0);
    shop.say(&paid("p1", &code, TILL))
        .ends(1)
        .says(&["code_locked"]);
    verify(&shop);
}

// proves: G9.5
#[test]
fn a_merge_hands_no_lock_on_and_undoing_it_finds_it_again() {
    let shop = shop(PROGRAMME);
    shop.run("member enrol --alias card:2").ends(0);
    let code = issued(&shop, "i1", "five-off");
    guess(&shop, MEMBER, 0..5);
    shop.say(&paid("p1", &code, MEMBER))
        .ends(1)
        .says(&["code_locked"]);
    shop.run("member merge card:6900012345 card:2 --reason test --key m")
        .ends(0);
    shop.say(&paid("p2", &wrong(7), MEMBER))
        .ends(1)
        .says(&["unknown_code"]);
    shop.run("member unmerge --of m").ends(0);
    shop.say(&paid("p3", &code, MEMBER))
        .ends(1)
        .says(&["code_locked"]);
    verify(&shop);
}
