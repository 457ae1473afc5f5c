//! `audit verify` with the secrets at hand: secrets that do not match the journal.

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
    // Naming a folder that does not exist is an error; without secrets only the journal is checked.
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

#[test]
fn without_the_newest_vault_there_is_a_way_on_and_the_lost_are_told() {
    for kind in ["older", "none", "damaged"] {
        let shop = shop();
        let vault = shop.path("ledger-secrets/vault");
        std::fs::copy(&vault, shop.path("older")).unwrap();
        shop.run("member enrol --alias card:9 --name P").ends(0);
        shop.run("purchase --member card:9 --total 10.00 --key k")
            .ends(0);
        let told = shop.run("--json member show card:9").ends(0).json();
        let id = told["member"].as_str().unwrap().to_owned();
        let (points, lost) = (
            told["now"]["balance"].clone(),
            match kind {
                "none" => 4,
                _ => 1,
            },
        );
        match kind {
            "older" => drop(std::fs::copy(shop.path("older"), &vault).unwrap()),
            "none" => std::fs::remove_file(&vault).unwrap(),
            _ => {
                let mut bytes = shop.read("ledger-secrets/vault");
                let at = bytes.len() - 40;
                bytes[at] ^= 1;
                std::fs::write(&vault, bytes).unwrap();
            }
        }
        // A damaged slot shows when its member is looked up.
        let asked = if kind == "damaged" {
            "card:9"
        } else {
            "card:1"
        };
        let shown = shop.run(&format!("member show {asked}")).ends(5);
        shown.says(&["vault", "stampbook recover"]);
        let asked = shop.run("--json recover").ends(1).json();
        let ids = asked["lost_keys"].as_array().unwrap();
        assert_eq!(ids.len(), lost, "{kind}: {asked}");
        assert!(ids.iter().any(|found| *found == id.as_str()));
        shop.run("recover --accept --reason 'vault burnt'")
            .ends(0)
            .says(&[&id]);

        let now = shop.run(&format!("--json member show {id}")).ends(0).json();
        assert_eq!(now["now"]["balance"], points, "{kind}");
        assert_eq!(now["profile_lost"], true, "{kind}");
        shop.run("balance card:9").ends(1);
        shop.run("rebuild").ends(0);
        let count = format!("those of {lost} were accepted as lost");
        shop.run("audit verify").ends(0).says(&[&count]);
        let after = shop.run("--json recover").ends(0).json();
        assert_eq!(after["accepted_lost_keys"], lost, "{kind}");
        shop.run("audit raw 7")
            .ends(0)
            .says(&[&format!("keys of {lost} members")]);

        // A new profile under a new key: the card finds the points again.
        shop.run(&format!("member profile {id} --alias-add card:9"))
            .ends(0);
        let again = shop.run("--json member show card:9").ends(0).json();
        assert_eq!(again["member"], id.as_str(), "{kind}");
        assert_eq!(again["now"]["balance"], points, "{kind}");
        shop.run("rebuild").ends(0);
        shop.run("balance card:9").ends(0);
        shop.run("audit verify").ends(0);
    }
}
