//! Pages: as they are, and with their checksums made right again, so that the
//! code after the checksums is reached too.

use super::Outcome;
use super::{entries, said};
use stampbook::chain::hash::Hash;
use stampbook::chain::note::SigningKey;
use stampbook::chain::page::{
    ALIGN, CHECKSUM_LEN, HEADER_LEN, Header, PAGE_LEN_MAX, Page, PageBuilder, verify_chain,
};

pub fn run(input: &[u8]) -> Outcome {
    let raw = parse(input);
    let resealed = parse(&resealed(input));
    Outcome::of(&[&raw, &resealed])
}

fn parse(bytes: &[u8]) -> String {
    let _ = Header::parse(bytes);
    let view = match Page::parse(bytes) {
        Ok(view) => view,
        Err(flaw) => return flaw.to_string(),
    };
    let whole = view.bytes();
    assert!(bytes.starts_with(whole) && whole.len() <= PAGE_LEN_MAX);
    assert_eq!(whole.len() % ALIGN, 0);
    let entries = view.entries().count();
    assert_eq!(entries as u64, u64::from(view.header.count));
    assert_eq!(view.hashes().count(), entries);
    let chain = verify_chain(&view);
    let page = Page::from_bytes(whole.to_vec());
    assert_eq!(page.map(|page| page.header), Ok(view.header));
    said(&chain)
}

/// The bytes with both checksums as a writer would make them (FORMAT.md section 2).
fn resealed(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if bytes.len() < HEADER_LEN {
        return bytes;
    }
    let at = HEADER_LEN - CHECKSUM_LEN;
    let checksum = checksum("stampbook 2026-11 page header v1", &[&bytes[..at]]);
    bytes[at..HEADER_LEN].copy_from_slice(&checksum);
    let Ok(header) = Header::parse(&bytes) else {
        return bytes;
    };
    let end = HEADER_LEN + header.stored_len as usize;
    bytes.resize(bytes.len().max(header.total_len()), 0);
    bytes.truncate(header.total_len());
    let (stored, behind) = (&bytes[..end], &bytes[end + CHECKSUM_LEN..]);
    let checksum = self::checksum("stampbook 2026-11 page v1", &[stored, behind]);
    bytes[end..end + CHECKSUM_LEN].copy_from_slice(&checksum);
    bytes
}

fn checksum(context: &str, parts: &[&[u8]]) -> [u8; CHECKSUM_LEN] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    let hash = hasher.finalize();
    std::array::from_fn(|at| hash.as_bytes()[at])
}

/// Pages of the golden entries, plain and compressed, the first and a later one.
pub fn seeds() -> Vec<Vec<u8>> {
    let key = SigningKey::new("shop.example/ledger", &[7; 32]).expect("a name");
    let golden = entries::seeds();
    let mut pages = Vec::new();
    for (first, prev) in [(0, Hash::ZERO), (70, Hash([3; 32]))] {
        for compress_min in [0, usize::MAX] {
            for count in [1, 5, golden.len()] {
                let mut builder = PageBuilder::new(first, prev, compress_min);
                for entry in golden.iter().take(count) {
                    builder.push(entry).expect("there is room");
                }
                let signature = (first > 0).then_some([5; 64]);
                let page = builder.seal(signature, key.page_key());
                pages.push(page.expect("a page").bytes);
            }
        }
    }
    pages
}
