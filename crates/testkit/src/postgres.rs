//! A private PostgreSQL: a cluster in a folder of its own, on a socket of its own, gone when the tests are.
//!
//! It needs the programs of PostgreSQL on the machine (Debian: `apt-get install postgresql`) and no server that
//! runs. PostgreSQL refuses to run as root: then it runs as the user `postgres`, or `nobody`.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Whom the cluster belongs to, inside it.
const USER: &str = "pointsman";

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    user: Option<User>,
    databases: AtomicU32,
    /// Waits for the end of its input, which is our end, however we end; then stops and removes the cluster.
    _keeper: Child,
}

/// A user of this machine.
#[derive(Debug, Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

/// How much a cluster is to care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// What is committed survives a crash.
    Durable,
    /// Fast: for tests in which nothing crashes.
    Fast,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is not on this machine, or does not start.
    pub fn start(care: Care) -> io::Result<Self> {
        let bin = programs()?;
        let folder = std::env::temp_dir().join(format!("pointsman-pg-{}-{:x}", std::process::id(), nonce()));
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let user = if fs::metadata(&folder)?.uid() == 0 { Some(unprivileged()?) } else { None };
        if let Some(user) = user {
            chown(&folder, Some(user.uid), Some(user.gid))?;
        }
        let data = folder.join("data");
        let initdb = run(user, &bin.join("initdb"), &["-U", USER, "--auth=trust", "-E", "UTF8", "--no-locale", "-N", "-D", text(&data)]);
        initdb.inspect_err(|_| drop(fs::remove_dir_all(&folder)))?;
        fs::write(data.join("postgresql.auto.conf"), settings(&folder, care))?;
        let keeper = keeper(user, &bin, &folder)?;
        let cluster = Self { bin, folder, user, databases: AtomicU32::new(0), _keeper: keeper };
        cluster.control(&["-w", "-t", "60", "-l", text(&cluster.folder.join("log")), "start"])?;
        Ok(cluster)
    }

    /// The address of a new, empty database.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn database(&self) -> io::Result<String> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(self.user, &self.bin.join("createdb"), &["-h", text(&self.folder), "-U", USER, &name])?;
        Ok(self.address(&name))
    }

    /// The address of a database.
    #[must_use]
    pub fn address(&self, database: &str) -> String {
        format!("postgres://{USER}@{}/{database}", text(&self.folder).replace('/', "%2F"))
    }

    /// Ends the cluster as a crash would, and starts it again.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn crash_and_restart(&self) -> io::Result<()> {
        self.control(&["-m", "immediate", "-w", "-t", "60", "-l", text(&self.folder.join("log")), "restart"])
    }

    fn control(&self, arguments: &[&str]) -> io::Result<()> {
        let data = self.folder.join("data");
        run(self.user, &self.bin.join("pg_ctl"), &[&["-s", "-D", text(&data)], arguments].concat())
    }
}

fn settings(folder: &Path, care: Care) -> String {
    let durable = if care == Care::Durable { "on" } else { "off" };
    format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\nshared_buffers = '64MB'\nfsync = {durable}\n\
         synchronous_commit = {durable}\nfull_page_writes = {durable}\nautovacuum_naptime = '5s'\n",
        folder.display()
    )
}

/// Stops the cluster and removes its folder once our end of the pipe is closed.
fn keeper(user: Option<User>, bin: &Path, folder: &Path) -> io::Result<Child> {
    let script = "cat >/dev/null; \"$0\" -s -D \"$1/data\" -m immediate stop; rm -rf \"$1\"";
    let mut command = of(user, Path::new("/bin/sh"));
    command.args(["-c", script, text(&bin.join("pg_ctl")), text(folder)]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn()
}

fn of(user: Option<User>, program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command.current_dir("/").env_remove("PGHOST").env_remove("PGPORT").env_remove("PGUSER").env_remove("PGDATABASE");
    command
}

/// Runs a program to its end; what it complained of is the error.
fn run(user: Option<User>, program: &Path, arguments: &[&str]) -> io::Result<()> {
    let complaints = tempfile()?;
    let status =
        of(user, program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&complaints)?).status()?;
    let said = fs::read_to_string(&complaints).unwrap_or_default();
    fs::remove_file(&complaints)?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{} {}: {status}: {said}", program.display(), arguments.join(" "))))
    }
}

/// A program that starts a server must not keep a pipe of ours open: its complaints go to a file.
fn tempfile() -> io::Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("pointsman-said-{}-{:x}", std::process::id(), nonce()));
    fs::File::create(&path).map(|_| path)
}

/// Where PostgreSQL's programs are: the newest version's.
fn programs() -> io::Result<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = debian.chain(std::env::split_paths(&path)).filter(|bin| bin.join("initdb").exists()).collect();
    let version = |bin: &PathBuf| bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok());
    found.sort_by_key(version);
    found.pop().ok_or_else(|| io::Error::other("PostgreSQL is not on this machine; on Debian: apt-get install postgresql"))
}

fn unprivileged() -> io::Result<User> {
    let users = fs::read_to_string("/etc/passwd")?;
    let user = |name: &str| {
        let fields: Vec<&str> =
            users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields.first() == Some(&name))?;
        Some(User { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
    };
    user("postgres")
        .or_else(|| user("nobody"))
        .ok_or_else(|| io::Error::other("there is no user `postgres` or `nobody` to run PostgreSQL as"))
}

fn nonce() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
