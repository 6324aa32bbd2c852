//! What a webhook says: `{type, timestamp, data}`. Pure.

use crate::links::Links;
use crate::message::{Message, Notice, State};
use serde_json::{Value, json};

/// The type by which receivers tell payloads apart, and to which they subscribe.
#[must_use]
pub fn event_type(message: &Message) -> String {
    match &message.notice {
        Notice::Event { event, .. } => event.clone(),
        notice => format!("notice.{}", notice.name()),
    }
}

/// The body. Texts are given as the lead gave them: a program gets data, and escapes for its own medium.
#[must_use]
pub fn of(message: &Message, links: &Links) -> Value {
    let data = match &message.notice {
        Notice::Event { data, .. } => data.clone(),
        notice => {
            let about = message.about.as_ref().filter(|about| about.state != State::Erased);
            json!({
                "notice": notice,
                "to": message.to.person,
                "about": about,
                "actions": message.actions,
                "link": about.map(|about| links.lead(&about.lead.id)),
            })
        }
    };
    json!({ "type": event_type(message), "timestamp": message.at, "data": data })
}

/// Whether a subscription takes a type: the type itself, `lead.*` for all below `lead`, `*` for all.
#[must_use]
pub fn takes(subscription: &str, event: &str) -> bool {
    match subscription.strip_suffix('*') {
        Some(above) => event.starts_with(above) && (above.is_empty() || above.ends_with('.')),
        None => subscription == event,
    }
}
