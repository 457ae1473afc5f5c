//! Webhooks: the service pushes messages of the outbox to addresses of the shop's own,
//! at least once, in order for each member. CloudEvents 1.0 in the structured mode,
//! signed as Standard Webhooks 1.0 describes.

mod config;
mod delivery;
mod http;
mod pusher;
mod reach;
mod window;

pub use config::{DeadLetter, Webhook, WebhookFile, Wish};
pub use delivery::{Outcome, Sender, test_event};
pub use reach::Reach;

pub(super) use http::{get, get_dead, resend};
pub(super) use pusher::start;
