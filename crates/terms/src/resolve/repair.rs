//! What broken files do to letters: text decoded with the wrong table, letters lost.

/// The texts that a wrongly decoded one may have been, the best first; empty when it shows no
/// sign of that. UTF-8 read as Windows-1252 or Latin-1 is undone up to three times; character
/// references of HTML are read.
pub(super) fn repairs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = text.to_owned();
    if let Some(read) = read_references(&current) {
        current = read;
        found.push(current.clone());
    }
    for _ in 0..3 {
        match reread(&current) {
            Some(next) => {
                found.push(next.clone());
                current = next;
            }
            None => break,
        }
    }
    found.reverse();
    found
}

/// The text whose UTF-8 bytes, read in Windows-1252, look like this one.
fn reread(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    let read = String::from_utf8(bytes?).ok()?;
    (read != text).then_some(read)
}

/// The byte of a letter in Windows-1252, in Latin-1 where the former has none.
fn byte_of(letter: char) -> Option<u8> {
    const UPPER: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    if let Ok(byte) = u8::try_from(u32::from(letter)) {
        return Some(byte);
    }
    let position = UPPER.chars().position(|upper| upper == letter)?;
    u8::try_from(0x80 + position).ok()
}

/// HTML character references read: numbers, `&amp;`, `&apos;`, `&quot;`, and letters with accents,
/// of which the letter is kept.
fn read_references(text: &str) -> Option<String> {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(start) = rest.find('&') {
        read.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let reference = tail.find(';').filter(|end| (2..=8).contains(end));
        match reference.and_then(|end| Some((referred(&tail[..end])?, end))) {
            Some((letter, end)) => {
                read.push(letter);
                rest = &tail[end + 1..];
                changed = true;
            }
            None => {
                read.push('&');
                rest = tail;
            }
        }
    }
    read.push_str(rest);
    changed.then_some(read)
}

fn referred(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let value = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(value);
    }
    match name {
        "amp" => Some('&'),
        "apos" | "rsquo" | "lsquo" => Some('\''),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ => {
            let accents = [
                "acute", "grave", "circ", "tilde", "uml", "cedil", "ring", "slash",
            ];
            let letter = accents
                .iter()
                .find_map(|accent| name.strip_suffix(accent))?;
            let mut letters = letter.chars();
            letters
                .next()
                .filter(|l| l.is_ascii_alphabetic() && letters.next().is_none())
        }
    }
}

/// The sign that stands for a lost letter after [`mark_losses`].
pub(super) const LOST: char = '\u{fffd}';

/// The text in lower case with each sign that stands for a lost letter as U+FFFD; `None` when no
/// letter is lost. A question mark or another sign between letters or beside one counts, and what
/// is left of a letter that was decoded wrongly and then cut.
pub(super) fn mark_losses(text: &str) -> Option<String> {
    let letters: Vec<char> = super::fold::native(text).chars().collect();
    let is_letter = |index: Option<usize>| {
        index
            .and_then(|i| letters.get(i))
            .is_some_and(|letter| letter.is_alphabetic())
    };
    let lost = |index: usize, letter: char| match letter {
        LOST | '?' | '¿' => true,
        'ã' | 'â' => {
            let next = letters.get(index + 1);
            next.is_none_or(|next| is_stray(*next) || *next == 'ã' || *next == 'â')
        }
        _ => is_stray(letter),
    };
    let mut any = false;
    let mut marked = String::with_capacity(text.len());
    for (index, letter) in letters.iter().enumerate() {
        let run_touches_letter = {
            let before = (0..index).rev().find(|i| !lost(*i, letters[*i]));
            let after = (index + 1..letters.len()).find(|i| !lost(*i, letters[*i]));
            is_letter(before) || is_letter(after)
        };
        if lost(index, *letter) && run_touches_letter {
            any = true;
            marked.push(LOST);
        } else {
            marked.push(*letter);
        }
    }
    any.then_some(marked)
}

/// A sign that no name holds and that damaged files put in the place of letters.
fn is_stray(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9f}' | '¡'..='¬' | '®'..='¶' | '¸'..='¾' | '×' | '÷'
        | '‚' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '›' | '•' | '˜' | '™' | '€'
        | '\u{2500}'..='\u{25ff}' | '√' | '∞' | '≈' | '≠' | '≤' | '≥' | '^' | '~' | '#')
}

/// Whether a word with lost letters may be this one. A run of marks stands for as many letters, or
/// for fewer, since one letter may leave two marks; `plain` also lets marks be letters of ASCII.
pub(super) fn may_be(damaged: &[char], whole: &[char], plain: bool) -> bool {
    let Some((first, rest)) = damaged.split_first() else {
        return whole.is_empty();
    };
    if *first != LOST {
        return whole
            .split_first()
            .is_some_and(|(w, tail)| w == first && may_be(rest, tail, plain));
    }
    let run = damaged.iter().take_while(|letter| **letter == LOST).count();
    let is_lossy = |letter: &char| !letter.is_ascii() || *letter == '\'' || plain;
    (1..=run).any(|length| {
        whole.len() >= length
            && whole[..length].iter().all(is_lossy)
            && may_be(&damaged[run..], &whole[length..], plain)
    })
}

/// Words and what stands between them, in order; an apostrophe belongs to its word.
pub(super) fn split_words(text: &str) -> Vec<&str> {
    let is_word =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '`' | '´' | LOST);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut inside = None;
    for (at, letter) in text.char_indices() {
        let now = is_word(letter);
        if inside.is_some_and(|before| before != now) {
            pieces.push(&text[start..at]);
            start = at;
        }
        inside = Some(now);
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_decoding_is_undone() {
        for (broken, whole) in [
            ("TÃ¼rkiye", "Türkiye"),
            ("CÃ´te d'Ivoire", "Côte d'Ivoire"),
            ("TÃƒÂ¼rkiye", "Türkiye"),
            ("MÃ‰XICO", "MÉXICO"),
            ("PERÃš", "PERÚ"),
            ("C&ocirc;te d&#39;Ivoire", "Cote d'Ivoire"),
            ("Antigua &amp; Barbuda", "Antigua & Barbuda"),
        ] {
            assert_eq!(
                repairs(broken).first().map(String::as_str),
                Some(whole),
                "{broken}"
            );
        }
        for sound in ["Perú", "Peru", "Côte d’Ivoire", "中国", "B & H"] {
            assert!(repairs(sound).is_empty(), "{sound}");
        }
    }

    #[test]
    fn lost_letters_are_marked_only_beside_letters() {
        assert_eq!(mark_losses("T�rkiye").as_deref(), Some("t\u{fffd}rkiye"));
        assert_eq!(mark_losses("Per?").as_deref(), Some("per\u{fffd}"));
        assert_eq!(mark_losses("Espa¤a").as_deref(), Some("espa\u{fffd}a"));
        assert_eq!(mark_losses("? Peru"), None);
        assert_eq!(mark_losses("Peru"), None);
    }

    #[test]
    fn a_mark_stands_for_letters_that_files_lose() {
        let fits = |damaged: &str, whole: &str, plain| {
            let [damaged, whole]: [Vec<char>; 2] = [damaged, whole].map(|t| t.chars().collect());
            may_be(&damaged, &whole, plain)
        };
        assert!(fits("per\u{fffd}", "perú", false));
        assert!(fits("per\u{fffd}\u{fffd}", "perú", false));
        assert!(!fits("per\u{fffd}", "pera", false));
        assert!(fits("per\u{fffd}", "pera", true));
        assert!(!fits("per\u{fffd}", "perúú", false));
    }
}
