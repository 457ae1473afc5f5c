//! `stampbook activity`

use crate::command::flag::named;
use crate::command::{Bad, Raw, raw};
use clap::Args;
use std::collections::BTreeMap;

/// Books something that is no purchase, as programme.toml declares it: a run,
/// an answer, a visit, the code of a bottle.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook activity run --member card:6900012345 --field km=5.2 --field id=run-8812 --key app/8812
  stampbook activity check-in --member card:6900012345 --store mitte --key till-1/000817")]
pub struct ActivityArgs {
    /// A field that it carries; may be repeated.
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = named)]
    pub fields: Vec<(String, String)>,
    /// The activity.
    #[command(flatten)]
    pub activity: raw::Activity,
}

impl ActivityArgs {
    /// Makes the verb of the flags.
    pub fn raw(&self) -> Result<Raw, Bad> {
        let fields = self.fields.clone();
        let activity = raw::Activity {
            fields: once("--field", fields)?,
            ..self.activity.clone()
        };
        Ok(activity.into())
    }
}

/// Collects pairs by name; each may occur once.
pub(super) fn once<T: From<String>>(
    flag: &str,
    pairs: Vec<(String, String)>,
) -> Result<BTreeMap<String, T>, Bad> {
    let mut found = BTreeMap::new();
    for (name, value) in pairs {
        if found.insert(name.clone(), T::from(value)).is_some() {
            return Err(Bad::new(flag, format!("'{name}' is there twice")));
        }
    }
    Ok(found)
}
