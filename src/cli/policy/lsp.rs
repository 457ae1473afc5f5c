//! `stampbook policy lsp`

use crate::cli::{Exit, Failure, Printer};
use crate::workbench::language_server::LanguageServer;
use clap::Args;
use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read};

/// Longest message in bytes: far above a programme's largest file.
const MESSAGE_LEN_MAX: usize = 16 << 20;

/// Helps an editor: a server of the Language Server Protocol on stdin and stdout.
/// Shows what `policy check` finds as you type, offers the words that may stand
/// where you are, and explains the word under the pointer, in campaigns/*.rhai,
/// stories/*.story and programme.toml. `stampbook policy help editors` says how
/// editors are told of it. Reads files of programmes only, and writes none.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy lsp")]
pub struct LspArgs {
    /// Talk over stdin and stdout, as it does in any case; some editors add it.
    #[arg(long)]
    pub stdio: bool,
}

impl LspArgs {
    /// Serves until the editor says exit or goes away.
    ///
    /// # Errors
    /// A message that is none; stdin and stdout fail.
    pub fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        let mut input = BufReader::new(io::stdin().lock());
        let mut server = LanguageServer::default();
        while let Some(message) = receive(&mut input)? {
            for sent in server.take(&message) {
                let text = sent.to_string();
                out.verbatim(&format!("Content-Length: {}\r\n\r\n{text}", text.len()))?;
            }
            out.flush()?;
            match server.exit() {
                None => {}
                Some(true) => return Ok(Exit::Done),
                // The protocol asks for it: the editor left without shutting down.
                Some(false) => return Ok(Exit::Refused),
            }
        }
        Ok(Exit::Done)
    }
}

/// The next message; None at the end.
fn receive(input: &mut impl BufRead) -> Result<Option<Value>, Failure> {
    let mut len = None;
    loop {
        let mut line = String::new();
        if input.by_ref().take(1024).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            len = value.trim().parse::<usize>().ok();
        }
    }
    let len = len.filter(|len| *len <= MESSAGE_LEN_MAX);
    let len = len.ok_or_else(|| wrong("it has no Content-Length, or one above 16 MiB"))?;
    let mut bytes = vec![0; len];
    input.read_exact(&mut bytes)?;
    let message = serde_json::from_slice(&bytes);
    message.map(Some).map_err(|error| wrong(&error.to_string()))
}

fn wrong(why: &str) -> Failure {
    let message = format!("stdin: a message of the Language Server Protocol was expected: {why}");
    Failure::bad_input(message).hint("this command is for editors; `policy check` is for people")
}
