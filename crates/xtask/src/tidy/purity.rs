//! Pure rooms stay pure: no clock, disk, network, environment, async or ambient randomness.

use super::Finding;
use super::direction::{dependencies, line_of};
use super::rust::{Kind, RustFile};

/// Rooms whose functions give the same answer for the same arguments, always.
pub const PURE_ROOMS: [&str; 6] = [
    "terms",
    "evidence",
    "law",
    "protect",
    "analyse",
    "instruments",
];

/// Outside crates that a pure room may build on. `serde` is here for one purpose, to read the
/// embedded TOML into structs; writing out is the edge's business ([`forbidden_calls`]).
pub const PURE_CRATES: [&str; 8] = [
    "csv",
    "jiff",
    "serde",
    "sha2",
    "strsim",
    "thiserror",
    "toml",
    "unicode-normalization",
];

/// Outside crates of the vault and the attacker in `protect`, and of no other pure room: each
/// computes from what it is given. `rand_core` brings the trait alone, so that random numbers are
/// passed in; `microlp` is asked without a time limit, so that its answers do not hang on a clock.
pub const VAULT_CRATES: [&str; 12] = [
    "argon2",
    "blahaj",
    "chacha20poly1305",
    "ed25519-dalek",
    "hkdf",
    "hmac",
    "hpke",
    "microlp",
    "rand_core",
    "subtle",
    "totp-rs",
    "zeroize",
];

/// Outside crates of the instruments, and of no other pure room: workbooks, XML, patterns and
/// digests, each computed from what it is given.
pub const INSTRUMENT_CRATES: [&str; 7] = [
    "base64",
    "calamine",
    "md-5",
    "regex",
    "roxmltree",
    "sha1",
    "zip",
];

/// Paths that reach outside; each must appear as whole words in a row.
const FORBIDDEN_PATHS: [&str; 18] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::Instant",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
    "TimeZone::system",
    "rand",
    "thread_rng",
    "tokio",
    "Serialize",
];

const FORBIDDEN_MACROS: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];

fn is_pure(room: &str) -> bool {
    PURE_ROOMS.contains(&room)
}

/// Calls that a pure room's product code must not hold.
#[must_use]
pub fn forbidden_calls(file: &RustFile) -> Vec<Finding> {
    if !file.room().is_some_and(is_pure) {
        return Vec::new();
    }
    let finding = |line, found: String| {
        let allowed = "time, numbers and text passed in as arguments";
        Finding::new(&file.path, line, "pure-room-call", found, allowed)
    };
    let mut findings = Vec::new();
    for (path, line) in file.product_paths() {
        if let Some(word) = FORBIDDEN_PATHS.into_iter().find(|word| holds(&path, word)) {
            findings.push(finding(line, format!("`{path}` (reaches `{word}`)")));
        }
    }
    let tokens: Vec<_> = file.product_tokens().collect();
    for (token, next) in tokens.iter().zip(tokens.iter().skip(1)) {
        if token.kind != Kind::Word {
            continue;
        }
        if next.text == "!" && FORBIDDEN_MACROS.contains(&token.text.as_str()) {
            findings.push(finding(token.line, format!("`{}!`", token.text)));
        }
        if token.text == "async" {
            findings.push(finding(token.line, "`async`".to_owned()));
        }
    }
    findings.dedup();
    findings
}

/// Whether the words of `wanted` stand in a row within `path`.
fn holds(path: &str, wanted: &str) -> bool {
    let words: Vec<&str> = path.split("::").collect();
    let wanted: Vec<&str> = wanted.split("::").collect();
    words.windows(wanted.len()).any(|window| window == wanted)
}

/// Outside crates in a pure room's manifest that are not on the list. Development dependencies
/// are no part of the room and are not asked.
#[must_use]
pub fn forbidden_dependencies(path: &str, text: &str) -> Vec<Finding> {
    let Some(room) = super::rust::room_of(path).filter(|room| is_pure(room)) else {
        return Vec::new();
    };
    let allowed_rooms = super::direction::may_use(room);
    let vault: &[&str] = if room == "protect" {
        &VAULT_CRATES
    } else if room == "instruments" {
        &INSTRUMENT_CRATES
    } else {
        &[]
    };
    let allowed_crates = [&PURE_CRATES, vault].concat();
    let refused = dependencies(text)
        .into_iter()
        .filter(|dependency| dependency.section != "dev-dependencies")
        .filter(|dependency| !allowed_crates.contains(&dependency.name.as_str()))
        .filter(|dependency| !super::direction::is_room(&dependency.name));
    refused
        .map(|dependency| {
            let found = format!("`{}` in pure room {room}", dependency.name);
            let rooms = allowed_rooms.join(", ");
            let allowed = format!("{}, and the rooms [{rooms}]", allowed_crates.join(", "));
            let line = line_of(text, &dependency.name);
            Finding::new(path, line, "pure-room-dependency", found, allowed)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(path: &str, text: &str) -> Vec<String> {
        let file = RustFile::parse(path, text).unwrap();
        forbidden_calls(&file)
            .iter()
            .map(|finding| finding.found.clone())
            .collect()
    }

    #[test]
    fn each_way_out_of_a_pure_room_is_refused() {
        for text in [
            "use std::fs;",
            "use std::{collections::BTreeMap, env};",
            "fn a() { let _ = std::fs::read(\"x\"); }",
            "fn a() { let _ = format!(\"{:?}\", std::env::var(\"X\")); }",
            "fn a() { let _ = std::net::TcpStream::connect(\"x\"); }",
            "fn a() { std::process::exit(1) }",
            "use std::time::SystemTime;",
            "fn a() { let _ = Instant::now(); }",
            "fn a() { let _ = jiff::Zoned::now(); }",
            "fn a() { let _ = jiff::Timestamp::now(); }",
            "fn a() { let _ = rand::random::<u8>(); }",
            "fn a() { let _ = thread_rng(); }",
            "fn a() { tokio::spawn(b()); }",
            "async fn a() {}",
            "fn a() { println!(\"x\"); }",
            "fn a() { eprintln!(\"x\"); }",
            "#[derive(serde::Serialize)] struct A;",
        ] {
            assert_eq!(calls("crates/law/src/a.rs", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn words_that_merely_look_alike_pass() {
        let text = "
            //! Reads std::fs not at all.
            use std::collections::BTreeMap;
            /// As std::env::var would, but asked of the caller; see `println!`.
            fn environment(now: jiff::civil::Date, random: u64, brand: &str) -> String {
                format!(\"std::fs {now} {random} {brand}\")
            }";
        assert_eq!(calls("crates/law/src/a.rs", text), Vec::<String>::new());
    }

    #[test]
    fn tests_and_other_rooms_may_read_files() {
        let text = "#[cfg(test)]\nmod tests { use std::fs; }";
        assert_eq!(calls("crates/law/src/a.rs", text), Vec::<String>::new());
        assert_eq!(
            calls("crates/law/tests/it/main.rs", "use std::fs;"),
            Vec::<String>::new()
        );
        assert_eq!(
            calls("crates/keep/src/a.rs", "use std::fs;"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_crate_that_is_not_on_the_list_is_refused_in_a_pure_room() {
        let bad = "[dependencies]\ncsv = { workspace = true }\ntokio = \"1\"\n";
        let findings = forbidden_dependencies("crates/law/Cargo.toml", bad);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 3);
        assert!(findings[0].found.contains("`tokio`"));
        assert_eq!(forbidden_dependencies("crates/keep/Cargo.toml", bad), []);
    }

    #[test]
    fn listed_crates_and_development_dependencies_pass() {
        let good =
            "[dependencies]\ncsv = \"1\"\nterms = \"1\"\n[dev-dependencies]\ninsta = \"1\"\n";
        assert_eq!(forbidden_dependencies("crates/law/Cargo.toml", good), []);
    }

    #[test]
    fn the_vault_s_crates_pass_in_protect_alone() {
        for name in VAULT_CRATES {
            let text = format!("[dependencies]\n{name}.workspace = true\n");
            assert_eq!(
                forbidden_dependencies("crates/protect/Cargo.toml", &text),
                []
            );
            let elsewhere = forbidden_dependencies("crates/law/Cargo.toml", &text);
            assert_eq!(elsewhere.len(), 1, "{name}");
        }
        let random = "[dependencies]\ngetrandom = \"1\"\n";
        assert_eq!(
            forbidden_dependencies("crates/protect/Cargo.toml", random).len(),
            1
        );
    }
}
