//! `GET /v1/slip`.

use super::commands::sale;
use super::service::{Service, token};

#[test]
fn a_till_gets_the_slip_of_a_sale_as_text_bytes_or_picture() {
    let service = Service::start(&[]);
    let mut till = service.connect_as(&token(service.dir.path(), &["--role", "till"]));
    assert_eq!(till.post("/v1/commands", &sale("k1")).status, 200);
    let text = till.get("/v1/slip?key=k1&form=en:32&reprint=true");
    assert_eq!(text.status, 200, "{text:?}");
    assert_eq!(
        text.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(
        text.body.contains("REPRINT") && text.body.contains("STAMP"),
        "{text:?}"
    );
    for (form, kind) in [
        ("en:42:escpos", "application/octet-stream"),
        ("en:42:svg", "image/svg+xml"),
    ] {
        let told = till.get(&format!("/v1/slip?key=k1&form={form}"));
        assert_eq!(told.header("content-type"), Some(kind), "{told:?}");
    }
    for (query, status) in [
        ("key=none", 422),
        ("seq=x", 400),
        ("", 400),
        ("key=k1&form=xx", 400),
    ] {
        let no = till.get(&format!("/v1/slip?{query}"));
        assert_eq!(no.status, status, "{query}: {no:?}");
        assert_eq!(no.json()["ok"], false);
    }
}
