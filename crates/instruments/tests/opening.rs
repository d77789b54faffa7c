//! Forms that compile and that the engine in the field would not open: each is found, with its row.
//! What is refused and what is let through was asked of ODK Validate 1.20.

use instruments::{Format, Options, Severity, check};

/// The codes and rows of what refuses a form.
fn refused(form: &str) -> Vec<(&'static str, Option<u32>)> {
    let checked = check(form.as_bytes(), Format::Markdown, &Options::default());
    let errors = checked.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.code, finding.row)).collect()
}

fn survey(columns: &str, rows: &[&str]) -> String {
    let mut form = format!("| survey |\n| | type | name | {columns} |\n");
    for row in rows {
        form += &format!("| | {row} |\n");
    }
    form
}

fn with_list(form: &str, header: &str, rows: &[&str]) -> String {
    let mut form = format!("{form}| choices |\n| | list_name | name | {header} |\n");
    for row in rows {
        form += &format!("| | l | {row} |\n");
    }
    form
}

#[test]
fn rules_in_a_circle_do_not_open_whatever_they_decide() {
    let columns = "label | relevant | required | readonly";
    for row in [
        "text | a | A | ${a} = '' | |",
        "text | a | A | | ${a} = '' |",
        "text | a | A | | | ${a} = ''",
    ] {
        assert_eq!(
            refused(&survey(columns, &[row])),
            [("form-not-opened", None)],
            "{row}"
        );
    }
    let two = [
        "text | a | A | | ${b} = '' |",
        "text | b | B | ${a} = '' | |",
    ];
    assert_eq!(refused(&survey(columns, &two)), [("form-not-opened", None)]);
    let held = [
        "begin group | g | G | | | ${b} = ''",
        "text | a | A | | |",
        "end group | | | | |",
    ];
    let mut held = held.to_vec();
    held.push("text | b | B | ${a} = '' | |");
    assert_eq!(
        refused(&survey(columns, &held)),
        [],
        "what is held may be read"
    );
}

#[test]
fn a_group_that_shows_nothing_is_refused_and_a_repeat_is_not() {
    let columns = "label | calculation";
    let inside = |what: &str| {
        let begin = format!("begin {what} | g | G |");
        let end = format!("end {what} | | |");
        survey(
            columns,
            &[&begin, "calculate | a | | 1", &end, "text | b | B |"],
        )
    };
    assert_eq!(refused(&inside("group")), [("group-empty", Some(2))]);
    assert_eq!(refused(&inside("repeat")), []);
}

#[test]
fn choices_come_from_answers_right_inside_a_repeat() {
    let repeat = [
        "begin repeat | r | R",
        "text | q | Q",
        "begin group | g | G",
        "text | k | K",
        "end group | |",
        "end repeat | |",
    ];
    let asked = |of: &str| {
        let select = format!("select_one ${{{of}}} | s | S");
        let mut rows = repeat.to_vec();
        rows.push("text | top | T");
        rows.push(&select);
        refused(&survey("label", &rows))
    };
    assert_eq!(asked("q"), []);
    for of in ["k", "top"] {
        assert_eq!(
            asked(of),
            [("select-of-answers-not-repeated", Some(9))],
            "{of}"
        );
    }
}

#[test]
fn a_choice_of_a_list_in_use_shows_something_in_the_language_the_form_opens_in() {
    let select = survey("label", &["select_one l | a | A"]);
    let unused = survey("label", &["text | a | A"]);
    let mute = [("choice-shows-nothing", None)];
    assert_eq!(
        refused(&with_list(&select, "label", &["a | A", "b | "])),
        mute
    );
    assert_eq!(
        refused(&with_list(&unused, "label", &["a | A", "b | "])),
        []
    );
    let header = "label::en | label::fr | image::en";
    assert_eq!(
        refused(&with_list(&select, header, &["a | A | B | ", "b | | | "])),
        mute
    );
    assert_eq!(
        refused(&with_list(&select, header, &["a | A | B | ", "b | B | | "])),
        []
    );
    let computed = with_list(&select, "label", &["a | A", "b | ${a}"]);
    assert_eq!(refused(&computed), []);
}

#[test]
fn what_stops_the_engine_at_a_blank_record_is_said_with_its_row() {
    let calculated = |rule: &str| {
        let row = format!("calculate | c | | {rule}");
        let rows = [
            "begin repeat | r | R | ",
            "integer | n | N | ",
            "end repeat | | | ",
            &row,
        ];
        refused(&survey("label | calculation", &rows))
    };
    assert_eq!(calculated("sum(${n})"), []);
    assert_eq!(calculated("foo(1)"), [("rule-fails", Some(5))]);
    assert_eq!(
        calculated("count(${n} \\| ${n})"),
        [("rule-fails", Some(5))]
    );
    assert_eq!(
        calculated("${n} + 1"),
        [("rule-fails", Some(5))],
        "two instances, one value"
    );
}

#[test]
fn what_is_set_fits_its_question() {
    let set = |kind: &str, default: &str| {
        refused(&survey(
            "label | default",
            &[&format!("{kind} | q | Q | {default}")],
        ))
    };
    for (kind, default) in [("integer", "1 + 1"), ("date", "today()"), ("text", "now()")] {
        assert_eq!(set(kind, default), [], "{kind} {default}");
    }
    for (kind, default) in [
        ("integer", "concat('a', 'b')"),
        ("integer", "now()"),
        ("date", "3 mod 2"),
        ("dateTime", "if(1=1,'a','b')"),
    ] {
        assert_eq!(
            set(kind, default),
            [("rule-fails", Some(2))],
            "{kind} {default}"
        );
    }
}

#[test]
fn a_language_has_no_picture_that_the_first_one_lacks() {
    let columns = "label::en | label::fr | image::en | image::fr";
    let lacking = [("default-language-lacks", Some(2))];
    assert_eq!(
        refused(&survey(columns, &["text | a | A | B | | b.png"])),
        lacking
    );
    assert_eq!(
        refused(&survey(columns, &["text | a | A | B | a.png | "])),
        []
    );
}
