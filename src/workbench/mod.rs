//! The workbench: programmes are tested before they take effect.

pub mod comparison;
pub mod folder;
pub mod reference;
pub mod story;

pub use folder::{Folder, judge};
