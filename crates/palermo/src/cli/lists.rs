//! Options of `estimate` for the node's own lists.

use std::path::PathBuf;

use clap::Args;
use evidence::record::PersonRole;

use super::vault::{Acting, Secret, about};

/// A node whose own lists are estimated from, and who asks.
#[derive(Debug, Clone, Args)]
pub(crate) struct OwnLists {
    /// Folder of a node: estimate from its own lists instead of from a file
    #[arg(long, value_name = "NODE", requires_all = ["lists_by", "reason"],
          conflicts_with_all = ["file", "strata", "html"])]
    pub(crate) node: Option<PathBuf>,
    /// Concept whose codes are the lists, such as event.detected_by
    #[arg(long, value_name = "CONCEPT", requires = "node")]
    pub(crate) lists_by: Option<String>,
    /// In what role dossiers are about the persons
    #[arg(id = "person_role", long = "role", value_name = "ROLE", default_value = "victim",
          value_parser = about())]
    pub(crate) role: PersonRole,
    /// A list, by its codes, several to make them one; may be given again. If none is given, each
    /// code that holds five persons or more is a list
    #[arg(long, value_name = "CODE,CODE", requires = "node")]
    pub(crate) list: Vec<String>,
    /// Why; it is sealed
    #[arg(long, requires = "node")]
    pub(crate) reason: Option<String>,
    /// Write what may leave, as CSV, to a file that is not yet there
    #[arg(long, value_name = "OUT", requires = "node")]
    pub(crate) released: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) secret: Secret,
    #[command(flatten)]
    pub(crate) acting: Acting,
}
