//! Parts of a command in the short forms of a command line: `cash:42.50`. Each
//! error shows the form of the part.

use super::raw::{Charge, Discount, Line, LineExtent, Tender};
use super::{Figure, Text, Whole, figure_of};
use std::str::FromStr;

impl FromStr for Whole {
    type Err = String;

    fn from_str(text: &str) -> Result<Whole, String> {
        let wrong = |_| "not a whole number".to_owned();
        text.parse().map(Whole).map_err(wrong)
    }
}

impl FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Figure, String> {
        figure_of(text).ok_or_else(|| "not a whole number, or a decimal such as 0.6".into())
    }
}

/// Splits a part such as `cash:42.50` into pieces.
fn pieces<'t>(text: &'t str, counts: &[usize], forms: &str) -> Result<Vec<&'t str>, String> {
    let found: Vec<&str> = text.split(':').collect();
    match counts.contains(&found.len()) {
        true => Ok(found),
        false => Err(format!("not of the form {forms}")),
    }
}

/// An empty piece as an absent field.
fn some(piece: &str) -> Option<Text> {
    (!piece.is_empty()).then(|| Text::from(piece))
}

impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Line, String> {
        const FORMS: &str = "LATTE:coffee:2:29.00 or LATTE:29.00, with :name=.., :tax=.., :unit_price=.., :id=.. or :tag=.. behind";
        let (mut text, mut line) = (text, Line::default());
        while let Some((rest, last)) = text.rsplit_once(':')
            && let Some((name, value)) = last.split_once('=')
        {
            match name {
                "name" => line.name = some(value),
                "tax" => line.tax = Some(value.into()),
                "unit_price" => line.unit_price = Some(value.into()),
                "id" => line.id = some(value),
                "tag" => line.tags.insert(0, value.into()),
                _ => return Err(format!("'{name}' is nothing of a line: {FORMS}")),
            }
            text = rest;
        }
        let found = pieces(text, &[2, 4], FORMS)?;
        let (category, qty) = match found[..] {
            [_, category, qty, _] => (category, qty),
            _ => ("", ""),
        };
        Ok(Line {
            sku: some(found[0]),
            category: some(category),
            qty: (!qty.is_empty()).then(|| qty.into()),
            amount: found[found.len() - 1].into(),
            ..line
        })
    }
}

impl FromStr for Charge {
    type Err = String;

    fn from_str(text: &str) -> Result<Charge, String> {
        let found = pieces(text, &[2], "tax:1.20")?;
        Ok(Charge {
            kind: found[0].into(),
            amount: found[1].into(),
        })
    }
}

/// Splits the lines off a part such as `1.00@2,3`.
fn for_lines(text: &str) -> Result<(&str, Vec<Whole>), String> {
    let Some((part, lines)) = text.rsplit_once('@') else {
        return Ok((text, Vec::new()));
    };
    let wrong = |_| format!("'@{lines}' names no lines, such as @2 or @2,3");
    let lines: Result<Vec<Whole>, _> = lines.split(',').map(str::parse).collect();
    Ok((part, lines.map_err(wrong)?))
}

impl FromStr for Discount {
    type Err = String;

    fn from_str(text: &str) -> Result<Discount, String> {
        let (text, lines) = for_lines(text)?;
        let found = pieces(text, &[1, 2], "CAMPAIGN:1.00 or 1.00")?;
        Ok(Discount {
            campaign: (found.len() == 2).then(|| found[0].into()),
            amount: found[found.len() - 1].into(),
            lines,
            ..Discount::default()
        })
    }
}

impl FromStr for Tender {
    type Err = String;

    fn from_str(text: &str) -> Result<Tender, String> {
        const FORMS: &str = "cash:42.50, points:star:500:5.00, reward:free-coffee[:3.20], voucher:CODE[:3.20], voucher:unit=mug, voucher:lot=4711.0 or hold:KEY[:points=300][:final][:3.20]";
        let (text, lines) = for_lines(text)?;
        let found = pieces(text, &[2, 3, 4, 5], FORMS)?;
        let (kind, rest) = (found[0], &found[1..]);
        let mut tender = Tender {
            kind: kind.into(),
            lines,
            ..Tender::default()
        };
        let rest = match (kind, rest) {
            ("points", [unit, points, _]) => {
                tender.unit = Some((*unit).into());
                tender.points = Some(points.parse()?);
                &rest[2..]
            }
            ("points", _) => &[],
            ("reward", [reward, rest @ ..]) => {
                tender.reward = Some((*reward).into());
                rest
            }
            ("hold", [key, rest @ ..]) => {
                tender.hold = Some((*key).into());
                let points = rest.first().and_then(|p| p.strip_prefix("points="));
                tender.points = points.map(str::parse).transpose()?;
                let rest = &rest[usize::from(points.is_some())..];
                tender.is_final = rest.first() == Some(&"final");
                &rest[usize::from(tender.is_final)..]
            }
            ("voucher", [which, rest @ ..]) => {
                match which.split_once('=') {
                    Some(("lot", lot)) => tender.lot = some(lot),
                    Some(("unit", unit)) => tender.unit = some(unit),
                    _ => tender.code = Some((*which).into()),
                }
                rest
            }
            (_, rest) => rest,
        };
        tender.amount = match rest {
            [amount] => Some((*amount).into()),
            [] if kind != "points" => None,
            _ => return Err(format!("not of the form {FORMS}")),
        };
        Ok(tender)
    }
}

impl FromStr for LineExtent {
    type Err = String;

    fn from_str(text: &str) -> Result<LineExtent, String> {
        const FORMS: &str = "2, 2:1.5 or 2=5.00";
        let wrong = |_| format!("not of the form {FORMS}");
        if let Some((line, amount)) = text.split_once('=') {
            return Ok(LineExtent {
                line: line.parse().map_err(wrong)?,
                amount: Some(amount.into()),
                ..LineExtent::default()
            });
        }
        let found = pieces(text, &[1, 2], FORMS)?;
        Ok(LineExtent {
            line: found[0].parse().map_err(wrong)?,
            qty: found.get(1).map(|qty| (*qty).into()),
            ..LineExtent::default()
        })
    }
}

/// A field such as `km=5.2`, by its name; the error shows the form.
///
/// # Errors
/// The text has no `=`.
pub fn named(text: &str) -> Result<(String, String), String> {
    let wrong = || "not of the form NAME=VALUE, such as km=5.2".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    Ok((name.to_owned(), value.to_owned()))
}
