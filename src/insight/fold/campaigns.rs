//! Folding of what campaigns, partners, pools and passes did.

use crate::insight::facts::{Facts, add_row, why_number};
use crate::insight::rows::{
    BenefitUse, CampaignMove, Discount, NOBODY, PassCharge, Targeted, Touch,
};
use crate::model::{Act, Effect, Entry, Number, saturated};

impl Facts {
    pub(super) fn apply_campaigns(&mut self, entry: &Entry, effect: &Effect) {
        let day = entry.head.day;
        match effect {
            Effect::Message {
                campaign,
                is_suppressed,
                ..
            } => {
                let sums = self.campaigns.entry((*campaign, day)).or_default();
                match is_suppressed {
                    true => sums.suppressed += 1,
                    false => sums.messages += 1,
                }
            }
            Effect::Discounted {
                campaign, amount, ..
            } => {
                let sums = self.campaigns.entry((*campaign, day)).or_default();
                sums.discounts += 1;
                sums.off += i128::from(amount.0);
                if let Ok(sale) = u32::try_from(self.sales.len().saturating_sub(1)) {
                    self.discounts.push(Discount {
                        sale,
                        campaign: *campaign,
                        off: amount.0,
                        left: amount.0,
                    });
                }
                self.touch(entry, 0, *campaign);
            }
            Effect::Targeted {
                who,
                campaign,
                is_held_out,
            } => {
                let who = self.touched(entry, *who);
                self.targeted.push(Targeted {
                    campaign: *campaign,
                    who,
                    day,
                    seq: entry.seq,
                    is_held_out: *is_held_out,
                });
            }
            Effect::Campaign { campaign, status } => {
                let figures = match &entry.act {
                    Act::CampaignChanged(changed) => changed.figures.clone(),
                    _ => Vec::new(),
                };
                self.campaign_moves.push(CampaignMove {
                    campaign: *campaign,
                    day,
                    status: *status,
                    figures,
                });
            }
            _ => self.apply_others(entry, effect),
        }
    }

    fn apply_others(&mut self, entry: &Entry, effect: &Effect) {
        let day = entry.head.day;
        match effect {
            Effect::RewardUsed { reward, .. } => {
                self.have(entry, *reward);
            }
            Effect::PartnerOwes {
                partner,
                amount,
                why,
            } => {
                let key = (*partner, day, why_number(*why));
                *self.owed.entry(key).or_default() += i128::from(amount.0);
            }
            // Payments have a table of their own.
            Effect::Pooled { pool, amount, .. } if !matches!(entry.act, Act::PoolPaid { .. }) => {
                *self.pooled.entry((*pool, day)).or_default() += i128::from(amount.0);
            }
            // One that begins with its first use was paid for before.
            Effect::Pass {
                who,
                unit,
                lot,
                paid,
                ..
            } if lot.seq == entry.seq || matches!(entry.act, Act::PassRenewed { .. }) => {
                let who = self.touched(entry, *who);
                self.charges.push(PassCharge {
                    who,
                    unit: *unit,
                    day,
                    paid: paid.0,
                });
            }
            Effect::BenefitUsed {
                who,
                unit,
                campaign,
                amount,
            } => {
                if amount.0 < 0 {
                    self.unuse(entry, (*unit, -amount.0));
                    return;
                }
                self.benefits.push(BenefitUse {
                    seq: entry.seq,
                    unit: *unit,
                    day,
                    amount: amount.0,
                    is_gone: false,
                });
                let sums = self.campaigns.entry((*campaign, day)).or_default();
                sums.benefits += 1;
                self.touch(entry, *who, *campaign);
            }
            _ => {}
        }
    }

    /// Notes what was given back for a pass that was cancelled.
    pub(super) fn add_refund(&mut self, entry: &Entry) {
        if let Act::PassCancelled { unit, refund, .. } = &entry.act {
            self.refunds.push(PassCharge {
                who: self.first_of(entry),
                unit: *unit,
                day: entry.head.day,
                paid: refund.0,
            });
        }
    }

    /// Notes that a benefit of the entry that this one undoes was not used after all.
    fn unuse(&mut self, entry: &Entry, of: (Number, i64)) {
        let Some(seq) = entry.act.named() else { return };
        let first = self.benefits.partition_point(|used| used.seq < seq);
        let mut own = self.benefits[first..].iter_mut();
        let found =
            own.find(|used| used.seq == seq && !used.is_gone && (used.unit, used.amount) == of);
        if let Some(used) = found {
            used.is_gone = true;
        }
    }

    /// Takes money off back in the measure in which its sale came back, on the day of this
    /// entry: what was not sold was not given away.
    pub(super) fn settle_discounts(&mut self, entry: &Entry, at: usize) {
        let (Some(sale), Ok(position)) = (self.sales.get(at), u32::try_from(at)) else {
            return;
        };
        let (kept, total) = match sale.is_gone {
            true => (0, 1),
            false => (i128::from(sale.total - sale.back), i128::from(sale.total)),
        };
        let first = self.discounts.partition_point(|one| one.sale < position);
        let own = self.discounts[first..].iter_mut();
        for discount in own.take_while(|one| one.sale == position) {
            let off = i128::from(discount.off);
            let left = (off * kept).checked_div(total).unwrap_or(off);
            let key = (discount.campaign, entry.head.day);
            self.campaigns.entry(key).or_default().off += left - i128::from(discount.left);
            discount.left = saturated(left);
        }
    }

    /// Notes that a campaign gave a member something.
    pub(super) fn touch(&mut self, entry: &Entry, who: u8, campaign: Number) {
        if campaign == 0 {
            return;
        }
        if matches!(entry.act, Act::Purchase(_))
            && let Ok(at) = u32::try_from(self.sales.len().saturating_sub(1))
            && self.sale_campaigns.last() != Some(&(at, campaign))
        {
            add_row(&mut self.sale_campaigns, (at, campaign));
        }
        let (who, day) = (self.touched(entry, who), entry.head.day);
        if who == NOBODY {
            return;
        }
        let touch = self.touches.entry((campaign, who)).or_insert(Touch {
            first: day,
            last: day,
            count: 0,
        });
        touch.first = touch.first.min(day);
        touch.last = touch.last.max(day);
        touch.count += 1;
    }
}
