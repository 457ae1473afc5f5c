//! Effects of grants: the lots and vouchers that campaigns give.

use crate::model::{Account, Day, Effect, Points, Programme, UnitKind};
use crate::rules::campaign::outcome::Grant;
use crate::rules::lots;
use crate::rules::reward::voucher;
use crate::rules::state::Member;

/// Adds the effects of grants: lots, deficits filled, qualifying units.
pub fn give(
    programme: &Programme,
    member: &Member,
    day: Day,
    grants: Vec<Grant>,
    effects: &mut Vec<Effect>,
) {
    let mut owed = member.owed.clone();
    for grant in grants {
        let Some(unit) = programme.unit(grant.offer.unit) else {
            continue;
        };
        let (exact, amount) = (grant.offer.exact.into(), Points(grant.amount));
        if unit.kind == UnitKind::Voucher {
            effects.extend(voucher::give(programme, unit, day, &grant));
            continue;
        }
        effects.push(match unit.kind {
            UnitKind::Qualifying => Effect::Qualify {
                who: 0,
                unit: unit.number,
                day,
                amount,
                campaign: grant.campaign,
                exact,
            },
            _ => Effect::Award {
                who: 0,
                unit: unit.number,
                amount,
                fills: lots::fill(&mut owed, unit.number, amount),
                from: Account::Issuance,
                campaign: grant.campaign,
                exact,
                line: grant.offer.line,
                terms: lots::terms(
                    programme,
                    unit,
                    day,
                    grant.offer.expires,
                    grant.offer.available,
                ),
                why: grant.offer.why,
            },
        });
    }
}
