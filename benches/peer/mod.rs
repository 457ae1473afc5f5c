//! Simple alternative that an engineer could write in an afternoon: SQLite with
//! one row an entry, chained by BLAKE3, a unique random key, and two balances
//! that move. No JSON, no rules, no tree, no signature. Tuned: a write-ahead
//! log that is synced with every commit and copied back only after 50,000
//! pages.

use rusqlite::{Connection, Statement, TransactionBehavior, params};
use std::path::Path;
use std::time::Instant;

const FUNDS: i64 = 1_000_000_000_000;
const GROUP: u64 = 1000;

const TABLES: &str = "
    CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK(balance >= 0));
    CREATE TABLE entry(seq INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, debit INTEGER NOT NULL,
        credit INTEGER NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0), at INTEGER NOT NULL,
        memo TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL);";

/// Row to be inserted.
struct Row {
    seq: i64,
    key: [u8; 16],
    debit: i64,
    credit: i64,
    amount: i64,
}

const MEMO: &str = "order 00001234";

impl Row {
    fn at(&self) -> i64 {
        1_700_000_000_000 + self.seq
    }

    fn hash(&self, prev: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(prev).update(&self.key);
        for number in [self.seq, self.debit, self.credit, self.amount, self.at()] {
            hasher.update(&number.to_le_bytes());
        }
        *hasher.update(MEMO.as_bytes()).finalize().as_bytes()
    }
}

/// The statements of one commit.
struct Book<'c> {
    insert: Statement<'c>,
    debit: Statement<'c>,
    credit: Statement<'c>,
}

impl Book<'_> {
    fn put(&mut self, row: &Row, prev: &[u8; 32]) -> rusqlite::Result<[u8; 32]> {
        let hash = row.hash(prev);
        let (key, at) = (&row.key[..], row.at());
        self.insert.execute(params![
            row.seq,
            key,
            row.debit,
            row.credit,
            row.amount,
            at,
            MEMO,
            &prev[..],
            &hash[..]
        ])?;
        assert_eq!(self.debit.execute(params![row.debit, row.amount])?, 1);
        assert_eq!(self.credit.execute(params![row.credit, row.amount])?, 1);
        Ok(hash)
    }
}

fn open(path: &Path, accounts: u64) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 50_000)?;
    connection.execute_batch(TABLES)?;
    let funding = connection.transaction()?;
    for id in 0..accounts.cast_signed() {
        funding.execute("INSERT INTO account VALUES(?, ?)", [id, FUNDS])?;
    }
    funding.commit()?;
    Ok(connection)
}

/// Entries a second, for so many entries over so many accounts.
pub fn rate(
    dir: &Path,
    count: u64,
    accounts: u64,
    mut random: impl FnMut() -> u64,
) -> rusqlite::Result<f64> {
    let mut connection = open(&dir.join("peer.sqlite"), accounts)?;
    let (begun, mut prev, mut seq) = (Instant::now(), [0; 32], 0);
    while seq < count.cast_signed() {
        let commit = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut book = Book {
            insert: commit.prepare("INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?)")?,
            debit: commit.prepare(
                "UPDATE account SET balance = balance - ?2 WHERE id = ?1 AND balance >= ?2",
            )?,
            credit: commit.prepare("UPDATE account SET balance = balance + ?2 WHERE id = ?1")?,
        };
        for _ in 0..GROUP {
            seq += 1;
            let mut key = [0; 16];
            key[..8].copy_from_slice(&random().to_le_bytes());
            key[8..].copy_from_slice(&random().to_le_bytes());
            let debit = random() % accounts;
            let step = 1 + random() % (accounts - 1);
            let row = Row {
                seq,
                key,
                debit: debit.cast_signed(),
                credit: ((debit + step) % accounts).cast_signed(),
                amount: 1 + (random() % 1000).cast_signed(),
            };
            prev = book.put(&row, &prev)?;
        }
        drop(book);
        commit.commit()?;
    }
    Ok(seq as f64 / begun.elapsed().as_secs_f64())
}
