//! Deposits: what anybody seals to a node, and only the unlocked node opens.

use std::fmt;

use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::padding::{pad_into, padded_length, unpad};
use super::{Unopened, write_hex};

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// The first byte of every deposit.
const VERSION: u8 = 1;
/// What HPKE ties the keys to; it carries the version too.
const INFO: &[u8] = b"palermo/deposit/1";
const ENCAPSULATED: usize = 32;
const TAG: usize = 16;
/// Where the ciphertext starts.
const START: usize = 1 + ENCAPSULATED;

/// The half of a node's deposit keys that opens: HPKE in base mode (RFC 9180) with
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305.
///
/// It rests sealed under the root key, so a locked node can take deposits and not read them.
/// Wiped when dropped, and not copied when it is moved; the debug form shows nothing.
pub struct DepositSecret(Box<PrivateKey>);

/// The half that seals; it may be known to all. X25519 (RFC 7748), 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DepositPublic([u8; 32]);

impl DepositSecret {
    /// Fresh keys (`DeriveKeyPair` of RFC 9180, section 7.1.3, on 32 random bytes).
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self(Box::new(X25519HkdfSha256::gen_keypair_with_rng(rng).0))
    }

    /// The secret bytes, for the keyring to seal.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.0.write_exact(bytes.as_mut());
        bytes
    }

    /// The keys from [`DepositSecret::expose_bytes`].
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the bytes are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        PrivateKey::from_bytes(bytes)
            .map(|secret| Self(Box::new(secret)))
            .map_err(|_| Unopened)
    }

    /// The half that may be known.
    #[must_use]
    pub fn public(&self) -> DepositPublic {
        DepositPublic(X25519HkdfSha256::sk_to_pk(&self.0).to_bytes().into())
    }

    /// Opens what [`DepositPublic::seal`] made for these keys.
    ///
    /// # Errors
    ///
    /// [`Unopened`] when it was sealed for other keys or another context, or any byte was
    /// changed, added or lost.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (&version, rest) = sealed.split_first().ok_or(Unopened)?;
        let (encapsulated, rest) = rest.split_first_chunk::<ENCAPSULATED>().ok_or(Unopened)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(Unopened)?;
        if version != VERSION {
            return Err(Unopened);
        }
        unpad(self.open_parts(INFO, context, encapsulated, ciphertext, tag)?)
    }

    /// `OpenBase` of RFC 9180, section 6.1, apart from our layout and padding.
    fn open_parts(
        &self,
        info: &[u8],
        context: &[u8],
        encapsulated: &[u8; ENCAPSULATED],
        ciphertext: &[u8],
        tag: &[u8; TAG],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let encapsulated = EncappedKey::from_bytes(encapsulated).map_err(|_| Unopened)?;
        let tag = AeadTag::<ChaCha20Poly1305>::from_bytes(tag).map_err(|_| Unopened)?;
        let mut plain = Zeroizing::new(ciphertext.to_vec());
        hpke::single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            info,
            InOutBuf::from(plain.as_mut_slice()),
            context,
            &tag,
        )
        .map_err(|_| Unopened)?;
        Ok(plain)
    }
}

impl DepositPublic {
    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The key from [`DepositPublic::to_bytes`].
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the bytes are not 32, are not the one encoding that their point has, or
    /// are a point with which no secret can be agreed (the low-order points of RFC 7748,
    /// section 6.1, which RFC 9180, section 7.1.4, has refused).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| Unopened)?;
        let agreed = EncappedKey::from_bytes(&bytes).and_then(|point| {
            // A trial agreement with a secret of no worth: HPKE itself refuses the bad points,
            // and they are the same for every secret.
            let trial = PrivateKey::from_bytes(&[0; 32])?;
            hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeR::Base,
                &trial,
                &point,
                b"",
            )
        });
        if agreed.is_err() || !is_reduced(&bytes) {
            return Err(Unopened);
        }
        Ok(Self(bytes))
    }

    /// Seals `plain` for the node that has the secret half, tied to `context`, which is not in the
    /// result and must be given again to open it. Who sealed it is not proved, and not even the
    /// one who sealed can open it again.
    ///
    /// Layout: version byte 1, encapsulated key of 32 bytes, ciphertext of
    /// [`padded_length`](super::padded_length) bytes, tag of 16. Info is `palermo/deposit/1`; the
    /// context is the associated data.
    ///
    /// # Panics
    ///
    /// When the plaintext has 4 GiB or more.
    pub fn seal(&self, context: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let public = PublicKey::from_bytes(&self.0).expect("a public key has 32 bytes");
        // The full capacity first, so that no plaintext stays behind in a smaller buffer.
        let mut sealed = Vec::with_capacity(START + padded_length(plain.len()) + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&[0; ENCAPSULATED]);
        pad_into(&mut sealed, plain);
        let (encapsulated, tag) = hpke::single_shot_seal_inout_detached_with_rng::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(
            &OpModeS::Base,
            &public,
            INFO,
            InOutBuf::from(&mut sealed[START..]),
            context,
            rng,
        )
        .expect("a checked public key agrees with every secret");
        encapsulated.write_exact(&mut sealed[1..START]);
        sealed.extend_from_slice(&tag.to_bytes());
        sealed
    }
}

/// Whether the number is below the field's prime, 2^255 - 19; what is not has a second, smaller
/// encoding of the same point.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let high = bytes[31] < 0x7f || (bytes[31] == 0x7f && bytes[1..31].iter().any(|&b| b != 0xff));
    high || (bytes[31] == 0x7f && bytes[0] < 0xed)
}

impl fmt::Debug for DepositSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DepositSecret")
    }
}

impl fmt::Debug for DepositPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, "DepositPublic", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{TestRng, each_flipped_bit, unhex};
    use super::*;

    fn secret(seed: u64) -> DepositSecret {
        DepositSecret::random(&mut TestRng::new(seed))
    }

    #[test]
    fn rfc_9180_a_2_1() {
        let secret = DepositSecret::from_bytes(&unhex(
            "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        ))
        .unwrap();
        assert_eq!(
            secret.public().to_bytes().as_slice(),
            unhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
        );
        let encapsulated =
            unhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let sealed = unhex(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d\
             2dd1b51a28",
        );
        let (ciphertext, tag) = sealed.split_last_chunk().unwrap();
        let plain = secret
            .open_parts(
                &unhex("4f6465206f6e2061204772656369616e2055726e"),
                &unhex("436f756e742d30"),
                encapsulated.as_slice().try_into().unwrap(),
                ciphertext,
                tag,
            )
            .unwrap();
        assert_eq!(plain.as_slice(), b"Beauty is truth, truth beauty");
    }

    #[test]
    fn each_flipped_bit_and_each_missing_byte_is_refused() {
        let secret = secret(1);
        let sealed = secret
            .public()
            .seal(b"context", b"a name", &mut TestRng::new(2));
        assert_eq!(sealed.len(), 1 + 32 + 64 + 16);
        each_flipped_bit(&sealed, |bytes| {
            assert_eq!(secret.open(b"context", bytes).unwrap_err(), Unopened);
        });
        for end in 0..sealed.len() {
            assert!(secret.open(b"context", &sealed[..end]).is_err(), "{end}");
        }
        assert!(secret.open(b"context", &sealed).is_ok());
    }

    #[test]
    fn a_key_is_no_key_in_another_encoding_or_without_a_secret() {
        let public = secret(3).public();
        assert_eq!(DepositPublic::from_bytes(&public.to_bytes()), Ok(public));
        let mut other = public.to_bytes();
        other[31] |= 0x80;
        assert!(DepositPublic::from_bytes(&other).is_err());
        let prime_less_one = {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xec, 0x7f);
            bytes
        };
        let mut above = prime_less_one;
        for low in 0xed..=0xff {
            above[0] = low;
            assert!(DepositPublic::from_bytes(&above).is_err(), "{low:x}");
        }
        // Low-order points: RFC 7748 names 0; 1 and p-1 and the two of order 8 are in D. J.
        // Bernstein's list (cr.yp.to/ecdh.html).
        let mut one = [0; 32];
        one[0] = 1;
        for bytes in [
            [0; 32].to_vec(),
            one.to_vec(),
            prime_less_one.to_vec(),
            unhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            unhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        ] {
            assert!(DepositPublic::from_bytes(&bytes).is_err(), "{bytes:02x?}");
        }
        assert!(DepositPublic::from_bytes(&[9; 31]).is_err());
        assert!(DepositSecret::from_bytes(&[9; 33]).is_err());
        let mut base = [0; 32];
        base[0] = 9;
        assert!(DepositPublic::from_bytes(&base).is_ok());
    }

    #[test]
    fn a_reduced_number_is_below_the_prime() {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (0xec, 0x7f);
        assert!(is_reduced(&bytes));
        bytes[0] = 0xed;
        assert!(!is_reduced(&bytes));
        bytes[9] = 0xfe;
        assert!(is_reduced(&bytes));
        bytes[31] = 0x80;
        assert!(!is_reduced(&bytes));
        assert!(is_reduced(&[0x11; 32]));
    }

    #[test]
    fn no_two_deposits_are_alike() {
        let (public, mut rng) = (secret(4).public(), TestRng::new(5));
        let one = public.seal(b"", b"the same", &mut rng);
        let two = public.seal(b"", b"the same", &mut rng);
        assert_eq!(one.len(), two.len());
        assert_ne!(one[1..33], two[1..33]);
        assert_ne!(one[33..], two[33..]);
    }

    #[test]
    fn the_debug_forms_show_only_what_is_public() {
        let secret = secret(6);
        assert_eq!(format!("{secret:?}"), "DepositSecret");
        assert_eq!(
            format!("{:?}", DepositPublic([0xab; 32])),
            format!("DepositPublic({})", "ab".repeat(32))
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_sealed_opens_for_its_node_alone(
            seed in any::<u64>(),
            context in prop::collection::vec(any::<u8>(), 0..80),
            plain in prop::collection::vec(any::<u8>(), 0..2_500),
        ) {
            let mut rng = TestRng::new(seed);
            let (own, other) = (DepositSecret::random(&mut rng), DepositSecret::random(&mut rng));
            let sealed = own.public().seal(&context, &plain, &mut rng);
            let again = DepositSecret::from_bytes(own.expose_bytes().as_ref()).unwrap();
            let opened = again.open(&context, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
            prop_assert!(other.open(&context, &sealed).is_err());
            let mut longer = context;
            longer.push(0);
            prop_assert!(own.open(&longer, &sealed).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(secret(7).open(b"", &bytes).is_err());
        }
    }
}
