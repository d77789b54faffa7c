//! A list of cases that another holds comes in: once, and each row in the role that it is about.

use evidence::record::{PersonRole, Record};
use office::{Answer, Ask, Imported, Purpose, ReadDossier, Request, Role, Who};
use protect::Confidential;
use terms::id::StaffId;

use crate::desk::sealed;
use crate::house::{House, now};

const LIST: &str = "Case Number,prs_FirstName,prs_Gender,vic_TypeOfExploitation,per_RoleInProcess\n\
                    1,Anna,Feminine,Forced begging,\n2,Boris,Masculine,,Smuggler\n\
                    3,Clara,Feminine,ForcedLabour,Recruiter or intermediary\n";

fn bring(house: &House, manager: StaffId, list: &str) -> Imported {
    let taken = share::cases::htcds(list.as_bytes(), "list.csv", Some("Harbour"));
    let taken = taken.expect("a list");
    assert!(!taken.told.is_refused(), "{:?}", taken.told);
    let template = Request {
        who: Who::Console(manager),
        role: Role::DataManager,
        purpose: Purpose::Statistics,
        at: now(),
        ask: Ask::TakeDeposits,
    };
    let cases = taken.cases.into_iter();
    let records = cases.map(|case| (case.role, Confidential::seal(case.record)));
    let imported = house.office.import_roles(&template, records.collect());
    imported.expect("imported")
}

/// The dossiers in which somebody is called so.
fn dossiers(house: &House, coordinator: StaffId, name: &str) -> Vec<ReadDossier> {
    let how = (Role::Coordinator, Purpose::Assistance);
    let ask = |ask| {
        house
            .ask(Who::Console(coordinator), how, ask)
            .expect("allowed")
    };
    let search = Ask::SearchNames {
        words: sealed(name),
        reason: sealed("she arrived"),
    };
    let Answer::Found(found) = ask(search) else {
        panic!("a search");
    };
    let read = |dossier| {
        let reason = sealed("she arrived");
        match ask(Ask::ReadDossier { dossier, reason }) {
            Answer::Dossier(read) => read,
            other => panic!("{other:?}"),
        }
    };
    found.into_iter().map(read).collect()
}

#[test]
fn a_list_comes_in_once_each_row_in_its_role() {
    let house = House::new();
    let manager = house.console(Role::DataManager, Some(house.shelter));
    let coordinator = house.console(Role::Coordinator, Some(house.shelter));
    let first = bring(&house, manager, LIST);
    assert_eq!((first.taken, first.known, first.erased), (4, 0, 0));
    let lines = house.log(0).len();
    let again = bring(&house, manager, LIST);
    assert_eq!((again.taken, again.known), (0, 4));
    assert_eq!(
        house.log(0).len(),
        lines + 1,
        "only the overseer’s own look was noted"
    );
    let later = bring(
        &house,
        manager,
        &format!("{LIST}4,Dora,Feminine,OrganRemoval,\n"),
    );
    assert_eq!((later.taken, later.known), (1, 4));
    let roles = |name: &str| {
        let read = dossiers(&house, coordinator, name);
        let mut roles: Vec<PersonRole> = read.iter().map(|read| read.role).collect();
        roles.sort_unstable();
        roles
    };
    assert_eq!(roles("anna"), [PersonRole::Victim]);
    assert_eq!(roles("boris"), [PersonRole::Suspect]);
    assert_eq!(roles("clara"), [PersonRole::Victim, PersonRole::Suspect]);
    for read in dossiers(&house, coordinator, "clara") {
        let [(_, _, record)] = read.records.as_slice() else {
            panic!("one record");
        };
        let record: &Record = record.expose(&read.warrant);
        let concepts: Vec<&str> = record.coded().map(|(concept, ..)| concept).collect();
        let of_suspect = read.role == PersonRole::Suspect;
        assert_eq!(concepts.contains(&"perpetrator.role"), of_suspect);
        assert_eq!(concepts.contains(&"tip.exploitation"), !of_suspect);
    }
    house.verified();
}
