//! Which files make a policy, and the sections in them.

use super::node::{Node, Section};
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::policy::source::{Sources, Text};
use std::collections::BTreeMap;
use toml_edit::Document;

/// The file that is read first.
pub const FIRST: &str = "routing.toml";

/// What may stand under a section's name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[policy]`: a table, once in the whole policy.
    Once,
    /// `[lists]`, `[pool.NAME]`: names of the policy's own, each once.
    Named,
    /// `[[rule]]`: as many as there are.
    Many,
}

/// The sections of top-level files.
pub(super) const SECTIONS: &[(&str, Shape)] = &[
    ("policy", Shape::Once),
    ("calendar", Shape::Once),
    ("holidays", Shape::Named),
    ("fields", Shape::Named),
    ("lists", Shape::Named),
    ("segments", Shape::Named),
    ("rule", Shape::Many),
    ("assert", Shape::Many),
    ("pool", Shape::Named),
    ("sla", Shape::Named),
    ("fallback", Shape::Once),
    ("queue", Shape::Named),
    ("matching", Shape::Once),
    ("enrich", Shape::Once),
    ("notify", Shape::Once),
    ("missed", Shape::Once),
];

/// The sections of files of test leads.
pub(super) const TEST_SECTIONS: &[(&str, Shape)] = &[("test", Shape::Many)];

/// A TOML file, understood as TOML.
pub(super) struct File<'a> {
    text: Text<'a>,
    document: Document<&'a str>,
}

/// All TOML files of a policy.
pub(super) struct Files<'a> {
    files: Vec<File<'a>>,
    /// Whether some file at the top is not TOML, so that what it declares is not known.
    pub incomplete: bool,
}

impl<'a> Files<'a> {
    /// Reads the files at the top, the first one first, and those of test leads. Each that is not TOML is one finding.
    pub fn read(sources: &'a Sources, found: &mut Vec<Diagnostic>) -> Self {
        let (mut files, mut incomplete) = (Vec::new(), false);
        let mut texts: Vec<_> = texts(sources).collect();
        texts.sort_by_key(|text| (is_test(text.file), text.file != FIRST));
        for text in &texts {
            match Document::parse(text.text) {
                Ok(document) => files.push(File { text: *text, document }),
                Err(error) => {
                    incomplete |= !is_test(text.file);
                    found.push(syntax(*text, &error));
                }
            }
        }
        if texts.iter().all(|text| is_test(text.file)) {
            let problem = missing("missing-file", format!("the policy has no file `{FIRST}`"));
            found.push(problem.help(did_you_mean(FIRST, sources.files.keys())));
            incomplete = true;
        }
        Self { files, incomplete }
    }

    /// Their sections, all of them together.
    pub fn sections(&self, found: &mut Vec<Diagnostic>) -> Sections<'_> {
        let mut sections = Sections::default();
        for file in &self.files {
            let known = if is_test(file.text.file) { TEST_SECTIONS } else { SECTIONS };
            for node in Section::root(file.document.as_table(), file.text).nodes() {
                sections.add(node, known, found);
            }
        }
        sections
    }
}

/// Whether a path is one of the policy's own TOML files, which every policy of that folder reads.
pub(super) fn is_toml_of_policy(path: &str) -> bool {
    path.ends_with(".toml") && (!path.contains('/') || is_test(path))
}

fn is_test(path: &str) -> bool {
    path.strip_prefix("tests/").is_some_and(|name| !name.contains('/'))
}

fn texts(sources: &Sources) -> impl Iterator<Item = Text<'_>> {
    sources.files.iter().filter(|(path, _)| is_toml_of_policy(path)).map(|(file, text)| Text { file, text })
}

fn syntax(text: Text<'_>, error: &toml_edit::TomlError) -> Diagnostic {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    let place = text.place(error.span().unwrap_or_default());
    if !message.starts_with("duplicate key") {
        return Diagnostic::error("syntax", place, format!("not TOML: {message}"));
    }
    let first = first_of_two(text.text, place.line);
    let problem = Diagnostic::error("duplicate", place, "this is given twice").help(Some("rename or remove one of the two"));
    match first {
        Some(line) => problem.label(format!("first in {}, line {line}", text.file)),
        None => problem,
    }
}

/// The line before the given one that begins with the same header or key. The TOML library names only the second
/// of the two; a line written otherwise is not found, and then the message does without.
fn first_of_two(text: &str, second: u32) -> Option<u32> {
    fn head(line: &str) -> &str {
        line.split(['=', '#']).next().unwrap_or("").trim()
    }
    let lines = || (1..).zip(text.lines());
    let (_, wanted) = lines().find(|(number, _)| *number == second)?;
    lines().take_while(|(number, _)| *number < second).filter(|(_, line)| head(line) == head(wanted)).last().map(|(number, _)| number)
}

/// The sections of a policy, by name.
#[derive(Default)]
pub(super) struct Sections<'a> {
    once: BTreeMap<&'a str, Node<'a>>,
    named: BTreeMap<&'a str, Vec<Node<'a>>>,
    many: BTreeMap<&'a str, Vec<Node<'a>>>,
}

impl<'a> Sections<'a> {
    /// A section that can stand once.
    pub fn once(&self, name: &str) -> Option<Node<'a>> {
        self.once.get(name).copied()
    }

    /// The names of a section and what each of them is, in order.
    pub fn named(&self, name: &str) -> &[Node<'a>] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    /// A section's tables, in order.
    pub fn many(&self, name: &str) -> &[Node<'a>] {
        self.many.get(name).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, node: Node<'a>, known: &[(&str, Shape)], found: &mut Vec<Diagnostic>) {
        match known.iter().find(|(name, _)| *name == node.name).map(|(_, shape)| *shape) {
            Some(Shape::Once) => self.add_once(node, found),
            Some(Shape::Named) => self.add_named(node, found),
            Some(Shape::Many) => match node.list("a list of tables", &mut Vec::new()) {
                Some(tables) => self.many.entry(node.name).or_default().extend(tables),
                None => found.push(node.wrong("a list of tables").help(Some(format!("write `[[{}]]`, with two brackets", node.name)))),
            },
            None => found.push(unknown(node, known)),
        }
    }

    fn add_once(&mut self, node: Node<'a>, found: &mut Vec<Diagnostic>) {
        if !node.is_table() {
            found.push(node.wrong("a table").help(Some(format!("write `[{}]`", node.name))));
        } else if let Some(first) = self.once.get(node.name) {
            found.push(twice(format!("`[{}]`", node.name), &node.place(), &first.place()));
        } else {
            self.once.insert(node.name, node);
        }
    }

    fn add_named(&mut self, node: Node<'a>, found: &mut Vec<Diagnostic>) {
        if !node.is_table() {
            found.push(node.wrong("a table of names").help(Some(format!("write `[{0}]` or `[{0}.NAME]`", node.name))));
            return;
        }
        let names = self.named.entry(node.name).or_default();
        for name in node.map(found).iter().flat_map(Section::nodes) {
            match names.iter().find(|other| other.name == name.name) {
                Some(first) => found.push(twice(format!("`{}`", name.name), &name.key_place(), &first.key_place())),
                None => names.push(name),
            }
        }
    }
}

/// The error that something is not there at all.
pub(super) fn missing(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, Place { file: FIRST.into(), line: 1, column: 1, ..Place::default() }, message)
}

/// The error that something is given twice, naming the first place.
pub(super) fn twice(what: String, place: &Place, first: &Place) -> Diagnostic {
    Diagnostic::error("duplicate", place.clone(), format!("{what} is given twice"))
        .label(format!("first in {}, line {}", first.file, first.line))
        .help(Some("rename or remove one of the two"))
}

fn unknown(node: Node<'_>, known: &[(&str, Shape)]) -> Diagnostic {
    let problem = Diagnostic::error("unknown-section", node.key_place(), format!("unknown section `{}`", node.name));
    let names = || known.iter().map(|(name, _)| *name);
    let list = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = if node.name == "test" {
        Some("test leads stand in files of their own: `tests/*.toml`".to_owned())
    } else if SECTIONS.iter().any(|(name, _)| *name == node.name) {
        Some("files under `tests/` hold `[[test]]` only: move it to a file at the top".to_owned())
    } else {
        did_you_mean(node.name, names())
    };
    problem.label(format!("expected one of {list}")).help(help)
}
