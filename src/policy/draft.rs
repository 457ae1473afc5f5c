//! Drafts: the files of a programme, parsed and not yet assembled.

use super::host::header::Header;
use super::source::Use;
use rhai::AST;

/// A file that was parsed and checked by itself.
pub(super) struct Draft {
    /// Its path.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its syntax tree.
    pub ast: AST,
    /// Uses of names in it.
    pub uses: Vec<Use>,
    /// Its declarations.
    pub headers: Vec<Header>,
    /// True if no name in it is wrong.
    pub is_sound: bool,
}

/// The files of a programme, campaigns sorted by path.
#[derive(Default)]
pub(super) struct Drafts {
    /// `campaigns/*.rhai`
    pub campaigns: Vec<Draft>,
    /// `tiers.rhai`
    pub tiers: Option<Draft>,
    /// `rewards.rhai`
    pub rewards: Option<Draft>,
    /// Text of programme.toml.
    pub manifest: String,
    /// Files that cannot be parsed: of what they declare nothing is known.
    pub unread: Vec<String>,
    /// True if a script could not be read, or declares nothing.
    pub is_partial: bool,
}

impl Drafts {
    /// Iterates over all files.
    pub fn all(&self) -> impl Iterator<Item = &Draft> {
        self.campaigns
            .iter()
            .chain(&self.tiers)
            .chain(&self.rewards)
    }

    /// True if nothing is known of a file's declarations, though it is there.
    pub fn is_left_out(&self, file: &str) -> bool {
        self.unread.iter().any(|path| path == file)
            || self
                .all()
                .any(|draft| draft.file == file && !draft.is_sound)
    }

    /// True if the declarations of all files are known.
    pub fn are_sound(&self) -> bool {
        self.unread.is_empty() && self.all().all(|draft| draft.is_sound)
    }
}

/// The file of the tiers.
pub(super) const TIERS: &str = "tiers.rhai";
