//! A ticket: goods sold and goods returned on one slip.

use super::super::scalar::{Amount, Text, Whole};
use super::object::{Part, object, objects};
use super::{Charge, Discount, Head, Line, LineExtent, OF_BOOKING, Tender};
use clap::Args;
use schemars::JsonSchema;
use serde::Deserialize;

/// The goods sold on a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema, Args)]
#[serde(deny_unknown_fields)]
pub struct TicketSale {
    /// What the goods sold come to, after all discounts, as of a purchase.
    #[arg(long, required = false, allow_negative_numbers = true)]
    pub total: Amount,
    /// ISO 4217 code of all amounts, where it is not the programme's: one that has a rate there.
    #[arg(long)]
    pub currency: Option<Text>,
    /// The positions, at most 500. As a flag: `LATTE:coffee:2:29.00` or `LATTE:29.00`, once for
    /// each; behind it `:name=..`, `:tax=..`, `:unit_price=..`, `:id=..` and `:tag=..`.
    #[serde(default, deserialize_with = "objects")]
    #[arg(long = "line", value_name = "SKU[:CATEGORY:QTY]:AMOUNT")]
    pub lines: Vec<Line>,
    /// What is owed besides the lines. As a flag: `tax:1.20`, once for each.
    #[serde(default, deserialize_with = "objects")]
    #[arg(long = "charge", value_name = "KIND:AMOUNT")]
    pub charges: Vec<Charge>,
    /// Discounts, on the whole or on lines. As a flag: `CAMPAIGN:1.00`, or `1.00` for the shop's
    /// own; with the lines it was for: `1.00@2` or `1.00@2,3`.
    #[serde(default, deserialize_with = "objects")]
    #[arg(long = "discount", value_name = "[CAMPAIGN:]AMOUNT[@LINES]")]
    pub discounts: Vec<Discount>,
    /// What was paid with, for the difference: money that the returns give back pays with a
    /// tender `exchange`, which the ledger adds; negative cash is what was paid out.
    #[serde(default, deserialize_with = "objects")]
    #[arg(long = "tender", value_name = "KIND:..")]
    pub tenders: Vec<Tender>,
    /// How the member was known: `scanned`, `typed`, `app`, `staff`.
    #[arg(long)]
    pub by: Option<Text>,
    /// An order number that holds on every channel.
    #[arg(long)]
    pub order: Option<Text>,
    /// Promotion codes named by the buyer.
    #[serde(default)]
    #[arg(long = "code", value_name = "CODE")]
    pub codes: Vec<Text>,
    /// `book`: a tender in points, reward or voucher that falls short is left out, and the
    /// answer says what is still to be collected; `refuse` (default): the ticket is refused.
    #[arg(long, value_name = "book|refuse")]
    pub if_short: Option<Text>,
    /// Enrol the member if nobody owns the alias.
    #[serde(default)]
    #[arg(long, alias = "enroll")]
    pub enrol: bool,
}

impl Part for TicketSale {
    const SHAPE: &str = "an object with total";
}

/// Goods that come back on a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketReturn {
    /// The purchase's key.
    pub of: Option<Text>,
    /// The purchase's slip number. Where several sales have it, the answer is `ambiguous_slip`
    /// with all of them.
    pub receipt: Option<Text>,
    /// The business day of the sale, where slips of one number are of several days: `2026-11-24`.
    pub sale_day: Option<Text>,
    /// The terminal of the sale, where several count alike.
    pub sale_terminal: Option<Text>,
    /// The store of the sale; absent: the ticket's `store`, and with neither any.
    pub sale_store: Option<Text>,
    /// `true`: nobody can name the sale; with `amount`, and the ticket's `member`.
    #[serde(default)]
    pub without_slip: bool,
    /// `true`: all that is left comes back.
    #[serde(default)]
    pub all: bool,
    /// This much comes back, of whichever lines.
    pub amount: Option<Amount>,
    /// These lines come back.
    #[serde(default, deserialize_with = "objects")]
    pub lines: Vec<LineExtent>,
}

impl Part for TicketReturn {
    const SHAPE: &str = "an object with of, and all or lines";
}

verb!(
    /// Goods sold and goods returned on one slip: all of it is booked, or nothing. The
    /// answer's `ticket` says what is to be paid in the end, or (negative) paid out.
    #[command(after_help = "\
Examples:
  stampbook ticket --member card:6900012345 --return till-1/000812#2 --total 13.50 --line SCONE:13.50 --receipt 000820 --key till-1/000820
  stampbook ticket --return till-1/000812#1:1 --return till-1/000812#2 --key till-1/000821")]
    Ticket "ticket" (#[arg(long)]) {
        /// What is sold; absent where goods only come back.
        #[serde(default, deserialize_with = "object")]
        #[command(flatten)]
        pub sale: Option<TicketSale>,
        /// What comes back, at most 50 purchases. As a flag: `KEY` for all that is left of a
        /// purchase, `KEY#2` for its line 2, `KEY#2:1` for one piece of it, once for each; by its
        /// slip: `slip:000812` and, where more is needed, `slip:000812;day=2026-11-24;terminal=till-1`
        /// (`;store=` as well), with `#2` likewise; `amount:5.00` without a slip.
        #[serde(default, deserialize_with = "objects")]
        #[arg(long = "return", value_name = "KEY[#LINE[:QTY]]")]
        pub returns: Vec<TicketReturn>,
        /// The slip's number, for all of it; unique as that of a sale is.
        #[arg(long)]
        pub receipt: Option<Text>,
    }
);

impl std::str::FromStr for TicketReturn {
    type Err = String;

    fn from_str(text: &str) -> Result<TicketReturn, String> {
        if let Some(amount) = text.strip_prefix("amount:") {
            return Ok(TicketReturn {
                without_slip: true,
                amount: Some(amount.into()),
                ..TicketReturn::default()
            });
        }
        match text.rsplit_once('#') {
            None => Ok(TicketReturn {
                all: true,
                ..sale_named(text)?
            }),
            Some((of, line)) => Ok(TicketReturn {
                lines: vec![line.parse()?],
                ..sale_named(of)?
            }),
        }
    }
}

/// The sale of a return in the form of a flag: its key, or `slip:` and the
/// fields that identify it.
fn sale_named(text: &str) -> Result<TicketReturn, String> {
    let mut back = TicketReturn::default();
    let Some(slip) = text.strip_prefix("slip:") else {
        back.of = Some(text.into());
        return Ok(back);
    };
    let mut parts = slip.split(';');
    back.receipt = parts.next().map(Into::into);
    for part in parts {
        let (field, value) = match part.split_once('=') {
            Some(("day", day)) => (&mut back.sale_day, day),
            Some(("terminal", terminal)) => (&mut back.sale_terminal, terminal),
            Some(("store", store)) => (&mut back.sale_store, store),
            _ => return Err(format!("'{part}' is none of day=.., terminal=.., store=..")),
        };
        *field = Some(value.into());
    }
    Ok(back)
}
