//! Accounts from CSV and JSON records.
