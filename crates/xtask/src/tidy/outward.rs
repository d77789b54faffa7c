//! Nothing reaches out of the node: the product opens no connection and starts no program, but for
//! the two places that are named here. So what somebody types cannot make the node ask another
//! machine, or its own system, for anything.

use super::Finding;
use super::rust::RustFile;

/// Rooms that are no part of what is shipped.
const TOOLS: [&str; 2] = ["testkit", "xtask"];

/// What reaches out, as the end of a path or a part of it.
const WAYS: [&str; 6] = [
    "process::Command",
    "TcpStream",
    "TcpSocket",
    "UdpSocket",
    "UnixStream",
    "postgres",
];

/// Where something may be reached, and what: another process of the same node on the loopback, and
/// the database of a journal.
const AGREED: [(&str, &str); 2] = [
    ("crates/palermo/src/vault/control.rs", "TcpStream"),
    ("crates/keep/src/journal/postgres.rs", "postgres"),
];

/// Outside crates that fetch, send or start something.
const CRATES: [&str; 12] = [
    "attohttpc",
    "awc",
    "curl",
    "duct",
    "hickory-resolver",
    "hyper-util",
    "isahc",
    "lettre",
    "native-tls",
    "reqwest",
    "rustls",
    "ureq",
];

const RULE: &str = "nothing-reaches-out";

/// A way out in the product code of a file where none is agreed on.
#[must_use]
pub fn ways_out(file: &RustFile) -> Vec<Finding> {
    if file.room().is_none_or(|room| TOOLS.contains(&room)) {
        return Vec::new();
    }
    let paths = file.product_paths();
    let reaching = paths.iter().filter_map(|(path, line)| {
        let way = WAYS.into_iter().find(|way| holds(path, way))?;
        let agreed = AGREED.contains(&(&*file.path, way));
        (!agreed).then_some((path, *line))
    });
    let allowed = "connections where tidy/outward.rs names them, and no other program";
    let mut findings: Vec<Finding> = reaching
        .map(|(path, line)| Finding::new(&file.path, line, RULE, format!("`{path}`"), allowed))
        .collect();
    findings.dedup_by_key(|finding| finding.line);
    findings
}

/// Whether the parts of `way` stand in a row in `path`; the first for a crate.
fn holds(path: &str, way: &str) -> bool {
    let parts: Vec<&str> = path.split("::").collect();
    let wanted: Vec<&str> = way.split("::").collect();
    if way == "postgres" {
        // The crate's own names, and not a module of ours that is called so.
        let named = parts
            .get(1)
            .is_some_and(|name| ["Client", "Config", "NoTls"].contains(name));
        return parts.first() == Some(&way) && named;
    }
    parts.windows(wanted.len()).any(|window| window == wanted)
}

/// An outside crate by which the product could reach out.
#[must_use]
pub fn crates_that_reach_out(path: &str, text: &str) -> Vec<Finding> {
    let tool = super::rust::room_of(path).is_some_and(|room| TOOLS.contains(&room));
    let named = super::direction::dependencies(text);
    let found = named
        .into_iter()
        .filter(|one| !tool && one.section != "dev-dependencies" && CRATES.contains(&&*one.name));
    found
        .map(|one| {
            let line = super::direction::line_of(text, &one.name);
            let allowed = "a node that asks nobody";
            Finding::new(path, line, RULE, format!("`{}`", one.name), allowed)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        ways_out(&RustFile::parse(path, text).unwrap()).len()
    }

    #[test]
    fn a_way_out_is_refused_where_none_is_agreed_on() {
        for text in [
            "fn a() { std::process::Command::new(b); }",
            "use std::process::Command;",
            "use std::net::{Ipv4Addr, TcpStream};",
            "fn a() { TcpStream::connect(b); }",
            "fn a() { tokio::net::TcpSocket::new_v4(); }",
            "fn a() { std::net::UdpSocket::bind(b); }",
            "use postgres::{Client as Other};",
        ] {
            assert_eq!(found("crates/web/src/a.rs", text), 1, "{text}");
            assert_eq!(found("crates/web/tests/it/main.rs", text), 0, "{text}");
            assert_eq!(found("crates/xtask/src/bench/peer.rs", text), 0, "{text}");
        }
        let control = "crates/palermo/src/vault/control.rs";
        assert_eq!(found(control, "fn a() { TcpStream::connect(b); }"), 0);
        assert_eq!(found(control, "use std::process::Command;"), 1);
        let journal = "crates/keep/src/journal/postgres.rs";
        assert_eq!(found(journal, "use postgres::{Client, Config};"), 0);
    }

    #[test]
    fn what_only_listens_or_sounds_alike_passes() {
        for text in [
            "use tokio::net::TcpListener;",
            "use crate::cli::{Cli, Command};",
            "pub use postgres::PostgresStore;",
            "fn a() { std::process::exit(1); }",
            "/// `TcpStream`\nconst A: &str = \"std::process::Command\";",
        ] {
            assert_eq!(found("crates/palermo/src/a.rs", text), 0, "{text}");
        }
    }

    #[test]
    fn a_crate_that_fetches_or_sends_is_refused() {
        let text = "[dependencies]\nureq = \"1\"\n[dev-dependencies]\nreqwest = \"1\"\n";
        let findings = crates_that_reach_out("crates/web/Cargo.toml", text);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 2);
        assert_eq!(crates_that_reach_out("crates/xtask/Cargo.toml", text), []);
        let good = "[dependencies]\naxum = \"1\"\n";
        assert_eq!(crates_that_reach_out("crates/web/Cargo.toml", good), []);
    }
}
