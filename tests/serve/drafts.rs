//! Drafts of programmes on the dashboard: edited, judged, tried on the past, activated.

use super::dashboard::csrf_in;
use super::service::{Service, stampbook, token};
use std::time::Instant;

/// A text as a field of a form.
fn field(text: &str) -> String {
    let bytes = text.bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

/// The file of double Tuesdays, with a change.
fn tuesday(was: &str, is: &str) -> String {
    let path = "scripts/corner-cafe/campaigns/double-tuesday.rhai";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(was), "{text}");
    text.replace(was, is)
}

const FILE: &str = "campaigns/double-tuesday.rhai";

/// Begins a draft with programme 1; returns the session's text of forms.
fn begun(service: &Service, cookie: &str) -> String {
    let page = service.page("/dashboard/draft", cookie);
    let csrf = csrf_in(&page);
    let form = format!("csrf={csrf}&action=begin&from=1");
    assert_eq!(service.form("/dashboard/draft", cookie, &form).status, 303);
    csrf
}

fn save(service: &Service, cookie: &str, csrf: &str, text: &str) {
    let form = format!("csrf={csrf}&action=save&file={FILE}&text={}", field(text));
    let told = service.form("/dashboard/draft", cookie, &form);
    assert_eq!(told.status, 303, "{told:?}");
}

#[test]
fn a_draft_is_checked_told_and_compared_and_takes_effect_with_a_reason() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let csrf = begun(&service, &cookie);
    let address = format!("/dashboard/draft?file={FILE}");
    let page = service.page(&address, &cookie);
    assert!(
        page.body.contains("no errors") && page.body.contains("all as told"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Nothing that decides differs."));

    // An error has its line, and nothing can take effect.
    save(&service, &cookie, &csrf, &tuesday("weekday", "weekdai"));
    let page = service.page(&address, &cookie);
    let place = format!("{FILE}:");
    assert!(
        page.body.contains("state failed") && page.body.contains(&place),
        "{}",
        page.body
    );
    assert!(!page.body.contains("draft/activate"), "{}", page.body);

    // Another day contradicts the stories.
    save(&service, &cookie, &csrf, &tuesday("\"Tue\"", "\"Thu\""));
    let page = service.page(&address, &cookie);
    assert!(page.body.contains("not as told"), "{}", page.body);
    assert!(
        page.body.contains("campaign double-tuesday"),
        "{}",
        page.body
    );
    let form = format!("csrf={csrf}&reason=more+on+Thursdays");
    let told = service.form("/dashboard/draft/activate", &cookie, &form);
    assert!(
        told.body.contains("stories do not hold") && told.body.contains("role=\"alert\""),
        "{told:?}"
    );
    assert!(service.page("/dashboard/programme/2", &cookie).status == 404);

    // Without a reason, and with a form of another site, nothing happens.
    save(
        &service,
        &cookie,
        &csrf,
        &tuesday("\"Tue\"", "\"Tue\", \"Sun\""),
    );
    let page = service.page(&address, &cookie);
    let is_good = page.body.contains("all as told");
    let told = service.form(
        "/dashboard/draft/activate",
        &cookie,
        &format!("csrf={csrf}&reason="),
    );
    assert!(told.body.contains("Say why"), "{told:?}");
    let told = service.form("/dashboard/draft/activate", &cookie, "csrf=x&reason=x");
    assert_eq!(told.status, 403);
    assert!(is_good, "{}", page.body);
    let told = service.form("/dashboard/draft/activate", &cookie, &form);
    assert_eq!(told.status, 303, "{told:?}");
    let page = service.page("/dashboard/programme/2", &cookie);
    assert!(
        page.body.contains("more on Thursdays") && page.body.contains("double-tuesday"),
        "{}",
        page.body
    );
    let page = service.page("/dashboard/programme/2?stories=run", &cookie);
    assert!(page.body.contains("All came out as told."), "{}", page.body);
    let page = service.page("/dashboard/programme?a=1&b=2", &cookie);
    assert!(
        page.body.contains("was [&#34;Tue&#34;]") || page.body.contains("campaign double-tuesday"),
        "{}",
        page.body
    );
    let log = service.log();
    assert!(log.contains("a draft takes effect"), "{log}");
    assert!(!service.dir.path().join("draft").exists());
}

#[test]
fn a_draft_is_its_tokens_own_and_a_role_that_may_not_activate_does_not() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let merchant = service.sign_in(&token(dir, &["--role", "merchant"]));
    let auditor = service.sign_in(&token(dir, &["--role", "auditor"]));
    let till = service.sign_in(&token(dir, &["--role", "till"]));
    assert_eq!(service.page("/dashboard/draft", &till).status, 403);
    begun(&service, &merchant);
    let page = service.page("/dashboard/draft", &auditor);
    assert!(page.body.contains("Start with"), "{}", page.body);
    let csrf = begun(&service, &auditor);
    let page = service.page("/dashboard/draft", &auditor);
    assert!(!page.body.contains("draft/activate"), "{}", page.body);
    let form = format!("csrf={csrf}&reason=x");
    let told = service.form("/dashboard/draft/activate", &auditor, &form);
    assert_eq!(told.status, 403);
    let cancel = format!("csrf={csrf}&entry=1&reason=x");
    assert_eq!(
        service
            .form("/dashboard/programme/cancel", &auditor, &cancel)
            .status,
        403
    );
    // Names that lead elsewhere are refused, and so is too much.
    let csrf = csrf_in(&service.page("/dashboard/draft", &merchant));
    let form = format!("csrf={csrf}&action=add&file=..%2F..%2Fa.rhai");
    let told = service.form("/dashboard/draft", &merchant, &form);
    assert!(told.body.contains("No file of a programme"), "{told:?}");
    let form = format!(
        "csrf={csrf}&action=save&file={FILE}&text={}",
        "x".repeat(300_000)
    );
    let told = service.form("/dashboard/draft", &merchant, &form);
    assert!(told.body.contains("The draft was not changed"), "{told:?}");
    let form = format!(
        "csrf={csrf}&action=save&file={FILE}&text={}",
        "x".repeat(900_000)
    );
    assert_eq!(
        service.form("/dashboard/draft", &merchant, &form).status,
        413
    );
}

#[test]
fn a_draft_is_tried_on_the_past_and_scheduled_and_the_schedule_cancelled() {
    let service = Service::start(&[]);
    let dir = service.dir.path().to_owned();
    let sold = stampbook(&dir, &["purchase", "--total", "8.00"]);
    assert!(sold.status.success(), "{sold:?}");
    let cookie = service.sign_in(&token(&dir, &["--role", "merchant"]));
    let csrf = begun(&service, &cookie);
    let form = format!("csrf={csrf}&days=30&file={FILE}");
    let told = service.form("/dashboard/draft/simulate", &cookie, &form);
    assert_eq!(told.status, 303, "{told:?}");
    let begun = Instant::now();
    let page = loop {
        let page = service.page("/dashboard/draft", &cookie);
        if !page.body.contains("data-busy") {
            break page;
        }
        assert!(begun.elapsed().as_secs() < 120, "it does not end");
    };
    assert!(page.body.contains("1 purchase, 8.00 EUR"), "{}", page.body);
    assert!(!page.body.contains("<style") && !page.body.contains("<script>"));
    let form = format!("csrf={csrf}&days=0");
    let told = service.form("/dashboard/draft/simulate", &cookie, &form);
    assert!(told.body.contains("days: 1 to"), "{told:?}");

    save(
        &service,
        &cookie,
        &csrf,
        &tuesday("\"Tue\"", "\"Tue\", \"Sun\""),
    );
    let form = format!("csrf={csrf}&reason=posters&at=2099-01-01");
    let told = service.form("/dashboard/draft/activate", &cookie, &form);
    assert_eq!(told.status, 303, "{told:?}");
    let page = service.page("/dashboard/programme", &cookie);
    assert!(
        page.body.contains("2099-01-01") && page.body.contains("posters"),
        "{}",
        page.body
    );
    let (_, rest) = page.body.split_once("name=\"entry\" value=\"").unwrap();
    let entry = rest.split('"').next().unwrap();
    let form = format!("csrf={csrf}&entry={entry}&reason=the+posters+are+late");
    let told = service.form("/dashboard/programme/cancel", &cookie, &form);
    assert_eq!(told.status, 303, "{told:?}");
    let page = service.page("/dashboard/programme", &cookie);
    assert!(!page.body.contains("2099-01-01"), "{}", page.body);
    let told = service.form("/dashboard/programme/cancel", &cookie, &form);
    assert!(told.body.contains("nothing is scheduled"), "{told:?}");
}

/// A pilot stands on the page beside the rest; who may activate widens or ends it.
#[test]
fn a_pilot_is_shown_beside_the_rest_and_widened_or_ended_by_its_role() {
    let service = Service::start(&[]);
    let dir = service.dir.path().to_owned();
    let run = |words: &[&str]| {
        let ran = stampbook(&dir, words);
        assert!(ran.status.success(), "{words:?}: {ran:?}");
    };
    let merchant = service.sign_in(&token(&dir, &["--role", "merchant"]));
    let auditor = service.sign_in(&token(&dir, &["--role", "auditor"]));
    let page = service.page("/dashboard/programme", &merchant);
    assert!(!page.body.contains("programme/pilot"), "{}", page.body);
    let csrf = begun(&service, &merchant);
    let begin = |days: &str| {
        let path = dir.join("programme").join(FILE);
        std::fs::write(path, tuesday("\"Tue\"", days)).unwrap();
        let pilot = "policy activate programme --pilot store=mitte --pilot-name two-days";
        let pilot = format!("{pilot} --without-stories --reason=try");
        run(&pilot.split(' ').collect::<Vec<_>>());
    };
    begin("\"Tue\", \"Wed\"");
    for (total, store) in [("8.00", "mitte"), ("5.00", "")] {
        let mut words = vec!["purchase", "--total", total];
        if !store.is_empty() {
            words.extend(["--store", store]);
        }
        run(&words);
    }
    let page = service.page("/dashboard/programme", &merchant).body;
    for words in [
        "two-days",
        "the store mitte",
        "8.00</td>",
        "5.00</td>",
        "13.00</td>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("programme/pilot"), "{page}");
    let chinese = format!("{merchant}; stampbook_lang=zh");
    let page = service.page("/dashboard/programme", &chinese).body;
    assert!(
        page.contains("试点") && page.contains("推广到全部"),
        "{page}"
    );
    let seen = service.page("/dashboard/programme", &auditor).body;
    assert!(
        seen.contains("two-days") && !seen.contains("programme/pilot"),
        "{seen}"
    );
    let own = csrf_in(&service.page("/dashboard/draft", &auditor));
    let refused = format!("csrf={own}&action=end&reason=x");
    let told = service.form("/dashboard/programme/pilot", &auditor, &refused);
    assert_eq!(told.status, 403);
    let sent = |action: &str| {
        let form = format!("csrf={csrf}&action={action}&reason=enough+seen&at=");
        service.form("/dashboard/programme/pilot", &merchant, &form)
    };
    assert_eq!(sent("stop").status, 400);
    assert_eq!(sent("end").status, 303);
    let page = service.page("/dashboard/programme", &merchant).body;
    assert!(
        !page.contains("programme/pilot") && page.contains("enough seen"),
        "{page}"
    );
    assert!(sent("end").body.contains("no pilot runs"));
    begin("\"Tue\", \"Thu\"");
    assert_eq!(sent("widen").status, 303);
    let page = service.page("/dashboard/programme", &merchant).body;
    assert!(page.contains("pilot two-days widened"), "{page}");
}
