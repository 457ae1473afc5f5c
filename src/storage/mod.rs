//! The disk, as bytes.
//!
//! The store keeps pages, keys, secrets and the sled book without knowing their
//! meaning: no entry, member balance or programme is visible from here. Of the
//! other rooms it knows only the framing of a page, because finding the end of
//! a journal after a power cut is a question about pages.

pub mod backup_folder;
pub mod book;
pub mod clock;
pub mod derived;
pub mod entropy;
pub mod error;
pub mod files;
pub mod journal;
pub mod keys;
pub mod lock;
pub mod memory;
pub mod sealed_secrets;
pub mod second_copy;
pub mod secret_document;
pub mod secret_file;
pub mod secrets;
pub mod set_aside;
pub mod spill;
pub mod vault;
pub mod writer_state;

pub use book::Book;
pub use clock::Clock;
pub use entropy::Entropy;
pub use error::StorageError;
pub use journal::Journal;
pub use keys::Keys;
pub use lock::Lock;
