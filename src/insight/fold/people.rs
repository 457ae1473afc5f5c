//! Folding of effects on members: standing, tier, activities, consents.

use crate::insight::facts::Facts;
use crate::insight::rows::{Acted, ConsentMove, Did, NOBODY, Person, TierMove, Who};
use crate::model::{Act, Effect, Entry, MemberId, Standing};

impl Facts {
    pub(super) fn apply_people(&mut self, entry: &Entry, effect: &Effect) {
        let day = entry.head.day;
        match effect {
            Effect::Standing { who, standing } => self.stand(entry, *who, standing),
            Effect::Referred { who, referrer } => {
                let referrer = self.who(*referrer);
                let who = self.touched(entry, *who);
                if let Some(person) = self.people.get_mut(who as usize) {
                    person.referrer = referrer;
                }
            }
            Effect::Tier { who, tier, was, .. } => {
                let who = self.touched(entry, *who);
                self.tiers.push(TierMove {
                    who,
                    day,
                    from: was.0,
                    to: *tier,
                });
            }
            Effect::Consented {
                who,
                purpose,
                is_given,
            } => {
                let who = self.touched(entry, *who);
                self.consents.push(ConsentMove {
                    who,
                    day,
                    purpose: *purpose,
                    is_given: *is_given,
                });
            }
            Effect::Acted {
                who,
                activity,
                day,
                times,
            } => {
                let who = self.touched(entry, *who);
                match *times > 0 {
                    true => self.act(entry, who, *activity, *day),
                    false => self.unact(entry),
                }
            }
            _ => {}
        }
    }

    fn act(&mut self, entry: &Entry, who: Who, activity: u16, day: crate::model::Day) {
        let values = match &entry.act {
            Act::Activity { fields, .. } => (fields.iter())
                .map(|(name, value)| {
                    let name = name.trim_end_matches(['!', '*']);
                    (self.words.number(name), value.clone())
                })
                .collect(),
            _ => Vec::new(),
        };
        self.acted.push(Acted {
            seq: entry.seq,
            who,
            day,
            at: entry.head.occurred_at(),
            activity,
            place: self.places.short(&entry.head.origin.place),
            is_gone: false,
            values,
        });
        self.did(entry, Did::Activity);
    }

    fn unact(&mut self, entry: &Entry) {
        let of = entry.act.named();
        let at = of.and_then(|of| self.acted.binary_search_by_key(&of, |a| a.seq).ok());
        if let Some(at) = at {
            self.acted[at].is_gone = true;
        }
    }

    fn stand(&mut self, entry: &Entry, who: u8, standing: &Standing) {
        let Some(touched) = entry.touched.get(usize::from(who)) else {
            return;
        };
        let known = self.who(touched.member);
        if known == NOBODY {
            self.join(entry, touched.member);
            return;
        }
        let into = match standing {
            Standing::MergedInto(other) => self.touched(entry, *other),
            _ => known,
        };
        let had = self.resolve(known);
        let person = &mut self.people[known as usize];
        match standing {
            Standing::Erased => person.is_erased = true,
            _ => {
                person.into = into;
                self.regroup(had);
            }
        }
    }

    fn join(&mut self, entry: &Entry, id: MemberId) {
        let who = Who::try_from(self.people.len()).unwrap_or(NOBODY);
        let source = match &entry.act {
            Act::Enrolled(enrolled) => enrolled.source.clone(),
            _ => String::new(),
        };
        let person = Person {
            id,
            joined: entry.head.day,
            source: self.sources.short(source.as_str()),
            referrer: NOBODY,
            into: who,
            is_erased: false,
        };
        self.people.push(person);
        self.histories.add_person();
        self.positions.insert(id, who);
    }
}
