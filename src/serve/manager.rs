//! Messages to the service manager (systemd's protocol, sd_notify(3)): ready, alive,
//! stopping. Where there is none, nothing is sent.

use sd_notify::{NotifyState, notify, watchdog_enabled};
use std::time::Duration;

/// Says that clients are answered from now on.
pub(super) fn tell_ready() {
    tell(NotifyState::Ready);
}

/// Says that no more is accepted.
pub(super) fn tell_stopping() {
    tell(NotifyState::Stopping);
}

/// Says twice in each interval of the manager's watchdog that connections are served.
/// The engine is not asked: an import may keep it busy for longer, and is no hang.
pub(super) async fn keep_alive() {
    let mut micros = 0;
    if !watchdog_enabled(false, &mut micros) || micros == 0 {
        return;
    }
    let half = Duration::from_micros(micros / 2);
    loop {
        tell(NotifyState::Watchdog);
        tokio::time::sleep(half).await;
    }
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = notify(false, &[state]) {
        tracing::warn!("the service manager was not told: {error}");
    }
}
