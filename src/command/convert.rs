//! Conversion of the fields of each verb: amounts, instants, names and bounds.
//! Every error has the field's path.

use super::{
    Figure,
    bad::{Bad, one_of},
    raw,
    request::*,
    scalar::{self, Amount, Quantity, Text, Whole},
};
use crate::command::{EntryRef, OrderRef, SaleRef, SlipRef, Who};
use crate::model::{
    CampaignStatus, Channel, Charge, ChargeKind, Extent, Identified, Key, Line, LineDetail,
    LineExtent, OutboxPosition, Qty, currency_digits, kind_word, plain_spelling,
};

pub(super) mod leaf;
pub(super) mod office;
pub(super) mod partners;
pub(super) mod passes;
pub(super) mod person;
pub(super) mod ticket;
pub(super) mod transfers;
pub(super) mod vouchers;
use leaf::*;
pub use leaf::{channel, given_out};
pub use partners::month as month_of;

pub(super) type Parsed<T> = Result<T, Bad>;

/// Values that fields of a verb depend on.
pub(super) struct Context<'c> {
    /// Decimals of amounts that state no currency.
    pub(super) digits: u8,
    /// Store of the command, where a sale is looked for whose store is not stated; may be empty.
    pub(super) store: &'c str,
}

pub(super) fn daily(_: raw::Daily, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Daily)
}

pub(super) fn acknowledge(raw: raw::Acknowledge, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Acknowledge {
        consumer: consumer(&raw.consumer)?,
        to: outbox_position("position", &raw.position)?,
    })
}

/// Greatest length of a name of a sender of messages, in bytes.
const CONSUMER_LEN_MAX: usize = 64;

/// Parses the name of a sender of messages.
///
/// # Errors
/// It is empty, too long, or has other characters than those of an id.
pub fn consumer(name: &str) -> Parsed<String> {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    match (1..=CONSUMER_LEN_MAX).contains(&name.len()) && name.chars().all(is_fit) {
        true => Ok(name.into()),
        false => Err(Bad::new(
            "consumer",
            format!("has 1 to {CONSUMER_LEN_MAX} of: letters without accents, digits, . _ - /"),
        )),
    }
}

/// Parses a position of the outbox.
///
/// # Errors
/// It is none.
pub fn outbox_position(field: &str, text: &str) -> Parsed<OutboxPosition> {
    text.parse().map_err(|why: &str| Bad::new(field, why))
}

pub(super) fn purchase(raw: raw::Purchase, context: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Purchase(Box::new(sale(raw, context.digits)?)))
}

fn sale(raw: raw::Purchase, digits: u8) -> Parsed<Purchase> {
    let (currency, digits) = currency_of(raw.currency, digits)?;
    Ok(Purchase {
        total: signed_money("total", raw.total, digits)?,
        currency,
        foreign: None,
        lines: each("lines", raw.lines, |line| line_of(line, digits))?,
        charges: each("charges", raw.charges, |charge| charge_of(charge, digits))?,
        discounts: each("discounts", raw.discounts, |d| discount_of(d, digits))?,
        tenders: each("tenders", raw.tenders, |tender| tender_of(tender, digits))?,
        by: identified(raw.by)?,
        receipt: given_out("receipt", raw.receipt)?,
        order: given_out("order", raw.order)?,
        codes: each("codes", raw.codes, |code| needed("", code))?,
        claim: optional("claim_hash", raw.claim_hash, hash)?,
        books_if_short: optional("if_short", raw.if_short, books_if_short)?.unwrap_or(false),
        is_enrolling: raw.enrol,
    })
}

fn books_if_short(field: &str, word: Text) -> Parsed<bool> {
    let known = [("refuse", false), ("book", true)];
    one_of(field, "way", &kind_word(&word), &known)
}

fn line_of(raw: raw::Line, digits: u8) -> Parsed<Line> {
    let money = |field: &str, text| signed_money(field, text, digits);
    let amount = money("amount", raw.amount)?;
    let detail = LineDetail {
        id: text("id", raw.id)?,
        name: text("name", raw.name)?,
        unit_price: optional("unit_price", raw.unit_price, money)?,
        tax: optional("tax", raw.tax, money)?,
    };
    if let Some(tax) = detail.tax
        && (tax.0.abs() > amount.0.abs() || tax.0.signum() * amount.0.signum() < 0)
    {
        let message = "is not contained in the line's amount: it has the amount's sign, and is no more; tax that comes on top of the lines is a charge";
        return Err(Bad::new("tax", message));
    }
    Ok(Line {
        sku: text("sku", raw.sku)?,
        category: text("category", raw.category)?,
        tags: each("tags", raw.tags, |tag| needed("", tag))?,
        qty: optional("qty", raw.qty, signed_quantity)?.unwrap_or(Qty::ONE),
        amount,
        detail: (detail != LineDetail::default()).then(|| Box::new(detail)),
    })
}

fn charge_of(raw: raw::Charge, digits: u8) -> Parsed<Charge> {
    let kind = match &*kind_word(&raw.kind) {
        "tax" => ChargeKind::Tax,
        "delivery" => ChargeKind::Delivery,
        "deposit" => ChargeKind::Deposit,
        "rounding" => ChargeKind::Rounding,
        kind => ChargeKind::Other(needed("kind", kind.into())?),
    };
    Ok(Charge {
        kind,
        amount: signed_money("amount", raw.amount, digits)?,
    })
}

fn discount_of(raw: raw::Discount, digits: u8) -> Parsed<DiscountGiven> {
    Ok(DiscountGiven {
        campaign: text("campaign", raw.campaign)?,
        amount: money("amount", raw.amount, digits)?,
        why: text("why", raw.why)?,
        lines: lines_named(raw.line, raw.lines)?,
    })
}

/// Lines that a discount or a tender is for.
fn lines_named(line: Option<Whole>, lines: Vec<Whole>) -> Parsed<Vec<u16>> {
    if line.is_some() && !lines.is_empty() {
        return Err(Bad::new("line", "and 'lines' exclude each other; give one"));
    }
    match line {
        Some(line) => Ok(vec![line_number(line)?]),
        None => each("lines", lines, line_number),
    }
}

fn line_number(number: Whole) -> Parsed<u16> {
    let line = u16::try_from(number.0).ok();
    let line = line.filter(|n| (1..=LINES_MAX).contains(&usize::from(*n)));
    line.ok_or_else(|| Bad::new("line", "is no line's number; lines count from 1"))
}

fn tender_of(mut raw: raw::Tender, digits: u8) -> Parsed<TenderGiven> {
    let kind = kind_word(&raw.kind);
    let is = |word: &str| kind == word;
    let is_held = raw.hold.is_some() || is("hold");
    if is_held && (raw.code.is_some() || raw.lot.is_some()) {
        let message = "already names the voucher; leave out 'code' and 'lot'";
        return Err(Bad::new("hold", message));
    }
    let (points, reward, voucher) = (is("points"), is("reward"), is("voucher"));
    let fields = [
        ("unit", raw.unit.is_some(), points || voucher, "points"),
        ("lot", raw.lot.is_some(), voucher, "voucher"),
        ("points", raw.points.is_some(), points || is_held, "points"),
        ("reward", raw.reward.is_some(), reward, "reward"),
        ("code", raw.code.is_some(), voucher, "voucher"),
        ("final", raw.is_final, is_held, "hold"),
        ("hold", is_held, OF_HOLDS.contains(&&*kind), "hold"),
    ];
    if let Some((field, _, _, kind)) = fields.iter().find(|f| f.1 && !f.2) {
        let message = format!("belongs to a tender of kind '{kind}' only");
        return Err(Bad::new(*field, message));
    }
    let may_be_open = is_held || reward || voucher;
    if raw.amount.is_none() && !may_be_open {
        return Err(Bad::new("amount", "is missing"));
    }
    // Money may be paid out; points, rewards and vouchers only pay.
    let amount = |field: &str, text| match points || may_be_open {
        true => money(field, text, digits),
        false => signed_money(field, text, digits),
    };
    Ok(TenderGiven {
        amount: optional("amount", raw.amount.take(), amount)?,
        lines: lines_named(raw.line, std::mem::take(&mut raw.lines))?,
        means: match raw.hold.take() {
            Some(hold) => Means::Held {
                of: EntryRef::Key(key("hold", hold)?),
                content: content_stated(&kind, raw.unit, raw.reward)?,
                points: optional("points", raw.points, count)?,
                is_final: raw.is_final,
            },
            None => means(&kind, raw)?,
        },
    })
}

/// Content of a hold as its tender states it.
fn content_stated(kind: &str, unit: Option<Text>, reward: Option<Text>) -> Parsed<HoldContent> {
    let unit = optional("unit", unit, needed)?;
    Ok(match kind {
        "points" => HoldContent::Points(unit),
        "reward" => HoldContent::Reward(optional("reward", reward, needed)?),
        "voucher" => HoldContent::Voucher(unit),
        _ => HoldContent::Any,
    })
}

/// Names that a tender of a hold may have.
const OF_HOLDS: [&str; 4] = ["hold", "points", "reward", "voucher"];

fn means(kind: &str, raw: raw::Tender) -> Parsed<Means> {
    Ok(match kind {
        "cash" => Means::Cash,
        "card" => Means::Card,
        "mobile" => Means::Mobile,
        "gift_card" => Means::GiftCard,
        "points" => Means::Points {
            unit: needed("unit", raw.unit.unwrap_or_default())?,
            points: count("points", raw.points.unwrap_or_default())?,
        },
        "reward" => Means::Reward(needed("reward", raw.reward.unwrap_or_default())?),
        "voucher" => match (raw.code, raw.lot, raw.unit) {
            (Some(code), None, None) => Means::Voucher(needed("code", code)?),
            (None, Some(text), None) => Means::OwnVoucher(OwnVoucher::Lot(lot("lot", text)?)),
            (None, None, Some(unit)) => Means::OwnVoucher(OwnVoucher::Unit(needed("unit", unit)?)),
            (None, None, None) => {
                return Err(Bad::missing("code", "it is printed on the voucher"));
            }
            _ => {
                let message = "and 'lot' and 'unit' exclude one another; give one";
                return Err(Bad::new("code", message));
            }
        },
        "hold" => return Err(Bad::missing("hold", "name what was set aside by its key")),
        kind => Means::Other(needed("kind", kind.into())?),
    })
}

/// Reads the code of a currency; amounts have the decimals of the one that they are in.
fn currency_of(raw: Option<Text>, digits: u8) -> Parsed<(Option<String>, u8)> {
    let currency = optional("currency", raw, |field, code| text(field, Some(code)))?;
    let currency = currency.map(|code| code.to_uppercase());
    let own = currency.as_deref().and_then(currency_digits);
    Ok((currency, own.unwrap_or(digits)))
}

pub(super) fn goods_back(raw: raw::Return, context: &Context<'_>) -> Parsed<Verb> {
    parse_return(raw, context).map(Verb::Return)
}

fn parse_return(raw: raw::Return, context: &Context<'_>) -> Parsed<Return> {
    let (currency, digits) = currency_of(raw.currency, context.digits)?;
    let slip = context.slip_ref(raw.receipt, raw.sale_store, raw.sale_terminal, raw.sale_day)?;
    let entry = entry_ref(raw.of, None)?;
    let of = match raw.without_slip {
        true if entry.is_some() || slip.is_some() => {
            let message = "and 'of' or 'receipt' exclude each other; give one";
            return Err(Bad::new("without_slip", message));
        }
        true => None,
        false => Some(sale_ref(entry, slip, || {
            Bad::missing(
                "of",
                "name the purchase by 'of' (its key) or by 'receipt' (its slip's number), or say \"without_slip\": true (--without-slip) where the programme takes goods back without",
            )
        })?),
    };
    if of.is_none() && raw.amount.is_none() {
        return Err(Bad::missing(
            "amount",
            "without a slip, say how much money is given for the goods",
        ));
    }
    let extent = match (raw.all, raw.amount, raw.lines.is_empty()) {
        (true, None, true) => Extent::All,
        (false, Some(amount), true) => Extent::Amount(more_than_none("amount", amount, digits)?),
        (false, None, false) => {
            Extent::Lines(each("lines", raw.lines, |line| line_extent(line, digits))?)
        }
        _ => {
            return Err(Bad::new(
                "",
                "say what comes back by exactly one of 'all': true, 'amount' or 'lines'",
            ));
        }
    };
    Ok(Return {
        of,
        extent,
        currency,
        receipt: given_out("return_receipt", raw.return_receipt)?,
    })
}

fn line_extent(raw: raw::LineExtent, digits: u8) -> Parsed<LineExtent> {
    if raw.qty.is_some() && raw.amount.is_some() {
        return Err(Bad::new("qty", "and 'amount' exclude each other; give one"));
    }
    Ok(LineExtent {
        line: line_number(raw.line)?,
        qty: optional("qty", raw.qty, quantity)?,
        amount: optional("amount", raw.amount, |field, text| {
            more_than_none(field, text, digits)
        })?,
    })
}

pub(super) fn enrol(raw: raw::Enrol, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Enrol(Box::new(Enrol {
        aliases: aliases("aliases", raw.aliases)?,
        name: text("name", raw.name)?,
        birthday: optional("birthday", raw.birthday, birthday)?,
        referrer: optional("referrer", raw.referrer, who)?,
        source: text("source", raw.source)?,
        consents: each("consents", raw.consents, |purpose| needed("", purpose))?,
        notice: text("notice", raw.notice)?,
    })))
}

pub(super) fn profile(raw: raw::Profile, _: &Context<'_>) -> Parsed<Verb> {
    let change = ProfileChange {
        name: optional("name", raw.name, |field, name| text(field, Some(name)))?,
        birthday: optional("birthday", raw.birthday, |field, text| {
            optional(field, Some(text).filter(|text| !text.is_empty()), birthday)
        })?,
        aliases_add: aliases("aliases_add", raw.aliases_add)?,
        aliases_remove: aliases("aliases_remove", raw.aliases_remove)?,
        attributes: person::attributes(raw.attributes)?,
    };
    match change == ProfileChange::default() {
        true => Err(Bad::new(
            "",
            "nothing to change; give name, birthday, attributes, aliases_add or aliases_remove",
        )),
        false => Ok(Verb::Profile(change)),
    }
}

pub(super) fn redeem(raw: raw::Redeem, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Redeem {
        what: redeemed(raw.unit, raw.points, raw.reward)?,
        note: text("note", raw.note)?,
        by: identified(raw.by)?,
    })
}

fn redeemed(unit: Option<Text>, points: Option<Figure>, reward: Option<Text>) -> Parsed<Redeemed> {
    Ok(match (unit, points, reward) {
        (None, None, Some(reward)) => Redeemed::Reward(needed("reward", reward)?),
        (Some(unit), Some(points), None) => Redeemed::Points {
            unit: needed("unit", unit)?,
            points: count("points", points)?,
        },
        (Some(_), None, None) => return Err(Bad::new("points", "is missing")),
        (None, Some(_), None) => return Err(Bad::new("unit", "is missing")),
        _ => {
            return Err(Bad::new(
                "",
                "say what is redeemed: 'unit' and 'points', or 'reward'",
            ));
        }
    })
}

pub(super) fn void(raw: raw::Void, context: &Context<'_>) -> Parsed<Verb> {
    let slip = context.slip_ref(raw.receipt, raw.sale_store, raw.sale_terminal, raw.sale_day)?;
    let missing = || {
        let remedy = "name the entry by 'of' (its key) or 'seq', a sale also by 'receipt'";
        Bad::missing("of", remedy)
    };
    Ok(Verb::Void {
        of: sale_ref(entry_ref(raw.of, raw.seq)?, slip, missing)?,
        reason: needed("reason", raw.reason)?,
    })
}

pub(super) fn reassign(raw: raw::Reassign, context: &Context<'_>) -> Parsed<Verb> {
    let slip = context.slip_ref(raw.receipt, raw.sale_store, raw.sale_terminal, raw.sale_day)?;
    let missing = || {
        let remedy = "name the sale by 'of' (its key), 'seq', or 'receipt' (its slip's number)";
        Bad::missing("of", remedy)
    };
    Ok(Verb::Reassign {
        of: sale_ref(entry_ref(raw.of, raw.seq)?, slip, missing)?,
        to: who("to", raw.to)?,
        reason: needed("reason", raw.reason)?,
    })
}

pub(super) fn amend(raw: raw::Amend, context: &Context<'_>) -> Parsed<Verb> {
    let entry = entry_ref(raw.of, raw.seq)?;
    let order = given_out("order", raw.order)?;
    let of = if order.is_empty() {
        let slip =
            context.slip_ref(raw.receipt, raw.sale_store, raw.sale_terminal, raw.sale_day)?;
        sale_ref(entry, slip, || {
            let remedy =
                "name the sale by 'of' (its key), 'seq', 'receipt' (its slip's number) or 'order'";
            Bad::missing("of", remedy)
        })?
    } else {
        let slip = context.slip_ref(raw.receipt, None, raw.sale_terminal, raw.sale_day)?;
        if entry.is_some() || slip.is_some() {
            let message = "and 'of', 'seq' or 'receipt' exclude each other; give one";
            return Err(Bad::new("order", message));
        }
        let store = context.sale_store(raw.sale_store)?;
        SaleRef::Order(OrderRef { order, store })
    };
    let (currency, digits) = currency_of(raw.currency, context.digits)?;
    let money = |field: &str, text| signed_money(field, text, digits);
    let change = SaleChange {
        total: optional("total", raw.total, money)?,
        currency: None,
        lines: each("lines", raw.lines, |line| line_of(line, digits))?,
        charges: each("charges", raw.charges, |charge| charge_of(charge, digits))?,
        discounts: each("discounts", raw.discounts, |d| discount_of(d, digits))?,
        tenders: each("tenders", raw.tenders, |tender| tender_of(tender, digits))?,
    };
    if change == SaleChange::default() {
        let remedy = "say what the sale came to, with its 'lines' where it has some";
        return Err(Bad::missing("total", remedy));
    }
    Ok(Verb::Amend(Box::new(Amend {
        of,
        change: SaleChange { currency, ..change },
        reason: needed("reason", raw.reason)?,
    })))
}

pub(super) fn adjust(raw: raw::Adjust, _: &Context<'_>) -> Parsed<Verb> {
    if raw.points.to_decimal().is_zero() {
        return Err(Bad::new(
            "points",
            "is 0; an adjustment gives or takes something",
        ));
    }
    Ok(Verb::Adjust(Adjust {
        unit: needed("unit", raw.unit)?,
        points: raw.points.to_decimal(),
        reason: needed("reason", raw.reason)?,
        of: entry_ref(raw.of, raw.seq)?,
        campaign: text("campaign", raw.campaign)?,
        approver: text("approver", raw.approver)?,
    }))
}

pub(super) fn campaign(raw: raw::Campaign, _: &Context<'_>) -> Parsed<Verb> {
    let is_target = &*raw.action == "target";
    let stray = |is_given: bool, field: &str| match is_given && !is_target {
        true => Err(Bad::new(field, "belongs to the action 'target' only")),
        false => Ok(()),
    };
    stray(raw.quota.is_some(), "quota")?;
    stray(raw.decline.is_some(), "decline")?;
    let action = match &*raw.action {
        "pause" => CampaignAction::Becomes(CampaignStatus::Paused),
        "resume" | "open" => CampaignAction::Becomes(CampaignStatus::Running),
        "close" => CampaignAction::Becomes(CampaignStatus::Closed),
        "target" => CampaignAction::Target {
            quota: optional("quota", raw.quota, quota)?,
            decline: optional("decline", raw.decline, who)?,
        },
        other => {
            let known = ["pause", "resume", "open", "close", "target"];
            return Err(Bad::unknown("action", "action", other, &known));
        }
    };
    let reason = match is_target {
        true => text("reason", raw.reason)?,
        false => needed("reason", raw.reason.unwrap_or_default())?,
    };
    Ok(Verb::Campaign {
        campaign: needed("campaign", raw.campaign)?,
        action,
        reason,
    })
}

fn quota(field: &str, raw: Whole) -> Parsed<u32> {
    let quota = u32::try_from(positive(field, raw)?);
    quota.map_err(|_| Bad::new(field, "is too large"))
}

/// A sale by one of the two references.
fn sale_ref(
    entry: Option<EntryRef>,
    slip: Option<SlipRef>,
    missing: impl FnOnce() -> Bad,
) -> Parsed<SaleRef> {
    match (entry, slip) {
        (Some(entry), None) => Ok(SaleRef::Entry(entry)),
        (None, Some(slip)) => Ok(SaleRef::Slip(slip)),
        (None, None) => Err(missing()),
        _ => Err(Bad::new("of", "and 'receipt' exclude each other; give one")),
    }
}

impl Context<'_> {
    /// Store of a sale; where it is not stated, that of the command.
    fn sale_store(&self, stated: Option<Text>) -> Parsed<String> {
        let store = given_out("sale_store", stated)?;
        Ok(match store.is_empty() {
            true => self.store.to_owned(),
            false => store,
        })
    }

    /// A slip by its number, and the fields that distinguish it from others.
    fn slip_ref(
        &self,
        receipt: Option<Text>,
        store: Option<Text>,
        terminal: Option<Text>,
        day: Option<Text>,
    ) -> Parsed<Option<SlipRef>> {
        let stated = [
            ("sale_store", store.is_some()),
            ("sale_terminal", terminal.is_some()),
            ("sale_day", day.is_some()),
        ];
        let stray = stated.iter().find(|(_, is_stated)| *is_stated);
        match (receipt, stray) {
            (None, Some((field, _))) => {
                Err(Bad::new(*field, "belongs to a sale named by 'receipt'"))
            }
            (None, None) => Ok(None),
            (Some(receipt), _) => Ok(Some(SlipRef {
                receipt: needed("receipt", plain_spelling(&receipt).into_owned().into())?,
                store: self.sale_store(store)?,
                terminal: given_out("sale_terminal", terminal)?,
                day: optional("sale_day", day, leaf::day)?,
            })),
        }
    }
}

fn entry_ref(of: Option<Text>, seq: Option<Whole>) -> Parsed<Option<EntryRef>> {
    match (of, seq) {
        (Some(of), None) => Ok(Some(EntryRef::Key(key("of", of)?))),
        (None, Some(Whole(seq))) => match u64::try_from(seq) {
            Ok(seq) => Ok(Some(EntryRef::Seq(seq))),
            Err(_) => Err(Bad::new("seq", "is negative")),
        },
        (None, None) => Ok(None),
        _ => Err(Bad::new("of", "and 'seq' exclude each other; give one")),
    }
}
