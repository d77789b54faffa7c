//! The API: numbers, refusals, and its own description.

use axum::http::StatusCode;

use crate::site::get;

#[tokio::test]
async fn the_totals_of_the_record() {
    for (treaty, on, parties) in [
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
    ] {
        let status = get(&format!("/api/v1/treaties/{treaty}/status?on={on}"))
            .await
            .json();
        assert_eq!(status["parties"], parties, "{treaty} on {on}");
        assert_eq!(status["party_list"].as_array().map(Vec::len), Some(parties));
        assert_eq!(status["provenance"]["audience"], "public");
        assert_eq!(status["provenance"]["ground"], "public-record");
    }
}

#[tokio::test]
async fn entry_into_force_of_both_protocols() {
    for (treaty, since) in [("TIP", "2003-12-25"), ("SOM", "2004-01-28")] {
        let status = get(&format!("/api/v1/treaties/{treaty}/status?on={since}"))
            .await
            .json();
        assert_eq!(status["in_force_since"], since);
        let before = get(&format!("/api/v1/treaties/{treaty}/status?on=2003-12-01"))
            .await
            .json();
        assert!(before["in_force_since"].is_null());
    }
}

#[tokio::test]
async fn a_state_and_its_acts() {
    let sudan = get("/api/v1/states/SDN").await.json();
    let acts = sudan["actions"].as_array().expect("acts");
    let som = acts
        .iter()
        .find(|act| act["treaty"] == "SOM")
        .expect("an act");
    assert!(
        som["date"]
            .as_str()
            .is_some_and(|day| day.starts_with("2018")),
        "{som}"
    );
    let all = get("/api/v1/treaties/SOM/actions").await.json();
    let parties = all["actions"].as_array().expect("acts");
    let parties = parties
        .iter()
        .filter(|act| act["act"] != "signature")
        .count();
    assert_eq!(parties, 151);
}

#[tokio::test]
async fn missing_migrants_by_what_is_asked() {
    let years = get("/api/v1/missing-migrants").await.json();
    let first = &years["rows"][0]["value"];
    assert!(first.is_u64(), "a count is a whole number, not {first}");
    assert_eq!(years["rows"][0]["codes"]["year"], "2024");
    assert_eq!(years["rows"][0]["value"], 1239);
    let part = get("/api/v1/missing-migrants?by=route,place&cause=drowning")
        .await
        .json();
    assert_eq!(part["filters"]["cause"], "drowning");
    let unplaced = part["rows"].as_array().expect("rows");
    assert!(
        unplaced
            .iter()
            .any(|row| row["codes"]["place"] == "unplaced")
    );
}

#[tokio::test]
async fn labels_are_resolved() {
    let resolved = get("/api/v1/terms/resolve?list=citizenship&text=Mozambique")
        .await
        .json();
    assert_eq!(resolved["code"], "MOZ");
    assert_eq!(resolved["status"], "exact");
    let refused = get("/api/v1/terms/resolve?list=citizenship&text=Congo")
        .await
        .json();
    assert_eq!(refused["status"], "refused");
    assert_eq!(refused["reason"], "ambiguous");
}

#[tokio::test]
async fn a_refusal_has_code_field_found_and_allowed() {
    let answer = get("/api/v1/treaties/TIP/status?on=4.9.2013").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/json");
    insta::assert_json_snapshot!(answer.json());
    for (path, code, field) in [
        ("/api/v1/treaties/ABC/status", "not_found", "treaty"),
        (
            "/api/v1/treaties/TIP/status?colour=red",
            "unknown_field",
            "colour",
        ),
        (
            "/api/v1/treaties/TIP/status?on=2027-01-01",
            "date_outside",
            "on",
        ),
        (
            "/api/v1/missing-migrants?by=month,place",
            "not_in_list",
            "by",
        ),
        ("/api/v1/missing-migrants?by=year,year", "not_in_list", "by"),
        ("/api/v1/terms/resolve?text=x", "missing_field", "list"),
        ("/api/v1/tables/global-report?by=area", "sum_refused", "by"),
        ("/api/v1/tables/none", "not_found", "table"),
    ] {
        let error = &get(path).await.json()["error"];
        assert_eq!(error["code"], code, "{path}");
        assert_eq!(error["field"], field, "{path}");
    }
    let long = format!(
        "/api/v1/terms/resolve?list=citizenship&text={}",
        "a".repeat(201)
    );
    assert_eq!(get(&long).await.json()["error"]["code"], "too_long");
}

#[tokio::test]
async fn a_name_that_is_not_utf_8_is_refused_as_any_other() {
    for path in [
        "/api/v1/states/%FF",
        "/api/v1/tables/%C3%28",
        "/api/v1/treaties/%FF/status",
        "/api/v1/treaties/%FF/actions",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["error"]["code"], "not_found", "{path}");
        assert_eq!(answer.json()["error"]["found"], path);
    }
}

#[tokio::test]
async fn the_document_is_known() {
    insta::assert_json_snapshot!(get("/api/v1/openapi.json").await.json());
}
