//! The written form of a recovery share: bytes that a person can copy from paper.
//!
//! Groups of four characters and a check character, in Douglas Crockford's base 32
//! (crockford.com/base32.html): digits and capital letters without I, L, O, U; read without regard
//! to case, O as 0, I and L as 1. The check character is that of ISO/IEC 7064, a hybrid system
//! with modulus 32 (as MOD 37,36 is one with 36), over the group's number and its four characters.
//! Every step of such a system is one-to-one, so any single wrong character changes the outcome,
//! and a group in another's place counts as one.

use std::fmt;

use zeroize::Zeroizing;

/// The 32 symbols, each at its value.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits of a character.
const BITS: usize = 5;
/// Characters of a group before its check character.
const DATA: usize = 4;

/// Why groups are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misspelt {
    /// The group of this number, from 1, is not as it was written.
    Group(u8),
    /// There are this many groups.
    Count(usize),
}

/// Writes bytes in groups. There are fewer than 32 of them and they hold the bytes exactly.
pub(super) fn write(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    debug_assert_eq!(bytes.len() * 8 % (BITS * DATA), 0);
    let digits = digits(bytes);
    for (number, group) in (1..).zip(digits.chunks_exact(DATA)) {
        if number > 1 {
            f.write_str("-")?;
        }
        for &digit in group.iter().chain([&check(number, group)]) {
            write!(f, "{}", char::from(ALPHABET[usize::from(digit)]))?;
        }
    }
    Ok(())
}

/// Reads `N` bytes from groups that are set apart by hyphens or white space.
pub(super) fn read<const N: usize>(text: &str) -> Result<Zeroizing<[u8; N]>, Misspelt> {
    let expected = N * 8 / (BITS * DATA);
    let mut digits = Zeroizing::new(Vec::with_capacity(expected * DATA));
    let groups = text.split(is_between).filter(|group| !group.is_empty());
    let mut found = 0;
    for group in groups {
        found += 1;
        let number = u8::try_from(found)
            .ok()
            .filter(|_| found <= expected)
            .ok_or(Misspelt::Count(found))?;
        let mut read = Zeroizing::new([0; DATA + 1]);
        let mut characters = group.chars();
        for place in read.iter_mut() {
            *place = characters
                .next()
                .and_then(digit)
                .ok_or(Misspelt::Group(number))?;
        }
        let (data, last) = read.split_at(DATA);
        if characters.next().is_some() || last != [check(number, data)] {
            return Err(Misspelt::Group(number));
        }
        digits.extend_from_slice(data);
    }
    if found != expected {
        return Err(Misspelt::Count(found));
    }
    let mut bytes = Zeroizing::new([0; N]);
    // Eight digits are five bytes.
    for (five, eight) in bytes.chunks_mut(5).zip(digits.chunks(8)) {
        let number = eight.iter().fold(0, |sum, &d| sum << BITS | u64::from(d));
        five.copy_from_slice(&number.to_be_bytes()[3..]);
    }
    Ok(bytes)
}

fn digits(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(bytes.len() * 8 / BITS));
    for five in bytes.chunks(5) {
        let number = five.iter().fold(0, |sum, &b| sum << 8 | u64::from(b));
        for place in (0..8).rev() {
            digits.push((number >> (place * BITS)).to_le_bytes()[0] & 31);
        }
    }
    digits
}

fn check(number: u8, group: &[u8]) -> u8 {
    hybrid_check(32, [number].iter().chain(group))
}

/// ISO/IEC 7064, hybrid system: for each digit add modulo `modulus` (0 counts as the modulus),
/// then double modulo one more; the check digit brings the last sum to 1.
fn hybrid_check<'a>(modulus: u8, digits: impl IntoIterator<Item = &'a u8>) -> u8 {
    let mut state = modulus;
    for &digit in digits {
        let sum = (state + digit) % modulus;
        state = 2 * (if sum == 0 { modulus } else { sum }) % (modulus + 1);
    }
    (modulus + 1 - state) % modulus
}

/// The value of a symbol as somebody copied it: any case, O for 0, I and L for 1.
pub(crate) fn digit(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|&c| char::from(c) == upper)?;
    u8::try_from(at).ok()
}

/// Hyphens, also those that word processors make of them, and white space.
pub(crate) fn is_between(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Written<'a>(&'a [u8]);

    impl fmt::Display for Written<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write(f, self.0)
        }
    }

    fn read_50(text: &str) -> Result<Vec<u8>, Misspelt> {
        read::<50>(text).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn the_check_digit_is_that_of_known_numbers_of_the_same_system() {
        // MOD 11,10: the example of the standard itself. MOD 37,36: the example of the Global
        // Release Identifier, A1-2425G-ABC1234002-M.
        assert_eq!(hybrid_check(10, &[0, 7, 9, 4]), 5);
        let release: Vec<u8> = "A12425GABC1234002"
            .chars()
            .map(|c| u8::try_from(c.to_digit(36).unwrap()).unwrap())
            .collect();
        assert_eq!(
            hybrid_check(36, &release),
            22,
            "the 13th letter after ten digits"
        );
    }

    #[test]
    fn every_wrong_character_in_every_place_is_named_by_its_group() {
        let bytes: Vec<u8> = (0_u8..50).map(|n| n.wrapping_mul(37)).collect();
        let text = Written(&bytes).to_string();
        assert_eq!(read_50(&text), Ok(bytes));
        for (at, right) in text.char_indices().filter(|(_, c)| *c != '-') {
            for &wrong in ALPHABET {
                let mut typed = text.clone();
                typed.replace_range(at..=at, char::from(wrong).encode_utf8(&mut [0; 4]));
                let group = u8::try_from(at / 6 + 1).unwrap();
                if right != char::from(wrong) {
                    assert_eq!(read_50(&typed), Err(Misspelt::Group(group)), "{typed}");
                }
            }
        }
    }

    #[test]
    fn groups_in_another_order_too_few_or_too_many_are_refused() {
        let text = Written(&[0xa5; 50]).to_string();
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(groups.len(), 20);
        for one in 0..20 {
            for two in one + 1..20 {
                let mut moved = groups.clone();
                moved.swap(one, two);
                let expected = if groups[one] == groups[two] {
                    Ok(vec![0xa5; 50])
                } else {
                    Err(Misspelt::Group(u8::try_from(one + 1).unwrap()))
                };
                assert_eq!(read_50(&moved.join(" ")), expected);
            }
        }
        assert_eq!(read_50(&groups[..19].join("-")), Err(Misspelt::Count(19)));
        assert_eq!(read_50(&format!("{text}-00000")), Err(Misspelt::Count(21)));
        assert_eq!(read_50(""), Err(Misspelt::Count(0)));
        let short = text.replacen(groups[6], &groups[6][..4], 1);
        assert!(matches!(read_50(&short), Err(Misspelt::Group(_))));
    }

    #[test]
    fn letters_that_are_not_used_are_refused_or_forgiven() {
        for (typed, meant) in [('o', '0'), ('O', '0'), ('i', '1'), ('l', '1'), ('L', '1')] {
            assert_eq!(digit(typed), digit(meant));
            assert!(digit(meant).is_some());
        }
        for character in ['U', 'u', '*', 'é', '٣', ' ', '\0'] {
            assert_eq!(digit(character), None, "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_however_it_is_typed(
            bytes in prop::collection::vec(any::<u8>(), 50),
        ) {
            let text = Written(&bytes).to_string();
            prop_assert_eq!(text.len(), 119);
            let sloppy = text.to_lowercase().replace('-', " \n").replace('0', "o");
            prop_assert_eq!(read_50(&sloppy), Ok(bytes.clone()));
            prop_assert_eq!(read_50(&text.replace('-', "\u{2013}").replace('1', "l")), Ok(bytes));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9A-Za-z \\-é]{0,140}") {
            let _ = read_50(&text);
        }
    }
}
