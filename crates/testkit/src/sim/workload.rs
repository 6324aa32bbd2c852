//! What happens in a simulated workspace: the next step, drawn by chance.

use super::courier;
use super::policies::{self, PEOPLE, SOURCES};
use super::random::Random;
use super::world::World;
use super::wrong::{Checked, Wrong};
use jiff::SignedDuration;
use pointsman_engine::account::Account;
use pointsman_engine::calendar::Hours;
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::{By, Closing, Command};
use pointsman_engine::people::{Absence, Rep};
use pointsman_engine::policy::source::Sources;
use pointsman_engine::records::leads::from_json;
use pointsman_store::request::{AbsenceKind, DocumentKind, Once, PeopleEdit, Refused, Reply, Request, What};
use pointsman_store::schema::WORKSPACE;

/// What kind of step.
#[derive(Debug, Clone, Copy, Default)]
enum Kind {
    #[default]
    Leads,
    Act,
    Change,
    Pass,
    Tick,
    Courier,
    People,
    Absence,
    Grant,
    Accounts,
    Policy,
    Channel,
    Retry,
    Restart,
    AskAgain,
    Mixed,
}

const STEPS: &[(usize, Kind)] = &[
    (20, Kind::Leads),
    (18, Kind::Act),
    (5, Kind::Change),
    (16, Kind::Pass),
    (10, Kind::Tick),
    (9, Kind::Courier),
    (3, Kind::People),
    (5, Kind::Absence),
    (2, Kind::Grant),
    (3, Kind::Accounts),
    (3, Kind::Policy),
    (1, Kind::Channel),
    (1, Kind::Retry),
    (3, Kind::Restart),
    (8, Kind::AskAgain),
    (8, Kind::Mixed),
];

/// Takes a step.
pub(super) fn step(world: &mut World) -> Checked {
    let kind = world.random.weighted(STEPS);
    match kind {
        Kind::Pass => {
            let span = span(&mut world.random);
            world.pass(span);
            if world.random.percent(60) { world.ask(vec![Request::own(What::Tick { most: 1000 })]).map(drop) } else { Ok(()) }
        }
        Kind::Courier => courier::round(world),
        Kind::Restart => {
            world.restart();
            Ok(())
        }
        Kind::AskAgain => {
            let at = world.random.below(world.unanswered.len());
            if at < world.unanswered.len() {
                let mut requests = world.unanswered.swap_remove(at);
                requests.iter_mut().for_each(|request| name_anew(world, request));
                return world.ask(requests).map(drop);
            }
            let request = request(world, Kind::Leads)?;
            world.ask(request.into_iter().collect()).map(drop)
        }
        Kind::Mixed => {
            let mut requests = Vec::new();
            for _ in 0..world.random.between(2, 6) {
                let kind = world.random.weighted(&[
                    (6, Kind::Leads),
                    (5, Kind::Act),
                    (2, Kind::Change),
                    (2, Kind::Tick),
                    (1, Kind::People),
                    (1, Kind::Absence),
                    (1, Kind::Accounts),
                    (1, Kind::Policy),
                    (1, Kind::Grant),
                ]);
                requests.extend(request(world, kind)?);
            }
            world.ask(requests).map(drop)
        }
        kind => match request(world, kind)? {
            Some(request) => world.ask(vec![request]).map(drop),
            None => Ok(()),
        },
    }
}

/// Leads that come without an id are given another one at each try: only the key says that they are the same.
fn name_anew(world: &mut World, request: &mut Request) {
    let (Some(_), What::Intake(leads)) = (&request.once, &mut request.what) else { return };
    for lead in leads.iter_mut().filter(|lead| !world.model.leads.contains_key(&lead.id.0)) {
        lead.id = LeadId(format!("lead_{:08x}", world.random.bits() >> 32).into());
    }
}

fn span(random: &mut Random) -> SignedDuration {
    match random.below(20) {
        0..=9 => SignedDuration::from_millis(random.between(1, 120_000)),
        10..=15 => SignedDuration::from_secs(random.between(60, 3600)),
        16..=18 => SignedDuration::from_secs(random.between(3600, 20 * 3600)),
        _ => SignedDuration::from_secs(random.between(86_400, 5 * 86_400)),
    }
}

/// One request of a kind; none where there is nothing to ask for yet.
fn request(world: &mut World, kind: Kind) -> Checked<Option<Request>> {
    let what = match kind {
        Kind::Act => match some_lead(world)? {
            Some((lead, rep)) => What::Life { lead: LeadId(lead), command: command(world, rep) },
            None => return Ok(None),
        },
        Kind::Change => match some_lead(world)? {
            Some((lead, _)) => change(&mut world.random, lead),
            None => return Ok(None),
        },
        Kind::Tick => What::Tick { most: world.random.weighted(&[(3, 1000), (1, 2)]) },
        Kind::People => people(&mut world.random),
        Kind::Absence => absence(world),
        Kind::Grant => What::Grant {
            id: format!("grant_{}", world.random.bits()).into(),
            pool: world.random.pick(&["all", "few", "wait"]).into(),
            rep: world.random.pick(PEOPLE).into(),
            thousandths: world.random.between(-1500, 1500),
            reason: "was on a fair".into(),
        },
        Kind::Accounts => accounts(&mut world.random),
        Kind::Policy => policy(world),
        Kind::Channel => {
            let body = world.random.percent(70).then(|| r#"{"kind":"smtp","events":[]}"#.into());
            What::Document { kind: DocumentKind::Channel, id: "mail".into(), body, seen: None }
        }
        Kind::Retry => match dead_message(world)? {
            Some(message) => What::Retry { message },
            None => return Ok(None),
        },
        _ => leads(world)?,
    };
    // The server gives a grant its id when it is asked, so that only a key makes asking twice safe.
    let leads = matches!(what, What::Intake(_) | What::Life { .. } | What::Change { .. });
    let careful = matches!(what, What::Grant { .. }) || leads && world.random.percent(70);
    let once = careful.then(|| Once { key: format!("key-{:016x}", world.random.bits()).into(), fingerprint: "f".into() });
    let actor = world.random.percent(50).then(|| "api".into());
    Ok(Some(Request { actor, once, what }))
}

fn leads(world: &mut World) -> Checked<What> {
    let count = world.random.weighted(&[(6, 1), (3, 3), (1, 20_i64)]);
    let mut leads = Vec::new();
    for _ in 0..count {
        let known = if world.random.percent(6) { some_lead(world)? } else { None };
        let id = known.map_or_else(|| format!("lead_{:08x}", world.random.bits() >> 32).into(), |(id, _)| id);
        leads.push(lead(world, &id)?);
    }
    Ok(What::Intake(leads))
}

fn lead(world: &mut World, id: &str) -> Checked<Lead> {
    let created_ago = world.random.weighted(&[(6, 0), (1, 60), (1, 4000_i64)]);
    let created = world.now.saturating_sub(SignedDuration::from_secs(created_ago)).unwrap_or(world.now);
    let random = &mut world.random;
    let company = random.below(8);
    let mut json = serde_json::json!({
        "id": id,
        "email": format!("p{}@company{company}.example", random.below(6)),
        "company": format!("Company {company}"),
        "source": random.pick(SOURCES),
    });
    if random.percent(40) {
        set(&mut json, "created_at", created.to_string());
    }
    if random.percent(30) {
        set(&mut json, "owner", random.pick(&["ana@acme.example", "GUS@acme.example", "nobody@acme.example"]));
    }
    if random.percent(20) {
        set(&mut json, "employees", random.pick(&["5", "300", "2000"]));
    }
    parsed(&json)
}

fn set(json: &mut serde_json::Value, key: &str, value: impl Into<serde_json::Value>) {
    if let Some(object) = json.as_object_mut() {
        object.insert(key.to_owned(), value.into());
    }
}

fn parsed(json: &serde_json::Value) -> Checked<Lead> {
    let mut problems = Vec::new();
    let lead = json.as_object().and_then(|object| from_json(object, 1, &mut problems));
    lead.filter(|_| problems.is_empty()).ok_or_else(|| Wrong(format!("{json} is no lead: {problems:?}")))
}

fn change(random: &mut Random, lead: Box<str>) -> What {
    let (field, value) = random.pick(&[
        ("employees", "2000"),
        ("employees", "20"),
        ("source", "web"),
        ("source", "wait"),
        ("source", "slow"),
        ("source", "spam"),
        ("company", "Company 3"),
        ("email", "q@company2.example"),
    ]);
    let fields = parsed(&serde_json::json!({ "id": &*lead, field: value })).unwrap_or_else(|_| Lead::new(lead));
    let cleared = if random.percent(10) { vec!["employees".into()] } else { Vec::new() };
    What::Change { fields, cleared }
}

/// What people say of leads, which is forgotten with them.
pub(super) const WORDS: &str = "between you and me";

/// Something that is done to a lead, now and then by somebody who may not.
fn command(world: &mut World, holder: Holder) -> Command {
    let random = &mut world.random;
    let rep: Box<str> = random.pick(PEOPLE).into();
    let by = match holder {
        Some(holder) if random.percent(70) => By::Rep(holder),
        _ if random.percent(15) => By::Rep(rep.clone()),
        _ => By::Other("manager".into()),
    };
    match random.below(14) {
        0 | 1 => Command::Accept { by },
        2 | 3 => Command::Pass { by, reason: Some(WORDS.into()), bad_lead: random.percent(30) },
        4..=6 => Command::Contacted { by, at: world.now },
        7 => Command::Claim { by, rep },
        8 => Command::Reassign { by, to: Some(rep) },
        9 => Command::Reassign { by, to: None },
        10 => Command::Requeue { by, queue: "desk".into() },
        11 => Command::Suppress { by, reason: Some(WORDS.into()) },
        12 => {
            let result = random.weighted(&[(1, 0), (1, 1), (1, 2), (1, 3_usize)]);
            Command::Close { by, result: [Closing::Won, Closing::Lost, Closing::Bad].get(result).copied().unwrap_or(Closing::Duplicate) }
        }
        _ if random.percent(40) => Command::Erase { by },
        _ => Command::Accept { by },
    }
}

/// A rep, with chance in everything that decides what they can take.
pub(super) fn rep(random: &mut Random, email: &str) -> Rep {
    let mut rep = Rep::new(email);
    rep.manager = random.percent(60).then(|| "dana@acme.example".into());
    rep.backup = random.percent(30).then(|| random.pick(PEOPLE)).filter(|backup: &&str| **backup != *email).map(Into::into);
    rep.timezone = random.percent(30).then(|| jiff::tz::TimeZone::get("America/New_York").ok()).flatten();
    rep.hours = random.percent(20).then(|| Hours::parse("Mon-Sun 06:00-22:00").ok()).flatten();
    rep.active = random.percent(90);
    rep.daily_cap = random.percent(20).then_some(4);
    rep.open_cap = random.percent(15).then_some(5);
    rep.skills = if random.percent(40) { vec!["german".into()] } else { Vec::new() };
    rep
}

fn people(random: &mut Random) -> What {
    let email = random.pick(PEOPLE);
    What::People(if random.percent(25) {
        PeopleEdit::Remove { rep: email.into(), seen: None }
    } else {
        PeopleEdit::Put { rep: Box::new(rep(random, email)), seen: None }
    })
}

fn absence(world: &mut World) -> What {
    let (random, model) = (&mut world.random, &mut world.model);
    if random.percent(35) {
        let known: Vec<Box<str>> = model.absences.iter().cloned().collect();
        let id = random.pick(&known);
        model.absences.remove(&id);
        return What::People(PeopleEdit::Present { id });
    }
    let id: Box<str> = format!("abs_{:08x}", random.bits() >> 32).into();
    model.absences.insert(id.clone());
    let from = world.now.saturating_sub(SignedDuration::from_mins(random.between(-30, 30))).unwrap_or(world.now);
    let until = from.saturating_add(SignedDuration::from_mins(random.between(5, 2000))).unwrap_or(from);
    let kind = if random.percent(50) { AbsenceKind::Pause } else { AbsenceKind::Leave };
    What::People(PeopleEdit::Absence { id, rep: random.pick(PEOPLE).into(), span: Absence { from, until }, kind, reason: None })
}

fn accounts(random: &mut Random) -> What {
    let mut account = |number: usize| Account {
        id: format!("acc_{number}").into(),
        name: Some(format!("Company {number}").into()),
        domains: vec![format!("company{number}.example").into()],
        owner: random.percent(80).then(|| random.pick(PEOPLE).into()),
        named: Some(random.percent(60)),
        ..Account::default()
    };
    let accounts = vec![account(1), account(2), account(5)];
    match random.below(3) {
        0 => What::Account { id: random.pick(&["acc_1", "acc_2", "acc_5", "acc_9"]).into(), account: None, seen: None },
        _ => What::Accounts(accounts),
    }
}

fn policy(world: &mut World) -> What {
    let versions: Vec<Box<str>> = world.model.versions.iter().cloned().collect();
    if world.random.percent(35) {
        return What::Rollback { version: world.random.pick(&versions) };
    }
    let files = Sources::single(&policies::draw(&mut world.random));
    What::Publish { files, note: None, seen: None }
}

/// Who has a lead, if somebody does.
type Holder = Option<Box<str>>;

/// A lead that is there, and who has it; rather a young one.
fn some_lead(world: &mut World) -> Checked<Option<(Box<str>, Holder)>> {
    let sql = "select id, rep from lead where ws = $1 order by received_at desc, id limit 12";
    let rows = world.reader.query(sql, &[WORKSPACE.into()])?;
    let Some(row) = rows.get(world.random.below(rows.len())) else { return Ok(None) };
    Ok(Some((row.text(0)?.into(), row.maybe_text(1)?.map(Into::into))))
}

fn dead_message(world: &mut World) -> Checked<Option<Box<str>>> {
    let rows = world.reader.query("select id from message where ws = $1 and state = 'dead' order by id", &[WORKSPACE.into()])?;
    Ok(rows.get(world.random.below(rows.len())).map(|row| row.text(0).map(Into::into)).transpose()?)
}

/// A request in a few words, for the log.
pub(super) fn words(what: &What) -> String {
    match what {
        What::Intake(leads) => {
            let lead = |lead: &Lead| {
                use pointsman_engine::field::LeadField::{Email, Source};
                format!("{} {} {}", lead.id.0, lead.text(Email).unwrap_or_default(), lead.text(Source).unwrap_or_default())
            };
            format!("leads [{}]", leads.iter().map(lead).collect::<Vec<_>>().join(", "))
        }
        What::Publish { .. } => "publish".to_owned(),
        What::Change { fields, .. } => {
            let set: Vec<String> = fields.standard().map(|(field, filled)| format!("{field:?} {:?}", filled.value)).collect();
            format!("change {}", set.join(" "))
        }
        What::Report { message, result } => format!("{message} {}", format!("{result:?}").split(' ').next().unwrap_or_default()),
        What::Life { lead, command } => format!("{} {command:?}", lead.0),
        What::People(PeopleEdit::Put { rep, .. }) => format!("rep {} active {} skills {:?}", rep.email, rep.active, rep.skills),
        What::Accounts(accounts) => format!("{} accounts", accounts.len()),
        other => format!("{other:?}"),
    }
}

/// An answer in a few words, for the log.
pub(super) fn answer_words(answer: &Result<Reply, Refused>) -> String {
    let receipt = |receipt: &pointsman_store::request::Receipt| {
        format!(
            "{} {} {}{}",
            receipt.lead.0,
            receipt.stage,
            receipt.rep.as_deref().unwrap_or("-"),
            if receipt.repeat { " again" } else { "" }
        )
    };
    match answer {
        Ok(Reply::Leads(receipts)) => receipts.iter().map(receipt).collect::<Vec<_>>().join(", "),
        Ok(Reply::Lead(one)) => receipt(one),
        Ok(Reply::Claimed(messages)) => format!("{} messages", messages.len()),
        Ok(other) => format!("{other:?}"),
        Err(refused) => format!("refused: {refused}"),
    }
}
