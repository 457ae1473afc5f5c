//! Checks of every request before its path: its origin and its caller; and its
//! line in the log.

use super::connection::Peer;
use super::paths::known_path;
use super::reply::Reply;
use super::roles::Caller;
use super::{PROTOCOL, PROTOCOL_HEADER, Service, body};
use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::model::on_one_line;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONNECTION, HOST, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// Statuses of requests whose body was not read to its end.
const UNREAD: [StatusCode; 4] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::LENGTH_REQUIRED,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
];

/// Tells the client that the connection ends after the response.
fn close_after(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
}

/// Passes an admitted request on, and logs it: never its body or query, which
/// name members.
pub(super) async fn guard(
    State(service): State<Arc<Service>>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = known_path(request.uri().path());
    let caller = service.caller_of(&request, path);
    let caller = caller.and_then(|caller| service.within_rate(caller, begun));
    let (role, token) = match &caller {
        Ok(Some(caller)) => (caller.role.word(), caller.token.clone()),
        _ => ("-", None),
    };
    let caller = match check_protocol(request.headers()) {
        Ok(()) => caller,
        Err(refused) => Err(refused),
    };
    let mut response = match caller {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
        Err(refusal) => {
            let mut response = *refusal;
            if !body::drain(&service, request.into_body()).await {
                close_after(&mut response);
            }
            response
        }
    };
    if UNREAD.contains(&response.status()) {
        close_after(&mut response);
    }
    let headers = response.headers_mut();
    headers.insert(PROTOCOL_HEADER, HeaderValue::from(PROTOCOL));
    let took = begun.elapsed();
    let (status, token) = (response.status().as_u16(), token.unwrap_or_default());
    service.metrics.count(path, status, role, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status, micros, role, token, "request");
    response
}

impl Service {
    /// Caller of a request; None for a path that is open to everybody.
    fn caller_of(
        &self,
        request: &Request<Body>,
        path: &str,
    ) -> Result<Option<Caller>, Box<Response>> {
        let peer = request.extensions().get::<Peer>().copied();
        let headers = request.headers();
        if peer == Some(Peer::Owner) {
            return Ok(Some(Caller::office()));
        }
        self.check_host(request.uri(), headers).map_err(refuse)?;
        self.check_origin(headers).map_err(refuse)?;
        if is_open(path) {
            return Ok(None);
        }
        let told = |message: &str| {
            let mut response =
                Reply::from(Denied::new("", ErrorCode::NoToken, message)).into_response();
            let bearer = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
            Box::new(response)
        };
        let sent = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let secret = sent.and_then(|sent| {
            let (scheme, secret) = sent.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
        });
        let Some(secret) = secret else {
            return Err(told("the request has no token"));
        };
        match self.tokens.caller(secret) {
            Ok(Some(caller)) => Ok(Some(caller)),
            Ok(None) => Err(told("the token is not valid (any more)")),
            Err(trouble) => {
                tracing::error!("tokens cannot be read: {trouble}");
                Err(told(
                    "the file of tokens cannot be read; the log of the service says why",
                ))
            }
        }
    }

    /// Passes a caller that stays within the rate of its token.
    fn within_rate(
        &self,
        caller: Option<Caller>,
        now: Instant,
    ) -> Result<Option<Caller>, Box<Response>> {
        let token = caller.as_ref().and_then(|caller| caller.token.as_deref());
        match token.is_none_or(|token| self.rates.take(token, now)) {
            true => Ok(caller),
            false => {
                let text = "the token sends more requests a second than it may; nothing was begun";
                let denied = Denied::new("", ErrorCode::TooMany, text);
                Err(refuse(denied.into()))
            }
        }
    }

    /// Checks the host's name against DNS rebinding: a name that leads to this
    /// machine only because a web page wants it to does not belong to the
    /// service. A request line with a name of its own means that one (RFC 9112, 3.2.2).
    fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Reply> {
        let host = headers.get(HOST).and_then(|v| v.to_str().ok());
        let name = host.unwrap_or_default();
        let is_ours = |name: &str| {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            name.eq_ignore_ascii_case("localhost")
                || name.parse::<IpAddr>().is_ok()
                || self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
        };
        let is_own_line = uri.host().is_none_or(is_ours);
        let is_one = headers.get_all(HOST).iter().count() == 1;
        match is_one && is_own_line && is_ours(without_port(name)) {
            true => Ok(()),
            false => Err(Reply::bad_http(
                StatusCode::MISDIRECTED_REQUEST,
                "Host: the service goes by its address or as localhost; --host names another",
            )),
        }
    }

    /// Refuses requests of web pages of other sites, unless the site is allowed.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Reply> {
        let Some(origin) = headers.get(ORIGIN) else {
            return Ok(());
        };
        let origin = origin.to_str().unwrap_or("null");
        let own = headers
            .get(HOST)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let is_own = origin
            .split_once("://")
            .is_some_and(|(_, host)| host == own);
        match is_own || self.origins.iter().any(|allowed| allowed == origin) {
            true => Ok(()),
            false => Err(Reply::bad_http(
                StatusCode::FORBIDDEN,
                "Origin: web pages of other sites are not answered; --allow-origin allows one",
            )),
        }
    }
}

/// Refuses a client that needs a newer protocol.
fn check_protocol(headers: &HeaderMap) -> Result<(), Box<Response>> {
    let Some(asked) = headers.get(PROTOCOL_HEADER) else {
        return Ok(());
    };
    let asked = asked.to_str().unwrap_or_default().trim();
    match asked.parse::<u32>() {
        Ok(1..=PROTOCOL) => Ok(()),
        _ => Err(refuse(Reply::bad_http(
            StatusCode::BAD_REQUEST,
            format!(
                "Stampbook-Protocol: the client asks for {}, the service ({}) speaks {PROTOCOL}; use a newer service, or an older client",
                on_one_line(asked),
                env!("CARGO_PKG_VERSION")
            ),
        ))),
    }
}

/// True for paths that need no token: they tell nothing of the ledger.
fn is_open(path: &str) -> bool {
    !path.starts_with("/v1/") && path != "/metrics"
        || path == "/v1/openapi.json"
        || path == "/v1/enrol"
}

fn refuse(reply: Reply) -> Box<Response> {
    Box::new(reply.into_response())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}
