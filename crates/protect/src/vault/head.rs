//! Signatures under the heads of a journal.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Unopened, write_hex};

/// Stands before everything signed, so that a signature under a head is one under nothing else.
/// The zero byte ends it: no later domain can start with it.
const DOMAIN: &[u8] = b"palermo/head/1\0";

/// The key with which a node signs the heads of its journal: Ed25519 (RFC 8032). Wiped when
/// dropped, and not copied when it is moved; the debug form shows nothing.
pub struct HeadSecret(Box<SigningKey>);

/// The key with which a peer verifies them; it may be known to all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeadPublic([u8; 32]);

/// A signature, 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; 64]);

impl HeadSecret {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(bytes.as_mut());
        Self(Box::new(SigningKey::from_bytes(&bytes)))
    }

    /// The secret bytes, for the keyring to seal.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.0.as_bytes())
    }

    /// The key from [`HeadSecret::expose_bytes`].
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the bytes are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        let bytes = bytes.try_into().map_err(|_| Unopened)?;
        Ok(Self(Box::new(SigningKey::from_bytes(bytes))))
    }

    /// The key that verifies.
    #[must_use]
    pub fn public(&self) -> HeadPublic {
        HeadPublic(self.0.verifying_key().to_bytes())
    }

    /// Signs a head: Ed25519 over `palermo/head/1`, a zero byte, and the head.
    #[must_use]
    pub fn sign(&self, head: &[u8]) -> Signature {
        Signature(self.0.sign(&in_domain(head)).to_bytes())
    }
}

impl HeadPublic {
    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The key from [`HeadPublic::to_bytes`].
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the bytes are not 32, no point of the curve, or a point of low order,
    /// under which one signature would do for many heads.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        let bytes = bytes.try_into().map_err(|_| Unopened)?;
        match VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(*bytes)),
            _ => Err(Unopened),
        }
    }

    /// Whether the signature is one of this key under this head. Strict: beyond RFC 8032, keys
    /// and nonce points of low order are refused (K. Chalkias, F. Garillot, V. Nikolaenko:
    /// "Taming the many EdDSAs", SSR 2020), so that all peers agree on the answer.
    #[must_use]
    pub fn verify(&self, head: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
            key.verify_strict(&in_domain(head), &signature).is_ok()
        })
    }
}

impl Signature {
    /// The 64 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 64] {
        self.0
    }

    /// The signature from [`Signature::to_bytes`]. Whether it is one under anything is for
    /// [`HeadPublic::verify`] to say.
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the bytes are not 64.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        bytes.try_into().map(Self).map_err(|_| Unopened)
    }
}

fn in_domain(head: &[u8]) -> Vec<u8> {
    [DOMAIN, head].concat()
}

impl fmt::Debug for HeadSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadSecret")
    }
}

impl fmt::Debug for HeadPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, "HeadPublic", &self.0)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, "Signature", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{TestRng, each_flipped_bit, unhex};
    use super::*;

    /// RFC 8032, section 7.1, test 2: secret, public.
    const SECRET: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

    #[test]
    fn rfc_8032_7_1_test_2() {
        let secret = HeadSecret::from_bytes(&unhex(SECRET)).unwrap();
        assert_eq!(secret.public().to_bytes().as_slice(), unhex(PUBLIC));
        assert_eq!(
            secret.0.sign(&[0x72]).to_bytes().as_slice(),
            unhex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            )
        );
    }

    #[test]
    fn a_head_is_signed_in_its_domain_and_nothing_else_is() {
        let secret = HeadSecret::from_bytes(&unhex(SECRET)).unwrap();
        let plain = Signature(secret.0.sign(b"head").to_bytes());
        assert!(!secret.public().verify(b"head", &plain));
        let inside = Signature(secret.0.sign(b"palermo/head/1\0head").to_bytes());
        assert!(secret.public().verify(b"head", &inside));
        assert_eq!(secret.sign(b"head"), inside);
    }

    #[test]
    fn each_flipped_bit_of_signature_head_and_key_is_refused() {
        let secret = HeadSecret::random(&mut TestRng::new(1));
        let (public, head) = (secret.public(), b"head 7");
        let signature = secret.sign(head);
        assert!(public.verify(head, &signature));
        each_flipped_bit(&signature.to_bytes(), |bytes| {
            assert!(!public.verify(head, &Signature::from_bytes(bytes).unwrap()));
        });
        each_flipped_bit(head, |bytes| assert!(!public.verify(bytes, &signature)));
        each_flipped_bit(&public.to_bytes(), |bytes| {
            let verifies =
                HeadPublic::from_bytes(bytes).is_ok_and(|key| key.verify(head, &signature));
            assert!(!verifies);
        });
    }

    #[test]
    fn a_weak_key_and_a_malleable_signature_are_refused() {
        // The neutral element, under which the signature (neutral, 0) fits every message.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(HeadPublic::from_bytes(&neutral), Err(Unopened));
        let mut forged = [0; 64];
        forged[0] = 1;
        assert!(!HeadPublic(neutral).verify(b"any head", &Signature(forged)));
        // The same signature with the group's order added to its second half.
        let secret = HeadSecret::random(&mut TestRng::new(2));
        let mut bytes = secret.sign(b"head").to_bytes();
        let order = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0;
        for (byte, more) in bytes[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(more) + carry;
            (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        assert!(!secret.public().verify(b"head", &Signature(bytes)));
    }

    #[test]
    fn bytes_of_another_length_are_no_key_and_no_signature() {
        assert!(HeadSecret::from_bytes(&[1; 31]).is_err());
        assert!(HeadPublic::from_bytes(&[1; 33]).is_err());
        assert!(Signature::from_bytes(&[1; 63]).is_err());
    }

    #[test]
    fn the_debug_forms_show_only_what_is_public() {
        let secret = HeadSecret::random(&mut TestRng::new(3));
        assert_eq!(format!("{secret:?}"), "HeadSecret");
        assert_eq!(
            format!("{:?}", Signature([0xab; 64])),
            format!("Signature({})", "ab".repeat(64))
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_signed_verifies(
            seed in any::<u64>(),
            head in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut rng = TestRng::new(seed);
            let (own, other) = (HeadSecret::random(&mut rng), HeadSecret::random(&mut rng));
            let again = HeadSecret::from_bytes(own.expose_bytes().as_ref()).unwrap();
            let signature = again.sign(&head);
            prop_assert!(own.public().verify(&head, &signature));
            prop_assert!(!other.public().verify(&head, &signature));
        }
    }
}
