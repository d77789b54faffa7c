//! A table that somebody sends, with what they say of it in a form.

use evidence::counts::{CountTable, Dash, Layout};
use terms::finding::{Finding, Severity};

use super::{Bounds, layout, read_from};

/// What is said of a table that is sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// A mask without a number hides counts below this.
    pub below: Option<u64>,
    /// Zeros are printed, so that a mask hides at least 1.
    pub zeros_printed: bool,
    /// What a lone dash means, by its code.
    pub dash: Option<&'a str>,
    /// Further words for a total.
    pub total_words: &'a [String],
    /// A layout, TOML or JSON; blank for none. What is said besides goes before it.
    pub layout: &'a str,
}

impl Sent<'_> {
    /// Reads the table from its bytes, within [`Bounds::ANYBODY`]. Population and vintage stay
    /// empty where the layout does not say them.
    ///
    /// # Errors
    /// Everything that was found, when the table cannot be read.
    pub fn read(
        &self,
        bytes: &[u8],
        name: &str,
    ) -> Result<(CountTable, Vec<Finding>), Vec<Finding>> {
        let mut said = match self.layout.trim() {
            "" => Layout::default(),
            text => layout(text, "layout")?,
        };
        said.below = self.below.or(said.below);
        if self.zeros_printed {
            said.mask_lower = said.mask_lower.or(Some(1));
        }
        if let Some(code) = self.dash {
            said.dash = Dash::of_code(code).ok_or_else(|| {
                let finding = Finding::of_file("", "layout_value", Severity::Error);
                vec![finding.in_field("dash").found(code)]
            })?;
        }
        said.total_words.extend_from_slice(self.total_words);
        // The name of a file that was sent says nothing of whom it counts.
        let unsaid = (said.population.is_empty(), said.vintage.is_empty());
        let reading =
            read_from(bytes, name, &said, &Bounds::ANYBODY).map_err(|error| error.findings())?;
        match reading.taken.table {
            Some(mut table) => {
                if unsaid.0 {
                    table.population.clear();
                }
                if unsaid.1 {
                    table.vintage.clear();
                }
                Ok((table, reading.taken.findings))
            }
            None => Err(reading.taken.findings),
        }
    }
}
