//! Holds, and transfers between members.

use super::{Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets something aside until it is captured, by `capture` or as a tender of a
    /// purchase (`hold`), released or timed out: `unit` and `points`, `reward` for one of
    /// it and its price, or a voucher by its `code`, or by `lot` of the member named.
    #[command(after_help = "\
Examples:
  stampbook hold --member card:6900012345 --points 60 --unit star --until 2036-11-24T12:00:00+01:00 --key web/77
  stampbook hold --member card:6900012345 --reward free-coffee --until 2036-11-24T12:00:00+01:00 --key web/78")]
    Hold "hold" (#[arg(long)]) {
        /// Which unit.
        #[arg(long)]
        pub unit: Option<Text>,
        /// Number; of a unit with subunits also a decimal in quotes.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Option<Figure>,
        /// Which reward.
        #[arg(long)]
        pub reward: Option<Text>,
        /// Which voucher, by its code; `member` need not be named.
        #[arg(long)]
        pub code: Option<Text>,
        /// Which voucher, by its lot such as `4711.0`.
        #[arg(long)]
        pub lot: Option<Text>,
        /// Free again at this instant at the latest, with offset.
        #[arg(long, value_name = "INSTANT")]
        pub until: Text,
        /// For what.
        #[arg(long)]
        pub note: Option<Text>,
    }
);

verb!(
    /// Spends held points. Name the hold by `of` or `seq`.
    #[command(after_help = "\
Examples:
  stampbook capture --of web/77 --key web/77/paid
  stampbook capture --of web/77 --points 40 --final --key web/77/part")]
    Capture "capture" (#[arg(skip)]) {
        /// The hold's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The hold's sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
        /// Number; absent: all that are left. A reward is captured whole.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Option<Figure>,
        /// Sets free what is left.
        #[serde(default, rename = "final")]
        #[arg(long = "final")]
        pub is_final: bool,
    }
);

verb!(
    /// Sets held points free. Name the hold by `of` or `seq`.
    #[command(after_help = "\
Example:
  stampbook release --of web/77 --key web/77/cancelled")]
    Release "release" (#[arg(skip)]) {
        /// The hold's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The hold's sequence.
        #[arg(long)]
        pub seq: Option<Whole>,
    }
);

verb!(
    /// Sends points, with the ends they have: `to` another member, or with a
    /// token for whoever has it, or claims what was sent with one.
    Transfer "transfer" (#[arg(skip)]) {
        /// `send` (default), `send_token` or `claim`.
        #[arg(skip)]
        pub action: Option<Text>,
        /// To whom: an alias or a member id.
        #[arg(long)]
        pub to: Option<Text>,
        /// With `claim`: the token.
        #[arg(long)]
        pub token: Option<Text>,
        /// Which unit.
        #[arg(long)]
        pub unit: Option<Text>,
        /// Number; of a unit with subunits also a decimal in quotes.
        #[arg(long, allow_negative_numbers = true)]
        pub points: Option<Figure>,
        /// Why.
        #[arg(long)]
        pub note: Option<Text>,
    }
);

verb!(
    /// Lets members use one another's points, where the programme has households.
    Household "household" (#[arg(long, required = true)]) {
        /// `join` or `leave`.
        #[arg(skip)]
        pub action: Text,
        /// With `join`: a member of the household, or of a new one.
        #[arg(long)]
        pub with: Option<Text>,
    }
);

verb!(
    /// Makes two members one: everything of `member` goes on under `into`.
    #[command(after_help = "\
Example:
  stampbook member merge card:6900012345 card:6900054321 --reason 'two cards of one person'")]
    Merge "merge" (#[arg(required = true, value_name = "FROM")]) {
        /// Member who goes on: an alias or a member id.
        pub into: Text,
        /// Why, in words without personal data.
        #[arg(long)]
        pub reason: Text,
    }
);

verb!(
    /// Undoes a merge. Name it by one of the two cards (`member`, and `from` where that
    /// leaves several), by `of` or by `seq`.
    #[command(after_help = "\
Examples:
  stampbook member unmerge card:6900012345
  stampbook member unmerge --of office/12")]
    Unmerge "unmerge" (#[arg(value_name = "MEMBER")]) {
        /// The other of the two members, an alias or a member id; where the merges of
        /// `member` are several.
        pub from: Option<Text>,
        /// The merge's key.
        #[arg(long, value_name = "KEY")]
        pub of: Option<Text>,
        /// The merge's sequence; as a command it may stand in place of the member.
        #[arg(long)]
        pub seq: Option<Whole>,
    }
);
