//! Bills in order are the same whatever fits into memory.

use super::*;
use crate::dice::Dice;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn below(dice: &mut Dice, end: u64) -> u64 {
    dice.below(end as usize) as u64
}

/// A row as it was written: bill, card, day; a bad row has none.
#[derive(Clone, Debug)]
struct Written {
    line: u64,
    cells: Option<(u64, u64, u64)>,
}

/// A scratch file that fails once so many operations were made.
struct Failing {
    file: Cursor<Vec<u8>>,
    left: Arc<AtomicU64>,
}

impl Failing {
    fn step(&self) -> io::Result<()> {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        match left {
            0 => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step()?;
        self.file.read(buffer)
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.step()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.step()
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.step()?;
        self.file.seek(to)
    }
}

/// A sort that may hold so much and makes so many operations of files.
fn sorting(memory_max: u64, operations: u64) -> (Sorting, Arc<AtomicU64>) {
    let left = Arc::new(AtomicU64::new(operations));
    let given = Arc::clone(&left);
    let scratch = move || {
        let file = Failing {
            file: Cursor::new(Vec::new()),
            left: Arc::clone(&given),
        };
        file.step().map(|()| Box::new(file) as Box<dyn Scratch>)
    };
    let sorting = Sorting {
        memory_max,
        scratch: Arc::new(scratch),
    };
    (sorting, left)
}

fn written(dice: &mut Dice) -> Vec<Written> {
    let (rows, bills, cards, days) = (
        below(dice, 60),
        1 + below(dice, 30),
        1 + below(dice, 8),
        1 + below(dice, 28),
    );
    let is_falling = below(dice, 2) == 0;
    let cells = |dice: &mut Dice, n: u64| match below(dice, 20) {
        0 => None,
        _ => {
            let day = match (below(dice, 4), is_falling) {
                (0, _) => below(dice, days),
                (_, true) => days - 1 - n * days / 60,
                (_, false) => n * days / 60,
            };
            let (bill, card) = (below(dice, bills + 1), below(dice, cards));
            // Most rows of a bill agree.
            match below(dice, 4) {
                0 => Some((bill, card, day)),
                _ => Some((bill, bill % cards, days - 1 - bill % days)),
            }
        }
    };
    let mut all: Vec<Written> = Vec::new();
    for n in 0..rows {
        let cells = cells(dice, n);
        all.push(Written { line: n + 2, cells });
    }
    all
}

fn csv(rows: &[Written]) -> String {
    let mut text = "bill,card,day,total\n".to_owned();
    for row in rows {
        match row.cells {
            None => text.push_str("a,b\n"),
            Some((bill, card, day)) => {
                let bill = if bill == 0 {
                    String::new()
                } else {
                    bill.to_string()
                };
                text.push_str(&format!("{bill},{card},2026-01-{:02},1.00\n", day + 1));
            }
        }
    }
    text
}

/// Lines of each bill in the order in which they are to be booked, all in memory.
fn expected(rows: &[Written], is_grouped: bool, is_history: bool) -> Vec<Vec<u64>> {
    let mut bills: Vec<Vec<&Written>> = Vec::new();
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut last = None;
    for row in rows {
        let bill = row.cells.filter(|_| is_grouped).map(|cells| cells.0);
        let place = match bill {
            Some(0) => last,
            Some(bill) => places.get(&bill).copied(),
            None => None,
        };
        match place {
            Some(at) => bills[at].push(row),
            None => bills.push(vec![row]),
        }
        if let Some(bill) = bill {
            let at = place.unwrap_or(bills.len() - 1);
            places.insert(bill, at);
            last = Some(at);
        }
    }
    let mut members: HashMap<u64, Vec<(usize, u64)>> = HashMap::new();
    for (at, bill) in bills.iter().enumerate() {
        let place = |row: &&Written| row.cells.map(|(_, card, day)| (card, day));
        // A bill whose rows contradict each other is a bad one, and stays.
        let is_one = bill.iter().all(|row| place(row) == place(&bill[0]));
        if let Some((card, day)) = place(&bill[0]).filter(|_| is_history && is_one) {
            members.entry(card).or_default().push((at, day));
        }
    }
    let pairs = || members.values().flat_map(|of| of.windows(2));
    let falls = pairs().filter(|pair| pair[1].1 < pair[0].1).count();
    let rises = pairs().filter(|pair| pair[1].1 > pair[0].1).count();
    let mut ordered = bills.clone();
    for of in members.values().filter(|_| falls > 0) {
        let mut sorted = of.clone();
        match falls > rises {
            true => sorted.sort_by_key(|(at, day)| (*day, Reverse(*at))),
            false => sorted.sort_by_key(|(at, day)| (*day, *at)),
        }
        for ((to, _), (from, _)) in of.iter().zip(sorted) {
            ordered[*to] = bills[from].clone();
        }
    }
    let lines = |bill: Vec<&Written>| bill.iter().map(|row| row.line).collect();
    ordered.into_iter().map(lines).collect()
}

fn of_rows(is_grouped: bool, is_history: bool, sorting: Sorting) -> Options {
    let map = "member=card:card:,at=day,total=sum(total)";
    let mut options = Options {
        is_history,
        sorting,
        ..super::options(map)
    };
    options.map.group = is_grouped.then(|| "bill".to_owned());
    options
}

/// First line and number of rows of each bill, in order, or the failure of the sort.
fn booked(text: &str, options: Options) -> Result<Vec<(u64, u64)>, io::Error> {
    let rows = match Rows::open(text.as_bytes(), options) {
        Ok(rows) => rows,
        Err(RowError::Scratch(error)) => return Err(error),
        Err(other) => panic!("{other:?}"),
    };
    let mut booked = Vec::new();
    for row in rows {
        match row {
            Ok(row) => booked.push((row.line, row.rows)),
            Err(RowError::Bad(bad)) => booked.push((bad.line, bad.rows)),
            Err(RowError::Scratch(error)) => return Err(error),
            Err(RowError::Io(error)) => panic!("{error}"),
        }
    }
    Ok(booked)
}

// proves: PC41
#[test]
fn rows_are_put_together_and_in_order_alike_whatever_fits_into_memory() {
    for seed in 0..30 {
        let mut dice = Dice::new(seed);
        let rows = written(&mut dice);
        let text = csv(&rows);
        let modes = [(true, false), (false, true), (true, true)];
        let (is_grouped, is_history) = modes[below(&mut dice, 3) as usize];
        let expected = expected(&rows, is_grouped, is_history);
        let expected: Vec<(u64, u64)> = expected
            .iter()
            .map(|lines| (lines[0], lines.len() as u64))
            .collect();
        for memory in [u64::MAX, below(&mut dice, 20_000), below(&mut dice, 600)] {
            let (sorting, left) = sorting(memory, u64::MAX);
            let found = booked(&text, of_rows(is_grouped, is_history, sorting)).unwrap();
            assert_eq!(
                found, expected,
                "seed {seed}, {memory} bytes, grouped {is_grouped}, history {is_history}\n{text}"
            );
            // A disk that is full at any moment is told, and no rows are left out.
            let used = u64::MAX - left.load(Ordering::Relaxed);
            if used > 0 && is_history {
                let (sorting, _) = self::sorting(memory, below(&mut dice, used));
                let full = booked(&text, of_rows(is_grouped, is_history, sorting));
                let error = full.expect_err("a full disk");
                assert_eq!(error.kind(), io::ErrorKind::StorageFull, "seed {seed}");
            }
        }
    }
}

// proves: PC41
#[test]
fn commands_of_the_past_are_put_in_order_as_rows_are() {
    let sale = |n: u64, card: u64| {
        format!(
            "{{\"do\":\"purchase\",\"member\":\"card:{card}\",\"at\":\"2026-01-{:02}T12:00:00Z\",\"total\":\"1.00\"}}\n",
            28 - n
        )
    };
    let mut text: String = (0..20).map(|n| sale(n, n % 3)).collect();
    text.insert_str(
        0,
        "{\"do\":\"purchase\",\"total\":\"1.00\"}\n\n{\"do\":1}\n",
    );
    for memory in [u64::MAX, 100, 0] {
        let (sorting, _) = sorting(memory, u64::MAX);
        let options = Options {
            is_history: true,
            sorting,
            ..super::options("")
        };
        let lines = booked(&text, options).unwrap();
        let lines: Vec<u64> = lines.into_iter().map(|found| found.0).collect();
        assert_eq!(lines[..3], [1, 3, 22], "{memory} bytes: {lines:?}");
        // Of each card's places the first has its oldest sale, which stands last.
        assert_eq!(lines[3..6], [23, 21, 19], "{memory} bytes: {lines:?}");
    }
}

// proves: PC29
#[test]
fn a_bill_without_end_is_a_bad_row() {
    let mut text = "bill,card,day,total,note\nA,1,2026-01-02,1.00,\n".to_owned();
    let note = "x".repeat(900_000);
    for _ in 0..19 {
        text.push_str(&format!("B,1,2026-01-01,1.00,{note}\n"));
    }
    text.push_str("C,1,2026-01-03,1.00,\n");
    let (sorting, _) = sorting(1 << 20, u64::MAX);
    let found: Vec<_> = Rows::open(text.as_bytes(), of_rows(true, false, sorting))
        .unwrap()
        .collect();
    let [Ok(_), Err(RowError::Bad(bad)), Ok(last)] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!((bad.line, bad.rows, last.line), (3, 19, 22));
    assert!(bad.to_string().contains("19 rows"), "{bad}");
}
