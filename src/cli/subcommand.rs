//! Subcommands that are actions of one verb: each says the action, and which of the verb's
//! flags it needs or has no use for.

use crate::command::raw;
use clap::Arg;

/// A verb with several actions.
pub(super) trait Acting {
    /// The verb with this action.
    fn acting(&self, action: &str) -> Self;
}

macro_rules! acting {
    ($($verb:ident)*) => {$(
        impl Acting for raw::$verb {
            fn acting(&self, action: &str) -> Self {
                raw::$verb {
                    action: action.into(),
                    ..self.clone()
                }
            }
        }
    )*};
}

acting! { Campaign Consent Household Partner Pass Voucher }

/// Makes flags required.
pub(super) fn needs(flags: &'static [&'static str]) -> impl Fn(Arg) -> Arg {
    |arg| match flags.contains(&arg.get_id().as_str()) {
        true => arg.required(true),
        false => arg,
    }
}

/// Leaves flags out of the help.
pub(super) fn hides(flags: &'static [&'static str]) -> impl Fn(Arg) -> Arg {
    |arg| match flags.contains(&arg.get_id().as_str()) {
        true => arg.hide(true),
        false => arg,
    }
}
