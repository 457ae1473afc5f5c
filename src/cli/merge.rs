//! `stampbook member merge` and `stampbook member unmerge`

use super::args::{HeadArgs, ToRaw, text};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::Args;

/// Makes two members one: everything of FROM goes on under INTO, and whatever
/// FROM was known by finds INTO.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member merge card:6900012345 card:6900054321 --reason 'two cards of one person'")]
pub struct MergeArgs {
    /// Who is merged: an alias or a member id.
    pub from: String,
    /// Who goes on: an alias or a member id.
    pub into: String,
    /// Why, in words without personal data.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for MergeArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let merge = raw::Merge {
            into: self.into.as_str().into(),
            reason: self.reason.as_str().into(),
            ..raw::Merge::default()
        };
        let head = self.head.head(Some(&self.from));
        Ok(Raw::Merge(merge.with_head(head)))
    }
}

/// Undoes a merge: what is left of what came goes back, and so do the figures.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member unmerge --of office/12")]
pub struct UnmergeArgs {
    /// The merge's sequence.
    pub seq: Option<i64>,
    /// Or its key.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for UnmergeArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let unmerge = raw::Unmerge {
            of: text(&self.of),
            seq: self.seq.map(Whole),
            ..raw::Unmerge::default()
        };
        Ok(Raw::Unmerge(unmerge.with_head(self.head.head(None))))
    }
}
