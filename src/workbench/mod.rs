//! The workbench: where a programme is tried before it takes effect.

pub mod folder;
pub mod story;

pub use folder::{Folder, judge};
