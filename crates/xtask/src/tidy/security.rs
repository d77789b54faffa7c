//! `docs/security.md` is true: every item of `docs/security-items.csv` stands in it once, and each
//! claim names a test or a file that is there.
//!
//! A row is `| id | level | what | held by | where |` under the heading of its chapter. *Held by*
//! is one of `HELD_BY`; *where* names tests as `` `path::name` `` and files as `` `path` ``, and
//! says in words what is not held. The first table counts the rows.

use super::Finding;
use super::repository::Repository;
use super::rust::{Kind, RustFile};

/// The document.
const DOCUMENT: &str = "docs/security.md";
/// The items that it must answer for, in order.
const ITEMS: &str = "docs/security-items.csv";

/// What may hold an item.
const HELD_BY: [&str; 5] = ["test", "file", "absent", "not yet", "does not apply"];

/// Fewest letters of a reason for which an item is not held.
const REASON_MIN: usize = 15;

/// A row of a table.
struct Row<'a> {
    line: usize,
    /// The chapter of the heading above, such as `V6`.
    chapter: &'a str,
    cells: Vec<&'a str>,
}

/// An item by its number and its level.
type Item<'a> = (&'a str, &'a str);

/// Items that are missing, twice, out of place or of no known kind; claims that name nothing; a
/// count that is not that of the rows.
#[must_use]
pub fn answers_are_true(repository: &Repository) -> Vec<Finding> {
    let (Some(text), Some(listed)) = (repository.text(DOCUMENT), repository.text(ITEMS)) else {
        let found = "one of docs/security.md and docs/security-items.csv is missing";
        return vec![finding(0, found, "both")];
    };
    let items = items(listed);
    let rows = rows(text);
    let answers: Vec<&Row<'_>> = rows.iter().filter(|row| is_number(row.cells[0])).collect();
    let mut findings = in_order(&items, &answers);
    for row in &answers {
        findings.extend(one_answer(repository, row));
    }
    findings.extend(counted(&rows, &answers));
    findings
}

fn finding(line: usize, found: impl Into<String>, allowed: &str) -> Finding {
    Finding::new(DOCUMENT, line, "security-answers", found, allowed)
}

/// Numbers and levels; lines that begin with `#` say where they come from.
fn items(listed: &str) -> Vec<Item<'_>> {
    let lines = listed.lines().filter(|line| !line.starts_with('#'));
    lines
        .skip(1)
        .filter_map(|line| line.trim().split_once(','))
        .collect()
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut chapter = "";
    for (index, line) in text.lines().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            chapter = heading.split(' ').next().unwrap_or_default();
        }
        let inside = line
            .strip_prefix("| ")
            .and_then(|rest| rest.strip_suffix(" |"));
        if let Some(inside) = inside {
            let cells = inside.split(" | ").map(str::trim).collect();
            let line = index + 1;
            rows.push(Row {
                line,
                chapter,
                cells,
            });
        }
    }
    rows
}

/// Whether a cell is the number of an item, such as `V6.2.10`.
fn is_number(cell: &str) -> bool {
    let parts = cell.strip_prefix('V').map(|rest| rest.split('.'));
    parts.is_some_and(|mut parts| {
        let whole = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
        parts.clone().count() == 3 && parts.all(whole)
    })
}

/// Every item once, in its order, with its level.
fn in_order(items: &[Item<'_>], answers: &[&Row<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, (number, _)) in items.iter().enumerate() {
        if items[..at].iter().any(|(before, _)| before == number) {
            findings.push(finding(0, format!("{number} twice in {ITEMS}"), "once"));
        }
        if !answers.iter().any(|row| row.cells[0] == *number) {
            findings.push(finding(0, format!("no row for {number}"), "one row each"));
        }
    }
    let mut last = None;
    for row in answers {
        let number = row.cells[0];
        let at = items.iter().position(|(one, _)| *one == number);
        let Some(at) = at else {
            let found = format!("{number}, which {ITEMS} does not list");
            findings.push(finding(row.line, found, "items that are listed"));
            continue;
        };
        if last.is_some_and(|last| at <= last) {
            let found = format!("{number} twice, or after a later one");
            findings.push(finding(row.line, found, "the order of the list"));
        }
        last = Some(at);
        if row.cells.get(1) != Some(&items[at].1) {
            let found = format!("{number} at another level");
            findings.push(finding(row.line, found, items[at].1));
        }
        if number.split('.').next() != Some(row.chapter) {
            let found = format!("{number} under {}", row.chapter);
            findings.push(finding(row.line, found, "the heading of its chapter"));
        }
    }
    findings
}

/// Whether an answer has its five cells, a known kind, and what that kind asks for.
fn one_answer(repository: &Repository, row: &Row<'_>) -> Vec<Finding> {
    let [number, _, what, held_by, place] = row.cells[..] else {
        let found = format!("{} cells", row.cells.len());
        return vec![finding(row.line, found, "five cells, none with a bar")];
    };
    if !HELD_BY.contains(&held_by) || what.is_empty() {
        let found = format!("{number} held by \"{held_by}\"");
        return vec![finding(row.line, found, &HELD_BY.join(", "))];
    }
    let named: Vec<&str> = place.split('`').skip(1).step_by(2).collect();
    let tests = named.iter().filter(|one| one.contains("::")).count();
    let files = named.iter().filter(|one| is_path(one)).count();
    let wanting = match held_by {
        "test" if tests == 0 => Some("the name of a test, as `path::name`"),
        "file" | "absent" if files == 0 => Some("the path of a file"),
        "not yet" | "does not apply" if place.len() < REASON_MIN => Some("a reason"),
        _ => None,
    };
    let mut findings: Vec<Finding> = wanting
        .map(|allowed| finding(row.line, format!("{number} without it"), allowed))
        .into_iter()
        .collect();
    for name in named {
        let there = match name.split_once("::") {
            Some((path, test)) => names_a_test(repository, path, test),
            None => !is_path(name) || repository.sizes.iter().any(|(path, _)| path == name),
        };
        if !there {
            let found = format!("`{name}`, which is not there");
            findings.push(finding(row.line, found, "tests and files that are there"));
        }
    }
    findings
}

/// Whether a name is a path: it has a folder, or it is one of the files at the root.
fn is_path(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.".contains(letter);
    let root = [".md", ".toml", ".lock"];
    !name.contains("::")
        && name.chars().all(plain)
        && (name.contains('/') || root.iter().any(|ending| name.ends_with(ending)))
}

/// Whether the file at `path` has a test of that name: a function that is marked as one in Rust, a
/// title in the browser's tests, a check or a function of the attack.
fn names_a_test(repository: &Repository, path: &str, test: &str) -> bool {
    if path.ends_with(".rs") {
        let mut files = repository.rust.iter();
        return files.any(|file| file.path == path && has_test(file, test));
    }
    let Some(text) = repository.text(path).filter(|_| !test.is_empty()) else {
        return false;
    };
    if path.starts_with("browser/") && path.ends_with(".js") {
        let calls = ["it", "test", "describe"];
        let mut titles = calls
            .iter()
            .flat_map(|call| ['"', '\'', '`'].map(|mark| format!("{call}({mark}{test}{mark}")));
        return titles.any(|title| text.contains(&title));
    }
    if path.starts_with("attack/") {
        let wanted = match path.rsplit_once('.') {
            Some((_, "py")) => format!("def {test}("),
            Some((_, "toml")) => format!("{test}.enabled = true"),
            _ => return false,
        };
        return text
            .lines()
            .any(|line| line.trim_start().starts_with(&wanted));
    }
    false
}

/// Whether a file has a function of that name with an attribute that makes it a test.
fn has_test(file: &RustFile, name: &str) -> bool {
    let tokens = &file.tokens;
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    let functions = (1..tokens.len())
        .filter(|&at| tokens[at].kind == Kind::Word && tokens[at].text == name && is(at - 1, "fn"));
    functions.into_iter().any(|at| {
        let mut end = at - 1;
        if end > 0 && is(end - 1, "async") {
            end -= 1;
        }
        // Attributes, from the last to the first.
        while end > 0 && is(end - 1, "]") {
            let Some(start) = (0..end).rev().find(|&start| is(start, "[")) else {
                return false;
            };
            if (start..end).any(|inner| is(inner, "test")) {
                return true;
            }
            end = start.saturating_sub(1);
        }
        false
    })
}

/// The first table says how many rows of each level each kind holds.
fn counted(rows: &[Row<'_>], answers: &[&Row<'_>]) -> Vec<Finding> {
    let count = |kind: Option<&str>, level: Option<&str>| {
        let fits = |row: &&&Row<'_>| {
            kind.is_none_or(|kind| row.cells.get(3) == Some(&kind))
                && level.is_none_or(|level| row.cells.get(1) == Some(&level))
        };
        answers.iter().filter(fits).count().to_string()
    };
    let kinds = HELD_BY.iter().map(|kind| (*kind, Some(*kind)));
    let lines = kinds.chain([("all", None)]);
    lines
        .filter_map(|(name, kind)| {
            let right = [
                name.to_owned(),
                count(kind, Some("1")),
                count(kind, Some("2")),
                count(kind, None),
            ];
            let stands = rows.iter().find(|row| row.cells[0] == name);
            let same = stands.is_some_and(|row| row.cells.iter().eq(&right));
            let line = stands.map_or(0, |row| row.line);
            let allowed = format!("| {} |", right.join(" | "));
            (!same).then(|| finding(line, format!("another count of \"{name}\""), &allowed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "# Source.\nid,level\nV1.1.1,2\nV1.2.1,1\nV2.1.1,1\nV2.1.10,2\nV2.2.1,2\n";
    const GOOD: &str = "# Security
| held by | level 1 | level 2 | all |
|---|---|---|---|
| test | 1 | 2 | 3 |
| file | 1 | 0 | 1 |
| absent | 0 | 0 | 0 |
| not yet | 0 | 1 | 1 |
| does not apply | 0 | 0 | 0 |
| all | 2 | 3 | 5 |

## V1 Encoding
| id | level | what | held by | where |
|---|---|---|---|---|
| V1.1.1 | 2 | decoded once | test | `crates/web/src/a.rs::it_holds`, and `attack/x.py::probe` |
| V1.2.1 | 1 | escaped | file | `Cargo.toml`: `word` |

## V2 Validation
| id | level | what | held by | where |
|---|---|---|---|---|
| V2.1.1 | 1 | rules | test | `browser/a.test.js::is sound at ${width} px` |
| V2.1.10 | 2 | more rules | not yet | nobody has written them |
| V2.2.1 | 2 | tried | test | `attack/x.toml::not_a_fault` |
";

    fn repository(text: &str) -> Repository {
        let rust = "#[cfg(test)] mod t {\n/// Told.\n#[tokio::test]\n#[ignore = \"long\"]\n\
                    async fn it_holds() {}\n#[allow(dead_code)] fn helper() {}\n}";
        let files = [
            (DOCUMENT, text),
            (ITEMS, LISTED),
            ("Cargo.toml", ""),
            ("crates/web/src/a.rs", rust),
            ("browser/a.test.js", "it(`is sound at ${width} px`, run);"),
            ("attack/x.py", "def probe(a):\n    pass\n"),
            ("attack/x.toml", "[checks]\nnot_a_fault.enabled = true\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        Repository::from_files(files.into())
    }

    fn found(from: &str, to: &str) -> Vec<Finding> {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        answers_are_true(&repository(&text))
    }

    #[test]
    fn a_document_that_names_what_is_there_passes() {
        assert_eq!(answers_are_true(&repository(GOOD)), []);
    }

    #[test]
    fn a_claim_that_names_nothing_is_refused() {
        for (from, to) in [
            ("::it_holds", "::it_does_not"),
            // A function that is no test.
            ("::it_holds", "::helper"),
            ("crates/web/src/a.rs", "crates/web/src/b.rs"),
            (
                "`crates/web/src/a.rs::it_holds`, and `attack/x.py::probe`",
                "many tests",
            ),
            ("`attack/x.py::probe`", "`attack/x.py::prober`"),
            ("::not_a_fault", "::no_such_check"),
            ("is sound at", "is sound"),
            ("`Cargo.toml`: `word`", "`Cargo.lock`"),
            ("`Cargo.toml`: `word`", "somewhere"),
            ("nobody has written them", "later"),
            ("| file | `Cargo", "| perhaps | `Cargo"),
            ("| decoded once |", "|  |"),
        ] {
            assert!(!found(from, to).is_empty(), "{from} {to}");
        }
    }

    #[test]
    fn every_item_stands_once_in_its_place() {
        let row = "| V1.2.1 | 1 | escaped | file | `Cargo.toml`: `word` |\n";
        for (from, to) in [
            (row, String::new()),
            (row, row.repeat(2)),
            (row, row.replace("V1.2.1", "V1.2.9")),
            (row, row.replace("| 1 |", "| 2 |")),
            (row, row.replace("escaped", "escaped | twice")),
            ("## V2 Validation", "## V3 Frontend".to_owned()),
            (
                row,
                "| V1.2.x | 1 | escaped | file | `Cargo.toml` |\n".to_owned(),
            ),
        ] {
            assert!(!found(from, &to).is_empty(), "{from} {to}");
        }
    }

    #[test]
    fn the_count_is_that_of_the_rows() {
        for (from, to) in [
            ("| test | 1 | 2 | 3 |", "| test | 2 | 2 | 4 |"),
            ("| absent | 0 | 0 | 0 |\n", ""),
            ("| all | 2 | 3 | 5 |", "| all | 2 | 3 | 6 |"),
            ("| rules | test |", "| rules | file |"),
        ] {
            assert!(!found(from, to).is_empty(), "{from} {to}");
        }
        let wrong = found("| test | 1 | 2 | 3 |", "| test | 0 | 2 | 2 |");
        assert_eq!(wrong.len(), 1);
        assert!(
            wrong[0].allowed.contains("| test | 1 | 2 | 3 |"),
            "{}",
            wrong[0]
        );
    }

    #[test]
    fn without_the_document_nothing_is_held() {
        assert_eq!(answers_are_true(&Repository::default()).len(), 1);
    }
}
