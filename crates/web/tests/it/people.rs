//! The pages of those who run the node and watch over it: who sees them, and what they show once.

use axum::http::StatusCode;
use office::{Answer as Told, Ask, GRANTS, Ground, MatterKind};
use scraper::{Html, Selector};

use crate::house::{House, sealed};
use crate::site::Answer;

/// The text of the first element that fits.
fn text_of(answer: &Answer, selector: &str) -> String {
    let page = Html::parse_document(&answer.text());
    let selector = Selector::parse(selector).expect("a selector");
    let found = page.select(&selector).next();
    let found = found.unwrap_or_else(|| panic!("nothing on {}", answer.text()));
    found.text().collect::<String>().trim().to_owned()
}

/// How many elements fit.
fn count_of(answer: &Answer, selector: &str) -> usize {
    let page = Html::parse_document(&answer.text());
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).count()
}

/// Asserts who may look at a page: everybody else is refused.
async fn only(house: &House, path: &str, seeing: &[&str]) {
    for name in [
        "caseworker",
        "data-manager",
        "coordinator",
        "administrator",
        "overseer",
        "two-roles",
    ] {
        let status = house.get(Some(name), path).await.status;
        let expected = match seeing.contains(&name) {
            true => StatusCode::OK,
            false => StatusCode::FORBIDDEN,
        };
        assert_eq!(status, expected, "{path} as {name}");
    }
    for name in [None, Some("disabled"), Some("ended")] {
        let answer = house.get(name, path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} as {name:?}");
        let to = answer.header("location");
        assert!(to.starts_with("/en/office/sign-in"), "{to}");
    }
}

const ADMIN: Option<&str> = Some("administrator");
const OVERSEER: Option<&str> = Some("overseer");
const COORDINATOR: Option<&str> = Some("coordinator");
const CASEWORKER: Option<&str> = Some("caseworker");
const COLLEAGUE: Option<&str> = Some("colleague");

#[tokio::test]
async fn each_page_is_for_those_whose_role_has_the_power() {
    let house = House::new();
    let all = [
        "caseworker",
        "data-manager",
        "coordinator",
        "administrator",
        "overseer",
        "two-roles",
    ];
    let person = format!("/en/office/people/{}", house.member("caseworker").staff);
    for (path, seeing) in [
        ("/en/office", &all[..]),
        ("/en/office/roles", &all),
        ("/en/office/people", &["administrator"]),
        (person.as_str(), &["administrator"]),
        ("/en/office/agencies", &["administrator"]),
        ("/en/office/keys", &["administrator"]),
        ("/en/office/log", &["overseer"]),
        (
            "/en/office/names",
            &["coordinator", "overseer", "two-roles"],
        ),
        (
            "/en/office/suspend",
            &["coordinator", "administrator", "overseer", "two-roles"],
        ),
    ] {
        only(&house, path, seeing).await;
    }
}

#[tokio::test]
async fn somebody_is_added_with_a_code_that_is_shown_once() {
    let house = House::new();
    let path = "/en/office/people/add";
    let form = [
        ("name", "Nova Tested"),
        ("sign-in", "nova"),
        ("role-caseworker", "yes"),
        ("role-data-manager", "yes"),
        ("agency", ""),
        ("supervisor", ""),
    ];
    for (refused, status) in [
        (&form[..2], StatusCode::BAD_REQUEST),
        (
            &[form[0], form[1], form[2], form[2]],
            StatusCode::BAD_REQUEST,
        ),
        (
            &[form[0], form[1], ("role-nobody", "yes")],
            StatusCode::BAD_REQUEST,
        ),
        (
            &[
                form[0],
                form[1],
                ("role-administrator", "yes"),
                ("role-coordinator", "yes"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &[form[0], ("sign-in", "caseworker"), form[2]],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let answer = house.post(ADMIN, path, refused).await;
        assert_eq!(answer.status, status, "{refused:?}");
        assert!(!answer.text().contains("Nova"), "what is typed is not told");
    }
    let shown = house.post(ADMIN, path, &form).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(text_of(&shown, "title"), "Code · Palermo");
    assert!(
        shown
            .text()
            .contains("http://localhost:8080/en/office/first")
    );
    assert!(!shown.text().contains("Nova") && !shown.text().contains("nova"));
    let code = text_of(&shown, "#code");
    assert!(house.lets_in("nova", &code) && !house.lets_in("nova", "01234-56789-ABCDE-FGHJK"));
    for path in ["/en/office/people", "/en/office", "/en/office/people/add"] {
        let later = house.get(ADMIN, path).await.text();
        assert!(!later.contains(&code) && !later.contains("Nova"), "{path}");
    }
    let people = house.get(ADMIN, "/en/office/people").await;
    assert!(people.text().contains("<td>Caseworker, Data manager</td>"));
}

#[tokio::test]
async fn roles_are_changed_and_accounts_are_ended_by_number() {
    let house = House::new();
    let staff = house.member("data-manager").staff;
    let own = house.member("administrator").staff;
    let page = format!("/en/office/people/{staff}");
    assert_eq!(
        count_of(
            &house.get(ADMIN, &page).await,
            "input[type=checkbox][checked]"
        ),
        1
    );
    let boss = house.member("overseer").staff.to_string();
    let form = [("role-coordinator", "yes"), ("supervisor", boss.as_str())];
    let changed = house.post(ADMIN, &format!("{page}/change"), &form).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    assert_eq!(changed.header("location"), page);
    let told = house.get(ADMIN, &page).await;
    assert!(told.text().contains("<dd>Coordinator</dd>") && told.text().contains(&boss));
    let none = house.post(ADMIN, &format!("{page}/change"), &[]).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    // The roles of a session are read anew with each request.
    let start = house.get(Some("data-manager"), "/en/office/names").await;
    assert_eq!(start.status, StatusCode::OK);

    let unsure = house.post(ADMIN, &format!("{page}/end"), &[]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    assert!(house.still_holds("data-manager"));
    let sure = [("sure", "yes")];
    let ended = house.post(ADMIN, &format!("{page}/end"), &sure).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    assert!(!house.still_holds("data-manager"));
    let told = house.get(ADMIN, &page).await;
    assert!(told.text().contains("<dd>ended</dd>") && count_of(&told, "form.ask") == 0);
    let last = format!("/en/office/people/{own}/end");
    let last = house.post(ADMIN, &last, &sure).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    let nobody = format!("/en/office/people/staff-{}", "0".repeat(32));
    let nobody = house.get(ADMIN, &nobody).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reset_takes_two_people_and_each_sees_one_half_once() {
    let house = House::new();
    let staff = house.member("caseworker").staff;
    let asked = format!("/pt/office/people/{staff}/reset");
    let mute = house.post(ADMIN, &asked, &[("reason", " ")]).await;
    assert_eq!(mute.status, StatusCode::BAD_REQUEST);
    let reason = [("reason", "lost the telephone")];
    let first = house.post(ADMIN, &asked, &reason).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(text_of(&first, "title"), "Código · Palermo");
    let first = text_of(&first, "#code");
    // It waits for another, not for whoever asked or for whom it is.
    for (name, waits) in [(ADMIN, 0), (CASEWORKER, 0), (COORDINATOR, 1), (OVERSEER, 1)] {
        let start = house.get(name, "/en/office").await;
        assert_eq!(count_of(&start, "#resets form"), waits, "{name:?}");
        assert!(!start.text().contains(&first));
    }
    let start = house.get(COORDINATOR, "/en/office").await.text();
    let page = Html::parse_document(&start);
    let form = Selector::parse("#resets form").expect("a selector");
    let form = page.select(&form).next().expect("a form").value();
    let confirm = form.attr("action").expect("an address").to_owned();
    let own = house.post(ADMIN, &confirm, &[]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let second = house.post(COORDINATOR, &confirm, &[]).await;
    assert_eq!(second.status, StatusCode::OK);
    let second = text_of(&second, "#code");
    assert!(house.lets_in("caseworker", &format!("{first}-{second}")));
    assert!(!house.lets_in("caseworker", &format!("{second}-{first}")));
    let again = house.post(COORDINATOR, &confirm, &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(!again.text().contains(&second));
}

#[tokio::test]
async fn a_name_is_for_the_supervisor_and_the_overseer_with_a_reason() {
    let house = House::new();
    let path = "/en/office/names";
    let worker = house.member("caseworker").staff.to_string();
    let other = house.member("overseer").staff.to_string();
    let reason = ("reason", "a complaint about them");
    let form = [("staff", worker.as_str()), reason];
    for name in [COORDINATOR, OVERSEER] {
        let shown = house.post(name, path, &form).await;
        assert_eq!(shown.status, StatusCode::OK, "{name:?}");
        assert_eq!(text_of(&shown, "#name"), "Invented caseworker");
        assert_eq!(text_of(&shown, "title"), "Look up a name · Palermo");
        let later = house.get(name, path).await;
        assert!(!later.text().contains("Invented"));
    }
    let mute = house.post(OVERSEER, path, &form[..1]).await;
    assert_eq!(mute.status, StatusCode::BAD_REQUEST);
    let far = [("staff", other.as_str()), reason];
    let far = house.post(COORDINATOR, path, &far).await;
    assert_eq!(far.status, StatusCode::NOT_FOUND);
    for name in [CASEWORKER, ADMIN] {
        let refused = house.post(name, path, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let log = house.get(OVERSEER, "/en/office/log").await.text();
    assert_eq!(log.matches("A name was looked up").count(), 2);
}

#[tokio::test]
async fn an_account_is_shut_by_number_and_its_session_dies_at_once() {
    let house = House::new();
    let worker = house.member("caseworker").staff.to_string();
    let form = [("staff", worker.as_str())];
    let shut = house.post(COORDINATOR, "/en/office/suspend", &form).await;
    assert_eq!(shut.status, StatusCode::OK);
    assert_eq!(text_of(&shut, "[role=status] code"), worker);
    assert!(!house.still_holds("caseworker"));
    let gone = house.get(CASEWORKER, "/en/office").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    let person = format!("/en/office/people/{worker}");
    let told = house.get(ADMIN, &person).await;
    assert_eq!(count_of(&told, "#suspend"), 0);
    assert!(told.text().contains("<dd>shut until it is reset</dd>"));
    let other = house.member("data-manager").staff;
    let path = format!("/en/office/people/{other}/suspend");
    assert_eq!(
        house.post(ADMIN, &path, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!house.still_holds("data-manager"));
}

#[tokio::test]
async fn agencies_are_named_and_what_their_kind_means_is_said() {
    let house = House::new();
    let path = "/en/office/agencies";
    let page = house.get(ADMIN, path).await;
    // The node's own has no name yet.
    assert_eq!(count_of(&page, "form.ask"), 2);
    let page = Html::parse_document(&page.text());
    let hidden = Selector::parse("input[name=agency]").expect("a selector");
    let own = page.select(&hidden).next().expect("a field").value();
    let own = own.attr("value").expect("a number").to_owned();
    for (agency, name, kind) in [
        (own.as_str(), "Shelter <One>", "services"),
        ("", "Border of XA", "law-enforcement"),
    ] {
        let form = [("agency", agency), ("name", name), ("kind", kind)];
        let set = house.post(ADMIN, path, &form).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER);
    }
    let page = house.get(ADMIN, path).await;
    assert_eq!(count_of(&page, "tbody tr"), 2);
    assert!(page.text().contains("Shelter &#60;One&#62;") && !page.text().contains("<One>"));
    let told = page.text();
    assert!(told.contains("never opens what a service keeps"));
    for form in [
        vec![("name", "x"), ("kind", "army")],
        vec![("kind", "services")],
        vec![("name", "  "), ("kind", "services")],
    ] {
        let refused = house.post(ADMIN, path, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
}

#[tokio::test]
async fn the_table_of_authority_is_whole_in_every_language() {
    let house = House::new();
    for (language, never) in [
        ("en", "immigration enforcement"),
        ("fr", "contrôle de l’immigration"),
        ("pt", "controlo da imigração"),
    ] {
        let page = house
            .get(CASEWORKER, &format!("/{language}/office/roles"))
            .await;
        assert_eq!(count_of(&page, "tbody tr"), GRANTS.len());
        assert!(page.text().contains(never), "{language}");
    }
}

#[tokio::test]
async fn keys_are_told_of_and_none_is_shown() {
    let house = House::new();
    let page = house.get(ADMIN, "/en/office/keys").await;
    let text = page.text();
    assert!(text.contains("2 of 3 unlock the node"));
    assert!(text.contains("None is noted.") && text.contains("Nowhere."));
    assert!(text.contains("palermo verify NODE") && text.contains("--drill"));
}

#[tokio::test]
async fn the_log_is_paged_newest_first_and_a_dossier_stands_in_no_address() {
    let house = House::new();
    for _ in 0..60 {
        house.entered();
    }
    let page = house.get(OVERSEER, "/en/office/log").await;
    assert_eq!(count_of(&page, "tbody tr"), 100);
    let newest: u64 = text_of(&page, "tbody td").parse().expect("a number");
    let document = Html::parse_document(&page.text());
    let link = Selector::parse("a[rel=next]").expect("a selector");
    let mut next = document.select(&link).next().map(|link| {
        let href = link.value().attr("href");
        href.expect("an address").to_owned()
    });
    let mut lines = 100;
    while let Some(path) = next {
        let page = house.get(OVERSEER, &path).await;
        lines += count_of(&page, "tbody tr");
        let document = Html::parse_document(&page.text());
        next = document.select(&link).next().map(|link| {
            let href = link.value().attr("href");
            href.expect("an address").to_owned()
        });
    }
    // Every act stands on one page, and on one alone.
    assert_eq!(lines as u64, newest);

    let number = house.dossier.to_string();
    let read = format!("/en/office/dossiers/{number}/read");
    let far = format!("/en/office/dossiers/{number}");
    let form = [("reason", "her appointment")];
    let read = house.post(CASEWORKER, &read, &form).await;
    assert_eq!(read.status, StatusCode::OK);
    let far = house.get(COLLEAGUE, &far).await;
    assert_eq!(far.status, StatusCode::NOT_FOUND);
    let form = [("subject", number.as_str())];
    let page = house.post(OVERSEER, "/en/office/log", &form).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert_eq!(count_of(&page, "tbody tr"), 4, "{text}");
    assert!(text.contains("Refused: <strong>the dossier is out of reach</strong>"));
    assert!(text.find("Refused:") < text.find("The dossier was opened"));
    assert!(!text.contains(&format!("?{}", "subject")));
    let query = format!("/en/office/log?subject={number}");
    let refused = house.get(OVERSEER, &query).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_emergency_is_told_to_whoever_cares_for_the_dossier() {
    let house = House::new();
    let calm = house.get(CASEWORKER, "/en/office").await.text();
    assert!(calm.contains("Nothing waits for you."));
    let number = house.dossier.to_string();
    let form = [("dossier", number.as_str()), ("reason", "she is in danger")];
    let opened = house.post(COLLEAGUE, "/en/office/emergency", &form).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let own = house.get(COLLEAGUE, "/en/office").await;
    assert_eq!(count_of(&own, "#own-emergencies li"), 1);
    let told = house.get(CASEWORKER, "/en/office").await;
    assert!(told.text().contains("Open until 2033-05-18 06:33 UTC."));
    let page = Html::parse_document(&told.text());
    let forms = Selector::parse("#emergencies form").expect("a selector");
    let actions: Vec<String> = page
        .select(&forms)
        .filter_map(|form| form.value().attr("action").map(str::to_owned))
        .collect();
    assert_eq!(actions.len(), 2, "end it, and have seen it");
    for action in &actions {
        let done = house.post(CASEWORKER, action, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{action}");
    }
    let calm = house.get(CASEWORKER, "/en/office").await;
    assert_eq!(count_of(&calm, "#emergencies"), 0);
    let over = house.get(COLLEAGUE, "/en/office").await;
    assert_eq!(count_of(&over, "#own-emergencies"), 0);
}

#[tokio::test]
async fn what_waits_for_a_second_person_waits_for_nobody_else() {
    let house = House::new();
    let dossier = house.dossier;
    let erasure = Ask::RequestErasure {
        dossier,
        ground: Ground::ConsentWithdrawn,
        reason: sealed("she asked for it"),
    };
    let Told::Erasure(erasure) = house.asked("caseworker", erasure) else {
        panic!("asked for");
    };
    let matter = |kind| Ask::OpenMatter {
        dossier,
        kind,
        words: sealed("the words of the complaint"),
    };
    house.asked("caseworker", matter(MatterKind::Complaint));
    house.asked("caseworker", matter(MatterKind::Access));
    for (name, erasures, matters) in [
        (CASEWORKER, 0, 0),
        (ADMIN, 0, 0),
        (COORDINATOR, 1, 1),
        (OVERSEER, 1, 1),
    ] {
        let start = house.get(name, "/en/office").await;
        let found = (
            count_of(&start, "#erasures form"),
            count_of(&start, "#matters li"),
        );
        assert_eq!(found, (erasures, matters), "{name:?}");
        assert!(!start.text().contains("the words of the complaint"));
    }
    let start = house.get(COORDINATOR, "/en/office").await.text();
    assert!(start.contains("30 days left"), "{start}");
    // The overseer reads a complaint with a reason.
    let start = house.get(OVERSEER, "/en/office").await;
    let page = Html::parse_document(&start.text());
    let form = Selector::parse("#matters form").expect("a selector");
    let form = page.select(&form).next().expect("a form").value();
    let read = form.attr("action").expect("an address").to_owned();
    let reason = [("reason", "to answer it")];
    let read = house.post(OVERSEER, &read, &reason).await;
    assert!(read.text().contains("the words of the complaint"));

    let confirm = format!("/en/office/erasures/{erasure}/confirm");
    let unsure = house.post(COORDINATOR, &confirm, &[]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    let sure = house.post(COORDINATOR, &confirm, &[("sure", "yes")]).await;
    assert_eq!(sure.status, StatusCode::SEE_OTHER);
    let start = house.get(COORDINATOR, "/en/office").await;
    assert_eq!(count_of(&start, "#erasures"), 0);
}

#[tokio::test]
async fn an_export_is_approved_by_another_and_taken_once() {
    let house = House::new();
    // The person's own access has a purpose of its own.
    let path = format!("/en/office/dossiers/{}/exports", house.dossier);
    let form = [
        ("ground", "own-access"),
        ("recipient", ""),
        ("reason", "she wants her file"),
        ("as", "caseworker.data-subject"),
    ];
    let asked = house.post(CASEWORKER, &path, &form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let own = house.get(CASEWORKER, "/en/office").await;
    assert_eq!(count_of(&own, "#exports form"), 0);
    assert!(own.text().contains("another’s approval"));
    for (name, what, status) in [
        (COORDINATOR, "approve", StatusCode::SEE_OTHER),
        (CASEWORKER, "take", StatusCode::OK),
    ] {
        let start = house.get(name, "/en/office").await;
        let page = Html::parse_document(&start.text());
        let form = Selector::parse("#exports form").expect("a selector");
        let form = page.select(&form).next().expect("a form");
        let action = form.value().attr("action").expect("an address");
        assert!(action.ends_with(what), "{action}");
        let field = Selector::parse("[name=as]").expect("a selector");
        let way = form.select(&field).next().expect("a field").value();
        let way = way.attr("value").expect("a way").to_owned();
        let done = house.post(name, action, &[("as", &way)]).await;
        assert_eq!(done.status, status, "{what}: {}", done.text());
    }
    for name in [CASEWORKER, COORDINATOR] {
        let start = house.get(name, "/en/office").await;
        assert_eq!(count_of(&start, "#exports"), 0, "{name:?}");
    }
}
