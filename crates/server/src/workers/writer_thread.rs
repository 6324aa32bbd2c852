//! The writer's thread: it owns the one [`Writer`], takes what waits in a bounded queue, makes it true in one
//! transaction, and answers after the commit.
//!
//! While a transaction is under way the next requests gather, so that a busy server commits many at once and
//! an idle one answers each at once. A full queue refuses: what was not accepted is not promised.

use crate::metrics;
use crate::problem::Problem;
use crate::reading::store_trouble;
use jiff::Timestamp;
use pointsman_store::db::{DbError, DbErrorKind};
use pointsman_store::request::{Refused, Reply, Request};
use pointsman_store::world::World;
use pointsman_store::writer::Writer;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};
use tracing::error;

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Writing {
    queue: mpsc::Sender<Job>,
    head: watch::Receiver<i64>,
}

enum Job {
    Requests { requests: Vec<Request>, reply: oneshot::Sender<Answers> },
    Look(Box<dyn FnOnce(&mut Writer) + Send>),
    Stop,
}

/// One answer per request, or none became true.
type Answers = Result<Vec<Result<Reply, Refused>>, DbError>;

impl Writing {
    /// Starts the thread. `queue` requests may wait, `most` become true at once.
    ///
    /// `head` is the number of the last journal entry.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(writer: Writer, head: i64, queue: usize, most: usize) -> io::Result<(Self, JoinHandle<()>)> {
        let (sender, receiver) = mpsc::channel(queue);
        let (tell, head) = watch::channel(head);
        let thread = std::thread::Builder::new().name("writer".to_owned());
        let handle = thread.spawn(move || Thread { writer, queue: receiver, most, tell }.run())?;
        Ok((Self { queue: sender, head }, handle))
    }

    /// Asks for one thing. Refused at once when the queue is full.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn ask(&self, request: Request) -> Result<Reply, Problem> {
        let (reply, answers) = oneshot::channel();
        let job = Job::Requests { requests: vec![request], reply };
        self.queue.try_send(job).map_err(|_| {
            metrics::busy();
            Problem::Busy
        })?;
        one(received(answers).await?)
    }

    /// Asks for one thing, and waits for room in the queue: for who has been promised an answer already, and
    /// for the server's own workers.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn ask_patiently(&self, request: Request) -> Result<Reply, Problem> {
        one(self.ask_many(vec![request]).await?)
    }

    /// Asks for several things that become true together, or not at all when the store fails. Waits for room.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ask_many(&self, requests: Vec<Request>) -> Result<Vec<Result<Reply, Refused>>, Problem> {
        let (reply, answers) = oneshot::channel();
        self.queue.send(Job::Requests { requests, reply }).await.map_err(|_| Problem::Busy)?;
        received(answers).await
    }

    /// Looks at the world as the writer has it, between two transactions.
    ///
    /// # Errors
    /// When the queue is full, or the store is away.
    pub async fn look<T: Send + 'static>(&self, look: impl FnOnce(&World) -> T + Send + 'static) -> Result<T, Problem> {
        let (reply, seen) = oneshot::channel();
        let job = Job::Look(Box::new(move |writer| {
            // Err: whoever asked has gone.
            let _ = reply.send(writer.look(look));
        }));
        self.queue.try_send(job).map_err(|_| Problem::Busy)?;
        seen.await.map_err(|_| Problem::Busy)?.map_err(|error| store_trouble(&error))
    }

    /// Whether the thread is there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Tells of each transaction: the number of the last journal entry.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }

    /// Ends the thread once it has done what was asked before.
    pub async fn stop(&self) {
        // Err: it has ended already.
        let _ = self.queue.send(Job::Stop).await;
    }
}

async fn received(answers: oneshot::Receiver<Answers>) -> Result<Vec<Result<Reply, Refused>>, Problem> {
    answers.await.map_err(|_| Problem::Busy)?.map_err(|error| store_trouble(&error))
}

fn one(answers: Vec<Result<Reply, Refused>>) -> Result<Reply, Problem> {
    Ok(answers.into_iter().next().ok_or(Problem::Ours)??)
}

/// A panic takes what it was about with it, never the thread: without a writer nothing could be done any more. The
/// writer has let its connection go by then, and begins anew with what the tables say.
fn survived<T>(work: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map_err(|_| error!("the writer panicked; it goes on")).ok()
}

struct Thread {
    writer: Writer,
    queue: mpsc::Receiver<Job>,
    most: usize,
    tell: watch::Sender<i64>,
}

impl Thread {
    fn run(mut self) {
        let mut gathered = Vec::new();
        while let Some(job) = self.queue.blocking_recv() {
            let mut job = Some(job);
            let (mut requests, mut stop) = (0, false);
            while let Some(next) = job {
                match next {
                    Job::Requests { requests: some, reply } => {
                        requests += some.len();
                        gathered.push((some, reply));
                    }
                    Job::Look(look) => survived(|| look(&mut self.writer)).unwrap_or_default(),
                    Job::Stop => stop = true,
                }
                job = if requests < self.most && !stop { self.queue.try_recv().ok() } else { None };
            }
            self.commit(std::mem::take(&mut gathered), requests);
            if stop {
                return;
            }
        }
    }

    /// Makes requests true and answers them.
    fn commit(&mut self, mut gathered: Vec<(Vec<Request>, oneshot::Sender<Answers>)>, requests: usize) {
        if gathered.is_empty() {
            return;
        }
        let began = Instant::now();
        let sizes: Vec<usize> = gathered.iter().map(|(requests, _)| requests.len()).collect();
        let all = gathered.iter_mut().flat_map(|(requests, _)| std::mem::take(requests)).collect();
        let replies = gathered.into_iter().map(|(_, reply)| reply);
        let done = survived(|| self.writer.batch(all, Timestamp::now()));
        match done.unwrap_or_else(|| Err(DbError::shape("the writer panicked; nothing of this batch was done"))) {
            Ok(answers) => {
                metrics::committed(requests, self.queue.len(), began.elapsed());
                if let Ok(head) = self.writer.look(World::head) {
                    self.tell.send_replace(head);
                }
                let mut answers = answers.into_iter();
                for (reply, size) in replies.zip(sizes) {
                    // Err: whoever asked has gone. What they asked for is true all the same.
                    let _ = reply.send(Ok(answers.by_ref().take(size).collect()));
                }
            }
            Err(error) => {
                metrics::store_failed();
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
                if error.kind != DbErrorKind::Shape {
                    // The database is away: its next moment comes no sooner for being asked at once.
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
            }
        }
    }
}
