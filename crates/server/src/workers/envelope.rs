//! The envelope: a notification of the store as a message that a channel can carry. Pure.

use jiff::Timestamp;
use pointsman_connect::message::{self as out, Action, Message, Person, State};
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::Lead;
use pointsman_engine::life::{self, Life, Stage};
use pointsman_engine::value::fold;
use pointsman_store::notification::{About, InQueue, Notice, Notification, Recipient, Waiting};

/// Fields shown below what every message shows.
const MORE: [(LeadField, &str); 4] =
    [(LeadField::Website, "Website"), (LeadField::Industry, "Industry"), (LeadField::Employees, "Employees"), (LeadField::Pages, "Pages")];

/// The message of a notification.
#[must_use]
pub fn message(notification: &Notification) -> Message {
    let Notification { id, at, to, notice, about, waiting, replaces, .. } = notification;
    let recipient = to.as_ref().map(|to| &*to.person);
    let about = about.as_deref();
    let state = about.map_or(State::Open, |about| state(about, recipient.filter(|_| is_for_holder(notice))));
    Message {
        id: id.to_string(),
        at: *at,
        to: to.as_ref().map(reader).unwrap_or_default(),
        notice: said(notice, about, waiting.as_ref()),
        actions: about.map(|about| actions(&about.life, recipient)).unwrap_or_default(),
        about: about.map(|about| shown(about, state)),
        replaces: replaces.as_ref().map(ToString::to_string),
    }
}

fn reader(to: &Recipient) -> out::Recipient {
    let person = Person { email: to.person.to_string(), name: to.name.as_ref().map(ToString::to_string) };
    out::Recipient {
        person: Some(person),
        slack_id: to.slack_id.as_ref().map(ToString::to_string),
        timezone: Some(to.timezone.to_string()),
    }
}

/// Whether a notice goes to who has, or had, the lead.
const fn is_for_holder(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::Lead(
            life::Notice::Assigned { .. } | life::Notice::CameAgain { .. } | life::Notice::Reminder { .. } | life::Notice::TakenAway { .. }
        )
    )
}

fn said(notice: &Notice, about: Option<&About>, waiting: Option<&Waiting>) -> out::Notice {
    let queue = || match about.map(|about| &about.life.stage) {
        Some(Stage::Queued { queue }) => queue.to_string(),
        _ => String::new(),
    };
    match notice {
        Notice::Lead(life::Notice::Assigned { .. }) => out::Notice::Assigned,
        Notice::Lead(life::Notice::CameAgain { .. }) => out::Notice::CameAgain,
        Notice::Lead(life::Notice::Reminder { .. }) => out::Notice::Reminder,
        Notice::Lead(life::Notice::NotContacted { .. }) => out::Notice::Breach,
        Notice::Lead(life::Notice::NotRouted { .. }) => out::Notice::Queued { queue: queue() },
        Notice::Lead(life::Notice::TakenAway { .. }) => out::Notice::Reassigned { to: about.and_then(holder) },
        Notice::Review { queue } => {
            let in_queue = |lead: &InQueue| out::InQueue {
                company: lead.company.as_ref().map(ToString::to_string),
                why: lead.why.to_string(),
                since: lead.since,
            };
            let (count, first) = waiting.map_or((0, Vec::new()), |waiting| (waiting.count, waiting.first.iter().map(in_queue).collect()));
            out::Notice::Review { queue: queue.to_string(), count, first }
        }
        Notice::Offline { rep, missed, until } => {
            out::Notice::Offline { rep: Person { email: rep.to_string(), name: None }, missed: *missed, until: Some(*until) }
        }
        Notice::Event { event, data } => out::Notice::Event { event: event.to_string(), data: data.clone() },
    }
}

/// Who has the lead.
fn holder(about: &About) -> Option<Person> {
    let holder = about.life.holder()?;
    Some(Person { email: holder.rep.to_string(), name: about.rep_name.as_ref().map(ToString::to_string) })
}

fn is(person: &str, other: &str) -> bool {
    fold(person) == fold(other)
}

/// What has become of the lead; for somebody who had it, what has become of it for them.
fn state(about: &About, had: Option<&str>) -> State {
    let life = &about.life;
    let by = holder(about);
    let since = life.holder().map_or(Timestamp::UNIX_EPOCH, |holder| holder.at);
    if let Some(had) = had.filter(|had| !by.as_ref().is_some_and(|by| is(had, &by.email)))
        && !matches!(life.stage, Stage::Erased | Stage::Closed { .. })
    {
        let passed = life.passed.iter().any(|passed| is(passed, had));
        let person = Person { email: had.to_owned(), name: None };
        return if passed { State::Passed { by: person, at: since } } else { State::Moved { to: by, at: since } };
    }
    match (&life.stage, by) {
        (Stage::Erased, _) => State::Erased,
        (Stage::Closed { .. }, _) => State::Closed { at: life.contacted_at.or(life.accepted_at).unwrap_or(since) },
        (Stage::Contacted(_), Some(by)) => State::Contacted { by, at: life.contacted_at.unwrap_or(since) },
        (Stage::Assigned(_), Some(by)) => life.accepted_at.map_or(State::Open, |at| State::Accepted { by, at }),
        _ => State::Open,
    }
}

/// What the recipient may answer now.
fn actions(life: &Life, recipient: Option<&str>) -> Vec<Action> {
    match (&life.stage, recipient) {
        (Stage::Assigned(holder), Some(recipient)) if is(&holder.rep, recipient) => {
            let accepted = life.accepted_at.is_some();
            Action::ALL.into_iter().filter(|action| !(accepted && *action == Action::Accept)).collect()
        }
        _ => Vec::new(),
    }
}

fn shown(about: &About, state: State) -> out::About {
    let text = |text: &Option<Box<str>>| text.as_ref().map(ToString::to_string);
    out::About {
        lead: summary(&about.lead),
        why: about.reason.to_string(),
        rule: text(&about.life.rule),
        account: text(&about.account),
        contact_by: about.life.contact_by,
        rep: holder(about),
        state,
    }
}

fn summary(lead: &Lead) -> out::Lead {
    let text = |field| lead.get(field).map(ToString::to_string);
    let joined = |fields: &[LeadField], between: &str| {
        let parts: Vec<String> = fields.iter().filter_map(|field| text(*field)).collect();
        (!parts.is_empty()).then(|| parts.join(between))
    };
    out::Lead {
        id: lead.id.to_string(),
        name: joined(&[LeadField::FirstName, LeadField::LastName], " "),
        title: text(LeadField::Title),
        company: text(LeadField::Company),
        email: text(LeadField::Email),
        phone: text(LeadField::Phone),
        country: text(LeadField::Country),
        asked_for: joined(&[LeadField::Type, LeadField::ProductInterest], ", ").map(|asked| asked.replace('_', " ")),
        source: text(LeadField::Source),
        more: MORE.iter().filter_map(|(field, label)| Some(((*label).to_owned(), text(*field)?))).collect(),
    }
}
