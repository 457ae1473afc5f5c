//! The catalogue of codes: refusals, errors and warnings with their class, exit
//! code, retry advice and remedy. `docs/errors.md` is generated from it.

use super::{Class, Retry};
use crate::model::{
    Code::{self, *},
    WarningCode,
};

/// The kinds of codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// A command was not carried out, by the ledger's rules.
    Refusal,
    /// A command could not be carried out, or not be read.
    Error,
    /// A command was carried out, but something needs attention.
    Warning,
}

/// One code and the contract that comes with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeEntry {
    /// The stable text.
    pub code: &'static str,
    /// Refusal, error or warning.
    pub kind: CodeKind,
    /// Class in answers; None for a warning.
    pub class: Option<Class>,
    /// True if the refusal is recorded, so that a repeat under the same key
    /// gets it again.
    pub is_recorded: bool,
    /// Retry advice; None for a warning.
    pub retry: Option<Retry>,
    /// The process's exit code.
    pub exit: Exit,
    /// Meaning, in words.
    pub meaning: &'static str,
    /// Remedy, in words.
    pub remedy: &'static str,
}

/// A process's exit code: a contract.
#[derive(
    serde::Serialize, serde::Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug,
)]
pub enum Exit {
    /// 0: done.
    Done = 0,
    /// 1: refused, or an audit claim failed.
    Refused = 1,
    /// 2: bad input.
    BadInput = 2,
    /// 3: could not be established.
    NotEstablished = 3,
    /// 4: another process holds the ledger.
    Busy = 4,
    /// 5: I/O, damage.
    Trouble = 5,
}

impl From<Class> for Exit {
    fn from(class: Class) -> Exit {
        match class {
            Class::Refused => Exit::Refused,
            Class::Invalid => Exit::BadInput,
            Class::Busy => Exit::Busy,
            Class::Trouble => Exit::Trouble,
        }
    }
}

/// Code of a request that could not be carried out, or not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorCode {
    /// A second person must approve it.
    ApprovalNeeded,
    /// A copy of a ledger does not verify.
    BackupUnsound,
    /// A file cannot be used.
    BadFile,
    /// An HTTP request cannot be taken.
    BadHttp,
    /// Another command of the same batch was refused.
    BatchRefused,
    /// The caller's role may not do it.
    Forbidden,
    /// No token, or none that is valid.
    NoToken,
    /// The caller sends more than it may.
    TooMany,
    /// A verifying key cannot be read.
    BadKey,
    /// A programme does not compile.
    BadProgramme,
    /// A ledger is there already.
    LedgerExists,
    /// The folder holds no ledger.
    NoLedger,
    /// The folder of secrets is not there.
    NoSecrets,
    /// A loss must be accepted first.
    NotAccepted,
    /// A folder or file is not a ledger's.
    NotALedger,
    /// The ledger does not verify.
    NotVerified,
    /// A story does not hold.
    StoriesFailed,
    /// The ledger has not reached the sequence asked for.
    Behind,
    /// Something could not be established.
    NotEstablished,
    /// Another process holds the ledger.
    Busy,
    /// Stored bytes do not verify.
    Damage,
    /// No space is left.
    DiskFull,
    /// The program contradicts itself.
    Internal,
    /// The operating system refused to read or write.
    Io,
    /// A newer program wrote it.
    NewerFormat,
    /// The ledger does not continue what it last signed.
    NotContinued,
    /// Nobody reads the answers.
    ReaderGone,
}

/// Code of a refusal or of an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCode {
    /// Refused by the ledger's rules.
    Refusal(Code),
    /// It could not be carried out, or not be read.
    Error(ErrorCode),
}

impl From<Code> for NoCode {
    fn from(code: Code) -> NoCode {
        NoCode::Refusal(code)
    }
}

impl From<ErrorCode> for NoCode {
    fn from(code: ErrorCode) -> NoCode {
        NoCode::Error(code)
    }
}

impl NoCode {
    /// The code of a stable text.
    pub fn find(text: &str) -> Option<NoCode> {
        let refusals = REFUSALS.iter().map(|refusal| refusal.0.into());
        let errors = ERRORS.iter().map(|error| error.0.into());
        refusals
            .chain(errors)
            .find(|code: &NoCode| code.as_str() == text)
    }

    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            NoCode::Refusal(code) => code.as_str(),
            NoCode::Error(code) => code.as_str(),
        }
    }

    /// The class and retry advice.
    pub fn contract(self) -> (Class, Retry) {
        match self {
            NoCode::Refusal(code) => contract(code),
            NoCode::Error(code) => code.contract(),
        }
    }

    /// Exit code of a process that ends with it.
    pub fn exit(self) -> Exit {
        match self {
            NoCode::Error(ErrorCode::NotEstablished) => Exit::NotEstablished,
            code => code.contract().0.into(),
        }
    }
}

/// The class and retry advice of a refusal.
fn contract(code: Code) -> (Class, Retry) {
    match code {
        // The key, or the slip, belongs to another command already.
        KeyConflict => (Class::Refused, Retry::NewKey),
        ReceiptConflict | OrderConflict | AliasTaken | AmbiguousSlip | SlipRequired => {
            (Class::Refused, Retry::Never)
        }
        // The command is right; a clock is not.
        ClockAhead | ClockJumped => (Class::Invalid, Retry::SameKey),
        code if code.is_sticky() => (Class::Refused, Retry::NewKey),
        code if code.is_invalid() => (Class::Invalid, Retry::Never),
        _ => (Class::Refused, Retry::SameKey),
    }
}

impl ErrorCode {
    pub(crate) fn as_str(self) -> &'static str {
        use ErrorCode::*;
        match self {
            ApprovalNeeded => "approval_needed",
            BackupUnsound => "backup_unsound",
            Behind => "behind",
            BadFile => "bad_file",
            BadHttp => "bad_http",
            BatchRefused => "batch_refused",
            Forbidden => "forbidden",
            NoToken => "no_token",
            TooMany => "too_many",
            BadKey => "bad_key",
            BadProgramme => "bad_programme",
            LedgerExists => "ledger_exists",
            NoLedger => "no_ledger",
            NoSecrets => "no_secrets",
            NotAccepted => "not_accepted",
            NotALedger => "not_a_ledger",
            NotVerified => "not_verified",
            StoriesFailed => "stories_failed",
            NotEstablished => "not_established",
            Busy => "busy",
            Damage => "damage",
            DiskFull => "disk_full",
            Internal => "internal",
            Io => "io",
            NewerFormat => "newer_format",
            NotContinued => "not_continued",
            ReaderGone => "reader_gone",
        }
    }

    fn contract(self) -> (Class, Retry) {
        use ErrorCode::*;
        match self {
            BackupUnsound | Forbidden | NoToken | NotAccepted | NotVerified => {
                (Class::Refused, Retry::Never)
            }
            ApprovalNeeded | BatchRefused => (Class::Refused, Retry::SameKey),
            BadFile | BadHttp | BadKey | BadProgramme | LedgerExists | NoLedger | NoSecrets
            | NotALedger | StoriesFailed => (Class::Invalid, Retry::Never),
            Behind => (Class::Refused, Retry::SameKey),
            Busy | TooMany => (Class::Busy, Retry::SameKey),
            NotEstablished | Damage | DiskFull | Internal | Io | NewerFormat | NotContinued
            | ReaderGone => (Class::Trouble, Retry::SameKey),
        }
    }
}

/// Refusals in order of precedence, with meaning and remedy.
const REFUSALS: [(Code, &str, &str); 63] = [
    (
        NoProgramme,
        "no programme is active yet",
        "activate a programme: `stampbook policy activate DIR`",
    ),
    (
        BadInput,
        "the command is malformed or contradicts itself; the detail says how",
        "put right what the message names; `stampbook schema VERB` lists the fields",
    ),
    (
        DoesNotAddUp,
        "the lines, charges, discounts and tenders do not add up to the total",
        "send lines, charges, discounts and tenders that add up to the total",
    ),
    (
        UnknownCurrency,
        "the currency is not the programme's",
        "send amounts in the programme's currency",
    ),
    (
        UnknownStore,
        "the programme has no such store",
        "name a store of programme.toml, or add it there and activate",
    ),
    (
        UnknownTerminal,
        "the store has no such terminal",
        "name a terminal of the store, or add it to programme.toml and activate",
    ),
    (
        UnknownUnit,
        "the programme has no such unit",
        "name a unit of programme.toml",
    ),
    (
        UnknownReward,
        "the programme has no such reward",
        "name a reward of programme.toml",
    ),
    (
        UnknownCampaign,
        "the programme has no such campaign",
        "name a campaign that `stampbook campaign list` shows",
    ),
    (
        UnknownReason,
        "the programme has no such reason",
        "name a reason of programme.toml, or add it there and activate",
    ),
    (
        UnknownPurpose,
        "the programme has no such consent purpose",
        "name a consent purpose of programme.toml",
    ),
    (
        UnknownActivity,
        "the programme declares no such activity",
        "name an activity of programme.toml",
    ),
    (
        UnknownPartner,
        "the programme has no such partner",
        "name a partner of programme.toml",
    ),
    (
        UnknownPool,
        "the programme has no such pool",
        "name a pool of programme.toml",
    ),
    (
        ClockAhead,
        "the till's clock is ahead",
        "set the till's clock and send the same command again",
    ),
    (
        ClockJumped,
        "the ledger's clock jumped; it must be confirmed once",
        "set the clock and send the same command again, or accept it once: `--accept-clock`, or `\"accept_clock\":true` in the command",
    ),
    (
        TooLate,
        "too late for the programme's window",
        "book it today with the reason, or widen late_window in programme.toml",
    ),
    (
        PeriodClosed,
        "the books of that period are closed",
        "book it today, with the reason",
    ),
    (
        NotHistory,
        "history cannot be added after the member's first live entry",
        "bring history before the member's first live entry",
    ),
    (
        CodeLocked,
        "too many wrong codes; later again",
        "wait until the time that the message names, or lift the lock: `stampbook unlock`",
    ),
    (
        UnknownMember,
        "nobody owns that card, number or id",
        "enrol the member, or scan the card again",
    ),
    (
        AliasTaken,
        "the card or number belongs to somebody else",
        "use another card or number, or merge the two members",
    ),
    (
        MemberErased,
        "the member was erased",
        "enrol the person again as a new member",
    ),
    (
        KeyConflict,
        "the key was used for another command",
        "send another command under another key",
    ),
    (
        ReceiptConflict,
        "the slip was booked under another key",
        "look at the sale or return with `stampbook find`; a slip number stands for one of them a day",
    ),
    (
        OrderConflict,
        "the order number was used for another sale",
        "send the sale under its own order number, or what the order came to, as at pick-up, with `stampbook amend`; `stampbook find` shows the first",
    ),
    (
        UnknownPurchase,
        "there is no such purchase",
        "name the purchase by its key, entry or slip; `stampbook find` looks for it",
    ),
    (
        AmbiguousSlip,
        "several sales have the slip's number; the answer's `candidates` are all of them",
        "say which one: by `sale_day`, `sale_terminal` or `sale_store`, or by its key",
    ),
    (
        SlipRequired,
        "the programme takes goods back by their sale only",
        "name the sale by its key or slip (`stampbook find` looks for it), or let the programme take goods back without: `returns_without_slip = \"base_rate\"`",
    ),
    (
        UnknownEntry,
        "there is no such entry",
        "name an entry that `stampbook statement` shows",
    ),
    (
        UnknownCode,
        "no voucher, gift or slip has that code",
        "read the code again; it may be mistyped",
    ),
    (
        WrongMember,
        "the member is not a party to that entry",
        "name the member whom the entry concerns",
    ),
    (
        SameMember,
        "giver and taker, or the two to be merged, are one member",
        "name two different members",
    ),
    (
        MergeLoop,
        "the merge would lead back to where it began",
        "merge the other way round",
    ),
    (
        ReferralRing,
        "the member brought whoever is said to have brought them",
        "name another referrer; who was brought cannot bring the bringer",
    ),
    (
        AlreadyReferred,
        "somebody else brought that member",
        "nothing; the first referrer stays",
    ),
    (
        HouseholdFull,
        "the household has as many members as it may, or the member has one",
        "let a member leave first",
    ),
    (
        NotReversible,
        "the entry cannot be undone: it is of another kind",
        "correct it by `stampbook adjust`, with a reason",
    ),
    (
        AlreadyVoided,
        "it was undone before",
        "nothing; it was undone before",
    ),
    (
        HasDependents,
        "later entries depend on it",
        "undo the later entries first, or correct by `stampbook adjust`",
    ),
    (
        HoldEnded,
        "the hold was captured, released or timed out",
        "open another hold",
    ),
    (
        CodeUsed,
        "the code was used, or taken back",
        "take another code",
    ),
    (
        CodeLapsed,
        "the code's time has run out, or has not begun",
        "take another code; its days are over or have not begun",
    ),
    (
        AlreadyCounted,
        "that activity was counted before",
        "nothing; it was counted before",
    ),
    (
        TooMuchReturned,
        "more comes back than is left",
        "send no more than is left of it",
    ),
    (
        AlreadySo,
        "what is to be changed (a campaign, consent, pass, household, sale, lock) is that way already",
        "nothing; it is so already",
    ),
    (
        NoConsent,
        "it needs a consent that the member has not given",
        "ask for the consent, then send the same command again",
    ),
    (
        PartnerSuspended,
        "the partner does not take part at the moment",
        "resume the partner: `stampbook partner resume`",
    ),
    (
        CampaignPaused,
        "the campaign is paused or closed",
        "resume the campaign: `stampbook campaign resume`",
    ),
    (
        PassRequired,
        "it is for holders of a pass",
        "start a pass for the member first",
    ),
    (
        TierRequired,
        "the reward is for other tiers",
        "choose a reward that the tier may have",
    ),
    (
        TooSoon,
        "not before its time",
        "send it when its time has come",
    ),
    (
        PolicyRefused,
        "a script said no",
        "follow the message, which is the programme's own",
    ),
    (
        PolicyFailed,
        "a script that had to answer failed",
        "mend the script that the message names, and activate",
    ),
    (
        NothingToReward,
        "nothing the reward could pay is on the bill",
        "put something on the bill that the reward pays",
    ),
    (
        WrongTenderValue,
        "the points tender is worth another amount",
        "send the amount that the message names",
    ),
    (
        NotInSteps,
        "not in whole steps",
        "send a whole number of steps",
    ),
    (
        BelowMinimum,
        "less than the least that may be spent",
        "send at least the minimum that the message names",
    ),
    (
        OverLimit,
        "more than may be spent at a time, a day, or of a bill",
        "send no more than is available",
    ),
    (
        OutOfStock,
        "nothing is left of it, or every place is taken",
        "choose something else",
    ),
    (
        InsufficientPoints,
        "too few points",
        "send no more than is available, or another tender",
    ),
    (
        AlreadySpent,
        "the points taken back are spent, and the programme refuses that",
        "settle the difference with the member; the programme refuses a debt",
    ),
    (
        TooLarge,
        "the result is larger than the ledger can hold",
        "split the amount, or check the figure",
    ),
];

/// Errors with meaning and remedy. `unknown_member`, `unknown_campaign` and
/// `unknown_entry` of a query are the same as those of a command.
const ERRORS: [(ErrorCode, &str, &str); 27] = [
    (
        ErrorCode::ApprovalNeeded,
        "the programme wants a second person to approve it, or the one named may not",
        "send the same command with `approval`: `ID:PIN` of somebody whom `stampbook supervisor add` made one",
    ),
    (
        ErrorCode::BackupUnsound,
        "a copy of a ledger does not verify: nothing was changed",
        "name another copy; `stampbook audit verify` says all that is wrong with this one",
    ),
    (
        ErrorCode::BadFile,
        "a file that was named cannot be used",
        "name a regular file that is there",
    ),
    (
        ErrorCode::BadHttp,
        "an HTTP request cannot be taken: its path, method, headers or body",
        "put right what the message names",
    ),
    (
        ErrorCode::BatchRefused,
        "another command of the same atomic batch was refused, so this one was not carried out",
        "put right what was refused, and send the batch again under the same keys",
    ),
    (
        ErrorCode::Forbidden,
        "the caller's role, store or terminal may not do that",
        "use a token that may: `stampbook token create` makes one",
    ),
    (
        ErrorCode::NoToken,
        "the service was given no token, or one that is not valid (any more)",
        "send `Authorization: Bearer TOKEN`; `stampbook token create` makes one, `stampbook token list` shows which are valid",
    ),
    (
        ErrorCode::TooMany,
        "the token sends more requests a second than it may",
        "send the same command again a little later",
    ),
    (
        ErrorCode::BadKey,
        "a verifying key that was named cannot be read",
        "give the key as the card or `stampbook init` printed it",
    ),
    (
        ErrorCode::BadProgramme,
        "a programme does not compile, or may not follow the one in force",
        "mend what the message names; `stampbook policy check DIR` says more",
    ),
    (
        ErrorCode::LedgerExists,
        "a ledger is there already",
        "name another folder",
    ),
    (
        ErrorCode::NoLedger,
        "the folder holds no ledger",
        "name the ledger's folder with --ledger, or begin one with `stampbook init`",
    ),
    (
        ErrorCode::NoSecrets,
        "the folder of keys and vault is not there",
        "name it with --secrets; it is never made anew for an old ledger",
    ),
    (
        ErrorCode::NotAccepted,
        "something would be lost: nothing was changed",
        "use a newer copy, or accept the loss by the flags that the message names",
    ),
    (
        ErrorCode::NotALedger,
        "a folder or a file in it is not one of a ledger's",
        "name the ledger's folder with --ledger",
    ),
    (
        ErrorCode::NotVerified,
        "the ledger does not verify, so nothing vouches for it",
        "`stampbook audit verify` says what is wrong",
    ),
    (
        ErrorCode::StoriesFailed,
        "a story of the programme does not hold: nothing took effect",
        "mend the programme or the story; `stampbook policy test DIR` runs them; `--without-stories --reason` goes on all the same",
    ),
    (
        ErrorCode::Behind,
        "the ledger has not come to the entry that the question asks for at least",
        "ask again a little later, or ask the ledger that booked the entry",
    ),
    (
        ErrorCode::NotEstablished,
        "something that was asked could not be established",
        "give the key, card or file that the message names",
    ),
    (
        ErrorCode::Busy,
        "another process holds the ledger, or the service has too much to do at this moment",
        "wait, or stop that process; send the same command again",
    ),
    (
        ErrorCode::Damage,
        "stored bytes do not verify",
        "`stampbook rebuild` heals from the second copy, else put a copy of the journal back; `stampbook audit verify` says what still holds",
    ),
    (
        ErrorCode::DiskFull,
        "no space is left",
        "free some space and send the same command again",
    ),
    (
        ErrorCode::Internal,
        "the program contradicts itself",
        "report it with the message; nothing was acknowledged",
    ),
    (
        ErrorCode::Io,
        "the operating system refused to read or write",
        "put right what the message names, open the ledger again and send the same command again",
    ),
    (
        ErrorCode::NewerFormat,
        "a newer program wrote it",
        "use a newer stampbook",
    ),
    (
        ErrorCode::NotContinued,
        "the ledger does not continue what it last signed",
        "put the right copy back, or go on with `stampbook recover --accept`",
    ),
    (
        ErrorCode::ReaderGone,
        "whoever read the answers went away; the message says how many were not written",
        "what was accepted is booked: ask for it with `find`, or send the same commands again",
    ),
];

/// Warnings with meaning and remedy.
const WARNINGS: [(WarningCode, &str, &str); 17] = [
    (
        WarningCode::CampaignFailed,
        "a campaign's script failed; the rest was booked",
        "mend the script that the message names, activate, and settle by `stampbook redecide`",
    ),
    (
        WarningCode::ClaimedSince,
        "the purchase was claimed since",
        "nothing",
    ),
    (
        WarningCode::CounterAgain,
        "a terminal counted the same number for two commands",
        "look whether two tills have one name, or one sale was sent under two keys",
    ),
    (
        WarningCode::CounterBack,
        "a terminal's counter went back",
        "look whether the terminal was set anew, or sent something late",
    ),
    (
        WarningCode::CounterGap,
        "numbers of a terminal's counter are missing",
        "look whether the terminal has unsent commands",
    ),
    (
        WarningCode::DiscountDiffers,
        "the till gave another discount than the programme",
        "bring the till's discounts up to the programme's",
    ),
    (
        WarningCode::DrawLeftOut,
        "a quote leaves out a campaign that draws",
        "nothing; the purchase draws",
    ),
    (
        WarningCode::NoPass,
        "a benefit was used without its pass",
        "look whether the pass has ended",
    ),
    (
        WarningCode::NotDiscounted,
        "the till discounted goods that the programme does not discount",
        "teach the till which goods those are: `[discount] not_for` in programme.toml",
    ),
    (
        WarningCode::NothingGiven,
        "what campaigns would have given on a day is more than can be held",
        "look at the member's figures; correct them by `stampbook adjust`",
    ),
    (
        WarningCode::PersonalWords,
        "free words look like a person's number",
        "keep numbers of persons out of free words; they cannot be erased there",
    ),
    (
        WarningCode::PromotionUnknown,
        "no campaign has the promotion code that was named",
        "look whether the code was mistyped, or its campaign is missing",
    ),
    (
        WarningCode::ReturnedSince,
        "some of the purchase came back since",
        "nothing",
    ),
    (
        WarningCode::ReviewFailed,
        "a campaign's on_review failed",
        "mend the script that the message names, and activate",
    ),
    (
        WarningCode::ScheduleFailed,
        "a scheduled programme could not take effect, and the one in force goes on",
        "mend what the message names, and activate or schedule it again",
    ),
    (
        WarningCode::ScriptFailed,
        "a campaign's script failed since the programme took effect",
        "mend the script that the message names, and activate",
    ),
    (
        WarningCode::VoidedSince,
        "the entry was undone since",
        "nothing",
    ),
];

/// All codes: refusals in order of precedence, then errors, then warnings.
pub fn all() -> impl Iterator<Item = CodeEntry> {
    let known = |code: NoCode, kind, meaning, remedy| {
        let (class, retry) = code.contract();
        CodeEntry {
            code: code.as_str(),
            kind,
            class: Some(class),
            is_recorded: matches!(code, NoCode::Refusal(code) if code.is_sticky()),
            retry: Some(retry),
            exit: code.exit(),
            meaning,
            remedy,
        }
    };
    let refusals = REFUSALS.iter();
    let refusals = refusals.map(move |r| known(r.0.into(), CodeKind::Refusal, r.1, r.2));
    let errors = ERRORS.iter();
    let errors = errors.map(move |e| known(e.0.into(), CodeKind::Error, e.1, e.2));
    let warnings = WARNINGS.iter().map(|&(code, meaning, remedy)| CodeEntry {
        code: code.as_str(),
        kind: CodeKind::Warning,
        class: None,
        is_recorded: true,
        retry: None,
        exit: Exit::Done,
        meaning,
        remedy,
    });
    refusals.chain(errors).chain(warnings)
}

/// The entry of a code.
pub fn find(code: &str) -> Option<CodeEntry> {
    all().find(|known| known.code == code)
}

/// The text of `docs/errors.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# Codes\n\nMade from `src/answer/catalogue.rs`; `stampbook errors CODE` prints one of them. Codes, \
         classes, exit codes and retry advice are a contract.\n\nRetry: `same_key`, nothing was recorded and the \
         same command may be sent again; `new_key`, this attempt is closed and another one needs another key; `never`, \
         the command must be put right first.\n\nA refusal about a quantity has figures beside the message: \
         `asked`, `available` (`below_minimum`: `minimum`; `not_in_steps`: `step`), `missing` and `unit`. All are as people \
         say them, not in smallest parts: whole numbers, decimals as text. `unit` is a unit's id, the currency, `qty` for the \
         quantity of a line, or `time`, `piece`, `place`, `member`, `byte` for what is counted.\n\nA script that refuses an \
         activity warns with a code of its own.\n",
    );
    let parts = [
        (CodeKind::Refusal, "Refusals, in order of precedence"),
        (CodeKind::Error, "Errors"),
        (CodeKind::Warning, "Warnings"),
    ];
    for (kind, title) in parts {
        text += &format!(
            "\n## {title}\n\n| code | class | recorded | retry | exit | meaning | remedy |\n|---|---|---|---|---|---|---|\n"
        );
        for known in all().filter(|known| known.kind == kind) {
            let recorded = if known.is_recorded { "yes" } else { "no" };
            text += &format!(
                "| `{}` | {} | {recorded} | {} | {} | {} | {} |\n",
                known.code,
                known.class.map_or("", class_word),
                known.retry.map_or("", retry_word),
                known.exit as u8,
                known.meaning,
                known.remedy
            );
        }
    }
    text
}

/// Word for a class in answers.
pub fn class_word(class: Class) -> &'static str {
    match class {
        Class::Refused => "refused",
        Class::Invalid => "invalid",
        Class::Busy => "busy",
        Class::Trouble => "trouble",
    }
}

/// Word for retry advice in answers.
pub fn retry_word(retry: Retry) -> &'static str {
    match retry {
        Retry::SameKey => "same_key",
        Retry::NewKey => "new_key",
        Retry::Never => "never",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PRECEDENCE;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_stands_there_once_and_refusals_by_precedence() {
        assert_eq!(REFUSALS.map(|row| row.0), PRECEDENCE);
        let codes: BTreeSet<&str> = all().map(|known| known.code).collect();
        assert_eq!(codes.len(), all().count());
    }

    /// `STAMPBOOK_WRITE=1` writes it anew.
    #[test]
    fn the_document_is_the_catalogue() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
        if std::env::var_os("STAMPBOOK_WRITE").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document());
    }
}
