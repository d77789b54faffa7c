//! Bytes that were sealed by version 1 and must open for ever.

use super::testing::unhex;
use super::*;

const VERSION_1: &str = include_str!("corpus/version-1.txt");
/// What the envelope and the deposit hold.
const PLAIN: &str = "Ana, née à Palermo";

/// The values under a name, in the order of the file.
fn lines(name: &str) -> Vec<&'static str> {
    let found: Vec<_> = VERSION_1
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .collect();
    assert!(!found.is_empty(), "no {name}");
    found
}

fn bytes(name: &str) -> Vec<u8> {
    unhex(lines(name)[0])
}

fn root() -> Key<Root> {
    let bytes: [u8; 32] = bytes("root").try_into().unwrap();
    Key::from_bytes(zeroize::Zeroizing::new(bytes))
}

#[test]
fn keys_derive_as_they_did() {
    let journal = root().derive::<Journal>("acts");
    assert_eq!(journal.expose_bytes().as_slice(), bytes("journal-key"));
}

#[test]
fn an_old_envelope_opens() {
    let journal = root().derive::<Journal>("acts");
    let plain = open(&journal, b"act 7", &bytes("envelope")).unwrap();
    assert_eq!(plain.as_slice(), PLAIN.as_bytes());
}

#[test]
fn an_old_deposit_opens() {
    let secret = DepositSecret::from_bytes(&bytes("deposit-secret")).unwrap();
    let public = DepositPublic::from_bytes(&bytes("deposit-public")).unwrap();
    assert_eq!(secret.public(), public);
    let plain = secret.open(b"form 7", &bytes("deposit")).unwrap();
    assert_eq!(plain.as_slice(), PLAIN.as_bytes());
}

#[test]
fn an_old_signature_verifies_and_is_made_again() {
    let secret = HeadSecret::from_bytes(&bytes("head-secret")).unwrap();
    let public = HeadPublic::from_bytes(&bytes("head-public")).unwrap();
    let signature = Signature::from_bytes(&bytes("signature")).unwrap();
    assert!(public.verify(b"head 7", &signature));
    assert_eq!(secret.sign(b"head 7"), signature);
}

#[test]
fn an_old_slot_opens() {
    let slot = Slot::from_bytes(&bytes("slot")).unwrap();
    let passphrase = Passphrase::new("réfugié à Palermo").unwrap();
    let opened = slot.open(&passphrase).unwrap();
    assert_eq!(opened.expose_bytes(), root().expose_bytes());
    assert_eq!(slot.to_bytes(), bytes("slot"));
}

#[test]
fn old_shares_join_and_are_written_as_they_were() {
    let texts = lines("share");
    assert_eq!(texts.len(), 3);
    for pair in [[0, 1], [1, 2], [2, 0]] {
        let shares: Vec<Share> = pair.map(|at| texts[at].parse().unwrap()).into();
        assert_eq!(join(&shares).unwrap().expose_bytes(), root().expose_bytes());
        assert_eq!(shares[0].to_string(), texts[pair[0]]);
    }
}

#[test]
fn an_old_fingerprint_is_still_the_same() {
    let key = root().derive::<Fingerprint>("records");
    let digest = fingerprint(&key, "record", &[b"Ana", b"1990"]);
    assert_eq!(digest.as_slice(), bytes("fingerprint"));
}
