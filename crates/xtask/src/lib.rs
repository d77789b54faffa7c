//! Chores of the house, run as `cargo xtask NAME`.
//!
//! `tidy` holds the repository to its own rules and runs inside `cargo test`; `bench` and `soak`
//! are for what is too long for the gate. Nothing here is part of the product: no other crate may
//! depend on this one, and it depends on none of the rooms.

pub mod bench;
pub mod command;
pub mod shared;
pub mod soak;
pub mod spoil;
pub mod tidy;
