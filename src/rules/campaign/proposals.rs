//! Acceptance of script proposals other than points and discounts.

use crate::model::{AMOUNT_MAX, Effect, Failure, Number, Proposal, Scene, Sent, UnitKind, Value};
use crate::rules::campaign::earner::Earner;
use crate::rules::campaign::outcome::{Benefit, Contribution, EarnOutcome, Granted, Offer};
use crate::rules::purchase::discount;
use rust_decimal::Decimal;

impl Earner<'_> {
    /// Failure of a campaign by a proposal that is invalid.
    pub(in crate::rules) fn failure(&self, campaign: usize, message: String) -> Failure {
        let file = self.policy.campaigns()[campaign].file.clone();
        Failure {
            file,
            line: 0,
            column: 0,
            message,
        }
    }

    /// Unit of an award, or the reason why the award is invalid.
    pub(in crate::rules) fn award_unit(&self, id: &str, amount: Decimal) -> Result<Number, String> {
        let unit = self.policy.programme().unit_named(id);
        let unit = unit.ok_or_else(|| format!("the programme has no unit \"{id}\""))?;
        match unit.kind {
            UnitKind::Spendable | UnitKind::Qualifying => {}
            _ => return Err(format!("\"{id}\" cannot be awarded in numbers")),
        }
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(format!("an award of {amount} {id} is negative"));
        }
        if amount > Decimal::from(AMOUNT_MAX / unit.subunits) {
            return Err(format!(
                "an award of {amount} {id} is more than the ledger can hold"
            ));
        }
        Ok(unit.number)
    }

    /// Accepts a proposal besides points and discounts, or returns the reason why it is
    /// invalid.
    pub(in crate::rules) fn accept_other(
        &self,
        campaign: usize,
        proposal: Proposal,
        scene: &Scene,
        outcome: &mut EarnOutcome,
    ) -> Result<(), String> {
        let number = self.policy.campaigns()[campaign].number;
        match proposal {
            Proposal::Remember { key, value } => {
                outcome.effects.push(self.remembered(number, key, value))
            }
            Proposal::Tag { tag, is_on } => {
                if self.member.tags.contains(&tag) != is_on {
                    outcome.effects.push(Effect::Tagged { who: 0, tag, is_on });
                }
            }
            Proposal::Message {
                template,
                vars,
                channel,
            } => {
                let message = self.message(number, template, vars, &channel)?;
                outcome.effects.extend(message);
            }
            Proposal::Refer { .. } => outcome.refers.extend(self.referral(campaign, proposal)?),
            Proposal::Grant { pass, until, why } => outcome.passes.push(Granted {
                campaign: number,
                unit: self.pass_unit(&pass)?,
                until,
                why,
            }),
            Proposal::Benefit { pass, amount } => {
                let benefit = self.benefit(number, &pass, amount, scene.purchase.digits)?;
                outcome.benefits.push(benefit);
            }
            Proposal::Contribute { pool, amount } => {
                let found = self.contribution(number, &pool, amount)?;
                outcome.contributions.push(found);
            }
            Proposal::TakeBack { unit } => {
                outcome.taken_back.push((number, self.own_unit(&unit)?));
            }
            Proposal::Refuse { code, text } => {
                outcome.has_refusal = true;
                outcome.effects.push(Effect::Warned { code, text });
            }
            Proposal::Drawn { seed } => outcome.effects.push(Effect::Drawn {
                campaign: number,
                seed,
            }),
            Proposal::Tune { .. }
            | Proposal::Pause { .. }
            | Proposal::Award { .. }
            | Proposal::Issue { .. }
            | Proposal::Discount { .. } => {}
        }
        Ok(())
    }

    /// Converts an award for the referrer to an offer.
    fn referral(&self, campaign: usize, proposal: Proposal) -> Result<Option<Offer>, String> {
        let Proposal::Refer {
            unit,
            amount,
            why,
            expires,
            available,
        } = proposal
        else {
            return Ok(None);
        };
        Ok(Some(Offer {
            campaign,
            unit: self.award_unit(&unit, amount)?,
            exact: amount,
            line: 0,
            why,
            expires,
            available,
            sku: None,
        }))
    }

    fn message(
        &self,
        campaign: Number,
        template: String,
        vars: Vec<(String, Value)>,
        channel: &Sent,
    ) -> Result<Vec<Effect>, String> {
        crate::rules::member::consent::message(self.policy, self.member, channel, |is_suppressed| {
            Effect::Message {
                who: 0,
                campaign,
                template,
                vars,
                is_suppressed,
            }
        })
    }

    /// A unit of any kind.
    fn own_unit(&self, id: &str) -> Result<Number, String> {
        let unit = self.policy.programme().unit_named(id);
        unit.map(|u| u.number)
            .ok_or_else(|| format!("the programme has no unit \"{id}\""))
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
        let rounding = self.policy.programme().discount_rounding;
        let amount = discount::to_money(amount, digits, rounding)
            .ok_or_else(|| format!("a benefit of {amount} is not possible"))?;
        Ok(Benefit {
            campaign,
            unit,
            amount,
        })
    }

    fn remembered(&self, campaign: Number, key: String, value: Value) -> Effect {
        let memo = self
            .member
            .memo
            .iter()
            .find(|m| m.0 == campaign && m.1 == key);
        let was = memo.map_or(Value::Unit, |m| m.2.clone());
        Effect::Remembered {
            who: 0,
            campaign,
            key,
            value,
            was,
        }
    }
}
