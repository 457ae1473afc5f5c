//! Languages of pages.

/// Language of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Lang {
    /// The text of this language.
    pub fn say<'t>(self, english: &'t str, chinese: &'t str) -> &'t str {
        match self {
            Lang::English => english,
            Lang::Chinese => chinese,
        }
    }

    /// Tag by BCP 47.
    pub fn tag(self) -> &'static str {
        self.say("en", "zh-Hans")
    }
}
