//! Export of all data about a member, for the member: sealed data, state, and
//! every entry, each without data about others.

use super::print::Failure;
use crate::answer::StatementEntry;
use crate::command::Figure;
use crate::engine::profile::Profile;
use crate::engine::{self, Error, Ledger};
use crate::model::{Day, Instant, MemberId, NameKind, Number, Points};
use crate::rules::state::{Figures, Hold, Lot, Member};
use serde_json::{Value, json};

/// A person's profile, as JSON.
pub(super) fn profile_json(ledger: &Ledger, profile: &Profile) -> Result<Value, Error> {
    let birthday = profile
        .birthday
        .map(|b| format!("{:02}-{:02}", b.month, b.day));
    let attribute = |(id, value, day): &(String, String, Day)| {
        let end = engine::attribute_end(ledger, id, *day)?.map(|end| end.plus_days(-1));
        let until = end.map(|day| day.to_string());
        Ok(
            json!({"attribute": id, "value": value, "told_on": day.to_string(), "used_until": until}),
        )
    };
    let attributes = profile.attributes.iter().map(attribute);
    let attributes = attributes.collect::<Result<Vec<_>, Error>>()?;
    Ok(json!({
        "name": profile.name, "birthday": birthday,
        "birthday_changed_on": profile.birthday_changed.map(|day| day.to_string()),
        "aliases": profile.aliases, "attributes": attributes,
    }))
}

/// All data about a member, and about those merged into them.
pub(super) fn everything(ledger: &mut Ledger, id: MemberId) -> Result<Value, Failure> {
    let mut all = of_one(ledger, id)?;
    let mut absorbed = Vec::new();
    let mut next = absorbed_into(ledger, id)?;
    while let Some((from, seq)) = next.pop() {
        let mut one = of_one(ledger, from)?;
        one["merged_with_entry"] = seq.into();
        absorbed.push(one);
        next.extend(absorbed_into(ledger, from)?);
    }
    all["ok"] = true.into();
    all["now"] = json!(engine::standing(ledger, id)?);
    all["absorbed"] = absorbed.into();
    Ok(all)
}

fn absorbed_into(ledger: &mut Ledger, id: MemberId) -> Result<Vec<(MemberId, u64)>, Error> {
    let member = ledger.member(id)?;
    let absorbed = member.into_iter().flat_map(|m| &m.absorbed);
    Ok(absorbed.map(|a| (a.from, a.seq)).collect())
}

fn of_one(ledger: &mut Ledger, id: MemberId) -> Result<Value, Failure> {
    let profile = engine::profile(ledger, id)?;
    let profile = profile.map(|p| profile_json(ledger, &p)).transpose()?;
    let entries = ledger.history(id)?;
    let notes = entries.iter().map(|entry| engine::note_in(ledger, entry));
    let notes: Vec<_> = notes.collect::<Result<_, _>>()?;
    let view = ledger.view()?;
    let told = entries.iter().zip(notes);
    let entries: Vec<StatementEntry> = told
        .map(|(entry, note)| view.told_to(entry, id).with_note(note))
        .collect();
    let held = match ledger.member(id)?.cloned() {
        Some(member) => Some(Held::of(ledger)?.all(&member)),
        None => None,
    };
    Ok(json!({"member": id.to_string(), "profile": profile, "held": held, "entries": entries}))
}

/// Converts a member's state to JSON, in the words of the programme.
struct Held<'a> {
    ledger: &'a Ledger,
    digits: u8,
}

impl<'a> Held<'a> {
    fn of(ledger: &'a Ledger) -> Result<Held<'a>, Error> {
        let digits = ledger.programme()?.digits;
        Ok(Held { ledger, digits })
    }

    fn name(&self, kind: NameKind, number: Number) -> String {
        self.ledger.global().names.text(kind, number)
    }

    fn at(&self, at: Instant) -> Option<String> {
        let programme = self.ledger.programme().ok()?;
        Some(programme.calendar.display(at))
    }

    fn last_day(&self, gone: Instant) -> Option<String> {
        let programme = self.ledger.programme().ok()?;
        Some(programme.calendar.last_day(gone).to_string())
    }

    /// Converts the state. Of a household only the number of members is told: who
    /// the others are is private to them.
    fn all(&self, member: &Member) -> Value {
        let consents = member.consents.iter();
        let consents = consents.map(|(purpose, is_given)| json!({"purpose": self.name(NameKind::Purpose, *purpose), "is_given": is_given}));
        let memo = member.memo.iter();
        let memo = memo.map(|(campaign, name, value)| json!({"campaign": self.name(NameKind::Campaign, *campaign), "name": name, "value": value.to_string()}));
        let ends = member.deadlines.iter();
        let ends = ends.map(
            |(unit, at)| json!({"unit": self.name(NameKind::Unit, *unit), "at": self.at(*at), "last_day": self.last_day(*at)}),
        );
        let targeted = member.targeted.iter();
        let targeted = targeted.map(|(campaign, is_held_out)| json!({"campaign": self.name(NameKind::Campaign, *campaign), "is_held_out": is_held_out}));
        let household = member.household.as_ref();
        let tier = member.tier.map(|held| json!({"name": self.name(NameKind::Tier, held.tier), "since": held.since.to_string()}));
        json!({
            "standing": member.status.as_str(),
            "enrolled": member.enrolled.to_string(),
            "was_referred": member.referrer.is_some(),
            "tier": tier,
            "consents": consents.collect::<Vec<_>>(),
            "tags": &member.tags[..],
            "remembered": memo.collect::<Vec<_>>(),
            "lots": self.each(&member.lots, Held::lot),
            "owed": self.by_unit(&member.owed),
            "ends_without_activity": ends.collect::<Vec<_>>(),
            "holds": self.each(&member.holds, Held::hold),
            "passes": self.passes(member),
            "household": household.map(|h| json!({"since_entry": h.seq, "members": h.members.len()})),
            "activities": self.activities(member),
            "campaigns": targeted.collect::<Vec<_>>(),
            "figures": self.figures(member),
        })
    }

    fn each<T>(&self, list: &[T], told: impl Fn(&Self, &T) -> Value) -> Vec<Value> {
        list.iter().map(|item| told(self, item)).collect()
    }

    fn lot(&self, lot: &Lot) -> Value {
        json!({
            "lot": lot.id.to_string(), "unit": self.name(NameKind::Unit, lot.unit),
            "left": figure(self.ledger, lot.unit, lot.remaining),
            "held": figure(self.ledger, lot.unit, lot.held),
            "earned_at": self.at(lot.earned),
            "available_at": lot.terms.available.and_then(|at| self.at(at)),
            "expires_at": lot.terms.expires.and_then(|at| self.at(at)),
            "last_day": lot.terms.expires.and_then(|at| self.last_day(at)),
        })
    }

    fn hold(&self, hold: &Hold) -> Value {
        json!({
            "entry": hold.seq, "unit": self.name(NameKind::Unit, hold.unit),
            "amount": figure(self.ledger, hold.unit, hold.left()),
            "until": self.at(hold.until), "is_gift": hold.token.is_some(),
        })
    }

    fn passes(&self, member: &Member) -> Vec<Value> {
        let charge = |c: &crate::rules::state::PassCharge| json!({"since": c.since.to_string(), "paid": c.paid.display(self.digits), "uses": c.uses});
        let pass = |p: &crate::rules::state::PassHeld| json!({"unit": self.name(NameKind::Unit, p.unit), "charges": p.charges.iter().map(charge).collect::<Vec<_>>()});
        member.passes.iter().map(pass).collect()
    }

    fn activities(&self, member: &Member) -> Vec<Value> {
        let acted = member.acted.iter();
        let told = acted.map(|(activity, day, times)| json!({"activity": self.name(NameKind::Activity, *activity), "day": day.to_string(), "times": times}));
        told.collect()
    }

    fn figures(&self, member: &Member) -> Value {
        let months = member.months.iter().map(|(month, figures)| {
            let mut told = self.sums(figures);
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            told["month"] = format!("{year:04}-{month:02}").into();
            told
        });
        json!({
            "first_purchase": member.purchased.map(|p| p.0.to_string()),
            "last_purchase": member.purchased.map(|p| p.1.to_string()),
            "lifetime": self.sums(&member.lifetime),
            "months": months.collect::<Vec<_>>(),
        })
    }

    fn sums(&self, figures: &Figures) -> Value {
        json!({
            "visits": figures.visits, "spend": figures.spend.display(self.digits),
            "units": self.by_unit(&figures.units),
        })
    }

    fn by_unit(&self, sums: &[(Number, i64)]) -> Value {
        let sum = |(unit, n): &(Number, i64)| {
            let figure = figure(self.ledger, *unit, Points(*n));
            (self.name(NameKind::Unit, *unit), json!(figure))
        };
        Value::Object(sums.iter().map(sum).collect())
    }
}

/// An amount in whole units; in smallest parts while there is no programme.
pub(super) fn figure(ledger: &Ledger, unit: Number, amount: Points) -> Figure {
    match ledger.programme() {
        Ok(programme) => Figure::of_number(programme, unit, amount),
        Err(_) => Figure::Whole(amount.0),
    }
}
