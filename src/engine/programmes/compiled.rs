//! Cache of compiled programmes by activation, compiled on demand.

use crate::engine::error::Error;
use crate::model::{Activation, Names, Policies, Policy};
use crate::policy::{Bundle, Compiled, compile};
use std::collections::HashMap;
use std::sync::Arc;

/// Programmes compiled so far.
#[derive(Default)]
pub struct Programmes {
    compiled: HashMap<u32, Arc<Compiled>>,
}

impl Programmes {
    /// The programme of an activation, if it was compiled.
    pub fn get(&self, number: u32) -> Option<&Arc<Compiled>> {
        self.compiled.get(&number)
    }

    /// Compiles the programme of an activation. Names that were numbered by
    /// then keep their numbers.
    pub fn compile(
        &mut self,
        activation: &Activation,
        names: &Names,
    ) -> Result<Arc<Compiled>, Error> {
        let bundle = Bundle::recorded(&activation.files);
        let mut names = names.clone();
        let made =
            compile(&bundle, &mut names, activation.zone.clone()).map_err(Error::Programme)?;
        Ok(self.put(activation.number, made))
    }

    /// Keeps a programme under its activation's number.
    pub fn put(&mut self, number: u32, made: Compiled) -> Arc<Compiled> {
        let made = Arc::new(made);
        self.compiled.insert(number, Arc::clone(&made));
        made
    }
}

impl Policies for Programmes {
    fn policy(&self, number: u32) -> Option<Arc<dyn Policy>> {
        self.compiled
            .get(&number)
            .map(|c| Arc::clone(c) as Arc<dyn Policy>)
    }
}
