//! The draft of the next policy: edited, checked, tested and compared before it goes in force.

use crate::app::Shared;
use crate::compare::{self, Comparison};
use crate::http::etag::{IfMatch, Tagged};
use crate::http::extract::Body;
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Mistake, Problem};
use crate::reading::Reading;
use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use pointsman_engine::account::{Account, Owners, owners};
use pointsman_engine::book::Book;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::{Diagnostic, Severity};
use pointsman_engine::policy::read::{Checked, read as read_policy};
use pointsman_engine::policy::source::Sources;
use pointsman_engine::trial;
use pointsman_proof::findings::{self, gaps};
use pointsman_proof::model::Model;
use pointsman_proof::space::universe::Universe;
use pointsman_store::read::{accounts, documents, leads, people, policies};
use pointsman_store::request::{DocumentKind, Reply, What};
use pointsman_store::world::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// There is one draft.
const ID: &str = "draft";

/// The draft: the files of the next policy.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Path to text: `routing.toml`, `territories/us.csv`, `tests/owners.toml` ...
    pub files: BTreeMap<String, String>,
}

impl Draft {
    /// The files as the engine takes them.
    pub fn sources(&self) -> Sources {
        Sources { files: self.files.clone() }
    }
}

async fn stored(reading: &Reading) -> Result<Option<(i64, Draft)>, Problem> {
    let found = reading.ask(|db| documents::one(db, DocumentKind::Draft, ID)).await?;
    let read = |text: &str| serde_json::from_str(text).map_err(Problem::ours);
    found.map(|document| Ok((document.etag, read(&document.body)?))).transpose()
}

/// The draft there is.
pub async fn find(app: &Shared) -> Result<Draft, Problem> {
    stored(&app.reading).await?.map(|(_, draft)| draft).ok_or_else(|| Problem::not_found("draft", "of the policy"))
}

/// A draft that is sent; it may be as large as a batch.
pub struct Sent(Draft);

impl FromRequest<Shared> for Sent {
    type Rejection = Problem;

    async fn from_request(mut request: Request, app: &Shared) -> Result<Self, Problem> {
        DefaultBodyLimit::max(app.config.batch_limit).apply(&mut request);
        let Body(draft) = Body::<Draft>::from_request(request, app).await?;
        match draft.files.keys().find(|path| !is_plain(path)) {
            Some(path) => Err(Problem::Invalid {
                detail: "a file's path cannot be used".to_owned(),
                errors: vec![Mistake::new(path.chars().take(80).collect::<String>(), "write it relative, such as tests/owners.toml")],
            }),
            None => Ok(Self(draft)),
        }
    }
}

fn is_plain(path: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
    path.len() <= 200 && path.split('/').all(part)
}

/// Reads the draft
#[utoipa::path(get, path = "/v1/policy/draft", tag = "policy", security(("token" = ["policy"])),
    responses((status = 200, description = "The draft", body = Draft, headers(("ETag" = String, description = "For If-Match"))), AnyProblem))]
pub async fn read(State(app): State<Shared>) -> Result<Tagged<Json<Draft>>, Problem> {
    let (etag, draft) = stored(&app.reading).await?.ok_or_else(|| Problem::not_found("draft", "of the policy"))?;
    Ok(Tagged(etag.to_string(), Json(draft)))
}

/// Begins or replaces the draft
///
/// Replacing it needs the ETag that was read, as `If-Match`. Whatever is written is kept; `check` says what is wrong with it.
#[utoipa::path(put, path = "/v1/policy/draft", tag = "policy", security(("token" = ["policy"])),
    params(("If-Match" = Option<String>, Header, description = "The ETag of what is replaced")), request_body = Draft,
    responses((status = 200, description = "Replaced", body = Draft, headers(("ETag" = String, description = "For If-Match"))),
        (status = 201, description = "Begun", body = Draft, headers(("ETag" = String, description = "For If-Match"))), ChangeProblem))]
pub async fn put(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    Sent(draft): Sent,
) -> Result<(StatusCode, Tagged<Json<Draft>>), Problem> {
    let present = stored(&app.reading).await?.map(|(etag, _)| etag);
    IfMatch::of(&headers)?.allows(present.map(|etag| etag.to_string()).as_deref())?;
    let body = serde_json::to_string(&draft).map_err(Problem::ours)?;
    let what = What::Document { kind: DocumentKind::Draft, id: ID.into(), body: Some(body.into()), seen: Some(present.unwrap_or(0)) };
    let Reply::Done { etag } = app.writing.ask(Sender { caller, once: None }.asks(what)).await? else { return Err(Problem::Ours) };
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Tagged(etag.to_string(), Json(draft))))
}

/// Throws the draft away
#[utoipa::path(delete, path = "/v1/policy/draft", tag = "policy", security(("token" = ["policy"])),
    params(("If-Match" = String, Header, description = "The ETag of what is thrown away, or *")),
    responses((status = 204, description = "It is gone"), ChangeProblem))]
pub async fn remove(State(app): State<Shared>, caller: Caller, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let (etag, _) = stored(&app.reading).await?.ok_or_else(|| Problem::not_found("draft", "of the policy"))?;
    IfMatch::of(&headers)?.allows(Some(&etag.to_string()))?;
    let what = What::Document { kind: DocumentKind::Draft, id: ID.into(), body: None, seen: Some(etag) };
    app.writing.ask(Sender { caller, once: None }.asks(what)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One thing that is wrong, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// `error`: the policy cannot be used; `warning`: it probably does not do what was meant.
    pub severity: String,
    /// A stable name for it, such as `unknown-field`.
    pub code: String,
    /// Which file.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The rules it is about, where it is about several.
    pub rules: Vec<String>,
    /// A lead that shows it, with the account that it matches if it needs one.
    #[schema(value_type = Option<Object>)]
    pub witness: Option<Value>,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        let Diagnostic { severity, code, message, place, label, help, rules, witness } = diagnostic;
        let severity = if severity == Severity::Error { "error" } else { "warning" };
        let (file, line, column) = (place.file.into(), place.line, place.column);
        Self { severity: severity.to_owned(), code: code.to_owned(), file, line, column, message, label, help, rules, witness }
    }
}

/// People and accounts that a policy is held against.
pub struct People {
    directory: Directory,
    owners: Owners,
    accounts: Vec<Account>,
}

impl People {
    /// Reps and absences, and who owns accounts.
    pub async fn alone(app: &Shared) -> Result<Self, Problem> {
        let of = |world: &World| world.ruling().map(|ruling| owners(ruling.book.matcher.accounts())).unwrap_or_default();
        let (directory, owners) = (app.reading.ask(people::directory).await?, app.writing.look(of).await?);
        Ok(Self { directory, owners, accounts: Vec::new() })
    }

    /// And every account: test leads are matched as leads are.
    pub async fn with_accounts(reading: &Reading) -> Result<Self, Problem> {
        let (directory, accounts) = reading.ask(|db| Ok((people::directory(db)?, accounts::all(db)?))).await?;
        Ok(Self { directory, owners: owners(&accounts), accounts })
    }
}

/// What checks and test leads found.
pub struct Findings {
    diagnostics: Vec<Diagnostic>,
    report: Option<trial::Report>,
}

impl Findings {
    /// Checks a policy, and runs its test leads if it has no errors.
    pub fn of(sources: &Sources, people: &People) -> Result<Self, Problem> {
        let (policy, diagnostics) = checked(sources, people);
        let report = policy.filter(|_| !diagnostics.iter().any(is_error)).map(|policy| {
            let mut book = Book::bind(&policy, Some(people.directory.clone()), people.accounts.clone());
            trial::run(&policy, &mut book)
        });
        Ok(Self { diagnostics, report })
    }

    /// The warnings of a policy that passed.
    ///
    /// # Errors
    /// It has errors, or a test lead failed.
    pub fn passed(self) -> Result<Vec<Finding>, Problem> {
        let place = |diagnostic: &Diagnostic| format!("{}:{}:{}", diagnostic.place.file, diagnostic.place.line, diagnostic.place.column);
        let error = |diagnostic: &Diagnostic| Mistake::new(place(diagnostic), diagnostic.message.clone());
        let mut mistakes: Vec<Mistake> = self.diagnostics.iter().filter(|diagnostic| is_error(diagnostic)).map(error).collect();
        for test in self.report.iter().flat_map(|report| &report.tests) {
            mistakes.extend(test.mismatches.iter().map(|mismatch| {
                let at = format!("{}:{}, test \"{}\"", test.place.file, test.place.line, test.name);
                Mistake::new(at, format!("{}: expected {}, found {}", mismatch.what, mismatch.expected, mismatch.found))
            }));
        }
        if mistakes.is_empty() {
            Ok(self.diagnostics.into_iter().map(Finding::from).collect())
        } else {
            Err(Problem::PolicyRefused(mistakes))
        }
    }
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Reads a draft and proves what can be: rules that never fire, lists that clash, assertions that do not hold.
fn checked(sources: &Sources, people: &People) -> (Option<Policy>, Vec<Diagnostic>) {
    let Checked { policy, diagnostics } = read_policy(sources);
    let Some(policy) = policy else { return (None, diagnostics) };
    let book = Book::bind(&policy, Some(people.directory.clone()), Vec::new());
    let all = findings::all(&policy, diagnostics, &book, &people.owners, Timestamp::now());
    (Some(policy), all)
}

/// What the checks found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CheckAnswer {
    /// Whether it may be published as far as the checks go.
    pub ok: bool,
    /// The version's name it would have; none with errors.
    pub version: Option<String>,
    /// Everything that is wrong, or may be.
    pub findings: Vec<Finding>,
    /// The leads that only the fallback takes, as a few regions.
    pub fallback_only: Vec<Gap>,
}

/// Leads that no rule takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// Which they are, in words.
    pub leads: String,
    /// One of them, with the account that it matches if it needs one.
    #[schema(value_type = Object)]
    pub witness: Value,
}

/// So many regions are told.
const GAPS: usize = 20;

fn fallback_only(policy: &Policy) -> Vec<Gap> {
    let universe = Universe::of(&[policy]);
    let found = gaps::find(&Model::of(&universe, policy, 0), GAPS);
    found.all.into_iter().filter_map(|gap| Some(Gap { leads: gap.words, witness: serde_json::to_value(gap.scene).ok()? })).collect()
}

/// Checks the draft: every mistake in one pass, each with its place
#[utoipa::path(post, path = "/v1/policy/draft/check", tag = "policy", security(("token" = ["policy"])),
    responses((status = 200, description = "What was found", body = CheckAnswer), AnyProblem))]
pub async fn check(State(app): State<Shared>) -> Result<Json<CheckAnswer>, Problem> {
    let (draft, people) = (find(&app).await?, People::alone(&app).await?);
    let checking = tokio::task::spawn_blocking(move || {
        let (policy, diagnostics) = checked(&draft.sources(), &people);
        let ok = policy.is_some() && !diagnostics.iter().any(is_error);
        let fallback_only = policy.as_ref().map(fallback_only).unwrap_or_default();
        let version = policy.filter(|_| ok).map(|policy| policy.version.to_string());
        CheckAnswer { ok, version, findings: diagnostics.into_iter().map(Finding::from).collect(), fallback_only }
    });
    Ok(Json(checking.await.map_err(Problem::ours)?))
}

/// What the test leads showed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TestAnswer {
    /// Whether every test passed. Not so when the draft has errors: then no test ran.
    pub ok: bool,
    /// How many ran.
    pub tests: usize,
    /// How many failed.
    pub failed: usize,
    /// Errors of the draft.
    pub findings: Vec<Finding>,
    /// Each test: `name, place, mismatches` (none: passed), `reason`; and how tests cover each rule. Nothing if none ran.
    #[schema(value_type = Option<Object>)]
    pub report: Value,
}

/// Runs the draft's test leads, with the reps and accounts there are
#[utoipa::path(post, path = "/v1/policy/draft/test", tag = "policy", security(("token" = ["policy"])),
    responses((status = 200, description = "What they showed", body = TestAnswer), AnyProblem))]
pub async fn test(State(app): State<Shared>) -> Result<Json<TestAnswer>, Problem> {
    let (draft, people) = (find(&app).await?, People::with_accounts(&app.reading).await?);
    let testing = tokio::task::spawn_blocking(move || {
        let Findings { diagnostics, report } = Findings::of(&draft.sources(), &people)?;
        let (tests, failed) = report.as_ref().map_or((0, 0), |report| (report.tests.len(), report.failures()));
        let ok = report.is_some() && failed == 0;
        let report = serde_json::to_value(&report).map_err(Problem::ours)?;
        let findings = diagnostics.into_iter().filter(is_error).map(Finding::from).collect();
        Ok::<_, Problem>(TestAnswer { ok, tests, failed, findings, report })
    });
    Ok(Json(testing.await.map_err(Problem::ours)??))
}

/// So many of the last leads are routed by both policies.
const LEADS: u32 = 1_000;

/// Compares the draft with the policy in force
///
/// Which rules were added, removed, changed or moved; exactly which leads, of all there can be, are routed differently,
/// each region with one that shows it; and which of the last 1,000 would go elsewhere, with the
/// reps and accounts there are now.
#[utoipa::path(post, path = "/v1/policy/draft/diff", tag = "policy", security(("token" = ["policy"])),
    responses((status = 200, description = "What changes", body = Comparison), ChangeProblem))]
pub async fn diff(State(app): State<Shared>) -> Result<Json<Comparison>, Problem> {
    let draft = find(&app).await?;
    let people = People::with_accounts(&app.reading).await?;
    let found = app.reading.ask(|db| {
        let Some(version) = policies::in_force(db)? else { return Ok(None) };
        Ok(policies::one(db, &version)?.map(|(_, sources)| sources))
    });
    let old = found.await?.ok_or_else(|| Problem::Conflict("no policy is in force to compare with".to_owned()))?;
    let recent = app.reading.ask(|db| leads::recent(db, LEADS)).await?;
    let comparing = tokio::task::spawn_blocking(move || {
        let old = read_policy(&old).policy.ok_or(Problem::Ours)?;
        let Checked { policy, diagnostics } = read_policy(&draft.sources());
        let Some(new) = policy else {
            let error = |diagnostic: &Diagnostic| {
                Mistake::new(format!("{}:{}", diagnostic.place.file, diagnostic.place.line), diagnostic.message.clone())
            };
            return Err(Problem::PolicyRefused(diagnostics.iter().filter(|diagnostic| is_error(diagnostic)).map(error).collect()));
        };
        Ok(compare::policies(&old, &new, people.directory, people.accounts, recent))
    });
    Ok(Json(comparing.await.map_err(Problem::ours)??))
}
