//! The elements of trafficking in persons, under a named law.
//!
//! Article 3 of the Trafficking in Persons Protocol asks for an act, a means and a purpose. For a
//! child an act and a purpose suffice (article 3 (c)); a consent is irrelevant once a means was
//! used (article 3 (b)) and is asked nowhere. Some national laws ask for no means at all. Whether
//! the elements are met is worked out here and cannot be typed; whether somebody is a victim is for
//! an authority to decide.

/// Under which law elements are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Its name.
    pub name: String,
    /// Which version: the day from which it holds.
    pub version: String,
    /// Whether it asks for a means where the person is an adult.
    pub means_for_adults: bool,
    /// Whether it asks for a means where the person is a child. The Protocol never does.
    pub means_for_children: bool,
}

impl Law {
    /// Article 3 of the Protocol of 15 November 2000.
    #[must_use]
    pub fn protocol() -> Self {
        Self {
            name: "Trafficking in Persons Protocol, article 3".to_owned(),
            version: "2000-11-15".to_owned(),
            means_for_adults: true,
            means_for_children: false,
        }
    }

    /// A national law that defines trafficking without means.
    #[must_use]
    pub fn without_means(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            means_for_adults: false,
            means_for_children: false,
        }
    }
}

/// Whether the person is a child, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minor {
    /// Under eighteen, or presumed to be while it is in doubt.
    Yes,
    /// Eighteen or over.
    No,
    /// Not known, and not presumed.
    Unknown,
}

/// What became of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// It was recorded.
    Met,
    /// The law does not ask for it.
    NotRequired,
    /// It is not recorded. That is no finding that it is not there.
    Missing,
}

/// What is known of the three elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elements {
    /// What was done.
    pub act: Element,
    /// How.
    pub means: Element,
    /// What for.
    pub purpose: Element,
}

impl Elements {
    /// Looks at what was recorded, under a law.
    #[must_use]
    pub const fn under(law: &Law, minor: Minor, act: bool, means: bool, purpose: bool) -> Self {
        const fn met(there: bool) -> Element {
            if there {
                Element::Met
            } else {
                Element::Missing
            }
        }
        let asked = match minor {
            Minor::Yes => law.means_for_children,
            Minor::No | Minor::Unknown => law.means_for_adults,
        };
        let means = match (means, asked) {
            (true, _) => Element::Met,
            (false, true) => Element::Missing,
            (false, false) => Element::NotRequired,
        };
        Self {
            act: met(act),
            means,
            purpose: met(purpose),
        }
    }

    /// Whether everything that the law asks for is recorded.
    #[must_use]
    pub fn are_recorded(&self) -> bool {
        [self.act, self.means, self.purpose]
            .iter()
            .all(|element| *element != Element::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_never_asked_for_a_child() {
        let law = Law::protocol();
        let child = Elements::under(&law, Minor::Yes, true, false, true);
        assert_eq!(child.means, Element::NotRequired);
        assert!(child.are_recorded());
        let adult = Elements::under(&law, Minor::No, true, false, true);
        assert_eq!(adult.means, Element::Missing);
        assert!(!adult.are_recorded());
        // Somebody whose age nobody knows and nobody presumes is asked for means, as an adult.
        let unknown = Elements::under(&law, Minor::Unknown, true, false, true);
        assert!(!unknown.are_recorded());
    }

    #[test]
    fn a_law_without_means_asks_nobody() {
        let law = Law::without_means("Act of XA (invented)", "2030-01-01");
        assert!(Elements::under(&law, Minor::No, true, false, true).are_recorded());
        assert!(!Elements::under(&law, Minor::Yes, true, true, false).are_recorded());
    }
}
