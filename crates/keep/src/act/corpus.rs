//! The corpus: one stored sample of every version of every kind of act, for ever.
//!
//! `tests/corpus/acts/KIND-NAME-vVERSION.hex` is an act as it stands in a journal once its envelope
//! is open; `inside/` and `deposits/` are what closed parts and deposits say. `tests/corpus/digest`
//! lists the acts in the order in which they came to the corpus, each with the digest of the
//! views after it.
//!
//! A new version's sample is written by
//!
//! ```text
//! PALERMO_CORPUS_WRITE=1 cargo test --release -p keep corpus
//! ```
//!
//! from [`super::samples`]; a file that is there is never written over, so do this before a version
//! becomes an old one. When the tables of the views change (`FORMAT` is raised), remove the file
//! `digest` and write it again in the same way; its lines then stand in the order of the kinds.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use super::{Act, ActError, Deed, Frame, Inside, decode_deposit, encode_deposit, samples, wire};
use crate::views::Views;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn writes() -> bool {
    std::env::var_os("PALERMO_CORPUS_WRITE").is_some_and(|value| value == "1")
}

const HOW: &str = "PALERMO_CORPUS_WRITE=1 cargo test --release -p keep corpus";

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % 32 == 0 {
            text.push('\n');
        }
        write!(text, "{byte:02x}").unwrap();
    }
    text.push('\n');
    text
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// The sample's bytes; with the writing asked for, they are put there first, if none are.
fn stored(name: &str, made: Option<&[u8]>) -> Vec<u8> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock();
    let path = folder().join(name);
    if writes()
        && !path.exists()
        && let Some(made) = made
    {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = fs::File::create_new(&path).unwrap();
        file.write_all(hex(made).as_bytes()).unwrap();
    }
    let text = fs::read_to_string(&path);
    unhex(&text.unwrap_or_else(|_| panic!("{name} is not in the corpus; make it by `{HOW}`")))
}

fn name_of((kind, version, name): (u16, u16, &str)) -> String {
    format!("acts/{kind:02}-{name}-v{version}.hex")
}

fn is_current((kind, version, _): (u16, u16, &str)) -> bool {
    let versions = Deed::VERSIONS.iter().filter(|(other, ..)| *other == kind);
    versions.map(|(_, version, _)| *version).max() == Some(version)
}

fn sample_of(of: (u16, u16, &str)) -> Act {
    samples::act(of.0, of.1).unwrap_or_else(|| {
        panic!("{of:?} has no sample in act/samples.rs: say there what it must decode to")
    })
}

fn bytes_of(of: (u16, u16, &str)) -> Vec<u8> {
    let made = is_current(of).then(|| sample_of(of).encode());
    stored(&name_of(of), made.as_deref())
}

/// An act of the corpus, checked against what it must say.
fn checked(of: (u16, u16, &str)) -> Act {
    let (name, sample, bytes) = (name_of(of), sample_of(of), bytes_of(of));
    let act = Act::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(act, sample, "{name}");
    assert_eq!(act.deed.name(), of.2, "{name}");
    if is_current(of) {
        assert_eq!(act.encode(), bytes, "{name} is written in another form");
    }
    act
}

#[test]
fn every_version_of_every_kind_is_in_the_corpus_and_reads_the_same() {
    for of in Deed::VERSIONS {
        checked(*of);
    }
    let files = fs::read_dir(folder().join("acts")).unwrap().count();
    assert_eq!(files, Deed::VERSIONS.len(), "a version was taken away");
}

#[test]
fn closed_parts_and_deposits_read_the_same() {
    for (name, inside) in samples::insides() {
        let bytes = stored(&format!("inside/{name}.hex"), Some(&inside.encode()));
        assert_eq!(Inside::decode(&bytes).unwrap(), inside);
        assert_eq!(inside.encode(), bytes, "{name}");
    }
    for (name, deposited) in samples::deposits() {
        let made = encode_deposit(&deposited);
        let bytes = stored(&format!("deposits/{name}.hex"), Some(&made));
        assert_eq!(decode_deposit(&bytes).unwrap(), deposited);
        assert_eq!(made, bytes, "{name}");
    }
}

#[test]
fn the_corpus_rebuilds_to_the_same_digest() {
    let path = folder().join("digest");
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let mut order: Vec<_> = recorded
        .lines()
        .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
        .collect();
    for of in Deed::VERSIONS {
        let name = name_of(*of);
        if !order.contains(&name) {
            assert!(writes(), "{name} is not in the digest; add it by `{HOW}`");
            order.push(name);
        }
    }
    let views = Views::in_memory().unwrap();
    views.apply_deposit(samples::DEPOSIT_ACT).unwrap();
    let mut digests = String::new();
    for (number, name) in (1..).zip(&order) {
        let of = Deed::VERSIONS.iter().find(|of| name_of(**of) == *name);
        let of = of.unwrap_or_else(|| panic!("{name} is in the digest and no version any more"));
        let inside = (of.0 == 6).then(|| Inside::Record(samples::record()));
        let act = checked(*of);
        views.apply(number, &act, inside.as_ref(), None).unwrap();
        writeln!(digests, "{name} {}", views.digest().unwrap()).unwrap();
    }
    if writes() && digests.starts_with(&recorded) {
        fs::write(&path, &digests).unwrap();
    } else {
        assert_eq!(digests, recorded);
    }
}

#[test]
fn an_act_of_a_later_program_is_said_to_be_one() {
    for of in Deed::VERSIONS {
        let bytes = bytes_of(*of);
        for (kind, version) in [
            (9_999, of.1),
            (0, of.1),
            (of.0, 9_999),
            (of.0, 0),
            (u16::MAX, u16::MAX),
        ] {
            let mut frame: Frame = wire::from_slice(0, &bytes).unwrap();
            assert_eq!((frame.kind, frame.version), (of.0, of.1));
            (frame.kind, frame.version) = (kind, version);
            let error = Act::decode(&wire::to_vec(&frame)).unwrap_err();
            assert_eq!(error, ActError::Unknown { kind, version });
            assert!(error.to_string().starts_with("act_unknown: "));
        }
    }
}

#[test]
fn a_sample_that_is_cut_off_is_malformed() {
    for of in Deed::VERSIONS {
        let bytes = bytes_of(*of);
        for end in 0..bytes.len() {
            let error = Act::decode(&bytes[..end]).unwrap_err();
            assert!(
                error.to_string().starts_with("act_malformed: "),
                "{of:?} {end}"
            );
        }
    }
    for (_, inside) in samples::insides() {
        let bytes = inside.encode();
        for end in 0..bytes.len() {
            assert!(Inside::decode(&bytes[..end]).is_err(), "{end}");
        }
    }
}

#[test]
fn what_is_malformed_is_not_repeated_in_the_message() {
    let mut bytes = Inside::Record(samples::record()).encode();
    let name = b"Person One of XA";
    let at = bytes.windows(name.len()).position(|part| part == name);
    bytes[at.unwrap()] = 0xff;
    let message = Inside::decode(&bytes).unwrap_err().to_string();
    assert!(!message.contains("erson One"), "{message}");
    let mut bytes = Inside::Record(samples::record()).encode();
    let code = b"restricted";
    let at = bytes.windows(code.len()).position(|part| part == code);
    bytes[at.unwrap()] = b'R';
    let message = Inside::decode(&bytes).unwrap_err().to_string();
    assert!(!message.contains("Restricted"), "{message}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
        kind in 1_u16..21,
        at in 0_usize..400,
    ) {
        let _ = Act::decode(&bytes);
        let _ = Inside::decode(&bytes);
        let _ = decode_deposit(&bytes);
        if let Some(sample) = samples::act(kind, 1) {
            let mut changed = sample.encode();
            let length = changed.len();
            for (place, byte) in bytes.iter().take(4).enumerate() {
                changed[(at + place) % length] = *byte;
            }
            let _ = Act::decode(&changed);
        }
    }
}
