//! What may follow a verb's first words, in any order: where, when, how paid.

use super::words::{Read, Words};
use crate::command::{DiscountGiven, Means, TenderGiven, Who};
use crate::model::{
    Channel, Charge, ChargeKind, Identified, Instant, Key, Line, LineExtent, Money, MonthDay,
    Programme, Qty,
};

/// Everything that was said behind the first words.
#[derive(Default)]
pub(super) struct Options {
    pub store: String,
    pub terminal: String,
    pub channel: Channel,
    pub key: Option<Key>,
    pub of: Option<Key>,
    pub receipt: String,
    pub order: String,
    pub by: Identified,
    pub codes: Vec<String>,
    pub happened: Option<Instant>,
    pub because: String,
    pub consents: Vec<String>,
    pub birthday: Option<MonthDay>,
    pub lines: Vec<Line>,
    pub extents: Vec<LineExtent>,
    pub charges: Vec<Charge>,
    pub discounts: Vec<DiscountGiven>,
    pub tenders: Vec<TenderGiven>,
    pub is_enrolling: bool,
    pub referrer: Option<Who>,
    pub is_unnamed: bool,
}

/// What stands behind the first words of an activity: `km=5.2`, until another word comes.
pub(super) fn fields(words: &mut Words) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    while let Some((name, value)) = words.peek().and_then(|w| w.split_once('=')) {
        fields.push((name.into(), value.into()));
        words.next();
    }
    fields.sort();
    fields
}

/// The words that a verb takes, besides those that all take.
pub(super) type Allowed = &'static [&'static str];

const EVERYWHERE: [&str; 5] = ["at", "till", "via", "key", "happened"];

impl Options {
    /// Reads to the end of the words.
    pub fn read(&mut self, words: &mut Words, programme: &Programme, allowed: Allowed) -> Read<()> {
        while let Some(word) = words.peek() {
            let known = [&EVERYWHERE[..], allowed].concat();
            if !known.contains(&word) {
                return Err(words.wrong(&format!("{} or ->", known.join(", "))));
            }
            words.next();
            self.option(word, words, programme)?;
        }
        Ok(())
    }

    fn option(&mut self, word: &str, words: &mut Words, programme: &Programme) -> Read<()> {
        match word {
            "at" => self.store = words.need("a store")?.text.into(),
            "till" => self.terminal = words.need("a terminal")?.text.into(),
            "via" => self.channel = channel(words)?,
            "key" => self.key = Some(key(words)?),
            "of" => self.of = Some(key(words)?),
            "receipt" => self.receipt = words.need("the number of a slip")?.text.into(),
            "order" => self.order = words.need("the number of an order")?.text.into(),
            "by" => self.by = identified(words)?,
            "code" => self.codes.push(words.need("a code")?.text.into()),
            "happened" => self.happened = Some(moment(words, programme)?),
            "because" => self.because = words.rest(),
            "consent" => self.consents.push(words.need("a purpose")?.text.into()),
            "born" => {
                self.birthday = Some(words.read("a birthday such as 02-29", MonthDay::parse)?)
            }
            "from" => {
                let name = words.need("who brought them")?.text;
                let who = super::ask::alias(name);
                self.referrer = Some(who.map_err(|m| words.finding(words.column(), m))?);
            }
            "enrolling" => self.is_enrolling = true,
            "line" => self.extents.push(extent(words, programme)?),
            _ => self.of_a_bill(word, words, programme)?,
        }
        Ok(())
    }

    fn of_a_bill(&mut self, word: &str, words: &mut Words, programme: &Programme) -> Read<()> {
        match word {
            "paid" => self.tenders.push(paid(words, programme)?),
            "reward" => self.tenders.push(reward(words, programme)?),
            "pays" => self.tenders.push(pays(words, programme)?),
            "voucher" => self
                .tenders
                .push(super::vouchers::tender(words, programme)?),
            "charge" => self.charges.push(charge(words, programme)?),
            _ => self.discounts.push(discount(words, programme)?),
        }
        Ok(())
    }
}

/// A date, and a time of day if there is one: noon if not.
pub(super) fn moment(words: &mut Words, programme: &Programme) -> Read<Instant> {
    let day = words.day()?;
    let second = words.time().unwrap_or(12 * 3600);
    Ok(wall(programme, day, second))
}

/// The instant at which the wall shows a date and a second of the day. Hours
/// before the programme's day starts belong to the programme's day before.
pub(super) fn wall(programme: &Programme, date: crate::model::Day, second: u32) -> Instant {
    let calendar = &programme.calendar;
    let minute = second / 60;
    let is_early = minute < u32::from(calendar.day_starts);
    let day = date.plus_days(-i32::from(is_early));
    let at = calendar.at(day, minute / 60, minute % 60);
    at.after(i64::from(second % 60) * crate::model::SECOND)
}

/// An amount of money.
pub(super) fn money(words: &mut Words, programme: &Programme) -> Read<Money> {
    let digits = programme.digits;
    words.read("an amount of money such as 29.00", |text| {
        Money::parse(text, digits)
    })
}

/// An amount of money that may be negative: what is given back on a bill.
pub(super) fn signed_money(words: &mut Words, programme: &Programme) -> Read<Money> {
    let digits = programme.digits;
    words.read("an amount of money such as 29.00", |text| {
        Money::parse_signed(text, digits)
    })
}

fn key(words: &mut Words) -> Read<Key> {
    words.read("a key", Key::parse)
}

fn channel(words: &mut Words) -> Read<Channel> {
    let word = words.need("a channel")?;
    Ok(match word.text {
        "till" => Channel::Till,
        "app" => Channel::App,
        "web" => Channel::Web,
        "mini_program" => Channel::MiniProgram,
        "office" => Channel::Office,
        other => Channel::Other(other.into()),
    })
}

fn identified(words: &mut Words) -> Read<Identified> {
    let known = ["scanned", "typed", "app", "staff"];
    Ok(
        match words.one_of("how the member was known", &known)?.as_str() {
            "scanned" => Identified::Scanned,
            "typed" => Identified::Typed,
            "app" => Identified::App,
            _ => Identified::Staff,
        },
    )
}

/// `line 2`, `line 2 qty 1`, `line 2 amount 5.00`
fn extent(words: &mut Words, programme: &Programme) -> Read<LineExtent> {
    let line = words.read("the number of a line", str::parse::<u16>)?;
    let mut extent = LineExtent {
        line,
        qty: None,
        amount: None,
    };
    if words.take("qty") {
        extent.qty = Some(words.read("a quantity", Qty::parse)?);
    }
    if words.take("amount") {
        extent.amount = Some(money(words, programme)?);
    }
    Ok(extent)
}

/// `paid 60 star`, where the programme does not say what they are worth `worth 3.00`
fn paid(words: &mut Words, programme: &Programme) -> Read<TenderGiven> {
    let points = words.count()?;
    let unit = words.unit(programme)?;
    let amount = match words.take("worth") {
        true => money(words, programme)?,
        false => worth(programme, &unit, points).unwrap_or(Money::ZERO),
    };
    Ok(TenderGiven {
        means: Means::Points { unit, points },
        amount: Some(amount),
    })
}

fn worth(programme: &Programme, unit: &str, points: rust_decimal::Decimal) -> Option<Money> {
    let unit = programme.unit_named(unit)?;
    programme.worth(unit.number, unit.parts(points)?)
}

/// `reward free-coffee`, `reward free-coffee worth 3.00`
fn reward(words: &mut Words, programme: &Programme) -> Read<TenderGiven> {
    let means = Means::Reward(words.need("a reward")?.text.into());
    let amount = if words.take("worth") {
        Some(money(words, programme)?)
    } else {
        None
    };
    Ok(TenderGiven { means, amount })
}

/// `pays gift_card 10.00`
fn pays(words: &mut Words, programme: &Programme) -> Read<TenderGiven> {
    let means = match words
        .need("cash, card, mobile, gift_card or another means")?
        .text
    {
        "cash" => Means::Cash,
        "card" => Means::Card,
        "mobile" => Means::Mobile,
        "gift_card" => Means::GiftCard,
        other => Means::Other(other.into()),
    };
    Ok(TenderGiven {
        means,
        amount: Some(signed_money(words, programme)?),
    })
}

/// `charge delivery 4.90`
fn charge(words: &mut Words, programme: &Programme) -> Read<Charge> {
    let kind = match words
        .need("tax, delivery, deposit, rounding or another charge")?
        .text
    {
        "tax" => ChargeKind::Tax,
        "delivery" => ChargeKind::Delivery,
        "deposit" => ChargeKind::Deposit,
        "rounding" => ChargeKind::Rounding,
        other => ChargeKind::Other(other.into()),
    };
    Ok(Charge {
        kind,
        amount: signed_money(words, programme)?,
    })
}

/// `off 3.00`, `off 3.00 from coffee-week`
fn discount(words: &mut Words, programme: &Programme) -> Read<DiscountGiven> {
    let amount = money(words, programme)?;
    let campaign = match words.take("from") {
        true => words.need("a campaign")?.text.into(),
        false => String::new(),
    };
    Ok(DiscountGiven {
        campaign,
        amount,
        why: String::new(),
    })
}
