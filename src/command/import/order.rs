//! Grouping and sorting: the rows of one bill, and each member's bills by time.

use super::BadRow;
use super::bill::Reader;
use super::plan::Plan;
use super::record::Record;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Bills and bad rows in the order of the file.
pub type Bills = Vec<Result<Vec<Record>, BadRow>>;

/// Groups the rows of one bill, also those apart from each other. A row whose
/// cell is blank belongs to the bill before it.
pub fn grouped(rows: Vec<Result<Record, BadRow>>, column: usize) -> Bills {
    let mut bills: Bills = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut last: Option<usize> = None;
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(bad) => {
                bills.push(Err(bad));
                continue;
            }
        };
        let number = row.cell(column);
        let place = match number {
            "" => last,
            number => places.get(number).copied(),
        };
        match place.and_then(|at| bills.get_mut(at)) {
            Some(Ok(bill)) => bill.push(row),
            _ => {
                places.insert(number.to_owned(), bills.len());
                last = Some(bills.len());
                bills.push(Ok(vec![row]));
                continue;
            }
        }
        last = place;
    }
    bills
}

/// Sorts each member's bills by time, within the places that they have; others
/// stay. Returns true if any moved.
pub fn sort(bills: &mut Bills, reader: &Reader) -> bool {
    let place = |bill: &Result<Vec<Record>, BadRow>| reader.place_in_time(bill.as_ref().ok()?);
    let mut members: HashMap<String, Vec<(usize, i64)>> = HashMap::new();
    for (at, bill) in bills.iter().enumerate() {
        if let Some((member, time)) = place(bill) {
            members.entry(member).or_default().push((at, time));
        }
    }
    let is_late_first = is_newest_first(
        members
            .values()
            .flat_map(|of| of.windows(2))
            .map(|w| (w[0].1, w[1].1)),
    );
    let mut moves: Vec<(usize, usize)> = Vec::new();
    for mut of in members.into_values() {
        // At equal times the later row comes first in a file sorted newest first.
        let is_right = |pair: &[(usize, i64)]| match is_late_first {
            true => pair[0].1 < pair[1].1,
            false => pair[0].1 <= pair[1].1,
        };
        if of.windows(2).all(is_right) {
            continue;
        }
        let places: Vec<usize> = of.iter().map(|(at, _)| *at).collect();
        match is_late_first {
            true => of.sort_by_key(|(at, time)| (*time, Reverse(*at))),
            false => of.sort_by_key(|(at, time)| (*time, *at)),
        }
        moves.extend(of.iter().map(|(at, _)| *at).zip(places));
    }
    let mut taken: HashMap<usize, Result<Vec<Record>, BadRow>> = HashMap::new();
    for (from, _) in &moves {
        taken.insert(*from, std::mem::replace(&mut bills[*from], Ok(Vec::new())));
    }
    for (from, to) in &moves {
        if let Some(bill) = taken.remove(from) {
            bills[*to] = bill;
        }
    }
    !moves.is_empty()
}

/// True if more rows are followed by an earlier one than by a later one.
pub fn is_newest_first(pairs: impl Iterator<Item = (i64, i64)>) -> bool {
    let (mut falls, mut rises) = (0_u64, 0_u64);
    for (before, next) in pairs {
        falls += u64::from(next < before);
        rises += u64::from(next > before);
    }
    falls > rises
}

/// True if a plan has a field for the time.
pub fn has_time(plan: &Plan) -> bool {
    plan.verbs.iter().any(|verb| verb.entry_of("at").is_some())
}
