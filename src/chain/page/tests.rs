//! Pages: a reader accepts all that a writer makes, and nothing else.

use proptest::prelude::*;

use super::*;

fn key() -> PageKey {
    PageKey::derive(&[7; 32])
}

fn pages(entries: &[Vec<u8>], per_page: usize, compress_min: usize) -> Vec<Page> {
    let mut builder = PageBuilder::new(0, Hash::ZERO, compress_min);
    let mut pages = Vec::new();
    for group in entries.chunks(per_page) {
        for entry in group {
            builder.push(entry).unwrap();
        }
        let signature = (!pages.is_empty()).then_some([9; 64]);
        pages.push(builder.seal(signature, &key()).unwrap());
    }
    pages
}

fn sample(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|i| format!("entry {i} of a page that repeats itself").into_bytes())
        .collect()
}

/// Writes new checksums over changed bytes, as a forger who knows the format would.
fn reseal(bytes: &mut [u8]) {
    let mut hasher = blake3::Hasher::new_derive_key(Purpose::PAGE_HEADER.context());
    hasher.update(&bytes[..184]);
    bytes[184..192].copy_from_slice(&header::truncated(&hasher));
    let stored = u32::from_le_bytes(bytes[24..28].try_into().unwrap()) as usize;
    let end = HEADER_LEN + stored;
    if end + CHECKSUM_LEN <= bytes.len() {
        let checksum = page_checksum(end, bytes);
        bytes[end..end + CHECKSUM_LEN].copy_from_slice(&checksum);
    }
}

#[test]
fn what_is_sealed_is_read_back() {
    for compress_min in [0, usize::MAX] {
        let entries = sample(250);
        let pages = pages(&entries, 100, compress_min);
        let mut read = Vec::new();
        let (mut next_seq, mut prev) = (0, Hash::ZERO);
        for page in &pages {
            let view = Page::parse(&page.bytes).unwrap();
            verify_chain(&view).unwrap();
            assert_eq!((view.header.first_seq, view.header.prev), (next_seq, prev));
            assert_eq!(view.header, page.header);
            assert_eq!(page.bytes.len() % ALIGN, 0);
            (next_seq, prev) = (view.header.next_seq(), view.header.last);
            read.extend(view.entries().map(<[u8]>::to_vec));
        }
        assert_eq!(read, entries);
    }
}

#[test]
fn compression_is_used_only_where_it_helps() {
    let pages = pages(&sample(100), 100, 0);
    assert_eq!(pages[0].header.encoding, Encoding::Lz4);
    let random: Vec<u8> = blake3::derive_key("test", b"").to_vec();
    let mut builder = PageBuilder::new(0, Hash::ZERO, 0);
    builder.push(&random).unwrap();
    assert_eq!(
        builder.seal(None, &key()).unwrap().header.encoding,
        Encoding::Plain
    );
}

#[test]
fn one_plain_purchase_fits_one_boundary() {
    let mut builder = PageBuilder::new(5, Hash([1; 32]), usize::MAX);
    builder.push(&[0xab; 310]).unwrap();
    assert_eq!(
        builder.seal(Some([3; 64]), &key()).unwrap().bytes.len(),
        ALIGN
    );
}

#[test]
fn every_flipped_bit_is_found() {
    for compress_min in [0, usize::MAX] {
        let page = &pages(&sample(12), 6, compress_min)[1];
        let mut bytes = page.bytes.clone();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                assert!(Page::parse(&bytes).is_err(), "byte {at} bit {bit}");
                bytes[at] ^= 1 << bit;
            }
        }
        assert!(Page::parse(&bytes).is_ok());
    }
}

#[test]
fn a_change_under_new_checksums_never_verifies_as_the_same_content() {
    for compress_min in [0, usize::MAX] {
        let page = &pages(&sample(12), 6, compress_min)[1];
        for at in 0..page.bytes.len() {
            let mut bytes = page.bytes.clone();
            bytes[at] ^= 0x41;
            reseal(&mut bytes);
            let Ok(view) = Page::parse(&bytes) else {
                continue;
            };
            if verify_chain(&view).is_err() {
                continue;
            }
            // Any other change is detected by the neighbouring pages, or by the
            // signature.
            let (new, old) = (&view.header, &page.header);
            let is_linked =
                (new.first_seq, new.prev, new.last) == (old.first_seq, old.prev, old.last);
            let is_signed = (new.signature, new.tag) == (old.signature, old.tag);
            let is_untouched = bytes == page.bytes;
            assert!(!is_linked || !is_signed || is_untouched, "byte {at}");
        }
    }
}

#[test]
fn a_tag_is_of_its_key_and_of_every_field_before_it() {
    let page = &pages(&sample(12), 6, usize::MAX)[1];
    assert!(page.header.is_tagged_by(&key()));
    assert!(!page.header.is_tagged_by(&PageKey::derive(&[8; 32])));
    let mut read = 0;
    for at in 8..184 {
        let mut bytes = page.bytes.clone();
        bytes[at] ^= 1;
        reseal(&mut bytes);
        if let Ok(header) = Header::parse(&bytes) {
            assert!(!header.is_tagged_by(&key()), "byte {at}");
            read += 1;
        }
    }
    assert!(read > 140, "{read} headers could be read");
}

#[test]
fn a_page_without_a_signature_is_the_first_or_refused() {
    let mut builder = PageBuilder::new(1, Hash([1; 32]), usize::MAX);
    builder.push(b"second").unwrap();
    assert!(builder.seal(None, &key()).is_err());
}

#[test]
fn every_truncation_is_short_or_not_a_page() {
    let page = &pages(&sample(6), 6, usize::MAX)[0];
    for len in 0..page.bytes.len() {
        assert!(
            matches!(Page::parse(&page.bytes[..len]), Err(Flaw::Short { .. })),
            "{len}"
        );
    }
}

#[test]
fn more_bytes_may_follow_a_view_but_not_an_owned_page() {
    let page = &pages(&sample(3), 3, usize::MAX)[0];
    let mut longer = page.bytes.clone();
    longer.extend_from_slice(&[1, 2, 3]);
    assert_eq!(Page::parse(&longer).unwrap().bytes(), &page.bytes[..]);
    assert_eq!(
        Page::from_bytes(longer),
        Err(Flaw::Trailing { last_seq: 2 })
    );
    assert_eq!(Page::from_bytes(page.bytes.clone()).as_ref(), Ok(page));
}

#[test]
fn a_broken_chain_names_its_page() {
    let entries = sample(6);
    let mut builder = PageBuilder::new(0, Hash::ZERO, usize::MAX);
    for entry in &entries {
        builder.push(entry).unwrap();
    }
    builder.push_hashed(b"extra", Hash([5; 32])).unwrap();
    let page = builder.seal(None, &key()).unwrap();
    let view = Page::parse(&page.bytes).unwrap();
    assert_eq!(
        verify_chain(&view),
        Err(Flaw::Chain {
            first_seq: 0,
            last_seq: 6
        })
    );
}

/// A change to the bytes of a page, and whether it is refused as expected.
type Case = (fn(&mut Vec<u8>), fn(&Flaw) -> bool);

#[test]
fn each_flaw_is_named() {
    let page = &pages(&sample(12), 6, usize::MAX)[1];
    let cases: Vec<Case> = vec![
        (|b| b[0] = b'X', |f| *f == Flaw::Magic),
        (
            |b| b[8] = 2,
            |f| {
                *f == Flaw::Unsupported {
                    part: "format",
                    found: 2,
                }
            },
        ),
        (
            |b| b[9] = 2,
            |f| {
                *f == Flaw::Unsupported {
                    part: "encoding",
                    found: 2,
                }
            },
        ),
        (|b| b[10] = 1, |f| matches!(f, Flaw::Field { .. })),
        (|b| b[12..16].fill(0), |f| matches!(f, Flaw::Field { .. })),
        (
            |b| b[12..16].fill(0xff),
            |f| matches!(f, Flaw::Field { .. }),
        ),
        (|b| b[12] = 5, |f| *f == Flaw::Trailing { last_seq: 10 }),
        (|b| b[12] = 7, |f| *f == Flaw::EntryLength { seq: 12 }),
        (
            |b| b[16..24].fill(0xff),
            |f| matches!(f, Flaw::Field { .. }),
        ),
        (
            |b| b[24..28].fill(0xff),
            |f| matches!(f, Flaw::Field { .. }),
        ),
        (
            |b| b[24..32].fill(0xff),
            |f| matches!(f, Flaw::Field { .. }),
        ),
        (|b| b[32..64].fill(0), |f| matches!(f, Flaw::Field { .. })),
        (|b| b[96] = 5, |f| matches!(f, Flaw::Field { .. })),
        (|b| b[104..168].fill(0), |f| matches!(f, Flaw::Field { .. })),
        (
            |b| b[96..168].fill(0),
            |f| *f == Flaw::Unsigned { first_seq: 6 },
        ),
        (|b| b[192] = 0, |f| *f == Flaw::EntryLength { seq: 6 }),
        (
            |b| *b.last_mut().unwrap() = 1,
            |f| *f == Flaw::Padding { last_seq: 11 },
        ),
    ];
    for (i, (change, is_expected)) in cases.iter().enumerate() {
        let mut bytes = page.bytes.clone();
        change(&mut bytes);
        reseal(&mut bytes);
        let flaw = Page::parse(&bytes).unwrap_err();
        assert!(is_expected(&flaw), "case {i}: {flaw:?}");
    }
}

#[test]
fn checksum_flaws_are_named() {
    let page = &pages(&sample(12), 6, usize::MAX)[1];
    let mut bytes = page.bytes.clone();
    bytes[20] ^= 1;
    assert_eq!(Page::parse(&bytes).unwrap_err(), Flaw::HeaderChecksum);
    let mut bytes = page.bytes.clone();
    bytes[200] ^= 1;
    let flaw = Flaw::PageChecksum {
        first_seq: 6,
        last_seq: 11,
    };
    assert_eq!(Page::parse(&bytes).unwrap_err(), flaw);
}

#[test]
fn a_compressed_body_must_give_exactly_its_length() {
    let page = &pages(&sample(50), 50, 0)[0];
    for wrong in [page.header.plain_len - 1, page.header.plain_len + 1] {
        let mut bytes = page.bytes.clone();
        bytes[28..32].copy_from_slice(&wrong.to_le_bytes());
        reseal(&mut bytes);
        assert_eq!(
            Page::parse(&bytes).unwrap_err(),
            Flaw::Compression { first_seq: 0 }
        );
    }
}

#[test]
fn the_builder_refuses_what_a_reader_would() {
    let mut builder = PageBuilder::new(0, Hash::ZERO, 0);
    assert!(builder.seal(None, &key()).is_err());
    assert!(builder.push(&[]).is_err());
    assert!(builder.push(&vec![0; ENTRY_LEN_MAX + 1]).is_err());
    builder.push(&vec![0; ENTRY_LEN_MAX]).unwrap();
    assert!(builder.seal(Some([1; 64]), &key()).is_err());
    assert_eq!(builder.seal(None, &key()).unwrap().header.count, 1);
}

#[test]
fn a_full_page_keeps_its_limit() {
    for compress_min in [0, usize::MAX] {
        let mut builder = PageBuilder::new(0, Hash::ZERO, compress_min);
        let entry = vec![0x5a; 1000];
        while builder.has_room(entry.len()) {
            builder.push(&entry).unwrap();
        }
        assert!(builder.push(&entry).is_err());
        let page = builder.seal(None, &key()).unwrap();
        assert!(page.bytes.len() <= PAGE_LEN_MAX);
        assert!(verify_chain(&Page::parse(&page.bytes).unwrap()).is_ok());
    }
}

#[test]
fn lengths_have_one_spelling() {
    for len in [0, 1, 127, 128, 16383, 16384, ENTRY_LEN_MAX] {
        let mut bytes = Vec::new();
        push_len(&mut bytes, len);
        assert_eq!(read_len(&bytes), Some((len, &[][..])));
    }
    assert_eq!(read_len(&[0x80, 0]), None);
    assert_eq!(read_len(&[0x85, 0x80, 0]), None);
    assert_eq!(read_len(&[0x80, 0x80, 0x80, 1]), None);
    assert_eq!(read_len(&[]), None);
    assert_eq!(read_len(&[0x80]), None);
}

#[test]
fn zero_is_seen_at_any_length() {
    for len in [0, 1, 255, 256, 257, 5000] {
        let mut bytes = vec![0; len];
        assert!(is_zero(&bytes));
        if let Some(last) = bytes.last_mut() {
            *last = 1;
            assert!(!is_zero(&bytes));
        }
    }
}

proptest! {
    #[test]
    fn parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        let _ = Page::parse(&bytes);
    }

    #[test]
    fn parse_never_panics_behind_good_checksums(
        changes in proptest::collection::vec((8usize..1024, any::<u8>()), 1..20),
        compress_min in prop_oneof![Just(0), Just(usize::MAX)],
    ) {
        let mut bytes = pages(&sample(24), 12, compress_min)[1].bytes.clone();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        bytes[8] = 1;
        reseal(&mut bytes);
        if let Ok(view) = Page::parse(&bytes) {
            prop_assert_eq!(view.entries().count(), view.header.count as usize);
        }
    }

    #[test]
    fn any_entries_come_back(
        entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..300), 1..40),
    ) {
        for page in pages(&entries, 7, 64) {
            let view = Page::parse(&page.bytes).unwrap();
            prop_assert!(verify_chain(&view).is_ok());
            let first = view.header.first_seq as usize;
            for (i, entry) in view.entries().enumerate() {
                prop_assert_eq!(entry, &entries[first + i][..]);
            }
        }
    }
}
