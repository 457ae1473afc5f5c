//! Rows of the real sample, through the library's interface.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

use stampbook::{
    command::{
        Verb, Who,
        import::{ColumnMap, KeyBy, Options, Row, RowError, Rows, Sorting},
    },
    model::Calendar,
};
use std::collections::BTreeSet;

const SAMPLE: &[u8] = include_bytes!("data/cdnow_sample.txt");
const MAP: &str = "member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value";

fn rows(text: &[u8]) -> Vec<Result<Row, RowError>> {
    let options = Options {
        format: None,
        separator: None,
        map: ColumnMap::parse([MAP], []).unwrap(),
        encoding: None,
        source: "cdnow".into(),
        key: KeyBy::Line,
        digits: 2,
        currency: "USD".into(),
        currencies: Vec::new(),
        calendar: Calendar::utc(),
        is_enrolling: true,
        is_history: false,
        is_setting_balances: false,
        shown: 0,
        sorting: Sorting::in_memory(),
    };
    Rows::open(text, options).unwrap().collect()
}

#[test]
fn the_sample_adds_up_to_what_its_readme_says() {
    let (mut members, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let (mut cents, mut points, mut thousandths) = (0, 0, 0);
    for row in rows(SAMPLE) {
        let request = row.unwrap().requests.remove(0);
        assert!(keys.insert(request.key.to_string()), "a key for each row");
        let Some(Who::Alias(alias)) = request.member else {
            panic!("every row has a member");
        };
        members.insert(alias);
        let Verb::Purchase(purchase) = request.verb else {
            panic!("every row is a purchase");
        };
        cents += purchase.total.0;
        points += purchase.total.0 / 100;
        thousandths += purchase.lines[0].qty.0;
    }
    assert_eq!((keys.len(), members.len()), (400, 96));
    assert_eq!((cents, points, thousandths), (1_466_301, 14_399, 1_005_000));
}

#[test]
fn a_cut_sample_gives_all_whole_rows_and_names_the_last() {
    // The row without its amount is an error; one that only lacks its line end
    // is read, with a warning.
    let cut = SAMPLE.len() - 9;
    let found = rows(&SAMPLE[..cut]);
    assert_eq!(found.iter().filter(|r| r.is_ok()).count(), 399);
    let Some(Err(RowError::Bad(bad))) = found.into_iter().next_back() else {
        panic!("the last row is bad");
    };
    assert_eq!((bad.line, bad.is_partial), (401, true));
}
