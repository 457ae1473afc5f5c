//! The slip: the part of a receipt that tells a customer of the ledger. Its
//! content is taken from an answer; it is laid out for paper, and written as
//! text, as bytes for a printer, and as a QR code.

mod content;
mod escpos;
mod layout;
mod png;
mod qr;
mod words;

pub use content::{Occasion, Source};

use crate::answer::PrintedSlip;
use crate::command::SlipForm;
use content::Content;
use data_encoding::BASE64;

/// Prints the slip of an answer.
pub fn print(source: &Source, form: SlipForm) -> PrintedSlip {
    let content = Content::of(source);
    let words = words::of(form.lang);
    let code = content.code();
    let qr = code.and_then(qr::encode);
    let mut paper = layout::lay_out(&content, words, form.columns);
    let escpos = form
        .escpos
        .map(|kind| BASE64.encode(&escpos::bytes(&paper, code, kind)));
    if let (true, Some(qr)) = (form.has_blocks, &qr) {
        paper.append(qr::blocks(qr, form.columns));
    }
    PrintedSlip {
        form: form.to_string(),
        text: paper.to_text(),
        escpos,
        svg: qr.as_ref().filter(|_| form.has_svg).map(qr::svg),
        png: qr
            .as_ref()
            .filter(|_| form.has_png)
            .map(|qr| BASE64.encode(&png::of(qr))),
        qr: code.map(str::to_owned),
    }
}
