//! Totals that others stated for a day, recounted from the acts.

use jiff::ToSpan;
use jiff::civil::date;
use law::{Record, Treaty};
use terms::limit::Limit;

use crate::day;

/// Day, treaty, the total stated, by how many the record is known to fall short, who stated it.
const STATED: [(&str, Treaty, usize, usize, &str); 17] = [
    (
        "2003-10-30",
        Treaty::Som,
        40,
        0,
        "UN News, November 2003: the first forty by name",
    ),
    ("2013-09-04", Treaty::Tip, 157, 0, "UNODC, September 2013"),
    ("2013-09-04", Treaty::Som, 137, 0, "UNODC, September 2013"),
    ("2014-02-04", Treaty::Tip, 159, 0, "UNODC, February 2014"),
    ("2014-02-04", Treaty::Som, 138, 0, "UNODC, February 2014"),
    ("2015-04-14", Treaty::Untoc, 185, 0, "UNODC, April 2015"),
    ("2015-04-14", Treaty::Tip, 166, 0, "UNODC, April 2015"),
    ("2015-04-14", Treaty::Som, 141, 0, "UNODC, April 2015"),
    ("2019-06-30", Treaty::Untoc, 190, 0, "UNODC, 2019"),
    ("2019-06-30", Treaty::Tip, 174, 0, "UNODC, 2019"),
    ("2019-06-30", Treaty::Som, 149, 0, "UNODC, 2019"),
    (
        "2020-05-31",
        Treaty::Som,
        149,
        0,
        "French Wikipedia, May 2020",
    ),
    (
        "2020-12-24",
        Treaty::Som,
        150,
        0,
        "UNODC: Comoros the 150th",
    ),
    (
        "2022-10-31",
        Treaty::Som,
        151,
        1,
        "English Wikipedia, October 2022",
    ),
    ("2024-04-26", Treaty::Som, 152, 1, "treaties.un.org"),
    ("2024-05-04", Treaty::Untoc, 192, 0, "treaties.un.org"),
    // No one's statement: nobody can be party before signature opens.
    (
        "2000-12-11",
        Treaty::Untoc,
        0,
        0,
        "the day before signature opened",
    ),
];

#[test]
fn the_totals_that_others_stated_come_out() {
    for (on, treaty, stated, missing, by) in STATED {
        let status = Record::standard().status(treaty, day(on));
        assert_eq!(
            status.parties.len() + missing,
            stated,
            "{treaty} on {on}, stated by {by}"
        );
        let gap = status.limits.contains(&Limit::SomPartyMissingAfter2020);
        assert_eq!(
            gap,
            missing > 0,
            "{treaty} on {on}: the gap is said where it is"
        );
    }
}

/// The totals of 2019 that were stated without a day hold together on these days only.
#[test]
fn the_totals_of_2019_hold_from_may_to_september() {
    let totals = |on: &str| {
        Treaty::ALL.map(|treaty| Record::standard().status(treaty, day(on)).parties.len())
    };
    assert_ne!(totals("2019-05-26"), [190, 174, 149]);
    assert_eq!(totals("2019-05-27"), [190, 174, 149]);
    assert_eq!(totals("2019-09-11"), [190, 174, 149]);
    assert_ne!(totals("2019-09-12"), [190, 174, 149]);
}

#[test]
fn signatures_and_parties_at_the_end_of_the_record() {
    let record = Record::standard();
    for (treaty, signatures, parties) in [
        (Treaty::Untoc, 147, 193),
        (Treaty::Tip, 117, 184),
        (Treaty::Som, 112, 151),
    ] {
        let end = record.instrument(treaty).record_ends;
        let status = record.status(treaty, end);
        assert_eq!(status.signatories.len(), signatures, "{treaty}");
        assert_eq!(status.parties.len(), parties, "{treaty}");
        assert_eq!(
            status.states(),
            parties - 1,
            "{treaty}: all but the European Union"
        );
        assert!(!status.limits.contains(&Limit::RecordEnds), "{treaty}");
        let next = record.status(treaty, end + 30.days());
        assert!(next.limits.contains(&Limit::RecordEnds), "{treaty}");
        assert_eq!(next.parties, status.parties, "{treaty}");
        assert_eq!(
            next.in_force_for(),
            parties,
            "{treaty}: nobody waits longer"
        );
    }
}

#[test]
fn a_timeline_ends_where_the_status_does_and_agrees_on_the_way() {
    let record = Record::standard();
    for treaty in Treaty::ALL {
        let timeline = record.timeline(treaty);
        assert!(timeline.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1));
        for &(on, parties) in &timeline {
            assert_eq!(
                record.status(treaty, on).parties.len(),
                parties,
                "{treaty} {on}"
            );
        }
        let last = timeline.last().expect("somebody joined");
        let end = record.status(treaty, date(2100, 1, 1)).parties.len();
        assert_eq!(last.1, end, "{treaty}");
    }
}
