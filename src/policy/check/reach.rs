//! Unreachable parts of a programme: tiers, units, campaigns, limits; and
//! rewards that are worth more than earning their points costs.

use super::expressions::{number, path};
use super::types::bodies;
use crate::model::{Campaign, Hook, Programme, Reward, Role, Tiers, Unit, UnitKind};
use crate::policy::diagnostic::{Diagnostic, Place};
use crate::policy::draft::{Draft, Drafts};
use crate::policy::manifest;
use crate::policy::source::{Argument, Form, Use, each_call, place};
use rhai::{ASTNode, Expr, Stmt, StmtBlock};
use rust_decimal::Decimal;

/// Functions that give a unit, which is their first argument.
const GIVING: [&str; 4] = ["award", "issue", "refer", "grant"];

/// Finds tiers that nobody reaches, and levels in the wrong order.
pub(in crate::policy) fn tiers(draft: &Draft, tiers: &Tiers) -> Vec<Diagnostic> {
    let file = &draft.file;
    let mut found = Vec::new();
    for body in bodies(&draft.ast) {
        found.extend(chain(file, &returning(&body.statements), tiers));
        for statement in &body.statements {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                if let Some(ASTNode::Stmt(statement @ Stmt::If(..))) = path.last() {
                    found.extend(chain(file, &branches(statement), tiers));
                }
                true
            });
        }
    }
    // Names that are concatenated cannot be searched for.
    let is_made = |each: &Use| each.form == Form::Operator && each.name == "+";
    if draft.uses.iter().any(is_made) || draft.text.contains('`') {
        return found;
    }
    for name in tiers.names.iter().skip(1) {
        let is_it = |each: &&Use| each.form == Form::Text && each.name == *name;
        let mut uses = draft.uses.iter().filter(is_it);
        // The first use is the header's.
        let declared = uses.next().map_or((0, 0), |each| each.place);
        if uses.next().is_none() {
            let message = format!("nobody reaches '{name}': qualify never answers it");
            let help = format!("answer \"{name}\" in fn qualify(member), or take the level out");
            found.push(Diagnostic::warning(file, declared, message).help(help));
        }
    }
    found
}

/// One branch: the fact, its least value, whether that is inclusive, the tier,
/// the place.
struct Branch {
    fact: String,
    least: Decimal,
    is_with: bool,
    tier: String,
    place: Place,
}

/// Branches of `if .. else if ..`, as far as each compares one fact with a number.
fn branches(statement: &Stmt) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut next = Some(statement);
    while let Some(Stmt::If(flow, _)) = next {
        let Some(branch) = branch(&flow.expr, &flow.body) else {
            break;
        };
        found.push(branch);
        next = match flow.branch.statements() {
            [only] => Some(only),
            _ => None,
        };
    }
    // The last branch is for those who reach none.
    if let (Some(Stmt::Expr(answer)), Some(last)) = (next, found.last())
        && let Expr::StringConstant(tier, at) = answer.as_ref()
    {
        found.push(Branch {
            fact: last.fact.clone(),
            least: Decimal::MIN,
            is_with: true,
            tier: tier.to_string(),
            place: place(*at),
        });
    }
    found
}

/// Branches of `if .. { return ..; }` one after another.
fn returning(statements: &[Stmt]) -> Vec<Branch> {
    let alone = statements.iter().filter_map(|statement| match statement {
        Stmt::If(flow, _) if flow.branch.is_empty() => Some(flow),
        _ => None,
    });
    let returning = alone.filter(|flow| matches!(flow.body.statements(), [Stmt::Return(..)]));
    returning
        .filter_map(|flow| branch(&flow.expr, &flow.body))
        .collect()
}

fn branch(condition: &Expr, body: &StmtBlock) -> Option<Branch> {
    let Expr::FnCall(call, at) = condition else {
        return None;
    };
    let [fact, literal] = &call.args[..] else {
        return None;
    };
    let ([Stmt::Expr(answer)] | [Stmt::Return(Some(answer), ..)]) = body.statements() else {
        return None;
    };
    let Expr::StringConstant(tier, _) = answer.as_ref() else {
        return None;
    };
    let is_with = match call.name.as_str() {
        ">=" => true,
        ">" => false,
        _ => return None,
    };
    Some(Branch {
        fact: path(fact)?,
        least: number(literal)?,
        is_with,
        tier: tier.to_string(),
        place: place(*at),
    })
}

fn chain(file: &str, branches: &[Branch], tiers: &Tiers) -> Vec<Diagnostic> {
    let level = |name: &str| tiers.names.iter().position(|known| known == name);
    let mut found = Vec::new();
    for (i, later) in branches.iter().enumerate() {
        let earlier = branches[..i].iter().filter(|b| b.fact == later.fact);
        for earlier in earlier {
            let is_covered = later.least > earlier.least
                || (later.least == earlier.least && (earlier.is_with || !later.is_with));
            let (up, down) = (level(&earlier.tier), level(&later.tier));
            if is_covered {
                let message = format!(
                    "nobody reaches '{}': whoever has {} was answered '{}' before",
                    later.tier, later.least, earlier.tier
                );
                let help = "ask for the highest first";
                found.push(Diagnostic::error(file, later.place, message).help(help));
            } else if up.is_some() && down.is_some() && up < down {
                let message = format!(
                    "'{}' takes more than '{}', but levels has it below",
                    earlier.tier, later.tier
                );
                let help = "write the lowest level first: levels: [\"bronze\", \"silver\"]";
                found.push(Diagnostic::warning(file, later.place, message).help(help));
            }
        }
    }
    found
}

/// Units that a file's functions give; None if one is not literal.
pub(in crate::policy) fn given(uses: &[Use]) -> Option<Vec<&str>> {
    let giving = uses.iter().filter(|each| each.is_call_of(&GIVING));
    giving.map(Use::first_text).collect()
}

/// Finds units that scripts, tiers or rewards depend on and nothing gives.
pub(in crate::policy) fn units(
    drafts: &Drafts,
    programme: &Programme,
    rewards: &[Reward],
) -> Vec<Diagnostic> {
    let mut all: Vec<&str> = Vec::new();
    for draft in drafts.all() {
        match given(&draft.uses) {
            Some(units) => all.extend(units),
            None => return Vec::new(),
        }
    }
    let is_asked = |unit: &Unit| {
        let is_it = Argument::Text(unit.id.clone());
        drafts.all().flat_map(|draft| &draft.uses).any(|each| {
            let name = each.name.as_str();
            let is_asking = matches!(name, "qualifying" | "balance" | "earned");
            is_asking && each.arguments.contains(&is_it)
        })
    };
    let is_given = |unit: &Unit| {
        let is_by_reward = rewards.iter().any(|reward| reward.gives == unit.number);
        is_by_reward || all.contains(&unit.id.as_str())
    };
    let told = |unit: &Unit| {
        let is_counted = matches!(unit.kind, UnitKind::Spendable | UnitKind::Qualifying);
        if !is_counted || is_given(unit) {
            return None;
        }
        let is_priced = rewards.iter().any(|reward| reward.unit == unit.number);
        let counted = match is_priced || is_asked(unit) {
            true => ", which is counted on",
            false if drafts.campaigns.is_empty() => return None,
            false => "",
        };
        let message = format!("no campaign awards '{}'{counted}", unit.id);
        let help = format!("write award(\"{}\", ..) in a campaign", unit.id);
        let at = format!("[unit.{}]", unit.id);
        let found = Diagnostic::gap(manifest::FILE, &drafts.manifest, &at, message);
        Some(found.help(help))
    };
    programme.units.iter().filter_map(told).collect()
}

/// Finds rewards that take more off a bill than was paid to earn their points.
pub(in crate::policy) fn rewards(
    drafts: &Drafts,
    campaigns: &[(&Campaign, &Draft)],
    programme: &Programme,
    rewards: &[Reward],
) -> Vec<Diagnostic> {
    let Some(draft) = &drafts.rewards else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for reward in rewards {
        let Some(unit) = programme.unit(reward.unit) else {
            continue;
        };
        let bases = campaigns
            .iter()
            .filter(|(c, _)| c.role == Role::Base && c.hooks.contains(&Hook::OnPurchase));
        let rate = bases
            .filter_map(|(_, draft)| rate_of(draft, &unit.id))
            .max();
        let worth = reward.value.or(reward.cost);
        let (Some(rate), Some(worth)) = (rate.filter(|r| *r > Decimal::ZERO), worth) else {
            continue;
        };
        let points = Decimal::from(reward.points.0) / Decimal::from(unit.subunits.max(1));
        let (paid, worth) = (points / rate, worth.to_decimal(programme.digits));
        if worth > paid {
            let header = draft.headers.iter().find(|h| {
                let id = h.map.get("id").map(|id| id.clone().into_string());
                id == Some(Ok(reward.id.clone()))
            });
            let message = format!(
                "'{}' is worth {worth}, but its {points} {} are earned by paying {}",
                reward.id,
                unit.id,
                paid.round_dp(u32::from(programme.digits))
            );
            let at = header.map_or((0, 0), |h| place(h.at));
            let help = "ask for more points, or give fewer of them";
            found.push(Diagnostic::warning(&draft.file, at, message).help(help));
        }
    }
    found
}

/// Most of a unit that a file awards for one currency unit, as far as it does
/// so without conditions on the amount.
fn rate_of(draft: &Draft, unit: &str) -> Option<Decimal> {
    let mut most = None;
    each_call(&draft.ast, |call, _| {
        if call.name == "award"
            && let [Expr::StringConstant(named, _), amount, ..] = &call.args[..]
            && named == unit
        {
            most = most.max(rate(amount));
        }
    });
    most
}

/// Growth of an expression with each currency unit.
fn rate(expr: &Expr) -> Option<Decimal> {
    if let Expr::Dot(..) = expr {
        let path = path(expr)?;
        let is_money = matches!(
            path.as_str(),
            "purchase.earning" | "purchase.total" | "line.earning" | "line.amount"
        );
        return is_money.then_some(Decimal::ONE);
    }
    let Expr::FnCall(call, _) = expr else {
        return None;
    };
    match (call.name.as_str(), &call.args[..]) {
        ("floor" | "ceil" | "half_up" | "half_even", [x]) => rate(x),
        ("*", [x, n]) => rate(x)
            .zip(number(n))
            .or(rate(n).zip(number(x)))
            .and_then(|(r, n)| r.checked_mul(n)),
        ("/" | "steps", [x, n]) => rate(x)?.checked_div(number(n)?),
        ("percent_of", [x, n]) => rate(x)?
            .checked_mul(number(n)?)?
            .checked_div(Decimal::ONE_HUNDRED),
        _ => None,
    }
}
