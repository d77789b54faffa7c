//! Hidden populations: a table is sent, answered in the reader's language, and kept nowhere.

use axum::http::StatusCode;

use crate::safety::check;
use crate::site::{get, send, send_parts};

/// Four invented lists that all share persons.
const SHARING: &str = "a,b,c,d,count\n1,0,0,0,173\n0,1,0,0,168\n0,0,1,0,201\n0,0,0,1,86\n\
                       1,1,0,0,117\n1,0,1,0,47\n1,0,0,1,15\n0,1,1,0,35\n0,1,0,1,19\n\
                       0,0,1,1,22\n1,1,1,0,22\n1,1,0,1,11\n1,0,1,1,2\n0,1,1,1,3\n\
                       1,1,1,1,2\n";

/// Three invented lists of which two pairs share nobody; a name tries to be markup.
const SPARSE: &str = "<b>x,b,c,count\n1,0,0,30\n0,1,0,20\n0,0,1,10\n1,1,0,4\n";

// One test, one request after another: a site computes few estimates at one time.
#[tokio::test]
async fn a_table_is_answered_in_each_language_and_kept_nowhere() {
    for (language, says) in [
        ("en", "The number that can be defended"),
        ("fr", "Le nombre qui peut être défendu"),
        ("pt", "O número que se pode defender"),
    ] {
        let path = format!("/{language}/estimate");
        let answer = send(&path, "table", SHARING).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("etag").is_empty());
        let text = answer.text();
        check(&path, &text);
        assert!(text.contains(says), "{language}");
        assert!(
            text.contains("class=\"number\""),
            "{language}: a defended number"
        );
        assert_eq!(
            text.matches("class=\"figure figure-chart").count(),
            4,
            "{language}"
        );
    }
    let sparse = send("/en/estimate", "table", SPARSE).await.text();
    check("sparse", &sparse);
    assert!(
        sparse.contains("0, nobody") && sparse.contains("not estimable"),
        "{sparse}"
    );
    assert!(!sparse.contains("<b>x"));
    let two = "a,b,count\n1,0,50\n0,1,40\n1,1,10\n";
    let two = send("/en/estimate", "table", two).await.text();
    check("two lists", &two);
    assert!(two.contains("with two lists no method is defended"));
    assert!(two.contains("Chapman, lists 12"));
}

#[tokio::test]
async fn a_refused_table_comes_back_with_its_row_and_column() {
    let table = "a,b,count\n1,0,5\n0,1,-4\n1,1,2\n";
    for (language, says) in [
        ("en", "Row 3, column “count”"),
        ("fr", "Ligne 3, colonne «\u{a0}count\u{a0}»"),
        ("pt", "Linha 3, coluna “count”"),
    ] {
        let path = format!("/{language}/estimate");
        let answer = send(&path, "table", table).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.header("cache-control"), "no-store");
        let text = answer.text();
        check(&path, &text);
        assert!(text.contains(says), "{text}");
        assert!(text.contains("0,1,-4"), "what was sent can be mended");
    }
    let markup = send("/en/estimate", "table", "</textarea><script>x,count\n").await;
    assert!(!markup.text().contains("<script>"));
}

#[tokio::test]
async fn what_is_no_table_is_refused_by_field() {
    let long = "1".repeat(64 * 1024 + 1);
    let longer = "1".repeat(256 * 1024);
    for (field, value) in [("table", long.as_str()), ("table", &longer), ("other", "x")] {
        let answer = send("/en/estimate", field, value).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.text().contains("table"));
    }
    let twenty: Vec<String> = (0..20).map(|list| format!("l{list}")).collect();
    let twenty = format!("{},count\n", twenty.join(","));
    let answer = send("/en/estimate", "table", &twenty).await;
    assert!(answer.text().contains("Two to nine lists"));
}

#[tokio::test]
async fn the_page_says_what_happens_to_a_table() {
    let page = get("/en/estimate").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    assert!(text.contains("kept nowhere") && text.contains("a node of your own"));
    assert!(text.contains("<textarea") && text.contains("method=\"post\""));
    let example = get("/fr/estimate?example=invented").await.text();
    assert!(example.contains("police,shelter"));
}

#[tokio::test]
async fn a_file_is_read_as_if_it_had_been_pasted() {
    let path = "/en/estimate";
    let refused = "a,b,count\n1,0,5\n0,1,-4\n1,1,2\n";
    let pasted = send(path, "table", refused).await;
    let both = [
        ("file", "x.csv", refused.as_bytes()),
        ("table", "", b"".as_slice()),
    ];
    let sent = send_parts(path, &both).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sent.text(), pasted.text());
    let none = [
        ("file", "", b"".as_slice()),
        ("table", "", refused.as_bytes()),
    ];
    assert_eq!(send_parts(path, &none).await.text(), pasted.text());
    let cases: [(&str, &[u8]); 3] = [
        ("file", b"a,b,count\n1,0,\xff\n"),
        ("other", b"x"),
        ("file", &[b'1'; 64 * 1024 + 1]),
    ];
    for (field, bytes) in cases {
        let answer = send_parts(path, &[(field, "x.csv", bytes)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}
