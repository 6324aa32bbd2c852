//! How rows go into each table: its columns, and what happens to a row that is there already.

use crate::db::{Insert, Type::Int, Type::Text, Update};

pub(crate) const JOURNAL: Insert = Insert {
    table: "journal",
    columns: &[("ws", Int), ("seq", Int), ("at", Int), ("kind", Text), ("lead", Text), ("rep", Text), ("actor", Text), ("body", Text)],
    conflict: "",
};

pub(crate) const LEAD: Insert = Insert {
    table: "lead",
    columns: &[
        ("ws", Int),
        ("id", Text),
        ("seq", Int),
        ("received_at", Int),
        ("created_at", Int),
        ("person", Text),
        ("stage", Text),
        ("rep", Text),
        ("pool", Text),
        ("queue", Text),
        ("rule", Text),
        ("sla", Text),
        ("account", Text),
        ("contact_by", Int),
        ("contacted_at", Int),
        ("breached_at", Int),
        ("waiting_since", Int),
        ("decisions", Int),
        ("outcome", Text),
        ("reason", Text),
        ("label", Text),
        ("fields", Text),
        ("life", Text),
        ("due", Int),
    ],
    conflict: "on conflict (ws, id) do update set seq = excluded.seq, person = excluded.person, stage = excluded.stage, rep = excluded.rep, \
               pool = excluded.pool, queue = excluded.queue, rule = excluded.rule, sla = excluded.sla, account = excluded.account, \
               contact_by = excluded.contact_by, contacted_at = excluded.contacted_at, breached_at = excluded.breached_at, \
               waiting_since = excluded.waiting_since, decisions = excluded.decisions, outcome = excluded.outcome, \
               reason = excluded.reason, label = excluded.label, \
               fields = excluded.fields, life = excluded.life, due = excluded.due",
};

pub(crate) const DECISION: Insert = Insert {
    table: "decision",
    columns: &[
        ("ws", Int),
        ("lead", Text),
        ("n", Int),
        ("seq", Int),
        ("at", Int),
        ("outcome", Text),
        ("rule", Text),
        ("rep", Text),
        ("pool", Text),
        ("turn", Int),
        ("policy", Text),
        ("directory", Text),
        ("counts", Int),
        ("open", Int),
        ("body", Text),
    ],
    conflict: "",
};

pub(crate) const MESSAGE: Insert = Insert {
    table: "message",
    columns: &[
        ("ws", Int),
        ("id", Text),
        ("lead", Text),
        ("channel", Text),
        ("recipient", Text),
        ("kind", Text),
        ("state", Text),
        ("attempts", Int),
        ("next_at", Int),
        ("reason", Text),
        ("created_at", Int),
        ("body", Text),
    ],
    conflict: "",
};

/// What came of a message.
pub(crate) const DELIVERY: Update = Update {
    table: "message",
    columns: &[
        ("ws", Int),
        ("id", Text),
        ("state", Text),
        ("next_at", Int),
        ("reason", Text),
        ("external", Text),
        ("sent_at", Int),
        ("claimed_by", Text),
    ],
    found_by: 2,
};

pub(crate) const PERSON: Insert = Insert {
    table: "person",
    columns: &[("ws", Int), ("email", Text), ("rep", Text), ("lead", Text), ("at", Int)],
    conflict: "on conflict (ws, email) do update set rep = excluded.rep, lead = excluded.lead, at = excluded.at",
};

pub(crate) const COMPANY: Insert = Insert {
    table: "company",
    columns: &[("ws", Int), ("pool", Text), ("company", Text), ("rep", Text), ("at", Int)],
    conflict: "on conflict (ws, pool, company) do update set rep = excluded.rep, at = excluded.at",
};

pub(crate) const ROTATION: Insert = Insert {
    table: "rotation",
    columns: &[("ws", Int), ("pool", Text), ("seq", Int), ("body", Text)],
    conflict: "on conflict (ws, pool) do update set seq = excluded.seq, body = excluded.body",
};

pub(crate) const REP: Insert = Insert {
    table: "rep",
    columns: &[("ws", Int), ("email", Text), ("place", Int), ("etag", Int), ("body", Text)],
    conflict: "on conflict (ws, email) do update set etag = excluded.etag, body = excluded.body",
};

pub(crate) const ABSENCE: Insert = Insert {
    table: "absence",
    columns: &[
        ("ws", Int),
        ("id", Text),
        ("rep", Text),
        ("from_at", Int),
        ("until_at", Int),
        ("kind", Text),
        ("reason", Text),
        ("actor", Text),
    ],
    conflict: "on conflict (ws, id) do update set from_at = excluded.from_at, until_at = excluded.until_at, \
               kind = excluded.kind, reason = excluded.reason, actor = excluded.actor",
};

pub(crate) const GRANT: Insert = Insert {
    table: "grant_entry",
    columns: &[
        ("ws", Int),
        ("id", Text),
        ("pool", Text),
        ("rep", Text),
        ("thousandths", Int),
        ("reason", Text),
        ("actor", Text),
        ("at", Int),
    ],
    conflict: "",
};

pub(crate) const ACCOUNT: Insert = Insert {
    table: "account",
    columns: &[("ws", Int), ("id", Text), ("place", Int), ("etag", Int), ("label", Text), ("body", Text)],
    conflict: "on conflict (ws, id) do update set etag = excluded.etag, label = excluded.label, body = excluded.body",
};

pub(crate) const IDEMPOTENCY: Insert = Insert {
    table: "idempotency",
    columns: &[("ws", Int), ("key", Text), ("fingerprint", Text), ("at", Int), ("answer", Text)],
    conflict: "on conflict (ws, key) do update set fingerprint = excluded.fingerprint, at = excluded.at, answer = excluded.answer",
};

pub(crate) const DOCUMENT: Insert = Insert {
    table: "document",
    columns: &[("ws", Int), ("kind", Text), ("id", Text), ("etag", Int), ("body", Text)],
    conflict: "on conflict (ws, kind, id) do update set etag = excluded.etag, body = excluded.body",
};
