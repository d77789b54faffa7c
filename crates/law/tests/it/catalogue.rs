//! Rules that every row of the embedded record keeps.

use std::collections::BTreeSet;

use law::{Act, Record, Treaty};
use terms::place::{PlaceKind, Places};

use crate::{day, place};

#[test]
fn every_party_is_a_listed_state_or_the_european_union() {
    for action in Record::standard().actions() {
        let listed = Places::standard().get(action.party);
        let kind = listed.map(|place| place.kind);
        let expected = if action.party == place("EUE") {
            PlaceKind::Organisation
        } else {
            PlaceKind::State
        };
        assert_eq!(kind, Some(expected), "{} {}", action.treaty, action.party);
    }
}

#[test]
fn rows_are_in_order_and_none_stands_twice() {
    let keys: Vec<_> = Record::standard()
        .actions()
        .iter()
        .map(|action| (action.treaty, action.party, action.act.makes_a_party()))
        .collect();
    assert_eq!(keys.len(), 904);
    assert!(keys.is_sorted_by(|one, next| one < next));
}

#[test]
fn signatures_are_in_the_time_of_signature_and_acts_in_that_of_the_record() {
    let record = Record::standard();
    for action in record.actions() {
        let instrument = record.instrument(action.treaty);
        let what = format!("{} {} {}", action.treaty, action.party, action.date);
        assert!(instrument.opened_for_signature <= action.date, "{what}");
        assert!(action.date <= instrument.record_ends, "{what}");
        if action.act == Act::Signature {
            assert!(action.date <= instrument.closed_for_signature, "{what}");
        }
    }
}

/// Who ratifies has signed, who accedes has not. Two rows break this in the sources themselves;
/// their kind of act is marked as uncertain.
#[test]
fn who_ratifies_has_signed_and_who_accedes_has_not() {
    let record = Record::standard();
    let mut unsigned = BTreeSet::new();
    for deposit in record
        .actions()
        .iter()
        .filter(|act| act.act.makes_a_party())
    {
        let signed = record.of(deposit.party)[deposit.treaty as usize]
            .signature
            .is_some();
        let needs = !matches!(deposit.act, Act::Accession | Act::Succession);
        assert!(
            needs || !signed,
            "{} {} acceded",
            deposit.treaty,
            deposit.party
        );
        if needs && !signed {
            assert!(!deposit.certain && deposit.note.is_some());
            unsigned.insert((deposit.treaty, deposit.party));
        }
    }
    let known = [(Treaty::Tip, place("ATG")), (Treaty::Som, place("SDN"))];
    assert_eq!(unsigned, BTreeSet::from(known));
}

#[test]
fn doubts_are_few_and_explained() {
    let doubts = Record::standard()
        .actions()
        .iter()
        .filter(|act| !act.certain);
    let doubts: Vec<_> = doubts.collect();
    assert_eq!(doubts.len(), 18);
    assert!(
        doubts
            .iter()
            .all(|act| act.note.is_some() && act.act == Act::Ratification)
    );
}

/// The Marshall Islands' accession is the one day on which the two sources differ; the
/// depositary's is followed.
#[test]
fn the_one_difference_of_the_sources_follows_the_depositary() {
    let [untoc, ..] = Record::standard().of(place("MHL"));
    let deposit = untoc.deposit.expect("acceded");
    assert_eq!(deposit.date, day("2011-06-15"));
    assert!(deposit.note.is_some_and(|note| note.contains("2010-11-05")));
}

#[test]
fn the_three_instruments_are_of_one_day_and_the_protocols_supplement_the_convention() {
    for treaty in Treaty::ALL {
        let instrument = Record::standard().instrument(treaty);
        assert_eq!(instrument.treaty, treaty);
        assert_eq!(instrument.adopted, day("2000-11-15"));
        assert_eq!(instrument.supplements.is_some(), treaty.is_protocol());
    }
}
