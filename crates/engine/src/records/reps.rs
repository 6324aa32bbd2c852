//! Reps from CSV and JSON records.
