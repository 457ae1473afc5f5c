//! Measures: units of the two figures of a refusal.

use super::Number;

/// Unit that a refusal's figures are counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// No figures.
    Nothing,
    /// A unit, in its smallest parts.
    Unit(Number),
    /// A pool, in its smallest parts.
    Pool(Number),
    /// Bytes of an entry.
    Bytes,
    /// Members.
    Members,
    /// Places of an activity.
    Places,
    /// Pieces of a reward.
    Pieces,
    /// Times that an act is done.
    Times,
    /// The quantity of a line, in thousandths.
    Quantity,
    /// Money, in minor units of the programme's currency.
    Money,
}

/// Greatest number of a unit or a pool. A larger value in
/// [`Refusal::unit`](super::Refusal::unit) stands for another measure.
pub const NUMBER_MAX: Number = 0x7fff;

/// Measures without a number of their own, and the numbers that stand for them.
const FIXED: [(Measure, Number); 8] = [
    (Measure::Nothing, 0),
    (Measure::Bytes, 65_529),
    (Measure::Members, 65_530),
    (Measure::Places, 65_531),
    (Measure::Pieces, 65_532),
    (Measure::Times, 65_533),
    (Measure::Quantity, 65_534),
    (Measure::Money, 65_535),
];

impl Measure {
    /// The measure that a number of a refusal stands for.
    pub fn of(number: Number) -> Measure {
        let fixed = FIXED.iter().find(|fixed| fixed.1 == number);
        fixed.map_or_else(
            || match number {
                ..=NUMBER_MAX => Measure::Unit(number),
                _ => Measure::Pool(number & NUMBER_MAX),
            },
            |fixed| fixed.0,
        )
    }

    /// The number that stands for the measure in an entry.
    pub fn number(self) -> Number {
        match self {
            Measure::Unit(number) => number,
            Measure::Pool(number) => number | !NUMBER_MAX,
            _ => {
                let fixed = FIXED.iter().find(|fixed| fixed.0 == self);
                fixed.map_or(0, |fixed| fixed.1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_stands_for_one_measure() {
        for number in 0..=u16::MAX {
            assert_eq!(Measure::of(number).number(), number);
        }
        assert_eq!(Measure::of(3), Measure::Unit(3));
        assert_eq!(Measure::of(0x8003), Measure::Pool(3));
    }
}
