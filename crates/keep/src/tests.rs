use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use evidence::intake::{Counts, Kind};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

fn config() -> NodeConfig {
    NodeConfig {
        role: Role::National,
        name: "Hub of XA".into(),
        jurisdiction: "XXA".parse().ok(),
    }
}

fn publication(bytes: &[u8], imported_at: &str) -> Publication {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let mut source = Kind::Frontex.source();
    source.content_sha256 = Some(hash.clone());
    source.retrieved = Some(jiff::civil::date(2026, 1, 2));
    Publication {
        kind: Kind::Frontex,
        file_name: "détections.csv".into(),
        source,
        file_sha256: hash,
        counts: Counts {
            read: 3,
            accepted: 2,
            held: 1,
            unchanged: 0,
        },
        excluded_rows: vec![4],
        imported_at: imported_at.into(),
        program: "palermo 0.1.0".into(),
    }
}

/// Every file below a folder with its content and the time of its last change.
fn state(root: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let modified = fs::metadata(&path).and_then(|data| data.modified());
            let content = fs::read(&path).expect("a file");
            let name = path.strip_prefix(root).expect("below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            files.insert(name, (content, modified.expect("a time")));
        }
    }
    files
}

fn all(shelf: &impl Shelf, kind: Kind, hash: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let opened = shelf.open(kind, hash);
    let mut original = opened.unwrap_or_else(|error| panic!("{error}"));
    original.read_to_end(&mut bytes).expect("bytes");
    bytes
}

#[test]
fn a_node_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/node");
    let node = Node::init(&path, &config()).expect("a new node");
    assert_eq!(node.config(), &config());
    assert_eq!(Node::open(&path).expect("the node").config(), &config());
    let again = Node::init(&path, &config()).expect_err("it is there");
    assert_eq!(again.code(), "node_exists");
}

#[test]
fn a_node_needs_an_empty_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        Node::open(folder.path()).expect_err("no node").code(),
        "node_missing"
    );
    fs::write(folder.path().join("palermo.toml.new"), "half").expect("written");
    Node::init(folder.path(), &config()).expect("what an interrupted init left is no hindrance");
    let other = tempfile::tempdir().expect("a folder");
    fs::write(other.path().join("letter.txt"), "mine").expect("written");
    let refused = Node::init(other.path(), &config()).expect_err("it holds a letter");
    assert_eq!(refused.code(), "folder_not_empty");
    assert_eq!(state(other.path()).len(), 1, "nothing was written");
}

#[test]
fn a_broken_description_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in [
        "",
        "format = 1",
        "format = 2\nrole = \"public\"\nname = \"N\"",
        "x = [",
        "é",
    ] {
        fs::write(folder.path().join("palermo.toml"), text).expect("written");
        let refused = Node::open(folder.path()).expect_err(text);
        assert_eq!(refused.code(), "node_config", "{text}");
    }
    let unfit = NodeConfig {
        name: "two\nlines".into(),
        ..config()
    };
    let refused = Node::init(&folder.path().join("n"), &unfit).expect_err("a line break");
    assert_eq!(refused.code(), "node_config");
}

#[test]
fn both_shelves_keep_a_publication_once() {
    fn check(shelf: &impl Shelf) {
        let (first, second) = (b"first".as_slice(), b"second".as_slice());
        let later = publication(first, "2026-02-01T00:00:00Z");
        let earlier = publication(second, "2026-01-01T00:00:00Z");
        let put = |one, bytes: &[u8]| shelf.put(one, &mut &*bytes).map_err(|e| e.to_string());
        assert_eq!(put(&later, first), Ok(Put::New));
        assert_eq!(put(&earlier, second), Ok(Put::New));
        assert_eq!(put(&later, first), Ok(Put::AlreadyThere));
        let list = shelf
            .list(Kind::Frontex)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(list, [earlier.clone(), later.clone()]);
        assert_eq!(all(shelf, Kind::Frontex, later.content_sha256()), first);
        assert!(
            shelf
                .list(Kind::GlobalReport)
                .is_ok_and(|list| list.is_empty())
        );
        for hash in ["", "../../palermo.toml", &"0".repeat(64)] {
            assert!(shelf.open(Kind::Frontex, hash).is_err(), "{hash}");
        }
        let changed = publication(b"as it was read", "2026-03-01T00:00:00Z");
        assert!(put(&changed, b"as it is now").is_err_and(|e| e.starts_with("file_changed")));
    }
    let folder = tempfile::tempdir().expect("a folder");
    check(
        Node::init(folder.path(), &config())
            .expect("a node")
            .shelf(),
    );
    check(&MemoryShelf::default());
}

#[test]
fn the_same_content_again_changes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = Node::init(folder.path(), &config()).expect("a node");
    let one = publication(b"content", "2026-01-01T00:00:00Z");
    node.shelf()
        .put(&one, &mut b"content".as_slice())
        .expect("kept");
    let before = state(folder.path());
    let later = publication(b"content", "2026-09-09T00:00:00Z");
    let again = Node::open(folder.path()).expect("the node");
    let put = again
        .shelf()
        .put(&later, &mut b"content".as_slice())
        .expect("no error");
    assert_eq!(put, Put::AlreadyThere);
    assert_eq!(state(folder.path()), before);
}

/// Gives some bytes and then fails, as a stick that is pulled.
struct Pulled(usize);

impl Read for Pulled {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("pulled"));
        }
        self.0 -= 1;
        buffer[0] = b'x';
        Ok(1)
    }
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = Node::init(folder.path(), &config()).expect("a node");
    let before: Vec<_> = state(folder.path()).into_keys().collect();
    let one = publication(b"content", "2026-01-01T00:00:00Z");
    let failed = node.shelf().put(&one, &mut Pulled(3)).expect_err("pulled");
    assert_eq!(failed.code(), "file_unreadable");
    let after: Vec<_> = state(folder.path()).into_keys().collect();
    assert_eq!(after, before);
    assert_eq!(node.shelf().list(Kind::Frontex).expect("a list"), []);
}

#[test]
fn what_a_killed_write_left_is_swept_when_the_node_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    Node::init(folder.path(), &config()).expect("a node");
    let left = folder.path().join("staging").join("0".repeat(64));
    fs::create_dir_all(&left).expect("made");
    fs::write(left.join("original"), "half a file").expect("written");
    let node = Node::open(folder.path()).expect("the node");
    assert!(!left.exists());
    assert_eq!(node.shelf().list(Kind::Frontex).expect("a list"), []);
}

#[test]
fn nobody_sweeps_under_a_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    Node::init(folder.path(), &config()).expect("a node");
    let writing = folder.path().join("staging/now");
    fs::create_dir_all(&writing).expect("made");
    let lock = fs::File::open(folder.path().join("lock")).expect("the lock");
    lock.lock().expect("free");
    Node::open(folder.path()).expect("a node opens while somebody writes");
    assert!(writing.exists());
}

#[test]
fn a_manifest_that_lies_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = Node::init(folder.path(), &config()).expect("a node");
    let one = publication(b"content", "2026-01-01T00:00:00Z");
    node.shelf()
        .put(&one, &mut b"content".as_slice())
        .expect("kept");
    let place = folder
        .path()
        .join("foreign/frontex")
        .join(one.content_sha256());
    let path = place.join("manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    for wrong in [
        text.replace("frontex", "glotip"),
        text.replace(one.content_sha256(), &"0".repeat(64)),
        text.replace("\"format\": 1", "\"format\": 9"),
        text[..40].to_owned(),
    ] {
        fs::write(&path, &wrong).expect("written");
        let refused = node.shelf().list(Kind::Frontex).expect_err(&wrong);
        assert_eq!(refused.code(), "manifest");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_name_is_kept_as_it_is_or_refused(name in "\\PC{1,40}|[\"\\\\'#=\\n]{1,8}") {
        let folder = tempfile::tempdir().expect("a folder");
        let named = NodeConfig { name: name.clone(), ..config() };
        match Node::init(&folder.path().join("n"), &named) {
            Ok(node) => prop_assert_eq!(&node.config().name, &name),
            Err(error) => prop_assert_eq!(error.code(), "node_config"),
        }
    }
}
