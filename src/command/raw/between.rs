//! What is set aside, and what goes from one member to another.

use super::{Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets points aside until they are captured, released or timed out:
    /// `unit` and `points`, or `reward` for one of it and its price.
    Hold<'a> "hold" {
        /// Which unit.
        #[serde(borrow)]
        pub unit: Option<Text<'a>>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Which reward.
        #[serde(borrow)]
        pub reward: Option<Text<'a>>,
        /// Free again at this instant at the latest, with offset.
        #[serde(borrow)]
        pub until: Text<'a>,
        /// For what.
        #[serde(borrow)]
        pub note: Option<Text<'a>>,
    }
);

verb!(
    /// Spends held points. Name the hold by `of` or `seq`.
    Capture<'a> "capture" {
        /// The hold's key.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// The hold's sequence.
        pub seq: Option<Whole>,
        /// How many; absent: all that are left. A reward is captured whole.
        pub points: Option<Figure>,
        /// What is left is set free.
        #[serde(default, rename = "final")]
        pub is_final: bool,
    }
);

verb!(
    /// Sets held points free. Name the hold by `of` or `seq`.
    Release<'a> "release" {
        /// The hold's key.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// The hold's sequence.
        pub seq: Option<Whole>,
    }
);

verb!(
    /// Sends points, with the ends they have: `to` another member, or with a
    /// token for whoever has it, or claims what was sent with one.
    Transfer<'a> "transfer" {
        /// `send` (default), `send_token` or `claim`.
        #[serde(borrow)]
        pub action: Option<Text<'a>>,
        /// To whom: an alias or a member id.
        #[serde(borrow)]
        pub to: Option<Text<'a>>,
        /// With `claim`: the token.
        #[serde(borrow)]
        pub token: Option<Text<'a>>,
        /// Which unit.
        #[serde(borrow)]
        pub unit: Option<Text<'a>>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Why.
        #[serde(borrow)]
        pub note: Option<Text<'a>>,
    }
);

verb!(
    /// Lets members use one another's points, where the programme has households.
    Household<'a> "household" {
        /// `join` or `leave`.
        #[serde(borrow)]
        pub action: Text<'a>,
        /// With `join`: a member of the household, or of a new one.
        #[serde(borrow)]
        pub with: Option<Text<'a>>,
    }
);

verb!(
    /// Makes two members one: everything of `member` goes on under `into`.
    Merge<'a> "merge" {
        /// Who goes on: an alias or a member id.
        #[serde(borrow)]
        pub into: Text<'a>,
        /// Why, in words without personal data.
        #[serde(borrow)]
        pub reason: Text<'a>,
    }
);

verb!(
    /// Undoes a merge. Name it by `of` or `seq`.
    Unmerge<'a> "unmerge" {
        /// The merge's key.
        #[serde(borrow)]
        pub of: Option<Text<'a>>,
        /// The merge's sequence.
        pub seq: Option<Whole>,
    }
);
