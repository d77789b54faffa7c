//! One sample of each kind of act, all invented.

use evidence::record::{Answer, Class, PersonRole, Record, SourceKey, Value};
use jiff::civil::date;
use terms::cell::Absence;
use terms::id::{
    AgencyId, DossierId, ErasureId, FigureId, HoldId, ImportId, NodeId, RecordId, SessionId,
    StaffId,
};

use super::schema::{
    BackupMade, DepositTaken, DossierOpened, DossierRead, ErasureConfirmed, ErasureDone,
    ErasureRequested, FigureKept, HoldLifted, HoldPlaced, ImportBegun, KeyringSaved, MapKept,
    NamesSearched, NodeFounded, NodeRestored, RecordEntered, RecordsImported, RetentionSet,
    StaffAdded, StaffEnded,
};
use super::{Act, Closed, Deed, Deposited, Inside};

#[path = "samples_door.rs"]
mod door;
#[path = "samples_lists.rs"]
mod lists;
#[path = "samples_release.rs"]
mod release;

pub(crate) const DOSSIER: DossierId = DossierId([0xd1; 16]);
/// The act that the sample of a taken deposit names.
pub(crate) const DEPOSIT_ACT: u64 = 900;

/// A record with an answer of each form, of each class, absent for each reason.
pub(crate) fn record() -> Record {
    let answer = |question: &str, concept: Option<&str>, class, value| Answer {
        question: question.to_owned(),
        concept: concept.map(str::to_owned),
        class,
        value,
    };
    let coded = |list: &str, code: &str| Value::Coded {
        list: list.to_owned(),
        version: "2026".to_owned(),
        code: code.to_owned(),
    };
    let mut answers = vec![
        answer(
            "full_name",
            Some("name"),
            Class::Nominal,
            Value::Text("Person One of XA".to_owned()),
        ),
        answer("story", None, Class::Nominal, Value::Text(String::new())),
        answer(
            "sex",
            Some("sex"),
            Class::Restricted,
            coded("sex", "female"),
        ),
        answer(
            "form",
            Some("exploitation"),
            Class::Shareable,
            coded("exploitation", "labour"),
        ),
        answer("code", None, Class::Public, coded("office", "xa-1")),
        answer("children", None, Class::Restricted, Value::Number(-3)),
        answer("large", None, Class::Restricted, Value::Number(i64::MAX)),
        answer(
            "born",
            Some("birth-date"),
            Class::Nominal,
            Value::Date(date(2004, 2, 29)),
        ),
    ];
    for absence in Absence::ALL {
        let value = Value::Absent(absence);
        answers.push(answer("missing", Some("means"), Class::Restricted, value));
    }
    Record {
        form: "interview".to_owned(),
        form_version: "3".to_owned(),
        source: Some(SourceKey {
            source: "ledger of XA".to_owned(),
            number: "17/2026".to_owned(),
        }),
        answers,
        findings: vec!["born: later than the interview".to_owned()],
    }
}

/// What closed parts can say.
pub(crate) fn insides() -> [(&'static str, Inside); 3] {
    [
        (
            "words",
            Inside::Words("as the court asked: no 4".to_owned()),
        ),
        ("record", Inside::Record(record())),
        ("draft", Inside::Draft(release::draft())),
    ]
}

/// What deposits can be.
pub(crate) fn deposits() -> [(&'static str, Deposited); 2] {
    [
        (
            "record",
            Deposited::Record {
                at_ms: 1_790_000_000_001,
                role: PersonRole::Migrant,
                record: record(),
            },
        ),
        (
            "unread",
            Deposited::Unread {
                at_ms: -1,
                bytes: b"<data/>".to_vec(),
            },
        ),
    ]
}

/// What the sample of that kind and version says, lifted to today's form.
pub(crate) fn deed(kind: u16, version: u16) -> Option<Deed> {
    Some(match (kind, version) {
        (4, 1) => staff_ended(),
        (5, 1) => DossierOpened {
            dossier: DOSSIER,
            role: PersonRole::Victim,
            key: 42,
            custodian: None,
            carer: None,
        }
        .into(),
        (5, 2) => DossierOpened {
            dossier: DossierId([0xd3; 16]),
            role: PersonRole::Suspect,
            key: 43,
            custodian: Some(AgencyId([0x13; 16])),
            carer: None,
        }
        .into(),
        (5, 3) => DossierOpened {
            dossier: DossierId([0xd4; 16]),
            role: PersonRole::Victim,
            key: 45,
            custodian: None,
            carer: Some(StaffId([0x32; 16])),
        }
        .into(),
        (6, 1) => RecordEntered {
            dossier: DOSSIER,
            record: RecordId([0x61; 16]),
            replaces: Some(RecordId([0x60; 16])),
            marks: vec![[0x6a; 32].into(), [0x6b; 32].into()],
        }
        .into(),
        (7, 1) => DossierRead { dossier: DOSSIER }.into(),
        (8, 1) => NamesSearched {
            key: None,
            count: 2,
            found: Vec::new(),
        }
        .into(),
        (8, 2) => NamesSearched {
            key: Some(44),
            count: 2,
            found: vec![DOSSIER, DossierId([0xd3; 16])],
        }
        .into(),
        (9, 1) => DepositTaken {
            deposit: DEPOSIT_ACT,
            record: None,
        }
        .into(),
        (12..=14, 1) => return erasure(kind),
        _ => {
            return of_the_node(kind, version)
                .or_else(|| of_holds_and_figures(kind, version))
                .or_else(|| door::people(kind, version))
                .or_else(|| door::care(kind, version))
                .or_else(|| release::deed(kind, version))
                .or_else(|| lists::deed(kind, version));
        }
    })
}

fn staff_ended() -> Deed {
    let staff = StaffId([0x31; 16]);
    StaffEnded { staff }.into()
}

fn of_the_node(kind: u16, version: u16) -> Option<Deed> {
    Some(match (kind, version) {
        (1, 1) => NodeFounded {
            node: NodeId([0x11; 16]),
            agency: AgencyId([0x12; 16]),
        }
        .into(),
        (2, 1) => NodeRestored {
            batch: 7,
            epoch: 3,
            first_key: 4_096,
        }
        .into(),
        (3, 1) => StaffAdded {
            staff: StaffId([0x31; 16]),
            roles: vec!["officer".to_owned(), "overseer".to_owned()],
            key: 4_100,
            agency: None,
            supervisor: None,
            sign_in: None,
        }
        .into(),
        (15, 1) => KeyringSaved {
            epoch: 4,
            place: "the safe of XA".to_owned(),
        }
        .into(),
        (16, 1) => BackupMade {
            batch: 12,
            place: "the other building".to_owned(),
        }
        .into(),
        (20, 1) => ImportBegun {
            import: ImportId([0x19; 16]),
            first_key: 5_000,
            keys: 300,
        }
        .into(),
        (61, 1) => MapKept {
            agency: AgencyId([0x12; 16]),
            name: "list of the harbour".to_owned(),
            text: Some("[columns]\nSexe = \"person.sex\"\n".to_owned()),
        }
        .into(),
        _ => return None,
    })
}

fn of_holds_and_figures(kind: u16, version: u16) -> Option<Deed> {
    let (hold, dossier) = (HoldId([0x0a; 16]), DOSSIER);
    Some(match (kind, version) {
        (10, 1) => HoldPlaced { hold, dossier }.into(),
        (11, 1) => HoldLifted { hold, dossier }.into(),
        (17, 1) => FigureKept {
            figure: FigureId([0x17; 16]),
            up_to_act: 6,
            concepts: vec!["sex".to_owned(), "exploitation".to_owned()],
            cells: vec![
                (vec![String::new(), "labour".to_owned()], 5),
                (vec!["female".to_owned(), "labour".to_owned()], 1_000),
            ],
        }
        .into(),
        (18, 1) => RetentionSet {
            role: PersonRole::Witness,
            days: Some(3_650),
        }
        .into(),
        (19, 1) => RecordsImported {
            import: ImportId([0x19; 16]),
            chunks: vec![[0x1a; 32].into(), [0x1b; 32].into()],
            acts: 600,
            key: vec![0x1c; 32].into(),
        }
        .into(),
        _ => return None,
    })
}

/// About another dossier, so that what the first record says stays in the views.
fn erasure(kind: u16) -> Option<Deed> {
    let (erasure, dossier) = (ErasureId([0x0e; 16]), DossierId([0xd2; 16]));
    Some(match kind {
        12 => ErasureRequested {
            erasure,
            dossier,
            ground: "objection".to_owned(),
        }
        .into(),
        13 => ErasureConfirmed { erasure, dossier }.into(),
        14 => ErasureDone { dossier, epoch: 4 }.into(),
        _ => return None,
    })
}

/// The sample: its open part, with a closed part where the kind has one.
pub(crate) fn act(kind: u16, version: u16) -> Option<Act> {
    let deed = deed(kind, version)?;
    let closed =
        matches!(kind, 3 | 6..=8 | 10..=12 | 23 | 24 | 31 | 33 | 37 | 40..=42 | 45..=48 | 60).then(
            || Closed {
                key: 42,
                sealed: vec![0xc1; 40].into(),
            },
        );
    let by_the_node = matches!(kind, 1 | 2 | 14);
    Some(Act {
        at_ms: 1_790_000_000_000 + i64::from(kind),
        actor: (!by_the_node).then_some(StaffId([0x31; 16])),
        // What is done at the door was done by somebody who had signed in.
        session: (kind > 32).then_some(SessionId([0x5e; 16])),
        role: if by_the_node { "node" } else { "officer" }.to_owned(),
        purpose: "protection".to_owned(),
        deed,
        closed,
    })
}
