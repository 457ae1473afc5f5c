//! A ticket: goods sold and goods returned on one slip.

use super::super::scalar::{Amount, Text, Whole};
use super::object::{Part, object, objects};
use super::{Charge, Discount, Head, Line, LineExtent, Tender};
use schemars::JsonSchema;
use serde::Deserialize;

sale!(part!(
    /// The goods sold on a ticket.
    TicketSale "an object with total"
) required false, tenders
    /// Means of payment for the difference: money that the returns give back pays with a
    /// tender `exchange`, which the ledger adds; negative cash is what was paid out.
,);

part!(
    /// Goods that come back on a ticket.
    TicketReturn "an object with of, and all or lines" {
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
        /// Currency that amounts are in: the programme's, which it is if absent, or that of the
        /// purchase.
        pub currency: Option<Text>,
    }
);

verb!(
    /// Goods sold and goods returned on one slip: all of it is booked, or nothing. The
    /// answer's `ticket` says what is to be paid in the end, or (negative) paid out.
    #[command(after_help = "\
Examples:
  stampbook ticket --member card:6900012345 --return till-1/000812#2 --total 13.50 --line SCONE:13.50 --receipt 000820 --key till-1/000820
  stampbook ticket --return till-1/000812#1:1 --return till-1/000812#2 --key till-1/000821")]
    Ticket "ticket" (#[arg(long)]) {
        /// Goods that are sold; absent where goods only come back.
        #[serde(default, deserialize_with = "object")]
        #[command(flatten)]
        pub sale: Option<TicketSale>,
        /// Goods that come back, of at most 50 purchases. As a flag: `KEY` for all that is left of a
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
