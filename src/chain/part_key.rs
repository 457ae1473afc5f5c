//! Keys of the entries of a command that has several: the last has the command's
//! own, the others have it with their number behind it.

use super::hash::{Purpose, bytes_hash};
use crate::model::{Head, Instant, KEY_LEN_MAX, Key};

/// Key of an entry that is not the last, counted from 0.
pub fn part_key(key: &Key, n: usize) -> String {
    let part = format!("~{}", n + 1);
    match key.as_str().len() + part.len() <= KEY_LEN_MAX {
        true => format!("{}{part}", key.as_str()),
        // A key too long for a suffix is replaced by its hash.
        false => {
            let hash = bytes_hash(Purpose::KEY, key.as_str().as_bytes()).to_hex();
            format!("{}{part}", &hash[..32])
        }
    }
}

/// True if a key is that of the first entry of a command with another key.
pub fn is_first_part(part: &str, whole: &Key) -> bool {
    whole.is_some() && part_key(whole, 0) == part
}

/// True if a sale is booked in place of the one that a void took back, by the void's key and
/// the instant at which it was recorded.
pub fn is_correction((key, recorded): (&str, Instant), sale: &Head) -> bool {
    sale.recorded_at() == recorded && is_first_part(key, &sale.key)
}
