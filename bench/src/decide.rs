//! How long the first match and the whole decision take with 10, 10,000 and 100,000 rows, and what a peer
//! takes for 10,000.
//!
//! `cargo run --release` prints nanoseconds per lead: the median of several runs over 4,096 leads in random
//! order, with the facts already read. The last column is the one that matters: it must stay under 3.

mod measure;
#[cfg(feature = "peer")]
mod peer;
mod shapes;
mod whole;

use measure::{median_ns, resident_mib};
use pointsman_engine::rules::{Index, walk::walk_rules};
use shapes::{SHAPES, Shape};
use std::time::Instant;

const SIZES: [usize; 3] = [10, 10_000, 100_000];

fn main() {
    println!(
        "{:<44}{:>9}{:>9}{:>9}{:>8}{:>8}{:>10}{:>9}",
        "first match, ns per lead; rows:", 10, 10_000, 100_000, "ratio", "hits", "build ms", "MiB"
    );
    for shape in SHAPES {
        row(shape);
    }
    whole::measure();
    #[cfg(feature = "peer")]
    peer::measure();
}

fn row(shape: &Shape) {
    let at: Vec<Measured> = SIZES.iter().map(|rows| measured(shape, *rows)).collect();
    let (least, most) = (&at[0], &at[at.len() - 1]);
    print!("{:<44}", shape.name);
    at.iter().for_each(|measured| print!("{:>9.0}", measured.ns));
    println!("{:>8.2}{:>7.0}%{:>10.0}{:>9.1}", most.ns / least.ns, most.hits * 100.0, most.build_ms, most.mib);
}

struct Measured {
    ns: f64,
    hits: f64,
    build_ms: f64,
    mib: f64,
}

fn measured(shape: &Shape, rows: usize) -> Measured {
    let table = (shape.make)(rows);
    let (before, start) = (resident_mib(), Instant::now());
    let index = Index::over(&table.rules);
    let (build_ms, mib) = (start.elapsed().as_secs_f64() * 1e3, resident_mib() - before);
    for facts in table.leads.iter().take(2_000_000 / rows) {
        assert_eq!(index.first_among(&table.rules, facts, None), walk_rules(&table.rules, facts, None), "{}: {facts:?}", shape.name);
    }
    let hits = table.leads.iter().filter(|facts| index.first_among(&table.rules, facts, None).is_some()).count();
    let ns = median_ns(&table.leads, |facts| index.first_among(&table.rules, facts, None));
    Measured { ns, hits: hits as f64 / table.leads.len() as f64, build_ms, mib }
}
