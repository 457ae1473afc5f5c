//! `stampbook supervisor`: persons who may approve what others do.

use super::desk::secrets_alone;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine::Supervisors;
use crate::storage::entropy::Entropy;
use clap::Subcommand;
use serde_json::json;

/// Names those who may approve what a programme's `[approval]` asks a second person for:
/// voids, adjustments above a limit, returns without a slip. Their id and PIN come with
/// the command (`--approval ID:PIN`); the id is kept in its entry, the PIN nowhere. Five
/// wrong PINs lock a person for a quarter of an hour.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook supervisor add s-7
  stampbook supervisor list")]
pub enum SupervisorCommand {
    /// Adds a person, or gives them a new PIN, and shows it this once.
    #[command(after_help = "Example:\n  stampbook supervisor add s-7")]
    Add {
        /// The shop's own id of the person; no name.
        id: String,
    },
    /// Removes a person, who may approve nothing from then on.
    #[command(after_help = "Example:\n  stampbook supervisor remove s-7")]
    Remove {
        /// Their id.
        id: String,
    },
    /// Shows their ids.
    #[command(after_help = "Example:\n  stampbook supervisor list")]
    List,
}

impl SupervisorCommand {
    /// Changes or shows the file; needs no lock of the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let known = Supervisors::open(&secrets_alone(cli)?)?;
        let (text, value) = match self {
            SupervisorCommand::Add { id } => {
                let random = u64::from_be_bytes(Entropy::from_os()?.draw());
                let pin = format!("{:08}", random % 100_000_000);
                known.add(id, &pin)?;
                out.note(format!(
                    "the PIN of {id}, shown this once: only its hash is kept"
                ));
                (pin.clone(), json!({"ok": true, "id": id, "pin": pin}))
            }
            SupervisorCommand::Remove { id } if known.remove(id)? => (
                format!("{id} may approve nothing any more"),
                json!({"ok": true, "removed": id}),
            ),
            SupervisorCommand::Remove { id } => {
                return Err(Failure::bad_input(format!("nobody has the id {id}"))
                    .hint("`stampbook supervisor list` shows the ids"));
            }
            SupervisorCommand::List => {
                let ids = known.ids()?;
                let text = match ids.is_empty() {
                    true => "there is no supervisor".to_owned(),
                    false => ids.join("\n"),
                };
                (text, json!({"ok": true, "supervisors": ids}))
            }
        };
        out.lines(text.lines())?;
        out.done(&value)
    }
}
