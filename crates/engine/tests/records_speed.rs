//! How long reading, matching and enriching take. Run by hand:
//! `POINTSMAN_SCALE=accounts_scale.csv cargo test --release -p pointsman-engine --test records_speed -- --ignored --nocapture`

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a measurement needs a clock and files")]

use csv::{ByteRecord, ReaderBuilder};
use pointsman_engine::account::Account;
use pointsman_engine::enrich::{Chain, Companies};
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::matching::{Matcher, Settings};
use pointsman_engine::records::table::{Columns, Noun};
use std::hint::black_box;
use std::time::Instant;

fn text(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Prints nanoseconds for each of many: the quickest and the middle batch of 500, so that a busy machine shows.
fn timed<T, R>(what: &str, items: &mut [T], mut work: impl FnMut(&mut T) -> R) -> Vec<R> {
    let (mut results, mut batches) = (Vec::with_capacity(items.len()), Vec::new());
    for batch in items.chunks_mut(500) {
        let start = Instant::now();
        let count = batch.len() as u128;
        results.extend(batch.iter_mut().map(&mut work));
        batches.push(start.elapsed().as_nanos() / count);
    }
    batches.sort_unstable();
    println!("{what:28} {:>6} ns at best, {:>6} ns median, {} of them", batches[0], batches[batches.len() / 2], items.len());
    results
}

fn records(text: &str) -> (ByteRecord, Vec<ByteRecord>) {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.byte_headers().unwrap().clone();
    (header, reader.byte_records().map(Result::unwrap).collect())
}

fn read<N: Noun>(what: &str, header: &ByteRecord, records: &mut [ByteRecord]) -> Vec<N> {
    let columns = Columns::<N>::of(header).unwrap();
    let mut problems = Vec::new();
    let nouns = timed(what, records, |record| columns.read(record, 2, &mut problems));
    println!("{:28} {:>6} problems", "", problems.len());
    nouns.into_iter().flatten().collect()
}

#[test]
#[ignore = "a measurement"]
fn reading_matching_and_filling() {
    let scale = std::env::var("POINTSMAN_SCALE").ok().and_then(|path| text(&path));
    let folder = std::env::var("POINTSMAN_DATA").unwrap_or_else(|_| format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR")));
    let (Some(accounts), Some(leads)) = (scale, text(&format!("{folder}/matching/leads.csv"))) else {
        println!("skipped: POINTSMAN_SCALE names no file of accounts, or the leads are absent");
        return;
    };
    let (header, rows) = records(&leads);
    let kept: Vec<usize> = (0..12).collect();
    let narrow = |row: &ByteRecord| kept.iter().filter_map(|at| row.get(*at)).collect::<ByteRecord>();
    let (header, mut rows) = (narrow(&header), rows.iter().map(narrow).collect::<Vec<_>>());
    let mut leads: Vec<Lead> = read("read a lead, 12 columns", &header, &mut rows);
    let (header, mut rows) = records(&accounts);
    let accounts: Vec<Account> = read("read an account", &header, &mut rows);
    let start = Instant::now();
    let matcher = Matcher::build(accounts, Settings::default());
    println!("{:28} {:>6} ms for {}", "build a matcher", start.elapsed().as_millis(), matcher.accounts().len());
    for _ in 0..3 {
        let found = timed("find", &mut leads, |lead| black_box(matcher.find(lead)).is_some());
        println!("{:28} {:>6} found", "", found.iter().filter(|found| **found).count());
    }
    let (companies, _) = Companies::read("domain,industry\nglobex.example,Energy\n");
    let chain = Chain { order: Source::ALL.to_vec(), companies };
    for _ in 0..3 {
        timed("fill", &mut leads.clone(), |lead| chain.fill(lead, matcher.settings()));
    }
}
