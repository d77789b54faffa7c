//! One form for all writings of the same letters.
//!
//! Folding takes away what reporters, keyboards and files vary without meaning to: case, accents,
//! width, apostrophes, hyphens, dots. It is used on both sides of every comparison, so that it can
//! lose much and still not confuse: the collision test shows which names fall together.

use unicode_normalization::UnicodeNormalization as _;

/// The folded form: lower case, no diacritics on Latin, Greek, Cyrillic, Hebrew and Arabic
/// letters, words of letters and digits separated by one blank, `&` read as "and", dotted
/// initials joined ("U.S.A." is "usa").
pub(super) fn fold(text: &str) -> String {
    let spaced = if text.is_ascii() {
        fold_ascii(text)
    } else {
        fold_unicode(text)
    };
    join_initials(&spaced)
}

fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => folded.push(char::from(byte)),
            b'A'..=b'Z' => folded.push(char::from(byte.to_ascii_lowercase())),
            b'&' => folded.push_str(" and "),
            _ => push_blank(&mut folded),
        }
    }
    folded
}

fn fold_unicode(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd() {
        match letter {
            'a'..='z' | '0'..='9' => folded.push(letter),
            'A'..='Z' => folded.push(letter.to_ascii_lowercase()),
            '&' => folded.push_str(" and "),
            _ if letter.is_ascii() => push_blank(&mut folded),
            _ => fold_letter(letter, &mut folded),
        }
    }
    folded
}

fn fold_letter(letter: char, folded: &mut String) {
    if is_dropped_mark(letter) {
        return;
    }
    for lower in letter.to_lowercase() {
        match lower {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ə' => folded.push('e'),
            'ς' => folded.push('σ'),
            'ة' => folded.push('ه'),
            'ى' | 'ی' => folded.push('ي'),
            'ک' => folded.push('ك'),
            _ if is_dropped_mark(lower) => {}
            _ if lower.is_alphanumeric() || is_kept_mark(lower) => folded.push(lower),
            _ => push_blank(folded),
        }
    }
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic and its tatweel,
/// invisible signs of direction and joining, the soft hyphen.
fn is_dropped_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{640}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Vowel signs that carry meaning: scripts of South and South-East Asia.
fn is_kept_mark(letter: char) -> bool {
    matches!(letter, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3099}' | '\u{309a}')
}

fn push_blank(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Joins runs of one-letter words, which dotted abbreviations leave behind.
fn join_initials(spaced: &str) -> String {
    let trimmed = spaced.trim();
    if !trimmed.contains(' ') {
        return trimmed.to_owned();
    }
    let mut joined = String::with_capacity(trimmed.len());
    let mut after_initial = false;
    for word in trimmed.split_ascii_whitespace() {
        let initial = word.len() == 1 && word.as_bytes()[0].is_ascii_lowercase();
        let joins = initial && after_initial;
        if !joins && !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
        after_initial = initial;
    }
    joined
}

/// Text as it is compared letter by letter before accents are dropped: lower case, composed.
pub(super) fn native(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_the_same_letters_fall_together() {
        for (text, folded) in [
            ("  CÔTE d’Ivoire ", "cote d ivoire"),
            ("U.S.A.", "usa"),
            ("R.D. Congo", "rd congo"),
            ("B & H", "b and h"),
            ("Viet-Nam", "viet nam"),
            ("Großbritannien", "grossbritannien"),
            ("İSVİÇRE", "isvicre"),
            ("Россия", "россия"),
            ("إيران", "ايران"),
            ("Ｐｅｒｕ", "peru"),
            ("(...)", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in [
            "Çin Halk",
            "Åland",
            "Việt Nam",
            "中国",
            "ราชอาณาจักรไทย",
            "Ελλάς",
        ] {
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }
}
