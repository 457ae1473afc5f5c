//! Work that takes more than one entry or page: expiry, erasure, a choice of
//! many members. Interrupted between any two pages, sending the command again
//! completes it.

use super::whole::{folders, say};
use crate::answer::Answer;
use crate::chain::page::Page;
use crate::command::parse;
use crate::engine::commit::page_committer::PageCommitter;
use crate::engine::commit::writer::Writer;
use crate::engine::error::Error;
use crate::engine::{self, ActivationNote, Folders, Ledger, Mode, Options};
use crate::policy::Bundle;
use crate::rules::member::erasure::LOTS_MAX;
use crate::rules::state::{Member, Status};
use crate::storage::clock::SteppingClock;
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::journal::{Conflict, Head, Journal, Opening, Pages, Position, files};
use crate::storage::secrets::Secrets;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const MANIFEST: &str = r#"
[programme]
name = "plans"
currency = "EUR"
zone = "UTC"

[unit.star]
kind = "spendable"
expires = { after = "1 month" }

[transfer.star]
"#;

const PICK: &str = r#"campaign(#{ id: "pick", target: #{ quota: QUOTA } });

fn on_purchase(purchase, member) { if member.is_targeted("pick") { award("star", 1, "picked"); } }
"#;

const START: &str = "2026-11-02T10:00:00Z";
const LATER: &str = "2027-01-20T10:00:00Z";
const ORIGIN: &str = "shop.example/1";
/// So few bytes that each entry of a plan has a page to itself.
const BODY_SMALL: usize = 300 << 10;

fn options(at: &str) -> Options {
    let start = crate::model::Instant::parse(at).unwrap().0.0;
    Options {
        clock: Arc::new(SteppingClock::new(start, 1000)),
        entropy: Entropy::from_seed(&[9; 32]),
        is_clock_accepted: true,
        ..Options::new("test").unwrap()
    }
}

pub(super) fn shop(dir: &TempDir) -> Ledger {
    shop_picking(dir, 450)
}

fn shop_picking(dir: &TempDir, quota: usize) -> Ledger {
    let pick = PICK.replace("QUOTA", &quota.to_string());
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", MANIFEST),
        file("campaigns/pick.rhai", &pick),
    ];
    let bundle = Bundle::new(files).unwrap();
    Ledger::create(&folders(dir), ORIGIN, &bundle, options(START)).unwrap()
}

fn all(ledger: &mut Ledger, commands: impl Iterator<Item = String>) {
    for json in commands {
        let request = parse(json.as_bytes(), 2).unwrap_or_else(|bad| panic!("{json}: {bad}"));
        ledger.stage(&request, Mode::default()).unwrap();
    }
    let answers = ledger.commit().unwrap();
    assert!(answers.iter().all(Answer::is_ok));
}

pub(super) fn enrol(card: usize) -> String {
    format!(r#"{{"do":"enrol","key":"e{card}","aliases":["card:{card}"]}}"#)
}

/// A member with that many lots of one star each.
fn with_lots(dir: &TempDir, lots: usize) -> Ledger {
    let mut ledger = shop(dir);
    all(&mut ledger, (0..2).map(enrol));
    let adjust = |n| {
        format!(
            r#"{{"do":"adjust","key":"a{n}","member":"card:0","unit":"star","points":1,"reason":"test"}}"#
        )
    };
    all(&mut ledger, (0..lots).map(adjust));
    ledger
}

/// A journal that accepts that many pages and fails at the next.
struct Failing {
    inner: Box<dyn Journal>,
    pages: usize,
}

impl Journal for Failing {
    fn head(&self) -> Head {
        self.inner.head()
    }

    fn begin(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, StorageError> {
        let path = "journal".into();
        self.pages = self
            .pages
            .checked_sub(1)
            .ok_or(StorageError::Poisoned { path })?;
        self.inner.begin(expected, page)
    }

    fn finish(&mut self) -> Result<(), StorageError> {
        self.inner.finish()
    }

    fn read(&self, from: Position) -> Pages {
        self.inner.read(from)
    }

    fn mend(&mut self, position: Position, page: &Page) -> Result<bool, StorageError> {
        self.inner.mend(position, page)
    }
}

fn let_fail(ledger: &mut Ledger, folders: &Folders, pages: usize) {
    let (inner, _) = files::open(&folders.ledger.join("journal"), &Opening::default()).unwrap();
    let secrets = Secrets::open(&folders.secrets).unwrap();
    let seed = secrets.signing_key().unwrap();
    let key = crate::chain::note::SigningKey::new(ORIGIN, &seed).unwrap();
    let inner = Box::new(Failing {
        inner: Box::new(inner),
        pages,
    });
    let path = folders.ledger.join("checkpoint");
    let state = secrets.writer_state().unwrap();
    let first = state.state().point.origin;
    let committer =
        PageCommitter::new(inner, ledger.writer.frontier(), key, path, state, first, 0).unwrap();
    ledger.writer = Writer::new(committer);
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

fn copy(dir: &TempDir) -> TempDir {
    let made = tempfile::tempdir().unwrap();
    copied(dir.path(), made.path());
    made
}

fn figures(ledger: &Ledger) -> String {
    let global = ledger.global();
    let targeting = &global.targeting;
    format!("{:?} {:?} {targeting:?}", global.totals, global.members)
}

/// Folds the whole journal again, which finds every contradictory entry.
fn holds(dir: &TempDir) {
    let ledger = Ledger::rebuild(&folders(dir), options(LATER)).unwrap();
    ledger.close().unwrap();
}

/// Interrupts a command before each of its pages and sends it again.
fn cut_anywhere(prepared: &TempDir, command: &str, pages_min: usize, check: impl Fn(&mut Ledger)) {
    let whole = copy(prepared);
    let mut ledger = Ledger::open(&folders(&whole), options(LATER)).unwrap();
    ledger.writer.body_max = BODY_SMALL;
    let answer = say(&mut ledger, command);
    assert!(answer.is_ok(), "{}", answer.to_json());
    check(&mut ledger);
    let expected = figures(&ledger);
    ledger.close().unwrap();
    holds(&whole);
    for pages in 0.. {
        let dir = copy(prepared);
        let mut ledger = Ledger::open(&folders(&dir), options(LATER)).unwrap();
        let_fail(&mut ledger, &folders(&dir), pages);
        ledger.writer.body_max = BODY_SMALL;
        let request = parse(command.as_bytes(), 2).unwrap();
        if ledger.submit(&request).is_ok() {
            assert!(pages >= pages_min, "it took {pages} pages");
            return;
        }
        drop(ledger);
        let mut ledger = Ledger::open(&folders(&dir), options(LATER)).unwrap();
        let answer = say(&mut ledger, command);
        assert!(answer.is_ok(), "{pages} pages: {}", answer.to_json());
        check(&mut ledger);
        assert_eq!(figures(&ledger), expected, "cut off behind {pages} pages");
        ledger.close().unwrap();
        holds(&dir);
    }
}

#[test]
fn lots_beyond_one_entry_expire_over_several_pages() {
    let dir = tempfile::tempdir().unwrap();
    with_lots(&dir, 2 * LOTS_MAX + 7).close().unwrap();
    let buys = r#"{"do":"purchase","key":"p1","member":"card:0","total":"1.00"}"#;
    cut_anywhere(&dir, buys, 4, |ledger| {
        let star = ledger.global().totals[0].outstanding();
        assert_eq!(star, 0, "all of them ended");
    });
}

#[test]
fn an_erasure_of_many_lots_comes_to_its_end_under_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = with_lots(&dir, LOTS_MAX + 7);
    let never = r#"{"do":"hold","key":"h1","member":"card:0","unit":"star","points":5,"until":"2026-11-30T10:00:00Z"}"#;
    assert!(say(&mut ledger, never).is_ok());
    let erase = r#"{"do":"erase","key":"x1","member":"card:0","reason":"asked"}"#;
    ledger.close().unwrap();
    let whole = copy(&dir);
    let mut ledger = Ledger::open(&folders(&whole), options(START)).unwrap();
    assert!(say(&mut ledger, erase).is_ok());
    assert_eq!(ledger.global().totals[0].outstanding(), 0);
    ledger.close().unwrap();
    holds(&whole);
    for pages in 0..2 {
        let dir = copy(&dir);
        let mut ledger = Ledger::open(&folders(&dir), options(START)).unwrap();
        let_fail(&mut ledger, &folders(&dir), pages);
        ledger.writer.body_max = BODY_SMALL;
        assert!(ledger.submit(&parse(erase.as_bytes(), 2).unwrap()).is_err());
        drop(ledger);
        let mut ledger = Ledger::open(&folders(&dir), options(START)).unwrap();
        let answer = say(&mut ledger, erase);
        let Answer::Accepted(done) = answer else {
            panic!("{pages} pages: {}", answer.to_json())
        };
        assert!(!done.repeated);
        assert_eq!(ledger.global().totals[0].outstanding(), 0);
        ledger.close().unwrap();
        holds(&dir);
    }
}

#[test]
fn a_choice_of_many_members_is_finished_and_never_half_booked() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = shop(&dir);
    all(&mut ledger, (0..500).map(enrol));
    ledger.close().unwrap();
    let target =
        r#"{"do":"campaign","key":"t1","campaign":"pick","action":"target","reason":"spring"}"#;
    cut_anywhere(&dir, target, 3, |ledger| {
        assert_eq!(ledger.global().targeting, None, "none is left open");
        let (mut chosen, mut all) = (0, 0);
        for id in ledger.cache.ids().unwrap() {
            let is_chosen = ledger.cache.look(id, |member| !member.targeted.is_empty());
            chosen += u32::from(is_chosen.unwrap() == Some(true));
            all += 1;
        }
        assert_eq!((chosen, all), (450, 500));
    });
}

/// Interrupts an act behind each of its pages; the next opening completes it.
fn completed_by_opening(
    prepared: &TempDir,
    pages_min: usize,
    act: impl Fn(&mut Ledger) -> Result<(), Error>,
    check: impl Fn(&mut Ledger),
) {
    for pages in 1.. {
        let dir = copy(prepared);
        let mut ledger = Ledger::open(&folders(&dir), options(START)).unwrap();
        let_fail(&mut ledger, &folders(&dir), pages);
        ledger.writer.body_max = BODY_SMALL;
        let is_whole = act(&mut ledger).is_ok();
        drop(ledger);
        let mut ledger = Ledger::open(&folders(&dir), options(START)).unwrap();
        check(&mut ledger);
        ledger.close().unwrap();
        holds(&dir);
        if is_whole {
            assert!(pages >= pages_min, "it took {pages} pages");
            return;
        }
    }
}

/// Members who have a message of a template, each of them one.
fn told(ledger: &mut Ledger, template: &str) -> usize {
    let pulled = engine::outbox(ledger, None, 5_000, true).unwrap();
    let messages = pulled.messages.iter().filter(|m| m.template == template);
    let members: Vec<&String> = messages.map(|message| &message.member).collect();
    let mut once = members.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), members.len(), "somebody is told twice");
    members.len()
}

// proves: PC85
#[test]
fn an_announcement_or_its_withdrawal_that_is_cut_goes_on_at_the_next_opening() {
    let dir = tempfile::tempdir().unwrap();
    let files = |word: &str| {
        let manifest = MANIFEST.replace("zone", "notice = \"1 day\"\nzone");
        let pick = PICK.replace("QUOTA", "9").replace("picked", word);
        let named = [("programme.toml", manifest), ("campaigns/pick.rhai", pick)];
        let files = named.map(|(path, text)| (path.to_string(), text.into_bytes()));
        Bundle::new(files.into()).unwrap()
    };
    let mut ledger =
        Ledger::create(&folders(&dir), ORIGIN, &files("picked"), options(START)).unwrap();
    in_parts(&mut ledger, (0..450).map(enrol));
    ledger.close().unwrap();
    let at = crate::model::Instant::parse(LATER).unwrap().0;
    let announce = |ledger: &mut Ledger| {
        let note = ActivationNote::default();
        engine::schedule(ledger, &files("chosen"), at, note).map(drop)
    };
    completed_by_opening(&dir, 5, announce, |ledger| {
        assert_eq!(told(ledger, "terms-change"), 450);
        assert_eq!(ledger.global().announcements.telling, None);
    });
    let mut ledger = Ledger::open(&folders(&dir), options(START)).unwrap();
    announce(&mut ledger).unwrap();
    let of = ledger.global().scheduled[0].seq;
    ledger.close().unwrap();
    let cancel =
        |ledger: &mut Ledger| engine::cancel_schedule(ledger, of, "", Some(true)).map(drop);
    completed_by_opening(&dir, 5, cancel, |ledger| {
        assert_eq!(told(ledger, "terms-kept"), 450);
        assert_eq!(ledger.global().announcements.telling, None);
        let pulled = engine::outbox(ledger, None, 5_000, false).unwrap().messages;
        assert!(pulled.iter().all(|m| m.template == "terms-kept"));
    });
}

/// Members and lots of the size runs: 60,000 by hand, see benches/README.md.
fn many() -> usize {
    let said = std::env::var("STAMPBOOK_MANY");
    said.map_or(1_300, |said| said.parse().expect("a number"))
}

fn in_parts(ledger: &mut Ledger, commands: impl Iterator<Item = String>) {
    let commands: Vec<String> = commands.collect();
    for part in commands.chunks(500) {
        all(ledger, part.iter().cloned());
    }
}

#[test]
fn many_members_are_chosen_on_as_many_pages_as_it_takes() {
    let (dir, many) = (tempfile::tempdir().unwrap(), many());
    let mut ledger = shop_picking(&dir, many);
    in_parts(&mut ledger, (0..many + 9).map(enrol));
    let target =
        r#"{"do":"campaign","key":"t1","campaign":"pick","action":"target","reason":"spring"}"#;
    let began = ledger.global().next_seq;
    let answer = say(&mut ledger, target);
    assert!(answer.is_ok(), "{}", answer.to_json());
    assert!(ledger.global().targeting.is_none());
    assert!(ledger.global().next_seq - began >= (many / 200) as u64);
    let again = say(&mut ledger, target).to_json();
    assert!(again.contains("\"repeated\":true"), "{again}");
    ledger.close().unwrap();
    holds(&dir);
}

#[test]
fn many_lots_of_a_member_expire_and_are_erased() {
    let (dir, many) = (tempfile::tempdir().unwrap(), many());
    let mut ledger = shop(&dir);
    all(&mut ledger, (0..2).map(enrol));
    let adjust = |n| {
        format!(
            r#"{{"do":"adjust","key":"a{n}","member":"card:0","unit":"star","points":1,"reason":"test"}}"#
        )
    };
    in_parts(&mut ledger, (0..many).map(adjust));
    ledger.close().unwrap();
    let erased = copy(&dir);
    let mut ledger = Ledger::open(&folders(&dir), options(LATER)).unwrap();
    let buys = r#"{"do":"purchase","key":"p1","member":"card:0","total":"1.00"}"#;
    let answer = say(&mut ledger, buys);
    assert!(answer.is_ok(), "{}", answer.to_json());
    assert_eq!(
        ledger.global().totals[0].outstanding(),
        0,
        "all of them ended"
    );
    ledger.close().unwrap();
    holds(&dir);
    let mut ledger = Ledger::open(&folders(&erased), options(START)).unwrap();
    let over = format!(
        r#"{{"do":"transfer","key":"t1","member":"card:0","to":"card:1","unit":"star","points":{}}}"#,
        many - 9
    );
    let sent = match say(&mut ledger, &over) {
        Answer::Refused(denied) => {
            assert!(many > 10_000 && denied.code == "too_large", "{denied:?}");
            0
        }
        Answer::Accepted(_) => many as i128 - 9,
    };
    assert!(sent == 0 || many < 60_000, "it fits into an entry");
    let erase = r#"{"do":"erase","key":"x1","member":"card:0","reason":"asked"}"#;
    let answer = say(&mut ledger, erase);
    assert!(answer.is_ok(), "{}", answer.to_json());
    assert_eq!(ledger.global().totals[0].outstanding(), sent);
    ledger.close().unwrap();
    holds(&erased);
}

#[test]
fn what_is_too_long_for_an_entry_is_refused_by_size_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = with_lots(&dir, 3);
    let before = figures(&ledger);
    let bill = |lines: usize, len: usize| {
        let line = format!(
            r#"{{"sku":"{}","qty":"1","amount":"1.00"}}"#,
            "S".repeat(len)
        );
        let all = vec![line; lines].join(",");
        format!(
            r#"{{"key":"b{len}","do":"purchase","member":"card:0","total":"{lines}.00","lines":[{all}]}}"#
        )
    };
    let Answer::Refused(denied) = say(&mut ledger, &bill(500, 900)) else {
        panic!("it fits")
    };
    assert_eq!(denied.code, "too_large", "{denied:?}");
    assert!(denied.message.contains("262144"), "{denied:?}");
    assert_eq!(figures(&ledger), before);
    assert!(say(&mut ledger, &bill(500, 60)).is_ok());
    ledger.close().unwrap();
    holds(&dir);
}

#[test]
fn whoever_has_absorbed_more_than_an_entry_can_name_is_erased_with_all_of_them() {
    const CARDS: usize = 300;
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = shop(&dir);
    all(&mut ledger, (0..=CARDS).map(enrol));
    let merge = |n| {
        format!(
            r#"{{"do":"merge","key":"m{n}","member":"card:{n}","into":"card:0","reason":"test"}}"#
        )
    };
    all(&mut ledger, (1..=CARDS).map(merge));
    let erase = r#"{"do":"erase","key":"x1","member":"card:0","reason":"asked"}"#;
    assert!(say(&mut ledger, erase).is_ok());
    let mut erased = 0;
    for id in ledger.cache.ids().unwrap() {
        let is_erased = |member: &Member| member.status == Status::Erased;
        let found = ledger.cache.look(id, is_erased).unwrap();
        erased += usize::from(found == Some(true));
    }
    assert_eq!(erased, CARDS + 1);
    ledger.close().unwrap();
    holds(&dir);
}
