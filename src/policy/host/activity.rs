//! An activity as scripts read it.

use super::facts::{dynamic, weekday};
use super::offered::Offered;
use crate::model::{ActivityFacts, PurchaseFacts, Scene};
use rhai::{Dynamic, INT, ImmutableString};
use std::sync::Arc;

/// View of the activity.
#[derive(Clone)]
pub(in crate::policy) struct ActivityView(pub Arc<Scene>);

impl ActivityView {
    fn facts(&self) -> &ActivityFacts {
        &self.0.activity
    }

    /// Store and time.
    fn place(&self) -> &PurchaseFacts {
        &self.0.purchase
    }

    /// The value of a field; `()` if it was left out.
    fn field(&mut self, name: &str) -> Dynamic {
        let found = self.facts().fields.iter().find(|f| f.0 == name);
        found.map_or(Dynamic::UNIT, |f| dynamic(&f.1))
    }
}

pub(super) fn register(engine: &mut Offered) {
    type V = ActivityView;
    let text = |x: &str| ImmutableString::from(x);
    engine
        .register_type_with_name::<V>("activity")
        .register_get("id", move |a: &mut V| text(&a.facts().id))
        .register_get("label", move |a: &mut V| text(&a.facts().label))
        .register_get("store", move |a: &mut V| text(&a.place().store))
        .register_get("terminal", move |a: &mut V| text(&a.place().terminal))
        .register_get("channel", move |a: &mut V| text(&a.place().channel))
        .register_get("date", |a: &mut V| a.place().day.to_string())
        .register_get("weekday", |a: &mut V| weekday(a.place().day))
        .register_get("hour", |a: &mut V| INT::from(a.place().hour))
        .register_get("minute", |a: &mut V| INT::from(a.place().minute))
        .register_fn("field", V::field);
}
