//! Leads from CSV and JSON records.
