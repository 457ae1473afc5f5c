//! What campaigns propose besides points: passes, their benefits, money for pools.

use super::discount;
use super::earn::{Earner, Outcome};
use super::pass::{Benefit, Granted};
use super::pool::Contribution;
use crate::model::{Number, Proposal, UnitKind};
use rust_decimal::Decimal;

impl Earner<'_> {
    /// Takes a proposal about a pass or a pool, or says why the campaign cannot mean it.
    pub(super) fn take_besides(
        &self,
        campaign: Number,
        proposal: Proposal,
        digits: u8,
        outcome: &mut Outcome,
    ) -> Result<(), String> {
        match proposal {
            Proposal::Grant { pass, until, why } => outcome.passes.push(Granted {
                campaign,
                unit: self.pass_unit(&pass)?,
                until,
                why,
            }),
            Proposal::Benefit { pass, amount } => {
                let benefit = self.benefit(campaign, &pass, amount, digits)?;
                outcome.benefits.push(benefit);
            }
            Proposal::Contribute { pool, amount } => {
                let contribution = self.contribution(campaign, &pool, amount)?;
                outcome.contributions.push(contribution);
            }
            _ => {}
        }
        Ok(())
    }

    fn pass_unit(&self, id: &str) -> Result<Number, String> {
        let unit = self.policy.programme().unit_named(id);
        let unit = unit.filter(|u| u.kind == UnitKind::Pass);
        unit.map(|u| u.number)
            .ok_or_else(|| format!("the programme has no pass \"{id}\""))
    }

    fn contribution(
        &self,
        campaign: Number,
        pool: &str,
        exact: Decimal,
    ) -> Result<Contribution, String> {
        let pools = &self.policy.programme().pools;
        let found = pools.iter().find(|p| p.id == pool);
        let pool = found.ok_or_else(|| format!("the programme has no pool \"{pool}\""))?;
        Ok(Contribution {
            campaign,
            pool: pool.number,
            exact,
        })
    }

    fn benefit(
        &self,
        campaign: Number,
        pass: &str,
        amount: Decimal,
        digits: u8,
    ) -> Result<Benefit, String> {
        let unit = self.pass_unit(pass)?;
        let amount = discount::to_money(amount, digits)
            .ok_or_else(|| format!("a benefit of {amount} is not possible"))?;
        Ok(Benefit {
            campaign,
            unit,
            amount,
        })
    }
}
