//! Mutations of an input, all from one seed.

#[path = "../../tests/support/dice.rs"]
mod dice;

pub use dice::Dice;

impl Dice {
    /// One of some texts, of which there is at least one.
    fn one_of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Bytes of ends of ranges, markers and separators.
const BYTES: &[u8] = &[
    0, 1, 2, 9, 10, 13, 27, 32, 34, 39, 44, 45, 47, 48, 57, 58, 59, 92, 123, 125, 127, 128, 191,
    192, 224, 239, 240, 247, 248, 250, 251, 252, 253, 254, 255,
];
/// Texts that any reader of texts may stumble over.
const WORDS: &[&str] = &[
    "-1",
    "0",
    "00",
    "-0",
    "1e9",
    "0.5",
    "1.005",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "79228162514264337593543950335",
    "99999999999999999999999999999999999999999",
    "9007199254740993",
    "0000-00-00",
    "9999-12-31",
    "-9999-01-01",
    "2024-02-29",
    "2026-02-30",
    "1969-12-31T23:59:59Z",
    "2026-03-29T02:30:00+01:00",
    "24:00",
    "23:59:60",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{2028}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\u{130}\u{df}\u{149}",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{1b}[31m",
    "..",
    "../",
    "\\u0000",
    "\\",
    "\"",
    "''",
    "((((((((((((((((",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":",
];
/// The longest input that mutation makes.
const LEN_MAX: usize = 64 << 10;

/// An input made from a seed input, parts of another, and words.
pub fn mutated(dice: &mut Dice, seed: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
    let mut input = seed.to_vec();
    // Mostly few changes: many make an input that no reader follows far.
    for _ in 0..1 << dice.below(4) {
        change(dice, &mut input, other, words);
    }
    input.truncate(LEN_MAX);
    input
}

fn change(dice: &mut Dice, input: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let at = dice.below(input.len() + 1);
    let len = 1 + dice.below(64);
    let end = at + dice.below((input.len() - at).min(len) + 1);
    match dice.below(14) {
        0 => set(dice, input, |dice, byte| byte ^ 1 << dice.below(8)),
        1 => set(dice, input, |dice, _| BYTES[dice.below(BYTES.len())]),
        2 => set(dice, input, |dice, _| dice.next() as u8),
        3 => set(dice, input, |dice, byte| {
            byte.wrapping_add(dice.below(9) as u8).wrapping_sub(4)
        }),
        4 => drop(input.drain(at..end)),
        5 => input.truncate(at),
        6 => {
            let part = input[at..end].to_vec();
            let times = 1 + dice.below(8);
            input.splice(end..end, part.repeat(times));
        }
        7 => {
            let from = dice.below(other.len() + 1);
            let len = dice.below((other.len() - from).min(256) + 1);
            input.splice(at..end, other[from..from + len].iter().copied());
        }
        8 => {
            let from = dice.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        9 if !words.is_empty() => {
            input.splice(at..end, dice.one_of(words).bytes());
        }
        10 if !words.is_empty() => {
            input.splice(at..at, dice.one_of(words).bytes());
        }
        11 => number(dice, input),
        12 => lines(dice, input),
        _ => {
            input.splice(at..at, dice.one_of(WORDS).bytes());
        }
    }
}

fn set(dice: &mut Dice, input: &mut [u8], to: impl Fn(&mut Dice, u8) -> u8) {
    let at = dice.below(input.len());
    if let Some(byte) = input.get(at).copied() {
        input[at] = to(dice, byte);
    }
}

/// Puts another number in the place of one that is written in digits.
fn number(dice: &mut Dice, input: &mut Vec<u8>) {
    let is_digit = |at: &usize| input[*at].is_ascii_digit();
    let digits: Vec<usize> = (0..input.len()).filter(is_digit).collect();
    if digits.is_empty() {
        return;
    }
    let at = digits[dice.below(digits.len())];
    let start = (0..at).rev().take_while(is_digit).last().unwrap_or(at);
    let end = start + (start..input.len()).take_while(is_digit).count();
    let text = match dice.below(3) {
        0 => dice.below(300).to_string(),
        1 => dice.next().to_string(),
        _ => dice.one_of(&WORDS[..14]).to_owned(),
    };
    input.splice(start..end, text.into_bytes());
}

/// Takes a line away, doubles it, or moves it to the end.
fn lines(dice: &mut Dice, input: &mut Vec<u8>) {
    let mut all: Vec<Vec<u8>> = input
        .split_inclusive(|b| *b == b'\n')
        .map(Into::into)
        .collect();
    if all.is_empty() {
        return;
    }
    let at = dice.below(all.len());
    match dice.below(3) {
        0 => drop(all.remove(at)),
        1 => all.insert(at, all[at].clone()),
        _ => {
            let line = all.remove(at);
            all.push(line);
        }
    }
    *input = all.concat();
}
