//! Description of an effect: its kind, the points it moved and the reason, as
//! typed data. Answers, tables, statements, explanations and stories are
//! written from it alone, so that one row of the table here describes an effect
//! in all of them.

use super::kind::EffectKind as Kind;
use crate::model::{
    Account, Act, CutBy, Day, Effect, Entry, Exact, Guess, Instant, LotId, Money, NameKind, Number,
    Parties, PartnerWhy, Points, Standing, Terms,
};
use std::borrow::Cow;

/// An effect, described.
#[derive(Clone, Default, Debug)]
pub struct Described<'e> {
    /// Kind; None for bookkeeping, which no answer shows.
    pub kind: Option<Kind>,
    /// Members whom it concerns.
    pub parties: Parties,
    /// Unit that it concerns.
    pub unit: Option<Number>,
    /// Points of the unit, signed as the member sees them.
    pub amount: Option<Points>,
    /// Way of the points; None if another effect of the entry states it.
    pub flow: Option<Flow>,
    /// True for a part of an amount: of points that left lots or came back to them.
    pub is_part: bool,
    /// Lot, if the effect concerns all that it holds.
    pub lot: Option<LotId>,
    /// Instant from which the points can be spent.
    pub available: Option<Instant>,
    /// Instant at which the points expire.
    pub expires: Option<Instant>,
    /// Expiry by inactivity that comes before `expires`.
    pub deadline: Option<Instant>,
    /// Script's proposal, and the part of the points awarded that fills a deficit.
    pub proposed: Option<(Exact, Points)>,
    /// Script's proposal, the amount granted, and the reason of the cut.
    pub cut: Option<(Exact, Exact, CutBy)>,
    /// Amount of money.
    pub sum: Option<Sum>,
    /// Campaign; 0 if none.
    pub campaign: Number,
    /// Lines of the purchase; empty for the whole.
    pub lines: &'e [u16],
    /// Thing that it concerns, by name.
    pub name: Option<Name<'e>>,
    /// End of a term, such as a tier or a lock.
    pub until: Option<Until>,
    /// Entry that it refers to.
    pub of: Option<u64>,
    /// Reason, in words; may be empty.
    pub why: Cow<'e, str>,
}

/// Way of points.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Flow {
    /// Given, spent, taken back.
    Plain,
    /// Expired.
    Expired,
    /// Back in the lot that they had left.
    Back,
    /// Spendable from now on.
    Released,
    /// Held (negative), or released from a hold.
    Held,
}

impl Flow {
    /// All ways but the plain one.
    pub const MARKED: [Flow; 4] = [Flow::Expired, Flow::Back, Flow::Released, Flow::Held];

    /// Word for the way; empty for the plain one.
    pub fn as_str(self) -> &'static str {
        match self {
            Flow::Plain => "",
            Flow::Expired => "expired",
            Flow::Back => "back",
            Flow::Released => "released",
            Flow::Held => "held",
        }
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug)]
pub enum Sum {
    /// In minor units.
    Money(Money),
    /// In whole units, with all digits.
    Exact(Exact),
}

/// Name of a thing that an effect concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Name<'e> {
    /// Name of a thing that the programme declares.
    Of(NameKind, Number),
    /// Text, as the effect states it.
    Text(&'e str),
    /// Codes that were wrong or are locked, and for whom.
    Codes(Guess<'e>),
}

/// End of a term.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// At the end of this day.
    Day(Day),
    /// At this instant.
    Instant(Instant),
}

/// Matches an effect: those that are bookkeeping, then a row for each other one,
/// with its fields and its description. A variant without a row does not compile.
macro_rules! table {
    (
        $effect:expr;
        bookkeeping: $($quiet:ident)*;
        $($name:ident { $($field:ident),* } => $row:expr,)*
    ) => {
        match $effect {
            $(Effect::$name { $($field,)* .. } => $row,)*
            $(Effect::$quiet { .. })|* => Described::default(),
        }
    };
}

/// Describes an effect of an entry.
pub fn describe<'e>(entry: &'e Entry, effect: &'e Effect) -> Described<'e> {
    let row = table! { effect;
        bookkeeping: Visited Counted Deadline Moved Fired DiscountDiffers Terminal Warned Claimed
            Referred Pass Allocated TenderLeftOut RefundedAs MessageFor;
        Award { who, unit, amount, fills, from, campaign, exact, line, terms, why } =>
            points(award_kind(*from), unit, *amount).by(campaign).on(line).within(terms)
                .idle(deadline(entry, (*who, *unit), terms)).proposed(exact, *fills).because(why),
        Voucher { unit, campaign, terms, why } =>
            points(given(Kind::Issue), unit, Points(1)).by(campaign).within(terms).because(why),
        Debit { unit, amount, to } =>
            points(debit_kind(entry, *to), unit, amount.negated()).in_parts(),
        Restore { unit, amount, terms } =>
            points((Kind::Restore, Some(Flow::Back)), unit, *amount).in_parts().within(terms),
        Owe { unit, amount } => points(given(Kind::Owe), unit, amount.negated()).in_parts(),
        Held { unit, amount } =>
            points(held_kind(&entry.act), unit, amount.negated()).in_parts(),
        LotMoved { who, unit, amount } => {
            let (kind, amount) = match who {
                0 => (Kind::Send, amount.negated()),
                _ => (Kind::Receive, *amount),
            };
            points(given(kind), unit, amount).in_parts()
        },
        Qualify { unit, amount, campaign, exact } =>
            points(given(Kind::Qualify), unit, *amount).by(campaign).proposed(exact, Points::ZERO),
        Released { unit, lot } => Described {
            flow: Some(Flow::Released),
            lot: Some(*lot),
            ..of_unit(Kind::Release, unit)
        },
        Extended { unit, expires } =>
            Described { expires: *expires, ..of_unit(Kind::Extend, unit) },
        HoldOpened { unit, amount, until, token } =>
            points((if token.is_some() { Kind::Give } else { Kind::Hold }, None), unit, amount.negated())
                .until(Some(Until::Instant(*until))),
        HoldClosed { hold, is_timeout } =>
            about(Kind::HoldEnd, hold).because(if *is_timeout { "its time ran out" } else { "" }),
        BenefitUsed { unit, campaign, amount } =>
            of_unit(Kind::Benefit, unit).by(campaign).money(amount),
        VoucherUsed { unit, line, amount } =>
            named(Kind::Voucher, NameKind::Unit, unit).on(line).money(amount),
        VoucherBound { sku } => text(Kind::Bound, sku),
        RewardUsed { reward, line, amount } =>
            named(Kind::Reward, NameKind::Reward, reward).on(line).money(amount),
        Discounted { campaign, amount, why, lines } =>
            Described { lines, ..kind(Kind::Discount).by(campaign).money(amount).because(why) },
        Cut { campaign, unit, asked, granted, by } => Described {
            cut: Some((*asked, *granted, *by)),
            why: format!("{asked} proposed, {granted} possible").into(),
            ..of_unit(Kind::Cut, unit).by(campaign)
        },
        Returned { of, amount } => about(Kind::Return, of).money(amount),
        Voided { of } => about(Kind::Void, of),
        Campaign { campaign, status } =>
            named(Kind::Campaign, NameKind::Campaign, campaign).because(status.as_str()),
        Targeted { campaign, is_held_out } => {
            let kind = if *is_held_out { Kind::LeftOut } else { Kind::Targeted };
            named(kind, NameKind::Campaign, campaign)
        },
        Tuned { campaign, name, value } =>
            text(Kind::Tuned, name).by(campaign).because(value.to_string()),
        Drawn { campaign } => named(Kind::Drawn, NameKind::Campaign, campaign),
        Remembered { campaign } => kind(None).by(campaign),
        Failed { campaign } => kind(Kind::Failed).by(campaign),
        Message { template, campaign, is_suppressed } =>
            text(if *is_suppressed { Kind::MessageSuppressed } else { Kind::Message }, template)
                .by(campaign),
        Tier { tier, review } => named(Kind::Tier, NameKind::Tier, tier)
            .until(review.map(|day| Until::Day(day.plus_days(-1)))),
        Tagged { tag, is_on } => text(if *is_on { Kind::Tag } else { Kind::Untag }, tag),
        Acted { activity } => named(Kind::Activity, NameKind::Activity, activity),
        Consented { purpose, is_given } => named(Kind::Consent, NameKind::Purpose, purpose)
            .because(if *is_given { "given" } else { "withdrawn" }),
        Noted { purpose } => named(Kind::Note, NameKind::Purpose, purpose),
        Standing { standing } => kind(standing_kind(standing)),
        Household { who, household } => kind(match (who, household) {
            (0, Some(_)) => Some(Kind::HouseholdJoin),
            (0, None) => Some(Kind::HouseholdLeave),
            _ => None,
        }),
        Absorbed { is_undone } => kind(is_undone.then_some(Kind::Unmerge)),
        PartnerSet { partner, is_active } => named(Kind::Partner, NameKind::Partner, partner)
            .because(if *is_active { "resumed" } else { "suspended" }),
        PartnerOwes { partner, amount, why } => named(Kind::PartnerOwes, NameKind::Partner, partner)
            .money(amount).because(partner_word(*why)),
        Pooled { pool, campaign, exact } => Described {
            sum: Some(Sum::Exact(*exact)),
            ..named(Kind::Pool, NameKind::Pool, pool).by(campaign)
        },
        Closed { to } => kind(Kind::Closed).until(Some(Until::Day(to.plus_days(-1)))),
        GuessLock { until } => kind(if until.is_some() { Kind::Lock } else { Kind::Unlock })
            .until(until.map(Until::Instant)).codes(effect),
        GuessCounted {} => kind(Kind::WrongCode).codes(effect),
        OutboxRead { consumer, to } => text(Kind::Acknowledge, consumer).because(to.to_string()),
    };
    Described {
        parties: effect.parties(),
        ..row
    }
}

fn kind<'e>(kind: impl Into<Option<Kind>>) -> Described<'e> {
    Described {
        kind: kind.into(),
        ..Described::default()
    }
}

fn of_unit<'e>(of: impl Into<Option<Kind>>, unit: &Number) -> Described<'e> {
    Described {
        unit: Some(*unit),
        ..kind(of)
    }
}

fn given(kind: Kind) -> (Kind, Option<Flow>) {
    (kind, Some(Flow::Plain))
}

fn points<'e>(
    (kind, flow): (impl Into<Option<Kind>>, Option<Flow>),
    unit: &Number,
    amount: Points,
) -> Described<'e> {
    Described {
        flow,
        amount: Some(amount),
        ..of_unit(kind, unit)
    }
}

fn named<'e>(of: Kind, names: NameKind, number: &Number) -> Described<'e> {
    Described {
        name: Some(Name::Of(names, *number)),
        ..kind(of)
    }
}

fn text<'e>(of: Kind, name: &'e str) -> Described<'e> {
    Described {
        name: Some(Name::Text(name)),
        ..kind(of)
    }
}

fn about<'e>(of: Kind, entry: &u64) -> Described<'e> {
    Described {
        of: Some(*entry),
        ..kind(of)
    }
}

impl<'e> Described<'e> {
    fn in_parts(mut self) -> Self {
        self.is_part = true;
        self
    }

    fn by(mut self, campaign: &Number) -> Self {
        self.campaign = *campaign;
        self
    }

    fn on(mut self, line: &'e u16) -> Self {
        self.lines = match line {
            0 => &[],
            line => std::slice::from_ref(line),
        };
        self
    }

    fn within(mut self, terms: &Terms) -> Self {
        (self.available, self.expires) = (terms.available, terms.expires);
        self
    }

    fn idle(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    fn proposed(mut self, exact: &Exact, fills: Points) -> Self {
        self.proposed = Some((*exact, fills));
        self
    }

    fn money(mut self, amount: &Money) -> Self {
        self.sum = Some(Sum::Money(*amount));
        self
    }

    fn until(mut self, until: Option<Until>) -> Self {
        self.until = until;
        self
    }

    fn codes(mut self, effect: &'e Effect) -> Self {
        self.name = effect.guess().map(Name::Codes);
        self
    }

    fn because(mut self, why: impl Into<Cow<'e, str>>) -> Self {
        self.why = why.into();
        self
    }

    /// True if a campaign caused the effect, took part in it, or is its subject.
    pub fn is_of(&self, campaign: Number) -> bool {
        self.campaign == campaign || self.name == Some(Name::Of(NameKind::Campaign, campaign))
    }
}

/// Expiry by inactivity that an entry set, if it comes before the points' own.
fn deadline(entry: &Entry, whose: (u8, Number), terms: &Terms) -> Option<Instant> {
    let set = entry.effects.iter().rev().find_map(|effect| match effect {
        Effect::Deadline { who, unit, at } if (*who, *unit) == whose => *at,
        _ => None,
    });
    set.filter(|at| terms.expires.is_none_or(|own| *at < own))
}

fn award_kind(from: Account) -> (Kind, Option<Flow>) {
    match from {
        Account::Transit => (Kind::CarryOver, None),
        _ => (Kind::Award, Some(Flow::Plain)),
    }
}

fn debit_kind(entry: &Entry, to: Account) -> (Kind, Option<Flow>) {
    let plain = Some(Flow::Plain);
    match (to, &entry.act) {
        (Account::Breakage, _) => (Kind::Expire, Some(Flow::Expired)),
        (Account::Redemption, _) => (Kind::Redeem, plain),
        (Account::Clawback, _) => (Kind::TakeBack, plain),
        (Account::Pool(_), _) => (Kind::Donate, plain),
        (Account::Transit, Act::Reversal { .. }) => (Kind::TakeBack, None),
        (Account::Transit, _) => (Kind::CarryOver, None),
        (_, Act::Reversal { .. }) => (Kind::TakeBack, plain),
        _ => (Kind::Debit, plain),
    }
}

/// Kind of a hold's effect. Answers show only points released to the member;
/// for points spent at once they show the debit.
fn held_kind(act: &Act) -> (Option<Kind>, Option<Flow>) {
    match act {
        Act::Release { .. } | Act::VoucherReturned { .. } | Act::TransferReturned { .. } => {
            (Some(Kind::SetFree), Some(Flow::Held))
        }
        Act::Hold { .. }
        | Act::RewardHeld { .. }
        | Act::VoucherHeld { .. }
        | Act::Erased { .. }
        | Act::Transfer { .. }
        | Act::VoucherGiven { .. } => (None, Some(Flow::Held)),
        _ => (None, None),
    }
}

fn standing_kind(standing: &Standing) -> Kind {
    match standing {
        Standing::Active => Kind::Enrol,
        Standing::Erased => Kind::Erase,
        Standing::MergedInto(_) => Kind::Merge,
    }
}

/// Word for the reason of a partner's debt or claim.
fn partner_word(why: PartnerWhy) -> &'static str {
    match why {
        PartnerWhy::Earned => "earned",
        PartnerWhy::Redeemed => "redeemed",
        PartnerWhy::Undone => "undone",
        PartnerWhy::Settled => "settled",
    }
}
