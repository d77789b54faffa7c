//! Keyed digests.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Key;
use super::key::Fingerprint;

/// A digest by which the same source record is known again without being kept. Without the key
/// nothing follows from it, not even by trying every name there is; with an unkeyed hash, a list
/// of names would do.
///
/// HMAC-SHA256 (RFC 2104, FIPS 198-1) over `palermo/fingerprint/1`, `kind` and each part, each
/// preceded by its length in 8 bytes: no other kind and no other division into parts gives the
/// same input. Parts are compared byte by byte: whoever asks normalises them first.
#[must_use]
pub fn fingerprint(key: &Key<Fingerprint>, kind: &str, parts: &[&[u8]]) -> [u8; 32] {
    let head = [b"palermo/fingerprint/1".as_slice(), kind.as_bytes()];
    let items = head.into_iter().chain(parts.iter().copied());
    keyed(key, items).finalize().into_bytes().into()
}

/// HMAC-SHA256 over items, each preceded by its length in 8 bytes.
pub(super) fn keyed<'a, U>(
    key: &Key<U>,
    items: impl IntoIterator<Item = &'a [u8]>,
) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_bytes()).expect("HMAC takes a key of any length");
    for item in items {
        mac.update(&(item.len() as u64).to_be_bytes());
        mac.update(item);
    }
    mac
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{TestRng, unhex};
    use super::*;

    fn key(seed: u64) -> Key<Fingerprint> {
        Key::random(&mut TestRng::new(seed))
    }

    fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    }

    #[test]
    fn rfc_4231_4_2_and_4_3() {
        assert_eq!(
            hmac(&[0x0b; 20], b"Hi There"),
            unhex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        );
        assert_eq!(
            hmac(b"Jefe", b"what do ya want for nothing?"),
            unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        );
    }

    #[test]
    fn the_digest_is_hmac_over_the_documented_input() {
        let input = [
            b"\0\0\0\0\0\0\0\x15palermo/fingerprint/1".as_slice(),
            b"\0\0\0\0\0\0\0\x06record",
            b"\0\0\0\0\0\0\0\x01a",
            b"\0\0\0\0\0\0\0\0",
        ]
        .concat();
        assert_eq!(
            fingerprint(&key(1), "record", &[b"a", b""]).as_slice(),
            hmac(key(1).expose_bytes(), &input)
        );
    }

    #[test]
    fn key_kind_and_division_each_change_it() {
        let digests = [
            fingerprint(&key(1), "record", &[b"ab", b"c"]),
            fingerprint(&key(1), "record", &[b"a", b"bc"]),
            fingerprint(&key(1), "record", &[b"abc"]),
            fingerprint(&key(1), "record", &[b"ab", b"c", b""]),
            fingerprint(&key(1), "record", &[]),
            fingerprint(&key(1), "recor", &[b"d", b"ab", b"c"]),
            fingerprint(&key(2), "record", &[b"ab", b"c"]),
        ];
        let distinct: std::collections::BTreeSet<_> = digests.iter().collect();
        assert_eq!(distinct.len(), digests.len());
    }

    proptest! {
        #[test]
        fn equal_parts_and_only_they_agree(
            one in prop::collection::vec(prop::collection::vec(0_u8..2, 0..4), 0..4),
            two in prop::collection::vec(prop::collection::vec(0_u8..2, 0..4), 0..4),
        ) {
            let digest = |parts: &[Vec<u8>]| {
                let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
                fingerprint(&key(3), "record", &parts)
            };
            prop_assert_eq!(digest(&one) == digest(&two), one == two);
        }
    }
}
