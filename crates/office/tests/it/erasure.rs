//! A person asks to be forgotten.

use evidence::record::PersonRole;
use keep::keyring::Keyring;
use office::{Answer, Ask, OfficeError, Purpose, Role, Who};
use protect::Confidential;

use crate::desk::{Node, by, passphrase, person, sealed};
use crate::house::House;

#[test]
fn two_persons_a_ground_and_no_hold_erase_a_dossier() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let (control, _) = node
        .enter(person("Marta Plain", "XXA-0001", "female"))
        .expect("in");
    let erasure = node.ask_erasure(dossier).expect("asked");

    // The one who asked cannot confirm, even as somebody who may.
    let ask = Ask::ConfirmErasure { erasure };
    let alone = by(node.caseworker, Role::Overseer, Purpose::DataSubject, ask);
    let refused = node.office.request(alone).expect_err("one person");
    assert_eq!(refused.code(), "role_missing");

    // A legal hold stands in the way until it is lifted.
    let reason = sealed("a court has asked for it");
    let ask = Ask::PlaceHold { dossier, reason };
    let placed = by(node.coordinator, Role::Coordinator, Purpose::Justice, ask);
    let Answer::Hold(hold) = node.office.request(placed).expect("held") else {
        panic!("no hold");
    };
    let refused = node.confirm_erasure(erasure).expect_err("held");
    assert_eq!(refused.code(), "legal_hold");
    let reason = sealed("the court has decided");
    let ask = Ask::LiftHold { hold, reason };
    let lifted = by(node.coordinator, Role::Coordinator, Purpose::Justice, ask);
    node.office.request(lifted).expect("lifted");

    node.confirm_erasure(erasure).expect("confirmed");
    assert_eq!(
        node.read(dossier).expect_err("erased").code(),
        "dossier_erased"
    );
    assert_eq!(node.read(control).expect("still there").len(), 1);
    assert_eq!(node.office.status().expect("status").epoch, 2);
    let verified = node.office.verify().expect("verified");
    assert_eq!(verified.broken, None);
    assert_eq!(verified.views_agree, Some(true));

    // Confirmed once, it is over; and a second request finds a tombstone.
    assert_eq!(
        node.confirm_erasure(erasure).expect_err("over").code(),
        "erasure_missing"
    );
    assert_eq!(
        node.ask_erasure(dossier).expect_err("erased").code(),
        "dossier_erased"
    );
}

#[test]
fn a_coordinator_who_asked_cannot_confirm() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let ask = Ask::RequestErasure {
        dossier,
        ground: office::Ground::Unlawful,
        reason: sealed("entered about the wrong person"),
    };
    let asked = by(
        node.coordinator,
        Role::Coordinator,
        Purpose::DataSubject,
        ask,
    );
    let Answer::Erasure(erasure) = node.office.request(asked).expect("asked") else {
        panic!("no request");
    };
    let ask = Ask::ConfirmErasure { erasure };
    let alone = by(
        node.coordinator,
        Role::Coordinator,
        Purpose::DataSubject,
        ask,
    );
    assert!(matches!(
        node.office.request(alone),
        Err(OfficeError::SecondPerson)
    ));
    node.confirm_erasure(erasure).expect("another can");
}

#[test]
fn the_same_source_does_not_bring_the_person_back() {
    let node = Node::new();
    let record = person("Zofia Quill", "XXA-0417", "female");
    let (dossier, _) = node.enter(record.clone()).expect("in");
    let again = node.enter(record.clone()).expect_err("twice");
    assert_eq!(again.code(), "record_known");
    node.erase(dossier);
    let back = node.enter(record.clone()).expect_err("back");
    assert_eq!(back.code(), "source_erased");

    let manager = node.add("Dana Manager", Role::DataManager);
    let template = by(
        manager,
        Role::DataManager,
        Purpose::Statistics,
        Ask::TakeDeposits,
    );
    let other = person("Marta Plain", "XXA-0001", "female");
    let file = vec![
        Confidential::seal(record),
        Confidential::seal(other.clone()),
        Confidential::seal(other),
    ];
    let imported = node
        .office
        .import(&template, PersonRole::Victim, file)
        .expect("imported");
    assert_eq!((imported.taken, imported.known, imported.erased), (1, 1, 1));
    let verified = node.office.verify().expect("verified");
    assert_eq!(verified.views_agree, Some(true));
}

#[test]
fn a_person_of_an_import_is_found_read_and_erased_like_any_other() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let template = by(
        manager,
        Role::DataManager,
        Purpose::Statistics,
        Ask::TakeDeposits,
    );
    let persons = 3_000;
    let file = (0..persons)
        .map(|number| {
            Confidential::seal(person(
                &format!("Imported Number{number:05}"),
                "XXA-0001",
                "male",
            ))
        })
        .collect();
    let imported = node
        .office
        .import(&template, PersonRole::Migrant, file)
        .expect("imported");
    assert_eq!(imported.taken, persons);

    let ask = Ask::SearchNames {
        words: sealed("number02999 IMPÓRTED"),
        reason: sealed("her sister is at the gate"),
    };
    let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = node.office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert_eq!(found.len(), 1);
    let records = node.read(found[0]).expect("read");
    assert_eq!(records[0].names().next(), Some("Imported Number02999"));
    node.erase(found[0]);
    assert_eq!(
        node.read(found[0]).expect_err("erased").code(),
        "dossier_erased"
    );
    let verified = node.office.verify().expect("verified");
    assert_eq!(verified.views_agree, Some(true));
    let ask = Ask::SearchNames {
        words: sealed("number02999"),
        reason: sealed("once more"),
    };
    let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = node.office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert!(found.is_empty());
}

#[test]
fn numbers_of_one_import_begin_alike_and_are_random_after_that() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let purpose = Purpose::Statistics;
    let template = by(manager, Role::DataManager, purpose, Ask::TakeDeposits);
    let file = |names: [&str; 2]| {
        let sealed = |name| Confidential::seal(person(name, "XXA-0001", "male"));
        let file = names.into_iter().map(sealed).collect();
        let imported = node.office.import(&template, PersonRole::Migrant, file);
        assert_eq!(imported.expect("imported").taken, 2);
    };
    let find = |words: &str| {
        let reason = sealed("her sister is at the gate");
        let words = sealed(words);
        let ask = Ask::SearchNames { words, reason };
        let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
        let Answer::Found(found) = node.office.request(search).expect("searched") else {
            panic!("nothing");
        };
        found[0].0
    };
    file(["Imported Anna", "Imported Boris"]);
    file(["Imported Clara", "Imported Dunja"]);
    let [anna, boris, clara, dunja] = ["anna", "boris", "clara", "dunja"].map(find);
    for (one, other) in [(anna, boris), (clara, dunja)] {
        assert_eq!(one[..4], other[..4]);
        // By chance they would be alike once in 2 to the power of 32.
        assert_ne!(one[4..8], other[4..8]);
        assert_ne!(one[12..], other[12..]);
    }
    assert_ne!(anna[..4], clara[..4]);
}

#[test]
fn what_was_searched_for_goes_with_whoever_was_found() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let ask = Ask::SearchNames {
        words: sealed("zofia"),
        reason: sealed("her aunt asks"),
    };
    let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = node.office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert_eq!(found, [dossier]);
    node.erase(dossier);
    let path = node.path();
    node.office.close().expect("closed");

    // With every key that is left, no act says the name.
    let mut keyring = Keyring::open(&path.join("keyring")).expect("a keyring");
    keyring.unlock(&passphrase()).expect("unlocked");
    let erased = keyring.erased().expect("unlocked");
    assert_eq!(erased.len(), 1);
    assert_eq!(erased[0].keys.len(), 2, "the dossier's and the search's");
    for key in &erased[0].keys {
        assert!(keyring.dossier_key(*key).expect("unlocked").is_none());
    }
}

/// Whoever is in another agency's care is not found; the words that name them go with them all the
/// same.
#[test]
fn what_was_searched_for_goes_with_whoever_was_out_of_reach() {
    let house = House::new();
    let clinician = house.console(Role::Caseworker, Some(house.clinic));
    let far = house.case(house.clinic, Some(clinician));
    let worker = Who::Console(house.console(Role::Caseworker, Some(house.shelter)));
    let ask = Ask::SearchNames {
        words: sealed("per son"),
        reason: sealed("her aunt asks"),
    };
    let how = (Role::Caseworker, Purpose::Assistance);
    let Ok(Answer::Found(found)) = house.ask(worker, how, ask) else {
        panic!("not searched");
    };
    assert!(found.is_empty());
    let how = (Role::Caseworker, Purpose::DataSubject);
    let ask = Ask::RequestErasure {
        dossier: far,
        ground: office::Ground::Objection,
        reason: sealed("she asked for it"),
    };
    let Ok(Answer::Erasure(erasure)) = house.ask(Who::Console(clinician), how, ask) else {
        panic!("not asked");
    };
    let how = (Role::Overseer, Purpose::DataSubject);
    let overseer = Who::Console(house.overseer);
    house
        .ask(overseer, how, Ask::ConfirmErasure { erasure })
        .expect("erased");
    let path = house.path();
    house.office.close().expect("closed");
    let mut keyring = Keyring::open(&path.join("keyring")).expect("a keyring");
    keyring.unlock(&passphrase()).expect("unlocked");
    let erased = keyring.erased().expect("unlocked");
    assert_eq!(erased[0].keys.len(), 2, "the dossier's and the search's");
}

#[test]
fn a_correction_does_not_bring_an_erased_person_back() {
    let node = Node::new();
    let record = person("Zofia Quill", "XXA-0417", "female");
    let (erased, _) = node.enter(record.clone()).expect("in");
    let other = person("Marta Plain", "XXA-0001", "female");
    let (dossier, first) = node.enter(other.clone()).expect("in");
    node.erase(erased);
    let correct = |record| {
        let ask = Ask::EnterRecord {
            dossier: Some(dossier),
            role: PersonRole::Victim,
            replaces: Some(first),
            record: Confidential::seal(record),
        };
        node.office.request(by(
            node.caseworker,
            Role::Caseworker,
            Purpose::Assistance,
            ask,
        ))
    };
    assert_eq!(correct(record).expect_err("erased").code(), "source_erased");
    correct(other).expect("its own source");
}
