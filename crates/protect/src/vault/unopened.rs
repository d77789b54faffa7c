//! The one refusal.

/// Something sealed did not open, or bytes that stand for a key are not one.
///
/// It says nothing about why: whoever may try keys, contexts or changed bytes learns only that
/// this try failed (no decryption oracle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unopened: this does not open with what was given")]
pub struct Unopened;

impl Unopened {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "unopened"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_constant_and_starts_with_the_code() {
        assert_eq!(
            Unopened.to_string(),
            "unopened: this does not open with what was given"
        );
        assert!(Unopened.to_string().starts_with(Unopened.code()));
    }
}
