//! Who works at the invented node, and what they bring in.

use std::collections::BTreeMap;

use evidence::record::PersonRole;
use jiff::Timestamp;
use office::door::session_of;
use office::{AgencyKind, Answer, Ask, NewStaff, Office, Role};
use protect::Confidential;
use protect::credential::{OneTimeCode, Password, TotpSecret};
use terms::id::{AgencyId, StaffId};
use zeroize::Zeroizing;

use super::{ask, request};
use crate::refusal::Refusal;
use crate::synthetic;
use crate::vault::{read_records, source, unlike};

/// The first of them: sign-in name and name.
pub(super) const ADMINISTRATOR: (&str, &str) = ("administrator", "Synthetic Administrator");
/// The others of the hub.
const HUB: [(&str, &str, Role); 3] = [
    ("coordinator", "Synthetic Coordinator", Role::Coordinator),
    ("statistics", "Synthetic Data Manager", Role::DataManager),
    ("overseer", "Synthetic Overseer", Role::Overseer),
];
/// Those of each agency; the sign-in name follows that of the agency.
const AGENCY: [(&str, &str, Role); 3] = [
    ("coordinator", "Coordinator", Role::Coordinator),
    ("data", "Data Manager", Role::DataManager),
    ("worker", "Caseworker", Role::Caseworker),
];
/// Records that each caseworker enters, so that somebody is in their care.
const OWN_RECORDS: u64 = 4;
/// Seconds of a step of a device's code.
const STEP_SECONDS: u64 = 30;

/// Somebody whom a visitor can be.
pub(super) struct Persona {
    pub(super) sign_in: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) agency: String,
    pub(super) password: Zeroizing<String>,
    pub(super) device: TotpSecret,
}

/// Somebody who has set no password yet.
struct Member {
    sign_in: String,
    name: String,
    role: Role,
    agency: String,
    staff: StaffId,
    code: OneTimeCode,
}

/// Everybody who works at the node.
pub(super) struct Hall {
    members: Vec<Member>,
}

/// What an agency does.
fn kind_of(agency: &str) -> AgencyKind {
    match agency {
        "shelter" => AgencyKind::Services,
        _ => AgencyKind::LawEnforcement,
    }
}

/// Lets everybody in whom the node has.
pub(super) fn hire(office: &Office, first: office::Founded) -> Result<Hall, Refusal> {
    let code = first
        .code
        .ok_or_else(|| no("a code for the administrator"))?;
    let mut hall = Hall {
        members: vec![Member {
            sign_in: ADMINISTRATOR.0.to_owned(),
            name: ADMINISTRATOR.1.to_owned(),
            role: Role::Administrator,
            agency: super::NAME.to_owned(),
            staff: first.administrator,
            code,
        }],
    };
    for (sign_in, name, role) in HUB {
        hall.add(office, (sign_in.to_owned(), name.to_owned(), role), None)?;
    }
    for agency in synthetic::AGENCIES {
        let named = format!("Synthetic {agency} of XA");
        let set = Ask::SetAgency {
            agency: None,
            name: named.clone(),
            kind: kind_of(agency),
        };
        let Answer::Agency(id) = ask(office, first.administrator, Role::Administrator, set)? else {
            return Err(no("an agency"));
        };
        for (sign_in, name, role) in AGENCY {
            let person = (
                format!("{agency}-{sign_in}"),
                format!("Synthetic {name} of the {agency}"),
                role,
            );
            hall.add(office, person, Some((id, &named)))?;
        }
    }
    Ok(hall)
}

/// What the office never leaves out.
fn no(what: &str) -> Refusal {
    Refusal::input("answer_unlike", format!("the office gave no {what}"))
}

impl Hall {
    fn add(
        &mut self,
        office: &Office,
        (sign_in, name, role): (String, String, Role),
        agency: Option<(AgencyId, &str)>,
    ) -> Result<(), Refusal> {
        let new = NewStaff {
            name: Confidential::seal(name.clone()),
            roles: vec![role],
            agency: agency.map(|(agency, _)| agency),
            supervisor: None,
            sign_in: Some(sign_in.clone()),
        };
        let administrator = self.of(ADMINISTRATOR.0)?;
        let answer = ask(
            office,
            administrator,
            Role::Administrator,
            Ask::AddStaff(new),
        )?;
        let Answer::Enrolment(staff, code) = answer else {
            return Err(unlike(&answer));
        };
        self.members.push(Member {
            sign_in,
            name,
            role,
            agency: agency.map_or(super::NAME, |(_, named)| named).to_owned(),
            staff,
            code,
        });
        Ok(())
    }

    /// Somebody by their sign-in name.
    pub(super) fn of(&self, sign_in: &str) -> Result<StaffId, Refusal> {
        let found = self.members.iter().find(|member| member.sign_in == sign_in);
        found
            .map(|member| member.staff)
            .ok_or_else(|| no(&format!("“{sign_in}”")))
    }

    /// Each agency brings its file of records in, and each caseworker enters some.
    pub(super) fn bring_in(&mut self, office: &Office, cases: u64) -> Result<(), Refusal> {
        let number = synthetic::each_file((cases, SEED), |agency, role, lines| {
            let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
            let records = read_records("the synthetic records", &lines.join("\n"))?;
            let role = PersonRole::of_code(role).ok_or_else(|| no("role of that name"))?;
            let manager = self.of(&format!("{agency}-data"))?;
            let template = request(manager, Role::DataManager, Ask::BeginImport { persons: 0 });
            let records = records.into_iter().map(Confidential::seal).collect();
            office.import(&template, role, records)?;
            Ok::<(), Refusal>(())
        })?;
        for (place, agency) in (0..).zip(synthetic::AGENCIES) {
            let worker = self.of(&format!("{agency}-worker"))?;
            let from = number + 1 + place * OWN_RECORDS;
            let lines = synthetic::some_victims(agency, (from, OWN_RECORDS), SEED + 1 + place);
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            for record in read_records("the synthetic records", &lines.join("\n"))? {
                let enter = Ask::EnterRecord {
                    dossier: None,
                    role: PersonRole::Victim,
                    replaces: None,
                    record: Confidential::seal(record),
                };
                ask(office, worker, Role::Caseworker, enter)?;
            }
        }
        Ok(())
    }

    /// Everybody sets a password and a device, with the one-time code that they were given. From
    /// then on nobody acts for them at the console.
    pub(super) fn enrol(self, office: &Office) -> Result<Vec<Persona>, Refusal> {
        // A password is stretched, which is dear on purpose: side by side.
        let mut personas: Vec<Result<Persona, Refusal>> = Vec::new();
        let mut left = self.members.into_iter();
        loop {
            let some: Vec<Member> = left.by_ref().take(threads()).collect();
            if some.is_empty() {
                break;
            }
            std::thread::scope(|scope| {
                let begun: Vec<_> = some
                    .into_iter()
                    .map(|member| scope.spawn(|| enrolled(office, member)))
                    .collect();
                personas.extend(
                    begun
                        .into_iter()
                        .map(|thread| thread.join().unwrap_or_else(|_| Err(no("password")))),
                );
            });
        }
        personas.into_iter().collect()
    }
}

/// The seed of the records: the demo is the same each time.
const SEED: u64 = 1;

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn enrolled(office: &Office, member: Member) -> Result<Persona, Refusal> {
    let password = OneTimeCode::random(&mut source()).whole();
    let device = TotpSecret::random(&mut source());
    let at = Timestamp::now();
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    // The code before the present one, which is taken as well: the present one is left to whoever
    // signs in at once, since no code is taken twice.
    let shown = device.code_at(seconds.saturating_sub(STEP_SECONDS));
    let own = TotpSecret::from_bytes(&device.to_bytes())
        .map_err(|unread| Refusal::input("totp_unread", unread))?;
    let token = office.enrol(
        (&member.sign_in, &member.code.whole()),
        &Password::new(&password),
        (own, &shown),
        at,
    )?;
    office.sign_out(session_of(&token), Timestamp::now())?;
    Ok(Persona {
        sign_in: member.sign_in,
        name: member.name,
        role: member.role,
        agency: member.agency,
        password,
        device,
    })
}

/// Who has what role where, for a list.
pub(super) fn by_agency(personas: &[Persona]) -> BTreeMap<&str, Vec<&Persona>> {
    let mut found: BTreeMap<&str, Vec<&Persona>> = BTreeMap::new();
    for persona in personas {
        found.entry(&persona.agency).or_default().push(persona);
    }
    found
}
