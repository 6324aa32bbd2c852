//! `pointsman check`: what is wrong with a policy.

use crate::args::{CheckArgs, Format};
use crate::failure::Failure;
use crate::load;
use crate::show::{self, GREEN, styled};
use crate::snippets;
use pointsman_engine::policy::check;
use pointsman_engine::policy::diagnostic::Severity;
use pointsman_engine::policy::read::{Checked, read};

/// Prints every finding; fails when one of them is an error.
pub fn run(args: &CheckArgs) -> Result<(), Failure> {
    let (folder, sources) = load::sources(&args.policy)?;
    let Checked { policy, mut diagnostics } = read(&sources);
    if let Some(policy) = &policy {
        let people = load::people(Some(&folder), &args.directory, policy)?;
        people.report();
        if let Some(directory) = &people.directory {
            diagnostics.extend(check::against(policy, directory));
        }
    }
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    match args.format {
        Format::Json => show::json(&serde_json::json!({
            "policy": policy.as_ref().map(|policy| serde_json::json!({ "name": policy.name, "version": policy.version })),
            "diagnostics": diagnostics,
        }))?,
        Format::Human => {
            if !diagnostics.is_empty() {
                show::print(&snippets::render(&sources, &diagnostics))?;
                show::print("")?;
            }
            if let Some(policy) = &policy {
                let rows: usize = policy.rules.iter().map(|rule| rule.rows.len()).sum();
                let size = format!(
                    "{}, {}, {}",
                    show::counted(policy.rules.len(), "rule"),
                    show::counted(rows, "row"),
                    show::counted(policy.pools.len(), "pool")
                );
                let verdict = if broken || diagnostics.is_empty() { String::new() } else { format!(", {}", snippets::tally(&diagnostics)) };
                let ok = if broken { styled(show::RED, "broken") } else { styled(GREEN, "ok") };
                show::print(&format!("{ok}  {} ({size}), version {}{verdict}", policy.name, policy.version))?;
            }
            if broken {
                show::print(&format!("{} in {}", snippets::tally(&diagnostics), folder.display()))?;
            }
        }
    }
    if broken { Err(Failure::Reported) } else { Ok(()) }
}
