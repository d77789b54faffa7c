//! A node with people in it, and browsers that keep cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use office::{Answer as Told, Ask, Founding, NewStaff, Office, Purpose, Random, Role, Who};
use protect::Confidential;
use protect::vault::{Cost, Passphrase};
use tempfile::TempDir;
use terms::id::StaffId;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use tower::ServiceExt;
use web::{OfficeSessions, app};

use crate::site::{Answer, site};

pub(crate) const ORIGIN: &str = "http://localhost:8080";
pub(crate) const PASSPHRASE: &str = "four plain words here";
pub(crate) const PASSWORD: &str = "seven herons over the pier";

pub(crate) fn random() -> Random {
    Box::new(rand_core::UnwrapErr(getrandom::SysRng))
}

/// A node that was founded a moment ago, with its first administrator.
pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) office: Arc<Office>,
    /// The administrator's one-time code, as it is typed.
    pub(crate) code: String,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with_cost(Cost::TESTS)
    }

    /// A house in which a password takes so much to try.
    pub(crate) fn with_cost(cost: Cost) -> Self {
        let folder = TempDir::new().expect("a folder");
        let node = folder.path().join("node");
        std::fs::create_dir(&node).expect("a folder");
        let passphrase = Passphrase::new(PASSPHRASE).expect("it is long enough");
        let clock = Arc::new(AtomicI64::new(1_924_992_000));
        let founding = Founding {
            passphrase: &passphrase,
            cost: Cost::TESTS,
            shares: (2, 3),
            administrator: Confidential::seal("Ada Ministrator".into()),
            sign_in: Some("ada.m".into()),
            at: time(&clock),
        };
        let found = Office::found(&node, founding, &mut random(), random);
        let (mut office, founded) = found.expect("a node");
        office.set_password_cost(cost);
        let office = Arc::new(office);
        let mut site = site(false);
        let (one, other) = (Arc::clone(&clock), Arc::clone(&clock));
        site.now = Box::new(move || time(&one));
        site.origin = Some(ORIGIN.parse().expect("an origin"));
        site.sessions = Some(Arc::new(OfficeSessions {
            office: Arc::clone(&office),
            now: Box::new(move || time(&other)),
        }));
        let opens = Arc::clone(&office);
        site.unlock = Some(Box::new(move |typed| {
            let typed = Passphrase::new(typed);
            let wrong = || Passphrase::new("too short to be one").expect("it is not");
            opens.unlock(&typed.unwrap_or_else(|_| wrong()))
        }));
        site.office = Some(Arc::clone(&office));
        let code = founded.code.expect("they sign in");
        Self {
            router: app(site),
            office,
            code: code.whole().to_string(),
            clock,
            _folder: folder,
        }
    }

    /// Time goes by.
    pub(crate) fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        time(&self.clock)
    }

    /// How many acts the journal has.
    pub(crate) fn acts(&self) -> u64 {
        self.office.status().expect("it stands").acts
    }

    /// Somebody more works here; the answer is their one-time code.
    pub(crate) fn add(&self, by: &Browser, name: &str, role: Role) -> (StaffId, String) {
        let staff = NewStaff {
            sign_in: Some(name.into()),
            ..NewStaff::at_console(Confidential::seal(name.into()), vec![role])
        };
        let answer = self.office.request(office::Request {
            who: Who::signed_in(&by.session().expect("signed in")),
            role: Role::Administrator,
            purpose: Purpose::Administration,
            at: self.now(),
            ask: Ask::AddStaff(staff),
        });
        match answer.expect("added") {
            Told::Enrolment(staff, code) => (staff, code.whole().to_string()),
            other => panic!("{other:?}"),
        }
    }

    /// Somebody goes the whole way of their first time here, and is signed in. The device is
    /// the second answer.
    pub(crate) async fn settle(&self, name: &str, code: &str) -> (Browser, Device) {
        let mut browser = Browser::new(name);
        let fields = [("name", name), ("code", code)];
        let page = browser.send(self, "/en/office/first", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let device = Device::read(&page.text());
        let shown = device.code(self);
        let fields = [("password", PASSWORD), ("code", shown.as_str())];
        let answer = browser
            .post(self, "/en/office/first/set", &with_token(&page, &fields))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        (browser, device)
    }

    /// The administrator, signed in.
    pub(crate) async fn settled(&self) -> (Browser, Device) {
        self.settle("ada.m", &self.code).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await;
        let (parts, body) = answer.expect("an answer").into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }
}

fn time(clock: &AtomicI64) -> Timestamp {
    Timestamp::from_second(clock.load(Ordering::SeqCst)).expect("a time")
}

/// What shows codes.
pub(crate) struct Device(Totp);

impl Device {
    /// Set up with the letters that a page shows.
    pub(crate) fn read(page: &str) -> Self {
        let from = page.find("secret=").expect("a secret") + "secret=".len();
        let letters: String = page[from..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let made = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(0)
            .with_step_duration(30)
            .with_secret(Secret::new(from_base32(&letters).into()))
            .build();
        Self(made.expect("a device"))
    }

    /// The code that it shows now.
    pub(crate) fn code(&self, house: &House) -> String {
        let seconds = house.now().as_second().unsigned_abs();
        self.0.generate(seconds).to_string()
    }
}

/// RFC 4648, section 6, without padding.
fn from_base32(letters: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            other => panic!("{other} is not in base 32"),
        };
        held = (held << 5 | u32::from(value)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// A browser at an address of its own.
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
    address: SocketAddr,
}

impl Browser {
    /// `who` gives it its address, so that each is counted apart.
    pub(crate) fn new(who: &str) -> Self {
        let last: u8 = who.bytes().fold(1, u8::wrapping_add);
        Self {
            cookies: BTreeMap::new(),
            address: SocketAddr::from(([192, 0, 2, last], 50_000)),
        }
    }

    /// The session's token, as the cookie has it.
    pub(crate) fn session(&self) -> Option<protect::credential::SessionToken> {
        let text = self.cookies.get("__Host-palermo")?;
        protect::credential::SessionToken::from_text(text).ok()
    }

    fn request(&self, verb: &str, path: &str, body: String) -> Request<Body> {
        let mut request = Request::builder()
            .method(verb)
            .uri(path)
            .extension(ConnectInfo(self.address));
        if verb == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            request = request.header("cookie", pairs.collect::<Vec<_>>().join("; "));
        }
        request.body(Body::from(body)).expect("a request")
    }

    fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            let pair = set.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) async fn get(&mut self, house: &House, path: &str) -> Answer {
        let answer = house.answer(self.request("GET", path, String::new())).await;
        self.keep(&answer);
        answer
    }

    /// Sends fields as they are.
    pub(crate) async fn post(
        &mut self,
        house: &House,
        path: &str,
        fields: &[(String, String)],
    ) -> Answer {
        self.post_from(house, path, fields, &[]).await
    }

    /// Sends fields with headers.
    pub(crate) async fn post_from(
        &mut self,
        house: &House,
        path: &str,
        fields: &[(String, String)],
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let mut request = self.request("POST", path, encoded(fields));
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().insert(*name, value);
        }
        let answer = house.answer(request).await;
        self.keep(&answer);
        answer
    }

    /// Opens a page and sends its form, the token with it.
    pub(crate) async fn send(
        &mut self,
        house: &House,
        page: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(house, page).await;
        let action = page.split('?').next().expect("a path");
        self.post(house, action, &with_token(&shown, fields)).await
    }

    /// Signs in by password and device.
    pub(crate) async fn sign_in(&mut self, house: &House, name: &str, device: &Device) -> Answer {
        let code = device.code(house);
        let fields = [("name", name), ("password", PASSWORD), ("code", &code)];
        self.send(house, "/en/office/sign-in", &fields).await
    }
}

/// The token that a page carries.
pub(crate) fn token(page: &Answer) -> String {
    let text = page.text();
    let mark = "name=\"csrf\" value=\"";
    let from = text.find(mark).map(|at| at + mark.len());
    let from = from.unwrap_or_else(|| panic!("no token: {} {text}", page.status));
    text[from..from + 64].to_owned()
}

/// Fields with the token of a page.
pub(crate) fn with_token(page: &Answer, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let token = token(page);
    let all = [("csrf", token.as_str())]
        .into_iter()
        .chain(fields.iter().copied());
    all.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn encoded(fields: &[(String, String)]) -> String {
    let hex = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", hex(name), hex(value)));
    pairs.collect::<Vec<_>>().join("&")
}
