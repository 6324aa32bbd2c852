//! What a message says, before it is dressed for a medium: cleaned of what strangers may have put into it
//! ([`crate::clean`]), in the order in which it is shown, not escaped for anything. Pure.

use crate::clean::{line, lines};
use crate::message::{About, Action, InQueue, Lead, Message, Notice, Person, State};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The longest headline; Slack takes 150 characters.
const HEADLINE: usize = 140;
/// The longest fact, such as a name or a company.
const FACT: usize = 200;
/// The longest text of the lead's own.
const WORDS: usize = 1_500;
/// So many further facts are shown.
const MORE: usize = 6;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The one line that must be read.
    pub headline: String,
    /// What has become of it.
    pub situation: Option<Sentence>,
    /// What the recipient has to do until when.
    pub deadline: Option<Sentence>,
    /// The lead's facts, as label and value.
    pub facts: Vec<(String, String)>,
    /// What they asked for, in their own lines.
    pub asked_for: Option<String>,
    /// Why the lead is where it is, as label and sentence.
    pub why: Option<(&'static str, String)>,
    /// The lead to open.
    pub lead: Option<String>,
    /// What the recipient may answer.
    pub actions: Vec<Action>,
}

/// A text that may end in a moment, which each medium writes in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The text.
    pub text: String,
    /// The moment it ends in.
    pub at: Option<Timestamp>,
    /// What follows the moment, in parentheses.
    pub note: Option<String>,
}

impl Sentence {
    const fn plain(text: String) -> Self {
        Self { text, at: None, note: None }
    }

    const fn at(text: String, at: Timestamp) -> Self {
        Self { text, at: Some(at), note: None }
    }

    /// The sentence with its moment as this function writes it.
    #[must_use]
    pub fn with(&self, moment: impl FnOnce(Timestamp) -> String) -> String {
        let mut text = self.text.clone();
        if let Some(at) = self.at {
            text.push(' ');
            text.push_str(&moment(at));
        }
        if let Some(note) = &self.note {
            text.push_str(&format!(" ({note})"));
        }
        text
    }
}

/// What a message says, read at this moment.
#[must_use]
pub fn of(message: &Message, now: Timestamp) -> Content {
    let about = message.about.as_ref();
    if about.is_some_and(|about| about.state == State::Erased) {
        return erased_content();
    }
    let theirs = about.filter(|about| is_theirs(message, about));
    let asked_for = theirs.and_then(|about| about.lead.asked_for.as_deref()).map(|text| lines(text, WORDS));
    Content {
        headline: line(&headline(message), HEADLINE),
        situation: situation(message),
        deadline: theirs.and_then(|about| deadline(about, now)),
        facts: theirs.map(facts).or_else(|| queued(message)).unwrap_or_default(),
        asked_for: asked_for.filter(|text| !text.is_empty()),
        why: theirs.and_then(|about| why(message, about)),
        lead: about.map(|about| about.lead.id.clone()),
        actions: message.actions.clone(),
    }
}

/// Whether the recipient still has to do with the lead; to others no more is said of it than its name.
const fn is_theirs(message: &Message, about: &About) -> bool {
    let moved = matches!(message.notice, Notice::Reassigned { .. });
    !moved && matches!(about.state, State::Open | State::Accepted { .. } | State::Contacted { .. })
}

/// A person's data was erased: the message keeps its place and says nothing of them.
fn erased_content() -> Content {
    Content {
        headline: "This lead was erased".to_owned(),
        situation: Some(Sentence::plain("The person's data is no longer kept.".to_owned())),
        deadline: None,
        facts: Vec::new(),
        asked_for: None,
        why: None,
        lead: None,
        actions: Vec::new(),
    }
}

fn headline(message: &Message) -> String {
    let who = message.about.as_ref().map_or_else(|| "a lead".to_owned(), |about| who(&about.lead));
    let own = is_own(message);
    if let Some(outcome) = outcome(message) {
        return format!("{outcome}: {who}");
    }
    match &message.notice {
        Notice::Assigned => format!("New lead: {who}"),
        Notice::CameAgain => format!("Your lead came again: {who}"),
        Notice::Reminder => format!("Still to be contacted: {who}"),
        Notice::Breach if own => format!("Overdue: {who}"),
        Notice::Breach => match message.about.as_ref().and_then(|about| about.rep.as_ref()) {
            Some(rep) => format!("Overdue with {}: {who}", name(rep)),
            None => format!("Overdue: {who}"),
        },
        Notice::Reassigned { .. } => format!("No longer yours: {who}"),
        Notice::Queued { queue } => format!("Waiting in {}: {who}", line(queue, FACT)),
        Notice::Review { queue, count, .. } => format!("{} in {}", wait(*count), line(queue, FACT)),
        Notice::Offline { .. } if own => "You get no new leads for now".to_owned(),
        Notice::Offline { rep, .. } => format!("{} gets no new leads for now", name(rep)),
        Notice::Event { event, .. } => event.clone(),
    }
}

/// What has become of the lead, where a message is brought up to date: its old news is none any more.
fn outcome(message: &Message) -> Option<&'static str> {
    message.replaces.as_ref()?;
    match (&message.about.as_ref()?.state, &message.notice) {
        (State::Accepted { .. }, Notice::Assigned | Notice::CameAgain) => Some("Accepted"),
        (State::Contacted { .. }, _) => Some("Contacted"),
        (State::Passed { .. }, _) => Some("Passed on"),
        (State::Moved { to: Some(_), .. }, Notice::Queued { .. }) => Some("Taken"),
        (State::Moved { .. }, _) => Some("Reassigned"),
        (State::Closed { .. }, _) => Some("Closed"),
        _ => None,
    }
}

/// Whether the recipient is the rep whom the message is about, not their manager.
fn is_own(message: &Message) -> bool {
    let subject = match &message.notice {
        Notice::Offline { rep, .. } => Some(rep),
        _ => message.about.as_ref().and_then(|about| about.rep.as_ref()),
    };
    match (subject, &message.to.person) {
        (Some(subject), Some(person)) => subject.email.eq_ignore_ascii_case(&person.email),
        _ => false,
    }
}

/// `Ada Lovelace (Globex)`, or what is known.
fn who(lead: &Lead) -> String {
    let known = |text: &Option<String>| text.as_deref().map(|text| line(text, 60)).filter(|text| !text.is_empty());
    match (known(&lead.name).or_else(|| known(&lead.email)), known(&lead.company)) {
        (Some(name), Some(company)) => format!("{name} ({company})"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => known(&lead.phone).unwrap_or_else(|| "somebody without a name".to_owned()),
    }
}

/// A person's name, or their address.
#[must_use]
pub fn name(person: &Person) -> String {
    let name = person.name.as_deref().map(|name| line(name, FACT)).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| line(&person.email, FACT))
}

fn situation(message: &Message) -> Option<Sentence> {
    match &message.notice {
        Notice::Reassigned { to: Some(to) } => return Some(Sentence::plain(format!("{} has it now.", name(to)))),
        Notice::Reassigned { to: None } => return Some(Sentence::plain("It waits for somebody else.".to_owned())),
        Notice::Review { count, first, .. } => {
            let later = (*count as usize).saturating_sub(first.len());
            let it = if *count == 1 { "it" } else { "them" };
            let more = if later == 0 { String::new() } else { format!(" {later} more came after these.") };
            return Some(Sentence::plain(format!("Somebody has to take {it} or assign {it}.{more}")));
        }
        Notice::Offline { missed, until, .. } => {
            let leads = if *missed == 1 { "1 lead was".to_owned() } else { format!("{missed} leads were") };
            let begin = format!("{leads} not contacted in time. No new ones");
            return Some(match until {
                Some(until) => Sentence::at(format!("{begin} until"), *until),
                None => Sentence::plain(format!("{begin} until somebody ends the pause.")),
            });
        }
        _ => {}
    }
    Some(match &message.about.as_ref()?.state {
        State::Open | State::Erased => return None,
        State::Accepted { by, at } => Sentence::at(format!("Accepted by {},", name(by)), *at),
        State::Contacted { by, at } => Sentence::at(format!("Contacted by {},", name(by)), *at),
        State::Passed { by, at } => Sentence::at(format!("Passed on by {},", name(by)), *at),
        State::Moved { to: Some(to), at } => Sentence::at(format!("Now with {}, since", name(to)), *at),
        State::Moved { to: None, at } => Sentence::at("Waiting for somebody else since".to_owned(), *at),
        State::Closed { at } => Sentence::at("Closed,".to_owned(), *at),
    })
}

/// Only while there is something to do.
fn deadline(about: &About, now: Timestamp) -> Option<Sentence> {
    if !matches!(about.state, State::Open | State::Accepted { .. }) {
        return None;
    }
    let by = about.contact_by?;
    let left = by.duration_since(now);
    let (text, note) = if left.is_negative() {
        ("Contact was due by", format!("{} ago", span(left.abs())))
    } else {
        ("Contact by", format!("{} left", span(left)))
    };
    Some(Sentence { text: text.to_owned(), at: Some(by), note: Some(note) })
}

/// `3 min`, `1 h 5 min`, `2 days`: as exact as a reader needs.
fn span(left: SignedDuration) -> String {
    let minutes = left.as_secs() / 60;
    match (minutes / (24 * 60), minutes / 60, minutes % 60) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, ..) => "1 day".to_owned(),
        (days, ..) => format!("{days} days"),
    }
}

fn facts(about: &About) -> Vec<(String, String)> {
    let lead = &about.lead;
    let known = [
        ("Name", &lead.name),
        ("Title", &lead.title),
        ("Company", &lead.company),
        ("Account", &about.account),
        ("E-mail", &lead.email),
        ("Phone", &lead.phone),
        ("Country", &lead.country),
        ("Source", &lead.source),
    ];
    let known = known.into_iter().filter_map(|(label, value)| Some((label.to_owned(), line(value.as_deref()?, FACT))));
    let more = lead.more.iter().take(MORE).map(|(label, value)| (line(label, 40), line(value, FACT)));
    known.chain(more).filter(|(label, value)| !label.is_empty() && !value.is_empty()).collect()
}

/// The leads of a review: the company, why it is there, and since when.
fn queued(message: &Message) -> Option<Vec<(String, String)>> {
    let Notice::Review { first, .. } = &message.notice else { return None };
    let fact = |lead: &InQueue| {
        let company = lead.company.as_deref().map(|company| line(company, 40)).filter(|company| !company.is_empty());
        let since = moment(lead.since, message.to.timezone.as_deref());
        (company.unwrap_or_else(|| "No company".to_owned()), format!("since {since}: {}", line(&lead.why, FACT)))
    };
    Some(first.iter().map(fact).collect())
}

/// `1 lead waits`, `12 leads wait`.
fn wait(count: u32) -> String {
    if count == 1 { "1 lead waits".to_owned() } else { format!("{count} leads wait") }
}

fn why(message: &Message, about: &About) -> Option<(&'static str, String)> {
    let why = line(&about.why, 500);
    let label = if is_own(message) { "Why it is yours" } else { "Why it is there" };
    (!why.is_empty()).then_some((label, why))
}

/// A moment in the recipient's time zone, as people read it: `Thu 24 Dec 10:00 CET`.
#[must_use]
pub fn moment(at: Timestamp, timezone: Option<&str>) -> String {
    let zone = timezone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%a %-d %b %H:%M %Z").to_string()
}
