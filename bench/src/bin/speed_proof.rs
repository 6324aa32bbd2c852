//! Speed of proof: everything `check` asks of a policy, as its rows and rules grow.
//!
//! `speed_proof [MOST]`: territory tables of country, state, size band and product up to MOST rows (100,000), then random
//! rules up to a hundredth of it, that hardly meet or overlap everywhere, each with the time of findings, of gaps, and of the difference to the same policy with
//! one row changed; and the memory in use.

use pointsman_bench::measure::resident_mib;
use pointsman_engine::book::Book;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_proof::findings::{self, gaps};
use pointsman_proof::model::Model;
use pointsman_proof::space::universe::Universe;
use pointsman_proof::difference;
use std::fmt::Write;
use std::time::Instant;

fn main() {
    let most: usize = std::env::args().nth(1).map_or(100_000, |most| most.parse().expect("a number"));
    println!("{:<12} {:>8} {:>10} {:>10} {:>10} {:>9} {:>9}", "shape", "rows", "findings", "gaps", "diff", "warnings", "MiB");
    for rows in [100, 1_000, 10_000, 100_000].into_iter().filter(|rows| *rows <= most) {
        measure("territory", rows, &territories(rows, 0), &territories(rows, rows / 2));
    }
    for (shape, cities) in [("rules", true), ("overlapping", false)] {
        for rules in [10, 100, 1_000].into_iter().filter(|rules| rules * 100 <= most) {
            measure(shape, rules, &rules_at_random(rules, rules, cities), &rules_at_random(rules, rules / 2, cities));
        }
    }
}

fn measure(shape: &str, rows: usize, policy: &Policy, other: &Policy) {
    let start = Instant::now();
    let book = Book::bind(policy, None, Vec::new());
    let found = findings::all(policy, Vec::new(), &book, findings::moment(policy));
    let (first, start) = (start.elapsed(), Instant::now());
    let universe = Universe::of(&[policy]);
    let gaps = gaps::find(&Model::of(&universe, policy, 0), 20);
    let (second, start) = (start.elapsed(), Instant::now());
    let differences = difference::find(policy, other, 100);
    let third = start.elapsed();
    assert!(!gaps.all.is_empty());
    // What would take too long to compare is left open, and said so.
    let open = if differences.unknown { " in part" } else { "" };
    println!("{shape:<12} {rows:>8} {first:>10.1?} {second:>10.1?} {third:>10.1?} {:>9} {:>9.0}{open}", found.len(), resident_mib());
}

fn policy(files: &[(&str, String)]) -> Policy {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    read(&Sources { files }).policy.expect("a policy without errors")
}

/// Each country has as many states, each state all bands and products; one row's target is another.
fn territories(rows: usize, other: usize) -> Policy {
    let countries = ["US", "CA", "DE", "FR", "GB", "AU", "BR", "IN", "JP", "MX"];
    let (bands, products) = (["..49", "50..199", "200..999", "1000.."], ["analytics", "platform", "security", "mobile", "storage"]);
    let mut csv = String::from("country,state,employees,product_interest,assign\n");
    for row in 0..rows {
        let (state, band, product) = (row / 20, row / 5 % 4, row % 5);
        let queue = if row == other && other > 0 { 999 } else { row * 7 % 200 };
        let _ = writeln!(csv, "{},s{},{},{},queue:q{queue}", countries[state % 10], state / 10, bands[band], products[product]);
    }
    policy(&[("routing.toml", "[policy]\nname=\"T\"\n[fallback]\nqueue=\"x\"\n[[rule]]\nname=\"T\"\ntable=\"t.csv\"\n".to_owned()), ("t.csv", csv)])
}

/// Rules of two to four conditions on seven fields, patterns among them; one rule's target is another. With a city in
/// each, few of them meet; without, most do.
fn rules_at_random(rules: usize, other: usize, cities: bool) -> Policy {
    let mut seed = 1_u64;
    let mut below = |most: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) % most
    };
    let mut text = String::from("[policy]\nname=\"R\"\n[fallback]\nqueue=\"x\"\n");
    for rule in 0..rules {
        let many = 2 + below(3) as usize;
        let mut parts = std::collections::BTreeMap::new();
        if cities {
            parts.insert(5, format!("city = \"c{}\"", below(80)));
        }
        while parts.len() < many {
            let field = below(7);
            let part = match field {
                0 => format!("country = [\"{}\", \"{}\"]", ["US", "DE", "FR", "IT", "ES"][below(5) as usize], ["CA", "GB", "AU", "BR"][below(4) as usize]),
                1 => format!("employees = \"{}..{}\"", below(40) * 50, 2_000 + below(40) * 50),
                2 => format!("title = {{ contains = \"t{}xx\" }}", below(60)),
                3 => format!("source = \"s{}\"", below(12)),
                4 => format!("industry = [\"i{}\", \"i{}\"]", below(20), below(20)),
                5 => format!("city = \"c{}\"", below(80)),
                _ => format!("postal_code = {{ starts_with = \"{}\" }}", below(100)),
            };
            parts.insert(field, part);
        }
        let parts: Vec<String> = parts.into_values().collect();
        let queue = if rule == other { 999 } else { below(20) };
        let _ = writeln!(text, "[[rule]]\nname=\"r{rule}\"\nwhen={{ {} }}\nassign=\"queue:q{queue}\"", parts.join(", "));
    }
    policy(&[("routing.toml", text)])
}
