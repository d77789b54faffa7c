//! The journal on each of its back ends: one suite, run by the same code.

/// Makes a test of each story for each back end.
macro_rules! on_each_back_end {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            use crate::place::Place;
            $(#[test] fn $story() { super::$story(&Place::sqlite()); })*
        }
        mod postgres {
            use crate::place::Place;
            $(#[test] fn $story() { super::$story(&Place::postgres()); })*
        }
    };
}

mod conformance;
mod kill;
mod model;
mod place;
mod sequencer;
