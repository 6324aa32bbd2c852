//! Lanes: for each channel how many deliveries are under way, what waits, and how fast it may go.

use crate::api::channels::place;
use crate::app::Shared;
use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::limit::Limit;
use pointsman_connect::seal::Sealed;
use pointsman_store::notification::Notification;
use pointsman_store::read::documents::{self, StoredDocument};
use pointsman_store::request::DocumentKind;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// A channel's stock lasts so long at its own rate: longer than the writer takes to bring more.
const STOCK: Duration = Duration::from_secs(2);

/// The largest stock.
const MOST: usize = 512;

/// What has waited longer than this in our hands is let go, well before its lease ends: it comes back by itself,
/// and is not sent twice.
const KEPT: SignedDuration = SignedDuration::from_secs(60);

/// All channels.
pub struct Lanes {
    lanes: BTreeMap<Box<str>, Lane>,
    places: usize,
}

struct Lane {
    etag: i64,
    /// Or why it cannot be used.
    channel: Result<Arc<Channel>, String>,
    limit: Limit,
    /// Nothing goes out before.
    rests_until: Timestamp,
    /// How many may be in our hands.
    stock: usize,
    /// With the moment at which each was taken.
    waiting: VecDeque<(Timestamp, Notification)>,
    under_way: usize,
}

/// A message that can go out now.
pub struct Departure {
    /// Its lane.
    pub lane: Box<str>,
    /// The channel, or why there is none.
    pub channel: Result<Arc<Channel>, String>,
    /// The message.
    pub notification: Notification,
}

impl Lanes {
    /// None yet; each channel will have so many places.
    pub const fn new(places: usize) -> Self {
        Self { lanes: BTreeMap::new(), places }
    }

    /// Opens channels that are new or were changed, and closes those that are gone.
    pub async fn refresh(&mut self, app: &Shared) -> Result<(), Problem> {
        let documents = app.reading.ask(|db| documents::all(db, DocumentKind::Channel)).await?;
        for (name, lane) in &mut self.lanes {
            if !documents.iter().any(|document| *document.id == **name) {
                lane.channel = Err(format!("the channel `{name}` was removed"));
                lane.etag = 0;
            }
        }
        for document in documents {
            let known = self.lanes.get(&*document.id).is_some_and(|lane| lane.etag == document.etag);
            if !known {
                self.open(app, &document);
            }
        }
        Ok(())
    }

    fn open(&mut self, app: &Shared, document: &StoredDocument) {
        let opened = open(app, document);
        let rate = opened.as_ref().map_or_else(|_| ChannelConfig::<Sealed>::Sink {}.usual_rate(), |(_, rate)| *rate);
        let channel = opened.map(|(channel, _)| Arc::new(channel));
        let lasting = STOCK.as_nanos() / rate.every.as_nanos().max(1);
        let stock = usize::try_from(lasting).unwrap_or(MOST).clamp(self.places, MOST.max(self.places));
        let lane = self.lane(document.id.as_str().into());
        (lane.etag, lane.channel, lane.limit, lane.stock) = (document.etag, channel, Limit::new(rate), stock);
        lane.rests_until = Timestamp::UNIX_EPOCH;
    }

    fn lane(&mut self, name: Box<str>) -> &mut Lane {
        let places = self.places;
        let unknown = || Lane {
            etag: 0,
            channel: Err("there is no such channel: add it (PUT /v1/channels/NAME), then retry".to_owned()),
            limit: Limit::new(ChannelConfig::<Sealed>::Sink {}.usual_rate()),
            rests_until: Timestamp::UNIX_EPOCH,
            stock: places,
            waiting: VecDeque::new(),
            under_way: 0,
        };
        self.lanes.entry(name).or_insert_with(unknown)
    }

    /// How many messages can be taken: no more than the stocks hold, so that none waits long in our hands. Before
    /// any channel is known, as many as one has places.
    pub fn room(&self) -> u32 {
        let free: usize = self.lanes.values().map(|lane| lane.stock.saturating_sub(lane.held())).sum();
        u32::try_from(if self.lanes.is_empty() { self.places } else { free }).unwrap_or(u32::MAX)
    }

    /// Channels that can take nothing now.
    pub fn full(&self, now: Timestamp) -> Vec<Box<str>> {
        let full = |lane: &Lane| lane.held() >= lane.stock || lane.rests_until > now;
        self.lanes.iter().filter(|(_, lane)| full(lane)).map(|(name, _)| name.clone()).collect()
    }

    /// How long until a channel that rests may go on with what waits for it.
    pub fn rested(&self, now: Timestamp) -> Option<Duration> {
        let resting = self.lanes.values().filter(|lane| !lane.waiting.is_empty() && lane.rests_until > now);
        Duration::try_from(resting.map(|lane| lane.rests_until).min()?.duration_since(now)).ok()
    }

    /// A message that was taken waits for its place.
    pub fn put(&mut self, notification: Notification, now: Timestamp) {
        self.lane(notification.channel.clone()).waiting.push_back((now, notification));
    }

    /// All that waits, which then waits no longer.
    pub fn empty(&mut self) -> Vec<Notification> {
        self.lanes.values_mut().flat_map(|lane| lane.waiting.drain(..)).map(|(_, notification)| notification).collect()
    }

    /// A message that can go out now, if there is one.
    pub fn next(&mut self, now: Timestamp) -> Option<Departure> {
        let places = self.places;
        for (name, lane) in &mut self.lanes {
            while lane.waiting.front().is_some_and(|(taken, _)| now.duration_since(*taken) > KEPT) {
                lane.waiting.pop_front();
            }
            if lane.waiting.is_empty() || lane.under_way >= places || lane.rests_until > now {
                continue;
            }
            if let Err(wait) = lane.limit.take(now) {
                lane.rest(now, wait);
                continue;
            }
            let (_, notification) = lane.waiting.pop_front()?;
            lane.under_way += 1;
            return Some(Departure { lane: name.clone(), channel: lane.channel.clone(), notification });
        }
        None
    }

    /// A delivery of a lane has ended. Where the other side asks to be left alone, nothing of the lane goes out before.
    pub fn free(&mut self, name: &str, left_alone: Option<Duration>, now: Timestamp) {
        let Some(lane) = self.lanes.get_mut(name) else { return };
        lane.under_way = lane.under_way.saturating_sub(1);
        if let Some(span) = left_alone {
            lane.limit.pause(now, span);
            lane.rest(now, span);
        }
    }
}

impl Lane {
    /// Nothing of it goes out for so long.
    fn rest(&mut self, now: Timestamp, span: Duration) {
        let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::ZERO);
        self.rests_until = self.rests_until.max(now.saturating_add(span).unwrap_or(now));
    }

    fn held(&self) -> usize {
        self.waiting.len() + self.under_way
    }
}

fn open(app: &Shared, document: &StoredDocument) -> Result<(Channel, pointsman_connect::limit::Rate), String> {
    let sealed: ChannelConfig<Sealed> = serde_json::from_str(&document.body)
        .map_err(|_| format!("the channel `{}` is not stored as this version knows it", document.id))?;
    let config = sealed.open(&app.key, &place(&document.id)).map_err(|error| error.to_string())?;
    let channel = Channel::open(&config, &app.outside).map_err(|error| error.to_string())?;
    Ok((channel, config.usual_rate()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn lanes() -> Lanes {
        let mut lanes = Lanes::new(2);
        for id in ["msg_1", "msg_2"] {
            let notice = pointsman_store::notification::Notice::Offline { rep: "ana@acme.example".into(), missed: 3, until: NOW };
            let notification = Notification {
                id: id.into(),
                attempts: 0,
                at: NOW,
                channel: "crm".into(),
                to: None,
                notice,
                about: None,
                waiting: None,
                replaces: None,
            };
            lanes.put(notification, NOW);
        }
        lanes
    }

    #[test]
    fn who_asks_to_be_left_alone_gets_nothing_of_the_whole_lane() {
        let mut lanes = lanes();
        assert!(lanes.next(NOW).is_some());
        lanes.free("crm", Some(Duration::from_secs(30)), NOW);
        assert!(lanes.next(NOW + 29.seconds()).is_none());
        assert_eq!((lanes.full(NOW + 29.seconds()).len(), lanes.rested(NOW)), (1, Some(Duration::from_secs(30))));
        assert!(lanes.next(NOW + 30.seconds()).is_some());
    }

    #[test]
    fn a_delivery_that_failed_by_itself_holds_nothing_back() {
        let mut lanes = lanes();
        assert!(lanes.next(NOW).is_some());
        lanes.free("crm", None, NOW);
        assert!(lanes.next(NOW).is_some());
    }
}
