//! Rewards as tenders: the lines that one pays for, and the most it pays. One
//! that declares a value deducts it from its lines; any other pays for pieces.

pub mod catalogue;
pub(super) mod redemption;
pub mod spend;
pub mod voucher;

use crate::model::{
    Code, Effect, Line, Measure, Money, Number, Programme, Purchase, Qty, Refusal, Reward, Tender,
};
use crate::rules::purchase::line_cost::{LineCost, line_costs};
use crate::rules::share::part_of;

/// The part of a bill that a reward pays.
#[derive(Debug, PartialEq, Eq)]
pub struct Paid {
    /// Line it is booked on; 0 for the whole or for several.
    pub line: u16,
    /// Quantity of that line; 1 if there is none.
    pub qty: Qty,
    /// Lines it pays for; empty for the whole bill.
    pub lines: Vec<u16>,
}

impl Paid {
    /// Effect of a reward that paid an amount.
    pub fn effect(&self, reward: Number, amount: Money) -> Effect {
        Effect::RewardUsed {
            reward,
            line: self.line,
            qty: self.qty,
            amount,
        }
    }
}

/// A line that a reward may pay for, with its unpaid part.
struct Candidate {
    number: u16,
    /// Price of the pieces that it may pay, rounded up, as far as it is unpaid.
    most: i64,
    /// Unpaid part of the line.
    left: i64,
    /// Price of one piece, rounded down and up.
    piece: (i64, i64),
    qty: i64,
}

/// Quantity of one piece of a line: one, or all if there is less.
fn piece(line: &Line) -> i64 {
    Qty::ONE.0.min(line.qty.0.max(1))
}

/// The lines that a reward may pay for, of those that a till names. `costs` are
/// the lines' costs after discounts, and `before` the effects of earlier
/// tenders.
fn candidates(
    reward: &Reward,
    purchase: &Purchase,
    names: &[u16],
    (costs, before): (&[LineCost], &[Effect]),
) -> Vec<Candidate> {
    let is_category =
        |line: &Line| reward.categories.is_empty() || reward.categories.contains(&line.category);
    let mut found = Vec::new();
    for ((number, line), paid) in (1u16..).zip(&purchase.lines).zip(costs) {
        let is_named = names.is_empty() || names.contains(&number);
        let is_payable = is_category(line) && !reward.not_for.has(line);
        if !is_named || !is_payable || paid.left <= 0 {
            continue;
        }
        let used = before.iter().filter_map(|effect| match effect {
            Effect::RewardUsed { line, qty, .. } if *line == number => Some(qty.0),
            _ => None,
        });
        // A line with a quantity below one counts as one piece.
        let (one, whole) = (piece(line), line.qty.0.max(1));
        let free = whole - used.sum::<i64>();
        let qty = free.min(one.saturating_mul(reward.pieces.into()));
        let cost = |qty: i64| part_of(paid.whole, qty, whole);
        let up = |qty: i64| paid.whole - cost(whole - qty);
        if qty > 0 {
            found.push(Candidate {
                number,
                most: up(qty).min(paid.left),
                left: paid.left,
                piece: (cost(one), up(one)),
                qty,
            });
        }
    }
    found
}

/// Amount that a reward takes off a bill: its value, as far as its lines cost
/// that much, or the pieces of the first line that it pays for.
///
/// # Errors
/// There is nothing on the bill that it pays for.
pub fn worth(
    programme: &Programme,
    reward: &Reward,
    purchase: &Purchase,
    names: &[u16],
    before: &[Effect],
) -> Result<Money, Refusal> {
    let costs = line_costs(programme, purchase, before);
    let found = candidates(reward, purchase, names, (&costs, before));
    let total = purchase.total.max(Money::ZERO);
    match (reward.value, found.first()) {
        (Some(value), Some(_)) => Ok(value.min(of_lines(&found)).min(total)),
        (Some(value), None) if purchase.lines.is_empty() && reward.categories.is_empty() => {
            Ok(value.min(total))
        }
        (None, Some(first)) => {
            let pieces = first.piece.0 * i64::from(reward.pieces);
            Ok(Money(pieces.min(first.most)).min(total))
        }
        (_, None) => Err(nothing(reward)),
    }
}

/// Unpaid part of the lines that a reward may pay for.
fn of_lines(found: &[Candidate]) -> Money {
    Money(found.iter().map(|c| c.left).sum())
}

fn nothing(reward: &Reward) -> Refusal {
    let what = match reward.categories.is_empty() {
        true => format!("no line is left that {} may pay for", reward.id),
        false => format!(
            "{} pays for {} only, and no such line is left to be paid",
            reward.id,
            reward.categories.join(", ")
        ),
    };
    Refusal::new(Code::NothingToReward, format!("tenders: {what}"))
}

/// Finds the lines that a reward pays for by a tender. `before` are the effects
/// of the same purchase: a piece is paid for once.
///
/// # Errors
/// The tender states more than the reward pays, or there is nothing that it pays for.
pub fn pays(
    programme: &Programme,
    reward: &Reward,
    purchase: &Purchase,
    tender: &Tender,
    before: &[Effect],
) -> Result<Paid, Refusal> {
    let amount = tender.amount;
    let costs = line_costs(programme, purchase, before);
    let found = candidates(reward, purchase, &tender.lines, (&costs, before));
    let short = |most: i64, what: &str| Err(pays_less(programme, reward, (most, amount), what));
    let whole = Paid {
        line: 0,
        qty: Qty::ONE,
        lines: match tender.lines.is_empty() {
            true => reward.not_for.others(&purchase.lines).unwrap_or_default(),
            false => tender.lines.clone(),
        },
    };
    if let Some(value) = reward.value.filter(|value| amount > *value) {
        return short(value.0, "its value");
    }
    if purchase.lines.is_empty() && reward.categories.is_empty() {
        return Ok(whole);
    }
    if found.is_empty() {
        return Err(nothing(reward));
    }
    if reward.value.is_some() {
        return match of_lines(&found) {
            most if amount > most => short(most.0, "for its lines"),
            _ if reward.categories.is_empty() => Ok(whole),
            _ => Ok(of_several(&found, amount)),
        };
    }
    of_pieces(&found, purchase, amount).map_or_else(
        || {
            let most = found.iter().map(|c| c.most).max().unwrap_or(0);
            let pieces = match reward.pieces {
                1 => "for one piece".to_owned(),
                n => format!("for {n} pieces"),
            };
            short(most, &pieces)
        },
        Ok,
    )
}

fn pays_less(
    programme: &Programme,
    reward: &Reward,
    (most, asked): (i64, Money),
    what: &str,
) -> Refusal {
    let digits = programme.digits;
    let (shown, not) = (Money(most).display(digits), asked.display(digits));
    let detail = format!(
        "tenders: {} pays {what}: at most {shown}, not {not}",
        reward.id
    );
    let (code, measure) = (Code::WrongTenderValue, Measure::Money);
    Refusal::short(code, measure, most, asked.0, detail)
}

/// Pieces of one line that cost an amount: of the first line of which a piece costs just as
/// much, or else of the first that costs enough.
fn of_pieces(found: &[Candidate], purchase: &Purchase, amount: Money) -> Option<Paid> {
    let is_exact = |c: &&Candidate| c.piece.0 == amount.0 || c.piece.1 == amount.0;
    let is_enough = |c: &&Candidate| c.most >= amount.0;
    let exact = found.iter().filter(is_enough).find(is_exact);
    let c = exact.or_else(|| found.iter().find(is_enough))?;
    let one = piece(&purchase.lines[usize::from(c.number) - 1]);
    let pieces = amount.0.max(1).div_euclid(c.piece.1.max(1));
    let is_over = pieces * c.piece.1 < amount.0;
    let pieces = (pieces + i64::from(is_over)).max(1);
    Some(Paid {
        line: c.number,
        qty: Qty(one.saturating_mul(pieces).min(c.qty)),
        lines: vec![c.number],
    })
}

/// The first line that costs as much, or all lines together.
fn of_several(found: &[Candidate], amount: Money) -> Paid {
    let covers = |c: &&Candidate| c.left >= amount.0;
    let (line, lines) = match found.iter().find(covers) {
        Some(c) => (c.number, vec![c.number]),
        None => (0, found.iter().map(|c| c.number).collect()),
    };
    Paid {
        line,
        qty: Qty::ONE,
        lines,
    }
}
