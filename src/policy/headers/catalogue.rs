//! Fields of a reward's header besides its price: what it gives, its stock, and
//! its opening.

use crate::model::{Day, Early, Instant, Number, Reward, UnitKind, parse_minutes};
use crate::policy::fields::Fields;
use crate::policy::known::{Known, tiers_named, unit_number};

/// Reads `gives: "free-drink"`.
pub(super) fn gives(f: &mut Fields, known: &Known) -> Number {
    let Some(id) = f.text("gives") else {
        return 0;
    };
    let number = unit_number(f, known, "gives", &id).unwrap_or(0);
    let unit = known.programme.unit(number);
    if unit.is_some_and(|u| u.kind != UnitKind::Voucher) {
        f.wrong_help(
            "gives",
            format!("names '{id}', which is no voucher"),
            "write kind = \"voucher\" in programme.toml",
        );
    }
    number
}

/// Reads `stock: 100`.
pub(super) fn stock(f: &mut Fields) -> Option<i64> {
    let stock = f.whole("stock")?;
    if !(0..=i64::from(u32::MAX)).contains(&stock) {
        f.wrong("stock", "needs a whole number from 0");
    }
    Some(stock.max(0))
}

/// Reads `opens: "2026-06-01T10:00"`, or `"2026-06-01"` for its beginning.
pub(super) fn opens(f: &mut Fields, known: &Known) -> Option<Instant> {
    let text = f.text("opens")?;
    let calendar = &known.programme.calendar;
    if let Ok(day) = Day::parse(&text) {
        return Some(calendar.start_of(day));
    }
    let found = text.split_once('T').and_then(|(day, time)| {
        let minutes = u32::from(parse_minutes(time).ok()?);
        Some((Day::parse(day).ok()?, minutes))
    });
    let Some((day, minutes)) = found else {
        let help = "write \"2026-06-01T10:00\", by the clock on the shop's wall";
        f.wrong_help("opens", format!("cannot be '{text}'"), help);
        // It is there, so nothing else is said of its absence.
        return Some(Instant(0));
    };
    Some(calendar.at(day, minutes / 60, minutes % 60))
}

/// Reads `early: #{ tier: ["gold"], hours: 24 }`.
pub(super) fn early(f: &mut Fields, known: &Known) -> Option<Early> {
    let mut inner = f.inner("early")?;
    let tiers = tiers_named(&mut inner, known, "tier");
    let passes = inner.texts("pass");
    let passes = passes
        .iter()
        .filter_map(|id| unit_number(&mut inner, known, "pass", id));
    let passes = passes.collect::<Vec<_>>();
    let hours = inner.whole("hours").and_then(|n| u32::try_from(n).ok());
    let hours = hours.filter(|n| (1..=8760).contains(n));
    if hours.is_none() {
        inner.wrong("hours", "needs a whole number from 1 to 8760");
    }
    if tiers.is_empty() && passes.is_empty() {
        inner.wrong("tier", "or pass must say who comes early");
    }
    Some(Early {
        tiers,
        passes,
        hours: hours.unwrap_or(0),
    })
}

/// Reports fields that exclude each other or need each other.
pub(super) fn check(f: &mut Fields, reward: &Reward) {
    if reward.early.is_some() && reward.opens.is_none() {
        f.wrong("early", "means nothing without opens");
    }
    if reward.gives != 0 && reward.value.is_some() {
        let wrong = "is the voucher's to say where a reward gives one";
        f.wrong_help("value", wrong, "write it in programme.toml, at the unit");
    }
}
