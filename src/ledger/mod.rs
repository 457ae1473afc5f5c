//! The product: one writer that joins the evidence, the rules, the policies and
//! the disk, and the plain data it takes and gives.

pub mod import;
pub mod wire;
