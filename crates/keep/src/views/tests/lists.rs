//! The node's own lists: which codes hold which dossiers.

use std::collections::BTreeMap;

use evidence::record::PersonRole::{Suspect, Victim};

use super::story::{OFFICER, START_MS, Story, dossier, founded};
use crate::act::schema::{ErasureConfirmed, ListsEstimated};
use crate::views::{Captures, LISTS_MAX, TooManyLists, Views};
use terms::id::ErasureId;

const BY: &str = "detected_by";

fn lists(lists: &[&[&str]]) -> Vec<Vec<String>> {
    let codes = |codes: &&[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    lists.iter().map(codes).collect()
}

fn views(story: &Story) -> Views {
    let views = Views::in_memory().unwrap();
    story.tell(&views);
    views
}

fn captures(views: &Views, asked: &[Vec<String>]) -> Captures {
    views.captures(BY, Victim, asked).unwrap().unwrap()
}

/// Three victims and a suspect on three lists; one record was corrected.
fn story() -> Story {
    let mut story = founded();
    for (number, role) in [(1, Victim), (2, Victim), (3, Victim), (4, Suspect)] {
        story.open(number, role, None);
    }
    story.enter((1, 1), None, &[(BY, "police"), ("sex", "female")]);
    story.enter((1, 2), None, &[(BY, "ngo")]);
    story.enter((2, 3), None, &[(BY, "border")]);
    story.enter((2, 4), Some(3), &[(BY, "police")]);
    story.enter((3, 5), None, &[(BY, "ngo"), (BY, "self")]);
    story.enter((4, 6), None, &[(BY, "police")]);
    story
}

/// Somebody had it estimated.
pub(super) fn estimated(story: &mut Story) {
    story.did(ListsEstimated {
        concept: BY.to_owned(),
        role: Victim,
        lists: lists(&[&["police"], &["ngo"]]),
        settings: Vec::new(),
        digest: [7; 32].into(),
    });
}

#[test]
fn each_code_that_occurs_is_a_list_of_its_own() {
    let found = captures(&views(&story()), &[]);
    assert_eq!(found.lists, lists(&[&["ngo"], &["police"], &["self"]]));
    let histories = BTreeMap::from([(0b011, 1), (0b010, 1), (0b101, 1)]);
    assert_eq!(found.histories, histories);
}

#[test]
fn lists_that_are_named_are_merged_and_others_left_out() {
    let asked = lists(&[&["police", "border"], &["ngo", "self"]]);
    let found = captures(&views(&story()), &asked);
    assert_eq!(found.lists, asked);
    assert_eq!(
        found.histories,
        BTreeMap::from([(0b11, 1), (0b01, 1), (0b10, 1)])
    );
    let one = captures(&views(&story()), &lists(&[&["self"]]));
    assert_eq!(one.histories, BTreeMap::from([(1, 1)]));
}

#[test]
fn who_is_erased_is_on_no_list() {
    let mut story = story();
    story.did(ErasureConfirmed {
        erasure: ErasureId([1; 16]),
        dossier: dossier(1),
    });
    let found = captures(&views(&story), &[]);
    assert_eq!(found.histories.values().sum::<u64>(), 2);
}

#[test]
fn too_many_codes_are_refused() {
    let mut story = story();
    for number in 10..40 {
        let record = u8::try_from(number).unwrap();
        let code = format!("office-{number}");
        story.enter((3, record), None, &[(BY, code.as_str())]);
    }
    let found = views(&story).captures(BY, Victim, &[]).unwrap();
    assert_eq!(found, Err(TooManyLists { found: 33 }));
    let asked = vec![vec!["police".to_owned()]; LISTS_MAX + 1];
    let refused = views(&story).captures(BY, Victim, &asked).unwrap();
    assert_eq!(
        refused,
        Err(TooManyLists {
            found: LISTS_MAX + 1
        })
    );
}

#[test]
fn what_somebody_had_estimated_is_counted() {
    let mut story = story();
    estimated(&mut story);
    let views = views(&story);
    let before = START_MS - 1;
    assert_eq!(views.lists_estimated_since(OFFICER, before).unwrap(), 1);
    assert_eq!(views.lists_estimated_since(OFFICER, i64::MAX).unwrap(), 0);
}
