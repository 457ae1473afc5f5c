//! Folding of changes of alerts.

use crate::insight::rows::AlertKnown;
use crate::model::{Act, AlertChange, Entry};
use std::collections::BTreeMap;

/// Notes a change of an alert.
pub(super) fn add_alert(alerts: &mut BTreeMap<String, AlertKnown>, entry: &Entry) {
    let Act::AlertChanged(changed) = &entry.act else {
        return;
    };
    let seq = entry.seq;
    let known = alerts.entry(changed.alert.clone());
    let known = known.or_insert(AlertKnown {
        seq,
        is_open: true,
        value: None,
        text: (String::new(), String::new()),
        acknowledged: None,
    });
    known.seq = seq;
    known.value = changed.value.or(known.value);
    known.is_open = changed.change != AlertChange::Ended;
    known.acknowledged = match changed.change {
        AlertChange::Acknowledged => Some((changed.by.clone(), changed.reason.clone())),
        _ => None,
    };
    if !changed.text.is_empty() {
        known.text = (changed.text.clone(), changed.text_zh.clone());
    }
}
