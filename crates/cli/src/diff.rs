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
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::lead::Lead;
use pointsman_engine::policy::{Policy, Rule};
use pointsman_engine::record::Outline;
use pointsman_engine::standing::Standing;
use serde::Serialize;
use std::borrow::Cow;
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

#[derive(Debug, Serialize)]
struct RuleChange {
    rule: String,
    change: &'static str,
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
    by_rule: Vec<Moved>,
    by_rep: Vec<Moved>,
    list: Vec<LeadChange>,
}

/// How many leads went from one to another.
#[derive(Debug, Serialize)]
struct Moved {
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

/// Where a lead went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Whereabouts {
    outcome: &'static str,
    rule: String,
    target: String,
    who: String,
}

/// Compares, and prints what changes.
pub fn run(args: &DiffArgs) -> Result<(), Failure> {
    let (old, new) = (load::policy(&args.old)?, load::policy(&args.new)?);
    let mut compared = Compared::new(&old.policy, &new.policy, args.leads.is_some());
    let leads = if args.leads.is_some() { Some(lead_changes(args, &old, &new, &mut compared)?) } else { None };
    let (before, after) = (old.policy.version.to_string(), new.policy.version.to_string());
    let changes = Changes { old: before, new: after, rules: rule_changes(&old, &new), differences: compared.shown(), leads };
    match args.format {
        Format::Json => show::json(&changes),
        Format::Human => show::print(&human(&changes, &compared)),
    }
}

fn rule_changes(old: &Loaded, new: &Loaded) -> Vec<RuleChange> {
    let find = |policy: &Policy, name: &str| policy.rules.iter().position(|rule| &*rule.name == name);
    let mut changes = Vec::new();
    for rule in old.policy.rules.iter().filter(|rule| find(&new.policy, &rule.name).is_none()) {
        changes.push(RuleChange { rule: rule.name.to_string(), change: "removed" });
    }
    // What is common to both keeps its order unless it moved: compare the order among common rules only.
    let common: Vec<&str> = old.policy.rules.iter().map(|rule| &*rule.name).filter(|name| find(&new.policy, name).is_some()).collect();
    let mut place = 0;
    for rule in &new.policy.rules {
        let Some(before) = find(&old.policy, &rule.name).and_then(|at| old.policy.rules.get(at)) else {
            changes.push(RuleChange { rule: rule.name.to_string(), change: "added" });
            continue;
        };
        let moved = common.get(place) != Some(&&*rule.name);
        place += 1;
        if shape(&old.policy, before) != shape(&new.policy, rule) {
            changes.push(RuleChange { rule: rule.name.to_string(), change: "changed" });
        } else if moved {
            changes.push(RuleChange { rule: rule.name.to_string(), change: "moved" });
        }
    }
    changes
}

/// What a rule says, with names in place of numbers and without its place in the file.
fn shape(policy: &Policy, rule: &Rule) -> Vec<String> {
    let fields: Vec<&str> = policy.fields.used().iter().map(|field| &*field.name).collect();
    let row = |row: &pointsman_engine::policy::Row| {
        let branches = row.when.branches.iter().map(|branch| {
            let named = branch.fields.iter().map(|(ix, allowed)| format!("{} {allowed:?}", fields.get(ix.at()).unwrap_or(&"")));
            format!("{:?} {:?}", named.collect::<Vec<_>>(), branch.opaque)
        });
        let action = match &row.action {
            pointsman_engine::policy::Action::Assign(assign) => {
                let targets: Vec<String> = assign.targets.iter().map(|target| policy.target_name(*target)).collect();
                format!("{targets:?} {:?}", assign.needs)
            }
            other => format!("{other:?}"),
        };
        let sla = row.sla.and_then(|sla| policy.slas.get(sla.at())).map(|sla| &sla.name);
        format!("{} {:?} {action} {sla:?}", rule.enabled, branches.collect::<Vec<_>>())
    };
    rule.rows.iter().map(row).collect()
}

/// One policy at work.
struct Side<'a> {
    policy: &'a Policy,
    book: Book,
    standing: Standing,
}

impl<'a> Side<'a> {
    fn new(args: &DiffArgs, loaded: &'a Loaded) -> Result<Self, Failure> {
        let people = load::people(Some(&loaded.folder), &args.directory, &loaded.policy)?;
        people.report();
        let book = Book::bind(&loaded.policy, people.directory, people.accounts);
        let standing = Standing::fresh(&loaded.policy, &book);
        Ok(Self { policy: &loaded.policy, book, standing })
    }

    fn take(&mut self, arrival: &Arrival) -> Whereabouts {
        let decision = decide(self.policy, &self.book, &self.standing, arrival);
        self.standing.record(self.policy, &self.book, arrival, &decision);
        let line = Outline::of(self.policy, &self.book, &decision);
        Whereabouts {
            outcome: decision.outcome.name(),
            rule: line.rule.map_or_else(|| "(no rule matches)".to_owned(), Cow::into_owned),
            target: line.target.unwrap_or_default().into_owned(),
            who: line.rep.or(line.queue).unwrap_or(line.outcome).into_owned(),
        }
    }
}

fn lead_changes(args: &DiffArgs, old: &Loaded, new: &Loaded, compared: &mut Compared) -> Result<LeadChanges, Failure> {
    let Some(path) = &args.leads else { return Ok(LeadChanges::default()) };
    let leads = LeadFile::open(path)?;
    let (mut before, mut after) = (Side::new(args, old)?, Side::new(args, new)?);
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
                let both = |side: &Side<'_>, lead: Lead| arrive(side.policy, &side.book, lead, Before::default(), now);
                let (from, to) = (both(&before, lead.clone()), both(&after, lead));
                let (old, new) = (from.facts(before.policy, &before.book), to.facts(after.policy, &after.book));
                compared.count((before.policy, &old), (after.policy, &new), now);
                let (from, to) = (before.take(&from), after.take(&to));
                note(&mut changes, &mut by_rule, &mut by_rep, LeadChange { lead: id, from, to });
            }
            Ok(())
        },
    )?;
    let moved = |counts: BTreeMap<(String, String), u64>| {
        let mut moved: Vec<Moved> = counts.into_iter().map(|((from, to), leads)| Moved { from, to, leads }).collect();
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
    if (from.outcome, &from.target, &from.who) == (to.outcome, &to.target, &to.who) {
        changes.other_rule += u64::from(from.rule != to.rule);
    } else if (from.outcome, &from.target) == (to.outcome, &to.target) {
        changes.other_turn += 1;
    } else {
        changes.rerouted += 1;
        *by_rule.entry((from.rule.clone(), to.rule.clone())).or_default() += 1;
        *by_rep.entry((from.who.clone(), to.who.clone())).or_default() += 1;
        changes.list.push(change);
    }
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
        let rows = leads
            .list
            .iter()
            .take(LISTED)
            .map(|change| [change.lead.clone(), change.from.who.clone(), change.to.who.clone(), change.to.rule.clone()]);
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
