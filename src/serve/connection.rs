//! Connections: accepted up to a bound, each with its own timeouts, and closed
//! when the service stops and their request is answered.

use super::Limits;
use super::reply::bare_http;
use super::timed_stream::TimedStream;
use crate::answer::catalogue::ErrorCode;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tower::Service;
#[cfg(unix)]
use {crate::storage::files, std::path::Path};

/// Pause after a connection could not be accepted, usually for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Time in which a command that found the socket of a stopping service sends its
/// request; a connection without one is closed.
const FIRST_REQUEST: Duration = Duration::from_millis(100);

/// Longest time that a clock counts here: a year.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);

/// Kind of client at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Peer {
    /// A client of the TCP port.
    Tcp,
    /// The user who owns the secrets, or root, at the Unix socket.
    Owner,
}

/// Context of a connection while the service runs.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) router: Router,
    /// TLS of the port; None without.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Limits,
    /// Number of connections that may still be opened.
    pub(super) free: Arc<Semaphore>,
    pub(super) stop: watch::Receiver<bool>,
    /// Sender that is dropped with the connection, so that the service can wait
    /// for the last one.
    pub(super) _alive: mpsc::Sender<()>,
}

/// Accepts connections until the service stops.
pub(super) async fn accept_tcp(listener: TcpListener, running: Running) {
    let mut stop = running.stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => return,
        };
        match accepted {
            Ok((io, _)) => {
                // Answers are small, so none should wait for more data to send.
                let _ = io.set_nodelay(true);
                running.clone().start_tcp(io);
            }
            // No file handle is left, or the client has gone already.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Accepts connections of the same user and of root until the service stops.
#[cfg(unix)]
pub(super) async fn accept_unix(listener: UnixListener, path: &Path, owner: u32, running: Running) {
    let mut stop = running.stop.clone();
    let take = |io: UnixStream| {
        let peer = io.peer_cred().map(|peer| peer.uid());
        if peer.is_ok_and(|uid| uid == owner || uid == 0) {
            running.clone().start(io, Peer::Owner);
        }
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        match accepted {
            Ok((io, _)) => take(io),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    // Clients that found the socket are answered; later ones open the ledger themselves.
    let _ = files::remove_socket(path);
    let Ok(listener) = listener.into_std() else {
        return;
    };
    while let Ok((io, _)) = listener.accept() {
        let io = io
            .set_nonblocking(true)
            .and_then(|()| UnixStream::from_std(io));
        io.into_iter().for_each(take);
    }
}

impl Running {
    /// Begins a connection at the port, with TLS if the service has a certificate.
    fn start_tcp(mut self, io: TcpStream) {
        let Some(tls) = self.tls.clone() else {
            return self.start(io, Peer::Tcp);
        };
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let shaken = tokio::select! {
                shaken = tokio::time::timeout(self.limits.patience, tls.accept(io)) => shaken,
                () = stopped(&mut self.stop) => return,
            };
            if let Ok(Ok(io)) = shaken {
                self.converse(io, Peer::Tcp, permit).await;
            }
        });
    }

    fn start<I>(self, io: I, peer: Peer)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => drop(tokio::spawn(self.converse(io, peer, permit))),
            Err(_) => drop(tokio::spawn(refuse(io))),
        }
    }

    async fn converse<I>(mut self, io: I, peer: Peer, _permit: OwnedSemaphorePermit)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router;
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.clone().call(request.map(Body::new))
        });
        // A session of the owner may pause, and read its answers when it likes.
        let patience = (peer == Peer::Tcp).then_some(self.limits.patience);
        let io = TokioIo::new(TimedStream::new(io, patience.unwrap_or(FOREVER)));
        let mut talk = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(patience)
                .max_headers(self.limits.headers_max)
                .max_header_size(self.limits.header_max)
                .serve_connection(io, service)
        );
        let ended = tokio::select! {
            ended = talk.as_mut() => ended,
            () = async {
                stopped(&mut self.stop).await;
                if peer == Peer::Owner {
                    tokio::time::sleep(FIRST_REQUEST).await;
                }
            } => {
                talk.as_mut().graceful_shutdown();
                talk.await
            }
        };
        // A client that sends no HTTP, or goes away, needs no report.
        drop(ended);
    }
}

/// Waits until the service stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
}

/// Answers a connection beyond the bound, and closes it.
async fn refuse<I: AsyncWrite + Unpin>(mut io: I) {
    let text =
        "the service has as many connections as it takes (--connections-max); nothing was begun";
    let status = "503 Service Unavailable";
    let response = bare_http(status, ErrorCode::Busy, text, "retry-after: 1\r\n");
    let told = async {
        io.write_all(&response).await?;
        io.shutdown().await
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), told).await;
}
