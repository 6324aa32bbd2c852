//! A simulated workspace: one database, several nodes with clocks of their own, and time that passes when told.

use super::checks::standing::Known;
use super::checks::{Before, Checks};
use super::courier::Courier;
use super::faults::{Break, Faulty, Plan};
use super::model::Model;
use super::random::Random;
use super::wrong::{Checked, Wrong, ensure};
use super::{policies, tables, workload};
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::people::Rep;
use pointsman_engine::policy::source::Sources;
use pointsman_store::db::Db;
use pointsman_store::request::{DocumentKind, PeopleEdit, Refused, Reply, Request, What};
use pointsman_store::sqlite::Sqlite;
use pointsman_store::writer::Writer;
use std::path::{Path, PathBuf};

/// All checks, the costly ones too, are made each time this many steps are done.
const ALL_EVERY: u32 = 10;

/// A simulated workspace.
pub struct World {
    /// Where chance comes from.
    pub random: Random,
    /// The present moment.
    pub now: Timestamp,
    /// What callers know.
    pub model: Model,
    /// Requests whose answer was lost, and which will be asked again.
    pub unanswered: Vec<Vec<Request>>,
    /// Who delivers messages.
    pub courier: Courier,
    /// What was done, a line each.
    pub log: Vec<String>,
    /// A connection to look with.
    pub reader: Box<dyn Db>,
    /// How many breaks happened.
    pub broken: u32,
    /// Whether breaks may be planned.
    pub faults: bool,
    /// A connection to load all that nodes hold in memory.
    loader: Box<dyn Db>,
    nodes: Vec<Node>,
    plan: Plan,
    path: PathBuf,
    checks: Checks,
    steps: u32,
}

struct Node {
    writer: Writer,
    /// How far its clock is behind.
    behind: SignedDuration,
}

impl World {
    /// A workspace with people, channels and a policy, in an empty file.
    ///
    /// # Errors
    /// When something is wrong already.
    pub fn new(seed: u64, folder: &Path) -> Checked<Self> {
        let mut random = Random::new(seed);
        let path = folder.join(format!("{seed}.db"));
        tables::make(&path)?;
        let plan = Plan::default();
        let count = random.between(1, 3);
        let nodes = (0..count).map(|_| Node { writer: writer(&path, &plan), behind: SignedDuration::from_millis(random.between(0, 1500)) });
        let nodes = nodes.collect();
        let reader = Box::new(Sqlite::reader(&path)?);
        let start = Timestamp::from_second(1_772_000_000 + random.between(0, 365 * 24) * 3600).map_err(|error| Wrong(error.to_string()))?;
        let mut world = Self {
            random,
            now: start,
            model: Model::default(),
            unanswered: Vec::new(),
            courier: Courier::default(),
            log: Vec::new(),
            reader,
            broken: 0,
            faults: false,
            loader: Box::new(tables::open(&path)?),
            nodes,
            plan,
            path,
            checks: Checks::default(),
            steps: 0,
        };
        world.furnish()?;
        world.faults = true;
        Ok(world)
    }

    fn furnish(&mut self) -> Checked {
        let mut requests = Vec::new();
        for email in policies::PEOPLE {
            let rep = workload::rep(&mut self.random, email);
            requests.push(Request::own(What::People(PeopleEdit::Put { rep: Box::new(rep), seen: None })));
        }
        requests.push(Request::own(What::People(PeopleEdit::Put { rep: Box::new(Rep::new("dana@acme.example")), seen: None })));
        for (name, body) in [
            ("chat", r#"{"kind":"slack","events":[]}"#),
            ("hooks", r#"{"kind":"webhook","events":["*"]}"#),
            ("mail", r#"{"kind":"smtp","events":[]}"#),
        ] {
            let document = What::Document { kind: DocumentKind::Channel, id: name.into(), body: Some(body.into()), seen: None };
            requests.push(Request::own(document));
        }
        let files = Sources::single(&policies::draw(&mut self.random));
        requests.push(Request::own(What::Publish { files, note: None, seen: None }));
        self.ask(requests).map(drop)
    }

    /// Takes the next step that chance gives, and checks what must hold after it.
    ///
    /// # Errors
    /// When something does not.
    pub fn step(&mut self) -> Checked {
        self.steps += 1;
        workload::step(self)
    }

    /// Time passes.
    pub fn pass(&mut self, span: SignedDuration) {
        self.now = self.now.saturating_add(span).unwrap_or(self.now);
        self.log.push(format!("time passes: {span:#}, it is {}", self.now));
    }

    /// A node stops where it is, between two batches, and another one takes its place.
    pub fn restart(&mut self) {
        let at = self.random.below(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(at) {
            node.writer = writer(&self.path, &self.plan);
            self.log.push(format!("node {at} starts anew"));
        }
    }

    /// One of the nodes is asked all of this in one batch, and perhaps breaks over it. What it answered; nothing if it
    /// broke.
    ///
    /// # Errors
    /// When something is wrong after it.
    pub fn ask(&mut self, requests: Vec<Request>) -> Checked<Option<Vec<Result<Reply, Refused>>>> {
        let at = self.random.below(self.nodes.len());
        let planned = self.plan_break();
        let untouched = if planned.is_some() { Some(tables::dump(&mut *self.reader)?) } else { None };
        let before = Before::read(&mut *self.reader)?;
        self.plan.set(planned);
        let Some(node) = self.nodes.get_mut(at) else { return Err(Wrong("there are no nodes".to_owned())) };
        let clock = self.now.saturating_sub(node.behind).unwrap_or(self.now);
        let answered = node.writer.batch(requests.clone(), clock);
        let broke = self.plan.broke();
        let asked: Vec<String> = requests.iter().map(|request| workload::words(&request.what)).collect();
        self.log.push(format!("{} {} node {at}: {} -> {}", self.steps, self.now, asked.join(" + "), outcome(&answered, broke)));
        let answers = match answered {
            Ok(answers) => {
                ensure(broke.is_none(), || format!("the connection broke ({broke:?}), and all was answered"))?;
                ensure(answers.len() == requests.len(), || format!("{} requests, {} answers", requests.len(), answers.len()))?;
                for (request, answer) in requests.iter().zip(&answers) {
                    self.model.learn(request, answer)?;
                }
                Some(answers)
            }
            Err(error) => {
                ensure(broke.is_some(), || format!("node {at} failed of itself: {error}"))?;
                self.broken += 1;
                if broke != Some(Break::AfterCommit) {
                    let now = tables::dump(&mut *self.reader)?;
                    ensure(untouched.as_ref() == Some(&now), || "a batch that failed left something behind".to_owned())?;
                }
                if self.random.percent(75) {
                    self.unanswered.push(requests.clone());
                }
                None
            }
        };
        self.check(&before, clock, answers.as_deref().map(|answers| (&*requests, answers)))?;
        Ok(answers)
    }

    fn plan_break(&mut self) -> Option<Break> {
        if !self.faults || !self.random.percent(12) {
            return None;
        }
        Some(match self.random.below(8) {
            0 => Break::BeforeCommit,
            1 | 2 => Break::AfterCommit,
            3 => Break::Busy,
            _ => Break::AtCall(u32::try_from(self.random.below(40)).unwrap_or(0)),
        })
    }

    fn check(&mut self, before: &Before, clock: Timestamp, answered: Option<(&[Request], &[Result<Reply, Refused>])>) -> Checked {
        self.checks.after_step(&mut *self.reader, before, &self.model, self.now)?;
        if let Some((requests, answers)) = answered {
            self.checks.of_answers(&mut *self.reader, requests, answers, clock)?;
        }
        if self.steps.is_multiple_of(ALL_EVERY) { self.check_all() } else { Ok(()) }
    }

    /// Everything that must hold, the costly checks too: all nodes know what the tables say.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn check_all(&mut self) -> Checked {
        self.plan.set(None);
        let before = Before::read(&mut *self.reader)?;
        let loaded = Known::of(&pointsman_store::world::World::load(&mut *self.loader)?, self.now);
        for (at, node) in self.nodes.iter_mut().enumerate() {
            let clock = self.now.saturating_sub(node.behind).unwrap_or(self.now);
            // A batch of nothing: the node reads what the others wrote.
            node.writer.batch(Vec::new(), clock)?;
            let known = node.writer.look(|world| Known::of(world, self.now))?;
            Checks::knows(&loaded, at, &known)?;
        }
        self.checks.after_step(&mut *self.reader, &before, &self.model, self.now)?;
        self.checks.all(&mut *self.reader, &self.model)
    }

    /// The workspace comes to rest: nothing breaks any more, all that is due is done. What must hold of a workspace at
    /// rest is checked, too. All its tables, as text.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn rest(&mut self) -> Checked<String> {
        self.faults = false;
        while let Some(requests) = self.unanswered.pop() {
            self.ask(requests)?;
        }
        self.courier.heal();
        for _ in 0..4 {
            self.pass(SignedDuration::from_mins(10));
            self.ask(vec![Request::own(What::Tick { most: 10_000 })])?;
            super::courier::round(self)?;
        }
        self.check_all()?;
        super::courier::until_empty(self)?;
        self.checks.at_rest(&mut *self.reader, self.now)?;
        tables::dump(&mut *self.reader)
    }
}

fn writer(path: &Path, plan: &Plan) -> Writer {
    let (path, plan) = (path.to_owned(), plan.clone());
    Writer::new(Box::new(move || {
        plan.call()?;
        Ok(Box::new(Faulty::new(tables::open(&path)?, plan.clone())))
    }))
}

fn outcome(answered: &Result<Vec<Result<Reply, Refused>>, pointsman_store::db::DbError>, broke: Option<Break>) -> String {
    match answered {
        Ok(answers) => answers.iter().map(workload::answer_words).collect::<Vec<_>>().join(" + "),
        Err(error) => format!("broke at {broke:?}: {error}"),
    }
}
