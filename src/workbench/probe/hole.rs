//! Kinds of holes: their words, their meanings, and what closes each.

/// Declares the kinds of holes: their words in JSON, their meaning, and what closes each.
macro_rules! holes {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $means:literal => $closes:literal)*) => {
        /// Kind of a hole.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Hole {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Hole {
            /// All kinds.
            pub const ALL: &'static [Hole] = &[$(Hole::$name,)*];

            /// Its name in JSON.
            pub fn word(self) -> &'static str {
                match self {
                    $(Hole::$name => $word,)*
                }
            }

            /// Its meaning, and what closes it.
            pub fn means(self) -> (&'static str, &'static str) {
                match self {
                    $(Hole::$name => ($means, $closes),)*
                }
            }
        }
    };
}

holes! {
    /// Everything that was bought came back, and points or vouchers stay.
    KeptAfterReturns "kept_after_returns"
        "everything came back, and points or vouchers stay"
        => "take back in fn on_return what the campaign gave, or give it by on_purchase"
    /// More money is given back than was paid.
    PaidBackMore "paid_back_more"
        "more money is given back than was paid"
        => "report it: the ledger should not let this happen"
    /// One bill as several gives more than as one: by more than a point a bill
    /// and a tenth of the whole.
    Splitting "splitting"
        "one bill, split into several, gives more than at once"
        => "limit it: per_member: #{ .., each: \"day\" }, or give by amount rather than by bill"
    /// A higher bill gives fewer points, by more than a tenth.
    MoreForLess "more_for_less"
        "a higher bill gives fewer points"
        => "let every step of a ladder begin where the one below it ends"
    /// Points come without a purchase, by members who only join.
    ByJoining "by_joining"
        "points come without a purchase and can be gathered"
        => "give them with the first purchase, or leave out [transfer]; limit per_referrer"
    /// A gift card and what it pays earn more than the same goods paid at once.
    GiftCardTwice "gift_card_twice"
        "a gift card earns, and so does what it pays"
        => "leave earns.gift_cards false, and give by purchase.earning rather than by bill"
    /// Points buy a gift card, which is as good as money.
    PointsToMoney "points_to_money"
        "points buy a gift card, which is as good as money"
        => "write not_for = { category = [\"gift_card\"] } under [spend.UNIT]"
    /// The same activity, again and again, gives points each time.
    ActivityAgain "activity_again"
        "the same activity gives points again and again"
        => "declare unique, or per_day, or per_member"
    /// The points of a purchase are worth what was paid, or more.
    WorthMoreThanPaid "worth_more_than_paid"
        "the points of a purchase are worth what was paid, or more; a voucher more"
        => "give fewer points, set a lower value, or give it only from an amount on"
    /// A purchase that came back still makes the next one give more.
    Remembered "remembered"
        "a purchase that came back makes the next one give more"
        => "forget in fn on_return what on_purchase remembered"
    /// A part that comes back, or a bill that is voided, lets later ones give again.
    Reset "reset"
        "a part that comes back, or a bill that is voided, lets later ones give again"
        => "forget in fn on_return only when all of it came back, or limit with per_member"
    /// Points become more as they go from one member to another.
    Moving "moving"
        "points become more as they go from one member to another"
        => "limit what one of them has, not each: per_member, or [household]"
    /// A line that gives money back, such as a deposit, earns as if it did not.
    NegativeLine "negative_line"
        "a line that gives money back, such as a deposit, earns as if it did not"
        => "count purchase.earning rather than lines above 0"
    /// A changed birthday is celebrated twice.
    BirthdayAgain "birthday_again"
        "a birthday that is changed is celebrated twice"
        => "limit it: per_member: #{ .., each: \"year\" }, or remember the year"
    /// Several campaigns' money off together makes a bill cost nothing.
    CostsNothing "costs_nothing"
        "the money off of several campaigns together makes a bill cost nothing"
        => "write stack: \"best\" with one group, or a minimum for each"
    /// A reward is had, everything comes back, and nothing is owed.
    FreeReward "free_reward"
        "a reward is had, everything that was bought comes back, and nothing is owed"
        => "write deficit = \"carry\" or \"refuse\", or let points be spent only once nothing can come back (available)"
    /// The same pieces in more lines give more.
    ByLine "by_line"
        "the same pieces rung up in more lines give more"
        => "count pieces (line.qty, purchase.count_in) or money rather than lines"
    /// A bill that points or a voucher pay gives such points or such a voucher again.
    EarnsOnItself "earns_on_itself"
        "a bill that points or a voucher pay gives the same again"
        => "give by purchase.earning, which leaves out what they paid, rather than by purchase.total or by bill"
}
