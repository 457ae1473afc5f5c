//! Conditions of the machine and the service, which stand among the alerts.

/// Something about the machine or the service that somebody should see to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Kind, one of [`Conditions::kinds`].
    pub kind: &'static str,
    /// Subject, which tells it from others of its kind; empty if there is only one.
    pub subject: String,
    /// Value, such as free space in per cent.
    pub value: u64,
    /// Bound that it passed.
    pub threshold: u32,
    /// The sentence in English and in Simplified Chinese.
    pub text: (String, String),
}

/// Things looked at beside the journal, and what was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conditions {
    /// Kinds that were looked at: an alert of another kind stays as it was told.
    pub kinds: Vec<&'static str>,
    /// Those found.
    pub found: Vec<Condition>,
}
