//! Importing accounts: a file of any length, read as it comes and written in pieces.

use super::fields::mistake;
use crate::app::Shared;
use crate::http::extract::media_type;
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use futures_util::StreamExt;
use pointsman_engine::account::Account;
use pointsman_engine::records::{Problem as RowProblem, accounts};
use pointsman_store::request::What;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
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
/// CSV with a header (`text/csv`), or one JSON object a line (`application/x-ndjson`), of any length. Accounts are
/// added or replaced by id, in pieces: what was read before a connection broke stays, and sending the file again does
/// no harm. Rows that cannot be read are left out and listed.
#[utoipa::path(post, path = "/v1/accounts/import", tag = "accounts", security(("token" = ["directory"])),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson")), description = "The file"),
    responses((status = 200, description = "What became of it", body = ImportAnswer), ChangeProblem))]
pub async fn import(State(app): State<Shared>, caller: Caller, request: Request) -> Result<Json<ImportAnswer>, Problem> {
    let is_csv = match &*media_type(request.headers()) {
        "text/csv" => true,
        "application/x-ndjson" | "application/jsonl" => false,
        _ => return Err(Problem::MediaType("text/csv or application/x-ndjson")),
    };
    let (sender, receiver) = mpsc::channel(16);
    let feeding = feed(request.into_body(), sender);
    let file = BufReader::with_capacity(64 * 1024, Incoming { pieces: receiver, now: Bytes::new() });
    let mut import =
        Import { app, sender: Sender { caller, once: None }, wait: Handle::current(), ready: Vec::new(), answer: ImportAnswer::default() };
    let reading = tokio::task::spawn_blocking(move || {
        if is_csv {
            import.csv(file)?
        } else {
            import.ndjson(file)?
        }
        import.write()?;
        Ok::<_, Problem>(import.answer)
    });
    let (fed, answer) = tokio::join!(feeding, reading);
    let answer = answer.map_err(Problem::ours)?;
    match fed {
        Ok(()) => Ok(Json(answer?)),
        Err(()) => Err(Problem::Unreadable("the body ended before its end; what came before was imported".to_owned())),
    }
}

/// Gives the body on, piece by piece. `Err`: it broke off.
async fn feed(body: Body, pieces: mpsc::Sender<Bytes>) -> Result<(), ()> {
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        // Err: the reader has found something that ends the import.
        if pieces.send(piece.map_err(drop)?).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A body that comes in, for code that reads and waits.
struct Incoming {
    pieces: mpsc::Receiver<Bytes>,
    now: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.now.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.now = piece,
                None => return Ok(0),
            }
        }
        let taken = self.now.split_to(self.now.len().min(buffer.len()));
        buffer.iter_mut().zip(&taken).for_each(|(to, from)| *to = *from);
        Ok(taken.len())
    }
}

struct Import {
    app: Shared,
    sender: Sender,
    wait: Handle,
    ready: Vec<Account>,
    answer: ImportAnswer,
}

impl Import {
    fn csv(&mut self, file: impl Read) -> Result<(), Problem> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let broken = |error: &csv::Error| Problem::Unreadable(format!("the file is not CSV: {error}"));
        let header = reader.byte_headers().map_err(|error| broken(&error))?.clone();
        let columns = accounts::Columns::of(&header);
        let columns = columns
            .map_err(|problem| Problem::Invalid { detail: "the header cannot be used".to_owned(), errors: vec![mistake(&problem)] })?;
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(|error| broken(&error))? {
            let line = record.position().map_or(0, csv::Position::line);
            let mut problems = Vec::new();
            let account = columns.read(&record, line, &mut problems);
            self.take(account, &problems)?;
        }
        Ok(())
    }

    fn ndjson(&mut self, file: impl BufRead) -> Result<(), Problem> {
        for (line, number) in file.split(b'\n').zip(1..) {
            let line = line.map_err(Problem::ours)?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let mut problems = Vec::new();
            let account = match serde_json::from_slice(&line) {
                Ok(object) => accounts::from_json(&object, number, &mut problems),
                Err(error) => {
                    problems.push(RowProblem { line: number, column: None, message: format!("not a JSON object: {error}"), kept: false });
                    None
                }
            };
            self.take(account, &problems)?;
        }
        Ok(())
    }

    fn take(&mut self, account: Option<Account>, problems: &[RowProblem]) -> Result<(), Problem> {
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
}
