//! What the office books.

use super::{Amount, Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets a goal for a figure.
    Goal<'a> "goal" {
        /// The figure, such as `repurchase`.
        #[serde(borrow)]
        pub metric: Text<'a>,
        /// Where it stands.
        #[serde(borrow)]
        pub from: Amount<'a>,
        /// Where it is to be.
        #[serde(borrow)]
        pub to: Amount<'a>,
        /// `pp` (percentage points) or `rel` (per cent of where it stands): 40 to
        /// 50 is 10 of the one and 25 of the other.
        #[serde(borrow)]
        pub unit: Text<'a>,
        /// The last day for it, `2026-12-31`.
        #[serde(borrow)]
        pub by: Text<'a>,
        /// Of which members; absent for all.
        #[serde(borrow)]
        pub segment: Option<Text<'a>>,
    }
);

verb!(
    /// Books a cost.
    Cost<'a> "cost" {
        /// What for: a word such as `printing`.
        #[serde(borrow)]
        pub kind: Text<'a>,
        /// How much.
        #[serde(borrow)]
        pub amount: Amount<'a>,
        /// Of which campaign.
        #[serde(borrow)]
        pub campaign: Option<Text<'a>>,
        /// Free words.
        #[serde(borrow)]
        pub note: Option<Text<'a>>,
    }
);

verb!(
    /// Closes the books up to a day: nothing is booked into closed days any more.
    Period<'a> "close_period" {
        /// The last closed day, `2026-06-30`.
        #[serde(borrow)]
        pub through: Text<'a>,
    }
);

verb!(
    /// Brings a balance from another system's books. `at` is when it was earned
    /// there; it ends as if it had been earned here, unless `expires` says when.
    Opening<'a> "opening" {
        /// Which unit.
        #[serde(borrow)]
        pub unit: Text<'a>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Figure,
        /// What it was taken from, such as the name of a file.
        #[serde(borrow)]
        pub source: Text<'a>,
        /// The last day it is good there, `2026-12-31`, of points that are spent.
        #[serde(borrow)]
        pub expires: Option<Text<'a>>,
    }
);
