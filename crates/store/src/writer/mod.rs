//! The one writer: takes what is asked, decides it in order, and makes it true in one transaction.
//!
//! A node has one. It is plain and synchronous, and its clock is an argument: the server drives it from a thread
//! of its own, the simulation drives several against one database and stops them wherever it likes.

mod accounts;
mod change;
mod decide;
mod documents;
mod drain;
mod flush;
mod forget;
mod intake;
mod keys;
mod lead;
mod life;
mod memories;
mod notify;
mod offline;
mod outbox;
mod people;
mod policy;
mod reports;
mod review;
mod tick;

use crate::db::{Db, DbError, DbErrorKind};
use crate::journal::Entry;
use crate::request::{Once, Refused, Reply, Request, What};
use crate::schema::WORKSPACE;
use crate::value::Value;
use crate::world::{Head, World};
use jiff::Timestamp;
use lead::LeadRow;
use std::collections::{BTreeMap, BTreeSet};

/// Opens a connection that may write.
pub type Connect = Box<dyn FnMut() -> Result<Box<dyn Db>, DbError> + Send>;

/// The one writer of a node.
pub struct Writer {
    connect: Connect,
    /// Gone after trouble, and made anew for the next batch.
    at_work: Option<(Box<dyn Db>, World)>,
}

/// What came of each request, in the order they were given.
pub type Answers = Vec<Result<Reply, Refused>>;

impl Writer {
    /// A writer that connects when it is first asked for something.
    #[must_use]
    pub const fn new(connect: Connect) -> Self {
        Self { connect, at_work: None }
    }

    /// Does all that is asked, in this order (but couriers' reports first), in one transaction, and answers when it is durable. `clock` is the
    /// present moment; within the workspace time never runs backwards, so a node whose clock is behind is carried along.
    ///
    /// A request that makes the batch fail by itself (something stored is not what this program knows) does not take
    /// the others with it: then each is done in a transaction of its own, and it alone is refused.
    ///
    /// # Errors
    /// When the database fails: then nothing was done, or, if the connection was lost during the commit, all of it
    /// or nothing. The next batch begins with what the tables say.
    pub fn batch(&mut self, requests: Vec<Request>, clock: Timestamp) -> Result<Answers, DbError> {
        let spare = requests.clone();
        match self.transaction(requests, clock) {
            Err(error) if error.kind == DbErrorKind::Shape => Ok(self.one_by_one(spare, clock)),
            done => done,
        }
    }

    /// Does each request in a transaction of its own. What became true is answered as such, whatever happens after it.
    fn one_by_one(&mut self, requests: Vec<Request>, clock: Timestamp) -> Answers {
        let mut answers = Vec::with_capacity(requests.len());
        let mut rest = requests.into_iter();
        while let Some(request) = rest.next() {
            match self.alone(request, clock) {
                Ok(answer) => answers.push(answer),
                Err(error) => {
                    answers.extend(std::iter::repeat_n(Err(Refused::Failed(error)), 1 + rest.len()));
                    break;
                }
            }
        }
        answers
    }

    fn alone(&mut self, request: Request, clock: Timestamp) -> Result<Result<Reply, Refused>, DbError> {
        match self.transaction(vec![request], clock) {
            Ok(answers) => answers.into_iter().next().ok_or_else(|| DbError::shape("a request was not answered")),
            Err(error) if error.kind == DbErrorKind::Shape => Ok(Err(Refused::Ours(error.what))),
            Err(error) => Err(error),
        }
    }

    fn transaction(&mut self, requests: Vec<Request>, clock: Timestamp) -> Result<Answers, DbError> {
        let (mut db, mut world) = self.take()?;
        let done = Batch::run(&mut *db, &mut world, requests, clock);
        if let Err(error) = &done {
            db.rollback();
            if error.kind == DbErrorKind::Lost || world.ahead {
                return done;
            }
            // It came before anything changed: what was only read is read again.
            world.forget_memories();
        }
        self.at_work = Some((db, world));
        done
    }

    /// Shows the world as this writer last knew it.
    ///
    /// # Errors
    /// When it has to be loaded, and the database fails.
    pub fn look<T>(&mut self, look: impl FnOnce(&World) -> T) -> Result<T, DbError> {
        let at_work = self.take()?;
        let (_, world) = self.at_work.insert(at_work);
        Ok(look(world))
    }

    fn take(&mut self) -> Result<(Box<dyn Db>, World), DbError> {
        if let Some(at_work) = self.at_work.take() {
            return Ok(at_work);
        }
        let mut db = (self.connect)()?;
        let world = World::load(&mut *db)?;
        Ok((db, world))
    }
}

/// A transaction in the making.
struct Batch<'w> {
    db: &'w mut dyn Db,
    world: &'w mut World,
    now: Timestamp,
    /// The number of the last journal entry, those of this batch included.
    seq: i64,
    journal: Vec<Vec<Value>>,
    /// Leads that this batch has read or made.
    leads: BTreeMap<Box<str>, LeadRow>,
    decisions: Vec<decide::DecisionRow>,
    /// Decisions of earlier batches that no longer count, or are no longer open.
    uncounted: Vec<decide::Uncounted>,
    messages: Vec<Vec<Value>>,
    /// Who has a person now, and by which lead.
    persons: BTreeMap<Box<str>, memories::PersonRow>,
    companies: BTreeMap<(Box<str>, Box<str>), memories::CompanyRow>,
    /// Pools whose balances moved.
    moved: BTreeSet<Box<str>>,
    /// How many leads are new.
    received: i64,
    policy: Option<Box<str>>,
}

impl<'w> Batch<'w> {
    fn run(db: &'w mut dyn Db, world: &'w mut World, requests: Vec<Request>, clock: Timestamp) -> Result<Answers, DbError> {
        db.begin()?;
        let head = Head::read(db, true)?;
        world.catch_up(db, &head)?;
        // To the microsecond, as the tables keep it.
        let clock = Timestamp::from_microsecond(clock.as_microsecond()).unwrap_or(clock);
        let mut batch = Self {
            now: clock.max(world.at),
            seq: world.head,
            db,
            world,
            journal: Vec::new(),
            leads: BTreeMap::new(),
            decisions: Vec::new(),
            uncounted: Vec::new(),
            messages: Vec::new(),
            persons: BTreeMap::new(),
            companies: BTreeMap::new(),
            moved: BTreeSet::new(),
            received: 0,
            policy: None,
        };
        let answers = batch.requests(requests)?;
        batch.flush()?;
        Ok(answers)
    }

    /// Answers what is asked, in this order. Only what came of messages is told first: it is about what earlier batches sent,
    /// and told all at once, so that it does not part leads that stand beside each other.
    fn requests(&mut self, requests: Vec<Request>) -> Result<Answers, DbError> {
        let (mut reports, mut others, mut is_report) = (Vec::new(), Vec::new(), Vec::with_capacity(requests.len()));
        for request in requests {
            is_report.push(matches!(request.what, What::Report { .. }));
            match request.what {
                What::Report { message, result } => reports.push((message, result)),
                what => others.push(Request { what, ..request }),
            }
        }
        self.reports(reports)?;
        let etag = self.seq;
        let mut others = self.others(others)?.into_iter();
        let answers = is_report.into_iter().map(|report| if report { Some(Ok(Reply::Done { etag })) } else { others.next() });
        answers.collect::<Option<_>>().ok_or_else(|| DbError::shape("a request was not answered"))
    }

    fn others(&mut self, requests: Vec<Request>) -> Result<Answers, DbError> {
        let mut known = self.known_keys(&requests)?;
        let mut answers = Vec::with_capacity(requests.len());
        let mut rest = requests.into_iter().peekable();
        while let Some(request) = rest.next() {
            if let Some(answer) = request.once.as_ref().and_then(|once| known.answer(once)) {
                answers.push(answer);
                continue;
            }
            // Leads that stand beside each other in the batch share what must be read for them.
            if let What::Intake(_) = request.what {
                let mut run = vec![request];
                while let Some(next) = rest
                    .next_if(|next| matches!(next.what, What::Intake(_)) && next.once.as_ref().is_none_or(|once| known.is_new(once, &run)))
                {
                    run.push(next);
                }
                let onces: Vec<Option<Once>> = run.iter().map(|request| request.once.clone()).collect();
                for (answer, once) in self.intake(run)?.into_iter().zip(onces) {
                    known.keep(once, &answer);
                    answers.push(answer);
                }
                continue;
            }
            let once = request.once.clone();
            let answer = self.request(request)?;
            known.keep(once, &answer);
            answers.push(answer);
        }
        self.keep_keys(known)?;
        Ok(answers)
    }

    fn request(&mut self, request: Request) -> Result<Result<Reply, Refused>, DbError> {
        let actor = request.actor;
        match request.what {
            What::Intake(_) | What::Report { .. } => Ok(Err(Refused::Invalid("leads and reports are taken in together".to_owned()))),
            What::Life { lead, command } => self.life(&lead, command, actor),
            What::Change { fields, cleared } => self.change(fields, &cleared, actor),
            What::Tick { most } => self.tick(most).map(Ok),
            What::People(edit) => self.people(edit, actor),
            What::Grant { id, pool, rep, thousandths, reason } => self.grant(people::Grant { id, pool, rep, thousandths, reason }, actor),
            What::Accounts(accounts) => self.accounts(accounts, actor),
            What::Account { id, account, seen } => self.account(&id, account, seen, actor),
            What::Publish { files, note, seen } => self.publish(&files, note, seen, actor),
            What::Rollback { version } => self.rollback(&version, actor),
            What::Claim { node, most, lease, except } => self.claim(&node, most, lease, except).map(Ok),
            What::Retry { message } => self.retry(&message, actor),
            What::Document { kind, id, body, seen } => self.document(kind, &id, body, seen, actor),
            What::Alarm { text } => self.alarm(text),
            What::Alive { node, body } => self.alive(&node, &body),
        }
    }

    /// Adds an entry to the journal; its number.
    fn log(&mut self, entry: Entry) -> Result<i64, DbError> {
        self.world.ahead = true;
        self.seq += 1;
        self.journal.push(vec![
            WORKSPACE.into(),
            self.seq.into(),
            self.now.into(),
            entry.kind.into(),
            entry.lead.into(),
            entry.rep.into(),
            entry.actor.into(),
            crate::value::json(&entry.body)?,
        ]);
        Ok(self.seq)
    }
}
