//! FORMAT.md section 7 against the code: entries made and read by the
//! document's tables alone must be the library's entries, byte for byte and
//! field for field, and hostile bytes must be refused without harm.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod schema;

use data_encoding::HEXLOWER;
use proptest::prelude::*;
use schema::make::{Dice, Wish, make};
use schema::walk::walk;
use schema::{Definition, Schema};
use stampbook::chain::codec::{CodecError, ENTRY_LEN_MAX, decode, encode};
use stampbook::model::*;
use stampbook::policy::Bundle;
use std::collections::BTreeSet;

const FORMAT: &str = include_str!("../FORMAT.md");
const GOLDEN: &str = include_str!("golden/entries.txt");

/// The golden entries: what each is for, its bytes, its fields as text.
fn golden() -> impl Iterator<Item = (&'static str, Vec<u8>, &'static str)> {
    let parts = GOLDEN.split("\n\n").filter(|p| !p.trim().is_empty());
    parts.map(|part| {
        let lines: Vec<&str> = part.lines().filter(|l| !l.starts_with('#')).collect();
        let [name, hex, text] = lines[..] else {
            panic!("a golden entry has a name, bytes and fields, not {part}");
        };
        let bytes = HEXLOWER.decode(hex.as_bytes());
        (name, bytes.unwrap_or_else(|e| panic!("{name}: {e}")), text)
    })
}

/// Asserts that the tables and the library read an entry's bytes alike.
fn agree(schema: &Schema, bytes: &[u8]) -> BTreeSet<(String, String)> {
    let hex = || HEXLOWER.encode(bytes);
    let (text, seen) = walk(schema, bytes).unwrap_or_else(|e| panic!("{e}: {}", hex()));
    let entry = decode(bytes).unwrap_or_else(|e| panic!("{e}: {text} {}", hex()));
    assert_eq!(text, format!("{entry:?}"), "{}", hex());
    assert_eq!(encode(&entry).unwrap(), bytes, "{text}");
    seen
}

fn wishes(schema: &Schema) -> Vec<(String, Wish)> {
    let named = |kind: &str| {
        let variants = schema.variants(kind).iter().enumerate();
        variants
            .map(|(n, v)| (n, format!("{kind} {n} {}", v.name)))
            .collect::<Vec<_>>()
    };
    let acts = named("Act").into_iter();
    let acts = acts.map(|(n, name)| {
        (
            name,
            Wish {
                act: Some(n),
                ..Wish::default()
            },
        )
    });
    let effects = named("Effect").into_iter();
    let effects = effects.map(|(n, name)| {
        (
            name,
            Wish {
                effect: Some(n),
                ..Wish::default()
            },
        )
    });
    acts.chain(effects).collect()
}

/// The entry of section 7.5 that a shop could have.
fn example() -> Entry {
    let line = |sku: &str, category: &str, qty, amount| Line {
        sku: sku.into(),
        category: category.into(),
        tags: Vec::new(),
        qty: Qty(qty),
        amount: Money(amount),
        detail: None,
    };
    let purchase = Purchase {
        total: Money(4250),
        lines: vec![
            line("LATTE", "coffee", 2000, 2900),
            line("SCONE", "food", 1000, 1350),
        ],
        tenders: vec![Tender {
            kind: TenderKind::Cash,
            amount: Money(4250),
            lines: Vec::new(),
        }],
        by: Identified::Scanned,
        receipt: "000812".into(),
        ..Purchase::default()
    };
    let award = Effect::Award {
        who: 0,
        unit: 1,
        amount: Points(42),
        fills: Points::ZERO,
        from: Account::Issuance,
        campaign: 1,
        exact: Exact {
            mantissa: 425,
            scale: 1,
        },
        line: 0,
        terms: Terms {
            available: None,
            expires: Some(Instant(1_798_758_000_000_000)),
            keep: 5000,
        },
        why: "base".into(),
    };
    let effective = Instant(1_795_510_980_000_000);
    Entry {
        seq: 3,
        head: Head {
            effective,
            recorded_lag: -250_000,
            occurred: Some(Occurred { lag: 0, offset: 60 }),
            day: Day(20_781),
            origin: Origin {
                place: Place::Store(1),
                terminal: "till-1".into(),
                ..Origin::default()
            },
            key: Key::parse("till-1/000812").unwrap(),
            bundle: 1,
        },
        touched: vec![Touched {
            member: MemberId([0xab; 16]),
            previous: Some(2),
        }],
        act: Act::Purchase(Box::new(purchase)),
        given: vec![Value::Text("bronze".into())],
        given_review: Vec::new(),
        effects: vec![award],
        after: vec![After {
            who: 0,
            unit: 1,
            balance: Points(42),
        }],
        outstanding: vec![Outstanding { unit: 1, total: 42 }],
    }
}

/// The table under the example spells its bytes out, in their order.
#[test]
fn the_example_is_as_printed() {
    let bytes = encode(&example()).unwrap();
    let (_, part) = FORMAT.split_once("```vector entry.purchase\n").unwrap();
    let (hex, part) = part.split_once("\n```").unwrap();
    assert_eq!(hex.replace('\n', ""), HEXLOWER.encode(&bytes));
    let (table, _) = part.split_once("\n## ").unwrap();
    let rows = table
        .lines()
        .filter_map(|l| l.strip_prefix("| `")?.split_once('`'));
    let spelt: String = rows.map(|(hex, _)| hex.replace(' ', "")).collect();
    assert_eq!(spelt, HEXLOWER.encode(&bytes));
    agree(&Schema::of_the_document(), &bytes);
}

#[test]
fn the_bundle_digest_is_as_printed() {
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let bundle = Bundle::new(vec![file("programme.toml", "y\n"), file("a.rhai", "x\n")]);
    let (_, part) = FORMAT.split_once("```vector bundle.digest\n").unwrap();
    let printed = part.split_once("\n```").unwrap().0;
    assert_eq!(printed, HEXLOWER.encode(&bundle.unwrap().digest()));
}

#[test]
fn golden_entries_read_as_they_always_did() {
    let schema = Schema::of_the_document();
    for (name, bytes, text) in golden() {
        agree(&schema, &bytes);
        assert_eq!(walk(&schema, &bytes).unwrap().0, text, "{name}");
    }
}

/// One golden entry for each kind of act and of effect, and all other choices
/// of the tables somewhere among them.
#[test]
fn golden_entries_cover_the_tables() {
    let schema = Schema::of_the_document();
    let seen: BTreeSet<_> = golden()
        .flat_map(|(_, bytes, _)| agree(&schema, &bytes))
        .collect();
    let names: BTreeSet<_> = golden().map(|(name, ..)| name.to_string()).collect();
    let mut missing = String::new();
    for (seed, (name, wish)) in wishes(&schema).into_iter().enumerate() {
        let bytes = make(&schema, seed as u64, wish);
        let text = walk(&schema, &bytes).unwrap().0;
        let hex = HEXLOWER.encode(&bytes);
        if !names.contains(&name) {
            missing.push_str(&format!("{name}\n{hex}\n{text}\n\n"));
        }
    }
    assert!(missing.is_empty(), "for example:\n{missing}");
    for (kind, variant) in schema.choices() {
        let is_seen = seen.contains(&(kind.into(), variant.into()));
        assert!(is_seen, "no golden entry has a {kind}::{variant}");
    }
}

#[test]
fn made_up_entries_of_every_kind_agree() {
    let schema = Schema::of_the_document();
    for (name, wish) in wishes(&schema) {
        (0..40).for_each(|seed| {
            println!("{name}, seed {seed}");
            agree(&schema, &make(&schema, seed, wish));
        });
    }
}

/// A changed byte is refused by both, or read alike by both.
#[test]
fn changed_bytes_are_read_alike() {
    let schema = Schema::of_the_document();
    let mut dice = Dice::new(7);
    for (name, bytes, _) in golden() {
        for _ in 0..60 {
            let mut changed = bytes.clone();
            let at = dice.below(changed.len());
            changed[at] = [dice.next() as u8, 0, 1, 251, 252, 253, 254, 255][dice.below(8)];
            let is_nested = is_refused_twice(&changed, at);
            match (walk(&schema, &changed), decode(&changed)) {
                (Ok(_), Ok(_)) => drop(agree(&schema, &changed)),
                (Err(_), Err(_)) => {}
                (Ok(_), Err(_)) if is_nested => {}
                (tables, code) => panic!("{name} at {at}: {tables:?}, {code:?}"),
            }
        }
    }
}

/// True if a change may have made a refusal of a refusal, which the tables'
/// shape allows and their words do not.
fn is_refused_twice(bytes: &[u8], at: usize) -> bool {
    bytes[at] == 34 && bytes.get(at.wrapping_sub(1)) == Some(&34)
}

#[test]
fn cut_or_lengthened_entries_are_refused() {
    for (name, bytes, _) in golden() {
        for len in 0..bytes.len() {
            assert!(decode(&bytes[..len]).is_err(), "{name} cut to {len}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(decode(&longer), Err(CodecError::NotCanonical), "{name}");
    }
}

/// The first golden entry up to its sequence, which is one byte there.
fn split_at_sequence() -> (Vec<u8>, Vec<u8>) {
    let (_, bytes, _) = golden().next().unwrap();
    let len = match bytes[1] {
        251 => 3,
        252 => 5,
        253 => 9,
        _ => 1,
    };
    (vec![1], bytes[1 + len..].to_vec())
}

#[test]
fn a_number_has_one_spelling() {
    let (start, rest) = split_at_sequence();
    let with = |spelling: &[u8]| decode(&[&start, spelling, &rest].concat());
    assert_eq!(with(&[5]).unwrap().seq, 5);
    for long in [
        &[251, 5, 0][..],
        &[252, 5, 0, 0, 0],
        &[253, 5, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(with(long), Err(CodecError::NotCanonical), "{long:?}");
    }
    assert!(with(&[254, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    assert!(with(&[255]).is_err());
}

#[test]
fn other_versions_and_kinds_are_unsupported() {
    let (_, bytes, _) = golden().next().unwrap();
    let newer = [&[2], &bytes[1..]].concat();
    assert_eq!(decode(&newer), Err(CodecError::Version(2)));
    assert_eq!(decode(&[]), Err(CodecError::Empty));
    for kind in ["Act", "Effect"] {
        let (bytes, count) = with_an_unknown(kind);
        match decode(&bytes) {
            Err(CodecError::Unsupported(text)) => {
                assert!(
                    text.contains(kind) && text.contains(&count.to_string()),
                    "{text}"
                );
            }
            other => panic!("{kind} {count}: {other:?}"),
        }
    }
}

/// An entry whose act or effect has the first tag that is not given out.
fn with_an_unknown(kind: &str) -> (Vec<u8>, usize) {
    let schema = Schema::of_the_document();
    let count = schema.variants(kind).len();
    let tag = |n: usize| match kind {
        "Act" => Wish {
            act: Some(n),
            ..Wish::default()
        },
        _ => Wish {
            effect: Some(n),
            ..Wish::default()
        },
    };
    let (a, b) = (make(&schema, 3, tag(1)), make(&schema, 3, tag(2)));
    let at = a.iter().zip(&b).position(|(a, b)| (*a, *b) == (1, 2));
    let mut bytes = a.clone();
    bytes[at.expect("the tags differ")] = count as u8;
    (bytes, count)
}

/// A refusal keeps what was refused; without a bound, one of refusals of
/// refusals would need a stack as deep as the entry is long.
#[test]
fn a_refusal_of_a_refusal_is_refused() {
    let schema = Schema::of_the_document();
    let refused = schema
        .variants("Act")
        .iter()
        .position(|v| v.name == "Refused");
    let wish = Wish {
        act: refused,
        ..Wish::default()
    };
    let bytes = make(&schema, 1, wish);
    let plain = make(
        &schema,
        1,
        Wish {
            act: Some(0),
            ..Wish::default()
        },
    );
    let at = bytes.iter().zip(&plain).position(|(a, b)| a != b).unwrap();
    for (tag, count) in [(vec![34], 200_000), (vec![251, 34, 0], 80_000)] {
        let deep = [&bytes[..at], &tag.repeat(count), &bytes[at..]].concat();
        assert!(
            matches!(decode(&deep), Err(CodecError::Malformed(_))),
            "{tag:?}"
        );
    }
}

#[cfg(target_os = "linux")]
fn memory_peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Every place in every golden entry, with a length of 2^40 put there.
#[cfg(target_os = "linux")]
#[test]
fn claimed_lengths_cost_no_memory() {
    let before = memory_peak_kib();
    let huge = [&[253][..], &(1u64 << 40).to_le_bytes()].concat();
    let large = [&[252][..], &(1u32 << 20).to_le_bytes()].concat();
    for (name, bytes, _) in golden() {
        for at in 1..bytes.len() {
            for claim in [&huge, &large] {
                let hostile = [&bytes[..at], claim, &bytes[at..]].concat();
                if let Ok(entry) = decode(&hostile) {
                    assert_eq!(encode(&entry).unwrap(), hostile, "{name} at {at}");
                }
            }
        }
    }
    let grown = memory_peak_kib() - before;
    assert!(grown < 64 * 1024, "{grown} KiB");
}

#[test]
fn an_entry_that_is_too_long_is_refused() {
    let long = vec![1; ENTRY_LEN_MAX + 1];
    assert_eq!(decode(&long), Err(CodecError::TooLong(ENTRY_LEN_MAX + 1)));
}

#[test]
fn the_tables_define_whatever_they_name() {
    let schema = Schema::of_the_document();
    assert!(matches!(schema.get("Entry"), Some(Definition::Struct(_))));
    assert_eq!(schema.variants("Act").len(), 63);
    assert_eq!(schema.variants("Effect").len(), 57);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fail(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [&[1], bytes.as_slice()].concat();
        if let Ok(entry) = decode(&bytes) {
            prop_assert_eq!(encode(&entry).unwrap(), bytes);
        }
    }
}

/// The table of codes: their order of precedence, and whether they are recorded.
#[test]
fn the_table_of_codes_is_as_the_code_has_it() {
    let (_, part) = FORMAT.split_once("| code | recorded |\n").unwrap();
    let rows = part.lines().skip(1).take_while(|l| l.starts_with("| `"));
    let told: Vec<(&str, bool)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`'), cells[2] == "yes")
        })
        .collect();
    let known = PRECEDENCE.map(|code| (code.as_str(), code.is_sticky()));
    assert_eq!(told, known);
}
