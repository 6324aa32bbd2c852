//! Importing accounts: a file of any length, read as it comes and written in pieces.

use super::fields::mistake;
use super::incoming::{self, Incoming};
use crate::app::Shared;
use crate::http::extract::media_type;
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::extract::{Request, State};
use pointsman_engine::account::Account;
use pointsman_engine::records::{Problem as RowProblem, accounts};
use pointsman_store::request::What;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader};
use tokio::runtime::Handle;
use tracing::warn;
use utoipa::ToSchema;

/// So many accounts become true at once: leads are decided in between.
const PIECE: usize = 1_000;

/// So many mistakes are listed; the rest are counted.
const LISTED: usize = 100;

/// What became of a file of accounts.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ImportAnswer {
    /// How many accounts were added or replaced.
    pub accounts: usize,
    /// How many rows were left out.
    pub left_out: usize,
    /// What was wrong, the first 100.
    pub problems: Vec<Mistake>,
    /// How many mistakes there are in all.
    pub mistakes: usize,
}

/// Imports a file of accounts
///
/// CSV with a header (`text/csv`), or one JSON object a line (`application/x-ndjson`), of any length; a row has an id, and
/// at most 1 MiB. Accounts are added or replaced by id, in pieces: rows that came whole before a connection broke stay,
/// and sending the file again does no harm. Rows that cannot be read are left out and listed.
#[utoipa::path(post, path = "/v1/accounts/import", tag = "accounts", security(("token" = ["directory"])),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson")), description = "The file"),
    responses((status = 200, description = "What became of it", body = ImportAnswer), ChangeProblem))]
pub async fn import(State(app): State<Shared>, caller: Caller, request: Request) -> Result<Json<ImportAnswer>, Problem> {
    let is_csv = match &*media_type(request.headers()) {
        "text/csv" => true,
        "application/x-ndjson" | "application/jsonl" => false,
        _ => return Err(Problem::MediaType("text/csv or application/x-ndjson")),
    };
    let (feeding, file) = incoming::of(request.into_body(), app.config.request);
    let mut import =
        Import { app, sender: Sender { caller, once: None }, wait: Handle::current(), ready: Vec::new(), answer: ImportAnswer::default() };
    let reading = tokio::task::spawn_blocking(move || {
        let read = if is_csv { import.csv(file) } else { import.ndjson(BufReader::new(file)) };
        // What came whole stays, also where the rest did not come.
        import.write()?;
        read.map(|()| import.answer)
    });
    let ((), answer) = tokio::join!(feeding, reading);
    Ok(Json(answer.map_err(Problem::ours)??))
}

struct Import {
    app: Shared,
    sender: Sender,
    wait: Handle,
    ready: Vec<Account>,
    answer: ImportAnswer,
}

impl Import {
    fn csv(&mut self, file: Incoming) -> Result<(), Problem> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.byte_headers().map_err(|error| self.broken(&error, 1))?.clone();
        let columns = accounts::Columns::of(&header);
        let columns = columns
            .map_err(|problem| Problem::Invalid { detail: "the header cannot be used".to_owned(), errors: vec![mistake(&problem)] })?;
        let mut record = csv::ByteRecord::new();
        loop {
            reader.get_mut().next_record();
            let line = reader.position().line();
            if !reader.read_byte_record(&mut record).map_err(|error| self.broken(&error, line))? {
                return Ok(());
            }
            let line = record.position().map_or(line, csv::Position::line);
            let mut problems = Vec::new();
            let account = columns.read(&record, line, &mut problems);
            self.take(account, columns.is_named(&record), line, problems)?;
        }
    }

    fn ndjson(&mut self, mut file: BufReader<Incoming>) -> Result<(), Problem> {
        let mut text = Vec::new();
        for line in 1.. {
            text.clear();
            file.get_mut().next_record();
            if file.read_until(b'\n', &mut text).map_err(|error| self.cut(&error, line))? == 0 {
                break;
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            let mut problems = Vec::new();
            let (account, is_named) = match serde_json::from_slice(&text) {
                Ok(object) => (accounts::from_json(&object, line, &mut problems), accounts::has_id(&object)),
                Err(error) => {
                    problems.push(RowProblem { line, column: None, message: format!("not a JSON object: {error}"), kept: false });
                    (None, true)
                }
            };
            self.take(account, is_named, line, problems)?;
        }
        Ok(())
    }

    /// Takes a row. One without an id is left out: nobody could say which account it replaces.
    fn take(&mut self, account: Option<Account>, is_named: bool, line: u64, mut problems: Vec<RowProblem>) -> Result<(), Problem> {
        let account = account.filter(|_| is_named);
        if !is_named {
            let message = "the account has no `id`; give it one, so that the same account can be brought up to date later".to_owned();
            problems.push(RowProblem { line, column: Some("id".into()), message, kept: false });
        }
        self.answer.mistakes += problems.len();
        let room = LISTED.saturating_sub(self.answer.problems.len());
        self.answer.problems.extend(problems.iter().take(room).map(mistake));
        match account {
            Some(account) => self.ready.push(account),
            None => self.answer.left_out += 1,
        }
        if self.ready.len() >= PIECE { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), Problem> {
        if self.ready.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.ready);
        self.answer.accounts += piece.len();
        self.wait.block_on(self.app.writing.ask_patiently(self.sender.asks(What::Accounts(piece)))).map(drop)
    }

    fn broken(&self, error: &csv::Error, line: u64) -> Problem {
        match error.kind() {
            csv::ErrorKind::Io(error) => self.cut(error, line),
            _ => Problem::Unreadable(format!("the file is not CSV: {error}")),
        }
    }

    /// Why the file was not read to its end. Whoever sent it may be gone: the log gets to know it, too.
    fn cut(&self, error: &io::Error, line: u64) -> Problem {
        let before = self.answer.accounts + self.ready.len();
        warn!(line, before, %error, "an import was cut");
        Problem::Unreadable(format!("line {line}: {error}; the accounts before it were imported, {before} in all"))
    }
}
