//! Lengths that tell less.

use zeroize::Zeroizing;

use super::Unopened;

/// Bytes of the length that stands before the plaintext.
const PREFIX: usize = 4;
/// Step of the lengths up to [`SMALL`], in bytes.
const STEP: usize = 64;
/// Up to here lengths go in equal steps; above, in steps that grow with them.
const SMALL: usize = 1024;

/// The number of bytes that a plaintext of `plain` bytes takes once it is padded, its 4-byte
/// length included: the next multiple of 64 up to 1,024 bytes, above that by Padmé (K. Nikitin,
/// L. Barman, W. Lueks, M. Underwood, J.-P. Hubaux, B. Ford: "Reducing Metadata Leakage from
/// Encrypted Files and Communication with PURBs", PoPETs 2019(4), section 4: the lower bits of a
/// length of *n* bits are rounded away until as many are left as *n* has bits itself). Padmé adds
/// at most 12 %, and at most 6.25 % from 1,024 bytes on.
///
/// What the length still tells: which step the plaintext falls into. There is one step up to 60
/// bytes, 16 up to 1,020, and from there 16 or 32 for each doubling. So a name and a phone number
/// look alike; a name and a long statement do not, nor does a short film and a long one. Whoever
/// must hide that too pads to one size before sealing.
#[must_use]
pub const fn padded_length(plain: usize) -> usize {
    let length = plain + PREFIX;
    if length <= SMALL {
        return length.div_ceil(STEP) * STEP;
    }
    let exponent = length.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1 << (exponent - significant)) - 1;
    (length + mask) & !mask
}

/// Appends the padded plaintext: its length, itself, zeros.
///
/// # Panics
///
/// When the plaintext has 4 GiB or more, which the length cannot say.
pub(super) fn pad_into(out: &mut Vec<u8>, plain: &[u8]) {
    let length = u32::try_from(plain.len()).expect("a plaintext is shorter than 4 GiB");
    let end = out.len() + padded_length(plain.len());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(plain);
    out.resize(end, 0);
}

/// Takes the padding off. Each plaintext has one padded form; any other is refused.
pub(super) fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>().ok_or(Unopened)?;
    let length = usize::try_from(u32::from_be_bytes(*prefix)).map_err(|_| Unopened)?;
    let zeros = rest.get(length..).ok_or(Unopened)?;
    if padded_length(length) != padded.len() || zeros.iter().any(|&byte| byte != 0) {
        return Err(Unopened);
    }
    padded.copy_within(PREFIX..PREFIX + length, 0);
    padded.truncate(length);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_steps_are_these() {
        for (plain, padded) in [
            (0, 64),
            (60, 64),
            (61, 128),
            (1_020, 1_024),
            (1_021, 1_088),
            (4_092, 4_096),
            (65_532, 65_536),
            (65_533, 67_584),
            (1_000_000, 1_015_808),
        ] {
            assert_eq!(padded_length(plain), padded, "{plain}");
        }
    }

    #[test]
    fn lengths_never_fall_and_a_padded_length_is_its_own() {
        let mut last = 0;
        for plain in 0..200_000 {
            let padded = padded_length(plain);
            assert!(padded >= last && padded >= plain + PREFIX, "{plain}");
            assert_eq!(padded_length(padded - PREFIX), padded, "{plain}");
            last = padded;
        }
    }

    #[test]
    fn few_lengths_are_told_apart() {
        let count = |range: std::ops::Range<usize>| {
            range
                .map(padded_length)
                .collect::<std::collections::BTreeSet<_>>()
                .len()
        };
        assert_eq!(count(0..61), 1);
        assert_eq!(count(0..1_021), 16);
        assert_eq!(count(1_021..2_045), 16);
        assert_eq!(count(65_533..131_069), 32);
    }

    proptest! {
        #[test]
        fn the_overhead_is_bounded(plain in 1_021_usize..u32::MAX as usize) {
            let length = plain + PREFIX;
            prop_assert!((padded_length(plain) - length) * 16 <= length);
        }

        #[test]
        fn what_is_padded_comes_back(plain in prop::collection::vec(any::<u8>(), 0..3_000)) {
            let mut padded = Vec::new();
            pad_into(&mut padded, &plain);
            prop_assert_eq!(padded.len(), padded_length(plain.len()));
            let back = unpad(Zeroizing::new(padded)).unwrap();
            prop_assert_eq!(back.as_slice(), plain.as_slice());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpad(Zeroizing::new(bytes));
        }
    }

    #[test]
    fn another_form_of_the_same_plaintext_is_refused() {
        let mut padded = Vec::new();
        pad_into(&mut padded, b"abc");
        let refused = |bytes: Vec<u8>| unpad(Zeroizing::new(bytes)).is_err();
        assert!(!refused(padded.clone()));
        let mut dirty = padded.clone();
        dirty[63] = 1;
        assert!(refused(dirty));
        let mut long = padded.clone();
        long.resize(128, 0);
        assert!(refused(long));
        let mut lying = padded.clone();
        lying[3] = 61;
        assert!(refused(lying));
        assert!(refused(padded[..3].to_vec()));
        assert!(refused(Vec::new()));
    }
}
