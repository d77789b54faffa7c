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
        lines,
        "nothing came in, so nothing was done"
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

const MAP: &str = "[record]\nform = \"list\"\nversion = 1\n\n[[column]]\nname = \"Sex\"\n\
                   concept = \"person.sex\"\n";

#[test]
fn an_agency_keeps_its_maps_and_others_do_not_see_them() {
    let house = House::new();
    let shelter = house.console(Role::DataManager, Some(house.shelter));
    let clinic = house.console(Role::DataManager, Some(house.clinic));
    let how = (Role::DataManager, Purpose::Statistics);
    let keep = |staff, name: &str, text: Option<&str>| {
        let (name, text) = (name.to_owned(), text.map(str::to_owned));
        house.ask(Who::Console(staff), how, Ask::KeepMap { name, text })
    };
    let kept = |staff| match house.ask(Who::Console(staff), how, Ask::ListMaps) {
        Ok(Answer::Maps(maps)) => maps,
        other => panic!("{other:?}"),
    };
    keep(shelter, " harbour list ", Some(MAP)).expect("kept");
    assert_eq!(house.last().0, "MapKept");
    let maps = kept(shelter);
    assert_eq!(
        (maps.len(), maps[0].name.as_str(), maps[0].text.as_str()),
        (1, "harbour list", MAP)
    );
    assert!(kept(clinic).is_empty());
    // What is no map is not kept, what is not there is not thrown away, and neither is another's.
    let code = |staff, name: &str, text| keep(staff, name, text).expect_err("refused").code();
    assert_eq!(code(shelter, "torn", Some("[[column]")), "map_unfit");
    assert_eq!(code(shelter, "", Some(MAP)), "map_unfit");
    assert_eq!(code(clinic, "harbour list", None), "map_missing");
    keep(shelter, "harbour list", None).expect("thrown away");
    assert!(kept(shelter).is_empty());
    house.verified();
}
