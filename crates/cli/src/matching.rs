//! `pointsman match`: the account of each lead of a file.

use crate::args::MatchArgs;
use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::load;
use crate::show;
use crate::stream;
use pointsman_engine::lead::LeadId;
use pointsman_engine::matching::{Match, Matcher, Settings};
use std::io::Write;
use std::path::Path;
use std::thread;

/// Writes `lead_id, account_id, score, method, evidence`, a line per lead, in file order.
pub fn run(args: &MatchArgs) -> Result<(), Failure> {
    let settings = match &args.policy {
        Some(path) => load::policy(path)?.policy.matching,
        None => Settings::default(),
    };
    let mut problems = Vec::new();
    let matcher = Matcher::build(load::accounts(&args.accounts, &mut problems)?, settings);
    for (file, problem) in &problems {
        show::warning(&load::said(file, problem));
    }
    let leads = LeadFile::open(&args.leads)?;
    let writer: Box<dyn Write> = if args.out == Path::new("-") {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(std::fs::File::create(&args.out).map_err(|error| Failure::creating(&args.out, &error))?)
    };
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 18).from_writer(writer);
    writer.write_record(["lead_id", "account_id", "score", "method", "evidence"])?;
    let (mut total, mut matched, mut left_out) = (0_usize, 0_usize, 0_usize);
    let reader = leads.reader;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = |row: &_, problems: &mut Vec<_>| {
        let lead = reader.read(row, problems)?;
        let found = matcher.find(&lead);
        Some((lead.id, found))
    };
    stream::in_order(leads.rows, threads, work, |piece| {
        for problem in &piece.problems {
            left_out += usize::from(!problem.kept);
            show::warning(&load::said(&args.leads, problem));
        }
        for (lead, found) in &piece.items {
            (total, matched) = (total + 1, matched + usize::from(found.is_some()));
            write(&mut writer, &matcher, lead, found.as_ref())?;
        }
        Ok(())
    })?;
    writer.flush()?;
    show::say(&format!("{} of {} matched", show::count(matched as u64), show::counted(total, "lead")));
    if left_out > 0 { Err(Failure::Reported) } else { Ok(()) }
}

fn write(writer: &mut csv::Writer<Box<dyn Write>>, matcher: &Matcher, lead: &LeadId, found: Option<&Match>) -> Result<(), Failure> {
    let Some((found, account)) = found.and_then(|found| Some((found, matcher.account(found.account)?))) else {
        return Ok(writer.write_record([&*lead.0, "", "", "", ""])?);
    };
    let evidence: Vec<String> = found.evidence.iter().map(|evidence| format!("{}: {}", evidence.method.name(), evidence.shared)).collect();
    let score = found.score.to_string();
    Ok(writer.write_record([&*lead.0, &*account.id, &score, found.method.name(), &evidence.join("; ")])?)
}
