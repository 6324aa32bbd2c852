//! Territory tables: a CSV whose columns are conditions, and whose rows are rules.

use super::Reading;
use super::cells::{Cells, Rows};
use super::node::Node;
use super::rules::add_skill;
use super::targets;
use crate::form::Form;
use crate::policy::condition;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::policy::source::Text;
use crate::policy::{Action, Assign, Row, SlaIx, Target};
use crate::value::fold;

/// Branches that all rows of a table may have together: far more than a table of a row per postcode has.
const MOST_BRANCHES: usize = 2_000_000;

/// What a rule says for all rows of its table.
pub(super) struct Common {
    /// Must hold beside a row's own conditions.
    pub when: Form,
    /// For rows whose `assign` is empty, where the rule says so.
    pub assign: Option<Vec<Target>>,
    /// Beside a row's own.
    pub needs: Vec<Box<str>>,
    /// For rows that name none.
    pub sla: Option<SlaIx>,
}

/// What a column is.
enum Column {
    Condition(condition::Column),
    Assign,
    Sla,
    Needs,
    /// For people: `name` or `note`; or one that is broken.
    Ignored,
}

/// Reads the rows of the table that a rule names. Linear in the table.
pub(super) fn read<'a>(reading: &mut Reading<'a>, path: &Node<'_>, common: &Common) -> Vec<Row> {
    let Some(text) = open(reading, path) else { return Vec::new() };
    let mut rows = Rows::of(text);
    let Some(header) = rows.next() else {
        reading.found.push(path.error("empty-table", format!("the table `{}` has no header", text.file)));
        return Vec::new();
    };
    let columns = columns(reading, &header, common);
    let mut read = Vec::new();
    let (mut branches, mut empty) = (0_usize, true);
    for cells in rows {
        empty = false;
        let Some(row) = row(reading, &columns, &cells, common) else { continue };
        branches = branches.saturating_add(row.when.branches.len());
        if branches > MOST_BRANCHES {
            let message = format!("the table is too large: its rows have more than {MOST_BRANCHES} alternatives together");
            reading
                .found
                .push(Diagnostic::error("too-large", cells.place, message).help(Some("take alternatives out of the rule's `when`")));
            break;
        }
        read.push(row);
    }
    if empty {
        reading.found.push(Diagnostic::warning("empty-table", header.place, "the table has no rows: the rule takes no lead"));
    }
    read
}

/// The file that a key names, which becomes part of the policy.
pub(super) fn open<'a>(reading: &mut Reading<'a>, path: &Node<'_>) -> Option<Text<'a>> {
    let name = path.text(&mut reading.found)?;
    let Some((file, text)) = reading.sources.files.get_key_value(name) else {
        let problem = path.error("unknown-file", format!("there is no file `{name}` in the policy's folder"));
        let tables = || reading.sources.files.keys().filter(|file| file.ends_with(".csv"));
        let list = tables().take(5).map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
        let help = did_you_mean(name, tables()).or_else(|| (!list.is_empty()).then(|| format!("there are {list}")));
        reading.found.push(problem.help(help));
        return None;
    };
    reading.parts.insert(file);
    Some(Text { file, text })
}

fn columns(reading: &mut Reading<'_>, header: &Cells, common: &Common) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, cell) in header.values.iter().zip(0..) {
        let place = header.place_of(cell);
        let column = match &*fold(name) {
            "assign" => Column::Assign,
            "sla" => Column::Sla,
            "needs" => Column::Needs,
            "name" | "note" => Column::Ignored,
            _ => condition::column(name, place.clone(), &mut reading.names()).map_or(Column::Ignored, Column::Condition),
        };
        let plain = !matches!(column, Column::Condition(_) | Column::Ignored);
        if plain && columns.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(&column)) {
            reading.found.push(Diagnostic::error("duplicate", place, format!("the column `{name}` is given twice")));
        }
        columns.push(column);
    }
    if common.assign.is_none() && !columns.iter().any(|column| matches!(column, Column::Assign)) {
        let semicolon = header.values.iter().any(|name| name.contains(';'));
        let advice =
            if semicolon { "separate the columns with commas, not semicolons" } else { "add one, or give the rule an `assign` of its own" };
        let problem = Diagnostic::error("missing-column", header.place.clone(), "the table has no column `assign`");
        reading.found.push(problem.help(Some(advice)));
    }
    columns
}

fn row(reading: &mut Reading<'_>, columns: &[Column], cells: &Cells, common: &Common) -> Option<Row> {
    if cells.values.len() != columns.len() {
        let message = format!("this row has {} cells, but the header has {}", cells.values.len(), columns.len());
        let problem = Diagnostic::error("row-length", cells.place.clone(), message);
        reading.found.push(problem.help(Some("put a cell that holds a comma in double quotes; write several targets with `|`")));
        return None;
    }
    let mut when = Some(common.when.clone());
    let (mut assign, mut needs, mut sla) = (None, common.needs.clone(), common.sla);
    for ((column, value), cell) in columns.iter().zip(&cells.values).zip(0..).filter(|((_, value), _)| !value.is_empty()) {
        let place = || cells.place_of(cell);
        match column {
            Column::Condition(column) => {
                let form = condition::of_cell(column, value, place(), &mut reading.names());
                when = when.zip(form).and_then(|(when, form)| both(reading, &when, &form, place()));
            }
            Column::Assign => assign = Some(assigned(reading, value, &place)),
            Column::Sla => sla = reading.slas.number(value, place, &mut reading.found),
            Column::Needs => parts(value).for_each(|skill| add_skill(&mut needs, skill)),
            Column::Ignored => {}
        }
    }
    let has_column = columns.iter().any(|column| matches!(column, Column::Assign));
    if assign.is_none() && common.assign.is_none() && has_column {
        let problem = Diagnostic::error("empty", cells.place.clone(), "this row assigns to nobody");
        reading.found.push(problem.help(Some("fill its `assign`, or give the rule an `assign` of its own")));
    }
    let targets = assign.or_else(|| common.assign.clone()).unwrap_or_default();
    Some(Row { when: when?, action: Action::Assign(Assign { targets, needs }), sla, place: cells.place.clone() })
}

/// Both conditions, unless that is too large.
fn both(reading: &mut Reading<'_>, when: &Form, form: &Form, place: Place) -> Option<Form> {
    let both = condition::both(when, form);
    if both.is_none() {
        let message = "this cell and the rule's `when` have too many alternatives together";
        reading.found.push(Diagnostic::error("too-large", place, message).help(Some("put alternatives into rows of their own")));
    }
    both
}

fn assigned(reading: &mut Reading<'_>, value: &str, place: &dyn Fn() -> Place) -> Vec<Target> {
    if parts(value).next().is_none() {
        reading.found.push(Diagnostic::error("empty", place(), "`assign` is empty").label("expected at least one target"));
    }
    parts(value).filter_map(|target| targets::read(target, place, reading)).collect()
}

fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split('|').map(str::trim).filter(|part| !part.is_empty())
}
