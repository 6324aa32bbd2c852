//! `pointsman diff`: what changes from one policy to another.
//!
//! Which rules were added, removed, changed or moved; which leads of all there can be are routed differently
//! ([`crate::differences`]); and which of the given leads change hands, per rule and per rep.

use crate::args::{DiffArgs, Format};
use crate::differences::{Compared, Shown};
use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::load::{self, Loaded};
use crate::show::{self, BOLD, DIM, GREEN, RED, YELLOW, styled};
use crate::stream;
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::compare::{self, Moved, RuleChange, Side, Whereabouts};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many leads that change hands are listed one by one for people.
const LISTED: usize = 10;

/// What changes.
#[derive(Debug, Serialize)]
struct Changes<'a> {
    old: String,
    new: String,
    rules: Vec<RuleChange>,
    /// Of all leads there can be.
    differences: Shown<'a>,
    /// `None`: no leads were given.
    leads: Option<LeadChanges>,
}

#[derive(Debug, Default, Serialize)]
struct LeadChanges {
    leads: u64,
    /// Another target, queue or outcome.
    rerouted: u64,
    /// The same target, but another member's turn, because the rotation stands elsewhere.
    other_turn: u64,
    /// The same rep or queue through the same target, but by another rule.
    other_rule: u64,
    by_rule: Vec<Went>,
    by_rep: Vec<Went>,
    list: Vec<LeadChange>,
}

/// How many leads went from one to another.
#[derive(Debug, Serialize)]
struct Went {
    from: String,
    to: String,
    leads: u64,
}

#[derive(Debug, Serialize)]
struct LeadChange {
    lead: String,
    from: Whereabouts,
    to: Whereabouts,
}

/// Compares, and prints what changes.
pub fn run(args: &DiffArgs) -> Result<(), Failure> {
    let (old, new) = (load::policy(&args.old)?, load::policy(&args.new)?);
    let mut compared = Compared::new(&old.policy, &new.policy, args.leads.is_some());
    let leads = if args.leads.is_some() { Some(lead_changes(args, &old, &new, &mut compared)?) } else { None };
    let (before, after) = (old.policy.version.to_string(), new.policy.version.to_string());
    let changes =
        Changes { old: before, new: after, rules: compare::rules(&old.policy, &new.policy), differences: compared.shown(), leads };
    match args.format {
        Format::Json => show::json(&changes),
        Format::Human => show::print(&human(&changes, &compared)),
    }
}

/// The book of one of the two.
fn book(args: &DiffArgs, loaded: &Loaded) -> Result<Book, Failure> {
    let people = load::people(Some(&loaded.folder), &args.directory, &loaded.policy)?;
    people.report();
    Ok(Book::bind(&loaded.policy, people.directory, people.accounts))
}

fn lead_changes(args: &DiffArgs, old: &Loaded, new: &Loaded, compared: &mut Compared) -> Result<LeadChanges, Failure> {
    let Some(path) = &args.leads else { return Ok(LeadChanges::default()) };
    let leads = LeadFile::open(path)?;
    let books = (book(args, old)?, book(args, new)?);
    let (mut before, mut after) = (Side::new(&old.policy, &books.0), Side::new(&new.policy, &books.1));
    let (mut changes, mut by_rule, mut by_rep) = (LeadChanges::default(), BTreeMap::new(), BTreeMap::new());
    let clock = Timestamp::now();
    stream::in_order(
        leads.rows,
        1,
        |row, problems| leads.reader.read(row, problems),
        |piece| {
            for problem in &piece.problems {
                show::warning(&load::said(path, problem));
            }
            for lead in piece.items {
                let now = args.at.or(lead.created_at()).unwrap_or(clock);
                let id = lead.id.to_string();
                let (from, to) = (before.arrive(lead.clone(), now), after.arrive(lead, now));
                let (old, new) = (from.facts(before.policy, before.book), to.facts(after.policy, after.book));
                compared.count((before.policy, &old), (after.policy, &new), now);
                let (from, to) = (before.take(&from), after.take(&to));
                note(&mut changes, &mut by_rule, &mut by_rep, LeadChange { lead: id, from, to });
            }
            Ok(())
        },
    )?;
    let moved = |counts: BTreeMap<(String, String), u64>| {
        let mut moved: Vec<Went> = counts.into_iter().map(|((from, to), leads)| Went { from, to, leads }).collect();
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.leads));
        moved
    };
    (changes.by_rule, changes.by_rep) = (moved(by_rule), moved(by_rep));
    Ok(changes)
}

type Pairs = BTreeMap<(String, String), u64>;

fn note(changes: &mut LeadChanges, by_rule: &mut Pairs, by_rep: &mut Pairs, change: LeadChange) {
    changes.leads += 1;
    let (from, to) = (&change.from, &change.to);
    match to.moved_from(from) {
        Moved::Not => {}
        Moved::OtherRule => changes.other_rule += 1,
        Moved::OtherTurn => changes.other_turn += 1,
        Moved::Rerouted => {
            *by_rule.entry((rule(from), rule(to))).or_default() += 1;
            *by_rep.entry((who(from), who(to))).or_default() += 1;
            changes.rerouted += 1;
            changes.list.push(change);
        }
    }
}

fn rule(of: &Whereabouts) -> String {
    of.rule.clone().unwrap_or_else(|| "(no rule matches)".to_owned())
}

fn who(of: &Whereabouts) -> String {
    of.who.as_ref().unwrap_or(&of.outcome).clone()
}

fn human(changes: &Changes<'_>, compared: &Compared) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} {} {} {}\n", styled(BOLD, "policy"), changes.old, styled(DIM, "->"), changes.new);
    if changes.rules.is_empty() {
        text.push_str("  no rule changes\n");
    }
    for rule in &changes.rules {
        let (mark, style) = match rule.change {
            "added" => ("+", GREEN),
            "removed" => ("-", RED),
            "moved" => (">", YELLOW),
            _ => ("~", YELLOW),
        };
        let _ = writeln!(text, "  {} {} {}", styled(style, mark), rule.rule, styled(DIM, rule.change));
    }
    text.push_str(&compared.human());
    if let Some(leads) = &changes.leads {
        lead_text(&mut text, leads);
    }
    text.trim_end().to_owned()
}

fn lead_text(text: &mut String, leads: &LeadChanges) {
    let whole = show::counted(usize::try_from(leads.leads).unwrap_or(usize::MAX), "lead");
    if leads.rerouted == 0 {
        let _ = writeln!(text, "\n{} of {whole} is routed differently", styled(GREEN, "none"));
    } else {
        let _ = writeln!(
            text,
            "\n{} of {whole} change hands ({})",
            styled(BOLD, show::count(leads.rerouted)),
            show::percent(leads.rerouted, leads.leads)
        );
        for (title, moved) in [("rule", &leads.by_rule), ("rep or queue", &leads.by_rep)] {
            let rows = moved.iter().map(|moved| [moved.from.clone(), moved.to.clone(), show::count(moved.leads)]);
            let _ = writeln!(text, "\n{}", show::table([&format!("{title} before"), "after", "leads"], &[2], rows));
        }
        let rows = leads.list.iter().take(LISTED).map(|change| [change.lead.clone(), who(&change.from), who(&change.to), rule(&change.to)]);
        let _ = writeln!(text, "\n{}", show::table(["lead", "before", "after", "by rule"], &[], rows));
        if leads.list.len() > LISTED {
            let _ = writeln!(text, "  {}", styled(DIM, format!("and {} more: --format json lists all", leads.list.len() - LISTED)));
        }
    }
    if leads.other_turn > 0 {
        let _ = writeln!(text, "\n{} stay with their pool, but it is another member's turn", show::count(leads.other_turn));
    }
    if leads.other_rule > 0 {
        let _ = writeln!(text, "\n{} stay where they are, but by another rule", show::count(leads.other_rule));
    }
}
