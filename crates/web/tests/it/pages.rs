//! Pages: what they say, in each language.

use axum::http::StatusCode;
use web::app;

use crate::site::{ask, get, site, weight};

/// A page as a snapshot: the hash in the names of assets is left out, and blank lines.
fn shown(html: &str) -> String {
    let mut text = String::new();
    for line in html
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        text.push_str(line);
        text.push('\n');
    }
    for name in ["palermo-", "mark-"] {
        while let Some(at) = text.find(&format!("/assets/{name}")) {
            let from = at + "/assets/".len() + name.len();
            text.replace_range(at..from + 16, &format!("(assets)/{name}HASH"));
        }
    }
    text
}

/// Without drawings, which `publish` has its own tests for.
fn without_drawings(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<svg") {
        text.push_str(&rest[..at]);
        let end = rest[at..].find("</svg>").expect("a closed drawing");
        text.push_str("<svg/>");
        rest = &rest[at + end + "</svg>".len()..];
    }
    text.push_str(rest);
    text
}

async fn snapshot(name: &str, path: &str, status: StatusCode) -> String {
    let answer = get(path).await;
    assert_eq!(answer.status, status, "{path}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let text = shown(&without_drawings(&answer.text()));
    insta::assert_snapshot!(name, text);
    text
}

#[tokio::test]
async fn home_in_three_languages() {
    for language in ["en", "fr", "pt"] {
        let path = format!("/{language}/");
        snapshot(&format!("home_{language}"), &path, StatusCode::OK).await;
    }
}

#[tokio::test]
async fn the_trafficking_protocol_had_157_parties_in_september_2013() {
    let path = "/en/treaties/TIP?on=2013-09-04";
    let text = snapshot("tip_2013", path, StatusCode::OK).await;
    assert!(text.contains("<dt>Parties on 2013-09-04</dt><dd>157</dd>"));
    let whole = get(path).await.text();
    assert_eq!(
        whole.matches("<svg").count(),
        1 + 1 + 3 + 2,
        "mark, map, legend, timeline"
    );
}

#[tokio::test]
async fn a_group_restricts_the_status() {
    let text = get("/pt/treaties/TIP?on=2013-09-04&group=SADC")
        .await
        .text();
    assert!(text.contains("Comunidade de Desenvolvimento da África Austral"));
    assert!(text.contains("/pt/states/MWI"));
    assert!(!text.contains("/pt/states/FRA"));
}

#[tokio::test]
async fn the_gap_of_the_smuggling_protocol_is_said_where_the_number_stands() {
    let sentence = "is missing from the record";
    for (path, said) in [
        ("/en/", true),
        ("/en/treaties", true),
        ("/en/treaties/SOM", true),
        ("/en/treaties/SOM?on=2019-06-30", false),
        ("/en/treaties/TIP", false),
    ] {
        assert_eq!(get(path).await.text().contains(sentence), said, "{path}");
    }
}

#[tokio::test]
async fn a_day_that_nobody_chose_is_said() {
    let text = get("/en/treaties/TIP").await.text();
    assert!(text.contains("the last day of the record"), "{text}");
}

#[tokio::test]
async fn overview_and_state() {
    snapshot(
        "treaties_fr_2014",
        "/fr/treaties?on=2014-02-04",
        StatusCode::OK,
    )
    .await;
    snapshot("state_pt_moz", "/pt/states/MOZ", StatusCode::OK).await;
    snapshot("state_en_eue", "/en/states/EUE", StatusCode::OK).await;
}

#[tokio::test]
async fn missing_migrants() {
    snapshot("migrants_en", "/en/missing-migrants", StatusCode::OK).await;
    let path = "/fr/missing-migrants?route=central-mediterranean&year=2024";
    let text = snapshot("migrants_fr_part", path, StatusCode::OK).await;
    assert!(text.contains("1\u{202f}235"));
    let unknown = get("/en/missing-migrants?route=new-route").await.text();
    assert!(unknown.contains("A route that no message knows"));
}

#[tokio::test]
async fn a_table_is_shown_as_printed() {
    let path = "/en/tables/global-report";
    let text = snapshot("table_en", path, StatusCode::OK).await;
    assert!(text.contains("&#60;5") || text.contains("&lt;5"));
    assert!(text.contains("the source disagrees with itself"));
    assert!(
        text.contains("value=\"all\" selected"),
        "the code with most cells"
    );
    let refused = get("/fr/tables/global-report?category=*").await;
    assert_eq!(refused.status, StatusCode::OK);
    assert!(refused.text().contains("se recoupent"));
}

#[tokio::test]
async fn tables_are_not_offered_when_there_are_none() {
    let without = ask(app(site(false)), "/en/", &[]).await.text();
    assert!(!without.contains("/en/tables"));
    assert!(get("/en/").await.text().contains("/en/tables"));
}

#[tokio::test]
async fn about_says_what_this_is_not() {
    snapshot("about_pt", "/pt/about", StatusCode::OK).await;
}

#[tokio::test]
async fn a_figure_is_explained_by_its_release() {
    let text = get("/en/treaties/TIP?on=2013-09-04").await.text();
    let from = text
        .find("/en/explain/")
        .expect("a link to the explanation");
    let link = &text[from..from + text[from..].find('"').expect("its end")];
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let explained = get(&link).await;
    assert_eq!(explained.status, StatusCode::OK, "{link}");
    assert!(
        explained
            .text()
            .contains("/api/v1/treaties/TIP/status?on=2013-09-04")
    );
    let other_day = get(&link.replace("2013-09-04", "2013-09-05")).await;
    assert_eq!(other_day.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_language_of_the_address() {
    snapshot("lost_fr", "/fr/nowhere", StatusCode::NOT_FOUND).await;
    let asked = [("accept-language", "pt")];
    let answer = ask(app(site(false)), "/nowhere", &asked).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text().contains("Esta página não existe"));
}

#[tokio::test]
async fn a_bad_value_is_named_with_what_is_allowed() {
    let path = "/en/treaties/TIP?on=yesterday";
    snapshot("bad_date_en", path, StatusCode::BAD_REQUEST).await;
    for (path, named) in [
        ("/pt/treaties/TIP?on=2027-01-01", "2027-01-01"),
        ("/fr/treaties/TIP?group=NOPE", "SADC"),
        ("/fr/missing-migrants?year=1999", "2024"),
        ("/en/about?x=1", "x"),
        (
            "/en/treaties/TIP?on=2013-09-04&on=2013-09-05",
            "more than once",
        ),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.text().contains(named), "{path}");
    }
}

#[tokio::test]
async fn addresses_are_mended_and_the_entrance_knows_languages() {
    for (path, to) in [
        ("/fr", "/fr/"),
        ("/fr/treaties/?on=2014-02-04", "/fr/treaties?on=2014-02-04"),
        ("/en/states/mwi", "/en/states/MWI"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(answer.header("location"), to);
    }
    let asked = [("accept-language", "pt-MZ,en;q=0.5")];
    let answer = ask(app(site(false)), "/", &asked).await;
    assert_eq!(answer.header("location"), "/pt/");
    assert_eq!(answer.header("vary").to_lowercase(), "accept-language");
    let outside = get("//fr/example").await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_language_can_be_changed_on_the_spot() {
    let text = get("/en/treaties/TIP?on=2013-09-04&group=SADC")
        .await
        .text();
    let text = text.replace("&#38;", "&").replace("&amp;", "&");
    assert!(text.contains("href=\"/fr/treaties/TIP?on=2013-09-04&group=SADC\""));
}

#[tokio::test]
async fn files_carry_their_origin() {
    let csv = get("/en/treaties/TIP.csv?on=2013-09-04").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    assert_eq!(text.matches(",party,").count(), 157);
    assert!(
        text.lines()
            .nth(1)
            .is_some_and(|row| row.contains("facts, no copyright"))
    );
    let json = get("/en/treaties/TIP.json?on=2013-09-04").await.json();
    assert_eq!(json["parties"], 157);
    let csv = get("/en/missing-migrants.csv?by=route,year&year=2024")
        .await
        .text();
    assert!(csv.starts_with("route,year,value,"), "{csv}");
    assert!(csv.contains("central-mediterranean,2024,1235,"), "{csv}");
    let csv = get("/en/tables/global-report.csv?by=area,year&category=labour")
        .await
        .text();
    assert!(csv.contains("XXA,2021,labour,,0,4,masked,"), "{csv}");
}

#[tokio::test]
async fn the_first_page_is_light() {
    let home = get("/en/").await.text();
    let address = |ending: &str| {
        let end = home.find(&format!("{ending}\"")).expect("an asset") + ending.len();
        let start = home[..end].rfind('"').expect("its start") + 1;
        home[start..end].to_owned()
    };
    let first =
        weight("/en/").await + weight(&address(".css")).await + weight(&address(".svg")).await;
    assert!(first <= 60 * 1024, "the first page weighs {first} bytes");
    for path in ["/en/treaties/TIP", "/en/missing-migrants", "/en/states"] {
        let next = weight(path).await;
        assert!(next <= 60 * 1024, "{path} weighs {next} bytes");
    }
}
