//! Arguments given twice, or where they have no effect, are reported and not
//! passed over.

use crate::shop::Shop;

const ROWS: &str = "member,total,store\ncard:1,5.00,mitte\n";

/// Number of entries in the member's statement.
fn booked(shop: &Shop) -> usize {
    let ran = shop.run("--json statement card:1").ends(0);
    ran.json()["entries"].as_array().unwrap().len()
}

#[test]
fn a_field_from_a_column_and_a_constant_is_an_error_and_books_nothing() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1").ends(0);
    shop.write("a.csv", ROWS);
    for line in [
        "import a.csv --set store=west",
        "import a.csv --set store=mitte --map member=member,total=total,store=store",
        "import a.csv --map total=total,total=store",
        "import a.csv --map member=member,total=total --set by=typed --set by=scanned",
    ] {
        shop.run(line)
            .ends(2)
            .says(&["line 1: map:", "both say", "leave one"]);
    }
    shop.write("map.toml", "[columns]\nmember = \"member\"\ntotal = \"total\"\nstore = \"store\"\n[set]\nstore = \"mitte\"\n");
    shop.run("import a.csv --map-file map.toml")
        .ends(2)
        .says(&["the column 'store' and the constant store=mitte"]);
    assert_eq!(booked(&shop), 1);
    // The command line takes precedence over the file, and states it once.
    shop.run("import a.csv --map-file map.toml --set store=mitte")
        .ends(0);
    shop.run("import a.csv --map member=member,total=total --set store=mitte --source b")
        .ends(0);
    assert_eq!(booked(&shop), 3);
}

#[test]
fn what_takes_many_may_be_said_often() {
    let shop = Shop::cafe();
    shop.write("m.csv", "card,phone\n1,+49301\n");
    shop.run("import m.csv --map alias=card:card:,alias=phone:phone: --set do=enrol")
        .ends(0)
        .says(&["1 booked"]);
    shop.run("balance phone:+49301").ends(0);
}

#[test]
fn json_lines_take_no_map() {
    let shop = Shop::cafe();
    shop.write(
        "j.jsonl",
        "{\"do\":\"enrol\",\"key\":\"e\",\"aliases\":[\"card:1\"]}\n",
    );
    for flags in [
        "--set store=mitte",
        "--map member=x",
        "--opening",
        "--format jsonl --set store=mitte",
    ] {
        shop.run(&format!("import j.jsonl {flags}"))
            .ends(2)
            .says(&["JSON Lines name their own fields"]);
    }
    shop.run("import j.jsonl").ends(0).says(&["1 booked"]);
}
