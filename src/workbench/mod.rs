//! The workbench: programmes are tested before they take effect.

pub mod folder;
pub mod story;

pub use folder::{Folder, judge};
