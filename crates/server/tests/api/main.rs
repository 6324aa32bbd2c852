//! The HTTP API as its callers see it: one suite, run on SQLite and on PostgreSQL by the same code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail at once")]

mod accounts;
mod batches;
mod connections;
mod events;
mod intake;
mod leads;
mod life;
mod operation;
mod outbox;
mod people;
mod policy;
mod pools;
mod problems;
mod tokens;
mod world;

/// Each story is a test on either database.
macro_rules! stories {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn story(#[allow(unused_mut, reason = "few stories restart the server")] mut $world: World) {
                $body
                $world.stop().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story(World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story(World::postgres().await).await;
            }
        }
    )*};
}
pub(crate) use stories;
