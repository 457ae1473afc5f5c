//! Lists of codes that a programme hands out, one in every bottle: the files
//! `codes/*.txt`. A bundle holds hashes only, so neither the journal nor a copy
//! of it reveals a code.

use super::diagnostic::Diagnostic;
use crate::model::CodeLabel;

const CODE_CONTEXT: &str = "stampbook 2026-11 activity code v1";
/// Hexadecimal digits of a hash: 16 bytes.
const HASH_LEN: usize = 32;
/// Prefix of a hash, so that it is not hashed again.
const HASHED: char = '=';
/// Least length of a code: a shorter one can be found by trying, even from its hash.
pub(super) const CODE_LEN_MIN: usize = 12;

/// Hash of a code as entries and bundles keep it. Upper and lower case, blanks
/// and hyphens make no difference.
pub fn code_hash(code: &str) -> String {
    let plain = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let plain: String = plain.flat_map(char::to_uppercase).collect();
    let hash = blake3::derive_key(CODE_CONTEXT, plain.as_bytes());
    let bytes = &hash[..HASH_LEN / 2];
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// True if a path is that of a list of codes.
pub(super) fn is_list(path: &str) -> bool {
    path.starts_with("codes/") && path.ends_with(".txt") && path.matches('/').count() == 1
}

/// Converts a list to hashes, sorted; comments are dropped. A line is a code
/// and, after a blank, its label.
pub(super) fn hashed(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut hashed: Vec<String> = lines.map(hashed_line).collect();
    hashed.sort();
    hashed.dedup();
    hashed.iter().map(|line| format!("{line}\n")).collect()
}

fn hashed_line(line: &str) -> String {
    if line.starts_with(HASHED) {
        return line.into();
    }
    let (code, label) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let text = format!("{HASHED}{} {}", code_hash(code), label.trim());
    text.trim_end().into()
}

/// Reads the codes of a list by their hashes, sorted.
pub(super) fn read(path: &str, text: &str, found: &mut Vec<Diagnostic>) -> Vec<CodeLabel> {
    let mut codes: Vec<CodeLabel> = text.lines().map(code_of).collect();
    codes.sort();
    if let Some(pair) = codes.windows(2).find(|w| w[0].0 == w[1].0) {
        let message = format!(
            "a code is there twice, as '{}' and '{}'",
            pair[0].1, pair[1].1
        );
        found.push(Diagnostic::error(path, (0, 0), message));
    }
    codes
}

fn code_of(line: &str) -> CodeLabel {
    let line = line.trim_start_matches(HASHED);
    let (hash, label) = line.split_once(' ').unwrap_or((line, ""));
    (hash.into(), label.into())
}

/// Warns if codes of a list, as written, can be guessed.
pub(super) fn check_len(path: &str, text: &str) -> Option<Diagnostic> {
    let is_short = |line: &&str| {
        let code = line.split_whitespace().next().unwrap_or_default();
        !code.is_empty() && !code.starts_with(['#', HASHED]) && code.len() < CODE_LEN_MIN
    };
    let (n, _) = text.lines().enumerate().find(|(_, line)| is_short(line))?;
    let message = format!("a code is shorter than {CODE_LEN_MIN} characters: it can be guessed");
    Some(Diagnostic::error(path, (n + 1, 1), message).help("make longer codes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_no_code_and_hashing_it_again_changes_nothing() {
        let list = "# autumn\nabcd-efgh-jkmn  a friend\nABCD EFGH\n\nQRST-QRST-QRST\n";
        let once = hashed(list);
        assert!(!once.contains("efgh") && once.contains(" a friend"));
        assert_eq!(hashed(&once), once);
        assert_eq!(once.lines().count(), 3);
        assert!(once.contains(&code_hash("qrstqrstqrst")));
    }

    #[test]
    fn short_codes_are_refused_where_they_are_written() {
        let short = check_len("codes/a.txt", "# x\nABCDEFGHJKMN\nK1 yes\n").unwrap();
        assert_eq!(short.line, 3);
        assert!(check_len("codes/a.txt", &hashed("K1 yes")).is_none());
    }
}
