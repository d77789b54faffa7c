//! Hidden populations from the node's own lists, at the pages of the office.

use axum::http::StatusCode;
use office::{Answer as Told, Ask, Class, PersonRole, Record, Said, Value};
use protect::Confidential;
use scraper::{Html, Selector};

use crate::house::House;
use crate::safety::check;

const PATH: &str = "/office/lists";
const BY: &str = "event.detected_by";
const LISTS: [&str; 3] = ["ngo", "police", "self"];
/// Invented persons by history. What nobody may see is written as nothing else on the page is:
/// 173, 157 and 131 are on one list alone.
const COUNTS: [u64; 7] = [173, 157, 37, 131, 29, 3, 0];

fn person(history: usize) -> Record {
    let codes = LISTS.iter().enumerate();
    let codes = codes.filter(|(at, _)| history & 1 << at != 0);
    let said = |(_, code): (usize, &&str)| Said {
        question: "q_by".into(),
        concept: Some(BY.into()),
        class: Class::Restricted,
        value: Value::Coded {
            list: "detected_by".into(),
            version: "1".into(),
            code: (*code).into(),
        },
    };
    Record {
        form: "intake".into(),
        form_version: "1".into(),
        source: None,
        answers: codes.map(said).collect(),
        findings: Vec::new(),
    }
}

fn fill(house: &House, counts: [u64; 7]) {
    for (history, count) in (1_usize..).zip(counts) {
        for _ in 0..count {
            let ask = Ask::EnterRecord {
                dossier: None,
                role: PersonRole::Victim,
                replaces: None,
                record: Confidential::seal(person(history)),
            };
            match house.asked("caseworker", ask) {
                Told::Record { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

const SENT: [(&str, &str); 4] = [
    ("concept", BY),
    ("role", "victim"),
    ("lists", ""),
    ("reason", "the yearly report for Zofia"),
];

/// Text of the first element that fits.
fn text(page: &Html, selector: &str) -> String {
    let selector = Selector::parse(selector).expect("a selector");
    let found = page.select(&selector).next();
    found.map_or_else(String::new, |found| found.text().collect())
}

#[tokio::test]
async fn the_answer_has_estimates_and_no_small_count() {
    let house = House::new();
    fill(&house, COUNTS);
    for language in ["en", "fr", "pt"] {
        let path = format!("/{language}{PATH}");
        let form = house.get(Some("data-manager"), &path).await;
        assert_eq!(form.status, StatusCode::OK);
        check(&path, &form.text());
        let answer = house.post(Some("data-manager"), &path, &SENT).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        check(&path, &answer.text());
        // Neither what is on one list alone, nor who asked why, nor how many of a class.
        let told = text(&Html::parse_document(&answer.text()), "main");
        let told: Vec<&str> = told.split(|sign: char| !sign.is_alphanumeric()).collect();
        for hidden in ["173", "157", "131", "Zofia", "yearly"] {
            assert!(!told.contains(&hidden), "{language}: {hidden}");
        }
    }
    let path = format!("/en{PATH}");
    let answer = house.post(Some("coordinator"), &path, &SENT).await;
    let page = Html::parse_document(&answer.text());
    let seen = text(&page, ".onscreen");
    for said in [
        "530 persons are on at least one list",
        "fewer than 5, or nobody",
        "share nobody or fewer than 5 persons: 1",
        "Not shown, since a hidden count would follow from it",
    ] {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    assert!(!seen.contains("0, nobody"), "{seen}");
    let leaving = text(&page, ".onpaper");
    for said in ["about 530", "about 240", "not told", "two digits"] {
        assert!(leaving.contains(said), "{said}: {leaving}");
    }
    let link = Selector::parse("a[download]").expect("a selector");
    let link = page.select(&link).next().expect("a file");
    let file = link.value().attr("href").expect("an address");
    assert!(
        file.starts_with("data:text/csv;charset=utf-8,what%2Cname"),
        "{file}"
    );
    for hidden in ["173", "157", "131", "239%2C", "Zofia"] {
        assert!(!file.contains(hidden), "{hidden}: {file}");
    }
}

/// Tables that differ in counts of one class alone look alike but for the estimates.
#[tokio::test]
async fn nobody_and_few_look_alike() {
    let path = format!("/en{PATH}");
    let mut told = Vec::new();
    for shared in [0, 3] {
        let house = House::new();
        fill(
            &house,
            [23, 17 - shared, 9, 19 - shared, 8, shared, 0].map(|count| count),
        );
        let extra = shared;
        fill(&house, [0, 0, 0, extra, 0, 0, 0]);
        let answer = house.post(Some("data-manager"), &path, &SENT).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let page = Html::parse_document(&answer.text());
        told.push((
            text(&page, "#pairs"),
            text(&page, ".checks"),
            text(&page, ".caveats"),
        ));
    }
    assert_eq!(told[0].1, told[1].1);
}

#[tokio::test]
async fn what_cannot_be_estimated_stands_beside_the_form() {
    let house = House::new();
    fill(&house, [6, 5, 5, 0, 0, 0, 0]);
    let path = format!("/fr{PATH}");
    let answer = house.post(Some("data-manager"), &path, &SENT).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&path, &answer.text());
    assert!(
        answer.text().contains("Moins de 20 personnes"),
        "{}",
        answer.text()
    );
    assert!(
        !answer.text().contains("Zofia"),
        "the reason is not repeated"
    );
    let mut typed = SENT;
    typed[2] = ("lists", "police\n<b>");
    let answer = house.post(Some("data-manager"), &path, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text().contains("police\n&#60;b&#62;"),
        "{}",
        answer.text()
    );
    typed[3] = ("reason", "");
    let answer = house.post(Some("data-manager"), &path, &typed).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = house.post(Some("caseworker"), &path, &SENT).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
