//! A due day as `on_day` sees it.

use super::offered::Offered;
use crate::model::{DayFacts, Scene, WEEKDAYS};
use rhai::{INT, ImmutableString};
use std::sync::Arc;

/// View of the day.
#[derive(Clone)]
pub(in crate::policy) struct DayView(pub Arc<Scene>);

impl DayView {
    fn facts(&self) -> &DayFacts {
        &self.0.due
    }

    fn last(&mut self) -> String {
        self.facts()
            .last
            .map_or_else(String::new, |d| d.to_string())
    }
}

pub(super) fn register(engine: &mut Offered) {
    type V = DayView;
    engine
        .register_type_with_name::<V>("day")
        .register_get("date", |d: &mut V| d.facts().day.to_string())
        .register_get("weekday", |d: &mut V| {
            ImmutableString::from(WEEKDAYS[d.facts().day.weekday()])
        })
        .register_get("points", |d: &mut V| d.facts().points)
        .register_get("last", V::last)
        .register_get("years", |d: &mut V| INT::from(d.facts().years));
}
