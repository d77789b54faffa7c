//! The demo: an invented State whose people anybody can be, and whose pages all say what they are.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use terms::language::Language;
use terms::place::Places;

use crate::run::palermo;
use crate::serve::Server;

/// The banner of a page on which everything is the node's own, and of one with public figures.
const OWN: &str = "Synthetic: an invented State and invented persons.";
const BESIDE: &str =
    "Synthetic node: its State, its persons and whatever it releases are invented.";
/// Where real public figures of real States stand.
const PUBLIC: [&str; 7] = [
    "treaties",
    "states",
    "missing-migrants",
    "estimate",
    "check",
    "tables",
    "about",
];
/// Pages that are looked at, at most: those of each State are many and alike.
const PAGES_MAX: usize = 80;

/// A demo of few cases, with what it has printed, and where its temporary folder lies: a test ends
/// it too suddenly for it to clear up.
fn demo() -> (TempDir, Server) {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_palermo"));
    command.env("TMPDIR", temporary.path());
    let server = Server::start_as(&["demo", "--cases", "600"], &mut command);
    (temporary, server)
}

fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    let found = of[field].as_str();
    found.unwrap_or_else(|| panic!("{field} in {of}"))
}

fn personas(server: &Server) -> &[Value] {
    server.said["personas"].as_array().expect("personas")
}

/// The value of a header.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| {
        let (named, value) = line.split_once(": ")?;
        named.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The pair of a cookie that an answer sets.
fn cookie(answer: &str) -> &str {
    let set = header(answer, "set-cookie").unwrap_or_else(|| panic!("a cookie in {answer}"));
    set.split(';').next().expect("a pair")
}

/// The token of a page's form.
fn csrf(page: &str) -> &str {
    let from = page.find("name=\"csrf\" value=\"").expect("a form") + 19;
    page[from..].split('"').next().expect("a value")
}

/// Signs somebody in at the pages; answers with the cookie of the session.
fn sign_in(server: &Server, persona: &Value) -> String {
    let entry = "/en/office/sign-in";
    let page = server.page(entry);
    let guest = cookie(&page);
    let shown = palermo(&["code", text(persona, "secret"), "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.all());
    let shown = shown.json_lines().remove(0);
    assert!((1..=30).contains(&shown["seconds_left"].as_u64().expect("seconds")));
    let form = format!(
        "csrf={}&name={}&password={}&code={}",
        csrf(&page),
        text(persona, "sign_in"),
        text(persona, "password"),
        text(&shown, "code")
    );
    let with = [("Cookie", guest), ("Origin", text(&server.said, "origin"))];
    let kind = "application/x-www-form-urlencoded";
    let answer = server.ask_with(("POST", entry), &with, kind, form.as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 303"),
        "{}: {answer}",
        text(persona, "sign_in")
    );
    cookie(&answer).to_owned()
}

#[test]
fn everybody_of_the_demo_signs_in_and_does_their_work() {
    let (_temporary, server) = demo();
    assert_eq!(server.said["vault"], "unlocked");
    assert_eq!(server.said["synthetic"], true);
    let roles: BTreeSet<&str> = personas(&server)
        .iter()
        .map(|persona| text(persona, "role"))
        .collect();
    let every = [
        "administrator",
        "caseworker",
        "coordinator",
        "data-manager",
        "overseer",
    ];
    assert_eq!(roles, BTreeSet::from(every));
    let mut passwords = BTreeSet::new();
    for persona in personas(&server) {
        assert!(text(persona, "name").starts_with("Synthetic "), "{persona}");
        assert!(
            passwords.insert(text(persona, "password")),
            "a password twice"
        );
        let session = sign_in(&server, persona);
        let with = [("Cookie", session.as_str())];
        let own = match text(persona, "role") {
            "administrator" => "/en/office/people",
            "overseer" => "/en/office/log",
            "data-manager" => "/en/office/drafts",
            _ => "/en/office/dossiers",
        };
        for path in ["/en/office", own] {
            let page = server.ask_with(("GET", path), &with, "text/plain", b"");
            assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
            assert!(page.contains(OWN), "{path}: {page}");
        }
        // Whoever works on cases has some.
        if text(persona, "role") == "caseworker" {
            let page = server.ask_with(("GET", own), &with, "text/plain", b"");
            assert!(page.contains("/en/office/dossiers/dossier-"), "{page}");
        }
    }
}

/// The addresses on this site that a page leads to, without their queries, but for explanations,
/// which say what they explain in it.
fn links(page: &str) -> BTreeSet<String> {
    let hrefs = page.split("href=\"").skip(1);
    let hrefs = hrefs.filter_map(|rest| rest.split('"').next());
    let own = hrefs.filter(|href| href.starts_with("/en/"));
    let bare = own.filter_map(|href| match href.starts_with("/en/explain/") {
        true => href.split('#').next(),
        false => href.split(['?', '#']).next(),
    });
    bare.filter(|href| !href.contains("/office") && !href.ends_with(".csv"))
        .filter(|href| !href.ends_with(".json") && !href.ends_with(".xlsx"))
        .map(|href| href.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

/// Names of every State and area that there is, in a language.
fn names(language: Language) -> Vec<String> {
    let places = Places::standard().iter();
    places
        .map(|place| place.name(language).to_owned())
        .collect()
}

#[test]
fn every_page_of_the_demo_says_what_it_is() {
    let (_temporary, server) = demo();
    let releases = server.said["releases"].as_array().expect("releases");
    assert!(releases.len() >= 12, "{releases:?}");
    let explained = releases.iter().map(|one| text(one, "page").to_owned());
    let own: BTreeSet<String> = explained.collect();
    let mut waiting: VecDeque<String> = own.iter().cloned().collect();
    waiting.push_back("/en/".to_owned());
    let mut seen = BTreeSet::new();
    let states = names(Language::En);
    while let Some(path) = waiting.pop_front() {
        if seen.len() >= PAGES_MAX || !seen.insert(path.clone()) {
            continue;
        }
        let page = server.page(&path);
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
        let section = path.split('/').nth(2).unwrap_or_default();
        // Public figures are explained as well, and are no releases of the node.
        let explains = section == "explain" && !own.contains(&path);
        let is_public = section.is_empty() || PUBLIC.contains(&section) || explains;
        let banner = if is_public { BESIDE } else { OWN };
        assert_eq!(page.matches("class=\"synthetic\"").count(), 1, "{path}");
        assert!(page.contains(banner), "{path}: {page}");
        if !is_public {
            // No State that there is stands beside a figure of the invented one.
            let main = page.split("<main").nth(1).expect("a page");
            let main = main.split("</main>").next().expect("its end");
            for state in &states {
                assert!(!holds_name(main, state), "{path}: {state}");
            }
        }
        waiting.extend(links(&page));
    }
    assert!(seen.iter().any(|path| path.starts_with("/en/explain/")));
    assert!(seen.contains("/en/treaties"), "{seen:?}");
    for (path, says) in [
        ("/fr/office/sign-in", "Synthétique"),
        ("/pt/office/sign-in", "Sintético"),
        ("/fr/nowhere", "Synthétique"),
    ] {
        assert!(server.page(path).contains(says), "{path}");
    }
    // The real figures are where they were.
    assert!(
        server
            .page("/en/treaties/TIP?on=2013-09-04")
            .contains(">157<")
    );
}

/// Whether a name stands in a text as a word.
fn holds_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_edge = |next: Option<char>| !next.is_some_and(char::is_alphanumeric);
        is_edge(text[..at].chars().next_back()) && is_edge(text[at + name.len()..].chars().next())
    })
}

#[test]
fn what_is_kept_is_a_node_and_what_is_not_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("kept");
    let path = kept.to_str().expect("a path");
    let mut server = Server::start(&["demo", "--cases", "60", "--keep", path]);
    assert_eq!(text(&server.said, "node"), path);
    stop(&mut server);
    let passphrase = text(&server.said, "passphrase");
    let verified = crate::run::palermo_in(
        &[("PALERMO_PASSPHRASE", passphrase)],
        &["verify", path, "--json"],
        b"",
    );
    assert_eq!(verified.code, 0, "{}", verified.all());
    // Nobody acts at the console for somebody who signs in.
    let again = palermo(&["demo", "--keep", path]);
    assert_eq!(again.code, 1, "{}", again.all());
    // No name stands on the disk in clear.
    for file in files(&kept) {
        let bytes = fs::read(&file).unwrap_or_default();
        let clear = bytes.windows(16).any(|some| some == b"Synthetic Person");
        assert!(!clear, "{}", file.display());
    }

    let mut server = Server::start(&["demo", "--cases", "60"]);
    let node = text(&server.said, "node").to_owned();
    assert!(Path::new(&node).is_dir());
    stop(&mut server);
    assert!(!Path::new(&node).exists(), "{node} is left");
}

/// Ends a server as a person does.
fn stop(server: &mut Server) {
    let ended = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status();
    assert!(ended.expect("kill runs").success());
    server.child.wait().expect("it ends");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn a_code_is_that_of_the_standard_or_refused() {
    let shown = palermo(&["code", "GEZD"]);
    assert_eq!(shown.code, 1, "{}", shown.all());
    assert!(shown.err.contains("[totp_unread]"), "{}", shown.all());
}
