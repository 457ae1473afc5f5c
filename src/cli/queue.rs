//! `stampbook queue`: commands of a till that cannot reach the ledger.

use super::input;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer, row};
use super::service_client::{connect, post_lines, refused};
use super::session::too_long;
use crate::answer::{Accepted, Answer, Denied, PrintedSlip};
use crate::command::import::{Line, Lines};
use crate::command::{Bad, SlipForm, parse};
use crate::engine::Ledger;
use crate::model::Instant;
use crate::queue::{Drained, Fate, Queue, QueueError, Queued, Setup, Wanted, drain};
use crate::serve::Client;
use crate::slip::{self, Occasion, Source};
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::files::{self, limit};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// Keeps commands that only give points, or spend those of an allowance, while the ledger
/// cannot be reached, in a folder of the terminal's own, and sends them later, in order. Each is carried out once,
/// however often a drain is cut short.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook queue init --terminal till-1 --store mitte
  stampbook queue add sale.json
  stampbook queue drain")]
pub struct QueueArgs {
    /// The queue's folder; it has a key of the terminal's own.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "STAMPBOOK_QUEUE",
        default_value = "queue"
    )]
    pub queue: PathBuf,
    /// Subcommand.
    #[command(subcommand)]
    pub command: QueueCommand,
}

/// Subcommands for a queue.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum QueueCommand {
    /// Makes an empty queue.
    #[command(
        after_help = "Example:\n  stampbook queue init --terminal till-1 --store mitte --shop 'Corner Café'"
    )]
    Init(InitQueueArgs),
    /// Keeps commands, one a line of JSON: `purchase`, `activity`, `enrol`, `consent`.
    /// Each is answered once it is durable, before the next is waited for. It gets a key, the instant, terminal and store
    /// if it has none; a sale without a member gets a code to claim it with.
    #[command(after_help = "Example:\n  stampbook queue add sale.json")]
    Add {
        /// A file, or - for stdin.
        file: String,
    },
    /// Has the ledger set points of a member aside, which this terminal may then spend
    /// without it: tenders of points up to so many, until an instant. Needs the ledger now.
    /// No more can be spent, whatever happens to the queue or to copies of it. The rest goes
    /// back to the member a month after the end, or by `release` at once.
    #[command(after_help = "\
Example:
  stampbook queue allow --member card:6900012345 --unit star --points 2 --until 2099-12-31T20:00:00+01:00")]
    Allow(AllowArgs),
    /// Counts the commands that wait, were carried out, were refused.
    #[command(after_help = "Example:\n  stampbook queue status")]
    Status,
    /// Lists the commands, and what became of each.
    #[command(after_help = "Example:\n  stampbook queue list --refused")]
    List {
        /// Only those that were refused, with code and remedy.
        #[arg(long)]
        refused: bool,
    },
    /// The slip of a command that waits: what was bought is told, points come later.
    #[command(after_help = "Example:\n  stampbook queue slip 3 --form zh:32")]
    Slip {
        /// The command's number.
        number: u64,
        /// `en` or `zh`, `42` or `32` columns, as of `stampbook slip`.
        #[arg(long, value_name = "LANG:COLUMNS", default_value = "en:42")]
        form: String,
    },
    /// Sends what waits to the ledger, through the service if one runs.
    #[command(after_help = "\
Examples:
  stampbook queue drain
  stampbook queue drain --dry-run
  STAMPBOOK_TOKEN=sb-till-.. stampbook queue drain --to https://office.example:7311")]
    Drain(DrainArgs),
}

/// The queue to be made.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct InitQueueArgs {
    /// The terminal.
    #[arg(long)]
    pub terminal: String,
    /// Its store.
    #[arg(long, default_value = "")]
    pub store: String,
    /// The shop's name, for slips.
    #[arg(long, default_value = "")]
    pub shop: String,
    /// Decimals of the programme's currency.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub digits: u8,
}

/// The allowance that is asked for.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct AllowArgs {
    /// The member, as sales will name them.
    #[arg(long)]
    pub member: String,
    /// Which unit.
    #[arg(long)]
    pub unit: String,
    /// Number of points.
    #[arg(long)]
    pub points: String,
    /// Up to when they may be spent.
    #[arg(long, value_name = "INSTANT")]
    pub until: String,
    /// Address of the ledger.
    #[command(flatten)]
    pub service: Elsewhere,
}

/// A service on another machine.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct Elsewhere {
    /// A service on another machine; its token is in the environment, STAMPBOOK_TOKEN.
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// The service's certificate in PEM, or the one that certifies it, in place of those that
    /// browsers trust.
    #[arg(long, value_name = "FILE", env = "STAMPBOOK_CA")]
    pub ca: Option<PathBuf>,
}

/// Destination of a drain.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct DrainArgs {
    /// Only tell what would be sent.
    #[arg(long)]
    pub dry_run: bool,
    /// Address of the ledger.
    #[command(flatten)]
    pub service: Elsewhere,
}

/// The remedy where the sender's token was revoked, or is for another place.
const NOT_ADMITTED: &str = "what was not carried out waits on. A till that took this one's \
    place sends it by its own token; of one that was revoked the office looks at it \
    (`stampbook queue drain --dry-run`), and drains it on the machine of the service, or from \
    elsewhere by a token with the role office; each sale keeps the store and terminal it was made at";

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Failure {
        match error {
            QueueError::Bad(bad) => bad.into(),
            QueueError::Storage(trouble) => trouble.into(),
            QueueError::Busy(text) => Failure::busy(text),
            QueueError::NotAdmitted { code, text } => Failure::new(code, text).hint(NOT_ADMITTED),
            QueueError::Absent(text) => Failure::new(ErrorCode::BadFile, text)
                .hint("`stampbook queue init --terminal NAME` makes one; --queue names another folder"),
            QueueError::Damage(_) => Failure::new(ErrorCode::Damage, error.to_string())
                .hint("keep the folder as it is, and put back its newest copy; no command is taken or sent meanwhile"),
        }
    }
}

impl QueueArgs {
    /// Does it.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        if let QueueCommand::Init(init) = &self.command {
            return self.init(init, out);
        }
        let mut queue = Queue::open(&self.queue)?;
        if let Some(note) = queue.note() {
            out.note(format!(
                "note: the queue's end was an unfinished write that nobody was answered: {note}"
            ));
        }
        match &self.command {
            QueueCommand::Init(_) => Ok(Exit::Done),
            QueueCommand::Add { file } => add(&mut queue, file, out),
            QueueCommand::Status => status(&queue, out),
            QueueCommand::List { refused } => list(&queue, *refused, out),
            QueueCommand::Slip { number, form } => slip_of(&queue, *number, form, out),
            QueueCommand::Allow(args) => args.allow(&mut queue, cli, out),
            QueueCommand::Drain(args) => args.drain(&mut queue, cli, out),
        }
    }

    fn init(&self, init: &InitQueueArgs, out: &mut Printer) -> Result<Exit, Failure> {
        let setup = Setup {
            terminal: init.terminal.clone(),
            store: init.store.clone(),
            shop: init.shop.clone(),
            digits: init.digits,
        };
        Queue::create(&self.queue, setup)?;
        out.line(format!(
            "the queue of {} is in {}; its key is the terminal's own: keep the folder private, and never copy it to another terminal",
            init.terminal,
            self.queue.display()
        ))?;
        out.done(&json!({"ok": true}))
    }
}

/// Form of the slip that a command asks for.
#[derive(Deserialize, Default)]
struct Asked {
    slip: Option<String>,
}

/// Keeps the commands of a file or of stdin, and answers each before it waits for the next.
fn add(queue: &mut Queue, file: &str, out: &mut Printer) -> Result<Exit, Failure> {
    let (input, _) = input::open(out, file, limit::IMPORT)?;
    let mut lines = Lines::new(BufReader::new(input));
    let mut exit = Exit::Done;
    loop {
        let next = lines.next();
        let next = next.map_err(|e| super::trouble::not_read(file.as_ref(), e))?;
        let Some(line) = next else { return Ok(exit) };
        if !line.is_blank() {
            match add_line(queue, &line) {
                Ok(told) => out.json(&told)?,
                Err(QueueError::Bad(bad)) => {
                    out.json(&Answer::from(Denied::bad_json(&line.bytes, &bad)))?;
                    exit = Exit::BadInput;
                }
                Err(other) => return Err(other.into()),
            }
        }
        if !lines.is_line_waiting() {
            out.flush()?;
        }
    }
}

/// Keeps a command; returns the answer to it.
fn add_line(queue: &mut Queue, line: &Line) -> Result<Value, QueueError> {
    if !line.is_whole() {
        return Err(too_long(line).into());
    }
    let asked: Asked = serde_json::from_slice(&line.bytes).unwrap_or_default();
    let form = asked.slip.map(|form| form.parse::<SlipForm>());
    let form = form.transpose().map_err(|why| Bad::new("slip", why))?;
    let queued = queue.push(&line.bytes, Instant(SystemClock.now_micros()))?;
    let mut told = told(queue, &queued)?;
    if let Some(form) = form {
        let slip = print_slip(queue, &queued, form)?;
        told["slip"] = serde_json::to_value(slip).unwrap_or_default();
    }
    Ok(told)
}

fn told(queue: &Queue, queued: &Queued) -> Result<Value, QueueError> {
    let mut told =
        json!({"ok": true, "queued": queued.number, "key": queued.key(), "at": queued.field("at")});
    if let Some(claim) = queue.claim_of(queued)? {
        told["claim"] = claim.into();
    }
    let (word, seq) = match &queued.fate {
        Fate::Waiting => ("waiting", None),
        Fate::Done { seq } => ("done", *seq),
        Fate::Refused(no) => {
            told["code"] = no.code.clone().into();
            told["message"] = no.message.clone().into();
            told["retry"] = serde_json::to_value(no.retry).unwrap_or_default();
            ("refused", None)
        }
    };
    told["state"] = word.into();
    if let Some(seq) = seq {
        told["seq"] = seq.into();
    }
    Ok(told)
}

fn status(queue: &Queue, out: &mut Printer) -> Result<Exit, Failure> {
    let (waiting, done, refused) = queue.counts();
    let setup = queue.setup();
    let first = queue.queued().iter().find(|queued| queued.is_open());
    let since = first.map_or("", |queued| queued.field("at"));
    let now = Instant(SystemClock.now_micros());
    out.line(format!(
        "{}: {waiting} waiting, {done} done, {refused} refused",
        setup.terminal
    ))?;
    if !since.is_empty() {
        out.line(format!("the first waits since {since}"))?;
    }
    let mut allowances = Vec::new();
    for a in queue.allowances() {
        let (left, is_open) = (queue.left_of(a).to_string(), a.is_open(now));
        let (points, unit, member) = (&a.points, &a.unit, &a.member);
        if is_open {
            out.line(format!(
                "{left} of {points} {unit} of {member} may be spent until {} ({})",
                a.until, a.key
            ))?;
        }
        allowances.push(json!({
            "key": a.key, "seq": a.seq, "member": member, "unit": unit,
            "points": points, "left": left, "until": a.until, "is_open": is_open,
        }));
    }
    for a in queue.unanswered() {
        let (points, unit, member) = (&a.points, &a.unit, &a.member);
        let next = match Instant::parse(&a.until).is_ok_and(|(until, _)| until > now) {
            true => "ask in the same words again",
            false => "it is over, and what was set aside is free again by itself",
        };
        out.line(format!(
            "{points} {unit} of {member} were asked for until {} ({}), and no answer came: {next}",
            a.until, a.key,
        ))?;
    }
    out.done(&json!({
        "ok": true, "terminal": setup.terminal, "store": setup.store,
        "waiting": waiting, "done": done, "refused": refused, "since": since,
        "allowances": allowances, "unanswered": queue.unanswered(),
    }))
}

fn list(queue: &Queue, is_refused: bool, out: &mut Printer) -> Result<Exit, Failure> {
    let is_listed = |queued: &&Queued| !is_refused || matches!(queued.fate, Fate::Refused(_));
    let mut rows = Vec::new();
    for queued in queue.queued().iter().filter(is_listed) {
        out.done(&told(queue, queued)?)?;
        let state = match &queued.fate {
            Fate::Waiting => "waiting".to_owned(),
            Fate::Done { seq: Some(seq) } => format!("done, entry {seq}"),
            Fate::Done { seq: None } => "done".to_owned(),
            Fate::Refused(no) => format!("{}: {}", no.code, no.message),
        };
        let [verb, total, at] = ["do", "total", "at"].map(|name| queued.field(name));
        let (number, key) = (queued.number, queued.key());
        rows.push(row(&[&number, &key, &verb, &total, &at, &state]));
    }
    out.table(&["number", "key", "do", "total", "at", "state"], rows)?;
    Ok(Exit::Done)
}

fn slip_of(queue: &Queue, number: u64, form: &str, out: &mut Printer) -> Result<Exit, Failure> {
    let form = form
        .parse()
        .map_err(|why: String| Bad::new("--form", why))?;
    let queued = queue.find(number).ok_or_else(|| {
        Failure::bad_input(format!("{number}: no such command is in the queue"))
            .hint("`stampbook queue list` has their numbers")
    })?;
    let printed = print_slip(queue, queued, form)?;
    match out.is_json() {
        true => out.json(&printed)?,
        false => super::slip::print_form(&printed, out)?,
    }
    Ok(Exit::Done)
}

/// The slip of a command in the queue: it says that points are booked later.
fn print_slip(queue: &Queue, queued: &Queued, form: SlipForm) -> Result<PrintedSlip, QueueError> {
    let answer = Accepted {
        claim: queue.claim_of(queued)?,
        ..Accepted::new(queued.key(), None)
    };
    let field = |name: &str| queued.field(name).to_owned();
    let source = Source {
        answer: &answer,
        shop: queue.setup().shop.clone(),
        policy: None,
        name: None,
        at: field("at"),
        store: field("store"),
        terminal: field("terminal"),
        receipt: field("receipt"),
        claim_until: None,
        occasion: Occasion::Pending,
    };
    Ok(slip::print(&source, form))
}

impl AllowArgs {
    fn allow(&self, queue: &mut Queue, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let wanted = Wanted {
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points.clone(),
            until: self.until.clone(),
        };
        let now = Instant(SystemClock.now_micros());
        let (asked, command) = queue.ask_allowance(&wanted, now)?;
        let answers = with_ledger(&self.service, cli, out, "hold", |send| send(&[command]))?;
        let answer = answers.into_iter().next();
        let answer = answer.ok_or_else(|| Failure::internal("no answer to one command"))?;
        let Some(given) = queue.keep_allowance(asked, &answer)? else {
            return out.answer(&answer);
        };
        out.line(format!(
            "{} may spend {} {} of {} until {} ({})",
            queue.setup().terminal,
            given.points,
            given.unit,
            given.member,
            given.until,
            given.key
        ))?;
        out.done(&json!({"ok": true, "allowance": given}))
    }
}

impl DrainArgs {
    fn drain(&self, queue: &mut Queue, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        if self.dry_run {
            for queued in queue.queued().iter().filter(|queued| queued.is_open()) {
                out.verbatim(&format!("{}\n", queued.to_json()))?;
            }
            return Ok(Exit::Done);
        }
        let drained = with_ledger(&self.service, cli, out, "drain", |send| drain(queue, send))?;
        tell(queue, &drained, out)
    }
}

/// Sends commands to the ledger, and returns its answer to each.
type Send<'s> = &'s mut dyn FnMut(&[String]) -> Result<Vec<Answer>, Failure>;

/// Does some work with the ledger: the service elsewhere, else the one that has the ledger
/// open on this machine, else the ledger itself, opened for a purpose.
fn with_ledger<T>(
    elsewhere: &Elsewhere,
    cli: &Cli,
    out: &mut Printer,
    purpose: &str,
    work: impl FnOnce(Send) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(url) = &elsewhere.to {
        let agent = elsewhere.agent()?;
        return work(&mut |lines| send_to(&agent, url, lines));
    }
    if let Some(mut client) = connect(cli) {
        return work(&mut |lines| send_through(&mut client, lines));
    }
    cli.at_desk(purpose, out, |ledger, _| {
        work(&mut |lines| submit_lines(ledger, lines))
    })
}

/// Carries out commands on an open ledger.
fn submit_lines(ledger: &mut Ledger, lines: &[String]) -> Result<Vec<Answer>, Failure> {
    let digits = ledger.programme()?.digits;
    let answers = lines.iter().map(|line| -> Result<Answer, Failure> {
        match parse(line.as_bytes(), digits) {
            Ok(request) => Ok(ledger.submit(&request)?),
            Err(bad) => Ok(Denied::bad_json(line.as_bytes(), &bad).into()),
        }
    });
    answers.collect()
}

fn tell(queue: &Queue, drained: &Drained, out: &mut Printer) -> Result<Exit, Failure> {
    let again = drained.giving.map(|(from, to)| {
        let (from, to) = (from.display(0), to.display(0));
        format!("stampbook redecide --by occurred --from {from} --to {to}")
    });
    if out.is_json() {
        let refused = queue
            .queued()
            .iter()
            .filter(|q| drained.refused.binary_search(&q.number).is_ok());
        let refused: Vec<_> = refused.map(|q| told(queue, q)).collect::<Result<_, _>>()?;
        return out.done(
            &json!({"ok": true, "done": drained.done, "repeated": drained.repeated,
            "refused": refused, "short": drained.short, "redecide": again}),
        );
    }
    out.line(format!(
        "{} carried out ({} of them before), {} refused",
        drained.done,
        drained.repeated,
        drained.refused.len()
    ))?;
    if !drained.refused.is_empty() {
        list(queue, true, out)?;
    }
    for number in &drained.short {
        out.note(format!(
            "the sale {number} was booked without a tender that fell short; `stampbook find --key {}` says what is to be collected",
            queue.find(*number).map_or("", Queued::key)
        ));
    }
    if let Some(again) = again {
        out.note("where campaigns have limits or stock, or tiers depend on them, this tells whether the order of draining made a difference, once all queues are drained:");
        out.note(format!("  {again}"));
    }
    Ok(Exit::Done)
}

/// Sends commands to the service on this machine.
fn send_through(client: &mut Client, lines: &[String]) -> Result<Vec<Answer>, Failure> {
    let body = post_lines(client, lines.join("\n").as_bytes())?;
    let answered = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let answers = answered.map(serde_json::from_slice::<Answer>);
    match answers.collect::<Result<Vec<_>, _>>() {
        Ok(answers) if answers.len() == lines.len() => Ok(answers),
        _ => Err(refused(&body)),
    }
}

/// The remedy where the service's certificate is not trusted.
const UNTRUSTED: &str = "what waits is kept; --ca FILE names the certificate that the service \
    shows, or the one that certifies it (docs/install.md makes one for a shop)";

impl Elsewhere {
    fn agent(&self) -> Result<ureq::Agent, Failure> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(60)));
        let Some(ca) = &self.ca else {
            return Ok(config.build().into());
        };
        let pem = files::read_named(ca, limit::PEM_FILE)?;
        let found = parse_pem(&pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(found)) => Some(found),
            _ => None,
        });
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            let text = format!("{}: it holds no certificate", ca.display());
            return Err(Bad::new("--ca", text).into());
        }
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&found));
        Ok(config.tls_config(tls.build()).build().into())
    }
}

/// Answers of a service to several commands.
#[derive(Deserialize)]
struct Answers {
    answers: Vec<Answer>,
}

/// Sends commands to a service on another machine.
fn send_to(agent: &ureq::Agent, url: &str, lines: &[String]) -> Result<Vec<Answer>, Failure> {
    let away = |error: ureq::Error| {
        let hint = match &error {
            // What rustls finds wrong with who is there.
            ureq::Error::Io(found) if found.kind() == ErrorKind::InvalidData => UNTRUSTED,
            _ => "what waits is kept; do the same again later",
        };
        Failure::busy(format!("{url}: the service cannot be reached: {error}")).hint(hint)
    };
    let token = std::env::var("STAMPBOOK_TOKEN").unwrap_or_default();
    let sent = agent
        .post(format!("{}/v1/commands", url.trim_end_matches('/')))
        .header("Content-Type", "application/json")
        .header("Authorization", format!("Bearer {token}"))
        .send(format!("[{}]", lines.join(",")).as_bytes());
    let body = sent.map_err(away)?.body_mut().read_to_vec().map_err(away)?;
    match serde_json::from_slice::<Answers>(&body) {
        Ok(told) if told.answers.len() == lines.len() => Ok(told.answers),
        _ => match denied_caller(url, &body) {
            Some(error) => Err(error.into()),
            None => Err(refused(&body)),
        },
    }
}

/// The error of a reply that takes nothing from this caller, if it is one.
fn denied_caller(url: &str, reply: &[u8]) -> Option<QueueError> {
    let denied: Denied = serde_json::from_slice(reply).ok()?;
    QueueError::not_admitted(&Denied {
        message: format!("{url}: {}", denied.message),
        ..denied
    })
}
