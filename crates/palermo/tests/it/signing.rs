//! People who sign in, with a device that shows codes, for the stories.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use serde_json::Value;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::run::{Ran, palermo_in, ran, started, text};
use crate::shelter::{PASSPHRASE, Shelter};

pub(crate) const PASSWORD: &str = "green boats at dawn";
const STEP_SECONDS: u64 = 30;

/// Somebody who has enrolled.
pub(crate) struct Person {
    pub(crate) staff: String,
    pub(crate) name: String,
    device: Totp,
}

/// A device from the letters that were shown.
fn device(letters: &str) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::try_from_base32(letters).expect("letters of base 32"))
        .build()
        .expect("a device")
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

/// Sets credentials with a one-time code, as somebody at a terminal does: what is shown is read,
/// then answered with `answer`'s code. The device, and how it ended.
pub(crate) fn enrol(
    shelter: &Shelter,
    (name, code): (&str, &str),
    answer: impl Fn(&Totp) -> String,
) -> (Totp, Ran) {
    let node = shelter.node();
    let variables = [
        ("PALERMO_PASSPHRASE", PASSPHRASE),
        ("PALERMO_PASSWORD", PASSWORD),
        ("PALERMO_ONE_TIME_CODE", code),
    ];
    let command = ["user", "enrol", text(&node), "--sign-in", name, "--json"];
    let mut child = started(&variables, &command);
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    let shown: Value = serde_json::from_str(&line).expect("what is shown, as JSON");
    let uri = shown["uri"].as_str().expect("an address");
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    let device = device(shown["secret"].as_str().expect("letters"));
    let mut typed = child.stdin.take().expect("piped");
    writeln!(typed, "{}", answer(&device)).expect("typed");
    drop(typed);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).expect("read");
    let mut ran = ran(&child.wait_with_output().expect("ended"));
    ran.out = rest;
    (device, ran)
}

/// The code that a device shows now.
pub(crate) fn shown_now(device: &Totp) -> String {
    device.generate(now()).to_string()
}

impl Person {
    /// Adds somebody with a sign-in name, who then sets password and device.
    pub(crate) fn new(shelter: &Shelter, name: &str, options: &[&str]) -> Self {
        let add = ["--name", "Somebody", "--sign-in", name];
        let added = shelter.on(&["user", "add"], &[&add[..], options].concat());
        let code = added["code"].as_str().expect("a one-time code");
        let staff = added["staff"].as_str().expect("a number").to_owned();
        Self::enrolled(shelter, staff, (name, code))
    }

    /// Somebody who sets password and device with a one-time code.
    pub(crate) fn enrolled(shelter: &Shelter, staff: String, (name, code): (&str, &str)) -> Self {
        let (device, ran) = enrol(shelter, (name, code), shown_now);
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert_eq!(ran.json_lines()[0]["enrolled"], name);
        Self {
            staff,
            name: name.to_owned(),
            device,
        }
    }

    /// The code that follows the one they enrolled with: the only one that is good at once.
    pub(crate) fn next_code(&self) -> String {
        self.device.generate(now() + STEP_SECONDS).to_string()
    }

    /// Signs in for several commands: the file of the session.
    pub(crate) fn session(&self, shelter: &Shelter) -> PathBuf {
        let file = shelter.path(&format!("session-{}", self.name));
        let node = shelter.node();
        let open = ["session", "open", text(&node), "--sign-in", &self.name];
        let open = [&open[..], &["-o", text(&file)]].concat();
        let ran = self.run(&open, PASSWORD);
        assert_eq!(ran.code, 0, "{}", ran.all());
        file
    }

    /// Runs a command with the next code and a password in the environment.
    pub(crate) fn run(&self, arguments: &[&str], password: &str) -> Ran {
        let code = self.next_code();
        let variables = [
            ("PALERMO_PASSPHRASE", PASSPHRASE),
            ("PALERMO_PASSWORD", password),
            ("PALERMO_CODE", &code),
        ];
        let ran = palermo_in(&variables, arguments, b"");
        for secret in [password, &code, PASSPHRASE] {
            assert!(!ran.all().contains(secret), "{}", ran.all());
        }
        ran
    }
}
