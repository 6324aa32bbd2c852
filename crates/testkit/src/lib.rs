//! Only for tests: a seeded simulated world, fakes of outside services, a private PostgreSQL.

pub mod postgres;
