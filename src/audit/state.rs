//! Claim 1: every entry follows from those before it. The state is folded anew
//! from nothing, and the figures that an entry states are compared with it.

use super::head::Heads;
use super::options::Options;
use super::report::{DeviationKind, Findings, JournalPlace};
use super::scratch::{Scratch, UnusedState};
use super::uniques::Uniques;
use super::walk::DecodedPage;
use crate::engine::{LEAST_PART, aftermath_len, members_len};
use crate::model::{self, Account, Act, Activation, Code, Effect, Entry, Number, WarningCode};
use crate::policy::Bundle;
use crate::rules::{AHEAD, State, fold, prefetch};
use crate::storage::error::StorageError;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hint::black_box;

/// The state at the point that folding has reached.
pub(super) struct StateCheck {
    pub state: State,
    pub findings: Findings,
    /// Number of entries folded.
    pub folded: u64,
    /// Entry at which folding stopped since it is missing or unreadable.
    pub stopped: Option<u64>,
    pub unused: UnusedState,
    /// Bytes of memory of members in use.
    used: u64,
    scratch: Scratch,
    threads: usize,
    memory: u64,
    uniques: Uniques,
    heads: Heads,
    terminals: BTreeMap<Terminal, Counted>,
}

/// A store and one of its terminals.
type Terminal = (String, String);

/// Readings of a terminal's own counter.
struct Counted {
    first: u64,
    last: u64,
    seen: u64,
}

/// Most terminals whose counters are tracked.
const TERMINALS_MAX: usize = 10_000;

impl StateCheck {
    pub fn new(scratch: Scratch, options: &Options) -> StateCheck {
        StateCheck {
            state: State::default(),
            findings: Findings::default(),
            folded: 0,
            stopped: None,
            unused: UnusedState::default(),
            used: 0,
            scratch,
            threads: options.threads,
            memory: options.fold_memory(),
            uniques: Uniques::default(),
            heads: Heads::default(),
            terminals: BTreeMap::new(),
        }
    }

    /// Folds a page. `before` is called for each entry with the state on which
    /// it was decided.
    pub fn page(
        &mut self,
        page: &DecodedPage,
        mut before: impl FnMut(
            &mut State,
            &UnusedState,
            &Entry,
            JournalPlace,
        ) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.uniques.add(&page.uniques);
        let place = JournalPlace::from(page.position);
        for (n, (seq, entry)) in (page.header.first_seq..).zip(&page.entries).enumerate() {
            if n % AHEAD == 0 {
                let next = page.entries[n..].iter().take(AHEAD);
                look_ahead(&self.state, next.clone());
                self.unused.look_ahead(next);
            }
            if self.stopped.is_some() || seq != self.folded {
                self.stopped.get_or_insert(self.folded);
                return Ok(());
            }
            self.uniques.note_voids(entry);
            let ids = || entry.touched.iter().map(|touched| touched.member);
            let was = members_len(&self.state, ids());
            self.unused.load(&mut self.state, entry)?;
            before(&mut self.state, &self.unused, entry, place)?;
            self.entry(entry, place);
            self.used = (self.used + members_len(&self.state, ids())).saturating_sub(was);
        }
        if page.entries.len() < page.header.count as usize {
            self.stopped.get_or_insert(self.folded);
        }
        self.bound()
    }

    /// Keeps within the memory bound: members in use are packed into bytes
    /// first; then hashes, then those bytes go into scratch files. Parts that
    /// take less than the [`LEAST_PART`] of the memory stay, since moving them
    /// gains nothing.
    fn bound(&mut self) -> Result<(), StorageError> {
        let least = self.memory / LEAST_PART;
        let used = self.used + aftermath_len(&self.state);
        let others = self.unused.memory_len() + self.uniques.memory_len();
        if self.unused.is_due(used, others, self.memory) {
            self.unused.pack(&mut self.state);
            self.used = 0;
        }
        let hashes = self.uniques.memory_len();
        if self.unused.memory_len() + hashes > self.memory - least && hashes > least {
            self.uniques.spill(&self.scratch)?;
        }
        if self.unused.is_over(self.uniques.memory_len(), self.memory) {
            self.unused.write_out(&self.scratch)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, place: JournalPlace) {
        if let Err(what) = self.check(entry) {
            self.findings
                .at(DeviationKind::Contradiction, self.folded, place, what);
        }
        if let Err(contradiction) = fold(&mut self.state, entry) {
            let what = match contradiction.effect {
                Some(n) => format!("effect {n}: {}", contradiction.what),
                None => contradiction.what,
            };
            self.findings
                .at(DeviationKind::Contradiction, self.folded, place, what);
        }
        // A pilot has the days and stores of the programme for all.
        if let Act::PolicyActivated(activation) = &entry.act
            && activation.pilot.is_none()
        {
            self.heads.activate(activation, &self.state.global.names);
        }
        self.count(entry);
        self.folded += 1;
        // After a contradiction the fold may have stopped half-way.
        self.state.global.next_seq = self.folded;
    }

    /// Counts a terminal's own counter: skipped numbers were never sent here.
    fn count(&mut self, entry: &Entry) {
        let origin = &entry.head.origin;
        let Some(counter) = origin.counter else {
            return;
        };
        let terminal = (store_of(&origin.place), origin.terminal.clone());
        if self.terminals.len() >= TERMINALS_MAX && !self.terminals.contains_key(&terminal) {
            return;
        }
        let new = Counted {
            first: counter,
            last: counter,
            seen: 0,
        };
        let counted = self.terminals.entry(terminal).or_insert(new);
        counted.first = counted.first.min(counter);
        counted.last = counted.last.max(counter);
        counted.seen += 1;
    }

    /// Counts that terminals skipped, or sent twice, in words.
    pub fn skipped(&self) -> impl Iterator<Item = String> + '_ {
        self.terminals
            .iter()
            .filter_map(|((store, terminal), counted)| {
                let Counted { first, last, seen } = *counted;
                let span = (last - first).saturating_add(1);
                let what = match seen.cmp(&span) {
                    Ordering::Equal => return None,
                    Ordering::Less => format!("{} counts are missing", span - seen),
                    Ordering::Greater => format!("{} counts came more than once", seen - span),
                };
                Some(format!(
                    "terminal {store}{terminal} counted {first} to {last}: {what}"
                ))
            })
    }

    /// Checks the parts of an entry that folding takes on trust.
    fn check(&self, entry: &Entry) -> Result<(), String> {
        let global = &self.state.global;
        match &entry.act {
            Act::Genesis(_) if entry.seq != 0 => return Err("a ledger begins only once".into()),
            Act::Genesis(_) => {}
            _ if entry.seq == 0 => return Err("the first entry is no genesis".into()),
            Act::PolicyActivated(activation) => {
                self.activated(activation)?;
                super::schedule::check_activation(global, entry, activation)?;
            }
            act => super::schedule::check(global, act)?,
        }
        super::schedule::check_in_time(global, entry)?;
        super::pilot::check_named(global, entry.head.bundle)?;
        self.heads.check(&self.state, entry)?;
        if let Act::Refused(refused) = &entry.act
            && let is_failed = refused.refusal.code == Code::PolicyFailed
            && let Some(effect) = entry.effects.iter().find(|effect| {
                let is_failure = is_failed && matches!(effect, Effect::Failed { .. });
                !is_of_counter(effect) && !is_failure
            })
        {
            return Err(format!("it was refused, and has an effect: {effect:?}"));
        }
        self.counted(entry)
    }

    fn activated(&self, activation: &Activation) -> Result<(), String> {
        let global = &self.state.global;
        let next = global.next_activation();
        if activation.number != next {
            let number = activation.number;
            return Err(format!("it is activation {number}, where {next} comes"));
        }
        super::pilot::check_begun(global, activation)?;
        let files = &activation.files;
        let computed = Bundle::recorded(files).digest();
        super::schedule::check_files(files, Some(computed), &activation.digest)?;
        let changes = &activation.zone.changes;
        if !changes.is_sorted_by(|one, next| one.at < next.at) {
            return Err("the changes of its zone are not in order".into());
        }
        let mut names = global.names.clone();
        match names.extend(&activation.names) {
            Some(()) => Ok(()),
            None => Err("it numbers names otherwise than before".into()),
        }
    }

    /// Checks the terminal's own counter, which every entry that has one advances.
    fn counted(&self, entry: &Entry) -> Result<(), String> {
        let origin = &entry.head.origin;
        let place = match origin.place {
            model::Place::Store(number) => number,
            _ => 0,
        };
        let mut moved = entry.effects.iter().filter_map(|effect| match effect {
            Effect::Terminal {
                store,
                terminal,
                counter,
                missing,
            } => Some((store, terminal, counter, missing)),
            _ => None,
        });
        let (store, terminal, counter, missing) = match (moved.next(), origin.counter) {
            (None, None) => return Ok(()),
            (Some(moved), Some(said))
                if (*moved.0, moved.1, *moved.2) == (place, &origin.terminal, said) =>
            {
                moved
            }
            _ => return Err("its terminal's counter is not that of its origin".into()),
        };
        if moved.next().is_some() {
            return Err("it counts twice at its terminal".into());
        }
        let terminals = &self.state.global.terminals;
        let skipped = terminals.judge(*store, terminal, *counter).missing();
        match skipped == *missing {
            true => Ok(()),
            false => Err(format!(
                "terminal {terminal} counts {counter} and says that {missing} are missing before it, not {skipped}"
            )),
        }
    }

    /// Ends the claim: reports keys used twice, and totals that do not add up.
    pub fn end(&mut self) -> Result<(), StorageError> {
        let uniques = std::mem::take(&mut self.uniques);
        for (first, again) in uniques.doubles(&self.scratch, self.threads)? {
            let what = format!("its key, slip or order number was used by entry {first} already");
            self.findings
                .add(DeviationKind::Duplicate, Some((again, again)), None, what);
        }
        for what in self.others() {
            self.findings
                .add(DeviationKind::Contradiction, None, None, what);
        }
        for totals in &self.state.global.totals {
            let sum: i128 = totals.accounts.iter().map(|a| a.1).sum();
            if sum != 0 {
                let what = format!("the accounts of unit {} add up to {sum}", totals.unit);
                self.findings
                    .add(DeviationKind::Contradiction, None, None, what);
            }
        }
        Ok(())
    }

    /// Accounts of partners and pools that do not add up.
    fn others(&self) -> Vec<String> {
        let global = &self.state.global;
        let owed: i128 = global.partners.iter().map(|p| p.balance).sum();
        let mut wrong = Vec::new();
        if owed != global.partners_owed {
            let whole = global.partners_owed;
            wrong.push(format!(
                "partners' accounts add up to {owed}, together {whole}"
            ));
        }
        for pool in &global.pools {
            let left: i128 = pool.years.iter().map(|y| y.given - y.paid).sum();
            if left != pool.balance {
                let (number, held) = (pool.pool, pool.balance);
                wrong.push(format!(
                    "pool {number} holds {held}, its years leave {left}"
                ));
            }
        }
        wrong
    }

    /// Activations under which days and stores could not be checked.
    pub fn unread(&self) -> &[u32] {
        &self.heads.unread
    }

    /// Balance of all members together, by unit.
    pub fn outstanding(&self) -> impl Iterator<Item = (Number, i128)> + '_ {
        let totals = self.state.global.totals.iter();
        totals.map(|t| (t.unit, t.of(Account::Lots) + t.of(Account::Deficit)))
    }
}

/// Prefetches the next entries, which another processor has just made, and
/// their members.
fn look_ahead<'a>(state: &State, next: impl Iterator<Item = &'a Entry> + Clone) {
    let awards = |entry: &Entry| {
        let ends = (entry.after.last(), entry.outstanding.last());
        let ends = ends.0.is_some_and(|a| a.unit > 0) | ends.1.is_some_and(|o| o.unit > 0);
        let is_award = |effect: &&Effect| matches!(effect, Effect::Award { .. });
        entry.effects.iter().filter(is_award).count() + usize::from(ends)
    };
    black_box(next.clone().map(awards).sum::<usize>());
    let touched = next.flat_map(|entry| &entry.touched);
    prefetch(state, touched.map(|touched| touched.member));
}

/// True for effects of a refused command, which counts at its terminal and has
/// no other effect.
fn is_of_counter(effect: &Effect) -> bool {
    let own = [WarningCode::CounterAgain, WarningCode::CounterBack];
    match effect {
        Effect::Terminal { .. } => true,
        Effect::Warned { code, .. } => own.iter().any(|own| own.as_str() == code),
        _ => false,
    }
}

fn store_of(place: &model::Place) -> String {
    match place {
        model::Place::Unsaid => String::new(),
        model::Place::Store(number) => format!("of store {number}, "),
        model::Place::Named(name) => format!("of {name}, "),
    }
}
