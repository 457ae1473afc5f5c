//! `stampbook backup`

use super::desk::PATIENCE;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer};
use super::service_client::settle;
use crate::engine::{BackedUp, back_up, check_seal_apart};
use crate::model::{Code, counted};
use crate::storage::entropy::Entropy;
use crate::storage::files::{self, limit};
use crate::storage::sealed_secrets::{self, RecoveryCode};
use clap::Args;
use data_encoding::BASE32_NOPAD;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Brings a backup of the ledger up to date, or begins one in an empty folder.
/// Only what came since the last backup in that place is copied: each page is checked,
/// synced and read back. It holds everything answered before, also while a service or a
/// session has the ledger open; nobody waits for it. Cut short at any moment, the place
/// holds what it held before. A place that holds something else, or what the ledger does
/// not continue, is left as it is.
///
/// Keys, vault and tokens are not copied; with --sealed-secrets they are, into a file of
/// its own, sealed under a recovery code that is shown once. Who has both can sign and
/// read names: keep file and code apart. A member who is erased is gone for good once
/// no copy of the vault from before is left.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Put it back with `stampbook restore`; try that without touching anything with
`stampbook restore BACKUP --check`.

Examples:
  stampbook backup usb/shop
  stampbook backup usb/shop --sealed-secrets safe/secrets.sealed
  stampbook backup usb/shop --sealed-secrets safe/secrets.sealed --code-file code.txt")]
pub struct BackupArgs {
    /// The place: a folder that is empty, not there yet, or holds an earlier backup.
    #[arg(value_name = "BACKUP")]
    pub place: PathBuf,
    /// Also copy the secrets, into this file and sealed.
    #[arg(long, value_name = "FILE")]
    pub sealed_secrets: Option<PathBuf>,
    /// Seal under the recovery code in this file instead of a new one.
    #[arg(long, value_name = "FILE", requires = "sealed_secrets")]
    pub code_file: Option<PathBuf>,
}

impl BackupArgs {
    /// Copies what the place lacks.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        if let Some(file) = &self.sealed_secrets {
            check_seal_apart(file, &folders, &self.place)?;
            let folder = file.parent().filter(|dir| !dir.as_os_str().is_empty());
            if let Some(dir) = folder.filter(|dir| !dir.is_dir()) {
                let message = format!("--sealed-secrets: there is no folder {}", dir.display());
                return Err(Failure::new(ErrorCode::BadFile, message).hint("make it first"));
            }
        }
        let code = self.code_file.as_deref().map(code_in).transpose()?;
        settle(cli, out)?;
        let done = back_up(&folders, &self.place, PATIENCE).map_err(Failure::from)?;
        if let Some(why) = &done.unnoted {
            out.note(format!(
                "note: the backup is whole, but its age will not be told: {why}"
            ));
        }
        let sealed = match &self.sealed_secrets {
            Some(file) => Some((file, seal(&folders.secrets, file, code)?)),
            None => None,
        };
        let shown = sealed.as_ref().and_then(|(_, code)| code.as_deref());
        self.tell(&done, out)?;
        match &sealed {
            Some((file, _)) => out.line(format!(
                "secrets    sealed in {}: keys, vault and tokens",
                file.display()
            ))?,
            None => out.line(format!(
                "secrets    not copied: {} needs a copy of its own, kept apart from this one",
                folders.secrets.display()
            ))?,
        }
        if let Some(code) = shown.filter(|_| !out.is_json()) {
            out.line(code)?;
            out.note("the recovery code, shown this once: without it the sealed secrets open to nobody; keep it apart from them");
        }
        out.done(&json!({
            "ok": true,
            "backup": self.place.display().to_string(),
            "origin": done.origin,
            "entries_before": done.before,
            "entries": done.entries,
            "last_hash": done.hash.to_string(),
            "bytes_copied": done.bytes,
            "sealed_secrets": sealed.as_ref().map(|(file, _)| file.display().to_string()),
            "recovery_code": shown,
        }))
    }

    fn tell(&self, done: &BackedUp, out: &mut Printer) -> Result<(), Failure> {
        let (place, hash) = (self.place.display(), done.hash);
        let came = done.entries.saturating_sub(done.before);
        out.line(format!(
            "copied     {} in {} bytes, each page checked, synced and read back",
            counted(came, "entry", "entries"),
            done.bytes
        ))?;
        out.line(format!(
            "backup     {place} holds {}, the last with the hash {hash}",
            counted(done.entries, "entry", "entries"),
        ))?;
        Ok(())
    }
}

/// Beginning of a recovery code.
const CODE_PREFIX: &str = "sbr-";

/// Seals the secrets; returns the code if it is a new one.
fn seal(
    secrets: &Path,
    file: &Path,
    code: Option<RecoveryCode>,
) -> Result<Option<String>, Failure> {
    let mut entropy = Entropy::from_os()?;
    let (code, fresh) = match code {
        Some(code) => (code, None),
        None => {
            let code = RecoveryCode::new(entropy.draw());
            let text = format!(
                "{CODE_PREFIX}{}",
                BASE32_NOPAD.encode(code.as_bytes()).to_lowercase()
            );
            (code, Some(text))
        }
    };
    sealed_secrets::read(secrets)?.write(file, &code, entropy.draw())?;
    Ok(fresh)
}

/// Reads the recovery code in a file.
///
/// # Errors
/// It is none; I/O errors.
pub(super) fn code_in(file: &Path) -> Result<RecoveryCode, Failure> {
    let text = files::read_named(file, limit::KEY_FILE)
        .map_err(|trouble| Failure::new(ErrorCode::BadFile, trouble.to_string()))?;
    let text = String::from_utf8_lossy(&text);
    let digits = text.trim().strip_prefix(CODE_PREFIX);
    let bytes = digits.and_then(|d| BASE32_NOPAD.decode(d.to_uppercase().as_bytes()).ok());
    let code = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    code.map(RecoveryCode::new).ok_or_else(|| {
        let message = format!("{}: it holds no recovery code", file.display());
        Failure::new(Code::BadInput, message).hint(
            "a recovery code is one line that begins with sbr-, as `stampbook backup` showed it",
        )
    })
}
