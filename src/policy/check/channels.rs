//! Channels: those that every till can send, typing errors in a header, and campaigns that
//! read the channel although their header does not declare it.

use super::judge_uses;
use crate::model::Campaign;
use crate::policy::diagnostic::{Diagnostic, Severity, nearest};
use crate::policy::source::Use;

/// Channels that every till can send.
pub(super) const CHANNELS: [&str; 5] = ["till", "app", "web", "mini_program", "office"];

/// Finds uses of the channel in a campaign's script whose header declares no
/// `when.channel`: the same basket may give other points elsewhere.
pub(in crate::policy) fn channels(
    file: &str,
    uses: &[Use],
    campaign: &Campaign,
) -> Vec<Diagnostic> {
    judge_uses(Severity::Error, file, uses, |each| {
        let is_declared = !campaign.when.channels.is_empty();
        (each.is_property(&["channel"]) && !is_declared).then(|| {
            let message = format!(
                "{} looks at the channel, which its header does not say",
                campaign.id
            );
            let help = "declare it: when: #{ channel: [\"app\"] }, or leave the channel out";
            (message, help.into())
        })
    })
}

/// Fault and remedy of a word that is no known one and looks like a typing error.
pub(super) fn misspelt<'a>(
    what: &str,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<(String, String)> {
    let found = nearest(word, known).filter(|name| *name != word)?;
    let message = format!("no till sends the {what} '{word}' unless the shop made it up");
    Some((message, format!("did you mean '{found}'?")))
}
