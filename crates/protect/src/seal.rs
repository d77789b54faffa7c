//! The sealed side.

use std::fmt;

/// A value that may not leave: nominal, or of the grain of one person or one case.
///
/// It has no accessor outside this crate, is not `Clone`, and its debug form shows nothing.
///
/// It cannot be printed:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// println!("{name}");
/// ```
/// It cannot be opened:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// let open = name.value;
/// ```
/// It cannot be copied or compared:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// assert!(name == protect::Confidential::seal("a name"));
/// ```
/// No closure gets to see it, since a closure can carry it out:
/// ```compile_fail
/// let mut out = None;
/// protect::Confidential::seal("a name").map(|name| out = Some(name));
/// ```
/// And it cannot pass for something released:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// let out: protect::Released<&str> = name.into();
/// ```
pub struct Confidential<T> {
    #[expect(
        dead_code,
        reason = "nothing nominal is released yet, so nothing reads it"
    )]
    value: T,
}

impl<T> Confidential<T> {
    /// Seals a value. Sealing is always allowed; there is no way back but a release.
    pub const fn seal(value: T) -> Self {
        Self { value }
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Confidential")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_shows_nothing() {
        let sealed = Confidential::seal("Person One");
        assert_eq!(format!("{sealed:?}"), "Confidential");
    }
}
