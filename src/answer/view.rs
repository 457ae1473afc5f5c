//! Context in which answers are made: names, amounts and instants as people read them.

use super::{ForeignMoney, No, PointsTold};
use crate::chain::checkpoint::Checkpoint;
use crate::command::Figure;
use crate::model::{
    Instant, Money, NameKind, Number, Place, Points, Policy, Programme, currency_digits,
};
use crate::rules::purchase::foreign::BillCurrency;
use crate::rules::purchase::payment_options::PointsOption;
use crate::rules::state::LedgerState;

/// Formats an amount in minor units of a currency as a decimal.
pub(super) fn in_currency(code: &str, money: Money) -> String {
    money.display(currency_digits(code).unwrap_or(2))
}

impl ForeignMoney {
    /// Money in a currency, by its ISO 4217 code.
    pub fn new(code: &str, money: Money) -> ForeignMoney {
        ForeignMoney {
            currency: code.into(),
            money: in_currency(code, money),
        }
    }
}

/// Context in which an answer is made.
pub struct View<'a> {
    /// Names and totals.
    pub global: &'a LedgerState,
    /// The programme in force.
    pub policy: &'a dyn Policy,
    /// Tree of the stamp.
    pub checkpoint: Option<&'a Checkpoint>,
    /// The present instant.
    pub now: Instant,
}

impl View<'_> {
    pub(super) fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    pub(super) fn store(&self, place: &Place) -> String {
        place.store(&self.global.names)
    }

    pub(super) fn campaign(&self, number: Number) -> Option<String> {
        (number != 0).then(|| self.name(NameKind::Campaign, number))
    }

    pub(super) fn name(&self, kind: NameKind, number: Number) -> String {
        self.global.names.text(kind, number)
    }

    /// A unit's id.
    pub fn unit(&self, number: Number) -> String {
        self.name(NameKind::Unit, number)
    }

    /// An amount in whole units.
    pub fn figure(&self, unit: Number, points: Points) -> Figure {
        Figure::of_number(self.programme(), unit, points)
    }

    /// An instant in the programme's zone.
    pub fn at(&self, at: Instant) -> String {
        self.programme().calendar.display(at)
    }

    pub(super) fn last_day(&self, gone: Instant) -> String {
        self.programme().calendar.last_day(gone).to_string()
    }

    /// Money in the programme's currency, as a decimal.
    pub fn money(&self, money: Money) -> String {
        money.display(self.programme().digits)
    }

    /// An amount of a bill as a decimal: in the currency that it is paid in, or in the
    /// programme's.
    pub fn money_of_bill(&self, money: Money, paid_in: Option<&BillCurrency>) -> String {
        paid_in.map_or_else(|| self.money(money), |paid_in| paid_in.display(money))
    }

    /// The most points of a unit that pay for a bill, and its amount in the currency that
    /// the bill is paid in.
    pub fn usable(&self, option: &PointsOption, paid_in: Option<&BillCurrency>) -> PointsTold {
        let pays = option.pays.as_ref();
        let (most, money) = pays.map_or((Points::ZERO, Money::ZERO), |pays| *pays);
        PointsTold {
            unit: self.unit(option.unit),
            most: self.figure(option.unit, most),
            pays: self.money_of_bill(money, paid_in),
            no: pays.err().map(No::from),
        }
    }
}
