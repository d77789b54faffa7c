//! References to other questions: `${name}` and `${last-saved#name}`.

use super::name_length;

/// A question that is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    pub(crate) name: &'a str,
    /// Whether the answer of the form saved before this one is meant.
    pub(crate) last_saved: bool,
}

/// A reference and where it stands, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) reference: Reference<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Why a text's references cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Something between braces is no name, or a brace is not closed.
    Malformed,
}

/// The well-formed references of a text, others passed over.
pub(crate) fn first_references(text: &str) -> impl Iterator<Item = Found<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = text[from..].find("${") {
            let start = from + at;
            if let Some((reference, length)) = inner(&text[start + 2..])
                && text[start + 2 + length..].starts_with('}')
            {
                let end = start + 2 + length + 1;
                from = end;
                return Some(Found {
                    reference,
                    start,
                    end,
                });
            }
            from = start + 2;
        }
        None
    })
}

/// What stands between the braces, and its length.
fn inner(text: &str) -> Option<(Reference<'_>, usize)> {
    let (rest, last_saved) = match text.strip_prefix("last-saved#") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let length = name_length(rest);
    let name = &rest[..length];
    (length > 0).then_some((
        Reference { name, last_saved },
        text.len() - rest.len() + length,
    ))
}

/// All references of a text. A malformed one makes the whole text unreadable.
pub(crate) fn references(text: &str) -> Result<Vec<Reference<'_>>, Unreadable> {
    let mut found = Vec::new();
    if text.chars().count() <= 2 {
        return Ok(found);
    }
    let mut from = 0;
    while let Some(at) = text[from..].find("${") {
        let start = from + at + 2;
        let Some(close) = text[start..].find('}') else {
            return Err(Unreadable::Malformed);
        };
        if close == 0 {
            // `${}` holds nothing between its braces: no reference, unless a later brace closes it.
            from = start;
            continue;
        }
        let between = &text[start..start + close];
        match inner(between) {
            Some((reference, length)) if length == between.len() => found.push(reference),
            _ => return Err(Unreadable::Malformed),
        }
        from = start + close + 1;
    }
    Ok(found)
}

/// The one reference that the text consists of, when it is nothing else.
pub(crate) fn only_reference(text: &str) -> Option<Reference<'_>> {
    let between = text.strip_prefix("${")?.strip_suffix('}')?;
    match inner(between) {
        Some((reference, length)) if length == between.len() => Some(reference),
        _ => None,
    }
}

/// Whether the text is one reference and nothing else.
pub(crate) fn is_reference(text: &str) -> bool {
    only_reference(text).is_some()
}

/// Whether the text holds a reference before anything malformed.
pub(crate) fn has_reference(text: &str) -> bool {
    first_outer(text).is_some_and(|result| result.is_ok())
}

/// Whether the text refers to the form saved before this one.
pub(crate) fn has_last_saved(text: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find("${") {
        let rest = &text[from + at..];
        match first_outer(rest) {
            Some(Ok((reference, length))) => {
                if reference.last_saved {
                    return true;
                }
                from += at + length;
            }
            _ => return false,
        }
    }
    false
}

/// The first reference of a text and the length up to its end.
fn first_outer(text: &str) -> Option<Result<(Reference<'_>, usize), Unreadable>> {
    let at = text.find("${")?;
    let start = at + 2;
    let Some(close) = text[start..].find('}') else {
        return Some(Err(Unreadable::Malformed));
    };
    let between = &text[start..start + close];
    match inner(between) {
        Some((reference, length)) if length == between.len() => {
            Some(Ok((reference, start + close + 1)))
        }
        _ => Some(Err(Unreadable::Malformed)),
    }
}
