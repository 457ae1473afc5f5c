//! Forgers who recompute the whole chain, without the key and with it.

use super::*;

fn rewritten(from: u64, key: &SigningKey) -> Fixture {
    let mut state = State::default();
    let mut all = Vec::new();
    for entry in entries(200) {
        let mut draft = entry.to_draft();
        if entry.seq == from {
            draft = adjusted(entry.seq, draft.members[0], 5_000);
        }
        all.push(seal(&mut state, draft).unwrap());
    }
    Fixture::of(pages_of(&bytes_of(&all), 10, key))
}

fn with_card(fixture: &Fixture, honest: &Fixture, size: u64) -> Options {
    let anchor = Anchor::parse("card", honest.checkpoint(size).as_bytes()).unwrap();
    Options {
        anchors: vec![anchor],
        key: Some(signing_key().verifier().clone()),
        level: None,
        ..options(fixture.dir.path())
    }
}

#[test]
fn a_forger_without_the_key_fails_signed() {
    let honest = Fixture::new(200, 10);
    let forged = rewritten(150, &SigningKey::new(ORIGIN, &[8; 32]).unwrap());
    let report = verified(&with_card(&forged, &honest, 100));
    assert_eq!(verdict(&report, 0), Verdict::Held, "it is chained anew");
    assert_eq!(verdict(&report, 1), Verdict::Held, "and adds up");
    assert_eq!(verdict(&report, 3), Verdict::Failed, "{report}");
    assert_eq!(verdict(&report, 4), Verdict::Held, "{report}");
}

#[test]
fn the_operator_with_the_real_key_is_caught_by_what_was_kept() {
    let honest = Fixture::new(200, 10);
    for (from, size, wanted) in [
        (150, 180, Verdict::Failed),
        (150, 151, Verdict::Failed),
        (150, 150, Verdict::Held),
        (11, 200, Verdict::Failed),
    ] {
        let forged = rewritten(from, &signing_key());
        let report = verified(&with_card(&forged, &honest, size));
        assert_eq!(verdict(&report, 3), Verdict::Held, "{report}");
        assert_eq!(
            verdict(&report, 4),
            wanted,
            "from {from}, kept {size}: {report}"
        );
        if wanted == Verdict::Failed {
            let finding = &report.claim(4).unwrap().findings[0];
            assert_eq!(
                finding.kind,
                DeviationKind::Rewritten,
                "same length, another root"
            );
        }
    }
}

#[test]
fn a_foreign_key_is_not_taken_for_the_pinned_one() {
    let fixture = Fixture::new(60, 10);
    let foreign = SigningKey::new(ORIGIN, &[9; 32]).unwrap();
    let key = Some(foreign.verifier().clone());
    let report = verified(&Options {
        key,
        level: None,
        ..options(fixture.dir.path())
    });
    assert_eq!(verdict(&report, 3), Verdict::Failed, "{report}");
    let report = verified(&Options {
        level: Some(3),
        ..options(fixture.dir.path())
    });
    let claim = report.claim(3).unwrap();
    assert_eq!(claim.verdict, Verdict::NotChecked, "{report}");
    assert!(
        claim.because.contains("internal consistency only"),
        "{report}"
    );
}

/// Verifies a journal in which one entry was changed and everything chained and
/// signed anew.
fn changed(at: usize, change: impl Fn(&mut Entry)) -> Report {
    let mut all = entries(100);
    change(&mut all[at]);
    let fixture = Fixture::of(pages_of(&bytes_of(&all), 10, &signing_key()));
    let report = fixture.verify();
    assert_eq!(verdict(&report, 0), Verdict::Held, "{report}");
    report
}

fn first_found(report: &Report) -> (DeviationKind, u64) {
    let finding = &report.claim(1).unwrap().findings[0];
    (finding.kind, finding.entries.unwrap().0)
}

#[test]
fn a_forged_balance_is_a_contradiction_at_its_entry() {
    let report = changed(42, |entry| entry.after[0].balance = Points(9_999));
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
    let report = changed(42, |entry| entry.outstanding[0].total = 9_999);
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
    let report = changed(42, |entry| entry.touched[0].previous = Some(3));
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
    let report = changed(42, |entry| entry.head.effective = Instant(5));
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
    assert_eq!(report.outcome(), Outcome::Failed);
}

/// In a circle of merges all members stay as they were, so a search for the
/// survivor ends.
#[test]
fn a_circle_of_merges_is_a_contradiction_and_ends() {
    let circles: [&[(u64, u64)]; 4] = [
        &[(1, 1)],
        &[(1, 2), (2, 1)],
        &[(1, 2), (2, 3), (3, 1)],
        &[(1, 2), (3, 1)],
    ];
    for merges in circles {
        let mut state = State::default();
        let drafts = (0..=10).map(|n| if n == 0 { genesis() } else { enrolled(n) });
        let mut all: Vec<Entry> = drafts.map(|d| seal(&mut state, d).unwrap()).collect();
        for (at, (from, into)) in (11..).zip(merges) {
            let parts = [
                Effect::Absorbed {
                    from: 0,
                    into: 1,
                    is_undone: false,
                },
                Effect::Standing {
                    who: 0,
                    standing: Standing::MergedInto(1),
                },
            ];
            let act = Act::Merged {
                reason: "the same person".into(),
            };
            let draft = draft(at, vec![member(*from), member(*into)], act, parts.into());
            let honest = seal(&mut state, draft.clone());
            assert_eq!(
                honest.is_err(),
                at == 10 + merges.len() as u64,
                "{merges:?}"
            );
            all.push(honest.unwrap_or_else(|_| {
                Entry {
                    seq: at,
                    head: draft.head,
                    touched: draft
                        .members
                        .iter()
                        .map(|id| Touched {
                            member: *id,
                            previous: all
                                .iter()
                                .rfind(|e| e.touched.iter().any(|t| t.member == *id))
                                .map(|e| e.seq),
                        })
                        .collect(),
                    act: draft.act,
                    given: vec![],
                    given_review: vec![],
                    effects: draft.effects,
                    after: vec![],
                    outstanding: vec![],
                }
            }));
            for n in 1..=10 {
                let _ = state.resolve(member(n));
            }
        }
        let fixture = Fixture::of(pages_of(&bytes_of(&all), 10, &signing_key()));
        let report = fixture.verify();
        assert_eq!(
            first_found(&report),
            (DeviationKind::Contradiction, 10 + merges.len() as u64),
            "{report}"
        );
    }
}

#[test]
fn a_larger_award_shows_in_the_balance_after_it() {
    let report = changed(42, |entry| {
        if let Effect::Award { amount, .. } = &mut entry.effects[0] {
            *amount = Points(5_000);
        }
    });
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
}

#[test]
fn a_key_that_was_used_twice_is_found() {
    let report = changed(42, |entry| {
        entry.head.key = Key::parse("till-1/17").unwrap()
    });
    assert_eq!(
        first_found(&report),
        (DeviationKind::Duplicate, 42),
        "{report}"
    );
    let what = &report.claim(1).unwrap().findings[0].what;
    assert!(what.contains("entry 17"), "{what}");
}

#[test]
fn a_number_that_does_not_suit_the_place_is_found() {
    let mut all = entries(100);
    all[42].seq = 43;
    let fixture = Fixture::of(pages_of(&bytes_of(&all), 10, &signing_key()));
    let report = fixture.verify();
    let finding = &report.claim(0).unwrap().findings[0];
    assert_eq!(
        (finding.kind, finding.entries),
        (DeviationKind::OutOfOrder, Some((42, 42))),
        "{report}"
    );
}

#[test]
fn bytes_that_are_no_entry_are_malformed_and_newer_ones_unsupported() {
    let honest = bytes_of(&entries(100));
    let cases = [
        (vec![1, 0xff, 0xff], Verdict::Failed),
        ([&honest[42][..], &[0]].concat(), Verdict::Failed),
        ([&[2], &honest[42][1..]].concat(), Verdict::NotChecked),
    ];
    for (bytes, wanted) in cases {
        let mut all = honest.clone();
        all[42] = bytes;
        let fixture = Fixture::of(pages_of(&all, 10, &signing_key()));
        let report = fixture.verify();
        assert_eq!(verdict(&report, 0), wanted, "{report}");
        assert_eq!(verdict(&report, 1), Verdict::NotChecked, "{report}");
        assert_eq!(report.counts.entries_valid, 99, "{report}");
    }
}

/// A false field in a head, and words of the finding that detects it.
type HeadLie = (fn(&mut Head), &'static str);

// Each is chained and signed anew with the shop's own key, and nothing else changed.
#[test]
fn lies_in_heads_are_contradictions_at_their_entry() {
    const YEAR: i64 = 365 * 86_400_000_000;
    let lies: [HeadLie; 14] = [
        (
            |h| h.effective = h.effective.after(YEAR),
            "by its instants it is",
        ),
        (|h| h.effective = h.effective.after(-YEAR), "not later than"),
        (
            |h| h.effective = h.effective.after(-1_000_000),
            "not later than",
        ),
        (|h| h.recorded_lag = 5, "neither that of the clock"),
        (|h| h.recorded_lag = -5, "neither that of the clock"),
        (
            |h| {
                h.occurred = Some(Occurred {
                    lag: -YEAR,
                    offset: 0,
                })
            },
            "by its instants it is",
        ),
        (
            |h| {
                h.occurred = Some(Occurred {
                    lag: 11 * MINUTE,
                    offset: 0,
                })
            },
            "after the clock",
        ),
        (
            |h| {
                h.occurred = Some(Occurred {
                    lag: 0,
                    offset: 32_000,
                })
            },
            "32000 minutes from UTC",
        ),
        (|h| h.day = Day(h.day.0 + 1), "by its instants it is"),
        (
            |h| h.origin.place = crate::model::Place::Store(7),
            "no store 7",
        ),
        (
            |h| h.origin.place = crate::model::Place::Named(String::new()),
            "no store by the name",
        ),
        (|h| h.origin.is_history = true, "it is history"),
        (|h| h.bundle = 3, "names activation 3"),
        (
            |h| h.key.refill(&"k".repeat(200)),
            "at most 64 are possible",
        ),
    ];
    for (n, (lie, wanted)) in lies.into_iter().enumerate() {
        let report = changed(42, |entry| lie(&mut entry.head));
        assert_eq!(
            first_found(&report),
            (DeviationKind::Contradiction, 42),
            "{n}: {report}"
        );
        let what = &report.claim(1).unwrap().findings[0].what;
        assert!(what.contains(wanted), "{n}: {what}");
    }
    let report = changed(42, |entry| entry.head.key.refill("k\n42"));
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
}

#[test]
fn a_member_who_is_touched_twice_is_a_contradiction() {
    let report = changed(42, |entry| {
        let first = entry.touched[0];
        entry.touched.push(first);
    });
    let what = &report.claim(1).unwrap().findings[0].what;
    assert_eq!(
        first_found(&report),
        (DeviationKind::Contradiction, 42),
        "{report}"
    );
    assert!(what.contains("touches a member twice"), "{what}");
}

/// Verifies a journal in which the key is rotated at entry 50, with somebody's proof.
fn rotated(proof: &SigningKey) -> Report {
    let new = SigningKey::new(ORIGIN, &[21; 32]).unwrap();
    let mut all = entries(100);
    all[50].act = Act::KeyRotated {
        verifier: *new.verifier().as_bytes(),
        proof: proof.sign_successor(new.verifier()),
    };
    (all[50].effects, all[50].after, all[50].outstanding) = (vec![], vec![], vec![]);
    let mut state = State::default();
    let drafts = all.iter().map(Entry::to_draft);
    let all: Vec<Entry> = drafts
        .map(|draft| seal(&mut state, draft).unwrap())
        .collect();
    let (old, bytes) = (signing_key(), bytes_of(&all));
    let mut pages = pages_of(&bytes, 10, &old);
    pages.splice(6.., pages_of(&bytes, 10, &new).split_off(6));
    let fixture = Fixture::of(pages);
    verified(&Options {
        level: None,
        is_reperformed: false,
        ..options(fixture.dir.path())
    })
}

#[test]
fn a_rotated_key_is_followed_where_the_one_before_signed_it() {
    let report = rotated(&signing_key());
    let claim = report.claim(3).unwrap();
    assert_eq!(claim.verdict, Verdict::Held, "{report}");
    assert!(
        claim
            .because
            .contains("by the ledger's own key, not by one you brought"),
        "{report}"
    );
    let report = rotated(&SigningKey::new(ORIGIN, &[22; 32]).unwrap());
    let findings = &report.claim(3).unwrap().findings;
    assert_eq!(findings[0].entries, Some((50, 50)), "{report}");
    assert_eq!(report.outcome(), Outcome::Failed);
}

#[test]
fn there_is_no_card_of_a_ledger_that_does_not_verify() {
    let told = |fixture: &Fixture| match card(fixture.dir.path(), 1, None, Instant(0)) {
        Err(NoCard::Unverified(report)) => report.outcome(),
        Err(NoCard::Error(error)) => panic!("{error}"),
        Ok(_) => Outcome::Held,
    };
    let honest = Fixture::new(200, 10);
    assert_eq!(told(&honest), Outcome::Held);
    let mut all = entries(200);
    all[42].after[0].balance = Points(9_999);
    let forged = Fixture::of(pages_of(&bytes_of(&all), 10, &signing_key()));
    assert_eq!(told(&forged), Outcome::Failed, "a forged balance");
    let stranger = SigningKey::new(ORIGIN, &[8; 32]).unwrap();
    assert_eq!(
        told(&rewritten(150, &stranger)),
        Outcome::Failed,
        "a stranger's signatures"
    );
    let cut = Fixture::new(200, 10);
    cut.write_checkpoint(200);
    cut.write(&cut.pages[..19]);
    assert_eq!(
        told(&cut),
        Outcome::Failed,
        "a checkpoint newer than the journal"
    );
    let foreign = Fixture::new(200, 10);
    let other = SigningKey::new("other.example/1", &[7; 32]).unwrap();
    let text = other.sign_checkpoint(200, Hash::ZERO).text().to_owned();
    std::fs::write(foreign.dir.path().join("checkpoint"), text).unwrap();
    assert_eq!(
        told(&foreign),
        Outcome::Failed,
        "another ledger's checkpoint"
    );
}

#[test]
fn a_checkpoint_file_that_holds_none_fails_the_signatures_in_words() {
    let honest = Fixture::new(40, 10);
    honest.write_checkpoint(40);
    let path = honest.dir.path().join("checkpoint");
    let options = Options {
        level: None,
        ..options(honest.dir.path())
    };
    let sound = std::fs::read(&path).unwrap();
    let long = [&sound[..], &vec![b'\n'; 131_073]].concat();
    let cases: [(&[u8], &str); 5] = [
        (b"", "it is empty"),
        (b"garbage", "it holds no checkpoint"),
        (&sound[..sound.len() / 2], "it holds no checkpoint"),
        (&[0xff; 200], "it holds no checkpoint"),
        (&long, "at most 131072"),
    ];
    for (bytes, words) in cases {
        std::fs::write(&path, bytes).unwrap();
        let report = verified(&options);
        let claim = report.claim(3).unwrap();
        assert_eq!(claim.verdict, Verdict::Failed, "{words}");
        let told = &claim.findings[0].what;
        assert!(told.contains(words), "{told}");
        let is_by_a_power_cut = told.contains("power cut");
        assert_eq!(is_by_a_power_cut, bytes.len() < 131_072, "{told}");
        assert_eq!(report.claim(0).unwrap().verdict, Verdict::Held, "{words}");
    }
    std::fs::remove_file(&path).unwrap();
    let report = verified(&options);
    assert_eq!(report.claim(3).unwrap().verdict, Verdict::Held);
    assert!(report.notes.join("\n").contains("no checkpoint file"));
}
