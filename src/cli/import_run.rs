//! The work of `stampbook import`: a reader thread parses rows while the
//! ledger decides those before them.

use super::desk::compact;
use super::import::{Balances, ImportArgs, ROWS_PART, Setting, list_presets, sorting_in};
use super::input;
use super::member_export::figure;
use super::options::Cli;
use super::print::{Exit, Failure, Printer, row};
use super::progress::Progress;
use super::trouble::not_read;
use crate::answer::{Answer, ByUnit, Class, Denied, amounts};
use crate::command::import::{BadRow, Options, Row, RowError, Rows, Shown};
use crate::command::{Enrol, Office, ProfileChange, Request, Verb, Who};
use crate::engine::{self, AHEAD, Brief, CommandHasher, CommandHashes, Ledger, Mode};
use crate::model::{Code, Key, MemberId, NameKind, Points, Refusal, counted};
use crate::storage::error::StorageError;
use crate::storage::files::limit;
use crate::storage::memory;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Number of commands that share a page.
const GROUP_LEN: usize = 1000;
/// Number of rows that the reader hands over at once, and of such batches that
/// may wait.
const BATCH_LEN: usize = 256;
const BATCHES_MAX: usize = 16;
/// Number of bad rows that are reported; the rest is counted.
const TOLD_MAX: usize = 100;
/// Rows after which other clients of a service are let in, if any wait.
const BREATH_EVERY: usize = 16;

/// Rows, with the offset in the file that they reach.
type Batch = (Vec<HashedRow>, u64);
/// A row, and the hashes of its commands.
type HashedRow = (Result<Row, RowError>, Vec<CommandHashes>);

/// Summary of a reader once all rows were read.
#[derive(Default)]
struct Ending {
    notes: Vec<String>,
    skipped: u64,
    bills: Option<u64>,
}

/// Result of an import.
#[derive(Serialize, Default)]
struct Summary {
    ok: bool,
    /// True if nothing was booked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    /// Rows of the file.
    rows: u64,
    /// Bills that they make, if rows are put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    bills: Option<u64>,
    /// Commands by what became of them.
    booked: u64,
    repeated: u64,
    refused: u64,
    /// Bills, rows or commands with a fault, and the rows of these.
    bad: u64,
    bad_rows: u64,
    /// Rows that the map leaves out.
    skipped: u64,
    members_new: u64,
    given: ByUnit,
    /// Booked commands, by verb.
    did: BTreeMap<&'static str, u64>,
    /// Commands that were not booked, by code.
    codes: BTreeMap<String, u64>,
    told: Vec<Told>,
    /// Detected properties of the file.
    notes: Vec<String>,
    #[serde(flatten)]
    shown: Option<ShownAll>,
    /// True if a member was erased, so that the book must be rebuilt.
    #[serde(skip)]
    is_erased: bool,
}

/// Parts of the file that a dry run shows.
#[derive(Serialize)]
struct ShownAll {
    layout: String,
    columns: Vec<Shown>,
    unused: Vec<String>,
    commands: Vec<serde_json::Value>,
    /// The same as text.
    #[serde(skip)]
    lines: Vec<String>,
}

/// Fault of one row.
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
    balances: Balances,
    is_dry: bool,
    summary: Summary,
    /// Lines of staged commands, and of those being written, with their verbs.
    lines: Vec<(Place, &'static str)>,
    /// Members that the rows have named and introduced so far.
    met: BTreeSet<MemberId>,
    /// Rows with more data about members who were known before.
    known_before: u64,
    /// Line of the bill that was counted as bad last.
    last_bad: Option<u64>,
    /// Columns by the fields they fill.
    columns: BTreeMap<String, String>,
}

/// A bill's first line, and its number of rows.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    rows: u64,
}

impl Place {
    fn of(row: &Row) -> Place {
        Place {
            line: row.line,
            rows: row.rows,
        }
    }
}

/// Imports the file.
pub(super) fn run(args: &ImportArgs, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    if let Some(name) = &args.presets {
        return list_presets(name, out);
    }
    let map_file = match &args.map_file {
        Some(path) => {
            let name = path.display().to_string();
            let bytes = input::read(out, &name, limit::MAP_FILE)?;
            let text = String::from_utf8(bytes);
            text.map_err(|_| Failure::bad_file(path, "it is not UTF-8 text"))?
        }
        None => String::new(),
    };
    // Rows that are sorted take their part of the memory.
    let may_hold = args.history || args.group.is_some() || !map_file.is_empty();
    let may_hold = may_hold || args.preset.is_some();
    let of_memory = cli.memory.map(|all| all / ROWS_PART);
    let rows_max = of_memory.unwrap_or_else(memory::default_bound);
    let rest = cli
        .memory
        .map(|all| if may_hold { all - rows_max } else { all });
    let within = Cli {
        memory: rest,
        ..cli.clone()
    };
    let (exit, is_erased) = within.at_desk("import", out, |ledger, out| {
        let programme = ledger.programme()?;
        let setting = Setting {
            digits: programme.digits,
            currency: programme.currency.clone(),
            currencies: programme
                .currencies
                .iter()
                .map(|c| c.code.clone())
                .collect(),
            calendar: programme.calendar.clone(),
            secret: engine::row_secret(ledger),
            sorting: sorting_in(ledger.folder(), rows_max),
        };
        let (options, balances) = args.options(&map_file, setting)?;
        import(args, options, balances, ledger, out)
    })?;
    if is_erased {
        compact(cli, out)?;
    }
    Ok(exit)
}

/// Imports a file's rows; also returns whether a member was erased.
pub(super) fn import(
    args: &ImportArgs,
    options: Options,
    balances: Balances,
    ledger: &mut Ledger,
    out: &mut Printer,
) -> Result<(Exit, bool), Failure> {
    let (input, len) = open(out, args.path())?;
    let mode = Mode {
        is_history: args.history,
        is_enrolling: args.enrol,
        ..Mode::default()
    };
    let opened = Rows::open(input, options);
    let work = |ledger: &mut Ledger| -> Result<Summary, Failure> {
        let members = ledger.global().members;
        let mut import = Import {
            ledger,
            out: &mut *out,
            mode,
            balances,
            is_dry: args.dry_run,
            summary: Summary {
                dry_run: args.dry_run,
                ..Summary::default()
            },
            lines: Vec::with_capacity(2 * GROUP_LEN),
            met: BTreeSet::new(),
            known_before: 0,
            last_bad: None,
            columns: BTreeMap::new(),
        };
        match opened {
            Ok(rows) => import.all(rows, len, args.path())?,
            Err(RowError::Bad(bad)) => import.note_bad(&bad),
            Err(RowError::Io(e)) => return Err(not_read(Path::new(args.path()), e)),
            Err(RowError::Scratch(e)) => return Err(not_sorted(import.ledger, &e)),
        }
        import.summary.members_new = import.ledger.global().members - members;
        Ok(import.summary)
    };
    let summary = match args.dry_run {
        true => engine::rehearse(ledger, |ledger| Ok(work(ledger)))??,
        false => work(ledger)?,
    };
    let is_erased = summary.is_erased;
    Ok((finish(summary, out)?, is_erased))
}

fn open(out: &Printer, file: &str) -> Result<(Box<dyn BufRead + Send>, u64), Failure> {
    const BUFFER_LEN: usize = 1 << 18;
    let (input, len) = input::open(out, file, limit::IMPORT)?;
    Ok((Box::new(BufReader::with_capacity(BUFFER_LEN, input)), len))
}

/// The failure of a sort's files. It happens before the first row is booked, but for a
/// disk that fails while they are read.
fn not_sorted(ledger: &Ledger, error: &std::io::Error) -> Failure {
    let error = std::io::Error::new(error.kind(), error.to_string());
    let failure = Failure::from(StorageError::io("sort rows in", ledger.folder(), error));
    failure.hint("--history and --group put rows in order in a file beside the journal, up to three times as long as theirs; --memory lets more rows do without")
}

/// Reads rows until the file or the import ends. Processed batches come back to
/// this thread, since freeing many small texts is fastest on the thread that
/// allocated them.
fn read_rows(
    mut rows: Rows<Box<dyn BufRead + Send>>,
    hasher: &CommandHasher,
    to: SyncSender<Batch>,
    used: Receiver<Vec<HashedRow>>,
) -> Ending {
    loop {
        used.try_iter().for_each(drop);
        let mut batch = Vec::with_capacity(BATCH_LEN);
        batch.extend(rows.by_ref().take(BATCH_LEN).map(|row| {
            let requests = row.iter().flat_map(|row| &row.requests);
            let hashes = requests.map(|request| hasher.hashes(request)).collect();
            (row, hashes)
        }));
        let is_last = batch.len() < BATCH_LEN;
        let is_broken = batch
            .iter()
            .any(|row| matches!(row.0, Err(RowError::Io(_) | RowError::Scratch(_))));
        if to.send((batch, rows.bytes_read())).is_err() || is_last || is_broken {
            return Ending {
                notes: rows.last_notes(),
                skipped: rows.skipped(),
                bills: rows.bills(),
            };
        }
    }
}

impl Import<'_> {
    fn all(
        &mut self,
        mut rows: Rows<Box<dyn BufRead + Send>>,
        len: u64,
        file: &str,
    ) -> Result<(), Failure> {
        self.note_told(rows.take_notes());
        let layout = rows.shown();
        let columns = layout.iter().flat_map(|(_, columns, _)| columns);
        self.columns = columns
            .map(|shown| (shown.field.clone(), shown.column.clone()))
            .collect();
        if self.is_dry {
            self.summary.shown = layout.map(shown);
        }
        let (to, from) = sync_channel(BATCHES_MAX);
        let (give_back, used) = channel();
        let hasher = engine::command_hasher(self.ledger);
        let ending = thread::scope(|scope| {
            let reader = scope.spawn(move || read_rows(rows, &hasher, to, used));
            self.take_all(from, &give_back, len, file)?;
            Ok::<_, Failure>(reader.join().unwrap_or_default())
        })?;
        self.summary.skipped = ending.skipped;
        self.summary.rows += ending.skipped;
        self.summary.bills = ending.bills;
        self.note_told(ending.notes);
        if self.known_before > 0 {
            let rows = counted(self.known_before, "row names", "rows name");
            self.note_told(vec![format!("{rows} members who were known before: their names and birthdays were left as they are")]);
        }
        if self.summary.codes.contains_key(Code::KeyConflict.as_str()) {
            let note = "keys were used before for something else: if the file is brought in for another purpose, such as another unit, --source NAME gives its rows keys of their own";
            self.note_told(vec![note.into()]);
        }
        Ok(())
    }

    fn note_told(&mut self, notes: Vec<String>) {
        notes.iter().for_each(|note| self.out.note(note));
        self.summary.notes.extend(notes);
    }

    fn take_all(
        &mut self,
        from: Receiver<Batch>,
        give_back: &Sender<Vec<HashedRow>>,
        len: u64,
        file: &str,
    ) -> Result<(), Failure> {
        let mut bar = Progress::of_bytes(len);
        bar.doing("importing");
        for (rows, read) in from {
            for (n, (row, hashes)) in rows.iter().enumerate() {
                if n % BREATH_EVERY == 0 && !self.is_dry && self.out.is_awaited() {
                    self.commit()?;
                    self.out.yield_now(self.ledger)?;
                }
                if n % AHEAD == 0 {
                    let next = rows[n..].iter().take(AHEAD);
                    engine::look_ahead(self.ledger, next.flat_map(|(_, hashes)| hashes));
                }
                match row {
                    Ok(row) => self.take(row, hashes)?,
                    Err(RowError::Bad(bad)) => self.note_bad(bad),
                    Err(RowError::Io(e)) => {
                        // Rows read before it are whole, and are kept.
                        self.commit()?;
                        let e = std::io::Error::new(e.kind(), e.to_string());
                        return Err(not_read(Path::new(file), e));
                    }
                    Err(RowError::Scratch(e)) => {
                        self.commit()?;
                        return Err(not_sorted(self.ledger, e));
                    }
                }
            }
            // The reader may have ended; then this thread frees them.
            let _ = give_back.send(rows);
            bar.at(read);
        }
        self.commit()
    }

    fn take(&mut self, row: &Row, hashes: &[CommandHashes]) -> Result<(), Failure> {
        self.summary.rows += row.rows;
        if let Some(shown) = &mut self.summary.shown {
            let json = row
                .shown
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok());
            shown.commands.extend(json);
            shown.lines.extend(row.shown.iter().cloned());
        }
        if let Some(enrolment) = &row.enrolment
            && !self.introduce(row, enrolment)?
        {
            return Ok(());
        }
        for (n, (request, hashes)) in row.requests.iter().zip(hashes).enumerate() {
            engine::note_hashes(self.ledger, request, hashes);
            let is_refund = row.is_refund_in_all && n + 1 == row.requests.len();
            match is_refund {
                false => self.take_one(Place::of(row), request)?,
                true => match engine::to_refund(self.ledger, request)? {
                    Some(refund) => self.take_one(Place::of(row), &refund)?,
                    None => self.summary.repeated += 1,
                },
            }
        }
        Ok(())
    }

    fn take_one(&mut self, place: Place, request: &Request) -> Result<(), Failure> {
        if let Verb::Erase { .. } = request.verb {
            return self.erase(place, request);
        }
        let is_balance = matches!(request.verb, Verb::Office(Office::Opening { .. }));
        if self.balances == Balances::Set && is_balance {
            match engine::to_balance(self.ledger, request)? {
                Ok(Some(request)) => self.stage(place, &request)?,
                Ok(None) => self.summary.repeated += 1,
                Err(refusal) => self.refuse(place, &refusal, request.key.as_str()),
            }
            return Ok(());
        }
        self.stage(place, request)
    }

    fn refuse(&mut self, place: Place, refusal: &Refusal, key: &str) {
        if let Answer::Refused(denied) =
            engine::not_found(self.ledger, key, refusal.code, &refusal.detail)
        {
            self.note_no(place, &denied);
        }
    }

    fn stage(&mut self, place: Place, request: &Request) -> Result<(), Failure> {
        let verb = request.verb.word();
        if self.is_dry {
            let brief = engine::rehearsed(self.ledger, request, self.mode)?;
            self.note(place, verb, brief);
            return Ok(());
        }
        engine::stage_briefly(self.ledger, request, self.mode)?;
        self.lines.push((place, verb));
        if self.ledger.waiting() >= GROUP_LEN {
            let briefs = engine::commit_beside(self.ledger)?;
            self.note_all(briefs);
        }
        Ok(())
    }

    fn erase(&mut self, place: Place, request: &Request) -> Result<(), Failure> {
        if self.is_dry {
            self.count_done("erase", false);
            return Ok(());
        }
        self.commit()?;
        match engine::erase(self.ledger, request)? {
            Answer::Accepted(done) => {
                self.summary.is_erased = true;
                self.count_done("erase", done.repeated);
            }
            Answer::Refused(denied) => self.note_no(place, &denied),
        }
        Ok(())
    }

    /// Enrols the member that a row names, unless known; adds missing names to
    /// a known member. Returns true if the rest of the row can be booked.
    fn introduce(&mut self, row: &Row, request: &Request) -> Result<bool, Failure> {
        let Verb::Enrol(enrol) = &request.verb else {
            return Ok(true);
        };
        let mut owner = None;
        let mut missing = Vec::new();
        for alias in &enrol.aliases {
            match (self.ledger.resolve(&Who::Alias(alias.clone()))?, owner) {
                (None, _) => missing.push(alias.clone()),
                (Some(id), None) => owner = Some(id),
                (Some(id), Some(first)) if id == first => {}
                (Some(_), Some(_)) => {
                    let message = format!(
                        "{} and others of the row's names belong to different members; see who it is, and merge them if they are one",
                        alias.scheme()
                    );
                    let refusal = Refusal::new(crate::model::Code::AliasTaken, message);
                    self.refuse(Place::of(row), &refusal, request.key.as_str());
                    return Ok(false);
                }
            }
        }
        let Some(owner) = owner else {
            self.stage(Place::of(row), request)?;
            return self.is_enrolled(row, enrol);
        };
        let is_new_here = self.met.contains(&owner);
        let tells_more = !enrol.name.is_empty() || enrol.birthday.is_some();
        self.known_before += u64::from(!is_new_here && tells_more);
        self.summary.repeated += u64::from(row.requests.is_empty() && missing.is_empty());
        if missing.is_empty() {
            return Ok(true);
        }
        let key = request.key.as_str();
        let key = format!("{}/profile", key.strip_suffix("/enrol").unwrap_or(key));
        let change = ProfileChange {
            aliases_add: missing,
            ..ProfileChange::default()
        };
        let change = Request {
            key: Key::parse(&key).unwrap_or_else(|_| Key::none()),
            member: Some(Who::Id(owner)),
            verb: Verb::Profile(change),
            ..request.clone()
        };
        self.stage(Place::of(row), &change)?;
        Ok(true)
    }

    fn is_enrolled(&mut self, row: &Row, enrol: &Enrol) -> Result<bool, Failure> {
        let Some(alias) = enrol.aliases.first() else {
            return Ok(false);
        };
        let id = self.ledger.resolve(&Who::Alias(alias.clone()))?;
        self.met.extend(id);
        if id.is_none() && !row.requests.is_empty() {
            let detail =
                "whom the row names could not be enrolled, so the rest of it is not booked";
            let refusal = Refusal::new(crate::model::Code::UnknownMember, detail);
            self.refuse(Place::of(row), &refusal, "");
        }
        Ok(id.is_some())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if self.is_dry {
            return Ok(());
        }
        let briefs = engine::commit_briefly(self.ledger)?;
        self.note_all(briefs);
        Ok(())
    }

    fn note_all(&mut self, briefs: Vec<Brief>) {
        let lines: Vec<(Place, &'static str)> = self.lines.drain(..briefs.len()).collect();
        for ((place, verb), brief) in lines.into_iter().zip(briefs) {
            self.note(place, verb, brief);
        }
    }

    fn note(&mut self, place: Place, verb: &'static str, brief: Brief) {
        match brief {
            Brief::No(denied) => self.note_no(place, &denied),
            Brief::Done { is_repeated, given } => {
                self.count_done(verb, is_repeated);
                if !is_repeated {
                    given.iter().for_each(|g| self.count_given(g.0, g.1));
                }
            }
        }
    }

    fn count_done(&mut self, verb: &'static str, is_repeated: bool) {
        match is_repeated {
            true => self.summary.repeated += 1,
            false => {
                self.summary.booked += 1;
                *self.summary.did.entry(verb).or_default() += 1;
            }
        }
    }

    fn count_given(&mut self, unit: u16, points: Points) {
        let figure = figure(self.ledger, unit, points);
        let unit = self.ledger.global().names.text(NameKind::Unit, unit);
        let given = &mut self.summary.given;
        let sum = given.get(&unit).map_or(figure, |sum| sum.plus(figure));
        given.insert(unit, sum);
    }

    fn note_no(&mut self, place: Place, denied: &Denied) {
        // Invalid for this programme counts as bad input.
        match denied.class {
            Class::Invalid => self.count_bad(place),
            _ => self.summary.refused += 1,
        }
        // The ledger names the field, a file's reader looks for the column.
        let field = denied.message.split_once(": ");
        let column = field.and_then(|(field, _)| self.columns.get(field));
        let message = match (field, column) {
            (Some((field, rest)), Some(column)) => format!("column {column} ({field}): {rest}"),
            _ => denied.message.clone(),
        };
        self.tell(place.line, &denied.code, &message);
    }

    fn note_bad(&mut self, row: &BadRow) {
        self.summary.rows += row.rows;
        let (line, rows) = (row.line, row.rows);
        self.count_bad(Place { line, rows });
        self.tell(row.line, row.bad.code.as_str(), &row.bad.to_string());
    }

    /// Counts a fault, and the rows of its bill once.
    fn count_bad(&mut self, place: Place) {
        self.summary.bad += 1;
        if self.last_bad.replace(place.line) != Some(place.line) {
            self.summary.bad_rows += place.rows;
        }
    }

    fn tell(&mut self, line: u64, code: &str, message: &str) {
        *self.summary.codes.entry(code.to_owned()).or_default() += 1;
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
}

fn shown((layout, columns, unused): (String, Vec<Shown>, Vec<String>)) -> ShownAll {
    ShownAll {
        layout,
        columns,
        unused,
        commands: Vec::new(),
        lines: Vec::new(),
    }
}

fn finish(mut summary: Summary, out: &mut Printer) -> Result<Exit, Failure> {
    let exit = match (summary.bad, summary.refused) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Refused,
        _ => Exit::BadInput,
    };
    summary.ok = exit == Exit::Done;
    summary.told.truncate(TOLD_MAX);
    if let Some(shown) = &summary.shown {
        show(shown, out)?;
    }
    out.line(in_words(&summary))?;
    out.done(&summary)?;
    Ok(exit)
}

/// Prints the findings of a dry run, for people.
fn show(shown: &ShownAll, out: &mut Printer) -> Result<(), Failure> {
    out.line(&shown.layout)?;
    let rows = shown.columns.iter();
    let rows = rows.map(|c| row(&[&c.column, &c.field, &c.how]));
    out.table(&["column", "field", "read as"], rows)?;
    if !shown.unused.is_empty() {
        out.line(format!("not used: {}", shown.unused.join(", ")))?;
    }
    Ok(out.lines(&shown.lines)?)
}

fn in_words(summary: &Summary) -> String {
    let would = if summary.dry_run { "would be " } else { "" };
    let commands = summary.booked + summary.repeated + summary.refused + summary.bad;
    let mut counts = counted(summary.rows, "row", "rows");
    if let Some(bills) = summary.bills {
        counts += &format!(", {}", counted(bills, "bill", "bills"));
    }
    // A row may enrol, introduce and book, so there can be more commands than rows.
    if commands > summary.bills.unwrap_or(summary.rows) {
        counts += &format!(", {}", counted(commands, "command", "commands"));
    }
    counts += &format!(
        ": {} {would}booked, {} booked before, {} refused, {} bad",
        summary.booked, summary.repeated, summary.refused, summary.bad
    );
    if summary.bad_rows != summary.bad {
        counts += &format!(" ({})", counted(summary.bad_rows, "row", "rows"));
    }
    if summary.skipped > 0 {
        let rows = counted(summary.skipped, "row", "rows");
        counts += &format!(", {rows} passed over");
    }
    if summary.dry_run || summary.did.len() > 1 {
        let did = summary.did.iter().map(|(verb, n)| format!("{verb} {n}"));
        let codes = summary.codes.iter().map(|(code, n)| format!("{code} {n}"));
        let all: Vec<String> = did.chain(codes).collect();
        if !all.is_empty() {
            counts += &format!(" ({})", all.join(", "));
        }
    }
    match summary.booked {
        0 => format!("{counts}; nothing changed"),
        _ => format!(
            "{counts}; {}; given: {}",
            counted(summary.members_new, "new member", "new members"),
            match summary.given.is_empty() {
                true => "nothing".into(),
                false => amounts(&summary.given),
            }
        ),
    }
}
