//! A file's rows, worked on by several threads and handed over in file order.
//!
//! One thread splits the file into pieces of rows, `threads` work on pieces, and the caller's thread gets the
//! results in file order: what it makes of them is the same with any number of threads.

use crate::failure::Failure;
use crate::rows::{Numbered, Rows};
use pointsman_engine::records::Problem;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Rows in one piece of work.
const PIECE: usize = 1024;

/// What became of a piece.
pub struct Piece<T> {
    /// What was made of its good rows, in file order.
    pub items: Vec<T>,
    /// What was wrong, in file order.
    pub problems: Vec<Problem>,
}

type Work = (u64, Vec<Numbered>);

/// How many threads can work at one time.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Does `work` on each row, on `threads` threads, and hands the pieces to `done` in file order. Ends early
/// when `done` fails.
pub fn in_order<T: Send>(
    rows: Rows,
    threads: usize,
    work: impl Fn(&Numbered, &mut Vec<Problem>) -> Option<T> + Sync,
    mut done: impl FnMut(Piece<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let threads = threads.max(1);
    thread::scope(|scope| {
        let (to_workers, pieces) = sync_channel::<Work>(2 * threads);
        let (to_caller, results) = sync_channel::<(u64, Piece<T>)>(2 * threads);
        scope.spawn(move || split(rows, &to_workers));
        let pieces = Arc::new(Mutex::new(pieces));
        for _ in 0..threads {
            let (pieces, to_caller, work) = (Arc::clone(&pieces), to_caller.clone(), &work);
            scope.spawn(move || labour(&pieces, &to_caller, work));
        }
        // Only the workers hold these now: when they end, so does everybody waiting for them.
        drop((pieces, to_caller));
        let (mut early, mut next) = (BTreeMap::new(), 0);
        for (number, piece) in results {
            early.insert(number, piece);
            while let Some(piece) = early.remove(&next) {
                next += 1;
                done(piece)?;
            }
        }
        Ok(())
    })
}

fn split(rows: Rows, to_workers: &SyncSender<Work>) {
    let mut rows = rows.peekable();
    let mut number = 0;
    while rows.peek().is_some() {
        let piece: Vec<Numbered> = rows.by_ref().take(PIECE).collect();
        if to_workers.send((number, piece)).is_err() {
            return; // nobody is left to work: the caller has given up
        }
        number += 1;
    }
}

fn labour<T>(
    pieces: &Mutex<Receiver<Work>>,
    to_caller: &SyncSender<(u64, Piece<T>)>,
    work: impl Fn(&Numbered, &mut Vec<Problem>) -> Option<T>,
) {
    loop {
        let piece = pieces.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, rows)) = piece else { return };
        let mut problems = Vec::new();
        let items = rows.iter().filter_map(|row| work(row, &mut problems)).collect();
        if to_caller.send((number, Piece { items, problems })).is_err() {
            return;
        }
    }
}
