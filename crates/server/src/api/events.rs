//! Events: everything that happens, as a stream of server-sent events that goes on where it broke off.

use super::leads::Event;
use crate::app::Shared;
use crate::http::extract::{Query, header_text};
use crate::keyring::Caller;
use crate::problem::{AnyProblem, Problem};
use crate::tokens::Scope;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Sent, KeepAlive};
use futures_util::Stream;
use pointsman_store::read::journal;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::IntoParams;

/// So many entries are read at once.
const PIECE: u32 = 500;

/// Another node's entries are found within this time; our own at once.
const LOOK: Duration = Duration::from_secs(1);

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Only of these kinds, with commas between.
    pub kinds: Option<String>,
    /// Only about this lead.
    pub lead: Option<String>,
    /// Begin after this event; at the present moment if neither this nor Last-Event-ID is given.
    pub after: Option<i64>,
}

/// Streams events as they happen
///
/// Server-sent events: `id` is the number of the event, `event` its kind, `data` the event as JSON. A client that comes
/// again with `Last-Event-ID` misses nothing. The stream ends when the server stops, and when the token is revoked or over.
#[utoipa::path(get, path = "/v1/events", tag = "events", security(("token" = ["leads:read"])),
    params(EventQuery, ("Last-Event-ID" = Option<String>, Header, description = "The number of the last event that was seen")),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream"), AnyProblem))]
pub async fn stream(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    let last = header_text(&headers, "last-event-id")?.map(str::trim).filter(|text| !text.is_empty());
    let last =
        last.map(|text| text.parse().map_err(|_| Problem::BadHeader("last-event-id", "the number of an event is expected".to_owned())));
    let after = match last.transpose()?.or(query.after) {
        Some(after) => after,
        None => app.reading.ask(journal::head).await?,
    };
    let kinds = query.kinds.map(|kinds| kinds.split(',').map(|kind| kind.trim().to_owned()).collect());
    let following = Following { head: app.writing.head(), app, caller: caller.id, after, kinds, lead: query.lead, ready: VecDeque::new() };
    let events = futures_util::stream::unfold(following, |mut following| async move { Some((Ok(following.next().await?), following)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// Somebody who follows the journal.
struct Following {
    app: Shared,
    /// The id of the token, which may be revoked meanwhile.
    caller: Arc<str>,
    head: watch::Receiver<i64>,
    after: i64,
    kinds: Option<Vec<String>>,
    lead: Option<String>,
    ready: VecDeque<Event>,
}

impl Following {
    /// The next event; none once the server stops, the store is away (the client comes again), or the token is no
    /// longer let in. That is asked before each event, of the keyring, which knows within some seconds.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if !self.app.keyring.still_lets(&self.app.reading, &self.caller, Scope::LeadsRead).await.unwrap_or(false) {
                return None;
            }
            while let Some(event) = self.ready.pop_front() {
                if let Some(sent) = self.wanted(&event).then(|| sent(&event)).flatten() {
                    return Some(sent);
                }
            }
            if *self.app.stopping.borrow() {
                return None;
            }
            let after = self.after;
            let found = self.app.reading.ask(move |db| journal::after(db, after, PIECE)).await.ok()?;
            match found.last() {
                Some(last) => self.after = last.seq,
                None => self.wait().await,
            }
            self.ready.extend(found.into_iter().map(Event::from));
        }
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.head.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = self.app.stopped() => {}
        }
    }

    fn wanted(&self, event: &Event) -> bool {
        !journal::BOOKKEEPING.contains(&&*event.kind)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&event.kind))
            && self.lead.as_ref().is_none_or(|lead| event.lead.as_ref() == Some(lead))
    }
}

fn sent(event: &Event) -> Option<Sent> {
    Sent::default().id(event.seq.to_string()).event(event.kind.as_str()).json_data(event).ok()
}
