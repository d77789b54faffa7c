//! Acts of the door in the views: people, sessions, care, rights.

use std::collections::BTreeSet;

use terms::id::{
    AgencyId, ConsentId, CredentialId, ExportId, GlassId, MatterId, ResetId, SessionId, StaffId,
};

use super::story::{AGENCY, OFFICER, START_MS, Step, Story, dossier, every_kind, id};
use super::*;
use crate::act::Deed;
use crate::act::schema::{
    AccessGiven, AccountSuspended, AgencySet, CaseAssigned, CaseReleased, CodeIssued,
    ConsentRecorded, ConsentWithdrawn, CredentialEnded, CredentialSet, DossierOpened,
    ErasureConfirmed, ErasureDone, ExportApproved, ExportRequested, ExportTaken, GlassBroken,
    GlassEnded, GlassSeen, MatterAnswered, MatterOpened, RequestRefused, ResetConfirmed,
    ResetRequested, SessionConfirmed, SessionOpened, SessionsEnded, SignInRefused, StaffAdded,
    StaffChanged, StaffEnded, StaffNameRead,
};

pub(in crate::views) const CLINIC: AgencyId = AgencyId([0xa4; 16]);
const NURSE: StaffId = StaffId([0xb3; 16]);
const DOCTOR: StaffId = StaffId([0xb4; 16]);
const LATE_MS: i64 = START_MS + 1_000_000;

fn credential(number: u8) -> CredentialId {
    CredentialId(id(0xc0, number))
}

fn session(number: u8) -> SessionId {
    SessionId(id(0x50, number))
}

/// The clinic's people: a nurse who signs in, is reset and comes back; a doctor who is shut.
pub(super) fn people(story: &mut Story) {
    for name in ["Clinic", "Harbour Clinic"] {
        story.did(AgencySet {
            agency: CLINIC,
            name: name.to_owned(),
            kind: "services".to_owned(),
        });
    }
    for (staff, key) in [(NURSE, 110), (DOCTOR, 111)] {
        story.did(StaffAdded {
            staff,
            roles: vec!["caseworker".to_owned()],
            key,
            agency: Some(CLINIC),
            supervisor: None,
            sign_in: Some([staff.0[0]; 32].into()),
        });
        comes_in(story, staff);
    }
    story.did(StaffChanged {
        staff: NURSE,
        roles: vec!["caseworker".to_owned(), "coordinator".to_owned()],
        supervisor: Some(DOCTOR),
    });
    let passkey = credential(9);
    story.did(CredentialSet {
        credential: passkey,
        staff: NURSE,
        kind: "passkey".to_owned(),
    });
    story.did(CredentialEnded {
        credential: passkey,
        staff: NURSE,
    });
    story.did(SessionConfirmed {
        session: session(NURSE.0[0]),
        credential: credential(NURSE.0[0]),
        step: Some(12),
    });
    set_anew(story);
    story.did(AccountSuspended { staff: DOCTOR });
}

fn set_anew(story: &mut Story) {
    let staff = Some(NURSE);
    let cause = "second_factor".to_owned();
    story.did(SignInRefused { staff, cause });
    story.did(StaffNameRead { staff: DOCTOR });
    for number in [1, 2] {
        let reset = ResetId([number; 16]);
        story.did(ResetRequested {
            reset,
            staff: NURSE,
        });
    }
    story.did(ResetConfirmed {
        reset: ResetId([2; 16]),
        staff: NURSE,
    });
    comes_in(story, NURSE);
    for session in [Some(session(0xff)), None] {
        let staff = NURSE;
        story.did(SessionsEnded { staff, session });
    }
    let opened = |number| SessionOpened {
        session: session(number),
        staff: NURSE,
        credential: credential(NURSE.0[0]),
        step: None,
    };
    story.did(opened(7));
    story.did(opened(8));
    story.did(SessionsEnded {
        staff: NURSE,
        session: Some(session(7)),
    });
}

/// A first password and device, by a code of which only the last holds.
fn comes_in(story: &mut Story, staff: StaffId) {
    for until_ms in [LATE_MS, LATE_MS + 1] {
        story.did(CodeIssued { staff, until_ms });
    }
    for (number, kind) in [(staff.0[0], "totp"), (staff.0[0] + 0x10, "password")] {
        story.did(CredentialSet {
            credential: credential(number),
            staff,
            kind: kind.to_owned(),
        });
    }
    story.did(SessionOpened {
        session: session(staff.0[0]),
        staff,
        credential: credential(staff.0[0]),
        step: Some(11),
    });
}

/// Dossiers 5 and 6 of the clinic with everything that may hang on one; 6 is erased, and then all
/// of it comes in once more, as from a process that did not know.
pub(super) fn care(story: &mut Story) {
    for (number, key) in [(5, 5), (6, 6)] {
        story.did(DossierOpened {
            dossier: dossier(number),
            role: PersonRole::Victim,
            key,
            custodian: Some(CLINIC),
            carer: Some(NURSE),
        });
        hangs(story, number, number);
    }
    story.enter((6, 60), None, &[("sex", "male")]);
    story.did(ErasureConfirmed {
        erasure: ErasureId([6; 16]),
        dossier: dossier(6),
    });
    hangs(story, 6, 7);
    story.enter((6, 61), None, &[("sex", "male")]);
    story.did(ErasureDone {
        dossier: dossier(6),
        epoch: 3,
    });
    hangs(story, 6, 8);
    story.enter((6, 62), None, &[("sex", "male")]);
}

fn hangs(story: &mut Story, of: u8, number: u8) {
    let dossier = dossier(of);
    for staff in [OFFICER, DOCTOR] {
        story.did(CaseAssigned { dossier, staff });
    }
    let staff = OFFICER;
    story.did(CaseReleased { dossier, staff });
    for more in [0, 100] {
        story.did(GlassBroken {
            glass: GlassId([number + more; 16]),
            dossier,
            until_ms: LATE_MS,
        });
        story.did(ConsentRecorded {
            consent: ConsentId([number + more; 16]),
            dossier,
            subject: "disclosure".to_owned(),
            purpose: "assistance".to_owned(),
            recipient: Some(AGENCY),
            until_ms: Some(LATE_MS),
        });
        story.did(ExportRequested {
            export: ExportId([number + more; 16]),
            dossier,
            recipient: Some(AGENCY),
            ground: "consent".to_owned(),
        });
        story.did(MatterOpened {
            matter: MatterId([number + more; 16]),
            dossier,
            kind: "correction".to_owned(),
            due_ms: LATE_MS - i64::from(more),
        });
    }
    let glass = GlassId([number; 16]);
    story.did(GlassSeen { glass, dossier });
    story.did(GlassEnded { glass, dossier });
    let consent = ConsentId([number; 16]);
    story.did(ConsentWithdrawn { consent, dossier });
    let export = ExportId([number; 16]);
    story.did(ExportApproved { export, dossier });
    story.did(ExportTaken { export, dossier });
    story.did(MatterAnswered {
        matter: MatterId([number; 16]),
        dossier,
        outcome: "granted".to_owned(),
    });
    story.did(AccessGiven { dossier });
    story.did(RequestRefused {
        power: "read".to_owned(),
        cause: "out_of_reach".to_owned(),
        dossier: Some(dossier),
    });
}

/// Something of a random story: about any dossier, also one that is closed or that there never was.
pub(super) fn happens(story: &mut Story, number: u8, (kind, which, code): (u8, u8, u8)) {
    let dossier = dossier(which % number.max(1));
    let before = which % number.max(1);
    match (kind, code) {
        (0, _) => {
            let staff = [OFFICER, NURSE][usize::from(code % 2)];
            story.did(CaseAssigned { dossier, staff });
            if code == 2 {
                story.did(CaseReleased { dossier, staff });
            }
        }
        (1, 0) => {
            let glass = GlassId([before; 16]);
            story.did(GlassSeen { glass, dossier });
            story.did(GlassEnded { glass, dossier });
        }
        (1, _) => {
            story.did(GlassBroken {
                glass: GlassId([number; 16]),
                dossier,
                until_ms: LATE_MS,
            });
        }
        (2, 0) => {
            let consent = ConsentId([before; 16]);
            story.did(ConsentWithdrawn { consent, dossier });
        }
        (2, _) => {
            story.did(ConsentRecorded {
                consent: ConsentId([number; 16]),
                dossier,
                subject: "service".to_owned(),
                purpose: "assistance".to_owned(),
                recipient: None,
                until_ms: None,
            });
        }
        (3, 0) => {
            let export = ExportId([before; 16]);
            story.did(ExportApproved { export, dossier });
            story.did(ExportTaken { export, dossier });
        }
        (3, _) => {
            story.did(ExportRequested {
                export: ExportId([number; 16]),
                dossier,
                recipient: None,
                ground: "own-access".to_owned(),
            });
        }
        (4, 0) => {
            story.did(MatterAnswered {
                matter: MatterId([before; 16]),
                dossier,
                outcome: "refused".to_owned(),
            });
        }
        (4, _) => {
            story.did(MatterOpened {
                matter: MatterId([number; 16]),
                dossier,
                kind: "access".to_owned(),
                due_ms: LATE_MS,
            });
        }
        _ => somebody(story, number, code),
    }
}

fn somebody(story: &mut Story, number: u8, code: u8) {
    let staff = OFFICER;
    match code {
        0 => comes_in(story, staff),
        1 => {
            let reset = ResetId([number; 16]);
            story.did(ResetRequested { reset, staff });
            if number.is_multiple_of(2) {
                story.did(ResetConfirmed { reset, staff });
            }
        }
        _ if number.is_multiple_of(2) => {
            story.did(AccountSuspended { staff });
        }
        _ => {
            let session = Some(session(staff.0[0]));
            story.did(SessionsEnded { staff, session });
        }
    }
}

fn told() -> Views {
    let views = Views::in_memory().unwrap();
    every_kind().tell(&views);
    views
}

#[test]
fn the_story_has_every_kind() {
    let of_story: BTreeSet<&str> = every_kind()
        .steps
        .iter()
        .filter_map(|(_, step)| match step {
            Step::Act(act, ..) => Some(act.deed.name()),
            Step::Deposit => None,
        })
        .collect();
    let known: BTreeSet<&str> = Deed::VERSIONS.iter().map(|(_, _, name)| *name).collect();
    let missing: Vec<_> = known.difference(&of_story).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn agencies_and_who_works_there_are_known() {
    let views = told();
    let clinic = Agency {
        agency: CLINIC,
        name: "Harbour Clinic".to_owned(),
        kind: "services".to_owned(),
    };
    assert_eq!(views.agencies().unwrap(), std::slice::from_ref(&clinic));
    assert_eq!(views.agency(CLINIC).unwrap(), Some(clinic));
    assert_eq!(views.agency(AGENCY).unwrap(), None, "it was never named");
    assert_eq!(views.own_agency().unwrap(), AGENCY);
    let nurse = views.staff(NURSE).unwrap().unwrap();
    assert_eq!(nurse.roles, ["caseworker", "coordinator"]);
    assert_eq!((nurse.agency, nurse.supervisor), (CLINIC, Some(DOCTOR)));
    assert!(nurse.signs_in && nurse.active && !nurse.suspended);
    assert!(views.staff(DOCTOR).unwrap().unwrap().suspended);
    let named = |staff: StaffId| views.staff_by_sign_in(&[staff.0[0]; 32]).unwrap();
    assert_eq!(named(NURSE), Some(nurse));
    assert_eq!(named(OFFICER), None);
}

#[test]
fn credentials_sessions_codes_and_resets_are_as_they_were_left() {
    let views = told();
    let held = |staff| -> Vec<(String, Option<u64>)> {
        let held = views.credentials(staff).unwrap().into_iter();
        held.map(|one| (one.kind, one.step)).collect()
    };
    let both = [("totp".to_owned(), Some(11)), ("password".to_owned(), None)];
    assert_eq!(held(NURSE), both, "the passkey was given up");
    assert_eq!(held(DOCTOR), both);
    assert_eq!(held(OFFICER), []);
    let ever = |staff| views.has_signed_in(staff).unwrap();
    assert!(ever(NURSE) && ever(DOCTOR) && !ever(OFFICER));
    for staff in [NURSE, DOCTOR] {
        assert_eq!(views.code(staff).unwrap(), None, "used, or dead");
    }
    let ids = |staff, after_ms| -> Vec<SessionId> {
        let sessions = views.sessions(staff, after_ms).unwrap();
        sessions.into_iter().map(|one| one.session).collect()
    };
    assert_eq!(ids(NURSE, 0), [session(8)]);
    assert_eq!(ids(NURSE, LATE_MS), []);
    assert_eq!(ids(DOCTOR, 0), []);
    assert!(views.session(session(8)).unwrap().is_some());
    assert_eq!(views.session(session(7)).unwrap(), None);
    let reset = |number| views.reset(ResetId([number; 16])).unwrap().unwrap();
    assert!(
        reset(1).confirmed && reset(2).confirmed,
        "with the later one"
    );
    assert_eq!(views.resets_waiting(0).unwrap(), []);
}

#[test]
fn a_code_a_reset_and_a_session_wait_until_they_are_over() {
    let mut story = Story::default();
    let views = Views::in_memory().unwrap();
    let staff = NURSE;
    story.did(CodeIssued {
        staff,
        until_ms: LATE_MS,
    });
    let act = story.did(CodeIssued {
        staff,
        until_ms: LATE_MS + 1,
    });
    let reset = ResetId([1; 16]);
    story.did(ResetRequested { reset, staff });
    story.did(SessionOpened {
        session: session(1),
        staff,
        credential: credential(1),
        step: None,
    });
    story.did(SessionConfirmed {
        session: session(1),
        credential: credential(1),
        step: None,
    });
    story.tell(&views);
    let code = views.code(staff).unwrap().unwrap();
    assert_eq!((code.act, code.until_ms), (act, LATE_MS + 1), "the last");
    let waiting = views.resets_waiting(0).unwrap();
    assert_eq!((waiting.len(), waiting[0].reset), (1, reset));
    assert_eq!(waiting[0].requested_by, Some(OFFICER));
    assert_eq!(views.resets_waiting(waiting[0].at_ms).unwrap(), []);
    let held = views.session(session(1)).unwrap().unwrap();
    assert_eq!(held.fresh_ms, held.opened_ms + 1);
    // Whoever is shut or goes has nothing left.
    for over in [
        Deed::from(AccountSuspended { staff }),
        Deed::from(StaffEnded { staff }),
    ] {
        let mut after = story.clone();
        let suspended = matches!(over, Deed::AccountSuspended(_));
        after.did(over);
        let views = Views::in_memory().unwrap();
        after.tell(&views);
        assert_eq!(views.session(session(1)).unwrap(), None);
        assert_eq!(views.code(staff).unwrap().is_none(), suspended);
    }
}

#[test]
fn what_hangs_on_a_dossier_is_listed() {
    let views = told();
    let five = dossier(5);
    assert_eq!(views.carers(five).unwrap(), [NURSE, DOCTOR]);
    let glasses = views.glasses(five).unwrap();
    let states: Vec<_> = glasses
        .iter()
        .map(|one| (one.glass.0[0], one.ended, one.seen))
        .collect();
    assert_eq!(
        states,
        [(105, false, false), (5, true, true)],
        "newest first"
    );
    let unseen = |carer| views.glasses_unseen(CLINIC, carer).unwrap().len();
    assert_eq!(
        (unseen(None), unseen(Some(NURSE)), unseen(Some(OFFICER))),
        (1, 1, 0)
    );
    let own = |at_ms| views.glasses_of(OFFICER, at_ms).unwrap().len();
    assert_eq!((own(0), own(LATE_MS - 1), own(LATE_MS)), (1, 1, 0));
    let consents = views.consents(five).unwrap();
    let states: Vec<_> = consents.iter().map(|one| one.withdrawn).collect();
    assert_eq!(states, [true, false]);
    let consent = views.consent(ConsentId([5; 16])).unwrap();
    assert_eq!(consent.as_ref(), consents.first());
    let open = views.exports_open(CLINIC).unwrap();
    assert_eq!((open.len(), open[0].export), (1, ExportId([105; 16])));
    assert_eq!(
        (&*open[0].purpose, open[0].requested_by),
        ("protection", Some(OFFICER))
    );
    assert_eq!(views.exports_open(AGENCY).unwrap(), []);
    let taken = views.export(ExportId([5; 16])).unwrap().unwrap();
    assert!(taken.approved_ms < taken.taken_ms);
    let matters = views.matters(five).unwrap();
    let states: Vec<_> = matters.iter().map(|one| one.outcome.as_deref()).collect();
    assert_eq!(states, [Some("granted"), None]);
    let of = |agency| views.matters_open(agency).unwrap();
    assert_eq!(of(Some(CLINIC)), matters[1..]);
    assert_eq!(of(None), matters[1..]);
    assert_eq!(of(Some(AGENCY)), []);
    assert_eq!(
        views.matter(MatterId([5; 16])).unwrap().as_ref(),
        matters.first()
    );
}

#[test]
fn nothing_hangs_on_a_dossier_that_is_erased() {
    let views = told();
    let six = dossier(6);
    assert_eq!(
        views.dossier(six).unwrap().unwrap().state,
        DossierState::Erased
    );
    assert_eq!(views.carers(six).unwrap(), []);
    assert_eq!(views.glasses(six).unwrap(), []);
    assert_eq!(views.consents(six).unwrap(), []);
    assert_eq!(views.matters(six).unwrap(), []);
    for number in [6, 7, 8, 106, 107, 108] {
        assert_eq!(views.glass(GlassId([number; 16])).unwrap(), None);
        assert_eq!(views.consent(ConsentId([number; 16])).unwrap(), None);
        assert_eq!(views.export(ExportId([number; 16])).unwrap(), None);
        assert_eq!(views.matter(MatterId([number; 16])).unwrap(), None);
    }
    let coded = "SELECT count(*) FROM said JOIN subject USING (ordinal)
                 WHERE dossier = ?1 AND coded IS NOT NULL";
    let coded: i64 = views
        .connection
        .query_row(coded, [six.0], |row| row.get(0))
        .unwrap();
    assert_eq!(coded, 0);
    // What was done stays in the log.
    let kinds = views.log_lines(Some(six), 0, 1_000).unwrap();
    let given = kinds.iter().filter(|line| line.kind == "AccessGiven");
    assert_eq!(given.count(), 3);
}

#[test]
fn whoever_leaves_cares_for_nothing() {
    let mut story = every_kind();
    story.did(StaffEnded { staff: NURSE });
    let views = Views::in_memory().unwrap();
    story.tell(&views);
    assert_eq!(views.carers(dossier(5)).unwrap(), [DOCTOR]);
    assert_eq!(views.sessions(NURSE, 0).unwrap(), []);
}

#[test]
fn the_mirror_names_roles_and_agencies_and_the_log_causes() {
    let views = told();
    let mirror = views.mirror(dossier(5)).unwrap();
    assert_eq!(mirror.len(), 20);
    assert_eq!(mirror[0].kind, "DossierOpened");
    assert!(mirror.iter().all(|line| line.agency == Some(AGENCY)));
    let refused = mirror.last().unwrap();
    assert_eq!(
        (&*refused.kind, refused.cause.as_deref()),
        ("RequestRefused", Some("out_of_reach"))
    );
    // Searches that found it are in it.
    let searched = views.mirror(dossier(1)).unwrap();
    assert!(searched.iter().any(|line| line.kind == "NamesSearched"));
    let own = views.own_lines(DOCTOR, u64::MAX >> 1, 100).unwrap();
    let kinds: BTreeSet<_> = own.iter().map(|line| line.kind.as_str()).collect();
    assert!(kinds.contains("StaffNameRead") && kinds.contains("AccountSuspended"));
    assert!(own.windows(2).all(|pair| pair[0].act > pair[1].act));
    assert_eq!(views.own_lines(DOCTOR, own[2].act, 2).unwrap(), own[3..5]);
}

#[test]
fn what_somebody_did_is_counted_from_a_time() {
    let views = told();
    let glasses = every_kind();
    let broken: Vec<i64> = glasses
        .steps
        .iter()
        .filter_map(|(_, step)| match step {
            Step::Act(act, ..) if act.deed.name() == "GlassBroken" => Some(act.at_ms),
            _ => None,
        })
        .collect();
    let since = |at_ms| views.done_since(OFFICER, "GlassBroken", at_ms).unwrap();
    assert_eq!(since(0), broken.len() as u64);
    assert_eq!(since(broken[0]), broken.len() as u64 - 1);
    assert_eq!(views.done_since(NURSE, "GlassBroken", 0).unwrap(), 0);
    assert_eq!(views.done_since(OFFICER, "ExportTaken", 0).unwrap(), 4);
}
