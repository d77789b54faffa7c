//! A table of counts, tried by the attacker and drawn with what it found.
//!
//! How a file becomes a table is not this room's business: it is handed in ([`ReadCounts`]).

mod drawn;
mod parts;

use protect::Confidential;
use protect::attack::Budget;
use protect::check::{Proposal, Question, Report, check, propose};
use protect::draft::{Behind, Draft};
use terms::finding::Finding;
use terms::hierarchy::Hierarchy;
use terms::table::Table;

pub(crate) use parts::{Parts, Remark, remarks};

/// What somebody says of a table that they send, where it does not say it itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaidOfTable {
    /// A mask without a number hides counts below this.
    pub below: Option<u64>,
    /// Zeros are printed, so that a mask hides at least 1.
    pub zeros_printed: bool,
    /// What a lone dash means: `zero`, `absent` or `masked`.
    pub dash: Option<&'static str>,
    /// Further words for a total.
    pub total_words: Vec<String>,
    /// A layout as the command line takes it, TOML or JSON; empty for none.
    pub layout: String,
}

/// A table that was read.
#[derive(Debug, Clone)]
pub struct CountedTable {
    /// The table as printed.
    pub table: Table,
    /// How the codes of each dimension add up, in the order of the dimensions.
    pub hierarchies: Vec<Hierarchy>,
    /// Whom it counts, as the layout says; empty where nobody has said.
    pub population: String,
    /// Of which state of the records, as the layout says; empty where nobody has said.
    pub vintage: String,
    /// The dimension whose codes are the parties that handed in the counts.
    pub party_dimension: Option<String>,
    /// What stands behind each cell, in the order of the table's cells, or nothing.
    pub behind: Vec<Behind>,
    /// Printed sums that cannot hold.
    pub sums_inconsistent: u64,
    /// What is worth knowing of it; nothing that refuses it.
    pub findings: Vec<Finding>,
}

impl CountedTable {
    /// Gives a table that bears the name of its file a title of its own: what is released is read
    /// by people who never saw the file. `named` is what was typed, `file` how the reader called
    /// it.
    pub(crate) fn entitle(&mut self, named: &str, file: &str) {
        if self.table.source.title == file {
            named.clone_into(&mut self.table.source.title);
        }
        if self.table.source.vintage.is_empty() {
            self.vintage.clone_into(&mut self.table.source.vintage);
        }
    }

    /// The table as a draft, sealed from here on.
    pub(crate) fn into_draft(self) -> Confidential<Draft> {
        Confidential::seal(Draft {
            table: self.table,
            hierarchies: self.hierarchies,
            population: self.population,
            vintage: self.vintage,
            party_dimension: self.party_dimension,
            behind: self.behind,
        })
    }
}

/// Reads a table of counts from the bytes of a file of this name, with what is said of it. The
/// error is everything that was found, in the order of the rows. It keeps nothing.
pub type ReadCounts =
    Box<dyn Fn(&[u8], &str, &SaidOfTable) -> Result<CountedTable, Vec<Finding>> + Send + Sync>;

/// Linear programmes and searches that one page may take.
const BUDGET: Budget = Budget {
    programmes: 4_000,
    whole_unknowns_max: 30,
    nodes_each: 100,
    nodes: 10_000,
};
/// Hidden cells up to which a proposal is looked for, and how often the attacker is asked for it.
const PROPOSED_HIDDEN_MAX: u64 = 200;
const ASKED_MAX: usize = 120;

/// A table with what was found.
pub(crate) struct Tried {
    pub(crate) counted: CountedTable,
    pub(crate) small_below: u64,
    pub(crate) report: Report,
    /// What to mask besides; none where nothing is exposed or the table is too large.
    pub(crate) proposal: Option<Proposal>,
}

/// Tries a table. None when a count is too large to be worked with.
pub(crate) fn try_out(
    counted: CountedTable,
    small_below: u64,
    zeros_printed: bool,
) -> Option<Tried> {
    let question = Question {
        table: &counted.table,
        hierarchies: &counted.hierarchies,
        small_below,
        zero_is_small: !zeros_printed,
        budget: BUDGET,
    };
    let report = check(&question).ok()?;
    let wanted = !report.exposed.is_empty() && report.hidden <= PROPOSED_HIDDEN_MAX;
    let proposal = match wanted {
        true => Some(propose(&question, &report, ASKED_MAX).ok()?),
        false => None,
    };
    Some(Tried {
        counted,
        small_below,
        report,
        proposal,
    })
}
