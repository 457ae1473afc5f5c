//! The dashboard as a browser's requests: signing in, forms, roles and live events.

use super::commands::sale;
use super::service::{Client, Response, Service, shop, stampbook, token};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

impl Service {
    /// A page, as a browser with a cookie asks for it.
    pub fn page(&self, path: &str, cookie: &str) -> Response {
        let (addr, mut client) = (self.addr(), self.connect());
        client.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {addr}\r\nCookie: {cookie}\r\nAccept-Language: en\r\n\r\n"
        ))
    }

    /// A form, as a browser with a cookie sends it from a page of this service.
    pub fn form(&self, path: &str, cookie: &str, form: &str) -> Response {
        let mut client = self.connect();
        send_form(&mut client, self.addr(), path, cookie, form)
    }

    /// Signs in with a token; returns the cookie.
    pub fn sign_in(&self, token: &str) -> String {
        let told = self.form("/dashboard/sign-in", "", &format!("token={token}"));
        assert_eq!(told.status, 303, "{told:?}");
        cookie_of(&told)
    }
}

fn send_form(client: &mut Client, addr: &str, path: &str, cookie: &str, form: &str) -> Response {
    let len = form.len();
    client.send(&format!(
        "POST {path} HTTP/1.1\r\nHost: {addr}\r\nOrigin: http://{addr}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len}\r\n\r\n{form}"
    ))
}

fn cookie_of(told: &Response) -> String {
    let set = told.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/dashboard"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    set.split(';').next().unwrap().to_owned()
}

/// Value of the hidden field that proves a form to be the session's own.
pub fn csrf_in(page: &Response) -> String {
    let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_token_signs_in_and_signing_out_or_revoking_it_ends_the_session() {
    let service = Service::start(&[]);
    let merchant = token(service.dir.path(), &["--role", "merchant"]);
    let stranger = service.page("/dashboard", "");
    assert_eq!(
        (stranger.status, stranger.header("location")),
        (303, Some("/dashboard/sign-in"))
    );
    let wrong = service.form("/dashboard/sign-in", "", "token=sb-office-aaaa");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, None));
    let cookie = service.sign_in(&merchant);
    let page = service.page("/dashboard", &cookie);
    assert_eq!(page.status, 200, "{page:?}");
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!page.body.contains(" style=") && !page.body.contains("<style"));
    for path in [
        "/dashboard/members",
        "/dashboard/figures/customers",
        "/dashboard/figures/all",
        "/dashboard/campaigns",
        "/dashboard/day",
        "/dashboard/programme",
        "/dashboard/programme/1",
        "/dashboard/draft",
        "/dashboard/audit",
        "/dashboard/messages",
        "/dashboard/figures/tiers",
        "/dashboard/entries/1",
        "/dashboard/style.css",
        "/dashboard/live.js",
    ] {
        assert_eq!(service.page(path, &cookie).status, 200, "{path}");
    }
    for (path, status) in [
        ("/dashboard/figures/none", 404),
        ("/dashboard/figure/none", 404),
        ("/dashboard/entries/999999", 404),
        ("/dashboard/entries/x", 400),
        ("/dashboard/programme/7", 404),
        ("/dashboard/audit/card", 404),
        ("/dashboard/none", 404),
    ] {
        assert_eq!(service.page(path, &cookie).status, status, "{path}");
    }
    let out = service.form(
        "/dashboard/sign-out",
        &cookie,
        &format!("csrf={}", csrf_in(&page)),
    );
    assert_eq!(out.status, 303);
    assert_eq!(service.page("/dashboard", &cookie).status, 303);

    let cookie = service.sign_in(&merchant);
    let listed = stampbook(service.dir.path(), &["--json", "token", "list"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let tokens = listed["tokens"].as_array().unwrap();
    let id = tokens.iter().find(|one| one["role"] == "merchant").unwrap()["id"]
        .as_str()
        .unwrap();
    assert_eq!(service.page("/dashboard", &cookie).status, 200);
    assert!(
        stampbook(service.dir.path(), &["token", "revoke", id])
            .status
            .success()
    );
    assert_eq!(service.page("/dashboard", &cookie).status, 303);
    assert!(!service.log().contains(&merchant), "no log has a token");
}

#[test]
fn an_entry_is_explained_in_chinese_and_a_refusal_by_what_its_code_means() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let mut till = service.connect();
    let enrol = r#"{"do":"enrol","key":"e1","aliases":["card:1"]}"#;
    assert_eq!(till.post("/v1/commands", enrol).status, 200);
    let sale = r#"{"do":"purchase","key":"p1","member":"card:1","total":"10.00"}"#;
    let sale = till.post("/v1/commands", sale).json();
    let spent = r#"{"do":"redeem","key":"r1","member":"card:1","unit":"star","points":100}"#;
    let refused = till.post("/v1/commands", spent).json();
    assert_eq!(refused["code"], "insufficient_points", "{refused}");
    let zh = format!("{cookie}; stampbook_lang=zh");
    let page = |told: &serde_json::Value, cookie: &str| {
        let path = format!("/dashboard/entries/{}", told["seq"]);
        service.page(&path, cookie).body
    };
    let told = page(&sale, &zh);
    for part in ["生效时间", "购买", "发放积分", "依据的事实", "账单", "总额"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    for english in [">effective<", ">did<", ">award<", ">kind<", ">false<"] {
        assert!(!told.contains(english), "{english}: {told}");
    }
    let told = page(&refused, &zh);
    assert!(told.contains("积分不足（"), "{told}");
    assert!(told.contains("insufficient_points"), "{told}");
    let told = page(&refused, &cookie);
    assert!(
        !told.contains("积分不足") && told.contains(">effective<"),
        "{told}"
    );
}

#[test]
fn a_till_sees_no_figures_and_an_auditor_changes_nothing() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let till = service.sign_in(&token(dir, &["--role", "till"]));
    for path in [
        "/dashboard",
        "/dashboard/figures/all",
        "/dashboard/campaigns",
        "/dashboard/members",
        "/dashboard/day",
    ] {
        let page = service.page(path, &till);
        assert_eq!(page.status, 403, "{path}");
        assert!(!page.body.contains("class=\"value\""), "{path}");
    }
    let auditor = service.sign_in(&token(dir, &["--role", "auditor"]));
    let page = service.page("/dashboard/campaigns", &auditor);
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("value=\"pause\""), "{}", page.body);
    let form = format!(
        "csrf={}&key=k&campaign=base&action=pause&reason=x",
        csrf_in(&page)
    );
    assert_eq!(
        service.form("/dashboard/campaigns", &auditor, &form).status,
        403
    );
}

#[test]
fn a_pause_on_the_page_stops_the_next_award_and_is_booked_once() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let mut till = service.connect();
    let enrol = r#"{"do":"enrol","key":"e1","aliases":["card:1"]}"#;
    assert_eq!(till.post("/v1/commands", enrol).status, 200);
    let points = |till: &mut Client, key: &str| {
        let json =
            format!(r#"{{"do":"purchase","key":"{key}","member":"card:1","total":"10.00"}}"#);
        let told = till.post("/v1/commands", &json).json();
        assert_eq!(told["ok"], true, "{told}");
        let did = told["did"].as_array().cloned().unwrap_or_default();
        did.iter().filter(|one| one["effect"] == "award").count()
    };
    let awards = points(&mut till, "p1");
    assert!(awards > 0, "the programme gives something for a purchase");
    let page = service.page("/dashboard/campaigns", &cookie);
    let campaigns = page.body.split("name=\"campaign\" value=\"").skip(1);
    let campaigns: Vec<&str> = campaigns
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(!campaigns.is_empty(), "{}", page.body);
    let csrf = csrf_in(&page);
    let form = |campaign: &str, csrf: &str, action: &str| {
        format!(
            "csrf={csrf}&key=one-{campaign}-{action}&campaign={campaign}&action={action}&reason=too+dear"
        )
    };
    for campaign in &campaigns {
        for wrong in ["", "x"] {
            let told = service.form(
                "/dashboard/campaigns",
                &cookie,
                &form(campaign, wrong, "pause"),
            );
            assert_eq!(told.status, 403, "a form of another site does nothing");
        }
        let paused = service.form(
            "/dashboard/campaigns",
            &cookie,
            &form(campaign, &csrf, "pause"),
        );
        assert_eq!(paused.status, 303, "{paused:?}");
        let again = service.form(
            "/dashboard/campaigns",
            &cookie,
            &form(campaign, &csrf, "pause"),
        );
        assert_eq!(
            again.header("location"),
            paused.header("location"),
            "sent twice, booked once"
        );
    }
    assert_eq!(
        points(&mut till, "p2"),
        0,
        "the next purchase earns nothing"
    );
    for campaign in &campaigns {
        let told = service.form(
            "/dashboard/campaigns",
            &cookie,
            &form(campaign, &csrf, "resume"),
        );
        assert_eq!(told.status, 303, "{told:?}");
    }
    assert_eq!(points(&mut till, "p3"), awards);
    let wrong = service.form(
        "/dashboard/campaigns",
        &cookie,
        &form("none", &csrf, "pause"),
    );
    assert!(
        wrong.status == 200 && wrong.body.contains("role=\"alert\""),
        "{wrong:?}"
    );
}

#[test]
fn a_figure_takes_its_parameters_on_its_page() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let page = service.page("/dashboard/figure/uplift", &cookie);
    assert_eq!(page.status, 200);
    for part in [
        "name=\"set.days\"",
        "placeholder=\"30\"",
        "campaign: name one",
        "href=\"/dashboard/figures/results\">← Campaign results",
        "<details id=\"parameters\" class=\"parameters\" open>",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // Its name is the page's heading, and does not stand again below it.
    assert_eq!(page.body.matches("<h1>").count(), 1);
    assert!(!page.body.contains("<h3>"), "{}", page.body);
    let zh = format!("{cookie}; stampbook_lang=zh");
    let lacking = service.page("/dashboard/figure/uplift", &zh).body;
    assert!(lacking.contains("缺少可用的参数 campaign："), "{lacking}");
    let (_, list) = page.body.split_once("name=\"set.campaign\"").unwrap();
    let (_, first) = list
        .split_once("<option value=\"\">–</option><option value=\"")
        .unwrap();
    let campaign = first.split('"').next().unwrap();
    let path = format!("/dashboard/figure/uplift?by=&period=&set.campaign={campaign}&set.days=+5");
    let page = service.page(&path, &cookie);
    for part in [
        &format!("<option value=\"{campaign}\" selected>"),
        "name=\"set.days\" value=\"5\"",
        "nobody was held out",
        "stampbook report uplift --set &#39;campaign=",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // A value that is wrong is told in words, and kept in its field.
    let path = "/dashboard/figure/funnel?set.steps=purchase,walk%22&set.within=7";
    let page = service.page(path, &cookie);
    for part in ["neither an activity", "value=\"purchase,walk&#34;\""] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let path = "/dashboard/figure/funnel?set.steps=purchase,purchase";
    let page = service.page(path, &cookie);
    assert!(page.body.contains("class=\"value\""), "{}", page.body);
}

#[test]
fn only_the_office_sees_segments_of_fewer_than_five_on_a_page() {
    let service = Service::start(&[]);
    let mut till = service.connect();
    let enrol = r#"{"do":"enrol","key":"e1","aliases":["card:1"]}"#;
    assert_eq!(till.post("/v1/commands", enrol).status, 200);
    let path = "/dashboard/figure/growth?by=source&small=yes";
    for (role, is_shown) in [("merchant", false), ("auditor", false), ("office", true)] {
        let cookie = service.sign_in(&token(service.dir.path(), &["--role", role]));
        let page = service.page(path, &cookie);
        assert_eq!(page.status, 200);
        let is_hidden = page.body.contains("&#60;5</td>") || page.body.contains("&lt;5</td>");
        assert_eq!(!is_hidden, is_shown, "{role}: {}", page.body);
        let is_offered = page.body.contains("name=\"small\" value=\"yes\" checked");
        assert_eq!(is_offered, is_shown, "{role}");
        let plain = service.page("/dashboard/figure/growth?by=source", &cookie);
        assert!(!plain.body.contains(" checked"), "{role}");
    }
}

// proves: S134
#[test]
fn a_page_shows_the_figure_that_programs_are_told() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let mut client = service.connect();
    assert_eq!(client.post("/v1/commands", &sale("k1")).status, 200);
    for figure in ["sales", "active_members", "engagement"] {
        let question = format!(r#"{{"ask":"report","name":"{figure}"}}"#);
        let told = client.post("/v1/questions", &question).json();
        let made = &told["made"];
        let page = service.page(&format!("/dashboard/figure/{figure}"), &cookie);
        for part in [
            &made["result"]["value"],
            &made["hash"],
            &made["as_of"],
            &made["figure"]["formula"],
        ] {
            let part = part.as_str().unwrap();
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
    }
}

#[test]
fn a_member_is_looked_at_by_alias_and_the_log_says_by_whom() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let mut till = service.connect();
    let enrol = r#"{"do":"enrol","key":"e1","aliases":["card:6900012345"]}"#;
    assert_eq!(till.post("/v1/commands", enrol).status, 200);
    let json = r#"{"do":"purchase","key":"p1","member":"card:6900012345","total":"10.00"}"#;
    assert_eq!(till.post("/v1/commands", json).status, 200);
    let csrf = csrf_in(&service.page("/dashboard/members", &cookie));
    let shown = service.form(
        "/dashboard/members",
        &cookie,
        &format!("csrf={csrf}&who=card%3A6900012345"),
    );
    assert!(
        shown.status == 200 && shown.body.contains("/dashboard/entries/"),
        "{shown:?}"
    );
    for part in [
        "received so far, in money",
        "<dd>0.00</dd>",
        "available</dt>",
    ] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    assert!(!shown.body.contains("{&#34;name"), "{}", shown.body);
    let zh = format!("{cookie}; stampbook_lang=zh");
    let form = format!("csrf={csrf}&who=card%3A6900012345");
    let shown = service.form("/dashboard/members", &zh, &form);
    for part in ["<td>购买</td>", "可用</dt>"] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    let nobody = service.form(
        "/dashboard/members",
        &cookie,
        &format!("csrf={csrf}&who=card%3A1%3Cb%3E"),
    );
    assert!(
        nobody.body.contains("role=\"alert\"") && !nobody.body.contains("<b>"),
        "{nobody:?}"
    );
    let log = service.log();
    let line = log
        .lines()
        .find(|line| line.contains("a member was looked at"))
        .unwrap();
    assert!(
        line.contains("\"role\":\"merchant\"") && line.contains("\"member\":\"m-"),
        "{line}"
    );
    assert!(!log.contains("6900012345"), "no log has an alias");
}

#[test]
fn a_link_of_the_command_line_opens_once() {
    let dir = shop();
    let service = Service::over(dir, &["--open"]);
    let link = service.told["open"].as_str().unwrap();
    let path = &link[link.find("/dashboard").unwrap()..];
    let opened = service.page(path, "");
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, Some("/dashboard"))
    );
    assert_eq!(service.page("/dashboard", &cookie_of(&opened)).status, 200);
    assert_eq!(service.page(path, "").status, 403);
    let code = path.split_once('=').unwrap().1;
    assert!(!service.log().contains(code), "no log has the code");
}

#[test]
fn language_and_appearance_are_chosen_and_lead_nowhere_else() {
    let service = Service::start(&[]);
    let page = service.page(
        "/dashboard/sign-in",
        "stampbook_lang=zh; stampbook_theme=dark",
    );
    assert!(
        page.body.contains("lang=\"zh-Hans\"") && page.body.contains("登录"),
        "{}",
        page.body
    );
    assert!(page.body.contains("data-theme=\"dark\""));
    let told = service.page("/dashboard/look?lang=zh&back=/dashboard/day", "");
    assert_eq!(
        (told.status, told.header("location")),
        (303, Some("/dashboard/day"))
    );
    for back in [
        "https://else.example/",
        "//else.example",
        "/v1/openapi.json",
        "/dashboardx",
    ] {
        let told = service.page(&format!("/dashboard/look?lang=zh&back={back}"), "");
        assert_eq!(told.header("location"), Some("/dashboard"), "{back}");
    }
    let told = service.page("/dashboard/look?lang=fr&theme=pink", "");
    assert_eq!(told.header("set-cookie"), None);
}

// proves: S112
#[test]
fn a_page_is_told_of_new_entries_and_the_service_stops_with_it_open() {
    let service = Service::start(&[]);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "auditor"]));
    let addr = service.addr().to_owned();
    let mut tcp = TcpStream::connect(&addr).unwrap();
    write!(
        tcp,
        "GET /dashboard/live HTTP/1.1\r\nHost: {addr}\r\nCookie: {cookie}\r\n\r\n"
    )
    .unwrap();
    let mut lines = BufReader::new(tcp).lines();
    let mut next = || {
        let found = lines.find_map(|line| Some(line.ok()?.strip_prefix("data: ")?.to_owned()));
        found.map(|count| count.trim().parse::<u64>().unwrap())
    };
    let before = next().unwrap();
    assert_eq!(
        service.connect().post("/v1/commands", &sale("k1")).status,
        200
    );
    assert!(next().unwrap() > before);
    assert_eq!(service.page("/dashboard/live", "").status, 401);
    service.signal("-TERM");
    assert_eq!(next(), None, "the stream ends");
    assert_eq!(service.wait().1, Some(0));
}

#[test]
fn the_ledger_is_verified_beside_the_tills_and_the_page_says_how_far() {
    let service = Service::start(&[]);
    assert_eq!(
        service.connect().post("/v1/commands", &sale("k1")).status,
        200
    );
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "auditor"]));
    let page = service.page("/dashboard/audit", &cookie);
    assert!(
        !page.body.contains("role=\"status\"><strong>held"),
        "nothing was verified yet"
    );
    assert_eq!(
        service.form("/dashboard/verify", &cookie, "csrf=x").status,
        403
    );
    let form = format!("csrf={}", csrf_in(&page));
    assert_eq!(
        service.form("/dashboard/verify", &cookie, &form).status,
        303
    );
    let begun = std::time::Instant::now();
    let page = loop {
        let page = service.page("/dashboard/audit", &cookie);
        if !page.body.contains("data-busy") {
            break page;
        }
        assert_eq!(service.connect().post("/v1/quote", &sale("q")).status, 200);
        assert!(begun.elapsed().as_secs() < 120, "it does not end");
    };
    assert!(
        page.body.contains("role=\"status\"><strong>held"),
        "{}",
        page.body
    );
    for claim in ["0 · chained", "1 · state", "2 · reperformed", "3 · signed"] {
        assert!(page.body.contains(claim), "{claim}: {}", page.body);
    }
    let card = service.page("/dashboard/audit/card", &cookie);
    let kept = service.dir.path().join("card.txt");
    std::fs::write(&kept, &card.body).unwrap();
    let verify = ["audit", "verify", "--card", "card.txt"];
    let told = stampbook(service.dir.path(), &verify);
    assert!(told.status.success(), "{told:?}");
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("by 1 kept earlier"), "{told}");
}
