//! Tests of the words against real files beside the repository; they skip where those are absent.

mod places;
mod resolve;
