//! What a client and the service send each other: a command line with its files, and
//! what it printed.

use super::failure::{ErrorCode, Exit, Failure, NoCode};
use crate::storage::files::limit::Limit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A command line as a client sends it to the service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Sent {
    /// Version of the client's program.
    pub(super) version: String,
    /// The words, without the program's name.
    pub(super) words: Vec<String>,
    /// Files that the command reads.
    pub(super) inputs: Inputs,
}

/// Result of a command line, as the service returns it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum Returned {
    /// It was run.
    Ran {
        /// The exit code.
        exit: Exit,
        /// Everything printed, in order.
        printed: Vec<Printed>,
        /// Files for the client to write.
        new_files: Vec<NewFile>,
    },
    /// The service is of another version, which is this.
    OtherVersion(String),
}

/// Part of a command's output.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum Printed {
    /// Text for stdout.
    Out(String),
    /// Text for stderr.
    Err(String),
    /// Bytes for stdout that are no text.
    Raw(Vec<u8>),
}

/// A file that a command is asked to write.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct NewFile {
    /// Its path as typed.
    pub(super) path: PathBuf,
    /// Its content.
    pub(super) text: String,
    /// Hint if there is a file already.
    pub(super) remedy: String,
}

/// Bound on rows that are sent to a service, which holds them in memory.
pub(super) const SENT_ROWS: Limit = Limit {
    what: "a file to import through a running service",
    len_max: 32 << 20,
};

/// Files and programmes of a command by the names typed for them, sent to the service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Inputs {
    pub(super) files: BTreeMap<String, Result<Content, Unread>>,
    pub(super) programmes: BTreeMap<String, Result<Programme, Unread>>,
}

/// Files of a programme's folder, and of the folders beside it that its stories name.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Programme {
    pub(super) own: Files,
    pub(super) beside: BTreeMap<String, Files>,
}
/// Files by their names.
pub(super) type Files = BTreeMap<String, Content>;

/// Reason why a client could not read a file or folder. The command says so where it
/// would have read it, after what it finds wrong before that.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Unread {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Unread {
        Unread {
            code: failure.code.as_str().into(),
            message: failure.message,
            hint: failure.hint,
        }
    }
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Failure {
        let code = NoCode::find(&unread.code).unwrap_or(ErrorCode::BadFile.into());
        Failure {
            code,
            message: unread.message,
            hint: unread.hint,
        }
    }
}

/// Bytes of a file, Base64 in JSON.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Content(#[serde(with = "base64")] pub(super) Vec<u8>);

/// Base64 of RFC 4648, section 4.
mod base64 {
    use data_encoding::BASE64;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        BASE64.encode(bytes).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        BASE64.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}
