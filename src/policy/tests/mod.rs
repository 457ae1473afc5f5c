//! Whole programmes: those that are shipped, those that are refused, and
//! abilities of scripts.

mod declared;
mod documented;
mod excluded;
mod linted;
mod offered;
mod own;
mod priced;
mod reached;
mod sandboxed;
mod shipped;
mod typed;
mod words;

use super::{Bundle, Compiled, Diagnostic, compile, examine, shipped_files};
use crate::model::{
    Fact, Failure, Hook, LineFacts, Money, Names, Policy, Proposal, PurchaseFacts, Qty,
    RedemptionFacts, Scene, Steps, Value, Zone, time::Day,
};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A minimal programme.
const PLAIN: &str = r#"
[programme]
name = "Test"
currency = "EUR"
zone = "UTC"
purposes = ["marketing"]
[[store]]
id = "mitte"
[unit.star]
kind = "spendable"
[unit.year-star]
kind = "qualifying"
"#;

const TIERS: &str = r#"
tiers(#{ levels: ["bronze", "silver"] });
fn qualify(member) { if member.qualifying("year-star") >= 10 { "silver" } else { "bronze" } }
"#;

/// A campaign that gives the unit that tiers count.
const UNITS: &str = "campaign(#{ id: \"units\", title: \"Units\", role: \"bonus\" });
fn on_enrol(member) { award(\"year-star\", 1); award(\"star\", 1) }";

const HEADER: &str = r#"campaign(#{ id: "test", title: "Test", role: "base" });"#;

/// The shipped corner-cafe with texts replaced: the file, what stood there, what stands there.
pub(crate) fn cafe(changes: &[(&str, &str, &str)]) -> Bundle {
    let mut bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
    for (path, was, is) in changes {
        let file = bundle.files.iter_mut().find(|f| f.path == *path).unwrap();
        assert!(file.text.contains(was), "{}", file.text);
        file.text = file.text.replace(was, is);
    }
    bundle
}

fn zone(name: &str) -> Zone {
    Zone {
        name: name.into(),
        ..Zone::default()
    }
}

fn judged(files: &[(&str, &str)]) -> Result<Compiled, Vec<Diagnostic>> {
    let (bundle, zone) = bundled(files)?;
    examine(&bundle, &mut Names::default(), zone)
}

/// Compiles without the further findings of `check`: such a script may fail as it runs.
fn made(files: &[(&str, &str)]) -> Compiled {
    let compiled = bundled(files).and_then(|(bundle, zone)| {
        let mut names = Names::default();
        compile(&bundle, &mut names, zone)
    });
    compiled.unwrap_or_else(|found| panic!("{}", listed(&found)))
}

fn bundled(files: &[(&str, &str)]) -> Result<(Bundle, Zone), Vec<Diagnostic>> {
    let files = files
        .iter()
        .map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()));
    let bundle = Bundle::new(files.collect())?;
    let name = super::zone_name(&bundle).unwrap_or("UTC".into());
    Ok((bundle, zone(&name)))
}

/// The plain programme with one campaign.
fn with_campaign(text: &str) -> Result<Compiled, Vec<Diagnostic>> {
    judged(&[
        ("programme.toml", PLAIN),
        ("campaigns/test.rhai", text),
        ("campaigns/units.rhai", UNITS),
        ("tiers.rhai", TIERS),
    ])
}

/// The plain programme with a campaign whose `on_purchase` this is.
fn with_body(body: &str) -> Compiled {
    let text = format!("{HEADER}\nfn on_purchase(purchase, member) {{\n{body}\n}}");
    made(&[
        ("programme.toml", PLAIN),
        ("campaigns/test.rhai", &text),
        ("tiers.rhai", TIERS),
    ])
}

fn listed(found: &[Diagnostic]) -> String {
    found
        .iter()
        .map(|d| format!("{d} ({})\n", d.help))
        .collect()
}

/// All findings on a campaign.
fn wrong(text: &str) -> String {
    match with_campaign(text) {
        Ok(compiled) => listed(compiled.warnings()),
        Err(found) => listed(&found),
    }
}

/// All findings on the body of an `on_purchase`.
fn wrong_body(body: &str) -> String {
    wrong(&format!(
        "{HEADER}\nfn on_purchase(purchase, member) {{\n{body}\n}}"
    ))
}

fn purchase() -> PurchaseFacts {
    let line = |number, sku: &str, category: &str, amount| LineFacts {
        is_discountable: true,
        number,
        sku: sku.into(),
        category: category.into(),
        tags: vec!["new".into()],
        qty: Qty(2000),
        free: Qty(0),
        amount: Money(amount),
        earning: Money(amount),
        returned: Qty(0),
    };
    PurchaseFacts {
        total: Money(4250),
        earning: Money(4250),
        digits: 2,
        lines: vec![
            line(1, "LATTE", "coffee", 2900),
            line(2, "SCONE", "food", 1350),
        ],
        store: "mitte".into(),
        channel: "shop".into(),
        codes: vec!["SPRING".into()],
        day: Day::parse("2026-11-24").unwrap(),
        hour: 10,
        minute: 3,
        ..PurchaseFacts::default()
    }
}

/// A scene with the standard purchase and a member without known facts.
fn scene(policy: &Compiled) -> Scene {
    Scene {
        purchase: purchase(),
        has_member: true,
        given: vec![Value::Unit; policy.facts().len()],
        ..Scene::default()
    }
}

fn run(policy: &Compiled) -> Result<Vec<Proposal>, Failure> {
    policy.run(
        0,
        Hook::OnPurchase,
        &Arc::new(scene(policy)),
        &Steps::default(),
    )
}

/// Proposals of a body for the standard purchase.
fn proposed(body: &str) -> Vec<Proposal> {
    run(&with_body(body)).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Failure of a body at the standard purchase.
fn failed(body: &str) -> Failure {
    // The limits allow deeper stacks than test threads have in a debug build.
    let body = body.to_string();
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    let failing = move || run(&with_body(&body)).expect_err(&body);
    thread.spawn(failing).unwrap().join().unwrap()
}

/// The amount of the only award.
fn awarded(body: &str) -> Decimal {
    match &proposed(body)[..] {
        [Proposal::Award { amount, .. }] => *amount,
        other => panic!("{other:?}"),
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
