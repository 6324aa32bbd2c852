//! Policies drawn from a seed. All have the same rules, so that any lead goes somewhere in each; what differs is
//! who shares, how, and what is promised.

use super::random::Random;
use std::fmt::Write;

/// Everybody a policy may name as a member.
pub const PEOPLE: &[&str] = &[
    "ana@acme.example",
    "ben@acme.example",
    "eva@acme.example",
    "finn@acme.example",
    "gus@acme.example",
    "hana@acme.example",
];

/// Sources of leads; each has its rule.
pub const SOURCES: &[&str] = &["web", "web", "web", "wait", "load", "order", "german", "slow", "direct", "desk", "spam", "mine"];

const RULES: &str = r#"
[[rule]]
name = "Spam is not routed"
when = { source = "spam" }
then = "suppress"

[[rule]]
name = "What a rep brought in stays theirs"
when = { source = "mine", owner = { missing = false } }
then = "keep"

[[rule]]
name = "Large ones are routed again when that is known"
when = { employees = ">=1000" }
assign = "pool:few"
reroute = true

[[rule]]
name = "Named accounts go to their owner"
when = { "account.named" = true }
assign = ["account.owner", "pool:few"]

[[rule]]
name = "Slow ones wait for their size"
when = { source = "slow" }
then = "hold"
until = { employees = { missing = false } }
at_most = "10m"

[[rule]]
name = "German speakers"
when = { source = "german" }
assign = "pool:all"
needs = ["german"]

[[rule]]
name = "Those who wait"
when = { source = "wait" }
assign = "pool:wait"

[[rule]]
name = "By load"
when = { source = "load" }
assign = ["pool:load", "pool:all"]

[[rule]]
name = "In order"
when = { source = "order" }
assign = ["pool:order", "queue:desk"]

[[rule]]
name = "Directly"
when = { source = "direct" }
assign = ["rep:eva@acme.example", "pool:few"]

[[rule]]
name = "To the desk"
when = { source = "desk" }
assign = "queue:desk"
sla = "slow"

[[rule]]
name = "All others"
assign = "pool:all"

[fallback]
queue = "catch-all"
reviewer = "dana@acme.example"

[queue.desk]
reviewer = "gus@acme.example"
"#;

/// A policy.
#[must_use]
pub fn draw(random: &mut Random) -> String {
    let mut text = String::new();
    header(&mut text, random);
    text.push_str(RULES);
    for (name, how) in
        [("all", ""), ("few", ""), ("wait", "when_empty = \"wait\""), ("load", "share = \"least_loaded\""), ("order", "share = \"in_order\"")]
    {
        pool(&mut text, random, name, how);
    }
    sla(&mut text, random);
    text
}

fn header(text: &mut String, random: &mut Random) {
    let zone = random.pick(&["UTC", "America/New_York", "Europe/Berlin"]);
    let person = random.pick(&["", "same_person = \"1d\"", "same_person = \"30d\""]);
    let _ = writeln!(text, "[policy]\nname = \"Simulated\"\ntimezone = \"{zone}\"\n{person}");
    let _ = writeln!(text, "[calendar]\nhours = \"Mon-Fri 09:00-17:00\"");
    let channels = random.pick(&["\"slack\", \"email\"", "\"email\"", "\"slack\""]);
    let next = random.pick(&["", "next_after = \"3m\""]);
    let next = if channels.contains(',') { next } else { "" };
    let _ = writeln!(text, "[notify]\nchannels = [{channels}]\n{next}");
    if random.percent(50) {
        let _ = writeln!(text, "[missed]\noffline_after = {}\nwithin = \"1d\"\noffline_for = \"4h\"", random.between(1, 3));
    }
}

fn pool(text: &mut String, random: &mut Random, name: &str, how: &str) {
    let mut members: Vec<String> = Vec::new();
    for person in PEOPLE {
        if random.percent(if name == "few" { 40 } else { 65 }) {
            members.push(format!("\"{person}\" = {}", random.weighted(&[(4, 1), (3, 2), (2, 3), (1, 0_i64)])));
        }
    }
    if members.iter().all(|member| member.ends_with("= 0")) {
        members = vec!["\"ana@acme.example\" = 2".to_owned(), "\"ben@acme.example\" = 1".to_owned()];
    }
    let _ = writeln!(text, "[pool.{name}]\nmembers = {{ {} }}\n{how}", members.join(", "));
    if name == "wait" {
        let _ = writeln!(text, "wait_at_most = \"{}\"", random.pick(&["30m", "2h", "1d"]));
    }
    if random.percent(25) {
        let _ = writeln!(text, "hours = \"working\"");
    }
    if random.percent(25) {
        let _ = writeln!(text, "sticky = \"2d\"");
    }
    let cap = random.pick(&["", "", "", "per_hour = 2", "per_day = 3", "per_week = 6", "open = 3", "rolling = { count = 2, within = \"3h\" }"]);
    let _ = writeln!(text, "caps = {{ {cap} }}");
}

fn sla(text: &mut String, random: &mut Random) {
    let clock = random.pick(&["always", "working"]);
    let steps = random.pick(&[
        "",
        "{ after = \"15m\", notify = \"manager\" }, { after = \"30m\", then = \"reassign\" }",
        "{ after = \"15m\", then = \"reassign\" }",
        "{ after = \"15m\", notify = \"rep\" }, { after = \"1h\", notify = \"chief@acme.example\" }",
    ]);
    let _ = writeln!(
        text,
        "[sla.web]\nfor = {{ source = \"web\" }}\nroute_within = \"5m\"\ncontact_within = \"15m\"\nclock = \"{clock}\"\n\
         remind = [\"5m\", \"10m\"]\nescalate = [{steps}]"
    );
    let _ = writeln!(
        text,
        "[sla.slow]\nfor = {{ source = [\"slow\", \"wait\", \"load\"] }}\nroute_within = \"1h\"\ncontact_within = \"4h\"\nclock = \"working\"\n\
         remind = [\"2h\"]\nescalate = [{{ after = \"5h\", then = \"reassign\" }}]"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_engine::policy::read::read;
    use pointsman_engine::policy::source::Sources;

    #[test]
    fn every_policy_drawn_can_be_read() {
        for seed in 0..200 {
            let text = draw(&mut Random::new(seed));
            let checked = read(&Sources::single(&text));
            assert!(checked.policy.is_some(), "seed {seed}: {:?}\n{text}", checked.diagnostics);
        }
    }
}
