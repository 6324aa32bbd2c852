//! The book: policy, people and accounts bound to each other.
