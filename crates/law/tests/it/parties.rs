//! Single parties, regions, and the words of a status.

use std::collections::BTreeSet;

use law::{Act, Record, Status, Treaty};
use terms::limit::Limit;

use crate::{day, place, wrapped};

#[test]
fn sudan_is_party_to_the_smuggling_protocol_from_2018() {
    let record = Record::standard();
    let sudan = place("SDN");
    assert!(
        record
            .status(Treaty::Som, day("2017-12-31"))
            .party(sudan)
            .is_none()
    );
    assert!(
        record
            .status(Treaty::Som, day("2018-10-08"))
            .party(sudan)
            .is_none()
    );
    let status = record.status(Treaty::Som, day("2018-12-31"));
    let party = status.party(sudan).expect("party since October 2018");
    assert_eq!(party.deposited, day("2018-10-09"));
    assert_eq!(party.in_force_from, day("2018-11-08"));
    assert!(
        !party.certain,
        "the source does not tell ratification from accession by itself"
    );
}

#[test]
fn the_european_union_is_a_party_and_not_a_state() {
    let status = Record::standard().status(Treaty::Som, day("2013-09-04"));
    let union = status.party(place("EUE")).expect("party since 2006");
    assert!(union.is_organisation);
    assert_eq!(union.act, Act::Approval);
    assert_eq!((status.parties.len(), status.states()), (137, 136));
    let only = status.among(&BTreeSet::from([place("EUE")]));
    assert_eq!((only.parties.len(), only.states()), (1, 0));
}

#[test]
fn a_succession_binds_from_independence_and_counts_from_its_deposit() {
    let record = Record::standard();
    let montenegro = place("MNE");
    for (on, party, bound_later) in [
        ("2006-06-02", false, false),
        ("2006-06-03", false, true),
        ("2006-10-22", false, true),
        ("2006-10-23", true, false),
    ] {
        let status = record.status(Treaty::Tip, day(on));
        assert_eq!(status.party(montenegro).is_some(), party, "{on}");
        let later = status.bound_by_later_succession.iter();
        let places: Vec<_> = later.map(|party| party.place).collect();
        assert_eq!(
            places,
            if bound_later {
                vec![montenegro]
            } else {
                vec![]
            },
            "{on}"
        );
    }
}

#[test]
fn who_signed_and_is_not_party() {
    let waiting = |treaty: Treaty, on: &str| -> Vec<String> {
        let status = Record::standard().status(treaty, day(on));
        let waiting = status.signatories_not_party();
        waiting
            .map(|signatory| signatory.place.to_string())
            .collect()
    };
    assert_eq!(waiting(Treaty::Untoc, "2025-05-07"), ["COG", "IRN"]);
    assert_eq!(waiting(Treaty::Tip, "2025-04-10"), ["COG"]);
    let smuggling = [
        "BOL", "COG", "GNB", "GNQ", "IRL", "ISL", "LKA", "THA", "UZB",
    ];
    assert_eq!(waiting(Treaty::Som, "2024-06-14"), smuggling);
}

#[test]
fn what_one_place_did_towards_each_treaty() {
    let record = Record::standard();
    let [untoc, tip, som] = record.of(place("SDN"));
    let signature = untoc.signature.expect("signed the Convention");
    assert_eq!(signature.date, day("2000-12-15"));
    let deposit = untoc.deposit.expect("ratified the Convention");
    assert_eq!(
        (deposit.act, deposit.date),
        (Act::Ratification, day("2004-12-10"))
    );
    assert_eq!(tip.signature, None);
    assert_eq!(tip.deposit.expect("acceded").act, Act::Accession);
    assert_eq!(som.deposit.expect("party").date, day("2018-10-09"));
    for standing in record.of(place("XXA")) {
        assert_eq!((standing.signature, standing.deposit), (None, None));
    }
}

#[test]
fn a_status_is_restricted_to_a_membership() {
    let wanted = BTreeSet::from(["SDN", "ETH", "THA", "SOM", "EUE"].map(place));
    let status = Record::standard()
        .status(Treaty::Som, day("2018-12-31"))
        .among(&wanted);
    let parties: Vec<_> = status.parties.iter().map(|party| party.place).collect();
    assert_eq!(parties, ["ETH", "EUE", "SDN"].map(place));
    assert_eq!(status.states(), 2);
    assert_eq!(status.outside(), [place("SOM")]);
    let waiting: Vec<_> = status
        .signatories_not_party()
        .map(|one| one.place)
        .collect();
    assert_eq!(waiting, [place("THA")]);
    let twice = status.among(&BTreeSet::from(["SDN", "THA", "ZAF"].map(place)));
    assert_eq!(twice.scope, Some(BTreeSet::from(["SDN", "THA"].map(place))));
    assert_eq!(twice.parties.len(), 1);
}

#[test]
fn a_status_in_words() {
    let lines = |status: Status| wrapped(&status.note());
    let note = |treaty, on: &str| lines(Record::standard().status(treaty, day(on)));
    insta::assert_snapshot!(note(Treaty::Tip, "1999-12-31"), @r"
    By the instruments deposited up to 31 December 1999, parties to TIP: 0. Not in
    force on this day. Nobody had signed it.
    ");
    insta::assert_snapshot!(note(Treaty::Som, "2003-10-30"), @r"
    By the instruments deposited up to 30 October 2003, parties to SOM: 40. Not in
    force on this day. Signatories: 112, of which 75 not yet party.
    ");
    insta::assert_snapshot!(note(Treaty::Tip, "2006-08-01"), @r"
    By the instruments deposited up to 1 August 2006, parties to TIP: 101. In force
    since 25 December 2003, and on this day for all of them. Signatories: 117, of
    which 39 not yet party. Montenegro, not yet party, is bound on this day by the
    succession that it notified on 23 October 2006.
    ");
    insta::assert_snapshot!(note(Treaty::Tip, "2013-09-04"), @r"
    By the instruments deposited up to 4 September 2013, parties to TIP: 157, 1 of
    them no State (European Union). In force since 25 December 2003, and on this day
    for all of them. Signatories: 117, of which 9 not yet party.
    ");
    insta::assert_snapshot!(note(Treaty::Som, "2026-11-22"), @r"
    By the instruments deposited up to 22 November 2026, parties to SOM: 151, 1 of
    them no State (European Union). In force since 28 January 2004, and on this day
    for all of them. Signatories: 112, of which 9 not yet party. One party that
    joined between 24 December 2020 and October 2022 is missing from the record, so
    later totals are one too low. The record ends on 14 June 2024; later acts are
    not in it.
    ");
    let few = BTreeSet::from(["SDN", "THA", "SOM"].map(place));
    let status = Record::standard().status(Treaty::Som, day("2018-12-31"));
    insta::assert_snapshot!(lines(status.among(&few)), @r"
    By the instruments deposited up to 31 December 2018, among the 3 places asked
    for, parties to SOM: 1. In force since 28 January 2004, and on this day for all
    of them. Signatories: 1, of which 1 not yet party.
    ");
}

#[test]
fn a_status_in_full() {
    let few = BTreeSet::from(["EUE", "SDN", "THA"].map(place));
    let status = Record::standard().status(Treaty::Som, day("2026-11-22"));
    assert_eq!(
        status.limits,
        [Limit::SomPartyMissingAfter2020, Limit::RecordEnds]
    );
    insta::assert_debug_snapshot!(status.among(&few), @r"
        Status {
            treaty: Som,
            on: 2026-11-22,
            parties: [
                Party {
                    place: EUE,
                    is_organisation: true,
                    act: Approval,
                    certain: true,
                    deposited: 2006-09-06,
                    in_force_from: 2006-10-06,
                    signed: Some(
                        2000-12-12,
                    ),
                },
                Party {
                    place: SDN,
                    is_organisation: false,
                    act: Ratification,
                    certain: false,
                    deposited: 2018-10-09,
                    in_force_from: 2018-11-08,
                    signed: None,
                },
            ],
            signatories: [
                Signatory {
                    place: EUE,
                    signed: 2000-12-12,
                },
                Signatory {
                    place: THA,
                    signed: 2001-12-18,
                },
            ],
            bound_by_later_succession: [],
            in_force_since: Some(
                2004-01-28,
            ),
            record_ends: 2024-06-14,
            limits: [
                SomPartyMissingAfter2020,
                RecordEnds,
            ],
            scope: Some(
                {
                    EUE,
                    SDN,
                    THA,
                },
            ),
        }
        ");
}

#[test]
fn a_source_travels_with_the_figures() {
    let source = Record::standard().source(Treaty::Som);
    assert!(
        source
            .attribution
            .contains("United Nations Treaty Collection")
    );
    assert!(source.attribution.contains("Fedlex"));
    assert_eq!(source.vintage, "acts to 14 June 2024");
    assert_eq!(source.licence, "facts, no copyright");
    let title = "Status of treaties, XVIII-12-b: Smuggling of Migrants Protocol";
    assert_eq!(source.title, title);
}
