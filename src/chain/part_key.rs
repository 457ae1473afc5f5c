//! Keys of the entries of a command that has several: the last has the command's
//! own, the others have it with their number behind it.

use super::hash::{Purpose, bytes_hash};
use crate::model::{KEY_LEN_MAX, Key};

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
