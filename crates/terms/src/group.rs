//! Regions and groups of places, and who belonged to a group on a day.
//!
//! Regions are those of the United Nations' M49 standard; a place names its own. Groups are
//! communities and processes whose membership changes: each membership has dates and says on
//! what it rests. The embedded lists are `codelists/regions.csv`, `groups.csv` and
//! `memberships.csv`; a node may add a group, or fill one whose members no source states.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::Date;

pub use crate::basis::Basis;
use crate::language::{Language, Names};
use crate::place::{Place, PlaceCode, PlaceKind, Places, RegionCode};
use crate::rows;
pub use crate::rows::ListFileError;

const REGIONS_CSV: &str = include_str!("../../../codelists/regions.csv");
const GROUPS_CSV: &str = include_str!("../../../codelists/groups.csv");
const MEMBERSHIPS_CSV: &str = include_str!("../../../codelists/memberships.csv");

/// Where a region stands in the M49 standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionLevel {
    /// The world.
    World,
    /// A continent.
    Region,
    /// Part of a region.
    Subregion,
    /// Part of a subregion, where the standard has one.
    Intermediate,
}

/// A region of the M49 standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// M49 number.
    pub code: RegionCode,
    /// The region that holds it; `None` for the world.
    pub parent: Option<RegionCode>,
    /// Where it stands in the standard.
    pub level: RegionLevel,
    /// Names in the carried languages.
    pub names: Names,
    /// Which names come from which source.
    pub basis: String,
}

impl Region {
    /// The name in a language.
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language)
    }

    /// Whether a place lies in the region, as far as the list of places says.
    pub fn holds(&self, place: &Place) -> bool {
        let code = Some(self.code);
        match self.level {
            RegionLevel::World => place.kind != PlaceKind::Organisation,
            RegionLevel::Region => place.region == code,
            RegionLevel::Subregion => place.subregion == code,
            RegionLevel::Intermediate => place.intermediate == code,
        }
    }
}

/// The regions of the M49 standard.
#[derive(Debug, Clone)]
pub struct Regions(BTreeMap<RegionCode, Region>);

impl Regions {
    /// The embedded list, read once.
    pub fn standard() -> &'static Regions {
        static STANDARD: OnceLock<Regions> = OnceLock::new();
        STANDARD.get_or_init(|| read_regions().expect("a test reads the embedded regions"))
    }

    /// The region of a number.
    pub fn get(&self, code: RegionCode) -> Option<&Region> {
        self.0.get(&code)
    }

    /// All regions in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.0.values()
    }
}

fn read_regions() -> Result<Regions, ListFileError> {
    let mut regions = BTreeMap::new();
    for row in rows::read("regions.csv", REGIONS_CSV)? {
        let code = row
            .region("code")?
            .ok_or_else(|| row.fault("code", "must not be blank"))?;
        let level = match row.text("level") {
            "world" => RegionLevel::World,
            "region" => RegionLevel::Region,
            "subregion" => RegionLevel::Subregion,
            "intermediate" => RegionLevel::Intermediate,
            _ => return Err(row.fault("level", "not a level of M49")),
        };
        let (parent, names) = (row.region("parent")?, row.names()?);
        let basis = row.required("basis")?;
        if regions
            .insert(
                code,
                Region {
                    code,
                    parent,
                    level,
                    names,
                    basis,
                },
            )
            .is_some()
        {
            return Err(row.fault("code", "stands twice in the list"));
        }
    }
    Ok(Regions(regions))
}

/// How a member stands in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A member in good standing.
    Member,
    /// Suspended: still a member, without taking part.
    Suspended,
}

/// One unbroken period in which a place belonged to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The member.
    pub place: PlaceCode,
    /// First day; `None` is not stated.
    pub from: Option<Date>,
    /// First day outside; `None` when it goes on.
    pub to: Option<Date>,
    /// How the member stands in this period.
    pub standing: Standing,
    /// On what the row rests.
    pub basis: Basis,
    /// Source, and what is not certain.
    pub note: String,
}

impl Membership {
    /// Whether the period holds a day; a first day that is not stated excludes no day.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    fn overlaps(&self, other: &Membership) -> bool {
        let before = |end: Option<Date>, start: Option<Date>| match (end, start) {
            (Some(end), Some(start)) => end <= start,
            _ => false,
        };
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

/// A group of places with its memberships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The group's code.
    pub code: String,
    /// Names; gaps fall back to English.
    pub names: Names,
    /// Where the group and its members were read.
    pub source: String,
    /// What a reader must know of the list.
    pub note: String,
    /// Memberships, ordered by place and first day. None at all means that no source states the
    /// members, not that the group has none.
    pub members: Vec<Membership>,
}

/// A group that contradicts itself or the list of places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Two periods of one place share a day.
    #[error("terms.group.overlap: {place} is in {group} twice on the same day")]
    Overlap {
        /// The group.
        group: String,
        /// The place.
        place: PlaceCode,
    },
    /// A period ends on or before the day it starts.
    #[error("terms.group.order: a period of {place} in {group} ends before it starts")]
    Order {
        /// The group.
        group: String,
        /// The place.
        place: PlaceCode,
    },
    /// A member is not in the list of places.
    #[error("terms.group.place: {place}, a member of {group}, is not in the list of places")]
    UnknownPlace {
        /// The group.
        group: String,
        /// The place.
        place: PlaceCode,
    },
}

impl Group {
    /// The name in a language.
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language)
    }

    /// The members on a day, suspended ones included, in the order of their codes.
    pub fn members_on(&self, day: Date) -> impl Iterator<Item = &Membership> {
        self.members
            .iter()
            .filter(move |membership| membership.holds(day))
    }

    /// Whether the members are known at all.
    pub fn has_known_members(&self) -> bool {
        !self.members.is_empty()
    }

    /// Puts memberships into order and checks them.
    fn checked(mut self, places: &Places) -> Result<Group, GroupError> {
        self.members
            .sort_by_key(|membership| (membership.place, membership.from));
        let group = || self.code.clone();
        for one in &self.members {
            if places.get(one.place).is_none() {
                return Err(GroupError::UnknownPlace {
                    group: group(),
                    place: one.place,
                });
            }
            if matches!((one.from, one.to), (Some(from), Some(to)) if to <= from) {
                return Err(GroupError::Order {
                    group: group(),
                    place: one.place,
                });
            }
        }
        for (index, one) in self.members.iter().enumerate() {
            let twice = |other: &Membership| other.place == one.place && one.overlaps(other);
            if self.members[index + 1..].iter().any(twice) {
                return Err(GroupError::Overlap {
                    group: group(),
                    place: one.place,
                });
            }
        }
        Ok(self)
    }
}

/// Groups by code.
#[derive(Debug, Clone)]
pub struct Groups(BTreeMap<String, Group>);

impl Groups {
    /// The embedded groups, read once.
    pub fn standard() -> &'static Groups {
        static STANDARD: OnceLock<Groups> = OnceLock::new();
        STANDARD.get_or_init(|| read_groups().expect("a test reads the embedded groups"))
    }

    /// The group of a code.
    pub fn get(&self, code: &str) -> Option<&Group> {
        self.0.get(code)
    }

    /// All groups in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.0.values()
    }

    /// The codes of a group's members on a day; `None` when there is no such group or when its
    /// members are not known.
    pub fn members_on(&self, code: &str, day: Date) -> Option<BTreeSet<PlaceCode>> {
        let group = self.get(code).filter(|group| group.has_known_members())?;
        Some(
            group
                .members_on(day)
                .map(|membership| membership.place)
                .collect(),
        )
    }

    /// The groups to which a place belonged on a day.
    pub fn groups_of(&self, place: PlaceCode, day: Date) -> impl Iterator<Item = &Group> {
        self.iter()
            .filter(move |group| group.members_on(day).any(|m| m.place == place))
    }

    /// A copy with a group added, or put in the place of the one with the same code.
    ///
    /// # Errors
    /// [`GroupError`] when periods overlap or end before they start, or a member is not listed.
    pub fn with_group(&self, group: Group, places: &Places) -> Result<Groups, GroupError> {
        let group = group.checked(places)?;
        let mut groups = self.clone();
        groups.0.insert(group.code.clone(), group);
        Ok(groups)
    }
}

fn read_groups() -> Result<Groups, ListFileError> {
    let mut groups = BTreeMap::new();
    for row in rows::read("groups.csv", GROUPS_CSV)? {
        let group = Group {
            code: row.required("code")?,
            names: row.names()?,
            source: row.required("source")?,
            note: row.text("note").to_owned(),
            members: Vec::new(),
        };
        if groups.insert(group.code.clone(), group).is_some() {
            return Err(row.fault("code", "stands twice in the list"));
        }
    }
    for row in rows::read("memberships.csv", MEMBERSHIPS_CSV)? {
        let date = |field| row.value(field, "not a date YYYY-MM-DD");
        let standing = match row.text("status") {
            "member" => Standing::Member,
            "suspended" => Standing::Suspended,
            _ => return Err(row.fault("status", "not one of member, suspended")),
        };
        let membership = Membership {
            place: row.required_code("place")?,
            from: date("from")?,
            to: date("to")?,
            standing,
            basis: Basis::read(&row)?,
            note: row.required("note")?,
        };
        let group = groups.get_mut(row.text("group"));
        let group = group.ok_or_else(|| row.fault("group", "not in groups.csv"))?;
        group.members.push(membership);
    }
    let checked = groups.into_values().map(|group| {
        let code = group.code.clone();
        let group = group
            .checked(Places::standard())
            .map_err(|error| ListFileError {
                file: "memberships.csv".to_owned(),
                row: 0,
                field: "group".to_owned(),
                problem: error.to_string(),
            })?;
        Ok((code, group))
    });
    checked.collect::<Result<_, _>>().map(Groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().expect(text)
    }

    fn members(group: &str, on: &str) -> Vec<String> {
        let codes = Groups::standard().members_on(group, day(on)).expect(group);
        codes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn regions_form_one_tree_and_every_place_lies_in_it() {
        let regions = Regions::standard();
        assert_eq!(regions.iter().count(), 30);
        for region in regions.iter() {
            assert_eq!(region.names.gaps(), [], "{}", region.code);
            match region.parent {
                Some(parent) => {
                    let parent = regions.get(parent).expect("a listed parent");
                    assert!(parent.level < region.level, "{}", region.code);
                }
                None => assert_eq!(region.level, RegionLevel::World),
            }
        }
        for place in Places::standard().iter() {
            let listed = [
                (place.intermediate, RegionLevel::Intermediate),
                (place.subregion, RegionLevel::Subregion),
                (place.region, RegionLevel::Region),
            ];
            let mut child: Option<&Region> = None;
            for (code, level) in listed {
                let Some(code) = code else { continue };
                let region = regions.get(code).expect("a listed region");
                assert_eq!(region.level, level, "{}", place.code);
                if let Some(child) = child {
                    assert_eq!(child.parent, Some(code), "{}", place.code);
                }
                child = Some(region);
            }
        }
    }

    #[test]
    fn a_region_holds_its_places() {
        let count = |code| {
            let region = Regions::standard().get(RegionCode(code)).expect("listed");
            let current = |place: &&Place| place.valid_to.is_none() && region.holds(place);
            Places::standard().iter().filter(current).count()
        };
        assert_eq!(count(18), 5, "Southern Africa: BWA, LSO, NAM, SWZ, ZAF");
        assert_eq!(
            count(53),
            6,
            "Australia and New Zealand with their territories"
        );
        assert_eq!(count(1), 250, "all but former States and the Union itself");
    }

    #[test]
    fn sadc_grows_loses_a_member_and_finds_it_again() {
        assert_eq!(members("SADC", "1992-08-16").len(), 0);
        assert_eq!(members("SADC", "1992-08-17").len(), 10);
        assert_eq!(members("SADC", "2003-01-01").len(), 14);
        assert!(!members("SADC", "2005-01-01").contains(&"SYC".to_owned()));
        assert!(members("SADC", "2008-08-16").contains(&"SYC".to_owned()));
        assert_eq!(members("SADC", "2019-01-01").len(), 16);
        let sadc = Groups::standard().get("SADC").expect("listed");
        let suspended: Vec<_> = sadc
            .members_on(day("2010-01-01"))
            .filter(|membership| membership.standing == Standing::Suspended)
            .map(|membership| membership.place.to_string())
            .collect();
        assert_eq!(suspended, ["MDG"]);
    }

    #[test]
    fn the_union_counts_its_members_of_each_year() {
        let counts = [
            "1990-01-01",
            "1995-01-01",
            "2004-05-01",
            "2013-07-01",
            "2020-02-01",
        ]
        .map(|on| members("EU", on).len());
        assert_eq!(counts, [12, 15, 25, 28, 27]);
        assert!(members("EU", "2020-01-31").contains(&"GBR".to_owned()));
    }

    #[test]
    fn other_groups_hold_as_many_as_their_source_says() {
        assert_eq!(members("SADC_TIP_DATA", "2018-06-01").len(), 9);
        assert_eq!(members("BALI_PROCESS", "2018-06-01").len(), 45);
        let sadc: BTreeSet<_> = members("SADC", "2018-06-01").into_iter().collect();
        assert!(
            members("SADC_TIP_DATA", "2018-06-01")
                .iter()
                .all(|code| sadc.contains(code))
        );
        for group in Groups::standard()
            .iter()
            .filter(|group| !group.has_known_members())
        {
            assert!(group.code.starts_with("GLOTIP_"), "{}", group.code);
            assert!(group.note.contains("not sourced"), "{}", group.code);
            assert_eq!(
                Groups::standard().members_on(&group.code, day("2018-01-01")),
                None
            );
        }
    }

    #[test]
    fn memory_says_so_and_a_source_is_named() {
        for group in Groups::standard().iter() {
            for membership in &group.members {
                assert!(!membership.note.is_empty());
                let undated = membership.note.contains("joining not");
                assert!(!undated || membership.basis == Basis::Memory || membership.from.is_none());
            }
        }
        let tanzania = "TZA".parse().expect("a code");
        let groups: Vec<_> = Groups::standard()
            .groups_of(tanzania, day("2018-06-01"))
            .map(|group| group.code.as_str())
            .collect();
        assert_eq!(groups, ["SADC", "SADC_TIP_DATA"]);
    }

    #[test]
    fn a_node_fills_a_group_whose_members_no_source_states() {
        let groups = Groups::standard();
        let mut group = groups.get("GLOTIP_SA").expect("listed").clone();
        let member = |code: &str| Membership {
            place: code.parse().expect(code),
            from: None,
            to: None,
            standing: Standing::Member,
            basis: Basis::Node,
            note: "the secretariat's own list".to_owned(),
        };
        group.members = vec![member("NPL"), member("BTN")];
        let filled = groups
            .with_group(group.clone(), Places::standard())
            .expect("two members");
        let codes = filled
            .members_on("GLOTIP_SA", day("2018-01-01"))
            .expect("known now");
        assert_eq!(
            codes.iter().map(PlaceCode::as_str).collect::<Vec<_>>(),
            ["BTN", "NPL"]
        );
        assert_eq!(groups.members_on("GLOTIP_SA", day("2018-01-01")), None);
        group.members.push(member("XXA"));
        let unknown = groups.with_group(group, Places::standard());
        assert!(matches!(unknown, Err(GroupError::UnknownPlace { .. })));
    }

    fn periods() -> impl Strategy<Value = Vec<(i16, i16)>> {
        proptest::collection::vec((1990i16..2030, 1990i16..2030), 0..6)
    }

    proptest! {
        #[test]
        fn a_place_is_never_in_a_group_twice_on_one_day(years in periods()) {
            let at = |year| Date::new(year, 1, 1).expect("a date");
            let place = "ZMB".parse().expect("a code");
            let members = years.iter().map(|(from, to)| Membership {
                place,
                from: Some(at(*from)),
                to: Some(at(*to)),
                standing: Standing::Member,
                basis: Basis::Node,
                note: String::new(),
            });
            let group = Group {
                code: "OWN".to_owned(),
                names: Names::english("Own"),
                source: String::new(),
                note: String::new(),
                members: members.collect(),
            };
            let on = |group: &Group, year| group.members_on(at(year)).count();
            match Groups::standard().with_group(group.clone(), Places::standard()) {
                Ok(groups) => {
                    prop_assert!(years.iter().all(|(from, to)| from < to));
                    let group = groups.get("OWN").expect("added");
                    prop_assert!((1990..2030).all(|year| on(group, year) <= 1));
                }
                Err(GroupError::Order { .. }) => {
                    prop_assert!(years.iter().any(|(from, to)| to <= from));
                }
                Err(GroupError::Overlap { .. }) => {
                    prop_assert!((1990..2030).any(|year| on(&group, year) > 1));
                }
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }
}
