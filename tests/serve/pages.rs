//! Counters, the document of the interface, TLS and other machines.

use super::commands::sale;
use super::service::{Service, binary, shop, stampbook, token};
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const CERT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls/cert.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls/key.pem");

#[test]
fn the_counters_tell_what_was_asked_and_name_nobody() {
    let service = Service::start(&["--no-daily"]);
    let mut office = service.connect();
    assert_eq!(office.post("/v1/commands", &sale("k1")).status, 200);
    assert_eq!(office.post("/v1/commands", "{}").status, 400);
    let told = office.get("/metrics");
    assert_eq!(told.status, 200, "{told:?}");
    for line in [
        r#"stampbook_requests_total{path="/v1/commands",status="200",role="office"} 1"#,
        r#"stampbook_requests_total{path="/v1/commands",status="400",role="office"} 1"#,
        r#"stampbook_request_seconds_count{path="/v1/commands"} 2"#,
        "stampbook_commands_total 1",
        "stampbook_syncs_total 1",
        "stampbook_waiting 0",
    ] {
        let is_told = told.body.lines().any(|found| found == line);
        assert!(is_told, "{line}: {}", told.body);
    }
    assert!(!told.body.contains("card:1"));
    assert_eq!(service.connect_as("x").get("/metrics").status, 401);
}

#[test]
fn the_document_and_the_page_are_there_for_everybody() {
    let service = Service::start(&[]);
    let mut nobody = service.connect_as("x");
    let document = nobody.get("/v1/openapi.json");
    let version = document.json()["openapi"].clone();
    assert_eq!((document.status, version), (200, "3.1.0".into()));
    let page = nobody.get("/");
    let kind = page.header("content-type");
    assert_eq!(kind, Some("text/html; charset=utf-8"));
    assert!(page.body.contains("POST /v1/commands") && page.body.contains("close_period"));
    // Every path of the document is one, and takes its method.
    for (path, methods) in document.json()["paths"].as_object().unwrap() {
        let told = match methods.get("get") {
            Some(_) => service.connect().get(path),
            None => service.post(path, "{}"),
        };
        assert!([200, 400].contains(&told.status), "{path} {told:?}");
    }
}

#[test]
fn a_token_that_sends_too_much_is_told_so() {
    let service = Service::start(&["--rate-max", "2"]);
    let mut till = service.connect();
    let told: Vec<_> = (0..50)
        .map(|_| till.post("/v1/quote", &sale("k")))
        .collect();
    let too_many = told.iter().find(|told| told.status == 429);
    let too_many = too_many.expect("50 one behind the other took less than 25 seconds");
    assert_eq!(too_many.json()["code"], "too_many");
    assert_eq!(too_many.header("retry-after"), Some("1"));
    assert_eq!(told[0].status, 200);
}

#[test]
fn a_web_site_that_is_allowed_may_ask_from_a_browser() {
    let service = Service::start(&["--allow-origin", "https://office.example"]);
    let ask = |origin: &str| {
        let addr = service.addr();
        service.connect().send(&format!(
            "OPTIONS /v1/commands HTTP/1.1\r\nHost: {addr}\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n\r\n"
        ))
    };
    let told = ask("https://office.example");
    let allowed = told.header("access-control-allow-origin");
    assert_eq!(
        (told.status, allowed),
        (200, Some("https://office.example"))
    );
    let told = ask("https://other.example");
    assert_eq!(told.header("access-control-allow-origin"), None);
    // A page sees when to come again, too.
    let mut client = service.connect();
    let get = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nOrigin: https://office.example\r\n\r\n",
        service.addr()
    );
    let exposed = client.send(&get);
    let exposed = exposed.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("retry-after"), "{exposed}");
}

#[test]
fn other_machines_are_served_with_tls_and_tokens_only() {
    let dir = shop();
    let tls = ["--tls-cert", CERT, "--tls-key", KEY];
    let everywhere = ["serve", "--listen", "0.0.0.0:0"];
    for (flags, said) in [
        (&[][..], "--tls-cert"),
        (&tls[..], "stampbook token create"),
        (
            &["--tls-cert", KEY, "--tls-key", KEY],
            "it holds no certificate",
        ),
    ] {
        let out = stampbook(dir.path(), &[&everywhere, flags].concat());
        let told = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{told}");
        assert!(told.contains(said), "{told}");
    }
    let secret = token(dir.path(), &["--role", "till"]);
    let flags = [&["--listen", "0.0.0.0:0"], &tls[..]].concat();
    let service = Service::over(dir, &flags);
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(CERT).unwrap())
        .unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots);
    let config = Arc::new(config.with_no_client_auth());
    let mut till = service.connect_by(&secret, |tcp| {
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(config, name).unwrap();
        Box::new(StreamOwned::new(client, tcp))
    });
    let told = till.post("/v1/commands", &sale("k1"));
    assert_eq!(told.status, 200, "{told:?}");
    // In the clear nothing is answered.
    let in_the_clear = service.connect().try_post("/v1/commands", &sale("k2"));
    assert!(in_the_clear.is_none());
    // A till's queue is drained to it where its certificate is named.
    let dir = service.dir.path();
    let made = stampbook(dir, &["queue", "init", "--terminal", "till-1"]);
    assert!(made.status.success(), "{made:?}");
    std::fs::write(dir.join("sale"), r#"{"do":"purchase","total":"1.00"}"#).unwrap();
    assert!(stampbook(dir, &["queue", "add", "sale"]).status.success());
    let (_, port) = service.addr().rsplit_once(':').unwrap();
    let url = format!("https://localhost:{port}");
    for (flags, code, said) in [
        (&[][..], 4, "--ca FILE"),
        (&["--ca", KEY], 2, "it holds no certificate"),
        (&["--ca", CERT], 0, "1 carried out"),
    ] {
        let drain = [&["queue", "drain", "--to", &url], flags].concat();
        let out = binary(dir, &drain).env("STAMPBOOK_TOKEN", &secret).output();
        let out = out.unwrap();
        let told = [out.stdout, out.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(out.status.code(), Some(code), "{told}");
        assert!(told.contains(said), "{told}");
    }
}
