//! The dashboard in a real browser, where one is installed: every page in both
//! languages, light and dark, on a phone and a desk, without an error on its
//! console or a request to another machine. With `STAMPBOOK_PICTURES=1` pictures are
//! left in `target/tmp/dashboard`, to be looked at; where axe-core lies in
//! `target/tmp/axe` (`npm install --prefix target/tmp/axe axe-core`), it looks too.

use super::commands::sale;
use super::service::{Service, token};
use headless_chrome::browser::tab::Tab;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Log, Network, Page};
use headless_chrome::{Browser, LaunchOptions};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Width and height of a phone and of a desk.
const SIZES: [(&str, u32, u32); 2] = [("phone", 390, 844), ("desk", 1280, 900)];

const PAGES: [&str; 17] = [
    "/dashboard",
    "/dashboard/members",
    "/dashboard/figures/customers",
    "/dashboard/figures/points",
    "/dashboard/figures/tiers",
    "/dashboard/messages",
    "/dashboard/figures/segments",
    "/dashboard/campaigns",
    "/dashboard/figures/channels",
    "/dashboard/figures/voice",
    "/dashboard/day",
    "/dashboard/figures/all",
    "/dashboard/programme",
    "/dashboard/programme/1",
    "/dashboard/draft",
    "/dashboard/audit",
    "/dashboard/entries/1",
];

/// The browser's program; None where there is none.
fn program() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::split_paths(&std::env::var_os("PATH")?).collect::<Vec<_>>();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |dir| dir.join(name)));
    let mut found = found.filter(|path| path.is_file());
    found.next()
}

fn browser() -> Option<Browser> {
    let Some(path) = program() else {
        eprintln!("NOT RUN: there is no Chromium here, so no page was looked at in a browser");
        return None;
    };
    let args = ["--lang=en", "--disable-dev-shm-usage", "--hide-scrollbars"].map(OsStr::new);
    let options = LaunchOptions::default_builder()
        .path(Some(path))
        // A container's root has no sandbox; the pages are our own.
        .sandbox(false)
        .idle_browser_timeout(Duration::from_secs(300))
        .args(args.to_vec())
        .build()
        .unwrap();
    Some(Browser::new(options).unwrap())
}

/// A tab that notes errors of its pages and the addresses they ask for.
struct Watched {
    tab: Arc<Tab>,
    errors: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    fn new(browser: &Browser) -> Watched {
        let tab = browser.new_tab().unwrap();
        tab.set_default_timeout(Duration::from_secs(60));
        let (errors, asked) = (
            Arc::<Mutex<Vec<String>>>::default(),
            Arc::<Mutex<Vec<String>>>::default(),
        );
        let (into, urls) = (Arc::clone(&errors), Arc::clone(&asked));
        tab.enable_log().unwrap();
        tab.enable_runtime().unwrap();
        tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })
        .unwrap();
        let listener = move |event: &Event| match event {
            Event::LogEntryAdded(told) if told.params.entry.level == Log::LogEntryLevel::Error => {
                into.lock()
                    .unwrap()
                    .push(format!("{:?}", told.params.entry));
            }
            Event::RuntimeExceptionThrown(told) => {
                into.lock()
                    .unwrap()
                    .push(format!("{:?}", told.params.exception_details));
            }
            Event::RuntimeConsoleAPICalled(told) => {
                into.lock().unwrap().push(format!("{:?}", told.params.args));
            }
            Event::NetworkRequestWillBeSent(told) => {
                urls.lock().unwrap().push(told.params.request.url.clone());
            }
            _ => {}
        };
        tab.add_event_listener(Arc::new(listener)).unwrap();
        Watched { tab, errors, asked }
    }

    /// Opens a page, and waits until it is there. The browser's own `wait_until_navigated`
    /// waits for a network that is idle for half a second, which a page that is live never is.
    fn go(&self, url: &str) {
        self.eval("window.isLeft = true", false);
        self.tab.navigate_to(url).unwrap();
        let is_there = "!window.isLeft && document.readyState === 'complete'";
        let begun = Instant::now();
        while !self.is(is_there) {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "{url} does not open"
            );
        }
    }

    /// True if a script says so; while a page goes, none can.
    fn is(&self, script: &str) -> bool {
        let found = self.tab.evaluate(script, false);
        found.is_ok_and(|found| found.value == Some(Value::Bool(true)))
    }

    fn resize(&self, width: u32, height: u32) {
        let override_ = Emulation::SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile: width < 500,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(override_).unwrap();
    }

    fn picture(&self, into: &Path) {
        let png = Page::CaptureScreenshotFormatOption::Png;
        let bytes = self.tab.capture_screenshot(png, None, None, true).unwrap();
        std::fs::write(into, bytes).unwrap();
    }

    fn eval(&self, script: &str, is_promise: bool) -> Value {
        let found = self.tab.evaluate(script, is_promise).unwrap();
        found.value.unwrap_or_default()
    }
}

/// Faults of a page that hold for everybody: what is wider than the window, fields
/// without a label, pictures without a text, texts that are hard to tell from their ground.
const FAULTS: &str = r#"(() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("main *")].find((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".scroll"));
    found.push("wider than the window: " + (wide ? wide.outerHTML.slice(0, 120) : root.scrollWidth));
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  for (const e of document.querySelectorAll("input:not([type=hidden]), select"))
    if (!e.labels.length) found.push("no label: " + e.name);
  for (const e of document.querySelectorAll("img")) if (e.getAttribute("alt") === null) found.push("no alt");
  const named = (e) => (e.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent || "").join("");
  for (const e of document.querySelectorAll("svg")) if (!e.getAttribute("aria-label") && !named(e).trim()) found.push("a plot without a name");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push("an id twice");
  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255, v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  for (const e of document.querySelectorAll("a, p, td, th, dt, dd, h1, h2, label, button, summary, span, footer, code")) {
    if (!e.textContent.trim() || e.closest(".hidden, .skip") || !e.getClientRects().length || /\bh\d\b/.test(e.className)) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) { found.push("little contrast: " + e.outerHTML.slice(0, 120)); break; }
  }
  return found.join("; ");
})()"#;

/// The source of axe-core, which looks for faults that hold for everybody; None where
/// nobody has put it.
fn axe() -> Option<String> {
    let at = "axe/node_modules/axe-core/axe.min.js";
    let at = Path::new(env!("CARGO_TARGET_TMPDIR")).join(at);
    let source = std::fs::read_to_string(at).ok();
    if source.is_none() {
        eprintln!(
            "NOT RUN: axe-core is not here (npm install --prefix target/tmp/axe axe-core), so only our own checks looked for faults"
        );
    }
    source
}

/// Serious findings of axe-core, once its source was evaluated.
const AXE: &str = r#"axe.run(document, { resultTypes: ["violations"] }).then((told) => told.violations
  .filter((v) => ["serious", "critical"].includes(v.impact))
  .map((v) => v.id + ": " + v.nodes[0].html.slice(0, 120)).join("; "))"#;

/// A service with sales of some members, and signed in.
fn shop(browser: &Browser) -> (Service, Watched, String) {
    let service = Service::start(&[]);
    let mut till = service.connect();
    for n in 0..12 {
        let enrol = format!(r#"{{"do":"enrol","key":"e{n}","aliases":["card:{n}"]}}"#);
        assert_eq!(till.post("/v1/commands", &enrol).status, 200);
        for day in 0..(n % 4) + 1 {
            let json = format!(
                r#"{{"do":"purchase","key":"p{n}-{day}","member":"card:{n}","total":"{}.50"}}"#,
                3 + n * 2 + day
            );
            assert_eq!(till.post("/v1/commands", &json).status, 200);
        }
    }
    let merchant = token(service.dir.path(), &["--role", "merchant"]);
    let root = format!("http://{}", service.addr());
    let watched = Watched::new(browser);
    watched.resize(1280, 900);
    watched.go(&format!("{root}/dashboard"));
    let field = watched.tab.wait_for_element("#token").unwrap();
    field.type_into(&merchant).unwrap();
    watched.tab.press_key("Enter").unwrap();
    watched.tab.wait_for_element("nav.places").unwrap();
    (service, watched, root)
}

#[test]
fn every_page_reads_well_in_both_languages_light_and_dark_on_phone_and_desk() {
    let Some(browser) = browser() else { return };
    let (_service, watched, root) = shop(&browser);
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dashboard");
    std::fs::create_dir_all(&pictures).unwrap();
    let is_pictured = std::env::var_os("STAMPBOOK_PICTURES").is_some();
    let axe = axe();
    let mut faults = Vec::new();
    for lang in ["en", "zh"] {
        for theme in ["light", "dark"] {
            watched.go(&format!("{root}/dashboard/look?lang={lang}&theme={theme}"));
            for (size, width, height) in SIZES {
                watched.resize(width, height);
                // The overview in every way; the others in two that differ in all three.
                let is_all = [("en", "light", "desk"), ("zh", "dark", "phone")];
                let pages = match is_all.contains(&(lang, theme, size)) {
                    true => &PAGES[..],
                    false => &PAGES[..1],
                };
                for page in pages {
                    watched.go(&format!("{root}{page}"));
                    watched.tab.wait_for_element("main h1").unwrap();
                    let mut all = vec![watched.eval(FAULTS, false)];
                    if let Some(source) = &axe {
                        watched.eval(&format!("{source}; 0"), false);
                        all.push(watched.eval(AXE, true));
                    }
                    for found in all {
                        let found = found.as_str().unwrap_or("the page answered nothing");
                        if !found.is_empty() {
                            faults.push(format!("{page} {lang} {theme} {size}: {found}"));
                        }
                    }
                    if is_pictured {
                        let name = page.trim_start_matches('/').replace('/', "-");
                        let name = format!("{name}-{lang}-{theme}-{size}.png");
                        watched.picture(&pictures.join(name));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let errors = watched.errors.lock().unwrap();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let asked = watched.asked.lock().unwrap();
    assert!(asked.len() > PAGES.len());
    // The browser draws its own field of a date from a `data:` address.
    let is_ours = |url: &&String| url.starts_with(&root) || url.starts_with("data:");
    let away: Vec<&String> = asked.iter().filter(|url| !is_ours(url)).collect();
    assert!(away.is_empty(), "{away:?}");
}

#[test]
fn a_page_follows_the_ledger_and_a_pause_is_two_clicks() {
    let Some(browser) = browser() else { return };
    let (service, watched, root) = shop(&browser);
    watched.go(&format!("{root}/dashboard"));
    let before = watched.eval("document.documentElement.dataset.entries", false);
    // Set up before the purchase, so that its message cannot be missed.
    let set = r#"window.changed = new Promise((done) => {
        const root = document.documentElement, before = root.dataset.entries;
        new MutationObserver(() => root.dataset.entries !== before && done(root.dataset.entries))
            .observe(root, { attributes: true });
    }); 0"#;
    watched.eval(set, false);
    assert_eq!(
        service.connect().post("/v1/commands", &sale("live")).status,
        200
    );
    let after = watched.eval("window.changed", true);
    assert_ne!(before, after);
    let footer = watched.eval("document.querySelector('footer').textContent", false);
    assert!(
        footer.as_str().unwrap().contains(after.as_str().unwrap()),
        "{footer}"
    );

    watched.go(&format!("{root}/dashboard/campaigns"));
    let reason = watched.tab.wait_for_element("input[name=reason]").unwrap();
    reason.type_into("too dear").unwrap();
    watched
        .tab
        .find_element("button[value=pause]")
        .unwrap()
        .click()
        .unwrap();
    watched.tab.wait_for_element(".message.good").unwrap();
    let state = watched.eval(
        "document.querySelector('.state.paused')?.textContent",
        false,
    );
    assert_eq!(state, "paused");
    let errors = watched.errors.lock().unwrap();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
