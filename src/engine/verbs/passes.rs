//! Passes: names to numbers, and the programmes under which they were paid for.

use crate::command::{PassAction, PassAsked};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::{Stop, no};
use crate::model::{Act, Code, Day, Instant, MemberId, Money};

impl Ledger {
    /// Converts a command about a pass to an act; values that the rules compute
    /// are left empty.
    pub(in crate::engine) fn pass_act(&self, asked: &PassAsked) -> Result<Act, Stop> {
        let unit = self.unit(&asked.pass)?;
        let Some(pass) = self.programme()?.pass(unit) else {
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

    /// Loads the programmes under which a member's passes were paid for.
    pub(in crate::engine) fn load_passes(&mut self, member: Option<MemberId>) -> Result<(), Error> {
        let found = member.and_then(|id| self.cache.member(id));
        let passes = found.map(|m| m.passes.as_slice()).unwrap_or_default();
        let bundles: Vec<u32> = passes.iter().map(|p| p.bundle).collect();
        for bundle in bundles {
            self.programme_of(bundle)?;
        }
        Ok(())
    }
}
