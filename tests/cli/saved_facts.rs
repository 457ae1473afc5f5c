//! Facts of figures that a process saved beside the journal.

use crate::figures::year_with_returns;
use crate::shop::Shop;
use serde_json::Value;

/// All figures but alerts, which look at the disk, too.
fn figures(told: &Value) -> Vec<Value> {
    let mut figures = told["all"].as_array().unwrap().clone();
    figures.retain(|made| made["figure"]["id"] != "alerts");
    figures
}

/// A report of all figures, without what depends on the moment of asking.
fn all(shop: &Shop) -> (Value, String) {
    let ran = shop.run("--json report all --by month --small").ends(0);
    let mut told = ran.json();
    told.as_object_mut().unwrap().remove("notes");
    told["all"] = figures(&told).into();
    (told, ran.err)
}

#[test]
fn saved_facts_come_to_the_same_as_those_from_nothing() {
    let shop = year_with_returns(13);
    let facts = shop.path("ledger/facts");
    assert!(!facts.exists());
    let (made, _) = all(&shop);
    let first = std::fs::read(&facts).unwrap();
    // From the saved ones, with nothing new, and with something new.
    assert_eq!(all(&shop).0, made);
    for n in 0..8 {
        shop.run(&format!(
            "purchase --member card:{n} --total 7.30 --key new-{n}"
        ))
        .ends(0);
    }
    shop.run("void --of new-3 --reason wrong --key void-new")
        .ends(0);
    let (more, told) = all(&shop);
    assert_ne!(more, made);
    assert!(!told.contains("facts"), "{told}");
    // So little is new that it is not worth writing again.
    assert!(std::fs::read(&facts).unwrap() == first, "written again");
    std::fs::remove_file(&facts).unwrap();
    assert_eq!(all(&shop).0, more, "from nothing");
    // An erasure makes everything again that is derived.
    shop.run("member erase card:7 --reason asked --yes").ends(0);
    assert!(!facts.exists());
    let (erased, _) = all(&shop);
    assert!(facts.exists());
    assert_eq!(erased["all"][0]["rows"], more["all"][0]["rows"]);
    // What the ledger knew before is made again, too, whatever is saved.
    let at = made["all"][0]["as_of"].as_str().unwrap();
    let before = shop
        .run(&format!(
            "--json report all --by month --small --as-of {at}"
        ))
        .ends(0)
        .json();
    assert_eq!(figures(&before), figures(&made));
}

#[test]
fn saved_facts_that_are_damaged_or_of_another_ledger_are_made_again_in_words() {
    let shop = year_with_returns(14);
    let (made, _) = all(&shop);
    let facts = shop.path("ledger/facts");
    let sound = std::fs::read(&facts).unwrap();
    let other = year_with_returns(15);
    all(&other);
    let changed = |at: usize| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        bytes
    };
    for (what, bytes, why) in [
        ("another layout", changed(3), "another layout"),
        ("another point", changed(12), "checksum"),
        ("a flipped bit", changed(sound.len() / 2), "checksum"),
        ("cut off", sound[..sound.len() / 2].to_vec(), "checksum"),
        ("nothing in it", Vec::new(), "another layout"),
        (
            "another ledger's",
            std::fs::read(other.path("ledger/facts")).unwrap(),
            "does not belong to this journal",
        ),
    ] {
        std::fs::write(&facts, bytes).unwrap();
        // As a process leaves it that was killed while it wrote.
        std::fs::write(shop.path("ledger/facts.part"), b"half").unwrap();
        let (again, told) = all(&shop);
        assert_eq!(again, made, "{what}");
        assert!(
            told.contains("made again from the journal"),
            "{what}: {told}"
        );
        assert!(told.contains(why), "{what}: {told}");
        assert!(
            std::fs::read(&facts).unwrap() == sound,
            "{what}: saved again"
        );
        let (again, told) = all(&shop);
        assert_eq!((again, told.contains("facts")), (made.clone(), false));
    }
    // No code, alias or name of a member stands in it.
    let text = String::from_utf8_lossy(&sound).into_owned();
    assert!(!text.contains("card:"), "{}", text.len());
    shop.run("rebuild").ends(0);
    assert!(!facts.exists(), "a rebuild begins from nothing");
    assert_eq!(all(&shop).0, made);
}
