//! What a file of assignment rules says: `AssignmentRules` > `assignmentRule` > `ruleEntry` > `criteriaItems`.
//!
//! Nothing is judged here. An element of an entry that is not known is kept by its name, so that nothing is lost in silence.

use crate::Problem;
use roxmltree::{Document, Error, Node, ParsingOptions};

/// The most elements and texts of a file.
const MOST_NODES: u32 = 2_000_000;

/// One `assignmentRule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `fullName`.
    pub name: String,
    /// `active`.
    pub active: bool,
    /// Where it begins, from 1.
    pub line: u32,
    /// In the order they are tried.
    pub entries: Vec<Entry>,
}

/// One `ruleEntry`. A text is `None` where the element is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Where it begins, from 1.
    pub line: u32,
    /// `assignedTo`: a login or a queue's developer name.
    pub assigned_to: Option<String>,
    /// `assignedToType`: `User` or `Queue`.
    pub assigned_to_type: Option<String>,
    /// `criteriaItems`, numbered from 1 by the filter.
    pub criteria: Vec<Criterion>,
    /// `booleanFilter`.
    pub filter: Option<String>,
    /// `formula`.
    pub formula: Option<String>,
    /// `template`: the e-mail that the new owner is sent.
    pub template: Option<String>,
    /// Further elements, by name.
    pub others: Vec<(String, String)>,
}

/// One `criteriaItems`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criterion {
    /// `field`, such as `Lead.Country`.
    pub field: String,
    /// `operation`.
    pub operation: String,
    /// `value`; empty where there is none.
    pub value: String,
    /// `valueField`: the field to compare with instead.
    pub value_field: Option<String>,
}

/// Reads the rules of a file.
///
/// # Errors
/// It is not XML, or not a file of assignment rules.
pub fn rules(text: &str) -> Result<Vec<Rule>, Problem> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| broken(&error, text))?;
    let root = document.root_element();
    let lines = Lines::of(text);
    if root.tag_name().name() != "AssignmentRules" {
        let message = format!(
            "this is `{}`; expected `AssignmentRules`, as in Lead.assignmentRules or Lead.assignmentRules-meta.xml of a metadata export",
            root.tag_name().name()
        );
        return Err(Problem::at(lines.of_node(root), message));
    }
    let rules: Vec<Rule> =
        elements(root).filter(|node| node.tag_name().name() == "assignmentRule").map(|node| rule(node, &lines)).collect();
    if rules.is_empty() { Err(Problem::at(lines.of_node(root), "there is no `assignmentRule` in this file")) } else { Ok(rules) }
}

fn broken(error: &Error, text: &str) -> Problem {
    let message = match error {
        Error::DtdDetected => "the file declares entities of its own (DOCTYPE), which is not accepted; remove the declaration".to_owned(),
        Error::NodesLimitReached => format!("the file has more than {MOST_NODES} elements; assignment rules are far smaller"),
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
            return Problem::at(last.max(1), "not XML: the file ends too soon; is it cut off?");
        }
        other => format!("not XML: {other}"),
    };
    Problem::at(error.pos().row, message)
}

fn rule(node: Node<'_, '_>, lines: &Lines) -> Rule {
    let mut rule = Rule { name: String::new(), active: false, line: lines.of_node(node), entries: Vec::new() };
    for child in elements(node) {
        match child.tag_name().name() {
            "fullName" => rule.name = content(child).trim().to_owned(),
            "active" => rule.active = content(child).trim() == "true",
            "ruleEntry" => rule.entries.push(entry(child, lines)),
            _ => {}
        }
    }
    rule
}

fn entry(node: Node<'_, '_>, lines: &Lines) -> Entry {
    let mut entry = Entry { line: lines.of_node(node), ..Entry::default() };
    for child in elements(node) {
        let text = || Some(content(child).trim().to_owned()).filter(|text| !text.is_empty());
        match child.tag_name().name() {
            "assignedTo" => entry.assigned_to = text(),
            "assignedToType" => entry.assigned_to_type = text(),
            "criteriaItems" => entry.criteria.push(criterion(child)),
            "booleanFilter" => entry.filter = text(),
            "formula" => entry.formula = text(),
            "template" => entry.template = text(),
            other => entry.others.push((other.to_owned(), content(child).trim().to_owned())),
        }
    }
    entry
}

fn criterion(node: Node<'_, '_>) -> Criterion {
    let mut criterion = Criterion::default();
    for child in elements(node) {
        match child.tag_name().name() {
            "field" => criterion.field = content(child).trim().to_owned(),
            "operation" => criterion.operation = content(child).trim().to_owned(),
            "value" => criterion.value = content(child),
            "valueField" => criterion.value_field = Some(content(child).trim().to_owned()).filter(|field| !field.is_empty()),
            _ => {}
        }
    }
    criterion
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// The text of an element; comments in it divide it, but are no part of it.
fn content(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect()
}

/// Where lines begin: the library counts from the beginning of the text every time it is asked.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line on which an element begins, from 1.
    fn of_node(&self, node: Node<'_, '_>) -> u32 {
        u32::try_from(self.0.partition_point(|at| *at < node.range().start) + 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (Option<u32>, String) {
        let problem = rules(text).unwrap_err();
        (problem.line, problem.message)
    }

    #[test]
    fn what_is_no_file_of_rules_is_refused_with_its_line() {
        assert_eq!(wrong("<?xml version=\"1.0\"?>\n<Workflow/>").0, Some(2));
        assert_eq!(wrong("<AssignmentRules>\n<assignmentRule>\n").0, Some(2));
        assert_eq!(wrong("<AssignmentRules>\n<assignmentRule>\n<active").0, Some(3));
        assert_eq!(wrong("<AssignmentRules/>"), (Some(1), "there is no `assignmentRule` in this file".into()));
        assert!(wrong("").1.starts_with("not XML"));
    }

    #[test]
    fn entities_that_grow_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;\">]>\n<AssignmentRules>&c;</AssignmentRules>";
        assert!(wrong(bomb).1.contains("DOCTYPE"), "{}", wrong(bomb).1);
        assert!(wrong("<AssignmentRules>&nosuch;</AssignmentRules>").1.starts_with("not XML"));
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!("<AssignmentRules>{}{}</AssignmentRules>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(wrong(&deep).1, "there is no `assignmentRule` in this file");
        assert!(wrong(&format!("<AssignmentRules>{}", "<a>".repeat(100_000))).1.starts_with("not XML"));
    }

    #[test]
    fn texts_are_whole_and_unknown_elements_are_kept() {
        let rules = rules(
            "<AssignmentRules><assignmentRule><fullName>A &amp; B</fullName><active>true</active><ruleEntry>
               <criteriaItems><field>Lead.City</field><operation>equals</operation><value>Köln<!-- not Bonn -->,&#66;onn</value></criteriaItems>
               <notifyCcRecipients>true</notifyCcRecipients></ruleEntry></assignmentRule></AssignmentRules>",
        );
        let [rule] = <[Rule; 1]>::try_from(rules.unwrap()).unwrap();
        assert_eq!((rule.name.as_str(), rule.active), ("A & B", true));
        assert_eq!(rule.entries[0].criteria[0].value, "Köln,Bonn");
        assert_eq!(rule.entries[0].others, [("notifyCcRecipients".to_owned(), "true".to_owned())]);
    }
}
