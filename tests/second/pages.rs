//! Sections 2 to 5: pages, chain, tree and signers.

use super::value::Value;
use super::{Wrong, bad};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

pub type Hash = [u8; 32];

pub fn derive(context: &str, parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    *hasher.finalize().as_bytes()
}

pub fn chain(prev: &Hash, bytes: &[u8]) -> Hash {
    derive("stampbook 2026-11 entry v1", &[prev, bytes])
}

/// The roots of complete subtrees, largest first, with their sizes.
#[derive(Clone, Default)]
pub struct Tree {
    size: u64,
    parts: Vec<(u64, Hash)>,
}

pub fn sha(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

impl Tree {
    pub fn push(&mut self, hash: &Hash) {
        self.size += 1;
        let mut last = (1, sha(&[&[0], hash]));
        while let Some((_, left)) = self.parts.pop_if(|part| part.0 == last.0) {
            last = (last.0 * 2, sha(&[&[1], &left, &last.1]));
        }
        self.parts.push(last);
    }

    pub fn root(&self) -> Hash {
        let mut parts = self.parts.iter().rev().map(|part| part.1);
        let Some(last) = parts.next() else {
            return sha(&[]);
        };
        parts.fold(last, |right, left| sha(&[&[1], &left, &right]))
    }
}

/// A page for which all of sections 2 and 3 holds.
pub struct Page {
    pub first_seq: u64,
    pub entries: Vec<Vec<u8>>,
    pub signature: Option<[u8; 64]>,
    /// The root of the tree before it.
    pub before: Hash,
    pub hashes: Vec<Hash>,
}

/// The journal, page by page.
pub struct Journal {
    files: Vec<(u64, Vec<u8>)>,
    at: (usize, usize),
    pub next_seq: u64,
    hash: Hash,
    pub tree: Tree,
    /// Root of the tree at each size that was passed.
    pub roots: BTreeMap<u64, Hash>,
    /// True if only bytes that do not verify follow the last page.
    pub is_tail: bool,
}

impl Journal {
    pub fn open(dir: &Path) -> Journal {
        let files = std::fs::read_dir(dir).unwrap().filter_map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name()?.to_str()?.strip_suffix(".seg")?.to_owned();
            let number: u64 = name.parse().ok()?;
            (format!("{number:012}") == name).then(|| (number, std::fs::read(&path).unwrap()))
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        let tree = Tree::default();
        Journal {
            files,
            at: (0, 0),
            next_seq: 0,
            hash: [0; 32],
            roots: BTreeMap::from([(0, tree.root())]),
            tree,
            is_tail: false,
        }
    }

    pub fn next(&mut self) -> Result<Option<Page>, Wrong> {
        loop {
            let Some((name, bytes)) = self.files.get(self.at.0) else {
                return match self.next_seq {
                    0 => Err(Wrong::Unsupported("there are no entries".into())),
                    _ => Ok(None),
                };
            };
            let rest = bytes.get(self.at.1..).unwrap_or_default();
            if rest.iter().all(|byte| *byte == 0) {
                if self.at.1 == 0 && *name != self.next_seq {
                    return bad("a file without pages has another number than the next entry");
                }
                self.at = (self.at.0 + 1, 0);
                continue;
            }
            if self.at.1 == 0 && *name != self.next_seq {
                return bad("the file's number is not the next entry's");
            }
            self.is_tail = self.at.0 + 1 == self.files.len();
            let (page, len) = self.page(rest)?;
            self.at.1 += len;
            self.is_tail = false;
            return Ok(Some(page));
        }
    }

    fn page(&self, bytes: &[u8]) -> Result<(Page, usize), Wrong> {
        let Some(head) = bytes.first_chunk::<192>() else {
            return bad("too short for a header");
        };
        let u32_at = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let u64_at = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        if head[..8] != *b"STAMPBK1" {
            return bad("no magic");
        }
        let sum = derive("stampbook 2026-11 page header v1", &[&head[..184]]);
        if sum[..8] != head[184..] {
            return bad("header checksum");
        }
        if head[8] != 1 || head[9] > 1 {
            return Err(Wrong::Unsupported("format or encoding".into()));
        }
        let (count, first_seq) = (u32_at(12), u64_at(16));
        let (stored, plain) = (u32_at(24) as usize, u32_at(28) as usize);
        let is_first = first_seq == 0;
        let lens = match head[9] {
            0 => stored == plain,
            _ => stored < plain,
        };
        let rules = [
            lens && plain <= 1_048_376,
            head[10..12] == [0, 0],
            count >= 1 && count as usize <= plain / 2,
            first_seq.checked_add(count.into()).is_some(),
            first_seq == self.next_seq,
            is_first == (head[32..64] == [0; 32]),
            head[32..64] == self.hash,
            u64_at(96) == first_seq,
            is_first == (head[104..168] == [0; 64]),
        ];
        if let Some(n) = rules.iter().position(|holds| !holds) {
            return bad(format!("rule {n} of the header"));
        }
        let (end, len) = (192 + stored, (200 + stored).next_multiple_of(512));
        let Some(page) = bytes.get(..len) else {
            return bad("the file ends within the page");
        };
        let sum = derive(
            "stampbook 2026-11 page v1",
            &[&page[..end], &page[end + 8..]],
        );
        if sum[..8] != page[end..end + 8] || page[end + 8..].iter().any(|byte| *byte != 0) {
            return bad("page checksum or padding");
        }
        let body = match head[9] {
            0 => page[192..end].to_vec(),
            _ => unpack(&page[192..end], plain).ok_or(Wrong::Bad("lz4".into()))?,
        };
        let entries = split(&body, count).ok_or(Wrong::Bad("lengths of entries".into()))?;
        let mut hashes = Vec::new();
        for entry in &entries {
            hashes.push(chain(hashes.last().unwrap_or(&self.hash), entry));
        }
        if hashes.last().unwrap()[..] != head[64..96] {
            return bad("the last hash");
        }
        let page = Page {
            first_seq,
            entries,
            signature: (!is_first).then(|| head[104..168].try_into().unwrap()),
            before: self.tree.root(),
            hashes,
        };
        Ok((page, len))
    }

    /// Takes the page's entries into the tree.
    pub fn accept(&mut self, page: &Page) {
        for hash in &page.hashes {
            self.tree.push(hash);
            self.next_seq += 1;
            self.roots.insert(self.next_seq, self.tree.root());
        }
        self.hash = *page.hashes.last().unwrap();
    }
}

fn split(mut body: &[u8], count: u32) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    for _ in 0..count {
        let mut len = 0;
        for n in 0..3 {
            let (byte, rest) = body.split_first()?;
            body = rest;
            len |= usize::from(byte & 0x7f) << (7 * n);
            match byte & 0x80 {
                0 if n > 0 && *byte == 0 => return None,
                0 => break,
                _ if n == 2 => return None,
                _ => {}
            }
        }
        let (entry, rest) = body.split_at_checked(len)?;
        body = rest;
        (1..=262_144).contains(&len).then_some(())?;
        entries.push(entry.to_vec());
    }
    body.is_empty().then_some(entries)
}

/// Decodes an LZ4 block, as section 2 describes it.
fn unpack(mut from: &[u8], len: usize) -> Option<Vec<u8>> {
    fn take<'a>(from: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = from.split_at_checked(n)?;
        *from = rest;
        Some(taken)
    }
    fn more(from: &mut &[u8], mut n: usize) -> Option<usize> {
        while n % 255 == 15 {
            let byte = take(from, 1)?[0];
            n += usize::from(byte);
            if byte != 255 {
                break;
            }
        }
        Some(n)
    }
    let mut out = Vec::new();
    loop {
        let token = take(&mut from, 1)?[0];
        let literals = more(&mut from, usize::from(token >> 4))?;
        out.extend(take(&mut from, literals)?);
        if from.is_empty() {
            return (out.len() == len).then_some(out);
        }
        let offset = take(&mut from, 2)?;
        let offset = usize::from(u16::from_le_bytes([offset[0], offset[1]]));
        let copied = more(&mut from, usize::from(token & 15))? + 4;
        (offset > 0 && offset <= out.len() && out.len() + copied <= len).then_some(())?;
        for _ in 0..copied {
            out.push(out[out.len() - offset]);
        }
    }
}

/// The keys and origins by the smallest tree that they sign.
#[derive(Default)]
pub struct Signers(Vec<(u64, String, Hash)>);

impl Signers {
    pub fn follow(&mut self, entry: &Value) -> Result<(), Wrong> {
        let (seq, act) = (entry.get("seq").num() as u64, entry.get("act"));
        match act.kind() {
            "Genesis" if seq == 0 => {
                let genesis = act.get("0");
                let key = genesis.get("verifier").bytes().try_into().unwrap();
                self.0.push((0, genesis.get("origin").text().into(), key));
            }
            "KeyRotated" => {
                let (_, origin, old) = self.0.last().unwrap().clone();
                let new: Hash = act.get("verifier").bytes().try_into().unwrap();
                let text = format!("stampbook key rotation\n{}\n", verifier(&origin, &new));
                if !verifies(&old, text.as_bytes(), act.get("proof").bytes()) {
                    return bad("the key before did not sign the new one");
                }
                self.0.push((seq + 1, origin, new));
            }
            "Restored" => {
                let (_, origin, key) = self.0.last().unwrap().clone();
                let (base, last) = match origin.rsplit_once('/') {
                    Some((base, last)) if last.parse::<u32>().is_ok() => {
                        (base.to_owned(), last.parse::<i128>().unwrap())
                    }
                    _ => (origin, 1),
                };
                let incarnation = act.get("incarnation").num();
                if incarnation <= last {
                    return bad("another incarnation");
                }
                self.0.push((seq, format!("{base}/{incarnation}"), key));
            }
            _ => {}
        }
        Ok(())
    }

    pub fn check(&self, page: &Page) -> Result<(), Wrong> {
        let Some(signature) = page.signature else {
            return Ok(());
        };
        let of_size = self.0.iter().rfind(|s| s.0 <= page.first_seq);
        let Some((_, origin, key)) = of_size else {
            return bad("nobody is known to sign");
        };
        let root = BASE64.encode(&page.before);
        let body = format!("{origin}\n{}\n{root}\n", page.first_seq);
        match verifies(key, body.as_bytes(), &signature) {
            true => Ok(()),
            false => bad("a signature"),
        }
    }
}

/// The verifier key, as it is published.
pub fn verifier(name: &str, key: &Hash) -> String {
    let typed = [&[1], &key[..]].concat();
    format!(
        "{name}+{}+{}",
        HEXLOWER.encode(&key_id(name, key)),
        BASE64.encode(&typed)
    )
}

/// What names a key in a signature line.
pub fn key_id(name: &str, key: &Hash) -> [u8; 4] {
    let id = sha(&[name.as_bytes(), &[0x0a, 1], key]);
    [id[0], id[1], id[2], id[3]]
}

fn verifies(key: &Hash, text: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    let signature = Signature::from_slice(signature);
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify_strict(text, &signature).is_ok(),
        _ => false,
    }
}

/// A decimal number in its only spelling.
pub fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// A hash in base64.
pub fn hash_of(text: &str) -> Option<Hash> {
    BASE64.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// A checkpoint as it was read (section 5).
pub struct Note {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    body: String,
    /// Key names, each with what stands behind it.
    lines: Vec<(String, Vec<u8>)>,
}

pub fn note(bytes: &[u8]) -> Result<Note, Wrong> {
    let wrong = |what: &str| Wrong::Bad(format!("no checkpoint: {what}"));
    let text = std::str::from_utf8(bytes).ok();
    let text = text.filter(|t| t.len() <= 131_072 && !t.chars().any(|c| c < ' ' && c != '\n'));
    let lines: Vec<&str> = text.ok_or(wrong("its text"))?.split('\n').collect();
    let [origin, size, root, "", signatures @ .., ""] = &lines[..] else {
        return Err(wrong("its lines"));
    };
    let is_name = |text: &str| {
        let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        !text.is_empty() && !text.contains(is_bad)
    };
    let size = decimal(size).ok_or(wrong("its size"))?;
    let root = hash_of(root).ok_or(wrong("its root"))?;
    let mut all = Vec::new();
    for line in signatures {
        let parts = line
            .strip_prefix("\u{2014} ")
            .and_then(|l| l.split_once(' '));
        let parts = parts.filter(|(name, _)| is_name(name));
        let bytes = parts.and_then(|(_, bytes)| BASE64.decode(bytes.as_bytes()).ok());
        let (parts, bytes) = parts.zip(bytes).ok_or(wrong("a signature"))?;
        if bytes.len() <= 4 {
            return Err(wrong("a signature"));
        }
        all.push((parts.0.to_owned(), bytes));
    }
    match is_name(origin) && !all.is_empty() {
        true => Ok(Note {
            origin: (*origin).to_owned(),
            size,
            root,
            body: lines[..3].join("\n") + "\n",
            lines: all,
        }),
        false => Err(wrong("its origin, or no signature")),
    }
}

impl Note {
    /// Checks that a key signed it, and every line that says it did.
    pub fn verify(&self, key: &Hash) -> Result<(), Wrong> {
        let id = key_id(&self.origin, key);
        let own = |line: &&(String, Vec<u8>)| line.0 == self.origin && line.1[..4] == id;
        let mut own = self.lines.iter().filter(own).peekable();
        let is_there = own.peek().is_some();
        match is_there && own.all(|line| verifies(key, self.body.as_bytes(), &line.1[4..])) {
            true => Ok(()),
            false => bad("the checkpoint's signature"),
        }
    }
}

impl Signers {
    /// The key that signs a tree under an origin.
    pub fn of(&self, size: u64, origin: &str) -> Option<Hash> {
        let fits = |(n, s): &(usize, &(u64, String, Hash))| {
            let end = self.0.get(n + 1).map_or(u64::MAX, |next| next.0);
            (s.0..=end).contains(&size) && s.1 == origin
        };
        self.0.iter().enumerate().rfind(fits).map(|(_, s)| s.2)
    }

    pub fn keys(&self) -> impl Iterator<Item = &Hash> {
        self.0.iter().map(|signer| &signer.2)
    }

    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|signer| &*signer.1)
    }
}

/// The newest checkpoint, if there is one: its size and root. It must be of a
/// tree that was passed, unless the journal ends before.
pub fn check_checkpoint(
    ledger: &Path,
    signers: &Signers,
    roots: &BTreeMap<u64, Hash>,
) -> Result<Option<(u64, Hash)>, Wrong> {
    let Ok(bytes) = std::fs::read(ledger.join("checkpoint")) else {
        return Ok(None);
    };
    let note = note(&bytes)?;
    let Some(key) = signers.of(note.size, &note.origin) else {
        return bad("a checkpoint of another ledger");
    };
    note.verify(&key)?;
    match roots
        .get(&note.size)
        .is_none_or(|known| *known == note.root)
    {
        true => Ok(Some((note.size, note.root))),
        false => bad("the checkpoint's root"),
    }
}
