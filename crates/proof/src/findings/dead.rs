//! Rules and rows that no lead reaches: earlier ones take all of theirs, or nobody can satisfy them.

use super::{listed, quoted};
use crate::model::{Line, Model};
use crate::space::cover::{Answer, LEFT_OUT, Owner, covered};
use crate::space::cube::Cube;
use pointsman_engine::policy::RuleIx;
use pointsman_engine::policy::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// More rows of a table than this are told together.
const TOLD: usize = 3;
/// More rows than this together are not made fewer by trying.
const TRIED: usize = 40;

/// What was found.
#[derive(Debug, Default)]
pub struct Dead {
    /// In the order of the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// The numbers of dead lines.
    pub dead: BTreeSet<usize>,
    /// The numbers of lines of which it would take too long to say.
    pub unknown: BTreeSet<usize>,
}

/// Why a line is dead.
enum Why {
    /// No lead can satisfy it.
    Never,
    /// These take all of its leads, none of them can be spared.
    Taken(Vec<Owner>),
}

/// Every line that no lead reaches.
#[must_use]
pub fn find(model: &Model<'_>) -> Dead {
    let mut found = Dead::default();
    let mut by_rule: BTreeMap<RuleIx, Vec<(&Line, Why)>> = BTreeMap::new();
    for (number, line) in model.lines.iter().enumerate() {
        match why(model, line) {
            Ok(Some(why)) => {
                found.dead.insert(number);
                by_rule.entry(line.at.rule).or_default().push((line, why));
            }
            Ok(None) => {}
            Err(TooHard) => drop(found.unknown.insert(number)),
        }
    }
    for lines in by_rule.values() {
        found.diagnostics.extend(told(model, lines));
    }
    found
}

struct TooHard;

/// `None`: some lead reaches it.
fn why(model: &Model<'_>, line: &Line) -> Result<Option<Why>, TooHard> {
    let Some(cubes) = &line.cubes else { return Err(TooHard) };
    let (mut used, mut hard) = (BTreeSet::new(), false);
    for cube in cubes {
        match model.taken(line, cube) {
            Answer::Free(_) => return Ok(None),
            Answer::TooHard => hard = true,
            Answer::Covered(by) => used.extend(by),
        }
    }
    if hard {
        return Err(TooHard);
    }
    let used: Vec<Owner> = used.into_iter().filter(|owner| *owner < LEFT_OUT).collect();
    Ok(Some(if used.is_empty() { Why::Never } else { Why::Taken(spared(model, line, cubes, used)) }))
}

/// Leaves out, from the last to the first, whoever is not needed to take all of a line's leads.
fn spared(model: &Model<'_>, line: &Line, cubes: &[Cube], mut used: Vec<Owner>) -> Vec<Owner> {
    if used.len() < 2 || used.len() > TRIED {
        return used;
    }
    for owner in used.clone().into_iter().rev() {
        let without = |cube: &Cube| {
            let by: Vec<_> =
                (model.before(line, cube).into_iter()).filter(|(_, of)| *of >= LEFT_OUT || (*of != owner && used.contains(of))).collect();
            matches!(covered(model.universe, cube, &by), Answer::Covered(_))
        };
        if used.len() > 1 && cubes.iter().all(without) {
            used.retain(|of| *of != owner);
        }
    }
    used
}

/// One finding for a rule, or one for each of a few rows of a table.
fn told(model: &Model<'_>, lines: &[(&Line, Why)]) -> Vec<Diagnostic> {
    let all_rows = lines.first().and_then(|(line, _)| model.rule(line)).map_or(0, |rule| rule.rows.len());
    if lines.len() <= TOLD {
        return lines.iter().filter_map(|(line, why)| one(model, line, why)).collect();
    }
    let Some(((first, _), rule)) = lines.first().and_then(|first| Some((first, model.rule(first.0)?))) else { return Vec::new() };
    let Some(row) = model.row(first) else { return Vec::new() };
    let numbers: Vec<String> = lines.iter().filter_map(|(line, _)| model.row(line)).map(|row| row.place.line.to_string()).collect();
    let by: BTreeSet<String> = lines.iter().flat_map(|(_, why)| names(model, why)).collect();
    let by: Vec<String> = by.into_iter().collect();
    let rows = if lines.len() == all_rows {
        format!("none of the {all_rows} rows of `{}`", rule.name)
    } else {
        format!("{} of {all_rows} rows of `{}`", lines.len(), rule.name)
    };
    let verb = if lines.len() == all_rows { "is ever reached" } else { "are never reached" };
    let message = format!("{rows} {verb}: lines {}", listed(&numbers));
    let label = if by.is_empty() { "no lead can satisfy it".to_owned() } else { format!("taken before by {}", listed(&quoted(&by))) };
    let diagnostic = Diagnostic::warning("never-reached", row.place.clone(), message).label(label).rules(by);
    vec![diagnostic.help(Some("take them out, or move them up"))]
}

fn names(model: &Model<'_>, why: &Why) -> Vec<String> {
    let Why::Taken(by) = why else { return Vec::new() };
    by.iter().filter_map(|owner| model.of_owner(*owner)).map(|line| model.name(line)).collect()
}

fn one(model: &Model<'_>, line: &Line, why: &Why) -> Option<Diagnostic> {
    let (row, rule) = (model.row(line)?, model.rule(line)?);
    let what =
        if rule.table.is_some() { format!("line {} of `{}`", row.place.line, rule.name) } else { format!("the rule `{}`", rule.name) };
    let by = names(model, why);
    Some(match by.as_slice() {
        [] => Diagnostic::warning("never-true", row.place.clone(), format!("{what} is for nobody: no lead can satisfy its condition"))
            .help(Some("its parts exclude each other, or a value is one that no lead can have")),
        [only] => Diagnostic::warning(
            "never-reached",
            row.place.clone(),
            format!("{what} is never reached: `{only}` takes all of its leads before"),
        )
        .help(Some("move it up, or take it out"))
        .rules(by),
        _ => {
            let message = format!("{what} is never reached: {} together take all of its leads before", listed(&quoted(&by)));
            Diagnostic::warning("never-reached", row.place.clone(), message).help(Some("move it up, or take it out")).rules(by)
        }
    })
}
