//! Passkeys against an authenticator of the tests' own.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};

use super::*;

const ORIGIN: &str = "https://node.example";
/// Flags of the authenticator's data: somebody is there, it knows who, a credential follows.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const NEW: u8 = 0x40;

/// A passkey in software.
struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    origin: &'static str,
    host: &'static str,
    flags: u8,
    counter: u32,
}

impl Authenticator {
    fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: vec![seed; 32],
            origin: ORIGIN,
            host: "node.example",
            flags: PRESENT | VERIFIED,
            counter: 0,
        }
    }

    fn client_data(&self, kind: &str, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let challenge = options["challenge"].clone();
        let origin = self.origin;
        let data = json!({ "type": kind, "challenge": challenge, "origin": origin,
            "crossOrigin": false });
        data.to_string()
    }

    fn data(&mut self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.host).to_vec();
        data.push(self.flags | flags);
        data.extend(self.counter.to_be_bytes());
        self.counter += 1;
        data
    }

    /// What `navigator.credentials.create` answers.
    fn create(&mut self, options: &str) -> String {
        let client = self.client_data("webauthn.create", options);
        let mut data = self.data(NEW);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut cose = minicbor::Encoder::new(Vec::new());
        cose.map(5).unwrap();
        cose.u8(1).unwrap().u8(2).unwrap();
        cose.u8(3).unwrap().i8(-7).unwrap();
        cose.i8(-1).unwrap().u8(1).unwrap();
        cose.i8(-2).unwrap().bytes(point.x().unwrap()).unwrap();
        cose.i8(-3).unwrap().bytes(point.y().unwrap()).unwrap();
        data.extend(cose.into_writer());
        let mut object = minicbor::Encoder::new(Vec::new());
        object.map(3).unwrap();
        object.str("fmt").unwrap().str("none").unwrap();
        object.str("attStmt").unwrap().map(0).unwrap();
        object.str("authData").unwrap().bytes(&data).unwrap();
        let id = base64url(&self.id);
        let answer = json!({ "id": id, "rawId": id, "type": "public-key", "response": {
            "attestationObject": base64url(&object.into_writer()),
            "clientDataJSON": base64url(client.as_bytes()),
        }});
        answer.to_string()
    }

    /// What `navigator.credentials.get` answers.
    fn get(&mut self, options: &str) -> String {
        let client = self.client_data("webauthn.get", options);
        let data = self.data(0);
        let signed = [data.clone(), Sha256::digest(&client).to_vec()].concat();
        let signature: DerSignature = self.key.sign(&signed);
        let id = base64url(&self.id);
        let answer = json!({ "id": id, "rawId": id, "type": "public-key", "response": {
            "authenticatorData": base64url(&data),
            "clientDataJSON": base64url(client.as_bytes()),
            "signature": base64url(signature.as_bytes()),
            "userHandle": null,
        }});
        answer.to_string()
    }
}

fn passkeys() -> Passkeys {
    Passkeys::new(ORIGIN).unwrap()
}

fn register(passkeys: &Passkeys, authenticator: &mut Authenticator) -> StoredPasskey {
    let (options, begun) = passkeys.begin_registration([1; 16], "worker", &[]).unwrap();
    let answer = authenticator.create(&options);
    passkeys.finish_registration(begun, &answer).unwrap()
}

fn sign_in(
    passkeys: &Passkeys,
    authenticator: &mut Authenticator,
    known: &[StoredPasskey],
) -> Result<(usize, StoredPasskey), PasskeyError> {
    let (options, begun) = passkeys.begin_sign_in(known).unwrap();
    let answer = authenticator.get(&options);
    passkeys.finish_sign_in(begun, &answer, known)
}

#[test]
fn a_passkey_is_registered_kept_as_text_and_signs_in() {
    let passkeys = passkeys();
    let (mut first, mut second) = (Authenticator::new(1), Authenticator::new(2));
    let known = [&mut first, &mut second].map(|one| register(&passkeys, one));
    let known = known.map(|known| StoredPasskey::from_text(&known.to_text()).unwrap());
    let (place, kept) = sign_in(&passkeys, &mut second, &known).unwrap();
    assert_eq!(place, 1);
    assert_ne!(kept.to_text(), known[1].to_text());
    assert_eq!(sign_in(&passkeys, &mut first, &known).unwrap().0, 0);
    assert_eq!(format!("{kept:?}"), "StoredPasskey");
    let unread = StoredPasskey::from_text("{}").unwrap_err();
    assert_eq!(unread, PasskeyError::Unread);
}

#[test]
fn a_browser_is_asked_for_a_verified_user_and_for_no_attestation() {
    let passkeys = passkeys();
    let known = [register(&passkeys, &mut Authenticator::new(1))];
    let (options, _) = passkeys
        .begin_registration([1; 16], "worker", &known)
        .unwrap();
    let options: Value = serde_json::from_str(&options).unwrap();
    assert_eq!(options["rp"]["id"], "node.example");
    assert_eq!(options["user"]["name"], "worker");
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(options["attestation"].as_str().unwrap_or("none"), "none");
    assert_eq!(options["excludeCredentials"][0]["id"], base64url(&[1; 32]));
    let (options, _) = passkeys.begin_sign_in(&known).unwrap();
    let options: Value = serde_json::from_str(&options).unwrap();
    assert_eq!(options["userVerification"], "required");
}

#[test]
fn an_answer_that_is_not_to_this_question_is_refused() {
    let passkeys = passkeys();
    let mut own = Authenticator::new(1);
    let known = [register(&passkeys, &mut own)];
    // To another challenge.
    let (options, _) = passkeys.begin_sign_in(&known).unwrap();
    let (_, begun) = passkeys.begin_sign_in(&known).unwrap();
    let answer = own.get(&options);
    let refused = |begun, answer: &str| passkeys.finish_sign_in(begun, answer, &known).err();
    assert_eq!(refused(begun, &answer), Some(PasskeyError::Refused));
    // By another key, from another site, for another host, by nobody in particular.
    type Change = fn(&mut Authenticator);
    let changes: [Change; 4] = [
        |one| one.key = SigningKey::from_slice(&[9; 32]).unwrap(),
        |one| one.origin = "https://evil.example",
        |one| one.host = "evil.example",
        |one| one.flags = PRESENT,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut other = Authenticator::new(1);
        other.counter = 100;
        change(&mut other);
        let answer = sign_in(&passkeys, &mut other, &known);
        assert_eq!(answer.unwrap_err(), PasskeyError::Refused, "{index}");
    }
    // A passkey of somebody else.
    let mut other = Authenticator::new(2);
    let _ = register(&passkeys, &mut other);
    let answer = sign_in(&passkeys, &mut other, &known);
    assert_eq!(answer.unwrap_err(), PasskeyError::Refused);
    for text in ["", "{}", "null", &"[".repeat(ANSWER_BYTES_MAX + 1)] {
        let (_, begun) = passkeys.begin_sign_in(&known).unwrap();
        assert_eq!(refused(begun, text), Some(PasskeyError::Unread));
    }
}

#[test]
fn a_registration_without_a_verified_user_is_refused() {
    let passkeys = passkeys();
    let mut weak = Authenticator::new(1);
    weak.flags = PRESENT;
    let (options, begun) = passkeys.begin_registration([1; 16], "a", &[]).unwrap();
    let answer = weak.create(&options);
    let refused = passkeys.finish_registration(begun, &answer).unwrap_err();
    assert_eq!(refused, PasskeyError::Refused);
}

#[test]
fn a_counter_that_goes_back_betrays_a_copy() {
    let passkeys = passkeys();
    let mut own = Authenticator::new(1);
    let known = [register(&passkeys, &mut own)];
    own.counter = 10;
    let (_, kept) = sign_in(&passkeys, &mut own, &known).unwrap();
    own.counter = 10;
    let copied = sign_in(&passkeys, &mut own, &[kept]).unwrap_err();
    assert_eq!(copied, PasskeyError::Copied);
    assert_eq!(copied.code(), "passkey_copied");
    assert!(copied.to_string().starts_with(copied.code()));
}

#[test]
fn a_name_that_nobody_has_looks_like_one_that_somebody_has() {
    let passkeys = passkeys();
    let mut own = Authenticator::new(1);
    let known = [register(&passkeys, &mut own)];
    let shape = |options: &str| {
        let mut options: Value = serde_json::from_str(options).unwrap();
        let challenge = options["challenge"].take();
        assert_eq!(challenge.as_str().unwrap().len(), 43);
        let allowed = options["allowCredentials"].take();
        for one in allowed.as_array().unwrap() {
            let keys: Vec<_> = one.as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys, ["type", "id"]);
        }
        (options.to_string(), allowed)
    };
    let (real, _) = passkeys.begin_sign_in(&known).unwrap();
    let (unknown, begun) = passkeys.begin_sign_in_unknown([7; 32]).unwrap();
    assert_eq!(shape(&real).0, shape(&unknown).0);
    // The same each time it is asked, and another for another name.
    let ids = |digest| shape(&passkeys.begin_sign_in_unknown(digest).unwrap().0).1;
    assert_eq!(ids([7; 32]), shape(&unknown).1);
    assert_ne!(ids([7; 32]), ids([8; 32]));
    let counts: std::collections::BTreeSet<_> =
        (0..50).map(|name| stand_ins([name; 32]).len()).collect();
    assert_eq!(counts, [1, 2].into());
    // And nothing answers it.
    let answer = own.get(&unknown);
    let refused = passkeys.finish_sign_in(begun, &answer, &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::Refused);
}

#[test]
fn passkeys_need_a_name_and_a_line_that_browsers_trust() {
    for good in [
        "https://node.example",
        "http://localhost:8080",
        "https://a.b:8443",
    ] {
        assert!(Passkeys::new(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "node.example",
        "http://node.example",
        "https://192.0.2.1",
        "http://[::1]:80",
    ] {
        let refused = Passkeys::new(bad).map(|_| ()).unwrap_err();
        assert_eq!(refused, PasskeyError::Origin, "{bad}");
    }
}

#[test]
fn rfc_4648_section_10() {
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg"),
        ("fo", "Zm8"),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64url(bytes.as_bytes()), text);
    }
    assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
}
