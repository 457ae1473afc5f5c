//! Expressions of scripts, as far as they are written out: literal numbers, names, chains of names.

use rhai::Expr;
use rust_decimal::Decimal;

/// The last name of a chain such as `purchase.hour`.
pub(super) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Dot(pair, ..) => last_name(&pair.rhs),
        Expr::Property(names, _) => Some(names.2.as_str()),
        Expr::MethodCall(call, _) | Expr::FnCall(call, _) => Some(call.name.as_str()),
        _ => variable(expr),
    }
}

/// The name of a variable.
pub(super) fn variable(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Variable(names, ..) => Some(&names.1),
        _ => None,
    }
}

/// A literal number.
pub(super) fn number(expr: &Expr) -> Option<Decimal> {
    match expr {
        Expr::IntegerConstant(whole, _) => Some(Decimal::from(*whole)),
        Expr::DynamicConstant(value, _) => value.as_decimal().ok(),
        Expr::FnCall(call, _) if call.name == "-" && call.args.len() == 1 => {
            number(&call.args[0]).map(|n| -n)
        }
        Expr::FnCall(call, _) if call.op_token.is_some() && call.args.len() == 2 => {
            let (a, b) = (number(&call.args[0])?, number(&call.args[1])?);
            match call.name.as_str() {
                "+" => a.checked_add(b),
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A chain of names, with literal arguments, such as `purchase.hour`.
pub(super) fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Dot(pair, ..) => Some(format!("{}.{}", path(&pair.lhs)?, path(&pair.rhs)?)),
        Expr::Property(names, _) => Some(names.2.to_string()),
        Expr::MethodCall(call, _) => {
            let text = |a: &Expr| match a {
                Expr::StringConstant(text, _) => Some(format!("\"{text}\"")),
                _ => number(a).map(|n| n.to_string()),
            };
            let arguments: Option<Vec<String>> = call.args.iter().map(text).collect();
            Some(format!("{}({})", call.name, arguments?.join(", ")))
        }
        _ => variable(expr).map(Into::into),
    }
}
