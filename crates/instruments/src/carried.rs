//! The questionnaires that the program carries for entry at a page: those about one person, case or
//! event (`instruments/`).

use std::sync::OnceLock;

use crate::Format;
use crate::fill::Instrument;

/// Form files, in the order in which they are offered.
const FORMS: [&str; 5] = [
    include_str!("../../../instruments/intake/form.md"),
    include_str!("../../../instruments/follow_up/form.md"),
    include_str!("../../../instruments/justice_chain/form.md"),
    include_str!("../../../instruments/smuggling_event/form.md"),
    include_str!("../../../instruments/violence_migrants/form.md"),
];

/// The questionnaires that are carried, read once.
///
/// # Panics
/// Never: a test reads the embedded forms.
#[must_use]
pub fn carried() -> &'static [Instrument] {
    static CARRIED: OnceLock<Vec<Instrument>> = OnceLock::new();
    CARRIED.get_or_init(|| {
        let forms = FORMS.into_iter();
        forms
            .map(|form| {
                Instrument::read(form.as_bytes(), Format::Markdown)
                    .expect("the forms that are carried are sound")
            })
            .collect()
    })
}
