//! The node's own public releases as figures that people read: names in the reader's language,
//! charts, files, and what may be said of them.
//!
//! Everything here is made from a release as its audience sees it. A masked cell stays the mark
//! that it is, in a chart, a file and a sentence.

pub(crate) mod book;
pub(crate) mod chart;
pub(crate) mod flows;
pub(crate) mod names;
pub(crate) mod trend;

use std::sync::Arc;

use analyse::tabulation::{TOTAL, Told};
use office::PublicRelease;
use terms::cell::Cell;
use terms::table::{Dimension, Table};

use crate::page::Page;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::words::text;
use names::Names;

/// The dimension of years.
pub(crate) const YEAR: &str = "year";

/// One public release, and what its table tells of itself.
pub(crate) struct Figure {
    pub(crate) release: PublicRelease,
    pub(crate) told: Option<Told>,
}

/// Every public release of the node, in the order in which they were signed.
pub(crate) async fn all(desk: &Desk) -> Result<Vec<Figure>, Problem> {
    if desk.site.released.is_none() {
        return Ok(Vec::new());
    }
    let site = Arc::clone(&desk.site);
    let found = tokio::task::spawn_blocking(move || {
        let read = site.released.as_ref()?;
        Some(read().map(|all| all.into_iter().map(Figure::of).collect()))
    });
    let found = found.await.map_err(|_| Problem::new(Kind::Internal))?;
    let found = found.unwrap_or_else(|| Ok(Vec::new()));
    found.map_err(|error| {
        tracing::error!(code = error.code(), "releases could not be read");
        Problem::new(Kind::Unavailable)
    })
}

impl Figure {
    pub(crate) fn of(release: PublicRelease) -> Self {
        let told = Told::of(release.released.value());
        Self { release, told }
    }

    pub(crate) fn table(&self) -> &Table {
        self.release.released.value()
    }

    pub(crate) fn identifier(&self) -> &str {
        self.release.released.identifier()
    }

    /// Whether it stands: neither withdrawn nor replaced.
    pub(crate) const fn stands(&self) -> bool {
        self.release.withdrawn.is_none() && self.release.superseded_by.is_none()
    }

    /// Whether it counts what every agency of the node has, and not what one of them has.
    pub(crate) fn is_of_all_agencies(&self) -> bool {
        let told = self.told.as_ref();
        told.is_some_and(|told| told.tabulation.population() == self.release.population)
    }

    /// The name of the definition that it is of.
    pub(crate) fn definition(&self) -> Option<&'static str> {
        let definition = self.told.as_ref()?.definition()?;
        Some(definition.id.as_str())
    }

    /// What it is called: as its definition is, or by what it counts; a table that was brought in
    /// bears the title that it came with.
    pub(crate) fn title(&self, page: &Page) -> String {
        let Some(told) = &self.told else {
            return self.release.released.source().title.clone();
        };
        if let Some(definition) = told.definition() {
            return definition.title(page.language()).to_owned();
        }
        let names = Names::of(page, Some(told));
        // Years go without saying: the period stands beside the title.
        let dimensions = self.others().into_iter();
        let dimensions: Vec<String> = dimensions
            .map(|at| names.dimension(self.dimension(at)))
            .collect();
        let unit = names.unit(told.tabulation.unit.code());
        if dimensions.is_empty() {
            return unit;
        }
        page.say(
            "figures-free-title",
            &[
                ("unit", text(unit)),
                ("dimensions", text(dimensions.join(", "))),
            ],
        )
    }

    /// The period in years, or in months where it does not begin and end with a year.
    pub(crate) fn period(&self) -> Option<String> {
        let (from, to) = self.told.as_ref()?.period();
        let whole = from.ends_with("-01") && to.ends_with("-12");
        let short = |month: &str| {
            if whole {
                month[..4].to_owned()
            } else {
                month.to_owned()
            }
        };
        let (from, to) = (short(&from), short(&to));
        Some(if from == to {
            from
        } else {
            format!("{from}–{to}")
        })
    }

    /// “N of M agencies have such records.”
    pub(crate) fn completeness(&self, page: &Page) -> Option<String> {
        let told = self.told.as_ref()?;
        Some(page.say(
            "figures-completeness",
            &[
                ("received", crate::words::count(told.received)),
                ("expected", crate::words::count(told.expected)),
            ],
        ))
    }

    /// The code that stands for everybody along a dimension, if one does and the table has it.
    pub(crate) fn whole(&self, at: usize) -> Option<&str> {
        let dimension = self.table().dimensions().get(at)?;
        let whole = self.release.hierarchies.get(at)?.whole();
        let whole = whole.or_else(|| self.told.as_ref().map(|_| TOTAL))?;
        let codes = self.table().codes(&dimension.id).ok()?;
        codes.iter().map(String::as_str).find(|code| *code == whole)
    }

    /// Where the dimension of years stands.
    pub(crate) fn year(&self) -> Option<usize> {
        let mut dimensions = self.table().dimensions().iter();
        dimensions.position(|dimension| dimension.id == YEAR)
    }

    /// Place of the dimension that stands across a table: years where there are some, or the last.
    pub(crate) fn across(&self) -> usize {
        let last = self.table().dimensions().len().saturating_sub(1);
        self.year().unwrap_or(last)
    }

    /// Places of the dimensions that are no years.
    pub(crate) fn others(&self) -> Vec<usize> {
        let year = self.year();
        let all = 0..self.table().dimensions().len();
        all.filter(|at| Some(*at) != year).collect()
    }

    /// The dimension at a place.
    pub(crate) fn dimension(&self, at: usize) -> &Dimension {
        &self.table().dimensions()[at]
    }

    /// Codes along a dimension, without the one that stands for everybody.
    pub(crate) fn codes(&self, at: usize) -> Vec<&str> {
        let whole = self.whole(at);
        let codes = self.table().codes(&self.dimension(at).id);
        let codes = codes.unwrap_or_default().iter().map(String::as_str);
        codes.filter(|code| Some(*code) != whole).collect()
    }

    /// The printed cell under some codes, everybody along the dimensions that are not named; none
    /// where a dimension that is not named has no total.
    pub(crate) fn cell(&self, named: &[(usize, &str)]) -> Option<&Cell> {
        let codes: Option<Vec<&str>> = (0..self.table().dimensions().len())
            .map(|at| {
                let code = named.iter().find(|(place, _)| *place == at);
                code.map_or_else(|| self.whole(at), |(_, code)| Some(code))
            })
            .collect();
        self.table().get(&codes?)
    }

    /// Whether a cell of it is masked.
    pub(crate) fn is_masked(&self) -> bool {
        let mut cells = self.table().iter();
        cells.any(|(_, cell)| matches!(cell, Cell::Masked { .. }))
    }
}
