//! 32 bytes as lower-case hexadecimal.

use zeroize::Zeroizing;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// 64 characters, written where they stay.
pub(super) fn write(bytes: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(64));
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of exactly such a text; nothing of any other.
pub(super) fn read(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_64_lower_case_digits_are_read() {
        let right = "00ff".repeat(16);
        assert_eq!(read(&right).unwrap()[..2], [0, 255]);
        let wrong = [
            "",
            "00",
            &right[1..],
            &right.to_uppercase(),
            &"é".repeat(32),
        ];
        for wrong in wrong.into_iter().chain([format!("{right}0").as_str()]) {
            assert!(read(wrong).is_none(), "{wrong}");
        }
        assert!(read(&right.replace("ff", "fg")).is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in any::<[u8; 32]>()) {
            let text = write(&bytes);
            prop_assert_eq!(text.len(), 64);
            prop_assert_eq!(*read(&text).unwrap(), bytes);
        }
    }
}
