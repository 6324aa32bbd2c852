//! What past decisions leave behind, in random worlds: stored decisions replay, books that change in place are as if
//! bound anew, and a standing that is loaded is the one that lived on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "all of this is a test")]

mod book;
mod history;
mod pool_view;
mod replay;
mod size;
mod standing;
mod world;
