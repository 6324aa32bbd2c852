//! Messages into the outbox: who is told, through which channel, and what programs hear.

use super::Batch;
use crate::db::DbError;
use crate::notification::Notice;
use crate::schema::WORKSPACE;
use crate::value::json;
use crate::world::ChannelFacts;
use pointsman_engine::life::{self, Who};
use pointsman_engine::policy::Channel;

/// A message before it is a row.
pub(super) struct Draft {
    pub lead: Option<Box<str>>,
    pub channel: Option<Box<str>>,
    pub recipient: Option<Box<str>>,
    pub notice: Notice,
    /// An earlier delivery to bring up to date.
    pub replaces: Option<Box<str>>,
}

/// What a message's row says beside its columns.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct MessageBody {
    pub notice: Notice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Box<str>>,
}

impl Batch<'_> {
    /// Tells somebody about a lead, through the `place`-th of the policy's channels.
    pub(super) fn notify(&mut self, lead: &str, who: &Who, notice: life::Notice, place: u32) -> Result<(), DbError> {
        let Some(recipient) = self.recipient(who) else { return Ok(()) };
        // A lead that comes with a person who is told of what waits in a queue: they are told what it waits for.
        let channel = self.channel(place);
        if channel.is_none() && place > 0 {
            return Ok(());
        }
        self.send(Draft { lead: Some(lead.into()), channel, recipient: Some(recipient), notice: Notice::Lead(notice), replaces: None })
    }

    /// Puts a message into the outbox. One that no channel can carry is dead at once, which people see.
    pub(super) fn send(&mut self, draft: Draft) -> Result<(), DbError> {
        // Unique, and in order: a batch with messages has entries, so that no other begins at the same number.
        let id = format!("msg_{:012}_{:05}", self.world.head + 1, self.messages.len());
        let dead =
            draft.channel.is_none().then_some("no channel for messages to people is set up: add one (PUT /v1/channels/NAME), then retry");
        let kind = kind(&draft.notice, draft.replaces.is_some());
        let body = json(&MessageBody { notice: draft.notice, replaces: draft.replaces })?;
        self.messages.push(vec![
            WORKSPACE.into(),
            id.into(),
            draft.lead.into(),
            draft.channel.unwrap_or_default().into(),
            draft.recipient.into(),
            kind.into(),
            dead.map_or("pending", |_| "dead").into(),
            0_i64.into(),
            self.now.into(),
            dead.into(),
            self.now.into(),
            body,
        ]);
        Ok(())
    }

    /// The channel at a place of the policy's list, among those that are set up.
    pub(super) fn channel(&self, place: u32) -> Option<Box<str>> {
        let ruling = self.world.ruling.as_ref()?;
        let mut set_up: Vec<&str> = Vec::new();
        for channel in ruling.policy.notify.channels.iter().filter_map(|wanted| carrier(&self.world.channels, *wanted)) {
            if !set_up.contains(&&*channel.name) {
                set_up.push(&channel.name);
            }
        }
        set_up.get(place as usize).map(|name| Box::from(*name))
    }

    /// The channel after this one; the first where this one is there no more.
    pub(super) fn channel_after(&self, name: &str) -> Option<Box<str>> {
        if !self.is_channel(name) {
            return self.channel(0);
        }
        (0..).map_while(|place| self.channel(place)).skip_while(|channel| **channel != *name).nth(1)
    }

    /// Whether there is such a channel.
    pub(super) fn is_channel(&self, name: &str) -> bool {
        self.world.channels.iter().any(|channel| *channel.name == *name)
    }

    /// The key of who is meant; nobody where a rep has no manager.
    pub(super) fn recipient(&self, who: &Who) -> Option<Box<str>> {
        let ruling = self.world.ruling.as_ref()?;
        let policy = &ruling.policy;
        match who {
            Who::Rep(rep) => Some(rep.clone()),
            Who::ManagerOf(rep) => ruling.book.directory().get(ruling.rep(rep)?)?.manager.clone(),
            Who::Person(person) => Some(person.clone()),
            Who::Reviewer(queue) => {
                let named = queue.as_ref().and_then(|name| policy.queues.iter().find(|queue| queue.name == *name));
                let fallback = policy.queues.get(policy.fallback.queue.at());
                let reviewer = named.and_then(|queue| queue.reviewer).or_else(|| fallback?.reviewer)?;
                policy.people.get(reviewer.at()).cloned()
            }
        }
    }

    /// Programs that asked for it hear of an event.
    pub(super) fn tell_programs(&mut self, lead: &str, kind: &str, data: &serde_json::Value) -> Result<(), DbError> {
        let event: Box<str> = format!("lead.{kind}").into();
        let listening = self.world.channels.iter().filter(|channel| channel.hears(&event));
        let names: Vec<Box<str>> = listening.map(|channel| channel.name.clone()).collect();
        for name in names {
            let notice = Notice::Event { event: event.clone(), data: data.clone() };
            self.send(Draft { lead: Some(lead.into()), channel: Some(name), recipient: None, notice, replaces: None })?;
        }
        Ok(())
    }

    /// The channels whose messages can be changed once they are there.
    pub(super) fn changeable(&self) -> Vec<Box<str>> {
        self.world.channels.iter().filter(|channel| &*channel.kind == "slack").map(|channel| channel.name.clone()).collect()
    }

    /// Messages that were delivered, and can be changed where they are, show what is true now.
    pub(super) fn refresh(&mut self, lead: &str) -> Result<(), DbError> {
        let changeable = self.changeable();
        if changeable.is_empty() {
            return Ok(());
        }
        let sql = "select channel, recipient, external, body from message where ws = $1 and lead = $2 and state = 'sent' \
                   and external is not null and kind <> 'refresh' and channel in (each $3) order by id";
        for row in self.db.query(sql, &[WORKSPACE.into(), lead.into(), changeable.into()])? {
            let MessageBody { notice, .. } = row.json(3)?;
            let (channel, recipient, replaces) =
                (row.text(0)?.into(), row.maybe_text(1)?.map(Into::into), row.maybe_text(2)?.map(Into::into));
            self.send(Draft { lead: Some(lead.into()), channel: Some(channel), recipient, notice, replaces })?;
        }
        Ok(())
    }
}

/// The first channel set up that carries what the policy asks for; a sink takes the place of any.
fn carrier(channels: &[ChannelFacts], wanted: Channel) -> Option<&ChannelFacts> {
    let kinds: &[&str] = match wanted {
        Channel::Slack => &["slack", "slack_webhook"],
        Channel::Email => &["smtp"],
        Channel::Webhook => &["webhook"],
    };
    let of = |kinds: &[&str]| channels.iter().find(|channel| kinds.contains(&&*channel.kind));
    of(kinds).or_else(|| of(&["sink"]))
}

fn kind(notice: &Notice, refresh: bool) -> Box<str> {
    if refresh {
        return "refresh".into();
    }
    match notice {
        Notice::Lead(notice) => match notice {
            life::Notice::Assigned { .. } => "assigned",
            life::Notice::CameAgain { .. } => "came_again",
            life::Notice::Reminder { .. } => "reminder",
            life::Notice::NotContacted { .. } => "not_contacted",
            life::Notice::NotRouted { .. } => "not_routed",
            life::Notice::TakenAway { .. } => "taken_away",
        }
        .into(),
        Notice::Review { .. } => "review".into(),
        Notice::Offline { .. } => "offline".into(),
        Notice::Event { .. } => "event".into(),
    }
}
