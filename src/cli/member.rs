//! `stampbook member`

use super::args::{HeadArgs, ToRaw, text, texts};
use crate::ledger::wire::{Bad, raw, raw::Raw};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Members.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook member enrol --alias card:6900012345 --birthday 02-29")]
pub struct MemberArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: MemberCommand,
}

/// What to do with a member.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum MemberCommand {
    /// Enrol somebody.
    #[command(alias = "enroll")]
    Enrol(EnrolArgs),
    /// What is known of a member.
    Show(ShowArgs),
    /// Change a name, a birthday, aliases.
    Profile(ProfileArgs),
    /// Everything held about a member, as JSON, for the member.
    Export(ExportArgs),
    /// Destroy a member's key: nobody can be told any more who it was.
    Erase(EraseArgs),
}

/// Enrols somebody.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member enrol --alias card:6900012345 --alias phone:+493012345 --birthday 02-29 --consent marketing")]
pub struct EnrolArgs {
    /// Known by: card:.., phone:.., email:.., app:.., id:..; may be repeated. Sealed.
    #[arg(long = "alias", value_name = "SCHEME:VALUE")]
    pub aliases: Vec<String>,
    /// The name. Sealed.
    #[arg(long)]
    pub name: Option<String>,
    /// Month and day. Sealed.
    #[arg(long, value_name = "MM-DD")]
    pub birthday: Option<String>,
    /// Who brought them.
    #[arg(long, value_name = "MEMBER")]
    pub referrer: Option<String>,
    /// Where they came from.
    #[arg(long)]
    pub source: Option<String>,
    /// A purpose consented to; may be repeated.
    #[arg(long = "consent", value_name = "PURPOSE")]
    pub consents: Vec<String>,
    /// Version of the notice that was shown.
    #[arg(long)]
    pub notice: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for EnrolArgs {
    fn raw(&self) -> Result<Raw<'_>, Bad> {
        let enrol = raw::Enrol {
            aliases: texts(&self.aliases),
            name: text(&self.name),
            birthday: text(&self.birthday),
            referrer: text(&self.referrer),
            source: text(&self.source),
            consents: texts(&self.consents),
            notice: text(&self.notice),
            ..raw::Enrol::default()
        };
        Ok(Raw::Enrol(enrol.with_head(self.head.head(None))))
    }
}

/// Shows what is known of a member.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook member show card:6900012345")]
pub struct ShowArgs {
    /// An alias or a member id.
    pub member: String,
}

/// Changes what is known of a member; what is not named stays.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member profile card:6900012345 --alias-add phone:+493012345 --birthday ''")]
pub struct ProfileArgs {
    /// An alias or a member id.
    pub member: String,
    /// The new name; empty takes it away.
    #[arg(long)]
    pub name: Option<String>,
    /// The new birthday; empty takes it away.
    #[arg(long, value_name = "MM-DD")]
    pub birthday: Option<String>,
    /// An alias to add; may be repeated.
    #[arg(long, value_name = "SCHEME:VALUE")]
    pub alias_add: Vec<String>,
    /// An alias to take away; may be repeated.
    #[arg(long, value_name = "SCHEME:VALUE")]
    pub alias_remove: Vec<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ProfileArgs {
    fn raw(&self) -> Result<Raw<'_>, Bad> {
        let profile = raw::Profile {
            name: text(&self.name),
            birthday: text(&self.birthday),
            aliases_add: texts(&self.alias_add),
            aliases_remove: texts(&self.alias_remove),
            ..raw::Profile::default()
        };
        Ok(Raw::Profile(
            profile.with_head(self.head.head(Some(&self.member))),
        ))
    }
}

/// Everything held about a member.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook member export card:6900012345 --out ann.json")]
pub struct ExportArgs {
    /// An alias or a member id.
    pub member: String,
    /// Where to write it; default: stdout.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Destroys a member's key. It cannot be undone; balances and totals stay.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member erase card:6900012345 --reason 'asked for it' --yes")]
pub struct EraseArgs {
    /// An alias or a member id.
    pub member: String,
    /// Why, in words without personal data.
    #[arg(long)]
    pub reason: String,
    /// Yes, really.
    #[arg(long)]
    pub yes: bool,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for EraseArgs {
    fn raw(&self) -> Result<Raw<'_>, Bad> {
        if !self.yes {
            return Err(Bad::new("--yes", "is missing; erasing cannot be undone"));
        }
        let erase = raw::Erase {
            reason: self.reason.as_str().into(),
            ..raw::Erase::default()
        };
        Ok(Raw::Erase(
            erase.with_head(self.head.head(Some(&self.member))),
        ))
    }
}
