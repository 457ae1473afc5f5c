//! Figures: what the ledger says about the shop. Facts are a fold of entries
//! (entries in, tables out); a figure is a pure function of facts, the
//! programme in force and what was asked. Amounts are exact; floating point is
//! confined to `statistics` and `models`. One table, [`figures::FIGURES`], defines them all.

mod asked;
mod chinese;
mod conditions;
mod definition;
mod dimension;
mod distinct;
mod facts;
mod figures;
mod fold;
mod histories;
pub mod models;
mod outcome;
mod rows;
mod saved;
mod segments;
mod statistics;

pub use asked::{Asked, Parameter, Shop, Source};
pub use chinese::{TEXTS, chinese};
pub use conditions::{Condition, Conditions};
pub use definition::{Direction, Figure, Span};
pub use dimension::Dimension;
pub use facts::{Facts, Mark};
pub use figures::{ELSEWHERE, Elsewhere, FIGURES, Means, figure};
pub use outcome::{
    Cell, Column, Headline, Measure, Note, Outcome, Row, SMALL, Table, Unit, relative,
};
pub use saved::LAYOUT;
