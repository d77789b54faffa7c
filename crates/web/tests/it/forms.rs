//! Questionnaires at a page: what goes back and forth, what is kept, what is refused.

use axum::http::StatusCode;
use office::Role;
use scraper::{Html, Selector};

use crate::door_house::{Browser, Device, House, PASSWORD, with_token};
use crate::safety::check;
use crate::site::Answer;

const INTAKE: &str = "/en/office/forms/intake";
const AGREED: [(&str, &str); 4] = [
    ("/data/case_code[1]", "XA-17"),
    ("/data/date_recorded[1]", "2026-06-01"),
    ("/data/consent_record[1]", "yes"),
    ("/data/person[1]/pseudonym[1]", "<b>Nobody & Co</b>"),
];

/// A caseworker, signed in.
async fn worker(house: &House) -> (Browser, Device) {
    let (ada, _) = house.settled().await;
    let (_, code) = house.add(&ada, "worker", Role::Caseworker);
    house.settle("worker", &code).await
}

fn values(page: &Answer, of: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(&page.text());
    let fields = Selector::parse(of).expect("a selector");
    page.select(&fields)
        .map(|field| {
            let text = |name| field.attr(name).unwrap_or_default().to_owned();
            (text("name"), text("value"))
        })
        .collect()
}

async fn step(browser: &mut Browser, house: &House, fields: &[(&str, &str)], step: &str) -> Answer {
    let mut all = fields.to_vec();
    all.extend([("step", step), ("as", "caseworker.assistance")]);
    browser.send(house, INTAKE, &all).await
}

#[tokio::test]
async fn what_was_typed_comes_back_escaped_with_what_counts_now() {
    let house = House::new();
    let (mut browser, _) = worker(&house).await;
    let blank = browser.get(&house, INTAKE).await;
    check(INTAKE, &blank.text());
    assert!(!blank.text().contains("/data/person[1]/sex[1]"));
    let acts = house.acts();
    let page = step(&mut browser, &house, &AGREED, "look").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    check(INTAKE, &page.text());
    let shown = values(&page, "form.questionnaire input[type=text]");
    assert!(shown.contains(&(AGREED[3].0.to_owned(), AGREED[3].1.to_owned())));
    assert!(page.text().contains("/data/person[1]/sex[1]"));
    assert!(!page.text().contains("<b>Nobody"));
    // To look is no act: nothing was kept.
    assert_eq!(house.acts(), acts);
    // Who does not agree is asked nothing more; what was typed waits in the page, unseen.
    let mut refused = AGREED;
    refused[2].1 = "no";
    let page = step(&mut browser, &house, &refused, "look").await;
    let hidden = values(&page, "form.questionnaire input[type=hidden]");
    assert!(hidden.contains(&(AGREED[3].0.to_owned(), AGREED[3].1.to_owned())));
    assert!(page.text().contains("Help does not depend on the answer."));
}

#[tokio::test]
async fn a_form_that_is_wrong_is_handed_in_all_the_same_if_one_says_so() {
    let house = House::new();
    let (mut browser, _) = worker(&house).await;
    let page = step(&mut browser, &house, &AGREED, "enter").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = page.text().matches("An answer is needed.").count();
    // Each is said above and at its question: sex, child or adult, who noticed, needs.
    assert_eq!(faults, 8);
    let entered = step(&mut browser, &house, &AGREED, "anyway").await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    let cover = entered.header("location").to_owned();
    let page = browser.get(&house, &cover).await;
    assert!(page.text().contains("Handed in."));
    let cover = cover.strip_suffix("/entered").expect("the cover");
    let shown = browser.get(&house, cover).await;
    let read = [("reason", "To see it"), ("as", "caseworker.assistance")];
    let read = browser
        .post(&house, &format!("{cover}/read"), &with_token(&shown, &read))
        .await;
    check(INTAKE, &read.text());
    assert!(
        read.text().contains("Sex: An answer is needed."),
        "{}",
        read.text()
    );
    assert!(read.text().contains("Correct this record"));
}

#[tokio::test]
async fn what_is_no_field_step_or_form_is_refused() {
    let house = House::new();
    let (mut browser, _) = worker(&house).await;
    for (fields, status) in [
        (vec![("colour", "red")], StatusCode::BAD_REQUEST),
        (vec![("step", "jump")], StatusCode::BAD_REQUEST),
        (vec![("replaces", "nothing")], StatusCode::BAD_REQUEST),
        (vec![("#/data/accused", "many")], StatusCode::BAD_REQUEST),
        (
            vec![("as", "overseer.oversight"), ("step", "keep")],
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let answer = browser.send(&house, INTAKE, &fields).await;
        assert_eq!(answer.status, status, "{fields:?}");
    }
    let acts = house.acts();
    let nothing = browser.get(&house, "/en/office/forms/nothing").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let other = format!(
        "/en/office/dossiers/dossier-{}/forms/intake",
        "0".repeat(32)
    );
    let fields = [("step", "keep"), ("as", "caseworker.assistance")];
    let shown = browser.get(&house, INTAKE).await;
    let fields = with_token(&shown, &fields);
    let answer = browser.post(&house, &other, &fields).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // A refusal of what is out of reach is an act that the overseer reads.
    assert_eq!(house.acts(), acts + 1);
}

#[tokio::test]
async fn what_was_typed_for_longer_than_a_session_lasts_is_there_after_signing_in() {
    let house = House::new();
    let (mut browser, device) = worker(&house).await;
    let blank = browser.get(&house, INTAKE).await;
    let mut fields = AGREED.to_vec();
    fields.extend([("step", "enter"), ("as", "caseworker.assistance")]);
    let sent = with_token(&blank, &fields);
    house.later(16 * 60);
    let away = browser.post(&house, INTAKE, &sent).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.text());
    let sign_in = away.header("location").to_owned();
    assert!(browser.session().is_none());
    let next = sign_in
        .split_once("next=")
        .expect("where to go on")
        .1
        .to_owned();
    assert!(next.starts_with("/en/office/kept/"), "{next}");
    // Without signing in nobody gets at it, and what no page of ours sent is not kept.
    let closed = Browser::new("worker").get(&house, &next).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let code = device.code(&house);
    let fields = [
        ("name", "worker"),
        ("password", PASSWORD),
        ("code", code.as_str()),
        ("next", next.as_str()),
    ];
    let inside = browser.send(&house, "/en/office/sign-in", &fields).await;
    assert_eq!(inside.header("location"), next);
    let back = browser.get(&house, &next).await;
    assert_eq!(back.status, StatusCode::OK);
    assert!(back.text().contains("Your session had ended."));
    let shown = values(&back, "form.questionnaire input[type=text]");
    assert!(shown.contains(&(AGREED[3].0.to_owned(), AGREED[3].1.to_owned())));
    // Once.
    let again = browser.get(&house, &next).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_sent_with_a_wrong_token_after_a_session_has_ended_is_kept_for_nobody() {
    let house = House::new();
    let (mut browser, _) = worker(&house).await;
    house.later(16 * 60);
    let forged = [
        ("csrf".to_owned(), "0".repeat(64)),
        ("step".to_owned(), "keep".to_owned()),
    ];
    let away = browser.post(&house, INTAKE, &forged).await;
    assert_eq!(away.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_pages_as_they_are_written() {
    let house = House::new();
    let (mut browser, _) = worker(&house).await;
    let list = browser.get(&house, "/pt/office/forms").await;
    check(INTAKE, &list.text());
    let main = |page: &Answer| {
        let text = page.text();
        let from = text.find("<main").expect("a main part");
        let to = text.find("</main>").expect("its end");
        let token = crate::door_house::token(page);
        text[from..to].replace(&token, "TOKEN")
    };
    let list = browser.get(&house, "/pt/office/forms/justice_chain").await;
    check(INTAKE, &list.text());
    insta::assert_snapshot!("questionnaire_pt", main(&list));
}
