//! Folding of what campaigns did.

use super::touched;
use crate::insight::facts::{Facts, add_row};
use crate::insight::rows::{CampaignMove, Discount, NOBODY, Targeted, Touch};
use crate::model::{Act, Effect, Entry, Number, saturated};

pub(super) fn apply(facts: &mut Facts, entry: &Entry, effect: &Effect) {
    let day = entry.head.day;
    match effect {
        Effect::Message {
            campaign,
            is_suppressed,
            ..
        } => {
            let sums = facts.campaigns.entry((*campaign, day)).or_default();
            match is_suppressed {
                true => sums.suppressed += 1,
                false => sums.messages += 1,
            }
        }
        Effect::Discounted {
            campaign, amount, ..
        } => {
            let sums = facts.campaigns.entry((*campaign, day)).or_default();
            sums.discounts += 1;
            sums.off += i128::from(amount.0);
            if let Some(sale) = last_sale(facts) {
                facts.discounts.push(Discount {
                    sale,
                    campaign: *campaign,
                    off: amount.0,
                    left: amount.0,
                });
            }
            touch(facts, entry, 0, *campaign);
        }
        Effect::Targeted {
            who,
            campaign,
            is_held_out,
        } => facts.targeted.push(Targeted {
            campaign: *campaign,
            who: touched(facts, entry, *who),
            day,
            seq: entry.seq,
            is_held_out: *is_held_out,
        }),
        Effect::Campaign { campaign, status } => {
            let figures = match &entry.act {
                Act::CampaignChanged(changed) => changed.figures.clone(),
                _ => Vec::new(),
            };
            facts.campaign_moves.push(CampaignMove {
                campaign: *campaign,
                day,
                status: *status,
                figures,
            });
        }
        _ => {}
    }
}

/// Position of the last sale, which is that of an entry that sells.
fn last_sale(facts: &Facts) -> Option<u32> {
    u32::try_from(facts.sales.len().saturating_sub(1)).ok()
}

/// Takes money off back in the measure in which its sale came back, on the day of this
/// entry: what was not sold was not given away.
pub(super) fn settle_discounts(facts: &mut Facts, entry: &Entry, at: usize) {
    let (Some(sale), Ok(position)) = (facts.sales.get(at), u32::try_from(at)) else {
        return;
    };
    let (kept, total) = match sale.is_gone {
        true => (0, 1),
        false => (i128::from(sale.total - sale.back), i128::from(sale.total)),
    };
    let first = facts.discounts.partition_point(|one| one.sale < position);
    let own = facts.discounts[first..].iter_mut();
    for discount in own.take_while(|one| one.sale == position) {
        let off = i128::from(discount.off);
        let left = (off * kept).checked_div(total).unwrap_or(off);
        let key = (discount.campaign, entry.head.day);
        facts.campaigns.entry(key).or_default().off += left - i128::from(discount.left);
        discount.left = saturated(left);
    }
}

/// Notes that a campaign gave a member something.
pub(super) fn touch(facts: &mut Facts, entry: &Entry, who: u8, campaign: Number) {
    if campaign == 0 {
        return;
    }
    if matches!(entry.act, Act::Purchase(_))
        && let Some(at) = last_sale(facts)
        && facts.sale_campaigns.last() != Some(&(at, campaign))
    {
        add_row(&mut facts.sale_campaigns, (at, campaign));
    }
    let (who, day) = (touched(facts, entry, who), entry.head.day);
    if who == NOBODY {
        return;
    }
    let touch = facts.touches.entry((campaign, who)).or_insert(Touch {
        first: day,
        last: day,
        count: 0,
    });
    touch.first = touch.first.min(day);
    touch.last = touch.last.max(day);
    touch.count += 1;
}
