//! From one code list to another, with a statement of what is lost.
//!
//! Lists of different agencies rarely mean the same. A crosswalk names for each code its target
//! and how the two relate, and says in words what the target cannot hold. Nothing is dropped: a
//! code without a target, or one that the crosswalk does not know, comes back as a loss.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::basis::Basis;
use crate::list::{CodeList, CodeLists, ListReference, read_reference};
pub use crate::rows::ListFileError;
use crate::rows::{self, Row};

const INDEX: &str = include_str!("../../../codelists/crosswalks/index.csv");
const MAPPINGS: &str = include_str!("../../../codelists/crosswalks/mappings.csv");

/// How the target of a mapping relates to the code that is mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The target means the same.
    Exact,
    /// The target means more: detail is lost.
    Broader,
    /// The target means less: part of what the code counts does not belong there.
    Narrower,
    /// The two share a part, and each holds something that the other does not.
    Partial,
    /// There is no target.
    None,
}

impl Relation {
    /// The word in the crosswalk files.
    pub const fn code(self) -> &'static str {
        match self {
            Relation::Exact => "exact",
            Relation::Broader => "broader",
            Relation::Narrower => "narrower",
            Relation::Partial => "partial",
            Relation::None => "none",
        }
    }

    fn read(row: &Row) -> Result<Relation, ListFileError> {
        [
            Relation::Exact,
            Relation::Broader,
            Relation::Narrower,
            Relation::Partial,
            Relation::None,
        ]
        .into_iter()
        .find(|relation| relation.code() == row.text("relation"))
        .ok_or_else(|| row.fault("relation", "not exact, broader, narrower, partial or none"))
    }
}

/// What becomes of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The code of the list that is left.
    pub from: String,
    /// Codes of the list that is reached; several hold together. Empty when the relation is
    /// [`Relation::None`].
    pub to: Vec<String>,
    /// How the target relates to the code.
    pub relation: Relation,
    /// What is lost, in English; `None` only when the relation is [`Relation::Exact`].
    pub lost: Option<String>,
}

/// A code brought to another list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The code that was translated.
    pub from: String,
    /// Codes of the other list; several hold together, none means that there is no target.
    pub to: Vec<String>,
    /// How the target relates to the code.
    pub relation: Relation,
    /// What was lost, in English. Empty only when the target is exact.
    pub lost: Vec<String>,
}

/// The way from one list to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// The crosswalk's name.
    pub id: String,
    /// The list that is left.
    pub from: ListReference,
    /// The list that is reached.
    pub to: ListReference,
    /// On what the crosswalk rests.
    pub basis: Basis,
    /// In more words, on what it rests.
    pub source: String,
    mappings: BTreeMap<String, Mapping>,
}

impl Crosswalk {
    /// The mappings in the order of their codes.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        self.mappings.values()
    }

    /// Translates a code. A code that the crosswalk does not know is a loss and not an error, so
    /// that a count of it can be reported and is never dropped.
    pub fn translate(&self, code: &str) -> Translation {
        let (to, relation, lost) = match self.mappings.get(code) {
            Some(mapping) => (
                mapping.to.clone(),
                mapping.relation,
                mapping.lost.iter().cloned().collect(),
            ),
            None => {
                let lost = format!("{code:?}: no code of {} with a mapping", self.from);
                (Vec::new(), Relation::None, vec![lost])
            }
        };
        Translation {
            from: code.to_owned(),
            to,
            relation,
            lost,
        }
    }

    /// The targets to which several codes lead, with those codes: counts of them come together.
    pub fn merged(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut merged: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for mapping in self.mappings() {
            for to in &mapping.to {
                merged.entry(to).or_default().push(&mapping.from);
            }
        }
        merged.retain(|_, from| from.len() > 1);
        merged
    }

    fn push(&mut self, row: &Row, from: &CodeList, to: &CodeList) -> Result<(), ListFileError> {
        let split = |code: &str| -> Vec<String> {
            code.split('|')
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let mapping = Mapping {
            from: row.required("from")?,
            to: split(row.text("to")),
            relation: Relation::read(row)?,
            lost: row.optional("lost"),
        };
        if !from.contains(&mapping.from) {
            return Err(row.fault("from", &format!("no code of {}", self.from)));
        }
        if let Some(unknown) = mapping.to.iter().find(|code| !to.contains(code)) {
            return Err(row.fault("to", &format!("{unknown:?} is no code of {}", self.to)));
        }
        if mapping.to.is_empty() != (mapping.relation == Relation::None) {
            return Err(row.fault(
                "to",
                "a target is needed, except where the relation is none",
            ));
        }
        if mapping.lost.is_none() != (mapping.relation == Relation::Exact) {
            return Err(row.fault("lost", "each relation but exact says what is lost"));
        }
        match self.mappings.insert(mapping.from.clone(), mapping) {
            Some(_) => Err(row.fault("from", "stands twice in the crosswalk")),
            None => Ok(()),
        }
    }
}

/// Crosswalks by name.
#[derive(Debug, Clone)]
pub struct Crosswalks(BTreeMap<String, Crosswalk>);

impl Crosswalks {
    /// The embedded crosswalks, read once.
    pub fn standard() -> &'static Crosswalks {
        static STANDARD: OnceLock<Crosswalks> = OnceLock::new();
        STANDARD.get_or_init(|| {
            Crosswalks::parse(INDEX, MAPPINGS, CodeLists::standard())
                .expect("a test reads the embedded crosswalks")
        })
    }

    /// The crosswalk of a name.
    pub fn get(&self, id: &str) -> Option<&Crosswalk> {
        self.0.get(id)
    }

    /// The crosswalk from one list to another, both in an exact version.
    pub fn between(&self, from: &ListReference, to: &ListReference) -> Option<&Crosswalk> {
        self.iter()
            .find(|crosswalk| crosswalk.from == *from && crosswalk.to == *to)
    }

    /// All crosswalks in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Crosswalk> {
        self.0.values()
    }

    /// Reads an index and a file of mappings against a set of lists.
    ///
    /// # Errors
    /// [`ListFileError`] names the first fault: a list or code that is not carried, a mapping
    /// that stands twice, a relation without its target, a loss that is not stated, or a code of
    /// the list that is left of which the crosswalk says nothing.
    pub fn parse(
        index: &str,
        mappings: &str,
        lists: &CodeLists,
    ) -> Result<Crosswalks, ListFileError> {
        let mut crosswalks = BTreeMap::new();
        for row in rows::read("crosswalks/index.csv", index)? {
            let crosswalk = Crosswalk {
                id: row.required("crosswalk")?,
                from: read_reference(&row, "from_list")?,
                to: read_reference(&row, "to_list")?,
                basis: Basis::read(&row)?,
                source: row.required("source")?,
                mappings: BTreeMap::new(),
            };
            for (field, list) in [("from_list", &crosswalk.from), ("to_list", &crosswalk.to)] {
                if lists.get(list).is_none() {
                    return Err(row.fault(field, "not a list that is carried"));
                }
            }
            if crosswalks.insert(crosswalk.id.clone(), crosswalk).is_some() {
                return Err(row.fault("crosswalk", "stands twice in the index"));
            }
        }
        for row in rows::read("crosswalks/mappings.csv", mappings)? {
            let crosswalk: &mut Crosswalk = crosswalks
                .get_mut(row.text("crosswalk"))
                .ok_or_else(|| row.fault("crosswalk", "not in the index"))?;
            let carried = |list| {
                lists
                    .get(list)
                    .expect("the index was checked for its lists")
            };
            let (from, to) = (carried(&crosswalk.from), carried(&crosswalk.to));
            crosswalk.push(&row, from, to)?;
        }
        for crosswalk in crosswalks.values() {
            check_complete(crosswalk, lists)?;
        }
        Ok(Crosswalks(crosswalks))
    }
}

/// Refuses a crosswalk that says nothing of some code of the list that it leaves.
fn check_complete(crosswalk: &Crosswalk, lists: &CodeLists) -> Result<(), ListFileError> {
    let from = lists
        .get(&crosswalk.from)
        .expect("the index was checked for its lists");
    match from
        .codes()
        .iter()
        .find(|code| !crosswalk.mappings.contains_key(&code.code))
    {
        Some(missing) => Err(ListFileError {
            file: "crosswalks/mappings.csv".to_owned(),
            row: 0,
            field: "from".to_owned(),
            problem: format!("{}: nothing is said of {:?}", crosswalk.id, missing.code),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::{AgeBand, AgeBands};

    fn crosswalk(id: &str) -> &'static Crosswalk {
        Crosswalks::standard().get(id).expect(id)
    }

    #[test]
    fn the_catalogue_of_crosswalks_is_as_reviewed() {
        let lines: Vec<String> = Crosswalks::standard()
            .iter()
            .map(|crosswalk| {
                let exact = |mapping: &&Mapping| mapping.relation == Relation::Exact;
                let (all, exact) = (
                    crosswalk.mappings.len(),
                    crosswalk.mappings().filter(exact).count(),
                );
                format!(
                    "{} -> {}: {exact} of {all} exact",
                    crosswalk.from, crosswalk.to
                )
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn no_code_is_lost_in_silence() {
        let lists = CodeLists::standard();
        for crosswalk in Crosswalks::standard().iter() {
            let from = lists.get(&crosswalk.from).expect("carried");
            let to = lists.get(&crosswalk.to).expect("carried");
            for code in from.codes() {
                let translation = crosswalk.translate(&code.code);
                let exact = translation.relation == Relation::Exact;
                assert_eq!(
                    exact,
                    translation.lost.is_empty(),
                    "{} {}",
                    crosswalk.id,
                    code.code
                );
                assert!(translation.to.iter().all(|code| to.contains(code)));
                assert!(!translation.to.is_empty() || !translation.lost.is_empty());
            }
        }
    }

    #[test]
    fn forced_criminality_finds_no_value_and_says_so() {
        let translation = crosswalk("exploitation_to_htcds").translate("forced_criminality");
        assert_eq!(translation.to, ["Other"]);
        assert_eq!(translation.relation, Relation::Broader);
        assert_eq!(
            translation.lost,
            ["forced criminality: HTCDS 2.0 has no value for it"]
        );
    }

    #[test]
    fn an_unknown_code_is_a_loss_and_not_dropped() {
        let translation = crosswalk("exploitation_to_htcds").translate("Forced labour");
        assert_eq!(translation.to, Vec::<String>::new());
        assert_eq!(translation.relation, Relation::None);
        assert!(translation.lost[0].contains("\"Forced labour\""));
    }

    #[test]
    fn codes_that_come_together_are_named() {
        let merged = crosswalk("exploitation_to_glotip").merged();
        assert_eq!(
            merged["Forced labour"],
            [
                "child_labour",
                "domestic_servitude",
                "forced_labour",
                "slavery_similar"
            ]
        );
        assert!(!merged.contains_key("Sexual exploitation"));
    }

    #[test]
    fn two_targets_hold_together() {
        let servitude = crosswalk("exploitation_to_ctdc_2024").translate("domestic_servitude");
        assert_eq!(servitude.to, ["isForcedLabour", "typeOfLabourDomesticWork"]);
    }

    #[test]
    fn crosswalks_of_age_agree_with_the_arithmetic_of_bands() {
        let list = AgeBands::child_and_adult();
        let mut checked = 0;
        for crosswalk in Crosswalks::standard().iter() {
            if crosswalk.from.id != "ctdc.ageBroad" || crosswalk.to.id != "glotip.age" {
                continue;
            }
            for mapping in crosswalk.mappings() {
                let Ok(band) = mapping.from.parse::<AgeBand>() else {
                    continue;
                };
                let target: AgeBand = mapping.to[0].parse().expect("a band");
                assert_eq!(list.translate(band).to, Some(target), "{}", mapping.from);
                checked += 1;
            }
        }
        assert_eq!(checked, 9 + 9 + 7);
    }

    #[test]
    fn there_and_back_is_the_same_only_where_both_ways_are_exact() {
        let (out, home) = (
            crosswalk("exploitation_to_htcds"),
            crosswalk("htcds_to_exploitation"),
        );
        for mapping in out
            .mappings()
            .filter(|mapping| mapping.relation == Relation::Exact)
        {
            let back = home.translate(&mapping.to[0]);
            if back.relation == Relation::Exact {
                assert_eq!(back.to, [mapping.from.as_str()]);
            }
        }
        for one in Crosswalks::standard().iter() {
            let same = Crosswalks::standard().between(&one.from, &one.to);
            assert_eq!(same.map(|found| found.id.as_str()), Some(one.id.as_str()));
        }
    }

    #[test]
    fn a_crosswalk_that_hides_a_loss_is_refused() {
        let index = "crosswalk,from_list,to_list,basis,source\n\
                     x,glotip.form@2024-05,palermo.exploitation@1,own,test\n";
        let refused = |rows: &str| {
            let text = format!("crosswalk,from,to,relation,lost\n{rows}");
            let read = Crosswalks::parse(index, &text, CodeLists::standard());
            read.expect_err(rows).to_string()
        };
        let first = "x,Sexual exploitation,sexual_exploitation,exact,\n";
        assert!(refused("x,Forced labour,forced_labour,broader,\n").contains("field lost"));
        assert!(refused("x,Forced labour,forced_labour,exact,some\n").contains("field lost"));
        assert!(refused("x,Forced labour,,broader,some\n").contains("field to"));
        assert!(refused("x,Forced labour,work,exact,\n").contains("\"work\" is no code"));
        assert!(refused("x,Labour,forced_labour,exact,\n").contains("field from"));
        assert!(refused(&format!("{first}{first}")).contains("row 2, field from"));
        assert!(refused(first).contains("nothing is said of \"Forced labour\""));
    }
}
