//! Unreachable parts of a programme: tiers, units, campaigns, limits; and
//! rewards that are worth more than earning their points costs.

use super::channels::CHANNELS;
use super::expressions::{number, path};
use super::types::bodies;
use crate::model::{Campaign, Hook, Programme, Reward, Role, Tiers, Unit, UnitKind};
use crate::policy::diagnostic::{Diagnostic, Place, nearest};
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
    let giving = uses
        .iter()
        .filter(|each| each.form == Form::Function && GIVING.contains(&each.name.as_str()));
    giving
        .map(|each| match each.arguments.first() {
            Some(Argument::Text(unit)) => Some(unit.as_str()),
            _ => None,
        })
        .collect()
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
    let reads = |unit: &Unit| {
        drafts.all().flat_map(|draft| &draft.uses).any(|each| {
            let is_asked = matches!(each.name.as_str(), "qualifying" | "balance" | "earned");
            let is_it = |a: &Argument| *a == Argument::Text(unit.id.clone());
            is_asked && each.arguments.iter().any(is_it)
        })
    };
    let is_vain = |unit: &&Unit| {
        let is_counted = matches!(unit.kind, UnitKind::Spendable | UnitKind::Qualifying);
        let is_priced = rewards.iter().any(|reward| reward.unit == unit.number);
        let is_given = all.contains(&unit.id.as_str())
            || rewards.iter().any(|reward| reward.gives == unit.number);
        is_counted && !is_given && (is_priced || reads(unit) || !drafts.campaigns.is_empty())
    };
    let told = |unit: &Unit| {
        let is_priced = rewards.iter().any(|reward| reward.unit == unit.number);
        let counted = match is_priced || reads(unit) {
            true => ", which is counted on",
            false => "",
        };
        let message = format!("no campaign awards '{}'{counted}", unit.id);
        let help = format!("write award(\"{}\", ..) in a campaign", unit.id);
        let at = format!("[unit.{}]", unit.id);
        Diagnostic::gap(manifest::FILE, &drafts.manifest, &at, message).help(help)
    };
    programme.units.iter().filter(is_vain).map(told).collect()
}

/// Finds channels of a header that look like typing errors.
pub(in crate::policy) fn channels(draft: &Draft, campaign: &Campaign) -> Vec<Diagnostic> {
    let told = |channel: &String| {
        let known = nearest(channel, CHANNELS).filter(|name| name != channel)?;
        let message = format!("no till sends the channel '{channel}' unless the shop made it up");
        let help = format!("did you mean '{known}'?");
        let found = Diagnostic::gap(&draft.file, &draft.text, &format!("\"{channel}\""), message);
        Some(found.help(help))
    };
    campaign.when.channels.iter().filter_map(told).collect()
}

/// Finds limits in a header that exclude everything, or that apply to nothing.
pub(in crate::policy) fn header(
    draft: &Draft,
    campaign: &Campaign,
    programme: &Programme,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let at = draft.headers.first().map_or((0, 0), |h| place(h.at));
    let mut told = |message: String, help: String| {
        found.push(Diagnostic::warning(&draft.file, at, message).help(help));
    };
    let units = given(&draft.uses);
    for cap in campaign
        .budget
        .iter()
        .chain(&campaign.per_purchase)
        .chain(&campaign.per_member)
        .chain(&campaign.per_household)
    {
        let id = programme.unit(cap.unit).map_or("", |unit| unit.id.as_str());
        if cap.points.0 == 0 {
            let help = "write the most that may be given, or draft: true";
            told(
                format!("a limit of 0 {id}: nothing is ever given"),
                help.into(),
            );
        }
        if let Some(units) = &units
            && !units.contains(&id)
        {
            let given = units.join(", ");
            let message = format!("a limit of {id}, but the campaign gives none of it");
            told(message, format!("it gives: {given}"));
        }
    }
    let judged = campaign.pause_when.as_ref().and_then(|when| when.unit);
    if let (Some(units), Some(unit)) = (&units, judged.and_then(|unit| programme.unit(unit)))
        && !units.contains(&unit.id.as_str())
    {
        let message = format!(
            "pause_when counts {}, but the campaign gives none of it",
            unit.id
        );
        told(message, format!("it gives: {}", units.join(", ")));
    }
    if campaign.per_referrer.is_some() && !campaign.has_refer {
        let help = "write refer(unit, amount, why) in a function";
        told(
            "per_referrer, but nothing is given by refer(..)".into(),
            help.into(),
        );
    }
    if !campaign.when.activities.is_empty() && !campaign.hooks.contains(&Hook::OnActivity) {
        let help = "write fn on_activity(activity, member)";
        told(
            "when.activity, but there is no on_activity".into(),
            help.into(),
        );
    }
    found
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
