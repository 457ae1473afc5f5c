//! Claim 1, of heads: an entry's instants, day, place, key and members must be
//! ones that the ledger could have set, as FORMAT.md section 7.2 says.

use crate::model::{
    Act, Activation, Calendar, Entry, Instant, Key, MINUTE, MemberId, NameKind, Names, Number,
    Place,
};
use crate::policy::{Bundle, Premises};
use crate::rules::State;

/// Most that a till's clock may be ahead of the ledger's, in microseconds.
const AHEAD_MAX: i64 = 10 * MINUTE;
/// Largest offset from UTC that RFC 3339 can write, in minutes.
const OFFSET_MAX: i16 = 23 * 60 + 59;

/// The part of the programme in force that heads depend on.
#[derive(Default)]
pub(super) struct Heads {
    calendar: Calendar,
    /// Stores, each with the terminals that it lists.
    stores: Vec<(Number, Vec<String>)>,
    /// Activations whose programme.toml could not be read: their days and
    /// stores are not checked.
    pub unread: Vec<u32>,
    is_unread: bool,
}

impl Heads {
    /// Puts a programme in force, with the names from here on.
    pub fn activate(&mut self, activation: &Activation, names: &Names) {
        let premises = Premises::of(&Bundle::recorded(&activation.files));
        self.is_unread = premises.is_none();
        if self.is_unread {
            self.unread.push(activation.number);
        }
        let premises = premises.unwrap_or_default();
        self.calendar = Calendar {
            zone: activation.zone.clone(),
            day_starts: premises.day_starts,
        };
        let numbered = premises
            .stores
            .into_iter()
            .filter_map(|(id, terminals)| Some((names.number(NameKind::Store, &id)?, terminals)));
        self.stores = numbered.collect();
    }

    /// Checks an entry's head against the state before it.
    pub fn check(&self, state: &State, entry: &Entry) -> Result<(), String> {
        self.instants(state, entry)?;
        self.place(entry)?;
        key(entry)?;
        members(state, entry)
    }

    fn instants(&self, state: &State, entry: &Entry) -> Result<(), String> {
        let (head, last) = (&entry.head, state.global.effective);
        // Genesis has no predecessor, and a corrected clock goes back.
        let is_free = entry.seq == 0 || matches!(entry.act, Act::ClockCorrected { .. });
        if head.origin.is_history {
            let member = entry.member().and_then(|id| state.members.get(&id));
            if member.is_some_and(|m| head.effective < m.effective) {
                return Err("its instant lies before its member's last entry".into());
            }
        } else if !is_free && head.effective <= last {
            return Err("its instant is not later than that of the entry before it".into());
        } else if head.recorded_lag > 0 || (head.recorded_lag < 0 && head.effective.0 != last.0 + 1)
        {
            return Err(
                "its instant is neither that of the clock nor right behind the last".into(),
            );
        }
        let latest = head.effective.max(head.recorded_at()).after(AHEAD_MAX);
        if head.occurred_at() > latest {
            return Err("it occurred after the clock by more than a till's may be ahead".into());
        }
        let offset = head.occurred.map_or(0, |o| o.offset);
        if !(-OFFSET_MAX..=OFFSET_MAX).contains(&offset) {
            return Err(format!("no clock is {offset} minutes from UTC"));
        }
        self.day(entry, head.occurred_at())
    }

    fn day(&self, entry: &Entry, at: Instant) -> Result<(), String> {
        let said = entry.head.day;
        let day = self.calendar.day_of(at);
        match self.is_unread || said == day {
            true => Ok(()),
            false => Err(format!("it says day {said}, by its instants it is {day}")),
        }
    }

    fn place(&self, entry: &Entry) -> Result<(), String> {
        let origin = &entry.head.origin;
        let number = match &origin.place {
            _ if self.is_unread => return Ok(()),
            Place::Unsaid => return Ok(()),
            Place::Named(name) if self.stores.is_empty() && !name.is_empty() => {
                return Ok(());
            }
            Place::Named(name) => {
                return Err(format!("the programme has no store by the name '{name}'"));
            }
            Place::Store(number) => number,
        };
        let store = self.stores.iter().find(|s| s.0 == *number);
        let Some((_, terminals)) = store else {
            return Err(format!("the programme has no store {number}"));
        };
        let terminal = &origin.terminal;
        match terminal.is_empty() || terminals.is_empty() || terminals.contains(terminal) {
            true => Ok(()),
            false => Err(format!("store {number} has no terminal '{terminal}'")),
        }
    }
}

fn key(entry: &Entry) -> Result<(), String> {
    match entry.head.key.as_str() {
        "" => Ok(()),
        text => Key::check(text),
    }
}

/// Checks that no member is touched twice, and that history precedes a member's
/// first live entry.
fn members(state: &State, entry: &Entry) -> Result<(), String> {
    let touched = &entry.touched;
    let is_twice = match touched.len() {
        0 | 1 => false,
        2 => touched[0].member == touched[1].member,
        _ => {
            let mut ids: Vec<MemberId> = touched.iter().map(|t| t.member).collect();
            ids.sort_unstable();
            ids.windows(2).any(|two| two[0] == two[1])
        }
    };
    if is_twice {
        return Err("it touches a member twice".into());
    }
    if touched.iter().skip(1).any(|t| t.member == MemberId::NOBODY) {
        return Err("nobody stands among its members, and not first".into());
    }
    let is_live = |id: MemberId| state.members.get(&id).is_some_and(|m| m.is_live);
    match entry.head.origin.is_history && entry.member().is_some_and(is_live) {
        true => Err("it is history, and its member has a live entry before it".into()),
        false => Ok(()),
    }
}
