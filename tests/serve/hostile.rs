//! Clients that do harm, on purpose or not.

use super::commands::sale;
use super::service::Service;
use std::io::{Read, Write};
use std::net::TcpStream;

#[test]
fn http_that_can_be_read_in_two_ways_is_refused() {
    let service = Service::start(&[]);
    let body = sale("k1");
    let head = service.connect().head("POST", "/v1/commands", body.len());
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let both = |first: &str| head.replacen("Content-Length", first, 1);
    for (what, request) in [
        (
            "length, then chunks",
            format!(
                "{}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
                head.trim_end_matches("\r\n").to_owned() + "\r\n"
            ),
        ),
        (
            "chunks, then length",
            both("Transfer-Encoding: chunked\r\nContent-Length") + "0\r\n\r\n" + smuggled,
        ),
        (
            "bad chunks",
            both("Transfer-Encoding: chunked\r\nX") + "zz\r\n{}\r\n0\r\n\r\n",
        ),
        (
            "two lengths",
            both("Content-Length: 3\r\nContent-Length") + body.as_str(),
        ),
        (
            "a length that is none",
            both("Content-Length: -1\r\nX") + body.as_str(),
        ),
        (
            "a length in signs",
            both("Content-Length: +100\r\nX") + body.as_str(),
        ),
        (
            "two hosts",
            head.replacen("Host", "Host: localhost\r\nHost", 1) + body.as_str(),
        ),
        (
            "a header over two lines",
            head.replacen("Host", "X: a\r\n b\r\nHost", 1) + body.as_str(),
        ),
        (
            "a blank before a colon",
            head.replacen("Host:", "Host :", 1) + body.as_str(),
        ),
        (
            "another version",
            head.replacen("HTTP/1.1", "HTTP/9.9", 1) + body.as_str(),
        ),
        (
            "a header of 100 kB",
            head.replacen("Host", &format!("X: {}\r\nHost", "x".repeat(100_000)), 1),
        ),
        (
            "5,000 headers",
            head.replacen("Host", &format!("{}Host", "X: x\r\n".repeat(5000)), 1),
        ),
        (
            "a chunk that is longer than any number",
            both("Transfer-Encoding: chunked\r\nX") + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        ),
        (
            "a chunk's extension without end",
            both("Transfer-Encoding: chunked\r\nX")
                + "2;"
                + "a".repeat(100_000).as_str()
                + "\r\n{}\r\n",
        ),
        (
            "a chunk without its end",
            both("Transfer-Encoding: chunked\r\nX") + "2\r\n{}0\r\n\r\n" + smuggled,
        ),
        (
            "an unknown coding",
            both("Transfer-Encoding: xchunked\r\nX") + body.as_str(),
        ),
        (
            "chunks twice",
            both("Transfer-Encoding: chunked, chunked\r\nX") + "0\r\n\r\n" + smuggled,
        ),
        (
            "chunks, hidden by a blank",
            both("Transfer-Encoding : chunked\r\nContent-Length") + body.as_str(),
        ),
        (
            "two lengths in one",
            both("Content-Length: 3, 100\r\nX") + body.as_str(),
        ),
        (
            "a length beyond any",
            both("Content-Length: 99999999999999999999999\r\nX") + body.as_str(),
        ),
        (
            "a carriage return in a header",
            head.replacen("Host", "X: a\rHost: evil\r\nHost", 1) + body.as_str(),
        ),
        (
            "a NUL in a header",
            head.replacen("Host", "X: a\0b\r\nHost", 1) + body.as_str(),
        ),
        (
            "a line of 200 kB",
            format!(
                "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "a".repeat(200_000)
            ),
        ),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".into()),
        (
            "a tunnel",
            format!(
                "CONNECT evil.example:443 HTTP/1.1\r\nHost: {}\r\n\r\n",
                service.addr()
            ),
        ),
        ("no HTTP", "\u{16}\u{3}\u{1} hello\r\n\r\n".into()),
    ] {
        let mut client = service.connect();
        let _ = client.write(request.as_bytes());
        if let Some(told) = client.read() {
            assert!((400..500).contains(&told.status), "{what}: {told:?}");
            assert_eq!(told.json()["ok"], false, "{what}: {told:?}");
            // The bytes after it are not read as a request of their own.
            assert!(client.read().is_none(), "{what}: it goes on");
        }
    }
    for path in [
        "/../ledger-secrets/tokens",
        "/v1/..%2f..%2ftokens",
        "//etc/passwd",
        "/v1/commands/../x",
        "/v1/%63ommands",
        "/v1//commands",
        "/v1/commands/",
        "/v1/commands%00",
        "/v1/commands;a=b",
        "/v1\\commands",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v1/%c0%ae%c0%ae/tokens",
    ] {
        assert_eq!(service.connect().get(path).status, 404, "{path}");
    }
    let find = r#"{"ask":"find","key":"k1"}"#;
    assert_eq!(service.post("/v1/questions", find).json()["ok"], false);
}

#[test]
fn what_is_too_long_is_told() {
    let service = Service::start(&["--body-max", "2000"]);
    let long = sale(&"k".repeat(3000));
    let told = service.post("/v1/commands", &long);
    assert_eq!(
        (told.status, &told.json()["code"]),
        (413, &"bad_http".into())
    );
    // Of a length beyond the bound nothing is waited for.
    let mut client = service.connect();
    let head = client.head("POST", "/v1/commands", 1 << 40);
    assert_eq!(client.send(&head).status, 413);
}

#[test]
fn a_client_that_sends_byte_by_byte_or_stops_is_cut_off() {
    let service = Service::start(&["--patience", "1"]);
    let head = service.connect().head("POST", "/v1/commands", 100);
    for sent in ["", "POST /v1", &head, &format!("{head}{{\"do\"")] {
        let mut client = service.connect();
        client.write(sent.as_bytes()).unwrap();
        if let Some(told) = client.read() {
            assert_eq!(told.status, 408, "{told:?}");
        }
    }
    // One byte at a time, as often as the service allows.
    let mut slow = service.connect();
    let mut sent = 0;
    for byte in head.bytes().cycle() {
        if slow.write(&[byte]).is_err() {
            break;
        }
        sent += 1;
        if sent > 4 {
            // Waits until the service closes the connection.
            assert!(slow.read().is_none_or(|told| told.status == 408));
            break;
        }
    }
    assert_eq!(service.post("/v1/commands", &sale("k1")).status, 200);
}

#[test]
fn a_client_that_never_reads_holds_nobody_up() {
    let service = Service::start(&["--patience", "1"]);
    let mut deaf = TcpStream::connect(service.addr()).unwrap();
    deaf.set_write_timeout(Some(std::time::Duration::from_secs(60)))
        .unwrap();
    let one = service.connect().head("POST", "/v1/quote", 2) + "{}";
    // If its answers are not read, the service stops reading, and closes the
    // connection.
    while deaf.write_all(one.as_bytes()).is_ok() {}
    assert_eq!(service.post("/v1/commands", &sale("k1")).status, 200);
    assert_eq!(service.stop().1, Some(0));
}

#[test]
fn sessions_of_the_owner_take_no_tills_place() {
    let service = Service::start(&["--connections-max", "2"]);
    let socket = service.dir.path().join("ledger-secrets/serve.sock");
    let connect = || stampbook::storage::files::connect_socket(&socket).unwrap();
    let mut held = [connect(), connect()];
    for owner in &mut held {
        owner
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let mut begun = [0; 12];
        owner.read_exact(&mut begun).unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200");
    }
    assert_eq!(service.post("/v1/commands", &sale("k1")).status, 200);
}

#[test]
fn one_connection_too_many_is_told_to_come_again() {
    let service = Service::start(&["--connections-max", "2"]);
    let mut held = [service.connect(), service.connect()];
    for client in &mut held {
        assert_eq!(client.get("/healthz").status, 200);
    }
    let told = service.connect().read().unwrap();
    assert_eq!((told.status, told.header("retry-after")), (503, Some("1")));
    assert_eq!(told.json()["code"], "busy");
    drop(held);
    // As soon as the service has noticed that they are gone.
    while service
        .connect()
        .try_post("/v1/commands", &sale("k1"))
        .is_none_or(|t| t.status != 200)
    {}
}

#[test]
fn a_full_queue_is_503_with_retry_after_and_nothing_is_half_done() {
    let service = Service::start(&["--queue-max", "1", "--no-daily"]);
    let batch: Vec<String> = (0..500).map(|n| sale(&format!("k{n}"))).collect();
    let told = service.post("/v1/commands", &format!("[{}]", batch.join(",")));
    let answers = told.json();
    let answers = answers["answers"].as_array().unwrap().clone();
    let busy = answers
        .iter()
        .filter(|answer| answer["code"] == "busy")
        .count();
    assert!(busy > 0 && busy < 500, "{busy} of 500");
    // One by one under the same keys, until all are booked; a 503 says when to
    // try again.
    for body in &batch {
        let told = service.post("/v1/commands", body);
        assert_eq!(told.status, 200, "{told:?}");
    }
    let mut seen_503 = false;
    std::thread::scope(|scope| {
        let tills: Vec<_> = (0..8)
            .map(|_| {
                let mut client = service.connect();
                let batch = &batch;
                scope.spawn(move || {
                    let told = batch.iter().map(|body| client.post("/v1/commands", body));
                    let busy: Vec<_> = told.filter(|told| told.status == 503).collect();
                    assert!(
                        busy.iter()
                            .all(|told| told.header("retry-after") == Some("1"))
                    );
                    !busy.is_empty()
                })
            })
            .collect();
        for till in tills {
            seen_503 |= till.join().unwrap();
        }
    });
    assert!(seen_503, "eight tills never filled a queue of one");
    let told = service.post("/v1/questions", r#"{"ask":"balance","member":"card:1"}"#);
    assert_eq!(told.status, 200);
}
