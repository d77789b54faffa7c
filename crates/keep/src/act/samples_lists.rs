//! The sample of an act about the node's own lists, invented.

use evidence::record::PersonRole;

use crate::act::Deed;
use crate::act::schema::ListsEstimated;

pub(super) fn deed(kind: u16, version: u16) -> Option<Deed> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match (kind, version) {
        (60, 1) => Some(
            ListsEstimated {
                concept: "event.detected_by".to_owned(),
                role: PersonRole::Victim,
                lists: vec![
                    texts(&["border", "police"]),
                    texts(&["ngo"]),
                    texts(&["self"]),
                ],
                settings: vec![pair("method", "stepwise"), pair("seed", "1")],
                digest: [0x60; 32].into(),
            }
            .into(),
        ),
        _ => None,
    }
}
