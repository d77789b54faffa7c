//! The rules that the repository holds itself to.
//!
//! Each rule is a small function over a file's text, over a manifest or over the commit log, and
//! each has a test beside it that shows it fail on a bad example and pass on a good one. A rule
//! says where (`file:line`), its own name, what was found and what is allowed.

pub mod carried;
pub mod commits;
pub mod direction;
pub mod documented;
pub mod doors;
pub mod leftovers;
pub mod outward;
pub mod placement;
pub mod purity;
pub mod repository;
pub mod rust;
pub mod security;
pub mod sizes;
pub mod wording;

use std::fmt;
use std::io;
use std::path::Path;

use repository::Repository;

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where: a path relative to the repository's root, or a commit's short name.
    pub path: String,
    /// Line in that file, counted from 1; 0 when the finding is about the file as a whole.
    pub line: usize,
    /// The rule's name, stable.
    pub rule: &'static str,
    /// What was found.
    pub found: String,
    /// What is allowed instead.
    pub allowed: String,
}

impl Finding {
    /// A finding at `path:line` under `rule`.
    #[must_use]
    pub fn new(
        path: &str,
        line: usize,
        rule: &'static str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        let (found, allowed) = (found.into(), allowed.into());
        Self {
            path: path.to_owned(),
            line,
            rule,
            found,
            allowed,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            rule,
            found,
            allowed,
        } = self;
        write!(
            formatter,
            "{path}:{line}: {rule}: found {found}; allowed: {allowed}"
        )
    }
}

/// What one run of all rules says.
#[derive(Debug, Default)]
pub struct Report {
    /// Breaches, sorted by place.
    pub findings: Vec<Finding>,
    /// Things to know that fail nothing: shares, and what could not be checked.
    pub notes: Vec<String>,
}

/// Runs every rule over the repository at `root`.
///
/// # Errors
/// When the files cannot be listed or read.
pub fn run(root: &Path) -> io::Result<Report> {
    let repository = Repository::load(root)?;
    let mut report = Report::default();
    let findings = &mut report.findings;
    findings.extend(repository.unreadable.iter().cloned());
    for file in &repository.rust {
        findings.extend(purity::forbidden_calls(file));
        findings.extend(sizes::file_lines(file));
        findings.extend(sizes::line_columns(file));
        findings.extend(sizes::function_lines(file));
        findings.extend(placement::sql_outside_keep(file));
        findings.extend(placement::html_outside_pages(file));
        findings.extend(placement::unsafe_nowhere(file));
        findings.extend(placement::claims(file));
        findings.extend(leftovers::unfinished_macros(file));
        findings.extend(documented::crate_root(file));
        findings.extend(doors::one_table_of_doors(file));
        findings.extend(outward::ways_out(file));
    }
    for file in &repository.texts {
        findings.extend(wording::forbidden_words(&file.path, &file.text));
        findings.extend(leftovers::markers(&file.path, &file.text));
        findings.extend(placement::foreign_files(&file.path));
        findings.extend(leftovers::lock_addresses(&file.path, &file.text));
    }
    for (path, bytes) in &repository.sizes {
        findings.extend(leftovers::large_file(path, *bytes));
    }
    for manifest in repository.manifests() {
        findings.extend(purity::forbidden_dependencies(
            &manifest.path,
            &manifest.text,
        ));
        findings.extend(direction::edges(&manifest.path, &manifest.text));
        findings.extend(carried::shared_lints(&manifest.path, &manifest.text));
        findings.extend(outward::crates_that_reach_out(
            &manifest.path,
            &manifest.text,
        ));
    }
    findings.extend(carried::dependencies_explained(&repository));
    findings.extend(carried::data_sources(&repository));
    findings.extend(leftovers::unreferenced_snapshots(&repository));
    findings.extend(security::answers_are_true(&repository));
    let (undocumented, shares) = documented::public_items(&repository);
    findings.extend(undocumented);
    report.notes.extend(shares);
    match commits::log(root) {
        Ok(log) => report
            .findings
            .extend(log.iter().flat_map(commits::message)),
        Err(why) => report
            .notes
            .push(format!("commit messages not checked: {why}")),
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}
