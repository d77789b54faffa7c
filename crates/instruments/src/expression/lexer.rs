//! The words of an expression. Nothing is refused: a character that begins no word is a word by
//! itself, so that labels can be looked through as well.

use super::name::{name_length, prefixed_length};

/// What kind of word it is, as far as the compiler asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A day, a time or both.
    Moment,
    /// A number.
    Number,
    /// `*`, `+`, `-`, ` mod `, ` div `.
    Operator,
    /// `=`, `<`, `and` and the like.
    Comparison,
    /// `|`.
    Union,
    /// `(`, `[`, `{`, `}`, `.`, `..`, `,` and the like.
    Mark,
    /// `)`.
    ParenthesisEnd,
    /// `/`.
    Slash,
    /// Text in quotation marks.
    Literal,
    /// White space.
    Space,
    /// `${name}` or `${last-saved#name}`.
    Reference,
    /// `name(`.
    Call,
    /// `name[`.
    PredicateBegin,
    /// `]`.
    PredicateEnd,
    /// `name` or `prefix:name`.
    Name,
    /// Anything else.
    Other,
}

/// A word and where it stands, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) token: Token,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Word<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of the text, in order, without gaps.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let (token, length) = next(&text[start..]);
        let word = Word {
            token,
            text: &text[start..start + length],
            start,
        };
        start += length;
        Some(word)
    })
}

/// How many bytes at the start of a text are a word of some kind.
type Trial = fn(&str) -> usize;

/// The first word and its length. The order of the trials decides between words that begin alike.
fn next(text: &str) -> (Token, usize) {
    let trials: [(Token, Trial); 10] = [
        (Token::Moment, moment),
        (Token::Number, number),
        (Token::Operator, operator),
        (Token::Comparison, comparison),
        (Token::Literal, literal),
        (Token::Space, space),
        (Token::Reference, reference),
        (Token::Call, |text| followed(text, '(')),
        (Token::PredicateBegin, |text| followed(text, '[')),
        (Token::Name, name_or_scheme),
    ];
    let first = text.chars().next().unwrap_or_default();
    match first {
        '|' => return (Token::Union, 1),
        ')' => return (Token::ParenthesisEnd, 1),
        '(' | '[' | '{' | '}' | ',' => return (Token::Mark, 1),
        '/' => return (Token::Slash, 1),
        ']' => return (Token::PredicateEnd, 1),
        _ => {}
    }
    for (token, trial) in trials {
        let length = trial(text);
        if length > 0 {
            return (token, length);
        }
    }
    if text.starts_with("..") {
        return (Token::Mark, 2);
    }
    if first == '.' {
        return (Token::Mark, 1);
    }
    (Token::Other, first.len_utf8())
}

/// The length of a run that fits a pattern of digits (`0`) and other characters.
fn pattern(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    for (at, wanted) in pattern.bytes().enumerate() {
        let found = *bytes.get(at)?;
        let fits = if wanted == b'0' {
            found.is_ascii_digit()
        } else {
            found == wanted
        };
        if !fits {
            return None;
        }
    }
    Some(pattern.len())
}

fn moment(text: &str) -> usize {
    let sign = usize::from(text.starts_with('-'));
    if let Some(length) = pattern(&text[sign..], "0000-00-00") {
        let day = sign + length;
        if let Some(rest) = text[day..].strip_prefix('T') {
            let time = time(rest);
            if time > 0 {
                return day + 1 + time;
            }
        }
        return day;
    }
    time(text)
}

fn time(text: &str) -> usize {
    let Some(mut length) = pattern(text, "00:00:00") else {
        return 0;
    };
    if let Some(rest) = text[length..].strip_prefix('.') {
        let spaces = rest.len() - rest.trim_start().len();
        if spaces > 0 {
            length += 1 + spaces;
        }
    }
    let rest = &text[length..];
    if rest.starts_with('Z') {
        return length + 1;
    }
    if rest.starts_with(['+', '-'])
        && let Some(offset) = pattern(&rest[1..], "00:00")
    {
        return length + 1 + offset;
    }
    length
}

fn number(text: &str) -> usize {
    let sign = usize::from(text.starts_with('-'));
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(sign);
    let after = sign + whole;
    if text[after..].starts_with('.') {
        let fraction = digits(after + 1);
        if whole > 0 || fraction > 0 {
            return after + 1 + fraction;
        }
    }
    if whole > 0 { after } else { 0 }
}

fn starts(text: &str, words: &[&str]) -> usize {
    words
        .iter()
        .find(|word| text.starts_with(**word))
        .map_or(0, |word| word.len())
}

fn operator(text: &str) -> usize {
    starts(text, &["*", "+", "-", " mod ", " div "])
}

fn comparison(text: &str) -> usize {
    starts(text, &["=", "!=", "<", ">", " and ", " or "])
}

fn literal(text: &str) -> usize {
    let Some(quote @ ('"' | '\'')) = text.chars().next() else {
        return 0;
    };
    text[1..].find(quote).map_or(0, |end| end + 2)
}

fn space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn reference(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("${") else {
        return 0;
    };
    let inner = rest.strip_prefix("last-saved#").unwrap_or(rest);
    let name = name_length(inner);
    if name == 0 || !inner[name..].starts_with('}') {
        return 0;
    }
    text.len() - inner.len() + name + 1
}

fn followed(text: &str, mark: char) -> usize {
    // The longest name first; without its prefix when only that is followed by the mark.
    for length in [prefixed_length(text), name_length(text)] {
        if length > 0 && text[length..].starts_with(mark) {
            return length + mark.len_utf8();
        }
    }
    0
}

fn name_or_scheme(text: &str) -> usize {
    let name = name_length(text);
    if name > 0 && text[name..].starts_with("://") {
        return name + 3;
    }
    prefixed_length(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        words(text).map(|word| word.token).collect()
    }

    #[test]
    fn a_day_is_one_word_and_a_hyphen_between_spaces_is_a_minus() {
        assert_eq!(tokens("2026-11-30"), [Token::Moment]);
        assert_eq!(tokens("first-second"), [Token::Name]);
        assert_eq!(
            tokens("a - b"),
            [
                Token::Name,
                Token::Space,
                Token::Operator,
                Token::Space,
                Token::Name
            ]
        );
    }

    #[test]
    fn words_cover_the_text_without_gaps() {
        let text =
            "if(${a} > 1, concat('x', \u{e9}), instance('l')/root/item[name=1]/label) \u{201c}";
        let joined: String = words(text).map(|word| word.text).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn a_reference_needs_a_name_and_its_brace() {
        assert_eq!(tokens("${a}"), [Token::Reference]);
        assert_eq!(tokens("${last-saved#a}"), [Token::Reference]);
        assert_eq!(tokens("${ a }").first(), Some(&Token::Other));
    }
}
