//! Who is bound on a date, from the terminal.

use crate::run::palermo;

#[test]
fn the_ten_totals_that_the_documents_state() {
    let stated = [
        ("TIP", "2013-09-04", 157),
        ("SOM", "2013-09-04", 137),
        ("TIP", "2014-02-04", 159),
        ("SOM", "2014-02-04", 138),
        ("UNTOC", "2015-04-14", 185),
        ("TIP", "2015-04-14", 166),
        ("SOM", "2015-04-14", 141),
        ("UNTOC", "2019-06-30", 190),
        ("TIP", "2019-06-30", 174),
        ("SOM", "2019-06-30", 149),
    ];
    for (treaty, on, parties) in stated {
        let ran = palermo(&["law", "status", "--treaty", treaty, "--on", on, "--json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let line = &ran.json_lines()[0];
        let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            ["treaty", "on", "parties", "states", "signatories", "note"]
        );
        assert_eq!(line["parties"], parties, "{treaty} on {on}");
        assert_eq!(
            line["states"],
            parties - 1,
            "the European Union is a party and no State"
        );
    }
}

#[test]
fn a_status_reads_as_text() {
    let ran = palermo(&["law", "status", "--treaty", "som", "--on", "2024-06-01"]);
    insta::assert_snapshot!(ran.all());
}

#[test]
fn sudan_is_party_to_the_smuggling_protocol_from_2018() {
    let listed = |on| {
        palermo(&["law", "parties", "--treaty", "SOM", "--on", on])
            .out
            .contains("SDN")
    };
    assert!(!listed("2017-12-31"));
    assert!(listed("2018-12-31"));
}

#[test]
fn a_wrong_treaty_and_a_wrong_date_say_what_is_allowed() {
    insta::assert_snapshot!(
        palermo(&["law", "status", "--treaty", "TOC", "--on", "2019-06-30"]).all()
    );
    insta::assert_snapshot!(
        palermo(&["law", "status", "--treaty", "TIP", "--on", "2019-02-30"]).all()
    );
}
