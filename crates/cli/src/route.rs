//! `pointsman route`: a file of leads, decided in order.

use crate::args::{Format, RouteArgs};
use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::load;
use crate::output::Output;
use crate::show::{self, DIM, YELLOW, styled};
use crate::stream;
use crate::summary::{Counts, Summary};
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::decision::Decision;
use pointsman_engine::policy::Policy;
use pointsman_engine::standing::Standing;
use pointsman_engine::waiting::Waiting;
use std::path::Path;
use std::time::Instant;

/// Routes the file and prints a summary; fails when rows had to be left out.
pub fn run(args: &RouteArgs) -> Result<(), Failure> {
    let started = Instant::now();
    let loaded = load::policy(&args.policy)?;
    let policy = &loaded.policy;
    let people = load::people(Some(&loaded.folder), &args.directory, policy)?;
    people.report();
    let book = Book::bind(policy, people.directory, people.accounts);
    let leads = LeadFile::open(&args.leads)?;
    let mut output = Output::open(&args.out, args.traces.as_deref())?;
    let mut desk = Desk::new(policy, &book);
    let threads = args.threads.map_or_else(stream::cores, usize::from);
    let clock = Timestamp::now();
    let reader = leads.reader;
    let work = |row: &_, problems: &mut Vec<_>| {
        let lead = reader.read(row, problems)?;
        let now = args.at.or(lead.created_at()).unwrap_or(clock);
        Some(arrive(policy, &book, lead, Before::default(), now))
    };
    stream::in_order(leads.rows, threads, work, |piece| {
        output.problems(&piece.problems)?;
        piece.items.into_iter().try_for_each(|arrival| desk.take(arrival, &mut output))
    })?;
    desk.close(&mut output)?;
    let (left_out, rejected) = output.finish()?;
    let summary = Summary::of(policy, &book, &desk.standing, &desk.counts);
    report(args, &summary, started, left_out, rejected.as_deref())?;
    if left_out > 0 { Err(Failure::Reported) } else { Ok(()) }
}

/// Decides arrivals in order. A held lead's line waits until it is decided, or the file ends.
struct Desk<'a> {
    policy: &'a Policy,
    book: &'a Book,
    standing: Standing,
    counts: Counts,
    waiting: Waiting<u64>,
}

impl<'a> Desk<'a> {
    fn new(policy: &'a Policy, book: &'a Book) -> Self {
        Self { policy, book, standing: Standing::fresh(policy, book), counts: Counts::new(policy, book), waiting: Waiting::default() }
    }

    fn take(&mut self, arrival: Arrival, output: &mut Output) -> Result<(), Failure> {
        if !self.waiting.is_empty() {
            for (slot, arrival, decision) in self.waiting.release(self.policy, self.book, &mut self.standing, arrival.now) {
                self.settle(slot, &arrival, &decision, output)?;
            }
        }
        let decision = decide(self.policy, self.book, &self.standing, &arrival);
        self.standing.record(self.policy, self.book, &arrival, &decision);
        let slot = output.slot();
        match self.waiting.hold(slot, arrival, decision) {
            Some((slot, arrival, decision)) => self.settle(slot, &arrival, &decision, output),
            None => Ok(()),
        }
    }

    /// The file has ended: what is still held stays so.
    fn close(&mut self, output: &mut Output) -> Result<(), Failure> {
        for (slot, arrival, decision) in std::mem::take(&mut self.waiting).into_held() {
            self.settle(slot, &arrival, &decision, output)?;
        }
        Ok(())
    }

    fn settle(&mut self, slot: u64, arrival: &Arrival, decision: &Decision, output: &mut Output) -> Result<(), Failure> {
        self.counts.add(self.book, decision);
        output.settle(slot, self.policy, self.book, arrival, decision)
    }
}

fn report(args: &RouteArgs, summary: &Summary, started: Instant, left_out: u64, rejected: Option<&Path>) -> Result<(), Failure> {
    let seconds = started.elapsed().as_secs_f64();
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(summary).map_err(|error| Failure::Ours(error.to_string()))?,
        Format::Human => {
            let rate = if seconds > 0.0 { show::count((summary.leads as f64 / seconds) as u64) } else { String::new() };
            let speed = styled(DIM, format!("in {seconds:.2} s, {rate} a second, written to {}", args.out.display()));
            format!("{} {speed}", summary.human())
        }
    };
    if args.out == Path::new("-") {
        show::say(&text)
    } else {
        show::print(&text)?
    }
    if let Some(path) = rejected {
        let what = match left_out {
            0 => "values that could not be read".to_owned(),
            rows => styled(YELLOW, format!("{} left out", show::counted(usize::try_from(rows).unwrap_or(usize::MAX), "row"))),
        };
        show::say(&format!("{what}: see {}", path.display()));
    }
    Ok(())
}
