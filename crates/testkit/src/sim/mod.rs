//! A seeded simulation: the real engine, life and writer on a virtual clock, with several nodes, channels that are
//! slow or dead, and connections that break between any two statements.
//!
//! A seed says everything: what happens, when, to which node, and what breaks. [`run`] plays one; the same seed gives
//! the same tables to the last byte. After every step [`checks`] holds the tables to what must be true of them, and to
//! what callers were told ([`model`]). One thread plays it, so that there is nothing a seed does not decide.

pub mod checks;
pub mod courier;
pub mod faults;
pub mod model;
pub mod policies;
pub mod random;
mod tables;
mod workload;
pub mod world;
pub mod wrong;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use world::World;
use wrong::{Checked, Wrong};

/// How many of the last steps a failure shows.
const LAST: usize = 15;

/// What became of a seed.
#[derive(Debug)]
pub struct Ended {
    /// All tables, as text.
    pub tables: String,
    /// What was done.
    pub log: Vec<String>,
    /// How often something of a kind happened: kinds of journal entries, messages by state, breaks.
    pub happened: BTreeMap<String, u64>,
}

/// A seed with which something was wrong.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub seed: u64,
    /// What was wrong.
    pub wrong: Wrong,
    /// What was done until then.
    pub log: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} (SIM_SEED={} shows all its steps): {}", self.seed, self.seed, self.wrong)?;
        for line in self.log.iter().skip(self.log.len().saturating_sub(LAST)) {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

/// Plays a seed for so many steps, and then until the workspace is at rest.
///
/// # Errors
/// When something is wrong.
pub fn run(seed: u64, steps: u32) -> Result<Ended, Box<Failure>> {
    let mut log = Vec::new();
    play(seed, steps, &mut log).map_err(|wrong| Box::new(Failure { seed, wrong, log: log.clone() }))
}

fn play(seed: u64, steps: u32, log: &mut Vec<String>) -> Checked<Ended> {
    let folder = tempfile::tempdir_in(memory().unwrap_or_else(std::env::temp_dir))?;
    let mut world = World::new(seed, folder.path())?;
    let played = (|| {
        for _ in 0..steps {
            world.step()?;
        }
        world.rest()
    })();
    log.append(&mut world.log);
    let tables = played?;
    let happened = happened(&mut world)?;
    Ok(Ended { tables, log: log.clone(), happened })
}

/// A folder in memory, where there is one.
fn memory() -> Option<PathBuf> {
    Some(PathBuf::from("/dev/shm")).filter(|folder| Path::is_dir(folder))
}

fn happened(world: &mut World) -> Checked<BTreeMap<String, u64>> {
    let mut happened = BTreeMap::from([("broken".to_owned(), u64::from(world.broken))]);
    for (what, sql) in [
        ("journal", "select kind, count(*) from journal where ws = $1 group by kind"),
        ("message", "select state, count(*) from message where ws = $1 group by state"),
        ("decision", "select outcome, count(*) from decision where ws = $1 group by outcome"),
    ] {
        for row in checks::ask(&mut *world.reader, sql)? {
            *happened.entry(format!("{what} {}", row.text(0)?)).or_default() += u64::try_from(row.int(1)?).unwrap_or(0);
        }
    }
    Ok(happened)
}
