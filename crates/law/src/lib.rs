//! Treaties and who is bound on a date.
