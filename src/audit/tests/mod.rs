//! Journals that were tampered with, and the findings.

mod extremes;
mod forgery;
mod late;
mod mutation;
mod pilots;
mod reread;
mod schedules;
mod targeting;
mod whole;

use super::*;
use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::{Page, PageBuilder};
use crate::chain::tree::{Frontier, leaf_hash};
use crate::model::*;
use crate::rules::{State, seal};
use crate::storage::journal::{Journal, Opening, files};
use std::path::{Path, PathBuf};

pub(super) const ORIGIN: &str = "shop.example/ledger/1";

pub(super) fn signing_key() -> SigningKey {
    SigningKey::new(ORIGIN, &[7; 32]).unwrap()
}

pub(super) fn member(n: u64) -> MemberId {
    MemberId(
        *blake3::hash(&n.to_le_bytes())
            .as_bytes()
            .first_chunk()
            .unwrap(),
    )
}

fn head(n: u64) -> Head {
    Head {
        effective: Instant(1_700_000_000_000_000 + n as i64 * 1_000_000),
        recorded_lag: 0,
        occurred: None,
        day: Day(19_675),
        origin: Origin::default(),
        key: Key::parse(&format!("till-1/{n}")).unwrap(),
        bundle: 0,
    }
}

fn draft(n: u64, members: Vec<MemberId>, act: Act, effects: Vec<Effect>) -> Draft {
    Draft {
        head: head(n),
        members,
        act,
        given: vec![],
        given_review: vec![],
        effects,
    }
}

fn genesis() -> Draft {
    let verifier = *signing_key().verifier().as_bytes();
    let genesis = Genesis {
        ledger: [1; 16],
        origin: ORIGIN.into(),
        verifier,
        alias_check: [2; 16],
    };
    Draft {
        head: Head {
            key: Key::none(),
            ..head(0)
        },
        ..draft(0, vec![], Act::Genesis(genesis), vec![])
    }
}

fn enrolled(n: u64) -> Draft {
    let act = Enrolled {
        profile: None,
        referrer: None,
        source: String::new(),
        consents: vec![],
    };
    let effect = Effect::Standing {
        who: 0,
        standing: Standing::Active,
    };
    draft(n, vec![member(n)], Act::Enrolled(act), vec![effect])
}

pub(super) fn adjusted(n: u64, member: MemberId, points: i64) -> Draft {
    let act = Adjustment {
        unit: 1,
        points: Points(points),
        reason: "goodwill".into(),
        of: None,
        campaign: 0,
        approver: String::new(),
    };
    let effect = Effect::Award {
        who: 0,
        unit: 1,
        amount: Points(points),
        fills: Points::ZERO,
        from: Account::Correction,
        campaign: 0,
        exact: rust_decimal::Decimal::from(points).into(),
        line: 0,
        terms: Terms::default(),
        why: String::new(),
    };
    draft(n, vec![member], Act::Adjustment(act), vec![effect])
}

/// A genesis, ten members, then adjustments in turn.
pub(super) fn entries(count: u64) -> Vec<Entry> {
    let mut state = State::default();
    let drafts = (0..count).map(|n| match n {
        0 => genesis(),
        1..=10 => enrolled(n),
        n => adjusted(n, member(1 + n % 10), 5 + n as i64 % 7),
    });
    drafts
        .map(|draft| seal(&mut state, draft).unwrap())
        .collect()
}

/// Pages of the bytes of entries, signed as the writer does; every fifth one plain.
pub(super) fn pages_of(bytes: &[Vec<u8>], per_page: usize, key: &SigningKey) -> Vec<Page> {
    let mut tree = Frontier::new();
    let (mut prev, mut seq, mut pages) = (Hash::ZERO, 0, Vec::new());
    for (n, chunk) in bytes.chunks(per_page).enumerate() {
        let compress_min = if n % 5 == 0 { usize::MAX } else { 0 };
        let mut builder = PageBuilder::new(seq, prev, compress_min);
        let signature = key.sign_checkpoint(tree.size(), tree.root()).signature();
        for entry in chunk {
            prev = builder.push(entry).unwrap();
            tree.push(leaf_hash(&prev));
        }
        pages.push(
            builder
                .seal((n > 0).then_some(signature), key.page_key())
                .unwrap(),
        );
        seq += chunk.len() as u64;
    }
    pages
}

pub(super) fn bytes_of(entries: &[Entry]) -> Vec<Vec<u8>> {
    entries
        .iter()
        .map(|entry| codec::encode(entry).unwrap())
        .collect()
}

/// A ledger folder with a journal of these pages and the newest checkpoint.
pub(super) struct Fixture {
    pub dir: tempfile::TempDir,
    pub pages: Vec<Page>,
}

impl Fixture {
    pub fn new(count: u64, per_page: usize) -> Fixture {
        Fixture::of(pages_of(
            &bytes_of(&entries(count)),
            per_page,
            &signing_key(),
        ))
    }

    pub fn of(pages: Vec<Page>) -> Fixture {
        let fixture = Fixture {
            dir: tempfile::tempdir().unwrap(),
            pages,
        };
        fixture.write(&fixture.pages);
        fixture
    }

    /// Writes pages one after another, whatever their content, and some zeros.
    pub fn write(&self, pages: &[Page]) {
        let mut bytes: Vec<u8> = pages.iter().flat_map(|page| page.bytes.clone()).collect();
        bytes.resize(bytes.len() + 1024, 0);
        std::fs::create_dir_all(self.dir.path().join("journal")).unwrap();
        std::fs::write(self.segment(), bytes).unwrap();
    }

    pub fn segment(&self) -> PathBuf {
        self.dir.path().join("journal").join(files::segment_name(0))
    }

    pub fn checkpoint(&self, size: u64) -> String {
        let mut tree = Frontier::new();
        let hashes = self.pages.iter().flat_map(|page| {
            Page::parse(&page.bytes)
                .unwrap()
                .hashes()
                .collect::<Vec<_>>()
        });
        hashes
            .take(size as usize)
            .for_each(|hash| tree.push(leaf_hash(&hash)));
        assert_eq!(tree.size(), size);
        signing_key()
            .sign_checkpoint(size, tree.root())
            .text()
            .to_owned()
    }

    pub fn write_checkpoint(&self, size: u64) {
        std::fs::write(self.dir.path().join("checkpoint"), self.checkpoint(size)).unwrap();
    }

    pub fn verify(&self) -> Report {
        verified(&options(self.dir.path()))
    }
}

pub(super) fn options(dir: &Path) -> Options {
    Options {
        threads: 1,
        level: Some(1),
        ..Options::new(dir)
    }
}

pub(super) fn verified(options: &Options) -> Report {
    verify(options, |_, _| ()).unwrap()
}

pub(super) fn verdict(report: &Report, level: u8) -> Verdict {
    report.claim(level).unwrap().verdict
}

#[test]
fn an_honest_journal_holds_all_that_can_be_checked() {
    let fixture = Fixture::new(200, 20);
    fixture.write_checkpoint(200);
    let anchor = Anchor::parse("old", fixture.checkpoint(77).as_bytes()).unwrap();
    let options = Options {
        key: Some(signing_key().verifier().clone()),
        anchors: vec![anchor],
        threads: 3,
        level: None,
        ..options(fixture.dir.path())
    };
    let report = verified(&options);
    for level in [0, 1, 3, 4] {
        assert_eq!(verdict(&report, level), Verdict::Held, "{report}");
    }
    let counts = report.counts;
    assert_eq!(
        (counts.entries_valid, counts.entries, counts.signatures),
        (200, 200, 9)
    );
    assert!(report.to_string().contains("entries     200/200 valid"));
    let signed = &report.claim(3).unwrap().because;
    assert!(
        signed.contains("up to size 200") && signed.contains("nothing is unsigned"),
        "{signed}"
    );
}

#[test]
fn the_verdicts_do_not_depend_on_threads_or_memory() {
    let fixture = Fixture::new(3000, 7);
    let small = Options {
        threads: 4,
        memory: 0,
        ..options(fixture.dir.path())
    };
    let (one, many) = (fixture.verify(), verified(&small));
    assert_eq!(one, many);
    assert_eq!(one.outcome(), Outcome::Held, "{one}");
}

#[test]
fn a_journal_of_several_segments_is_one_journal() {
    let dir = tempfile::tempdir().unwrap();
    let pages = pages_of(&bytes_of(&entries(300)), 9, &signing_key());
    let opening = Opening {
        segment_len_max: 4096,
        ..Opening::default()
    };
    let mut journal = files::create(&dir.path().join("journal"), &opening).unwrap();
    for page in &pages {
        journal.append(&journal.head(), page).unwrap().unwrap();
    }
    let report = verified(&options(dir.path()));
    assert_eq!(report.outcome(), Outcome::Held, "{report}");
    assert!(report.counts.segments > 2);
    let lost = std::fs::read_dir(dir.path().join("journal")).unwrap();
    let mut lost: Vec<_> = lost.map(|file| file.unwrap().path()).collect();
    lost.sort();
    std::fs::remove_file(&lost[1]).unwrap();
    let report = verified(&options(dir.path()));
    let finding = &report.claim(0).unwrap().findings[0];
    assert_eq!(
        (report.outcome(), finding.kind),
        (Outcome::Failed, DeviationKind::Missing),
        "{report}"
    );
}

#[test]
fn no_entries_are_not_green() {
    let dir = tempfile::tempdir().unwrap();
    drop(files::create(&dir.path().join("journal"), &Opening::default()).unwrap());
    let report = verified(&options(dir.path()));
    assert_eq!(report.outcome(), Outcome::NotEstablished, "{report}");
    assert!(verify(&options(&dir.path().join("nowhere")), |_, _| ()).is_err());
}

#[test]
fn reading_changes_nothing_and_leaves_nothing_behind() {
    let fixture = Fixture::new(300, 7);
    let scratch = tempfile::tempdir().unwrap();
    let before = std::fs::read(fixture.segment()).unwrap();
    let options = Options {
        memory: 0,
        scratch: Some(scratch.path().to_path_buf()),
        ..options(fixture.dir.path())
    };
    assert_eq!(verified(&options).outcome(), Outcome::Held);
    assert_eq!(std::fs::read(fixture.segment()).unwrap(), before);
    assert_eq!(std::fs::read_dir(fixture.dir.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}
