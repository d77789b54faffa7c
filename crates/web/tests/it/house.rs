//! A node with an office, one person of each role, and what a browser sends for them.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::Timestamp;
use office::door::session_of;
use office::{
    Answer as Told, Ask, Founding, NewStaff, Office, PersonRole, Power, Purpose, Random, Record,
    Request as Asked, Role, Under, Who, authority,
};
use protect::credential::{CsrfToken, Password, SessionToken, TotpSecret};
use protect::draft::Draft;
use protect::rule::Rule;
use protect::vault::{Cost, Passphrase};
use protect::{Audience, Confidential};
use rand_core::UnwrapErr;
use tempfile::TempDir;
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::id::{DossierId, DraftId, StaffId};
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};
use tower::ServiceExt;
use web::{OfficeSessions, Site, app};

use crate::site::{Answer, site};

/// A moment for which RFC 6238, appendix B gives the code of its secret: 69279037, of which the
/// last six digits count here.
pub(crate) const NOW: i64 = 2_000_000_000;
const SECRET: &[u8; 20] = b"12345678901234567890";
const DEVICE_CODE: &str = "279037";
const PASSWORD: &str = "quiet lantern over the harbour";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("a time")
}

pub(crate) fn sealed(words: &str) -> Confidential<String> {
    Confidential::seal(words.to_owned())
}

fn random() -> Random {
    Box::new(UnwrapErr(getrandom::SysRng))
}

/// Somebody who is, or was, signed in.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) staff: StaffId,
    pub(crate) roles: Vec<Role>,
    pub(crate) token: SessionToken,
    /// Whether the session holds.
    pub(crate) holds: bool,
}

impl Member {
    /// Whether one of the roles has the power, for some purpose.
    pub(crate) fn may(&self, power: Power) -> bool {
        self.roles.iter().any(|role| {
            let mut purposes = Purpose::ALL.into_iter();
            purposes.any(|purpose| authority::may(*role, purpose, power))
        })
    }
}

pub(crate) struct House {
    folder: TempDir,
    pub(crate) office: Arc<Office>,
    pub(crate) members: Vec<Member>,
    /// In the care of the caseworker.
    pub(crate) dossier: DossierId,
    /// Brought in by the data manager.
    pub(crate) draft: DraftId,
    /// Released of it by the coordinator, to everybody.
    pub(crate) release: String,
    /// Whether the node is under an invented State.
    pub(crate) synthetic: bool,
}

/// A folder in memory where the system has one.
fn folder() -> TempDir {
    let in_memory = std::path::Path::new("/dev/shm");
    let made = if in_memory.is_dir() {
        TempDir::new_in(in_memory)
    } else {
        TempDir::new()
    };
    made.expect("a folder")
}

impl House {
    /// Two caseworkers, a data manager, a coordinator who is their supervisor, an administrator, an
    /// overseer, somebody with two roles, one whose account is shut, one who has signed out.
    pub(crate) fn new() -> Self {
        let folder = folder();
        let path = folder.path().join("node");
        std::fs::create_dir(&path).expect("a folder");
        let passphrase = Passphrase::new("four plain words here").expect("long enough");
        let founding = Founding {
            passphrase: &passphrase,
            cost: Cost::TESTS,
            shares: (2, 3),
            administrator: sealed("Ada Ministrator"),
            sign_in: Some("administrator".into()),
            at: now(),
        };
        let (mut office, founded) =
            Office::found(&path, founding, &mut random(), random).expect("a node");
        office.set_password_cost(Cost::TESTS);
        let mut house = Self {
            folder,
            office: Arc::new(office),
            members: Vec::new(),
            dossier: DossierId([0; 16]),
            draft: DraftId([0; 16]),
            release: String::new(),
            synthetic: false,
        };
        let code = founded.code.expect("an administrator signs in");
        let token = house.enrol("administrator", &code.whole());
        house.members.push(Member {
            name: "administrator",
            staff: founded.administrator,
            roles: vec![Role::Administrator],
            token,
            holds: true,
        });
        let coordinator = house.add("coordinator", &[Role::Coordinator], None);
        for (name, roles) in [
            ("caseworker", &[Role::Caseworker][..]),
            ("data-manager", &[Role::DataManager]),
            ("colleague", &[Role::Caseworker]),
            ("two-roles", &[Role::Coordinator, Role::DataManager]),
            ("disabled", &[Role::Caseworker]),
            ("ended", &[Role::Caseworker]),
        ] {
            house.add(name, roles, Some(coordinator));
        }
        house.add("overseer", &[Role::Overseer], None);
        let disabled = house.member("disabled").staff;
        house.asked("coordinator", Ask::Suspend { staff: disabled });
        let ended = session_of(&house.member("ended").token);
        house.office.sign_out(ended, now()).expect("signed out");
        for member in &mut house.members {
            member.holds = !["disabled", "ended"].contains(&member.name);
        }
        house.dossier = house.entered();
        (house.draft, house.release) = house.released_table();
        house
    }

    /// A table of three invented counts, brought in and released.
    fn released_table(&self) -> (DraftId, String) {
        let brought = Ask::BringDraft {
            name: "First table of XA".into(),
            draft: Box::new(Confidential::seal(three_counts())),
        };
        let Told::Draft(draft) = self.asked("data-manager", brought) else {
            panic!("brought in");
        };
        let rule = Rule::of_code("small-counts@1").expect("a rule");
        let signed = Ask::SignRelease {
            draft,
            under: Under::new(rule, Audience::Public),
            supersedes: None,
        };
        match self.asked("coordinator", signed) {
            Told::Signed(signed) => (draft, signed.line.release),
            other => panic!("{other:?}"),
        }
    }

    fn enrol(&self, name: &str, code: &str) -> SessionToken {
        let secret = TotpSecret::from_bytes(SECRET).expect("a secret");
        let password = Password::new(PASSWORD);
        let device = (secret, DEVICE_CODE);
        let enrolled = self.office.enrol((name, code), &password, device, now());
        enrolled.expect("let in")
    }

    /// Whether a code lets somebody in who has just been given one.
    pub(crate) fn lets_in(&self, name: &str, code: &str) -> bool {
        self.office.code_fits(name, code, now()).is_ok()
    }

    fn add(&mut self, name: &'static str, roles: &[Role], boss: Option<StaffId>) -> StaffId {
        let new = NewStaff {
            name: sealed(&format!("Invented {name}")),
            roles: roles.to_vec(),
            agency: None,
            supervisor: boss,
            sign_in: Some(name.into()),
        };
        let Told::Enrolment(staff, code) = self.asked("administrator", Ask::AddStaff(new)) else {
            panic!("{name} signs in");
        };
        let token = self.enrol(name, &code.whole());
        self.members.push(Member {
            name,
            staff,
            roles: roles.to_vec(),
            token,
            holds: true,
        });
        staff
    }

    /// A dossier that the caseworker has entered.
    pub(crate) fn entered(&self) -> DossierId {
        let record = Record {
            form: "intake".into(),
            form_version: "1".into(),
            source: None,
            answers: Vec::new(),
            findings: Vec::new(),
        };
        let ask = Ask::EnterRecord {
            dossier: None,
            role: PersonRole::Victim,
            replaces: None,
            record: Confidential::seal(record),
        };
        match self.asked("caseworker", ask) {
            Told::Record { dossier, .. } => dossier,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn member(&self, name: &str) -> &Member {
        let found = self.members.iter().find(|member| member.name == name);
        found.expect("somebody of that name")
    }

    /// Asks the office without a page, in the first way that the table grants.
    pub(crate) fn asked(&self, name: &str, ask: Ask) -> Told {
        let member = self.member(name);
        let power = ask.power();
        let ways = member.roles.iter().flat_map(|role| {
            let purposes = Purpose::ALL.into_iter();
            purposes.map(|purpose| (*role, purpose))
        });
        let mut ways = ways.filter(|(role, purpose)| authority::may(*role, *purpose, power));
        let (role, purpose) = ways.next().expect("one that is granted");
        let request = Asked {
            who: Who::signed_in(&member.token),
            role,
            purpose,
            at: now(),
            ask,
        };
        self.office.request(request).expect("granted")
    }

    /// Whether the session of somebody holds.
    pub(crate) fn still_holds(&self, name: &str) -> bool {
        let session = session_of(&self.member(name).token);
        self.office.visitor(session, now()).is_ok()
    }

    /// Sends a form in parts, with the token that a page would have given and a file.
    pub(crate) async fn post_file(
        &self,
        name: &str,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        let token = &self.member(name).token;
        let csrf = CsrfToken::of(token).to_text();
        let between = "between-the-parts-of-a-form";
        let mut body = Vec::new();
        let fields = fields.iter().copied().chain([("csrf", &**csrf)]);
        for (name, value) in fields {
            body.extend_from_slice(
                format!(
                    "--{between}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n\
                     {value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!(
                "--{between}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"{}\"\r\nContent-Type: text/csv\r\n\r\n",
                file.0
            )
            .as_bytes(),
        );
        body.extend_from_slice(file.1);
        body.extend_from_slice(format!("\r\n--{between}--\r\n").as_bytes());
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("cookie", format!("__Host-palermo={}", &*token.to_text()))
            .header(
                "content-type",
                format!("multipart/form-data; boundary={between}"),
            )
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// The site of this node; made anew for each request, so that no limit of the door's counts.
    fn site(&self) -> Site {
        let office = Arc::clone(&self.office);
        Site {
            office: Some(Arc::clone(&self.office)),
            origin: Some("http://localhost:8080".parse().expect("an origin")),
            sessions: Some(Arc::new(OfficeSessions {
                office,
                now: Box::new(now),
            })),
            released: Some(self.released()),
            synthetic: self.synthetic,
            now: Box::new(now),
            ..site(true)
        }
    }

    fn released(&self) -> web::ReadReleased {
        let node = self.folder.path().join("node");
        Box::new(move || office::published(&node))
    }

    /// Fetches a page as somebody, or as nobody.
    pub(crate) async fn get(&self, name: Option<&str>, path: &str) -> Answer {
        let token = name.map(|name| &self.member(name).token);
        self.send(request("GET", path, token, None)).await
    }

    /// Sends a form as somebody, or as nobody, with the tokens that a page would have given.
    pub(crate) async fn post(
        &self,
        name: Option<&str>,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let token = name.map(|name| &self.member(name).token);
        self.send(request("POST", path, token, Some(fields))).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = app(self.site()).oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }
}

fn three_counts() -> Draft {
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "date of the first contact".into(),
        statement: "Each victim once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XA".into(),
        title: "Victims of XA by sex".into(),
        address: String::new(),
        licence: "CC0".into(),
        attribution: String::new(),
        vintage: "2029".into(),
        retrieved: None,
        content_sha256: None,
    };
    let dimensions = vec![Dimension::disjoint("sex", "sex@1")];
    let mut table = Table::new("by-sex", dimensions, counting, source, Vec::new());
    for (code, count) in [("all", 40), ("female", 25), ("male", 15)] {
        table
            .push(&[code], Cell::Exact(count))
            .expect("rows differ");
    }
    Draft {
        table,
        hierarchies: vec![Hierarchy::flat("all", ["female", "male"]).expect("a tree")],
        population: "victims of a first table".into(),
        vintage: "2029".into(),
        party_dimension: None,
        behind: Vec::new(),
    }
}

/// The stand-in of a browser that has no session yet.
fn guest() -> SessionToken {
    SessionToken::from_text(&"a7".repeat(32)).expect("a token")
}

/// Whether an address is on the way to a session.
fn is_entry(path: &str) -> bool {
    let rest = path.get("/en".len()..);
    let mut doors = web::DOORS.iter();
    doors.any(|door| {
        door.needs == web::Needs::SignIn && door.path.strip_prefix("/{language}") == rest
    })
}

fn request(
    verb: &str,
    path: &str,
    token: Option<&SessionToken>,
    fields: Option<&[(&str, &str)]>,
) -> Request<Body> {
    let guest = guest();
    let mut cookies = format!("__Host-palermo-guest={}", &*guest.to_text());
    if let Some(token) = token {
        cookies.push_str(&format!("; __Host-palermo={}", &*token.to_text()));
    }
    let request = Request::builder()
        .method(verb)
        .uri(path)
        .header("cookie", cookies);
    let Some(fields) = fields else {
        return request.body(Body::empty()).expect("a request");
    };
    let held = match token {
        Some(token) if !is_entry(path) => token,
        _ => &guest,
    };
    let mut body = format!("csrf={}", &*CsrfToken::of(held).to_text());
    for (name, value) in fields {
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        body.push_str(&format!("&{name}={encoded}"));
    }
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request")
}
