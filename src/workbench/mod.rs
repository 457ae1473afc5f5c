//! The workbench: where a programme is tried before it takes effect.

pub mod story;
