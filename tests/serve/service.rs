//! A service in a folder of its own, and clients of it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Longest wait for an answer; one that takes longer will not come.
pub const HANG: Duration = Duration::from_secs(60);

/// Running service, in a folder with `ledger` and `ledger-secrets`.
pub struct Service {
    pub dir: tempfile::TempDir,
    child: Child,
    addr: String,
    /// What it said when it was ready.
    pub told: Value,
    /// Token of the office.
    token: String,
}

/// Runs a command in a folder.
pub fn stampbook(dir: &Path, args: &[&str]) -> Output {
    binary(dir, args).output().unwrap()
}

pub fn binary(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampbook"));
    command
        .args(args)
        .current_dir(dir)
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS");
    command
}

/// Checks that the ledger in a folder verifies.
pub fn check_ledger(dir: &Path) {
    let audit = stampbook(dir, &["audit", "verify"]);
    assert!(audit.status.success(), "{audit:?}");
}

/// Makes a folder with a ledger.
pub fn shop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let init = "init --programme corner-cafe --currency EUR --zone Europe/Berlin";
    let words: Vec<&str> = init.split(' ').collect();
    let made = stampbook(dir.path(), &words);
    assert!(made.status.success(), "{made:?}");
    dir
}

/// Makes a token.
pub fn token(dir: &Path, flags: &[&str]) -> String {
    let made = stampbook(dir, &[&["--json", "token", "create"], flags].concat());
    assert!(made.status.success(), "{made:?}");
    let told: Value = serde_json::from_slice(&made.stdout).unwrap();
    told["token"].as_str().unwrap().to_owned()
}

impl Service {
    /// Makes a ledger and serves it.
    pub fn start(flags: &[&str]) -> Service {
        Service::over(shop(), flags)
    }

    /// Serves an existing ledger.
    pub fn over(dir: tempfile::TempDir, flags: &[&str]) -> Service {
        Service::over_with(dir, flags, &[])
    }

    /// Serves an existing ledger with variables in the environment.
    pub fn over_with(dir: tempfile::TempDir, flags: &[&str], env: &[(String, String)]) -> Service {
        Service::try_over(dir, flags, env).expect("it does not start")
    }

    /// None if it ends before it listens, having said why.
    pub fn try_over(
        dir: tempfile::TempDir,
        flags: &[&str],
        env: &[(String, String)],
    ) -> Option<Service> {
        let token = token(dir.path(), &["--role", "office"]);
        let log = dir.path().join("log");
        let log = std::fs::File::options().create(true).append(true).open(log);
        let listen: &[&str] = match flags.contains(&"--listen") {
            true => &[],
            false => &["--listen", "127.0.0.1:0"],
        };
        let args = [&["serve", "--json"], listen, flags].concat();
        let mut child = binary(dir.path(), &args)
            .envs(env.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        if line.is_empty() || line.starts_with("{\"ok\":false") {
            let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
            assert!(!child.wait().unwrap().success() && (!log.is_empty() || !line.is_empty()));
            return None;
        }
        let told: Value = serde_json::from_str(&line).expect(&line);
        let url = told["listen"].as_str().expect(&line);
        let addr = url.split_once("://").unwrap().1.to_owned();
        Some(Service {
            dir,
            child,
            addr,
            told,
            token,
        })
    }

    /// Number of its open files and sockets, without the runs of the key index, whose number
    /// is one of the ledger's length (7 of each size at most); 0 where the system does not tell.
    pub fn handles(&self) -> usize {
        let path = format!("/proc/{}/fd", self.child.id());
        let open = std::fs::read_dir(path).into_iter().flatten().flatten();
        let open = open.filter_map(|handle| std::fs::read_link(handle.path()).ok());
        let is_run = |file: &PathBuf| file.components().any(|part| part.as_os_str() == "keys");
        open.filter(|file| !is_run(file)).count()
    }

    /// Its memory in kB; 0 where the system does not tell.
    pub fn memory_kb(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().nth(1));
        figure.map_or(0, |figure| figure.parse().unwrap())
    }

    /// Address on which it listens.
    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// Opens a connection with the token of the office.
    pub fn connect(&self) -> Client {
        self.connect_as(&self.token)
    }

    /// Log of the service.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    /// Opens a connection with a token.
    pub fn connect_as(&self, token: &str) -> Client {
        self.connect_by(token, |tcp| Box::new(tcp))
    }

    /// A connection through something, such as TLS.
    pub fn connect_by(&self, token: &str, by: impl FnOnce(TcpStream) -> Box<dyn Stream>) -> Client {
        let io = TcpStream::connect(&self.addr).unwrap();
        io.set_read_timeout(Some(HANG)).unwrap();
        io.set_nodelay(true).unwrap();
        Client {
            host: self.addr.clone(),
            token: token.to_owned(),
            io: BufReader::new(by(io)),
        }
    }

    /// Sends a command on a connection of its own.
    pub fn post(&self, path: &str, body: &str) -> Response {
        self.connect().post(path, body)
    }

    /// Tells it to stop, as a system does, and waits until it has ended.
    pub fn stop(self) -> (tempfile::TempDir, Option<i32>) {
        self.signal("-TERM");
        self.wait()
    }

    /// Waits until it has ended.
    pub fn wait(mut self) -> (tempfile::TempDir, Option<i32>) {
        let code = self.child.wait().unwrap().code();
        (self.take_dir(), code)
    }

    /// Kills it.
    pub fn kill(mut self) -> tempfile::TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.take_dir()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    fn take_dir(&mut self) -> tempfile::TempDir {
        std::mem::replace(&mut self.dir, tempfile::tempdir().unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Stream of bytes, in the clear or not.
pub trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

/// Connection, used for one request after another.
pub struct Client {
    host: String,
    token: String,
    io: BufReader<Box<dyn Stream>>,
}

/// Response, read whole.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }

    /// Value of a header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Client {
    pub fn get(&mut self, path: &str) -> Response {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
            self.host, self.token
        ))
    }

    pub fn post(&mut self, path: &str, body: &str) -> Response {
        self.try_post(path, body).unwrap()
    }

    /// Line and headers of a request.
    pub fn head(&self, method: &str, path: &str, len: usize) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {len}\r\n\r\n",
            self.host, self.token
        )
    }

    /// None if the connection ended before the answer.
    pub fn try_post(&mut self, path: &str, body: &str) -> Option<Response> {
        let request = format!("{}{body}", self.head("POST", path, body.len()));
        self.write(request.as_bytes()).ok()?;
        self.read()
    }

    /// Sends bytes as a request, and reads the response.
    pub fn send(&mut self, request: &str) -> Response {
        self.write(request.as_bytes()).unwrap();
        self.read().unwrap()
    }

    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.io.get_mut().write_all(bytes)
    }

    /// Status of the next response, of which no body is read.
    pub fn read_head(&mut self) -> Option<u16> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.io.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        head.split(' ').nth(1)?.parse().ok()
    }

    fn read_exactly(&mut self, len: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; len];
        self.io.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn read_chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.io.read_line(&mut line).ok()?;
            let len = usize::from_str_radix(line.trim_end(), 16).ok()?;
            body.extend(self.read_exactly(len)?);
            self.read_exactly(2)?;
            if len == 0 {
                return Some(body);
            }
        }
    }

    /// Next response; None if the connection ended.
    pub fn read(&mut self) -> Option<Response> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.io.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut response = Response {
            status,
            head,
            body: String::new(),
        };
        let body = match response.header("transfer-encoding") {
            Some(_) => self.read_chunks()?,
            None => {
                let len = response.header("content-length").unwrap_or("0");
                self.read_exactly(len.parse().ok()?)?
            }
        };
        response.body = String::from_utf8(body).unwrap();
        Some(response)
    }
}
