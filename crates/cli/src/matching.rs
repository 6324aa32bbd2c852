//! `pointsman match`: the account of each lead of a file, and how good the matches are.

use crate::args::MatchArgs;
use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::load;
use crate::plot;
use crate::score::{Labels, Report};
use crate::show;
use crate::stream;
use pointsman_engine::account::AccountIx;
use pointsman_engine::lead::LeadId;
use pointsman_engine::matching::{Candidate, Matcher, Settings, Verdict};
use std::io::Write;
use std::path::Path;

/// What is written of one lead, and its likeliest account.
struct Answer {
    lead: LeadId,
    verdict: Verdict,
    likeliest: Option<Candidate>,
}

/// Writes `lead_id, account_id, score, method, evidence, review`, a line per lead, in file order; and scores them.
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
    let mut writer = args.out.as_deref().map(writer).transpose()?;
    let mut report = args.score.as_deref().map(Labels::read).transpose()?.map(Report::new);
    let (mut total, mut matched, mut left_out) = (0_usize, 0_usize, 0_usize);
    let reader = leads.reader;
    let threads = stream::cores();
    let work = |row: &_, problems: &mut Vec<_>| {
        let lead = reader.read(row, problems)?;
        let candidates = matcher.candidates(&lead);
        let likeliest = candidates.first().cloned();
        Some(Answer { lead: lead.id, verdict: matcher.judge(candidates), likeliest })
    };
    stream::in_order(leads.rows, threads, work, |piece| {
        for problem in &piece.problems {
            left_out += usize::from(!problem.kept);
            show::warning(&load::said(&args.leads, problem));
        }
        for answer in &piece.items {
            (total, matched) = (total + 1, matched + usize::from(matches!(answer.verdict, Verdict::Match(_))));
            if let Some(writer) = &mut writer {
                write(writer, &matcher, answer)?;
            }
            if let Some(report) = &mut report {
                report.add(&matcher, &answer.lead, answer.likeliest.as_ref());
            }
        }
        Ok(())
    })?;
    if let Some(writer) = &mut writer {
        writer.flush()?;
    }
    show::say(&format!("{} of {} matched", show::count(matched as u64), show::counted(total, "lead")));
    if let Some(report) = &report {
        show::print(&report.text(matcher.settings().match_at))?;
        if let Some(path) = &args.plot {
            std::fs::write(path, plot::svg(&report.curve())).map_err(|error| Failure::creating(path, &error))?;
        }
    }
    if left_out > 0 { Err(Failure::Reported) } else { Ok(()) }
}

type Writer = csv::Writer<Box<dyn Write>>;

fn writer(path: &Path) -> Result<Writer, Failure> {
    let file: Box<dyn Write> = if path == Path::new("-") {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(std::fs::File::create(path).map_err(|error| Failure::creating(path, &error))?)
    };
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 18).from_writer(file);
    writer.write_record(["lead_id", "account_id", "score", "method", "evidence", "review"])?;
    Ok(writer)
}

fn write(writer: &mut Writer, matcher: &Matcher, answer: &Answer) -> Result<(), Failure> {
    let id = |account: AccountIx| matcher.account(account).map_or("", |account| &account.id);
    let lead = &*answer.lead.0;
    match &answer.verdict {
        Verdict::Match(found) => {
            let evidence: Vec<String> = found.evidence.iter().map(|piece| format!("{}: {}", piece.method.name(), piece.shared)).collect();
            let score = found.score.to_string();
            Ok(writer.write_record([lead, id(found.account), &score, found.method.name(), &evidence.join("; "), ""])?)
        }
        Verdict::Grey(candidates) => {
            let review: Vec<&str> = candidates.iter().map(|candidate| id(candidate.account)).collect();
            let why = candidates.first().map(|candidate| matcher.sentence(candidate)).unwrap_or_default();
            let score = candidates.first().map(|candidate| candidate.probability.to_string()).unwrap_or_default();
            Ok(writer.write_record([lead, "", &score, "", &why, &review.join("|")])?)
        }
        Verdict::None => Ok(writer.write_record([lead, "", "", "", "", ""])?),
    }
}
