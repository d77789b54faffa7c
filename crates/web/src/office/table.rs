//! A table of counts that comes with a form: as a file, or pasted.

use std::sync::Arc;

use terms::cell::Cell;
use terms::finding::Finding;

use crate::check::{CountedTable, Remark, SaidOfTable, remarks};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Handed, Sent};
use crate::words::{Words, count};

/// Longest file or text that is taken, in bytes; as on the page that tries a table.
const TABLE_BYTES_MAX: usize = 192 * 1024;
/// Longest layout that is taken, in bytes.
const LAYOUT_BYTES_MAX: usize = 64 * 1024;
/// Longest request that is taken, in bytes. Pasted text may come percent-encoded.
pub(crate) const FORM_BYTES_MAX: usize = 3 * (TABLE_BYTES_MAX + LAYOUT_BYTES_MAX) + 16 * 1024;
/// Findings of a refused table that are shown.
const FINDINGS_MAX: usize = 20;
/// Longest name, population or vintage, in characters.
const NAME_MAX: usize = 200;

/// The fields of a form that brings a table, without the file.
pub(crate) const FIELDS: [&str; 8] = [
    "name",
    "table",
    "population",
    "vintage",
    "dash",
    "totals",
    "layout",
    "as",
];

/// What was typed, kept so that it stands there again when the table is refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) population: String,
    pub(crate) vintage: String,
    pub(crate) dash: String,
    pub(crate) totals: String,
    pub(crate) layout: String,
    /// Whether a file was chosen: a browser does not give it back.
    pub(crate) had_file: bool,
}

/// Why a table is not taken: a sentence, and what was found in it.
#[derive(Default)]
pub(crate) struct Unfit {
    pub(crate) sentence: String,
    pub(crate) remarks: Vec<Remark>,
}

impl Unfit {
    /// For one reason.
    pub(crate) fn because(sentence: String) -> Self {
        Self {
            sentence,
            remarks: Vec::new(),
        }
    }
}

impl Typed {
    /// From a form. A field that is longer than any that can be meant is refused by name.
    pub(crate) fn read(sent: &Sent, handed: &Handed) -> Result<Self, Problem> {
        let field = |name: &'static str, most: usize| {
            let text = sent.find(name).unwrap_or_default();
            match text.chars().count() > most {
                true => Err(Problem::of(Kind::TooLong, name, "").allowing([most.to_string()])),
                false => Ok(text.to_owned()),
            }
        };
        Ok(Self {
            name: field("name", NAME_MAX)?.trim().to_owned(),
            table: field("table", TABLE_BYTES_MAX)?,
            population: field("population", NAME_MAX)?.trim().to_owned(),
            vintage: field("vintage", NAME_MAX)?.trim().to_owned(),
            dash: field("dash", 16)?,
            totals: field("totals", 400)?,
            layout: field("layout", LAYOUT_BYTES_MAX)?,
            had_file: !handed.bytes.is_empty(),
        })
    }

    fn said(&self) -> Result<SaidOfTable, Problem> {
        let dash =
            match self.dash.as_str() {
                "" => None,
                text => {
                    let known = ["zero", "absent"];
                    let found = known.into_iter().find(|one| *one == text);
                    Some(found.ok_or_else(|| {
                        Problem::of(Kind::NotInList, "dash", text).allowing(known)
                    })?)
                }
            };
        let words = self.totals.split(',').map(str::trim);
        Ok(SaidOfTable {
            dash,
            total_words: words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
            layout: self.layout.clone(),
            ..SaidOfTable::default()
        })
    }

    /// The table, with whom it counts and as of when; or why it is not taken.
    pub(crate) async fn counted(
        &self,
        desk: &Desk,
        handed: Handed,
    ) -> Result<Result<CountedTable, Unfit>, Problem> {
        let words = desk.words;
        let unfit = |key: &str| Ok(Err(Unfit::because(words.say(key))));
        let (bytes, name) = match (handed.bytes.is_empty(), self.table.trim().is_empty()) {
            (true, true) => return unfit("bench-unfit-no-table"),
            (true, false) => (self.table.clone().into_bytes(), "table".to_owned()),
            (false, _) => (handed.bytes, handed.name),
        };
        if bytes.len() > TABLE_BYTES_MAX {
            return unfit("bench-unfit-too-long");
        }
        if self.name.is_empty() {
            return unfit("bench-unfit-no-name");
        }
        let said = self.said()?;
        let site = Arc::clone(&desk.site);
        let file = name.clone();
        let read = tokio::task::spawn_blocking(move || {
            site.counts.as_ref().map(|read| read(&bytes, &file, &said))
        });
        let read = read.await.map_err(|_| Problem::new(Kind::Internal))?;
        let read = read.ok_or_else(|| Problem::new(Kind::Unavailable))?;
        let mut counted = match read {
            Ok(counted) => counted,
            Err(findings) => return Ok(Err(unread(words, "check-refused-title", &findings))),
        };
        for (own, typed) in [
            (&mut counted.population, &self.population),
            (&mut counted.vintage, &self.vintage),
        ] {
            if !typed.is_empty() {
                own.clone_from(typed);
            }
        }
        if counted.population.is_empty() || counted.vintage.is_empty() {
            return unfit("bench-unfit-unsaid");
        }
        counted.entitle(&self.name, &name);
        Ok(Ok(counted))
    }
}

fn unread(words: &Words, key: &str, findings: &[Finding]) -> Unfit {
    Unfit {
        sentence: words.say(key),
        remarks: remarks(words, findings, FINDINGS_MAX),
    }
}

/// Why a table cannot be a draft, if it cannot: its sums do not hold, or a count is hidden in it.
pub(crate) fn unfit_as_draft(words: &Words, counted: &CountedTable) -> Option<Unfit> {
    if counted.sums_inconsistent > 0 {
        let wrong = counted.findings.iter();
        let wrong: Vec<Finding> = wrong
            .filter(|finding| finding.code.starts_with("sum"))
            .cloned()
            .collect();
        return Some(unread(words, "bench-unfit-sums", &wrong));
    }
    let hidden = counted.table.iter().filter(|(_, cell)| {
        // What has no value, and says why, hides nothing.
        !matches!(cell, Cell::Exact(_) | Cell::Absent(_))
    });
    let hidden: Vec<String> = hidden.map(|(codes, _)| codes.join(" · ")).collect();
    if hidden.is_empty() {
        return None;
    }
    let named = hidden.iter().take(FINDINGS_MAX).map(|cell| Remark {
        place: cell.clone(),
        sentence: words.say("bench-unfit-hidden-cell"),
        found: String::new(),
    });
    let variables = [("count", count(hidden.len() as u64))];
    Some(Unfit {
        sentence: words.say_with("bench-unfit-hidden", &variables),
        remarks: named.collect(),
    })
}
