//! Conditions: as text, as a table, as a cell, all lowered to the normal form.
