//! Days of a programme that are past. The checks know no clock, so the caller supplies
//! the day.

use crate::model::{Campaign, Day, Policy};
use crate::policy::diagnostic::{Diagnostic, Place};
use crate::policy::source::{each_call, fixed_texts, place};
use crate::policy::{Bundle, Compiled};
use rhai::{AST, Expr, FnCallExpr};

/// Finds campaigns whose last day is before a day, and points, vouchers and passes that
/// others give until a day before it.
pub fn past(policy: &Compiled, bundle: &Bundle, today: Day) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (campaign, script) in policy.campaigns().iter().zip(&policy.scripts) {
        if campaign.is_draft {
            continue;
        }
        match campaign.to.filter(|to| *to < today) {
            Some(last) => found.push(over(campaign, last, bundle)),
            None => found.extend(
                given_until(&script.ast, today)
                    .into_iter()
                    .map(|(at, until)| {
                        let message =
                            format!("given until {until}, which is past: nobody can use it");
                        let help = "write a day to come, or days_after(purchase.date, 60)";
                        Diagnostic::warning(&campaign.file, at, message).help(help)
                    }),
            ),
        }
    }
    found
}

fn over(campaign: &Campaign, last: Day, bundle: &Bundle) -> Diagnostic {
    let message = format!("'{}' is over since {last}: it never runs", campaign.id);
    let text = bundle.text(&campaign.file).unwrap_or_default();
    let found = Diagnostic::gap(&campaign.file, text, "campaign(", message);
    found.help("give it another `to`, or take the file away")
}

/// Places and days of what a script gives until a day before another.
fn given_until(ast: &AST, today: Day) -> Vec<(Place, Day)> {
    let fixed = fixed_texts(ast);
    let day = |expr: &Expr| {
        let day = match expr {
            Expr::StringConstant(text, _) => Day::parse(text),
            Expr::Variable(names, ..) => Day::parse(fixed.get(names.1.as_str())?),
            _ => return None,
        };
        day.ok().filter(|day| *day < today)
    };
    let mut found = Vec::new();
    each_call(ast, |call, _| {
        if let Some(until) = until(call) {
            found.extend(day(until).map(|day| (place(until.position()), day)));
        }
    });
    found
}

/// The last day that a call names for what it gives.
fn until(call: &FnCallExpr) -> Option<&Expr> {
    match (call.name.as_str(), &call.args[..]) {
        ("grant", [_, until, ..]) => Some(until),
        ("award" | "issue" | "refer", [.., Expr::Map(options, _)]) => {
            let mut options = options.0.iter();
            let (_, until) = options.find(|(name, _)| name.name == "expires")?;
            Some(until)
        }
        _ => None,
    }
}
