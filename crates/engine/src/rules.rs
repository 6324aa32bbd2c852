//! Rules: the first match over the normal form, by a plain walk and by an index.
