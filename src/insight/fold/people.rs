//! Folding of effects on members: standing, tier, activities, consents.

use super::{doings, touched};
use crate::insight::facts::Facts;
use crate::insight::rows::{Acted, ConsentMove, Did, NOBODY, Person, TierMove, Who};
use crate::model::{Act, Day, Effect, Entry, MemberId, Number, Standing};

pub(super) fn apply(facts: &mut Facts, entry: &Entry, effect: &Effect) {
    let day = entry.head.day;
    match effect {
        Effect::Standing { who, standing } => stand(facts, entry, *who, standing),
        Effect::Referred { who, referrer } => {
            let referrer = facts.who(*referrer);
            let who = touched(facts, entry, *who);
            if let Some(person) = facts.people.get_mut(who as usize) {
                person.referrer = referrer;
            }
        }
        Effect::Tier { who, tier, was, .. } => facts.tiers.push(TierMove {
            who: touched(facts, entry, *who),
            day,
            from: was.0,
            to: *tier,
        }),
        Effect::Consented {
            who,
            purpose,
            is_given,
        } => facts.consents.push(ConsentMove {
            who: touched(facts, entry, *who),
            day,
            purpose: *purpose,
            is_given: *is_given,
        }),
        Effect::Acted {
            who,
            activity,
            day,
            times,
        } => match *times > 0 {
            true => act(facts, entry, *who, *activity, *day),
            false => undo_act(&mut facts.acted, entry),
        },
        _ => {}
    }
}

fn act(facts: &mut Facts, entry: &Entry, who: u8, activity: Number, day: Day) {
    let values = match &entry.act {
        Act::Activity { fields, .. } => (fields.iter())
            .map(|(name, value)| {
                let name = name.trim_end_matches(['!', '*']);
                (facts.words.number(name), value.clone())
            })
            .collect(),
        _ => Vec::new(),
    };
    facts.acted.push(Acted {
        seq: entry.seq,
        who: touched(facts, entry, who),
        day,
        at: entry.head.occurred_at(),
        activity,
        place: facts.places.short(&entry.head.origin.place),
        is_gone: false,
        values,
    });
    doings::did(facts, entry, Did::Activity);
}

/// Notes that the activity of the entry that this one undoes does not stand.
fn undo_act(acted: &mut [Acted], entry: &Entry) {
    let of = entry.act.named();
    let at = of.and_then(|of| acted.binary_search_by_key(&of, |a| a.seq).ok());
    if let Some(at) = at {
        acted[at].is_gone = true;
    }
}

fn stand(facts: &mut Facts, entry: &Entry, who: u8, standing: &Standing) {
    let Some(member) = entry.touched.get(usize::from(who)) else {
        return;
    };
    let known = facts.who(member.member);
    if known == NOBODY {
        join(facts, entry, member.member);
        return;
    }
    let into = match standing {
        Standing::MergedInto(other) => touched(facts, entry, *other),
        _ => known,
    };
    let had = facts.resolve(known);
    let person = &mut facts.people[known as usize];
    match standing {
        Standing::Erased => person.is_erased = true,
        _ => {
            person.into = into;
            facts.regroup(had);
        }
    }
}

fn join(facts: &mut Facts, entry: &Entry, id: MemberId) {
    let who = Who::try_from(facts.people.len()).unwrap_or(NOBODY);
    let source = match &entry.act {
        Act::Enrolled(enrolled) => enrolled.source.as_str(),
        _ => "",
    };
    let person = Person {
        id,
        joined: entry.head.day,
        source: facts.sources.short(source),
        referrer: NOBODY,
        into: who,
        is_erased: false,
    };
    facts.people.push(person);
    facts.histories.add_person();
    facts.positions.insert(id, who);
}
