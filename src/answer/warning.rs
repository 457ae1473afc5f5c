//! Oddities that were booked nevertheless, in words.

use super::{View, Warning};
use crate::model::{Effect, WarningCode, counted};

/// Warning for an effect, if it stands for one.
pub(super) fn warning(view: &View<'_>, effect: &Effect) -> Option<Warning> {
    Some(match effect {
        Effect::Failed { campaign, failure } => {
            let who = view.campaign(*campaign);
            let who = who.unwrap_or_else(|| "the tiers".into());
            let (file, line, column) = (&failure.file, failure.line, failure.column);
            let place = match line {
                0 => file.clone(),
                line => format!("{file}:{line}:{column}"),
            };
            let message = format!("{who}: {place}: {}", failure.message);
            Warning::new(WarningCode::CampaignFailed, message)
        }
        Effect::DiscountDiffers { given, expected } => {
            let (given, expected) = (view.money(*given), view.money(*expected));
            let message = format!("the till gave {given}, the programme {expected}");
            Warning::new(WarningCode::DiscountDiffers, message)
        }
        Effect::Terminal {
            terminal,
            counter,
            missing,
            ..
        } if *missing > 0 => {
            let missing = counted(*missing, "number is", "numbers are");
            let message = format!("terminal {terminal}: {missing} missing before {counter}");
            Warning::new(WarningCode::CounterGap, message)
        }
        Effect::Warned { code, text } => Warning {
            code: code.clone(),
            message: text.clone(),
        },
        _ => return None,
    })
}
