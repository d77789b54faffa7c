//! Passwords that everybody guesses first.

/// Lower case, 10 to 128 printable ASCII characters, in the order of their bytes; where they come
/// from says `codelists/passwords/SOURCES.md`.
const LIST: &str = include_str!("../../../../codelists/passwords/common.txt");

/// Whether a text in lower case is in the list of common and breached passwords (NIST
/// SP 800-63B-4, 3.1.1.2; ASVS 5.0.0, 6.2.4 and 6.2.12).
pub(super) fn is_common(lower: &str) -> bool {
    holds(LIST, lower)
}

/// Whether one of the sorted lines is this one: a binary search over bytes, so that nothing is
/// built when the program starts.
fn holds(sorted_lines: &str, sought: &str) -> bool {
    let lines = sorted_lines.as_bytes();
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = lines[..middle]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |at| at + 1);
        let end = lines[middle..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(lines.len(), |at| middle + at);
        match lines[start..end].cmp(sought.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_within_the_rule_of_length() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() >= 3_000, "ASVS 6.2.4: {}", lines.len());
        assert!(lines.is_sorted_by(|one, two| one < two));
        for line in lines {
            assert!((10..=128).contains(&line.chars().count()), "{line}");
            assert!(line.bytes().all(|b| b.is_ascii_graphic()), "{line}");
            assert_eq!(line.to_lowercase(), line);
        }
    }

    #[test]
    fn the_list_names_nobody_by_mail_address_and_few_numbers() {
        for line in LIST.lines() {
            let domain = line.split_once('@').map_or("", |(_, domain)| domain);
            assert!(!domain.contains('.'), "{line}");
        }
    }

    #[test]
    fn every_line_is_found_and_its_neighbours_are_not() {
        for line in LIST.lines() {
            assert!(is_common(line), "{line}");
            assert!(!is_common(&format!("{line}\u{1}")), "{line}");
            assert!(!is_common(&line[..9]), "{line}");
        }
        for other in [
            "",
            "\n",
            "0",
            "~~~~~~~~~~~~",
            "zzzzzzzzzzzzzzzz~",
            "correct horse",
        ] {
            assert!(!is_common(other), "{other:?}");
        }
    }

    #[test]
    fn lists_of_every_small_length_are_searched_to_their_ends() {
        for count in 0..12 {
            let words: Vec<String> = (0..count).map(|n| format!("w{:02}", 2 * n + 1)).collect();
            for text in [words.join("\n"), words.join("\n") + "\n"] {
                for n in 0..2 * count + 2 {
                    let word = format!("w{n:02}");
                    assert_eq!(
                        holds(&text, &word),
                        words.contains(&word),
                        "{text:?} {word}"
                    );
                }
            }
        }
    }
}
