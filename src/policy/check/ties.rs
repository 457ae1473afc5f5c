//! Campaigns whose order is undefined.

use crate::model::{Campaign, Stack};
use crate::policy::diagnostic::Diagnostic;

/// Finds duplicate ids, and campaigns whose order matters but is not declared.
pub(in crate::policy) fn ties(campaigns: &[&Campaign]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, campaign) in campaigns.iter().enumerate() {
        for earlier in &campaigns[..i] {
            found.extend(tie(earlier, campaign));
        }
    }
    found
}

fn tie(a: &Campaign, b: &Campaign) -> Option<Diagnostic> {
    if a.id == b.id {
        let message = format!("the id '{}' is that of {} already", b.id, a.file);
        let help = "every campaign has an id of its own, for ever";
        return Some(Diagnostic::error(&b.file, (0, 0), message).help(help));
    }
    let is_same = (a.role, &a.group, a.priority) == (b.role, &b.group, b.priority);
    let is_decided_by_order = decides(a) || decides(b);
    let is_draft = a.is_draft || b.is_draft;
    if !is_same || !is_decided_by_order || is_draft || !overlap(a, b) {
        return None;
    }
    let message = format!(
        "'{}' and '{}' have the same priority, but their order decides",
        a.id, b.id
    );
    let help = "give one of them a higher priority, or another group";
    Some(Diagnostic::error(&b.file, (0, 0), message).help(help))
}

fn decides(campaign: &Campaign) -> bool {
    matches!(campaign.stack, Stack::Best | Stack::Stop | Stack::OnRest)
}

/// True if there is a day for both.
fn overlap(a: &Campaign, b: &Campaign) -> bool {
    let starts_before = |x: &Campaign, y: &Campaign| match (x.from, y.to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    starts_before(a, b) && starts_before(b, a)
}
