//! Channels: those that every till can send, and campaigns that read the channel although
//! their header does not declare it.

use crate::model::Campaign;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::{Form, Use};

/// Channels that every till can send.
pub(super) const CHANNELS: [&str; 5] = ["till", "app", "web", "mini_program", "office"];

/// Finds uses of the channel in a campaign's script whose header declares no
/// `when.channel`: the same basket may give other points elsewhere.
pub(in crate::policy) fn channels(
    file: &str,
    uses: &[Use],
    campaign: &Campaign,
) -> Vec<Diagnostic> {
    if !campaign.when.channels.is_empty() {
        return Vec::new();
    }
    let looks = |each: &&Use| each.form == Form::Property && each.name == "channel";
    let told = |each: &Use| {
        let message = format!(
            "{} looks at the channel, which its header does not say",
            campaign.id
        );
        Diagnostic::error(file, each.place, message)
            .help("declare it: when: #{ channel: [\"app\"] }, or leave the channel out")
    };
    uses.iter().filter(looks).map(told).collect()
}
