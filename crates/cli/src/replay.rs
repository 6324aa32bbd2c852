//! `pointsman replay`: past decisions derived again from what they stored; they must agree.

use crate::args::{Format, ReplayArgs};
use crate::failure::Failure;
use crate::settings;
use crate::show::{self, GREEN, RED, styled};
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::record::Record;
use pointsman_engine::replay::Stage;
use pointsman_store::db::{Db, DbError};
use pointsman_store::place::Place;
use pointsman_store::read::decisions::{self, Stored};
use pointsman_store::read::policies;
use serde::Serialize;
use std::collections::BTreeMap;

/// So many decisions are read at once.
const PIECE: u32 = 2_000;

/// So many that differ are shown; all are counted.
const SHOWN: usize = 20;

/// What came of it.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    decisions: u64,
    different: u64,
    /// The first of those that differ.
    list: Vec<Different>,
}

#[derive(Debug, Serialize)]
struct Different {
    decision: String,
    policy: String,
    differences: Vec<String>,
}

/// Derives each decision again; fails when one differs.
pub fn run(args: &ReplayArgs) -> Result<(), Failure> {
    let (config, _) = settings::read(&args.settings)?;
    let place = match &config.database {
        Some(url) => Place::Postgres(url.clone()),
        None => Place::Sqlite(config.data.join("pointsman.db")),
    };
    let mut db = place.reader().map_err(|error| Failure::Yours(format!("{place}: {error}")))?;
    let outcome = replay(&mut *db, args).map_err(|error| Failure::Ours(format!("{place}: {error}")))?;
    match args.format {
        Format::Json => show::json(&outcome)?,
        Format::Human => show::print(&human(&outcome))?,
    }
    if outcome.different == 0 { Ok(()) } else { Err(Failure::Reported) }
}

fn replay(db: &mut dyn Db, args: &ReplayArgs) -> Result<Outcome, DbError> {
    let mut outcome = Outcome::default();
    let bar = show::progress(decisions::count(db)?, "replaying");
    let mut after = args.from.map(|from| (from, String::new(), 0));
    let mut policies: BTreeMap<String, Option<Policy>> = BTreeMap::new();
    loop {
        let piece = decisions::after(db, after.take(), PIECE)?;
        let Some(last) = piece.last() else { break };
        after = Some((last.at, last.lead.clone(), last.n));
        bar.inc(piece.len() as u64);
        // Decisions under one policy and one directory share a stage; they mostly follow each other.
        for run in piece.chunk_by(|one, next| (&one.policy, &one.directory) == (&next.policy, &next.directory)) {
            let Some(first) = run.first() else { continue };
            if !policies.contains_key(&first.policy) {
                let sources = policies::one(db, &first.policy)?.map(|(_, sources)| sources);
                policies.insert(first.policy.clone(), sources.and_then(|sources| read(&sources).policy));
            }
            let directory = policies::directory(db, &first.directory)?;
            let mut stage = policies.get(&first.policy).and_then(Option::as_ref).map(|policy| Stage::new(policy, directory));
            run.iter().for_each(|stored| note(&mut outcome, stored, stage.as_mut()));
        }
    }
    bar.finish_and_clear();
    Ok(outcome)
}

fn note(outcome: &mut Outcome, stored: &Stored, stage: Option<&mut Stage<'_>>) {
    outcome.decisions += 1;
    let differences = match (stage, serde_json::from_str::<Record<'static>>(&stored.body)) {
        (None, _) => vec!["its policy is not there, or cannot be read any more".to_owned()],
        (_, Err(error)) => vec![format!("it cannot be read: {error}")],
        (Some(stage), Ok(record)) => match stage.replay(&record) {
            Ok(()) => return,
            Err(differences) => differences.iter().map(ToString::to_string).collect(),
        },
    };
    outcome.different += 1;
    if outcome.list.len() < SHOWN {
        let decision = format!("dec_{}_{}", stored.lead, stored.n);
        outcome.list.push(Different { decision, policy: stored.policy.clone(), differences });
    }
}

fn human(outcome: &Outcome) -> String {
    let decisions = show::counted(usize::try_from(outcome.decisions).unwrap_or(usize::MAX), "decision");
    if outcome.different == 0 {
        return format!("{}  {decisions} derived again, all the same", styled(GREEN, "ok"));
    }
    let mut text = format!("{}  {} of {decisions} came out otherwise", styled(RED, "different"), show::count(outcome.different));
    for different in &outcome.list {
        text.push_str(&format!("\n\n{} (policy {})", different.decision, different.policy));
        for difference in &different.differences {
            text.push_str(&format!("\n  {difference}"));
        }
    }
    text
}
