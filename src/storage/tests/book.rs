use super::*;
use std::fs;

fn open(dir: &Path) -> Opened {
    Book::open(&dir.join("book"), 8 << 20).unwrap()
}

fn put(book: &Book, key: &[u8], value: &[u8]) {
    let mut batch = Batch::default();
    batch.put(key, value);
    book.apply(batch).unwrap();
}

#[test]
fn state_and_watermark_move_together_and_stay() {
    let dir = tempfile::tempdir().unwrap();
    let opened = open(dir.path());
    assert!(opened.moved_aside.is_none());
    assert_eq!(opened.book.watermark().unwrap(), None);
    let mut batch = Batch::default();
    batch.put(b"m1", b"ada");
    batch.put(b"m2", b"ben");
    batch.remove(b"m1");
    batch.put_watermark(b"at 7");
    assert_eq!(batch.len(), 4);
    opened.book.apply(batch).unwrap();
    opened.book.flush().unwrap();
    drop(opened);
    let again = open(dir.path());
    assert!(again.moved_aside.is_none());
    assert_eq!(&*again.book.watermark().unwrap().unwrap(), b"at 7");
    assert_eq!(again.book.get(b"m1").unwrap(), None);
    assert_eq!(&*again.book.get(b"m2").unwrap().unwrap(), b"ben");
}

#[test]
fn prefixes_and_floors() {
    let dir = tempfile::tempdir().unwrap();
    let book = open(dir.path()).book;
    for key in ["a1", "b1", "b3", "c1"] {
        put(&book, key.as_bytes(), b"x");
    }
    let keys: Vec<_> = book
        .scan_prefix(b"b")
        .map(|pair| pair.unwrap().0.to_vec())
        .collect();
    assert_eq!(keys, [b"b1", b"b3"]);
    let key = |pair: Option<Pair>| pair.map(|(key, _)| String::from_utf8(key.to_vec()).unwrap());
    let behind = |after: &[u8]| key(book.behind(b"b", after).unwrap());
    assert_eq!(behind(b"b1").as_deref(), Some("b3"));
    assert_eq!(behind(b"b3"), None, "c1 has another prefix");
    assert_eq!(key(book.floor(b"b", b"b2").unwrap()).as_deref(), Some("b1"));
    assert_eq!(key(book.floor(b"b", b"b3").unwrap()).as_deref(), Some("b3"));
    assert_eq!(
        key(book.floor(b"b", b"b0").unwrap()),
        None,
        "a1 has another prefix"
    );
}

#[test]
fn a_value_that_would_spill_is_refused_with_its_batch() {
    let dir = tempfile::tempdir().unwrap();
    let book = open(dir.path()).book;
    let mut batch = Batch::default();
    batch.put(b"ok", b"1");
    batch.put(b"long", &[0; VALUE_LEN_MAX + 1]);
    assert!(matches!(book.apply(batch), Err(StorageError::Unfit { .. })));
    assert_eq!(book.get(b"ok").unwrap(), None);
}

#[test]
fn a_large_batch_is_applied_in_order_and_a_cut_one_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let book = open(dir.path()).book;
    let mut batch = Batch::default();
    // Backwards, and some keys more than once: the last one wins.
    for n in (0..PIECES_FROM as u32).rev() {
        batch.put(&n.to_be_bytes(), b"first");
        if n % 3 == 0 {
            batch.put(&n.to_be_bytes(), &n.to_le_bytes());
        }
        if n % 7 == 0 {
            batch.remove(&n.to_be_bytes());
        }
    }
    batch.put_watermark(b"at 7");
    book.apply(batch).unwrap();
    for n in 0..PIECES_FROM as u32 {
        let found = book.get(&n.to_be_bytes()).unwrap();
        let expected: Option<&[u8]> = match (n % 7, n % 3) {
            (0, _) => None,
            (_, 0) => Some(&n.to_le_bytes()),
            _ => Some(b"first"),
        };
        assert_eq!(found.as_deref(), expected, "{n}");
    }
    assert_eq!(&*book.watermark().unwrap().unwrap(), b"at 7");
    assert!(book.is_whole().unwrap());
    book.cut_short().unwrap();
    drop(book);
    assert!(!open(dir.path()).book.is_whole().unwrap());
}

#[test]
fn a_leftover_of_a_crash_while_opening_does_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    put(&open(dir.path()).book, b"k", b"v");
    fs::write(
        dir.path().join("book/snap.0000000000ABCDEF.generating"),
        b"half",
    )
    .unwrap();
    let opened = open(dir.path());
    assert!(opened.moved_aside.is_none());
    assert_eq!(&*opened.book.get(b"k").unwrap().unwrap(), b"v");
}

#[test]
fn a_book_that_cannot_be_opened_is_moved_aside() {
    let dir = tempfile::tempdir().unwrap();
    for number in 1..=2 {
        put(&open(dir.path()).book, b"k", b"v");
        fs::write(dir.path().join("book/conf"), b"not what sled wrote").unwrap();
        let opened = open(dir.path());
        let (aside, _) = opened.moved_aside.unwrap();
        assert_eq!(aside, dir.path().join(format!("book.broken-{number}")));
        assert_eq!(opened.book.get(b"k").unwrap(), None);
    }
}

#[test]
fn damage_anywhere_never_panics_out_of_here() {
    let dir = tempfile::tempdir().unwrap();
    let book = open(dir.path()).book;
    for n in 0..2000u32 {
        put(&book, &n.to_be_bytes(), &[7; 100]);
    }
    drop(book);
    let path = dir.path().join("book/db");
    let mut bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(4096) {
        bytes[at] ^= 0xff;
    }
    fs::write(&path, bytes).unwrap();
    let opened = open(dir.path());
    let _ = opened
        .book
        .scan_prefix(b"")
        .take(3000)
        .filter(Result::is_ok)
        .count();
}

#[test]
fn a_newer_book_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    put(&open(dir.path()).book, FORMAT_KEY, &3u32.to_be_bytes());
    let refused = Book::open(&dir.path().join("book"), 8 << 20).unwrap_err();
    assert!(
        matches!(
            refused,
            StorageError::Newer {
                found: 3,
                known: 2,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_book_in_use_is_not_taken_for_broken() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    let second = Book::open(&dir.path().join("book"), 8 << 20).unwrap_err();
    assert!(matches!(second, StorageError::Locked { .. }), "{second}");
    drop(first);
}

#[test]
fn a_book_that_was_dropped_can_be_opened_at_once() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..40u8 {
        let book = Book::open(&dir.path().join("book"), 8 << 20).unwrap().book;
        // Enough for several of sled's buffers, which its own threads write.
        for n in 0..600u16 {
            put(&book, &n.to_be_bytes(), &[round; 4000]);
        }
    }
}

#[test]
fn a_copied_book_holds_the_same_and_a_copy_cut_short_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book");
    let all = |book: &Book| -> Vec<Pair> { book.scan_prefix(b"").map(Result::unwrap).collect() };
    let book = open(dir.path()).book;
    for round in 0..4u8 {
        let mut batch = Batch::default();
        for n in 0..2_000u32 {
            batch.put(&n.to_be_bytes(), &[round; 700]);
        }
        batch.put_watermark(&[round]);
        book.apply(batch).unwrap();
    }
    assert!(book.is_sparse());
    let before = all(&book);
    drop(book);
    let len = |path: &Path| fs::metadata(path.join("db")).unwrap().len();
    let len_before = len(&path);
    fs::create_dir(dir.path().join("book.new")).unwrap();
    repack(&path, 1 << 20).unwrap();
    assert!(len(&path) < len_before, "{} {len_before}", len(&path));
    let opened = open(dir.path());
    assert!(opened.moved_aside.is_none() && !opened.book.is_sparse());
    assert_eq!(all(&opened.book), before);
    drop(opened);
    // Cut short between the two moves.
    fs::rename(&path, dir.path().join("book.old")).unwrap();
    let opened = open(dir.path());
    assert!(opened.moved_aside.is_none());
    assert_eq!(all(&opened.book), before);
}

#[test]
fn a_book_that_cannot_be_opened_is_not_replaced_by_a_copy_of_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book");
    put(&open(dir.path()).book, b"k", b"v");
    fs::write(path.join("conf"), b"not what sled wrote").unwrap();
    assert!(repack(&path, 1 << 20).is_err());
    assert_eq!(fs::read(path.join("conf")).unwrap(), b"not what sled wrote");
    assert!(!dir.path().join("book.broken-1").exists());
    assert!(!dir.path().join("book.new").exists(), "half a copy is left");
}

// The failed changes are missing below the watermark of the next batch.
#[test]
fn behind_a_write_that_failed_none_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let book = open(dir.path()).book;
    put(&book, b"m1", b"ada");
    let mut batch = Batch::default();
    batch.put(b"m2", &[7; VALUE_LEN_MAX + 1]);
    assert!(matches!(book.apply(batch), Err(StorageError::Unfit { .. })));
    let mut batch = Batch::default();
    batch.put_watermark(b"at 7");
    assert!(matches!(
        book.apply(batch),
        Err(StorageError::Poisoned { .. })
    ));
    assert_eq!(&*book.get(b"m1").unwrap().unwrap(), b"ada");
    drop(book);
    let book = open(dir.path()).book;
    assert_eq!(book.watermark().unwrap(), None);
}
