//! Speed and size of matching against many accounts.
//!
//! `speed_matching ACCOUNTS_SCALE.csv DATA [COUNT]`: grows the accounts (unpacked) to COUNT (1,000,000) by a seeded
//! generator that recombines their words and domains, builds the index, asks it for the leads of DATA, changes accounts.

use pointsman_bench::matching::{self, rows};
use pointsman_engine::account::Account;
use pointsman_engine::matching::{Matcher, Settings};
use std::path::Path;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (scale, data) = (Path::new(&arguments[1]), Path::new(&arguments[2]));
    let count = arguments.get(3).map_or(1_000_000, |count| count.parse().expect("a number"));
    let mut accounts: Vec<Account> = rows(scale).iter().map(matching::account).collect();
    grow(&mut accounts, count);
    let before = resident();
    let start = Instant::now();
    let mut matcher = Matcher::build(accounts, Settings::default());
    println!("{count} accounts: index built in {:.2?}; {} MB for it", start.elapsed(), (resident() - before) / 1024);
    let cases = matching::load(data).cases;
    let mut times: Vec<_> = cases
        .iter()
        .map(|case| {
            let start = Instant::now();
            std::hint::black_box(matcher.find(&case.lead));
            start.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("a lead: median {:.1?}, p90 {:.1?}, p99 {:.1?}, worst {:.1?}", at(0.5), at(0.9), at(0.99), at(1.0));
    let changes: Vec<Account> = (0..1_000).filter_map(|at| matcher.accounts().get(at * 97).cloned()).collect();
    let mut slowest = std::time::Duration::ZERO;
    let start = Instant::now();
    let number = changes.len() as u32;
    for mut account in changes {
        account.name = account.name.map(|name| format!("{name} Renamed").into());
        let one = Instant::now();
        matcher.update(account);
        slowest = slowest.max(one.elapsed());
    }
    println!("an account changed: {:.1?} on average, {slowest:.1?} at worst", start.elapsed() / number);
}

/// Recombines words of names; a domain of its own for each.
fn grow(accounts: &mut Vec<Account>, count: usize) {
    let words: Vec<String> =
        accounts.iter().filter_map(|account| account.name.as_deref()).flat_map(|name| name.split(' ').map(str::to_owned)).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let real = accounts.len();
    for number in real..count {
        let length = 2 + next(3);
        let name: Vec<&str> = (0..length).map(|_| words[next(words.len())].as_str()).collect();
        let coined: String = (0..6).map(|_| char::from(b'a' + next(26) as u8)).collect();
        let name = if next(3) == 0 { format!("{coined} {}", name.join(" ")) } else { name.join(" ") };
        let model = accounts[next(real)].clone();
        let label: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let domains = vec![format!("{}{number}.com", label.to_lowercase()).into()];
        accounts.push(Account { id: format!("G{number}").into(), name: Some(name.into()), domains, aliases: Vec::new(), ..model });
    }
}

/// Resident memory in KB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}
