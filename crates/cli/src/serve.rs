//! `pointsman serve`: the server.

use crate::args::{DirectoryArgs, ServeArgs};
use crate::failure::Failure;
use crate::load;
use crate::settings;
use pointsman_engine::people::{Directory, Rep};
use pointsman_server::seed::Seed;
use std::path::Path;
use tokio::runtime::Runtime;

/// Serves until it is told to stop.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let (config, _) = settings::read(&args.settings)?;
    let seed = args.seed.as_deref().map(seed).transpose()?;
    pointsman_server::logs::begin(&config)?;
    runtime()?.block_on(pointsman_server::serve(config, seed)).map_err(Failure::from)
}

/// Threads for everything that waits.
pub fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| Failure::Ours(format!("the system gives no threads: {error}")))
}

/// A policy folder with its people and accounts, as an empty store begins with it.
pub fn seed(folder: &Path) -> Result<Seed, Failure> {
    let loaded = load::policy(folder)?;
    let (folder, sources) = load::sources(&loaded.folder)?;
    let people = load::people(Some(&folder), &DirectoryArgs::default(), &loaded.policy)?;
    people.report();
    let directory = people.directory.unwrap_or_else(|| {
        let mut named = Directory::default();
        for person in &loaded.policy.people {
            // Err: the policy names them twice.
            let _ = named.add(Rep::new(person));
        }
        named
    });
    Ok(Seed { sources, directory, accounts: people.accounts, channels: Vec::new() })
}
