//! A node on which several agencies work, with people who sign in.

use evidence::record::PersonRole;
use jiff::{SignedDuration, Timestamp};
use office::door::session_of;
use office::{
    AgencyKind, Answer, Ask, Founding, NewStaff, Office, OfficeError, Purpose, Request, Role, Who,
};
use protect::Confidential;
use protect::credential::{OneTimeCode, Password, SessionToken, TotpSecret};
use protect::vault::Cost;
use rand_core::UnwrapErr;
use std::cell::Cell;
use tempfile::TempDir;
use terms::id::{AgencyId, DossierId, SessionId, StaffId};

use crate::desk::{noon, passphrase, person, random, sealed};

pub(crate) const PASSWORD: &str = "quiet lantern over the harbour";

/// When most things in these stories are asked.
pub(crate) fn now() -> Timestamp {
    noon(1)
}

pub(crate) fn later(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

pub(crate) fn password() -> Password {
    Password::new(PASSWORD)
}

/// The code that somebody's device shows at a time.
pub(crate) fn code_at(secret: &TotpSecret, at: Timestamp) -> String {
    let device = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(30)
        .with_secret(totp_rs::Secret::new(secret.to_bytes().as_slice().into()))
        .build()
        .expect("within the RFC");
    let seconds = u64::try_from(at.as_second()).expect("after 1970");
    device.generate(seconds).to_string()
}

/// Somebody who signs in.
pub(crate) struct Member {
    pub(crate) staff: StaffId,
    pub(crate) name: String,
    pub(crate) secret: TotpSecret,
    pub(crate) session: SessionId,
    pub(crate) role: Role,
    pub(crate) agency: AgencyId,
}

impl Member {
    pub(crate) fn who(&self) -> Who {
        Who::Session(self.session)
    }

    pub(crate) fn sign_in(
        &self,
        office: &Office,
        at: Timestamp,
    ) -> Result<SessionToken, OfficeError> {
        let code = code_at(&self.secret, at);
        office.sign_in(&self.name, &password(), &code, at)
    }

    /// Signs in anew.
    pub(crate) fn comes_back(&mut self, office: &Office, at: Timestamp) {
        let token = self.sign_in(office, at).expect("signed in");
        self.session = session_of(&token);
    }
}

pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) office: Office,
    pub(crate) shares: Vec<protect::vault::Share>,
    /// Act at the console.
    pub(crate) admin: StaffId,
    pub(crate) overseer: StaffId,
    pub(crate) shelter: AgencyId,
    pub(crate) clinic: AgencyId,
    pub(crate) police: AgencyId,
    count: Cell<u32>,
}

/// A folder in memory where the system has one: these stories make thousands of acts.
pub(crate) fn folder() -> TempDir {
    let in_memory = std::path::Path::new("/dev/shm");
    let made = if in_memory.is_dir() {
        TempDir::new_in(in_memory)
    } else {
        TempDir::new()
    };
    made.expect("a folder")
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let passphrase = passphrase();
        let founding = Founding {
            passphrase: &passphrase,
            cost: Cost::TESTS,
            shares: (2, 3),
            administrator: sealed("Ada Ministrator"),
            sign_in: None,
            at: noon(0),
        };
        let path = folder.path().join("node");
        std::fs::create_dir(&path).expect("a folder");
        let (mut office, founded) =
            Office::found(&path, founding, &mut random(), random).expect("a node");
        office.set_password_cost(Cost::TESTS);
        let nowhere = AgencyId([0; 16]);
        let mut house = Self {
            folder,
            office,
            shares: founded.shares,
            admin: founded.administrator,
            overseer: founded.administrator,
            shelter: nowhere,
            clinic: nowhere,
            police: nowhere,
            count: Cell::new(0),
        };
        house.shelter = house.agency("Lantern House", AgencyKind::Services);
        house.clinic = house.agency("Harbour Clinic", AgencyKind::Services);
        house.police = house.agency("Border Unit", AgencyKind::LawEnforcement);
        house.overseer = house.console(Role::Overseer, None);
        house
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("node")
    }

    /// The same node in another process.
    pub(crate) fn elsewhere(&self) -> Office {
        let mut office = Office::open(&self.path(), random).expect("opens");
        office.set_password_cost(Cost::TESTS);
        office.unlock(&passphrase()).expect("unlocked");
        office
    }

    pub(crate) fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    pub(crate) fn ask(
        &self,
        who: Who,
        (role, purpose): (Role, Purpose),
        ask: Ask,
    ) -> Result<Answer, OfficeError> {
        self.ask_at(now(), who, (role, purpose), ask)
    }

    pub(crate) fn ask_at(
        &self,
        at: Timestamp,
        who: Who,
        (role, purpose): (Role, Purpose),
        ask: Ask,
    ) -> Result<Answer, OfficeError> {
        self.office.request(Request {
            who,
            role,
            purpose,
            at,
            ask,
        })
    }

    /// What the administrator asks at the console.
    pub(crate) fn administer(&self, ask: Ask) -> Result<Answer, OfficeError> {
        let how = (Role::Administrator, Purpose::Administration);
        self.ask(Who::Console(self.admin), how, ask)
    }

    pub(crate) fn agency(&self, name: &str, kind: AgencyKind) -> AgencyId {
        let ask = Ask::SetAgency {
            agency: None,
            name: name.to_owned(),
            kind,
        };
        match self.administer(ask).expect("named") {
            Answer::Agency(agency) => agency,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody who acts at the console.
    pub(crate) fn console(&self, role: Role, agency: Option<AgencyId>) -> StaffId {
        let name = format!("Con Sole{}", self.number());
        let mut new = NewStaff::at_console(sealed(&name), vec![role]);
        new.agency = agency;
        match self.administer(Ask::AddStaff(new)).expect("added") {
            Answer::Staff(staff) => staff,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody who is to sign in, with the code for the first time.
    pub(crate) fn invite(
        &self,
        roles: &[Role],
        agency: AgencyId,
        supervisor: Option<StaffId>,
    ) -> (StaffId, String, OneTimeCode) {
        let name = format!("member.{}", self.number());
        let new = NewStaff {
            name: sealed(&format!("Mem Ber of {name}")),
            roles: roles.to_vec(),
            agency: Some(agency),
            supervisor,
            sign_in: Some(name.clone()),
        };
        match self.administer(Ask::AddStaff(new)).expect("added") {
            Answer::Enrolment(staff, code) => (staff, name, code),
            other => panic!("{other:?}"),
        }
    }

    /// Somebody who has signed in for the first time just now.
    pub(crate) fn member(&self, role: Role, agency: AgencyId) -> Member {
        self.member_of(&[role], agency, None)
    }

    pub(crate) fn member_of(
        &self,
        roles: &[Role],
        agency: AgencyId,
        supervisor: Option<StaffId>,
    ) -> Member {
        let (staff, name, code) = self.invite(roles, agency, supervisor);
        let (secret, token) = enrol(&self.office, (&name, &code.whole()), now()).expect("enrolled");
        Member {
            staff,
            name,
            secret,
            session: session_of(&token),
            role: roles.first().copied().unwrap_or(Role::Caseworker),
            agency,
        }
    }

    /// A dossier of an agency, in somebody's care or in nobody's.
    pub(crate) fn case(&self, agency: AgencyId, carer: Option<StaffId>) -> DossierId {
        let manager = self.console(Role::DataManager, Some(agency));
        let name = format!("Per Son{}", self.number());
        let ask = Ask::EnterRecord {
            dossier: None,
            role: PersonRole::Victim,
            replaces: None,
            record: Confidential::seal(person(&name, "XXA-0417", "female")),
        };
        let how = (Role::DataManager, Purpose::Statistics);
        let dossier = match self.ask(Who::Console(manager), how, ask).expect("entered") {
            Answer::Record { dossier, .. } => dossier,
            other => panic!("{other:?}"),
        };
        if let Some(staff) = carer {
            let coordinator = self.console(Role::Coordinator, Some(agency));
            self.assign(coordinator, dossier, staff);
        }
        dossier
    }

    pub(crate) fn assign(&self, coordinator: StaffId, dossier: DossierId, staff: StaffId) {
        let how = (Role::Coordinator, Purpose::Assistance);
        let ask = Ask::Assign { dossier, staff };
        self.ask(Who::Console(coordinator), how, ask)
            .expect("assigned");
    }

    /// Kind, cause and dossier of every line of the log after an act, oldest first.
    pub(crate) fn log(&self, after: u64) -> Vec<keep::views::LogLine> {
        let ask = Ask::ReadLog {
            dossier: None,
            after,
            most: 1_000_000,
        };
        let how = (Role::Overseer, Purpose::Oversight);
        match self
            .ask(Who::Console(self.overseer), how, ask)
            .expect("read")
        {
            Answer::Log(lines) => lines,
            other => panic!("{other:?}"),
        }
    }

    /// What was noted last, as kind and cause.
    pub(crate) fn last(&self) -> (String, Option<String>) {
        let line = self.log(0).pop().expect("there is a log");
        (line.kind, line.cause)
    }

    /// That the chain holds and the views made anew say the same.
    pub(crate) fn verified(&self) {
        let verified = self.office.verify().expect("verified");
        assert_eq!(verified.broken, None);
        assert_eq!(verified.views_agree, Some(true));
    }
}

/// A first password and device for whoever has that name and code.
pub(crate) fn enrol(
    office: &Office,
    named: (&str, &str),
    at: Timestamp,
) -> Result<(TotpSecret, SessionToken), OfficeError> {
    let secret = TotpSecret::random(&mut UnwrapErr(getrandom::SysRng));
    let again = TotpSecret::from_bytes(&secret.to_bytes()).expect("20 bytes");
    let shown = code_at(&secret, at);
    let token = office.enrol(named, &password(), (secret, &shown), at)?;
    Ok((again, token))
}

/// The code of a refusal, or `allowed`.
pub(crate) fn word(answer: &Result<Answer, OfficeError>) -> &'static str {
    match answer {
        Ok(_) => "allowed",
        Err(refusal) => refusal.code(),
    }
}
