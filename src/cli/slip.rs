//! `stampbook slip`

use super::print::{Failure, Printer};
use crate::answer::PrintedSlip;
use crate::query::SlipReply;
use data_encoding::BASE64;

/// Prints the slip: its bytes for a printer if they are asked for, else its text.
pub(super) fn print(reply: &SlipReply, out: &mut Printer) -> Result<(), Failure> {
    print_form(&reply.slip, out)
}

/// Prints a slip as its form says: bytes for a printer, a picture, or its text.
pub(super) fn print_form(slip: &PrintedSlip, out: &mut Printer) -> Result<(), Failure> {
    match (&slip.escpos, &slip.png, &slip.svg) {
        (Some(coded), _, _) | (None, Some(coded), _) => {
            let bytes = BASE64.decode(coded.as_bytes());
            Ok(out.raw(&bytes.map_err(|e| Failure::internal(e.to_string()))?)?)
        }
        (None, None, Some(svg)) => Ok(out.verbatim(svg)?),
        (None, None, None) => Ok(out.verbatim(&slip.text)?),
    }
}
