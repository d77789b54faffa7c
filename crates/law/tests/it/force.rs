//! Entry into force: the printed days against the rule.

use std::collections::BTreeSet;

use law::{Record, Treaty};

use crate::{day, place};

#[test]
fn the_fortieth_instrument_brings_each_treaty_into_force() {
    let record = Record::standard();
    for (treaty, fortieth, in_force) in [
        (Treaty::Untoc, "2003-07-01", "2003-09-29"),
        (Treaty::Tip, "2003-09-26", "2003-12-25"),
        (Treaty::Som, "2003-10-30", "2004-01-28"),
    ] {
        assert_eq!(
            record.computed_entry_into_force(treaty),
            Some(day(in_force))
        );
        assert_eq!(record.instrument(treaty).entered_into_force, day(in_force));
        assert!(record.status(treaty, day(fortieth)).states() >= 40);
        let eve = day(fortieth).yesterday().expect("not the first day");
        assert!(record.status(treaty, eve).states() < 40);
    }
}

#[test]
fn a_treaty_is_in_force_from_its_day_and_not_before() {
    let record = Record::standard();
    for treaty in Treaty::ALL {
        let first = record.instrument(treaty).entered_into_force;
        let eve = record.status(treaty, first.yesterday().expect("not the first day"));
        assert_eq!(
            (eve.in_force_since, eve.in_force_for()),
            (None, 0),
            "{treaty}"
        );
        let status = record.status(treaty, first);
        assert_eq!(status.in_force_since, Some(first), "{treaty}");
        assert!(status.in_force_for() >= 40, "{treaty}");
    }
}

/// The day printed for a party is the day of the rule, except for Montenegro, which is bound by
/// succession from its independence.
#[test]
fn each_partys_day_is_the_day_of_the_rule_but_for_montenegro() {
    let record = Record::standard();
    let deposits = record
        .actions()
        .iter()
        .filter(|act| act.act.makes_a_party());
    let differing: BTreeSet<_> = deposits
        .filter(|deposit| deposit.in_force_from != record.computed_in_force_from(deposit))
        .map(|deposit| (deposit.treaty, deposit.party, deposit.in_force_from))
        .collect();
    let independence = Some(day("2006-06-03"));
    let montenegro = Treaty::ALL.map(|treaty| (treaty, place("MNE"), independence));
    assert_eq!(differing, BTreeSet::from(montenegro));
}
