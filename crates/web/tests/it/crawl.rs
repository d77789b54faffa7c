//! Every door, tried by everybody: who gets through is one table, which is reviewed as a whole.

use std::fmt::Write;

use axum::http::StatusCode;
use web::{DOORS, Door, Method, Needs};

use crate::house::House;

/// Who tries; none has no session.
const PERSONAS: [(&str, Option<&str>); 9] = [
    ("nobody", None),
    ("caseworker", Some("caseworker")),
    ("data-mgr", Some("data-manager")),
    ("coordin.", Some("coordinator")),
    ("admin.", Some("administrator")),
    ("overseer", Some("overseer")),
    ("two-roles", Some("two-roles")),
    ("disabled", Some("disabled")),
    ("ended", Some("ended")),
];

/// An address behind a door: what is there is named where the door only reads, and what is not
/// where it changes something.
fn address(door: &Door, house: &House) -> String {
    let mut path = door.path.replace("{language}", "en");
    let staff = house.member("caseworker").staff;
    let unknown = "0".repeat(32);
    for (name, value) in [
        ("{dossier}", house.dossier.to_string()),
        ("{draft}", house.draft.to_string()),
        ("{form}", "intake".into()),
        ("{treaty}", "TIP".into()),
        ("{place}", "MOZ".into()),
        ("{code}", "MOZ".into()),
        ("{table}", "global-report".into()),
        ("{release}", house.release.clone()),
        ("{file}", "none.css".into()),
    ] {
        path = path.replace(name, &value);
    }
    if door.method == Method::Get {
        path = path.replace("{staff}", &staff.to_string());
    }
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        path.replace_range(from..=to, &unknown);
    }
    path
}

/// What must hold of each answer, besides what the table shows.
fn judge(door: &Door, persona: &str, holder: Option<(bool, bool)>, status: StatusCode) {
    let told = format!("{:?} {} as {persona}: {status}", door.method, door.path);
    assert!(!status.is_server_error(), "{told}");
    let session = matches!(door.needs, Needs::Session | Needs::Power(_));
    let turned_away = match door.method {
        Method::Get => StatusCode::SEE_OTHER,
        Method::Post => StatusCode::UNAUTHORIZED,
    };
    match (session, holder) {
        (false, _) => {}
        // What was typed for longer than the session lasted waits behind the sign-in page.
        (true, Some((false, _))) if door.keeps_what_was_sent => {
            assert_eq!(status, StatusCode::SEE_OTHER, "{told}");
        }
        (true, None | Some((false, _))) => assert_eq!(status, turned_away, "{told}"),
        (true, Some((true, has_power))) => {
            if matches!(door.needs, Needs::Power(_)) {
                assert_eq!(has_power, status != StatusCode::FORBIDDEN, "{told}");
            }
        }
    }
}

#[tokio::test]
async fn every_door_lets_through_whom_the_table_of_authority_says() {
    let mut house = House::new();
    let mut table = format!("{:<4} {:<56} {:<17}", "", "path", "needs");
    for (persona, _) in PERSONAS {
        write!(table, "| {persona:<10}").expect("text");
    }
    table.push('\n');
    for door in DOORS {
        let (method, needs) = (format!("{:?}", door.method), door.needs.code());
        write!(table, "{method:<4} {:<56} {needs:<17}", door.path).expect("text");
        for (persona, name) in PERSONAS {
            let path = address(door, &house);
            let holder = name.map(|name| {
                let member = house.member(name);
                let power = match door.needs {
                    Needs::Power(power) => member.may(power),
                    _ => false,
                };
                (member.holds, power)
            });
            let answer = match door.method {
                Method::Get => house.get(name, &path).await,
                Method::Post => house.post(name, &path, &[]).await,
            };
            judge(door, persona, holder, answer.status);
            write!(table, "| {:<10}", answer.status.as_u16()).expect("text");
            // Signing out, and shutting one's own account, is done by an empty form.
            if holder.is_some_and(|(holds, _)| holds) && !name.is_some_and(|n| house.still_holds(n))
            {
                house = House::new();
            }
        }
        table.push('\n');
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("doors_by_persona", lines.join("\n"));
}

#[tokio::test]
async fn no_page_of_the_office_is_kept_or_names_anybody_in_its_title_or_a_query() {
    let house = House::new();
    let office = DOORS.iter().filter(|door| {
        door.method == Method::Get && matches!(door.needs, Needs::Session | Needs::Power(_))
    });
    let mut shown = 0;
    for door in office {
        for (_, name) in PERSONAS {
            let path = address(door, &house);
            for path in ["/en/", "/fr/", "/pt/"].map(|own| path.replacen("/en/", own, 1)) {
                let answer = house.get(name, &path).await;
                let told = format!("{path} as {name:?}");
                assert_eq!(answer.header("cache-control"), "no-store", "{told}");
                let text = answer.text();
                if !text.is_empty() {
                    // The way out is on refusals too, and none says that there is no cookie.
                    let language = &path[..4];
                    assert!(text.contains(&format!("{language}office/leave")), "{told}");
                    for untrue in ["No cookies", "Ni cookies", "Sem cookies"] {
                        assert!(!text.contains(untrue), "{told}: {untrue}");
                    }
                }
                if answer.status != StatusCode::OK {
                    continue;
                }
                shown += 1;
                assert!(!text.contains('⟦'), "{told}: {text}");
                let title = text.split("<title>").nth(1).expect("a title");
                let title = title.split("</title>").next().expect("its end");
                for number in ["dossier-", "staff-", "agency-"] {
                    assert!(!title.contains(number), "{told}: {title}");
                    for link in text.split("href=\"").skip(1) {
                        let link = link.split('"').next().expect("its end");
                        let query = link.split_once('?').map_or("", |(_, query)| query);
                        assert!(!query.contains(number), "{told}: {link}");
                    }
                }
                for invented in ["Invented", "Ministrator"] {
                    assert!(!text.contains(invented), "{told}: a name stands on it");
                }
            }
        }
    }
    assert!(shown > 60, "{shown}");
}
