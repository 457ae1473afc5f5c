//! Folding of effects on passes.

use super::{Applied, Poster};
use crate::model::{Day, Effect, LotId, Money, Number};
use crate::rules::state::{PassCharge, PassHeld};

/// Charges kept of a pass: the current period, and those paid for ahead.
const CHARGES_MAX: usize = 12;

impl Poster<'_> {
    pub(super) fn apply_pass(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Pass {
                who,
                unit,
                lot,
                anchor,
                since,
                paid,
            } => self.charge(*who, *unit, *lot, *anchor, (*since, *paid)),
            Effect::BenefitUsed {
                who, unit, amount, ..
            } => self.use_benefit(*who, *unit, *amount),
            _ => Ok(()),
        }
    }

    fn charge(
        &mut self,
        who: u8,
        unit: Number,
        lot: LotId,
        anchor: Day,
        (since, paid): (Day, Money),
    ) -> Applied {
        let bundle = self.entry.head.bundle;
        if self.lot(who, lot)?.unit != unit {
            return Err(format!("lot {}.{} is no pass of that unit", lot.seq, lot.n));
        }
        let charge = PassCharge {
            since,
            paid,
            uses: 0,
        };
        let passes = &mut self.member_mut(who)?.passes;
        let held = passes.iter_mut().find(|p| p.unit == unit && p.lot == lot);
        match held {
            Some(held) if held.anchor == anchor && held.charges.iter().all(|c| c.since < since) => {
                held.charges.push(charge);
                let over = held.charges.len().saturating_sub(CHARGES_MAX);
                held.charges.drain(..over);
                held.bundle = bundle;
            }
            // The first use: the one charge counts from here.
            Some(held) => (held.anchor, held.charges) = (anchor, vec![charge]),
            None => {
                passes.retain(|p| p.unit != unit);
                passes.push(PassHeld {
                    unit,
                    lot,
                    anchor,
                    charges: vec![charge],
                    is_begun: false,
                    bundle,
                });
            }
        }
        Ok(())
    }

    fn use_benefit(&mut self, who: u8, unit: Number, amount: Money) -> Applied {
        let day = self.entry.head.day;
        let is_back = amount.0 < 0;
        let is_open = |p: &PassHeld| p.unit == unit && self.lot(who, p.lot).is_ok();
        let at = self.member(who)?.passes.iter().position(is_open);
        let member = self.member_mut(who)?;
        let held = match at {
            Some(at) => &mut member.passes[at],
            None if is_back => return Ok(()),
            None => return Err(format!("a benefit of pass {unit}, which is not held")),
        };
        held.is_begun = true;
        let now = held
            .charges
            .iter()
            .rposition(|c| c.since <= day)
            .unwrap_or(0);
        if let Some(charge) = held.charges.get_mut(now) {
            charge.uses = match is_back {
                true => charge.uses.saturating_sub(1),
                false => charge.uses.saturating_add(1),
            };
        }
        Ok(())
    }
}
