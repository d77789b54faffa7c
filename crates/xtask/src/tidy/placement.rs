//! Each tongue in its own room: SQL in `keep`, HTML in `web` and `publish`, `unsafe` nowhere; and
//! the ways in and out of the seal that take somebody's word, in the rooms whose word is taken.

use super::Finding;
use super::rust::{Kind, RustFile};

/// The rooms that may hold HTML.
const PAGE_ROOMS: [&str; 2] = ["web", "publish"];

/// Openings of SQL statements: all parts of one entry within one string make a statement.
const SQL: [&[&str]; 7] = [
    &["SELECT ", " FROM "],
    &["INSERT ", "INTO "],
    &["UPDATE ", " SET "],
    &["DELETE ", "FROM "],
    &["CREATE ", "TABLE "],
    &["ALTER ", "TABLE "],
    &["DROP ", "TABLE "],
];

/// Names of elements whose opening tag makes a string HTML.
const ELEMENTS: [&str; 14] = [
    "html", "head", "body", "div", "span", "table", "section", "main", "form", "script", "style",
    "input", "ul", "svg",
];

/// String literals of a file's product code, with lines.
fn strings(file: &RustFile) -> impl Iterator<Item = (&str, usize)> {
    let literals = file
        .product_tokens()
        .filter(|token| token.kind == Kind::Literal);
    literals
        .filter(|token| token.text.contains('"'))
        .map(|token| (token.text.as_str(), token.line))
}

/// SQL in a room that is not `keep`. The tidy rules, which name the words, are passed over.
#[must_use]
pub fn sql_outside_keep(file: &RustFile) -> Vec<Finding> {
    if matches!(file.room(), None | Some("keep")) {
        return Vec::new();
    }
    let statement = |text: &str| {
        SQL.iter()
            .any(|parts| parts.iter().all(|part| text.contains(part)))
    };
    let found = strings(file).filter(|(text, _)| statement(text));
    found
        .map(|(text, line)| {
            let allowed = "statements in crates/keep only";
            Finding::new(&file.path, line, "sql-placement", shorten(text), allowed)
        })
        .collect()
}

/// HTML in a room that makes no pages.
#[must_use]
pub fn html_outside_pages(file: &RustFile) -> Vec<Finding> {
    if file.room().is_none_or(|room| PAGE_ROOMS.contains(&room)) {
        return Vec::new();
    }
    let found = strings(file).filter(|(text, _)| holds_element(text));
    found
        .map(|(text, line)| {
            let allowed = "markup in crates/web and crates/publish only";
            Finding::new(&file.path, line, "html-placement", shorten(text), allowed)
        })
        .collect()
}

fn holds_element(text: &str) -> bool {
    text.match_indices('<').any(|(place, _)| {
        let rest = &text[place + 1..];
        ELEMENTS.iter().any(|element| {
            let after = rest
                .strip_prefix(element)
                .and_then(|rest| rest.chars().next());
            matches!(after, Some(' ' | '>' | '/' | '\\' | '\n'))
        })
    })
}

/// Files of SQL or HTML in the wrong room.
#[must_use]
pub fn foreign_files(path: &str) -> Vec<Finding> {
    let Some(room) = super::rust::room_of(path) else {
        return Vec::new();
    };
    if path.contains("/tests/") {
        return Vec::new();
    }
    let ends = |ending: &str| path.to_ascii_lowercase().ends_with(ending);
    let finding = |rule, allowed: &str| vec![Finding::new(path, 0, rule, "a file", allowed)];
    if ends(".sql") && room != "keep" {
        return finding("sql-placement", "files of SQL in crates/keep only");
    }
    if (ends(".html") || ends(".svg")) && !PAGE_ROOMS.contains(&room) {
        return finding(
            "html-placement",
            "markup in crates/web and crates/publish only",
        );
    }
    Vec::new()
}

/// The keyword `unsafe`, in any file, tests too.
#[must_use]
pub fn unsafe_nowhere(file: &RustFile) -> Vec<Finding> {
    let keywords = file.tokens.iter();
    let keywords = keywords.filter(|token| token.kind == Kind::Word && token.text == "unsafe");
    keywords
        .map(|token| {
            Finding::new(
                &file.path,
                token.line,
                "unsafe",
                "the keyword",
                "safe code of our own",
            )
        })
        .collect()
}

/// A way in or out of the seal that takes somebody's word, and the rooms whose word is taken.
struct Claim {
    rule: &'static str,
    /// The path, as its tokens.
    path: &'static [&'static str],
    rooms: &'static [&'static str],
    allowed: &'static str,
}

const CLAIMS: [Claim; 3] = [
    Claim {
        rule: "warrant-by-office",
        path: &["Warrant", ":", ":", "issue"],
        rooms: &["office"],
        allowed: "warrants issued in crates/office only, behind a durable act",
    },
    Claim {
        rule: "foreign-by-intake",
        path: &["Foreign", ":", ":", "published"],
        rooms: &["evidence", "analyse", "protect"],
        allowed: "what others have published is claimed where their tables are read, by rooms that \
                  no record passes through",
    },
    Claim {
        rule: "public-record-by-law",
        path: &["release", ":", ":", "public_record"],
        rooms: &["protect", "web"],
        allowed: "the public record of treaties, released in crates/web/src/status.rs",
    },
];

/// A claim in product code of a room whose word is not taken for it, or a second name for what is
/// claimed, by which it could be done unseen.
#[must_use]
pub fn claims(file: &RustFile) -> Vec<Finding> {
    let Some(room) = file.room() else {
        return Vec::new();
    };
    let tokens: Vec<_> = file.product_tokens().collect();
    let mut findings = Vec::new();
    for claim in CLAIMS.iter().filter(|claim| !claim.rooms.contains(&room)) {
        for (index, token) in tokens.iter().enumerate() {
            let here = |path: &[&str]| {
                let there = tokens[index..].iter().map(|token| &*token.text);
                there.take(path.len()).eq(path.iter().copied())
            };
            let renamed =
                ["Warrant", "Foreign"].contains(&claim.path[0]) && here(&[claim.path[0], "as"]);
            if here(claim.path) || renamed {
                let found = match renamed {
                    true => format!("{} under another name", claim.path[0]),
                    false => claim.path.concat(),
                };
                let line = token.line;
                let finding = Finding::new(&file.path, line, claim.rule, found, claim.allowed);
                findings.push(finding);
            }
        }
    }
    findings
}

fn shorten(text: &str) -> String {
    text.chars()
        .map(|letter| if letter == '\n' { ' ' } else { letter })
        .take(60)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> RustFile {
        RustFile::parse(path, text).unwrap()
    }

    #[test]
    fn sql_is_refused_outside_keep() {
        for text in [
            "const A: &str = \"SELECT name FROM place\";",
            "fn a() { b(\"INSERT INTO place VALUES (1)\") }",
            "fn a() { b(r\"UPDATE place SET name = 1\") }",
            "fn a() { b(\"DELETE FROM place\") }",
            "fn a() { b(&format!(\"CREATE TABLE {}\", 1)) }",
        ] {
            assert_eq!(
                sql_outside_keep(&file("crates/web/src/a.rs", text)).len(),
                1,
                "{text}"
            );
            assert_eq!(sql_outside_keep(&file("crates/keep/src/a.rs", text)), []);
            assert_eq!(
                sql_outside_keep(&file("crates/web/tests/it/main.rs", text)),
                []
            );
        }
    }

    #[test]
    fn prose_that_shares_a_word_passes() {
        let text = "/// SELECT a FROM b.\nconst A: &str = \"Select a date from the list\";";
        assert_eq!(sql_outside_keep(&file("crates/web/src/a.rs", text)), []);
    }

    #[test]
    fn html_is_refused_outside_web_and_publish() {
        for text in [
            "\"<div class=x>\"",
            "\"<html>\"",
            "r#\"<svg width=\"1\"/>\"#",
            "\"<ul\\n>\"",
        ] {
            let text = format!("const A: &str = {text};");
            assert_eq!(
                html_outside_pages(&file("crates/law/src/a.rs", &text)).len(),
                1,
                "{text}"
            );
            assert_eq!(html_outside_pages(&file("crates/web/src/a.rs", &text)), []);
            assert_eq!(
                html_outside_pages(&file("crates/publish/src/a.rs", &text)),
                []
            );
        }
        let text = "const A: &str = \"a < b, <divided>, <ADDRESS>\";";
        assert_eq!(html_outside_pages(&file("crates/law/src/a.rs", text)), []);
    }

    #[test]
    fn files_of_sql_and_html_have_their_rooms() {
        assert_eq!(foreign_files("crates/web/src/x.sql").len(), 1);
        assert_eq!(foreign_files("crates/keep/src/x.sql"), []);
        assert_eq!(foreign_files("crates/keep/src/x.html").len(), 1);
        assert_eq!(foreign_files("crates/web/templates/x.html"), []);
    }

    #[test]
    fn the_unsafe_keyword_is_refused_everywhere() {
        let text = "fn a() { unsafe { b() } }";
        assert_eq!(unsafe_nowhere(&file("crates/keep/src/a.rs", text)).len(), 1);
        assert_eq!(
            unsafe_nowhere(&file("crates/keep/tests/it/main.rs", text)).len(),
            1
        );
        let good = "// unsafe\nconst A: &str = \"unsafe\";";
        assert_eq!(unsafe_nowhere(&file("crates/keep/src/a.rs", good)), []);
    }

    #[test]
    fn a_warrant_is_issued_in_office_alone() {
        for text in [
            "fn a() -> Warrant { Warrant::issue(1) }",
            "fn a() { let b = protect::Warrant::issue(1); }",
            "fn a() { b.map(protect::seal::Warrant::issue) }",
            "use protect::Warrant as Paper;\nfn a() { Paper::issue(1) }",
        ] {
            let found = claims(&file("crates/web/src/a.rs", text));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].rule, "warrant-by-office");
            assert_eq!(claims(&file("crates/office/src/a.rs", text)), []);
            assert_eq!(claims(&file("crates/web/tests/it/main.rs", text)), []);
        }
        for text in [
            "fn a(b: Table) -> Foreign<Table> { Foreign::published(b) }",
            "use evidence::foreign::Foreign as Printed;",
        ] {
            let found = claims(&file("crates/office/src/a.rs", text));
            assert_eq!(found[0].rule, "foreign-by-intake", "{text}");
            assert_eq!(claims(&file("crates/evidence/src/a.rs", text)), []);
        }
        let text = "fn a(b: Table) { protect::release::public_record(b, c, d); }";
        let found = claims(&file("crates/office/src/a.rs", text));
        assert_eq!(found[0].rule, "public-record-by-law");
        let good = "/// `Warrant::issue`\nfn a(b: &Warrant) -> u64 { c.expose(b); b.act() }";
        assert_eq!(claims(&file("crates/palermo/src/a.rs", good)), []);
    }
}
