//! Scenes for scripts: the facts of a purchase or a redemption, with its store
//! and time.

use crate::model::{
    Given, Money, NameKind, Number, Points, Purchase, PurchaseFacts, RedemptionFacts, Scene, Value,
};
use crate::rules::case::Case;
use crate::rules::partner;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::allocation::Named;
use crate::rules::purchase::bill;
use crate::rules::state::Member;

/// The scene of a bill for campaigns.
pub(super) fn scene(case: &Case, bill: &Bill, given: Given) -> Scene {
    Scene {
        purchase: facts(case, bill),
        has_member: true,
        given,
        ..Scene::default()
    }
}

/// Facts that hooks read, or the recorded ones if a decision is run again.
pub fn given(case: &Case, member: &Member) -> Given {
    if let Some((given, _)) = case.inputs.given {
        return given.clone();
    }
    case.reader(member).read(case.policy.facts())
}

/// The purchase as scripts see it, with its store and time.
pub fn facts(case: &Case, bill: &Bill) -> PurchaseFacts {
    let mut facts = facts_of(case, bill);
    let undiscounted = bill.undiscounted();
    facts.undiscounted = undiscounted.map(|bill| Box::new(facts_of(case, &bill)));
    facts
}

fn facts_of(case: &Case, bill: &Bill) -> PurchaseFacts {
    let mut facts = bill::facts(&bill.purchase, &bill.allocation, case.programme());
    for (line, free) in facts.lines.iter_mut().zip(&bill.free) {
        line.free = *free;
    }
    of_place(case, facts)
}

/// Store and time of an act other than a purchase, as scripts see them.
pub fn place_facts(case: &Case) -> PurchaseFacts {
    let digits = case.programme().digits;
    let nothing = PurchaseFacts {
        digits,
        ..PurchaseFacts::default()
    };
    of_place(case, nothing)
}

fn of_place(case: &Case, facts: PurchaseFacts) -> PurchaseFacts {
    let local = case.programme().calendar.local(case.head.occurred_at());
    PurchaseFacts {
        store: store_name(case),
        partner: partner::here(case.programme(), &case.head)
            .map_or_else(String::new, |p| p.id.clone()),
        terminal: case.head.origin.terminal.clone(),
        channel: case.head.origin.channel.name().into(),
        day: case.day(),
        hour: local.hour,
        minute: local.minute,
        ..facts
    }
}

/// The store's id as scripts and headers know it.
pub fn store_name(case: &Case) -> String {
    case.head.origin.place.store(&case.state.global.names)
}

/// A redemption as scripts see it: unit, points, and the reward (0 if none);
/// and the bill it pays for, with the amount, if there is one.
pub fn redemption_scene(
    case: &Case,
    (unit, points, reward): (Number, Points, Number),
    bill: Option<(&Purchase, Money)>,
    given: Given,
) -> Scene {
    let names = &case.state.global.names;
    let redemption = RedemptionFacts {
        reward: if reward == 0 {
            String::new()
        } else {
            names.text(NameKind::Reward, reward)
        },
        unit: names.text(NameKind::Unit, unit),
        amount: bill.map(|(_, amount)| amount),
        points: match case.programme().unit(unit) {
            Some(unit) => unit.value_of(points),
            None => Value::Int(points.0),
        },
        store: store_name(case),
        day: case.day(),
        hour: case
            .programme()
            .calendar
            .local(case.head.occurred_at())
            .hour,
    };
    let bill = bill.map(|(purchase, _)| Bill::new(purchase, &Named::by(purchase, Vec::new()), &[]));
    Scene {
        purchase: bill.map_or_else(|| place_facts(case), |bill| facts(case, &bill)),
        redemption,
        has_member: true,
        given,
        ..Scene::default()
    }
}
