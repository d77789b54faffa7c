//! The door from outside: coming in, staying in, going, and what whoever tries can tell.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use office::Role;
use protect::vault::Cost;
use scraper::{Html, Selector};
use web::{DOORS, Method, Needs};

use crate::door_house::{Browser, House, PASSPHRASE, PASSWORD, token, with_token};
use crate::safety::check;
use crate::site::Answer;

const SIGN_IN: &str = "/en/office/sign-in";

#[tokio::test]
async fn somebody_comes_in_for_the_first_time_goes_and_comes_again() {
    let house = House::new();
    let (mut browser, device) = house.settled().await;
    let account = browser.get(&house, "/en/office/account").await;
    assert_eq!(account.status, StatusCode::OK);
    assert!(account.text().contains("Device that shows codes"));
    assert_eq!(account.header("cache-control"), "no-store");
    let first = browser.session().expect("signed in").id();
    let fields = with_token(&account, &[]);
    let out = browser.post(&house, "/en/office/sign-out", &fields).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(out.header("location"), "/en/");
    assert!(out.header("clear-site-data").contains("storage"));
    assert!(browser.session().is_none());
    let again = browser.get(&house, "/en/office/account").await;
    let to = "/en/office/sign-in?next=/en/office/account";
    assert_eq!(again.header("location"), to);
    // The code that let them in serves no second time.
    let refused = browser.sign_in(&house, "ada.m", &device).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    house.later(30);
    let code = device.code(&house);
    let fields = [
        ("name", " Ada.M "),
        ("password", PASSWORD),
        ("code", &code),
        ("next", "/en/office/account"),
    ];
    let inside = browser.send(&house, SIGN_IN, &fields).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    assert_eq!(inside.header("location"), "/en/office/account");
    assert_ne!(browser.session().expect("signed in").id(), first);
}

#[tokio::test]
async fn a_session_is_a_cookie_that_no_script_no_other_site_and_no_plain_line_gets() {
    let house = House::new();
    let (mut browser, device) = house.settled().await;
    house.later(30);
    let inside = browser.sign_in(&house, "ada.m", &device).await;
    let set = inside.header("set-cookie");
    assert!(set.starts_with("__Host-palermo="), "{set}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Domain") && !set.contains("Max-Age") && !set.contains("Expires"));
    assert_eq!(inside.header("cache-control"), "no-store");
    for path in [
        SIGN_IN,
        "/en/office/first",
        "/en/office/locked",
        "/en/office/account/log",
    ] {
        let page = browser.get(&house, path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(page.headers.get("etag").is_none(), "{path}");
    }
}

#[tokio::test]
async fn one_who_signs_in_gets_a_session_that_nobody_could_have_chosen() {
    let house = House::new();
    let (first, device) = house.settled().await;
    let planted = "ab".repeat(32);
    let mut browser = Browser::new("another");
    let cookie = || planted.clone();
    browser.cookies.insert("__Host-palermo".into(), cookie());
    browser
        .cookies
        .insert("__Host-palermo-guest".into(), cookie());
    house.later(30);
    let inside = browser.sign_in(&house, "ada.m", &device).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookies["__Host-palermo"], planted);
    // The session that a browser had before is over when it signs in anew.
    let mut same = Browser::new("first");
    same.cookies.clone_from(&first.cookies);
    house.later(30);
    let anew = same.sign_in(&house, "ada.m", &device).await;
    assert_eq!(anew.status, StatusCode::SEE_OTHER);
    let mut left = Browser::new("first");
    left.cookies = first.cookies;
    let turned = left.get(&house, "/en/office/account").await;
    assert_eq!(turned.status, StatusCode::SEE_OTHER);
}

/// What somebody outside sees of an answer: status, headers, cookies, words. The token of the form
/// is the browser's own.
fn seen(answer: &Answer) -> String {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
        .collect();
    headers.sort();
    let text = answer.text().replace(&token(answer), "TOKEN");
    format!("{}\n{}\n{text}", answer.status, headers.join("\n"))
}

/// A house with somebody who works there, and somebody whose account is shut; and what each of
/// the ways to be refused would send.
async fn refusals(cost: Cost) -> (House, Vec<(&'static str, [String; 3])>) {
    let house = House::with_cost(cost);
    let (admin, device) = house.settled().await;
    let (_, code) = house.add(&admin, "shut.b", Role::Caseworker);
    let (mut shut, shut_device) = house.settle("shut.b", &code).await;
    let account = shut.get(&house, "/en/office/account").await;
    let report = "/en/office/account/report";
    let reported = shut.post(&house, report, &with_token(&account, &[])).await;
    assert_eq!(reported.status, StatusCode::OK);
    let (_, _) = house.add(&admin, "new.c", Role::Caseworker);
    house.later(60);
    let (right, other) = (device.code(&house), shut_device.code(&house));
    let wrong = if right == "000000" {
        "111111"
    } else {
        "000000"
    };
    let sent = |name: &str, password: &str, code: &str| [name, password, code].map(str::to_owned);
    let ways = vec![
        ("unknown name", sent("nobody.d", PASSWORD, &right)),
        (
            "wrong password",
            sent("ada.m", "eight herons over it", &right),
        ),
        ("wrong code", sent("ada.m", PASSWORD, wrong)),
        ("shut account", sent("shut.b", PASSWORD, &other)),
        ("no credentials yet", sent("new.c", PASSWORD, &right)),
        (
            "what cannot be a name",
            sent("<script>\u{0}", PASSWORD, &right),
        ),
    ];
    (house, ways)
}

#[tokio::test]
async fn whoever_tries_is_told_one_thing_whatever_did_not_fit() {
    let (house, ways) = refusals(Cost::TESTS).await;
    let mut first = None;
    for (way, [name, password, code]) in &ways {
        let mut browser = Browser::new(way);
        let fields = [
            ("name", name.as_str()),
            ("password", password),
            ("code", code),
        ];
        let answer = browser.send(&house, SIGN_IN, &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{way}");
        assert!(browser.session().is_none(), "{way}");
        let text = answer.text();
        assert!(
            !text.contains(name.as_str()) && !text.contains(password),
            "{way}"
        );
        let seen = seen(&answer);
        assert_eq!(first.get_or_insert(seen.clone()), &seen, "{way}");
    }
    // The same of one-time codes, and of who is asked for a passkey.
    let mut first = None;
    for name in ["ada.m", "nobody.d", "shut.b", "new.c"] {
        let mut browser = Browser::new(name);
        let fields = [("name", name), ("code", "ABCDE-FGHJK-MNPQR-STVWX")];
        let answer = browser.send(&house, "/en/office/first", &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
        let seen = seen(&answer);
        assert_eq!(first.get_or_insert(seen.clone()), &seen, "{name}");
    }
    let mut shapes = Vec::new();
    for name in ["ada.m", "nobody.d"] {
        let mut browser = Browser::new(name);
        let page = browser.get(&house, SIGN_IN).await;
        let fields = with_token(&page, &[("name", name)]);
        let path = "/en/office/sign-in/passkey";
        let answer = browser.post(&house, path, &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        let text = answer.text();
        let options = text.split("data-options=\"").nth(1).expect("options");
        let options = options.split('"').next().expect("their end");
        assert!(options.contains("allowCredentials"), "{options}");
        let seen = seen(&answer).replace(options, "OPTIONS");
        // Credentials have different lengths, and so have those that stand in for them.
        let length = answer.header("content-length").to_owned();
        shapes.push(seen.replace(&format!("content-length: {length}\n"), ""));
    }
    assert_eq!(shapes[0], shapes[1]);
}

/// The shorter of two attempts, each from another address so that none is held off.
async fn shortest(house: &House, way: &str, fields: &[String; 3]) -> Duration {
    let [name, password, code] = fields;
    let mut shortest = Duration::MAX;
    for turn in 0..2 {
        let mut browser = Browser::new(&format!("{way}{turn}"));
        let page = browser.get(house, SIGN_IN).await;
        let fields = [
            ("name", name.as_str()),
            ("password", password),
            ("code", code),
        ];
        let fields = with_token(&page, &fields);
        let before = Instant::now();
        let answer = browser.post(house, SIGN_IN, &fields).await;
        shortest = shortest.min(before.elapsed());
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{way}");
    }
    shortest
}

/// A password that is dear enough to be seen among all else.
const DEAR: Cost = Cost {
    memory_kib: 32 * 1024,
    passes: 3,
    lanes: 1,
};

/// How long one derivation takes, at the least.
fn derivation() -> Duration {
    use protect::credential::{Password, PasswordVerifier};
    let password = Password::new(PASSWORD);
    let made = PasswordVerifier::make(&password, DEAR, &mut crate::door_house::random());
    let times = (0..5).map(|_| {
        let before = Instant::now();
        assert!(made.verify(&password));
        before.elapsed()
    });
    times.min().expect("five")
}

#[tokio::test]
async fn no_refusal_is_had_without_a_password_being_derived() {
    let (house, ways) = refusals(DEAR).await;
    let one = derivation();
    for (way, fields) in &ways {
        let took = shortest(&house, way, fields).await;
        // Other work makes it longer and never shorter, so this holds on a busy machine.
        assert!(took > one / 2, "{way}: {took:?}, a derivation {one:?}");
    }
}

#[tokio::test]
#[ignore = "measures times against each other, which needs a quiet machine"]
async fn refusals_take_the_same_time() {
    let (house, ways) = refusals(DEAR).await;
    let mut times = Vec::new();
    for (way, fields) in &ways {
        times.push((shortest(&house, way, fields).await, *way));
    }
    let (least, most) = (times.iter().min(), times.iter().max());
    let (least, most) = (least.expect("some").0, most.expect("some").0);
    // A derivation more or less would be a factor of two or far more.
    assert!(most < least * 2, "{times:?}");
}

#[tokio::test]
async fn attempts_are_held_off_by_name_before_anything_is_looked_up() {
    let house = House::new();
    let (_, device) = house.settled().await;
    let mut browser = Browser::new("guesser");
    let wrong = [
        ("name", "ada.m"),
        ("password", "eight herons"),
        ("code", "123456"),
    ];
    // Settling took one of the five.
    for _ in 0..4 {
        let answer = browser.send(&house, SIGN_IN, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let acts = house.acts();
    let held = browser.send(&house, SIGN_IN, &wrong).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = held.header("retry-after").parse().expect("seconds");
    assert!((1..=31).contains(&wait));
    assert_eq!(house.acts(), acts, "it was not even looked up");
    // Whatever else is tried by the name waits as well, right or wrong, from anywhere.
    house.later(30);
    let mut owner = Browser::new("owner");
    let right = owner.sign_in(&house, "Ada.M", &device).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    let page = owner.get(&house, SIGN_IN).await;
    for path in ["/en/office/sign-in/passkey", "/en/office/first"] {
        let fields = match path {
            "/en/office/first" => vec![("name", "ada.m"), ("code", "A")],
            _ => vec![("name", "ada.m")],
        };
        let answer = owner.post(&house, path, &with_token(&page, &fields)).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    // A name that nobody has is held off alike.
    let mut other = Browser::new("other");
    let nobody = [
        ("name", "nobody.d"),
        ("password", "eight herons"),
        ("code", "123456"),
    ];
    for turn in 0..6 {
        let answer = other.send(&house, SIGN_IN, &nobody).await;
        let held = answer.status == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(held, turn == 5, "{turn}");
    }
}

#[tokio::test]
async fn one_line_has_so_many_attempts_whatever_the_names() {
    let house = House::new();
    let mut browser = Browser::new("sprayer");
    let page = browser.get(&house, SIGN_IN).await;
    let mut held = 0;
    for number in 0..25 {
        let name = format!("name{number}");
        let fields = [("name", name.as_str()), ("code", "A")];
        let fields = with_token(&page, &fields);
        let answer = browser.post(&house, "/en/office/first", &fields).await;
        held += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((1..=5).contains(&held), "{held}");
}

#[tokio::test]
async fn one_is_led_to_a_page_of_the_office_and_nowhere_else() {
    let house = House::new();
    let (_, device) = house.settled().await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/en/treaties",
        "/\\evil",
    ] {
        let mut browser = Browser::new(next);
        let page = browser.get(&house, &format!("{SIGN_IN}?next={next}")).await;
        assert_eq!(page.status, StatusCode::OK, "{next}");
        assert!(!page.text().contains("name=\"next\""), "{next}");
        house.later(30);
        let code = device.code(&house);
        let fields = [
            ("name", "ada.m"),
            ("password", PASSWORD),
            ("code", &code),
            ("next", next),
        ];
        let fields = with_token(&page, &fields);
        let inside = browser.post(&house, SIGN_IN, &fields).await;
        assert_eq!(inside.status, StatusCode::SEE_OTHER, "{next}");
        assert_eq!(inside.header("location"), "/en/office", "{next}");
    }
    let kept = Browser::new("kept")
        .get(&house, &format!("{SIGN_IN}?next=/fr/office/account"))
        .await;
    let field = "name=\"next\" value=\"/fr/office/account\"";
    assert_eq!(kept.text().matches(field).count(), 2);
}

/// A door's address with something in the place of what varies.
fn filled(path: &str) -> String {
    let mut filled = path.replace("{language}", "en");
    while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
        filled.replace_range(from..=to, &"0".repeat(32));
    }
    filled
}

#[tokio::test]
async fn every_door_that_takes_something_refuses_what_no_page_of_its_own_sent() {
    let house = House::new();
    let (mut admin, _) = house.settled().await;
    let (_, code) = house.add(&admin, "casey.b", Role::Caseworker);
    let (mut other, _) = house.settle("casey.b", &code).await;
    let own = admin.get(&house, "/en/office/account").await;
    let foreign = other.get(&house, "/en/office/account").await;
    let guest = Browser::new("guest").get(&house, SIGN_IN).await;
    let field = |token: String| vec![("csrf".to_owned(), token)];
    let right = field(token(&own));
    let acts = house.acts();
    let mut tried = 0;
    for door in DOORS {
        if door.method != Method::Post || !door.path.contains("/office") {
            continue;
        }
        tried += 1;
        let path = filled(door.path);
        let tokens = [
            Vec::new(),
            field("0".repeat(64)),
            field(token(&foreign)),
            field(token(&guest)),
            [right.clone(), right.clone()].concat(),
        ];
        for fields in tokens {
            // A role that has not the power is refused for that, before the token is looked at.
            let answer = admin.post(&house, &path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {fields:?}");
        }
        for headers in [
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")],
            [("origin", "https://evil.example")],
            [("origin", "null")],
        ] {
            let answer = admin.post_from(&house, &path, &right, &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        if door.needs != Needs::SignIn {
            let mut nobody = Browser::new("nobody");
            let answer = nobody.post(&house, &path, &right).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    assert!(tried > 30, "{tried}");
    assert_eq!(house.acts(), acts, "something changed");
    assert!(house.office.status().expect("it stands").unlocked);
    let still = admin.get(&house, "/en/office/account").await;
    assert_eq!(still.status, StatusCode::OK);
}

#[tokio::test]
async fn what_must_be_sure_of_somebody_asks_again_and_then_goes_on() {
    let house = House::new();
    let (mut browser, device) = house.settled().await;
    house.later(6 * 60);
    let page = "/en/office/account/password";
    let asked = browser.get(&house, page).await;
    let to = "/en/office/confirm?next=/en/office/account/password";
    assert_eq!(asked.header("location"), to);
    let shown = browser.get(&house, to).await;
    let fields = [("password", PASSWORD), ("code", "000000"), ("next", page)];
    let confirm = "/en/office/confirm";
    let refused = browser
        .post(&house, confirm, &with_token(&shown, &fields))
        .await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let code = device.code(&house);
    let fields = [("password", PASSWORD), ("code", &code), ("next", page)];
    let sure = browser
        .post(&house, confirm, &with_token(&shown, &fields))
        .await;
    assert_eq!(sure.header("location"), page);
    for (password, said) in [
        ("short", "at least 10 characters"),
        ("aaaaaaaaaaaaaa", "repeats one thing"),
        ("Palermo2026", "your own name or that of the node"),
    ] {
        let unfit = browser.send(&house, page, &[("password", password)]).await;
        assert_eq!(unfit.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        let text = unfit.text();
        assert!(text.contains(said), "{password}");
        assert!(!text.contains(&format!("\"{password}\"")), "{password}");
    }
    let chosen = [("password", "nine egrets under the pier")];
    let set = browser.send(&house, page, &chosen).await;
    assert_eq!(set.header("location"), "/en/office/account");
    house.later(30);
    let old = Browser::new("old").sign_in(&house, "ada.m", &device).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_wrong_the_first_time_is_said_at_its_field_and_nothing_typed_is_repeated() {
    let house = House::new();
    let mut browser = Browser::new("first");
    let halves = house.code.replace('-', " ").to_lowercase();
    let fields = [("name", "ada.m"), ("code", halves.as_str())];
    let page = browser.send(&house, "/en/office/first", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    let device = crate::door_house::Device::read(&page.text());
    let set = "/en/office/first/set";
    let fields = [("password", "ada.m ada.m"), ("code", "000000")];
    let unfit = browser.post(&house, set, &with_token(&page, &fields)).await;
    assert_eq!(unfit.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = unfit.text();
    assert!(text.contains("id=\"password-unfit\"") && text.contains("id=\"code-unfit\""));
    assert!(!text.contains("ada.m ada.m") && !text.contains(&house.code));
    // The same device goes on, and the code is good once.
    let code = device.code(&house);
    let fields = [("password", PASSWORD), ("code", code.as_str())];
    let done = browser
        .post(&house, set, &with_token(&unfit, &fields))
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let again = browser
        .post(&house, set, &with_token(&unfit, &fields))
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let mut late = Browser::new("late");
    let fields = [("name", "ada.m"), ("code", house.code.as_str())];
    let used = late.send(&house, "/en/office/first", &fields).await;
    assert_eq!(used.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_all_at_once_and_by_an_alarm() {
    let house = House::new();
    let (mut here, device) = house.settled().await;
    let mut there = Browser::new("there");
    house.later(30);
    there.sign_in(&house, "ada.m", &device).await;
    let account = here.get(&house, "/en/office/account").await;
    let text = account.text();
    assert_eq!(text.matches("(this one)").count(), 1);
    let id = office::door::session_of(&there.session().expect("signed in"));
    let end = format!("/en/office/account/sessions/{id}/end");
    assert!(text.contains(&end));
    let ended = here.post(&house, &end, &with_token(&account, &[])).await;
    assert_eq!(ended.header("location"), "/en/office/account");
    let turned = there.get(&house, "/en/office/account").await;
    assert_eq!(turned.status, StatusCode::SEE_OTHER);
    house.later(30);
    there.sign_in(&house, "ada.m", &device).await;
    let all = "/en/office/account/sessions/end";
    let ended = here.post(&house, all, &with_token(&account, &[])).await;
    assert!(ended.header("clear-site-data").contains("storage"));
    for browser in [&mut here, &mut there] {
        let turned = browser.get(&house, "/en/office/account").await;
        assert_eq!(turned.status, StatusCode::SEE_OTHER);
    }
    house.later(30);
    here.sign_in(&house, "ada.m", &device).await;
    let account = here.get(&house, "/en/office/account").await;
    let report = "/en/office/account/report";
    let shut = here.post(&house, report, &with_token(&account, &[])).await;
    assert_eq!(shut.status, StatusCode::OK);
    assert!(shut.text().contains("What happens next"));
    assert!(here.session().is_none());
}

#[tokio::test]
async fn ones_own_log_is_there_page_by_page() {
    let house = House::new();
    let (mut browser, _) = house.settled().await;
    for number in 0..30 {
        house.add(&browser, &format!("name{number}"), Role::Overseer);
    }
    let (mut path, mut lines) = ("/en/office/account/log".to_owned(), Vec::new());
    for turn in 0.. {
        let page = browser.get(&house, &path).await.text();
        let more = page.split_once("\" rel=\"next\"");
        let full = page.matches("<tr><td").count() == 50;
        assert!(full || more.is_none(), "{path}");
        lines.push(page.matches("<tr><td").count());
        let Some((before, _)) = more else {
            assert!(page.contains("Signed in") && turn > 0);
            break;
        };
        assert!(page.contains("You, Administrator"));
        path = before.rsplit('"').next().expect("its start").to_owned();
    }
    // Who was added and the code that they were given, and what settling took.
    assert!(lines.iter().sum::<usize>() > 60, "{lines:?}");
    for bad in ["x", "-1", "99999999999999999999"] {
        let path = format!("/en/office/account/log?before={bad}");
        let answer = browser.get(&house, &path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn a_locked_node_says_so_and_opens_with_its_passphrase() {
    let house = House::new();
    let (mut admin, device) = house.settled().await;
    let account = admin.get(&house, "/en/office/account").await;
    let lock = "/en/office/lock";
    let locked = admin.post(&house, lock, &with_token(&account, &[])).await;
    assert_eq!(locked.header("location"), "/en/office/locked");
    for (path, next) in [
        (SIGN_IN, "name=\"password\""),
        ("/en/office/first", "name=\"code\""),
    ] {
        let text = admin.get(&house, path).await.text();
        assert!(
            text.contains("/en/office/locked") && !text.contains(next),
            "{path}"
        );
    }
    let mut keeper = Browser::new("keeper");
    let page = "/en/office/locked";
    for wrong in ["short", "four plain words there"] {
        let answer = keeper.send(&house, page, &[("passphrase", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(!answer.text().contains(wrong), "{wrong}");
    }
    let opened = keeper
        .send(&house, page, &[("passphrase", PASSPHRASE)])
        .await;
    assert_eq!(opened.header("location"), SIGN_IN);
    assert!(house.office.status().expect("it stands").unlocked);
    house.later(30);
    let inside = keeper.sign_in(&house, "ada.m", &device).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    // One that is open tries no passphrase, so that nobody learns which is right.
    let page = keeper.get(&house, SIGN_IN).await;
    for typed in ["a passphrase that is wrong", PASSPHRASE] {
        let fields = with_token(&page, &[("passphrase", typed)]);
        let answer = keeper.post(&house, "/en/office/locked", &fields).await;
        assert_eq!(answer.header("location"), SIGN_IN);
    }
    let fields = with_token(&page, &[("passphrase", "x")]);
    let held = keeper.post(&house, "/en/office/locked", &fields).await;
    assert_eq!(
        held.status,
        StatusCode::TOO_MANY_REQUESTS,
        "a sixth attempt"
    );
}

/// The pages of this room by their names, in one language.
async fn pages(house: &House, language: &str) -> Vec<(String, String)> {
    let mut inside = Browser::new("inside");
    let mut guest = Browser::new("guest");
    let mut pages = Vec::new();
    let at = |path: &str| format!("/{language}/office{path}");
    for path in ["/sign-in", "/first", "/locked"] {
        let page = guest.get(house, &at(path)).await;
        pages.push((at(path), page.text()));
    }
    let fields = [("name", "ada.m"), ("code", house.code.as_str())];
    let set = inside.send(house, &at("/first"), &fields).await;
    pages.push((at("/first/set"), set.text()));
    let device = crate::door_house::Device::read(&set.text());
    let shown = device.code(house);
    let fields = [("password", PASSWORD), ("code", shown.as_str())];
    inside
        .post(house, &at("/first/set"), &with_token(&set, &fields))
        .await;
    for path in ["/confirm", "/account", "/account/password", "/account/log"] {
        let page = inside.get(house, &at(path)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        pages.push((at(path), page.text()));
    }
    let page = guest.get(house, &at("/sign-in")).await;
    let fields = with_token(&page, &[("name", "a"), ("password", "b"), ("code", "c")]);
    let refused = guest.post(house, &at("/sign-in"), &fields).await;
    pages.push((at("/sign-in refused"), refused.text()));
    let account = inside.get(house, &at("/account")).await;
    let fields = with_token(&account, &[]);
    for path in ["/account/passkey", "/account/report"] {
        let page = inside.post(house, &at(path), &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        pages.push((at(path), page.text()));
    }
    house.office.lock().expect("locked");
    let locked = guest.get(house, &at("/locked")).await;
    pages.push((at("/locked locked"), locked.text()));
    pages
}

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    for language in ["en", "fr", "pt"] {
        let house = House::new();
        for (path, text) in pages(&house, language).await {
            let scripts = text.matches("<script").count();
            let asks = path.ends_with("/account/passkey");
            assert_eq!(scripts, usize::from(asks), "{path}");
            let from = text
                .find("<script src=\"/assets/passkey-")
                .unwrap_or(text.len());
            let end = text[from..]
                .find("</script>")
                .map_or(from, |at| from + at + 9);
            check(&path, &format!("{}{}", &text[..from], &text[end..]));
            let document = Html::parse_document(&text);
            let select = |what: &str| Selector::parse(what).expect("a selector");
            let html = document.select(&select("html")).next().expect("a page");
            assert_eq!(html.attr("lang"), Some(language), "{path}");
            assert_eq!(html.attr("dir"), Some("ltr"), "{path}");
            for field in document.select(&select("input, select, textarea")) {
                if field.attr("type") == Some("hidden") || field.attr("hidden").is_some() {
                    continue;
                }
                let id = field.attr("id").expect("a field has an id");
                let label = select(&format!("label[for=\"{id}\"]"));
                assert_eq!(document.select(&label).count(), 1, "{path} {id}");
            }
            for form in document.select(&select("form")) {
                assert_eq!(form.attr("method"), Some("post"), "{path}");
                let token = select("input[name=csrf]");
                assert_eq!(form.select(&token).count(), 1, "{path}");
            }
            assert!(text.contains("class=\"leave\""), "{path}");
            assert!(text.contains("name=\"robots\" content=\"noindex"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_password_manager_knows_the_fields() {
    let house = House::new();
    let page = Browser::new("guest").get(&house, SIGN_IN).await.text();
    for known in ["username", "current-password", "one-time-code"] {
        assert!(
            page.contains(&format!("autocomplete=\"{known}\"")),
            "{known}"
        );
    }
}

#[tokio::test]
async fn the_pages_as_they_are_written() {
    let house = House::new();
    for (path, text) in pages(&house, "en").await {
        if [
            "/sign-in",
            "/first",
            "/confirm",
            "/locked locked",
            "/report",
        ]
        .iter()
        .any(|ending| path.ends_with(ending))
        {
            let main = text.split("<main").nth(1).expect("a main part");
            let main = main.split("</main>").next().expect("its end");
            let from = main.find("name=\"csrf\" value=\"").map(|at| at + 19);
            let main = match from {
                Some(from) => main.replace(&main[from..from + 64], "TOKEN"),
                None => main.to_owned(),
            };
            let name = path.replace(['/', ' '], "_");
            insta::assert_snapshot!(format!("door{name}"), main);
        }
    }
}
