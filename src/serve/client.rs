//! Client of a service on this machine, at its Unix socket.

#[cfg(unix)]
use super::command_line::{Addressed, OTHER_LEDGER};
#[cfg(unix)]
use super::socket_path;
#[cfg(unix)]
use crate::storage::files;
use std::io;
use std::path::Path;

/// Response of the service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answered {
    /// The request was carried out; the body of the response.
    Done(Vec<u8>),
    /// The service refused the request as such; the body of the response, which is
    /// one answer or empty.
    Refused(Vec<u8>),
    /// The service serves another ledger.
    OtherLedger,
}

/// Connection to a service at its Unix socket.
#[derive(Debug)]
pub struct Client {
    /// First line of each request.
    #[cfg(unix)]
    address: Vec<u8>,
    #[cfg(unix)]
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    sender: hyper::client::conn::http1::SendRequest<axum::body::Body>,
}

#[cfg(unix)]
impl Client {
    /// Connects to the service of a ledger, by the socket in its folder of secrets;
    /// None if no service answers there.
    pub fn connect(ledger: &Path, secrets: &Path) -> Option<Client> {
        use hyper_util::rt::TokioIo;
        let ledger = ledger.canonicalize().ok()?;
        let mut address = serde_json::to_vec(&Addressed { ledger }).ok()?;
        address.push(b'\n');
        // Most often there is none, and then a runtime would be made for nothing.
        let stream = files::connect_socket(&socket_path(secrets)).ok()?;
        stream.set_nonblocking(true).ok()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .ok()?;
        let sender = runtime.block_on(async {
            let stream = tokio::net::UnixStream::from_std(stream).ok()?;
            let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
            let (sender, connection) = shaken.ok()?;
            // It runs while a request is waited for; its errors reach the request too.
            drop(tokio::spawn(connection));
            Some(sender)
        })?;
        Some(Client {
            address,
            runtime,
            sender,
        })
    }

    /// Posts JSON, or lines of it, to a path, and waits for the response.
    ///
    /// # Errors
    /// The service went away before its response was whole.
    pub fn post(&mut self, path: &str, json: &[u8]) -> io::Result<Answered> {
        let body = [&self.address, json].concat();
        let request = hyper::Request::post(path)
            .header(hyper::header::HOST, "localhost")
            .header(hyper::header::CONTENT_TYPE, "application/json")
            .body(axum::body::Body::from(body));
        self.send(request.map_err(io::Error::other)?)
    }

    /// Gets a path, and waits for the response.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub fn get(&mut self, path: &str) -> io::Result<Answered> {
        let request = hyper::Request::get(path)
            .header(hyper::header::HOST, "localhost")
            .body(axum::body::Body::empty());
        self.send(request.map_err(io::Error::other)?)
    }

    fn send(&mut self, request: hyper::Request<axum::body::Body>) -> io::Result<Answered> {
        use http_body_util::BodyExt;
        self.runtime.block_on(async {
            let response = self.sender.send_request(request).await;
            let response = response.map_err(io::Error::other)?;
            let status = response.status();
            let body = response.into_body().collect().await;
            let body = body.map_err(io::Error::other)?.to_bytes().into();
            Ok(match status {
                OTHER_LEDGER => Answered::OtherLedger,
                _ if status.is_success() => Answered::Done(body),
                _ => Answered::Refused(body),
            })
        })
    }
}

#[cfg(not(unix))]
impl Client {
    /// There are no Unix sockets: None.
    pub fn connect(_ledger: &Path, _secrets: &Path) -> Option<Client> {
        None
    }

    /// Never called: nothing connects.
    ///
    /// # Errors
    /// Always.
    pub fn post(&mut self, _path: &str, _json: &[u8]) -> io::Result<Answered> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called: nothing connects.
    ///
    /// # Errors
    /// Always.
    pub fn get(&mut self, _path: &str) -> io::Result<Answered> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
