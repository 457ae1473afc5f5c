//! The service: one ledger, opened once, for tills, office and shop as HTTP clients.

mod body;
mod commands;
mod connection;
mod reply;
mod router;

use crate::embed::{self, Ledger};
use connection::Running;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};

/// Bounds on requests and on the time of clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Greatest length of a request's body, in bytes.
    pub body_max: usize,
    /// Greatest length of a request's line and headers, in bytes.
    pub header_max: usize,
    /// Greatest number of headers of a request.
    pub headers_max: usize,
    /// Time for reading a request's headers, for reading its body, and for each
    /// write of a response; a connection without a request is closed after it
    /// too.
    pub patience: Duration,
    /// Greatest number of open connections.
    pub connections_max: usize,
    /// Longest wait for an answer of the engine.
    pub answer_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_max: 8 << 20,
            header_max: 16 << 10,
            headers_max: 64,
            patience: Duration::from_secs(30),
            connections_max: 1000,
            answer_max: Duration::from_secs(60),
        }
    }
}

/// Listening socket. Clients that connect wait until [`Bound::serve`].
#[derive(Debug)]
pub struct Bound {
    tcp: TcpListener,
    addr: SocketAddr,
}

/// Shared state of all requests.
#[derive(Debug)]
struct Door {
    ledger: Ledger,
    /// Decimals of the currency.
    digits: u8,
    limits: Limits,
}

impl Bound {
    /// Binds a loopback address.
    ///
    /// # Errors
    /// The address is not a loopback address, is taken, or does not belong to
    /// this machine.
    pub fn new(listen: SocketAddr) -> io::Result<Bound> {
        if !listen.ip().is_loopback() {
            let text = "only addresses of this machine (127.0.0.1, [::1]) are listened on";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let tcp = TcpListener::bind(listen)?;
        tcp.set_nonblocking(true)?;
        let addr = tcp.local_addr()?;
        Ok(Bound { tcp, addr })
    }

    /// URL of the service.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT), answers the
    /// accepted commands, and closes the ledger.
    ///
    /// # Errors
    /// The system gave no thread or signal handler, or the ledger could not be
    /// closed; answered commands are durable in any case.
    pub fn serve(self, ledger: Ledger, limits: Limits) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("stampbook-http")
            .enable_all()
            .build()?;
        let digits = ledger.digits()?;
        let door = Arc::new(Door {
            ledger,
            digits,
            limits,
        });
        runtime.block_on(self.serve_all(Arc::clone(&door)))?;
        runtime.shutdown_timeout(Duration::from_secs(1));
        match Arc::into_inner(door) {
            Some(door) => Ok(door.ledger.close()?),
            None => Ok(()),
        }
    }

    async fn serve_all(self, door: Arc<Door>) -> io::Result<()> {
        let (tell_stop, stop) = watch::channel(false);
        let (alive, mut ended) = mpsc::channel::<()>(1);
        let running = Running {
            router: router::router(Arc::clone(&door)),
            limits: door.limits,
            free: Arc::new(Semaphore::new(door.limits.connections_max)),
            stop,
            _alive: alive,
        };
        let tcp = tokio::net::TcpListener::from_std(self.tcp)?;
        let accepting = tokio::spawn(connection::accept_tcp(tcp, running));
        told_to_stop().await?;
        tell_stop.send_replace(true);
        // Each connection has a sender; dropping the last one ends the wait.
        let _ = accepting.await;
        let _ = ended.recv().await;
        Ok(())
    }
}

#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        told = tokio::signal::ctrl_c() => told,
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Reason why the service stopped.
#[derive(Debug)]
pub enum Error {
    /// The system gave no socket, thread or signal handler.
    Io(io::Error),
    /// The ledger failed.
    Ledger(embed::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

impl From<embed::Error> for Error {
    fn from(error: embed::Error) -> Error {
        Error::Ledger(error)
    }
}
