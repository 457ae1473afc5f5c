//! The fold of an entry into facts. It reads effects, and of the act only what
//! effects do not repeat: a sale's total, a member's source.

use super::facts::{Facts, NOBODY, Person, Sale, Who, position};
use crate::chain::hash::Hash;
use crate::model::{Act, Effect, Entry, Standing};

impl Facts {
    /// Adds the next entry. Its hash is set by [`Facts::mark_hash`].
    pub fn add(&mut self, entry: &Entry) {
        self.mark.entries = entry.seq + 1;
        self.mark.recorded = entry.head.recorded_at();
        if let Act::Purchase(sale) = &entry.act {
            let origin = &entry.head.origin;
            let row = Sale {
                seq: entry.seq,
                who: self.first_of(entry),
                day: entry.head.day,
                total: sale.total.0,
                back: 0,
                is_gone: false,
                place: position(&mut self.places, &origin.place),
                channel: position(&mut self.channels, &origin.channel),
            };
            self.sales.push(row);
        }
        for effect in &entry.effects {
            self.apply(entry, effect);
        }
    }

    /// Binds the facts to the journal: the chain hash of the last entry.
    pub fn mark_hash(&mut self, hash: Hash) {
        self.mark.hash = hash;
    }

    fn apply(&mut self, entry: &Entry, effect: &Effect) {
        match effect {
            Effect::Standing { who, standing } => self.stand(entry, *who, standing),
            Effect::Referred { who, referrer } => {
                let referrer = self.who(*referrer);
                let who = self.touched(entry, *who);
                if let Some(person) = self.people.get_mut(who as usize) {
                    person.referrer = referrer;
                }
            }
            Effect::Returned { of, amount, .. } => self.take_back(entry, *of, amount.0),
            Effect::Voided { of } => {
                if let Some(at) = self.sale_at(*of) {
                    self.sales[at].is_gone = true;
                }
            }
            Effect::Claimed { of } => {
                let who = self.first_of(entry);
                if let Some(at) = self.sale_at(*of) {
                    self.sales[at].who = who;
                }
            }
            _ => {}
        }
    }

    /// Notes goods that came back, or (negative) a return that was undone.
    fn take_back(&mut self, entry: &Entry, of: u64, amount: i64) {
        let Some(at) = self.sale_at(of) else { return };
        let visits = entry.effects.iter().find_map(|effect| match effect {
            Effect::Visited { visits, .. } => Some(*visits),
            _ => None,
        });
        let sale = &mut self.sales[at];
        sale.back += amount;
        match visits {
            Some(0) => {}
            Some(visits) => sale.is_gone = visits < 0,
            None => sale.is_gone = amount > 0 && sale.back >= sale.total,
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
        let person = &mut self.people[known as usize];
        match standing {
            Standing::Erased => person.is_erased = true,
            _ => person.into = into,
        }
    }

    fn join(&mut self, entry: &Entry, id: crate::model::MemberId) {
        let who = Who::try_from(self.people.len()).unwrap_or(NOBODY);
        let source = match &entry.act {
            Act::Enrolled(enrolled) => enrolled.source.clone(),
            _ => String::new(),
        };
        let person = Person {
            id,
            joined: entry.head.day,
            source: position(&mut self.sources, &source),
            referrer: NOBODY,
            into: who,
            is_erased: false,
        };
        self.people.push(person);
        self.positions.insert(id, who);
    }

    /// Person at a position of the entry's touched members.
    fn touched(&self, entry: &Entry, who: u8) -> Who {
        let found = entry.touched.get(usize::from(who));
        found.map_or(NOBODY, |touched| self.who(touched.member))
    }

    /// Person whom the command named.
    fn first_of(&self, entry: &Entry) -> Who {
        entry.member().map_or(NOBODY, |id| self.who(id))
    }
}
