//! States, territories and other places, with codes, names, regions and validity.
//!
//! The standard list is embedded (`codelists/places.csv`; its sources are in
//! `codelists/SOURCES.md`). A node may replace names, for instance those of disputed areas, with
//! [`Places::with_names`]; codes stay what they are.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::civil::Date;

use crate::language::{Language, Names};
pub use crate::rows::ListFileError;
use crate::rows::{self, Row};

const PLACES_CSV: &str = include_str!("../../../codelists/places.csv");
const RENAMED_CSV: &str = include_str!("../../../codelists/places_renamed.csv");
const SPECIAL_CSV: &str = include_str!("../../../codelists/citizenship_special.csv");

/// The code of a place: three capital letters, as in ISO 3166-1 alpha-3 and ISO 3166-3.
///
/// Any three letters from A to Z make a code; whether it is listed is [`Places::get`]'s answer.
/// So codes that ISO leaves to users (`XAA` to `XZZ`) can stand for invented States.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceCode([u8; 3]);

/// A text that is not three capital letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("terms.place.code: {found:?} is not a place code; three capital letters, such as MOZ")]
pub struct InvalidPlaceCode {
    /// The text that was given.
    pub found: String,
}

impl PlaceCode {
    /// The European Union, which becomes party to treaties and is no State.
    pub const EUROPEAN_UNION: PlaceCode = PlaceCode(*b"EUE");

    /// The code as text, in capital letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a place code holds capital letters only")
    }

    /// Whether ISO 3166-1 leaves the code to users (`AAA`-`AAZ`, `QMA`-`QZZ`, `XAA`-`XZZ`,
    /// `ZZA`-`ZZZ`). Invented States and Kosovo's `XKX` are in these ranges.
    pub fn is_user_assigned(self) -> bool {
        match self.0 {
            [b'A', b'A', _] | [b'X', _, _] | [b'Z', b'Z', _] => true,
            [b'Q', second, _] => second >= b'M',
            _ => false,
        }
    }
}

impl FromStr for PlaceCode {
    type Err = InvalidPlaceCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(PlaceCode([a, b, c])),
            _ => Err(InvalidPlaceCode {
                found: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for PlaceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The code of a region of the United Nations' M49 standard: a number shown with three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(pub u16);

impl fmt::Display for RegionCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:03}", self.0)
    }
}

/// What kind of place a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A State: the 193 Members of the United Nations, the Holy See, the State of Palestine, and
    /// the Cook Islands and Niue, which become party to treaties in their own name.
    State,
    /// A territory with its own ISO code that belongs to a State or is administered by one.
    Territory,
    /// An area that the sources place under no State.
    Area,
    /// An organisation that may be party to a treaty: a party, not a State.
    Organisation,
    /// A State or country that has ceased to exist, with its ISO 3166-3 code.
    FormerState,
    /// A place under a code that ISO 3166-1 leaves to users.
    UserAssigned,
}

impl PlaceKind {
    /// The kind's name in the code list.
    pub const fn code(self) -> &'static str {
        match self {
            PlaceKind::State => "State",
            PlaceKind::Territory => "Territory",
            PlaceKind::Area => "Area",
            PlaceKind::Organisation => "Organisation",
            PlaceKind::FormerState => "FormerState",
            PlaceKind::UserAssigned => "UserAssigned",
        }
    }

    fn parse(text: &str) -> Option<PlaceKind> {
        [
            PlaceKind::State,
            PlaceKind::Territory,
            PlaceKind::Area,
            PlaceKind::Organisation,
            PlaceKind::FormerState,
            PlaceKind::UserAssigned,
        ]
        .into_iter()
        .find(|kind| kind.code() == text)
    }
}

/// One place of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1 alpha-3, ISO 3166-3 alpha-3 or a user-assigned code.
    pub code: PlaceCode,
    /// ISO 3166-1 alpha-2; for a former State the code that was withdrawn, which another may
    /// have used since.
    pub alpha2: Option<String>,
    /// The number of the United Nations' M49 standard.
    pub m49: Option<u16>,
    /// What the code stands for.
    pub kind: PlaceKind,
    /// M49 region (continent).
    pub region: Option<RegionCode>,
    /// M49 subregion.
    pub subregion: Option<RegionCode>,
    /// M49 intermediate region, where the standard has one.
    pub intermediate: Option<RegionCode>,
    /// The State that a territory belongs to or is administered by, as the source says.
    pub administered_by: Option<PlaceCode>,
    /// Names in the carried languages.
    pub names: Names,
    /// First day of existence, where the list gives one; `None` is not stated, not "always".
    pub valid_from: Option<Date>,
    /// First day on which the place no longer exists.
    pub valid_to: Option<Date>,
    /// Places that hold the territory of a former State today, in the order of their codes.
    pub successors: Vec<PlaceCode>,
    /// What a reader must know of the row: choices made, basis of dates, names mended.
    pub note: Option<String>,
}

impl Place {
    /// The name in a language; English where that language has none.
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language)
    }

    /// Whether the place existed on a day, as far as the list's dates say.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// A name that a node puts in the place of the list's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameOverride {
    /// The place whose name is replaced.
    pub code: PlaceCode,
    /// The language of the new name.
    pub language: Language,
    /// The new name.
    pub name: String,
}

/// A name was given for a place that the list does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameOverrideError {
    /// The place is not in the list.
    #[error("terms.place.override.unknown: no place {code} in the list, so no name to replace")]
    UnknownPlace {
        /// The code that was given.
        code: PlaceCode,
    },
    /// The new name is blank.
    #[error("terms.place.override.blank: the {language} name given for {code} is blank")]
    BlankName {
        /// The place whose name was to be replaced.
        code: PlaceCode,
        /// The language of the blank name.
        language: Language,
    },
}

/// A code that ISO withdrew because its place was renamed, recoded or joined another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenamedCode {
    /// The withdrawn code.
    pub code: PlaceCode,
    /// The code in use today.
    pub current: PlaceCode,
    /// Why it was withdrawn, in English.
    pub reason: String,
}

/// A list of places, with look-up by each of its codes.
#[derive(Debug, Clone)]
pub struct Places {
    by_code: BTreeMap<PlaceCode, Place>,
    by_alpha2: BTreeMap<String, PlaceCode>,
    by_m49: BTreeMap<u16, PlaceCode>,
    renamed: BTreeMap<PlaceCode, RenamedCode>,
}

impl Places {
    /// The embedded list, read once.
    pub fn standard() -> &'static Places {
        static STANDARD: OnceLock<Places> = OnceLock::new();
        STANDARD.get_or_init(|| {
            Places::parse(PLACES_CSV, RENAMED_CSV).expect("a test reads the embedded places")
        })
    }

    /// The place of a code.
    pub fn get(&self, code: PlaceCode) -> Option<&Place> {
        self.by_code.get(&code)
    }

    /// The name of a code's place; `None` when the code is not listed.
    pub fn name(&self, code: PlaceCode, language: Language) -> Option<&str> {
        self.get(code).map(|place| place.name(language))
    }

    /// The place of an ISO 3166-1 alpha-2 code in use today; withdrawn codes are not looked up.
    pub fn get_by_alpha2(&self, alpha2: &str) -> Option<&Place> {
        self.by_alpha2.get(alpha2).and_then(|code| self.get(*code))
    }

    /// The place of an M49 number, former States included.
    pub fn get_by_m49(&self, m49: u16) -> Option<&Place> {
        self.by_m49.get(&m49).and_then(|code| self.get(*code))
    }

    /// All places in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.by_code.values()
    }

    /// The number of places.
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// The current code of a withdrawn one: `ZAR` (Zaire) is `COD` today. Former States that
    /// were divided are places themselves, with successors, and are not found here.
    pub fn renamed(&self, code: PlaceCode) -> Option<&RenamedCode> {
        self.renamed.get(&code)
    }

    /// All withdrawn codes that have one current code.
    pub fn renamed_codes(&self) -> impl Iterator<Item = &RenamedCode> {
        self.renamed.values()
    }

    /// A copy of the list with some names replaced.
    ///
    /// # Errors
    /// [`NameOverrideError`] when a place is not listed or a new name is blank; the first fault
    /// is reported and nothing is replaced.
    pub fn with_names(
        &self,
        overrides: impl IntoIterator<Item = NameOverride>,
    ) -> Result<Places, NameOverrideError> {
        let mut places = self.clone();
        for NameOverride {
            code,
            language,
            name,
        } in overrides
        {
            let place = places
                .by_code
                .get_mut(&code)
                .ok_or(NameOverrideError::UnknownPlace { code })?;
            if name.trim().is_empty() {
                return Err(NameOverrideError::BlankName { code, language });
            }
            place.names.set(language, name);
        }
        Ok(places)
    }

    /// Reads a list of places and a list of renamed codes in this project's column layout.
    ///
    /// # Errors
    /// [`ListFileError`] names the first row and field that cannot be read, a code that stands
    /// twice, or a code that is referred to and not listed.
    pub fn parse(places: &str, renamed: &str) -> Result<Places, ListFileError> {
        let mut list = Places {
            by_code: BTreeMap::new(),
            by_alpha2: BTreeMap::new(),
            by_m49: BTreeMap::new(),
            renamed: BTreeMap::new(),
        };
        for row in rows::read("places.csv", places)? {
            let place = read_place(&row)?;
            list.insert(&row, place)?;
        }
        for row in rows::read("places_renamed.csv", renamed)? {
            let entry = RenamedCode {
                code: row.required_code("code")?,
                current: row.required_code("current")?,
                reason: row.required("reason")?,
            };
            if !list.by_code.contains_key(&entry.current) {
                return Err(row.fault("current", "not in the list of places"));
            }
            list.renamed.insert(entry.code, entry);
        }
        Ok(list)
    }

    fn insert(&mut self, row: &Row, place: Place) -> Result<(), ListFileError> {
        let twice = |field| row.fault(field, "stands twice in the list");
        let code = place.code;
        if let Some(alpha2) = place
            .alpha2
            .clone()
            .filter(|_| place.kind != PlaceKind::FormerState)
            && self.by_alpha2.insert(alpha2, code).is_some()
        {
            return Err(twice("alpha2"));
        }
        if let Some(m49) = place.m49
            && self.by_m49.insert(m49, code).is_some()
        {
            return Err(twice("m49"));
        }
        match self.by_code.insert(code, place) {
            Some(_) => Err(twice("code")),
            None => Ok(()),
        }
    }
}

/// An answer to a question on citizenship that is no place: stateless, unknown, not stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialCitizenship {
    /// The code, in lower case, so that it never looks like a place code.
    pub code: String,
    /// Labels in the carried languages.
    pub names: Names,
}

/// The answers to a question on citizenship that are no places, in the list's order.
pub fn special_citizenships() -> &'static [SpecialCitizenship] {
    static SPECIAL: OnceLock<Vec<SpecialCitizenship>> = OnceLock::new();
    SPECIAL.get_or_init(|| {
        let read = |row: Row| {
            Ok(SpecialCitizenship {
                code: row.required("code")?,
                names: row.names()?,
            })
        };
        rows::read("citizenship_special.csv", SPECIAL_CSV)
            .and_then(|rows| rows.into_iter().map(read).collect())
            .expect("a test reads the embedded special citizenships")
    })
}

fn read_place(row: &Row) -> Result<Place, ListFileError> {
    let date = |field| row.value(field, "not a date YYYY-MM-DD");
    let successors = row.text("successors").split_whitespace().map(|text| {
        text.parse()
            .map_err(|_| row.fault("successors", "not codes separated by spaces"))
    });
    Ok(Place {
        code: row.required_code("code")?,
        alpha2: row.optional("alpha2"),
        m49: row.value("m49", "not an M49 number")?,
        kind: PlaceKind::parse(row.text("kind"))
            .ok_or_else(|| row.fault("kind", "not a kind of place"))?,
        region: row.region("region")?,
        subregion: row.region("subregion")?,
        intermediate: row.region("intermediate")?,
        administered_by: row.code("administered_by")?,
        names: row.names()?,
        valid_from: date("valid_from")?,
        valid_to: date("valid_to")?,
        successors: successors.collect::<Result<_, _>>()?,
        note: row.optional("note"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> PlaceCode {
        text.parse().expect("a valid code")
    }

    #[test]
    fn a_code_is_three_capital_letters_and_nothing_else() {
        assert_eq!(code("MOZ").as_str(), "MOZ");
        assert_eq!(code("MOZ").to_string(), "MOZ");
        for text in ["moz", "MZ", "MOZA", "", "M0Z", "ÉÉ"] {
            let error = text.parse::<PlaceCode>().expect_err(text);
            assert_eq!(
                error,
                InvalidPlaceCode {
                    found: text.to_owned()
                }
            );
        }
        assert!(code("XXA").is_user_assigned() && code("QMA").is_user_assigned());
        assert!(!code("QAT").is_user_assigned() && !code("ZAF").is_user_assigned());
    }

    #[test]
    fn the_standard_list_holds_what_its_sources_hold() {
        let places = Places::standard();
        let count = |kind| places.iter().filter(|place| place.kind == kind).count();
        assert_eq!(
            places.len(),
            259,
            "249 of ISO 3166-1, 8 former, the EU, Kosovo"
        );
        assert_eq!(
            count(PlaceKind::State),
            197,
            "193 Members, VAT, PSE, COK, NIU"
        );
        let union = places.get(PlaceCode::EUROPEAN_UNION).expect("listed");
        assert_eq!(union.kind, PlaceKind::Organisation);
        assert_eq!(
            places.name(union.code, Language::Pt),
            Some("União Europeia")
        );
        assert_eq!(count(PlaceKind::Organisation), 1);
        assert_eq!(count(PlaceKind::FormerState), 8);
    }

    #[test]
    fn every_place_has_a_name_in_all_seven_languages() {
        for place in Places::standard().iter() {
            assert_eq!(place.names.gaps(), [], "{}", place.code);
            for language in Language::ALL {
                assert_eq!(place.name(language), place.name(language).trim());
            }
        }
    }

    #[test]
    fn every_code_that_a_place_refers_to_is_listed() {
        let places = Places::standard();
        for place in places.iter() {
            for other in place.successors.iter().chain(&place.administered_by) {
                assert!(
                    places.get(*other).is_some(),
                    "{} refers to {other}",
                    place.code
                );
            }
            let former = place.kind == PlaceKind::FormerState;
            assert_eq!(former, !place.successors.is_empty(), "{}", place.code);
            assert_eq!(former, place.valid_to.is_some(), "{}", place.code);
            let territory = place.kind == PlaceKind::Territory;
            assert_eq!(territory, place.administered_by.is_some(), "{}", place.code);
        }
        for renamed in places.renamed_codes() {
            assert!(
                places.get(renamed.code).is_none(),
                "{} is still in use",
                renamed.code
            );
        }
    }

    #[test]
    fn a_place_is_found_by_each_of_its_codes() {
        let places = Places::standard();
        for place in places.iter() {
            assert_eq!(places.get(place.code), Some(place));
            if let Some(m49) = place.m49 {
                assert_eq!(places.get_by_m49(m49), Some(place));
            }
            if place.kind != PlaceKind::FormerState {
                let alpha2 = place
                    .alpha2
                    .as_deref()
                    .expect("a current place has an alpha-2");
                assert_eq!(places.get_by_alpha2(alpha2), Some(place));
            }
        }
        assert!(
            places.get_by_alpha2("CS").is_none(),
            "withdrawn twice, so it finds nothing"
        );
        let zaire = places.renamed(code("ZAR")).expect("Zaire was renamed");
        assert_eq!(zaire.current, code("COD"));
    }

    #[test]
    fn a_former_state_ends_on_the_day_before_its_limit() {
        let place = Places::standard().get(code("SCG")).expect("listed");
        let on = |text: &str| place.is_valid_on(text.parse().expect("a date"));
        assert!(on("2006-06-02") && !on("2006-06-03") && !on("2003-02-03"));
        assert_eq!(place.successors, [code("MNE"), code("SRB")]);
    }

    #[test]
    fn a_node_replaces_names_and_nothing_else() {
        let standard = Places::standard();
        let given = |code, name: &str| NameOverride {
            code,
            language: Language::En,
            name: name.to_owned(),
        };
        let places = standard
            .with_names([given(code("FLK"), "Islands")])
            .expect("listed");
        let place = places.get(code("FLK")).expect("listed");
        assert_eq!(place.name(Language::En), "Islands");
        assert_eq!(place.name(Language::Es), "Islas Malvinas (Falkland)");
        assert_eq!(
            places
                .iter()
                .filter(|p| standard.get(p.code) != Some(p))
                .count(),
            1
        );
        let unknown = standard.with_names([given(code("XXA"), "Aland")]);
        assert!(matches!(
            unknown,
            Err(NameOverrideError::UnknownPlace { .. })
        ));
        let blank = standard.with_names([given(code("FLK"), " ")]);
        assert!(matches!(blank, Err(NameOverrideError::BlankName { .. })));
    }

    #[test]
    fn a_faulty_list_is_refused_with_row_and_field() {
        let head = "code,alpha2,m49,kind,region,en,successors\n";
        let refused = |rows: &str| {
            let text = format!("{head}{rows}");
            Places::parse(&text, "code,current,reason\n")
                .expect_err(rows)
                .to_string()
        };
        assert!(refused("xxa,XA,,State,,A,\n").contains("row 1, field code"));
        assert!(refused("XXA,XA,,Realm,,A,\n").contains("field kind: \"Realm\""));
        assert!(refused("XXA,XA,,State,,,\n").contains("field en"));
        assert!(refused("XXA,XA,,State,,A,\nXXA,XB,,State,,B,\n").contains("row 2, field code"));
        assert!(refused("XXA,XA,x,State,,A,\n").contains("field m49"));
    }

    #[test]
    fn special_citizenships_are_no_places() {
        let codes: Vec<_> = special_citizenships()
            .iter()
            .map(|s| s.code.as_str())
            .collect();
        assert_eq!(codes, ["stateless", "unknown", "not_stated"]);
        for special in special_citizenships() {
            assert!(special.code.parse::<PlaceCode>().is_err());
            assert_eq!(special.names.gaps(), []);
        }
    }
}
