//! A node with a vault under attack: the power goes, a thief comes, a person is erased.
//!
//! The program under attack is this test binary again ([`worker`]), as a process of its own that
//! works on a real node through the office and prints one line for each thing that is acknowledged.

mod attack;
mod bytes;
mod check;
mod erasure;
mod kills;
mod outage;
mod people;
mod thieves;
mod worker;

/// Says a figure to whoever runs the tests by hand.
#[expect(clippy::print_stdout, reason = "what was measured is to be seen")]
fn tell(what: &str) {
    println!("{what}");
}
