//! The service: one ledger, opened once, for tills, office and shop as HTTP clients.

mod alerts;
mod body;
mod client;
mod command_line;
mod commands;
mod connection;
mod daily;
mod dashboard;
mod enrol;
mod gate;
mod guard;
mod json_parts;
mod lines;
#[cfg(unix)]
mod manager;
mod members;
mod metrics;
mod openapi;
mod paths;
mod progress;
mod questions;
mod rate;
mod reply;
pub mod roles;
mod router;
mod slip;
mod tables;
mod timed_stream;
mod tls;
pub mod tokens;
pub mod webhooks;

pub use client::{Answered, Client};
pub use command_line::CommandLine;
pub use dashboard::{ProgrammeFolder, SignInLinks, Verified, Verifier};
pub use progress::Progress;
pub use tables::TableSlice;

use crate::embed::{self, Ledger};
use crate::storage::error::StorageError;
#[cfg(unix)]
use crate::storage::files;
use connection::Running;
use dashboard::{Drafts, FigureCache, Sessions, Verification};
use metrics::Metrics;
use rate::Rates;
use std::io;
use std::net::{SocketAddr, TcpListener};
#[cfg(unix)]
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
pub use tls::TlsFiles;
use tokens::TokenFile;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use webhooks::WebhookFile;

/// Version of the protocol over HTTP: what [`PROMISE`] says of it holds.
const PROTOCOL: u32 = 1;
/// Header of that version, in responses, and in requests of clients that need one.
const PROTOCOL_HEADER: &str = "stampbook-protocol";

/// Promise to clients of `/v1`.
const PROMISE: &str = "Every response says `Stampbook-Protocol: 1`. Within it, paths, fields, codes and their meanings stay; fields of answers and replies, codes, commands, questions and paths may be added, so a client passes over what it does not know. A command may be sent again under its key for as long as the ledger exists, and is answered as it was. What would break this is `/v2`, beside `/v1`. A client that needs a newer protocol says so in the same header of its request, and is answered 400 with both versions where the service is older.";

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
    /// Greatest number of open connections at the port, and at the socket.
    pub connections_max: usize,
    /// Longest wait for an answer of the engine.
    pub answer_max: Duration,
    /// Greatest number of requests of a token in a second; zero for any number.
    pub rate_max: u32,
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
            rate_max: 0,
        }
    }
}

/// Configuration of the service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port.
    pub listen: SocketAddr,
    /// The ledger's folder.
    pub ledger: PathBuf,
    /// Folder of keys and vault, which also holds the tokens and the Unix socket.
    pub secrets: PathBuf,
    /// Names by which clients may call the service, besides its address and localhost.
    pub names: Vec<String>,
    /// Web sites whose pages may use the service.
    pub origins: Vec<String>,
    /// Runs command lines of the owner.
    pub command_line: CommandLine,
    /// Verifies the ledger beside the service.
    pub verifier: Verifier,
    /// The folder of the programme, for comparisons and drafts.
    pub programme: ProgrammeFolder,
    /// Certificate and key; required for other machines to connect.
    pub tls: Option<TlsFiles>,
    /// Minutes after the start of the business day at which the daily run is made; None
    /// if somebody else makes it, who then looks for alerts too.
    pub daily_after: Option<u16>,
    /// Interval between looks for alerts.
    pub alerts_every: Duration,
    /// Bounds on requests.
    pub limits: Limits,
}

/// A service whose port is bound; clients wait until [`Bound::serve`].
pub struct Bound {
    tcp: TcpListener,
    addr: SocketAddr,
    tls: Option<TlsAcceptor>,
    config: Config,
    sessions: Sessions,
}

/// Shared state of all requests.
#[derive(Debug)]
struct Service {
    ledger: Ledger,
    /// Decimals of the currency.
    digits: u8,
    tokens: TokenFile,
    webhooks: WebhookFile,
    command_line: CommandLine,
    /// The ledger's folder, resolved.
    folder: PathBuf,
    rates: Rates,
    metrics: Metrics,
    sessions: Sessions,
    verification: Verification,
    programme: ProgrammeFolder,
    drafts: Drafts,
    figures: FigureCache,
    /// True if clients of the port come by TLS.
    is_tls: bool,
    /// Becomes true when the service stops.
    stop: watch::Receiver<bool>,
    names: Vec<String>,
    origins: Vec<String>,
    limits: Limits,
}

/// Path of the Unix socket in a folder of secrets.
pub fn socket_path(secrets: &Path) -> PathBuf {
    secrets.join("serve.sock")
}

impl Bound {
    /// Binds the port.
    ///
    /// # Errors
    /// The address is taken or does not belong to this machine; other machines
    /// reach it, and there is no TLS or no token; certificate or key cannot be
    /// used.
    pub fn new(config: Config) -> io::Result<Bound> {
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        if !config.listen.ip().is_loopback() {
            check_beyond(&config)?;
        }
        let tcp = TcpListener::bind(config.listen)?;
        tcp.set_nonblocking(true)?;
        let addr = tcp.local_addr()?;
        Ok(Bound {
            tcp,
            addr,
            tls,
            config,
            sessions: Sessions::default(),
        })
    }

    /// URL of the service.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// Maker of one-time links to the dashboard.
    pub fn sign_in_links(&self) -> SignInLinks {
        self.sessions.sign_in_links()
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT), answers the
    /// accepted commands, and closes the ledger. `ready` is called once clients
    /// are answered.
    ///
    /// # Errors
    /// The system gave no thread, socket or signal handler, or the ledger could
    /// not be closed; answered commands are durable in any case.
    pub fn serve(
        mut self,
        ledger: Ledger,
        ready: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("stampbook-http")
            .enable_all()
            .build()?;
        let digits = ledger.digits()?;
        let (tell_stop, stop) = watch::channel(false);
        let service = Arc::new(Service {
            ledger,
            digits,
            tokens: TokenFile::new(&self.config.secrets),
            webhooks: WebhookFile::new(&self.config.secrets),
            folder: self.config.ledger.canonicalize()?,
            command_line: self.config.command_line.clone(),
            rates: Rates::new(self.config.limits.rate_max),
            metrics: Metrics::default(),
            sessions: std::mem::take(&mut self.sessions),
            figures: FigureCache::default(),
            verification: Verification::new(self.config.verifier.clone()),
            programme: self.config.programme.clone(),
            drafts: Drafts::default(),
            is_tls: self.tls.is_some(),
            stop,
            names: self.config.names.clone(),
            origins: self.config.origins.clone(),
            limits: self.config.limits,
        });
        let gate = gate::Gate::new(&service);
        webhooks::start(&gate, service.webhooks.clone())?;
        if let Some(minutes) = self.config.daily_after {
            daily::start(&gate, minutes)?;
            alerts::start(&gate, service.webhooks.clone(), self.config.alerts_every)?;
        }
        let served = runtime.block_on(self.serve_all(Arc::clone(&service), tell_stop, ready));
        gate.shut();
        served?;
        runtime.shutdown_timeout(Duration::from_secs(1));
        match Arc::into_inner(service) {
            Some(service) => Ok(service.ledger.close()?),
            None => Ok(()),
        }
    }

    async fn serve_all(
        self,
        service: Arc<Service>,
        tell_stop: watch::Sender<bool>,
        ready: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), Error> {
        let (alive, mut ended) = mpsc::channel::<()>(1);
        let running = Running {
            router: router::router(Arc::clone(&service)),
            tls: self.tls,
            limits: service.limits,
            free: Arc::new(Semaphore::new(service.limits.connections_max)),
            stop: service.stop.clone(),
            _alive: alive,
        };
        let stopping = told_to_stop()?;
        // Only now: the process that has the ledger open may replace a dead socket.
        #[cfg(unix)]
        let at_socket = {
            // Sessions of the owner stay open; they take no till's place.
            let free = Arc::new(Semaphore::new(service.limits.connections_max));
            let running = Running {
                free,
                ..running.clone()
            };
            tokio::spawn(owners(&self.config.secrets, running)?)
        };
        let tcp = tokio::net::TcpListener::from_std(self.tcp)?;
        let at_port = tokio::spawn(connection::accept_tcp(tcp, running));
        ready()?;
        #[cfg(unix)]
        let alive = {
            manager::tell_ready();
            tokio::spawn(manager::keep_alive())
        };
        stopping.await;
        #[cfg(unix)]
        manager::tell_stopping();
        tell_stop.send_replace(true);
        let _ = at_port.await;
        #[cfg(unix)]
        let _ = at_socket.await;
        // Each connection has a sender; dropping the last one ends the wait.
        let _ = ended.recv().await;
        #[cfg(unix)]
        alive.abort();
        Ok(())
    }
}

/// Refuses an address that other machines reach without TLS, and without any token.
fn check_beyond(config: &Config) -> io::Result<()> {
    let told = |text: String| io::Error::new(io::ErrorKind::InvalidInput, text);
    if config.tls.is_none() {
        let text =
            "other machines reach it: it is listened on only with TLS (--tls-cert and --tls-key)";
        return Err(told(text.into()));
    }
    let tokens = TokenFile::new(&config.secrets).list();
    match tokens.map_err(|trouble| told(trouble.to_string()))?.len() {
        0 => Err(told(
            "other machines reach it: make a token first (`stampbook token create`)".into(),
        )),
        _ => Ok(()),
    }
}

/// Accepts connections at the Unix socket.
#[cfg(unix)]
fn owners(secrets: &Path, running: Running) -> Result<impl Future<Output = ()> + use<>, Error> {
    use std::os::unix::fs::MetadataExt;
    let path = socket_path(secrets);
    let listener: UnixListener = files::bind_socket(&path)?;
    listener.set_nonblocking(true)?;
    let owner = path.metadata()?.uid();
    let listener = tokio::net::UnixListener::from_std(listener)?;
    Ok(async move { connection::accept_unix(listener, &path, owner, running).await })
}

/// Logs to stderr, one JSON object a line: of each request its method, path,
/// status, time, role and the id of its token, and nothing of its content.
pub fn log_to_stderr() {
    let log = tracing_subscriber::fmt().json().flatten_event(true);
    let log = log.with_target(false).with_writer(io::stderr);
    // A log that the program has set up already is kept.
    let _ = log.try_init();
}

/// Ends when the system asks the process to stop; listens from the call on.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Reason why the service stopped.
#[derive(Debug)]
pub enum Error {
    /// The system gave no socket, thread or signal handler.
    Io(io::Error),
    /// A file of the service failed.
    Disk(StorageError),
    /// The ledger failed.
    Ledger(embed::Error),
}

impl From<StorageError> for Error {
    fn from(trouble: StorageError) -> Error {
        Error::Disk(trouble)
    }
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
