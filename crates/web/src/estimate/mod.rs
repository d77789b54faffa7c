//! Estimates of hidden populations, written for a reader: on a page for a table that was sent, and
//! as one file for a table that somebody keeps. Both say the same, from the same template.

mod figures;
mod own;
mod parts;
mod plain;
mod sentences;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use analyse::estimate::report::EstimateError;
use analyse::estimate::{CaptureTable, Report, Workers, report};
use askama::Template;
use terms::language::Language;

use crate::assets::Assets;
use crate::words::{Words, text};

pub(crate) use own::{caveats, headline, leaving};
pub(crate) use parts::Parts;
pub(crate) use sentences::refusal;

/// Threads of this process, as many as asked; each takes the next task until none is left.
#[derive(Debug, Clone, Copy)]
pub struct Threads(pub usize);

impl Workers for Threads {
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= tasks {
                    return;
                }
                task(number);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.0.min(tasks) {
                scope.spawn(work);
            }
            work();
        });
    }
}

/// Threads of one request.
pub(crate) const THREADS: Threads = Threads(2);

/// Seed of a page's estimates: the same table gives the same page.
pub(crate) const SEED: u64 = 1;

/// What a page answers of a table that was sent.
pub(crate) fn quick(table: &CaptureTable) -> Result<Report, EstimateError> {
    let sparse = !table.empty_pairs().is_empty();
    let (methods, options) = analyse::estimate::report::quick(table.lists().len(), sparse, SEED);
    report(table, &methods, &options, &THREADS)
}

/// The page that a person keeps.
#[derive(Template)]
#[template(path = "estimate_file.html")]
struct File {
    language: &'static str,
    title: String,
    style: &'static str,
    name: String,
    note: String,
    foot: String,
    parts: String,
}

/// A report as one page in a file: style inside, no script, nothing from elsewhere. `name` is what
/// the table is called.
///
/// # Errors
/// The template's own, which a test excludes.
pub fn estimate_file(
    language: Language,
    name: &str,
    table: &CaptureTable,
    report: &Report,
) -> Result<String, askama::Error> {
    let words = Words::of(language);
    let parts = Parts::new(words, table, report).render()?;
    let file = File {
        language: words.language().code(),
        title: words.say("estimate-answer-title"),
        style: Assets::get().style.body(),
        name: words.say_with("estimate-file-name", &[("name", text(name))]),
        note: words.say("estimate-file-note"),
        foot: words.say("foot-not-un"),
        parts,
    };
    file.render()
}

/// A report as plain text. `name` is what the table is called.
#[must_use]
pub fn estimate_text(
    language: Language,
    name: &str,
    table: &CaptureTable,
    report: &Report,
) -> String {
    let words = Words::of(language);
    let name = words.say_with("estimate-file-name", &[("name", text(name))]);
    let title = words.say("estimate-answer-title");
    plain::plain(&title, &name, &Parts::new(words, table, report))
}

/// An estimate from a node's own lists as plain text, without what would tell a small count.
/// `name` says of whom and by what.
#[must_use]
pub fn lists_text(language: Language, name: &str, seen: &office::ListsSeen) -> String {
    let words = Words::of(language);
    let title = words.say("lists-answer-title");
    plain::plain(&title, name, &Parts::own(words, seen, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;

    fn table() -> CaptureTable {
        let text = "a<b,b,c,count\n1,0,0,60\n0,1,0,40\n0,0,1,30\n1,1,0,12\n1,0,1,9\n1,1,1,3\n";
        CaptureTable::from_csv(text).expect("a table")
    }

    #[test]
    fn a_file_stands_alone_in_every_language() {
        let table = table();
        let report = quick(&table).expect("an answer");
        for language in LANGUAGES {
            let html = estimate_file(language, "x.csv", &table, &report).expect("a file");
            assert!(html.starts_with("<!doctype html>"), "{language}");
            for forbidden in ["<script", "<link", "src=", "⟦", "a<b"] {
                assert!(!html.contains(forbidden), "{language}: {forbidden}");
            }
            assert!(html.contains("<style>") && html.contains("</html>"));
            assert_eq!(html.matches("<h1").count(), 1);
        }
    }

    #[test]
    fn a_text_is_told_in_every_language() {
        let table = table();
        let report = quick(&table).expect("an answer");
        for language in LANGUAGES {
            let told = estimate_text(language, "x.csv", &table, &report);
            assert!(!told.contains('⟦'), "{told}");
            assert!(
                told.lines().all(|line| line.chars().count() <= 110),
                "{told}"
            );
            insta::assert_snapshot!(format!("estimate_text_{language}"), told);
        }
    }

    #[test]
    fn threads_take_each_task_once() {
        let done: Vec<AtomicUsize> = (0..50).map(|_| AtomicUsize::new(0)).collect();
        for threads in [0, 1, 3] {
            Threads(threads).run(done.len(), &|number| {
                done[number].fetch_add(1, Ordering::Relaxed);
            });
        }
        assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 3));
    }
}
