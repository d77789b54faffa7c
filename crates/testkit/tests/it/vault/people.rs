//! Who works at the node, what they ask for, and records of invented persons.

use std::path::Path;

use evidence::record::{Answer as Said, Class, PersonRole, Record, SourceKey, Value};
use jiff::Timestamp;
use keep::act::Deposited;
use office::{
    Answer, Ask, Founded, Founding, Ground, NewStaff, Office, OfficeError, Purpose, Random,
    Request, Role, Who,
};
use protect::Confidential;
use protect::vault::{Cost, Passphrase};
use rand_core::UnwrapErr;
use terms::id::{DossierId, ErasureId, RecordId, StaffId};

/// The system's random numbers.
pub(super) fn random() -> Random {
    Box::new(UnwrapErr(getrandom::SysRng))
}

pub(super) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).expect("it is long enough")
}

pub(super) fn sealed(words: &str) -> Confidential<String> {
    Confidential::seal(words.to_owned())
}

/// Noon of a day in the year in which the stories happen.
pub(super) fn noon(day: i64) -> Timestamp {
    let start: Timestamp = "2031-01-01T12:00:00Z".parse().expect("a time");
    start + jiff::SignedDuration::from_hours(24 * day)
}

/// The people who work at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct People {
    pub(super) caseworker: StaffId,
    pub(super) manager: StaffId,
    pub(super) coordinator: StaffId,
    pub(super) overseer: StaffId,
}

pub(super) fn found(
    node: &Path,
    words: &Passphrase,
    administrator: &str,
) -> Result<(Office, Founded), OfficeError> {
    let founding = Founding {
        passphrase: words,
        cost: Cost::TESTS,
        shares: (2, 3),
        administrator: sealed(administrator),
        sign_in: None,
        at: noon(0),
    };
    Office::found(node, founding, &mut random(), random)
}

pub(super) fn by(actor: StaffId, role: Role, purpose: Purpose, ask: Ask) -> Request {
    Request {
        who: Who::Console(actor),
        role,
        purpose,
        at: noon(1),
        ask,
    }
}

pub(super) fn add(office: &Office, administrator: StaffId, name: &str, role: Role) -> StaffId {
    let ask = Ask::AddStaff(NewStaff::at_console(sealed(name), vec![role]));
    let purpose = Purpose::Administration;
    match office.request(by(administrator, Role::Administrator, purpose, ask)) {
        Ok(Answer::Staff(staff)) => staff,
        other => panic!("{other:?}"),
    }
}

impl People {
    /// Lets one person of each role work at the node; `label` stands in their names.
    pub(super) fn of(office: &Office, administrator: StaffId, label: &str) -> Self {
        let one = |name: &str, role| add(office, administrator, &format!("{name} {label}"), role);
        Self {
            caseworker: one("Casey", Role::Caseworker),
            manager: one("Dana", Role::DataManager),
            coordinator: one("Cora", Role::Coordinator),
            overseer: one("Ove", Role::Overseer),
        }
    }

    /// One word for each, to be handed to another process.
    pub(super) fn to_words(self) -> String {
        let all = [
            self.caseworker,
            self.manager,
            self.coordinator,
            self.overseer,
        ];
        all.map(|staff| staff.to_string()).join(" ")
    }

    pub(super) fn from_words(words: &str) -> Self {
        let all: Vec<StaffId> = words
            .split_whitespace()
            .map(|word| word.parse().expect("an identifier"))
            .collect();
        let [caseworker, manager, coordinator, overseer] = all[..] else {
            panic!("four identifiers were expected");
        };
        Self {
            caseworker,
            manager,
            coordinator,
            overseer,
        }
    }

    pub(super) fn enter(
        &self,
        office: &Office,
        (dossier, replaces): (Option<DossierId>, Option<RecordId>),
        record: Record,
    ) -> Result<(DossierId, RecordId), OfficeError> {
        let ask = Ask::EnterRecord {
            dossier,
            role: PersonRole::Victim,
            replaces,
            record: Confidential::seal(record),
        };
        let entered = by(self.caseworker, Role::Caseworker, Purpose::Assistance, ask);
        match office.request(entered)? {
            Answer::Record { dossier, record } => Ok((dossier, record)),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn read(
        &self,
        office: &Office,
        dossier: DossierId,
        reason: &str,
    ) -> Result<Vec<Record>, OfficeError> {
        let reason = sealed(reason);
        let ask = Ask::ReadDossier { dossier, reason };
        let read = by(self.caseworker, Role::Caseworker, Purpose::Assistance, ask);
        match office.request(read)? {
            Answer::Dossier(read) => {
                let warrant = read.warrant;
                let records = read.records.into_iter();
                Ok(records
                    .map(|(_, _, record)| record.into_exposed(&warrant))
                    .collect())
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn search(
        &self,
        office: &Office,
        words: &str,
        reason: &str,
    ) -> Result<Vec<DossierId>, OfficeError> {
        let ask = Ask::SearchNames {
            words: sealed(words),
            reason: sealed(reason),
        };
        let search = by(self.caseworker, Role::Caseworker, Purpose::Assistance, ask);
        match office.request(search)? {
            Answer::Found(found) => Ok(found),
            other => panic!("{other:?}"),
        }
    }

    /// Places a hold on a dossier and lifts it again.
    pub(super) fn hold(
        &self,
        office: &Office,
        dossier: DossierId,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let may = |ask| by(self.coordinator, Role::Coordinator, Purpose::Justice, ask);
        let placed = Ask::PlaceHold {
            dossier,
            reason: sealed(reason),
        };
        let Answer::Hold(hold) = office.request(may(placed))? else {
            panic!("no hold");
        };
        let lifted = Ask::LiftHold {
            hold,
            reason: sealed(reason),
        };
        office.request(may(lifted)).map(drop)
    }

    pub(super) fn ask_erasure(
        &self,
        office: &Office,
        dossier: DossierId,
        reason: &str,
    ) -> Result<ErasureId, OfficeError> {
        let ask = Ask::RequestErasure {
            dossier,
            ground: Ground::ConsentWithdrawn,
            reason: sealed(reason),
        };
        let asked = by(self.caseworker, Role::Caseworker, Purpose::DataSubject, ask);
        match office.request(asked)? {
            Answer::Erasure(erasure) => Ok(erasure),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn erase(
        &self,
        office: &Office,
        dossier: DossierId,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let erasure = self.ask_erasure(office, dossier, reason)?;
        let ask = Ask::ConfirmErasure { erasure };
        let confirmed = by(self.overseer, Role::Overseer, Purpose::DataSubject, ask);
        office.request(confirmed).map(drop)
    }

    pub(super) fn count(&self, office: &Office) -> Result<(), OfficeError> {
        let concepts = vec!["place".to_owned(), "sex".to_owned()];
        let ask = Ask::KeepFigure { concepts };
        let count = by(
            self.coordinator,
            Role::Coordinator,
            Purpose::Statistics,
            ask,
        );
        office.request(count).map(drop)
    }

    /// Dossiers are counted by concepts, so that columns lie in the node's folder.
    pub(super) fn tabulate(&self, office: &Office, line: &str) -> Result<(), OfficeError> {
        let tabulation = line.parse()?;
        let ask = Ask::Tabulate {
            tabulation: Box::new(tabulation),
            keep: Some("what was counted".to_owned()),
        };
        let role = (Role::Coordinator, Purpose::Statistics);
        let count = by(self.coordinator, role.0, role.1, ask);
        office.request(count).map(drop)
    }

    pub(super) fn take_deposits(&self, office: &Office) -> Result<(), OfficeError> {
        let take = by(
            self.caseworker,
            Role::Caseworker,
            Purpose::Assistance,
            Ask::TakeDeposits,
        );
        office.request(take).map(drop)
    }

    pub(super) fn import(&self, office: &Office, records: Vec<Record>) -> Result<(), OfficeError> {
        let template = by(
            self.manager,
            Role::DataManager,
            Purpose::Statistics,
            Ask::TakeDeposits,
        );
        let count = records.len() as u64;
        let records = records.into_iter().map(Confidential::seal).collect();
        let imported = office.import(&template, PersonRole::Migrant, records)?;
        assert_eq!(imported.taken, count);
        Ok(())
    }
}

/// Seals a deposit as its sender does, and hands it in; again if the key has changed meanwhile.
pub(super) fn hand_in(office: &Office, record: &Record) -> Result<(), OfficeError> {
    loop {
        let deposited = Deposited::Record {
            at_ms: noon(2).as_millisecond(),
            role: PersonRole::Victim,
            record: record.clone(),
        };
        let sealed = office.deposit_key()?.seal(&deposited, &mut random());
        match office.deposit(sealed) {
            Err(OfficeError::DepositKeyChanged) => {}
            done => return done,
        }
    }
}

pub(super) fn coded(concept: &str, code: &str) -> Said {
    Said {
        question: format!("q_{concept}"),
        concept: Some(concept.to_owned()),
        class: Class::Restricted,
        value: Value::Coded {
            list: concept.to_owned(),
            version: "2031".to_owned(),
            code: code.to_owned(),
        },
    }
}

pub(super) fn text(concept: &str, words: &str) -> Said {
    Said {
        question: format!("q_{concept}"),
        concept: Some(concept.to_owned()),
        class: Class::Nominal,
        value: Value::Text(words.to_owned()),
    }
}

/// A record of an invented person.
pub(super) fn person(name: &str) -> Record {
    Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: Some(SourceKey {
            source: "shelter list".to_owned(),
            number: name.to_owned(),
        }),
        answers: vec![
            text("name", name),
            text("told", "was promised work in a house at the mill"),
            coded("place", "XXA-0001"),
            coded("sex", "female"),
        ],
        findings: Vec::new(),
    }
}
