//! `[rfm]`: the bounds of recency, frequency and money, read and checked.

use super::host::names::parse_window;
use super::manifest::{At, Manifest};
use super::reader::Reader;
use crate::model::{Money, Rfm, Window};

/// Most bounds: a score has one digit for each figure.
const BOUNDS_MAX: usize = 8;
const HELP: &str = "write 1 to 8 of them, each greater than the one before";
const MONEY_HELP: &str = "write amounts in quotes, such as [\"100\", \"500\"]";
const WINDOW_HELP: &str = "write \"12 months\", \"year\" or \"lifetime\"";
/// Default window over which purchases and money are counted.
const YEAR: Window = Window::Months(12);

pub(super) fn read(reader: &mut Reader<'_>, manifest: &Manifest, digits: u8) -> Option<Rfm> {
    let text = manifest.rfm.as_ref()?;
    Some(Rfm {
        recency: rising(reader, &text.recency, text.recency.get_ref().clone()),
        frequency: rising(reader, &text.frequency, text.frequency.get_ref().clone()),
        monetary: monetary(reader, &text.monetary, digits),
        window: text
            .window
            .as_ref()
            .map_or(YEAR, |at| rfm_window(reader, at)),
    })
}

fn monetary(reader: &mut Reader<'_>, at: &At<Vec<String>>, digits: u8) -> Vec<Money> {
    let amounts = at.get_ref().iter().map(|text| Money::parse(text, digits));
    let amounts: Vec<Money> = amounts.filter_map(Result::ok).collect();
    if amounts.len() < at.get_ref().len() || amounts.iter().any(|a| *a < Money::ZERO) {
        reader.wrong(at, "this is not money", MONEY_HELP);
    }
    rising(reader, at, amounts)
}

fn rising<T, B: Ord>(reader: &mut Reader<'_>, at: &At<T>, bounds: Vec<B>) -> Vec<B> {
    let is_rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if !is_rising || bounds.is_empty() || bounds.len() > BOUNDS_MAX {
        reader.wrong(at, "these are no bounds", HELP);
    }
    bounds
}

fn rfm_window(reader: &mut Reader<'_>, at: &At<String>) -> Window {
    parse_window(at.get_ref()).unwrap_or_else(|message| {
        reader.wrong(at, message, WINDOW_HELP);
        YEAR
    })
}
