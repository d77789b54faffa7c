//! Released tables become charts, maps and files.
