//! Commit messages: `room: what changed`, then why.

use std::path::Path;
use std::process::Command;

use super::Finding;
use super::wording::forbidden_words;

/// Most characters in a subject.
pub const SUBJECT_COLUMNS_MAX: usize = 72;

/// One commit's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The commit's short name.
    pub commit: String,
    /// The first line.
    pub subject: String,
    /// What follows it.
    pub body: String,
}

/// The messages of HEAD's history, merges left out.
///
/// # Errors
/// A reason in words when there is no history to read: no git, or no repository.
pub fn log(root: &Path) -> Result<Vec<Message>, String> {
    let output = Command::new("git")
        .args(["log", "--no-merges", "--format=%h%x1f%s%x1f%b%x1e", "HEAD"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git does not start: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "git log says: {}",
            said.lines().next().unwrap_or("nothing")
        ));
    }
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

fn parse(text: &str) -> Vec<Message> {
    let records = text
        .split('\u{1e}')
        .map(str::trim)
        .filter(|record| !record.is_empty());
    records
        .filter_map(|record| {
            let mut fields = record.split('\u{1f}').map(|field| field.trim().to_owned());
            let (commit, subject) = (fields.next()?, fields.next()?);
            Some(Message {
                commit,
                subject,
                body: fields.next().unwrap_or_default(),
            })
        })
        .collect()
}

/// What is wrong with one message.
#[must_use]
pub fn message(message: &Message) -> Vec<Finding> {
    let path = format!("commit {}", message.commit);
    let finding = |line, found: String, allowed: &str| {
        Finding::new(&path, line, "commit-message", found, allowed)
    };
    let mut findings = Vec::new();
    let columns = message.subject.chars().count();
    if columns > SUBJECT_COLUMNS_MAX {
        findings.push(finding(
            1,
            format!("a subject of {columns} columns"),
            "72 columns",
        ));
    }
    if !names_a_room(&message.subject) {
        let allowed = "`room: what changed`, the first word in lower case";
        findings.push(finding(1, format!("\"{}\"", message.subject), allowed));
    }
    if message.body.is_empty() {
        findings.push(finding(3, "no body".to_owned(), "a body that says why"));
    }
    let whole = format!("{}\n\n{}", message.subject, message.body);
    findings.extend(forbidden_words(&path, &whole));
    findings
}

/// `room: what`, `room, room: what`; an abbreviation such as TIP may open the sentence.
fn names_a_room(subject: &str) -> bool {
    let Some((rooms, what)) = subject.split_once(": ") else {
        return false;
    };
    let is_room = |room: &str| {
        let letters = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._/-".contains(letter)
        };
        !room.is_empty() && (room.chars().all(letters) || is_document(room))
    };
    let word = what.split_whitespace().next().unwrap_or_default();
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    let abbreviation = word.chars().filter(|letter| letter.is_uppercase()).count() > 1;
    rooms.split(", ").all(is_room) && !word.is_empty() && (!capital || abbreviation)
}

/// A file of the root such as `CONTRIBUTING.md` stands for itself.
fn is_document(room: &str) -> bool {
    room.strip_suffix(".md").is_some_and(|name| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subject: &str, body: &str) -> Vec<Finding> {
        let (subject, body) = (subject.to_owned(), body.to_owned());
        message(&Message {
            commit: "0123abc".to_owned(),
            subject,
            body,
        })
    }

    #[test]
    fn good_messages_pass() {
        for subject in [
            "law: carry Sudan's accession of 2018",
            "terms, law: one word for a party",
            ".ci: call the tests",
            "law: TIP totals on five dates",
            "docs/decisions: record why the journal is the truth",
            "CONTRIBUTING.md: say how to add a treaty",
        ] {
            assert_eq!(check(subject, "Why."), [], "{subject}");
        }
    }

    #[test]
    fn bad_subjects_are_found() {
        let long = format!("law: {}", "a".repeat(68));
        for subject in [
            "carry Sudan",
            "law: Carry Sudan",
            "Law: carry",
            "law:carry",
            &long,
        ] {
            assert_eq!(check(subject, "Why.").len(), 1, "{subject}");
        }
        assert_eq!(check(&format!("law: {}", "a".repeat(67)), "Why."), []);
    }

    #[test]
    fn a_body_is_asked_and_its_words_are_read() {
        assert_eq!(check("law: carry Sudan", "").len(), 1);
        let findings = check("law: carry Sudan", &format!("As {} 4 asks.", "issue"));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 3);
    }

    #[test]
    fn the_log_is_split_into_messages() {
        let text = "a1\u{1f}law: one\u{1f}Why.\n\nMore.\n\u{1e}\nb2\u{1f}law: two\u{1f}\u{1e}\n";
        let messages = parse(text);
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].body, "Why.\n\nMore.");
        assert_eq!(
            (messages[1].commit.as_str(), messages[1].body.as_str()),
            ("b2", "")
        );
    }

    #[test]
    fn no_history_is_a_reason_and_not_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        assert!(log(folder.path()).unwrap_err().contains("git"));
    }
}
