//! The workbench: programmes are tested, and tried on the past, before they take effect.

pub mod comparison;
pub mod folder;
pub mod language_server;
pub mod pilot;
pub mod probe;
pub mod reference;
pub mod reference_entry;
pub mod schema;
pub mod simulation;
pub mod story;
pub mod template;
pub mod tutorial;

pub use folder::{Folder, judge};
