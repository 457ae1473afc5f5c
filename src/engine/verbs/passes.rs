//! Names to numbers for commands about passes.

use crate::command::{PassAction, PassAsked};
use crate::engine::staging::name_resolver::NameResolver;
use crate::engine::stop::{Stop, no};
use crate::model::{Act, Code, Day, Instant, Money};

/// Converts a command about a pass to an act; values that the rules compute
/// are left empty.
pub(in crate::engine) fn pass_act(
    names: &NameResolver<'_>,
    asked: &PassAsked,
) -> Result<Act, Stop> {
    let unit = names.unit(&asked.pass)?;
    let Some(pass) = names.programme.pass(unit) else {
        return no(Code::BadInput, format!("pass: {} is no pass", asked.pass));
    };
    let price = pass.price;
    let paid = match (asked.paid.or(price), asked.action) {
        (_, PassAction::Cancel) => Money::ZERO,
        (Some(paid), _) => paid,
        (None, _) => {
            let detail = format!("paid: is missing; {} has no price", asked.pass);
            return no(Code::BadInput, detail);
        }
    };
    let until = Instant::default();
    Ok(match asked.action {
        PassAction::Start => Act::PassStarted {
            unit,
            paid,
            anchor: Day::default(),
            until,
        },
        PassAction::Renew => Act::PassRenewed { unit, paid, until },
        PassAction::Cancel => Act::PassCancelled {
            unit,
            refund: Money::ZERO,
            reason: asked.reason.clone(),
        },
    })
}
