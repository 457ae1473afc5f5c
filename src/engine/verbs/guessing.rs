//! Guessing of codes: wrong ones are entries, and after too many of a kind a
//! terminal, or a member, may send no code of that kind for a while.

use crate::answer::Answer;
use crate::command::{Activity, Request, Verb};
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{admit, booking, timeouts};
use crate::engine::stop::{Stop, said};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, GuessedCode, Instant, MemberId, Origin, Programme, Refusal, SECOND};
use crate::rules::guessing::is_over;
use crate::rules::state::{Guesser, Guessing, Status};

/// Prefix that separates the hash of a wrong code from that of an alias.
const DOMAIN: &str = "\0code\0";

/// A code that could be guessed, as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Typed {
    kind: GuessedCode,
    /// The text; all of them if a command names several.
    text: String,
}

/// Codes of a command that could be guessed, if any.
fn typed(request: &Request, programme: &Programme) -> Option<Typed> {
    if let Verb::Activity(activity) = &request.verb {
        let text = listed_codes(activity, programme);
        let kind = GuessedCode::Activity;
        return (!text.is_empty()).then_some(Typed { kind, text });
    }
    let mut verb = request.verb.clone();
    let secrets = verb.secrets();
    let kind = secrets.first()?.0;
    let texts: Vec<&str> = secrets.iter().map(|(_, text)| text.as_str()).collect();
    let text = texts.join(",");
    (!text.is_empty()).then_some(Typed { kind, text })
}

/// True if an answer reports an unknown code: a refusal, or a sale that was
/// booked without it.
pub fn has_wrong_code(answer: &Answer) -> bool {
    let unknown = Code::UnknownCode.as_str();
    match answer {
        Answer::Refused(no) => no.code == unknown,
        Answer::Accepted(done) => {
            let left_out = done.collect.iter().flat_map(|collect| &collect.tenders);
            left_out.into_iter().any(|tender| tender.code == unknown)
        }
    }
}

/// A sale that is booked without tenders that cannot pay, without its voucher
/// codes: while codes are locked, none of them is looked up.
pub(in crate::engine) fn without_codes(request: &Request) -> Option<Request> {
    let sale = match &request.verb {
        Verb::Purchase(sale) => sale,
        Verb::Ticket(ticket) => ticket.sale.as_ref()?,
        _ => return None,
    };
    sale.books_if_short.then(|| {
        let mut request = request.clone();
        let codes = request.verb.secrets();
        codes.into_iter().for_each(|(_, code)| code.clear());
        request
    })
}

/// Secrets of an activity that are looked up in a list of codes.
fn listed_codes(given: &Activity, programme: &Programme) -> String {
    let known = programme.activities.iter();
    let fields = known.filter(|a| a.id == given.activity);
    let fields: Vec<_> = fields.flat_map(|a| &a.fields).collect();
    let is_listed = |name: &str| fields.iter().any(|f| f.name == name && !f.codes.is_empty());
    let codes = given.fields.iter().filter(|(name, _)| is_listed(name));
    let codes: Vec<&str> = codes.map(|(_, code)| code.as_str()).collect();
    codes.join(",")
}

/// Source of a command with a code.
struct Attempt {
    kind: GuessedCode,
    /// Keyed hash of the code.
    code: [u8; 16],
    origin: Origin,
    /// The named member, if active.
    member: Option<MemberId>,
}

impl Attempt {
    fn guessers(&self) -> Vec<Guesser> {
        Guesser::all(&self.origin, self.member)
    }
}

/// Refuses a command with a code while its terminal or its member is
/// locked, whatever the code, so that no answer reveals whether it exists.
pub(in crate::engine) fn check_guesses(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
) -> Result<Option<Refusal>, Error> {
    // Usually nothing is locked.
    let mut guesses = records.global().guessing.all();
    if guesses.all(|g| g.locked_until.is_none()) {
        return Ok(None);
    }
    let Some(attempt) = attempt(records, request, mode)? else {
        return Ok(None);
    };
    let now = Instant(records.clock.now_micros());
    let lock_of = |guesser: &Guesser| {
        let found = records.global().guessing.of(guesser, attempt.kind)?;
        // The same wrong code again reveals nothing new.
        let is_locked = found.is_locked(now) && !found.knows(&attempt.code);
        is_locked.then_some(found)
    };
    let refusal = match attempt.guessers().iter().find_map(lock_of) {
        Some(found) => Some(locked(records, found)?),
        None => None,
    };
    Ok(refusal)
}

fn locked(records: &Records, found: &Guessing) -> Result<Refusal, Error> {
    let until = found.locked_until.unwrap_or_default();
    // Rounded up to the second, so that it is not reported too early.
    let until = Instant(until.0 - until.0.rem_euclid(SECOND) + SECOND);
    let until = records.programme()?.calendar.display(until);
    let (kind, by) = (
        found.kind.as_str(),
        match &found.guesser {
            Guesser::Terminal { terminal, .. } => format!("at terminal {terminal}"),
            Guesser::Channel { channel, .. } => {
                format!("by {} without a member", channel.name())
            }
            Guesser::Member(_) => "for the member".into(),
        },
    );
    let detail = format!(
        "code: too many were wrong {by}; {kind} codes are taken again from {until}, or once `stampbook unlock` lifts the lock"
    );
    Ok(Refusal::new(Code::CodeLocked, detail))
}

/// Books a wrong code, and the lock that it causes. A dry run books
/// nothing, and commands of history were not typed at these tills.
pub(in crate::engine) fn note_guess(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
) -> Result<(), Error> {
    if ledger.writer.is_dry_run
        || mode.is_history
        || check_guesses(ledger, request, mode)?.is_some()
    {
        return Ok(());
    }
    let Some(attempt) = attempt(ledger, request, mode)? else {
        return Ok(());
    };
    let is_known = |guesser: &Guesser| {
        let found = ledger.global().guessing.of(guesser, attempt.kind);
        found.is_some_and(|found| found.knows(&attempt.code))
    };
    // A till that sends the same code again is not guessing.
    if attempt.guessers().iter().all(is_known) {
        return Ok(());
    }
    book_guess(ledger, &attempt).map_err(said)
}

fn book_guess(ledger: &mut Ledger, attempt: &Attempt) -> Result<(), Stop> {
    open_page::make_room(ledger)?;
    let head = guess_head(ledger, attempt);
    timeouts::settle_all(ledger, attempt.member.into_iter().collect(), &head)?;
    open_page::make_room(ledger)?;
    let act = Act::CodeTried {
        kind: attempt.kind,
        terminal: attempt.origin.terminal.clone(),
        code: attempt.code,
    };
    let head = guess_head(ledger, attempt);
    booking::book(ledger, head, attempt.member, act, None)?;
    let head = guess_head(ledger, attempt);
    let limit = ledger.programme()?.guess;
    let mut over = attempt.guessers();
    over.retain(|g| is_over(ledger.global(), g, attempt.kind, limit, head.effective));
    if over.is_empty() {
        return Ok(());
    }
    let member = attempt
        .member
        .filter(|id| over.contains(&Guesser::Member(*id)));
    let act = Act::GuessingLocked {
        kind: attempt.kind,
        terminal: attempt.origin.terminal.clone(),
        until: Instant::default(),
    };
    booking::book(ledger, head, member, act, None)?;
    Ok(())
}

/// Head of an entry of the ledger's own, with the source of the typed code.
fn guess_head(records: &Records, attempt: &Attempt) -> crate::model::Head {
    crate::model::Head {
        origin: attempt.origin.clone(),
        ..records.ledger_head()
    }
}

/// The attempt that a command makes, if it has a code.
fn attempt(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
) -> Result<Option<Attempt>, Error> {
    // A ledger without a programme refuses everything anyway.
    let Ok(programme) = records.programme() else {
        return Ok(None);
    };
    let Some(typed) = typed(request, programme) else {
        return Ok(None);
    };
    let origin = match admit::origin(records, request, mode) {
        Ok(origin) => origin,
        // A wrong source is reported before anything else.
        Err(Stop::No(_)) => return Ok(None),
        Err(Stop::Error(error)) => return Err(error),
    };
    let member = records.named(request.member.as_ref())?;
    let members = &records.cache.state().members;
    let is_active = |id: &MemberId| members.get(id).is_some_and(|m| m.status == Status::Active);
    let text = format!("{DOMAIN}{}", typed.text);
    Ok(Some(Attempt {
        kind: typed.kind,
        code: crate::engine::verbs::profile::text_hash(&records.alias_key, &text),
        member: member.filter(is_active),
        // The counter belongs to the command, which may be sent again with it.
        origin: Origin {
            counter: None,
            is_history: false,
            ..origin
        },
    }))
}
