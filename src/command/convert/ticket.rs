//! A ticket: its sale and its returns are read like purchases and returns.

use super::{Context, Parsed, leaf::at_most, parse_return};
use crate::command::bad::Bad;
use crate::command::raw;
use crate::command::request::{Purchase, Return, Ticket, Verb};

/// Most returned purchases on one ticket.
const RETURNS_MAX: usize = 50;

pub(in crate::command) fn ticket(raw: raw::Ticket, context: &Context<'_>) -> Parsed<Verb> {
    if raw.sale.is_none() && raw.returns.is_empty() {
        let remedy = "say what is sold by 'sale', or what comes back by 'returns'";
        return Err(Bad::missing("sale", remedy));
    }
    at_most(RETURNS_MAX, "returns", raw.returns.len(), "items")?;
    // A slip belongs to one entry: the last one.
    let (receipt, last) = (raw.receipt, raw.returns.len().saturating_sub(1));
    let has_sale = raw.sale.is_some();
    let sale = raw.sale.map(|sale| {
        sale_of(sale, receipt.clone(), context.digits)
            .map_err(|bad| bad.inside(format_args!("sale")))
    });
    let returns = raw.returns.into_iter().enumerate().map(|(n, back)| {
        let own = receipt.clone().filter(|_| n == last && !has_sale);
        return_of(back, own, context).map_err(|bad| bad.inside(format_args!("returns[{n}]")))
    });
    Ok(Verb::Ticket(Box::new(Ticket {
        returns: returns.collect::<Parsed<_>>()?,
        sale: sale.transpose()?,
    })))
}

fn sale_of(
    sale: raw::TicketSale,
    receipt: Option<crate::command::Text>,
    digits: u8,
) -> Parsed<Purchase> {
    let raw = raw::Purchase {
        total: sale.total,
        currency: sale.currency,
        lines: sale.lines,
        charges: sale.charges,
        discounts: sale.discounts,
        tenders: sale.tenders,
        by: sale.by,
        receipt,
        order: sale.order,
        codes: sale.codes,
        if_short: sale.if_short,
        enrol: sale.enrol,
        ..raw::Purchase::default()
    };
    super::sale(raw, digits)
}

fn return_of(
    back: raw::TicketReturn,
    receipt: Option<crate::command::Text>,
    context: &Context<'_>,
) -> Parsed<Return> {
    let raw = raw::Return {
        of: back.of,
        receipt: back.receipt,
        sale_day: back.sale_day,
        sale_terminal: back.sale_terminal,
        sale_store: back.sale_store,
        without_slip: back.without_slip,
        all: back.all,
        amount: back.amount,
        lines: back.lines,
        currency: back.currency,
        return_receipt: receipt,
        ..raw::Return::default()
    };
    parse_return(raw, context)
}
