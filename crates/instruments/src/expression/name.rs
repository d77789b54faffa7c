//! Names of questions, lists and entities: XML names as the field's tools accept them.

/// Letters that may begin a name. The accented capitals U+00C0 to U+00D6 are not among them: the
/// field's tools refuse them, and a name that only one tool takes is no name.
fn begins(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn continues(c: char) -> bool {
    begins(c)
        || matches!(c,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// How many bytes at the start of the text are a name without a prefix; 0 when none begins there.
pub(crate) fn name_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    match characters.next() {
        Some((_, c)) if begins(c) => {}
        _ => return 0,
    }
    characters
        .find(|(_, c)| !continues(*c))
        .map_or(text.len(), |(at, _)| at)
}

/// How many bytes at the start of the text are a name, with a prefix or without.
pub(super) fn prefixed_length(text: &str) -> usize {
    let first = name_length(text);
    if first == 0 {
        return 0;
    }
    match text[first..].strip_prefix(':') {
        Some(rest) => match name_length(rest) {
            0 => first,
            second => first + 1 + second,
        },
        None => first,
    }
}

/// Whether the whole text is a name, with a prefix or without.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && prefixed_length(text) == text.len()
}
