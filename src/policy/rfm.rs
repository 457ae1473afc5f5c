//! `[rfm]`: the bounds of recency, frequency and money, read and checked.

use super::fields::Fields;
use crate::model::{Money, Rfm, Window};

/// Most bounds: a score has one digit for each figure.
const BOUNDS_MAX: usize = 8;
const HELP: &str = "write 1 to 8 of them, each greater than the one before";
const MONEY_HELP: &str = "write amounts in quotes, such as [\"100\", \"500\"]";
const WINDOW_HELP: &str = "write \"12 months\", \"year\" or \"lifetime\"";

pub(super) fn read(root: &mut Fields, digits: u8) -> Option<Rfm> {
    if !root.has("rfm") {
        return None;
    }
    let mut f = root.table("rfm");
    Some(Rfm {
        recency: wholes(&mut f, "recency"),
        frequency: wholes(&mut f, "frequency"),
        monetary: monetary(&mut f, digits),
        window: f.window("window", Window::Months(12), WINDOW_HELP),
    })
}

fn wholes(f: &mut Fields, name: &str) -> Vec<u32> {
    let bounds = f.list(name, "a list", "a whole number", |value| {
        u32::try_from(value.whole()?).ok()
    });
    rising(f, name, bounds)
}

fn monetary(f: &mut Fields, digits: u8) -> Vec<Money> {
    let texts = f.texts("monetary");
    let amounts = texts.iter().map(|text| Money::parse(text, digits));
    let amounts: Vec<Money> = amounts.filter_map(Result::ok).collect();
    if amounts.len() < texts.len() || amounts.iter().any(|a| *a < Money::ZERO) {
        f.fault("monetary", "this is not money", MONEY_HELP);
    }
    rising(f, "monetary", amounts)
}

fn rising<B: Ord>(f: &Fields, name: &str, bounds: Vec<B>) -> Vec<B> {
    let is_rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if f.has(name) && (!is_rising || bounds.is_empty() || bounds.len() > BOUNDS_MAX) {
        f.fault(name, "these are no bounds", HELP);
    }
    bounds
}
