//! All doors at which a text of others enters, each with a text that would move a
//! cursor, change a colour, turn the reading direction or print a line of its own:
//! whatever a command then says, to people and as JSON, has none of it.

use crate::shop::{Ran, Shop};
use stampbook::model::is_hidden;

/// A line that only the audit may print.
const FAKE: &str = "All that was asked held.";

/// Texts that must not be shown as they are.
const TEXTS: [&str; 3] = [
    "a\nAll that was asked held.\nb",
    "a\u{1b}[31m\u{9b}2Jb\rAll that was asked held.",
    "a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{7f}",
];

/// One that cannot be typed, but stands in JSON and in files.
const NUL: &str = "a\0b\0All that was asked held.\0";

/// Doors whose texts are typed.
const TYPED: [&str; 5] = [
    "values of flags",
    "names of flags and commands",
    "map of an import",
    "names of files",
    "environment",
];

/// A door: its name, and the commands that bring a text through it.
type Door = (&'static str, fn(&Shop, &str) -> Vec<Ran>);

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A command for people, then as JSON.
fn both(shop: &Shop, line: &str) -> Vec<Ran> {
    vec![shop.run(line), shop.run(&format!("--json {line}"))]
}

fn programme(shop: &Shop, file: &str, from: &str, to: &str) -> Vec<Ran> {
    let path = format!("programme/{file}");
    let before = shop.read(&path);
    let text = String::from_utf8(before.clone()).unwrap();
    assert!(text.contains(from), "{path}: {text}");
    shop.write(&path, text.replacen(from, to, 1));
    let ran = both(shop, "policy check programme");
    shop.write(&path, before);
    ran
}

/// The table of all doors.
const DOORS: &[Door] = &[
    ("field of a command", |shop, text| {
        let name = json(text);
        vec![
            shop.say(&format!(
                r#"{{"do":"enrol","key":"n","aliases":["card:5"],"name":{name}}}"#
            )),
            shop.say(&format!(
                r#"{{"do":"purchase","key":"p","member":"card:1","total":"1.00","store":{name}}}"#
            )),
            shop.say(&format!(
                r#"{{"do":"purchase","key":"q","member":"card:1","total":{name}}}"#
            )),
        ]
    }),
    ("key, alias, verb, field's name", |shop, text| {
        let text = json(text);
        vec![
            shop.say(&format!(
                r#"{{"do":"purchase","key":{text},"total":"1.00"}}"#
            )),
            shop.say(&format!(
                r#"{{"do":"purchase","key":"a","member":{text},"total":"1.00"}}"#
            )),
            shop.say(&format!(r#"{{"do":{text},"key":"a"}}"#)),
            shop.say(&format!(r#"{{"do":"purchase","key":"a",{text}:1}}"#)),
            shop.say(&format!(r#"{{"ask":"balance","member":{text}}}"#)),
        ]
    }),
    ("attributes of a profile", |shop, text| {
        let text = json(text);
        vec![
            shop.say(&format!(
                r#"{{"do":"profile","key":"a1","member":"card:1","attributes":{{{text}:"x"}}}}"#
            )),
            shop.say(&format!(
                r#"{{"do":"profile","key":"a2","member":"card:1","attributes":{{"sweet":{text}}}}}"#
            )),
            shop.run("--json member show card:1"),
        ]
    }),
    ("JSON that is none", |shop, text| {
        vec![
            shop.say(&format!("{{\"do\":\"purchase\",\"key\":\"{text}\"")),
            shop.say(text),
        ]
    }),
    ("values of flags", |shop, text| {
        let mut all = both(
            shop,
            &format!("member enrol --alias card:6 --name \"{text}\""),
        );
        all.extend(both(shop, &format!("balance \"{text}\"")));
        all.extend(both(shop, &format!("explain \"{text}\"")));
        all
    }),
    ("names of flags and commands", |shop, text| {
        let mut all = both(shop, &format!("\"--{text}\""));
        all.extend(both(shop, &format!("balance \"--{text}=1\"")));
        all.extend(both(shop, &format!("\"{text}\"")));
        all
    }),
    ("rows of a file", |shop, text| {
        shop.write(
            "rows.csv",
            format!("key,member,total\n\"{text}\",card:1,{text}\n{text}\n"),
        );
        both(shop, "import rows.csv")
    }),
    ("header of a file", |shop, text| {
        shop.write("head.csv", format!("{text},total\nx,1\n"));
        both(shop, "import head.csv")
    }),
    ("map of an import", |shop, text| {
        shop.write("rows.csv", "a,b\n1,2\n");
        shop.write(
            "map.toml",
            format!("[columns]\n{} = {}\n", json(text), json(text)),
        );
        let mut all = both(shop, "import rows.csv --map-file map.toml");
        all.extend(both(shop, &format!("import rows.csv --map \"{text}=a\"")));
        all
    }),
    ("programme.toml", |shop, text| {
        let mut all = programme(
            shop,
            "programme.toml",
            "name = ",
            &format!("title = {}\nname = ", json(text)),
        );
        all.extend(programme(
            shop,
            "programme.toml",
            "[unit.",
            &format!("{text}[unit."),
        ));
        all
    }),
    ("scripts", |shop, text| {
        let first = "fn on_purchase(purchase, member) {";
        let named = format!("{first} award({}, 1);", json(text));
        let mut all = programme(shop, "campaigns/base.rhai", first, &named);
        all.extend(programme(
            shop,
            "campaigns/base.rhai",
            first,
            &format!("{first} {text}"),
        ));
        all
    }),
    ("stories", |shop, text| {
        shop.write(
            "programme/stories/x.story",
            format!("programme {text}\n2026-01-01 purchase {text} 1.00\n"),
        );
        let ran = both(shop, "policy test programme");
        std::fs::remove_file(shop.path("programme/stories/x.story")).unwrap();
        ran
    }),
    ("names of files", |shop, text| {
        let mut all = both(shop, &format!("import \"{text}.csv\""));
        all.extend(both(shop, &format!("policy check \"{text}\"")));
        all.extend(both(shop, &format!("audit stamp check \"{text}\"")));
        all
    }),
    ("what an auditor kept", |shop, text| {
        shop.write(
            "kept.txt",
            format!("STAMPBOOK AUDIT CARD\norigin {text}\nkey {text}\n"),
        );
        let mut all = both(shop, "audit verify --anchor kept.txt");
        shop.write("kept.txt", format!("STAMP {text}"));
        all.extend(both(shop, "audit stamp check kept.txt"));
        all
    }),
    ("environment", |shop, text| {
        vec![
            shop.shell(&format!(
                "STAMPBOOK_LEDGER='{text}' \"$STAMPBOOK\" balance card:1"
            )),
            shop.shell(&format!(
                "STAMPBOOK_LEDGER='{text}' \"$STAMPBOOK\" --json balance card:1"
            )),
        ]
    }),
];

/// Faults in a command's output: control characters, and other things that it
/// must not print.
fn faults(ran: &Ran) -> Vec<String> {
    let mut found = Vec::new();
    for said in [&ran.out, &ran.err] {
        let is_raw = |c: &char| is_hidden(*c) && !matches!(c, '\n' | '\t');
        found.extend(
            said.chars()
                .find(is_raw)
                .map(|raw| format!("{raw:?} in {said:?}")),
        );
        if said.lines().any(|line| line.trim() == FAKE) {
            found.push(format!("a line of its own in {said}"));
        }
    }
    if matches!(ran.code, None | Some(101)) {
        found.push(format!("it ended with {:?}: {}", ran.code, ran.err));
    }
    found
}

#[test]
fn no_door_lets_a_text_move_a_cursor_or_print_a_line_of_its_own() {
    let shop = Shop::plain();
    let mut found = Vec::new();
    for (door, bring) in DOORS {
        let is_typed = TYPED.contains(door);
        for text in TEXTS.into_iter().chain((!is_typed).then_some(NUL)) {
            for ran in bring(&shop, text) {
                let faults = faults(&ran).into_iter();
                found.extend(faults.map(|fault| format!("{door}, {text:?}: {fault}")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn names_that_need_joiners_are_taken_and_codes_with_them_are_not() {
    let shop = Shop::plain();
    let name =
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645} \u{1f468}\u{200d}\u{1f469}";
    shop.say(&format!(
        r#"{{"do":"enrol","key":"e","aliases":["card:1"],"name":"{name}"}}"#
    ))
    .ends(0);
    shop.say(&format!(
        r#"{{"do":"purchase","key":"{name}","member":"card:1","total":"1.00"}}"#
    ))
    .ends(2);
}

// A person's name must not end up in a file that does more than show it.
#[test]
fn files_that_are_written_show_what_is_hidden() {
    let shop = Shop::plain();
    let name = "\u{645}\u{200c}\u{62e} \u{1f468}\u{200d}\u{1f469}";
    shop.say(&format!(
        r#"{{"do":"enrol","key":"e","aliases":["card:1"],"name":"{name}"}}"#
    ))
    .ends(0);
    shop.run("member export card:1 --out person.json").ends(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = shop
            .path("person.json")
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(
            mode & 0o777,
            0o600,
            "a member's data is for its owner alone"
        );
    }
    shop.run("audit card --out card.txt").ends(0);
    for file in ["person.json", "card.txt"] {
        let written = String::from_utf8(shop.read(file)).unwrap();
        let raw = written.chars().find(|c| is_hidden(*c) && *c != '\n');
        assert_eq!(raw, None, "{file}: {written}");
    }
    let told: serde_json::Value = serde_json::from_slice(&shop.read("person.json")).unwrap();
    assert!(told.to_string().contains(name), "{told}");
}
