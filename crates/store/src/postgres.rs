//! PostgreSQL: any number of nodes on one database.
//!
//! Statements are prepared once per connection. Many rows go in one statement, as one array per column
//! (`unnest`), which costs one round trip however many they are.

use crate::db::{Db, DbError, DbErrorKind, Insert, Type, each};
use crate::value::{Row, Value, clean_all};
use postgres::types::{IsNull, ToSql, Type as Oid, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement, config::SslMode};
use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// So many statements stay prepared: several times what the writer has.
const MOST_PREPARED: usize = 500;

/// A connection to a server.
pub struct Postgres {
    client: Client,
    prepared: HashMap<Box<str>, Statement>,
}

impl Postgres {
    /// Connects. `sslmode=require` in the address asks for TLS, checked against the machine's certificates.
    ///
    /// # Errors
    /// When the address cannot be read or the server is not there.
    pub fn connect(url: &str) -> Result<Self, DbError> {
        let mut config: Config =
            url.parse().map_err(|error: postgres::Error| DbError::shape(format!("the database's address: {}", told(&error))))?;
        config.connect_timeout(Duration::from_secs(5)).application_name("pointsman").tcp_user_timeout(Duration::from_secs(10));
        let client =
            if config.get_ssl_mode() == SslMode::Require { config.connect(MakeRustlsConnect::new(tls()?)) } else { config.connect(NoTls) };
        let mut client = client?;
        // A commit is durable before it is answered, whatever the server's default is. A node that hangs with the
        // workspace's lock in hand must not stop the others for ever.
        client.batch_execute("set synchronous_commit = on; set idle_in_transaction_session_timeout = '15s'; set lock_timeout = '20s'")?;
        Ok(Self { client, prepared: HashMap::new() })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        // The questions of people are put together from many parts: what they no longer ask is let go, on the server too.
        if self.prepared.len() >= MOST_PREPARED {
            self.prepared.clear();
        }
        let statement = self.client.prepare(&each(sql, "(select unnest(", "::text[]))"))?;
        self.prepared.insert(sql.into(), statement.clone());
        Ok(statement)
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
        Ok(self.client.batch_execute("begin")?)
    }

    fn begin_reading(&mut self) -> Result<(), DbError> {
        Ok(self.client.batch_execute("begin isolation level repeatable read read only")?)
    }

    fn commit(&mut self) -> Result<(), DbError> {
        Ok(self.client.batch_execute("commit")?)
    }

    fn rollback(&mut self) {
        let _ = self.client.batch_execute("rollback");
    }

    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = self.statement(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.query(&statement, &args)?.iter().map(row).collect()
    }

    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, DbError> {
        let statement = self.statement(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        Ok(self.client.execute(&statement, &args)?)
    }

    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        if rows.is_empty() {
            return Ok(());
        }
        let arrays: Vec<String> = (into.columns.iter().zip(1..))
            .map(|((_, kind), place)| format!("${place}::{}[]", if *kind == Type::Int { "bigint" } else { "text" }))
            .collect();
        let statement = self.statement(&format!("{into} select * from unnest({}) {}", arrays.join(", "), into.conflict))?;
        let mut columns: Vec<Column> = into.columns.iter().map(|(_, kind)| Column::new(*kind, rows.len())).collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value)?;
            }
        }
        let args: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::as_sql).collect();
        self.client.execute(&statement, &args)?;
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<(), DbError> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn is_shared(&self) -> bool {
        true
    }
}

/// The values of one column of many rows.
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

    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Int(column) => column,
            Self::Text(column) => column,
        }
    }
}

fn row(found: &postgres::Row) -> Result<Row, DbError> {
    let value = |(at, column): (usize, &postgres::Column)| match *column.type_() {
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
fn told(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
        |told| format!("{}{}", told.message(), told.detail().map_or_else(String::new, |detail| format!(" ({detail})"))),
    )
}

impl From<postgres::Error> for DbError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
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
