//! Names to numbers: a verb as it was sent becomes an act.

use crate::command::{
    CampaignAction, EntryRef, HoldContent, Means, Purchase, Redeemed, Request, SaleRef, Verb, Who,
};
use crate::engine::Records;
use crate::engine::commit::entry_keys::order_scope;
use crate::engine::error::Error;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{admit, deciding, name_resolver, names_in_force};
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::{
    activity, foreign, office, order_claim, partners, passes, privacy, slips, standing_sale,
    transfers, vouchers,
};
use crate::model::{
    self, Act, Adjustment, CampaignChanged, Code, CodeKind, Discount, Effect, Entry, Extent, Head,
    Key, Line, MemberId, Money, NameKind, Number, Origin, Points, Policy, Refusal, Tender,
    TenderKind,
};
use crate::policy::Compiled;
use crate::rules::state::Hold;
use crate::{command, rules};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// Converts a verb to an act: every name becomes its number.
pub(in crate::engine) fn act(records: &mut Records, request: &Request) -> Result<Act, Stop> {
    Ok(match &request.verb {
        Verb::Purchase(sale) => Act::Purchase(Box::new(purchase(records, sale, request)?)),
        Verb::Return(back) => give_back(records, request, back)?,
        Verb::Redeem { what, note, by } => {
            let (unit, points, reward) = redeemed(records, what)?;
            Act::Redemption {
                reward,
                unit,
                points,
                note: note.clone(),
                by: *by,
            }
        }
        Verb::Void { of, reason } => Act::Reversal {
            of: sale_ref(records, request, of)?,
            reason: reason.clone(),
        },
        Verb::Adjust(adjust) => Act::Adjustment(adjustment(records, adjust)?),
        Verb::Campaign {
            campaign: name,
            action: CampaignAction::Becomes(status),
            reason,
        } => Act::CampaignChanged(CampaignChanged {
            campaign: names_in_force::campaign(records, name)?,
            status: *status,
            reason: reason.clone(),
            figures: Vec::new(),
        }),
        Verb::Activity(activity) => activity::act(&name_resolver::names(records)?, activity)?,
        Verb::Consent(change) => Act::ConsentChanged {
            consents: privacy::consents(
                records,
                &change.purposes,
                change.is_given,
                &change.notice,
            )?,
        },
        Verb::Erase { reason } => Act::Erased {
            reason: reason.clone(),
        },
        Verb::Partner(asked) => partners::partner_act(&name_resolver::names(records)?, asked)?,
        Verb::Pool(paid) => partners::pool_act(&name_resolver::names(records)?, paid)?,
        Verb::Pass(asked) => passes::pass_act(&name_resolver::names(records)?, asked)?,
        Verb::Office(asked) => office::office_act(records, asked)?,
        Verb::Claim { code } => Act::Claim {
            of: vouchers::claimed(records, code)?,
        },
        Verb::Acknowledge { consumer, to } => Act::OutboxAcknowledged {
            consumer: consumer.clone(),
            to: *to,
        },
        Verb::Unlock {
            kind,
            terminal,
            reason,
        } => Act::GuessingUnlocked {
            kind: *kind,
            terminal: terminal.clone(),
            reason: reason.clone(),
        },
        _ => transfers::hold_or_transfer(records, request)?,
    })
}

/// Unit and points, or the reward, that a redemption names.
fn redeemed(records: &Records, what: &Redeemed) -> Result<(Number, Points, Number), Stop> {
    Ok(match what {
        Redeemed::Points { unit, points } => {
            let (unit, points) = name_resolver::names(records)?.amount(unit, *points)?;
            (unit, points, 0)
        }
        Redeemed::Reward(id) => (0, Points::ZERO, names_in_force::reward(records, id)?),
    })
}

/// Converts a sale. Holds, and vouchers without a code, are taken from the
/// sale of the same key, if that was booked before.
pub(in crate::engine) fn purchase(
    records: &mut Records,
    given: &Purchase,
    request: &Request,
) -> Result<model::Purchase, Stop> {
    let converted = foreign::converted(records, given, request)?;
    let (given, foreign) = match &converted {
        Some(converted) => (&converted.sale, Some(converted.paid.clone())),
        None => (given, given.foreign.clone()),
    };
    let discount = |d: &command::DiscountGiven| -> Result<Discount, Stop> {
        Ok(Discount {
            campaign: names_in_force::campaign_or_none(records, &d.campaign)?,
            why: d.why.clone(),
            amount: d.amount,
            lines: d.lines.clone(),
        })
    };
    let discounts: Result<_, Stop> = given.discounts.iter().map(discount).collect();
    let bill = model::Purchase {
        total: given.total,
        lines: with_categories(records, given, request)?,
        charges: given.charges.clone(),
        discounts: discounts?,
        ..Default::default()
    };
    let tenders = tenders(records, given, &bill, request)?;
    let mut sale = model::Purchase {
        tenders,
        foreign,
        by: given.by,
        receipt: given.receipt.clone(),
        order: given.order.clone(),
        codes: given.codes.clone(),
        book_if_short: given.books_if_short,
        ..bill
    };
    if let Some(converted) = &converted {
        crate::engine::verbs::foreign::settle_rounding(&mut sale, &converted.by);
    }
    Ok(sale)
}

/// The lines of a sale, with the categories that the programme lists for articles of
/// which the till sends none. A sale that is sent again has those of the first time.
fn with_categories(
    records: &mut Records,
    given: &Purchase,
    request: &Request,
) -> Result<Vec<Line>, Stop> {
    let mut lines = given.lines.clone();
    let programme = records.programme()?;
    let lacks = |line: &Line| line.category.is_empty() && !line.sku.is_empty();
    if programme.goods.is_empty() || !lines.iter().any(lacks) {
        return Ok(lines);
    }
    let booked = order_claim::sale_booked(records, &request.key)?;
    let programme = records.programme()?;
    for (n, line) in lines.iter_mut().enumerate().filter(|(_, line)| lacks(line)) {
        let first = booked.as_ref().and_then(|sale| sale.lines.get(n));
        let first = first.filter(|first| first.sku == line.sku);
        let category = match first {
            Some(first) => first.category.clone(),
            None => programme
                .category_of(&line.sku)
                .unwrap_or_default()
                .to_owned(),
        };
        line.category = category;
    }
    Ok(lines)
}

/// Converts the tenders of a bill, one after the other: each piece is paid
/// for once. Money without an amount, which only a corrected sale has, pays the
/// rest.
fn tenders(
    records: &mut Records,
    given: &Purchase,
    bill: &model::Purchase,
    request: &Request,
) -> Result<Vec<Tender>, Stop> {
    let mut tenders = Vec::with_capacity(given.tenders.len());
    let mut before = Vec::new();
    for (n, tender) in given.tenders.iter().enumerate() {
        let made = tender_made(records, tender, (bill, &mut before), request, n);
        tenders.push(match made {
            // The decision leaves out tenders that cannot pay.
            Err(Stop::No(no)) if given.books_if_short && no.code != Code::BadInput => {
                short_tender(records, tender, given)?
            }
            made => made.map_err(|stop| stop.at_tender(n))?,
        });
    }
    let mut all = given.tenders.iter();
    if let Some(n) = all.position(|t| t.amount.is_none() && !t.means.is_own()) {
        let paid = Money::sum(tenders.iter().map(|t| t.amount));
        let rest = paid.and_then(|paid| given.total.minus(paid));
        let large = || Refusal::new(Code::TooLarge, "tenders: they are too large");
        tenders[n].amount = rest.ok_or_else(large)?;
    }
    Ok(crate::engine::verbs::vouchers::with_rest(
        tenders,
        given.total,
    ))
}

/// Converts one tender; `before` are the effects of those before it.
fn tender_made(
    records: &mut Records,
    given: &command::TenderGiven,
    (bill, before): (&model::Purchase, &mut Vec<Effect>),
    request: &Request,
    n: usize,
) -> Result<Tender, Stop> {
    let booked = (&request.key, n);
    let kind = match &given.means {
        Means::Voucher(code) => TenderKind::Voucher {
            code: vouchers::typed_hash(CodeKind::Voucher, code),
        },
        Means::UsedVoucher(code) => TenderKind::Voucher { code: *code },
        Means::OwnVoucher(which) => TenderKind::Voucher {
            code: vouchers::own_voucher(records, which, request.member.as_ref(), booked)?,
        },
        Means::Held {
            of,
            content,
            points,
            ..
        } => held(
            records,
            (of, content, *points),
            request.member.as_ref(),
            booked,
        )?,
        Means::Reward(id) => TenderKind::Reward {
            reward: names_in_force::reward(records, id)?,
        },
        _ => return tender(records, given),
    };
    if kind.voucher().is_some() {
        return vouchers::voucher_tender(records, kind, given, bill, before);
    }
    match kind.reward() {
        Some(_) => {
            let policy = policy_for(records, request)?;
            reward_tender(&*policy, kind, given, (bill, before))
        }
        None => held_points(records, kind, given),
    }
}

/// Converts held points to a tender, which pay their value if the till
/// leaves the amount to the ledger.
fn held_points(
    records: &Records,
    kind: TenderKind,
    given: &command::TenderGiven,
) -> Result<Tender, Stop> {
    let programme = records.programme()?;
    let worth = kind.points().and_then(|(unit, n)| programme.worth(unit, n));
    let none = "tenders: amount is missing: what is held has no value on a bill";
    let amount = given.amount.or(worth);
    Ok(Tender {
        amount: amount.ok_or_else(|| Refusal::new(Code::WrongTenderValue, none))?,
        kind,
        lines: given.lines.clone(),
    })
}

/// Converts a hold to a tender.
fn held(
    records: &mut Records,
    (of, content, asked): (&EntryRef, &HoldContent, Option<Decimal>),
    payer: Option<&Who>,
    (key, n): (&Key, usize),
) -> Result<TenderKind, Stop> {
    let hold = held_entry(records, of)?;
    if let Some(booked) = order_claim::tender_booked(records, key, n)?
        && booked.hold().is_some_and(|of| of == hold || of == 0)
    {
        return Ok(booked);
    }
    let entry = records.entry(hold)?;
    let owner = entry.as_ref().and_then(Entry::member);
    let owner = records.present(owner)?;
    let payer = records.named(payer)?;
    let member = owner.and_then(|id| records.cache.state().members.get(&id));
    let found = member.and_then(|m| m.holds.iter().find(|h| h.seq == hold));
    let opened = entry.as_ref().and_then(opened_by);
    let (Some((unit, whole)), Some(act)) = (opened, entry.map(|entry| entry.act)) else {
        let nothing = rules::lots::hold::nothing_held(hold);
        return no(nothing.code, format!("hold: {}", nothing.detail));
    };
    let is_open = found.is_some();
    check_content(records, (hold, unit), &act, content)?;
    // A voucher pays for whoever brings it.
    if is_open && owner != payer && !matches!(act, Act::VoucherHeld { .. }) {
        let detail = format!(
            "hold: entry {hold} set it aside for another member; name that member, or leave the tender out"
        );
        return no(Code::WrongMember, detail);
    }
    // The decision refuses one that has ended.
    let left = found.map_or(whole, Hold::left);
    let lot = found.and_then(|hold| hold.lots.first().map(|l| l.0));
    let points = asked.map_or(Ok(left), |asked| held_part(records, &act, unit, asked))?;
    let reward = match act {
        Act::RewardHeld { reward, .. } => reward,
        _ => 0,
    };
    let code = match act {
        Act::VoucherHeld { lot: first, .. } => {
            vouchers::code_hash_of(records, lot.unwrap_or(first))?
        }
        _ => None,
    };
    Ok(TenderKind::Held {
        hold,
        unit,
        points,
        reward,
        code,
    })
}

/// Unit and points that an entry set aside; None for a gift, which waits for its token.
fn opened_by(entry: &Entry) -> Option<(Number, Points)> {
    entry.effects.iter().find_map(|effect| match effect {
        Effect::HoldOpened {
            unit,
            amount,
            token: None,
            ..
        } => Some((*unit, *amount)),
        _ => None,
    })
}

/// Points of a hold that a till names; only points are captured in part.
fn held_part(records: &Records, held: &Act, unit: Number, asked: Decimal) -> Result<Points, Stop> {
    if !matches!(held, Act::Hold { .. }) {
        let detail = "points: what is held is captured whole; name none";
        return no(Code::BadInput, detail);
    }
    let name = records.global().names.text(NameKind::Unit, unit);
    Ok(name_resolver::names(records)?.amount(&name, asked)?.1)
}

/// The entry under a hold's key.
fn held_entry(records: &mut Records, of: &EntryRef) -> Result<u64, Stop> {
    name_resolver::entry_ref(records, of).map_err(|stop| match stop {
        Stop::No(no) if no.code == Code::UnknownEntry => {
            let detail = match of {
                EntryRef::Key(key) => format!(
                    "hold: nothing was set aside under {}; send the key of the command that did it, or leave the tender out",
                    key.as_str()
                ),
                EntryRef::Seq(seq) => format!("hold: there is no entry {seq}"),
            };
            Refusal::new(Code::UnknownEntry, detail).into()
        }
        stop => stop,
    })
}

/// Checks that a hold has the content that a till states.
fn check_content(
    records: &Records,
    (hold, unit): (u64, Number),
    act: &Act,
    stated: &HoldContent,
) -> Result<(), Stop> {
    let names = &records.global().names;
    let unit = names.text(NameKind::Unit, unit);
    let (kind, id) = match act {
        Act::RewardHeld { reward, .. } => ("reward", names.text(NameKind::Reward, *reward)),
        Act::VoucherHeld { .. } => ("voucher", unit),
        _ => ("points", unit),
    };
    let (stated_kind, stated_id) = match stated {
        HoldContent::Any => return Ok(()),
        HoldContent::Points(id) => ("points", id),
        HoldContent::Reward(id) => ("reward", id),
        HoldContent::Voucher(id) => ("voucher", id),
    };
    if kind == stated_kind && stated_id.as_ref().is_none_or(|stated| *stated == id) {
        return Ok(());
    }
    let what = match kind {
        "points" => format!("points in {id}"),
        kind => format!("the {kind} {id}"),
    };
    let detail = format!("hold: entry {hold} set aside {what}; say kind \"hold\", or what it is");
    no(Code::UnknownEntry, detail)
}

/// A tender that cannot pay, with as much of its name as is known (0 for
/// unknown). Without an amount it covers the rest of the bill.
fn short_tender(
    records: &mut Records,
    given: &command::TenderGiven,
    purchase: &Purchase,
) -> Result<Tender, Error> {
    let hold = match &given.means {
        Means::Held { of, .. } => match held_entry(records, of) {
            Ok(hold) => hold,
            Err(Stop::No(_)) => 0,
            Err(Stop::Error(error)) => return Err(error),
        },
        _ => 0,
    };
    let names = &records.global().names;
    let number = |kind, id| names.number(kind, id).unwrap_or(0);
    let kind = match &given.means {
        Means::Points { unit, points } => TenderKind::Points {
            unit: number(NameKind::Unit, unit),
            points: Points(points.trunc().to_i64().unwrap_or(0)),
        },
        Means::Voucher(code) => TenderKind::Voucher {
            code: vouchers::typed_hash(CodeKind::Voucher, code),
        },
        Means::UsedVoucher(code) => TenderKind::Voucher { code: *code },
        Means::OwnVoucher(_) => TenderKind::Voucher {
            code: vouchers::typed_hash(CodeKind::Voucher, ""),
        },
        Means::Reward(id) => TenderKind::Reward {
            reward: number(NameKind::Reward, id),
        },
        Means::Held { .. } => TenderKind::Held {
            hold,
            unit: 0,
            points: Points::ZERO,
            reward: 0,
            code: None,
        },
        _ => TenderKind::Cash,
    };
    let said = purchase.tenders.iter().filter_map(|t| t.amount);
    let rest = Money::sum(said).and_then(|said| purchase.total.minus(said));
    let rest = rest.unwrap_or_default().max(Money::ZERO);
    Ok(Tender {
        kind,
        amount: given.amount.unwrap_or(rest),
        lines: given.lines.clone(),
    })
}

pub(in crate::engine) fn tender(
    records: &Records,
    given: &command::TenderGiven,
) -> Result<Tender, Stop> {
    let kind = match &given.means {
        Means::Cash => TenderKind::Cash,
        Means::Card => TenderKind::Card,
        Means::Mobile => TenderKind::Mobile,
        Means::GiftCard => TenderKind::GiftCard,
        Means::Points { unit, points } => {
            let (unit, points) = name_resolver::names(records)?.amount(unit, *points)?;
            TenderKind::Points { unit, points }
        }
        Means::Reward(_)
        | Means::Voucher(_)
        | Means::UsedVoucher(_)
        | Means::OwnVoucher(_)
        | Means::Held { .. } => {
            return no(
                Code::BadInput,
                "tenders: rewards and vouchers have a door of their own",
            );
        }
        Means::Other(name) => TenderKind::Other(name.clone()),
    };
    let missing = || Refusal::new(Code::BadInput, "tenders: amount is missing");
    let amount = match kind {
        TenderKind::Points { .. } => given.amount.ok_or_else(missing)?,
        _ => given.amount.unwrap_or_default(),
    };
    Ok(Tender {
        kind,
        amount,
        lines: given.lines.clone(),
    })
}

fn adjustment(records: &mut Records, adjust: &command::Adjust) -> Result<Adjustment, Stop> {
    let (unit, points) = name_resolver::names(records)?.amount(&adjust.unit, adjust.points)?;
    Ok(Adjustment {
        unit,
        points,
        reason: adjust.reason.clone(),
        of: adjust
            .of
            .as_ref()
            .map(|of| name_resolver::entry_ref(records, of))
            .transpose()?,
        campaign: names_in_force::campaign_or_none(records, &adjust.campaign)?,
        approver: adjust.approver.clone(),
    })
}

/// The entry of a sale, in whichever way it is named.
pub(in crate::engine) fn sale_ref(
    records: &mut Records,
    request: &Request,
    of: &SaleRef,
) -> Result<u64, Stop> {
    match of {
        SaleRef::Entry(of) => {
            let seq = name_resolver::entry_ref(records, of)?;
            standing_sale::standing_sale_for(records, request, seq)
        }
        SaleRef::Slip(slip) => slips::sale_of_slip(records, request, slip),
        SaleRef::Order(named) => slips::sale_of_order(records, named),
    }
}

fn give_back(
    records: &mut Records,
    request: &Request,
    back: &command::Return,
) -> Result<Act, Stop> {
    let Some(sale) = &back.of else {
        let own = &records.programme()?.currency;
        if back.currency.as_ref().is_some_and(|code| code != own) {
            let text = format!("currency: without a slip, the amount is in {own}");
            return no(Code::UnknownCurrency, text);
        }
        let amount = match back.extent {
            Extent::Amount(amount) => amount,
            _ => model::Money::ZERO,
        };
        let receipt = back.receipt.clone();
        return Ok(Act::ReturnedWithoutSlip { amount, receipt });
    };
    let of = sale_ref(records, request, sale).map_err(|stop| match stop {
        Stop::No(no) if no.code == Code::UnknownEntry => {
            Refusal::new(Code::UnknownPurchase, "of: there is no such purchase").into()
        }
        stop => stop,
    })?;
    let extent = match &back.currency {
        Some(currency) => foreign::extent_counted(records, request, (of, currency), &back.extent)?,
        None => back.extent.clone(),
    };
    Ok(Act::Return {
        of,
        extent,
        receipt: back.receipt.clone(),
    })
}

/// Converts a reward to a tender, which pays its value if the till leaves
/// the amount to the ledger.
fn reward_tender(
    policy: &dyn Policy,
    kind: TenderKind,
    given: &command::TenderGiven,
    (bill, before): (&model::Purchase, &mut Vec<Effect>),
) -> Result<Tender, Stop> {
    let (number, programme) = (kind.reward().unwrap_or(0), policy.programme());
    let reward = policy.rewards().iter().find(|r| r.number == number);
    let reward =
        reward.ok_or_else(|| Refusal::new(Code::UnknownReward, "there is no such reward"))?;
    let amount = match given.amount {
        Some(amount) => amount,
        None => rules::reward::worth(programme, reward, bill, &given.lines, before)?,
    };
    let tender = Tender {
        kind,
        amount,
        lines: given.lines.clone(),
    };
    // The decision refuses one that pays for nothing.
    if let Ok(paid) = rules::reward::pays(programme, reward, bill, &tender, before) {
        before.push(paid.effect(number, amount));
    }
    Ok(tender)
}

/// The programme that decides a sale as it is asked for.
fn policy_for(records: &mut Records, request: &Request) -> Result<Arc<Compiled>, Stop> {
    if records.global().pilot.is_none() {
        return Ok(Arc::clone(records.policy()?));
    }
    let member = records.named(request.member.as_ref())?;
    let head = Head {
        origin: admit::origin(records, request, &Mode::default())?,
        ..records.ledger_head()
    };
    let number = deciding::deciding(records, &head, member, None, None);
    Ok(deciding::policy_by(records, number)?)
}

/// Converts a verb to an act, with its codes, and the holder of its voucher.
pub(in crate::engine) fn coded_act(
    records: &mut Records,
    request: &Request,
    origin: &Origin,
    member: Option<MemberId>,
) -> Result<(Act, Option<MemberId>), Stop> {
    if let Verb::Voucher(asked) = &request.verb {
        return vouchers::voucher_act(records, asked, request, member);
    }
    if let Verb::HoldVoucher { which, until, note } = &request.verb {
        let (lot, holder) = vouchers::lot_of(records, which, member)?;
        let (until, note) = (*until, note.clone());
        return Ok((Act::VoucherHeld { lot, until, note }, holder));
    }
    let mut act = act(records, request)?;
    if let Act::Purchase(purchase) = &mut act
        && !purchase.order.is_empty()
    {
        purchase.order_scope = order_scope(records.programme()?.orders, origin);
    }
    if !origin.is_history {
        vouchers::make_claimable(records, request, &mut act)?;
    }
    Ok((act, None))
}
