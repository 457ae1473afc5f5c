//! `[rfm]`: the bounds of recency, frequency and money, judged.

use super::host::names::parse_window;
use super::manifest::{At, Manifest};
use super::programme::Reader;
use crate::model::{Money, Rfm, Window};

/// A score has one digit for each, so there are at most so many bounds.
const BOUNDS_MAX: usize = 8;
const HELP: &str = "write 1 to 8 of them, each greater than the one before";

impl Reader<'_> {
    pub(super) fn rfm(&mut self, manifest: &Manifest) -> Option<Rfm> {
        let text = manifest.rfm.as_ref()?;
        let digits = self.digits(&manifest.programme.currency);
        let amounts = text.monetary.get_ref().iter();
        let amounts = amounts.map(|amount| Money::parse(amount, digits).unwrap_or(Money(-1)));
        let monetary: Vec<Money> = amounts.collect();
        if monetary.iter().any(|amount| *amount < Money::ZERO) {
            let help = "write amounts in quotes, such as [\"100\", \"500\"]";
            self.wrong(&text.monetary, "this is not money", help);
        }
        self.check_rising(&text.recency, text.recency.get_ref());
        self.check_rising(&text.frequency, text.frequency.get_ref());
        self.check_rising(&text.monetary, &monetary);
        Some(Rfm {
            recency: text.recency.get_ref().clone(),
            frequency: text.frequency.get_ref().clone(),
            monetary,
            window: self.rfm_window(text.window.as_ref()),
        })
    }

    fn check_rising<T, B: Ord>(&mut self, at: &At<T>, bounds: &[B]) {
        let is_rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_rising || bounds.is_empty() || bounds.len() > BOUNDS_MAX {
            self.wrong(at, "these are no bounds", HELP);
        }
    }

    fn rfm_window(&mut self, at: Option<&At<String>>) -> Window {
        let Some(at) = at else {
            return Window::Months(12);
        };
        match parse_window(at.get_ref()) {
            Ok(window) => window,
            Err(message) => {
                self.wrong(at, message, "write \"12 months\", \"year\" or \"lifetime\"");
                Window::Months(12)
            }
        }
    }
}
