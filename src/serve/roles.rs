//! Roles: the commands and questions that each may send.

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::command::Request;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Role of a caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sells, takes back, and knows its members.
    Till,
    /// Runs campaigns, corrects, and sells.
    Merchant,
    /// Asks questions only.
    Auditor,
    /// Sends every command and question.
    Office,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 4] = [Role::Till, Role::Merchant, Role::Auditor, Role::Office];

    /// Spelling of the role.
    pub fn word(self) -> &'static str {
        match self {
            Role::Till => "till",
            Role::Merchant => "merchant",
            Role::Auditor => "auditor",
            Role::Office => "office",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

const TILL: &[Role] = &[Role::Till, Role::Merchant, Role::Office];
const MERCHANT: &[Role] = &[Role::Merchant, Role::Office];
const OFFICE: &[Role] = &[Role::Office];

/// Roles that may send each verb.
pub const VERBS: [(&str, &[Role]); 35] = [
    ("purchase", TILL),
    ("return", TILL),
    ("ticket", TILL),
    ("redeem", TILL),
    ("hold", TILL),
    ("capture", TILL),
    ("release", TILL),
    ("transfer", TILL),
    ("activity", TILL),
    ("consent", TILL),
    ("void", TILL),
    ("amend", TILL),
    ("enrol", TILL),
    ("profile", TILL),
    ("note", TILL),
    ("claim", TILL),
    ("pass", TILL),
    ("household", MERCHANT),
    ("merge", MERCHANT),
    ("unmerge", MERCHANT),
    ("reassign", MERCHANT),
    ("adjust", MERCHANT),
    ("voucher", MERCHANT),
    ("campaign", MERCHANT),
    ("goal", MERCHANT),
    ("cost", MERCHANT),
    ("alert", MERCHANT),
    ("partner", MERCHANT),
    ("pool", MERCHANT),
    ("unlock", MERCHANT),
    ("daily", MERCHANT),
    ("acknowledge", MERCHANT),
    ("erase", OFFICE),
    ("close_period", OFFICE),
    ("opening", OFFICE),
];

/// Questions that a till may ask; the other roles may ask all.
pub const TILL_QUESTIONS: [&str; 6] = ["quote", "balance", "find", "lookup", "day", "slip"];

/// Sender of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// Role of the caller.
    pub role: Role,
    /// Id of its token; None through the socket.
    pub token: Option<String>,
    /// Store that it is bound to.
    pub store: Option<String>,
    /// Terminal that it is bound to.
    pub terminal: Option<String>,
}

impl Caller {
    /// Caller with all rights.
    pub fn office() -> Caller {
        Caller {
            role: Role::Office,
            token: None,
            store: None,
            terminal: None,
        }
    }

    /// Its role, and the id of its token, for the log.
    pub(super) fn role_and_token(&self) -> (&'static str, &str) {
        (self.role.word(), self.token.as_deref().unwrap_or_default())
    }

    /// Admits a command of this caller: its role may send the verb, and the
    /// store and terminal that it is bound to are filled in, or are those that
    /// the command names.
    ///
    /// # Errors
    /// The denial, if the caller may not send it.
    pub fn admit(&self, request: &mut Request) -> Result<(), Box<Denied>> {
        let verb = request.verb.word();
        let forbidden = |message: String| {
            let denied = Denied::new(request.key.as_str(), ErrorCode::Forbidden, message);
            Box::new(Denied {
                id: request.id.clone(),
                ..denied
            })
        };
        if !self.may_send(verb) {
            let role = self.role;
            return Err(forbidden(format!("do: the role {role} may not {verb}")));
        }
        if request.is_clock_accepted && self.role != Role::Office {
            let text = "accept_clock: only the role office accepts a clock";
            return Err(forbidden(text.into()));
        }
        let bounds = [
            ("store", &self.store, &request.source.store),
            ("terminal", &self.terminal, &request.source.terminal),
        ];
        for (field, bound, named) in bounds {
            if let Some(bound) = bound.as_ref().filter(|b| !named.is_empty() && *b != named) {
                let text = format!("{field}: the token is for {bound}, not for {named}");
                return Err(forbidden(text));
            }
        }
        if let Some(store) = &self.store {
            request.source.store.clone_from(store);
        }
        if let Some(terminal) = &self.terminal {
            request.source.terminal.clone_from(terminal);
        }
        Ok(())
    }

    /// True if its role may send a verb.
    pub fn may_send(&self, verb: &str) -> bool {
        let may = VERBS.iter().find(|(word, _)| *word == verb);
        may.is_some_and(|(_, roles)| roles.contains(&self.role))
    }

    /// True if it may let a programme take effect, or cancel one that is scheduled.
    pub fn may_activate(&self) -> bool {
        MERCHANT.contains(&self.role)
    }

    /// True if it may ask a question, by its word.
    pub fn may_ask(&self, word: &str) -> bool {
        self.role != Role::Till || TILL_QUESTIONS.contains(&word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{VERBS as WORDS, parse};

    fn caller(role: Role) -> Caller {
        Caller {
            role,
            ..Caller::office()
        }
    }

    #[test]
    fn every_verb_is_in_the_table_once_and_the_office_may_all() {
        let mut ours: Vec<&str> = VERBS.iter().map(|(word, _)| *word).collect();
        let mut known = WORDS.to_vec();
        ours.sort_unstable();
        known.sort_unstable();
        assert_eq!(ours, known);
        for (word, roles) in VERBS {
            assert!(roles.contains(&Role::Office), "{word}");
            assert!(!roles.contains(&Role::Auditor), "{word}");
            assert!(
                !roles.contains(&Role::Till) || roles.contains(&Role::Merchant),
                "{word}"
            );
        }
    }

    #[test]
    fn a_role_does_its_verbs_and_no_other() {
        let sent = |verb: &str| match verb {
            "purchase" => r#"{"do":"purchase","key":"a","total":"1.00"}"#,
            "adjust" => {
                r#"{"do":"adjust","key":"a","member":"card:1","unit":"star","points":4,"reason":"x"}"#
            }
            _ => r#"{"do":"erase","key":"a","member":"card:1","reason":"x"}"#,
        };
        for (verb, may) in [
            ("purchase", [true, true, false, true]),
            ("adjust", [false, true, false, true]),
            ("erase", [false, false, false, true]),
        ] {
            let did = Role::ALL.map(|role| {
                let mut request = parse(sent(verb).as_bytes(), 2).unwrap();
                caller(role).admit(&mut request).is_ok()
            });
            assert_eq!(did, may, "{verb}");
        }
    }

    #[test]
    fn a_bound_till_sells_at_its_own_place() {
        let till = Caller {
            store: Some("mitte".into()),
            terminal: Some("till-1".into()),
            ..caller(Role::Till)
        };
        let admit = |place: &str| {
            let json = format!(r#"{{"do":"purchase","key":"a","total":"1.00"{place}}}"#);
            let mut request = parse(json.as_bytes(), 2).unwrap();
            till.admit(&mut request)
                .map(|()| (request.source.store, request.source.terminal))
                .map_err(|denied| denied.code)
        };
        let own = Ok(("mitte".to_owned(), "till-1".to_owned()));
        assert_eq!(admit(""), own);
        assert_eq!(admit(r#","store":"mitte""#), own);
        let forbidden = Err("forbidden".to_owned());
        assert_eq!(admit(r#","store":"west""#), forbidden);
        assert_eq!(admit(r#","store":"mitte","terminal":"till-2""#), forbidden);
        assert_eq!(admit(r#","accept_clock":true"#), forbidden);
    }
}
