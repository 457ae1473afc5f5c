//! Figures over purchases.

use crate::insight::asked::Asked;
use crate::insight::outcome::Outcome;
use crate::insight::segments::share_of_people;

/// Members who bought on several days, of those who bought.
pub fn repurchase(asked: &Asked<'_>) -> Result<Outcome, String> {
    let least = asked.whole("days")? as usize;
    let histories = asked.histories();
    Ok(share_of_people(asked, |who, days| {
        let bought = histories.days(asked.facts, who, days).len();
        (bought > 0).then_some(bought >= least)
    }))
}
