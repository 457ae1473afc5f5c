//! Threads of the service that use the ledger by themselves, and their end.

use super::Service;
use crate::embed;
use crate::engine;
use crate::storage::error::StorageError;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

/// Way of such threads to the ledger, which is shut when the service stops.
pub(super) struct Gate {
    service: Weak<Service>,
    /// Held while a thread uses the ledger, so that none does once it is shut.
    open: RwLock<()>,
    is_shut: Mutex<bool>,
    shut: Condvar,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

/// Reason why a turn of a thread could not be finished.
pub(super) enum Stop {
    /// The service stops.
    Stopped,
    /// The ledger or a file cannot be used at the moment.
    Later(String),
}

impl From<embed::Error> for Stop {
    fn from(error: embed::Error) -> Stop {
        Stop::Later(error.to_string())
    }
}

impl From<StorageError> for Stop {
    fn from(trouble: StorageError) -> Stop {
        Stop::Later(trouble.to_string())
    }
}

impl Gate {
    /// Makes an open gate.
    pub(super) fn new(service: &Arc<Service>) -> Arc<Gate> {
        Arc::new(Gate {
            service: Arc::downgrade(service),
            open: RwLock::new(()),
            is_shut: Mutex::new(false),
            shut: Condvar::new(),
        })
    }

    /// Shuts it: no thread uses the ledger when this returns.
    pub(super) fn shut(&self) {
        *self.is_shut.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shut.notify_all();
        drop(self.open.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits; true once it is shut.
    pub(super) fn rest(&self, time: Duration) -> bool {
        let is_shut = self.is_shut.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.shut.wait_timeout_while(is_shut, time, |shut| !*shut);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Acts on the service's state; None once it is shut.
    pub(super) fn with<T>(&self, act: impl FnOnce(&Service) -> T) -> Option<T> {
        let _open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        match *self.is_shut.lock().unwrap_or_else(PoisonError::into_inner) {
            true => None,
            false => self.service.upgrade().map(|service| act(&service)),
        }
    }

    /// Acts on the ledger, between others, and waits for the result.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut engine::Ledger) -> Result<T, engine::Error> + Send + 'static,
    ) -> Result<T, Stop> {
        let asked = self.with(|service| service.ledger.with(work));
        let told = asked.ok_or(Stop::Stopped)??;
        told.map_err(|error| Stop::Later(error.to_string()))
    }
}
