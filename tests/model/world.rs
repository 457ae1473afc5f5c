//! A ledger and the model of it, side by side.

use super::book::{Book, STICKY};
use super::chance::{alias, json};
use super::ops::{Loss, Op, Reading};
use super::transfers::Asked;
use super::words::{Command, Deed, Times};
use stampbook::answer::{Accepted, Answer};
use stampbook::audit;
use stampbook::command::{Who, parse};
use stampbook::engine::{self, ActivationNote, Folders, Ledger, Mode, Options};
use stampbook::insight::Facts;
use stampbook::model::{Instant, Money, Number, PilotScope};
use stampbook::policy::Bundle;
use stampbook::rules::state::{Lot, LotSums, Member};
use stampbook::storage::clock::SteppingClock;
use stampbook::storage::entropy::Entropy;
use stampbook::storage::writer_state;
use stampbook::workbench::Folder;
use stampbook::workbench::simulation::{Replies, Unlike, Window, simulate_within};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub struct World {
    dir: tempfile::TempDir,
    clock: Arc<SteppingClock>,
    pub now: i64,
    /// Number of openings of the ledger: no two draw the same ids.
    opened: u64,
    /// Facts behind figures, kept up with the journal.
    facts: Facts,
    /// Number of comparisons of everything.
    checks: usize,
    ledger: Option<Ledger>,
    pub book: Book,
    /// The numbers of points and of drinks.
    units: (Number, Number),
    /// Answers that are final, to be asked for again.
    answered: BTreeMap<String, (Asked, Answer)>,
    pub keys: Vec<String>,
    /// Log of events, to look into a failure.
    pub log: Vec<String>,
}

/// Number of comparisons between two checks of an earlier instant.
const AS_OF_CHECKS: usize = 50;

/// Half a minute past: no command is ever sent for such an instant.
pub fn start() -> i64 {
    Instant::parse("2026-10-20T09:00:30Z").unwrap().0.0
}

/// Folder in memory if the system has one: power cuts are tested elsewhere, and
/// nine tenths of the time would go into syncing.
pub fn tempdir() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = tempfile::tempdir_in(memory).ok();
    made.unwrap_or_else(|| tempfile::tempdir().unwrap())
}

pub fn folders(dir: &tempfile::TempDir) -> Folders {
    Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    }
}

/// State that a refusal may not change, as bytes: a refusal takes a number and
/// an instant, no more.
type Bytes = Vec<Vec<u8>>;

fn encoded(state: &impl bincode::Encode) -> Vec<u8> {
    bincode::encode_to_vec(state, bincode::config::standard()).unwrap()
}

impl World {
    pub fn new() -> World {
        let now = start();
        let mut world = World {
            dir: tempdir(),
            clock: Arc::new(SteppingClock::new(now, 0)),
            now,
            opened: 0,
            facts: Facts::default(),
            checks: 0,
            ledger: None,
            book: Book::default(),
            units: (0, 0),
            answered: BTreeMap::new(),
            keys: Vec::new(),
            log: Vec::new(),
        };
        let bundle = programme();
        let options = world.options(&Reading::default());
        let made = Ledger::create(&folders(&world.dir), "model.example/1", &bundle, options);
        let ledger = made.unwrap();
        let unit = |id: &str| ledger.programme().unwrap().unit_named(id).unwrap().number;
        world.units = (unit("point"), unit("drink"));
        world.ledger = Some(ledger);
        world
    }

    fn options(&mut self, reading: &Reading) -> Options {
        self.opened += 1;
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&self.opened.to_le_bytes());
        Options {
            clock: Arc::<SteppingClock>::clone(&self.clock),
            entropy: Entropy::from_seed(&seed),
            is_clock_accepted: true,
            state_bytes: reading.state_bytes,
            write_every: reading.write_every,
            cache_bytes: 1 << 20,
            ..Options::new("model").unwrap()
        }
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().unwrap()
    }

    fn times(&mut self) -> Times {
        let recorded = self.now;
        let effective = recorded.max(self.ledger().global().effective.0);
        Times {
            recorded,
            effective,
        }
    }

    fn stage(&mut self, json: &str) -> Times {
        self.log.push(json.into());
        let times = self.times();
        let request = parse(json.as_bytes(), 2).unwrap();
        self.ledger().stage(&request, Mode::default()).unwrap();
        self.check_conserved();
        times
    }

    fn check_conserved(&mut self) {
        for totals in &self.ledger().global().totals {
            let sum: i128 = totals.accounts.iter().map(|a| a.1).sum();
            assert_eq!(sum, 0, "{totals:?}");
        }
    }

    /// State that a refusal leaves unchanged.
    fn bytes(&mut self) -> Bytes {
        let ledger = self.ledger.as_mut().unwrap();
        let mut global = ledger.global().clone();
        (global.next_seq, global.effective, global.recorded) = Default::default();
        let mut bytes = vec![encoded(&global)];
        for who in self.book.members.keys() {
            let who = Who::parse(&alias(*who)).unwrap();
            let id = ledger.resolve(&who).unwrap().unwrap();
            let member = ledger.member(id).unwrap().unwrap().clone();
            let (last_seq, effective, is_live) = (0, Instant::default(), true);
            bytes.push(encoded(&Member {
                last_seq,
                effective,
                is_live,
                ..member
            }));
        }
        for of in self.book.sales.keys().rev().take(8) {
            let seq = ledger.find_key(of).unwrap().unwrap().seq;
            let after = ledger.aftermath(seq).unwrap().cloned();
            bytes.push(encoded(&after.unwrap_or_default()));
        }
        bytes
    }

    /// Submits some commands in one page, each with its answer.
    fn submit(&mut self, commands: &[Command], is_quoted: bool) {
        let alone = commands.first().filter(|_| commands.len() == 1);
        let quoted = alone.filter(|_| is_quoted).map(|command| {
            let request = parse(json(command).as_bytes(), 2).unwrap();
            engine::quote(self.ledger(), &request, None).unwrap()
        });
        let before = alone.map(|_| (self.bytes(), self.book.settled));
        let mut times = Vec::new();
        for (n, command) in commands.iter().enumerate() {
            // Sends a page while the next commands are decided.
            if n > 0 && n == commands.len() / 2 {
                engine::send(self.ledger()).unwrap();
            }
            times.push(self.stage(&json(command)));
        }
        let answers = self.ledger().commit().unwrap();
        assert_eq!(answers.len(), commands.len(), "an answer for each");
        if let Some(quoted) = quoted {
            is_same(&quoted, &answers[0]);
        }
        let is_no = matches!(answers[0], Answer::Refused(_));
        for ((command, times), answer) in commands.iter().zip(times).zip(answers) {
            self.take(command, times, answer);
        }
        // Expiries that were due before the refusal are booked in any case.
        if let Some((before, settled)) = before
            && is_no
            && settled == self.book.settled
        {
            assert_eq!(before, self.bytes(), "a refusal changes nothing");
        }
    }

    /// Carries out an answered command in the model, which must come to the
    /// same result.
    fn take(&mut self, command: &Command, times: Times, answer: Answer) {
        let asked = self.book.asked(command);
        let told = self.book.tell(command, times);
        self.log
            .push(format!("  {told:?}, answered {}", answer.to_json()));
        match (&told, &answer) {
            (Ok(balance), Answer::Accepted(accepted)) => {
                let after = accepted.after.get("point");
                assert!(after.is_none_or(|a| a == balance), "the balance after");
                self.check_award(command, &answer);
                self.book.learn(codes(accepted));
            }
            (Err(code), Answer::Refused(denied)) => assert_eq!(denied.code, *code),
            _ => panic!("the model says {told:?}, the ledger {answer:?}"),
        }
        if told.is_ok() || told.is_err_and(|code| STICKY.contains(&code)) {
            self.answered.insert(command.key.clone(), (asked, answer));
            self.keys.push(command.key.clone());
        }
        if let (Deed::Return(of, _), true) = (&command.deed, told.is_ok()) {
            self.check_returns(of);
        }
    }

    /// Asserts that several returns of the whole sale came to the same as one
    /// would have.
    fn check_returns(&self, of: &str) {
        let sale = &self.book.sales[of];
        let (mut money, mut points) = (0, 0);
        for key in &sale.returns {
            let Answer::Accepted(accepted) = &self.answered[key].1 else {
                panic!("{key} was accepted");
            };
            let back = accepted.give_back.as_ref().unwrap();
            money += Money::parse(&back.money, 2).unwrap().0;
            points += back.points.get("point").map_or(0, |n| n.whole());
        }
        assert_eq!(money, sale.back.money, "of {of}");
        if !sale.is_all_back() {
            return;
        }
        let paid: i64 = sale.paid.iter().map(|p| p.1).sum();
        let own: i64 = sale.own.iter().sum();
        assert_eq!((money, points), (sale.total - own, paid), "all of {of}");
        assert_eq!(sale.taken, sale.given, "all of {of}");
    }

    fn check_award(&self, command: &Command, answer: &Answer) {
        let (Deed::Purchase(..), Answer::Accepted(accepted)) = (&command.deed, answer) else {
            return;
        };
        let awards = accepted.did.iter().filter(|d| d.effect.as_str() == "award");
        let given: i64 = awards.filter_map(|d| d.amount).map(|n| n.whole()).sum();
        assert_eq!(given, self.book.sales[&command.key].given, "what it gives");
    }

    /// Sends an answered command again, and its key with another command.
    fn repeat(&mut self, key: &str) {
        let Some((asked, first)) = self.answered.get(key).cloned() else {
            return;
        };
        // A member who was split from the other since is another person.
        if !self.book.is_still(&asked) {
            return;
        }
        self.stage(&json(&asked.command));
        let again = self.ledger().commit().unwrap().remove(0);
        is_same(&first, &again);
        let is_repeated = match &again {
            Answer::Accepted(accepted) => accepted.repeated,
            Answer::Refused(denied) => denied.repeated,
        };
        assert!(is_repeated, "{again:?}");
        let who = alias(self.book.owner(key).unwrap());
        let other = format!(
            r#"{{"do":"adjust","key":"{key}","member":"{who}","unit":"point","points":999,"reason":"x"}}"#
        );
        self.stage(&other);
        match self.ledger().commit().unwrap().remove(0) {
            Answer::Refused(denied) => assert_eq!(denied.code, "key_conflict"),
            accepted => panic!("{accepted:?}"),
        }
    }

    fn daily(&mut self) {
        let times = self.times();
        self.log.push("daily".into());
        let ledger = self.ledger.as_mut().unwrap();
        let booked = engine::daily(ledger).unwrap();
        let mut ids = BTreeMap::new();
        for who in self.book.members.keys() {
            let name = Who::parse(&alias(*who)).unwrap();
            ids.insert(ledger.resolve(&name).unwrap(), self.book.resolve(*who));
        }
        // The order of members is not defined, but lots are numbered by it.
        let whose = booked
            .iter()
            .map(|seq| ledger.entry(*seq).unwrap().unwrap());
        let order = whose.map(|entry| ids[&entry.member()]).collect();
        self.book.daily(order, times.effective);
    }

    /// Lets a programme that gives the same take effect.
    fn change(&mut self, n: u64) {
        // Activating books what is due, which the model is told by the daily run.
        self.daily();
        self.log.push(format!("change {n}"));
        let mut bundle = programme();
        for file in &mut bundle.files {
            if file.path.starts_with("campaigns/") {
                file.text.push_str(&format!("// change {n}\n"));
            }
        }
        let ledger = self.ledger.as_mut().unwrap();
        let unsaid = ActivationNote::default;
        let is_trying = ledger.global().pilot.is_some();
        match n % 4 {
            0 => {
                // The clock passes the instant with nobody there.
                let at = ledger.global().effective.0.max(self.now) + 5;
                engine::schedule(ledger, &bundle, Instant(at), unsaid()).unwrap();
                self.now = at + 5;
                self.clock.set(self.now);
                engine::take_schedules(ledger).unwrap();
                assert!(ledger.global().scheduled.is_empty());
                assert!(ledger.global().pilot.is_none());
            }
            1 | 2 if !is_trying => {
                let store = engine::pilot_store(ledger, "b").unwrap();
                let named = ("b".to_owned(), PilotScope::Stores(vec![store]));
                engine::start_pilot(ledger, &bundle, named, unsaid()).unwrap();
            }
            _ => drop(engine::activate(ledger, &bundle, unsaid()).unwrap()),
        }
    }

    /// Drops the ledger without closing it, with commands that wait for their
    /// page and were never answered.
    fn crash(&mut self, lost: &[Command], loss: Loss, reading: &Reading) {
        for command in lost {
            self.stage(&json(command));
        }
        self.log
            .push(format!("crash: what waits is lost, {loss:?}"));
        self.ledger = None;
        self.lose(loss);
        let options = self.options(reading);
        self.ledger = Some(Ledger::open(&folders(&self.dir), options).unwrap());
    }

    /// Removes files of a ledger that is not open.
    fn lose(&self, loss: Loss) {
        let folders = folders(&self.dir);
        let (book, older) = (folders.ledger.join("book"), self.dir.path().join("older"));
        match loss {
            Loss::Nothing => {}
            Loss::OlderBook if !older.is_dir() => {}
            Loss::OlderBook => {
                std::fs::remove_dir_all(&book).unwrap();
                std::fs::rename(&older, &book).unwrap();
            }
            Loss::Gone(name) => {
                let path = folders.ledger.join(name);
                match path.is_dir() {
                    true => std::fs::remove_dir_all(path).unwrap(),
                    // No page may have been signed yet.
                    false => drop(std::fs::remove_file(path)),
                }
            }
            Loss::NewestState => lose_newest(&folders.secrets.join(writer_state::FILE_NAME)),
        }
        if older.is_dir() {
            std::fs::remove_dir_all(&older).unwrap();
        }
        if book.is_dir() {
            copy(&book, &older);
        }
    }

    fn reopen(&mut self, is_rebuilt: bool, reading: &Reading) {
        self.log.push(format!("close, rebuild: {is_rebuilt}"));
        let global = self.ledger().global().clone();
        self.ledger.take().unwrap().close().unwrap();
        let (folders, options) = (folders(&self.dir), self.options(reading));
        let opened = match is_rebuilt {
            true => Ledger::rebuild(&folders, options),
            false => Ledger::open(&folders, options),
        };
        let opened = opened.unwrap();
        assert_eq!(*opened.global(), global, "the same house");
        self.ledger = Some(opened);
    }

    pub fn carry_out(&mut self, op: &Op) {
        match op {
            Op::Clock(now) => {
                self.now = *now;
                self.clock.set(*now);
                self.log.push(format!("clock {now}"));
                return;
            }
            Op::Submit(commands, is_quoted) => self.submit(commands, *is_quoted),
            Op::Repeat(key) => self.repeat(key),
            Op::Daily => self.daily(),
            Op::Change(n) => self.change(*n),
            Op::Crash(lost, loss, reading) => self.crash(lost, *loss, reading),
            Op::Reopen(is_rebuilt, reading) => self.reopen(*is_rebuilt, reading),
        }
        self.check();
    }

    /// Asserts that lots, debts and totals are those of the model.
    fn check(&mut self) {
        let ledger = self.ledger.as_mut().unwrap();
        let mut outstanding = 0;
        let active = self.book.members.iter().filter(|m| m.1.merged.is_none());
        for (number, expected) in active {
            let who = number;
            let who = Who::parse(&alias(*who)).unwrap();
            let id = ledger.resolve(&who).unwrap().expect("nobody is forgotten");
            let member = ledger.member(id).unwrap().unwrap();
            let end = |l: &Lot| l.terms.expires.unwrap().0;
            let dates = |l: &Lot| [l.terms.available, l.terms.expires];
            let first = member.lots.iter().flat_map(dates).flatten().min();
            assert!(member.lots_due <= first || first.is_none(), "{member:?}");
            assert!(first.is_none() || member.lots_due.is_some(), "{member:?}");
            for sums in &member.in_lots {
                let lots: Vec<_> = member.lots_of(sums.unit).map(LotSums::of).collect();
                let sum = |of: fn(&LotSums) -> i64| lots.iter().map(of).sum::<i64>();
                let expected = LotSums {
                    unit: sums.unit,
                    remaining: sum(|lot| lot.remaining),
                    held: sum(|lot| lot.held),
                    dated: sum(|lot| lot.dated),
                    free: sum(|lot| lot.free),
                };
                assert_eq!(*sums, expected, "{member:?}");
            }
            let points = member.lots_of(self.units.0);
            let lots: Vec<(i64, i64)> = points.map(|l| (l.remaining.0, end(l))).collect();
            assert_eq!(lots, expected.lots(), "the lots of {who:?}");
            let drinks = member.lots_of(self.units.1);
            let mut drinks: Vec<_> = drinks.map(|l| (end(l), l.held.is_positive())).collect();
            drinks.sort_unstable();
            assert_eq!(drinks, self.book.drinks(*number), "the drinks of {who:?}");
            let holds = member.holds.iter().filter(|h| h.token.is_none());
            let holds: Vec<(i64, Vec<i64>)> = holds
                .map(|h| (h.until.0, h.lots.iter().map(|l| l.1.0).collect()))
                .collect();
            assert_eq!(holds, expected.held(), "what is held of {who:?}");
            let owed: i64 = member.owed.iter().map(|o| o.1).sum();
            assert_eq!(owed, expected.owed, "what {who:?} owes");
            assert_eq!(member.balance(self.units.0).0, expected.balance());
            let now = Instant(self.now);
            assert_eq!(
                member.available(self.units.0, now).0,
                expected.available(self.now)
            );
            outstanding += expected.balance();
        }
        self.check_figures();
        if self.checks.is_multiple_of(AS_OF_CHECKS) {
            self.check_as_of();
        }
        self.checks += 1;
        let ledger = self.ledger.as_mut().unwrap();
        assert_eq!(ledger.global().members, self.book.members.len() as u64);
        let drinks = self.book.vouchers.iter().filter(|v| v.is_there());
        let drinks = drinks.count() as i64;
        for totals in &ledger.global().totals {
            let is_drink = totals.unit == self.units.1;
            let expected = if is_drink { drinks } else { outstanding };
            assert_eq!(totals.outstanding(), i128::from(expected), "{totals:?}");
        }
    }

    /// Asserts that facts behind figures come to the ledger's accounts, unit by unit, and
    /// that those kept up with the journal equal those made from nothing.
    fn check_figures(&mut self) {
        let ledger = self.ledger.as_mut().unwrap();
        let entries = ledger.durable();
        if entries != ledger.global().next_seq {
            return;
        }
        let mark = self.facts.mark;
        // What was lost was never in the journal.
        if mark.entries > entries || ledger.hash_after(mark.entries).unwrap() != mark.hash {
            self.facts = Facts::default();
        }
        let add = |ledger: &mut Ledger, facts: &mut Facts| {
            for entry in ledger.entries_from(facts.mark.entries).unwrap() {
                facts.add(&entry.unwrap());
            }
            facts.mark_hash(ledger.hash_after(entries).unwrap());
        };
        add(ledger, &mut self.facts);
        for totals in &ledger.global().totals {
            let mut accounts = totals.accounts.clone();
            accounts.retain(|account| account.1 != 0);
            accounts.sort_unstable();
            assert_eq!(
                self.facts.accounts(totals.unit),
                accounts,
                "unit {}",
                totals.unit
            );
        }
        if self.checks.is_multiple_of(AS_OF_CHECKS) {
            let mut fresh = Facts::default();
            add(ledger, &mut fresh);
            assert_eq!(fresh, self.facts, "facts made from nothing");
            let saved = Facts::from_bytes(&fresh.to_bytes(), fresh.mark.hash);
            assert_eq!(saved, Some(fresh), "facts saved and read again");
        }
    }

    /// Asserts that every member's balances as of now, replayed from the
    /// journal, equal those of a live answer.
    fn check_as_of(&mut self) {
        let ledger = self.ledger.as_mut().unwrap();
        let at = Instant(self.now).max(ledger.global().effective.after(1));
        for (number, _) in self.book.members.iter().filter(|m| m.1.merged.is_none()) {
            let who = Who::parse(&alias(*number)).unwrap();
            let id = ledger.resolve(&who).unwrap().unwrap();
            let told = engine::standing(ledger, id).unwrap().unwrap();
            let then = engine::standing_at(ledger, id, at).unwrap().0;
            let points = then.iter().find(|(unit, _)| *unit == self.units.0).unwrap();
            let now = told.balance.get("point").map_or(0, |held| {
                let parts = [&held.available, &held.pending, &held.held];
                parts
                    .iter()
                    .map(|n| n.to_string().parse::<i64>().unwrap())
                    .sum()
            });
            assert_eq!(points.1.0, now, "as of now of {who:?}");
        }
    }

    /// Asserts that each member has the vouchers whose codes they were told.
    fn check_codes(&mut self) {
        let ledger = self.ledger.as_mut().unwrap();
        for (number, member) in &self.book.members {
            if member.merged.is_some() {
                continue;
            }
            let who = Who::parse(&alias(*number)).unwrap();
            let id = ledger.resolve(&who).unwrap().unwrap();
            let found = engine::vouchers(ledger, id).unwrap().into_iter();
            let mut found: Vec<String> = found.map(|(_, code)| code.to_string()).collect();
            found.sort_unstable();
            assert_eq!(found, self.book.codes(*number), "the codes of {who:?}");
        }
    }

    /// Asserts that the past, decided again by the programme that was in force, comes to
    /// what happened: from the first day, and from one in the middle.
    fn check_simulated(&mut self) {
        let bundle = programme();
        let now = self.now;
        let ledger = self.ledger();
        let calendar = ledger.programme().unwrap().calendar.clone();
        let (first, to) = (
            calendar.day_of(Instant(start())),
            calendar.day_of(Instant(now)),
        );
        let middle = first.plus_days((to.0 - first.0) / 2);
        let lots = |member: Option<&Member>| {
            let member = member.unwrap();
            let lots = member.lots.iter();
            let lots = lots.map(|l| {
                (
                    l.unit,
                    l.remaining,
                    l.held,
                    l.campaign,
                    l.terms,
                    l.code.clone(),
                )
            });
            (
                lots.collect::<Vec<_>>(),
                member.owed.clone(),
                member.tier,
                member.counters.clone(),
            )
        };
        // With no memory for members, each is read from a file for each entry.
        for (from, memory) in [(first, u64::MAX), (middle, u64::MAX), (middle, 0)] {
            let window = Window { from, to };
            let replies = Replies::AsTheyWere;
            let mut alone = |_: &mut Ledger, _, _| Ok(());
            let made = simulate_within(ledger, &bundle, window, replies, memory, &mut alone);
            let made = made.unwrap();
            assert_eq!(made.unlike, Unlike::default(), "from {from}");
            assert_eq!(made.then, made.drafted, "from {from}");
            let compare = |then: Option<&Member>, drafted: Option<&Member>| {
                assert_eq!(lots(then), lots(drafted), "from {from}");
            };
            made.each_member(compare).unwrap();
        }
    }

    pub fn end(&mut self) {
        self.reopen(true, &Reading::default());
        self.check();
        self.check_codes();
        self.check_simulated();
        self.ledger.take().unwrap().close().unwrap();
        let options = audit::Options::new(&folders(&self.dir).ledger);
        let report = audit::verify(&options, |_, _| {}).unwrap();
        assert_eq!(report.outcome(), audit::Outcome::Held, "{report:?}");
        // The second verifier is slow.
        if report.counts.entries < 500 {
            let schema = crate::schema::Schema::of_the_document();
            let verdicts = crate::second::verify(&schema, &folders(&self.dir).ledger);
            assert!(verdicts.are_held(), "{verdicts:?}");
        }
    }

    /// Figures of every member, and the shop's accounts.
    pub fn figures(&mut self) -> Vec<String> {
        let totals = self.ledger().global().totals.clone();
        let mut figures = vec![format!("{totals:?}")];
        let members = self.book.members.values();
        figures.extend(members.map(|m| {
            let mut lots = m.lots();
            lots.sort_unstable();
            format!("{lots:?} {:?} {}", m.held(), m.owed)
        }));
        let numbers = self.book.members.keys();
        figures.extend(numbers.map(|who| format!("{:?}", self.book.drinks(*who))));
        figures
    }
}

/// Tears the newer of the two records, if there are two.
fn lose_newest(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let slots: Vec<&mut [u8]> = bytes.chunks_mut(writer_state::SLOT_LEN).collect();
    if slots.iter().any(|slot| slot.iter().all(|byte| *byte == 0)) {
        return;
    }
    let generation = |slot: &[u8]| u64::from_le_bytes(*slot[16..].first_chunk().unwrap());
    let newest = slots.into_iter().max_by_key(|slot| generation(slot));
    newest.unwrap()[40..].fill(0);
    std::fs::write(path, bytes).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, target).unwrap()),
        }
    }
}

fn codes(accepted: &Accepted) -> Vec<(String, String)> {
    let shown = accepted.codes.iter();
    shown.map(|c| (c.kind.clone(), c.code.clone())).collect()
}

fn is_same(first: &Answer, again: &Answer) {
    match (first, again) {
        (Answer::Accepted(a), Answer::Accepted(b)) => {
            assert_eq!((&a.did, &a.after), (&b.did, &b.after));
        }
        (Answer::Refused(a), Answer::Refused(b)) => {
            assert_eq!((&a.code, &a.message), (&b.code, &b.message));
        }
        _ => panic!("first {first:?}, then {again:?}"),
    }
}

/// The programme that the model tells a second time.
fn programme() -> Bundle {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programmes/model");
    Folder::read(&path).unwrap().bundle
}
