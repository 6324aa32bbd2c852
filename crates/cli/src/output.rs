//! Where decisions go: a line per lead, in input order; whole decisions if asked for; and the list of bad rows.

use crate::failure::Failure;
use crate::load;
use crate::show;
use csv::ByteRecord;
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::decide::Arrival;
use pointsman_engine::decision::Decision;
use pointsman_engine::policy::Policy;
use pointsman_engine::record::{Outline, Record};
use pointsman_engine::records::Problem;
use serde::Serialize;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The columns of a line (DESIGN section 5).
const COLUMNS: [&str; 13] = [
    "lead_id",
    "outcome",
    "rule",
    "target",
    "rep",
    "pool",
    "queue",
    "account_id",
    "match_score",
    "sla",
    "route_by",
    "contact_by",
    "reason",
];

/// Where decisions go.
pub struct Output {
    lines: Lines,
    traces: Option<BufWriter<File>>,
    rejected: Rejected,
    /// Lines not yet written, from the slot `first` on: a lead that is held has none yet.
    open: VecDeque<Option<Line>>,
    first: u64,
}

/// The file of lines.
enum Lines {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    Json(Box<dyn Write>),
}

/// One lead's line, ready to be written.
enum Line {
    Csv(ByteRecord),
    Json(Vec<u8>),
}

impl Output {
    /// Opens the files. The line file is JSON Lines if its name says so, else CSV.
    pub fn open(out: &Path, traces: Option<&Path>) -> Result<Self, Failure> {
        let is_json = matches!(out.extension().and_then(|extension| extension.to_str()), Some("jsonl" | "ndjson"));
        let writer: Box<dyn Write> = if out == Path::new("-") { Box::new(std::io::stdout().lock()) } else { Box::new(create(out)?) };
        let lines = if is_json {
            Lines::Json(Box::new(BufWriter::with_capacity(1 << 18, writer)))
        } else {
            let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 18).from_writer(writer);
            writer.write_record(COLUMNS)?;
            Lines::Csv(Box::new(writer))
        };
        let traces = traces.map(create).transpose()?.map(|file| BufWriter::with_capacity(1 << 18, file));
        Ok(Self { lines, traces, rejected: Rejected::beside(out), open: VecDeque::new(), first: 0 })
    }

    /// The next lead's place in the file.
    pub fn slot(&mut self) -> u64 {
        self.open.push_back(None);
        self.first + self.open.len() as u64 - 1
    }

    /// Fills a place, and writes all lines up to the first one that is still open.
    pub fn settle(&mut self, slot: u64, policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) -> Result<(), Failure> {
        let line = line(&self.lines, policy, book, arrival, decision)?;
        if let Some(place) = usize::try_from(slot - self.first).ok().and_then(|at| self.open.get_mut(at)) {
            *place = Some(line);
        }
        while let Some(Some(line)) = self.open.front_mut().map(Option::take) {
            self.open.pop_front();
            self.first += 1;
            match (&mut self.lines, line) {
                (Lines::Csv(writer), Line::Csv(record)) => writer.write_byte_record(&record)?,
                (Lines::Json(writer), Line::Json(text)) => writer.write_all(&text)?,
                (Lines::Csv(_), Line::Json(_)) | (Lines::Json(_), Line::Csv(_)) => {}
            }
        }
        if let Some(traces) = &mut self.traces {
            serde_json::to_writer(&mut *traces, &Record::of(policy, book, arrival, decision))
                .map_err(|error| Failure::from(std::io::Error::from(error)))?;
            traces.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Lists what was wrong with rows.
    pub fn problems(&mut self, problems: &[Problem]) -> Result<(), Failure> {
        problems.iter().try_for_each(|problem| self.rejected.add(problem))
    }

    /// Writes what is left. Gives how many rows were left out, and where the problems are listed.
    pub fn finish(self) -> Result<(u64, Option<PathBuf>), Failure> {
        match self.lines {
            Lines::Csv(mut writer) => writer.flush()?,
            Lines::Json(mut writer) => writer.flush()?,
        }
        if let Some(mut traces) = self.traces {
            traces.flush()?;
        }
        self.rejected.finish()
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| Failure::creating(path, &error))
}

/// A line of JSON: the same keys as the columns.
#[derive(Serialize)]
struct JsonLine<'a> {
    lead_id: &'a str,
    outcome: &'a str,
    rule: Option<&'a str>,
    target: Option<&'a str>,
    rep: Option<&'a str>,
    pool: Option<&'a str>,
    queue: Option<&'a str>,
    account_id: Option<&'a str>,
    match_score: Option<pointsman_engine::value::Number>,
    sla: Option<&'a str>,
    route_by: Option<Timestamp>,
    contact_by: Option<Timestamp>,
    reason: &'a str,
}

fn line(lines: &Lines, policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) -> Result<Line, Failure> {
    let outline = Outline::of(policy, book, decision);
    let found = arrival.matched.as_ref();
    let account = found.and_then(|found| book.matcher.account(found.account)).map(|account| &*account.id);
    let score = found.map(|found| found.score);
    Ok(match lines {
        Lines::Csv(_) => {
            let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            let mut record = ByteRecord::with_capacity(256, COLUMNS.len());
            record.push_field(arrival.lead.id.0.as_bytes());
            record.push_field(outline.outcome.as_bytes());
            for cell in [&outline.rule, &outline.target, &outline.rep, &outline.pool, &outline.queue] {
                record.push_field(cell.as_deref().unwrap_or("").as_bytes());
            }
            record.push_field(account.unwrap_or("").as_bytes());
            let score = score.map(|score| score.to_string()).unwrap_or_default();
            record.push_field(score.as_bytes());
            record.push_field(outline.sla.as_deref().unwrap_or("").as_bytes());
            for cell in [moment(outline.route_by), moment(outline.contact_by), outline.reason] {
                record.push_field(cell.as_bytes());
            }
            Line::Csv(record)
        }
        Lines::Json(_) => {
            let value = JsonLine {
                lead_id: &arrival.lead.id.0,
                outcome: &outline.outcome,
                rule: outline.rule.as_deref(),
                target: outline.target.as_deref(),
                rep: outline.rep.as_deref(),
                pool: outline.pool.as_deref(),
                queue: outline.queue.as_deref(),
                account_id: account,
                match_score: score,
                sla: outline.sla.as_deref(),
                route_by: outline.route_by,
                contact_by: outline.contact_by,
                reason: &outline.reason,
            };
            let mut text = serde_json::to_vec(&value).map_err(|error| Failure::Ours(error.to_string()))?;
            text.push(b'\n');
            Line::Json(text)
        }
    })
}

/// The list of bad rows: a CSV beside the output, made when there is something to list; on stderr when the
/// output is stdout.
struct Rejected {
    path: Option<PathBuf>,
    writer: Option<csv::Writer<File>>,
    left_out: u64,
}

impl Rejected {
    /// `routed.csv` has its list in `routed.rejected.csv`. A list of an earlier run is taken away.
    fn beside(out: &Path) -> Self {
        let path = (out != Path::new("-")).then(|| out.with_extension("rejected.csv"));
        if let Some(path) = &path {
            let _ = std::fs::remove_file(path);
        }
        Self { path, writer: None, left_out: 0 }
    }

    fn add(&mut self, problem: &Problem) -> Result<(), Failure> {
        self.left_out += u64::from(!problem.kept);
        let Some(path) = &self.path else {
            show::warning(&load::said(Path::new("leads"), problem));
            return Ok(());
        };
        if self.writer.is_none() {
            let mut writer = csv::Writer::from_writer(create(path)?);
            writer.write_record(["line", "column", "problem", "row"])?;
            self.writer = Some(writer);
        }
        if let Some(writer) = &mut self.writer {
            let fate = if problem.kept { "used without the value" } else { "left out" };
            writer.write_record([&problem.line.to_string(), problem.column.as_deref().unwrap_or(""), &problem.message, fate])?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(u64, Option<PathBuf>), Failure> {
        match self.writer {
            Some(mut writer) => {
                writer.flush()?;
                Ok((self.left_out, self.path))
            }
            None => Ok((self.left_out, None)),
        }
    }
}
