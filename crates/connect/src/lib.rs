//! The doors out and in: Slack, e-mail, signed webhooks; one guarded HTTP client; secrets at rest.
