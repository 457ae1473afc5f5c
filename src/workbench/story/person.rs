//! What members do besides buying, and what they agree to, in the words of stories.

use super::ask::Asker;
use super::options::{Options, fields};
use super::words::{Read, Words};
use crate::command::{Activity, ConsentChange, ProfileChange, Verb};

impl Asker<'_> {
    /// `activity alice run km=5.2 id=r1`
    pub(super) fn activity(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let activity = words.need("an activity of the programme")?.text.to_owned();
        let fields = fields(words);
        let options = self.options(words, &["by"])?;
        let by = options.by;
        let activity = Activity {
            activity,
            fields,
            by,
        };
        Ok((Verb::Activity(activity), options))
    }

    /// `profile alice sweetness=low decade=1990`: what is known of somebody.
    pub(super) fn profile(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let attributes = fields(words);
        let options = self.options(words, &["born"])?;
        let change = ProfileChange {
            birthday: options.birthday.map(Some),
            attributes,
            ..ProfileChange::default()
        };
        Ok((Verb::Profile(change), options))
    }

    /// `consent alice give marketing`, `consent alice withdraw marketing`
    pub(super) fn consent(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let action = words.one_of("what is done", &["give", "withdraw"])?;
        let purpose = words.need("a purpose")?.text.to_owned();
        let notice = match words.take("notice") {
            true => words.need("the version of a notice")?.text.to_owned(),
            false => String::new(),
        };
        let options = self.options(words, &[])?;
        let change = ConsentChange {
            purposes: vec![purpose],
            is_given: action == "give",
            notice,
        };
        Ok((Verb::Consent(change), options))
    }
}
