//! What the office books.

use super::{Amount, Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets a goal for a figure.
    Goal "goal" {
        /// The figure, such as `repurchase`.
        pub metric: Text,
        /// Where it stands.
        pub from: Amount,
        /// Where it is to be.
        pub to: Amount,
        /// `pp` (percentage points) or `rel` (per cent of where it stands): 40 to
        /// 50 is 10 of the one and 25 of the other.
        pub unit: Text,
        /// The last day for it, `2026-12-31`.
        pub by: Text,
        /// Of which members; absent for all.
        pub segment: Option<Text>,
    }
);

verb!(
    /// Books a cost.
    Cost "cost" {
        /// What for: a word such as `printing`.
        pub kind: Text,
        /// How much.
        pub amount: Amount,
        /// Of which campaign.
        pub campaign: Option<Text>,
        /// Free words.
        pub note: Option<Text>,
    }
);

verb!(
    /// Closes the books up to a day: nothing is booked into closed days any more.
    Period "close_period" {
        /// The last closed day, `2026-06-30`.
        pub through: Text,
    }
);

verb!(
    /// Brings a balance from another system's books. `at` is when it was earned
    /// there; it ends as if it had been earned here, unless `expires` says when.
    Opening "opening" {
        /// Which unit.
        pub unit: Text,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Figure,
        /// What it was taken from, such as the name of a file.
        pub source: Text,
        /// The last day it is good there, `2026-12-31`, of points that are spent.
        pub expires: Option<Text>,
    }
);
