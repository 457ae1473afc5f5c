//! Activities: the fields are checked, then campaigns award points. If a script
//! declines it, the activity is kept with the reason and counts for nothing.

use crate::model::{
    Act, Activity, ActivityFacts, ActivityField, Code, Count, Draft, Effect, FieldKind, Hook,
    Identified, Measure, NameKind, Number, Period, Refusal, Scene, Scope, Value, field_name,
    unique_value,
};
use crate::rules::campaign::earner::{Limits, earner};
use crate::rules::case::Case;
use crate::rules::member::pass;
use crate::rules::member::tier;
use crate::rules::partner::pool;
use crate::rules::purchase::scene::{given, place_facts};
use crate::rules::state::activity_log;
use crate::rules::state::{Member, counted};
use crate::rules::{facts, partner};

/// Decides an activity.
pub fn decide(
    case: &Case,
    number: Number,
    fields: Vec<(String, Value)>,
    by: Identified,
) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let activity = case.programme().activity(number).ok_or_else(|| {
        let id = case.state.global.names.text(NameKind::Activity, number);
        Refusal::new(
            Code::UnknownActivity,
            format!("the programme has no activity '{id}'"),
        )
    })?;
    check_fields(activity, &fields)?;
    check_consent(case, member, activity)?;
    let label = label(activity, &fields)?;
    check_once(case, &fields)?;
    check_room(case, member, activity)?;
    let mut effects = Vec::new();
    let given = given(case, member);
    let scene = Scene {
        purchase: place_facts(case),
        activity: facts(activity, &fields, label),
        has_member: true,
        given: given.clone(),
        ..Scene::default()
    };
    let earner = earner(case, member, Limits::Now);
    let mut outcome = earner.earn(Hook::OnActivity, scene);
    let is_turned_down = outcome.has_refusal;
    match is_turned_down {
        true => effects.extend(outcome.effects.into_iter().filter(is_reason)),
        false => {
            effects.extend(done(case, activity));
            earner.settle(&mut outcome, &mut effects);
            partner::earned(case, &[], &mut effects);
            pool::contribute(case.programme(), &outcome, &mut effects);
            pass::settle(case, member, &outcome, &mut effects);
            effects.extend(outcome.effects);
        }
    }
    let judged = tier::judge(case, member, &effects);
    effects.extend(judged.effects);
    let act = Act::Activity {
        activity: number,
        fields,
        by,
    };
    let mut draft = case.draft(act, effects);
    (draft.given, draft.given_review) = (given, judged.given);
    Ok(draft)
}

/// True for effects that remain of an activity that a script declined.
fn is_reason(effect: &Effect) -> bool {
    matches!(effect, Effect::Warned { .. } | Effect::Failed { .. })
}

/// Effects of the activity itself: it was done, and takes a place if places are
/// limited.
fn done(case: &Case, activity: &Activity) -> Vec<Effect> {
    let mut effects = vec![Effect::Acted {
        who: 0,
        activity: activity.number,
        day: case.day(),
        times: 1,
    }];
    effects.extend(activity.capacity.map(|_| Effect::Counted {
        scope: Scope::All,
        count: Count::Activity(activity.number),
        each: Period::Ever,
        start: case.day().start_of(Period::Ever),
        by: 1,
    }));
    effects
}

/// Facts of an activity that was accepted earlier, as scripts saw it.
pub(in crate::rules) fn seen(activity: &Activity, fields: &[(String, Value)]) -> ActivityFacts {
    let label = label(activity, fields).unwrap_or_default();
    facts(activity, fields, label)
}

fn facts(activity: &Activity, fields: &[(String, Value)], label: String) -> ActivityFacts {
    let plain = |(name, value): &(String, Value)| (field_name(name).to_owned(), value.clone());
    ActivityFacts {
        id: activity.id.clone(),
        fields: fields.iter().map(plain).collect(),
        label,
    }
}

fn bad(detail: String) -> Refusal {
    Refusal::new(Code::BadInput, detail)
}

fn check_fields(activity: &Activity, fields: &[(String, Value)]) -> Result<(), Refusal> {
    for (stored, value) in fields {
        let name = field_name(stored);
        let field = activity
            .field(name)
            .filter(|_| activity.stored_name(name) == *stored)
            .ok_or_else(|| bad(format!("fields: {} has no field '{name}'", activity.id)))?;
        check_value(field, value)?;
    }
    let is_there = |f: &&ActivityField| {
        fields
            .iter()
            .any(|(name, _)| field_name(name) == f.name.as_str())
    };
    let missing = activity
        .fields
        .iter()
        .find(|f| !f.is_optional && !is_there(f));
    match missing {
        Some(field) => Err(bad(format!("fields.{}: it is missing", field.name))),
        None => Ok(()),
    }
}

fn check_value(field: &ActivityField, value: &Value) -> Result<(), Refusal> {
    let name = &field.name;
    let number = match (field.kind, value) {
        (FieldKind::Text, Value::Text(text)) => {
            return match field.values.is_empty() || field.values.contains(text) {
                true => Ok(()),
                false => Err(bad(format!(
                    "fields.{name}: '{text}' is none of {}",
                    field.values.join(", ")
                ))),
            };
        }
        (FieldKind::Secret, Value::Text(_))
        | (FieldKind::Bool, Value::Bool(_))
        | (FieldKind::Day, Value::Day(_)) => return Ok(()),
        (FieldKind::Whole, Value::Int(n)) => Some((*n).into()),
        (FieldKind::Decimal, Value::Decimal(n)) => n.to_decimal(),
        _ => None,
    };
    let number = number.ok_or_else(|| bad(format!("fields.{name}: it is of another type")))?;
    if let Some(min) = field.min.filter(|min| number < *min) {
        return Err(bad(format!("fields.{name}: {number} is less than {min}")));
    }
    match field.max.filter(|max| number > *max) {
        Some(max) => Err(bad(format!("fields.{name}: {number} is more than {max}"))),
        None => Ok(()),
    }
}

fn check_consent(case: &Case, member: &Member, activity: &Activity) -> Result<(), Refusal> {
    let missing = activity
        .consent
        .filter(|purpose| !facts::has_consent(member, *purpose));
    let Some(purpose) = missing else {
        return Ok(());
    };
    let purpose = case.state.global.names.text(NameKind::Purpose, purpose);
    let id = &activity.id;
    Err(Refusal::new(
        Code::NoConsent,
        format!("{purpose}: {id} needs this consent; nothing was stored"),
    ))
}

/// Label of the code in the list of codes, if there is a list.
fn label(activity: &Activity, fields: &[(String, Value)]) -> Result<String, Refusal> {
    let listed = activity.fields.iter().find(|f| !f.codes.is_empty());
    let Some(field) = listed else {
        return Ok(String::new());
    };
    let found = fields.iter().find(|(n, _)| field_name(n) == field.name);
    let Some((_, Value::Text(hash))) = found else {
        return Ok(String::new());
    };
    let name = &field.name;
    let label = activity.label(hash).ok_or_else(|| {
        Refusal::new(
            Code::UnknownCode,
            format!("fields.{name}: there is no such code"),
        )
    })?;
    Ok(label.into())
}

fn check_once(case: &Case, fields: &[(String, Value)]) -> Result<(), Refusal> {
    match (unique_value(fields), case.inputs.counted) {
        (Some((_, is_for_all)), Some(seq)) => {
            let detail = match is_for_all {
                true => format!("entry {seq} counted it before"),
                false => format!("entry {seq} counted it before for this member"),
            };
            Err(Refusal {
                available: i64::try_from(seq).ok(),
                ..Refusal::new(Code::AlreadyCounted, detail)
            })
        }
        _ => Ok(()),
    }
}

fn check_room(case: &Case, member: &Member, activity: &Activity) -> Result<(), Refusal> {
    let (number, day, id) = (activity.number, case.day(), &activity.id);
    if let Some(max) = activity.per_day {
        let today = activity_log::times(&member.acted, number, day, 1);
        if today >= i64::from(max) {
            let detail = format!("{id}: at most {max} a day");
            return Err(Refusal::short(
                Code::OverLimit,
                Measure::Times,
                i64::from(max) - today,
                1,
                detail,
            ));
        }
    }
    let Some(capacity) = activity.capacity else {
        return Ok(());
    };
    let (count, start) = (Count::Activity(number), day.start_of(Period::Ever));
    let taken = counted(&case.state.global.counters, count, Period::Ever, start);
    match taken >= i64::from(capacity) {
        true => Err(Refusal::short(
            Code::OutOfStock,
            Measure::Places,
            0,
            1,
            format!("{id}: all {capacity} places are taken"),
        )),
        false => Ok(()),
    }
}
