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
/// And it cannot pass for something released:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// let out: protect::Released<&str> = name.into();
/// ```
pub struct Confidential<T> {
    value: T,
}

impl<T> Confidential<T> {
    /// Seals a value. Sealing is always allowed; there is no way back but a release.
    pub const fn seal(value: T) -> Self {
        Self { value }
    }

    /// Works on the value without letting it out: the result is sealed as well.
    pub fn map<U>(self, work: impl FnOnce(T) -> U) -> Confidential<U> {
        Confidential {
            value: work(self.value),
        }
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
        let sealed = Confidential::seal("Person One").map(str::len);
        assert_eq!(format!("{sealed:?}"), "Confidential");
        assert_eq!(sealed.value, 10);
    }
}
