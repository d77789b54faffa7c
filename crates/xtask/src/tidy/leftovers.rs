//! Nothing half done and nothing left behind.

use super::Finding;
use super::repository::Repository;
use super::rust::{Kind, RustFile};
use super::wording::holds_word;

/// Most bytes in one file of the repository.
pub const FILE_BYTES_MAX: u64 = 2_000_000;

/// Markers for later work, in halves so that this file passes its own rule.
const MARKERS: [(&str, &str); 3] = [("TO", "DO"), ("FIX", "ME"), ("XX", "X:")];

const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Markers for later work in any text.
#[must_use]
pub fn markers(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (first, second) in MARKERS {
            let marker = format!("{first}{second}");
            if holds_word(line, &marker) {
                let allowed = "work that is done, or left out and said so in the documents";
                findings.push(Finding::new(path, index + 1, "unfinished", marker, allowed));
            }
        }
    }
    findings
}

/// Macros that stand for missing code or print for the writer.
#[must_use]
pub fn unfinished_macros(file: &RustFile) -> Vec<Finding> {
    let pairs = file.tokens.iter().zip(file.tokens.iter().skip(1));
    let macros = pairs.filter(|(token, next)| {
        token.kind == Kind::Word && next.text == "!" && UNFINISHED.contains(&token.text.as_str())
    });
    macros
        .map(|(token, _)| {
            let found = format!("`{}!`", token.text);
            Finding::new(
                &file.path,
                token.line,
                "unfinished",
                found,
                "code that is finished",
            )
        })
        .collect()
}

/// A file larger than [`FILE_BYTES_MAX`].
#[must_use]
pub fn large_file(path: &str, bytes: u64) -> Vec<Finding> {
    if bytes <= FILE_BYTES_MAX {
        return Vec::new();
    }
    let allowed = format!("{FILE_BYTES_MAX} bytes");
    vec![Finding::new(
        path,
        0,
        "file-bytes",
        format!("{bytes} bytes"),
        allowed,
    )]
}

/// Addresses in npm's lock file: they would bind the project to one registry's host.
#[must_use]
pub fn lock_addresses(path: &str, text: &str) -> Vec<Finding> {
    if !path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("\"resolved\":"));
    lines
        .map(|(index, _)| {
            let allowed =
                "a lock file with versions and checksums, `omit-lockfile-registry-resolved`";
            Finding::new(
                path,
                index + 1,
                "lock-address",
                "a resolved address",
                allowed,
            )
        })
        .collect()
}

/// Snapshot files whose source file is gone, or whose source no longer names them.
#[must_use]
pub fn unreferenced_snapshots(repository: &Repository) -> Vec<Finding> {
    let files = repository
        .texts
        .iter()
        .filter(|file| file.path.ends_with(".snap"));
    files
        .filter_map(|file| {
            let found = why_unreferenced(repository, &file.path, &file.text)?;
            let allowed = "a snapshot that a test still writes";
            Some(Finding::new(&file.path, 0, "snapshot", found, allowed))
        })
        .collect()
}

/// insta writes `source: path` in the file's head, and names the file `module__name.snap`, with
/// `@suffix` for settings and `-2` for the second snapshot of one test.
fn why_unreferenced(repository: &Repository, path: &str, text: &str) -> Option<String> {
    let source = text.lines().find_map(|line| line.strip_prefix("source: "));
    let Some(source) = source.map(|source| source.trim().trim_matches('"')) else {
        return Some("no `source:` in its head".to_owned());
    };
    let Some(code) = repository.text(source) else {
        return Some(format!("its source {source} is gone"));
    };
    let file = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".snap");
    let name = file.rsplit("__").next().unwrap_or(file);
    let name = name.split('@').next().unwrap_or(name);
    let plain = name
        .rsplit_once('-')
        .filter(|(_, number)| number.parse::<u16>().is_ok());
    let plain = plain.map_or(name, |(plain, _)| plain);
    let named = [name, plain].iter().any(|name| code.contains(name));
    (!named && !is_composed(code, name)).then(|| format!("{source} no longer names `{name}`"))
}

/// Whether a literal such as `"page_{language}"` in the code could have made the name.
fn is_composed(code: &str, name: &str) -> bool {
    code.match_indices('{').any(|(place, _)| {
        let before = code[..place].rsplit('"').next().unwrap_or_default();
        before.len() >= 3 && name.starts_with(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_for_later_are_found_as_words() {
        for (first, second) in MARKERS {
            let text = format!("a\n// {first}{second} later");
            assert_eq!(markers("a.rs", &text)[0].line, 2);
        }
        assert_eq!(markers("es.ftl", "todo el mundo, TODOS, method"), []);
    }

    #[test]
    fn macros_that_stand_for_missing_code_are_found() {
        for name in UNFINISHED {
            let text = format!("fn a() {{ {name}!() }}");
            let file = RustFile::parse("crates/law/src/a.rs", &text).unwrap();
            assert_eq!(unfinished_macros(&file).len(), 1, "{text}");
        }
        let text = "fn todo() -> bool { !dbg(todo() != unimplemented) }";
        let file = RustFile::parse("crates/law/src/a.rs", text).unwrap();
        assert_eq!(unfinished_macros(&file), []);
    }

    #[test]
    fn two_megabytes_pass_and_more_do_not() {
        assert_eq!(large_file("a.csv", 2_000_000), []);
        assert_eq!(large_file("a.csv", 2_000_001).len(), 1);
    }

    #[test]
    fn a_lock_file_with_addresses_is_found() {
        let text = "{\n  \"resolved\": \"https://x\",\n}";
        assert_eq!(lock_addresses("browser/package-lock.json", text)[0].line, 2);
        assert_eq!(
            lock_addresses("browser/package-lock.json", "{ \"integrity\": \"x\" }"),
            []
        );
    }

    fn snapshot(name: &str, source: &str) -> Vec<Finding> {
        let code = "fn totals() {} fn test_named() { assert_snapshot!(\"by_region\", x); \
                    assert_snapshot!(format!(\"page_{language}\"), y); }";
        let files = [
            ("crates/law/src/a.rs".to_owned(), code.as_bytes().to_vec()),
            (
                name.to_owned(),
                format!("---\nsource: {source}\n---\nx").into_bytes(),
            ),
        ];
        unreferenced_snapshots(&Repository::from_files(files.into()))
    }

    #[test]
    fn snapshots_that_a_test_writes_pass() {
        for name in [
            "totals",
            "totals-2",
            "totals@en",
            "named",
            "by_region",
            "page_fr",
        ] {
            let path = format!("crates/law/src/snapshots/law__a__tests__{name}.snap");
            assert_eq!(snapshot(&path, "crates/law/src/a.rs"), [], "{name}");
        }
    }

    #[test]
    fn snapshots_left_behind_are_found() {
        let path = "crates/law/src/snapshots/law__a__tests__sums.snap";
        assert_eq!(snapshot(path, "crates/law/src/a.rs").len(), 1);
        let path = "crates/law/src/snapshots/law__a__tests__totals.snap";
        assert_eq!(snapshot(path, "crates/law/src/gone.rs").len(), 1);
    }
}
