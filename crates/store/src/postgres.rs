//! PostgreSQL: any number of nodes on one database.
//!
//! Statements are prepared once per connection. Many rows go in one statement, as one array per column (`unnest`), and
//! statements that give nothing back go together: what a transaction costs is ways there and back.

use crate::db::{Db, DbError, DbErrorKind, Insert, Type, Update, each};
use crate::value::{Row, Value, clean_all};
use futures_util::future::{try_join, try_join_all};
use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::{IsNull, ToSql, Type as Oid, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Statement, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// So many statements stay prepared: several times what the writer has.
const MOST_PREPARED: usize = 500;

/// So many statements are kept back at most.
const MOST_UNSENT: usize = 16;

/// A connection to a server.
pub struct Postgres {
    /// Drives the connection while somebody waits for an answer.
    runtime: Runtime,
    client: Client,
    prepared: HashMap<Box<str>, Statement>,
    /// What gives nothing back goes with the next statement that does, on one way there and back.
    unsent: Vec<Unsent>,
}

enum Unsent {
    Script(&'static str),
    Statement(Statement, Vec<Value>),
    Rows(Statement, Vec<Column>),
}

impl Unsent {
    async fn send(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        match self {
            Self::Script(sql) => client.batch_execute(sql).await,
            Self::Statement(statement, args) => client.execute(statement, &parameters(args)).await.map(drop),
            Self::Rows(statement, columns) => client.execute(statement, &parameters(columns)).await.map(drop),
        }
    }
}

fn parameters<T: ToSql + Sync>(values: &[T]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Postgres {
    /// Connects to read. `sslmode=require` in the address asks for TLS, checked against the machine's certificates.
    ///
    /// # Errors
    /// When the address cannot be read or the server is not there.
    pub fn reader(url: &str) -> Result<Self, DbError> {
        let mut config: Config =
            url.parse().map_err(|error: tokio_postgres::Error| DbError::shape(format!("the database's address: {}", told(&error))))?;
        config.connect_timeout(Duration::from_secs(5)).application_name("pointsman").tcp_user_timeout(Duration::from_secs(10));
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| DbError::lost(format!("no way to wait for PostgreSQL: {error}")))?;
        let client = runtime.block_on(async {
            // Err, when the connection ends: whoever asks for something next gets to know.
            if config.get_ssl_mode() == SslMode::Require {
                let (client, connection) = config.connect(MakeRustlsConnect::new(tls()?)).await?;
                tokio::spawn(async { drop(connection.await) });
                Ok::<_, DbError>(client)
            } else {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(async { drop(connection.await) });
                Ok(client)
            }
        })?;
        let mut postgres = Self { runtime, client, prepared: HashMap::new(), unsent: Vec::new() };
        // A commit is durable before it is answered, whatever the server's default is. A node that hangs with the
        // workspace's lock in hand must not stop the others for ever.
        postgres.script("set synchronous_commit = on; set idle_in_transaction_session_timeout = '15s'; set lock_timeout = '20s'")?;
        Ok(postgres)
    }

    /// Connects to write. The writer finds every row by a key: how is settled once, as planning takes longer than finding, and
    /// by index even in a table that is still small, since it will not stay so.
    ///
    /// # Errors
    /// As [`Self::reader`].
    pub fn writer(url: &str) -> Result<Self, DbError> {
        let mut postgres = Self::reader(url)?;
        postgres.script("set plan_cache_mode = force_generic_plan; set enable_seqscan = off")?;
        Ok(postgres)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        // The questions of people are put together from many parts: what they no longer ask is let go, on the server too.
        if self.prepared.len() >= MOST_PREPARED {
            self.prepared.clear();
        }
        // Not `in (select unnest(...))`: to what is a join, a table without statistics is not worth an index.
        let list = |not: bool, place: &str| format!("{}({place}::text[])", if not { "<> all" } else { "= any" });
        let statement = self.runtime.block_on(self.client.prepare(&each(sql, list)))?;
        self.prepared.insert(sql.into(), statement.clone());
        Ok(statement)
    }

    /// Sends what was kept back and then this, without waiting in between: statements are sent in the order in which
    /// they are first polled (<https://docs.rs/tokio-postgres/latest/tokio_postgres/#pipelining>). When the server refuses one, the
    /// transaction has failed, and so does all that follows; what cannot be sent keeps what follows from being sent.
    fn send<T>(&mut self, last: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>) -> Result<T, DbError> {
        let unsent = std::mem::take(&mut self.unsent);
        let client = &self.client;
        let earlier = try_join_all(unsent.iter().map(|one| one.send(client)));
        Ok(self.runtime.block_on(try_join(earlier, last(client)))?.1)
    }

    fn keep_back(&mut self, statement: Unsent) -> Result<(), DbError> {
        self.unsent.push(statement);
        if self.unsent.len() < MOST_UNSENT { Ok(()) } else { self.send(async |_| Ok(())) }
    }
}

fn tls() -> Result<rustls::ClientConfig, DbError> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(DbError::shape(
            "TLS to PostgreSQL: this machine has no certificates to check the server's against (install ca-certificates)",
        ));
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| DbError::shape(format!("TLS to PostgreSQL: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

impl Db for Postgres {
    fn begin(&mut self) -> Result<(), DbError> {
        self.keep_back(Unsent::Script("begin"))
    }

    fn begin_reading(&mut self) -> Result<(), DbError> {
        self.keep_back(Unsent::Script("begin isolation level repeatable read read only"))
    }

    fn commit(&mut self) -> Result<(), DbError> {
        self.send(async |client| client.batch_execute("commit").await)
    }

    fn rollback(&mut self) {
        self.unsent.clear();
        let _ = self.send(async |client| client.batch_execute("rollback").await);
    }

    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = self.statement(sql)?;
        self.send(async |client| client.query(&statement, &parameters(args)).await)?.iter().map(row).collect()
    }

    fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<(), DbError> {
        let statement = self.statement(sql)?;
        self.keep_back(Unsent::Statement(statement, args))
    }

    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.many(rows, into.columns, |arrays| format!("{into} select * from unnest({arrays}) {}", into.conflict))
    }

    fn update(&mut self, update: &Update, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.many(rows, update.columns, |arrays| {
            let names: Vec<&str> = update.columns.iter().map(|(name, _)| *name).collect();
            let set = update.sets().map(|name| format!("{name} = given.{name}")).collect::<Vec<_>>().join(", ");
            let keys = update.keys().map(|name| format!("it.{name} = given.{name}")).collect::<Vec<_>>().join(" and ");
            format!("update {} it set {set} from unnest({arrays}) given ({}) where {keys}", update.table, names.join(", "))
        })
    }

    fn script(&mut self, sql: &str) -> Result<(), DbError> {
        self.send(async |client| client.batch_execute(sql).await)
    }

    fn is_shared(&self) -> bool {
        true
    }
}

impl Postgres {
    /// One statement for all rows, however many they are: each column is an array.
    fn many(&mut self, rows: Vec<Vec<Value>>, columns: &[(&str, Type)], sql: impl Fn(&str) -> String) -> Result<(), DbError> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut arrays = String::new();
        for ((_, kind), place) in columns.iter().zip(1..) {
            let (comma, kind) = (if place == 1 { "" } else { ", " }, if *kind == Type::Int { "bigint" } else { "text" });
            // Err: never, a text takes what is written.
            let _ = write!(arrays, "{comma}${place}::{kind}[]");
        }
        let statement = self.statement(&sql(&arrays))?;
        let mut values: Vec<Column> = columns.iter().map(|(_, kind)| Column::new(*kind, rows.len())).collect();
        for row in rows {
            for (column, value) in values.iter_mut().zip(row) {
                column.push(value)?;
            }
        }
        self.keep_back(Unsent::Rows(statement, values))
    }
}

/// The values of one column of many rows.
#[derive(Debug)]
enum Column {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<Box<str>>>),
}

impl Column {
    fn new(kind: Type, rows: usize) -> Self {
        match kind {
            Type::Int => Self::Int(Vec::with_capacity(rows)),
            Type::Text => Self::Text(Vec::with_capacity(rows)),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), DbError> {
        match (self, value) {
            (Self::Int(column), Value::Int(number)) => column.push(Some(number)),
            (Self::Int(column), Value::Null) => column.push(None),
            (Self::Text(column), Value::Text(text)) => column.push(Some(text)),
            (Self::Text(column), Value::Null) => column.push(None),
            (_, value) => return Err(DbError::shape(format!("a column cannot hold {value:?}"))),
        }
        Ok(())
    }
}

impl ToSql for Column {
    fn to_sql(&self, kind: &Oid, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Int(column) => column.to_sql(kind, out),
            Self::Text(column) => column.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Oid) -> bool {
        [Oid::INT8_ARRAY, Oid::TEXT_ARRAY].contains(kind)
    }

    to_sql_checked!();
}

fn row(found: &tokio_postgres::Row) -> Result<Row, DbError> {
    let value = |(at, column): (usize, &tokio_postgres::Column)| match *column.type_() {
        Oid::INT8 => Ok(found.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int)),
        Oid::INT4 => Ok(found.try_get::<_, Option<i32>>(at)?.map_or(Value::Null, |number| Value::Int(number.into()))),
        Oid::BOOL => Ok(found.try_get::<_, Option<bool>>(at)?.map_or(Value::Null, Value::from)),
        Oid::TEXT | Oid::VARCHAR | Oid::NAME | Oid::UNKNOWN => {
            Ok(found.try_get::<_, Option<String>>(at)?.map_or(Value::Null, |text| Value::Text(text.into())))
        }
        ref other => Err(DbError::shape(format!("column {} is a {other}, which this program does not read", column.name()))),
    };
    Ok(Row(found.columns().iter().enumerate().map(value).collect::<Result<_, _>>()?))
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Oid, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Oid::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => (&**text).to_sql(kind, out),
            Self::Texts(texts) => clean_all(texts).to_sql(kind, out),
        }
    }

    fn accepts(kind: &Oid) -> bool {
        [Oid::INT8, Oid::INT4, Oid::TEXT, Oid::VARCHAR, Oid::TEXT_ARRAY].contains(kind)
    }

    to_sql_checked!();
}

/// Everything an error of the driver says; its first words alone ("db error") say nothing.
fn told(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
        |told| format!("{}{}", told.message(), told.detail().map_or_else(String::new, |detail| format!(" ({detail})"))),
    )
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let kind = match error.code() {
            // Nothing from the server: the connection itself failed.
            None => DbErrorKind::Lost,
            Some(code)
                if *code == SqlState::LOCK_NOT_AVAILABLE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED
                    || *code == SqlState::T_R_SERIALIZATION_FAILURE =>
            {
                DbErrorKind::Busy
            }
            // Class 57: the server is stopping; class 08: connection; class 53: it has no room.
            Some(code) if ["57", "08", "53", "58", "XX"].iter().any(|class| code.code().starts_with(class)) => DbErrorKind::Lost,
            Some(_) => DbErrorKind::Shape,
        };
        Self { kind, what: format!("PostgreSQL: {}", told(&error)) }
    }
}
