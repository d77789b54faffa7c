//! The sealed side.

use std::fmt;

/// A value that may not leave: nominal, or of the grain of one person or one case.
///
/// It has no accessor without a [`Warrant`], is not `Clone`, and its debug form shows nothing.
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
/// Not even where a warrant belongs, without one:
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// let open = name.expose();
/// ```
/// ```compile_fail
/// let name = protect::Confidential::seal("a name");
/// let open = name.into_exposed();
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
/// With the warrant of an act of the journal it opens, for a look or for good:
/// ```
/// use protect::{Confidential, Warrant};
/// let warrant = Warrant::issue(41);
/// let name = Confidential::seal("a name");
/// assert_eq!(name.expose(&warrant), &"a name");
/// assert_eq!(name.into_exposed(&warrant), "a name");
/// ```
pub struct Confidential<T> {
    value: T,
}

impl<T> Confidential<T> {
    /// Seals a value. Sealing is always allowed; the way back is a release, or a look under a
    /// [`Warrant`].
    pub const fn seal(value: T) -> Self {
        Self { value }
    }

    /// A look at the value. The warrant says which act of the journal stands for it.
    #[must_use]
    pub const fn expose(&self, _warrant: &Warrant) -> &T {
        &self.value
    }

    /// A look from within this room, which holds rules against the value and prints nothing of it
    /// but what they allow.
    pub(crate) const fn within(&self) -> &T {
        &self.value
    }

    /// Takes the value out of the seal. The warrant says which act of the journal stands for it.
    #[must_use]
    pub fn into_exposed(self, _warrant: &Warrant) -> T {
        self.value
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Confidential")
    }
}

/// An act of the journal that stands for a look at sealed values.
///
/// Only `office` issues one, after the act is durable; `cargo xtask tidy` refuses
/// [`Warrant::issue`] in any other room. It is passed by reference, and there is one for each act:
///
/// ```compile_fail
/// let warrant = protect::Warrant::issue(41);
/// let another = warrant.clone();
/// ```
/// ```compile_fail
/// let warrant = protect::Warrant::issue(41);
/// let moved = warrant;
/// warrant.act();
/// ```
/// Nor is one made by writing its field:
/// ```compile_fail
/// let warrant = protect::Warrant { act: 41 };
/// ```
#[derive(Debug)]
pub struct Warrant {
    act: u64,
}

impl Warrant {
    /// A warrant in the name of act number `act`, which is durable in the node's journal. For
    /// `office` alone.
    #[must_use]
    pub const fn issue(act: u64) -> Self {
        Self { act }
    }

    /// Number of the act in the node's journal.
    #[must_use]
    pub const fn act(&self) -> u64 {
        self.act
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

    #[test]
    fn a_warrant_names_its_act_and_opens() {
        let warrant = Warrant::issue(7);
        assert_eq!(warrant.act(), 7);
        let sealed = Confidential::seal(String::from("Person One"));
        assert_eq!(sealed.expose(&warrant), "Person One");
        assert_eq!(sealed.into_exposed(&warrant), "Person One");
    }
}
