//! The journal: what happened, in order, each entry with a number that counts up without gaps.
//!
//! It is the story that people read, the stream that others subscribe to, and what one node learns another's
//! changes from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An entry, before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// `received`, `decided`, `accepted`, `missed`, `rep_changed` ...
    pub kind: Box<str>,
    /// The lead it is about.
    pub lead: Option<Box<str>>,
    /// The rep it is about.
    pub rep: Option<Box<str>>,
    /// Who did it; `None`: the server.
    pub actor: Option<Box<str>>,
    /// What more there is to say.
    pub body: Body,
}

/// What an entry says beside its kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Body {
    /// In a sentence.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub text: Box<str>,
    /// For programs, by kind.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
    /// What it does to the counts that caps ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<Count>,
}

impl Body {
    /// Only a sentence.
    pub(crate) fn text(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A change of what a rep has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// One more, open.
    Give {
        /// Who.
        rep: Box<str>,
        /// Through which pool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// When.
        at: Timestamp,
    },
    /// It no longer counts at all.
    GiveBack {
        /// Who.
        rep: Box<str>,
        /// Through which pool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// When it was given.
        at: Timestamp,
    },
    /// It is no longer open; what caps count in a period stays.
    Close {
        /// Who.
        rep: Box<str>,
        /// Through which pool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
    },
}

impl Count {
    /// Whose.
    #[must_use]
    pub const fn rep(&self) -> &str {
        let (Self::Give { rep, .. } | Self::GiveBack { rep, .. } | Self::Close { rep, .. }) = self;
        rep
    }

    /// Through which pool.
    #[must_use]
    pub fn pool(&self) -> Option<&str> {
        let (Self::Give { pool, .. } | Self::GiveBack { pool, .. } | Self::Close { pool, .. }) = self;
        pool.as_deref()
    }
}
