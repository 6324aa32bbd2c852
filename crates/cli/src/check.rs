//! `pointsman check`: what is wrong with a policy, for every lead there can be.

use crate::args::{CheckArgs, Format};
use crate::failure::Failure;
use crate::gaps::{self, Uncovered};
use crate::load::{self, People};
use crate::show::{self, GREEN, styled};
use crate::snippets;
use jiff::Timestamp;
use pointsman_engine::account;
use pointsman_engine::book::Book;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::{Diagnostic, Severity};
use pointsman_engine::policy::read::{Checked, read};
use pointsman_proof::findings::{self, clashes};
use pointsman_proof::model::Model;
use pointsman_proof::space::universe::Universe;

/// Prints every finding; fails when one of them is an error.
pub fn run(args: &CheckArgs) -> Result<(), Failure> {
    let (folder, sources) = load::sources(&args.policy)?;
    let Checked { policy, mut diagnostics } = read(&sources);
    let mut uncovered = Uncovered::default();
    if let Some(policy) = &policy {
        let people = load::people(Some(&folder), &args.directory, policy)?;
        people.report();
        (diagnostics, uncovered) = prove(args, policy, people, diagnostics)?;
    }
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    match args.format {
        Format::Json => show::json(&serde_json::json!({
            "policy": policy.as_ref().map(|policy| serde_json::json!({ "name": policy.name, "version": policy.version })),
            "diagnostics": diagnostics,
            "fallback_only": uncovered,
        }))?,
        Format::Human => {
            if !diagnostics.is_empty() {
                show::print(&snippets::render(&sources, &diagnostics))?;
                show::print("")?;
            }
            if let Some(policy) = &policy {
                if let Some(text) = gaps::human(&uncovered) {
                    show::print(&text)?;
                }
                show::print(&verdict(policy, &diagnostics, broken))?;
            }
            if broken {
                show::print(&format!("{} in {}", snippets::tally(&diagnostics), folder.display()))?;
            }
        }
    }
    if broken { Err(Failure::Reported) } else { Ok(()) }
}

/// Adds what is true of all leads to what reading found; and the leads that only the fallback takes.
fn prove(args: &CheckArgs, policy: &Policy, people: People, read: Vec<Diagnostic>) -> Result<(Vec<Diagnostic>, Uncovered), Failure> {
    let book = Book::bind(policy, people.directory, people.accounts);
    let owners = account::owners(book.matcher.accounts());
    let mut found = findings::all(policy, read, &book, &owners, Timestamp::now());
    let universe = Universe::of(&[policy]);
    let model = Model::of(&universe, policy, 0);
    if let Some(rule) = &args.overlaps {
        if let Some(name) = rule.as_ref().filter(|name| !policy.rules.iter().any(|rule| *rule.name == ***name)) {
            return Err(Failure::Yours(format!("--overlaps: no rule is called {name}")));
        }
        found.extend(clashes::overlaps(&model, rule.as_deref()));
    }
    let uncovered = gaps::find(&model, &book, args.leads.as_deref())?;
    Ok((found, uncovered))
}

fn verdict(policy: &Policy, diagnostics: &[Diagnostic], broken: bool) -> String {
    let rows: usize = policy.rules.iter().map(|rule| rule.rows.len()).sum();
    let size = format!(
        "{}, {}, {}",
        show::counted(policy.rules.len(), "rule"),
        show::counted(rows, "row"),
        show::counted(policy.pools.len(), "pool")
    );
    let tally = if broken || diagnostics.is_empty() { String::new() } else { format!(", {}", snippets::tally(diagnostics)) };
    let ok = if broken { styled(show::RED, "broken") } else { styled(GREEN, "ok") };
    format!("{ok}  {} ({size}), version {}{tally}", policy.name, policy.version)
}
