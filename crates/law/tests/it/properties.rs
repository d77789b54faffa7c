//! What holds on every day.

use jiff::civil::Date;
use jiff::{ToSpan, civil::date};
use law::{Record, Treaty};
use proptest::prelude::*;
use terms::place::Places;

/// Any day from the adoption of the treaties to after the end of every record, and some years
/// around.
fn days() -> impl Strategy<Value = Date> {
    (0..15_000_i32).prop_map(|days| date(1995, 1, 1) + days.days())
}

fn treaties() -> impl Strategy<Value = Treaty> {
    prop::sample::select(Treaty::ALL.to_vec())
}

proptest! {
    #[test]
    fn nobody_leaves(treaty in treaties(), one in days(), other in days()) {
        let record = Record::standard();
        let before = record.status(treaty, one.min(other));
        let after = record.status(treaty, one.max(other));
        for party in &before.parties {
            prop_assert_eq!(after.party(party.place).map(|later| later.deposited),
                Some(party.deposited));
        }
        prop_assert!(before.in_force_for() <= after.in_force_for());
        prop_assert!(before.signatories.iter().all(|one| after.signatories.contains(one)));
    }

    #[test]
    fn parts_are_no_more_than_the_whole(treaty in treaties(), on in days()) {
        let status = Record::standard().status(treaty, on);
        prop_assert!(status.states() <= status.parties.len());
        prop_assert!(status.parties.len() <= status.states() + 1);
        prop_assert!(status.in_force_for() <= status.parties.len());
        prop_assert!(status.in_force_since.is_some() || status.in_force_for() == 0);
        prop_assert!(status.signatories_not_party().count() <= status.signatories.len());
        prop_assert!(status.parties.iter().all(|party| party.deposited <= on));
    }

    #[test]
    fn two_halves_of_the_world_add_up(
        treaty in treaties(),
        on in days(),
        picks in prop::collection::vec(any::<bool>(), 300),
    ) {
        let status = Record::standard().status(treaty, on);
        let (mut one, mut other) = (std::collections::BTreeSet::new(), status_places());
        for (place, picked) in status_places().into_iter().zip(picks) {
            if picked {
                other.remove(&place);
                one.insert(place);
            }
        }
        let (one, other) = (status.among(&one), status.among(&other));
        prop_assert_eq!(one.parties.len() + other.parties.len(), status.parties.len());
        prop_assert_eq!(one.states() + other.states(), status.states());
        prop_assert_eq!(one.in_force_for() + other.in_force_for(), status.in_force_for());
        prop_assert_eq!(
            one.signatories_not_party().count() + other.signatories_not_party().count(),
            status.signatories_not_party().count()
        );
    }

    #[test]
    fn any_text_is_a_treaty_or_a_plain_refusal(text in ".*") {
        match text.parse::<Treaty>() {
            Ok(treaty) => prop_assert!(text.trim().eq_ignore_ascii_case(treaty.code())),
            Err(refused) => prop_assert_eq!(refused.found, text),
        }
    }

    #[test]
    fn no_table_of_acts_breaks_the_reader(rows in ".*") {
        let header = "treaty,party,act,date,in_force_from,certain,source,note\n";
        let treaties = include_str!("../../../../library/treaties/treaties.toml");
        if let Err(refused) = Record::parse(treaties, &format!("{header}{rows}")) {
            prop_assert!(refused.to_string().starts_with("law.record: actions.csv"));
        }
    }
}

fn status_places() -> std::collections::BTreeSet<terms::place::PlaceCode> {
    Places::standard().iter().map(|place| place.code).collect()
}
