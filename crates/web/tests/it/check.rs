//! A table of counts is sent, tried in the reader's language, and kept nowhere.

use axum::http::StatusCode;

use crate::safety::check;
use crate::site::{get, send_parts};

/// An invented draft: one mask alone in its sums, and names that try to be markup.
const ALONE: &str = "district,form,count\nTotal,Total,40\nTotal,labour,30\nTotal,other,10\n\
                     <b>north,Total,22\n<b>north,labour,20\n<b>north,other,<5\n\
                     south,Total,18\nsouth,labour,10\nsouth,other,8\n";

/// Four masks that hold.
const HOLDING: &str = "district,x,y,Total\na,*,*,30\nb,*,*,20\nTotal,32,18,50\n";

/// A field of a form: its name, the name of its file (empty for none), its content.
type Part<'a> = (&'a str, &'a str, &'a [u8]);

fn part<'a>(name: &'a str, content: &'a (impl AsRef<[u8]> + ?Sized)) -> Part<'a> {
    (name, "", content.as_ref())
}

fn pasted(table: &str) -> Vec<Part<'_>> {
    vec![part("table", table), part("small", "5")]
}

// One test, one request after another: a site works on few tables at one time.
#[tokio::test]
async fn a_table_is_tried_in_each_language_and_kept_nowhere() {
    for (language, headline, mark, why) in [
        (
            "en",
            "1 of 1 masked cells can be worked out from what you print.",
            "worked out: 2",
            "everything else in that sum is printed",
        ),
        (
            "fr",
            "1 des 1 cellules masquées peut être retrouvée",
            "retrouvé : 2",
            "tout le reste de cette somme est imprimé",
        ),
        (
            "pt",
            "1 das 1 células mascaradas pode ser descoberta",
            "descoberta: 2",
            "tudo o resto nessa soma está impresso",
        ),
    ] {
        let path = format!("/{language}/check");
        let answer = send_parts(&path, &pasted(ALONE)).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{text}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("etag").is_empty());
        check(&path, &text);
        for says in [headline, mark, why] {
            assert!(text.contains(says), "{language}: {says}\n{text}");
        }
        assert!(!text.contains("<b>north"), "{language}");
        assert_eq!(text.matches("class=\"n exposed\"").count(), 1);
        assert_eq!(
            text.matches("class=\"n besides\"").count(),
            3,
            "a rectangle"
        );
    }
    let holding = send_parts("/en/check", &pasted(HOLDING)).await.text();
    check("holding", &holding);
    assert!(holding.contains("None of the 4 masked cells"), "{holding}");
    assert!(!holding.contains("n exposed") && !holding.contains("What to mask besides"));
    let open = send_parts("/en/check", &pasted("form,count\nlabour,3\nother,4\n")).await;
    assert!(open.text().contains("Nothing is masked in this table."));
    check("open", &open.text());
}

#[tokio::test]
async fn a_file_goes_before_what_is_pasted() {
    let parts = vec![
        ("file", "draft.csv", ALONE.as_bytes()),
        part("table", HOLDING),
    ];
    let text = send_parts("/en/check", &parts).await.text();
    assert!(text.contains("1 of 1 masked cells"), "{text}");
}

#[tokio::test]
async fn what_is_said_of_a_table_is_heard() {
    let table = "age,count\nJumla,30\nchild,12\n0-11,5\n12-17,*\ngrown,-\n";
    let sums = "[hierarchies.age]\nJumla = [\"child\", \"grown\"]\nchild = [\"0-11\", \"12-17\"]\n";
    let parts = vec![
        part("table", table),
        part("layout", sums),
        part("dash", "masked"),
        part("zeros", "printed"),
        part("totals", "Jumla, Σύνολο"),
        part("below", ""),
        part("small", "10"),
    ];
    let text = send_parts("/en/check", &parts).await.text();
    assert!(text.contains("2 of 2 masked cells"), "{text}");
    assert!(text.contains("age: Jumla") && text.contains("worked out: 18"));
    assert!(text.contains("below 10: 1"), "{text}");
}

#[tokio::test]
async fn a_refused_table_comes_back_with_its_row_and_column() {
    let table = "form,count\nlabour,-3\nother,2.5\n";
    for (language, says) in [
        ("en", "A count is not below zero."),
        ("fr", "Un effectif n’est pas inférieur à zéro."),
        ("pt", "Uma contagem não é menor do que zero."),
    ] {
        let path = format!("/{language}/check");
        let answer = send_parts(&path, &pasted(table)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.header("cache-control"), "no-store");
        let text = answer.text();
        check(&path, &text);
        assert!(text.contains(says) && text.contains("“count”") | text.contains("« count »"));
        assert!(text.contains("labour,-3"), "what was sent can be mended");
    }
    let markup = send_parts("/en/check", &pasted("</textarea><script>x,count\n")).await;
    assert!(!markup.text().contains("<script>"));
    let rubbish: [Part<'_>; 1] = [("file", "draft.xlsx", b"PK\x03\x04rubbish")];
    let answer = send_parts("/en/check", &rubbish).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("This workbook cannot be read."));
}

#[tokio::test]
async fn what_is_no_form_of_this_page_is_refused_by_field() {
    let long = vec![b'1'; 200 * 1024];
    let longer = vec![b'1'; 400 * 1024];
    for (parts, says) in [
        (vec![part("table", &long)], "196608"),
        (vec![part("file", &longer)], "196608"),
        (vec![part("other", "x")], "other"),
        (vec![part("table", "x"), part("table", "y")], "table"),
        (vec![part("table", " ")], "file"),
        (vec![part("table", "x"), part("small", "0")], "small"),
        (vec![part("table", "x"), part("dash", "maybe")], "dash"),
        (vec![part("table", b"\xff")], "table"),
    ] {
        let answer = send_parts("/en/check", &parts).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{says}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_page_says_what_happens_to_a_table_and_what_it_does_not_know() {
    let page = get("/en/check").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    assert!(text.contains("kept nowhere") && text.contains("on your own machine"));
    assert!(text.contains("enctype=\"multipart/form-data\""));
    let example = get("/fr/check?example=invented").await.text();
    let table = example.split("<textarea").nth(1).expect("a form");
    let table = table.split_once('>').expect("a text").1;
    let table = table.split("</textarea>").next().expect("a text");
    let table = table
        .trim_start()
        .replace("&#60;", "<")
        .replace("&lt;", "<");
    let tried = send_parts("/en/check", &pasted(&table)).await.text();
    check("example", &tried);
    assert!(tried.contains("masked cells can be worked out"), "{tried}");
    assert!(tried.contains("What this check does not know"));
    insta::assert_snapshot!("check_example", main_of(&tried));
}

/// The page's own part.
fn main_of(text: &str) -> &str {
    let from = text.find("<main").expect("a main part");
    let to = text.find("</main>").expect("its end");
    &text[from..to]
}
