//! A server that runs as a process of its own, so that it can be killed like one.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take to start: it may have to wait for a database that starts, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// So many of its last lines are kept.
const LINES: usize = 200;

/// A server; killed when dropped.
#[derive(Debug)]
pub struct Node {
    /// Where it listens.
    pub address: SocketAddr,
    /// The first administrator's token, where this was the first start.
    pub token: Option<String>,
    server: Child,
    /// Kills the server when we are gone, however we end.
    keeper: Child,
    said: Arc<Mutex<VecDeque<String>>>,
}

impl Node {
    /// Starts a program that serves on any free port (`--listen 127.0.0.1:0` among its arguments) and waits until
    /// it says where.
    ///
    /// # Errors
    /// When it does not start; with what it said.
    pub fn start(program: &Path, arguments: &[impl AsRef<OsStr>]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut server = command.spawn().map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let keeper = keeper(server.id()).inspect_err(|_| drop(server.kill()))?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (tell, told) = channel();
        let stderr = server.stderr.take().ok_or_else(|| io::Error::other("the server has no stderr"))?;
        let kept = Arc::clone(&said);
        std::thread::spawn(move || listen(stderr, &kept, &tell));
        let mut node = Self { address: SocketAddr::from(([127, 0, 0, 1], 0)), token: None, server, keeper, said };
        node.wait(&told)?;
        Ok(node)
    }

    /// Until it serves. The token, if there is one, comes after the address.
    fn wait(&mut self, told: &Receiver<Told>) -> io::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Told::Address(address)) => {
                    self.address = address;
                    break;
                }
                Ok(Told::Token(token)) => self.token = Some(token),
                Err(_) => return Err(io::Error::other(format!("the server did not start; it said:\n{}", self.said()))),
            }
        }
        if let Ok(Told::Token(token)) = told.recv_timeout(Duration::from_millis(100)) {
            self.token = Some(token);
        }
        Ok(())
    }

    /// Its last lines.
    #[must_use]
    pub fn said(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // First whoever would kill the number later, when it may be somebody else's. Err: gone already.
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Tells it to stop, and waits until it has; how it ended.
    ///
    /// # Errors
    /// When it cannot be told, or does not end in time.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.server.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(io::Error::other("the server was told to stop and did not"))
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.server.try_wait(), Ok(None))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a server says that matters to us.
enum Told {
    Address(SocketAddr),
    Token(String),
}

fn listen(stderr: ChildStderr, said: &Mutex<VecDeque<String>>, tell: &Sender<Told>) {
    for line in BufReader::new(stderr).lines() {
        let Ok(line) = line else { return };
        if let Some(told) = told(&line) {
            // Err: nobody waits any more.
            let _ = tell.send(told);
        }
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() == LINES {
            said.pop_front();
        }
        said.push_back(line);
    }
}

fn told(line: &str) -> Option<Told> {
    let line = line.trim();
    if line.starts_with("pm_") {
        return Some(Told::Token(line.to_owned()));
    }
    let (_, address) = line.split_once("serving;")?.1.split_once("address=")?;
    address.split_whitespace().next()?.parse().ok().map(Told::Address)
}

/// Waits for the end of its input, which is our end; then kills.
fn keeper(process: u32) -> io::Result<Child> {
    let script = format!("cat >/dev/null; kill -9 {process} 2>/dev/null");
    Command::new("/bin/sh").args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}
