//! The attacker: what anybody can work back from what is printed.
//!
//! It is independent of the rules that it tests: it knows no rule, no draft and no truth, only
//! what is printed and which sums hold. `crate::release` asks it before anything is released; a
//! publisher elsewhere asks it about a table of their own.
//!
//! [`world`] makes unknowns and sums of what was printed. [`propagate()`] narrows the intervals
//! along the sums, [`component`] finds what hangs together, and [`bounds()`] bounds each part.

mod block;
pub mod bounds;
pub mod component;
mod defined;
mod programme;
pub mod propagate;
pub mod report;
pub mod system;
pub mod world;

pub use bounds::{Bounds, Budget, How, Interval, Wanted, bounds};
pub use propagate::{AttackError, propagate};
pub use report::{ReportAttack, attack_report};
pub use system::{Equation, System, Unknown};
pub use world::World;

#[cfg(test)]
mod tests;
