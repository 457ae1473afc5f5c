//! Operations on a ledger, as a list that can be run again.

use super::chance::{Dice, json};
use super::words::{Command, DAY};
use super::world::World;
use std::fmt;

/// Options with which a ledger is opened.
#[derive(Clone, Debug)]
pub struct Reading {
    pub state_bytes: u64,
    pub write_every: u64,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            state_bytes: 3_000,
            write_every: 7,
        }
    }
}

/// Loss that a crash causes in files beside the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    Nothing,
    /// The book from before the last crash is back.
    OlderBook,
    /// A folder or file of the ledger is gone.
    Gone(&'static str),
    /// The newest record of the writer state was not written to its end.
    NewestState,
}

const LOSSES: [Loss; 7] = [
    Loss::Nothing,
    Loss::OlderBook,
    Loss::Gone("book"),
    Loss::NewestState,
    Loss::Gone("keys"),
    Loss::Gone("copies"),
    Loss::Gone("checkpoint"),
];

#[derive(Clone, Debug)]
pub enum Op {
    Clock(i64),
    /// Commands in one page; true if the only one is quoted first.
    Submit(Vec<Command>, bool),
    /// The command of a key, sent again.
    Repeat(String),
    Daily,
    /// A programme that gives the same takes effect: for all, at an instant to come, or as
    /// a pilot in one store; or the pilot ends.
    Change(u64),
    /// Commands in a page that is lost, the loss, and the options of the next opening.
    Crash(Vec<Command>, Loss, Reading),
    /// Opens the ledger again; true rebuilds the book.
    Reopen(bool, Reading),
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Op::Submit(commands, is_quoted) => {
                write!(f, "page, quoted {is_quoted}:")?;
                commands
                    .iter()
                    .try_for_each(|c| write!(f, "\n    {}", json(c)))
            }
            other => write!(f, "{other:?}"),
        }
    }
}

impl Op {
    /// Number of steps that it counts as.
    pub fn steps(&self) -> u64 {
        match self {
            Op::Clock(_) => 0,
            Op::Submit(commands, _) => commands.len() as u64,
            _ => 1,
        }
    }
}

/// Pace of a run: size of its pages, frequency of its crashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Small pages, many crashes.
    Rough,
    /// Long pages, few crashes: many steps in little time.
    Bulk,
    /// No clock goes back and no process ends.
    Calm,
}

/// Generates the next operations.
pub struct Maker {
    pub dice: Dice,
    pub pace: Pace,
    /// Keys given out, including those of lost commands.
    given_out: u64,
    /// Daily runs.
    days: u64,
}

impl Maker {
    pub fn new(seed: u64, pace: Pace) -> Maker {
        Maker {
            dice: Dice::new(seed),
            pace,
            given_out: 0,
            days: 0,
        }
    }

    fn commands(&mut self, world: &World, count: i64) -> Vec<Command> {
        let mut one = || {
            self.given_out += 1;
            let key = format!("k{}", self.given_out);
            self.dice.command(key, &world.book, &world.keys, world.now)
        };
        (0..count).map(|_| one()).collect()
    }

    fn reading(&mut self) -> Reading {
        let write_every = match self.pace {
            Pace::Bulk => 1 + self.dice.upto(3_000) as u64,
            _ => 1 + self.dice.upto(20) as u64,
        };
        Reading {
            state_bytes: 3_000 * self.dice.upto(6) as u64,
            write_every,
        }
    }

    /// Operation that sets the clock.
    pub fn clock(&mut self, now: i64) -> Op {
        let to = self.dice.clock(now);
        Op::Clock(match self.pace {
            Pace::Calm => to.max(now).min(now + 9 * DAY),
            _ => to,
        })
    }

    pub fn op(&mut self, world: &World) -> Op {
        let rare = match self.pace {
            Pace::Rough => 0,
            // Factor by which slow operations are rarer.
            Pace::Bulk | Pace::Calm => 12,
        };
        match self.dice.upto(99) {
            0..=69 if rare > 0 && !self.dice.is_one_in(4) => {
                let count = 2 + self.dice.upto(60);
                Op::Submit(self.commands(world, count), false)
            }
            0..=69 => Op::Submit(self.commands(world, 1), self.dice.is_one_in(3)),
            70..=77 => {
                let count = 2 + self.dice.upto(3);
                Op::Submit(self.commands(world, count), false)
            }
            78..=86 => match world.keys.len() as i64 {
                0 => Op::Daily,
                n => Op::Repeat(world.keys[self.dice.upto(n - 1) as usize].clone()),
            },
            87..=92 => {
                // Not drawn by chance, for the same reason as the losses below.
                self.days += 1;
                match self.days.is_multiple_of(3) {
                    true => Op::Change(self.days / 3),
                    false => Op::Daily,
                }
            }
            _ if self.pace == Pace::Calm || rare > 0 && !self.dice.is_one_in(rare) => Op::Daily,
            93..=96 => {
                let count = self.dice.upto(2);
                let commands = self.commands(world, count);
                // Not drawn by chance, so that seeds of earlier finds still run alike.
                let loss = LOSSES[(self.given_out % LOSSES.len() as u64) as usize];
                Op::Crash(commands, loss, self.reading())
            }
            97..=98 => Op::Reopen(false, self.reading()),
            _ => Op::Reopen(true, self.reading()),
        }
    }
}
