//! Forms that were compiled by the field's own tool, and forms that are refused.

use instruments::{Compiled, Finding, Format, Options, compile};

fn markdown(text: &str) -> Compiled {
    compile(text.as_bytes(), Format::Markdown, &Options::default())
}

fn codes(compiled: &Compiled) -> Vec<&str> {
    compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn shared_forms_come_out_as_pyxform_writes_them() {
    for name in ["f1_screening", "f2_case", "f3_entity"] {
        for end in ["md", "xlsx"] {
            let form = testkit::shared(&format!("xforms/forms/{name}.{end}"));
            let xml = testkit::shared(&format!("xforms/xml/{name}.xml"));
            let (Some(form), Some(xml)) = (form, xml) else {
                return;
            };
            let options = Options {
                stem: Some(name),
                pretty: true,
                public_key: None,
            };
            let bytes = std::fs::read(form).expect("the form");
            let format = Format::of_name(end).or(Format::of_name(&format!("x.{end}")));
            let compiled = compile(&bytes, format.expect("a format"), &options);
            let known = std::fs::read_to_string(xml).expect("the XForm");
            assert_eq!(
                compiled.xml.as_deref(),
                Some(known.as_str()),
                "{name}.{end}"
            );
        }
    }
}

#[test]
fn a_form_with_many_faults_says_them_all_with_their_places() {
    let compiled = markdown(
        "| survey |\n\
         | | type | name | label |\n\
         | | text | 1 | A |\n\
         | | intger | b | B |\n\
         | | select_one colour | c | C |\n\
         | | text | d | Hello ${nobody} |\n\
         | | end group | | |\n\
         | choices |\n\
         | | list_name | name | label |\n\
         | | colours | red | Red |\n",
    );
    assert!(!compiled.is_ok());
    let places: Vec<(u32, &str, &str)> = compiled
        .findings
        .iter()
        .map(|finding: &Finding| {
            let column = finding.column.as_deref().unwrap_or_default();
            (finding.row.unwrap_or_default(), column, finding.code)
        })
        .collect();
    let wanted = [
        (2, "name", "name-not-allowed"),
        (3, "type", "type-unknown"),
        (4, "type", "list-unknown"),
        (6, "type", "end-unmatched"),
        (5, "label", "reference-unknown"),
    ];
    assert_eq!(places, wanted);
    let hints = ["nearest: integer", "nearest: colours"];
    for hint in hints {
        let told = compiled
            .findings
            .iter()
            .any(|finding| finding.message.contains(hint));
        assert!(told, "{hint}: {:?}", compiled.findings);
    }
}

#[test]
fn a_question_in_a_repeat_is_reached_by_a_relative_path() {
    let compiled = markdown(
        "| survey |\n\
         | | type | name | label | calculation |\n\
         | | begin repeat | person | P | |\n\
         | | integer | age | Age | |\n\
         | | calculate | minor | | if(${age} < 18, 1, 0) |\n\
         | | end repeat | | | |\n\
         | | calculate | minors | | sum(${minor}) |\n",
    );
    let xml = compiled.xml.expect("an XForm");
    assert!(
        xml.contains("calculate=\"if( ../age  &lt; 18, 1, 0)\""),
        "{xml}"
    );
    assert!(
        xml.contains("calculate=\"sum( /data/person/minor )\""),
        "{xml}"
    );
}

#[test]
fn a_statistics_form_with_a_name_in_it_is_refused() {
    let form = "| survey |\n\
         | | type | name | label | bind::palermo:class |\n\
         | | text | who | Name | nominal |\n\
         | | text | story | Story | narrative |\n\
         | | text | free | Free | shareable |\n\
         | | deviceid | device | | |\n\
         | settings |\n\
         | | namespaces | attribute::palermo:channel |\n\
         | | palermo=\"urn:palermo:instrument\" | statistics |\n";
    let compiled = instruments::check(form.as_bytes(), Format::Markdown, &Options::default());
    assert!(!compiled.is_ok());
    let codes = codes(&compiled);
    for code in [
        "nominal-in-statistics",
        "text-in-statistics",
        "device-metadata",
        "class-missing",
    ] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    let story = compiled
        .findings
        .iter()
        .filter(|finding| finding.row == Some(3));
    assert_eq!(
        story.count(),
        0,
        "a narrative is allowed where it is marked"
    );
}

#[test]
fn a_nominal_form_wants_the_nodes_key_and_devices_that_forget() {
    let form = "| survey |\n\
         | | type | name | label | bind::palermo:class |\n\
         | | text | who | Name | nominal |\n\
         | settings |\n\
         | | namespaces | attribute::palermo:channel | public_key | auto_delete |\n\
         | | palermo=\"urn:palermo:instrument\" | case | KEY | true |\n";
    let with = |public_key| {
        let options = Options {
            public_key,
            ..Options::default()
        };
        instruments::check(form.as_bytes(), Format::Markdown, &options)
    };
    assert_eq!(with(Some("KEY")).findings, []);
    let other = with(Some("ANOTHER"));
    assert_eq!(codes(&other), ["key-of-another"]);
    assert!(!other.is_ok());
    let bare = form.replace("KEY | true", " | ");
    let bare = instruments::check(bare.as_bytes(), Format::Markdown, &Options::default());
    assert_eq!(codes(&bare), ["nominal-unsealed", "nominal-not-deleted"]);
}

#[test]
fn what_engines_do_not_share_is_told() {
    let form = "| survey |\n\
         | | type | name | label | calculation | bind::palermo:class |\n\
         | | date | d | D | | public |\n\
         | | begin repeat | r | R | | |\n\
         | | integer | n | N | | public |\n\
         | | end repeat | | | | |\n\
         | | calculate | a | | sum(${n}) | public |\n\
         | | calculate | b | | if(${d} > '2026-01-01', 1, 0) | public |\n\
         | | calculate | c | | floor(2.5) | public |\n\
         | | calculate | e | | ${a} = 1 | public |\n\
         | settings |\n\
         | | namespaces |\n\
         | | palermo=\"urn:palermo:instrument\" |\n";
    let compiled = instruments::check(form.as_bytes(), Format::Markdown, &Options::default());
    let told = compiled
        .findings
        .iter()
        .filter(|finding| finding.code == "not-portable");
    let mut rows: Vec<Option<u32>> = told.map(|finding| finding.row).collect();
    rows.sort_unstable();
    assert_eq!(rows, [Some(6), Some(7), Some(8), Some(9)]);
}
