//! `audit verify` where the secrets are at hand: what of them does not fit the journal.

use crate::shop::Shop;
use stampbook::storage::secrets::Secrets;
use stampbook::storage::vault::Vault;

fn vault(shop: &Shop) -> Vault {
    let secrets = Secrets::open(&shop.path("ledger-secrets")).unwrap();
    let known = secrets.writer_state().unwrap().state().vault;
    secrets.vault(&secrets.alias_key().unwrap(), known).unwrap()
}

fn shop() -> Shop {
    let shop = Shop::cafe();
    for card in 1..=3 {
        shop.run(&format!("member enrol --alias card:{card} --name P"))
            .ends(0);
    }
    shop
}

#[test]
fn a_key_that_is_gone_without_an_erasure_is_told_with_its_member() {
    let shop = shop();
    let held = shop.run("--json audit verify --level 1").ends(0).json();
    assert_eq!(held["secrets"]["verdict"], "held");
    shop.run("member erase card:2 --reason asked --yes").ends(0);
    shop.run("audit verify")
        .ends(0)
        .says(&["- secrets      held         2 members' keys"]);

    let mut vault = vault(&shop);
    let ids: Vec<_> = vault.members().unwrap().collect();
    assert_eq!(vault.erase(&ids[..1]).unwrap(), 1);
    let report = shop.run("--json audit verify").ends(1).json();
    assert_eq!(report["outcome"], "failed");
    let finding = &report["secrets"]["findings"][0];
    assert_eq!(finding["kind"], "missing");
    let id = stampbook::model::MemberId(ids[0]).to_string();
    assert!(finding["what"].as_str().unwrap().contains(&id), "{finding}");
    // Whoever has no secrets is not asked for them.
    shop.run("audit verify --secrets elsewhere").ends(3);
    std::fs::rename(shop.path("ledger-secrets"), shop.path("kept")).unwrap();
    shop.run("audit verify").ends(0);
}

#[test]
fn secrets_that_are_older_or_of_another_ledger_are_told() {
    let shop = shop();
    let (dir, older) = (shop.path("ledger-secrets"), shop.path("vault"));
    std::fs::copy(dir.join("vault"), &older).unwrap();
    shop.run("member enrol --alias card:9 --name P").ends(0);
    std::fs::copy(&older, dir.join("vault")).unwrap();
    shop.run("audit verify")
        .ends(1)
        .says(&["FAILED", "it is older than the ledger"]);

    let other = Shop::cafe();
    std::fs::remove_dir_all(&dir).unwrap();
    std::fs::rename(other.path("ledger-secrets"), &dir).unwrap();
    shop.run("audit verify").ends(1).says(&[
        "alias.key is not that of this ledger",
        "signing.key is not the key",
        "the key of member",
    ]);
}
