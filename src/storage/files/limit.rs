//! Length limits of files by kind: a longer file is refused before it is read.

/// A kind of file and its greatest length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The kind of file, as messages name it.
    pub what: &'static str,
    /// Greatest length in bytes.
    pub len_max: u64,
}

const fn limit(what: &'static str, len_max: u64) -> Limit {
    Limit { what, len_max }
}

/// A key of the secrets folder, or the marker of an unfinished init, which is a path.
pub const KEY_FILE: Limit = limit("a key file", 8 << 10);
/// Access tokens of the service: some hundred bytes each.
pub const TOKENS_FILE: Limit = limit("a file of tokens", 4 << 20);
/// Webhooks and dead letters: some hundred bytes each.
pub const WEBHOOKS_FILE: Limit = limit("a file of webhooks", 16 << 20);
/// Certificate chain or private key, in PEM.
pub const PEM_FILE: Limit = limit("a certificate or key file", 1 << 20);
/// The lock file: three short lines.
pub const LOCK_FILE: Limit = limit("a lock file", 4096);
/// A signed note: checkpoint, card or stamp. The note's own bound (C2SP signed-note).
pub const NOTE: Limit = limit("a checkpoint, card or stamp", 128 << 10);
/// A column map of an import.
pub const MAP_FILE: Limit = limit("a column map", 1 << 20);
/// A file that is imported, line by line.
pub const IMPORT: Limit = limit("a file to import", 256 << 30);
/// A file of a programme's folder.
pub const PROGRAMME_FILE: Limit = limit("a programme's file", 4 << 20);
/// All files of a programme's folder together.
pub const PROGRAMME: Limit = limit("a programme", 64 << 20);
/// Facts of figures: some 150 bytes an entry.
pub const FACTS_FILE: Limit = limit("a file of facts", 4 << 30);
/// The state file of the second copy.
pub const COPY_STATE: Limit = limit("the state of the second copy", 4096);
/// The vault: a head and one slot of 64 bytes for each of up to 2^32 members.
pub const VAULT: Limit = limit("a vault", 64 << 32);
/// A sealed copy of the secrets: keys, tokens, and a vault of up to sixteen million members.
pub const SEALED: Limit = limit("a sealed copy of secrets", 1 << 30);
/// A segment of the journal: a new one is begun at 1 GiB, and one page may follow.
pub const SEGMENT: Limit = limit("a segment", 2 << 30);
/// A file that sled keeps.
pub const BOOK_FILE: Limit = limit("a file of the book", 256 << 30);
