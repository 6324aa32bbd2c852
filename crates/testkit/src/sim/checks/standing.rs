//! What a node holds in memory, in names, so that two can be compared.

use jiff::{SignedDuration, Timestamp};
use pointsman_engine::policy::Caps;
use pointsman_engine::rotation::Seat;
use pointsman_engine::standing::Tally;
use pointsman_store::world::{Ruling, World};
use std::collections::BTreeMap;

/// What a node knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    head: i64,
    facts: BTreeMap<String, String>,
}

impl Known {
    /// Of a world, as of now.
    #[must_use]
    pub fn of(world: &World, now: Timestamp) -> Self {
        let mut facts = BTreeMap::new();
        if let Some(ruling) = world.ruling() {
            ruled(ruling, now, &mut facts);
        }
        Self { head: world.head(), facts }
    }

    /// Where two differ: this one's, and the other's.
    #[must_use]
    pub fn difference(&self, other: &Self) -> String {
        let mut said = vec![format!("journal {} / {}", self.head, other.head)];
        let keys: std::collections::BTreeSet<&String> = self.facts.keys().chain(other.facts.keys()).collect();
        for key in keys {
            let (one, two) = (self.facts.get(key), other.facts.get(key));
            if one != two {
                said.push(format!("{key}: {one:?} / {two:?}"));
            }
        }
        said.join("; ")
    }
}

fn ruled(ruling: &Ruling, now: Timestamp, facts: &mut BTreeMap<String, String>) {
    let Ruling { policy, book, standing, .. } = ruling;
    facts.insert("policy".to_owned(), policy.version.to_string());
    facts.insert("directory".to_owned(), book.directory_version().unwrap_or_default().to_owned());
    facts.insert("turn".to_owned(), standing.last_turn().to_string());
    let mut accounts: Vec<String> = book.matcher.accounts().iter().map(|account| format!("{account:?}")).collect();
    accounts.sort();
    facts.insert("accounts".to_owned(), accounts.join("\n"));
    for (at, rep) in (0..).zip(book.directory().reps()) {
        let tally = standing.of_rep(pointsman_engine::people::RepIx(at));
        let today = rep.daily_cap.map(|_| SignedDuration::from_hours(24));
        facts.insert(format!("rep {}", rep.email), tally.map_or_else(String::new, |tally| counts(tally, today, now)));
    }
    for (pool, at) in policy.pools.iter().zip((0..).map(pointsman_engine::policy::PoolIx)) {
        let Some(rotation) = standing.rotation(at) else { continue };
        let seats: Vec<&Seat> = rotation.seats().iter().collect();
        facts.insert(format!("rotation {}", pool.name), format!("{seats:?} over {}", rotation.denominator()));
        for (seat, rep) in book.seats(at).iter().enumerate() {
            let tally = standing.of_seat(at, seat);
            let name = format!("{} in {}", book.directory().key(*rep), pool.name);
            facts.insert(name, tally.map_or_else(String::new, |tally| counts(tally, longest(pool.caps), now)));
        }
    }
}

/// How far back the caps of a pool ask.
fn longest(caps: Caps) -> Option<SignedDuration> {
    let hours = |hours| SignedDuration::from_hours(hours);
    let rolling = caps.rolling.map(|(_, span)| SignedDuration::from_secs(i64::from(span.days) * 86_400 + i64::try_from(span.seconds).unwrap_or(i64::MAX)));
    [caps.per_hour.map(|_| hours(1)), caps.per_day.map(|_| hours(24)), caps.per_week.map(|_| hours(24 * 7)), rolling].into_iter().flatten().max()
}

/// What is open, and what came in each quarter of the longest period that caps ask for.
fn counts(tally: &Tally, longest: Option<SignedDuration>, now: Timestamp) -> String {
    let mut text = format!("{} open", tally.open);
    if let Some(longest) = longest {
        for quarter in 1..=4 {
            let from = now.saturating_sub(longest * quarter / 4).unwrap_or(now);
            text.push_str(&format!(", {} since {from}", tally.since(from)));
        }
    }
    text
}
