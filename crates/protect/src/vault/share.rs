//! Recovery shares.

use std::fmt;
use std::str::FromStr;

use blahaj::Sharks;
use hmac::Mac;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::fingerprint::keyed;
use super::key::Check;
use super::spelling::{self, Misspelt};
use super::{Key, Root};

/// The first byte of every written share.
const VERSION: u8 = 1;
const SET: usize = 4;
/// Bytes of the check value behind the key in what is split.
const CHECK: usize = 8;
/// Bytes that are split: the key and its check value.
const SECRET: usize = 32 + CHECK;
/// Version, set, threshold with index, and a point for each byte of the secret.
const BODY: usize = 1 + SET + 1 + SECRET;
/// The body and the start of its digest.
const WRITTEN: usize = BODY + 4;
/// Groups of a written share: four characters of five bits each.
const GROUPS: usize = WRITTEN * 8 / 20;
/// Most shares of a set.
const COUNT_MAX: u8 = 16;

/// One of the shares into which a node's root key was split. Fewer than the threshold of them
/// tell nothing at all about the key, whatever is spent on it.
///
/// Written ([`fmt::Display`]) it is 20 groups of five characters to be printed and kept apart from
/// the node and from the others; read back ([`FromStr`]) in any case, with O for 0 and I or L for
/// 1, groups set apart by hyphens, spaces or lines. The last character of each group checks it.
/// It holds version byte 1, the set, threshold and index in one byte, the points, and 4 bytes of
/// SHA-256 over `palermo/share/1`, a zero byte and all that.
///
/// Wiped when dropped; the debug form shows neither the points nor the written form.
pub struct Share {
    set: [u8; SET],
    threshold: u8,
    index: u8,
    points: Zeroizing<[u8; SECRET]>,
}

/// Why a key was not split, a share not read, or shares not joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Threshold and count do not fit.
    #[error(
        "share_numbers: {threshold} of {count} shares; allowed are 2 to {max} shares and a \
         threshold from 2 up to their number",
        max = COUNT_MAX
    )]
    Numbers {
        /// Shares that were to be enough.
        threshold: u8,
        /// Shares that were to be made.
        count: u8,
    },
    /// A group was mistyped.
    #[error("share_group: group {group} of the share is mistyped")]
    Group {
        /// The group's number, from 1.
        group: u8,
    },
    /// Groups are missing or too many.
    #[error("share_length: the share has {found} groups of characters; it needs {allowed}")]
    Length {
        /// Groups that were read.
        found: usize,
        /// Groups of a share.
        allowed: usize,
    },
    /// Every group reads well, but they do not belong together: more than one mistake in one
    /// group, or groups of two shares.
    #[error("share_mistyped: the share is mistyped in more than one place; compare every group")]
    Mistyped,
    /// Written by a later version of the program.
    #[error("share_version: the share's version is {found}; this program reads {allowed}")]
    Version {
        /// What the share says.
        found: u8,
        /// What is known here.
        allowed: u8,
    },
    /// Not enough shares.
    #[error("share_few: {found} shares given; the set needs {needed}")]
    Few {
        /// Shares that were given.
        found: usize,
        /// The threshold of their set.
        needed: u8,
    },
    /// Shares of two sets.
    #[error("share_mixed: shares of two sets, {first:08x} and {other:08x}; one set joins alone")]
    Mixed {
        /// The set of the first share.
        first: u32,
        /// The set of another.
        other: u32,
    },
    /// The same share twice.
    #[error("share_twice: share {index} is given twice")]
    Twice {
        /// Its index.
        index: u8,
    },
    /// They join to something that is not the key.
    #[error("share_wrong: the shares do not join to a key; one of them is not what was printed")]
    Wrong,
}

impl ShareError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Numbers { .. } => "share_numbers",
            Self::Group { .. } => "share_group",
            Self::Length { .. } => "share_length",
            Self::Mistyped => "share_mistyped",
            Self::Version { .. } => "share_version",
            Self::Few { .. } => "share_few",
            Self::Mixed { .. } => "share_mixed",
            Self::Twice { .. } => "share_twice",
            Self::Wrong => "share_wrong",
        }
    }
}

/// Splits the root key into `count` shares of which any `threshold` give it back: A. Shamir, "How
/// to share a secret", Communications of the ACM 22(11), 1979, byte by byte over GF(256).
///
/// With the key is split a check value, HMAC-SHA256 over set and threshold under a key derived
/// from the root, so that [`join`] knows a wrong outcome. It lies inside what is split: shares
/// below the threshold tell nothing about it either.
///
/// # Errors
///
/// [`ShareError::Numbers`] unless 2 <= threshold <= count <= 16.
pub fn split(
    root: &Key<Root>,
    threshold: u8,
    count: u8,
    rng: &mut impl CryptoRng,
) -> Result<Vec<Share>, ShareError> {
    if threshold < 2 || count < threshold || count > COUNT_MAX {
        return Err(ShareError::Numbers { threshold, count });
    }
    let mut set = [0; SET];
    rng.fill_bytes(&mut set);
    let mut secret = Zeroizing::new([0; SECRET]);
    let (key, check) = secret.split_at_mut(32);
    key.copy_from_slice(root.expose_bytes());
    check.copy_from_slice(&check_of(root, set, threshold).finalize().into_bytes()[..CHECK]);
    let dealt = Sharks(threshold).dealer_rng(secret.as_ref(), rng);
    let shares = (1..=count).zip(dealt).map(|(index, dealt)| {
        let mut points = Zeroizing::new([0; SECRET]);
        for (point, from) in points.iter_mut().zip(&dealt.y) {
            *point = from.0;
        }
        Share {
            set,
            threshold,
            index,
            points,
        }
    });
    Ok(shares.collect())
}

/// Joins shares of one set, at least as many as its threshold, to the root key.
///
/// # Errors
///
/// [`ShareError`] when they are too few, of two sets, one is given twice, or what they join to is
/// not the key.
pub fn join(shares: &[Share]) -> Result<Key<Root>, ShareError> {
    let first = shares.first().ok_or(ShareError::Few {
        found: 0,
        needed: 2,
    })?;
    for (at, share) in shares.iter().enumerate() {
        if (share.set, share.threshold) != (first.set, first.threshold) {
            return Err(ShareError::Mixed {
                first: first.set(),
                other: share.set(),
            });
        }
        let index = share.index;
        if shares[..at].iter().any(|earlier| earlier.index == index) {
            return Err(ShareError::Twice { index });
        }
    }
    let dealt = shares.iter().map(Share::dealt).collect::<Vec<_>>();
    let secret = Sharks(first.threshold)
        .recover(&dealt)
        .map_err(|_| ShareError::Few {
            found: shares.len(),
            needed: first.threshold,
        })?;
    let secret = Zeroizing::new(secret);
    let (key, check) = secret.split_first_chunk::<32>().ok_or(ShareError::Wrong)?;
    let root = Key::from_bytes(Zeroizing::new(*key));
    check_of(&root, first.set, first.threshold)
        .verify_truncated_left(check)
        .map_err(|_| ShareError::Wrong)?;
    Ok(root)
}

fn check_of(root: &Key<Root>, set: [u8; SET], threshold: u8) -> hmac::Hmac<Sha256> {
    let key = root.derive::<Check>("share");
    keyed(&key, [set.as_slice(), &[threshold]])
}

impl Share {
    /// The set's number: shares of one set join, and no others.
    #[must_use]
    pub const fn set(&self) -> u32 {
        u32::from_be_bytes(self.set)
    }

    /// How many shares of the set are needed.
    #[must_use]
    pub const fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Which of the set's shares it is, from 1.
    #[must_use]
    pub const fn index(&self) -> u8 {
        self.index
    }

    fn dealt(&self) -> blahaj::Share {
        let mut bytes = Zeroizing::new([0; 1 + SECRET]);
        bytes[0] = self.index;
        bytes[1..].copy_from_slice(self.points.as_ref());
        blahaj::Share::try_from(bytes.as_slice()).expect("a share has more than two bytes")
    }
}

fn digest(body: &[u8]) -> [u8; WRITTEN - BODY] {
    let mut hash = Sha256::new();
    hash.update(b"palermo/share/1\0");
    hash.update(body);
    let digest: [u8; 32] = hash.finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Zeroizing::new([0; WRITTEN]);
        let (body, end) = bytes.split_at_mut(BODY);
        body[0] = VERSION;
        body[1..=SET].copy_from_slice(&self.set);
        body[1 + SET] = (self.threshold - 1) << 4 | (self.index - 1);
        body[2 + SET..].copy_from_slice(self.points.as_ref());
        end.copy_from_slice(&digest(body));
        spelling::write(f, bytes.as_ref())
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let bytes = spelling::read::<WRITTEN>(text).map_err(|misspelt| match misspelt {
            Misspelt::Group(group) => ShareError::Group { group },
            Misspelt::Count(found) => ShareError::Length {
                found,
                allowed: GROUPS,
            },
        })?;
        let (body, end) = bytes.split_at(BODY);
        if end != digest(body) {
            return Err(ShareError::Mistyped);
        }
        if body[0] != VERSION {
            return Err(ShareError::Version {
                found: body[0],
                allowed: VERSION,
            });
        }
        let mut share = Self {
            set: [0; SET],
            threshold: (body[1 + SET] >> 4) + 1,
            index: (body[1 + SET] & 15) + 1,
            points: Zeroizing::new([0; SECRET]),
        };
        share.set.copy_from_slice(&body[1..=SET]);
        share.points.copy_from_slice(&body[2 + SET..]);
        if share.threshold < 2 {
            return Err(ShareError::Wrong);
        }
        Ok(share)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("index", &self.index)
            .field("threshold", &self.threshold)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::TestRng;
    use super::*;

    fn root(seed: u64) -> Key<Root> {
        Key::random(&mut TestRng::new(seed))
    }

    fn made(seed: u64, threshold: u8, count: u8) -> Vec<Share> {
        split(&root(seed), threshold, count, &mut TestRng::new(seed + 1)).unwrap()
    }

    fn copies<'a>(shares: impl IntoIterator<Item = &'a Share>) -> Vec<Share> {
        shares
            .into_iter()
            .map(|share| share.to_string().parse().unwrap())
            .collect()
    }

    #[test]
    fn any_threshold_of_the_shares_join_and_fewer_are_refused() {
        for (threshold, count) in [(2, 2), (2, 3), (3, 5), (5, 5), (4, 7)] {
            let shares = made(10, threshold, count);
            for chosen in 0_u32..1 << count {
                let some = copies(
                    (0..usize::from(count))
                        .filter(|at| chosen >> at & 1 == 1)
                        .map(|at| &shares[at]),
                );
                let joined = join(&some);
                if some.len() < usize::from(threshold) {
                    assert!(matches!(joined, Err(ShareError::Few { .. })));
                } else {
                    assert_eq!(joined.unwrap().expose_bytes(), root(10).expose_bytes());
                }
            }
        }
    }

    #[test]
    fn one_less_than_the_threshold_says_nothing_about_the_key() {
        // Given one share of two, every byte of the key is still possible: some second point
        // leads there. Over GF(256) the line through (1, y) and (0, s) has one value at 2.
        let shares = made(11, 2, 2);
        let mut reached = std::collections::BTreeSet::new();
        for byte in 0..=255 {
            let mut forged = copies(&shares);
            forged[1].points[0] = byte;
            let dealt: Vec<_> = forged.iter().map(Share::dealt).collect();
            reached.insert(Sharks(2).recover(&dealt).unwrap()[0]);
        }
        assert_eq!(reached.len(), 256);
    }

    #[test]
    fn shares_of_two_sets_and_the_same_share_twice_are_refused() {
        let (one, two) = (made(20, 2, 3), made(30, 2, 3));
        let mixed = copies([&one[0], &two[1]]);
        let error = join(&mixed).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "share_mixed: shares of two sets, {:08x} and {:08x}; one set joins alone",
                one[0].set(),
                two[0].set()
            )
        );
        let again = copies([&one[2], &one[2]]);
        assert_eq!(join(&again).unwrap_err(), ShareError::Twice { index: 3 });
        assert_eq!(
            join(&[]).unwrap_err(),
            ShareError::Few {
                found: 0,
                needed: 2
            }
        );
        assert_eq!(
            join(&copies(&one[..1])).unwrap_err().to_string(),
            "share_few: 1 shares given; the set needs 2"
        );
    }

    #[test]
    fn a_wrong_outcome_is_detected() {
        let shares = made(40, 3, 4);
        for at in 0..SECRET {
            let mut forged = copies(&shares[..3]);
            forged[1].points[at] ^= 0x10;
            assert_eq!(join(&forged).unwrap_err(), ShareError::Wrong, "{at}");
        }
        // A share more than needed, and a bad one: refused too, not outvoted.
        let mut forged = copies(&shares);
        forged[3].points[0] ^= 1;
        assert_eq!(join(&forged).unwrap_err(), ShareError::Wrong);
        // The same points under another set, another threshold, another index.
        let with = |change: fn(&mut Share)| {
            let mut forged = copies(&shares[..3]);
            forged.iter_mut().for_each(change);
            join(&forged).unwrap_err()
        };
        assert_eq!(with(|share| share.set[0] ^= 1), ShareError::Wrong);
        assert_eq!(with(|share| share.threshold = 2), ShareError::Wrong);
        assert_eq!(with(|share| share.index += 1), ShareError::Wrong);
    }

    #[test]
    fn the_numbers_have_bounds() {
        let mut rng = TestRng::new(50);
        for (threshold, count) in [(0, 3), (1, 3), (4, 3), (2, 17), (17, 17), (2, 1), (2, 255)] {
            assert_eq!(
                split(&root(50), threshold, count, &mut rng).unwrap_err(),
                ShareError::Numbers { threshold, count }
            );
        }
        assert_eq!(split(&root(50), 16, 16, &mut rng).unwrap().len(), 16);
        assert_eq!(
            ShareError::Numbers {
                threshold: 1,
                count: 3
            }
            .to_string(),
            "share_numbers: 1 of 3 shares; allowed are 2 to 16 shares and a threshold from 2 up \
             to their number"
        );
    }

    #[test]
    fn a_mistyped_character_is_refused_by_the_name_of_its_group() {
        let text = made(60, 2, 2)[0].to_string();
        let mut typed = text.clone();
        let wrong = if &text[37..38] == "7" { "8" } else { "7" };
        typed.replace_range(37..38, wrong);
        let error = typed.parse::<Share>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "share_group: group 7 of the share is mistyped"
        );
        let missing = text.rsplit_once('-').unwrap().0;
        assert_eq!(
            missing.parse::<Share>().unwrap_err().to_string(),
            "share_length: the share has 19 groups of characters; it needs 20"
        );
    }

    #[test]
    fn groups_of_two_shares_do_not_pass_for_one() {
        let shares = made(61, 2, 2);
        let (one, two) = (shares[0].to_string(), shares[1].to_string());
        let mixed = format!("{}{}", &one[..60], &two[60..]);
        assert_eq!(mixed.parse::<Share>().unwrap_err(), ShareError::Mistyped);
    }

    #[test]
    fn a_later_version_is_told_from_a_mistake() {
        struct Bytes([u8; WRITTEN]);
        impl fmt::Display for Bytes {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                spelling::write(f, &self.0)
            }
        }
        let written = |version: u8, numbers: u8| {
            let mut bytes = [0; WRITTEN];
            (bytes[0], bytes[5]) = (version, numbers);
            let end = digest(&bytes[..BODY]);
            bytes[BODY..].copy_from_slice(&end);
            Bytes(bytes).to_string().parse::<Share>().map(|_| ())
        };
        assert_eq!(written(1, 0x10), Ok(()));
        assert_eq!(written(1, 0x00), Err(ShareError::Wrong), "a threshold of 1");
        let expected = ShareError::Version {
            found: 2,
            allowed: 1,
        };
        assert_eq!(written(2, 0x10), Err(expected));
    }

    #[test]
    fn the_debug_form_hides_the_share() {
        let shares = made(70, 2, 3);
        assert_eq!(
            format!("{:?}", shares[1]),
            "Share { index: 2, threshold: 2, .. }"
        );
        assert_eq!((shares[1].index(), shares[1].threshold()), (2, 2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_split_joins(
            seed in any::<u32>(),
            (threshold, count) in (2_u8..=16).prop_flat_map(|k| (Just(k), k..=16)),
            order in any::<prop::sample::Index>(),
        ) {
            let mut shares = made(u64::from(seed), threshold, count);
            shares.rotate_left(order.index(usize::from(count)));
            let enough = copies(&shares[..usize::from(threshold)]);
            let joined = join(&enough).unwrap();
            let whole = root(u64::from(seed));
            prop_assert_eq!(joined.expose_bytes(), whole.expose_bytes());
            let few = join(&enough[1..]).unwrap_err();
            prop_assert_eq!(
                few,
                ShareError::Few { found: usize::from(threshold) - 1, needed: threshold }
            );
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9A-Z]{5}(-[0-9A-Z]{5}){0,20}") {
            let _ = text.parse::<Share>();
        }
    }
}
