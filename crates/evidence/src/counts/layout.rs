//! What an office says of its own table, where the table does not say it.

/// In which form a table stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One row for each cell: a column for each dimension, and one with the count.
    Long,
    /// A cross-table: the first column names the codes of one dimension, the header those of
    /// another.
    Cross,
}

impl Form {
    /// The stable code: `long` or `cross`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Cross => "cross",
        }
    }

    /// The form of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Long, Self::Cross]
            .into_iter()
            .find(|form| form.code() == code)
    }
}

/// What a lone dash in place of a count means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dash {
    /// Nobody has said. It is read as no value, and a finding says so.
    #[default]
    Unsaid,
    /// A zero, as many offices print it.
    Zero,
    /// No value.
    Absent,
    /// A count that is hidden.
    Masked,
}

impl Dash {
    /// The meaning of a code: `zero`, `absent` or `masked`.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "zero" => Some(Self::Zero),
            "absent" => Some(Self::Absent),
            "masked" => Some(Self::Masked),
            _ => None,
        }
    }
}

/// The sums of one dimension: each total with its parts.
pub type Sums = Vec<(String, Vec<String>)>;

/// What an office says of its own table. Everything may be left out; [`Layout::default`] says
/// nothing. Names of columns and dimensions are compared without case and marks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The form; none: it is seen from the header.
    pub form: Option<Form>,
    /// Name of the sheet of a workbook; none: the first that holds a table of counts.
    pub sheet: Option<String>,
    /// Row of the header as a spreadsheet counts; none: it is looked for.
    pub header_row: Option<u64>,
    /// Long form: the column with the count; none: the one with a usual name.
    pub count: Option<String>,
    /// Long form: the columns that are dimensions; empty: all that mean nothing else.
    pub dimensions: Vec<String>,
    /// Long form: the column that says how many events stand behind a cell.
    pub events: Option<String>,
    /// Long form: the column that says how many sources (agencies) stand behind a cell.
    pub sources: Option<String>,
    /// Long form: the column that says how many parties stand behind a cell.
    pub contributors: Option<String>,
    /// Long form: the column that says how many people live where it was counted.
    pub inhabitants: Option<String>,
    /// Cross-table: what the dimension of the first column is called; none: as its header says.
    pub rows: Option<String>,
    /// Cross-table: what the dimension of the header is called; none: `column`.
    pub columns: Option<String>,
    /// How codes add up, by dimension. A dimension that is not named is looked through for a code
    /// that is called a total.
    pub hierarchies: Vec<(String, Sums)>,
    /// Further words that name a total.
    pub total_words: Vec<String>,
    /// Further signs that stand for a hidden count.
    pub masks: Vec<String>,
    /// The smallest count that a sign without bounds (or with an upper one only) can hide: 1 for an
    /// office that prints its zeros; none: 0.
    pub mask_lower: Option<u64>,
    /// A sign without bounds hides counts below this; none: nothing is known but the printed
    /// totals. To be said only where such a sign hides small counts and nothing else.
    pub below: Option<u64>,
    /// What a lone dash means.
    pub dash: Dash,
    /// The mark between groups of three digits; none: what cannot be mistaken is read.
    pub thousands: Option<char>,
    /// Every count is printed as a multiple of this; none: as counted.
    pub rounded: Option<u64>,
    /// Whom it counts; empty: the name of the file stands for it.
    pub population: String,
    /// Of which state of the records; empty: the name of the file stands for it.
    pub vintage: String,
    /// The dimension whose codes are the parties that handed in the counts.
    pub party_dimension: Option<String>,
    /// Title of the table; empty: the name of the file.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Which day decides under which period a unit is counted.
    pub reference_date: String,
    /// One plain sentence that says how a number came to be.
    pub statement: String,
}
