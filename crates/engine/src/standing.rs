//! Standing: what past decisions left behind - balances, counts, who had whom.
