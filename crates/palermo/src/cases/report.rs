//! What a list of cases came to, for a person or a program. Nothing of a cell stands in it.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};
use share::cases::{Case, Shown, ShownCase, Taken, Tally, Weight};
use terms::finding::Finding;

use crate::refusal::Refusal;
use crate::vault::Brought;

/// What is printed of a list.
pub(super) struct Report<'a> {
    name: &'a str,
    taken: &'a Taken,
    cases: u64,
    bound: BTreeMap<Option<String>, u64>,
    /// The first rows, shown without what is nominal.
    pub(super) preview: Vec<ShownCase>,
    /// What the office has made of it; none when nothing was written.
    pub(super) brought: Option<Brought>,
}

impl<'a> Report<'a> {
    pub(super) fn of(name: &'a str, taken: &'a Taken) -> Self {
        let mut report = Self {
            name,
            taken,
            cases: 0,
            bound: BTreeMap::new(),
            preview: Vec::new(),
            brought: None,
        };
        report.count(&taken.cases);
        report
    }

    /// Counts records, and concepts to which they have an answer.
    pub(super) fn count(&mut self, cases: &[Case]) {
        self.cases = cases.len() as u64;
        self.bound = share::cases::bound(cases);
    }

    pub(super) fn print(&self, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
        if json {
            writeln!(out, "{}", self.json())?;
            return Ok(());
        }
        self.words(out)
    }

    fn json(&self) -> Value {
        let told = &self.taken.told;
        let bound = self
            .bound
            .iter()
            .filter_map(|(concept, rows)| Some((concept.clone()?, Value::from(*rows))));
        let mut answer = json!({
            "file": self.name,
            "sheet": self.taken.sheet,
            "rows": self.taken.rows,
            "cases": self.cases,
            "mended": told.count(Weight::Mended),
            "held": told.count(Weight::Held),
            "noted": told.count(Weight::Noted),
            "refused": told.is_refused(),
            "bound": bound.collect::<serde_json::Map<_, _>>(),
            "findings": told.tallies().map(tally_json).collect::<Vec<_>>(),
        });
        if !self.preview.is_empty() {
            answer["preview"] = self.preview.iter().map(case_json).collect();
        }
        if let Some(brought) = &self.brought {
            brought.put(&mut answer);
        }
        answer
    }

    fn words(&self, out: &mut impl Write) -> Result<(), Refusal> {
        let told = &self.taken.told;
        let sheet = match &self.taken.sheet {
            Some(sheet) => format!(", sheet {sheet}"),
            None => String::new(),
        };
        writeln!(out, "{}{sheet}", self.name)?;
        writeln!(out, "  rows       {:>9}", self.taken.rows)?;
        writeln!(out, "  cases      {:>9}", self.cases)?;
        if let Some(brought) = &self.brought {
            writeln!(out, "  taken in   {:>9}", brought.taken)?;
            writeln!(out, "  unchanged  {:>9}", brought.known)?;
            if brought.erased > 0 {
                writeln!(out, "  erased here, not taken again {:>9}", brought.erased)?;
            }
        }
        writeln!(out, "  mended     {:>9}", told.count(Weight::Mended))?;
        writeln!(out, "  held       {:>9}", told.count(Weight::Held))?;
        if !self.bound.is_empty() {
            writeln!(out, "\nRecords with an answer to a concept:")?;
            for (concept, rows) in &self.bound {
                let concept = concept.as_deref().unwrap_or("(bound to nothing)");
                writeln!(out, "  {concept:<28} {rows:>9}")?;
            }
        }
        for weight in [Weight::Refused, Weight::Held, Weight::Mended, Weight::Noted] {
            let of_weight = told.tallies().filter(|tally| tally.weight == weight);
            for (at, tally) in of_weight.enumerate() {
                if at == 0 {
                    writeln!(out, "\n{}:", weight.code())?;
                }
                let more = match tally.count {
                    1 => String::new(),
                    count => format!(" (in {count} rows)"),
                };
                writeln!(out, "  {}{more}", tally.finding)?;
            }
        }
        for case in &self.preview {
            writeln!(out, "\nrow {}, about a {}:", case.row, case.role.code())?;
            for answer in &case.answers {
                writeln!(out, "  {}", shown_words(answer))?;
            }
        }
        match &self.brought {
            Some(brought) => writeln!(out, "\nBy {}.", brought.by())?,
            None => writeln!(out, "\nNothing was written.")?,
        }
        Ok(())
    }
}

fn shown_words(shown: &Shown) -> String {
    let concept = shown.concept.as_deref().unwrap_or("not bound");
    let value = shown.value.as_deref().unwrap_or("(sealed)");
    format!(
        "{} ({concept}, {}): {value}",
        shown.question,
        shown.class.code()
    )
}

fn case_json(case: &ShownCase) -> Value {
    let answers = case.answers.iter().map(|answer| {
        json!({
            "question": answer.question, "concept": answer.concept,
            "class": answer.class.code(), "value": answer.value,
        })
    });
    json!({
        "row": case.row, "about": case.role.code(), "answers": answers.collect::<Vec<_>>(),
    })
}

fn tally_json(tally: &Tally) -> Value {
    let mut finding = finding_json(&tally.finding);
    finding["weight"] = tally.weight.code().into();
    finding["rows"] = tally.rows.clone().into();
    finding["times"] = tally.count.into();
    finding
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "code": finding.code, "row": finding.row, "field": finding.field,
        "found": finding.found, "allowed": finding.allowed, "message": finding.message(),
    })
}

/// Why a file could not be read at all; the first finding is the refusal's own.
pub(super) fn print_findings(
    findings: &[Finding],
    json: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    if json {
        let findings: Vec<Value> = findings.iter().map(finding_json).collect();
        writeln!(out, "{}", json!({ "refused": true, "findings": findings }))?;
    } else {
        for finding in findings.iter().skip(1) {
            writeln!(out, "{finding}")?;
        }
    }
    out.flush()?;
    Ok(())
}
