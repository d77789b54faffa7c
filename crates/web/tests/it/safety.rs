//! What holds for every answer.

use axum::http::StatusCode;
use scraper::{Html, Selector};
use web::app;

use crate::site::{ask, get, site};

/// An address for every route, and for every kind of refusal.
const PATHS: [&str; 35] = [
    "/",
    "/en/",
    "/fr/treaties",
    "/fr/treaties?on=2014-02-04",
    "/pt/treaties/TIP?on=2013-09-04",
    "/en/treaties/UNTOC?group=150",
    "/en/treaties/SOM.csv",
    "/en/treaties/SOM.json",
    "/en/states",
    "/en/states/MOZ",
    "/en/states/ABW",
    "/en/states/YUG",
    "/en/states/MOZ.json",
    "/fr/missing-migrants",
    "/pt/missing-migrants?cause=drowning",
    "/en/missing-migrants.csv",
    "/en/missing-migrants.json?by=place",
    "/en/estimate",
    "/fr/estimate?example=invented",
    "/pt/estimate?example=other",
    "/en/check",
    "/fr/check?example=invented",
    "/pt/tables",
    "/pt/tables/global-report",
    "/pt/tables/global-report?rows=year&columns=-&category=labour",
    "/en/about",
    "/en/nowhere",
    "/en/treaties/TIP?on=x",
    "/api/v1/treaties/TIP/status",
    "/api/v1/treaties/SOM/actions",
    "/api/v1/states/MOZ",
    "/api/v1/missing-migrants",
    "/api/v1/tables",
    "/api/v1/openapi.json",
    "/api/v1/nowhere",
];

#[tokio::test]
async fn every_answer_has_the_headers() {
    for path in PATHS {
        let answer = get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        assert!(!answer.header("permissions-policy").is_empty(), "{path}");
        assert!(answer.header("set-cookie").is_empty(), "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn every_page_is_well_formed_and_complete() {
    for path in PATHS {
        let answer = get(path).await;
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let text = answer.text();
        check(path, &text);
    }
}

/// What a browser would have to mend, and what this house forbids on a page.
pub(crate) fn check(path: &str, text: &str) {
    let document = Html::parse_document(text);
    assert!(document.errors.is_empty(), "{path}: {:?}", document.errors);
    for element in document.select(&Selector::parse("*").expect("a selector")) {
        for (name, value) in element.value().attrs() {
            let script = name.starts_with("on") || value.trim_start().starts_with("javascript:");
            assert!(name != "style" && !script, "{path}: {name}={value}");
        }
        let name = element.value().name();
        assert!(
            !["script", "iframe", "object", "embed", "style"].contains(&name),
            "{path}: {name}"
        );
    }
    assert!(!text.contains('⟦'), "{path}: a message is missing");
    assert!(
        !text.contains("src=\"http") && !text.contains("url(http"),
        "{path}"
    );
    assert_eq!(text.matches("<h1").count(), 1, "{path}");
    assert!(
        text.contains("href=\"#main\"") && text.contains("id=\"main\""),
        "{path}"
    );
    let tables = text.matches("<table").count();
    assert_eq!(text.matches("<caption").count(), tables, "{path}");
    assert_eq!(text.matches("role=\"region\"").count(), tables, "{path}");
    let mut ids: Vec<&str> = text
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "{path}: an identifier stands twice");
}

#[tokio::test]
async fn what_is_asked_never_comes_back_as_markup() {
    let attack = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%3E";
    for path in [
        format!("/en/treaties/TIP?on={attack}"),
        format!("/en/treaties/TIP?{attack}=1"),
        format!("/en/treaties/{attack}"),
        format!("/fr/states/{attack}"),
        format!("/fr/missing-migrants?route={attack}"),
        format!("/pt/tables/{attack}"),
        format!("/pt/tables/global-report?area={attack}"),
        format!("/pt/explain/{attack}"),
        format!("/{attack}"),
        format!("/api/v1/states/{attack}"),
    ] {
        let answer = get(&path).await;
        assert!(answer.status.is_client_error(), "{path}");
        let text = answer.text();
        let json = answer.header("content-type") == "application/json";
        assert!(json || !text.contains("<script>alert"), "{path}");
        assert!(json || !text.contains("<img"), "{path}");
    }
}

#[tokio::test]
async fn a_masked_cell_is_never_printed_as_a_number() {
    for path in [
        "/en/tables/global-report?rows=area&columns=year&category=labour",
        "/en/tables/global-report?rows=area&columns=-&category=labour&year=2021",
    ] {
        let text = get(path).await.text();
        let cells: Vec<&str> = text
            .split("<td")
            .skip(1)
            .filter_map(|cell| cell.split("</td>").next())
            .collect();
        assert!(!cells.is_empty(), "{path}");
        for cell in cells {
            assert!(
                cell.contains("masked") && cell.ends_with(";5"),
                "{path}: {cell}"
            );
        }
    }
    let json = get("/api/v1/tables/global-report?category=labour")
        .await
        .json();
    for row in json["rows"].as_array().expect("rows") {
        assert!(row["value"].is_null(), "{row}");
        assert_eq!(row["status"], "masked");
    }
}

#[tokio::test]
async fn a_reader_who_has_a_page_gets_no_second_copy() {
    let first = get("/en/").await;
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with("W/\""));
    let again = ask(app(site(true)), "/en/", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.bytes.is_empty());
    let text = first.text();
    let style = text.split("href=\"").find(|part| part.contains(".css\""));
    let style = style
        .and_then(|part| part.split('"').next())
        .expect("a style sheet");
    let sheet = get(style).await;
    assert!(sheet.header("cache-control").contains("immutable"));
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    let etag = sheet.header("etag").to_owned();
    let again = ask(app(site(true)), style, &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_address_that_is_not_utf_8_is_a_page_that_is_not_there() {
    for path in [
        "/en/treaties/%FF",
        "/fr/states/%E2%82",
        "/pt/tables/%FF",
        "/en/explain/%FF",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let page = Html::parse_document(&answer.text());
        let html = Selector::parse("html").expect("a selector");
        let language = page.select(&html).next().and_then(|html| html.attr("lang"));
        assert_eq!(language, path.get(1..3), "{path}");
        assert!(!answer.text().contains("UTF-8"), "{path}");
    }
}
