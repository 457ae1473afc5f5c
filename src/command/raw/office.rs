//! Commands of the office.

use super::{Amount, Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets a goal for a figure.
    Goal "goal" (#[arg(skip)]) {
        /// The figure: `active_members`, `ces`, `churn`, `cost`, `csat`,
        /// `lifetime_value`, `nps`, `repurchase`, `response_time`, `retention`,
        /// `return`, `sales` or `utilisation`.
        pub metric: Text,
        /// Present value of the figure.
        #[arg(long, allow_negative_numbers = true)]
        pub from: Amount,
        /// Target value of the figure.
        #[arg(long, allow_negative_numbers = true)]
        pub to: Amount,
        /// `pp` (percentage points) or `rel` (per cent of where it stands): 40 to
        /// 50 is 10 of the one and 25 of the other.
        #[arg(long)]
        pub unit: Text,
        /// The last day for it, `2026-12-31`.
        #[arg(long, value_name = "DATE")]
        pub by: Text,
        /// Of which members: a tier, a label that a script puts on, or a value of an
        /// attribute as `born-in=1990s`; absent for all.
        #[arg(long)]
        pub segment: Option<Text>,
    }
);

verb!(
    /// Books a cost.
    Cost "cost" (#[arg(skip)]) {
        /// Purpose: a word such as `printing`.
        pub kind: Text,
        /// Amount.
        pub amount: Amount,
        /// Of which campaign.
        #[arg(long)]
        pub campaign: Option<Text>,
        /// Free words.
        #[arg(long)]
        pub note: Option<Text>,
    }
);

verb!(
    /// Acknowledges an alert, or (as the service does) says that it began or is over.
    Alert "alert" (#[arg(skip)]) {
        /// The alert's id, as `alert list` has it.
        pub alert: Text,
        /// `acknowledge`, `raise` or `end`.
        #[arg(skip)]
        pub action: Text,
        /// Name of whoever has seen to it; needed for `acknowledge`.
        #[arg(long, value_name = "NAME")]
        pub by: Option<Text>,
        /// Why, or what was done.
        #[arg(long)]
        pub reason: Option<Text>,
        /// Its value now; absent: that of the last change.
        #[arg(skip)]
        pub value: Option<Amount>,
        /// The alert in English; needed for `raise`.
        #[arg(skip)]
        pub text: Option<Text>,
        /// The same in Simplified Chinese.
        #[arg(skip)]
        pub text_zh: Option<Text>,
    }
);

verb!(
    /// Closes the books up to a day: nothing is booked into closed days any more.
    Period "close_period" (#[arg(skip)]) {
        /// The last closed day, `2026-06-30`.
        #[arg(long, value_name = "DATE")]
        pub through: Text,
    }
);

verb!(
    /// Brings a balance from another system's books. `at` is when it was earned
    /// there; it ends as if it had been earned here, unless `expires` says when.
    #[command(after_help = "\
Example:
  stampbook opening --member card:6900012345 --unit star --points 500 --source stamps-2024.xlsx --at 2026-03-01T12:00:00+01:00")]
    Opening "opening" (#[arg(long, required = true)]) {
        /// Which unit.
        #[arg(long)]
        pub unit: Text,
        /// Number; of a unit with subunits also a decimal in quotes.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Figure,
        /// Source that it was taken from, such as the name of a file.
        #[arg(long)]
        pub source: Text,
        /// The last day on which it is good, `2026-12-31`; only for points that are spent.
        #[arg(long, value_name = "DATE")]
        pub expires: Option<Text>,
    }
);
