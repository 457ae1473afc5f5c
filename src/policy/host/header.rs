//! `campaign(#{..})`, `tiers(#{..})` and `reward(#{..})`: declarations at the
//! top of a file, taken once when the file is compiled.

use super::offered::Offered;
use super::{Answer, fail};
use rhai::{Dynamic, Map, NativeCallContext, Position};
use std::sync::{Arc, Mutex};

/// One declaration.
pub(in crate::policy) struct Header {
    /// `campaign`, `tiers` or `reward`.
    pub word: &'static str,
    /// Its fields.
    pub map: Map,
    /// Its position.
    pub at: Position,
}

/// Declarations collected while a file's top level runs.
#[derive(Clone, Default)]
pub(in crate::policy) struct Headers(Arc<Mutex<Vec<Header>>>);

impl Headers {
    /// Removes all of them, in the order of the file.
    pub fn take(&self) -> Vec<Header> {
        let mut held = self.0.lock().unwrap_or_else(|e| e.into_inner());
        std::mem::take(&mut held)
    }

    fn push(&self, header: Header) {
        let mut held = self.0.lock().unwrap_or_else(|e| e.into_inner());
        held.push(header);
    }
}

pub(super) fn register(engine: &mut Offered) {
    for word in ["campaign", "tiers", "reward"] {
        engine.register_fn(word, move |context: NativeCallContext, map: Map| {
            declare(&context, word, map)
        });
    }
}

fn declare(context: &NativeCallContext, word: &'static str, map: Map) -> Answer<()> {
    let headers = context.tag().and_then(Dynamic::read_lock::<Headers>);
    let Some(headers) = headers else {
        return fail(format!(
            "{word}(..) stands at the top of a file, outside of every function"
        ));
    };
    let at = context.call_position();
    headers.push(Header { word, map, at });
    Ok(())
}
