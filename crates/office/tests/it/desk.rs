//! What every story needs: a node in a folder of its own, people, and records of invented persons.

use evidence::record::{Answer as Said, Class, PersonRole, Record, SourceKey, Value};
use jiff::Timestamp;
use office::{
    Answer, Ask, Founded, Founding, Ground, NewStaff, Office, OfficeError, Purpose, Random,
    Request, Role, Who,
};
use protect::Confidential;
use protect::vault::{Cost, Passphrase};
use rand_core::UnwrapErr;
use tempfile::TempDir;
use terms::id::{DossierId, ErasureId, RecordId, StaffId};

pub(crate) const PASSPHRASE: &str = "four plain words here";

pub(crate) fn random() -> Random {
    Box::new(UnwrapErr(getrandom::SysRng))
}

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE).expect("it is long enough")
}

pub(crate) fn sealed(words: &str) -> Confidential<String> {
    Confidential::seal(words.to_owned())
}

pub(crate) struct Node {
    pub(crate) folder: TempDir,
    pub(crate) office: Office,
    pub(crate) founded: Founded,
    pub(crate) caseworker: StaffId,
    pub(crate) coordinator: StaffId,
    pub(crate) overseer: StaffId,
}

/// Noon of a day in the year in which the stories happen.
pub(crate) fn noon(day: i64) -> Timestamp {
    let start: Timestamp = "2031-01-01T12:00:00Z".parse().expect("a time");
    start + jiff::SignedDuration::from_hours(24 * day)
}

impl Node {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
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
        let (office, founded) =
            Office::found(&path, founding, &mut random(), random).expect("a node");
        let nobody = founded.administrator;
        let mut node = Self {
            caseworker: nobody,
            coordinator: nobody,
            overseer: nobody,
            folder,
            office,
            founded,
        };
        node.caseworker = node.add("Casey Worker", Role::Caseworker);
        node.coordinator = node.add("Cora Dinator", Role::Coordinator);
        node.overseer = node.add("Ove Seer", Role::Overseer);
        node
    }

    /// Somebody more works here.
    pub(crate) fn add(&self, name: &str, role: Role) -> StaffId {
        let ask = Ask::AddStaff(NewStaff::at_console(sealed(name), vec![role]));
        let admin = self.founded.administrator;
        let request = by(admin, Role::Administrator, Purpose::Administration, ask);
        match self.office.request(request).expect("added") {
            Answer::Staff(staff) => staff,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("node")
    }

    pub(crate) fn enter(&self, record: Record) -> Result<(DossierId, RecordId), OfficeError> {
        let ask = Ask::EnterRecord {
            dossier: None,
            role: PersonRole::Victim,
            replaces: None,
            record: Confidential::seal(record),
        };
        let request = by(self.caseworker, Role::Caseworker, Purpose::Assistance, ask);
        match self.office.request(request)? {
            Answer::Record { dossier, record } => Ok((dossier, record)),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn read(&self, dossier: DossierId) -> Result<Vec<Record>, OfficeError> {
        read_with(&self.office, self.caseworker, dossier)
    }

    pub(crate) fn ask_erasure(&self, dossier: DossierId) -> Result<ErasureId, OfficeError> {
        let ask = Ask::RequestErasure {
            dossier,
            ground: Ground::ConsentWithdrawn,
            reason: sealed("she asked for it"),
        };
        let request = by(self.caseworker, Role::Caseworker, Purpose::DataSubject, ask);
        match self.office.request(request)? {
            Answer::Erasure(erasure) => Ok(erasure),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn confirm_erasure(&self, erasure: ErasureId) -> Result<(), OfficeError> {
        let ask = Ask::ConfirmErasure { erasure };
        let request = by(self.overseer, Role::Overseer, Purpose::DataSubject, ask);
        self.office.request(request).map(drop)
    }

    pub(crate) fn erase(&self, dossier: DossierId) {
        let erasure = self.ask_erasure(dossier).expect("asked");
        self.confirm_erasure(erasure).expect("confirmed");
    }
}

pub(crate) fn read_with(
    office: &Office,
    actor: StaffId,
    dossier: DossierId,
) -> Result<Vec<Record>, OfficeError> {
    let ask = Ask::ReadDossier {
        dossier,
        reason: sealed("to prepare her appointment"),
    };
    match office.request(by(actor, Role::Caseworker, Purpose::Assistance, ask))? {
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

pub(crate) fn by(actor: StaffId, role: Role, purpose: Purpose, ask: Ask) -> Request {
    Request {
        who: Who::Console(actor),
        role,
        purpose,
        at: noon(1),
        ask,
    }
}

pub(crate) fn coded(concept: &str, list: &str, code: &str) -> Said {
    Said {
        question: format!("q_{concept}"),
        concept: Some(concept.to_owned()),
        class: Class::Restricted,
        value: Value::Coded {
            list: list.to_owned(),
            version: "2031".to_owned(),
            code: code.to_owned(),
        },
    }
}

pub(crate) fn text(concept: &str, words: &str) -> Said {
    Said {
        question: format!("q_{concept}"),
        concept: Some(concept.to_owned()),
        class: Class::Nominal,
        value: Value::Text(words.to_owned()),
    }
}

/// A record of an invented person, with a rare combination of place, day, age and sex.
pub(crate) fn person(name: &str, place: &str, sex: &str) -> Record {
    Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: Some(SourceKey {
            source: "shelter list".to_owned(),
            number: format!("no. {name}"),
        }),
        answers: vec![
            text("name", name),
            text(
                "told",
                "was promised work and locked in the house at the mill",
            ),
            coded("place", "places", place),
            coded("sex", "sex", sex),
            coded("age", "age-years", "13"),
        ],
        findings: Vec::new(),
    }
}
