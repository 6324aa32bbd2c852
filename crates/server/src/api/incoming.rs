//! A body that comes in piece by piece, for code that reads and waits.

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use std::io::{self, ErrorKind, Read};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The largest record of a body, in bytes.
const LONGEST_RECORD: usize = 1 << 20;

/// A piece of a body. That it came to its end is a piece, too: when the request is given up nothing more comes, and
/// what was read until then is not all.
enum Piece {
    Bytes(Bytes),
    End,
    Cut(io::Error),
}

/// A body as a reader, and what feeds it as long as it is polled. No piece may take longer than `patience`.
pub fn of(body: Body, patience: Duration) -> (impl Future<Output = ()>, Incoming) {
    let (sender, pieces) = mpsc::channel(16);
    (feed(body, patience, sender), Incoming { pieces, now: Bytes::new(), ended: false, record: 0 })
}

async fn feed(body: Body, patience: Duration, pieces: mpsc::Sender<Piece>) {
    let mut stream = body.into_data_stream();
    loop {
        let piece = match timeout(patience, stream.next()).await {
            Ok(Some(Ok(bytes))) => Piece::Bytes(bytes),
            Ok(Some(Err(_))) => Piece::Cut(broken_off()),
            Ok(None) => Piece::End,
            Err(_) => Piece::Cut(io::Error::new(ErrorKind::TimedOut, format!("nothing came for {} s", patience.as_secs()))),
        };
        let last = !matches!(piece, Piece::Bytes(_));
        // Err: the reader has found something that ends the reading.
        if pieces.send(piece).await.is_err() || last {
            return;
        }
    }
}

/// What comes in. Reading it fails when the body broke off, stood still, or holds a record that is too large.
pub struct Incoming {
    pieces: mpsc::Receiver<Piece>,
    now: Bytes,
    ended: bool,
    /// So many bytes were given out since the record began.
    record: usize,
}

impl Incoming {
    /// Another record begins. Readers read ahead, so that its size is counted from there on only.
    pub const fn next_record(&mut self) {
        self.record = 0;
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.record > LONGEST_RECORD {
            let message = format!("it has more than {} MiB; is a quote or a line break missing?", LONGEST_RECORD >> 20);
            return Err(io::Error::new(ErrorKind::FileTooLarge, message));
        }
        while self.now.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.now = bytes,
                Some(Piece::End) => self.ended = true,
                Some(Piece::Cut(why)) => return Err(why),
                None => return Err(broken_off()),
            }
        }
        let taken = self.now.split_to(self.now.len().min(buffer.len()));
        buffer.iter_mut().zip(&taken).for_each(|(to, from)| *to = *from);
        self.record += taken.len();
        Ok(taken.len())
    }
}

fn broken_off() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the body ended before its end")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(body: Body, patience: Duration) -> io::Result<Vec<u8>> {
        let (feeding, mut incoming) = of(body, patience);
        let reading = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            incoming.read_to_end(&mut all).map(|_| all)
        });
        tokio::join!(feeding, reading).1.unwrap()
    }

    fn kind<T: std::fmt::Debug>(read: io::Result<T>) -> ErrorKind {
        read.unwrap_err().kind()
    }

    #[tokio::test]
    async fn a_body_is_read_to_its_end_or_not_at_all() {
        let pieces = |last: Option<io::Error>| {
            let all = [Ok("a,"), Ok(""), Ok("b\n")].into_iter().chain(last.map(Err));
            Body::from_stream(futures_util::stream::iter(all))
        };
        let minute = Duration::from_secs(60);
        assert_eq!(read(pieces(None), minute).await.unwrap(), b"a,b\n");
        assert_eq!(kind(read(pieces(Some(ErrorKind::ConnectionReset.into())), minute).await), ErrorKind::UnexpectedEof);
        let still = Body::from_stream(futures_util::stream::pending::<io::Result<Bytes>>());
        assert_eq!(kind(read(still, Duration::from_millis(20)).await), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_request_that_is_given_up_has_no_end() {
        let (feeding, mut incoming) = of(Body::from("a,b"), Duration::from_secs(60));
        drop(feeding);
        let reading = tokio::task::spawn_blocking(move || incoming.read(&mut [0; 8]));
        assert_eq!(kind(reading.await.unwrap()), ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn a_record_that_never_ends_is_given_up() {
        let endless = futures_util::stream::repeat_with(|| io::Result::Ok(Bytes::from_static(&[b'x'; 4096])));
        assert_eq!(kind(read(Body::from_stream(endless), Duration::from_secs(60)).await), ErrorKind::FileTooLarge);
    }
}
