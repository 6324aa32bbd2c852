//! `[notify]` and `[missed]`: how reps are told about leads, and what becomes of who keeps missing them.

use super::Reading;
use super::files::Sections;
use super::settings::words;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::{Channel, Missed, Notify};

/// Keys of `[notify]`.
pub(in crate::policy) const NOTIFY: &[&str] = &["channels", "next_after"];
/// Keys of `[missed]`.
pub(in crate::policy) const MISSED: &[&str] = &["offline_after", "within", "offline_for"];
/// What `channels` may hold.
pub(in crate::policy) const CHANNELS: &[(&str, Channel)] =
    &[(Channel::Slack.name(), Channel::Slack), (Channel::Email.name(), Channel::Email), (Channel::Webhook.name(), Channel::Webhook)];
/// More missed leads than this are not counted.
pub(in crate::policy) const MOST_MISSED: u32 = 1_000;

/// Reads both.
pub(super) fn read(reading: &mut Reading<'_>, sections: &Sections<'_>) -> (Notify, Option<Missed>) {
    (notify(reading, sections), missed(reading, sections))
}

fn notify(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Notify {
    let found = &mut reading.found;
    let usual = Notify::default();
    let Some(section) = sections.once("notify").and_then(|node| node.section(NOTIFY, found)) else { return usual };
    let channels = match section.get("channels") {
        Some(node) => {
            let channels = words(&node, CHANNELS, found);
            if node.value().and_then(toml_edit::Value::as_array).is_some_and(toml_edit::Array::is_empty) {
                let problem = node.error("empty", "without a channel no rep would be told about a lead");
                found.push(problem.help(Some("name one: `channels = [\"slack\", \"email\"]`")));
            }
            channels
        }
        None => usual.channels,
    };
    let next_after = section.get("next_after");
    if let Some(node) = next_after.filter(|_| channels.len() == 1) {
        let problem = Diagnostic::warning("never-used", node.key_place(), "there is no second channel to be the next");
        found.push(problem.help(Some("add one to `channels`, or remove this line")));
    }
    Notify { channels, next_after: next_after.and_then(|node| node.span(found)) }
}

fn missed(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Option<Missed> {
    let found = &mut reading.found;
    let section = sections.once("missed").and_then(|node| node.section(MISSED, found))?;
    let offline_after = section.required("offline_after", found).and_then(|node| node.whole(1..=MOST_MISSED, found));
    let within = section.required("within", found).and_then(|node| node.span(found));
    let offline_for = section.required("offline_for", found).and_then(|node| node.span(found));
    Some(Missed { offline_after: offline_after?, within: within?, offline_for: offline_for? })
}
