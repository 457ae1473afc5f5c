//! `stampbook session`

use super::desk::compact;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, JsonLine, NoCode, Printer};
use super::service_client::{connect, post_lines};
use crate::answer::{Answer, Class, Denied};
use crate::command::import::{Line, Lines};
use crate::command::{Bad, LINE_LEN_MAX, Request};
use crate::engine::{Error, GroupCommit, Ledger};
use crate::model::counted;
use crate::query::{self, SessionLine};
use crate::serve::Client;
use clap::Args;
use serde::Deserialize;
use std::io::{BufReader, Read};

/// Reads JSON commands from stdin, one a line, and answers each on stdout, in
/// order, once it is durable. A bad line is answered too; the session goes on.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Between commands it answers questions; nothing is booked by them:
  {\"ask\":\"quote\",\"command\":{\"do\":\"purchase\",\"member\":\"card:6900012345\",\"total\":\"3.50\"}}
  {\"ask\":\"lookup\",\"member\":\"card:6900012345\",\"command\":{\"do\":\"purchase\",\"total\":\"3.50\"}}
  {\"ask\":\"balance\",\"member\":\"card:6900012345\"}
  {\"ask\":\"statement\",\"member\":\"card:6900012345\",\"last\":5}
  {\"ask\":\"explain\",\"seq\":4711}
  {\"ask\":\"day\",\"store\":\"mitte\",\"terminal\":\"till-1\",\"date\":\"2026-11-24\"}
  {\"ask\":\"policy\"}
  {\"ask\":\"find\",\"key\":\"till-1/000812\"}
  {\"ask\":\"slip\",\"key\":\"till-1/000812\",\"form\":\"en:42\"}

Example:
  stampbook session --page-max 1000")]
pub struct SessionArgs {
    /// Commands that wait on stdin share a page, at most this many.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub page_max: u16,
    /// Only through the service that has the ledger open; without it, a session goes through
    /// a service if one runs, and else opens the ledger itself.
    #[arg(long)]
    pub connect: bool,
}

/// Bytes read at once: a pipe gives no more, a file may.
const BUFFER_LEN: usize = 1 << 18;

impl SessionArgs {
    /// Answers until stdin ends.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let input = BufReader::with_capacity(BUFFER_LEN, std::io::stdin());
        if let Some(client) = connect(cli) {
            let mut session = Connected {
                client,
                out,
                lines: Vec::new(),
            };
            session.answer_all(input, self.page_max.into())?;
            return Ok(Exit::Done);
        }
        if self.connect {
            let message = "no service on this machine has the ledger open";
            return Err(Failure::busy(message)
                .hint("start one with `stampbook serve`, or leave --connect out"));
        }
        let is_erased = cli.at_desk("session", out, |ledger, out| {
            let mut session = Session {
                digits: ledger.programme()?.digits,
                ledger,
                out,
                group: GroupCommit::default(),
            };
            session.answer_all(input, self.page_max.into())?;
            Ok(session.group.take_erased())
        })?;
        if is_erased {
            compact(cli, out)?;
        }
        Ok(Exit::Done)
    }
}

/// A session: lines are taken, and answered when no more have arrived.
trait Answering {
    /// Takes a line that is not blank.
    fn take(&mut self, line: Line) -> Result<(), Failure>;

    /// Number of commands that were read and have no answer yet.
    fn waiting(&self) -> usize;

    /// Answers them.
    fn answer_open(&mut self) -> Result<(), Failure>;

    /// Answers all lines until the input ends.
    fn answer_all(&mut self, input: BufReader<impl Read>, page_max: usize) -> Result<(), Failure> {
        let mut lines = Lines::new(input);
        while let Some(line) = lines.next()? {
            if !line.is_blank() {
                self.take(line)?;
            }
            // Nobody waits for a page to fill: only commands that have arrived
            // share it.
            if self.waiting() >= page_max || !lines.is_line_waiting() {
                self.answer_open()?;
            }
        }
        self.answer_open()
    }
}

/// A session at the service that has the ledger open.
struct Connected<'o> {
    client: Client,
    out: &'o mut Printer,
    /// Lines that were read and have no answer yet.
    lines: Vec<Vec<u8>>,
}

impl Answering for Connected<'_> {
    fn take(&mut self, line: Line) -> Result<(), Failure> {
        if line.is_whole() {
            self.lines.push(line.bytes);
            return Ok(());
        }
        self.answer_open()?;
        let denied = Denied::bad_json(&line.bytes, &too_long(&line));
        Ok(self.out.json(&Answer::from(denied))?)
    }

    fn waiting(&self) -> usize {
        self.lines.len()
    }

    fn answer_open(&mut self) -> Result<(), Failure> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.lines).join(&b'\n');
        let answers = post_lines(&mut self.client, &batch)?;
        let answers = || answers.split_inclusive(|byte| *byte == b'\n');
        for line in answers() {
            self.out.json_line(&JsonLine::made(line))?;
        }
        self.out.flush()?;
        if let Some(trouble) = answers().find_map(trouble_in) {
            return Err(trouble);
        }
        check_reader(self.out)
    }
}

struct Session<'l> {
    digits: u8,
    ledger: &'l mut Ledger,
    out: &'l mut Printer,
    /// Commands that were read and have no answer yet.
    group: GroupCommit<()>,
}

impl Answering for Session<'_> {
    fn take(&mut self, line: Line) -> Result<(), Failure> {
        let read = match line.is_whole() {
            true => query::read_line(&line.bytes, self.digits),
            false => SessionLine::Bad(Box::new(Denied::bad_json(&line.bytes, &too_long(&line)))),
        };
        match read {
            SessionLine::Command(request) => self.stage(&request),
            SessionLine::Question => self.ask(&line.bytes),
            SessionLine::Bad(denied) => {
                self.group.push_answered((), *denied);
                Ok(())
            }
        }
    }

    fn waiting(&self) -> usize {
        self.group.len()
    }

    fn answer_open(&mut self) -> Result<(), Failure> {
        if self.group.is_empty() {
            return Ok(());
        }
        let lines = self
            .group
            .acknowledge(self.ledger, |answer| JsonLine::of(&answer));
        for ((), line) in self.or_end(lines)? {
            self.out.json_line(&line?)?;
        }
        self.out.flush()?;
        // The answers are sent; the rest of the work delays nobody.
        let concluded = self.ledger.conclude();
        self.or_end(concluded)?;
        check_reader(self.out)
    }
}

impl Session<'_> {
    /// Answers a question from durable entries, so waiting commands are
    /// committed first.
    fn ask(&mut self, line: &[u8]) -> Result<(), Failure> {
        self.answer_open()?;
        let answer = query::answer(self.ledger, line)?;
        self.out.json(&answer)?;
        self.out.flush()?;
        check_reader(self.out)
    }

    fn stage(&mut self, request: &Request) -> Result<(), Failure> {
        let is_apart = GroupCommit::<()>::is_apart(request);
        if is_apart {
            self.answer_open()?;
        }
        let staged = self.group.stage(self.ledger, request, ());
        self.or_end(staged)?;
        match is_apart {
            true => self.answer_open(),
            false => Ok(()),
        }
    }

    /// After an I/O error nothing more is accepted, and every waiting command
    /// is answered with it.
    fn or_end<T>(&mut self, result: Result<T, Error>) -> Result<T, Failure> {
        let error = match result {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        for ((), told) in self.group.fail(&error) {
            self.out.json(&told.unwrap_or_else(Answer::from))?;
        }
        self.out.flush()?;
        let code = error.failure_code();
        Err(Failure {
            code,
            ..Failure::from(error)
        })
    }
}

/// The I/O error that an answer tells: it ends a session, as it does without a service.
fn trouble_in(line: &[u8]) -> Option<Failure> {
    #[derive(Deserialize)]
    struct Told {
        class: Class,
        code: String,
        message: String,
    }
    // Most lines are no refusals, and need not be read for this.
    let told = line.starts_with(b"{\"ok\":false").then_some(line)?;
    let told: Told = serde_json::from_slice(told).ok()?;
    let code = NoCode::find(&told.code)?;
    (told.class == Class::Trouble).then(|| Failure::new(code, told.message))
}

/// Ends a session whose answers nobody reads: no till may assume that an unanswered
/// command was booked, or was not.
fn check_reader(out: &Printer) -> Result<(), Failure> {
    let Some(unread) = out.unread() else {
        return Ok(());
    };
    let answers = counted(unread, "answer was", "answers were");
    let message = format!("nobody reads stdout any more: {answers} not read");
    Err(Failure::new(ErrorCode::ReaderGone, message).hint(
        "what was asked for is booked or refused all the same, durably: send those commands again with the same keys to be told",
    ))
}

/// Refusal of a line that is longer than any command.
pub(super) fn too_long(line: &Line) -> Bad {
    let len = line.len;
    let message =
        format!("the line has {len} bytes, at most {LINE_LEN_MAX} are possible; it was skipped");
    Bad::new("", message)
}
