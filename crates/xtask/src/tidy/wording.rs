//! The project speaks of itself alone: words that files and commit messages do not use.
//!
//! The list is written in two halves a word, so that this file passes its own rule.

use super::Finding;

/// Words that name where packages come from; addresses of that kind belong to the machine's
/// settings, not to the project.
const REGISTRIES: [(&str, &str); 9] = [
    ("crates", ".io"),
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("npmjs", ".org"),
    ("npmjs", ".com"),
    ("deb.debian", ".org"),
    ("security.debian", ".org"),
    ("proxy.golang", ".org"),
    ("repo.maven", ".apache"),
];

/// Words that speak of the making and not of the thing made.
const MAKING: [(&str, &str); 20] = [
    ("as an ", "ai"),
    ("ai ", "assistant"),
    ("ai", "-generated"),
    ("language ", "model"),
    ("chat", "gpt"),
    ("anth", "ropic"),
    ("open", "ai"),
    ("cla", "ude"),
    ("this ", "session"),
    ("previous ", "session"),
    ("next ", "session"),
    ("the ", "agent"),
    ("an ", "agent"),
    ("sub", "agent"),
    ("sub-", "agent"),
    ("the ", "brief"),
    ("the task ", "says"),
    ("time ", "box"),
    ("the ", "ceo"),
    ("as ", "instructed"),
];

/// Files that a tool writes, where a registry is named as part of the format.
const MACHINE_WRITTEN: [&str; 1] = ["Cargo.lock"];

const RULE: &str = "wording";

/// Words of the two lists in `text`, and mentions of the workplace.
#[must_use]
pub fn forbidden_words(path: &str, text: &str) -> Vec<Finding> {
    if MACHINE_WRITTEN.contains(&path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.to_lowercase();
        let words = REGISTRIES.iter().chain(&MAKING);
        for (first, second) in words {
            let word = format!("{first}{second}");
            if holds_word(&line, &word) {
                let found = format!("\"{word}\"");
                let allowed = "words about the project itself";
                findings.push(Finding::new(path, index + 1, RULE, found, allowed));
            }
        }
        if let Some(found) = workplace(&line) {
            let allowed = "paths inside the repository, and reasons in place of numbers";
            findings.push(Finding::new(path, index + 1, RULE, found, allowed));
        }
    }
    findings
}

/// Whether `word` stands in `line` with no letter or digit touching it.
#[must_use]
pub fn holds_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let after = line[place + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A path of the workplace, or a task's number.
fn workplace(line: &str) -> Option<String> {
    let folder = concat!("/wo", "rk/");
    for (place, _) in line.match_indices(folder) {
        // `/network/` and `a/work/b` are other things; the workplace's folder begins a path.
        let before = line[..place].chars().next_back();
        if before.is_none_or(|letter| " \"'`(=:[<,".contains(letter)) {
            return Some(format!("\"{folder}\""));
        }
    }
    let library = concat!("/.lib", "rary");
    if line.contains(library) {
        return Some(format!("\"{library}\""));
    }
    numbered(line, "issue").or_else(|| numbered(line, "issues"))
}

/// The word with a number after it, apart by a space, a hash or a hyphen.
fn numbered(line: &str, word: &str) -> Option<String> {
    line.match_indices(word).find_map(|(place, _)| {
        let before = line[..place].chars().next_back();
        let rest = line[place + word.len()..].trim_start_matches([' ', '#', '-']);
        let separated = rest.len() < line.len() - place - word.len();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // A year is a date of publication (a journal's issue), not a task's number.
        let is_number = separated && (1..=3).contains(&digits.len());
        (is_number && !before.is_some_and(char::is_alphanumeric))
            .then(|| format!("\"{word} {digits}\""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_lists_is_found() {
        for (first, second) in REGISTRIES.iter().chain(&MAKING) {
            let upper = format!("{first}{second}").to_uppercase();
            for text in [format!("x\nsee {first}{second}."), format!("x\n({upper})")] {
                let findings = forbidden_words("README.md", &text);
                assert!(findings.iter().any(|finding| finding.line == 2), "{text}");
            }
        }
    }

    #[test]
    fn words_that_contain_a_listed_word_pass() {
        for text in [
            "the agency and the agencies",
            "the briefing",
            "a session of a data manager",
            "an issuer; the issues of a case; issue of a passport",
            "framework/network/work/x",
            "self.library.open()",
            "times boxed",
        ] {
            assert_eq!(forbidden_words("README.md", text), [], "{text}");
        }
    }

    #[test]
    fn the_workplace_and_numbers_of_tasks_are_found() {
        for text in [
            format!("see {}{}main", "/wo", "rk/"),
            format!("cd \"{}{}shared\"", "/wo", "rk/"),
            format!("x{}{}/env", "/.lib", "rary"),
            format!("done for {} 7", "issue"),
            format!("closes {} #12", "Issue"),
        ] {
            assert_eq!(forbidden_words("README.md", &text).len(), 1, "{text}");
        }
    }

    #[test]
    fn the_lock_file_names_its_registry() {
        let text = format!(
            "source = \"registry+https://github.com/x/crates{}-index\"",
            ".io"
        );
        assert_eq!(forbidden_words("Cargo.lock", &text), []);
        assert_eq!(forbidden_words("README.md", &text).len(), 1);
    }
}
