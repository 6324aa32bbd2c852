//! The one function: policy, book of people and accounts, lead, now -> decision with its trace.
