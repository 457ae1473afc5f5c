//! Dimensions of figures.

/// Dimension that a figure is divided by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dimension {
    /// Business day.
    Day,
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
    /// Calendar year.
    Year,
    /// Origin of the member.
    Source,
    /// Month of joining.
    Joined,
    /// Tier at the end of the window.
    Tier,
    /// Store: of the sale, or the one where a member bought most often.
    Store,
    /// Channel, likewise.
    Channel,
    /// Number of channels that a member bought through.
    Channels,
    /// Members who have spent points, a reward or a voucher until the window's end, and
    /// those who have not; for sales, those with a member and those without.
    Participant,
    /// Category of goods.
    Category,
}

impl Dimension {
    /// All dimensions.
    pub const ALL: [Dimension; 12] = [
        Dimension::Day,
        Dimension::Month,
        Dimension::Quarter,
        Dimension::Year,
        Dimension::Source,
        Dimension::Joined,
        Dimension::Tier,
        Dimension::Store,
        Dimension::Channel,
        Dimension::Channels,
        Dimension::Participant,
        Dimension::Category,
    ];

    /// Spelling in questions; also the id of the column.
    pub fn word(self) -> &'static str {
        match self {
            Dimension::Day => "day",
            Dimension::Month => "month",
            Dimension::Quarter => "quarter",
            Dimension::Year => "year",
            Dimension::Source => "source",
            Dimension::Joined => "joined",
            Dimension::Tier => "tier",
            Dimension::Store => "store",
            Dimension::Channel => "channel",
            Dimension::Channels => "channels",
            Dimension::Participant => "participant",
            Dimension::Category => "category",
        }
    }
}
