//! Rounds: load, a blow at a random moment, recovery, and then all checks.

use crate::checks;
use crate::ledger::Ledger;
use crate::load::Caller;
use crate::random::Random;
use crate::scene::Scene;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, block_in_place};

/// Callers at one time.
const CALLERS: usize = 8;

/// How long the couriers of killed nodes keep what they took: after it everything must be delivered.
const LEASE: Duration = Duration::from_secs(125);

/// What is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The only node, on SQLite.
    Sqlite,
    /// One of three nodes on PostgreSQL.
    Nodes,
    /// PostgreSQL itself, under three nodes.
    Postgres,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Nodes, Self::Postgres];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Nodes => "nodes",
            Self::Postgres => "postgres",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// All rounds of a kind; the first difference ends them.
pub async fn run(kind: Kind, rounds: u32, random: &mut Random, program: &Path) -> Result<(), String> {
    let nodes = if kind == Kind::Sqlite { 1 } else { 3 };
    let mut scene = Scene::new(program, nodes, kind != Kind::Sqlite).await?;
    let ledger = Arc::new(Ledger::default());
    for round in 1..=rounds {
        let began = Instant::now();
        let blow = one(kind, round, random, &mut scene, &ledger).await?;
        let summary = block_in_place(|| checks::all(&scene, &ledger, checks::When::Between));
        let summary = summary.map_err(|found| {
            format!("{} round {round} ({blow}):\n{found}\n{}\nthe data is in {}", kind.name(), scene.said(), scene.folder.display())
        })?;
        println!("{:<8} round {round:>2}: {blow}; {summary}; {:.1} s", kind.name(), began.elapsed().as_secs_f64());
    }
    if rounds >= 10 {
        println!("{:<8} waiting until what killed couriers had taken comes back", kind.name());
        tokio::time::sleep(LEASE).await;
        let summary = block_in_place(|| checks::all(&scene, &ledger, checks::When::Settled));
        println!(
            "{:<8} at the end: {}",
            kind.name(),
            summary.map_err(|found| format!("{} at the end:\n{found}\n{}", kind.name(), scene.said()))?
        );
    }
    scene.end()
}

/// One round; what was done.
async fn one(kind: Kind, round: u32, random: &mut Random, scene: &mut Scene, ledger: &Arc<Ledger>) -> Result<String, String> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let caller = Caller {
            name: format!("r{round}c{number}"),
            token: scene.token.clone(),
            addresses: Arc::clone(&scene.addresses),
            ledger: Arc::clone(ledger),
            stop: Arc::clone(&stop),
            random: random.branch(),
            clients: BTreeMap::new(),
            leads: Vec::new(),
            count: 0,
        };
        callers.spawn(caller.work());
    }
    pause(random, 300, 1500).await;
    let victim = usize::try_from(random.below(scene.nodes.len() as u64)).unwrap_or_default();
    let with_node = kind != Kind::Postgres || random.below(3) == 0;
    if with_node {
        scene.kill(victim);
    }
    if kind == Kind::Postgres
        && let Some(cluster) = &scene.cluster
    {
        cluster.crash_and_restart().map_err(|error| error.to_string())?;
    }
    pause(random, 0, 400).await;
    if with_node {
        scene.start(victim)?;
    }
    pause(random, 200, 800).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = callers.join_next().await {
        ended.map_err(|error| format!("a caller ended: {error}"))?;
    }
    Ok(match (kind, with_node) {
        (Kind::Postgres, false) => "PostgreSQL crashed".to_owned(),
        (Kind::Postgres, true) => format!("PostgreSQL crashed and node {victim} was killed"),
        _ => format!("node {victim} was killed"),
    })
}

async fn pause(random: &mut Random, least: u64, most: u64) {
    tokio::time::sleep(Duration::from_millis(least + random.below(most - least))).await;
}
