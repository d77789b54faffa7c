//! Who steals what, and what they learn.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use evidence::record::PersonRole;
use keep::act::Deposited;
use keep::keyring::Keyring;
use office::{DepositKey, Office, Opening};
use protect::vault::{Cost, Passphrase, padded_length};
use tempfile::TempDir;

use super::attack::{self, keyring, stored};
use super::bytes::{Search, files_under};
use super::people::{People, found, noon, passphrase, person, random};
use super::tell;
use super::worker::{Orders, WORDS, keys_of, node_of};

/// What people choose who are in a hurry.
const COMMON: [&str; 12] = [
    "",
    "password",
    "passwordpassword",
    "123456789012",
    "1234567890123456",
    "qwertyuiopas",
    "correct horse battery staple",
    "letmeinletmein",
    "palermopalermo",
    "administrator",
    "changemechangeme",
    "iloveyouiloveyou",
];

/// Bytes of an envelope around its padded text: version, nonce, tag.
const ENVELOPE: usize = 1 + 24 + 16;

/// Tries the passphrases; answers how many could be tried at all.
fn guess(node: &Path) -> usize {
    let office = Office::open(node, random).expect("whoever has the disk can start it");
    let mut tried = 0;
    for words in COMMON {
        let Ok(words) = Passphrase::new(words) else {
            continue;
        };
        let refused = office.unlock(&words).expect_err("guessed");
        assert_eq!(refused.code(), "keyring_unopened");
        tried += 1;
    }
    let status = office.status().expect("counts may be seen");
    assert!(!status.unlocked && status.deposits_waiting.is_none());
    tried
}

/// Every length in a journal is that of an envelope with a padded text.
fn lengths(journal: &Path) -> Vec<usize> {
    let lengths: Vec<usize> = stored(journal)
        .expect("a journal")
        .iter()
        .map(Vec::len)
        .collect();
    for length in &lengths {
        let padded = length - 1 - ENVELOPE;
        assert_eq!(padded_length(padded - 4), padded, "{length} is no step");
    }
    lengths
}

#[test]
fn thief_of_a_laptop() {
    let folder = TempDir::new().expect("a folder");
    let node = folder.path().join("node");
    std::fs::create_dir(&node).expect("a folder");
    let words = passphrase(WORDS);
    let (office, founded) = found(&node, &words, "Ada Ministrator").expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    let before = lengths(&node.join("journal/journal.sqlite")).len();
    // Persons whose names differ by some letters.
    for name in ["Ana Li", "Ana Lima", "Anabel Li", "Anna Lindt"] {
        people
            .enter(&office, (None, None), person(name))
            .expect("entered");
    }
    let journal = node.join("journal/journal.sqlite");
    let after = lengths(&journal);
    // A person comes in by two acts: the dossier, then the record.
    let records: BTreeSet<usize> = after[before..].iter().skip(1).step_by(2).copied().collect();
    assert_eq!(records.len(), 1, "{records:?}");

    // Killed: the folder as it lies there in the middle of the work.
    let killed = folder.path().join("killed");
    for path in files_under(&node) {
        let to = killed.join(path.strip_prefix(&node).expect("inside"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(path, to).expect("copied");
    }
    office.close().expect("closed");
    let mut search = Search::default();
    for name in ["Anabel Li", "Anna Lindt", "Ada Ministrator", "Ofthenode"] {
        search.words(name);
    }
    for node in [&node, &killed] {
        assert_eq!(guess(node), COMMON.len() - 2);
        let mut locked = Keyring::open(&node.join("keyring")).expect("lock.json may be seen");
        assert!(locked.unlock_with_shares(&founded.shares[..1]).is_err());
        assert!(locked.journal_key().is_err() && locked.dossier_key(0).is_err());
        assert_eq!(search.find_under(node), Vec::<String>::new());
        // What is learnt: how many acts, and of which steps of length.
        let steps: BTreeSet<usize> = lengths(&node.join("journal/journal.sqlite"))
            .into_iter()
            .collect();
        tell(&format!("{} acts, lengths {steps:?}", after.len()));
        assert!(steps.len() <= 8, "{steps:?}");
    }
}

/// The keyring of a node of the thief's own, with the same passphrase: it opens nothing.
fn other_keyring(thief: &Path, backup: &Path) -> PathBuf {
    std::fs::create_dir(thief).expect("a folder");
    drop(found(thief, &passphrase(WORDS), "A Thief").expect("a node of the thief's own"));
    let folder = thief.join("keyring");
    let own = keyring(&folder, WORDS).expect("the thief's own");
    let journal = backup.join("journal/journal.sqlite");
    let opened = attack::acts(&journal, &backup.join("blobs"), &own);
    assert_eq!(opened.err().as_deref(), Some("an act does not open"));
    folder
}

#[test]
fn thief_of_a_backup() {
    let folder = TempDir::new().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(node_of(root)).expect("a folder");
    let words = passphrase(WORDS);
    let (office, founded) = found(&node_of(root), &words, "Ada Ministrator").expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    people
        .enter(&office, (None, None), person("Zofia Quill"))
        .expect("entered");
    let (backup, keys) = (root.join("backup"), keys_of(root));
    office.back_up(&backup, &keys, noon(3)).expect("backed up");
    let restore = |keys: &Path, opening: &Opening<'_>| {
        let to = root.join("stolen");
        let restored = Office::restore(&backup, keys, &to, opening, noon(4), random);
        assert!(
            !to.exists() || restored.is_ok(),
            "a refused restore leaves no node"
        );
        restored.map(|_| ()).map_err(|error| error.code())
    };

    // Without a keyring: nothing. With a keyring of the thief's own: nothing.
    let own = Opening::Passphrase(&words);
    assert_eq!(restore(&root.join("none"), &own), Err("keyring_missing"));
    let thiefs = other_keyring(&root.join("thief"), &backup);
    restore(&thiefs, &own).expect_err("another node's keys");
    let mut files = files_under(&backup).into_iter();
    assert!(
        files.all(|path| !path.to_string_lossy().contains("keyring")),
        "a backup holds no key"
    );

    // With the saved keyring and no passphrase: nothing. With one share: nothing.
    for words in COMMON {
        if let Ok(words) = Passphrase::new(words) {
            let opening = Opening::Passphrase(&words);
            assert_eq!(restore(&keys, &opening), Err("keyring_unopened"));
        }
    }
    let fresh = passphrase("the thief's own words");
    for share in &founded.shares {
        let opening = Opening::Shares(std::slice::from_ref(share), &fresh, Cost::TESTS);
        assert_eq!(restore(&keys, &opening), Err("share_few"));
    }
    // The same share twice is one share.
    let twice: Vec<_> = [0, 0]
        .map(|at: usize| founded.shares[at].to_string().parse().expect("a share"))
        .into();
    let opening = Opening::Shares(&twice, &fresh, Cost::TESTS);
    restore(&keys, &opening).expect_err("one share twice");
    let mut search = Search::default();
    search.words("Zofia Quill");
    for place in [&backup, &keys] {
        assert_eq!(search.find_under(place), Vec::<String>::new());
    }
    // And whoever may, can.
    restore(&keys, &own).expect("the owner restores");
}

/// A running program that is told what to do.
struct Served {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(orders: &Orders) -> Self {
        let mut child = orders
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let input = child.stdin.take().expect("its input");
        let output = child.stdout.take().expect("its output");
        let mut served = Self {
            child,
            input,
            lines: BufReader::new(output).lines(),
        };
        served.heard("locked");
        served
    }

    fn heard(&mut self, what: &str) {
        let wanted = format!("ack {what}");
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        assert!(lines.any(|line| line == wanted), "it did not say {what}");
    }

    fn tell(&mut self, what: &str, rest: &str) {
        writeln!(self.input, "{what} {rest}").expect("told");
        self.heard(what);
    }

    /// What is found in its memory, in every mapping that can be read. None where the system does
    /// not show it.
    #[cfg(target_os = "linux")]
    fn find_in_memory(&self, search: &Search) -> Option<BTreeSet<String>> {
        use std::os::unix::fs::FileExt;
        let process = format!("/proc/{}", self.child.id());
        let maps = std::fs::read_to_string(format!("{process}/maps")).ok()?;
        let memory = std::fs::File::open(format!("{process}/mem")).ok()?;
        let (mut found, mut bytes_read) = (BTreeSet::new(), 0_u64);
        for line in maps.lines() {
            let (range, rest) = line.split_once(' ')?;
            if !rest.starts_with('r') || rest.contains("[v") {
                continue;
            }
            let (from, to) = range.split_once('-')?;
            let from = u64::from_str_radix(from, 16).ok()?;
            let length = u64::from_str_radix(to, 16).ok()? - from;
            let mut bytes = vec![0; usize::try_from(length).ok()?];
            // A mapping of a file may be longer than the file.
            let Ok(read) = memory.read_at(&mut bytes, from) else {
                continue;
            };
            bytes_read += read as u64;
            let place = rest.rsplit(' ').next().unwrap_or_default();
            let here = search.find_in(&bytes[..read]).into_iter();
            found.extend(here.map(|label| format!("{label} ({place})")));
        }
        tell(&format!("{bytes_read} bytes of memory read"));
        (bytes_read > 1 << 20).then_some(found)
    }

    #[cfg(not(target_os = "linux"))]
    fn find_in_memory(&self, _search: &Search) -> Option<BTreeSet<String>> {
        None
    }
}

/// A name that stands in no program: neither in this one, whose text the other shares.
fn name_of(seed: u64, kind: &str) -> String {
    let letters = |mut number: u64| {
        let mut word = String::new();
        for _ in 0..8 {
            word.push(char::from(b'a' + u8::try_from(number % 26).expect("small")));
            number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ 0x5bd1;
        }
        word
    };
    format!("{} {kind} {}", letters(seed), letters(seed + 77))
}

fn seal(key: DepositKey, name: &str) -> String {
    let deposited = Deposited::Record {
        at_ms: noon(2).as_millisecond(),
        role: PersonRole::Victim,
        record: person(name),
    };
    let sealed = key.seal(&deposited, &mut random());
    sealed.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn hosting_operator() {
    let folder = TempDir::new().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(node_of(root)).expect("a folder");
    let seed = u64::from(std::process::id());
    let words = name_of(seed, "unlocks");
    let entered = name_of(seed + 1, "entered");
    let handed_in = name_of(seed + 2, "handedin");
    let (office, founded) =
        found(&node_of(root), &passphrase(&words), "Ada Ministrator").expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    people
        .enter(&office, (None, None), person(&name_of(seed + 3, "before")))
        .expect("entered");
    let deposit_key = office.deposit_key().expect("a key");
    office.close().expect("closed");

    let keys = keyring(&node_of(root).join("keyring"), &words).expect("opened");
    let (mut secrets, mut told) = (Search::default(), Search::default());
    let of_owner = attack::root_and_epoch(&node_of(root).join("keyring"), &keys, &founded.shares);
    for (label, secret) in attack::secrets(&keys).into_iter().chain(of_owner) {
        secrets.bytes(&label, &secret);
    }
    for name in [&entered, &handed_in, &name_of(seed + 3, "before")] {
        told.words(name);
    }
    secrets.words(&words);
    drop(keys);

    let mut served = Served::start(&Orders {
        mode: "serve",
        root: root.to_owned(),
        seed: 0,
        threads: 1,
        steps: 0,
        people: people.to_words(),
        shares: String::new(),
    });
    for _ in 0..5 {
        served.tell("deposit", &seal(deposit_key, &handed_in));
    }
    let Some(found) = served.find_in_memory(&secrets) else {
        tell("skipped: this system does not show the memory of a process");
        return;
    };
    assert_eq!(found, BTreeSet::new(), "locked since it started");
    let found = served.find_in_memory(&told).expect("as before");
    assert_eq!(found, BTreeSet::new(), "locked since it started");
    assert_eq!(told.find_under(root), Vec::<String>::new());

    // Unlocked, it holds keys, or it could not work: the search does find them.
    served.tell("unlock", &words);
    served.tell("enter", &entered);
    served.tell("search", &entered);
    let found = served.find_in_memory(&secrets).expect("as before");
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("journal key, as it is"))
    );
    assert!(found.iter().any(|line| line.starts_with("key 0, as it is")));

    served.tell("lock", "");
    let secret = served.find_in_memory(&secrets).expect("as before");
    let told = served.find_in_memory(&told).expect("as before");
    tell(&format!("after it was locked again: {secret:?}; {told:?}"));
    assert_eq!(secret, BTreeSet::new(), "locked again");
    assert_eq!(told, BTreeSet::new(), "locked again");
}
