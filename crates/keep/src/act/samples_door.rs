//! Samples of acts about people and care, all invented.

use terms::id::{
    AgencyId, ConsentId, CredentialId, DossierId, ExportId, GlassId, MatterId, ResetId, SessionId,
    StaffId,
};

use crate::act::Deed;
use crate::act::schema::{
    AccessGiven, AccountSuspended, AgencySet, CaseAssigned, CaseReleased, CodeIssued,
    ConsentRecorded, ConsentWithdrawn, CredentialEnded, CredentialSet, ExportApproved,
    ExportRequested, ExportTaken, GlassBroken, GlassEnded, GlassSeen, MatterAnswered, MatterOpened,
    RequestRefused, ResetConfirmed, ResetRequested, SessionConfirmed, SessionOpened, SessionsEnded,
    SignInRefused, StaffAdded, StaffChanged, StaffNameRead,
};

const STAFF: StaffId = StaffId([0x32; 16]);
const SESSION: SessionId = SessionId([0x5e; 16]);
const CREDENTIAL: CredentialId = CredentialId([0xc7; 16]);
const RESET: ResetId = ResetId([0x7e; 16]);
const DOSSIER: DossierId = DossierId([0xd4; 16]);
const LATER_MS: i64 = 1_790_010_800_000;

fn staff_added() -> Deed {
    StaffAdded {
        staff: STAFF,
        roles: vec!["caseworker".to_owned()],
        key: 4_101,
        agency: Some(AgencyId([0x13; 16])),
        supervisor: Some(StaffId([0x31; 16])),
        sign_in: Some([0x51; 32].into()),
    }
    .into()
}

pub(super) fn people(kind: u16, version: u16) -> Option<Deed> {
    let staff = STAFF;
    Some(match (kind, version) {
        (3, 2) => staff_added(),
        (21, 1) => AgencySet {
            agency: AgencyId([0x13; 16]),
            name: "Shelter of XA".to_owned(),
            kind: "services".to_owned(),
        }
        .into(),
        (22, 1) => StaffChanged {
            staff,
            roles: vec!["caseworker".to_owned(), "coordinator".to_owned()],
            supervisor: None,
        }
        .into(),
        (23, 1) => CodeIssued {
            staff,
            until_ms: LATER_MS,
        }
        .into(),
        (24, 1) => CredentialSet {
            credential: CREDENTIAL,
            staff,
            kind: "totp".to_owned(),
        }
        .into(),
        (25, 1) => CredentialEnded {
            credential: CredentialId([0xc8; 16]),
            staff,
        }
        .into(),
        (28, 1) => SessionsEnded {
            staff,
            session: Some(SessionId([0x5f; 16])),
        }
        .into(),
        (29, 1) => SignInRefused {
            staff: Some(staff),
            cause: "password".to_owned(),
        }
        .into(),
        (30, 1) => AccountSuspended { staff }.into(),
        (31, 1) => ResetRequested {
            reset: RESET,
            staff,
        }
        .into(),
        (32, 1) => ResetConfirmed {
            reset: RESET,
            staff,
        }
        .into(),
        (33, 1) => StaffNameRead { staff }.into(),
        _ => return sessions(kind, version),
    })
}

fn sessions(kind: u16, version: u16) -> Option<Deed> {
    Some(match (kind, version) {
        (26, 1) => SessionOpened {
            session: SESSION,
            staff: STAFF,
            credential: CREDENTIAL,
            step: Some(59_666_666),
        }
        .into(),
        (27, 1) => SessionConfirmed {
            session: SESSION,
            credential: CREDENTIAL,
            step: None,
        }
        .into(),
        (34, 1) => RequestRefused {
            power: "read".to_owned(),
            cause: "out_of_reach".to_owned(),
            dossier: Some(DOSSIER),
        }
        .into(),
        _ => return None,
    })
}

pub(super) fn care(kind: u16, version: u16) -> Option<Deed> {
    let (dossier, staff, glass) = (DOSSIER, STAFF, GlassId([0x61; 16]));
    Some(match (kind, version) {
        (35, 1) => CaseAssigned { dossier, staff }.into(),
        (36, 1) => CaseReleased { dossier, staff }.into(),
        (37, 1) => GlassBroken {
            glass,
            dossier,
            until_ms: LATER_MS,
        }
        .into(),
        (38, 1) => GlassEnded { glass, dossier }.into(),
        (39, 1) => GlassSeen { glass, dossier }.into(),
        (47, 1) => AccessGiven { dossier }.into(),
        _ => return rights(kind, version),
    })
}

/// What the person concerned agrees to and asks for.
fn rights(kind: u16, version: u16) -> Option<Deed> {
    let dossier = DOSSIER;
    let (consent, export) = (ConsentId([0xc0; 16]), ExportId([0xe0; 16]));
    let matter = MatterId([0x3a; 16]);
    Some(match (kind, version) {
        (40, 1) => ConsentRecorded {
            consent,
            dossier,
            subject: "disclosure".to_owned(),
            purpose: "assistance".to_owned(),
            recipient: Some(AgencyId([0x13; 16])),
            until_ms: Some(LATER_MS),
        }
        .into(),
        (41, 1) => ConsentWithdrawn { consent, dossier }.into(),
        (42, 1) => ExportRequested {
            export,
            dossier,
            recipient: None,
            ground: "own-access".to_owned(),
        }
        .into(),
        (43, 1) => ExportApproved { export, dossier }.into(),
        (44, 1) => ExportTaken { export, dossier }.into(),
        (45, 1) => MatterOpened {
            matter,
            dossier,
            kind: "correction".to_owned(),
            due_ms: LATER_MS,
        }
        .into(),
        (46, 1) => MatterAnswered {
            matter,
            dossier,
            outcome: "granted".to_owned(),
        }
        .into(),
        _ => return None,
    })
}
