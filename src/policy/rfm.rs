//! `[rfm]`: the bounds of recency, frequency and money, read and checked.

use super::host::names::parse_window;
use super::manifest::{At, Manifest};
use super::programme::Reader;
use crate::model::{Money, Rfm, Window};

/// Most bounds: a score has one digit for each figure.
const BOUNDS_MAX: usize = 8;
const HELP: &str = "write 1 to 8 of them, each greater than the one before";
const MONEY_HELP: &str = "write amounts in quotes, such as [\"100\", \"500\"]";
const WINDOW_HELP: &str = "write \"12 months\", \"year\" or \"lifetime\"";
/// Default window over which purchases and money are counted.
const YEAR: Window = Window::Months(12);

impl Reader<'_> {
    pub(super) fn rfm(&mut self, manifest: &Manifest, digits: u8) -> Option<Rfm> {
        let text = manifest.rfm.as_ref()?;
        Some(Rfm {
            recency: self.rising(&text.recency, text.recency.get_ref().clone()),
            frequency: self.rising(&text.frequency, text.frequency.get_ref().clone()),
            monetary: self.monetary(&text.monetary, digits),
            window: text.window.as_ref().map_or(YEAR, |at| self.rfm_window(at)),
        })
    }

    fn monetary(&mut self, at: &At<Vec<String>>, digits: u8) -> Vec<Money> {
        let amounts = at.get_ref().iter().map(|text| Money::parse(text, digits));
        let amounts: Vec<Money> = amounts.filter_map(Result::ok).collect();
        if amounts.len() < at.get_ref().len() || amounts.iter().any(|a| *a < Money::ZERO) {
            self.wrong(at, "this is not money", MONEY_HELP);
        }
        self.rising(at, amounts)
    }

    fn rising<T, B: Ord>(&mut self, at: &At<T>, bounds: Vec<B>) -> Vec<B> {
        let is_rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_rising || bounds.is_empty() || bounds.len() > BOUNDS_MAX {
            self.wrong(at, "these are no bounds", HELP);
        }
        bounds
    }

    fn rfm_window(&mut self, at: &At<String>) -> Window {
        parse_window(at.get_ref()).unwrap_or_else(|message| {
            self.wrong(at, message, WINDOW_HELP);
            YEAR
        })
    }
}
