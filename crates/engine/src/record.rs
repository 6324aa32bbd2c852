//! A decision written down with names: the form that is stored and shown.
