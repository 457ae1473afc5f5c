//! Claim 4: what somebody kept (sections 5 and 6), against a ledger that was read.

use super::pages::{Hash, Note, Signers, decimal, hash_of, note, sha, verifier};
use super::value::Value;
use super::{Verdict, Wrong, bad};
use data_encoding::{BASE64, HEXLOWER};
use std::collections::BTreeMap;

/// The parts of a ledger that kept texts are compared with.
pub struct Ledger {
    pub signers: Signers,
    /// Root of the tree at each size.
    pub roots: BTreeMap<u64, Hash>,
    /// Chain hash of entry 0.
    pub genesis: Hash,
    pub entries: Vec<Value>,
    /// Units by id, each with its number and parts.
    pub units: BTreeMap<String, (i128, i128)>,
}

type Done = Result<(), Wrong>;

impl Ledger {
    /// Compares one kept text.
    pub fn compare(&self, text: &str) -> Verdict {
        let begins = text.trim_start();
        let word = begins.get(..6).unwrap_or_default().to_ascii_uppercase();
        let told = if begins.starts_with("STAMPBOOK AUDIT CARD") {
            self.card(text)
        } else if begins.starts_with("c2sp.org/tlog-proof") {
            self.stamp(text)
        } else if word == "STAMP " {
            self.slip(text)
        } else {
            note(text.as_bytes()).and_then(|note| self.checkpoint(&note))
        };
        match told {
            Ok(()) => Verdict::Held,
            Err(Wrong::Bad(what)) => Verdict::Failed(0, what),
            Err(Wrong::Unsupported(what)) => Verdict::NotChecked(what),
        }
    }

    fn root(&self, size: u64) -> Result<Hash, Wrong> {
        let root = self.roots.get(&size).copied();
        root.ok_or(Wrong::Bad("the journal ends before".into()))
    }

    fn checkpoint(&self, note: &Note) -> Done {
        let Some(key) = self.signers.of(note.size, &note.origin) else {
            return bad("nobody signs this tree");
        };
        note.verify(&key)?;
        match self.root(note.size)? == note.root {
            true => Ok(()),
            false => bad("another root"),
        }
    }

    fn card(&self, text: &str) -> Done {
        let value = |word: &str| {
            let line = text.lines().find_map(|line| {
                let rest = line.trim().strip_prefix(word)?;
                rest.starts_with(char::is_whitespace).then(|| rest.trim())
            });
            line.ok_or(Wrong::Bad(format!("no line {word}")))
        };
        let hash = |word: &str| {
            let bytes = HEXLOWER.decode(value(word)?.as_bytes()).ok();
            let hash = bytes.and_then(|bytes| <Hash>::try_from(bytes).ok());
            hash.ok_or(Wrong::Bad(format!("no hash {word}")))
        };
        value("date")?;
        let origin = value("origin")?;
        let size = decimal(value("size")?).ok_or(Wrong::Bad("no size".into()))?;
        let (genesis, root) = (hash("genesis")?, hash("root")?);
        let said = value("key")?;
        let is_one = |key: &&Hash| verifier(origin, key) == said;
        if !self.signers.origins().any(|known| known == origin) {
            return bad("another origin");
        }
        match self.signers.keys().find(is_one) {
            None => bad("another key"),
            Some(_) if genesis != self.genesis => bad("another first entry"),
            Some(_) if self.root(size)? != root => bad("another root"),
            Some(_) => Ok(()),
        }
    }

    fn stamp(&self, text: &str) -> Done {
        let wrong = |what: &str| Wrong::Bad(format!("no stamp: {what}"));
        let (head, checkpoint) = text.split_once("\n\n").ok_or(wrong("no checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some("c2sp.org/tlog-proof@v1") {
            return Err(wrong("the first line"));
        }
        let mut line = |word: &str| lines.next().and_then(|line| line.strip_prefix(word));
        let entry = line("extra ").and_then(hash_of).ok_or(wrong("extra"))?;
        let index = line("index ").and_then(decimal).ok_or(wrong("index"))?;
        let proof: Option<Vec<Hash>> = lines.map(hash_of).collect();
        let proof = proof.filter(|p| p.len() <= 64).ok_or(wrong("a hash"))?;
        let note = note(checkpoint.as_bytes())?;
        self.checkpoint(&note)?;
        match included(&entry, index, note.size, &proof) == Some(note.root) {
            true => Ok(()),
            false => bad("the proof does not lead to the root"),
        }
    }

    fn slip(&self, text: &str) -> Done {
        let slip = Slip::read(text).ok_or(Wrong::Bad("no slip".into()))?;
        if self.root(slip.size)?[..20] != slip.root {
            return bad("another root");
        }
        let entry = &self.entries[slip.index as usize];
        if entry.get("head").get("key").text().is_empty() {
            return bad("of such an entry no slip was printed");
        }
        let Some(balance) = slip.balance else {
            return Ok(());
        };
        let words = || Wrong::Unsupported("a balance in other words".into());
        let (amount, unit) = balance.split_once(' ').ok_or_else(words)?;
        let plain = amount.strip_prefix('-').unwrap_or(amount);
        let (whole, behind) = plain.split_once('.').unwrap_or((plain, "0"));
        let is_digits = !behind.is_empty() && behind.bytes().all(|b| b.is_ascii_digit());
        decimal(whole).filter(|_| is_digits).ok_or_else(words)?;
        let amount = amount.parse::<rust_decimal::Decimal>();
        let amount = amount.map_err(|_| words())?;
        let one = unit.strip_suffix('s').unwrap_or(unit);
        let of = |id: &str| self.units.get(id).copied();
        let (number, parts) = of(unit).or_else(|| of(one)).ok_or_else(words)?;
        let is_it = |after: &&Value| {
            let whose = (after.get("who").num(), after.get("unit").num());
            let told = rust_decimal::Decimal::from(after.get("balance").num());
            whose == (0, number) && told == amount * rust_decimal::Decimal::from(parts)
        };
        match entry.get("after").list().iter().any(|after| is_it(&after)) {
            true => Ok(()),
            false => bad("another balance"),
        }
    }
}

/// The root that an inclusion proof leads to (section 4).
fn included(entry: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let (mut a, mut b) = (index, size.checked_sub(1)?);
    let mut hash = sha(&[&[0], entry]);
    if index >= size {
        return None;
    }
    for p in proof {
        if b == 0 {
            return None;
        }
        if a % 2 == 1 || a == b {
            hash = sha(&[&[1], p, &hash]);
            while a % 2 == 0 && a != 0 {
                (a, b) = (a / 2, b / 2);
            }
        } else {
            hash = sha(&[&[1], &hash, p]);
        }
        (a, b) = (a / 2, b / 2);
    }
    (b == 0).then_some(hash)
}

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct Slip {
    index: u64,
    size: u64,
    root: [u8; 20],
    balance: Option<String>,
}

impl Slip {
    fn read(text: &str) -> Option<Slip> {
        let (place, rest) = text
            .trim_start()
            .get(6..)?
            .trim_start()
            .split_once(char::is_whitespace)?;
        let (index, size) = place.split_once('/')?;
        let (index, size) = (decimal(index)?, decimal(size)?);
        let words: Vec<&str> = rest.split_whitespace().collect();
        let is_balance = |word: &&str| word.eq_ignore_ascii_case("BALANCE");
        let balance = words.iter().position(is_balance);
        let code = words[..balance.unwrap_or(words.len())]
            .concat()
            .to_ascii_uppercase()
            .replace('-', "");
        let code = code.replace('O', "0").replace(['I', 'L'], "1");
        let values: Option<Vec<u8>> = code.chars().map(value).collect();
        let values = values.filter(|values| values.len() == 33)?;
        let balance = balance.map(|at| words[at + 1..].join(" "));
        let mut root = [0; 20];
        for (n, five) in values[..32].iter().enumerate() {
            for bit in (0..5).filter(|bit| five >> (4 - bit) & 1 == 1) {
                root[(5 * n + bit) / 8] |= 128 >> ((5 * n + bit) % 8);
            }
        }
        let is_line =
            |text: &String| (1..=64).contains(&text.len()) && !text.chars().any(char::is_control);
        let slip = Slip {
            index,
            size,
            root,
            balance,
        };
        let is_right = index < size
            && slip.balance.as_ref().is_none_or(is_line)
            && check(index, size, &code[..32], slip.balance.as_deref())? == code.chars().last()?;
        is_right.then_some(slip)
    }
}

fn value(c: char) -> Option<u8> {
    ALPHABET.find(c).map(|at| at as u8)
}

/// The check character of a slip (section 6).
pub fn check(index: u64, size: u64, code: &str, balance: Option<&str>) -> Option<char> {
    let place = format!("{index}Z{size}Z{code}");
    let mut values: Vec<u8> = place.chars().map(value).collect::<Option<_>>()?;
    let bytes = balance.iter().flat_map(|text| text.bytes());
    values.extend(bytes.flat_map(|byte| [byte >> 4, byte & 15]));
    let p = values.into_iter().fold(32, |p: u32, v| {
        let q = (p + u32::from(v)) % 32;
        2 * (if q == 0 { 32 } else { q }) % 33
    });
    ALPHABET.chars().nth(((33 - p) % 32) as usize)
}

/// A slip as a till prints it.
pub fn slip(index: u64, size: u64, root: &Hash, balance: Option<&str>) -> String {
    let bit = |n: usize| root[n / 8] >> (7 - n % 8) & 1;
    let five = |n: usize| (0..5).fold(0, |sum, at| sum << 1 | usize::from(bit(5 * n + at)));
    let code: String = (0..32)
        .map(|n| ALPHABET.as_bytes()[five(n)] as char)
        .collect();
    let groups: Vec<&str> = (0..8).map(|n| &code[4 * n..4 * n + 4]).collect();
    let last = check(index, size, &code, balance).unwrap();
    let told = balance.map_or(String::new(), |text| format!(" BALANCE {text}"));
    format!("STAMP {index}/{size} {}-{last}{told}", groups.join("-"))
}

/// The inclusion proof of a leaf, by the definition of the tree.
pub fn prove(leaves: &[Hash], index: usize) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, other) = match index < k {
        true => (prove(left, index), right),
        false => (prove(right, index - k), left),
    };
    proof.push(root(other));
    proof
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha(&[&[1], &root(left), &root(right)])
        }
    }
}

/// A stamp's text.
pub fn stamp(entry: &Hash, index: u64, proof: &[Hash], checkpoint: &str) -> String {
    let proof = proof.iter().map(|hash| BASE64.encode(hash) + "\n");
    let (entry, proof) = (BASE64.encode(entry), proof.collect::<String>());
    format!("c2sp.org/tlog-proof@v1\nextra {entry}\nindex {index}\n{proof}\n{checkpoint}")
}
