//! Where everything is kept: tables and migrations, the one writer, the outbox and clocks as rows; SQLite and PostgreSQL.
