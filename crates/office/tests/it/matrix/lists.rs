//! The question about the node's own lists.

use evidence::record::PersonRole;
use office::{Ask, ListsAsked, Plan, Purpose, Role, Who};
use protect::Confidential;

use super::cast::Cast;
use crate::desk::{coded, person, sealed};
use crate::house::House;

const BY: &str = "event.detected_by";

/// Persons on two lists, enough that nothing but authority stands in the way.
pub(super) fn prepare(house: &House) {
    let manager = house.console(Role::DataManager, None);
    for number in 0..24 {
        let lists: &[&str] = match number % 4 {
            0 => &["ngo", "police"],
            1 => &["ngo"],
            _ => &["police"],
        };
        let mut record = person(&format!("Listed{number}"), "XXA-0417", "female");
        let codes = lists.iter().map(|code| coded(BY, "detected_by", code));
        record.answers.extend(codes);
        let ask = Ask::EnterRecord {
            dossier: None,
            role: PersonRole::Victim,
            replaces: None,
            record: Confidential::seal(record),
        };
        let how = (Role::DataManager, Purpose::Statistics);
        house.ask(Who::Console(manager), how, ask).expect("entered");
    }
}

impl Cast {
    pub(super) fn ask_of_lists(&self, act: &str) -> Option<Ask> {
        (act == "estimate_lists").then(|| {
            Ask::EstimateLists(Box::new(ListsAsked {
                concept: BY.to_owned(),
                role: PersonRole::Victim,
                lists: Vec::new(),
                plan: Plan::Quick { seed: 1 },
                reason: sealed("the yearly report"),
            }))
        })
    }
}
