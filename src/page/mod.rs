//! Pages about figures: a figure as a person sees it, its plot, and a document
//! that needs no other file. The dashboard and the commands that write HTML share
//! them, so that a figure looks alike wherever it is shown. Nothing here reads
//! the ledger; what comes in is JSON as programs get it, or numbers.

mod alerts;
mod chinese;
mod document;
mod language;
mod plot;
mod view;

pub use alerts::{Alert, alerts};
pub use chinese::{chinese_heading, chinese_word};
pub use document::{Document, Part, STYLE};
pub use language::Lang;
pub use plot::{Mark, Plot, Series, Tick, plot};
pub use view::{
    Cell, Known, OVERVIEW, Parameter, SECTIONS, Section, View, command, flags, grouped, is_time,
    known,
};
