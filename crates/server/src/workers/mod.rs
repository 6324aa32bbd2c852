//! What runs beside the requests: the writer, the courier, the watch, the reconciler.

pub mod courier;
pub mod envelope;
pub mod housekeeping;
pub mod reconciler;
pub mod watch;
pub mod writer_thread;
