//! Recency, frequency and money (RFM): three digits by bounds that the programme sets.

use super::{Money, Window};

/// Bounds of `[rfm]` in programme.toml.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rfm {
    /// Days since the last purchase, ascending: the fewer, the higher the digit.
    pub recency: Vec<u32>,
    /// Purchases in the window, ascending: the more, the higher the digit.
    pub frequency: Vec<u32>,
    /// Money spent in the window, ascending: the more, the higher the digit.
    pub monetary: Vec<Money>,
    /// Window over which purchases and money are counted.
    pub window: Window,
}

impl Rfm {
    /// The three digits, such as `"343"`: 1 is the lowest, and each bound that
    /// is reached adds one. A figure equal to a bound reaches it.
    pub fn score(&self, days: i64, purchases: i64, spent: Money) -> String {
        let recency = digit(&self.recency, |bound| days <= i64::from(*bound));
        let frequency = digit(&self.frequency, |bound| purchases >= i64::from(*bound));
        let monetary = digit(&self.monetary, |bound| spent >= *bound);
        format!("{recency}{frequency}{monetary}")
    }
}

fn digit<T>(bounds: &[T], is_reached: impl Fn(&T) -> bool) -> usize {
    1 + bounds.iter().filter(|bound| is_reached(bound)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_better_side() {
        let rfm = Rfm {
            recency: vec![30, 90, 180],
            frequency: vec![2, 5, 10],
            monetary: vec![Money(10_000), Money(50_000), Money(200_000)],
            window: Window::Months(12),
        };
        assert_eq!(rfm.score(0, 10, Money(200_000)), "444");
        assert_eq!(rfm.score(30, 5, Money(199_999)), "433");
        assert_eq!(rfm.score(31, 4, Money(9_999)), "321");
        assert_eq!(rfm.score(181, 1, Money(-5)), "111");
    }
}
