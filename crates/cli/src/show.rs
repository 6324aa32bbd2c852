//! What a person sees: tables, colours, counts. Colour is stripped where nobody watches.

use crate::failure::Failure;
use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;
use std::io::{self, Write};

/// Titles.
pub const BOLD: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
/// Good.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Bad.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// Worth a look.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();

/// A text in a style.
pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A number with thousands apart: `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 lead`, `2 leads`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// `1 entry`, `2 entries`.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number as u64), if number == 1 { one } else { many })
}

/// A share of a whole, in percent.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1}%", part as f64 * 100.0 / whole as f64) }
}

/// An aligned table without lines. `right` are the columns of numbers.
pub fn table<const N: usize>(header: [&str; N], right: &[usize], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(header.map(|title| styled(DIM, title)));
    for row in rows {
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if right.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| format!("  {}", line.trim_end())).collect();
    lines.join("\n")
}

/// Prints a text to stdout, with a line break.
pub fn print(text: &str) -> Result<(), Failure> {
    writeln!(anstream::stdout().lock(), "{text}").map_err(Failure::from)
}

/// Prints a value as JSON to stdout.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Ours(error.to_string()))?;
    print(&text)
}

/// Says something beside the data, on stderr. Failing to is no reason to stop.
pub fn say(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says that something is wrong, on stderr.
pub fn error(message: &str) {
    say(&format!("{}: {message}", styled(RED, "error")));
}

/// Says that something may be wrong, on stderr.
pub fn warning(message: &str) {
    say(&format!("{}: {message}", styled(YELLOW, "warning")));
}

/// A progress bar over bytes on stderr, hidden where nobody watches.
pub fn progress(total: u64, what: &'static str) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(total);
    if let Ok(style) = indicatif::ProgressStyle::with_template("  {msg} {wide_bar:.green} {percent:>3}%  {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Counts what a reader gives, for the progress bar.
pub struct Watched<R> {
    inner: R,
    bar: indicatif::ProgressBar,
}

impl<R> Watched<R> {
    /// Watches a reader.
    pub const fn new(inner: R, bar: indicatif::ProgressBar) -> Self {
        Self { inner, bar }
    }
}

impl<R: io::Read> io::Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}
