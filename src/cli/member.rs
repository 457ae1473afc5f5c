//! `stampbook member`

use super::activity::once;
use super::desk::{compact, request_of};
use super::member_export::{everything, profile_json};
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::flag::named;
use crate::command::{Bad, Raw, Whole, raw};
use crate::engine::profile::Profile;
use crate::engine::{self, Ledger};
use crate::model::{Act, MemberId, NameKind, escaped_in_json};
use crate::query::member_named;
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// Enrols, shows, changes, exports or erases members.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook member enrol --alias card:6900012345 --birthday 02-29")]
pub enum MemberCommand {
    /// Enrol somebody.
    #[command(alias = "enroll")]
    Enrol(raw::Enrol),
    /// Shows what is known of a member.
    #[command(after_help = "\
Example:
  stampbook member show card:6900012345")]
    Show {
        /// An alias or a member id.
        member: String,
    },
    /// Change a name, a birthday, aliases.
    Profile(ProfileArgs),
    /// Everything held about a member, as JSON, for the member.
    Export(ExportArgs),
    /// Make two members one.
    Merge(raw::Merge),
    /// Undo a merge.
    Unmerge(raw::Unmerge),
    /// Destroy a member's key: nobody can be told any more who it was.
    Erase(EraseArgs),
}

/// Changes what is known of a member; what is not named stays.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member profile card:6900012345 --alias-add phone:+493012345 --birthday ''")]
pub struct ProfileArgs {
    /// An attribute of programme.toml; an empty value takes it away; may be repeated. Sealed.
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = named)]
    pub attributes: Vec<(String, String)>,
    /// The change.
    #[command(flatten)]
    pub profile: raw::Profile,
}

impl ProfileArgs {
    /// Makes the verb of the flags.
    pub(super) fn raw(&self) -> Result<Raw, Bad> {
        let attributes = self.attributes.clone();
        let profile = raw::Profile {
            attributes: once("--attribute", attributes)?,
            ..self.profile.clone()
        };
        Ok(profile.into())
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
    /// File to write it to; default: stdout.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Destroys a member's key. It cannot be undone; balances and totals stay.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook member erase card:6900012345 --reason 'asked for it' --yes")]
pub struct EraseArgs {
    /// Yes, really.
    #[arg(long)]
    pub yes: bool,
    /// Member to erase, and the reason.
    #[command(flatten)]
    pub erase: raw::Erase,
}

impl EraseArgs {
    /// Makes the verb of the flags.
    pub(super) fn raw(&self) -> Result<Raw, Bad> {
        match self.yes {
            true => Ok(self.erase.clone().into()),
            false => Err(Bad::missing("--yes", "erasing cannot be undone")),
        }
    }
}

impl MemberCommand {
    /// Runs the subcommand.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match self {
            MemberCommand::Enrol(args) => cli.book("member enrol", out, args.clone()),
            MemberCommand::Profile(args) => cli.book("member profile", out, args.raw()?),
            MemberCommand::Show { member } => show(member, cli, out),
            MemberCommand::Export(args) => args.run(cli, out),
            MemberCommand::Merge(args) => cli.book("member merge", out, args.clone()),
            MemberCommand::Unmerge(args) => {
                cli.book("member unmerge", out, by_sequence(args.clone()))
            }
            MemberCommand::Erase(args) => args.run(cli, out),
        }
    }
}

/// Takes a bare number in the place of the member for the merge's sequence.
fn by_sequence(mut args: raw::Unmerge) -> raw::Unmerge {
    let number = args.member.as_ref().and_then(|text| text.parse().ok());
    if let (Some(seq), None, None) = (number, &args.of, args.seq) {
        (args.seq, args.member) = (Some(Whole(seq)), None);
    }
    args
}

fn show(member: &str, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("member show", out, |ledger, out| {
        let id = member_named(ledger, member)?;
        let profile = engine::profile_today(ledger, id)?;
        let is_lost = profile.is_none() && engine::is_profile_lost(ledger, id)?;
        let now = engine::standing(ledger, id)?.unwrap_or_default();
        let notes = notes_on(ledger, id)?;
        out.line(format!("member    {id}"))?;
        match &profile {
            Some(profile) => print_profile(profile, out)?,
            None if is_lost => out.line(
                "the profile and its aliases are lost: the key is gone with the vault (`stampbook member profile` with the id begins a new one)",
            )?,
            None => out.line("nothing is known of the person")?,
        }
        for note in &notes {
            out.line(format!("note      {} ({}, {})", note.text, note.purpose, note.day))?;
        }
        super::show::balances(out, &now)?;
        let profile = profile.as_ref().map(|p| profile_json(ledger, p));
        let (member, profile) = (id.to_string(), profile.transpose()?);
        let mut told = json!({"ok": true, "member": member, "profile": profile, "notes": notes, "now": now});
        if is_lost {
            told["profile_lost"] = true.into();
        }
        out.done(&told)
    })
}

/// A remark on a member.
#[derive(Serialize)]
struct Note {
    /// The remark.
    text: String,
    /// Purpose that it is kept for.
    purpose: String,
    /// Day on which it was made.
    day: String,
}

/// Remarks on a member that may be shown, oldest first.
fn notes_on(ledger: &mut Ledger, id: MemberId) -> Result<Vec<Note>, Failure> {
    let mut notes = Vec::new();
    for entry in ledger.history(id)? {
        let Some(text) = engine::note_to_show(ledger, &entry)? else {
            continue;
        };
        if let Act::Noted { purpose, .. } = entry.act {
            notes.push(Note {
                text,
                purpose: ledger.global().names.text(NameKind::Purpose, purpose),
                day: entry.head.day.to_string(),
            });
        }
    }
    Ok(notes)
}

fn print_profile(profile: &Profile, out: &mut Printer) -> Result<(), Failure> {
    if !profile.name.is_empty() {
        out.line(format!("name      {}", profile.name))?;
    }
    if let Some(birthday) = profile.birthday {
        out.line(format!(
            "birthday  {:02}-{:02}",
            birthday.month, birthday.day
        ))?;
    }
    for alias in &profile.aliases {
        out.line(format!("alias     {alias}"))?;
    }
    for (id, value, day) in &profile.attributes {
        out.line(format!("attribute {id} {value}, told on {day}"))?;
    }
    Ok(())
}

impl ExportArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.reading("member export", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            let all = everything(ledger, id)?;
            match &self.out {
                None => out.data(&all)?,
                Some(path) => {
                    let text = escaped_in_json(format!("{all:#}\n"));
                    let remedy = "name another file: what lies there is not written over";
                    out.write_new(path, &text, remedy)?;
                    out.line(format!("written to {}", path.display()))?;
                }
            }
            Ok(Exit::Done)
        })
    }
}

impl EraseArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let exit = cli.at_desk("member erase", out, |ledger, out| {
            let request = request_of(ledger, self.raw()?)?;
            let answer = engine::erase(ledger, &request)?;
            out.answer(&answer)
        })?;
        if exit == Exit::Done {
            compact(cli, out)?;
            out.note("the member's key is destroyed and the book was made again without it; copies of the secrets folder still hold the key: the erasure is complete when the last of them is gone");
        }
        Ok(exit)
    }
}
