//! The first start: an empty store gets its first token and, if asked for, a policy with its people and accounts.

use crate::api::channels::place;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::tokens::{self, Scope, Token};
use crate::workers::writer_thread::Writing;
use jiff::Timestamp;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::seal::Key;
use pointsman_connect::secret::Secret;
use pointsman_engine::account::Account;
use pointsman_engine::people::{Absence, Directory};
use pointsman_engine::policy::source::Sources;
use pointsman_store::read::{documents, policies};
use pointsman_store::request::{AbsenceKind, DocumentKind, PeopleEdit, Request, What};
use sha2::{Digest, Sha256};
use tracing::info;

/// So many accounts become true at once.
const PIECE: usize = 1_000;

/// What an empty store begins with.
pub struct Seed {
    /// The policy's files.
    pub sources: Sources,
    /// Reps and absences.
    pub directory: Directory,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Channels, by name.
    pub channels: Vec<(String, ChannelConfig<Secret>)>,
}

/// Mints the first administrator's token, if there is none yet. `tell` shows it before it is stored: whoever is
/// interrupted in between has seen a token that is not valid, and never stored one that nobody has seen.
///
/// # Errors
/// When the store fails.
pub async fn first_token(writing: &Writing, reading: &Reading, tell: impl FnOnce(&str)) -> Result<Option<String>, Failure> {
    let known = reading.ask(|db| documents::all(db, DocumentKind::Token)).await.map_err(trouble)?;
    if !known.is_empty() {
        return Ok(None);
    }
    let text = tokens::mint().map_err(|error| Failure::Ours(error.to_string()))?;
    let token = Token {
        name: "first administrator".to_owned(),
        scopes: vec![Scope::Admin],
        rate: None,
        expires_at: None,
        created_at: Timestamp::now(),
        hash: tokens::hash(&text),
    };
    tell(&text);
    writing.ask_patiently(Request::own(tokens::put(&token).map_err(trouble)?)).await.map_err(trouble)?;
    Ok(Some(text))
}

/// Fills a store in which no policy is in force. One that has a policy stays as it is. The policy comes last, and
/// everything before it may be done twice: a start that was interrupted is made up for by the next.
///
/// # Errors
/// When the store fails, or refuses a part.
pub async fn fill(seed: Seed, key: &Key, writing: &Writing, reading: &Reading) -> Result<(), Failure> {
    if let Some(version) = reading.ask(policies::in_force).await.map_err(trouble)? {
        info!(version, "a policy is in force already: the seed is left aside");
        return Ok(());
    }
    let Seed { sources, directory, accounts, channels } = seed;
    let (reps, size) = (directory.reps().len(), accounts.len());
    let mut asks: Vec<What> = Vec::new();
    for (name, config) in channels {
        let sealed = config.seal(key, &place(&name));
        let body = serde_json::to_string(&sealed).map_err(|error| Failure::Ours(error.to_string()))?;
        asks.push(What::Document { kind: DocumentKind::Channel, id: name.into(), body: Some(body.into()), seen: None });
    }
    asks.extend(people(&directory));
    let mut accounts = accounts.into_iter().peekable();
    while accounts.peek().is_some() {
        asks.push(What::Accounts(accounts.by_ref().take(PIECE).collect()));
    }
    asks.push(What::Publish { files: sources, note: Some("the first policy".into()), seen: None });
    for what in asks {
        writing.ask_patiently(Request::own(what)).await.map_err(trouble)?;
    }
    info!(reps, accounts = size, "the empty store was filled");
    Ok(())
}

fn people(directory: &Directory) -> impl Iterator<Item = What> + '_ {
    let reps = directory.reps().iter().map(|rep| PeopleEdit::Put { rep: Box::new(rep.clone()), seen: None });
    let absences = directory.reps().iter().filter_map(|rep| Some((rep, directory.find(&rep.email)?))).flat_map(|(rep, ix)| {
        directory.absences(ix).iter().map(|span| PeopleEdit::Absence {
            id: absence_id(&rep.email, span),
            rep: rep.email.clone(),
            span: *span,
            kind: AbsenceKind::Leave,
            reason: None,
        })
    });
    reps.chain(absences).map(What::People)
}

/// The same absence has the same id.
fn absence_id(rep: &str, span: &Absence) -> Box<str> {
    let hash = Sha256::digest(format!("{} {} {rep}", span.from, span.until).as_bytes());
    let id = uuid::Builder::from_custom_bytes(hash.first_chunk().copied().unwrap_or_default()).into_uuid();
    format!("abs_{}", id.simple()).into()
}

fn trouble(problem: Problem) -> Failure {
    let document = problem.document();
    Failure::Ours(format!("the store could not be begun: {}; {}", document.detail, document.help))
}
