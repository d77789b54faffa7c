//! What the house carries is accounted for: dependencies with a reason, data with a source.

use super::Finding;
use super::repository::Repository;

/// Folders of data that is shipped beside the code.
const DATA_FOLDERS: [&str; 4] = ["codelists", "library", "geography", "seed"];

/// Outside crates of the workspace that ARCHITECTURE.md does not name.
#[must_use]
pub fn dependencies_explained(repository: &Repository) -> Vec<Finding> {
    let Some(manifest) = repository.text("Cargo.toml") else {
        return Vec::new();
    };
    let architecture = repository.text("ARCHITECTURE.md").unwrap_or_default();
    let bare = outside_crates(manifest)
        .into_iter()
        .filter(|name| !is_named(architecture, name));
    bare.map(|name| {
        let found = format!("`{name}`, which ARCHITECTURE.md does not name");
        let allowed = "a dependency with its reason in ARCHITECTURE.md, as `name` or | name |";
        let line = super::direction::line_of(manifest, &name);
        Finding::new("Cargo.toml", line, "dependency-reason", found, allowed)
    })
    .collect()
}

/// Names in `[workspace.dependencies]` that are not crates of ours.
fn outside_crates(manifest: &str) -> Vec<String> {
    let Ok(table) = toml::from_str::<toml::Table>(manifest) else {
        return Vec::new();
    };
    let listed = table
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    let entries = listed.and_then(toml::Value::as_table).into_iter().flatten();
    entries
        .filter(|(_, value)| value.get("path").is_none())
        .map(|(name, _)| name.clone())
        .collect()
}

fn is_named(architecture: &str, name: &str) -> bool {
    architecture.contains(&format!("`{name}`")) || architecture.contains(&format!("| {name} |"))
}

/// A crate that does not take the workspace's lints.
#[must_use]
pub fn shared_lints(path: &str, text: &str) -> Vec<Finding> {
    let table = toml::from_str::<toml::Table>(text).unwrap_or_default();
    let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
    if lints.and_then(toml::Value::as_bool) == Some(true) {
        return Vec::new();
    }
    let allowed = "`[lints]` with `workspace = true`";
    vec![Finding::new(
        path,
        0,
        "shared-lints",
        "lints of its own or none",
        allowed,
    )]
}

/// Data files that no SOURCES.md in their folder or above names.
#[must_use]
pub fn data_sources(repository: &Repository) -> Vec<Finding> {
    let data = repository
        .sizes
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| is_data(path));
    data.filter(|path| !has_source(repository, path))
        .map(|path| {
            let allowed = "its name with source, date and licence in SOURCES.md beside or above it";
            Finding::new(
                path,
                0,
                "data-source",
                "a data file without a source",
                allowed,
            )
        })
        .collect()
}

fn is_data(path: &str) -> bool {
    let inside = path
        .split_once('/')
        .is_some_and(|(top, _)| DATA_FOLDERS.contains(&top));
    inside && !path.ends_with("/SOURCES.md")
}

fn has_source(repository: &Repository, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut folder = path;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        let sources = repository.text(&format!("{parent}/SOURCES.md"));
        if sources.is_some_and(|text| super::wording::holds_word(text, name)) {
            return true;
        }
        folder = parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(files: &[(&str, &str)]) -> Repository {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Repository::from_files(files.collect())
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let manifest =
            "[workspace.dependencies]\nterms = { path = \"x\" }\ncsv = \"1\"\ntoml = \"1\"\n";
        let files = [
            ("Cargo.toml", manifest),
            ("ARCHITECTURE.md", "| csv | reads tables |"),
        ];
        let findings = dependencies_explained(&repository(&files));
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].line, findings[0].found.contains("`toml`")),
            (4, true)
        );
        let files = [
            ("Cargo.toml", manifest),
            ("ARCHITECTURE.md", "`csv`, `toml`"),
        ];
        assert_eq!(dependencies_explained(&repository(&files)), []);
    }

    #[test]
    fn without_the_architecture_every_dependency_is_found() {
        let files = [("Cargo.toml", "[workspace.dependencies]\ncsv = \"1\"\n")];
        assert_eq!(dependencies_explained(&repository(&files)).len(), 1);
    }

    #[test]
    fn a_crate_takes_the_shared_lints() {
        assert_eq!(
            shared_lints("crates/law/Cargo.toml", "[lints]\nworkspace = true\n"),
            []
        );
        assert_eq!(
            shared_lints("crates/law/Cargo.toml", "[lints.rust]\nx = \"warn\"\n").len(),
            1
        );
    }

    #[test]
    fn data_is_named_in_sources_beside_or_above_it() {
        let good = [
            ("library/treaty/actions.csv", "a"),
            ("library/treaty/SOURCES.md", "## actions.csv\nDepositary."),
            ("codelists/names/fr.csv", "a"),
            ("codelists/SOURCES.md", "- `names/fr.csv`: ISO."),
        ];
        assert_eq!(data_sources(&repository(&good)), []);
        let bad = [
            ("library/treaty/actions.csv", "a"),
            ("library/treaty/SOURCES.md", "## reactions.csv"),
            ("geography/world.csv", "a"),
        ];
        assert_eq!(data_sources(&repository(&bad)).len(), 2);
    }
}
