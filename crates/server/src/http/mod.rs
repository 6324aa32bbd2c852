//! What handlers have in common: reading requests, paging, ETags, rates.

pub mod bucket;
pub mod connections;
pub mod etag;
pub mod extract;
pub mod gate;
pub mod layers;
pub mod page;
pub mod posted;
pub mod unread;
