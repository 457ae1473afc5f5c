//! Partners and pools: `partner uniqlo suspend because ..`,
//! `partner uniqlo settle 2026-11`, `pool earth pay 5000.00 to forest-fund`.

use super::options::{Options, money};
use super::words::{Read, Words};
use crate::command::{PartnerAction, PartnerAsked, PoolPayment, Verb};
use crate::model::{Day, Programme};

pub(super) fn partner(words: &mut Words, programme: &Programme) -> Read<(Verb, Options)> {
    let partner = words.need("a partner")?.text.to_owned();
    let action = words.one_of("what is done", &["suspend", "resume", "settle"])?;
    let action = match action.as_str() {
        "suspend" => PartnerAction::Suspend,
        "resume" => PartnerAction::Resume,
        _ => PartnerAction::Settle {
            month: words.read("a month such as 2026-11", |text| {
                Day::parse(&format!("{text}-01"))
            })?,
        },
    };
    let mut options = Options::default();
    options.read(words, programme, &["because"])?;
    let asked = PartnerAsked {
        partner,
        action,
        reason: options.because.clone(),
    };
    Ok((Verb::Partner(asked), options))
}

pub(super) fn pool(words: &mut Words, programme: &Programme) -> Read<(Verb, Options)> {
    let pool = words.need("a pool")?.text.to_owned();
    words.one_of("what is done", &["pay"])?;
    let amount = money(words, programme)?;
    words.one_of("to whom", &["to"])?;
    let to = words.need("to whom")?.text.to_owned();
    let mut options = Options::default();
    options.read(words, programme, &[])?;
    let evidence = None;
    let paid = PoolPayment {
        pool,
        amount,
        to,
        evidence,
    };
    Ok((Verb::Pool(paid), options))
}
