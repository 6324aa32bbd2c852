//! A section run: its files read, its leads decided, and each expected block compared with what was found.

use crate::compare::{self, Compared};
use crate::lives::Lives;
use crate::page::{Block, Failure, Kind, Page, Section};
use crate::world::{Decided, Files, World};
use pointsman_engine::decision::Outcome;
use pointsman_engine::explain;
use pointsman_engine::field::LeadField;
use pointsman_engine::policy::PoolIx;
use pointsman_engine::record::{Outline, Record};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What came of a page.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Expected blocks, whether met or not.
    pub blocks: Vec<Compared>,
    /// What else went wrong.
    pub failures: Vec<Failure>,
}

/// Runs the sections of a page, in order.
pub fn run_all(page: &Page) -> Outcomes {
    let mut outcomes = Outcomes::default();
    let mut past: (Files, Option<World>) = Default::default();
    for section in &page.sections {
        let (mut files, before) = if section.continues { past } else { (Files::default(), None) };
        let common = page.common.iter().filter(|_| !section.continues);
        common.chain(&section.blocks).for_each(|block| files.add(block));
        let world = if section.blocks.is_empty() { None } else { run(section, &files, before, &mut outcomes) };
        past = (files, world);
    }
    outcomes
}

fn run(section: &Section, files: &Files, past: Option<World>, outcomes: &mut Outcomes) -> Option<World> {
    if !section.blocks.iter().any(|block| block.kind.expects()) {
        outcomes.failures.push(Failure::new(section.line, "this section expects nothing, so that it cannot fail"));
    }
    let (world, wrong) = files.read();
    let expected = section.blocks.iter().find(|block| block.kind == Kind::Check);
    match expected {
        Some(block) => outcomes.blocks.push(Compared::new(block, wrong, false)),
        None => {
            let grave = wrong.into_iter().filter(|line| !line.starts_with("warning "));
            outcomes.failures.extend(grave.map(|line| Failure::new(section.line, line)));
        }
    }
    let Some(mut world) = world else {
        let rest = section.blocks.iter().filter(|block| expected.is_none() || matches!(block.kind, Kind::Leads));
        outcomes.failures.extend(rest.map(|block| Failure::new(block.line, "the policy has errors: nothing can be routed")).take(1));
        return None;
    };
    if let Some(past) = past {
        world = world.after(past);
    }
    outcomes.failures.extend(world.failing_tests().into_iter().map(|message| Failure::new(section.line, message)));
    let leads: Vec<&Block> = section.blocks.iter().filter(|block| block.kind == Kind::Leads).collect();
    if section.blocks.iter().any(|block| block.kind == Kind::Life) {
        let mut lives = Lives::new(&mut world, &leads);
        for block in section.blocks.iter().filter(|block| block.kind == Kind::Life) {
            match lives.run(block) {
                Ok(found) => outcomes.blocks.push(Compared::new(block, found, false)),
                Err(failure) => outcomes.failures.push(failure),
            }
        }
    } else {
        outcomes.failures.extend(leads.into_iter().filter_map(|block| world.route(block).err()));
    }
    for block in &section.blocks {
        match found(block, &world) {
            Ok(found) => outcomes.blocks.extend(found.map(|found| Compared::new(block, found, block.kind == Kind::Decisions))),
            Err(message) => outcomes.failures.push(Failure::new(block.line, message)),
        }
    }
    Some(world)
}

/// What an expected block should say.
fn found(block: &Block, world: &World) -> Result<Option<Vec<String>>, String> {
    match &block.kind {
        Kind::File(_) | Kind::Absences(_) | Kind::Leads | Kind::Check | Kind::Life => Ok(None),
        Kind::Decisions => decisions(block, world).map(Some),
        Kind::Shares => Ok(Some(shares(world))),
        Kind::Balances(pool) => balances(pool, world).map(Some),
        Kind::WhyNot(rep) => why_not(rep, world).map(Some),
    }
}

fn decisions(block: &Block, world: &World) -> Result<Vec<String>, String> {
    let header = block.text.lines().next().unwrap_or("");
    let columns = compare::cells(header);
    let mut lines = vec![header.to_owned()];
    for decided in &world.decided {
        let cells: Result<Vec<String>, String> = columns.iter().map(|column| cell(column, decided, world)).collect();
        lines.push(compare::line(&cells?));
    }
    Ok(lines)
}

/// One column of a decision.
fn cell(column: &str, decided: &Decided, world: &World) -> Result<String, String> {
    let (arrival, decision) = (&decided.arrival, &decided.decision);
    if let Some(rep) = column.strip_prefix("balance:") {
        return decided.balances.get(rep).map(|balance| leads(balance.thousandths())).ok_or_else(|| format!("{rep} is in no pool"));
    }
    if let Some(name) = column.strip_prefix("lead.") {
        return lead_cell(name, decided);
    }
    let line = Outline::of(&world.policy, &world.book, decision);
    let record = Record::of(&world.policy, &world.book, arrival, decision);
    let text = |text: Option<Cow<'_, str>>| text.unwrap_or_default().into_owned();
    let shown = |value: Option<String>| value.unwrap_or_default();
    Ok(match column {
        "id" | "lead_id" => arrival.lead.id.to_string(),
        "outcome" => line.outcome.into_owned(),
        "rule" => text(line.rule),
        "line" => shown(line.line.map(|line| line.to_string())),
        "target" => text(line.target),
        "rep" => text(line.rep),
        "covers" => text(line.covers),
        "pool" => text(line.pool),
        "queue" => text(line.queue),
        "account_id" => shown(record.matched.map(|found| found.account.id.to_string())),
        "match_method" => shown(record.matched.map(|found| found.method.name().to_owned())),
        "match_score" => shown(record.matched.map(|found| found.score.to_string())),
        "sla" => text(line.sla),
        "route_by" => shown(line.route_by.map(|moment| moment.to_string())),
        "contact_by" => shown(line.contact_by.map(|moment| moment.to_string())),
        "held_until" => shown(line.held_until.map(|moment| moment.to_string())),
        "reroute" => {
            let rule = arrival.row.and_then(|row| world.policy.rules.get(row.rule.at()));
            if rule.is_some_and(|rule| rule.reroute) { "yes" } else { "no" }.to_owned()
        }
        "reason" => line.reason,
        _ => return Err(format!("`{column}` is no column of a decision")),
    })
}

/// A field of the lead as enriched, or where its value came from.
fn lead_cell(name: &str, decided: &Decided) -> Result<String, String> {
    let (field, source) = name.strip_suffix(".source").map_or((name, false), |field| (field, true));
    let known = LeadField::named(field).ok_or_else(|| format!("`{field}` is no standard field of a lead"))?;
    let Some(filled) = decided.arrival.lead.filled(known) else { return Ok(String::new()) };
    let value = serde_json::to_value(&filled.value).unwrap_or_default();
    Ok(if source { filled.source.name().to_owned() } else { value.as_str().map_or_else(|| value.to_string(), str::to_owned) })
}

fn shares(world: &World) -> Vec<String> {
    let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
    for decided in &world.decided {
        let who = match decided.decision.outcome {
            Outcome::Assigned { rep, .. } | Outcome::Kept(Some(rep)) => world.book.directory().key(rep),
            _ => "nobody",
        };
        *shares.entry(who).or_default() += 1;
    }
    std::iter::once("rep,leads".to_owned()).chain(shares.iter().map(|(rep, leads)| format!("{rep},{leads}"))).collect()
}

fn balances(pool: &str, world: &World) -> Result<Vec<String>, String> {
    let at = (0..).zip(&world.policy.pools).find(|(_, have)| *have.name == *pool).ok_or_else(|| format!("there is no pool {pool}"))?;
    let at = PoolIx(at.0);
    let mut lines: Vec<String> =
        world.balances(at).into_iter().map(|(rep, balance)| format!("{rep} {}", leads(balance.thousandths()))).collect();
    lines.push(format!("largest on the way {}", leads(world.worst(at))));
    Ok(lines)
}

fn why_not(rep: &str, world: &World) -> Result<Vec<String>, String> {
    let last = world.decided.last().ok_or("there are no leads")?;
    let who = world.book.directory().find(rep).ok_or_else(|| format!("{rep} is not a rep we know"))?;
    Ok(explain::why_not(&world.policy, &world.book, &last.arrival, &last.decision, who))
}

/// Thousandths of a lead as leads: `-0.667`.
fn leads(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", thousandths.abs() / 1000, thousandths.abs() % 1000)
}
