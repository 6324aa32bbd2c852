//! SLA deadlines of a lead.
