//! The work of `stampbook import`: a reader thread parses rows while the
//! ledger decides those before them.

use super::import::ImportArgs;
use super::print::{Exit, Failure, Printer, counted};
use super::progress::Progress;
use super::trouble::{not_opened, not_read};
use crate::answer::{Answer, ByUnit, Class, Denied};
use crate::command::Verb;
use crate::command::import::{BadRow, Options, Row, RowError, Rows};
use crate::engine::{AHEAD, Brief, Ledger, Mode};
use crate::model::{NameKind, Points};
use crate::storage::files::{self, limit};
use serde::Serialize;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Commands that share a page.
const GROUP_LEN: usize = 1000;
/// Rows that the reader hands over at once, and how many such batches may wait.
const BATCH_LEN: usize = 256;
const BATCHES_MAX: usize = 16;
/// What is wrong with single rows is told up to here; the rest is counted.
const TOLD_MAX: usize = 100;

/// Rows, and how far into the file they reach.
type Batch = (Vec<Result<Row, RowError>>, u64);

/// What an import came to.
#[derive(Serialize, Default)]
struct Summary {
    ok: bool,
    rows: u64,
    booked: u64,
    repeated: u64,
    refused: u64,
    bad: u64,
    members_new: u64,
    given: ByUnit,
    told: Vec<Told>,
    /// A member was erased, so the book is to be made again.
    #[serde(skip)]
    is_erased: bool,
}

/// What is wrong with one row.
#[derive(Serialize)]
struct Told {
    line: u64,
    code: String,
    message: String,
}

struct Import<'l> {
    ledger: &'l mut Ledger,
    out: &'l mut Printer,
    mode: Mode,
    summary: Summary,
    /// The lines of what is staged, and of what is on its way to the disk.
    lines: Vec<u64>,
}

/// Imports a file's rows; says as well whether a member was erased.
pub(super) fn import(
    args: &ImportArgs,
    options: Options,
    ledger: &mut Ledger,
    out: &mut Printer,
) -> Result<(Exit, bool), Failure> {
    let (input, len) = open(&args.file)?;
    let mode = Mode {
        is_history: args.history,
        is_enrolling: args.enrol,
        ..Mode::default()
    };
    let members = ledger.house().members;
    let mut import = Import {
        ledger,
        out,
        mode,
        summary: Summary::default(),
        lines: Vec::with_capacity(2 * GROUP_LEN),
    };
    match Rows::open(input, options) {
        Ok(rows) => import.all(rows, len, &args.file)?,
        Err(RowError::Bad(bad)) => import.note_bad(&bad),
        Err(RowError::Io(e)) => return Err(not_read(Path::new(&args.file), e)),
    }
    import.summary.members_new = import.ledger.house().members - members;
    let is_erased = import.summary.is_erased;
    Ok((import.finish()?, is_erased))
}

fn open(file: &str) -> Result<(Box<dyn BufRead + Send>, u64), Failure> {
    const BUFFER_LEN: usize = 1 << 18;
    let (input, len): (Box<dyn Read + Send>, u64) = match file {
        "-" => (Box::new(std::io::stdin()), 0),
        name => {
            let path = Path::new(name);
            let file = files::open_named(path).map_err(not_opened)?;
            let len = files::check_len(&file, path, limit::IMPORT)?;
            (Box::new(file), len)
        }
    };
    Ok((Box::new(BufReader::with_capacity(BUFFER_LEN, input)), len))
}

/// Reads rows until the file or the import ends. Batches that were taken come
/// back, since the thread that made their many small texts lets go of them with
/// the least effort.
fn read_rows(
    mut rows: Rows<Box<dyn BufRead + Send>>,
    to: SyncSender<Batch>,
    used: Receiver<Vec<Result<Row, RowError>>>,
) {
    loop {
        used.try_iter().for_each(drop);
        let mut batch = Vec::with_capacity(BATCH_LEN);
        batch.extend(rows.by_ref().take(BATCH_LEN));
        let is_last = batch.len() < BATCH_LEN;
        let is_broken = batch.iter().any(|r| matches!(r, Err(RowError::Io(_))));
        if to.send((batch, rows.bytes_read())).is_err() || is_last || is_broken {
            return;
        }
    }
}

impl Import<'_> {
    fn all(
        &mut self,
        rows: Rows<Box<dyn BufRead + Send>>,
        len: u64,
        file: &str,
    ) -> Result<(), Failure> {
        let (to, from) = sync_channel(BATCHES_MAX);
        let (give_back, used) = channel();
        thread::scope(|scope| {
            scope.spawn(move || read_rows(rows, to, used));
            self.take_all(from, &give_back, len, file)
        })
    }

    fn take_all(
        &mut self,
        from: Receiver<Batch>,
        give_back: &Sender<Vec<Result<Row, RowError>>>,
        len: u64,
        file: &str,
    ) -> Result<(), Failure> {
        let mut bar = Progress::of_bytes(len);
        bar.doing("importing");
        for (rows, read) in from {
            for (n, row) in rows.iter().enumerate() {
                if n % AHEAD == 0 {
                    let next = rows[n..].iter().take(AHEAD).flatten();
                    self.ledger.look_ahead(next.map(|row| &row.request));
                }
                match row {
                    Ok(row) => self.take(row)?,
                    Err(RowError::Bad(bad)) => self.note_bad(bad),
                    Err(RowError::Io(e)) => {
                        // What was read before it is whole, and is kept.
                        self.commit()?;
                        let e = std::io::Error::new(e.kind(), e.to_string());
                        return Err(not_read(Path::new(file), e));
                    }
                }
            }
            // The reader may have ended; then this thread lets go of them.
            let _ = give_back.send(rows);
            bar.at(read);
        }
        self.commit()
    }

    fn take(&mut self, row: &Row) -> Result<(), Failure> {
        if let Verb::Erase { .. } = row.request.verb {
            self.commit()?;
            let answer = self.ledger.erase(&row.request)?;
            self.summary.rows += 1;
            match answer {
                Answer::Accepted(done) => {
                    self.summary.is_erased = true;
                    self.count_done(done.repeated);
                }
                Answer::Refused(denied) => self.note_no(row.line, &denied),
            }
            return Ok(());
        }
        self.ledger.stage_briefly(&row.request, self.mode)?;
        self.lines.push(row.line);
        if self.ledger.waiting() >= GROUP_LEN {
            let briefs = self.ledger.commit_beside()?;
            self.note_all(briefs);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let briefs = self.ledger.commit_briefly()?;
        self.note_all(briefs);
        Ok(())
    }

    fn note_all(&mut self, briefs: Vec<Brief>) {
        let lines: Vec<u64> = self.lines.drain(..briefs.len()).collect();
        for (line, brief) in lines.into_iter().zip(briefs) {
            self.summary.rows += 1;
            match brief {
                Brief::No(denied) => self.note_no(line, &denied),
                Brief::Done { is_repeated, given } => {
                    self.count_done(is_repeated);
                    if !is_repeated {
                        given.iter().for_each(|g| self.count_given(g.0, g.1));
                    }
                }
            }
        }
    }

    fn count_done(&mut self, is_repeated: bool) {
        match is_repeated {
            true => self.summary.repeated += 1,
            false => self.summary.booked += 1,
        }
    }

    fn count_given(&mut self, unit: u16, points: Points) {
        let figure = self.ledger.figure(unit, points);
        let unit = self.ledger.house().names.text(NameKind::Unit, unit);
        let given = &mut self.summary.given;
        let sum = given.get(&unit).map_or(figure, |sum| sum.plus(figure));
        given.insert(unit, sum);
    }

    fn note_no(&mut self, line: u64, denied: &Denied) {
        // Malformed for this programme is as bad as malformed.
        match denied.class {
            Class::Invalid => self.summary.bad += 1,
            _ => self.summary.refused += 1,
        }
        self.tell(line, &denied.code, &denied.message);
    }

    fn note_bad(&mut self, row: &BadRow) {
        self.summary.rows += 1;
        self.summary.bad += 1;
        self.tell(row.line, row.bad.code.as_str(), &row.bad.to_string());
    }

    fn tell(&mut self, line: u64, code: &str, message: &str) {
        let told = &mut self.summary.told;
        if told.len() <= TOLD_MAX {
            self.out.note(match told.len() {
                TOLD_MAX => {
                    format!("more than {TOLD_MAX} rows were not booked; the rest is only counted")
                }
                _ => format!("line {line}: {message} ({code})"),
            });
            told.push(Told {
                line,
                code: code.into(),
                message: message.into(),
            });
        }
    }

    fn finish(mut self) -> Result<Exit, Failure> {
        let summary = &mut self.summary;
        let exit = match (summary.bad, summary.refused) {
            (0, 0) => Exit::Done,
            (0, _) => Exit::Refused,
            _ => Exit::BadInput,
        };
        summary.ok = exit == Exit::Done;
        summary.told.truncate(TOLD_MAX);
        match self.out.is_json() {
            true => self.out.json(summary)?,
            false => self.out.line(in_words(summary))?,
        }
        Ok(exit)
    }
}

fn in_words(summary: &Summary) -> String {
    let given = summary.given.iter().map(|(unit, n)| format!("{n} {unit}"));
    let given: Vec<String> = given.collect();
    let counts = format!(
        "{}: {} booked, {} booked before, {} refused, {} bad",
        counted(summary.rows, "row", "rows"),
        summary.booked,
        summary.repeated,
        summary.refused,
        summary.bad
    );
    match summary.booked {
        0 => format!("{counts}; nothing changed"),
        _ => format!(
            "{counts}; {}; given: {}",
            counted(summary.members_new, "new member", "new members"),
            if given.is_empty() {
                "nothing".into()
            } else {
                given.join(", ")
            }
        ),
    }
}
