//! What a node has released, as anybody reads it: list, page, files, profile.

use std::collections::BTreeMap;

use analyse::tabulation::definition::definition;
use analyse::tabulation::{Laid, Tabulation};
use axum::http::StatusCode;
use office::{Answer as Told, Ask, Under};
use protect::draft::{Behind, Draft};
use protect::rule::Rule;
use protect::{Audience, Confidential};
use scraper::{Html, Selector};
use terms::source::Source;

use crate::house::House;
use crate::site::Answer;

fn source() -> Source {
    Source {
        publisher: "Hub of XA (invented)".into(),
        title: "Records of victim".into(),
        address: String::new(),
        licence: String::new(),
        attribution: String::new(),
        vintage: "act 7".into(),
        retrieved: None,
        content_sha256: None,
    }
}

/// A figure as the office counts it: `cells` are codes without totals, each with its count at the
/// first and at the second of two agencies.
fn counted(figure: &str, cells: &[(&[&str], [u64; 2])]) -> Draft {
    let definition = definition(figure).expect("a definition");
    let tabulation = definition.over("2030..2032").expect("a period");
    tabulated(&tabulation, cells)
}

/// The same for a tabulation that was asked for freely.
fn tabulated(tabulation: &Tabulation, cells: &[(&[&str], [u64; 2])]) -> Draft {
    let wanted = tabulation.wanted().expect("sound");
    let mut laid = Laid::default();
    for (place, counts) in cells {
        let place = place.iter().map(|code| (*code).to_owned()).collect();
        let agencies = [[1; 16], [2; 16]].into_iter().zip(*counts);
        let behind: BTreeMap<[u8; 16], u64> = agencies.filter(|(_, count)| *count > 0).collect();
        laid.counts.insert(place, behind);
    }
    let counted = wanted.table("counted", &laid, source(), (2, 2));
    let behind = |sources: &u64| Behind {
        sources: Some(*sources),
        ..Behind::default()
    };
    Draft {
        behind: counted.sources.iter().map(behind).collect(),
        table: counted.table,
        hierarchies: counted.hierarchies,
        population: tabulation.population(),
        vintage: "act 7".into(),
        party_dimension: None,
    }
}

fn release(house: &House, name: &str, draft: Draft, rule: &str) -> String {
    let brought = Ask::BringDraft {
        name: name.into(),
        draft: Box::new(Confidential::seal(draft)),
    };
    let Told::Draft(draft) = house.asked("data-manager", brought) else {
        panic!("brought in");
    };
    let signed = Ask::SignRelease {
        draft,
        under: Under::new(Rule::of_code(rule).expect("a rule"), Audience::Public),
        supersedes: None,
    };
    match house.asked("coordinator", signed) {
        Told::Signed(signed) => signed.line.release,
        other => panic!("{other:?}"),
    }
}

/// Offences by year, all of them printed; in the last year one of two agencies has none.
fn offences() -> Draft {
    counted(
        "gr-offences",
        &[
            (&["2030"], [40, 21]),
            (&["2031"], [50, 33]),
            (&["2032"], [90, 0]),
        ],
    )
}

/// Convicted persons by sex and age, with few women in one year.
fn convicted() -> Draft {
    let codes = |sex: &'static str, age: &'static str| [sex, age];
    let many = codes("M", "adult");
    let few = codes("F", "adult");
    counted(
        "gr-convicted",
        &[
            (&["2030", many[0], many[1]], [30, 30]),
            (&["2031", many[0], many[1]], [20, 25]),
            (&["2032", many[0], many[1]], [28, 31]),
            (&["2030", few[0], few[1]], [8, 9]),
            (&["2031", few[0], few[1]], [2, 1]),
            (&["2032", few[0], few[1]], [9, 11]),
        ],
    )
}

async fn page(house: &House, path: &str) -> (Html, String) {
    let answer: Answer = house.get(None, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    (Html::parse_document(&answer.text()), answer.text())
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    let text = |element: scraper::ElementRef<'_>| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.select(&selector).map(text).collect()
}

#[tokio::test]
async fn a_node_shows_its_figures_as_a_list_a_page_and_a_profile() {
    let house = House::new();
    let offences = release(&house, "Offences", offences(), "small-counts@1");
    let convicted = release(&house, "Convicted", convicted(), "victims@1");
    for (language, title, year, state) in [
        (
            "en",
            "Offences of trafficking in persons recorded",
            "Year",
            "act 7 of the journal",
        ),
        (
            "fr",
            "Infractions de traite des personnes enregistrées",
            "Année",
            "acte 7 du journal",
        ),
        (
            "pt",
            "Infrações de tráfico de pessoas registadas",
            "Ano",
            "ato 7 do diário",
        ),
    ] {
        let (list, _) = page(&house, &format!("/{language}/tables")).await;
        let listed = texts(&list, ".ways a");
        assert!(listed.contains(&title.to_owned()), "{listed:?}");
        let (shown, text) = page(&house, &format!("/{language}/explain/{offences}")).await;
        assert_eq!(texts(&shown, "h1"), [format!("{title}, 2030–2032")]);
        assert!(
            texts(&shown, "#drawn")
                .iter()
                .any(|caption| caption.contains(year))
        );
        assert!(!text.contains('⟦'), "{language}: a message is missing");
        let (profile, text) = page(&house, &format!("/{language}/profile")).await;
        assert!(!text.contains('⟦'), "{language}: a message is missing");
        let headings = texts(&profile, "h3");
        assert!(
            headings.contains(&format!("{title}, 2030–2032")),
            "{headings:?}"
        );
        assert!(!text.contains("synthetic") && !text.contains("inventé"));
        let sources = texts(&profile, "p.source");
        assert!(sources[0].contains(state), "{sources:?}");
    }
    let (shown, _) = page(&house, &format!("/en/explain/{convicted}")).await;
    let names = texts(&shown, "table.tried th[scope=row]");
    assert!(
        names.contains(&"Female · 18 years or over".to_owned()),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_node_under_an_invented_state_says_so_on_each_page_and_in_each_chart() {
    let mut house = House::new();
    house.synthetic = true;
    let offences = release(&house, "Offences", offences(), "small-counts@1");
    for path in [
        "/en/profile",
        "/en/tables",
        &format!("/en/explain/{offences}"),
    ] {
        let (shown, _) = page(&house, path).await;
        let told = texts(&shown, ".synthetic");
        assert!(told[0].starts_with("Synthetic"), "{path}");
    }
    let (shown, _) = page(&house, "/en/profile").await;
    let charts = texts(&shown, "figure svg > title");
    assert!(!charts.is_empty());
    assert!(
        charts.iter().all(|title| title.contains("synthetic")),
        "{charts:?}"
    );
}

#[tokio::test]
async fn a_withdrawn_release_is_listed_as_such_and_leaves_the_profile() {
    let house = House::new();
    let release = release(&house, "Offences", offences(), "small-counts@1");
    let withdraw = Ask::WithdrawRelease {
        release: release.clone(),
        reason: "counted twice".into(),
    };
    assert!(matches!(house.asked("coordinator", withdraw), Told::Done));
    let (list, _) = page(&house, "/en/tables").await;
    assert_eq!(texts(&list, "#own ~ .ways strong"), ["withdrawn"]);
    let (profile, _) = page(&house, "/en/profile").await;
    assert!(texts(&profile, "h3").is_empty(), "no figure stands");
    let file = house.get(None, &format!("/en/explain/{release}.csv")).await;
    assert!(file.text().contains("counted twice"), "{}", file.text());
}

#[tokio::test]
async fn years_are_compared_only_where_all_agencies_stand_behind_both() {
    let house = House::new();
    let offences = release(&house, "Offences", offences(), "small-counts@1");
    let (shown, _) = page(&house, &format!("/en/explain/{offences}")).await;
    assert_eq!(
        texts(&shown, ".changes li"),
        [
            "2030 to 2031: more records.",
            "2031 to 2032: no change is told, since it is not known that the same agencies stand \
             behind both years.",
        ]
    );
    let told = texts(&shown, "section p").join("\n");
    assert!(told.contains("in the period stand behind: 2032."), "{told}");
    assert_eq!(
        texts(&shown, "svg.chart-wide .line-hollow title"),
        ["2032: 90"]
    );

    // Of a year that is masked it is not told who stands behind it, in no sentence of the release.
    let convicted = release(&house, "Convicted", convicted(), "victims@1");
    let (shown, text) = page(&house, &format!("/en/explain/{convicted}")).await;
    let years: Vec<String> = texts(&shown, "table.tried tr:first-child td.masked");
    for change in texts(&shown, ".changes li") {
        assert!(
            years.is_empty() || change.contains("no change is told"),
            "{change}"
        );
    }
    assert!(text.contains("Records of accused"), "the rule is told");
}

#[tokio::test]
async fn files_hold_what_was_released_and_no_number_under_a_mask() {
    let mut house = House::new();
    house.synthetic = true;
    let convicted = release(&house, "Convicted", convicted(), "victims@1");
    let file = |ending: &str| format!("/pt/explain/{convicted}.{ending}");
    let csv = house.get(None, &file("csv")).await;
    assert_eq!(csv.status, StatusCode::OK);
    let rows: Vec<BTreeMap<String, String>> = csv::Reader::from_reader(csv.text().as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("a file");
    assert_eq!(rows.len(), 4 * 5 * 4, "every cell has a row");
    assert!(rows.iter().all(|row| row["note"].starts_with("Sintético:")));
    let masked: Vec<_> = rows
        .iter()
        .filter(|row| row["status"] == "masked")
        .collect();
    assert!(!masked.is_empty() && masked.iter().all(|row| row["value"].is_empty()));

    let json = house.get(None, &file("json")).await.json();
    assert_eq!(json["provenance"]["release"], convicted.as_str());
    assert!(
        json["note"]
            .as_str()
            .is_some_and(|note| note.starts_with("Sintético:"))
    );

    let book = house.get(None, &file("xlsx")).await;
    assert_eq!(book.status, StatusCode::OK);
    assert!(book.header("content-type").ends_with("spreadsheetml.sheet"));
    assert!(
        book.header("content-disposition")
            .contains(&format!("{convicted}.xlsx"))
    );
    assert!(book.bytes.starts_with(b"PK"));
    let lost = house.get(None, "/pt/explain/0123456789abcdef.xlsx").await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    let asked = house.get(None, &format!("{}?year=2030", file("csv"))).await;
    assert_eq!(
        asked.status,
        StatusCode::BAD_REQUEST,
        "no part of a file is offered"
    );
}

#[tokio::test]
async fn a_flow_is_drawn_where_its_count_over_the_period_is_printed() {
    let house = House::new();
    let line = "victim by year,citizenship,country_detected over 2030-01..2032-12 on detected";
    let tabulation: Tabulation = line.parse().expect("a line");
    let draft = tabulated(
        &tabulation,
        &[
            (&["2030", "XXB", "XXA"], [21, 20]),
            (&["2031", "XXB", "XXA"], [30, 31]),
            (&["2031", "XXC", "XXA"], [1, 2]),
            // Masked with it, so that it does not follow from the totals.
            (&["2031", "XXD", "XXA"], [3, 4]),
            (&["2031", "XXA", "XXA"], [60, 50]),
            (&["2032", "unknown", "XXA"], [9, 9]),
        ],
    );
    let flows = release(&house, "Flows", draft, "small-counts@1");
    let (shown, text) = page(&house, &format!("/en/explain/{flows}")).await;
    let title = "Records of victims of trafficking in persons by Citizenship, Country where \
                 detected, 2030–2032";
    assert_eq!(texts(&shown, "h1"), [title]);
    let bars = texts(
        &shown,
        "[aria-labelledby=flows-heading] svg.chart-wide rect title",
    );
    // Who stays is no flow, who is of an unknown country neither; a masked one is not drawn.
    assert_eq!(
        bars,
        ["XXB → XXA: 102"],
        "{:?}",
        texts(&shown, "table.tried")
    );
    let told = texts(&shown, "[aria-labelledby=flows-heading] .note").join(" ");
    assert!(
        told.contains("at least 5 records over the period 2030–2032"),
        "{told}"
    );
    assert!(told.contains("Masked, and not drawn:"), "{told}");
    assert!(told.contains("Citizenship stands for origin"), "{told}");
    assert!(!text.contains("XXC → XXA"));
}
