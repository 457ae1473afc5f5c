//! Facts that need a table of programme.toml which is not there.

use crate::model::Programme;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::{Form, Use};

/// `member.rfm` without `[rfm]` would always be `()`.
pub(in crate::policy) fn unset(file: &str, uses: &[Use], programme: &Programme) -> Vec<Diagnostic> {
    let is_score = |each: &&Use| {
        each.form == Form::Property && each.name == "rfm" && each.owner.as_deref() == Some("member")
    };
    let told = |each: &Use| {
        let message = "member.rfm needs the bounds of [rfm] in programme.toml";
        let help = "write [rfm] with recency = [30, 90], frequency = [2, 5], monetary = [\"100\"]";
        Diagnostic::error(file, each.place, message).help(help)
    };
    match programme.rfm {
        Some(_) => Vec::new(),
        None => uses.iter().filter(is_score).map(told).collect(),
    }
}
