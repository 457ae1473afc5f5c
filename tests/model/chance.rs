//! Commands by chance, from a seed.

use super::book::Book;
use super::sale::{Extent, Line};
use super::words::{Command, DAY, Deed, MINUTE, Made};
use stampbook::model::{Calendar, Instant};
use std::fmt::Write;

pub use super::schema::make::Dice;

impl Dice {
    fn lines(&mut self) -> Vec<Line> {
        let count = self.upto(3);
        let one = |dice: &mut Dice| Line {
            is_book: dice.is_one_in(2),
            qty: 1 + dice.upto(3),
            cents: 1 + dice.upto(2_500),
        };
        (0..count).map(|_| one(self)).collect()
    }

    fn purchase(&mut self, book: &Book) -> Deed {
        let lines = self.lines();
        let total = match lines.is_empty() {
            true => 1 + self.upto(4_000),
            false => lines.iter().map(|l| l.cents).sum(),
        };
        let points = if self.is_one_in(3) {
            self.upto((total / 5).min(40))
        } else {
            0
        };
        let code = match self.is_one_in(5) && total > points * 5 {
            true => self.code(book),
            false => None,
        };
        Deed::Purchase(lines, total, points, code)
    }

    /// Code of a voucher, mostly of an existing one.
    fn code(&mut self, book: &Book) -> Option<String> {
        let recent = &book.vouchers[book.vouchers.len().saturating_sub(40)..];
        let there: Vec<_> = recent.iter().filter(|v| v.is_there()).collect();
        let all: Vec<_> = recent.iter().collect();
        let from = if self.is_one_in(5) { &all } else { &there };
        self.pick(from).map(|voucher| voucher.code.clone())
    }

    fn of_voucher(&mut self, book: &Book) -> Deed {
        let recent = &book.gifts[book.gifts.len().saturating_sub(4)..];
        if self.is_one_in(3)
            && let Some(gift) = self.pick(recent)
        {
            return Deed::Claim(gift.token.clone());
        }
        match (self.upto(5), self.code(book)) {
            (0, Some(code)) => Deed::VoidVoucher(code),
            (1..=3, Some(code)) => Deed::Give(code),
            _ => Deed::Issue,
        }
    }

    fn extent(&mut self, sale: &super::sale::Sale) -> Extent {
        let n = self.upto((sale.lines.len() as i64 - 1).max(0)) as usize;
        let kind = if sale.lines.is_empty() {
            3 + self.upto(1)
        } else {
            self.upto(4)
        };
        match kind {
            0 => Extent::Line(n),
            1 => Extent::LineQty(n, 1 + self.upto(sale.lines[n].qty - 1)),
            2 => Extent::LineCents(n, 1 + self.upto(sale.lines[n].cents - 1)),
            3 => Extent::Cents(1 + self.upto(sale.total - 1)),
            _ => Extent::All,
        }
    }

    fn give_back(&mut self, book: &Book, keys: &[String]) -> Deed {
        // Mostly a recent sale: for an old one the ledger reads all later entries.
        let recent = &keys[keys.len().saturating_sub(60)..];
        let from = if self.is_one_in(8) { keys } else { recent };
        let sales = from.iter().filter(|key| book.sales.contains_key(*key));
        let sales: Vec<&String> = sales.collect();
        match self.pick(&sales) {
            Some(of) if !self.is_one_in(20) => {
                Deed::Return((*of).clone(), self.extent(&book.sales[*of]))
            }
            _ => Deed::Return("nothing".into(), Extent::All),
        }
    }

    fn void(&mut self, keys: &[String]) -> Deed {
        // Mostly a recent entry: old ones have dependents.
        let recent = &keys[keys.len().saturating_sub(6)..];
        let from = if self.is_one_in(8) { keys } else { recent };
        Deed::Void(self.pick(from).cloned().unwrap_or("nothing".into()))
    }

    fn hold(&mut self, now: i64) -> Deed {
        let minutes = match self.upto(9) {
            0 => -self.upto(10),
            1..=6 => 1 + self.upto(3_000),
            7..=8 => 1 + self.upto(100) * 1_440,
            // Beyond the expiry of its points.
            _ => 1 + self.upto(500) * 1_440,
        };
        Deed::Hold(1 + self.upto(40), (now / MINUTE + minutes) * MINUTE)
    }

    fn of_hold(&mut self, book: &Book, keys: &[String]) -> Deed {
        let is_hold = |key: &&String| matches!(book.made[*key].1, Made::Hold);
        let recent = keys[keys.len().saturating_sub(60)..].iter();
        let holds: Vec<&String> = recent.filter(is_hold).collect();
        let any = self.pick(keys).cloned().unwrap_or("nothing".into());
        let of = match self.pick(&holds) {
            Some(hold) if !self.is_one_in(15) => (*hold).clone(),
            _ => any,
        };
        match self.upto(3) {
            0 => Deed::Release(of),
            1 => Deed::Capture(of, None, self.is_one_in(4)),
            _ => Deed::Capture(of, Some(1 + self.upto(25)), self.is_one_in(3)),
        }
    }

    fn unmerge(&mut self, book: &Book) -> Deed {
        let is_merge = |made: &&(usize, Made)| matches!(made.1, Made::Merge(..));
        let merges = book.made.iter().filter(|(_, made)| is_merge(made));
        let merges: Vec<&String> = merges.map(|m| m.0).collect();
        let found = self.pick(&merges).map(|key| (*key).clone());
        Deed::Unmerge(found.unwrap_or("nothing".into()))
    }

    /// A command with a key of its own.
    pub fn command(&mut self, key: String, book: &Book, keys: &[String], now: i64) -> Command {
        // Grows with the merges, so that as many members are left as before.
        let merged = book.members.values().filter(|m| m.merged.is_some());
        let span = 4 + merged.count() as i64;
        let who = self.upto(span) as usize;
        let deed = match self.upto(32) {
            28..=30 => self.of_voucher(book),
            31..=32 => Deed::Visit,
            20..=21 => self.hold(now),
            22..=24 => self.of_hold(book, keys),
            25..=26 => Deed::Transfer(self.upto(span) as usize, 1 + self.upto(52)),
            27 if self.is_one_in(6) => Deed::Merge(self.upto(span) as usize),
            27 => self.unmerge(book),
            0 => Deed::Enrol,
            1..=7 => self.purchase(book),
            8..=11 => self.give_back(book, keys),
            12 => Deed::Redeem(None),
            13..=14 => Deed::Redeem(Some(1 + self.upto(45))),
            15..=17 => self.void(keys),
            18 => Deed::Adjust(1 + self.upto(80)),
            _ => Deed::Adjust(-1 - self.upto(40)),
        };
        let is_late = self.is_one_in(5) && !matches!(deed, Deed::Enrol | Deed::Merge(_));
        // Whole minutes, which the clock never shows, so that nothing ties.
        let at = is_late.then(|| (now / MINUTE + 30) * MINUTE - self.upto(4 * 24 * 60) * MINUTE);
        Command { key, who, at, deed }
    }

    /// Next reading of the clock: mostly forward, at times far, now and then back.
    pub fn clock(&mut self, now: i64) -> i64 {
        match self.upto(11) {
            0..=5 => now,
            6..=8 => now + self.upto(600) * MINUTE,
            9 => now + self.upto(4) * DAY,
            10 => now + self.upto(60) * DAY,
            _ => now - self.upto(3_000) * MINUTE,
        }
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn purchase_json(
    json: &mut String,
    (lines, total, points, code): (&[Line], i64, i64, Option<&str>),
) -> std::fmt::Result {
    write!(json, r#","total":"{}""#, money(total))?;
    let lines: Vec<String> = lines
        .iter()
        .map(|l| {
            let category = if l.is_book { "book" } else { "food" };
            let (qty, amount) = (l.qty, money(l.cents));
            format!(r#"{{"category":"{category}","qty":"{qty}","amount":"{amount}"}}"#)
        })
        .collect();
    if !lines.is_empty() {
        write!(json, r#","lines":[{}]"#, lines.join(","))?;
    }
    let (mut tenders, mut own) = (Vec::new(), points * 5);
    if points > 0 {
        let amount = money(own);
        tenders.push(format!(
            r#"{{"kind":"points","unit":"point","points":{points},"amount":"{amount}"}}"#
        ));
    }
    if let Some(code) = code {
        let off = Book::takes_off(total, own);
        own += off;
        let amount = money(off);
        tenders.push(format!(
            r#"{{"kind":"voucher","code":"{code}","amount":"{amount}"}}"#
        ));
    }
    if !tenders.is_empty() {
        let rest = money(total - own);
        tenders.push(format!(r#"{{"kind":"cash","amount":"{rest}"}}"#));
        write!(json, r#","tenders":[{}]"#, tenders.join(","))?;
    }
    Ok(())
}

fn extent_json(extent: &Extent) -> String {
    match extent {
        Extent::All => r#""all":true"#.into(),
        Extent::Cents(cents) => format!(r#""amount":"{}""#, money(*cents)),
        Extent::Line(n) => format!(r#""lines":[{{"line":{}}}]"#, n + 1),
        Extent::LineQty(n, qty) => format!(r#""lines":[{{"line":{},"qty":"{qty}"}}]"#, n + 1),
        Extent::LineCents(n, cents) => {
            format!(
                r#""lines":[{{"line":{},"amount":"{}"}}]"#,
                n + 1,
                money(*cents)
            )
        }
    }
}

fn voucher_json(deed: &Deed, member: &str) -> String {
    let about = match deed {
        Deed::VoidVoucher(code) => format!(r#""void","code":"{code}","reason":"lost""#),
        Deed::Give(code) => format!(r#""give","code":"{code}""#),
        Deed::Claim(token) => format!(r#""claim",{member},"token":"{token}""#),
        _ => format!(r#""issue",{member},"unit":"drink","reason":"sorry""#),
    };
    format!(r#"{{"do":"voucher","action":{about}"#)
}

pub fn alias(who: usize) -> String {
    format!("id:{who}")
}

/// A command as a till sends it.
pub fn json(command: &Command) -> String {
    let (key, who) = (&command.key, alias(command.who));
    let member = format!(r#""member":"{who}""#);
    let mut json = match &command.deed {
        Deed::Enrol => format!(r#"{{"do":"enrol","aliases":["{who}"]"#),
        Deed::Purchase(lines, total, points, code) => {
            let mut json = format!(r#"{{"do":"purchase",{member}"#);
            let bill = (&lines[..], *total, *points, code.as_deref());
            purchase_json(&mut json, bill).unwrap();
            json
        }
        Deed::Return(of, extent) => {
            format!(r#"{{"do":"return","of":"{of}",{}"#, extent_json(extent))
        }
        Deed::Redeem(None) => format!(r#"{{"do":"redeem",{member},"reward":"free-coffee""#),
        Deed::Redeem(Some(points)) => {
            format!(r#"{{"do":"redeem",{member},"unit":"point","points":{points}"#)
        }
        Deed::Void(of) => format!(r#"{{"do":"void","of":"{of}","reason":"slip""#),
        Deed::Adjust(points) => {
            format!(r#"{{"do":"adjust",{member},"unit":"point","points":{points},"reason":"slip""#)
        }
        Deed::Hold(points, until) => {
            let until = Calendar::utc().display(Instant(*until));
            format!(r#"{{"do":"hold",{member},"unit":"point","points":{points},"until":"{until}""#)
        }
        Deed::Capture(of, points, is_final) => {
            let points = points.map_or(String::new(), |n| format!(r#","points":{n}"#));
            format!(r#"{{"do":"capture","of":"{of}"{points},"final":{is_final}"#)
        }
        Deed::Release(of) => format!(r#"{{"do":"release","of":"{of}""#),
        Deed::Transfer(to, points) => {
            let to = alias(*to);
            format!(r#"{{"do":"transfer",{member},"to":"{to}","unit":"point","points":{points}"#)
        }
        Deed::Merge(into) => {
            let into = alias(*into);
            format!(r#"{{"do":"merge",{member},"into":"{into}","reason":"twice""#)
        }
        Deed::Unmerge(of) => format!(r#"{{"do":"unmerge","of":"{of}""#),
        Deed::Visit => format!(r#"{{"do":"activity",{member},"activity":"visit""#),
        deed => voucher_json(deed, &member),
    };
    write!(json, r#","key":"{key}""#).unwrap();
    // The second store tries programmes for the first.
    let store = ["a", "b"][usize::from(key.bytes().last().unwrap() % 2)];
    write!(json, r#","store":"{store}""#).unwrap();
    if let Some(at) = command.at {
        let at = Calendar::utc().display(Instant(at));
        write!(json, r#","at":"{at}""#).unwrap();
    }
    json + "}"
}
