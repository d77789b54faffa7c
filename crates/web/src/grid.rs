//! Parts of pages that come back on many of them: a table, a choice of a form.

use askama::Template;

/// A table in a region that scrolls by itself on a narrow screen and can be reached by keyboard.
#[derive(Template)]
#[template(path = "grid.html")]
pub(crate) struct Grid {
    /// Identifier of the caption, unique in the page.
    pub(crate) id: String,
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    /// Rows; the first cell of each is its heading.
    pub(crate) rows: Vec<Vec<GridCell>>,
}

/// A column's heading.
pub(crate) struct Column {
    pub(crate) label: String,
    pub(crate) numeric: bool,
}

/// One place of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct GridCell {
    pub(crate) text: String,
    pub(crate) class: &'static str,
    pub(crate) href: Option<String>,
}

impl Grid {
    /// An empty table.
    pub(crate) fn new(id: &str, caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            id: id.to_owned(),
            caption: caption.into(),
            columns,
            rows: Vec::new(),
        }
    }
}

impl Column {
    pub(crate) fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            numeric: false,
        }
    }

    pub(crate) fn number(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            numeric: true,
        }
    }
}

impl GridCell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            href: Some(href.into()),
            ..Self::text(text)
        }
    }

    pub(crate) fn number(text: impl Into<String>) -> Self {
        Self {
            class: "n",
            ..Self::text(text)
        }
    }

    pub(crate) fn date(date: Option<jiff::civil::Date>) -> Self {
        Self {
            class: "date",
            ..Self::text(date.map_or_else(|| "–".to_owned(), |date| date.to_string()))
        }
    }
}

impl From<crate::cells::Printed> for GridCell {
    fn from(printed: crate::cells::Printed) -> Self {
        Self {
            class: printed.class,
            ..Self::text(printed.text)
        }
    }
}

/// A list of a form from which one entry is chosen.
#[derive(Template)]
#[template(path = "choice.html")]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) label: String,
    /// Options that stand before all sets.
    pub(crate) options: Vec<Answer>,
    pub(crate) sets: Vec<AnswerSet>,
}

/// One entry of a choice.
pub(crate) struct Answer {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// Entries of a choice under a heading.
pub(crate) struct AnswerSet {
    pub(crate) label: String,
    pub(crate) options: Vec<Answer>,
}
