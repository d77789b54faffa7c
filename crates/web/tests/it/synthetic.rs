//! A node of an invented State says so wherever anybody looks; any other node never does.

use axum::Router;
use web::{Site, app};

use crate::site::{ask, site};

const MARK: &str = "class=\"synthetic\"";

fn synthetic() -> Router {
    app(Site {
        synthetic: true,
        ..site(true)
    })
}

#[tokio::test]
async fn every_page_of_an_invented_state_says_so_and_what_is_real() {
    for (path, says) in [
        (
            "/en/",
            "Public figures on this page that name another source are real",
        ),
        ("/fr/treaties", "nomment une autre source sont réels"),
        ("/pt/missing-migrants", "nomeiam outra fonte são reais"),
        ("/en/states/MWI", "name another source are real"),
        ("/en/tables", "name another source are real"),
        ("/en/nowhere", "Nobody on this page exists"),
        ("/fr/office/sign-in", "Personne sur cette page n’existe"),
        ("/pt/explain/0123456789abcdef", "Sintético"),
    ] {
        let page = ask(synthetic(), path, &[]).await.text();
        assert_eq!(page.matches(MARK).count(), 1, "{path}: {page}");
        assert!(page.contains(says), "{path}: {page}");
        // It comes before what it is about, to whoever listens as well.
        assert!(page.find(MARK) < page.find("<main"), "{path}");
        let plain = ask(app(site(true)), path, &[]).await.text();
        assert!(!plain.contains(MARK), "{path}: {plain}");
    }
}

#[tokio::test]
async fn what_explains_a_public_figure_is_not_called_invented() {
    let page = ask(synthetic(), "/en/treaties/TIP", &[]).await.text();
    let from = page.find("/en/explain/").expect("an explanation");
    let href = page[from..].split('"').next().expect("an address");
    let href = href.replace("&#38;", "&").replace("&amp;", "&");
    let explained = ask(synthetic(), &href, &[]).await.text();
    assert!(
        explained.contains("name another source are real"),
        "{explained}"
    );
    assert!(
        !explained.contains("Nobody on this page exists"),
        "{explained}"
    );
}
