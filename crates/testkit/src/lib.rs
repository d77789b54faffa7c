//! Builders, personas and scenarios for tests.
