//! Recency, frequency and money: digits by quintiles, and the names of segments.
//! Digits by fixed bounds are the programme's ([`crate::model::Rfm`]).

/// A customer's purchases within the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Customer {
    /// Days since the last purchase.
    pub days: i64,
    /// Number of purchases.
    pub purchases: i64,
    /// Sum of them in minor units.
    pub spent: i64,
}

/// Three digits from 1 to 5, 5 being the best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Score {
    /// Recency.
    pub recency: u8,
    /// Frequency.
    pub frequency: u8,
    /// Money.
    pub monetary: u8,
}

/// Scores by quintiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quintiles {
    /// One score a customer, in their order.
    pub scores: Vec<Score>,
    /// Customers who share a value with so many others that an even cut would
    /// have gone between them: by recency, frequency, money.
    pub tied: [u64; 3],
}

/// Scores by the customer's place among all. Equal values get equal digits:
/// the digit of the middle of their places, 1 + floor(5 (below + equal/2) / n).
pub fn quintiles(customers: &[Customer]) -> Quintiles {
    let (recency, days) = digits(customers.iter().map(|one| -one.days).collect());
    let (frequency, times) = digits(customers.iter().map(|one| one.purchases).collect());
    let (monetary, money) = digits(customers.iter().map(|one| one.spent).collect());
    let scores = recency.into_iter().zip(frequency).zip(monetary);
    let scores = scores.map(|((recency, frequency), monetary)| Score {
        recency,
        frequency,
        monetary,
    });
    Quintiles {
        scores: scores.collect(),
        tied: [days, times, money],
    }
}

/// Digits of values, and how many values a cut would have torn apart.
fn digits(values: Vec<i64>) -> (Vec<u8>, u64) {
    let count = values.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|at| values[*at]);
    let mut found = vec![0u8; count];
    let (mut tied, mut below) = (0, 0);
    for group in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let digit = fifth(2 * below + group.len(), 2 * count);
        let first = fifth(2 * below + 1, 2 * count);
        let last = fifth(2 * (below + group.len()) - 1, 2 * count);
        if first != last {
            tied += group.len() as u64;
        }
        for at in group {
            found[*at] = digit;
        }
        below += group.len();
    }
    (found, tied)
}

/// The fifth, from 1 to 5, in which a share below 1 lies.
fn fifth(part: usize, of: usize) -> u8 {
    u8::try_from(1 + 5 * part / of.max(1)).unwrap_or(5).min(5)
}

impl Score {
    /// A score of fixed bounds, whose digits go from 1 to `most`, as fifths:
    /// each digit becomes the fifth in which the middle of its range lies.
    pub fn of_digits(digits: [u8; 3], most: [u8; 3]) -> Score {
        let [recency, frequency, monetary] = std::array::from_fn(|at| {
            let (digit, most) = (usize::from(digits[at].max(1)), usize::from(most[at].max(1)));
            fifth(2 * digit.min(most) - 1, 2 * most)
        });
        Score {
            recency,
            frequency,
            monetary,
        }
    }

    /// The three digits, such as `"543"`.
    pub fn digits(&self) -> String {
        format!("{}{}{}", self.recency, self.frequency, self.monetary)
    }

    /// The segment, by recency and by the mean of frequency and money, half rounded up.
    pub fn segment(&self) -> Segment {
        let value = (self.frequency + self.monetary).div_ceil(2).clamp(1, 5);
        let row = &SEGMENTS[usize::from(self.recency.clamp(1, 5) - 1)];
        row[usize::from(value - 1)]
    }
}

/// A named group of customers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "`english` says each")]
pub enum Segment {
    Champions,
    Loyal,
    PotentialLoyalists,
    New,
    Promising,
    NeedAttention,
    AboutToSleep,
    AtRisk,
    CannotLose,
    Hibernating,
    Lost,
}

use Segment as S;

/// Segments by recency (rows, 1 to 5) and the mean of frequency and money
/// (columns, 1 to 5): the grid that is in common use, with the lowest corner
/// told apart as lost.
const SEGMENTS: [[Segment; 5]; 5] = [
    [S::Lost, S::Hibernating, S::AtRisk, S::AtRisk, S::CannotLose],
    [
        S::Hibernating,
        S::Hibernating,
        S::AtRisk,
        S::AtRisk,
        S::CannotLose,
    ],
    [
        S::AboutToSleep,
        S::AboutToSleep,
        S::NeedAttention,
        S::Loyal,
        S::Loyal,
    ],
    [
        S::Promising,
        S::PotentialLoyalists,
        S::PotentialLoyalists,
        S::Loyal,
        S::Loyal,
    ],
    [
        S::New,
        S::PotentialLoyalists,
        S::PotentialLoyalists,
        S::Champions,
        S::Champions,
    ],
];

impl Segment {
    /// All segments, the best first.
    pub const ALL: [Segment; 11] = [
        S::Champions,
        S::Loyal,
        S::PotentialLoyalists,
        S::New,
        S::Promising,
        S::NeedAttention,
        S::AboutToSleep,
        S::AtRisk,
        S::CannotLose,
        S::Hibernating,
        S::Lost,
    ];

    /// Name in JSON and files.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// Name in English.
    pub fn english(self) -> &'static str {
        self.names().1
    }

    /// Name in simplified Chinese.
    pub fn chinese(self) -> &'static str {
        self.names().2
    }

    /// True for those whom a shop holds in the highest regard: they buy often or
    /// much, and lately.
    pub fn is_high_value(self) -> bool {
        matches!(self, S::Champions | S::Loyal)
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            S::Champions => ("champions", "Champions", "冠军客户"),
            S::Loyal => ("loyal", "Loyal customers", "忠诚客户"),
            S::PotentialLoyalists => ("potential_loyalists", "Potential loyalists", "潜在忠诚客户"),
            S::New => ("new", "New customers", "新客户"),
            S::Promising => ("promising", "Promising", "有潜力客户"),
            S::NeedAttention => ("need_attention", "Need attention", "需要关注"),
            S::AboutToSleep => ("about_to_sleep", "About to sleep", "即将沉睡"),
            S::AtRisk => ("at_risk", "At risk", "有流失风险"),
            S::CannotLose => ("cannot_lose", "Cannot lose them", "不能失去"),
            S::Hibernating => ("hibernating", "Hibernating", "沉睡客户"),
            S::Lost => ("lost", "Lost", "已流失"),
        }
    }
}
