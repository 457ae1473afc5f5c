//! Paths of the service, as its log and its metrics name them.

use super::dashboard;

/// Every path, as the log names it.
const PATHS: [&str; 18] = [
    "/",
    "/cli",
    "/cli/lines",
    "/cli/tables",
    dashboard::ROOT,
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/openapi.json",
    "/v1/commands",
    "/v1/enrol",
    "/v1/quote",
    "/v1/questions",
    "/v1/slip",
    "/v1/members",
    "/v1/webhooks",
    "/v1/webhooks/dead",
    "/v1/webhooks/resend",
];

/// Returns a path of the service; other paths may hold anything, so no log
/// repeats them.
pub(super) fn known_path(path: &str) -> &'static str {
    let known = PATHS.iter().find(|known| **known == path);
    match known {
        Some(known) => known,
        None if path.starts_with("/dashboard/") => dashboard::ROOT,
        None if path.starts_with("/v1/") => "/v1/-",
        None => "-",
    }
}
