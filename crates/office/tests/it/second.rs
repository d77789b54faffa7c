//! Two processes serve one node: each decides on what the other has written.

use evidence::record::{PersonRole, Record};
use office::{Answer, Ask, Imported, Office, OfficeError, Purpose, Request, Role, Who};
use protect::Confidential;
use terms::id::{DossierId, StaffId};

use crate::desk::{person, sealed};
use crate::house::{House, later, now};

const IMPORTS: (Role, Purpose) = (Role::DataManager, Purpose::Statistics);
const DECIDES: (Role, Purpose) = (Role::Coordinator, Purpose::DataSubject);

fn request(staff: StaffId, (role, purpose): (Role, Purpose), ask: Ask) -> Request {
    Request {
        who: Who::Console(staff),
        role,
        purpose,
        at: now(),
        ask,
    }
}

fn enter(office: &Office, staff: StaffId, record: Record) -> Result<DossierId, OfficeError> {
    let ask = Ask::EnterRecord {
        dossier: None,
        role: PersonRole::Victim,
        replaces: None,
        record: Confidential::seal(record),
    };
    match office.request(request(staff, IMPORTS, ask))? {
        Answer::Record { dossier, .. } => Ok(dossier),
        other => panic!("{other:?}"),
    }
}

fn import(office: &Office, staff: StaffId, records: Vec<Record>) -> Result<Imported, OfficeError> {
    let template = request(staff, IMPORTS, Ask::TakeDeposits);
    let file = records.into_iter().map(Confidential::seal).collect();
    office.import(&template, PersonRole::Victim, file)
}

/// Everything that it takes is asked of that process.
fn erase(office: &Office, house: &House, dossier: DossierId) {
    let [asks, confirms] = [(); 2].map(|()| add(office, house, Role::Coordinator));
    let ask = Ask::RequestErasure {
        dossier,
        ground: office::Ground::Objection,
        reason: sealed("she asked for it"),
    };
    let Ok(Answer::Erasure(erasure)) = office.request(request(asks, DECIDES, ask)) else {
        panic!("not asked");
    };
    let ask = Ask::ConfirmErasure { erasure };
    office
        .request(request(confirms, DECIDES, ask))
        .expect("erased");
}

fn add(office: &Office, house: &House, role: Role) -> StaffId {
    let mut new = office::NewStaff::at_console(sealed("Cora Dinator"), vec![role]);
    new.agency = Some(house.shelter);
    let how = (Role::Administrator, Purpose::Administration);
    match office.request(request(house.admin, how, Ask::AddStaff(new))) {
        Ok(Answer::Staff(staff)) => staff,
        other => panic!("{other:?}"),
    }
}

fn numbered(round: usize, number: usize) -> Record {
    person(&format!("Round{round} Number{number}"), "XXA-0001", "male")
}

#[test]
fn what_a_second_process_is_asked_is_answered_at_the_head() {
    let house = House::new();
    let elsewhere = house.elsewhere();
    let manager = house.console(Role::DataManager, Some(house.shelter));
    let ids = |office: &Office| -> Vec<StaffId> {
        let staff = office.staff().expect("staff");
        staff.into_iter().map(|one| one.staff).collect()
    };
    assert_eq!(ids(&elsewhere), ids(&house.office));
    assert!(ids(&elsewhere).contains(&manager));

    let (kept, gone) = (numbered(0, 1), numbered(0, 2));
    enter(&house.office, manager, kept.clone()).expect("in");
    let dossier = enter(&elsewhere, manager, gone.clone()).expect("in");
    erase(&house.office, &house, dossier);
    let inside = |office: &Office| {
        let survey = office.survey(now()).expect("a survey");
        let inside = survey.inside.expect("unlocked");
        (inside.dossiers, inside.erased)
    };
    assert_eq!(inside(&elsewhere), (1, 1));
    assert_eq!(inside(&house.office), (1, 1));
    let imported = import(&elsewhere, manager, vec![kept, gone, numbered(0, 3)]);
    let expected = Imported {
        taken: 1,
        known: 1,
        erased: 1,
    };
    assert_eq!(imported.expect("imported"), expected);
    house.verified();
    assert_eq!(
        elsewhere.verify().expect("verified").views_agree,
        Some(true)
    );
}

/// While one process seals a large file, another takes one of its sources in, or takes it in and
/// erases it. Which comes first is not in our hands, so it is tried until it was so.
#[test]
fn an_import_is_refused_when_its_sources_came_in_or_were_erased_meanwhile() {
    for erased in [false, true] {
        let met = (0..20).any(|round| meanwhile(round, erased));
        assert!(met, "the other process never came in between");
    }
}

/// Whether the other process came in between.
fn meanwhile(round: usize, erased: bool) -> bool {
    let house = House::new();
    let elsewhere = house.elsewhere();
    let manager = house.console(Role::DataManager, Some(house.shelter));
    let persons = 2_000 * (round + 1);
    let file: Vec<_> = (0..persons).map(|number| numbered(round, number)).collect();
    let before = elsewhere.status().expect("a status").acts;
    let (imported, entered) = std::thread::scope(|scope| {
        let office = &house.office;
        let importing = scope.spawn(move || import(office, manager, file));
        // As soon as keys are put aside.
        while elsewhere.status().expect("a status").acts == before {
            std::thread::yield_now();
        }
        let entered = enter(&elsewhere, manager, numbered(round, persons - 1));
        if erased && let Ok(dossier) = &entered {
            erase(&elsewhere, &house, *dossier);
        }
        (importing.join().expect("joined"), entered)
    });
    let came_between = match (imported, entered) {
        (Err(refused), Ok(_)) => {
            assert_eq!(refused.code(), "import_unfit");
            let inside = house.office.survey(now()).expect("a survey").inside;
            let inside = inside.expect("unlocked");
            let expected = if erased { (0, 1) } else { (1, 0) };
            assert_eq!(
                (inside.dossiers, inside.erased),
                expected,
                "nothing is taken"
            );
            true
        }
        (Ok(imported), Err(refused)) => {
            assert_eq!(imported.taken, persons as u64);
            assert_eq!(refused.code(), "record_known");
            false
        }
        other => panic!("{other:?}"),
    };
    house.verified();
    came_between
}

#[test]
fn a_role_that_is_taken_here_is_gone_there() {
    let house = House::new();
    let elsewhere = house.elsewhere();
    let member = house.member(Role::Caseworker, house.shelter);
    let dossier = house.case(house.shelter, Some(member.staff));
    let read = || {
        elsewhere.request(Request {
            who: member.who(),
            role: Role::Caseworker,
            purpose: Purpose::Assistance,
            at: later(1),
            ask: Ask::ReadDossier {
                dossier,
                reason: sealed("to prepare her appointment"),
            },
        })
    };
    read().expect("in care");
    let coordinator = house.console(Role::Coordinator, Some(house.shelter));
    let other = house.console(Role::Caseworker, Some(house.shelter));
    house.assign(coordinator, dossier, other);
    let how = (Role::Coordinator, Purpose::Assistance);
    let staff = member.staff;
    let ask = Ask::Release { dossier, staff };
    house
        .ask(Who::Console(coordinator), how, ask)
        .expect("released");
    assert_eq!(read().expect_err("released").code(), "dossier_missing");
    let ask = Ask::ChangeStaff {
        staff,
        roles: vec![Role::DataManager],
        supervisor: None,
    };
    house.administer(ask).expect("changed");
    assert_eq!(read().expect_err("changed").code(), "role_missing");
}
