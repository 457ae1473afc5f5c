//! The catalogue of codes: refusals, errors and warnings with their class, exit
//! code, retry advice and remedy. `docs/errors.md` is made from it.

use super::{Class, Retry};
use crate::model::Code::{self, *};

/// The kinds of codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A command was not carried out, by the ledger's rules.
    Refusal,
    /// A command could not be carried out, or not be understood.
    Error,
    /// A command was carried out, and there is something to look at.
    Warning,
}

/// One code and the contract that comes with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    /// The stable text.
    pub code: &'static str,
    /// Refusal, error or warning.
    pub kind: Kind,
    /// The class that answers give; none for a warning.
    pub class: Option<Class>,
    /// Whether the refusal is recorded, so that a repeat under the same key gets it again.
    pub is_recorded: bool,
    /// Retry advice; none for a warning.
    pub retry: Option<Retry>,
    /// The process's exit code.
    pub exit: u8,
    /// Meaning, in words.
    pub meaning: &'static str,
    /// Remedy, in words.
    pub remedy: &'static str,
}

/// The class and retry advice of a refusal.
pub fn contract(code: Code) -> (Class, Retry) {
    match code {
        // The key, or the slip, belongs to another command already.
        KeyConflict => (Class::Refused, Retry::NewKey),
        ReceiptConflict | OrderConflict | AliasTaken | AmbiguousSlip => {
            (Class::Refused, Retry::Never)
        }
        // The command is right; a clock is not.
        ClockAhead | ClockJumped => (Class::Invalid, Retry::SameKey),
        code if code.is_sticky() => (Class::Refused, Retry::NewKey),
        code if code.is_invalid() => (Class::Invalid, Retry::Never),
        _ => (Class::Refused, Retry::SameKey),
    }
}

/// The exit code of a class.
pub fn exit_of(class: Class) -> u8 {
    match class {
        Class::Refused => 1,
        Class::Invalid => 2,
        Class::Busy => 4,
        Class::Trouble => 5,
    }
}

/// Refusals in order of precedence, with meaning and remedy.
const REFUSALS: [(Code, &str, &str); 62] = [
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
        "look at the sale with `stampbook find`; a slip number stands for one sale a day",
    ),
    (
        OrderConflict,
        "the order number was used for another sale",
        "send the sale under its own order number; `stampbook find` shows the first",
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
        "the campaign is in that state already",
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

/// Errors with class, exit code, retry advice, meaning and remedy. `unknown_member`,
/// `unknown_campaign` and `unknown_entry` of a question are as those of a command.
const ERRORS: [(&str, Class, u8, Retry, &str, &str); 17] = [
    (
        "bad_file",
        Class::Invalid,
        2,
        Retry::Never,
        "a file that was named cannot be used",
        "name a regular file that is there",
    ),
    (
        "bad_key",
        Class::Invalid,
        2,
        Retry::Never,
        "a verifying key that was named cannot be read",
        "give the key as the card or `stampbook init` printed it",
    ),
    (
        "bad_programme",
        Class::Invalid,
        2,
        Retry::Never,
        "a programme does not compile, or may not follow the one in force",
        "mend what the message names; `stampbook policy check DIR` says more",
    ),
    (
        "ledger_exists",
        Class::Invalid,
        2,
        Retry::Never,
        "a ledger is there already",
        "name another folder",
    ),
    (
        "no_ledger",
        Class::Invalid,
        2,
        Retry::Never,
        "the folder holds no ledger",
        "name the ledger's folder with --ledger, or begin one with `stampbook init`",
    ),
    (
        "stories_failed",
        Class::Invalid,
        2,
        Retry::Never,
        "a story of the programme does not hold: nothing took effect",
        "mend the programme or the story; `stampbook policy test DIR` runs them; `--without-stories --reason` goes on all the same",
    ),
    (
        "no_secrets",
        Class::Invalid,
        2,
        Retry::Never,
        "the folder of keys and vault is not there",
        "name it with --secrets; it is never made anew for an old ledger",
    ),
    (
        "not_a_ledger",
        Class::Invalid,
        2,
        Retry::Never,
        "a folder or a file in it is not one of a ledger's",
        "name the ledger's folder with --ledger",
    ),
    (
        "not_established",
        Class::Trouble,
        3,
        Retry::SameKey,
        "something that was asked could not be established",
        "give the key, card or file that the message names",
    ),
    (
        "busy",
        Class::Busy,
        4,
        Retry::SameKey,
        "another process holds the ledger",
        "wait, or stop that process",
    ),
    (
        "damage",
        Class::Trouble,
        5,
        Retry::SameKey,
        "stored bytes do not verify",
        "`stampbook rebuild` heals from the second copy, else put a copy of the journal back; `stampbook audit verify` says what still holds",
    ),
    (
        "disk_full",
        Class::Trouble,
        5,
        Retry::SameKey,
        "no space is left",
        "free some space and send the same command again",
    ),
    (
        "internal",
        Class::Trouble,
        5,
        Retry::SameKey,
        "the program contradicts itself",
        "report it with the message; nothing was acknowledged",
    ),
    (
        "io",
        Class::Trouble,
        5,
        Retry::SameKey,
        "the operating system refused to read or write",
        "put right what the message names, open the ledger again and send the same command again",
    ),
    (
        "newer_format",
        Class::Trouble,
        5,
        Retry::SameKey,
        "a newer program wrote it",
        "use a newer stampbook",
    ),
    (
        "not_continued",
        Class::Trouble,
        5,
        Retry::SameKey,
        "the ledger does not continue what it last signed",
        "put the right copy back, or go on with `stampbook recover --accept`",
    ),
    (
        "reader_gone",
        Class::Trouble,
        5,
        Retry::SameKey,
        "whoever read the answers went away; the message says how many were not written",
        "what was accepted is booked: ask for it with `find`, or send the same commands again",
    ),
];

/// Warnings with meaning and remedy.
const WARNINGS: [(&str, &str, &str); 11] = [
    (
        "campaign_failed",
        "a campaign's script failed; the rest was booked",
        "mend the script that the message names, activate, and settle by `stampbook redecide`",
    ),
    ("claimed_since", "the purchase was claimed since", "nothing"),
    (
        "counter_gap",
        "numbers of a terminal's counter are missing",
        "look whether the terminal has unsent commands",
    ),
    (
        "discount_differs",
        "the till gave another discount than the programme",
        "bring the till's discounts up to the programme's",
    ),
    (
        "draw_left_out",
        "a quote leaves out a campaign that draws",
        "nothing; the purchase draws",
    ),
    (
        "no_pass",
        "a benefit was used without its pass",
        "look whether the pass has ended",
    ),
    (
        "personal_words",
        "free words look like a person's number",
        "keep numbers of persons out of free words; they cannot be erased there",
    ),
    (
        "returned_since",
        "some of the purchase came back since",
        "nothing",
    ),
    (
        "review_failed",
        "a campaign's on_review failed",
        "mend the script that the message names, and activate",
    ),
    (
        "script_failed",
        "a campaign's script failed since the programme took effect",
        "mend the script that the message names, and activate",
    ),
    ("voided_since", "the entry was undone since", "nothing"),
];

/// All codes: refusals in order of precedence, then errors, then warnings.
pub fn all() -> impl Iterator<Item = Known> {
    let refusals = REFUSALS.iter().map(|(code, meaning, remedy)| {
        let (class, retry) = contract(*code);
        Known {
            code: code.as_str(),
            kind: Kind::Refusal,
            class: Some(class),
            is_recorded: code.is_sticky(),
            retry: Some(retry),
            exit: exit_of(class),
            meaning,
            remedy,
        }
    });
    let errors = ERRORS
        .iter()
        .map(|&(code, class, exit, retry, meaning, remedy)| Known {
            code,
            kind: Kind::Error,
            class: Some(class),
            is_recorded: false,
            retry: Some(retry),
            exit,
            meaning,
            remedy,
        });
    let warnings = WARNINGS.iter().map(|&(code, meaning, remedy)| Known {
        code,
        kind: Kind::Warning,
        class: None,
        is_recorded: true,
        retry: None,
        exit: 0,
        meaning,
        remedy,
    });
    refusals.chain(errors).chain(warnings)
}

/// The entry of a code.
pub fn find(code: &str) -> Option<Known> {
    all().find(|known| known.code == code)
}

/// `docs/errors.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# Codes\n\nMade from `src/answer/catalogue.rs`; `stampbook errors CODE` prints one of them. Codes, \
         classes, exit codes and retry advice are a contract.\n\nRetry: `same_key`, nothing was recorded and the \
         same command may be sent again; `new_key`, this attempt is closed and another one needs another key; `never`, \
         the command must be put right first.\n",
    );
    let parts = [
        (Kind::Refusal, "Refusals, in order of precedence"),
        (Kind::Error, "Errors"),
        (Kind::Warning, "Warnings"),
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
                known.exit,
                known.meaning,
                known.remedy
            );
        }
    }
    text
}

/// A class as answers spell it.
pub fn class_word(class: Class) -> &'static str {
    match class {
        Class::Refused => "refused",
        Class::Invalid => "invalid",
        Class::Busy => "busy",
        Class::Trouble => "trouble",
    }
}

/// Retry advice as answers spell it.
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
        for code in [
            crate::model::PERSONAL_WORDS,
            crate::model::NO_PASS,
            crate::model::DRAW_LEFT_OUT,
        ] {
            assert!(codes.contains(code), "{code}");
        }
    }

    /// `STAMPBOOK_BLESS=1` writes it anew.
    #[test]
    fn the_document_is_the_catalogue() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
        if std::env::var_os("STAMPBOOK_BLESS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document());
    }
}
