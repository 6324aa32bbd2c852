//! What a request still holds when it is answered. An answer may come before its request was read: to one without a
//! token, or with a body that is too large or wrong at its beginning. HTTP/1 cannot go on after that on the same
//! connection, and a client that is not told sends its next request into the close (RFC 9112, section 9.6). So the
//! rest is read and thrown away when it is short, and where it is long the answer says that the connection ends.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, Version};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How much of a rest is read, in bytes, and how long an answer may wait for it.
const MOST: usize = 8 << 20;
const PATIENCE: Duration = Duration::from_secs(1);

/// Answers so that the connection is either free for the next request or said to end. HTTP/2 needs none of this.
pub async fn unread(request: Request, next: Next) -> Response {
    if request.version() > Version::HTTP_11 || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_asked_for = request.headers().contains_key(EXPECT);
    let (back, mut returned) = oneshot::channel();
    let mut response = next.run(request.map(|body| Body::new(Lent { body, state: State::Untouched, back: Some(back) }))).await;
    let is_free = match returned.try_recv() {
        Ok(Returned { state: State::Ended, .. }) => true,
        Ok(Returned { state: State::Broken, .. }) => false,
        // The client waits for a word to go on, and this answer is not it.
        Ok(Returned { state: State::Untouched, .. }) if is_asked_for => false,
        Ok(Returned { body, .. }) => timeout(PATIENCE, drain(body)).await.unwrap_or(false),
        // Somebody still reads.
        Err(_) => false,
    };
    if !is_free {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Whether it came to its end.
async fn drain(body: Body) -> bool {
    let mut stream = body.into_data_stream();
    let mut read = 0;
    loop {
        match stream.next().await {
            Some(Ok(bytes)) => read += bytes.len(),
            Some(Err(_)) => return false,
            None => return true,
        }
        if read > MOST {
            return false;
        }
    }
}

/// A body that goes back when its reader lets it go.
struct Lent {
    body: Body,
    state: State,
    back: Option<oneshot::Sender<Returned>>,
}

struct Returned {
    body: Body,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Untouched,
    Begun,
    Ended,
    Broken,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.state = State::Begun;
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Err(_)) => self.state = State::Broken,
            Some(Ok(_)) if !self.body.is_end_stream() => {}
            _ => self.state = State::Ended,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take() {
            // Err: nobody answers any more.
            let _ = back.send(Returned { body: std::mem::take(&mut self.body), state: self.state });
        }
    }
}
