//! A row of cells as a verb, by the header and the column map.

use super::{ColumnMap, Format, Options, cell, map::Column};
use crate::command::{
    Amount, Bad, Figure, Quantity, Request, Text, Whole,
    bad::shortened,
    figure_of,
    json::from_raw,
    raw::{self, Raw},
};
use crate::model::Calendar;
use std::borrow::Cow;

/// The header, joined with the map.
pub(super) struct Header {
    format: Format,
    names: Vec<String>,
    /// Position of the column, and what it means.
    columns: Vec<(usize, Column)>,
}

impl Header {
    /// Reads the header line; every column of the map must be in it, once.
    pub(super) fn read(line: &str, format: Format, map: &ColumnMap) -> Result<Header, Bad> {
        let names: Vec<String> = cell::split(line, format)?
            .into_iter()
            .map(Cow::into_owned)
            .collect();
        let by_name = ColumnMap::by_name(&names).filter(|_| map.columns.is_empty());
        if map.columns.is_empty() && by_name.is_none() {
            let example = "'member=CARD_COLUMN:card:,at=DATE_COLUMN,total=AMOUNT_COLUMN'";
            let message = format!(
                "which column is what? Say so with --map {example}; columns: {}",
                names.join(", ")
            );
            return Err(Bad::new("map", message));
        }
        let columns = by_name.as_ref().unwrap_or(&map.columns);
        map.is_said_once(columns)?;
        let columns = columns
            .iter()
            .map(|c| Ok((position(&names, &c.column)?, c.clone())));
        Ok(Header {
            format,
            columns: columns.collect::<Result<_, Bad>>()?,
            names,
        })
    }

    /// The request that a row makes.
    pub(super) fn request(&self, text: &str, options: &Options) -> Result<Request, Bad> {
        let cells = cell::split(text, self.format)?;
        if cells.len() != self.names.len() {
            let message = format!(
                "the row has {} columns, the header has {}",
                cells.len(),
                self.names.len()
            );
            return Err(Bad::new("", message));
        }
        let mut found = Found::default();
        for (field, value) in &options.map.constants {
            found.take(field, Cow::Borrowed(value.as_str()))?;
        }
        for (position, column) in &self.columns {
            let value = cells[*position].as_ref();
            if !value.is_empty() {
                let value =
                    value_of(column, value, &options.calendar).map_err(|bad| self.placed(bad))?;
                found
                    .take(&column.field, value)
                    .map_err(|bad| self.placed(bad))?;
            }
        }
        let raw = found.into_raw(&options.source);
        let raw = raw.map_err(|bad| self.placed(bad))?;
        from_raw(raw, options.digits).map_err(|bad| self.placed(bad))
    }

    /// Says the column as well as the field, since that is what people see.
    fn placed(&self, mut bad: Bad) -> Bad {
        let field = match bad.field.as_str() {
            "lines[0].amount" => "line_amount",
            "codes[0]" => "code",
            field => field.strip_prefix("lines[0].").unwrap_or(field),
        };
        let field = field.split('[').next().unwrap_or(field);
        let named = |name: &str| self.columns.iter().find(|(_, c)| c.field == name);
        let column = named(field).or_else(|| match field {
            "at" => named("earned"),
            "member" => named("alias"),
            _ => None,
        });
        if let Some((_, column)) = column {
            bad.field = format!("column {} ({field})", column.column);
        }
        bad
    }
}

fn position(names: &[String], wanted: &str) -> Result<usize, Bad> {
    let mut found = names.iter().enumerate().filter(|(_, name)| *name == wanted);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Ok(at),
        (Some(_), Some(_)) => Err(Bad::new(
            "map",
            format!("the header has the column '{wanted}' twice"),
        )),
        _ => {
            let known: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
            Err(Bad::unknown("map", "column", wanted, &known))
        }
    }
}

fn value_of<'c>(column: &Column, value: &'c str, calendar: &Calendar) -> Result<Cow<'c, str>, Bad> {
    Ok(match (column.field.as_str(), column.how.as_deref()) {
        ("expires", pattern) => cell::day(value, pattern)?.into(),
        ("at" | "earned", pattern) => cell::instant(value, pattern, calendar)?.into(),
        ("total" | "line_amount" | "qty" | "points", Some(_)) => value
            .replace(['.', ' ', '\u{a0}'], "")
            .replace(',', ".")
            .into(),
        (_, Some(prefix)) => format!("{prefix}{value}").into(),
        (_, None) => value.into(),
    })
}

/// What a row says, by field.
#[derive(Default)]
struct Found<'c> {
    verb: Option<Cow<'c, str>>,
    head: raw::Head,
    purchase: raw::Purchase,
    total: Option<Amount>,
    line: raw::Line,
    line_amount: Option<Amount>,
    tender: Option<Text>,
    enrol: raw::Enrol,
    unit: Option<Text>,
    points: Option<Figure>,
    expires: Option<Text>,
}

impl<'c> Found<'c> {
    fn take(&mut self, field: &str, value: Cow<'c, str>) -> Result<(), Bad> {
        let text = Some(Text(value.clone().into_owned()));
        match field {
            "do" => self.verb = Some(value),
            "key" => self.head.key = text,
            "member" => self.head.member = text,
            "at" | "earned" => self.head.at = text,
            "store" => self.head.store = text,
            "terminal" => self.head.terminal = text,
            "counter" => self.head.counter = Some(whole(field, &value)?),
            "operator" => self.head.operator = text,
            "channel" => self.head.channel = text,
            "by" => self.purchase.by = text,
            "total" => self.total = Some(Amount(value.into_owned())),
            "currency" => self.purchase.currency = text,
            "receipt" => self.purchase.receipt = text,
            "order" => self.purchase.order = text,
            "code" => self.purchase.codes.extend(text),
            "tender" => self.tender = text,
            "sku" => self.line.sku = text,
            "category" => self.line.category = text,
            "qty" => self.line.qty = Some(Quantity(value.into_owned())),
            "line_amount" => self.line_amount = Some(Amount(value.into_owned())),
            "unit" => self.unit = text,
            "expires" => self.expires = text,
            "points" => self.points = Some(figure(field, &value)?),
            _ => self.take_enrol(field, text),
        }
        Ok(())
    }

    fn take_enrol(&mut self, field: &str, text: Option<Text>) {
        match field {
            "alias" => self.enrol.aliases.extend(text),
            "name" => self.enrol.name = text,
            "birthday" => self.enrol.birthday = text,
            "referrer" => self.enrol.referrer = text,
            "source" => self.enrol.source = text,
            _ => self.enrol.consents.extend(text),
        }
    }

    fn into_raw(self, source: &'c str) -> Result<Raw, Bad> {
        match self.verb.as_deref() {
            None | Some("purchase") => self.into_purchase().map(|p| Raw::Purchase(Box::new(p))),
            Some("enrol") => Ok(Raw::Enrol(self.enrol.with_head(self.head))),
            Some("opening") => self.into_opening(source).map(Raw::Opening),
            Some(other) => {
                let message = format!(
                    "'{}' cannot be read from columns; use JSON Lines",
                    shortened(other)
                );
                Err(Bad::new("do", message))
            }
        }
    }

    /// A balance of another system; what it was taken from is the file, unless said.
    fn into_opening(mut self, source: &'c str) -> Result<raw::Opening, Bad> {
        let missing = |field: &str| Bad::new(field, "is missing or empty");
        let alias = self.enrol.aliases.drain(..).next();
        self.head.member = self.head.member.or(alias);
        if self.head.member.is_none() {
            return Err(missing("member"));
        }
        let opening = raw::Opening {
            unit: self.unit.ok_or_else(|| missing("unit"))?,
            points: self.points.ok_or_else(|| missing("points"))?,
            source: self.enrol.source.unwrap_or_else(|| source.into()),
            expires: self.expires,
            ..raw::Opening::default()
        };
        Ok(opening.with_head(self.head))
    }

    fn into_purchase(self) -> Result<raw::Purchase, Bad> {
        let total = self
            .total
            .ok_or_else(|| Bad::new("total", "is missing or empty"))?;
        if total.starts_with('-') {
            let message = format!("'{}' is negative", shortened(&total));
            return Err(Bad::new("total", message));
        }
        let has_line = self.line != raw::Line::default() || self.line_amount.is_some();
        let line = raw::Line {
            amount: self.line_amount.unwrap_or_else(|| total.clone()),
            ..self.line
        };
        let tender = self.tender.map(|kind| raw::Tender {
            kind,
            amount: Some(total.clone()),
            ..raw::Tender::default()
        });
        let purchase = raw::Purchase {
            total,
            lines: has_line.then_some(line).into_iter().collect(),
            tenders: tender.into_iter().collect(),
            ..self.purchase
        };
        Ok(purchase.with_head(self.head))
    }
}

fn figure(field: &str, value: &str) -> Result<Figure, Bad> {
    figure_of(value).ok_or_else(|| {
        let message = format!("'{}' is not a whole number", shortened(value));
        Bad::new(field, message)
    })
}

fn whole(field: &str, value: &str) -> Result<Whole, Bad> {
    let parsed = value.parse().map(Whole);
    parsed.map_err(|_| {
        Bad::new(
            field,
            format!("'{}' is not a whole number", shortened(value)),
        )
    })
}
