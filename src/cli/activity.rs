//! `stampbook activity`

use super::args::{HeadArgs, ToRaw, text};
use crate::command::{
    Bad, Plain,
    raw::{self, Raw},
};
use clap::Args;

/// Books something that is no purchase, as programme.toml declares it: a run,
/// an answer, a visit, the code of a bottle.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook activity run --member card:6900012345 --field km=5.2 --field id=run-8812 --key app/8812
  stampbook activity check-in --member card:6900012345 --store mitte --key till-1/000817")]
pub struct ActivityArgs {
    /// Which, as programme.toml declares it.
    pub activity: String,
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// What it carries; may be repeated.
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// How the member was known: scanned, typed, app, staff.
    #[arg(long)]
    pub by: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ActivityArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let mut activity = raw::Activity {
            activity: self.activity.as_str().into(),
            by: text(&self.by),
            ..raw::Activity::default()
        };
        for field in &self.fields {
            let Some((name, value)) = field.split_once('=') else {
                let message = format!("'{field}' is not of the form km=5.2");
                return Err(Bad::new("--field", message));
            };
            if activity
                .fields
                .insert(name.into(), Plain::from(value))
                .is_some()
            {
                return Err(Bad::new("--field", format!("'{name}' is there twice")));
            }
        }
        Ok(Raw::Activity(
            activity.with_head(self.head.head(Some(&self.member))),
        ))
    }
}
