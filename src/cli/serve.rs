//! `stampbook serve`

use super::desk::check_secrets;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer};
use super::service_client::connect;
use super::visit::RunSent;
use crate::audit::{self, SecretsFolder};
use crate::embed::{self, Ledger, Opening};
use crate::engine::{self, Folders};
use crate::model::{Instant, parse_minutes};
use crate::serve::{
    Answered, Bound, CommandLine, Config, Error, Limits, ProgrammeFolder, TlsFiles, Verified,
    Verifier, log_to_stderr, socket_path,
};
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::files::NamedBytes;
use crate::workbench::Folder;
use clap::Args;
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// Opens the ledger and serves it over HTTP until the process is told to stop
/// (SIGTERM, SIGINT); then it answers what it has accepted, and closes the ledger.
/// Commands that clients send at the same time become durable with one sync.
///
/// Commands typed on this machine go through the service, with the same answers
/// and exit codes, as do sessions; files are read and written by the command. Only
/// `init`, `audit`, `rebuild`, `recover`, `backup`, `restore`, `correct-clock`,
/// `supervisor`, `terminal` and `token` never do.
/// An import and a `daily` there let others in between; while a member is erased, they
/// wait.
///
/// At the port a client sends a token (`stampbook token create`). At the Unix socket
/// in the secrets folder the same user and root need none.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Paths: POST /v1/commands (one command; a list; or {\"commands\":[..],\"atomic\":true}, all
or none), /v1/quote, /v1/questions; GET /healthz, /readyz, /metrics, /v1/openapi.json, and a
page for people at /. The dashboard is at /dashboard; people sign in with a token.

Example:
  stampbook serve --listen 127.0.0.1:7311

Then, from the same folder:
  curl --unix-socket ledger-secrets/serve.sock -H 'Content-Type: application/json' \\
    -d '{\"do\":\"purchase\",\"key\":\"till-1/000812\",\"total\":\"3.50\"}' http://localhost/v1/commands")]
pub struct ServeArgs {
    /// Address and port; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7311")]
    pub listen: SocketAddr,
    /// A name that clients call the service by, besides its address and localhost.
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// Commands that wait for the ledger; further ones are answered with 503 and
    /// Retry-After.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..))]
    pub queue_max: u16,
    /// Connections at a time, at the port and at the socket each; one more is told to come
    /// again.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    pub connections_max: u16,
    /// Bytes of a request's body.
    #[arg(long, value_name = "N", default_value_t = 8 << 20, value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    pub body_max: u32,
    /// Requests of one token in a second; 0 for any number.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    pub rate_max: u32,
    /// The certificate, and those above it, in PEM. Other machines are served with
    /// TLS only, and where there is a token.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// A web site whose pages may use the service, such as https://office.example.
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// Seconds in which a request's headers, then its body, must have come, and a
    /// response must be read; an idle connection is closed after them.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub patience: u16,
    /// Time from the business day's start to the daily run: hours and minutes.
    #[arg(long, value_name = "HH:MM", default_value = "00:00", value_parser = parse_minutes)]
    pub daily_after: u16,
    /// Seconds between looks for alerts.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pub alerts_every: u16,
    /// Makes no daily run and looks for no alerts: such a service books nothing by itself.
    #[arg(long)]
    pub no_daily: bool,
    /// The programme's folder, if it is here: the dashboard compares it with the programme in
    /// force, and begins drafts with it. It is only read.
    #[arg(long, value_name = "DIR", default_value = "programme")]
    pub programme: PathBuf,
    /// Serve nothing: ask the service that has the ledger open whether it is ready. Exit
    /// code 0 if it is, 3 if it is not or there is none.
    #[arg(long)]
    pub probe: bool,
    /// Opens the dashboard in a browser, and prints the link: it signs in once, as the
    /// office, within ten minutes.
    #[arg(long)]
    pub open: bool,
}

impl ServeArgs {
    /// Serves until the process is told to stop.
    pub(super) fn run(
        &self,
        cli: &Cli,
        out: &mut Printer,
        run_sent: RunSent,
    ) -> Result<Exit, Failure> {
        if self.probe {
            return probe(cli, out);
        }
        let folders = cli.folders();
        check_secrets(&folders)?;
        let bound = Bound::new(self.config(&folders, run_sent));
        let bound = bound.map_err(|e| not_bound(self.listen, &e))?;
        let (opened_by, at) = (cli.clone(), folders.clone());
        // Shown to other processes that find the ledger locked.
        let socket = socket_path(&folders.secrets);
        let purpose = format!("serve at {}, socket {}", bound.url(), socket.display());
        let open = move |opening| {
            let options = opened_by.options(&purpose)?;
            match opening {
                Opening::AsIs => engine::Ledger::open(&at, options),
                Opening::Rebuilt => engine::Ledger::rebuild(&at, options),
            }
        };
        let ledger = Ledger::open_by(open, self.queue_max.into())?;
        out.notes(&ledger.with(|ledger| ledger.notes().to_vec())?);
        let url = bound.url();
        log_to_stderr();
        let sign_in_links = bound.sign_in_links();
        bound.serve(ledger, || {
            let link = match self.open {
                true => Some(format!(
                    "{url}{}",
                    sign_in_links.link().map_err(io::Error::other)?
                )),
                false => None,
            };
            tell_start(out, &folders, &url, &socket, link.as_deref())?;
            link.as_deref().map_or(Ok(()), |link| {
                open_browser(link);
                Ok(())
            })
        })?;
        Ok(Exit::Done)
    }

    fn config(&self, folders: &Folders, run_sent: RunSent) -> Config {
        let (own, at) = (folders.clone(), folders.clone());
        let programme = self.programme.clone();
        let limits = Limits {
            body_max: self.body_max as usize,
            patience: Duration::from_secs(self.patience.into()),
            connections_max: self.connections_max.into(),
            rate_max: self.rate_max,
            ..Limits::default()
        };
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        Config {
            listen: self.listen,
            ledger: folders.ledger.clone(),
            secrets: folders.secrets.clone(),
            names: self.host.clone(),
            origins: self.allow_origin.clone(),
            tls: tls.map(|(cert, key)| TlsFiles { cert, key }),
            command_line: CommandLine::new(move |loan, sent, share| {
                run_sent(&own, loan, sent, share)
            }),
            programme: ProgrammeFolder::new(move || read_programme(&programme)),
            daily_after: (!self.no_daily).then_some(self.daily_after),
            alerts_every: Duration::from_secs(self.alerts_every.into()),
            verifier: Verifier::new(move |progress| verify(&at, progress)),
            limits,
        }
    }
}

/// Advice at the start of a ledger and of a service.
pub(super) const BACK_UP: &str = "both, apart from each other: `stampbook backup PLACE`, every day, and its secrets with --sealed-secrets; `stampbook restore PLACE --check` tries it";

/// Prints the addresses and folders of the service, and what to back up.
fn tell_start(
    out: &mut Printer,
    folders: &Folders,
    url: &str,
    socket: &Path,
    link: Option<&str>,
) -> io::Result<()> {
    let (data, secrets) = (folders.ledger.display(), folders.secrets.display());
    let socket = socket.display();
    if out.is_json() {
        let mut told = json!({
            "ok": true,
            "listen": url,
            "socket": socket.to_string(),
            "ledger": data.to_string(),
            "secrets": secrets.to_string(),
            "back_up": BACK_UP,
        });
        if let Some(link) = link {
            told["open"] = link.into();
        }
        out.json(&told)?;
    } else {
        out.line(format!(
            "listening on {url}, and for its own user at {socket}"
        ))?;
        out.line(format!(
            "data            {data}: the journal in it is the truth"
        ))?;
        out.line(format!(
            "keys and vault  {secrets}: signing key, alias key, members' keys, tokens"
        ))?;
        out.line(format!("to back up      {BACK_UP}"))?;
        out.line(match link {
            Some(link) => format!("dashboard       {link} (opens once, within ten minutes)"),
            None => format!("dashboard       {url}/dashboard (sign in with a token)"),
        })?;
    }
    out.flush()
}

/// Asks a running service whether its ledger is open and answers.
fn probe(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    let Some(mut client) = connect(cli) else {
        return Err(Failure::not_established("no service has the ledger open"));
    };
    let Ok(Answered::Done(_)) = client.get("/readyz") else {
        return Err(Failure::not_established("the service is not ready"));
    };
    out.line("ready")?;
    out.done(&json!({"ok": true}))
}

/// Reads the programme's folder, if there is one.
fn read_programme(folder: &Path) -> Result<Option<Vec<NamedBytes>>, String> {
    match folder.join("programme.toml").is_file() {
        true => Folder::files(folder).map(Some).map_err(|e| e.to_string()),
        false => Ok(None),
    }
}

/// Verifies the ledger beside the service, on one thread: tills come first.
fn verify(folders: &Folders, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Verified, String> {
    let secrets = SecretsFolder {
        dir: folders.secrets.clone(),
        is_named: true,
    };
    let options = audit::Options {
        threads: 1,
        secrets: Some(secrets),
        ..audit::Options::new(&folders.ledger)
    };
    let report = audit::verify(&options, progress).map_err(|trouble| trouble.to_string())?;
    let outcome = serde_json::to_value(report.outcome());
    let mut told = serde_json::to_value(&report).map_err(|error| error.to_string())?;
    told["outcome"] = outcome.map_err(|error| error.to_string())?;
    let at = Instant(SystemClock.now_micros()).display(0);
    let card = report.card(&at, true).map(|card| card.to_string());
    Ok(Verified {
        report: told,
        card,
        at,
    })
}

/// Opens a link with the system's browser, if there is one.
fn open_browser(link: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let mut command = std::process::Command::new(program);
    let command = command
        .arg(link)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // The link is printed too, so that nothing depends on it.
    drop(command.spawn());
}

fn not_bound(listen: SocketAddr, error: &std::io::Error) -> Failure {
    let message = format!("--listen {listen}: {error}");
    match error.kind() {
        std::io::ErrorKind::InvalidInput => Failure::bad_input(message),
        _ => Failure::new(ErrorCode::Io, message).hint("name another address or port"),
    }
}

impl From<embed::Error> for Failure {
    fn from(error: embed::Error) -> Failure {
        match error.into_engine() {
            Ok(error) => error.into(),
            Err(shared) => Failure::internal(shared.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Disk(trouble) => trouble.into(),
            Error::Io(error) => Failure::new(ErrorCode::Io, format!("the service: {error}")),
            Error::Ledger(error) => error.into(),
        }
    }
}
