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
    SHIPPED
}

// In the order of the alphabet.
static SHIPPED: &[Shipped] = &[
    files!("birthday-gift":
        "programme.toml",
        "campaigns/anniversary.rhai",
        "campaigns/base.rhai",
        "campaigns/birthday.rhai",
        "stories/once-a-year.story",
        "stories/who-joins-or-changes.story",
    ),
    files!("bundle-bonus":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/bread-and-cheese.rhai",
        "stories/together.story",
    ),
    files!("clear-at-year-end":
        "programme.toml",
        "campaigns/base.rhai",
        "stories/year-end.story",
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
    files!("double-week":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/double-week.rhai",
        "stories/the-budget.story",
        "stories/the-week.story",
    ),
    files!("every-channel-alike":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/member-price.rhai",
        "stories/one-basket.story",
        "stories/ordered-and-collected.story",
    ),
    files!("expiry-reminder":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/reminder.rhai",
        "stories/in-time.story",
    ),
    files!("happy-hour":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/harbour-nights.rhai",
        "campaigns/station-mornings.rhai",
        "stories/where-and-when.story",
    ),
    files!("ladder-redemption":
        "programme.toml",
        "campaigns/base.rhai",
        "rewards.rhai",
        "stories/rungs.story",
    ),
    files!("member-discounts":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/birthday.rhai",
        "campaigns/high-value.rhai",
        "campaigns/member-discount.rhai",
        "stories/best-one.story",
        "stories/high-value.story",
    ),
    files!("members-day":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/first-saturday.rhai",
        "stories/every-month.story",
    ),
    files!("members-only":
        "programme.toml",
        "campaigns/base.rhai",
        "rewards.rhai",
        "tiers.rhai",
        "stories/shelf.story",
    ),
    files!("new-point-value":
        "programme.toml",
        "campaigns/base.rhai",
        "rewards.rhai",
        "stories/on-the-day.story",
    ),
    files!("one-for-one":
        "programme.toml",
        "campaigns/base.rhai",
        "stories/never-expires.story",
        "stories/whole-units.story",
    ),
    files!("pay-by-phone":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/by-phone.rhai",
        "stories/split-bill.story",
    ),
    files!("personal-price":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/favourite-drink.rhai",
        "campaigns/welcome-back.rhai",
        "stories/away.story",
        "stories/favourite.story",
    ),
    files!("steady-buyers":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/steady.rhai",
        "stories/four-of-twelve.story",
    ),
    files!("tiers-and-birthday":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/birthday-double.rhai",
        "tiers.rhai",
        "stories/birthday.story",
        "stories/points-and-tiers.story",
        "stories/year-end.story",
    ),
    files!("win-back":
        "programme.toml",
        "campaigns/base.rhai",
        "campaigns/win-back.rhai",
        "stories/before-the-command.story",
        "stories/once-for-each-silence.story",
    ),
];
