//! How long reading, matching and enriching take. Run by hand:
//! `POINTSMAN_SCALE=accounts_scale.csv cargo test --release -p pointsman-engine --test records_speed -- --ignored --nocapture`

use csv::{ByteRecord, ReaderBuilder};
use pointsman_engine::account::Account;
use pointsman_engine::enrich::{Chain, Companies};
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::matching::{Matcher, Settings};
use pointsman_engine::records::table::{Columns, Noun};
use std::hint::black_box;
use std::time::Instant;

#[allow(clippy::disallowed_methods, reason = "the data is not part of the repository")]
fn text(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Runs once and prints nanoseconds for each of `count`.
#[allow(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn timed<T>(what: &str, count: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what:28} {:>8} ns each, {count}", start.elapsed().as_nanos() / count.max(1) as u128);
    done
}

fn records(text: &str) -> (ByteRecord, Vec<ByteRecord>) {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.byte_headers().unwrap().clone();
    (header, reader.byte_records().map(Result::unwrap).collect())
}

fn read<N: Noun>(what: &str, header: &ByteRecord, records: &[ByteRecord]) -> Vec<N> {
    let columns = Columns::<N>::of(header).unwrap();
    let mut problems = Vec::new();
    let nouns: Vec<N> = timed(what, records.len(), || records.iter().filter_map(|record| columns.read(record, 2, &mut problems)).collect());
    println!("{:28} {:>8} problems", "", problems.len());
    nouns
}

#[test]
#[ignore = "a measurement"]
#[allow(clippy::disallowed_methods, reason = "where the data lies")]
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
    let (header, rows) = (narrow(&header), rows.iter().map(narrow).collect::<Vec<_>>());
    let leads: Vec<Lead> = read("read a lead, 12 columns", &header, &rows);
    let (header, rows) = records(&accounts);
    let accounts: Vec<Account> = read("read an account", &header, &rows);
    let count = accounts.len();
    let matcher = timed("index an account", count, || Matcher::build(accounts, Settings::default()));
    for _ in 0..3 {
        let found = timed("find", leads.len(), || leads.iter().filter(|lead| black_box(matcher.find(lead)).is_some()).count());
        println!("{:28} {found:>8} found", "");
    }
    let (companies, _) = Companies::read("domain,industry\nglobex.example,Energy\n");
    let chain = Chain { order: Source::ALL.to_vec(), companies };
    for _ in 0..3 {
        let mut leads = leads.clone();
        timed("fill", leads.len(), || leads.iter_mut().for_each(|lead| chain.fill(lead, matcher.settings())));
    }
}
