//! Correction of wrong awards by entries of their own.

use crate::answer::Answer;
use crate::command::{Request, Source, Verb, VoucherAsked, VoucherRef, Who};
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::reading::alias_owner;
use crate::engine::staging::{booking, deciding, names_in_force};
use crate::engine::stop::{Stop, said};
use crate::engine::{Ledger, Records};
use crate::model::{
    Act, Adjustment, CampaignStatus, Channel, Code, Effect, Entry, Instant, Key, LotId, MemberId,
    NameKind, Number, Points, Refusal, Steps, UnitKind,
};
use crate::rules::campaign::redecide;
use crate::rules::decide::own_points;
use crate::rules::{Case, DecisionInputs, FailedScript};

/// Beginning of the keys of entries that put right what came out of order.
const IN_ORDER: &str = "in-order/";

/// Points that a member was not given, or was given too many of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redecided {
    /// The purchase, or another entry that gave points; None for what no single one gave.
    pub of: Option<u64>,
    /// The campaign; 0 for none in particular.
    pub campaign: Number,
    /// The member.
    pub member: MemberId,
    /// The unit.
    pub unit: Number,
    /// Points to add or (negative) to take back.
    pub points: Points,
}

/// Correction of a voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoucherCorrection {
    /// One goes to another member, and counts once in its unit's stock.
    Move {
        /// Its holder.
        from: MemberId,
        /// Its lot.
        lot: LotId,
        /// Its new holder, under a new code.
        to: MemberId,
    },
    /// One is taken back.
    Void {
        /// Its holder.
        member: MemberId,
        /// Its lot.
        lot: LotId,
    },
    /// One is issued.
    Issue {
        /// Its new holder.
        member: MemberId,
        /// The unit.
        unit: Number,
    },
}

/// Key of the n-th correction of a run, which is named by the entry that it begins at.
fn order_key(run: u64, n: u64) -> Key {
    Key::parse(&format!("{IN_ORDER}{run}/{n}")).unwrap_or_else(|_| Key::none())
}

/// True for an entry that put right what came out of order.
pub fn is_order_correction(entry: &Entry) -> bool {
    let is_one = matches!(
        entry.act,
        Act::Adjustment(_)
            | Act::VoucherVoided { .. }
            | Act::VoucherIssued { .. }
            | Act::VoucherGiven { .. }
            | Act::VoucherClaimed { .. }
    );
    let is_own = entry.head.origin.channel == Channel::House;
    is_one && is_own && entry.head.key.as_str().starts_with(IN_ORDER)
}

/// Differences between a campaign's awards by the programme in force and
/// those it gave, for the purchases, activities and enrolments between two
/// instants, both included; if the programme no longer has the campaign, all
/// its awards for them. Changes nothing.
///
/// # Errors
/// [`Error::Refused`] for a campaign that no programme ever had.
pub fn redecide(
    records: &mut Records,
    campaign: &str,
    from: Instant,
    to: Instant,
) -> Result<Vec<Redecided>, Error> {
    let campaign = campaign_ever(records, campaign)?;
    let (decided, adjusted) = decided_of(records, campaign, from, to)?;
    let mut found = Vec::new();
    for entry in decided {
        let Some(member) = entry.member() else {
            continue;
        };
        let Some(member) = records.resolve(&Who::Id(member))? else {
            continue;
        };
        // Nobody is there any more to give to, or to take from.
        if alias_owner::is_erased(records, member) {
            continue;
        }
        records.programme_of(entry.head.bundle)?;
        records.cache.load_aftermath(entry.seq)?;
        let booked: Vec<(Number, Points)> = adjusted
            .iter()
            .filter(|a| a.0 == entry.seq)
            .map(|a| (a.1, a.2))
            .collect();
        let case = Case {
            state: records.cache.state(),
            policies: &records.programmes,
            policy: deciding::policy_by(
                records,
                deciding::deciding(records, &entry.head, Some(member), Some(&entry.act), None),
            )?,
            head: entry.head.clone(),
            member: Some(member),
            inputs: DecisionInputs::default(),
            steps: Steps::default(),
            failed: FailedScript::default(),
        };
        for (unit, points) in redecide::difference(&case, &entry, campaign, &booked) {
            found.push(Redecided {
                of: Some(entry.seq),
                campaign,
                member,
                unit,
                points,
            });
        }
    }
    Ok(found)
}

/// A campaign of any programme that was in force.
fn campaign_ever(records: &Records, id: &str) -> Result<Number, Error> {
    if let Some(number) = records.global().names.number(NameKind::Campaign, id) {
        return Ok(number);
    }
    names_in_force::campaign(records, id).map_err(said)
}

/// Purchases, activities and enrolments between two instants at which a campaign
/// was neither paused nor closed, and the adjustments made for it by entry and unit.
#[allow(clippy::type_complexity)]
fn decided_of(
    records: &Records,
    campaign: Number,
    from: Instant,
    to: Instant,
) -> Result<(Vec<Entry>, Vec<(u64, Number, Points)>), Error> {
    let (mut decided, mut adjusted) = (Vec::new(), Vec::new());
    let mut is_running = true;
    for entry in records.entries_from(0)? {
        let entry = entry?;
        for effect in &entry.effects {
            if let Effect::Campaign {
                campaign: c,
                status,
            } = effect
                && *c == campaign
            {
                is_running = *status == CampaignStatus::Running;
            }
        }
        match &entry.act {
            Act::Purchase(_) | Act::Activity { .. } | Act::Enrolled(_)
                if is_running && (from..=to).contains(&entry.head.occurred_at()) =>
            {
                decided.push(entry)
            }
            Act::Adjustment(Adjustment {
                of: Some(of),
                campaign: c,
                unit,
                points,
                ..
            }) if *c == campaign => {
                adjusted.push((*of, *unit, *points));
            }
            _ => {}
        }
    }
    Ok((decided, adjusted))
}

/// Books differences as adjustments, and judges tiers by them. Negative
/// ones only if `takes_back`, and only as far as points of the campaign are
/// left: those of other campaigns stay. The reason is recorded with each.
///
/// # Errors
/// A refusal other than one for insufficient points.
pub fn settle_redecided(
    ledger: &mut Ledger,
    found: &[Redecided],
    takes_back: bool,
    reason: &str,
) -> Result<Vec<u64>, Error> {
    book_redecided(ledger, found, takes_back, reason, &mut Key::none)
}

/// Books what puts right an order of booking that was not that of time: first what was
/// too much, as far as points are left, those of the campaign first, then what is
/// missing. Vouchers come last; the codes of new ones are in the answers.
///
/// # Errors
/// As [`settle_redecided`].
pub fn settle_in_order(
    ledger: &mut Ledger,
    points: &[Redecided],
    vouchers: &[VoucherCorrection],
    reason: &str,
) -> Result<(Vec<u64>, Vec<Answer>), Error> {
    let run = ledger.global().next_seq;
    let mut keys = (0u64..).map(|n| order_key(run, n));
    let mut next_key = || keys.next().unwrap_or_else(Key::none);
    let (mut booked, mut answers) = (Vec::new(), Vec::new());
    for item in points.iter().filter(|item| !item.points.is_positive()) {
        ledger.resolve(&Who::Id(item.member))?;
        let own = Redecided {
            points: takeable(ledger, item)?,
            ..item.clone()
        };
        let rest = Redecided {
            of: None,
            campaign: 0,
            points: Points(item.points.0 - own.points.0),
            ..item.clone()
        };
        booked.extend(book_redecided(ledger, &[own], true, reason, &mut next_key)?);
        if item.campaign != 0 && rest.points != Points::ZERO {
            booked.extend(book_redecided(
                ledger,
                &[rest],
                true,
                reason,
                &mut next_key,
            )?);
        }
    }
    booked.extend(book_redecided(
        ledger,
        points,
        false,
        reason,
        &mut next_key,
    )?);
    for correction in vouchers {
        answers.push(correct_voucher(ledger, correction, &mut next_key, reason)?);
    }
    Ok((booked, answers))
}

fn correct_voucher(
    ledger: &mut Ledger,
    correction: &VoucherCorrection,
    next_key: &mut impl FnMut() -> Key,
    reason: &str,
) -> Result<Answer, Error> {
    let reason = reason.to_owned();
    let (member, asked) = match correction {
        VoucherCorrection::Move { from, lot, to } => {
            let which = VoucherRef::Lot(*lot);
            let given = ask_of_voucher(ledger, *from, VoucherAsked::Give { which }, next_key())?;
            let codes = match given {
                Answer::Accepted(done) => done.codes,
                refused => return Ok(refused),
            };
            let token = codes.into_iter().next().map(|shown| shown.code);
            let token = token.ok_or_else(|| Error::internal("a gift without its token"))?;
            (*to, VoucherAsked::Claim { token })
        }
        VoucherCorrection::Void { member, lot } => {
            let which = VoucherRef::Lot(*lot);
            (*member, VoucherAsked::Void { which, reason })
        }
        VoucherCorrection::Issue { member, unit } => {
            let asked = VoucherAsked::Issue {
                unit: ledger.global().names.text(NameKind::Unit, *unit),
                expires: None,
                reason,
            };
            (*member, asked)
        }
    };
    ask_of_voucher(ledger, member, asked, next_key())
}

fn ask_of_voucher(
    ledger: &mut Ledger,
    member: MemberId,
    asked: VoucherAsked,
    key: Key,
) -> Result<Answer, Error> {
    let source = Source {
        channel: Channel::House,
        ..Source::default()
    };
    ledger.submit(&Request {
        key,
        member: Some(Who::Id(member)),
        at: None,
        source,
        is_clock_accepted: false,
        is_training: false,
        id: None,
        slip: None,
        verb: Verb::Voucher(asked),
    })
}

fn book_redecided(
    ledger: &mut Ledger,
    found: &[Redecided],
    takes_back: bool,
    reason: &str,
    key: &mut impl FnMut() -> Key,
) -> Result<Vec<u64>, Error> {
    let mut booked = Vec::new();
    for item in found
        .iter()
        .filter(|f| takes_back || f.points.is_positive())
    {
        ledger.resolve(&Who::Id(item.member))?;
        let points = takeable(ledger, item)?;
        if points == Points::ZERO {
            continue;
        }
        let act = Act::Adjustment(Adjustment {
            unit: item.unit,
            points,
            reason: match item.campaign {
                0 => reason.to_owned(),
                _ => format!("redecide: {reason}"),
            },
            of: item.of,
            campaign: item.campaign,
            approver: String::new(),
        });
        let mut head = ledger.ledger_head();
        head.key = key();
        match booking::book(ledger, head, Some(item.member), act, None) {
            Ok(entry) => booked.push(entry.seq),
            // Spent points are not taken back, and no balance is raised beyond its
            // bound.
            Err(Stop::No(Refusal {
                code: Code::InsufficientPoints | Code::TooLarge,
                ..
            })) => {}
            Err(stop) => return Err(said(stop)),
        }
        open_page::make_room(ledger).map_err(said)?;
    }
    ledger.commit()?;
    Ok(booked)
}

/// A difference as far as it can be booked: a surplus, as far as points of
/// the campaign are left, or of whichever if it is of none.
fn takeable(records: &Records, item: &Redecided) -> Result<Points, Error> {
    let unit = records.programme()?.unit(item.unit);
    let is_counted = unit.is_some_and(|unit| unit.kind == UnitKind::Qualifying);
    let member = records.cache.state().members.get(&item.member);
    let Some(member) = member.filter(|_| !is_counted && !item.points.is_positive()) else {
        return Ok(item.points);
    };
    let now = records.ledger_head().effective;
    let left = match item.campaign {
        0 => member.available(item.unit, now).max(Points::ZERO),
        campaign => own_points(member, item.unit, campaign, now),
    };
    Ok(item.points.max(left.negated()))
}
