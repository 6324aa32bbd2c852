//! The leads that no rule takes, for `pointsman check`: regions, each with an example and how many there were.

use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::load;
use crate::show::{self, BOLD, DIM, styled};
use crate::snippets;
use crate::stream;
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive};
use pointsman_proof::findings::gaps::{self, Gap};
use pointsman_proof::model::Model;
use pointsman_proof::space::place::Point;
use pointsman_proof::space::words::shortened;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// How many regions are looked for.
const MOST: usize = 20;
/// How many are told to people.
const TOLD: usize = 5;
/// How many conditions of one are told to people.
const CONDITIONS: usize = 5;

/// All leads that no rule takes.
#[derive(Debug, Default, Serialize)]
pub struct Uncovered {
    regions: Vec<Region>,
    /// Whether there are more regions.
    more: bool,
    /// How many leads of the history no rule takes, and how many it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<(u64, u64)>,
}

#[derive(Debug, Serialize)]
struct Region {
    leads: String,
    witness: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

/// Finds them; with a history, counts them and puts the biggest first.
pub fn find(model: &Model<'_>, book: &Book, history: Option<&Path>) -> Result<Uncovered, Failure> {
    let gaps = gaps::find(model, MOST);
    let counts = history.map(|path| count(model, book, &gaps.all, path)).transpose()?;
    let mut regions: Vec<Region> = gaps
        .all
        .iter()
        .enumerate()
        .map(|(at, gap)| Region {
            leads: gap.words.clone(),
            witness: serde_json::to_value(&gap.scene).unwrap_or_default(),
            count: counts.as_ref().and_then(|counts| counts.regions.get(at).copied()),
        })
        .collect();
    regions.sort_by_key(|region| std::cmp::Reverse(region.count));
    Ok(Uncovered { regions, more: gaps.more, history: counts.map(|counts| (counts.uncovered, counts.leads)) })
}

struct Counts {
    regions: Vec<u64>,
    uncovered: u64,
    leads: u64,
}

fn count(model: &Model<'_>, book: &Book, gaps: &[Gap], path: &Path) -> Result<Counts, Failure> {
    let file = LeadFile::open(path)?;
    let mut counts = Counts { regions: vec![0; gaps.len()], uncovered: 0, leads: 0 };
    let clock = Timestamp::now();
    stream::in_order(
        file.rows,
        1,
        |row, problems| file.reader.read(row, problems),
        |piece| {
            for problem in &piece.problems {
                show::warning(&load::said(path, problem));
            }
            for lead in piece.items {
                let now = lead.created_at().unwrap_or(clock);
                let arrival = arrive(model.policy, book, lead, Before::default(), now);
                counts.leads += 1;
                if arrival.row.is_none() {
                    counts.uncovered += 1;
                    let facts = arrival.facts(model.policy, book);
                    let point = Point::of(model.universe, &[(model.policy, &facts)], now);
                    for (count, _) in counts.regions.iter_mut().zip(gaps).filter(|(_, gap)| point.is_in(&gap.cube)) {
                        *count += 1;
                    }
                }
            }
            Ok(())
        },
    )?;
    Ok(counts)
}

/// For people: a few regions. `None`: some rule takes every lead.
pub fn human(uncovered: &Uncovered) -> Option<String> {
    if uncovered.regions.is_empty() {
        return None;
    }
    let mut text = String::new();
    let counted = match uncovered.history {
        Some((some, all)) => format!(" ({} of {} leads, {})", show::count(some), show::count(all), show::percent(some, all)),
        None => String::new(),
    };
    let _ = writeln!(text, "{}{counted}", styled(BOLD, "only the fallback takes"));
    for region in uncovered.regions.iter().take(TOLD) {
        let count = region
            .count
            .map(|count| format!("  {}", show::counted(usize::try_from(count).unwrap_or(usize::MAX), "lead")))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  {}{count}\n      {}",
            shortened(&region.leads, CONDITIONS),
            styled(DIM, format!("for example {}", snippets::example(&region.witness)))
        );
    }
    let others = uncovered.regions.len().saturating_sub(TOLD);
    if others > 0 {
        let least = if uncovered.more { "at least " } else { "" };
        let _ =
            writeln!(text, "  {}", styled(DIM, format!("and {least}{}: --format json lists them", show::counted(others, "more region"))));
    }
    Some(text)
}
