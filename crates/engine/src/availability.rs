//! Availability: who can take a lead now, and why not.
