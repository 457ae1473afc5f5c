//! Facts that need a table of programme.toml that is missing.

use crate::model::Programme;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::{Form, Use};

const MESSAGE: &str = "member.rfm needs the bounds of [rfm] in programme.toml";
const HELP: &str = "write [rfm] with recency = [30, 90], frequency = [2, 5], monetary = [\"100\"]";

/// Finds uses of `member.rfm` without `[rfm]`, which would always be `()`.
pub(in crate::policy) fn unset(file: &str, uses: &[Use], programme: &Programme) -> Vec<Diagnostic> {
    let told = |each: &Use| Diagnostic::error(file, each.place, MESSAGE).help(HELP);
    match programme.rfm {
        Some(_) => Vec::new(),
        None => uses.iter().filter(is_score).map(told).collect(),
    }
}

fn is_score(each: &&Use) -> bool {
    let is_member = each.owner.as_deref() == Some("member");
    is_member && each.form == Form::Property && each.name == "rfm"
}
