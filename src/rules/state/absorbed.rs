//! One member's figures as part of another's: two cards of one person become
//! one member, and can become two again.

use super::activity_log;
use super::figures::{day_oldest, forget, month_oldest};
use super::{Counter, Exceeded, Figures, List, Member, TierHeld, bounded_sum, count_up, entry_of};
use crate::model::{Day, Instant, MemberId, Number};
use bincode::{Decode, Encode};

/// A member that was merged into another, and the state of that one before.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Absorbed {
    /// The merge.
    pub seq: u64,
    /// The member that was merged.
    pub from: MemberId,
    /// The member's tier before.
    pub tier: Option<TierHeld>,
    /// The member's consents before.
    pub consents: List<(Number, bool)>,
    /// The member's deadlines before.
    pub deadlines: List<(Number, Instant)>,
    /// The member's labels before.
    pub tags: List<String>,
    /// Scripts' memories of the member before: campaign, name.
    pub memo: Vec<(Number, String)>,
    /// The member's first and last purchase before.
    pub purchased: Option<(Day, Day)>,
}

impl Figures {
    fn absorb(&mut self, other: &Figures, sign: i64) -> Result<(), Exceeded> {
        self.visits = self.visits.saturating_add(sign * other.visits);
        self.spend.0 = bounded_sum(0, self.spend.0, sign * other.spend.0)?;
        for (unit, points) in &other.units {
            let sum = entry_of(&mut self.units, *unit);
            *sum = bounded_sum(*unit, *sum, sign * points)?;
        }
        self.units.retain(|u| u.1 != 0);
        Ok(())
    }

    fn is_empty(&self) -> bool {
        *self == Figures::default()
    }
}

fn absorb_dated<K: Ord + Copy>(
    list: &mut List<(K, Figures)>,
    others: &[(K, Figures)],
    sign: i64,
    oldest: fn(K) -> K,
) -> Result<(), Exceeded> {
    for (key, figures) in others {
        match list.binary_search_by_key(key, |(k, _)| *k) {
            Ok(at) => {
                list[at].1.absorb(figures, sign)?;
                if list[at].1.is_empty() {
                    list.remove(at);
                }
            }
            // Figures that were dropped as too old meanwhile cannot be subtracted.
            Err(_) if sign < 0 => {}
            Err(at) => list.insert(at, (*key, figures.clone())),
        }
    }
    forget(list, oldest);
    Ok(())
}

impl Member {
    /// Adds another member's figures, counters, memories and labels.
    pub(in crate::rules) fn absorb(&mut self, other: &Member, seq: u64) -> Result<(), Exceeded> {
        self.absorbed.push(Absorbed {
            seq,
            from: other.id,
            tier: self.tier,
            consents: self.consents.clone(),
            deadlines: self.deadlines.clone(),
            tags: self.tags.clone(),
            memo: self.memo.iter().map(|m| (m.0, m.1.clone())).collect(),
            purchased: self.purchased,
        });
        self.absorb_figures(other, 1)?;
        for memo in &other.memo {
            if !self.memo.iter().any(|m| (m.0, &m.1) == (memo.0, &memo.1)) {
                self.memo.push(memo.clone());
            }
        }
        for tag in &other.tags {
            if let Err(at) = self.tags.binary_search(tag) {
                self.tags.insert(at, tag.clone());
            }
        }
        self.purchased = match (self.purchased, other.purchased) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        for fired in &other.fired {
            let day = self.fired.iter().find(|f| f.0 == fired.0).map(|f| f.1);
            self.fired.retain(|f| f.0 != fired.0);
            let later = day.map_or(fired.1, |day| day.max(fired.1));
            self.fired.push((fired.0, later));
        }
        for (activity, day, times) in &other.acted {
            activity_log::add(&mut self.acted, *activity, *day, *times);
        }
        Ok(())
    }

    fn absorb_figures(&mut self, other: &Member, sign: i64) -> Result<(), Exceeded> {
        self.lifetime.absorb(&other.lifetime, sign)?;
        absorb_dated(&mut self.months, &other.months, sign, month_oldest)?;
        absorb_dated(&mut self.days, &other.days, sign, day_oldest)?;
        for counter in &other.counters {
            let value = i128::from(sign) * counter.value;
            count_up(&mut self.counters, Counter { value, ..*counter });
        }
        self.counters.retain(|c| c.value != 0);
        Ok(())
    }

    /// Subtracts another member's figures, as they were added.
    pub(in crate::rules) fn give_up(&mut self, other: &Member) -> Result<(), Exceeded> {
        let Some(at) = self.absorbed.iter().rposition(|a| a.from == other.id) else {
            return Ok(());
        };
        let before = self.absorbed.remove(at);
        self.absorb_figures(other, -1)?;
        let is_own = |memo: &(Number, String)| before.memo.contains(memo);
        self.memo.retain(|m| {
            let came = other.memo.contains(m);
            !came || is_own(&(m.0, m.1.clone()))
        });
        self.tags
            .retain(|t| before.tags.contains(t) || !other.tags.contains(t));
        let both = match (before.purchased, other.purchased) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        if self.purchased == both {
            self.purchased = before.purchased;
        }
        activity_log::give_up(&mut self.acted, &other.acted);
        Ok(())
    }
}
