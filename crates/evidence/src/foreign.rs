//! What another publisher has already made public.

/// A value that another publisher has already made public, as that publisher printed it.
///
/// The class matters twice. What is foreign may be shown as it was printed, since it is public
/// already; and what is foreign may not be presented as a finding of this node. A cell that the
/// publisher masked stays masked: nothing here, or anywhere else, can take the mask off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign<T> {
    printed: T,
}

impl<T> Foreign<T> {
    /// States that the value is public already, printed so by its own publisher.
    pub const fn published(printed: T) -> Self {
        Self { printed }
    }

    /// The value as printed.
    pub const fn as_printed(&self) -> &T {
        &self.printed
    }

    /// The value as printed, by value.
    pub fn into_printed(self) -> T {
        self.printed
    }

    /// Another view of the same publication. What comes out is foreign still.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Foreign<U> {
        Foreign {
            printed: view(self.printed),
        }
    }

    /// Another view of the same publication, which may be refused.
    ///
    /// # Errors
    /// Whatever the view refuses with.
    pub fn try_map<U, E>(self, view: impl FnOnce(T) -> Result<U, E>) -> Result<Foreign<U>, E> {
        Ok(Foreign {
            printed: view(self.printed)?,
        })
    }
}
