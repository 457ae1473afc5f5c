//! What silently never fires: conditions, limits and rewards that exclude everything.

use super::*;

/// What a plain programme lacks: vouchers and activities.
const MORE: &str = r#"
[unit.mug]
kind = "voucher"
[activity.run]
fields = { how = { type = "text", values = ["slow", "fast"] } }
"#;

/// Findings on a campaign `x` beside a base, in a programme with vouchers and activities.
fn found(more: &str, campaign: &str, rewards: &str) -> String {
    let base = "campaign(#{ id: \"base\", role: \"base\" });
fn on_purchase(purchase, member) { award(\"star\", floor(purchase.earning)); award(\"year-star\", 1); issue(\"mug\") }";
    let toml = format!("{PLAIN}{MORE}{more}");
    let made = judged(&[
        ("programme.toml", &toml),
        ("campaigns/base.rhai", base),
        ("campaigns/x.rhai", campaign),
        ("rewards.rhai", rewards),
    ]);
    made.map_or_else(|found| listed(&found), |made| listed(made.warnings()))
}

const TEA: &str = "reward(#{ id: \"tea\", unit: \"star\", points: 50 });";

fn with_header(header: &str) -> String {
    let more = if header.is_empty() { "" } else { ", " };
    let text = format!(
        "campaign(#{{ id: \"x\"{more}{header} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 5) }}"
    );
    found("", &text, TEA)
}

fn of_activity(body: &str) -> String {
    let text =
        format!("campaign(#{{ id: \"x\" }});\nfn on_activity(activity, member) {{ {body} }}");
    found("", &text, TEA)
}

// proves: PC79
#[test]
fn a_bracket_behind_a_list_is_followed_by_what_its_elements_have() {
    for fine in [
        "award(\"star\", purchase.lines[0].earning)",
        "if purchase.lines[0].category == \"tea\" { award(\"star\", 1) }",
        "for n in 0..purchase.lines.len() { award(\"star\", purchase.lines[n].qty) }",
        "if purchase.tenders[0].kind == \"cash\" { award(\"star\", 1) }",
        "award(\"star\", purchase.lines.filter(|l| l.qty > 1)[0].amount)",
        "if purchase.lines[0].tags[0] == \"oat\" { award(\"star\", 1) }",
    ] {
        assert_eq!(wrong_body(fine), "", "{fine}");
    }
    for (body, said) in [
        (
            "award(\"star\", purchase.lines[0].amout)",
            "line has no 'amout' (did you mean 'amount'?)",
        ),
        (
            "award(\"star\", purchase.lnes[0].amount)",
            "purchase has no 'lnes' (did you mean 'lines'?)",
        ),
        (
            "award(\"star\", purchase.lines[0].category)",
            "amount is a number, and this is a text",
        ),
        (
            "award(\"star\", purchase.lines.amount)",
            "a list has no 'amount': each line in it has (write for line in purchase.lines { line.amount })",
        ),
        (
            "if purchase.count_in[\"tea\"] > 3 { award(\"star\", 1) }",
            "purchase.count_in needs round brackets (write purchase.count_in(category))",
        ),
        (
            "for line in purchase { award(\"star\", 1) }",
            "a loop goes over a list, and this is the purchase itself (write for line in purchase.lines)",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}

// proves: PC80
#[test]
fn a_call_without_arguments_is_told() {
    for (body, said) in [
        ("tag()", "tag(..) takes 1 arguments, not 0"),
        (
            "forget(); award(\"star\", 1)",
            "forget(..) takes 1 arguments, not 0",
        ),
        ("award()", "award(..) takes 2 or 3 or 4 arguments, not 0"),
        (
            "award(\"star\", member.spend())",
            "member.spend(..) takes 1 arguments, not 0",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
}

// proves: PC81
#[test]
fn comparisons_that_are_never_true_are_found() {
    for (body, said) in [
        (
            "if [\"gold\", \"silver\"].contains(member.tier) { award(\"star\", 1) }",
            "there is no tier 'gold'",
        ),
        (
            "if [\"Sat\", \"So\"].contains(purchase.weekday) { award(\"star\", 1) }",
            "there is no day of the week 'So'",
        ),
        (
            "if purchase.partner == () { award(\"star\", 1) }",
            "purchase.partner is never (): '==' is always false (where there is none it is \"\": write purchase.partner == \"\")",
        ),
        (
            "if purchase.codes != () { award(\"star\", 1) }",
            "purchase.codes is never (): '!=' is always true (write purchase.codes.is_empty())",
        ),
        (
            "if member.tier_at_least(\"silver\") == () { award(\"star\", 1) }",
            "member.tier_at_least is never ()",
        ),
        (
            "if purchase.hour in 22..2 { award(\"star\", 1) }",
            "22 to 2 goes down: nothing is ever in it (write x >= 22 || x < 2)",
        ),
        (
            "if purchase.date.starts_with(\"12-24\") { award(\"star\", 1) }",
            "no date starts with '12-24' (a date is a text such as \"2026-12-24\")",
        ),
        (
            "if purchase.date.ends_with(\"-24.\") { award(\"star\", 1) }",
            "no date ends with '-24.'",
        ),
        (
            "if purchase.weekday.to_lower() == \"Tue\" { award(\"star\", 1) }",
            "to_lower() never gives 'Tue' (write \"tue\")",
        ),
        (
            "if member.balance(\"star\") < 0 { award(\"star\", 1) }",
            "balance is never below 0",
        ),
        (
            "if purchase.date + 3 > \"2026-12-01\" { award(\"star\", 1) }",
            "'+' of a date and a number makes no date (write days_after(purchase.date, 30))",
        ),
        (
            "let n = 5; n == 6; award(\"star\", n)",
            "'==' compares, and nothing uses the answer (write = to set a variable",
        ),
        (
            "remember(\"told\", 1); if member.memo(\"tld\") == () { award(\"star\", 1) }",
            "nothing in this file remembers 'tld' (did you mean 'told'?)",
        ),
        (
            "tag(\"vip\"); if member.has_tag(\"VIP\") == true { award(\"star\", 1) }",
            "no script puts the label 'VIP' on anybody (did you mean 'vip'?)",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
    for fine in [
        "if [\"silver\"].contains(member.tier) { award(\"star\", 1) }",
        "if purchase.lines.find(|l| l.category == \"tea\") != () { award(\"star\", 1) }",
        "if member.tier == () { award(\"star\", 1) }",
        "if purchase.hour in 7..11 { award(\"star\", 1) }",
        "if purchase.date.starts_with(\"2026-12\") || purchase.date.ends_with(\"-24\") { award(\"star\", 1) }",
        "remember(\"told\", 1); if member.memo(\"told\") == () { award(\"star\", 1) }",
        "let key = `told ${purchase.date}`; remember(key, 1); if member.memo(\"x\") == () { award(\"star\", 1) }",
    ] {
        assert_eq!(wrong_body(fine), "", "{fine}");
    }
    for (body, said) in [
        (
            "if activity.id == \"walk\" { award(\"star\", 1) }",
            "there is no activity 'walk'",
        ),
        (
            "if activity.field(\"how\") == \"medium\" { award(\"star\", 1) }",
            "field how is never 'medium'",
        ),
        (
            "if activity.label == () { award(\"star\", 1) }",
            "activity.label is never ()",
        ),
    ] {
        let found = of_activity(body);
        assert!(found.contains(said), "{body}: {found}");
    }
    assert_eq!(
        of_activity("if activity.id == \"run\" { award(\"star\", 1) }"),
        ""
    );
    for (function, said) in [
        (
            "fn on_return(purchase, member) { take_back(\"stars\") }",
            "there is no unit 'stars'",
        ),
        (
            "fn on_review(figures) { if figures.given(\"stars\") > 1 { pause(\"enough\") } }",
            "there is no unit 'stars'",
        ),
        (
            "fn on_purchase(purchase, member) { award(\"star\", purchase.base(\"mug\") * 2) }",
            "",
        ),
    ] {
        let found = found("", &format!("campaign(#{{ id: \"x\" }});\n{function}"), TEA);
        assert!(found.contains(said), "{function}: {found}");
    }
    let alone = "campaign(#{ id: \"test\", title: \"Test\" });
fn on_purchase(purchase, member) { award(\"star\", purchase.base(\"star\")) }";
    let found = wrong(alone);
    assert!(
        found.contains("no base campaign gives 'star': this is always 0"),
        "{found}"
    );
}

// proves: PC82
#[test]
fn headers_that_exclude_everything_are_found() {
    for (header, said) in [
        (
            "per_member: #{ star: 3, last: \"none\" }",
            "5 star never fit into a limit of 3 with last: \"none\"",
        ),
        (
            "per_purchase: #{ star: 4, last: \"none\" }",
            "5 star never fit into a limit of 4",
        ),
        (
            "budget: #{ star: 4, last: \"none\" }",
            "5 star never fit into a limit of 4",
        ),
        ("cost_to: \"store\"", "no [[store]] has a partner"),
        (
            "hold_out: \"100%\"",
            "hold_out leaves everybody out: it never gives anything",
        ),
        (
            "when: #{ code: \"\" }",
            "when.code names '', which nothing is ever called",
        ),
        ("when: #{ tag: \"oat \" }", "when.tag names 'oat '"),
        (
            "pause_when: #{ used_below: \"30%\", unit: \"year-star\" }",
            "pause_when counts year-star, but the campaign gives none of it (it gives: star)",
        ),
        (
            "target: #{ tag: \"vip\" }",
            "no script puts the label 'vip' on anybody",
        ),
    ] {
        let found = with_header(header);
        assert!(found.contains(said), "{header}: {found}");
    }
    for fine in [
        "",
        "per_member: #{ star: 3 }",
        "per_purchase: #{ star: 5, last: \"none\" }",
        "hold_out: \"50%\"",
        "when: #{ tag: \"oat milk\" }",
    ] {
        assert_eq!(with_header(fine), "", "{fine}");
    }
    for (trigger, body, said) in [
        (
            "expiring: \"7 days\", unit: \"star\"",
            "award(\"star\", 1)",
            "'star' never expires by itself",
        ),
        (
            "expiring: \"7 days\", unit: \"year-star\"",
            "award(\"star\", 1)",
            "'year-star' is only counted",
        ),
        (
            "birthday: true",
            "award(\"star\", day.years)",
            "day.years tells nothing on the days of this campaign",
        ),
        (
            "anniversary: \"enrolment\"",
            "award(\"star\", day.points)",
            "day.points tells nothing",
        ),
    ] {
        let text = format!(
            "campaign(#{{ id: \"x\", on_day: #{{ {trigger} }} }});\nfn on_day(day, member) {{ {body} }}"
        );
        let found = found("", &text, TEA);
        assert!(found.contains(said), "{trigger}: {found}");
    }
}

// proves: PC92
#[test]
fn a_store_whose_campaign_nobody_pays_for_is_told() {
    let stores =
        "[partner.air]\n[[store]]\nid = \"nord\"\npartner = \"air\"\n[[store]]\nid = \"west\"\n";
    let told = |when: &str| {
        let text = format!(
            "campaign(#{{ id: \"x\", cost_to: \"store\"{when} }});\nfn on_purchase(purchase, member) {{ award(\"star\", 5) }}"
        );
        found(stores, &text, TEA)
    };
    // Such as an office, whose sales no partner makes.
    assert_eq!(told(""), "");
    let two = told(", when: #{ store: [\"nord\", \"west\"] }");
    assert!(
        two.contains("where it gives nothing: west (write partner"),
        "{two}"
    );
    let none = told(", when: #{ store: \"west\" }");
    assert!(none.contains("it never gives anything"), "{none}");
    assert_eq!(told(", when: #{ store: \"nord\" }"), "");
}

// proves: PC92
#[test]
fn an_empty_list_and_an_amount_of_0_are_told() {
    for (header, said) in [
        (
            "when: #{ weekday: [] }",
            "warning: campaigns/x.rhai:1:31: when.weekday is an empty list, which asks for nothing",
        ),
        ("target: #{ tag: [] }", "target.tag is an empty list"),
    ] {
        let found = with_header(header);
        assert!(found.contains(said), "{header}: {found}");
    }
    let reward = "reward(#{ id: \"tea\", unit: \"star\", points: 50, tier: [] });";
    let campaign = "campaign(#{ id: \"x\" });\nfn on_enrol(member) { award(\"star\", 5) }";
    assert!(found("", campaign, reward).contains("tier is an empty list"));
    for body in [
        "award(\"star\", 0)",
        "award(\"star\", 0.0, \"why\")",
        "discount(0)",
        "refer(\"star\", 0)",
    ] {
        let found = wrong_body(body);
        assert!(
            found.contains("amount is 0, so nothing comes of it"),
            "{body}: {found}"
        );
    }
}

// proves: PC81
#[test]
fn parts_of_dates_that_never_come_are_found() {
    for (body, said) in [
        (
            "if purchase.date.sub_string(5) == \"12-32\" { award(\"star\", 1) }",
            "no date has '12-32' there (of the date \"2026-12-24\" this part is \"12-24\")",
        ),
        (
            "let d = purchase.date; if d.sub_string(5, 2) == \"13\" { award(\"star\", 1) }",
            "no date has '13' there",
        ),
        (
            "if purchase.date.sub_string(5) in [\"02-29\", \"02-30\"] { award(\"star\", 1) }",
            "no date has '02-30' there",
        ),
        (
            "if purchase.date.sub_string(5) == \"12\" { award(\"star\", 1) }",
            "no date has '12' there",
        ),
        (
            "switch purchase.date.sub_string(8) { \"1\" => award(\"star\", 1) }",
            "no date has '1' there",
        ),
        (
            "if parse_int(purchase.date.sub_string(8)) > 31 { award(\"star\", 1) }",
            "the day of a date goes from 1 to 31: this is never true",
        ),
        (
            "let month = parse_int(purchase.date.sub_string(5, 2)); if month == 0 { award(\"star\", 1) }",
            "the month of a date goes from 1 to 12: this is never true",
        ),
        (
            "if purchase.date.starts_with(\"2026-13\") { award(\"star\", 1) }",
            "no date starts with '2026-13'",
        ),
        (
            "if purchase.date.ends_with(\"-32\") { award(\"star\", 1) }",
            "no date ends with '-32'",
        ),
    ] {
        let found = wrong_body(body);
        assert!(found.contains(said), "{body}: {found}");
    }
    for fine in [
        "if purchase.date.sub_string(5) == \"02-29\" { award(\"star\", 1) }",
        "if purchase.date.sub_string(5) >= \"12-24\" { award(\"star\", 1) }",
        "if parse_int(purchase.date.sub_string(8)) == 31 { award(\"star\", 1) }",
        "if parse_int(purchase.date.sub_string(5, 2)) / 2.0 == 1.5 { award(\"star\", 1) }",
        "if parse_int(purchase.date.sub_string(0, 4)) == 2027 { award(\"star\", 1) }",
        "if purchase.date.ends_with(\"-31\") || purchase.date.ends_with(\"9\") { award(\"star\", 1) }",
        "if purchase.date.starts_with(\"2026-1\") || purchase.date.starts_with(\"20\") { award(\"star\", 1) }",
        "if purchase.date.sub_string(8, 1) == \"0\" { award(\"star\", 1) }",
        "if purchase.store.sub_string(5) == \"12-32\" { award(\"star\", 1) }",
    ] {
        assert_eq!(wrong_body(fine), "", "{fine}");
    }
}

// proves: PC81
#[test]
fn a_label_that_no_list_of_codes_has_is_found() {
    let more = "[activity.bottle]\nfields = { code = { type = \"secret\", codes = \"codes/a.txt\" } }\nunique = \"code\"\n";
    let told = |label: &str| {
        let text = format!(
            "campaign(#{{ id: \"x\" }});\nfn on_activity(activity, member) {{ if activity.label == \"{label}\" {{ award(\"star\", 1); award(\"year-star\", 1) }} }}"
        );
        let toml = format!("{PLAIN}{more}");
        let files = [
            ("programme.toml", &*toml),
            ("campaigns/x.rhai", &*text),
            (
                "codes/a.txt",
                "ABCD-EFGH-JKMN gold\nABCD-EFGH-JKMP silver\n",
            ),
        ];
        judged(&files).map_or_else(|found| listed(&found), |made| listed(made.warnings()))
    };
    let found = told("gld");
    assert!(
        found.contains("there is no code labelled 'gld' in this programme (did you mean 'gold'?)"),
        "{found}"
    );
    assert_eq!(told("gold"), "");
    assert_eq!(told(""), "");
}

// proves: PC82
#[test]
fn rewards_and_limits_that_let_nothing_through_are_found() {
    let campaign = "campaign(#{ id: \"x\" });\nfn on_enrol(member) { award(\"star\", 5) }";
    for (fields, said) in [
        ("value: 0", "'tea' pays 0"),
        ("stock: 0", "'tea' has a stock of 0"),
        (
            "category: \"tea\", not_for: #{ category: [\"tea\"] }",
            "'tea' is for goods that its not_for excludes",
        ),
    ] {
        let reward = format!("reward(#{{ id: \"tea\", unit: \"star\", points: 50, {fields} }});");
        let found = found("", campaign, &reward);
        assert!(found.contains(said), "{fields}: {found}");
    }
    for (table, said) in [
        (
            "[spend.star]\nmin = 100\nmax = 50",
            "min is above what may be spent at most: no star",
        ),
        (
            "[spend.star]\nstep = 30\nmax_day = 20",
            "one step is above what may be spent at most",
        ),
        (
            "[spend.star]\nbill_share = \"0\"",
            "bill_share is 0: no star pays on a bill",
        ),
        (
            "[spend.year-star]\nmax = 50",
            "'year-star' is not spent by numbers",
        ),
        (
            "[limit.star]\nmax = 0",
            "a limit of 0: no star is ever given",
        ),
    ] {
        let found = found(table, campaign, TEA);
        assert!(found.contains(said), "{table}: {found}");
    }
    assert_eq!(found("[spend.star]\nmin = 50\nmax = 50", campaign, TEA), "");
}

// proves: PC81
#[test]
fn what_nobody_did_before_joining_is_told() {
    let of = |functions: &str| {
        found(
            "",
            &format!("campaign(#{{ id: \"x\" }});\n{functions}"),
            TEA,
        )
    };
    for (functions, said) in [
        (
            "fn on_enrol(member) { if member.visits(\"lifetime\") > 0 { award(\"star\", 1) } }",
            "warning: campaigns/x.rhai:2:33: nobody who has just joined did anything before: visits is 0 or ()",
        ),
        (
            "fn on_enrol(member) { more(member) }\nfn more(member) { if member.days_since_purchase > 9 { award(\"star\", 1) } }",
            "days_since_purchase is 0 or ()",
        ),
    ] {
        let found = of(functions);
        assert!(found.contains(said), "{functions}: {found}");
    }
    // A function that a purchase reaches too.
    let shared = "fn on_enrol(member) { more(member) }\nfn on_purchase(purchase, member) { more(member) }\nfn more(member) { if member.visits(\"month\") == 0 { award(\"star\", 1) } }";
    assert_eq!(of(shared), "");
}
