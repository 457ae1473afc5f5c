//! Descriptions of entries for people, in statement and explain.

use super::show::summed;
use crate::answer::Did;
use crate::query::Told;

/// Effects of an entry, on one line.
pub(super) fn did_line(told: &Told) -> String {
    let texts: Vec<String> = summed(&told.did).iter().map(did_text).collect();
    texts.join("; ")
}

/// The member's balances after an entry, on one line.
pub(super) fn after_line(told: &Told) -> String {
    let texts: Vec<String> = told.after.iter().map(|(u, n)| format!("{n} {u}")).collect();
    texts.join(", ")
}

fn did_text(did: &Did) -> String {
    let word = did.effect.replace('_', " ");
    let amount = did.amount.map(|n| format!("{n:+}"));
    let parts = [
        Some(word),
        amount,
        did.money.clone(),
        did.unit.clone(),
        did.name.clone(),
        did.campaign.as_ref().map(|c| format!("({c})")),
        did.until
            .as_deref()
            .filter(|_| did.effect == "lock")
            .map(|at| format!("until {}", to_second(at))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// An instant without the fraction of its second, which people do not read.
pub(super) fn to_second(at: &str) -> String {
    match at.split_once('.') {
        Some((whole, rest)) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{whole}{zone}")
        }
        None => at.to_owned(),
    }
}
