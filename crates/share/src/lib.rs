//! The edge: files of other publishers in, by row.
