//! Rotation: who is due.

/// Due minus given: whole units of 2^-40 of a lead, and a remainder over the pool's denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Units of 2^-40 of a lead.
    pub units: i64,
    /// Units are `units + remainder / denominator`, with `remainder < denominator`.
    pub remainder: u64,
}
