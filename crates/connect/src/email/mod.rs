//! E-mail: a message with a text and an HTML part, handed to an SMTP server. Answers come back by signed links
//! ([`crate::links`]).

pub mod client;
pub mod compose;
pub mod deliver;
pub mod html;
pub mod text;
