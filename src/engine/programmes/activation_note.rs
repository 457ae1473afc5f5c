//! What an activation carries besides the programme.

use crate::model::{BundleFile, Instant, Schedule};
use crate::policy::{Bundle, stories_digest};

/// Remarks and stories that an activation carries.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ActivationNote {
    /// Reason for the change.
    pub note: String,
    /// Stories of the programme, sorted by path.
    pub stories: Vec<BundleFile>,
    /// Reason for activating although they were not run or did not pass; empty
    /// if they passed.
    pub without_stories: String,
    /// Id of the person who drafted it; empty if that is not said.
    pub drafter: String,
    /// Id and PIN of another person who activates it, `ID:PIN`; empty if nobody else does.
    pub approval: String,
}

impl ActivationNote {
    /// Schedule and stories that are booked of a programme that takes effect at an instant.
    pub(in crate::engine) fn schedule(
        self,
        bundle: &Bundle,
        at: Instant,
    ) -> (Schedule, Vec<BundleFile>) {
        let schedule = Schedule {
            at,
            files: bundle.files.clone(),
            digest: bundle.digest(),
            note: self.note,
            stories: stories_digest(&self.stories),
            without_stories: self.without_stories,
            drafter: self.drafter,
        };
        (schedule, self.stories)
    }
}
