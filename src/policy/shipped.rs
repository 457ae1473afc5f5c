//! The programmes that come with the binary.

/// A programme: its name, and its files with paths and texts.
pub type Shipped = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! files {
    ($name:literal: $($path:literal),+ $(,)?) => {
        ($name, &[$((
            $path,
            include_str!(concat!("../../scripts/", $name, "/", $path)),
        )),+])
    };
}

/// All programmes of `scripts/`, with their stories.
pub fn shipped() -> &'static [Shipped] {
    &SHIPPED
}

static SHIPPED: [Shipped; 5] = [
    files!("birthday-gift":
        "programme.toml",
        "campaigns/anniversary.rhai",
        "campaigns/base.rhai",
        "campaigns/birthday.rhai",
        "stories/once-a-year.story",
        "stories/who-joins-or-changes.story",
    ),
    files!("corner-cafe":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/birthday-double.rhai",
        "campaigns/double-tuesday.rhai",
        "rewards.rhai",
        "tiers.rhai",
        "stories/birthday.story",
        "stories/coffee.story",
        "stories/return.story",
        "stories/stars.story",
        "stories/tuesday.story",
        "stories/year-end.story",
    ),
    files!("expiry-reminder":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/reminder.rhai",
        "stories/in-time.story",
    ),
    files!("one-for-one":
        "programme.toml",
        "campaigns/base.rhai",
        "stories/never-expires.story",
        "stories/whole-units.story",
    ),
    files!("win-back":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/win-back.rhai",
        "stories/before-the-command.story",
        "stories/once-for-each-silence.story",
    ),
];
