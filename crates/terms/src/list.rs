//! Code lists of the standards and releases that the field uses, each with its version.
//!
//! A list is known by its reference, `id@version`: the same concept has other values in another
//! release, and a figure must say which it was coded in. Codes stand as their standard writes
//! them, misspellings included. Long definitions are not carried; the source has them. The
//! embedded lists are in `codelists/lists`, with an index that names agency, licence and source.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::civil::Date;

use crate::basis::Basis;
use crate::language::{Language, Names};
use crate::period::Period;
pub use crate::rows::ListFileError;
use crate::rows::{self, Row};

const INDEX: &str = include_str!("../../../codelists/lists/index.csv");

/// The embedded files; the index says which list is in which.
const FILES: [(&str, &str); 7] = [
    (
        "htcds_v2.csv",
        include_str!("../../../codelists/lists/htcds_v2.csv"),
    ),
    (
        "ctdc.csv",
        include_str!("../../../codelists/lists/ctdc.csv"),
    ),
    (
        "glotip.csv",
        include_str!("../../../codelists/lists/glotip.csv"),
    ),
    (
        "iccs.csv",
        include_str!("../../../codelists/lists/iccs.csv"),
    ),
    ("sdg.csv", include_str!("../../../codelists/lists/sdg.csv")),
    (
        "palermo.csv",
        include_str!("../../../codelists/lists/palermo.csv"),
    ),
    (
        "vrs_msrc.csv",
        include_str!("../../../codelists/lists/vrs_msrc.csv"),
    ),
];

/// Which list, in which version: `htcds.vic_TypeOfExploitation@2.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListReference {
    /// The list's name: agency or standard, a dot, and the standard's own name.
    pub id: String,
    /// The version, as the standard or release calls it.
    pub version: String,
}

/// A text that is no reference to a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("terms.list.reference: {found:?} is not a reference to a list; allowed is id@version")]
pub struct InvalidListReference {
    /// The text that was given.
    pub found: String,
}

impl fmt::Display for ListReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.id, self.version)
    }
}

impl FromStr for ListReference {
    type Err = InvalidListReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('@') {
            Some((id, version)) if !id.is_empty() && !version.is_empty() => Ok(ListReference {
                id: id.to_owned(),
                version: version.to_owned(),
            }),
            _ => Err(InvalidListReference {
                found: text.to_owned(),
            }),
        }
    }
}

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code, as the standard writes it.
    pub code: String,
    /// Short labels; gaps fall back to English.
    pub labels: Names,
    /// The code above it in the same list.
    pub parent: Option<String>,
    /// On what the code or its label rests.
    pub basis: Basis,
    /// What a reader must know of the row.
    pub note: Option<String>,
}

impl Code {
    /// The label in a language.
    pub fn label(&self, language: Language) -> &str {
        self.labels.get(language)
    }
}

/// A code list in one version.
#[derive(Debug, Clone)]
pub struct CodeList {
    /// Name and version.
    pub reference: ListReference,
    /// Who keeps the list.
    pub agency: String,
    /// Titles; gaps fall back to English.
    pub titles: Names,
    /// Under which terms it is carried here.
    pub licence: String,
    /// Where it was read.
    pub source: String,
    /// When the version was issued, as exactly as that is known.
    pub issued: Period,
    codes: Vec<Code>,
    positions: HashMap<String, usize>,
}

impl CodeList {
    /// The title in a language.
    pub fn title(&self, language: Language) -> &str {
        self.titles.get(language)
    }

    /// The codes in the standard's order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The entry of a code, which must be written exactly as in the list.
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.positions
            .get(code)
            .map(|position| &self.codes[*position])
    }

    /// Whether the list holds a code.
    pub fn contains(&self, code: &str) -> bool {
        self.positions.contains_key(code)
    }

    /// The codes directly below a code.
    pub fn children<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Code> {
        self.codes
            .iter()
            .filter(move |child| child.parent.as_deref() == Some(code))
    }

    /// Whether the list has levels, so that a sum over all of its codes would count twice.
    pub fn is_hierarchical(&self) -> bool {
        self.codes.iter().any(|code| code.parent.is_some())
    }

    fn push(&mut self, row: &Row) -> Result<(), ListFileError> {
        let code = Code {
            code: row.required("code")?,
            labels: row.names()?,
            parent: row.optional("parent"),
            basis: Basis::read(row)?,
            note: row.optional("note"),
        };
        if code
            .parent
            .as_deref()
            .is_some_and(|parent| !self.contains(parent))
        {
            return Err(row.fault("parent", "not a code that stands earlier in the list"));
        }
        if self
            .positions
            .insert(code.code.clone(), self.codes.len())
            .is_some()
        {
            return Err(row.fault("code", "stands twice in the list"));
        }
        self.codes.push(code);
        Ok(())
    }
}

/// Code lists by reference.
#[derive(Debug, Clone)]
pub struct CodeLists(BTreeMap<ListReference, CodeList>);

impl CodeLists {
    /// The embedded lists, read once.
    pub fn standard() -> &'static CodeLists {
        static STANDARD: OnceLock<CodeLists> = OnceLock::new();
        STANDARD.get_or_init(|| {
            CodeLists::parse(INDEX, &FILES).expect("a test reads the embedded code lists")
        })
    }

    /// The list of a reference.
    pub fn get(&self, reference: &ListReference) -> Option<&CodeList> {
        self.0.get(reference)
    }

    /// The list of a reference in text form, `id@version`.
    ///
    /// # Errors
    /// [`InvalidListReference`] when the text is no reference; a reference to a list that is not
    /// carried is `Ok(None)`.
    pub fn find(&self, reference: &str) -> Result<Option<&CodeList>, InvalidListReference> {
        Ok(self.get(&reference.parse()?))
    }

    /// All versions of a list, the earliest first.
    pub fn versions(&self, id: &str) -> Vec<&CodeList> {
        let mut versions: Vec<_> = self.iter().filter(|list| list.reference.id == id).collect();
        versions.sort_by_key(|list| list.issued);
        versions
    }

    /// The version of a list that was the newest on a day. A version of which only the month or
    /// year is known counts from the last day of that period, so that it is never used too early.
    pub fn on(&self, id: &str, day: Date) -> Option<&CodeList> {
        self.versions(id)
            .into_iter()
            .rfind(|list| list.issued.end() <= day)
    }

    /// The newest version of a list.
    pub fn latest(&self, id: &str) -> Option<&CodeList> {
        self.versions(id).pop()
    }

    /// All lists in the order of their references.
    pub fn iter(&self) -> impl Iterator<Item = &CodeList> {
        self.0.values()
    }

    /// Reads an index and the files that it names, given as name and text.
    ///
    /// # Errors
    /// [`ListFileError`] names the first fault: a reference, period, basis or label that cannot
    /// be read, a code that stands twice, a parent that is missing, a list that is in a file and
    /// not in the index, a list of the index without codes, a file that is missing.
    pub fn parse(index: &str, files: &[(&str, &str)]) -> Result<CodeLists, ListFileError> {
        let mut lists = BTreeMap::new();
        let mut homes = HashMap::new();
        for row in rows::read("lists/index.csv", index)? {
            let list = read_index_row(&row)?;
            let file = row.required("file")?;
            if !files.iter().any(|(name, _)| *name == file) {
                return Err(row.fault("file", "no such file"));
            }
            homes.insert(list.reference.clone(), file);
            if lists.insert(list.reference.clone(), list).is_some() {
                return Err(row.fault("list", "stands twice in the index"));
            }
        }
        for (name, text) in files {
            for row in rows::read(name, text)? {
                let reference = read_reference(&row, "list")?;
                if homes.get(&reference).map(String::as_str) != Some(*name) {
                    return Err(row.fault("list", "the index has no such list in this file"));
                }
                let list = lists
                    .get_mut(&reference)
                    .expect("every list with a file is indexed");
                list.push(&row)?;
            }
        }
        match lists.values().find(|list| list.codes.is_empty()) {
            Some(empty) => Err(ListFileError {
                file: "lists/index.csv".to_owned(),
                row: 0,
                field: "list".to_owned(),
                problem: format!("{}: the list has no codes", empty.reference),
            }),
            None => Ok(CodeLists(lists)),
        }
    }
}

pub(crate) fn read_reference(row: &Row, field: &str) -> Result<ListReference, ListFileError> {
    let reference = row.value(field, "not a reference id@version")?;
    reference.ok_or_else(|| row.fault(field, "must not be blank"))
}

fn read_index_row(row: &Row) -> Result<CodeList, ListFileError> {
    let issued = row.value("issued", "not a period such as 2021-12-24 or 2024-02")?;
    Ok(CodeList {
        reference: read_reference(row, "list")?,
        agency: row.required("agency")?,
        titles: row.names()?,
        licence: row.required("licence")?,
        source: row.required("source")?,
        issued: issued.ok_or_else(|| row.fault("issued", "must not be blank"))?,
        codes: Vec::new(),
        positions: HashMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::AgeBand;
    use crate::sex::Sex;

    fn list(reference: &str) -> &'static CodeList {
        CodeLists::standard()
            .find(reference)
            .expect(reference)
            .expect(reference)
    }

    #[test]
    fn the_catalogue_of_lists_is_as_reviewed() {
        let lines: Vec<String> = CodeLists::standard()
            .iter()
            .map(|list| format!("{} {} {}", list.reference, list.issued, list.codes().len()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn every_code_is_clean_and_has_a_label() {
        for list in CodeLists::standard().iter() {
            for code in list.codes() {
                assert_eq!(list.get(&code.code), Some(code));
                assert_eq!(code.code.trim(), code.code);
                assert!(
                    !code.label(Language::Pt).is_empty(),
                    "{} {}",
                    list.reference,
                    code.code
                );
                assert!(!code.code.contains('|'), "{}: | separates codes", code.code);
            }
        }
    }

    #[test]
    fn the_projects_own_lists_speak_its_three_languages() {
        let own = |list: &&CodeList| list.reference.id.starts_with("palermo.");
        for list in CodeLists::standard().iter().filter(own) {
            for code in list.codes() {
                for language in [Language::En, Language::Fr, Language::Pt] {
                    assert!(
                        code.labels.own(language).is_some(),
                        "{} {language}",
                        code.code
                    );
                }
            }
        }
        let sexes: Vec<_> = list("palermo.sex@1")
            .codes()
            .iter()
            .map(|c| c.code.clone())
            .collect();
        assert_eq!(sexes, Sex::ALL.map(|sex| sex.code().to_owned()));
    }

    #[test]
    fn memory_is_marked_where_the_source_was_not_seen() {
        let slavery = list("iccs.tip_som@1.0").get("02031").expect("listed");
        assert_eq!(slavery.basis, Basis::Memory);
        assert_eq!(slavery.parent.as_deref(), Some("0203"));
        let exploitation = list("htcds.vic_TypeOfExploitation@2.0");
        assert!(
            exploitation
                .codes()
                .iter()
                .all(|code| code.basis == Basis::Sourced)
        );
        assert!(list("iccs.tip_som@1.0").is_hierarchical() && !exploitation.is_hierarchical());
        let below: Vec<_> = list("iccs.tip_som@1.0")
            .children("0204")
            .map(|code| code.code.as_str())
            .collect();
        assert_eq!(below, ["02041", "02042", "02043", "02044"]);
    }

    #[test]
    fn age_bands_of_each_release_are_read_as_bands_without_overlap() {
        for version in CodeLists::standard().versions("ctdc.ageBroad") {
            let codes = version.codes().iter();
            let read = codes.filter_map(|code| code.code.parse::<AgeBand>().ok());
            let bands = crate::age::AgeBands::new(read).expect("in order and apart");
            let missing = version.codes().len() - bands.bands().len();
            assert!(
                missing <= 1,
                "{}: only the missing value is no band",
                version.reference
            );
            assert!((0..=u8::MAX).all(|years| bands.band_of(years).is_some()));
        }
    }

    #[test]
    fn a_version_is_found_for_a_day() {
        let lists = CodeLists::standard();
        let on = |day: &str| {
            let list = lists.on("ctdc.column", day.parse().expect(day));
            list.map(|list| list.reference.version.clone())
        };
        assert_eq!(
            on("2020-06-01"),
            None,
            "only the year of the release is known"
        );
        assert_eq!(on("2021-06-01").as_deref(), Some("2020"));
        assert_eq!(on("2024-02-29").as_deref(), Some("2024"));
        let latest = lists.latest("ctdc.ageBroad").expect("listed");
        assert_eq!(latest.reference.version, "2025");
    }

    #[test]
    fn a_faulty_list_is_refused_with_file_and_row() {
        let index = "list,file,agency,en,issued,licence,source\nx.a@1,f.csv,X,A,2020,none,none\n";
        let refused = |rows: &str| {
            let text = format!("list,code,parent,en,basis\n{rows}");
            CodeLists::parse(index, &[("f.csv", &text)])
                .expect_err(rows)
                .to_string()
        };
        assert!(refused("").contains("the list has no codes"));
        assert!(refused("x.a@1,A,,A,sourced\nx.a@1,A,,A,sourced\n").contains("f.csv, row 2"));
        assert!(refused("x.a@1,A,B,A,sourced\n").contains("field parent"));
        assert!(refused("x.b@1,A,,A,sourced\n").contains("field list"));
        assert!(refused("x.a,A,,A,sourced\n").contains("not a reference"));
        assert!(refused("x.a@1,A,,A,guess\n").contains("field basis"));
        assert!(refused("x.a@1,A,,,own\n").contains("field en"));
        let error = "x.a@".parse::<ListReference>().expect_err("no version");
        assert!(error.to_string().contains("id@version"));
    }
}
