//! Several values in one field.

/// What parts values where nobody has said it: what leaves every piece a known value is right.
const USUAL: [char; 6] = [';', '|', '\n', ',', '/', ' '];
/// What parts values even if a piece is not known.
const CERTAIN: [char; 3] = [';', '|', '\n'];

/// A field in pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pieces<'a> {
    /// The pieces as they stand, blank ones left out.
    pub(super) pieces: Vec<&'a str>,
    /// Whether a known value holds what parts values, so that it was joined again.
    pub(super) joined: bool,
}

/// Parts a field. `known` says whether a text is a value; `code` whether it is a code, since only
/// codes can be parted by blanks.
pub(super) fn of<'a>(
    text: &'a str,
    said: Option<&str>,
    known: impl Fn(&str) -> bool,
    code: impl Fn(&str) -> bool,
) -> Pieces<'a> {
    let joined = text.contains(CERTAIN);
    if known(text) {
        return Pieces {
            pieces: vec![text],
            joined,
        };
    }
    if let Some(separator) = said.filter(|separator| !separator.is_empty()) {
        return greedy(text, separator, &known);
    }
    for separator in USUAL
        .into_iter()
        .filter(|separator| text.contains(*separator))
    {
        let mut buffer = [0; 4];
        let parted = greedy(text, separator.encode_utf8(&mut buffer), &known);
        let fits = |piece: &&str| match separator {
            ' ' => code(piece.trim()),
            _ => known(piece),
        };
        if !parted.pieces.is_empty() && parted.pieces.iter().all(fits) {
            return parted;
        }
    }
    match CERTAIN
        .into_iter()
        .find(|separator| text.contains(*separator))
    {
        Some(separator) => greedy(text, separator.encode_utf8(&mut [0; 4]), &known),
        None => Pieces {
            pieces: vec![text],
            joined: false,
        },
    }
}

/// The longest known piece from each place on; where none is known, up to the next separator.
fn greedy<'a>(text: &'a str, separator: &str, known: &impl Fn(&str) -> bool) -> Pieces<'a> {
    let mut bounds = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(separator) {
        bounds.push((from, at));
        from = at + separator.len();
    }
    bounds.push((from, text.len()));
    let mut found = Pieces {
        pieces: Vec::new(),
        joined: false,
    };
    // Labels that hold a separator hold few of them.
    const JOINED_MAX: usize = 4;
    let mut at = 0;
    while at < bounds.len() {
        let last = (at + JOINED_MAX).min(bounds.len());
        let longest = (at + 1..=last)
            .rev()
            .find(|end| known(&text[bounds[at].0..bounds[end - 1].1]));
        let end = longest.unwrap_or(at + 1);
        let piece = &text[bounds[at].0..bounds[end - 1].1];
        if !piece.trim().is_empty() {
            found.pieces.push(piece);
            found.joined |= end - at > 1;
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 5] = [
        "A",
        "B",
        "Water; sewers, waste",
        "Trade; repair",
        "North Sea",
    ];

    fn parted(text: &str) -> (Vec<&str>, bool) {
        let known = |piece: &str| KNOWN.contains(&piece.trim());
        let found = of(text, None, known, |piece| piece.len() == 1 && known(piece));
        (found.pieces, found.joined)
    }

    #[test]
    fn a_label_that_holds_a_separator_stays_whole() {
        let (pieces, joined) = parted("A;Water; sewers, waste;Trade; repair;B");
        assert_eq!(pieces, ["A", "Water; sewers, waste", "Trade; repair", "B"]);
        assert!(joined);
        assert_eq!(
            parted("Water; sewers, waste"),
            (vec!["Water; sewers, waste"], true)
        );
    }

    #[test]
    fn codes_are_parted_by_blanks_and_labels_are_not() {
        assert_eq!(parted("A B").0, ["A", "B"]);
        assert_eq!(parted("North Sea").0, ["North Sea"]);
        assert_eq!(parted("A North").0, ["A North"]);
        assert_eq!(parted("A, B").0, ["A", " B"]);
        assert_eq!(parted("A|B").0, ["A", "B"]);
    }

    #[test]
    fn an_unknown_piece_stays_as_it_is() {
        assert_eq!(parted("A;what is this;B").0, ["A", "what is this", "B"]);
        assert_eq!(parted("what, is this").0, ["what, is this"]);
        assert_eq!(parted(";;").0, Vec::<&str>::new());
    }
}
