//! Headers, tiers, rewards and programme.toml: their results, and the messages
//! about faults.

use super::*;
use crate::model::{
    AlertRule, Cap, Deficit, Down, Last, LeapRule, MonthlyDay, Period, Points, Returns, Review,
    Role, Rounding, Stack, Window,
};
use crate::policy::check_upgrade;

const FUNCTION: &str = "fn on_purchase(purchase, member) { award(\"star\", 1) }";

fn header(fields: &str) -> String {
    wrong(&format!("campaign(#{{ {fields} }});\n{FUNCTION}"))
}

#[test]
fn the_bounds_of_a_score_rise_and_are_there() {
    let score = |rfm: &str| {
        let toml = format!("{PLAIN}\n{rfm}");
        judged(&[("programme.toml", &toml), ("campaigns/a.rhai", SCORED)])
    };
    let good = "[rfm]\nrecency = [30, 90]\nfrequency = [2]\nmonetary = [\"100\", \"500.50\"]";
    let policy = score(good).unwrap_or_else(|found| panic!("{}", listed(&found)));
    let rfm = policy.programme().rfm.as_ref().unwrap();
    assert_eq!(rfm.monetary, [Money(10_000), Money(50_050)]);
    assert_eq!(rfm.window, Window::Months(12));
    let wrong = |rfm: &str| listed(&score(rfm).err().unwrap());
    assert!(wrong("").contains("member.rfm needs the bounds"));
    assert!(wrong(&good.replace("30, 90", "90, 30")).contains("these are no bounds"));
    assert!(wrong(&good.replace("[2]", "[]")).contains("these are no bounds"));
    assert!(wrong(&good.replace("500.50", "much")).contains("this is not money"));
    assert!(wrong(&format!("{good}\nwindow = \"a while\"")).contains("a while"));
}

#[test]
fn thresholds_of_alerts_are_read_and_bounded() {
    let alerts = |text: &str| {
        let toml = format!("{PLAIN}\n[alerts]\n{text}");
        judged(&[("programme.toml", &toml), ("campaigns/a.rhai", AWARDING)])
    };
    let read = |text: &str| match alerts(text) {
        Ok(policy) => policy.programme().alerts,
        Err(found) => panic!("{}", listed(&found)),
    };
    let usual = AlertRule {
        utilisation_below: 50,
        voucher_use_below: 30,
        sample: 100,
        budget_above: 80,
        purchases_a_day: 10,
        by_hand_a_month: 3,
        lapsing_above: 0,
        disk_below: 10,
        backup_days: 7,
    };
    assert_eq!(read(""), usual);
    let rule = read("utilisation_below = 40\npurchases_a_day = 5\nlapsing_above = 7");
    assert_eq!(
        (
            rule.utilisation_below,
            rule.purchases_a_day,
            rule.lapsing_above
        ),
        (40, 5, 7)
    );
    assert_eq!(rule.budget_above, 80, "not named");
    for (text, told) in [
        ("utilisation_below = 101", "0 to 100"),
        ("budget_above = 0", "1 to 100"),
        ("by_hand_a_month = -1", "0 to"),
        ("backup_days = 4000", "0 to 3660"),
    ] {
        let found = listed(&alerts(text).err().unwrap());
        assert!(found.contains(told), "{text}: {found}");
    }
    assert!(alerts("velocity = 3").is_err());
}

#[test]
fn days_until_members_lapse_are_of_the_programme_and_of_categories() {
    let lapsing = |text: &str| {
        let toml = format!("{PLAIN}\n[lapsing]\n{text}");
        judged(&[("programme.toml", &toml), ("campaigns/a.rhai", AWARDING)])
    };
    let read = |text: &str, category: &str| match lapsing(text) {
        Ok(policy) => {
            let days = policy.programme().lapsing.of(category);
            (days.active, days.lapsed)
        }
        Err(found) => panic!("{}", listed(&found)),
    };
    assert_eq!(read("", "coffee"), (90, 180));
    let text = "active = \"60 days\"\ncategory = { coffee = { active = \"2 weeks\" }, sofas = { lapsed = \"1800 days\" } }";
    assert_eq!(read(text, ""), (60, 180));
    assert_eq!(read(text, "coffee"), (14, 180));
    assert_eq!(read(text, "sofas"), (60, 1800));
    for (text, told) in [
        (
            "active = \"200 days\"",
            "for 200 days and has lapsed after 180",
        ),
        (
            "category = { tea = { lapsed = \"30 days\" } }",
            "lapsed after 30",
        ),
        ("active = \"0 days\"", "days"),
        ("lapsed = \"some time\"", "not so many days"),
    ] {
        let found = listed(&lapsing(text).err().unwrap());
        assert!(found.contains(told), "{text}: {found}");
    }
    assert!(lapsing("lapsed = 180").is_err());
}

const AWARDING: &str = "campaign(#{ id: \"a\", title: \"A\" });\n\
    fn on_purchase(purchase, member) { award(\"star\", 1) }";

const SCORED: &str = "campaign(#{ id: \"a\", title: \"A\" });\n\
    fn on_purchase(purchase, member) { if member.rfm == \"111\" { award(\"star\", 1) } }";

#[test]
fn every_field_of_a_campaign_is_taken() {
    let text = format!(
        "campaign(#{{
            id: \"full\", title: \"Everything\", role: \"base\", on: \"purchase\",
            from: \"2026-11-01\", to: \"2026-12-31\",
            when: #{{ weekday: [\"Tue\", \"Sun\"], monthly: [1, \"last Sat\"],
                hours: [\"07:00-10:30\", \"22:00-24:00\"],
                tier: \"silver\", store: [\"mitte\"], channel: \"app\", category: \"coffee\",
                tag: [\"new\"], minimum: 10.50, code: \"SPRING\" }},
            stack: \"best\", group: \"autumn\", priority: -3,
            budget: #{{ star: 50_000, last: \"none\" }},
            per_member: #{{ star: 300, \"year-star\": 10, each: \"month\" }},
            per_day: #{{ star: 30 }},
            requires_consent: \"marketing\", draft: true,
        }});\n{FUNCTION}"
    );
    let policy = with_campaign(&text).unwrap_or_else(|found| panic!("{}", listed(&found)));
    let found = &policy.campaigns()[0];
    assert_eq!(
        (found.title.as_str(), found.role),
        ("Everything", Role::Base)
    );
    assert_eq!(found.from, Some(Day::parse("2026-11-01").unwrap()));
    assert_eq!(found.when.weekdays, [1, 6]);
    let monthly = [MonthlyDay::Number(1), MonthlyDay::LastOf(5)];
    assert_eq!(found.when.monthly, monthly);
    assert_eq!(found.when.hours, [(420, 630), (1320, 1440)]);
    assert_eq!(found.when.tiers, [2]);
    assert_eq!(found.when.minimum, Some(Money(1050)));
    assert_eq!(found.when.codes, ["SPRING"]);
    assert_eq!(
        (&found.stack, found.group.as_str()),
        (&Stack::Best, "autumn")
    );
    assert_eq!((found.priority, found.is_draft), (-3, true));
    assert_eq!(found.requires_consent, Some(1));
    let cap = |unit, points, each, last| Cap {
        unit,
        points: Points(points),
        each,
        last,
        is_per_store: false,
    };
    assert_eq!(found.budget, [cap(1, 50_000, Period::Ever, Last::None)]);
    let per_member = [
        cap(1, 300, Period::Month, Last::Part),
        cap(2, 10, Period::Month, Last::Part),
        cap(1, 30, Period::Day, Last::Part),
    ];
    assert_eq!(found.per_member, per_member);
}

#[test]
fn campaigns_stand_in_the_order_they_run_in() {
    let file = |fields: &str| format!("campaign(#{{ {fields} }});\n{FUNCTION}");
    let texts = [
        file("id: \"z\", role: \"base\""),
        file("id: \"b\""),
        file("id: \"a\""),
        file("id: \"late\", priority: -1"),
        file("id: \"first\", priority: 5"),
    ];
    let names: Vec<String> = (0..5).map(|i| format!("campaigns/{i}.rhai")).collect();
    let mut files = vec![("programme.toml", PLAIN)];
    files.extend(
        names
            .iter()
            .zip(&texts)
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    let policy = judged(&files).ok().unwrap();
    let ids: Vec<&str> = policy.campaigns().iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["z", "first", "a", "b", "late"]);
}

#[test]
fn wrong_fields_are_named_with_place_and_remedy() {
    for (fields, said) in [
        (
            "id: \"x\", titel: \"y\"",
            ":1:22: titel is not a field of this declaration (did you mean 'title'?)",
        ),
        ("title: \"x\"", "id is missing"),
        (
            "id: \"x\", for: \"all\"",
            "for cannot be 'all' (known: members, everybody)",
        ),
        (
            "id: \"x\", for: \"everybody\", when: #{ tier: \"silver\" }",
            "for is \"everybody\", but `when.tier` asks about a member",
        ),
        (
            "id: \"x\", for: \"everybody\", requires_consent: \"marketing\", hold_out: \"10%\"",
            "`hold_out` asks about a member (leave one of them out",
        ),
        ("id: \"\"", "id is empty"),
        ("id: \"a b\"", "may have letters"),
        ("id: 5", "id needs a text in quotes, not a whole number"),
        (
            "id: \"x\", role: \"bse\"",
            "role cannot be 'bse' (did you mean 'base'?)",
        ),
        (
            "id: \"x\", until: \"2026-01-01\"",
            "the last day of a campaign is `to`",
        ),
        (
            "id: \"x\", \"until\": \"2026-01-01\"",
            "the last day of a campaign is `to`",
        ),
        (
            "id: \"x\", from: \"2026-02-30\"",
            "from: '2026-02-30' is a date that does not exist",
        ),
        (
            "id: \"x\", from: \"2026-03-01\", to: \"2026-02-01\"",
            "lies before from",
        ),
        (
            "id: \"x\", from: \"2026-11-23\", to: \"2026-11-25\", when: #{ weekday: \"Fri\" }",
            "when.weekday never comes between from and to",
        ),
        (
            "id: \"x\", from: \"2026-11-23\", to: \"2026-11-25\", when: #{ monthly: \"last\" }",
            "when.monthly never comes between from and to",
        ),
        (
            "id: \"x\", when: #{ weekday: \"Mon\", monthly: \"1st Tue\" }",
            "when.weekday never comes on a day of `monthly`",
        ),
        (
            "id: \"x\", from: \"2026-11-23\", to: \"2026-11-25\", when: #{ weekday: \"Mon\", monthly: \"1st Tue\" }",
            "when.weekday never comes on a day of `monthly`",
        ),
        (
            "id: \"x\", when: #{ monthly: 31 }",
            "when.monthly cannot be '31' (not every month has it: write \"last\")",
        ),
        (
            "id: \"x\", when: #{ monthly: \"first Sat\" }",
            "when.monthly cannot be 'first Sat' (write \"1\" to \"28\"",
        ),
        (
            "id: \"x\", when: #{ monthly: 1.5 }",
            "when.monthly needs a list of texts or whole numbers",
        ),
        (
            "id: \"x\", per_household: #{ star: 5 }",
            "per_household: there are no households (add [household]",
        ),
        (
            "id: \"x\", when: #{ weekday: [\"Tuesday\"] }",
            "when.weekday names 'Tuesday'",
        ),
        (
            "id: \"x\", when: #{ wekday: [\"Tue\"] }",
            "when.wekday is not a field",
        ),
        (
            "id: \"x\", when: #{ hours: \"7-10\" }",
            "write \"07:00-10:00\"",
        ),
        (
            "id: \"x\", when: #{ hours: \"10:00-10:00\" }",
            "is no time at all",
        ),
        (
            "id: \"x\", when: #{ tier: \"gold\" }",
            "names 'gold', which is no tier of tiers.rhai",
        ),
        (
            "id: \"x\", when: #{ store: \"mite\" }",
            "did you mean 'mitte'?",
        ),
        ("id: \"x\", when: #{ minimum: 10.005 }", "3 decimals"),
        (
            "id: \"x\", when: \"Tue\"",
            "when needs a map #{..}, not a text",
        ),
        (
            "id: \"x\", budget: #{ stars: 5 }",
            "budget.stars names 'stars', which is no unit",
        ),
        (
            "id: \"x\", budget: #{ star: 5.5 }",
            "budget.star needs a whole number from 0",
        ),
        (
            "id: \"x\", budget: #{ star: -5 }",
            "budget.star needs a whole number from 0",
        ),
        (
            "id: \"x\", per_member: #{ star: 5, each: \"dya\" }",
            "did you mean 'day'?",
        ),
        (
            "id: \"x\", requires_consent: \"email\"",
            "which is no purpose of programme.toml",
        ),
        (
            "id: \"x\", cost_to: \"partner\"",
            "cost_to names 'partner', which is no partner of programme.toml",
        ),
        (
            "id: \"x\", priority: 99_999_999_999",
            "priority is too large",
        ),
        (
            "id: \"x\", draft: \"yes\"",
            "draft needs true or false, not a text",
        ),
    ] {
        let found = header(fields);
        assert!(found.contains(said), "{fields}: {found}");
        assert!(
            found.starts_with("error: campaigns/test.rhai:1:"),
            "{fields}: {found}"
        );
    }
}

#[test]
fn tiers_and_rewards_say_what_is_wrong() {
    let with = |path, text: &str| {
        let found = judged(&[("programme.toml", PLAIN), (path, text)]);
        found.map_or_else(|found| listed(&found), |_| String::new())
    };
    for (fields, said) in [
        ("levels: []", "levels needs at least one name"),
        ("levels: [\"a\", \"a\"]", "levels has a name twice"),
        (
            "levels: [\"a\"], review: \"weekly\"",
            "review cannot be 'weekly'",
        ),
        (
            "levels: [\"a\"], down: \"two steps\"",
            "down cannot be 'two steps'",
        ),
        ("levels: [\"a\"], grace: \"soon\"", "grace cannot be 'soon'"),
        (
            "levels: [\"a\"], aplies: \"at once\"",
            "did you mean 'applies'?",
        ),
    ] {
        let text = format!("tiers(#{{ {fields} }});\nfn qualify(member) {{ \"a\" }}");
        let found = with("tiers.rhai", &text);
        assert!(found.contains(said), "{fields}: {found}");
    }
    for span in [
        "review: \"1 month\"",
        "review: \"1 months\"",
        "review: \"1 year\"",
        "grace: \"1 year\"",
        "grace: \"0 months\"",
    ] {
        let text =
            format!("tiers(#{{ levels: [\"a\"], {span} }});\nfn qualify(member) {{ \"a\" }}");
        assert_eq!(with("tiers.rhai", &text), "", "{span}");
    }
    for (fields, said) in [
        (
            "id: \"x\", unit: \"star\"",
            "points needs a whole number above 0",
        ),
        (
            "id: \"x\", unit: \"star\", points: 0",
            "points needs a whole number above 0",
        ),
        (
            "id: \"x\", unit: \"sta\", points: 5",
            "did you mean 'star'?",
        ),
        (
            "id: \"x\", unit: \"star\", points: 5, per_member: 0",
            "per_member needs a whole",
        ),
        (
            "id: \"x\", unit: \"star\", points: 5, value: -1",
            "negative",
        ),
    ] {
        let found = with("rewards.rhai", &format!("reward(#{{ {fields} }});"));
        assert!(found.contains(said), "{fields}: {found}");
    }
    let one = "reward(#{ id: \"x\", unit: \"star\", points: 5 });";
    assert!(
        with("rewards.rhai", &format!("{one}\n{one}"))
            .contains(":2:1: the reward 'x' is there twice")
    );
}

#[test]
fn tiers_become_what_they_say() {
    let text = "tiers(#{ levels: [\"a\", \"b\"], review: \"12 months\", down: \"to earned\", \
                grace: \"2 months\", applies: \"at once\" });\nfn qualify(member) { \"a\" }";
    let policy = judged(&[("programme.toml", PLAIN), ("tiers.rhai", text)])
        .ok()
        .unwrap();
    let tiers = policy.tiers().unwrap();
    assert_eq!(tiers.levels, [1, 2]);
    assert_eq!(
        (tiers.review, tiers.down),
        (Review::Months(12), Down::ToEarned)
    );
    assert_eq!((tiers.grace_months, tiers.is_at_once), (2, true));
    assert_eq!(policy.qualify(&Vec::new(), &Steps::default()), Ok(1));
}

#[test]
fn every_field_of_programme_toml_is_taken() {
    let text = r#"
[programme]
name = "Full"
currency = "JPY"
zone = "Asia/Tokyo"
day_starts = "04:00"
rounding = "half up"
returns = "prorate"
deficit = "refuse"
late_window = "2 weeks"
restore_grace = "30 days"
birthday_29_february = "1 march"
earns = { tax = false, delivery = true, gift_cards = true, except = ["tobacco"] }
reasons = ["goodwill"]
purposes = ["marketing", "analysis"]
[[store]]
id = "one"
terminals = ["t1"]
[[store]]
id = "two"
[unit.mile]
kind = "spendable"
value = "0.01"
cost = 1
lost_with_tier = true
subunits = 100
[unit.night]
kind = "qualifying"
window = "12 months"
[spend.mile]
step = 100
min = 500
max = 5000
max_day = 10000
bill_share = "0.5"
max_typed = 0
[limit.mile]
max = 100000
"#;
    let policy = judged(&[("programme.toml", text)]);
    let policy = policy.unwrap_or_else(|found| panic!("{}", listed(&found)));
    let p = policy.programme();
    assert_eq!((p.digits, p.calendar.day_starts), (0, 240));
    assert_eq!(
        (p.rounding, p.returns, p.deficit),
        (Rounding::HalfUp, Returns::Prorate, Deficit::Refuse)
    );
    assert_eq!(
        (p.late_days, p.restore_grace_days, p.leap),
        (14, 30, LeapRule::Mar1)
    );
    assert!(!p.earns.is_tax && p.earns.is_delivery && p.earns.except == ["tobacco"]);
    assert_eq!(p.stores[1].number, 2);
    assert_eq!(p.reasons, ["goodwill"]);
    assert_eq!(p.purposes[1], (2, "analysis".to_string()));
    assert_eq!(
        (p.units[0].subunits, p.units[0].is_lost_with_tier),
        (100, true)
    );
    assert_eq!(p.units[1].window, Window::Months(12));
    let limit = p.spend_limit(1).unwrap();
    assert_eq!(
        (limit.step, limit.min, limit.bill_share),
        (Points(10_000), Points(50_000), 5000)
    );
    assert_eq!(limit.max_typed, Some(Points(0)));
    assert_eq!(p.award[0].max, Points(10_000_000));
}

#[test]
fn wrong_values_in_programme_toml_have_a_place() {
    for (from, to, said) in [
        (
            "\"EUR\"",
            "\"EURO\"",
            "programme.toml:4:12: 'EURO' is no ISO 4217 currency",
        ),
        (
            "\"UTC\"\n",
            "\"UTC\"\nrounding = \"flor\"\n",
            ":6:12: this cannot be 'flor' (did you mean 'floor'?)",
        ),
        (
            "\"UTC\"\n",
            "\"UTC\"\nlate_window = \"7\"\n",
            "write \"7 days\"",
        ),
        (
            "\"UTC\"\n",
            "\"UTC\"\nlate_window = \"63 days\"\n",
            "write \"62 days\" at most",
        ),
        (
            "\"UTC\"\n",
            "\"UTC\"\nday_starts = \"4am\"\n",
            "is not a time of day",
        ),
        ("\"spendable\"", "\"pass\"", "a pass needs its period"),
        (
            "\"spendable\"",
            "\"spendable\"\nvalue = 0.05",
            "this needs a number from 0, in quotes",
        ),
        (
            "\"spendable\"",
            "\"spendable\"\nexpires = \"soon\"",
            "this says no end of points",
        ),
        (
            "\"spendable\"",
            "\"spendable\"\nsubunits = 0",
            "subunits go from 1",
        ),
        (
            "[unit.star]",
            "[spend.sta]\n[unit.star]",
            "there is no unit 'sta' (did you mean 'star'?)",
        ),
        (
            "[unit.star]",
            "[limit.star]\nmax = -1\n[unit.star]",
            "-1 is not from 0 to 2^53 - 1",
        ),
        (
            "[unit.star]",
            "[spend.star]\nstep = 0\n[unit.star]",
            "a step is at least 1",
        ),
        (
            "[unit.star]",
            "[spend.star]\nbill_share = \"1.5\"\n[unit.star]",
            "a part from 0 to 1",
        ),
        (
            "[unit.star]",
            "[unit.each]\nkind = \"spendable\"\n[unit.star]",
            "name no unit",
        ),
        (
            "[unit.star]",
            "[[store]]\nid = \"mitte\"\n[unit.star]",
            "empty or there twice",
        ),
    ] {
        let text = PLAIN.replacen(from, to, 1);
        let found = judged(&[("programme.toml", &text)])
            .err()
            .unwrap_or_default();
        assert!(listed(&found).contains(said), "{to}: {}", listed(&found));
    }
}

#[test]
fn an_upgrade_keeps_units_currency_and_zone() {
    let load = |text: &str| judged(&[("programme.toml", text)]).ok().unwrap();
    let old = load(PLAIN);
    let upgrade = |from: &str, to: &str, has_lots: bool| {
        // The names of the old programme keep their numbers in the new one.
        let new = load(&PLAIN.replacen(from, to, 1));
        listed(&check_upgrade(old.programme(), new.programme(), |_| {
            has_lots
        }))
    };
    assert_eq!(upgrade("Test", "Other", true), "");
    assert!(upgrade("EUR", "USD", false).contains("the currency was EUR, now USD"));
    assert!(upgrade("UTC", "Asia/Tokyo", false).contains("the zone was UTC, now Asia/Tokyo"));
    assert!(upgrade("spendable", "qualifying", false).contains("'star' was of another kind"));
    let gone = "[unit.year-star]\nkind = \"qualifying\"";
    assert!(upgrade(gone, "", true).contains("'year-star' is gone, but members still hold some"));
    assert_eq!(upgrade(gone, "", false), "");
}
