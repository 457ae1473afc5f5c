//! What is set aside, and what goes from one member to another.

use super::{Deserialize, Figure, Head, JsonSchema, Text, Whole};

verb!(
    /// Sets points aside until they are captured, released or timed out:
    /// `unit` and `points`, or `reward` for one of it and its price.
    Hold "hold" {
        /// Which unit.
        pub unit: Option<Text>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Which reward.
        pub reward: Option<Text>,
        /// Free again at this instant at the latest, with offset.
        pub until: Text,
        /// For what.
        pub note: Option<Text>,
    }
);

verb!(
    /// Spends held points. Name the hold by `of` or `seq`.
    Capture "capture" {
        /// The hold's key.
        pub of: Option<Text>,
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
    Release "release" {
        /// The hold's key.
        pub of: Option<Text>,
        /// The hold's sequence.
        pub seq: Option<Whole>,
    }
);

verb!(
    /// Sends points, with the ends they have: `to` another member, or with a
    /// token for whoever has it, or claims what was sent with one.
    Transfer "transfer" {
        /// `send` (default), `send_token` or `claim`.
        pub action: Option<Text>,
        /// To whom: an alias or a member id.
        pub to: Option<Text>,
        /// With `claim`: the token.
        pub token: Option<Text>,
        /// Which unit.
        pub unit: Option<Text>,
        /// How many; of a unit with subunits also a decimal in quotes.
        pub points: Option<Figure>,
        /// Why.
        pub note: Option<Text>,
    }
);

verb!(
    /// Lets members use one another's points, where the programme has households.
    Household "household" {
        /// `join` or `leave`.
        pub action: Text,
        /// With `join`: a member of the household, or of a new one.
        pub with: Option<Text>,
    }
);

verb!(
    /// Makes two members one: everything of `member` goes on under `into`.
    Merge "merge" {
        /// Who goes on: an alias or a member id.
        pub into: Text,
        /// Why, in words without personal data.
        pub reason: Text,
    }
);

verb!(
    /// Undoes a merge. Name it by `of` or `seq`.
    Unmerge "unmerge" {
        /// The merge's key.
        pub of: Option<Text>,
        /// The merge's sequence.
        pub seq: Option<Whole>,
    }
);
