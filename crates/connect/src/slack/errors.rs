//! What Slack's error codes mean for a message, and what somebody has to do about them. Pure.

use crate::http::Answer;
use crate::message::Outcome;
use jiff::Timestamp;
use std::time::Duration;

/// How long Slack is left alone when it does not say.
const BREATH: Duration = Duration::from_secs(30);

/// The outcome of a call of the Web API that Slack answered with `ok: false`.
#[must_use]
pub fn outcome(method: &str, error: &str) -> Outcome {
    match error {
        "ratelimited" | "rate_limited" => Outcome::Retry { after: Some(BREATH), reason: "Slack asks to send more slowly".to_owned() },
        "internal_error" | "fatal_error" | "request_timeout" | "service_unavailable" | "team_added_to_org" => {
            Outcome::retry(format!("Slack has a fault of its own ({error})"))
        }
        _ => Outcome::dead(format!("Slack refuses {method}: {error}. {}", advice(error))),
    }
}

/// The outcome of a request that was answered with a status other than 200.
#[must_use]
pub fn status_outcome(answer: &Answer, now: Timestamp) -> Outcome {
    let status = answer.status;
    match status {
        429 => {
            let after = answer.retry_after(now).unwrap_or(BREATH);
            Outcome::Retry { after: Some(after), reason: "Slack asks to send more slowly (429)".to_owned() }
        }
        408 | 500..=599 => Outcome::Retry { after: answer.retry_after(now), reason: format!("Slack answered {status}") },
        300..=399 => Outcome::dead(format!("Slack's address answered {status}, a redirect: correct the address")),
        _ => Outcome::dead(format!("Slack answered {status}: correct the address of its API")),
    }
}

/// The outcome of a post to an incoming webhook, which answers with a word and a status.
#[must_use]
pub fn webhook_outcome(answer: &Answer, now: Timestamp) -> Outcome {
    let word: String = answer.text().trim().chars().filter(|char| char.is_ascii_alphanumeric() || *char == '_').take(60).collect();
    match answer.status {
        400 | 403 | 404 | 410 => Outcome::dead(format!("Slack refuses the incoming webhook: {word}. {}", advice(&word))),
        _ => status_outcome(answer, now),
    }
}

fn advice(error: &str) -> &'static str {
    match error {
        "invalid_auth" | "not_authed" | "token_revoked" | "token_expired" | "account_inactive" | "not_allowed_token_type" => {
            "Enter the bot's token again (Slack: Your apps, OAuth & Permissions), then retry the message"
        }
        "missing_scope" | "no_permission" | "ekm_access_denied" | "access_denied" => {
            "Give the app the scope chat:write, install it again, enter the new token, then retry the message"
        }
        "channel_not_found" | "user_not_found" | "user_disabled" | "user_not_visible" | "cannot_dm_bot" => {
            "Correct the slack_id of the recipient (a member's id, U..., of the same workspace as the app), then retry the message"
        }
        "messages_tab_disabled" => "Turn on the messages tab in the app's settings (App Home), then retry the message",
        "not_in_channel" => "Invite the app into the channel, or give it the scope chat:write.public, then retry the message",
        "is_archived" | "channel_is_archived" => "The channel is archived: choose another one, then retry the message",
        "no_service" | "no_team" | "team_disabled" | "no_active_hooks" | "invalid_token" => {
            "The incoming webhook was removed: make a new one in Slack, enter its address, then retry the message"
        }
        "restricted_action" | "action_prohibited" | "posting_to_general_channel_denied" => {
            "The workspace's settings forbid posting there: ask its administrator, then retry the message"
        }
        "message_not_found" | "edit_window_closed" | "cant_update_message" => "The earlier message can no longer be changed",
        _ => "Look the code up in Slack's documentation of the method; if it speaks of the message's form, report a fault of Pointsman",
    }
}
