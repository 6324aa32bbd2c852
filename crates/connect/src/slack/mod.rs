//! Slack: messages with buttons from an app's bot, messages with links through an incoming webhook, and the
//! presses of buttons that come back.

pub mod blocks;
pub mod client;
pub mod deliver;
pub mod errors;
pub mod intake;
