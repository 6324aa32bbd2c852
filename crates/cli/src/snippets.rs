//! Diagnostics as people read them: the source line, underlined, with what was expected.

use crate::show;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use pointsman_engine::policy::diagnostic::{Diagnostic, Severity};
use pointsman_engine::policy::source::Sources;
use std::io::IsTerminal;

/// All of them, ready to print; in the order of files and places.
pub fn render(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let renderer = if std::io::stdout().is_terminal() { Renderer::styled() } else { Renderer::plain() };
    let all: Vec<String> = diagnostics.iter().map(|diagnostic| one(&renderer, sources, diagnostic)).collect();
    all.join("\n\n")
}

fn one(renderer: &Renderer, sources: &Sources, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let place = &diagnostic.place;
    let mut groups = Vec::with_capacity(2);
    match sources.files.get(&*place.file) {
        Some(text) if place.end <= text.len() => {
            // A window of the file is enough, and quick also in a table of 100,000 rows.
            let (start, first_line) = window_start(text, place.start);
            let end = text.get(place.end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| place.end + at);
            let window = text.get(start..end).unwrap_or(text);
            let mut annotation = AnnotationKind::Primary.span(place.start - start..place.end - start);
            if let Some(label) = &diagnostic.label {
                annotation = annotation.label(label.as_str());
            }
            let snippet: Snippet<'_, _> = Snippet::source(window).path(&*place.file).line_start(first_line).annotation(annotation);
            groups.push(title.element(snippet));
        }
        _ => groups.push(title.element(annotate_snippets::Origin::path(&*place.file))),
    }
    let example = diagnostic.witness.as_ref().map(|witness| format!("for example {}", example(witness)));
    if let Some(example) = &example {
        groups.push(Group::with_title(Level::NOTE.secondary_title(example.as_str())));
    }
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
    }
    let _: Option<Patch<'_>> = None;
    renderer.render(&groups)
}

/// A lead that shows something, in one line: `{"country":"DE"} with the account {"named":true}`.
pub fn example(witness: &serde_json::Value) -> String {
    let lead = witness.get("lead").unwrap_or(witness);
    match witness.get("account") {
        Some(account) => format!("{lead} with the account {account}"),
        None => lead.to_string(),
    }
}

/// The start of the line of a byte, and that line's number.
fn window_start(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or("");
    (before.rfind('\n').map_or(0, |at| at + 1), before.matches('\n').count() + 1)
}

/// `2 errors, 1 warning, 3 notes`
pub fn tally(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning).count();
    let notes = diagnostics.len() - errors - warnings;
    let all = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let some: Vec<String> = all.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| show::counted(*count, noun)).collect();
    some.join(", ")
}
