//! Warnings: oddities of a command that was booked nevertheless.

/// Codes of warnings. A script that declines an activity gives a code of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WarningCode {
    /// A campaign's script failed.
    CampaignFailed,
    /// The purchase was claimed since.
    ClaimedSince,
    /// A terminal counted the same number for two commands.
    CounterAgain,
    /// A terminal's counter went back.
    CounterBack,
    /// Numbers of a terminal's counter are missing.
    CounterGap,
    /// The till gave another discount than the programme.
    DiscountDiffers,
    /// A quote leaves out a campaign that draws.
    DrawLeftOut,
    /// A benefit was used without its pass.
    NoPass,
    /// The till discounted goods that the programme does not discount.
    NotDiscounted,
    /// Campaigns gave nothing on a day, since it could not be held.
    NothingGiven,
    /// Free words look like a person's number.
    PersonalWords,
    /// No campaign has the promotion code that was named.
    PromotionUnknown,
    /// Some of the purchase came back since.
    ReturnedSince,
    /// A campaign's `on_review` failed.
    ReviewFailed,
    /// A scheduled programme could not take effect.
    ScheduleFailed,
    /// A campaign's script failed since the programme took effect.
    ScriptFailed,
    /// The entry was undone since.
    VoidedSince,
}

impl WarningCode {
    /// Codes that entries record in the ledger's own words.
    pub const RECORDED: [WarningCode; 8] = [
        WarningCode::CounterAgain,
        WarningCode::CounterBack,
        WarningCode::DrawLeftOut,
        WarningCode::NoPass,
        WarningCode::NotDiscounted,
        WarningCode::NothingGiven,
        WarningCode::PersonalWords,
        WarningCode::PromotionUnknown,
    ];

    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            WarningCode::CampaignFailed => "campaign_failed",
            WarningCode::ClaimedSince => "claimed_since",
            WarningCode::CounterAgain => "counter_again",
            WarningCode::CounterBack => "counter_back",
            WarningCode::CounterGap => "counter_gap",
            WarningCode::DiscountDiffers => "discount_differs",
            WarningCode::DrawLeftOut => "draw_left_out",
            WarningCode::NoPass => "no_pass",
            WarningCode::NotDiscounted => "not_discounted",
            WarningCode::NothingGiven => "nothing_given",
            WarningCode::PersonalWords => "personal_words",
            WarningCode::PromotionUnknown => "promotion_unknown",
            WarningCode::ReturnedSince => "returned_since",
            WarningCode::ReviewFailed => "review_failed",
            WarningCode::ScheduleFailed => "schedule_failed",
            WarningCode::ScriptFailed => "script_failed",
            WarningCode::VoidedSince => "voided_since",
        }
    }
}
