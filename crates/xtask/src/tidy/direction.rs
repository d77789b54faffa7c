//! Which room may know which: the direct edges between the crates.

use super::Finding;
use super::rust::room_of;

/// Each room with the rooms that its product code may depend on.
const EDGES: [(&str, &[&str]); 15] = [
    ("terms", &[]),
    ("evidence", &["terms"]),
    ("law", &["terms"]),
    ("protect", &["terms", "evidence"]),
    ("analyse", &["terms", "evidence"]),
    ("instruments", &[]),
    ("tabulate", &[]),
    ("share", &["terms", "evidence"]),
    ("keep", &["terms", "evidence", "protect"]),
    (
        "office",
        &[
            "terms",
            "evidence",
            "law",
            "protect",
            "analyse",
            "instruments",
            "share",
            "keep",
            "tabulate",
        ],
    ),
    ("publish", &["terms", "protect"]),
    (
        "web",
        &[
            "terms",
            "law",
            "protect",
            "analyse",
            "instruments",
            "office",
            "publish",
        ],
    ),
    (
        "palermo",
        &[
            "terms",
            "evidence",
            "law",
            "protect",
            "analyse",
            "instruments",
            "share",
            "keep",
            "office",
            "publish",
            "web",
        ],
    ),
    (
        "testkit",
        &[
            "terms", "evidence", "law", "protect", "analyse", "share", "keep", "office", "publish",
            "web",
        ],
    ),
    ("xtask", &[]),
];

/// A dependency as a manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The table it stands in: `dependencies`, `dev-dependencies` or `build-dependencies`.
    pub section: String,
    /// The package's name, also when it is renamed.
    pub name: String,
}

/// Rooms that `room` may depend on; empty for a name that is no room.
#[must_use]
pub fn may_use(room: &str) -> &'static [&'static str] {
    EDGES
        .iter()
        .find(|(name, _)| *name == room)
        .map_or(&[], |(_, rooms)| rooms)
}

/// Whether `name` is one of our own crates.
#[must_use]
pub fn is_room(name: &str) -> bool {
    EDGES.iter().any(|(room, _)| *room == name)
}

/// All dependencies that a manifest names, those bound to a target included. A manifest that
/// does not parse names none: Cargo itself refuses it.
#[must_use]
pub fn dependencies(text: &str) -> Vec<Dependency> {
    let Ok(manifest) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let mut found = from_tables(&manifest);
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    for target in targets.into_iter().flat_map(toml::Table::values) {
        found.extend(target.as_table().into_iter().flat_map(from_tables));
    }
    found
}

fn from_tables(manifest: &toml::Table) -> Vec<Dependency> {
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let table = manifest.get(section).and_then(toml::Value::as_table);
        for (key, value) in table.into_iter().flatten() {
            let renamed = value.get("package").and_then(toml::Value::as_str);
            let name = renamed.unwrap_or(key).to_owned();
            found.push(Dependency {
                section: section.to_owned(),
                name,
            });
        }
    }
    found
}

/// The first line of a manifest that begins with `name` as a key, or 0.
#[must_use]
pub fn line_of(text: &str, name: &str) -> usize {
    let begins = |line: &str| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '.', '=']))
    };
    text.lines().position(begins).map_or(0, |index| index + 1)
}

/// Edges between our own crates that point the wrong way. In tests a crate may also use
/// `testkit`, and any room but the ones above it.
#[must_use]
pub fn edges(path: &str, text: &str) -> Vec<Finding> {
    let Some(room) = room_of(path) else {
        return Vec::new();
    };
    if !is_room(room) {
        let found = format!("the crate {room}, which has no place among the rooms");
        let allowed = "a room listed in crates/xtask/src/tidy/direction.rs and DESIGN section 2";
        return vec![Finding::new(path, 0, "room-direction", found, allowed)];
    }
    let allowed = may_use(room);
    let mut findings = Vec::new();
    for dependency in dependencies(text) {
        let name = dependency.name.as_str();
        let in_tests = dependency.section == "dev-dependencies" && name == "testkit";
        if is_room(name) && name != room && !allowed.contains(&name) && !in_tests {
            let found = format!("{room} -> {name} in [{}]", dependency.section);
            let allowed = format!("{room} -> [{}]; testkit in tests", allowed.join(", "));
            let line = line_of(text, name);
            findings.push(Finding::new(path, line, "room-direction", found, allowed));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_the_wrong_way_is_refused() {
        for (room, other) in [
            ("publish", "keep"),
            ("publish", "evidence"),
            ("web", "keep"),
            ("web", "share"),
            ("law", "evidence"),
            ("keep", "office"),
            ("publish", "office"),
            ("office", "web"),
            ("terms", "law"),
            ("palermo", "testkit"),
            ("palermo", "xtask"),
        ] {
            let text = format!("[dependencies]\n{other} = {{ workspace = true }}\n");
            let findings = edges(&format!("crates/{room}/Cargo.toml"), &text);
            assert_eq!(findings.len(), 1, "{room} -> {other}");
            assert_eq!(findings[0].line, 2);
        }
    }

    #[test]
    fn a_renamed_or_target_bound_edge_is_seen() {
        let renamed = "[dependencies]\nstore = { package = \"keep\", path = \"../keep\" }\n";
        assert_eq!(edges("crates/web/Cargo.toml", renamed).len(), 1);
        let bound = "[target.'cfg(unix)'.dependencies]\nkeep = { workspace = true }\n";
        assert_eq!(edges("crates/web/Cargo.toml", bound).len(), 1);
    }

    #[test]
    fn edges_of_the_design_pass() {
        for (room, rooms) in EDGES {
            let lines: String = rooms
                .iter()
                .map(|name| format!("{name} = {{ workspace = true }}\n"))
                .collect();
            let text = format!("[dependencies]\n{lines}csv = \"1\"\n[dev-dependencies]\n");
            let text = format!("{text}testkit = {{ workspace = true }}\n");
            assert_eq!(
                edges(&format!("crates/{room}/Cargo.toml"), &text),
                [],
                "{room}"
            );
        }
    }

    #[test]
    fn testkit_stays_out_of_the_product() {
        let text = "[dependencies]\ntestkit = { workspace = true }\n";
        assert_eq!(edges("crates/law/Cargo.toml", text).len(), 1);
    }

    #[test]
    fn a_new_crate_must_be_given_its_place() {
        assert_eq!(
            edges("crates/attic/Cargo.toml", "[dependencies]\n").len(),
            1
        );
    }

    #[test]
    fn the_rooms_form_no_ring() {
        for (index, (room, rooms)) in EDGES.iter().enumerate() {
            for other in *rooms {
                let place = EDGES.iter().position(|(name, _)| name == other).unwrap();
                assert!(place < index, "{room} -> {other} points forward");
            }
        }
    }
}
