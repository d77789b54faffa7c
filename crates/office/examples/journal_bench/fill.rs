//! Nodes of invented people, and what is asked of them.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use evidence::record::{Answer as Said, Class, PersonRole, Record, SourceKey, Value};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use office::{
    Answer, Ask, Founding, Ground, NewStaff, Office, Purpose, Random, Request, Role, Who,
};
use protect::Confidential;
use protect::vault::{Cost, Passphrase};
use rand_core::UnwrapErr;
use terms::id::{DossierId, RecordId, StaffId};

use crate::Result;

const GIVEN: [&str; 8] = [
    "Zofia", "Marta", "Ibrahim", "Luís", "Amina", "Chidi", "Nadège", "Tomás",
];
const TOLD: &str = "Was promised work in a restaurant by a cousin's friend, travelled by bus and \
                    lorry, gave up the passport at the border and was told of a debt that grew \
                    with every night; left when the door stood open.";

/// The passphrase of every node here.
pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new("four plain words here").expect("it is long enough")
}

pub(crate) fn random() -> Random {
    Box::new(UnwrapErr(getrandom::SysRng))
}

fn sealed(words: &str) -> Confidential<String> {
    Confidential::seal(words.to_owned())
}

fn at() -> Timestamp {
    Timestamp::constant(1_924_000_000, 0)
}

fn said(concept: &str, class: Class, value: Value) -> Said {
    Said {
        question: format!("q_{concept}"),
        concept: Some(concept.to_owned()),
        class,
        value,
    }
}

fn coded(concept: &str, list: &str, code: &str) -> Said {
    let value = Value::Coded {
        list: list.to_owned(),
        version: "2031".to_owned(),
        code: code.to_owned(),
    };
    said(concept, Class::Restricted, value)
}

/// A record with ten answers: a name, a telephone number, a day of birth, what was told, six codes.
pub(crate) fn record(number: u64) -> Record {
    let pick = |of: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & (of - 1);
    let given = GIVEN[usize::try_from(pick(8)).unwrap_or_default()];
    let text = |concept: &str, words: String| said(concept, Class::Nominal, Value::Text(words));
    let day = i8::try_from(pick(16)).unwrap_or_default() + 1;
    let forms = ["labour", "sexual", "begging", "crime"];
    let form = forms[usize::try_from(pick(4)).unwrap_or_default()];
    Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: Some(SourceKey {
            source: "shelter list".to_owned(),
            number: number.to_string(),
        }),
        answers: vec![
            text("name", format!("{given} Number{number:07}")),
            text("telephone", format!("+999 555 {number:07}")),
            text("told", TOLD.to_owned()),
            said("born", Class::Nominal, Value::Date(date(2010, 3, day))),
            coded("citizenship", "places", "XXA"),
            coded("place", "places", &format!("XXA-{:04}", pick(512))),
            coded("sex", "sex", if pick(2) == 0 { "female" } else { "male" }),
            coded("age", "age-years", &(8 + pick(32)).to_string()),
            coded("exploitation", "forms", form),
            coded("recruiter", "relations", "friend-of-family"),
        ],
        findings: Vec::new(),
    }
}

/// A node with the people who work in it.
pub(crate) struct Desk {
    pub(crate) office: Office,
    caseworker: StaffId,
    manager: StaffId,
    overseer: StaffId,
    /// Numbers the records, so that no source comes twice.
    next: AtomicU64,
}

impl Desk {
    /// Founds a node; it is unlocked.
    pub(crate) fn found(folder: &Path, cost: Cost) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let passphrase = passphrase();
        let founding = Founding {
            passphrase: &passphrase,
            cost,
            shares: (2, 3),
            administrator: sealed("Ada Ministrator"),
            sign_in: None,
            at: at(),
        };
        let (office, founded) = Office::found(folder, founding, &mut random(), random)?;
        let add = |name: &str, role: Role| {
            let roles = vec![role];
            let ask = Ask::AddStaff(NewStaff::at_console(sealed(name), roles));
            let admin = (Role::Administrator, Purpose::Administration);
            match office.request(by(founded.administrator, admin, ask))? {
                Answer::Staff(staff) => Ok(staff),
                other => Err(unfit(&other)),
            }
        };
        Ok(Self {
            caseworker: add("Casey Worker", Role::Caseworker)?,
            manager: add("Dana Manager", Role::DataManager)?,
            overseer: add("Ove Seer", Role::Overseer)?,
            next: AtomicU64::new(1),
            office,
        })
    }

    /// A record with a number of its own.
    pub(crate) fn record(&self) -> Record {
        record(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Enters a record: of a new person, into a dossier, or in the place of another record.
    pub(crate) fn enter(
        &self,
        dossier: Option<DossierId>,
        replaces: Option<RecordId>,
    ) -> Result<(DossierId, RecordId)> {
        let ask = Ask::EnterRecord {
            dossier,
            role: PersonRole::Victim,
            replaces,
            record: Confidential::seal(self.record()),
        };
        let casework = (Role::Caseworker, Purpose::Assistance);
        match self.office.request(by(self.caseworker, casework, ask))? {
            Answer::Record { dossier, record } => Ok((dossier, record)),
            other => Err(unfit(&other)),
        }
    }

    /// Reads a dossier, which is an act too.
    pub(crate) fn read(&self, dossier: DossierId) -> Result<()> {
        let reason = sealed("to prepare an appointment");
        let ask = Ask::ReadDossier { dossier, reason };
        let casework = (Role::Caseworker, Purpose::Assistance);
        // One person reads at most so many dossiers in an hour: each look is later than the last.
        let looks = LOOKS.fetch_add(1, Ordering::Relaxed);
        let look = Request {
            at: at() + SignedDuration::from_secs(20 * looks),
            ..by(self.caseworker, casework, ask)
        };
        match self.office.request(look)? {
            Answer::Dossier(read) if !read.records.is_empty() => Ok(()),
            other => Err(unfit(&other)),
        }
    }

    /// Erases a dossier: asked, confirmed, key destroyed.
    pub(crate) fn erase(&self, dossier: DossierId) -> Result<()> {
        let ask = Ask::RequestErasure {
            dossier,
            ground: Ground::ConsentWithdrawn,
            reason: sealed("asked for by the person"),
        };
        let asked = (Role::Caseworker, Purpose::DataSubject);
        let erasure = match self.office.request(by(self.caseworker, asked, ask))? {
            Answer::Erasure(erasure) => erasure,
            other => return Err(unfit(&other)),
        };
        let confirmed = (Role::Overseer, Purpose::DataSubject);
        let ask = Ask::ConfirmErasure { erasure };
        self.office.request(by(self.overseer, confirmed, ask))?;
        Ok(())
    }

    /// Brings in a file of so many persons.
    pub(crate) fn import(&self, persons: u64) -> Result<()> {
        let records = (0..persons).map(|_| Confidential::seal(self.record()));
        let statistics = (Role::DataManager, Purpose::Statistics);
        let template = by(self.manager, statistics, Ask::TakeDeposits);
        let imported = self
            .office
            .import(&template, PersonRole::Migrant, records.collect())?;
        if imported.taken != persons {
            return Err(format!("{} of {persons} were taken", imported.taken).into());
        }
        Ok(())
    }

    /// Takes in every deposit that waits. Answers with their number.
    pub(crate) fn take_deposits(&self) -> Result<u64> {
        let casework = (Role::Caseworker, Purpose::Assistance);
        let request = by(self.caseworker, casework, Ask::TakeDeposits);
        match self.office.request(request)? {
            Answer::Deposits(taken) => Ok(taken.taken),
            other => Err(unfit(&other)),
        }
    }

    /// Fills the node with acts: records entered, one in ten corrected, one dossier in twenty
    /// read, and some erased at the end. Answers with the seconds of each erasure.
    pub(crate) fn fill(&self, acts: u64, writers: u64, erasures: usize) -> Result<Vec<f64>> {
        // Two acts for a person, 0.15 for what follows.
        let persons = acts * 100 / 215;
        let entered = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..writers)
                .map(|writer| scope.spawn(move || self.fill_part(persons, writer, writers)))
                .collect();
            let mut some = Vec::new();
            for thread in threads {
                some.extend(thread.join().map_err(|_| "a writer has panicked")??);
            }
            Ok::<_, crate::Failure>(some)
        })?;
        let mut seconds = Vec::new();
        for dossier in entered.iter().take(erasures) {
            let start = std::time::Instant::now();
            self.erase(*dossier)?;
            seconds.push(start.elapsed().as_secs_f64());
        }
        Ok(seconds)
    }

    fn fill_part(&self, persons: u64, writer: u64, writers: u64) -> Result<Vec<DossierId>> {
        let mut some = Vec::new();
        for person in (writer..persons).step_by(usize::try_from(writers)?) {
            let (dossier, record) = self.enter(None, None)?;
            if person % 10 == 3 {
                self.enter(Some(dossier), Some(record))?;
            }
            if person % 20 == 7 {
                self.read(dossier)?;
            }
            if person % 500 == 11 {
                some.push(dossier);
            }
        }
        Ok(some)
    }
}

/// A search by a name that one person bears. It needs no [`Desk`], so that it can be asked of a
/// node that was opened again.
pub(crate) fn search(office: &Office, staff: StaffId, number: u64) -> Result<()> {
    let ask = Ask::SearchNames {
        words: sealed(&format!("number{number:07}")),
        reason: sealed("a sister is at the gate"),
    };
    let casework = (Role::Caseworker, Purpose::Assistance);
    match office.request(by(staff, casework, ask))? {
        Answer::Found(found) if found.len() == 1 => Ok(()),
        other => Err(unfit(&other)),
    }
}

impl Desk {
    /// Who may search.
    pub(crate) const fn caseworker(&self) -> StaffId {
        self.caseworker
    }
}

/// How many looks there were.
static LOOKS: AtomicI64 = AtomicI64::new(0);

fn by(actor: StaffId, (role, purpose): (Role, Purpose), ask: Ask) -> Request {
    Request {
        who: Who::Console(actor),
        role,
        purpose,
        at: at(),
        ask,
    }
}

fn unfit(answer: &Answer) -> crate::Failure {
    format!("an answer that was not asked for: {answer:?}").into()
}
