//! The root key under a passphrase.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Key, Passphrase, Root, Unopened, open, seal};

/// The first byte of every slot.
const VERSION: u8 = 1;
const SALT: usize = 16;
/// Version, salt, and the three numbers of the cost.
const HEADER: usize = 1 + SALT + 12;
/// Most memory that a slot may ask for, in KiB: 4 GiB.
const MEMORY_MAX_KIB: u32 = 4 * 1024 * 1024;
/// Most passes and most lanes that a slot may ask for.
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;

/// What one try at a passphrase costs, in the terms of Argon2 (RFC 9106, section 3.1).
///
/// Taken are 1 to 16 passes, 1 to 16 lanes, and from 8 KiB for each lane up to 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes. They are filled one after the other here.
    pub lanes: u32,
}

impl Cost {
    /// Argon2id with 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106,
    /// section 4, for machines that cannot spare the 2 GiB of the first; an agency's laptop is
    /// one. It is above each of the least settings of OWASP's Password Storage Cheat Sheet
    /// (46 MiB with 1 pass to 7 MiB with 5).
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// 1 MiB, 1 pass, 1 lane: for tests, which open hundreds of slots. It protects nothing.
    pub const TESTS: Self = Self {
        memory_kib: 1024,
        passes: 1,
        lanes: 1,
    };

    /// The cost as Argon2 takes it; nothing when a number is outside what is allowed. A slot is
    /// read from a file that a stranger may have written: without bounds it could ask for all
    /// memory or for a year.
    pub(crate) fn checked(self) -> Option<Params> {
        let allowed = (1..=PASSES_MAX).contains(&self.passes)
            && (1..=LANES_MAX).contains(&self.lanes)
            && (8 * self.lanes..=MEMORY_MAX_KIB).contains(&self.memory_kib);
        if !allowed {
            return None;
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }
}

/// The root key wrapped under a passphrase. It may lie in the open: who has it can do no better
/// than to guess, at the slot's cost for each guess.
///
/// Layout: version byte 1, salt of 16 bytes, memory in KiB, passes and lanes of 4 bytes each, and
/// the root key as an envelope ([`seal`]) under the stretched passphrase, with all that stands
/// before it as context.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    salt: [u8; SALT],
    cost: Cost,
    wrapped: Vec<u8>,
}

/// What the stretched passphrase is for.
enum Wrapping {}

impl Slot {
    /// Wraps the root key under a passphrase, with a fresh salt.
    ///
    /// # Panics
    ///
    /// When the cost is outside what [`Cost`] allows or the memory it asks for is not there.
    #[must_use]
    pub fn make(
        passphrase: &Passphrase,
        root: &Key<Root>,
        cost: Cost,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let wrapping = stretch::<Wrapping>(passphrase.expose_bytes(), &salt, cost)
            .expect("the cost is allowed and there is memory for it");
        let wrapped = seal(&wrapping, &header(&salt, cost), root.expose_bytes(), rng);
        Self {
            salt,
            cost,
            wrapped,
        }
    }

    /// The root key.
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the passphrase is another, the slot was changed, or there is not the
    /// memory that it asks for.
    pub fn open(&self, passphrase: &Passphrase) -> Result<Key<Root>, Unopened> {
        let wrapping = stretch::<Wrapping>(passphrase.expose_bytes(), &self.salt, self.cost)?;
        let plain = open(&wrapping, &header(&self.salt, self.cost), &self.wrapped)?;
        let mut root = Zeroizing::new([0; 32]);
        if plain.len() != root.len() {
            return Err(Unopened);
        }
        root.copy_from_slice(&plain);
        Ok(Key::from_bytes(root))
    }

    /// The slot as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&header(&self.salt, self.cost), self.wrapped.as_slice()].concat()
    }

    /// The slot from [`Slot::to_bytes`].
    ///
    /// # Errors
    ///
    /// [`Unopened`] when the version is unknown, the cost is outside what [`Cost`] allows, or the
    /// bytes are too few.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unopened> {
        let (header, wrapped) = bytes.split_first_chunk::<HEADER>().ok_or(Unopened)?;
        let (&version, rest) = header.split_first().ok_or(Unopened)?;
        let (&salt, rest) = rest.split_first_chunk::<SALT>().ok_or(Unopened)?;
        let (numbers, _) = rest.as_chunks::<4>();
        let &[memory_kib, passes, lanes] = numbers else {
            return Err(Unopened);
        };
        let cost = Cost {
            memory_kib: u32::from_be_bytes(memory_kib),
            passes: u32::from_be_bytes(passes),
            lanes: u32::from_be_bytes(lanes),
        };
        if version != VERSION || cost.checked().is_none() {
            return Err(Unopened);
        }
        Ok(Self {
            salt,
            cost,
            wrapped: wrapped.to_vec(),
        })
    }

    /// What a try costs.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

fn header(salt: &[u8; SALT], cost: Cost) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[0] = VERSION;
    header[1..=SALT].copy_from_slice(salt);
    let numbers = [cost.memory_kib, cost.passes, cost.lanes];
    for (place, number) in header[1 + SALT..].chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    header
}

/// Argon2id, version 0x13 (RFC 9106), to 32 bytes. Its memory is wiped afterwards.
pub(crate) fn stretch<U>(secret: &[u8], salt: &[u8], cost: Cost) -> Result<Key<U>, Unopened> {
    let params = cost.checked().ok_or(Unopened)?;
    let mut blocks = Zeroizing::new(Vec::<Block>::new());
    blocks
        .try_reserve_exact(params.block_count())
        .map_err(|_| Unopened)?;
    blocks.resize(params.block_count(), Block::default());
    let mut stretched = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(secret, salt, stretched.as_mut(), blocks.as_mut_slice())
        .map_err(|_| Unopened)?;
    Ok(Key::from_bytes(stretched))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{TestRng, unhex};
    use super::*;

    /// As small as Argon2 goes: for tests that open a slot a thousand times.
    const LEAST: Cost = Cost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text).unwrap()
    }

    #[test]
    fn the_reference_implementation_s_tests() {
        // github.com/P-H-C/phc-winner-argon2, src/test.c, Argon2id, version 0x13.
        for (memory_kib, passes, lanes, expected) in [
            (
                256,
                2,
                1,
                "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
            ),
            (
                256,
                2,
                2,
                "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
            ),
            (
                65_536,
                2,
                1,
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
            ),
        ] {
            let cost = Cost {
                memory_kib,
                passes,
                lanes,
            };
            let key = stretch::<Wrapping>(b"password", b"somesalt", cost).unwrap();
            assert_eq!(key.expose_bytes().as_slice(), unhex(expected), "{cost:?}");
        }
    }

    #[test]
    fn a_slot_opens_with_its_passphrase_alone() {
        let mut rng = TestRng::new(1);
        let root = Key::<Root>::random(&mut rng);
        let right = passphrase("correct horse battery");
        let slot = Slot::make(&right, &root, Cost::STANDARD, &mut rng);
        let slot = Slot::from_bytes(&slot.to_bytes()).unwrap();
        assert_eq!(slot.cost(), Cost::STANDARD);
        let opened = slot.open(&right).unwrap();
        assert_eq!(opened.expose_bytes(), root.expose_bytes());
        let wrong = passphrase("correct horse batterY");
        assert_eq!(slot.open(&wrong).unwrap_err(), Unopened);
    }

    #[test]
    fn two_slots_of_the_same_differ_throughout() {
        let mut rng = TestRng::new(2);
        let root = Key::<Root>::random(&mut rng);
        let right = passphrase("correct horse battery");
        let one = Slot::make(&right, &root, LEAST, &mut rng);
        let two = Slot::make(&right, &root, LEAST, &mut rng);
        assert_ne!(one.salt, two.salt);
        assert_ne!(one.wrapped, two.wrapped);
        let swapped = Slot {
            salt: two.salt,
            ..one
        };
        assert!(swapped.open(&right).is_err());
    }

    #[test]
    fn each_flipped_bit_and_each_missing_byte_is_refused() {
        let mut rng = TestRng::new(3);
        let root = Key::<Root>::random(&mut rng);
        let right = passphrase("correct horse battery");
        let bytes = Slot::make(&right, &root, LEAST, &mut rng).to_bytes();
        assert_eq!(bytes.len(), 29 + 105);
        let opens = |bytes: &[u8]| Slot::from_bytes(bytes).and_then(|slot| slot.open(&right));
        assert!(opens(&bytes).is_ok());
        let mut changed = bytes.clone();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                changed[at] ^= 1 << bit;
                // Memory of 64 MiB and more would take the test minutes; its bounds have their own.
                if !(17..19).contains(&at) {
                    assert!(opens(&changed).is_err(), "byte {at}, bit {bit}");
                }
                changed[at] ^= 1 << bit;
            }
            assert!(opens(&bytes[..at]).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn a_hostile_cost_is_refused_before_it_is_paid() {
        let mut rng = TestRng::new(4);
        let root = Key::<Root>::random(&mut rng);
        let slot = Slot::make(&passphrase("correct horse battery"), &root, LEAST, &mut rng);
        let with = |memory_kib, passes, lanes| {
            let cost = Cost {
                memory_kib,
                passes,
                lanes,
            };
            let slot = Slot {
                cost,
                ..slot.clone()
            };
            Slot::from_bytes(&slot.to_bytes())
        };
        assert!(with(4 * 1024 * 1024, 16, 16).is_ok());
        for (memory_kib, passes, lanes) in [
            (4 * 1024 * 1024 + 1, 1, 1),
            (u32::MAX, 1, 1),
            (0, 1, 1),
            (7, 1, 1),
            (15, 1, 2),
            (1024, 0, 1),
            (1024, 17, 1),
            (1024, u32::MAX, 1),
            (1024, 1, 0),
            (1024, 1, 17),
            (1024, 1, u32::MAX),
        ] {
            assert_eq!(
                with(memory_kib, passes, lanes),
                Err(Unopened),
                "{memory_kib} {passes} {lanes}"
            );
        }
    }

    #[test]
    fn the_standard_is_the_second_option_of_rfc_9106() {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = Cost::STANDARD;
        assert_eq!((memory_kib, passes, lanes), (1 << 16, 3, 4));
        assert!(Cost::STANDARD.checked().is_some() && Cost::TESTS.checked().is_some());
    }

    #[test]
    fn the_debug_form_shows_only_the_cost() {
        let mut rng = TestRng::new(5);
        let root = Key::<Root>::random(&mut rng);
        let slot = Slot::make(
            &passphrase("correct horse battery"),
            &root,
            Cost::TESTS,
            &mut rng,
        );
        assert_eq!(
            format!("{slot:?}"),
            "Slot { cost: Cost { memory_kib: 1024, passes: 1, lanes: 1 }, .. }"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
            let _ = Slot::from_bytes(&bytes);
        }
    }
}
