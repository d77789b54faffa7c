//! Chores of the house: tidy, seeds, bench, soak.

fn main() {}
