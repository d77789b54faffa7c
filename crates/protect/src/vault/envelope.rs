//! Envelopes: what a node seals for itself.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::padding::{pad_into, padded_length, unpad};
use super::{Key, Unopened};

/// The first byte of every envelope.
const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Where the ciphertext starts.
const START: usize = 1 + NONCE;

/// Seals `plain` under `key` and ties it to `context`, which is not in the result and must be
/// given again to open it: where the bytes belong (a table, a row, an act), so that nobody can
/// move them elsewhere unseen. Sealing the same twice gives two different results.
///
/// XChaCha20-Poly1305 (RFC 8439 with the 24-byte nonce of draft-irtf-cfrg-xchacha-03, which may
/// be drawn at random for as many messages as a key will ever see). Associated data: the version
/// byte, then the context; the cipher itself binds its length. Layout: version byte 1, nonce of
/// 24 bytes, ciphertext of [`padded_length`] bytes, tag of 16.
///
/// # Panics
///
/// When the plaintext has 4 GiB or more.
pub fn seal<U>(key: &Key<U>, context: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = XNonce::default();
    rng.fill_bytes(&mut nonce);
    // The full capacity first: were the buffer to grow, the plaintext would stay behind in the
    // old one.
    let mut sealed = Vec::with_capacity(START + padded_length(plain.len()) + TAG);
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    pad_into(&mut sealed, plain);
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce, &associated(context), (&mut sealed[START..]).into())
        .expect("a padded plaintext is shorter than the 256 GiB that the cipher takes");
    sealed.extend_from_slice(&tag);
    sealed
}

/// Opens what [`seal`] made.
///
/// # Errors
///
/// [`Unopened`] when the key or the context is another, or any byte was changed, added or lost.
pub fn open<U>(
    key: &Key<U>,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (&version, rest) = sealed.split_first().ok_or(Unopened)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(Unopened)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(Unopened)?;
    if version != VERSION {
        return Err(Unopened);
    }
    let mut padded = Zeroizing::new(ciphertext.to_vec());
    cipher(key)
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            &associated(context),
            padded.as_mut_slice().into(),
            &Tag::from(*tag),
        )
        .map_err(|_| Unopened)?;
    unpad(padded)
}

fn cipher<U>(key: &Key<U>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_bytes().into())
}

fn associated(context: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(1 + context.len());
    data.push(VERSION);
    data.extend_from_slice(context);
    data
}

#[cfg(test)]
mod tests {
    use chacha20poly1305::aead::{Aead, Payload};
    use proptest::prelude::*;

    use super::super::testing::{TestRng, each_flipped_bit, unhex};
    use super::super::{Blob, Journal};
    use super::*;

    fn key(seed: u64) -> Key<Journal> {
        Key::random(&mut TestRng::new(seed))
    }

    #[test]
    fn draft_irtf_cfrg_xchacha_03_a_3_1() {
        let key = unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        let nonce = unhex("404142434445464748494a4b4c4d4e4f5051525354555657");
        let plain = b"Ladies and Gentlemen of the class of '99: \
            If I could offer you only one tip for the future, sunscreen would be it.";
        let sealed = XChaCha20Poly1305::new_from_slice(&key)
            .unwrap()
            .encrypt(
                &XNonce::try_from(nonce.as_slice()).unwrap(),
                Payload {
                    msg: plain,
                    aad: &unhex("50515253c0c1c2c3c4c5c6c7"),
                },
            )
            .unwrap();
        assert_eq!(sealed[..8], unhex("bd6d179d3e83d43b"));
        assert_eq!(
            sealed[plain.len()..],
            unhex("c0875924c1c7987947deafd8780acf49")
        );
    }

    #[test]
    fn an_envelope_is_the_cipher_over_the_documented_layout() {
        let sealed = seal(&key(1), b"context", b"plain", &mut TestRng::new(2));
        assert_eq!(sealed.len(), 1 + 24 + 64 + 16);
        assert_eq!(sealed[0], 1);
        let padded = XChaCha20Poly1305::new(key(1).expose_bytes().into())
            .decrypt(
                &XNonce::try_from(&sealed[1..25]).unwrap(),
                Payload {
                    msg: &sealed[25..],
                    aad: b"\x01context",
                },
            )
            .unwrap();
        assert_eq!(&padded[..9], b"\0\0\0\x05plain");
        assert_eq!(padded[9..], [0; 55]);
    }

    #[test]
    fn each_flipped_bit_and_each_missing_byte_is_refused() {
        let (key, context) = (key(1), b"context");
        let sealed = seal(&key, context, b"a name", &mut TestRng::new(3));
        each_flipped_bit(&sealed, |bytes| {
            assert_eq!(open(&key, context, bytes).unwrap_err(), Unopened);
        });
        for end in 0..sealed.len() {
            assert!(open(&key, context, &sealed[..end]).is_err(), "{end}");
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert!(open(&key, context, &longer).is_err());
        assert!(open(&key, context, &sealed).is_ok());
    }

    #[test]
    fn no_two_envelopes_are_alike() {
        let mut rng = TestRng::new(4);
        let one = seal(&key(1), b"", b"the same", &mut rng);
        let two = seal(&key(1), b"", b"the same", &mut rng);
        assert_eq!(one.len(), two.len());
        assert_ne!(one[1..25], two[1..25]);
        assert_ne!(one[25..], two[25..]);
    }

    #[test]
    fn lengths_within_a_step_look_the_same() {
        let length = |plain: usize| seal(&key(1), b"", &vec![7; plain], &mut TestRng::new(5)).len();
        assert_eq!(length(0), length(60));
        assert_ne!(length(60), length(61));
        assert_eq!(length(2_000), length(2_044));
    }

    #[test]
    fn the_plaintext_is_nowhere_in_the_envelope() {
        let plain = b"Maria of the fourth house";
        let sealed = seal(&key(1), plain, plain, &mut TestRng::new(6));
        assert!(!sealed.windows(5).any(|window| plain.starts_with(window)));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(
            seed in any::<u64>(),
            context in prop::collection::vec(any::<u8>(), 0..80),
            plain in prop::collection::vec(any::<u8>(), 0..2_500),
        ) {
            let mut rng = TestRng::new(seed);
            let key = Key::<Blob>::random(&mut rng);
            let sealed = seal(&key, &context, &plain, &mut rng);
            let opened = open(&key, &context, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());

            let other = Key::<Blob>::random(&mut rng);
            prop_assert!(open(&other, &context, &sealed).is_err());
            let mut longer = context.clone();
            longer.push(0);
            prop_assert!(open(&key, &longer, &sealed).is_err());
            if let Some((_, shorter)) = context.split_last() {
                prop_assert!(open(&key, shorter, &sealed).is_err());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(open(&key(1), b"", &bytes).is_err());
        }
    }
}
