//! Every byte of a node's folder, of its backup, of its saved keyring and of the folder for
//! temporary files is searched for what was entered: nothing of it stands there in clear.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use office::{Office, Opening};
use protect::vault::Share;
use tempfile::TempDir;
use terms::id::DossierId;

use super::attack;
use super::people::{People, add, coded, found, hand_in, noon, passphrase, person, random, text};
use super::tell;
use super::worker::{Orders, WORDS, keys_of, node_of, pause, say};

/// What is looked for, by a label.
#[derive(Debug, Default)]
pub(super) struct Search {
    patterns: Vec<(String, Vec<u8>)>,
    /// Patterns by their first four bytes, and whether any begins with two bytes.
    by_start: HashMap<[u8; 4], Vec<usize>>,
    begins: Vec<bool>,
}

const SIXTY_FOUR: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 of bytes that stand behind `before` others: the signs that depend on nothing else.
fn base64(before: usize, bytes: &[u8]) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, before)
        .chain(bytes.iter().copied())
        .collect();
    let bit = |at: usize| padded[at / 8] >> (7 - at % 8) & 1;
    let signs = padded.len() * 8 / 6;
    let first = (before * 8).div_ceil(6);
    let sign = |at: usize| (0..6).fold(0, |sign, next| sign << 1 | bit(at * 6 + next));
    (first..signs)
        .map(|at| SIXTY_FOUR[usize::from(sign(at))])
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Search {
    /// Looks for bytes as they are, in hexadecimal and in base64.
    pub(super) fn bytes(&mut self, label: &str, bytes: &[u8]) {
        let mut add = |form: &str, pattern: Vec<u8>| {
            assert!(pattern.len() >= 5, "{label} is too short to be looked for");
            self.begins.resize(1 << 16, false);
            self.begins[usize::from(u16::from_be_bytes([pattern[0], pattern[1]]))] = true;
            let start = [pattern[0], pattern[1], pattern[2], pattern[3]];
            let number = self.patterns.len();
            self.by_start.entry(start).or_default().push(number);
            self.patterns.push((format!("{label}, {form}"), pattern));
        };
        add("as it is", bytes.to_vec());
        add("hexadecimal", hex(bytes).into_bytes());
        add("HEXADECIMAL", hex(bytes).to_uppercase().into_bytes());
        for before in 0..3 {
            let signs = base64(before, bytes);
            let other = signs.iter().map(|sign| match sign {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            });
            let other: Vec<u8> = other.collect();
            if other != signs {
                add("base64url", other);
            }
            add("base64", signs);
        }
    }

    /// Looks for words in UTF-8 and UTF-16, as they are and in small letters.
    pub(super) fn words(&mut self, words: &str) {
        let small = words.to_lowercase();
        for words in [words, small.as_str()] {
            self.bytes(words, words.as_bytes());
            let units = || words.encode_utf16();
            let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
            self.bytes(&format!("{words}, UTF-16LE"), &little);
            self.bytes(&format!("{words}, UTF-16BE"), &big);
            if words == small {
                break;
            }
        }
    }

    /// The labels of what is found.
    pub(super) fn find_in(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, start) in bytes.windows(4).enumerate() {
            let two = u16::from_be_bytes([start[0], start[1]]);
            if !self.begins[usize::from(two)] {
                continue;
            }
            let start: &[u8; 4] = start.try_into().expect("four bytes");
            for number in self.by_start.get(start).into_iter().flatten() {
                let (label, pattern) = &self.patterns[*number];
                if bytes[at..].starts_with(pattern) && !found.contains(&label.as_str()) {
                    found.push(label.as_str());
                }
            }
        }
        found
    }

    /// Everything found in the files under a folder, and in their names.
    pub(super) fn find_under(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for path in files_under(folder) {
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect("a file");
            let here = self.find_in(&bytes).into_iter();
            let here = here.chain(self.find_in(name.as_bytes()));
            found.extend(here.map(|label| format!("{name}: {label}")));
        }
        found
    }

    /// As many forms as are looked for.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }
}

/// Every file under a folder.
pub(super) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a kind").is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files
}

/// Rare names in several scripts.
const NAMES: [&str; 3] = ["Zofía Quillôtřeša", "زهيرة القلمية", "Зинаида Перьевая"];
const IMPORTED: &str = "Włodzimierz Brambleway";
const HANDED_IN: &str = "Ngozi Thornfeather";
const CORRECTED: &str = "Zofia Quillotresa-Marsh";
const STAFF: &str = "Theodora Inkwellington";
const REASON: &str = "her cousin the lamplighter asked";
const TOLD: &str = "the green door behind the tannery";
const PLACE: &str = "XXA-0417";
const AGE: &str = "age-097";
const DAY: &str = "2031-04-17";
const FORM: &str = "illegal_adoption_baby_selling";

fn planted(name: &str) -> evidence::record::Record {
    let mut record = person(name);
    record.answers[1] = text("told", TOLD);
    record.answers[2] = coded("place", PLACE);
    record.answers.push(coded("age", AGE));
    let mut day = text("day", "");
    day.value = evidence::record::Value::Date(DAY.parse().expect("a day"));
    record.answers.push(day);
    let mut form = coded("tip.exploitation", FORM);
    let concept = evidence::concept::Concepts::standard().get("tip.exploitation");
    form.value = concept
        .and_then(|concept| concept.coded(FORM))
        .expect("a code");
    record.answers.push(form);
    record
}

/// What was planted, and nothing that a node may show.
fn planted_search() -> Search {
    let mut search = Search::default();
    for name in NAMES {
        search.words(name);
        for part in name.split(' ') {
            search.words(part);
        }
    }
    for words in [
        IMPORTED, HANDED_IN, CORRECTED, STAFF, REASON, TOLD, PLACE, AGE, DAY, FORM, WORDS,
    ] {
        search.words(words);
    }
    // A day as CBOR: year, month, day.
    search.bytes("the day as CBOR", &[0x19, 0x07, 0xef, 0x04, 0x11]);
    search
}

/// The program: everything that can be done with the planted person, and then it waits to be
/// killed. The backup and the restored node lie beside the node.
pub(super) fn plant(orders: &Orders) {
    let root = &orders.root;
    let office = Office::open(&node_of(root), random).expect("a node");
    hand_in(&office, &planted(HANDED_IN)).expect("handed in while it is locked");
    office.unlock(&passphrase(WORDS)).expect("unlocked");
    let staff = People::from_words(&orders.people);
    let mut first = None;
    for name in NAMES {
        let entered = staff.enter(&office, (None, None), planted(name));
        first = first.or(Some(entered.expect("entered")));
    }
    let (dossier, record) = first.expect("one at least");
    let place = (Some(dossier), Some(record));
    staff
        .enter(&office, place, planted(CORRECTED))
        .expect("corrected");
    staff
        .import(&office, vec![planted(IMPORTED)])
        .expect("imported");
    staff.take_deposits(&office).expect("taken");
    for name in NAMES.into_iter().chain([IMPORTED, HANDED_IN]) {
        let found = staff.search(&office, name, REASON).expect("searched");
        assert_eq!(found.len(), 1, "{name}");
        staff.read(&office, found[0], REASON).expect("read");
    }
    staff.hold(&office, dossier, REASON).expect("held");
    staff.count(&office).expect("counted");
    let line = "victim by forms,status over 2020..2040 on detected";
    staff.tabulate(&office, line).expect("counted");
    let columns = files_under(&node_of(root).join("columns"));
    assert!(columns.len() > 2, "{columns:?}");
    let backup = root.join("backup");
    office
        .back_up(&backup, &keys_of(root), noon(3))
        .expect("backed up");
    let words = passphrase(WORDS);
    let opening = Opening::Passphrase(&words);
    let again = root.join("again");
    Office::restore(&backup, &keys_of(root), &again, &opening, noon(4), random).expect("restored");
    office.rebuild().expect("rebuilt");
    let verified = office.verify().expect("verified");
    assert_eq!(verified.views_agree, Some(true));
    say(&format!("planted {dossier}"));
    pause();
}

/// The program: erases one planted person, and waits to be killed.
pub(super) fn uproot(orders: &Orders) {
    let office = Office::open(&node_of(&orders.root), random).expect("a node");
    office.unlock(&passphrase(WORDS)).expect("unlocked");
    let staff = People::from_words(&orders.people);
    // Whoever knows the name that was corrected finds the person by that, too.
    let found = staff.search(&office, CORRECTED, REASON).expect("searched");
    let before = staff.search(&office, NAMES[0], REASON).expect("searched");
    assert_eq!(found, before);
    staff.erase(&office, found[0], REASON).expect("erased");
    let left = office.renew_keyrings(noon(5)).expect("renewed");
    assert!(left.is_empty());
    say(&format!("erased {}", found[0]));
    pause();
}

/// Starts the program, waits for its line, and kills it.
fn run_and_kill(orders: &Orders, temporary: &Path) -> DossierId {
    let mut child: Child = orders
        .command()
        .env("TMPDIR", temporary)
        .env("SQLITE_TMPDIR", temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let output = BufReader::new(child.stdout.take().expect("its output"));
    let mut lines = output.lines().map_while(Result::ok);
    let said = lines.find_map(|line| {
        let line = line.strip_prefix("ack ")?;
        let (_, dossier) = line.split_once(' ')?;
        dossier.parse().ok()
    });
    child.kill().expect("killed");
    child.wait().expect("ended");
    said.expect("it came to its end")
}

#[test]
fn nothing_that_was_entered_stands_anywhere_in_clear() {
    let folder = TempDir::new().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(node_of(root)).expect("a folder");
    let temporary = root.join("temporary");
    std::fs::create_dir(&temporary).expect("a folder");
    let words = passphrase(WORDS);
    let (office, founded) = found(&node_of(root), &words, STAFF).expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    add(
        &office,
        founded.administrator,
        STAFF,
        office::Role::Caseworker,
    );
    office.close().expect("closed");
    let mut orders = Orders {
        mode: "plant",
        root: root.to_owned(),
        seed: 0,
        threads: 1,
        steps: 0,
        people: people.to_words(),
        shares: String::new(),
    };
    let dossier = run_and_kill(&orders, &temporary);
    let keyring = attack::keyring(&node_of(root).join("keyring"), WORDS).expect("opened");
    let mut search = planted_search();
    for share in &founded.shares {
        search.words(&Share::to_string(share));
    }
    let folder_of_keys = node_of(root).join("keyring");
    let of_owner = attack::root_and_epoch(&folder_of_keys, &keyring, &founded.shares);
    for (label, secret) in attack::secrets(&keyring).into_iter().chain(of_owner) {
        search.bytes(&label, &secret);
    }
    drop(keyring);
    let wal = node_of(root).join("journal/journal.sqlite-wal");
    assert!(wal.metadata().expect("it was killed").len() > 0);
    assert_eq!(search.find_under(root), Vec::<String>::new());

    orders.mode = "uproot";
    assert_eq!(run_and_kill(&orders, &temporary), dossier);
    assert_eq!(search.find_under(root), Vec::<String>::new());
    let files = files_under(root);
    let bytes: u64 = files
        .iter()
        .map(|path| path.metadata().expect("a file").len())
        .sum();
    tell(&format!(
        "{} files, {bytes} bytes, {} forms looked for twice",
        files.len(),
        search.len()
    ));
}

/// The search finds each form in a plain file, and words in a database that is not encrypted.
#[test]
fn the_search_finds_what_is_there() {
    let folder = TempDir::new().expect("a folder");
    let search = planted_search();
    for (label, pattern) in &search.patterns {
        let text = [b"before ".as_slice(), pattern, b" behind"].concat();
        std::fs::write(folder.path().join("plain"), text).expect("written");
        let found = search.find_under(folder.path());
        assert!(found.iter().any(|line| line.ends_with(label)), "{label}");
    }
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("plain.sqlite");
    let database = rusqlite::Connection::open(path).expect("a database");
    database
        .execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE person (name TEXT, key BLOB)")
        .expect("a table");
    let coded = base64(1, NAMES[2].as_bytes());
    let coded = String::from_utf8(coded).expect("letters");
    for name in NAMES.iter().chain([&coded.as_str()]) {
        let row = (name, hex(REASON.as_bytes()));
        let inserted = database.execute("INSERT INTO person VALUES (?1, ?2)", row);
        inserted.expect("a row");
    }
    let found = search.find_under(folder.path());
    for wanted in [
        "Zofía Quillôtřeša, as it is",
        "زهيرة القلمية, as it is",
        "Зинаида Перьевая, base64",
        "her cousin the lamplighter asked, hexadecimal",
    ] {
        assert!(found.iter().any(|line| line.ends_with(wanted)), "{wanted}");
    }
}
